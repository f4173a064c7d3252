// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-traffic-statistics.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace ns3::azure
{

namespace
{

/// VMs with 8 SNAT ports each that open flows to one destination.
class TrafficStatisticsTest : public ::testing::Test
{
  protected:
    TrafficStatisticsTest()
    {
        m_scenario.SetProfile("2017[AllocatedPorts=8|RstHold=5s]");
        m_scenario.SetVms(2);
        m_traffic.SetAttribute("Close", MakeEnumValue(TrafficClose::Rst));
    }

    ~TrafficStatisticsTest() override
    {
        Simulator::Destroy();
    }

    /// Open flows on a number of VMs, and run until nothing is left to happen.
    void Run(uint32_t flows, uint32_t activeVms = 1)
    {
        m_traffic.SetAttribute("Flows", UintegerValue(flows));
        m_scenario.Create();
        m_traffic.Install(m_scenario, activeVms);
        m_scenario.Connect(m_ports);
        for (const auto& agent : m_scenario.GetHostAgents())
        {
            m_flows.Connect(agent);
        }
        for (const auto& generator : m_traffic.GetGenerators())
        {
            m_flows.Connect(generator);
        }
        Simulator::Run();
    }

    OutboundScenarioHelper m_scenario{OutboundScenario::LoadBalanced}; //!< with 2 VMs
    TrafficHelper m_traffic;                                           //!< on them
    FlowStatistics m_ports;                                            //!< seen by host agents
    TrafficStatistics m_flows;                                         //!< seen by applications
};

void
ExpectCounts(const TrafficCounts& counts, uint64_t established, uint64_t refused, uint64_t failed)
{
    EXPECT_EQ(counts.attempted, established + refused + failed);
    EXPECT_EQ(counts.established, established);
    EXPECT_EQ(counts.refused, refused);
    EXPECT_EQ(counts.failed, failed);
}

} // namespace

TEST_F(TrafficStatisticsTest, CountsAsTheHostAgentsDoWithoutRetries)
{
    Run(20);
    ExpectCounts(m_flows.GetTotals(), 8, 12, 0);
    EXPECT_EQ(m_ports.GetTotals().established, 8);
    EXPECT_EQ(m_ports.GetTotals().refused, 12);
}

TEST_F(TrafficStatisticsTest, CountsEachGeneratorByItself)
{
    Run(10, 2);
    ExpectCounts(m_flows.GetCounts(0), 8, 2, 0);
    ExpectCounts(m_flows.GetCounts(1), 8, 2, 0);
    ExpectCounts(m_flows.GetTotals(), 16, 4, 0);
}

TEST_F(TrafficStatisticsTest, FlowThatGetsItsPortOnARetryIsEstablishedOnce)
{
    // Ports are free 2 s + 5 s after the start; the attempts begin at 0 s, 6 s and 12 s, as each
    // gives up after 3 s and waits another 3.
    m_traffic.SetHoldTime({"ns3::ConstantRandomVariable[Constant=2]"});
    m_traffic.SetRetryPolicy({RetryBackoff::Fixed, 3, Seconds(3)});
    Run(10);
    ExpectCounts(m_flows.GetTotals(), 10, 0, 0);
    EXPECT_EQ(m_ports.GetTotals().refused, 4) << "2 flows, refused twice, from other ports";
}

TEST_F(TrafficStatisticsTest, FlowThatGetsItsPortOnARetransmittedSynIsEstablished)
{
    m_traffic.SetHoldTime({"ns3::ConstantRandomVariable[Constant=2]"});
    m_traffic.SetAttribute("ConnectAttempts", UintegerValue(3)); // SYNs at 0 s, 3 s, 9 s
    Run(10);
    ExpectCounts(m_flows.GetTotals(), 10, 0, 0);
    EXPECT_EQ(m_ports.GetTotals().refused, 0) << "the same flow, for the host agent too";
}

TEST_F(TrafficStatisticsTest, FlowWithAPortThatNobodyAnswersIsNotRefused)
{
    m_scenario.Create();
    m_traffic.SetAttribute("Flows", UintegerValue(10));
    m_traffic.Install(m_scenario, 1);
    m_flows.Connect(m_traffic.GetGenerators().front());
    m_flows.Connect(m_scenario.GetHostAgents().front());
    m_traffic.GetServers().front()->SetStartTime(Seconds(1000)); // until then: RST, which ns-3
    Simulator::Stop(Seconds(100));                               // overlooks
    Simulator::Run();
    ExpectCounts(m_flows.GetTotals(), 0, 2, 8);
}

TEST_F(TrafficStatisticsTest, KeepsHalfAByteOfAFlowThatIsOver)
{
    constexpr uint32_t FLOWS = 20'000;
    m_traffic.SetAttribute("Protocol", MakeEnumValue(IpProtocol::Udp));
    m_traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    m_traffic.SetAttribute("Transport", MakeEnumValue(TrafficTransport::Compact));
    m_traffic.SetAttribute("Rate", DoubleValue(500)); // at most 500 are under way
    m_traffic.SetAttribute("ResponseTimeout", TimeValue(Seconds(1)));
    m_traffic.SetHoldTime({"ns3::ConstantRandomVariable[Constant=0]"});
    Run(FLOWS);
    const auto counts = m_flows.GetTotals();
    EXPECT_EQ(counts.attempted, FLOWS);
    EXPECT_GT(counts.refused, 0);
    EXPECT_GT(counts.established, 0);
    // 0.5 bytes a flow; 40 an attempt under way, and two cells of 8 in an index that is a quarter
    // to half full; some chunks and lists
    EXPECT_LT(m_flows.GetMemory(), FLOWS / 2 + 500 * (40 + 64) + 8192);
}

TEST(TrafficHelper, RefusesWhatTheGeneratorRefuses)
{
    TrafficHelper traffic;
    EXPECT_EQ(traffic.Validate(), std::nullopt);
    traffic.SetHoldTime({"ns3::UniformRandomVariable[Min=low]"});
    EXPECT_EQ(traffic.Validate().value_or("").find("hold: 'ns3::Unif"), 0);
    traffic.SetHoldTime({});
    traffic.SetRetryPolicy({RetryBackoff::Fixed, 0, Seconds(1)});
    EXPECT_TRUE(traffic.Validate());
}

TEST(TrafficHelper, RetriesAreThoseOfTheAttributesUnlessAPolicyIsSet)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.Create();
    for (const bool hasPolicy : {false, true})
    {
        TrafficHelper traffic;
        traffic.SetAttribute("MaxAttempts", UintegerValue(3));
        if (hasPolicy)
        {
            traffic.SetRetryPolicy({RetryBackoff::Fixed, 7, Seconds(1)});
        }
        traffic.InstallGenerators(scenario, {0});
        UintegerValue attempts;
        traffic.GetGenerators().front()->GetAttribute("MaxAttempts", attempts);
        EXPECT_EQ(attempts.Get(), hasPolicy ? 7U : 3U);
    }
    Simulator::Destroy();
}

TEST(TrafficHelperDeathTest, GeneratorNeedsAnAddressWhenItStarts)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.SetDhcp(true);
    scenario.Create();
    TrafficHelper traffic;
    traffic.Install(scenario, 1);
    Simulator::Stop(Seconds(5));
    EXPECT_DEATH(Simulator::Run(), "TrafficGenerator: node .* has no address");
    traffic.GetGenerators().front()->SetStartTime(Seconds(1));
    Simulator::Run();
    EXPECT_EQ(traffic.GetGenerators().front()->GetEstablished(), 1U);
    Simulator::Destroy();
}

TEST(TrafficHelper, GivesEveryGeneratorItsOwnStreams)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.SetVms(3);
    scenario.Create();
    TrafficHelper traffic;
    traffic.SetHoldTime({"ns3::ExponentialRandomVariable[Mean=1]"});
    traffic.Install(scenario, 2);
    EXPECT_EQ(traffic.GetGenerators().size(), 2);
    EXPECT_EQ(traffic.AssignStreams(100), 8) << "four a generator";
    Simulator::Destroy();
}

} // namespace ns3::azure
