-- Copyright (c) 2026 The azure-net authors
-- SPDX-License-Identifier: GPL-2.0-only
--
-- A trace database of schema version 2, as the last code of that version wrote it when it was told
-- MigrationStory (test/support/azure-migration-story.h).  Of column_doc one row a table is kept, and
-- no indexes are.

PRAGMA application_id = 1635413620;
PRAGMA user_version = 2;

CREATE TABLE "run" (
    run_id INTEGER NOT NULL,
    program TEXT NOT NULL,
    scenario TEXT NOT NULL,
    profile TEXT NOT NULL,
    rng_seed INTEGER NOT NULL,
    rng_run INTEGER NOT NULL,
    ns3_version TEXT NOT NULL,
    azure_net_version TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status = 'running' OR status = 'finished' OR status = 'failed'),
    end_time_ns INTEGER,
    wall_started_utc TEXT NOT NULL,
    wall_finished_utc TEXT,
    wall_duration_ms INTEGER,
    PRIMARY KEY (run_id)
) WITHOUT ROWID;
INSERT INTO "run" VALUES
    (1, 'program', 'scenario', '2017[IdleTimeout=300s]', 1, 1, 'development', '0.1', 'finished', 900000000000, '2026-11-22T18:59:57Z', '2026-11-22T18:59:57Z', 19),
    (2, 'program', 'scenario', '2017[IdleTimeout=300s]', 1, 1, 'development', '0.1', 'running', NULL, '2026-11-22T18:59:57Z', NULL, NULL);

CREATE TABLE "run_parameter" (
    run_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run_id, name), FOREIGN KEY (run_id) REFERENCES run
) WITHOUT ROWID;
INSERT INTO "run_parameter" VALUES
    (1, 'vms', '2'),
    (2, 'vms', '2');

CREATE TABLE "node" (
    run_id INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role = 'virtual-machine' OR role = 'service' OR role = 'host' OR role = 'load-balancer-mux' OR role = 'slb-manager' OR role = 'router' OR role = 'server' OR role = 'dns-server'),
    PRIMARY KEY (run_id, node_id), FOREIGN KEY (run_id) REFERENCES run
) WITHOUT ROWID;
INSERT INTO "node" VALUES
    (1, 1, 'vm0', 'virtual-machine'),
    (1, 2, 'vm1', 'virtual-machine'),
    (1, 3, 'host0', 'host'),
    (1, 4, 'mux0', 'load-balancer-mux'),
    (2, 1, 'vm0', 'virtual-machine'),
    (2, 2, 'vm1', 'virtual-machine'),
    (2, 3, 'host0', 'host'),
    (2, 4, 'mux0', 'load-balancer-mux');

CREATE TABLE "network_interface" (
    run_id INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    virtual_machine_node_id INTEGER NOT NULL,
    host_node_id INTEGER NOT NULL,
    private_address TEXT NOT NULL,
    outbound_method TEXT NOT NULL CHECK (outbound_method = 'instance-level-public-ip' OR outbound_method = 'load-balancer-frontend' OR outbound_method = 'default-snat' OR outbound_method = 'none'),
    PRIMARY KEY (run_id, network_interface_id), FOREIGN KEY (run_id, virtual_machine_node_id) REFERENCES node, FOREIGN KEY (run_id, host_node_id) REFERENCES node
) WITHOUT ROWID;
INSERT INTO "network_interface" VALUES
    (1, 0, 1, 3, '10.0.0.4', 'load-balancer-frontend'),
    (1, 1, 2, 3, '10.0.0.5', 'instance-level-public-ip'),
    (2, 0, 1, 3, '10.0.0.4', 'load-balancer-frontend'),
    (2, 1, 2, 3, '10.0.0.5', 'instance-level-public-ip');

CREATE TABLE "public_ip" (
    run_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'frontend' OR kind = 'platform' OR kind = 'instance-level'),
    network_interface_id INTEGER,
    PRIMARY KEY (run_id, address), FOREIGN KEY (run_id) REFERENCES run, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "public_ip" VALUES
    (1, '198.51.100.1', 'frontend', NULL),
    (1, '198.51.100.9', 'instance-level', 1),
    (2, '198.51.100.1', 'frontend', NULL),
    (2, '198.51.100.9', 'instance-level', 1);

CREATE TABLE "flow" (
    run_id INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    flow_id INTEGER NOT NULL,
    direction TEXT NOT NULL CHECK (direction = 'inbound' OR direction = 'outbound'),
    path TEXT NOT NULL CHECK (path = 'internet' OR path = 'virtual-network' OR path = 'service-endpoint' OR path = 'host-service'),
    outbound_method TEXT NOT NULL CHECK (outbound_method = 'instance-level-public-ip' OR outbound_method = 'load-balancer-frontend' OR outbound_method = 'default-snat' OR outbound_method = 'none'),
    protocol TEXT NOT NULL CHECK (protocol = 'icmp' OR protocol = 'ip-in-ip' OR protocol = 'tcp' OR protocol = 'udp' OR protocol = 'gre' OR protocol = 'esp' OR protocol = 'ah' OR protocol = 'other'),
    protocol_number INTEGER NOT NULL,
    private_address TEXT NOT NULL,
    private_port INTEGER,
    public_address TEXT,
    public_port INTEGER,
    destination_address TEXT NOT NULL,
    destination_port INTEGER,
    first_packet_time_ns INTEGER NOT NULL,
    accepted_time_ns INTEGER,
    first_reply_time_ns INTEGER,
    last_packet_time_ns INTEGER NOT NULL,
    ended_time_ns INTEGER,
    outcome TEXT NOT NULL CHECK (outcome = 'refused' OR outcome = 'unanswered' OR outcome = 'established' OR outcome = 'denied'),
    end_reason TEXT NOT NULL CHECK (end_reason = 'open' OR end_reason = 'idle' OR end_reason = 'fin' OR end_reason = 'rst' OR end_reason = 'reopened'),
    refused_packets INTEGER NOT NULL,
    denied_packets INTEGER NOT NULL,
    packets_out INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    packets_in INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    PRIMARY KEY (run_id, network_interface_id, flow_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "flow" VALUES
    (1, 0, 1, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49153, '198.51.100.1', 1024, '203.0.113.10', 443, 1000000000, 1000000000, 10000000000, 10000000000, 250000000000, 'established', 'idle', 0, 0, 2, 100, 1, 52),
    (1, 0, 2, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49154, '198.51.100.1', 1025, '203.0.113.10', 443, 2000000000, 2000000000, 30500000000, 30500000000, 270500000000, 'established', 'idle', 0, 0, 2, 100, 1, 52),
    (1, 0, 3, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49155, NULL, NULL, '203.0.113.11', 443, 3000000000, NULL, NULL, 3000000000, 260000000000, 'refused', 'idle', 1, 0, 0, 0, 0, 0),
    (1, 0, 4, 'outbound', 'virtual-network', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49156, NULL, NULL, '10.0.0.5', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 0, 1, 40, 0, 0),
    (1, 0, 5, 'outbound', 'host-service', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49157, NULL, NULL, '168.63.129.16', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 0, 1, 40, 0, 0),
    (1, 0, 6, 'outbound', 'service-endpoint', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49158, NULL, NULL, '203.0.113.99', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 0, 1, 40, 0, 0),
    (1, 0, 7, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49159, '198.51.100.1', 1024, '203.0.113.10', 443, 301000000000, 301000000000, NULL, 302000000000, NULL, 'unanswered', 'open', 0, 0, 3, 120, 0, 0),
    (1, 0, 8, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49160, NULL, NULL, '203.0.113.12', 443, 303000000000, NULL, NULL, 303000000000, NULL, 'denied', 'open', 0, 1, 0, 0, 0, 0),
    (2, 0, 1, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49153, '198.51.100.1', 1024, '203.0.113.10', 443, 1000000000, 1000000000, 10000000000, 10000000000, 250000000000, 'established', 'idle', 0, 0, 2, 100, 1, 52),
    (2, 0, 2, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49154, '198.51.100.1', 1025, '203.0.113.10', 443, 2000000000, 2000000000, 30500000000, 30500000000, 270500000000, 'established', 'idle', 0, 0, 2, 100, 1, 52),
    (2, 0, 3, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49155, NULL, NULL, '203.0.113.11', 443, 3000000000, NULL, NULL, 3000000000, 260000000000, 'refused', 'idle', 1, 0, 0, 0, 0, 0),
    (2, 0, 4, 'outbound', 'virtual-network', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49156, NULL, NULL, '10.0.0.5', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 0, 1, 40, 0, 0),
    (2, 0, 5, 'outbound', 'host-service', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49157, NULL, NULL, '168.63.129.16', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 0, 1, 40, 0, 0),
    (2, 0, 6, 'outbound', 'service-endpoint', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49158, NULL, NULL, '203.0.113.99', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 0, 1, 40, 0, 0),
    (2, 0, 7, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49159, '198.51.100.1', 1024, '203.0.113.10', 443, 301000000000, 301000000000, NULL, 302000000000, NULL, 'unanswered', 'open', 0, 0, 3, 120, 0, 0),
    (2, 0, 8, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49160, NULL, NULL, '203.0.113.12', 443, 303000000000, NULL, NULL, 303000000000, NULL, 'denied', 'open', 0, 1, 0, 0, 0, 0);

CREATE TABLE "snat_allocation" (
    run_id INTEGER NOT NULL,
    snat_allocation_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    public_address TEXT NOT NULL,
    first_port INTEGER NOT NULL,
    last_port INTEGER NOT NULL,
    PRIMARY KEY (run_id, snat_allocation_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "snat_allocation" VALUES
    (1, 1, 0, 0, '198.51.100.1', 1024, 1031),
    (2, 1, 0, 0, '198.51.100.1', 1024, 1031);

CREATE TABLE "snat_port_event" (
    run_id INTEGER NOT NULL,
    snat_port_event_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    flow_id INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (stage = 'acquired' OR stage = 'cooling-down' OR stage = 'reopened' OR stage = 'released'),
    cause TEXT CHECK (cause = 'open' OR cause = 'idle' OR cause = 'fin' OR cause = 'rst' OR cause = 'reopened'),
    protocol TEXT NOT NULL CHECK (protocol = 'icmp' OR protocol = 'ip-in-ip' OR protocol = 'tcp' OR protocol = 'udp' OR protocol = 'gre' OR protocol = 'esp' OR protocol = 'ah' OR protocol = 'other'),
    public_address TEXT NOT NULL,
    public_port INTEGER NOT NULL,
    destination_address TEXT NOT NULL,
    destination_port INTEGER NOT NULL,
    ports_in_use INTEGER NOT NULL,
    ports_cooling_down INTEGER NOT NULL,
    PRIMARY KEY (run_id, snat_port_event_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "snat_port_event" VALUES
    (1, 1, 1000000000, 0, 1, 'acquired', NULL, 'tcp', '198.51.100.1', 1024, '203.0.113.10', 443, 1, 0),
    (1, 2, 2000000000, 0, 2, 'acquired', NULL, 'tcp', '198.51.100.1', 1025, '203.0.113.10', 443, 2, 0),
    (1, 3, 250000000000, 0, 1, 'released', 'idle', 'tcp', '198.51.100.1', 1024, '203.0.113.10', 443, 1, 0),
    (1, 4, 270500000000, 0, 2, 'released', 'idle', 'tcp', '198.51.100.1', 1025, '203.0.113.10', 443, 0, 0),
    (2, 1, 1000000000, 0, 1, 'acquired', NULL, 'tcp', '198.51.100.1', 1024, '203.0.113.10', 443, 1, 0),
    (2, 2, 2000000000, 0, 2, 'acquired', NULL, 'tcp', '198.51.100.1', 1025, '203.0.113.10', 443, 2, 0),
    (2, 3, 250000000000, 0, 1, 'released', 'idle', 'tcp', '198.51.100.1', 1024, '203.0.113.10', 443, 1, 0),
    (2, 4, 270500000000, 0, 2, 'released', 'idle', 'tcp', '198.51.100.1', 1025, '203.0.113.10', 443, 0, 0);

CREATE TABLE "snat_exhaustion" (
    run_id INTEGER NOT NULL,
    snat_exhaustion_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    flow_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    protocol TEXT NOT NULL CHECK (protocol = 'icmp' OR protocol = 'ip-in-ip' OR protocol = 'tcp' OR protocol = 'udp' OR protocol = 'gre' OR protocol = 'esp' OR protocol = 'ah' OR protocol = 'other'),
    private_address TEXT NOT NULL,
    private_port INTEGER NOT NULL,
    destination_address TEXT NOT NULL,
    destination_port INTEGER NOT NULL,
    ports_allocated INTEGER NOT NULL,
    ports_in_use INTEGER NOT NULL,
    ports_cooling_down INTEGER NOT NULL,
    PRIMARY KEY (run_id, snat_exhaustion_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "snat_exhaustion" VALUES
    (1, 1, 3000000000, 0, 3, 1, 'tcp', '10.0.0.4', 49155, '203.0.113.11', 443, 8, 2, 0),
    (2, 1, 3000000000, 0, 3, 1, 'tcp', '10.0.0.4', 49155, '203.0.113.11', 443, 8, 2, 0);

CREATE TABLE "snat_port_usage" (
    run_id INTEGER NOT NULL,
    snat_port_usage_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    public_address TEXT,
    ports_allocated INTEGER NOT NULL,
    ports_in_use INTEGER NOT NULL,
    ports_cooling_down INTEGER NOT NULL,
    flows INTEGER NOT NULL,
    PRIMARY KEY (run_id, snat_port_usage_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "snat_port_usage" VALUES
    (1, 1, 10000000000, 0, '198.51.100.1', 8, 2, 1, 3),
    (1, 2, 10000000000, 1, NULL, 0, 0, 0, 0),
    (2, 1, 10000000000, 0, '198.51.100.1', 8, 2, 1, 3),
    (2, 2, 10000000000, 1, NULL, 0, 0, 0, 0);

CREATE TABLE "drop" (
    run_id INTEGER NOT NULL,
    drop_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    network_interface_id INTEGER,
    reason TEXT NOT NULL CHECK (reason = 'malformed' OR reason = 'ttl-expired' OR reason = 'fragment' OR reason = 'unsupported-protocol' OR reason = 'not-programmed' OR reason = 'non-internet-destination' OR reason = 'security-rule' OR reason = 'smtp-blocked' OR reason = 'no-virtual-network-route' OR reason = 'foreign-source' OR reason = 'flow-limit' OR reason = 'no-outbound-method' OR reason = 'inbound-closed' OR reason = 'snat-ports-exhausted' OR reason = 'no-healthy-backend' OR reason = 'hairpin' OR reason = 'mux-down' OR reason = 'unknown-public-address' OR reason = 'unowned-snat-port' OR reason = 'no-tracked-flow' OR reason = 'unexpected-destination' OR reason = 'packet-too-big' OR reason = 'no-route' OR reason = 'device-queue-full'),
    protocol TEXT CHECK (protocol = 'icmp' OR protocol = 'ip-in-ip' OR protocol = 'tcp' OR protocol = 'udp' OR protocol = 'gre' OR protocol = 'esp' OR protocol = 'ah' OR protocol = 'other'),
    protocol_number INTEGER,
    source_address TEXT,
    source_port INTEGER,
    destination_address TEXT,
    destination_port INTEGER,
    bytes INTEGER NOT NULL,
    network_security_group TEXT,
    security_rule TEXT,
    PRIMARY KEY (run_id, drop_id), FOREIGN KEY (run_id, node_id) REFERENCES node, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "drop" VALUES
    (1, 1, 3000000000, 3, 0, 'snat-ports-exhausted', 'tcp', 6, '10.0.0.4', 49155, '203.0.113.11', 443, 40, NULL, NULL),
    (1, 2, 4000000000, 4, NULL, 'malformed', NULL, NULL, NULL, NULL, NULL, NULL, 9, NULL, NULL),
    (1, 3, 303000000000, 3, 0, 'security-rule', 'tcp', 6, '10.0.0.4', 49160, '203.0.113.12', 443, 40, 'group', 'no-web'),
    (2, 1, 3000000000, 3, 0, 'snat-ports-exhausted', 'tcp', 6, '10.0.0.4', 49155, '203.0.113.11', 443, 40, NULL, NULL),
    (2, 2, 4000000000, 4, NULL, 'malformed', NULL, NULL, NULL, NULL, NULL, NULL, 9, NULL, NULL),
    (2, 3, 303000000000, 3, 0, 'security-rule', 'tcp', 6, '10.0.0.4', 49160, '203.0.113.12', 443, 40, 'group', 'no-web');

CREATE TABLE "nsg_decision" (
    run_id INTEGER NOT NULL,
    nsg_decision_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    flow_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    direction TEXT NOT NULL CHECK (direction = 'inbound' OR direction = 'outbound'),
    protocol TEXT NOT NULL CHECK (protocol = 'icmp' OR protocol = 'ip-in-ip' OR protocol = 'tcp' OR protocol = 'udp' OR protocol = 'gre' OR protocol = 'esp' OR protocol = 'ah' OR protocol = 'other'),
    source_address TEXT NOT NULL,
    source_port INTEGER,
    destination_address TEXT NOT NULL,
    destination_port INTEGER,
    network_security_group TEXT NOT NULL,
    attachment TEXT NOT NULL CHECK (attachment = 'subnet' OR attachment = 'network-interface'),
    security_rule TEXT NOT NULL,
    is_default_rule INTEGER NOT NULL,
    decision TEXT NOT NULL CHECK (decision = 'allow' OR decision = 'deny'),
    PRIMARY KEY (run_id, nsg_decision_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "nsg_decision" VALUES
    (1, 1, 301000000000, 0, 7, 1, 'outbound', 'tcp', '10.0.0.4', 49159, '203.0.113.10', 443, 'group', 'subnet', 'AllowInternetOutBound', 1, 'allow'),
    (1, 2, 303000000000, 0, 8, 1, 'outbound', 'tcp', '10.0.0.4', 49160, '203.0.113.12', 443, 'group', 'subnet', 'no-web', 0, 'deny'),
    (2, 1, 301000000000, 0, 7, 1, 'outbound', 'tcp', '10.0.0.4', 49159, '203.0.113.10', 443, 'group', 'subnet', 'AllowInternetOutBound', 1, 'allow'),
    (2, 2, 303000000000, 0, 8, 1, 'outbound', 'tcp', '10.0.0.4', 49160, '203.0.113.12', 443, 'group', 'subnet', 'no-web', 0, 'deny');

CREATE TABLE "nsg_flow_sample" (
    run_id INTEGER NOT NULL,
    nsg_flow_sample_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    flow_id INTEGER NOT NULL,
    packets_out INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    packets_in INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    PRIMARY KEY (run_id, nsg_flow_sample_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "nsg_flow_sample" VALUES
    (1, 1, 600000000000, 0, 7, 3, 120, 0, 0),
    (2, 1, 600000000000, 0, 7, 3, 120, 0, 0);

CREATE TABLE "column_doc" (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    unit TEXT NOT NULL,
    meaning TEXT NOT NULL,
    PRIMARY KEY (table_name, column_name)
) WITHOUT ROWID;
INSERT INTO "column_doc" VALUES
    ('column_doc', 'column_name', '', 'column of it'),
    ('drop', 'bytes', 'bytes', 'length of the IPv4 datagram'),
    ('flow', 'accepted_time_ns', 'ns', 'time at which it got its port, or passed without needing one; NULL if refused or denied'),
    ('network_interface', 'host_node_id', '', 'node of the physical server that carries the VM'),
    ('node', 'name', '', 'the scenario''s name for it'),
    ('nsg_decision', 'attachment', '', 'what the group is attached to'),
    ('nsg_flow_sample', 'bytes_in', 'bytes', 'IPv4 datagrams passed to the VM since the flow began'),
    ('public_ip', 'address', '', 'the address'),
    ('run', 'azure_net_version', '', 'version of azure-net'),
    ('run_parameter', 'name', '', 'name of the parameter'),
    ('snat_allocation', 'first_port', '', 'lowest port of the block'),
    ('snat_exhaustion', 'attempt', '', '1 for the flow''s first refused packet, then 2, ...'),
    ('snat_port_event', 'cause', '', 'why it is cooling down or was released; NULL otherwise'),
    ('snat_port_usage', 'flows', '', 'flows that hold a port, open or closed'),
    ('v_exhaustion_by_destination', 'affected_flows', '', 'flows of which at least one packet was refused'),
    ('v_nsg_flow_log', 'bytes_destination_to_source', 'bytes', 'IPv4 datagrams passed the other way since the entry before; NULL in state B'),
    ('v_nsg_rule_hits', 'attachment', '', 'what the group is attached to'),
    ('v_port_usage', 'flows', '', 'flows that hold a port, open or closed'),
    ('v_recovery', 'all_free_time_ns', 'ns', 'time since which all ports are free; NULL if one is not at the end of the run'),
    ('v_top_port_users', 'flows_with_port', '', 'flows that got a port');

CREATE VIEW v_port_usage AS
SELECT usage.run_id,
       usage.time_ns,
       usage.network_interface_id,
       node.name AS virtual_machine,
       usage.public_address,
       usage.ports_allocated,
       usage.ports_in_use,
       usage.ports_cooling_down,
       usage.ports_allocated - usage.ports_in_use - usage.ports_cooling_down AS ports_free,
       usage.flows
FROM snat_port_usage AS usage
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = usage.run_id AND node.node_id = interface.virtual_machine_node_id;

CREATE VIEW v_exhaustion_by_destination AS
SELECT run_id,
       destination_address,
       COUNT(*) AS refused_packets,
       SUM(attempt = 1) AS affected_flows,
       (SELECT COUNT(*) FROM flow
        WHERE flow.run_id = exhaustion.run_id AND flow.outcome = 'refused'
          AND flow.destination_address = exhaustion.destination_address) AS refused_flows,
       COUNT(DISTINCT network_interface_id) AS network_interfaces,
       MIN(time_ns) AS first_refusal_time_ns,
       MAX(time_ns) AS last_refusal_time_ns
FROM snat_exhaustion AS exhaustion
GROUP BY run_id, destination_address;

CREATE VIEW v_top_port_users AS
WITH allocated AS (
    SELECT run_id, network_interface_id, SUM(last_port - first_port + 1) AS ports
    FROM snat_allocation GROUP BY run_id, network_interface_id),
used AS (
    SELECT run_id, network_interface_id, MAX(ports_in_use + ports_cooling_down) AS peak,
           SUM(stage IN ('acquired', 'reopened')) AS flows
    FROM snat_port_event GROUP BY run_id, network_interface_id),
refused AS (
    SELECT run_id, network_interface_id, COUNT(*) AS packets
    FROM snat_exhaustion GROUP BY run_id, network_interface_id)
SELECT run_id,
       RANK() OVER (PARTITION BY run_id ORDER BY IFNULL(used.peak, 0) DESC) AS rank,
       network_interface_id,
       node.name AS virtual_machine,
       IFNULL(allocated.ports, 0) AS ports_allocated,
       IFNULL(used.peak, 0) AS peak_ports_used,
       IFNULL(used.flows, 0) AS flows_with_port,
       IFNULL(refused.packets, 0) AS refused_packets
FROM network_interface AS interface
JOIN node USING (run_id)
LEFT JOIN allocated USING (run_id, network_interface_id)
LEFT JOIN used USING (run_id, network_interface_id)
LEFT JOIN refused USING (run_id, network_interface_id)
WHERE node.node_id = interface.virtual_machine_node_id
ORDER BY run_id, rank, network_interface_id;

CREATE VIEW v_recovery AS
WITH used AS (
    SELECT run_id, network_interface_id,
           SUM(stage = 'acquired') - SUM(stage = 'released') AS flows_with_port,
           MAX(CASE stage WHEN 'released' THEN time_ns END) AS last_release_time_ns
    FROM snat_port_event GROUP BY run_id, network_interface_id),
refused AS (
    SELECT run_id, network_interface_id,
           MIN(time_ns) AS first_refusal_time_ns, MAX(time_ns) AS last_refusal_time_ns
    FROM snat_exhaustion GROUP BY run_id, network_interface_id),
passed AS (
    SELECT run_id, network_interface_id, MAX(last_packet_time_ns) AS last_packet_time_ns
    FROM flow WHERE accepted_time_ns IS NOT NULL GROUP BY run_id, network_interface_id)
SELECT used.run_id,
       used.network_interface_id,
       refused.first_refusal_time_ns,
       refused.last_refusal_time_ns,
       (SELECT MIN(event.time_ns) FROM snat_port_event AS event
        WHERE event.run_id = used.run_id
          AND event.network_interface_id = used.network_interface_id
          AND event.stage = 'released'
          AND event.time_ns >= refused.first_refusal_time_ns) AS first_release_time_ns,
       passed.last_packet_time_ns,
       used.flows_with_port,
       CASE used.flows_with_port WHEN 0 THEN used.last_release_time_ns END AS all_free_time_ns,
       CASE used.flows_with_port WHEN 0
            THEN used.last_release_time_ns - passed.last_packet_time_ns END AS recovery_ns
FROM used
LEFT JOIN refused USING (run_id, network_interface_id)
LEFT JOIN passed USING (run_id, network_interface_id);

CREATE VIEW v_nsg_flow_log AS
WITH word AS (
    SELECT run_id, network_interface_id, flow_id, attempt, time_ns, decision, nsg_decision_id,
           LEAD(attempt) OVER (PARTITION BY run_id, network_interface_id, flow_id
                               ORDER BY attempt, nsg_decision_id) AS next_attempt
    FROM nsg_decision
    WHERE protocol IN ('tcp', 'udp')),
decided AS (
    SELECT run_id, network_interface_id, flow_id, time_ns, decision, nsg_decision_id,
           ROW_NUMBER() OVER (PARTITION BY run_id, network_interface_id, flow_id, decision
                              ORDER BY attempt) AS number
    FROM word
    WHERE next_attempt IS NOT attempt),
total AS (
    SELECT sample.run_id, sample.network_interface_id, sample.flow_id, time_ns, 'C' AS state,
           accepted_time_ns,
           sample.packets_out, sample.bytes_out, sample.packets_in, sample.bytes_in
    FROM nsg_flow_sample AS sample
    LEFT JOIN flow ON flow.run_id = sample.run_id
                  AND flow.network_interface_id = sample.network_interface_id
                  AND flow.flow_id = sample.flow_id
    UNION ALL
    SELECT run_id, network_interface_id, flow_id, ended_time_ns, 'E', ended_time_ns,
           packets_out, bytes_out, packets_in, bytes_in
    FROM flow
    WHERE accepted_time_ns IS NOT NULL AND ended_time_ns IS NOT NULL),
increment AS (
    SELECT run_id, network_interface_id, flow_id, time_ns, state, accepted_time_ns,
           packets_out - LAG(packets_out, 1, 0) OVER earlier AS packets_out,
           bytes_out - LAG(bytes_out, 1, 0) OVER earlier AS bytes_out,
           packets_in - LAG(packets_in, 1, 0) OVER earlier AS packets_in,
           bytes_in - LAG(bytes_in, 1, 0) OVER earlier AS bytes_in
    FROM total
    WINDOW earlier AS (PARTITION BY run_id, network_interface_id, flow_id ORDER BY time_ns, state)),
mixed AS (
    SELECT run_id, network_interface_id, flow_id, time_ns, 'B' AS state, NULL AS accepted_time_ns,
           NULL AS packets_out, NULL AS bytes_out, NULL AS packets_in, NULL AS bytes_in,
           nsg_decision_id, CASE decision WHEN 'allow' THEN nsg_decision_id END AS allowance_id,
           CASE decision WHEN 'allow' THEN time_ns END AS allowance_time_ns
    FROM decided
    WHERE number = 1
    UNION ALL
    SELECT *, NULL, NULL, NULL FROM increment),
logged AS (
    SELECT run_id, network_interface_id, flow_id, time_ns, state, accepted_time_ns,
           packets_out, bytes_out, packets_in, bytes_in,
           IFNULL(nsg_decision_id, MAX(allowance_id) OVER whole) AS nsg_decision_id,
           MAX(allowance_time_ns) OVER whole AS allowance_time_ns
    FROM mixed
    WINDOW whole AS (PARTITION BY run_id, network_interface_id, flow_id)),
spelled AS (
    SELECT logged.run_id, logged.network_interface_id, logged.flow_id, logged.time_ns,
           logged.time_ns / 1000000000 AS epoch_time_s, network_security_group,
           CASE is_default_rule WHEN 1 THEN 'DefaultRule_' ELSE 'UserRule_' END || security_rule
               AS rule,
           source_address, destination_address, source_port, destination_port,
           CASE protocol WHEN 'tcp' THEN 'T' ELSE 'U' END AS protocol,
           CASE direction WHEN 'inbound' THEN 'I' ELSE 'O' END AS direction,
           CASE decision WHEN 'allow' THEN 'A' ELSE 'D' END AS decision,
           state,
           CASE direction WHEN 'outbound' THEN packets_out ELSE packets_in END AS packets_forth,
           CASE direction WHEN 'outbound' THEN bytes_out ELSE bytes_in END AS bytes_forth,
           CASE direction WHEN 'outbound' THEN packets_in ELSE packets_out END AS packets_back,
           CASE direction WHEN 'outbound' THEN bytes_in ELSE bytes_out END AS bytes_back
    FROM logged
    CROSS JOIN nsg_decision USING (run_id, nsg_decision_id)
    WHERE state = 'B' OR (logged.time_ns, accepted_time_ns) >= (allowance_time_ns, allowance_time_ns))
SELECT spelled.run_id,
       spelled.network_interface_id,
       flow_id,
       node.name AS virtual_machine,
       time_ns,
       epoch_time_s,
       network_security_group,
       rule,
       source_address,
       destination_address,
       source_port,
       destination_port,
       protocol,
       direction,
       decision,
       state,
       packets_forth AS packets_source_to_destination,
       bytes_forth AS bytes_source_to_destination,
       packets_back AS packets_destination_to_source,
       bytes_back AS bytes_destination_to_source,
       epoch_time_s || ',' || source_address || ',' || destination_address || ',' ||
           source_port || ',' || destination_port || ',' || protocol || ',' || direction || ',' ||
           decision || ',' || state || ',' || IFNULL(packets_forth, '') || ',' ||
           IFNULL(bytes_forth, '') || ',' || IFNULL(packets_back, '') || ',' ||
           IFNULL(bytes_back, '') AS entry
FROM spelled
CROSS JOIN network_interface AS interface USING (run_id, network_interface_id)
CROSS JOIN node ON node.run_id = interface.run_id
               AND node.node_id = interface.virtual_machine_node_id;

CREATE VIEW v_nsg_rule_hits AS
WITH hit AS (
    SELECT run_id, network_security_group, security_rule, is_default_rule, attachment, direction,
           network_interface_id, flow_id, COUNT(*) AS packets,
           MAX(decision = 'allow') AS is_allowed, MAX(decision = 'deny') AS is_denied,
           MIN(time_ns) AS first_time_ns, MAX(time_ns) AS last_time_ns
    FROM nsg_decision
    GROUP BY run_id, network_security_group, security_rule, is_default_rule, attachment, direction,
             network_interface_id, flow_id)
SELECT run_id,
       network_security_group,
       security_rule,
       is_default_rule,
       attachment,
       direction,
       COUNT(DISTINCT network_interface_id) AS network_interfaces,
       SUM(is_allowed) AS flows_allowed,
       SUM(is_denied) AS flows_denied,
       SUM(packets) AS packets,
       MIN(first_time_ns) AS first_time_ns,
       MAX(last_time_ns) AS last_time_ns
FROM hit
GROUP BY run_id, network_security_group, security_rule, is_default_rule, attachment, direction;
