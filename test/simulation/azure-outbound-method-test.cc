// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/double.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>

/**
 * @file
 * @brief What a load balancer, and a public IP of one's own, change for outbound flows.
 */
namespace ns3::azure
{

namespace
{

constexpr auto LOAD_BALANCED = OutboundScenario::LoadBalanced;
constexpr auto PUBLIC_IP = OutboundScenario::PublicIp;

using OutboundLoadBalanced = OutboundWorld;

TEST_F(OutboundLoadBalanced, S0_05_PoolMembersAreSeenWithTheFrontend)
{
    Begin(LOAD_BALANCED).SetVms(3);
    Assemble();
    for (uint32_t vm = 0; vm < 3; ++vm)
    {
        Generate(vm, {{"Flows", "2"}});
    }
    Run("5s");
    EXPECT_EQ(GetSeenSources(), std::vector<Ipv4Address>(6, GetFrontend()));
}

TEST_F(OutboundLoadBalanced, S0_24_PoolMemberHasNoPublicIpOfItsOwn)
{
    BeginWith(LOAD_BALANCED);
    const auto& deployment = m_scenario->GetSlbManager()->GetDeployment();
    const auto& members = deployment.loadBalancers.at(0).backendPools.at(0).members;
    ASSERT_EQ(members.size(), 1U);
    EXPECT_EQ(members[0].networkInterface, 1U);
    EXPECT_EQ(deployment.networkInterfaces.at(0).instanceLevelPublicIp, std::nullopt);
    Generate(0, {});
    Run("5s");
    EXPECT_EQ(GetFlows().at(0).method, OutboundMethod::LoadBalancerFrontend);
}

TEST_F(OutboundLoadBalanced, S0_25_RuleLinksFrontendAndPool)
{
    BeginWith(LOAD_BALANCED);
    const auto& loadBalancer = m_scenario->GetSlbManager()->GetDeployment().loadBalancers.at(0);
    ASSERT_EQ(loadBalancer.loadBalancingRules.size(), 1U);
    EXPECT_EQ(loadBalancer.loadBalancingRules[0].frontend, loadBalancer.frontends.at(0).name);
    Generate(0, {});
    Run("5s");
    EXPECT_EQ(GetSeenSources().at(0), GetFrontend());
}

TEST_F(OutboundLoadBalanced, S0_26_PoolWithoutRuleIsSeenWithThePlatformAddressIn2017)
{
    Begin(LOAD_BALANCED, "2017").SetLinkingRule(false); // must-show 7
    Assemble();
    Generate(0, {});
    Run("5s");
    EXPECT_EQ(GetSeenSources().at(0), GetPlatformAddress());
}

TEST_F(OutboundLoadBalanced, S4_04_PoolWithoutRuleIsSeenWithTheFrontendIn2016)
{
    Begin(LOAD_BALANCED, "2016").SetLinkingRule(false); // must-show 7
    Assemble();
    Generate(0, {});
    Run("5s");
    EXPECT_EQ(GetSeenSources().at(0), GetFrontend());
}

TEST_F(OutboundLoadBalanced, S0_27_PrivateSourceBecomesTheFrontend)
{
    BeginWith(LOAD_BALANCED);
    Listen(GetServer());
    SendUdp(0, 5000, GetServerAddress());
    Run("1s");
    ASSERT_EQ(GetReceived(GetServer()).size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(GetServer())[0]),
              FlowKey(GetFrontend(), GetServerAddress(), 1024, 9, IpProtocol::Udp));
}

TEST_F(OutboundLoadBalanced, S0_28_MembersPortsNeverOverlap)
{
    Begin(LOAD_BALANCED, "2017").SetVms(4);
    m_scenario->SetVmsPerHost(2);
    Assemble();
    for (uint32_t vm = 0; vm < 4; ++vm)
    {
        Generate(vm, {{"Flows", "5"}});
    }
    Run("5s");
    std::set<uint16_t> ports;
    for (const auto& request : m_requests)
    {
        ports.insert(request.key.GetSourcePort());
    }
    EXPECT_EQ(ports.size(), 20U) << "one address, one destination";
    ASSERT_EQ(m_allocated.size(), 4U);
    for (uint32_t vm = 0; vm < 4; ++vm)
    {
        EXPECT_EQ(m_allocated[vm].networkInterface, vm + 1);
        EXPECT_EQ(m_allocated[vm].ports.first, 1024 + 1024 * vm);
        EXPECT_EQ(m_allocated[vm].ports.GetSize(), 1024U);
    }
}

TEST_F(OutboundLoadBalanced, S0_40_AnyOfSeveralFrontendsIsSeen)
{
    Begin(LOAD_BALANCED, "2017").SetFrontends(4);
    Assemble();
    Generate(0, {{"Flows", "100"}});
    Run("5s");
    std::map<Ipv4Address, uint32_t> seen;
    for (const auto& source : GetSeenSources())
    {
        ++seen[source];
    }
    ASSERT_EQ(seen.size(), 4U);
    for (uint32_t i = 0; i < 4; ++i)
    {
        EXPECT_GT(seen[GetFrontend(i)], 10U) << "of 100, 25 expected";
    }
}

TEST_F(OutboundLoadBalanced, FrontendVariableDecidesWhichFrontend)
{
    Begin(LOAD_BALANCED, "2017").SetFrontends(4);
    Assemble();
    const auto variable = CreateObject<ConstantRandomVariable>();
    variable->SetAttribute("Constant", DoubleValue(0.74));
    GetAgent()->SetAttribute("FrontendVariable", PointerValue(variable));
    Generate(0, {{"Flows", "5"}});
    Run("5s");
    EXPECT_EQ(GetSeenSources(), std::vector<Ipv4Address>(5, GetFrontend(2)));
}

TEST_F(OutboundLoadBalanced, FrontendsAreFilledInTheirOrderIn2018)
{
    Begin(LOAD_BALANCED, "2018[AllocatedPorts=8]").SetFrontends(2);
    Assemble();
    Generate(0, {{"Flows", "12"}});
    Run("5s");
    std::map<Ipv4Address, uint32_t> seen;
    for (const auto& source : GetSeenSources())
    {
        ++seen[source];
    }
    EXPECT_EQ(seen[GetFrontend(0)], 8U);
    EXPECT_EQ(seen[GetFrontend(1)], 4U);
}

/// One row: a size of the pool, and how many ports each member gets.
struct TierCase
{
    uint32_t vms;   // members
    uint32_t ports; // per member
};

class OutboundTiers : public OutboundWorld, public ::testing::WithParamInterface<TierCase>
{
};

TEST_P(OutboundTiers, S0_41_BiggerPoolsHaveFewerPortsPerMember)
{
    Begin(LOAD_BALANCED, "2017").SetVms(GetParam().vms);
    Assemble();
    Run("1ms");
    EXPECT_EQ(m_allocated.size(), GetParam().vms);
    for (const auto& allocation : m_allocated)
    {
        ASSERT_EQ(allocation.ports.GetSize(), GetParam().ports);
    }
}

INSTANTIATE_TEST_SUITE_P(Outbound,
                         OutboundTiers,
                         ::testing::Values(TierCase{50, 1024},
                                           TierCase{51, 512},
                                           TierCase{201, 128},
                                           TierCase{1000, 32}),
                         [](const auto& info) { return "Of" + std::to_string(info.param.vms); });

TEST_F(OutboundLoadBalanced, S0_42_NumberOfPortsIsNotConfiguredByDefault)
{
    EXPECT_EQ(FindProfile("2017")->allocatedPorts, std::nullopt);
    for (const uint32_t frontends : {1, 2})
    {
        Begin(LOAD_BALANCED, "2017").SetFrontends(frontends);
        Assemble();
        Run("1ms");
        ASSERT_EQ(m_allocated.size(), frontends);
        EXPECT_EQ(m_allocated.back().ports.GetSize(), 1024U);
    }
}

using OutboundPublicIp = OutboundWorld;

TEST_F(OutboundPublicIp, S0_06_IsUsedWithoutSnat)
{
    BeginWith(PUBLIC_IP);
    Generate(0, {{"Flows", "300"}, {"FirstSourcePort", "5000"}}); // must-show 6
    Run("30s");
    EXPECT_EQ(GetCounts().established, 300U);
    EXPECT_EQ(GetCounts().refused, 0U);
    EXPECT_EQ(GetCounts().portsAllocated, 0U);
    EXPECT_EQ(GetCounts().peakPortsUsed, 0U);
    EXPECT_TRUE(m_ports.empty());
    EXPECT_TRUE(m_allocated.empty());
    std::set<uint16_t> ports;
    for (const auto& request : m_requests)
    {
        EXPECT_EQ(request.key.GetSource(), GetInstanceLevelPublicIp());
        ports.insert(request.key.GetSourcePort());
    }
    EXPECT_EQ(ports.size(), 300U);
    EXPECT_EQ(*ports.begin(), 5000) << "source ports are unchanged";
    EXPECT_EQ(*ports.rbegin(), 5299);
}

TEST_F(OutboundPublicIp, S0_30_InOrOutOfAPoolIsTheSame)
{
    for (const bool isInPool : {false, true})
    {
        Begin(PUBLIC_IP);
        if (isInPool)
        {
            m_scenario->AddLoadBalancer();
        }
        Assemble();
        Generate(0, {{"Flows", "3"}});
        Run("5s");
        EXPECT_EQ(GetSeenSources(), std::vector<Ipv4Address>(3, GetInstanceLevelPublicIp()));
        EXPECT_TRUE(m_ports.empty());
    }
}

TEST_F(OutboundPublicIp, S0_31_UsageHasNoPorts)
{
    BeginWith(PUBLIC_IP);
    Generate(0, {{"Flows", "10"}});
    Run("5s");
    const auto usage = GetAgent()->GetSnatPortUsage();
    ASSERT_EQ(usage.size(), 1U);
    EXPECT_EQ(usage[0].publicAddress, std::nullopt);
    EXPECT_EQ(usage[0].portsAllocated + usage[0].portsInUse + usage[0].portsCoolingDown, 0U);
    EXPECT_EQ(usage[0].flows, 0U);
}

TEST_F(OutboundPublicIp, S0_32_ServesAllOutboundFlows)
{
    Begin(LOAD_BALANCED).SetServerAddresses(4);
    m_scenario->AddInstanceLevelPublicIp(0);
    Assemble();
    Generate(0, {{"Flows", "8"}}, 4);
    Generate(0, {{"Flows", "8"}, {"Protocol", "Udp"}}, 4);
    Run("5s");
    EXPECT_EQ(GetSeenSources(), std::vector<Ipv4Address>(16, GetInstanceLevelPublicIp()));
}

TEST_F(OutboundPublicIp, S0_33_CuresExhaustion)
{
    const auto getRefused = [this](bool hasPublicIp) {
        Begin(LOAD_BALANCED, "2017[AllocatedPorts=16]");
        if (hasPublicIp)
        {
            m_scenario->AddInstanceLevelPublicIp(0);
        }
        Assemble();
        Generate(0, {{"Flows", "50"}});
        Run("30s");
        return GetCounts().refused;
    };
    EXPECT_EQ(getRefused(false), 34U);
    EXPECT_EQ(getRefused(true), 0U);
}

TEST_F(OutboundPublicIp, IsReachedFromTheInternet)
{
    BeginWith(PUBLIC_IP);
    const auto server = CreateObject<TrafficServer>();
    GetVm()->AddApplication(server);
    const auto client = CreateObject<TrafficGenerator>();
    client->AddDestination(GetInstanceLevelPublicIp());
    client->SetAttribute("FirstSourcePort", StringValue("40000"));
    GetServer()->AddApplication(client);
    Run("5s");
    EXPECT_EQ(client->GetEstablished(), 1U);
    EXPECT_EQ(server->GetRequests(), 1U);
    const auto flows = GetFlows();
    ASSERT_EQ(flows.size(), 1U);
    EXPECT_TRUE(flows[0].isInbound);
    EXPECT_EQ(flows[0].outcome, FlowOutcome::Established);
    EXPECT_EQ(flows[0].translated,
              FlowKey(GetInstanceLevelPublicIp(), GetServerAddress(), 80, 40000, IpProtocol::Tcp));
    EXPECT_EQ(GetCounts().attempted, 0U) << "outbound flows only";
}

} // namespace

} // namespace ns3::azure
