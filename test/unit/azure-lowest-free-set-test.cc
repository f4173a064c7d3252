// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-lowest-free-set.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <vector>

namespace ns3::azure
{

namespace
{

TEST(LowestFree, HandsOutAscendingNumbers)
{
    LowestFreeSet set(200);
    for (uint32_t expected = 0; expected < 200; ++expected)
    {
        ASSERT_FALSE(set.IsUsed(expected));
        ASSERT_EQ(set.Acquire(), expected);
        ASSERT_TRUE(set.IsUsed(expected));
        ASSERT_EQ(set.GetUsed(), expected + 1);
    }
}

TEST(LowestFree, ReturnedNumberIsNextIfLowest)
{
    LowestFreeSet set(8);
    for (int i = 0; i < 6; ++i)
    {
        set.Acquire();
    }
    set.Release(4);
    set.Release(1);
    EXPECT_EQ(set.Acquire(), 1U);
    EXPECT_EQ(set.Acquire(), 4U);
    EXPECT_EQ(set.Acquire(), 6U);
}

TEST(LowestFree, KnowsNoNumberBeyondTheCapacity)
{
    LowestFreeSet set(65);
    EXPECT_FALSE(set.IsUsed(64));
    EXPECT_FALSE(set.IsUsed(65));
    EXPECT_FALSE(set.IsUsed(0xffffffff));
}

/// The parameter is a capacity.
class LowestFreeCapacities : public ::testing::TestWithParam<uint32_t>
{
};

TEST_P(LowestFreeCapacities, HoldExactlyThatManyNumbers)
{
    const auto capacity = GetParam();
    LowestFreeSet set(capacity);
    for (uint32_t expected = 0; expected < capacity; ++expected)
    {
        ASSERT_EQ(set.Acquire(), expected);
    }
    EXPECT_FALSE(set.Acquire());
    EXPECT_EQ(set.GetUsed(), capacity);
    set.Release(capacity / 2);
    EXPECT_EQ(set.Acquire(), capacity / 2);
    EXPECT_FALSE(set.Acquire());
}

TEST_P(LowestFreeCapacities, CanBeEmptiedInAnyOrderAndFilledAgain)
{
    const auto capacity = GetParam();
    LowestFreeSet set(capacity);
    while (set.Acquire())
    {
    }
    for (uint32_t i = 0; i < capacity; ++i) // odd numbers, then even ones
    {
        set.Release((2 * i + 1 < capacity) ? 2 * i + 1 : 2 * (i - capacity / 2));
    }
    EXPECT_EQ(set.GetUsed(), 0U);
    for (uint32_t expected = 0; expected < capacity; ++expected)
    {
        ASSERT_EQ(set.Acquire(), expected);
    }
}

TEST_P(LowestFreeCapacities, AgreeWithASetOfFreeNumbersOnARandomWalk)
{
    const auto capacity = GetParam();
    std::mt19937_64 random(capacity);
    LowestFreeSet set(capacity);
    std::set<uint32_t> free; // the reference
    for (uint32_t number = 0; number < capacity; ++number)
    {
        free.insert(free.end(), number);
    }
    std::vector<uint32_t> used;
    bool isFilling = true; // swings between empty and full, lingering at both ends
    for (int step = 0; step < 400'000; ++step)
    {
        isFilling = used.empty() || (isFilling && (!free.empty() || random() % 8 != 0));
        if (random() % 16 < (isFilling ? 11U : 5U))
        {
            const auto number = set.Acquire();
            ASSERT_EQ(number.has_value(), !free.empty()) << "step " << step;
            if (number)
            {
                ASSERT_EQ(*number, *free.begin()) << "step " << step;
                free.erase(free.begin());
                used.push_back(*number);
            }
        }
        else if (!used.empty())
        {
            std::swap(used[random() % used.size()], used.back());
            set.Release(used.back());
            ASSERT_FALSE(set.IsUsed(used.back())) << "step " << step;
            free.insert(used.back());
            used.pop_back();
        }
        ASSERT_EQ(set.GetUsed(), used.size()) << "step " << step;
    }
}

INSTANTIATE_TEST_SUITE_P(LowestFreeSet,
                         LowestFreeCapacities,
                         ::testing::Values(1U, 8U, 63U, 64U, 65U, 4096U, 4097U, 64511U, 65536U),
                         [](const auto& row) { return std::to_string(row.param); });

TEST(LowestFree, HoldsUpToItsLargestCapacity)
{
    static_assert(LowestFreeSet::MAX_CAPACITY == 262'144); // 64 to the power of three
    LowestFreeSet set(LowestFreeSet::MAX_CAPACITY);
    for (uint32_t expected = 0; expected < LowestFreeSet::MAX_CAPACITY; ++expected)
    {
        ASSERT_EQ(set.Acquire(), expected);
    }
    EXPECT_FALSE(set.Acquire());
    set.Release(262'143);
    set.Release(100'000);
    EXPECT_EQ(set.Acquire(), 100'000U);
    EXPECT_EQ(set.Acquire(), 262'143U);
    EXPECT_FALSE(set.Acquire());
}

TEST(LowestFreeDeathTest, EndsTheProgramOnCallsThatBreakAPrecondition)
{
    EXPECT_DEATH(LowestFreeSet(0), "capacity: 0 is not allowed; give 1 to 262144");
    EXPECT_DEATH(LowestFreeSet(262'145), "capacity: 262145 is not allowed");
    LowestFreeSet set(8);
    EXPECT_DEATH(set.Release(0), "number 0 is not in use");
    set.Acquire();
    set.Release(0);
    EXPECT_DEATH(set.Release(0), "number 0 is not in use");
    EXPECT_DEATH(set.Release(8), "number 8 is not in use");
}

} // namespace

} // namespace ns3::azure
