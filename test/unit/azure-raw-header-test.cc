// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-raw-header.h"
#include "ns3/packet.h"

#include <array>
#include <gtest/gtest.h>
#include <sstream>

namespace ns3::azure
{

namespace
{

constexpr std::array<uint8_t, 28> BYTES{0x45, 0x00, 0x00, 0x26};

TEST(RawHeader, PutsItsBytesInFront)
{
    Packet packet(10);
    packet.AddHeader(RawHeader(BYTES.data(), BYTES.size()));
    std::array<uint8_t, 28> found{};
    EXPECT_EQ(packet.GetSize(), 38U);
    packet.CopyData(found.data(), found.size());
    EXPECT_EQ(found, BYTES);
}

// ns-3 prints packets for its text traces, and a fragment as soon as printing is on.
TEST(RawHeader, IsPrintedWithItsSize)
{
    if (testing::UnitTest::GetInstance()->test_to_run_count() > 1)
    {
        GTEST_SKIP() << "ns-3 can be told to print before the first packet only: run it alone";
    }
    Packet::EnablePrinting();
    Packet packet(10);
    packet.AddHeader(RawHeader(BYTES.data(), BYTES.size()));
    std::ostringstream text;
    packet.Print(text);
    EXPECT_EQ(text.str(), "ns3::azure::RawHeader (28 raw bytes) Payload (size=10)");
}

} // namespace

} // namespace ns3::azure
