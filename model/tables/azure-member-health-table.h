// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MEMBER_HEALTH_TABLE_H
#define AZURE_MEMBER_HEALTH_TABLE_H

#include "azure-slb-program.h"

#include "ns3/azure-load-balancer.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-slb-message.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief What the SLB manager knows of the members of all backend sets.
 *
 * A member is available if its administrative state is Up; if that is None and its probe, if the
 * set has one, says so.  A set without probe ignores administrative states (sources.rst B.7:
 * AS-2410).  A probed member is not available before its first success.  State Down is no more than
 * a probe that fails: while no member is available, AllProbedUp is for those members too.
 *
 * Several sets may share a probe: a report counts in all of them.  A state that is set to None
 * brings back what the probe said last.
 *
 * Law: a change is returned for a member exactly when its availability differs from what was
 * returned for it last, and its sequence counts the changes of that member in that set, from 1.
 */
class MemberHealthTable
{
  public:
    MemberHealthTable() = default;

    /// @param sets of the deployment, as Compile() makes them
    explicit MemberHealthTable(std::vector<BackendSetPlan> sets);

    /**
     * @brief A host has reported.
     * @return what changes for muxes, with sequences, by backend set; empty for a report that is
     *         not newer than the last one of the same interface and probe, or of nobody's
     */
    std::vector<MemberAvailability> Note(const ReportHealth& report);

    /// @brief The user has set a state. @return what changes for muxes; empty if it is no member
    std::vector<MemberAvailability> SetAdministrativeState(const std::string& loadBalancer,
                                                           const std::string& backendPool,
                                                           uint32_t networkInterface,
                                                           AdministrativeState state);

    /**
     * @brief Pools have changed; what is known of their members stays.
     *
     * A member that comes is as its probe said last, if it has been there before, and else as
     * before any report.  Who has gone is not forgotten: reports of it are noted.
     *
     * @param sets as many as before, each with the same name, pool and probe
     * @return members that come, and those that go, which are not available; by backend set
     */
    std::vector<MemberAvailability> SetSets(const std::vector<BackendSetPlan>& sets);

    /**
     * @brief Write how members are now into the backend sets of a goal state.
     * @param [in,out] goalState one whose sets are those of the table
     */
    void Complete(MuxGoalState& goalState) const;

  private:
    /// A member of a set, as muxes were told last.
    struct Member
    {
        uint32_t networkInterface{0};                         //!< its number
        AdministrativeState state{AdministrativeState::None}; //!< what the user says
        bool isProbedUp{false};                               //!< what its probe said last
        bool isAvailable{false};                              //!< new flows may go there
        uint32_t sequence{0};                                 //!< of the last change
    };

    /// A backend set.
    struct Set
    {
        std::string loadBalancer;    //!< name
        std::string backendPool;     //!< name; empty: of an inbound NAT rule
        bool isProbed{false};        //!< it has a probe
        std::vector<Member> members; //!< by network interface, ascending
    };

    /// What is known of an interface by one probe.
    struct Probed
    {
        uint32_t sequence{0};                              //!< of the last report; 0: none yet
        bool isUp{false};                                  //!< what it said
        std::vector<std::pair<uint16_t, uint32_t>> places; //!< set and position in it
    };

    static bool IsAvailable(const Set& set, const Member& member);

    /// @brief Tell of the member if it is not as muxes were told last.
    static void Update(uint16_t index,
                       const Set& set,
                       Member& member,
                       std::vector<MemberAvailability>& changes);

    /// Take over a member, or what is known of it, into a set. @return whether it comes
    bool Inherit(std::size_t index, const Set& set, uint16_t probe, Member& member);

    std::vector<Set> m_sets; //!< by index
    /// Sequences of members that have gone, by index of the set and interface.
    std::map<std::pair<std::size_t, uint32_t>, uint32_t> m_gone;
    std::map<std::pair<uint32_t, uint16_t>, Probed> m_probed; //!< by interface and probe
};

} // namespace ns3::azure

#endif // AZURE_MEMBER_HEALTH_TABLE_H
