// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TIMEOUT_LIST_H
#define AZURE_TIMEOUT_LIST_H

#include "azure-chunked-vector.h"

#include "ns3/nstime.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Remembers which of many items has waited too long, where all wait equally long.
 *
 * With one timeout for all, items in the order of their last restart are in the order of their
 * deadlines: a doubly linked list does, of 16 bytes an item.  Every call takes constant time, and
 * deadlines are exact; ExpiryQueue is for deadlines of any order.
 *
 * Items are numbers, given out densely from 0 for the list's entries are kept by number.
 *
 * Determinism: equal deadlines expire in the order of the restarts.
 */
class TimeoutList
{
  public:
    /// @param timeout how long to wait; above 0 s, and no more than 146 years of it count
    explicit TimeoutList(Time timeout)
        : m_timeout(std::min(timeout.GetNanoSeconds(), LONGEST))
    {
    }

    /// Wait for the item from now on, whether it has been waited for or not.
    /// @param item its number
    /// @param now current time, not before that of an earlier call
    void Restart(uint32_t item, Time now)
    {
        while (m_entries.GetSize() <= item)
        {
            m_entries.Append();
        }
        Stop(item);
        auto& entry = m_entries[item];
        entry.deadline = now.GetNanoSeconds() + m_timeout;
        entry.previous = m_last;
        GetNext(m_last) = item;
        m_last = item;
    }

    /// Wait for the item no longer, if it has been waited for.
    void Stop(uint32_t item)
    {
        if (!IsWaitedFor(item))
        {
            return;
        }
        auto& entry = m_entries[item];
        GetNext(entry.previous) = entry.next;
        (entry.next == NOBODY ? m_last : m_entries[entry.next].previous) = entry.previous;
        entry = {};
    }

    /// @return whether the item is waited for
    bool IsWaitedFor(uint32_t item) const
    {
        return item < m_entries.GetSize() && m_entries[item].deadline != NO_DEADLINE;
    }

    /// @return the earliest deadline; nothing if no item is waited for
    std::optional<Time> GetNextDeadline() const
    {
        return m_first == NOBODY ? std::nullopt
                                 : std::optional<Time>(NanoSeconds(m_entries[m_first].deadline));
    }

    /**
     * @brief Take out the next item whose deadline has come.
     * @param now current time; a deadline equal to it has come
     * @return the item, or nothing if no deadline has come
     */
    std::optional<uint32_t> Pop(Time now)
    {
        if (m_first == NOBODY || m_entries[m_first].deadline > now.GetNanoSeconds())
        {
            return std::nullopt;
        }
        const auto item = m_first;
        Stop(item);
        return item;
    }

    /// @return bytes of memory held
    uint64_t GetMemory() const
    {
        return m_entries.GetMemory();
    }

  private:
    static constexpr uint32_t NOBODY = std::numeric_limits<uint32_t>::max();
    static constexpr int64_t NO_DEADLINE = std::numeric_limits<int64_t>::max();
    static constexpr int64_t LONGEST = NO_DEADLINE / 2; //!< that current times can be added to

    /// An item's place in the list.
    struct Entry
    {
        int64_t deadline{NO_DEADLINE}; //!< nanoseconds; NO_DEADLINE: not in the list
        uint32_t previous{NOBODY};     //!< the item before
        uint32_t next{NOBODY};         //!< the item behind
    };

    /// @return where it is said which item is behind this one, or is the first
    uint32_t& GetNext(uint32_t item)
    {
        return item == NOBODY ? m_first : m_entries[item].next;
    }

    int64_t m_timeout;              //!< nanoseconds
    ChunkedVector<Entry> m_entries; //!< by item
    uint32_t m_first{NOBODY};       //!< with the earliest deadline
    uint32_t m_last{NOBODY};        //!< with the latest
};

} // namespace ns3::azure

#endif // AZURE_TIMEOUT_LIST_H
