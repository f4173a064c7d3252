// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_DATABASE_TABLES_H
#define AZURE_TRACE_DATABASE_TABLES_H

#include "azure-sqlite-database.h"
#include "azure-trace-database.h"
#include "azure-trace-schema.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

/**
 * @file
 * @brief What a TraceDatabase keeps of each table while the run lasts.
 */
namespace ns3::azure
{

/// A table's statement, and the number of its rows where they are numbered.
struct TraceDatabase::Table
{
    /// Prepare the statement.
    Table(SqliteDatabase& database, const char* tableName)
        : name(tableName),
          insert(database, GetInsertSql(tableName))
    {
    }

    std::string name;               //!< of the table
    SqliteStatement insert;         //!< inserts a row
    int64_t rows{0};                //!< numbered rows inserted
    std::optional<Time> lastSample; //!< of a table of samples: when the last one was taken
    int64_t rowsBeforeSample{0};    //!< rows when it began
};

/// The tables that rows are inserted into while the run lasts.
struct TraceDatabase::Tables
{
    /// Prepare all statements.
    explicit Tables(SqliteDatabase& database)
        : node(database, "node"),
          networkInterface(database, "network_interface"),
          publicIp(database, "public_ip"),
          flow(database, "flow"),
          flowAttempt(database, "flow_attempt"),
          allocation(database, "snat_allocation"),
          portEvent(database, "snat_port_event"),
          exhaustion(database, "snat_exhaustion"),
          portUsage(database, "snat_port_usage"),
          drop(database, "drop"),
          securityDecision(database, "nsg_decision"),
          flowSample(database, "nsg_flow_sample"),
          loadBalancer(database, "load_balancer"),
          frontend(database, "frontend"),
          healthProbe(database, "health_probe"),
          poolMember(database, "pool_member"),
          loadBalancingRule(database, "load_balancing_rule"),
          loadBalancingDecision(database, "lb_decision"),
          probeResult(database, "probe_result"),
          memberHealth(database, "member_health"),
          controlMessage(database, "control_message"),
          frontendTraffic(database, "frontend_traffic"),
          memberTraffic(database, "member_traffic"),
          muxTraffic(database, "mux_traffic"),
          natGateway(database, "nat_gateway"),
          portRequest(database, "snat_request"),
          portRequestDecision(database, "snat_request_decision"),
          natGatewayFlow(database, "nat_gateway_flow"),
          natGatewayTraffic(database, "nat_gateway_traffic"),
          tcpReset(database, "tcp_reset"),
          outboundRule(database, "outbound_rule"),
          outboundRuleFrontend(database, "outbound_rule_frontend"),
          poolMemberChange(database, "pool_member_change"),
          overload(database, "overload")
    {
    }

    Table node;
    Table networkInterface;
    Table publicIp;
    Table flow;
    Table flowAttempt;
    Table allocation;
    Table portEvent;
    Table exhaustion;
    Table portUsage;
    Table drop;
    Table securityDecision;
    Table flowSample;
    Table loadBalancer;
    Table frontend;
    Table healthProbe;
    Table poolMember;
    Table loadBalancingRule;
    Table loadBalancingDecision;
    Table probeResult;
    Table memberHealth;
    Table controlMessage;
    Table frontendTraffic;
    Table memberTraffic;
    Table muxTraffic;
    Table natGateway;
    Table portRequest;
    Table portRequestDecision;
    Table natGatewayFlow;
    Table natGatewayTraffic;
    Table tcpReset;
    Table outboundRule;
    Table outboundRuleFrontend;
    Table poolMemberChange;
    Table overload;
};

} // namespace ns3::azure

#endif // AZURE_TRACE_DATABASE_TABLES_H
