// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-snat-port-grants.h"

#include <gtest/gtest.h>
#include <ostream>
#include <vector>

namespace ns3::azure
{

namespace
{

using Ranges = std::vector<PortRange>;

const Ipv4Address FRONTEND("198.51.100.1");
const Ipv4Address ANOTHER("198.51.100.2");

/// @return blocks of an address
SnatPortGrants
MakeGrants(const Ranges& ranges, Ipv4Address address = FRONTEND)
{
    SnatPortGrants grants;
    for (const auto& ports : ranges)
    {
        grants.push_back({address, ports});
    }
    return grants;
}

/// @return the ports of blocks that are all on one address
Ranges
GetRanges(const SnatPortGrants& grants)
{
    Ranges ranges;
    for (const auto& [address, ports] : grants)
    {
        EXPECT_EQ(address, FRONTEND);
        ranges.push_back(ports);
    }
    return ranges;
}

/// Two lists of blocks, what of the first is not in the second, and what is in both.
struct GrantsCase
{
    const char* name; // test name
    Ranges first;     // of FRONTEND
    Ranges second;    // of FRONTEND
    Ranges rest;      // first without second
    Ranges both;      // first and second
};

void
PrintTo(const GrantsCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const GrantsCase GRANTS_CASES[] = {
    // name         first                         second                      rest                                        both
    {"Nothing",     {},                           {{1024, 1031}},             {},                                         {}},
    {"FromNothing", {{1024, 1031}},               {},                         {{1024, 1031}},                             {}},
    {"Same",        {{1024, 1031}},               {{1024, 1031}},             {},                                         {{1024, 1031}}},
    {"UpperHalf",   {{1024, 2047}},               {{1536, 2047}},             {{1024, 1535}},                             {{1536, 2047}}},
    {"LowerHalf",   {{1024, 2047}},               {{1024, 1535}},             {{1536, 2047}},                             {{1024, 1535}}},
    {"Holes",       {{1024, 2047}},               {{1032, 1039}, {1048, 1048}}, {{1024, 1031}, {1040, 1047}, {1049, 2047}}, {{1032, 1039}, {1048, 1048}}},
    {"Across",      {{1024, 1031}, {2048, 2055}}, {{1030, 2049}},             {{1024, 1029}, {2050, 2055}},               {{1030, 1031}, {2048, 2049}}},
    {"OrderStays",  {{2048, 2055}, {1024, 1031}}, {{1024, 1024}},             {{2048, 2055}, {1025, 1031}},               {{1024, 1024}}},
    {"LastPort",    {{65528, 65535}},             {{65535, 65535}},           {{65528, 65534}},                           {{65535, 65535}}},
    {"FirstPort",   {{0, 7}},                     {{0, 0}},                   {{1, 7}},                                   {{0, 0}}},
};
// clang-format on

class SnatPortGrantLists : public ::testing::TestWithParam<GrantsCase>
{
};

TEST_P(SnatPortGrantLists, AreSubtractedAndIntersected)
{
    const auto& c = GetParam();
    const auto first = MakeGrants(c.first);
    const auto second = MakeGrants(c.second);
    EXPECT_EQ(GetRanges(Subtract(first, second)), c.rest);
    EXPECT_EQ(GetRanges(Intersect(first, second)), c.both);
    const auto elsewhere = MakeGrants(c.second, ANOTHER);
    EXPECT_EQ(GetRanges(Subtract(first, elsewhere)), c.first) << "another address";
    EXPECT_TRUE(Intersect(first, elsewhere).empty()) << "another address";
}

INSTANTIATE_TEST_SUITE_P(SnatPortGrantLists,
                         SnatPortGrantLists,
                         ::testing::ValuesIn(GRANTS_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
