// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-samples.h"
#include "azure-test-profiles.h"

#include "ns3/azure-public-endpoint-table.h"
#include "ns3/azure-slb-program.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr auto TCP = TransportProtocol::Tcp;
constexpr auto UDP = TransportProtocol::Udp;
constexpr auto ALL = TransportProtocol::All;
constexpr auto BASIC = LoadBalancerSku::Basic;
constexpr auto STANDARD = LoadBalancerSku::Standard;
constexpr auto OWN = OutboundMethod::InstanceLevelPublicIp;
constexpr auto FRONTEND = OutboundMethod::LoadBalancerFrontend;
constexpr auto DEFAULT = OutboundMethod::DefaultSnat;
constexpr auto NO_WAY = OutboundMethod::None;

const Ipv4Address FIRST("198.51.100.1");
const Ipv4Address SECOND("198.51.100.2");

/// @return as many VMs, and nothing else
Deployment
MakeVms(const std::string& profile, uint32_t count)
{
    Deployment deployment;
    deployment.profile = MakeProfile(profile);
    for (uint32_t i = 0; i < count; ++i)
    {
        NetworkInterface each;
        each.networkInterface = i;
        each.host = Ipv4Address(0xc0a80001U + i);
        each.platformAddress = Ipv4Address(0xcb007101U + i);
        deployment.networkInterfaces.push_back(each);
    }
    return deployment;
}

/// @return a load balancer with one pool of VM 0 and two frontends, and no rule
LoadBalancer
MakeLoadBalancer(const std::string& name, LoadBalancerSku sku)
{
    LoadBalancer loadBalancer;
    loadBalancer.name = name;
    loadBalancer.sku = sku;
    loadBalancer.frontends = {{"first", FIRST}, {"second", SECOND}};
    loadBalancer.backendPools = {{"pool", {{0}}}};
    return loadBalancer;
}

LoadBalancer
MakeInternal(LoadBalancerSku sku)
{
    auto loadBalancer = MakeLoadBalancer("internal", sku);
    loadBalancer.virtualNetwork = 1;
    loadBalancer.frontends = {{"first", Ipv4Address("10.0.0.100")},
                              {"second", Ipv4Address("10.0.0.101")}};
    return loadBalancer;
}

using Rules = std::vector<LoadBalancingRule>;

LoadBalancer
MakePublic(LoadBalancerSku sku, const Rules& rules)
{
    auto loadBalancer = MakeLoadBalancer("public", sku);
    loadBalancer.loadBalancingRules = rules;
    return loadBalancer;
}

LoadBalancingRule
Disable(LoadBalancingRule rule)
{
    rule.disableOutboundSnat = true;
    return rule;
}

/// One row: the load balancers of VM 0, and what its host must be told.
struct OutboundCase
{
    const char* name; // test name
    const char* profile;
    std::function<std::vector<LoadBalancer>()> make;
    OutboundMethod method;
    const char* protocols;              // T, U or TU: what is translated
    std::vector<Ipv4Address> frontends; // of its blocks; empty for default SNAT too
    bool isInboundClosed;
};

void
PrintTo(const OutboundCase& c, std::ostream* os)
{
    *os << c.name;
}

const auto HTTP = MakeRule("http", "first", "pool", TCP, 80);
const auto DNS = MakeRule("dns", "first", "pool", UDP, 53);
const auto DNS_SECOND = MakeRule("dns2", "second", "pool", UDP, 54);

/// @return a public load balancer with an inbound NAT rule for VM 0, in a pool or not
LoadBalancer
MakeNatOnly(LoadBalancerSku sku, bool isInPool)
{
    auto loadBalancer = MakePublic(sku, {});
    if (!isInPool)
    {
        loadBalancer.backendPools.clear();
    }
    loadBalancer.inboundNatRules = {MakeNatRule("ssh", "first", 50000, 0, 22)};
    return loadBalancer;
}

using List = std::vector<LoadBalancer>;

// clang-format off
const OutboundCase OUTBOUND_CASES[] = {
    // Protocols (B.3: OB-1808)
    {"OB_1808_BasicTranslatesBothWithATcpRule",  "2017", [] { return List{MakePublic(BASIC, {HTTP})}; },                 FRONTEND, "TU", {FIRST}, false},
    {"OB_1808_StandardTcpRuleGivesNoUdp",        "2017", [] { return List{MakePublic(STANDARD, {HTTP})}; },              FRONTEND, "T",  {FIRST}, true},
    {"OB_1808_StandardUdpRuleGivesNoTcp",        "2017", [] { return List{MakePublic(STANDARD, {DNS})}; },               FRONTEND, "U",  {FIRST}, true},
    {"OB_1808_StandardWithRulesForBoth",         "2017", [] { return List{MakePublic(STANDARD, {HTTP, DNS})}; },         FRONTEND, "TU", {FIRST}, true},
    {"StandardProtocolsOfSeveralFrontendsAdd",   "2017", [] { return List{MakePublic(STANDARD, {HTTP, DNS_SECOND})}; },  FRONTEND, "TU", {FIRST, SECOND}, true},
    {"StandardIn2016NeedsNoRuleAndTranslatesBoth", "2016", [] { return List{MakePublic(STANDARD, {})}; },                FRONTEND, "TU", {FIRST, SECOND}, true},
    {"StandardIn2016FollowsTheRulesItHas",       "2016", [] { return List{MakePublic(STANDARD, {HTTP})}; },              FRONTEND, "T",  {FIRST, SECOND}, true},
    // disableOutboundSnat (B.3: OB-1803, OR-2404)
    {"OR_2404_AllRulesDisabled",                 "2017", [] { return List{MakePublic(STANDARD, {Disable(HTTP), Disable(DNS)})}; }, NO_WAY, "TU", {}, true},
    {"OB_1803_DisabledRuleTakesItsFrontendAway", "2017", [] { return List{MakePublic(STANDARD, {Disable(HTTP), DNS_SECOND})}; }, FRONTEND, "U", {SECOND}, true},
    {"OneRuleOfAFrontendIsEnough",               "2017", [] { return List{MakePublic(STANDARD, {Disable(HTTP), DNS})}; }, FRONTEND, "U", {FIRST}, true},
    {"BasicWithAllRulesDisabled",                "2017", [] { return List{MakePublic(BASIC, {Disable(HTTP)})}; },        DEFAULT,  "TU", {}, false},
    {"DisabledIn2016",                           "2016", [] { return List{MakePublic(STANDARD, {Disable(HTTP)})}; },     NO_WAY,   "TU", {}, true},
    // Inbound NAT rules only (B.3: OR-1809, OR-2404)
    {"OR_1809_StandardNatRulesOnly",             "2017", [] { return List{MakeNatOnly(STANDARD, true)}; },               NO_WAY,   "TU", {}, true},
    {"OR_2404_StandardNatRulesOnlyWithoutPool",  "2017", [] { return List{MakeNatOnly(STANDARD, false)}; },              NO_WAY,   "TU", {}, true},
    {"BasicNatRulesOnly",                        "2017", [] { return List{MakeNatOnly(BASIC, false)}; },                 DEFAULT,  "TU", {}, false},
    {"S4_04_NatRulesAndPoolIn2016",              "2016", [] { return List{MakeNatOnly(STANDARD, true)}; },               FRONTEND, "TU", {FIRST, FIRST, SECOND}, true}, // port 50000 cuts the first in two
    {"NatRuleBesideALinkingRule",                "2017", [] { auto l = MakeNatOnly(STANDARD, true); l.loadBalancingRules = {HTTP}; return List{l}; }, FRONTEND, "T", {FIRST}, true},
    // No rule at all (S0-26; B.3: OB-1803)
    {"OB_1803_StandardPoolWithoutRule",          "2017", [] { return List{MakePublic(STANDARD, {})}; },                  DEFAULT,  "TU", {}, true},
    {"S0_26_BasicPoolWithoutRule",               "2017", [] { return List{MakePublic(BASIC, {})}; },                     DEFAULT,  "TU", {}, false},
    // Internal load balancers (B.3: OB-1803)
    {"OB_1803_InternalStandardOnly",             "2017", [] { return List{MakeInternal(STANDARD)}; },                    NO_WAY,   "TU", {}, false},
    {"OB_1803_InternalBasicOnly",                "2017", [] { return List{MakeInternal(BASIC)}; },                       DEFAULT,  "TU", {}, false},
    {"InternalAndPublicStandard",                "2017", [] { return List{MakeInternal(STANDARD), MakePublic(STANDARD, {HTTP})}; }, FRONTEND, "T", {FIRST}, true},
    {"InternalStandardAndPublicWithoutRule",     "2017", [] { return List{MakeInternal(STANDARD), MakePublic(STANDARD, {})}; }, NO_WAY, "TU", {}, true},
    {"InternalRulesLinkNothing",                 "2017", [] { auto l = MakeInternal(BASIC); l.loadBalancingRules = {HTTP}; return List{l}; }, DEFAULT, "TU", {}, false},
    {"InternalHaPorts",                          "2017", [] { auto l = MakeInternal(STANDARD); l.loadBalancingRules = {MakeRule("all", "first", "pool", ALL, 0)}; return List{l}; }, NO_WAY, "TU", {}, false},
};
// clang-format on

class OutboundPrograms : public ::testing::TestWithParam<OutboundCase>
{
};

TEST_P(OutboundPrograms, FollowTheLoadBalancersRules)
{
    const auto& c = GetParam();
    auto deployment = MakeVms(c.profile, 1);
    deployment.loadBalancers = c.make();
    ASSERT_EQ(Validate(deployment), std::nullopt);
    const auto program = Compile(deployment);
    ASSERT_EQ(program.hosts.size(), 1U);
    const auto& told = program.hosts[0].instruction;
    EXPECT_EQ(told.method, c.method) << GetName(told.method);
    EXPECT_EQ(std::string(told.translatesTcp ? "T" : "") + (told.translatesUdp ? "U" : ""),
              c.protocols);
    EXPECT_EQ(told.isInboundClosed, c.isInboundClosed);
    std::vector<Ipv4Address> frontends;
    for (const auto& block : told.blocks)
    {
        frontends.push_back(block.publicAddress);
    }
    const std::vector<Ipv4Address> platform{deployment.networkInterfaces[0].platformAddress};
    EXPECT_EQ(frontends, c.method == DEFAULT ? platform : c.frontends);
    EXPECT_EQ(program.muxes.size(), told.blocks.size());
    // An ILPIP goes before all of it.
    deployment.networkInterfaces[0].instanceLevelPublicIp = Ipv4Address("203.0.113.200");
    const auto own = Compile(deployment).hosts[0].instruction;
    EXPECT_EQ(own.method, OWN);
    EXPECT_TRUE(own.blocks.empty());
    EXPECT_EQ(own.isInboundClosed, c.isInboundClosed);
    deployment.networkInterfaces[0].publicIpSku = STANDARD;
    EXPECT_TRUE(Compile(deployment).hosts[0].instruction.isInboundClosed); // SK-2307
}

INSTANTIATE_TEST_SUITE_P(SlbProgram,
                         OutboundPrograms,
                         ::testing::ValuesIn(OUTBOUND_CASES),
                         [](const auto& row) { return row.param.name; });

/// @return the VM's blocks as text: address:first-last ...
std::string
GetBlocks(const Deployment& deployment, uint32_t vm)
{
    EXPECT_EQ(Validate(deployment), std::nullopt);
    const auto program = Compile(deployment);
    std::ostringstream os;
    for (const auto& block : program.hosts.at(vm).instruction.blocks)
    {
        os << block.publicAddress << ":" << block.ports << " ";
    }
    return os.str();
}

TEST(SnatPortsOfRules, S4_01_ARuleOnPort80Leaves64511PortsToALoneVm)
{
    auto deployment = MakeVms("2016", 1);
    deployment.loadBalancers = {MakePublic(BASIC, {HTTP})};
    deployment.loadBalancers[0].frontends.pop_back();
    EXPECT_EQ(GetBlocks(deployment, 0), "198.51.100.1:1024-65534 ");
}

TEST(SnatPortsOfRules, OB_2012_TakeBlocksOfEightFromTheirFrontendOnly)
{
    auto deployment = MakeVms("2017", 3);
    auto loadBalancer = MakePublic(BASIC, {HTTP, MakeRule("rest", "second", "pool", TCP, 2050)});
    loadBalancer.backendPools[0].members = {{0}, {1}};
    loadBalancer.inboundNatRules = {MakeNatRule("ssh", "first", 1500, 2, 22),
                                    MakeNatRule("rdp", "first", 1503, 2, 3389)};
    deployment.loadBalancers = {loadBalancer};
    // The NAT rules share the block 1496-1503 of the first frontend, which lies in VM 0's ports;
    // the rule on 2050 takes 2048-2055 of the second one, between VM 0's ports and VM 1's.
    EXPECT_EQ(GetBlocks(deployment, 0),
              "198.51.100.1:1024-1495 198.51.100.1:1504-2055 198.51.100.2:1024-2047 ");
    EXPECT_EQ(GetBlocks(deployment, 1), "198.51.100.1:2056-3079 198.51.100.2:2056-3079 ");
}

TEST(SnatPortsOfRules, OB_2012_FlatBudgetsShareWhatRemains)
{
    auto deployment = MakeVms("2016", 2);
    auto loadBalancer = MakePublic(BASIC, {MakeRule("rest", "first", "pool", TCP, 5000)});
    loadBalancer.frontends.pop_back();
    deployment.loadBalancers = {loadBalancer};
    EXPECT_EQ(GetBlocks(deployment, 0), "198.51.100.1:1024-4999 198.51.100.1:5008-65534 ");
    deployment.loadBalancers[0].backendPools[0].members = {{0}, {1}};
    // 64,511 - 8 = 64,503; half of it as a multiple of 8: 32,248
    EXPECT_EQ(GetBlocks(deployment, 0), "198.51.100.1:1024-4999 198.51.100.1:5008-33279 ");
    EXPECT_EQ(GetBlocks(deployment, 1), "198.51.100.1:33280-65527 ");
}

TEST(SnatPortsOfRules, OB_2012_MayLeaveTooFew)
{
    auto deployment = MakeVms("2018[PortsPerPublicAddress=1024]", 1);
    deployment.loadBalancers = {MakePublic(BASIC, {HTTP})};
    EXPECT_EQ(Validate(deployment), std::nullopt);
    deployment.loadBalancers[0].inboundNatRules = {MakeNatRule("ssh", "first", 1500, 0, 22)};
    EXPECT_EQ(Validate(deployment),
              "portsPerPublicAddress: '1024' is not allowed; with 1 pool members and 1016 ports "
              "per public address that rules leave, each member can have at most 1016 ports and "
              "needs 1024");
}

TEST(SnatPortsOfPools, S0_41_OfOneFrontendAreSharedByAllTheirMembers)
{
    auto deployment = MakeVms("2017", 60);
    auto loadBalancer = MakePublic(BASIC, {HTTP, MakeRule("www", "first", "more", TCP, 81)});
    loadBalancer.backendPools = {{"pool", {}}, {"more", {}}};
    for (uint32_t vm = 0; vm < 60; ++vm)
    {
        loadBalancer.backendPools[vm < 30 ? 0 : 1].members.push_back({vm});
    }
    deployment.loadBalancers = {loadBalancer};
    // 60 members of both pools together: 512 ports each, pool after pool
    EXPECT_EQ(GetBlocks(deployment, 0), "198.51.100.1:1024-1535 ");
    EXPECT_EQ(GetBlocks(deployment, 30), "198.51.100.1:16384-16895 "); // 1024 + 30 x 512
    // A frontend each: 30 members, 1,024 ports
    deployment.loadBalancers[0].loadBalancingRules[1].frontend = "second";
    EXPECT_EQ(GetBlocks(deployment, 0), "198.51.100.1:1024-2047 ");
    EXPECT_EQ(GetBlocks(deployment, 30), "198.51.100.2:1024-2047 ");
}

TEST(SnatPortsOfPools, CountAMemberOfTwoPoolsOnce)
{
    auto deployment = MakeVms("2017", 50);
    auto loadBalancer = MakePublic(BASIC, {HTTP, MakeRule("www", "first", "more", TCP, 81)});
    loadBalancer.backendPools = {{"pool", {}}, {"more", {{0}, {49}}}};
    for (uint32_t vm = 0; vm < 50; ++vm)
    {
        loadBalancer.backendPools[0].members.push_back({vm});
    }
    deployment.loadBalancers = {loadBalancer};
    EXPECT_EQ(GetBlocks(deployment, 0), "198.51.100.1:1024-2047 "); // 51 would have 512 each
    EXPECT_EQ(GetBlocks(deployment, 49), "198.51.100.1:51200-52223 ");
}

TEST(SnatPortsOfPools, S4_04_OfEveryPoolShareIn2016UnlessTheirRulesDisableSnat)
{
    auto deployment = MakeVms("2016", 2);
    auto loadBalancer = MakePublic(BASIC, {Disable(HTTP)});
    loadBalancer.frontends.pop_back();
    loadBalancer.backendPools = {{"pool", {{0}}}, {"more", {{1}}}};
    deployment.loadBalancers = {loadBalancer};
    EXPECT_EQ(GetBlocks(deployment, 1), "198.51.100.1:1024-65534 ");
    deployment.loadBalancers[0].loadBalancingRules.clear();
    EXPECT_EQ(GetBlocks(deployment, 1), "198.51.100.1:33272-65519 "); // the second half
}

TEST(SnatPortsOfPools, OB_2303_CapCountsTheFrontendsOfEachMember)
{
    auto deployment = MakeVms("2023", 2);
    auto loadBalancer = MakePublic(BASIC, {HTTP, DNS_SECOND});
    loadBalancer.loadBalancingRules.push_back(MakeRule("www", "first", "more", TCP, 81));
    loadBalancer.backendPools = {{"pool", {{0}}}, {"more", {{1}}}};
    deployment.loadBalancers = {loadBalancer};
    EXPECT_EQ(GetBlocks(deployment, 0), "198.51.100.1:1024-1535 198.51.100.2:1024-1535 ");
    EXPECT_EQ(GetBlocks(deployment, 1), "198.51.100.1:1536-2559 "); // 1,024 on its only one
}

/// @return a sound deployment with two public load balancers, whatever is drawn
Deployment
MakeRandom(std::mt19937& random)
{
    auto names = GetProfileNames();
    names.erase(std::remove(names.begin(), names.end(), "nat-gateway"), names.end());
    const uint32_t vms = 2 + random() % 60;
    auto deployment = MakeVms(names[random() % names.size()], vms);
    for (uint32_t i = 0; i < 2; ++i)
    {
        LoadBalancer loadBalancer;
        loadBalancer.name = "load-balancer-" + std::to_string(i);
        loadBalancer.sku = random() % 2 == 0 ? BASIC : STANDARD;
        loadBalancer.backendPools = {{"a", {}}, {"b", {}}};
        const uint32_t frontends = 1 + random() % 3;
        for (uint32_t f = 0; f < frontends; ++f)
        {
            loadBalancer.frontends.push_back(
                {"frontend-" + std::to_string(f), Ipv4Address(0xc6336400U + 16 * i + f)});
        }
        for (uint32_t vm = i; vm < vms; vm += 2) // each VM in one load balancer
        {
            for (auto& pool : loadBalancer.backendPools)
            {
                if (random() % 2 == 0)
                {
                    pool.members.push_back({vm});
                }
            }
            const auto port = static_cast<uint16_t>(1024 + 7 * vm + random() % 7);
            loadBalancer.inboundNatRules.push_back(
                MakeNatRule("ssh-" + std::to_string(vm), "frontend-0", port, vm, 22));
        }
        const uint32_t rules = random() % 5;
        for (uint32_t r = 0; r < rules; ++r)
        {
            auto rule =
                MakeRule("rule-" + std::to_string(r),
                         loadBalancer.frontends[random() % loadBalancer.frontends.size()].name,
                         random() % 2 == 0 ? "a" : "b",
                         random() % 2 == 0 ? TCP : UDP,
                         static_cast<uint16_t>(80 + 5000 * r));
            rule.disableOutboundSnat = random() % 4 == 0;
            loadBalancer.loadBalancingRules.push_back(rule);
        }
        deployment.loadBalancers.push_back(loadBalancer);
    }
    return deployment;
}

TEST(SnatPortsOfPools, OB_2012_BelongToOneMemberAndToNoRuleWhateverTheDeployment)
{
    std::mt19937 random(1);
    uint32_t withFrontend = 0;
    for (int round = 0; round < 300; ++round)
    {
        const auto deployment = MakeRandom(random);
        ASSERT_EQ(Validate(deployment), std::nullopt);
        const auto program = Compile(deployment);
        PublicEndpointTable table;
        for (const auto& endpoint : program.muxes)
        {
            ASSERT_TRUE(table.Insert(endpoint.publicAddress, endpoint.ports, 0))
                << endpoint.publicAddress << ":" << endpoint.ports << " overlaps another";
        }
        for (const auto& rule : program.muxGoalState.rules)
        {
            ASSERT_NE(table.Lookup(rule.frontend, rule.frontendPort).match,
                      PublicEndpointMatch::Found)
                << rule.frontend << ":" << rule.frontendPort;
        }
        for (const auto& [host, told] : program.hosts)
        {
            ASSERT_EQ(told.blocks.empty(), told.method == NO_WAY);
            ASSERT_TRUE(told.translatesTcp || told.translatesUdp);
            withFrontend += told.method == FRONTEND;
        }
    }
    EXPECT_GT(withFrontend, 1000U); // the random deployments are of some use
}

} // namespace

} // namespace ns3::azure
