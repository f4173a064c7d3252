// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-goal-state.h"

#include <tuple>

namespace ns3::azure
{

bool
operator==(const ResolvedSecurityRule& a, const ResolvedSecurityRule& b)
{
    const auto tie = [](const ResolvedSecurityRule& rule) {
        return std::tie(rule.name,
                        rule.priority,
                        rule.isDefault,
                        rule.direction,
                        rule.access,
                        rule.protocol,
                        rule.sources,
                        rule.sourcePorts,
                        rule.destinations,
                        rule.destinationPorts,
                        rule.targetsHostServices);
    };
    return tie(a) == tie(b);
}

bool
operator==(const ResolvedSecurityGroup& a, const ResolvedSecurityGroup& b)
{
    return a.name == b.name && a.rules == b.rules;
}

bool
operator==(const VirtualNetworkRoute& a, const VirtualNetworkRoute& b)
{
    return a.address == b.address && a.host == b.host && a.virtualNetwork == b.virtualNetwork &&
           a.isFrontend == b.isFrontend;
}

bool
operator==(const RouteTable& a, const RouteTable& b)
{
    return a.prefixes == b.prefixes && a.routes == b.routes && a.defaultRoute == b.defaultRoute;
}

bool
operator==(const NetworkInterfaceGoalState& a, const NetworkInterfaceGoalState& b)
{
    const auto tie = [](const NetworkInterfaceGoalState& networkInterface) {
        return std::tie(networkInterface.networkInterface,
                        networkInterface.virtualNetwork,
                        networkInterface.subnetGroup,
                        networkInterface.interfaceGroup,
                        networkInterface.routeTable,
                        networkInterface.isSmtpBlocked);
    };
    return tie(a) == tie(b);
}

bool
operator==(const HostGoalState& a, const HostGoalState& b)
{
    const auto tie = [](const HostGoalState& goalState) {
        return std::tie(goalState.generation,
                        goalState.flowRecordTimeout,
                        goalState.areHostServicesFiltered,
                        goalState.groups,
                        goalState.routeTables,
                        goalState.networkInterfaces);
    };
    return tie(a) == tie(b);
}

} // namespace ns3::azure
