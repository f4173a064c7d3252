// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-agent.h"

#include "ns3/abort.h"
#include "ns3/azure-text-fields.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <variant>

/**
 * @file
 * @brief What HostAgent does with packets.
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureHostAgentPackets");

void
HostAgent::ReceiveFromVm(VmPort& port, const Ptr<const Packet>& packet)
{
    ++m_counts.received;
    PacketHeaders headers;
    if (!headers.Read(*packet))
    {
        Drop(DropReason::Malformed, &port, nullptr, packet);
        return;
    }
    const auto verdict = port.GetPipeline().Outbound(headers, Simulator::Now());
    CarryOut(verdict, port, headers, packet, 0);
}

bool
HostAgent::ReceiveFromFabric(const Ptr<const Packet>& packet)
{
    ++m_counts.received;
    const auto outer = ReadOuterHeader(*packet);
    if (!outer)
    {
        Drop(DropReason::Malformed, nullptr, nullptr, packet);
    }
    else if (outer->destination != m_uplink->GetAddress())
    {
        Drop(DropReason::UnexpectedDestination, nullptr, nullptr, packet);
    }
    else if (outer->protocol != IpProtocol::IpInIp && outer->protocol != IpProtocol::Gre)
    {
        ++m_counts.own;
        return false;
    }
    else if (outer->isFragment)
    {
        Drop(DropReason::Fragment, nullptr, nullptr, packet);
    }
    else if (outer->protocol == IpProtocol::Gre)
    {
        DeliverFromTunnel(packet, *outer);
    }
    else
    {
        Deliver(packet, outer->size);
    }
    return true;
}

void
HostAgent::ReceiveFromStack(Ptr<Packet> packet)
{
    ++m_counts.received;
    PacketHeaders headers;
    if (!headers.Read(*packet))
    {
        Drop(DropReason::Malformed, nullptr, nullptr, packet);
        return;
    }
    auto* port = m_ports.LookupHostServiceClient(headers, *packet);
    if (!port)
    {
        Drop(DropReason::UnexpectedDestination, nullptr, &headers, packet);
        return;
    }
    const auto verdict = port->GetPipeline().InboundHostService(headers, Simulator::Now());
    CarryOut(verdict, *port, headers, packet, 0);
}

void
HostAgent::DeliverFromTunnel(const Ptr<const Packet>& packet, const OuterHeader& outer)
{
    PacketHeaders headers;
    const auto inner = ReadTunnelHeader(*packet, outer);
    if (!inner || !headers.Read(*packet, inner->offset))
    {
        Drop(DropReason::Malformed, nullptr, nullptr, packet);
    }
    else if (inner->key == TunnelKey::Member)
    {
        DeliverToMember(inner->number, outer.source, headers, packet, inner->offset);
    }
    else if (inner->key == TunnelKey::NatGateway)
    {
        DeliverFromNatGateway(inner->number, outer.source, headers, packet, inner->offset);
    }
    else
    {
        DeliverInVirtualNetwork(inner->number, outer.source, headers, packet, inner->offset);
    }
}

void
HostAgent::DeliverToMember(uint32_t networkInterface,
                           Ipv4Address mux,
                           PacketHeaders& headers,
                           const Ptr<const Packet>& packet,
                           uint32_t offset)
{
    auto* port = m_ports.LookupNumber(networkInterface);
    if (!port)
    {
        Drop(DropReason::UnexpectedDestination, nullptr, &headers, packet);
        return;
    }
    const auto verdict = port->GetPipeline().InboundFrontend(headers, mux, Simulator::Now());
    CarryOut(verdict, *port, headers, packet, offset);
}

void
HostAgent::DeliverFromNatGateway(uint32_t networkInterface,
                                 Ipv4Address gateway,
                                 PacketHeaders& headers,
                                 const Ptr<const Packet>& packet,
                                 uint32_t offset)
{
    auto* port = m_ports.LookupNumber(networkInterface);
    if (!port)
    {
        Drop(DropReason::UnexpectedDestination, nullptr, &headers, packet);
        return;
    }
    const auto verdict = port->GetPipeline().InboundNatGateway(headers, gateway, Simulator::Now());
    CarryOut(verdict, *port, headers, packet, offset);
}

void
HostAgent::DeliverInVirtualNetwork(uint32_t virtualNetwork,
                                   Ipv4Address host,
                                   PacketHeaders& headers,
                                   const Ptr<const Packet>& packet,
                                   uint32_t offset)
{
    auto* port =
        m_ports.LookupInVirtualNetwork(virtualNetwork, headers.GetKey().GetDestinationNumber());
    if (!port)
    {
        Drop(DropReason::UnexpectedDestination, nullptr, &headers, packet);
        return;
    }
    const auto verdict = port->GetPipeline().InboundVirtualNetwork(headers, host, Simulator::Now());
    CarryOut(verdict, *port, headers, packet, offset);
}

void
HostAgent::Deliver(const Ptr<const Packet>& packet, uint32_t offset)
{
    PacketHeaders headers;
    if (!headers.Read(*packet, offset))
    {
        Drop(DropReason::Malformed, nullptr, nullptr, packet);
        return;
    }
    const auto owner = m_ports.LookupPublicEndpoint(headers);
    if (const auto* reason = std::get_if<DropReason>(&owner))
    {
        Drop(*reason, nullptr, &headers, packet);
        return;
    }
    auto& port = *std::get<VmPort*>(owner);
    const auto verdict = port.GetPipeline().Inbound(headers, Simulator::Now());
    CarryOut(verdict, port, headers, packet, offset);
}

void
HostAgent::CarryOut(const Verdict& verdict,
                    VmPort& port,
                    PacketHeaders& headers,
                    const Ptr<const Packet>& packet,
                    uint32_t offset)
{
    port.ScheduleExpiry();
    if (const auto* discard = std::get_if<Discard>(&verdict))
    {
        Drop(*discard, &port, &headers, packet);
        return;
    }
    if (const auto* await = std::get_if<Await>(&verdict))
    {
        KeepWaiting(await->flow, port, headers, packet);
        return;
    }
    const auto& forward = std::get<Forward>(verdict);
    headers.Apply(forward.rewrite, m_checksums);
    if (forward.nextHop == NextHop::VirtualNetwork && forward.host == m_uplink->GetAddress())
    {
        DeliverOnThisHost(forward, headers, packet, offset);
        return;
    }
    if (const auto failure = Send(forward, port, headers, packet->Copy(), offset))
    {
        Drop(*failure, &port, &headers, packet);
        return;
    }
    ++(forward.nextHop == NextHop::HostService ? m_counts.own : m_counts.sent);
}

void
HostAgent::DeliverOnThisHost(const Forward& forward,
                             PacketHeaders& headers,
                             const Ptr<const Packet>& packet,
                             uint32_t offset)
{
    const auto host = m_uplink->GetAddress();
    if (!forward.rewrite)
    {
        // The headers still say what they are asked about.
        DeliverInVirtualNetwork(forward.virtualNetwork, host, headers, packet, offset);
        return;
    }
    const auto datagram = packet->Copy();
    headers.Write(*datagram, offset);
    PacketHeaders translated;
    translated.Read(*datagram); // as whole as it was
    DeliverInVirtualNetwork(forward.virtualNetwork, host, translated, datagram, 0);
}

std::optional<DropReason>
HostAgent::Send(const Forward& forward,
                const VmPort& port,
                const PacketHeaders& headers,
                const Ptr<Packet>& datagram,
                uint32_t offset)
{
    if (forward.nextHop == NextHop::VirtualNetwork)
    {
        EncapsulateForVirtualNetwork(*datagram,
                                     headers,
                                     {m_uplink->GetAddress(), forward.host},
                                     forward.virtualNetwork,
                                     m_identification++,
                                     m_checksums);
        return m_uplink->Send(datagram);
    }
    if (forward.nextHop == NextHop::NatGateway)
    {
        EncapsulateForNatGateway(*datagram,
                                 headers,
                                 {m_uplink->GetAddress(), forward.host},
                                 port.GetPipeline().GetNetworkInterface(),
                                 m_identification++,
                                 m_checksums);
        return m_uplink->Send(datagram);
    }
    headers.Write(*datagram, offset);
    if (forward.nextHop == NextHop::Internet)
    {
        return m_uplink->Send(datagram);
    }
    if (forward.nextHop == NextHop::HostService)
    {
        if (!m_hostServices)
        {
            return DropReason::UnexpectedDestination;
        }
        m_hostServices->Receive(datagram);
        return std::nullopt;
    }
    return port.Send(datagram);
}

void
HostAgent::Drop(const Discard& discard,
                const VmPort* port,
                const PacketHeaders* headers,
                const Ptr<const Packet>& packet)
{
    ++m_counts.dropped;
    DropRecord drop;
    drop.time = Simulator::Now();
    drop.reason = discard.reason;
    drop.group = discard.group;
    drop.rule = discard.rule;
    drop.bytes = packet->GetSize();
    if (port)
    {
        drop.networkInterface = port->GetPipeline().GetNetworkInterface();
    }
    if (headers)
    {
        drop.key = headers->GetKey();
        drop.bytes = headers->GetDatagramSize();
    }
    NS_LOG_LOGIC("drop: " << GetName(drop.reason) << ", "
                          << (headers ? GetText(drop.key) : "no whole headers") << ", "
                          << drop.bytes << " bytes");
    m_dropTrace(drop, packet);
}

} // namespace ns3::azure
