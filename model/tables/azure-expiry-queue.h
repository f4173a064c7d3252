// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_EXPIRY_QUEUE_H
#define AZURE_EXPIRY_QUEUE_H

#include "azure-chunked-vector.h"

#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Remembers when to look at an item again.
 *
 * Deadlines are lazy: a packet that prolongs a flow only notes the time in the flow, and the
 * queue learns of it when the old deadline comes.  So a packet costs nothing here, and an item
 * 16 bytes and O(log n) once per timeout.  An item may be queued more than once; the caller tells a
 * stale deadline from a true one when it expires.
 *
 * Determinism: equal deadlines expire in the order they were pushed, if that was less than 2^31
 * pushes apart.
 */
class ExpiryQueue
{
  public:
    /// @brief Look at the item at the deadline.
    void Push(uint32_t item, Time deadline)
    {
        const Entry entry{deadline.GetNanoSeconds(), m_pushed++, item};
        m_heap.Append();
        uint32_t hole = m_heap.GetSize() - 1;
        while (hole > 0 && IsEarlier(entry, m_heap[GetParent(hole)]))
        {
            m_heap[hole] = m_heap[GetParent(hole)];
            hole = GetParent(hole);
        }
        m_heap[hole] = entry;
    }

    /// @return the earliest deadline; nothing if the queue is empty
    std::optional<Time> GetNextDeadline() const
    {
        return m_heap.IsEmpty() ? std::nullopt
                                : std::optional<Time>(NanoSeconds(m_heap[0].deadline));
    }

    /**
     * @brief Take out the next item whose deadline has come.
     * @param now current time; a deadline equal to it has come
     * @return the item, or nothing if no deadline has come
     */
    std::optional<uint32_t> Pop(Time now)
    {
        if (m_heap.IsEmpty() || m_heap[0].deadline > now.GetNanoSeconds())
        {
            return std::nullopt;
        }
        const uint32_t item = m_heap[0].item;
        RemoveRoot();
        return item;
    }

    /**
     * @brief Take out the next items as long as nobody waits for them any more, so that deadlines
     * that never come do not fill the queue until then.
     * @tparam IsStale callable (item, Time deadline) returning whether nobody waits for it
     */
    template <typename IsStale>
    void DropStale(const IsStale& isStale)
    {
        while (!m_heap.IsEmpty() && isStale(m_heap[0].item, NanoSeconds(m_heap[0].deadline)))
        {
            RemoveRoot();
        }
    }

    /// @return bytes held
    std::size_t GetMemory() const
    {
        return m_heap.GetMemory();
    }

  private:
    /// A deadline in the heap.
    struct Entry
    {
        int64_t deadline{0}; //!< nanoseconds
        uint32_t order{0};   //!< of pushing, modulo 2^32
        uint32_t item{0};    //!< whose deadline
    };

    static uint32_t GetParent(uint32_t place)
    {
        return (place - 1) / 2;
    }

    /// @return whether an entry comes out before another one; orders may have wrapped around
    static bool IsEarlier(const Entry& a, const Entry& b)
    {
        return a.deadline != b.deadline ? a.deadline < b.deadline
                                        : static_cast<int32_t>(a.order - b.order) < 0;
    }

    /// Take the earliest entry out; there is one.
    void RemoveRoot()
    {
        const Entry last = m_heap[m_heap.GetSize() - 1];
        m_heap.RemoveLast();
        if (!m_heap.IsEmpty())
        {
            FillRoot(last);
        }
    }

    /// Put an entry in place of the root, which has been taken out.
    void FillRoot(const Entry& entry)
    {
        const uint32_t size = m_heap.GetSize();
        uint32_t hole = 0;
        for (uint32_t child = 1; child < size; child = 2 * hole + 1)
        {
            if (child + 1 < size && IsEarlier(m_heap[child + 1], m_heap[child]))
            {
                ++child;
            }
            if (!IsEarlier(m_heap[child], entry))
            {
                break;
            }
            m_heap[hole] = m_heap[child];
            hole = child;
        }
        m_heap[hole] = entry;
    }

    ChunkedVector<Entry> m_heap; //!< binary heap: no entry is earlier than its parent
    uint32_t m_pushed{0};        //!< entries pushed so far, modulo 2^32
};

} // namespace ns3::azure

#endif // AZURE_EXPIRY_QUEUE_H
