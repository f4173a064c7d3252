// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-attempts-under-way.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <random>
#include <utility>

namespace ns3::azure
{

namespace
{

/// @return a key that differs by its source port
FlowKey
MakeKey(uint16_t port)
{
    return {0x0a000004, 0xc0000201, port, 80, IpProtocol::Tcp};
}

} // namespace

TEST(AttemptsUnderWay, AreFoundByKeyUntilTheyAreRemoved)
{
    AttemptsUnderWay attempts;
    attempts.Insert(MakeKey(1), 7, 100);
    attempts.Insert(MakeKey(2), 8, 200);

    ASSERT_NE(attempts.Find(MakeKey(1)), nullptr);
    EXPECT_EQ(attempts.Find(MakeKey(1))->generator, 7U);
    EXPECT_EQ(attempts.Find(MakeKey(2))->number, 200U);
    EXPECT_EQ(attempts.Find(MakeKey(3)), nullptr);

    attempts.Remove(MakeKey(1));
    EXPECT_EQ(attempts.Find(MakeKey(1)), nullptr);
    EXPECT_EQ(attempts.GetSize(), 1U);
}

TEST(AttemptsUnderWay, LaterOneTakesThePlaceOfOneWithTheSameKey)
{
    AttemptsUnderWay attempts;
    attempts.Insert(MakeKey(1), 7, 100);
    attempts.SetRefused(*attempts.Find(MakeKey(1)), 3, 5);
    attempts.Insert(MakeKey(1), 7, 101);
    EXPECT_EQ(attempts.GetSize(), 1U);
    EXPECT_EQ(attempts.Find(MakeKey(1))->number, 101U);
    EXPECT_FALSE(attempts.Find(MakeKey(1))->isRefused);
    EXPECT_EQ(attempts.FindRefused(3, 5), nullptr);
}

TEST(AttemptsUnderWay, RefusedOnesAreFoundByInterfaceAndNumber)
{
    constexpr uint64_t LARGE = 0x123456789abcdef0;
    AttemptsUnderWay attempts;
    attempts.Insert(MakeKey(1), 0, 1);
    attempts.SetRefused(*attempts.Find(MakeKey(1)), 3, LARGE);
    EXPECT_EQ(attempts.FindRefused(3, LARGE), attempts.Find(MakeKey(1)));
    EXPECT_EQ(attempts.FindRefused(2, LARGE), nullptr);
    EXPECT_EQ(attempts.FindRefused(3, LARGE ^ (uint64_t{1} << 40)), nullptr);

    attempts.SetRefused(*attempts.Find(MakeKey(1)), 3, 8); // refused again, as another flow
    EXPECT_EQ(attempts.FindRefused(3, LARGE), nullptr);
    attempts.SetPassed(*attempts.FindRefused(3, 8));
    EXPECT_EQ(attempts.FindRefused(3, 8), nullptr);
    EXPECT_FALSE(attempts.Find(MakeKey(1))->isRefused);
}

TEST(AttemptsUnderWay, RemovedOneIsNotFoundAsRefused)
{
    AttemptsUnderWay attempts;
    attempts.Insert(MakeKey(1), 0, 1);
    attempts.SetRefused(*attempts.Find(MakeKey(1)), 3, 8);
    attempts.Remove(MakeKey(1));
    EXPECT_EQ(attempts.FindRefused(3, 8), nullptr);
}

TEST(AttemptsUnderWay, AgreeWithMaps)
{
    std::mt19937 random(1);
    AttemptsUnderWay attempts;
    std::map<uint16_t, uint32_t> numbers;                       // by port
    std::map<std::pair<uint32_t, uint64_t>, uint16_t> refusals; // to port
    for (uint32_t step = 0; step < 20'000; ++step)
    {
        const auto port = static_cast<uint16_t>(random() % 100);
        const std::pair<uint32_t, uint64_t> name(random() % 3, random() % 30);
        const auto forget = [&] {
            for (auto at = refusals.begin(); at != refusals.end();)
            {
                at = at->second == port ? refusals.erase(at) : std::next(at);
            }
        };
        if (random() % 2 == 0)
        {
            attempts.Insert(MakeKey(port), 0, step);
            numbers[port] = step;
            forget();
        }
        else if (numbers.count(port) > 0 && random() % 2 == 0)
        {
            attempts.Remove(MakeKey(port));
            numbers.erase(port);
            forget();
        }
        else if (numbers.count(port) > 0)
        {
            attempts.SetRefused(*attempts.Find(MakeKey(port)), name.first, name.second);
            forget();
            refusals[name] = port;
        }
        ASSERT_EQ(attempts.GetSize(), numbers.size());
        const auto* found = attempts.Find(MakeKey(port));
        ASSERT_EQ(found != nullptr, numbers.count(port) > 0);
        ASSERT_TRUE(found == nullptr || found->number == numbers[port]);
        const auto* refused = attempts.FindRefused(name.first, name.second);
        ASSERT_EQ(refused != nullptr, refusals.count(name) > 0);
        ASSERT_TRUE(refused == nullptr || refused->key == MakeKey(refusals[name]));
    }
}

} // namespace ns3::azure
