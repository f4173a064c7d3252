// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-waiting-packets.h"

#include "ns3/abort.h"

namespace ns3::azure
{

void
WaitingPackets::Insert(uint64_t flow, const Ptr<const Packet>& packet)
{
    NS_ABORT_MSG_UNLESS(m_places.emplace(flow, m_inserted).second,
                        "a packet of flow " << flow << " waits already");
    m_packets.emplace(m_inserted++, WaitingPacket{flow, packet});
}

std::optional<uint64_t>
WaitingPackets::GetFirstFlow() const
{
    return m_packets.empty() ? std::nullopt
                             : std::optional<uint64_t>(m_packets.begin()->second.flow);
}

Ptr<const Packet>
WaitingPackets::Take(uint64_t flow)
{
    const auto place = m_places.find(flow);
    if (place == m_places.end())
    {
        return nullptr;
    }
    const auto found = m_packets.find(place->second);
    const auto packet = found->second.packet;
    m_packets.erase(found);
    m_places.erase(place);
    return packet;
}

std::vector<WaitingPacket>
WaitingPackets::TakeAll()
{
    std::vector<WaitingPacket> all;
    for (const auto& [order, waiting] : m_packets)
    {
        all.push_back(waiting);
    }
    m_packets.clear();
    m_places.clear();
    return all;
}

} // namespace ns3::azure
