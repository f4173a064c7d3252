// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-source-ports.h"

#include <gtest/gtest.h>
#include <map>
#include <random>

namespace ns3::azure
{

namespace
{

/// Four ports, and a clock.
class SourcePortsOf10To13 : public ::testing::Test
{
  protected:
    void ExpectPort(uint16_t port)
    {
        EXPECT_EQ(m_ports.Acquire(m_now), port);
    }

    void ExpectNone()
    {
        EXPECT_EQ(m_ports.Acquire(m_now), std::nullopt);
    }

    void ExpectPorts(std::initializer_list<uint16_t> ports)
    {
        for (const auto port : ports)
        {
            ExpectPort(port);
        }
    }

    SourcePorts m_ports{{10, 13}};
    Time m_now{Seconds(0)};
};

TEST_F(SourcePortsOf10To13, AscendAndRunOut)
{
    ExpectPorts({10, 11, 12, 13});
    ExpectNone();
    EXPECT_EQ(m_ports.GetPortsInUse(), 4U);
}

TEST_F(SourcePortsOf10To13, GoOnAfterAReleaseInsteadOfGoingBack)
{
    ExpectPort(10);
    m_ports.Release(10, m_now);
    ExpectPorts({11, 12, 13, 10});
}

TEST_F(SourcePortsOf10To13, WrapPastThoseStillInUse)
{
    ExpectPorts({10, 11, 12, 13});
    m_ports.Release(11, m_now);
    m_ports.Release(13, m_now);
    ExpectPorts({11, 13});
    ExpectNone();
}

TEST_F(SourcePortsOf10To13, ComeBackAtTheTimeGivenNotBefore)
{
    ExpectPorts({10, 11, 12, 13});
    m_ports.Release(12, Seconds(240));
    m_ports.Release(10, Seconds(15));
    m_now = NanoSeconds(14999999999);
    ExpectNone();
    m_now = Seconds(15);
    ExpectPort(10);
    ExpectNone();
    m_now = Seconds(240);
    ExpectPort(12);
}

TEST(SourcePorts, HaveAllPortsOfTheWidestRange)
{
    SourcePorts ports({0, 65535});
    for (uint32_t port = 0; port <= 65535; ++port)
    {
        ASSERT_EQ(ports.Acquire(Seconds(0)), port);
    }
    EXPECT_FALSE(ports.Acquire(Seconds(0)));
}

TEST(SourcePorts, RandomWalkNeverHandsOutAPortTwice)
{
    std::mt19937 random(1); // fixed seed
    SourcePorts ports({100, 131});
    std::map<uint16_t, std::optional<Time>> inUse; // time: released, free from then on
    for (uint32_t second = 0; second < 20000; ++second)
    {
        const auto now = Seconds(second);
        if (random() % 2 == 0)
        {
            const auto port = ports.Acquire(now);
            for (auto held = inUse.begin(); held != inUse.end();)
            {
                held = held->second && *held->second <= now ? inUse.erase(held) : std::next(held);
            }
            ASSERT_EQ(port.has_value(), inUse.size() < 32);
            if (port)
            {
                ASSERT_TRUE(inUse.emplace(*port, std::nullopt).second) << *port;
            }
            ASSERT_EQ(ports.GetPortsInUse(), inUse.size());
        }
        else if (const auto held = inUse.find(100 + random() % 32);
                 held != inUse.end() && !held->second)
        {
            held->second = now + Seconds(random() % 40);
            ports.Release(held->first, *held->second);
        }
    }
}

} // namespace

} // namespace ns3::azure
