// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-columns.h"
#include "azure-trace-load-balancing-tables.h"
#include "azure-trace-schema.h"
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
constexpr auto ROLE = Names<NodeRole, NodeRole::DnsServer>;
constexpr auto IP_KIND = Names<PublicIpKind, PublicIpKind::InstanceLevel>;
constexpr auto METHOD = Names<OutboundMethod, OutboundMethod::NatGateway>;
constexpr auto PATH = Names<FlowPath, FlowPath::HostService>;
constexpr auto OUTCOME = Names<FlowOutcome, FlowOutcome::Denied>;
constexpr auto END = Names<FlowEnd, FlowEnd::Reclaimed>;
constexpr auto STAGE = Names<SnatPortStage, SnatPortStage::Released>;
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
        {"network_interface", "a network interface of a VM",
         "PRIMARY KEY (run_id, network_interface_id), "
         "FOREIGN KEY (run_id, virtual_machine_node_id) REFERENCES node, "
         "FOREIGN KEY (run_id, host_node_id) REFERENCES node", {
            {"run_id",                  INT,  "", "the run"},
            {"network_interface_id",    INT,  "", "the scenario's number for it"},
            {"virtual_machine_node_id", INT,  "", "node of the VM"},
            {"host_node_id",            INT,  "", "node of the physical server that carries the VM"},
            {"private_address",         TEXT, "", "its address in the virtual network"},
            {"outbound_method",         TEXT, "", "how the VM reaches the Internet through it", METHOD},
        }},
        {"public_ip", "a public address",
         "PRIMARY KEY (run_id, address), FOREIGN KEY (run_id) REFERENCES run, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,         "", "the run"},
            {"address",              TEXT,        "", "the address"},
            {"kind",                 TEXT,        "", "what it is for", IP_KIND},
            {"network_interface_id", INT_OR_NULL, "", "interface that alone has it; NULL if interfaces share it"},
        }},
        {"flow", "a flow of a VM, written when it ends or the run does",
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
            {"public_address",       TEXT_OR_NULL, "",      "what the other side sees as the VM's address; NULL if nothing was translated"},
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
        {"snat_allocation", "a block of SNAT ports given to an interface",
         "PRIMARY KEY (run_id, snat_allocation_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,  "",   "the run"},
            {"snat_allocation_id",   INT,  "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,  "ns", "time of the allocation"},
            {"network_interface_id", INT,  "",   "interface that received the block"},
            {"public_address",       TEXT, "",   "address whose ports these are"},
            {"first_port",           INT,  "",   "lowest port of the block"},
            {"last_port",            INT,  "",   "highest port of the block"},
        }},
        {"snat_port_event", "a stage in the use of a SNAT port by a flow",
         "PRIMARY KEY (run_id, snat_port_event_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,          "",   "the run"},
            {"snat_port_event_id",   INT,          "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,          "ns", "time of the event"},
            {"network_interface_id", INT,          "",   "interface whose port it is"},
            {"flow_id",              INT,          "",   "flow; its row in flow is missing if the run was cut off before it ended"},
            {"stage",                TEXT,         "",   "the flow acquired the port, lets it cool down, took it over from the flow that it reopens, or released it", STAGE},
            {"cause",                TEXT_OR_NULL, "",   "why it is cooling down or was released; NULL otherwise", END},
            {"protocol",             TEXT,         "",   "transport protocol", ProtocolNames},
            {"public_address",       TEXT,         "",   "address whose port it is"},
            {"public_port",          INT,          "",   "the SNAT port"},
            {"destination_address",  TEXT,         "",   "destination for which it is used"},
            {"destination_port",     INT,          "",   "the flow's destination port"},
            {"ports_in_use",         INT,          "",   "ports of the interface in use after the event"},
            {"ports_cooling_down",   INT,          "",   "ports of the interface that only closed flows hold after the event"},
        }},
        {"snat_exhaustion", "a packet refused for want of a SNAT port",
         "PRIMARY KEY (run_id, snat_exhaustion_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,  "",   "the run"},
            {"snat_exhaustion_id",   INT,  "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,  "ns", "time of the packet"},
            {"network_interface_id", INT,  "",   "interface whose ports are exhausted"},
            {"flow_id",              INT,  "",   "flow; its row in flow is missing if the run was cut off before it ended"},
            {"attempt",              INT,  "",   "1 for the flow's first refused packet, then 2, ..."},
            {"protocol",             TEXT, "",   "transport protocol", ProtocolNames},
            {"private_address",      TEXT, "",   "the VM's address"},
            {"private_port",         INT,  "",   "the VM's port"},
            {"destination_address",  TEXT, "",   "destination for which there was no port"},
            {"destination_port",     INT,  "",   "the flow's destination port"},
            {"ports_allocated",      INT,  "",   "ports the interface had"},
            {"ports_in_use",         INT,  "",   "those that carried at least one open flow"},
            {"ports_cooling_down",   INT,  "",   "those that only closed flows still held"},
        }},
        {"snat_port_usage", "a sample of an interface's SNAT ports of one public address",
         "PRIMARY KEY (run_id, snat_port_usage_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,          "",   "the run"},
            {"snat_port_usage_id",   INT,          "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,          "ns", "time of the sample"},
            {"network_interface_id", INT,          "",   "interface whose ports are counted"},
            {"public_address",       TEXT_OR_NULL, "",   "address whose ports are counted; NULL for an interface without SNAT"},
            {"ports_allocated",      INT,          "",   "ports the interface has of that address"},
            {"ports_in_use",         INT,          "",   "those that carry at least one open flow; once each, where TCP and UDP use up ports independently"},
            {"ports_cooling_down",   INT,          "",   "those that only closed flows still hold"},
            {"flows",                INT,          "",   "flows that hold a port, open or closed"},
        }},
        {"drop", "a packet dropped by a host agent or a load-balancer mux",
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

/// @return the table about tables
TraceTable
GetDocumentationTable()
{
    return
        {"column_doc", "a column of a table or view", "PRIMARY KEY (table_name, column_name)", {
            {"table_name",  TEXT, "", "table or view"},
            {"column_name", TEXT, "", "column of it"},
            {"unit",        TEXT, "", "unit of its values; empty for names, numbers of things and texts"},
            {"meaning",     TEXT, "", "what its values mean"},
        }};
}
// clang-format on

} // namespace

const std::vector<TraceTable>&
GetTraceTables()
{
    static const auto TABLES = [] {
        auto tables = GetFlowTraceTables();
        const auto more = GetLoadBalancingTraceTables();
        tables.insert(tables.end(), more.begin(), more.end());
        tables.push_back(GetDocumentationTable());
        return tables;
    }();
    return TABLES;
}

} // namespace ns3::azure
