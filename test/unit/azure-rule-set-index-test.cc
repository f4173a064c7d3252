// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-rule-set-index.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <set>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr uint32_t HIGHEST = 0xffffffffU;

/// @return the rules of a set
std::set<uint32_t>
GetRules(const RuleSetIndex& index, uint32_t value, uint32_t rules)
{
    const uint64_t* words = index.Lookup(value);
    std::set<uint32_t> set;
    for (uint32_t rule = 0; rule < rules; ++rule)
    {
        if ((words[rule / 64] >> (rule % 64) & 1) != 0)
        {
            set.insert(rule);
        }
    }
    return set;
}

/// One row: a value, and the rules that must take it.
struct ValueCase
{
    uint32_t value;
    std::set<uint32_t> rules;
};

} // namespace

TEST(RuleSetIndex, ValuesHaveTheRulesWhoseIntervalsHoldThem)
{
    // Rule 0 has two intervals that overlap, rule 1 two that touch, rule 64 is in the second word,
    // rule 69 takes everything, and the others nothing.
    const RuleSetIndex index({{10, 20, 0},
                              {15, 30, 0},
                              {20, 24, 1},
                              {25, 29, 1},
                              {0, 15, 64},
                              {HIGHEST, HIGHEST, 64},
                              {0, HIGHEST, 69}},
                             70);
    const ValueCase cases[] = {
        {0, {64, 69}},
        {9, {64, 69}},
        {10, {0, 64, 69}},
        {15, {0, 64, 69}},
        {16, {0, 69}},
        {19, {0, 69}},
        {20, {0, 1, 69}},
        {21, {0, 1, 69}},
        {24, {0, 1, 69}},
        {25, {0, 1, 69}},
        {29, {0, 1, 69}},
        {30, {0, 69}},
        {31, {69}},
        {HIGHEST - 1, {69}},
        {HIGHEST, {64, 69}},
    };
    for (const auto& c : cases)
    {
        EXPECT_EQ(GetRules(index, c.value, 70), c.rules) << c.value;
    }
}

TEST(RuleSetIndex, WithoutIntervalsNoRuleTakesAnything)
{
    const RuleSetIndex index({}, 3);

    EXPECT_EQ(GetRules(index, 0, 3), std::set<uint32_t>{});
    EXPECT_EQ(GetRules(index, HIGHEST, 3), std::set<uint32_t>{});
}

TEST(RuleSetIndex, EqualSetsAreKeptOnce)
{
    const RuleSetIndex index({{10, 19, 0}, {30, 39, 0}}, 1);

    EXPECT_EQ(index.Lookup(10), index.Lookup(39));
    EXPECT_EQ(index.Lookup(0), index.Lookup(20));
    EXPECT_NE(index.Lookup(10), index.Lookup(20));
}

} // namespace ns3::azure
