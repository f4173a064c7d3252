// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TEST_RESOURCES_H
#define AZURE_TEST_RESOURCES_H

#include "azure-test-profiles.h"

#include "ns3/abort.h"
#include "ns3/azure-network-resources.h"
#include "ns3/azure-text-fields.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// Make a change that must succeed.
inline void
Must(const NetworkResources::Error& error)
{
    NS_ABORT_MSG_IF(error, *error);
}

/// @return the prefix of a text that must be right
inline AddressPrefix
MakePrefix(const std::string& text)
{
    const auto prefix = ParseAddressPrefix("prefix", text);
    NS_ABORT_MSG_UNLESS(prefix, prefix.GetError());
    return *prefix;
}

/// @return the tag of a text that must be right
inline ServiceTag
MakeTag(const std::string& text)
{
    const auto tag = ParseServiceTag("service", text);
    NS_ABORT_MSG_UNLESS(tag, tag.GetError());
    return *tag;
}

/// @return a rule that allows everything inbound, but for what is said of it
inline SecurityRuleText
MakeRule(const std::string& name,
         const std::string& priority,
         const std::string& direction = "Inbound",
         const std::string& access = "Allow")
{
    SecurityRuleText rule;
    rule.name = name;
    rule.priority = priority;
    rule.direction = direction;
    rule.access = access;
    return rule;
}

/// @return the prefixes, with a space between
inline std::string
GetPrefixTexts(const std::vector<AddressPrefix>& prefixes)
{
    std::string text;
    for (const auto& prefix : prefixes)
    {
        text += (text.empty() ? "" : " ") + GetText(prefix);
    }
    return text;
}

/**
 * @brief Three virtual networks with five network interfaces, without groups or peerings.
 *
 * @verbatim
   hub    10.0.0.0/16  web  10.0.1.0/24  1: 10.0.1.4 on host .2   2: 10.0.1.5 on host .3
                       data 10.0.2.0/24  3: 10.0.2.4 on host .2
   spoke  10.1.0.0/16  main 10.1.0.0/24  4: 10.1.0.4 on host .3
   island 10.0.0.0/16  main 10.0.1.0/24  5: 10.0.1.4 on host .4
   @endverbatim
 *
 * Hosts are 10.128.0.2, .3 and .4.  The virtual networks have identifiers 1, 2 and 3.
 */
inline NetworkResources
MakeThreeNetworks(const std::string& profile = "2017",
                  AzureCloud cloud = AzureCloud::Public,
                  Subscription subscription = {})
{
    NetworkResources resources(MakeProfile(profile), cloud, subscription);
    const auto makeSubnet = [](const char* name, const char* prefix) {
        return Subnet{name, MakePrefix(prefix), {}, std::nullopt};
    };
    Must(resources.AddVirtualNetwork(
        {"hub",
         {MakePrefix("10.0.0.0/16")},
         {makeSubnet("web", "10.0.1.0/24"), makeSubnet("data", "10.0.2.0/24")},
         {}}));
    Must(resources.AddVirtualNetwork(
        {"spoke", {MakePrefix("10.1.0.0/16")}, {makeSubnet("main", "10.1.0.0/24")}, {}}));
    Must(resources.AddVirtualNetwork(
        {"island", {MakePrefix("10.0.0.0/16")}, {makeSubnet("main", "10.0.1.0/24")}, {}}));
    const std::vector<NetworkInterfacePlacement> placements{
        {1, "hub", "web", Ipv4Address("10.0.1.4"), Ipv4Address("10.128.0.2")},
        {2, "hub", "web", Ipv4Address("10.0.1.5"), Ipv4Address("10.128.0.3")},
        {3, "hub", "data", Ipv4Address("10.0.2.4"), Ipv4Address("10.128.0.2")},
        {4, "spoke", "main", Ipv4Address("10.1.0.4"), Ipv4Address("10.128.0.3")},
        {5, "island", "main", Ipv4Address("10.0.1.4"), Ipv4Address("10.128.0.4")},
    };
    for (const auto& placement : placements)
    {
        Must(resources.AddNetworkInterface(placement));
    }
    return resources;
}

/// @return a virtual network of one subnet
inline VirtualNetwork
MakeNetwork(const char* name, const char* space, const char* subnet)
{
    return {name, {MakePrefix(space)}, {{"main", MakePrefix(subnet), {}, std::nullopt}}, {}};
}

/// @return three virtual networks, hub and spoke being peers, with groups: web and spare, both
///         Resource Manager's, old, a classic one, and the application security group Web of
///         interfaces 1 and 2; group web is that of subnet hub/web and of interface 3.  There is a
///         fourth virtual network, a classic one, "classic", with interface 6
inline NetworkResources
MakeNetworksWithGroups()
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddPeering("hub", "spoke"));
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AddNetworkSecurityGroup("spare"));
    Must(resources.AddNetworkSecurityGroup("old", DeploymentModel::Classic));
    auto classic = MakeNetwork("classic", "10.2.0.0/16", "10.2.0.0/24");
    classic.model = DeploymentModel::Classic;
    Must(resources.AddVirtualNetwork(classic));
    Must(resources.AddNetworkInterface(
        {6, "classic", "main", Ipv4Address("10.2.0.4"), Ipv4Address("10.128.0.4")}));
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

/// @return where a new interface, 9, is to be
inline NetworkInterfacePlacement
MakePlacement(const char* network, const char* subnet, const char* address, const char* host)
{
    return {9, network, subnet, Ipv4Address(address), Ipv4Address(host)};
}

/// @return a frontend of the load balancer "inside" in virtual network hub
inline InternalFrontend
MakeFrontend(const char* name, const char* subnet, const char* address)
{
    return {"inside", name, "hub", subnet, Ipv4Address(address), Ipv4Address("10.128.9.1")};
}

/// @return a server of a service
inline ServiceInstance
MakeInstance(uint32_t number, const ServiceTag& service, const char* address)
{
    return {number, service, Ipv4Address(address), Ipv4Address("10.128.0.9")};
}

} // namespace ns3::azure

#endif // AZURE_TEST_RESOURCES_H
