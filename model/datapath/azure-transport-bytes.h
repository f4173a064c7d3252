// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRANSPORT_BYTES_H
#define AZURE_TRANSPORT_BYTES_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-tcp-segment.h"

#include <cstdint>
#include <optional>

/**
 * @file
 * @brief TCP segments and UDP datagrams as bytes, for who reads and writes them in one piece.
 */
namespace ns3::azure
{

constexpr uint32_t MAX_TCP_HEADER_SIZE = 60; //!< bytes, with as many options as fit
constexpr uint32_t UDP_HEADER_SIZE = 8;      //!< bytes
constexpr uint32_t MAX_UDP_PAYLOAD = 65'507; //!< bytes: 65,535 less 20 of IPv4's header and UDP's

/// What arrived as a TCP segment.
struct ReceivedTcpSegment
{
    uint16_t sourcePort{0};      //!< whom it comes from
    uint16_t destinationPort{0}; //!< whom it goes to
    TcpSegment segment;          //!< its payload points into the bytes that were read
};

/// What arrived as a UDP datagram.
struct ReceivedUdpDatagram
{
    uint16_t sourcePort{0};          //!< whom it comes from
    uint16_t destinationPort{0};     //!< whom it goes to
    const uint8_t* payload{nullptr}; //!< points into the bytes that were read
    uint32_t payloadSize{0};         //!< bytes
};

/**
 * @brief Write a TCP header.
 *
 * Options in ns-3's order: timestamps, window scale, SACK permitted, zeros up to a multiple of
 * four.
 *
 * @param key ports, as it is sent
 * @param segment what it says; the payload does not matter
 * @param bytes where to, room for MAX_TCP_HEADER_SIZE
 * @return bytes written; the checksum is 0
 */
uint32_t WriteTcpHeader(const FlowKey& key, const TcpSegment& segment, uint8_t* bytes);

/**
 * @brief Read a TCP segment.
 * @param bytes the segment, without an IPv4 header; must live as long as the answer
 * @param size how many
 * @return the segment, or nothing if it is malformed: shorter than its header, a data offset below
 *         five words, or an option that goes beyond the header or has a length below 2.  Options
 *         that are not known, or have another length than theirs, are skipped
 */
std::optional<ReceivedTcpSegment> ReadTcpSegment(const uint8_t* bytes, uint32_t size);

/// Write a UDP header of UDP_HEADER_SIZE bytes; the checksum is 0, for none.
void WriteUdpHeader(const FlowKey& key, uint32_t payloadSize, uint8_t* bytes);

/**
 * @brief Read a UDP datagram.
 * @param bytes the datagram, without an IPv4 header; must live as long as the answer
 * @param size how many
 * @return the datagram, or nothing if its length is below that of the header, or beyond the bytes
 */
std::optional<ReceivedUdpDatagram> ReadUdpDatagram(const uint8_t* bytes, uint32_t size);

/**
 * @brief Compute TCP's or UDP's checksum (RFC 9293, 3.1).
 * @param key addresses and protocol, as it is sent
 * @param bytes its first bytes, the header with its checksum among them
 * @param known how many
 * @param size of header and payload; bytes after the known ones are zero
 * @return what makes the checksum right where it was 0; 0 where it was right
 */
uint16_t ComputeTransportChecksum(const FlowKey& key,
                                  const uint8_t* bytes,
                                  uint32_t known,
                                  uint32_t size);

} // namespace ns3::azure

#endif // AZURE_TRANSPORT_BYTES_H
