// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SLB_PROGRAM_H
#define AZURE_SLB_PROGRAM_H

#include "azure-snat-allocation-table.h"

#include "ns3/azure-deployment.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-slb-message.h"
#include "ns3/ipv4-address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A message and the host it is for.
struct HostInstruction
{
    Ipv4Address host;                    //!< provider address
    ProgramNetworkInterface instruction; //!< for its host agent
};

/// What a load balancer sends to a network interface, and the host it is for.
struct InboundInstruction
{
    Ipv4Address host;                    //!< provider address
    ProgramInboundEndpoints instruction; //!< for its host agent; without muxes
};

/// A health probe of a network interface, and the host whose prober does it.
struct ProbeInstruction
{
    Ipv4Address host;         //!< provider address
    HealthProbeTarget target; //!< whom to ask, and how
};

/// A pool as one probe sees it: what a backend set of the muxes' goal state is made for.
struct BackendSetPlan
{
    std::string loadBalancer;               //!< name
    std::string backendPool;                //!< name; empty: of an inbound NAT rule
    uint16_t probe{0};                      //!< number, from 1; 0 without probe
    std::vector<BackendPoolMember> members; //!< as configured, by network interface, ascending
};

/// A rule's names and its number in traces and in MuxRule.
struct RuleName
{
    uint16_t rule{0};         //!< from 1; by load balancer: its rules, then its NAT rules
    std::string loadBalancer; //!< name
    std::string name;         //!< of the load-balancing rule or inbound NAT rule
    bool isInboundNat{false}; //!< which of the two
    uint16_t backendSet{0};   //!< index
    uint16_t probe{0};        //!< number of its probe, from 1; 0 without probe
};

/// What the SLB manager tells everybody about a deployment.
struct SlbProgram
{
    std::vector<HostInstruction> hosts;      //!< in the order of the network interfaces
    std::vector<PublicEndpoint> muxes;       //!< the same for every mux, by address and port
    std::vector<InboundInstruction> inbound; //!< likewise; only of those some rule leads to
    std::vector<ProbeInstruction> probes;    //!< by probe and network interface
    std::vector<BackendSetPlan> backendSets; //!< of muxGoalState, in its order
    std::vector<RuleName> rules;             //!< by number
    MuxGoalState muxGoalState; //!< generation 1; members available as before any probe
    std::vector<SnatAllocationChange> allocationChanges; //!< what has become of SNAT ports
};

/**
 * @brief Check a deployment before simulated time starts.
 *
 * Beyond Validate(const LoadBalancer&, const Profile&) for each load balancer: a network interface
 * is in pools and inbound NAT rules of at most one public and one internal load balancer, and has
 * one NAT gateway at most; public addresses have one use each, but that of an availability set;
 * private frontends are unique in their virtual network; and every frontend has ports enough for
 * those who share it.  That outbound rules of one interface and protocol must agree on what they do
 * when flows are idle is our choice.
 *
 * @return nothing if it is sound; else the first error, naming the field, the value and what is
 *         allowed
 */
std::optional<std::string> Validate(const Deployment& deployment);

/**
 * @brief Work out who uses which public address and which SNAT ports, and where load balancers send
 * flows from clients.
 *
 * Each network interface gets its outbound method (SelectOutboundMethod()), and with SNAT its ports
 * on each frontend the method uses (MakeOutboundPlan()): what the book says after it has been
 * brought in line with the deployment.  At first the members of a frontend have theirs one after
 * the other in pool order; they never overlap, so a packet to one of their ports belongs to one
 * member (sources.rst B.2: OB-2012).  That is one block, or more where a rule's block lies between
 * (SnatPortSpace).
 *
 * @param deployment a valid one
 * @param [in,out] book who has which ports, of the deployment as it was before
 */
SlbProgram Compile(const Deployment& deployment, SnatAllocationTable& book);

/// @brief The same with a new book, of the policy that the deployment's profile names.
SlbProgram Compile(const Deployment& deployment);

/**
 * @brief Who owns ports of public addresses: SNAT ports as of now, and instance-level public IPs.
 *
 * Addresses of NAT gateways are not among them: these are routed to the gateway.
 *
 * @param deployment a valid one
 * @param book who has which ports
 * @return what muxes are to know, by address and port
 */
std::vector<PublicEndpoint> MakePublicEndpoints(const Deployment& deployment,
                                                const SnatAllocationTable& book);

/**
 * @brief What a host is told of one probe and one member.
 *
 * Counts are the probe's threshold; if it has none, its numberOfProbes or 1, as the profile says
 * (sources.rst B.7).
 *
 * @param probe as configured
 * @param number of the probe, from 1: by load balancer, in the order of its probes
 * @param member whom to ask
 * @param profile for what the probe does not set
 */
HealthProbeTarget MakeProbeTarget(const HealthProbe& probe,
                                  uint16_t number,
                                  const NetworkInterface& member,
                                  const Profile& profile);

/// @return how many public IPs count against the subscription's quota (not S0-11's)
uint32_t GetPublicIpQuotaUse(const Deployment& deployment);

} // namespace ns3::azure

#endif // AZURE_SLB_PROGRAM_H
