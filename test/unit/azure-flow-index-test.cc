// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-index.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr auto OUTBOUND = FlowDirection::Outbound;
constexpr auto INBOUND = FlowDirection::Inbound;

FlowKey
MakeKey(uint32_t number)
{
    return {0x0a000004U + number % 7,
            0xcb007107U + number / 50000,
            static_cast<uint16_t>(number % 50000),
            443,
            IpProtocol::Tcp};
}

/// The index, with the entries that a flow table would keep beside it.
class FlowIndexStory : public ::testing::Test
{
  protected:
    void Insert(const FlowKey& key, FlowMatch match)
    {
        m_keys.resize(std::max<std::size_t>(m_keys.size(), match.slot + 1));
        Key(match) = key;
        m_index.Insert(key, match);
    }

    std::optional<FlowMatch> Lookup(const FlowKey& key) const
    {
        return m_index.Lookup(key, [this](uint32_t slot, FlowDirection direction) {
            const auto& keys = m_keys.at(slot);
            return direction == OUTBOUND ? keys.first : keys.second;
        });
    }

    void ExpectFound(const FlowKey& key, FlowMatch expected) const
    {
        const auto found = Lookup(key);
        ASSERT_TRUE(found) << key;
        EXPECT_EQ(found->slot, expected.slot) << key;
        EXPECT_EQ(found->direction, expected.direction) << key;
    }

    FlowKey& Key(FlowMatch match)
    {
        auto& keys = m_keys.at(match.slot);
        return match.direction == OUTBOUND ? keys.first : keys.second;
    }

    FlowIndex m_index;
    std::vector<std::pair<FlowKey, FlowKey>> m_keys; // by slot: outbound and inbound key
};

TEST_F(FlowIndexStory, FindsNothingWhenEmpty)
{
    EXPECT_FALSE(Lookup(MakeKey(1)));
    EXPECT_EQ(m_index.GetSize(), 0U);
}

TEST_F(FlowIndexStory, FindsAFlowByTheKeyOfEitherDirection)
{
    const auto outbound = MakeKey(1);
    const auto inbound = outbound.WithSource(Ipv4Address("198.51.100.1"), 1024).Reverse();
    Insert(outbound, {5, OUTBOUND});
    Insert(inbound, {5, INBOUND});
    EXPECT_EQ(m_index.GetSize(), 2U);
    ExpectFound(outbound, {5, OUTBOUND});
    ExpectFound(inbound, {5, INBOUND});
    EXPECT_FALSE(Lookup(outbound.Reverse()));
}

TEST_F(FlowIndexStory, ForgetsOneDirectionAlone)
{
    const auto outbound = MakeKey(1);
    Insert(outbound, {0, OUTBOUND});
    Insert(outbound.Reverse(), {0, INBOUND});
    m_index.Remove(outbound, {0, OUTBOUND});
    EXPECT_FALSE(Lookup(outbound));
    ExpectFound(outbound.Reverse(), {0, INBOUND});
    EXPECT_EQ(m_index.GetSize(), 1U);
}

TEST_F(FlowIndexStory, TakesARemovedKeyAgainInAnotherSlot)
{
    Insert(MakeKey(1), {3, OUTBOUND});
    m_index.Remove(MakeKey(1), {3, OUTBOUND});
    Insert(MakeKey(1), {8, OUTBOUND});
    ExpectFound(MakeKey(1), {8, OUTBOUND});
}

TEST_F(FlowIndexStory, TellsKeysWithTheSameTagApart)
{
    // Among 300,000 keys about 300,000^2 / 2 / 2^32 = 10 pairs share the 32 bits of the tag.
    std::vector<std::pair<uint32_t, uint32_t>> tags; // tag, number of the key
    for (uint32_t number = 0; number < 300'000; ++number)
    {
        tags.emplace_back(static_cast<uint32_t>(MakeKey(number).GetHash()), number);
    }
    std::sort(tags.begin(), tags.end());
    std::vector<std::pair<uint32_t, uint32_t>> pairs;
    for (std::size_t i = 1; i < tags.size(); ++i)
    {
        if (tags[i].first == tags[i - 1].first)
        {
            pairs.emplace_back(tags[i - 1].second, tags[i].second);
        }
    }
    ASSERT_FALSE(pairs.empty());
    for (const auto& [a, b] : pairs)
    {
        Insert(MakeKey(a), {2 * a, OUTBOUND});
        EXPECT_FALSE(Lookup(MakeKey(b)));
        Insert(MakeKey(b), {2 * b, OUTBOUND});
        ExpectFound(MakeKey(a), {2 * a, OUTBOUND});
        ExpectFound(MakeKey(b), {2 * b, OUTBOUND});
        m_index.Remove(MakeKey(a), {2 * a, OUTBOUND}); // first in the run of cells
        EXPECT_FALSE(Lookup(MakeKey(a)));
        ExpectFound(MakeKey(b), {2 * b, OUTBOUND});
        m_index.Remove(MakeKey(b), {2 * b, OUTBOUND});
    }
    EXPECT_EQ(m_index.GetSize(), 0U);
}

TEST_F(FlowIndexStory, AgreesWithAStandardMapOnARandomWalk)
{
    constexpr uint32_t KEYS = 20'000;
    std::mt19937_64 random(43);
    std::unordered_map<FlowKey, FlowMatch, FlowKeyHash> reference;
    for (int step = 0; step < 1'000'000; ++step)
    {
        // The occupancy swings between a few keys and most of them.
        const bool isFilling = step / 100'000 % 2 == 0;
        const auto number = static_cast<uint32_t>(random() % KEYS);
        const auto key = MakeKey(number);
        const FlowMatch match{number / 2, number % 2 == 0 ? OUTBOUND : INBOUND};
        const auto known = reference.find(key);
        ASSERT_EQ(Lookup(key).has_value(), known != reference.end()) << "step " << step;
        if (known != reference.end())
        {
            ASSERT_EQ(Lookup(key)->slot, known->second.slot) << "step " << step;
            ASSERT_EQ(Lookup(key)->direction, known->second.direction) << "step " << step;
            if (random() % 4 < (isFilling ? 1U : 3U))
            {
                m_index.Remove(key, match);
                reference.erase(known);
            }
        }
        else if (random() % 4 < (isFilling ? 3U : 1U))
        {
            Insert(key, match);
            reference.emplace(key, match);
        }
        ASSERT_EQ(m_index.GetSize(), reference.size()) << "step " << step;
    }
    for (uint32_t number = 0; number < KEYS; ++number)
    {
        ASSERT_EQ(Lookup(MakeKey(number)).has_value(), reference.count(MakeKey(number)) == 1);
    }
}

TEST_F(FlowIndexStory, SmallTableSurvivesRemovalsInEveryOrder)
{
    // Eight keys in sixteen cells: runs wrap around the end of the table often.
    std::mt19937_64 random(16);
    for (int round = 0; round < 20'000; ++round)
    {
        FlowIndex& index = m_index = FlowIndex();
        std::vector<uint32_t> numbers;
        for (uint32_t slot = 0; slot < 8; ++slot)
        {
            numbers.push_back(static_cast<uint32_t>(round * 8 + slot));
            Insert(MakeKey(numbers.back()), {slot, OUTBOUND});
        }
        std::vector<uint32_t> slots{0, 1, 2, 3, 4, 5, 6, 7};
        std::shuffle(slots.begin(), slots.end(), random);
        for (std::size_t gone = 0; gone < slots.size(); ++gone)
        {
            index.Remove(MakeKey(numbers[slots[gone]]), {slots[gone], OUTBOUND});
            for (std::size_t i = 0; i < slots.size(); ++i)
            {
                ASSERT_EQ(Lookup(MakeKey(numbers[slots[i]])).has_value(), i > gone)
                    << "round " << round;
            }
        }
    }
}

TEST(FlowIndexDeathTest, EndsTheProgramWhenAKeyToRemoveIsNotThere)
{
    FlowIndex index;
    EXPECT_DEATH(index.Remove(MakeKey(1), {1, OUTBOUND}), "no such key: tcp 10.0.0.5:1");
    index.Insert(MakeKey(1), {1, OUTBOUND});
    EXPECT_DEATH(index.Remove(MakeKey(1), {1, INBOUND}), "no such key");
}

} // namespace

} // namespace ns3::azure
