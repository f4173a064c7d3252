// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HEADER_WRITER_H
#define AZURE_HEADER_WRITER_H

#include "ns3/azure-ip-protocol.h"
#include "ns3/packet.h"

#include <cstdint>

namespace ns3::azure
{

/**
 * @ingroup azure-datapath
 * @brief Put the headers of an IPv4 datagram, given as bytes, in front of the rest of it.
 *
 * All of them are one RawHeader, which costs least.  Where ns-3 keeps account of packets' headers,
 * by Packet::EnablePrinting() or EnableChecking() before the first packet is made, they are added
 * one by one as the headers of ns-3 that they are: text traces print them, and ns-3 finds what it
 * expects when it takes them off.  What ns-3 has no header for (GRE, or IPv4 with options and all
 * that follows it) remains a RawHeader.
 *
 * @param packet the rest of the datagram, and no more
 * @param bytes from the outermost IPv4 header on; the last one may be cut off, then the packet
 *        begins with what is missing
 * @param size how many
 */
void AddDatagramHeaders(Packet& packet, const uint8_t* bytes, uint32_t size);

/**
 * @ingroup azure-datapath
 * @brief Likewise for what comes behind an IPv4 header.
 * @param packet the rest of what the IPv4 header is followed by
 * @param protocol of the IPv4 header
 * @param bytes the transport header, and perhaps some of what it carries
 * @param size how many
 */
void AddTransportHeader(Packet& packet, IpProtocol protocol, const uint8_t* bytes, uint32_t size);

} // namespace ns3::azure

#endif // AZURE_HEADER_WRITER_H
