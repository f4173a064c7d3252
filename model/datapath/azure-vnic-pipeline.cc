// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-pipeline.h"

#include "ns3/azure-address-prefix.h"

#include <utility>

namespace ns3::azure
{

namespace
{

/// @return what lets a translated packet out to the Internet
Forward
ToInternet(const Rewrite& rewrite)
{
    return {rewrite, NextHop::Internet, {}, 0};
}

/// @return what lets a translated packet in to the VM
Forward
ToVirtualMachine(const Rewrite& rewrite)
{
    return {rewrite, NextHop::VirtualMachine, {}, 0};
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
}

Verdict
VnicPipeline::Outbound(const PacketHeaders& packet, Time now)
{
    if (!IsProgrammed())
    {
        return DropReason::NotProgrammed;
    }
    m_flows.Expire(now);
    if (const auto reason = RefuseOutbound(packet))
    {
        return *reason;
    }
    if (packet.GetQuotedKey())
    {
        return TranslateQuotation(packet, FlowDirection::Outbound);
    }
    if (packet.IsLaterFragment())
    {
        return TranslateStateless(FlowDirection::Outbound);
    }
    const auto match = m_flows.Lookup(packet.GetKey());
    if (match && m_flows.Get(match->slot).isAccepted)
    {
        return Pass(match->slot, FlowDirection::Outbound, packet, now);
    }
    return FirstOutbound(packet, match, now);
}

Verdict
VnicPipeline::Inbound(const PacketHeaders& packet, Time now)
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
    if (packet.GetQuotedKey())
    {
        return TranslateQuotation(packet, FlowDirection::Inbound);
    }
    if (!HasInstanceLevelPublicIp())
    {
        if (packet.IsFragment())
        {
            return DropReason::Fragment;
        }
        if (!IsTranslatedBySnat(packet.GetKey().GetProtocol()))
        {
            return DropReason::UnsupportedProtocol;
        }
    }
    else if (packet.IsLaterFragment())
    {
        return TranslateStateless(FlowDirection::Inbound);
    }
    const auto match = m_flows.Lookup(packet.GetKey());
    if (match)
    {
        return Pass(match->slot, FlowDirection::Inbound, packet, now);
    }
    if (!HasInstanceLevelPublicIp())
    {
        return DropReason::NoTrackedFlow;
    }
    const auto& key = packet.GetKey();
    const auto outbound = key.WithDestination(m_privateAddress, key.GetDestinationPort()).Reverse();
    const auto slot = m_flows.Track(outbound, true, now);
    m_flows.Accept(slot, key.Reverse(), now);
    return Pass(slot, FlowDirection::Inbound, packet, now);
}

Verdict
VnicPipeline::InboundVirtualNetwork(const PacketHeaders& /* packet */, Time /* now */)
{
    return DropReason::NoTrackedFlow;
}

Verdict
VnicPipeline::InboundHostService(const PacketHeaders& /* packet */, Time /* now */)
{
    return DropReason::NoTrackedFlow;
}

std::optional<DropReason>
VnicPipeline::RefuseOutbound(const PacketHeaders& packet) const
{
    const auto& key = packet.GetKey();
    if (key.GetSourceNumber() != m_privateNumber)
    {
        return DropReason::ForeignSource;
    }
    if (packet.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    if (IsNonInternet(key.GetDestinationNumber()))
    {
        return DropReason::NonInternetDestination;
    }
    if (HasInstanceLevelPublicIp())
    {
        return std::nullopt;
    }
    if (packet.IsFragment())
    {
        return DropReason::Fragment;
    }
    if (!IsTranslatedBySnat(key.GetProtocol()) && !packet.GetQuotedKey())
    {
        return DropReason::UnsupportedProtocol;
    }
    return std::nullopt;
}

Verdict
VnicPipeline::FirstOutbound(const PacketHeaders& packet,
                            const std::optional<FlowMatch>& refused,
                            Time now)
{
    const auto& key = packet.GetKey();
    if (HasInstanceLevelPublicIp())
    {
        const auto slot = m_flows.Track(key, false, now);
        m_flows.Accept(slot,
                       key.WithSource(*m_instruction->instanceLevelPublicIp, key.GetSourcePort()),
                       now);
        return Pass(slot, FlowDirection::Outbound, packet, now);
    }
    if (key.GetProtocol() == IpProtocol::Tcp && !packet.GetTcpFlags().syn)
    {
        return DropReason::NoTrackedFlow;
    }
    const auto slot = refused ? refused->slot : m_flows.Track(key, false, now);
    if (!m_flows.AcquirePort(slot, DrawFirstBlock(), now))
    {
        return DropReason::SnatPortsExhausted;
    }
    return Pass(slot, FlowDirection::Outbound, packet, now);
}

uint32_t
VnicPipeline::DrawFirstBlock() const
{
    const auto blocks = m_flows.GetBlockCount();
    const bool isDrawn =
        m_instruction->profile.frontendSelection == FrontendSelection::Random && blocks > 1;
    return isDrawn ? m_drawFrontend(blocks) : 0;
}

Forward
VnicPipeline::Pass(uint32_t slot, FlowDirection direction, const PacketHeaders& packet, Time now)
{
    const FlowPacket fact{packet.GetKey().GetProtocol(),
                          packet.GetTcpFlags(),
                          packet.GetDatagramSize()};
    return Translate(m_flows.Pass(slot, direction, fact, now), direction);
}

Verdict
VnicPipeline::TranslateQuotation(const PacketHeaders& packet, FlowDirection direction) const
{
    const auto match = m_flows.Lookup(packet.GetQuotedKey()->Reverse());
    if (match && match->direction == direction && m_flows.Get(match->slot).isAccepted)
    {
        return Translate(m_flows.Get(match->slot), direction);
    }
    if (HasInstanceLevelPublicIp())
    {
        return TranslateStateless(direction);
    }
    return DropReason::NoTrackedFlow;
}

Forward
VnicPipeline::Translate(const FlowEntry& flow, FlowDirection direction) const
{
    if (direction == FlowDirection::Outbound)
    {
        return ToInternet({RewriteField::Source, flow.translatedAddress, flow.translatedPort});
    }
    return ToVirtualMachine(
        {RewriteField::Destination, m_privateNumber, flow.outbound.GetSourcePort()});
}

Forward
VnicPipeline::TranslateStateless(FlowDirection direction) const
{
    if (direction == FlowDirection::Outbound)
    {
        return ToInternet({RewriteField::Source, m_instruction->instanceLevelPublicIp->Get(), {}});
    }
    return ToVirtualMachine({RewriteField::Destination, m_privateNumber, {}});
}

} // namespace ns3::azure
