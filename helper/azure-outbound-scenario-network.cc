// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-scenario-helper.h"

#include "ns3/abort.h"
#include "ns3/azure-parsed.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace ns3::azure
{

void
OutboundScenarioHelper::AddVirtualNetwork(const VirtualNetwork& network)
{
    RequireNotCreated("AddVirtualNetwork");
    m_plan.AddVirtualNetwork(network);
}

void
OutboundScenarioHelper::PlaceVm(uint32_t vm,
                                const std::string& virtualNetwork,
                                const std::string& subnet)
{
    RequireNotCreated("PlaceVm");
    m_plan.Place(vm, virtualNetwork, subnet);
}

uint32_t
OutboundScenarioHelper::AddService(const ServiceTag& service)
{
    RequireNotCreated("AddService");
    m_serviceTags.push_back(service);
    return static_cast<uint32_t>(m_serviceTags.size() - 1);
}

void
OutboundScenarioHelper::SetSubscription(const Subscription& subscription)
{
    RequireNotCreated("SetSubscription");
    m_subscription = subscription;
}

void
OutboundScenarioHelper::SetCloud(AzureCloud cloud)
{
    RequireNotCreated("SetCloud");
    m_cloud = cloud;
}

void
OutboundScenarioHelper::SetDhcp(bool isUsed)
{
    RequireNotCreated("SetDhcp");
    m_hasDhcp = isUsed;
}

void
OutboundScenarioHelper::Change(const ResourceChange& change)
{
    if (!m_isCreated)
    {
        m_changes.push_back(change);
        return;
    }
    const auto error = m_networkManager->Update([&](NetworkResources& resources) {
        auto wrong = change(resources);
        return wrong ? wrong : CheckAdditions(resources);
    });
    NS_ABORT_MSG_IF(error, error.value_or(""));
}

void
OutboundScenarioHelper::AddNetworkSecurityGroup(const std::string& name,
                                                const std::vector<SecurityRuleText>& rules)
{
    Change([=](NetworkResources& resources) {
        auto error = resources.AddNetworkSecurityGroup(name);
        for (auto rule = rules.begin(); !error && rule != rules.end(); ++rule)
        {
            error = resources.AddSecurityRule(name, *rule);
        }
        return error;
    });
}

void
OutboundScenarioHelper::AttachToSubnet(const std::string& group,
                                       const std::string& virtualNetwork,
                                       const std::string& subnet)
{
    Change([=](NetworkResources& resources) {
        return resources.AttachToSubnet(group, virtualNetwork, subnet);
    });
}

void
OutboundScenarioHelper::AttachToNetworkInterface(const std::string& group, uint32_t vm)
{
    if (m_isCreated)
    {
        RequireVm("AttachToNetworkInterface", vm);
    }
    m_withGroup.insert(vm); // for Validate()
    Change([=](NetworkResources& resources) {
        return resources.AttachToNetworkInterface(group, GetNetworkInterface(vm));
    });
}

Ipv4Address
OutboundScenarioHelper::MakeServiceAddress(uint32_t service) const
{
    const auto& tag = m_serviceTags[service];
    const auto first = GetServiceTagPrefixes(tag)->front().GetFirst();
    // A tag without region begins where that of its first region does.
    const auto beginsAlike = [first](const ServiceTag& other) {
        return GetServiceTagPrefixes(other)->front().GetFirst() == first;
    };
    const auto before =
        std::count_if(m_serviceTags.begin(), m_serviceTags.begin() + service, beginsAlike);
    return Ipv4Address(first + 1 + static_cast<uint32_t>(before));
}

uint32_t
OutboundScenarioHelper::CountHosts() const
{
    const auto placements = m_plan.Make(m_vmCount, m_vmsPerHost);
    uint32_t hosts = 0;
    for (const auto& placement : placements)
    {
        hosts = std::max(hosts, placement.host + 1);
    }
    return hosts + static_cast<uint32_t>(m_serviceTags.size());
}

NetworkResources::Error
OutboundScenarioHelper::CheckAdditions(const NetworkResources& resources) const
{
    const auto own = m_vmCount + static_cast<uint32_t>(m_serviceTags.size());
    for (const auto number : resources.GetNetworkInterfaces())
    {
        if (number < GetNetworkInterface(0) || number >= GetNetworkInterface(own))
        {
            return GetRefusal("network interface",
                              std::to_string(number),
                              "one of the scenario's, 1 to " + std::to_string(own) +
                                  ", which SetVms and AddService make");
        }
    }
    std::set<std::pair<std::string, std::string>> known;
    for (const auto& [loadBalancer, network, subnet] : m_internal)
    {
        for (const auto& frontend : loadBalancer.frontends)
        {
            known.emplace(loadBalancer.name, frontend.name);
        }
    }
    for (const auto& [loadBalancer, frontend] : resources.GetInternalFrontends())
    {
        if (known.count({loadBalancer, frontend}) == 0)
        {
            return GetRefusal("load balancer " + loadBalancer + ", frontend",
                              frontend,
                              "one of a load balancer of AddInternalLoadBalancer");
        }
    }
    return std::nullopt;
}

std::variant<NetworkResources, std::string>
OutboundScenarioHelper::MakeResources(const std::vector<Ipv4Address>& hosts) const
{
    NetworkResources resources(m_profile, m_cloud, m_subscription);
    NetworkResources::Error error;
    for (const auto& network : m_plan.GetVirtualNetworks())
    {
        error = error ? error : resources.AddVirtualNetwork(network);
    }
    const auto placements = m_plan.Make(m_vmCount, m_vmsPerHost);
    for (uint32_t vm = 0; !error && vm < m_vmCount; ++vm)
    {
        const auto& [network, subnet, address, host] = placements[vm];
        error = resources.AddNetworkInterface(
            {GetNetworkInterface(vm), network, subnet, address, hosts[host]});
    }
    const auto services = static_cast<uint32_t>(m_serviceTags.size());
    for (uint32_t i = 0; !error && i < services; ++i)
    {
        error = resources.AddServiceInstance({GetServiceInterface(i),
                                              m_serviceTags[i],
                                              MakeServiceAddress(i),
                                              hosts[hosts.size() - services + i]});
    }
    if (error)
    {
        return *error;
    }
    return resources;
}

} // namespace ns3::azure
