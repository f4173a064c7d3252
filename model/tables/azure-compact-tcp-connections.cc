// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-connections.h"

#include "ns3/abort.h"

namespace ns3::azure
{

std::optional<uint32_t>
CompactTcpConnections::Lookup(const FlowKey& key) const
{
    const auto match =
        m_index.Lookup(key, [this](uint32_t number, FlowDirection /* always the same */) {
            return m_records[number].key;
        });
    return match ? std::make_optional(match->slot) : std::nullopt;
}

uint32_t
CompactTcpConnections::Acquire(const FlowKey& key)
{
    uint32_t number = m_free;
    if (number == NONE)
    {
        number = m_records.GetSize();
        m_records.Append();
    }
    else
    {
        m_free = m_records[number].tag;
        m_records[number] = CompactTcpConnection();
    }
    auto& connection = m_records[number];
    connection.key = key;
    connection.state = CompactTcpState::Bound;
    TakePending(connection);
    m_index.Insert(key, {number, FlowDirection::Outbound});
    return number;
}

void
CompactTcpConnections::Release(uint32_t number)
{
    auto& connection = m_records[number];
    NS_ABORT_MSG_IF(connection.state == CompactTcpState::Free, "no connection " << number);
    m_index.Remove(connection.key, {number, FlowDirection::Outbound});
    auto* const pending = connection.pending; // who is at work on it looks there
    if (pending != nullptr)
    {
        const auto own = pending->number;
        *pending = CompactTcpPending();
        pending->number = own;
    }
    connection = CompactTcpConnection();
    connection.pending = pending;
    connection.tag = m_released;
    m_released = number;
}

void
CompactTcpConnections::Wake(uint32_t number)
{
    auto& connection = m_records[number];
    if (connection.pending == nullptr)
    {
        TakePending(connection);
        const auto own = connection.pending->number;
        *connection.pending = connection.GetIdle();
        connection.pending->number = own;
    }
    m_awake.push_back(number);
}

void
CompactTcpConnections::Rest()
{
    while (m_released != NONE)
    {
        const auto number = m_released;
        auto& connection = m_records[number];
        ReturnPending(connection);
        m_released = connection.tag;
        connection.tag = m_free;
        m_free = number;
    }
    for (const auto number : m_awake)
    {
        auto& connection = m_records[number];
        if (connection.pending != nullptr && *connection.pending == connection.GetIdle())
        {
            ReturnPending(connection);
        }
    }
    m_awake.clear();
}

void
CompactTcpConnections::TakePending(CompactTcpConnection& connection)
{
    if (m_freePending == NONE)
    {
        const auto number = m_pending.GetSize();
        connection.pending = &m_pending.Append();
        connection.pending->number = number;
        return;
    }
    const auto number = m_freePending;
    connection.pending = &m_pending[number];
    m_freePending = connection.pending->streamEnd;
    *connection.pending = CompactTcpPending();
    connection.pending->number = number;
}

void
CompactTcpConnections::ReturnPending(CompactTcpConnection& connection)
{
    if (connection.pending != nullptr)
    {
        connection.pending->streamEnd = m_freePending;
        m_freePending = connection.pending->number;
        connection.pending = nullptr;
    }
}

uint64_t
CompactTcpConnections::GetMemory() const
{
    return m_records.GetMemory() + m_index.GetMemory() + m_pending.GetMemory() +
           m_awake.capacity() * sizeof(m_awake.front());
}

std::optional<std::string>
CompactTcpConnections::CheckInvariants() const
{
    uint32_t pending = 0;
    for (uint32_t number = 0; number < m_records.GetSize(); ++number)
    {
        const auto& connection = m_records[number];
        if (connection.state != CompactTcpState::Free && Lookup(connection.key) != number)
        {
            return "connection " + std::to_string(number) + " is not found by its key";
        }
        if (connection.pending != nullptr && *connection.pending == connection.GetIdle())
        {
            return "connection " + std::to_string(number) + " is idle, and has a pending part";
        }
        pending += connection.pending != nullptr ? 1 : 0;
    }
    if (m_index.GetSize() + Count(m_free) + Count(m_released) != m_records.GetSize())
    {
        return "a record is neither in use, nor free, nor released";
    }
    for (auto number = m_freePending; number != NONE; number = m_pending[number].streamEnd)
    {
        ++pending;
    }
    if (pending != m_pending.GetSize())
    {
        return "a pending part is neither in use nor free";
    }
    return std::nullopt;
}

uint32_t
CompactTcpConnections::Count(uint32_t list) const
{
    uint32_t count = 0;
    for (auto number = list; number != NONE; number = m_records[number].tag)
    {
        ++count;
    }
    return count;
}

} // namespace ns3::azure
