// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_ALLOCATION_POLICY_H
#define AZURE_SNAT_ALLOCATION_POLICY_H

#include "azure-snat-port-budget.h"

#include "ns3/azure-profile.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ns3::azure
{

/// What a policy knows of a network interface that asks for ports.
struct SnatRequestSituation
{
    Time now;                      //!< when it is decided
    uint32_t portsHeld{0};         //!< that it has already, on all frontends
    std::optional<Time> lastGrant; //!< when a request of it was granted last; none: never
};

/**
 * @ingroup azure-tables
 * @brief Decides how many SNAT ports a network interface gets, before it asks and when it does.
 *
 * Which ports these are is SnatAllocationTable's business, which flow gets which of them
 * SnatPortAllocator's.  To try a policy of one's own, derive from this class and give it to
 * SlbManager::SetAllocationPolicy().
 */
class SnatAllocationPolicy
{
  public:
    virtual ~SnatAllocationPolicy() = default;

    /**
     * @brief Ports of a network interface that it has without asking.
     *
     * It is asked again when a pool grows or shrinks; what a member has is then brought in line
     * (sources.rst B.1: OB-1808).
     *
     * @param frontends of the interface, in frontend order, each with how many share it
     * @return ports by frontend, in that order; together the members of a frontend may not have
     *         more than it has
     */
    virtual std::vector<uint32_t> GetPreallocation(
        const std::vector<SharedSnatPorts>& frontends) const = 0;

    /// @return whether hosts ask for more when a flow finds no port; false: it is refused at once
    virtual bool IsOnDemand() const = 0;

    /**
     * @brief Ports that a request is granted; of policies that are on demand.
     * @return a multiple of the profile's PortRangeSize; 0: the request is refused, as the
     *         interface has as many as it may
     */
    virtual uint32_t GetGrant(const SnatRequestSituation& situation) const = 0;
};

/// @return the policy that a profile's PortBudget names, with its settings
std::unique_ptr<SnatAllocationPolicy> MakeSnatAllocationPolicy(const Profile& profile);

} // namespace ns3::azure

#endif // AZURE_SNAT_ALLOCATION_POLICY_H
