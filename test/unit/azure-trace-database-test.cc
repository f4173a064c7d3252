// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-dump.h"
#include "azure-trace-problems.h"
#include "azure-trace-story.h"

#include "ns3/azure-trace-database.h"

#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

/// Runs are told to m_path; Query() reads what has been written when they are over.
class TraceDatabaseStory : public ::testing::Test
{
  protected:
    /// A run of which nothing is told but its beginning and end.
    void TellEmptyRun(const std::string& path)
    {
        TraceDatabase database(path, {"program", "scenario", "2017", {{"vms", "2"}, {"a", "b"}}});
        database.Finish(Seconds(1));
    }

    /// A run with two flows that get ports and two that are refused.
    void TellRun(const std::string& path)
    {
        TraceDatabase database(path, {"program", "scenario", "2017", {{"vms", "2"}}});
        const TraceStory story{database};
        story.TellTopology();
        story.Acquire(1, 1, 1024, 1);
        story.Acquire(2, 2, 1025, 2);
        story.Refuse(3, 3, 1, "203.0.113.10");
        story.Refuse(4, 3, 2, "203.0.113.10");
        story.Refuse(5, 4, 1, "203.0.113.20");
        story.Sample(10, 2);
        story.EndRefused(244, 3, "203.0.113.10", 4);
        story.EndRefused(245, 4, "203.0.113.20", 5);
        story.Release(250, 1, 1024, 1, 10, 1);
        story.Release(260, 2, 1025, 2, 20, 0);
        database.Finish(Seconds(300));
    }

    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path, SqliteDatabase::Mode::Read).Query(sql);
    }

    TemporaryFolder m_folder;
    std::string m_path{m_folder / "traces.db"};
};

TEST_F(TraceDatabaseStory, TellsWhatWasRun)
{
    TellEmptyRun(m_path);
    EXPECT_EQ(Query("SELECT run_id, program, scenario, profile, rng_seed, rng_run, status, "
                    "end_time_ns FROM run"),
              (Rows{{"1", "program", "scenario", "2017", "1", "1", "finished", "1000000000"}}));
    EXPECT_EQ(Query("SELECT * FROM run_parameter"), (Rows{{"1", "a", "b"}, {"1", "vms", "2"}}));
    EXPECT_EQ(Query("SELECT COUNT(*) FROM run WHERE wall_started_utc <= wall_finished_utc "
                    "AND wall_started_utc LIKE '20__-__-__T__:__:__Z' AND wall_duration_ms >= 0"),
              (Rows{{"1"}}));
}

TEST_F(TraceDatabaseStory, TellsTheTopology)
{
    TellRun(m_path);
    EXPECT_EQ(
        Query("SELECT * FROM node WHERE node_id IN (1, 4)"),
        (Rows{{"1", "1", "vm0", "virtual-machine"}, {"1", "4", "mux0", "load-balancer-mux"}}));
    EXPECT_EQ(Query("SELECT * FROM network_interface"),
              (Rows{{"1", "0", "1", "3", "10.0.0.4", "load-balancer-frontend", "NULL", "NULL"},
                    {"1", "1", "2", "3", "10.0.0.5", "instance-level-public-ip", "NULL", "NULL"}}));
    EXPECT_EQ(Query("SELECT * FROM public_ip"),
              (Rows{{"1", "198.51.100.1", "frontend", "NULL", "NULL"},
                    {"1", "198.51.100.9", "instance-level", "1", "NULL"}}));
    EXPECT_EQ(Query("SELECT * FROM snat_allocation"),
              (Rows{{"1", "1", "0", "0", "given", "begin", "198.51.100.1", "1024", "1031", "0"}}));
}

TEST_F(TraceDatabaseStory, TellsAllOfAFlow)
{
    TellRun(m_path);
    EXPECT_EQ(Query("SELECT * FROM flow WHERE flow_id IN (1, 3)"),
              (Rows{{"1",
                     "0",
                     "1",
                     "outbound",
                     "internet",
                     "load-balancer-frontend",
                     "tcp",
                     "6",
                     "10.0.0.4",
                     "49153",
                     "198.51.100.1",
                     "1024",
                     "203.0.113.10",
                     "443",
                     "1000000000",
                     "1000000000",
                     "10000000000",
                     "10000000000",
                     "250000000000",
                     "established",
                     "idle",
                     "0",
                     "0",
                     "2",
                     "100",
                     "1",
                     "52"},
                    {"1",
                     "0",
                     "3",
                     "outbound",
                     "internet",
                     "load-balancer-frontend",
                     "tcp",
                     "6",
                     "10.0.0.4",
                     "49155",
                     "NULL",
                     "NULL",
                     "203.0.113.10",
                     "443",
                     "4000000000",
                     "NULL",
                     "NULL",
                     "4000000000",
                     "244000000000",
                     "refused",
                     "idle",
                     "1",
                     "0",
                     "0",
                     "0",
                     "0",
                     "0"}}));
}

TEST_F(TraceDatabaseStory, LeavesOutPortsThatAProtocolHasNot)
{
    {
        TraceDatabase database(m_path, {});
        TraceStory{database}.TellTopology();
        FlowRecord ping;
        ping.networkInterface = 1;
        ping.flow = 1;
        ping.isInbound = true;
        ping.method = OutboundMethod::InstanceLevelPublicIp;
        ping.key = {Ipv4Address("10.0.0.5"),
                    Ipv4Address("255.255.255.254"),
                    0,
                    0,
                    IpProtocol::Icmp};
        ping.translated = ping.key.WithSource(Ipv4Address("198.51.100.9"), 0);
        database.Insert(ping);
    }
    EXPECT_EQ(Query("SELECT direction, protocol, private_address, private_port, public_address, "
                    "public_port, destination_address, destination_port, end_reason FROM flow"),
              (Rows{{"inbound",
                     "icmp",
                     "10.0.0.5",
                     "NULL",
                     "198.51.100.9",
                     "NULL",
                     "255.255.255.254",
                     "NULL",
                     "open"}}));
}

TEST_F(TraceDatabaseStory, TellsEventsInOrder)
{
    TellRun(m_path);
    EXPECT_EQ(Query("SELECT * FROM snat_port_event WHERE flow_id = 1"),
              (Rows{{"1",
                     "1",
                     "1000000000",
                     "0",
                     "NULL",
                     "1",
                     "acquired",
                     "NULL",
                     "tcp",
                     "198.51.100.1",
                     "1024",
                     "203.0.113.10",
                     "443",
                     "1",
                     "0",
                     "1",
                     "1",
                     "0.0"},
                    {"1",
                     "3",
                     "250000000000",
                     "0",
                     "NULL",
                     "1",
                     "released",
                     "idle",
                     "tcp",
                     "198.51.100.1",
                     "1024",
                     "203.0.113.10",
                     "443",
                     "1",
                     "0",
                     "2",
                     "2",
                     "497.0"}}))
        << "1 port for 1 s, then 2 for 248 s";
    EXPECT_EQ(Query("SELECT * FROM snat_exhaustion WHERE flow_id = 4"),
              (Rows{{"1",
                     "3",
                     "5000000000",
                     "0",
                     "NULL",
                     "4",
                     "1",
                     "tcp",
                     "10.0.0.4",
                     "49156",
                     "203.0.113.20",
                     "443",
                     "8",
                     "2",
                     "0"}}));
}

TEST_F(TraceDatabaseStory, TellsDropsWithWhatIsKnown)
{
    {
        TraceDatabase database(m_path, {});
        TraceStory{database}.TellTopology();
        database.Insert(4, DropRecord{Seconds(1), DropReason::Malformed, std::nullopt, {}, 19});
        const FlowKey key(Ipv4Address("203.0.113.10"),
                          Ipv4Address("198.51.100.1"),
                          443,
                          2000,
                          IpProtocol::Udp);
        database.Insert(3, DropRecord{Seconds(2), DropReason::NoTrackedFlow, 0, key, 60});
    }
    EXPECT_EQ(Query("SELECT * FROM \"drop\""),
              (Rows{{"1",
                     "1",
                     "1000000000",
                     "4",
                     "NULL",
                     "malformed",
                     "NULL",
                     "NULL",
                     "NULL",
                     "NULL",
                     "NULL",
                     "NULL",
                     "19",
                     "NULL",
                     "NULL"},
                    {"1",
                     "2",
                     "2000000000",
                     "3",
                     "0",
                     "no-tracked-flow",
                     "udp",
                     "17",
                     "203.0.113.10",
                     "443",
                     "198.51.100.1",
                     "2000",
                     "60",
                     "NULL",
                     "NULL"}}));
}

TEST_F(TraceDatabaseStory, SatisfiesTheChecksThatOthersAreHeldTo)
{
    TellRun(m_path);
    EXPECT_EQ(FindTraceProblems(m_path), "");
    SqliteDatabase other(m_path);
    EXPECT_EXIT(other.Execute("UPDATE flow SET outcome = 'lucky'"),
                ::testing::ExitedWithCode(1),
                "CHECK constraint failed");
    other.Execute("PRAGMA ignore_check_constraints = ON; UPDATE flow SET outcome = 'lucky'");
    EXPECT_NE(FindTraceProblems(m_path).find("CHECK constraint failed in flow"), std::string::npos);
}

TEST_F(TraceDatabaseStory, SecondSampleOfTheSameTimeReplacesTheFirst)
{
    {
        TraceDatabase database(m_path, {});
        const TraceStory story{database};
        story.TellTopology();
        story.Sample(0, 1);
        story.Sample(10, 2);
        story.Sample(10, 3);
    }
    EXPECT_EQ(Query("SELECT snat_port_usage_id, time_ns, network_interface_id, public_address, "
                    "ports_in_use FROM snat_port_usage"),
              (Rows{{"1", "0", "0", "198.51.100.1", "1"},
                    {"2", "0", "1", "NULL", "0"},
                    {"3", "10000000000", "0", "198.51.100.1", "3"},
                    {"4", "10000000000", "1", "NULL", "0"}}));
}

TEST_F(TraceDatabaseStory, PortUsageCountsFreePorts)
{
    TellRun(m_path);
    // 8 allocated - 2 in use - 1 cooling down = 5 free.
    EXPECT_EQ(
        Query("SELECT * FROM v_port_usage"),
        (Rows{{"1", "10000000000", "0", "NULL", "vm0", "198.51.100.1", "8", "2", "1", "5", "3"},
              {"1", "10000000000", "1", "NULL", "vm1", "NULL", "0", "0", "0", "0", "0"}}));
}

TEST_F(TraceDatabaseStory, ExhaustionByDestinationTellsPacketsFromFlows)
{
    TellRun(m_path);
    // Flow 3 was refused twice on its way to .10, flow 4 once on its way to .20.
    EXPECT_EQ(Query("SELECT * FROM v_exhaustion_by_destination ORDER BY destination_address"),
              (Rows{{"1", "203.0.113.10", "2", "1", "1", "1", "3000000000", "4000000000"},
                    {"1", "203.0.113.20", "1", "1", "1", "1", "5000000000", "5000000000"}}));
}

TEST_F(TraceDatabaseStory, TopPortUsersRankEveryInterface)
{
    TellRun(m_path);
    EXPECT_EQ(Query("SELECT * FROM v_top_port_users"),
              (Rows{{"1", "1", "0", "vm0", "8", "2", "2", "3"},
                    {"1", "2", "1", "vm1", "0", "0", "0", "0"}}));
}

TEST_F(TraceDatabaseStory, RecoveryTakesTheIdleTimeoutFromTheLastPacket)
{
    TellRun(m_path);
    // Last packet at 20 s (flow 2), its port free at 260 s: 240 s.  First release at 250 s.
    EXPECT_EQ(Query("SELECT * FROM v_recovery"),
              (Rows{{"1",
                     "0",
                     "3000000000",
                     "5000000000",
                     "250000000000",
                     "20000000000",
                     "0",
                     "260000000000",
                     "240000000000"}}));
}

TEST_F(TraceDatabaseStory, RecoveryIsOpenWhileAPortIsHeld)
{
    {
        TraceDatabase database(m_path, {});
        const TraceStory story{database};
        story.TellTopology();
        story.Acquire(1, 1, 1024, 1);
        story.Acquire(2, 2, 1025, 2);
        story.Release(250, 1, 1024, 1, 10, 1);
    }
    EXPECT_EQ(Query("SELECT * FROM v_recovery"),
              (Rows{{"1", "0", "NULL", "NULL", "NULL", "10000000000", "1", "NULL", "NULL"}}));
}

TEST_F(TraceDatabaseStory, AppendsASecondRunToTheSameFile)
{
    TellRun(m_path);
    TellRun(m_path);
    EXPECT_EQ(Query("SELECT run_id, status FROM run"),
              (Rows{{"1", "finished"}, {"2", "finished"}}));
    for (const auto& table : GetTraceTables())
    {
        const std::string name = table.name;
        if (name == "table_doc" || name == "column_doc")
        {
            continue;
        }
        const auto count = "SELECT COUNT(*) FROM \"" + name + "\" WHERE run_id = ";
        EXPECT_EQ(Query(count + "1"), Query(count + "2")) << name;
    }
    EXPECT_EQ(Query("PRAGMA foreign_key_check"), Rows{});
    EXPECT_EQ(Query("SELECT run_id, rank, network_interface_id FROM v_top_port_users"),
              (Rows{{"1", "1", "0"}, {"1", "2", "1"}, {"2", "1", "0"}, {"2", "2", "1"}}));
}

TEST_F(TraceDatabaseStory, SameCallsGiveTheSameContent)
{
    TellRun(m_path);
    TellRun(m_folder / "again.db");
    EXPECT_EQ(DumpTraces(m_path), DumpTraces(m_folder / "again.db"));
    EXPECT_NE(DumpTraces(m_path).find("flow|1|0|1|outbound"), std::string::npos);
}

TEST_F(TraceDatabaseStory, ClosedFileHasNoSideFiles)
{
    TellRun(m_path);
    EXPECT_EQ(m_folder.GetNames(), Row{"traces.db"});
}

TEST_F(TraceDatabaseStory, AnEmptyFileCountsAsANewOne)
{
    std::ofstream(m_path).close();
    TellEmptyRun(m_path);
    EXPECT_EQ(Query("SELECT status FROM run"), (Rows{{"finished"}}));
}

TEST_F(TraceDatabaseStory, RunThatIsNotFinishedStaysRunning)
{
    {
        TraceDatabase database(m_path, {});
        TraceStory{database}.TellTopology();
    }
    EXPECT_EQ(Query("SELECT status, end_time_ns, wall_finished_utc FROM run"),
              (Rows{{"running", "NULL", "NULL"}}));
    EXPECT_EQ(Query("SELECT COUNT(*) FROM node"), (Rows{{"4"}}));
}

} // namespace

} // namespace ns3::azure
