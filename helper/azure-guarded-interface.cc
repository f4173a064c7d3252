// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-guarded-interface.h"

#include "ns3/azure-parsed.h"
#include "ns3/azure-text-fields.h"

#include <algorithm>
#include <cstddef>

namespace ns3::azure
{

namespace
{

constexpr const char* NETWORK = "network"; //!< name of the virtual network
constexpr const char* SUBNET = "subnet";   //!< name of its subnet

/**
 * @brief Find the group that a user names.
 * @param field named by the error
 * @param text a name, "auto" or "none"
 * @param groups of the document
 * @param automatic which of them "auto" stands for, if it is there
 * @return its name, empty for none
 */
Parsed<std::string>
FindGroup(const std::string& field,
          const std::string& text,
          const std::vector<NetworkSecurityGroupText>& groups,
          std::size_t automatic)
{
    if (text == "auto")
    {
        return automatic < groups.size() ? groups[automatic].name : "";
    }
    std::vector<std::string> allowed{"auto", "none"};
    for (const auto& group : groups)
    {
        allowed.push_back(group.name);
    }
    if (std::count(allowed.begin(), allowed.end(), text) == 0)
    {
        return Parsed<std::string>::Refuse(field, text, JoinAlternatives(allowed));
    }
    return text == "none" ? "" : text;
}

/// Put the interface into application security groups.  @return what is wrong, or nothing
std::optional<std::string>
JoinGroups(NetworkResources& resources, const std::string& names)
{
    if (names == "none")
    {
        return std::nullopt;
    }
    for (const auto& name : SplitFields(names, ','))
    {
        if (const auto error = resources.Join(name, GUARDED_INTERFACE))
        {
            return "applicationSecurityGroups: " + *error;
        }
    }
    return std::nullopt;
}

/// Make the interface in its virtual network.  @return what is wrong, or nothing
std::optional<std::string>
AddInterface(NetworkResources& resources, const GuardedInterface& guarded)
{
    const auto& prefix = guarded.virtualNetwork;
    auto error =
        resources.AddVirtualNetwork({NETWORK, {prefix}, {{SUBNET, prefix, {}, std::nullopt}}, {}});
    const Ipv4Address host("192.168.0.1"); // of no importance
    return error ? error
                 : resources.AddNetworkInterface(
                       {GUARDED_INTERFACE, NETWORK, SUBNET, guarded.address, host});
}

} // namespace

std::optional<std::string>
AddGuardedInterface(NetworkResources& resources,
                    const GuardedInterface& guarded,
                    const std::vector<NetworkSecurityGroupText>& groups)
{
    const auto subnet = FindGroup("subnetGroup", guarded.subnetGroup, groups, 0);
    const auto own = FindGroup("interfaceGroup", guarded.interfaceGroup, groups, 1);
    if (!subnet || !own)
    {
        return subnet ? own.GetError() : subnet.GetError();
    }
    auto error = AddNetworkSecurityGroups(resources, groups);
    error = error ? error : AddInterface(resources, guarded);
    error = error ? error : JoinGroups(resources, guarded.applicationSecurityGroups);
    if (!error && !subnet->empty())
    {
        error = resources.AttachToSubnet(*subnet, NETWORK, SUBNET);
    }
    if (!error && !own->empty())
    {
        error = resources.AttachToNetworkInterface(*own, GUARDED_INTERFACE);
    }
    return error;
}

} // namespace ns3::azure
