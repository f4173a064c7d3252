// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SLB_MESSAGE_H
#define AZURE_SLB_MESSAGE_H

#include "azure-outbound-method.h"
#include "azure-port-range.h"
#include "azure-profile.h"

#include "ns3/ipv4-address.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/**
 * @file
 * @brief What the SLB manager and the virtual network manager tell host agents and muxes, and how
 * it looks on the wire.
 *
 * Azure's own control protocol is not published; this one is ours.  A message is, in this order:
 *
 * | octets | content                                                                      |
 * |--------|------------------------------------------------------------------------------|
 * | 4      | magic, the letters aSLB                                                      |
 * | 1      | version, 1                                                                   |
 * | 1      | body: 0 Acknowledge, 1 ProgramNetworkInterface, 2 ProgramPublicEndpoints,    |
 * |        | 3 GoalStatePart                                                              |
 * | 4      | transaction                                                                  |
 * | ...    | the fields of the body, in the order of its struct                           |
 *
 * Integers travel in network byte order, enumerations as one byte, lists, texts and bytes behind a
 * 16-bit count, optional values behind a byte 0 or 1, a profile as its text form (Profile).
 */
namespace ns3::azure
{

/// A block of SNAT ports.
struct SnatPortBlockGrant
{
    Ipv4Address publicAddress; //!< frontend or platform address
    PortRange ports;           //!< the block
};

/// To a host agent: how one of its network interfaces reaches the Internet.
struct ProgramNetworkInterface
{
    uint32_t networkInterface{0};                       //!< number of the interface
    OutboundMethod method{OutboundMethod::DefaultSnat}; //!< chosen by SelectOutboundMethod()
    std::optional<Ipv4Address> instanceLevelPublicIp;   //!< its own public address
    std::vector<SnatPortBlockGrant> blocks;             //!< its SNAT ports, in frontend order
    Profile profile;                                    //!< reuse keys, timers, frontend selection
};

/// Who owns ports of a public address.
struct PublicEndpoint
{
    Ipv4Address publicAddress; //!< frontend, platform or instance-level address
    PortRange ports;           //!< closed; 0 to 65535 for an instance-level public IP
    Ipv4Address host;          //!< provider address of the host to send them to
};

/// To a mux: where the packets of public addresses go (Ananta 3.3.3, stateless entries).
struct ProgramPublicEndpoints
{
    std::vector<PublicEndpoint> endpoints; //!< added to what the mux knows
};

/**
 * @brief To a host agent: a part of its goal state (HostGoalState), which is too long for a
 * datagram.
 *
 * All parts of a goal state carry its generation and how many they are; put one behind the other
 * they are what Encode() wrote.
 */
struct GoalStatePart
{
    uint32_t generation{0};     //!< of the goal state
    uint16_t part{0};           //!< which, from 0
    uint16_t parts{1};          //!< how many, at least 1
    std::vector<uint8_t> bytes; //!< at most MAX_BYTES_PER_PART
};

/// Answer of a host agent or mux: the message was applied.
struct Acknowledge
{
};

/// One message of the managers' protocol.
struct SlbMessage
{
    uint32_t transaction{0}; //!< chosen by the manager, repeated in the acknowledgement
    std::variant<Acknowledge, ProgramNetworkInterface, ProgramPublicEndpoints, GoalStatePart>
        body; //!< content
};

/// Most endpoints that one ProgramPublicEndpoints message carries, to stay below a common MTU.
constexpr std::size_t MAX_ENDPOINTS_PER_MESSAGE = 100;

/// Most bytes of a goal state that one GoalStatePart carries, to stay below a common MTU; our
/// choice.
constexpr std::size_t MAX_BYTES_PER_PART = 1200;

/**
 * @brief Write a message.
 * @param message one whose profile has valid settings, whose lists fit their counts
 *        (MAX_ENDPOINTS_PER_MESSAGE, MAX_BYTES_PER_PART), which names the instance-level public IP
 *        if that is its method, and whose part is one of its parts
 * @return its bytes
 */
std::vector<uint8_t> Encode(const SlbMessage& message);

/**
 * @brief Read a message.
 * @return the message, or nothing if the bytes are not exactly one that Encode() writes
 */
std::optional<SlbMessage> DecodeSlbMessage(const std::vector<uint8_t>& bytes);

} // namespace ns3::azure

#endif // AZURE_SLB_MESSAGE_H
