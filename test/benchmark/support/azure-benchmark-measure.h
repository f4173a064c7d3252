// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_BENCHMARK_MEASURE_H
#define AZURE_BENCHMARK_MEASURE_H

#include "ns3/abort.h"

#include <cstdint>
#include <ctime>
#include <malloc.h>
#include <sys/wait.h>
#include <type_traits>
#include <unistd.h>
#include <utility>
#include <vector>

/**
 * @file
 * @brief Time and memory, as benchmark programs measure them.
 */
namespace ns3::azure
{

/// @return nanoseconds since some time in the past
inline double
ReadClock(clockid_t clock)
{
    timespec time{};
    clock_gettime(clock, &time);
    return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

/// @return nanoseconds that a call takes
template <typename Call>
double
MeasureTime(clockid_t clock, const Call& call)
{
    const double begin = ReadClock(clock);
    call();
    return ReadClock(clock) - begin;
}

/// @return bytes of memory that are taken from the system's heap
inline double
GetBytesInUse()
{
    const auto info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

/// @return most bytes of memory that the process has had at once so far, or since
///         ForgetPeakMemory(); 0 where the system does not tell
double GetPeakMemory();

/// @brief Have GetPeakMemory() begin anew with what the process has now. @return what it has, bytes
double ForgetPeakMemory();

/// @return the middle value, of an even number the lower one; NaN of none
double GetMedian(const std::vector<double>& values);

/**
 * @brief Fit values = factor * sizes ^ exponent by least squares of the logarithms.
 * @param sizes above 0, at least two different ones
 * @param values above 0, as many
 * @return the exponent
 */
double FitExponent(const std::vector<double>& sizes, const std::vector<double>& values);

/// Stay on the core we are on, where the system lets us.
void PinToOneCore();

/**
 * @brief Do something in a process of its own, whose memory is its own, and comes back with it.
 * @param work what to do, with what the process has from this one
 * @return what it returns, byte for byte: no pointers; the program ends if the process fails
 */
template <typename Work>
auto
RunInChild(const Work& work) -> decltype(work())
{
    using Answer = decltype(work());
    static_assert(std::is_trivially_copyable_v<Answer>, "it comes through a pipe");
    int ends[2];
    NS_ABORT_MSG_IF(pipe(ends) != 0, "no pipe to a process");
    const pid_t child = fork();
    NS_ABORT_MSG_IF(child < 0, "no new process");
    if (child == 0)
    {
        const Answer answer = work();
        const bool isWritten = write(ends[1], &answer, sizeof(answer)) == sizeof(answer);
        _exit(isWritten ? 0 : 1);
    }
    close(ends[1]);
    Answer answer{};
    const bool isRead = read(ends[0], &answer, sizeof(answer)) == sizeof(answer);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    NS_ABORT_MSG_IF(!isRead || status != 0, "a process failed, or its memory ran out");
    return answer;
}

} // namespace ns3::azure

#endif // AZURE_BENCHMARK_MEASURE_H
