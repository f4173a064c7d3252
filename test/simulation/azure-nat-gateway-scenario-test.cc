// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <set>
#include <string>

/**
 * @file
 * @brief Whole scenarios with NAT gateways and availability sets.
 */
namespace ns3::azure
{

namespace
{

const Ipv4Address FIRST_GATEWAY_ADDRESS("198.18.48.1");

using NatGatewayScenario = OutboundWorld;

TEST_F(NatGatewayScenario, B_6_FiveThousandFlowsToOneDestinationOnOneAddress)
{
    auto& scenario = Begin(OutboundScenario::LoadBalanced, "2018");
    scenario.AddNatGateway("gateway");
    Assemble();
    const auto generator = Generate(
        0,
        {{"Flows", "5000"}, {"Protocol", "Udp"}, {"Arrival", "Periodic"}, {"Rate", "500"}});
    Run("30s");
    EXPECT_EQ(generator->GetEstablished(), 5000U);
    EXPECT_EQ(CountDrops(DropReason::SnatPortsExhausted), 0U);
    std::set<uint16_t> ports;
    for (const auto& request : m_requests)
    {
        EXPECT_EQ(request.key.GetSource(), FIRST_GATEWAY_ADDRESS);
        ports.insert(request.key.GetSourcePort());
    }
    EXPECT_EQ(ports.size(), 5000U);
    EXPECT_EQ(scenario.GetNatGateway("gateway")->GetOpenFlows().size(), 5000U);
}

TEST_F(NatGatewayScenario, B_6_HotVmIsNotLimitedByNeighborsBlocks)
{
    auto& scenario = Begin(OutboundScenario::LoadBalanced, "2018");
    scenario.SetVms(3);
    scenario.AddNatGateway("gateway");
    Assemble();
    const auto hot = Generate(0, {{"Flows", "2000"}, {"Protocol", "Udp"}});
    const auto cool = Generate(1, {{"Flows", "10"}, {"Protocol", "Udp"}});
    Run("10s");
    EXPECT_EQ(hot->GetEstablished(), 2000U); // its block would have 1,024 ports
    EXPECT_EQ(cool->GetEstablished(), 10U);
}

TEST_F(NatGatewayScenario, B_3_GatewayGoesBeforeInstanceLevelPublicIp)
{
    auto& scenario = Begin(OutboundScenario::PublicIp, "2018");
    scenario.AddNatGateway("gateway", 2);
    Assemble();
    Generate(0, {{"Flows", "50"}});
    Run("10s");
    ASSERT_EQ(m_requests.size(), 50U);
    std::set<Ipv4Address> sources;
    for (const auto& request : m_requests)
    {
        sources.insert(request.key.GetSource());
    }
    EXPECT_EQ(sources, (std::set<Ipv4Address>{FIRST_GATEWAY_ADDRESS, Ipv4Address("198.18.48.2")}));
}

TEST_F(NatGatewayScenario, ProgrammedByMessages)
{
    auto& scenario = Begin(OutboundScenario::LoadBalanced, "2018");
    scenario.AddNatGateway("gateway");
    scenario.SetProgrammedBefore(false);
    Assemble();
    const auto generator = Generate(0, {{"Flows", "20"}, {"Arrival", "Periodic"}, {"Rate", "1"}});
    generator->SetStartTime(Seconds(5));
    Run("40s");
    EXPECT_EQ(generator->GetEstablished(), 20U);
}

TEST_F(NatGatewayScenario, B_1_AvailabilitySetSharesOneAddress)
{
    auto& scenario = Begin(OutboundScenario::Standalone, "2018");
    scenario.SetVms(3);
    scenario.SetAvailabilitySet(1, "set");
    scenario.SetAvailabilitySet(2, "set");
    Assemble();
    for (uint32_t vm = 0; vm < 3; ++vm)
    {
        Generate(vm, {{"Flows", "1"}});
    }
    Run("5s");
    const std::multiset<Ipv4Address> expected{GetPlatformAddress(0),
                                              GetPlatformAddress(1),
                                              GetPlatformAddress(1)};
    std::multiset<Ipv4Address> sources;
    for (const auto& request : m_requests)
    {
        sources.insert(request.key.GetSource());
    }
    EXPECT_EQ(sources, expected);
    for (const auto& usage : GetAgent()->GetSnatPortUsage())
    {
        EXPECT_EQ(usage.portsAllocated, 1024U) << "of network interface " << usage.networkInterface;
    }
}

/// One row: a wrong setting, and what is said of it.
struct WrongCase
{
    const char* name;                      // test name
    void (*make)(OutboundScenarioHelper&); // the setting
    const char* error;                     // expected, whole
};

void
PrintTo(const WrongCase& c, std::ostream* os)
{
    *os << c.error;
}

const WrongCase WRONG[] = {
    {"NoAddress",
     [](OutboundScenarioHelper& scenario) { scenario.AddNatGateway("gateway", 0); },
     "NAT gateway gateway, publicAddresses: '0' is not allowed; give 1 to 16"},
    {"SeventeenAddresses",
     [](OutboundScenarioHelper& scenario) { scenario.AddNatGateway("gateway", 17); },
     "NAT gateway gateway, publicAddresses: '17' is not allowed; give 1 to 16"},
    {"UnknownSubnet",
     [](OutboundScenarioHelper& scenario) {
         scenario.AddNatGateway("gateway", 1, {{"vnet-0", "other"}});
     },
     "NAT gateway gateway, subnet: 'vnet-0/other' is not allowed; give one of the scenario's"},
    {"NamelessSet",
     [](OutboundScenarioHelper& scenario) { scenario.SetAvailabilitySet(0, ""); },
     "availability set of vm 0: '' is not allowed; give a name"},
    {"SetOfNoVm",
     [](OutboundScenarioHelper& scenario) { scenario.SetAvailabilitySet(1, "set"); },
     "availability set set: vm: '1' is not allowed; give 0 to 0"},
};

class WrongNatGatewayScenario : public ::testing::TestWithParam<WrongCase>
{
};

TEST_P(WrongNatGatewayScenario, IsRefused)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    GetParam().make(scenario);
    EXPECT_EQ(scenario.Validate(), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(Settings,
                         WrongNatGatewayScenario,
                         ::testing::ValuesIn(WRONG),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace

} // namespace ns3::azure
