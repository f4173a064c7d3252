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

} // namespace

bool
CompactTcpTable::Receive(const FlowKey& key, const TcpSegment& segment, Time now)
{
    const Call call(*this);
    auto found = m_connections.Lookup(key);
    if (found)
    {
        m_connections.Wake(*found);
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
CompactTcpTable::ReceiveInTimeWait(uint32_t number, const TcpSegment& segment, Time now)
{
    const auto& connection = m_connections[number];
    const auto key = connection.key;
    if (segment.IsOpening() && m_listeners.count(key.GetSourcePort()) > 0)
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
CompactTcpTable::ReceiveSynchronized(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    if (connection.state == State::SynReceived && segment.IsOpening() &&
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
        if (segment.acknowledgement != connection.pending->highest)
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
        !IsSequenceBefore(connection.pending->lastAcknowledged, segment.sequence))
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

bool
CompactTcpTable::TakeAcknowledgement(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    if (connection.state == State::Free)
    {
        return false;
    }
    if (IsSequenceBefore(connection.pending->highest, segment.acknowledgement))
    {
        Acknowledge(number, now); // of what has not been sent
        return false;
    }
    if (IsSequenceBefore(segment.acknowledgement, connection.pending->unacknowledged))
    {
        return true; // an old one; the window it tells of is old, too
    }
    connection.peerWindow = segment.window;
    if (segment.acknowledgement == connection.pending->unacknowledged)
    {
        return true;
    }
    if (connection.pending->attempts == 0)
    {
        TakeRoundTrip(connection, segment, now);
    }
    connection.pending->unacknowledged = segment.acknowledgement;
    if (IsSequenceBefore(connection.next, connection.pending->unacknowledged))
    {
        connection.next = connection.pending->unacknowledged;
    }
    connection.pending->attempts = 0;
    const bool isAll = connection.pending->unacknowledged == connection.pending->highest;
    connection.pending->retransmitAt =
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

uint8_t
CompactTcpTable::GetLastUnanswered(const CompactTcpSettings& settings)
{
    return static_cast<uint8_t>(std::clamp(settings.delayedAckCount, 1U, 255U) - 1);
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
    if (connection.pending->acknowledgeAt == NO_DEADLINE)
    {
        connection.pending->acknowledgeAt = (now + settings.delayedAckTimeout).GetNanoSeconds();
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

} // namespace ns3::azure
