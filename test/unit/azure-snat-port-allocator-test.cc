// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-snat-port-allocator.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;

/// A flow of the VM to 203.0.113.x; every call is another flow.
FlowKey
FlowTo(uint32_t server, uint16_t port = 443, IpProtocol protocol = TCP)
{
    static uint16_t sourcePort = 49151;
    ++sourcePort;
    return {0x0a000004U, 0xcb007100U + server, sourcePort, port, protocol};
}

/// @return an allocator with one range on each of 198.51.100.1, .2 and so on
SnatPortAllocator
MakeAllocator(const std::string& profile, const std::vector<PortRange>& ranges, const Draw& draw)
{
    SnatPortAllocator allocator(MakeProfile(profile), draw);
    for (std::size_t i = 0; i < ranges.size(); ++i)
    {
        const Ipv4Address frontend(0xc6336401U + static_cast<uint32_t>(i));
        allocator.AddPorts({frontend, ranges[i]}, false, Time());
    }
    return allocator;
}

/// Always the first of what there is to draw from.
uint32_t
DrawFirst(uint32_t)
{
    return 0;
}

/// One row: a profile, twenty flows over eight ports, and what must become of them.
struct ReuseCase
{
    const char* name; // test name
    const char* profile;
    IpProtocol protocol;
    bool manyServers; // twenty addresses, else twenty ports of one address
    uint32_t fit;     // flows that get a port
    uint32_t ports;   // ports in use then
};

void
PrintTo(const ReuseCase& c, std::ostream* os)
{
    *os << c.profile << (c.manyServers ? ", twenty addresses" : ", twenty ports of one address");
}

// clang-format off
constexpr ReuseCase REUSE_CASES[] = {
    // issue 2, must-show 5
    {"S0_20_TwentyAddresses2016",  "2016", TCP, true,  20, 1},
    {"S0_20_TwentyAddresses2017",  "2017", TCP, true,  20, 1},
    {"TwentyAddresses2018",        "2018", TCP, true,  20, 1},
    {"TwentyAddresses2023",        "2023", TCP, true,  20, 1},
    {"S0_18_TwentyPorts2016",      "2016", TCP, false,  8, 8},
    {"S0_18_TwentyPorts2017",      "2017", TCP, false,  8, 8},
    {"TwentyPorts2018",            "2018", TCP, false, 20, 1},
    {"TwentyPorts2023",            "2023", TCP, false, 20, 1},
    // UDP: as TCP in the seeds, one port a flow in 2018 (OB-1808), by address since OB-2012
    {"S0_20_UdpTwentyAddresses2017", "2017", UDP, true,  20, 1},
    {"S0_18_UdpTwentyPorts2017",   "2017", UDP, false,  8, 8},
    {"UdpTwentyAddresses2018",     "2018", UDP, true,   8, 8},
    {"UdpTwentyPorts2018",         "2018", UDP, false,  8, 8},
    {"UdpTwentyAddresses2023",     "2023", UDP, true,  20, 1},
    {"UdpTwentyPorts2023",         "2023", UDP, false,  8, 8},
    // The keys can be set alone
    {"TcpNever",                   "2017[TcpReuseKey=Never]", TCP, true, 8, 8},
    {"TcpEndpointIn2017",          "2017[TcpReuseKey=DestinationEndpoint]", TCP, false, 20, 1},
    {"UdpEndpoint",                "2018[UdpReuseKey=DestinationEndpoint]", UDP, false, 20, 1},
};
// clang-format on

class ReuseKeys : public ::testing::TestWithParam<ReuseCase>
{
};

TEST_P(ReuseKeys, DecideWhichFlowsShareAPort)
{
    const auto& c = GetParam();
    auto allocator = MakeAllocator(c.profile, {{1024, 1031}}, DrawFirst);
    uint32_t fit = 0;
    for (uint32_t i = 0; i < 20; ++i)
    {
        const auto flow = c.manyServers ? FlowTo(i, 443, c.protocol)
                                        : FlowTo(0, static_cast<uint16_t>(8000 + i), c.protocol);
        fit += allocator.Acquire(flow).has_value();
        ASSERT_EQ(allocator.CheckInvariants(), std::nullopt);
    }
    EXPECT_EQ(fit, c.fit);
    EXPECT_EQ(allocator.GetPortsInUse(), c.ports);
    EXPECT_EQ(allocator.GetPortsAllocated(), 8U);
}

INSTANTIATE_TEST_SUITE_P(SnatPortAllocator,
                         ReuseKeys,
                         ::testing::ValuesIn(REUSE_CASES),
                         [](const auto& row) { return row.param.name; });

/// A small language for stories; every step checks the laws.
class SnatPortStory : public ::testing::Test
{
  protected:
    /// A flow and its lease.
    struct Open
    {
        FlowKey flow;
        SnatPortLease lease;
    };

    void Given(const std::string& profile, const std::vector<PortRange>& ranges)
    {
        m_allocator = MakeAllocator(profile, ranges, [this](uint32_t n) {
            EXPECT_LT(m_drawn, n);
            return m_drawn;
        });
    }

    /// @param drawn what the next draws say
    Open ExpectPort(const FlowKey& flow, uint32_t frontend, uint16_t port, uint32_t drawn = 0)
    {
        m_drawn = drawn;
        const auto lease = m_allocator.Acquire(flow);
        EXPECT_TRUE(lease) << flow;
        EXPECT_EQ(lease.value_or(SnatPortLease{}).frontend, frontend) << flow;
        EXPECT_EQ(lease.value_or(SnatPortLease{}).port, port) << flow;
        EXPECT_FALSE(lease.value_or(SnatPortLease{}).isCoolingDown);
        ExpectLaws();
        return {flow, lease.value_or(SnatPortLease{})};
    }

    void ExpectRefused(const FlowKey& flow, uint32_t drawn = 0)
    {
        m_drawn = drawn;
        EXPECT_FALSE(m_allocator.Acquire(flow)) << flow;
        ExpectLaws();
    }

    void Close(Open& open)
    {
        m_allocator.CoolDown(open.lease);
        EXPECT_TRUE(open.lease.isCoolingDown);
        ExpectLaws();
    }

    void Reopen(Open& open)
    {
        m_allocator.Reopen(open.lease);
        EXPECT_FALSE(open.lease.isCoolingDown);
        ExpectLaws();
    }

    void Release(const Open& open)
    {
        m_allocator.Release(open.flow, open.lease, Time());
        ExpectLaws();
    }

    void ExpectCounts(uint32_t inUse, uint32_t coolingDown)
    {
        EXPECT_EQ(m_allocator.GetPortsInUse(), inUse);
        EXPECT_EQ(m_allocator.GetPortsCoolingDown(), coolingDown);
    }

    void ExpectLaws()
    {
        EXPECT_EQ(m_allocator.CheckInvariants(), std::nullopt);
    }

    SnatPortAllocator m_allocator;
    uint32_t m_drawn{0}; // what draws say
};

TEST_F(SnatPortStory, AllocatorWithoutPortsRefuses)
{
    ExpectRefused(FlowTo(1));
    EXPECT_EQ(m_allocator.GetPortsAllocated(), 0U);
}

TEST_F(SnatPortStory, S4_01_As2016SaysThisManyFlowsToOneAddressFitAndNoMore)
{
    Given("2016", {{1024, 65534}});
    EXPECT_EQ(m_allocator.GetPortsAllocated(), 64511U);
    for (uint32_t i = 0; i < 64511; ++i)
    {
        const auto lease = m_allocator.Acquire(FlowTo(1));
        ASSERT_TRUE(lease) << i;
        ASSERT_EQ(lease->port, 1024 + i);
    }
    ExpectCounts(64511, 0);
    ExpectRefused(FlowTo(1));
    ExpectRefused(FlowTo(1, 80));
    ExpectPort(FlowTo(2), 0, 1024); // S0-43: ports are not connections
}

TEST_F(SnatPortStory, S0_17_FlowsToOneAddressTakeAPortEach)
{
    Given("2017", {{1024, 1027}});
    ExpectPort(FlowTo(1), 0, 1024);
    ExpectPort(FlowTo(1), 0, 1025);
    ExpectPort(FlowTo(1, 80), 0, 1026);
    ExpectPort(FlowTo(1, 53, UDP), 0, 1027); // TCP and UDP share their ports in 2017
    ExpectRefused(FlowTo(1));
    ExpectRefused(FlowTo(1, 53, UDP));
    ExpectCounts(4, 0);
}

TEST_F(SnatPortStory, ProtocolsUseUpTheirPortsIndependentlySince2018)
{
    Given("2018", {{1024, 1025}});
    ExpectPort(FlowTo(1), 0, 1024);
    ExpectPort(FlowTo(1), 0, 1025);
    ExpectRefused(FlowTo(1));
    ExpectPort(FlowTo(1, 443, UDP), 0, 1024);
    ExpectPort(FlowTo(2, 53, UDP), 0, 1025);
    ExpectRefused(FlowTo(3, 53, UDP)); // one port a flow, whatever its destination
    ExpectCounts(2, 0);                // a port in use for both counts once
}

TEST_F(SnatPortStory, S0_22_ExhaustionEndsWhenAFlowReleasesItsPort)
{
    Given("2017", {{1024, 1025}});
    const auto first = ExpectPort(FlowTo(1), 0, 1024);
    ExpectPort(FlowTo(1), 0, 1025);
    ExpectRefused(FlowTo(1));
    Release(first);
    ExpectPort(FlowTo(1), 0, 1024);
    ExpectRefused(FlowTo(1));
}

TEST_F(SnatPortStory, CoolingPortIsKeptFromItsOwnDestinationOnly)
{
    Given("2018", {{1024, 1025}});
    auto closed = ExpectPort(FlowTo(1), 0, 1024);
    Close(closed);
    ExpectCounts(0, 1);
    ExpectPort(FlowTo(1), 0, 1025);
    ExpectRefused(FlowTo(1));
    ExpectPort(FlowTo(1, 80), 0, 1024); // another endpoint may use it
    ExpectCounts(2, 0);
    Release(closed);
    ExpectPort(FlowTo(1), 0, 1024);
}

TEST_F(SnatPortStory, ReopenedFlowKeepsItsPort)
{
    Given("2018", {{1024, 1024}});
    auto flow = ExpectPort(FlowTo(1), 0, 1024);
    Close(flow);
    Reopen(flow);
    ExpectCounts(1, 0);
    ExpectRefused(FlowTo(1));
    Release(flow);
    ExpectCounts(0, 0);
}

TEST_F(SnatPortStory, S0_40_SearchBeginsAtTheDrawnFrontendAndGoesRound)
{
    Given("2017", {{1024, 1025}, {2048, 2048}, {4096, 4097}});
    EXPECT_EQ(m_allocator.GetPortsAllocated(), 5U);
    ExpectPort(FlowTo(1), 2, 4096, 2);
    ExpectPort(FlowTo(1), 1, 2048, 1);
    ExpectPort(FlowTo(1), 2, 4097, 1); // the next one, since frontend 1 has none left
    ExpectPort(FlowTo(1), 0, 1024, 2); // from the start after the end
    ExpectPort(FlowTo(1), 0, 1025, 1);
    ExpectRefused(FlowTo(1), 0);
    ExpectRefused(FlowTo(1), 2);
    ExpectPort(FlowTo(2), 1, 2048, 1);
    ExpectCounts(5, 0);
}

TEST_F(SnatPortStory, FillFirstUsesUpTheFirstFrontendBeforeTheSecond)
{
    Given("2018", {{1024, 1025}, {1024, 1025}}); // the same ports of two addresses
    ExpectPort(FlowTo(1), 0, 1024);
    ExpectPort(FlowTo(1), 0, 1025);
    ExpectPort(FlowTo(1), 1, 1024);
    ExpectPort(FlowTo(1), 1, 1025);
    ExpectRefused(FlowTo(1));
    EXPECT_EQ(m_allocator.GetFrontends()[1].GetPublicAddress(), Ipv4Address("198.51.100.2"));
    EXPECT_EQ(m_allocator.GetFrontends()[1].GetPortsInUse(), 2U);
}

} // namespace

} // namespace ns3::azure
