// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-snat-tables.h"

#include "azure-trace-columns.h"

#include "ns3/azure-trace-records.h"

#include <string>

namespace ns3::azure
{

namespace
{

/// @return the names of what becomes of ports
std::vector<std::string>
AllocationNames()
{
    return {GetAllocationName(true), GetAllocationName(false)};
}

/// @return the names of what a host knows of its requests: not that they were dropped
std::vector<std::string>
AnswerNames()
{
    using Outcome = SnatRequestOutcome;
    return {GetName(Outcome::Granted),
            GetName(Outcome::NoFreePorts),
            GetName(Outcome::PortCap),
            GetName(Outcome::Unanswered)};
}

constexpr auto CAUSE = Names<SnatAllocationCause, SnatAllocationCause::Left>;
constexpr auto DECISION = Names<SnatRequestOutcome, SnatRequestOutcome::RequestRate>;
constexpr auto STAGE = Names<SnatPortStage, SnatPortStage::Released>;
constexpr auto PATH = Names<FlowPath, FlowPath::HostService>;
constexpr auto OUTCOME = Names<FlowOutcome, FlowOutcome::Denied>;
constexpr auto END = Names<FlowEnd, FlowEnd::Reclaimed>;

// clang-format off
/// @return the tables about ports and the flows that use them
std::vector<TraceTable>
GetPortTables()
{
    return {
        {"snat_allocation", "a range of SNAT ports given to an interface, or taken from it, as its host sees it",
         "PRIMARY KEY (run_id, snat_allocation_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,  "",   "the run"},
            {"snat_allocation_id",   INT,  "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,  "ns", "time of the change"},
            {"network_interface_id", INT,  "",   "interface that received or lost the range"},
            {"change",               TEXT, "",   "what became of the range; ports that were given less those that were taken are what the interface has", AllocationNames},
            {"cause",                TEXT, "",   "why: given as the run begins (begin), as the interface joined a pool, as its pool shrank, or as its host requested; taken as its pool grew, as its host returned them unused, as they were revoked, or as it left its pool", CAUSE},
            {"public_address",       TEXT, "",   "address whose ports these are"},
            {"first_port",           INT,  "",   "lowest port of the range"},
            {"last_port",            INT,  "",   "highest port of the range"},
            {"flows_broken",         INT,  "",   "flows that held one of the ports and ended with it; 0 if given"},
        }},
        {"snat_port_event", "a stage in the use of a SNAT port by a flow",
         "PRIMARY KEY (run_id, snat_port_event_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface, "
         "FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway", {
            {"run_id",               INT,          "",   "the run"},
            {"snat_port_event_id",   INT,          "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,          "ns", "time of the event"},
            {"network_interface_id", INT,          "",   "interface whose flow it is"},
            {"nat_gateway",          TEXT_OR_NULL, "",   "name of the NAT gateway whose port it is; NULL if it is the interface's"},
            {"flow_id",              INT,          "",   "flow, of nat_gateway_flow if a NAT gateway is named; its row is missing if the run was cut off before it ended"},
            {"stage",                TEXT,         "",   "the flow acquired the port, lets it cool down, took it over from the flow that it reopens, or released it", STAGE},
            {"cause",                TEXT_OR_NULL, "",   "why it is cooling down or was released; NULL otherwise", END},
            {"protocol",             TEXT,         "",   "transport protocol", ProtocolNames},
            {"public_address",       TEXT,         "",   "address whose port it is"},
            {"public_port",          INT,          "",   "the SNAT port"},
            {"destination_address",  TEXT,         "",   "destination for which it is used"},
            {"destination_port",     INT,          "",   "the flow's destination port"},
            {"ports_in_use",         INT,          "",   "ports of the interface, or of the NAT gateway, in use after the event"},
            {"ports_cooling_down",   INT,          "",   "ports of it that only closed flows hold after the event"},
            {"ports_acquired",       INT,          "",   "how often flows of it have acquired or reopened a port so far, this event included"},
            {"peak_ports_used",      INT,          "",   "most ports of it in use or cooling down at once so far, this event included"},
            {"used_port_seconds",    REAL,         "port-seconds", "integral of its ports in use or cooling down over the time up to the event"},
        }},
        {"snat_exhaustion", "a packet refused for want of a SNAT port",
         "PRIMARY KEY (run_id, snat_exhaustion_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface, "
         "FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway", {
            {"run_id",               INT,          "",   "the run"},
            {"snat_exhaustion_id",   INT,          "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,          "ns", "time of the packet"},
            {"network_interface_id", INT,          "",   "interface whose packet it is"},
            {"nat_gateway",          TEXT_OR_NULL, "",   "name of the NAT gateway whose ports are exhausted; NULL if the interface's are"},
            {"flow_id",              INT,          "",   "flow, of nat_gateway_flow if a NAT gateway is named; its row is missing if the run was cut off before it ended"},
            {"attempt",              INT,          "",   "1 for the flow's first refused packet, then 2, ..."},
            {"protocol",             TEXT,         "",   "transport protocol", ProtocolNames},
            {"private_address",      TEXT,         "",   "the VM's address"},
            {"private_port",         INT,          "",   "the VM's port"},
            {"destination_address",  TEXT,         "",   "destination for which there was no port"},
            {"destination_port",     INT,          "",   "the flow's destination port"},
            {"ports_allocated",      INT,          "",   "ports the interface, or the NAT gateway, had"},
            {"ports_in_use",         INT,          "",   "those that carried at least one open flow"},
            {"ports_cooling_down",   INT,          "",   "those that only closed flows still held"},
        }},
        {"snat_port_usage", "a sample of the SNAT ports that an interface, or a NAT gateway, has of one public address",
         "PRIMARY KEY (run_id, snat_port_usage_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface, "
         "FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway", {
            {"run_id",               INT,          "",   "the run"},
            {"snat_port_usage_id",   INT,          "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,          "ns", "time of the sample"},
            {"network_interface_id", INT_OR_NULL,  "",   "interface whose ports are counted; NULL if they are a NAT gateway's"},
            {"nat_gateway",          TEXT_OR_NULL, "",   "name of the NAT gateway whose ports are counted; NULL if they are an interface's"},
            {"public_address",       TEXT_OR_NULL, "",   "address whose ports are counted; NULL for an interface without SNAT"},
            {"ports_allocated",      INT,          "",   "ports it has of that address"},
            {"ports_in_use",         INT,          "",   "those that carry at least one open flow; once each, where TCP and UDP use up ports independently"},
            {"ports_cooling_down",   INT,          "",   "those that only closed flows still hold"},
            {"flows",                INT,          "",   "flows that hold a port, open or closed"},
        }},
        {"tcp_reset", "a RST about an idle TCP flow: a host sends one to both ends when it ends the flow, a NAT gateway one to whoever sends a segment of a flow that is no more",
         "PRIMARY KEY (run_id, tcp_reset_id), FOREIGN KEY (run_id, node_id) REFERENCES node, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface, "
         "FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway", {
            {"run_id",               INT,          "",   "the run"},
            {"tcp_reset_id",         INT,          "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,          "ns", "when it was sent"},
            {"node_id",              INT,          "",   "node of the host or NAT gateway"},
            {"nat_gateway",          TEXT_OR_NULL, "",   "name of the NAT gateway; NULL if a host sent it"},
            {"network_interface_id", INT_OR_NULL,  "",   "the VM's network interface; NULL if a NAT gateway tells the other side"},
            {"path",                 TEXT,         "",   "where the other side is", PATH},
            {"private_address",      TEXT_OR_NULL, "",   "the VM's address; NULL if a NAT gateway tells the other side"},
            {"private_port",         INT_OR_NULL,  "",   "the VM's port; NULL if a NAT gateway tells the other side"},
            {"public_address",       TEXT_OR_NULL, "",   "what the other side sees as the VM's address; NULL if a NAT gateway tells the VM"},
            {"public_port",          INT_OR_NULL,  "",   "what the other side sees as the VM's port; NULL if a NAT gateway tells the VM"},
            {"destination_address",  TEXT,         "",   "the other side's address"},
            {"destination_port",     INT,          "",   "the other side's port"},
            {"sequence_to_vm",       INT_OR_NULL,  "",   "sequence number of the RST to the VM; NULL if there is none"},
            {"sequence_to_peer",     INT_OR_NULL,  "",   "sequence number of the RST to the other side; NULL if there is none"},
        }},
    };
}

/// @return the tables about requests for ports
std::vector<TraceTable>
GetRequestTables()
{
    return {
        {"snat_request", "a request for SNAT ports that is over, as the host sees it that asked",
         "PRIMARY KEY (run_id, snat_request_id), "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,         "",   "the run"},
            {"snat_request_id",      INT,         "",   "number of the row, from 1, in the order in which the requests were over"},
            {"network_interface_id", INT,         "",   "interface that needs ports"},
            {"request_id",           INT,         "",   "number of the request among those of the interface, from 1"},
            {"flow_id",              INT,         "",   "flow whose packet waits; its row in flow is missing if the run was cut off before it ended"},
            {"asked_time_ns",        INT,         "ns", "time at which the message was sent"},
            {"answered_time_ns",     INT_OR_NULL, "ns", "time at which the answer came; NULL if none did"},
            {"outcome",              TEXT,        "",   "what the answer was: ports are granted, nobody has any left, or the interface has as many as it may; unanswered if it was dropped or got lost, or the run was over first", AnswerNames},
            {"ports",                INT,         "",   "ports that were given"},
        }},
        {"snat_request_decision", "a request for SNAT ports, and what the SLB manager did with it",
         "PRIMARY KEY (run_id, snat_request_decision_id), "
         "FOREIGN KEY (run_id, node_id) REFERENCES node, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",                   INT,  "",   "the run"},
            {"snat_request_decision_id", INT,  "",   "number of the row, from 1, in order of time"},
            {"time_ns",                  INT,  "ns", "time of the decision; of a dropped request, that at which it came"},
            {"node_id",                  INT,  "",   "node of the SLB manager"},
            {"network_interface_id",     INT,  "",   "interface that asked"},
            {"request_id",               INT,  "",   "number of the request among those of the interface, as in snat_request"},
            {"received_time_ns",         INT,  "ns", "time at which it came"},
            {"outcome",                  TEXT, "",   "granted; refused: nobody has ports left (no-free-ports), or the interface has as many as it may (port-cap); dropped: another one of the interface waits (outstanding), or there were too many in a minute (request-rate)", DECISION},
            {"ports",                    INT,  "",   "ports that are given"},
            {"requests_waiting",         INT,  "",   "requests of all interfaces that waited when it came"},
        }},
    };
}

/// @return the tables of what NAT gateways do
std::vector<TraceTable>
GetNatGatewayTables()
{
    return {
        {"nat_gateway_flow", "a flow of a VM as its NAT gateway sees it, written when it ends or the run does; its host has a row of its own in flow",
         "PRIMARY KEY (run_id, nat_gateway, flow_id), "
         "FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,         "",      "the run"},
            {"nat_gateway",          TEXT,        "",      "name of the NAT gateway"},
            {"flow_id",              INT,         "",      "number of the flow at the NAT gateway, from 1; not that of flow"},
            {"network_interface_id", INT,         "",      "the VM's network interface"},
            {"protocol",             TEXT,        "",      "transport protocol", ProtocolNames},
            {"protocol_number",      INT,         "",      "its number in the IPv4 header"},
            {"private_address",      TEXT,        "",      "the VM's address"},
            {"private_port",         INT,         "",      "the VM's port"},
            {"public_address",       TEXT_OR_NULL, "",     "address of the NAT gateway that the other side sees; NULL if refused"},
            {"public_port",          INT_OR_NULL, "",      "the SNAT port; NULL if refused"},
            {"destination_address",  TEXT,        "",      "the other side's address"},
            {"destination_port",     INT,         "",      "the other side's port"},
            {"first_packet_time_ns", INT,         "ns",    "time of the first packet"},
            {"accepted_time_ns",     INT_OR_NULL, "ns",    "time at which it got its port; NULL if refused"},
            {"first_reply_time_ns",  INT_OR_NULL, "ns",    "time of the first packet in the other direction; NULL if there was none, or over TCP only a RST"},
            {"last_packet_time_ns",  INT,         "ns",    "time of the last packet, passed or refused"},
            {"ended_time_ns",        INT_OR_NULL, "ns",    "time at which it left the flow table; NULL if open at the end of the run"},
            {"outcome",              TEXT,        "",      "refused (never got a port), unanswered (nothing came back, or over TCP only a RST), or established", OUTCOME},
            {"end_reason",           TEXT,        "",      "why it left the flow table; open if it had not at the end of the run", END},
            {"refused_packets",      INT,         "",      "packets refused for want of a SNAT port"},
            {"packets_out",          INT,         "",      "packets passed from the VM"},
            {"bytes_out",            INT,         "bytes", "IPv4 datagrams passed from the VM"},
            {"packets_in",           INT,         "",      "packets passed to the VM"},
            {"bytes_in",             INT,         "bytes", "IPv4 datagrams passed to the VM"},
        }},
        {"nat_gateway_traffic", "a sample of what a NAT gateway has passed",
         "PRIMARY KEY (run_id, nat_gateway_traffic_id), "
         "FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway", {
            {"run_id",                 INT,  "",      "the run"},
            {"nat_gateway_traffic_id", INT,  "",      "number of the row, from 1, in order of time"},
            {"time_ns",                INT,  "ns",    "time of the sample"},
            {"nat_gateway",            TEXT, "",      "name of the NAT gateway"},
            {"packets_out",            INT,  "",      "packets passed from VMs since the run began"},
            {"bytes_out",              INT,  "bytes", "IPv4 datagrams passed from VMs since the run began"},
            {"packets_in",             INT,  "",      "packets passed to VMs since the run began"},
            {"bytes_in",               INT,  "bytes", "IPv4 datagrams passed to VMs since the run began"},
        }},
    };
}
// clang-format on

} // namespace

std::vector<TraceTable>
GetSnatTraceTables()
{
    auto tables = GetPortTables();
    for (const auto& more : {GetRequestTables(), GetNatGatewayTables()})
    {
        tables.insert(tables.end(), more.begin(), more.end());
    }
    return tables;
}

} // namespace ns3::azure
