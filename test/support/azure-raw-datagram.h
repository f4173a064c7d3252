// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RAW_DATAGRAM_H
#define AZURE_RAW_DATAGRAM_H

#include "ns3/azure-flow-key.h"
#include "ns3/packet.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief IPv4 datagrams as bytes, made and checked without the code under test.
 */
namespace ns3::azure
{

/// An IPv4 datagram, byte by byte.
using Bytes = std::vector<uint8_t>;

constexpr uint8_t TCP_FIN = 0x01; //!< TCP flag
constexpr uint8_t TCP_SYN = 0x02; //!< TCP flag
constexpr uint8_t TCP_RST = 0x04; //!< TCP flag
constexpr uint8_t TCP_ACK = 0x10; //!< TCP flag

constexpr uint16_t DONT_FRAGMENT = 0x4000;  //!< in the word of flags and fragment offset
constexpr uint16_t MORE_FRAGMENTS = 0x2000; //!< in the word of flags and fragment offset

constexpr uint8_t ICMP_ECHO_REPLY = 0;     //!< ICMP type
constexpr uint8_t ICMP_UNREACHABLE = 3;    //!< ICMP type
constexpr uint8_t ICMP_ECHO = 8;           //!< ICMP type
constexpr uint8_t ICMP_TIME_EXCEEDED = 11; //!< ICMP type

/// What a datagram has besides its 5-tuple.
struct DatagramTraits
{
    uint8_t tcpFlags{TCP_ACK};       //!< of a TCP segment
    uint8_t ttl{64};                 //!< time to live
    uint8_t typeOfService{0};        //!< second byte of the header
    uint16_t fragment{0};            //!< flags and fragment offset
    uint32_t optionBytes{0};         //!< IPv4 options, a multiple of 4
    uint32_t payload{4};             //!< bytes behind the transport header
    bool hasUdpChecksum{true};       //!< false: 0, which means none
    uint8_t icmpType{ICMP_ECHO};     //!< of an ICMP message
    uint16_t icmpIdentifier{0xbeef}; //!< of an ICMP message
};

/**
 * @brief Make a datagram with all checksums right.
 *
 * TCP, UDP and ICMP get their header; a later fragment and any other protocol the payload only.
 */
Bytes MakeDatagram(const FlowKey& key, const DatagramTraits& traits = {});

/**
 * @brief Make an ICMP error.
 * @param source who says it
 * @param destination to whom: the source of the quoted datagram
 * @param quoted the datagram it is about
 * @param type ICMP type
 * @param quotedBytes how many bytes of it, at most, are quoted
 */
Bytes MakeIcmpError(Ipv4Address source,
                    Ipv4Address destination,
                    const Bytes& quoted,
                    uint8_t type = ICMP_UNREACHABLE,
                    std::size_t quotedBytes = 28);

/// @return the first wrong checksum, in words; those of a quoted datagram count where they are
/// whole
std::optional<std::string> FindBadChecksum(const Bytes& datagram);

/// @return what an ICMP error quotes; the datagram must be one
Bytes GetQuotation(const Bytes& datagram);

/// @return a packet of these bytes
Ptr<Packet> ToPacket(const Bytes& bytes);

/// @return the packet's bytes
Bytes ToBytes(const Packet& packet);

/// @return the 5-tuple of a datagram, read byte by byte
FlowKey ReadFlowKey(const Bytes& datagram);

} // namespace ns3::azure

#endif // AZURE_RAW_DATAGRAM_H
