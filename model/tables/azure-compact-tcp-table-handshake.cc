// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-table.h"

#include <algorithm>

namespace ns3::azure
{

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
    else if (segment.IsOpening())
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

void
CompactTcpTable::ReceiveSynSent(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    const bool isAnswer = segment.ack && segment.acknowledgement == connection.pending->highest;
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
        connection.pending->unacknowledged = segment.acknowledgement;
        connection.pending->attempts = 0;
        connection.pending->retransmitAt = NO_DEADLINE;
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
CompactTcpTable::RepeatSynAck(uint32_t number, Time now)
{
    const auto& connection = m_connections[number];
    if (connection.pending->attempts < GetSettings(connection).connectAttempts)
    {
        SendSyn(number, now);
    }
}

void
CompactTcpTable::Accept(uint32_t number, const TcpSegment& segment, Time now)
{
    auto& connection = m_connections[number];
    connection.state = State::Established;
    connection.pending->unacknowledged = segment.acknowledgement;
    connection.peerWindow = segment.window;
    connection.pending->attempts = 0;
    connection.pending->retransmitAt = NO_DEADLINE;
    connection.unansweredSegments = GetLastUnanswered(GetSettings(connection));
    TakeRoundTrip(connection, segment, now);
    const auto tag = GetUser(connection).HandleAccepted(number, connection.key);
    if (connection.state != State::Free)
    {
        connection.tag = tag;
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

} // namespace ns3::azure
