// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-member-health-table.h"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr auto NONE = AdministrativeState::None;
constexpr auto UP = AdministrativeState::Up;
constexpr auto DOWN = AdministrativeState::Down;

/// A small language for stories: Report(1, 10, 1, true, "0:10 up #1"); Administer(...).
class MemberHealthStory : public ::testing::Test
{
  protected:
    /// Sets 0 and 1 share probe 1; set 2 is pool "a" with probe 2; set 3 is pool "a" without probe;
    /// set 4 is an inbound NAT rule's.
    MemberHealthStory()
        : m_sets{{"web", "a", 1, {{10, NONE}, {11, NONE}}},
                 {"web", "b", 1, {{10, NONE}, {12, NONE}}},
                 {"web", "a", 2, {{10, NONE}, {11, NONE}}},
                 {"web", "a", 0, {{10, NONE}, {11, NONE}}},
                 {"web", "", 0, {{12, NONE}}}}
    {
    }

    void Begin()
    {
        m_table = MemberHealthTable(m_sets);
    }

    /// @return each change as set:interface, what it is now, and its sequence
    static std::string ToText(const std::vector<MemberAvailability>& changes)
    {
        std::string text;
        for (const auto& each : changes)
        {
            text += (text.empty() ? "" : ", ") + std::to_string(each.backendSet) + ":" +
                    std::to_string(each.networkInterface) + (each.isAvailable ? " up" : " down") +
                    " #" + std::to_string(each.sequence);
        }
        return text;
    }

    void Report(uint32_t sequence,
                uint32_t networkInterface,
                uint16_t probe,
                bool isUp,
                const std::string& expected)
    {
        EXPECT_EQ(ToText(m_table.Note({networkInterface, probe, sequence, isUp})), expected);
    }

    void Administer(const std::string& pool,
                    uint32_t networkInterface,
                    AdministrativeState state,
                    const std::string& expected)
    {
        EXPECT_EQ(ToText(m_table.SetAdministrativeState("web", pool, networkInterface, state)),
                  expected);
    }

    /// @return a goal state with the table's sets
    MuxGoalState GetGoalState() const
    {
        MuxGoalState state;
        for (const auto& plan : m_sets)
        {
            BackendSet set;
            for (const auto& member : plan.members)
            {
                set.members.push_back({member.networkInterface, {}, true, 0});
            }
            state.backendSets.push_back(set);
        }
        m_table.Complete(state);
        return state;
    }

    /// All members, as set:interface with + or -.
    void ExpectAvailable(const std::string& expected) const
    {
        std::string text;
        const auto state = GetGoalState();
        for (std::size_t index = 0; index < state.backendSets.size(); ++index)
        {
            for (const auto& member : state.backendSets[index].members)
            {
                text += (text.empty() ? "" : " ") + std::to_string(index) + ":" +
                        std::to_string(member.networkInterface) + (member.isAvailable ? "+" : "-");
            }
        }
        EXPECT_EQ(text, expected);
    }

    /// The members of pool "a" have changed.
    void SetMembersOfA(const std::vector<BackendPoolMember>& members, const std::string& expected)
    {
        for (auto& set : m_sets)
        {
            if (set.backendPool == "a")
            {
                set.members = members;
            }
        }
        EXPECT_EQ(ToText(m_table.SetSets(m_sets)), expected);
    }

    std::vector<BackendSetPlan> m_sets;
    MemberHealthTable m_table;
};

TEST_F(MemberHealthStory, B_7_WhoComesWaitsForItsProbeAndOthersStayAsTheyAre)
{
    Begin();
    Report(1, 10, 1, true, "0:10 up #1, 1:10 up #1");
    // Sets 0 and 2 are probed, 3 is not.
    SetMembersOfA({{9, NONE}, {10, NONE}, {11, NONE}}, "0:9 down #0, 2:9 down #0, 3:9 up #0");
    ExpectAvailable("0:9- 0:10+ 0:11- 1:10+ 1:12- 2:9- 2:10- 2:11- 3:9+ 3:10+ 3:11+ 4:12+");
    Report(1, 9, 1, true, "0:9 up #1");
    Report(1, 10, 1, false, ""); // not newer than before
    Report(2, 10, 1, false, "0:10 down #2, 1:10 down #2");
}

TEST_F(MemberHealthStory, B_7_WhoGoesIsNotForgotten)
{
    Begin();
    Report(1, 11, 1, true, "0:11 up #1");
    SetMembersOfA({{10, NONE}}, "0:11 down #1, 2:11 down #0, 3:11 down #0");
    ExpectAvailable("0:10- 1:10- 1:12- 2:10- 3:10+ 4:12+");
    Report(2, 11, 2, true, ""); // is noted
    SetMembersOfA({{10, NONE}, {11, NONE}}, "0:11 up #2, 2:11 up #1, 3:11 up #1");
    Report(3, 11, 1, false, "0:11 down #3");
}

TEST_F(MemberHealthStory, AS_2410_StateOfWhoComesCounts)
{
    Begin();
    SetMembersOfA({{9, UP}, {10, NONE}, {11, NONE}}, "0:9 up #0, 2:9 up #0, 3:9 up #0");
}

TEST_F(MemberHealthStory, ProbedMembersWaitForTheirFirstSuccess)
{
    Begin();
    ExpectAvailable("0:10- 0:11- 1:10- 1:12- 2:10- 2:11- 3:10+ 3:11+ 4:12+");
}

TEST_F(MemberHealthStory, AReportCountsInEverySetOfItsProbe)
{
    Begin();
    Report(1, 10, 1, true, "0:10 up #1, 1:10 up #1");
    Report(2, 10, 2, true, "2:10 up #1");
    Report(3, 10, 1, false, "0:10 down #2, 1:10 down #2");
    ExpectAvailable("0:10- 0:11- 1:10- 1:12- 2:10+ 2:11- 3:10+ 3:11+ 4:12+");
}

TEST_F(MemberHealthStory, AReportOfNoNewsChangesNothing)
{
    Begin();
    Report(1, 10, 1, false, ""); // it was not available before
    Report(2, 10, 1, true, "0:10 up #1, 1:10 up #1");
    Report(3, 10, 1, true, "");
}

TEST_F(MemberHealthStory, StaleReportsAreIgnored)
{
    Begin();
    Report(5, 10, 1, true, "0:10 up #1, 1:10 up #1");
    Report(4, 10, 1, false, ""); // sent before, came later
    Report(5, 10, 1, false, ""); // the same again
    Report(6, 10, 1, false, "0:10 down #2, 1:10 down #2");
    Report(4, 11, 1, true, "0:11 up #1"); // another interface: the first report of it
    Report(4, 10, 2, true, "2:10 up #1"); // and of another probe
}

TEST_F(MemberHealthStory, ReportsOfNobodyAreIgnored)
{
    Begin();
    Report(1, 13, 1, true, "");
    Report(1, 12, 2, true, "");  // not probed by 2
    Report(1, 10, 0, false, ""); // sets without probe have no reports
}

TEST_F(MemberHealthStory, AS_2410_UpAndDownOverrideTheProbeAndNoneFollowsIt)
{
    Begin();
    Administer("a", 10, UP, "0:10 up #1, 2:10 up #1"); // in every probed set of the pool only
    Report(1, 10, 1, false, "");
    Report(2, 10, 1, true, "1:10 up #1"); // pool "b" follows the probe
    Administer("a", 10, DOWN, "0:10 down #2, 2:10 down #2");
    Report(3, 10, 2, true, "");
    Administer("a", 10, NONE, "0:10 up #3, 2:10 up #3"); // as the probes said last
    Report(4, 10, 1, false, "0:10 down #4, 1:10 down #2");
    Administer("a", 10, NONE, "");
}

TEST_F(MemberHealthStory, AS_2410_StatesOfTheDeploymentCountFromTheBeginning)
{
    m_sets[0].members[0].state = UP;
    m_sets[2].members[1].state = DOWN;
    m_sets[3].members[0].state = DOWN;
    Begin();
    ExpectAvailable("0:10+ 0:11- 1:10- 1:12- 2:10- 2:11- 3:10+ 3:11+ 4:12+"); // 3 has no probe
    Report(1, 11, 2, true, "");
}

TEST_F(MemberHealthStory, StatesOfNoMembersChangeNothing)
{
    Begin();
    Administer("a", 12, UP, "");
    Administer("c", 10, UP, "");
    EXPECT_TRUE(m_table.SetAdministrativeState("bew", "a", 10, UP).empty());
}

TEST_F(MemberHealthStory, GoalStatesCarryTheLastSequences)
{
    Begin();
    Report(1, 10, 1, true, "0:10 up #1, 1:10 up #1");
    Report(2, 10, 1, false, "0:10 down #2, 1:10 down #2");
    const auto state = GetGoalState();
    EXPECT_EQ(state.backendSets[0].members[0].sequence, 2U);
    EXPECT_EQ(state.backendSets[0].members[1].sequence, 0U);
    EXPECT_EQ(state.backendSets[2].members[0].sequence, 0U);
}

TEST_F(MemberHealthStory, ChangesLeadWhereTheGoalStateIsWhateverHappens)
{
    Begin();
    std::mt19937 random(1);
    std::map<std::pair<uint32_t, uint32_t>, std::pair<bool, uint32_t>> known; // as a mux has it
    const auto goalState = GetGoalState();
    for (uint32_t index = 0; index < goalState.backendSets.size(); ++index)
    {
        for (const auto& member : goalState.backendSets[index].members)
        {
            known[{index, member.networkInterface}] = {member.isAvailable, member.sequence};
        }
    }
    for (uint32_t step = 1; step <= 2000; ++step)
    {
        const uint32_t networkInterface = 10 + random() % 3;
        const auto state = static_cast<AdministrativeState>(random() % 3);
        const auto changes = random() % 4 == 0
                                 ? m_table.SetAdministrativeState("web",
                                                                  random() % 2 ? "a" : "b",
                                                                  networkInterface,
                                                                  state)
                                 : m_table.Note({networkInterface,
                                                 static_cast<uint16_t>(1 + random() % 2),
                                                 step - static_cast<uint32_t>(random() % 3),
                                                 random() % 2 == 0});
        for (const auto& each : changes)
        {
            auto& [isAvailable, sequence] = known.at({each.backendSet, each.networkInterface});
            ASSERT_NE(isAvailable, each.isAvailable);
            ASSERT_EQ(each.sequence, sequence + 1);
            std::tie(isAvailable, sequence) = std::make_pair(each.isAvailable, each.sequence);
        }
        const auto now = GetGoalState();
        for (uint32_t index = 0; index < now.backendSets.size(); ++index)
        {
            for (const auto& member : now.backendSets[index].members)
            {
                const auto expected = std::make_pair(member.isAvailable, member.sequence);
                ASSERT_EQ(known.at({index, member.networkInterface}), expected);
            }
        }
    }
}

TEST_F(MemberHealthStory, GoalStatesOfOtherSetsAreRefused)
{
    Begin();
    MuxGoalState state;
    EXPECT_DEATH(m_table.Complete(state), "the goal state has other backend sets");
    state = GetGoalState();
    state.backendSets[1].members.pop_back();
    EXPECT_DEATH(m_table.Complete(state), "backend set 1 has other members");
}

} // namespace

} // namespace ns3::azure
