// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NAT_GATEWAY_GOAL_STATE_H
#define AZURE_NAT_GATEWAY_GOAL_STATE_H

#include "azure-profile.h"

#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A network interface whose flows a NAT gateway translates.
struct NatGatewayMember
{
    uint32_t networkInterface{0}; //!< below 2^24
    Ipv4Address privateAddress;   //!< as the VM knows it; no other member's
    Ipv4Address host;             //!< provider address of its host

    friend bool operator==(const NatGatewayMember& a, const NatGatewayMember& b);
};

/// All that a NAT gateway has to know, all of it at once.
struct NatGatewayGoalState
{
    uint32_t generation{0};                   //!< counts up, from 1
    std::string name;                         //!< of the resource
    std::vector<Ipv4Address> publicAddresses; //!< 1 to MAX_NAT_GATEWAY_ADDRESSES, each once
    Time idleTimeout{Minutes(4)};             //!< of TCP flows, above 0, at most 1000 h
    Profile profile;                          //!< all other timers, reuse keys, port choice
    std::vector<NatGatewayMember> members;    //!< by network interface, ascending

    friend bool operator==(const NatGatewayGoalState& a, const NatGatewayGoalState& b);
};

/**
 * @brief Write a goal state.
 *
 * The fields in the order of their structs, as those of messages are written (SlbMessage).
 *
 * @param goalState one whose numbers of addresses and times are as said above, whose members ascend
 *        by number, each once, below 2^24 and with a private address of its own, whose profile has
 *        valid settings, and whose list of members fits a 16-bit count
 * @return its bytes
 */
std::vector<uint8_t> Encode(const NatGatewayGoalState& goalState);

/// @return the goal state, or nothing if the bytes are not exactly one that Encode() writes
std::optional<NatGatewayGoalState> DecodeNatGatewayGoalState(const std::vector<uint8_t>& bytes);

} // namespace ns3::azure

#endif // AZURE_NAT_GATEWAY_GOAL_STATE_H
