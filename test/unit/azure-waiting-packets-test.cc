// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-waiting-packets.h"

#include <gtest/gtest.h>

namespace ns3::azure
{

namespace
{

TEST(WaitingPacketLists, C_1_KeepTheOrderOfArrival)
{
    WaitingPackets packets;
    EXPECT_EQ(packets.GetFirstFlow(), std::nullopt);
    for (const uint64_t flow : {9, 2, 5})
    {
        packets.Insert(flow, Create<Packet>(static_cast<uint32_t>(flow)));
    }
    EXPECT_EQ(packets.GetSize(), 3U);
    EXPECT_EQ(packets.GetFirstFlow(), 9U);
    EXPECT_TRUE(packets.IsWaiting(2));
    EXPECT_FALSE(packets.IsWaiting(3));
    const auto all = packets.TakeAll();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].flow, 9U);
    EXPECT_EQ(all[1].flow, 2U);
    EXPECT_EQ(all[2].flow, 5U);
    EXPECT_EQ(all[2].packet->GetSize(), 5U);
    EXPECT_EQ(packets.GetSize(), 0U);
    EXPECT_FALSE(packets.IsWaiting(9));
}

TEST(WaitingPacketLists, GiveOutThePacketOfOneFlow)
{
    WaitingPackets packets;
    packets.Insert(1, Create<Packet>(100));
    packets.Insert(2, Create<Packet>(200));
    EXPECT_EQ(packets.Take(3), nullptr);
    ASSERT_NE(packets.Take(1), nullptr);
    EXPECT_EQ(packets.Take(1), nullptr);
    EXPECT_EQ(packets.GetFirstFlow(), 2U);
    packets.Insert(1, Create<Packet>(300)); // behind the other one now
    EXPECT_EQ(packets.GetFirstFlow(), 2U);
    EXPECT_EQ(packets.GetSize(), 2U);
}

} // namespace

} // namespace ns3::azure
