// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MEMBER_TRAFFIC_METER_H
#define AZURE_MEMBER_TRAFFIC_METER_H

#include "azure-trace-topology.h"

#include "ns3/azure-flow-key.h"
#include "ns3/azure-trace-records.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief Adds up what members' hosts have passed of the flows of load-balancing rules.
 *
 * A flow is a rule's if the client began it, its public address and port are the rule's frontend,
 * the rule is for its protocol, and its network interface is a member of the rule's backend set.
 * HA ports come last, as at the muxes.
 *
 * Law: what a meter tells never falls, if the flows it is given never fall either.
 */
class MemberTrafficMeter
{
  public:
    /// Learn of a member, before or after the rules of its backend set.
    void Add(const PoolMemberFact& member);
    /// Learn of a rule.
    void Add(const LoadBalancingRuleFact& rule);

    /// @return whether there are rules
    bool HasRules() const
    {
        return !m_rules.empty();
    }

    /// Count a flow that has ended, for good.
    void NoteEnded(const FlowRecord& flow);

    /// @return what ended flows have passed, by rule and member; zero for all that passed nothing
    const std::vector<MemberTraffic>& GetEnded() const
    {
        return m_ended;
    }

    /// @brief Add a flow that has not ended, as it stands.
    /// @param flow if it is no rule's, nothing changes
    /// @param traffic by rule and member, as GetEnded()
    void Count(const FlowRecord& flow, std::vector<MemberTraffic>& traffic) const;

  private:
    /// Network interface, frontend, its port and protocol; port and protocol 0 for HA ports.
    using Endpoint = std::tuple<uint32_t, uint32_t, uint16_t, uint8_t>;

    /// @return where the flow is counted; nothing if it is no rule's
    std::optional<std::size_t> Find(const FlowRecord& flow) const;

    /// Count the rule's flows to the member.
    void Add(const LoadBalancingRuleFact& rule, uint32_t networkInterface);

    std::map<uint16_t, std::vector<uint32_t>> m_members;                     //!< by backend set
    std::map<uint16_t, std::vector<LoadBalancingRuleFact>> m_rulesOfMembers; //!< by backend set
    std::map<Endpoint, std::size_t> m_rules;                                 //!< index of m_ended
    std::vector<MemberTraffic> m_ended; //!< of ended flows, by rule and member
};

} // namespace ns3::azure

#endif // AZURE_MEMBER_TRAFFIC_METER_H
