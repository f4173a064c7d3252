// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VIRTUAL_NETWORK_H
#define AZURE_VIRTUAL_NETWORK_H

#include "azure-address-prefix.h"
#include "azure-deployment-model.h"
#include "azure-service-tag.h"

#include "ns3/ipv4-address.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// Where the address spaces of virtual networks lie: RFC 1918 and RFC 6598.  Our choice, Azure
/// allows more; none of it is on the Internet, so that no service can have an address there.
constexpr std::array<AddressPrefix, 4> VIRTUAL_NETWORK_PREFIXES{{
    {0x0a000000, 8},  // 10.0.0.0
    {0x64400000, 10}, // 100.64.0.0
    {0xac100000, 12}, // 172.16.0.0
    {0xc0a80000, 16}, // 192.168.0.0
}};

/// Addresses at the beginning of a subnet that Azure keeps: network, gateway, two for DNS.
/// Our choice, as the next one.
constexpr uint32_t KEPT_FIRST_ADDRESSES = 4;

/// Addresses at the end of a subnet that Azure keeps: broadcast.
constexpr uint32_t KEPT_LAST_ADDRESSES = 1;

/// @return how many addresses of a subnet network interfaces can have
constexpr uint64_t
GetRoom(const AddressPrefix& subnet)
{
    constexpr uint64_t KEPT = KEPT_FIRST_ADDRESSES + KEPT_LAST_ADDRESSES;
    const uint64_t size = uint64_t{subnet.GetLast()} - subnet.GetFirst() + 1;
    return size > KEPT ? size - KEPT : 0;
}

/// @return whether a network interface in the subnet can have the address
constexpr bool
IsForNetworkInterfaces(const AddressPrefix& subnet, uint32_t address)
{
    return subnet.Contains(address) && address - subnet.GetFirst() >= KEPT_FIRST_ADDRESSES &&
           subnet.GetLast() - address >= KEPT_LAST_ADDRESSES;
}

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
    std::vector<AddressPrefix> addressSpace; //!< some of VIRTUAL_NETWORK_PREFIXES; no two overlap
    std::vector<Subnet> subnets;             //!< at least one
    std::vector<AddressPrefix> onPremises;   //!< of connected sites (S3-40); no two overlap
    /// The security groups attached in it are of this model too (S3-11).
    DeploymentModel model{DeploymentModel::ResourceManager};
};

/// Where a network interface is.
struct NetworkInterfacePlacement
{
    uint32_t networkInterface{0}; //!< its number, unique in the deployment
    std::string virtualNetwork;   //!< name
    std::string subnet;           //!< name; a PaaS instance in it is an interface too (S3-54)
    Ipv4Address privateAddress;   //!< not kept; unique in the virtual network and on the host
    Ipv4Address host;             //!< provider address of its host
};

/// An address of an internal load balancer (ARM `frontendIPConfigurations` with a `subnet`).
struct InternalFrontend
{
    std::string loadBalancer;   //!< name
    std::string name;           //!< unique among those of the load balancer
    std::string virtualNetwork; //!< name
    std::string subnet;         //!< name
    Ipv4Address address;        //!< not kept; unique in the virtual network
    Ipv4Address host;           //!< where its packets are sent: the muxes' provider address
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
