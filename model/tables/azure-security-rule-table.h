// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SECURITY_RULE_TABLE_H
#define AZURE_SECURITY_RULE_TABLE_H

#include "azure-rule-set-index.h"

#include "ns3/azure-flow-direction.h"
#include "ns3/azure-flow-key.h"
#include "ns3/azure-host-goal-state.h"

#include <cstddef>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief A network security group made ready to be looked up: the first rule that matches, fast.
 *
 * A rule matches a packet when its protocol is the packet's or Any (S3-19), the addresses lie in
 * one of its prefixes, and the ports in one of its ranges (S3-23).  A list that is empty, as of an
 * application security group without members, matches nothing.  Of the rules that match, the one
 * of the lowest priority number decides (S3-15); rules of equal priority, which a sound group does
 * not have, count in the order they were given.
 *
 * Our choice: a rule that names ports, that is, has other port ranges than 0-65535 alone, on
 * either side, matches TCP and UDP only; what has no ports matches no port.
 *
 * How: each of the five fields of a packet has a set of rules that take its value, found by binary
 * search; the lowest bit in all five sets is the rule.  A lookup takes no memory.  This is the
 * scheme of Lakshman and Stiliadis, "High-speed policy-based packet forwarding using efficient
 * multi-dimensional range matching", SIGCOMM 1998.  It was chosen because large groups cost little
 * more than small ones: 1,000 rules, the most that Azure allows (sources.rst B.9), with 4,000
 * prefixes take about 4 times as long as 10 rules do.  A loop over the rules in order takes about
 * 1.5 times as long as a lookup with 10 rules, 5 times with 100, and 40 times with 1,000, or 100
 * times when the last rule is the one (test/benchmark/azure-security-rule-cost.cc).  The price is
 * some milliseconds to make such a group, and half a megabyte, or a few where prefixes overlap
 * most.
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

    /// @return the group it was made from, its inbound rules first, by priority
    const ResolvedSecurityGroup& GetGroup() const;

  private:
    /// The rules of one direction, numbered from 0 by priority.
    struct DirectionIndex
    {
        std::size_t begin{0};          //!< where in the group its rules begin
        std::size_t words{0};          //!< of a set of rules
        RuleSetIndex sources;          //!< by source address
        RuleSetIndex destinations;     //!< by destination address
        RuleSetIndex sourcePorts;      //!< by source port
        RuleSetIndex destinationPorts; //!< by destination port
        RuleSetIndex protocols;        //!< by IANA number
    };

    /// @return the rules from \p begin to \p end of the group, ready to be looked up
    DirectionIndex MakeIndex(std::size_t begin, std::size_t end) const;

    ResolvedSecurityGroup m_group; //!< inbound rules first, by priority
    DirectionIndex m_inbound;      //!< its inbound rules
    DirectionIndex m_outbound;     //!< its outbound rules
};

} // namespace ns3::azure

#endif // AZURE_SECURITY_RULE_TABLE_H
