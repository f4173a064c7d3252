// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-slb-program.h"

#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>

namespace ns3::azure
{

namespace
{

/// @return a sound deployment: three VMs, of which 0 and 1 are in the pool and 2 has an ILPIP
Deployment
MakeSound()
{
    Deployment deployment;
    deployment.profile = MakeProfile("2017");
    for (uint32_t i = 0; i < 3; ++i)
    {
        deployment.networkInterfaces.push_back(
            {i, {}, Ipv4Address(0xc0a80001U + i), std::nullopt, {}, Ipv4Address(0xcb007101U + i)});
    }
    deployment.networkInterfaces[2].instanceLevelPublicIp = Ipv4Address("198.51.100.9");
    deployment.loadBalancers.emplace_back();
    deployment.loadBalancers[0].frontends = {{"web", Ipv4Address("198.51.100.1")},
                                         {"api", Ipv4Address("198.51.100.2")}};
    LoadBalancingRule rule;
    rule.name = "http";
    rule.frontend = "web";
    rule.backendPool = "pool";
    deployment.loadBalancers[0].loadBalancingRules = {rule};
    deployment.loadBalancers[0].backendPools = {{"pool", {{0}, {1}}}};
    return deployment;
}

/// One row: what is spoilt, and what must be said.
struct RefusedCase
{
    const char* name; // test name
    std::function<void(Deployment&)> spoil;
    const char* error;
};

void
PrintTo(const RefusedCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const RefusedCase REFUSED_CASES[] = {
    {"FrontendNameTwice", [](Deployment& d) { d.loadBalancers[0].frontends[1].name = "web"; },
     "frontend: 'web' is not allowed twice; give each its own name"},
    {"FrontendAddressTwice", [](Deployment& d) { d.loadBalancers[0].frontends[1].address = Ipv4Address("198.51.100.1"); },
     "publicAddress: '198.51.100.1' is not allowed twice; give each public address one use"},
    {"OwnAddressIsAFrontend", [](Deployment& d) { d.networkInterfaces[2].instanceLevelPublicIp = Ipv4Address("198.51.100.2"); },
     "publicAddress: '198.51.100.2' is not allowed twice; give each public address one use"},
    {"OwnAddressTwice", [](Deployment& d) { d.networkInterfaces[0].instanceLevelPublicIp = Ipv4Address("198.51.100.9"); },
     "publicAddress: '198.51.100.9' is not allowed twice; give each public address one use"},
    {"PlatformAddressTwice", [](Deployment& d) { d.loadBalancers[0].backendPools[0].members.clear(); d.networkInterfaces[1].platformAddress = Ipv4Address("203.0.113.1"); },
     "publicAddress: '203.0.113.1' is not allowed twice; give each public address one use"},
    {"PlatformAddressIsAFrontend", [](Deployment& d) { d.loadBalancers[0].backendPools[0].members.clear(); d.networkInterfaces[0].platformAddress = Ipv4Address("198.51.100.1"); },
     "publicAddress: '198.51.100.1' is not allowed twice; give each public address one use"},
    {"RuleNameTwice", [](Deployment& d) { d.loadBalancers[0].loadBalancingRules.push_back(d.loadBalancers[0].loadBalancingRules[0]); },
     "rule: 'http' is not allowed twice; give each its own name"},
    {"RuleForNoFrontend", [](Deployment& d) { d.loadBalancers[0].loadBalancingRules[0].frontend = "wab"; },
     "rule http: frontend 'wab' is not allowed; give the name of a frontend of the load balancer"},
    {"InterfaceTwice", [](Deployment& d) { d.networkInterfaces[1].networkInterface = 0; },
     "networkInterface: '0' is not allowed twice; give each its own number"},
    {"MemberIsNoInterface", [](Deployment& d) { d.loadBalancers[0].backendPools[0].members[1].networkInterface = 7; },
     "backendPool: member '7' is not allowed; give each network interface of the deployment once at most"},
    {"MemberTwice", [](Deployment& d) { d.loadBalancers[0].backendPools[0].members[1].networkInterface = 0; },
     "backendPool: member '0' is not allowed; give each network interface of the deployment once at most"},
    {"TooManyPortsForThePool", [](Deployment& d) { d.profile.Set("AllocatedPorts", "40000"); },
     "allocatedPorts: '40000' is not allowed; with 2 pool members and 64511 ports per public address, "
     "each member can have at most 32255 ports and needs 40000"},
    {"TooManyPortsForOneVm", [](Deployment& d) { d.loadBalancers.clear(); d.profile.Set("PortsPerPublicAddress", "1000"); },
     "portsPerPublicAddress: '1000' is not allowed; with 1 pool members and 1000 ports per public address, "
     "each member can have at most 1000 ports and needs 1024"},
};
// clang-format on

class RefusedDeployments : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefusedDeployments, AreToldWhy)
{
    auto deployment = MakeSound();
    ASSERT_EQ(Validate(deployment), std::nullopt);
    GetParam().spoil(deployment);
    EXPECT_EQ(Validate(deployment), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(SlbProgram,
                         RefusedDeployments,
                         ::testing::ValuesIn(REFUSED_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(SoundDeployments, MayHaveNoLoadBalancerOrNoVmAtAll)
{
    auto deployment = MakeSound();
    deployment.loadBalancers.clear();
    EXPECT_EQ(Validate(deployment), std::nullopt);
    deployment.networkInterfaces.clear();
    EXPECT_EQ(Validate(deployment), std::nullopt);
    EXPECT_TRUE(Compile(deployment).hosts.empty());
    EXPECT_TRUE(Compile(deployment).muxes.empty());
}

TEST(SoundDeployments, MayLeavePlatformAddressesUnsetWhereNobodyUsesThem)
{
    auto deployment = MakeSound();
    for (auto& each : deployment.networkInterfaces)
    {
        each.platformAddress = Ipv4Address();
    }
    EXPECT_EQ(Validate(deployment), std::nullopt); // 0 and 1 are in the pool, 2 has its own
}

TEST(SoundDeployments, MayHaveAPoolOfAThousandButNotOfOneMore)
{
    auto deployment = MakeSound();
    deployment.networkInterfaces.clear();
    deployment.loadBalancers[0].backendPools[0].members.clear();
    for (uint32_t i = 0; i < 1000; ++i)
    {
        deployment.networkInterfaces.push_back({i, {}, {}, std::nullopt, {}, Ipv4Address(i)});
        deployment.loadBalancers[0].backendPools[0].members.push_back({i});
    }
    EXPECT_EQ(Validate(deployment), std::nullopt);
    deployment.networkInterfaces.push_back({1000, {}, {}, std::nullopt, {}, Ipv4Address(1000U)});
    deployment.loadBalancers[0].backendPools[0].members.push_back({1000});
    EXPECT_EQ(Validate(deployment), "poolSize: '1001' is not allowed; give 1 to 1000");
}

} // namespace

} // namespace ns3::azure
