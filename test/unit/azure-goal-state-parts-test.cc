// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-goal-state-parts.h"
#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-mux-goal-state.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace ns3::azure
{

namespace
{

/// A goal state of one interface and so many routes.
HostGoalState
MakeGoalState(uint32_t generation, uint32_t routes = 500)
{
    HostGoalState goalState;
    goalState.generation = generation;
    goalState.flowRecordTimeout = Minutes(4);
    goalState.routeTables.resize(1);
    for (uint32_t i = 0; i < routes; ++i)
    {
        goalState.routeTables[0].routes.push_back(
            {Ipv4Address(0x0a000004 + i), Ipv4Address(0x0a800002), 1});
    }
    goalState.networkInterfaces = {{generation, 1, {}, {}, 0, false}};
    return goalState;
}

/// An assembler, and the goal states that it hands over.
class GoalStateAssembly : public ::testing::Test
{
  protected:
    GoalStateAssembler m_assembler{
        MakeGoalStateTaker(DecodeHostGoalState, [this](const HostGoalState& goalState) {
            m_offered.push_back(goalState);
            return m_isTaken;
        })};
    std::vector<HostGoalState> m_offered; //!< so far
    bool m_isTaken{true};                 //!< what the assembler is answered
};

TEST(GoalStateParts, AreFullButTheLastAndCarryWhatEncodeWrites)
{
    // 13 octets, 0 groups (2), 1 table (2): no prefixes (4), 500 routes (4 + 500 * 13), no default
    // route (1); 1 interface (2): 4 + 4 + 1 + 1 + 2 + 1.
    const auto goalState = MakeGoalState(9);
    const auto parts = Split(goalState);
    const std::size_t size = 13 + 2 + 2 + 4 + 4 + 500 * 13 + 1 + 2 + 13;
    ASSERT_EQ(parts.size(), size / 1200 + 1);
    std::vector<uint8_t> bytes;
    for (std::size_t i = 0; i < parts.size(); ++i)
    {
        EXPECT_EQ(parts[i].generation, 9U);
        EXPECT_EQ(parts[i].part, i);
        EXPECT_EQ(parts[i].parts, parts.size());
        EXPECT_EQ(parts[i].bytes.size(), i + 1 < parts.size() ? 1200 : size % 1200);
        bytes.insert(bytes.end(), parts[i].bytes.begin(), parts[i].bytes.end());
    }
    EXPECT_EQ(bytes, Encode(goalState));
}

TEST_F(GoalStateAssembly, TakesPartsInAnyOrderAndRepeated)
{
    std::mt19937 random(1);
    for (uint32_t generation = 1; generation <= 50; ++generation)
    {
        const auto goalState = MakeGoalState(generation, random() % 1000);
        auto parts = Split(goalState);
        const auto count = parts.size();
        for (std::size_t i = 0; i < count; ++i)
        {
            parts.push_back(parts[random() % count]);
        }
        std::shuffle(parts.begin(), parts.end(), random);
        for (const auto& part : parts)
        {
            ASSERT_TRUE(m_assembler.Insert(part)) << generation;
        }
        ASSERT_EQ(m_offered.size(), generation);
        ASSERT_TRUE(m_offered.back() == goalState) << generation;
    }
}

TEST(GoalStateParts, CarryAGoalStateOfMuxesAsWell)
{
    MuxGoalState goalState;
    goalState.generation = 3;
    goalState.backendSets.resize(1);
    for (uint32_t i = 0; i < 1000; ++i) // of 13 octets
    {
        goalState.backendSets[0].members.push_back({i, Ipv4Address(0x0a800002 + i), true, 0});
    }
    std::vector<MuxGoalState> offered;
    GoalStateAssembler assembler(
        MakeGoalStateTaker(DecodeMuxGoalState, [&offered](const MuxGoalState& whole) {
            offered.push_back(whole);
            return true;
        }));
    const auto parts = Split(goalState);
    EXPECT_EQ(parts.size(), 1000U * 13 / 1200 + 1);
    for (const auto& part : parts)
    {
        EXPECT_TRUE(assembler.Insert(part));
    }
    ASSERT_EQ(offered.size(), 1U);
    EXPECT_TRUE(offered[0] == goalState);
}

TEST_F(GoalStateAssembly, RefusesWhatIsAGoalStateOfAnotherKind)
{
    MuxGoalState goalState;
    goalState.generation = 1;
    const auto parts = Split(goalState);
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_FALSE(m_assembler.Insert(parts[0]));
    EXPECT_TRUE(m_offered.empty());
}

TEST_F(GoalStateAssembly, LetsANewerGenerationReplaceOneThatIsNotWhole)
{
    const auto older = Split(MakeGoalState(1));
    const auto newer = Split(MakeGoalState(2));
    for (std::size_t i = 0; i + 1 < older.size(); ++i)
    {
        EXPECT_TRUE(m_assembler.Insert(older[i]));
    }
    EXPECT_TRUE(m_assembler.Insert(newer[0]));
    EXPECT_FALSE(m_assembler.Insert(older.back())) << "who sends it must not believe it in force";
    EXPECT_TRUE(m_offered.empty());
    for (const auto& part : newer)
    {
        EXPECT_TRUE(m_assembler.Insert(part));
    }
    ASSERT_EQ(m_offered.size(), 1U);
    EXPECT_EQ(m_offered[0].generation, 2U);
    for (const auto& part : older)
    {
        EXPECT_FALSE(m_assembler.Insert(part));
    }
    EXPECT_TRUE(m_assembler.Insert(newer[0])) << "it is in force";
    EXPECT_EQ(m_offered.size(), 1U);
}

TEST_F(GoalStateAssembly, RefusesPartsThatContradictTheOthers)
{
    const auto parts = Split(MakeGoalState(1));
    EXPECT_TRUE(m_assembler.Insert(parts[0]));
    auto other = parts[1];
    ++other.parts;
    EXPECT_FALSE(m_assembler.Insert(other)) << "another number of parts";
    other = parts[0];
    ++other.bytes[0];
    EXPECT_FALSE(m_assembler.Insert(other)) << "other bytes";
    for (const auto& part : parts)
    {
        EXPECT_TRUE(m_assembler.Insert(part));
    }
    EXPECT_EQ(m_offered.size(), 1U);
}

TEST_F(GoalStateAssembly, RefusesTheLastPartOfWhatIsNoGoalState)
{
    auto parts = Split(MakeGoalState(1));
    const auto good = parts.back();
    parts.back().bytes.push_back(0);
    for (std::size_t i = 0; i + 1 < parts.size(); ++i)
    {
        EXPECT_TRUE(m_assembler.Insert(parts[i]));
    }
    EXPECT_FALSE(m_assembler.Insert(parts.back()));
    EXPECT_FALSE(m_assembler.Insert(parts.back()));
    EXPECT_TRUE(m_offered.empty());
    EXPECT_TRUE(m_assembler.Insert(good)) << "as if the bad one had not come";
    EXPECT_EQ(m_offered.size(), 1U);
}

TEST_F(GoalStateAssembly, RefusesAGoalStateOfAnotherGenerationThanItsParts)
{
    for (auto part : Split(MakeGoalState(1, 0)))
    {
        part.generation = 2;
        EXPECT_FALSE(m_assembler.Insert(part));
    }
    EXPECT_TRUE(m_offered.empty());
}

TEST_F(GoalStateAssembly, RefusesTheLastPartOfAGoalStateThatIsNotTaken)
{
    const auto parts = Split(MakeGoalState(1, 0));
    ASSERT_EQ(parts.size(), 1U);
    m_isTaken = false;
    EXPECT_FALSE(m_assembler.Insert(parts[0]));
    m_isTaken = true;
    EXPECT_TRUE(m_assembler.Insert(parts[0]));
    EXPECT_EQ(m_offered.size(), 2U) << "offered again";
}

TEST_F(GoalStateAssembly, HasNoUseForGenerationZero)
{
    EXPECT_TRUE(m_assembler.Insert(Split(MakeGoalState(0, 0))[0]));
    EXPECT_TRUE(m_offered.empty());
}

TEST(GoalStatePartsDeathTest, EndTheProgramIfThereAreTooManyToCount)
{
    // 65,535 * 1,200 octets carry 6,049,384 routes of 13 octets, less 3 for all that is around
    // them.
    EXPECT_DEATH(Split(MakeGoalState(1, 6'049'384)), "are more than all parts carry");
}

} // namespace

} // namespace ns3::azure
