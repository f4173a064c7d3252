// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-view-story.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Story = TraceLoadBalancingStory;

/// Both members come into rotation; interface 1 goes out at 40 s and comes back at 70 s.
void
TellHealth(const Story& story)
{
    story.Decide(0, 1, false);
    story.Decide(0, 2, false);
    story.Decide(10, 1, true);
    story.Decide(20, 2, true);
    story.Decide(40, 1, false);
    story.Decide(70, 1, true);
    // Nothing of what hosts and muxes say is a decision.
    story.database.Insert(3, MemberHealth{Seconds(80), HealthStage::Probed, 1, 0, 1, false});
    story.database.Insert(4, MemberHealth{Seconds(80), HealthStage::Applied, 1, 0, 1, false});
}

/// Three clients' ports go to interface 1 and one to interface 2; some packets ask again.
void
TellChoices(const Story& story)
{
    story.Choose(1, 4, 50001, 1);
    story.Choose(2, 4, 50001, 1); // a repeated SYN
    story.Choose(3, 4, 50002, 1);
    story.Choose(4, 5, 50003, 1);
    story.Choose(5, 5, 50004, 2);
    story.Choose(6, 5, 50001, 2, DistributionCause::NoFlowState);
    story.Choose(7, 5, 50005, std::nullopt, DistributionCause::NoHealthyBackend);
    story.database.Insert(
        Story::Count(Story::Flow(1, 1, 50001, Story::WebRule()), 5, 300, 4, 4000));
    story.database.Insert(Story::Count(Story::Flow(2, 1, 50002, Story::WebRule()), 1, 40, 2, 80));
    story.database.Insert(Story::Count(Story::Flow(3, 1, 50002, Story::NatRule()), 2, 90, 3, 95));
    auto denied = Story::Flow(4, 1, 50003, Story::WebRule());
    denied.accepted.reset();
    denied.translated.reset();
    story.database.Insert(denied);
}

/// HA ports of an internal frontend, one of whose ports has a rule of its own; both to interface 2.
void
TellAllPorts(const Story& story)
{
    const Ipv4Address address("10.0.0.100");
    story.database.Insert(LoadBalancerFact{"inside", LoadBalancerSku::Standard, true});
    story.database.Insert(FrontendFact{"inside", "private", address});
    story.database.Insert(PoolMemberFact{2, "inside", "all", 0, 2, AdministrativeState::None});
    LoadBalancingRuleFact rule;
    rule.rule = 3;
    rule.loadBalancer = "inside";
    rule.name = "all";
    rule.frontend = "private";
    rule.frontendAddress = address;
    rule.protocol = TransportProtocol::All;
    rule.backendSet = 2;
    story.database.Insert(rule);
    rule.rule = 4;
    rule.name = "one";
    rule.protocol = TransportProtocol::Tcp;
    rule.frontendPort = rule.backendPort = 25;
    story.database.Insert(rule);
    story.database.Insert(Story::Count(Story::Flow(1, 2, 50001, rule), 1, 40, 1, 40));
    rule.frontendPort = rule.backendPort = 4321;
    story.database.Insert(Story::Count(Story::Flow(2, 2, 50001, rule), 2, 80, 2, 80));
}

/// A flow of a rule with floating IP, one that is translated, and one in the virtual network.
void
TellFloatingIp(const Story& story)
{
    auto rule = Story::WebRule();
    rule.rule = 3;
    rule.name = "floating";
    rule.frontendPort = rule.backendPort = 1433;
    rule.enableFloatingIp = true;
    story.database.Insert(rule);
    auto floating = Story::Flow(1, 1, 50001, rule);
    floating.key = *floating.translated; // the VM answers from the frontend's address
    story.database.Insert(Story::Count(floating, 3, 120, 2, 80));
    story.database.Insert(Story::Count(Story::Flow(2, 1, 50001, Story::WebRule()), 1, 40, 1, 40));
    auto inside = Story::Flow(3, 1, 50002, rule);
    inside.path = FlowPath::VirtualNetwork;
    inside.translated = inside.key;
    story.database.Insert(inside);
}

/// Messages of three senders; one message is lost and one is never acknowledged.
void
TellMessages(const Story& story)
{
    constexpr auto SENT = ControlMessageStage::Sent;
    constexpr auto ACKNOWLEDGED = ControlMessageStage::Acknowledged;
    story.Message(1, 6, SENT, "program-members", 1, 1);
    story.Message(1, 6, SENT, "goal-state-part", 1, 1); // another sender on the same node
    story.Message(1.25, 6, ACKNOWLEDGED, "program-members", 1, 1);
    story.Message(2, 6, SENT, "program-members", 2, 1);
    story.Message(2.5, 6, SENT, "program-members", 2, 2);
    story.Message(2.75, 6, ACKNOWLEDGED, "program-members", 2, 2);
    story.Message(3, 6, SENT, "program-members", 3, 1);
    story.Message(3.125, 6, ACKNOWLEDGED, "program-members", 3, 1);
    story.Message(4, 6, SENT, "program-members", 4, 1);
    story.Message(4.5, 6, SENT, "program-members", 4, 2);
    story.Message(5, 6, ControlMessageStage::Unreachable, "program-members", 4, 2);
    // The same numbers, but of other senders.
    story.Message(6, 3, SENT, "report-health", 1, 1);
    story.Message(6.5, 3, ACKNOWLEDGED, "report-health", 1, 1);
    story.Message(6, 4, SENT, "report-health", 1, 1);
    story.Message(6.25, 4, ACKNOWLEDGED, "report-health", 1, 1);
}

/// Two samples of two muxes and two hosts, and some drops.
void
TellCrossings(const Story& story)
{
    story.database.InsertTrafficSample(Seconds(60),
                                       {{4, {{1, 10, 400, 3}}, {}}, {5, {{1, 5, 200, 1}}, {}}},
                                       {{1, 1, 9, 360, 8, 8000}, {1, 2, 6, 240, 5, 5000}});
    story.database.InsertTrafficSample(
        Seconds(120),
        {{4, {{1, 14, 560, 4}}, {30, 20, 9, 1}}, {5, {{1, 9, 360, 2}}, {14, 10, 4, 0}}},
        {{1, 1, 12, 480, 11, 11000}, {1, 2, 10, 400, 9, 9000}});
    // Clients on the Internet, and one that is a VM behind the frontend.
    auto flow = Story::Flow(1, 1, 50001, Story::WebRule());
    story.database.Insert(Story::Count(flow, 12, 480, 11, 11000));
    flow.flow = 2;
    flow.key = flow.key.WithDestination(Story::Frontend(), 1032);
    flow.translated = flow.translated->WithDestination(Story::Frontend(), 1032);
    story.database.Insert(Story::Count(flow, 5, 200, 4, 4000));
    // Flows that no rule is for: to a port of nobody's, and outbound; and one in the virtual
    // network.
    auto other = Story::WebRule();
    other.frontendPort = 81;
    story.database.Insert(Story::Count(Story::Flow(3, 1, 50001, other), 1, 40, 1, 40));
    auto outbound = Story::Flow(1, 2, 443, Story::WebRule());
    outbound.isInbound = false;
    outbound.translated = outbound.key.WithSource(Story::Frontend(), 1032);
    story.database.Insert(Story::Count(outbound, 6, 240, 6, 240));
    outbound.flow = 2;
    outbound.path = FlowPath::VirtualNetwork;
    outbound.translated = outbound.key;
    story.database.Insert(Story::Count(outbound, 100, 240, 100, 240));
    // A reply that came to a mux, a client's packet, and a reply that a host dropped.
    const auto client = Story::ClientKey(50001, 80);
    story.database.Insert(
        4,
        DropRecord{Seconds(1), DropReason::NoTrackedFlow, std::nullopt, client.Reverse(), 40});
    story.database.Insert(
        4,
        DropRecord{Seconds(2), DropReason::NoHealthyBackend, std::nullopt, client, 40});
    story.database.Insert(
        3,
        DropRecord{Seconds(3), DropReason::NoTrackedFlow, 1, client.Reverse(), 40});
}

// clang-format off
const ViewCase CASES[] = {
    {"BackendSetHealthCountsMembersInRotation", TellHealth, 100,
     "backend_set_id, health_probe_id, time_ns / 1000000000, end_time_ns / 1000000000, is_last, members_total, members_up",
     "v_backend_set_health", "backend_set_id, time_ns",
     {{"0", "1", "0", "10", "0", "2", "0"},
      {"0", "1", "10", "20", "0", "2", "1"},
      {"0", "1", "20", "40", "0", "2", "2"},
      {"0", "1", "40", "70", "0", "2", "1"},
      {"0", "1", "70", "100", "1", "2", "2"}}},
    // Interface 1 is up from 10 to 40 and from 70 to 100 s, 60 of 100 s; interface 2 from 20 s on.
    {"MemberAvailabilityAddsUpTimes", TellHealth, 100,
     "backend_set_id, load_balancer, backend_pool, virtual_machine, first_decision_time_ns, first_up_time_ns, "
     "time_up_ns / 1000000000, time_down_ns / 1000000000, flips, availability_percent",
     "v_member_availability", "backend_set_id, network_interface_id",
     {{"0", "balancer", "servers", "vm0", "0", "10000000000", "60", "40", "2", "60.0"},
      {"0", "balancer", "servers", "vm1", "0", "20000000000", "80", "20", "0", "80.0"},
      {"1", "balancer", "NULL", "vm0", "NULL", "NULL", "NULL", "NULL", "0", "NULL"}}},
    // 3 of 4 flows are 75 %.
    {"FlowsByMemberTellChoicesFromFlows", TellChoices, 100,
     "load_balancing_rule_id, load_balancer, rule, network_interface_id, virtual_machine, decisions, flows_chosen, "
     "share_percent, flows_passed, packets_in, bytes_in, packets_out, bytes_out",
     "v_flows_by_member", "load_balancing_rule_id, network_interface_id",
     {{"1", "balancer", "web", "1", "vm0", "4", "3", "75.0", "2", "6", "340", "6", "4080"},
      {"1", "balancer", "web", "2", "vm1", "2", "1", "25.0", "0", "0", "0", "0", "0"},
      {"2", "balancer", "ssh", "1", "vm0", "0", "0", "NULL", "1", "2", "90", "3", "95"}}},
    {"FlowsByMemberLeaveAllPortsToTheirRule", TellAllPorts, 100,
     "load_balancing_rule_id, flows_passed, packets_in",
     "v_flows_by_member AND load_balancing_rule_id > 2", "load_balancing_rule_id",
     {{"3", "1", "2"}, {"4", "1", "1"}}},
    {"FlowsByMemberKnowFloatingIp", TellFloatingIp, 100,
     "load_balancing_rule_id, flows_passed, packets_in, packets_out",
     "v_flows_by_member AND network_interface_id = 1", "load_balancing_rule_id",
     {{"1", "1", "1", "1"}, {"2", "0", "0", "0"}, {"3", "1", "3", "2"}}},
    {"FlowHasNoPublicAddressUnlessItIsTranslated", TellFloatingIp, 100,
     "private_address, private_port, public_address, public_port",
     "flow", "flow_id",
     {{"198.51.100.1", "1433", "NULL", "NULL"},
      {"10.0.0.4", "8080", "198.51.100.1", "80"},
      {"10.0.0.4", "1433", "NULL", "NULL"}}},
    // Of 125, 250 and 750 ms the median is 250; of 250 and 500 it is 375.
    {"ControlLatencyBeginsWithTheFirstAttempt", TellMessages, 10,
     "kind, messages, attempts, acknowledged, unreachable, median_latency_ns / 1000000, max_latency_ns / 1000000",
     "v_control_latency", "kind",
     {{"goal-state-part", "1", "1", "0", "0", "NULL", "NULL"},
      {"program-members", "4", "6", "3", "1", "250", "750"},
      {"report-health", "2", "2", "2", "0", "375", "500"}}},
    // In through muxes: 14 and 9; at members: 12 + 10 in and 11 + 9 out.  Stateless: 20 - 14 and
    // 10 - 9; without rule 1 + 6.
    {"MuxCrossingsCountEachDirection", TellCrossings, 120,
     "load_balancing_rule_id, rule, packets_in_through_muxes, packets_in_at_members, packets_out_at_members, replies_dropped_at_muxes, "
     "replies_to_public_addresses, packets_stateless, packets_in_without_rule",
     "v_mux_crossings", "load_balancing_rule_id",
     {{"1", "web", "23", "22", "20", "1", "4", "7", "7"},
      {"2", "ssh", "0", "0", "0", "0", "0", "7", "7"}}},
    {"BackendSetAvailabilityIsByTheMinute", TellHealth, 100,
     "backend_set_id, time_ns / 1000000000, end_time_ns / 1000000000, availability_percent, has_begun",
     "v_backend_set_availability", "time_ns",
     {{"0", "0", "60", "83.3333333333333", "0"},
      {"0", "60", "100", "100.0", "1"}}},
};
// clang-format on

class TraceLoadBalancingView : public ::testing::TestWithParam<ViewCase>
{
};

TEST_P(TraceLoadBalancingView, SaysWhatWasTold)
{
    ExpectView(GetParam());
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceLoadBalancingView,
                         ::testing::ValuesIn(CASES),
                         [](const auto& row) { return row.param.name; });

TEST(TraceLoadBalancingView, HealthOfARunThatWasCutOffEndsWithWhatIsKnown)
{
    const TemporaryFolder folder;
    const auto path = folder / "traces.db";
    {
        TraceDatabase database(path, {});
        const Story story{database};
        story.TellTopology();
        story.Decide(0, 1, true);
        story.Decide(0, 2, true);
        story.Probe(50, 1, HealthProbeOutcome::Success);
    }
    EXPECT_EQ(SqliteDatabase(path, SqliteDatabase::Mode::Read)
                  .Query("SELECT time_up_ns FROM v_member_availability WHERE backend_set_id = 0"),
              (std::vector<std::vector<std::string>>{{"50000000000"}, {"50000000000"}}));
}

/// One row: a question about one of many, and the index that answers it.
struct IndexCase
{
    const char* name;
    const char* query;
    const char* index;
};

void
PrintTo(const IndexCase& c, std::ostream* os)
{
    *os << c.query;
}

// clang-format off
constexpr IndexCase INDEX_CASES[] = {
    {"DecisionsForAMember",
     "SELECT time_ns FROM lb_decision WHERE run_id = 1 AND load_balancing_rule_id = 1 AND network_interface_id = 10",
     "lb_decision_by_rule (run_id=? AND load_balancing_rule_id=? AND network_interface_id=?)"},
    {"DecisionsOnAClient",
     "SELECT time_ns FROM lb_decision WHERE run_id = 1 AND client_address = '203.0.113.7' AND client_port = 50000",
     "lb_decision_by_client (run_id=? AND client_address=? AND client_port=?)"},
    {"ProbesOfAnInterface",
     "SELECT time_ns FROM probe_result WHERE run_id = 1 AND network_interface_id = 1",
     "probe_result_by_interface (run_id=? AND network_interface_id=?)"},
    {"ExhaustionsInHealthEvents", "SELECT * FROM v_azure_health_event",
     "snat_exhaustion_by_time (run_id=? AND network_interface_id=? AND time_ns>?)"},
    {"HighPortUsageInHealthEvents", "SELECT * FROM v_azure_health_event WHERE run_id = 1",
     "snat_port_usage_high (run_id=? AND network_interface_id=? AND public_address=? AND time_ns>?)"},
};
// clang-format on

class TraceLoadBalancingIndex : public ::testing::TestWithParam<IndexCase>
{
};

TEST_P(TraceLoadBalancingIndex, IsUsed)
{
    const TemporaryFolder folder;
    const auto path = folder / "traces.db";
    {
        TraceDatabase database(path, {});
        const Story story{database};
        story.TellTopology();
        const auto method = OutboundMethod::LoadBalancerFrontend;
        for (uint32_t i = 10; i < 60; ++i)
        {
            database.Insert(NetworkInterfaceFact{i, 1, 3, Ipv4Address("10.0.1.4"), method});
            for (uint16_t k = 0; k < 40; ++k)
            {
                story.Probe(k, i, HealthProbeOutcome::Success);
                story.Choose(k, 4, static_cast<uint16_t>(1000 * i + k), i);
            }
        }
        database.Finish(Seconds(40));
    }
    std::string plan;
    for (const auto& row : SqliteDatabase(path, SqliteDatabase::Mode::Read)
                               .Query(std::string("EXPLAIN QUERY PLAN ") + GetParam().query))
    {
        plan += row.at(3) + "\n";
    }
    EXPECT_NE(plan.find(GetParam().index), std::string::npos) << plan;
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceLoadBalancingIndex,
                         ::testing::ValuesIn(INDEX_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
