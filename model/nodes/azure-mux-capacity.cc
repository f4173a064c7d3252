// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-mux-capacity.h"

#include "azure-ns3-compat.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3::azure
{

namespace
{

/// @return packets in an interval
double
GetCapacity(double packetRate, Time interval)
{
    return packetRate * interval.GetSeconds();
}

} // namespace

MuxCapacity::MuxCapacity(const MuxCapacityOptions& options, Serve serve, Report report)
    : m_options(options),
      m_serve(std::move(serve)),
      m_report(std::move(report)),
      m_serviceTime(Seconds(1 / options.packetRate)),
      m_talkers(options.overloadInterval,
                GetCapacity(options.packetRate, options.overloadInterval)),
      m_shares(options.fairnessInterval, GetCapacity(options.packetRate, options.fairnessInterval))
{
}

MuxCapacity::~MuxCapacity()
{
    Clear();
}

bool
MuxCapacity::Enqueue(const Ptr<const Packet>& packet, Ipv4Address destination)
{
    const auto now = Simulator::Now();
    m_talkers.Count(destination, now);
    if (IsExcess(destination, now) || m_packets.size() > m_options.queueLimit)
    {
        ++m_dropped;
        if (!IsPending(m_reporting))
        {
            m_reporting = Simulator::Schedule(m_talkers.GetEnd(now) - now,
                                              &MuxCapacity::ReportInterval,
                                              this);
        }
        return false;
    }
    m_packets.push_back(packet);
    if (m_packets.size() == 1)
    {
        Begin();
    }
    return true;
}

bool
MuxCapacity::IsExcess(Ipv4Address destination, Time now)
{
    if (!m_options.dropVariable)
    {
        return false;
    }
    m_shares.Count(destination, now);
    const auto probability = m_shares.GetDropProbability(destination, now);
    return probability > 0 && m_options.dropVariable->GetValue() < probability;
}

void
MuxCapacity::Begin()
{
    m_end = Simulator::Schedule(m_serviceTime, &MuxCapacity::End, this);
}

void
MuxCapacity::End()
{
    const auto packet = m_packets.front();
    m_packets.pop_front();
    if (!m_packets.empty())
    {
        Begin();
    }
    m_serve(packet);
}

void
MuxCapacity::ReportInterval()
{
    const auto dropped = std::exchange(m_dropped, 0);
    if (const auto top = m_talkers.FindTopTalker(Simulator::Now()))
    {
        m_report(top->frontend, dropped);
    }
}

std::deque<Ptr<const Packet>>
MuxCapacity::Clear()
{
    m_end.Cancel();
    m_reporting.Cancel();
    m_dropped = 0;
    return std::exchange(m_packets, {});
}

} // namespace ns3::azure
