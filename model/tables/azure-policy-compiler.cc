// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-policy-compiler.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace ns3::azure
{

namespace
{

/**
 * @brief Make something of each source, or use again what was made of an equal one before.
 * @param known sources before; @param made of them, in order
 * @param wanted sources now
 * @param make makes it
 */
template <typename Source, typename Made, typename Make>
std::vector<Made>
Renew(const std::vector<Source>& known,
      const std::vector<Made>& made,
      const std::vector<Source>& wanted,
      Make make)
{
    std::vector<Made> renewed;
    for (const auto& source : wanted)
    {
        const auto found = std::find(known.begin(), known.end(), source);
        renewed.push_back(found == known.end()
                              ? make(source)
                              : made[static_cast<std::size_t>(found - known.begin())]);
    }
    return renewed;
}

/// @return the rules, ready for lookups; null if there are none
std::shared_ptr<const SecurityRuleTable>
MakeTable(ResolvedSecurityGroup selected)
{
    return selected.rules.empty() ? nullptr
                                  : std::make_shared<const SecurityRuleTable>(std::move(selected));
}

} // namespace

std::vector<NetworkInterfacePolicy>
PolicyCompiler::Compile(const HostGoalState& goalState)
{
    const bool areFiltered = goalState.areHostServicesFiltered;
    const auto makeGroup = [areFiltered](const ResolvedSecurityGroup& group) {
        Group made{std::make_shared<const SecurityRuleTable>(group),
                   MakeTable(SelectHostServiceRules(group, areFiltered)),
                   nullptr};
        made.licensing =
            areFiltered ? MakeTable(SelectHostServiceRules(group, false)) : made.hostServices;
        return made;
    };
    if (areFiltered != m_last.areHostServicesFiltered)
    {
        m_last.groups.clear();
    }
    m_groups = Renew(m_last.groups, m_groups, goalState.groups, makeGroup);
    m_last.groups = goalState.groups;
    m_last.areHostServicesFiltered = areFiltered;
    std::vector<std::shared_ptr<const VirtualNetworkRoutes>> routes;
    for (const auto& table : goalState.routeTables)
    {
        routes.push_back(VirtualNetworkRoutes::Share(table));
    }
    m_routes = std::move(routes);
    const auto find = [this](const std::optional<uint16_t>& index) {
        return index ? m_groups.at(*index) : Group();
    };
    std::vector<NetworkInterfacePolicy> policies;
    for (const auto& networkInterface : goalState.networkInterfaces)
    {
        const auto subnet = find(networkInterface.subnetGroup);
        const auto own = find(networkInterface.interfaceGroup);
        auto& policy = policies.emplace_back();
        policy.security = SecurityPolicy(subnet.all, own.all);
        policy.hostServices = SecurityPolicy(subnet.hostServices, own.hostServices);
        policy.licensing = SecurityPolicy(subnet.licensing, own.licensing);
        policy.routes = m_routes.at(networkInterface.routeTable);
        policy.flowRecordTimeout = goalState.flowRecordTimeout;
        policy.isSmtpBlocked = networkInterface.isSmtpBlocked;
    }
    return policies;
}

} // namespace ns3::azure
