// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_STACK_H
#define AZURE_COMPACT_STACK_H

#include "ns3/node.h"
#include "ns3/ptr.h"

#include <optional>
#include <string>

namespace ns3::azure
{

/**
 * @brief Install the IPv4 stack of a node that has no sockets, only CompactEndpoint.
 *
 * It has ns-3's IPv4 with static routing, ICMP, and the traffic-control layer that IPv4 sends
 * through; no UDP, TCP, ARP, IPv6 and packet sockets.  Without ARP its devices can be
 * point-to-point ones only.  Any application that asks for a TCP or UDP socket ends the program
 * with a line that says so.
 *
 * @param node without an IPv4 stack
 */
void InstallCompactStack(Ptr<Node> node);

/// @return whether InstallCompactStack() has been called for the node
bool HasCompactStack(const Ptr<Node>& node);

/**
 * @brief Find out whether an application can have its sockets.
 * @param node of the application
 * @param application what the user calls it
 * @return nothing; or, on a node with the compact stack, the line that tells the user
 */
std::optional<std::string> CheckSockets(const Ptr<Node>& node, const std::string& application);

/**
 * @brief End the program with the line of CheckSockets(), if there is one.
 *
 * To be called in DoInitialize() of an application, which is before simulated time starts.
 */
void RequireSockets(const Ptr<Node>& node, const std::string& application);

} // namespace ns3::azure

#endif // AZURE_COMPACT_STACK_H
