// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-snat-port-allocator.h"

#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address FIRST("198.51.100.1");
const Ipv4Address SECOND("198.51.100.2");
const Ipv4Address THIRD("198.51.100.3");

FlowKey
FlowFrom(uint16_t source, uint32_t server = 1)
{
    return {0x0a000004U, 0xcb007100U + server, source, 443, IpProtocol::Tcp};
}

/// @return something that draws from a generator with a fixed seed
Draw
MakeDraw()
{
    return [random = std::mt19937_64(12)](uint32_t n) mutable {
        return std::uniform_int_distribution<uint32_t>(0, n - 1)(random);
    };
}

TEST(SnatFrontends, S0_40_FrontendOfManyRangesIsDrawnAsOftenAsAnyOther)
{
    SnatPortAllocator allocator(MakeProfile("2018[FrontendSelection=Random]"), MakeDraw());
    for (const uint16_t port : {1024, 1040, 1056, 1072}) // the first is cut in four
    {
        allocator.AddPorts({FIRST, {port, static_cast<uint16_t>(port + 7)}}, false, Time());
    }
    allocator.AddPorts({SECOND, {1024, 1031}}, false, Time());
    constexpr int FLOWS = 20'000;
    std::array<int, 2> times{};
    for (int i = 0; i < FLOWS; ++i)
    {
        const auto flow = FlowFrom(1000);
        const auto lease = allocator.Acquire(flow);
        ASSERT_TRUE(lease);
        ++times[lease->frontend];
        allocator.Release(flow, *lease, Time());
    }
    // Half of 20,000, give or take four standard deviations of sqrt(20,000 / 4) = 71.
    EXPECT_NEAR(times[0], FLOWS / 2, 4 * 71);
}

TEST(SnatFrontends, FrontendWithoutPortsIsPassedOver)
{
    std::vector<uint32_t> drawn;
    const auto draw = [&](uint32_t n) {
        drawn.push_back(n);
        return n - 1;
    };
    SnatPortAllocator allocator(MakeProfile("2018[FrontendSelection=Random]"), draw);
    for (const auto& frontend : {FIRST, SECOND, THIRD})
    {
        allocator.AddPorts({frontend, {1024, 1025}}, false, Time());
    }
    EXPECT_EQ(allocator.Acquire(FlowFrom(1))->frontend, 2U);
    allocator.RemovePorts({SECOND, {1024, 1025}});
    EXPECT_EQ(allocator.Acquire(FlowFrom(2))->frontend, 2U); // keeps its position
    allocator.RemovePorts({FIRST, {1024, 1025}});
    EXPECT_EQ(allocator.Acquire(FlowFrom(3, 2))->frontend, 2U);
    EXPECT_EQ(drawn, (std::vector<uint32_t>{3, 2})); // of one there is nothing to draw
    allocator.AddPorts({FIRST, {1024, 1024}}, false, Time());
    EXPECT_EQ(allocator.Acquire(FlowFrom(4))->frontend, 0U); // the last one has no port left
    EXPECT_EQ(allocator.GetFrontends().size(), 3U);
    EXPECT_EQ(allocator.GetFrontends()[1].GetSize(), 0U);
}

TEST(SnatFrontends, OB_2409_AnyGoesByTheFlowsHash)
{
    SnatPortAllocator allocator(MakeProfile("2018[FrontendSelection=Any]"), MakeDraw());
    for (const auto& frontend : {FIRST, SECOND, THIRD})
    {
        allocator.AddPorts({frontend, {1024, 65000}}, false, Time());
    }
    std::array<int, 3> times{};
    for (uint16_t source = 1000; source < 4000; ++source)
    {
        const auto flow = FlowFrom(source);
        const auto lease = allocator.Acquire(flow);
        ASSERT_TRUE(lease);
        ASSERT_EQ(lease->frontend, flow.GetHash() % 3);
        ++times[lease->frontend];
    }
    for (const auto count : times) // a third of 3,000; sqrt(3,000 x 2 / 9) = 26, four times
    {
        EXPECT_NEAR(count, 1000, 4 * 26);
    }
}

/// The parameter is a FrontendSelection.
class SnatFrontendSelections : public ::testing::TestWithParam<const char*>
{
};

TEST_P(SnatFrontendSelections, GoOnToTheNextFrontendUntilAllPortsAreUsed)
{
    const auto profile = MakeProfile(std::string("2018[FrontendSelection=") + GetParam() + "]");
    SnatPortAllocator allocator(profile, MakeDraw());
    allocator.AddPorts({FIRST, {1024, 1123}}, false, Time());
    allocator.AddPorts({SECOND, {1024, 1024}}, false, Time());
    allocator.AddPorts({THIRD, {1024, 1033}}, false, Time());
    for (uint16_t source = 1; source <= 111; ++source)
    {
        ASSERT_TRUE(allocator.Acquire(FlowFrom(source))) << source;
    }
    EXPECT_FALSE(allocator.Acquire(FlowFrom(112)));
    EXPECT_EQ(allocator.CheckInvariants(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(SnatPortAllocator,
                         SnatFrontendSelections,
                         ::testing::Values("FillFirst", "Random", "Any"),
                         [](const auto& row) { return std::string(row.param); });

/// Stories about ranges of eight that go back after 240 s.
class SnatRanges : public ::testing::Test
{
  protected:
    /// @return what has gone back by then, as text
    std::string TakeUnused(int seconds)
    {
        std::ostringstream os;
        for (const auto& range : m_allocator.TakeUnused(Seconds(seconds)))
        {
            os << range.publicAddress << ":" << range.ports << " ";
        }
        EXPECT_EQ(m_allocator.CheckInvariants(), std::nullopt);
        return os.str();
    }

    void Add(PortRange ports, bool isReturnable, int seconds)
    {
        m_allocator.AddPorts({FIRST, ports}, isReturnable, Seconds(seconds));
    }

    SnatPortAllocator m_allocator{MakeProfile("legacy-on-demand"), MakeDraw()};
};

TEST_F(SnatRanges, B_1_RangeThatWasNeverUsedGoesBackAfterTheTimeout)
{
    Add({1024, 1183}, false, 0); // preallocated ones stay
    Add({2000, 2007}, true, 10);
    EXPECT_EQ(m_allocator.GetNextUnused(), Seconds(250));
    EXPECT_EQ(TakeUnused(249), "");
    EXPECT_EQ(TakeUnused(250), "198.51.100.1:2000-2007 ");
    EXPECT_EQ(m_allocator.GetNextUnused(), std::nullopt);
    EXPECT_EQ(m_allocator.GetPortsAllocated(), 160U);
    EXPECT_EQ(TakeUnused(100'000), "");
}

TEST_F(SnatRanges, C_1_RangeInUseStaysUntilItsLastFlowIsOverForLongEnough)
{
    Add({2000, 2007}, true, 0);
    auto first = *m_allocator.Acquire(FlowFrom(1));
    const auto second = *m_allocator.Acquire(FlowFrom(2));
    EXPECT_EQ(m_allocator.GetNextUnused(), std::nullopt);
    m_allocator.CoolDown(first);
    m_allocator.Release(FlowFrom(2), second, Seconds(100));
    EXPECT_EQ(TakeUnused(1000), ""); // a flow that cools down holds its port
    m_allocator.Release(FlowFrom(1), first, Seconds(1000));
    EXPECT_EQ(m_allocator.GetNextUnused(), Seconds(1240));
    const auto third = *m_allocator.Acquire(FlowFrom(3));
    EXPECT_EQ(TakeUnused(1240), ""); // it is needed again
    m_allocator.Release(FlowFrom(3), third, Seconds(1300));
    EXPECT_EQ(TakeUnused(1540), "198.51.100.1:2000-2007 ");
}

TEST_F(SnatRanges, WhatComesAtOnceGoesBackRangeByRange)
{
    Add({2000, 2019}, true, 0);                           // 8, 8 and the 4 left over
    const auto lease = *m_allocator.Acquire(FlowFrom(1)); // 2000
    EXPECT_EQ(lease.port, 2000);
    EXPECT_EQ(TakeUnused(240), "198.51.100.1:2008-2015 198.51.100.1:2016-2019 ");
    m_allocator.Release(FlowFrom(1), lease, Seconds(300));
    EXPECT_EQ(TakeUnused(540), "198.51.100.1:2000-2007 ");
}

TEST_F(SnatRanges, WhatWasRemovedDoesNotGoBack)
{
    Add({2000, 2015}, true, 0);
    m_allocator.RemovePorts({FIRST, {2002, 2003}});
    m_allocator.RemovePorts({FIRST, {2008, 2015}});
    EXPECT_EQ(TakeUnused(240), "198.51.100.1:2000-2001 198.51.100.1:2004-2007 ");
    Add({2000, 2007}, true, 300); // the same ports again
    EXPECT_EQ(TakeUnused(539), "");
    EXPECT_EQ(TakeUnused(540), "198.51.100.1:2000-2007 ");
}

TEST_F(SnatRanges, NothingGoesBackWithoutATimeout)
{
    m_allocator =
        SnatPortAllocator(MakeProfile("legacy-on-demand[UnusedRangeTimeout=none]"), MakeDraw());
    Add({2000, 2007}, true, 0);
    EXPECT_EQ(m_allocator.GetNextUnused(), std::nullopt);
    EXPECT_EQ(TakeUnused(1'000'000), "");
    EXPECT_EQ(m_allocator.GetPortsAllocated(), 8U);
}

} // namespace

} // namespace ns3::azure
