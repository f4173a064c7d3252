// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-chunked-vector.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <vector>

namespace ns3::azure
{

namespace
{

/// As large and as aligned as a flow's record.
struct alignas(64) Record
{
    uint64_t number{7}; //!< 7 where nothing was said
    uint8_t rest[120]{};
};

static_assert(sizeof(Record) == 128);

TEST(ChunkedVector, ChunksHaveFourKibibytesOrOneElement)
{
    EXPECT_EQ(GetDefaultChunkSize(1), 4096U);
    EXPECT_EQ(GetDefaultChunkSize(24), 128U); // 170 would fit
    EXPECT_EQ(GetDefaultChunkSize(128), 32U);
    EXPECT_EQ(GetDefaultChunkSize(4096), 1U);
    EXPECT_EQ(GetDefaultChunkSize(5000), 1U);
}

TEST(ChunkedVector, ReferencesStayValidWhileItGrows)
{
    ChunkedVector<Record> records;
    std::vector<const Record*> places;
    for (uint32_t i = 0; i < 1000; ++i)
    {
        auto& record = records.Append();
        EXPECT_EQ(record.number, 7U);
        record.number = i;
        places.push_back(&record);
    }
    ASSERT_EQ(records.GetSize(), 1000U);
    for (uint32_t i = 0; i < 1000; ++i)
    {
        EXPECT_EQ(&records[i], places[i]);
        EXPECT_EQ(records[i].number, i);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(places[i]) % 64, 0U);
    }
}

TEST(ChunkedVector, HoldsOneChunkMoreThanItsElementsNeed)
{
    ChunkedVector<Record> records;
    EXPECT_EQ(records.GetMemory(), 0U);
    for (uint32_t size = 1; size <= 10'000; ++size)
    {
        records.Append();
        // Its list of 8 bytes a chunk doubles, from 1.
        ASSERT_LE(records.GetMemory(), size * sizeof(Record) + 4096 + 16 * (size / 32 + 1));
        ASSERT_GE(records.GetMemory(), size * sizeof(Record));
    }
}

TEST(ChunkedVector, WhatIsRemovedIsGivenBack)
{
    ChunkedVector<std::shared_ptr<int>, 4> pointers;
    const auto shared = std::make_shared<int>(1);
    for (uint32_t i = 0; i < 9; ++i)
    {
        pointers.Append(shared);
    }
    EXPECT_EQ(shared.use_count(), 10);
    const auto before = pointers.GetMemory();
    pointers.RemoveLast(); // 8 elements need 2 chunks of the 3, and one is kept
    EXPECT_EQ(shared.use_count(), 9);
    pointers.RemoveLast();
    EXPECT_EQ(pointers.GetMemory(), before);
    for (uint32_t i = 0; i < 3; ++i)
    {
        pointers.RemoveLast(); // 4 elements need 1
    }
    EXPECT_EQ(pointers.GetMemory(), before - 4 * sizeof(std::shared_ptr<int>));
    EXPECT_EQ(shared.use_count(), 5);
    pointers.Clear();
    EXPECT_EQ(shared.use_count(), 1);
    EXPECT_TRUE(pointers.IsEmpty());
    EXPECT_EQ(pointers.GetMemory(), 0U);
    EXPECT_EQ(pointers.begin(), pointers.end());
}

TEST(ChunkedVector, TakesElementsThatCanOnlyBeMoved)
{
    ChunkedVector<std::unique_ptr<int>, 2> pointers;
    for (int i = 0; i < 5; ++i)
    {
        pointers.Append(std::make_unique<int>(i));
    }
    auto first = std::move(pointers);
    EXPECT_TRUE(pointers.IsEmpty()); // NOLINT(bugprone-use-after-move): so it is promised
    ChunkedVector<std::unique_ptr<int>, 2> moved;
    moved.Append();
    moved = std::move(first);
    EXPECT_TRUE(first.IsEmpty()); // NOLINT(bugprone-use-after-move): here as well
    EXPECT_EQ(moved.GetSize(), 5U);
    int expected = 0;
    for (const auto& pointer : moved)
    {
        EXPECT_EQ(*pointer, expected++);
    }
    EXPECT_EQ(expected, 5);
}

TEST(ChunkedVectorWalk, AgreesWithAVector)
{
    std::mt19937 random(11);
    ChunkedVector<uint32_t, 8> chunked;
    std::vector<uint32_t> reference;
    for (uint32_t step = 0; step < 20'000; ++step)
    {
        // Grows and shrinks in turns of 500 steps, at two to one.
        const bool isGrowing = (random() % 3 > 0) == (step / 500 % 2 == 0);
        if (isGrowing)
        {
            reference.push_back(step);
            EXPECT_EQ(chunked.Append(step), step);
        }
        else if (!reference.empty())
        {
            reference.pop_back();
            chunked.RemoveLast();
        }
        ASSERT_EQ(chunked.GetSize(), reference.size());
    }
    EXPECT_TRUE(std::equal(reference.begin(), reference.end(), chunked.begin(), chunked.end()));
    const auto& constant = chunked;
    EXPECT_TRUE(std::equal(reference.begin(), reference.end(), constant.begin(), constant.end()));
}

} // namespace

} // namespace ns3::azure
