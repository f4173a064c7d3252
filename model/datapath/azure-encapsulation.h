// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ENCAPSULATION_H
#define AZURE_ENCAPSULATION_H

#include "azure-packet-headers.h"

#include "ns3/ipv4-address.h"
#include "ns3/packet.h"

#include <cstdint>
#include <optional>

namespace ns3::azure
{

/// Bytes that IP-in-IP puts in front of a datagram.
constexpr uint32_t ENCAPSULATION_SIZE = 20;

/// Bytes that a tunnel with a key puts in front: IPv4, GRE, and GRE's key.
constexpr uint32_t KEYED_ENCAPSULATION_SIZE = 28;

/// Time to live of the outer header: the default of RFC 1700, as ns-3's own stack uses.
constexpr uint8_t ENCAPSULATION_TTL = 64;

/// The two ends of a tunnel.
struct Tunnel
{
    Ipv4Address source;      //!< the mux, or the provider address of the sender's host
    Ipv4Address destination; //!< provider address of the receiver's host
};

/// What a node needs to know of a datagram before it looks for an inner one.
struct OuterHeader
{
    Ipv4Address source;                   //!< where the datagram comes from
    Ipv4Address destination;              //!< where it goes
    IpProtocol protocol{IpProtocol::Tcp}; //!< what it carries
    uint32_t size{0};                     //!< length of the header, bytes
    bool isFragment{false};               //!< not a whole datagram
};

/// @return the IPv4 header at the start of the packet; nothing if it is cut short, no IPv4, or says
///         that it has fewer than 20 bytes
std::optional<OuterHeader> ReadOuterHeader(const Packet& packet);

/**
 * @brief Put an IP-in-IP header in front of a datagram (RFC 2003; Ananta 3.2.2).
 *
 * Type of service and Don't Fragment are copied from the inner header.
 *
 * @param packet the datagram; its headers are replaced by \p inner
 * @param inner its headers, as edited
 * @param tunnel the two ends
 * @param identification number of the outer datagram, should its fragments need one
 * @param checksums whether checksums are in use (ns-3's ChecksumEnabled)
 */
void Encapsulate(Packet& packet,
                 const PacketHeaders& inner,
                 const Tunnel& tunnel,
                 uint16_t identification,
                 bool checksums);

/**
 * @brief Put the headers of a virtual network's tunnel from host to host in front of a datagram.
 *
 * GRE with a key (RFC 2784, RFC 2890) that names the virtual network as in NVGRE: 24 bits, and a
 * FlowID of 0 (RFC 7637).  Unlike NVGRE it carries IPv4 instead of Ethernet, since a VM's link here
 * has two ends only.  The outer header is that of Encapsulate().
 *
 * @param packet the datagram; its headers are replaced by \p inner
 * @param inner its headers, as edited
 * @param tunnel the two hosts
 * @param virtualNetwork identifier, below 2^24
 * @param identification number of the outer datagram, should its fragments need one
 * @param checksums whether checksums are in use (ns-3's ChecksumEnabled)
 */
void EncapsulateForVirtualNetwork(Packet& packet,
                                  const PacketHeaders& inner,
                                  const Tunnel& tunnel,
                                  uint32_t virtualNetwork,
                                  uint16_t identification,
                                  bool checksums);

/**
 * @brief Put headers that name a member of a backend pool in front of a datagram.
 *
 * For a packet whose member a mux has chosen.  IP-in-IP would not say which VM of the host is
 * meant: several members of one pool are on one host, and virtual networks overlap.  A packet whose
 * destination names the VM by itself, by SNAT ports or by an instance-level public IP, travels by
 * Encapsulate().
 *
 * GRE as EncapsulateForVirtualNetwork() writes it, but with the number of the network interface in
 * the key and a FlowID of 1; that is our choice, Ananta writes the private address into the outer
 * header (Ananta 3.2.2).
 *
 * @param packet the datagram; its headers are replaced by \p inner
 * @param inner its headers, as edited
 * @param tunnel the mux and the host
 * @param networkInterface number of the member's network interface, below 2^24
 * @param identification number of the outer datagram, should its fragments need one
 * @param checksums whether checksums are in use (ns-3's ChecksumEnabled)
 */
void EncapsulateForMember(Packet& packet,
                          const PacketHeaders& inner,
                          const Tunnel& tunnel,
                          uint32_t networkInterface,
                          uint16_t identification,
                          bool checksums);

/**
 * @brief Put headers between a host and a NAT gateway in front of a datagram, either way.
 *
 * The inner datagram has the VM's private address.  GRE as EncapsulateForMember() writes it, but
 * with a FlowID of 2 (our choice).
 *
 * @param packet the datagram; its headers are replaced by \p inner
 * @param inner its headers, as edited
 * @param tunnel the host and the gateway, or the other way round
 * @param networkInterface number of the VM's network interface, below 2^24
 * @param identification number of the outer datagram, should its fragments need one
 * @param checksums whether checksums are in use (ns-3's ChecksumEnabled)
 */
void EncapsulateForNatGateway(Packet& packet,
                              const PacketHeaders& inner,
                              const Tunnel& tunnel,
                              uint32_t networkInterface,
                              uint16_t identification,
                              bool checksums);

/// What the number in the key of a tunnel means; the values are NVGRE's FlowIDs.
enum class TunnelKey : uint8_t
{
    VirtualNetwork = 0, //!< identifier of a virtual network: EncapsulateForVirtualNetwork()
    Member = 1,         //!< number of a network interface: EncapsulateForMember()
    NatGateway = 2,     //!< number of a network interface: EncapsulateForNatGateway()
};

/// What a node needs to know of a packet that came through a tunnel with a key.
struct TunnelHeader
{
    TunnelKey key{TunnelKey::VirtualNetwork}; //!< what is meant by number
    uint32_t number{0};                       //!< below 2^24
    uint32_t offset{0};                       //!< where the inner datagram begins, in bytes
};

/**
 * @brief Read what EncapsulateForVirtualNetwork(), EncapsulateForMember() and
 * EncapsulateForNatGateway() write.
 * @param packet from its outer IPv4 header on, with IpProtocol::Gre
 * @param outer that header
 * @return nothing if it is cut short, or any other form of GRE
 */
std::optional<TunnelHeader> ReadTunnelHeader(const Packet& packet, const OuterHeader& outer);

} // namespace ns3::azure

#endif // AZURE_ENCAPSULATION_H
