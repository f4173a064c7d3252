// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_ALLOCATION_TABLE_H
#define AZURE_SNAT_ALLOCATION_TABLE_H

#include "azure-outbound-plan.h"
#include "azure-snat-allocation-policy.h"
#include "azure-snat-port-ledger.h"

#include "ns3/azure-profile.h"
#include "ns3/azure-slb-message.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// Ports that one network interface gets or loses.
struct SnatAllocationChange
{
    uint32_t networkInterface{0};                          //!< whose
    SnatAllocationCause cause{SnatAllocationCause::Begin}; //!< why
    std::vector<SnatPortBlockGrant> given;                 //!< new ones, by frontend and port
    std::vector<SnatPortBlockGrant> taken; //!< on their way back, by frontend and port
};

/// What becomes of a request for ports.
struct SnatRequestAnswer
{
    SnatRequestOutcome outcome{SnatRequestOutcome::Granted}; //!< Granted, NoFreePorts or PortCap
    std::vector<SnatPortBlockGrant> given;                   //!< new ones if granted
};

/**
 * @ingroup azure-tables
 * @brief Which SNAT ports each network interface has, through all changes of the pools.
 *
 * The SLB manager's book: a SnatPortLedger for each public address, and a policy that says how
 * many. Ports that are taken go back to the free ones by Free() only, once their host and the muxes
 * know; whoever could not be given as many as the policy says for want of free ones gets the rest
 * then.
 *
 * Growing into the next tier takes from each member what it has too many, by the profile's
 * ReclaimedHalf; shrinking gives more and takes nothing; who leaves loses everything (sources.rst
 * B.1: OB-1808).  Ports given on request are not touched by either.
 *
 * Laws, checked by CheckInvariants(): those of the ledgers; what an interface has is what it was
 * given minus what was taken from it.
 */
class SnatAllocationTable
{
  public:
    SnatAllocationTable() = default;

    /// @param profile for granularity and reclaimed half @param policy says how many
    SnatAllocationTable(const Profile& profile, std::unique_ptr<SnatAllocationPolicy> policy);

    /**
     * @brief Bring what interfaces have in line with who shares which frontend.
     * @param plan of the deployment as it is now; SnatFrontend::address tells frontends apart
     * @param interfaces numbers of the network interfaces, by the plan's positions
     * @return the changes, by network interface; of the first plan, all that there is
     */
    std::vector<SnatAllocationChange> SetPlan(const OutboundPlan& plan,
                                              const std::vector<uint32_t>& interfaces);

    /// @brief An interface asks for ports.
    SnatRequestAnswer Request(uint32_t networkInterface, Time now);

    /// @brief An interface has given ports up, which are on their way back now.
    /// @return false, with nothing changed, if one of them is not its own
    bool Return(uint32_t networkInterface, const std::vector<SnatPortBlockGrant>& ranges);

    /// @brief Begin to take ports away from an interface, its highest on each frontend first.
    /// @param ports how many at most
    SnatAllocationChange Revoke(uint32_t networkInterface, uint32_t ports);

    /// @brief Ports that were on their way back have arrived.
    /// @return what those are given with it who had to wait for free ones
    std::vector<SnatAllocationChange> Free(const SnatPortBlockGrant& ports);

    /// @return all ports of an interface, by frontend and port
    std::vector<SnatPortBlockGrant> GetPorts(uint32_t networkInterface) const;

    /// @return whether hosts ask for more
    bool IsOnDemand() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;
};

} // namespace ns3::azure

#endif // AZURE_SNAT_ALLOCATION_TABLE_H
