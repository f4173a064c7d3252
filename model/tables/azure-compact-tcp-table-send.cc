// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-table.h"

#include <algorithm>
#include <limits>

namespace ns3::azure
{

namespace
{

constexpr uint32_t LARGEST_WINDOW = 65535; //!< that a header can tell of, unscaled

/// @return the shift that makes a window fit (RFC 7323, 2.3)
uint8_t
GetWindowShift(uint32_t window)
{
    uint8_t shift = 0;
    while (shift < 14 && (window >> shift) > LARGEST_WINDOW)
    {
        ++shift;
    }
    return shift;
}

/// @return the timestamp clock (RFC 7323, 4.1): milliseconds, modulo 2^32
uint32_t
GetClock(Time now)
{
    return static_cast<uint32_t>(now.GetMilliSeconds());
}

} // namespace

TcpSegment
CompactTcpTable::MakeSegment(const Connection& connection, uint32_t sequence, Time now) const
{
    const auto window = GetSettings(connection).window;
    TcpSegment segment;
    segment.sequence = sequence;
    segment.acknowledgement = connection.expected;
    segment.ack = true;
    segment.window = static_cast<uint16_t>(
        std::min(connection.hasWindowScale ? window >> GetWindowShift(window) : window,
                 LARGEST_WINDOW));
    if (connection.hasTimestamps)
    {
        segment.timestamps = TcpTimestamps{GetClock(now), connection.recentTimestamp};
    }
    return segment;
}

void
CompactTcpTable::SendSyn(uint32_t number, Time now)
{
    auto& connection = m_connections[number];
    const auto window = GetSettings(connection).window;
    auto segment = MakeSegment(connection, 0, now);
    segment.syn = true;
    segment.ack = connection.state == State::SynReceived;
    segment.window = static_cast<uint16_t>(std::min(window, LARGEST_WINDOW)); // never scaled
    if (connection.hasWindowScale)
    {
        segment.windowScale = GetWindowShift(window);
    }
    segment.isSackPermitted = connection.isSackPermitted;
    connection.next = 1;
    connection.pending->highest = 1;
    connection.pending->lastAcknowledged = connection.expected;
    if (connection.pending->retransmitAt == NO_DEADLINE)
    {
        connection.pending->retransmitAt = (now + GetSynTimeout(connection)).GetNanoSeconds();
    }
    if (connection.pending->attempts < std::numeric_limits<uint16_t>::max())
    {
        ++connection.pending->attempts;
    }
    m_output.Transmit(connection.key, segment, nullptr, 0, 0);
}

void
CompactTcpTable::Acknowledge(uint32_t number, Time now)
{
    auto& connection = m_connections[number];
    NoteAcknowledged(connection);
    const auto segment = MakeSegment(connection, connection.pending->highest, now);
    m_output.Transmit(connection.key, segment, nullptr, 0, 0);
}

void
CompactTcpTable::NoteAcknowledged(Connection& connection)
{
    connection.pending->lastAcknowledged = connection.expected;
    connection.pending->acknowledgeAt = NO_DEADLINE;
    connection.unansweredSegments = 0;
}

void
CompactTcpTable::AnswerByReset(const FlowKey& key, const TcpSegment& segment)
{
    TcpSegment reset;
    reset.sequence = segment.acknowledgement;
    reset.rst = true;
    reset.window = LARGEST_WINDOW; // as TcpL4Protocol does
    m_output.Transmit(key, reset, nullptr, 0, 0);
}

void
CompactTcpTable::SendStream(uint32_t number, Time now)
{
    auto& connection = m_connections[number];
    while (const auto size = GetNextPayload(connection))
    {
        SendNext(number, *size, now);
    }
    if (connection.pending->retransmitAt == NO_DEADLINE && IsWaitingForWindow(connection))
    {
        connection.pending->retransmitAt =
            (now + GetRetransmitTimeout(connection)).GetNanoSeconds();
    }
}

bool
CompactTcpTable::IsWaitingForWindow(const Connection& connection)
{
    return IsSynchronized(connection.state) && !HasSentFin(connection.state) &&
           connection.peerWindow == 0 &&
           connection.pending->highest != connection.pending->streamEnd;
}

uint32_t
CompactTcpTable::GetSendLimit(const Connection& connection) const
{
    const auto& settings = GetSettings(connection);
    const uint32_t window = uint32_t{connection.peerWindow} << connection.peerWindowShift;
    if (connection.pending->attempts == 0)
    {
        return std::min(settings.window, window);
    }
    // After a timeout one segment goes, or one byte into a window that is shut.
    return std::min(settings.segmentSize, std::max(window, 1U));
}

std::optional<uint32_t>
CompactTcpTable::GetNextPayload(const Connection& connection) const
{
    const uint32_t last = connection.pending->streamEnd + (connection.isClosing ? 1 : 0);
    if (!IsSynchronized(connection.state) || connection.next == last ||
        connection.next == connection.pending->streamEnd + 1)
    {
        return std::nullopt;
    }
    const uint32_t limit = GetSendLimit(connection);
    const uint32_t underWay = connection.next - connection.pending->unacknowledged;
    const uint32_t left = connection.pending->streamEnd - connection.next;
    const uint32_t full = std::min(GetSettings(connection).segmentSize, left);
    const uint32_t size = std::min(full, limit > underWay ? limit - underWay : 0);
    // A window too small for a full segment is waited for (RFC 1122, 4.2.3.4), unless nothing is
    // under way that would bring news of it.
    const bool isHeldBack = size < full && (size == 0 || underWay > 0);
    return isHeldBack ? std::nullopt : std::make_optional(size);
}

void
CompactTcpTable::SendNext(uint32_t number, uint32_t size, Time now)
{
    auto& connection = m_connections[number];
    auto segment = MakeSegment(connection, connection.next, now);
    segment.payloadSize = size;
    segment.fin = connection.isClosing && connection.next + size == connection.pending->streamEnd;
    connection.next += segment.GetLength();
    if (IsSequenceBefore(connection.pending->highest, connection.next))
    {
        connection.pending->highest = connection.next;
    }
    if (segment.fin)
    {
        connection.state = NextState(connection.state, CompactTcpEvent::FinSent);
    }
    NoteAcknowledged(connection);
    if (connection.pending->retransmitAt == NO_DEADLINE)
    {
        connection.pending->retransmitAt =
            (now + GetRetransmitTimeout(connection)).GetNanoSeconds();
    }
    m_output.Transmit(connection.key,
                      segment,
                      size > 0 ? &GetUser(connection) : nullptr,
                      connection.tag,
                      segment.sequence - 1);
}

} // namespace ns3::azure
