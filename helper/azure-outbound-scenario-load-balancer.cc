// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-scenario-helper.h"

#include "ns3/abort.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"

#include <algorithm>
#include <string>

namespace ns3::azure
{

namespace
{

constexpr uint32_t FIRST_FRONTEND = 0xc6120001; // 198.18.0.1

/// @return the resource of that name; null if there is none
template <typename T>
const T*
Find(const std::vector<T>& resources, const std::string& name)
{
    const auto found = std::find_if(resources.begin(), resources.end(), [&](const T& each) {
        return each.name == name;
    });
    return found == resources.end() ? nullptr : &*found;
}

} // namespace

void
OutboundScenarioHelper::ChangeLoadBalancer(const LoadBalancerChange& change)
{
    RequireNotCreated("ChangeLoadBalancer");
    NS_ABORT_MSG_UNLESS(m_hasLoadBalancer,
                        "ChangeLoadBalancer(): this scenario has no public load balancer; call "
                        "AddLoadBalancer() before");
    m_loadBalancerChanges.push_back(change);
}

void
OutboundScenarioHelper::AddInternalLoadBalancer(const LoadBalancer& loadBalancer,
                                                const std::string& virtualNetwork,
                                                const std::string& subnet)
{
    RequireNotCreated("AddInternalLoadBalancer");
    m_internal.push_back({loadBalancer, virtualNetwork, subnet});
}

void
OutboundScenarioHelper::SetPublicIpSku(LoadBalancerSku sku)
{
    RequireNotCreated("SetPublicIpSku");
    m_publicIpSku = sku;
}

void
OutboundScenarioHelper::SetMuxes(uint32_t muxes)
{
    RequireNotCreated("SetMuxes");
    m_muxCount = muxes;
}

void
OutboundScenarioHelper::SetMuxAttribute(const std::string& name, const AttributeValue& value)
{
    RequireNotCreated("SetMuxAttribute");
    m_muxFactory.Set(name, value);
}

void
OutboundScenarioHelper::SetSlbManagerAttribute(const std::string& name, const AttributeValue& value)
{
    RequireNotCreated("SetSlbManagerAttribute");
    m_managerFactory.Set(name, value);
}

void
OutboundScenarioHelper::SetHealthProberAttribute(const std::string& name,
                                                 const AttributeValue& value)
{
    RequireNotCreated("SetHealthProberAttribute");
    m_hostServicesHelper.SetProberAttribute(name, value);
}

LoadBalancer
OutboundScenarioHelper::MakeLoadBalancer() const
{
    LoadBalancer loadBalancer;
    loadBalancer.name = LOAD_BALANCER;
    const bool isStandard =
        m_vmCount > MAX_BASIC_POOL_MEMBERS || m_frontendCount > MAX_BASIC_FRONTENDS;
    loadBalancer.sku = isStandard ? LoadBalancerSku::Standard : LoadBalancerSku::Basic;
    loadBalancer.backendPools.push_back({BACKEND_POOL, {}});
    for (uint32_t vm = 0; vm < m_vmCount; ++vm)
    {
        loadBalancer.backendPools.front().members.push_back({GetNetworkInterface(vm)});
    }
    for (uint32_t i = 0; i < m_frontendCount; ++i)
    {
        const auto name = "frontend-" + std::to_string(i);
        loadBalancer.frontends.push_back({name, Ipv4Address(FIRST_FRONTEND + i)});
        if (m_hasLinkingRule)
        {
            LoadBalancingRule rule;
            rule.name = "rule-" + std::to_string(i);
            rule.frontend = name;
            rule.backendPool = BACKEND_POOL;
            // Rules of one pool need backend ports of their own (sources.rst B.8: MV-1608).
            rule.backendPort = static_cast<uint16_t>(rule.backendPort + i);
            loadBalancer.loadBalancingRules.push_back(rule);
            if (isStandard) // which gives SNAT by the rules' protocols, unlike a Basic one
            {
                rule.name += "-udp";
                rule.protocol = TransportProtocol::Udp;
                loadBalancer.loadBalancingRules.push_back(rule);
            }
        }
    }
    for (const auto& change : m_loadBalancerChanges)
    {
        change(loadBalancer);
    }
    return loadBalancer;
}

NetworkResources::Error
OutboundScenarioHelper::AddFrontends(Plan& plan, const InternalLoadBalancer& internal)
{
    const auto& [described, network, subnet] = internal;
    auto loadBalancer = described;
    loadBalancer.virtualNetwork = plan.resources.GetIdentifier(network);
    if (!loadBalancer.virtualNetwork)
    {
        return GetRefusal("load balancer " + loadBalancer.name + ": virtual network",
                          network,
                          "the name of one of the scenario's");
    }
    for (auto& frontend : loadBalancer.frontends)
    {
        if (frontend.address == Ipv4Address())
        {
            const auto free = plan.resources.FindHighestFreeAddress(network, subnet);
            if (!free)
            {
                return GetRefusal("load balancer " + loadBalancer.name + ": subnet",
                                  subnet,
                                  "one of virtual network " + network + " with a free address");
            }
            frontend.address = *free;
        }
        if (auto error = plan.resources.AddInternalFrontend(
                {loadBalancer.name + "-" + frontend.name,
                 network,
                 subnet,
                 frontend.address,
                 Ipv4Address(FabricHelper::MUX_ANYCAST_ADDRESS)}))
        {
            return error;
        }
    }
    plan.deployment.loadBalancers.push_back(loadBalancer);
    return std::nullopt;
}

Ptr<LoadBalancerMux>
OutboundScenarioHelper::GetMux(uint32_t mux) const
{
    RequireCreated("GetMux");
    NS_ABORT_MSG_IF(
        mux >= m_muxCount,
        GetRefusal("mux", std::to_string(mux), "0 to " + std::to_string(m_muxCount - 1)));
    return m_muxes[mux];
}

const std::vector<Ptr<LoadBalancerMux>>&
OutboundScenarioHelper::GetMuxes() const
{
    RequireCreated("GetMuxes");
    return m_muxes;
}

Ipv4Address
OutboundScenarioHelper::GetFrontendAddress(const std::string& frontend,
                                           const std::string& loadBalancer) const
{
    RequireCreated("GetFrontendAddress");
    const auto* owner = Find(m_manager->GetDeployment().loadBalancers, loadBalancer);
    NS_ABORT_MSG_UNLESS(owner, GetRefusal("load balancer", loadBalancer, "one of the scenario's"));
    const auto* found = Find(owner->frontends, frontend);
    NS_ABORT_MSG_UNLESS(found, GetRefusal("frontend", frontend, "one of " + loadBalancer));
    return found->address;
}

} // namespace ns3::azure
