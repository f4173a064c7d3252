// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-frontend-packet-meter.h"

#include "ns3/abort.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace ns3::azure
{

FrontendPacketMeter::FrontendPacketMeter(Time interval, double capacity)
    : m_interval(interval),
      m_capacity(capacity)
{
    NS_ABORT_MSG_UNLESS(interval.IsStrictlyPositive(), "an interval must be above 0");
    NS_ABORT_MSG_UNLESS(capacity > 0, "a capacity must be above 0");
}

void
FrontendPacketMeter::Count(Ipv4Address frontend, Time now)
{
    Begin(now);
    ++m_present[frontend.Get()];
}

std::optional<FrontendPackets>
FrontendPacketMeter::FindTopTalker(Time now)
{
    Begin(now);
    const auto top =
        std::max_element(m_last.begin(), m_last.end(), [](const auto& a, const auto& b) {
            return std::tie(a.second, b.first) < std::tie(b.second, a.first);
        });
    if (top == m_last.end())
    {
        return std::nullopt;
    }
    return FrontendPackets{Ipv4Address(top->first), top->second};
}

double
FrontendPacketMeter::GetDropProbability(Ipv4Address frontend, Time now)
{
    Begin(now);
    const auto found = m_last.find(frontend.Get());
    if (found == m_last.end())
    {
        return 0;
    }
    if (!m_fairShare)
    {
        m_fairShare = GetFairShare();
    }
    const auto packets = static_cast<double>(found->second);
    return packets > *m_fairShare ? (packets - *m_fairShare) / packets : 0;
}

Time
FrontendPacketMeter::GetEnd(Time now) const
{
    return TimeStep(static_cast<uint64_t>(now.GetTimeStep() / m_interval.GetTimeStep() + 1) *
                    static_cast<uint64_t>(m_interval.GetTimeStep()));
}

void
FrontendPacketMeter::Begin(Time now)
{
    const auto index = now.GetTimeStep() / m_interval.GetTimeStep();
    if (index == m_index)
    {
        return;
    }
    m_last.clear();
    if (index == m_index + 1)
    {
        std::swap(m_last, m_present);
    }
    m_present.clear();
    m_index = index;
    m_fairShare = std::nullopt;
}

double
FrontendPacketMeter::GetFairShare() const
{
    std::vector<double> packets;
    packets.reserve(m_last.size());
    for (const auto& [frontend, count] : m_last)
    {
        packets.push_back(static_cast<double>(count));
    }
    std::sort(packets.begin(), packets.end());
    // Who sends least comes first; what he leaves of his share is for the others.
    double left = m_capacity;
    auto others = static_cast<double>(packets.size());
    for (const auto count : packets)
    {
        if (count * others > left)
        {
            return left / others;
        }
        left -= count;
        --others;
    }
    return m_capacity; // all have what they send
}

} // namespace ns3::azure
