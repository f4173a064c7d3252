// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-problems.h"
#include "azure-trace-story.h"

#include "ns3/azure-trace-database.h"
#include "ns3/azure-trace-schema.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

constexpr auto SUBNET = SecurityGroupAttachment::Subnet;
constexpr auto NETWORK_INTERFACE = SecurityGroupAttachment::NetworkInterface;
constexpr auto ALLOW = SecurityRuleAccess::Allow;
constexpr auto DENY = SecurityRuleAccess::Deny;
constexpr auto INBOUND = FlowDirection::Inbound;
constexpr auto OUTBOUND = FlowDirection::Outbound;

/// What one group said.
struct GroupWord
{
    SecurityGroupAttachment attachment;
    const char* group;
    const char* rule;
    bool isDefaultRule;
    SecurityRuleAccess access;
};

/**
 * Packets are told of: what the groups said to the first ones, and how many passed.
 *
 * What is expected of the flow log is Azure's format, version 2: sources.rst B.9.
 */
class TraceSecurity : public ::testing::Test
{
  protected:
    void Begin()
    {
        m_database.emplace(m_path, RunDescription{"program", "scenario", "2017", {}});
        TraceStory{*m_database}.TellTopology();
    }

    /// The groups of interface 0 are asked about a packet of a flow.
    void Decide(double time,
                uint64_t flow,
                uint32_t attempt,
                FlowDirection direction,
                const FlowKey& key,
                const std::vector<GroupWord>& words)
    {
        for (const auto& word : words)
        {
            m_database->Insert(SecurityGroupDecision{Seconds(time),
                                                     0,
                                                     flow,
                                                     attempt,
                                                     direction,
                                                     key,
                                                     word.attachment,
                                                     word.access,
                                                     word.isDefaultRule,
                                                     word.group,
                                                     word.rule});
        }
    }

    /// @return a flow of interface 0 that passed at once, as it stands
    static FlowRecord Flow(uint64_t flow, const FlowKey& outbound, bool isInbound)
    {
        FlowRecord record;
        record.flow = flow;
        record.key = outbound;
        record.isInbound = isInbound;
        record.accepted = Seconds(0);
        record.outcome = FlowOutcome::Established;
        return record;
    }

    /// @return the flow with other counters
    static FlowRecord Count(FlowRecord flow,
                            uint64_t packetsOut,
                            uint64_t bytesOut,
                            uint64_t packetsIn,
                            uint64_t bytesIn)
    {
        flow.packetsOut = packetsOut;
        flow.bytesOut = bytesOut;
        flow.packetsIn = packetsIn;
        flow.bytesIn = bytesIn;
        return flow;
    }

    /// The flow leaves the table.
    void End(double time, FlowRecord flow)
    {
        flow.end = FlowEnd::Idle;
        flow.ended = Seconds(time);
        m_database->Insert(flow);
    }

    /// The run is over.
    void Finish(double time)
    {
        m_database->Finish(Seconds(time));
        m_database.reset();
        EXPECT_EQ(FindTraceProblems(m_path), "");
    }

    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path, SqliteDatabase::Mode::Read).Query(sql);
    }

    /// @return the flow log, in the order in which it would have been written
    Rows QueryLog()
    {
        return Query("SELECT entry FROM v_nsg_flow_log ORDER BY run_id, time_ns, flow_id, state");
    }

    TemporaryFolder m_folder;
    std::string m_path{m_folder / "traces.db"};
    std::optional<TraceDatabase> m_database;
    /// From the VM to a server on the Internet.
    const FlowKey m_outbound{Ipv4Address("10.0.0.4"),
                             Ipv4Address("203.0.113.10"),
                             49152,
                             443,
                             IpProtocol::Tcp};
    /// From the Internet to the VM, in the addresses that the VM knows.
    const FlowKey m_inbound{Ipv4Address("203.0.113.7"),
                            Ipv4Address("10.0.0.4"),
                            50000,
                            80,
                            IpProtocol::Tcp};
};

TEST_F(TraceSecurity, S3_05_S3_10_TellsWhichRulesDecidedInTheOrderOfAsking)
{
    Begin();
    // Inbound, the subnet's group is asked first.
    Decide(1,
           7,
           2,
           INBOUND,
           m_inbound,
           {{SUBNET, "front", "AllowWeb", false, ALLOW},
            {NETWORK_INTERFACE, "web0", "DenyAllInBound", true, DENY}});
    Finish(2);
    EXPECT_EQ(Query("SELECT * FROM nsg_decision"),
              (Rows{{"1",
                     "1",
                     "1000000000",
                     "0",
                     "7",
                     "2",
                     "inbound",
                     "tcp",
                     "203.0.113.7",
                     "50000",
                     "10.0.0.4",
                     "80",
                     "front",
                     "subnet",
                     "AllowWeb",
                     "0",
                     "allow"},
                    {"1",
                     "2",
                     "1000000000",
                     "0",
                     "7",
                     "2",
                     "inbound",
                     "tcp",
                     "203.0.113.7",
                     "50000",
                     "10.0.0.4",
                     "80",
                     "web0",
                     "network-interface",
                     "DenyAllInBound",
                     "1",
                     "deny"}}));
}

TEST_F(TraceSecurity, S0_07_DeniedFlowsAndPacketsNameTheRule)
{
    Begin();
    FlowRecord flow;
    flow.flow = 1;
    flow.path = FlowPath::VirtualNetwork;
    flow.key = m_outbound;
    flow.denials = 3;
    flow.outcome = FlowOutcome::Denied;
    m_database->Insert(flow);
    m_database->Insert(3,
                       DropRecord{Seconds(1),
                                  DropReason::SecurityRule,
                                  0,
                                  m_outbound,
                                  60,
                                  "web0",
                                  "DenyInternet"});
    Finish(2);
    EXPECT_EQ(Query("SELECT path, outcome, denied_packets, refused_packets, accepted_time_ns "
                    "FROM flow"),
              (Rows{{"virtual-network", "denied", "3", "0", "NULL"}}));
    EXPECT_EQ(Query("SELECT reason, bytes, network_security_group, security_rule FROM \"drop\""),
              (Rows{{"security-rule", "60", "web0", "DenyInternet"}}));
}

/// One row: what the groups said to the packets of one flow, and which entries it begins with.  A
/// denied flow is logged by the group that denies, an allowed one by the last that allows (B.9).
struct LogCase
{
    const char* name; // test name: ids first
    FlowDirection direction;
    IpProtocol protocol;
    std::vector<std::vector<GroupWord>> attempts; // at 1 s, 2 s, ...
    Rows entries;                                 // group, rule and text as Azure writes it
};

void
PrintTo(const LogCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const LogCase LOG_CASES[] = {
    {"S3_05_LastThatAllowsLogsInbound", INBOUND, IpProtocol::Tcp,
     {{{SUBNET, "front", "AllowWeb", false, ALLOW}, {NETWORK_INTERFACE, "web0", "AllowHttp", false, ALLOW}}},
     {{"web0", "UserRule_AllowHttp", "1,203.0.113.7,10.0.0.4,50000,80,T,I,A,B,,,,"}}},
    {"S3_08_LastThatAllowsLogsOutbound", OUTBOUND, IpProtocol::Tcp,
     {{{NETWORK_INTERFACE, "web0", "AllowInternetOutBound", true, ALLOW}, {SUBNET, "front", "AllowOut", false, ALLOW}}},
     {{"front", "UserRule_AllowOut", "1,10.0.0.4,203.0.113.10,49152,443,T,O,A,B,,,,"}}},
    {"S3_05_DenyOfTheFirstIsFinal", INBOUND, IpProtocol::Tcp,
     {{{SUBNET, "front", "DenyAllInBound", true, DENY}}},
     {{"front", "DefaultRule_DenyAllInBound", "1,203.0.113.7,10.0.0.4,50000,80,T,I,D,B,,,,"}}},
    {"S3_08_DenyOfTheLastLogsOnly", OUTBOUND, IpProtocol::Tcp,
     {{{NETWORK_INTERFACE, "web0", "AllowInternetOutBound", true, ALLOW}, {SUBNET, "front", "DenyWeb", false, DENY}}},
     {{"front", "UserRule_DenyWeb", "1,10.0.0.4,203.0.113.10,49152,443,T,O,D,B,,,,"}}},
    {"UdpIsLoggedAsU", OUTBOUND, IpProtocol::Udp,
     {{{SUBNET, "front", "AllowInternetOutBound", true, ALLOW}}},
     {{"front", "DefaultRule_AllowInternetOutBound", "1,10.0.0.4,203.0.113.10,49152,443,U,O,A,B,,,,"}}},
    {"OtherProtocolsAreNotLogged", OUTBOUND, IpProtocol::Icmp,
     {{{SUBNET, "front", "AllowInternetOutBound", true, ALLOW}}},
     {}},
    {"DeniedFlowIsLoggedOnce", OUTBOUND, IpProtocol::Tcp,
     {{{SUBNET, "front", "DenyWeb", false, DENY}}, {{SUBNET, "front", "DenyWeb", false, DENY}}},
     {{"front", "UserRule_DenyWeb", "1,10.0.0.4,203.0.113.10,49152,443,T,O,D,B,,,,"}}},
    {"RuleChangeBetweenAttemptsGivesBoth", OUTBOUND, IpProtocol::Tcp,
     {{{SUBNET, "front", "DenyWeb", false, DENY}},
      {{SUBNET, "front", "AllowInternetOutBound", true, ALLOW}},
      {{SUBNET, "front", "AllowInternetOutBound", true, ALLOW}}},
     {{"front", "UserRule_DenyWeb", "1,10.0.0.4,203.0.113.10,49152,443,T,O,D,B,,,,"},
      {"front", "DefaultRule_AllowInternetOutBound", "2,10.0.0.4,203.0.113.10,49152,443,T,O,A,B,,,,"}}},
};
// clang-format on

class TraceSecurityLog : public TraceSecurity, public ::testing::WithParamInterface<LogCase>
{
};

TEST_P(TraceSecurityLog, BeginsWithTheDecidingRule)
{
    const auto& c = GetParam();
    const auto& like = c.direction == INBOUND ? m_inbound : m_outbound;
    const bool hasPorts = c.protocol != IpProtocol::Icmp;
    const FlowKey key(like.GetSource(),
                      like.GetDestination(),
                      hasPorts ? like.GetSourcePort() : 0,
                      hasPorts ? like.GetDestinationPort() : 0,
                      c.protocol);
    Begin();
    uint32_t attempt = 0;
    for (const auto& words : c.attempts)
    {
        ++attempt;
        Decide(attempt, 1, attempt, c.direction, key, words);
    }
    m_database.reset(); // cut off: no row in flow
    EXPECT_EQ(Query("SELECT network_security_group, rule, entry FROM v_nsg_flow_log "
                    "ORDER BY time_ns"),
              c.entries);
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceSecurityLog,
                         ::testing::ValuesIn(LOG_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(TraceSecurity, EntriesAddUpToWhatPassed)
{
    // The flow of Azure's own sample, with its counters: 1021 + 52 packets came and 8005 + 47 went.
    const FlowKey key(Ipv4Address("185.170.185.105"),
                      Ipv4Address("10.0.0.4"),
                      35370,
                      23,
                      IpProtocol::Tcp);
    Begin();
    Decide(0, 1, 1, INBOUND, key, {{SUBNET, "front", "AllowTelnet", false, ALLOW}});
    const auto flow = Flow(1, key.Reverse(), true);
    m_database->InsertFlowSample(Seconds(300), {Count(flow, 8005, 4610880, 1021, 588096)});
    End(600.5, Count(flow, 8005 + 47, 4610880 + 27072, 1021 + 52, 588096 + 29952));
    Finish(700);

    EXPECT_EQ(QueryLog(),
              (Rows{{"0,185.170.185.105,10.0.0.4,35370,23,T,I,A,B,,,,"},
                    {"300,185.170.185.105,10.0.0.4,35370,23,T,I,A,C,1021,588096,8005,4610880"},
                    {"600,185.170.185.105,10.0.0.4,35370,23,T,I,A,E,52,29952,47,27072"}}));
    // 1021 + 52 + 8005 + 47 = 9,125 packets; 588096 + 29952 + 4610880 + 27072 = 5,256,000 bytes.
    EXPECT_EQ(Query("SELECT SUM(packets_source_to_destination + packets_destination_to_source), "
                    "SUM(bytes_source_to_destination + bytes_destination_to_source) "
                    "FROM v_nsg_flow_log"),
              (Rows{{"9125", "5256000"}}));
}

TEST_F(TraceSecurity, SourceToDestinationOfAnOutboundFlowIsOut)
{
    Begin();
    Decide(1, 1, 1, OUTBOUND, m_outbound, {{SUBNET, "front", "AllowOut", false, ALLOW}});
    End(9, Count(Flow(1, m_outbound, false), 3, 300, 2, 2000));
    Finish(10);
    EXPECT_EQ(QueryLog(),
              (Rows{{"1,10.0.0.4,203.0.113.10,49152,443,T,O,A,B,,,,"},
                    {"9,10.0.0.4,203.0.113.10,49152,443,T,O,A,E,3,300,2,2000"}}));
}

TEST_F(TraceSecurity, DenialAfterTheFlowRecordIsLoggedToo)
{
    // The answer is asked about at 400 s, as the flow record has ended.
    Begin();
    Decide(1, 1, 1, OUTBOUND, m_outbound, {{SUBNET, "front", "AllowOut", false, ALLOW}});
    Decide(300, 1, 2, OUTBOUND, m_outbound, {{SUBNET, "front", "AllowOut", false, ALLOW}});
    Decide(400, 1, 3, INBOUND, m_outbound.Reverse(), {{SUBNET, "front", "DenyIn", false, DENY}});
    End(500, Count(Flow(1, m_outbound, false), 2, 200, 1, 50));
    Finish(600);
    EXPECT_EQ(QueryLog(),
              (Rows{{"1,10.0.0.4,203.0.113.10,49152,443,T,O,A,B,,,,"},
                    {"400,203.0.113.10,10.0.0.4,443,49152,T,I,D,B,,,,"},
                    {"500,10.0.0.4,203.0.113.10,49152,443,T,O,A,E,2,200,1,50"}}));
}

TEST_F(TraceSecurity, EachFlowCountsForItself)
{
    Begin();
    const std::vector<GroupWord> words{{SUBNET, "front", "AllowOut", false, ALLOW}};
    Decide(1, 1, 1, OUTBOUND, m_outbound, words);
    const auto other = m_outbound.WithSource(m_outbound.GetSource(), 49153);
    Decide(2, 2, 1, OUTBOUND, other, words);
    const auto first = Flow(1, m_outbound, false);
    const auto second = Flow(2, other, false);
    m_database->InsertFlowSample(Seconds(300),
                                 {Count(first, 1, 10, 0, 0), Count(second, 5, 50, 0, 0)});
    m_database->InsertFlowSample(Seconds(600),
                                 {Count(first, 1, 10, 0, 0), Count(second, 7, 70, 0, 0)});
    Finish(700);
    EXPECT_EQ(Query("SELECT flow_id, epoch_time_s, state, packets_source_to_destination "
                    "FROM v_nsg_flow_log WHERE state <> 'B' ORDER BY flow_id, time_ns"),
              (Rows{{"1", "300", "C", "1"},
                    {"1", "600", "C", "0"},
                    {"2", "300", "C", "5"},
                    {"2", "600", "C", "2"}}));
}

TEST_F(TraceSecurity, CountersBeginWithTheFlowAndNotBefore)
{
    // The flow passes three packets, then a group is attached and asked, as its record has ended.
    // Samples are taken since another flow has made the group decide.
    Begin();
    const auto flow = Flow(1, m_outbound, false);
    m_database->InsertFlowSample(Seconds(300), {Count(flow, 3, 384, 1, 50)});
    Decide(310, 1, 1, OUTBOUND, m_outbound, {{SUBNET, "front", "AllowOut", false, ALLOW}});
    m_database->InsertFlowSample(Seconds(400), {Count(flow, 4, 512, 3, 70)});
    End(550, Count(flow, 4, 512, 3, 70));
    Finish(600);
    EXPECT_EQ(QueryLog(),
              (Rows{{"310,10.0.0.4,203.0.113.10,49152,443,T,O,A,B,,,,"},
                    {"400,10.0.0.4,203.0.113.10,49152,443,T,O,A,C,1,128,2,20"},
                    {"550,10.0.0.4,203.0.113.10,49152,443,T,O,A,E,0,0,0,0"}}));
}

TEST_F(TraceSecurity, CountersOfARunThatWasCutOffBeginWithTheFlowToo)
{
    Begin();
    const auto flow = Flow(1, m_outbound, false); // never gets its row in the table
    m_database->InsertFlowSample(Seconds(300), {Count(flow, 3, 384, 1, 50)});
    Decide(310, 1, 1, OUTBOUND, m_outbound, {{SUBNET, "front", "AllowOut", false, ALLOW}});
    m_database->InsertFlowSample(Seconds(600), {Count(flow, 4, 512, 3, 70)});
    m_database.reset();
    EXPECT_EQ(QueryLog(),
              (Rows{{"310,10.0.0.4,203.0.113.10,49152,443,T,O,A,B,,,,"},
                    {"600,10.0.0.4,203.0.113.10,49152,443,T,O,A,C,1,128,2,20"}}));
}

TEST_F(TraceSecurity, FlowThatIsOnlyDeniedLaterHasNoCounters)
{
    Begin();
    const auto flow = Flow(1, m_outbound, false);
    m_database->InsertFlowSample(Seconds(300), {Count(flow, 3, 384, 1, 50)});
    Decide(310, 1, 1, OUTBOUND, m_outbound, {{SUBNET, "front", "DenyOut", false, DENY}});
    End(550, Count(flow, 3, 384, 1, 50));
    Finish(600);
    EXPECT_EQ(QueryLog(), (Rows{{"310,10.0.0.4,203.0.113.10,49152,443,T,O,D,B,,,,"}}));
}

TEST_F(TraceSecurity, SampleAtTheTimeOfTheBeginningCountsForANewFlow)
{
    // At 300 s flow 1, of 0 s, is asked about for the first time, and flow 2 begins.
    Begin();
    const std::vector<GroupWord> words{{SUBNET, "front", "AllowOut", false, ALLOW}};
    const auto other = m_outbound.WithSource(m_outbound.GetSource(), 49153);
    const auto first = Flow(1, m_outbound, false);
    auto second = Flow(2, other, false);
    second.accepted = Seconds(300);
    Decide(300, 1, 1, OUTBOUND, m_outbound, words);
    Decide(300, 2, 1, OUTBOUND, other, words);
    m_database->InsertFlowSample(Seconds(300),
                                 {Count(first, 7, 70, 0, 0), Count(second, 1, 10, 0, 0)});
    End(400, Count(first, 9, 90, 0, 0));
    End(400, Count(second, 3, 30, 0, 0));
    Finish(500);
    EXPECT_EQ(Query("SELECT flow_id, epoch_time_s, state, packets_source_to_destination "
                    "FROM v_nsg_flow_log ORDER BY flow_id, time_ns, state"),
              (Rows{{"1", "300", "B", "NULL"},
                    {"1", "400", "E", "2"},
                    {"2", "300", "B", "NULL"},
                    {"2", "300", "C", "1"},
                    {"2", "400", "E", "2"}}));
}

TEST_F(TraceSecurity, EntriesOfOneFlowAreFoundByAnIndex)
{
    Begin();
    Finish(1);
    // However long nsg_decision and flow are, they are not gone through.
    std::string plan;
    for (const auto& row : Query("EXPLAIN QUERY PLAN SELECT entry FROM v_nsg_flow_log "
                                 "WHERE run_id = 1 AND network_interface_id = 0 AND flow_id = 1"))
    {
        plan += row.at(3) + "\n";
    }
    EXPECT_NE(plan.find("nsg_decision_by_flow (run_id=? AND network_interface_id=? AND flow_id=?)"),
              std::string::npos)
        << plan;
    EXPECT_EQ(plan.find("SCAN nsg_decision"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("SCAN flow"), std::string::npos) << plan;
}

TEST_F(TraceSecurity, FlowsThatPassNoGroupAreNotLogged)
{
    Begin();
    End(9, Count(Flow(1, m_outbound, false), 3, 300, 2, 2000));
    Finish(10);
    EXPECT_EQ(QueryLog(), Rows{});
}

TEST_F(TraceSecurity, AllowedFlowWithoutPortHasNoEnd)
{
    Begin();
    Decide(1, 1, 1, OUTBOUND, m_outbound, {{SUBNET, "front", "AllowOut", false, ALLOW}});
    Decide(2, 1, 2, OUTBOUND, m_outbound, {{SUBNET, "front", "AllowOut", false, ALLOW}});
    auto refused = Flow(1, m_outbound, false);
    refused.accepted.reset();
    refused.outcome = FlowOutcome::Refused;
    End(66, refused);
    Finish(70);
    EXPECT_EQ(QueryLog(), (Rows{{"1,10.0.0.4,203.0.113.10,49152,443,T,O,A,B,,,,"}}));
}

TEST_F(TraceSecurity, SecondFlowSampleOfTheSameTimeReplacesTheFirst)
{
    Begin();
    const auto flow = Flow(1, m_outbound, false);
    m_database->InsertFlowSample(Seconds(300), {Count(flow, 1, 10, 0, 0), flow});
    m_database->InsertFlowSample(Seconds(600), {Count(flow, 2, 20, 0, 0), flow});
    m_database->InsertFlowSample(Seconds(600), {Count(flow, 3, 30, 4, 40)});
    Finish(600);
    EXPECT_EQ(Query("SELECT * FROM nsg_flow_sample"),
              (Rows{{"1", "1", "300000000000", "0", "1", "1", "10", "0", "0"},
                    {"1", "2", "300000000000", "0", "1", "0", "0", "0", "0"},
                    {"1", "3", "600000000000", "0", "1", "3", "30", "4", "40"}}));
}

TEST_F(TraceSecurity, S3_10_RuleHitsCountFlowsAndPackets)
{
    // In each of two runs: flow 1 is denied twice and then allowed, flow 2 is allowed.
    const std::vector<GroupWord> deny{{NETWORK_INTERFACE, "web0", "DenyWeb", false, DENY}};
    const std::vector<GroupWord> allow{
        {NETWORK_INTERFACE, "web0", "AllowInternetOutBound", true, ALLOW},
        {SUBNET, "front", "AllowOut", false, ALLOW}};
    for (int run = 0; run < 2; ++run)
    {
        Begin();
        Decide(1, 1, 1, OUTBOUND, m_outbound, deny);
        Decide(2, 1, 2, OUTBOUND, m_outbound, deny);
        Decide(3, 1, 3, OUTBOUND, m_outbound, allow);
        const auto other = m_outbound.WithSource(m_outbound.GetSource(), 49153);
        Decide(4, 2, 1, OUTBOUND, other, allow);
        Finish(5);
    }
    const auto hits = [this](const std::string& run) {
        return Query("SELECT network_security_group, security_rule, is_default_rule, attachment, "
                     "direction, network_interfaces, flows_allowed, flows_denied, packets, "
                     "first_time_ns / 1000000000, last_time_ns / 1000000000 "
                     "FROM v_nsg_rule_hits WHERE run_id = " +
                     run + " ORDER BY network_security_group, security_rule");
    };
    // clang-format off
    const Rows expected{
        {"front", "AllowOut",              "0", "subnet",            "outbound", "1", "2", "0", "2", "3", "4"},
        {"web0",  "AllowInternetOutBound", "1", "network-interface", "outbound", "1", "2", "0", "2", "3", "4"},
        {"web0",  "DenyWeb",               "0", "network-interface", "outbound", "1", "0", "1", "2", "1", "2"},
    };
    // clang-format on
    EXPECT_EQ(hits("1"), expected);
    EXPECT_EQ(hits("2"), expected);
}

TEST_F(TraceSecurity, FlowLogKeepsRunsApart)
{
    for (uint64_t run = 1; run <= 2; ++run)
    {
        Begin();
        Decide(1, 1, 1, OUTBOUND, m_outbound, {{SUBNET, "front", "AllowOut", false, ALLOW}});
        const auto flow = Flow(1, m_outbound, false);
        m_database->InsertFlowSample(Seconds(300), {Count(flow, 4 * run, 40, 0, 0)});
        End(400, Count(flow, 5 * run, 50, 0, 0));
        Finish(500);
    }
    EXPECT_EQ(Query("SELECT run_id, virtual_machine, state, packets_source_to_destination "
                    "FROM v_nsg_flow_log ORDER BY run_id, time_ns"),
              (Rows{{"1", "vm0", "B", "NULL"},
                    {"1", "vm0", "C", "4"},
                    {"1", "vm0", "E", "1"},
                    {"2", "vm0", "B", "NULL"},
                    {"2", "vm0", "C", "8"},
                    {"2", "vm0", "E", "2"}}));
}

} // namespace

} // namespace ns3::azure
