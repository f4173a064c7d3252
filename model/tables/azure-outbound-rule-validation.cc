// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-rule-validation.h"

#include "azure-outbound-plan.h"
#include "azure-snat-port-budget.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-resource-name.h"

#include <algorithm>
#include <map>
#include <set>

namespace ns3::azure
{

namespace
{

using Error = std::optional<std::string>;

/// Walks over the outbound rules of one load balancer.
class OutboundRuleValidator
{
  public:
    OutboundRuleValidator(const LoadBalancer& loadBalancer, const Profile& profile)
        : m_loadBalancer(loadBalancer),
          m_profile(profile),
          m_field("load balancer " + loadBalancer.name + ", outbound rule")
    {
        for (const auto& rule : loadBalancer.loadBalancingRules)
        {
            if (!rule.disableOutboundSnat)
            {
                m_linking.emplace(rule.frontend, rule.name);
            }
        }
        for (const auto& frontend : loadBalancer.frontends)
        {
            const auto space = MakeSnatPortSpace(profile, loadBalancer, frontend.name);
            m_ports[frontend.name] = std::min(space.GetSize(), MAX_ALLOCATED_OUTBOUND_PORTS);
        }
    }

    /// @return the first error
    Error Validate()
    {
        const auto& rules = m_loadBalancer.outboundRules;
        if (!rules.empty() &&
            (m_loadBalancer.IsInternal() || m_loadBalancer.sku != LoadBalancerSku::Standard))
        {
            return GetRefusal(m_field + "s",
                              std::to_string(rules.size()),
                              "none; they are for public Standard load balancers");
        }
        if (rules.size() > MAX_OUTBOUND_RULES)
        {
            return GetRefusal(m_field + "s",
                              std::to_string(rules.size()),
                              std::to_string(MAX_OUTBOUND_RULES) + " at most");
        }
        std::set<std::string> names;
        for (const auto& rule : rules)
        {
            const bool isTaken = !names.insert(rule.name).second;
            if (auto error = CheckNewName(m_field, rule.name, isTaken))
            {
                return error;
            }
            if (auto error = Validate(rule))
            {
                return error;
            }
        }
        return std::nullopt;
    }

  private:
    /// @return the field of a rule, for errors
    std::string GetField(const OutboundRule& rule, const std::string& property) const
    {
        return m_field + " " + rule.name + ", " + property;
    }

    Error Validate(const OutboundRule& rule)
    {
        if (auto error = ValidateFrontends(rule))
        {
            return error;
        }
        const auto* pool = FindByName(m_loadBalancer.backendPools, rule.backendPool);
        if (pool == nullptr)
        {
            return GetRefusal(GetField(rule, "backendPool"),
                              rule.backendPool,
                              "the name of a backend pool of the load balancer");
        }
        if (auto error = ValidateIdleTimeout(rule))
        {
            return error;
        }
        const auto members = static_cast<uint32_t>(pool->members.size());
        if (auto error = ValidateAllocation(rule, members))
        {
            return error;
        }
        return TakePorts(rule, members);
    }

    Error ValidateFrontends(const OutboundRule& rule) const
    {
        const auto field = GetField(rule, "frontends");
        if (rule.frontends.empty())
        {
            return GetRefusal(field, "", "one or more");
        }
        std::set<std::string> known;
        for (const auto& frontend : rule.frontends)
        {
            if (m_ports.count(frontend) == 0 || !known.insert(frontend).second)
            {
                return GetRefusal(field,
                                  frontend,
                                  "names of frontends of the load balancer, each once");
            }
            if (const auto other = m_linking.find(frontend); other != m_linking.end())
            {
                return GetRefusal(field,
                                  frontend,
                                  "one of its own, or disableOutboundSnat to rule " +
                                      other->second);
            }
        }
        return std::nullopt;
    }

    Error ValidateIdleTimeout(const OutboundRule& rule) const
    {
        const auto most = m_profile.maxOutboundIdleTimeout;
        const auto minutes = rule.idleTimeoutInMinutes;
        if (minutes < MIN_IDLE_TIMEOUT_MINUTES || Minutes(minutes) > most)
        {
            return GetRefusal(
                GetField(rule, "idleTimeoutInMinutes"),
                std::to_string(minutes),
                std::to_string(MIN_IDLE_TIMEOUT_MINUTES) + " to " +
                    std::to_string(most.GetNanoSeconds() / Minutes(1).GetNanoSeconds()));
        }
        return std::nullopt;
    }

    /// @return an error if the number of ports, or who is to share all of them, is not allowed
    Error ValidateAllocation(const OutboundRule& rule, uint32_t members) const
    {
        const auto ports = rule.allocatedOutboundPorts;
        const auto portsField = GetField(rule, "allocatedOutboundPorts");
        if (ports % SNAT_PORT_GRANULARITY != 0)
        {
            return GetRefusal(portsField, std::to_string(ports), "a multiple of 8");
        }
        if (!rule.maxBackendInstances)
        {
            return std::nullopt;
        }
        if (ports != 0)
        {
            return GetRefusal(portsField, std::to_string(ports), "0 beside maxBackendInstances");
        }
        const auto most =
            rule.frontends.size() * MAX_ALLOCATED_OUTBOUND_PORTS / SNAT_PORT_GRANULARITY;
        const auto least = std::max(members, 1U);
        if (*rule.maxBackendInstances < least || *rule.maxBackendInstances > most)
        {
            return GetRefusal(GetField(rule, "maxBackendInstances"),
                              std::to_string(*rule.maxBackendInstances),
                              std::to_string(least) + " to " + std::to_string(most) +
                                  " for a pool of " + std::to_string(members));
        }
        return std::nullopt;
    }

    /// @brief Give the members their ports. @return an error if there are not as many
    Error TakePorts(const OutboundRule& rule, uint32_t members)
    {
        if (members == 0)
        {
            return std::nullopt;
        }
        uint32_t left = 0;
        for (const auto& frontend : rule.frontends)
        {
            left += m_ports.at(frontend);
        }
        const auto ports =
            GetSnatPortBudget(m_profile, {{members, left, GetAllocatedPorts(rule)}}).front();
        auto needed = uint64_t{members} * ports;
        if (needed > left)
        {
            const bool isByInstances = rule.maxBackendInstances.has_value();
            const auto most = left / members;
            return GetRefusal(
                GetField(rule, isByInstances ? "maxBackendInstances" : "allocatedOutboundPorts"),
                std::to_string(rule.maxBackendInstances.value_or(rule.allocatedOutboundPorts)),
                (isByInstances ? "more, or fewer members"
                               : "at most " + std::to_string(most - most % SNAT_PORT_GRANULARITY)) +
                    ", as " + std::to_string(members) + " members need " + std::to_string(ports) +
                    " ports each and the frontends have " + std::to_string(left) + " left");
        }
        for (const auto& frontend : rule.frontends)
        {
            auto& each = m_ports.at(frontend);
            const auto taken = static_cast<uint32_t>(std::min<uint64_t>(needed, each));
            each -= taken;
            needed -= taken;
        }
        return std::nullopt;
    }

    const LoadBalancer& m_loadBalancer; //!< whose rules are checked
    const Profile& m_profile;           //!< ports, budget, longest timeout
    std::string m_field;                //!< how errors name them
    std::map<std::string, std::string>
        m_linking;                           //!< rule that gives a frontend's SNAT, by frontend
    std::map<std::string, uint32_t> m_ports; //!< left of a frontend, by its name
};

/// @return an error if two rules of one network interface differ in what they do with idle flows
Error
Compare(const std::string& field,
        const OutboundRule& rule,
        const OutboundRule& first,
        uint32_t networkInterface,
        IpProtocol protocol)
{
    const auto suffix =
        ", as to rule " + first.name + " of network interface " + std::to_string(networkInterface);
    if (rule.idleTimeoutInMinutes != first.idleTimeoutInMinutes)
    {
        return GetRefusal(field + ", idleTimeoutInMinutes",
                          std::to_string(rule.idleTimeoutInMinutes),
                          std::to_string(first.idleTimeoutInMinutes) + suffix);
    }
    if (protocol == IpProtocol::Tcp && rule.enableTcpReset != first.enableTcpReset)
    {
        return GetRefusal(field + ", enableTcpReset",
                          rule.enableTcpReset ? "true" : "false",
                          (first.enableTcpReset ? "true" : "false") + suffix);
    }
    return std::nullopt;
}

/// First outbound rules by network interface.
using FirstRules = std::map<uint32_t, const OutboundRule*>;

/// @return an error if a rule for the protocol differs from the first one of a network interface
Error
CompareWithFirst(const LoadBalancer& loadBalancer,
                 const OutboundRule& rule,
                 IpProtocol protocol,
                 FirstRules& rules)
{
    const auto field = "load balancer " + loadBalancer.name + ", outbound rule " + rule.name;
    for (const auto& member : FindByName(loadBalancer.backendPools, rule.backendPool)->members)
    {
        const auto& first = *rules.emplace(member.networkInterface, &rule).first->second;
        if (auto error = Compare(field, rule, first, member.networkInterface, protocol))
        {
            return error;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string>
ValidateOutboundIdleTimeouts(const Deployment& deployment)
{
    for (const auto protocol : {IpProtocol::Tcp, IpProtocol::Udp})
    {
        FirstRules rules;
        for (const auto& loadBalancer : deployment.loadBalancers)
        {
            for (const auto& rule : loadBalancer.outboundRules)
            {
                if (!Covers(rule.protocol, protocol))
                {
                    continue;
                }
                if (auto error = CompareWithFirst(loadBalancer, rule, protocol, rules))
                {
                    return error;
                }
            }
        }
    }
    return std::nullopt;
}

std::optional<std::string>
ValidateOutboundRules(const LoadBalancer& loadBalancer, const Profile& profile)
{
    return OutboundRuleValidator(loadBalancer, profile).Validate();
}

} // namespace ns3::azure
