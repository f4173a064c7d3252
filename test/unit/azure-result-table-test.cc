// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-result-table.h"

#include <gtest/gtest.h>
#include <sstream>

namespace ns3::azure
{

namespace
{

std::string
Print(const std::vector<std::vector<std::string>>& rows)
{
    ResultTable table;
    for (const auto& row : rows)
    {
        table.AddRow(row);
    }
    std::ostringstream os;
    table.Print(os);
    return os.str();
}

} // namespace

TEST(ResultTable, AlignsTheFirstColumnLeftAndTheOthersRight)
{
    EXPECT_EQ(Print({{"vm", "flows"}, {"first", "7"}}),
              "vm     flows\n"
              "first      7\n");
}

TEST(ResultTable, EndsNoLineWithBlanks)
{
    EXPECT_EQ(Print({{"a", "bb"}, {"ccc"}, {"", ""}}), "a    bb\nccc\n\n");
}

TEST(ResultTable, WithoutRowsPrintsNothing)
{
    EXPECT_EQ(Print({}), "");
}

TEST(ResultTableDeathTest, RowWithMoreCellsThanTheFirstEndsTheProgram)
{
    EXPECT_DEATH(Print({{"a"}, {"b", "c"}}), "more cells");
}

TEST(FormatSeconds, HasMicroseconds)
{
    EXPECT_EQ(FormatSeconds(NanoSeconds(1234567890)), "1.234568");
    EXPECT_EQ(FormatSeconds(Seconds(0)), "0.000000");
    EXPECT_EQ(FormatSeconds(std::nullopt), "-");
}

} // namespace ns3::azure
