// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-progress-reporter.h"

#include "ns3/azure-traffic-generator.h"
#include "ns3/callback.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
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

constexpr milliseconds PATIENCE{2000}; // before the first line
constexpr milliseconds INTERVAL{250};  // between two lines

/// Back to the start of the line, and clear it (ECMA-48: EL).
constexpr const char* CLEAR_LINE = "\r\x1b[K";

} // namespace

ProgressReporter::ProgressReporter(uint64_t flows, std::optional<Time> stop)
    : ProgressReporter(flows, stop, isatty(STDERR_FILENO) == 1 ? &std::cerr : nullptr, PATIENCE)
{
}

ProgressReporter::ProgressReporter(uint64_t flows,
                                   std::optional<Time> stop,
                                   std::ostream* os,
                                   milliseconds interval)
    : m_flows(flows),
      m_stop(stop),
      m_os(os),
      m_begun(Clock::now()),
      m_next(m_begun + interval)
{
}

ProgressReporter::~ProgressReporter()
{
    if (m_isShown)
    {
        *m_os << CLEAR_LINE << std::flush;
    }
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
    const auto now = Clock::now();
    if (now < m_next)
    {
        return;
    }
    m_next = now + INTERVAL;
    m_isShown = true;
    *m_os << CLEAR_LINE << GetLine(now - m_begun) << std::flush;
}

std::string
ProgressReporter::GetLine(Clock::duration elapsed) const
{
    const double now = Simulator::Now().GetSeconds();
    const double share = std::max(m_stop ? now / m_stop->GetSeconds() : 0.0,
                                  static_cast<double>(m_settled) / m_flows);
    std::ostringstream os;
    os << std::fixed << std::setprecision(3) << now << " s simulated, " << std::setprecision(0)
       << std::floor(100 * share) << " %, " << m_settled << " of " << m_flows << " flows";
    if (share > 0 && share < 1)
    {
        const double seconds = std::chrono::duration<double>(elapsed).count();
        os << ", about " << std::ceil(seconds / share - seconds) << " s left";
    }
    return os.str();
}

} // namespace ns3::azure
