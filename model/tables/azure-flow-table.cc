// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-table.h"

#include "ns3/abort.h"

namespace ns3::azure
{

uint32_t
FlowTable::Insert(const FlowKey& outbound)
{
    uint32_t slot = 0;
    if (m_freeSlots.empty())
    {
        slot = m_entries.GetSize();
        m_entries.Append();
    }
    else
    {
        slot = m_freeSlots.back();
        m_freeSlots.pop_back();
        m_entries[slot] = FlowEntry();
    }
    auto& entry = m_entries[slot];
    entry.outbound = outbound;
    entry.isTracked = true;
    m_index.Insert(outbound, {slot, FlowDirection::Outbound});
    return slot;
}

void
FlowTable::Accept(uint32_t slot, const FlowKey& inbound)
{
    auto& entry = m_entries[slot];
    NS_ABORT_MSG_IF(!entry.isTracked || entry.isAccepted, "slot " << slot << " is not waiting");
    entry.translatedAddress = inbound.GetDestination().Get();
    entry.translatedPort = inbound.GetDestinationPort();
    NS_ABORT_MSG_IF(entry.GetInbound() != inbound,
                    inbound << " does not answer " << entry.outbound);
    entry.isAccepted = true;
    m_index.Insert(inbound, {slot, FlowDirection::Inbound});
}

void
FlowTable::Remove(uint32_t slot)
{
    auto& entry = m_entries[slot];
    NS_ABORT_MSG_UNLESS(entry.isTracked, "slot " << slot << " holds no flow");
    m_index.Remove(entry.outbound, {slot, FlowDirection::Outbound});
    if (entry.isAccepted)
    {
        m_index.Remove(entry.GetInbound(), {slot, FlowDirection::Inbound});
    }
    entry.isTracked = false;
    m_freeSlots.push_back(slot);
}

std::optional<std::string>
FlowTable::CheckInvariants() const
{
    uint32_t flows = 0;
    uint32_t accepted = 0;
    for (const auto& entry : m_entries)
    {
        flows += entry.isTracked;
        accepted += entry.isTracked && entry.isAccepted;
    }
    if (flows != GetSize())
    {
        return "the table's size differs from the number of tracked flows";
    }
    if (m_index.GetSize() != flows + accepted)
    {
        return "the index has not one key per flow and one per accepted flow";
    }
    return std::nullopt;
}

} // namespace ns3::azure
