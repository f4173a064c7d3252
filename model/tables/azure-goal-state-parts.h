// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_GOAL_STATE_PARTS_H
#define AZURE_GOAL_STATE_PARTS_H

#include "ns3/azure-slb-message.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Divide a goal state into parts that fit a message.
 * @param generation of the goal state
 * @param bytes what Encode() made of it, of at most 65,535 parts
 * @return the parts in order, each but the last with MAX_BYTES_PER_PART bytes
 */
std::vector<GoalStatePart> Split(uint32_t generation, const std::vector<uint8_t>& bytes);

/// As above. @param goalState a host's or a mux's, as Encode() asks for
template <typename GoalState>
std::vector<GoalStatePart>
Split(const GoalState& goalState)
{
    return Split(goalState.generation, Encode(goalState));
}

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
    /// Takes the bytes of a whole goal state of that generation.
    /// @return whether it does; false refuses the part that completed it
    using Taker = std::function<bool(uint32_t generation, const std::vector<uint8_t>& bytes)>;

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

/**
 * @brief What to give an assembler that is to put together goal states of one kind.
 * @param decode reads them from bytes, as DecodeHostGoalState() and DecodeMuxGoalState() do
 * @param take a function of a goal state; says whether it takes it
 * @return a taker that refuses what is none, or one of another generation than its parts
 */
template <typename GoalState, typename Take>
GoalStateAssembler::Taker
MakeGoalStateTaker(std::optional<GoalState> (*decode)(const std::vector<uint8_t>&), Take take)
{
    return [decode, take = std::move(take)](uint32_t generation,
                                            const std::vector<uint8_t>& bytes) -> bool {
        const auto goalState = decode(bytes);
        return goalState && goalState->generation == generation && take(*goalState);
    };
}

} // namespace ns3::azure

#endif // AZURE_GOAL_STATE_PARTS_H
