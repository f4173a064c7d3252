// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancing-story.h"

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
    const auto flows = m_table.GetFlows().GetTrusted() + m_table.GetFlows().GetUntrusted();
    const auto before = SendPacket(clients[0]);
    if (goes != Goes::Nobody)
    {
        EXPECT_EQ(SendPacket(clients[0]), before);
    }
    EXPECT_EQ(m_table.GetFlows().GetTrusted() + m_table.GetFlows().GetUntrusted(), flows);
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

TEST_F(LoadBalancing, TerminatedFlowDoesNotComeBackWithItsMembers)
{
    m_goal.backendSets[0].keepsFlowsWhenAllDown = false;
    Apply();
    uint32_t moved = 0;
    for (uint32_t client = 0; client < 64; ++client)
    {
        Begin(Tcp(client));
        Continue(Tcp(client));
    }
    SetAll(false);
    for (uint32_t client = 0; client < 64; ++client)
    {
        EXPECT_EQ(Continue(Tcp(client)), NOBODY);
    }
    EXPECT_EQ(m_table.GetFlows().GetTrusted(), 0U);
    Set(11, true);
    m_listener.decisions.clear();
    for (uint32_t client = 0; client < 64; ++client)
    {
        moved += Continue(Tcp(client)) == 11 ? 1 : 0;
        EXPECT_EQ(TakeDecision()->cause, Cause::NoFlowState);
    }
    EXPECT_EQ(moved, 64U);
}

} // namespace

} // namespace ns3::azure
