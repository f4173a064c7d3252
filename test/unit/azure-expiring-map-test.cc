// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-expiring-map.h"

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

FlowKey
MakeKey(uint32_t number)
{
    return {0x0a000004U, 0xcb007107U, static_cast<uint16_t>(number), 443, IpProtocol::Tcp};
}

TEST(ExpiringMap, ForgetsAtTheEndOfTheTimeAndWhenTold)
{
    ExpiringMap<int> map;
    map.Insert(MakeKey(1), 11, Seconds(10), Seconds(0));
    map.Insert(MakeKey(2), 12, Seconds(10), Seconds(0));
    ASSERT_NE(map.Lookup(MakeKey(1), Seconds(9)), nullptr);
    EXPECT_EQ(*map.Lookup(MakeKey(1), Seconds(9)), 11);
    EXPECT_EQ(map.Lookup(MakeKey(1), Seconds(10)), nullptr);
    EXPECT_EQ(map.Lookup(MakeKey(3), Seconds(0)), nullptr);
    map.Remove(MakeKey(2));
    EXPECT_EQ(map.Lookup(MakeKey(2), Seconds(0)), nullptr);
    map.Remove(MakeKey(3));
}

TEST(ExpiringMap, TakesANewValueWithANewTime)
{
    ExpiringMap<int> map;
    map.Insert(MakeKey(1), 11, Seconds(10), Seconds(0));
    map.Insert(MakeKey(1), 21, Seconds(5), Seconds(0));
    EXPECT_EQ(*map.Lookup(MakeKey(1), Seconds(4)), 21);
    EXPECT_EQ(map.Lookup(MakeKey(1), Seconds(5)), nullptr);
}

TEST(ExpiringMapWalk, AgreesWithAMapThatForgetsNothingAndStaysSmall)
{
    std::mt19937 random(7);
    ExpiringMap<uint32_t> map;
    std::map<uint32_t, std::pair<uint32_t, Time>> reference; // value and end, by number
    Time now;
    for (uint32_t step = 0; step < 50'000; ++step)
    {
        now += MilliSeconds(static_cast<int64_t>(random() % 20));
        const auto number = static_cast<uint32_t>(random() % 65536);
        const Time until = now + MilliSeconds(static_cast<int64_t>(random() % 1000));
        map.Insert(MakeKey(number), step, until, now);
        reference[number] = {step, until};
        // With 10 ms a step and 500 ms a life about 50 are alive: twice as many, and some luck.
        ASSERT_LE(map.GetSize(), 200U) << "in step " << step;
        if (step % 100 == 0)
        {
            for (auto at = reference.begin(); at != reference.end();)
            {
                const auto& [value, end] = at->second;
                const auto* found = map.Lookup(MakeKey(at->first), now);
                ASSERT_EQ(found != nullptr, now < end);
                ASSERT_TRUE(!found || *found == value);
                at = found ? std::next(at) : reference.erase(at);
            }
        }
    }
}

} // namespace

} // namespace ns3::azure
