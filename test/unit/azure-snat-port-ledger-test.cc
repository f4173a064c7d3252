// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-port-set.h"
#include "ns3/azure-snat-port-ledger.h"

#include <bitset>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <vector>

namespace ns3::azure
{

namespace
{

using Ranges = std::vector<PortRange>;

constexpr auto UPPER = ReclaimedHalf::Upper;
constexpr auto LOWER = ReclaimedHalf::Lower;

TEST(PortSet, JoinsAndCutsRangesUpToPort65535)
{
    PortSet set;
    set.Insert({65000, 65535});
    set.Insert({0, 9});
    set.Insert({20, 29});
    set.Insert({10, 19});
    EXPECT_EQ(set.GetRanges(), (Ranges{{0, 29}, {65000, 65535}}));
    EXPECT_EQ(set.GetSize(), 566U); // 30 + 536
    set.Remove({5, 6});
    set.Remove({65535, 65535});
    EXPECT_EQ(set.GetRanges(), (Ranges{{0, 4}, {7, 29}, {65000, 65534}}));
    EXPECT_TRUE(set.Contains({7, 29}));
    EXPECT_FALSE(set.Contains({4, 7}));
    EXPECT_TRUE(set.Overlaps({4, 7}));
    EXPECT_FALSE(set.Overlaps({5, 6}));
    EXPECT_EQ(set.Intersect({3, 8}), (Ranges{{3, 4}, {7, 8}}));
    EXPECT_EQ(set.GetLowest(6), (Ranges{{0, 4}, {7, 7}}));
    EXPECT_EQ(set.GetHighest(536), (Ranges{{29, 29}, {65000, 65534}}));
}

TEST(PortSet, IsLikeASetOfPortsWhateverIsDone)
{
    std::mt19937 random(1);
    PortSet set;
    std::bitset<65536> model;
    for (int step = 0; step < 20000; ++step)
    {
        const auto first = static_cast<uint16_t>(random() % 256 + (random() % 2) * 65280);
        const auto last = static_cast<uint16_t>(std::min<uint32_t>(65535, first + random() % 20));
        uint32_t held = 0;
        for (uint32_t port = first; port <= last; ++port)
        {
            held += model[port];
        }
        const uint32_t size = last - first + 1U;
        ASSERT_EQ(set.Contains({first, last}), held == size);
        ASSERT_EQ(set.Overlaps({first, last}), held > 0);
        uint32_t common = 0;
        for (const auto& range : set.Intersect({first, last}))
        {
            ASSERT_TRUE(first <= range.first && range.last <= last && set.Contains(range));
            common += range.GetSize();
        }
        ASSERT_EQ(common, held);
        if (held > 0 && held < size)
        {
            continue;
        }
        held == 0 ? set.Insert({first, last}) : set.Remove({first, last});
        for (uint32_t port = first; port <= last; ++port)
        {
            model[port] = held == 0;
        }
        ASSERT_EQ(set.GetSize(), model.count());
    }
}

/// @return a ledger of the ports 1024 to 1024 + ports - 1
SnatPortLedger
MakeLedger(uint32_t ports, const std::vector<uint16_t>& rulePorts = {})
{
    return SnatPortLedger(SnatPortSpace(ports, rulePorts));
}

TEST(SnatPortLedger, GivesTheLowestPortsAroundThoseOfRules)
{
    auto ledger = MakeLedger(1000, {1100});
    EXPECT_EQ(ledger.GetSize(), 992U); // the block 1096 to 1103 is the rule's (sources.rst B.1)
    EXPECT_EQ(ledger.Give(7, 100, 1), (Ranges{{1024, 1095}, {1104, 1131}})); // 72 + 28
    EXPECT_EQ(ledger.Give(8, 1, 1), (Ranges{{1132, 1132}}));
    EXPECT_EQ(ledger.Give(9, 892, 1), Ranges()); // 891 are left
    EXPECT_EQ(ledger.GetFree(), 891U);
    EXPECT_EQ(ledger.GetPortCount(7), 100U);
    EXPECT_EQ(ledger.GetPorts(9), Ranges());
    EXPECT_EQ(ledger.CheckInvariants(), std::nullopt);
}

TEST(SnatPortLedger, GivesWholeRangesThatBeginAtMultiplesOfTheirSize)
{
    auto ledger = MakeLedger(64, {1050}); // 1024 to 1087 without 1048 to 1055
    EXPECT_EQ(ledger.Give(1, 3, 1), (Ranges{{1024, 1026}}));
    EXPECT_EQ(ledger.Give(2, 8, 8), (Ranges{{1032, 1039}}));
    EXPECT_EQ(ledger.Give(3, 24, 16), (Ranges{{1056, 1079}})); // 1.5 ranges: the last is cut short
    EXPECT_EQ(ledger.Give(4, 16, 16), Ranges()); // free: 1027-1031, 1040-1047, 1080-1087
    EXPECT_EQ(ledger.Give(4, 16, 8), (Ranges{{1040, 1047}, {1080, 1087}}));
    EXPECT_EQ(ledger.GetFree(), 5U);
    EXPECT_EQ(ledger.CheckInvariants(), std::nullopt);
}

TEST(SnatPortLedger, OB_1808_TakesTheUpperOrTheLowerHalf)
{
    auto ledger = MakeLedger(64);
    ledger.Give(1, 32, 1);
    EXPECT_EQ(ledger.TakeBack(1, 16, UPPER), (Ranges{{1040, 1055}}));
    EXPECT_EQ(ledger.TakeBack(1, 8, LOWER), (Ranges{{1024, 1031}}));
    EXPECT_EQ(ledger.GetPorts(1), (Ranges{{1032, 1039}}));
    EXPECT_EQ(ledger.TakeBack(2, 0, LOWER), Ranges());
}

TEST(SnatPortLedger, GivesPortsOnTheirWayBackToNobody)
{
    auto ledger = MakeLedger(16);
    ledger.Give(1, 16, 1);
    EXPECT_TRUE(ledger.TakeBack(1, {1028, 1031}));
    EXPECT_FALSE(ledger.TakeBack(1, {1028, 1031})); // not its own any more
    EXPECT_FALSE(ledger.TakeBack(2, {1024, 1024}));
    EXPECT_FALSE(ledger.TakeBack(1, {1024, 1028})); // one of them is not
    EXPECT_EQ(ledger.GetPortCount(1), 12U);
    EXPECT_EQ(ledger.GetFree(), 0U);
    EXPECT_EQ(ledger.Give(2, 1, 1), Ranges());
    EXPECT_EQ(ledger.CheckInvariants(), std::nullopt);
    ledger.Free({1028, 1029}); // a part of them has arrived
    EXPECT_EQ(ledger.Give(2, 2, 1), (Ranges{{1028, 1029}}));
    EXPECT_EQ(ledger.CheckInvariants(), std::nullopt);
}

TEST(SnatPortLedger, MayBeEmpty)
{
    auto ledger = MakeLedger(8, {1030});
    EXPECT_EQ(ledger.GetSize(), 0U);
    EXPECT_EQ(ledger.Give(1, 1, 1), Ranges());
    EXPECT_EQ(ledger.CheckInvariants(), std::nullopt);
}

} // namespace

} // namespace ns3::azure
