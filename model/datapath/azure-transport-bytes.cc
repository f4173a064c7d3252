// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-transport-bytes.h"

#include "azure-checksum.h"

#include <algorithm>
#include <array>

namespace ns3::azure
{

namespace
{

constexpr uint32_t TCP_HEADER_SIZE = 20; //!< without options

constexpr uint8_t FIN = 0x01; //!< TCP flag
constexpr uint8_t SYN = 0x02; //!< TCP flag
constexpr uint8_t RST = 0x04; //!< TCP flag
constexpr uint8_t PSH = 0x08; //!< TCP flag
constexpr uint8_t ACK = 0x10; //!< TCP flag

/// Kinds of TCP options.
enum OptionKind : uint8_t
{
    END_OF_OPTIONS = 0,
    NO_OPERATION = 1,
    WINDOW_SCALE = 3,
    SACK_PERMITTED = 4,
    TIMESTAMPS = 8,
};

constexpr uint8_t WINDOW_SCALE_SIZE = 3;   //!< bytes, kind and length among them
constexpr uint8_t SACK_PERMITTED_SIZE = 2; //!< bytes
constexpr uint8_t TIMESTAMPS_SIZE = 10;    //!< bytes
constexpr uint8_t MAX_WINDOW_SCALE = 14;   //!< RFC 7323, 2.3: a greater one counts as this

/// @return the flags as in a TCP header
uint8_t
GetFlags(const TcpSegment& segment)
{
    return static_cast<uint8_t>((segment.fin ? FIN : 0) | (segment.syn ? SYN : 0) |
                                (segment.rst ? RST : 0) | (segment.psh ? PSH : 0) |
                                (segment.ack ? ACK : 0));
}

/// Write the options. @return behind the last of them
uint8_t*
WriteOptions(const TcpSegment& segment, uint8_t* at)
{
    if (segment.timestamps)
    {
        at[0] = TIMESTAMPS;
        at[1] = TIMESTAMPS_SIZE;
        WriteU32(at + 2, segment.timestamps->value);
        WriteU32(at + 6, segment.timestamps->echo);
        at += TIMESTAMPS_SIZE;
    }
    if (segment.windowScale)
    {
        at[0] = WINDOW_SCALE;
        at[1] = WINDOW_SCALE_SIZE;
        at[2] = *segment.windowScale;
        at += WINDOW_SCALE_SIZE;
    }
    if (segment.isSackPermitted)
    {
        at[0] = SACK_PERMITTED;
        at[1] = SACK_PERMITTED_SIZE;
        at += SACK_PERMITTED_SIZE;
    }
    return at;
}

/// Take note of an option that is whole.
void
ReadOption(const uint8_t* at, TcpSegment& segment)
{
    const uint8_t size = at[1];
    if (at[0] == TIMESTAMPS && size == TIMESTAMPS_SIZE)
    {
        segment.timestamps = TcpTimestamps{ReadU32(at + 2), ReadU32(at + 6)};
    }
    else if (at[0] == WINDOW_SCALE && size == WINDOW_SCALE_SIZE)
    {
        segment.windowScale = std::min(at[2], MAX_WINDOW_SCALE);
    }
    else if (at[0] == SACK_PERMITTED && size == SACK_PERMITTED_SIZE)
    {
        segment.isSackPermitted = true;
    }
}

/// Read all options. @return whether they are well-formed
bool
ReadOptions(const uint8_t* at, const uint8_t* end, TcpSegment& segment)
{
    while (at != end && *at != END_OF_OPTIONS)
    {
        if (*at == NO_OPERATION)
        {
            ++at;
            continue;
        }
        if (end - at < 2 || at[1] < 2 || at[1] > end - at)
        {
            return false;
        }
        ReadOption(at, segment);
        at += at[1];
    }
    return true;
}

} // namespace

uint32_t
WriteTcpHeader(const FlowKey& key, const TcpSegment& segment, uint8_t* bytes)
{
    uint8_t* end = WriteOptions(segment, bytes + TCP_HEADER_SIZE);
    while ((end - bytes) % 4 != 0)
    {
        *end++ = END_OF_OPTIONS;
    }
    const auto size = static_cast<uint32_t>(end - bytes);
    WriteU16(bytes, key.GetSourcePort());
    WriteU16(bytes + 2, key.GetDestinationPort());
    WriteU32(bytes + 4, segment.sequence);
    WriteU32(bytes + 8, segment.acknowledgement);
    bytes[12] = static_cast<uint8_t>(size / 4 << 4);
    bytes[13] = GetFlags(segment);
    WriteU16(bytes + 14, segment.window);
    WriteU32(bytes + 16, 0); // checksum and urgent pointer
    return size;
}

std::optional<ReceivedTcpSegment>
ReadTcpSegment(const uint8_t* bytes, uint32_t size)
{
    if (size < TCP_HEADER_SIZE)
    {
        return std::nullopt;
    }
    const uint32_t headerSize = (bytes[12] >> 4) * 4U;
    ReceivedTcpSegment received{ReadU16(bytes), ReadU16(bytes + 2), {}};
    auto& segment = received.segment;
    if (headerSize < TCP_HEADER_SIZE || headerSize > size ||
        !ReadOptions(bytes + TCP_HEADER_SIZE, bytes + headerSize, segment))
    {
        return std::nullopt;
    }
    const uint8_t flags = bytes[13];
    segment.sequence = ReadU32(bytes + 4);
    segment.acknowledgement = ReadU32(bytes + 8);
    segment.fin = (flags & FIN) != 0;
    segment.syn = (flags & SYN) != 0;
    segment.rst = (flags & RST) != 0;
    segment.psh = (flags & PSH) != 0;
    segment.ack = (flags & ACK) != 0;
    segment.window = ReadU16(bytes + 14);
    segment.payloadSize = size - headerSize;
    segment.payload = bytes + headerSize;
    return received;
}

void
WriteUdpHeader(const FlowKey& key, uint32_t payloadSize, uint8_t* bytes)
{
    WriteU16(bytes, key.GetSourcePort());
    WriteU16(bytes + 2, key.GetDestinationPort());
    WriteU16(bytes + 4, static_cast<uint16_t>(UDP_HEADER_SIZE + payloadSize));
    WriteU16(bytes + 6, 0);
}

std::optional<ReceivedUdpDatagram>
ReadUdpDatagram(const uint8_t* bytes, uint32_t size)
{
    if (size < UDP_HEADER_SIZE)
    {
        return std::nullopt;
    }
    const uint32_t length = ReadU16(bytes + 4);
    if (length < UDP_HEADER_SIZE || length > size)
    {
        return std::nullopt;
    }
    return ReceivedUdpDatagram{ReadU16(bytes),
                               ReadU16(bytes + 2),
                               bytes + UDP_HEADER_SIZE,
                               length - UDP_HEADER_SIZE};
}

uint16_t
ComputeTransportChecksum(const FlowKey& key, const uint8_t* bytes, uint32_t known, uint32_t size)
{
    std::array<uint8_t, 12> pseudoHeader{};
    WriteU32(pseudoHeader.data(), key.GetSourceNumber());
    WriteU32(pseudoHeader.data() + 4, key.GetDestinationNumber());
    pseudoHeader[9] = static_cast<uint8_t>(key.GetProtocol());
    WriteU16(pseudoHeader.data() + 10, static_cast<uint16_t>(size));
    ChecksumChange sum; // of words that were 0: their inverse, 0xffff, adds nothing
    sum.Replace16(0, static_cast<uint16_t>(~ComputeChecksum(pseudoHeader.data(), 12)));
    return sum.ApplyTo(ComputeChecksum(bytes, known));
}

} // namespace ns3::azure
