// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-benchmark-measure.h"

#include "ns3/azure-sample-statistics.h"

#include <cmath>
#include <cstddef>
#include <fstream>
#include <sched.h>
#include <string>

namespace ns3::azure
{

namespace
{

/// @return a line of what the system tells of this process, in bytes; 0 if there is none
double
ReadStatus(const std::string& name)
{
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);)
    {
        if (line.rfind(name + ":", 0) == 0)
        {
            return 1024 * std::stod(line.substr(name.size() + 1)); // it counts in KiB
        }
    }
    return 0;
}

} // namespace

double
GetPeakMemory()
{
    return ReadStatus("VmHWM");
}

double
ForgetPeakMemory()
{
    std::ofstream("/proc/self/clear_refs") << "5"; // proc(5)
    return ReadStatus("VmRSS");
}

double
GetMedian(const std::vector<double>& values)
{
    return GetQuantile(values, 0.5);
}

double
FitExponent(const std::vector<double>& sizes, const std::vector<double>& values)
{
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    const auto n = static_cast<double>(sizes.size());
    for (std::size_t i = 0; i < sizes.size(); ++i)
    {
        const double size = std::log(sizes[i]);
        const double value = std::log(values[i]);
        x += size;
        y += value;
        xx += size * size;
        xy += size * value;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

void
PinToOneCore()
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(sched_getcpu(), &cores);
    sched_setaffinity(0, sizeof(cores), &cores);
}

} // namespace ns3::azure
