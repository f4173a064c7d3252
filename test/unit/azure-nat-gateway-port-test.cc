// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-story.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief Which ports a NAT gateway gives to flows, and how many (sources.rst B.6).
 */
namespace ns3::azure
{

namespace
{

class NatGatewayPorts : public NatGatewayStory
{
  protected:
    /// A public address and a port of it.
    using Endpoint = std::pair<uint32_t, uint16_t>;

    /// Open a member's flows to one destination. @return how many have passed
    uint32_t OpenMany(uint32_t member,
                      uint32_t flows,
                      IpProtocol protocol = IpProtocol::Tcp,
                      uint16_t port = 443)
    {
        uint32_t passed = 0;
        for (uint32_t i = 0; i < flows; ++i)
        {
            passed += Open(MakeFlow(member, static_cast<uint16_t>(1024 + i), protocol, port));
        }
        return passed;
    }

    /// @return what the flows were translated to, each once
    std::set<Endpoint> GetEndpoints() const
    {
        std::set<Endpoint> endpoints;
        for (const auto& flow : m_created)
        {
            if (flow.translated)
            {
                endpoints.emplace(flow.translated->GetSourceNumber(),
                                  flow.translated->GetSourcePort());
            }
        }
        return endpoints;
    }
};

TEST_F(NatGatewayPorts, B_6_5000FlowsOfAHotVmToOneDestinationOnOneAddressAreNotRefused)
{
    Begin("nat-gateway", 1, 100); // by pool size each of 100 VMs would have 512 ports (B.1)
    EXPECT_EQ(OpenMany(1, 5000), 5000U);
    EXPECT_TRUE(m_exhausted.empty());
    EXPECT_EQ(GetEndpoints().size(), 5000U);
    EXPECT_EQ(m_pipeline->GetSnatPortUsage().at(0).portsInUse, 5000U);
}

TEST_F(NatGatewayPorts, B_6_AllMembersShareTheInventoryAndNothingIsPreallocated)
{
    Begin("nat-gateway[PortsPerPublicAddress=8]");
    EXPECT_EQ(m_pipeline->GetSnatPortUsage().at(0).portsInUse, 0U);
    EXPECT_EQ(OpenMany(1, 8), 8U);
    EXPECT_EQ(OpenMany(2, 1), 0U); // the neighbor has them all
    ASSERT_EQ(m_exhausted.size(), 1U);
    EXPECT_EQ(m_exhausted[0].networkInterface, 2U);
    EXPECT_EQ(m_exhausted[0].portsAllocated, 8U);
    EXPECT_EQ(m_exhausted[0].portsInUse, 8U);
    // One flow less, and the neighbor may have its port: 16 s after the RST.
    Out(MakeFlow(1, 1024), TCP_RST);
    At(Seconds(16));
    EXPECT_EQ(OpenMany(2, 1), 1U);
}

/// One row: how many addresses a gateway has, and how many ports that makes.
struct InventoryCase
{
    uint32_t addresses; // of the gateway
    uint32_t ports;     // expected
};

constexpr std::array<InventoryCase, 3> INVENTORY_CASES{{
    {1, 64'512},     // 65,536 - 1,024
    {2, 129'024},    // twice that
    {16, 1'032'192}, // 16 times: the most there are
}};

TEST_F(NatGatewayPorts, B_6_EachOfUpTo16AddressesGives64512Ports)
{
    for (const auto& [addresses, ports] : INVENTORY_CASES)
    {
        Begin("nat-gateway", addresses);
        uint32_t sum = 0;
        for (const auto& usage : m_pipeline->GetSnatPortUsage())
        {
            EXPECT_EQ(usage.networkInterface, 0U) << "nobody has ports of their own";
            sum += usage.portsAllocated;
        }
        EXPECT_EQ(sum, ports) << addresses;
        EXPECT_EQ(m_pipeline->GetSnatPortUsage().size(), addresses);
    }
}

TEST_F(NatGatewayPorts, B_6_PortsAreChosenAtRandom)
{
    Begin("nat-gateway");
    constexpr uint32_t FLOWS = 6400;
    constexpr uint32_t BINS = 64; // of 1,008 ports each
    OpenMany(1, FLOWS);
    std::array<uint32_t, BINS> counts{};
    uint32_t ascents = 0;
    uint32_t before = 0;
    for (const auto& flow : m_created)
    {
        const uint32_t port = flow.translated->GetSourcePort();
        ASSERT_GE(port, 1024U);
        ++counts[(port - 1024) / 1008];
        ascents += port > before;
        before = port;
    }
    double chiSquare = 0;
    for (const auto count : counts)
    {
        const double expected = double{FLOWS} / BINS;
        chiSquare += (count - expected) * (count - expected) / expected;
    }
    // 63 degrees of freedom: below 103.4 but for one draw of 1,000; lowest-first would give
    // 400,000.
    EXPECT_LT(chiSquare, 103.4);
    EXPECT_GT(chiSquare, 32.0); // above but for one in 1,000: nor are they dealt out evenly
    // Half of the steps go up: 3,200 and 5 standard deviations of at most 40.
    EXPECT_NEAR(ascents, 3200, 200);
}

TEST_F(NatGatewayPorts, B_6_AreReusedForAnotherDestinationOnlyWhenAllAreUsed)
{
    Begin("nat-gateway[PortsPerPublicAddress=4]", 2);
    for (uint16_t i = 0; i < 8; ++i)
    {
        EXPECT_TRUE(Open(MakeFlow(1, 5000, IpProtocol::Tcp, 80 + i)));
    }
    EXPECT_EQ(GetEndpoints().size(), 8U) << "as many as there are ports on both addresses";
    for (uint16_t i = 0; i < 8; ++i)
    {
        EXPECT_TRUE(Open(MakeFlow(2, 5000, IpProtocol::Tcp, 90 + i)));
    }
    EXPECT_EQ(GetEndpoints().size(), 8U);
    EXPECT_EQ(m_pipeline->GetOpenFlows().size(), 16U);
}

TEST_F(NatGatewayPorts, B_6_AreReusedOnlyWithoutConnectionToTheSameDestination)
{
    Begin("nat-gateway[PortsPerPublicAddress=4]");
    EXPECT_EQ(OpenMany(1, 5), 4U);
    EXPECT_EQ(OpenMany(2, 5, IpProtocol::Tcp, 444), 4U) << "another port is another destination";
    std::map<uint16_t, std::set<uint16_t>> ports;
    for (const auto& flow : m_created)
    {
        if (flow.translated)
        {
            ports[flow.key.GetDestinationPort()].insert(flow.translated->GetSourcePort());
        }
    }
    EXPECT_EQ(ports[443].size(), 4U);
    EXPECT_EQ(ports[444].size(), 4U);
}

TEST_F(NatGatewayPorts, B_6_TcpAndUdpInventoriesAreSeparate)
{
    Begin("nat-gateway[PortsPerPublicAddress=4]");
    EXPECT_EQ(OpenMany(1, 5, IpProtocol::Tcp), 4U);
    EXPECT_EQ(OpenMany(1, 5, IpProtocol::Udp), 4U);
    ASSERT_EQ(m_exhausted.size(), 2U);
    EXPECT_EQ(m_exhausted[0].key.GetProtocol(), IpProtocol::Tcp);
    EXPECT_EQ(m_exhausted[1].key.GetProtocol(), IpProtocol::Udp);
}

TEST_F(NatGatewayPorts, B_6_AnAddressHas50000FlowsToOneDestination)
{
    Begin("nat-gateway", 1, 2);
    EXPECT_EQ(OpenMany(1, 30'000), 30'000U);
    EXPECT_EQ(OpenMany(2, 20'001), 20'000U); // 64,512 ports are there
    ASSERT_EQ(m_exhausted.size(), 1U);
    EXPECT_EQ(m_exhausted[0].portsInUse, 50'000U);
    EXPECT_EQ(OpenMany(2, 1, IpProtocol::Udp), 1U) << "each protocol is a destination of its own";
    EXPECT_EQ(OpenMany(2, 1, IpProtocol::Tcp, 444), 1U);
}

TEST_F(NatGatewayPorts, B_6_TheLimitToOneDestinationIsOfEachAddress)
{
    Begin("nat-gateway[MaxFlowsPerDestination=3]", 2);
    EXPECT_EQ(OpenMany(1, 7), 6U);
    EXPECT_EQ(OpenMany(2, 7, IpProtocol::Tcp, 444), 6U);
    const auto usage = m_pipeline->GetSnatPortUsage();
    EXPECT_EQ(usage.at(0).flows, 6U);
    EXPECT_EQ(usage.at(1).flows, 6U);
}

TEST_F(NatGatewayPorts, B_6_TheLimitOfAllFlowsTogetherRefusesAsIfNoPortWereFree)
{
    Begin(MakeGoalState("nat-gateway"), 5);
    EXPECT_EQ(OpenMany(1, 4), 4U);
    EXPECT_EQ(OpenMany(2, 1, IpProtocol::Udp), 1U);
    const auto late = MakeFlow(2, 7777);
    EXPECT_EQ(GetReason(Out(late)), DropReason::SnatPortsExhausted);
    EXPECT_EQ(GetReason(Out(late)), DropReason::SnatPortsExhausted);
    ASSERT_EQ(m_exhausted.size(), 2U);
    EXPECT_EQ(m_exhausted[1].attempt, 2U) << "a retransmitted SYN is no new flow";
    EXPECT_EQ(m_exhausted[1].networkInterface, 2U);
    EXPECT_EQ(m_created.back().outcome, FlowOutcome::Refused);
    Out(MakeFlow(1, 1024), TCP_RST);
    At(Seconds(16));
    EXPECT_TRUE(Open(late));
}

TEST_F(NatGatewayPorts, FlowsAreOfTheirVmsAndNumberedByTheGateway)
{
    Begin("nat-gateway");
    Open(MakeFlow(2, 1024));
    Open(MakeFlow(1, 1024));
    ASSERT_EQ(m_created.size(), 2U);
    EXPECT_EQ(m_created[0].networkInterface, 2U);
    EXPECT_EQ(m_created[0].flow, 1U);
    EXPECT_EQ(m_created[1].networkInterface, 1U);
    EXPECT_EQ(m_created[1].flow, 2U);
    EXPECT_EQ(m_created[1].method, OutboundMethod::NatGateway);
    ASSERT_EQ(m_portEvents.size(), 2U);
    EXPECT_EQ(m_portEvents[0].networkInterface, 2U);
    EXPECT_EQ(m_portEvents[1].networkInterface, 1U);
    EXPECT_EQ(m_portEvents[1].portsInUse, 2U) << "those of all";
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(1).networkInterface, 1U);
}

} // namespace

} // namespace ns3::azure
