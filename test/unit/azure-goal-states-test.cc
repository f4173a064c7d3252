// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-resources.h"

#include "ns3/azure-network-resources.h"
#include "ns3/azure-virtual-network-routes.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address HOST_A("10.128.0.2"); // of interfaces 1 and 3
const Ipv4Address HOST_B("10.128.0.3"); // of interfaces 2 and 4
const Ipv4Address HOST_C("10.128.0.4"); // of interface 5
const Ipv4Address HOST_D("10.128.0.9"); // of service instances

/// @return the interface's route table; it must be on the host
const RouteTable&
GetRouteTable(const HostGoalState& goalState, uint32_t networkInterface)
{
    for (const auto& each : goalState.networkInterfaces)
    {
        if (each.networkInterface == networkInterface)
        {
            return goalState.routeTables.at(each.routeTable);
        }
    }
    NS_ABORT_MSG("no network interface " << networkInterface);
}

/// @return the routes as address@host/identifier, with a space between; a frontend's in brackets
std::string
GetRouteTexts(const RouteTable& table)
{
    std::string text;
    for (const auto& route : table.routes)
    {
        const auto one = GetText(route.address) + "@" + GetText(route.host) + "/" +
                         std::to_string(route.virtualNetwork);
        text += (text.empty() ? "" : " ") + (route.isFrontend ? "(" + one + ")" : one);
    }
    return text;
}

TEST(GoalStates, GoToTheHostsThatHaveInterfaces)
{
    const auto goalStates = MakeThreeNetworks().GetGoalStates();
    ASSERT_EQ(goalStates.size(), 3U);
    const auto& a = goalStates.at(HOST_A);
    ASSERT_EQ(a.networkInterfaces.size(), 2U);
    EXPECT_EQ(a.networkInterfaces[0].networkInterface, 1U);
    EXPECT_EQ(a.networkInterfaces[1].networkInterface, 3U);
    EXPECT_EQ(goalStates.at(HOST_B).networkInterfaces.size(), 2U);
    EXPECT_EQ(goalStates.at(HOST_C).networkInterfaces.size(), 1U);
    for (const auto& [host, goalState] : goalStates)
    {
        EXPECT_EQ(goalState.generation, 0U);
    }
}

TEST(GoalStates, NumberVirtualNetworksAsTheyWereAdded)
{
    const auto goalStates = MakeThreeNetworks().GetGoalStates();
    EXPECT_EQ(goalStates.at(HOST_A).networkInterfaces[0].virtualNetwork, 1U); // hub
    EXPECT_EQ(goalStates.at(HOST_B).networkInterfaces[1].virtualNetwork, 2U); // spoke
    EXPECT_EQ(goalStates.at(HOST_C).networkInterfaces[0].virtualNetwork, 3U); // island
}

TEST(GoalStates, RouteToEveryInterfaceOfTheNetwork)
{
    const auto goalStates = MakeThreeNetworks().GetGoalStates();
    const auto& table = GetRouteTable(goalStates.at(HOST_A), 1);
    EXPECT_EQ(GetPrefixTexts(table.prefixes), "10.0.0.0/16");
    EXPECT_EQ(GetRouteTexts(table),
              "10.0.1.4@10.128.0.2/1 10.0.1.5@10.128.0.3/1 10.0.2.4@10.128.0.2/1");
    EXPECT_FALSE(table.defaultRoute.has_value());
    EXPECT_EQ(GetRouteTexts(GetRouteTable(goalStates.at(HOST_C), 5)), "10.0.1.4@10.128.0.4/3");
}

TEST(GoalStates, RouteToEveryInterfaceOfAPeer)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddPeering("hub", "spoke"));
    const auto goalStates = resources.GetGoalStates();
    const std::string all =
        "10.0.1.4@10.128.0.2/1 10.0.1.5@10.128.0.3/1 10.0.2.4@10.128.0.2/1 10.1.0.4@10.128.0.3/2";
    for (const auto& table :
         {GetRouteTable(goalStates.at(HOST_A), 1), GetRouteTable(goalStates.at(HOST_B), 4)})
    {
        EXPECT_EQ(GetPrefixTexts(table.prefixes), "10.0.0.0/15");
        EXPECT_EQ(GetRouteTexts(table), all);
    }
}

TEST(GoalStates, B_8_RouteToInternalFrontendsOfTheNetworkAndItsPeers)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddInternalFrontend(MakeFrontend("second", "web", "10.0.1.200")));
    Must(resources.AddInternalFrontend(MakeFrontend("first", "web", "10.0.1.100")));
    Must(resources.AddPeering("hub", "spoke"));
    const auto goalStates = resources.GetGoalStates();
    EXPECT_EQ(goalStates.size(), 3U) << "muxes are no hosts";
    for (const auto& table :
         {GetRouteTable(goalStates.at(HOST_A), 1), GetRouteTable(goalStates.at(HOST_B), 4)})
    {
        EXPECT_EQ(GetRouteTexts(table),
                  "10.0.1.4@10.128.0.2/1 10.0.1.5@10.128.0.3/1 (10.0.1.100@10.128.9.1/1) "
                  "(10.0.1.200@10.128.9.1/1) 10.0.2.4@10.128.0.2/1 10.1.0.4@10.128.0.3/2");
        const VirtualNetworkRoutes routes(table);
        EXPECT_TRUE(routes.Lookup(Ipv4Address("10.0.1.100").Get())->isFrontend);
        EXPECT_FALSE(routes.Lookup(Ipv4Address("10.0.1.4").Get())->isFrontend);
    }
    EXPECT_EQ(GetRouteTexts(GetRouteTable(goalStates.at(HOST_C), 5)), "10.0.1.4@10.128.0.4/3");
}

TEST(GoalStates, ShareWhatTheInterfacesOfAHostHaveInCommon)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("one"));
    Must(resources.AddNetworkSecurityGroup("other"));
    Must(resources.AttachToSubnet("one", "hub", "web"));
    Must(resources.AttachToSubnet("one", "hub", "data"));
    Must(resources.AttachToSubnet("one", "spoke", "main"));
    Must(resources.AttachToNetworkInterface("other", 3));
    const auto goalStates = resources.GetGoalStates();

    const auto& a = goalStates.at(HOST_A);
    ASSERT_EQ(a.groups.size(), 2U);
    EXPECT_EQ(a.groups[0].name, "one");
    EXPECT_EQ(a.groups[1].name, "other");
    EXPECT_EQ(a.networkInterfaces[0].subnetGroup, 0);
    EXPECT_EQ(a.networkInterfaces[0].interfaceGroup, std::nullopt);
    EXPECT_EQ(a.networkInterfaces[1].subnetGroup, 0);
    EXPECT_EQ(a.networkInterfaces[1].interfaceGroup, 1);
    EXPECT_EQ(a.routeTables.size(), 2U); // of web and of data

    // the same group is another one in another virtual network
    const auto& b = goalStates.at(HOST_B);
    ASSERT_EQ(b.groups.size(), 2U);
    EXPECT_EQ(b.groups[0].name, "one");
    EXPECT_EQ(b.groups[1].name, "one");
    EXPECT_EQ(b.networkInterfaces[0].subnetGroup, 0);
    EXPECT_EQ(b.networkInterfaces[1].subnetGroup, 1);
    EXPECT_EQ(GetPrefixTexts(b.groups[0].rules[0].sources), "10.0.0.0/16");
    EXPECT_EQ(GetPrefixTexts(b.groups[1].rules[0].sources), "10.1.0.0/16");

    EXPECT_TRUE(goalStates.at(HOST_C).groups.empty()); // S3-30
}

TEST(GoalStates, CarryTheUsersDefaultRoute)
{
    auto resources = MakeThreeNetworks();
    Must(resources.SetDefaultRoute("hub", "data", RouteNextHop::None));
    auto goalStates = resources.GetGoalStates();
    EXPECT_EQ(GetRouteTable(goalStates.at(HOST_A), 1).defaultRoute, std::nullopt);
    EXPECT_EQ(GetRouteTable(goalStates.at(HOST_A), 3).defaultRoute, RouteNextHop::None);
    Must(resources.SetDefaultRoute("hub", "data", std::nullopt));
    goalStates = resources.GetGoalStates();
    EXPECT_EQ(GetRouteTable(goalStates.at(HOST_A), 3).defaultRoute, std::nullopt);
}

TEST(GoalStates, S3_44_RouteToTheServicesOfEndpoints)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddServiceInstance(
        {7, MakeTag("Storage.EastUS"), Ipv4Address("198.18.128.1"), HOST_D}));
    Must(resources.AddServiceInstance({8, MakeTag("Sql"), Ipv4Address("198.18.144.1"), HOST_D}));
    Must(resources.SetServiceEndpoints("hub", "data", {MakeTag("Storage")}));
    const auto goalStates = resources.GetGoalStates();

    // S3-44: the subnet's route has the tag's prefixes; the other subnet has no endpoint
    const auto& data = GetRouteTable(goalStates.at(HOST_A), 3);
    EXPECT_EQ(GetPrefixTexts(data.prefixes), "10.0.0.0/16 198.18.128.0/20");
    EXPECT_EQ(GetRouteTexts(data),
              "10.0.1.4@10.128.0.2/1 10.0.1.5@10.128.0.3/1 10.0.2.4@10.128.0.2/1 "
              "198.18.128.1@10.128.0.9/4");
    EXPECT_EQ(GetPrefixTexts(GetRouteTable(goalStates.at(HOST_A), 1).prefixes), "10.0.0.0/16");

    // a service answers the subnets that have an endpoint, in a virtual network of its own
    const auto& host = goalStates.at(HOST_D);
    ASSERT_EQ(host.networkInterfaces.size(), 2U);
    EXPECT_EQ(host.networkInterfaces[0].virtualNetwork, 4U);
    EXPECT_EQ(host.networkInterfaces[1].virtualNetwork, 5U);
    EXPECT_EQ(GetPrefixTexts(GetRouteTable(host, 7).prefixes), "10.0.2.0/24");
    EXPECT_EQ(GetRouteTexts(GetRouteTable(host, 7)), "10.0.2.4@10.128.0.2/1");
    EXPECT_EQ(GetRouteTexts(GetRouteTable(host, 8)), "");
}

TEST(GoalStates, S3_44_AnEndpointOfARegionReachesThatRegion)
{
    auto resources = MakeThreeNetworks();
    Must(
        resources.AddServiceInstance({7, MakeTag("Storage"), Ipv4Address("198.18.128.1"), HOST_D}));
    Must(
        resources.AddServiceInstance({8, MakeTag("Storage"), Ipv4Address("198.18.136.1"), HOST_D}));
    Must(resources.SetServiceEndpoints("spoke", "main", {MakeTag("Storage.WestEurope")}));
    const auto goalStates = resources.GetGoalStates();
    EXPECT_EQ(GetRouteTexts(GetRouteTable(goalStates.at(HOST_B), 4)),
              "10.1.0.4@10.128.0.3/2 198.18.136.1@10.128.0.9/5");
}

TEST(GoalStates, S3_28_B_9_CarryWhatTheProfileSays)
{
    for (const auto& [host, goalState] : MakeThreeNetworks("2017").GetGoalStates())
    {
        EXPECT_EQ(goalState.flowRecordTimeout, Minutes(4));
        EXPECT_TRUE(goalState.areHostServicesFiltered);
    }
    const auto changed = MakeThreeNetworks("2023[FlowRecordTimeout=30min]");
    for (const auto& [host, goalState] : changed.GetGoalStates())
    {
        EXPECT_EQ(goalState.flowRecordTimeout, Minutes(30));
        EXPECT_FALSE(goalState.areHostServicesFiltered);
    }
}

TEST(GoalStates, S3_53_BlockPort25BySubscriptionAndVm)
{
    auto resources =
        MakeThreeNetworks("2017", AzureCloud::Public, {SubscriptionType::PayAsYouGo, false, true});
    Must(resources.SetFromBeforeSmtpExemption(3));
    const auto goalStates = resources.GetGoalStates();
    const auto& a = goalStates.at(HOST_A);
    EXPECT_FALSE(a.networkInterfaces[0].isSmtpBlocked);
    EXPECT_TRUE(a.networkInterfaces[1].isSmtpBlocked);
    const auto blocked =
        MakeThreeNetworks("2017", AzureCloud::Public, {SubscriptionType::FreeTrial, false, false})
            .GetGoalStates();
    EXPECT_TRUE(blocked.at(HOST_C).networkInterfaces[0].isSmtpBlocked);
    EXPECT_FALSE(MakeThreeNetworks().GetGoalStates().at(HOST_C).networkInterfaces[0].isSmtpBlocked);
}

TEST(GoalStates, S3_46_FollowTheMembersOfApplicationGroups)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    Must(resources.AddApplicationSecurityGroup("WebServers"));
    auto rule = MakeRule("AllowWeb", "100");
    rule.destinationApplicationSecurityGroups = {"WebServers"};
    Must(resources.AddSecurityRule("web", rule));
    const auto getMembers = [&](Ipv4Address host) {
        return GetPrefixTexts(
            resources.GetGoalStates().at(host).groups.at(0).rules[0].destinations);
    };
    EXPECT_EQ(getMembers(HOST_A), "");
    Must(resources.Join("WebServers", 2)); // which is on the other host
    EXPECT_EQ(getMembers(HOST_A), "10.0.1.5/32");
    EXPECT_EQ(getMembers(HOST_B), "10.0.1.5/32");
}

TEST(GoalStates, AreOnesThatHostsCanRead)
{
    auto resources = MakeThreeNetworks("2023");
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    Must(resources.SetServiceEndpoints("hub", "data", {MakeTag("Storage")}));
    for (auto& [host, goalState] : resources.GetGoalStates())
    {
        auto sent = goalState;
        sent.generation = 1;
        const auto received = DecodeHostGoalState(Encode(sent));
        ASSERT_TRUE(received.has_value()) << host;
        EXPECT_EQ(Encode(*received), Encode(sent)) << host;
    }
}

} // namespace

} // namespace ns3::azure
