// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_POLICY_COMPILER_H
#define AZURE_POLICY_COMPILER_H

#include "azure-network-interface-policy.h"

#include "ns3/azure-host-goal-state.h"

#include <memory>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Makes the policies of a host's network interfaces of its goal states, one after the other.
 *
 * A security group or route table is made ready for lookups once, for all interfaces that use it;
 * what has not changed since the last goal state is used again.
 */
class PolicyCompiler
{
  public:
    /// @return the policies of the goal state's network interfaces, in their order
    std::vector<NetworkInterfacePolicy> Compile(const HostGoalState& goalState);

  private:
    /// A security group, ready for lookups.
    struct Group
    {
        std::shared_ptr<const SecurityRuleTable> all; //!< its rules
        std::shared_ptr<const SecurityRuleTable>
            hostServices;                                   //!< SelectHostServiceRules(); or null
        std::shared_ptr<const SecurityRuleTable> licensing; //!< those named by tag; or null
    };

    /// What was compiled last, as far as it is used again.
    struct Last
    {
        bool areHostServicesFiltered{true};        //!< as HostGoalState's
        std::vector<ResolvedSecurityGroup> groups; //!< as HostGoalState's
    };

    Last m_last;                                                       //!< compiled last
    std::vector<Group> m_groups;                                       //!< of m_last, in order
    std::vector<std::shared_ptr<const VirtualNetworkRoutes>> m_routes; //!< compiled last, in order
};

} // namespace ns3::azure

#endif // AZURE_POLICY_COMPILER_H
