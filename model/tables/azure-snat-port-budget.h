// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_PORT_BUDGET_H
#define AZURE_SNAT_PORT_BUDGET_H

#include "ns3/azure-profile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// The SNAT ports of one public address, or those of all frontends of an outbound rule, and how
/// many share them.
struct SharedSnatPorts
{
    uint32_t poolSize{1}; //!< network interfaces that share them; 1 for a standalone VM
    uint32_t ports{0};    //!< what rules leave of them (SnatPortSpace)
    std::optional<uint32_t> allocatedPorts{}; //!< ports per member, if an outbound rule says it
};

/**
 * @brief Check that the ports suffice for those who share them.
 * @return nothing if they do; else what is wrong, naming the field, the value and what is allowed
 */
std::optional<std::string> ValidateSnatPortBudget(const Profile& profile,
                                                  const SharedSnatPorts& shared);

/**
 * @brief How many SNAT ports a network interface has on each of its frontends without asking.
 *
 * By pool size: the tier's number (SNAT_PORT_TIERS).  Flat: an equal share of what rules leave of
 * the address; with several members rounded down to a multiple of 8, since ports come in such
 * blocks (sources.rst B.1), while a lone VM has them all (S4-01).  How the members of a 2016 pool
 * shared an address is not documented: the equal share is our choice.  On demand: the profile's
 * PreallocatedPorts on the first frontend, rounded up to whole ranges, and no more whole ranges
 * than MaxPortsPerInterface has.  Shared: none.  AllocatedPorts replaces any of them, and an
 * outbound rule's number goes before all; on demand both are rounded up to whole ranges.
 *
 * FrontendBudget::Cap deals 1,024 ports out over the frontends in blocks of 8, one to each in
 * turns (how is our choice), and no frontend more than it had alone.  It is for Flat and PoolSize,
 * and for interfaces whose numbers are no user's.
 *
 * @param profile budget and override
 * @param frontends of the interface, each valid
 * @return ports by frontend, in that order
 */
std::vector<uint32_t> GetSnatPortBudget(const Profile& profile,
                                        const std::vector<SharedSnatPorts>& frontends);

} // namespace ns3::azure

#endif // AZURE_SNAT_PORT_BUDGET_H
