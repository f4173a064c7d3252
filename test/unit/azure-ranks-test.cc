// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ranks.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// One row: hosts, ranks, and where the hosts go.
struct AssignmentCase
{
    const char* name;               // test name
    uint32_t hosts;                 // how many
    uint32_t ranks;                 // how many
    std::vector<uint32_t> expected; // rank of each host
};

void
PrintTo(const AssignmentCase& c, std::ostream* os)
{
    *os << c.hosts << " hosts over " << c.ranks << " ranks";
}

// clang-format off
const std::vector<AssignmentCase> ASSIGNMENT_CASES{
    // name            hosts ranks expected
    {"OneRankHasAll",      3,    1, {0, 0, 0}},
    {"NoneWithTheFabric",  3,    2, {1, 1, 1}},
    {"HalfEach",           4,    3, {1, 1, 2, 2}},
    {"TheFirstHaveMore",   5,    3, {1, 1, 1, 2, 2}},
    {"OneEach",            3,    4, {1, 2, 3}},
    {"SomeRanksIdle",      2,    5, {1, 3}},
    {"OneHost",            1,    3, {1}},
};
// clang-format on

class RankAssignment : public ::testing::TestWithParam<AssignmentCase>
{
};

TEST_P(RankAssignment, GivesEachRankOneRangeOfHosts)
{
    const auto& [name, hosts, ranks, expected] = GetParam();
    std::vector<uint32_t> found;
    for (uint32_t host = 0; host < hosts; ++host)
    {
        found.push_back(GetRankOfHost(host, hosts, ranks));
    }
    EXPECT_EQ(found, expected);
}

INSTANTIATE_TEST_SUITE_P(Ranks,
                         RankAssignment,
                         ::testing::ValuesIn(ASSIGNMENT_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(Ranks, LoadsDifferByAtMostOneHost)
{
    for (uint32_t ranks = 2; ranks < 20; ++ranks)
    {
        for (uint32_t hosts = 1; hosts < 60; ++hosts)
        {
            std::vector<uint32_t> load(ranks);
            for (uint32_t host = 0; host < hosts; ++host)
            {
                const auto rank = GetRankOfHost(host, hosts, ranks);
                ASSERT_LT(rank, ranks);
                ++load[rank];
            }
            ASSERT_EQ(load.front(), 0) << hosts << " hosts over " << ranks;
            const auto [least, most] = std::minmax_element(load.begin() + 1, load.end());
            ASSERT_LE(*most - *least, 1) << hosts << " hosts over " << ranks;
        }
    }
}

TEST(RanksDeathTest, NamesAHostThatIsNone)
{
    EXPECT_DEATH(GetRankOfHost(3, 3, 2), "host 3 is none of 3 hosts");
    EXPECT_DEATH(GetRankOfHost(0, 3, 0), "ranks: '0' is not allowed; give at least 1");
}

/// One row: a file, who writes, and the file that is written.
struct PathCase
{
    const char* name;     // test name
    const char* path;     // of the whole simulation
    uint32_t rank;        // who writes
    uint32_t ranks;       // how many do
    const char* expected; // what is written
};

void
PrintTo(const PathCase& c, std::ostream* os)
{
    *os << "'" << c.path << "' of rank " << c.rank;
}

// clang-format off
constexpr PathCase PATH_CASES[] = {
    // name            path             rank ranks expected
    {"OneRank",        "all.db",           0,    1, "all.db"},
    {"First",          "all.db",           0,    2, "all.rank0.db"},
    {"Second",         "all.db",           1,    2, "all.rank1.db"},
    {"Folder",         "a.b/all.db",      12,   13, "a.b/all.rank12.db"},
    {"NoSuffix",       "a.b/all",          1,    2, "a.b/all.rank1"},
    {"Hidden",         ".all",             1,    2, ".all.rank1"},
    {"HiddenInFolder", "runs/.all",        1,    2, "runs/.all.rank1"},
    {"TwoSuffixes",    "all.old.db",       1,    2, "all.old.rank1.db"},
    {"None",           "",                 1,    2, ""},
};
// clang-format on

class RankPaths : public ::testing::TestWithParam<PathCase>
{
};

TEST_P(RankPaths, AreEachRanksOwn)
{
    const auto& c = GetParam();
    EXPECT_EQ(GetRankPath(c.path, c.rank, c.ranks), c.expected);
}

INSTANTIATE_TEST_SUITE_P(Ranks, RankPaths, ::testing::ValuesIn(PATH_CASES), [](const auto& row) {
    return row.param.name;
});

} // namespace

} // namespace ns3::azure
