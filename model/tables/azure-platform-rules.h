// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PLATFORM_RULES_H
#define AZURE_PLATFORM_RULES_H

#include "azure-virtual-network-routes.h"

#include "ns3/azure-drop-reason.h"
#include "ns3/azure-flow-key.h"
#include "ns3/azure-trace-records.h"

#include <cstdint>
#include <optional>
#include <variant>

/**
 * @file
 * @brief What the platform decides on a VM's flows by itself, whatever the user's rules say.
 */
namespace ns3::azure
{

/**
 * @brief Where a packet from a VM goes.
 *
 * To the host, to whoever has the address in the virtual network, a peer or a service with an
 * endpoint, or else to the Internet; in that order.
 *
 * @param key of the packet; its source is the VM's address, or 0.0.0.0 for IsDhcpRequest()
 * @param routes of the VM's subnet
 * @return the way; or why there is none
 */
std::variant<FlowPath, DropReason> SelectPath(const FlowKey& key,
                                              const VirtualNetworkRoutes& routes);

/// @return the way to or from an address (host byte order) that somebody has in the virtual
/// network;
///         only a service has one on the Internet, since virtual networks here are private
FlowPath GetNetworkPath(uint32_t address);

/// @return whether a VM asks the DHCP server of its host for an address, or to keep it (S3-50)
bool IsDhcpRequest(const FlowKey& key);

/// @return the key of a VM's DHCP flow, which is one with its host whatever addresses its packets
///         have; @param vm the VM's address, host byte order
FlowKey GetDhcpKey(uint32_t vm);

/// @return whether a packet from the host is its DHCP server's answer (S3-50)
bool IsDhcpReply(const FlowKey& key);

/// @return whether a VM's packet is mail that some subscriptions may not send: to TCP port 25 on
///         the Internet; a relay's port 587 is none (S3-53)
bool IsInternetMail(FlowPath path, const FlowKey& key);

/**
 * @brief Whether a VM's packet asks for a Windows license (S3-51).
 *
 * A platform rule then lets it pass the security groups, but for rules that name the tag
 * AzurePlatformLKM (sources.rst B.9).
 *
 * @param key of the packet: to TCP port 1688 of an address of that tag
 * @param defaultRoute the subnet's; with one there is no such platform rule
 */
bool IsLicenseRequest(const FlowKey& key, const std::optional<RouteNextHop>& defaultRoute);

} // namespace ns3::azure

#endif // AZURE_PLATFORM_RULES_H
