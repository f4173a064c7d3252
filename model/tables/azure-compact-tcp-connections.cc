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
    m_index.Insert(key, {number, FlowDirection::Outbound});
    return number;
}

void
CompactTcpConnections::Release(uint32_t number)
{
    auto& connection = m_records[number];
    NS_ABORT_MSG_IF(connection.state == CompactTcpState::Free, "no connection " << number);
    m_index.Remove(connection.key, {number, FlowDirection::Outbound});
    connection = CompactTcpConnection();
    connection.tag = m_released;
    m_released = number;
}

void
CompactTcpConnections::ReuseReleased()
{
    while (m_released != NONE)
    {
        const auto number = m_released;
        m_released = m_records[number].tag;
        m_records[number].tag = m_free;
        m_free = number;
    }
}

uint64_t
CompactTcpConnections::GetMemory() const
{
    return m_records.GetMemory() + m_index.GetMemory();
}

std::optional<std::string>
CompactTcpConnections::CheckInvariants() const
{
    for (uint32_t number = 0; number < m_records.GetSize(); ++number)
    {
        const auto& connection = m_records[number];
        if (connection.state != CompactTcpState::Free && Lookup(connection.key) != number)
        {
            return "connection " + std::to_string(number) + " is not found by its key";
        }
    }
    if (m_index.GetSize() + Count(m_free) + Count(m_released) != m_records.GetSize())
    {
        return "a record is neither in use, nor free, nor released";
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
