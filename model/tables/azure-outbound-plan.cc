// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-plan.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-resource-name.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace ns3::azure
{

namespace
{

/// What the rules of a load balancer say of one of its pools.
struct PoolLink
{
    bool hasRule{false};             //!< a load-balancing rule names it
    std::set<std::string> frontends; //!< that such a rule without disableOutboundSnat names
    bool hasOutboundRule{false};     //!< an outbound rule names it
    bool translatesTcp{false};       //!< a rule that gives SNAT is for TCP
    bool translatesUdp{false};       //!< likewise, for UDP

    /// @return what its members' outbound method is chosen by
    FrontendLink GetLink() const
    {
        if (hasOutboundRule)
        {
            return FrontendLink::OutboundRule;
        }
        if (!hasRule)
        {
            return FrontendLink::None;
        }
        return frontends.empty() ? FrontendLink::SnatDisabled : FrontendLink::Linked;
    }

    /// @return whether the frontend gives SNAT to the pool, but for outbound rules
    bool IsGivenBy(const std::string& frontend, bool isLinkingRuleRequired) const
    {
        const auto link = GetLink();
        return isLinkingRuleRequired
                   ? link == FrontendLink::Linked && frontends.count(frontend) > 0
                   : link < FrontendLink::OutboundRule && link != FrontendLink::SnatDisabled;
    }
};

/// Works the plan out, one load balancer after the other.
class OutboundPlanner
{
  public:
    explicit OutboundPlanner(const Deployment& deployment)
        : m_deployment(deployment),
          m_profile(deployment.profile)
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
                standing.translatesTcp |= link.translatesTcp;
                standing.translatesUdp |= link.translatesUdp;
                if (isAnyProtocol && !link.hasOutboundRule)
                {
                    standing.translatesTcp = true;
                    standing.translatesUdp = true;
                }
            }
        }
        for (const auto& frontend : loadBalancer.frontends)
        {
            AddFrontend(loadBalancer, frontend, links);
        }
        for (const auto& rule : loadBalancer.outboundRules)
        {
            AddOutboundRule(loadBalancer, rule);
        }
    }

    /// @brief Note whose packets a NAT gateway translates.
    void AddNatGateway(const NatGateway& gateway)
    {
        for (const auto networkInterface : gateway.networkInterfaces)
        {
            auto& standing = GetStanding(networkInterface);
            standing.situation.hasNatGateway = true;
            standing.natGateway = gateway.node;
        }
    }

    /// @return what was worked out
    OutboundPlan Take()
    {
        const auto loadBalancerShares = m_plan.shares.size();
        AddPlatformAddresses();
        auto candidates = std::move(m_plan.shares);
        m_plan.shares.clear();
        for (std::size_t i = 0; i < candidates.size(); ++i)
        {
            auto& share = candidates[i];
            KeepMembersWithPorts(share, i >= loadBalancerShares);
            if (share.members.empty())
            {
                continue;
            }
            for (const auto member : share.members)
            {
                m_plan.standings[member].shares.push_back(
                    static_cast<uint32_t>(m_plan.shares.size()));
            }
            m_plan.shares.push_back(std::move(share));
        }
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
        const auto translate = [](PoolLink& link, TransportProtocol protocol) {
            link.translatesTcp |= Covers(protocol, IpProtocol::Tcp);
            link.translatesUdp |= Covers(protocol, IpProtocol::Udp);
        };
        for (const auto& rule : loadBalancer.outboundRules)
        {
            auto& link = links.at(rule.backendPool);
            link.hasOutboundRule = true;
            translate(link, rule.protocol);
        }
        for (const auto& rule : loadBalancer.loadBalancingRules)
        {
            auto& link = links.at(rule.backendPool);
            link.hasRule = true;
            if (!rule.disableOutboundSnat && !link.hasOutboundRule)
            {
                link.frontends.insert(rule.frontend);
                translate(link, rule.protocol);
            }
        }
        return links;
    }

    /// @return the positions of the pools' members, each once
    template <typename Predicate>
    std::vector<uint32_t> GetMembers(const LoadBalancer& loadBalancer, const Predicate& isMeant)
    {
        std::vector<uint32_t> members;
        std::vector<bool> isMember(m_plan.standings.size());
        for (const auto& pool : loadBalancer.backendPools)
        {
            const bool isPoolMeant = isMeant(pool);
            for (const auto& member : pool.members)
            {
                const auto position = m_positions.at(member.networkInterface);
                if (isPoolMeant && !isMember[position])
                {
                    isMember[position] = true;
                    members.push_back(position);
                }
            }
        }
        return members;
    }

    /// @brief Add a frontend if rules, or that none is asked for, make it give SNAT to somebody.
    void AddFrontend(const LoadBalancer& loadBalancer,
                     const FrontendIpConfiguration& frontend,
                     const Links& links)
    {
        auto members = GetMembers(loadBalancer, [&](const BackendPool& pool) {
            return links.at(pool.name).IsGivenBy(frontend.name, m_profile.linkingRuleRequired);
        });
        if (!members.empty())
        {
            const auto poolSize = static_cast<uint32_t>(members.size());
            m_plan.shares.push_back(
                {{GetFrontend(loadBalancer, frontend)}, std::move(members), poolSize});
        }
    }

    /// @brief Add what an outbound rule gives to the members of its pool.
    void AddOutboundRule(const LoadBalancer& loadBalancer, const OutboundRule& rule)
    {
        auto members = GetMembers(loadBalancer, [&](const BackendPool& pool) {
            return pool.name == rule.backendPool;
        });
        std::vector<uint32_t> frontends;
        for (const auto& name : rule.frontends)
        {
            frontends.push_back(
                GetFrontend(loadBalancer, *FindByName(loadBalancer.frontends, name)));
        }
        for (const auto member : members)
        {
            SetIdleTimeouts(m_plan.standings[member], rule);
        }
        const auto poolSize = static_cast<uint32_t>(members.size());
        m_plan.shares.push_back({std::move(frontends),
                                 std::move(members),
                                 poolSize,
                                 loadBalancer.name + "/" + rule.name,
                                 GetAllocatedPorts(rule)});
    }

    static void SetIdleTimeouts(OutboundStanding& standing, const OutboundRule& rule)
    {
        auto& idle = standing.idle ? *standing.idle : standing.idle.emplace();
        const auto timeout = Minutes(rule.idleTimeoutInMinutes);
        if (Covers(rule.protocol, IpProtocol::Tcp))
        {
            idle.tcp = timeout;
            idle.isTcpReset = rule.enableTcpReset;
        }
        if (Covers(rule.protocol, IpProtocol::Udp))
        {
            idle.udp = timeout;
        }
    }

    /// @brief Add the addresses of default SNAT, in the order of those who have it first.
    void AddPlatformAddresses()
    {
        std::map<std::string, std::size_t> shares; // by availability set
        for (std::size_t i = 0; i < m_plan.standings.size(); ++i)
        {
            auto situation = m_plan.standings[i].situation;
            situation.hasNatGateway = false; // it counts all the same
            if (SelectOutboundMethod(situation) != OutboundMethod::DefaultSnat)
            {
                continue;
            }
            const auto& each = m_deployment.networkInterfaces[i];
            const auto& set = each.availabilitySet;
            if (set.empty() || shares.count(set) == 0)
            {
                const auto frontend = static_cast<uint32_t>(m_plan.frontends.size());
                m_plan.frontends.push_back(
                    {each.platformAddress, SnatPortSpace(m_profile.portsPerPublicAddress)});
                shares[set] = m_plan.shares.size();
                m_plan.shares.push_back({{frontend}, {}});
            }
            auto& share = m_plan.shares[shares.at(set)];
            share.members.push_back(static_cast<uint32_t>(i));
            ++share.poolSize;
        }
    }

    /// @brief Take members out that have no ports of the share: their packets go another way.
    void KeepMembersWithPorts(SnatShare& share, bool isOfPlatform) const
    {
        const auto hasNone = [&](uint32_t member) {
            const auto method = SelectOutboundMethod(m_plan.standings[member].situation);
            return isOfPlatform ? method != OutboundMethod::DefaultSnat
                                : method != OutboundMethod::LoadBalancerFrontend &&
                                      method != OutboundMethod::InstanceLevelPublicIp;
        };
        auto& members = share.members;
        members.erase(std::remove_if(members.begin(), members.end(), hasNone), members.end());
    }

    /// @return index of a load balancer's frontend, which is added if need be
    uint32_t GetFrontend(const LoadBalancer& loadBalancer, const FrontendIpConfiguration& frontend)
    {
        const auto [found, isNew] =
            m_frontends.try_emplace(frontend.address,
                                    static_cast<uint32_t>(m_plan.frontends.size()));
        if (isNew)
        {
            m_plan.frontends.push_back(
                {frontend.address, MakeSnatPortSpace(m_profile, loadBalancer, frontend.name)});
        }
        return found->second;
    }

    const Deployment& m_deployment;                     //!< what there is
    const Profile& m_profile;                           //!< of the deployment
    std::unordered_map<uint32_t, uint32_t> m_positions; //!< by number of the interface
    std::map<Ipv4Address, uint32_t> m_frontends;        //!< of load balancers, by address
    OutboundPlan m_plan;                                //!< so far
};

} // namespace

SharedSnatPorts
OutboundPlan::GetShared(uint32_t share) const
{
    SharedSnatPorts shared{shares[share].poolSize, 0, shares[share].allocatedPorts};
    for (const auto frontend : shares[share].frontends)
    {
        shared.ports += frontends[frontend].space.GetSize();
    }
    return shared;
}

SnatPortSpace
MakeSnatPortSpace(const Profile& profile,
                  const LoadBalancer& loadBalancer,
                  const std::string& frontend)
{
    std::vector<uint16_t> ports; // that rules use
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
    return SnatPortSpace(profile.portsPerPublicAddress, ports);
}

std::optional<uint32_t>
GetAllocatedPorts(const OutboundRule& rule)
{
    if (rule.maxBackendInstances)
    {
        const auto ports = rule.frontends.size() * MAX_ALLOCATED_OUTBOUND_PORTS;
        const auto share = static_cast<uint32_t>(ports / *rule.maxBackendInstances);
        return share - share % SNAT_PORT_GRANULARITY;
    }
    return rule.allocatedOutboundPorts == 0 ? std::nullopt
                                            : std::make_optional(rule.allocatedOutboundPorts);
}

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
    for (const auto& gateway : deployment.natGateways)
    {
        planner.AddNatGateway(gateway);
    }
    return planner.Take();
}

} // namespace ns3::azure
