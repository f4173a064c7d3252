// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-pipeline.h"

#include "ns3/azure-address-prefix.h"

#include <algorithm>
#include <utility>

namespace ns3::azure
{

VnicPipeline::VnicPipeline(uint32_t networkInterface,
                           Ipv4Address privateAddress,
                           VnicObserver& observer,
                           FrontendDraw drawFrontend)
    : m_networkInterface(networkInterface),
      m_privateAddress(privateAddress),
      m_observer(observer),
      m_drawFrontend(std::move(drawFrontend))
{
}

void
VnicPipeline::Program(const ProgramNetworkInterface& instruction)
{
    m_instruction = instruction;
    m_idleTimeout = instruction.profile.idleTimeout.GetNanoSeconds();
    std::vector<SnatPortBlock> blocks;
    for (const auto& grant : instruction.blocks)
    {
        blocks.emplace_back(grant.publicAddress, grant.ports);
    }
    m_ports = SnatPortAllocator(instruction.profile, std::move(blocks));
}

Verdict
VnicPipeline::Outbound(const PacketHeaders& packet, Time now)
{
    Expire(now);
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
    Expire(now);
    if (packet.GetKey().GetSource() == m_privateAddress)
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
    const auto slot = Track(outbound, true, now);
    Accept(slot, key.Reverse(), now);
    return Pass(slot, FlowDirection::Inbound, packet, now);
}

std::optional<DropReason>
VnicPipeline::RefuseOutbound(const PacketHeaders& packet) const
{
    const auto& key = packet.GetKey();
    if (key.GetSource() != m_privateAddress)
    {
        return DropReason::ForeignSource;
    }
    if (packet.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    if (IsPrivate(key.GetDestination()))
    {
        return DropReason::VirtualNetworkDestination;
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
        const auto slot = Track(key, false, now);
        Accept(slot,
               key.WithSource(*m_instruction->instanceLevelPublicIp, key.GetSourcePort()),
               now);
        return Pass(slot, FlowDirection::Outbound, packet, now);
    }
    if (key.GetProtocol() == IpProtocol::Tcp && !packet.GetTcpFlags().syn)
    {
        return DropReason::NoTrackedFlow;
    }
    return AcquirePort(refused ? refused->slot : Track(key, false, now), packet, now);
}

Verdict
VnicPipeline::AcquirePort(uint32_t slot, const PacketHeaders& packet, Time now)
{
    const auto& key = packet.GetKey();
    const auto blocks = static_cast<uint32_t>(m_ports.GetBlocks().size());
    const bool isDrawn =
        m_instruction->profile.frontendSelection == FrontendSelection::Random && blocks > 1;
    auto& entry = m_flows.Get(slot);
    entry.lease = m_ports.Acquire(key, isDrawn ? m_drawFrontend(blocks) : 0);
    if (entry.lease)
    {
        const auto& block = m_ports.GetBlocks()[entry.lease->block];
        Accept(slot, key.WithSource(block.GetPublicAddress(), entry.lease->port), now);
        return Pass(slot, FlowDirection::Outbound, packet, now);
    }
    entry.lastPacket = now.GetNanoSeconds();
    ++entry.refusals;
    if (entry.refusals == 1)
    {
        m_observer.FlowCreated(Describe(entry));
    }
    m_observer.SnatExhausted({now,
                              m_networkInterface,
                              entry.number,
                              entry.refusals,
                              key,
                              m_ports.GetPortsAllocated(),
                              m_ports.GetPortsInUse(),
                              m_ports.GetPortsCoolingDown()});
    return DropReason::SnatPortsExhausted;
}

Verdict
VnicPipeline::TranslateQuotation(const PacketHeaders& packet, FlowDirection direction) const
{
    const auto match = m_flows.Lookup(packet.GetQuotedKey()->Reverse());
    if (match && match->direction == direction)
    {
        const auto& entry = m_flows.GetEntries()[match->slot];
        if (entry.isAccepted)
        {
            return direction == FlowDirection::Outbound
                       ? Rewrite{RewriteField::Source,
                                 entry.inbound.GetDestination().Get(),
                                 entry.inbound.GetDestinationPort()}
                       : Rewrite{RewriteField::Destination,
                                 m_privateAddress.Get(),
                                 entry.outbound.GetSourcePort()};
        }
    }
    if (HasInstanceLevelPublicIp())
    {
        return TranslateStateless(direction);
    }
    return DropReason::NoTrackedFlow;
}

Rewrite
VnicPipeline::TranslateStateless(FlowDirection direction) const
{
    return direction == FlowDirection::Outbound
               ? Rewrite{RewriteField::Source, m_instruction->instanceLevelPublicIp->Get(), {}}
               : Rewrite{RewriteField::Destination, m_privateAddress.Get(), {}};
}

uint32_t
VnicPipeline::Track(const FlowKey& outbound, bool isInbound, Time now)
{
    const auto slot = m_flows.Insert(outbound);
    auto& entry = m_flows.Get(slot);
    entry.number = ++m_flowsCreated;
    entry.isInbound = isInbound;
    entry.firstPacket = now.GetNanoSeconds();
    entry.lastPacket = now.GetNanoSeconds();
    Arm(slot, GetDeadline(entry));
    return slot;
}

void
VnicPipeline::Accept(uint32_t slot, const FlowKey& translated, Time now)
{
    m_flows.Accept(slot, translated.Reverse());
    auto& entry = m_flows.Get(slot);
    entry.acceptedAt = now.GetNanoSeconds();
    if (entry.refusals == 0)
    {
        m_observer.FlowCreated(Describe(entry));
    }
    if (entry.lease)
    {
        TellSnatPort(entry, SnatPortStage::Acquired, FlowEnd::Open, now);
    }
}

Rewrite
VnicPipeline::Pass(uint32_t slot, FlowDirection direction, const PacketHeaders& packet, Time now)
{
    const bool isOutbound = direction == FlowDirection::Outbound;
    const bool isForward = isOutbound != m_flows.Get(slot).isInbound;
    if (packet.GetKey().GetProtocol() == IpProtocol::Tcp)
    {
        FollowTcp(slot, isForward, packet.GetTcpFlags(), now);
    }
    auto& entry = m_flows.Get(slot);
    entry.lastPacket = now.GetNanoSeconds();
    if (!isForward && entry.firstReply == NEVER && !packet.GetTcpFlags().rst)
    {
        entry.firstReply = entry.lastPacket;
    }
    if (isOutbound)
    {
        ++entry.packetsOut;
        entry.bytesOut += packet.GetDatagramSize();
        return {RewriteField::Source,
                entry.inbound.GetDestination().Get(),
                entry.inbound.GetDestinationPort()};
    }
    ++entry.packetsIn;
    entry.bytesIn += packet.GetDatagramSize();
    return {RewriteField::Destination, m_privateAddress.Get(), entry.outbound.GetSourcePort()};
}

void
VnicPipeline::FollowTcp(uint32_t slot, bool isForward, TcpFlags flags, Time now)
{
    const auto before = m_flows.Get(slot).tcpState;
    auto event = isForward ? TcpFlowEvent::Forward : TcpFlowEvent::Reply;
    if (flags.rst)
    {
        event = TcpFlowEvent::Rst;
    }
    else if (flags.fin)
    {
        event = isForward ? TcpFlowEvent::FinForward : TcpFlowEvent::FinReply;
    }
    else if (flags.syn && isForward)
    {
        event = TcpFlowEvent::Syn;
    }
    const auto after = NextState(before, event);
    if (after == before)
    {
        return;
    }
    if (after == TcpFlowState::Opening)
    {
        Reopen(slot, now);
        return;
    }
    m_flows.Get(slot).tcpState = after;
    if (after == TcpFlowState::Reset || IsClosedByFin(after, m_instruction->profile.finHoldStart))
    {
        BeginHold(slot, now);
    }
}

void
VnicPipeline::BeginHold(uint32_t slot, Time now)
{
    auto& entry = m_flows.Get(slot);
    const auto& profile = m_instruction->profile;
    const auto& hold = entry.tcpState == TcpFlowState::Reset ? profile.rstHold : profile.finHold;
    if (!hold)
    {
        return;
    }
    const int64_t end = (now + *hold).GetNanoSeconds();
    const bool wasHeld = entry.closesAt != NEVER;
    entry.closesAt = std::min(entry.closesAt, end);
    entry.lastPacket = now.GetNanoSeconds();
    Arm(slot, GetDeadline(entry));
    if (entry.lease && !wasHeld)
    {
        m_ports.CoolDown(*entry.lease);
        TellSnatPort(entry, SnatPortStage::CoolingDown, GetCloseCause(entry), now);
    }
}

void
VnicPipeline::Reopen(uint32_t slot, Time now)
{
    auto& entry = m_flows.Get(slot);
    auto record = Describe(entry);
    record.end = FlowEnd::Reopened;
    record.ended = now;
    m_observer.FlowEnded(record);
    FlowEntry fresh;
    fresh.outbound = entry.outbound;
    fresh.inbound = entry.inbound;
    fresh.armedDeadline = entry.armedDeadline;
    fresh.isTracked = true;
    fresh.isAccepted = true;
    fresh.isInbound = entry.isInbound;
    fresh.lease = entry.lease;
    fresh.number = ++m_flowsCreated;
    fresh.firstPacket = now.GetNanoSeconds();
    fresh.lastPacket = now.GetNanoSeconds();
    fresh.acceptedAt = now.GetNanoSeconds();
    entry = fresh;
    if (entry.lease && entry.lease->isCoolingDown)
    {
        m_ports.Reopen(*entry.lease);
    }
    m_observer.FlowCreated(Describe(entry));
    if (entry.lease)
    {
        TellSnatPort(entry, SnatPortStage::Reopened, FlowEnd::Open, now);
    }
}

void
VnicPipeline::Expire(Time now)
{
    while (const auto slot = m_expiry.Pop(now))
    {
        auto& entry = m_flows.Get(*slot);
        if (!entry.isTracked || entry.armedDeadline > now.GetNanoSeconds())
        {
            continue; // a deadline that was brought forward, or of a flow that has ended
        }
        const int64_t deadline = GetDeadline(entry);
        if (deadline <= now.GetNanoSeconds())
        {
            const bool isHoldOver = entry.closesAt <= now.GetNanoSeconds();
            End(*slot, isHoldOver ? GetCloseCause(entry) : FlowEnd::Idle, NanoSeconds(deadline));
            continue;
        }
        entry.armedDeadline = NEVER;
        Arm(*slot, deadline);
    }
}

void
VnicPipeline::End(uint32_t slot, FlowEnd end, Time now)
{
    const auto entry = m_flows.Get(slot);
    m_flows.Remove(slot);
    if (entry.lease)
    {
        m_ports.Release(entry.outbound, *entry.lease);
        TellSnatPort(entry, SnatPortStage::Released, end, now);
    }
    auto record = Describe(entry);
    record.end = end;
    record.ended = now;
    m_observer.FlowEnded(record);
}

void
VnicPipeline::Arm(uint32_t slot, int64_t deadline)
{
    auto& entry = m_flows.Get(slot);
    if (deadline < entry.armedDeadline)
    {
        entry.armedDeadline = deadline;
        m_expiry.Push(slot, NanoSeconds(deadline));
    }
}

int64_t
VnicPipeline::GetDeadline(const FlowEntry& entry) const
{
    return std::min(entry.closesAt, entry.lastPacket + m_idleTimeout);
}

FlowEnd
VnicPipeline::GetCloseCause(const FlowEntry& entry)
{
    return entry.tcpState == TcpFlowState::Reset ? FlowEnd::Rst : FlowEnd::Fin;
}

void
VnicPipeline::TellSnatPort(const FlowEntry& entry, SnatPortStage stage, FlowEnd cause, Time now)
{
    m_observer.SnatPortChanged({now,
                                m_networkInterface,
                                entry.number,
                                stage,
                                entry.inbound.Reverse(),
                                cause,
                                m_ports.GetPortsInUse()});
}

FlowRecord
VnicPipeline::Describe(const FlowEntry& entry) const
{
    FlowRecord record;
    record.networkInterface = m_networkInterface;
    record.flow = entry.number;
    record.isInbound = entry.isInbound;
    record.method = m_instruction->method;
    record.key = entry.outbound;
    record.firstPacket = NanoSeconds(entry.firstPacket);
    record.lastPacket = NanoSeconds(entry.lastPacket);
    record.refusals = entry.refusals;
    if (entry.isAccepted)
    {
        record.translated = entry.inbound.Reverse();
        record.accepted = NanoSeconds(entry.acceptedAt);
        record.outcome = FlowOutcome::Unanswered;
    }
    if (entry.firstReply != NEVER)
    {
        record.firstReply = NanoSeconds(entry.firstReply);
        record.outcome = FlowOutcome::Established;
    }
    record.packetsOut = entry.packetsOut;
    record.bytesOut = entry.bytesOut;
    record.packetsIn = entry.packetsIn;
    record.bytesIn = entry.bytesIn;
    return record;
}

std::vector<SnatPortUsage>
VnicPipeline::GetSnatPortUsage() const
{
    std::vector<SnatPortUsage> usage;
    for (const auto& block : m_ports.GetBlocks())
    {
        usage.push_back({m_networkInterface,
                         block.GetPublicAddress(),
                         block.GetPorts().GetSize(),
                         block.GetPortsInUse(),
                         block.GetPortsCoolingDown(),
                         block.GetUses()});
    }
    if (usage.empty())
    {
        usage.push_back({m_networkInterface, std::nullopt, 0, 0, 0, 0});
    }
    return usage;
}

std::vector<FlowRecord>
VnicPipeline::GetOpenFlows() const
{
    std::vector<FlowRecord> flows;
    for (const auto& entry : m_flows.GetEntries())
    {
        if (entry.isTracked)
        {
            flows.push_back(Describe(entry));
        }
    }
    std::sort(flows.begin(), flows.end(), [](const FlowRecord& a, const FlowRecord& b) {
        return a.flow < b.flow;
    });
    return flows;
}

std::optional<std::string>
VnicPipeline::CheckInvariants() const
{
    if (auto broken = m_flows.CheckInvariants())
    {
        return broken;
    }
    if (auto broken = m_ports.CheckInvariants())
    {
        return broken;
    }
    uint64_t holders = 0;
    for (const auto& entry : m_flows.GetEntries())
    {
        holders += entry.isTracked && entry.lease;
    }
    uint64_t uses = 0;
    for (const auto& block : m_ports.GetBlocks())
    {
        uses += block.GetUses();
    }
    if (holders != uses)
    {
        return "the flows that hold a port are not as many as the ports' uses";
    }
    return std::nullopt;
}

} // namespace ns3::azure
