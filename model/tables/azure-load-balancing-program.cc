// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancing-program.h"

#include "azure-member-health-table.h"

#include "ns3/azure-resource-name.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace ns3::azure
{

namespace
{

/// Writes the program, one load balancer after the other.
class LoadBalancingCompiler
{
  public:
    LoadBalancingCompiler(const Deployment& deployment, SlbProgram& program)
        : m_deployment(deployment),
          m_program(program),
          m_endpoints(deployment.networkInterfaces.size())
    {
        for (std::size_t i = 0; i < deployment.networkInterfaces.size(); ++i)
        {
            m_positions.emplace(deployment.networkInterfaces[i].networkInterface, i);
        }
        program.muxGoalState = {1, deployment.memberSelection, deployment.hashSeed, {}, {}};
    }

    /// @brief Write the load balancer's rules, sets and probes.
    void Add(const LoadBalancer& loadBalancer)
    {
        m_sets.clear();
        m_probed.clear();
        for (const auto& rule : loadBalancer.loadBalancingRules)
        {
            AddRule(loadBalancer, rule);
        }
        for (const auto& rule : loadBalancer.inboundNatRules)
        {
            AddRule(loadBalancer, rule);
        }
        for (const auto& [probe, members] : m_probed)
        {
            for (const auto member : members)
            {
                const auto& each = m_deployment.networkInterfaces[m_positions.at(member)];
                m_program.probes.push_back(
                    {each.host,
                     MakeProbeTarget(loadBalancer.probes[probe - m_probes - 1U],
                                     probe,
                                     each,
                                     m_deployment.profile)});
            }
        }
        m_probes = static_cast<uint16_t>(m_probes + loadBalancer.probes.size());
    }

    /// @brief Write what is about all load balancers together.
    void Finish()
    {
        for (std::size_t i = 0; i < m_endpoints.size(); ++i)
        {
            const auto& each = m_deployment.networkInterfaces[i];
            if (!m_endpoints[i].empty())
            {
                m_program.inbound.push_back(
                    {each.host, {each.networkInterface, {}, std::move(m_endpoints[i])}});
            }
        }
        MemberHealthTable(m_program.backendSets).Complete(m_program.muxGoalState);
    }

  private:
    void AddRule(const LoadBalancer& loadBalancer, const LoadBalancingRule& rule)
    {
        const auto probe = GetNumber(loadBalancer, rule.probe);
        const auto [found, isNew] = m_sets.try_emplace({rule.backendPool, probe});
        if (isNew)
        {
            const auto& pool = *FindByName(loadBalancer.backendPools, rule.backendPool);
            found->second =
                AddSet(loadBalancer, {loadBalancer.name, pool.name, probe, pool.members});
        }
        const auto set = found->second;
        const auto number = GetNextRule();
        m_program.rules.push_back({number, loadBalancer.name, rule.name, false, set, probe});
        AddEndpoint(loadBalancer, rule, rule.distribution);
    }

    void AddRule(const LoadBalancer& loadBalancer, const InboundNatRule& rule)
    {
        const auto set = AddSet(
            loadBalancer,
            {loadBalancer.name, "", 0, {{rule.networkInterface, AdministrativeState::None}}});
        m_program.rules.push_back({GetNextRule(), loadBalancer.name, rule.name, true, set, 0});
        AddEndpoint(loadBalancer, rule, LoadDistribution::Default);
    }

    /// @brief Tell the muxes, and the hosts of the set's members, of the rule named last.
    template <typename Rule>
    void AddEndpoint(const LoadBalancer& loadBalancer,
                     const Rule& rule,
                     LoadDistribution distribution)
    {
        const auto& named = m_program.rules.back();
        const auto address = FindByName(loadBalancer.frontends, rule.frontend)->address;
        m_program.muxGoalState.rules.push_back({named.rule,
                                                address,
                                                loadBalancer.virtualNetwork,
                                                rule.protocol,
                                                rule.frontendPort,
                                                distribution,
                                                named.backendSet});
        for (const auto& member : m_program.backendSets[named.backendSet].members)
        {
            m_endpoints[m_positions.at(member.networkInterface)].push_back(
                {address,
                 loadBalancer.virtualNetwork,
                 rule.protocol,
                 rule.frontendPort,
                 rule.backendPort,
                 rule.enableFloatingIp,
                 Minutes(rule.idleTimeoutInMinutes),
                 rule.enableTcpReset});
        }
    }

    /// @return index of the new set
    uint16_t AddSet(const LoadBalancer& loadBalancer, BackendSetPlan plan)
    {
        std::sort(plan.members.begin(), plan.members.end(), [](const auto& a, const auto& b) {
            return a.networkInterface < b.networkInterface;
        });
        BackendSet set;
        for (const auto& member : plan.members)
        {
            const auto& each =
                m_deployment.networkInterfaces[m_positions.at(member.networkInterface)];
            set.members.push_back({member.networkInterface, each.host, true, 0});
            if (plan.probe != 0)
            {
                m_probed[plan.probe].insert(member.networkInterface);
            }
        }
        if (plan.probe != 0)
        {
            set.noHealthyBackendsBehavior =
                loadBalancer.probes[plan.probe - m_probes - 1U].noHealthyBackendsBehavior;
        }
        // Sources.rst B.7: PR-1809; of a lone member PR-2310.
        set.keepsFlowsWhenAllDown =
            loadBalancer.sku == LoadBalancerSku::Standard &&
            (m_deployment.profile.loneMemberKeepsFlows || plan.members.size() > 1);
        m_program.muxGoalState.backendSets.push_back(std::move(set));
        m_program.backendSets.push_back(std::move(plan));
        return static_cast<uint16_t>(m_program.backendSets.size() - 1);
    }

    /// @return the probe's number; 0 without a name
    uint16_t GetNumber(const LoadBalancer& loadBalancer, const std::string& probe) const
    {
        if (probe.empty())
        {
            return 0;
        }
        const auto& found = *FindByName(loadBalancer.probes, probe);
        return static_cast<uint16_t>(m_probes + (&found - loadBalancer.probes.data()) + 1);
    }

    /// @return the number of a rule that is added now
    uint16_t GetNextRule() const
    {
        return static_cast<uint16_t>(m_program.rules.size() + 1);
    }

    const Deployment& m_deployment;                        //!< what there is
    SlbProgram& m_program;                                 //!< written so far
    std::unordered_map<uint32_t, std::size_t> m_positions; //!< by number of the interface
    std::vector<std::vector<InboundEndpoint>> m_endpoints; //!< by position of the interface
    uint16_t m_probes{0};                                  //!< of earlier load balancers
    /// The present load balancer's sets by pool and probe.
    std::map<std::pair<std::string, uint16_t>, uint16_t> m_sets;
    std::map<uint16_t, std::set<uint32_t>> m_probed; //!< whom its probes ask, by their numbers
};

} // namespace

void
CompileLoadBalancing(const Deployment& deployment, SlbProgram& program)
{
    LoadBalancingCompiler compiler(deployment, program);
    for (const auto& loadBalancer : deployment.loadBalancers)
    {
        compiler.Add(loadBalancer);
    }
    compiler.Finish();
}

HealthProbeTarget
MakeProbeTarget(const HealthProbe& probe,
                uint16_t number,
                const NetworkInterface& member,
                const Profile& profile)
{
    HealthProbeTarget target;
    target.networkInterface = member.networkInterface;
    target.privateAddress = member.privateAddress;
    target.probe = number;
    target.protocol = probe.protocol;
    target.port = probe.port;
    target.interval = probe.interval.value_or(profile.probeInterval);
    // A TCP probe has failed when the next one is sent (sources.rst B.7: PR-2310).
    target.timeout = target.interval;
    if (probe.protocol != HealthProbeProtocol::Tcp)
    {
        target.requestPath = probe.requestPath;
        target.timeout = profile.httpProbeTimeoutWithinInterval
                             ? std::min(target.interval, profile.httpProbeTimeout)
                             : profile.httpProbeTimeout;
    }
    const auto counted = profile.numberOfProbesHonored ? probe.numberOfProbes : 1;
    target.failuresToDown = probe.probeThreshold.value_or(counted);
    target.successesToUp = target.failuresToDown;
    return target;
}

} // namespace ns3::azure
