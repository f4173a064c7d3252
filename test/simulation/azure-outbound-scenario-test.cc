// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/azure-my-ip-dns-client.h"
#include "ns3/azure-my-ip-dns-server.h"
#include "ns3/azure-slb-program.h"
#include "ns3/azure-trace-schema.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv4.h"

#include <gtest/gtest.h>
#include <ostream>
#include <set>
#include <string>

/**
 * @file
 * @brief The three ways of getting outbound connectivity, by real packets (S0-01 to S0-15).
 */
namespace ns3::azure
{

namespace
{

/// One row: a scenario, and the public address that servers see.
struct ScenarioCase
{
    const char* name;          // test name
    OutboundScenario scenario; // how the VM is set up
    const char* seen;          // expected source at the server
    uint32_t quota;            // expected public IPs that count against the quota
};

void
PrintTo(const ScenarioCase& c, std::ostream* os)
{
    *os << GetName(c.scenario);
}

// clang-format off
constexpr ScenarioCase SCENARIO_CASES[] = {
    // name          scenario                        seen           quota
    {"Standalone",   OutboundScenario::Standalone,   "198.18.16.1", 0},
    {"LoadBalanced", OutboundScenario::LoadBalanced, "198.18.0.1",  1},
    {"PublicIp",     OutboundScenario::PublicIp,     "198.18.32.1", 1},
};
// clang-format on

class OutboundScenarios : public OutboundWorld, public ::testing::WithParamInterface<ScenarioCase>
{
  protected:
    const Ipv4Address m_seen{GetParam().seen}; //!< expected source at the server
};

TEST_P(OutboundScenarios, S0_01_VmTalksToPublicEndpoints)
{
    BeginWith(GetParam().scenario);
    const auto tcp = Generate(0, {{"Protocol", "Tcp"}, {"Flows", "3"}});
    const auto udp = Generate(0, {{"Protocol", "Udp"}, {"Flows", "3"}});
    Run("5s");
    EXPECT_EQ(tcp->GetEstablished(), 3U);
    EXPECT_EQ(udp->GetEstablished(), 3U);
    EXPECT_EQ(m_requests.size(), 6U);
}

TEST_P(OutboundScenarios, S0_02_ServerSeesThePublicAddressAndTheVmGetsTheReplies)
{
    BeginWith(GetParam().scenario);
    Listen(GetVm());
    Generate(0, {{"Flows", "2"}, {"FirstSourcePort", "5000"}});
    Run("5s");
    ASSERT_EQ(GetSeenSources().size(), 2U);
    for (const auto& source : GetSeenSources())
    {
        EXPECT_EQ(source, m_seen);
    }
    std::set<uint16_t> ports;
    for (const auto& datagram : GetReceived(GetVm()))
    {
        EXPECT_EQ(ReadFlowKey(datagram).GetSource(), GetServerAddress());
        EXPECT_EQ(ReadFlowKey(datagram).GetDestination(), GetPrivateAddress());
        ports.insert(ReadFlowKey(datagram).GetDestinationPort());
    }
    EXPECT_EQ(ports, (std::set<uint16_t>{5000, 5001}));
}

TEST_P(OutboundScenarios, S0_12_OnlyTheSourceIsTranslated)
{
    BeginWith(GetParam().scenario);
    Generate(0, {{"Flows", "4"}, {"DestinationPort", "80"}});
    Run("5s");
    const auto flows = GetFlows();
    ASSERT_EQ(flows.size(), 4U);
    ASSERT_EQ(m_accepted.size(), 4U);
    for (std::size_t i = 0; i < flows.size(); ++i)
    {
        EXPECT_EQ(flows[i].key.GetSource(), GetPrivateAddress());
        EXPECT_EQ(flows[i].key.GetDestination(), m_accepted[i].GetDestination());
        EXPECT_EQ(m_accepted[i].GetDestination(), GetServerAddress());
        EXPECT_EQ(m_accepted[i].GetDestinationPort(), 80);
        EXPECT_EQ(flows[i].translated, m_accepted[i]) << "the record tells what the server saw";
    }
}

TEST_P(OutboundScenarios, S0_34_DiscoveryTellsTheAddressTheVmIsSeenWith)
{
    BeginWith(GetParam().scenario);
    m_scenario->GetResolver()->AddApplication(CreateObject<MyIpDnsServer>());
    const auto client = CreateObject<MyIpDnsClient>();
    client->SetAttribute("Resolver", Ipv4AddressValue(m_scenario->GetResolverAddress()));
    GetVm()->AddApplication(client);
    Generate(0, {});
    Run("5s");
    EXPECT_EQ(client->GetAnswer(), m_seen);
    EXPECT_EQ(GetSeenSources(), std::vector<Ipv4Address>{m_seen});
}

TEST_P(OutboundScenarios, S0_11_PlatformAddressesDoNotCountAgainstTheQuota)
{
    BeginWith(GetParam().scenario);
    EXPECT_EQ(GetPublicIpQuotaUse(m_scenario->GetSlbManager()->GetDeployment()), GetParam().quota);
}

TEST_P(OutboundScenarios, VmKnowsItsPrivateAddressOnly)
{
    BeginWith(GetParam().scenario);
    const auto ipv4 = GetVm()->GetObject<Ipv4>();
    ASSERT_EQ(ipv4->GetNInterfaces(), 2U);
    EXPECT_EQ(ipv4->GetAddress(1, 0).GetLocal(), GetPrivateAddress());
    EXPECT_EQ(ipv4->GetNAddresses(1), 1U);
}

TEST_P(OutboundScenarios, ServersTimeToLiveIsCountedDownOnTheWay)
{
    BeginWith(GetParam().scenario);
    Listen(GetServer());
    Listen(GetVm());
    Generate(0, {});
    Run("5s");
    ASSERT_FALSE(GetReceived(GetServer()).empty());
    EXPECT_EQ(GetReceived(GetServer())[0][8], 64 - 3) << "host agent, fabric and edge router";
    ASSERT_FALSE(GetReceived(GetVm()).empty());
    EXPECT_EQ(GetReceived(GetVm())[0][8], 64 - 4) << "edge and fabric router, mux, host agent";
}

INSTANTIATE_TEST_SUITE_P(Outbound,
                         OutboundScenarios,
                         ::testing::ValuesIn(SCENARIO_CASES),
                         [](const auto& info) { return info.param.name; });

TEST(OutboundScenarioNames, S0_03_AreThree)
{
    uint32_t known = 0;
    for (const auto* name : {"standalone", "load-balanced", "public-ip"})
    {
        const auto scenario = FindOutboundScenario(name);
        ASSERT_TRUE(scenario);
        EXPECT_STREQ(GetName(*scenario), name);
        EXPECT_EQ(static_cast<uint32_t>(*scenario), known++);
    }
    EXPECT_FALSE(FindOutboundScenario(""));
    EXPECT_FALSE(FindOutboundScenario("nat-gateway"));
}

using OutboundStandalone = OutboundWorld;

TEST_F(OutboundStandalone, S0_04_VmOutsideAnyPoolIsSeenWithItsPlatformAddress)
{
    Begin(OutboundScenario::Standalone).SetVms(3);
    Assemble();
    for (uint32_t vm = 0; vm < 3; ++vm)
    {
        Generate(vm, {});
    }
    Run("5s");
    const auto sources = GetSeenSources();
    EXPECT_EQ(std::set<Ipv4Address>(sources.begin(), sources.end()),
              (std::set<Ipv4Address>{GetPlatformAddress(0),
                                     GetPlatformAddress(1),
                                     GetPlatformAddress(2)}));
    EXPECT_EQ(GetFlows().at(0).method, OutboundMethod::DefaultSnat);
}

TEST_F(OutboundStandalone, S0_08_IsWhoeverHasNeitherPoolNorOwnAddress)
{
    Begin(OutboundScenario::Standalone).SetVms(2);
    m_scenario->AddInstanceLevelPublicIp(1);
    Assemble();
    Generate(0, {});
    Generate(1, {});
    Run("5s");
    EXPECT_EQ(GetFlows().at(0).method, OutboundMethod::DefaultSnat);
    EXPECT_EQ(GetFlows().at(1).method, OutboundMethod::InstanceLevelPublicIp);
}

TEST_F(OutboundStandalone, S0_09_PrivateSourceBecomesPublic)
{
    BeginWith(OutboundScenario::Standalone);
    Listen(GetServer());
    SendUdp(0, 5000, GetServerAddress());
    Run("1s");
    ASSERT_EQ(GetReceived(GetServer()).size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(GetServer())[0]),
              FlowKey(GetPlatformAddress(), GetServerAddress(), 1024, 9, IpProtocol::Udp));
    EXPECT_EQ(GetFlows().at(0).key,
              FlowKey(GetPrivateAddress(), GetServerAddress(), 5000, 9, IpProtocol::Udp));
}

TEST_F(OutboundStandalone, S0_10_PlatformAssignsTheAddress)
{
    // No function of the helper sets it; a load balancer's frontends do not change it.
    for (const uint32_t frontends : {1, 5})
    {
        Begin(OutboundScenario::Standalone).SetFrontends(frontends);
        Assemble();
        const auto& deployment = m_scenario->GetSlbManager()->GetDeployment();
        EXPECT_EQ(deployment.networkInterfaces.at(0).platformAddress, GetPlatformAddress());
        EXPECT_TRUE(deployment.loadBalancers.empty());
    }
}

TEST_F(OutboundStandalone, S3_50_VmsWithDhcpHaveTheirAddressesAfterASecond)
{
    Begin(OutboundScenario::Standalone).SetVms(3);
    m_scenario->SetVmsPerHost(2);
    m_scenario->SetDhcp(true);
    Assemble();
    // A burst of ten TCP flows each; the client tries again only after 1 s, its SYN time-out.
    for (uint32_t vm = 0; vm < 3; ++vm)
    {
        EXPECT_EQ(GetVm(vm)->GetObject<Ipv4>()->GetNAddresses(1), 0U) << "not asked yet";
        Generate(vm, {{"Flows", "10"}, {"Arrival", "Burst"}})->SetStartTime(Seconds(1));
    }
    Run("1500ms");
    for (uint32_t vm = 0; vm < 3; ++vm)
    {
        EXPECT_EQ(GetVm(vm)->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal(), GetPrivateAddress(vm));
        EXPECT_EQ(m_scenario->GetHostServices(vm).dhcpServer->GetNode(), m_scenario->GetHost(vm));
    }
    EXPECT_EQ(m_scenario->GetHost(0), m_scenario->GetHost(1));
    EXPECT_NE(m_scenario->GetHost(0), m_scenario->GetHost(2));
    EXPECT_EQ(m_established.size(), 30U) << "none had to try again";
}

TEST_F(OutboundStandalone, S0_15_PortsAreCalledSnatPorts)
{
    BeginWith(OutboundScenario::Standalone);
    const auto tid = HostAgent::GetTypeId();
    for (const auto* name : {"SnatPort", "SnatExhausted", "SnatAllocation"})
    {
        EXPECT_NE(tid.LookupTraceSourceByName(name), nullptr) << name;
    }
    std::set<std::string> tables;
    for (const auto& table : GetTraceTables())
    {
        tables.insert(table.name);
    }
    for (const auto* name : {"snat_port_event", "snat_exhaustion", "snat_allocation"})
    {
        EXPECT_EQ(tables.count(name), 1U) << name;
    }
}

} // namespace

} // namespace ns3::azure
