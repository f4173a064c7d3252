// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_EXPIRING_MAP_H
#define AZURE_EXPIRING_MAP_H

#include "azure-memory.h"

#include "ns3/azure-flow-key.h"
#include "ns3/nstime.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <unordered_map>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Remembers something of a flow, each until a time of its own.
 *
 * What is over is not found any more, and is swept out when the map has doubled since the last
 * sweep: so it has at most twice as many entries as were alive then, plus a few, and an insertion
 * costs a constant time on average.
 *
 * Determinism: no iteration shows.
 */
template <typename Value>
class ExpiringMap
{
  public:
    /**
     * @brief Remember a value in place of the key's former one.
     * @param key of it; @param value to be remembered
     * @param until end of its time, which does not belong to it
     * @param now current time
     */
    void Insert(const FlowKey& key, const Value& value, Time until, Time now)
    {
        if (m_entries.size() >= m_sweepAt)
        {
            Sweep(now);
        }
        m_entries[key] = {value, until.GetNanoSeconds()};
    }

    /// @brief Forget the key's value, if there is one.
    void Remove(const FlowKey& key)
    {
        m_entries.erase(key);
    }

    /// @return the key's value; null if there is none, or its time is over
    const Value* Lookup(const FlowKey& key, Time now) const
    {
        const auto found = m_entries.find(key);
        const bool isAlive = found != m_entries.end() && IsAlive(found->second, now);
        return isAlive ? &found->second.value : nullptr;
    }

    /// @return number of entries, those included whose time is over
    std::size_t GetSize() const
    {
        return m_entries.size();
    }

    /// @return bytes held
    std::size_t GetMemory() const
    {
        return azure::GetMemory(m_entries);
    }

  private:
    static constexpr std::size_t SMALLEST_SWEEP = 16; //!< sweep no map smaller than that

    /// What is remembered of a key.
    struct Entry
    {
        Value value;      //!< of the key
        int64_t until{0}; //!< end of its time, nanoseconds
    };

    static bool IsAlive(const Entry& entry, Time now)
    {
        return now.GetNanoSeconds() < entry.until;
    }

    /// Take out what is over.
    void Sweep(Time now)
    {
        for (auto at = m_entries.begin(); at != m_entries.end();)
        {
            at = IsAlive(at->second, now) ? std::next(at) : m_entries.erase(at);
        }
        m_sweepAt = std::max(SMALLEST_SWEEP, 2 * m_entries.size());
    }

    std::unordered_map<FlowKey, Entry, FlowKeyHash> m_entries; //!< by key
    std::size_t m_sweepAt{SMALLEST_SWEEP};                     //!< size to sweep at
};

} // namespace ns3::azure

#endif // AZURE_EXPIRING_MAP_H
