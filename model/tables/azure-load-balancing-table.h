// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOAD_BALANCING_TABLE_H
#define AZURE_LOAD_BALANCING_TABLE_H

#include "azure-flow-distributor.h"
#include "azure-mux-flow-table.h"

#include "ns3/azure-drop-reason.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// Learns which members a mux chooses; must outlive the table.
class LoadBalancingObserver
{
  public:
    virtual ~LoadBalancingObserver() = default;

    /// A member was chosen, or there was none.
    virtual void MemberChosen(const LoadBalancingDecision& decision) = 0;
    /// A member came into rotation or went out, or is known for the first time (stage Applied).
    virtual void MemberHealthChanged(const MemberHealth& health) = 0;
};

/// What the table needs to know of a packet to a frontend.
struct FrontendPacket
{
    FlowKey key;                            //!< as it came
    std::optional<uint32_t> virtualNetwork; //!< it came through, if internal
    bool isFirst{false};                    //!< a TCP SYN without ACK
    uint32_t bytes{0};                      //!< length of the IPv4 datagram
};

/// Where a packet to a frontend goes.
struct MemberChoice
{
    uint32_t networkInterface{0}; //!< the member
    Ipv4Address host;             //!< provider address of its host
};

/**
 * @ingroup azure-tables
 * @brief A mux's decision on packets to frontends: rule, tracked flow, or a member by hash.
 *
 * As Ananta 3.3.3: a SYN is always a first packet; any other packet is looked up among the tracked
 * flows, and if it is not there it is treated as a first one.
 *
 * When a tracked flow's member goes out of rotation (sources.rst B.7): TCP goes on with it as long
 * as the flow is tracked; UDP moves to another member.  While no member is available: new flows
 * fail, or go to any member with AllProbedUp; UDP flows end; tracked TCP flows go on or end as
 * BackendSet::keepsFlowsWhenAllDown says.
 *
 * Laws, checked by CheckInvariants(): those of MuxFlowTable; every backend set's candidates are its
 * available members, or all of them with AllProbedUp and none available.
 */
class LoadBalancingTable
{
  public:
    explicit LoadBalancingTable(LoadBalancingObserver& observer, const MuxFlowLimits& limits = {});

    /**
     * @brief Learn rules and members, in place of those known; tracked flows stay.
     *
     * An older generation, or one of the same number, is ignored; a member's availability that is
     * newer by its sequence is kept.
     */
    void Apply(const MuxGoalState& goalState, Time now);

    /// @brief Learn of members' availability; older sequences are ignored.
    /// @return false, with nothing changed, if that goal state is not here
    bool Apply(uint32_t generation, const std::vector<MemberAvailability>& changes, Time now);

    /// @return whether a rule is for the packet; then Decide() is asked, else SNAT's endpoints
    bool HasRule(const FrontendPacket& packet) const;

    /**
     * @brief Choose the member for a packet that a rule is for.
     * @return the choice; or nothing if there is none: DropReason::NoHealthyBackend
     */
    std::optional<MemberChoice> Decide(const FrontendPacket& packet, Time now);

    /**
     * @brief The member that a packet which an ICMP error quotes came from; keeps and counts
     * nothing.
     * @param quoted as the client saw it: source is the frontend
     * @param virtualNetwork it came through, if internal
     * @param now current time
     */
    std::optional<MemberChoice> FindQuoted(const FlowKey& quoted,
                                           std::optional<uint32_t> virtualNetwork,
                                           Time now);

    /// @brief Forget everything: the mux has failed.
    void Clear();

    /// @return what each rule has passed on, by number
    std::vector<FrontendTraffic> GetTraffic() const;

    /// @return the tracked flows
    const MuxFlowTable& GetFlows() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;
};

} // namespace ns3::azure

#endif // AZURE_LOAD_BALANCING_TABLE_H
