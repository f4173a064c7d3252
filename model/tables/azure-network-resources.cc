// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-network-resources.h"

#include "ns3/azure-parsed.h"
#include "ns3/azure-resource-name.h"
#include "ns3/azure-text-fields.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ns3::azure
{

namespace
{

/// The services that subnets can have endpoints of: those of S3-43; our choice.
constexpr std::array<ServiceTagName, 5> SERVICES{ServiceTagName::AzureTrafficManager,
                                                 ServiceTagName::Storage,
                                                 ServiceTagName::Sql,
                                                 ServiceTagName::AzureCosmosDB,
                                                 ServiceTagName::AzureKeyVault};

/// @return the prefixes, as an error lists them
std::string
JoinTexts(const std::vector<AddressPrefix>& prefixes)
{
    std::vector<std::string> texts;
    for (const auto& prefix : prefixes)
    {
        texts.push_back(GetText(prefix));
    }
    return JoinAlternatives(texts);
}

/// @return whether some address lies in both
bool
DoOverlap(const std::vector<AddressPrefix>& a, const std::vector<AddressPrefix>& b)
{
    return std::any_of(a.begin(), a.end(), [&](const AddressPrefix& x) {
        return std::any_of(b.begin(), b.end(), [&](const AddressPrefix& y) {
            return x.Overlaps(y);
        });
    });
}

/// @return nothing; or what is wrong with a list of prefixes
std::optional<std::string>
CheckPrefixes(const std::string& field, const std::vector<AddressPrefix>& prefixes)
{
    for (auto prefix = prefixes.begin(); prefix != prefixes.end(); ++prefix)
    {
        if (!prefix->IsValid())
        {
            return GetRefusal(field, GetText(*prefix), "prefixes whose bits beyond are zero");
        }
        if (DoOverlap({*prefix}, {prefixes.begin(), prefix}))
        {
            return GetRefusal(field, GetText(*prefix), "prefixes that do not overlap");
        }
    }
    return std::nullopt;
}

/// @return nothing; or what is wrong with a new virtual network's address space
std::optional<std::string>
CheckAddressSpace(const VirtualNetwork& network)
{
    const auto field = "virtual network " + network.name + ", addressSpace";
    if (network.addressSpace.empty())
    {
        return GetRefusal(field, "", "at least one prefix");
    }
    const auto& allowed = VIRTUAL_NETWORK_PREFIXES;
    for (const auto& prefix : network.addressSpace)
    {
        const bool isInside = std::any_of(allowed.begin(), allowed.end(), [&](const auto& each) {
            return each.Contains(prefix);
        });
        if (!isInside)
        {
            return GetRefusal(field,
                              GetText(prefix),
                              "prefixes in " + JoinTexts({allowed.begin(), allowed.end()}) +
                                  "; our choice, Azure allows more");
        }
    }
    return CheckPrefixes(field, network.addressSpace);
}

/// @return nothing; or what is wrong with a new virtual network's subnets
std::optional<std::string>
CheckSubnets(const VirtualNetwork& network)
{
    const auto field = "virtual network " + network.name + ", subnets";
    if (network.subnets.empty())
    {
        return GetRefusal(field, "", "at least one subnet");
    }
    std::set<std::string> names;
    const auto& space = network.addressSpace;
    for (auto subnet = network.subnets.begin(); subnet != network.subnets.end(); ++subnet)
    {
        if (auto error = CheckNewName(field, subnet->name, !names.insert(subnet->name).second))
        {
            return error;
        }
        const auto& prefix = subnet->prefix;
        const bool isInside = std::any_of(space.begin(), space.end(), [&](const auto& each) {
            return each.Contains(prefix);
        });
        if (!isInside)
        {
            return GetRefusal(field, GetText(prefix), "prefixes in the address space");
        }
        if (auto error = CheckPrefixes(field, {prefix}))
        {
            return error;
        }
        for (auto other = network.subnets.begin(); other != subnet; ++other)
        {
            if (other->prefix.Overlaps(prefix))
            {
                return GetRefusal(field,
                                  subnet->name + ", " + GetText(prefix),
                                  "prefixes that do not overlap with that of " + other->name +
                                      ", " + GetText(other->prefix));
            }
        }
    }
    return std::nullopt;
}

/// @return what an error about an interface begins with
std::string
GetInterfaceField(uint32_t networkInterface, const std::string& property)
{
    return "network interface " + std::to_string(networkInterface) + ", " + property;
}

} // namespace

NetworkResources::NetworkResources(Profile profile, AzureCloud cloud, Subscription subscription)
    : m_profile(std::move(profile)),
      m_cloud(cloud),
      m_subscription(subscription)
{
}

const Profile&
NetworkResources::GetProfile() const
{
    return m_profile;
}

AzureCloud
NetworkResources::GetCloud() const
{
    return m_cloud;
}

NetworkResources::Error
NetworkResources::AddVirtualNetwork(const VirtualNetwork& network)
{
    if (auto error =
            CheckNewName("virtual network", network.name, m_networks.count(network.name) > 0))
    {
        return error;
    }
    if (auto error = CheckAddressSpace(network))
    {
        return error;
    }
    if (auto error = CheckSubnets(network))
    {
        return error;
    }
    for (const auto& subnet : network.subnets)
    {
        if (auto error = CheckServiceEndpoints(network.name, subnet, subnet.serviceEndpoints))
        {
            return error;
        }
    }
    if (auto error =
            CheckPrefixes("virtual network " + network.name + ", onPremises", network.onPremises))
    {
        return error;
    }
    auto& entry = m_networks[network.name];
    entry.network = network;
    entry.identifier = ++m_lastIdentifier;
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::CheckNewPeer(const NetworkEntry& entry, const VirtualNetwork& network) const
{
    const auto field = "peering of " + entry.network.name;
    if (entry.peers.count(network.name) > 0)
    {
        return GetRefusal(field, network.name, "a virtual network that is no peer yet");
    }
    auto others = entry.peers;
    others.insert(entry.network.name);
    for (const auto& other : others)
    {
        if (DoOverlap(network.addressSpace, m_networks.at(other).network.addressSpace))
        {
            return GetRefusal(field,
                              network.name,
                              "one whose address space does not overlap with that of " + other);
        }
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::AddPeering(const std::string& a, const std::string& b)
{
    for (const auto& name : {a, b})
    {
        if (m_networks.count(name) == 0)
        {
            return GetRefusal("peering", name, "the name of a virtual network");
        }
    }
    auto& entryA = m_networks.at(a);
    auto& entryB = m_networks.at(b);
    if (auto error = CheckNewPeer(entryA, entryB.network))
    {
        return error;
    }
    if (auto error = CheckNewPeer(entryB, entryA.network))
    {
        return error;
    }
    entryA.peers.insert(b);
    entryB.peers.insert(a);
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::RemovePeering(const std::string& a, const std::string& b)
{
    const auto entry = m_networks.find(a);
    if (entry == m_networks.end() || entry->second.peers.count(b) == 0)
    {
        return GetRefusal("peering", a + " with " + b, "two virtual networks that are peers");
    }
    entry->second.peers.erase(b);
    m_networks.at(b).peers.erase(a);
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::CheckNewOnHost(uint32_t networkInterface,
                                 Ipv4Address address,
                                 Ipv4Address host) const
{
    if (m_interfaces.count(networkInterface) > 0 || m_services.count(networkInterface) > 0)
    {
        return GetRefusal("network interface",
                          std::to_string(networkInterface),
                          "a number that no other one has");
    }
    const auto there = m_hosts.find(host);
    if (there != m_hosts.end() && there->second.count(address) > 0)
    {
        return GetRefusal(GetInterfaceField(networkInterface, "address"),
                          GetText(address),
                          "one that nobody has on host " + GetText(host));
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::CheckNewAddress(const std::string& field,
                                  Ipv4Address address,
                                  const std::string& network,
                                  const std::string& subnet) const
{
    if (auto error = CheckSubnet(network, subnet))
    {
        return error;
    }
    const auto& entry = m_networks.at(network);
    const auto& prefix = entry.network.subnets[*FindSubnet(network, subnet)].prefix;
    if (!prefix.Contains(address.Get()))
    {
        return GetRefusal(field, GetText(address), "one of the subnet's, " + GetText(prefix));
    }
    if (!IsForNetworkInterfaces(prefix, address.Get()))
    {
        return GetRefusal(field,
                          GetText(address),
                          "one of the subnet's, " + GetText(prefix) + ", but not the first " +
                              std::to_string(KEPT_FIRST_ADDRESSES) + " or the last " +
                              std::to_string(KEPT_LAST_ADDRESSES) + ", which Azure keeps");
    }
    if (entry.HasAddress(address))
    {
        return GetRefusal(field, GetText(address), "one that nobody has in " + network);
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::AddNetworkInterface(const NetworkInterfacePlacement& placement)
{
    const auto number = placement.networkInterface;
    if (auto error = CheckNewAddress(GetInterfaceField(number, "privateAddress"),
                                     placement.privateAddress,
                                     placement.virtualNetwork,
                                     placement.subnet))
    {
        return error;
    }
    if (auto error = CheckNewOnHost(number, placement.privateAddress, placement.host))
    {
        return error;
    }
    m_networks.at(placement.virtualNetwork).interfaces[placement.privateAddress] = number;
    m_hosts[placement.host].insert(placement.privateAddress);
    m_interfaces[number].placement = placement;
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::AddInternalFrontend(const InternalFrontend& frontend)
{
    const auto field = "load balancer " + frontend.loadBalancer + ", frontend";
    const auto name = std::make_pair(frontend.loadBalancer, frontend.name);
    if (auto error = CheckNewName("load balancer", frontend.loadBalancer, false))
    {
        return error;
    }
    if (auto error = CheckNewName(field, frontend.name, m_frontends.count(name) > 0))
    {
        return error;
    }
    if (auto error = CheckNewAddress(field + " " + frontend.name + ", address",
                                     frontend.address,
                                     frontend.virtualNetwork,
                                     frontend.subnet))
    {
        return error;
    }
    m_networks.at(frontend.virtualNetwork).frontends[frontend.address] = frontend.host;
    m_frontends.insert(name);
    return std::nullopt;
}

const std::set<std::pair<std::string, std::string>>&
NetworkResources::GetInternalFrontends() const
{
    return m_frontends;
}

std::optional<uint32_t>
NetworkResources::GetIdentifier(const std::string& virtualNetwork) const
{
    const auto entry = m_networks.find(virtualNetwork);
    return entry == m_networks.end() ? std::nullopt : std::make_optional(entry->second.identifier);
}

std::optional<Ipv4Address>
NetworkResources::FindHighestFreeAddress(const std::string& virtualNetwork,
                                         const std::string& subnet) const
{
    const auto index = FindSubnet(virtualNetwork, subnet);
    if (!index)
    {
        return std::nullopt;
    }
    const auto& entry = m_networks.at(virtualNetwork);
    const auto& prefix = entry.network.subnets[*index].prefix;
    auto address = prefix.GetLast() - KEPT_LAST_ADDRESSES;
    for (auto room = GetRoom(prefix); room > 0; --room, --address)
    {
        if (!entry.HasAddress(Ipv4Address(address)))
        {
            return Ipv4Address(address);
        }
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::CheckService(const std::string& field,
                               const ServiceTag& service,
                               AzureCloud cloud)
{
    const auto text = GetText(service);
    const auto known = ParseServiceTag(field, text, cloud);
    if (!known)
    {
        return known.GetError();
    }
    if (*known != service)
    {
        return GetRefusal(field, text, GetText(*known)); // the region's case is another one
    }
    if (std::find(SERVICES.begin(), SERVICES.end(), service.name) == SERVICES.end())
    {
        std::vector<std::string> names;
        for (const auto& name : SERVICES)
        {
            names.emplace_back(GetName(name));
        }
        return GetRefusal(field, text, "a service: " + JoinAlternatives(names));
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::AddServiceInstance(const ServiceInstance& instance)
{
    const auto number = instance.networkInterface;
    const auto address = GetText(instance.publicAddress);
    if (auto error = CheckService(GetInterfaceField(number, "service"), instance.service, m_cloud))
    {
        return error;
    }
    const auto prefixes = *GetServiceTagPrefixes(instance.service);
    const auto field = GetInterfaceField(number, "publicAddress");
    if (!DoOverlap({{instance.publicAddress.Get(), 32}}, prefixes))
    {
        return GetRefusal(field, address, "one in " + JoinTexts(prefixes));
    }
    for (const auto& [other, entry] : m_services)
    {
        if (entry.instance.publicAddress == instance.publicAddress)
        {
            return GetRefusal(field, address, "one that no other service instance has");
        }
    }
    if (auto error = CheckNewOnHost(number, instance.publicAddress, instance.host))
    {
        return error;
    }
    m_hosts[instance.host].insert(instance.publicAddress);
    m_services[number] = {instance, ++m_lastIdentifier};
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::SetFromBeforeSmtpExemption(uint32_t networkInterface)
{
    if (auto error = CheckNetworkInterface(networkInterface))
    {
        return error;
    }
    m_interfaces.at(networkInterface).isFromBeforeSmtpExemption = true;
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::SetDefaultRoute(const std::string& virtualNetwork,
                                  const std::string& subnet,
                                  std::optional<RouteNextHop> nextHop)
{
    if (auto error = CheckSubnet(virtualNetwork, subnet))
    {
        return error;
    }
    auto& subnets = m_networks.at(virtualNetwork).network.subnets;
    subnets[*FindSubnet(virtualNetwork, subnet)].defaultRoute = nextHop;
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::SetServiceEndpoints(const std::string& virtualNetwork,
                                      const std::string& subnet,
                                      const std::vector<ServiceTag>& services)
{
    if (auto error = CheckSubnet(virtualNetwork, subnet))
    {
        return error;
    }
    auto& found =
        m_networks.at(virtualNetwork).network.subnets[*FindSubnet(virtualNetwork, subnet)];
    if (auto error = CheckServiceEndpoints(virtualNetwork, found, services))
    {
        return error;
    }
    found.serviceEndpoints = services;
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::CheckServiceEndpoints(const std::string& network,
                                        const Subnet& subnet,
                                        const std::vector<ServiceTag>& services) const
{
    const auto field = "subnet " + network + "/" + subnet.name + ", serviceEndpoints";
    for (const auto& service : services)
    {
        if (auto error = CheckService(field, service, m_cloud))
        {
            return error;
        }
        for (const auto& [name, entry] : m_networks)
        {
            for (const auto& other : entry.network.subnets)
            {
                const auto& others = other.serviceEndpoints;
                const bool isShared =
                    std::any_of(others.begin(), others.end(), [&](const ServiceTag& tag) {
                        return tag.name == service.name;
                    });
                if (name != network && isShared && other.prefix.Overlaps(subnet.prefix))
                {
                    return GetRefusal(field,
                                      GetText(service),
                                      "a service that no overlapping subnet, as " + name + "/" +
                                          other.name + ", has an endpoint of");
                }
            }
        }
    }
    return std::nullopt;
}

std::optional<std::size_t>
NetworkResources::FindSubnet(const std::string& network, const std::string& subnet) const
{
    const auto entry = m_networks.find(network);
    if (entry == m_networks.end())
    {
        return std::nullopt;
    }
    const auto& subnets = entry->second.network.subnets;
    const auto found = std::find_if(subnets.begin(), subnets.end(), [&](const Subnet& each) {
        return each.name == subnet;
    });
    if (found == subnets.end())
    {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - subnets.begin());
}

NetworkResources::Error
NetworkResources::CheckSubnet(const std::string& network, const std::string& subnet) const
{
    if (m_networks.count(network) == 0)
    {
        return GetRefusal("virtual network", network, "the name of one that was added");
    }
    if (!FindSubnet(network, subnet))
    {
        return GetRefusal("subnet", network + "/" + subnet, "a subnet of that virtual network");
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::CheckNetworkInterface(uint32_t networkInterface) const
{
    if (m_interfaces.count(networkInterface) == 0)
    {
        return GetRefusal("network interface",
                          std::to_string(networkInterface),
                          "the number of one that was added");
    }
    return std::nullopt;
}

std::set<uint32_t>
NetworkResources::GetNetworkInterfaces() const
{
    std::set<uint32_t> numbers;
    for (const auto& [number, entry] : m_interfaces)
    {
        numbers.insert(number);
    }
    for (const auto& [number, entry] : m_services)
    {
        numbers.insert(number);
    }
    return numbers;
}

const NetworkInterfacePlacement*
NetworkResources::FindNetworkInterface(uint32_t networkInterface) const
{
    const auto entry = m_interfaces.find(networkInterface);
    return entry == m_interfaces.end() ? nullptr : &entry->second.placement;
}

std::optional<RouteNextHop>
NetworkResources::GetDefaultRoute(uint32_t networkInterface) const
{
    const auto* placement = FindNetworkInterface(networkInterface);
    if (placement == nullptr)
    {
        return std::nullopt;
    }
    const auto& network = placement->virtualNetwork;
    const auto& subnets = m_networks.at(network).network.subnets;
    return subnets[*FindSubnet(network, placement->subnet)].defaultRoute;
}

} // namespace ns3::azure
