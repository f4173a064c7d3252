// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-datagram.h"

#include "ns3/azure-tcp-reset.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>

namespace ns3::azure
{

namespace
{

const FlowKey KEY("10.0.0.4", "198.19.0.1", 5000, 80, IpProtocol::Tcp);

/// @return 32 bits in network byte order
uint32_t
ReadNumber(const Bytes& bytes, std::size_t at)
{
    return uint32_t{bytes[at]} << 24 | uint32_t{bytes[at + 1]} << 16 |
           uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

/// Sequence and acknowledgement number, and flags, of a TCP segment without IPv4 options.
void
ExpectSegment(const Bytes& bytes, uint32_t sequence, uint32_t acknowledgement, uint8_t flags)
{
    ASSERT_EQ(bytes.size(), 40U) << "nothing but headers";
    EXPECT_EQ(ReadNumber(bytes, 24), sequence);
    EXPECT_EQ(ReadNumber(bytes, 28), acknowledgement);
    EXPECT_EQ(bytes[33], flags);
    EXPECT_EQ(FindBadChecksum(bytes), std::nullopt);
}

TEST(TcpResets, B_5_ResetIsWhatTheReceiverExpectsNext)
{
    const auto bytes = ToBytes(*MakeTcpReset(KEY, 0xfedcba98, true));
    ExpectSegment(bytes, 0xfedcba98, 0, TCP_RST);
    EXPECT_EQ(ReadFlowKey(bytes), KEY);
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*ToPacket(bytes)));
    EXPECT_TRUE(headers.GetTcpFlags().rst);
    EXPECT_EQ(headers.GetTtl(), 64);
}

TEST(TcpResets, ChecksumsAreZeroWhereTheyAreNotInUse)
{
    const auto bytes = ToBytes(*MakeTcpReset(KEY, 7, false));
    EXPECT_EQ(bytes[10] | bytes[11] | bytes[36] | bytes[37], 0);
}

/// A segment, and the RST that answers it; numbers of MakeDatagram() overwritten.
struct LateSegmentCase
{
    const char* name;         // test name
    uint8_t flags;            // of the segment
    uint32_t payload;         // bytes of it
    uint32_t sequence;        // of the RST
    uint32_t acknowledgement; // of the RST
    uint8_t resetFlags;       // of the RST
};

void
PrintTo(const LateSegmentCase& c, std::ostream* os)
{
    *os << c.name;
}

constexpr uint32_t SEQUENCE = 0xfffffffe; // numbers go around their end
constexpr uint32_t EXPECTED = 77;

// clang-format off
constexpr LateSegmentCase LATE_SEGMENT_CASES[] = {
    // name    flags               payload sequence  acknowledgement resetFlags
    {"Data",   TCP_ACK,            100,    EXPECTED, 0,              TCP_RST},
    {"Ack",    TCP_ACK,            0,      EXPECTED, 0,              TCP_RST},
    {"FinAck", TCP_FIN | TCP_ACK,  0,      EXPECTED, 0,              TCP_RST},
    {"Syn",    TCP_SYN,            0,      0,        SEQUENCE + 1,   TCP_RST | TCP_ACK},
    {"Fin",    TCP_FIN,            4,      0,        3,              TCP_RST | TCP_ACK}, // -2 + 4 + 1
};
// clang-format on

class LateSegments : public ::testing::TestWithParam<LateSegmentCase>
{
};

TEST_P(LateSegments, B_5_AreAnsweredAsRfc793Says)
{
    const auto& c = GetParam();
    DatagramTraits traits;
    traits.tcpFlags = c.flags;
    traits.payload = c.payload;
    auto bytes = MakeDatagram(KEY, traits);
    for (uint32_t i = 0; i < 4; ++i)
    {
        bytes[24 + i] = static_cast<uint8_t>(SEQUENCE >> (24 - 8 * i));
        bytes[28 + i] = static_cast<uint8_t>(EXPECTED >> (24 - 8 * i));
    }
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*ToPacket(bytes)));
    const auto reset = ToBytes(*MakeTcpResetAgainst(headers, true));
    ExpectSegment(reset, c.sequence, c.acknowledgement, c.resetFlags);
    EXPECT_EQ(ReadFlowKey(reset), KEY.Reverse());
}

INSTANTIATE_TEST_SUITE_P(TcpResets,
                         LateSegments,
                         ::testing::ValuesIn(LATE_SEGMENT_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(TcpResets, OtherPacketsHaveNoNumbers)
{
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(
        *ToPacket(MakeDatagram({"10.0.0.4", "198.19.0.1", 5000, 53, IpProtocol::Udp}))));
    const auto numbers = headers.GetTcpNumbers();
    EXPECT_EQ(numbers.first | numbers.next, 0U);
    EXPECT_EQ(numbers.acknowledgement, std::nullopt);
}

} // namespace

} // namespace ns3::azure
