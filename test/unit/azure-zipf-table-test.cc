// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-destination-list.h"
#include "ns3/azure-zipf-table.h"

#include <gtest/gtest.h>
#include <ostream>

namespace ns3::azure
{

namespace
{

/// One row: a pick among 3 items.
struct PickCase
{
    const char* name;  // test name
    double skew;       // Zipf exponent
    double u;          // where in the distribution
    std::size_t index; // expected item
};

void
PrintTo(const PickCase& c, std::ostream* os)
{
    *os << "skew " << c.skew << ", u = " << c.u;
}

// Skew 1: weights 1, 1/2, 1/3; sum 11/6; limits 6/11 = 0.5454..., 9/11 = 0.8181...
// Skew 0: limits 1/3, 2/3.
// clang-format off
constexpr PickCase PICK_CASES[] = {
    // name             skew  u       index
    {"EvenFirst",       0,    0.0,    0},
    {"EvenFirstEnd",    0,    0.3333, 0},
    {"EvenSecond",      0,    0.3334, 1},
    {"EvenThird",       0,    0.6667, 2},
    {"EvenLast",        0,    0.9999, 2},
    {"SkewedFirst",     1,    0.0,    0},
    {"SkewedFirstEnd",  1,    0.5454, 0},
    {"SkewedSecond",    1,    0.5455, 1},
    {"SkewedSecondEnd", 1,    0.8181, 1},
    {"SkewedThird",     1,    0.8182, 2},
    {"OneIsTheLast",    1,    1.0,    2},
};
// clang-format on

class ZipfPick : public ::testing::TestWithParam<PickCase>
{
};

TEST_P(ZipfPick, FollowsTheCumulatedWeights)
{
    EXPECT_EQ(ZipfTable(3, GetParam().skew).Select(GetParam().u), GetParam().index);
}

INSTANTIATE_TEST_SUITE_P(ZipfTable, ZipfPick, ::testing::ValuesIn(PICK_CASES), [](const auto& row) {
    return row.param.name;
});

TEST(ZipfTable, ProbabilitiesFallAsThePowerOfTheRank)
{
    // Skew 2, 4 items: weights 1, 1/4, 1/9, 1/16; sum 205/144.
    const ZipfTable table(4, 2);

    EXPECT_NEAR(table.GetProbability(0), 144.0 / 205, 1e-12);
    EXPECT_NEAR(table.GetProbability(1), 36.0 / 205, 1e-12);
    EXPECT_NEAR(table.GetProbability(2), 16.0 / 205, 1e-12);
    EXPECT_NEAR(table.GetProbability(3), 9.0 / 205, 1e-12);
}

TEST(ZipfTable, SharesOfAnEvenGridAreTheProbabilities)
{
    constexpr std::size_t ITEMS = 64;
    constexpr std::size_t STEPS = 100000;
    const ZipfTable table(ITEMS, 1.2);
    std::vector<std::size_t> hits(ITEMS, 0);
    for (std::size_t i = 0; i < STEPS; ++i)
    {
        ++hits[table.Select((i + 0.5) / STEPS)];
    }
    for (std::size_t i = 0; i < ITEMS; ++i)
    {
        // A grid's count in an interval is off by at most one step.
        EXPECT_NEAR(hits[i], table.GetProbability(i) * STEPS, 1.0) << i;
    }
}

TEST(DestinationList, GoesThroughTheAddressesFirst)
{
    const DestinationList list{{Ipv4Address("198.51.100.1"), Ipv4Address("198.51.100.2")}, 80, 3};

    ASSERT_EQ(list.GetSize(), 6U);
    EXPECT_EQ(list.Get(0), std::make_pair(Ipv4Address("198.51.100.1"), uint16_t{80}));
    EXPECT_EQ(list.Get(1), std::make_pair(Ipv4Address("198.51.100.2"), uint16_t{80}));
    EXPECT_EQ(list.Get(2), std::make_pair(Ipv4Address("198.51.100.1"), uint16_t{81}));
    EXPECT_EQ(list.Get(5), std::make_pair(Ipv4Address("198.51.100.2"), uint16_t{82}));
}

TEST(DestinationList, ReachesTheLastPort)
{
    const DestinationList list{{Ipv4Address("198.51.100.1")}, 65534, 2};

    EXPECT_EQ(list.Get(1).second, 65535);
}

} // namespace

} // namespace ns3::azure
