// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-effective-security-rules.h"

#include "azure-network-interface-policy.h"
#include "azure-platform-rules.h"

#include "ns3/azure-text-fields.h"

#include <algorithm>
#include <cstdint>
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

/// Which rules of a group count for a flow.
enum class RuleSelection : uint8_t
{
    All,         //!< all
    HostService, //!< a service of the VM's host is asked (S3-50)
    License,     //!< a Windows license is asked for (S3-51)
};

/// @return which rules count for a flow with that key
RuleSelection
SelectRules(const NetworkResources& resources,
            uint32_t networkInterface,
            FlowDirection direction,
            const FlowKey& sent)
{
    if (direction == FlowDirection::Outbound && IsHostServiceAddress(sent.GetDestinationNumber()))
    {
        return RuleSelection::HostService;
    }
    const bool isLicense = direction == FlowDirection::Outbound &&
                           IsLicenseRequest(sent, resources.GetDefaultRoute(networkInterface));
    return isLicense ? RuleSelection::License : RuleSelection::All;
}

/// @return a group in the form that hosts look rules up in, with those that count; null without a
///         group
std::shared_ptr<const SecurityRuleTable>
MakeTable(const NetworkResources& resources,
          const std::optional<std::string>& group,
          const std::string& virtualNetwork,
          RuleSelection selection)
{
    if (!group)
    {
        return nullptr;
    }
    auto resolved = resources.Resolve(*group, virtualNetwork);
    if (selection != RuleSelection::All)
    {
        resolved = SelectHostServiceRules(resolved,
                                          selection == RuleSelection::HostService &&
                                              resources.GetProfile().hostServicesFiltered);
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
    const FlowKey sent(flow.localAddress,
                       flow.remoteAddress,
                       flow.localPort,
                       flow.remotePort,
                       flow.protocol);
    const auto selection = SelectRules(resources, networkInterface, flow.direction, sent);
    const SecurityPolicy policy(
        MakeTable(resources, resources.GetSubnetGroup(networkInterface), network, selection),
        MakeTable(resources, resources.GetInterfaceGroup(networkInterface), network, selection));
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
