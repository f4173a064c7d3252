// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-snat-port-allocator.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;

/// A small language for stories about flows; each step expects the laws.
class SnatSharing : public ::testing::Test
{
  protected:
    /// Gives the owner these ranges on 198.51.100.1.
    void Given(const std::string& profile, const std::vector<PortRange>& ranges)
    {
        m_allocator = SnatPortAllocator(MakeProfile(profile), [](uint32_t) { return 0; });
        for (const auto& range : ranges)
        {
            Add("198.51.100.1", range);
        }
    }

    void Add(const char* frontend, PortRange range)
    {
        m_allocator.AddPorts({Ipv4Address(frontend), range}, false, Time());
    }

    /// A flow of a socket of 10.0.0.4 to 203.0.113.x.
    static FlowKey Flow(uint16_t source, uint32_t server, uint16_t port, IpProtocol protocol = UDP)
    {
        return {0x0a000004U, 0xcb007100U + server, source, port, protocol};
    }

    SnatPortLease ExpectPort(const FlowKey& flow, uint16_t port, uint32_t frontend = 0)
    {
        const auto lease = m_allocator.Acquire(flow).value_or(SnatPortLease{99, 0, false});
        EXPECT_EQ(lease.port, port) << flow;
        EXPECT_EQ(lease.frontend, frontend) << flow;
        EXPECT_EQ(m_allocator.CheckInvariants(), std::nullopt);
        return lease;
    }

    void ExpectRefused(const FlowKey& flow)
    {
        EXPECT_FALSE(m_allocator.Acquire(flow)) << flow;
        EXPECT_EQ(m_allocator.CheckInvariants(), std::nullopt);
    }

    void Release(const FlowKey& flow, const SnatPortLease& lease)
    {
        m_allocator.Release(flow, lease, Time());
        EXPECT_EQ(m_allocator.CheckInvariants(), std::nullopt);
    }

    SnatPortAllocator m_allocator;
};

TEST_F(SnatSharing, B_2_ConeSocketHasOnePortWhateverTheDestination)
{
    Given("2018", {{1024, 1031}});
    ExpectPort(Flow(5000, 1, 53), 1024);
    ExpectPort(Flow(5000, 1, 123), 1024);
    ExpectPort(Flow(5000, 2, 53), 1024);
    EXPECT_EQ(m_allocator.GetPortsInUse(), 1U);
    ExpectPort(Flow(5001, 1, 53), 1025); // another socket
}

TEST_F(SnatSharing, B_2_ConePortIsNobodyElses)
{
    Given("2018", {{1024, 1025}});
    ExpectPort(Flow(5000, 1, 53), 1024);
    ExpectPort(Flow(5001, 2, 53), 1025);
    ExpectRefused(Flow(5002, 3, 53)); // to a destination that neither of them has
    ExpectPort(Flow(5000, 3, 53), 1024);
    // The same port of another VM is another socket.
    ExpectRefused({0x0a000005U, 0xcb007101U, 5000, 53, UDP});
}

TEST_F(SnatSharing, B_2_ConePortIsFreeAfterTheSocketsLastFlow)
{
    Given("2018", {{1024, 1024}});
    auto first = ExpectPort(Flow(5000, 1, 53), 1024);
    const auto second = ExpectPort(Flow(5000, 2, 53), 1024);
    m_allocator.CoolDown(first);
    EXPECT_EQ(m_allocator.GetPortsInUse(), 1U); // by the second flow
    Release(Flow(5000, 2, 53), second);
    EXPECT_EQ(m_allocator.GetPortsCoolingDown(), 1U);
    ExpectRefused(Flow(5001, 3, 53));
    Release(Flow(5000, 1, 53), first);
    EXPECT_EQ(m_allocator.GetPortsCoolingDown(), 0U);
    ExpectPort(Flow(5001, 3, 53), 1024);
    ExpectRefused(Flow(5000, 1, 53));
}

TEST_F(SnatSharing, B_2_ConeKeepsItsFrontendToo)
{
    Given("2018", {{1024, 1024}});
    Add("198.51.100.2", {1024, 1025});
    const auto lease = ExpectPort(Flow(5000, 1, 53), 1024, 0);
    ExpectPort(Flow(5001, 1, 53), 1024, 1);
    Release(Flow(5000, 1, 53), lease);
    ExpectPort(Flow(5001, 2, 53), 1024, 1); // though the first frontend has a port now
}

TEST_F(SnatSharing, B_2_ConeCountsOnePerSocketAndNeverOnePerFlow)
{
    Given("2018", {{1024, 1031}});
    for (uint16_t i = 0; i < 80; ++i) // ten flows of each of eight sockets
    {
        ASSERT_TRUE(m_allocator.Acquire(Flow(static_cast<uint16_t>(5000 + i / 10), i, 53)));
    }
    ExpectRefused(Flow(5008, 1, 53));
    Given("2018[UdpReuseKey=Never]", {{1024, 1031}});
    for (uint16_t i = 0; i < 8; ++i) // eight flows of one socket
    {
        ASSERT_TRUE(m_allocator.Acquire(Flow(5000, i, 53)));
    }
    ExpectRefused(Flow(5000, 8, 53));
}

TEST_F(SnatSharing, B_2_ConeOfUdpLeavesTheSamePortsToTcp)
{
    Given("2018", {{1024, 1024}});
    ExpectPort(Flow(5000, 1, 53), 1024);
    ExpectPort(Flow(5000, 1, 53, TCP), 1024);
    ExpectRefused(Flow(5001, 1, 53));
    ExpectRefused(Flow(5001, 1, 53, TCP));
    ExpectPort(Flow(5001, 2, 53, TCP), 1024);
}

TEST_F(SnatSharing, B_2_ConeOfBothProtocolsTellsTheirSocketsApart)
{
    Given("2017[TcpReuseKey=Cone|UdpReuseKey=Cone]", {{1024, 1025}});
    ExpectPort(Flow(5000, 1, 53), 1024);
    ExpectPort(Flow(5000, 1, 53, TCP), 1025);
    ExpectPort(Flow(5000, 2, 53, TCP), 1025);
    ExpectRefused(Flow(5001, 2, 53, TCP));
}

TEST_F(SnatSharing, B_6_SoManyFlowsPerDestinationAndAddressAndNoMore)
{
    Given("nat-gateway", {{1024, 65535}});
    for (uint32_t i = 0; i < 50'000; ++i) // NG-2307: 50,000 of 64,512
    {
        ASSERT_TRUE(m_allocator.Acquire(Flow(static_cast<uint16_t>(i), 1, 443, TCP))) << i;
    }
    ExpectRefused(Flow(60'000, 1, 443, TCP));
    EXPECT_TRUE(m_allocator.Acquire(Flow(60'000, 1, 444, TCP))); // another port
    EXPECT_TRUE(m_allocator.Acquire(Flow(60'000, 2, 443, TCP))); // another address
    EXPECT_TRUE(m_allocator.Acquire(Flow(60'000, 1, 443, UDP))); // another protocol
    Add("198.51.100.2", {1024, 65535});
    const auto next = m_allocator.Acquire(Flow(60'000, 1, 443, TCP));
    ASSERT_TRUE(next); // the limit is each address's
    EXPECT_EQ(next->frontend, 1U);
}

TEST_F(SnatSharing, B_6_EndedFlowMakesRoomForAnotherToItsDestination)
{
    Given("nat-gateway[MaxFlowsPerDestination=2|PortChoice=Lowest]", {{1024, 65535}});
    auto lease = ExpectPort(Flow(1, 1, 443, TCP), 1024);
    ExpectPort(Flow(2, 1, 443, TCP), 1025);
    ExpectRefused(Flow(3, 1, 443, TCP));
    m_allocator.CoolDown(lease);
    ExpectRefused(Flow(3, 1, 443, TCP)); // it holds its port still
    Release(Flow(1, 1, 443, TCP), lease);
    ExpectPort(Flow(3, 1, 443, TCP), 1024);
}

TEST_F(SnatSharing, B_6_LimitHoldsForFlowsOfASocketToo)
{
    Given("2018[MaxFlowsPerDestination=1|UdpReuseKey=Cone]", {{1024, 1031}});
    ExpectPort(Flow(5000, 1, 53), 1024);
    ExpectPort(Flow(5000, 2, 53), 1024);
    ExpectRefused(Flow(5001, 1, 53)); // another socket, the same destination
}

TEST_F(SnatSharing, B_6_5000FlowsToOneDestinationFitOneAddress)
{
    Given("nat-gateway", {{1024, 65535}});
    for (uint16_t i = 0; i < 5000; ++i) // issue 5, must-show 6
    {
        ASSERT_TRUE(m_allocator.Acquire(Flow(static_cast<uint16_t>(1000 + i), 1, 443, TCP))) << i;
    }
    EXPECT_EQ(m_allocator.GetPortsInUse(), 5000U); // one each: none is reused while some are unused
}

} // namespace

} // namespace ns3::azure
