// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VIRTUAL_NETWORK_H
#define AZURE_VIRTUAL_NETWORK_H

#include "azure-address-prefix.h"
#include "azure-service-tag.h"

#include "ns3/ipv4-address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// Where a user-defined route 0.0.0.0/0 leads (ARM `nextHopType`).
enum class RouteNextHop : uint8_t
{
    Internet, //!< to the Internet, as without the route
    None,     //!< nowhere: the packets are dropped
};

/// A range of a virtual network's addresses (ARM `subnets`).
struct Subnet
{
    std::string name;                         //!< unique within the virtual network
    AddressPrefix prefix;                     //!< in its address space; no two overlap
    std::vector<ServiceTag> serviceEndpoints; //!< reached past SNAT (S3-44)
    std::optional<RouteNextHop> defaultRoute; //!< a user's route 0.0.0.0/0, if there is one
};

/// A virtual network (ARM `virtualNetworks`).
struct VirtualNetwork
{
    std::string name;                        //!< unique in the deployment
    std::vector<AddressPrefix> addressSpace; //!< at least one; no two overlap
    std::vector<Subnet> subnets;             //!< at least one
    std::vector<AddressPrefix> onPremises;   //!< of connected sites (S3-40); no two overlap
};

/// Where a network interface is.
struct NetworkInterfacePlacement
{
    uint32_t networkInterface{0}; //!< its number, unique in the deployment
    std::string virtualNetwork;   //!< name
    std::string subnet;           //!< name; a PaaS instance in it is an interface too (S3-54)
    Ipv4Address privateAddress;   //!< in the subnet, unique in the virtual network and on the host
    Ipv4Address host;             //!< provider address of its host
};

/// A server of an Azure service that subnets can have an endpoint of (S3-44).
struct ServiceInstance
{
    uint32_t networkInterface{0}; //!< its number, unique in the deployment
    ServiceTag service;           //!< which
    Ipv4Address publicAddress;    //!< among the tag's prefixes
    Ipv4Address host;             //!< provider address of its host
};

} // namespace ns3::azure

#endif // AZURE_VIRTUAL_NETWORK_H
