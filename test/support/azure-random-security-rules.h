// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RANDOM_SECURITY_RULES_H
#define AZURE_RANDOM_SECURITY_RULES_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-host-goal-state.h"

#include <cstdint>
#include <random>
#include <vector>

namespace ns3::azure
{

/// A packet at a security group.
struct GroupPacket
{
    FlowDirection direction; //!< seen from the VM
    FlowKey key;             //!< source to destination
};

/**
 * @brief Draws security groups, and packets that fall close to the edges of their rules.
 *
 * Prefixes of all lengths nest around a few addresses of the group; port ranges begin and end at
 * ports that others use too, 0 and 65535 among them.  The same seed draws the same on every
 * machine.
 */
class RandomSecurityRules
{
  public:
    /// @param seed any
    explicit RandomSecurityRules(uint64_t seed);

    /// @return a number from 0 to below \p bound
    uint32_t Draw(uint32_t bound);

    /**
     * @param rules custom ones, at most 3997; about as many of each direction
     * @param withDefault whether each direction ends with a rule that denies everything
     * @return the group, in no order; rule i has the name "rule-i"
     */
    ResolvedSecurityGroup DrawGroup(uint32_t rules, bool withDefault);

    /// @param group must have rules
    /// @return a packet, most often one that a rule of the group takes or just fails to take
    GroupPacket DrawPacket(const ResolvedSecurityGroup& group);

  private:
    /// @return whether something happens that does so in \p percent of all cases
    bool Happens(uint32_t percent);
    uint32_t DrawAddress();
    uint16_t DrawPort();
    std::vector<AddressPrefix> DrawPrefixes();
    std::vector<PortRange> DrawPortRanges();
    /// @return an address at an edge of one of the prefixes, or any
    uint32_t DrawAddressNear(const std::vector<AddressPrefix>& prefixes);
    /// @return a port at an edge of one of the ranges, or any
    uint16_t DrawPortNear(const std::vector<PortRange>& ranges);
    IpProtocol DrawProtocolNear(SecurityRuleProtocol protocol);

    std::mt19937_64 m_generator;        //!< of everything
    std::vector<uint32_t> m_anchors{0}; //!< addresses that prefixes of the last group lie around
};

} // namespace ns3::azure

#endif // AZURE_RANDOM_SECURITY_RULES_H
