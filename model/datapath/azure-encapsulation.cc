// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-encapsulation.h"

#include "azure-checksum.h"
#include "azure-raw-header.h"

#include <algorithm>
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
    constexpr uint8_t VERSION_AND_LENGTH = 0x45;
    constexpr uint16_t DONT_FRAGMENT = 0x4000;
    const uint8_t* from = inner.GetBytes();
    std::array<uint8_t, ENCAPSULATION_SIZE + PacketHeaders::MAX_SIZE> bytes;
    std::fill_n(bytes.begin(), ENCAPSULATION_SIZE, uint8_t{0});
    bytes[0] = VERSION_AND_LENGTH;
    bytes[1] = from[1];
    WriteU16(&bytes[2], static_cast<uint16_t>(inner.GetDatagramSize() + ENCAPSULATION_SIZE));
    WriteU16(&bytes[4], identification);
    WriteU16(&bytes[6], ReadU16(from + 6) & DONT_FRAGMENT);
    bytes[8] = ENCAPSULATION_TTL;
    bytes[9] = static_cast<uint8_t>(IpProtocol::IpInIp);
    WriteU32(&bytes[12], tunnel.source.Get());
    WriteU32(&bytes[16], tunnel.destination.Get());
    if (checksums)
    {
        WriteU16(&bytes[10], ComputeChecksum(bytes.data(), ENCAPSULATION_SIZE));
    }
    // Both headers as one piece: putting a second one on costs as much as the first.
    std::copy_n(from, inner.GetSize(), bytes.begin() + ENCAPSULATION_SIZE);
    inner.Cut(packet);
    packet.AddHeader(RawHeader(bytes.data(), ENCAPSULATION_SIZE + inner.GetSize()));
}

} // namespace ns3::azure
