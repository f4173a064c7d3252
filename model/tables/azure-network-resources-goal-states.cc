// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-network-resources.h"

#include "ns3/abort.h"
#include "ns3/azure-address-set.h"

#include <algorithm>
#include <cstddef>

/**
 * @file
 * @brief The part of NetworkResources that resolves rules and tells the hosts.
 */
namespace ns3::azure
{

namespace
{

/// @return whether the side names one of the tags of the host's services (sources.rst B.9)
bool
HasPlatformTag(const SecurityRuleEndpoint& endpoint)
{
    if (!endpoint.serviceTag)
    {
        return false;
    }
    const auto name = endpoint.serviceTag->name;
    return name == ServiceTagName::AzurePlatformDNS || name == ServiceTagName::AzurePlatformIMDS ||
           name == ServiceTagName::AzurePlatformLKM;
}

/// @return whether a subnet has an endpoint of the service of that address
bool
HasEndpointOf(const Subnet& subnet, Ipv4Address address)
{
    return std::any_of(
        subnet.serviceEndpoints.begin(),
        subnet.serviceEndpoints.end(),
        [&](const ServiceTag& service) {
            return AddressSet(*GetServiceTagPrefixes(service)).Contains(address.Get());
        });
}

/// Put the table's parts in order, prefixes being the fewest.
void
Finish(RouteTable& table)
{
    table.prefixes = AddressSet(table.prefixes).GetPrefixes();
    std::sort(table.routes.begin(), table.routes.end(), [](const auto& a, const auto& b) {
        return a.address < b.address;
    });
}

/// In one virtual network: a security group or a subnet, by name.
using Place = std::pair<std::string, std::string>;

/// Values that are made once and are in the lists of many hosts.
template <typename Value>
class SharedList
{
  public:
    /**
     * @param place of the value
     * @param host whose list it is
     * @param [in,out] list receives the value at the host's first call for the place
     * @param make makes the value at the first call for the place
     * @return index of the value in the list
     */
    template <typename Make>
    uint16_t GetIndex(const Place& place,
                      Ipv4Address host,
                      std::vector<Value>& list,
                      const Make& make)
    {
        const auto [entry, isNew] = m_indexes.try_emplace({host, place}, list.size());
        if (isNew)
        {
            NS_ABORT_MSG_IF(list.size() > UINT16_MAX, "a host has too many groups or subnets");
            const auto [made, isFirst] = m_values.try_emplace(place);
            if (isFirst)
            {
                made->second = make();
            }
            list.push_back(made->second);
        }
        return static_cast<uint16_t>(entry->second);
    }

  private:
    std::map<Place, Value> m_values;                                //!< made so far
    std::map<std::pair<Ipv4Address, Place>, std::size_t> m_indexes; //!< by host and place
};

} // namespace

NetworkResources::NetworkTags
NetworkResources::GetNetworkTags(const NetworkEntry& entry) const
{
    AddressSet network(entry.network.addressSpace);
    for (const auto& prefix : entry.network.onPremises)
    {
        network.Add(prefix);
    }
    for (const auto& peer : entry.peers)
    {
        for (const auto& prefix : m_networks.at(peer).network.addressSpace)
        {
            network.Add(prefix);
        }
    }
    if (m_profile.hostInVirtualNetworkTag)
    {
        network.Add({HOST_SERVICE_ADDRESS, 32});
    }
    AddressSet internet({ANY_ADDRESS});
    for (const auto& prefix : network.GetPrefixes())
    {
        internet.Subtract(prefix);
    }
    for (const auto& prefix : NON_INTERNET_PREFIXES)
    {
        internet.Subtract(prefix);
    }
    return {network.GetPrefixes(), internet.GetPrefixes()};
}

std::vector<AddressPrefix>
NetworkResources::Resolve(const SecurityRuleEndpoint& endpoint,
                          const NetworkEntry& entry,
                          const NetworkTags& tags) const
{
    auto prefixes = endpoint.prefixes;
    const auto add = [&](const std::vector<AddressPrefix>& more) {
        prefixes.insert(prefixes.end(), more.begin(), more.end());
    };
    if (endpoint.serviceTag && endpoint.serviceTag->name == ServiceTagName::VirtualNetwork)
    {
        add(tags.virtualNetwork);
    }
    else if (endpoint.serviceTag && endpoint.serviceTag->name == ServiceTagName::Internet)
    {
        add(tags.internet);
    }
    else if (endpoint.serviceTag)
    {
        add(*GetServiceTagPrefixes(*endpoint.serviceTag));
    }
    for (const auto& name : endpoint.applicationSecurityGroups)
    {
        for (const auto member : m_membership.at(name))
        {
            // in a virtual network that is no peer, somebody else may have the address
            const auto& placement = m_interfaces.at(member).placement;
            if (placement.virtualNetwork == entry.network.name ||
                entry.peers.count(placement.virtualNetwork) > 0)
            {
                prefixes.push_back({placement.privateAddress.Get(), 32});
            }
        }
    }
    return AddressSet(prefixes).GetPrefixes();
}

ResolvedSecurityGroup
NetworkResources::Resolve(const NetworkSecurityGroup& group,
                          const NetworkEntry& entry,
                          const NetworkTags& tags) const
{
    ResolvedSecurityGroup resolved{group.name, {}};
    const auto add = [&](const SecurityRule& rule, bool isDefault) {
        ResolvedSecurityRule added;
        added.name = rule.name;
        added.priority = rule.priority;
        added.isDefault = isDefault;
        added.direction = rule.direction;
        added.access = rule.access;
        added.protocol = rule.protocol;
        added.sources = Resolve(rule.source, entry, tags);
        added.sourcePorts = rule.source.ports;
        added.destinations = Resolve(rule.destination, entry, tags);
        added.destinationPorts = rule.destination.ports;
        added.targetsHostServices = HasPlatformTag(rule.source) || HasPlatformTag(rule.destination);
        resolved.rules.push_back(std::move(added));
    };
    for (const auto& rule : group.rules)
    {
        add(rule, false);
    }
    for (const auto& rule : GetDefaultSecurityRules())
    {
        add(rule, true);
    }
    std::sort(resolved.rules.begin(), resolved.rules.end(), [](const auto& a, const auto& b) {
        return a.direction != b.direction ? a.direction == FlowDirection::Inbound
                                          : a.priority < b.priority;
    });
    return resolved;
}

ResolvedSecurityGroup
NetworkResources::Resolve(const std::string& group, const std::string& virtualNetwork) const
{
    const auto& entry = m_networks.at(virtualNetwork);
    return Resolve(m_groups.at(group), entry, GetNetworkTags(entry));
}

RouteTable
NetworkResources::GetRouteTable(const NetworkEntry& entry, const Subnet& subnet) const
{
    RouteTable table;
    table.defaultRoute = subnet.defaultRoute;
    auto names = entry.peers;
    names.insert(entry.network.name);
    for (const auto& name : names)
    {
        const auto& each = m_networks.at(name);
        table.prefixes.insert(table.prefixes.end(),
                              each.network.addressSpace.begin(),
                              each.network.addressSpace.end());
        for (const auto& [address, number] : each.interfaces)
        {
            const auto host = m_interfaces.at(number).placement.host;
            table.routes.push_back({address, host, each.identifier});
        }
        for (const auto& [address, host] : each.frontends)
        {
            table.routes.push_back({address, host, each.identifier, true});
        }
    }
    for (const auto& service : subnet.serviceEndpoints)
    {
        const auto prefixes = *GetServiceTagPrefixes(service);
        table.prefixes.insert(table.prefixes.end(), prefixes.begin(), prefixes.end());
    }
    for (const auto& [number, each] : m_services)
    {
        if (HasEndpointOf(subnet, each.instance.publicAddress))
        {
            table.routes.push_back(
                {each.instance.publicAddress, each.instance.host, each.identifier});
        }
    }
    Finish(table);
    return table;
}

RouteTable
NetworkResources::GetRouteTable(const ServiceInstance& instance) const
{
    RouteTable table;
    for (const auto& [name, entry] : m_networks)
    {
        for (const auto& subnet : entry.network.subnets)
        {
            if (!HasEndpointOf(subnet, instance.publicAddress))
            {
                continue;
            }
            table.prefixes.push_back(subnet.prefix);
            const auto end = entry.interfaces.upper_bound(Ipv4Address(subnet.prefix.GetLast()));
            for (auto each = entry.interfaces.lower_bound(Ipv4Address(subnet.prefix.GetFirst()));
                 each != end;
                 ++each)
            {
                const auto host = m_interfaces.at(each->second).placement.host;
                table.routes.push_back({each->first, host, entry.identifier});
            }
        }
    }
    Finish(table);
    return table;
}

/// What GetGoalStates() has made so far.
struct NetworkResources::GoalStates
{
    std::map<Ipv4Address, HostGoalState> hosts; //!< by provider address
    std::map<std::string, NetworkTags> tags;    //!< by virtual network
    SharedList<ResolvedSecurityGroup> groups;   //!< by virtual network and name
    SharedList<RouteTable> routeTables;         //!< by virtual network and subnet
};

std::optional<uint16_t>
NetworkResources::AddGroup(GoalStates& made,
                           const NetworkInterfacePlacement& placement,
                           const std::optional<std::string>& group) const
{
    if (!group)
    {
        return std::nullopt;
    }
    const auto& name = placement.virtualNetwork;
    return made.groups.GetIndex({name, *group},
                                placement.host,
                                made.hosts[placement.host].groups,
                                [&] {
                                    const auto& entry = m_networks.at(name);
                                    const auto [tags, isNew] = made.tags.try_emplace(name);
                                    if (isNew)
                                    {
                                        tags->second = GetNetworkTags(entry);
                                    }
                                    return Resolve(m_groups.at(*group), entry, tags->second);
                                });
}

uint16_t
NetworkResources::AddRouteTable(GoalStates& made, const NetworkInterfacePlacement& placement) const
{
    const auto& name = placement.virtualNetwork;
    return made.routeTables.GetIndex({name, placement.subnet},
                                     placement.host,
                                     made.hosts[placement.host].routeTables,
                                     [&] {
                                         const auto& entry = m_networks.at(name);
                                         const auto subnet = *FindSubnet(name, placement.subnet);
                                         return GetRouteTable(entry, entry.network.subnets[subnet]);
                                     });
}

std::map<Ipv4Address, HostGoalState>
NetworkResources::GetGoalStates() const
{
    GoalStates made;
    for (const auto& [number, entry] : m_interfaces)
    {
        const auto& placement = entry.placement;
        NetworkInterfaceGoalState added;
        added.networkInterface = number;
        added.virtualNetwork = m_networks.at(placement.virtualNetwork).identifier;
        added.subnetGroup = AddGroup(made, placement, GetSubnetGroup(number));
        added.interfaceGroup = AddGroup(made, placement, entry.group);
        added.routeTable = AddRouteTable(made, placement);
        added.isSmtpBlocked = IsSmtpBlocked(m_subscription, entry.isFromBeforeSmtpExemption);
        made.hosts[placement.host].networkInterfaces.push_back(added);
    }
    for (const auto& [number, entry] : m_services)
    {
        auto& goalState = made.hosts[entry.instance.host];
        NetworkInterfaceGoalState added;
        added.networkInterface = number;
        added.virtualNetwork = entry.identifier;
        added.routeTable = static_cast<uint16_t>(goalState.routeTables.size());
        goalState.routeTables.push_back(GetRouteTable(entry.instance));
        goalState.networkInterfaces.push_back(added);
    }
    for (auto& [host, goalState] : made.hosts)
    {
        goalState.flowRecordTimeout = m_profile.flowRecordTimeout;
        goalState.areHostServicesFiltered = m_profile.hostServicesFiltered;
    }
    return std::move(made.hosts);
}

} // namespace ns3::azure
