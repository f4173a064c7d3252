// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-resources.h"

#include "ns3/azure-address-set.h"
#include "ns3/azure-network-resources.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// @return the rule of that name, resolved in a virtual network; it must be there
ResolvedSecurityRule
Resolve(const NetworkResources& resources,
        const std::string& group,
        const std::string& virtualNetwork,
        const std::string& rule)
{
    const auto resolved = resources.Resolve(group, virtualNetwork);
    const auto found = std::find_if(resolved.rules.begin(),
                                    resolved.rules.end(),
                                    [&](const ResolvedSecurityRule& r) { return r.name == rule; });
    NS_ABORT_MSG_IF(found == resolved.rules.end(), "no rule " << rule);
    return *found;
}

/// @return three virtual networks with a group web that has no rule yet
NetworkResources
MakeResources(const std::string& profile = "2017")
{
    auto resources = MakeThreeNetworks(profile);
    Must(resources.AddNetworkSecurityGroup("web"));
    return resources;
}

/// @return the prefixes of VirtualNetwork in a virtual network, by the default rule that names it
std::string
GetVirtualNetworkTag(const NetworkResources& resources, const std::string& virtualNetwork)
{
    return GetPrefixTexts(Resolve(resources, "web", virtualNetwork, "AllowVNetInBound").sources);
}

/// @return the addresses of Internet in a virtual network, by the default rule that names it
AddressSet
GetInternetTag(const NetworkResources& resources, const std::string& virtualNetwork)
{
    return AddressSet(
        Resolve(resources, "web", virtualNetwork, "AllowInternetOutBound").destinations);
}

TEST(SecurityTags, S3_40_VirtualNetworkIsTheAddressSpace)
{
    const auto resources = MakeResources();
    EXPECT_EQ(GetVirtualNetworkTag(resources, "hub"), "10.0.0.0/16");
    EXPECT_EQ(GetVirtualNetworkTag(resources, "spoke"), "10.1.0.0/16");
}

TEST(SecurityTags, S3_40_VirtualNetworkContainsPeersWhileTheyAre)
{
    auto resources = MakeResources();
    Must(resources.AddPeering("hub", "spoke"));
    EXPECT_EQ(GetVirtualNetworkTag(resources, "hub"), "10.0.0.0/15"); // 10.0 and 10.1 together
    EXPECT_EQ(GetVirtualNetworkTag(resources, "spoke"), "10.0.0.0/15");
    EXPECT_EQ(GetVirtualNetworkTag(resources, "island"), "10.0.0.0/16");
    Must(resources.RemovePeering("spoke", "hub"));
    EXPECT_EQ(GetVirtualNetworkTag(resources, "hub"), "10.0.0.0/16");
}

TEST(SecurityTags, S3_40_PeersOfPeersAreNotInVirtualNetwork)
{
    auto resources = MakeResources();
    Must(resources.AddVirtualNetwork(
        {"far", {MakePrefix("10.7.0.0/16")}, {{"main", MakePrefix("10.7.0.0/24"), {}, {}}}, {}}));
    Must(resources.AddPeering("hub", "spoke"));
    Must(resources.AddPeering("spoke", "far"));
    EXPECT_EQ(GetVirtualNetworkTag(resources, "hub"), "10.0.0.0/15");
    EXPECT_EQ(GetVirtualNetworkTag(resources, "spoke"), "10.0.0.0/15 10.7.0.0/16");
}

TEST(SecurityTags, S3_40_VirtualNetworkContainsConnectedSites)
{
    auto resources = MakeResources();
    Must(resources.AddVirtualNetwork({"office",
                                      {MakePrefix("10.7.0.0/16")},
                                      {{"main", MakePrefix("10.7.0.0/24"), {}, {}}},
                                      {MakePrefix("192.168.0.0/24"), MakePrefix("20.0.0.0/8")}}));
    Must(resources.AddPeering("hub", "office"));
    EXPECT_EQ(GetVirtualNetworkTag(resources, "office"),
              "10.0.0.0/16 10.7.0.0/16 20.0.0.0/8 192.168.0.0/24");
    EXPECT_EQ(GetVirtualNetworkTag(resources, "hub"), "10.0.0.0/16 10.7.0.0/16");
    EXPECT_FALSE(GetInternetTag(resources, "office").Contains(0x14000001)); // 20.0.0.1
    EXPECT_TRUE(GetInternetTag(resources, "hub").Contains(0x14000001));
}

TEST(SecurityTags, S3_40_B_9_VirtualNetworkContainsTheHostSince2023)
{
    EXPECT_EQ(GetVirtualNetworkTag(MakeResources("2018"), "hub"), "10.0.0.0/16");
    EXPECT_EQ(GetVirtualNetworkTag(MakeResources("2023"), "hub"), "10.0.0.0/16 168.63.129.16/32");
}

TEST(SecurityTags, B_9_AUsersDefaultRouteIsNotInVirtualNetwork)
{
    auto resources = MakeResources();
    Must(resources.SetDefaultRoute("hub", "web", RouteNextHop::Internet));
    EXPECT_EQ(GetVirtualNetworkTag(resources, "hub"), "10.0.0.0/16"); // unlike in Azure
}

/// One row: an address, and whether it is on the Internet for virtual network hub.
struct InternetCase
{
    const char* name; // test name
    const char* address;
    bool isInternet;
};

void
PrintTo(const InternetCase& c, std::ostream* os)
{
    *os << c.address;
}

// clang-format off
constexpr InternetCase INTERNET_CASES[] = {
    {"S3_42_Server",            "203.0.113.7",     true},
    {"S3_42_Frontend",          "198.18.0.1",      true},
    {"S3_42_PublicAddressOfVm", "198.18.32.1",     true},
    {"S3_43_Storage",           "198.18.128.1",    true},
    {"S3_43_Sql",               "198.18.151.255",  true},
    {"S3_42_Lowest",            "1.0.0.0",         true},
    {"S3_42_Highest",           "223.255.255.255", true},
    {"S3_42_BeforePrivate",     "9.255.255.255",   true},
    {"S3_42_AfterPrivate",      "11.0.0.0",        true},
    {"S3_42_BeforeHost",        "168.63.129.15",   true},
    {"S3_42_AfterHost",         "168.63.129.17",   true},
    {"S3_42_OwnNetwork",        "10.0.1.4",        false},
    {"S3_42_Peer",              "10.1.0.4",        false},
    {"S3_42_OtherPrivate",      "10.9.0.1",        false},
    {"S3_42_Host",              "168.63.129.16",   false},
    {"S3_42_Metadata",          "169.254.169.254", false},
    {"S3_42_Multicast",         "224.0.0.1",       false},
};
// clang-format on

class InternetAddresses : public ::testing::TestWithParam<InternetCase>
{
};

TEST_P(InternetAddresses, AreOutsideTheVirtualNetworkAndReachable)
{
    auto resources = MakeResources();
    Must(resources.AddPeering("hub", "spoke"));
    EXPECT_EQ(GetInternetTag(resources, "hub").Contains(Ipv4Address(GetParam().address).Get()),
              GetParam().isInternet);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(SecurityTags,
                         InternetAddresses,
                         ::testing::ValuesIn(INTERNET_CASES),
                         CASE_NAME);

/// One row: the sources a rule names, and what it is resolved to in virtual network hub.
struct SourceCase
{
    const char* name; // test name
    std::vector<std::string> prefixes;
    std::vector<std::string> groups; // application security groups
    const char* resolved;
};

void
PrintTo(const SourceCase& c, std::ostream* os)
{
    *os << c.name;
}

const SourceCase SOURCE_CASES[] = {
    {"S3_16_Any", {"*"}, {}, "0.0.0.0/0"},
    {"S3_16_Address", {"203.0.113.7"}, {}, "203.0.113.7/32"},
    {"S3_16_Prefix", {"203.0.113.0/24"}, {}, "203.0.113.0/24"},
    {"S3_16_Tag", {"VirtualNetwork"}, {}, "10.0.0.0/15"},
    {"S3_16_S3_45_Members", {"*"}, {"Web"}, "10.0.1.4/31"}, // 10.0.1.4 and 10.0.1.5
    {"S3_45_NoMembers", {"*"}, {"Empty"}, ""},
    {"S3_47_MemberInAPeer", {"*"}, {"Spoke"}, "10.1.0.4/32"},
    {"S3_47_NoMemberOfAStrangeNetwork", {"*"}, {"Island"}, ""}, // its 10.0.1.4 is not hub's
    {"S3_41_Prober", {"AzureLoadBalancer"}, {}, "168.63.129.16/32"},
    {"S3_43_OneRegion", {"Storage.WestEurope"}, {}, "198.18.136.0/21"},
    {"S3_43_AllRegions", {"Storage"}, {}, "198.18.128.0/20"},
    {"S3_17_S3_29_TogetherTheFewest",
     {"Sql.EastUS", "198.18.152.0/21", "10.0.1.4", "10.0.1.5"},
     {"Web", "Spoke"},
     "10.0.1.4/31 10.1.0.4/32 198.18.144.0/20"},
};

class RuleSources : public ::testing::TestWithParam<SourceCase>
{
};

TEST_P(RuleSources, AreResolvedToTheFewestPrefixes)
{
    auto resources = MakeResources("2017[ApplicationSecurityGroupsPerSide=2]");
    Must(resources.AddPeering("hub", "spoke"));
    for (const auto* group : {"Web", "Empty", "Spoke", "Island"})
    {
        Must(resources.AddApplicationSecurityGroup(group));
    }
    Must(resources.Join("Web", 1));
    Must(resources.Join("Web", 2));
    Must(resources.Join("Spoke", 4));
    Must(resources.Join("Island", 5));
    auto rule = MakeRule("Rule", "100");
    rule.sourceAddressPrefixes = GetParam().prefixes;
    rule.sourceApplicationSecurityGroups = GetParam().groups;
    rule.sourcePortRanges = {"1000-2000"};
    Must(resources.AddSecurityRule("web", rule));
    const auto resolved = Resolve(resources, "web", "hub", "Rule");
    EXPECT_EQ(GetPrefixTexts(resolved.sources), GetParam().resolved);
    EXPECT_EQ(GetPrefixTexts(resolved.destinations), "0.0.0.0/0");
    EXPECT_EQ(resolved.sourcePorts, (std::vector<PortRange>{{1000, 2000}}));
    EXPECT_EQ(resolved.destinationPorts, (std::vector<PortRange>{{0, 65535}}));
}

INSTANTIATE_TEST_SUITE_P(SecurityTags, RuleSources, ::testing::ValuesIn(SOURCE_CASES), CASE_NAME);

TEST(SecurityTags, S3_46_AGroupFollowsItsMembers)
{
    auto resources = MakeResources();
    Must(resources.AddApplicationSecurityGroup("WebServers"));
    auto rule = MakeRule("AllowWeb", "100");
    rule.sourceAddressPrefixes = {"Internet"};
    rule.destinationApplicationSecurityGroups = {"WebServers"};
    rule.destinationPortRanges = {"80", "443"};
    Must(resources.AddSecurityRule("web", rule));
    const auto getMembers = [&] {
        return GetPrefixTexts(Resolve(resources, "web", "hub", "AllowWeb").destinations);
    };
    EXPECT_EQ(getMembers(), "");
    Must(resources.Join("WebServers", 1));
    EXPECT_EQ(getMembers(), "10.0.1.4/32");
    Must(resources.Join("WebServers", 3));
    EXPECT_EQ(getMembers(), "10.0.1.4/32 10.0.2.4/32");
    Must(resources.Leave("WebServers", 1));
    EXPECT_EQ(getMembers(), "10.0.2.4/32");
}

TEST(SecurityTags, S3_15_S3_31_RulesComeByDirectionAndPriority)
{
    auto resources = MakeResources();
    Must(resources.AddSecurityRule("web", MakeRule("Late", "200")));
    Must(resources.AddSecurityRule("web", MakeRule("Out", "150", "Outbound", "Deny")));
    Must(resources.AddSecurityRule("web", MakeRule("Early", "100")));
    const auto resolved = resources.Resolve("web", "hub");
    EXPECT_EQ(resolved.name, "web");
    std::vector<std::string> names;
    for (const auto& rule : resolved.rules)
    {
        names.push_back(rule.name);
        EXPECT_EQ(rule.isDefault, rule.priority > MAX_RULE_PRIORITY) << rule.name;
    }
    EXPECT_EQ(names,
              (std::vector<std::string>{"Early",
                                        "Late",
                                        "AllowVNetInBound",
                                        "AllowAzureLoadBalancerInBound",
                                        "DenyAllInbound",
                                        "Out",
                                        "AllowVnetOutBound",
                                        "AllowInternetOutBound",
                                        "DenyAllOutBound"}));
    EXPECT_EQ(resolved.rules[5].access, SecurityRuleAccess::Deny);
}

TEST(SecurityTags, B_9_OnlyPlatformTagsTargetHostServices)
{
    auto resources = MakeResources();
    uint32_t priority = 100;
    for (const auto& tag : GetServiceTags())
    {
        auto rule = MakeRule(GetText(tag), std::to_string(priority++), "Outbound", "Deny");
        rule.destinationAddressPrefixes = {GetText(tag)};
        Must(resources.AddSecurityRule("web", rule));
    }
    for (const auto& rule : resources.Resolve("web", "hub").rules)
    {
        EXPECT_EQ(rule.targetsHostServices, rule.name.find("AzurePlatform") == 0) << rule.name;
    }
}

} // namespace

} // namespace ns3::azure
