// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-snat-story.h"
#include "azure-view-story.h"

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

/// One flow of each kind; those of SNAT have the numbers 1 to 4.
void
TellKinds(const LoadBalancing& told)
{
    const Story story{told.database};
    story.TellGateway();
    story.database.Insert(Story::Answer(Story::Accept(Story::Flow(1, 1, 1), 1), 2));
    auto platform = Story::Accept(Story::Flow(2, 2, 2, IpProtocol::Udp), 2);
    platform.method = OutboundMethod::DefaultSnat;
    story.database.Insert(platform);
    story.database.Insert(Story::Flow(3, 1, 3)); // refused
    const auto behind = Story::Accept(Story::Flow(4, 3, 4), 4, Story::GatewayAddress());
    story.database.Insert("gateway", behind);
    auto seenByHost = behind;
    seenByHost.method = OutboundMethod::NatGateway;
    seenByHost.translated = seenByHost.key;
    story.database.Insert(seenByHost);
    auto other = Story::Accept(Story::Flow(5, 1, 5), 5);
    other.method = OutboundMethod::InstanceLevelPublicIp;
    story.database.Insert(other);
    other = Story::Accept(Story::Flow(6, 1, 6), 6);
    other.isInbound = true;
    story.database.Insert(other);
    other = Story::Accept(Story::Flow(7, 1, 7), 7);
    other.path = FlowPath::VirtualNetwork;
    story.database.Insert(other);
    other = Story::Flow(8, 1, 8);
    other.outcome = FlowOutcome::Denied;
    story.database.Insert(other);
    story.database.Insert(Story::Accept(Story::Flow(9, 1, 9, IpProtocol::Icmp), 9));
}

/// Requests that are granted, dropped, lost and refused; another interface has numbers of its own.
void
TellRequests(const LoadBalancing& told)
{
    const Story story{told.database};
    story.Decide(1, 1, 1.25, 1.75);
    story.Request(1, 1, 1, 2);
    story.Decide(1, 2, 3.25, 3.25, SnatRequestOutcome::Outstanding);
    story.Request(1, 2, 3, std::nullopt);
    story.Request(1, 3, 4, std::nullopt);
    story.Decide(2, 1, 5.5, 6);
    story.Request(2, 1, 5, 6.5);
    SnatRequest refused;
    refused.networkInterface = 2;
    refused.request = 2;
    refused.flow = 9;
    refused.asked = Seconds(7);
    refused.answered = Seconds(8);
    refused.outcome = SnatRequestOutcome::PortCap;
    story.Decide(2, 2, 7.5, 7.5, SnatRequestOutcome::PortCap);
    story.database.Insert(refused);
}

/// Ten requests of interface 1 are answered within 1, 2, ... 10 s, one of interface 2 within 20.
void
TellLatencies(const LoadBalancing& told)
{
    const Story story{told.database};
    for (uint32_t i = 10; i >= 1; --i)
    {
        story.Request(1, i, 100, 100 + i);
    }
    story.Decide(1, 11, 100, 100, SnatRequestOutcome::RequestRate);
    story.Request(1, 11, 100, std::nullopt);
    story.Request(2, 1, 100, 120);
}

/// Of eight connections of interface 1, the first waits; interface 2 waits for one of two in vain.
void
TellWaits(const LoadBalancing& told)
{
    const Story story{told.database};
    story.database.Insert(Story::Accept(Story::Flow(1, 1, 1), 1.5));
    for (uint64_t i = 2; i <= 8; ++i)
    {
        story.database.Insert(Story::Accept(Story::Flow(i, 1, 2), 2));
    }
    story.database.Insert(Story::Accept(Story::Flow(1, 2, 1), 3.5));
    story.database.Insert(Story::Flow(2, 2, 1));
}

/// Interface 1 has eight ports more from 20 to 70 s; of interface 2 nothing is used.
void
TellUse(const LoadBalancing& told)
{
    const Story story{told.database};
    story.TellGateway();
    const auto flow = Story::Flow(1, 1, 20);
    story.Allocate(20, 1, {2048, 2055}, true, Cause::Requested);
    story.database.Insert(Story::Event(20, flow, SnatPortStage::Acquired, 5));
    story.database.Insert(Story::Event(50, flow, SnatPortStage::CoolingDown, 2, 1));
    story.Allocate(70, 1, {2048, 2055}, false, Cause::Returned);
    const auto behind = Story::Flow(1, 3, 60);
    story.database.Insert("gateway", Story::Event(60, behind, SnatPortStage::Acquired, 100));
    story.database.InsertSample(Seconds(100),
                                {},
                                {{"gateway", {0, Story::GatewayAddress(), 1000, 100, 0, 1}}});
}

/// Tells of so many flows of an interface, the first of which are established.
void
TellFlows(const Story& story,
          uint32_t networkInterface,
          uint64_t firstFlow,
          uint64_t flows,
          uint64_t established,
          IpProtocol protocol = IpProtocol::Tcp)
{
    for (uint64_t i = 0; i < flows; ++i)
    {
        auto flow = Story::Accept(Story::Flow(firstFlow + i, networkInterface, 1, protocol), 1);
        story.database.Insert(i < established ? Story::Answer(flow, 2) : flow);
    }
}

/// Over TCP 3 of 3 and 1 of 2 flows are established, over UDP 2 of 2 and none at all.
void
TellUnequals(const LoadBalancing& told)
{
    const Story story{told.database};
    TellFlows(story, 1, 1, 3, 3);
    TellFlows(story, 2, 1, 2, 1);
    TellFlows(story, 1, 10, 2, 2, IpProtocol::Udp);
}

/// A pool grows at 10 s and loses a member at 40 s; ports are revoked and returned in between.
void
TellResizes(const LoadBalancing& told)
{
    const Story story{told.database};
    story.Allocate(5, 1, {1028, 1028}, false, Cause::PoolGrew, 1); // nobody has told of a change
    story.database.Insert(PoolMemberChange{Seconds(10), "balancer", "servers", 2, true});
    story.Allocate(10.5, 1, {1024, 1027}, false, Cause::PoolGrew, 2);
    story.Allocate(10.5, 1, {1030, 1031}, false, Cause::PoolGrew, 0);
    story.Allocate(10.75, 2, {1032, 1035}, false, Cause::PoolGrew, 1);
    story.Allocate(20, 1, {1029, 1029}, false, Cause::Revoked, 3);
    story.Allocate(30, 2, {1036, 1037}, false, Cause::Returned, 0);
    story.database.Insert(PoolMemberChange{Seconds(40), "balancer", "servers", 2, false});
    story.Allocate(40.5, 2, {1038, 1039}, false, Cause::Left, 4);
}

/// A NAT gateway's connections, packets and drops over 2 minutes and 30 s.
void
TellGatewayMinutes(const LoadBalancing& told)
{
    const Story story{told.database};
    story.TellGateway();
    const auto begin = [&story](const FlowRecord& flow, double time) {
        story.database.Insert("gateway", Story::Event(time, flow, SnatPortStage::Acquired, 1));
        story.database.Insert("gateway", Story::Accept(flow, time));
    };
    const auto end = [&story](const FlowRecord& flow, double time) {
        story.database.Insert("gateway", Story::Event(time, flow, SnatPortStage::Released, 0));
    };
    begin(Story::Flow(1, 3, 10), 10);
    end(Story::Flow(1, 3, 10), 20);
    begin(Story::Flow(2, 3, 50), 50);
    begin(Story::Flow(3, 3, 55, IpProtocol::Udp), 55);
    end(Story::Flow(2, 3, 50), 130);
    const auto refused = Story::Flow(4, 3, 61);
    story.database.Insert("gateway", Story::Refusal(61, refused));
    story.database.Insert("gateway", Story::Refusal(62, refused, 2));
    story.database.Insert("gateway", refused);
    story.database.Insert(Story::Refusal(63, Story::Flow(1, 1, 63))); // an interface's own ports
    story.database.Insert(
        7,
        DropRecord{Seconds(61), DropReason::SnatPortsExhausted, 3, refused.key, 40});
    story.database.Insert(
        7,
        DropRecord{Seconds(62), DropReason::SnatPortsExhausted, 3, refused.key, 40});
    story.database.Insert(4, DropRecord{Seconds(62), DropReason::Malformed, std::nullopt, {}, 40});
    story.database.InsertNatGatewaySample(Seconds(60), {{"gateway", 10, 400, 9, 9000}});
    story.database.InsertNatGatewaySample(Seconds(120), {{"gateway", 15, 600, 9, 9000}});
    story.database.InsertNatGatewaySample(Seconds(150), {{"gateway", 16, 640, 12, 9900}});
}

/// An interface behind a NAT gateway: two flows get a port, one of them twice; one is refused.
void
TellBehindGateway(const LoadBalancing& told)
{
    const Story story{told.database};
    story.TellGateway();
    auto flow = Story::Accept(Story::Flow(1, 3, 1), 1, Story::GatewayAddress());
    story.database.Insert("gateway", Story::Event(1, flow, SnatPortStage::Acquired, 50));
    story.database.Insert("gateway", Story::Event(2, flow, SnatPortStage::Released, 49));
    story.database.Insert("gateway", flow);
    flow = Story::Accept(Story::Flow(2, 3, 3), 3, Story::GatewayAddress());
    story.database.Insert("gateway", Story::Event(3, flow, SnatPortStage::Acquired, 50));
    story.database.Insert("gateway", Story::Event(4, flow, SnatPortStage::CoolingDown, 49, 1));
    story.database.Insert("gateway", Story::Event(5, flow, SnatPortStage::Reopened, 50));
    story.database.Insert("gateway", Story::Event(9, flow, SnatPortStage::Released, 49));
    story.database.Insert("gateway", flow);
    const auto refused = Story::Flow(3, 3, 4);
    story.database.Insert("gateway", Story::Refusal(4, refused));
    story.database.Insert("gateway", refused);
    auto seenByHost = Story::Accept(Story::Flow(1, 3, 1), 1);
    seenByHost.method = OutboundMethod::NatGateway;
    seenByHost.translated = seenByHost.key;
    seenByHost.lastPacket = Seconds(0.5);
    story.database.Insert(seenByHost);
    story.database.InsertSample(Seconds(5),
                                {{1, LoadBalancing::Frontend(), 8, 2, 1, 3}},
                                {{"gateway", {0, Story::GatewayAddress(), 64512, 49, 1, 50}}});
}

/// Ports of interface 1 come and go, with 12 at most.
void
TellPeak(const LoadBalancing& told)
{
    const Story story{told.database};
    story.Allocate(1, 1, {2048, 2051}, true, Cause::Requested);
    story.Allocate(2, 1, {1024, 1031}, false, Cause::PoolGrew);
    story.Allocate(3, 1, {2052, 2055}, true, Cause::Requested);
}

/// Interface 2 leaves the pool at 30 s, while it is up; it is back at 90 s, and up again at 100 s.
void
TellMembership(const LoadBalancing& story)
{
    for (const uint32_t member : {1, 2})
    {
        story.Find(0, member, true);
        story.Decide(0, member, true);
    }
    story.database.Insert(PoolMemberChange{Seconds(30), "balancer", "servers", 2, false});
    story.Decide(30, 2, false); // said or not, it is the same
    story.database.Insert(PoolMemberChange{Seconds(90), "balancer", "servers", 2, true});
    story.Decide(100, 2, true);
}

// clang-format off
const ViewCase CASES[] = {
    {"SnatFlowsAreOfInterfacesAndGateways", TellKinds, 10,
     "outbound_method, nat_gateway, network_interface_id, flow_id, protocol, public_address, public_port, accepted_time_ns / 1000000000, outcome, packets_out, bytes_in",
     "v_snat_flow", "flow_id",
     {{"load-balancer-frontend", "NULL", "1", "1", "tcp", "198.51.100.1", "1024", "1", "established", "1", "44"},
      {"default-snat", "NULL", "2", "2", "udp", "198.51.100.1", "1024", "2", "unanswered", "1", "0"},
      {"load-balancer-frontend", "NULL", "1", "3", "tcp", "NULL", "NULL", "NULL", "refused", "0", "0"},
      {"nat-gateway", "gateway", "3", "4", "tcp", "198.51.100.50", "1024", "4", "unanswered", "1", "0"}}},
    // 1.75 - 1.25 s at the SLB manager, 2 - 1 s in all; dropped and lost ones have neither.
    {"C_1_RequestLatencyHasItsPartAtTheManager", TellRequests, 10,
     "network_interface_id, virtual_machine, request_id, flow_id, received_time_ns / 10000000, decided_time_ns / 10000000, latency_ns, queue_ns, outcome, decision, ports",
     "v_snat_request_latency", "network_interface_id, request_id",
     {{"1", "vm0", "1", "1", "125", "175", "1000000000", "500000000", "granted", "granted", "8"},
      {"1", "vm0", "2", "2", "325", "325", "NULL", "NULL", "unanswered", "outstanding", "0"},
      {"1", "vm0", "3", "3", "NULL", "NULL", "NULL", "NULL", "unanswered", "NULL", "0"},
      {"2", "vm1", "1", "1", "550", "600", "1500000000", "500000000", "granted", "granted", "8"},
      {"2", "vm1", "2", "9", "750", "750", "1000000000", "0", "port-cap", "port-cap", "0"}}},
    // Of 11 values, places 6 (5.5 rounded up), 10 (9.9) and 11 (10.89): 6, 10 and 20 s.  The mean
    // is (55 + 20) / 11 s.
    {"X_4_PercentilesAreNearestRanks", TellLatencies, 200,
     "network_interface_id, requests, granted, refused, unanswered, dropped, mean_latency_ns, p50_latency_ns / 1000000000, p90_latency_ns / 1000000000, p99_latency_ns / 1000000000, max_latency_ns / 1000000000",
     "v_snat_request_percentile", "network_interface_id",
     {{"NULL", "12", "11", "0", "1", "1", "6818181818", "6", "10", "20", "20"},
      {"1", "11", "10", "0", "1", "1", "5500000000", "5", "9", "10", "10"},
      {"2", "1", "1", "0", "0", "0", "20000000000", "20", "20", "20", "20"}}},
    {"C_1_RefusedRequestsAreAnsweredOnes", TellRequests, 10,
     "requests, granted, refused, unanswered, dropped", "v_snat_request_percentile AND network_interface_id IS NULL", "1",
     {{"5", "2", "1", "2", "1"}}},
    {"X_1_ConnectionWaitIsFromFirstPacketToPort", TellWaits, 10,
     "network_interface_id, flow_id, wait_ns, has_waited", "v_connection_wait AND flow_id < 3", "network_interface_id, flow_id",
     {{"1", "1", "500000000", "1"}, {"1", "2", "0", "0"}, {"2", "1", "2500000000", "1"}, {"2", "2", "NULL", "1"}}},
    // Ranges of 8: one connection in eight waits, 87.5 % do not.
    {"X_1_ShareOfConnectionsThatNeverWait", TellWaits, 10,
     "network_interface_id, flows, never_waited, waited, without_port, never_waited_percent, mean_wait_ns, max_wait_ns",
     "v_connection_wait_share", "network_interface_id",
     {{"NULL", "10", "7", "2", "1", "70.0", "1500000000", "2500000000"},
      {"1", "8", "7", "1", "0", "87.5", "500000000", "500000000"},
      {"2", "2", "0", "1", "1", "0.0", "2500000000", "2500000000"}}},
    // Interface 1: 8 ports * 100 s + 8 * 50 s = 1200, of which 5 * 30 + 3 * 50 = 300 are used.
    {"AllocationWasteIsAnIntegral", TellUse, 100,
     "network_interface_id, nat_gateway, virtual_machine, peak_ports_allocated, mean_ports_allocated, peak_ports_used, mean_ports_used, allocated_port_seconds, used_port_seconds, waste_percent",
     "v_allocation_waste", "network_interface_id IS NULL, network_interface_id",
     {{"1", "NULL", "vm0", "16", "12.0", "5", "3.0", "1200.0", "300.0", "75.0"},
      {"2", "NULL", "vm1", "8", "8.0", "0", "0.0", "800.0", "0.0", "100.0"},
      {"NULL", "gateway", "NULL", "1000", "1000.0", "100", "40.0", "100000.0", "4000.0", "96.0"}}},
    // TCP: (3 + 1)^2 / (2 * (9 + 1)) = 0.8, of shares 1 and 0.5: 1.5^2 / (2 * 1.25) = 0.9; all:
    // (5 + 1)^2 / (2 * (25 + 1)) = 0.692.
    {"FairnessIsJainsIndex", TellUnequals, 10,
     "protocol, network_interfaces, flows_attempted, flows_established, min_flows_established, max_flows_established, ROUND(jain_established, 3), ROUND(jain_share_established, 3)",
     "v_fairness", "protocol",
     {{"NULL", "2", "7", "6", "1", "5", "0.692", "0.9"},
      {"tcp", "2", "5", "4", "1", "3", "0.8", "0.9"},
      {"udp", "1", "2", "2", "2", "2", "1.0", "1.0"}}},
    {"FairnessOfNothingIsNull", [](const auto& story) { TellFlows({story.database}, 1, 1, 2, 0); }, 10,
     "network_interfaces, flows_established, jain_established, jain_share_established", "v_fairness AND protocol = 'tcp'", "1",
     {{"1", "0", "NULL", "NULL"}}},
    {"B_1_FlowsBrokenByResizeAreToldByChangeOfThePool", TellResizes, 50,
     "resize_time_ns / 1000000000, cause, network_interface_id, virtual_machine, time_ns / 10000000, ports_taken, flows_broken, resize_ports_taken, resize_flows_broken",
     "v_flows_broken_by_resize", "time_ns",
     {{"5", "pool-grew", "1", "vm0", "500", "1", "1", "1", "1"},
      {"10", "pool-grew", "1", "vm0", "1050", "6", "2", "10", "3"},
      {"10", "pool-grew", "2", "vm1", "1075", "4", "1", "10", "3"},
      {"20", "revoked", "1", "vm0", "2000", "1", "3", "1", "3"},
      {"40", "left", "2", "vm1", "4050", "2", "4", "2", "4"}}},
    {"B_10_GatewaysConnectionsByStateAndProtocol", TellGatewayMinutes, 150,
     "time_ns / 1000000000, nat_gateway, protocol, connection_state, direction, value",
     "v_nat_gateway_metrics_1min AND metric = 'SNAT Connection Count'", "time_ns, connection_state, protocol",
     {{"0", "gateway", "6", "Attempted", "NULL", "2"},
      {"0", "gateway", "17", "Attempted", "NULL", "1"},
      {"60", "gateway", "6", "Attempted", "NULL", "1"},
      {"60", "gateway", "6", "Failed", "NULL", "1"}}},
    // All three are there in the first minute, two in the second and, until 130 s, in the third.
    {"B_10_GatewaysTotalCountsConnectionsThatWereThere", TellGatewayMinutes, 150,
     "time_ns / 1000000000, protocol, connection_state, value",
     "v_nat_gateway_metrics_1min AND metric = 'Total SNAT Connection Count'", "time_ns",
     {{"0", "NULL", "NULL", "3"}, {"60", "NULL", "NULL", "2"}, {"120", "NULL", "NULL", "2"}}},
    {"B_10_GatewaysPacketsAreWhatPassedInTheMinute", TellGatewayMinutes, 150,
     "time_ns / 1000000000, metric, direction, value",
     "v_nat_gateway_metrics_1min AND metric IN ('Packets', 'Bytes', 'Dropped Packets')", "time_ns, metric, direction",
     {{"0", "Bytes", "In", "9000"}, {"0", "Bytes", "Out", "400"}, {"0", "Packets", "In", "9"}, {"0", "Packets", "Out", "10"},
      {"60", "Bytes", "In", "0"}, {"60", "Bytes", "Out", "200"}, {"60", "Dropped Packets", "NULL", "2"}, {"60", "Packets", "In", "0"}, {"60", "Packets", "Out", "5"},
      {"120", "Bytes", "In", "900"}, {"120", "Bytes", "Out", "40"}, {"120", "Packets", "In", "3"}, {"120", "Packets", "Out", "1"}}},
    // Older views, with NAT gateways and ports that come and go.
    {"B_6_PortUsageHasGateways", TellBehindGateway, 10,
     "network_interface_id, nat_gateway, virtual_machine, public_address, ports_free", "v_port_usage", "network_interface_id",
     {{"NULL", "gateway", "NULL", "198.51.100.50", "64462"}, {"1", "NULL", "vm0", "198.51.100.1", "5"}}},
    {"B_6_TopPortUsersDoNotCountAGatewaysPorts", TellBehindGateway, 10,
     "network_interface_id, ports_allocated, peak_ports_used, flows_with_port, refused_packets", "v_top_port_users AND network_interface_id > 1", "1",
     {{"2", "8", "0", "0", "0"}, {"3", "0", "0", "3", "1"}}},
    {"B_1_TopPortUsersTellTheMostAtOnce", TellPeak, 10,
     "network_interface_id, ports_allocated", "v_top_port_users", "1",
     {{"1", "12"}, {"2", "8"}}},
    {"InterfacesThatGotNoPortDoNotRecover",
     [](const auto& told) { told.database.Insert(Story::Refusal(4, Story::Flow(1, 2, 4))); }, 10,
     "*", "v_recovery", "1", {}},
    // The last packet at the gateway is of 3 s, its last port is free at 9 s.
    {"B_6_RecoveryGoesByTheGatewaysFlows", TellBehindGateway, 10,
     "network_interface_id, last_packet_time_ns / 1000000000, all_free_time_ns / 1000000000, recovery_ns / 1000000000", "v_recovery", "1",
     {{"3", "3", "9", "6"}}},
    {"B_6_ExhaustionByDestinationCountsAGatewaysFlows", TellBehindGateway, 10,
     "destination_address, refused_packets, affected_flows, refused_flows", "v_exhaustion_by_destination", "1",
     {{"203.0.113.10", "1", "1", "1"}}},
    {"B_6_GatewaysRefusalsAreNoLoadBalancersMetrics", TellBehindGateway, 10,
     "metric, connection_state", "v_azure_metrics_1min AND metric = 'SnatConnectionCount'", "1", {}},
    {"B_6_GatewaysRefusalsRaiseNoLoadBalancersAlerts", TellBehindGateway, 1000, "time_ns", "v_azure_alert_log", "1", {}},
    {"B_6_GatewaysRefusalsRaiseNoLoadBalancersEvents", TellBehindGateway, 1000, "time_ns", "v_azure_health_event", "1", {}},
    // Older views, with members that come and go.
    {"B_7_BackendSetHealthCountsMembersAsTheyAre", TellMembership, 120,
     "time_ns / 1000000000, end_time_ns / 1000000000, members_total, members_up", "v_backend_set_health AND backend_set_id = 0", "time_ns",
     {{"0", "30", "2", "2"}, {"30", "90", "1", "1"}, {"90", "100", "2", "1"}, {"100", "120", "2", "2"}}},
    // Interface 2: 30 s up until it left, then from 90 s not yet decided, from 100 to 120 s up.
    {"B_7_MemberAvailabilityEndsWithMembership", TellMembership, 120,
     "network_interface_id, time_up_ns / 1000000000, time_down_ns / 1000000000", "v_member_availability AND backend_set_id = 0", "1",
     {{"1", "120", "0"}, {"2", "50", "0"}}},
    {"B_10_ProbeHealthLogCountsMembersAsTheyAre", TellMembership, 120,
     "time_ns / 1000000000, members_total, members_down", "v_azure_probe_health_log", "time_ns",
     {{"60", "1", "0"}, {"120", "2", "0"}}},
};
// clang-format on

class TraceSnatView : public ::testing::TestWithParam<ViewCase>
{
};

TEST_P(TraceSnatView, SaysWhatWasTold)
{
    ExpectView(GetParam());
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceSnatView,
                         ::testing::ValuesIn(CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
