// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-snat-port-space.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <vector>

namespace ns3::azure
{

namespace
{

using Ranges = std::vector<PortRange>;

/// One row: an address and its rules, and the ports that are left.
struct SpaceCase
{
    const char* name; // test name
    uint32_t ports;   // of the address
    std::vector<uint16_t> rulePorts;
    Ranges expected;
};

void
PrintTo(const SpaceCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const SpaceCase SPACE_CASES[] = {
    {"S4_01_AllButThePrivileged",       64511, {},                 {{1024, 65534}}},
    {"OB_2006_Ports2018",               64000, {},                 {{1024, 65023}}},
    {"PrivilegedPortsTakeNothing",      64511, {80, 443, 1023},    {{1024, 65534}}},
    {"PortsAboveTheAddressTakeNothing",  1000, {2024, 65535},      {{1024, 2023}}},
    // Port 5000 is in block 625: 5000 to 5007 (sources.rst B.1, an inference)
    {"B_1_OB_2012_FirstPortOfABlock",       64511, {5000},             {{1024, 4999}, {5008, 65534}}},
    {"B_1_OB_2012_LastPortOfABlock",        64511, {5007},             {{1024, 4999}, {5008, 65534}}},
    {"B_1_OB_2012_RulesShareABlock",        64511, {5007, 5000, 5003}, {{1024, 4999}, {5008, 65534}}},
    {"B_1_OB_2012_TwoBlocksSideBySide",     64511, {5008, 5007},       {{1024, 4999}, {5016, 65534}}},
    {"B_1_OB_2012_TwoBlocksApart",          64511, {6001, 5000},       {{1024, 4999}, {5008, 5999}, {6008, 65534}}},
    {"B_1_OB_2012_FirstBlock",              64511, {1024},             {{1032, 65534}}},
    {"B_1_OB_2012_LastBlockIsCutShort",     64511, {65534},            {{1024, 65527}}},
    {"NothingIsLeft",                       8, {1030},             {}},
};
// clang-format on

class SnatPortSpaces : public ::testing::TestWithParam<SpaceCase>
{
};

TEST_P(SnatPortSpaces, LeaveOutTheBlocksOfRules)
{
    const auto& c = GetParam();
    const SnatPortSpace space(c.ports, c.rulePorts);
    uint32_t size = 0;
    for (const auto& range : c.expected)
    {
        size += range.GetSize();
    }
    EXPECT_EQ(space.GetSize(), size);
    EXPECT_EQ(size > 0 ? space.GetRanges(0, size) : Ranges(), c.expected);
}

INSTANTIATE_TEST_SUITE_P(SnatPorts,
                         SnatPortSpaces,
                         ::testing::ValuesIn(SPACE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(SnatPortSpace, OB_2012_RangesAreCutWhereARulesBlockLies)
{
    const SnatPortSpace space(64511, {2052});                       // 2048 to 2055 are taken
    EXPECT_EQ(space.GetRanges(0, 1024), (Ranges{{1024, 2047}}));    // all before
    EXPECT_EQ(space.GetRanges(1024, 1024), (Ranges{{2056, 3079}})); // all behind
    EXPECT_EQ(space.GetRanges(1000, 100), (Ranges{{2024, 2047}, {2056, 2131}})); // 24 + 76
}

TEST(SnatPortSpace, RangesSideBySideAreDisjointAndCompleteWhateverTheRules)
{
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round)
    {
        const uint32_t ports = 1 + random() % 64511;
        std::vector<uint16_t> rulePorts(random() % 50);
        for (auto& port : rulePorts)
        {
            port = static_cast<uint16_t>(random());
        }
        const SnatPortSpace space(ports, rulePorts);
        std::vector<bool> isDealt(65536);
        for (uint32_t first = 0; first < space.GetSize();)
        {
            const auto count = std::min<uint32_t>(1 + random() % 3000, space.GetSize() - first);
            uint32_t dealt = 0;
            for (const auto& range : space.GetRanges(first, count))
            {
                dealt += range.GetSize();
                for (uint32_t port = range.first; port <= range.last; ++port)
                {
                    ASSERT_FALSE(isDealt[port]) << "port " << port << " is dealt out twice";
                    isDealt[port] = true;
                }
            }
            ASSERT_EQ(dealt, count);
            first += count;
        }
        for (uint32_t port = 0; port < isDealt.size(); ++port)
        {
            const bool isOfRule = std::any_of(rulePorts.begin(),
                                              rulePorts.end(),
                                              [=](uint16_t rule) { return rule / 8 == port / 8; });
            ASSERT_EQ(isDealt[port], port >= 1024 && port < 1024 + ports && !isOfRule) << port;
        }
    }
}

TEST(SnatPortSpaceDeathTest, HasNoMorePortsThanItSays)
{
    const SnatPortSpace space(100);
    EXPECT_DEATH(space.GetRanges(0, 101), "there are only 100 SNAT ports");
}

} // namespace

} // namespace ns3::azure
