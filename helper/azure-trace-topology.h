// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_TOPOLOGY_H
#define AZURE_TRACE_TOPOLOGY_H

#include "ns3/azure-outbound-method.h"
#include "ns3/ipv4-address.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief What a trace database says about a run as a whole, and about what was there before it.
 */
namespace ns3::azure
{

/// What was run; all of it is the same in every run with the same input.
struct RunDescription
{
    std::string program;  //!< name of the program, without folders
    std::string scenario; //!< name of the outbound scenario, or of whatever the program calls one
    std::string profile;  //!< the behavior profile in its text form
    /// Further input as names and values; no names twice, and better no file names or times of day.
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// What a node does.
enum class NodeRole : uint8_t
{
    VirtualMachine,
    Service,
    Host,
    LoadBalancerMux,
    SlbManager,
    Router,
    Server,
    DnsServer,
};

/// @return the role's name in databases
constexpr const char*
GetName(NodeRole role)
{
    constexpr std::array<const char*, 8> NAMES{"virtual-machine",
                                               "service",
                                               "host",
                                               "load-balancer-mux",
                                               "slb-manager",
                                               "router",
                                               "server",
                                               "dns-server"};
    return NAMES[static_cast<std::size_t>(role)];
}

/// A node.
struct NodeFact
{
    uint32_t node{0};                        //!< ns-3's number of it
    std::string name;                        //!< what the scenario calls it
    NodeRole role{NodeRole::VirtualMachine}; //!< what it does
};

/// A VM's network interface.
struct NetworkInterfaceFact
{
    uint32_t networkInterface{0}; //!< the number the scenario gave it
    uint32_t virtualMachine{0};   //!< ns-3's number of the VM's node
    uint32_t host{0};             //!< ns-3's number of the host's node
    Ipv4Address privateAddress;   //!< its address in the virtual network
    OutboundMethod outboundMethod{OutboundMethod::DefaultSnat}; //!< how it reaches the Internet
};

/// What a public address is for.
enum class PublicIpKind : uint8_t
{
    Frontend,      //!< of a load balancer
    Platform,      //!< assigned by the platform, for default SNAT
    InstanceLevel, //!< of one network interface
};

/// @return the kind's name in databases
constexpr const char*
GetName(PublicIpKind kind)
{
    constexpr std::array<const char*, 3> NAMES{"frontend", "platform", "instance-level"};
    return NAMES[static_cast<std::size_t>(kind)];
}

/// A public address.
struct PublicIpFact
{
    Ipv4Address address;                       //!< the address
    PublicIpKind kind{PublicIpKind::Frontend}; //!< what it is for
    std::optional<uint32_t> networkInterface;  //!< whose, if it belongs to one interface
};

} // namespace ns3::azure

#endif // AZURE_TRACE_TOPOLOGY_H
