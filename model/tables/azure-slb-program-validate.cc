// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-validation.h"
#include "azure-nat-gateway-validation.h"
#include "azure-outbound-plan.h"
#include "azure-outbound-rule-validation.h"
#include "azure-slb-program.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-resource-name.h"
#include "ns3/azure-text-fields.h"
#include "ns3/azure-virtual-network.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace ns3::azure
{

namespace
{

using Error = std::optional<std::string>;

/// Numbers of interfaces and virtual networks are below this: they travel in keys of 24 bits.
constexpr uint32_t NUMBER_LIMIT = uint32_t{1} << 24;

/// Rules and probes have numbers of 16 bits, from 1.
constexpr std::size_t MAX_NUMBERED = std::numeric_limits<uint16_t>::max();

/// @return the first interface whose number is not its own
Error
ValidateNetworkInterfaces(const Deployment& deployment)
{
    std::unordered_set<uint32_t> known;
    for (const auto& each : deployment.networkInterfaces)
    {
        const auto number = each.networkInterface;
        if (number >= NUMBER_LIMIT || !known.insert(number).second)
        {
            return GetRefusal("networkInterface",
                              std::to_string(number),
                              "each its own number, below " + std::to_string(NUMBER_LIMIT));
        }
    }
    return std::nullopt;
}

/// @return the first load balancer whose name, or virtual network, cannot be
Error
ValidateIdentities(const Deployment& deployment)
{
    std::set<std::string> names;
    for (const auto& each : deployment.loadBalancers)
    {
        const bool isTaken = !names.insert(each.name).second;
        if (auto error = CheckNewName("load balancer", each.name, isTaken))
        {
            return error;
        }
        if (each.virtualNetwork.value_or(0) >= NUMBER_LIMIT)
        {
            return GetRefusal("load balancer " + each.name + ", virtualNetwork",
                              std::to_string(*each.virtualNetwork),
                              "a number below " + std::to_string(NUMBER_LIMIT));
        }
    }
    return std::nullopt;
}

/// @return the first load balancer that is not sound by itself
Error
ValidateLoadBalancers(const Deployment& deployment)
{
    std::size_t rules = 0;
    std::size_t probes = 0;
    for (const auto& each : deployment.loadBalancers)
    {
        if (auto error = Validate(each, deployment.profile))
        {
            return error;
        }
        rules += each.loadBalancingRules.size() + each.inboundNatRules.size();
        probes += each.probes.size();
    }
    for (const auto& [field, count] :
         {std::make_pair("rules", rules), std::make_pair("probes", probes)})
    {
        if (count > MAX_NUMBERED)
        {
            return GetRefusal(std::string("load balancers, ") + field,
                              std::to_string(count),
                              std::to_string(MAX_NUMBERED) + " at most in all of them (our limit)");
        }
    }
    return std::nullopt;
}

/// Which load balancers an interface has, by the names that come first.
struct Balancing
{
    const LoadBalancer* publicOne{nullptr};   //!< if it has one
    const LoadBalancer* internalOne{nullptr}; //!< likewise
};

/// Notes who is in which load balancer.
class MembershipValidator
{
  public:
    explicit MembershipValidator(const Deployment& deployment)
    {
        for (const auto& each : deployment.networkInterfaces)
        {
            m_balancing.emplace(each.networkInterface, Balancing());
        }
    }

    /// @return what is wrong with the members and targets of a load balancer
    Error Add(const LoadBalancer& loadBalancer)
    {
        const auto field = "load balancer " + loadBalancer.name;
        for (const auto& pool : loadBalancer.backendPools)
        {
            const auto poolField = field + ", backend pool " + pool.name + ", member";
            std::unordered_set<uint32_t> members;
            for (const auto& member : pool.members)
            {
                const auto number = member.networkInterface;
                if (m_balancing.count(number) == 0 || !members.insert(number).second)
                {
                    return GetRefusal(poolField,
                                      std::to_string(number),
                                      "each network interface of the deployment once at most");
                }
                if (auto error = Join(poolField, loadBalancer, number))
                {
                    return error;
                }
            }
        }
        for (const auto& rule : loadBalancer.inboundNatRules)
        {
            const auto ruleField = field + ", inbound NAT rule " + rule.name + ", networkInterface";
            if (m_balancing.count(rule.networkInterface) == 0)
            {
                return GetRefusal(ruleField,
                                  std::to_string(rule.networkInterface),
                                  "a network interface of the deployment");
            }
            if (auto error = Join(ruleField, loadBalancer, rule.networkInterface))
            {
                return error;
            }
        }
        return std::nullopt;
    }

  private:
    /// @return an error if it has another load balancer of the kind (Azure's rule; no source here)
    Error Join(const std::string& field, const LoadBalancer& loadBalancer, uint32_t number)
    {
        auto& balancing = m_balancing.at(number);
        const bool isInternal = loadBalancer.IsInternal();
        auto& known = isInternal ? balancing.internalOne : balancing.publicOne;
        if (known != nullptr && known != &loadBalancer)
        {
            return GetRefusal(field,
                              std::to_string(number),
                              std::string("a network interface of no other ") +
                                  (isInternal ? "internal" : "public") +
                                  " load balancer; this one is in " + known->name);
        }
        known = &loadBalancer;
        return std::nullopt;
    }

    std::unordered_map<uint32_t, Balancing> m_balancing; //!< by number of the interface
};

Error
ValidateMembership(const Deployment& deployment)
{
    MembershipValidator validator(deployment);
    for (const auto& each : deployment.loadBalancers)
    {
        if (auto error = validator.Add(each))
        {
            return error;
        }
    }
    return std::nullopt;
}

/// @return the first interface that too many rules of all its load balancers lead to
Error
ValidateRulesPerInterface(const Deployment& deployment)
{
    std::unordered_map<uint32_t, uint32_t> rules;
    for (const auto& each : deployment.loadBalancers)
    {
        std::unordered_map<std::string, uint32_t> rulesOfPool;
        for (const auto& rule : each.loadBalancingRules)
        {
            ++rulesOfPool[rule.backendPool];
        }
        for (const auto& pool : each.backendPools)
        {
            for (const auto& member : pool.members)
            {
                rules[member.networkInterface] += rulesOfPool[pool.name];
            }
        }
        for (const auto& rule : each.inboundNatRules)
        {
            ++rules[rule.networkInterface];
        }
    }
    for (const auto& each : deployment.networkInterfaces)
    {
        const auto count = rules[each.networkInterface];
        if (count > MAX_RULES_PER_INTERFACE)
        {
            return GetRefusal("network interface " + std::to_string(each.networkInterface) +
                                  ", load balancer rules",
                              std::to_string(count),
                              std::to_string(MAX_RULES_PER_INTERFACE) + " at most");
        }
    }
    return std::nullopt;
}

/// @return whether a virtual network may have the address
bool
IsPrivate(Ipv4Address address)
{
    return std::any_of(VIRTUAL_NETWORK_PREFIXES.begin(),
                       VIRTUAL_NETWORK_PREFIXES.end(),
                       [address](const auto& prefix) { return prefix.Contains(address.Get()); });
}

/// @return the first frontend whose address is of the wrong kind, or stands twice in a virtual
///         network
Error
ValidateFrontendAddresses(const Deployment& deployment)
{
    std::set<std::pair<uint32_t, Ipv4Address>> known;
    for (const auto& each : deployment.loadBalancers)
    {
        for (const auto& frontend : each.frontends)
        {
            const auto field =
                "load balancer " + each.name + ", frontend " + frontend.name + ", address";
            const auto text =
                GetText(frontend.HasAddress() ? frontend.address : Ipv4Address::GetAny());
            if (!each.IsInternal() && (!frontend.HasAddress() || IsNonInternet(frontend.address)))
            {
                return GetRefusal(field, text, "a public one");
            }
            if (each.IsInternal() && !IsPrivate(frontend.address))
            {
                return GetRefusal(field, text, "one that a virtual network may have");
            }
            if (each.IsInternal() && !known.emplace(*each.virtualNetwork, frontend.address).second)
            {
                return GetRefusal(field,
                                  text,
                                  "one that no other frontend of the virtual network has");
            }
        }
    }
    return std::nullopt;
}

/// @return the first public address that two would use
Error
ValidatePublicAddresses(const Deployment& deployment, const OutboundPlan& plan)
{
    std::vector<Ipv4Address> used;
    for (const auto& each : deployment.loadBalancers)
    {
        for (const auto& frontend : each.frontends)
        {
            if (!each.IsInternal())
            {
                used.push_back(frontend.address);
            }
        }
    }
    std::set<std::string> availabilitySets; // whose address is noted
    for (std::size_t i = 0; i < plan.standings.size(); ++i)
    {
        const auto& each = deployment.networkInterfaces[i];
        const auto method = SelectOutboundMethod(plan.standings[i].situation);
        if (each.instanceLevelPublicIp)
        {
            used.push_back(*each.instanceLevelPublicIp);
        }
        else if (method == OutboundMethod::DefaultSnat &&
                 (each.availabilitySet.empty() ||
                  availabilitySets.insert(each.availabilitySet).second))
        {
            used.push_back(each.platformAddress);
        }
    }
    for (const auto& gateway : deployment.natGateways)
    {
        used.insert(used.end(), gateway.publicAddresses.begin(), gateway.publicAddresses.end());
    }
    std::set<Ipv4Address> known;
    for (const auto& address : used)
    {
        if (!known.insert(address).second)
        {
            return "publicAddress: '" + GetText(address) +
                   "' is not allowed twice; give each public address one use";
        }
    }
    return std::nullopt;
}

/// @return the first interface whose platform address is not that of its availability set
Error
ValidateAvailabilitySets(const Deployment& deployment)
{
    std::map<std::string, Ipv4Address> addresses;
    for (const auto& each : deployment.networkInterfaces)
    {
        if (each.availabilitySet.empty())
        {
            continue;
        }
        const auto& address =
            addresses.emplace(each.availabilitySet, each.platformAddress).first->second;
        if (each.platformAddress != address)
        {
            return GetRefusal(
                "network interface " + std::to_string(each.networkInterface) + ", platformAddress",
                GetText(each.platformAddress),
                GetText(address) + ", as to others of availability set " + each.availabilitySet);
        }
    }
    return std::nullopt;
}

/// @return the first interface that would have no SNAT ports, as only NAT gateways have any
Error
ValidateSharedPorts(const Deployment& deployment, const OutboundPlan& plan)
{
    for (std::size_t i = 0; i < plan.standings.size(); ++i)
    {
        const auto method = SelectOutboundMethod(plan.standings[i].situation);
        if (deployment.profile.portBudget == PortBudget::Shared &&
            (method == OutboundMethod::LoadBalancerFrontend ||
             method == OutboundMethod::DefaultSnat))
        {
            return GetRefusal("PortBudget",
                              "Shared",
                              "another one, or a NAT gateway to network interface " +
                                  std::to_string(deployment.networkInterfaces[i].networkInterface) +
                                  ", whose outbound method is " + GetName(method));
        }
    }
    return std::nullopt;
}

/// @return the first share whose ports do not suffice
Error
ValidateSnatPorts(const Profile& profile, const OutboundPlan& plan)
{
    for (uint32_t i = 0; i < plan.shares.size(); ++i)
    {
        if (auto error = ValidateSnatPortBudget(profile, plan.GetShared(i)))
        {
            return error;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string>
Validate(const Deployment& deployment)
{
    // Names and members before what is derived from them.
    for (const auto validate : {&ValidateNetworkInterfaces,
                                &ValidateIdentities,
                                &ValidateMembership,
                                &ValidateLoadBalancers,
                                &ValidateRulesPerInterface,
                                &ValidateFrontendAddresses,
                                &ValidateNatGateways,
                                &ValidateAvailabilitySets,
                                &ValidateOutboundIdleTimeouts})
    {
        if (auto error = validate(deployment))
        {
            return error;
        }
    }
    const auto plan = MakeOutboundPlan(deployment);
    if (auto error = ValidatePublicAddresses(deployment, plan))
    {
        return error;
    }
    if (auto error = ValidateSharedPorts(deployment, plan))
    {
        return error;
    }
    return ValidateSnatPorts(deployment.profile, plan);
}

} // namespace ns3::azure
