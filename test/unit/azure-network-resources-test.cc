// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-resources.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-network-resources.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace ns3::azure
{

namespace
{

TEST(NetworkResources, S3_12_AGroupIsAttachedAnyNumberOfTimes)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("shared"));
    EXPECT_EQ(resources.AttachToSubnet("shared", "hub", "web"), std::nullopt);
    EXPECT_EQ(resources.AttachToSubnet("shared", "hub", "data"), std::nullopt);
    EXPECT_EQ(resources.AttachToSubnet("shared", "island", "main"), std::nullopt);
    for (uint32_t number = 1; number <= 5; ++number)
    {
        EXPECT_EQ(resources.AttachToNetworkInterface("shared", number), std::nullopt);
        EXPECT_EQ(resources.GetInterfaceGroup(number), "shared");
        EXPECT_EQ(resources.GetSubnetGroup(number).has_value(), number != 4);
    }
}

TEST(NetworkResources, S3_02_S3_03_ADetachedGroupLeavesRoomForAnother)
{
    auto resources = MakeNetworksWithGroups();
    EXPECT_EQ(resources.DetachFromSubnet("hub", "web"), std::nullopt);
    EXPECT_EQ(resources.DetachFromNetworkInterface(3), std::nullopt);
    EXPECT_EQ(resources.GetSubnetGroup(1), std::nullopt);
    EXPECT_EQ(resources.GetInterfaceGroup(3), std::nullopt);
    EXPECT_EQ(resources.AttachToSubnet("spare", "hub", "web"), std::nullopt);
    EXPECT_EQ(resources.AttachToNetworkInterface("spare", 3), std::nullopt);
    EXPECT_EQ(resources.RemoveNetworkSecurityGroup("web"), std::nullopt);
    EXPECT_EQ(resources.FindNetworkSecurityGroup("web"), nullptr);
}

TEST(NetworkResources, S3_11_AClassicGroupIsThatOfASubnetOrAVm)
{
    auto resources = MakeNetworksWithGroups();
    EXPECT_EQ(resources.AttachToVirtualMachine("old", 6), std::nullopt);
    EXPECT_EQ(resources.AttachToSubnet("old", "classic", "main"), std::nullopt);
    EXPECT_EQ(resources.GetInterfaceGroup(6), "old");
    EXPECT_EQ(resources.GetSubnetGroup(6), "old");
    EXPECT_EQ(resources.DetachFromNetworkInterface(6), std::nullopt);
    EXPECT_EQ(resources.GetInterfaceGroup(6), std::nullopt);
}

TEST(NetworkResources, S3_14_ARuleIsRemovedByItsNameInAnyCase)
{
    auto resources = MakeNetworksWithGroups();
    EXPECT_EQ(resources.RemoveSecurityRule("web", "allowALL"), std::nullopt);
    EXPECT_NE(resources.RemoveSecurityRule("web", "denyallinbound"), std::nullopt); // S3-38
    ASSERT_EQ(resources.FindNetworkSecurityGroup("web")->rules.size(), 1U);
    EXPECT_EQ(resources.FindNetworkSecurityGroup("web")->rules[0].name, "FromEmpty");
}

TEST(NetworkResources, S3_13_AGroupNeedsNoCustomRule)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("bare"));
    EXPECT_TRUE(resources.FindNetworkSecurityGroup("bare")->rules.empty());
    EXPECT_EQ(resources.Resolve("bare", "hub").rules.size(), 6U); // S3-31
}

TEST(NetworkResources, S3_14_B_9_NamesAndPrioritiesAreFreeAgainElsewhere)
{
    auto resources = MakeNetworksWithGroups();
    // another group, another direction, and after removal
    EXPECT_EQ(resources.AddSecurityRule("spare", MakeRule("AllowAll", "100")), std::nullopt);
    EXPECT_EQ(resources.AddSecurityRule("web", MakeRule("Out", "100", "Outbound")), std::nullopt);
    EXPECT_EQ(resources.RemoveSecurityRule("web", "AllowAll"), std::nullopt);
    EXPECT_EQ(resources.AddSecurityRule("web", MakeRule("AllowAll", "100")), std::nullopt);
}

TEST(NetworkResources, S3_40_PeersCanPartAndMeetAgain)
{
    auto resources = MakeNetworksWithGroups();
    EXPECT_EQ(resources.RemovePeering("spoke", "hub"), std::nullopt);
    EXPECT_NE(resources.RemovePeering("hub", "spoke"), std::nullopt);
    EXPECT_EQ(resources.AddPeering("spoke", "island"), std::nullopt);
    EXPECT_NE(resources.AddPeering("hub", "spoke"), std::nullopt); // overlaps with island
}

TEST(NetworkResources, S3_44_NetworksThatOverlapShareNoService)
{
    auto resources = MakeThreeNetworks();
    Must(resources.SetServiceEndpoints("hub", "web", {MakeTag("Storage")}));
    EXPECT_EQ(resources.SetServiceEndpoints("spoke", "main", {MakeTag("Storage")}), std::nullopt);
    EXPECT_EQ(resources.SetServiceEndpoints("island", "main", {MakeTag("Sql")}), std::nullopt);
    EXPECT_EQ(resources.SetServiceEndpoints("island", "main", {MakeTag("Storage.EastUS")}),
              "subnet island/main, serviceEndpoints: 'Storage.EastUS' is not allowed; give a "
              "service that no overlapping subnet, as hub/web, has an endpoint of");
}

TEST(NetworkResources, S3_44_ASubnetKeepsAnEndpointWhenItGetsAnother)
{
    auto resources = MakeThreeNetworks();
    Must(resources.SetServiceEndpoints("hub", "web", {MakeTag("Storage")}));
    EXPECT_EQ(resources.SetServiceEndpoints("hub", "web", {MakeTag("Storage"), MakeTag("Sql")}),
              std::nullopt);
}

TEST(NetworkResources, S3_44_AServiceInstanceHasItsAddressForItself)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddServiceInstance(MakeInstance(7, MakeTag("Storage"), "198.18.128.7")));
    EXPECT_EQ(resources.AddServiceInstance(MakeInstance(8, MakeTag("Storage"), "198.18.128.7")),
              "network interface 8, publicAddress: '198.18.128.7' is not allowed; give one that no "
              "other service instance has");
}

TEST(NetworkResources, AGroupOfAnInterfaceAloneIsNotRemoved)
{
    auto resources = MakeNetworksWithGroups();
    Must(resources.AttachToNetworkInterface("spare", 1));
    EXPECT_EQ(resources.RemoveNetworkSecurityGroup("spare"),
              "network security group: 'spare' is not allowed; give one that is attached nowhere");
    Must(resources.DetachFromNetworkInterface(1));
    EXPECT_EQ(resources.RemoveNetworkSecurityGroup("spare"), std::nullopt);
}

TEST(NetworkResources, B_9_AnApplicationGroupHasFourThousandMembersAtMost)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddVirtualNetwork(MakeNetwork("big", "10.7.0.0/16", "10.7.0.0/16")));
    Must(resources.AddApplicationSecurityGroup("All"));
    for (uint32_t i = 0; i <= MAX_APPLICATION_SECURITY_GROUP_MEMBERS; ++i)
    {
        Must(resources.AddNetworkInterface(
            {100 + i, "big", "main", Ipv4Address(0x0a070004 + i), Ipv4Address("10.128.0.9")}));
        const auto error = resources.Join("All", 100 + i);
        EXPECT_EQ(error.has_value(), i == MAX_APPLICATION_SECURITY_GROUP_MEMBERS);
    }
}

TEST(NetworkResources, S3_43_HasNoRegionsInANationalCloud)
{
    auto resources = MakeThreeNetworks("2017", AzureCloud::National);
    Must(resources.AddNetworkSecurityGroup("web"));
    auto text = MakeRule("Storage", "100", "Outbound");
    text.destinationAddressPrefixes = {"Storage.EastUS"};
    const std::string allowed =
        "'Storage.EastUS' is not allowed; give Storage, which has no regional forms in a national "
        "cloud";
    EXPECT_EQ(resources.AddSecurityRule("web", text),
              "group web, rule Storage, destinationAddressPrefixes: " + allowed);
    EXPECT_EQ(resources.AddSecurityRule("web", *ParseSecurityRule(text)),
              "group web, rule Storage, service tag: " + allowed);
    EXPECT_EQ(resources.SetServiceEndpoints("hub", "web", {MakeTag("Storage.EastUS")}),
              "subnet hub/web, serviceEndpoints: " + allowed);
    text.destinationAddressPrefixes = {"Storage"};
    EXPECT_EQ(resources.AddSecurityRule("web", text), std::nullopt);
}

TEST(NetworkResources, S3_13_B_9_AGroupHasAThousandRulesAtMost)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("web"));
    for (uint32_t i = 0; i < MAX_SECURITY_RULES; ++i)
    {
        const auto priority = std::to_string(100 + i);
        Must(resources.AddSecurityRule("web", MakeRule("Rule" + priority, priority)));
    }
    EXPECT_EQ(resources.AddSecurityRule("web", MakeRule("Last", "4096")),
              "network security group web, securityRules: 'Last' is not allowed; give 1000 rules "
              "at most");
}

TEST(NetworkResources, B_9_AGroupHasFourThousandSourcesAndDestinationsAtMost)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("web"));
    SecurityRule rule;
    rule.name = "Many";
    rule.destination.prefixes = {ANY_ADDRESS};
    rule.source.ports = rule.destination.ports = {{0, 65535}};
    for (uint32_t i = 0; i < MAX_SECURITY_RULE_PREFIXES; ++i)
    {
        rule.source.prefixes.push_back({0x0a000000 + 2 * i, 32});
    }
    EXPECT_EQ(resources.AddSecurityRule("web", rule), std::nullopt);
    EXPECT_EQ(resources.AddSecurityRule("web", MakeRule("OneMore", "101")),
              "group web, rule OneMore, sourceAddressPrefixes: '1 more' is not allowed; give 4000 "
              "at most in "
              "all rules");
    // destinations are counted for themselves: one so far, and 3,999 more
    rule.name = "Destinations";
    rule.priority = 102;
    rule.destination.prefixes = rule.source.prefixes;
    rule.destination.prefixes.pop_back();
    rule.source.prefixes.clear();
    rule.source.serviceTag = MakeTag("Internet");
    EXPECT_EQ(resources.AddSecurityRule("web", rule), std::nullopt);
    auto tag = MakeRule("OneMore", "103");
    tag.sourceAddressPrefixes = {"Internet"};
    EXPECT_EQ(resources.AddSecurityRule("web", tag),
              "group web, rule OneMore, destinationAddressPrefixes: '1 more' is not allowed; give "
              "4000 at "
              "most in all rules");
}

TEST(NetworkResources, B_9_AnInterfaceIsInTwentyApplicationGroupsAtMost)
{
    auto resources = MakeThreeNetworks();
    for (uint32_t i = 0; i <= MAX_APPLICATION_SECURITY_GROUPS_PER_INTERFACE; ++i)
    {
        Must(resources.AddApplicationSecurityGroup("Group" + std::to_string(i)));
        const auto error = resources.Join("Group" + std::to_string(i), 1);
        EXPECT_EQ(error.has_value(), i == MAX_APPLICATION_SECURITY_GROUPS_PER_INTERFACE);
    }
    EXPECT_EQ(resources.Join("Group20", 1),
              "application security group Group20: '1' is not allowed; give an interface that is "
              "in fewer than 20");
    Must(resources.Leave("Group7", 1));
    EXPECT_EQ(resources.Join("Group20", 1), std::nullopt);
}

TEST(NetworkResources, B_9_ARuleSetNamesAHundredApplicationGroupsAtMost)
{
    auto resources = MakeThreeNetworks("2023");
    Must(resources.AddNetworkSecurityGroup("web"));
    for (uint32_t i = 0; i <= MAX_APPLICATION_SECURITY_GROUPS_PER_GROUP; ++i)
    {
        Must(resources.AddApplicationSecurityGroup("Group" + std::to_string(i)));
        auto rule = MakeRule("Rule" + std::to_string(i), std::to_string(100 + i));
        rule.sourceApplicationSecurityGroups = {"Group" + std::to_string(i)};
        rule.destinationApplicationSecurityGroups = {"Group0"};
        const auto error = resources.AddSecurityRule("web", rule);
        EXPECT_EQ(error.has_value(), i == MAX_APPLICATION_SECURITY_GROUPS_PER_GROUP);
    }
    auto again = MakeRule("Again", "300");
    again.sourceApplicationSecurityGroups = {"Group7", "Group8"};
    EXPECT_EQ(resources.AddSecurityRule("web", again), std::nullopt); // no new ones
}

TEST(NetworkResources, S3_48_AnEmptiedGroupMayMoveToAnotherNetwork)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddApplicationSecurityGroup("Web"));
    Must(resources.Join("Web", 1));
    EXPECT_NE(resources.Join("Web", 4), std::nullopt);
    Must(resources.Leave("Web", 1));
    EXPECT_EQ(resources.Join("Web", 4), std::nullopt);
    EXPECT_NE(resources.Join("Web", 1), std::nullopt);
}

TEST(NetworkResources, S3_49_AnEmptiedGroupIsCheckedAnew)
{
    // the rule FromEmpty is from Empty to Web
    auto resources = MakeNetworksWithGroups();
    Must(resources.Leave("Web", 1));
    Must(resources.Leave("Web", 2));
    EXPECT_EQ(resources.Join("Empty", 4), std::nullopt); // in spoke
    EXPECT_EQ(resources.Join("Web", 1),
              "group web, rule FromEmpty, destinationApplicationSecurityGroups: 'Web' is not "
              "allowed; give one in virtual network spoke, as Empty is");
    EXPECT_EQ(resources.Join("Web", 4), std::nullopt);
}

TEST(NetworkResources, AnInternalFrontendHasNameAndAddressForItself)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddInternalFrontend(MakeFrontend("in", "web", "10.0.1.9")));
    EXPECT_EQ(
        resources.AddInternalFrontend(MakeFrontend("in", "web", "10.0.1.10")),
        "load balancer inside, frontend: 'in' is not allowed; give a name that no other one has");
    EXPECT_EQ(
        resources.AddInternalFrontend(MakeFrontend("other", "web", "10.0.1.9")),
        "load balancer inside, frontend other, address: '10.0.1.9' is not allowed; give one that "
        "nobody has in hub");
    EXPECT_EQ(
        resources.AddNetworkInterface(MakePlacement("hub", "web", "10.0.1.9", "10.128.0.9")),
        "network interface 9, privateAddress: '10.0.1.9' is not allowed; give one that nobody "
        "has in hub");
    // another virtual network may use the same addresses
    auto elsewhere = MakeFrontend("other", "main", "10.0.1.9");
    elsewhere.virtualNetwork = "island";
    EXPECT_EQ(resources.AddInternalFrontend(elsewhere), std::nullopt);
    EXPECT_EQ(resources.AddInternalFrontend(MakeFrontend("third", "data", "10.0.2.9")),
              std::nullopt);
}

TEST(NetworkResources, NamesOfInternalFrontendsAreTheirLoadBalancersOwn)
{
    auto resources = MakeThreeNetworks();
    const auto add = [&resources](const char* loadBalancer, const char* name, const char* address) {
        auto frontend = MakeFrontend(name, "web", address);
        frontend.loadBalancer = loadBalancer;
        return resources.AddInternalFrontend(frontend);
    };
    EXPECT_EQ(add("a", "b-c", "10.0.1.9"), std::nullopt);
    EXPECT_EQ(add("a-b", "c", "10.0.1.10"), std::nullopt);
    EXPECT_EQ(add("c", "c", "10.0.1.11"), std::nullopt);
    EXPECT_EQ(add(std::string(80, 'a').c_str(), std::string(80, 'b').c_str(), "10.0.1.12"),
              std::nullopt);
    EXPECT_EQ(resources.GetInternalFrontends().count({"a", "b-c"}), 1U);
    EXPECT_EQ(resources.GetInternalFrontends().size(), 4U);
}

TEST(NetworkResources, FindsTheHighestAddressThatNobodyHas)
{
    NetworkResources resources;
    Must(resources.AddVirtualNetwork(MakeNetwork("hub", "10.0.0.0/16", "10.0.1.0/29")));
    const auto find = [&resources] { return resources.FindHighestFreeAddress("hub", "main"); };
    // of eight addresses, 10.0.1.4 to 10.0.1.6 can be had
    EXPECT_EQ(find(), Ipv4Address("10.0.1.6"));
    Must(resources.AddNetworkInterface(MakePlacement("hub", "main", "10.0.1.5", "10.128.0.9")));
    EXPECT_EQ(find(), Ipv4Address("10.0.1.6"));
    Must(resources.AddInternalFrontend(MakeFrontend("in", "main", "10.0.1.6")));
    EXPECT_EQ(find(), Ipv4Address("10.0.1.4"));
    Must(resources.AddInternalFrontend(MakeFrontend("other", "main", "10.0.1.4")));
    EXPECT_EQ(find(), std::nullopt);
    EXPECT_EQ(resources.FindHighestFreeAddress("hub", "none"), std::nullopt);
    EXPECT_EQ(resources.FindHighestFreeAddress("none", "main"), std::nullopt);
}

TEST(NetworkResources, FindsNoAddressInASubnetWithoutRoom)
{
    NetworkResources resources;
    Must(resources.AddVirtualNetwork(MakeNetwork("hub", "10.0.0.0/16", "10.0.0.0/31")));
    EXPECT_EQ(resources.FindHighestFreeAddress("hub", "main"), std::nullopt);
}

TEST(NetworkResources, NumbersVirtualNetworksAsTheyWereAdded)
{
    const auto resources = MakeThreeNetworks();
    EXPECT_EQ(resources.GetIdentifier("hub"), 1U);
    EXPECT_EQ(resources.GetIdentifier("spoke"), 2U);
    EXPECT_EQ(resources.GetIdentifier("island"), 3U);
    EXPECT_EQ(resources.GetIdentifier("none"), std::nullopt);
}

TEST(NetworkResources, AnswersNothingForAnInterfaceThatIsNotThere)
{
    const auto resources = MakeNetworksWithGroups();
    EXPECT_EQ(resources.FindNetworkInterface(9), nullptr);
    EXPECT_EQ(resources.GetSubnetGroup(9), std::nullopt);
    EXPECT_EQ(resources.GetInterfaceGroup(9), std::nullopt);
    EXPECT_EQ(resources.FindNetworkInterface(4)->virtualNetwork, "spoke");
    EXPECT_EQ(resources.GetProfile().name, "2017");
    EXPECT_EQ(resources.GetCloud(), AzureCloud::Public);
}

} // namespace

} // namespace ns3::azure
