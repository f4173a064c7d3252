// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PACKET_IMAGE_H
#define AZURE_PACKET_IMAGE_H

#include "ns3/azure-checksum.h"
#include "ns3/azure-encapsulation.h"
#include "ns3/azure-flow-key.h"
#include "ns3/azure-raw-header.h"
#include "ns3/packet.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace ns3::azure
{

constexpr uint8_t TCP_SYN = 0x02; //!< flag of TCP's header
constexpr uint8_t TCP_ACK = 0x10; //!< flag of TCP's header

/// Size of a packet as it leaves the VM or a server, bytes.
constexpr uint32_t PACKET_IMAGE_SIZE = 100;

/// A prepared packet: headers, and zero bytes behind them, as ns-3's applications send them.
struct PacketImage
{
    std::array<uint8_t, KEYED_ENCAPSULATION_SIZE + 40> headers{}; //!< the first bytes
    uint32_t size{0};                                             //!< how many of them
    uint32_t payload{0};                                          //!< zero bytes behind them

    /// @return a new packet of these bytes
    Ptr<Packet> MakePacket() const
    {
        const auto packet = Create<Packet>(payload);
        packet->AddHeader(RawHeader(headers.data(), size));
        return packet;
    }
};

/// Write an IPv4 header of 20 bytes with a right checksum.
inline void
WriteIpv4Header(uint8_t* at, Ipv4Address source, Ipv4Address to, uint16_t size, IpProtocol protocol)
{
    at[0] = 0x45;
    WriteU16(at + 2, size);
    at[8] = 64;
    at[9] = static_cast<uint8_t>(protocol);
    WriteU32(at + 12, source.Get());
    WriteU32(at + 16, to.Get());
    WriteU16(at + 10, ComputeChecksum(at, 20));
}

/// @return a packet of the flow with right checksums; TCP with the flags, or UDP
inline PacketImage
MakePacketImage(const FlowKey& flow, uint8_t tcpFlags)
{
    const bool isTcp = flow.GetProtocol() == IpProtocol::Tcp;
    const uint32_t transportHeader = isTcp ? 20 : 8;
    constexpr uint16_t TRANSPORT_SIZE = PACKET_IMAGE_SIZE - 20;
    PacketImage image;
    image.size = 20 + transportHeader;
    image.payload = PACKET_IMAGE_SIZE - image.size;
    uint8_t* ip = image.headers.data();
    uint8_t* transport = ip + 20;
    WriteIpv4Header(ip,
                    flow.GetSource(),
                    flow.GetDestination(),
                    PACKET_IMAGE_SIZE,
                    flow.GetProtocol());
    WriteU16(transport, flow.GetSourcePort());
    WriteU16(transport + 2, flow.GetDestinationPort());
    if (isTcp)
    {
        transport[12] = 5 << 4; // header length, in words
        transport[13] = tcpFlags;
    }
    else
    {
        WriteU16(transport + 4, TRANSPORT_SIZE);
    }
    std::array<uint8_t, 32> covered{}; // pseudo header and header; the payload is zero
    std::copy_n(ip + 12, 8, covered.begin());
    covered[9] = ip[9];
    WriteU16(&covered[10], TRANSPORT_SIZE);
    std::copy_n(transport, transportHeader, &covered[12]);
    WriteU16(transport + (isTcp ? 16 : 6), ComputeChecksum(covered.data(), covered.size()));
    return image;
}

/// @return a packet of each flow
inline std::vector<PacketImage>
MakePacketImages(const std::vector<FlowKey>& flows, uint8_t tcpFlags)
{
    std::vector<PacketImage> images;
    images.reserve(flows.size());
    for (const auto& flow : flows)
    {
        images.push_back(MakePacketImage(flow, tcpFlags));
    }
    return images;
}

/// @return the packet with an IP-in-IP header in front
inline PacketImage
MakeTunnelImage(const PacketImage& inner, const Tunnel& tunnel)
{
    PacketImage image;
    image.size = inner.size + ENCAPSULATION_SIZE;
    image.payload = inner.payload;
    WriteIpv4Header(image.headers.data(),
                    tunnel.source,
                    tunnel.destination,
                    PACKET_IMAGE_SIZE + ENCAPSULATION_SIZE,
                    IpProtocol::IpInIp);
    std::copy_n(inner.headers.begin(), inner.size, &image.headers[ENCAPSULATION_SIZE]);
    return image;
}

/// @return the packet as a host sends it to a NAT gateway for a network interface
inline PacketImage
MakeGatewayImage(const PacketImage& inner, const Tunnel& tunnel, uint32_t networkInterface)
{
    PacketImage image;
    image.size = inner.size + KEYED_ENCAPSULATION_SIZE;
    image.payload = inner.payload;
    WriteIpv4Header(image.headers.data(),
                    tunnel.source,
                    tunnel.destination,
                    PACKET_IMAGE_SIZE + KEYED_ENCAPSULATION_SIZE,
                    IpProtocol::Gre);
    uint8_t* gre = &image.headers[ENCAPSULATION_SIZE];
    WriteU32(gre, 0x20000800); // a key, and IPv4 behind it (RFC 2890)
    WriteU32(gre + 4, networkInterface << 8 | static_cast<uint8_t>(TunnelKey::NatGateway));
    std::copy_n(inner.headers.begin(), inner.size, &image.headers[KEYED_ENCAPSULATION_SIZE]);
    return image;
}

} // namespace ns3::azure

#endif // AZURE_PACKET_IMAGE_H
