// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MEMBER_HEALTH_TABLE_H
#define AZURE_MEMBER_HEALTH_TABLE_H

#include "azure-slb-program.h"

#include "ns3/azure-load-balancer.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-slb-message.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief What the SLB manager knows of the members of all backend sets.
 *
 * A member is available if its administrative state is Up; if that is None and its probe, if the
 * set has one, says so.  A set without probe ignores administrative states (sources.rst B.7:
 * AS-2410).  A probed member is not available before its first success.
 */
class MemberHealthTable
{
  public:
    MemberHealthTable() = default;

    /// @param sets of the deployment, as Compile() makes them
    explicit MemberHealthTable(std::vector<BackendSetPlan> sets);

    /**
     * @brief A host has reported.
     * @return what changes for muxes, with sequences; empty for a report older than the last one of
     *         the same interface and probe
     */
    std::vector<MemberAvailability> Note(const ReportHealth& report);

    /// @brief The user has set a state. @return what changes for muxes; empty if it is no member
    std::vector<MemberAvailability> SetAdministrativeState(const std::string& loadBalancer,
                                                           const std::string& backendPool,
                                                           uint32_t networkInterface,
                                                           AdministrativeState state);

    /// @brief Write how members are now into the backend sets of a goal state.
    void Complete(MuxGoalState& goalState) const;
};

} // namespace ns3::azure

#endif // AZURE_MEMBER_HEALTH_TABLE_H
