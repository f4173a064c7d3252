// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-pipeline.h"

#include <sstream>

/**
 * @file
 * @brief How VnicPipeline learns of ways to the Internet, and what it does with a NAT gateway's
 * packets.
 */
namespace ns3::azure
{

namespace
{

/// @return all settings of a profile as one text
std::string
ToText(const Profile& profile)
{
    std::ostringstream text;
    text << profile;
    return text.str();
}

} // namespace

SnatPortChanges
VnicPipeline::Program(const ProgramNetworkInterface& instruction, Time now)
{
    m_flows.Expire(now);
    const SnatPortGrants held = GetSnatPorts();
    const bool isKnown =
        m_instruction && ToText(m_instruction->profile) == ToText(instruction.profile);
    const auto formerPublic = m_publicNumber;
    SnatPortChanges changes;
    Take(isKnown ? Subtract(held, instruction.blocks) : held, now, changes);
    if (isKnown)
    {
        m_flows.SetMethod(instruction.method);
    }
    else
    {
        m_flows.Program(instruction.method, instruction.profile, {}, m_drawFrontend);
    }
    m_instruction = instruction;
    m_publicNumber =
        instruction.instanceLevelPublicIp ? instruction.instanceLevelPublicIp->Get() : 0;
    m_instruction->blocks = isKnown ? Intersect(held, instruction.blocks) : SnatPortGrants();
    Give(isKnown ? Subtract(instruction.blocks, held) : instruction.blocks, false, now, changes);
    const bool hasLostPublic = formerPublic != 0 && formerPublic != m_publicNumber;
    const bool hasNoGateway = instruction.method != OutboundMethod::NatGateway;
    const auto isLost = [&](const FlowEntry& flow) {
        return flow.path == FlowPath::Internet &&
               ((hasLostPublic && flow.translatedAddress == formerPublic) ||
                (hasNoGateway && flow.translatedAddress == m_privateNumber));
    };
    m_flows.Reclaim(isLost, now);
    return changes;
}

SnatPortChanges
VnicPipeline::Program(const ProgramSnatPorts& instruction, Time now)
{
    m_flows.Expire(now);
    m_instruction->sequence = instruction.sequence;
    SnatPortChanges changes;
    Take(Intersect(m_instruction->blocks, instruction.taken), now, changes);
    Give(instruction.given, instruction.cause == SnatAllocationCause::Requested, now, changes);
    return changes;
}

void
VnicPipeline::Give(const SnatPortGrants& blocks,
                   bool areReturnable,
                   Time now,
                   SnatPortChanges& changes)
{
    for (const auto& block : blocks)
    {
        m_flows.AddPorts(block, areReturnable, now);
        m_instruction->blocks.push_back(block);
        changes.push_back({block, true, 0});
    }
}

void
VnicPipeline::Take(const SnatPortGrants& blocks, Time now, SnatPortChanges& changes)
{
    for (const auto& block : blocks)
    {
        m_instruction->blocks = Subtract(m_instruction->blocks, {block});
        changes.push_back({block, false, m_flows.RemovePorts(block, now)});
    }
}

SnatPortGrants
VnicPipeline::TakeUnused(Time now)
{
    const auto unused = m_flows.TakeUnused(now);
    if (!unused.empty())
    {
        m_instruction->blocks = Subtract(m_instruction->blocks, unused);
    }
    return unused;
}

Verdict
VnicPipeline::InboundNatGateway(const PacketHeaders& packet, Ipv4Address gateway, Time now)
{
    if (!IsProgrammed())
    {
        return DropReason::NotProgrammed;
    }
    m_flows.Expire(now);
    const auto& key = packet.GetKey();
    if (m_instruction->natGateway != gateway || key.GetSourceNumber() == m_privateNumber)
    {
        return DropReason::ForeignSource;
    }
    if (key.GetDestinationNumber() != m_privateNumber)
    {
        return DropReason::UnexpectedDestination;
    }
    if (packet.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    const Arrival arrival{packet, key, FlowDirection::Inbound, FlowPath::Internet, now};
    if (packet.GetQuotedKey())
    {
        const auto* flow = FindQuotedFlow(arrival);
        if (flow && IsByNatGateway(*flow))
        {
            return Translate(*flow, FlowDirection::Inbound, key);
        }
    }
    if (const auto reason = RefuseTranslation(packet))
    {
        return *reason;
    }
    const auto match = m_flows.Lookup(key);
    const bool isReply = match && match->direction == FlowDirection::Inbound &&
                         IsByNatGateway(m_flows.Get(match->slot));
    return isReply ? Continue(match->slot, arrival) : Verdict(DropReason::NoTrackedFlow);
}

} // namespace ns3::azure
