// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-samples.h"
#include "azure-test-profiles.h"

#include "ns3/azure-public-ip-prefix.h"
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
constexpr auto UDP = TransportProtocol::Udp;

/// @return as many VMs behind the public Standard "web" with an outbound rule "out" of all its
/// frontends: f-0, f-1, ... from 198.51.100.0 on
Deployment
MakeDeployment(const std::string& profile, uint32_t members, uint32_t frontends)
{
    Deployment deployment;
    deployment.profile = MakeProfile(profile);
    LoadBalancer web;
    web.name = "web";
    web.sku = LoadBalancerSku::Standard;
    web.frontends = MakeFrontends("f", {0xc6336400U, 28});
    web.frontends.resize(frontends);
    web.backendPools = {{"pool", {}}, {"spare", {}}};
    for (uint32_t i = 0; i < members; ++i)
    {
        NetworkInterface each;
        each.networkInterface = i;
        each.host = Ipv4Address(0xc0a80001U + i);
        each.platformAddress = Ipv4Address(0xcb007101U + i);
        deployment.networkInterfaces.push_back(each);
        web.backendPools[0].members.push_back({i});
    }
    OutboundRule rule;
    rule.name = "out";
    rule.backendPool = "pool";
    for (const auto& frontend : web.frontends)
    {
        rule.frontends.push_back(frontend.name);
    }
    web.outboundRules = {rule};
    deployment.loadBalancers = {web};
    return deployment;
}

LoadBalancer&
Web(Deployment& d)
{
    return d.loadBalancers[0];
}

OutboundRule&
Out(Deployment& d)
{
    return Web(d).outboundRules[0];
}

uint32_t
CountPorts(const ProgramNetworkInterface& told)
{
    uint32_t ports = 0;
    for (const auto& block : told.blocks)
    {
        ports += block.ports.GetSize();
    }
    return ports;
}

/// One row: an outbound rule, and what each member has by it; or why it is refused.
struct AllocationCase
{
    const char* name; // test name
    const char* profile;
    uint32_t members;
    uint32_t frontends;
    uint32_t allocatedOutboundPorts;
    std::optional<uint32_t> maxBackendInstances;
    uint32_t ports;    // of each member; 0: refused
    const char* error; // in which way
};

void
PrintTo(const AllocationCase& c, std::ostream* os)
{
    *os << c.members << " x " << c.allocatedOutboundPorts;
}

#define OUT "load balancer web, outbound rule out, "
constexpr auto NONE = std::nullopt;

// clang-format off
const AllocationCase ALLOCATION_CASES[] = {
    // name                                       profile members frontends ports max expected
    {"B_4_TenTimes6400IsAccepted",                   "2018", 10, 1,  6400, NONE,  6400, ""},
    {"B_4_TwoTimes32000IsAccepted",                  "2018",  2, 1, 32000, NONE, 32000, ""},
    {"B_4_SevenTimes10000OnOneAddressIsRefused",     "2018",  7, 1, 10000, NONE,     0,
     OUT "allocatedOutboundPorts: '10000' is not allowed; give at most 9136, as 7 members need 10000 ports each and the frontends have 64000 left"},
    {"B_4_FourTimes21000OnOneAddressIsRefused",      "2018",  4, 1, 21000, NONE,     0,
     OUT "allocatedOutboundPorts: '21000' is not allowed; give at most 16000, as 4 members need 21000 ports each and the frontends have 64000 left"},
    {"B_4_FourTimes21000OnTwoAddressesIsAccepted",   "2018",  4, 2, 21000, NONE, 21000, ""},
    {"B_4_At64511PortsToo64000AreTheMost",           "2017",  1, 1, 64008, NONE,     0,
     OUT "allocatedOutboundPorts: '64008' is not allowed; give at most 64000, as 1 members need 64008 ports each and the frontends have 64000 left"},
    {"B_4_NoMultipleOfEightIsRefused",               "2018",  2, 1,  1001, NONE,     0,
     OUT "allocatedOutboundPorts: '1001' is not allowed; give a multiple of 8"},
    {"B_4_EightIsTheLeast",                          "2018", 10, 1,     8, NONE,     8, ""},
    {"B_4_PoolsMayBeLargerThanTheTable",             "2018", 2000, 1,  32, NONE,    32, ""},
    // 0: by the profile, which several frontends of one rule do not multiply (B.1: GH azure-docs 41830)
    {"B_4_ZeroIsTheDefaultTableTo50",                "2018", 50, 1,     0, NONE,  1024, ""},
    {"B_4_ZeroIsTheDefaultTableFrom51",              "2018", 51, 1,     0, NONE,   512, ""},
    {"B_1_FrontendsOfOneRuleDoNotMultiply",          "2018", 50, 3,     0, NONE,  1024, ""},
    {"B_4_ZeroInAPoolThatTheTableDoesNotKnow",       "2018", 1001, 1,   0, NONE,     0,
     "poolSize: '1001' is not allowed; give 1 to 1000"},
    // Frontends x 64,000 / members, a multiple of 8 (B.4: OB-2203)
    {"B_4_MaxInstancesTen",                          "2018",  3, 1,     0,   10,  6400, ""},
    {"B_4_MaxInstancesSeven",                        "2018",  7, 1,     0,    7,  9136, ""}, // 9,142.8
    {"B_4_MaxInstancesThreeOnTwoAddresses",          "2018",  3, 2,     0,    3, 42664, ""}, // 42,666.6
    {"B_4_MaxInstances8000",                         "2018",  1, 1,     0, 8000,     8, ""},
    {"B_4_MaxInstancesTooMany",                      "2018",  1, 1,     0, 8001,     0,
     OUT "maxBackendInstances: '8001' is not allowed; give 1 to 8000 for a pool of 1"},
    {"B_4_MaxInstancesNone",                         "2018",  0, 1,     0,    0,     0,
     OUT "maxBackendInstances: '0' is not allowed; give 1 to 8000 for a pool of 0"},
    {"B_4_PoolLargerThanMaxInstancesIsRefused",      "2018", 11, 1,     0,   10,     0,
     OUT "maxBackendInstances: '10' is not allowed; give 11 to 8000 for a pool of 11"},
    {"B_4_BothNumbersAreRefused",                    "2018",  3, 1,    64,   10,     0,
     OUT "allocatedOutboundPorts: '64' is not allowed; give 0 beside maxBackendInstances"},
    // In all policies
    {"B_4_InPlaceOfAnEqualShare",                    "2016",  2, 1,  6400, NONE,  6400, ""},
    {"B_4_InPlaceOfPreallocatedRanges",              "ananta", 2, 2, 6400, NONE,  6400, ""},
    {"B_4_IsNotCapped",                              "2023",  2, 2, 32000, NONE, 32000, ""},
};
// clang-format on

class OutboundRuleAllocations : public ::testing::TestWithParam<AllocationCase>
{
};

TEST_P(OutboundRuleAllocations, AreGivenOrRefused)
{
    const auto& c = GetParam();
    auto deployment = MakeDeployment(c.profile, c.members, c.frontends);
    Out(deployment).allocatedOutboundPorts = c.allocatedOutboundPorts;
    Out(deployment).maxBackendInstances = c.maxBackendInstances;
    EXPECT_EQ(Validate(deployment).value_or(""), c.error);
    if (c.ports == 0)
    {
        return;
    }
    for (const auto& [host, told] : Compile(deployment).hosts)
    {
        EXPECT_EQ(told.method, OutboundMethod::LoadBalancerFrontend);
        EXPECT_EQ(CountPorts(told), c.ports) << told.networkInterface;
    }
}

/// One row: what is changed in a sound deployment, and what must be said; nothing if it is allowed.
struct RuleCase
{
    const char* name; // test name
    std::function<void(Deployment&)> change;
    const char* error;
};

void
PrintTo(const RuleCase& c, std::ostream* os)
{
    *os << c.name;
}

/// @brief Add a load-balancing rule of frontend and pool.
void
AddRule(Deployment& d, bool isSnatDisabled, uint16_t port = 80)
{
    auto rule = MakeRule("http", "f-0", "pool", TCP, port);
    rule.disableOutboundSnat = isSnatDisabled;
    Web(d).loadBalancingRules.push_back(rule);
}

/// @brief Add a copy of the outbound rule.
OutboundRule&
AddCopy(Deployment& d, const std::string& name)
{
    Web(d).outboundRules.push_back(Out(d));
    Web(d).outboundRules.back().name = name;
    return Web(d).outboundRules.back();
}

// clang-format off
const RuleCase RULE_CASES[] = {
    {"B_4_IdleTimeoutDefault", [](auto& d) { EXPECT_EQ(Out(d).idleTimeoutInMinutes, 4U); }, ""},
    {"B_4_IdleTimeout3", [](auto& d) { Out(d).idleTimeoutInMinutes = 3; }, OUT "idleTimeoutInMinutes: '3' is not allowed; give 4 to 66"},
    {"B_4_OR_1809_IdleTimeout66", [](auto& d) { Out(d).idleTimeoutInMinutes = 66; }, ""},
    {"B_4_OR_1809_IdleTimeout67", [](auto& d) { Out(d).idleTimeoutInMinutes = 67; }, OUT "idleTimeoutInMinutes: '67' is not allowed; give 4 to 66"},
    {"B_4_TR_2010_IdleTimeout100", [](auto& d) { d.profile.Set("MaxOutboundIdleTimeout", "6000s"); Out(d).idleTimeoutInMinutes = 100; }, ""},
    {"B_4_TR_2010_IdleTimeout101", [](auto& d) { d.profile.Set("MaxOutboundIdleTimeout", "6000s"); Out(d).idleTimeoutInMinutes = 101; }, OUT "idleTimeoutInMinutes: '101' is not allowed; give 4 to 100"},
    {"B_4_OB_2006_IdleTimeout120", [](auto& d) { d.profile = MakeProfile("2023"); Out(d).idleTimeoutInMinutes = 120; }, ""},
    {"B_4_OB_2006_IdleTimeout121", [](auto& d) { d.profile = MakeProfile("2023"); Out(d).idleTimeoutInMinutes = 121; }, OUT "idleTimeoutInMinutes: '121' is not allowed; give 4 to 120"},
    {"B_4_AddressOfALinkingRule", [](auto& d) { AddRule(d, false); }, OUT "frontends: 'f-0' is not allowed; give one of its own, or disableOutboundSnat to rule http"},
    {"B_4_AddressOfARuleWithSnatDisabled", [](auto& d) { AddRule(d, true); }, ""},
    {"B_4_AllPortsOfARuleWithAWellKnownPort", [](auto& d) { AddRule(d, true); Out(d).allocatedOutboundPorts = 32000; }, ""},
    {"B_4_AllPortsButAnotherRuleTakesABlockOfEight", [](auto& d) { AddRule(d, true, 5000); Out(d).allocatedOutboundPorts = 32000; }, // 63,992 / 2 = 31,996
     OUT "allocatedOutboundPorts: '32000' is not allowed; give at most 31992, as 2 members need 32000 ports each and the frontends have 63992 left"},
    {"B_4_MaxInstancesButAnotherRuleTakesABlockOfEight", [](auto& d) { AddRule(d, true, 5000); Out(d).maxBackendInstances = 2; },
     OUT "maxBackendInstances: '2' is not allowed; give more, or fewer members, as 2 members need 32000 ports each and the frontends have 63992 left"},
    {"B_4_TwoRulesOfOneFrontend", [](auto& d) { Out(d).allocatedOutboundPorts = 16000; AddCopy(d, "more"); }, ""},
    {"B_4_TwoRulesTakeTooManyOfOneFrontend", [](auto& d) { Out(d).allocatedOutboundPorts = 24000; AddCopy(d, "more"); },
     "load balancer web, outbound rule more, allocatedOutboundPorts: '24000' is not allowed; give at most 8000, as 2 members need 24000 ports each and the frontends have 16000 left"},
    {"B_4_BasicHasNone", [](auto& d) { Web(d).sku = LoadBalancerSku::Basic; }, "load balancer web, outbound rules: '1' is not allowed; give none; they are for public Standard load balancers"},
    {"B_4_InternalHasNone", [](auto& d) { Web(d).virtualNetwork = 1; Web(d).frontends[0].address = Ipv4Address("10.0.0.9"); },
     "load balancer web, outbound rules: '1' is not allowed; give none; they are for public Standard load balancers"},
    {"B_4_LBL_2410_600Rules", [](auto& d) { for (int i = 1; i < 600; ++i) { AddCopy(d, "r" + std::to_string(i)).backendPool = "spare"; } }, ""},
    {"B_4_LBL_2410_601Rules", [](auto& d) { for (int i = 1; i < 601; ++i) { AddCopy(d, "r" + std::to_string(i)).backendPool = "spare"; } },
     "load balancer web, outbound rules: '601' is not allowed; give 600 at most"},
    {"NameTwice", [](auto& d) { AddCopy(d, "out"); }, "load balancer web, outbound rule: 'out' is not allowed; give a name that no other one has"},
    {"B_4_NoFrontend", [](auto& d) { Out(d).frontends.clear(); }, OUT "frontends: '' is not allowed; give one or more"},
    {"UnknownFrontend", [](auto& d) { Out(d).frontends = {"f-9"}; }, OUT "frontends: 'f-9' is not allowed; give names of frontends of the load balancer, each once"},
    {"FrontendTwice", [](auto& d) { Out(d).frontends = {"f-0", "f-0"}; }, OUT "frontends: 'f-0' is not allowed; give names of frontends of the load balancer, each once"},
    {"UnknownPool", [](auto& d) { Out(d).backendPool = "other"; }, OUT "backendPool: 'other' is not allowed; give the name of a backend pool of the load balancer"},
    {"IdleTimeoutsOfOneProtocolDiffer", [](auto& d) { AddCopy(d, "more").idleTimeoutInMinutes = 5; },
     "load balancer web, outbound rule more, idleTimeoutInMinutes: '5' is not allowed; give 4, as to rule out of network interface 0"},
    {"TcpResetsDiffer", [](auto& d) { AddCopy(d, "more").enableTcpReset = true; },
     "load balancer web, outbound rule more, enableTcpReset: 'true' is not allowed; give false, as to rule out of network interface 0"},
    {"IdleTimeoutsOfTwoProtocolsDiffer", [](auto& d) { Out(d).protocol = TCP; AddCopy(d, "more").idleTimeoutInMinutes = 5; Web(d).outboundRules[1].protocol = UDP; }, ""},
};
// clang-format on

class OutboundRuleProperties : public ::testing::TestWithParam<RuleCase>
{
};

TEST_P(OutboundRuleProperties, AreAllowedOrRefused)
{
    auto deployment = MakeDeployment("2018", 2, 1);
    GetParam().change(deployment);
    EXPECT_EQ(Validate(deployment).value_or(""), GetParam().error);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(OutboundRules,
                         OutboundRuleAllocations,
                         ::testing::ValuesIn(ALLOCATION_CASES),
                         CASE_NAME);
INSTANTIATE_TEST_SUITE_P(OutboundRules,
                         OutboundRuleProperties,
                         ::testing::ValuesIn(RULE_CASES),
                         CASE_NAME);

/// @return what the host of a VM is told
ProgramNetworkInterface
GetTold(const Deployment& deployment, uint32_t vm)
{
    EXPECT_EQ(Validate(deployment), std::nullopt);
    return Compile(deployment).hosts.at(vm).instruction;
}

/// @return a VM's blocks as text: "198.51.100.0:1024-2047 "
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

TEST(OutboundRuleProgram, B_4_FillsOneFrontendAfterTheOther)
{
    auto deployment = MakeDeployment("2018", 3, 2);
    Out(deployment).maxBackendInstances = 3;
    EXPECT_EQ(GetBlocks(deployment, 0), "198.51.100.0:1024-43687 "); // 42,664 ports
    EXPECT_EQ(GetBlocks(deployment, 1), "198.51.100.0:43688-65023 198.51.100.1:1024-22351 ");
    EXPECT_EQ(GetBlocks(deployment, 2), "198.51.100.1:22352-65015 ");
}

TEST(OutboundRuleProgram, B_4_TranslatesTheRulesProtocolOnly)
{
    auto deployment = MakeDeployment("2018", 1, 1);
    EXPECT_TRUE(GetTold(deployment, 0).translatesTcp && GetTold(deployment, 0).translatesUdp);
    Out(deployment).protocol = UDP;
    EXPECT_FALSE(GetTold(deployment, 0).translatesTcp);
    EXPECT_TRUE(GetTold(deployment, 0).translatesUdp);
}

TEST(OutboundRuleProgram, B_4_TellsTheRulesIdleTimeoutAndTcpReset)
{
    auto deployment = MakeDeployment("2018[TcpReset=OnLatePacket]", 1, 1);
    Out(deployment).idleTimeoutInMinutes = 30;
    Out(deployment).enableTcpReset = true;
    EXPECT_EQ(ToText(GetTold(deployment, 0).profile), "2018[IdleTimeout=1800s|TcpReset=BothEnds]");
    Out(deployment).enableTcpReset = false;
    EXPECT_EQ(ToText(GetTold(deployment, 0).profile), "2018[IdleTimeout=1800s]");
    Out(deployment).protocol = UDP;
    EXPECT_EQ(ToText(GetTold(deployment, 0).profile),
              "2018[UdpIdleTimeout=1800s|TcpReset=OnLatePacket]");
}

TEST(OutboundRuleProgram, B_4_PoolWithAnOutboundRuleHasItsSnatFromThatAlone)
{
    auto deployment = MakeDeployment("2018", 1, 2);
    Out(deployment).frontends = {"f-1"};
    AddRule(deployment, false); // links f-0, which is not the outbound rule's
    EXPECT_EQ(GetBlocks(deployment, 0), "198.51.100.1:1024-2047 ");
    EXPECT_TRUE(GetTold(deployment, 0).translatesUdp); // though the linking rule is for TCP
    deployment.profile = MakeProfile("2018[LinkingRuleRequired=false]");
    EXPECT_EQ(GetBlocks(deployment, 0), "198.51.100.1:1024-2047 ");
}

TEST(OutboundRuleProgram, B_3_OR_2404_DisabledSnatNeedsAnOutboundRule)
{
    auto deployment = MakeDeployment("2018", 1, 1);
    AddRule(deployment, true);
    EXPECT_EQ(GetTold(deployment, 0).method, OutboundMethod::LoadBalancerFrontend);
    Web(deployment).outboundRules.clear();
    EXPECT_EQ(GetTold(deployment, 0).method, OutboundMethod::None);
}

TEST(OutboundRuleProgram, B_4_OR_2404_VmWithItsOwnAddressIgnoresIt)
{
    auto deployment = MakeDeployment("2018", 2, 1);
    deployment.networkInterfaces[0].instanceLevelPublicIp = Ipv4Address("203.0.113.200");
    Out(deployment).idleTimeoutInMinutes = 30;
    EXPECT_EQ(GetTold(deployment, 0).method, OutboundMethod::InstanceLevelPublicIp);
    EXPECT_EQ(GetBlocks(deployment, 0), "");
    EXPECT_EQ(ToText(GetTold(deployment, 0).profile), "2018");
}

TEST(PublicIpPrefix, B_4_OR_1809_HasAFrontendForEachAddress)
{
    const auto frontends = MakeFrontends("prefix", {0xc6336410U, 30}); // 198.51.100.16/30
    ASSERT_EQ(frontends.size(), 4U);
    EXPECT_EQ(frontends[0].name, "prefix-0");
    EXPECT_EQ(frontends[0].address, Ipv4Address("198.51.100.16"));
    EXPECT_EQ(frontends[3].name, "prefix-3");
    EXPECT_EQ(frontends[3].address, Ipv4Address("198.51.100.19"));
    EXPECT_EQ(MakeFrontends("one", {0xc6336410U, 32}).size(), 1U);
}

} // namespace

} // namespace ns3::azure
