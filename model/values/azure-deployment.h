// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DEPLOYMENT_H
#define AZURE_DEPLOYMENT_H

#include "azure-load-balancer.h"
#include "azure-mux-goal-state.h"
#include "azure-nat-gateway.h"
#include "azure-profile.h"

#include "ns3/ipv4-address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A VM's network interface, as the control plane knows it.
struct NetworkInterface
{
    uint32_t networkInterface{0}; //!< its number, unique in the deployment, below 2^24
    Ipv4Address privateAddress;   //!< as the VM knows it; health probes go there
    Ipv4Address host;             //!< provider address of its host
    std::optional<Ipv4Address> instanceLevelPublicIp;    //!< its own public address, if it has one
    LoadBalancerSku publicIpSku{LoadBalancerSku::Basic}; //!< of that public address (B.8: SK-2307)
    /// Address the platform holds ready for default SNAT; not the user's to choose (S0-10), and
    /// not counted against the public-IP quota (S0-11).
    Ipv4Address platformAddress;
    /// Name of its availability set, whose VMs have one platform address, all the same one here,
    /// and count as one pool (sources.rst B.1: OB-1803); empty: none.
    std::string availabilitySet{};
};

/// All that the SLB manager has to know.
struct Deployment
{
    Profile profile;                                 //!< Azure's behavior
    std::vector<NetworkInterface> networkInterfaces; //!< of all VMs
    std::vector<LoadBalancer> loadBalancers;         //!< public and internal ones
    std::vector<NatGateway> natGateways;             //!< before every other way out
    Profile natGatewayProfile; //!< timers and port choice of NAT gateways, as of nat-gateway
    MemberSelection memberSelection{MemberSelection::Modulo}; //!< how muxes find members
    uint64_t hashSeed{0};                                     //!< of the muxes' distribution
};

} // namespace ns3::azure

#endif // AZURE_DEPLOYMENT_H
