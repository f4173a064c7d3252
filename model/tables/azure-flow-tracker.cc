// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-tracker.h"

#include "azure-memory.h"

#include "ns3/abort.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// How long a refused or denied flow waits for its next packet at least, in nanoseconds; our
/// choice.
constexpr int64_t WAITING_FLOW_TIMEOUT = 64'000'000'000;

/// How many different idle timeouts FlowEntry::idleTimeout tells apart, besides none.
constexpr uint32_t MAX_IDLE_TIMEOUTS = 1023;

} // namespace

FlowTracker::FlowTracker(uint32_t networkInterface, FlowObserver& observer)
    : m_networkInterface(networkInterface),
      m_observer(observer)
{
}

const FlowEntry&
FlowTracker::Pass(uint32_t slot, FlowDirection direction, const FlowPacket& packet, Time now)
{
    auto& entry = m_flows.Get(slot);
    const bool isOutbound = direction == FlowDirection::Outbound;
    const bool isForward = isOutbound != entry.isInbound;
    if (packet.protocol == IpProtocol::Tcp)
    {
        FollowTcp(slot, isForward, packet.tcpFlags, now);
    }
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
    const bool isOutbound = direction == FlowDirection::Outbound;
    const bool isKnown = isOutbound ? entry.isExpectedByVm : entry.isExpectedByPeer;
    auto& expected = isOutbound ? entry.expectedByVm : entry.expectedByPeer;
    if (!isKnown || static_cast<int32_t>(number - expected) > 0) // packets overtake each other
    {
        expected = number;
    }
    entry.isExpectedByVm |= isOutbound;
    entry.isExpectedByPeer |= !isOutbound;
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
    entry.idleTimeout = GetIdleTimeoutNumber(terms.timeout.value_or(Time()));
    entry.isTcpReset = terms.isTcpReset && entry.outbound.GetProtocol() == IpProtocol::Tcp;
    entry.isAdmitted = true;
    entry.acceptedAt = now.GetNanoSeconds();
    entry.lastPacket = now.GetNanoSeconds();
    Arm(slot, GetDeadline(entry));
    if (!IsTold(entry))
    {
        m_observer.FlowCreated(Describe(entry));
    }
    if (entry.hasLease)
    {
        TellSnatPort(entry, SnatPortStage::Acquired, FlowEnd::Open, now);
    }
}

uint32_t
FlowTracker::GetIdleTimeoutNumber(Time timeout)
{
    const auto found =
        std::find(m_idleTimeouts.begin(), m_idleTimeouts.end(), timeout.GetNanoSeconds());
    const auto number = static_cast<uint32_t>(found - m_idleTimeouts.begin());
    if (found == m_idleTimeouts.end())
    {
        NS_ABORT_MSG_IF(number > MAX_IDLE_TIMEOUTS,
                        "flows of " << m_networkInterface << " have too many idle timeouts");
        m_idleTimeouts.push_back(timeout.GetNanoSeconds());
    }
    return number;
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
    if (!hold || !entry.hasLease)
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
        CoolDown(entry, GetCloseCause(entry), now);
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
    fresh.hasLease = entry.hasLease;
    fresh.leaseFrontend = entry.leaseFrontend;
    fresh.number = ++m_flowsCreated;
    fresh.firstPacket = now.GetNanoSeconds();
    fresh.lastPacket = now.GetNanoSeconds();
    fresh.acceptedAt = now.GetNanoSeconds();
    if (entry.hasLease && entry.isCoolingDown)
    {
        auto lease = entry.GetLease();
        m_ports.Reopen(lease);
    }
    entry = fresh;
    Arm(slot, GetDeadline(entry)); // the half-open timeout may come before what was armed
    m_observer.FlowCreated(Describe(entry));
    if (entry.hasLease)
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
            if (port.isHeld && port.until <= now.GetNanoSeconds())
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
    if (entry.hasLease)
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
    if (isEstablished && entry.isExpectedByVm && entry.isExpectedByPeer)
    {
        m_observer.TcpResetOrdered({entry.networkInterface,
                                    entry.outbound,
                                    entry.GetTranslated(),
                                    entry.path,
                                    entry.expectedByVm,
                                    entry.expectedByPeer});
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
    const int64_t timeout =
        entry.idleTimeout > 0 ? m_idleTimeouts[entry.idleTimeout] : m_flowRecordTimeout;
    return std::min(entry.closesAt, entry.lastPacket + timeout);
}

bool
FlowTracker::IsHalfOpen(const FlowEntry& entry) const
{
    return entry.hasLease && !entry.isAnswered && entry.tcpState == TcpFlowState::Opening &&
           entry.outbound.GetProtocol() == IpProtocol::Tcp && m_profile.halfOpenTimeout &&
           m_profile.halfOpenTimeout->GetNanoSeconds() < m_idleTimeouts[entry.idleTimeout];
}

FlowEnd
FlowTracker::GetCloseCause(const FlowEntry& entry)
{
    return entry.isHeldByRst ? FlowEnd::Rst : FlowEnd::Fin;
}

FlowRecord
FlowTracker::Describe(const FlowEntry& entry)
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
    record.isClosed = entry.tcpState == TcpFlowState::FinForward ||
                      entry.tcpState == TcpFlowState::Closed ||
                      entry.tcpState == TcpFlowState::Reset;
    return record;
}

void
FlowTracker::VisitOpenFlows(const FlowVisitor& visitor) const
{
    std::vector<uint32_t> slots;
    slots.reserve(m_flows.GetSize());
    for (uint32_t slot = 0; slot < m_flows.GetEntries().GetSize(); ++slot)
    {
        if (Get(slot).isTracked)
        {
            slots.push_back(slot);
        }
    }
    const auto isBefore = [this](uint32_t a, uint32_t b) { return Get(a).number < Get(b).number; };
    if (!std::is_sorted(slots.begin(), slots.end(), isBefore)) // it is, until slots are reused
    {
        std::sort(slots.begin(), slots.end(), isBefore);
    }
    for (const auto slot : slots)
    {
        visitor(Describe(Get(slot)));
    }
}

std::size_t
FlowTracker::GetMemory() const
{
    return m_flows.GetMemory() + m_expiry.GetMemory() + m_records.GetMemory() +
           m_lingering.GetMemory() + azure::GetMemory(m_freeLingering) + m_ports.GetMemory();
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
        if ((entry.isAccepted || entry.hasLease) && !entry.isAdmitted)
        {
            return "a flow was accepted that the security groups do not let pass";
        }
        if (entry.hasLease && entry.path != FlowPath::Internet)
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
