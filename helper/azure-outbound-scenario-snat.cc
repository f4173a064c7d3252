// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-scenario-helper.h"
#include "azure-ranks.h"

#include "ns3/abort.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-text-fields.h"
#include "ns3/node.h"

#include <algorithm>
#include <set>
#include <utility>

/**
 * @file
 * @brief Availability sets, NAT gateways and policies of SNAT ports of OutboundScenarioHelper.
 */
namespace ns3::azure
{

namespace
{

constexpr uint32_t FIRST_PLATFORM = 0xc6121001; // 198.18.16.1

/// Most NAT gateways of a scenario, whose addresses fit FabricHelper::GetNatGatewayPrefix().
constexpr std::size_t MAX_NAT_GATEWAYS = 255;

} // namespace

void
OutboundScenarioHelper::SetAvailabilitySet(uint32_t vm, const std::string& name)
{
    RequireNotCreated("SetAvailabilitySet");
    m_availabilitySets[vm] = name;
}

void
OutboundScenarioHelper::AddNatGateway(const std::string& name,
                                      uint32_t publicAddresses,
                                      const std::vector<SubnetName>& subnets,
                                      uint32_t idleTimeoutInMinutes)
{
    RequireNotCreated("AddNatGateway");
    m_natGatewayPlans.push_back({name, publicAddresses, subnets, idleTimeoutInMinutes});
}

void
OutboundScenarioHelper::SetNatGatewayProfile(const std::string& text)
{
    RequireNotCreated("SetNatGatewayProfile");
    const auto parsed = ParseProfile(text);
    NS_ABORT_MSG_UNLESS(parsed.profile, parsed.error);
    m_natGatewayProfile = *parsed.profile;
}

void
OutboundScenarioHelper::SetAllocationPolicy(SlbManager::AllocationPolicyFactory factory)
{
    RequireNotCreated("SetAllocationPolicy");
    m_makePolicy = std::move(factory);
}

std::optional<std::string>
OutboundScenarioHelper::ValidateSnatSettings() const
{
    for (const auto& [vm, name] : m_availabilitySets)
    {
        if (vm >= m_vmCount)
        {
            return GetRefusal("availability set " + name + ": vm",
                              std::to_string(vm),
                              "0 to " + std::to_string(m_vmCount - 1));
        }
        if (name.empty())
        {
            return GetRefusal("availability set of vm " + std::to_string(vm), name, "a name");
        }
    }
    if (m_natGatewayPlans.size() > MAX_NAT_GATEWAYS)
    {
        return GetRefusal("NAT gateways",
                          std::to_string(m_natGatewayPlans.size()),
                          "at most " + std::to_string(MAX_NAT_GATEWAYS));
    }
    for (const auto& plan : m_natGatewayPlans)
    {
        if (plan.publicAddresses < 1 || plan.publicAddresses > MAX_NAT_GATEWAY_ADDRESSES)
        {
            return GetRefusal("NAT gateway " + plan.name + ", publicAddresses",
                              std::to_string(plan.publicAddresses),
                              "1 to " + std::to_string(MAX_NAT_GATEWAY_ADDRESSES));
        }
        for (const auto& [network, subnet] : plan.subnets)
        {
            if (!m_plan.HasSubnet(network, subnet))
            {
                return GetRefusal("NAT gateway " + plan.name + ", subnet",
                                  network + "/" + subnet,
                                  "one of the scenario's");
            }
            if (network != plan.subnets.front().first)
            {
                return GetRefusal("NAT gateway " + plan.name + ", subnet",
                                  network + "/" + subnet,
                                  "one of virtual network " + plan.subnets.front().first +
                                      ", as a NAT gateway is for subnets of one");
            }
        }
    }
    return std::nullopt;
}

std::string
OutboundScenarioHelper::FindAvailabilitySet(uint32_t vm) const
{
    const auto found = m_availabilitySets.find(vm);
    return found == m_availabilitySets.end() ? "" : found->second;
}

Ipv4Address
OutboundScenarioHelper::GetPlatformAddress(uint32_t vm) const
{
    const auto name = FindAvailabilitySet(vm);
    const auto first =
        std::find_if(m_availabilitySets.begin(), m_availabilitySets.end(), [&](const auto& entry) {
            return !name.empty() && entry.second == name;
        });
    return Ipv4Address(FIRST_PLATFORM + (first == m_availabilitySets.end() ? vm : first->first));
}

std::vector<NatGateway>
OutboundScenarioHelper::MakeNatGateways() const
{
    const auto placements = m_plan.Make(m_vmCount, m_vmsPerHost);
    const auto firstAddress = FabricHelper::GetNatGatewayPrefix().GetFirst() + 1;
    std::vector<NatGateway> gateways;
    for (const auto& plan : m_natGatewayPlans)
    {
        NatGateway gateway;
        gateway.name = plan.name;
        gateway.idleTimeoutInMinutes = plan.idleTimeoutInMinutes;
        const auto first = firstAddress + MAX_NAT_GATEWAY_ADDRESSES * gateways.size();
        for (uint32_t i = 0; i < plan.publicAddresses; ++i)
        {
            gateway.publicAddresses.emplace_back(static_cast<uint32_t>(first + i));
        }
        const std::set<SubnetName> subnets(plan.subnets.begin(), plan.subnets.end());
        for (uint32_t vm = 0; vm < m_vmCount; ++vm)
        {
            if (subnets.count({placements[vm].virtualNetwork, placements[vm].subnet}) > 0)
            {
                gateway.networkInterfaces.push_back(GetNetworkInterface(vm));
            }
        }
        gateways.push_back(std::move(gateway));
    }
    return gateways;
}

void
OutboundScenarioHelper::CreateNatGateways(Deployment& deployment)
{
    for (auto& gateway : deployment.natGateways)
    {
        const auto node = CreateObject<Node>();
        FabricHelper::InstallStack(node);
        const auto application = CreateObject<NatGatewayNode>();
        AddApplication(node, application);
        const auto attachment = m_fabric.Attach(node);
        application->SetUplink(attachment.device, attachment.address);
        m_fabric.RouteToNatGateway(attachment, gateway.publicAddresses);
        gateway.node = attachment.address.address;
        m_natGateways.emplace(gateway.name, application);
    }
}

Ptr<NatGatewayNode>
OutboundScenarioHelper::GetNatGateway(const std::string& name) const
{
    RequireCreated("GetNatGateway");
    const auto found = m_natGateways.find(name);
    NS_ABORT_MSG_IF(found == m_natGateways.end(),
                    GetRefusal("NAT gateway", name, "the name of one of the scenario's"));
    return found->second;
}

} // namespace ns3::azure
