// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-mux-flow-table.h"

namespace ns3::azure
{

MuxFlowTable::MuxFlowTable(const MuxFlowLimits& limits)
    : m_trusted{limits.trustedTimeout.GetNanoSeconds(), limits.trustedQuota},
      m_untrusted{limits.untrustedTimeout.GetNanoSeconds(), limits.untrustedQuota}
{
}

std::optional<uint32_t>
MuxFlowTable::Lookup(const FlowKey& key, Time now)
{
    Expire(now.GetNanoSeconds());
    const auto slot = Find(key);
    return slot == NOBODY ? std::nullopt : std::optional<uint32_t>(m_entries[slot].member);
}

std::optional<uint32_t>
MuxFlowTable::Touch(const FlowKey& key, Time now)
{
    const int64_t nanoseconds = now.GetNanoSeconds();
    Expire(nanoseconds);
    const auto slot = Find(key);
    if (slot == NOBODY)
    {
        return std::nullopt;
    }
    Unlink(slot);
    auto& entry = m_entries[slot];
    entry.lastPacket = nanoseconds;
    entry.isTrusted |= m_trusted.size < m_trusted.quota;
    Append(slot);
    return entry.member;
}

bool
MuxFlowTable::Insert(const FlowKey& key, uint32_t member, Time now)
{
    const int64_t nanoseconds = now.GetNanoSeconds();
    Expire(nanoseconds);
    const bool isFull = m_untrusted.size >= m_untrusted.quota;
    const auto known = Find(key);
    if (known != NOBODY)
    {
        Unlink(known);
        auto& entry = m_entries[known];
        entry.isTrusted = entry.isTrusted && (entry.member == member || isFull);
        entry.lastPacket = nanoseconds;
        entry.member = member;
        Append(known);
        return true;
    }
    if (isFull)
    {
        return false;
    }
    auto slot = m_entries.GetSize();
    if (m_freeSlots.empty())
    {
        m_entries.Append();
    }
    else
    {
        slot = m_freeSlots.back();
        m_freeSlots.pop_back();
    }
    auto& entry = m_entries[slot];
    entry.key = key;
    entry.lastPacket = nanoseconds;
    entry.member = member;
    entry.isTrusted = false;
    Append(slot);
    m_index.Insert(key, {slot, FlowDirection::Inbound});
    return true;
}

void
MuxFlowTable::Replace(const FlowKey& key, uint32_t member)
{
    const auto slot = Find(key);
    if (slot != NOBODY)
    {
        m_entries[slot].member = member;
    }
}

void
MuxFlowTable::Remove(const FlowKey& key)
{
    const auto slot = Find(key);
    if (slot != NOBODY)
    {
        RemoveSlot(slot);
    }
}

uint32_t
MuxFlowTable::Find(const FlowKey& key) const
{
    const auto found = m_index.Lookup(key, [this](uint32_t slot, FlowDirection /* inbound */) {
        return m_entries[slot].key;
    });
    return found ? found->slot : NOBODY;
}

void
MuxFlowTable::Append(uint32_t slot)
{
    auto& entry = m_entries[slot];
    auto& queue = GetQueue(entry);
    entry.previous = queue.last;
    entry.next = NOBODY;
    (queue.last == NOBODY ? queue.first : m_entries[queue.last].next) = slot;
    queue.last = slot;
    ++queue.size;
}

void
MuxFlowTable::Unlink(uint32_t slot)
{
    const auto& entry = m_entries[slot];
    auto& queue = GetQueue(entry);
    (entry.previous == NOBODY ? queue.first : m_entries[entry.previous].next) = entry.next;
    (entry.next == NOBODY ? queue.last : m_entries[entry.next].previous) = entry.previous;
    --queue.size;
}

void
MuxFlowTable::RemoveSlot(uint32_t slot)
{
    m_index.Remove(m_entries[slot].key, {slot, FlowDirection::Inbound});
    Unlink(slot);
    m_freeSlots.push_back(slot);
}

void
MuxFlowTable::Expire(int64_t now)
{
    Expire(m_trusted, now);
    Expire(m_untrusted, now);
}

void
MuxFlowTable::Expire(Queue& queue, int64_t now)
{
    if (now - queue.oldest < queue.timeout)
    {
        return; // for most packets: the first entry is seldom in the cache
    }
    while (queue.first != NOBODY && now - m_entries[queue.first].lastPacket >= queue.timeout)
    {
        RemoveSlot(queue.first);
    }
    queue.oldest = queue.first == NOBODY ? now : m_entries[queue.first].lastPacket;
}

std::optional<std::string>
MuxFlowTable::CheckQueue(const Queue& queue, bool isTrusted) const
{
    uint32_t size = 0;
    uint32_t previous = NOBODY;
    for (auto slot = queue.first; slot != NOBODY; slot = m_entries[slot].next)
    {
        const auto& entry = m_entries[slot];
        if (entry.previous != previous || entry.isTrusted != isTrusted || ++size > queue.size)
        {
            return "a flow is not where its queue says";
        }
        if (previous != NOBODY && m_entries[previous].lastPacket > entry.lastPacket)
        {
            return "a queue is not in the order of last packets";
        }
        if (Find(entry.key) != slot)
        {
            return "the index does not find a flow";
        }
        previous = slot;
    }
    if (size != queue.size || queue.last != previous)
    {
        return "a queue's size or end differs from its flows";
    }
    if (size > queue.quota)
    {
        return "there are more flows than the quota allows";
    }
    return std::nullopt;
}

std::optional<std::string>
MuxFlowTable::CheckInvariants() const
{
    if (auto broken = CheckQueue(m_trusted, true))
    {
        return broken;
    }
    if (auto broken = CheckQueue(m_untrusted, false))
    {
        return broken;
    }
    const auto flows = m_trusted.size + m_untrusted.size;
    if (m_index.GetSize() != flows || m_entries.GetSize() != flows + m_freeSlots.size())
    {
        return "trusted and untrusted flows are not all there are";
    }
    return std::nullopt;
}

} // namespace ns3::azure
