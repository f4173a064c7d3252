// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_INDEX_H
#define AZURE_FLOW_INDEX_H

#include "azure-memory.h"

#include "ns3/azure-flow-direction.h"
#include "ns3/azure-flow-key.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::azure
{

/// What a lookup found.
struct FlowMatch
{
    uint32_t slot;           //!< number of the entry
    FlowDirection direction; //!< which key matched
};

/**
 * @ingroup azure-tables
 * @brief Finds the entry of a flow by the key of a packet in either direction.
 *
 * The index only: it maps keys to slot numbers, and asks the caller's entries for the keys.  An
 * open-addressing table of 8-byte cells with linear probing, at most half full, without
 * tombstones, so that a lookup costs one cache miss here and one in the entry.
 *
 * Determinism: no iteration, so the order of cells never shows.
 */
class FlowIndex
{
  public:
    FlowIndex();

    /**
     * @brief Find the entry with the key.
     * @tparam KeyOf callable (slot, direction) returning that key of that entry
     * @return its slot and which key matched, or nothing
     */
    template <typename KeyOf>
    std::optional<FlowMatch> Lookup(const FlowKey& key, const KeyOf& keyOf) const
    {
        const auto tag = static_cast<uint32_t>(key.GetHash());
        for (uint32_t at = tag & m_mask; m_cells[at].value != EMPTY; at = (at + 1) & m_mask)
        {
            if (m_cells[at].tag == tag)
            {
                const auto match = ToMatch(m_cells[at].value);
                if (keyOf(match.slot, match.direction) == key)
                {
                    return match;
                }
            }
        }
        return std::nullopt;
    }

    /// @brief Add a key; it must not be there yet.
    void Insert(const FlowKey& key, FlowMatch match);

    /// @brief Remove a key; it must be there, for that slot and direction.
    void Remove(const FlowKey& key, FlowMatch match);

    /// @return number of keys
    uint32_t GetSize() const
    {
        return m_size;
    }

    /// @return bytes held
    std::size_t GetMemory() const
    {
        return azure::GetMemory(m_cells);
    }

  private:
    static constexpr uint32_t EMPTY = 0xffffffff; //!< value of a cell without key

    /// One place of the table.
    struct Cell
    {
        uint32_t tag;          //!< low half of the key's hash
        uint32_t value{EMPTY}; //!< twice the slot, plus one if inbound
    };

    static FlowMatch ToMatch(uint32_t value)
    {
        return {value >> 1, static_cast<FlowDirection>(value & 1)};
    }

    static uint32_t ToValue(FlowMatch match)
    {
        return (match.slot << 1) | static_cast<uint32_t>(match.direction);
    }

    /// Put the cell at the first free place from where its tag points.
    void Place(Cell cell);
    /// Double the table.
    void Grow();

    std::vector<Cell> m_cells; //!< a power of two of them
    uint32_t m_mask;           //!< number of cells - 1
    uint32_t m_size{0};        //!< cells in use
};

} // namespace ns3::azure

#endif // AZURE_FLOW_INDEX_H
