// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-plan.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace ns3::azure
{

namespace
{

/// What the rules of a load balancer say of one of its pools.
struct PoolLink
{
    bool hasRule{false};             //!< a rule names it
    std::set<std::string> frontends; //!< that a rule without disableOutboundSnat names
    bool linksTcp{false};            //!< such a rule is for TCP
    bool linksUdp{false};            //!< such a rule is for UDP

    /// @return whether every rule has disableOutboundSnat
    bool IsSnatDisabled() const
    {
        return hasRule && frontends.empty();
    }

    /// @return what its members' outbound method is chosen by
    FrontendLink GetLink() const
    {
        if (!hasRule)
        {
            return FrontendLink::None;
        }
        return frontends.empty() ? FrontendLink::SnatDisabled : FrontendLink::Linked;
    }
};

/// Works the plan out, one load balancer after the other.
class OutboundPlanner
{
  public:
    explicit OutboundPlanner(const Deployment& deployment)
        : m_profile(deployment.profile)
    {
        m_plan.standings.resize(deployment.networkInterfaces.size());
        for (std::size_t i = 0; i < deployment.networkInterfaces.size(); ++i)
        {
            const auto& each = deployment.networkInterfaces[i];
            m_positions.emplace(each.networkInterface, static_cast<uint32_t>(i));
            auto& standing = m_plan.standings[i];
            standing.situation.hasInstanceLevelPublicIp = each.instanceLevelPublicIp.has_value();
            standing.situation.isLinkingRuleRequired = m_profile.linkingRuleRequired;
            standing.isInboundClosed =
                each.instanceLevelPublicIp && each.publicIpSku == LoadBalancerSku::Standard;
        }
    }

    /// @brief Note which interfaces an internal load balancer has.
    void AddInternal(const LoadBalancer& loadBalancer)
    {
        if (loadBalancer.sku != LoadBalancerSku::Standard)
        {
            return;
        }
        for (const auto& pool : loadBalancer.backendPools)
        {
            for (const auto& member : pool.members)
            {
                GetStanding(member.networkInterface).situation.isInternalStandard = true;
            }
        }
    }

    /// @brief Note what a public load balancer gives to whom; one without frontend gives nothing.
    void AddPublic(const LoadBalancer& loadBalancer)
    {
        if (loadBalancer.frontends.empty())
        {
            return;
        }
        const bool isStandard = loadBalancer.sku == LoadBalancerSku::Standard;
        for (const auto& rule : loadBalancer.inboundNatRules)
        {
            auto& standing = GetStanding(rule.networkInterface);
            Strengthen(standing, FrontendLink::InboundNatRule, isStandard);
        }
        const auto links = GetLinks(loadBalancer);
        for (const auto& pool : loadBalancer.backendPools)
        {
            const auto& link = links.at(pool.name);
            const bool isAnyProtocol =
                !isStandard || (!m_profile.linkingRuleRequired && !link.hasRule);
            for (const auto& member : pool.members)
            {
                auto& standing = GetStanding(member.networkInterface);
                Strengthen(standing, link.GetLink(), isStandard);
                standing.situation.isPoolMember = true;
                standing.translatesTcp |= isAnyProtocol || link.linksTcp;
                standing.translatesUdp |= isAnyProtocol || link.linksUdp;
            }
        }
        for (const auto& frontend : loadBalancer.frontends)
        {
            AddFrontend(loadBalancer, frontend, links);
        }
    }

    /// @return what was worked out
    OutboundPlan Take()
    {
        return std::move(m_plan);
    }

  private:
    using Links = std::unordered_map<std::string, PoolLink>;

    OutboundStanding& GetStanding(uint32_t networkInterface)
    {
        return m_plan.standings[m_positions.at(networkInterface)];
    }

    static void Strengthen(OutboundStanding& standing, FrontendLink link, bool isStandard)
    {
        standing.situation.link = std::max(standing.situation.link, link);
        standing.situation.isPublicStandard |= isStandard;
        standing.isInboundClosed |= isStandard;
    }

    /// @return what rules say, by the pool's name
    static Links GetLinks(const LoadBalancer& loadBalancer)
    {
        Links links;
        for (const auto& pool : loadBalancer.backendPools)
        {
            links.emplace(pool.name, PoolLink());
        }
        for (const auto& rule : loadBalancer.loadBalancingRules)
        {
            auto& link = links.at(rule.backendPool);
            link.hasRule = true;
            if (!rule.disableOutboundSnat)
            {
                link.frontends.insert(rule.frontend);
                link.linksTcp |= Covers(rule.protocol, IpProtocol::Tcp);
                link.linksUdp |= Covers(rule.protocol, IpProtocol::Udp);
            }
        }
        return links;
    }

    /// @brief Add a frontend if it gives SNAT to somebody.
    void AddFrontend(const LoadBalancer& loadBalancer,
                     const FrontendIpConfiguration& frontend,
                     const Links& links)
    {
        std::vector<uint32_t> members;
        std::vector<bool> isMember(m_plan.standings.size());
        for (const auto& pool : loadBalancer.backendPools)
        {
            const auto& link = links.at(pool.name);
            const bool isGiven = m_profile.linkingRuleRequired
                                     ? link.frontends.count(frontend.name) > 0
                                     : !link.IsSnatDisabled();
            for (const auto& member : pool.members)
            {
                const auto position = m_positions.at(member.networkInterface);
                if (isGiven && !isMember[position])
                {
                    isMember[position] = true;
                    members.push_back(position);
                }
            }
        }
        if (members.empty())
        {
            return;
        }
        const auto number = static_cast<uint32_t>(m_plan.frontends.size());
        for (const auto member : members)
        {
            m_plan.standings[member].frontends.push_back(number);
        }
        const SnatPortSpace space(m_profile.portsPerPublicAddress,
                                  GetRulePorts(loadBalancer, frontend.name));
        m_plan.frontends.push_back({frontend.address, space, std::move(members)});
    }

    /// @return the frontend's ports that rules use
    static std::vector<uint16_t> GetRulePorts(const LoadBalancer& loadBalancer,
                                              const std::string& frontend)
    {
        std::vector<uint16_t> ports;
        const auto add = [&](const auto& rules) {
            for (const auto& rule : rules)
            {
                if (rule.frontend == frontend)
                {
                    ports.push_back(rule.frontendPort);
                }
            }
        };
        add(loadBalancer.loadBalancingRules);
        add(loadBalancer.inboundNatRules);
        return ports;
    }

    const Profile& m_profile;                           //!< of the deployment
    std::unordered_map<uint32_t, uint32_t> m_positions; //!< by number of the interface
    OutboundPlan m_plan;                                //!< so far
};

} // namespace

OutboundPlan
MakeOutboundPlan(const Deployment& deployment)
{
    OutboundPlanner planner(deployment);
    for (const auto& loadBalancer : deployment.loadBalancers)
    {
        if (loadBalancer.IsInternal())
        {
            planner.AddInternal(loadBalancer);
        }
        else
        {
            planner.AddPublic(loadBalancer);
        }
    }
    return planner.Take();
}

} // namespace ns3::azure
