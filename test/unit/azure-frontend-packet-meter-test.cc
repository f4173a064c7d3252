// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-frontend-packet-meter.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <numeric>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// @return a frontend of that number
Ipv4Address
GetFrontend(std::size_t i)
{
    return Ipv4Address(static_cast<uint32_t>(0xc6120001 + i));
}

/// Have packets come to frontends, by number.
void
Count(FrontendPacketMeter& meter, const std::vector<uint64_t>& packets, Time now)
{
    for (std::size_t i = 0; i < packets.size(); ++i)
    {
        for (uint64_t packet = 0; packet < packets[i]; ++packet)
        {
            meter.Count(GetFrontend(i), now);
        }
    }
}

/// One row: what has come in a second, and what part of it is to be dropped in the next one.
struct FairShareCase
{
    const char* name;                  // test name, [A-Za-z0-9_]+
    std::vector<uint64_t> packets;     // by frontend, in a second
    std::vector<double> probabilities; // expected, by frontend; the capacity is 100 packets
};

void
PrintTo(const FairShareCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const std::vector<FairShareCase> FAIR_SHARE_CASES{
    // name                    packets         probabilities
    {"UpToTheCapacityNone",    {50, 50},       {0, 0}},
    // Alone with 400 packets, and 100 can be done.
    {"OneAloneByItsExcess",    {400},          {0.75}},
    // 10 and 20 stay as they are; 70 are left for 210.
    {"OnlyTheTopTalker",       {10, 20, 210},  {0, 0, 2.0 / 3}},
    // 10 stay; the others have 45 each: 45 of 60 and 45 of 90.
    {"EachByItsOwnExcess",     {10, 60, 90},   {0, 0.25, 0.5}},
    // A third each.
    {"EqualOnesAlike",         {50, 50, 50},   {1.0 / 3, 1.0 / 3, 1.0 / 3}},
};
// clang-format on

class FrontendFairShare : public ::testing::TestWithParam<FairShareCase>
{
};

TEST_P(FrontendFairShare, C_1_DropsWhatIsInExcess)
{
    const auto& c = GetParam();
    FrontendPacketMeter meter(Seconds(1), 100);
    Count(meter, c.packets, MilliSeconds(500));
    for (std::size_t i = 0; i < c.packets.size(); ++i)
    {
        EXPECT_EQ(meter.GetDropProbability(GetFrontend(i), MilliSeconds(999)), 0) << "not yet over";
    }
    for (std::size_t i = 0; i < c.packets.size(); ++i)
    {
        EXPECT_DOUBLE_EQ(meter.GetDropProbability(GetFrontend(i), Seconds(1)), c.probabilities[i])
            << i;
    }
    EXPECT_EQ(meter.GetDropProbability(GetFrontend(c.packets.size()), Seconds(1)), 0)
        << "who has sent nothing";
}

INSTANTIATE_TEST_SUITE_P(FrontendPacketMeter,
                         FrontendFairShare,
                         ::testing::ValuesIn(FAIR_SHARE_CASES),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(FrontendPacketMeter, C_1_TopTalkerIsWhoHadMostInTheLastInterval)
{
    FrontendPacketMeter meter(Seconds(10), 100);
    EXPECT_FALSE(meter.FindTopTalker(Seconds(0)));
    Count(meter, {3, 7, 5}, Seconds(9));
    EXPECT_FALSE(meter.FindTopTalker(Seconds(9))) << "not yet over";
    const auto top = meter.FindTopTalker(Seconds(10));
    ASSERT_TRUE(top);
    EXPECT_EQ(top->frontend, GetFrontend(1));
    EXPECT_EQ(top->packets, 7U);
    Count(meter, {9, 0, 8}, Seconds(19));
    EXPECT_EQ(meter.FindTopTalker(Seconds(19))->frontend, GetFrontend(1));
    EXPECT_EQ(meter.FindTopTalker(Seconds(20))->frontend, GetFrontend(0));
}

TEST(FrontendPacketMeter, C_1_LowestOfEqualTopTalkers)
{
    FrontendPacketMeter meter(Seconds(10), 100);
    Count(meter, {2, 4, 4, 4}, Seconds(1));
    EXPECT_EQ(meter.FindTopTalker(Seconds(10))->frontend, GetFrontend(1));
}

TEST(FrontendPacketMeter, C_1_WhatIsOlderThanAnIntervalIsForgotten)
{
    FrontendPacketMeter meter(Seconds(10), 1);
    Count(meter, {5}, Seconds(9));
    EXPECT_TRUE(meter.FindTopTalker(TimeStep(Seconds(20).GetTimeStep() - 1)));
    EXPECT_FALSE(meter.FindTopTalker(Seconds(20)));
    Count(meter, {5}, Seconds(29));
    EXPECT_EQ(meter.GetDropProbability(GetFrontend(0), Seconds(45)), 0) << "an interval is between";
}

TEST(FrontendPacketMeter, C_1_IntervalsBeginAtTimeZero)
{
    const FrontendPacketMeter meter(Seconds(10), 1);
    EXPECT_EQ(meter.GetEnd(Seconds(0)), Seconds(10));
    EXPECT_EQ(meter.GetEnd(Seconds(19)), Seconds(20));
    EXPECT_EQ(meter.GetEnd(Seconds(20)), Seconds(30));
}

// The law of the fair share: what is let pass is all there is, or as much as can be done; and who
// has packets dropped gets no less than anybody else.
TEST(FrontendPacketMeter, C_1_FairShareUsesTheCapacityUp)
{
    constexpr double CAPACITY = 1000;
    std::mt19937 random(1);
    FrontendPacketMeter meter(Seconds(1), CAPACITY);
    for (uint32_t second = 0; second < 200; ++second)
    {
        std::vector<uint64_t> packets(1 + random() % 8);
        for (auto& count : packets)
        {
            count = 1 + random() % 500;
        }
        Count(meter, packets, Seconds(second));
        const auto all = std::accumulate(packets.begin(), packets.end(), 0.0);
        double passed = 0;
        double most = 0;
        std::vector<double> cut;
        for (std::size_t i = 0; i < packets.size(); ++i)
        {
            const auto sent = static_cast<double>(packets[i]);
            const auto probability = meter.GetDropProbability(GetFrontend(i), Seconds(second + 1));
            const auto share = sent * (1 - probability);
            passed += share;
            most = std::max(most, share);
            if (probability > 0)
            {
                cut.push_back(share);
            }
        }
        EXPECT_NEAR(passed, std::min(all, CAPACITY), 1e-6);
        EXPECT_EQ(cut.empty(), all <= CAPACITY);
        for (const auto share : cut)
        {
            EXPECT_NEAR(share, most, 1e-6);
        }
    }
}

} // namespace

} // namespace ns3::azure
