// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ROUTE_MESSAGE_H
#define AZURE_ROUTE_MESSAGE_H

#include "azure-address-prefix.h"

#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/**
 * @file
 * @brief What muxes tell their router about the addresses they serve, and how it looks on the wire.
 *
 * Ananta's muxes speak BGP with their first-hop router (Ananta 3.2.2).  This protocol is ours, in
 * the manner of BGP (RFC 4271) where it matters here: who announces a prefix says for how long, and
 * says it again before that time is over.  It goes over UDP, not TCP, so there is no session: each
 * message stands for itself, the sender's address is the next hop, and an announcement is the
 * keepalive as well.  A message is, in this order:
 *
 * | octets | content                                                                      |
 * |--------|------------------------------------------------------------------------------|
 * | 4      | magic, the letters aRTE                                                      |
 * | 1      | version, 1                                                                   |
 * | 1      | body: 0 AnnounceRoutes, 1 WithdrawRoutes                                     |
 * | 4      | AnnounceRoutes only: hold time, in milliseconds, at least 1                  |
 * | 2      | number of prefixes, 1 to MAX_PREFIXES_PER_MESSAGE                            |
 * | 5 each | prefix: length in bits, network                                              |
 *
 * Integers travel in network byte order.
 */
namespace ns3::azure
{

/// UDP port that a router listens for route messages on; our choice.
constexpr uint16_t ROUTE_PORT = 8087;

/// Most prefixes that one message carries, to stay below a common MTU; our choice.
constexpr std::size_t MAX_PREFIXES_PER_MESSAGE = 100;

/// The sender takes packets to the prefixes, until the hold time is over or it says otherwise.
struct AnnounceRoutes
{
    /// How long it holds from when the message comes; whole milliseconds, 1 to 2^32 - 1
    Time holdTime;
    std::vector<AddressPrefix> prefixes; //!< 1 to MAX_PREFIXES_PER_MESSAGE
};

/// The sender takes no more packets to the prefixes.
struct WithdrawRoutes
{
    std::vector<AddressPrefix> prefixes; //!< 1 to MAX_PREFIXES_PER_MESSAGE
};

/// One message of the route protocol.
using RouteMessage = std::variant<AnnounceRoutes, WithdrawRoutes>;

/**
 * @brief Write a message.
 * @param message one whose fields are as its struct says; anything else ends the program
 * @return its bytes
 */
std::vector<uint8_t> Encode(const RouteMessage& message);

/**
 * @brief Read a message.
 * @return the message, or nothing if the bytes are not exactly one that Encode() writes
 */
std::optional<RouteMessage> DecodeRouteMessage(const std::vector<uint8_t>& bytes);

} // namespace ns3::azure

#endif // AZURE_ROUTE_MESSAGE_H
