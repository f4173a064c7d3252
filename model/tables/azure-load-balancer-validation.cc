// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-validation.h"

#include "azure-outbound-rule-validation.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-resource-name.h"

#include <algorithm>
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

/// What inbound NAT rules and load-balancing rules have in common.
struct AnyRule
{
    std::string field;            //!< for errors
    std::string frontend;         //!< name
    TransportProtocol protocol;   //!< of the packets
    uint16_t frontendPort;        //!< 0 with HA ports
    uint16_t backendPort;         //!< likewise
    bool isFloatingIp;            //!< the VM sees the frontend
    uint32_t idleTimeout;         //!< of its flows, in minutes
    bool isTcpReset;              //!< RST to both ends then
    bool isInboundNat;            //!< which of the two
    std::string backendPool;      //!< name; empty: of an inbound NAT rule
    uint32_t networkInterface{0}; //!< of an inbound NAT rule
};

/// Walks over the resources of one load balancer.
class LoadBalancerValidator
{
  public:
    LoadBalancerValidator(const LoadBalancer& loadBalancer, const Profile& profile)
        : m_loadBalancer(loadBalancer),
          m_profile(profile),
          m_isBasic(loadBalancer.sku == LoadBalancerSku::Basic),
          m_field("load balancer " + loadBalancer.name)
    {
        for (const auto& frontend : loadBalancer.frontends)
        {
            m_frontends.emplace(frontend.name, m_frontends.size());
        }
        for (const auto& pool : loadBalancer.backendPools)
        {
            m_pools.emplace(pool.name, &pool);
        }
        for (const auto& rule : loadBalancer.loadBalancingRules)
        {
            m_rules.push_back({GetField("rule", rule.name),
                               rule.frontend,
                               rule.protocol,
                               rule.frontendPort,
                               rule.backendPort,
                               rule.enableFloatingIp,
                               rule.idleTimeoutInMinutes,
                               rule.enableTcpReset,
                               false,
                               rule.backendPool});
        }
        for (const auto& rule : loadBalancer.inboundNatRules)
        {
            m_rules.push_back({GetField("inbound NAT rule", rule.name),
                               rule.frontend,
                               rule.protocol,
                               rule.frontendPort,
                               rule.backendPort,
                               rule.enableFloatingIp,
                               rule.idleTimeoutInMinutes,
                               rule.enableTcpReset,
                               true,
                               "",
                               rule.networkInterface});
        }
    }

    /// @return the first error
    Error Validate() const
    {
        using Step = Error (LoadBalancerValidator::*)() const;
        constexpr Step STEPS[] = {
            &LoadBalancerValidator::ValidateNames,
            &LoadBalancerValidator::ValidateSizes,
            &LoadBalancerValidator::ValidateReferences,
            &LoadBalancerValidator::ValidateProbes,
            &LoadBalancerValidator::ValidatePorts,
            &LoadBalancerValidator::ValidateIdleTimeouts,
            &LoadBalancerValidator::ValidateDistributions,
            &LoadBalancerValidator::ValidateFrontendUse,
            &LoadBalancerValidator::ValidateAdministrativeStates,
            &LoadBalancerValidator::ValidateBackends,
            &LoadBalancerValidator::ValidateBackendPorts,
            &LoadBalancerValidator::ValidateHaPortsBackends,
            &LoadBalancerValidator::ValidateOutboundRules,
        };
        for (const auto step : STEPS)
        {
            if (auto error = (this->*step)())
            {
                return error;
            }
        }
        return std::nullopt;
    }

  private:
    std::string GetField(const std::string& kind, const std::string& name) const
    {
        return m_field + ", " + kind + " " + name;
    }

    /// @return the first name that stands twice, or is none
    template <typename T>
    Error CheckNames(const std::string& kind, const std::vector<T>& resources) const
    {
        std::set<std::string> names;
        for (const auto& each : resources)
        {
            const bool isTaken = !names.insert(each.name).second;
            if (auto error = CheckNewName(m_field + ", " + kind, each.name, isTaken))
            {
                return error;
            }
        }
        return std::nullopt;
    }

    Error ValidateNames() const
    {
        if (auto error = CheckNames("frontend", m_loadBalancer.frontends))
        {
            return error;
        }
        if (auto error = CheckNames("backend pool", m_loadBalancer.backendPools))
        {
            return error;
        }
        if (auto error = CheckNames("probe", m_loadBalancer.probes))
        {
            return error;
        }
        if (auto error = CheckNames("rule", m_loadBalancer.loadBalancingRules))
        {
            return error;
        }
        return CheckNames("inbound NAT rule", m_loadBalancer.inboundNatRules);
    }

    /// @return an error if there is more than is allowed
    Error CheckSize(const std::string& field,
                    std::size_t size,
                    uint32_t mostStandard,
                    uint32_t mostBasic) const
    {
        const auto most = m_isBasic ? mostBasic : mostStandard;
        return size <= most ? std::nullopt
                            : std::make_optional(
                                  GetRefusal(field,
                                             std::to_string(size),
                                             std::to_string(most) + " at most in a " +
                                                 GetName(m_loadBalancer.sku) + " load balancer"));
    }

    Error ValidateSizes() const
    {
        if (auto error = CheckSize(m_field + ", frontends",
                                   m_loadBalancer.frontends.size(),
                                   MAX_FRONTENDS,
                                   MAX_BASIC_FRONTENDS))
        {
            return error;
        }
        for (const auto& pool : m_loadBalancer.backendPools)
        {
            if (auto error = CheckSize(GetField("backend pool", pool.name) + ", members",
                                       pool.members.size(),
                                       MAX_POOL_MEMBERS,
                                       MAX_BASIC_POOL_MEMBERS))
            {
                return error;
            }
        }
        return CheckSize(m_field + ", rules",
                         m_rules.size(),
                         MAX_LOAD_BALANCER_RULES,
                         MAX_BASIC_LOAD_BALANCER_RULES);
    }

    Error ValidateReferences() const
    {
        for (const auto& rule : m_rules)
        {
            if (m_frontends.count(rule.frontend) == 0)
            {
                return GetRefusal(rule.field + ", frontend",
                                  rule.frontend,
                                  "the name of a frontend of the load balancer");
            }
            if (!rule.isInboundNat && m_pools.count(rule.backendPool) == 0)
            {
                return GetRefusal(rule.field + ", backendPool",
                                  rule.backendPool,
                                  "the name of a backend pool of the load balancer");
            }
        }
        return ValidateProbeNames();
    }

    Error ValidateProbeNames() const
    {
        std::set<std::string> probes{""};
        for (const auto& probe : m_loadBalancer.probes)
        {
            probes.insert(probe.name);
        }
        for (const auto& rule : m_loadBalancer.loadBalancingRules)
        {
            if (probes.count(rule.probe) == 0)
            {
                return GetRefusal(GetField("rule", rule.name) + ", probe",
                                  rule.probe,
                                  "the name of a probe of the load balancer, or none");
            }
        }
        return std::nullopt;
    }

    Error ValidateProbes() const
    {
        for (const auto& probe : m_loadBalancer.probes)
        {
            if (auto error = azure::Validate(probe,
                                             GetField("probe", probe.name),
                                             m_loadBalancer.sku,
                                             m_profile))
            {
                return error;
            }
        }
        return std::nullopt;
    }

    Error ValidatePorts() const
    {
        for (const auto& rule : m_rules)
        {
            if (auto error = rule.protocol == TransportProtocol::All ? ValidateHaPorts(rule)
                                                                     : ValidatePorts(rule))
            {
                return error;
            }
        }
        return std::nullopt;
    }

    static Error ValidatePorts(const AnyRule& rule)
    {
        if (rule.frontendPort < 1 || rule.frontendPort > 65534)
        {
            return GetRefusal(rule.field + ", frontendPort",
                              std::to_string(rule.frontendPort),
                              "1 to 65534; 0 is for protocol All");
        }
        if (rule.backendPort < 1)
        {
            return GetRefusal(rule.field + ", backendPort",
                              std::to_string(rule.backendPort),
                              "1 to 65535; 0 is for protocol All");
        }
        return std::nullopt;
    }

    Error ValidateHaPorts(const AnyRule& rule) const
    {
        if (rule.isInboundNat)
        {
            return GetRefusal(rule.field + ", protocol", GetName(rule.protocol), "Tcp or Udp");
        }
        if (m_isBasic || !m_loadBalancer.IsInternal())
        {
            return GetRefusal(rule.field + ", protocol",
                              GetName(rule.protocol),
                              "Tcp or Udp; All is for internal Standard load balancers");
        }
        for (const auto& [property, port] : {std::make_pair(", frontendPort", rule.frontendPort),
                                             std::make_pair(", backendPort", rule.backendPort)})
        {
            if (port != 0)
            {
                return GetRefusal(rule.field + property,
                                  std::to_string(port),
                                  "0: protocol All is for all ports");
            }
        }
        return std::nullopt;
    }

    /// @return a rule that ends idle flows in a way it may not (sources.rst B.5)
    Error ValidateIdleTimeouts() const
    {
        for (const auto& rule : m_rules)
        {
            if (rule.idleTimeout < MIN_IDLE_TIMEOUT_MINUTES ||
                rule.idleTimeout > MAX_RULE_IDLE_TIMEOUT_MINUTES)
            {
                return GetRefusal(rule.field + ", idleTimeoutInMinutes",
                                  std::to_string(rule.idleTimeout),
                                  std::to_string(MIN_IDLE_TIMEOUT_MINUTES) + " to " +
                                      std::to_string(MAX_RULE_IDLE_TIMEOUT_MINUTES));
            }
            if (rule.isTcpReset && (m_isBasic || rule.protocol == TransportProtocol::All))
            {
                return GetRefusal(rule.field + ", enableTcpReset",
                                  "true",
                                  m_isBasic ? "false; it is for Standard load balancers"
                                            : "false; protocol All has no TCP reset");
            }
        }
        return std::nullopt;
    }

    Error ValidateOutboundRules() const
    {
        return azure::ValidateOutboundRules(m_loadBalancer, m_profile);
    }

    /// @return a rule for HA ports that chooses members by less than the flow (HA-1709)
    Error ValidateDistributions() const
    {
        for (const auto& rule : m_loadBalancer.loadBalancingRules)
        {
            if (rule.protocol == TransportProtocol::All &&
                rule.distribution != LoadDistribution::Default)
            {
                return GetRefusal(GetField("rule", rule.name) + ", loadDistribution",
                                  GetName(rule.distribution),
                                  "Default; protocol All distributes by flow");
            }
        }
        return std::nullopt;
    }

    /// @return two rules for the same packets
    Error ValidateFrontendUse() const
    {
        std::map<std::string, std::set<std::pair<TransportProtocol, uint16_t>>> uses;
        for (const auto& rule : m_rules)
        {
            auto& use = uses[rule.frontend];
            const auto isTaken = [&](const std::pair<TransportProtocol, uint16_t>& key) {
                return use.count(key) > 0;
            };
            const bool isHaPorts = rule.protocol == TransportProtocol::All;
            if ((isHaPorts && !use.empty()) || isTaken({TransportProtocol::All, 0}))
            {
                return GetRefusal(rule.field + ", frontend",
                                  rule.frontend,
                                  "a frontend of its own to a rule with protocol All");
            }
            if (isTaken({rule.protocol, rule.frontendPort}))
            {
                return GetRefusal(rule.field + ", frontendPort",
                                  std::to_string(rule.frontendPort),
                                  std::string("a ") + GetName(rule.protocol) +
                                      " port of frontend " + rule.frontend +
                                      " that no other rule uses");
            }
            use.emplace(rule.protocol, rule.frontendPort);
        }
        return std::nullopt;
    }

    Error ValidateAdministrativeStates() const
    {
        std::set<std::string> probed;
        for (const auto& rule : m_loadBalancer.loadBalancingRules)
        {
            if (!rule.probe.empty())
            {
                probed.insert(rule.backendPool);
            }
        }
        for (const auto& pool : m_loadBalancer.backendPools)
        {
            for (const auto& member : pool.members)
            {
                if (member.state != AdministrativeState::None && probed.count(pool.name) == 0)
                {
                    return GetRefusal(GetField("backend pool", pool.name) + ", member " +
                                          std::to_string(member.networkInterface) +
                                          ", administrativeState",
                                      GetName(member.state),
                                      "None, or a probe to a rule of the pool");
                }
            }
        }
        return std::nullopt;
    }

    /// @return a frontend that leads to too many
    Error ValidateBackends() const
    {
        std::map<std::string, std::set<std::string>> pools;
        for (const auto& rule : m_loadBalancer.loadBalancingRules)
        {
            pools[rule.frontend].insert(rule.backendPool);
        }
        for (const auto& [frontend, names] : pools)
        {
            std::set<uint32_t> backends;
            for (const auto& name : names)
            {
                for (const auto& member : m_pools.at(name)->members)
                {
                    backends.insert(member.networkInterface);
                }
            }
            if (backends.size() > MAX_BACKENDS_PER_FRONTEND)
            {
                return GetRefusal(GetField("frontend", frontend) + ", members of its pools",
                                  std::to_string(backends.size()),
                                  std::to_string(MAX_BACKENDS_PER_FRONTEND) + " at most");
            }
        }
        return std::nullopt;
    }

    /// @return a port of an interface that two rules lead to
    Error ValidateBackendPorts() const
    {
        // A key is the interface (32 bits), the frontend with floating IP (14), port and protocol.
        std::unordered_set<uint64_t> known;
        for (const auto& rule : m_rules)
        {
            const uint64_t frontend = rule.isFloatingIp ? m_frontends.at(rule.frontend) + 1 : 0;
            const uint64_t where = (frontend << 18) | (uint64_t{rule.backendPort} << 2) |
                                   static_cast<uint64_t>(rule.protocol);
            for (const auto networkInterface : GetBackends(rule))
            {
                if (!known.insert((uint64_t{networkInterface} << 32) | where).second)
                {
                    return GetRefusal(rule.field + ", backendPort",
                                      std::to_string(rule.backendPort),
                                      "one that no other rule leads to on network interface " +
                                          std::to_string(networkInterface) +
                                          ", or enableFloatingIp on different frontends");
                }
            }
        }
        return std::nullopt;
    }

    /// @return a rule that leads to ports of an interface all of which another rule leads to
    Error ValidateHaPortsBackends() const
    {
        std::unordered_set<uint32_t> known;      // where a rule without floating IP leads to
        std::unordered_set<uint32_t> areHaPorts; // likewise, to all ports
        for (const auto& rule : m_rules)
        {
            if (rule.isFloatingIp)
            {
                continue;
            }
            const bool isHaPorts = rule.protocol == TransportProtocol::All;
            const auto& others = isHaPorts ? known : areHaPorts;
            for (const auto networkInterface : GetBackends(rule))
            {
                if (others.count(networkInterface) > 0)
                {
                    return GetRefusal(rule.field + ", enableFloatingIp",
                                      "false",
                                      "true, as another rule leads to the same ports of network "
                                      "interface " +
                                          std::to_string(networkInterface) + " without it");
                }
            }
            for (const auto networkInterface : GetBackends(rule))
            {
                known.insert(networkInterface);
                if (isHaPorts)
                {
                    areHaPorts.insert(networkInterface);
                }
            }
        }
        return std::nullopt;
    }

    /// @return the interfaces a rule leads to
    std::vector<uint32_t> GetBackends(const AnyRule& rule) const
    {
        std::vector<uint32_t> backends;
        if (rule.isInboundNat)
        {
            backends.push_back(rule.networkInterface);
            return backends;
        }
        for (const auto& member : m_pools.at(rule.backendPool)->members)
        {
            backends.push_back(member.networkInterface);
        }
        return backends;
    }

    const LoadBalancer& m_loadBalancer;                          //!< what is checked
    const Profile& m_profile;                                    //!< for what probes do not set
    bool m_isBasic;                                              //!< its SKU
    std::string m_field;                                         //!< how errors name it
    std::unordered_map<std::string, std::size_t> m_frontends;    //!< positions by name
    std::unordered_map<std::string, const BackendPool*> m_pools; //!< by name
    std::vector<AnyRule> m_rules; //!< load-balancing rules, then inbound NAT rules
};

} // namespace

std::optional<std::string>
Validate(const LoadBalancer& loadBalancer, const Profile& profile)
{
    return LoadBalancerValidator(loadBalancer, profile).Validate();
}

} // namespace ns3::azure
