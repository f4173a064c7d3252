// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-progress-reporter.h"

#include "azure-traffic-helper.h"

#include "ns3/azure-traffic-generator.h"
#include "ns3/boolean.h"
#include "ns3/callback.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace ns3::azure
{

namespace
{

using std::chrono::milliseconds;

/// Below this share of all that is to be done, what has been done says little about the rest.
constexpr double LEAST_SHARE = 0.01;

constexpr milliseconds PATIENCE{2000}; // before the first line
constexpr milliseconds INTERVAL{250};  // between two lines

/// Packets for one look at the clock: at the slowest some ten thousand pass in a second.
constexpr uint32_t CALLS_PER_LOOK = 16;

/// Back to the start of the line, and clear it (ECMA-48: EL).
constexpr const char* CLEAR_LINE = "\r\x1b[K";

/// @return standard error, if it is a terminal
std::ostream*
GetTerminal()
{
    return isatty(STDERR_FILENO) == 1 ? &std::cerr : nullptr;
}

/// @return a number in at most 5 characters up to 999 billion: 9999, 12.3k, 64.5M
std::string
FormatCount(double count)
{
    constexpr std::array<const char*, 4> SUFFIXES{"", "k", "M", "G"};
    std::size_t suffix = 0;
    if (count >= 9999.5)
    {
        for (; count >= 999.5 && suffix + 1 < SUFFIXES.size(); ++suffix)
        {
            count /= 1000;
        }
    }
    const int digits = suffix == 0 || count >= 99.95 ? 0 : 1;
    std::ostringstream os;
    os << std::fixed << std::setprecision(digits) << count << SUFFIXES[suffix];
    return os.str();
}

/// @return wall-clock time, rounded up: 119 s, 119 min, 2 h
std::string
FormatWait(double seconds)
{
    constexpr double MINUTE = 60;
    constexpr double HOUR = 3600;
    std::ostringstream os;
    os << std::fixed << std::setprecision(0);
    if (seconds < 2 * MINUTE)
    {
        os << std::ceil(seconds) << " s";
    }
    else if (seconds < 2 * HOUR)
    {
        os << std::ceil(seconds / MINUTE) << " min";
    }
    else
    {
        os << std::ceil(seconds / HOUR) << " h";
    }
    return os.str();
}

} // namespace

ProgressReporter::ProgressReporter(uint32_t runs)
    : ProgressReporter(runs, GetTerminal(), PATIENCE)
{
}

ProgressReporter::ProgressReporter(uint32_t runs, std::ostream* os, milliseconds interval)
    : m_runs(runs),
      m_os(os),
      m_begun(Clock::now()),
      m_next(m_begun + interval)
{
}

ProgressReporter::~ProgressReporter()
{
    m_clear.Cancel();
    Clear();
}

void
ProgressReporter::BeginRun(uint64_t flows, std::optional<Time> stop)
{
    ++m_run;
    m_flows = flows;
    m_stop = stop;
    m_settled = 0;
    m_clear.Cancel();
    m_clear = Simulator::ScheduleDestroy(&ProgressReporter::Clear, this);
    m_measured = Clock::now();
    m_measuredEvents = Simulator::GetEventCount();
}

void
ProgressReporter::BeginRun(const std::vector<const TrafficHelper*>& traffic,
                           std::optional<Time> stop)
{
    BeginRun(uint64_t{0}, stop);
    bool isUnlimited = false;
    for (const auto* helper : traffic)
    {
        for (const auto& generator : helper->GetGenerators())
        {
            UintegerValue flows;
            BooleanValue hasNoLimit;
            generator->GetAttribute("Flows", flows);
            generator->GetAttribute("UnlimitedFlows", hasNoLimit);
            m_flows += flows.Get();
            isUnlimited = isUnlimited || hasNoLimit.Get();
            Connect(generator);
        }
    }
    m_flows = isUnlimited ? 0 : m_flows;
}

void
ProgressReporter::Connect(Ptr<TrafficGenerator> generator)
{
    if (m_os == nullptr)
    {
        return;
    }
    generator->GetNode()->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Rx",
        MakeCallback(&ProgressReporter::CountPacket, this));
    generator->TraceConnectWithoutContext("FlowEstablished",
                                          MakeCallback(&ProgressReporter::CountEstablished, this));
    generator->TraceConnectWithoutContext("FlowFailed",
                                          MakeCallback(&ProgressReporter::CountFailed, this));
}

void
ProgressReporter::CountPacket(Ptr<const Packet> /* packet */,
                              Ptr<Ipv4> /* ipv4 */,
                              uint32_t /* interface */)
{
    Update();
}

void
ProgressReporter::CountEstablished(const TrafficFlow& /* flow */)
{
    ++m_settled;
    Update();
}

void
ProgressReporter::CountFailed(const TrafficFlow& /* flow */,
                              TrafficFailure /* failure */,
                              bool isRetried)
{
    m_settled += isRetried ? 0 : 1;
    Update();
}

void
ProgressReporter::Update()
{
    if (++m_calls % CALLS_PER_LOOK != 0)
    {
        return;
    }
    const auto now = Clock::now();
    if (now < m_next)
    {
        return;
    }
    *m_os << CLEAR_LINE << GetLine(now) << std::flush;
    m_next = now + INTERVAL;
    m_measured = now;
    m_measuredEvents = Simulator::GetEventCount();
    m_isShown = true;
}

void
ProgressReporter::Clear()
{
    if (m_isShown)
    {
        *m_os << CLEAR_LINE << std::flush;
        m_isShown = false;
    }
}

double
ProgressReporter::GetShare() const
{
    const double byTime =
        m_stop ? Simulator::Now().GetSeconds() / std::max(m_stop->GetSeconds(), 1e-9) : 0;
    const double byFlows =
        m_flows > 0 ? static_cast<double>(m_settled) / static_cast<double>(m_flows) : 0;
    return std::min(std::max(byTime, byFlows), 1.0);
}

std::string
ProgressReporter::GetLine(Clock::time_point now) const
{
    using Duration = std::chrono::duration<double>;
    const double share = (m_run - 1 + GetShare()) / m_runs;
    std::ostringstream os;
    if (m_runs > 1)
    {
        os << "run " << m_run << "/" << m_runs << ", ";
    }
    os << std::fixed << std::setprecision(3) << "t=" << Simulator::Now().GetSeconds() << " s, "
       << std::setprecision(0) << std::floor(100 * share) << " %, ";
    if (share >= LEAST_SHARE && share < 1)
    {
        os << FormatWait(Duration(now - m_begun).count() * (1 / share - 1)) << " left, ";
    }
    os << FormatCount(static_cast<double>(m_settled));
    if (m_flows > 0)
    {
        os << " of " << FormatCount(static_cast<double>(m_flows));
    }
    const auto events = static_cast<double>(Simulator::GetEventCount() - m_measuredEvents);
    const double seconds = std::max(Duration(now - m_measured).count(), 1e-6);
    os << " flows, " << FormatCount(events / seconds) << " events/s";
    return os.str().substr(0, MAX_COLUMNS);
}

} // namespace ns3::azure
