// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-udp-table.h"

namespace ns3::azure
{

bool
CompactUdpTable::Listen(uint16_t port, CompactUdpUser& user)
{
    return m_listeners.emplace(port, &user).second;
}

void
CompactUdpTable::StopListening(uint16_t port)
{
    m_listeners.erase(port);
}

bool
CompactUdpTable::Bind(const FlowKey& key, CompactUdpUser& user, uint32_t tag)
{
    if (Find(key))
    {
        return false;
    }
    uint32_t slot = m_free;
    if (slot == NO_SLOT)
    {
        slot = m_bindings.GetSize();
        m_bindings.Append();
    }
    else
    {
        m_free = m_bindings[slot].tag;
    }
    m_bindings[slot] = {key, &user, tag};
    m_index.Insert(key, {slot, FlowDirection::Outbound});
    return true;
}

void
CompactUdpTable::Release(const FlowKey& key)
{
    if (const auto slot = Find(key))
    {
        m_index.Remove(key, {*slot, FlowDirection::Outbound});
        m_bindings[*slot] = {FlowKey(), nullptr, m_free};
        m_free = *slot;
    }
}

std::optional<CompactUdpMatch>
CompactUdpTable::LookupBound(const FlowKey& key) const
{
    const auto slot = Find(key);
    return slot ? std::make_optional(CompactUdpMatch{m_bindings[*slot].user, m_bindings[*slot].tag})
                : std::nullopt;
}

std::optional<CompactUdpMatch>
CompactUdpTable::Lookup(const FlowKey& key) const
{
    if (const auto bound = LookupBound(key))
    {
        return bound;
    }
    const auto listener = m_listeners.find(key.GetSourcePort());
    return listener == m_listeners.end() ? std::nullopt
                                         : std::make_optional(CompactUdpMatch{listener->second, 0});
}

uint64_t
CompactUdpTable::GetMemory() const
{
    constexpr uint64_t TREE_NODE = 32; // of a std::map, without what it holds
    return sizeof(*this) + m_bindings.GetMemory() + m_index.GetMemory() +
           m_listeners.size() * (TREE_NODE + sizeof(decltype(m_listeners)::value_type));
}

std::optional<uint32_t>
CompactUdpTable::Find(const FlowKey& key) const
{
    const auto match = m_index.Lookup(key, [this](uint32_t slot, FlowDirection /* direction */) {
        return m_bindings[slot].key;
    });
    return match ? std::make_optional(match->slot) : std::nullopt;
}

} // namespace ns3::azure
