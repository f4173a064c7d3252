// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-attempt.h"
#include "azure-trace-columns.h"
#include "azure-trace-load-balancing-tables.h"
#include "azure-trace-schema.h"
#include "azure-trace-snat-tables.h"
#include "azure-trace-topology.h"

#include "ns3/azure-trace-records.h"

namespace ns3::azure
{

namespace
{

/// @return the names of the directions
std::vector<std::string>
DirectionNames()
{
    return {GetDirectionName(true), GetDirectionName(false)};
}

constexpr auto STATUS = Names<RunStatus, RunStatus::Failed>;
constexpr auto ROLE = Names<NodeRole, NodeRole::NatGateway>;
constexpr auto IP_KIND = Names<PublicIpKind, PublicIpKind::NatGateway>;
constexpr auto METHOD = Names<OutboundMethod, OutboundMethod::NatGateway>;
constexpr auto PATH = Names<FlowPath, FlowPath::HostService>;
constexpr auto OUTCOME = Names<FlowOutcome, FlowOutcome::Denied>;
constexpr auto END = Names<FlowEnd, FlowEnd::Reclaimed>;
constexpr auto ATTEMPT = Names<AttemptOutcome, AttemptOutcome::Open>;
constexpr auto FAILURE = Names<TrafficFailure, TrafficFailure::Unreachable>;
constexpr auto TRAFFIC_END = Names<TrafficEnd, TrafficEnd::Idle>;
constexpr auto ATTACHMENT =
    Names<SecurityGroupAttachment, SecurityGroupAttachment::NetworkInterface>;

/// @return the names of what a rule decides
std::vector<std::string>
DecisionNames()
{
    return {GetDecisionName(SecurityRuleAccess::Allow), GetDecisionName(SecurityRuleAccess::Deny)};
}

/// @return the names of the reasons for a drop
std::vector<std::string>
DropReasonNames()
{
    std::vector<std::string> names;
    names.reserve(DROP_REASONS.size());
    for (const auto& row : DROP_REASONS)
    {
        names.emplace_back(row.name);
    }
    return names;
}

} // namespace

std::vector<std::string>
ProtocolNames()
{
    return {GetName(IpProtocol::Icmp),
            GetName(IpProtocol::IpInIp),
            GetName(IpProtocol::Tcp),
            GetName(IpProtocol::Udp),
            GetName(IpProtocol::Gre),
            GetName(IpProtocol::Esp),
            GetName(IpProtocol::Ah),
            GetName(static_cast<IpProtocol>(255))};
}

const char*
GetDirectionName(bool isInbound)
{
    return isInbound ? "inbound" : "outbound";
}

const char*
GetDecisionName(SecurityRuleAccess access)
{
    return access == SecurityRuleAccess::Allow ? "allow" : "deny";
}

const char*
GetAllocationName(bool isGiven)
{
    return isGiven ? "given" : "taken";
}

const char*
GetMembershipName(bool hasJoined)
{
    return hasJoined ? "joined" : "left";
}

const char*
GetOverloadName(const OverloadRecord& record)
{
    return record.dropped > 0 ? "overloaded" : (record.isWithdrawn ? "withdrawn" : "restored");
}

namespace
{

// clang-format off
/// @return the tables about runs, VMs and their flows
std::vector<TraceTable>
GetFlowTraceTables()
{
    return {
        {"run", "a run of a program", "PRIMARY KEY (run_id)", {
            {"run_id",            INT,          "",   "number of the run in this file, from 1"},
            {"program",           TEXT,         "",   "program that ran"},
            {"scenario",          TEXT,         "",   "name of the outbound scenario, or of whatever the program calls one"},
            {"profile",           TEXT,         "",   "behavior profile, in its text form"},
            {"rng_seed",          INT,          "",   "ns-3's RngSeed"},
            {"rng_run",           INT,          "",   "ns-3's RngRun"},
            {"ns3_version",       TEXT,         "",   "version of ns-3"},
            {"azure_net_version", TEXT,         "",   "version of azure-net"},
            {"status",            TEXT,         "",   "how far the run came: running (or cut off), finished, failed (rows are missing)", STATUS},
            {"end_time_ns",       INT_OR_NULL,  "ns", "simulation time at the end; NULL unless finished"},
            {"wall_started_utc",  TEXT,         "",   "wall-clock time of the beginning, UTC, ISO 8601"},
            {"wall_finished_utc", TEXT_OR_NULL, "",   "wall-clock time of the end, UTC, ISO 8601; NULL unless finished"},
            {"wall_duration_ms",  INT_OR_NULL,  "ms", "wall-clock time that the run took; NULL unless finished"},
        }},
        {"run_parameter", "a parameter of a run", "PRIMARY KEY (run_id, name), FOREIGN KEY (run_id) REFERENCES run", {
            {"run_id", INT,  "", "the run"},
            {"name",   TEXT, "", "name of the parameter"},
            {"value",  TEXT, "", "its value as text, with its unit if it has one"},
        }},
        {"node", "a node", "PRIMARY KEY (run_id, node_id), FOREIGN KEY (run_id) REFERENCES run", {
            {"run_id",  INT,  "", "the run"},
            {"node_id", INT,  "", "ns-3's number of the node"},
            {"name",    TEXT, "", "the scenario's name for it"},
            {"role",    TEXT, "", "what the node does", ROLE},
        }},
        {"nat_gateway", "a NAT gateway",
         "PRIMARY KEY (run_id, name), FOREIGN KEY (run_id, node_id) REFERENCES node", {
            {"run_id",          INT,  "",   "the run"},
            {"name",            TEXT, "",   "its name, unique in the run"},
            {"node_id",         INT,  "",   "node that is the gateway"},
            {"idle_timeout_ns", INT,  "ns", "time without packets after which it ends a TCP flow"},
        }},
        {"network_interface", "a network interface of a VM",
         "PRIMARY KEY (run_id, network_interface_id), "
         "FOREIGN KEY (run_id, virtual_machine_node_id) REFERENCES node, "
         "FOREIGN KEY (run_id, host_node_id) REFERENCES node, "
         "FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway", {
            {"run_id",                  INT,          "", "the run"},
            {"network_interface_id",    INT,          "", "the scenario's number for it"},
            {"virtual_machine_node_id", INT,          "", "node of the VM"},
            {"host_node_id",            INT,          "", "node of the physical server that carries the VM"},
            {"private_address",         TEXT,         "", "its address in the virtual network"},
            {"outbound_method",         TEXT,         "", "how the VM reaches the Internet through it as the run begins", METHOD},
            {"availability_set",        TEXT_OR_NULL, "", "name of the VM's availability set; NULL if it has none"},
            {"nat_gateway",             TEXT_OR_NULL, "", "name of the NAT gateway that is its outbound method; NULL with other methods"},
        }},
        {"public_ip", "a public address",
         "PRIMARY KEY (run_id, address), FOREIGN KEY (run_id) REFERENCES run, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface, "
         "FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway", {
            {"run_id",               INT,          "", "the run"},
            {"address",              TEXT,         "", "the address"},
            {"kind",                 TEXT,         "", "what it is for", IP_KIND},
            {"network_interface_id", INT_OR_NULL,  "", "interface that alone has it; NULL if interfaces share it"},
            {"nat_gateway",          TEXT_OR_NULL, "", "name of the NAT gateway that has it; NULL with other kinds"},
        }},
        {"flow", "a flow of a VM as its host sees it, written when it ends or the run does",
         "PRIMARY KEY (run_id, network_interface_id, flow_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,          "",      "the run"},
            {"network_interface_id", INT,          "",      "the VM's network interface"},
            {"flow_id",              INT,          "",      "number of the flow on the interface, from 1"},
            {"direction",            TEXT,         "",      "which way the first packet went, seen from the VM", DirectionNames},
            {"path",                 TEXT,         "",      "where the other side is: on the Internet, in the virtual network (or a peered one), an Azure service with an endpoint in the subnet, or the VM's own host", PATH},
            {"outbound_method",      TEXT,         "",      "how the VM reached the Internet", METHOD},
            {"protocol",             TEXT,         "",      "transport protocol", ProtocolNames},
            {"protocol_number",      INT,          "",      "its number in the IPv4 header"},
            {"private_address",      TEXT,         "",      "the VM's address"},
            {"private_port",         INT_OR_NULL,  "",      "the VM's port; NULL without ports"},
            {"public_address",       TEXT_OR_NULL, "",      "what the other side sees as the VM's address; NULL if nothing was translated by the host; a NAT gateway's are in nat_gateway_flow"},
            {"public_port",          INT_OR_NULL,  "",      "what the other side sees as the VM's port: the SNAT port, if SNAT was used; NULL without ports, or if nothing was translated"},
            {"destination_address",  TEXT,         "",      "the other side's address"},
            {"destination_port",     INT_OR_NULL,  "",      "the other side's port; NULL without ports"},
            {"first_packet_time_ns", INT,          "ns",    "time of the first packet"},
            {"accepted_time_ns",     INT_OR_NULL,  "ns",    "time at which it got its port, or passed without needing one; NULL if refused or denied"},
            {"first_reply_time_ns",  INT_OR_NULL,  "ns",    "time of the first packet in the other direction; NULL if there was none, or over TCP only a RST"},
            {"last_packet_time_ns",  INT,          "ns",    "time of the last packet, passed, refused or denied"},
            {"ended_time_ns",        INT_OR_NULL,  "ns",    "time at which it left the flow table; NULL if open at the end of the run"},
            {"outcome",              TEXT,         "",      "refused (never got a port), denied (never passed the network security groups), unanswered (nothing came back, or over TCP only a RST), or established; an application's retry comes from another source port and is a flow of its own", OUTCOME},
            {"end_reason",           TEXT,         "",      "why it left the flow table; open if it had not at the end of the run", END},
            {"refused_packets",      INT,          "",      "packets refused for want of a SNAT port"},
            {"denied_packets",       INT,          "",      "packets denied by a network security group"},
            {"packets_out",          INT,          "",      "packets passed from the VM"},
            {"bytes_out",            INT,          "bytes", "IPv4 datagrams passed from the VM"},
            {"packets_in",           INT,          "",      "packets passed to the VM"},
            {"bytes_in",             INT,          "bytes", "IPv4 datagrams passed to the VM"},
        }},
        {"flow_attempt", "an attempt of a traffic generator to open a flow, as the application that made it sees it, written when it is over or the run ends; a flow is what the application wants once, however many attempts that takes",
         "PRIMARY KEY (run_id, flow_attempt_id), FOREIGN KEY (run_id, node_id) REFERENCES node", {
            {"run_id",               INT,          "",   "the run"},
            {"flow_attempt_id",      INT,          "",   "number of the row, from 1: those that are over in the order in which they were, then those that are open"},
            {"node_id",              INT,          "",   "node of the generator"},
            {"generator_number",     INT,          "",   "number of the generator among those of the node, from 1"},
            {"flow_number",          INT,          "",   "number of the flow among those of the generator, from 0"},
            {"attempt",              INT,          "",   "1 for the first attempt at the flow, then 2, ..."},
            {"protocol",             TEXT,         "",   "transport protocol", ProtocolNames},
            {"source_address",       TEXT,         "",   "the generator's address"},
            {"source_port",          INT_OR_NULL,  "",   "its port, another one for each attempt; NULL if none was free"},
            {"destination_address",  TEXT,         "",   "where the flow goes"},
            {"destination_port",     INT,          "",   "the port there"},
            {"started_time_ns",      INT,          "ns", "time at which the attempt began"},
            {"established_time_ns",  INT_OR_NULL,  "ns", "time at which it was established, by TCP's handshake or UDP's response; NULL: never"},
            {"ended_time_ns",        INT_OR_NULL,  "ns", "time at which it failed, or the connection was closed; NULL: open at the end of the run"},
            {"outcome",              TEXT,         "",   "failed, established, or open: neither when the run ended", ATTEMPT},
            {"failure",              TEXT_OR_NULL, "",   "why it failed; NULL for other outcomes; a packet refused for want of a SNAT port is just lost for the application: timeout", FAILURE},
            {"is_retried",           INT,          "",   "1 if it failed and another attempt at the flow is to follow, else 0: the flow's last one"},
            {"end_reason",           TEXT_OR_NULL, "",   "why an established one ended; NULL for other outcomes, or if it is open at the end of the run", TRAFFIC_END},
        }},
        {"drop", "a packet dropped by a host agent, a load-balancer mux or a NAT gateway",
         "PRIMARY KEY (run_id, drop_id), FOREIGN KEY (run_id, node_id) REFERENCES node, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,          "",      "the run"},
            {"drop_id",              INT,          "",      "number of the row, from 1, in order of time"},
            {"time_ns",              INT,          "ns",    "time of the drop"},
            {"node_id",              INT,          "",      "node that dropped it"},
            {"network_interface_id", INT_OR_NULL,  "",      "interface of the VM that it came from or went to; NULL if not known"},
            {"reason",               TEXT,         "",      "why", DropReasonNames},
            {"protocol",             TEXT_OR_NULL, "",      "what the IPv4 header carried; NULL if its headers were not read", ProtocolNames},
            {"protocol_number",      INT_OR_NULL,  "",      "its number in the IPv4 header; NULL if its headers were not read"},
            {"source_address",       TEXT_OR_NULL, "",      "source as the packet came; NULL if its headers were not read"},
            {"source_port",          INT_OR_NULL,  "",      "source port; NULL without ports"},
            {"destination_address",  TEXT_OR_NULL, "",      "destination as the packet came; NULL if its headers were not read"},
            {"destination_port",     INT_OR_NULL,  "",      "destination port; NULL without ports"},
            {"bytes",                INT,          "bytes", "length of the IPv4 datagram"},
            {"network_security_group", TEXT_OR_NULL, "",    "group that denied it; NULL for other reasons"},
            {"security_rule",        TEXT_OR_NULL, "",      "rule of the group that denied it; NULL for other reasons"},
        }},
        {"nsg_decision", "a packet of a flow without flow record, and what one network security group said to it",
         "PRIMARY KEY (run_id, nsg_decision_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",                 INT,         "",   "the run"},
            {"nsg_decision_id",        INT,         "",   "number of the row, from 1, in the order in which the groups were asked"},
            {"time_ns",                INT,         "ns", "time of the packet"},
            {"network_interface_id",   INT,         "",   "the VM's network interface"},
            {"flow_id",                INT,         "",   "flow; its row in flow is missing if the run was cut off before it ended"},
            {"attempt",                INT,         "",   "1 for the flow's first packet that a group was asked about, then 2, ...; equal for the two groups asked about the same packet"},
            {"direction",              TEXT,        "",   "which way the packet went, seen from the VM", DirectionNames},
            {"protocol",               TEXT,        "",   "transport protocol", ProtocolNames},
            {"source_address",         TEXT,        "",   "source as the VM knows it"},
            {"source_port",            INT_OR_NULL, "",   "source port; NULL without ports"},
            {"destination_address",    TEXT,        "",   "destination as the VM knows it"},
            {"destination_port",       INT_OR_NULL, "",   "destination port; NULL without ports"},
            {"network_security_group", TEXT,        "",   "the group"},
            {"attachment",             TEXT,        "",   "what the group is attached to", ATTACHMENT},
            {"security_rule",          TEXT,        "",   "the first rule of the group that matched"},
            {"is_default_rule",        INT,         "",   "1 if it is one of the six that every group has, else 0"},
            {"decision",               TEXT,        "",   "what the rule says: deny is final, allow asks the other group, if that is still to be asked", DecisionNames},
        }},
        {"nsg_flow_sample", "a sample of what a flow has passed so far, where network security groups decide",
         "PRIMARY KEY (run_id, nsg_flow_sample_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT, "",      "the run"},
            {"nsg_flow_sample_id",   INT, "",      "number of the row, from 1, in order of time"},
            {"time_ns",              INT, "ns",    "time of the sample"},
            {"network_interface_id", INT, "",      "the VM's network interface"},
            {"flow_id",              INT, "",      "flow; its row in flow is missing if the run was cut off before it ended"},
            {"packets_out",          INT, "",      "packets passed from the VM since the flow began"},
            {"bytes_out",            INT, "bytes", "IPv4 datagrams passed from the VM since the flow began"},
            {"packets_in",           INT, "",      "packets passed to the VM since the flow began"},
            {"bytes_in",             INT, "bytes", "IPv4 datagrams passed to the VM since the flow began"},
        }},
    };
}

/// @return the tables about tables
std::vector<TraceTable>
GetDocumentationTables()
{
    return {
        {"table_doc", "a table or view, and what its rows are", "PRIMARY KEY (table_name)", {
            {"table_name",  TEXT, "", "table or view"},
            {"meaning",     TEXT, "", "what one row is"},
        }},
        {"column_doc", "a column of a table or view", "PRIMARY KEY (table_name, column_name)", {
            {"table_name",  TEXT, "", "table or view"},
            {"column_name", TEXT, "", "column of it"},
            {"unit",        TEXT, "", "unit of its values; empty for names, numbers of things and texts"},
            {"meaning",     TEXT, "", "what its values mean"},
        }},
    };
}
// clang-format on

} // namespace

const std::vector<TraceTable>&
GetTraceTables()
{
    static const auto TABLES = [] {
        auto tables = GetFlowTraceTables();
        for (const auto& more :
             {GetSnatTraceTables(), GetLoadBalancingTraceTables(), GetDocumentationTables()})
        {
            tables.insert(tables.end(), more.begin(), more.end());
        }
        return tables;
    }();
    return TABLES;
}

} // namespace ns3::azure
