// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-pipeline.h"

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-platform-rules.h"

#include <algorithm>
#include <optional>
#include <variant>

/**
 * @file
 * @brief The stages of VnicPipeline that later packets of a flow are spared.
 */
namespace ns3::azure
{

Verdict
VnicPipeline::BeginOutbound(const Arrival& packet)
{
    const auto& [headers, key, direction, unknown, now, isToFrontend, isFromFrontend] = packet;
    const auto selected = SelectPath(key, *m_policy->routes);
    if (const auto* reason = std::get_if<DropReason>(&selected))
    {
        return *reason;
    }
    const auto path = std::get<FlowPath>(selected);
    if (headers.IsIcmpError())
    {
        return DropReason::NoTrackedFlow;
    }
    if (UsesSnat(path))
    {
        if (const auto reason = RefuseSnat(headers))
        {
            return *reason;
        }
        const bool isMiddle = key.GetProtocol() == IpProtocol::Tcp && !headers.GetTcpFlags().syn;
        if (isMiddle && m_instruction->method != OutboundMethod::NatGateway)
        {
            return DropReason::NoTrackedFlow;
        }
    }
    const auto tracked = m_flows.Track(key, false, path, now);
    if (!tracked)
    {
        return DropReason::FlowLimit;
    }
    const auto slot = *tracked;
    if (const auto denied = AskGroups(slot, direction, now))
    {
        return *denied;
    }
    if (m_policy->isSmtpBlocked && IsInternetMail(path, key))
    {
        m_flows.Deny(slot, now);
        return DropReason::SmtpBlocked;
    }
    if (const auto refused = AcceptOutbound(slot, packet))
    {
        return *refused;
    }
    return Pass(slot, packet);
}

std::optional<Verdict>
VnicPipeline::AcceptOutbound(uint32_t slot, const Arrival& packet)
{
    const auto& key = packet.key;
    const auto now = packet.now;
    if (m_flows.Get(slot).path != FlowPath::Internet)
    {
        m_flows.Accept(slot, key, now);
        return std::nullopt;
    }
    if (HasInstanceLevelPublicIp())
    {
        const auto address = *m_instruction->instanceLevelPublicIp;
        m_flows.Accept(slot, key.WithSource(address, key.GetSourcePort()), now);
        return std::nullopt;
    }
    if (m_instruction->method == OutboundMethod::NatGateway)
    {
        // Not before the gateway forgets it, so that answers find it.
        const auto timeout = m_instruction->profile.GetIdleTimeout(key.GetProtocol());
        m_flows.Accept(slot, key, now, {std::max(timeout, m_policy->flowRecordTimeout)});
        return std::nullopt;
    }
    switch (m_flows.AcquirePort(slot, now))
    {
    case SnatPortAnswer::Acquired:
        break;
    case SnatPortAnswer::Refused:
        return DropReason::SnatPortsExhausted;
    case SnatPortAnswer::Await:
        return Await{m_flows.Get(slot).number};
    }
    return std::nullopt;
}

void
VnicPipeline::Refuse(const PacketHeaders& packet, Time now)
{
    const auto match = m_flows.Lookup(packet.GetKey());
    if (match && !m_flows.Get(match->slot).isAccepted)
    {
        m_flows.Refuse(match->slot, now);
    }
}

std::optional<DropReason>
VnicPipeline::RefuseSnat(const PacketHeaders& packet) const
{
    if (m_instruction->method == OutboundMethod::None ||
        (m_instruction->method == OutboundMethod::NatGateway && !m_instruction->natGateway))
    {
        return DropReason::NoOutboundMethod;
    }
    if (const auto reason = RefuseTranslation(packet))
    {
        return reason;
    }
    const bool isTcp = packet.GetKey().GetProtocol() == IpProtocol::Tcp;
    if (!(isTcp ? m_instruction->translatesTcp : m_instruction->translatesUdp))
    {
        return DropReason::UnsupportedProtocol;
    }
    return std::nullopt;
}

Verdict
VnicPipeline::BeginInbound(const Arrival& packet)
{
    const auto& key = packet.key;
    return BeginInbound(packet,
                        key.WithDestination(m_privateAddress, key.GetDestinationPort()),
                        {});
}

Verdict
VnicPipeline::BeginInbound(const Arrival& packet, const FlowKey& delivered, const IdleTerms& terms)
{
    const auto& [headers, key, direction, path, now, isToFrontend, isFromFrontend] = packet;
    const auto source = key.GetSourceNumber();
    if (path == FlowPath::Internet && (IsNonInternet(source) || m_policy->routes->Covers(source)))
    {
        return DropReason::ForeignSource; // groups would take it for somebody it cannot be
    }
    if (headers.IsIcmpError() || IsDhcpReply(key) || isFromFrontend)
    {
        return DropReason::NoTrackedFlow;
    }
    if (path == FlowPath::Internet && m_instruction->isInboundClosed &&
        !m_policy->security.HasGroups())
    {
        return DropReason::InboundClosed;
    }
    const auto outbound = delivered.Reverse();
    const auto match = m_flows.Lookup(outbound);
    if (match && m_flows.Get(match->slot).isAccepted)
    {
        if (!m_flows.IsReplacedBy(match->slot, headers.GetTcpFlags()))
        {
            return DropReason::NoTrackedFlow; // the flow's packets come another way
        }
        m_flows.Turn(match->slot, now);
    }
    const auto tracked = m_flows.Track(outbound, true, path, now);
    if (!tracked)
    {
        return DropReason::FlowLimit;
    }
    if (const auto denied = AskGroups(*tracked, direction, now))
    {
        return *denied;
    }
    m_flows.Accept(*tracked, key.Reverse(), now, terms);
    return Pass(*tracked, packet);
}

const SecurityPolicy&
VnicPipeline::SelectGroups(const FlowEntry& flow, FlowDirection direction) const
{
    if (direction == FlowDirection::Outbound && flow.path == FlowPath::HostService)
    {
        return m_policy->hostServices;
    }
    const bool isLicense = direction == FlowDirection::Outbound &&
                           flow.path == FlowPath::Internet &&
                           IsLicenseRequest(flow.outbound, m_policy->routes->GetDefaultRoute());
    return isLicense ? m_policy->licensing : m_policy->security;
}

std::optional<Discard>
VnicPipeline::AskGroups(uint32_t slot, FlowDirection direction, Time now)
{
    const auto& flow = m_flows.Get(slot);
    if (m_flows.HasFlowRecord(flow, now))
    {
        return std::nullopt;
    }
    const bool isOutbound = direction == FlowDirection::Outbound;
    m_asked = SelectGroups(flow, direction); // whoever is told may change the policy
    // With floating IP the VM answers from a frontend's address, which groups never see (S3-52).
    const auto outbound = flow.outbound.WithSource(m_privateNumber, flow.outbound.GetSourcePort());
    const auto key = isOutbound ? outbound : outbound.Reverse();
    const auto decision = m_asked.Evaluate(direction, key);
    m_flows.NoteDecision(slot, direction, key, decision, now);
    if (decision.IsAllowed())
    {
        return std::nullopt;
    }
    Discard denied(DropReason::SecurityRule);
    denied.group = decision.GetDeciding().group->name;
    denied.rule = decision.GetDeciding().rule->name;
    return denied;
}

} // namespace ns3::azure
