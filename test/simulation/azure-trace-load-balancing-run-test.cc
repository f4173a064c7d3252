// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-dump.h"

#include "ns3/azure-health-probe-responder.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-generator.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

/**
 * Two VMs behind two muxes, probed every 5 s; a client opens a connection a second from 10 to 130
 * s. VM 1 refuses probes from 40 to 80 s.
 */
class TraceLoadBalancingRun : public ::testing::Test
{
  protected:
    void Run(const std::string& path)
    {
        OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
        scenario.SetVms(2);
        scenario.SetMuxes(2);
        scenario.ChangeLoadBalancer([](LoadBalancer& all) {
            HealthProbe probe;
            probe.name = "alive";
            probe.port = 8080;
            probe.interval = Seconds(5);
            all.probes.push_back(probe);
            all.loadBalancingRules.front().probe = probe.name;
        });
        scenario.Create();
        for (uint32_t vm = 0; vm < 2; ++vm)
        {
            auto responder = CreateObject<HealthProbeResponder>();
            responder->SetAttribute("Port", UintegerValue(8080));
            if (vm == 1)
            {
                responder->SetAttribute("Schedule", StringValue("0s=Answer;40s=Refuse;80s=Answer"));
            }
            scenario.GetVm(vm)->AddApplication(responder);
        }
        TrafficHelper traffic;
        traffic.SetAttribute("Flows", UintegerValue(120));
        traffic.SetAttribute("Arrival", StringValue("Periodic"));
        traffic.SetAttribute("Rate", DoubleValue(1));
        traffic.SetAttribute("DestinationPort", UintegerValue(80));
        traffic.SetAttribute("StartTime", TimeValue(Seconds(10))); // every VM has been probed
        traffic.InstallInbound(scenario, Ipv4Address("198.18.0.1"), 1);
        traffic.AssignStreams(scenario.AssignStreams(1) + 1);

        TraceRecorder recorder(path, {"test", "load-balanced", "2017", {}});
        scenario.Connect(recorder);
        Simulator::Stop(Seconds(150));
        Simulator::Run();
        recorder.Close();
        Simulator::Destroy();
    }

    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path, SqliteDatabase::Mode::Read).Query(sql);
    }

    TemporaryFolder m_folder;
    std::string m_path{m_folder / "traces.db"};
};

TEST_F(TraceLoadBalancingRun, TellsWhatThereIs)
{
    Run(m_path);
    EXPECT_EQ(Query("SELECT sku, is_internal FROM load_balancer"), (Rows{{"Basic", "0"}}));
    EXPECT_EQ(Query("SELECT address FROM frontend"), (Rows{{"198.18.0.1"}}));
    EXPECT_EQ(Query("SELECT name, protocol, port, interval_ns FROM health_probe"),
              (Rows{{"alive", "Tcp", "8080", "5000000000"}}));
    EXPECT_EQ(Query("SELECT network_interface_id, health_probe_id FROM pool_member"),
              (Rows{{"1", "1"}, {"2", "1"}}));
    EXPECT_EQ(Query("SELECT name, kind, protocol, frontend_port, backend_port, health_probe_id "
                    "FROM load_balancing_rule"),
              (Rows{{"rule-0", "load-balancing", "Tcp", "80", "80", "1"}}));
    EXPECT_EQ(Query("PRAGMA foreign_key_check"), Rows{});
    EXPECT_EQ(Query("SELECT status FROM run"), (Rows{{"finished"}}));
}

TEST_F(TraceLoadBalancingRun, B_8_RepliesNeverCrossAMux)
{
    Run(m_path);
    // Each of 120 connections: 4 packets from the client (SYN, ACK, FIN, ACK) and 3 from the VM
    // (SYN-ACK, ACK, FIN).  Muxes passed on the 480, and nothing else.
    EXPECT_EQ(Query("SELECT COUNT(*), SUM(packets_in = 4), SUM(packets_out = 3) FROM flow "
                    "WHERE direction = 'inbound' AND path = 'internet'"),
              (Rows{{"120", "120", "120"}}));
    EXPECT_EQ(Query("SELECT packets_in_through_muxes, packets_in_at_members, "
                    "packets_out_at_members, replies_dropped_at_muxes, "
                    "replies_to_public_addresses, packets_stateless, packets_in_without_rule "
                    "FROM v_mux_crossings"),
              (Rows{{"480", "480", "360", "0", "0", "0", "0"}}));
    // All that came to muxes: the rest is messages.
    EXPECT_EQ(Query("SELECT SUM(packets_received - packets_own), SUM(packets_for_rules), "
                    "SUM(packets_stateless), SUM(packets_dropped) FROM mux_traffic "
                    "WHERE time_ns = 150000000000"),
              (Rows{{"480", "480", "0", "0"}}));
    // The client's address reaches the VM: it is the other side of every flow there.
    EXPECT_EQ(Query("SELECT (SELECT COUNT(DISTINCT destination_address) FROM flow "
                    "        WHERE direction = 'inbound' AND path = 'internet'), "
                    "       (SELECT COUNT(*) FROM flow JOIN lb_decision "
                    "        ON client_address = destination_address "
                    "        AND client_port = destination_port AND cause = 'new-flow')"),
              (Rows{{"1", "120"}}));
}

TEST_F(TraceLoadBalancingRun, B_8_RepliesToSnatPortsCrossAMux)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetVms(2);
    scenario.SetMuxes(2);
    scenario.Create();
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(20));
    traffic.SetAttribute("Arrival", StringValue("Periodic"));
    traffic.SetAttribute("Rate", DoubleValue(1));
    traffic.SetAttribute("DestinationPort", UintegerValue(80));
    traffic.InstallInbound(scenario, Ipv4Address("198.18.0.1"), 1);
    auto caller = CreateObject<TrafficGenerator>(); // a VM that calls its own public frontend
    caller->SetAttribute("Flows", UintegerValue(20));
    caller->SetAttribute("Arrival", StringValue("Periodic"));
    caller->SetAttribute("Rate", DoubleValue(1));
    caller->SetAttribute("DestinationPort", UintegerValue(80));
    caller->AddDestination(Ipv4Address("198.18.0.1"));
    scenario.GetVm(0)->AddApplication(caller);
    const auto streams = scenario.AssignStreams(1) + 1;
    traffic.AssignStreams(streams);
    caller->AssignStreams(streams + 100);
    {
        TraceRecorder recorder(m_path, {"test", "load-balanced", "2017", {}});
        scenario.Connect(recorder);
        Simulator::Stop(Seconds(150));
        Simulator::Run();
        recorder.Close();
        Simulator::Destroy();
    }
    // Both callers have 20 connections, each of 4 packets to members and 3 back.  Those of the VM
    // come from SNAT ports of the frontend: the 60 replies cross a mux, on their way to the VM.
    EXPECT_EQ(Query("SELECT packets_in_through_muxes, packets_in_at_members, "
                    "packets_out_at_members, replies_dropped_at_muxes, "
                    "replies_to_public_addresses, packets_stateless, packets_in_without_rule "
                    "FROM v_mux_crossings"),
              (Rows{{"160", "160", "120", "0", "60", "60", "60"}}));
    EXPECT_EQ(Query("SELECT SUM(packets_received - packets_own), SUM(packets_for_rules), "
                    "SUM(packets_stateless), SUM(packets_dropped) FROM mux_traffic "
                    "WHERE time_ns = 150000000000"),
              (Rows{{"220", "160", "60", "0"}}));
}

TEST_F(TraceLoadBalancingRun, B_7_NewFlowsAvoidAMemberThatIsDown)
{
    Run(m_path);
    EXPECT_EQ(Query("SELECT SUM(flows_chosen), SUM(flows_passed) FROM v_flows_by_member"),
              (Rows{{"120", "120"}}));
    // Not one while VM 1's interface is known to be down at the mux that decides.
    EXPECT_EQ(Query("SELECT COUNT(*) FROM lb_decision WHERE network_interface_id = 2 "
                    "AND time_ns BETWEEN "
                    "(SELECT MAX(time_ns) FROM member_health WHERE stage = 'applied' "
                    " AND network_interface_id = 2 AND is_up = 0 AND time_ns > 40000000000) AND "
                    "(SELECT MIN(time_ns) FROM member_health WHERE stage = 'applied' "
                    " AND network_interface_id = 2 AND is_up = 1 AND time_ns > 80000000000)"),
              (Rows{{"0"}}));
    // From first to last word of the manager, VM 1 was up in the second and in the fourth part.
    const auto decided = Query("SELECT is_up, time_ns FROM member_health WHERE stage = 'decided' "
                               "AND network_interface_id = 2 ORDER BY member_health_id");
    ASSERT_EQ(decided.size(), 4U);
    std::vector<int64_t> times;
    for (std::size_t i = 0; i < decided.size(); ++i)
    {
        EXPECT_EQ(decided[i][0], i % 2 == 0 ? "0" : "1");
        times.push_back(std::stoll(decided[i][1]));
    }
    constexpr int64_t END = 150'000'000'000;
    const auto up = times[2] - times[1] + END - times[3];
    const auto virtualMachines = Query("SELECT flips, time_up_ns, time_down_ns, "
                                       "availability_percent FROM v_member_availability "
                                       "ORDER BY network_interface_id");
    ASSERT_EQ(virtualMachines.size(), 2U);
    EXPECT_EQ(virtualMachines[0][0], "0");
    EXPECT_EQ(virtualMachines[1][0], "2");
    EXPECT_EQ(virtualMachines[1][1], std::to_string(up));
    EXPECT_EQ(virtualMachines[1][2], std::to_string(END - times[0] - up));
    EXPECT_NEAR(std::stod(virtualMachines[1][3]),
                100.0 * static_cast<double>(up) / static_cast<double>(END - times[0]),
                1e-9);
    // Two probes in a row count (profile 2017): 5 to 10 s; the messages take some ms.
    EXPECT_GT(times[2], 45'000'000'000);
    EXPECT_LT(times[2], 50'100'000'000);
    EXPECT_GT(times[3], 85'000'000'000);
    EXPECT_LT(times[3], 90'100'000'000);
    // Each way of the news is in order: the host first, then the manager, then both muxes.
    EXPECT_EQ(Query("SELECT stage, COUNT(*) FROM member_health WHERE network_interface_id = 2 "
                    "AND time_ns > 40000000000 AND is_up = 0 GROUP BY stage ORDER BY MIN(time_ns)"),
              (Rows{{"probed", "1"}, {"decided", "1"}, {"applied", "2"}}));
}

TEST_F(TraceLoadBalancingRun, B_10_AzuresMetricsAndLogsAgreeWithTheTables)
{
    Run(m_path);
    EXPECT_EQ(Query("SELECT SUM(value) FROM v_azure_metrics_1min WHERE metric = 'SYNCount'"),
              (Rows{{"120"}}));
    // 120 connections of 4 and 3 packets; the bytes are those that the hosts' flows have.
    EXPECT_EQ(Query("SELECT direction, SUM(value) FROM v_azure_metrics_1min "
                    "WHERE metric = 'PacketCount' GROUP BY direction"),
              (Rows{{"inbound", "480"}, {"outbound", "360"}}));
    EXPECT_EQ(Query("SELECT direction, SUM(value) FROM v_azure_metrics_1min "
                    "WHERE metric = 'ByteCount' GROUP BY direction"),
              (Rows{Query("SELECT 'inbound', SUM(bytes_in) FROM flow "
                          "WHERE direction = 'inbound' AND path = 'internet'")
                        .at(0),
                    Query("SELECT 'outbound', SUM(bytes_out) FROM flow "
                          "WHERE direction = 'inbound' AND path = 'internet'")
                        .at(0)}));
    // From 60 to 120 s, VM 1 answers from 80 s on: 8 of 12 probes, whatever their phase.
    EXPECT_EQ(Query("SELECT backend_address, value FROM v_azure_metrics_1min "
                    "WHERE metric = 'DipAvailability' AND time_ns = 60000000000"),
              (Rows{{"10.0.0.4", "100.0"}, {"10.0.0.5", "66.6666666666667"}}));
    // There is always a member from the first success on: nothing to tell.
    EXPECT_EQ(Query("SELECT event_name FROM v_azure_health_event"), Rows{});
    EXPECT_EQ(Query("SELECT time_ns / 1000000000, members_total, members_down, health_percent "
                    "FROM v_azure_probe_health_log"),
              (Rows{{"60", "2", "1", "50.0"}, {"120", "2", "0", "100.0"}}));
    EXPECT_EQ(Query("SELECT kind, messages, acknowledged FROM v_control_latency "
                    "WHERE kind = 'report-health'"),
              (Rows{{"report-health", "4", "4"}}));
}

TEST_F(TraceLoadBalancingRun, SameSeedGivesTheSameContent)
{
    Run(m_path);
    const auto again = m_folder / "again.db";
    Run(again);
    EXPECT_TRUE(DumpTraces(m_path) == DumpTraces(again)); // too long to be printed
}

} // namespace

} // namespace ns3::azure
