// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-owned-ports.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <iterator>
#include <random>
#include <set>

namespace ns3::azure
{

namespace
{

/// Expects that a bitmap says of every port, window and block what a plain set says.
void
ExpectEqual(const OwnedPorts& ports, const std::set<uint16_t>& expected)
{
    ASSERT_EQ(ports.GetSize(), expected.size());
    uint32_t n = 0;
    for (const auto port : expected)
    {
        ASSERT_EQ(ports.Select(n++), port);
    }
    for (uint32_t block = 0; block < port_bitmap::BLOCKS; ++block)
    {
        const auto from = expected.lower_bound(static_cast<uint16_t>(4096 * block));
        const auto to = block == 15
                            ? expected.end()
                            : expected.lower_bound(static_cast<uint16_t>(4096 * block + 4096));
        ASSERT_EQ(ports.GetBlockSize(block), std::distance(from, to)) << "block " << block;
        uint64_t windows = 0;
        for (auto it = from; it != to; ++it)
        {
            windows |= uint64_t{1} << (*it / 64 % 64);
        }
        ASSERT_EQ(ports.GetWindows(block), windows) << "block " << block;
    }
    for (uint32_t port = 0; port <= 65535; ++port)
    {
        const auto number = static_cast<uint16_t>(port);
        ASSERT_EQ(ports.Contains(number), expected.count(number) == 1) << port;
    }
}

/// @return the ports of a range
std::set<uint16_t>
Enumerate(PortRange range)
{
    std::set<uint16_t> ports;
    for (uint32_t port = range.first; port <= range.last; ++port)
    {
        ports.insert(static_cast<uint16_t>(port));
    }
    return ports;
}

/// The parameter is a range, of which everything must be known once it is in.
class OwnedPortRanges : public ::testing::TestWithParam<PortRange>
{
};

TEST_P(OwnedPortRanges, AreThereOnceAddedAndGoneOnceRemoved)
{
    OwnedPorts ports;
    ports.Add(GetParam());
    ExpectEqual(ports, Enumerate(GetParam()));
    ports.Remove(GetParam());
    ExpectEqual(ports, {});
    ports.Add(GetParam());
    ExpectEqual(ports, Enumerate(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(OwnedPorts,
                         OwnedPortRanges,
                         ::testing::Values(PortRange{0, 0},
                                           PortRange{0, 63},
                                           PortRange{0, 64},
                                           PortRange{1024, 1031},
                                           PortRange{4095, 4096},
                                           PortRange{1024, 65534},
                                           PortRange{65535, 65535},
                                           PortRange{0, 65535}));

TEST(OwnedPorts, WhatIsRemovedFromTheEndsLeavesTheMiddle)
{
    OwnedPorts ports;
    ports.Add({1000, 9000});
    ports.Remove({1000, 2000});
    ports.Remove({8000, 9000});
    ExpectEqual(ports, Enumerate({2001, 7999}));
}

TEST(OwnedPorts, RemembersToWhichWindowsPortsWereAddedLast)
{
    OwnedPorts ports;
    EXPECT_EQ(ports.GetAdditions(), 0U);
    ports.Add({640, 703}); // window 10
    ports.Add({127, 128}); // windows 1 and 2
    EXPECT_EQ(ports.GetAdditions(), 3U);
    EXPECT_EQ(ports.GetAddition(0), 10U);
    EXPECT_EQ(ports.GetAddition(1), 1U);
    EXPECT_EQ(ports.GetAddition(2), 2U);
}

TEST(OwnedPorts, AgreeWithAPlainSetOnARandomWalk)
{
    std::mt19937_64 random(3);
    OwnedPorts ports;
    std::set<uint16_t> expected;
    for (int step = 0; step < 2000; ++step)
    {
        const auto first = static_cast<uint16_t>(random() % 65000);
        const auto size = 1 + (random() % 4 == 0 ? random() % 500 : random() % 16);
        const PortRange range{first, static_cast<uint16_t>(first + size - 1)};
        const auto from = expected.lower_bound(range.first);
        const auto to = expected.upper_bound(range.last);
        if (from == to)
        {
            ports.Add(range);
            expected.merge(Enumerate(range));
        }
        else if (static_cast<uint32_t>(std::distance(from, to)) == range.GetSize())
        {
            ports.Remove(range);
            expected.erase(from, to);
        }
        else if (random() % 2 == 0) // some are there: take out the first run of them
        {
            auto last = *from;
            while (last < range.last && expected.count(static_cast<uint16_t>(last + 1)) == 1)
            {
                ++last;
            }
            ports.Remove({*from, last});
            expected.erase(from, expected.upper_bound(last));
        }
        if (step % 50 == 0)
        {
            ExpectEqual(ports, expected);
            ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "step " << step;
        }
    }
    EXPECT_GT(expected.size(), 1000U); // the walk has been among many ranges
}

TEST(OwnedPortsDeathTest, EndsTheProgramOnCallsThatBreakAPrecondition)
{
    OwnedPorts ports;
    ports.Add({1024, 1031});
    EXPECT_DEATH(ports.Add({1031, 1040}), "ports 1031-1040 are there already");
    EXPECT_DEATH(ports.Remove({1031, 1032}), "ports 1031-1032 are not there");
    EXPECT_DEATH(ports.Select(8), "number 8 of 8 ports is not there");
}

} // namespace

} // namespace ns3::azure
