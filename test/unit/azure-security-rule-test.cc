// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-security-rule.h"
#include "ns3/azure-text-fields.h"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Texts = std::vector<std::string>;
using Change = void (*)(SecurityRuleText& rule);

/// @return what is wrong with a rule, read and checked; nothing if it is sound
std::optional<std::string>
Check(const SecurityRuleText& text,
      const std::string& profile = "2017",
      DeploymentModel model = DeploymentModel::ResourceManager)
{
    const auto rule = ParseSecurityRule(text);
    return rule ? ValidateSecurityRule(*rule, model, MakeProfile(profile)) : rule.GetError();
}

/// @return the rule that the text describes, which must be right
SecurityRule
Read(const SecurityRuleText& text)
{
    const auto rule = ParseSecurityRule(text);
    EXPECT_TRUE(rule) << rule.GetError();
    return rule ? *rule : SecurityRule();
}

/// One row: a change of a rule that matches everything, allowed or not.
struct RuleCase
{
    const char* name;    // test name
    const char* profile; // bundle, and what differs from it
    DeploymentModel model;
    Change change;
    const char* error; // after "rule R, "; null if allowed
};

void
PrintTo(const RuleCase& c, std::ostream* os)
{
    *os << c.name;
}

constexpr auto ARM = DeploymentModel::ResourceManager;
constexpr auto CLASSIC = DeploymentModel::Classic;
using R = SecurityRuleText;

// clang-format off
constexpr const char* NAME_ERROR =
    "1 to 80 letters, digits, underscores, periods or hyphens, beginning with a letter or digit and "
    "not ending in a period or hyphen";
const RuleCase RULE_CASES[] = {
    {"Anything",                 "2017", ARM, [](R&) {}, nullptr},
    {"S3_15_LowestPriority",     "2017", ARM, [](R& r) { r.priority = "100"; }, nullptr},
    {"S3_15_HighestPriority",    "2017", ARM, [](R& r) { r.priority = "4096"; }, nullptr},
    {"S3_15_PriorityTooLow",     "2017", ARM, [](R& r) { r.priority = "99"; }, "priority: '99' is not allowed; give 100 to 4096"},
    {"S3_15_PriorityTooHigh",    "2017", ARM, [](R& r) { r.priority = "4097"; }, "priority: '4097' is not allowed; give 100 to 4096"},
    {"S3_15_PriorityOfDefaults", "2017", ARM, [](R& r) { r.priority = "65000"; }, "priority: '65000' is not allowed; give 100 to 4096"},
    {"S3_15_PriorityNoNumber",   "2017", ARM, [](R& r) { r.priority = "first"; }, "priority: 'first' is not allowed; give 100 to 4096"},
    {"S3_15_PriorityEmpty",      "2017", ARM, [](R& r) { r.priority = ""; }, "priority: '' is not allowed; give 100 to 4096"},
    {"S3_16_OneAddress",         "2017", ARM, [](R& r) { r.sourceAddressPrefixes = {"203.0.113.7"}; }, nullptr},
    {"S3_16_Prefix",             "2017", ARM, [](R& r) { r.destinationAddressPrefixes = {"10.0.0.0/8"}; }, nullptr},
    {"S3_16_ServiceTag",         "2017", ARM, [](R& r) { r.sourceAddressPrefixes = {"VirtualNetwork"}; }, nullptr},
    {"S3_16_ApplicationGroup",   "2017", ARM, [](R& r) { r.destinationApplicationSecurityGroups = {"Web"}; }, nullptr},
    {"S3_16_NoAddress",          "2017", ARM, [](R& r) { r.sourceAddressPrefixes = {"10.0.0"}; },
        "sourceAddressPrefixes: '10.0.0' is not allowed; give *, a service tag, an address, or a prefix as 10.0.0.0/8 whose bits beyond its length are zero"},
    {"S3_16_BitsBeyond",         "2017", ARM, [](R& r) { r.destinationAddressPrefixes = {"10.0.0.1/8"}; },
        "destinationAddressPrefixes: '10.0.0.1/8' is not allowed; give *, a service tag, an address, or a prefix as 10.0.0.0/8 whose bits beyond its length are zero"},
    {"S3_16_Ipv6",               "2023", ARM, [](R& r) { r.sourceAddressPrefixes = {"::/0"}; },
        "sourceAddressPrefixes: '::/0' is not allowed; give an IPv4 address or prefix; IPv6 is not modeled"},
    {"S3_16_Ipv6BeginsLikeATag", "2023", ARM, [](R& r) { r.destinationAddressPrefixes = {"fe80::/10"}; },
        "destinationAddressPrefixes: 'fe80::/10' is not allowed; give an IPv4 address or prefix; IPv6 is not modeled"},
    {"S3_16_NoPrefixAtAll",      "2017", ARM, [](R& r) { r.sourceAddressPrefixes = {}; },
        "sourceAddressPrefixes: '' is not allowed; give * or at least one prefix or service tag"},
    {"S3_16_StarIsAlone",        "2017", ARM, [](R& r) { r.sourceAddressPrefixes = {"10.0.0.0/8", "*"}; },
        "sourceAddressPrefixes: '*' is not allowed; give it alone, or prefixes without it"},
    {"S3_16_UnknownTag",         "2017", ARM, [](R& r) { r.sourceAddressPrefixes = {"Storage.Atlantis"}; },
        "sourceAddressPrefixes: 'Storage.Atlantis' is not allowed; give Storage, Storage.EastUS or Storage.WestEurope"},
    {"S3_17_SeveralPrefixes",    "2017", ARM, [](R& r) { r.sourceAddressPrefixes = {"10.0.0.4", "10.1.0.0/16"}; }, nullptr},
    {"S3_17_SeveralTags",        "2023", ARM, [](R& r) { r.sourceAddressPrefixes = {"Storage", "Sql"}; },
        "sourceAddressPrefixes: 'Sql' is not allowed; give one service tag, or a rule for each"},
    {"S3_17_SameTagTwice",       "2017", ARM, [](R& r) { r.destinationAddressPrefixes = {"Sql", "Sql"}; },
        "destinationAddressPrefixes: 'Sql' is not allowed; give one service tag, or a rule for each"},
    {"S3_17_S3_45_SeveralGroups","2017", ARM, [](R& r) { r.sourceApplicationSecurityGroups = {"Web", "Logic"}; },
        "sourceApplicationSecurityGroups: 'Logic' is not allowed; give one, or a rule for each"},
    {"S3_45_SameGroupBothSides", "2017", ARM, [](R& r) { r.sourceApplicationSecurityGroups = {"Web"}; r.destinationApplicationSecurityGroups = {"Web"}; }, nullptr},
    {"B_9_TenGroups",            "2023", ARM, [](R& r) { r.sourceApplicationSecurityGroups = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}; }, nullptr},
    {"B_9_ElevenGroups",         "2023", ARM, [](R& r) { r.destinationApplicationSecurityGroups = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}; },
        "destinationApplicationSecurityGroups: '11' is not allowed; give 10 at most"},
    {"S3_18_OneOfEachClassic",   "2017", CLASSIC, [](R& r) { r.sourceAddressPrefixes = {"INTERNET"}; r.destinationAddressPrefixes = {"10.0.0.4"}; r.destinationPortRanges = {"80"}; }, nullptr},
    {"S3_18_SourcesClassic",     "2017", CLASSIC, [](R& r) { r.sourceAddressPrefixes = {"10.0.0.4", "10.0.0.5"}; },
        "sourceAddressPrefixes: '2 values' is not allowed; give one, or a rule for each; several only in a Resource Manager group"},
    {"S3_18_DestinationsClassic","2017", CLASSIC, [](R& r) { r.destinationAddressPrefixes = {"Sql", "10.0.0.5"}; },
        "destinationAddressPrefixes: '2 values' is not allowed; give one, or a rule for each; several only in a Resource Manager group"},
    {"S3_18_S3_21_PortsClassic", "2017", CLASSIC, [](R& r) { r.destinationPortRanges = {"80", "443"}; },
        "destinationPortRanges: '443' is not allowed; give one, or a rule for each; several only in a Resource Manager group"},
    {"S3_19_Tcp",                "2017", ARM, [](R& r) { r.protocol = "Tcp"; }, nullptr},
    {"S3_19_TcpInCapitals",      "2017", ARM, [](R& r) { r.protocol = "TCP"; }, nullptr},
    {"S3_19_Udp",                "2017", ARM, [](R& r) { r.protocol = "Udp"; }, nullptr},
    {"S3_19_IcmpAlone",          "2017", ARM, [](R& r) { r.protocol = "Icmp"; }, "protocol: 'Icmp' is not allowed; give *, Tcp or Udp; others need a profile with SelectableIcmp=true, as 2023"},
    {"S3_19_EspAlone",           "2018", ARM, [](R& r) { r.protocol = "Esp"; }, "protocol: 'Esp' is not allowed; give *, Tcp or Udp; others need a profile with SelectableIcmp=true, as 2023"},
    {"S3_19_AhAlone",            "2016", ARM, [](R& r) { r.protocol = "Ah"; }, "protocol: 'Ah' is not allowed; give *, Tcp or Udp; others need a profile with SelectableIcmp=true, as 2023"},
    {"S3_19_UnknownProtocol",    "2017", ARM, [](R& r) { r.protocol = "Sctp"; }, "protocol: 'Sctp' is not allowed; give *, Tcp, Udp, Icmp, Esp or Ah"},
    {"B_9_IcmpAlone",            "2023", ARM, [](R& r) { r.protocol = "Icmp"; }, nullptr},
    {"B_9_EspAlone",             "2023", ARM, [](R& r) { r.protocol = "esp"; }, nullptr},
    {"B_9_AhAlone",              "2017[SelectableIcmp=true]", ARM, [](R& r) { r.protocol = "AH"; }, nullptr},
    {"B_9_IcmpHasNoPorts",       "2023", ARM, [](R& r) { r.protocol = "Icmp"; r.destinationPortRanges = {"80"}; },
        "destinationPortRanges: '80' is not allowed; give * where the protocol has no ports"},
    {"S3_20_Outbound",           "2017", ARM, [](R& r) { r.direction = "outbound"; }, nullptr},
    {"S3_20_BothWays",           "2017", ARM, [](R& r) { r.direction = "Both"; }, "direction: 'Both' is not allowed; give Inbound or Outbound"},
    {"S3_21_OnePort",            "2017", ARM, [](R& r) { r.destinationPortRanges = {"80"}; }, nullptr},
    {"S3_21_Range",              "2017", ARM, [](R& r) { r.destinationPortRanges = {"10000-10005"}; }, nullptr},
    {"S3_21_SeveralRanges",      "2017", ARM, [](R& r) { r.destinationPortRanges = {"80", "10000-10005"}; }, nullptr},
    {"S3_21_RangeBackwards",     "2017", ARM, [](R& r) { r.sourcePortRanges = {"90-80"}; },
        "sourcePortRanges: '90-80' is not allowed; give a port of 0 to 65535, a range as 10000-10005 with the lower port first, or *"},
    {"S3_21_PortTooHigh",        "2017", ARM, [](R& r) { r.destinationPortRanges = {"65536"}; },
        "destinationPortRanges: '65536' is not allowed; give a port of 0 to 65535, a range as 10000-10005 with the lower port first, or *"},
    {"S3_21_NoPortAtAll",        "2017", ARM, [](R& r) { r.destinationPortRanges = {}; },
        "destinationPortRanges: '' is not allowed; give * or at least one port or range"},
    {"S3_21_StarIsAlone",        "2017", ARM, [](R& r) { r.destinationPortRanges = {"*", "80"}; },
        "destinationPortRanges: '*' is not allowed; give it alone, or ports without it"},
    {"S3_22_Deny",               "2017", ARM, [](R& r) { r.access = "deny"; }, nullptr},
    {"S3_22_Log",                "2017", ARM, [](R& r) { r.access = "Log"; }, "access: 'Log' is not allowed; give Allow or Deny"},
    {"S3_29_AllKindsTogether",   "2017", ARM, [](R& r) { r.sourceAddressPrefixes = {"Sql", "10.0.0.4", "10.1.0.0/16"};
        r.sourceApplicationSecurityGroups = {"Web"}; r.destinationPortRanges = {"80", "443"}; }, nullptr},
};
// clang-format on

class RuleTexts : public ::testing::TestWithParam<RuleCase>
{
};

TEST_P(RuleTexts, AreTakenOrRefusedByPropertyAndValue)
{
    const auto& c = GetParam();
    SecurityRuleText text;
    text.name = "R";
    c.change(text);
    const auto error = Check(text, c.profile, c.model);
    if (c.error == nullptr)
    {
        EXPECT_EQ(error, std::nullopt);
        return;
    }
    EXPECT_EQ(error, std::string("rule R, ") + c.error);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(SecurityRule, RuleTexts, ::testing::ValuesIn(RULE_CASES), CASE_NAME);

/// One row: a name, allowed or not.
struct NameCase
{
    const char* name; // test name
    std::string rule; // name of the rule
    bool isAllowed;
};

void
PrintTo(const NameCase& c, std::ostream* os)
{
    *os << c.rule;
}

// clang-format off
const NameCase NAME_CASES[] = {
    {"B_9_OneLetter",         "a",                   true},
    {"B_9_EightyCharacters",  std::string(80, 'x'),  true},
    {"B_9_OneMoreThanEighty", std::string(81, 'x'),  false},
    {"B_9_Empty",             "",                    false},
    {"AllCharacters",         "9-A_b.c",             true},
    {"UnderscoreAtTheEnd",    "web_",                true},
    {"UnderscoreInFront",     "_web",                false},
    {"PeriodAtTheEnd",        "web.",                false},
    {"HyphenAtTheEnd",        "web-",                false},
    {"Space",                 "allow web",           false},
    {"Slash",                 "securityRules/web",   false},
};
// clang-format on

class RuleNames : public ::testing::TestWithParam<NameCase>
{
};

TEST_P(RuleNames, HaveALengthAndCharactersThatAreAllowed)
{
    const auto& c = GetParam();
    SecurityRuleText text;
    text.name = c.rule;
    const auto error = Check(text);
    EXPECT_EQ(error.has_value(), !c.isAllowed);
    if (!c.isAllowed)
    {
        EXPECT_EQ(error,
                  "rule " + c.rule + ", name: '" + c.rule + "' is not allowed; give " + NAME_ERROR);
    }
}

INSTANTIATE_TEST_SUITE_P(SecurityRule, RuleNames, ::testing::ValuesIn(NAME_CASES), CASE_NAME);

TEST(SecurityRule, S3_29_IsReadPropertyByProperty)
{
    SecurityRuleText text;
    text.name = "AllowSome";
    text.priority = "300";
    text.direction = "Outbound";
    text.access = "Deny";
    text.protocol = "Udp";
    text.sourceAddressPrefixes = {"10.0.0.4", "Sql.EastUS", "10.1.0.0/16"};
    text.sourcePortRanges = {"1000-2000"};
    text.destinationApplicationSecurityGroups = {"Web"};
    text.destinationPortRanges = {"80", "443"};
    const auto rule = Read(text);
    EXPECT_EQ(rule.name, "AllowSome");
    EXPECT_EQ(rule.priority, 300U);
    EXPECT_EQ(rule.direction, FlowDirection::Outbound);
    EXPECT_EQ(rule.access, SecurityRuleAccess::Deny);
    EXPECT_EQ(rule.protocol, SecurityRuleProtocol::Udp);
    EXPECT_EQ(rule.source.prefixes,
              (std::vector<AddressPrefix>{{0x0a000004, 32}, {0x0a010000, 16}}));
    EXPECT_EQ(rule.source.serviceTag, (ServiceTag{ServiceTagName::Sql, "EastUS"}));
    EXPECT_EQ(rule.source.ports, (std::vector<PortRange>{{1000, 2000}}));
    // the "*" that a text begins with does not count beside an application security group
    EXPECT_TRUE(rule.destination.prefixes.empty());
    EXPECT_EQ(rule.destination.applicationSecurityGroups, Texts{"Web"});
    EXPECT_EQ(rule.destination.ports, (std::vector<PortRange>{{80, 80}, {443, 443}}));
}

TEST(SecurityRule, S3_16_StarIsEveryAddressAndEveryPort)
{
    SecurityRuleText star;
    star.name = "Star";
    auto spelledOut = star;
    spelledOut.sourceAddressPrefixes = {"0.0.0.0/0"};
    spelledOut.sourcePortRanges = {"0-65535"};
    for (const auto& rule : {Read(star), Read(spelledOut)})
    {
        EXPECT_EQ(rule.source.prefixes, std::vector<AddressPrefix>{ANY_ADDRESS});
        EXPECT_EQ(rule.source.ports, (std::vector<PortRange>{{0, 65535}}));
    }
}

TEST(SecurityRule, S3_40_S3_42_TakesTheClassicSpellingOfTags)
{
    SecurityRuleText text;
    text.name = "Classic";
    text.sourceAddressPrefixes = {"VIRTUAL_NETWORK"};
    text.destinationAddressPrefixes = {"INTERNET"};
    const auto rule = Read(text);
    EXPECT_EQ(rule.source.serviceTag->name, ServiceTagName::VirtualNetwork);
    EXPECT_EQ(rule.destination.serviceTag->name, ServiceTagName::Internet);
}

TEST(SecurityRule, S3_43_NamesNoRegionInANationalCloud)
{
    SecurityRuleText text;
    text.name = "National";
    text.destinationAddressPrefixes = {"Storage.EastUS"};
    EXPECT_TRUE(ParseSecurityRule(text, AzureCloud::Public));
    EXPECT_EQ(ParseSecurityRule(text, AzureCloud::National).GetError(),
              "rule National, destinationAddressPrefixes: 'Storage.EastUS' is not allowed; give "
              "Storage, which has no regional forms in a national cloud");
}

TEST(SecurityRule, S3_17_IsAugmentedWithSeveralOfAKind)
{
    SecurityRuleText plain;
    plain.name = "Plain";
    EXPECT_FALSE(Read(plain).IsAugmented());
    auto prefixes = plain;
    prefixes.destinationAddressPrefixes = {"10.0.0.4", "10.0.0.5"};
    EXPECT_TRUE(Read(prefixes).IsAugmented());
    auto ports = plain;
    ports.sourcePortRanges = {"1", "2"};
    EXPECT_TRUE(Read(ports).IsAugmented());
    auto kinds = plain;
    kinds.sourceAddressPrefixes = {"10.0.0.4"};
    kinds.sourceApplicationSecurityGroups = {"Web"};
    EXPECT_TRUE(Read(kinds).IsAugmented());
}

TEST(SecurityRule, IsRefusedAsValueToo)
{
    SecurityRuleText text;
    text.name = "V";
    auto rule = Read(text);
    const auto profile = MakeProfile("2017");
    rule.source.prefixes = {{0x0a000001, 8}};
    EXPECT_EQ(ValidateSecurityRule(rule, ARM, profile),
              "rule V, sourceAddressPrefixes: '10.0.0.1/8' is not allowed; give *, a service tag, "
              "an address, or a prefix as 10.0.0.0/8 whose bits beyond its length are zero");
    rule = Read(text);
    rule.destination.ports = {{90, 80}};
    EXPECT_EQ(ValidateSecurityRule(rule, ARM, profile),
              "rule V, destinationPortRanges: '90-80' is not allowed; give the lower port first");
}

/// One row: a text, and the ports it stands for.
struct PortCase
{
    const char* name; // test name
    const char* text;
    std::optional<PortRange> ports; // nothing if it is refused
    const char* writtenBack;
};

void
PrintTo(const PortCase& c, std::ostream* os)
{
    *os << c.text;
}

// clang-format off
constexpr PortCase PORT_CASES[] = {
    {"S3_21_One",           "80",          PortRange{80, 80},       "80"},
    {"S3_21_Range",         "10000-10005", PortRange{10000, 10005}, "10000-10005"},
    {"S3_21_RangeOfOne",    "80-80",       PortRange{80, 80},       "80"},
    {"S3_21_Star",          "*",           PortRange{0, 65535},     "*"},
    {"S3_21_All",           "0-65535",     PortRange{0, 65535},     "*"},
    {"S3_21_Lowest",        "0",           PortRange{0, 0},         "0"},
    {"S3_21_Highest",       "65535",       PortRange{65535, 65535}, "65535"},
    {"S3_21_TooHigh",       "65536",       std::nullopt,            ""},
    {"S3_21_RangeTooHigh",  "80-65536",    std::nullopt,            ""},
    {"S3_21_Backwards",     "81-80",       std::nullopt,            ""},
    {"S3_21_NoEnd",         "80-",         std::nullopt,            ""},
    {"S3_21_NoBegin",       "-80",         std::nullopt,            ""},
    {"S3_21_ThreePorts",    "80-81-82",    std::nullopt,            ""},
    {"S3_21_List",          "80,443",      std::nullopt,            ""},
    {"S3_21_Word",          "http",        std::nullopt,            ""},
    {"S3_21_Empty",         "",            std::nullopt,            ""},
};
// clang-format on

class PortTexts : public ::testing::TestWithParam<PortCase>
{
};

TEST_P(PortTexts, AreOnePortOrOneRange)
{
    const auto& c = GetParam();
    const auto ports = ParsePortRange("ports", c.text);
    ASSERT_EQ(static_cast<bool>(ports), c.ports.has_value()) << ports.GetError();
    if (c.ports)
    {
        EXPECT_EQ(*ports, *c.ports);
        EXPECT_EQ(GetPortRangeText(*ports), c.writtenBack);
    }
}

INSTANTIATE_TEST_SUITE_P(SecurityRule, PortTexts, ::testing::ValuesIn(PORT_CASES), CASE_NAME);

/// One row: a default rule.
struct DefaultCase
{
    const char* name; // test name: fact and rule's name
    FlowDirection direction;
    uint32_t priority;
    SecurityRuleAccess access;
    const char* source;
    const char* destination;
};

void
PrintTo(const DefaultCase& c, std::ostream* os)
{
    *os << c.name;
}

constexpr auto IN = FlowDirection::Inbound;
constexpr auto OUT = FlowDirection::Outbound;
constexpr auto ALLOW = SecurityRuleAccess::Allow;
constexpr auto DENY = SecurityRuleAccess::Deny;
// clang-format off
constexpr DefaultCase DEFAULT_CASES[] = {
    {"S3_32_AllowVNetInBound",              IN,  65000, ALLOW, "VirtualNetwork",    "VirtualNetwork"},
    {"S3_33_AllowAzureLoadBalancerInBound", IN,  65001, ALLOW, "AzureLoadBalancer", "*"},
    {"S3_34_DenyAllInbound",                IN,  65500, DENY,  "*",                 "*"},
    {"S3_35_AllowVnetOutBound",             OUT, 65000, ALLOW, "VirtualNetwork",    "VirtualNetwork"},
    {"S3_36_AllowInternetOutBound",         OUT, 65001, ALLOW, "*",                 "Internet"},
    {"S3_37_DenyAllOutBound",               OUT, 65500, DENY,  "*",                 "*"},
};
// clang-format on

class DefaultRules : public ::testing::TestWithParam<DefaultCase>
{
};

/// @return the only place the side names, as users write it
std::string
GetPlace(const SecurityRuleEndpoint& endpoint)
{
    if (endpoint.serviceTag && endpoint.prefixes.empty())
    {
        return GetText(*endpoint.serviceTag);
    }
    return endpoint.prefixes == std::vector<AddressPrefix>{ANY_ADDRESS} ? "*" : "?";
}

TEST_P(DefaultRules, AreWhatTheSourceSays)
{
    const auto& c = GetParam();
    const auto name = std::string(c.name).substr(std::string("S3_32_").size());
    for (const auto& rule : GetDefaultSecurityRules())
    {
        if (rule.name != name)
        {
            continue;
        }
        EXPECT_EQ(rule.direction, c.direction);
        EXPECT_EQ(rule.priority, c.priority);
        EXPECT_EQ(rule.access, c.access);
        EXPECT_EQ(rule.protocol, SecurityRuleProtocol::Any);
        EXPECT_EQ(GetPlace(rule.source), c.source);
        EXPECT_EQ(GetPlace(rule.destination), c.destination);
        EXPECT_EQ(rule.source.ports, (std::vector<PortRange>{{0, 65535}}));
        EXPECT_EQ(rule.destination.ports, (std::vector<PortRange>{{0, 65535}}));
        return;
    }
    ADD_FAILURE() << "there is no default rule " << name;
}

INSTANTIATE_TEST_SUITE_P(SecurityRule, DefaultRules, ::testing::ValuesIn(DEFAULT_CASES), CASE_NAME);

TEST(SecurityRule, S3_31_HasSixDefaults)
{
    ASSERT_EQ(GetDefaultSecurityRules().size(), std::size(DEFAULT_CASES));
    for (std::size_t i = 0; i < std::size(DEFAULT_CASES); ++i)
    {
        EXPECT_EQ("S3_3" + std::to_string(i + 2) + "_" + GetDefaultSecurityRules()[i].name,
                  DEFAULT_CASES[i].name);
    }
}

TEST(SecurityRule, S3_19_ProtocolsHaveArmsNamesAndIanasNumbers)
{
    using P = SecurityRuleProtocol;
    EXPECT_EQ(GetIpProtocol(P::Any), std::nullopt);
    EXPECT_EQ(GetIpProtocol(P::Tcp), IpProtocol::Tcp);
    EXPECT_EQ(GetIpProtocol(P::Udp), IpProtocol::Udp);
    EXPECT_EQ(GetIpProtocol(P::Icmp), IpProtocol::Icmp);
    EXPECT_EQ(GetIpProtocol(P::Esp), IpProtocol::Esp);
    EXPECT_EQ(GetIpProtocol(P::Ah), IpProtocol::Ah);
    for (const auto protocol : {P::Any, P::Tcp, P::Udp, P::Icmp, P::Esp, P::Ah})
    {
        SecurityRuleText text;
        text.name = "Protocol";
        text.protocol = GetName(protocol);
        EXPECT_EQ(Read(text).protocol, protocol) << text.protocol;
    }
    EXPECT_STREQ(GetName(SecurityRuleAccess::Allow), "Allow");
    EXPECT_STREQ(GetName(SecurityRuleAccess::Deny), "Deny");
}

} // namespace

} // namespace ns3::azure
