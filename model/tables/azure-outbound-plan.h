// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_OUTBOUND_PLAN_H
#define AZURE_OUTBOUND_PLAN_H

#include "azure-snat-port-budget.h"
#include "azure-snat-port-space.h"

#include "ns3/azure-deployment.h"
#include "ns3/azure-outbound-method.h"
#include "ns3/ipv4-address.h"

#include <cstdint>
#include <vector>

namespace ns3::azure
{

/// A frontend that gives SNAT, and who shares its ports.
struct SnatFrontend
{
    Ipv4Address address;           //!< public
    SnatPortSpace space;           //!< its ports without those of rules
    std::vector<uint32_t> members; //!< positions in the deployment, in the order of their ports

    /// @return what its members' budgets are made from
    SharedSnatPorts GetShared() const
    {
        return {static_cast<uint32_t>(members.size()), space.GetSize()};
    }
};

/// What load balancers make of a network interface.
struct OutboundStanding
{
    OutboundSituation situation;     //!< what its outbound method is chosen by
    std::vector<uint32_t> frontends; //!< whose ports it shares, in frontend order
    bool translatesTcp{false};       //!< a rule that gives SNAT is for TCP, or none is asked for
    bool translatesUdp{false};       //!< likewise, for UDP
    bool isInboundClosed{false};     //!< unless a group opens it (sources.rst B.8: SK-2307)
};

/// Who shares which frontend's SNAT ports, before they are dealt out.
struct OutboundPlan
{
    std::vector<SnatFrontend> frontends;     //!< those that give SNAT to somebody
    std::vector<OutboundStanding> standings; //!< in the order of the network interfaces
};

/**
 * @brief Work out which frontends give SNAT to which network interfaces.
 *
 * A frontend gives it to all members of the pools that a rule without disableOutboundSnat links
 * with it; where the profile asks for no rule, to those of every pool of its load balancer, unless
 * all rules of the pool have disableOutboundSnat.  The members of all its pools share its ports,
 * each counted once: sources speak of one pool, so that is our reading.  Those with an
 * instance-level public IP count too (sources.rst B.1: instances in the backend pool).
 *
 * A Standard load balancer translates the protocols of the rules that link (sources.rst B.3:
 * OB-1808); with different protocols on several frontends, all of them on each, which is simpler
 * than Azure.  A Basic one translates TCP and UDP.
 *
 * @param deployment one whose names and members Validate() has found sound
 */
OutboundPlan MakeOutboundPlan(const Deployment& deployment);

} // namespace ns3::azure

#endif // AZURE_OUTBOUND_PLAN_H
