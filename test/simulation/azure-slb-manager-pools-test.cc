// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-manager-world.h"
#include "azure-mux-world.h"

#include "ns3/azure-goal-state-parts.h"
#include "ns3/azure-load-balancer-validation.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <gtest/gtest.h>
#include <random>
#include <set>
#include <string>
#include <vector>

/**
 * @file
 * @brief What the SLB manager tells whom when members join pools and leave them in mid-run.
 */
namespace ns3::azure
{

namespace
{

class SlbManagerPools : public ManagerWorld
{
  protected:
    /// As the base's, with a profile.
    void BeginWith(const std::string& profile, uint32_t interfaces, uint32_t members)
    {
        Begin(interfaces, members);
        m_manager->SetAttribute("Profile", StringValue(profile));
    }

    /// On demand, with interface 1 in the pool; joining "others" gives it UDP, too. Starts.
    void BeginWithOthers()
    {
        BeginWith("ananta", 1, 1);
        m_loadBalancer.sku = LoadBalancerSku::Standard; // translates what its rules do
        m_loadBalancer.backendPools.push_back({"others", {}});
        auto rule = m_loadBalancer.loadBalancingRules[0];
        rule.name = "dns";
        rule.backendPool = "others";
        rule.protocol = TransportProtocol::Udp;
        m_loadBalancer.loadBalancingRules.push_back(rule);
        Start();
    }

    /// A member joins, which must work.
    void Join(uint32_t networkInterface)
    {
        EXPECT_EQ(m_manager->AddPoolMember("web", "servers", networkInterface), std::nullopt);
    }

    /// A member leaves, which must work.
    void Leave(uint32_t networkInterface)
    {
        EXPECT_EQ(m_manager->RemovePoolMember("web", "servers", networkInterface), std::nullopt);
    }

    /// The rule has a probe, number 1.
    void AddProbe()
    {
        m_loadBalancer.probes = {HealthProbe{}};
        m_loadBalancer.probes[0].name = "probe";
        m_loadBalancer.loadBalancingRules[0].probe = "probe";
    }

    /// A host tells of its member's health.
    void Report(uint32_t networkInterface, bool isUp, uint32_t sequence)
    {
        Tell(*m_hosts.at(networkInterface - 1),
             {sequence, ReportHealth{networkInterface, 1, sequence, isUp}});
    }

    /// @return the goal state that the mux has heard last
    MuxGoalState GetGoalState(const Agent& mux) const
    {
        MuxGoalState last;
        GoalStateAssembler assembler(
            MakeGoalStateTaker(&DecodeMuxGoalState, [&last](const MuxGoalState& goalState) {
                last = goalState;
                return true;
            }));
        for (const auto& part : GetBodies<GoalStatePart>(&mux))
        {
            assembler.Insert(part);
        }
        return last;
    }

    /// @return members of the pool, as the mux has heard last: "NUMBER up" or "NUMBER down"
    Texts GetMembers(const Agent& mux) const
    {
        Texts texts;
        const auto goalState = GetGoalState(mux);
        for (const auto& member : goalState.backendSets.at(0).members)
        {
            texts.push_back(std::to_string(member.networkInterface) +
                            (member.isAvailable ? " up" : " down"));
        }
        return texts;
    }
};

TEST_F(SlbManagerPools, B_1_GrowingFrom50To51TakesHalfOfEachMembersPorts)
{
    BeginWith("2018", 51, 50);
    Start();
    EXPECT_EQ(GetPortCount(1), 1024U);
    EXPECT_EQ(GetPortCount(51), 1024U) << "on its platform address, by itself";
    m_muxes[0]->delay = MilliSeconds(10);
    m_hosts[0]->delay = MilliSeconds(100);
    At(Seconds(1), [this] { Join(51); });
    Run(Seconds(5));
    uint32_t total = 0;
    for (uint32_t i = 1; i <= 51; ++i)
    {
        EXPECT_EQ(GetPortCount(i), 512U) << i;
        total += GetPortCount(i);
    }
    EXPECT_EQ(total, 26112U) << "of 51,200 before (B.1)";
    // The newcomer gets free ones: 64,000 - 50 * 1,024 = 12,800 are left.
    const auto joined = GetHeard<ProgramNetworkInterface>();
    ASSERT_EQ(joined.size(), 1U);
    EXPECT_GT(joined[0].time, MilliSeconds(1010)) << "muxes know first";
    EXPECT_LT(joined[0].time, MilliSeconds(1020)) << "it does not wait for others";
    const auto told = std::get<ProgramNetworkInterface>(joined[0].message.body);
    EXPECT_EQ(told.networkInterface, 51U);
    EXPECT_EQ(told.method, OutboundMethod::LoadBalancerFrontend);
    EXPECT_EQ(told.sequence, 2U);
    EXPECT_EQ(told.cause, SnatAllocationCause::Joined);
    EXPECT_EQ(Count(told.blocks), 512U);
    const auto others = GetBodies<ProgramSnatPorts>();
    ASSERT_EQ(others.size(), 50U);
    for (const auto& each : others)
    {
        EXPECT_EQ(each.cause, SnatAllocationCause::PoolGrew);
        EXPECT_EQ(Count(each.taken), 512U);
        EXPECT_TRUE(each.given.empty());
    }
    for (const auto& mux : m_muxes)
    {
        ExpectAllKnow(*mux);
        EXPECT_EQ(GetGoalState(*mux).backendSets.at(0).members.size(), 51U);
    }
    // Of member 1 muxes forget half when its host has said that it has.
    const auto first = m_hosts[0]->address;
    for (const auto& each : GetHeard<WithdrawPublicEndpoints>())
    {
        for (const auto& endpoint : std::get<WithdrawPublicEndpoints>(each.message.body).endpoints)
        {
            EXPECT_TRUE(endpoint.host != first || each.time > MilliSeconds(1100));
        }
    }
}

TEST_F(SlbManagerPools, B_1_ShrinkingFrom51To50TakesNothingFromThoseWhoStay)
{
    BeginWith("2018", 51, 51);
    Start();
    EXPECT_EQ(GetPortCount(1), 512U);
    At(Seconds(1), [this] { Leave(7); });
    Run(Seconds(5));
    for (uint32_t i = 1; i <= 51; ++i)
    {
        EXPECT_EQ(GetPortCount(i), 1024U) << i;
    }
    for (const auto& each : GetBodies<ProgramSnatPorts>())
    {
        EXPECT_EQ(each.cause, SnatAllocationCause::PoolShrank);
        EXPECT_TRUE(each.taken.empty());
    }
    const auto left = GetBodies<ProgramNetworkInterface>();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].networkInterface, 7U);
    EXPECT_EQ(left[0].method, OutboundMethod::DefaultSnat);
    EXPECT_EQ(left[0].blocks.at(0).publicAddress, m_interfaces[6].platformAddress);
    for (const auto& mux : m_muxes)
    {
        ExpectAllKnow(*mux);
        EXPECT_EQ(GetGoalState(*mux).backendSets.at(0).members.size(), 50U);
    }
}

TEST_F(SlbManagerPools, B_1_ThereAndBackAgain)
{
    BeginWith("2018", 51, 50);
    Start(false);
    At(Seconds(1), [this] { Join(51); });
    At(Seconds(2), [this] { Leave(51); });
    At(Seconds(3), [this] {
        Join(51);
        Leave(51); // before anybody has answered
        Join(51);
    });
    Run(Seconds(10));
    EXPECT_EQ(GetPortCount(1), 512U);
    EXPECT_EQ(GetPortCount(51), 512U);
    ExpectAllKnow(*m_muxes[0]);
    ExpectAllKnow(*m_muxes[1]);
}

TEST_F(SlbManagerPools, B_7_NewcomerIsToldWhatItNeedsAndOthersAreLeftAlone)
{
    BeginWith("2018", 3, 2);
    AddProbe();
    Start();
    At(Seconds(1), [this] {
        Report(1, true, 1);
        Report(2, true, 1);
    });
    At(Seconds(2), [this] { Join(3); });
    Run(Seconds(3));
    const auto inbound = GetBodies<ProgramInboundEndpoints>();
    ASSERT_EQ(inbound.size(), 1U);
    EXPECT_EQ(inbound[0].networkInterface, 3U);
    EXPECT_EQ(inbound[0].muxes.size(), 2U);
    ASSERT_EQ(inbound[0].endpoints.size(), 1U);
    EXPECT_EQ(inbound[0].endpoints[0].frontendPort, 80U);
    const auto probes = GetBodies<ProgramHealthProbe>();
    ASSERT_EQ(probes.size(), 1U);
    EXPECT_EQ(probes[0].target.networkInterface, 3U);
    EXPECT_EQ(GetMembers(*m_muxes[0]), (Texts{"1 up", "2 up", "3 down"}));
    EXPECT_EQ(GetBodies<ProgramSnatPorts>().size(), 0U) << "three are in the same tier";
    At(Seconds(4), [this] { Report(3, true, 1); });
    Run(Seconds(5));
    EXPECT_EQ(GetBodies<ProgramMembers>(m_muxes[0].get()).back().changes.at(0).networkInterface,
              3U);
}

TEST_F(SlbManagerPools, B_7_WhoComesBackIsAsItsProbeSaidLast)
{
    BeginWith("2018", 2, 2);
    AddProbe();
    Start();
    At(Seconds(1), [this] {
        Report(1, true, 1);
        Report(2, true, 1);
    });
    At(Seconds(2), [this] { Leave(2); });
    Run(Seconds(3));
    EXPECT_EQ(GetMembers(*m_muxes[0]), Texts{"1 up"});
    At(Seconds(3), [this] { Join(2); });
    Run(Seconds(4));
    EXPECT_EQ(GetMembers(*m_muxes[0]), (Texts{"1 up", "2 up"}));
    At(Seconds(4), [this] { Leave(2); });
    At(Seconds(5), [this] { Report(2, false, 2); }); // nobody has told its prober to stop
    At(Seconds(6), [this] { Join(2); });
    Run(Seconds(7));
    EXPECT_EQ(GetMembers(*m_muxes[0]), (Texts{"1 up", "2 down"}));
    EXPECT_TRUE(GetHeard<ProgramHealthProbe>().empty()) << "it asks all the time";
    EXPECT_TRUE(GetHeard<ProgramInboundEndpoints>().empty()) << "its host knows";
}

TEST_F(SlbManagerPools, B_1_ChangeBeforeTheStartIsPartOfWhatIsToldFirst)
{
    BeginWith("2018", 51, 50);
    Start(false);
    Join(51);
    for (const auto& each : m_manager->GetProgram().hosts)
    {
        EXPECT_EQ(Count(each.instruction.blocks), 512U);
    }
    Run(Seconds(1));
    EXPECT_EQ(GetBodies<ProgramNetworkInterface>().size(), 51U);
    EXPECT_TRUE(GetBodies<ProgramSnatPorts>().empty());
    EXPECT_EQ(GetGoalState(*m_muxes[0]).backendSets.at(0).members.size(), 51U);
}

TEST_F(SlbManagerPools, C_1_SlowManagerTakesItsTimeForChanges)
{
    BeginWith("2018", 51, 50);
    m_manager->SetAttribute("ConfigurationServiceTime",
                            StringValue("ns3::ConstantRandomVariable[Constant=0.5]"));
    Start();
    At(Seconds(1), [this] {
        EXPECT_EQ(m_manager->SetLoadDistribution("web", "http", LoadDistribution::SourceIp),
                  std::nullopt);
        Join(51);
        EXPECT_EQ(m_manager->GetDeployment().loadBalancers[0].backendPools[0].members.size(), 51U);
    });
    Run(MilliSeconds(1499));
    EXPECT_TRUE(m_heard.empty());
    Run(Seconds(5));
    EXPECT_EQ(GetPortCount(1), 512U);
    ExpectAllKnow(*m_muxes[0]);
}

TEST_F(SlbManagerPools, B_1_WhatCannotBeIsRefusedAndChangesNothing)
{
    BeginWith("2018", 2, 1);
    Start(false);
    const auto add = [this](const char* loadBalancer, const char* pool, uint32_t who) {
        return m_manager->AddPoolMember(loadBalancer, pool, who).value_or("done");
    };
    EXPECT_EQ(add("lb", "servers", 2),
              "loadBalancer: 'lb' is not allowed; give the name of a load balancer");
    EXPECT_EQ(add("web", "pool", 2),
              "backendPool: 'pool' is not allowed; give the name of a pool of web");
    EXPECT_EQ(add("web", "servers", 3),
              "networkInterface: '3' is not allowed; give a network interface of the deployment");
    EXPECT_EQ(add("web", "servers", 1),
              "networkInterface: '1' is not allowed; give one that is not in the pool servers");
    EXPECT_EQ(m_manager->RemovePoolMember("web", "servers", 2),
              "networkInterface: '2' is not allowed; give a member of the pool servers");
    m_manager->Take();
    EXPECT_EQ(add("web", "servers", 2).substr(0, 30), "manager: what it has to say ha");
    m_manager->SetStopTime(Seconds(1));
    Run(Seconds(2));
    EXPECT_EQ(add("web", "servers", 2).substr(0, 25), "manager: it has stopped, ");
    EXPECT_EQ(m_manager->GetDeployment().loadBalancers[0].backendPools[0].members.size(), 1U);
    EXPECT_TRUE(m_heard.empty());
}

TEST_F(SlbManagerPools, B_4_MemberForWhomThereAreNoPortsIsRefused)
{
    BeginWith("2018[PortBudget=Flat|AllocatedPorts=6400|PortsPerPublicAddress=64000]", 11, 10);
    Start();
    At(Seconds(1), [this] {
        auto grown = m_manager->GetDeployment();
        grown.loadBalancers[0].backendPools[0].members.push_back({11});
        const auto error = Validate(grown);
        ASSERT_TRUE(error) << "11 times 6,400 are more than 64,000";
        EXPECT_EQ(m_manager->AddPoolMember("web", "servers", 11), error);
    });
    Run(Seconds(2));
    EXPECT_TRUE(m_heard.empty());
    EXPECT_EQ(GetPortCount(10), 6400U);
}

TEST_F(SlbManagerPools, B_8_HaPortsRuleKeepsItsDistribution)
{
    BeginWith("2018", 2, 2);
    m_loadBalancer.sku = LoadBalancerSku::Standard;
    m_loadBalancer.virtualNetwork = 7;
    m_loadBalancer.frontends = {{"front", Ipv4Address("10.0.0.100")}};
    auto& rule = m_loadBalancer.loadBalancingRules[0];
    rule.protocol = TransportProtocol::All;
    rule.frontendPort = 0;
    rule.backendPort = 0;
    Start();
    At(Seconds(1), [this] {
        auto changed = m_loadBalancer;
        changed.loadBalancingRules[0].distribution = LoadDistribution::SourceIp;
        const auto error = Validate(changed, m_manager->GetDeployment().profile);
        ASSERT_TRUE(error);
        EXPECT_EQ(m_manager->SetLoadDistribution("web", "http", LoadDistribution::SourceIp), error);
        EXPECT_EQ(m_manager->SetLoadDistribution("web", "http", LoadDistribution::Default),
                  std::nullopt);
    });
    Run(Seconds(2));
    EXPECT_EQ(m_manager->GetDeployment().loadBalancers[0].loadBalancingRules[0].distribution,
              LoadDistribution::Default);
    EXPECT_EQ(GetBodies<GoalStatePart>().size(), 2U) << "of the change that is none, a mux each";
}

TEST_F(SlbManagerPools, B_6_NatGatewayIsSentItsGoalStateUntilItAnswers)
{
    BeginWith("2018", 3, 1);
    NatGateway gateway;
    gateway.name = "gateway";
    gateway.publicAddresses = {Ipv4Address("198.18.0.77")};
    gateway.node = m_hosts[2]->address;
    gateway.networkInterfaces = {2};
    gateway.idleTimeoutInMinutes = 10;
    m_natGateways = {gateway};
    m_hosts[2]->isSilent = true;
    Start(false);
    At(Seconds(5), [this] { m_hosts[2]->isSilent = false; });
    Run(Seconds(20));
    const auto parts = GetBodies<GoalStatePart>(m_hosts[2].get());
    NatGatewayGoalState told;
    GoalStateAssembler assembler(
        MakeGoalStateTaker(&DecodeNatGatewayGoalState, [&](const NatGatewayGoalState& goalState) {
            told = goalState;
            return true;
        }));
    for (const auto& part : parts)
    {
        EXPECT_TRUE(assembler.Insert(part));
    }
    EXPECT_EQ(told, m_manager->GetNatGatewayGoalState("gateway"));
    EXPECT_EQ(told.generation, 1U);
    EXPECT_EQ(told.idleTimeout, Minutes(10));
    EXPECT_EQ(told.profile.name, "nat-gateway");
    ASSERT_EQ(told.members.size(), 1U);
    EXPECT_EQ(told.members[0].networkInterface, 2U);
    EXPECT_EQ(told.members[0].host, m_hosts[1]->address);
    EXPECT_DEATH(m_manager->GetNatGatewayGoalState("other"),
                 "natGateway: 'other' is not allowed; give the name of a NAT gateway");
}

TEST_F(SlbManagerPools, C_1_PortsReturnedWhileTheHostIsToldAllAnewAreTakenAfterwards)
{
    BeginWithOthers();
    At(Seconds(1), [this] { Ask(1, 1); });
    At(Seconds(2), [this] {
        EXPECT_EQ(m_manager->AddPoolMember("web", "others", 1), std::nullopt);
        const auto given = GetBodies<ProgramSnatPorts>().at(0).given;
        Tell(*m_hosts[0], {1, ReturnSnatPorts{1, given}}); // before it hears of that
    });
    Run(Seconds(3));
    const auto all = GetBodies<ProgramNetworkInterface>();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(all[0].translatesUdp);
    EXPECT_EQ(Count(all[0].blocks), 16U) << "it names them";
    const auto some = GetBodies<ProgramSnatPorts>();
    ASSERT_EQ(some.size(), 2U);
    EXPECT_EQ(some[1].cause, SnatAllocationCause::Returned);
    EXPECT_EQ(Count(some[1].taken), 8U);
    EXPECT_EQ(GetPortCount(1), 8U);
    ExpectAllKnow(*m_muxes[0]);
}

TEST_F(SlbManagerPools, C_1_ReturnThatComesAfterTheHostWasToldAllAnewMayBeOlder)
{
    BeginWithOthers();
    At(Seconds(1), [this] { Ask(1, 1); });
    At(Seconds(2),
       [this] { EXPECT_EQ(m_manager->AddPoolMember("web", "others", 1), std::nullopt); });
    At(Seconds(3), [this] { // sent before, and lost until now
        Tell(*m_hosts[0], {1, ReturnSnatPorts{1, GetBodies<ProgramSnatPorts>().at(0).given}});
    });
    Run(Seconds(4));
    const auto all = GetBodies<ProgramNetworkInterface>();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(Count(all[0].blocks), 16U) << "the host has them again";
    const auto some = GetBodies<ProgramSnatPorts>();
    ASSERT_EQ(some.size(), 2U) << "it must not use what is about to be somebody else's";
    EXPECT_EQ(some[1].cause, SnatAllocationCause::Returned);
    EXPECT_EQ(Count(some[1].taken), 8U);
    EXPECT_EQ(GetPortCount(1), 8U);
    ExpectAllKnow(*m_muxes[0]);
}

TEST_F(SlbManagerPools, C_1_LawsHoldWhilePoolsChangeAndMessagesGetLost)
{
    constexpr uint32_t INTERFACES = 12;
    BeginWith("ananta[OutstandingRequests=none]", INTERFACES, 6);
    Start(false);
    std::mt19937 random(3); // NOLINT(cert-msc51-cpp): the same walk each time
    std::vector<uint32_t> requests(INTERFACES + 1);
    std::set<uint32_t> members{1, 2, 3, 4, 5, 6};
    for (uint32_t i = 0; i < 1500; ++i)
    {
        At(Seconds(1) + MilliSeconds(20 * i), [&, i] {
            const auto who = static_cast<uint32_t>(1 + random() % INTERFACES);
            auto& mux = *m_muxes[random() % 2];
            auto& host = *m_hosts[who - 1];
            switch (random() % 12)
            {
            case 0:
                mux.isSilent = !mux.isSilent;
                break;
            case 1:
                host.losses = random() % 4;
                mux.losses = random() % 4;
                break;
            case 2:
                host.delay = MilliSeconds(random() % 300);
                mux.delay = MilliSeconds(random() % 300);
                break;
            case 3:
                host.isSilent = random() % 4 == 0;
                break;
            case 4:
            case 5:
                if (members.erase(who) > 0)
                {
                    Leave(who);
                }
                else
                {
                    members.insert(who);
                    Join(who);
                }
                break;
            default:
                Ask(who, ++requests[who]);
            }
            ASSERT_EQ(m_manager->CheckInvariants(), std::nullopt) << "after step " << i;
        });
    }
    At(Seconds(40), [this] {
        for (auto* agents : {&m_muxes, &m_hosts})
        {
            for (auto& each : *agents)
            {
                each->isSilent = false;
                each->delay = Seconds(0);
            }
        }
    });
    Run(Seconds(300));
    for (const auto& mux : m_muxes)
    {
        ExpectAllKnow(*mux);
        std::set<uint32_t> known;
        const auto goalState = GetGoalState(*mux);
        for (const auto& member : goalState.backendSets.at(0).members)
        {
            known.insert(member.networkInterface);
        }
        EXPECT_EQ(known, members);
    }
}

/// Real muxes.
class SlbManagerScaleIn : public MuxWorld
{
};

TEST_F(SlbManagerScaleIn, B_1_FlowsOfThoseWhoStayStay)
{
    constexpr uint32_t FLOWS = 100;
    StartWithMembersUp();
    At(Seconds(1), [this] { SendFlows(FLOWS); });
    At(Seconds(2), [this] { SendFlows(FLOWS, TCP_ACK); }); // trusted from now on
    Run(Seconds(3));
    const auto before = TakeMembers();
    At(Seconds(3),
       [this] { EXPECT_EQ(m_manager->RemovePoolMember("web", "servers", 4), std::nullopt); });
    At(Seconds(4), [this] { SendFlows(FLOWS, TCP_ACK); });
    Run(Seconds(5));
    const auto after = TakeMembers();
    uint32_t stayed = 0;
    for (const auto& [flow, member] : before)
    {
        const auto now = after.find(flow);
        if (member != 4)
        {
            ASSERT_NE(now, after.end()) << flow;
            EXPECT_EQ(now->second, member) << flow;
            ++stayed;
        }
    }
    EXPECT_GT(stayed, FLOWS / 2);
    EXPECT_LT(stayed, FLOWS);
    At(Seconds(6), [this] { SendFlows(FLOWS, TCP_SYN, 443); });
    Run(Seconds(7));
    for (const auto& [flow, member] : TakeMembers())
    {
        EXPECT_NE(member, 4U) << flow;
    }
}

} // namespace

} // namespace ns3::azure
