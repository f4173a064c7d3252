// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-dump.h"

#include "ns3/azure-health-probe-responder.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
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
    // Whatever muxes passed on went to members, and all that came back went another way.
    EXPECT_EQ(Query("SELECT packets_in_through_muxes = packets_in_at_members, "
                    "packets_in_at_members > 240, packets_out_at_members > 240, "
                    "replies_dropped_at_muxes FROM v_mux_crossings"),
              (Rows{{"1", "1", "1", "0"}}));
    // The client's address reaches the VM: it is the other side of every flow there.
    EXPECT_EQ(Query("SELECT (SELECT COUNT(DISTINCT destination_address) FROM flow "
                    "        WHERE direction = 'inbound' AND path = 'internet'), "
                    "       (SELECT COUNT(*) FROM flow JOIN lb_decision "
                    "        ON client_address = destination_address "
                    "        AND client_port = destination_port AND cause = 'new-flow')"),
              (Rows{{"1", "120"}}));
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
    EXPECT_EQ(Query("SELECT virtual_machine, flips, availability_percent BETWEEN 60 AND 80 "
                    "FROM v_member_availability"),
              (Rows{{"virtual-machine-0", "0", "0"}, {"virtual-machine-1", "2", "1"}}));
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
    EXPECT_EQ(Query("SELECT (SELECT SUM(value) FROM v_azure_metrics_1min "
                    "        WHERE metric = 'ByteCount' AND direction = 'outbound') = "
                    "       (SELECT SUM(bytes_out) FROM flow "
                    "        WHERE direction = 'inbound' AND path = 'internet'), "
                    "       (SELECT SUM(value) FROM v_azure_metrics_1min "
                    "        WHERE metric = 'PacketCount' AND direction = 'inbound') = "
                    "       (SELECT packets_in_through_muxes FROM v_mux_crossings)"),
              (Rows{{"1", "1"}}));
    // From 60 to 120 s, VM 1 answers from 80 s on: 8 of 12 probes, whatever their phase.
    EXPECT_EQ(Query("SELECT backend_address, ROUND(value) FROM v_azure_metrics_1min "
                    "WHERE metric = 'DipAvailability' AND time_ns = 60000000000"),
              (Rows{{"10.0.0.4", "100.0"}, {"10.0.0.5", "67.0"}}));
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
