// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-node.h"

#include "ns3/azure-tcp-reset.h"
#include "ns3/azure-text-fields.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <variant>

/**
 * @file
 * @brief What NatGatewayNode does with packets.
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureNatGatewayNodePackets");

bool
NatGatewayNode::Receive(const Ptr<const Packet>& packet)
{
    ++m_counts.received;
    Arrival arrival(packet);
    const auto outer = ReadOuterHeader(*packet);
    if (!outer)
    {
        Drop(DropReason::Malformed, arrival, false);
        return true;
    }
    if (outer->destination == m_uplink->GetAddress())
    {
        if (outer->protocol != IpProtocol::Gre)
        {
            ++m_counts.own;
            return false;
        }
        if (const auto failure = Decapsulate(arrival, *outer))
        {
            Drop(*failure, arrival, false);
            return true;
        }
    }
    if (!arrival.headers.Read(*packet, arrival.offset))
    {
        Drop(DropReason::Malformed, arrival, false);
    }
    else if (!m_pipeline)
    {
        Drop(DropReason::NotProgrammed, arrival, true);
    }
    else
    {
        Translate(arrival);
    }
    return true;
}

std::optional<DropReason>
NatGatewayNode::Decapsulate(Arrival& arrival, const OuterHeader& outer) const
{
    if (outer.isFragment)
    {
        return DropReason::Fragment;
    }
    const auto tunnel = ReadTunnelHeader(*arrival.packet, outer);
    if (!tunnel)
    {
        return DropReason::Malformed;
    }
    if (tunnel->key != TunnelKey::NatGateway)
    {
        return DropReason::UnexpectedDestination;
    }
    arrival.offset = tunnel->offset;
    arrival.sender = {tunnel->number, outer.source};
    return std::nullopt;
}

void
NatGatewayNode::Translate(Arrival& arrival)
{
    const auto now = Simulator::Now();
    const auto verdict = arrival.sender
                             ? m_pipeline->Outbound(arrival.headers, *arrival.sender, now)
                             : m_pipeline->Inbound(arrival.headers, now);
    ScheduleExpiry();
    if (const auto* discard = std::get_if<NatGatewayDiscard>(&verdict))
    {
        if (discard->isReset)
        {
            SendReset(arrival);
        }
        Drop(discard->reason, arrival, true);
        return;
    }
    const auto& forward = std::get<NatGatewayForward>(verdict);
    arrival.headers.Apply(forward.rewrite, m_checksums);
    if (const auto failure = Send(arrival, forward))
    {
        Drop(*failure, arrival, true);
        return;
    }
    ++m_counts.sent;
}

std::optional<DropReason>
NatGatewayNode::Send(const Arrival& arrival, const NatGatewayForward& forward)
{
    const auto datagram = arrival.packet->Copy();
    if (const auto& member = forward.receiver)
    {
        return SendToHost(datagram, arrival.headers, {member->networkInterface, member->host});
    }
    arrival.headers.Write(*datagram, arrival.offset);
    return m_uplink->Send(datagram);
}

void
NatGatewayNode::SendReset(const Arrival& arrival)
{
    const auto datagram = MakeTcpResetAgainst(arrival.headers, m_checksums);
    const auto sequence = arrival.headers.GetTcpNumbers().acknowledgement.value_or(0);
    const auto& key = arrival.headers.GetKey();
    NS_LOG_LOGIC("RST against " << key << ", which belongs to no flow");
    TcpResetOrder order;
    if (!arrival.sender)
    {
        order.outbound = key.Reverse();
        order.translated = key.Reverse();
        order.sequenceToPeer = sequence;
        m_tcpResetTrace(order);
        m_uplink->Send(datagram);
        return;
    }
    order.networkInterface = arrival.sender->networkInterface;
    order.outbound = key;
    order.translated = key;
    order.sequenceToVm = sequence;
    m_tcpResetTrace(order);
    PacketHeaders headers;
    headers.Read(*datagram); // our own, so whole
    SendToHost(datagram, headers, *arrival.sender);
}

std::optional<DropReason>
NatGatewayNode::SendToHost(Ptr<Packet> datagram,
                           const PacketHeaders& headers,
                           const NatGatewaySender& receiver)
{
    EncapsulateForNatGateway(*datagram,
                             headers,
                             {m_uplink->GetAddress(), receiver.host},
                             receiver.networkInterface,
                             m_identification++,
                             m_checksums);
    return m_uplink->Send(datagram);
}

void
NatGatewayNode::Drop(DropReason reason, const Arrival& arrival, bool isWhole)
{
    ++m_counts.dropped;
    DropRecord drop;
    drop.time = Simulator::Now();
    drop.reason = reason;
    drop.bytes = arrival.packet->GetSize();
    if (arrival.sender && reason != DropReason::ForeignSource &&
        reason != DropReason::UnexpectedDestination)
    {
        drop.networkInterface = arrival.sender->networkInterface;
    }
    if (isWhole)
    {
        drop.key = arrival.headers.GetKey();
        drop.bytes = arrival.headers.GetDatagramSize();
    }
    NS_LOG_LOGIC("drop: " << GetName(drop.reason) << ", "
                          << (isWhole ? GetText(drop.key) : "no whole headers") << ", "
                          << drop.bytes << " bytes");
    m_dropTrace(drop, arrival.packet);
}

} // namespace ns3::azure
