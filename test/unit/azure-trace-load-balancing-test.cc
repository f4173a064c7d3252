// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-load-balancing-story.h"
#include "azure-trace-problems.h"

#include "ns3/azure-trace-database.h"

#include <functional>
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

/// One row: what is told of a run with a load balancer, and what a table then holds.
struct TableCase
{
    const char* name;                                         // test name
    std::function<void(const TraceLoadBalancingStory&)> tell; // after the topology
    const char* query;
    Rows rows;
};

void
PrintTo(const TableCase& c, std::ostream* os)
{
    *os << c.query;
}

/// Tells nothing.
void
Nothing(const TraceLoadBalancingStory& /* story */)
{
}

/// Tells one member's health from each stage.
void
TellStages(const TraceLoadBalancingStory& story)
{
    story.database.Insert(3, MemberHealth{Seconds(1), HealthStage::Probed, 1, 0, 1, true});
    story.database.Insert(6, MemberHealth{Seconds(2), HealthStage::Decided, 1, 0, 1, true});
    story.database.Insert(4, MemberHealth{Seconds(3), HealthStage::Applied, 1, 1, 0, false});
}

/// Tells two samples of one time, and one of a later time.
void
TellTraffic(const TraceLoadBalancingStory& story)
{
    story.database.InsertTrafficSample(Seconds(60),
                                       {{4, {{1, 9, 9, 9}}, {}}},
                                       {{1, 2, 9, 9, 9, 9}});
    story.database.InsertTrafficSample(
        Seconds(60),
        {{4, {{1, 10, 600, 2}, {2, 5, 0, 0}}, {40, 22, 8, 10}}, {5, {{1, 1, 40, 1}}, {1, 1, 0, 0}}},
        {{1, 1, 5, 300, 4, 4000}});
    story.database.InsertTrafficSample(Seconds(90), {}, {{1, 1, 6, 360, 5, 5000}});
}

// clang-format off
const TableCase TABLE_CASES[] = {
    {"LoadBalancer", Nothing, "SELECT * FROM load_balancer",
     {{"1", "balancer", "Standard", "0"}}},
    {"Frontend", Nothing, "SELECT * FROM frontend",
     {{"1", "balancer", "public", "198.51.100.1"}}},
    {"HealthProbe",
     [](const auto& story) {
         HealthProbeFact probe;
         probe.probe = 2;
         probe.loadBalancer = "balancer";
         probe.name = "open";
         probe.port = 22;
         probe.interval = probe.timeout = Seconds(5);
         probe.successesToUp = 3;
         probe.noHealthyBackendsBehavior = NoHealthyBackendsBehavior::AllProbedUp;
         story.database.Insert(probe);
     },
     "SELECT * FROM health_probe",
     {{"1", "1", "balancer", "alive", "Http", "8080", "/alive", "15000000000", "10000000000", "2", "1", "AllProbedDown"},
      {"1", "2", "balancer", "open", "Tcp", "22", "NULL", "5000000000", "5000000000", "1", "3", "AllProbedUp"}}},
    {"PoolMember",
     [](const auto& story) {
         story.database.Insert(PoolMemberFact{2, "balancer", "others", 0, 2, AdministrativeState::Down});
         story.database.Insert(PoolMemberFact{2, "balancer", "others", 0, 1, AdministrativeState::None, false});
     },
     "SELECT * FROM pool_member",
     {{"1", "0", "balancer", "servers", "1", "1", "None", "1"},
      {"1", "0", "balancer", "servers", "1", "2", "None", "1"},
      {"1", "1", "balancer", "NULL", "NULL", "1", "None", "1"},
      {"1", "2", "balancer", "others", "NULL", "1", "None", "0"},
      {"1", "2", "balancer", "others", "NULL", "2", "Down", "1"}}},
    {"PoolMemberChange",
     [](const auto& story) {
         story.database.Insert(PoolMemberChange{Seconds(1), "balancer", "servers", 1, false});
         story.database.Insert(PoolMemberChange{Seconds(2), "balancer", "servers", 1, true});
     },
     "SELECT * FROM pool_member_change",
     {{"1", "1", "1000000000", "balancer", "servers", "1", "left"},
      {"1", "2", "2000000000", "balancer", "servers", "1", "joined"}}},
    {"OutboundRule",
     [](const auto& story) {
         OutboundRuleFact rule{"balancer", "out", {"public"}, "servers"};
         rule.allocatedOutboundPorts = 6400;
         story.database.Insert(rule);
         rule.name = "shared";
         rule.protocol = TransportProtocol::Udp;
         rule.allocatedOutboundPorts = 0;
         rule.maxBackendInstances = 50;
         rule.idleTimeout = Minutes(30);
         rule.enableTcpReset = true;
         story.database.Insert(rule);
     },
     "SELECT * FROM outbound_rule",
     {{"1", "balancer", "out", "servers", "All", "6400", "NULL", "240000000000", "0"},
      {"1", "balancer", "shared", "servers", "Udp", "NULL", "50", "1800000000000", "1"}}},
    {"OutboundRuleFrontend",
     [](const auto& story) {
         story.database.Insert(FrontendFact{"balancer", "other", Ipv4Address("198.51.100.2")});
         story.database.Insert(OutboundRuleFact{"balancer", "out", {"public", "other"}, "servers"});
     },
     "SELECT * FROM outbound_rule_frontend",
     {{"1", "balancer", "out", "other"}, {"1", "balancer", "out", "public"}}},
    {"C_1_Overload",
     [](const auto& story) {
         const auto frontend = TraceLoadBalancingStory::Frontend();
         story.database.Insert(4, OverloadRecord{Seconds(1), 200, frontend, false});
         story.database.Insert(6, OverloadRecord{Seconds(2), 0, frontend, true});
         story.database.Insert(6, OverloadRecord{Seconds(3), 0, frontend, false});
     },
     "SELECT * FROM overload",
     {{"1", "1", "1000000000", "4", "overloaded", "198.51.100.1", "200"},
      {"1", "2", "2000000000", "6", "withdrawn", "198.51.100.1", "0"},
      {"1", "3", "3000000000", "6", "restored", "198.51.100.1", "0"}}},
    {"LoadBalancingRule",
     [](const auto& story) {
         auto rule = TraceLoadBalancingStory::WebRule();
         rule.rule = 3;
         rule.protocol = TransportProtocol::All;
         rule.frontendPort = rule.backendPort = 0;
         rule.distribution = LoadDistribution::SourceIpProtocol;
         rule.enableFloatingIp = true;
         rule.idleTimeout = Minutes(30);
         rule.enableTcpReset = true;
         story.database.Insert(rule);
     },
     "SELECT * FROM load_balancing_rule",
     {{"1", "1", "balancer", "web", "load-balancing", "public", "Tcp", "80", "8080", "Default", "0", "0", "1", "240000000000", "0"},
      {"1", "2", "balancer", "ssh", "inbound-nat", "public", "Tcp", "5001", "22", "Default", "0", "1", "NULL", "240000000000", "0"},
      {"1", "3", "balancer", "web", "load-balancing", "public", "All", "NULL", "NULL", "SourceIPProtocol", "1", "0", "1", "1800000000000", "1"}}},
    {"LoadBalancingDecision",
     [](const auto& story) {
         story.Choose(1, 4, 50000, 2);
         story.Choose(2, 5, 50001, std::nullopt, DistributionCause::NoHealthyBackend);
     },
     "SELECT * FROM lb_decision",
     {{"1", "1", "1000000000", "4", "1", "tcp", "203.0.113.7", "50000", "198.51.100.1", "80", "new-flow", "2", "2", "1"},
      {"1", "2", "2000000000", "5", "1", "tcp", "203.0.113.7", "50001", "198.51.100.1", "80", "no-healthy-backend", "NULL", "0", "0"}}},
    {"ProbeResult",
     [](const auto& story) {
         story.Probe(1, 1, HealthProbeOutcome::Timeout);
         HealthProbeResult result{Seconds(2), 2, 1, 7, Seconds(1.5), HealthProbeOutcome::StatusCode, 503};
         story.database.Insert(3, result);
     },
     "SELECT * FROM probe_result",
     {{"1", "1", "1000000000", "3", "1", "1", "1", "500000000", "timeout", "NULL"},
      {"1", "2", "2000000000", "3", "2", "1", "7", "1500000000", "status-code", "503"}}},
    {"MemberHealth", TellStages, "SELECT * FROM member_health",
     {{"1", "1", "1000000000", "3", "probed", "1", "NULL", "1", "1"},
      {"1", "2", "2000000000", "6", "decided", "1", "0", "1", "1"},
      {"1", "3", "3000000000", "4", "applied", "1", "1", "NULL", "0"}}},
    {"ControlMessage",
     [](const auto& story) {
         story.Message(1, 6, ControlMessageStage::Sent, "program-members", 12, 1);
         story.Message(1.5, 6, ControlMessageStage::Acknowledged, "program-members", 12, 1);
     },
     "SELECT * FROM control_message",
     {{"1", "1", "1000000000", "6", "100.64.0.4", "sent", "program-members", "12", "1", "28"},
      {"1", "2", "1500000000", "6", "100.64.0.4", "acknowledged", "program-members", "12", "1", "28"}}},
    {"FrontendTraffic", TellTraffic, "SELECT * FROM frontend_traffic",
     {{"1", "1", "60000000000", "4", "1", "10", "600", "2"},
      {"1", "2", "60000000000", "4", "2", "5", "0", "0"},
      {"1", "3", "60000000000", "5", "1", "1", "40", "1"}}},
    // Of 22 packets that the first mux sent, 15 were for rules.
    {"MuxTraffic", TellTraffic, "SELECT * FROM mux_traffic",
     {{"1", "1", "60000000000", "4", "40", "15", "7", "8", "10"},
      {"1", "2", "60000000000", "5", "1", "1", "0", "0", "0"}}},
    {"MemberTraffic", TellTraffic, "SELECT * FROM member_traffic",
     {{"1", "1", "60000000000", "1", "1", "5", "300", "4", "4000"},
      {"1", "2", "90000000000", "1", "1", "6", "360", "5", "5000"}}},
};
// clang-format on

class TraceLoadBalancingTable : public ::testing::TestWithParam<TableCase>
{
};

TEST_P(TraceLoadBalancingTable, HoldsWhatWasTold)
{
    const auto& c = GetParam();
    const TemporaryFolder folder;
    const auto path = folder / "traces.db";
    {
        TraceDatabase database(path, {});
        const TraceLoadBalancingStory story{database};
        story.TellTopology();
        c.tell(story);
    }
    SqliteDatabase database(path, SqliteDatabase::Mode::Read);
    EXPECT_EQ(database.Query(c.query), c.rows);
    EXPECT_EQ(FindTraceProblems(path), "");
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceLoadBalancingTable,
                         ::testing::ValuesIn(TABLE_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
