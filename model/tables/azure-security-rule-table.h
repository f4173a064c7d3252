// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SECURITY_RULE_TABLE_H
#define AZURE_SECURITY_RULE_TABLE_H

#include "ns3/azure-flow-direction.h"
#include "ns3/azure-flow-key.h"
#include "ns3/azure-host-goal-state.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief A network security group made ready to be looked up: the first rule that matches, fast.
 *
 * (How: to be written by who implements it.)
 */
class SecurityRuleTable
{
  public:
    /// @param group any; rules need not be in order
    explicit SecurityRuleTable(ResolvedSecurityGroup group);

    /**
     * @brief Find the rule that decides: of those that match, the one of the lowest priority
     * number.
     * @param direction of the packet, seen from the VM
     * @param key of the packet, source to destination, as the VM knows them (S3-52)
     * @return the rule; null if none matches, which a group with its default rules does not do
     */
    const ResolvedSecurityRule* Lookup(FlowDirection direction, const FlowKey& key) const;

    /// @return the group it was made from, its rules by direction and priority
    const ResolvedSecurityGroup& GetGroup() const;

  private:
    // The developer of the .cc file decides on the members.
};

} // namespace ns3::azure

#endif // AZURE_SECURITY_RULE_TABLE_H
