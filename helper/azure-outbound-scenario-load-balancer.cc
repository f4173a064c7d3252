// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-scenario-helper.h"

#include "ns3/abort.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-resource-name.h"
#include "ns3/azure-text-fields.h"
#include "ns3/type-id.h"

#include <map>
#include <string>

namespace ns3::azure
{

namespace
{

constexpr uint32_t FIRST_FRONTEND = 0xc6120001; // 198.18.0.1
constexpr uint32_t LAST_FRONTEND = 0xc6120fff;  // 198.18.15.255; platform addresses follow

/// The attributes that a scenario sets itself, and what users can do instead.
using OwnAttributes = std::map<std::string, std::string>;

const std::string SET_BY_SCENARIO = "another attribute, as the scenario sets this one";

/// End the program if an attribute is the scenario's own, or of no such object.
void
RequireAttribute(const char* field, TypeId type, const std::string& name, const OwnAttributes& own)
{
    const auto found = own.find(name);
    NS_ABORT_MSG_IF(found != own.end(), GetRefusal(field, name, found->second));
    TypeId::AttributeInformation known;
    NS_ABORT_MSG_UNLESS(type.LookupAttributeByName(name, &known),
                        GetRefusal(field, name, "an attribute of " + type.GetName()));
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
    RequireAttribute("mux attribute",
                     LoadBalancerMux::GetTypeId(),
                     name,
                     {{"AnycastAddress", SET_BY_SCENARIO},
                      {"HostMask", SET_BY_SCENARIO},
                      {"HostNetwork", SET_BY_SCENARIO},
                      {"ManagerAddress", SET_BY_SCENARIO}});
    m_muxFactory.Set(name, value);
}

void
OutboundScenarioHelper::SetSlbManagerAttribute(const std::string& name, const AttributeValue& value)
{
    RequireNotCreated("SetSlbManagerAttribute");
    RequireAttribute(
        "SLB manager attribute",
        SlbManager::GetTypeId(),
        name,
        {{"Profile", "another attribute, and the profile to SetProfile()"},
         {"NatGatewayProfile", "another attribute, and the profile to SetNatGatewayProfile()"}});
    m_managerFactory.Set(name, value);
}

void
OutboundScenarioHelper::SetHostAgentAttribute(const std::string& name, const AttributeValue& value)
{
    RequireNotCreated("SetHostAgentAttribute");
    RequireAttribute(
        "host agent attribute",
        HostAgent::GetTypeId(),
        name,
        {{"ManagerAddress", SET_BY_SCENARIO}, {"VirtualNetworkManagerAddress", SET_BY_SCENARIO}});
    m_hostAgentFactory.Set(name, value);
}

void
OutboundScenarioHelper::SetHealthProberAttribute(const std::string& name,
                                                 const AttributeValue& value)
{
    RequireNotCreated("SetHealthProberAttribute");
    RequireAttribute("health prober attribute",
                     HealthProber::GetTypeId(),
                     name,
                     {{"ManagerAddress", SET_BY_SCENARIO}});
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
OutboundScenarioHelper::CheckPublic(const LoadBalancer& loadBalancer)
{
    if (loadBalancer.name != LOAD_BALANCER)
    {
        return GetRefusal("public load balancer",
                          loadBalancer.name,
                          std::string(LOAD_BALANCER) + ", its only name");
    }
    const auto field = "load balancer " + loadBalancer.name;
    if (loadBalancer.virtualNetwork)
    {
        return GetRefusal(field + ", virtualNetwork",
                          std::to_string(*loadBalancer.virtualNetwork),
                          "none, or an internal one to AddInternalLoadBalancer");
    }
    for (const auto& frontend : loadBalancer.frontends)
    {
        const auto address = frontend.address.Get();
        if (!frontend.HasAddress() || address < FIRST_FRONTEND || address > LAST_FRONTEND)
        {
            return GetRefusal(
                field + ", frontend " + frontend.name + ", address",
                GetText(frontend.HasAddress() ? frontend.address : Ipv4Address::GetAny()),
                GetText(Ipv4Address(FIRST_FRONTEND)) + " to " +
                    GetText(Ipv4Address(LAST_FRONTEND)));
        }
    }
    return std::nullopt;
}

NetworkResources::Error
OutboundScenarioHelper::AddFrontends(Plan& plan, const InternalLoadBalancer& internal)
{
    const auto& [described, network, subnet] = internal;
    auto loadBalancer = described;
    const bool isTaken = FindByName(plan.deployment.loadBalancers, loadBalancer.name) != nullptr;
    if (auto error = CheckNewName("load balancer", loadBalancer.name, isTaken))
    {
        return error;
    }
    loadBalancer.virtualNetwork = plan.resources.GetIdentifier(network);
    if (!loadBalancer.virtualNetwork)
    {
        return GetRefusal("load balancer " + loadBalancer.name + ": virtual network",
                          network,
                          "the name of one of the scenario's");
    }
    for (auto& frontend : loadBalancer.frontends)
    {
        if (!frontend.HasAddress())
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
                {loadBalancer.name,
                 frontend.name,
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
    const auto* owner = FindByName(m_manager->GetDeployment().loadBalancers, loadBalancer);
    NS_ABORT_MSG_UNLESS(owner, GetRefusal("load balancer", loadBalancer, "one of the scenario's"));
    const auto* found = FindByName(owner->frontends, frontend);
    NS_ABORT_MSG_UNLESS(found, GetRefusal("frontend", frontend, "one of " + loadBalancer));
    return found->address;
}

} // namespace ns3::azure
