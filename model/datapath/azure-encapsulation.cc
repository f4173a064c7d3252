// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-encapsulation.h"

#include "azure-checksum.h"
#include "azure-header-writer.h"

#include "ns3/abort.h"

#include <algorithm>
#include <array>

namespace ns3::azure
{

namespace
{

/// GRE with its key, the sequence number and the checksum left out (RFC 2890).
constexpr uint32_t GRE_SIZE = KEYED_ENCAPSULATION_SIZE - ENCAPSULATION_SIZE;

/// First word of GRE: Key Present, version 0, and the Ethertype of IPv4 (RFC 2784, RFC 2890).
constexpr uint32_t GRE_WITH_KEY = 0x20000800;

/// Room for outer headers, and the inner ones behind them.
using OuterBytes = std::array<uint8_t, KEYED_ENCAPSULATION_SIZE + PacketHeaders::MAX_SIZE>;

/**
 * @brief Write an outer IPv4 header.
 * @param bytes where to
 * @param inner headers of the inner datagram
 * @param tunnel the two ends
 * @param protocol what the header says that it carries
 * @param size of all outer headers
 * @param identification of the outer datagram
 * @param checksums whether checksums are in use
 */
void
WriteOuterHeader(OuterBytes& bytes,
                 const PacketHeaders& inner,
                 const Tunnel& tunnel,
                 IpProtocol protocol,
                 uint32_t size,
                 uint16_t identification,
                 bool checksums)
{
    constexpr uint8_t VERSION_AND_LENGTH = 0x45;
    constexpr uint16_t DONT_FRAGMENT = 0x4000;
    const uint8_t* from = inner.GetBytes();
    std::fill_n(bytes.begin(), ENCAPSULATION_SIZE, uint8_t{0});
    bytes[0] = VERSION_AND_LENGTH;
    bytes[1] = from[1];
    WriteU16(&bytes[2], static_cast<uint16_t>(inner.GetDatagramSize() + size));
    WriteU16(&bytes[4], identification);
    WriteU16(&bytes[6], ReadU16(from + 6) & DONT_FRAGMENT);
    bytes[8] = ENCAPSULATION_TTL;
    bytes[9] = static_cast<uint8_t>(protocol);
    WriteU32(&bytes[12], tunnel.source.Get());
    WriteU32(&bytes[16], tunnel.destination.Get());
    if (checksums)
    {
        WriteU16(&bytes[10], ComputeChecksum(bytes.data(), ENCAPSULATION_SIZE));
    }
}

/// Put outer headers of that size and the inner ones in place of a packet's.
void
Put(Packet& packet, const PacketHeaders& inner, OuterBytes& bytes, uint32_t size)
{
    // All headers as one piece: putting a second one on costs as much as the first.
    std::copy_n(inner.GetBytes(), inner.GetSize(), bytes.begin() + size);
    inner.Cut(packet);
    AddDatagramHeaders(packet, bytes.data(), size + inner.GetSize());
}

/// Put outer headers with a GRE key in place of a packet's.
void
EncapsulateWithKey(Packet& packet,
                   const PacketHeaders& inner,
                   const Tunnel& tunnel,
                   uint32_t key,
                   uint16_t identification,
                   bool checksums)
{
    OuterBytes bytes;
    WriteOuterHeader(bytes,
                     inner,
                     tunnel,
                     IpProtocol::Gre,
                     KEYED_ENCAPSULATION_SIZE,
                     identification,
                     checksums);
    WriteU32(&bytes[ENCAPSULATION_SIZE], GRE_WITH_KEY);
    WriteU32(&bytes[ENCAPSULATION_SIZE + 4], key);
    Put(packet, inner, bytes, KEYED_ENCAPSULATION_SIZE);
}

/// @return the key of GRE: the number, below 2^24, and what it means
uint32_t
MakeKey(TunnelKey meaning, uint32_t number)
{
    return number << 8 | static_cast<uint8_t>(meaning);
}

/// @return the key of a tunnel that names a network interface
uint32_t
MakeInterfaceKey(TunnelKey meaning, uint32_t networkInterface)
{
    NS_ABORT_MSG_UNLESS(networkInterface >> 24 == 0,
                        "the number " << networkInterface
                                      << " of a network interface does not fit a tunnel's key");
    return MakeKey(meaning, networkInterface);
}

} // namespace

std::optional<OuterHeader>
ReadOuterHeader(const Packet& packet)
{
    std::array<uint8_t, ENCAPSULATION_SIZE> bytes;
    if (packet.CopyData(bytes.data(), bytes.size()) < bytes.size() || bytes[0] >> 4 != 4)
    {
        return std::nullopt;
    }
    constexpr uint16_t FRAGMENT_MASK = 0x3fff; // More Fragments, and the offset
    const uint32_t size = 4U * (bytes[0] & 0xf);
    if (size < ENCAPSULATION_SIZE)
    {
        return std::nullopt;
    }
    return OuterHeader{Ipv4Address(ReadU32(&bytes[12])),
                       Ipv4Address(ReadU32(&bytes[16])),
                       static_cast<IpProtocol>(bytes[9]),
                       size,
                       (ReadU16(&bytes[6]) & FRAGMENT_MASK) != 0};
}

void
Encapsulate(Packet& packet,
            const PacketHeaders& inner,
            const Tunnel& tunnel,
            uint16_t identification,
            bool checksums)
{
    OuterBytes bytes;
    WriteOuterHeader(bytes,
                     inner,
                     tunnel,
                     IpProtocol::IpInIp,
                     ENCAPSULATION_SIZE,
                     identification,
                     checksums);
    Put(packet, inner, bytes, ENCAPSULATION_SIZE);
}

void
EncapsulateForVirtualNetwork(Packet& packet,
                             const PacketHeaders& inner,
                             const Tunnel& tunnel,
                             uint32_t virtualNetwork,
                             uint16_t identification,
                             bool checksums)
{
    NS_ABORT_MSG_UNLESS(virtualNetwork >> 24 == 0,
                        virtualNetwork << " is no identifier of a virtual network");
    const auto key = MakeKey(TunnelKey::VirtualNetwork, virtualNetwork);
    EncapsulateWithKey(packet, inner, tunnel, key, identification, checksums);
}

void
EncapsulateForMember(Packet& packet,
                     const PacketHeaders& inner,
                     const Tunnel& tunnel,
                     uint32_t networkInterface,
                     uint16_t identification,
                     bool checksums)
{
    const auto key = MakeInterfaceKey(TunnelKey::Member, networkInterface);
    EncapsulateWithKey(packet, inner, tunnel, key, identification, checksums);
}

void
EncapsulateForNatGateway(Packet& packet,
                         const PacketHeaders& inner,
                         const Tunnel& tunnel,
                         uint32_t networkInterface,
                         uint16_t identification,
                         bool checksums)
{
    const auto key = MakeInterfaceKey(TunnelKey::NatGateway, networkInterface);
    EncapsulateWithKey(packet, inner, tunnel, key, identification, checksums);
}

std::optional<TunnelHeader>
ReadTunnelHeader(const Packet& packet, const OuterHeader& outer)
{
    constexpr uint32_t MAX_IPV4_SIZE = 60;
    std::array<uint8_t, MAX_IPV4_SIZE + GRE_SIZE> bytes;
    const uint32_t offset = outer.size + GRE_SIZE;
    if (offset > bytes.size() || packet.CopyData(bytes.data(), offset) < offset ||
        ReadU32(&bytes[outer.size]) != GRE_WITH_KEY)
    {
        return std::nullopt;
    }
    const uint32_t key = ReadU32(&bytes[outer.size + 4]);
    const auto flowId = static_cast<uint8_t>(key);
    if (flowId > static_cast<uint8_t>(TunnelKey::NatGateway))
    {
        return std::nullopt;
    }
    return TunnelHeader{static_cast<TunnelKey>(flowId), key >> 8, offset};
}

} // namespace ns3::azure
