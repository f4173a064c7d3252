// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-snat-port-budget.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <numeric>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Ports = std::vector<uint32_t>;

/// @return as many frontends, each shared by a pool of that size and without rules in its ports
std::vector<SharedSnatPorts>
MakeFrontends(const Profile& profile, uint32_t poolSize, uint32_t frontends)
{
    return std::vector<SharedSnatPorts>(frontends, {poolSize, profile.portsPerPublicAddress});
}

/// One row: a pool, and the ports each member must receive on each frontend.
struct BudgetCase
{
    const char* name; // test name
    const char* profile;
    uint32_t poolSize;
    uint32_t frontends;
    Ports expected;
};

void
PrintTo(const BudgetCase& c, std::ostream* os)
{
    *os << c.profile << ", " << c.poolSize << " members, " << c.frontends << " frontends";
}

// clang-format off
const BudgetCase BUDGET_CASES[] = {
    // Tiers (sources.rst B.1), both sides of every edge
    {"B_1_Tier1",     "2017",    1, 1, {1024}},
    {"B_1_Tier50",    "2017",   50, 1, {1024}},
    {"B_1_Tier51",    "2017",   51, 1, {512}},
    {"B_1_Tier100",   "2017",  100, 1, {512}},
    {"B_1_Tier101",   "2017",  101, 1, {256}},
    {"B_1_Tier200",   "2017",  200, 1, {256}},
    {"B_1_Tier201",   "2017",  201, 1, {128}},
    {"B_1_Tier400",   "2017",  400, 1, {128}},
    {"B_1_Tier401",   "2017",  401, 1, {64}},
    {"B_1_Tier800",   "2017",  800, 1, {64}},
    {"B_1_Tier801",   "2017",  801, 1, {32}},
    {"B_1_Tier1000",  "2017", 1000, 1, {32}},
    {"B_1_Tier1000In2018", "2018", 1000, 1, {32}},
    {"B_1_Tier50In2023",   "2023",   50, 1, {1024}},
    // Several frontends: 50 VMs, 2 frontends, 2,048 ports (B.1: OB-1803)
    {"B_1_Multiply50x2",   "2018",   50, 2, {1024, 1024}},
    {"B_1_Multiply100x3",  "2018",  100, 3, {512, 512, 512}},
    // 100 VMs: 512 with 1 frontend, 1,024 with 2, still 1,024 with 3 (B.1: OB-2303)
    {"B_1_Cap100x1",       "2023",  100, 1, {512}},
    {"B_1_Cap100x2",       "2023",  100, 2, {512, 512}},
    {"B_1_Cap100x3",       "2023",  100, 3, {344, 344, 336}}, // 128 blocks of 8: 43 + 43 + 42
    {"B_1_Cap50x2",        "2023",   50, 2, {512, 512}},
    {"B_1_Cap1x5",         "2023",    1, 5, {208, 208, 208, 200, 200}}, // 128 = 26 + 26 + 26 + 25 + 25
    {"B_1_Cap1000x32",     "2023", 1000, 32, Ports(32, 32)}, // 32 x 32 = 1,024, just not capped
    {"B_1_Cap1000x33",     "2023", 1000, 33, [] { Ports p(33, 24); std::fill_n(p.begin(), 29, 32U); return p; }()}, // 128 = 29 x 4 + 4 x 3
    {"B_1_Cap50x130",      "2023",   50, 130, [] { Ports p(130, 0); std::fill_n(p.begin(), 128, 8U); return p; }()}, // a block of 8 each, while they last
    // Flat (S4-01), rounded down to multiples of 8 for pools
    {"S4_01_Alone",    "2016",    1, 1, {64511}},
    {"Flat2",          "2016",    2, 1, {32248}}, // 64,511 / 2 = 32,255
    {"Flat120",        "2016",  120, 1, {536}},   // 64,511 / 120 = 537
    {"Flat1000",       "2016", 1000, 1, {64}},    // 64,511 / 1000 = 64
    {"FlatTwoFrontends", "2016",  1, 2, {64511, 64511}},
    {"FlatSmallAddress", "2016[PortsPerPublicAddress=100]", 3, 1, {32}}, // 100 / 3 = 33
    // Overrides replace the number and are not capped
    {"Allocated8",     "2017[AllocatedPorts=8]",    120, 1, {8}},
    {"AllocatedIn2016", "2016[AllocatedPorts=128]", 120, 1, {128}},
    {"AllocatedMultiplied", "2018[AllocatedPorts=1000]", 10, 2, {1000, 1000}},
    {"AllocatedIsNotCapped", "2023[AllocatedPorts=2000]", 10, 2, {2000, 2000}},
    {"AllocatedOne",   "2017[AllocatedPorts=1]",   1000, 1, {1}},
};
// clang-format on

class Budgets : public ::testing::TestWithParam<BudgetCase>
{
};

TEST_P(Budgets, AreValidAndAsExpected)
{
    const auto& c = GetParam();
    const auto profile = MakeProfile(c.profile);
    const auto frontends = MakeFrontends(profile, c.poolSize, c.frontends);
    EXPECT_EQ(ValidateSnatPortBudget(profile, frontends.front()), std::nullopt);
    EXPECT_EQ(GetSnatPortBudget(profile, frontends), c.expected);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(SnatPorts, Budgets, ::testing::ValuesIn(BUDGET_CASES), CASE_NAME);

TEST(SnatPortBudget, GivesTheTierOfLimits)
{
    for (uint32_t poolSize = 1; poolSize <= MAX_POOL_SIZE; ++poolSize)
    {
        EXPECT_EQ(GetSnatPortBudget(MakeProfile("2017"), {{poolSize, 64511}}),
                  Ports{GetTierPorts(poolSize)});
    }
}

TEST(SnatPortBudget, S0_41_BiggerPoolNeverGetsMorePortsPerMember)
{
    for (const auto& name : GetProfileNames())
    {
        const auto profile = MakeProfile(name);
        for (uint32_t poolSize = 2; poolSize <= MAX_POOL_SIZE; ++poolSize)
        {
            EXPECT_LE(GetSnatPortBudget(profile, MakeFrontends(profile, poolSize, 1)),
                      GetSnatPortBudget(profile, MakeFrontends(profile, poolSize - 1, 1)))
                << name << ", " << poolSize;
        }
        const bool isBySize =
            profile.portBudget == PortBudget::Flat || profile.portBudget == PortBudget::PoolSize;
        EXPECT_EQ(GetSnatPortBudget(profile, MakeFrontends(profile, MAX_POOL_SIZE, 1)) <
                      GetSnatPortBudget(profile, MakeFrontends(profile, 1, 1)),
                  isBySize)
            << name;
    }
}

TEST(SnatPortBudget, CapGivesAtMost1024PortsAndTheyAreAllGiven)
{
    const auto profile = MakeProfile("2023");
    for (uint32_t poolSize = 1; poolSize <= MAX_POOL_SIZE; poolSize += 37)
    {
        for (uint32_t frontends = 1; frontends <= MAX_FRONTENDS; ++frontends)
        {
            const auto budget =
                GetSnatPortBudget(profile, MakeFrontends(profile, poolSize, frontends));
            const auto tier = GetTierPorts(poolSize);
            ASSERT_EQ(std::accumulate(budget.begin(), budget.end(), 0U),
                      std::min(tier * frontends, 1024U)) // MIN(table x frontends, 1024), B.1
                << poolSize << " members, " << frontends << " frontends";
            ASSERT_LE(budget.front(), tier);
        }
    }
}

TEST(SnatPortBudget, CapDealsOutWhatASmallFrontendCannotTake)
{
    // A frontend shared by 1,000 (32 ports each) and one shared by 50 (1,024 each): 1,056 in all.
    const auto budget = GetSnatPortBudget(MakeProfile("2023"), {{1000, 64000}, {50, 64000}});
    EXPECT_EQ(budget, (Ports{32, 992}));
}

TEST(SnatPortBudget, FlatSharesWhatRulesLeave)
{
    const auto profile = MakeProfile("2016");
    EXPECT_EQ(GetSnatPortBudget(profile, {{1, 64503}}), Ports{64503}); // a block of 8 is taken
    EXPECT_EQ(GetSnatPortBudget(profile, {{2, 64503}}), Ports{32248}); // 32,251, a multiple of 8
}

/// One row: arguments that are refused, and the text that says why.
struct RefusedCase
{
    const char* name; // test name
    const char* profile;
    uint32_t poolSize;
    uint32_t portsTaken; // by rules
    const char* error;
};

void
PrintTo(const RefusedCase& c, std::ostream* os)
{
    *os << c.profile << ", " << c.poolSize << " members, " << c.portsTaken << " ports taken";
}

// clang-format off
constexpr RefusedCase REFUSED_CASES[] = {
    {"EmptyPool",         "2017", 0,    0,   "poolSize: '0' is not allowed; give 1 to 1000"},
    {"TooLargePool",      "2017", 1001, 0,   "poolSize: '1001' is not allowed; give 1 to 1000"},
    {"AllocatedTooMany",  "2018[AllocatedPorts=641]", 100, 0,
     "allocatedPorts: '641' is not allowed; with 100 pool members and 64000 ports per public address, "
     "each member can have at most 640 ports and needs 641"},
    {"AddressTooSmall",   "2017[PortsPerPublicAddress=51199]", 50, 0,
     "portsPerPublicAddress: '51199' is not allowed; with 50 pool members and 51199 ports per public address, "
     "each member can have at most 1023 ports and needs 1024"},
    {"FlatLeavesNothing", "2016[PortsPerPublicAddress=7999]", 1000, 0,
     "portsPerPublicAddress: '7999' is not allowed; give at least 8000 for 1000 pool members"},
    {"OB_2012_RulesTakeTooMany", "2017[PortsPerPublicAddress=51200]", 50, 8,
     "portsPerPublicAddress: '51200' is not allowed; with 50 pool members and 51192 ports per public address that rules leave, "
     "each member can have at most 1023 ports and needs 1024"},
    {"OB_2012_RulesTakeAll", "2016[PortsPerPublicAddress=8]", 1, 8,
     "portsPerPublicAddress: '8' is not allowed; give at least 8 that rules leave for 1 pool members"},
};
// clang-format on

class RefusedBudgets : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefusedBudgets, NameFieldValueAndWhatIsAllowed)
{
    const auto& c = GetParam();
    const auto profile = MakeProfile(c.profile);
    EXPECT_EQ(
        ValidateSnatPortBudget(profile, {c.poolSize, profile.portsPerPublicAddress - c.portsTaken}),
        c.error);
}

INSTANTIATE_TEST_SUITE_P(SnatPorts, RefusedBudgets, ::testing::ValuesIn(REFUSED_CASES), CASE_NAME);

TEST(SnatPortBudget, S4_02_MaximumIsNotGuaranteedButASetting)
{
    const auto profile = MakeProfile("2016[PortsPerPublicAddress=1000]");
    EXPECT_EQ(ValidateSnatPortBudget(profile, {1, 1000}), std::nullopt);
    EXPECT_EQ(GetSnatPortBudget(profile, {{1, 1000}}), Ports{1000});
}

TEST(SnatPortBudget, JustEnoughPortsAreAllowed)
{
    EXPECT_EQ(ValidateSnatPortBudget(MakeProfile("2018[AllocatedPorts=640]"), {100, 64000}),
              std::nullopt);
    EXPECT_EQ(ValidateSnatPortBudget(MakeProfile("2017[PortsPerPublicAddress=51208]"), {50, 51200}),
              std::nullopt);
    EXPECT_EQ(ValidateSnatPortBudget(MakeProfile("2016[PortsPerPublicAddress=8000]"), {1000, 8000}),
              std::nullopt);
}

} // namespace

} // namespace ns3::azure
