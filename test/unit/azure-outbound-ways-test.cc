// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-samples.h"
#include "azure-test-profiles.h"

#include "ns3/azure-slb-program.h"

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr auto TCP = TransportProtocol::Tcp;
constexpr auto ALL = TransportProtocol::All;

/// @return as many VMs, half of them behind the public "web"; a NAT gateway "way" of VM 0
Deployment
MakeDeployment(uint32_t vms)
{
    Deployment deployment;
    deployment.profile = MakeProfile("2018");
    deployment.natGatewayProfile = MakeProfile("nat-gateway");
    LoadBalancer web;
    web.name = "web";
    web.sku = LoadBalancerSku::Standard;
    web.frontends = {{"front", Ipv4Address("198.51.100.1")}};
    web.backendPools = {{"pool", {}}};
    web.loadBalancingRules = {MakeRule("http", "front", "pool", TCP, 80)};
    for (uint32_t i = 0; i < vms; ++i)
    {
        NetworkInterface each;
        each.networkInterface = i;
        each.host = Ipv4Address(0xc0a80001U + i);
        each.platformAddress = Ipv4Address(0xcb007101U + i);
        deployment.networkInterfaces.push_back(each);
        if (i < vms / 2)
        {
            web.backendPools[0].members.push_back({i});
        }
    }
    deployment.loadBalancers = {web};
    NatGateway gateway;
    gateway.name = "way";
    gateway.publicAddresses = {Ipv4Address("198.51.100.100")};
    gateway.node = Ipv4Address("192.168.1.1");
    gateway.networkInterfaces = {0};
    deployment.natGateways = {gateway};
    return deployment;
}

NatGateway&
Way(Deployment& d)
{
    return d.natGateways[0];
}

LoadBalancer&
Web(Deployment& d)
{
    return d.loadBalancers[0];
}

/// @return what the host of a VM is told
ProgramNetworkInterface
GetTold(const Deployment& deployment, uint32_t vm)
{
    EXPECT_EQ(Validate(deployment), std::nullopt);
    return Compile(deployment).hosts.at(vm).instruction;
}

/// @return a VM's blocks as text: "198.51.100.1:1024-2047 "
std::string
GetBlocks(const Deployment& deployment, uint32_t vm)
{
    std::ostringstream os;
    for (const auto& block : GetTold(deployment, vm).blocks)
    {
        os << block.publicAddress << ":" << block.ports << " ";
    }
    return os.str();
}

/// One row: what is changed in a sound deployment, and what must be said; nothing if it is allowed.
struct WayCase
{
    const char* name; // test name
    std::function<void(Deployment&)> change;
    const char* error;
};

void
PrintTo(const WayCase& c, std::ostream* os)
{
    *os << c.name;
}

/// @brief Put VMs 0 and 1 behind one internal load balancer each, in these virtual networks.
void
AddInternal(Deployment& d, uint32_t network0, uint32_t network1)
{
    for (uint32_t vm = 0; vm < 2; ++vm)
    {
        LoadBalancer internal;
        internal.name = "internal-" + std::to_string(vm);
        internal.sku = LoadBalancerSku::Standard;
        internal.virtualNetwork = vm == 0 ? network0 : network1;
        internal.frontends = {{"front", Ipv4Address(0x0a000064U + vm)}};
        internal.backendPools = {{"pool", {{vm}}}};
        d.loadBalancers.push_back(internal);
    }
    Way(d).networkInterfaces = {0, 1};
}

// clang-format off
const WayCase WAY_CASES[] = {
    // NAT gateways
    {"B_6_SixteenAddresses", [](auto& d) { for (uint32_t i = 1; i < 16; ++i) { Way(d).publicAddresses.push_back(Ipv4Address(0x64800000U + i)); } }, ""},
    {"B_6_NoAddress", [](auto& d) { Way(d).publicAddresses.clear(); }, "NAT gateway way, publicAddresses: '0' is not allowed; give 1 to 16 of them"},
    {"B_6_SeventeenAddresses", [](auto& d) { Way(d).publicAddresses.resize(17); }, "NAT gateway way, publicAddresses: '17' is not allowed; give 1 to 16 of them"},
    {"PrivateAddress", [](auto& d) { Way(d).publicAddresses[0] = Ipv4Address("10.0.0.1"); }, "NAT gateway way, publicAddresses: '10.0.0.1' is not allowed; give public ones"},
    {"AddressUnset", [](auto& d) { Way(d).publicAddresses[0] = Ipv4Address(); }, "NAT gateway way, publicAddresses: '0.0.0.0' is not allowed; give public ones"},
    {"AddressTwice", [](auto& d) { Way(d).publicAddresses.push_back(Way(d).publicAddresses[0]); }, "publicAddress: '198.51.100.100' is not allowed twice; give each public address one use"},
    {"AddressOfAFrontend", [](auto& d) { Way(d).publicAddresses[0] = Ipv4Address("198.51.100.1"); }, "publicAddress: '198.51.100.1' is not allowed twice; give each public address one use"},
    {"NameTwice", [](auto& d) { d.natGateways.push_back(Way(d)); }, "NAT gateway: 'way' is not allowed; give a name that no other one has"},
    {"UnknownInterface", [](auto& d) { Way(d).networkInterfaces = {99}; }, "NAT gateway way, networkInterfaces: '99' is not allowed; give network interfaces of the deployment"},
    {"B_6_InterfaceInTwo", [](auto& d) { d.natGateways.push_back(Way(d)); d.natGateways[1].name = "other"; d.natGateways[1].publicAddresses = {Ipv4Address("198.51.100.101")}; },
     "NAT gateway other, networkInterfaces: '0' is not allowed; give each network interface one NAT gateway, once; this one has way"},
    {"InterfaceTwice", [](auto& d) { Way(d).networkInterfaces = {1, 1}; },
     "NAT gateway way, networkInterfaces: '1' is not allowed; give each network interface one NAT gateway, once; this one has way"},
    {"B_6_NG_2002_IdleTimeout3", [](auto& d) { Way(d).idleTimeoutInMinutes = 3; }, "NAT gateway way, idleTimeoutInMinutes: '3' is not allowed; give 4 to 120"},
    {"B_6_NG_2002_IdleTimeout120", [](auto& d) { Way(d).idleTimeoutInMinutes = 120; }, ""},
    {"B_6_NG_2002_IdleTimeout121", [](auto& d) { Way(d).idleTimeoutInMinutes = 121; }, "NAT gateway way, idleTimeoutInMinutes: '121' is not allowed; give 4 to 120"},
    {"B_6_OneVirtualNetwork", [](auto& d) { AddInternal(d, 7, 7); }, ""},
    {"B_6_TwoVirtualNetworks", [](auto& d) { AddInternal(d, 7, 8); },
     "NAT gateway way, networkInterfaces: '1' is not allowed; give network interfaces of one virtual network; this one is in 8, others are in 7"},
    {"B_6_SharedPortsForAll", [](auto& d) { d.profile = MakeProfile("nat-gateway"); Way(d).networkInterfaces = {0, 1, 2, 3}; }, ""},
    {"B_6_SharedPortsForAPoolMemberWithoutGateway", [](auto& d) { d.profile = MakeProfile("nat-gateway"); },
     "PortBudget: 'Shared' is not allowed; give another one, or a NAT gateway to network interface 1, whose outbound method is load-balancer-frontend"},
    {"B_6_SharedPortsForAStandaloneVm", [](auto& d) { d.profile = MakeProfile("nat-gateway"); Way(d).networkInterfaces = {0, 1, 2}; },
     "PortBudget: 'Shared' is not allowed; give another one, or a NAT gateway to network interface 3, whose outbound method is default-snat"},
    // Idle timeouts and TCP reset of rules
    {"B_5_IdleTimeout3", [](auto& d) { Web(d).loadBalancingRules[0].idleTimeoutInMinutes = 3; }, "load balancer web, rule http, idleTimeoutInMinutes: '3' is not allowed; give 4 to 100"},
    {"B_5_TI_2402_IdleTimeout100", [](auto& d) { Web(d).loadBalancingRules[0].idleTimeoutInMinutes = 100; }, ""},
    {"B_5_TI_2402_IdleTimeout101", [](auto& d) { Web(d).loadBalancingRules[0].idleTimeoutInMinutes = 101; }, "load balancer web, rule http, idleTimeoutInMinutes: '101' is not allowed; give 4 to 100"},
    {"B_5_IdleTimeoutOfANatRule", [](auto& d) { Web(d).inboundNatRules = {MakeNatRule("ssh", "front", 50000, 3, 22)}; Web(d).inboundNatRules[0].idleTimeoutInMinutes = 0; },
     "load balancer web, inbound NAT rule ssh, idleTimeoutInMinutes: '0' is not allowed; give 4 to 100"},
    {"B_5_TR_2010_TcpReset", [](auto& d) { Web(d).loadBalancingRules[0].enableTcpReset = true; }, ""},
    {"B_5_SK_2307_TcpResetOfBasic", [](auto& d) { Web(d).sku = LoadBalancerSku::Basic; Web(d).loadBalancingRules[0].enableTcpReset = true; },
     "load balancer web, rule http, enableTcpReset: 'true' is not allowed; give false; it is for Standard load balancers"},
    {"B_5_SK_2307_TcpResetOfABasicNatRule", [](auto& d) { Web(d).sku = LoadBalancerSku::Basic; Web(d).inboundNatRules = {MakeNatRule("ssh", "front", 50000, 3, 22)}; Web(d).inboundNatRules[0].enableTcpReset = true; },
     "load balancer web, inbound NAT rule ssh, enableTcpReset: 'true' is not allowed; give false; it is for Standard load balancers"},
    {"B_5_TcpResetOfHaPorts", [](auto& d) { AddInternal(d, 7, 7); auto& l = d.loadBalancers[1]; l.loadBalancingRules = {MakeRule("all", "front", "pool", ALL, 0)}; l.loadBalancingRules[0].enableTcpReset = true; },
     "load balancer internal-0, rule all, enableTcpReset: 'true' is not allowed; give false; protocol All has no TCP reset"},
    // Availability sets
    {"B_1_AvailabilitySetOfOneAddress", [](auto& d) { for (auto& each : d.networkInterfaces) { each.availabilitySet = "set"; each.platformAddress = Ipv4Address("203.0.113.1"); } }, ""},
    {"B_1_AvailabilitySetOfTwoAddresses", [](auto& d) { for (uint32_t i = 2; i < 4; ++i) { d.networkInterfaces[i].availabilitySet = "set"; } },
     "network interface 3, platformAddress: '203.0.113.4' is not allowed; give 203.0.113.3, as to others of availability set set"},
    {"AddressOfAnAvailabilitySetIsNobodyElses", [](auto& d) { d.networkInterfaces[2].availabilitySet = "set"; d.networkInterfaces[2].platformAddress = Ipv4Address("203.0.113.4"); },
     "publicAddress: '203.0.113.4' is not allowed twice; give each public address one use"},
};
// clang-format on

class OutboundWays : public ::testing::TestWithParam<WayCase>
{
};

TEST_P(OutboundWays, AreAllowedOrRefused)
{
    auto deployment = MakeDeployment(4);
    ASSERT_EQ(Validate(deployment), std::nullopt);
    GetParam().change(deployment);
    EXPECT_EQ(Validate(deployment).value_or(""), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(Deployments,
                         OutboundWays,
                         ::testing::ValuesIn(WAY_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(NatGatewayProgram, B_3_GoesBeforeFrontendsAndTellsItsNode)
{
    const auto deployment = MakeDeployment(4);
    EXPECT_EQ(GetTold(deployment, 0).method, OutboundMethod::NatGateway);
    EXPECT_EQ(GetTold(deployment, 0).natGateway, Ipv4Address("192.168.1.1"));
    EXPECT_EQ(GetBlocks(deployment, 0), "");
    EXPECT_EQ(GetTold(deployment, 1).method, OutboundMethod::LoadBalancerFrontend);
    EXPECT_EQ(GetTold(deployment, 1).natGateway, std::nullopt);
    EXPECT_EQ(GetBlocks(deployment, 1), "198.51.100.1:1024-2047 "); // 0 has none of them
}

TEST(NatGatewayProgram, B_3_WhoHasOneStillCountsInItsPool)
{
    const auto deployment = MakeDeployment(102); // 51 members
    EXPECT_EQ(GetBlocks(deployment, 1), "198.51.100.1:1024-1535 ");
}

TEST(NatGatewayProgram, B_3_GoesBeforeInstanceLevelPublicIpsWhichStillReceive)
{
    auto deployment = MakeDeployment(4);
    deployment.networkInterfaces[0].instanceLevelPublicIp = Ipv4Address("203.0.113.200");
    EXPECT_EQ(GetTold(deployment, 0).method, OutboundMethod::NatGateway);
    EXPECT_EQ(GetTold(deployment, 0).instanceLevelPublicIp, Ipv4Address("203.0.113.200"));
    const auto program = Compile(deployment);
    ASSERT_FALSE(program.muxes.empty());
    EXPECT_EQ(program.muxes.back().publicAddress, Ipv4Address("203.0.113.200"));
    EXPECT_EQ(program.muxes.back().ports, PortRange());
    for (const auto& endpoint : program.muxes)
    {
        EXPECT_NE(endpoint.publicAddress, Ipv4Address("198.51.100.100")); // routed to the gateway
    }
}

TEST(NatGatewayProgram, CountsAgainstTheQuota)
{
    EXPECT_EQ(GetPublicIpQuotaUse(MakeDeployment(4)), 2U); // frontend and gateway
}

TEST(AvailabilitySetProgram, B_1_SharesOneAddressAndCountsAsAPool)
{
    auto deployment = MakeDeployment(108); // VMs 54 to 107 are standalone
    for (uint32_t i = 50; i < 104; ++i)    // 54 to 103: 50 of them
    {
        deployment.networkInterfaces[i].availabilitySet = "set";
        deployment.networkInterfaces[i].platformAddress = Ipv4Address("203.0.113.250");
    }
    EXPECT_EQ(GetBlocks(deployment, 54), "203.0.113.250:1024-2047 ");
    EXPECT_EQ(GetBlocks(deployment, 55), "203.0.113.250:2048-3071 ");
    EXPECT_EQ(GetBlocks(deployment, 104), "203.0.113.105:1024-2047 "); // a lone VM: a pool of one
    deployment.networkInterfaces[104].availabilitySet = "set";
    deployment.networkInterfaces[104].platformAddress = Ipv4Address("203.0.113.250");
    EXPECT_EQ(GetBlocks(deployment, 54), "203.0.113.250:1024-1535 "); // 51 standalone VMs
    Way(deployment).networkInterfaces = {104};                        // counts, and has no port
    EXPECT_EQ(GetBlocks(deployment, 54), "203.0.113.250:1024-1535 ");
    EXPECT_EQ(GetBlocks(deployment, 104), "");
}

TEST(IdleTimeoutProgram, B_5_OfRulesReachesHosts)
{
    auto deployment = MakeDeployment(4);
    Web(deployment).loadBalancingRules[0].idleTimeoutInMinutes = 30;
    Web(deployment).loadBalancingRules[0].enableTcpReset = true;
    Web(deployment).inboundNatRules = {MakeNatRule("ssh", "front", 50000, 1, 22)};
    ASSERT_EQ(Validate(deployment), std::nullopt);
    const auto program = Compile(deployment);
    const auto& endpoints = program.inbound.at(1).instruction.endpoints;
    ASSERT_EQ(endpoints.size(), 2U);
    EXPECT_EQ(endpoints[0].idleTimeout, Minutes(30));
    EXPECT_TRUE(endpoints[0].isTcpReset);
    EXPECT_EQ(endpoints[1].idleTimeout, Minutes(4)); // the NAT rule's
    EXPECT_FALSE(endpoints[1].isTcpReset);
    EXPECT_EQ(ToText(program.hosts[1].instruction.profile), "2018"); // outbound flows: as before
}

TEST(SnatBookProgram, OB_1808_GoesThroughChangesOfADeployment)
{
    auto deployment = MakeDeployment(4);
    SnatAllocationTable book(deployment.profile, MakeSnatAllocationPolicy(deployment.profile));
    const auto first = Compile(deployment, book);
    ASSERT_EQ(first.allocationChanges.size(), 3U); // but VM 0, which has the gateway
    EXPECT_EQ(first.allocationChanges[0].networkInterface, 1U);
    EXPECT_EQ(first.allocationChanges[0].cause, SnatAllocationCause::Begin);
    EXPECT_EQ(first.muxes.size(), 3U);
    Web(deployment).backendPools[0].members = {{0}, {2}}; // 1 out, 2 in
    const auto second = Compile(deployment, book);
    ASSERT_EQ(second.allocationChanges.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i)
    {
        const auto& change = second.allocationChanges[i];
        EXPECT_EQ(change.networkInterface, 1 + i / 2);
        EXPECT_EQ(change.cause,
                  i % 2 == 0 ? SnatAllocationCause::Left : SnatAllocationCause::Joined);
        EXPECT_EQ(change.taken.size(), i % 2 == 0 ? 1U : 0U);
    }
    // The ports of VM 1 are on their way back, so VM 2 has others.
    const auto& blocks = second.hosts[2].instruction.blocks;
    ASSERT_EQ(blocks.size(), 1U);
    EXPECT_EQ(blocks[0].ports, (PortRange{2048, 3071}));
    EXPECT_EQ(MakePublicEndpoints(deployment, book).size(), 3U);
}

} // namespace

} // namespace ns3::azure
