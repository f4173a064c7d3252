// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-tracker.h"

#include "ns3/abort.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// How long a refused or denied flow waits for its next packet at least, in nanoseconds; our
/// choice.
constexpr int64_t WAITING_FLOW_TIMEOUT = 64'000'000'000;

} // namespace

FlowTracker::FlowTracker(uint32_t networkInterface, FlowObserver& observer)
    : m_networkInterface(networkInterface),
      m_observer(observer)
{
}

const FlowEntry&
FlowTracker::Pass(uint32_t slot, FlowDirection direction, const FlowPacket& packet, Time now)
{
    const bool isOutbound = direction == FlowDirection::Outbound;
    const bool isForward = isOutbound != m_flows.Get(slot).isInbound;
    if (packet.protocol == IpProtocol::Tcp)
    {
        FollowTcp(slot, isForward, packet.tcpFlags, now);
    }
    auto& entry = m_flows.Get(slot);
    if (!isForward && !entry.isAnswered && !packet.tcpFlags.rst)
    {
        entry.isAnswered = true;
        entry.firstReply = now.GetNanoSeconds();
    }
    if (entry.isTcpReset && packet.acknowledgement)
    {
        NoteAcknowledgement(entry, direction, *packet.acknowledgement);
    }
    Count(slot, direction, packet.bytes, now);
    return entry;
}

void
FlowTracker::NoteAcknowledgement(FlowEntry& entry, FlowDirection direction, uint32_t number)
{
    auto& expected =
        direction == FlowDirection::Outbound ? entry.expectedByVm : entry.expectedByPeer;
    const bool isNewer = !expected || static_cast<int32_t>(number - *expected) > 0;
    if (isNewer) // packets overtake each other
    {
        expected = number;
    }
}

void
FlowTracker::Count(uint32_t slot, FlowDirection direction, uint32_t bytes, Time now)
{
    const bool isOutbound = direction == FlowDirection::Outbound;
    auto& entry = m_flows.Get(slot);
    entry.lastPacket = now.GetNanoSeconds();
    ++(isOutbound ? entry.packetsOut : entry.packetsIn);
    (isOutbound ? entry.bytesOut : entry.bytesIn) += bytes;
}

std::optional<uint32_t>
FlowTracker::Track(const FlowKey& outbound,
                   bool isInbound,
                   FlowPath path,
                   Time now,
                   std::optional<uint32_t> owner)
{
    const auto networkInterface = owner.value_or(m_networkInterface);
    if (const auto waiting = m_flows.Lookup(outbound))
    {
        auto& entry = m_flows.Get(waiting->slot);
        NS_ABORT_MSG_IF(entry.isAccepted, "the flow " << outbound << " waits for nothing");
        if (entry.isInbound == isInbound && entry.networkInterface == networkInterface)
        {
            entry.path = path;
            entry.method = m_method;
            return waiting->slot;
        }
        End(waiting->slot, FlowEnd::Reopened, now);
    }
    if (m_flowsOf[isInbound] >= m_flowLimit)
    {
        return std::nullopt;
    }
    ++m_flowsOf[isInbound];
    const auto* record = m_records.Lookup(outbound, now);
    const auto slot = m_flows.Insert(outbound);
    auto& entry = m_flows.Get(slot);
    entry.path = path;
    entry.networkInterface = networkInterface;
    entry.method = m_method;
    entry.isAdmitted = record && *record == isInbound;
    entry.number = ++m_flowsCreated;
    entry.isInbound = isInbound;
    entry.firstPacket = now.GetNanoSeconds();
    entry.lastPacket = now.GetNanoSeconds();
    Arm(slot, GetDeadline(entry));
    return slot;
}

void
FlowTracker::NoteDecision(uint32_t slot,
                          FlowDirection direction,
                          const FlowKey& key,
                          const SecurityDecision& decision,
                          Time now)
{
    auto& entry = m_flows.Get(slot);
    entry.evaluations += decision.count > 0;
    for (uint32_t i = 0; i < decision.count; ++i)
    {
        const auto& match = decision.matches[i];
        m_observer.SecurityGroupDecided({now,
                                         entry.networkInterface,
                                         entry.number,
                                         entry.evaluations,
                                         direction,
                                         key,
                                         match.attachment,
                                         match.rule->access,
                                         match.rule->isDefault,
                                         match.group->name,
                                         match.rule->name});
    }
    if (!decision.IsAllowed())
    {
        Deny(slot, now);
    }
}

void
FlowTracker::Deny(uint32_t slot, Time now)
{
    auto& entry = m_flows.Get(slot);
    const bool isTold = entry.isAccepted || IsTold(entry);
    ++entry.denials;
    if (!entry.isAccepted)
    {
        entry.isAdmitted = false;
        entry.lastPacket = now.GetNanoSeconds();
    }
    if (!isTold)
    {
        m_observer.FlowCreated(Describe(entry));
    }
}

void
FlowTracker::Accept(uint32_t slot, const FlowKey& translated, Time now, const IdleTerms& terms)
{
    m_flows.Accept(slot, translated.Reverse());
    auto& entry = m_flows.Get(slot);
    entry.idleTimeout = terms.timeout.value_or(Time()).GetNanoSeconds();
    entry.isTcpReset = terms.isTcpReset && entry.outbound.GetProtocol() == IpProtocol::Tcp;
    entry.isAdmitted = true;
    entry.acceptedAt = now.GetNanoSeconds();
    entry.lastPacket = now.GetNanoSeconds();
    Arm(slot, GetDeadline(entry));
    if (!IsTold(entry))
    {
        m_observer.FlowCreated(Describe(entry));
    }
    if (entry.lease)
    {
        TellSnatPort(entry, SnatPortStage::Acquired, FlowEnd::Open, now);
    }
}

void
FlowTracker::FollowTcp(uint32_t slot, bool isForward, TcpFlags flags, Time now)
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
    if (after == TcpFlowState::Reset || IsClosedByFin(after, m_profile.finHoldStart))
    {
        BeginHold(slot, now);
    }
}

void
FlowTracker::BeginHold(uint32_t slot, Time now)
{
    auto& entry = m_flows.Get(slot);
    const auto& profile = m_profile;
    const auto& hold = entry.tcpState == TcpFlowState::Reset ? profile.rstHold : profile.finHold;
    if (!hold || !entry.lease)
    {
        return; // without a port there is nothing to be held
    }
    const int64_t end = (now + *hold).GetNanoSeconds();
    const bool wasHeld = entry.closesAt != NEVER;
    if (end < entry.closesAt)
    {
        entry.closesAt = end;
        entry.isHeldByRst = entry.tcpState == TcpFlowState::Reset;
    }
    entry.lastPacket = now.GetNanoSeconds();
    Arm(slot, GetDeadline(entry));
    if (!wasHeld)
    {
        m_ports.CoolDown(*entry.lease);
        TellSnatPort(entry, SnatPortStage::CoolingDown, GetCloseCause(entry), now);
    }
}

void
FlowTracker::Reopen(uint32_t slot, Time now)
{
    auto& entry = m_flows.Get(slot);
    auto record = Describe(entry);
    record.end = FlowEnd::Reopened;
    record.ended = now;
    m_observer.FlowEnded(record);
    FlowEntry fresh;
    fresh.outbound = entry.outbound;
    fresh.translatedAddress = entry.translatedAddress;
    fresh.translatedPort = entry.translatedPort;
    fresh.armedDeadline = entry.armedDeadline;
    fresh.isTracked = true;
    fresh.isAccepted = true;
    fresh.isAdmitted = true;
    fresh.path = entry.path;
    fresh.isInbound = entry.isInbound;
    fresh.isTcpReset = entry.isTcpReset;
    fresh.idleTimeout = entry.idleTimeout;
    fresh.networkInterface = entry.networkInterface;
    fresh.method = entry.method;
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
    Arm(slot, GetDeadline(entry)); // the half-open timeout may come before what was armed
    m_observer.FlowCreated(Describe(entry));
    if (entry.lease)
    {
        TellSnatPort(entry, SnatPortStage::Reopened, FlowEnd::Open, now);
    }
}

void
FlowTracker::Expire(Time now)
{
    while (const auto item = m_expiry.Pop(now))
    {
        if ((*item & LINGERING) != 0)
        {
            const uint32_t place = *item & ~LINGERING;
            const auto& port = m_lingering[place];
            if (port.flow.lease && port.until <= now.GetNanoSeconds())
            {
                ReleaseLingering(place, port.end, NanoSeconds(port.until));
            }
            continue; // or another one is there now, with a deadline of its own
        }
        const auto slot = *item;
        auto& entry = m_flows.Get(slot);
        if (!entry.isTracked || entry.armedDeadline > now.GetNanoSeconds())
        {
            continue; // a deadline that was brought forward, or of a flow that has ended
        }
        const int64_t deadline = GetDeadline(entry);
        if (deadline <= now.GetNanoSeconds())
        {
            End(slot, GetEnd(entry, deadline), NanoSeconds(deadline));
            continue;
        }
        entry.armedDeadline = NEVER;
        Arm(slot, deadline);
    }
}

FlowEnd
FlowTracker::GetEnd(const FlowEntry& entry, int64_t deadline) const
{
    if (entry.closesAt <= deadline)
    {
        return GetCloseCause(entry);
    }
    return IsHalfOpen(entry) ? FlowEnd::HalfOpen : FlowEnd::Idle;
}

void
FlowTracker::End(uint32_t slot, FlowEnd end, Time now)
{
    auto entry = m_flows.Get(slot);
    m_flows.Remove(slot);
    --m_flowsOf[entry.isInbound];
    if (entry.lease)
    {
        ReleasePort(entry, end, now);
    }
    if (end == FlowEnd::Idle && entry.isTcpReset)
    {
        OrderTcpReset(entry);
    }
    const auto recordEnd = NanoSeconds(entry.lastPacket + m_flowRecordTimeout);
    if (m_areRecordsKept && entry.isAdmitted && now < recordEnd)
    {
        m_records.Insert(entry.outbound, entry.isInbound, recordEnd, now);
    }
    auto record = Describe(entry);
    record.end = end;
    record.ended = now;
    m_observer.FlowEnded(record);
}

void
FlowTracker::OrderTcpReset(const FlowEntry& entry)
{
    const bool isEstablished = entry.tcpState == TcpFlowState::Established;
    if (isEstablished && entry.expectedByVm && entry.expectedByPeer)
    {
        m_observer.TcpResetOrdered({entry.networkInterface,
                                    entry.outbound,
                                    entry.GetTranslated(),
                                    entry.path,
                                    *entry.expectedByVm,
                                    *entry.expectedByPeer});
    }
}

void
FlowTracker::Arm(uint32_t slot, int64_t deadline)
{
    auto& entry = m_flows.Get(slot);
    if (deadline < entry.armedDeadline)
    {
        entry.armedDeadline = deadline;
        m_expiry.Push(slot, NanoSeconds(deadline));
    }
}

int64_t
FlowTracker::GetDeadline(const FlowEntry& entry) const
{
    if (!entry.isAccepted)
    {
        const int64_t waited = entry.lastPacket - entry.firstPacket;
        return entry.lastPacket + std::max({m_idleTimeout, WAITING_FLOW_TIMEOUT, 2 * waited});
    }
    if (IsHalfOpen(entry))
    {
        return entry.lastPacket + m_profile.halfOpenTimeout->GetNanoSeconds();
    }
    const int64_t timeout = entry.idleTimeout > 0 ? entry.idleTimeout : m_flowRecordTimeout;
    return std::min(entry.closesAt, entry.lastPacket + timeout);
}

bool
FlowTracker::IsHalfOpen(const FlowEntry& entry) const
{
    return entry.lease && !entry.isAnswered && entry.tcpState == TcpFlowState::Opening &&
           entry.outbound.GetProtocol() == IpProtocol::Tcp && m_profile.halfOpenTimeout &&
           m_profile.halfOpenTimeout->GetNanoSeconds() < entry.idleTimeout;
}

FlowEnd
FlowTracker::GetCloseCause(const FlowEntry& entry)
{
    return entry.isHeldByRst ? FlowEnd::Rst : FlowEnd::Fin;
}

FlowRecord
FlowTracker::Describe(const FlowEntry& entry) const
{
    FlowRecord record;
    record.networkInterface = entry.networkInterface;
    record.flow = entry.number;
    record.isInbound = entry.isInbound;
    record.path = entry.path;
    record.method = entry.method;
    record.key = entry.outbound;
    record.firstPacket = NanoSeconds(entry.firstPacket);
    record.lastPacket = NanoSeconds(entry.lastPacket);
    record.refusals = entry.refusals;
    record.denials = entry.denials;
    const bool isRefused = entry.refusals > 0 || entry.hasWaited;
    record.outcome = isRefused ? FlowOutcome::Refused : FlowOutcome::Denied;
    if (entry.isAccepted)
    {
        record.translated = entry.GetTranslated();
        record.accepted = NanoSeconds(entry.acceptedAt);
        record.outcome = FlowOutcome::Unanswered;
    }
    if (entry.isAnswered)
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

std::vector<FlowRecord>
FlowTracker::GetOpenFlows() const
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
FlowTracker::CheckInvariants() const
{
    if (auto broken = m_flows.CheckInvariants())
    {
        return broken;
    }
    for (const auto& entry : m_flows.GetEntries())
    {
        if (!entry.isTracked)
        {
            continue;
        }
        if ((entry.isAccepted || entry.lease) && !entry.isAdmitted)
        {
            return "a flow was accepted that the security groups do not let pass";
        }
        if (entry.lease && entry.path != FlowPath::Internet)
        {
            return "a flow that does not go to the Internet holds a port";
        }
    }
    if (m_flowsOf[0] + m_flowsOf[1] != m_flows.GetSize())
    {
        return "the flows are not as many as those of either direction";
    }
    return CheckPorts();
}

} // namespace ns3::azure
