// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-load-balancing-tables.h"

#include "azure-trace-columns.h"
#include "azure-trace-topology.h"

#include "ns3/azure-slb-message.h"
#include "ns3/azure-trace-records.h"

#include <variant>

namespace ns3::azure
{

namespace
{

/// @return the names of the two SKUs
std::vector<std::string>
SkuNames()
{
    return {GetName(LoadBalancerSku::Basic), GetName(LoadBalancerSku::Standard)};
}

/// @return the kinds of messages whose bodies begin at \p I in the list of bodies
template <std::size_t I = 0>
std::vector<std::string>
MessageKinds()
{
    using Body = decltype(SlbMessage::body);
    std::vector<std::string> kinds{GetKind(SlbMessage{0, Body(std::in_place_index<I>)})};
    if constexpr (I + 1 < std::variant_size_v<Body>)
    {
        const auto more = MessageKinds<I + 1>();
        kinds.insert(kinds.end(), more.begin(), more.end());
    }
    return kinds;
}

/// @return the names of what becomes of a pool's member
std::vector<std::string>
MembershipNames()
{
    return {GetMembershipName(true), GetMembershipName(false)};
}

/// @return the names of what is said of an overload
std::vector<std::string>
OverloadNames()
{
    OverloadRecord overloaded;
    overloaded.dropped = 1;
    OverloadRecord withdrawn;
    withdrawn.isWithdrawn = true;
    return {GetOverloadName(overloaded), GetOverloadName(withdrawn), GetOverloadName({})};
}

constexpr auto RULE_KIND = Names<LoadBalancingRuleKind, LoadBalancingRuleKind::InboundNat>;
constexpr auto RULE_PROTOCOL = Names<TransportProtocol, TransportProtocol::All>;
constexpr auto DISTRIBUTION = Names<LoadDistribution, LoadDistribution::SourceIpProtocol>;
constexpr auto PROBE_PROTOCOL = Names<HealthProbeProtocol, HealthProbeProtocol::Https>;
constexpr auto ALL_DOWN = Names<NoHealthyBackendsBehavior, NoHealthyBackendsBehavior::AllProbedUp>;
constexpr auto ADMINISTRATIVE_STATE = Names<AdministrativeState, AdministrativeState::Down>;
constexpr auto CAUSE = Names<DistributionCause, DistributionCause::NoHealthyBackend>;
constexpr auto PROBE_OUTCOME = Names<HealthProbeOutcome, HealthProbeOutcome::StatusCode>;
constexpr auto HEALTH_STAGE = Names<HealthStage, HealthStage::Applied>;
constexpr auto MESSAGE_STAGE = Names<ControlMessageStage, ControlMessageStage::Unreachable>;

// clang-format off
/// @return the tables of what there is
std::vector<TraceTable>
GetResourceTables()
{
    return {
        {"load_balancer", "a load balancer", "PRIMARY KEY (run_id, name), FOREIGN KEY (run_id) REFERENCES run", {
            {"run_id",      INT,  "", "the run"},
            {"name",        TEXT, "", "its name, unique in the run"},
            {"sku",         TEXT, "", "the offer it belongs to", SkuNames},
            {"is_internal", INT,  "", "1 if its frontends are private, 0 if they are public"},
        }},
        {"frontend", "an address of a load balancer",
         "PRIMARY KEY (run_id, load_balancer, name), "
         "FOREIGN KEY (run_id, load_balancer) REFERENCES load_balancer", {
            {"run_id",        INT,  "", "the run"},
            {"load_balancer", TEXT, "", "name of the load balancer"},
            {"name",          TEXT, "", "the frontend's name, unique in the load balancer"},
            {"address",       TEXT, "", "the address"},
        }},
        {"health_probe", "a health probe, as hosts carry it out",
         "PRIMARY KEY (run_id, health_probe_id), "
         "FOREIGN KEY (run_id, load_balancer) REFERENCES load_balancer", {
            {"run_id",                       INT,          "",   "the run"},
            {"health_probe_id",              INT,          "",   "number of the probe in the run, from 1"},
            {"load_balancer",                TEXT,         "",   "name of the load balancer"},
            {"name",                         TEXT,         "",   "the probe's name, unique in the load balancer"},
            {"protocol",                     TEXT,         "",   "how members are asked", PROBE_PROTOCOL},
            {"port",                         INT,          "",   "port of the members that is asked"},
            {"request_path",                 TEXT_OR_NULL, "",   "what is requested; NULL for Tcp"},
            {"interval_ns",                  INT,          "ns", "time from one probe to the next"},
            {"timeout_ns",                   INT,          "ns", "time after which a probe without answer has failed"},
            {"failures_to_down",             INT,          "",   "failures in a row until a member is down"},
            {"successes_to_up",              INT,          "",   "successes in a row until a member that was down is up again"},
            {"no_healthy_backends_behavior", TEXT,         "",   "what new flows do while no member is up", ALL_DOWN},
        }},
        {"pool_member", "a network interface in a backend set: a pool as one probe sees it, or the one interface of an inbound NAT rule",
         "PRIMARY KEY (run_id, backend_set_id, network_interface_id), "
         "FOREIGN KEY (run_id, load_balancer) REFERENCES load_balancer, "
         "FOREIGN KEY (run_id, health_probe_id) REFERENCES health_probe, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,          "", "the run"},
            {"backend_set_id",       INT,          "", "number of the backend set, from 0"},
            {"load_balancer",        TEXT,         "", "name of the load balancer"},
            {"backend_pool",         TEXT_OR_NULL, "", "name of the pool; NULL for an inbound NAT rule"},
            {"health_probe_id",      INT_OR_NULL,  "", "probe of the backend set; NULL if it has none"},
            {"network_interface_id", INT,          "", "the member"},
            {"administrative_state", TEXT,         "", "what the user says of it as the run begins: Up and Down override the probe", ADMINISTRATIVE_STATE},
            {"is_initial",           INT,          "", "1 if it is a member as the run begins, 0 if it joined later; pool_member_change says when"},
        }},
        {"load_balancing_rule", "a load-balancing rule or an inbound NAT rule",
         "PRIMARY KEY (run_id, load_balancing_rule_id), "
         "FOREIGN KEY (run_id, load_balancer, frontend) REFERENCES frontend, "
         "FOREIGN KEY (run_id, health_probe_id) REFERENCES health_probe", {
            {"run_id",                 INT,         "", "the run"},
            {"load_balancing_rule_id", INT,         "", "number of the rule in the run, from 1"},
            {"load_balancer",          TEXT,        "", "name of the load balancer"},
            {"name",                   TEXT,        "", "the rule's name, unique in the load balancer among those of its kind"},
            {"kind",                   TEXT,        "", "for a pool, or for one interface", RULE_KIND},
            {"frontend",               TEXT,        "", "name of the frontend"},
            {"protocol",               TEXT,        "", "which packets it is for; All: HA ports", RULE_PROTOCOL},
            {"frontend_port",          INT_OR_NULL, "", "their destination port; NULL with HA ports, which are all"},
            {"backend_port",           INT_OR_NULL, "", "port at the member; NULL with HA ports, which do not change it"},
            {"distribution",           TEXT,        "", "which parts of a packet decide on its member", DISTRIBUTION},
            {"is_floating_ip",         INT,         "", "1 if the member sees the frontend's address, else 0"},
            {"backend_set_id",         INT,         "", "backend set that its members are in"},
            {"health_probe_id",        INT_OR_NULL, "", "its probe; NULL if it has none"},
            {"idle_timeout_ns",        INT,         "ns", "time without packets after which its flows end"},
            {"is_tcp_reset",           INT,         "", "1 if both ends of a TCP flow get a RST then, else 0"},
        }},
        {"outbound_rule", "an outbound rule: SNAT of a pool by choice",
         "PRIMARY KEY (run_id, load_balancer, name), "
         "FOREIGN KEY (run_id, load_balancer) REFERENCES load_balancer", {
            {"run_id",                   INT,         "",   "the run"},
            {"load_balancer",            TEXT,        "",   "name of the load balancer"},
            {"name",                     TEXT,        "",   "the rule's name, unique in the load balancer among those of its kind"},
            {"backend_pool",             TEXT,        "",   "name of the pool"},
            {"protocol",                 TEXT,        "",   "which packets it translates", RULE_PROTOCOL},
            {"allocated_outbound_ports", INT_OR_NULL, "",   "SNAT ports of each member over all frontends of the rule; NULL if the profile's budget says how many"},
            {"max_backend_instances",    INT_OR_NULL, "",   "most members that there will be, who share all ports of the frontends; NULL if not used"},
            {"idle_timeout_ns",          INT,         "ns", "time without packets after which its flows end"},
            {"is_tcp_reset",             INT,         "",   "1 if both ends of a TCP flow get a RST then, else 0"},
        }},
        {"outbound_rule_frontend", "a frontend of an outbound rule",
         "PRIMARY KEY (run_id, load_balancer, outbound_rule, frontend), "
         "FOREIGN KEY (run_id, load_balancer, outbound_rule) REFERENCES outbound_rule, "
         "FOREIGN KEY (run_id, load_balancer, frontend) REFERENCES frontend", {
            {"run_id",        INT,  "", "the run"},
            {"load_balancer", TEXT, "", "name of the load balancer"},
            {"outbound_rule", TEXT, "", "name of the rule"},
            {"frontend",      TEXT, "", "name of the frontend"},
        }},
    };
}

/// @return the tables of what happened
std::vector<TraceTable>
GetEventTables()
{
    return {
        {"lb_decision", "a packet for which a mux chose a member; later packets of a flow that it keeps track of ask for none",
         "PRIMARY KEY (run_id, lb_decision_id), FOREIGN KEY (run_id, node_id) REFERENCES node, "
         "FOREIGN KEY (run_id, load_balancing_rule_id) REFERENCES load_balancing_rule, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",                 INT,         "",   "the run"},
            {"lb_decision_id",         INT,         "",   "number of the row, from 1, in order of time"},
            {"time_ns",                INT,         "ns", "time of the packet"},
            {"node_id",                INT,         "",   "node of the mux"},
            {"load_balancing_rule_id", INT,         "",   "rule that the packet matched"},
            {"protocol",               TEXT,        "",   "transport protocol", ProtocolNames},
            {"client_address",         TEXT,        "",   "where the packet came from"},
            {"client_port",            INT_OR_NULL, "",   "its source port; NULL without ports"},
            {"frontend_address",       TEXT,        "",   "where it went: the frontend"},
            {"frontend_port",          INT_OR_NULL, "",   "its destination port; NULL without ports"},
            {"cause",                  TEXT,        "",   "why a member was chosen: new-flow is a SYN (each one), or the first packet without connection; no-flow-state the middle of a TCP connection that the mux does not know; member-down a flow whose member went out of rotation; no-healthy-backend any of these while there was no member to choose", CAUSE},
            {"network_interface_id",   INT_OR_NULL, "",   "the member; NULL if there was none"},
            {"members_available",      INT,         "",   "members among which it was chosen"},
            {"is_tracked",             INT,         "",   "1 if the mux keeps the choice in its flow table, else 0"},
        }},
        {"probe_result", "a health probe of one interface that has ended",
         "PRIMARY KEY (run_id, probe_result_id), FOREIGN KEY (run_id, node_id) REFERENCES node, "
         "FOREIGN KEY (run_id, health_probe_id) REFERENCES health_probe, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,         "",   "the run"},
            {"probe_result_id",      INT,         "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,         "ns", "time at which the outcome was known"},
            {"node_id",              INT,         "",   "node of the host that asked"},
            {"network_interface_id", INT,         "",   "interface that was asked"},
            {"health_probe_id",      INT,         "",   "the probe"},
            {"attempt",              INT,         "",   "1 for the first probe of this interface, then 2, ..."},
            {"sent_time_ns",         INT,         "ns", "time at which it began"},
            {"outcome",              TEXT,        "",   "what became of it: status-code is another than 200, or no HTTP at all", PROBE_OUTCOME},
            {"status_code",          INT_OR_NULL, "",   "HTTP status that was answered; NULL if none was"},
        }},
        {"member_health", "somebody's view of a pool member, when it has changed or is known for the first time",
         "PRIMARY KEY (run_id, member_health_id), FOREIGN KEY (run_id, node_id) REFERENCES node, "
         "FOREIGN KEY (run_id, health_probe_id) REFERENCES health_probe, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",               INT,         "",   "the run"},
            {"member_health_id",     INT,         "",   "number of the row, from 1, in order of time"},
            {"time_ns",              INT,         "ns", "time of the change"},
            {"node_id",              INT,         "",   "node of the host, SLB manager or mux that says so"},
            {"stage",                TEXT,        "",   "how far the news has come: probed by the host, decided by the SLB manager (administrative state included), applied by a mux", HEALTH_STAGE},
            {"network_interface_id", INT,         "",   "the member"},
            {"backend_set_id",       INT_OR_NULL, "",   "the backend set; NULL where only probed"},
            {"health_probe_id",      INT_OR_NULL, "",   "the probe; NULL if it has none, or the sender does not know it"},
            {"is_up",                INT,         "",   "1 if it is up (in rotation), else 0"},
        }},
        {"pool_member_change", "a network interface that came into a pool, or went out of it, while the run lasted",
         "PRIMARY KEY (run_id, pool_member_change_id), "
         "FOREIGN KEY (run_id, load_balancer) REFERENCES load_balancer, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",                INT,  "",   "the run"},
            {"pool_member_change_id", INT,  "",   "number of the row, from 1, in order of time"},
            {"time_ns",               INT,  "ns", "time of the change"},
            {"load_balancer",         TEXT, "",   "name of the load balancer"},
            {"backend_pool",          TEXT, "",   "name of the pool"},
            {"network_interface_id",  INT,  "",   "the member"},
            {"change",                TEXT, "",   "what it did", MembershipNames},
        }},
        {"overload", "what a mux says of its overload, or an SLB manager does about it (Ananta 3.6.2)",
         "PRIMARY KEY (run_id, overload_id), FOREIGN KEY (run_id, node_id) REFERENCES node", {
            {"run_id",           INT,  "",   "the run"},
            {"overload_id",      INT,  "",   "number of the row, from 1, in order of time"},
            {"time_ns",          INT,  "ns", "when"},
            {"node_id",          INT,  "",   "node of the mux or SLB manager"},
            {"event",            TEXT, "",   "overloaded (by a mux: it has more packets than it can do), withdrawn or restored (by the SLB manager: the frontend is out of service, or in service again)", OverloadNames},
            {"frontend_address", TEXT, "",   "the frontend that had most packets, or whose state has changed"},
            {"packets_dropped",  INT,  "",   "packets that the mux has dropped since it last said so; 0 from the SLB manager"},
        }},
        {"control_message", "a stage of a message between managers, hosts, muxes and NAT gateways, as its sender sees it",
         "PRIMARY KEY (run_id, control_message_id), FOREIGN KEY (run_id, node_id) REFERENCES node", {
            {"run_id",             INT,  "",      "the run"},
            {"control_message_id", INT,  "",      "number of the row, from 1, in order of time"},
            {"time_ns",            INT,  "ns",    "time of the event"},
            {"node_id",            INT,  "",      "node of the sender"},
            {"receiver_address",   TEXT, "",      "the receiver's address in the physical network"},
            {"stage",              TEXT, "",      "sent (for the first time or again), acknowledged by the receiver, or given up as unreachable", MESSAGE_STAGE},
            {"kind",               TEXT, "",      "what the message says", MessageKinds<>},
            {"transaction_id",     INT,  "",      "number of the message; each sender counts for itself"},
            {"attempt",            INT,  "",      "how often it has been sent"},
            {"bytes",              INT,  "bytes", "length of the UDP payload"},
        }},
        {"frontend_traffic", "a sample of what a mux has passed on for a rule",
         "PRIMARY KEY (run_id, frontend_traffic_id), FOREIGN KEY (run_id, node_id) REFERENCES node, "
         "FOREIGN KEY (run_id, load_balancing_rule_id) REFERENCES load_balancing_rule", {
            {"run_id",                 INT, "",      "the run"},
            {"frontend_traffic_id",    INT, "",      "number of the row, from 1, in order of time"},
            {"time_ns",                INT, "ns",    "time of the sample"},
            {"node_id",                INT, "",      "node of the mux"},
            {"load_balancing_rule_id", INT, "",      "the rule"},
            {"packets",                INT, "",      "packets passed to members since the run began; a restart of the mux does not take them away"},
            {"bytes",                  INT, "bytes", "IPv4 datagrams of them"},
            {"syns",                   INT, "",      "TCP SYNs among them"},
        }},
        {"mux_traffic", "a sample of what a mux has done with the packets that came to it",
         "PRIMARY KEY (run_id, mux_traffic_id), FOREIGN KEY (run_id, node_id) REFERENCES node", {
            {"run_id",            INT, "",   "the run"},
            {"mux_traffic_id",    INT, "",   "number of the row, from 1, in order of time"},
            {"time_ns",           INT, "ns", "time of the sample"},
            {"node_id",           INT, "",   "node of the mux"},
            {"packets_received",  INT, "",   "packets that came since the run began: the sum of the columns below"},
            {"packets_for_rules", INT, "",   "packets passed to members since the run began, as a rule says"},
            {"packets_stateless", INT, "",   "other packets passed on since the run began: to the host that owns the SNAT port or the instance-level public IP, and ICMP errors about packets of rules"},
            {"packets_own",       INT, "",   "packets to the mux itself since the run began: messages"},
            {"packets_dropped",   INT, "",   "packets dropped since the run began; one row each in drop"},
        }},
        {"member_traffic", "a sample of what a member's host has passed of a rule's flows",
         "PRIMARY KEY (run_id, member_traffic_id), "
         "FOREIGN KEY (run_id, load_balancing_rule_id) REFERENCES load_balancing_rule, "
         "FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface", {
            {"run_id",                 INT, "",      "the run"},
            {"member_traffic_id",      INT, "",      "number of the row, from 1, in order of time"},
            {"time_ns",                INT, "ns",    "time of the sample"},
            {"load_balancing_rule_id", INT, "",      "the rule"},
            {"network_interface_id",   INT, "",      "the member"},
            {"packets_in",             INT, "",      "packets passed to the member since the run began"},
            {"bytes_in",               INT, "bytes", "IPv4 datagrams passed to the member since the run began"},
            {"packets_out",            INT, "",      "packets passed from the member since the run began: replies, which go straight out"},
            {"bytes_out",              INT, "bytes", "IPv4 datagrams passed from the member since the run began"},
        }},
    };
}
// clang-format on

} // namespace

std::vector<TraceTable>
GetLoadBalancingTraceTables()
{
    auto tables = GetResourceTables();
    const auto events = GetEventTables();
    tables.insert(tables.end(), events.begin(), events.end());
    return tables;
}

} // namespace ns3::azure
