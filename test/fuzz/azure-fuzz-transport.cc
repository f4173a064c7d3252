// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"

#include "ns3/azure-transport-bytes.h"

#include <array>
#include <cstdint>
#include <vector>

/**
 * @file
 * @brief What comes to a node's compact TCP and UDP.
 */
namespace ns3::azure
{

namespace
{

const FlowKey KEY("10.0.0.4", "198.19.0.1", 5000, 80, IpProtocol::Tcp);

/// @return the segment's bytes, with that many bytes of payload
std::string
Write(const TcpSegment& segment, uint32_t payload)
{
    std::array<uint8_t, MAX_TCP_HEADER_SIZE> header;
    const auto size = WriteTcpHeader(KEY, segment, header.data());
    return std::string(header.begin(), header.begin() + size) + std::string(payload, 'x');
}

} // namespace

std::vector<std::string>
MakeTcpSegments()
{
    TcpSegment syn;
    syn.syn = true;
    syn.timestamps = TcpTimestamps{1, 2};
    syn.windowScale = 2;
    syn.isSackPermitted = true;
    TcpSegment data;
    data.ack = true;
    data.timestamps = TcpTimestamps{3, 4};
    TcpSegment reset;
    reset.rst = true;
    const std::string maximumSize("\x02\x04\x05\xb4\x01\x01\x03\x00", 8); // the last one is wrong
    auto withOptions = Write(reset, 0) + maximumSize;
    withOptions[12] = '\x70';
    return {Write(syn, 0), Write(data, 7), Write(reset, 0), withOptions};
}

void
CheckTcpSegment(const std::string& input)
{
    const std::vector<uint8_t> bytes(input.begin(), input.end());
    const auto size = static_cast<uint32_t>(bytes.size());
    const auto datagram = ReadUdpDatagram(bytes.data(), size);
    Require(!datagram || datagram->payload + datagram->payloadSize <= bytes.data() + size,
            "a datagram's payload is within the bytes");
    const auto received = ReadTcpSegment(bytes.data(), size);
    if (!received)
    {
        return;
    }
    const auto& segment = received->segment;
    Require(segment.payload + segment.payloadSize == bytes.data() + size,
            "a segment's payload is the rest of the bytes");
    Require(segment.windowScale.value_or(0) <= 14, "a window scale is at most 14");
    const auto written = Write(segment, segment.payloadSize);
    const auto again = ReadTcpSegment(reinterpret_cast<const uint8_t*>(written.data()),
                                      static_cast<uint32_t>(written.size()));
    Require(again && Write(again->segment, segment.payloadSize) == written,
            "a segment is read as it is written");
}

} // namespace ns3::azure
