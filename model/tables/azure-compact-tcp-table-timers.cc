// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-table.h"

#include <algorithm>
#include <limits>

namespace ns3::azure
{

namespace
{

const int64_t LONGEST_RETRANSMIT_TIMEOUT = 60'000'000'000; //!< nanoseconds; RFC 6298, 2.5
constexpr int64_t CLOCK_GRANULARITY = 1'000'000;           //!< nanoseconds; RFC 6298, 2.3

/// @return the time doubled so often, or \p longest
int64_t
GetDoubled(int64_t time, uint32_t times, int64_t longest)
{
    for (; times > 0 && time < longest; --times)
    {
        time = time > longest / 2 ? longest : 2 * time;
    }
    return std::min(time, longest);
}

} // namespace

std::optional<Time>
CompactTcpTable::GetNextDeadline() const
{
    return m_deadlines.GetNextDeadline();
}

void
CompactTcpTable::Expire(Time now)
{
    while (const auto number = m_deadlines.Pop(now))
    {
        const Call call(*this);
        auto& connection = m_connections[*number];
        if (connection.armedDeadline <= now.GetNanoSeconds())
        {
            connection.armedDeadline = NO_DEADLINE;
            m_connections.Wake(*number);
            HandleDeadline(*number, now);
            Arm(*number);
        }
    }
}

void
CompactTcpTable::DropStaleDeadlines()
{
    m_deadlines.DropStale([this](uint32_t number, Time deadline) {
        auto& connection = m_connections[number];
        if (connection.armedDeadline != deadline.GetNanoSeconds())
        {
            return true; // it was queued again, or is another connection now
        }
        if (connection.pending == nullptr)
        {
            connection.armedDeadline = NO_DEADLINE;
            return true;
        }
        return false;
    });
}

void
CompactTcpTable::Arm(uint32_t number)
{
    auto& connection = m_connections[number];
    const auto deadline =
        std::min(connection.pending->retransmitAt, connection.pending->acknowledgeAt);
    if (deadline < connection.armedDeadline)
    {
        connection.armedDeadline = deadline;
        m_deadlines.Push(number, NanoSeconds(deadline));
    }
}

void
CompactTcpTable::HandleDeadline(uint32_t number, Time now)
{
    auto& connection = m_connections[number];
    if (connection.pending->acknowledgeAt <= now.GetNanoSeconds())
    {
        Acknowledge(number, now);
    }
    if (connection.pending->retransmitAt <= now.GetNanoSeconds())
    {
        connection.pending->retransmitAt = NO_DEADLINE;
        HandleRetransmit(number, now);
    }
}

void
CompactTcpTable::HandleRetransmit(uint32_t number, Time now)
{
    switch (m_connections[number].state)
    {
    case State::SynSent:
    case State::SynReceived:
        RetransmitSyn(number, now);
        break;
    case State::TimeWait:
        m_connections.Release(number);
        break;
    default:
        RetransmitStream(number, now);
        break;
    }
}

void
CompactTcpTable::RetransmitSyn(uint32_t number, Time now)
{
    const auto& connection = m_connections[number];
    if (connection.pending->attempts < GetSettings(connection).connectAttempts)
    {
        SendSyn(number, now);
    }
    else if (connection.state == State::SynSent)
    {
        End(number, CompactTcpEnd::Timeout, now);
    }
    else
    {
        m_connections.Release(number);
    }
}

void
CompactTcpTable::RetransmitStream(uint32_t number, Time now)
{
    auto& connection = m_connections[number];
    // A window that is shut is asked for as long as it takes (RFC 9293, 3.8.6.1).
    if (connection.peerWindow > 0 && connection.pending->attempts >= GetRetries(connection))
    {
        End(number, CompactTcpEnd::Timeout, now);
        return;
    }
    if (connection.pending->attempts < std::numeric_limits<uint16_t>::max())
    {
        ++connection.pending->attempts;
    }
    connection.next = connection.pending->unacknowledged;
    SendStream(number, now);
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

Time
CompactTcpTable::GetSynTimeout(const Connection& connection) const
{
    // A half of the range, so that the current time can be added.
    constexpr int64_t LONGEST = std::numeric_limits<int64_t>::max() / 2;
    return NanoSeconds(GetDoubled(GetSettings(connection).connectTimeout.GetNanoSeconds(),
                                  connection.pending->attempts,
                                  LONGEST));
}

int64_t
CompactTcpTable::GetLeastRetransmitTimeout(const Connection& connection) const
{
    const auto& settings = GetSettings(connection);
    const int64_t variation = int64_t{connection.roundTripVariation} * 4000;
    const int64_t estimate =
        connection.roundTrip == 0
            ? settings.firstRetransmitTimeout.GetNanoSeconds()
            : int64_t{connection.roundTrip} * 1000 + std::max(variation, CLOCK_GRANULARITY);
    return std::max(estimate, settings.leastRetransmitTimeout.GetNanoSeconds());
}

Time
CompactTcpTable::GetRetransmitTimeout(const Connection& connection) const
{
    const int64_t timeout = GetLeastRetransmitTimeout(connection);
    return NanoSeconds(
        connection.pending->attempts == 0 || IsFinAlone(connection)
            ? timeout
            : GetDoubled(timeout, connection.pending->attempts, LONGEST_RETRANSMIT_TIMEOUT));
}

uint32_t
CompactTcpTable::GetRetries(const Connection& connection) const
{
    constexpr uint32_t MOST = std::numeric_limits<uint16_t>::max(); // that are counted
    const uint32_t retries = std::min(GetSettings(connection).dataRetries, MOST);
    if (!IsFinAlone(connection))
    {
        return retries;
    }
    const int64_t timeout = std::max(GetLeastRetransmitTimeout(connection), CLOCK_GRANULARITY);
    int64_t patience = timeout;
    for (uint32_t i = 1; i <= retries; ++i)
    {
        patience += GetDoubled(timeout, i, LONGEST_RETRANSMIT_TIMEOUT);
    }
    return static_cast<uint32_t>(std::min<int64_t>(patience / timeout - 1, MOST));
}

bool
CompactTcpTable::IsFinAlone(const Connection& connection)
{
    return connection.pending->unacknowledged == connection.pending->streamEnd;
}

} // namespace ns3::azure
