// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-effective-security-rules.h"

#include "azure-network-interface-policy.h"

#include "ns3/azure-text-fields.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace ns3::azure
{

namespace
{

/// @return the rule's name in effective rules and IP flow verify (sources.rst B.9: ES-1805)
std::string
GetEffectiveName(const ResolvedSecurityRule& rule)
{
    return (rule.isDefault ? "defaultSecurityRules/" : "securityRules/") + rule.name;
}

/// @return the rule of that name as it was written
const SecurityRule&
FindWrittenRule(const NetworkSecurityGroup& group, const ResolvedSecurityRule& rule)
{
    const auto& rules = rule.isDefault ? GetDefaultSecurityRules() : group.rules;
    return *std::find_if(rules.begin(), rules.end(), [&](const SecurityRule& each) {
        return each.name == rule.name;
    });
}

/// @return the error that there is no such interface
template <typename Answer>
Parsed<Answer>
RefuseNetworkInterface(uint32_t networkInterface)
{
    return Parsed<Answer>::Refuse("network interface",
                                  std::to_string(networkInterface),
                                  "the number of one that was added");
}

/// @return whether the flow is one from the VM to a service of its host (S3-50)
bool
IsHostServiceRequest(const IpFlow& flow)
{
    const auto remote = flow.remoteAddress.Get();
    return flow.direction == FlowDirection::Outbound &&
           (remote == HOST_SERVICE_ADDRESS || remote == INSTANCE_METADATA_ADDRESS);
}

/// @return a group in the form that hosts look rules up in, with those that count for the flow;
///         null without a group
std::shared_ptr<const SecurityRuleTable>
MakeTable(const NetworkResources& resources,
          const std::optional<std::string>& group,
          const std::string& virtualNetwork,
          const IpFlow& flow)
{
    if (!group)
    {
        return nullptr;
    }
    auto resolved = resources.Resolve(*group, virtualNetwork);
    if (IsHostServiceRequest(flow))
    {
        resolved = SelectHostServiceRules(resolved, resources.GetProfile().hostServicesFiltered);
    }
    return std::make_shared<SecurityRuleTable>(std::move(resolved));
}

} // namespace

Parsed<std::vector<EffectiveNetworkSecurityGroup>>
GetEffectiveSecurityRules(const NetworkResources& resources, uint32_t networkInterface)
{
    const auto* placement = resources.FindNetworkInterface(networkInterface);
    if (placement == nullptr)
    {
        return RefuseNetworkInterface<std::vector<EffectiveNetworkSecurityGroup>>(networkInterface);
    }
    std::vector<EffectiveNetworkSecurityGroup> groups;
    const auto add = [&](const std::optional<std::string>& name,
                         SecurityGroupAttachment attachment) {
        if (!name)
        {
            return;
        }
        EffectiveNetworkSecurityGroup added{*name, attachment, {}};
        const auto& group = *resources.FindNetworkSecurityGroup(*name);
        auto resolved = resources.Resolve(*name, placement->virtualNetwork);
        for (auto& rule : resolved.rules)
        {
            added.rules.push_back(
                {GetEffectiveName(rule), FindWrittenRule(group, rule), std::move(rule)});
        }
        groups.push_back(std::move(added));
    };
    add(resources.GetSubnetGroup(networkInterface), SecurityGroupAttachment::Subnet);
    add(resources.GetInterfaceGroup(networkInterface), SecurityGroupAttachment::NetworkInterface);
    return groups;
}

Parsed<IpFlowVerification>
VerifyIpFlow(const NetworkResources& resources, uint32_t networkInterface, const IpFlow& flow)
{
    using Parsed = Parsed<IpFlowVerification>;
    const auto* placement = resources.FindNetworkInterface(networkInterface);
    if (placement == nullptr)
    {
        return RefuseNetworkInterface<IpFlowVerification>(networkInterface);
    }
    if (placement->privateAddress != flow.localAddress)
    {
        return Parsed::Refuse("local address",
                              GetText(flow.localAddress),
                              "the network interface's own, " + GetText(placement->privateAddress));
    }
    const auto& network = placement->virtualNetwork;
    const SecurityPolicy policy(
        MakeTable(resources, resources.GetSubnetGroup(networkInterface), network, flow),
        MakeTable(resources, resources.GetInterfaceGroup(networkInterface), network, flow));
    const FlowKey sent(flow.localAddress,
                       flow.remoteAddress,
                       flow.localPort,
                       flow.remotePort,
                       flow.protocol);
    const bool isSent = flow.direction == FlowDirection::Outbound;
    const auto decision = policy.Evaluate(flow.direction, isSent ? sent : sent.Reverse());
    IpFlowVerification verification;
    for (uint32_t i = 0; i < decision.count; ++i)
    {
        verification.asked.push_back(decision.matches[i].attachment);
    }
    if (decision.count > 0)
    {
        const auto& deciding = decision.GetDeciding();
        verification.access = deciding.rule->access;
        verification.group = deciding.group->name;
        verification.rule = GetEffectiveName(*deciding.rule);
    }
    return verification;
}

} // namespace ns3::azure
