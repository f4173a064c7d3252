// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-snat-port-set.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address FRONTEND("198.51.100.1");

/// @return a set with one range that gives the lowest port first
SnatPortSet
MakePorts(PortRange range)
{
    SnatPortSet ports(FRONTEND, PortChoice::Lowest, 0);
    ports.Add(range);
    return ports;
}

/// Takes the lowest port. @return it, or nothing
std::optional<uint16_t>
AcquireLowest(SnatPortSet& ports, uint64_t group)
{
    return ports.Acquire({group, 0}, 50000, nullptr); // nothing is drawn
}

/// A small language for stories about eight ports, 1024 to 1031.
class SnatPortSetStory : public ::testing::Test
{
  protected:
    void ExpectPort(uint64_t group, uint16_t port)
    {
        EXPECT_EQ(AcquireLowest(m_ports, group), port) << "group " << group;
        ExpectLaws();
    }

    void ExpectExhausted(uint64_t group)
    {
        EXPECT_EQ(AcquireLowest(m_ports, group), std::nullopt) << "group " << group;
        ExpectLaws();
    }

    void ExpectCounts(uint32_t inUse, uint32_t coolingDown, uint64_t uses)
    {
        EXPECT_EQ(m_ports.GetPortsInUse(), inUse);
        EXPECT_EQ(m_ports.GetPortsCoolingDown(), coolingDown);
        EXPECT_EQ(m_ports.GetUses(), uses);
        ExpectLaws();
    }

    void ExpectLaws()
    {
        EXPECT_EQ(m_ports.CheckInvariants(), std::nullopt);
    }

    SnatPortSet m_ports{MakePorts({1024, 1031})};
};

TEST_F(SnatPortSetStory, S0_14_NothingIsInUseBeforeTheFirstFlow)
{
    ExpectCounts(0, 0, 0);
    EXPECT_EQ(m_ports.GetPublicAddress(), FRONTEND);
    EXPECT_EQ(m_ports.GetSize(), 8U);
}

TEST_F(SnatPortSetStory, S0_16_GroupFitsExactlyAsManyFlowsAsThereArePorts)
{
    for (uint16_t port = 1024; port <= 1031; ++port)
    {
        ExpectPort(7, port);
    }
    ExpectExhausted(7);
    ExpectExhausted(7);
    ExpectCounts(8, 0, 8);
}

TEST_F(SnatPortSetStory, S0_20_AnotherGroupSharesThePorts)
{
    ExpectPort(1, 1024);
    ExpectPort(2, 1024);
    ExpectPort(3, 1024);
    ExpectPort(2, 1025);
    ExpectCounts(2, 0, 4);
}

TEST_F(SnatPortSetStory, S0_22_RefusedGroupGoesOnAfterARelease)
{
    for (uint16_t port = 1024; port <= 1031; ++port)
    {
        ExpectPort(7, port);
    }
    ExpectExhausted(7);
    m_ports.Release({7, 0}, 1027, false);
    ExpectPort(7, 1027);
    ExpectExhausted(7);
}

TEST_F(SnatPortSetStory, LowestFreePortGoesFirst)
{
    for (uint16_t port = 1024; port <= 1029; ++port)
    {
        ExpectPort(7, port);
    }
    m_ports.Release({7, 0}, 1028, false);
    m_ports.Release({7, 0}, 1025, false);
    ExpectPort(7, 1025);
    ExpectPort(7, 1028);
    ExpectPort(7, 1030);
}

TEST_F(SnatPortSetStory, CoolingPortIsKeptFromItsOwnGroupOnly)
{
    ExpectPort(1, 1024);
    m_ports.CoolDown(1024);
    ExpectCounts(0, 1, 1);
    ExpectPort(1, 1025);
    ExpectPort(2, 1024);
    ExpectCounts(2, 0, 3); // 1024 is in use again, by group 2
    m_ports.Release({2, 0}, 1024, false);
    ExpectCounts(1, 1, 2);
    m_ports.Release({1, 0}, 1024, true);
    ExpectCounts(1, 0, 1);
    ExpectPort(1, 1024);
}

TEST_F(SnatPortSetStory, ReopenedUseIsOpenAgain)
{
    ExpectPort(1, 1024);
    m_ports.CoolDown(1024);
    m_ports.Reopen(1024);
    ExpectCounts(1, 0, 1);
    m_ports.Release({1, 0}, 1024, false);
    ExpectCounts(0, 0, 0);
}

TEST_F(SnatPortSetStory, RefusalChangesNothing)
{
    auto ports = MakePorts({5000, 5000});
    EXPECT_EQ(AcquireLowest(ports, 1), 5000);
    EXPECT_EQ(AcquireLowest(ports, 1), std::nullopt);
    EXPECT_EQ(ports.GetUses(), 1U);
    EXPECT_EQ(ports.GetPortsInUse(), 1U);
    EXPECT_EQ(ports.CheckInvariants(), std::nullopt);
}

TEST_F(SnatPortSetStory, PortsComeAndGo)
{
    ExpectPort(1, 1024);
    m_ports.Remove({1025, 1031});
    ExpectExhausted(1);
    m_ports.Add({2000, 2000});
    m_ports.Add({1500, 1500}); // later, but lower
    ExpectPort(1, 1500);
    ExpectPort(1, 2000);
    ExpectExhausted(1);
    m_ports.Release({1, 0}, 1024, false);
    m_ports.Remove({1024, 1024});
    ExpectExhausted(1);
    EXPECT_EQ(m_ports.GetSize(), 2U);
}

TEST_F(SnatPortSetStory, SharedPortIsHeldUntilTheLastUseEnds)
{
    ExpectPort(1, 1024);
    m_ports.Share({1, 0}, 1024);
    ExpectCounts(1, 0, 2);
    m_ports.CoolDown(1024);
    ExpectCounts(1, 0, 2);
    m_ports.Release({1, 0}, 1024, true, true);
    ExpectCounts(1, 0, 1);
    ExpectPort(1, 1025);
    m_ports.Release({1, 0}, 1024, false, false);
    ExpectCounts(1, 0, 1);
    ExpectPort(1, 1024);
}

TEST_F(SnatPortSetStory, EmptySetRefuses)
{
    m_ports.Remove({1024, 1031});
    ExpectExhausted(1);
    ExpectCounts(0, 0, 0);
}

TEST(SnatPortSetsAtTheEdges, HoldEveryPortThereIs)
{
    auto ports = MakePorts({0, 65535});
    for (uint32_t port = 0; port <= 65535; ++port)
    {
        ASSERT_EQ(AcquireLowest(ports, 1), port);
    }
    EXPECT_EQ(AcquireLowest(ports, 1), std::nullopt);
    EXPECT_EQ(ports.GetPortsInUse(), 65536U);
    EXPECT_EQ(ports.CheckInvariants(), std::nullopt);
}

TEST(SnatPortSetDeathTest, EndsTheProgramOnCallsThatBreakAPrecondition)
{
    auto ports = MakePorts({1024, 1031});
    EXPECT_DEATH(ports.Release({1, 0}, 1024, false), "nothing holds port 1024 in this group");
    EXPECT_DEATH(ports.CoolDown(1023), "port 1023 is none of 198.51.100.1");
    EXPECT_DEATH(ports.CoolDown(1024), "port 1024 has no open use");
    EXPECT_DEATH(ports.Reopen(1024), "port 1024 has no use that cools down");
    ASSERT_EQ(AcquireLowest(ports, 1), 1024);
    EXPECT_DEATH(ports.Reopen(1024), "port 1024 has no use that cools down");
    EXPECT_DEATH(ports.Release({1, 0}, 1024, true), "port 1024 has no use that cools down");
    EXPECT_DEATH(ports.Release({2, 0}, 1024, false), "nothing holds port 1024 in this group");
    EXPECT_DEATH(ports.Release({1, 0}, 1025, false), "port 1025 is not in use");
    ports.CoolDown(1024);
    EXPECT_DEATH(ports.CoolDown(1024), "port 1024 has no open use");
    EXPECT_DEATH(ports.Release({1, 0}, 1024, false), "port 1024 has no open use");
    EXPECT_DEATH(ports.Remove({1024, 1031}), "a flow holds port 1024 of 1024-1031");
    EXPECT_DEATH(ports.Remove({1031, 1032}), "ports 1031-1032 are not there");
    EXPECT_DEATH(ports.Add({1031, 1032}), "ports 1031-1032 are there already");
    EXPECT_DEATH(ports.Share({2, 0}, 1024), "nothing holds port 1024 in this group");
}

/// One use of a port, as the walk remembers it.
struct Use
{
    uint64_t group;
    uint16_t port;
    bool isCoolingDown;
};

TEST(SnatPortSetWalk, KeepsTheLawsAndGivesTheLowestPort)
{
    std::mt19937_64 random(8);
    auto ports = MakePorts({2000, 2011});
    std::vector<Use> uses;
    std::map<uint64_t, std::set<uint16_t>> held; // by group
    for (int step = 0; step < 100'000; ++step)
    {
        const auto choice = random() % 8;
        if (uses.empty() || choice < 4)
        {
            const auto group = random() % 6 * 0x100000001ULL;
            uint16_t lowest = 2000;
            while (held[group].count(lowest) == 1)
            {
                ++lowest;
            }
            const auto port = AcquireLowest(ports, group);
            ASSERT_EQ(port, lowest <= 2011 ? std::optional<uint16_t>(lowest) : std::nullopt);
            if (port)
            {
                uses.push_back({group, *port, false});
                held[group].insert(*port);
            }
        }
        else
        {
            std::swap(uses[random() % uses.size()], uses.back());
            auto& use = uses.back();
            if (choice < 6)
            {
                use.isCoolingDown ? ports.Reopen(use.port) : ports.CoolDown(use.port);
                use.isCoolingDown = !use.isCoolingDown;
            }
            else
            {
                ports.Release({use.group, 0}, use.port, use.isCoolingDown);
                held[use.group].erase(use.port);
                uses.pop_back();
            }
        }
        std::set<uint16_t> open;
        std::set<uint16_t> any;
        for (const auto& use : uses)
        {
            any.insert(use.port);
            if (!use.isCoolingDown)
            {
                open.insert(use.port);
            }
        }
        ASSERT_EQ(ports.CheckInvariants(), std::nullopt) << "step " << step;
        ASSERT_EQ(ports.GetPortsInUse(), open.size()) << "step " << step;
        ASSERT_EQ(ports.GetPortsCoolingDown(), any.size() - open.size()) << "step " << step;
        ASSERT_EQ(ports.GetUses(), uses.size()) << "step " << step;
    }
}

} // namespace

} // namespace ns3::azure
