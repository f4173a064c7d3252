// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_REFEREE_H
#define AZURE_SOAK_REFEREE_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-trace-records.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Evaluates security groups once more, rule by rule, as a hand would do it.
 *
 * While goal states are on their way nobody but the host knows which one it has, so that all that
 * it was ever told count; once all hosts must know the newest, decisions have to agree with that
 * one.
 */
class SoakReferee
{
  public:
    /// Something that was wrong, in words; nothing if all was right.
    using Finding = std::optional<std::string>;

    /// @brief Learn what hosts are told now; those of whom nothing has changed count as before.
    void Learn(const std::map<Ipv4Address, HostGoalState>& goalStates);

    /// @brief A host has acknowledged what it was told: nothing older counts for its decisions.
    void NoteAcknowledged(Ipv4Address host, const HostGoalState& goalState);

    /// @return what is wrong with a group's decision; nothing as well if it is not judged here
    Finding Judge(const SecurityGroupDecision& decision) const;

    /// @brief Note that a VM has begun a flow, so that answers are no beginnings.
    void NoteOutbound(uint32_t networkInterface, const FlowKey& key);

    /// @return what is wrong with the delivery of a packet that begins a flow, to an interface
    Finding JudgeDelivery(uint32_t networkInterface, const FlowKey& key) const;

    /// @return whether the newest rules of both groups of an interface allow a packet
    bool IsAllowedNow(uint32_t networkInterface, FlowDirection direction, const FlowKey& key) const;

    /// @return whether decisions on packets from or to there are judged
    static bool IsJudged(const FlowKey& key);

    /// @return what the rules of a group say of a packet; nothing if no rule matches
    static std::optional<SecurityRuleAccess> Evaluate(const ResolvedSecurityGroup& group,
                                                      FlowDirection direction,
                                                      const FlowKey& key);

    /// @return what a host was told first; null if it is not known
    const HostGoalState* FindFirst(Ipv4Address host) const;

  private:
    /// What a host was told.
    struct History
    {
        std::vector<HostGoalState> told; //!< the newest last
        std::size_t acknowledged{0};     //!< the first that it can have now
    };

    /// @return the group that the interface had there; null if it had none
    static const ResolvedSecurityGroup* FindGroup(const HostGoalState& goalState,
                                                  uint32_t networkInterface,
                                                  SecurityGroupAttachment attachment);

    /// @return whether both groups of an interface allow a packet, those that it has
    static bool IsAllowed(const HostGoalState& goalState,
                          uint32_t networkInterface,
                          FlowDirection direction,
                          const FlowKey& key);

    /// @return the history of the interface's host; null if there is none
    const History* FindHistory(uint32_t networkInterface) const;

    std::map<Ipv4Address, History> m_histories;        //!< by host
    std::unordered_map<uint32_t, Ipv4Address> m_hosts; //!< by network interface
    std::unordered_map<uint32_t, std::unordered_set<FlowKey, FlowKeyHash>>
        m_outbound; //!< flows that a VM has begun, by network interface
};

} // namespace ns3::azure

#endif // AZURE_SOAK_REFEREE_H
