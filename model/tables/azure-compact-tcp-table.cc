// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-table.h"

#include "ns3/abort.h"

#include <algorithm>
#include <limits>

namespace ns3::azure
{

CompactTcpTable::CompactTcpTable(CompactTcpOutput& output)
    : m_output(output)
{
}

CompactTcpTable::~CompactTcpTable() = default;

bool
CompactTcpTable::Listen(uint16_t port, CompactTcpUser& user, const CompactTcpSettings& settings)
{
    return m_listeners.emplace(port, GetUse(user, settings)).second;
}

void
CompactTcpTable::StopListening(uint16_t port)
{
    m_listeners.erase(port);
}

std::optional<uint32_t>
CompactTcpTable::Bind(const FlowKey& key,
                      CompactTcpUser& user,
                      uint32_t tag,
                      const CompactTcpSettings& settings)
{
    if (IsInUse(key))
    {
        return std::nullopt;
    }
    const auto number = m_connections.Acquire(key);
    auto& connection = m_connections[number];
    connection.use = GetUse(user, settings);
    connection.tag = tag;
    return number;
}

void
CompactTcpTable::Connect(uint32_t connection, Time now)
{
    const Call call(*this);
    auto& record = GetUsers(connection);
    NS_ABORT_MSG_IF(record.state != State::Bound, "connection " << connection << " has begun");
    record.state = State::SynSent;
    SendSyn(connection, now);
    Arm(connection);
}

void
CompactTcpTable::Send(uint32_t connection, uint32_t bytes, Time now)
{
    const Call call(*this);
    auto& record = GetUsers(connection);
    if (record.isClosing)
    {
        return;
    }
    NS_ABORT_MSG_IF(uint64_t{record.pending->streamEnd - record.pending->unacknowledged} + bytes >=
                        std::numeric_limits<uint32_t>::max(),
                    "connection " << connection << " has too much to send");
    record.pending->streamEnd += bytes;
    if (!record.isBusy)
    {
        SendStream(connection, now);
        Arm(connection);
    }
}

void
CompactTcpTable::Close(uint32_t connection, Time now)
{
    const Call call(*this);
    auto& record = GetUsers(connection);
    if (record.state < State::Established)
    {
        m_connections.Release(connection);
        return;
    }
    record.isClosing = true;
    if (!record.isBusy)
    {
        SendStream(connection, now);
        Arm(connection);
    }
}

void
CompactTcpTable::Reset(uint32_t connection, Time now)
{
    const Call call(*this);
    const auto record = GetUsers(connection);
    const auto highest = record.pending->highest;
    m_connections.Release(connection);
    if (record.state >= State::SynSent && record.state != State::Closing &&
        record.state != State::LastAck)
    {
        const bool isAnswered = record.state != State::SynSent;
        auto segment = MakeSegment(record, isAnswered ? highest : 0, now);
        segment.ack = false;
        segment.rst = true;
        m_output.Transmit(record.key, segment, nullptr, 0, 0);
    }
}

void
CompactTcpTable::Forget(uint32_t connection)
{
    const Call call(*this);
    GetUsers(connection);
    m_connections.Release(connection);
}

void
CompactTcpTable::ReceiveError(const FlowKey& key, bool isHard, Time now)
{
    const Call call(*this);
    const auto number = m_connections.Lookup(key);
    if (!number || !isHard)
    {
        return;
    }
    const auto state = m_connections[*number].state;
    if (state == State::SynReceived)
    {
        m_connections.Release(*number);
    }
    else if (state == State::SynSent || IsSynchronized(state))
    {
        End(*number, CompactTcpEnd::Unreachable, now);
    }
}

bool
CompactTcpTable::IsInUse(const FlowKey& key) const
{
    return m_connections.Lookup(key).has_value();
}

uint32_t
CompactTcpTable::GetSize() const
{
    return m_connections.GetSize();
}

uint64_t
CompactTcpTable::GetMemory() const
{
    // A node of a map has three pointers and a color beside its value.
    constexpr uint64_t LISTENER = 4 * sizeof(void*) + sizeof(decltype(m_listeners)::value_type);
    return m_connections.GetMemory() + m_deadlines.GetMemory() + m_uses.capacity() * sizeof(Use) +
           m_listeners.size() * LISTENER;
}

std::optional<std::string>
CompactTcpTable::CheckInvariants() const
{
    if (const auto error = m_connections.CheckInvariants())
    {
        return error;
    }
    for (uint32_t number = 0; number < m_connections.GetRecords().GetSize(); ++number)
    {
        if (const auto error = CheckInvariants(m_connections[number]))
        {
            return "connection " + std::to_string(number) + ": " + *error;
        }
    }
    return std::nullopt;
}

uint16_t
CompactTcpTable::GetUse(CompactTcpUser& user, const CompactTcpSettings& settings)
{
    // There are few, and the last one is asked for most.
    for (std::size_t i = m_uses.size(); i-- > 0;)
    {
        if (m_uses[i].user == &user && m_uses[i].settings == &settings)
        {
            return static_cast<uint16_t>(i);
        }
    }
    NS_ABORT_MSG_IF(m_uses.size() > std::numeric_limits<uint16_t>::max(), "too many users");
    m_uses.push_back({&user, &settings});
    return static_cast<uint16_t>(m_uses.size() - 1);
}

CompactTcpTable::Connection&
CompactTcpTable::GetUsers(uint32_t connection)
{
    NS_ABORT_MSG_IF(!m_connections.IsInUse(connection) ||
                        m_connections[connection].state == State::TimeWait,
                    "no connection " << connection);
    m_connections.Wake(connection);
    return m_connections[connection];
}

CompactTcpUser&
CompactTcpTable::GetUser(const Connection& connection) const
{
    return *m_uses[connection.use].user;
}

const CompactTcpSettings&
CompactTcpTable::GetSettings(const Connection& connection) const
{
    return *m_uses[connection.use].settings;
}

void
CompactTcpTable::End(uint32_t number, CompactTcpEnd end, Time now)
{
    const auto tag = m_connections[number].tag;
    auto& user = GetUser(m_connections[number]);
    m_connections.Release(number);
    user.HandleOver(tag, end, now);
}

void
CompactTcpTable::BeginTimeWait(uint32_t number, Time now)
{
    auto& connection = m_connections[number];
    const auto freeAt = now + 2 * GetSettings(connection).segmentLifetime;
    connection.pending->retransmitAt = freeAt.GetNanoSeconds();
    GetUser(connection).HandleOver(connection.tag, CompactTcpEnd::Closed, freeAt);
}

std::optional<std::string>
CompactTcpTable::CheckInvariants(const Connection& record)
{
    if (record.state == State::Free)
    {
        return std::nullopt;
    }
    auto pending = record.pending == nullptr ? record.GetIdle() : *record.pending;
    auto connection = record;
    connection.pending = &pending;
    const bool hasSentFin = HasSentFin(connection.state);
    const bool hasSentAll = connection.pending->highest == connection.pending->streamEnd + 1;
    const uint32_t underWay = connection.pending->highest - connection.pending->unacknowledged;
    if (connection.next - connection.pending->unacknowledged > underWay ||
        underWay > connection.pending->streamEnd + 1 - connection.pending->unacknowledged)
    {
        return "numbers are not in order";
    }
    if (hasSentFin != hasSentAll)
    {
        return "FIN and state differ";
    }
    if (hasSentFin && !connection.isClosing)
    {
        return "FIN unasked for";
    }
    const bool isWaiting =
        underWay > 0 || connection.state == State::TimeWait || IsWaitingForWindow(connection);
    if (isWaiting != (connection.pending->retransmitAt != NO_DEADLINE))
    {
        return "a retransmission is waited for without need, or not waited for";
    }
    if (std::min(connection.pending->retransmitAt, connection.pending->acknowledgeAt) <
        connection.armedDeadline)
    {
        return "a deadline is not in the queue";
    }
    if (connection.isBusy)
    {
        return "a segment is being taken";
    }
    return std::nullopt;
}

} // namespace ns3::azure
