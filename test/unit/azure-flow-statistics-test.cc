// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace ns3::azure
{

namespace
{

/// Flows and ports are told of; times in seconds.
class FlowStatisticsStory : public ::testing::Test
{
  protected:
    FlowStatisticsStory()
    {
        m_statistics.AddPortUsage([this] { return m_ports; });
        m_statistics.AddOpenFlows([this](const FlowVisitor& visitor) {
            std::for_each(m_open.begin(), m_open.end(), visitor);
        });
    }

    static FlowRecord Flow(uint32_t interface, FlowOutcome outcome, bool isInbound = false)
    {
        FlowRecord flow;
        flow.networkInterface = interface;
        flow.outcome = outcome;
        flow.isInbound = isInbound;
        return flow;
    }

    void End(uint32_t interface, FlowOutcome outcome)
    {
        m_statistics.CountFlowEnded(Flow(interface, outcome));
    }

    void UsePorts(uint32_t interface, uint32_t ports)
    {
        SnatPortEvent event;
        event.networkInterface = interface;
        event.portsInUse = ports;
        m_statistics.CountSnatPort(event);
    }

    void Refuse(uint32_t interface, double time)
    {
        SnatExhaustion exhaustion;
        exhaustion.networkInterface = interface;
        exhaustion.time = Seconds(time);
        m_statistics.CountExhaustion(exhaustion);
    }

    void Allocate(uint32_t interface, uint32_t ports)
    {
        SnatPortUsage usage;
        usage.networkInterface = interface;
        usage.portsAllocated = ports;
        m_ports.push_back(usage);
    }

    FlowStatistics m_statistics;
    std::vector<FlowRecord> m_open;
    std::vector<SnatPortUsage> m_ports;
};

TEST_F(FlowStatisticsStory, NothingIsCountedBeforeTheFirstFlow)
{
    Allocate(0, 64);
    const auto totals = m_statistics.GetTotals();
    EXPECT_EQ(totals.attempted, 0U);
    EXPECT_EQ(totals.portsAllocated, 0U); // nobody is active
    EXPECT_FALSE(totals.firstRefusal);
}

TEST_F(FlowStatisticsStory, OpenFlowsCountByTheirOutcomeSoFar)
{
    End(0, FlowOutcome::Established);
    End(0, FlowOutcome::Refused);
    m_open = {Flow(0, FlowOutcome::Unanswered), Flow(0, FlowOutcome::Refused)};
    auto counts = m_statistics.GetCounts(0);
    EXPECT_EQ(counts.attempted, 4U);
    EXPECT_EQ(counts.established, 1U);
    EXPECT_EQ(counts.refused, 2U);
    EXPECT_EQ(counts.unanswered, 1U);

    m_open = {Flow(0, FlowOutcome::Established)}; // asked again, not added up
    counts = m_statistics.GetCounts(0);
    EXPECT_EQ(counts.attempted, 3U);
    EXPECT_EQ(counts.established, 2U);
}

TEST_F(FlowStatisticsStory, S0_07_DeniedFlowsAreCountedByThemselves)
{
    End(0, FlowOutcome::Denied);
    End(0, FlowOutcome::Established);
    End(1, FlowOutcome::Denied);
    m_statistics.CountFlowEnded(Flow(1, FlowOutcome::Denied, true)); // inbound: not counted
    m_open = {Flow(1, FlowOutcome::Denied)};
    EXPECT_EQ(m_statistics.GetCounts(0).denied, 1U);
    EXPECT_EQ(m_statistics.GetCounts(1).denied, 2U);
    const auto totals = m_statistics.GetTotals();
    EXPECT_EQ(totals.denied, 3U);
    EXPECT_EQ(totals.attempted, 4U);
    EXPECT_EQ(totals.attempted,
              totals.established + totals.refused + totals.unanswered + totals.denied);
}

TEST_F(FlowStatisticsStory, IdleTimeoutsAreThoseOfEstablishedFlowsThatNobodyClosed)
{
    const auto endIdle = [this](uint32_t interface, FlowOutcome outcome, bool isClosed = false) {
        auto flow = Flow(interface, outcome);
        flow.end = FlowEnd::Idle;
        flow.isClosed = isClosed;
        m_statistics.CountFlowEnded(flow);
    };
    endIdle(0, FlowOutcome::Established);
    endIdle(1, FlowOutcome::Established);
    endIdle(1, FlowOutcome::Unanswered);
    endIdle(1, FlowOutcome::Established, true); // as with profiles that hold no port after FIN
    End(1, FlowOutcome::Established);
    EXPECT_EQ(m_statistics.GetCounts(1).idleTimeouts, 1U);
    EXPECT_EQ(m_statistics.GetTotals().idleTimeouts, 2U);
    EXPECT_EQ(m_statistics.GetTotals().established, 4U);
}

TEST_F(FlowStatisticsStory, InboundFlowsAreNotCounted)
{
    m_open = {Flow(0, FlowOutcome::Established, true)};
    m_statistics.CountFlowEnded(Flow(1, FlowOutcome::Established, true));
    EXPECT_EQ(m_statistics.GetTotals().attempted, 0U);
    EXPECT_TRUE(m_statistics.GetAllCounts().empty());
}

TEST_F(FlowStatisticsStory, PortsOfEveryFrontendOfActiveInterfacesAddUp)
{
    Allocate(0, 64);
    Allocate(0, 64);
    Allocate(1, 64);
    End(0, FlowOutcome::Established);
    EXPECT_EQ(m_statistics.GetCounts(0).portsAllocated, 128U);
    EXPECT_EQ(m_statistics.GetCounts(1).portsAllocated, 64U);
    EXPECT_EQ(m_statistics.GetTotals().portsAllocated, 128U);
}

TEST_F(FlowStatisticsStory, PeakOfTheTotalsIsThatOfTheSum)
{
    UsePorts(0, 1);
    UsePorts(0, 2);
    UsePorts(0, 1);
    UsePorts(1, 1);
    UsePorts(1, 2);
    UsePorts(0, 0);
    // Interface 0: 1 2 1 1 1 0, interface 1: 0 0 0 1 2 2; the sum: 1 2 1 2 3 2.
    EXPECT_EQ(m_statistics.GetCounts(0).peakPortsUsed, 2U);
    EXPECT_EQ(m_statistics.GetCounts(1).peakPortsUsed, 2U);
    EXPECT_EQ(m_statistics.GetTotals().peakPortsUsed, 3U);
}

TEST_F(FlowStatisticsStory, FirstRefusalIsTheEarliestOfAll)
{
    End(0, FlowOutcome::Refused);
    End(1, FlowOutcome::Refused);
    Refuse(1, 3);
    Refuse(0, 4);
    Refuse(1, 5);
    EXPECT_EQ(m_statistics.GetCounts(0).firstRefusal, Seconds(4));
    EXPECT_EQ(m_statistics.GetTotals().firstRefusal, Seconds(3));
}

/// Interface 0 is behind a NAT gateway.
class FlowStatisticsOfGateways : public FlowStatisticsStory
{
  protected:
    FlowStatisticsOfGateways()
    {
        m_gateway = m_statistics.AddNatGateway(
            [] {
                return std::vector<SnatPortUsage>{
                    {0, Ipv4Address("198.51.100.50"), 64512, 0, 0, 0}};
            },
            [this](const FlowVisitor& visitor) {
                std::for_each(m_openAtGateway.begin(), m_openAtGateway.end(), visitor);
            });
    }

    /// @return a flow to the Internet behind the gateway
    static FlowRecord Behind(FlowOutcome outcome)
    {
        auto flow = Flow(0, outcome);
        flow.method = OutboundMethod::NatGateway;
        return flow;
    }

    /// The gateway uses so many ports.
    void UseAtGateway(uint32_t ports)
    {
        SnatPortEvent event;
        event.portsInUse = ports;
        FlowStatistics::CountNatGatewayPort(&m_statistics, m_gateway, event);
    }

    uint32_t m_gateway{0};
    std::vector<FlowRecord> m_openAtGateway;
};

TEST_F(FlowStatisticsOfGateways, B_6_TheGatewaySaysWhatBecameOfAFlow)
{
    m_statistics.CountFlowEnded(Behind(FlowOutcome::Unanswered)); // its host does not know better
    m_statistics.CountNatGatewayFlow(Behind(FlowOutcome::Refused));
    m_open = {Behind(FlowOutcome::Established)};
    m_openAtGateway = {Behind(FlowOutcome::Established)};
    const auto counts = m_statistics.GetCounts(0);
    EXPECT_EQ(counts.attempted, 2U);
    EXPECT_EQ(counts.refused, 1U);
    EXPECT_EQ(counts.established, 1U);
    EXPECT_EQ(counts.unanswered, 0U);
}

TEST_F(FlowStatisticsOfGateways, B_6_WhatTheGatewayDoesNotSeeIsTheHosts)
{
    m_statistics.CountFlowEnded(Behind(FlowOutcome::Denied));
    auto inside = Behind(FlowOutcome::Established);
    inside.path = FlowPath::VirtualNetwork;
    m_statistics.CountFlowEnded(inside);
    const auto counts = m_statistics.GetCounts(0);
    EXPECT_EQ(counts.denied, 1U);
    EXPECT_EQ(counts.established, 1U);
}

TEST_F(FlowStatisticsOfGateways, B_6_PortsOfTheGatewayAreNoInterfaces)
{
    UsePorts(0, 3);
    UseAtGateway(10);
    UseAtGateway(4);
    m_openAtGateway = {Behind(FlowOutcome::Established)};
    EXPECT_EQ(m_statistics.GetCounts(0).peakPortsUsed, 3U);
    EXPECT_EQ(m_statistics.GetCounts(0).portsAllocated, 0U);
    EXPECT_EQ(m_statistics.GetTotals().peakPortsUsed, 13U);
    EXPECT_EQ(m_statistics.GetTotals().portsAllocated, 64512U);
}

TEST_F(FlowStatisticsStory, B_6_WithoutGatewayTheHostIsAsked)
{
    auto flow = Flow(0, FlowOutcome::Unanswered);
    flow.method = OutboundMethod::NatGateway;
    m_statistics.CountFlowEnded(flow);
    EXPECT_EQ(m_statistics.GetCounts(0).unanswered, 1U);
}

} // namespace

} // namespace ns3::azure
