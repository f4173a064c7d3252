// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOAD_BALANCING_TABLE_H
#define AZURE_LOAD_BALANCING_TABLE_H

#include "azure-flow-distributor.h"
#include "azure-flow-index.h"
#include "azure-mux-flow-table.h"

#include "ns3/azure-drop-reason.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
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
 * fail; UDP flows end; tracked TCP flows go on or end as BackendSet::keepsFlowsWhenAllDown says.  A
 * TCP flow that has ended so stays ended when members come up again, until a SYN begins it anew or
 * its timeout has passed: its packets are dropped, and the first of them is told of.
 * With AllProbedUp, all members are as good as available then: new flows go to any of them, and
 * tracked flows go on.  (Our choice; B.7 speaks of new flows only, but a flow that began so must
 * not end at its second packet.)  Members that the user has taken out are among them: their
 * administrative state Down is as a probe that fails (AS-2410).  A flow whose member is not in the
 * backend set any more, or whose rule has another one now, is not tracked.
 *
 * A goal state may come at any time: flows are tracked by client, frontend, ports and protocol, and
 * remember the network interface only.  A frontend is an address and, if internal, its virtual
 * network, so that two networks may use the same address.
 *
 * Laws, checked by CheckInvariants(): those of MuxFlowTable; every backend set's candidates are its
 * available members, or all of them with AllProbedUp and none available.
 */
class LoadBalancingTable
{
  public:
    /// A rule, as FindRule() finds it; who uses the table cannot look into it.
    struct Rule;

    /// @param observer told of choices and of health; must outlive the table
    /// @param limits of the flows that are tracked
    explicit LoadBalancingTable(LoadBalancingObserver& observer, const MuxFlowLimits& limits = {});
    ~LoadBalancingTable();
    LoadBalancingTable(const LoadBalancingTable&) = delete; // rules refer to their counters
    LoadBalancingTable& operator=(const LoadBalancingTable&) = delete;

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

    /// @return the rule that is for the packet, until the next goal state; then Decide() is asked.
    /// Null if there is none; then SNAT's endpoints are asked
    const Rule* FindRule(const FrontendPacket& packet) const;

    /**
     * @brief Choose the member for a packet that a rule is for.
     * @param rule that FindRule() has found for the packet
     * @param packet it
     * @param now current time
     * @return the choice; or nothing if there is none: DropReason::NoHealthyBackend
     */
    std::optional<MemberChoice> Decide(const Rule& rule, const FrontendPacket& packet, Time now);

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

    /// @return what each rule has passed on, by number; those that are gone too
    std::vector<FrontendTraffic> GetTraffic() const;

    /// @return the tracked flows
    const MuxFlowTable& GetFlows() const
    {
        return m_flows;
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// A member of a backend set, ready to be found.
    struct Member
    {
        BackendMember member;    //!< as told, or as changes have made it since
        FlowKey key;             //!< in the index
        bool isCandidate{false}; //!< new flows go there
    };

    /// A backend set; its members are side by side.
    struct Pool
    {
        NoHealthyBackendsBehavior behavior; //!< what new flows do if none is available
        bool keepsFlowsWhenAllDown;         //!< likewise, tracked TCP flows
        std::size_t first;                  //!< index of its first member
        std::size_t end;                    //!< index behind its last member
        FlowDistributor candidates{};       //!< network interfaces that new flows go to
        uint8_t epoch{1};                   //!< of flows that begin now; see BeginEpoch()
    };

    /// Members with the indexes of their backend sets.
    using SetMembers = std::vector<std::pair<uint16_t, BackendMember>>;

    /// What is known of members, by backend set and network interface.
    using KnownMembers = std::map<std::pair<uint16_t, uint32_t>, BackendMember>;

    /// @return the rule for packets that come to a frontend; null if there is none
    const Rule* FindRule(const FlowKey& key, std::optional<uint32_t> virtualNetwork) const;
    /// @return the rule by its key in the index; null if there is none
    const Rule* FindRule(const FlowKey& ruleKey) const;
    /// @return index of the member in m_members; nothing if it is not in the set
    std::optional<uint32_t> FindMemberSlot(uint16_t backendSet, uint32_t networkInterface) const;
    /// @return the member; null if it is not in the set
    const Member* FindMember(uint16_t backendSet, uint32_t networkInterface) const;

    /// @return the members known so far
    KnownMembers GetKnownMembers() const;
    /// Take over the backend sets of a goal state.
    void InsertPools(const std::vector<BackendSet>& sets, const KnownMembers& known, Time now);
    /// Take over the rules of a goal state.
    void InsertRules(const std::vector<MuxRule>& rules);
    /// Find out who is a candidate, after a change.
    void UpdateCandidates(uint16_t backendSet);
    /// The tracked TCP flows of a backend set have ended, all at once.
    static void BeginEpoch(Pool& pool);
    /// Tell that members' availability has changed.
    void TellHealth(const SetMembers& members, Time now);

    /// @return whether a packet of a tracked flow may go on to its member
    bool MayGoOn(const Rule& rule, const Member& member, IpProtocol protocol) const;
    /// Tell of a packet of a flow that has ended, if it is the first one since then.
    void TellEnded(const Rule& rule, const FrontendPacket& packet, uint32_t tracked, Time now);
    /// @return what is to be told of a packet, but for cause and member
    LoadBalancingDecision MakeDecision(const Rule& rule,
                                       const FrontendPacket& packet,
                                       Time now) const;
    /// Choose a member by hash, and track the flow.
    std::optional<MemberChoice> Choose(const Rule& rule,
                                       const FrontendPacket& packet,
                                       DistributionCause cause,
                                       Time now);
    /// Count a packet. @return where it goes
    static MemberChoice PassOn(const Rule& rule,
                               const FrontendPacket& packet,
                               const Member& member);

    LoadBalancingObserver& m_observer;                    //!< who is told
    MuxFlowTable m_flows;                                 //!< member and epoch by tracked key
    uint32_t m_generation{0};                             //!< of the goal state; 0: none
    MemberSelection m_selection{MemberSelection::Modulo}; //!< of the goal state
    uint64_t m_seed{0};                                   //!< of the goal state
    std::vector<Pool> m_pools;                            //!< by index of the backend set
    std::vector<Member> m_members;                        //!< set by set
    std::vector<Rule> m_rules;                            //!< by number
    FlowIndex m_memberIndex;                              //!< index in m_members
    FlowIndex m_ruleIndex;                                //!< index in m_rules
    /// Number of each frontend that was ever known, by virtual network (none: public) and address.
    std::map<std::pair<std::optional<uint32_t>, uint32_t>, uint32_t> m_frontends;
    std::map<uint16_t, FrontendTraffic> m_traffic; //!< of each rule that was ever known
};

} // namespace ns3::azure

#endif // AZURE_LOAD_BALANCING_TABLE_H
