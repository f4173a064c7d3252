// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-expiry-queue.h"

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

/// A small language for stories: Push(1, 10); ExpectPop(10, {1}); ...  Times are in nanoseconds.
class ExpiryQueueStory : public ::testing::Test
{
  protected:
    void Push(uint32_t item, int64_t deadline)
    {
        m_queue.Push(item, NanoSeconds(deadline));
    }

    void ExpectNext(std::optional<int64_t> deadline)
    {
        const auto next = m_queue.GetNextDeadline();
        ASSERT_EQ(next.has_value(), deadline.has_value());
        if (next)
        {
            EXPECT_EQ(next->GetNanoSeconds(), *deadline);
        }
    }

    /// Everything that is due, in order.
    void ExpectPop(int64_t now, const std::vector<uint32_t>& expected)
    {
        std::vector<uint32_t> items;
        while (const auto item = m_queue.Pop(NanoSeconds(now)))
        {
            items.push_back(*item);
        }
        EXPECT_EQ(items, expected);
    }

    ExpiryQueue m_queue;
};

TEST_F(ExpiryQueueStory, EmptyQueueHasNoDeadline)
{
    ExpectNext(std::nullopt);
    ExpectPop(1'000'000, {});
}

TEST_F(ExpiryQueueStory, EarliestDeadlineComesFirst)
{
    Push(1, 30);
    Push(2, 10);
    Push(3, 20);
    ExpectNext(10);
    ExpectPop(100, {2, 3, 1});
    ExpectNext(std::nullopt);
}

TEST_F(ExpiryQueueStory, DeadlineHasComeAtItsVeryTimeButNotBefore)
{
    Push(7, 240'000'000'000); // S0-23: 4 minutes
    ExpectPop(239'999'999'999, {});
    ExpectNext(240'000'000'000);
    ExpectPop(240'000'000'000, {7});
}

TEST_F(ExpiryQueueStory, EqualDeadlinesExpireInTheOrderTheyWerePushed)
{
    for (const uint32_t item : {5, 3, 9, 1, 7})
    {
        Push(item, 50);
    }
    Push(2, 49);
    ExpectPop(50, {2, 5, 3, 9, 1, 7});
}

TEST_F(ExpiryQueueStory, EqualDeadlinesKeepTheirOrderAcrossPops)
{
    Push(1, 10);
    Push(2, 20);
    ExpectPop(10, {1});
    Push(3, 20);
    Push(4, 20);
    ExpectPop(20, {2, 3, 4});
}

TEST_F(ExpiryQueueStory, OneItemMayBeQueuedMoreThanOnce)
{
    Push(4, 10);
    Push(4, 30);
    Push(4, 20);
    ExpectPop(10, {4});
    ExpectNext(20);
    ExpectPop(30, {4, 4});
}

TEST_F(ExpiryQueueStory, StaleDeadlinesGoAsFarAsTheyAreNext)
{
    Push(1, 10);
    Push(2, 20);
    Push(3, 30);
    Push(2, 40);
    std::vector<int64_t> asked;
    m_queue.DropStale([&asked](uint32_t item, Time deadline) {
        asked.push_back(deadline.GetNanoSeconds());
        return item != 3;
    });
    EXPECT_EQ(asked, (std::vector<int64_t>{10, 20, 30}));
    ExpectNext(30);
    ExpectPop(40, {3, 2});
    m_queue.DropStale([](uint32_t, Time) { return true; });
    ExpectNext(std::nullopt);
}

TEST_F(ExpiryQueueStory, DeadlineInThePastIsDueAtOnce)
{
    Push(1, 5);
    ExpectPop(100, {1});
    Push(2, 50);
    ExpectNext(50);
    ExpectPop(100, {2});
}

TEST(ExpiryQueueWalk, AgreesWithAnOrderedMap)
{
    std::mt19937_64 random(20170531);
    ExpiryQueue queue;
    std::map<std::pair<int64_t, uint64_t>, uint32_t> reference; // by deadline, then order of push
    uint64_t pushed = 0;
    int64_t now = 0;
    for (int step = 0; step < 200'000; ++step)
    {
        if (random() % 5 < 3 || reference.empty())
        {
            const auto item = static_cast<uint32_t>(random() % 1000);
            const auto deadline = now + static_cast<int64_t>(random() % 64); // many ties
            queue.Push(item, NanoSeconds(deadline));
            reference[{deadline, pushed++}] = item;
            continue;
        }
        now += static_cast<int64_t>(random() % 8);
        ASSERT_EQ(queue.GetNextDeadline()->GetNanoSeconds(), reference.begin()->first.first);
        while (!reference.empty() && reference.begin()->first.first <= now)
        {
            const auto item = queue.Pop(NanoSeconds(now));
            ASSERT_EQ(item, reference.begin()->second) << "step " << step;
            reference.erase(reference.begin());
        }
        ASSERT_FALSE(queue.Pop(NanoSeconds(now))) << "step " << step;
    }
    EXPECT_EQ(queue.GetNextDeadline().has_value(), !reference.empty());
}

} // namespace

} // namespace ns3::azure
