// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_GOAL_STATE_PARTS_H
#define AZURE_GOAL_STATE_PARTS_H

#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-slb-message.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Divide a goal state into parts that fit a message.
 * @param goalState of at most 65,535 parts, as Encode() asks for
 * @return the parts in order, each but the last with MAX_BYTES_PER_PART bytes
 */
std::vector<GoalStatePart> Split(const HostGoalState& goalState);

/**
 * @ingroup azure-tables
 * @brief Puts the parts of goal states together again, in whatever order they come.
 *
 * A part of a newer generation begins anew.  A part of an older one, or that contradicts the others
 * of its generation, or makes a whole that is no goal state or is not taken, is refused as if it
 * had not come.
 */
class GoalStateAssembler
{
  public:
    /// Takes a whole goal state. @return whether it does; false refuses the part that completed it
    using Taker = std::function<bool(const HostGoalState&)>;

    /// @param take called once for each generation that is whole and newer than those before
    explicit GoalStateAssembler(Taker take);

    /**
     * @brief A part has come.
     * @return whether to acknowledge it: it is kept, or its goal state has been taken already
     */
    bool Insert(const GoalStatePart& part);

  private:
    /// Begin to collect a generation.
    void Begin(const GoalStatePart& part);
    /// All parts are there. @return whether they made a goal state that was taken
    bool Complete();

    Taker m_take;             //!< of whole goal states
    uint32_t m_generation{0}; //!< newest, of which there are parts or the whole
    bool m_isWhole{true};     //!< it has been taken; the parts are gone
    std::vector<std::optional<std::vector<uint8_t>>> m_parts; //!< those that have come
    std::size_t m_missing{0};                                 //!< how many have not
};

} // namespace ns3::azure

#endif // AZURE_GOAL_STATE_PARTS_H
