// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-program.h"

#include "azure-snat-port-budget.h"

#include "ns3/azure-outbound-method.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

namespace ns3::azure
{

namespace
{

/// @return the public load balancer
const LoadBalancer&
GetPublicLoadBalancer(const Deployment& deployment)
{
    static const LoadBalancer NONE;
    for (const auto& each : deployment.loadBalancers)
    {
        if (!each.IsInternal())
        {
            return each;
        }
    }
    return NONE;
}

/// @return members of all its pools
std::vector<uint32_t>
GetMembers(const LoadBalancer& loadBalancer)
{
    std::vector<uint32_t> members;
    for (const auto& pool : loadBalancer.backendPools)
    {
        for (const auto& member : pool.members)
        {
            members.push_back(member.networkInterface);
        }
    }
    return members;
}

/// @return the frontends that SNAT for the pool uses, in frontend order
std::vector<Ipv4Address>
GetOutboundFrontends(const Deployment& deployment)
{
    std::vector<Ipv4Address> addresses;
    for (const auto& frontend : GetPublicLoadBalancer(deployment).frontends)
    {
        const auto& rules = GetPublicLoadBalancer(deployment).loadBalancingRules;
        const bool isLinked =
            std::any_of(rules.begin(), rules.end(), [&](const LoadBalancingRule& rule) {
                return rule.frontend == frontend.name;
            });
        if (isLinked || !deployment.profile.linkingRuleRequired)
        {
            addresses.push_back(frontend.address);
        }
    }
    return addresses;
}

/// @return position of each pool member by network interface
std::map<uint32_t, uint32_t>
GetMemberPositions(const LoadBalancer& loadBalancer)
{
    std::map<uint32_t, uint32_t> positions;
    for (const auto member : GetMembers(loadBalancer))
    {
        positions.emplace(member, static_cast<uint32_t>(positions.size()));
    }
    return positions;
}

/// The SNAT ports of members of one pool.
struct PoolPorts
{
    std::vector<Ipv4Address> frontends; //!< public addresses
    std::vector<uint32_t> budget;       //!< ports per member, by frontend

    /// @return the blocks of one member
    std::vector<SnatPortBlockGrant> GetBlocks(uint32_t member) const
    {
        std::vector<SnatPortBlockGrant> blocks;
        for (std::size_t i = 0; i < frontends.size(); ++i)
        {
            if (budget[i] > 0)
            {
                blocks.push_back({frontends[i], GetSnatPortBlock(member, budget[i])});
            }
        }
        return blocks;
    }
};

/// @return the outbound method of a network interface, which is in the pool or not
OutboundMethod
GetMethod(const Deployment& deployment, const NetworkInterface& each, bool isInPool)
{
    const auto& loadBalancer = GetPublicLoadBalancer(deployment);
    return SelectOutboundMethod({each.instanceLevelPublicIp.has_value(),
                                 isInPool && !loadBalancer.frontends.empty(),
                                 !loadBalancer.loadBalancingRules.empty(),
                                 deployment.profile.linkingRuleRequired});
}

/// @return the first name that stands twice, or names nothing
std::optional<std::string>
ValidateNames(const Deployment& deployment)
{
    std::set<std::string> frontends;
    for (const auto& frontend : GetPublicLoadBalancer(deployment).frontends)
    {
        if (!frontends.insert(frontend.name).second)
        {
            return "frontend: '" + frontend.name + "' is not allowed twice; give each its own name";
        }
    }
    std::set<std::string> rules;
    for (const auto& rule : GetPublicLoadBalancer(deployment).loadBalancingRules)
    {
        if (!rules.insert(rule.name).second)
        {
            return "rule: '" + rule.name + "' is not allowed twice; give each its own name";
        }
        if (frontends.count(rule.frontend) == 0)
        {
            return "rule " + rule.name + ": frontend '" + rule.frontend +
                   "' is not allowed; give the name of a frontend of the load balancer";
        }
    }
    return std::nullopt;
}

/// @return the first pool member that is no network interface, or stands twice
std::optional<std::string>
ValidateMembers(const Deployment& deployment)
{
    std::set<uint32_t> known;
    for (const auto& each : deployment.networkInterfaces)
    {
        if (!known.insert(each.networkInterface).second)
        {
            return "networkInterface: '" + std::to_string(each.networkInterface) +
                   "' is not allowed twice; give each its own number";
        }
    }
    std::set<uint32_t> members;
    for (const auto member : GetMembers(GetPublicLoadBalancer(deployment)))
    {
        if (known.count(member) == 0 || !members.insert(member).second)
        {
            return "backendPool: member '" + std::to_string(member) +
                   "' is not allowed; give each network interface of the deployment once at most";
        }
    }
    return std::nullopt;
}

/// @return the first public address that two would use
std::optional<std::string>
ValidateAddresses(const Deployment& deployment)
{
    std::vector<Ipv4Address> used;
    for (const auto& frontend : GetPublicLoadBalancer(deployment).frontends)
    {
        used.push_back(frontend.address);
    }
    const auto positions = GetMemberPositions(GetPublicLoadBalancer(deployment));
    for (const auto& each : deployment.networkInterfaces)
    {
        const bool isInPool = positions.count(each.networkInterface) == 1;
        if (each.instanceLevelPublicIp)
        {
            used.push_back(*each.instanceLevelPublicIp);
        }
        else if (GetMethod(deployment, each, isInPool) == OutboundMethod::DefaultSnat)
        {
            used.push_back(each.platformAddress);
        }
    }
    std::set<Ipv4Address> known;
    for (const auto& address : used)
    {
        if (!known.insert(address).second)
        {
            std::ostringstream os;
            os << "publicAddress: '" << address
               << "' is not allowed twice; give each public address one use";
            return os.str();
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string>
Validate(const Deployment& deployment)
{
    if (auto error = ValidateNames(deployment))
    {
        return error;
    }
    if (auto error = ValidateMembers(deployment))
    {
        return error;
    }
    if (auto error = ValidateAddresses(deployment))
    {
        return error;
    }
    const auto poolSize =
        static_cast<uint32_t>(GetMembers(GetPublicLoadBalancer(deployment)).size());
    const auto frontends = static_cast<uint32_t>(GetOutboundFrontends(deployment).size());
    if (poolSize > 0 && frontends > 0)
    {
        if (auto error = ValidateSnatPortBudget(deployment.profile, poolSize, frontends))
        {
            return error;
        }
    }
    return ValidateSnatPortBudget(deployment.profile, 1, 1);
}

SlbProgram
Compile(const Deployment& deployment)
{
    const auto frontends = GetOutboundFrontends(deployment);
    const auto positions = GetMemberPositions(GetPublicLoadBalancer(deployment));
    const auto poolSize = static_cast<uint32_t>(positions.size());
    const auto count = static_cast<uint32_t>(frontends.size());
    PoolPorts pool{frontends, {}};
    if (poolSize > 0 && count > 0)
    {
        pool.budget = GetSnatPortBudget(deployment.profile, poolSize, count);
    }
    SlbProgram program;
    for (const auto& each : deployment.networkInterfaces)
    {
        const auto position = positions.find(each.networkInterface);
        const auto method = GetMethod(deployment, each, position != positions.end());
        ProgramNetworkInterface instruction{each.networkInterface,
                                            method,
                                            each.instanceLevelPublicIp,
                                            {},
                                            true,
                                            true,
                                            false,
                                            deployment.profile};
        if (method == OutboundMethod::LoadBalancerFrontend)
        {
            instruction.blocks = pool.GetBlocks(position->second);
        }
        else if (method == OutboundMethod::DefaultSnat)
        {
            const PoolPorts alone{{each.platformAddress},
                                  GetSnatPortBudget(deployment.profile, 1, 1)};
            instruction.blocks = alone.GetBlocks(0);
        }
        else
        {
            program.muxes.push_back({*each.instanceLevelPublicIp, {}, each.host});
        }
        for (const auto& block : instruction.blocks)
        {
            program.muxes.push_back({block.publicAddress, block.ports, each.host});
        }
        program.hosts.push_back({each.host, instruction});
    }
    // In the order of the mux's own table, into which they then go without moving what is there.
    const auto isBefore = [](const PublicEndpoint& a, const PublicEndpoint& b) {
        return std::tie(a.publicAddress, a.ports.first) < std::tie(b.publicAddress, b.ports.first);
    };
    std::sort(program.muxes.begin(), program.muxes.end(), isBefore);
    return program;
}

uint32_t
GetPublicIpQuotaUse(const Deployment& deployment)
{
    const auto hasOwn = [](const NetworkInterface& each) {
        return each.instanceLevelPublicIp.has_value();
    };
    return static_cast<uint32_t>(GetPublicLoadBalancer(deployment).frontends.size() +
                                 std::count_if(deployment.networkInterfaces.begin(),
                                               deployment.networkInterfaces.end(),
                                               hasOwn));
}

} // namespace ns3::azure
