// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOST_GOAL_STATE_H
#define AZURE_HOST_GOAL_STATE_H

#include "azure-security-rule.h"
#include "azure-virtual-network.h"

#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief What a host agent must know of virtual networks and security groups, all of it at once.
 *
 * The virtual network manager sends the whole goal state again when a part of it changes: so what a
 * host applies is always consistent.  Tags and application security groups are resolved to
 * prefixes; names are carried for traces.
 */
namespace ns3::azure
{

/// A security rule whose tags and application security groups have been resolved.
struct ResolvedSecurityRule
{
    std::string name;                                         //!< as in its group
    uint32_t priority{0};                                     //!< lower numbers first
    bool isDefault{false};                                    //!< one of the six default rules
    FlowDirection direction{FlowDirection::Inbound};          //!< for which packets
    SecurityRuleAccess access{SecurityRuleAccess::Allow};     //!< what is done with them
    SecurityRuleProtocol protocol{SecurityRuleProtocol::Any}; //!< what they carry
    std::vector<AddressPrefix> sources;      //!< where they come from; none matches nothing
    std::vector<PortRange> sourcePorts;      //!< likewise
    std::vector<AddressPrefix> destinations; //!< where they go; none matches nothing
    std::vector<PortRange> destinationPorts; //!< likewise
    /// A custom rule with one of the tags AzurePlatform..., the only ones that reach host services
    /// where the profile exempts those from filtering (sources.rst B.9).
    bool targetsHostServices{false};

    friend bool operator==(const ResolvedSecurityRule& a, const ResolvedSecurityRule& b);
};

/// A network security group as it applies in one virtual network.
struct ResolvedSecurityGroup
{
    std::string name;                        //!< of the group
    std::vector<ResolvedSecurityRule> rules; //!< custom and default, by direction and priority

    friend bool operator==(const ResolvedSecurityGroup& a, const ResolvedSecurityGroup& b);
};

/// Where an address of a virtual network, of a peer or of a service is.
struct VirtualNetworkRoute
{
    Ipv4Address address;        //!< of an interface or an internal frontend, as VMs know it
    Ipv4Address host;           //!< provider address of its host, or of the muxes
    uint32_t virtualNetwork{0}; //!< identifier its packets are encapsulated with, below 2^24
    /// Packets to it go to the muxes, those from it come from any host: that of the VM that answers
    /// (sources.rst B.8: MV-1608).
    bool isFrontend{false};

    friend bool operator==(const VirtualNetworkRoute& a, const VirtualNetworkRoute& b);
};

/// What a subnet's network interfaces can reach without leaving Azure.
struct RouteTable
{
    std::vector<AddressPrefix> prefixes;      //!< of the virtual network, its peers and services
    std::vector<VirtualNetworkRoute> routes;  //!< who is there, each address once, ascending
    std::optional<RouteNextHop> defaultRoute; //!< a user's route 0.0.0.0/0

    friend bool operator==(const RouteTable& a, const RouteTable& b);
};

/// One network interface of the host.
struct NetworkInterfaceGoalState
{
    uint32_t networkInterface{0};           //!< its number
    uint32_t virtualNetwork{0};             //!< identifier, below 2^24
    std::optional<uint16_t> subnetGroup;    //!< index of the security group of its subnet
    std::optional<uint16_t> interfaceGroup; //!< index of its own security group
    uint16_t routeTable{0};                 //!< index
    bool isSmtpBlocked{false};              //!< port 25 of Internet destinations (S3-53)

    friend bool operator==(const NetworkInterfaceGoalState& a, const NetworkInterfaceGoalState& b);
};

/// All that one host has to know; lists are referred to by index.
struct HostGoalState
{
    uint32_t generation{0};                    //!< counts up with each change, from 1
    Time flowRecordTimeout;                    //!< how long a flow record outlives its last packet
    bool areHostServicesFiltered{true};        //!< custom rules reach 168.63.129.16 (S3-50)
    std::vector<ResolvedSecurityGroup> groups; //!< that its interfaces use
    std::vector<RouteTable> routeTables;       //!< that its interfaces use
    std::vector<NetworkInterfaceGoalState> networkInterfaces; //!< all of the host

    friend bool operator==(const HostGoalState& a, const HostGoalState& b);
};

/**
 * @brief Write a goal state.
 *
 * The fields in the order of their structs: integers in network byte order, enumerations and truth
 * values as one byte, times as 64-bit nanoseconds, optional values behind a byte 0 or 1; lists of
 * rules, prefixes and routes behind a 32-bit count, other lists and texts behind a 16-bit one.
 *
 * @param goalState one whose time is above 0 and at most 1000 h (as in a profile), whose prefixes
 *        have no bit set beyond their length, whose port ranges are not empty, whose routes ascend
 *        by address, each once in its table, whose indexes point somewhere, whose identifiers of
 *        virtual networks are below 2^24, and whose lists fit their counts
 * @return its bytes
 */
std::vector<uint8_t> Encode(const HostGoalState& goalState);

/**
 * @brief Read a goal state.
 * @return the goal state, or nothing if the bytes are not exactly one that Encode() writes
 */
std::optional<HostGoalState> DecodeHostGoalState(const std::vector<uint8_t>& bytes);

} // namespace ns3::azure

#endif // AZURE_HOST_GOAL_STATE_H
