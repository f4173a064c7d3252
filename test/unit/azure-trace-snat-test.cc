// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-problems.h"
#include "azure-trace-snat-story.h"

#include "ns3/azure-sqlite-database.h"

#include <functional>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Story = TraceSnatStory;
using Rows = std::vector<std::vector<std::string>>;

/// One row: what is told of SNAT after the topology, and what a table has then.
struct TableCase
{
    const char* name;
    std::function<void(const Story&)> tell;
    const char* query;
    Rows rows;
};

void
PrintTo(const TableCase& c, std::ostream* os)
{
    *os << c.query;
}

/// A flow through the NAT gateway that ends, and one that is refused.
void
TellGatewayFlows(const Story& story)
{
    const auto method = OutboundMethod::NatGateway;
    auto flow = Story::Answer(Story::Accept(Story::Flow(1, 3, 1), 1, Story::GatewayAddress()), 2);
    flow.method = method;
    flow.end = FlowEnd::Fin;
    flow.ended = Seconds(67);
    story.database.Insert("gateway", flow);
    auto refused = Story::Flow(2, 3, 3, IpProtocol::Udp);
    refused.method = method;
    refused.refusals = 1;
    story.database.Insert("gateway", refused);
}

// clang-format off
const TableCase TABLE_CASES[] = {
    {"B_6_NatGateway", [](const auto&) {}, "SELECT * FROM nat_gateway",
     {{"1", "gateway", "7", "1800000000000"}}},
    {"B_6_InterfaceNamesItsGatewayAndItsSet", [](const auto&) {},
     "SELECT outbound_method, availability_set, nat_gateway FROM network_interface WHERE network_interface_id IN (2, 3)",
     {{"load-balancer-frontend", "NULL", "NULL"}, {"nat-gateway", "set", "gateway"}}},
    {"B_6_AddressNamesItsGateway", [](const auto&) {}, "SELECT * FROM public_ip WHERE kind = 'nat-gateway'",
     {{"1", "198.51.100.50", "nat-gateway", "NULL", "gateway"}}},
    {"B_1_AllocationsAreGivenAndTaken",
     [](const auto& story) {
         story.Allocate(5, 1, {2048, 2055}, true, SnatAllocationCause::PoolShrank);
         story.Allocate(9, 1, {2052, 2055}, false, SnatAllocationCause::PoolGrew, 3);
     },
     "SELECT * FROM snat_allocation WHERE time_ns > 0",
     {{"1", "3", "5000000000", "1", "given", "pool-shrank", "198.51.100.1", "2048", "2055", "0"},
      {"1", "4", "9000000000", "1", "taken", "pool-grew", "198.51.100.1", "2052", "2055", "3"}}},
    {"C_1_Request",
     [](const auto& story) {
         story.Request(1, 1, 1, 1.5);
         story.Request(1, 2, 2, std::nullopt);
     },
     "SELECT * FROM snat_request",
     {{"1", "1", "1", "1", "1", "1000000000", "1500000000", "granted", "8"},
      {"1", "2", "1", "2", "2", "2000000000", "NULL", "unanswered", "0"}}},
    {"C_1_RequestDecision",
     [](const auto& story) {
         story.Decide(1, 1, 1.25, 1.375);
         story.Decide(1, 2, 1.5, 1.5, SnatRequestOutcome::Outstanding);
     },
     "SELECT * FROM snat_request_decision",
     {{"1", "1", "1375000000", "6", "1", "1", "1250000000", "granted", "8", "2"},
      {"1", "2", "1500000000", "6", "1", "2", "1500000000", "outstanding", "0", "2"}}},
    {"B_6_GatewayFlow", TellGatewayFlows, "SELECT * FROM nat_gateway_flow",
     {{"1", "gateway", "1", "3", "tcp", "6", "10.0.0.6", "49153", "198.51.100.50", "1024", "203.0.113.10", "443", "1000000000", "1000000000", "2000000000", "2000000000", "67000000000", "established", "fin", "0", "1", "40", "1", "44"},
      {"1", "gateway", "2", "3", "udp", "17", "10.0.0.6", "49154", "NULL", "NULL", "203.0.113.10", "443", "3000000000", "NULL", "NULL", "3000000000", "NULL", "refused", "open", "1", "0", "0", "0", "0"}}},
    {"B_6_PortEventNamesItsGateway",
     [](const auto& story) {
         const auto flow = Story::Flow(7, 3, 1);
         story.database.Insert("gateway", Story::Event(1, flow, SnatPortStage::Acquired, 1));
         story.database.Insert(Story::Event(2, flow, SnatPortStage::Released, 0));
     },
     "SELECT time_ns, network_interface_id, nat_gateway, flow_id, stage FROM snat_port_event",
     {{"1000000000", "3", "gateway", "7", "acquired"}, {"2000000000", "3", "NULL", "7", "released"}}},
    // An interface's ports and its gateway's are added up apart.
    {"RunningSumsAreOfAnInterfaceOrAGateway",
     [](const auto& story) {
         const auto flow = Story::Flow(7, 3, 1);
         story.database.Insert("gateway", Story::Event(1, flow, SnatPortStage::Acquired, 3));
         story.database.Insert(Story::Event(2, flow, SnatPortStage::Acquired, 1));
         story.database.Insert("gateway", Story::Event(4, flow, SnatPortStage::Reopened, 4));
         story.database.Insert(Story::Event(4, flow, SnatPortStage::Released, 0));
         story.database.Insert("gateway", Story::Event(5, flow, SnatPortStage::Released, 2));
     },
     "SELECT nat_gateway, ports_acquired, peak_ports_used, used_port_seconds FROM snat_port_event",
     {{"gateway", "1", "3", "0.0"}, {"NULL", "1", "1", "0.0"}, {"gateway", "2", "4", "9.0"}, {"NULL", "1", "1", "2.0"}, {"gateway", "2", "4", "13.0"}}},
    // Interfaces have sums of their own, and share those of their gateway.
    {"RunningSumsAreOfOneInterface",
     [](const auto& story) {
         const auto flow = Story::Flow(7, 3, 1);
         const auto other = Story::Flow(7, 2, 1);
         story.database.Insert(Story::Event(1, flow, SnatPortStage::Acquired, 3));
         story.database.Insert(Story::Event(2, other, SnatPortStage::Acquired, 1));
         story.database.Insert(Story::Event(3, flow, SnatPortStage::Released, 2));
         story.database.Insert("gateway", Story::Event(3, flow, SnatPortStage::Acquired, 5));
         story.database.Insert("gateway", Story::Event(4, other, SnatPortStage::Acquired, 6));
     },
     "SELECT ports_acquired, peak_ports_used, used_port_seconds FROM snat_port_event",
     {{"1", "3", "0.0"}, {"1", "1", "0.0"}, {"1", "3", "6.0"}, {"1", "5", "0.0"}, {"2", "6", "5.0"}}},
    {"B_6_ExhaustionNamesItsGateway",
     [](const auto& story) {
         const auto flow = Story::Flow(7, 3, 1);
         story.database.Insert("gateway", Story::Refusal(1, flow));
         story.database.Insert(Story::Refusal(2, flow));
     },
     "SELECT time_ns, network_interface_id, nat_gateway, flow_id FROM snat_exhaustion",
     {{"1000000000", "3", "gateway", "7"}, {"2000000000", "3", "NULL", "7"}}},
    // The second sample of a time takes the place of the first, gateways included.
    {"B_6_UsageIsOfAnInterfaceOrAGateway",
     [](const auto& story) {
         const SnatPortUsage usage{1, TraceLoadBalancingStory::Frontend(), 8, 2, 1, 3};
         const SnatPortUsage shared{0, Story::GatewayAddress(), 64512, 5, 4, 9};
         story.database.InsertSample(Seconds(10), {usage, usage}, {{"gateway", shared}});
         story.database.InsertSample(Seconds(10), {usage}, {{"gateway", shared}});
     },
     "SELECT * FROM snat_port_usage",
     {{"1", "1", "10000000000", "1", "NULL", "198.51.100.1", "8", "2", "1", "3"},
      {"1", "2", "10000000000", "NULL", "gateway", "198.51.100.50", "64512", "5", "4", "9"}}},
    {"B_6_GatewayTraffic",
     [](const auto& story) {
         story.database.InsertNatGatewaySample(Seconds(60), {{"gateway", 1, 1, 1, 1}});
         story.database.InsertNatGatewaySample(Seconds(60), {{"gateway", 2, 80, 3, 4500}});
         story.database.InsertNatGatewaySample(Seconds(90), {{"gateway", 3, 120, 4, 6000}});
     },
     "SELECT * FROM nat_gateway_traffic",
     {{"1", "1", "60000000000", "gateway", "2", "80", "3", "4500"},
      {"1", "2", "90000000000", "gateway", "3", "120", "4", "6000"}}},
    {"B_5_HostTellsBothEndsByRst",
     [](const auto& story) {
         const auto flow = Story::Accept(Story::Flow(1, 1, 1), 1);
         story.database.Insert(Seconds(241), 3, TcpResetOrder{1, flow.key, *flow.translated, FlowPath::Internet, 4294967295, 7});
     },
     "SELECT * FROM tcp_reset",
     {{"1", "1", "241000000000", "3", "NULL", "1", "internet", "10.0.0.4", "49153", "198.51.100.1", "1024", "203.0.113.10", "443", "4294967295", "7"}}},
    {"B_5_GatewayTellsOneEndByRst",
     [](const auto& story) {
         const auto flow = Story::Accept(Story::Flow(1, 3, 1), 1, Story::GatewayAddress());
         story.database.Insert(Seconds(241), 7, "gateway", TcpResetOrder{3, flow.key, flow.key, FlowPath::Internet, 5, 0});
         story.database.Insert(Seconds(242), 7, "gateway", TcpResetOrder{0, *flow.translated, *flow.translated, FlowPath::Internet, 0, 7});
     },
     "SELECT * FROM tcp_reset",
     {{"1", "1", "241000000000", "7", "gateway", "3", "internet", "10.0.0.6", "49153", "NULL", "NULL", "203.0.113.10", "443", "5", "NULL"},
      {"1", "2", "242000000000", "7", "gateway", "NULL", "internet", "NULL", "NULL", "198.51.100.50", "1024", "203.0.113.10", "443", "NULL", "7"}}},
};
// clang-format on

class TraceSnatTable : public ::testing::TestWithParam<TableCase>
{
};

TEST_P(TraceSnatTable, HoldsWhatWasTold)
{
    const auto& c = GetParam();
    const TemporaryFolder folder;
    const auto path = folder / "traces.db";
    {
        TraceDatabase database(path, {});
        TraceLoadBalancingStory{database}.TellTopology();
        const Story story{database};
        story.TellGateway();
        c.tell(story);
    }
    SqliteDatabase database(path, SqliteDatabase::Mode::Read);
    EXPECT_EQ(database.Query(c.query), c.rows);
    EXPECT_EQ(FindTraceProblems(path), "");
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceSnatTable,
                         ::testing::ValuesIn(TABLE_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
