// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-timeout-list.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

/// A small language for stories: Restart(1, 5); ExpectPop(15, {1}); ...  Times are in nanoseconds,
/// and the timeout is 10.
class TimeoutListStory : public ::testing::Test
{
  protected:
    void Restart(uint32_t item, int64_t now)
    {
        m_list.Restart(item, NanoSeconds(now));
    }

    void ExpectNext(std::optional<int64_t> deadline)
    {
        const auto next = m_list.GetNextDeadline();
        ASSERT_EQ(next.has_value(), deadline.has_value());
        if (next)
        {
            EXPECT_EQ(next->GetNanoSeconds(), *deadline);
        }
    }

    /// Everything that is due, in order.
    std::vector<uint32_t> PopAll(int64_t now)
    {
        std::vector<uint32_t> items;
        while (const auto item = m_list.Pop(NanoSeconds(now)))
        {
            items.push_back(*item);
        }
        return items;
    }

    void ExpectPop(int64_t now, const std::vector<uint32_t>& expected)
    {
        EXPECT_EQ(PopAll(now), expected);
    }

    TimeoutList m_list{NanoSeconds(10)};
};

} // namespace

TEST_F(TimeoutListStory, EmptyListHasNoDeadline)
{
    ExpectNext(std::nullopt);
    ExpectPop(1'000'000, {});
    EXPECT_FALSE(m_list.IsWaitedFor(0));
}

TEST_F(TimeoutListStory, LongestTimeoutNeverExpires)
{
    m_list = TimeoutList(Time::Max());
    Restart(0, Seconds(1).GetNanoSeconds());
    ExpectPop(Years(100).GetNanoSeconds(), {});
    EXPECT_TRUE(m_list.IsWaitedFor(0));
}

TEST_F(TimeoutListStory, ItemsExpireInTheOrderOfTheirRestarts)
{
    Restart(7, 0);
    Restart(2, 1);
    Restart(5, 1);
    ExpectNext(10);
    ExpectPop(9, {});
    ExpectPop(10, {7});
    ExpectNext(11);
    ExpectPop(11, {2, 5});
    ExpectNext(std::nullopt);
}

TEST_F(TimeoutListStory, RestartPutsAnItemBehindAllOthers)
{
    Restart(0, 0);
    Restart(1, 1);
    Restart(2, 2);
    Restart(1, 3); // from the middle
    Restart(0, 4); // from the front
    Restart(0, 5); // from the back
    ExpectPop(100, {2, 1, 0});
}

TEST_F(TimeoutListStory, StoppedItemsAreNotWaitedFor)
{
    for (uint32_t item = 0; item < 4; ++item)
    {
        Restart(item, 0);
    }
    m_list.Stop(1); // middle
    m_list.Stop(0); // front
    m_list.Stop(3); // back
    m_list.Stop(3); // again
    m_list.Stop(9); // never was
    EXPECT_TRUE(m_list.IsWaitedFor(2));
    EXPECT_FALSE(m_list.IsWaitedFor(3));
    ExpectPop(10, {2});
    EXPECT_FALSE(m_list.IsWaitedFor(2));
}

TEST_F(TimeoutListStory, TakesSixteenBytesAnItem)
{
    constexpr uint32_t ITEMS = 10'000;
    for (uint32_t item = 0; item < ITEMS; ++item)
    {
        Restart(item, item);
    }
    EXPECT_GE(m_list.GetMemory(), 16U * ITEMS);
    EXPECT_LE(m_list.GetMemory(), 17U * ITEMS);
}

TEST_F(TimeoutListStory, AgreesWithAMapOfDeadlines)
{
    std::mt19937 random(1);
    std::map<uint32_t, std::pair<int64_t, int>> deadlines; // by item: deadline, order of restart
    for (int step = 0; step < 20'000; ++step)
    {
        const int64_t now = step / 3;
        const uint32_t item = random() % 50;
        if (random() % 4 == 0)
        {
            m_list.Stop(item);
            deadlines.erase(item);
        }
        else
        {
            Restart(item, now);
            deadlines[item] = {now + 10, step};
        }
        std::map<std::pair<int64_t, int>, uint32_t> due;
        for (const auto& [each, deadline] : deadlines)
        {
            if (deadline.first <= now)
            {
                due[deadline] = each;
            }
        }
        std::vector<uint32_t> expected;
        for (const auto& [deadline, each] : due)
        {
            expected.push_back(each);
            deadlines.erase(each);
        }
        ASSERT_EQ(PopAll(now), expected) << "step " << step;
    }
}

} // namespace ns3::azure
