// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-resources.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-network-resources.h"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Resources = NetworkResources;

constexpr auto CLASSIC = DeploymentModel::Classic;

/// @return three virtual networks, hub and spoke being peers, with groups: web and spare, both
///         Resource Manager's, old, a classic one, and the application security group Web of
///         interfaces 1 and 2; group web is that of subnet hub/web and of interface 3
Resources
MakeResources()
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddPeering("hub", "spoke"));
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AddNetworkSecurityGroup("spare"));
    Must(resources.AddNetworkSecurityGroup("old", CLASSIC));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    Must(resources.AttachToNetworkInterface("web", 3));
    Must(resources.AddApplicationSecurityGroup("Web"));
    Must(resources.Join("Web", 1));
    Must(resources.Join("Web", 2));
    Must(resources.AddApplicationSecurityGroup("Far"));
    Must(resources.Join("Far", 4));
    Must(resources.AddApplicationSecurityGroup("Empty"));
    Must(resources.AddSecurityRule("web", MakeRule("AllowAll", "100")));
    auto fromNobody = MakeRule("FromEmpty", "110");
    fromNobody.sourceApplicationSecurityGroups = {"Empty"};
    fromNobody.destinationApplicationSecurityGroups = {"Web"};
    Must(resources.AddSecurityRule("web", fromNobody));
    return resources;
}

/// @return all that hosts and users see of the resources
std::map<std::string, std::vector<uint8_t>>
GetState(const Resources& resources)
{
    std::map<std::string, std::vector<uint8_t>> state;
    for (const auto& [host, goalState] : resources.GetGoalStates())
    {
        state["host " + GetText(host)] = Encode(goalState);
    }
    for (const auto* group : {"web", "spare", "old", "Web", "new"})
    {
        const auto* found = resources.FindNetworkSecurityGroup(group);
        for (std::size_t i = 0; found != nullptr && i < found->rules.size(); ++i)
        {
            state[std::string("rule ") + group + "/" + found->rules[i].name] = {};
        }
        state[std::string("group ") + group] = {found == nullptr};
    }
    return state;
}

/// One row: a change, and why it is refused.
struct RefusedCase
{
    const char* name; // test name
    Resources::Error (*change)(Resources& resources);
    const char* error;
};

void
PrintTo(const RefusedCase& c, std::ostream* os)
{
    *os << c.name;
}

/// @return a virtual network of one subnet
VirtualNetwork
MakeNetwork(const char* name, const char* space, const char* subnet)
{
    return {name, {MakePrefix(space)}, {{"main", MakePrefix(subnet), {}, std::nullopt}}, {}};
}

/// @return the change with a second address prefix, or subnet
VirtualNetwork
MakeTwoSubnets(const char* first, const char* second)
{
    auto network = MakeNetwork("new", "10.0.0.0/8", first);
    network.subnets.push_back({"second", MakePrefix(second), {}, std::nullopt});
    return network;
}

/// @return where a new interface, 9, is to be
NetworkInterfacePlacement
MakePlacement(const char* network, const char* subnet, const char* address, const char* host)
{
    return {9, network, subnet, Ipv4Address(address), Ipv4Address(host)};
}

/// @return a server of a service
ServiceInstance
MakeInstance(uint32_t number, const ServiceTag& service, const char* address)
{
    return {number, service, Ipv4Address(address), Ipv4Address("10.128.0.9")};
}

/// @return a rule with application security groups
SecurityRuleText
MakeGroupRule(const char* source, const char* destination)
{
    auto rule = MakeRule("New", "200");
    rule.sourceApplicationSecurityGroups = {source};
    rule.destinationApplicationSecurityGroups = {destination};
    return rule;
}

// clang-format off
const RefusedCase REFUSED_CASES[] = {
    // virtual networks
    {"NetworkTwice",        [](Resources& r) { return r.AddVirtualNetwork(MakeNetwork("hub", "10.9.0.0/16", "10.9.0.0/24")); },
        "virtual network: 'hub' is not allowed; give a name that no other one has"},
    {"NetworkNoName",       [](Resources& r) { return r.AddVirtualNetwork(MakeNetwork("", "10.9.0.0/16", "10.9.0.0/24")); },
        "virtual network: '' is not allowed; give a name that no other one has"},
    {"NoAddressSpace",      [](Resources& r) { return r.AddVirtualNetwork({"new", {}, {}, {}}); },
        "virtual network new, addressSpace: '' is not allowed; give at least one prefix"},
    {"SpacesOverlap",       [](Resources& r) { return r.AddVirtualNetwork({"new", {{0x0a000000, 8}, {0x0a010000, 16}}, {{"main", {0x0a000000, 24}, {}, {}}}, {}}); },
        "virtual network new, addressSpace: '10.1.0.0/16' is not allowed; give prefixes that do not overlap"},
    {"S3_50_SpaceWithHost", [](Resources& r) { return r.AddVirtualNetwork(MakeNetwork("new", "168.63.0.0/16", "168.63.0.0/24")); },
        "virtual network new, addressSpace: '168.63.0.0/16' is not allowed; give prefixes without 168.63.129.16"},
    {"S3_50_SpaceWithMetadata", [](Resources& r) { return r.AddVirtualNetwork(MakeNetwork("new", "169.254.0.0/16", "169.254.0.0/24")); },
        "virtual network new, addressSpace: '169.254.0.0/16' is not allowed; give prefixes without 169.254.169.254"},
    {"NoSubnet",            [](Resources& r) { return r.AddVirtualNetwork({"new", {{0x0a000000, 8}}, {}, {}}); },
        "virtual network new, subnets: '' is not allowed; give at least one subnet"},
    {"SubnetOutside",       [](Resources& r) { return r.AddVirtualNetwork(MakeNetwork("new", "10.9.0.0/16", "10.8.0.0/24")); },
        "virtual network new, subnets: '10.8.0.0/24' is not allowed; give prefixes in the address space"},
    {"SubnetTooWide",       [](Resources& r) { return r.AddVirtualNetwork(MakeNetwork("new", "10.9.0.0/16", "10.0.0.0/8")); },
        "virtual network new, subnets: '10.0.0.0/8' is not allowed; give prefixes in the address space"},
    {"SubnetsOverlap",      [](Resources& r) { return r.AddVirtualNetwork(MakeTwoSubnets("10.9.0.0/24", "10.9.0.128/25")); },
        "virtual network new, subnets: '10.9.0.128/25' is not allowed; give prefixes that do not overlap"},
    {"SubnetTwice",         [](Resources& r) { auto n = MakeTwoSubnets("10.9.0.0/24", "10.9.1.0/24"); n.subnets[1].name = "main"; return r.AddVirtualNetwork(n); },
        "virtual network new, subnets: 'main' is not allowed; give names that are not empty and differ"},
    {"S3_44_EndpointOfTag", [](Resources& r) { return r.SetServiceEndpoints("hub", "web", {MakeTag("Internet")}); },
        "subnet hub/web, serviceEndpoints: 'Internet' is not allowed; give a service: AzureTrafficManager, Storage, Sql, AzureCosmosDB or AzureKeyVault"},
    {"S3_44_EndpointNowhere", [](Resources& r) { return r.SetServiceEndpoints("hub", "none", {}); },
        "subnet: 'hub/none' is not allowed; give a subnet of that virtual network"},
    {"RouteNowhere",  [](Resources& r) { return r.SetDefaultRoute("none", "web", RouteNextHop::None); },
        "virtual network: 'none' is not allowed; give the name of one that was added"},
    // peerings
    {"S3_40_PeerUnknown",   [](Resources& r) { return r.AddPeering("hub", "none"); },
        "peering: 'none' is not allowed; give the name of a virtual network"},
    {"S3_40_PeerItself",    [](Resources& r) { return r.AddPeering("hub", "hub"); },
        "peering of hub: 'hub' is not allowed; give one whose address space does not overlap with that of hub"},
    {"S3_40_PeerTwice",     [](Resources& r) { return r.AddPeering("spoke", "hub"); },
        "peering of spoke: 'hub' is not allowed; give a virtual network that is no peer yet"},
    {"S3_40_PeerOverlaps",  [](Resources& r) { return r.AddPeering("hub", "island"); },
        "peering of hub: 'island' is not allowed; give one whose address space does not overlap with that of hub"},
    {"S3_40_PeerOverlapsAnotherPeer", [](Resources& r) { return r.AddPeering("spoke", "island"); },
        "peering of spoke: 'island' is not allowed; give one whose address space does not overlap with that of hub"},
    {"S3_40_NoPeers",       [](Resources& r) { return r.RemovePeering("hub", "island"); },
        "peering: 'hub with island' is not allowed; give two virtual networks that are peers"},
    // network interfaces
    {"InterfaceTwice",      [](Resources& r) { return r.AddNetworkInterface({1, "hub", "web", Ipv4Address("10.0.1.9"), Ipv4Address("10.128.0.9")}); },
        "network interface: '1' is not allowed; give a number that no other one has"},
    {"InterfaceNoSubnet",   [](Resources& r) { return r.AddNetworkInterface(MakePlacement("hub", "none", "10.0.1.9", "10.128.0.9")); },
        "subnet: 'hub/none' is not allowed; give a subnet of that virtual network"},
    {"InterfaceOutside",    [](Resources& r) { return r.AddNetworkInterface(MakePlacement("hub", "web", "10.0.2.9", "10.128.0.9")); },
        "network interface 9, privateAddress: '10.0.2.9' is not allowed; give one of the subnet's, 10.0.1.0/24"},
    {"AddressTaken",        [](Resources& r) { return r.AddNetworkInterface(MakePlacement("hub", "web", "10.0.1.4", "10.128.0.9")); },
        "network interface 9, privateAddress: '10.0.1.4' is not allowed; give one that nobody has in hub"},
    {"AddressTakenOnHost",  [](Resources& r) { return r.AddNetworkInterface(MakePlacement("island", "main", "10.0.1.5", "10.128.0.3")); },
        "network interface 9, address: '10.0.1.5' is not allowed; give one that nobody has on host 10.128.0.3"},
    {"S3_53_VmUnknown",     [](Resources& r) { return r.SetFromBeforeSmtpExemption(9); },
        "network interface: '9' is not allowed; give the number of one that was added"},
    // service instances
    {"S3_44_ServiceAddress",[](Resources& r) { return r.AddServiceInstance(MakeInstance(9, MakeTag("Storage"), "198.18.144.1")); },
        "network interface 9, publicAddress: '198.18.144.1' is not allowed; give one in 198.18.128.0/20"},
    {"S3_44_ServiceRegion", [](Resources& r) { return r.AddServiceInstance(MakeInstance(9, MakeTag("Storage.EastUS"), "198.18.136.1")); },
        "network interface 9, publicAddress: '198.18.136.1' is not allowed; give one in 198.18.128.0/21"},
    {"S3_44_NoService",     [](Resources& r) { return r.AddServiceInstance(MakeInstance(9, MakeTag("AzureLoadBalancer"), "168.63.129.16")); },
        "network interface 9, service: 'AzureLoadBalancer' is not allowed; give a service: AzureTrafficManager, Storage, Sql, AzureCosmosDB or AzureKeyVault"},
    {"S3_44_ServiceNumber", [](Resources& r) { return r.AddServiceInstance(MakeInstance(3, MakeTag("Storage"), "198.18.128.1")); },
        "network interface: '3' is not allowed; give a number that no other one has"},
    // security groups
    {"GroupTwice",          [](Resources& r) { return r.AddNetworkSecurityGroup("web"); },
        "network security group: 'web' is not allowed; give a name that no other one has"},
    {"GroupAttached",       [](Resources& r) { return r.RemoveNetworkSecurityGroup("web"); },
        "network security group: 'web' is not allowed; give one that is attached nowhere"},
    {"GroupUnknown",        [](Resources& r) { return r.RemoveNetworkSecurityGroup("none"); },
        "network security group: 'none' is not allowed; give the name of one that was added"},
    {"S3_02_SecondGroupOfInterface", [](Resources& r) { return r.AttachToNetworkInterface("spare", 3); },
        "security group of network interface 3: 'spare' is not allowed; give one at most, or detach web first"},
    {"S3_02_SameGroupTwice",         [](Resources& r) { return r.AttachToNetworkInterface("web", 3); },
        "security group of network interface 3: 'web' is not allowed; give one at most, or detach web first"},
    {"S3_02_ClassicGroupBeside",     [](Resources& r) { return r.AttachToVirtualMachine("old", 3); },
        "security group of network interface 3: 'old' is not allowed; give one at most, or detach web first"},
    {"S3_03_SecondGroupOfSubnet",    [](Resources& r) { return r.AttachToSubnet("spare", "hub", "web"); },
        "security group of subnet hub/web: 'spare' is not allowed; give one at most, or detach web first"},
    {"S3_11_ClassicToInterface",     [](Resources& r) { return r.AttachToNetworkInterface("old", 1); },
        "network security group: 'old' is not allowed; give a Resource Manager group, or attach it to a virtual machine"},
    {"S3_11_ResourceManagerToVm",    [](Resources& r) { return r.AttachToVirtualMachine("spare", 1); },
        "network security group: 'spare' is not allowed; give a classic group, or attach it to a network interface"},
    {"AttachToNoInterface", [](Resources& r) { return r.AttachToNetworkInterface("spare", 9); },
        "network interface: '9' is not allowed; give the number of one that was added"},
    {"AttachNoGroup",       [](Resources& r) { return r.AttachToSubnet("none", "hub", "data"); },
        "network security group: 'none' is not allowed; give the name of one that was added"},
    {"DetachNothing",       [](Resources& r) { return r.DetachFromSubnet("hub", "data"); },
        "subnet: 'hub/data' is not allowed; give one that has a security group"},
    {"DetachNoInterface",   [](Resources& r) { return r.DetachFromNetworkInterface(1); },
        "network interface: '1' is not allowed; give one that has a security group"},
    // rules
    {"RuleOfNoGroup",       [](Resources& r) { return r.AddSecurityRule("none", MakeRule("New", "200")); },
        "network security group: 'none' is not allowed; give the name of one that was added"},
    {"S3_14_NameTwice",     [](Resources& r) { return r.AddSecurityRule("web", MakeRule("AllowAll", "200", "Outbound")); },
        "rule AllowAll, name: 'AllowAll' is not allowed; give a name that no other rule of web has"},
    {"S3_15_PriorityTooLow",[](Resources& r) { return r.AddSecurityRule("web", MakeRule("New", "99")); },
        "rule New, priority: '99' is not allowed; give 100 to 4096"},
    {"B_9_PriorityTwice",   [](Resources& r) { return r.AddSecurityRule("web", MakeRule("New", "100")); },
        "rule New, priority: '100' is not allowed; give one that no other inbound rule of web has, as AllowAll does"},
    {"S3_18_AugmentedInClassic", [](Resources& r) { auto rule = MakeRule("New", "200"); rule.destinationPortRanges = {"80", "443"}; return r.AddSecurityRule("old", rule); },
        "rule New, destinationPortRanges: '443' is not allowed; give one, or a rule for each; several only in a Resource Manager group"},
    {"S3_38_RemoveDefault", [](Resources& r) { return r.RemoveSecurityRule("web", "DenyAllInbound"); },
        "rule of web: 'DenyAllInbound' is not allowed; give a custom rule; default rules stay, but one of a lower number, 100 to 4096, overrides them"},
    {"S3_38_ReplaceDefault",[](Resources& r) { return r.AddSecurityRule("web", MakeRule("AllowVNetInBound", "200")); },
        "rule AllowVNetInBound, name: 'AllowVNetInBound' is not allowed; give a name no default rule has"},
    {"RemoveNoRule",        [](Resources& r) { return r.RemoveSecurityRule("web", "None"); },
        "rule of web: 'None' is not allowed; give the name of a rule of the group"},
    // application security groups
    {"S3_45_GroupTwice",    [](Resources& r) { return r.AddApplicationSecurityGroup("Web"); },
        "application security group: 'Web' is not allowed; give a name that no other one has"},
    {"S3_45_RuleOfNoGroup", [](Resources& r) { return r.AddSecurityRule("web", MakeGroupRule("None", "Web")); },
        "rule New, sourceApplicationSecurityGroups: 'None' is not allowed; give the name of one that was added"},
    {"S3_45_ToNoGroup",     [](Resources& r) { return r.AddSecurityRule("web", MakeGroupRule("Web", "None")); },
        "rule New, destinationApplicationSecurityGroups: 'None' is not allowed; give the name of one that was added"},
    {"S3_45_JoinNoGroup",   [](Resources& r) { return r.Join("None", 1); },
        "application security group: 'None' is not allowed; give the name of one that was added"},
    {"S3_45_JoinTwice",     [](Resources& r) { return r.Join("Web", 1); },
        "application security group Web: '1' is not allowed; give a network interface that is no member yet"},
    {"S3_45_LeaveNoMember", [](Resources& r) { return r.Leave("Web", 3); },
        "application security group Web: '3' is not allowed; give a member of it"},
    {"S3_48_OtherNetwork",  [](Resources& r) { return r.Join("Web", 4); },
        "application security group Web: '4' is not allowed; give one in the virtual network of the first member, hub"},
    {"S3_49_OtherNetwork",  [](Resources& r) { return r.AddSecurityRule("web", MakeGroupRule("Web", "Far")); },
        "rule New, destinationApplicationSecurityGroups: 'Far' is not allowed; give one in virtual network hub, as Web is"},
    {"S3_49_FirstMemberComesLater", [](Resources& r) { return r.Join("Empty", 4); },
        "rule FromEmpty, destinationApplicationSecurityGroups: 'Web' is not allowed; give one in virtual network spoke, as Empty is"},
};
// clang-format on

class RefusedChanges : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefusedChanges, SayWhyAndChangeNothing)
{
    auto resources = MakeResources();
    const auto before = GetState(resources);
    EXPECT_EQ(GetParam().change(resources), std::optional<std::string>(GetParam().error));
    EXPECT_EQ(GetState(resources), before);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(NetworkResources,
                         RefusedChanges,
                         ::testing::ValuesIn(REFUSED_CASES),
                         CASE_NAME);

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
    auto resources = MakeResources();
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
    auto resources = MakeResources();
    EXPECT_EQ(resources.AttachToVirtualMachine("old", 1), std::nullopt);
    EXPECT_EQ(resources.AttachToSubnet("old", "hub", "data"), std::nullopt);
    EXPECT_EQ(resources.GetInterfaceGroup(1), "old");
    EXPECT_EQ(resources.GetSubnetGroup(3), "old");
    EXPECT_EQ(resources.DetachFromNetworkInterface(1), std::nullopt);
    EXPECT_EQ(resources.GetInterfaceGroup(1), std::nullopt);
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
    auto resources = MakeResources();
    // another group, another direction, and after removal
    EXPECT_EQ(resources.AddSecurityRule("spare", MakeRule("AllowAll", "100")), std::nullopt);
    EXPECT_EQ(resources.AddSecurityRule("web", MakeRule("Out", "100", "Outbound")), std::nullopt);
    EXPECT_EQ(resources.RemoveSecurityRule("web", "AllowAll"), std::nullopt);
    EXPECT_EQ(resources.AddSecurityRule("web", MakeRule("AllowAll", "100")), std::nullopt);
}

TEST(NetworkResources, S3_40_PeersCanPartAndMeetAgain)
{
    auto resources = MakeResources();
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

TEST(NetworkResources, S3_44_AServiceInstanceHasItsAddressOnTheHostForItself)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddServiceInstance(MakeInstance(7, MakeTag("Storage"), "198.18.128.7")));
    Must(resources.AddVirtualNetwork(MakeNetwork("new", "198.18.128.0/24", "198.18.128.0/24")));
    EXPECT_EQ(
        resources.AddNetworkInterface(MakePlacement("new", "main", "198.18.128.7", "10.128.0.9")),
        "network interface 9, address: '198.18.128.7' is not allowed; give one that nobody "
        "has on host 10.128.0.9");
    EXPECT_EQ(resources.AddServiceInstance(MakeInstance(8, MakeTag("Storage"), "198.18.128.7")),
              "network interface 8, publicAddress: '198.18.128.7' is not allowed; give one that no "
              "other service instance has");
}

TEST(NetworkResources, AGroupOfAnInterfaceAloneIsNotRemoved)
{
    auto resources = MakeResources();
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
              "rule Storage, destinationAddressPrefixes: " + allowed);
    EXPECT_EQ(resources.AddSecurityRule("web", *ParseSecurityRule(text)),
              "rule Storage, service tag: " + allowed);
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
              "rule OneMore, sourceAddressPrefixes: '1 more' is not allowed; give 4000 at most in "
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
              "rule OneMore, destinationAddressPrefixes: '1 more' is not allowed; give 4000 at "
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

TEST(NetworkResources, AnswersNothingForAnInterfaceThatIsNotThere)
{
    const auto resources = MakeResources();
    EXPECT_EQ(resources.FindNetworkInterface(9), nullptr);
    EXPECT_EQ(resources.GetSubnetGroup(9), std::nullopt);
    EXPECT_EQ(resources.GetInterfaceGroup(9), std::nullopt);
    EXPECT_EQ(resources.FindNetworkInterface(4)->virtualNetwork, "spoke");
    EXPECT_EQ(resources.GetProfile().name, "2017");
    EXPECT_EQ(resources.GetCloud(), AzureCloud::Public);
}

} // namespace

} // namespace ns3::azure
