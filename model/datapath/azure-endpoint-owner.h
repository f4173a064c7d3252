// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ENDPOINT_OWNER_H
#define AZURE_ENDPOINT_OWNER_H

#include "azure-packet-headers.h"

#include "ns3/azure-drop-reason.h"
#include "ns3/azure-public-endpoint-table.h"

#include <cstdint>
#include <variant>

namespace ns3::azure
{

/**
 * @brief Find who gets a packet that has come to a public address.
 *
 * TCP and UDP go by destination port; an ICMP error goes by the source port of the packet it
 * quotes; everything else goes to the owner of the whole address, an instance-level public IP.
 *
 * @param table who owns what
 * @param packet the packet, with the public address as destination
 * @return the target's number, or why there is none
 */
std::variant<uint32_t, DropReason> FindEndpointOwner(const PublicEndpointTable& table,
                                                     const PacketHeaders& packet);

} // namespace ns3::azure

#endif // AZURE_ENDPOINT_OWNER_H
