// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-limits.h"
#include "ns3/azure-snat-closed-forms.h"

#include <cmath>
#include <gtest/gtest.h>
#include <ostream>
#include <vector>

namespace ns3::azure
{

namespace
{

/// One row: a load, ports, and the share that Erlang's formula refuses.
struct ErlangCase
{
    const char* name; // test name
    double load;      // Erlang
    uint32_t ports;
    double blocked;
    double tolerance; // to which the value is known
};

void
PrintTo(const ErlangCase& c, std::ostream* os)
{
    *os << c.load << " Erlang on " << c.ports;
}

// By hand: a^n / n! over the sum of a^k / k! for k = 0 .. n.  Table: the loads that published
// tables of the formula give for 1 % and 10 %.
// clang-format off
constexpr ErlangCase ERLANG_CASES[] = {
    // name               load  ports blocked             tolerance
    {"NoPorts",            5,      0, 1,                  0},
    {"NoLoad",             0,      3, 0,                  0},
    {"OneOfOne",           1,      1, 1.0 / 2,            1e-15},    // 1 / (1 + 1)
    {"TwoOnTwo",           2,      2, 2.0 / 5,            1e-15},    // 2 / (1 + 2 + 2)
    {"ThreeOnTwo",         3,      2, 4.5 / 8.5,          1e-15},    // 4.5 / (1 + 3 + 4.5)
    {"OneOnFour",          1,      4, 1.0 / 65,           1e-15},    // 1/24 / (65/24)
    {"Table10At1Percent",  4.46,  10, 0.01,               0.0001},
    {"Table20At1Percent", 12.03, 20, 0.01,               0.0001},
    {"Table50At1Percent", 37.90, 50, 0.01,               0.0001},
    {"Table100At1Percent", 84.06, 100, 0.01,             0.0001},
    {"Table10At10Percent", 7.511, 10, 0.1,                0.0001},
    // For a = n, to the next order: sqrt(2 / (pi n)) / (1 + 2 / 3 sqrt(2 / (pi n))) = 0.024526
    {"CriticalOn1024",    1024,  1024, 0.024526,          0.00001},
};
// clang-format on

class ErlangLoss : public ::testing::TestWithParam<ErlangCase>
{
};

TEST_P(ErlangLoss, IsAsComputedByHandAndPublished)
{
    const auto& c = GetParam();
    EXPECT_NEAR(ErlangB(c.load, c.ports), c.blocked, c.tolerance);
}

INSTANTIATE_TEST_SUITE_P(SnatClosedForms,
                         ErlangLoss,
                         ::testing::ValuesIn(ERLANG_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(SnatClosedForms, LossNeitherOverflowsNorVanishesWithManyPorts)
{
    // Overloaded by far, what is lost is what is above the ports: 1 - n / a.
    EXPECT_NEAR(ErlangB(645'120, 64'512), 1 - 0.1, 1e-5);
    EXPECT_GT(ErlangB(64'512, 64'512), 0);
    EXPECT_LT(ErlangB(1000, 64'512), 1e-300);
}

/// One row of B.2: ports, and the connections a second that they sustain.
struct RateCase
{
    uint32_t ports;
    double rate; // per second, to the second decimal
};

TEST(SnatClosedForms, B_2_SustainedRateIsPortsOverFinHold)
{
    // clang-format off
    constexpr RateCase RATES[] = {{1024, 4.27}, {512, 2.13}, {256, 1.07}, {128, 0.53}, {64, 0.27}, {32, 0.13}};
    // clang-format on
    ASSERT_EQ(std::size(RATES), SNAT_PORT_TIERS.size());
    for (std::size_t i = 0; i < std::size(RATES); ++i)
    {
        EXPECT_EQ(RATES[i].ports, SNAT_PORT_TIERS[i].ports);
        EXPECT_NEAR(GetSustainedRate(RATES[i].ports, Seconds(240)), RATES[i].rate, 0.005);
    }
    EXPECT_EQ(GetSustainedRate(240, Seconds(240)), 1); // APPSVC: 1 a second occupies 240 ports
}

/// @return what GetPeriodicRefusals() should, by trying each connection
uint64_t
CountRefusals(uint64_t connections, double rate, uint32_t ports, double hold)
{
    std::vector<double> freeAt; // of the ports taken so far, in that order
    std::size_t oldest = 0;
    uint64_t refused = 0;
    for (uint64_t k = 0; k < connections; ++k)
    {
        const double now = static_cast<double>(k) / rate;
        while (oldest < freeAt.size() && freeAt[oldest] <= now)
        {
            ++oldest;
        }
        const bool isFree = freeAt.size() - oldest < ports;
        refused += isFree ? 0 : 1;
        if (isFree)
        {
            freeAt.push_back(now + hold);
        }
    }
    return refused;
}

TEST(SnatClosedForms, B_2_PeriodicRefusalsAreThoseOfTryingEachConnection)
{
    for (const double rate : {0.9, 1.0, 3.7, 4.2, 4.4, 10.0, 100.0})
    {
        for (const uint32_t ports : {1U, 8U, 100U, 1024U})
        {
            for (const uint64_t connections : {0U, 1U, 8U, 1025U, 5000U})
            {
                EXPECT_EQ(GetPeriodicRefusals(connections, rate, ports, Seconds(240.03)),
                          CountRefusals(connections, rate, ports, 240.03))
                    << rate << " a second, " << ports << " ports, " << connections;
            }
        }
    }
}

TEST(SnatClosedForms, B_2_1024PortsSustain4_26ButNot4_4)
{
    constexpr uint64_t A_DAY = 24 * 3600;
    EXPECT_EQ(GetPeriodicRefusals(A_DAY * 4, 4.265, 1024, Seconds(240.05)), 0U);
    // of 1,057 connections, as many as come in 240.05 s, rounded up, 1,024 get a port
    EXPECT_EQ(GetPeriodicRefusals(1057, 4.4, 1024, Seconds(240.05)), 33U);
    EXPECT_EQ(GetPeriodicRefusals(10 * 1057 + 1030, 4.4, 1024, Seconds(240.05)), 336U);
}

TEST(SnatClosedForms, JainIndexIsBetweenOneOverNAndOne)
{
    EXPECT_DOUBLE_EQ(GetJainIndex({7, 7, 7, 7}), 1);
    EXPECT_DOUBLE_EQ(GetJainIndex({0, 5, 0, 0}), 0.25);
    EXPECT_DOUBLE_EQ(GetJainIndex({1, 2, 3}), 36.0 / 42); // (1 + 2 + 3)^2 / (3 (1 + 4 + 9))
    // Jain 1984: shared equally by 20 of 100, it is 20 %
    std::vector<double> some(100, 0.0);
    std::fill(some.begin(), some.begin() + 20, 1.0);
    EXPECT_DOUBLE_EQ(GetJainIndex(some), 0.2);
    EXPECT_EQ(GetJainIndex({0, 0}), 1);
    EXPECT_EQ(GetJainIndex({}), 1);
}

TEST(SnatClosedFormsDeathTest, EndTheProgramWithoutSense)
{
    EXPECT_DEATH(ErlangB(-1, 1), "no load of -1 Erlang");
    EXPECT_DEATH(ErlangB(std::nan(""), 1), "no load of nan Erlang");
    EXPECT_DEATH(GetSustainedRate(1, Seconds(0)), "held for some time");
    EXPECT_DEATH(GetPeriodicRefusals(1, 0, 1, Seconds(1)), "are above 0");
}

} // namespace

} // namespace ns3::azure
