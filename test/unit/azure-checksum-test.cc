// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-datagram.h"

#include "ns3/azure-checksum.h"

#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace ns3::azure
{

namespace
{

TEST(ByteOrder, IsTheNetworks)
{
    std::array<uint8_t, 4> bytes{};
    WriteU32(bytes.data(), 0x01020304);
    EXPECT_EQ(bytes, (std::array<uint8_t, 4>{1, 2, 3, 4}));
    EXPECT_EQ(ReadU32(bytes.data()), 0x01020304U);
    WriteU16(&bytes[2], 0xfffe);
    EXPECT_EQ(ReadU16(&bytes[2]), 0xfffe);
    EXPECT_EQ(ReadU32(bytes.data()), 0x0102fffeU);
}

TEST(Checksum, OfRfc1071sExample)
{
    const std::vector<uint8_t> bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    EXPECT_EQ(ComputeChecksum(bytes.data(), bytes.size()), 0x220d); // the complement of ddf2
}

TEST(Checksum, PadsAnOddByteWithZero)
{
    const std::vector<uint8_t> odd{0x12, 0x34, 0x56};
    const std::vector<uint8_t> even{0x12, 0x34, 0x56, 0x00};
    EXPECT_EQ(ComputeChecksum(odd.data(), odd.size()), ComputeChecksum(even.data(), even.size()));
}

TEST(Checksum, OfNothingIsAllOnes)
{
    EXPECT_EQ(ComputeChecksum(nullptr, 0), 0xffff);
}

TEST(Checksum, OfDataWithItsChecksumIsZero)
{
    auto datagram = MakeDatagram(
        {Ipv4Address("10.0.0.4"), Ipv4Address("198.19.0.1"), 5000, 80, IpProtocol::Udp});
    EXPECT_EQ(ComputeChecksum(datagram.data(), 20), 0);
}

TEST(ChecksumChanges, AreAsGoodAsRecomputation)
{
    std::mt19937 random(1624);
    const auto draw = [&random] { return static_cast<uint32_t>(random()); };
    for (int round = 0; round < 100'000; ++round)
    {
        std::array<uint8_t, 24> bytes{};
        for (auto& byte : bytes)
        {
            // Words of zeros and ones are where one's complement has two zeros.
            byte = draw() % 4 == 0 ? (draw() % 2 ? 0xff : 0x00) : static_cast<uint8_t>(draw());
        }
        bytes[23] |= 1; // all zeros have no single checksum
        const auto before = ComputeChecksum(bytes.data(), bytes.size());
        ChecksumChange change;
        for (uint32_t i = draw() % 4; i < 4; ++i)
        {
            auto* at = &bytes[2 * (draw() % 9)];
            const auto value = draw() % 3 == 0 ? (draw() % 2 ? 0xffffffff : 0) : draw();
            if (draw() % 2 == 0)
            {
                change.Replace16(ReadU16(at), static_cast<uint16_t>(value));
                WriteU16(at, static_cast<uint16_t>(value));
            }
            else
            {
                change.Replace32(ReadU32(at), value);
                WriteU32(at, value);
            }
        }
        ASSERT_EQ(change.ApplyTo(before), ComputeChecksum(bytes.data(), bytes.size()))
            << "in round " << round;
    }
}

TEST(ChecksumChanges, OfRfc1624sExample)
{
    // Section 4: checksum dd2f, word 5555 becomes 3285; equation 2 would give ffff instead of 0.
    ChecksumChange change;
    change.Replace16(0x5555, 0x3285);
    EXPECT_EQ(change.ApplyTo(0xdd2f), 0x0000);
}

TEST(ChecksumChanges, OfNothingChangeNothing)
{
    EXPECT_EQ(ChecksumChange().ApplyTo(0x1234), 0x1234);
}

} // namespace

} // namespace ns3::azure
