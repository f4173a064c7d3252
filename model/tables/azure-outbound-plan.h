// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_OUTBOUND_PLAN_H
#define AZURE_OUTBOUND_PLAN_H

#include "azure-snat-port-budget.h"
#include "azure-snat-port-space.h"

#include "ns3/azure-deployment.h"
#include "ns3/azure-outbound-method.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A public address that gives SNAT: a frontend, or one that the platform assigns.
struct SnatFrontend
{
    Ipv4Address address; //!< public
    SnatPortSpace space; //!< its ports without those of rules
};

/// Ports that some network interfaces share: those of one address, or of an outbound rule's.
struct SnatShare
{
    std::vector<uint32_t> frontends; //!< indexes, in the order their ports are given; one without
                                     //!< outbound rule
    std::vector<uint32_t> members;   //!< positions in the deployment, in the order of their ports
    uint32_t poolSize{0};            //!< all members of its pools, those without ports too
    std::string outboundRule{};      //!< names of load balancer and outbound rule; empty: none
    std::optional<uint32_t> allocatedPorts{}; //!< ports per member, if the outbound rule says it
};

/// How flows through outbound rules end when they are idle (sources.rst B.4).
struct OutboundIdleTimeouts
{
    std::optional<Time> tcp; //!< of the rule for TCP; none: there is none
    std::optional<Time> udp; //!< of the rule for UDP; none: there is none
    bool isTcpReset{false};  //!< RST to both ends then (B.5: TR-2010)
};

/// What load balancers and NAT gateways make of a network interface.
struct OutboundStanding
{
    OutboundSituation situation;              //!< what its outbound method is chosen by
    std::vector<uint32_t> shares;             //!< indexes of what it is a member of, ascending
    bool translatesTcp{false};                //!< a rule that gives SNAT is for TCP, or none is
                                              //!< asked for
    bool translatesUdp{false};                //!< likewise, for UDP
    bool isInboundClosed{false};              //!< unless a group opens it (B.8: SK-2307)
    std::optional<OutboundIdleTimeouts> idle; //!< of outbound rules, if it has any
    std::optional<Ipv4Address> natGateway;    //!< node of its NAT gateway, if it has one
};

/// Who shares which SNAT ports, before they are dealt out.
struct OutboundPlan
{
    std::vector<SnatFrontend> frontends;     //!< those that give SNAT to somebody
    std::vector<SnatShare> shares;           //!< of each somebody is a member
    std::vector<OutboundStanding> standings; //!< in the order of the network interfaces

    /// @return what the budgets of a share's members are made from
    SharedSnatPorts GetShared(uint32_t share) const;
};

/**
 * @brief Work out which frontends give SNAT to which network interfaces.
 *
 * A frontend gives it to all members of the pools that a rule without disableOutboundSnat links
 * with it; where the profile asks for no rule, to those of every pool of its load balancer, unless
 * all rules of the pool have disableOutboundSnat.  The members of all its pools share its ports,
 * each counted once: sources speak of one pool, so that is our reading.
 *
 * A pool that outbound rules name has its SNAT from them alone (sources.rst B.4).  All frontends of
 * an outbound rule are one share, which does not multiply a default number (B.1: GH azure-docs
 * 41830); that their ports are given one frontend after the other is our choice.
 *
 * Default SNAT is by the platform's address, on which the standalone VMs of an availability set are
 * one pool, and any other VM one of its own (B.1: OB-1803).
 *
 * Members with an instance-level public IP count too (B.1: instances in the backend pool), and
 * their ports are kept for them (our choice); those with a NAT gateway count, but share nothing.
 *
 * A Standard load balancer translates the protocols of the rules that link (sources.rst B.3:
 * OB-1808); with different protocols on several frontends, all of them on each, which is simpler
 * than Azure.  A Basic one translates TCP and UDP.
 *
 * @param deployment one whose names and members Validate() has found sound
 */
OutboundPlan MakeOutboundPlan(const Deployment& deployment);

/// @return the ports of a load balancer's frontend that its rules leave for SNAT
SnatPortSpace MakeSnatPortSpace(const Profile& profile,
                                const LoadBalancer& loadBalancer,
                                const std::string& frontend);

/**
 * @brief How many ports an outbound rule gives each member of its pool, over all its frontends.
 *
 * With maxBackendInstances it is an equal share of 64,000 ports of each frontend, rounded down to a
 * multiple of 8 (sources.rst B.4: OB-2203).
 *
 * @param rule one whose maxBackendInstances is above 0 if it is set
 * @return the ports; nothing if the rule leaves it to the profile's budget
 */
std::optional<uint32_t> GetAllocatedPorts(const OutboundRule& rule);

} // namespace ns3::azure

#endif // AZURE_OUTBOUND_PLAN_H
