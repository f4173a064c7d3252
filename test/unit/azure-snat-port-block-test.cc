// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-snat-port-block.h"

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

/// A small language for stories about a block of eight ports, 1024 to 1031.
class SnatPortBlockStory : public ::testing::Test
{
  protected:
    void ExpectPort(uint64_t group, uint16_t port)
    {
        EXPECT_EQ(m_block.Acquire(group), port) << "group " << group;
        ExpectLaws();
    }

    void ExpectExhausted(uint64_t group)
    {
        EXPECT_EQ(m_block.Acquire(group), std::nullopt) << "group " << group;
        ExpectLaws();
    }

    void ExpectCounts(uint32_t inUse, uint32_t coolingDown, uint64_t uses)
    {
        EXPECT_EQ(m_block.GetPortsInUse(), inUse);
        EXPECT_EQ(m_block.GetPortsCoolingDown(), coolingDown);
        EXPECT_EQ(m_block.GetUses(), uses);
        ExpectLaws();
    }

    void ExpectLaws()
    {
        EXPECT_EQ(m_block.CheckInvariants(), std::nullopt);
    }

    SnatPortBlock m_block{FRONTEND, {1024, 1031}};
};

TEST_F(SnatPortBlockStory, S0_14_NothingIsInUseBeforeTheFirstFlow)
{
    ExpectCounts(0, 0, 0);
    EXPECT_EQ(m_block.GetPublicAddress(), FRONTEND);
    EXPECT_EQ(m_block.GetPorts(), (PortRange{1024, 1031}));
}

TEST_F(SnatPortBlockStory, S0_16_GroupFitsExactlyAsManyFlowsAsThereArePorts)
{
    for (uint16_t port = 1024; port <= 1031; ++port)
    {
        ExpectPort(7, port);
    }
    ExpectExhausted(7);
    ExpectExhausted(7);
    ExpectCounts(8, 0, 8);
}

TEST_F(SnatPortBlockStory, S0_20_AnotherGroupSharesThePorts)
{
    ExpectPort(1, 1024);
    ExpectPort(2, 1024);
    ExpectPort(3, 1024);
    ExpectPort(2, 1025);
    ExpectCounts(2, 0, 4);
}

TEST_F(SnatPortBlockStory, S0_22_RefusedGroupGoesOnAfterARelease)
{
    for (uint16_t port = 1024; port <= 1031; ++port)
    {
        ExpectPort(7, port);
    }
    ExpectExhausted(7);
    m_block.Release(7, 1027, false);
    ExpectPort(7, 1027);
    ExpectExhausted(7);
}

TEST_F(SnatPortBlockStory, LowestFreePortGoesFirst)
{
    for (uint16_t port = 1024; port <= 1029; ++port)
    {
        ExpectPort(7, port);
    }
    m_block.Release(7, 1028, false);
    m_block.Release(7, 1025, false);
    ExpectPort(7, 1025);
    ExpectPort(7, 1028);
    ExpectPort(7, 1030);
}

TEST_F(SnatPortBlockStory, CoolingPortIsKeptFromItsOwnGroupOnly)
{
    ExpectPort(1, 1024);
    m_block.CoolDown(1024);
    ExpectCounts(0, 1, 1);
    ExpectPort(1, 1025);
    ExpectPort(2, 1024);
    ExpectCounts(2, 0, 3); // 1024 is in use again, by group 2
    m_block.Release(2, 1024, false);
    ExpectCounts(1, 1, 2);
    m_block.Release(1, 1024, true);
    ExpectCounts(1, 0, 1);
    ExpectPort(1, 1024);
}

TEST_F(SnatPortBlockStory, ReopenedUseIsOpenAgain)
{
    ExpectPort(1, 1024);
    m_block.CoolDown(1024);
    m_block.Reopen(1024);
    ExpectCounts(1, 0, 1);
    m_block.Release(1, 1024, false);
    ExpectCounts(0, 0, 0);
}

TEST_F(SnatPortBlockStory, RefusalChangesNothing)
{
    SnatPortBlock block{FRONTEND, {5000, 5000}};
    EXPECT_EQ(block.Acquire(1), 5000);
    EXPECT_EQ(block.Acquire(1), std::nullopt);
    EXPECT_EQ(block.GetUses(), 1U);
    EXPECT_EQ(block.GetPortsInUse(), 1U);
    EXPECT_EQ(block.CheckInvariants(), std::nullopt);
}

TEST(SnatPortBlocksAtTheEdges, HoldEveryPortThereIs)
{
    SnatPortBlock block{FRONTEND, {0, 65535}};
    for (uint32_t port = 0; port <= 65535; ++port)
    {
        ASSERT_EQ(block.Acquire(1), port);
    }
    EXPECT_EQ(block.Acquire(1), std::nullopt);
    EXPECT_EQ(block.GetPortsInUse(), 65536U);
    EXPECT_EQ(block.CheckInvariants(), std::nullopt);
}

TEST(SnatPortBlockDeathTest, EndsTheProgramOnCallsThatBreakAPrecondition)
{
    SnatPortBlock block{FRONTEND, {1024, 1031}};
    EXPECT_DEATH(block.Release(1, 1024, false), "nothing holds port 1024 in this group");
    EXPECT_DEATH(block.CoolDown(1023), "port 1023 is not in block 1024-1031");
    EXPECT_DEATH(block.CoolDown(1024), "port 1024 has no open use");
    EXPECT_DEATH(block.Reopen(1024), "port 1024 has no use that cools down");
    ASSERT_EQ(block.Acquire(1), 1024);
    EXPECT_DEATH(block.Reopen(1024), "port 1024 has no use that cools down");
    EXPECT_DEATH(block.Release(1, 1024, true), "port 1024 has no use that cools down");
    EXPECT_DEATH(block.Release(2, 1024, false), "nothing holds port 1024 in this group");
    EXPECT_DEATH(block.Release(1, 1025, false), "number 1 is not in use");
    block.CoolDown(1024);
    EXPECT_DEATH(block.CoolDown(1024), "port 1024 has no open use");
    EXPECT_DEATH(block.Release(1, 1024, false), "port 1024 has no open use");
}

/// One use of a port, as the walk remembers it.
struct Use
{
    uint64_t group;
    uint16_t port;
    bool isCoolingDown;
};

TEST(SnatPortBlockWalk, KeepsTheLawsAndGivesTheLowestPort)
{
    std::mt19937_64 random(8);
    SnatPortBlock block{FRONTEND, {2000, 2011}};
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
            const auto port = block.Acquire(group);
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
                use.isCoolingDown ? block.Reopen(use.port) : block.CoolDown(use.port);
                use.isCoolingDown = !use.isCoolingDown;
            }
            else
            {
                block.Release(use.group, use.port, use.isCoolingDown);
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
        ASSERT_EQ(block.CheckInvariants(), std::nullopt) << "step " << step;
        ASSERT_EQ(block.GetPortsInUse(), open.size()) << "step " << step;
        ASSERT_EQ(block.GetPortsCoolingDown(), any.size() - open.size()) << "step " << step;
        ASSERT_EQ(block.GetUses(), uses.size()) << "step " << step;
    }
}

} // namespace

} // namespace ns3::azure
