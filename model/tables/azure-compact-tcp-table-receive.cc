// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-table.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// @return whether numbers from \p first, \p length of them, touch those from \p from that a window
/// admits (RFC 9293, 3.10.7.4), and the one behind it, where a FIN may lie
bool
IsInWindow(uint32_t first, uint32_t length, uint32_t from, uint32_t window)
{
    const uint32_t last = first + (length == 0 ? 0 : length - 1);
    return first - from <= window || (length > 0 && last - from <= window);
}

/// @return whether a SYN opens a connection, and nothing else
bool
IsOpening(const TcpSegment& segment)
{
    return segment.syn && !segment.ack && !segment.rst && !segment.fin;
}

/// @return the count of unanswered segments at which the next one is acknowledged at once
uint8_t
GetLastUnanswered(const CompactTcpSettings& settings)
{
    return static_cast<uint8_t>(std::clamp(settings.delayedAckCount, 1U, 255U) - 1);
}

} // namespace

bool
CompactTcpTable::Receive(const FlowKey& key, const TcpSegment& segment, Time now)
{
    const Call call(*this);
    auto found = m_connections.Lookup(key);
    if (found)
    {
        HandleDeadline(*found, now); // what was to happen by now happens first
        found = m_connections.Lookup(key);
    }
    if (!found)
    {
        return ReceiveUnknown(key, segment, now);
    }
    auto& connection = m_connections[*found];
    switch (connection.state)
    {
    case State::Free:
    case State::Bound:
        return false;
    case State::TimeWait:
        return ReceiveInTimeWait(*found, segment, now);
    default:
        break;
    }
    const bool isOutermost = !connection.isBusy;
    connection.isBusy = true;
    if (connection.state == State::SynSent)
    {
        ReceiveSynSent(*found, segment, now);
    }
    else
    {
        ReceiveSynchronized(*found, segment, now);
    }
    if (isOutermost && connection.state != State::Free)
    {
        connection.isBusy = false;
        SendStream(*found, now);
        Arm(*found);
    }
    return true;
}

bool
CompactTcpTable::ReceiveUnknown(const FlowKey& key, const TcpSegment& segment, Time now)
{
    const auto listener = m_listeners.find(key.GetSourcePort());
    if (listener == m_listeners.end())
    {
        return false;
    }
    if (segment.ack && !segment.rst)
    {
        AnswerByReset(key, segment);
    }
    else if (IsOpening(segment))
    {
        const auto number = m_connections.Acquire(key);
        auto& connection = m_connections[number];
        connection.use = listener->second;
        connection.state = State::SynReceived;
        connection.expected = segment.sequence + 1;
        TakeOptions(connection, segment);
        SendSyn(number, now);
        Arm(number);
    }
    return true;
}

bool
CompactTcpTable::ReceiveInTimeWait(uint32_t number, const TcpSegment& segment, Time now)
{
    const auto& connection = m_connections[number];
    const auto key = connection.key;
    if (IsOpening(segment) && m_listeners.count(key.GetSourcePort()) > 0)
    {
        const bool isNewer =
            connection.hasTimestamps && segment.timestamps
                ? IsSequenceBefore(connection.recentTimestamp, segment.timestamps->value)
                : IsSequenceBefore(connection.expected, segment.sequence);
        if (isNewer)
        {
            m_connections.Release(number);
            return ReceiveUnknown(key, segment, now);
        }
    }
    if (segment.rst && segment.sequence == connection.expected)
    {
        m_connections.Release(number);
    }
    else if (CheckAcceptable(number, segment, now) && segment.syn)
    {
        Acknowledge(number, now);
    }
    return true;
}

void
CompactTcpTable::ReceiveSynSent(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    const bool isAnswer = segment.ack && segment.acknowledgement == connection.highest;
    if (segment.ack && !isAnswer && !segment.rst)
    {
        AnswerByReset(connection.key, segment);
    }
    else if (segment.rst && isAnswer)
    {
        End(number, CompactTcpEnd::Refused, now);
    }
    else if (segment.syn && isAnswer && !segment.rst)
    {
        connection.state = State::Established;
        connection.expected = segment.sequence + 1;
        connection.unacknowledged = segment.acknowledgement;
        connection.attempts = 0;
        connection.retransmitAt = NO_DEADLINE;
        TakeOptions(connection, segment);
        TakeRoundTrip(connection, segment, now);
        Acknowledge(number, now);
        if (connection.state == State::Established)
        {
            connection.unansweredSegments = GetLastUnanswered(GetSettings(connection));
            GetUser(connection).HandleConnected(connection.tag);
        }
    }
}

void
CompactTcpTable::ReceiveSynchronized(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    if (connection.state == State::SynReceived && IsOpening(segment) &&
        segment.sequence + 1 == connection.expected)
    {
        RepeatSynAck(number, now);
        return;
    }
    if (!CheckAcceptable(number, segment, now) || !CheckControl(number, segment, now))
    {
        return;
    }
    if (connection.state == State::SynReceived)
    {
        if (segment.acknowledgement != connection.highest)
        {
            AnswerByReset(connection.key, segment);
            return;
        }
        Accept(number, segment, now);
    }
    if (TakeAcknowledgement(number, segment, now) && TakePayload(number, segment, now))
    {
        TakeFin(number, segment, now);
    }
}

void
CompactTcpTable::RepeatSynAck(uint32_t number, Time now)
{
    const auto& connection = m_connections[number];
    if (connection.attempts < GetSettings(connection).connectAttempts)
    {
        SendSyn(number, now);
    }
}

bool
CompactTcpTable::CheckAcceptable(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    if (connection.hasTimestamps && !segment.rst)
    {
        if (!segment.timestamps)
        {
            return false; // RFC 7323, 3.2: dropped silently
        }
        if (IsSequenceBefore(segment.timestamps->value, connection.recentTimestamp))
        {
            Acknowledge(number, now);
            return false;
        }
    }
    if (!IsInWindow(segment.sequence,
                    segment.GetLength(),
                    connection.expected,
                    GetSettings(connection).window))
    {
        if (!segment.rst)
        {
            Acknowledge(number, now);
        }
        return false;
    }
    if (connection.hasTimestamps && !segment.rst &&
        !IsSequenceBefore(connection.lastAcknowledged, segment.sequence))
    {
        connection.recentTimestamp = segment.timestamps->value;
    }
    return true;
}

bool
CompactTcpTable::CheckControl(uint32_t number, const TcpSegment& segment, Time now)
{
    const auto& connection = m_connections[number];
    if (segment.syn || (segment.rst && segment.sequence != connection.expected))
    {
        Acknowledge(number, now);
        return false;
    }
    if (!segment.rst)
    {
        return segment.ack;
    }
    if (connection.state == State::SynReceived)
    {
        m_connections.Release(number);
    }
    else
    {
        End(number, CompactTcpEnd::Reset, now);
    }
    return false;
}

void
CompactTcpTable::Accept(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    connection.state = State::Established;
    connection.unacknowledged = segment.acknowledgement;
    connection.peerWindow = segment.window;
    connection.attempts = 0;
    connection.retransmitAt = NO_DEADLINE;
    connection.unansweredSegments = GetLastUnanswered(GetSettings(connection));
    TakeRoundTrip(connection, segment, now);
    const auto tag = GetUser(connection).HandleAccepted(number, connection.key);
    if (connection.state != State::Free)
    {
        connection.tag = tag;
    }
}

bool
CompactTcpTable::TakeAcknowledgement(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    if (connection.state == State::Free)
    {
        return false;
    }
    if (IsSequenceBefore(connection.highest, segment.acknowledgement))
    {
        Acknowledge(number, now); // of what has not been sent
        return false;
    }
    if (IsSequenceBefore(segment.acknowledgement, connection.unacknowledged))
    {
        return true; // an old one; the window it tells of is old, too
    }
    connection.peerWindow = segment.window;
    if (segment.acknowledgement == connection.unacknowledged)
    {
        return true;
    }
    if (connection.attempts == 0)
    {
        TakeRoundTrip(connection, segment, now);
    }
    connection.unacknowledged = segment.acknowledgement;
    if (IsSequenceBefore(connection.next, connection.unacknowledged))
    {
        connection.next = connection.unacknowledged;
    }
    connection.attempts = 0;
    const bool isAll = connection.unacknowledged == connection.highest;
    connection.retransmitAt =
        isAll ? NO_DEADLINE : (now + GetRetransmitTimeout(connection)).GetNanoSeconds();
    return !(isAll && HasSentFin(connection.state)) || TakeFinAcknowledgement(number, now);
}

bool
CompactTcpTable::TakeFinAcknowledgement(uint32_t number, Time now)
{
    auto& connection = m_connections[number];
    const auto next = NextState(connection.state, CompactTcpEvent::FinAcknowledged);
    if (next == State::Free)
    {
        End(number, CompactTcpEnd::Closed, now);
        return false;
    }
    connection.state = next;
    if (next == State::TimeWait)
    {
        BeginTimeWait(number, now);
        return false;
    }
    return true;
}

bool
CompactTcpTable::TakePayload(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    if (!IsReceiving(connection.state))
    {
        return false;
    }
    if (IsSequenceBefore(connection.expected, segment.sequence))
    {
        if (segment.GetLength() > 0)
        {
            Acknowledge(number, now); // something before it is missing
        }
        return false;
    }
    const uint32_t known = connection.expected - segment.sequence;
    if (segment.payloadSize <= known)
    {
        return true;
    }
    const auto& settings = GetSettings(connection);
    const uint32_t size = std::min(segment.payloadSize - known, settings.window);
    connection.expected += size;
    GetUser(connection).HandleReceived(connection.tag, segment.payload + known, size);
    if (connection.state == State::Free)
    {
        return false;
    }
    if (connection.unansweredSegments >= GetLastUnanswered(settings))
    {
        Acknowledge(number, now);
        return connection.state != State::Free;
    }
    ++connection.unansweredSegments;
    if (connection.acknowledgeAt == NO_DEADLINE)
    {
        connection.acknowledgeAt = (now + settings.delayedAckTimeout).GetNanoSeconds();
    }
    return true;
}

void
CompactTcpTable::TakeFin(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    if (!segment.fin || segment.sequence + segment.payloadSize != connection.expected)
    {
        return;
    }
    const auto before = connection.state;
    ++connection.expected;
    connection.state = NextState(before, CompactTcpEvent::FinReceived);
    Acknowledge(number, now);
    if (connection.state == State::TimeWait)
    {
        BeginTimeWait(number, now);
    }
    else if (connection.state == State::CloseWait && !connection.isClosing)
    {
        GetUser(connection).HandlePeerClosed(connection.tag);
    }
}

void
CompactTcpTable::TakeOptions(Connection& connection, const TcpSegment& segment)
{
    connection.hasTimestamps = segment.timestamps.has_value();
    connection.recentTimestamp = segment.timestamps ? segment.timestamps->value : 0;
    connection.hasWindowScale = segment.windowScale.has_value();
    // RFC 7323, 2.3: never above 14.
    connection.peerWindowShift = std::min<uint8_t>(segment.windowScale.value_or(0), 14);
    connection.isSackPermitted = segment.isSackPermitted;
    connection.peerWindow = segment.window >> connection.peerWindowShift; // a SYN's is not scaled
}

void
CompactTcpTable::TakeRoundTrip(Connection& connection, const TcpSegment& segment, Time now)
{
    if (!connection.hasTimestamps || !segment.timestamps)
    {
        return;
    }
    const auto clock = static_cast<uint32_t>(now.GetMilliSeconds());
    const uint32_t elapsed = clock - segment.timestamps->echo;
    if (IsSequenceBefore(clock, segment.timestamps->echo))
    {
        return;
    }
    // At most an hour, so that microseconds fit; at least one, lest it look like never measured.
    const int64_t sample =
        elapsed == 0 ? 1 : int64_t{std::min<uint32_t>(elapsed, 3'600'000)} * 1000;
    if (connection.roundTrip == 0)
    {
        connection.roundTrip = static_cast<uint32_t>(sample);
        connection.roundTripVariation = static_cast<uint32_t>(sample / 2);
        return;
    }
    // RFC 6298, 2.3, in whole numbers: alpha = 1/8, beta = 1/4.
    const int64_t mean = connection.roundTrip;
    const int64_t variation = connection.roundTripVariation;
    const int64_t error = sample - mean;
    connection.roundTrip = static_cast<uint32_t>((8 * mean + error) / 8);
    connection.roundTripVariation =
        static_cast<uint32_t>((3 * variation + (error < 0 ? -error : error)) / 4);
}

} // namespace ns3::azure
