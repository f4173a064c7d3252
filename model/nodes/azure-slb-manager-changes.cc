// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-manager.h"

#include "ns3/azure-load-balancer-validation.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-resource-name.h"
#include "ns3/log.h"

#include <algorithm>
#include <utility>

/**
 * @file
 * @brief What the user of SlbManager changes in mid-run.
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureSlbManagerChanges");

namespace
{

/// Why nothing can be changed any more.
constexpr const char* STOPPED = "manager: it has stopped, so that no mux would learn of a change; "
                                "let it run longer";

/// @return a member of a pool; the end if it is none
std::vector<BackendPoolMember>::iterator
FindMember(BackendPool& pool, uint32_t networkInterface)
{
    return std::find_if(pool.members.begin(), pool.members.end(), [&](const auto& member) {
        return member.networkInterface == networkInterface;
    });
}

} // namespace

std::optional<std::string>
SlbManager::SetAdministrativeState(const std::string& loadBalancer,
                                   const std::string& backendPool,
                                   uint32_t networkInterface,
                                   AdministrativeState state)
{
    const auto change = [&](LoadBalancer& changed) -> std::optional<std::string> {
        auto* pool = FindByName(changed.backendPools, backendPool);
        if (!pool)
        {
            return GetRefusal("backendPool", backendPool, "the name of a pool of " + loadBalancer);
        }
        const auto member = FindMember(*pool, networkInterface);
        if (member == pool->members.end())
        {
            return GetRefusal("networkInterface",
                              std::to_string(networkInterface),
                              "a member of the pool " + backendPool);
        }
        member->state = state;
        return std::nullopt;
    };
    return Change(loadBalancer, change, [this, loadBalancer, backendPool, networkInterface, state] {
        SendMembers(
            m_health.SetAdministrativeState(loadBalancer, backendPool, networkInterface, state));
    });
}

std::optional<std::string>
SlbManager::SetLoadDistribution(const std::string& loadBalancer,
                                const std::string& rule,
                                LoadDistribution distribution)
{
    const auto change = [&](LoadBalancer& changed) -> std::optional<std::string> {
        auto* found = FindByName(changed.loadBalancingRules, rule);
        if (!found)
        {
            return GetRefusal("rule", rule, "the name of a load-balancing rule of " + loadBalancer);
        }
        found->distribution = distribution;
        return std::nullopt;
    };
    return Change(loadBalancer, change, [this] { SendGoalStates(); });
}

std::optional<std::string>
SlbManager::Change(const std::string& loadBalancer,
                   const LoadBalancerChange& change,
                   const Work& tell)
{
    auto* configured = FindByName(m_deployment.loadBalancers, loadBalancer);
    if (!configured)
    {
        return GetRefusal("loadBalancer", loadBalancer, "the name of a load balancer");
    }
    auto changed = *configured;
    if (auto error = change(changed))
    {
        return error;
    }
    if (m_isStopped)
    {
        return STOPPED;
    }
    if (auto error = Validate(changed, m_deployment.profile))
    {
        return error;
    }
    *configured = std::move(changed);
    Configure([this, tell] {
        Recompile();
        tell();
    });
    return std::nullopt;
}

std::optional<std::string>
SlbManager::AddPoolMember(const std::string& loadBalancer,
                          const std::string& backendPool,
                          uint32_t networkInterface)
{
    return ChangeMembers({loadBalancer, backendPool, networkInterface, true},
                         [&](BackendPool& pool) -> std::optional<std::string> {
                             if (FindMember(pool, networkInterface) != pool.members.end())
                             {
                                 return GetRefusal("networkInterface",
                                                   std::to_string(networkInterface),
                                                   "one that is not in the pool " + backendPool);
                             }
                             pool.members.push_back({networkInterface, AdministrativeState::None});
                             return std::nullopt;
                         });
}

std::optional<std::string>
SlbManager::RemovePoolMember(const std::string& loadBalancer,
                             const std::string& backendPool,
                             uint32_t networkInterface)
{
    return ChangeMembers({loadBalancer, backendPool, networkInterface, false},
                         [&](BackendPool& pool) -> std::optional<std::string> {
                             const auto member = FindMember(pool, networkInterface);
                             if (member == pool.members.end())
                             {
                                 return GetRefusal("networkInterface",
                                                   std::to_string(networkInterface),
                                                   "a member of the pool " + backendPool);
                             }
                             pool.members.erase(member);
                             return std::nullopt;
                         });
}

std::optional<std::string>
SlbManager::ChangeMembers(const PoolMembership& membership, const PoolChange& change)
{
    const auto& [loadBalancer, backendPool, networkInterface, hasJoined] = membership;
    auto changed = m_deployment;
    auto* configured = FindByName(changed.loadBalancers, loadBalancer);
    if (!configured)
    {
        return GetRefusal("loadBalancer", loadBalancer, "the name of a load balancer");
    }
    auto* pool = FindByName(configured->backendPools, backendPool);
    if (!pool)
    {
        return GetRefusal("backendPool", backendPool, "the name of a pool of " + loadBalancer);
    }
    if (m_hosts.count(networkInterface) == 0)
    {
        return GetRefusal("networkInterface",
                          std::to_string(networkInterface),
                          "a network interface of the deployment");
    }
    if (auto error = change(*pool))
    {
        return error;
    }
    if (m_isStopped)
    {
        return STOPPED;
    }
    if (m_isTaken && !m_sender.IsOpen())
    {
        return "manager: what it has to say has been taken over and it has not started, so that "
               "nobody would learn of a change; change pools before, or later";
    }
    if (auto error = Validate(changed))
    {
        return error;
    }
    m_deployment = std::move(changed);
    m_areMembersStale = true;
    NS_LOG_INFO("interface " << membership.networkInterface
                             << (membership.hasJoined ? " joins " : " leaves ")
                             << membership.backendPool << " of " << membership.loadBalancer);
    m_poolMemberTrace(membership);
    Configure([this] {
        Recompile();
        SendGoalStates();
    });
    return std::nullopt;
}

std::optional<std::string>
SlbManager::RevokeSnatPorts(uint32_t networkInterface, uint32_t ports)
{
    if (m_hosts.count(networkInterface) == 0)
    {
        return GetRefusal("networkInterface",
                          std::to_string(networkInterface),
                          "a network interface of the deployment");
    }
    if (ports == 0)
    {
        return GetRefusal("ports", "0", "how many to take away, at least 1");
    }
    if (!m_sender.IsOpen())
    {
        return "manager: it is not running, so that no host would learn of a change; give a time "
               "between its start and stop";
    }
    Configure([this, networkInterface, ports] { Carry(m_book.Revoke(networkInterface, ports)); });
    return std::nullopt;
}

void
SlbManager::Configure(const Work& work)
{
    if (m_sender.IsOpen())
    {
        m_server.Submit(work);
    }
    else
    {
        work();
    }
}

} // namespace ns3::azure
