// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TCP_RESET_H
#define AZURE_TCP_RESET_H

#include "azure-packet-headers.h"

#include "ns3/azure-flow-key.h"
#include "ns3/packet.h"

#include <cstdint>

namespace ns3::azure
{

/**
 * @brief Make a RST that its receiver takes for one of the other end.
 * @param key of the packet; TCP
 * @param sequence what the receiver expects next: others are ignored (RFC 5961)
 * @param checksums whether checksums are in use (ns3's ChecksumEnabled); zero if not
 * @return an IPv4 datagram
 */
Ptr<Packet> MakeTcpReset(const FlowKey& key, uint32_t sequence, bool checksums);

/**
 * @brief Make the RST that answers a segment of no known connection (RFC 793, section 3.4).
 * @param packet TCP, no RST itself and no later fragment
 * @param checksums whether checksums are in use (ns3's ChecksumEnabled); zero if not
 * @return an IPv4 datagram from the packet's destination to its source
 */
Ptr<Packet> MakeTcpResetAgainst(const PacketHeaders& packet, bool checksums);

} // namespace ns3::azure

#endif // AZURE_TCP_RESET_H
