// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-snat-port-allocator.h"

#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
const Ipv4Address FRONTEND("198.51.100.1");

/// A flow from that port to 203.0.113.x.
FlowKey
FlowTo(uint32_t server, uint16_t sourcePort, IpProtocol protocol = TCP)
{
    return {0x0a000004U, 0xcb007100U + server, sourcePort, 443, protocol};
}

/// @return something that draws from a generator with a fixed seed
Draw
MakeDraw()
{
    return [random = std::mt19937_64(11)](uint32_t n) mutable {
        return std::uniform_int_distribution<uint32_t>(0, n - 1)(random);
    };
}

/// @return what chi-square with so many degrees of freedom exceeds once in 10,000 times, by Wilson
///         and Hilferty: k (1 - 2/9k + z sqrt(2/9k))^3, z = 3.719
double
GetChiSquareLimit(std::size_t degrees)
{
    const auto k = static_cast<double>(degrees);
    return k * std::pow(1 - 2 / (9 * k) + 3.719 * std::sqrt(2 / (9 * k)), 3);
}

/// One row: who holds how many of 64 ports, and from which ones another flow's is drawn.
struct UniformCase
{
    const char* name; // test name
    const char* profile;
    uint32_t sameDestination;  // ports that flows to the same destination hold
    uint32_t otherDestination; // ports that flows to another one hold
    uint32_t otherProtocol;    // ports that UDP flows hold
    uint32_t drawnFrom;        // how many ports the flow may get, each as likely
};

void
PrintTo(const UniformCase& c, std::ostream* os)
{
    *os << c.profile;
}

constexpr const char* RANDOM = "2018[PortChoice=Random|UdpReuseKey=DestinationEndpoint]";

// clang-format off
constexpr UniformCase UNIFORM_CASES[] = {
    // name                                     profile        same other udp from
    {"RandomOfAll",                             RANDOM,          0,  0,  0, 64},
    {"RandomOfHalf",                            RANDOM,         32,  0,  0, 32},
    {"RandomOfTheLastFour",                     RANDOM,         60,  0,  0,  4},
    {"RandomSharesPortsOfOtherDestinations",    RANDOM,          8, 40,  0, 56},
    // NG-2202: at random among those that nobody holds ...
    {"B_6_NatGatewayDrawsAnUnusedPort",         "nat-gateway",   0,  0,  0, 64},
    {"B_6_NatGatewaySparesUsedPorts",           "nat-gateway",   0, 40,  0, 24},
    {"B_6_NatGatewaySparesThemToTheLast",       "nat-gateway",   2, 60,  0,  2},
    // ... and if there is none, one without a connection to the same destination
    {"B_6_NatGatewayReusesWhereNoneIsUnused",   "nat-gateway",   0, 64,  0, 64},
    {"B_6_NatGatewayReusesForOthersOnly",       "nat-gateway",  24, 40,  0, 40},
    // TCP and UDP inventories are separate
    {"B_6_NatGatewayCountsProtocolsApart",      "nat-gateway",   0, 30, 64, 34},
};
// clang-format on

class UniformChoices : public ::testing::TestWithParam<UniformCase>
{
};

TEST_P(UniformChoices, AreAsLikelyForEachPort)
{
    const auto& c = GetParam();
    SnatPortAllocator allocator(MakeProfile(c.profile), MakeDraw());
    allocator.AddPorts({FRONTEND, {1000, 1031}}, false, Time());
    allocator.AddPorts({FRONTEND, {5000, 5031}}, false, Time());
    uint16_t source = 2000;
    std::map<uint16_t, uint32_t> same;
    for (uint32_t i = 0; i < c.otherDestination; ++i)
    {
        ASSERT_TRUE(allocator.Acquire(FlowTo(2, source++)));
    }
    for (uint32_t i = 0; i < c.sameDestination; ++i)
    {
        ASSERT_TRUE(allocator.Acquire(FlowTo(1, source++)));
    }
    for (uint32_t i = 0; i < c.otherProtocol; ++i)
    {
        ASSERT_TRUE(allocator.Acquire(FlowTo(2, source++, UDP)));
    }
    const uint32_t draws = 1000 * c.drawnFrom;
    std::map<uint16_t, uint32_t> times; // by port
    for (uint32_t i = 0; i < draws; ++i)
    {
        const auto flow = FlowTo(1, source);
        const auto lease = allocator.Acquire(flow);
        ASSERT_TRUE(lease);
        ++times[lease->port];
        allocator.Release(flow, *lease, Time());
    }
    ASSERT_EQ(times.size(), c.drawnFrom);
    double chiSquare = 0;
    for (const auto& [port, count] : times)
    {
        chiSquare += (count - 1000.0) * (count - 1000.0) / 1000.0;
    }
    EXPECT_LT(chiSquare, GetChiSquareLimit(c.drawnFrom - 1));
    EXPECT_EQ(allocator.CheckInvariants(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(SnatPortChoice,
                         UniformChoices,
                         ::testing::ValuesIn(UNIFORM_CASES),
                         [](const auto& row) { return row.param.name; });

/// The parameter is an exact choice.
class ExactChoices : public ::testing::TestWithParam<const char*>
{
};

TEST_P(ExactChoices, FitNFlowsIntoNPortsAndRefuseTheNext)
{
    const auto profile = MakeProfile(std::string("2018[PortChoice=") + GetParam() + "]");
    SnatPortAllocator allocator(profile, MakeDraw());
    allocator.AddPorts({FRONTEND, {1024, 1123}}, false, Time());
    allocator.AddPorts({FRONTEND, {3000, 3000}}, false, Time());
    allocator.AddPorts({FRONTEND, {2000, 2399}}, false, Time());
    std::mt19937 random(7);
    for (int i = 0; i < 501; ++i)
    {
        ASSERT_TRUE(allocator.Acquire(FlowTo(1, static_cast<uint16_t>(random())))) << i;
    }
    EXPECT_FALSE(allocator.Acquire(FlowTo(1, 1)));
    EXPECT_TRUE(allocator.Acquire(FlowTo(2, 1)));
    EXPECT_EQ(allocator.CheckInvariants(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(SnatPortChoice,
                         ExactChoices,
                         ::testing::Values("Lowest", "Random", "RandomUnused", "Deterministic"),
                         [](const auto& row) { return std::string(row.param); });

TEST(SnatPortChoice, OB_2006_LowestGoesByNumberWheneverPortsWereAdded)
{
    SnatPortAllocator allocator(MakeProfile("2018"), MakeDraw());
    for (const uint16_t port : {3000, 1024, 2000})
    {
        allocator.AddPorts({FRONTEND, {port, port}}, false, Time());
    }
    EXPECT_EQ(allocator.Acquire(FlowTo(1, 1))->port, 1024);
    EXPECT_EQ(allocator.Acquire(FlowTo(1, 2))->port, 2000);
    allocator.AddPorts({FRONTEND, {1500, 1500}}, false, Time());
    EXPECT_EQ(allocator.Acquire(FlowTo(1, 3))->port, 1500);
    EXPECT_EQ(allocator.Acquire(FlowTo(1, 4))->port, 3000);
}

TEST(SnatPortChoice, BoundedRandomRefusesByThePowerOfItsTries)
{
    SnatPortAllocator allocator(MakeProfile("bounded-random"), MakeDraw()); // 10 tries
    allocator.AddPorts({FRONTEND, {1024, 2023}}, false, Time());
    for (uint16_t source = 1000; allocator.GetPortsInUse() < 900; ++source)
    {
        allocator.Acquire(FlowTo(1, source));
    }
    constexpr int FLOWS = 20'000;
    int refused = 0;
    for (int i = 0; i < FLOWS; ++i)
    {
        const auto flow = FlowTo(1, 30'000);
        const auto lease = allocator.Acquire(flow);
        refused += !lease;
        if (lease)
        {
            allocator.Release(flow, *lease, Time());
        }
    }
    // All ten draws hit one of the 900 ports of 1,000: 0.9^10 = 0.3487.  The share of 20,000
    // independent flows has a standard deviation of sqrt(0.3487 x 0.6513 / 20,000) = 0.0034; four
    // of them are exceeded once in 16,000 times.
    EXPECT_NEAR(static_cast<double>(refused) / FLOWS, std::pow(0.9, 10), 4 * 0.0034);
    for (int i = 0; i < 1000; ++i) // to another destination all ports are free
    {
        const auto flow = FlowTo(2, 30'000);
        const auto lease = allocator.Acquire(flow);
        ASSERT_TRUE(lease);
        allocator.Release(flow, *lease, Time());
    }
}

TEST(SnatPortChoice, BoundedRandomDrawsAsOftenAsItMayAndNoMore)
{
    std::vector<uint32_t> drawn;
    uint32_t next = 3;
    const auto draw = [&](uint32_t n) {
        drawn.push_back(n);
        return next;
    };
    SnatPortAllocator allocator(MakeProfile("bounded-random[PortSearchTries=5]"), draw);
    allocator.AddPorts({FRONTEND, {1024, 1031}}, false, Time());
    EXPECT_EQ(allocator.Acquire(FlowTo(1, 1))->port, 1027);
    EXPECT_EQ(drawn, (std::vector<uint32_t>{8}));
    drawn.clear();
    EXPECT_FALSE(allocator.Acquire(FlowTo(1, 2))); // the same port each time
    EXPECT_EQ(drawn, (std::vector<uint32_t>(5, 8)));
    next = 7;
    EXPECT_EQ(allocator.Acquire(FlowTo(1, 2))->port, 1031);
}

/// One row: a source port, the ports that flows to the same destination hold, what must come out.
struct DeterministicCase
{
    const char* name; // test name
    uint16_t source;
    std::vector<uint16_t> held; // by flows whose own source port leads there
    uint16_t port;
};

void
PrintTo(const DeterministicCase& c, std::ostream* os)
{
    *os << "from " << c.source;
}

// Eight ports, 1024 to 1027 and 2000 to 2003: number (i + source port) modulo 8 from the lowest
// on.  A source port below 8 leads to the port of that number.
// clang-format off
const DeterministicCase DETERMINISTIC_CASES[] = {
    {"Number0",                   50000, {},                       1024}, // 50,000 = 6,250 x 8
    {"Number3",                   50003, {},                       1027},
    {"Number4IsInTheNextRange",   50004, {},                       2000},
    {"Number7",                   49159, {},                       2003}, // 49,159 = 6,144 x 8 + 7
    {"NextIfTaken",               50001, {1025},                   1026},
    {"NextButTwo",                50001, {1025, 1026, 1027},       2000},
    {"AroundTheEnd",              50007, {2003},                   1024},
    {"AroundTheEndToTheLastOne",  50002, {1026, 1027, 2000, 2001, 2002, 2003, 1024}, 1025},
};
// clang-format on

class DeterministicChoices : public ::testing::TestWithParam<DeterministicCase>
{
};

TEST_P(DeterministicChoices, FollowFromTheSourcePort)
{
    const auto& c = GetParam();
    SnatPortAllocator allocator(MakeProfile("deterministic-blocks"), MakeDraw());
    allocator.AddPorts({FRONTEND, {2000, 2003}}, false, Time());
    allocator.AddPorts({FRONTEND, {1024, 1027}}, false, Time());
    for (const auto port : c.held)
    {
        const int number = port < 2000 ? port - 1024 : port - 2000 + 4;
        ASSERT_EQ(allocator.Acquire(FlowTo(1, static_cast<uint16_t>(number)))->port, port);
    }
    EXPECT_EQ(allocator.Acquire(FlowTo(1, c.source))->port, c.port);
    EXPECT_EQ(allocator.Acquire(FlowTo(2, 50'000))->port, 1024); // all is free to others
}

INSTANTIATE_TEST_SUITE_P(SnatPortChoice,
                         DeterministicChoices,
                         ::testing::ValuesIn(DETERMINISTIC_CASES),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace

} // namespace ns3::azure
