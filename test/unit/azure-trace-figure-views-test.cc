// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-snat-story.h"
#include "azure-view-story.h"

#include "ns3/azure-flow-attempt.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using LoadBalancing = TraceLoadBalancingStory;
using Story = TraceSnatStory;
using Cause = SnatAllocationCause;

/// @return the flow as its host sees it, behind a NAT gateway
FlowRecord
SeenByHost(FlowRecord flow)
{
    flow.method = OutboundMethod::NatGateway;
    flow.outcome = FlowOutcome::Unanswered;
    flow.accepted = flow.firstPacket;
    return flow;
}

/// @return the flow, denied
FlowRecord
Deny(FlowRecord flow)
{
    flow.outcome = FlowOutcome::Denied;
    return flow;
}

/// @return the flow, with a time at which it left the table
FlowRecord
End(FlowRecord flow, double ended)
{
    flow.end = FlowEnd::Fin;
    flow.ended = Seconds(ended);
    return flow;
}

/// @return the flow to another destination
FlowRecord
To(FlowRecord flow, const char* destination)
{
    flow.key = {flow.key.GetSource(),
                Ipv4Address(destination),
                flow.key.GetSourcePort(),
                flow.key.GetDestinationPort(),
                flow.key.GetProtocol()};
    return flow;
}

/// An attempt of a VM's generator, established after so many seconds, failed or open.
void
Attempt(const Story& story,
        uint32_t networkInterface,
        double started,
        std::optional<double> latency,
        std::optional<TrafficFailure> failure = std::nullopt,
        IpProtocol protocol = IpProtocol::Tcp)
{
    FlowAttempt attempt;
    attempt.node = networkInterface; // of the same number in this story
    attempt.generator = 1;
    attempt.flow.key = Story::Flow(1, networkInterface, started, protocol).key;
    attempt.flow.started = Seconds(started);
    if (latency)
    {
        attempt.flow.established = Seconds(started + *latency);
    }
    attempt.failure = failure;
    story.database.Insert(attempt);
}

/// A rule's word on a packet of a flow.
void
Decide(const Story& story,
       const FlowRecord& flow,
       uint32_t attempt,
       const char* rule,
       bool isDefault,
       SecurityRuleAccess access)
{
    SecurityGroupDecision decision;
    decision.time = flow.firstPacket + Seconds(attempt);
    decision.networkInterface = flow.networkInterface;
    decision.flow = flow.flow;
    decision.attempt = attempt;
    decision.key = flow.key;
    decision.group = "group";
    decision.rule = rule;
    decision.isDefaultRule = isDefault;
    decision.access = access;
    story.database.Insert(decision);
}

/// Flows with the Internet of each outcome, in two seconds; and some that are none.
void
TellOutcomes(const LoadBalancing& told)
{
    const Story story{told.database};
    story.TellGateway();
    story.database.Insert(Story::Answer(Story::Accept(Story::Flow(1, 1, 1.25), 1.25), 3));
    story.database.Insert(Story::Flow(2, 1, 1.75)); // refused
    story.database.Insert(Story::Accept(Story::Flow(3, 2, 2), 2));
    story.database.Insert(Deny(Story::Flow(4, 2, 2.5)));
    const auto behind = Story::Accept(Story::Flow(5, 3, 2.75), 2.75, Story::GatewayAddress());
    story.database.Insert("gateway", Story::Answer(behind, 3));
    story.database.Insert(SeenByHost(Story::Flow(5, 3, 2.5))); // the same flow
    auto other = Story::Accept(Story::Flow(6, 1, 1), 1);
    other.path = FlowPath::VirtualNetwork;
    story.database.Insert(other);
    other = Story::Answer(Story::Accept(Story::Flow(7, 1, 1), 1), 2);
    other.isInbound = true;
    story.database.Insert(other);
}

/// Failures of each cause.
void
TellFailures(const LoadBalancing& told)
{
    const Story story{told.database};
    story.TellGateway();
    story.database.Insert(Story::Flow(1, 1, 1)); // refused
    story.database.Insert("gateway", Story::Flow(1, 3, 1));
    story.database.Insert(SeenByHost(Story::Flow(1, 3, 1)));
    story.database.Insert(Story::Accept(Story::Flow(2, 1, 2), 2)); // no answer
    auto reset = Story::Accept(Story::Flow(3, 1, 3), 3);
    reset.packetsIn = 1;
    story.database.Insert(reset);
    auto inbound = Story::Accept(Story::Flow(4, 1, 4), 4); // the VM has answered by a RST
    inbound.isInbound = true;
    story.database.Insert(inbound);
    auto neighbor = Story::Accept(Story::Flow(7, 1, 4), 4); // no answer either
    neighbor.path = FlowPath::VirtualNetwork;
    story.database.Insert(neighbor);
    const auto denied = Deny(Story::Flow(5, 1, 5));
    Decide(story, denied, 1, "Old", false, SecurityRuleAccess::Deny);
    Decide(story, denied, 2, "DenyAllOutBound", true, SecurityRuleAccess::Deny);
    story.database.Insert(denied);
    const auto later = Story::Answer(Story::Accept(Story::Flow(6, 1, 6), 7), 8);
    Decide(story, later, 1, "Old", false, SecurityRuleAccess::Deny);
    Decide(story, later, 2, "New", false, SecurityRuleAccess::Allow);
    story.database.Insert(later);
    const DropRecord drop{Seconds(1), DropReason::SnatPortsExhausted, 1, denied.key, 40};
    story.database.Insert(3, drop);
    story.database.Insert(3, drop);
    story.database.Insert(4, DropRecord{Seconds(2), DropReason::Malformed, std::nullopt, {}, 40});
    Attempt(story, 1, 1, std::nullopt, TrafficFailure::Timeout);
    Attempt(story, 1, 2, 0.5);
}

/// Flows to two destinations that hold ports for 4, 6 and 5 s, and one that gets none.
void
TellDestinations(const LoadBalancing& told)
{
    const Story story{told.database};
    story.database.Insert(End(Story::Answer(Story::Accept(Story::Flow(1, 1, 1), 1), 2), 5));
    story.database.Insert(Story::Accept(Story::Flow(2, 1, 3), 4)); // to the end of the run
    story.database.Insert(Story::Flow(3, 1, 5));
    story.database.Insert(
        To(End(Story::Answer(Story::Accept(Story::Flow(4, 1, 2), 2), 3), 7), "203.0.113.20"));
}

/// Ports of interface 1 come and go, and events change what is used of them.
void
TellSteps(const LoadBalancing& told)
{
    const Story story{told.database};
    story.TellGateway();
    const auto flow = Story::Flow(1, 1, 1);
    story.database.Insert(Story::Event(1, flow, SnatPortStage::Acquired, 1));
    story.database.Insert(Story::Event(1, flow, SnatPortStage::Acquired, 2));
    story.database.Insert(Story::Event(3, flow, SnatPortStage::CoolingDown, 1, 1));
    story.Allocate(3, 1, {2048, 2055}, true, Cause::Requested);
    story.database.Insert(Story::Event(4, flow, SnatPortStage::Released, 1));
    story.Allocate(5, 1, {2048, 2051}, false, Cause::Returned);
    story.Allocate(5, 1, {2052, 2055}, false, Cause::Returned);
    const auto behind = Story::Flow(1, 3, 2);
    story.database.Insert("gateway", Story::Event(2, behind, SnatPortStage::Acquired, 7));
    story.database.Insert("gateway", Story::Event(2, behind, SnatPortStage::Acquired, 8));
    story.database.InsertSample(Seconds(6), {}, {{"gateway", {0, Story::GatewayAddress(), 90}}});
    story.database.InsertSample(Seconds(7), {}, {{"gateway", {0, Story::GatewayAddress(), 90}}});
}

/// Interface 1 comes to use 6, 7 and 8 of its ports, and so do the samples; it is refused at 100 s.
void
TellCrossing(const LoadBalancing& told)
{
    const Story story{told.database};
    const auto flow = Story::Flow(1, 1, 1);
    const auto sample = [&story](double time, uint32_t used) {
        story.database.InsertSample(Seconds(time), {{1, LoadBalancing::Frontend(), 8, used}});
    };
    sample(0, 0);
    story.database.Insert(Story::Event(10, flow, SnatPortStage::Acquired, 6));
    sample(30, 6);
    sample(60, 6);
    story.database.Insert(Story::Event(70, flow, SnatPortStage::Acquired, 7));
    sample(90, 7);
    story.database.Insert(Story::Refusal(100, flow));
    story.database.Insert(Story::Event(130, flow, SnatPortStage::Acquired, 8));
    sample(150, 8);
    sample(190, 8);
}

/// Interface 1 has 8 ports for half a minute and 16 for the other; it uses 9 in the mean.
void
TellMeans(const LoadBalancing& told)
{
    const Story story{told.database};
    story.database.InsertSample(Seconds(0), {{1, LoadBalancing::Frontend(), 8, 6}});
    story.Allocate(30, 1, {2048, 2055}, true, Cause::Requested);
    story.database.InsertSample(Seconds(30), {{1, LoadBalancing::Frontend(), 16, 12}});
}

/// Interface 1 uses 7 of 16 ports when 8 are taken.
void
TellShrinking(const LoadBalancing& told)
{
    const Story story{told.database};
    story.Allocate(1, 1, {2048, 2055}, true, Cause::Requested);
    story.database.Insert(Story::Event(5, Story::Flow(1, 1, 1), SnatPortStage::Acquired, 7));
    story.Allocate(20, 1, {2048, 2055}, false, Cause::PoolGrew);
}

/// Interface 1 uses 7 of 16 ports, 8 for no time, and 5 when 8 are taken; then 8 for no time.
void
TellShortUse(const LoadBalancing& told)
{
    const Story story{told.database};
    const auto flow = Story::Flow(1, 1, 1);
    story.Allocate(1, 1, {2048, 2055}, true, Cause::Requested);
    story.database.Insert(Story::Event(5, flow, SnatPortStage::Acquired, 7));
    story.database.Insert(Story::Event(6, flow, SnatPortStage::Acquired, 8));
    story.database.Insert(Story::Event(6, flow, SnatPortStage::Released, 5));
    story.Allocate(20, 1, {2048, 2055}, false, Cause::PoolGrew);
    story.database.Insert(Story::Event(25, flow, SnatPortStage::Acquired, 8));
    story.database.Insert(Story::Event(25, flow, SnatPortStage::Released, 5));
    story.TellGateway();
    const auto behind = Story::Flow(1, 3, 5);
    story.database.Insert("gateway", Story::Event(5, behind, SnatPortStage::Acquired, 8));
    story.database.Insert("gateway", Story::Event(5, behind, SnatPortStage::Released, 7));
    story.database.InsertSample(Seconds(9), {}, {{"gateway", {0, Story::GatewayAddress(), 10, 7}}});
}

/// A NAT gateway of 10 ports uses 8, and refuses a packet in the same minute.
void
TellGatewayCrossing(const LoadBalancing& told)
{
    const Story story{told.database};
    story.TellGateway();
    const auto flow = Story::Flow(1, 3, 5);
    story.database.Insert("gateway", Story::Event(5, flow, SnatPortStage::Acquired, 8));
    story.database.Insert("gateway", Story::Refusal(7.5, flow));
    story.database.InsertSample(Seconds(9), {}, {{"gateway", {0, Story::GatewayAddress(), 10, 8}}});
}

/// A member leaves the pool of two at 100 s, and is back at 130 s; flows are refused all the time.
void
TellPool(const LoadBalancing& told)
{
    const Story story{told.database};
    for (const double time : {39, 50, 110, 120, 170})
    {
        const auto flow = Story::Flow(static_cast<uint64_t>(time), 1, time);
        story.database.Insert(Story::Refusal(time, flow));
        story.database.Insert(Story::Refusal(time + 1, flow, 2));
    }
    // Those of a NAT gateway have nothing to do with the pool.
    story.TellGateway();
    for (const double time : {60, 115})
    {
        story.database.Insert("gateway", Story::Refusal(time, Story::Flow(1, 1, time)));
    }
    // Ports of another address are not of the load balancer.
    const Ipv4Address platform("198.51.100.99");
    story.database.Insert(SnatAllocation{Seconds(0), 2, platform, PortRange{1024, 1031}});
    story.database.Insert(PoolMemberChange{Seconds(100), "balancer", "servers", 2, false});
    story.Allocate(100.5, 2, {1032, 1039}, false, Cause::Left, 3);
    story.database.Insert(PoolMemberChange{Seconds(130), "balancer", "servers", 2, true});
    story.Allocate(131, 2, {1032, 1039}, true, Cause::Joined);
    story.Allocate(132, 1, {1028, 1029}, false, Cause::PoolGrew, 4);
    story.Allocate(140, 1, {1024, 1025}, false, Cause::Revoked, 5);
}

/// Interface 1 connects within 1, 2, ... 10 s, interface 2 within 20; some do not.
void
TellAttempts(const LoadBalancing& told)
{
    const Story story{told.database};
    for (int i = 10; i >= 1; --i)
    {
        Attempt(story, 1, i, i);
    }
    Attempt(story, 1, 1, std::nullopt, TrafficFailure::Timeout);
    Attempt(story, 1, 30, std::nullopt);
    Attempt(story, 2, 1, 20);
    Attempt(story, 2, 1, std::nullopt, TrafficFailure::Reset, IpProtocol::Udp);
}

/// A bit of everything.
void
TellSummary(const LoadBalancing& told)
{
    TellOutcomes(told);
    const Story story{told.database};
    const auto refused = Story::Flow(2, 1, 1.75);
    story.database.Insert(Story::Refusal(1.75, refused));
    story.database.Insert(Story::Refusal(2.75, refused, 2));
    story.database.Insert(
        3,
        DropRecord{Seconds(1.75), DropReason::SnatPortsExhausted, 1, refused.key, 40});
    story.database.Insert(Story::Event(2, refused, SnatPortStage::Acquired, 4));
    Attempt(story, 1, 1, 0.25);
    Attempt(story, 1, 1, 0.5);
    Attempt(story, 2, 1, 1);
    Attempt(story, 1, 1.5, std::nullopt, TrafficFailure::Timeout);
    Attempt(story, 1, 2, std::nullopt);
}

// clang-format off
const ViewCase CASES[] = {
    {"OutboundFlowsAreToldByWhoTranslatesThem", TellOutcomes, 10,
     "network_interface_id, nat_gateway, outbound_method, outcome", "v_outbound_flow", "flow_id",
     {{"1", "NULL", "load-balancer-frontend", "established"},
      {"1", "NULL", "load-balancer-frontend", "refused"},
      {"2", "NULL", "load-balancer-frontend", "unanswered"},
      {"2", "NULL", "load-balancer-frontend", "denied"},
      {"3", "gateway", "nat-gateway", "established"}}},
    {"FlowsBelongToTheSecondOfTheirFirstPacket", TellOutcomes, 10,
     "time_ns, flows_attempted, flows_established, flows_refused, flows_denied, flows_unanswered", "v_flows_over_time", "time_ns",
     {{"1000000000", "2", "1", "1", "0", "0"}, {"2000000000", "3", "1", "0", "1", "1"}}},
    // The flow of which a packet was denied before another rule allowed it has not failed.
    {"FailuresAreToldByCause", TellFailures, 10,
     "counted, direction, cause, detail, failures", "v_failures_by_cause", "counted, direction, cause, detail",
     {{"attempts", "NULL", "timeout", "NULL", "1"},
      {"flows", "inbound", "reset-by-peer", "NULL", "1"},
      {"flows", "outbound", "no-answer", "NULL", "2"},
      {"flows", "outbound", "no-snat-port", "NULL", "2"},
      {"flows", "outbound", "reset-by-peer", "NULL", "1"},
      {"flows", "outbound", "security-rule", "DefaultRule_DenyAllOutBound", "1"},
      {"packets", "NULL", "malformed", "load-balancer-mux", "1"},
      {"packets", "NULL", "snat-ports-exhausted", "host", "2"}}},
    // 4 s, and 10 - 4 s to the end of the run; 5 s; 10 of 15 s are 66.667 %.
    {"DestinationsHoldPorts", TellDestinations, 10,
     "rank, destination_address, destination_port, protocol, flows_attempted, flows_established, flows_refused, flows_unanswered, ROUND(refused_percent, 3), port_seconds, ROUND(share_percent, 3)",
     "v_top_destinations", "rank",
     {{"1", "203.0.113.10", "443", "tcp", "3", "1", "1", "1", "33.333", "10.0", "66.667"},
      {"2", "203.0.113.20", "443", "tcp", "1", "1", "0", "0", "0.0", "5.0", "33.333"}}},
    {"GatewaysFlowsHaveDestinationsToo", TellOutcomes, 10,
     "flows_attempted, flows_established, flows_refused", "v_top_destinations", "rank",
     {{"4", "2", "1"}}},
    {"AllocatedPortsHaveSpans", TellSteps, 10,
     "network_interface_id, nat_gateway, virtual_machine, time_ns / 1000000000, end_time_ns / 1000000000, ports_allocated", "v_allocated_ports", "network_interface_id, time_ns",
     {{"NULL", "gateway", "NULL", "0", "NULL", "90"},
      {"1", "NULL", "vm0", "0", "3", "8"}, {"1", "NULL", "vm0", "3", "5", "16"}, {"1", "NULL", "vm0", "5", "NULL", "8"},
      {"2", "NULL", "vm1", "0", "NULL", "8"}}},
    // At 1 s there are two events, at 3 s an event and an allocation, at 5 s two ranges are taken.
    {"StepsAreWhatHoldsFromATimeOn", TellSteps, 10,
     "network_interface_id, nat_gateway, virtual_machine, time_ns / 1000000000, ports_allocated, ports_used, ports_in_use, ports_cooling_down", "v_port_steps", "network_interface_id, time_ns",
     {{"NULL", "gateway", "NULL", "0", "90", "0", "0", "0"}, {"NULL", "gateway", "NULL", "2", "90", "8", "8", "0"},
      {"1", "NULL", "vm0", "0", "8", "0", "0", "0"}, {"1", "NULL", "vm0", "1", "8", "2", "2", "0"}, {"1", "NULL", "vm0", "3", "16", "2", "1", "1"},
      {"1", "NULL", "vm0", "4", "16", "1", "1", "0"}, {"1", "NULL", "vm0", "5", "8", "1", "1", "0"},
      {"2", "NULL", "vm1", "0", "8", "0", "0", "0"}}},
    // More than 5.6, 6, 6.4 and 7.2 of 8.  Means are 3, 6.5 and 8; the fourth minute is not whole.
    {"WarningsComeBeforeRefusals", TellCrossing, 200,
     "threshold_percent, crossed_time_ns / 1000000000, crossed_1min_time_ns / 1000000000, first_refusal_time_ns / 1000000000, lead_s, lead_1min_s", "v_early_warning AND network_interface_id = 1", "threshold_percent",
     {{"70", "10", "120", "100", "90.0", "-20.0"}, {"75", "70", "120", "100", "30.0", "-20.0"},
      {"80", "70", "120", "100", "30.0", "-20.0"}, {"90", "130", "180", "100", "-30.0", "-80.0"}}},
    {"WithoutUseThereIsNoWarning", TellCrossing, 200,
     "virtual_machine, threshold_percent, crossed_time_ns, crossed_1min_time_ns, first_refusal_time_ns, lead_s, lead_1min_s", "v_early_warning AND network_interface_id = 2", "threshold_percent",
     {{"vm1", "70", "NULL", "NULL", "NULL", "NULL", "NULL"}, {"vm1", "75", "NULL", "NULL", "NULL", "NULL", "NULL"},
      {"vm1", "80", "NULL", "NULL", "NULL", "NULL", "NULL"}, {"vm1", "90", "NULL", "NULL", "NULL", "NULL", "NULL"}}},
    // 9 of 12 are 75 %, which is not more than that.
    {"MeansGoByTime", TellMeans, 60,
     "threshold_percent, crossed_1min_time_ns / 1000000000", "v_early_warning AND network_interface_id = 1", "threshold_percent",
     {{"70", "60"}, {"75", "NULL"}, {"80", "NULL"}, {"90", "NULL"}}},
    // 7 of 8 are 87.5 %.
    {"PortsThatAreTakenMayCross", TellShrinking, 30,
     "threshold_percent, crossed_time_ns / 1000000000", "v_early_warning AND network_interface_id = 1", "threshold_percent",
     {{"70", "20"}, {"75", "20"}, {"80", "20"}, {"90", "NULL"}}},
    {"UseForNoTimeIsNoWarning", TellShortUse, 30,
     "DISTINCT network_interface_id, nat_gateway, crossed_time_ns", "v_early_warning", "network_interface_id",
     {{"NULL", "gateway", "NULL"}, {"1", "NULL", "NULL"}, {"2", "NULL", "NULL"}}},
    // 80 % are not more than 80 %.  The run ends before the minute does.
    {"GatewaysWarnToo", TellGatewayCrossing, 10,
     "network_interface_id, nat_gateway, threshold_percent, crossed_time_ns / 1000000000, crossed_1min_time_ns, lead_s", "v_early_warning AND nat_gateway IS NOT NULL", "threshold_percent",
     {{"NULL", "gateway", "70", "5", "NULL", "2.5"}, {"NULL", "gateway", "75", "5", "NULL", "2.5"},
      {"NULL", "gateway", "80", "NULL", "NULL", "NULL"}, {"NULL", "gateway", "90", "NULL", "NULL", "NULL"}}},
    // The first: 16 ports of two, then 8 of one.  The second: 8 of one, then 16 - 2 - 2 of two.
    {"ResizesHaveEffects", TellPool, 300,
     "time_ns / 1000000000, load_balancer, backend_pool, members_joined, members_left, members_before, members_after, ports_per_member_before, ports_per_member_after, flows_broken, flows_refused_before, flows_refused_after",
     "v_resize_effect", "time_ns",
     {{"100", "balancer", "servers", "0", "1", "2", "1", "8.0", "8.0", "3", "1", "2"},
      {"130", "balancer", "servers", "1", "0", "1", "2", "8.0", "6.0", "4", "2", "1"}}},
    // Of 11 values, places 6 (5.5 rounded up), 10 (9.9) and 11 (10.89).  The mean is 75 / 11 s.
    {"ConnectLatencyHasNearestRanks", TellAttempts, 60,
     "node_id, node, network_interface_id, source_address, protocol, attempts, attempts_established, attempts_failed, attempts_open, mean_latency_ns, p50_latency_ns / 1000000000, p90_latency_ns / 1000000000, p99_latency_ns / 1000000000, max_latency_ns / 1000000000",
     "v_connect_latency", "node_id, protocol",
     {{"NULL", "NULL", "NULL", "NULL", "tcp", "13", "11", "1", "1", "6818181818", "6", "10", "20", "20"},
      {"NULL", "NULL", "NULL", "NULL", "udp", "1", "0", "1", "0", "NULL", "NULL", "NULL", "NULL", "NULL"},
      {"1", "vm0", "1", "10.0.0.4", "tcp", "12", "10", "1", "1", "5500000000", "5", "9", "10", "10"},
      {"2", "vm1", "2", "10.0.0.5", "tcp", "1", "1", "0", "0", "20000000000", "20", "20", "20", "20"},
      {"2", "vm1", "2", "10.0.0.5", "udp", "1", "0", "1", "0", "NULL", "NULL", "NULL", "NULL", "NULL"}}},
    {"SummaryCountsFlows", TellSummary, 10,
     "program, scenario, status, end_time_ns, flows_attempted, flows_established, flows_refused, flows_denied, flows_unanswered, refused_percent, flows_inbound, flows_inbound_established, refused_packets, first_refusal_time_ns / 10000000, last_refusal_time_ns / 10000000, dropped_packets",
     "v_run_summary", "1",
     {{"program", "scenario", "finished", "10000000000", "5", "2", "1", "1", "1", "20.0", "1", "1", "2", "175", "275", "1"}}},
    // 16 ports for 10 s, of which 4 are used for 8 s; latencies are 0.25, 0.5 and 1 s.
    {"SummaryHasPortsAndAttempts", TellSummary, 10,
     "peak_ports_allocated, peak_ports_used, allocated_port_seconds, used_port_seconds, waste_percent, attempts, attempts_established, attempts_failed, attempts_open, p50_connect_latency_ns, p99_connect_latency_ns",
     "v_run_summary", "1",
     {{"8", "4", "160.0", "32.0", "80.0", "5", "3", "1", "1", "500000000", "1000000000"}}},
    {"SummaryOfNothingIsZeroOrNull", [](const auto&) {}, 10,
     "flows_attempted, refused_percent, refused_packets, first_refusal_time_ns, peak_ports_used, attempts, attempts_established, p50_connect_latency_ns", "v_run_summary", "1",
     {{"0", "NULL", "0", "NULL", "0", "NULL", "NULL", "NULL"}}},
};
// clang-format on

class TraceFigureView : public ::testing::TestWithParam<ViewCase>
{
};

TEST_P(TraceFigureView, SaysWhatWasTold)
{
    ExpectView(GetParam());
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceFigureView,
                         ::testing::ValuesIn(CASES),
                         [](const auto& row) { return row.param.name; });

TEST(TraceFigureViewOfRun, ThatWasCutOffEndsWithWhatIsKnown)
{
    const TemporaryFolder folder;
    {
        TraceDatabase database(folder / "traces.db", {"program", "scenario", "2017", {}});
        const LoadBalancing told{database};
        told.TellTopology();
        TellDestinations(told); // the second flow's only packet is the one that got it a port
        TellSteps(told);        // to 6 and 7 s, when a sample of the gateway is taken
    }
    SqliteDatabase database(folder / "traces.db", SqliteDatabase::Mode::Read);
    using Rows = std::vector<std::vector<std::string>>;
    EXPECT_EQ(database.Query("SELECT rank, destination_address, port_seconds "
                             "FROM v_top_destinations ORDER BY rank"),
              (Rows{{"1", "203.0.113.20", "5.0"}, {"2", "203.0.113.10", "4.0"}}));
    // 8 ports for 3 s, 16 for 2 s, 8 for 2 s; 8 for 7 s; the gateway's 90 for 7 s.  Used are 2 from
    // 1 to 4 s, and 1 to 7 s; by the gateway 8 from 2 to 7 s.
    EXPECT_EQ(database.Query("SELECT status, end_time_ns, allocated_port_seconds, "
                             "used_port_seconds FROM v_run_summary"),
              (Rows{{"running", "NULL", "758.0", "49.0"}}));
}

} // namespace

} // namespace ns3::azure
