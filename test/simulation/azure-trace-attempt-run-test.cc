// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-problems.h"

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-sqlite-database.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

/// A VM with 8 SNAT ports opens flows; two attempts at a flow, if the first fails.
class TraceAttempt : public ::testing::TestWithParam<TrafficTransport>
{
  protected:
    TraceAttempt()
    {
        m_scenario.SetProfile("2017[AllocatedPorts=8]");
        m_traffic.SetAttribute("Flows", UintegerValue(10));
        m_traffic.SetAttribute("Transport", MakeEnumValue(GetParam()));
        m_traffic.SetRetryPolicy({RetryBackoff::Fixed, 2, Seconds(4)});
    }

    ~TraceAttempt() override
    {
        Simulator::Destroy();
    }

    /// Run until then, or until nothing is left to happen.
    void Run(const std::optional<Time>& stop = std::nullopt)
    {
        if (stop)
        {
            Simulator::Stop(*stop);
        }
        TraceRecorder recorder(m_path, {"test", "load-balanced", "2017", {}});
        if (m_traffic.GetGenerators().empty())
        {
            m_scenario.Create();
            m_traffic.Install(m_scenario, 1);
        }
        m_scenario.Connect(recorder);
        Simulator::Run();
        recorder.Close();
        EXPECT_EQ(FindTraceProblems(m_path), "");
    }

    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path, SqliteDatabase::Mode::Read).Query(sql);
    }

    /// @return what the attempts have in common, and how many there are of each kind
    Rows Count()
    {
        return Query("SELECT attempt, outcome, failure, is_retried, end_reason, "
                     "established_time_ns IS NOT NULL, ended_time_ns IS NOT NULL, COUNT(*) "
                     "FROM flow_attempt GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7");
    }

    TemporaryFolder m_folder;
    std::string m_path{m_folder / "attempts.db"};
    OutboundScenarioHelper m_scenario{OutboundScenario::LoadBalanced};
    TrafficHelper m_traffic;
};

INSTANTIATE_TEST_SUITE_P(Transport,
                         TraceAttempt,
                         ::testing::Values(TrafficTransport::Socket, TrafficTransport::Compact),
                         [](const auto& row) {
                             return row.param == TrafficTransport::Socket ? "Socket" : "Compact";
                         });

} // namespace

TEST_P(TraceAttempt, RetriesAreTheFlowsOfTheOneBefore)
{
    m_traffic.SetHoldTime({"ns3::ConstantRandomVariable[Constant=2]"});
    Run();
    EXPECT_EQ(Count(),
              (Rows{{"1", "established", "NULL", "0", "hold-over", "1", "1", "8"},
                    {"1", "failed", "timeout", "1", "NULL", "0", "1", "2"},
                    {"2", "failed", "timeout", "0", "NULL", "0", "1", "2"}}));
    // A SYN waits for 3 s, and the retry for 4.
    EXPECT_EQ(Query("SELECT generator_number, flow_number, attempt, source_port, started_time_ns, "
                    "ended_time_ns FROM flow_attempt WHERE outcome = 'failed' "
                    "ORDER BY flow_attempt_id"),
              (Rows{{"1", "8", "1", "1032", "0", "3000000000"},
                    {"1", "9", "1", "1033", "0", "3000000000"},
                    {"1", "8", "2", "1034", "7000000000", "10000000000"},
                    {"1", "9", "2", "1035", "7000000000", "10000000000"}}));
}

TEST_P(TraceAttempt, RowsAreNumberedAsAttemptsAreOverAndThoseOpenAreLast)
{
    m_traffic.SetHoldTime({"ns3::ConstantRandomVariable[Constant=2]"});
    Run(Seconds(8));
    EXPECT_EQ(Query("SELECT COUNT(*), SUM(ended_time_ns < before), SUM(before IS NULL AND "
                    "ended_time_ns IS NOT NULL) FROM (SELECT ended_time_ns, LAG(ended_time_ns, 1, "
                    "0) OVER (ORDER BY flow_attempt_id) AS before FROM flow_attempt)"),
              (Rows{{"12", "0", "0"}}));
    EXPECT_EQ(Query("SELECT flow_number, attempt, outcome, established_time_ns, ended_time_ns "
                    "FROM flow_attempt WHERE flow_attempt_id > 10"),
              (Rows{{"8", "2", "open", "NULL", "NULL"}, {"9", "2", "open", "NULL", "NULL"}}));
}

TEST_P(TraceAttempt, ConnectionsThatStayOpenAreEstablishedAndHaveNoEnd)
{
    m_traffic.SetAttribute("KeepAliveInterval", TimeValue(Seconds(20)));
    Run(Seconds(100));
    EXPECT_EQ(Count(),
              (Rows{{"1", "established", "NULL", "0", "NULL", "1", "0", "8"},
                    {"1", "failed", "timeout", "1", "NULL", "0", "1", "2"},
                    {"2", "failed", "timeout", "0", "NULL", "0", "1", "2"}}));
    EXPECT_EQ(Query("SELECT COUNT(*) FROM flow_attempt JOIN flow ON flow.run_id = "
                    "flow_attempt.run_id AND private_address = source_address AND private_port = "
                    "source_port WHERE flow_attempt.outcome = flow.outcome"),
              (Rows{{"8"}}))
        << "the host's flows are the same";
}

TEST_P(TraceAttempt, UdpIsEstablishedByItsResponse)
{
    m_traffic.SetAttribute("Protocol", MakeEnumValue(IpProtocol::Udp));
    m_traffic.SetHoldTime({"ns3::ConstantRandomVariable[Constant=2]"});
    Run();
    EXPECT_EQ(Count(),
              (Rows{{"1", "established", "NULL", "0", "hold-over", "1", "1", "8"},
                    {"1", "failed", "timeout", "1", "NULL", "0", "1", "2"},
                    {"2", "failed", "timeout", "0", "NULL", "0", "1", "2"}}));
    EXPECT_EQ(Query("SELECT DISTINCT protocol FROM flow_attempt"), (Rows{{"udp"}}));
}

TEST_P(TraceAttempt, ApplicationThatStopsFailsAttemptsAndClosesConnections)
{
    m_traffic.SetAttribute("StopTime", TimeValue(Seconds(1)));
    Run(Seconds(2));
    EXPECT_EQ(Count(),
              (Rows{{"1", "established", "NULL", "0", "stopped", "1", "1", "8"},
                    {"1", "failed", "stopped", "0", "NULL", "0", "1", "2"}}));
}

TEST_P(TraceAttempt, FlowWithoutSourcePortHasNone)
{
    m_traffic.SetAttribute("FirstSourcePort", UintegerValue(2000));
    m_traffic.SetAttribute("LastSourcePort", UintegerValue(2003));
    Run(Seconds(1));
    EXPECT_EQ(Query("SELECT outcome, failure, MIN(source_port), MAX(source_port), COUNT(*) "
                    "FROM flow_attempt GROUP BY 1"),
              (Rows{{"established", "NULL", "2000", "2003", "4"},
                    {"failed", "no-source-port", "NULL", "NULL", "6"}}));
}

TEST_P(TraceAttempt, GeneratorsThatComeAfterTheRecorderAreConnectedAndTellTheirNumber)
{
    m_traffic.SetAttribute("Flows", UintegerValue(2));
    m_scenario.SetVms(2);
    m_scenario.Create();
    m_traffic.Install(m_scenario, 2);
    TraceRecorder recorder(m_path, {"test", "load-balanced", "2017", {}});
    m_scenario.Connect(recorder);
    recorder.Connect(m_traffic.GetGenerators().front()); // the scenario has found it as well
    TrafficHelper late;
    late.SetAttribute("Transport", MakeEnumValue(GetParam()));
    late.SetAttribute("FirstSourcePort", UintegerValue(3000));
    late.InstallGenerators(m_scenario, {0});
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    recorder.Close();
    EXPECT_EQ(Query("SELECT name, generator_number, flow_number, source_port FROM flow_attempt "
                    "JOIN node USING (run_id, node_id) ORDER BY 1, 2, 3"),
              (Rows{{"virtual-machine-0", "1", "0", "1024"},
                    {"virtual-machine-0", "1", "1", "1025"},
                    {"virtual-machine-0", "2", "0", "3000"},
                    {"virtual-machine-1", "1", "0", "1024"},
                    {"virtual-machine-1", "1", "1", "1025"}}));
}

TEST_P(TraceAttempt, RunningSumsAreWhatAllEventsAddUpTo)
{
    m_scenario.SetProfile("2017[AllocatedPorts=8|FinHold=3s|RstHold=2s]");
    m_scenario.SetVms(2);
    m_scenario.Create();
    m_traffic.SetAttribute("Flows", UintegerValue(200));
    m_traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Poisson));
    m_traffic.SetAttribute("Rate", DoubleValue(3));
    m_traffic.SetHoldTime({"ns3::ExponentialRandomVariable[Mean=1]"});
    m_traffic.Install(m_scenario, 2);
    Run();
    EXPECT_EQ(Query("SELECT DISTINCT stage FROM snat_port_event ORDER BY 1"),
              (Rows{{"acquired"}, {"cooling-down"}, {"released"}}));
    // Event by event, with the integral in port-nanoseconds, which SQLite adds up exactly.
    EXPECT_EQ(
        Query("WITH step AS (SELECT *, ports_in_use + ports_cooling_down AS used, "
              "time_ns - LAG(time_ns) OVER each AS elapsed_ns, "
              "LAG(ports_in_use + ports_cooling_down) OVER each AS used_before "
              "FROM snat_port_event "
              "WINDOW each AS (PARTITION BY network_interface_id ORDER BY snat_port_event_id)), "
              "summed AS (SELECT *, "
              "SUM(stage IN ('acquired', 'reopened')) OVER sofar AS acquired, "
              "MAX(used) OVER sofar AS peak, "
              "IFNULL(SUM(used_before * elapsed_ns) OVER sofar, 0) AS port_ns FROM step "
              "WINDOW sofar AS (PARTITION BY network_interface_id ORDER BY snat_port_event_id)) "
              "SELECT COUNT(*) > 500, SUM(acquired != ports_acquired), SUM(peak != "
              "peak_ports_used), SUM(ABS(port_ns / 1e9 - used_port_seconds) > 1e-9) FROM summed"),
        (Rows{{"1", "0", "0", "0"}}));
}

} // namespace ns3::azure
