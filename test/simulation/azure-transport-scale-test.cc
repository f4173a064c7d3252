// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-compact-endpoint.h"
#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-host-agent.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-traffic-statistics.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <string>

/**
 * @file
 * @brief As many open connections as a public address has ports (B.1), end to end over the compact
 * transport.
 */
namespace ns3::azure
{

namespace
{

constexpr uint32_t PORTS = 64'512; // 1,024 to 65,535

/// One VM that opens a connection more to one destination than there are ports, and keeps them.
class TransportScaleTest : public ::testing::Test
{
  protected:
    TransportScaleTest()
    {
        const auto ports = std::to_string(PORTS);
        m_scenario.SetProfile("2018[AllocatedPorts=" + ports + "|PortsPerPublicAddress=" + ports +
                              "]");
        m_scenario.SetVmStack(VmStack::Compact);
        m_scenario.Create();
        m_traffic.SetAttribute("Transport", MakeEnumValue(TrafficTransport::Compact));
        m_traffic.SetAttribute("Flows", UintegerValue(PORTS + 1));
        m_traffic.SetAttribute("FirstSourcePort",
                               UintegerValue(1000)); // one more than 1,024 to ...
        m_traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
        m_traffic.SetAttribute("Rate", DoubleValue(20'000));
        m_traffic.Install(m_scenario, 1);
        m_scenario.Connect(m_ports);
        m_flows.Connect(m_scenario.GetHostAgents().front());
        m_flows.Connect(m_traffic.GetGenerators().front());
    }

    ~TransportScaleTest() override
    {
        Simulator::Destroy();
    }

    /// All connections are open, but for the one too many.
    void ExpectFull()
    {
        const auto flows = m_flows.GetTotals();
        EXPECT_EQ(flows.attempted, PORTS + 1);
        EXPECT_EQ(flows.established, PORTS);
        EXPECT_EQ(flows.refused, 1);
        EXPECT_EQ(flows.failed, 0);
        const auto ports = m_ports.GetTotals();
        EXPECT_EQ(ports.attempted, PORTS + 1);
        EXPECT_EQ(ports.established, PORTS);
        EXPECT_EQ(ports.refused, 1);
        const auto& counters = m_traffic.GetGenerators().front()->GetCounters();
        EXPECT_EQ(counters.flows, counters.established + counters.failed);
        EXPECT_EQ(counters.established, PORTS);
        EXPECT_EQ(counters.closed, 0);
        const auto& server = *m_traffic.GetServers().front();
        EXPECT_EQ(server.GetAccepted(), PORTS);
        EXPECT_EQ(server.GetRequests(), PORTS);
        EXPECT_EQ(server.GetMalformed(), 0);
        ExpectPorts(PORTS);
        ExpectLaws();
    }

    /// So many SNAT ports carry a connection each, and the others are free.
    void ExpectPorts(uint32_t inUse)
    {
        const auto usage = m_scenario.GetHostAgents().front()->GetSnatPortUsage();
        ASSERT_EQ(usage.size(), 1);
        EXPECT_EQ(usage.front().portsAllocated, PORTS);
        EXPECT_EQ(usage.front().portsInUse, inUse);
        EXPECT_EQ(usage.front().portsCoolingDown, 0);
        EXPECT_EQ(usage.front().flows, inUse);
    }

    /// What comes goes, or is dropped for a reason: one packet, of the one too many.
    void ExpectLaws()
    {
        EXPECT_EQ(m_scenario.CheckInvariants(), std::nullopt);
        const auto& packets = m_scenario.GetHostAgents().front()->GetPacketCounts();
        EXPECT_EQ(packets.received + packets.made,
                  packets.sent + packets.own + packets.dropped + packets.waiting);
        EXPECT_EQ(packets.dropped, 1);
        EXPECT_EQ(packets.waiting, 0);
    }

    /// @return bytes of memory of a connection at both of its ends
    double GetBytesPerConnection() const
    {
        const auto getEndpoint = [](Ptr<Node> node) {
            return node->GetObject<CompactEndpoint>()->GetMemory();
        };
        const auto bytes = m_traffic.GetGenerators().front()->GetMemory() +
                           getEndpoint(m_scenario.GetVm(0)) +
                           m_traffic.GetServers().front()->GetMemory() +
                           getEndpoint(m_scenario.GetServers().Get(0));
        return static_cast<double>(bytes) / PORTS;
    }

    OutboundScenarioHelper m_scenario{OutboundScenario::LoadBalanced}; //!< with one VM
    TrafficHelper m_traffic;                                           //!< on it
    FlowStatistics m_ports;                                            //!< seen by host agents
    TrafficStatistics m_flows;                                         //!< seen by applications
};

} // namespace

TEST_F(TransportScaleTest, AsManyConnectionsAsPortsAreOpenAtOnceAndOneMoreIsRefused)
{
    double bytes = 0;
    Simulator::Schedule(Seconds(60), [this, &bytes] {
        ExpectFull();
        bytes = GetBytesPerConnection();
    });

    Simulator::Run();

    // At each end a record of 64 bytes of TCP's and two cells of 8 of its index; the generator's
    // 72, the server's 48; all with what vectors hold in reserve, and the pending parts of few.
    EXPECT_LT(bytes, 300);
    RecordProperty("bytesPerConnection", std::to_string(bytes));
    ExpectPorts(0); // 240 s after the last packet (S0-23)
    ExpectLaws();
    EXPECT_EQ(m_traffic.GetServers().front()->GetAccepted(), PORTS);
}

} // namespace ns3::azure
