// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-mux.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-endpoint-owner.h"
#include "ns3/azure-text-fields.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <variant>

/**
 * @file
 * @brief What LoadBalancerMux does with packets.
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureLoadBalancerMuxPackets");

namespace
{

/// @return what the load-balancing table has to know of a packet
FrontendPacket
MakeFrontendPacket(const PacketHeaders& headers, const std::optional<uint32_t>& virtualNetwork)
{
    FrontendPacket packet;
    packet.key = headers.GetKey();
    packet.virtualNetwork = virtualNetwork;
    packet.isFirst = headers.GetTcpFlags().syn;
    packet.bytes = headers.GetDatagramSize();
    return packet;
}

} // namespace

bool
LoadBalancerMux::Receive(const Ptr<const Packet>& packet)
{
    ++m_counts.received;
    Arrival arrival{packet};
    const bool isWhole = arrival.headers.Read(*packet);
    if (m_isDown || !isWhole)
    {
        Drop(m_isDown ? DropReason::MuxDown : DropReason::Malformed, arrival, isWhole);
        return true;
    }
    const auto& key = arrival.headers.GetKey();
    if (key.GetDestination() == m_uplink->GetAddress())
    {
        ++m_counts.own;
        return false;
    }
    if (!m_hasPacketRate)
    {
        m_hasPacketRate = m_packetRate > 0;
        if (*m_hasPacketRate)
        {
            GetCapacity(); // reads the other attributes, whatever becomes of this packet
        }
    }
    if (*m_hasPacketRate)
    {
        Admit(arrival);
    }
    else
    {
        PassOn(arrival);
    }
    return true;
}

void
LoadBalancerMux::PassOn(Arrival& arrival)
{
    const auto& key = arrival.headers.GetKey();
    std::optional<DropReason> failure;
    if (IsWithdrawn(key.GetDestination()))
    {
        failure = DropReason::FrontendWithdrawn;
    }
    else if (key.GetProtocol() == IpProtocol::Gre && key.GetDestination() == m_anycastAddress)
    {
        failure = Decapsulate(arrival);
    }
    if (!failure)
    {
        failure = Forward(arrival);
    }
    if (failure)
    {
        Drop(*failure, arrival, failure != DropReason::Malformed);
    }
    else
    {
        ++m_counts.sent;
    }
}

std::optional<DropReason>
LoadBalancerMux::Decapsulate(Arrival& arrival) const
{
    const auto outer = ReadOuterHeader(*arrival.packet);
    if (!outer || outer->isFragment)
    {
        return DropReason::Fragment;
    }
    if (!m_hostMask.IsMatch(outer->source, m_hostNetwork))
    {
        return DropReason::ForeignSource;
    }
    const auto tunnel = ReadTunnelHeader(*arrival.packet, *outer);
    if (!tunnel || tunnel->key != TunnelKey::VirtualNetwork ||
        !arrival.headers.Read(*arrival.packet, tunnel->offset))
    {
        return DropReason::Malformed;
    }
    arrival.offset = tunnel->offset;
    arrival.virtualNetwork = tunnel->number;
    return std::nullopt;
}

std::optional<DropReason>
LoadBalancerMux::Forward(Arrival& arrival)
{
    if (m_table)
    {
        const auto asked = MakeFrontendPacket(arrival.headers, arrival.virtualNetwork);
        if (const auto* rule = m_table->FindRule(asked))
        {
            const auto choice = Choose(arrival, *rule, asked);
            const auto* reason = std::get_if<DropReason>(&choice);
            return reason ? std::optional(*reason)
                          : SendToMember(arrival, std::get<MemberChoice>(choice));
        }
        const auto& quoted = arrival.headers.GetQuotedKey();
        if (quoted && quoted->GetSource() == asked.key.GetDestination())
        {
            if (const auto choice =
                    m_table->FindQuoted(*quoted, arrival.virtualNetwork, Simulator::Now()))
            {
                return arrival.headers.GetTtl() <= 1 ? DropReason::TtlExpired
                                                     : SendToMember(arrival, *choice);
            }
        }
    }
    if (arrival.virtualNetwork)
    {
        return arrival.headers.IsLaterFragment() ? DropReason::Fragment
                                                 : DropReason::UnexpectedDestination;
    }
    return SendToOwner(arrival);
}

std::variant<MemberChoice, DropReason>
LoadBalancerMux::Choose(const Arrival& arrival,
                        const LoadBalancingTable::Rule& rule,
                        const FrontendPacket& asked)
{
    if (arrival.headers.IsFragment())
    {
        return DropReason::Fragment;
    }
    if (arrival.headers.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    const auto choice = m_table->Decide(rule, asked, Simulator::Now());
    return choice ? std::variant<MemberChoice, DropReason>(*choice) : DropReason::NoHealthyBackend;
}

std::optional<DropReason>
LoadBalancerMux::SendToMember(Arrival& arrival, const MemberChoice& choice)
{
    const auto datagram = TakeOut(arrival);
    EncapsulateForMember(*datagram,
                         arrival.headers,
                         {m_uplink->GetAddress(), choice.host},
                         choice.networkInterface,
                         m_identification++,
                         m_checksums);
    return m_uplink->Send(datagram);
}

std::optional<DropReason>
LoadBalancerMux::SendToOwner(Arrival& arrival)
{
    const auto owner = FindEndpointOwner(m_endpoints, arrival.headers);
    if (const auto* reason = std::get_if<DropReason>(&owner))
    {
        const auto address = arrival.headers.GetKey().GetDestination();
        if (*reason != DropReason::UnknownPublicAddress || m_frontends.count(address) == 0)
        {
            return *reason;
        }
        return arrival.headers.IsLaterFragment() ? DropReason::Fragment
                                                 : DropReason::UnownedSnatPort;
    }
    if (arrival.headers.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    const auto datagram = TakeOut(arrival);
    const Tunnel tunnel{m_uplink->GetAddress(), Ipv4Address(std::get<uint32_t>(owner))};
    Encapsulate(*datagram, arrival.headers, tunnel, m_identification++, m_checksums);
    return m_uplink->Send(datagram);
}

Ptr<Packet>
LoadBalancerMux::TakeOut(Arrival& arrival) const
{
    const auto datagram = arrival.packet->Copy();
    if (arrival.offset > 0)
    {
        datagram->RemoveAtStart(arrival.offset);
    }
    arrival.headers.Apply(std::nullopt, m_checksums);
    return datagram;
}

void
LoadBalancerMux::Drop(DropReason reason, const Arrival& arrival, bool isWhole)
{
    ++m_counts.dropped;
    const auto key = isWhole ? arrival.headers.GetKey() : FlowKey();
    const auto bytes = isWhole ? arrival.headers.GetDatagramSize() : arrival.packet->GetSize();
    NS_LOG_LOGIC("drop: " << GetName(reason) << ", "
                          << (isWhole ? GetText(key) : "no whole headers") << ", " << bytes
                          << " bytes");
    m_dropTrace({Simulator::Now(), reason, std::nullopt, key, bytes}, arrival.packet);
}

} // namespace ns3::azure
