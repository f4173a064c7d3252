// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancing-story.h"

#include "ns3/azure-member-health-table.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace ns3::azure
{

namespace
{

/// Which members are down.
enum class Down
{
    One, // the flow's, of four
    All, // all four
};

/// Which packet comes then.
enum class PacketKind
{
    Tracked,   // the next one of a flow that began before
    First,     // the first one of a flow: with TCP, a SYN
    Untracked, // the next one of a TCP flow that the mux does not know
};

/// Where it goes.
enum class Goes
{
    On,     // to the flow's member, and nothing is told
    Up,     // to a member that is available
    Any,    // to any of them; tracked flows: see On
    Nobody, // it is dropped
};

/// A row of the table "one VM down, all down" of sources.rst B.7.  The columns: a tracked TCP flow
/// goes on when all are down (Standard), or not (Basic); new flows fail then (AllProbedDown), or go
/// to any member (AllProbedUp).
struct DownCase
{
    const char* name;    // test name
    Down down;           // who is down
    IpProtocol protocol; // of the packet
    PacketKind kind;     // of the packet
    Goes goes[2][2];     // {{Standard, Basic} AllProbedDown, {Standard, Basic} AllProbedUp}
    Cause cause;         // told, unless it goes on; NoHealthyBackend where it goes nowhere
};

void
PrintTo(const DownCase& c, std::ostream* os)
{
    *os << c.name;
}

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto ON = Goes::On;
constexpr auto UP = Goes::Up;
constexpr auto ANY = Goes::Any;
constexpr auto NO = Goes::Nobody;

// clang-format off
constexpr DownCase DOWN_CASES[] = {
    // name                               down       protocol kind             Down: Standard, Basic; Up    cause
    {"OneVmDownTcpEstablishedContinues",  Down::One, TCP, PacketKind::Tracked,   {{ON,  ON}, {ON,  ON}},  Cause::NewFlow},
    {"OneVmDownTcpNewGoesToHealthyVms",   Down::One, TCP, PacketKind::First,     {{UP,  UP}, {UP,  UP}},  Cause::NewFlow},
    {"OneVmDownTcpUnknownGoesToHealthy",  Down::One, TCP, PacketKind::Untracked, {{UP,  UP}, {UP,  UP}},  Cause::NoFlowState},
    {"OneVmDownUdpMovesToHealthyVm",      Down::One, UDP, PacketKind::Tracked,   {{UP,  UP}, {UP,  UP}},  Cause::MemberDown},
    {"OneVmDownUdpNewGoesToHealthyVms",   Down::One, UDP, PacketKind::First,     {{UP,  UP}, {UP,  UP}},  Cause::NewFlow},
    {"AllDownTcpEstablishedBySku",        Down::All, TCP, PacketKind::Tracked,   {{ON,  NO}, {ON,  ON}},  Cause::NewFlow},
    {"AllDownNoNewTcpFlows",              Down::All, TCP, PacketKind::First,     {{NO,  NO}, {ANY, ANY}}, Cause::NewFlow},
    {"AllDownTcpUnknown",                 Down::All, TCP, PacketKind::Untracked, {{NO,  NO}, {ANY, ANY}}, Cause::NoFlowState},
    {"AllDownUdpFlowsTerminate",          Down::All, UDP, PacketKind::Tracked,   {{NO,  NO}, {ON,  ON}},  Cause::NewFlow},
    {"AllDownNoNewUdpFlows",              Down::All, UDP, PacketKind::First,     {{NO,  NO}, {ANY, ANY}}, Cause::NewFlow},
};
// clang-format on

class MembersDown : public LoadBalancing,
                    public ::testing::WithParamInterface<std::tuple<DownCase, bool, bool>>
{
  protected:
    static constexpr uint32_t FLOWS = 64;

    static FlowKey MakeFlow(uint32_t client)
    {
        return std::get<0>(GetParam()).protocol == TCP ? Tcp(client) : Udp(client);
    }

    /// @return flow by its client, all of member 12: so many that chance does not help
    std::vector<uint32_t> BeginFlows()
    {
        std::vector<uint32_t> clients;
        for (uint32_t client = 0; clients.size() < FLOWS; ++client)
        {
            if (Begin(MakeFlow(client)) == 12)
            {
                EXPECT_EQ(Continue(MakeFlow(client)), 12U);
                clients.push_back(client);
            }
        }
        m_listener.decisions.clear();
        return clients;
    }

    /// @return where the row's packet goes
    uint32_t SendPacket(uint32_t client)
    {
        switch (std::get<0>(GetParam()).kind)
        {
        case PacketKind::Tracked:
            return Continue(MakeFlow(client));
        case PacketKind::First:
            return Begin(MakeFlow(10'000 + client));
        case PacketKind::Untracked:
            return Continue(MakeFlow(10'000 + client));
        }
        return NOBODY;
    }
};

TEST_P(MembersDown, DecideAsAzureDoes)
{
    const auto& [row, isBasic, isAllUp] = GetParam();
    auto& set = m_goal.backendSets[0];
    set.keepsFlowsWhenAllDown = !isBasic;
    set.noHealthyBackendsBehavior =
        isAllUp ? NoHealthyBackendsBehavior::AllProbedUp : NoHealthyBackendsBehavior::AllProbedDown;
    Apply();
    const auto clients = BeginFlows();
    Set(12, false);
    for (uint32_t member : {11, 13, 14})
    {
        Set(member, row.down == Down::One);
    }
    const auto goes = row.goes[isAllUp ? 1 : 0][isBasic ? 1 : 0];
    std::set<uint32_t> chosen;
    for (const auto client : clients)
    {
        const auto member = SendPacket(client);
        const auto told = TakeDecision();
        chosen.insert(member);
        ASSERT_EQ(told.has_value(), goes != Goes::On);
        if (told)
        {
            EXPECT_EQ(told->cause, goes == Goes::Nobody ? Cause::NoHealthyBackend : row.cause);
            EXPECT_EQ(told->networkInterface.value_or(NOBODY), member);
            EXPECT_EQ(told->membersAvailable, goes == Goes::Nobody ? 0 : goes == Goes::Up ? 3 : 4);
            EXPECT_EQ(told->isTracked, goes != Goes::Nobody);
            EXPECT_EQ(told->time, m_now);
            EXPECT_EQ(told->rule, row.protocol == TCP ? 1 : 2);
        }
    }
    // 64 flows: that one of three, or four, gets none has a probability of 4 * (3/4)^64 = 4e-8.
    const std::map<Goes, std::set<uint32_t>> expected{{Goes::On, {12}},
                                                      {Goes::Up, {11, 13, 14}},
                                                      {Goes::Any, {11, 12, 13, 14}},
                                                      {Goes::Nobody, {NOBODY}}};
    EXPECT_EQ(chosen, expected.at(goes));
    // What goes somewhere goes there again: it is tracked; what goes nowhere is not.
    const auto flows = m_table->GetFlows().GetTrusted() + m_table->GetFlows().GetUntrusted();
    const auto before = SendPacket(clients[0]);
    if (goes != Goes::Nobody)
    {
        EXPECT_EQ(SendPacket(clients[0]), before);
    }
    EXPECT_EQ(m_table->GetFlows().GetTrusted() + m_table->GetFlows().GetUntrusted(), flows);
}

INSTANTIATE_TEST_SUITE_P(LoadBalancingTable,
                         MembersDown,
                         ::testing::Combine(::testing::ValuesIn(DOWN_CASES),
                                            ::testing::Bool(),
                                            ::testing::Bool()),
                         [](const auto& row) {
                             return std::string(std::get<0>(row.param).name) +
                                    (std::get<1>(row.param) ? "_Basic" : "_Standard") +
                                    (std::get<2>(row.param) ? "_AllProbedUp" : "_AllProbedDown");
                         });

/// A row: where packets of a tracked flow of member 12 go once all members are up again.
struct UpAgainCase
{
    const char* name;    // test name
    IpProtocol protocol; // of the flow
    bool isBusy;         // it had a packet while all were down
    Goes standard;       // with a Standard load balancer
    Goes basic;          // with a Basic one
};

void
PrintTo(const UpAgainCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr UpAgainCase UP_AGAIN_CASES[] = {
    // name             protocol isBusy standard basic
    {"B_7_QuietTcp",    TCP,     false, ON,      NO},
    {"B_7_BusyTcp",     TCP,     true,  ON,      NO},
    {"B_7_QuietUdp",    UDP,     false, ON,      ON},
    {"B_7_BusyUdp",     UDP,     true,  ON,      ON}, // it ended; a new one has the same hash
};
// clang-format on

class MembersUpAgain : public LoadBalancing,
                       public ::testing::WithParamInterface<std::tuple<UpAgainCase, bool>>
{
};

TEST_P(MembersUpAgain, LeaveEndedFlowsEnded)
{
    const auto& [row, isBasic] = GetParam();
    m_goal.backendSets[0].keepsFlowsWhenAllDown = !isBasic;
    Apply();
    std::vector<FlowKey> flows;
    for (uint32_t client = 0; flows.size() < 64; ++client)
    {
        const auto flow = row.protocol == TCP ? Tcp(client) : Udp(client);
        if (Begin(flow) == 12)
        {
            EXPECT_EQ(Continue(flow), 12U);
            flows.push_back(flow);
        }
    }
    SetAll(false);
    for (const auto& flow : flows)
    {
        const bool goesOn = row.protocol == TCP && !isBasic;
        EXPECT_TRUE(!row.isBusy || Continue(flow) == (goesOn ? 12 : NOBODY));
    }
    const auto goes = isBasic ? row.basic : row.standard;
    SetAll(true);
    std::set<uint32_t> chosen;
    for (const auto& flow : flows)
    {
        const auto member = Continue(flow);
        EXPECT_EQ(Continue(flow), member);
        chosen.insert(member);
    }
    EXPECT_EQ(chosen, std::set<uint32_t>{goes == Goes::Nobody ? NOBODY : 12});
    EXPECT_EQ(m_table->GetFlows().GetTrusted(), 64U);
}

INSTANTIATE_TEST_SUITE_P(LoadBalancingTable,
                         MembersUpAgain,
                         ::testing::Combine(::testing::ValuesIn(UP_AGAIN_CASES), ::testing::Bool()),
                         [](const auto& row) {
                             return std::string(std::get<0>(row.param).name) +
                                    (std::get<1>(row.param) ? "_Basic" : "_Standard");
                         });

/// A Basic load balancer's pool of four, with a flow that all members going down has ended.
class EndedFlow : public LoadBalancing
{
  protected:
    EndedFlow()
    {
        m_goal.backendSets[0].keepsFlowsWhenAllDown = false;
        Apply();
        Begin(m_flow);
        m_member = Continue(m_flow);
        SetAll(false);
        m_listener.decisions.clear();
    }

    const FlowKey m_flow{Tcp(1)};
    uint32_t m_member{NOBODY};
};

TEST_F(EndedFlow, B_7_IsToldOfOnce)
{
    for (int i = 0; i < 5; ++i)
    {
        EXPECT_EQ(Continue(m_flow), NOBODY);
    }
    SetAll(true);
    EXPECT_EQ(Continue(m_flow), NOBODY);
    const auto told = TakeDecision();
    ASSERT_TRUE(told);
    EXPECT_EQ(told->cause, Cause::NoHealthyBackend);
    EXPECT_EQ(told->membersAvailable, 0U);
    EXPECT_FALSE(told->networkInterface);
    EXPECT_FALSE(told->isTracked);
}

TEST_F(EndedFlow, B_7_IsToldOfAlsoIfItWasQuiet)
{
    Set(11, true);
    EXPECT_EQ(Continue(m_flow), NOBODY);
    const auto told = TakeDecision();
    ASSERT_TRUE(told);
    EXPECT_EQ(told->cause, Cause::NoHealthyBackend);
    EXPECT_EQ(told->membersAvailable, 1U) << "as it is now";
}

TEST_F(EndedFlow, B_7_BeginsAnewWithASyn)
{
    EXPECT_EQ(Begin(m_flow), NOBODY);
    SetAll(true);
    EXPECT_EQ(Begin(m_flow), m_member);
    EXPECT_EQ(Continue(m_flow), m_member);
    EXPECT_EQ(m_table->GetFlows().GetTrusted(), 1U);
}

TEST_F(EndedFlow, B_7_BeginsAnewWithASynAfterItsMembersHaveComeUp)
{
    SetAll(true);
    EXPECT_EQ(Continue(m_flow), NOBODY);
    EXPECT_EQ(Begin(m_flow), m_member);
    EXPECT_EQ(Continue(m_flow), m_member);
}

TEST_F(EndedFlow, B_7_IsForgottenAfterItsTimeout)
{
    SetAll(true);
    m_now += Minutes(4) - MilliSeconds(2);
    EXPECT_EQ(Continue(m_flow), NOBODY);
    m_listener.decisions.clear();
    m_now += Minutes(4);
    EXPECT_EQ(Continue(m_flow), m_member);
    EXPECT_EQ(TakeDecision()->cause, Cause::NoFlowState);
}

TEST_F(EndedFlow, B_7_StaysEndedWithANewGoalState)
{
    Apply();
    EXPECT_EQ(Continue(m_flow), NOBODY);
    SetAll(true);
    Apply();
    EXPECT_EQ(Continue(m_flow), NOBODY);
}

TEST_F(LoadBalancing, B_7_AGoalStateCanEndFlows)
{
    const auto setAll = [this](bool isAvailable) {
        for (auto& member : m_goal.backendSets[0].members)
        {
            member.isAvailable = isAvailable;
        }
        Apply();
    };
    m_goal.backendSets[0].keepsFlowsWhenAllDown = false;
    Apply();
    Begin(Tcp(1));
    Continue(Tcp(1));
    setAll(false);
    setAll(true);
    EXPECT_EQ(Continue(Tcp(1)), NOBODY);
}

TEST_F(LoadBalancing, B_7_FlowsEndWithTheMembersOfTheirTimeHoweverOftenTheyGo)
{
    m_goal.backendSets[0].keepsFlowsWhenAllDown = false;
    Apply();
    for (uint32_t round = 0; round < 600; ++round) // epochs have 8 bits
    {
        EXPECT_NE(Begin(Tcp(round)), NOBODY);
        EXPECT_NE(Continue(Tcp(round)), NOBODY) << round;
        SetAll(false);
        SetAll(true);
        ASSERT_EQ(Continue(Tcp(round)), NOBODY) << round;
        ASSERT_EQ(Continue(Tcp(round / 2)), NOBODY) << round;
    }
}

TEST_F(LoadBalancing, B_7_AS_2410_AllProbedUpIsForMembersTooThatTheUserHasTakenOut)
{
    // "Down" behaves as a probe that fails does.
    MemberHealthTable health({{"web", "servers", 1, {{11, AdministrativeState::Down}}}});
    m_goal.backendSets[0].members = MakeMembers(1);
    m_goal.backendSets[0].noHealthyBackendsBehavior = NoHealthyBackendsBehavior::AllProbedUp;
    health.Complete(m_goal);
    Apply();
    EXPECT_EQ(m_goal.backendSets[0].members[0].isAvailable, false);
    EXPECT_EQ(Begin(Tcp(1)), 11U);
}

} // namespace

} // namespace ns3::azure
