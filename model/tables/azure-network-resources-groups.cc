// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-network-resources.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-resource-name.h"
#include "ns3/azure-text-fields.h"

#include <algorithm>
#include <cstddef>

/**
 * @file
 * @brief The part of NetworkResources about network security groups and application security
 * groups.
 */
namespace ns3::azure
{

namespace
{

/// @return whether one of Azure's rules has the name
bool
IsDefaultRule(const std::string& name)
{
    const auto& rules = GetDefaultSecurityRules();
    return std::any_of(rules.begin(), rules.end(), [&](const SecurityRule& rule) {
        return IsSameWord(rule.name, name);
    });
}

/// @return an error about a rule, with its group
std::string
NameGroup(const NetworkSecurityGroup& group, const std::string& error)
{
    return "group " + group.name + ", " + error;
}

/// @return what an error about a rule begins with
std::string
GetRuleField(const NetworkSecurityGroup& group,
             const SecurityRule& rule,
             const std::string& property)
{
    return NameGroup(group, "rule " + rule.name + ", " + property);
}

/// @return the rules of the group, the new one too
std::vector<const SecurityRule*>
GetRulesWith(const NetworkSecurityGroup& group, const SecurityRule& added)
{
    std::vector<const SecurityRule*> rules{&added};
    for (const auto& rule : group.rules)
    {
        rules.push_back(&rule);
    }
    return rules;
}

/// @return nothing; or which limit of a group the new rule breaks (sources.rst B.9: LIM-2212)
std::optional<std::string>
CheckLimits(const NetworkSecurityGroup& group, const SecurityRule& added)
{
    const auto field = "network security group " + group.name;
    if (group.rules.size() >= MAX_SECURITY_RULES)
    {
        return GetRefusal(field + ", securityRules",
                          added.name,
                          std::to_string(MAX_SECURITY_RULES) + " rules at most");
    }
    std::size_t sources = 0;
    std::size_t destinations = 0;
    std::set<std::string> names;
    for (const auto* rule : GetRulesWith(group, added))
    {
        sources += rule->source.prefixes.size();
        destinations += rule->destination.prefixes.size();
        for (const auto* side : {&rule->source, &rule->destination})
        {
            names.insert(side->applicationSecurityGroups.begin(),
                         side->applicationSecurityGroups.end());
        }
    }
    const auto prefixes = std::to_string(MAX_SECURITY_RULE_PREFIXES) + " at most in all rules";
    if (sources > MAX_SECURITY_RULE_PREFIXES)
    {
        return GetRefusal(GetRuleField(group, added, "sourceAddressPrefixes"),
                          std::to_string(added.source.prefixes.size()) + " more",
                          prefixes);
    }
    if (destinations > MAX_SECURITY_RULE_PREFIXES)
    {
        return GetRefusal(GetRuleField(group, added, "destinationAddressPrefixes"),
                          std::to_string(added.destination.prefixes.size()) + " more",
                          prefixes);
    }
    if (names.size() > MAX_APPLICATION_SECURITY_GROUPS_PER_GROUP)
    {
        return GetRefusal(field + ", application security groups",
                          std::to_string(names.size()),
                          std::to_string(MAX_APPLICATION_SECURITY_GROUPS_PER_GROUP) +
                              " at most in all rules");
    }
    return std::nullopt;
}

} // namespace

const NetworkSecurityGroup*
NetworkResources::FindNetworkSecurityGroup(const std::string& name) const
{
    const auto group = m_groups.find(name);
    return group == m_groups.end() ? nullptr : &group->second;
}

NetworkResources::Error
NetworkResources::CheckGroup(const std::string& group) const
{
    if (m_groups.count(group) == 0)
    {
        return GetRefusal("network security group", group, "the name of one that was added");
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::AddNetworkSecurityGroup(const std::string& name, DeploymentModel model)
{
    if (auto error = CheckNewName("network security group", name, m_groups.count(name) > 0))
    {
        return error;
    }
    m_groups[name] = {name, model, {}};
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::RemoveNetworkSecurityGroup(const std::string& name)
{
    if (auto error = CheckGroup(name))
    {
        return error;
    }
    bool isAttached = false;
    for (const auto& [network, entry] : m_networks)
    {
        for (const auto& [subnet, group] : entry.groups)
        {
            isAttached = isAttached || group == name;
        }
    }
    for (const auto& [number, entry] : m_interfaces)
    {
        isAttached = isAttached || entry.group == name;
    }
    if (isAttached)
    {
        return GetRefusal("network security group", name, "one that is attached nowhere");
    }
    m_groups.erase(name);
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::AddSecurityRule(const std::string& group, const SecurityRuleText& rule)
{
    if (auto error = CheckGroup(group))
    {
        return error;
    }
    const auto parsed = ParseSecurityRule(rule, m_cloud);
    return parsed ? AddSecurityRule(group, *parsed)
                  : NameGroup(m_groups.at(group), parsed.GetError());
}

NetworkResources::Error
NetworkResources::AddSecurityRule(const std::string& group, const SecurityRule& rule)
{
    if (auto error = CheckGroup(group))
    {
        return error;
    }
    auto& found = m_groups.at(group);
    if (const auto error = ValidateSecurityRule(rule, found.model, m_profile))
    {
        return NameGroup(found, *error);
    }
    if (auto error = CheckNewRule(found, rule))
    {
        return error;
    }
    found.rules.push_back(rule);
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::CheckNewRule(const NetworkSecurityGroup& group, const SecurityRule& rule) const
{
    if (IsDefaultRule(rule.name))
    {
        return GetRefusal(GetRuleField(group, rule, "name"),
                          rule.name,
                          "a name no default rule has, in upper or lower case");
    }
    for (const auto& other : group.rules)
    {
        if (IsSameWord(other.name, rule.name))
        {
            return GetRefusal(GetRuleField(group, rule, "name"),
                              rule.name,
                              "a name that no other rule of " + group.name +
                                  " has, in upper or lower case");
        }
        if (other.direction == rule.direction && other.priority == rule.priority)
        {
            return GetRefusal(GetRuleField(group, rule, "priority"),
                              std::to_string(rule.priority),
                              "one that no other " + std::string(GetName(rule.direction)) +
                                  " rule of " + group.name + " has, as " + other.name + " does");
        }
    }
    for (const auto* side : {&rule.source, &rule.destination})
    {
        // a rule that was no text may be for a region that this cloud does not have
        const auto text = side->serviceTag ? GetText(*side->serviceTag) : "Internet";
        const auto tag = ParseServiceTag(GetRuleField(group, rule, "service tag"), text, m_cloud);
        if (!tag)
        {
            return tag.GetError();
        }
    }
    if (auto error = CheckApplicationSecurityGroups(group, rule))
    {
        return error;
    }
    return CheckLimits(group, rule);
}

NetworkResources::Error
NetworkResources::CheckApplicationSecurityGroups(const NetworkSecurityGroup& group,
                                                 const SecurityRule& rule) const
{
    for (const auto* side : {&rule.source, &rule.destination})
    {
        const auto field =
            GetRuleField(group,
                         rule,
                         side == &rule.source ? "sourceApplicationSecurityGroups"
                                              : "destinationApplicationSecurityGroups");
        for (const auto& name : side->applicationSecurityGroups)
        {
            if (group.model == DeploymentModel::Classic)
            {
                return GetRefusal(field,
                                  name,
                                  "addresses or a service tag; application security groups only in "
                                  "a Resource Manager group");
            }
            if (m_membership.count(name) == 0)
            {
                return GetRefusal(field, name, "the name of one that was added");
            }
        }
    }
    for (const auto& source : rule.source.applicationSecurityGroups)
    {
        for (const auto& destination : rule.destination.applicationSecurityGroups)
        {
            const auto from = GetNetwork(source);
            const auto to = GetNetwork(destination);
            if (from && to && *from != *to)
            {
                return GetRefusal(GetRuleField(group, rule, "destinationApplicationSecurityGroups"),
                                  destination,
                                  "one in virtual network " + *from + ", as " + source + " is");
            }
        }
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::CheckRulesThatName(const std::string& applicationSecurityGroup) const
{
    const auto hasGroup = [&](const SecurityRuleEndpoint& side) {
        const auto& names = side.applicationSecurityGroups;
        return std::find(names.begin(), names.end(), applicationSecurityGroup) != names.end();
    };
    for (const auto& [name, group] : m_groups)
    {
        for (const auto& rule : group.rules)
        {
            if (!hasGroup(rule.source) && !hasGroup(rule.destination))
            {
                continue;
            }
            if (auto error = CheckApplicationSecurityGroups(group, rule))
            {
                return error;
            }
        }
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::RemoveSecurityRule(const std::string& group, const std::string& rule)
{
    if (auto error = CheckGroup(group))
    {
        return error;
    }
    if (IsDefaultRule(rule))
    {
        return GetRefusal("rule of " + group,
                          rule,
                          "a custom rule; default rules stay, but one of a lower number, " +
                              std::to_string(MIN_RULE_PRIORITY) + " to " +
                              std::to_string(MAX_RULE_PRIORITY) + ", overrides them");
    }
    auto& rules = m_groups.at(group).rules;
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const SecurityRule& each) {
        return IsSameWord(each.name, rule);
    });
    if (found == rules.end())
    {
        return GetRefusal("rule of " + group, rule, "the name of a rule of the group");
    }
    rules.erase(found);
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::AttachToSubnet(const std::string& group,
                                 const std::string& virtualNetwork,
                                 const std::string& subnet)
{
    if (auto error = CheckGroup(group))
    {
        return error;
    }
    if (auto error = CheckSubnet(virtualNetwork, subnet))
    {
        return error;
    }
    auto& entry = m_networks.at(virtualNetwork);
    if (m_groups.at(group).model != entry.network.model)
    {
        return GetRefusal("network security group",
                          group,
                          "a group of virtual network " + virtualNetwork + "'s model, " +
                              GetName(entry.network.model));
    }
    const auto [there, isNew] = entry.groups.try_emplace(subnet, group);
    if (!isNew)
    {
        return GetRefusal("security group of subnet " + virtualNetwork + "/" + subnet,
                          group,
                          "one at most, or detach " + there->second + " first");
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::DetachFromSubnet(const std::string& virtualNetwork, const std::string& subnet)
{
    if (auto error = CheckSubnet(virtualNetwork, subnet))
    {
        return error;
    }
    if (m_networks.at(virtualNetwork).groups.erase(subnet) == 0)
    {
        return GetRefusal("subnet", virtualNetwork + "/" + subnet, "one that has a security group");
    }
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::AttachToNetworkInterface(const std::string& group, uint32_t networkInterface)
{
    return Attach(group, networkInterface, DeploymentModel::ResourceManager);
}

NetworkResources::Error
NetworkResources::AttachToVirtualMachine(const std::string& group, uint32_t networkInterface)
{
    return Attach(group, networkInterface, DeploymentModel::Classic);
}

NetworkResources::Error
NetworkResources::Attach(const std::string& group, uint32_t networkInterface, DeploymentModel model)
{
    if (auto error = CheckGroup(group))
    {
        return error;
    }
    const bool isClassic = model == DeploymentModel::Classic;
    if (m_groups.at(group).model != model)
    {
        return GetRefusal("network security group",
                          group,
                          isClassic
                              ? "a classic group, or attach it to a network interface"
                              : "a Resource Manager group, or attach it to a virtual machine");
    }
    if (auto error = CheckNetworkInterface(networkInterface))
    {
        return error;
    }
    auto& entry = m_interfaces.at(networkInterface);
    if (m_networks.at(entry.placement.virtualNetwork).network.model != model)
    {
        return GetRefusal("network interface",
                          std::to_string(networkInterface),
                          isClassic
                              ? "one in a classic virtual network, or a Resource Manager group"
                              : "one in a Resource Manager virtual network, or a classic "
                                "group for its virtual machine");
    }
    auto& there = entry.group;
    if (there)
    {
        return GetRefusal("security group of network interface " + std::to_string(networkInterface),
                          group,
                          "one at most, or detach " + *there + " first");
    }
    there = group;
    return std::nullopt;
}

NetworkResources::Error
NetworkResources::DetachFromNetworkInterface(uint32_t networkInterface)
{
    if (auto error = CheckNetworkInterface(networkInterface))
    {
        return error;
    }
    auto& there = m_interfaces.at(networkInterface).group;
    if (!there)
    {
        return GetRefusal("network interface",
                          std::to_string(networkInterface),
                          "one that has a security group");
    }
    there.reset();
    return std::nullopt;
}

std::optional<std::string>
NetworkResources::GetSubnetGroup(uint32_t networkInterface) const
{
    const auto* placement = FindNetworkInterface(networkInterface);
    if (placement == nullptr)
    {
        return std::nullopt;
    }
    const auto& groups = m_networks.at(placement->virtualNetwork).groups;
    const auto group = groups.find(placement->subnet);
    return group == groups.end() ? std::nullopt : std::make_optional(group->second);
}

std::optional<std::string>
NetworkResources::GetInterfaceGroup(uint32_t networkInterface) const
{
    const auto entry = m_interfaces.find(networkInterface);
    return entry == m_interfaces.end() ? std::nullopt : entry->second.group;
}

NetworkResources::Error
NetworkResources::AddApplicationSecurityGroup(const std::string& name)
{
    const bool isTaken = m_membership.count(name) > 0;
    if (auto error = CheckNewName("application security group", name, isTaken))
    {
        return error;
    }
    m_membership[name];
    return std::nullopt;
}

std::optional<std::string>
NetworkResources::GetNetwork(const std::string& applicationSecurityGroup) const
{
    const auto& members = m_membership.at(applicationSecurityGroup);
    if (members.empty())
    {
        return std::nullopt;
    }
    return m_interfaces.at(*members.begin()).placement.virtualNetwork;
}

NetworkResources::Error
NetworkResources::Join(const std::string& applicationSecurityGroup, uint32_t networkInterface)
{
    const auto field = "application security group " + applicationSecurityGroup;
    const auto number = std::to_string(networkInterface);
    const auto group = m_membership.find(applicationSecurityGroup);
    if (group == m_membership.end())
    {
        return GetRefusal("application security group",
                          applicationSecurityGroup,
                          "the name of one that was added");
    }
    if (auto error = CheckNetworkInterface(networkInterface))
    {
        return error;
    }
    auto& members = group->second;
    if (members.count(networkInterface) > 0)
    {
        return GetRefusal(field, number, "a network interface that is no member yet");
    }
    const auto& network = m_interfaces.at(networkInterface).placement.virtualNetwork;
    const auto first = GetNetwork(applicationSecurityGroup);
    if (first && *first != network)
    {
        return GetRefusal(field,
                          number,
                          "one in the virtual network of the first member, " + *first);
    }
    if (members.size() >= MAX_APPLICATION_SECURITY_GROUP_MEMBERS)
    {
        return GetRefusal(field,
                          number,
                          std::to_string(MAX_APPLICATION_SECURITY_GROUP_MEMBERS) +
                              " members at most");
    }
    const auto joined =
        std::count_if(m_membership.begin(), m_membership.end(), [&](const auto& each) {
            return each.second.count(networkInterface) > 0;
        });
    if (joined >= MAX_APPLICATION_SECURITY_GROUPS_PER_INTERFACE)
    {
        return GetRefusal(field,
                          number,
                          "an interface that is in fewer than " +
                              std::to_string(MAX_APPLICATION_SECURITY_GROUPS_PER_INTERFACE));
    }
    members.insert(networkInterface);
    // Only the first member can bring the group into a virtual network that a rule does not allow.
    auto error = first ? std::nullopt : CheckRulesThatName(applicationSecurityGroup);
    if (error)
    {
        members.erase(networkInterface);
    }
    return error;
}

NetworkResources::Error
NetworkResources::Leave(const std::string& applicationSecurityGroup, uint32_t networkInterface)
{
    const auto group = m_membership.find(applicationSecurityGroup);
    if (group == m_membership.end() || group->second.erase(networkInterface) == 0)
    {
        return GetRefusal("application security group " + applicationSecurityGroup,
                          std::to_string(networkInterface),
                          "a member of it");
    }
    return std::nullopt;
}

} // namespace ns3::azure
