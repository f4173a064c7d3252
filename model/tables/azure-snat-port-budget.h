// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_PORT_BUDGET_H
#define AZURE_SNAT_PORT_BUDGET_H

#include "ns3/azure-port-range.h"
#include "ns3/azure-profile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Check that the ports of one public address suffice for a pool.
 * @param profile budget and override
 * @param poolSize members of the pool; 1 for a standalone VM
 * @param frontends public addresses the pool's members use at once
 * @return nothing if they do; else what is wrong, naming the field, the value and what is allowed
 */
std::optional<std::string> ValidateSnatPortBudget(const Profile& profile,
                                                  uint32_t poolSize,
                                                  uint32_t frontends);

/**
 * @brief How many SNAT ports a pool member receives on each frontend.
 *
 * By pool size: the tier's number (SNAT_PORT_TIERS).  Flat: an equal share of the address; with
 * several members rounded down to a multiple of 8, since ports come in such blocks (sources.rst
 * B.1), while a lone VM has them all (S4-01).  How the members of a 2016 pool shared an address
 * is not documented: the equal share is our choice.  AllocatedPorts replaces either.
 *
 * FrontendBudget::Cap deals 1,024 ports out over the frontends in blocks of 8, the first
 * frontends getting what is left over (how is our choice), and no frontend more than it had alone.
 *
 * @return ports by frontend, in frontend order; the arguments must be valid
 */
std::vector<uint32_t> GetSnatPortBudget(const Profile& profile,
                                        uint32_t poolSize,
                                        uint32_t frontends);

/**
 * @brief The block of one pool member on one frontend.
 *
 * Blocks lie side by side from port 1024 up, in member order, so they never overlap and a packet
 * to one of their ports belongs to one member (sources.rst B.2: OB-2012).
 *
 * @param member position of the member in the pool, from 0
 * @param ports ports each member receives on this frontend, at least 1
 */
PortRange GetSnatPortBlock(uint32_t member, uint32_t ports);

} // namespace ns3::azure

#endif // AZURE_SNAT_PORT_BUDGET_H
