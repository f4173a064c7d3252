// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-limits.h"
#include "ns3/azure-port-range.h"

#include <gtest/gtest.h>
#include <sstream>

namespace ns3::azure
{

namespace
{

TEST(Limits, S4_01_MaximumIsAllPortsWithoutThePrivilegedOnes)
{
    EXPECT_EQ(MAX_SNAT_PORTS_2016, 64511U); // as printed
    EXPECT_EQ(MAX_SNAT_PORTS_2016, 65535U - 1024U);
    EXPECT_EQ(FIRST_SNAT_PORT, 1024);
}

TEST(Limits, S4_01_MaximumFitsAboveThePrivilegedPorts)
{
    EXPECT_LE(FIRST_SNAT_PORT + MAX_SNAT_PORTS_2016 - 1, 65535U);
    EXPECT_LE(FIRST_SNAT_PORT + MAX_SNAT_PORTS_2018 - 1, 65535U);
}

TEST(Tiers, AscendInPoolSizeAndDescendInPorts)
{
    for (std::size_t i = 1; i < SNAT_PORT_TIERS.size(); ++i)
    {
        EXPECT_GT(SNAT_PORT_TIERS[i].maxPoolSize, SNAT_PORT_TIERS[i - 1].maxPoolSize);
        EXPECT_LT(SNAT_PORT_TIERS[i].ports, SNAT_PORT_TIERS[i - 1].ports);
    }
    EXPECT_EQ(MAX_POOL_SIZE, 1000U);
}

TEST(Tiers, GiveMultiplesOfEight)
{
    for (const auto& tier : SNAT_PORT_TIERS)
    {
        EXPECT_EQ(tier.ports % SNAT_PORT_GRANULARITY, 0U) << tier.maxPoolSize;
    }
}

TEST(Tiers, GiveFullPoolsThePortsOfAzureFactsB1)
{
    // sources.rst B.1, column "fleet total at tier top": 51,200 but for the last tier.
    for (const auto& tier : SNAT_PORT_TIERS)
    {
        EXPECT_EQ(tier.maxPoolSize * tier.ports, tier.maxPoolSize == 1000 ? 32000U : 51200U);
    }
}

TEST(Tiers, S0_41_NeverGiveMoreToABiggerPool)
{
    for (uint32_t poolSize = 2; poolSize <= MAX_POOL_SIZE + 10; ++poolSize)
    {
        EXPECT_LE(GetTierPorts(poolSize), GetTierPorts(poolSize - 1)) << poolSize;
    }
    EXPECT_LT(GetTierPorts(MAX_POOL_SIZE), GetTierPorts(1));
}

TEST(PortRanges, CountBothEnds)
{
    EXPECT_EQ((PortRange{1024, 1024}.GetSize()), 1U);
    EXPECT_EQ((PortRange{1024, 2047}.GetSize()), 1024U);
    EXPECT_EQ((PortRange{0, 65535}.GetSize()), 65536U);
    EXPECT_EQ(PortRange{}.GetSize(), 65536U);
}

TEST(PortRanges, ContainBothEnds)
{
    constexpr PortRange range{1024, 1031};
    EXPECT_FALSE(range.Contains(1023));
    EXPECT_TRUE(range.Contains(1024));
    EXPECT_TRUE(range.Contains(1031));
    EXPECT_FALSE(range.Contains(1032));
    EXPECT_TRUE(PortRange{}.Contains(65535));
}

/// One row: two ranges, and whether they share a port.
struct OverlapCase
{
    PortRange a;
    PortRange b;
    bool overlap;
};

TEST(PortRanges, OverlapWhereTheyShareAPort)
{
    // clang-format off
    constexpr OverlapCase CASES[] = {
        {{10, 19}, {20, 29},   false},
        {{10, 20}, {20, 29},   true},
        {{10, 19}, {12, 15},   true},
        {{10, 19}, {10, 19},   true},
        {{0, 0},   {65535, 65535}, false},
        {{0, 65535}, {443, 443}, true},
    };
    // clang-format on
    for (const auto& c : CASES)
    {
        EXPECT_EQ(c.a.Overlaps(c.b), c.overlap) << c.a << " and " << c.b;
        EXPECT_EQ(c.b.Overlaps(c.a), c.overlap) << c.b << " and " << c.a;
    }
}

TEST(PortRanges, AreWrittenWithBothEnds)
{
    std::ostringstream os;
    os << PortRange{1024, 1031};
    EXPECT_EQ(os.str(), "1024-1031");
}

} // namespace

} // namespace ns3::azure
