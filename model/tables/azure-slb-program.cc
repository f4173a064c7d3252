// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-program.h"

#include "azure-load-balancing-program.h"
#include "azure-outbound-plan.h"
#include "azure-snat-port-budget.h"

#include "ns3/azure-outbound-method.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace ns3::azure
{

namespace
{

using Blocks = std::vector<SnatPortBlockGrant>;

/// Budgets by frontends: members of the same pools have the same.
class Budgets
{
  public:
    Budgets(const Profile& profile, const OutboundPlan& plan)
        : m_profile(profile),
          m_plan(plan)
    {
    }

    /// @return ports on each of the frontends, in their order
    const std::vector<uint32_t>& Get(const std::vector<uint32_t>& frontends)
    {
        const auto [found, isNew] = m_budgets.try_emplace(frontends);
        if (isNew)
        {
            std::vector<SharedSnatPorts> shared;
            for (const auto frontend : frontends)
            {
                shared.push_back(m_plan.frontends[frontend].GetShared());
            }
            found->second = GetSnatPortBudget(m_profile, shared);
        }
        return found->second;
    }

  private:
    const Profile& m_profile;                                         //!< budget and override
    const OutboundPlan& m_plan;                                       //!< who shares what
    std::map<std::vector<uint32_t>, std::vector<uint32_t>> m_budgets; //!< by frontends
};

void
AddRanges(Blocks& blocks, Ipv4Address address, const std::vector<PortRange>& ranges)
{
    for (const auto& range : ranges)
    {
        blocks.push_back({address, range});
    }
}

/// @return the blocks of every network interface on its frontends, in their order
std::vector<Blocks>
DealOutPorts(const Profile& profile, const OutboundPlan& plan)
{
    std::vector<Blocks> blocks(plan.standings.size());
    std::vector<std::size_t> frontendsDone(plan.standings.size());
    Budgets budgets(profile, plan);
    for (const auto& frontend : plan.frontends)
    {
        uint32_t next = 0;
        for (const auto member : frontend.members)
        {
            const auto& budget = budgets.Get(plan.standings[member].frontends);
            const auto ports = budget[frontendsDone[member]++];
            if (ports > 0)
            {
                AddRanges(blocks[member], frontend.address, frontend.space.GetRanges(next, ports));
            }
            next += ports;
        }
    }
    return blocks;
}

/// @return the block of a standalone VM
Blocks
GetDefaultBlocks(const Profile& profile, Ipv4Address address)
{
    const SnatPortSpace space(profile.portsPerPublicAddress);
    const auto ports = GetSnatPortBudget(profile, {{1, space.GetSize()}}).front();
    Blocks blocks;
    AddRanges(blocks, address, space.GetRanges(0, ports));
    return blocks;
}

/// @brief Tell hosts and muxes of outbound flows and instance-level public IPs.
void
CompileOutbound(const Deployment& deployment, SlbProgram& program)
{
    const auto plan = MakeOutboundPlan(deployment);
    auto blocks = DealOutPorts(deployment.profile, plan);
    for (std::size_t i = 0; i < deployment.networkInterfaces.size(); ++i)
    {
        const auto& each = deployment.networkInterfaces[i];
        const auto& standing = plan.standings[i];
        const auto method = SelectOutboundMethod(standing.situation);
        ProgramNetworkInterface instruction{each.networkInterface,
                                            method,
                                            each.instanceLevelPublicIp,
                                            {},
                                            true,
                                            true,
                                            standing.isInboundClosed,
                                            deployment.profile};
        if (method == OutboundMethod::LoadBalancerFrontend)
        {
            instruction.blocks = std::move(blocks[i]);
            instruction.translatesTcp = standing.translatesTcp;
            instruction.translatesUdp = standing.translatesUdp;
        }
        else if (method == OutboundMethod::DefaultSnat)
        {
            instruction.blocks = GetDefaultBlocks(deployment.profile, each.platformAddress);
        }
        else if (method == OutboundMethod::InstanceLevelPublicIp)
        {
            program.muxes.push_back({*each.instanceLevelPublicIp, {}, each.host});
        }
        for (const auto& block : instruction.blocks)
        {
            program.muxes.push_back({block.publicAddress, block.ports, each.host});
        }
        program.hosts.push_back({each.host, std::move(instruction)});
    }
    // In the order of the mux's own table, into which they then go without moving what is there.
    const auto isBefore = [](const PublicEndpoint& a, const PublicEndpoint& b) {
        return std::tie(a.publicAddress, a.ports.first) < std::tie(b.publicAddress, b.ports.first);
    };
    std::sort(program.muxes.begin(), program.muxes.end(), isBefore);
}

} // namespace

SlbProgram
Compile(const Deployment& deployment)
{
    SlbProgram program;
    CompileOutbound(deployment, program);
    CompileLoadBalancing(deployment, program);
    return program;
}

uint32_t
GetPublicIpQuotaUse(const Deployment& deployment)
{
    std::size_t addresses = 0;
    for (const auto& each : deployment.loadBalancers)
    {
        addresses += each.IsInternal() ? 0 : each.frontends.size();
    }
    for (const auto& each : deployment.networkInterfaces)
    {
        addresses += each.instanceLevelPublicIp ? 1 : 0;
    }
    return static_cast<uint32_t>(addresses);
}

} // namespace ns3::azure
