// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-goal-state-parts.h"

#include "ns3/abort.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ns3::azure
{

std::vector<GoalStatePart>
Split(uint32_t generation, const std::vector<uint8_t>& bytes)
{
    const auto count = (bytes.size() + MAX_BYTES_PER_PART - 1) / MAX_BYTES_PER_PART;
    NS_ABORT_MSG_IF(count > std::numeric_limits<uint16_t>::max(),
                    "goal state: " << bytes.size() << " bytes are more than all parts carry");
    std::vector<GoalStatePart> parts;
    for (std::size_t i = 0; i < count; ++i)
    {
        const auto first = i * MAX_BYTES_PER_PART;
        const auto last = std::min(first + MAX_BYTES_PER_PART, bytes.size());
        parts.push_back({generation,
                         static_cast<uint16_t>(i),
                         static_cast<uint16_t>(count),
                         {bytes.begin() + static_cast<std::ptrdiff_t>(first),
                          bytes.begin() + static_cast<std::ptrdiff_t>(last)}});
    }
    return parts;
}

GoalStateAssembler::GoalStateAssembler(Taker take)
    : m_take(std::move(take))
{
}

bool
GoalStateAssembler::Insert(const GoalStatePart& part)
{
    if (part.generation == m_generation && m_isWhole)
    {
        return true;
    }
    if (part.generation > m_generation)
    {
        Begin(part);
    }
    if (part.generation < m_generation || part.parts != m_parts.size())
    {
        return false;
    }
    auto& place = m_parts[part.part];
    if (place)
    {
        return *place == part.bytes;
    }
    place = part.bytes;
    --m_missing;
    if (m_missing == 0 && !Complete())
    {
        place.reset();
        ++m_missing;
        return false;
    }
    return true;
}

void
GoalStateAssembler::Begin(const GoalStatePart& part)
{
    m_generation = part.generation;
    m_isWhole = false;
    m_parts.assign(part.parts, std::nullopt);
    m_missing = part.parts;
}

bool
GoalStateAssembler::Complete()
{
    std::vector<uint8_t> bytes;
    for (const auto& part : m_parts)
    {
        bytes.insert(bytes.end(), part->begin(), part->end());
    }
    if (!m_take(m_generation, bytes))
    {
        return false;
    }
    m_isWhole = true;
    m_parts.clear();
    return true;
}

} // namespace ns3::azure
