// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-transport-bytes.h"
#include "ns3/packet.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option-sack-permitted.h"
#include "ns3/tcp-option-ts.h"
#include "ns3/tcp-option-winscale.h"
#include "ns3/udp-header.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <vector>

namespace ns3::azure
{

namespace
{

using Bytes = std::vector<uint8_t>;

const FlowKey KEY("10.0.0.4", "198.19.0.1", 5000, 80, IpProtocol::Tcp);
const FlowKey UDP_KEY("10.0.0.4", "198.19.0.1", 5000, 80, IpProtocol::Udp);

/// @return all bytes of a packet
Bytes
ToBytes(const Packet& packet)
{
    Bytes bytes(packet.GetSize());
    packet.CopyData(bytes.data(), packet.GetSize());
    return bytes;
}

/// @return the segment as our writer has it, with its checksum; the payload is zeros
Bytes
Write(const TcpSegment& segment)
{
    Bytes bytes(MAX_TCP_HEADER_SIZE);
    const auto header = WriteTcpHeader(KEY, segment, bytes.data());
    bytes.resize(header);
    const auto checksum =
        ComputeTransportChecksum(KEY, bytes.data(), header, header + segment.payloadSize);
    bytes[16] = static_cast<uint8_t>(checksum >> 8);
    bytes[17] = static_cast<uint8_t>(checksum);
    bytes.resize(header + segment.payloadSize);
    return bytes;
}

/// @return the segment as ns-3 writes it, with its checksum
Bytes
WriteByNs3(const TcpSegment& segment)
{
    TcpHeader header;
    header.SetSourcePort(KEY.GetSourcePort());
    header.SetDestinationPort(KEY.GetDestinationPort());
    header.SetSequenceNumber(SequenceNumber32(segment.sequence));
    header.SetAckNumber(SequenceNumber32(segment.acknowledgement));
    header.SetWindowSize(segment.window);
    header.SetFlags(static_cast<uint8_t>(
        (segment.fin ? TcpHeader::FIN : 0) | (segment.syn ? TcpHeader::SYN : 0) |
        (segment.rst ? TcpHeader::RST : 0) | (segment.psh ? TcpHeader::PSH : 0) |
        (segment.ack ? TcpHeader::ACK : 0)));
    if (segment.timestamps)
    {
        const auto option = CreateObject<TcpOptionTS>();
        option->SetTimestamp(segment.timestamps->value);
        option->SetEcho(segment.timestamps->echo);
        header.AppendOption(option);
    }
    if (segment.windowScale)
    {
        const auto option = CreateObject<TcpOptionWinScale>();
        option->SetScale(*segment.windowScale);
        header.AppendOption(option);
    }
    if (segment.isSackPermitted)
    {
        header.AppendOption(CreateObject<TcpOptionSackPermitted>());
    }
    header.EnableChecksums();
    header.InitializeChecksum(KEY.GetSource(), KEY.GetDestination(), 6);
    const auto packet = Create<Packet>(segment.payloadSize);
    packet->AddHeader(header);
    return ToBytes(*packet);
}

/// A segment, and how long it is.
struct SegmentCase
{
    const char* name;   // test name
    TcpSegment segment; // what it says
    std::size_t size;   // bytes
};

void
PrintTo(const SegmentCase& c, std::ostream* os)
{
    *os << c.name;
}

/// @return the rows
std::vector<SegmentCase>
MakeSegmentCases()
{
    TcpSegment syn;
    syn.syn = true;
    syn.window = 65535;
    syn.timestamps = TcpTimestamps{1000, 0};
    syn.windowScale = 2;
    syn.isSackPermitted = true;
    TcpSegment data;
    data.sequence = 0xfffffff0;
    data.acknowledgement = 0x80000001;
    data.ack = true;
    data.psh = true;
    data.window = 0x1234;
    data.timestamps = TcpTimestamps{0xfffefdfc, 0x01020304};
    data.payloadSize = 537; // an odd number, for the checksum
    TcpSegment fin = data;
    fin.psh = false;
    fin.fin = true;
    fin.payloadSize = 0;
    TcpSegment reset;
    reset.rst = true;
    reset.sequence = 7;
    TcpSegment scale;
    scale.syn = true;
    scale.windowScale = 14;
    // 20 bytes, options of 10 + 3 + 2 bytes filled up to a multiple of 4
    return {{"SynWithAllOptions", syn, 20 + 16},
            {"Data", data, 20 + 12 + 537},
            {"Fin", fin, 20 + 12},
            {"ResetWithoutOptions", reset, 20},
            {"WindowScaleOnly", scale, 20 + 4}};
}

class TcpSegmentBytes : public ::testing::TestWithParam<SegmentCase>
{
};

TEST_P(TcpSegmentBytes, AreThoseOfNs3WithTheSameChecksum)
{
    const auto bytes = Write(GetParam().segment);
    EXPECT_EQ(bytes.size(), GetParam().size);
    EXPECT_EQ(bytes, WriteByNs3(GetParam().segment));
}

TEST_P(TcpSegmentBytes, AreReadAsTheyWereWritten)
{
    const auto& written = GetParam().segment;
    const auto bytes = Write(written);
    const auto size = static_cast<uint32_t>(bytes.size());

    const auto received = ReadTcpSegment(bytes.data(), size);

    ASSERT_TRUE(received);
    EXPECT_EQ(received->sourcePort, 5000);
    EXPECT_EQ(received->destinationPort, 80);
    const auto& read = received->segment;
    EXPECT_EQ(read.payload + read.payloadSize, bytes.data() + size);
    EXPECT_EQ(read.payloadSize, written.payloadSize);
    EXPECT_EQ(Write(read), bytes) << "flags, numbers and options";
    EXPECT_EQ(ComputeTransportChecksum(KEY, bytes.data(), size, size), 0);
}

TEST_P(TcpSegmentBytes, WithAWrongBitHaveAWrongChecksum)
{
    const auto bytes = Write(GetParam().segment);
    const auto size = static_cast<uint32_t>(bytes.size());
    for (uint32_t bit = 0; bit < size * 8; ++bit)
    {
        auto wrong = bytes;
        wrong[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        ASSERT_NE(ComputeTransportChecksum(KEY, wrong.data(), size, size), 0) << "bit " << bit;
    }
}

TEST_P(TcpSegmentBytes, CutShortWithinTheHeaderAreRefused)
{
    const auto bytes = Write(GetParam().segment);
    const auto header = GetParam().size - GetParam().segment.payloadSize;
    for (uint32_t size = 0; size < header; ++size)
    {
        const Bytes cut(bytes.begin(), bytes.begin() + size); // whose end is guarded by sanitizers
        EXPECT_FALSE(ReadTcpSegment(cut.data(), size)) << size << " bytes";
    }
}

INSTANTIATE_TEST_SUITE_P(TransportBytes,
                         TcpSegmentBytes,
                         ::testing::ValuesIn(MakeSegmentCases()),
                         [](const auto& row) { return row.param.name; });

/// The data offset and options of a segment, and whether they can be read.
struct OptionCase
{
    const char* name;    // test name
    uint8_t dataOffset;  // words
    Bytes options;       // what follows the 20 bytes
    bool isRead;         // whether the segment is well-formed
    int timestamps;      // whether these are understood
    int windowScale;     // likewise; -1 if not
    uint32_t payload{0}; // bytes
};

void
PrintTo(const OptionCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const OptionCase OPTION_CASES[] = {
    // name                  offset  options                                    read   ts ws payload
    {"None",                      5, {},                                        true,  0, -1},
    {"OffsetTooSmall",            4, {},                                        false, 0, -1},
    {"OffsetZero",                0, {},                                        false, 0, -1},
    {"OffsetBeyondTheSegment",    6, {},                                        false, 0, -1},
    {"OffsetGreatest",           15, {},                                        false, 0, -1},
    {"LengthZero",                6, {3, 0, 0, 0},                              false, 0, -1},
    {"LengthOne",                 6, {3, 1, 0, 0},                              false, 0, -1},
    {"LengthBeyondTheHeader",     6, {3, 5, 0, 0, 0},                           false, 0, -1},
    {"KindWithoutLength",         6, {1, 1, 1, 3},                              false, 0, -1},
    {"WithoutOperation",          6, {1, 1, 1, 1},                              true,  0, -1},
    {"NothingIsReadAfterTheEnd",  6, {0, 3, 0, 9},                              true,  0, -1},
    {"UnknownIsSkipped",          7, {99, 4, 3, 3, 3, 3, 7, 0},                 true,  0,  7},
    {"OtherLengthIsSkipped",      7, {3, 4, 9, 9, 8, 4, 9, 9},                  true,  0, -1},
    {"MaximumSegmentSize",        7, {2, 4, 2, 24, 1, 3, 3, 5},                 true,  0,  5},
    {"WindowScaleIsLimited",      6, {3, 3, 200, 0},                            true,  0, 14},
    {"TimestampsAfterPadding",    8, {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2},     true,  1, -1},
    {"TimestampsCutShort",        7, {8, 10, 0, 0, 0, 1, 0, 0},                 false, 0, -1},
    {"PayloadIsNoOption",         5, {3, 0, 0, 0},                              true,  0, -1, 4},
};
// clang-format on

class TcpOptions : public ::testing::TestWithParam<OptionCase>
{
};

TEST_P(TcpOptions, AreReadOrTheSegmentIsRefused)
{
    Bytes bytes(20);
    bytes[12] = static_cast<uint8_t>(GetParam().dataOffset << 4);
    bytes.insert(bytes.end(), GetParam().options.begin(), GetParam().options.end());

    const auto received = ReadTcpSegment(bytes.data(), static_cast<uint32_t>(bytes.size()));

    ASSERT_EQ(received.has_value(), GetParam().isRead);
    if (received)
    {
        const auto& segment = received->segment;
        EXPECT_EQ(segment.timestamps.has_value(), GetParam().timestamps == 1);
        EXPECT_EQ(segment.windowScale ? *segment.windowScale : -1, GetParam().windowScale);
        EXPECT_EQ(segment.payloadSize, GetParam().payload);
        EXPECT_FALSE(segment.isSackPermitted);
    }
}

INSTANTIATE_TEST_SUITE_P(TransportBytes,
                         TcpOptions,
                         ::testing::ValuesIn(OPTION_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(UdpDatagramBytes, AreThoseOfNs3WithTheSameChecksum)
{
    constexpr uint32_t PAYLOAD = 33;
    UdpHeader header;
    header.SetSourcePort(5000);
    header.SetDestinationPort(80);
    header.EnableChecksums();
    header.InitializeChecksum(UDP_KEY.GetSource(), UDP_KEY.GetDestination(), 17);
    const auto packet = Create<Packet>(PAYLOAD);
    packet->AddHeader(header);

    Bytes bytes(UDP_HEADER_SIZE + PAYLOAD);
    WriteUdpHeader(UDP_KEY, PAYLOAD, bytes.data());
    const auto checksum =
        ComputeTransportChecksum(UDP_KEY, bytes.data(), UDP_HEADER_SIZE, bytes.size());
    bytes[6] = static_cast<uint8_t>(checksum >> 8);
    bytes[7] = static_cast<uint8_t>(checksum);

    EXPECT_EQ(bytes, ToBytes(*packet));
    EXPECT_EQ(ComputeTransportChecksum(UDP_KEY, bytes.data(), bytes.size(), bytes.size()), 0);
}

/// What a UDP header says of its length, and how much is there.
struct LengthCase
{
    const char* name;           // test name
    uint8_t length;             // by the header
    uint32_t size;              // bytes there are
    std::optional<int> payload; // bytes of it; nothing: refused
};

void
PrintTo(const LengthCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const LengthCase LENGTH_CASES[] = {
    {"Empty",          8,  8, 0},
    {"Whole",         12, 12, 4},
    {"Padded",        12, 20, 4},
    {"BelowHeader",    7, 12, std::nullopt},
    {"Zero",           0, 12, std::nullopt},
    {"BeyondTheBytes", 13, 12, std::nullopt},
    {"CutShort",       8,  7, std::nullopt},
    {"Nothing",        8,  0, std::nullopt},
};
// clang-format on

class UdpLength : public ::testing::TestWithParam<LengthCase>
{
};

TEST_P(UdpLength, BoundsThePayload)
{
    Bytes bytes(20);
    bytes[5] = GetParam().length;

    const auto received = ReadUdpDatagram(bytes.data(), GetParam().size);

    ASSERT_EQ(received.has_value(), GetParam().payload.has_value());
    if (received)
    {
        EXPECT_EQ(received->payloadSize, static_cast<uint32_t>(*GetParam().payload));
        EXPECT_EQ(received->payload, bytes.data() + UDP_HEADER_SIZE);
    }
}

INSTANTIATE_TEST_SUITE_P(TransportBytes,
                         UdpLength,
                         ::testing::ValuesIn(LENGTH_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
