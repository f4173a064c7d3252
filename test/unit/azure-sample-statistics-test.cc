// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-sample-statistics.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

using namespace ns3::azure;

namespace
{

TEST(SampleStatistics, QuantileIsTheNearestRank)
{
    const std::vector<double> sample{40, 10, 30, 20};
    EXPECT_EQ(GetQuantile(sample, 0.01), 10);
    EXPECT_EQ(GetQuantile(sample, 0.25), 10);
    EXPECT_EQ(GetQuantile(sample, 0.26), 20);
    EXPECT_EQ(GetQuantile(sample, 0.5), 20);
    EXPECT_EQ(GetQuantile(sample, 0.99), 40);
    EXPECT_EQ(GetQuantile(sample, 1), 40);
}

TEST(SampleStatistics, QuantileOfNothingIsNone)
{
    EXPECT_TRUE(std::isnan(GetQuantile({}, 0.5)));
}

TEST(SampleStatistics, DecimalsAreRoundedAndNoneIsADash)
{
    EXPECT_EQ(FormatDecimal(87.46, 1), "87.5");
    EXPECT_EQ(FormatDecimal(-0.4, 0), "-0");
    EXPECT_EQ(FormatDecimal(1234, 2), "1234.00");
    EXPECT_EQ(FormatDecimal(std::numeric_limits<double>::quiet_NaN(), 3), "-");
}

} // namespace
