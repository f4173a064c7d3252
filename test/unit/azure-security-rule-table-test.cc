// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-security-rule-table.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr auto IN = FlowDirection::Inbound;
constexpr auto OUT = FlowDirection::Outbound;
constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto ICMP = IpProtocol::Icmp;

using Protocol = SecurityRuleProtocol;
using Prefixes = std::vector<AddressPrefix>;
using Ports = std::vector<PortRange>;

constexpr auto ALLOW = SecurityRuleAccess::Allow;
constexpr auto DENY = SecurityRuleAccess::Deny;
const Prefixes ANY{ANY_ADDRESS};
const Prefixes NONE{};
const Prefixes BAD_NET{{0xc6336400, 24}};                    // 198.51.100.0/24
const Prefixes TWO_NETS{{0x0a000000, 16}, {0x0a020000, 16}}; // 10.0.0.0/16, 10.2.0.0/16
const Prefixes VM{{0x0a010004, 32}};                         // 10.1.0.4
const Ports ANY_PORT{PortRange{}};
const Ports WEB{{80, 80}, {443, 443}};

// The group of all cases, not in order of priority.
// clang-format off
const ResolvedSecurityGroup GROUP{"group", {
    // name          priority  default direction access protocol    sources   source ports   destinations ports
    {"Last",            65500, true,  IN,  DENY,  Protocol::Any,  ANY,      ANY_PORT,      ANY,     ANY_PORT,        false},
    {"LastOut",         65500, true,  OUT, DENY,  Protocol::Any,  ANY,      ANY_PORT,      ANY,     ANY_PORT,        false},
    {"Web",               300, false, IN,  ALLOW, Protocol::Tcp,  ANY,      ANY_PORT,      VM,      WEB,             false},
    {"DenyBadNet",        200, false, IN,  DENY,  Protocol::Any,  BAD_NET,  ANY_PORT,      ANY,     ANY_PORT,        false},
    {"NobodyMayAll",      100, false, IN,  ALLOW, Protocol::Any,  NONE,     ANY_PORT,      ANY,     ANY_PORT,        false},
    {"AllMayNowhere",     101, false, IN,  ALLOW, Protocol::Any,  ANY,      ANY_PORT,      NONE,    ANY_PORT,        false},
    {"FromLowPorts",      400, false, IN,  ALLOW, Protocol::Udp,  ANY,      {{0, 1023}},   ANY,     {{53, 53}},      false},
    {"AnyWithPorts",      500, false, IN,  ALLOW, Protocol::Any,  TWO_NETS, ANY_PORT,      ANY,     {{0, 99}, {65535, 65535}}, false},
    {"AnyFromPorts",      510, false, IN,  ALLOW, Protocol::Any,  TWO_NETS, {{0, 99}},     ANY,     ANY_PORT,        false},
    {"Ping",              600, false, IN,  ALLOW, Protocol::Icmp, ANY,      ANY_PORT,      VM,      ANY_PORT,        false},
    {"PingWithPorts",     550, false, IN,  ALLOW, Protocol::Icmp, ANY,      ANY_PORT,      VM,      {{0, 80}},       false},
    {"Esp",               601, false, IN,  ALLOW, Protocol::Esp,  ANY,      ANY_PORT,      VM,      ANY_PORT,        false},
    {"Ah",                602, false, IN,  ALLOW, Protocol::Ah,   ANY,      ANY_PORT,      VM,      ANY_PORT,        false},
    {"Everything",        100, false, OUT, ALLOW, Protocol::Any,  VM,       ANY_PORT,      ANY,     ANY_PORT,        false},
}};
// clang-format on

/// One row: a packet, and the rule that must decide.
struct LookupCase
{
    const char* name; // test name
    FlowDirection direction;
    IpProtocol protocol;
    const char* source;
    uint16_t sourcePort;
    const char* destination;
    uint16_t destinationPort;
    const char* rule;
};

void
PrintTo(const LookupCase& c, std::ostream* os)
{
    *os << GetName(c.direction) << ' ' << GetName(c.protocol) << ' ' << c.source << ':'
        << c.sourcePort << " > " << c.destination << ':' << c.destinationPort;
}

// clang-format off
constexpr LookupCase LOOKUP_CASES[] = {
    // Each of the five fields counts (S3-01, S3-23): one is wrong at a time.
    {"S3_01_S3_23_AllFieldsMatch",   IN,  TCP, "192.0.2.1",      40000, "10.1.0.4", 443,   "Web"},
    {"S3_01_S3_23_WrongProtocol",    IN,  UDP, "192.0.2.1",      40000, "10.1.0.4", 443,   "Last"},
    {"S3_01_S3_23_WrongDestination", IN,  TCP, "192.0.2.1",      40000, "10.1.0.5", 443,   "Last"},
    {"S3_01_S3_23_WrongPort",        IN,  TCP, "192.0.2.1",      40000, "10.1.0.4", 444,   "Last"},
    {"S3_01_S3_23_RightSourcePort",  IN,  UDP, "192.0.2.1",       1023, "10.1.0.4", 53,    "FromLowPorts"},
    {"S3_01_S3_23_WrongSourcePort",  IN,  UDP, "192.0.2.1",       1024, "10.1.0.4", 53,    "Last"},
    {"S3_01_S3_23_WrongDirection",   OUT, TCP, "192.0.2.1",      40000, "10.1.0.4", 443,   "LastOut"},
    {"S3_01_S3_23_RightSource",      OUT, TCP, "10.1.0.4",       40000, "192.0.2.1", 443,  "Everything"},
    {"S3_01_S3_23_WrongSource",      OUT, TCP, "10.1.0.5",       40000, "192.0.2.1", 443,  "LastOut"},
    // The lower number is first, and ends it (S3-15).
    {"S3_15_DenyComesBeforeAllow",   IN,  TCP, "198.51.100.255", 40000, "10.1.0.4", 443,   "DenyBadNet"},
    {"S3_15_OutsideThePrefix",       IN,  TCP, "198.51.101.0",   40000, "10.1.0.4", 443,   "Web"},
    {"S3_15_BeforeThePrefix",        IN,  TCP, "198.51.99.255",  40000, "10.1.0.4", 443,   "Web"},
    // Any includes ICMP, and protocols that no rule can name (S3-19).
    {"S3_19_AnyTakesIcmp",           OUT, ICMP,             "10.1.0.4", 0, "192.0.2.1", 0,  "Everything"},
    {"S3_19_AnyTakesGre",            OUT, IpProtocol::Gre,  "10.1.0.4", 0, "192.0.2.1", 0,  "Everything"},
    {"S3_19_AnyTakesZero",           OUT, IpProtocol{0},    "10.1.0.4", 0, "192.0.2.1", 0,  "Everything"},
    {"S3_19_AnyTakes255",            OUT, IpProtocol{255},  "10.1.0.4", 0, "192.0.2.1", 0,  "Everything"},
    {"S3_19_IcmpOnly",               IN,  ICMP,             "192.0.2.1", 0, "10.1.0.4", 0,  "Ping"},
    {"S3_19_EspOnly",                IN,  IpProtocol::Esp,  "192.0.2.1", 0, "10.1.0.4", 0,  "Esp"},
    {"S3_19_AhOnly",                 IN,  IpProtocol::Ah,   "192.0.2.1", 0, "10.1.0.4", 0,  "Ah"},
    {"S3_19_GreHasNoRule",           IN,  IpProtocol::Gre,  "192.0.2.1", 0, "10.1.0.4", 0,  "Last"},
    // A rule that names ports is for TCP and UDP only (our choice): port 0 of ICMP is no port.
    {"PortZeroOfTcp",                IN,  TCP,  "10.0.255.255",  40000, "10.1.0.9", 0,     "AnyWithPorts"},
    {"PortZeroOfIcmp",               IN,  ICMP, "10.0.255.255",      0, "10.1.0.9", 0,     "Last"},
    {"HighestPort",                  IN,  UDP,  "10.2.0.0",      40000, "10.1.0.9", 65535, "AnyWithPorts"},
    {"HighestPortLessOne",           IN,  UDP,  "10.2.0.0",      40000, "10.1.0.9", 65534, "Last"},
    {"LastPortOfRange",              IN,  UDP,  "10.2.255.255",  40000, "10.1.0.9", 99,    "AnyWithPorts"},
    {"PortAfterRange",               IN,  UDP,  "10.2.255.255",  40000, "10.1.0.9", 100,   "Last"},
    {"SourcePortOfTcp",              IN,  TCP,  "10.2.0.1",         99, "10.1.0.9", 100,   "AnyFromPorts"},
    {"BetweenThePrefixes",           IN,  TCP,  "10.1.0.0",      40000, "10.1.0.9", 99,    "Last"},
};
// clang-format on

class SecurityRuleTableLookup : public ::testing::TestWithParam<LookupCase>
{
};

} // namespace

TEST_P(SecurityRuleTableLookup, FindsTheRule)
{
    const auto& c = GetParam();
    const SecurityRuleTable table(GROUP);

    const auto* rule = table.Lookup(c.direction,
                                    {Ipv4Address(c.source),
                                     Ipv4Address(c.destination),
                                     c.sourcePort,
                                     c.destinationPort,
                                     c.protocol});

    ASSERT_NE(rule, nullptr);
    EXPECT_EQ(rule->name, c.rule);
}

INSTANTIATE_TEST_SUITE_P(SecurityRuleTable,
                         SecurityRuleTableLookup,
                         ::testing::ValuesIn(LOOKUP_CASES),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SecurityRuleTable, S3_15_GroupIsListedInboundFirstByPriority)
{
    const SecurityRuleTable table(GROUP);

    std::vector<std::string> names;
    for (const auto& rule : table.GetGroup().rules)
    {
        names.push_back(rule.name);
    }

    EXPECT_EQ(names,
              (std::vector<std::string>{"NobodyMayAll",
                                        "AllMayNowhere",
                                        "DenyBadNet",
                                        "Web",
                                        "FromLowPorts",
                                        "AnyWithPorts",
                                        "AnyFromPorts",
                                        "PingWithPorts",
                                        "Ping",
                                        "Esp",
                                        "Ah",
                                        "Last",
                                        "Everything",
                                        "LastOut"}));
}

TEST(SecurityRuleTable, RulesOfEqualPriorityCountInTheOrderGiven)
{
    auto group = GROUP;
    group.rules = {GROUP.rules[3], GROUP.rules[2]};
    group.rules[0].priority = group.rules[1].priority = 100;
    group.rules[0].sources = ANY;
    const FlowKey key(Ipv4Address("192.0.2.1"), Ipv4Address("10.1.0.4"), 40000, 443, TCP);

    EXPECT_EQ(SecurityRuleTable(group).Lookup(IN, key)->name, "DenyBadNet");

    std::swap(group.rules[0], group.rules[1]);
    EXPECT_EQ(SecurityRuleTable(group).Lookup(IN, key)->name, "Web");
}

TEST(SecurityRuleTable, GroupWithoutRulesFindsNone)
{
    const SecurityRuleTable table({"empty", {}});

    EXPECT_EQ(table.Lookup(IN, {}), nullptr);
    EXPECT_EQ(table.Lookup(OUT, {}), nullptr);
}

} // namespace ns3::azure
