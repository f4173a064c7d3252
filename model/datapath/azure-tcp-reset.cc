// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-tcp-reset.h"

#include "azure-checksum.h"

#include <algorithm>
#include <array>

namespace ns3::azure
{

namespace
{

constexpr uint32_t IPV4_SIZE = 20;    //!< IPv4 header without options
constexpr uint32_t TCP_SIZE = 20;     //!< TCP header without options
constexpr uint8_t TIME_TO_LIVE = 64;  //!< RFC 1700's default, as ns-3's own stack uses
constexpr uint8_t RST = 0x04;         //!< TCP flag
constexpr uint8_t RST_AND_ACK = 0x14; //!< TCP flags

/// @return a TCP segment of headers only
Ptr<Packet>
MakeSegment(const FlowKey& key,
            uint32_t sequence,
            uint32_t acknowledgement,
            uint8_t flags,
            bool checksums)
{
    std::array<uint8_t, IPV4_SIZE + TCP_SIZE> bytes{};
    uint8_t* ip = bytes.data();
    uint8_t* tcp = ip + IPV4_SIZE;
    ip[0] = 0x45; // version 4, five words
    WriteU16(ip + 2, IPV4_SIZE + TCP_SIZE);
    ip[8] = TIME_TO_LIVE;
    ip[9] = static_cast<uint8_t>(IpProtocol::Tcp);
    WriteU32(ip + 12, key.GetSourceNumber());
    WriteU32(ip + 16, key.GetDestinationNumber());
    WriteU16(tcp, key.GetSourcePort());
    WriteU16(tcp + 2, key.GetDestinationPort());
    WriteU32(tcp + 4, sequence);
    WriteU32(tcp + 8, acknowledgement);
    tcp[12] = 0x50; // five words
    tcp[13] = flags;
    if (checksums)
    {
        std::array<uint8_t, 12 + TCP_SIZE> covered{}; // RFC 793: a pseudo-header goes before
        std::copy_n(ip + 12, 8, covered.begin());
        covered[9] = ip[9];
        covered[11] = TCP_SIZE;
        std::copy_n(tcp, TCP_SIZE, covered.begin() + 12);
        WriteU16(tcp + 16, ComputeChecksum(covered.data(), covered.size()));
        WriteU16(ip + 10, ComputeChecksum(ip, IPV4_SIZE));
    }
    return Create<Packet>(bytes.data(), bytes.size());
}

} // namespace

Ptr<Packet>
MakeTcpReset(const FlowKey& key, uint32_t sequence, bool checksums)
{
    return MakeSegment(key, sequence, 0, RST, checksums);
}

Ptr<Packet>
MakeTcpResetAgainst(const PacketHeaders& packet, bool checksums)
{
    const auto numbers = packet.GetTcpNumbers();
    const auto key = packet.GetKey().Reverse();
    return numbers.acknowledgement ? MakeSegment(key, *numbers.acknowledgement, 0, RST, checksums)
                                   : MakeSegment(key, 0, numbers.next, RST_AND_ACK, checksums);
}

} // namespace ns3::azure
