// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-samples.h"
#include "azure-test-profiles.h"

#include "ns3/azure-slb-program.h"

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
constexpr auto ALL = TransportProtocol::All;
constexpr auto STANDARD = LoadBalancerSku::Standard;

/// @return a public "web" and an internal "api" for VMs 10 to 13, which are two on each host
Deployment
MakeDeployment(const std::string& profile)
{
    Deployment deployment;
    deployment.profile = MakeProfile(profile);
    deployment.memberSelection = MemberSelection::Maglev;
    deployment.hashSeed = 7;
    for (uint32_t i = 0; i < 4; ++i)
    {
        NetworkInterface each;
        each.networkInterface = 13 - i; // not in the order of their numbers
        each.privateAddress = Ipv4Address(0x0a000000U + each.networkInterface);
        each.host = Ipv4Address(0xc0a80001U + i / 2);
        each.platformAddress = Ipv4Address(0xcb007101U + i);
        deployment.networkInterfaces.push_back(each);
    }
    LoadBalancer web;
    web.name = "web";
    web.frontends = {{"front", Ipv4Address("198.51.100.1")},
                     {"other", Ipv4Address("198.51.100.2")}};
    web.backendPools = {{"pool", {{12}, {10, AdministrativeState::Up}, {11}}}, {"solo", {{13}}}};
    web.probes = {MakeProbe("unused", HealthProbeProtocol::Tcp, 1),
                  MakeProbe("alive", HealthProbeProtocol::Tcp, 80),
                  MakeProbe("page", HealthProbeProtocol::Http, 8080)};
    web.probes[2].noHealthyBackendsBehavior = NoHealthyBackendsBehavior::AllProbedUp;
    web.loadBalancingRules = {MakeRule("http", "front", "pool", TCP, 80),
                              MakeRule("dns", "front", "pool", UDP, 53),
                              MakeRule("alt", "front", "pool", TCP, 81),
                              MakeRule("more", "other", "pool", TCP, 82),
                              MakeRule("one", "other", "solo", TCP, 83)};
    web.loadBalancingRules[0].probe = "alive";
    web.loadBalancingRules[0].distribution = LoadDistribution::SourceIp;
    web.loadBalancingRules[2].probe = "page";
    web.loadBalancingRules[3].probe = "alive";
    web.loadBalancingRules[3].enableFloatingIp = true;
    web.loadBalancingRules[3].backendPort = 1082;
    web.loadBalancingRules[4].probe = "page";
    web.inboundNatRules = {MakeNatRule("ssh", "front", 2200, 13, 22)};
    LoadBalancer api;
    api.name = "api";
    api.sku = STANDARD;
    api.virtualNetwork = 3;
    api.frontends = {{"front", Ipv4Address("10.0.0.100")}};
    api.backendPools = {{"pool", {{13}, {12}}}};
    api.probes = {MakeProbe("alive", HealthProbeProtocol::Https, 443)};
    api.loadBalancingRules = {MakeRule("all", "front", "pool", ALL, 0)};
    api.loadBalancingRules[0].probe = "alive";
    deployment.loadBalancers = {web, api};
    return deployment;
}

/// @return the program of the deployment, which must be sound
SlbProgram
CompileSound(const Deployment& deployment)
{
    EXPECT_EQ(Validate(deployment), std::nullopt);
    return Compile(deployment);
}

TEST(LoadBalancingProgram, NumbersRulesByLoadBalancerAndNatRulesLast)
{
    const auto program = CompileSound(MakeDeployment("2017"));
    std::vector<std::string> names;
    for (const auto& rule : program.rules)
    {
        names.push_back(std::to_string(rule.rule) + " " + rule.loadBalancer + "/" + rule.name +
                        (rule.isInboundNat ? " NAT" : "") + " set " +
                        std::to_string(rule.backendSet) + " probe " + std::to_string(rule.probe));
    }
    EXPECT_EQ(names,
              (std::vector<std::string>{"1 web/http set 0 probe 2",
                                        "2 web/dns set 1 probe 0",
                                        "3 web/alt set 2 probe 3",
                                        "4 web/more set 0 probe 2", // the pool and probe of http
                                        "5 web/one set 3 probe 3",
                                        "6 web/ssh NAT set 4 probe 0",
                                        "7 api/all set 5 probe 4"})); // "web" has three probes
}

TEST(LoadBalancingProgram, TellsMuxesTheRules)
{
    const auto state = CompileSound(MakeDeployment("2017")).muxGoalState;
    EXPECT_EQ(state.generation, 1U);
    EXPECT_EQ(state.memberSelection, MemberSelection::Maglev);
    EXPECT_EQ(state.hashSeed, 7U);
    ASSERT_EQ(state.rules.size(), 7U);
    const Ipv4Address front("198.51.100.1");
    const Ipv4Address other("198.51.100.2");
    const Ipv4Address internal("10.0.0.100");
    const auto none = std::nullopt;
    const auto hash = LoadDistribution::Default;
    EXPECT_EQ(state.rules[0], (MuxRule{1, front, none, TCP, 80, LoadDistribution::SourceIp, 0}));
    EXPECT_EQ(state.rules[1], (MuxRule{2, front, none, UDP, 53, hash, 1}));
    EXPECT_EQ(state.rules[2], (MuxRule{3, front, none, TCP, 81, hash, 2}));
    EXPECT_EQ(state.rules[3], (MuxRule{4, other, none, TCP, 82, hash, 0}));
    EXPECT_EQ(state.rules[4], (MuxRule{5, other, none, TCP, 83, hash, 3}));
    EXPECT_EQ(state.rules[5], (MuxRule{6, front, none, TCP, 2200, hash, 4}));
    EXPECT_EQ(state.rules[6], (MuxRule{7, internal, 3, ALL, 0, hash, 5}));
}

TEST(LoadBalancingProgram, MakesABackendSetForEachPoolAndProbe)
{
    const auto program = CompileSound(MakeDeployment("2017"));
    std::vector<std::string> sets;
    ASSERT_EQ(program.backendSets.size(), program.muxGoalState.backendSets.size());
    for (std::size_t i = 0; i < program.backendSets.size(); ++i)
    {
        const auto& plan = program.backendSets[i];
        const auto& set = program.muxGoalState.backendSets[i];
        std::ostringstream os;
        os << plan.loadBalancer << "/" << plan.backendPool << " probe " << plan.probe << ":";
        ASSERT_EQ(plan.members.size(), set.members.size());
        for (std::size_t m = 0; m < set.members.size(); ++m)
        {
            EXPECT_EQ(plan.members[m].networkInterface, set.members[m].networkInterface);
            EXPECT_EQ(set.members[m].sequence, 0U);
            const auto networkInterface = set.members[m].networkInterface;
            EXPECT_EQ(set.members[m].host,
                      Ipv4Address(networkInterface >= 12 ? "192.168.0.1" : "192.168.0.2"));
            os << " " << networkInterface << (set.members[m].isAvailable ? " up" : " down");
        }
        os << (set.keepsFlowsWhenAllDown ? ", keeps" : ", ends") << ", "
           << GetName(set.noHealthyBackendsBehavior);
        sets.push_back(os.str());
    }
    // Member 10 has the administrative state Up; the others wait for their first probe.
    EXPECT_EQ(
        sets,
        (std::vector<std::string>{"web/pool probe 2: 10 up 11 down 12 down, ends, AllProbedDown",
                                  "web/pool probe 0: 10 up 11 up 12 up, ends, AllProbedDown",
                                  "web/pool probe 3: 10 up 11 down 12 down, ends, AllProbedUp",
                                  "web/solo probe 3: 13 down, ends, AllProbedUp",
                                  "web/ probe 0: 13 up, ends, AllProbedDown",
                                  "api/pool probe 4: 12 down 13 down, keeps, AllProbedDown"}));
}

/// One row: what becomes of tracked TCP flows when all members are down (sources.rst B.7).
struct AllDownCase
{
    const char* name; // test name
    const char* profile;
    LoadBalancerSku sku;
    bool isLone; // one member only
    bool keepsFlows;
};

void
PrintTo(const AllDownCase& c, std::ostream* os)
{
    *os << c.name;
}

constexpr AllDownCase ALL_DOWN_CASES[] = {
    {"PR_1809_BasicEndsThem", "2017", LoadBalancerSku::Basic, false, false},
    {"PR_1809_StandardKeepsThem", "2017", STANDARD, false, true},
    {"PR_1809_StandardKeepsThoseOfALoneMember", "2018", STANDARD, true, true},
    {"PR_2310_StandardKeepsThemSince2023", "2023", STANDARD, false, true},
    {"PR_2310_StandardEndsThoseOfALoneMember", "2023", STANDARD, true, false},
    {"PR_2310_BasicEndsThoseOfALoneMember", "2023", LoadBalancerSku::Basic, true, false},
};

class FlowsWhenAllDown : public ::testing::TestWithParam<AllDownCase>
{
};

TEST_P(FlowsWhenAllDown, FollowsSkuAndProfile)
{
    const auto& c = GetParam();
    auto deployment = MakeDeployment(c.profile);
    deployment.loadBalancers[0].sku = c.sku;
    const auto program = CompileSound(deployment);
    EXPECT_EQ(program.muxGoalState.backendSets[c.isLone ? 3 : 0].keepsFlowsWhenAllDown,
              c.keepsFlows);
    EXPECT_TRUE(program.muxGoalState.backendSets[5].keepsFlowsWhenAllDown); // Standard, two members
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(LoadBalancingProgram,
                         FlowsWhenAllDown,
                         ::testing::ValuesIn(ALL_DOWN_CASES),
                         CASE_NAME);

TEST(LoadBalancingProgram, TellsHostsWhatMuxesMaySend)
{
    const auto program = CompileSound(MakeDeployment("2017"));
    std::vector<std::string> told;
    for (const auto& [host, instruction] : program.inbound)
    {
        std::ostringstream os;
        os << host << " " << instruction.networkInterface << ":";
        EXPECT_TRUE(instruction.muxes.empty()); // the manager fills them in
        for (const auto& endpoint : instruction.endpoints)
        {
            os << " " << endpoint.frontend << ":" << GetName(endpoint.protocol)
               << endpoint.frontendPort << ">" << endpoint.backendPort
               << (endpoint.isFloatingIp ? " floating" : "");
            if (endpoint.virtualNetwork)
            {
                os << " in " << *endpoint.virtualNetwork;
            }
        }
        told.push_back(os.str());
    }
    const std::string pool = " 198.51.100.1:Tcp80>80 198.51.100.1:Udp53>53 198.51.100.1:Tcp81>81 "
                             "198.51.100.2:Tcp82>1082 floating";
    EXPECT_EQ(told,
              (std::vector<std::string>{
                  "192.168.0.1 13: 198.51.100.2:Tcp83>83 198.51.100.1:Tcp2200>22 "
                  "10.0.0.100:All0>0 in 3",
                  "192.168.0.1 12:" + pool + " 10.0.0.100:All0>0 in 3",
                  "192.168.0.2 11:" + pool,
                  "192.168.0.2 10:" + pool,
              }));
}

TEST(LoadBalancingProgram, TellsProbersOfMembersOfRulesWithProbe)
{
    const auto program = CompileSound(MakeDeployment("2017"));
    std::vector<std::string> probes;
    for (const auto& [host, target] : program.probes)
    {
        std::ostringstream os;
        os << target.probe << " " << GetName(target.protocol) << " " << host << " "
           << target.networkInterface << " " << target.privateAddress << ":" << target.port;
        probes.push_back(os.str());
    }
    EXPECT_EQ(probes,
              (std::vector<std::string>{
                  "2 Tcp 192.168.0.2 10 10.0.0.10:80", // once, though two rules name it
                  "2 Tcp 192.168.0.2 11 10.0.0.11:80",
                  "2 Tcp 192.168.0.1 12 10.0.0.12:80",
                  "3 Http 192.168.0.2 10 10.0.0.10:8080",
                  "3 Http 192.168.0.2 11 10.0.0.11:8080",
                  "3 Http 192.168.0.1 12 10.0.0.12:8080",
                  "3 Http 192.168.0.1 13 10.0.0.13:8080", // of another pool
                  "4 Https 192.168.0.1 12 10.0.0.12:443",
                  "4 Https 192.168.0.1 13 10.0.0.13:443",
              }));
}

TEST(LoadBalancingProgram, IsEmptyWithoutRules)
{
    auto deployment = MakeDeployment("2017");
    for (auto& loadBalancer : deployment.loadBalancers)
    {
        loadBalancer.loadBalancingRules.clear();
        loadBalancer.inboundNatRules.clear();
        for (auto& pool : loadBalancer.backendPools)
        {
            for (auto& member : pool.members)
            {
                member.state = AdministrativeState::None;
            }
        }
    }
    const auto program = CompileSound(deployment);
    EXPECT_TRUE(program.inbound.empty());
    EXPECT_TRUE(program.probes.empty());
    EXPECT_TRUE(program.rules.empty());
    EXPECT_TRUE(program.backendSets.empty());
    EXPECT_TRUE(program.muxGoalState.backendSets.empty());
}

/// One row: a probe, and what its host must be told (sources.rst B.7).
struct TargetCase
{
    const char* name; // test name
    const char* profile;
    HealthProbeProtocol protocol;
    std::optional<int64_t> interval; // in seconds
    uint32_t numberOfProbes;
    std::optional<uint32_t> probeThreshold;
    int64_t expectedInterval; // in seconds
    int64_t expectedTimeout;  // in seconds
    uint32_t expectedCount;   // both ways
};

void
PrintTo(const TargetCase& c, std::ostream* os)
{
    *os << c.name;
}

constexpr auto PROBE_TCP = HealthProbeProtocol::Tcp;
constexpr auto PROBE_HTTP = HealthProbeProtocol::Http;
constexpr auto PROBE_HTTPS = HealthProbeProtocol::Https;
constexpr std::nullopt_t UNSET = std::nullopt;

// clang-format off
constexpr TargetCase TARGET_CASES[] = {
    // name                                           profile protocol   interval number threshold  interval timeout count
    {"PR_1809_DefaultIntervalIs15s",                   "2017", PROBE_TCP,   UNSET, 2, UNSET,           15, 15, 2},
    {"PR_2310_DefaultIntervalIs5s",                    "2023", PROBE_TCP,   UNSET, 2, UNSET,            5,  5, 1},
    {"PR_2310_TcpFailsWhenTheNextIsSent",              "2017", PROBE_TCP,   40,    3, UNSET,           40, 40, 3},
    {"PR_1809_HttpTimeoutIs31s",                       "2017", PROBE_HTTP,  UNSET, 2, UNSET,           15, 31, 2},
    {"PR_1809_HttpTimeoutIs31sWhateverTheInterval",    "2018", PROBE_HTTP,  60,    2, UNSET,           60, 31, 2},
    {"PR_2310_HttpTimeoutIsTheIntervalIfBelow30s",     "2023", PROBE_HTTP,  10,    2, UNSET,           10, 10, 1},
    {"PR_2310_HttpsTimeoutIs30sAtMost",                "2023", PROBE_HTTPS, 60,    2, UNSET,           60, 30, 1},
    {"PR_1809_NumberOfProbesCounts",                   "2017", PROBE_TCP,   5,    24, UNSET,            5,  5, 24},
    {"PRI_NumberOfProbesIsIgnoredSince2022",           "2023", PROBE_TCP,   5,    24, UNSET,            5,  5, 1},
    {"ProbeThresholdGoesBeforeTheNumber",              "2017", PROBE_TCP,   5,     2, 7,                5,  5, 7},
    {"ProbeThresholdCountsWhereTheNumberDoesNot",      "2023", PROBE_HTTP,  5,     2, 3,                5,  5, 3},
};
// clang-format on

class ProbeTargets : public ::testing::TestWithParam<TargetCase>
{
};

TEST_P(ProbeTargets, FollowProbeAndProfile)
{
    const auto& c = GetParam();
    auto probe = MakeProbe("probe", c.protocol, 8080);
    probe.requestPath = "/health";
    if (c.interval)
    {
        probe.interval = Seconds(*c.interval);
    }
    probe.numberOfProbes = c.numberOfProbes;
    probe.probeThreshold = c.probeThreshold;
    NetworkInterface member;
    member.networkInterface = 5;
    member.privateAddress = Ipv4Address("10.0.0.5");
    const auto target = MakeProbeTarget(probe, 9, member, MakeProfile(c.profile));
    EXPECT_EQ(target.networkInterface, 5U);
    EXPECT_EQ(target.privateAddress, member.privateAddress);
    EXPECT_EQ(target.probe, 9U);
    EXPECT_EQ(target.protocol, c.protocol);
    EXPECT_EQ(target.port, 8080U);
    EXPECT_EQ(target.requestPath, c.protocol == PROBE_TCP ? "" : "/health");
    EXPECT_EQ(target.interval, Seconds(c.expectedInterval));
    EXPECT_EQ(target.timeout, Seconds(c.expectedTimeout));
    EXPECT_EQ(target.failuresToDown, c.expectedCount);
    EXPECT_EQ(target.successesToUp, c.expectedCount);
}

INSTANTIATE_TEST_SUITE_P(LoadBalancingProgram,
                         ProbeTargets,
                         ::testing::ValuesIn(TARGET_CASES),
                         CASE_NAME);

} // namespace

} // namespace ns3::azure
