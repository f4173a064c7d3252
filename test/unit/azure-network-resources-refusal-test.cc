// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-resources.h"

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

/// @return the change with a second address prefix, or subnet
VirtualNetwork
MakeTwoSubnets(const char* first, const char* second)
{
    auto network = MakeNetwork("new", "10.0.0.0/8", first);
    network.subnets.push_back({"second", MakePrefix(second), {}, std::nullopt});
    return network;
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
        "virtual network: '' is not allowed; give 1 to 80 letters, digits, underscores, periods or hyphens, beginning with a letter or digit and not ending in a period or hyphen"},
    {"NoAddressSpace",      [](Resources& r) { return r.AddVirtualNetwork({"new", {}, {}, {}}); },
        "virtual network new, addressSpace: '' is not allowed; give at least one prefix"},
    {"SpacesOverlap",       [](Resources& r) { return r.AddVirtualNetwork({"new", {{0x0a000000, 8}, {0x0a010000, 16}}, {{"main", {0x0a000000, 24}, {}, {}}}, {}}); },
        "virtual network new, addressSpace: '10.1.0.0/16' is not allowed; give prefixes that do not overlap"},
    {"PublicSpace",         [](Resources& r) { return r.AddVirtualNetwork(MakeNetwork("new", "20.0.0.0/16", "20.0.0.0/24")); },
        "virtual network new, addressSpace: '20.0.0.0/16' is not allowed; give prefixes in 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12 or 192.168.0.0/16; our choice, Azure allows more"},
    {"SpaceHalfPublic",     [](Resources& r) { return r.AddVirtualNetwork(MakeNetwork("new", "172.0.0.0/11", "172.16.0.0/24")); },
        "virtual network new, addressSpace: '172.0.0.0/11' is not allowed; give prefixes in 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12 or 192.168.0.0/16; our choice, Azure allows more"},
    {"NoSubnet",            [](Resources& r) { return r.AddVirtualNetwork({"new", {{0x0a000000, 8}}, {}, {}}); },
        "virtual network new, subnets: '' is not allowed; give at least one subnet"},
    {"SubnetOutside",       [](Resources& r) { return r.AddVirtualNetwork(MakeNetwork("new", "10.9.0.0/16", "10.8.0.0/24")); },
        "virtual network new, subnets: '10.8.0.0/24' is not allowed; give prefixes in the address space"},
    {"SubnetTooWide",       [](Resources& r) { return r.AddVirtualNetwork(MakeNetwork("new", "10.9.0.0/16", "10.0.0.0/8")); },
        "virtual network new, subnets: '10.0.0.0/8' is not allowed; give prefixes in the address space"},
    {"SubnetsOverlap",      [](Resources& r) { return r.AddVirtualNetwork(MakeTwoSubnets("10.9.0.0/24", "10.9.0.128/25")); },
        "virtual network new, subnets: 'second, 10.9.0.128/25' is not allowed; give prefixes that do not overlap with that of main, 10.9.0.0/24"},
    {"SubnetTwice",         [](Resources& r) { auto n = MakeTwoSubnets("10.9.0.0/24", "10.9.1.0/24"); n.subnets[1].name = "main"; return r.AddVirtualNetwork(n); },
        "virtual network new, subnets: 'main' is not allowed; give a name that no other one has"},
    {"SubnetNoName",        [](Resources& r) { return r.AddVirtualNetwork({"new", {{0x0a000000, 8}}, {{"a/b", {0x0a000000, 24}, {}, {}}}, {}}); },
        "virtual network new, subnets: 'a/b' is not allowed; give 1 to 80 letters, digits, underscores, periods or hyphens, beginning with a letter or digit and not ending in a period or hyphen"},
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
    {"AddressKept",         [](Resources& r) { return r.AddNetworkInterface(MakePlacement("hub", "web", "10.0.1.3", "10.128.0.9")); },
        "network interface 9, privateAddress: '10.0.1.3' is not allowed; give one of the subnet's, 10.0.1.0/24, but not the first 4 or the last 1, which Azure keeps"},
    {"AddressTaken",        [](Resources& r) { return r.AddNetworkInterface(MakePlacement("hub", "web", "10.0.1.4", "10.128.0.9")); },
        "network interface 9, privateAddress: '10.0.1.4' is not allowed; give one that nobody has in hub"},
    {"AddressTakenOnHost",  [](Resources& r) { return r.AddNetworkInterface(MakePlacement("island", "main", "10.0.1.5", "10.128.0.3")); },
        "network interface 9, address: '10.0.1.5' is not allowed; give one that nobody has on host 10.128.0.3"},
    {"S3_53_VmUnknown",     [](Resources& r) { return r.SetFromBeforeSmtpExemption(9); },
        "network interface: '9' is not allowed; give the number of one that was added"},
    // internal frontends
    {"FrontendNoName",  [](Resources& r) { return r.AddInternalFrontend(MakeFrontend("", "web", "10.0.1.9")); },
        "load balancer inside, frontend: '' is not allowed; give 1 to 80 letters, digits, underscores, periods or hyphens, beginning with a letter or digit and not ending in a period or hyphen"},
    {"FrontendOfNobody",[](Resources& r) { auto frontend = MakeFrontend("in", "web", "10.0.1.9"); frontend.loadBalancer = ""; return r.AddInternalFrontend(frontend); },
        "load balancer: '' is not allowed; give 1 to 80 letters, digits, underscores, periods or hyphens, beginning with a letter or digit and not ending in a period or hyphen"},
    {"FrontendNoSubnet",[](Resources& r) { return r.AddInternalFrontend(MakeFrontend("in", "none", "10.0.1.9")); },
        "subnet: 'hub/none' is not allowed; give a subnet of that virtual network"},
    {"FrontendOutside", [](Resources& r) { return r.AddInternalFrontend(MakeFrontend("in", "web", "10.0.2.9")); },
        "load balancer inside, frontend in, address: '10.0.2.9' is not allowed; give one of the subnet's, 10.0.1.0/24"},
    {"FrontendKept",    [](Resources& r) { return r.AddInternalFrontend(MakeFrontend("in", "web", "10.0.1.255")); },
        "load balancer inside, frontend in, address: '10.0.1.255' is not allowed; give one of the subnet's, 10.0.1.0/24, but not the first 4 or the last 1, which Azure keeps"},
    {"FrontendOfAVm",   [](Resources& r) { return r.AddInternalFrontend(MakeFrontend("in", "web", "10.0.1.4")); },
        "load balancer inside, frontend in, address: '10.0.1.4' is not allowed; give one that nobody has in hub"},
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
    {"GroupNoName",         [](Resources& r) { return r.AddNetworkSecurityGroup("a b/c"); },
        "network security group: 'a b/c' is not allowed; give 1 to 80 letters, digits, underscores, periods or hyphens, beginning with a letter or digit and not ending in a period or hyphen"},
    {"GroupAttached",       [](Resources& r) { return r.RemoveNetworkSecurityGroup("web"); },
        "network security group: 'web' is not allowed; give one that is attached nowhere"},
    {"GroupUnknown",        [](Resources& r) { return r.RemoveNetworkSecurityGroup("none"); },
        "network security group: 'none' is not allowed; give the name of one that was added"},
    {"S3_02_SecondGroupOfInterface", [](Resources& r) { return r.AttachToNetworkInterface("spare", 3); },
        "security group of network interface 3: 'spare' is not allowed; give one at most, or detach web first"},
    {"S3_02_SameGroupTwice",         [](Resources& r) { return r.AttachToNetworkInterface("web", 3); },
        "security group of network interface 3: 'web' is not allowed; give one at most, or detach web first"},
    {"S3_03_SecondGroupOfSubnet",    [](Resources& r) { return r.AttachToSubnet("spare", "hub", "web"); },
        "security group of subnet hub/web: 'spare' is not allowed; give one at most, or detach web first"},
    {"S3_11_ClassicToInterface",     [](Resources& r) { return r.AttachToNetworkInterface("old", 1); },
        "network security group: 'old' is not allowed; give a Resource Manager group, or attach it to a virtual machine"},
    {"S3_11_ResourceManagerToVm",    [](Resources& r) { return r.AttachToVirtualMachine("spare", 1); },
        "network security group: 'spare' is not allowed; give a classic group, or attach it to a network interface"},
    {"S3_11_ClassicToResourceManagersVm", [](Resources& r) { return r.AttachToVirtualMachine("old", 3); },
        "network interface: '3' is not allowed; give one in a classic virtual network, or a Resource Manager group"},
    {"S3_11_ResourceManagerToClassicVm",  [](Resources& r) { return r.AttachToNetworkInterface("spare", 6); },
        "network interface: '6' is not allowed; give one in a Resource Manager virtual network, or a classic group for its virtual machine"},
    {"S3_11_ClassicToSubnet",             [](Resources& r) { return r.AttachToSubnet("old", "hub", "data"); },
        "network security group: 'old' is not allowed; give a group of virtual network hub's model, Resource Manager"},
    {"S3_11_ResourceManagerToClassicSubnet", [](Resources& r) { return r.AttachToSubnet("spare", "classic", "main"); },
        "network security group: 'spare' is not allowed; give a group of virtual network classic's model, classic"},
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
        "group web, rule AllowAll, name: 'AllowAll' is not allowed; give a name that no other rule of web has, in upper or lower case"},
    {"S3_14_NameTwiceButForCase", [](Resources& r) { return r.AddSecurityRule("web", MakeRule("allowALL", "200")); },
        "group web, rule allowALL, name: 'allowALL' is not allowed; give a name that no other rule of web has, in upper or lower case"},
    {"S3_14_DefaultNameButForCase", [](Resources& r) { return r.AddSecurityRule("web", MakeRule("allowvnetinbound", "200")); },
        "group web, rule allowvnetinbound, name: 'allowvnetinbound' is not allowed; give a name no default rule has, in upper or lower case"},
    {"S3_15_PriorityTooLow",[](Resources& r) { return r.AddSecurityRule("web", MakeRule("New", "99")); },
        "group web, rule New, priority: '99' is not allowed; give 100 to 4096"},
    {"B_9_PriorityTwice",   [](Resources& r) { return r.AddSecurityRule("web", MakeRule("New", "100")); },
        "group web, rule New, priority: '100' is not allowed; give one that no other inbound rule of web has, as AllowAll does"},
    {"S3_18_AugmentedInClassic", [](Resources& r) { auto rule = MakeRule("New", "200"); rule.destinationPortRanges = {"80", "443"}; return r.AddSecurityRule("old", rule); },
        "group old, rule New, destinationPortRanges: '443' is not allowed; give one, or a rule for each; several only in a Resource Manager group"},
    {"S3_18_ApplicationGroupInClassic", [](Resources& r) { return r.AddSecurityRule("old", MakeGroupRule("Web", "Web")); },
        "group old, rule New, sourceApplicationSecurityGroups: 'Web' is not allowed; give addresses or a service tag; application security groups only in a Resource Manager group"},
    {"S3_38_RemoveDefault", [](Resources& r) { return r.RemoveSecurityRule("web", "DenyAllInbound"); },
        "rule of web: 'DenyAllInbound' is not allowed; give a custom rule; default rules stay, but one of a lower number, 100 to 4096, overrides them"},
    {"S3_38_ReplaceDefault",[](Resources& r) { return r.AddSecurityRule("web", MakeRule("AllowVNetInBound", "200")); },
        "group web, rule AllowVNetInBound, name: 'AllowVNetInBound' is not allowed; give a name no default rule has, in upper or lower case"},
    {"RemoveNoRule",        [](Resources& r) { return r.RemoveSecurityRule("web", "None"); },
        "rule of web: 'None' is not allowed; give the name of a rule of the group"},
    // application security groups
    {"S3_45_GroupTwice",    [](Resources& r) { return r.AddApplicationSecurityGroup("Web"); },
        "application security group: 'Web' is not allowed; give a name that no other one has"},
    {"S3_45_GroupNoName",   [](Resources& r) { return r.AddApplicationSecurityGroup(""); },
        "application security group: '' is not allowed; give 1 to 80 letters, digits, underscores, periods or hyphens, beginning with a letter or digit and not ending in a period or hyphen"},
    {"S3_45_RuleOfNoGroup", [](Resources& r) { return r.AddSecurityRule("web", MakeGroupRule("None", "Web")); },
        "group web, rule New, sourceApplicationSecurityGroups: 'None' is not allowed; give the name of one that was added"},
    {"S3_45_ToNoGroup",     [](Resources& r) { return r.AddSecurityRule("web", MakeGroupRule("Web", "None")); },
        "group web, rule New, destinationApplicationSecurityGroups: 'None' is not allowed; give the name of one that was added"},
    {"S3_45_JoinNoGroup",   [](Resources& r) { return r.Join("None", 1); },
        "application security group: 'None' is not allowed; give the name of one that was added"},
    {"S3_45_JoinTwice",     [](Resources& r) { return r.Join("Web", 1); },
        "application security group Web: '1' is not allowed; give a network interface that is no member yet"},
    {"S3_45_LeaveNoMember", [](Resources& r) { return r.Leave("Web", 3); },
        "application security group Web: '3' is not allowed; give a member of it"},
    {"S3_48_OtherNetwork",  [](Resources& r) { return r.Join("Web", 4); },
        "application security group Web: '4' is not allowed; give one in the virtual network of the first member, hub"},
    {"S3_49_OtherNetwork",  [](Resources& r) { return r.AddSecurityRule("web", MakeGroupRule("Web", "Far")); },
        "group web, rule New, destinationApplicationSecurityGroups: 'Far' is not allowed; give one in virtual network hub, as Web is"},
    {"S3_49_FirstMemberComesLater", [](Resources& r) { return r.Join("Empty", 4); },
        "group web, rule FromEmpty, destinationApplicationSecurityGroups: 'Web' is not allowed; give one in virtual network spoke, as Empty is"},
};
// clang-format on

class RefusedChanges : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefusedChanges, SayWhyAndChangeNothing)
{
    auto resources = MakeNetworksWithGroups();
    const auto before = GetState(resources);
    EXPECT_EQ(GetParam().change(resources), std::optional<std::string>(GetParam().error));
    EXPECT_EQ(GetState(resources), before);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(NetworkResources,
                         RefusedChanges,
                         ::testing::ValuesIn(REFUSED_CASES),
                         CASE_NAME);

} // namespace

} // namespace ns3::azure
