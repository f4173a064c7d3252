// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-encapsulation.h"

#include "azure-checksum.h"
#include "azure-raw-header.h"

#include <array>

namespace ns3::azure
{

std::optional<OuterHeader>
ReadOuterHeader(const Packet& packet)
{
    std::array<uint8_t, ENCAPSULATION_SIZE> bytes;
    if (packet.CopyData(bytes.data(), bytes.size()) < bytes.size() || bytes[0] >> 4 != 4)
    {
        return std::nullopt;
    }
    constexpr uint16_t FRAGMENT_MASK = 0x3fff; // More Fragments, and the offset
    return OuterHeader{Ipv4Address(ReadU32(&bytes[16])),
                       static_cast<IpProtocol>(bytes[9]),
                       4U * (bytes[0] & 0xf),
                       (ReadU16(&bytes[6]) & FRAGMENT_MASK) != 0};
}

void
Encapsulate(Packet& packet,
            const PacketHeaders& inner,
            const Tunnel& tunnel,
            uint16_t identification,
            bool checksums)
{
    inner.Write(packet);
    constexpr uint8_t VERSION_AND_LENGTH = 0x45;
    constexpr uint16_t DONT_FRAGMENT = 0x4000;
    const uint8_t* from = inner.GetBytes();
    std::array<uint8_t, ENCAPSULATION_SIZE> outer{};
    outer[0] = VERSION_AND_LENGTH;
    outer[1] = from[1];
    WriteU16(&outer[2], static_cast<uint16_t>(inner.GetDatagramSize() + ENCAPSULATION_SIZE));
    WriteU16(&outer[4], identification);
    WriteU16(&outer[6], ReadU16(from + 6) & DONT_FRAGMENT);
    outer[8] = ENCAPSULATION_TTL;
    outer[9] = static_cast<uint8_t>(IpProtocol::IpInIp);
    WriteU32(&outer[12], tunnel.source.Get());
    WriteU32(&outer[16], tunnel.destination.Get());
    if (checksums)
    {
        WriteU16(&outer[10], ComputeChecksum(outer.data(), outer.size()));
    }
    packet.AddHeader(RawHeader(outer.data(), outer.size()));
}

} // namespace ns3::azure
