// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-scenario-helper.h"

#include "ns3/abort.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-slb-message.h"
#include "ns3/azure-slb-program.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint32_t FIRST_INSTANCE_LEVEL = 0xc6122001; // 198.18.32.1

constexpr std::array<const char*, 3> SCENARIO_NAMES{"standalone", "load-balanced", "public-ip"};

/// @return "FIELD: 'VALUE' is not allowed; give FIRST to LAST", or nothing if it is
std::optional<std::string>
CheckRange(const char* field, uint32_t value, uint32_t first, uint32_t last)
{
    if (first <= value && value <= last)
    {
        return std::nullopt;
    }
    return GetRefusal(field,
                      std::to_string(value),
                      std::to_string(first) + " to " + std::to_string(last));
}

/// @return nothing; or the error that among so many things, numbered from 0, there is none of it
std::optional<std::string>
CheckNumber(const char* field, uint32_t number, uint32_t count)
{
    return count > 0 ? CheckRange(field, number, 0, count - 1)
                     : GetRefusal(field, std::to_string(number), "none, as there is none");
}

/// @return nothing; or the error that one of these VMs does not exist
std::optional<std::string>
CheckVms(const char* field, const std::set<uint32_t>& vms, uint32_t count)
{
    return vms.empty() ? std::nullopt : CheckNumber(field, *vms.rbegin(), count);
}

} // namespace

const char*
GetName(OutboundScenario scenario)
{
    return SCENARIO_NAMES[static_cast<std::size_t>(scenario)];
}

std::optional<OutboundScenario>
FindOutboundScenario(const std::string& name)
{
    const auto found = std::find(SCENARIO_NAMES.begin(), SCENARIO_NAMES.end(), name);
    return found == SCENARIO_NAMES.end()
               ? std::nullopt
               : std::make_optional(static_cast<OutboundScenario>(found - SCENARIO_NAMES.begin()));
}

OutboundScenarioHelper::OutboundScenarioHelper(OutboundScenario scenario)
    : m_scenario(scenario),
      m_profile(*FindProfile("2017")),
      m_hasLoadBalancer(scenario == OutboundScenario::LoadBalanced),
      m_natGatewayProfile(*FindProfile("nat-gateway"))
{
    m_hostAgentFactory.SetTypeId(HostAgent::GetTypeId());
    m_muxFactory.SetTypeId(LoadBalancerMux::GetTypeId());
    m_managerFactory.SetTypeId(SlbManager::GetTypeId());
}

void
OutboundScenarioHelper::SetProfile(const std::string& text)
{
    RequireNotCreated("SetProfile");
    const auto parsed = ParseProfile(text);
    NS_ABORT_MSG_UNLESS(parsed.profile, parsed.error);
    m_profile = *parsed.profile;
}

void
OutboundScenarioHelper::SetProfile(const Profile& profile)
{
    RequireNotCreated("SetProfile");
    m_profile = profile;
}

void
OutboundScenarioHelper::SetVms(uint32_t vms)
{
    RequireNotCreated("SetVms");
    m_vmCount = vms;
}

void
OutboundScenarioHelper::SetVmsPerHost(uint32_t vms)
{
    RequireNotCreated("SetVmsPerHost");
    m_vmsPerHost = vms;
}

void
OutboundScenarioHelper::SetVmStack(VmStack stack)
{
    RequireNotCreated("SetVmStack");
    m_vmStack = stack;
}

void
OutboundScenarioHelper::SetRanks(uint32_t ranks)
{
    RequireNotCreated("SetRanks");
    m_rankCount = ranks;
}

void
OutboundScenarioHelper::SetFrontends(uint32_t frontends)
{
    RequireNotCreated("SetFrontends");
    m_frontendCount = frontends;
}

void
OutboundScenarioHelper::SetLinkingRule(bool isThere)
{
    RequireNotCreated("SetLinkingRule");
    m_hasLinkingRule = isThere;
}

void
OutboundScenarioHelper::AddInstanceLevelPublicIp(uint32_t vm)
{
    RequireNotCreated("AddInstanceLevelPublicIp");
    m_withPublicIp.insert(vm);
}

void
OutboundScenarioHelper::AddLoadBalancer()
{
    RequireNotCreated("AddLoadBalancer");
    m_hasLoadBalancer = true;
}

void
OutboundScenarioHelper::SetServerAddresses(uint32_t addresses)
{
    RequireNotCreated("SetServerAddresses");
    m_serverAddressCount = addresses;
}

void
OutboundScenarioHelper::SetProgrammedBefore(bool isInPlace)
{
    RequireNotCreated("SetProgrammedBefore");
    m_isProgrammedBefore = isInPlace;
}

void
OutboundScenarioHelper::SetFabricLink(FabricLink link)
{
    RequireNotCreated("SetFabricLink");
    m_fabric.SetLink(link);
}

void
OutboundScenarioHelper::RequireNotCreated(const char* function) const
{
    NS_ABORT_MSG_IF(m_isCreated, function << "(): call it before Create()");
}

void
OutboundScenarioHelper::RequireCreated(const char* function) const
{
    NS_ABORT_MSG_UNLESS(m_isCreated, function << "(): call it after Create()");
}

uint32_t
OutboundScenarioHelper::RequireVm(const char* function, uint32_t vm) const
{
    RequireCreated(function);
    const auto error = CheckNumber("vm", vm, m_vmCount);
    NS_ABORT_MSG_IF(error, error.value_or(""));
    return vm;
}

uint32_t
OutboundScenarioHelper::RequireService(const char* function, uint32_t service) const
{
    RequireCreated(function);
    const auto error = CheckNumber("service", service, m_services.GetN());
    NS_ABORT_MSG_IF(error, error.value_or(""));
    return service;
}

std::optional<std::string>
OutboundScenarioHelper::ValidateSettings() const
{
    if (auto error = CheckRange("vms", m_vmCount, 1, MAX_POOL_SIZE))
    {
        return error;
    }
    if (auto error = CheckRange("vmsPerHost", m_vmsPerHost, 1, MAX_POOL_SIZE))
    {
        return error;
    }
    if (m_hasDhcp && m_vmStack == VmStack::Compact)
    {
        return GetRefusal("vmStack", GetName(m_vmStack), "internet, as DHCP clients use sockets");
    }
    if (m_rankCount < 1)
    {
        return GetRefusal("ranks", "0", "at least 1");
    }
    if (m_rankCount > 1 && m_fabric.GetLink() != FabricLink::PointToPoint)
    {
        return GetRefusal("ranks",
                          std::to_string(m_rankCount),
                          "1 with fabric links other than PointToPoint, as only those can have "
                          "their ends in different processes");
    }
    if (auto error = CheckRange("frontends", m_frontendCount, 1, MAX_FRONTENDS))
    {
        return error;
    }
    if (auto error = CheckRange("serverAddresses",
                                m_serverAddressCount,
                                1,
                                FabricHelper::MAX_SERVER_ADDRESSES))
    {
        return error;
    }
    if (auto error = CheckVms("instance-level public IP's vm", m_withPublicIp, m_vmCount))
    {
        return error;
    }
    if (auto error = ValidateSnatSettings())
    {
        return error;
    }
    if (auto error = CheckVms("vm", m_withGroup, m_vmCount))
    {
        return error;
    }
    if (auto error = m_plan.Validate(m_vmCount))
    {
        return error;
    }
    for (const auto& service : m_serviceTags)
    {
        if (auto error = NetworkResources::CheckService("service", service, m_cloud))
        {
            return error;
        }
    }
    return CheckRange("muxes", m_muxCount, 1, MAX_MUXES);
}

std::optional<std::string>
OutboundScenarioHelper::Validate() const
{
    if (auto error = ValidateSettings())
    {
        return error;
    }
    std::vector<Ipv4Address> hosts;
    for (uint32_t i = 0; i < CountHosts(); ++i)
    {
        hosts.emplace_back(i + 1); // any, as they are not known yet
    }
    const auto plan = MakePlan(hosts);
    const auto* error = std::get_if<std::string>(&plan);
    return error ? std::make_optional(*error) : std::nullopt;
}

std::variant<OutboundScenarioHelper::Plan, std::string>
OutboundScenarioHelper::MakePlan(const std::vector<Ipv4Address>& hosts) const
{
    auto resources = MakeResources(hosts);
    if (auto* wrong = std::get_if<std::string>(&resources))
    {
        return std::move(*wrong);
    }
    Plan plan{std::get<NetworkResources>(std::move(resources)), MakeDeployment(hosts)};
    NetworkResources::Error error;
    if (m_hasLoadBalancer)
    {
        error = CheckPublic(plan.deployment.loadBalancers.front());
    }
    for (auto each = m_internal.begin(); !error && each != m_internal.end(); ++each)
    {
        error = AddFrontends(plan, *each);
    }
    error = error ? error : azure::Validate(plan.deployment);
    for (auto change = m_changes.begin(); !error && change != m_changes.end(); ++change)
    {
        error = (*change)(plan.resources);
    }
    error = error ? error : CheckAdditions(plan.resources);
    if (error)
    {
        return *error;
    }
    return plan;
}

Deployment
OutboundScenarioHelper::MakeDeployment(const std::vector<Ipv4Address>& hosts) const
{
    Deployment deployment;
    deployment.profile = m_profile;
    const auto placements = m_plan.Make(m_vmCount, m_vmsPerHost);
    for (uint32_t vm = 0; vm < m_vmCount; ++vm)
    {
        const bool hasOwn =
            m_scenario == OutboundScenario::PublicIp || m_withPublicIp.count(vm) > 0;
        deployment.networkInterfaces.push_back(
            {GetNetworkInterface(vm),
             placements[vm].privateAddress,
             hosts[placements[vm].host],
             hasOwn ? std::make_optional(Ipv4Address(FIRST_INSTANCE_LEVEL + vm)) : std::nullopt,
             m_publicIpSku,
             GetPlatformAddress(vm),
             FindAvailabilitySet(vm)});
    }
    const auto services = static_cast<uint32_t>(m_serviceTags.size());
    for (uint32_t i = 0; i < services; ++i)
    {
        deployment.networkInterfaces.push_back({GetServiceInterface(i),
                                                MakeServiceAddress(i),
                                                hosts[hosts.size() - services + i],
                                                MakeServiceAddress(i),
                                                LoadBalancerSku::Basic,
                                                Ipv4Address()});
    }
    deployment.natGateways = MakeNatGateways();
    deployment.natGatewayProfile = m_natGatewayProfile;
    if (m_hasLoadBalancer)
    {
        deployment.loadBalancers.push_back(MakeLoadBalancer());
    }
    return deployment;
}

} // namespace ns3::azure
