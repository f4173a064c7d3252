// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-random-security-rules.h"

#include "ns3/azure-security-policy.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <new>
#include <vector>

/**
 * @file
 * @brief Counts how often this program asks for memory.
 */
namespace
{

std::size_t g_requests = 0; //!< so far

} // namespace

// Not inline, or gcc takes one of a pair for its own and the other for ours.
[[gnu::noinline]] void*
operator new(std::size_t size)
{
    ++g_requests;
    if (void* memory = std::malloc(size))
    {
        return memory;
    }
    throw std::bad_alloc();
}

[[gnu::noinline]] void
operator delete(void* memory) noexcept
{
    std::free(memory);
}

[[gnu::noinline]] void
operator delete(void* memory, std::size_t /* size */) noexcept
{
    std::free(memory);
}

namespace ns3::azure
{

TEST(SecurityPolicy, EvaluationTakesNoMemory)
{
    RandomSecurityRules random(1);
    const auto group = random.DrawGroup(200, true);
    const auto table = std::make_shared<SecurityRuleTable>(group);
    const SecurityPolicy policy(table, table);
    std::vector<GroupPacket> packets;
    for (uint32_t i = 0; i < 1000; ++i)
    {
        packets.push_back(random.DrawPacket(group));
    }

    const auto before = g_requests;
    EXPECT_GT(before, 1000U) << "requests are not counted";
    uint32_t asked = 0;
    for (const auto& packet : packets)
    {
        asked += policy.Evaluate(packet.direction, packet.key).count;
    }
    const auto after = g_requests;

    EXPECT_EQ(after, before);
    EXPECT_GE(asked, 1000U);
}

} // namespace ns3::azure
