// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-pipeline.h"

#include "ns3/azure-platform-rules.h"

/**
 * @file
 * @brief What VnicPipeline does with packets of a load balancer's frontends.
 */
namespace ns3::azure
{

Verdict
VnicPipeline::InboundFrontend(const PacketHeaders& packet, Ipv4Address mux, Time now)
{
    if (!IsProgrammed())
    {
        return DropReason::NotProgrammed;
    }
    m_flows.Expire(now);
    if (!m_inboundEndpoints.IsMux(mux))
    {
        return DropReason::ForeignSource;
    }
    if (packet.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    const Arrival arrival{packet,
                          packet.GetKey(),
                          FlowDirection::Inbound,
                          FlowPath::Internet, // as far as is known yet
                          now,
                          true};
    if (packet.GetQuotedKey())
    {
        if (const auto* flow = FindQuotedFlow(arrival))
        {
            return Translate(*flow, FlowDirection::Inbound, arrival.key);
        }
    }
    if (const auto reason = RefuseTranslation(packet))
    {
        return *reason;
    }
    const auto match = m_flows.Lookup(arrival.key);
    // What the VM has sent itself has a flow already: the one that it began.
    if (!match || arrival.key.GetSourceNumber() == m_privateNumber)
    {
        return BeginThroughFrontend(arrival);
    }
    const bool isItsWay =
        match->direction == FlowDirection::Inbound && IsItsWay(m_flows.Get(match->slot), arrival);
    return isItsWay ? Continue(match->slot, arrival) : Verdict(DropReason::NoTrackedFlow);
}

Verdict
VnicPipeline::BeginThroughFrontend(const Arrival& packet)
{
    const auto& key = packet.key;
    const auto* endpoint = m_inboundEndpoints.Lookup(key);
    if (!endpoint)
    {
        return m_inboundEndpoints.IsKnown(key.GetDestination()) ? DropReason::UnownedSnatPort
                                                                : DropReason::UnknownPublicAddress;
    }
    auto path = FlowPath::Internet;
    if (endpoint->virtualNetwork)
    {
        if (key.GetSourceNumber() == m_privateNumber)
        {
            return DropReason::Hairpin;
        }
        const auto* sender = m_policy->routes->Lookup(key.GetSourceNumber());
        if (sender == nullptr || sender->isFrontend)
        {
            return DropReason::ForeignSource;
        }
        path = GetNetworkPath(key.GetSourceNumber());
    }
    if (key.GetProtocol() == IpProtocol::Tcp && !packet.headers.GetTcpFlags().syn)
    {
        return DropReason::NoTrackedFlow;
    }
    const bool keepsPort = endpoint->protocol == TransportProtocol::All;
    const auto delivered =
        key.WithDestination(endpoint->isFloatingIp ? endpoint->frontend : m_privateAddress,
                            keepsPort ? key.GetDestinationPort() : endpoint->backendPort);
    // Internal HA ports know no TCP reset (B.5: TR-2010).
    return BeginInbound({packet.headers, key, packet.direction, path, packet.now, true},
                        delivered,
                        {endpoint->idleTimeout, endpoint->isTcpReset && !keepsPort});
}

Verdict
VnicPipeline::DecideOnForeignSource(const Arrival& packet)
{
    // With floating IP the VM answers from the frontend's address; anything else has to come from
    // its own (sources.rst B.8: FI-2404).
    const auto& headers = packet.headers;
    const bool isExpired = headers.GetTtl() <= 1;
    if (headers.GetQuotedKey())
    {
        const auto* flow = FindQuotedFlow(packet);
        if (flow && flow->outbound.GetSourceNumber() == packet.key.GetSourceNumber())
        {
            return isExpired ? Verdict(DropReason::TtlExpired)
                             : Translate(*flow, FlowDirection::Outbound, packet.key);
        }
    }
    const auto match = m_flows.Lookup(packet.key);
    if (match && match->direction == FlowDirection::Outbound && m_flows.Get(match->slot).isAccepted)
    {
        return isExpired ? Verdict(DropReason::TtlExpired) : Continue(match->slot, packet);
    }
    return DropReason::ForeignSource;
}

bool
VnicPipeline::IsItsWay(const FlowEntry& flow, const Arrival& packet) const
{
    if (packet.isToFrontend || IsThroughFrontend(flow))
    {
        return packet.isToFrontend && IsThroughFrontend(flow);
    }
    return flow.path == packet.path;
}

} // namespace ns3::azure
