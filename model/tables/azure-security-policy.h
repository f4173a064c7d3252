// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SECURITY_POLICY_H
#define AZURE_SECURITY_POLICY_H

#include "azure-security-rule-table.h"

#include <array>
#include <cstdint>
#include <memory>

namespace ns3::azure
{

/// What one group said about a packet.
struct SecurityRuleMatch
{
    SecurityGroupAttachment attachment; //!< of the group
    const ResolvedSecurityGroup* group; //!< never null; lives as long as the policy's table
    const ResolvedSecurityRule* rule;   //!< never null; lives as long as the policy's table
};

/// What the groups of a network interface said about a packet, in the order they were asked.
struct SecurityDecision
{
    std::array<SecurityRuleMatch, 2> matches{}; //!< the first \p count are set
    uint32_t count{0};                          //!< 0 if no group has a rule for the packet

    /// @return whether the packet may pass; without any group everything may (S3-30)
    bool IsAllowed() const
    {
        return count == 0 || GetDeciding().rule->access == SecurityRuleAccess::Allow;
    }

    /// @return the rule that denied, or the last one that allowed; count must not be 0
    const SecurityRuleMatch& GetDeciding() const
    {
        return matches[count - 1];
    }
};

/**
 * @ingroup azure-tables
 * @brief The network security groups that the packets of one network interface have to pass.
 *
 * Inbound packets pass the subnet's group first, then the interface's (S3-05); outbound ones the
 * other way round (S3-08).  What the first denies, the second is not asked about.
 */
class SecurityPolicy
{
  public:
    SecurityPolicy() = default;

    /// @param subnet the subnet's group, or null; @param networkInterface its own, or null
    SecurityPolicy(std::shared_ptr<const SecurityRuleTable> subnet,
                   std::shared_ptr<const SecurityRuleTable> networkInterface);

    /**
     * @brief Ask the groups about the first packet of a flow; takes no memory.
     * @param direction of the packet
     * @param key of the packet, source to destination, as the VM knows them (S3-52)
     * @return what those groups said that have a rule for the packet, as default rules are
     */
    SecurityDecision Evaluate(FlowDirection direction, const FlowKey& key) const;

    /// @return whether there is a group at all
    bool HasGroups() const
    {
        return m_subnet || m_networkInterface;
    }

  private:
    std::shared_ptr<const SecurityRuleTable> m_subnet;           //!< of the subnet, or null
    std::shared_ptr<const SecurityRuleTable> m_networkInterface; //!< of the interface, or null
};

} // namespace ns3::azure

#endif // AZURE_SECURITY_POLICY_H
