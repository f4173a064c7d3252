// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-prefix-table.h"

#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

/// One row: an address, and whose it is.
struct PrefixCase
{
    const char* name; // test name
    uint32_t address; // looked up
    int value;        // expected; 0: none
};

void
PrintTo(const PrefixCase& c, std::ostream* os)
{
    *os << Ipv4Address(c.address);
}

// clang-format off
constexpr PrefixCase PREFIX_CASES[] = {
    // name          address     value
    {"Host",         0x0a000105, 32},
    {"NextToHost",   0x0a000106, 30},
    {"EndOfLongest", 0x0a000107, 30},
    {"Outside",      0x0a000108, 16},
    {"Wide",         0x0a00ffff, 16},
    {"Nobody",       0x0a010000,  0},
};
// clang-format on

class PrefixTableLookup : public ::testing::TestWithParam<PrefixCase>
{
};

TEST_P(PrefixTableLookup, FindsTheLongestPrefix)
{
    PrefixTable<int> table;
    table.Insert({0x0a000000, 16}, 16);
    table.Insert({0x0a000105, 32}, 32);
    table.Insert({0x0a000104, 30}, 1);
    table.Insert({0x0a000104, 30}, 30);

    const auto* found = table.Lookup(GetParam().address);

    EXPECT_EQ(found ? *found : 0, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(All,
                         PrefixTableLookup,
                         ::testing::ValuesIn(PREFIX_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(PrefixTable, PassesOverWhatDoesNotSuit)
{
    PrefixTable<int> table;
    table.Insert(ANY_ADDRESS, 0);
    table.Insert({0x0a000000, 8}, 8);
    std::vector<int> asked;

    const auto* found = table.LookupIf(0x0a000001, [&asked](int value) {
        asked.push_back(value);
        return value == 0;
    });

    ASSERT_NE(found, nullptr);
    EXPECT_EQ(*found, 0);
    EXPECT_EQ(asked, (std::vector<int>{8, 0}));
}

TEST(PrefixTable, ForgetsWhatWasThereBeforeClear)
{
    PrefixTable<int> table;
    table.Insert({0x0a000000, 8}, 1);
    table.Insert({0x0a000000, 16}, 2);
    table.Clear();
    EXPECT_EQ(table.Lookup(0x0a000001), nullptr);

    table.Insert({0x0b000000, 8}, 3); // of a length that was there before
    EXPECT_EQ(table.Lookup(0x0a000001), nullptr);
    int asked = 0;
    table.LookupIf(0x0b000001, [&asked](int /* value */) { return ++asked > 1; });
    EXPECT_EQ(asked, 1);
}

TEST(PrefixTable, AgreesWithASearchThroughAllPrefixes)
{
    std::mt19937 random(6);
    PrefixTable<uint32_t> table;
    std::vector<std::pair<AddressPrefix, uint32_t>> all;
    for (uint32_t i = 0; i < 200; ++i)
    {
        const auto length = static_cast<uint8_t>(random() % 33);
        // Of few bits, so that prefixes lie in each other.
        const uint32_t address = (random() & 0xf) << 28 | (random() & 0x7);
        const uint32_t network = length == 0 ? 0 : address & ~uint32_t{0} << (32 - length);
        table.Insert({network, length}, i);
        all.push_back({{network, length}, i});
    }
    for (uint32_t i = 0; i < 2000; ++i)
    {
        const uint32_t address = (random() & 0xf) << 28 | (random() & 0x7);
        const std::pair<AddressPrefix, uint32_t>* best = nullptr;
        for (const auto& each : all)
        {
            if (each.first.Contains(address) && (!best || each.first.length >= best->first.length))
            {
                best = &each;
            }
        }
        const auto* found = table.Lookup(address);
        ASSERT_EQ(found == nullptr, best == nullptr);
        ASSERT_TRUE(!found || *found == best->second) << Ipv4Address(address);
    }
}

} // namespace

} // namespace ns3::azure
