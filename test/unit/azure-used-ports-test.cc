// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-used-ports.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace ns3::azure
{

namespace
{

/// @return a set with one range
OwnedPorts
MakeOwned(PortRange range)
{
    OwnedPorts owned;
    owned.Add(range);
    return owned;
}

/// The parameter is how many ports there are, from 1000 on.
class UsedPortSizes : public ::testing::TestWithParam<uint32_t>
{
  protected:
    const PortRange m_range{1000, static_cast<uint16_t>(1000 + GetParam() - 1)};
    const OwnedPorts m_owned{MakeOwned(m_range)};
    UsedPorts m_used;
};

TEST_P(UsedPortSizes, AreHandedOutFromTheLowestToTheHighest)
{
    for (uint32_t port = m_range.first; port <= m_range.last; ++port)
    {
        const auto free = m_used.FindFree(m_owned, 0);
        ASSERT_EQ(free, static_cast<uint16_t>(port));
        m_used.Insert(*free);
    }
    EXPECT_EQ(m_used.FindFree(m_owned, 0), std::nullopt);
    EXPECT_EQ(m_used.GetSize(), GetParam());
    const auto middle = static_cast<uint16_t>(1000 + GetParam() / 2);
    m_used.Remove(middle);
    EXPECT_EQ(m_used.FindFree(m_owned, 0), middle);
    EXPECT_EQ(m_used.FindFree(m_owned, middle), middle);
    EXPECT_EQ(m_used.FindFree(m_owned, static_cast<uint16_t>(middle + 1)), std::nullopt);
}

TEST_P(UsedPortSizes, AgreeWithASetOfFreePortsOnARandomWalk)
{
    std::mt19937_64 random(GetParam());
    std::set<uint16_t> free; // the reference
    for (uint32_t port = m_range.first; port <= m_range.last; ++port)
    {
        free.insert(free.end(), static_cast<uint16_t>(port));
    }
    std::vector<uint16_t> used;
    bool isFilling = true; // swings between empty and full, lingering at both ends
    for (int step = 0; step < 200'000; ++step)
    {
        isFilling = used.empty() || (isFilling && (!free.empty() || random() % 8 != 0));
        if (random() % 16 < (isFilling ? 11U : 5U))
        {
            const auto from = static_cast<uint16_t>(
                random() % 2 == 0 ? 0 : m_range.first + random() % GetParam());
            const auto expected = free.lower_bound(from);
            const auto port = m_used.FindFree(m_owned, from);
            ASSERT_EQ(port,
                      expected == free.end() ? std::nullopt : std::optional<uint16_t>(*expected));
            if (port)
            {
                m_used.Insert(*port);
                free.erase(expected);
                used.push_back(*port);
            }
        }
        else if (!used.empty())
        {
            std::swap(used[random() % used.size()], used.back());
            ASSERT_TRUE(m_used.Contains(used.back())) << "step " << step;
            m_used.Remove(used.back());
            ASSERT_FALSE(m_used.Contains(used.back())) << "step " << step;
            free.insert(used.back());
            used.pop_back();
        }
        ASSERT_EQ(m_used.GetSize(), used.size()) << "step " << step;
        if (step % 1000 == 0 && !free.empty())
        {
            const auto n = static_cast<uint32_t>(random() % free.size());
            ASSERT_EQ(m_used.SelectFree(m_owned, n), *std::next(free.begin(), n));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(UsedPorts,
                         UsedPortSizes,
                         ::testing::Values(1U, 8U, 63U, 64U, 65U, 4096U, 4097U, 64511U),
                         [](const auto& row) { return std::to_string(row.param); });

TEST(UsedPorts, EveryPortThereIsCanBeUsed)
{
    const auto owned = MakeOwned({0, 65535});
    UsedPorts used;
    for (uint32_t port = 0; port <= 65535; ++port)
    {
        ASSERT_EQ(used.FindFree(owned, 0), static_cast<uint16_t>(port));
        used.Insert(static_cast<uint16_t>(port));
    }
    EXPECT_EQ(used.FindFree(owned, 0), std::nullopt);
}

TEST(UsedPorts, PortsThatAreAddedAreFoundByWhoHasSearchedInVain)
{
    OwnedPorts owned;
    UsedPorts used;
    std::mt19937_64 random(4);
    std::vector<uint32_t> eights(8192); // ranges of 8, in disorder
    for (uint32_t i = 0; i < eights.size(); ++i)
    {
        eights[i] = 8 * i;
    }
    std::shuffle(eights.begin(), eights.end(), random);
    for (std::size_t i = 0; i < eights.size(); ++i)
    {
        const auto first = static_cast<uint16_t>(eights[i]);
        owned.Add({first, static_cast<uint16_t>(first + 7)});
        if (i % 200 < 120) // at times many ranges come before the next search
        {
            continue;
        }
        while (const auto port = used.FindFree(owned, 0))
        {
            used.Insert(*port);
        }
        ASSERT_EQ(used.GetSize(), 8 * (i + 1));
    }
}

TEST(UsedPorts, PortsThatWereRemovedAreNotFound)
{
    auto owned = MakeOwned({1000, 1999});
    UsedPorts used;
    owned.Remove({1000, 1499});
    EXPECT_EQ(used.FindFree(owned, 0), 1500);
    EXPECT_EQ(used.SelectFree(owned, 0), 1500);
    EXPECT_EQ(used.SelectFree(owned, 499), 1999);
    used.Insert(1500);
    owned.Remove({1501, 1998});
    EXPECT_EQ(used.FindFree(owned, 0), 1999);
    used.Insert(1999);
    EXPECT_EQ(used.FindFree(owned, 0), std::nullopt);
    owned.Add({1400, 1400});
    EXPECT_EQ(used.FindFree(owned, 0), 1400);
}

TEST(UsedPorts, AreTakenOneByOneInAscendingOrder)
{
    UsedPorts used;
    const std::vector<uint16_t> ports{65535, 0, 64, 63, 4096, 5000};
    for (const auto port : ports)
    {
        used.Insert(port);
    }
    std::vector<uint16_t> seen;
    used.ForEach([&seen](uint16_t port) { seen.push_back(port); });
    EXPECT_EQ(seen, (std::vector<uint16_t>{0, 63, 64, 4096, 5000, 65535}));
}

TEST(UsedPortsDeathTest, EndsTheProgramOnCallsThatBreakAPrecondition)
{
    const auto owned = MakeOwned({1024, 1031});
    UsedPorts used;
    EXPECT_DEATH(used.Remove(1024), "port 1024 is not in use");
    used.Insert(1024);
    EXPECT_DEATH(used.Insert(1024), "port 1024 is in use already");
    EXPECT_DEATH(used.Remove(1025), "port 1025 is not in use");
    EXPECT_DEATH(used.SelectFree(owned, 7), "there are not as many free ports");
}

} // namespace

} // namespace ns3::azure
