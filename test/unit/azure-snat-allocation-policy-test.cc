// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-snat-allocation-policy.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <vector>

namespace ns3::azure
{

namespace
{

using Ports = std::vector<uint32_t>;

/// One row: frontends, and what a member has of each without asking.
struct PreallocationCase
{
    const char* name; // test name
    const char* profile;
    std::vector<SharedSnatPorts> frontends;
    Ports expected;
};

void
PrintTo(const PreallocationCase& c, std::ostream* os)
{
    *os << c.profile;
}

// clang-format off
const PreallocationCase PREALLOCATION_CASES[] = {
    {"S0_41_ByPoolSize",               "2018",             {{51, 64000}, {51, 64000}}, {512, 512}},
    {"S4_01_Flat",                     "2016",             {{2, 64511}},               {32248}},
    {"B_6_SharedGivesNone",            "nat-gateway",      {{1, 64512}},               {0}},
    {"B_1_OnDemand160AreTwentyRangesOfEight", "legacy-on-demand", {{400, 64511}},      {20 * 8}},
    {"OnDemandOnTheFirstFrontendOnly", "legacy-on-demand", {{4, 64511}, {4, 64511}},   {160, 0}},
    {"AnantaARangeOfEight",            "ananta",           {{400, 64000}},             {8}},
    {"OnDemandNone",                   "ananta[PreallocatedPorts=0]", {{1, 64000}},    {0}},
    {"OnDemandRoundsUpToWholeRanges",  "ananta[PreallocatedPorts=9]", {{1, 64000}},    {16}},
    {"OnDemandGivesNoMoreThanTheCap",  "ananta[PreallocatedPorts=160|MaxPortsPerInterface=39]", {{1, 64000}}, {32}}, // 4 whole ranges
    {"OnDemandByTheUsersNumber",       "ananta[AllocatedPorts=100]", {{1, 64000}, {1, 64000}}, {104, 104}},
    {"B_4_OutboundRulesNumber",        "2018",             {{10, 64000, 6400}},        {6400}},
    {"B_4_OutboundRulesNumberGoesFirst", "2018[AllocatedPorts=8]", {{10, 64000, 6400}}, {6400}},
    {"B_4_OutboundRulesNumberIsNotCapped", "2023",         {{10, 64000, 6400}},        {6400}},
    {"B_4_OutboundRulesNumberOnDemand", "ananta",          {{10, 64000, 6400}},        {6400}},
};
// clang-format on

class SnatPreallocations : public ::testing::TestWithParam<PreallocationCase>
{
};

TEST_P(SnatPreallocations, AreAsExpected)
{
    const auto& c = GetParam();
    const auto policy = MakeSnatAllocationPolicy(MakeProfile(c.profile));
    EXPECT_EQ(policy->GetPreallocation(c.frontends), c.expected);
}

/// One row: who asks, and what it gets.
struct GrantCase
{
    const char* name; // test name
    const char* profile;
    uint32_t portsHeld;
    std::optional<double> lastGrant; // at 100 s it is decided
    uint32_t expected;
};

void
PrintTo(const GrantCase& c, std::ostream* os)
{
    *os << c.profile << " " << c.portsHeld;
}

// clang-format off
const GrantCase GRANT_CASES[] = {
    {"B_1_LegacyARange",           "legacy-on-demand", 160, 99.9,         8},
    {"C_1_AnantaARange",           "ananta",           8,   std::nullopt, 8},
    {"C_1_AnantaPredictsDemand",   "ananta",           16,  95.0,         24},
    {"AtTheEndOfTheWindow",        "ananta",           16,  90.0,         24},
    {"BehindTheWindow",            "ananta",           16,  89.999,       8},
    {"LargeRanges",                "ananta[PortRangeSize=64]", 64, 99.0,  192},
    {"C_1_BelowTheCap",            "ananta[MaxPortsPerInterface=48]", 40, std::nullopt, 8},
    {"C_1_AtTheCap",               "ananta[MaxPortsPerInterface=48]", 48, std::nullopt, 0},
    {"TheCapCutsPredictedDemand",  "ananta[MaxPortsPerInterface=48]", 32, 99.0, 16},
    {"TheCapIsNoMultiple",         "ananta[MaxPortsPerInterface=47]", 40, std::nullopt, 0},
    {"MoreThanTheCap",             "ananta[MaxPortsPerInterface=8]", 64, std::nullopt, 0},
    {"NotOnDemand",                "2018",             0,   std::nullopt, 0},
    {"B_6_Shared",                 "nat-gateway",      0,   std::nullopt, 0},
};
// clang-format on

class SnatGrants : public ::testing::TestWithParam<GrantCase>
{
};

TEST_P(SnatGrants, AreAsExpected)
{
    const auto& c = GetParam();
    const auto policy = MakeSnatAllocationPolicy(MakeProfile(c.profile));
    std::optional<Time> lastGrant;
    if (c.lastGrant)
    {
        lastGrant = Seconds(*c.lastGrant);
    }
    EXPECT_EQ(policy->GetGrant({Seconds(100), c.portsHeld, lastGrant}), c.expected);
    EXPECT_EQ(policy->IsOnDemand(), MakeProfile(c.profile).portBudget == PortBudget::OnDemand);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(SnatAllocationPolicy,
                         SnatPreallocations,
                         ::testing::ValuesIn(PREALLOCATION_CASES),
                         CASE_NAME);
INSTANTIATE_TEST_SUITE_P(SnatAllocationPolicy,
                         SnatGrants,
                         ::testing::ValuesIn(GRANT_CASES),
                         CASE_NAME);

} // namespace

} // namespace ns3::azure
