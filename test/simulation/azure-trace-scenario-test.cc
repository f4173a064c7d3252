// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-dump.h"

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-generator.h"
#include "ns3/azure-traffic-server.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

/// Two VMs with eight SNAT ports each; VM 0 opens 20 connections to one server and keeps them.
class TraceScenario : public ::testing::Test
{
  protected:
    FlowCounts Run(const std::string& path, OutboundScenario outbound)
    {
        OutboundScenarioHelper scenario(outbound);
        scenario.SetProfile("2017[AllocatedPorts=8]");
        scenario.SetVms(2);
        scenario.Create();
        scenario.GetServers().Get(0)->AddApplication(CreateObject<TrafficServer>());
        auto traffic = CreateObject<TrafficGenerator>();
        traffic->SetAttribute("Flows", UintegerValue(20));
        traffic->SetAttribute("Arrival", StringValue("Periodic"));
        traffic->SetAttribute("Rate", DoubleValue(10));
        traffic->AddDestination(scenario.GetServerAddresses().front());
        scenario.GetVm(0)->AddApplication(traffic);

        TraceRecorder recorder(path, {"test", GetName(outbound), "2017[AllocatedPorts=8]", {}});
        FlowStatistics statistics;
        scenario.Connect(recorder);
        scenario.Connect(statistics);
        Simulator::Stop(Minutes(10));
        Simulator::Run();
        const auto totals = statistics.GetTotals();
        recorder.Close();
        Simulator::Destroy();
        return totals;
    }

    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path, SqliteDatabase::Mode::Read).Query(sql);
    }

    TemporaryFolder m_folder;
    std::string m_path{m_folder / "traces.db"};
};

TEST_F(TraceScenario, DatabaseAndStatisticsAgreeWithEightPortsForTwentyFlows)
{
    const auto totals = Run(m_path, OutboundScenario::LoadBalanced);
    EXPECT_EQ(totals.attempted, 20U);
    EXPECT_EQ(totals.established, 8U);
    EXPECT_EQ(totals.refused, 12U);
    EXPECT_EQ(totals.unanswered, 0U);
    EXPECT_EQ(totals.portsAllocated, 8U); // of the one active VM
    EXPECT_EQ(totals.peakPortsUsed, 8U);
    ASSERT_TRUE(totals.firstRefusal);
    EXPECT_NEAR(totals.firstRefusal->GetSeconds(), 0.8, 0.05); // the ninth flow, at 8 / 10 s

    EXPECT_EQ(Query("SELECT outcome, COUNT(*) FROM flow GROUP BY outcome"),
              (Rows{{"established", "8"}, {"refused", "12"}}));
    EXPECT_EQ(Query("SELECT virtual_machine, ports_allocated, peak_ports_used, flows_with_port, "
                    "refused_packets FROM v_top_port_users"),
              (Rows{{"virtual-machine-0", "8", "8", "8", "12"},
                    {"virtual-machine-1", "8", "0", "0", "0"}}));
    EXPECT_EQ(Query("SELECT refused_packets, affected_flows, refused_flows "
                    "FROM v_exhaustion_by_destination"),
              (Rows{{"12", "12", "12"}}));
    EXPECT_EQ(Query("SELECT reason, COUNT(*) FROM \"drop\" GROUP BY reason"),
              (Rows{{"snat-ports-exhausted", "12"}}));
    EXPECT_EQ(Query("PRAGMA foreign_key_check"), Rows{});
    EXPECT_EQ(Query("SELECT status FROM run"), (Rows{{"finished"}}));
}

TEST_F(TraceScenario, S0_21_ExhaustionIsInTheAlertLog)
{
    Run(m_path, OutboundScenario::LoadBalanced);
    EXPECT_EQ(Query("SELECT time_ns / 1000000000, event_name, event_description, public_address "
                    "FROM v_azure_alert_log"),
              (Rows{{"300", "Resource Limits Hit", "Ports exhausted", "198.18.0.1"}}));
}

TEST_F(TraceScenario, AllPortsAreFree240SecondsAfterTheLastPacket) // S0-23
{
    Run(m_path, OutboundScenario::LoadBalanced);
    EXPECT_EQ(Query("SELECT flows_with_port, recovery_ns FROM v_recovery"),
              (Rows{{"0", "240000000000"}}));
    EXPECT_EQ(Query("SELECT MAX(ports_free) FROM v_port_usage "
                    "JOIN v_recovery USING (run_id, network_interface_id) WHERE time_ns BETWEEN "
                    "first_refusal_time_ns AND first_release_time_ns"),
              (Rows{{"0"}}));
    EXPECT_EQ(Query("SELECT MIN(ports_free) FROM v_port_usage "
                    "JOIN v_recovery USING (run_id, network_interface_id) WHERE time_ns > "
                    "all_free_time_ns"),
              (Rows{{"8"}}));
}

TEST_F(TraceScenario, PublicIpUsesNoPorts) // S0-06
{
    const auto totals = Run(m_path, OutboundScenario::PublicIp);
    EXPECT_EQ(totals.established, 20U);
    EXPECT_EQ(totals.portsAllocated, 0U);
    EXPECT_EQ(totals.peakPortsUsed, 0U);
    EXPECT_EQ(Query("SELECT COUNT(*) FROM flow WHERE public_port = private_port"), (Rows{{"20"}}));
    EXPECT_EQ(Query("SELECT MAX(ports_allocated), MAX(ports_in_use), MAX(flows) "
                    "FROM snat_port_usage"),
              (Rows{{"0", "0", "0"}}));
    EXPECT_EQ(Query("SELECT * FROM v_recovery"), Rows{});
}

TEST_F(TraceScenario, RecorderTakesOneScenarioOnce)
{
    OutboundScenarioHelper first(OutboundScenario::Standalone);
    OutboundScenarioHelper second(OutboundScenario::Standalone);
    TraceRecorder recorder(m_path, {"test", "standalone", "2017", {}});
    EXPECT_DEATH(first.Connect(recorder), "Connect\\(\\): call it after Create\\(\\)");
    first.Create();
    second.Create();
    first.Connect(recorder);
    for (const auto* scenario : {&first, &second})
    {
        EXPECT_DEATH(scenario->Connect(recorder),
                     "a trace recorder records one scenario, and this");
    }
    recorder.Close();
    Simulator::Destroy();
}

TEST_F(TraceScenario, SameSeedGivesTheSameContent)
{
    Run(m_path, OutboundScenario::LoadBalanced);
    const auto again = m_folder / "again.db";
    Run(again, OutboundScenario::LoadBalanced);
    EXPECT_EQ(DumpTraces(m_path), DumpTraces(again));
}

} // namespace

} // namespace ns3::azure
