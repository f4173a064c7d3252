// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-bound-sink.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>

namespace ns3::azure
{

namespace
{

void
NoteName(std::string* notes,
         std::string name,
         int event) // NOLINT(performance-unnecessary-value-param)
{
    *notes += name + std::to_string(event);
}

TEST(BoundSinkTest, GivesBoundValuesFirst)
{
    std::string notes;
    auto sink = BindSink(&NoteName, &notes, std::string("gateway"));
    sink(7);
    EXPECT_EQ(notes, "gateway7");
}

// What ns-3 would take for a callback of another type: UndefinedBehaviorSanitizer found it in
// TraceRecorder, and alone sees it at run time.
TEST(BoundSinkTest, KnowsWhatNs3CannotTakeBack)
{
    using Text = std::string;
    EXPECT_TRUE((IsBoundExactly<void (*)(Text*, Text, int), Text*, Text>::VALUE));
    EXPECT_FALSE((IsBoundExactly<void (*)(Text*, const Text&, int), Text*, Text>::VALUE));
    EXPECT_TRUE((IsBoundExactly<void (*)(Text*, const Text&, int), Text*>::VALUE));
    EXPECT_TRUE((IsBoundExactly<void (*)(const Text*, uint32_t), const Text*, uint32_t>::VALUE));
    EXPECT_FALSE((IsBoundExactly<void (*)(const Text*, uint32_t), const Text*, int>::VALUE));
    EXPECT_FALSE((IsBoundExactly<void (*)(const Text*, uint32_t), Text*, uint32_t>::VALUE));
}

} // namespace

} // namespace ns3::azure
