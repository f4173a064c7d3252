// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_EXPIRY_QUEUE_H
#define AZURE_EXPIRY_QUEUE_H

#include "ns3/nstime.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Remembers when to look at an item again.
 *
 * Deadlines are lazy: a packet that prolongs a flow only notes the time in the flow, and the
 * queue learns of it when the old deadline comes.  So a packet costs nothing here, and an item
 * O(log n) once per timeout.  An item may be queued more than once; the caller tells a stale
 * deadline from a true one when it expires.
 *
 * Determinism: equal deadlines expire in the order they were pushed.
 */
class ExpiryQueue
{
  public:
    /// @brief Look at the item at the deadline.
    void Push(uint32_t item, Time deadline)
    {
        m_heap.push_back({deadline.GetNanoSeconds(), m_pushed++, item});
        std::push_heap(m_heap.begin(), m_heap.end(), IsLater);
    }

    /// @return the earliest deadline; nothing if the queue is empty
    std::optional<Time> GetNextDeadline() const
    {
        return m_heap.empty() ? std::nullopt
                              : std::optional<Time>(NanoSeconds(m_heap.front().deadline));
    }

    /**
     * @brief Take out the next item whose deadline has come.
     * @param now current time; a deadline equal to it has come
     * @return the item, or nothing if no deadline has come
     */
    std::optional<uint32_t> Pop(Time now)
    {
        if (m_heap.empty() || m_heap.front().deadline > now.GetNanoSeconds())
        {
            return std::nullopt;
        }
        std::pop_heap(m_heap.begin(), m_heap.end(), IsLater);
        const uint32_t item = m_heap.back().item;
        m_heap.pop_back();
        return item;
    }

    /// @return bytes of memory held
    std::size_t GetMemory() const
    {
        return m_heap.capacity() * sizeof(Entry);
    }

  private:
    /// A deadline in the heap.
    struct Entry
    {
        int64_t deadline; //!< nanoseconds
        uint64_t order;   //!< of pushing
        uint32_t item;    //!< whose deadline
    };

    /// Order of the heap: the earliest entry is at its front.
    static bool IsLater(const Entry& a, const Entry& b)
    {
        return a.deadline != b.deadline ? a.deadline > b.deadline : a.order > b.order;
    }

    std::vector<Entry> m_heap; //!< binary heap
    uint64_t m_pushed{0};      //!< entries pushed so far
};

} // namespace ns3::azure

#endif // AZURE_EXPIRY_QUEUE_H
