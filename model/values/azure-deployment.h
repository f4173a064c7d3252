// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DEPLOYMENT_H
#define AZURE_DEPLOYMENT_H

#include "azure-profile.h"

#include "ns3/ipv4-address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A public address of a load balancer (ARM `frontendIPConfigurations`).
struct FrontendIpConfiguration
{
    std::string name;          //!< unique within the load balancer
    Ipv4Address publicAddress; //!< unique in the deployment
};

/// Links a frontend with the backend pool (ARM `loadBalancingRules`; S0-25).
struct LoadBalancingRule
{
    std::string name;     //!< unique within the load balancer
    std::string frontend; //!< name of a frontend
};

/// A public load balancer with one backend pool (ARM `loadBalancers`).
struct LoadBalancer
{
    std::vector<FrontendIpConfiguration> frontends; //!< in the order their ports are used
    std::vector<uint32_t> backendPool;              //!< network interfaces, in member order
    std::vector<LoadBalancingRule> rules;           //!< links of frontends with the pool
};

/// A VM's network interface, as the control plane knows it.
struct NetworkInterface
{
    uint32_t networkInterface{0};                     //!< its number, unique in the deployment
    Ipv4Address host;                                 //!< provider address of its host
    std::optional<Ipv4Address> instanceLevelPublicIp; //!< its own public address, if it has one
    /// Address the platform holds ready for default SNAT; not the user's to choose (S0-10), and
    /// not counted against the public-IP quota (S0-11).
    Ipv4Address platformAddress;
};

/// All that the SLB manager has to know.
struct Deployment
{
    Profile profile;                                 //!< Azure's behavior
    std::vector<NetworkInterface> networkInterfaces; //!< of all VMs
    LoadBalancer loadBalancer;                       //!< without frontends where there is none
};

} // namespace ns3::azure

#endif // AZURE_DEPLOYMENT_H
