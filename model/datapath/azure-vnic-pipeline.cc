// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-pipeline.h"

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-platform-rules.h"

#include <utility>

namespace ns3::azure
{

namespace
{

/// @return the number of a port, where the protocol has ports
std::optional<uint16_t>
GetPort(IpProtocol protocol, uint16_t port)
{
    return IsTranslatedBySnat(protocol) ? std::optional<uint16_t>(port) : std::nullopt;
}

} // namespace

VnicPipeline::VnicPipeline(uint32_t networkInterface,
                           Ipv4Address privateAddress,
                           FlowObserver& observer,
                           FrontendDraw drawFrontend)
    : m_networkInterface(networkInterface),
      m_privateAddress(privateAddress),
      m_privateNumber(privateAddress.Get()),
      m_drawFrontend(std::move(drawFrontend)),
      m_flows(networkInterface, observer)
{
}

void
VnicPipeline::Program(const ProgramNetworkInterface& instruction)
{
    m_instruction = instruction;
    std::vector<SnatPortBlock> blocks;
    for (const auto& grant : instruction.blocks)
    {
        blocks.emplace_back(grant.publicAddress, grant.ports);
    }
    m_flows.Program(instruction.method, instruction.profile, std::move(blocks));
}

void
VnicPipeline::SetPolicy(NetworkInterfacePolicy policy)
{
    m_policy = std::move(policy);
    m_flows.SetFlowRecords(m_policy->flowRecordTimeout, m_policy->security.HasGroups());
}

Verdict
VnicPipeline::Outbound(const PacketHeaders& packet, Time now)
{
    if (!IsProgrammed())
    {
        return DropReason::NotProgrammed;
    }
    m_flows.Expire(now);
    const auto& key = packet.GetKey();
    const auto source = key.GetSourceNumber();
    if (source != m_privateNumber && (source != 0 || !IsDhcpRequest(key)))
    {
        return DropReason::ForeignSource;
    }
    if (packet.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    if (packet.IsFragment())
    {
        return DecideOnFragment(packet, FlowDirection::Outbound, FlowPath::Internet, now);
    }
    return DecideOutbound(packet, now);
}

Verdict
VnicPipeline::Inbound(const PacketHeaders& packet, Time now)
{
    return Receive(packet, FlowPath::Internet, now);
}

Verdict
VnicPipeline::InboundVirtualNetwork(const PacketHeaders& packet, Ipv4Address host, Time now)
{
    if (!IsProgrammed())
    {
        return DropReason::NotProgrammed;
    }
    const auto& key = packet.GetKey();
    if (key.GetDestinationNumber() != m_privateNumber)
    {
        return DropReason::UnexpectedDestination;
    }
    const auto* sender = m_policy->routes->Lookup(key.GetSourceNumber());
    if (sender == nullptr || sender->host != host)
    {
        return DropReason::ForeignSource;
    }
    const bool isService = !IsNonInternet(key.GetSourceNumber());
    return Receive(packet, isService ? FlowPath::ServiceEndpoint : FlowPath::VirtualNetwork, now);
}

Verdict
VnicPipeline::InboundHostService(const PacketHeaders& packet, Time now)
{
    const auto& key = packet.GetKey();
    if (IsDhcpReply(key) && IsProgrammed() && packet.GetTtl() > 1)
    {
        return Carry(FlowPath::HostService,
                     FlowDirection::Inbound,
                     key); // the VM may have no address
    }
    if (key.GetDestinationNumber() != m_privateNumber)
    {
        return DropReason::UnexpectedDestination;
    }
    return Receive(packet, FlowPath::HostService, now);
}

Verdict
VnicPipeline::Receive(const PacketHeaders& packet, FlowPath path, Time now)
{
    if (!IsProgrammed())
    {
        return DropReason::NotProgrammed;
    }
    m_flows.Expire(now);
    if (packet.GetKey().GetSourceNumber() == m_privateNumber)
    {
        return DropReason::ForeignSource; // it would look like a packet from the VM
    }
    if (packet.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    if (packet.IsFragment())
    {
        return DecideOnFragment(packet, FlowDirection::Inbound, path, now);
    }
    return DecideInbound(packet, path, now);
}

Verdict
VnicPipeline::DecideOnFragment(const PacketHeaders& packet,
                               FlowDirection direction,
                               FlowPath path,
                               Time now)
{
    const bool isOutbound = direction == FlowDirection::Outbound;
    const auto& key = packet.GetKey();
    if (!packet.IsLaterFragment())
    {
        auto verdict = isOutbound ? DecideOutbound(packet, now) : DecideInbound(packet, path, now);
        m_fragments.Begin(key,
                          packet.GetIdentification(),
                          std::holds_alternative<Forward>(verdict),
                          now);
        return verdict;
    }
    if (!m_fragments.IsBegun(key, packet.GetIdentification(), now))
    {
        return DropReason::Fragment;
    }
    if (isOutbound)
    {
        const auto selected = SelectPath(key, *m_policy->routes);
        if (const auto* reason = std::get_if<DropReason>(&selected))
        {
            return *reason;
        }
        path = std::get<FlowPath>(selected);
    }
    return Carry(path, direction, key);
}

Verdict
VnicPipeline::DecideOutbound(const PacketHeaders& packet, Time now)
{
    if (packet.GetQuotedKey())
    {
        if (const auto* flow = FindQuotedFlow(packet, FlowDirection::Outbound))
        {
            return Translate(*flow, FlowDirection::Outbound, packet.GetKey());
        }
    }
    const auto match = m_flows.Lookup(packet.GetKey());
    if (match && m_flows.Get(match->slot).isAccepted)
    {
        return Continue(match->slot, FlowDirection::Outbound, packet, now);
    }
    return BeginOutbound(packet, now);
}

Verdict
VnicPipeline::DecideInbound(const PacketHeaders& packet, FlowPath path, Time now)
{
    if (packet.GetQuotedKey())
    {
        if (const auto* flow = FindQuotedFlow(packet, FlowDirection::Inbound))
        {
            return Translate(*flow, FlowDirection::Inbound, packet.GetKey());
        }
    }
    if (UsesSnat(path))
    {
        if (const auto reason = RefuseSnat(packet))
        {
            return *reason;
        }
    }
    const auto match = m_flows.Lookup(packet.GetKey());
    if (match)
    {
        return Continue(match->slot, FlowDirection::Inbound, packet, now);
    }
    if (UsesSnat(path))
    {
        return DropReason::NoTrackedFlow;
    }
    return BeginInbound(packet, path, now);
}

std::optional<DropReason>
VnicPipeline::RefuseSnat(const PacketHeaders& packet)
{
    if (packet.IsFragment())
    {
        return DropReason::Fragment;
    }
    if (packet.GetQuotedKey())
    {
        return DropReason::NoTrackedFlow;
    }
    if (!IsTranslatedBySnat(packet.GetKey().GetProtocol()))
    {
        return DropReason::UnsupportedProtocol;
    }
    return std::nullopt;
}

Verdict
VnicPipeline::BeginOutbound(const PacketHeaders& packet, Time now)
{
    const auto& key = packet.GetKey();
    const auto selected = SelectPath(key, *m_policy->routes);
    if (const auto* reason = std::get_if<DropReason>(&selected))
    {
        return *reason;
    }
    const auto path = std::get<FlowPath>(selected);
    if (UsesSnat(path))
    {
        if (const auto reason = RefuseSnat(packet))
        {
            return *reason;
        }
        if (key.GetProtocol() == IpProtocol::Tcp && !packet.GetTcpFlags().syn)
        {
            return DropReason::NoTrackedFlow;
        }
    }
    if (m_policy->isSmtpBlocked && IsInternetMail(path, key))
    {
        return DropReason::SmtpBlocked;
    }
    const auto slot = m_flows.Track(key, false, path, now);
    if (const auto denied = AskGroups(slot, FlowDirection::Outbound, now))
    {
        return *denied;
    }
    if (path != FlowPath::Internet)
    {
        m_flows.Accept(slot, key, now);
    }
    else if (HasInstanceLevelPublicIp())
    {
        m_flows.Accept(slot,
                       key.WithSource(*m_instruction->instanceLevelPublicIp, key.GetSourcePort()),
                       now);
    }
    else if (!m_flows.AcquirePort(slot, DrawFirstBlock(), now))
    {
        return DropReason::SnatPortsExhausted;
    }
    return Pass(slot, FlowDirection::Outbound, packet, now);
}

Verdict
VnicPipeline::BeginInbound(const PacketHeaders& packet, FlowPath path, Time now)
{
    const auto& key = packet.GetKey();
    const auto source = key.GetSourceNumber();
    if (path == FlowPath::Internet && (IsNonInternet(source) || m_policy->routes->Covers(source)))
    {
        return DropReason::ForeignSource; // groups would take it for somebody it cannot be
    }
    const auto outbound = key.WithDestination(m_privateAddress, key.GetDestinationPort()).Reverse();
    const auto match = m_flows.Lookup(outbound);
    if (match && m_flows.Get(match->slot).isAccepted)
    {
        return DropReason::NoTrackedFlow; // the flow's packets come another way
    }
    const auto slot = m_flows.Track(outbound, true, path, now);
    if (const auto denied = AskGroups(slot, FlowDirection::Inbound, now))
    {
        return *denied;
    }
    m_flows.Accept(slot, key.Reverse(), now);
    return Pass(slot, FlowDirection::Inbound, packet, now);
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
    if (isOutbound && IsLicenseRequest(flow.path, flow.outbound, *m_policy->routes))
    {
        m_flows.Admit(slot);
        return std::nullopt;
    }
    const bool isRequest = isOutbound && flow.path == FlowPath::HostService;
    const auto& groups = isRequest ? m_policy->hostServices : m_policy->security;
    const auto decision =
        groups.Evaluate(direction, isOutbound ? flow.outbound : flow.outbound.Reverse());
    m_flows.NoteDecision(slot, direction, decision, now);
    if (decision.IsAllowed())
    {
        return std::nullopt;
    }
    Discard denied(DropReason::SecurityRule);
    denied.group = decision.GetDeciding().group->name;
    denied.rule = decision.GetDeciding().rule->name;
    return denied;
}

uint32_t
VnicPipeline::DrawFirstBlock() const
{
    const auto blocks = m_flows.GetBlockCount();
    const bool isDrawn =
        m_instruction->profile.frontendSelection == FrontendSelection::Random && blocks > 1;
    return isDrawn ? m_drawFrontend(blocks) : 0;
}

Verdict
VnicPipeline::Continue(uint32_t slot,
                       FlowDirection direction,
                       const PacketHeaders& packet,
                       Time now)
{
    if (packet.IsFragment() && UsesSnat(m_flows.Get(slot).path))
    {
        return DropReason::Fragment;
    }
    if (!m_flows.HasFlowRecord(m_flows.Get(slot), now))
    {
        if (const auto denied = AskGroups(slot, direction, now))
        {
            return *denied;
        }
    }
    return Pass(slot, direction, packet, now);
}

Verdict
VnicPipeline::Pass(uint32_t slot, FlowDirection direction, const PacketHeaders& packet, Time now)
{
    auto verdict = Translate(m_flows.Get(slot), direction, packet.GetKey());
    if (std::holds_alternative<Forward>(verdict))
    {
        const FlowPacket fact{packet.GetKey().GetProtocol(),
                              packet.GetTcpFlags(),
                              packet.GetDatagramSize()};
        m_flows.Pass(slot, direction, fact, now);
    }
    return verdict;
}

const FlowEntry*
VnicPipeline::FindQuotedFlow(const PacketHeaders& packet, FlowDirection direction) const
{
    const auto& quoted = *packet.GetQuotedKey();
    if (packet.GetKey().GetDestinationNumber() != quoted.GetSourceNumber())
    {
        return nullptr; // an error goes to whoever sent the packet it is about
    }
    const auto match = m_flows.Lookup(quoted.Reverse());
    const bool isFound =
        match && match->direction == direction && m_flows.Get(match->slot).isAccepted;
    return isFound ? &m_flows.Get(match->slot) : nullptr;
}

Verdict
VnicPipeline::Translate(const FlowEntry& flow, FlowDirection direction, const FlowKey& key) const
{
    if (flow.path != FlowPath::Internet)
    {
        return Carry(flow.path, direction, key);
    }
    const auto protocol = flow.outbound.GetProtocol();
    Forward forward;
    if (direction == FlowDirection::Outbound)
    {
        forward.rewrite = {RewriteField::Source,
                           flow.translatedAddress,
                           GetPort(protocol, flow.translatedPort)};
        return forward;
    }
    forward.rewrite = {RewriteField::Destination,
                       m_privateNumber,
                       GetPort(protocol, flow.outbound.GetSourcePort())};
    forward.nextHop = NextHop::VirtualMachine;
    return forward;
}

Verdict
VnicPipeline::Carry(FlowPath path, FlowDirection direction, const FlowKey& key) const
{
    Forward forward;
    if (direction == FlowDirection::Inbound)
    {
        forward.nextHop = NextHop::VirtualMachine;
        if (path == FlowPath::Internet)
        {
            forward.rewrite = {RewriteField::Destination, m_privateNumber, {}};
        }
    }
    else if (path == FlowPath::Internet)
    {
        forward.rewrite = {RewriteField::Source, m_instruction->instanceLevelPublicIp->Get(), {}};
    }
    else if (path == FlowPath::HostService)
    {
        forward.nextHop = NextHop::HostService;
    }
    else
    {
        const auto* route = m_policy->routes->Lookup(key.GetDestinationNumber());
        if (!route)
        {
            return DropReason::NoVirtualNetworkRoute;
        }
        forward.nextHop = NextHop::VirtualNetwork;
        forward.host = route->host;
        forward.virtualNetwork = route->virtualNetwork;
    }
    return forward;
}

} // namespace ns3::azure
