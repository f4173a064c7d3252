// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-world.h"
#include "azure-temporary-folder.h"

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-sqlite-database.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

/// A NAT gateway whose traces are recorded and counted.
class TraceNatGateway : public NatGatewayWorld
{
  protected:
    void BeginTraces()
    {
        Begin();
        m_recorder.emplace(m_path, RunDescription{"test", "gateway", "nat-gateway", {}});
        m_node = m_gateway->GetNode()->GetId();
        m_recorder->AddNode({m_node, "gateway", NodeRole::NatGateway});
        m_recorder->AddNatGateway({"gateway", m_node, Minutes(4)});
        for (uint32_t member = 1; member <= HOSTS; ++member)
        {
            const auto node = 1000 + member;
            m_recorder->AddNode({node, "vm" + std::to_string(member), NodeRole::VirtualMachine});
            m_recorder->AddNetworkInterface({member,
                                             node,
                                             node,
                                             Ipv4Address(VM + member - 1),
                                             OutboundMethod::NatGateway,
                                             "",
                                             "gateway"});
        }
        m_recorder->AddPublicIp(
            {Ipv4Address(PUBLIC), PublicIpKind::NatGateway, std::nullopt, "gateway"});
        m_recorder->Connect(m_gateway, "gateway");
        m_statistics.Connect(m_gateway);
        Program();
    }

    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path, SqliteDatabase::Mode::Read).Query(sql);
    }

    TemporaryFolder m_folder;
    std::string m_path{m_folder / "traces.db"};
    std::optional<TraceRecorder> m_recorder;
    FlowStatistics m_statistics;
    uint32_t m_node{0};
};

TEST_F(TraceNatGateway, B_6_WhatAGatewayReportsIsInTheDatabase)
{
    BeginTraces();
    const auto first = MakeFlow(1, 50000);
    const auto second = MakeFlow(2, 50001, IpProtocol::Udp);
    Establish(first);
    Out(second);
    Run(Seconds(1));
    const auto translated = GetTranslated(first);
    Run(Minutes(5)); // both have been idle for 4 minutes
    Out(first, TCP_ACK);
    Run(Minutes(6));
    In(translated.Reverse(), TCP_ACK);
    Run(Minutes(7));
    Out(second);
    Run(Minutes(8));
    const auto totals = m_statistics.GetTotals();
    m_recorder->Close();

    EXPECT_EQ(Query("SELECT nat_gateway, flow_id, network_interface_id, protocol, private_address, "
                    "private_port, public_address, outcome, end_reason, packets_out, packets_in "
                    "FROM nat_gateway_flow"),
              (Rows{{"gateway",
                     "1",
                     "1",
                     "tcp",
                     "10.0.0.4",
                     "50000",
                     "198.18.48.1",
                     "established",
                     "idle",
                     "2",
                     "1"},
                    {"gateway",
                     "2",
                     "2",
                     "udp",
                     "10.0.0.5",
                     "50001",
                     "198.18.48.1",
                     "unanswered",
                     "idle",
                     "1",
                     "0"},
                    {"gateway",
                     "3",
                     "2",
                     "udp",
                     "10.0.0.5",
                     "50001",
                     "198.18.48.1",
                     "unanswered",
                     "open",
                     "1",
                     "0"}}));
    EXPECT_EQ(Query("SELECT network_interface_id, nat_gateway, flow_id, stage FROM snat_port_event "
                    "WHERE flow_id <> 2"),
              (Rows{{"1", "gateway", "1", "acquired"},
                    {"1", "gateway", "1", "released"},
                    {"2", "gateway", "3", "acquired"}}));
    // The VM is told, and then the other side; a port of the first is the second's.
    EXPECT_EQ(Query("SELECT time_ns / 60000000000, nat_gateway, network_interface_id, "
                    "private_address, public_address, destination_address FROM tcp_reset"),
              (Rows{{"5", "gateway", "1", "10.0.0.4", "NULL", "198.19.0.1"},
                    {"6", "gateway", "NULL", "NULL", "198.18.48.1", "198.19.0.1"}}));
    EXPECT_EQ(Query("SELECT time_ns / 60000000000, node_id, network_interface_id, reason "
                    "FROM \"drop\""),
              (Rows{{"5", std::to_string(m_node), "1", "no-tracked-flow"},
                    {"6", std::to_string(m_node), "NULL", "no-tracked-flow"}}));
    EXPECT_EQ(Query("SELECT DISTINCT network_interface_id, nat_gateway, public_address, "
                    "ports_allocated FROM snat_port_usage"),
              (Rows{{"NULL", "gateway", "198.18.48.1", "64512"}}));
    EXPECT_EQ(Query("SELECT MAX(packets_out), MAX(packets_in) FROM nat_gateway_traffic"),
              (Rows{{"4", "1"}}));
    EXPECT_EQ(Query("SELECT outcome, COUNT(*) FROM v_snat_flow GROUP BY outcome"),
              (Rows{{"established", "1"}, {"unanswered", "2"}}));
    EXPECT_EQ(Query("PRAGMA foreign_key_check"), Rows{});
    EXPECT_EQ(totals.attempted, 3U);
    EXPECT_EQ(totals.established, 1U);
    EXPECT_EQ(totals.portsAllocated, 64512U);
    EXPECT_EQ(totals.peakPortsUsed, 2U);
}

} // namespace

} // namespace ns3::azure
