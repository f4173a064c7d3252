// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-index.h"

#include "ns3/abort.h"

#include <utility>

namespace ns3::azure
{

FlowIndex::FlowIndex()
    : m_cells(16),
      m_mask(15)
{
}

void
FlowIndex::Insert(const FlowKey& key, FlowMatch match)
{
    if (2 * (m_size + 1) > m_cells.size())
    {
        Grow();
    }
    Place({static_cast<uint32_t>(key.GetHash()), ToValue(match)});
    ++m_size;
}

void
FlowIndex::Remove(const FlowKey& key, FlowMatch match)
{
    uint32_t hole = static_cast<uint32_t>(key.GetHash()) & m_mask;
    while (m_cells[hole].value != ToValue(match))
    {
        NS_ABORT_MSG_IF(m_cells[hole].value == EMPTY, "no such key: " << key);
        hole = (hole + 1) & m_mask;
    }
    // Close the gap: a later cell of the same run may move back unless it would come to lie
    // before the place its tag points to.
    for (uint32_t at = (hole + 1) & m_mask; m_cells[at].value != EMPTY; at = (at + 1) & m_mask)
    {
        const uint32_t fromHome = (at - m_cells[at].tag) & m_mask;
        const uint32_t fromHole = (at - hole) & m_mask;
        if (fromHome >= fromHole)
        {
            m_cells[hole] = m_cells[at];
            hole = at;
        }
    }
    m_cells[hole].value = EMPTY;
    --m_size;
}

void
FlowIndex::Place(Cell cell)
{
    uint32_t at = cell.tag & m_mask;
    while (m_cells[at].value != EMPTY)
    {
        at = (at + 1) & m_mask;
    }
    m_cells[at] = cell;
}

void
FlowIndex::Grow()
{
    auto cells = std::exchange(m_cells, std::vector<Cell>(2 * m_cells.size()));
    m_mask = static_cast<uint32_t>(m_cells.size() - 1);
    for (const auto& cell : cells)
    {
        if (cell.value != EMPTY)
        {
            Place(cell);
        }
    }
}

} // namespace ns3::azure
