// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_TABLE_H
#define AZURE_FLOW_TABLE_H

#include "azure-chunked-vector.h"
#include "azure-flow-entry.h"
#include "azure-flow-index.h"
#include "azure-memory.h"

#include "ns3/azure-flow-key.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Flows, found by the key of a packet in either direction.
 *
 * A flow enters with its outbound key and is found by its inbound key too once accepted.
 *
 * Law, checked by CheckInvariants(): keys in the index = flows + flows accepted.
 */
class FlowTable
{
  public:
    /// @brief Find the flow a packet belongs to.
    std::optional<FlowMatch> Lookup(const FlowKey& key) const
    {
        return m_index.Lookup(key, [this](uint32_t slot, FlowDirection direction) {
            const auto& entry = m_entries[slot];
            return direction == FlowDirection::Outbound ? entry.outbound : entry.GetInbound();
        });
    }

    /**
     * @brief Add a flow; its outbound key must be new.
     * @return its slot; the number stays valid until the flow is removed
     */
    uint32_t Insert(const FlowKey& outbound);

    /// @brief Let the flow be found by its inbound key too; the key must be new.
    /// @param slot of the flow; @param inbound the outbound key reversed, but for its destination
    void Accept(uint32_t slot, const FlowKey& inbound);

    /// @brief Take the flow out.
    void Remove(uint32_t slot);

    /// @return the flow of the slot; the reference stays valid
    FlowEntry& Get(uint32_t slot)
    {
        return m_entries[slot];
    }

    /// @return the flow of the slot; the reference stays valid
    const FlowEntry& Get(uint32_t slot) const
    {
        return m_entries[slot];
    }

    /// @return number of flows
    uint32_t GetSize() const
    {
        return m_entries.GetSize() - static_cast<uint32_t>(m_freeSlots.size());
    }

    /// @return the slots that hold a flow or did, in order; test FlowEntry::isTracked
    const ChunkedVector<FlowEntry>& GetEntries() const
    {
        return m_entries;
    }

    /// @return bytes held
    std::size_t GetMemory() const
    {
        return m_index.GetMemory() + m_entries.GetMemory() + azure::GetMemory(m_freeSlots);
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    FlowIndex m_index;                  //!< keys of all flows
    ChunkedVector<FlowEntry> m_entries; //!< by slot
    std::vector<uint32_t> m_freeSlots;  //!< last freed is reused first
};

} // namespace ns3::azure

#endif // AZURE_FLOW_TABLE_H
