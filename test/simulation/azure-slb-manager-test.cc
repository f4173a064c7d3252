// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-mux-world.h"

#include "ns3/azure-load-balancer-validation.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief What the SLB manager makes of reports and of the user's changes, and how muxes learn it.
 */
namespace ns3::azure
{

namespace
{

using Stage = ControlMessageStage;

class SlbManagerControl : public MuxWorld
{
  protected:
    static constexpr uint32_t FLOWS = 100; //!< sent at a time

    /// All hosts report their members up.
    void ReportAllUp()
    {
        for (uint32_t i = 1; i <= MEMBERS; ++i)
        {
            Report(i, true, 1);
        }
    }

    /// Set a state, which must work.
    void SetState(uint32_t networkInterface, AdministrativeState state)
    {
        EXPECT_EQ(m_manager->SetAdministrativeState("web", "servers", networkInterface, state),
                  std::nullopt);
    }

    /// Send flows at a time. @return the members that got them
    std::set<uint32_t> GetMembersAt(Time time, uint8_t flags = TCP_SYN)
    {
        m_arrivals.clear();
        At(time, [this, flags] { SendFlows(FLOWS, flags); });
        Run(time + MilliSeconds(100));
        std::set<uint32_t> members;
        for (const auto& [key, member] : TakeMembers())
        {
            members.insert(member);
        }
        return members;
    }

    /// @return what muxes were told: how many changes of members they made after the first goal
    /// state, as "INTERFACE up" or "INTERFACE down"
    std::vector<std::string> GetChanges(uint32_t mux) const
    {
        std::vector<std::string> texts;
        for (const auto& health : m_stories.at(mux).health)
        {
            EXPECT_EQ(health.stage, HealthStage::Applied);
            if (health.time > Seconds(0))
            {
                texts.push_back(std::to_string(health.networkInterface) +
                                (health.isUp ? " up" : " down"));
            }
        }
        return texts;
    }

    using Texts = std::vector<std::string>;
    using Members = std::set<uint32_t>;
};

TEST_F(SlbManagerControl, B_7_ReportedMembersComeIntoRotationOnAllMuxes)
{
    Begin();
    Start();
    EXPECT_EQ(GetMembersAt(Seconds(1)), Members{}) << "no probe has succeeded yet";
    At(Seconds(2), [this] { Report(3, true, 1); });
    EXPECT_EQ(GetMembersAt(Seconds(3)), Members{3});
    for (uint32_t mux = 0; mux < 2; ++mux)
    {
        EXPECT_EQ(GetChanges(mux), Texts{"3 up"});
    }
    EXPECT_EQ(m_acknowledged, std::vector<uint32_t>{1}) << "the host's report";
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "program-members"), 2U);
    // At the start all four are told of, in the set with the probe and in that without.
    ASSERT_EQ(m_decided.size(), 2U * MEMBERS + 1U);
    EXPECT_EQ(m_decided.back().networkInterface, 3U);
    EXPECT_EQ(m_decided.back().probe, 1U);
    EXPECT_EQ(m_decided.back().stage, HealthStage::Decided);
    EXPECT_TRUE(m_decided.back().isUp);
}

TEST_F(SlbManagerControl, B_7_S0_39_NewFlowsAvoidAMemberThatIsDownAndTcpGoesOn)
{
    Begin();
    Start();
    At(Seconds(1), [this] { ReportAllUp(); });
    EXPECT_EQ(GetMembersAt(Seconds(2)), (Members{1, 2, 3, 4}));
    At(Seconds(3), [this] { Report(2, false, 2); });
    EXPECT_EQ(GetMembersAt(Seconds(4), TCP_ACK), (Members{1, 2, 3, 4})) << "established";
    EXPECT_EQ(GetMembersAt(Seconds(5)), (Members{1, 3, 4})) << "new ones";
    EXPECT_EQ(GetChanges(1).back(), "2 down");
}

TEST_F(SlbManagerControl, C_1_LostMessageIsRepeatedUntilTheMuxHasIt)
{
    Begin();
    Start();
    At(Seconds(1), [this] {
        Cut(m_muxes[0]->GetNode(), MilliSeconds(1500));
        Report(1, true, 1);
    });
    Run(MilliSeconds(1400));
    EXPECT_EQ(GetChanges(0), Texts{});
    EXPECT_EQ(GetChanges(1), Texts{"1 up"});
    Run(Seconds(2));
    EXPECT_EQ(GetChanges(0), Texts{"1 up"});
    // Sent at 1.0, 1.2, 1.4 and 1.6 s.
    EXPECT_EQ(CountMessages(Stage::Sent, "program-members", GetMuxAddress(0)), 4U);
    EXPECT_EQ(CountMessages(Stage::Sent, "program-members", GetMuxAddress(1)), 1U);
}

TEST_F(SlbManagerControl, C_1_LostAcknowledgementChangesNothing)
{
    Begin(1);
    Start();
    At(Seconds(1), [this] { Report(1, true, 1); });
    // The report arrives, the acknowledgements of the mux do not.
    At(MilliSeconds(1000) + MicroSeconds(25),
       [this] { Cut(m_manager->GetNode(), MilliSeconds(1300)); });
    Run(Seconds(2));
    EXPECT_EQ(GetChanges(0), Texts{"1 up"});
    EXPECT_EQ(CountMessages(Stage::Sent, "program-members"), 3U) << "at 1.0, 1.2 and 1.4 s";
}

TEST_F(SlbManagerControl, B_7_OrderOfMessagesIsIrrelevant)
{
    Begin(1);
    Start();
    // The first change is sent at 1 s and lost, and again at 1.2 s, after the second one.
    At(Seconds(1), [this] {
        Cut(m_muxes[0]->GetNode(), MilliSeconds(1050));
        Report(1, true, 1);
    });
    At(MilliSeconds(1100), [this] { Report(1, false, 2); });
    Run(Seconds(2));
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "program-members"), 2U);
    EXPECT_EQ(GetMembersAt(Seconds(3)), Members{}) << "the newer one counts";
}

TEST_F(SlbManagerControl, B_7_StaleReportIsAcknowledgedAndIgnored)
{
    Begin(1);
    Start();
    At(Seconds(1), [this] { Report(1, true, 2); });
    At(Seconds(2), [this] { Report(1, false, 1); });
    At(Seconds(3), [this] { Report(1, false, 2); });
    EXPECT_EQ(GetMembersAt(Seconds(4)), Members{1});
    EXPECT_EQ(m_acknowledged, (std::vector<uint32_t>{2, 1, 2}));
    EXPECT_EQ(GetChanges(0), Texts{"1 up"});
}

TEST_F(SlbManagerControl, C_1_ReportOfAnotherHostIsNotHeeded)
{
    Begin(1);
    Start();
    At(Seconds(1), [this] {
        // Host 2 speaks of the member on host 1.
        std::swap(m_hosts[0], m_hosts[1]);
        Report(1, true, 1);
        std::swap(m_hosts[0], m_hosts[1]);
        Report(77 % MEMBERS + 1, true, 1, 9); // a probe there is not
    });
    Run(Seconds(2));
    EXPECT_EQ(m_acknowledged.size(), 1U) << "of the probe that is none";
    EXPECT_EQ(CountMessages(Stage::Sent, "program-members"), 0U);
}

TEST_F(SlbManagerControl, C_1_ProgramIsForMuxesOnly)
{
    Begin(1);
    Start();
    At(Seconds(1), [this] {
        m_hosts[0]->agent->Send(
            {5, RequestProgram{}},
            m_manager->GetNode()->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal());
    });
    Run(Seconds(2));
    EXPECT_TRUE(m_acknowledged.empty());
    EXPECT_TRUE(m_messages.empty());
}

/// An administrative state, and what is reported.
struct StateCase
{
    const char* name;          // test name
    AdministrativeState state; // of member 1
    bool isReportedUp;         // by its host
    bool isInRotation;         // expected
};

class SlbManagerStates : public SlbManagerControl, public ::testing::WithParamInterface<StateCase>
{
};

// clang-format off
constexpr StateCase STATE_CASES[] = {
    // name          state                      reported  in rotation
    {"NoneProbedUp",   AdministrativeState::None, true,     true},
    {"NoneProbedDown", AdministrativeState::None, false,    false},
    {"UpProbedUp",     AdministrativeState::Up,   true,     true},
    {"UpProbedDown",   AdministrativeState::Up,   false,    true},
    {"DownProbedUp",   AdministrativeState::Down, true,     false},
    {"DownProbedDown", AdministrativeState::Down, false,    false},
};
// clang-format on

TEST_P(SlbManagerStates, B_7_OverrideTheProbe)
{
    Begin();
    Start();
    At(Seconds(1), [this] { ReportAllUp(); });
    At(Seconds(2), [this] { SetState(1, GetParam().state); });
    At(Seconds(3), [this] { Report(1, GetParam().isReportedUp, 2); });
    const auto expected = GetParam().isInRotation ? Members{1, 2, 3, 4} : Members{2, 3, 4};
    EXPECT_EQ(GetMembersAt(Seconds(4)), expected);
    const auto& member = m_manager->GetDeployment().loadBalancers[0].backendPools[0].members[0];
    EXPECT_EQ(member.state, GetParam().state);
}

INSTANTIATE_TEST_SUITE_P(SlbManager,
                         SlbManagerStates,
                         ::testing::ValuesIn(STATE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(SlbManagerControl, B_7_StateNeedsAProbeOnTheRule)
{
    Begin(1);
    Start();
    At(Seconds(1), [this] {
        SetState(1, AdministrativeState::Down);
        SendFlows(FLOWS, TCP_SYN, 443);
    });
    Run(Seconds(2));
    Members members;
    for (const auto& [key, member] : TakeMembers())
    {
        members.insert(member);
    }
    EXPECT_EQ(members, (Members{1, 2, 3, 4})) << "the rule has no probe";
}

TEST_F(SlbManagerControl, B_7_StateSetBeforeTheStartIsToldToMuxes)
{
    Begin(1);
    Start();
    SetState(2, AdministrativeState::Up);
    EXPECT_EQ(GetMembersAt(Seconds(1)), Members{2});
}

TEST_F(SlbManagerControl, B_8_ChangedDistributionIsForNewFlows)
{
    StartWithMembersUp();
    EXPECT_EQ(GetMembersAt(Seconds(1)), (Members{1, 2, 3, 4})) << "by ports too";
    At(Seconds(2), [this] { SendFlows(FLOWS, TCP_ACK); }); // trusted from now on
    Run(Seconds(3));
    const auto before = TakeMembers();
    At(Seconds(3), [this] {
        EXPECT_EQ(m_manager->SetLoadDistribution("web", "http", LoadDistribution::SourceIp),
                  std::nullopt);
    });
    At(Seconds(4), [this] { SendFlows(FLOWS, TCP_ACK); });
    Run(Seconds(5));
    EXPECT_EQ(TakeMembers(), before) << "tracked flows stay";
    EXPECT_EQ(GetMembersAt(Seconds(6)).size(), 1U) << "by addresses, and there is one client";
    At(Seconds(7), [this] { SendFlows(FLOWS, TCP_SYN, 443); });
    Run(Seconds(8));
    Members others;
    for (const auto& [key, member] : TakeMembers())
    {
        others.insert(member);
    }
    EXPECT_EQ(others, (Members{1, 2, 3, 4})) << "the other rule's is as before";
    const auto& rule = m_manager->GetDeployment().loadBalancers[0].loadBalancingRules[0];
    EXPECT_EQ(rule.distribution, LoadDistribution::SourceIp);
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "goal-state-part"), 2U) << "one for each mux";
}

TEST_F(SlbManagerControl, B_7_HealthIsKeptWhenTheDistributionChanges)
{
    Begin(1);
    Start();
    At(Seconds(1), [this] { ReportAllUp(); });
    At(Seconds(2), [this] {
        Cut(m_muxes[0]->GetNode(), MilliSeconds(2300)); // goal state and changes cross
        EXPECT_EQ(m_manager->SetLoadDistribution("web", "http", LoadDistribution::SourceIpProtocol),
                  std::nullopt);
        Report(1, false, 2);
    });
    At(MilliSeconds(2100), [this] { Report(2, false, 2); });
    Run(Seconds(3));
    EXPECT_EQ(GetChanges(0), (Texts{"1 up", "2 up", "3 up", "4 up", "1 down", "2 down"}));
}

TEST_F(SlbManagerControl, B_8_WhatIsNotThereIsRefusedByName)
{
    Begin(1);
    Start();
    const auto state = AdministrativeState::Up;
    EXPECT_EQ(m_manager->SetAdministrativeState("lb", "servers", 1, state),
              "loadBalancer: 'lb' is not allowed; give the name of a load balancer");
    EXPECT_EQ(m_manager->SetAdministrativeState("web", "pool", 1, state),
              "backendPool: 'pool' is not allowed; give the name of a pool of web");
    EXPECT_EQ(m_manager->SetAdministrativeState("web", "servers", 5, state),
              "networkInterface: '5' is not allowed; give a member of the pool servers");
    const auto distribution = LoadDistribution::SourceIp;
    EXPECT_EQ(m_manager->SetLoadDistribution("lb", "http", distribution),
              "loadBalancer: 'lb' is not allowed; give the name of a load balancer");
    EXPECT_EQ(m_manager->SetLoadDistribution("web", "ssh", distribution),
              "rule: 'ssh' is not allowed; give the name of a load-balancing rule of web");
    m_manager->SetStopTime(Seconds(1));
    Run(Seconds(2));
    for (const auto& error : {m_manager->SetAdministrativeState("web", "servers", 1, state),
                              m_manager->SetLoadDistribution("web", "http", distribution)})
    {
        EXPECT_EQ(error.value_or("").substr(0, 25), "manager: it has stopped, ");
    }
    EXPECT_EQ(m_manager->GetDeployment().loadBalancers[0].backendPools[0].members[0].state,
              AdministrativeState::None);
}

TEST_F(SlbManagerControl, C_1_ProgramsMuxesAndHostsByMessages)
{
    Begin();
    Start(false);
    Run(Seconds(1));
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "program-complete"), 2U);
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "goal-state-part"), 2U);
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "program-network-interface"), MEMBERS);
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "program-inbound-endpoints"), MEMBERS);
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "program-health-probe"), MEMBERS)
        << "two rules share the probe";
    for (const auto& message : m_hostMessages)
    {
        if (const auto* inbound = std::get_if<ProgramInboundEndpoints>(&message.body))
        {
            EXPECT_EQ(inbound->muxes,
                      (std::vector<Ipv4Address>{GetMuxAddress(0), GetMuxAddress(1)}));
            EXPECT_EQ(inbound->endpoints.size(), 3U) << "http, https, dns";
        }
    }
    At(Seconds(2), [this] { ReportAllUp(); });
    EXPECT_EQ(GetMembersAt(Seconds(3)), (Members{1, 2, 3, 4}));
}

TEST_F(SlbManagerControl, C_1_ManyRulesAreToldInSeveralMessages)
{
    constexpr uint16_t RULES = 150;
    Begin(1);
    const auto first = m_loadBalancer.loadBalancingRules.front();
    for (uint16_t i = 0; i < RULES - 3; ++i)
    {
        auto rule = first;
        rule.name = "rule" + std::to_string(i);
        rule.frontendPort = 20000 + i;
        rule.backendPort = rule.frontendPort;
        m_loadBalancer.loadBalancingRules.push_back(rule);
    }
    Start(false);
    Run(Seconds(1));
    // 150 endpoints in pieces of 46.
    ASSERT_EQ(MAX_INBOUND_ENDPOINTS_PER_MESSAGE, 46U);
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "program-inbound-endpoints"), 4U * MEMBERS);
    EXPECT_GT(CountMessages(Stage::Acknowledged, "goal-state-part"), 1U);
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "program-complete"), 1U);
    EXPECT_EQ(m_muxes[0]->GetTraffic().size(), RULES);
}

TEST_F(SlbManagerControl, C_1_UnreachableMuxIsToldEverythingLater)
{
    Begin();
    Start();
    At(Seconds(1), [this] {
        Cut(m_muxes[0]->GetNode(), Seconds(5));
        Report(1, true, 1);
    });
    Run(Seconds(13) - MilliSeconds(1));
    EXPECT_EQ(GetChanges(0), Texts{});
    EXPECT_EQ(CountMessages(Stage::Unreachable, "program-members", GetMuxAddress(0)), 1U);
    Run(Seconds(14)); // 1 s + 10 attempts of 200 ms + 10 s
    EXPECT_EQ(GetChanges(0), Texts{"1 up"});
    EXPECT_EQ(CountMessages(Stage::Acknowledged, "program-complete", GetMuxAddress(0)), 1U);
    EXPECT_EQ(CountMessages(Stage::Sent, "goal-state-part", GetMuxAddress(1)), 0U);
}

TEST_F(SlbManagerControl, C_1_UnreachableHostIsToldOnceItIsBackAndThenNoMore)
{
    Begin(1);
    Start(false);
    const auto host = m_hosts[0]->place.address.address;
    Cut(m_hosts[0]->place.device->GetNode(), Seconds(13));
    Run(Seconds(60));
    // 10 attempts of 200 ms, 10 s, 10 attempts that begin at 12 s; then all have answered.
    EXPECT_GE(m_messages.back().time, Seconds(13));
    EXPECT_LT(m_messages.back().time, Seconds(14));
    for (const auto* kind :
         {"program-network-interface", "program-inbound-endpoints", "program-health-probe"})
    {
        EXPECT_EQ(CountMessages(Stage::Unreachable, kind, host), 1U) << kind;
        EXPECT_EQ(CountMessages(Stage::Acknowledged, kind, host), 1U) << kind;
        EXPECT_EQ(CountMessages(Stage::Acknowledged, kind), MEMBERS) << kind;
    }
}

TEST_F(SlbManagerControl, C_1_StoppedManagerTriesNoHostAgain)
{
    Begin(1);
    Start(false);
    Cut(m_hosts[0]->place.device->GetNode(), Seconds(60));
    m_manager->SetStopTime(Seconds(5));
    Run(Seconds(60));
    const auto host = m_hosts[0]->place.address.address;
    EXPECT_EQ(CountMessages(Stage::Unreachable, "program-health-probe", host), 1U);
    EXPECT_EQ(CountMessages(Stage::Sent, "program-health-probe", host), 10U);
}

TEST_F(SlbManagerControl, C_1_ReportIsAcknowledgedToThePortItCameFrom)
{
    Begin(1);
    m_manager->SetAttribute("HealthPort", UintegerValue(SLB_HEALTH_PORT + 1));
    Start();
    At(Seconds(1), [this] { Report(1, true, 1); });
    Run(Seconds(2));
    EXPECT_EQ(m_acknowledged, std::vector<uint32_t>{1});
}

TEST_F(SlbManagerControl, AS_2410_StateWithoutProbeIsRefusedAsInADeployment)
{
    Begin(1);
    for (auto& rule : m_loadBalancer.loadBalancingRules)
    {
        rule.probe = "";
    }
    Start();
    auto changed = m_loadBalancer;
    changed.backendPools[0].members[0].state = AdministrativeState::Down;
    const auto error =
        m_manager->SetAdministrativeState("web", "servers", 1, AdministrativeState::Down);
    ASSERT_TRUE(error);
    EXPECT_EQ(error, Validate(changed, m_manager->GetDeployment().profile));
    EXPECT_EQ(m_manager->GetDeployment().loadBalancers[0].backendPools[0].members[0].state,
              AdministrativeState::None);
    SetState(1, AdministrativeState::None);
}

TEST_F(SlbManagerControl, C_1_EveryMessageIsAcknowledgedOrUnreachable)
{
    Begin();
    Start(false);
    Cut(m_muxes[0]->GetNode(), Seconds(1));
    Cut(m_hosts[2]->place.device->GetNode(), Seconds(1));
    At(Seconds(2), [this] { ReportAllUp(); });
    At(Seconds(4), [this] { m_muxes[1]->Fail(); });
    At(Seconds(5), [this] { SetState(1, AdministrativeState::Down); });
    At(Seconds(9), [this] { m_muxes[1]->Restart(); });
    Run(Seconds(30));
    std::map<uint32_t, std::vector<ControlMessage>> byTransaction;
    for (const auto& message : m_messages)
    {
        byTransaction[message.transaction].push_back(message);
    }
    EXPECT_GT(byTransaction.size(), 20U);
    uint32_t unreachable = 0;
    for (const auto& [transaction, messages] : byTransaction)
    {
        const auto& last = messages.back();
        EXPECT_NE(last.stage, Stage::Sent) << last.kind << " to " << last.receiver;
        EXPECT_EQ(last.attempt, messages.size() - 1) << "how often it was sent";
        unreachable += last.stage == Stage::Unreachable ? 1 : 0;
        for (std::size_t i = 0; i + 1 < messages.size(); ++i)
        {
            EXPECT_EQ(messages[i].stage, Stage::Sent);
            EXPECT_EQ(messages[i].attempt, i + 1);
            EXPECT_EQ(messages[i].kind, last.kind);
            EXPECT_EQ(messages[i].bytes, last.bytes);
        }
    }
    EXPECT_EQ(unreachable, 1U) << "the state, at the mux that is down";
    const auto acknowledged = std::find_if(m_messages.begin(), m_messages.end(), [](auto& message) {
        return message.kind == "program-complete";
    });
    ASSERT_NE(acknowledged, m_messages.end());
    EXPECT_EQ(acknowledged->bytes, 14U) << "magic, version, body, transaction, request";
}

TEST_F(SlbManagerControl, C_1_StoppedManagerTellsNobody)
{
    Begin(1);
    Start();
    m_manager->SetStopTime(Seconds(1));
    At(Seconds(2), [this] { Report(1, true, 1); });
    Run(Seconds(3));
    EXPECT_TRUE(m_messages.empty());
    EXPECT_TRUE(m_acknowledged.empty());
}

TEST(SlbManagerAttributesDeathTest, NameWhatIsAllowed)
{
    const auto manager = CreateObject<SlbManager>();
    StringValue text;
    manager->GetAttribute("MemberSelection", text);
    EXPECT_EQ(text.Get(), "Modulo");
    manager->SetAttribute("MemberSelection", StringValue("Maglev"));
    EXPECT_EQ(manager->GetDeployment().memberSelection, MemberSelection::Maglev);
    EXPECT_DEATH(manager->SetAttribute("MemberSelection", StringValue("Random")),
                 "MemberSelection: 'Random' is not allowed; give Modulo or Maglev");
    EXPECT_DEATH(manager->SetDeployment({}, {}, std::vector<Ipv4Address>(MAX_MUXES + 1)),
                 "muxes: '65' is not allowed; give at most 64");
}

} // namespace

} // namespace ns3::azure
