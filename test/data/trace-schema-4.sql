-- Copyright (c) 2026 The azure-net authors
-- SPDX-License-Identifier: GPL-2.0-only
--
-- A trace database of schema version 4, as the last code of that version wrote it when it was told
-- MigrationStory (test/support/azure-migration-story.h).  Of column_doc one row a table is kept, and
-- no indexes are.

PRAGMA application_id = 1635413620;
PRAGMA user_version = 4;

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
    (1, 'program', 'scenario', '2017[IdleTimeout=300s]', 1, 1, 'development', '0.1', 'finished', 900000000000, '2026-11-22T19:00:01Z', '2026-11-22T19:00:01Z', 53),
    (2, 'program', 'scenario', '2017[IdleTimeout=300s]', 1, 1, 'development', '0.1', 'running', NULL, '2026-11-22T19:00:01Z', NULL, NULL);

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
    role TEXT NOT NULL CHECK (role = 'virtual-machine' OR role = 'service' OR role = 'host' OR role = 'load-balancer-mux' OR role = 'slb-manager' OR role = 'router' OR role = 'server' OR role = 'dns-server' OR role = 'nat-gateway'),
    PRIMARY KEY (run_id, node_id), FOREIGN KEY (run_id) REFERENCES run
) WITHOUT ROWID;
INSERT INTO "node" VALUES
    (1, 1, 'vm0', 'virtual-machine'),
    (1, 2, 'vm1', 'virtual-machine'),
    (1, 3, 'host0', 'host'),
    (1, 4, 'mux0', 'load-balancer-mux'),
    (1, 6, 'manager0', 'slb-manager'),
    (1, 7, 'gateway0', 'nat-gateway'),
    (1, 8, 'vm2', 'virtual-machine'),
    (2, 1, 'vm0', 'virtual-machine'),
    (2, 2, 'vm1', 'virtual-machine'),
    (2, 3, 'host0', 'host'),
    (2, 4, 'mux0', 'load-balancer-mux'),
    (2, 6, 'manager0', 'slb-manager'),
    (2, 7, 'gateway0', 'nat-gateway'),
    (2, 8, 'vm2', 'virtual-machine');

CREATE TABLE "nat_gateway" (
    run_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    node_id INTEGER NOT NULL,
    idle_timeout_ns INTEGER NOT NULL,
    PRIMARY KEY (run_id, name), FOREIGN KEY (run_id, node_id) REFERENCES node
) WITHOUT ROWID;
INSERT INTO "nat_gateway" VALUES
    (1, 'gateway', 7, 1800000000000),
    (2, 'gateway', 7, 1800000000000);

CREATE TABLE "network_interface" (
    run_id INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    virtual_machine_node_id INTEGER NOT NULL,
    host_node_id INTEGER NOT NULL,
    private_address TEXT NOT NULL,
    outbound_method TEXT NOT NULL CHECK (outbound_method = 'instance-level-public-ip' OR outbound_method = 'load-balancer-frontend' OR outbound_method = 'default-snat' OR outbound_method = 'none' OR outbound_method = 'nat-gateway'),
    availability_set TEXT,
    nat_gateway TEXT,
    PRIMARY KEY (run_id, network_interface_id), FOREIGN KEY (run_id, virtual_machine_node_id) REFERENCES node, FOREIGN KEY (run_id, host_node_id) REFERENCES node, FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway
) WITHOUT ROWID;
INSERT INTO "network_interface" VALUES
    (1, 0, 1, 3, '10.0.0.4', 'load-balancer-frontend', NULL, NULL),
    (1, 1, 2, 3, '10.0.0.5', 'instance-level-public-ip', NULL, NULL),
    (1, 2, 8, 3, '10.0.0.6', 'nat-gateway', 'set', 'gateway'),
    (2, 0, 1, 3, '10.0.0.4', 'load-balancer-frontend', NULL, NULL),
    (2, 1, 2, 3, '10.0.0.5', 'instance-level-public-ip', NULL, NULL),
    (2, 2, 8, 3, '10.0.0.6', 'nat-gateway', 'set', 'gateway');

CREATE TABLE "public_ip" (
    run_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'frontend' OR kind = 'platform' OR kind = 'instance-level' OR kind = 'nat-gateway'),
    network_interface_id INTEGER,
    nat_gateway TEXT,
    PRIMARY KEY (run_id, address), FOREIGN KEY (run_id) REFERENCES run, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface, FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway
) WITHOUT ROWID;
INSERT INTO "public_ip" VALUES
    (1, '198.51.100.1', 'frontend', NULL, NULL),
    (1, '198.51.100.50', 'nat-gateway', NULL, 'gateway'),
    (1, '198.51.100.9', 'instance-level', 1, NULL),
    (2, '198.51.100.1', 'frontend', NULL, NULL),
    (2, '198.51.100.50', 'nat-gateway', NULL, 'gateway'),
    (2, '198.51.100.9', 'instance-level', 1, NULL);

CREATE TABLE "flow" (
    run_id INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    flow_id INTEGER NOT NULL,
    direction TEXT NOT NULL CHECK (direction = 'inbound' OR direction = 'outbound'),
    path TEXT NOT NULL CHECK (path = 'internet' OR path = 'virtual-network' OR path = 'service-endpoint' OR path = 'host-service'),
    outbound_method TEXT NOT NULL CHECK (outbound_method = 'instance-level-public-ip' OR outbound_method = 'load-balancer-frontend' OR outbound_method = 'default-snat' OR outbound_method = 'none' OR outbound_method = 'nat-gateway'),
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
    end_reason TEXT NOT NULL CHECK (end_reason = 'open' OR end_reason = 'idle' OR end_reason = 'fin' OR end_reason = 'rst' OR end_reason = 'reopened' OR end_reason = 'half-open' OR end_reason = 'reclaimed'),
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
    (1, 2, 1, 'outbound', 'internet', 'nat-gateway', 'tcp', 6, '10.0.0.6', 49152, '198.51.100.50', 1024, '203.0.113.10', 443, 310000000000, 310000000000, NULL, 311000000000, NULL, 'unanswered', 'open', 0, 0, 2, 80, 0, 0),
    (2, 0, 1, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49153, '198.51.100.1', 1024, '203.0.113.10', 443, 1000000000, 1000000000, 10000000000, 10000000000, 250000000000, 'established', 'idle', 0, 0, 2, 100, 1, 52),
    (2, 0, 2, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49154, '198.51.100.1', 1025, '203.0.113.10', 443, 2000000000, 2000000000, 30500000000, 30500000000, 270500000000, 'established', 'idle', 0, 0, 2, 100, 1, 52),
    (2, 0, 3, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49155, NULL, NULL, '203.0.113.11', 443, 3000000000, NULL, NULL, 3000000000, 260000000000, 'refused', 'idle', 1, 0, 0, 0, 0, 0),
    (2, 0, 4, 'outbound', 'virtual-network', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49156, NULL, NULL, '10.0.0.5', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 0, 1, 40, 0, 0),
    (2, 0, 5, 'outbound', 'host-service', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49157, NULL, NULL, '168.63.129.16', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 0, 1, 40, 0, 0),
    (2, 0, 6, 'outbound', 'service-endpoint', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49158, NULL, NULL, '203.0.113.99', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 0, 1, 40, 0, 0),
    (2, 0, 7, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49159, '198.51.100.1', 1024, '203.0.113.10', 443, 301000000000, 301000000000, NULL, 302000000000, NULL, 'unanswered', 'open', 0, 0, 3, 120, 0, 0),
    (2, 0, 8, 'outbound', 'internet', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49160, NULL, NULL, '203.0.113.12', 443, 303000000000, NULL, NULL, 303000000000, NULL, 'denied', 'open', 0, 1, 0, 0, 0, 0),
    (2, 2, 1, 'outbound', 'internet', 'nat-gateway', 'tcp', 6, '10.0.0.6', 49152, '198.51.100.50', 1024, '203.0.113.10', 443, 310000000000, 310000000000, NULL, 311000000000, NULL, 'unanswered', 'open', 0, 0, 2, 80, 0, 0);

CREATE TABLE "drop" (
    run_id INTEGER NOT NULL,
    drop_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    network_interface_id INTEGER,
    reason TEXT NOT NULL CHECK (reason = 'malformed' OR reason = 'ttl-expired' OR reason = 'fragment' OR reason = 'unsupported-protocol' OR reason = 'not-programmed' OR reason = 'non-internet-destination' OR reason = 'security-rule' OR reason = 'smtp-blocked' OR reason = 'no-virtual-network-route' OR reason = 'foreign-source' OR reason = 'flow-limit' OR reason = 'no-outbound-method' OR reason = 'inbound-closed' OR reason = 'snat-ports-exhausted' OR reason = 'snat-port-pending' OR reason = 'no-healthy-backend' OR reason = 'hairpin' OR reason = 'mux-down' OR reason = 'mux-overloaded' OR reason = 'frontend-withdrawn' OR reason = 'unknown-public-address' OR reason = 'unowned-snat-port' OR reason = 'no-tracked-flow' OR reason = 'unexpected-destination' OR reason = 'packet-too-big' OR reason = 'no-route' OR reason = 'device-queue-full'),
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

CREATE TABLE "snat_allocation" (
    run_id INTEGER NOT NULL,
    snat_allocation_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    change TEXT NOT NULL CHECK (change = 'given' OR change = 'taken'),
    cause TEXT NOT NULL CHECK (cause = 'begin' OR cause = 'joined' OR cause = 'pool-grew' OR cause = 'pool-shrank' OR cause = 'requested' OR cause = 'returned' OR cause = 'revoked' OR cause = 'left'),
    public_address TEXT NOT NULL,
    first_port INTEGER NOT NULL,
    last_port INTEGER NOT NULL,
    flows_broken INTEGER NOT NULL,
    PRIMARY KEY (run_id, snat_allocation_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "snat_allocation" VALUES
    (1, 1, 0, 0, 'given', 'begin', '198.51.100.1', 1024, 1031, 0),
    (1, 2, 330500000000, 0, 'given', 'requested', '198.51.100.1', 1032, 1039, 0),
    (1, 3, 390000000000, 0, 'taken', 'returned', '198.51.100.1', 1032, 1039, 1),
    (2, 1, 0, 0, 'given', 'begin', '198.51.100.1', 1024, 1031, 0),
    (2, 2, 330500000000, 0, 'given', 'requested', '198.51.100.1', 1032, 1039, 0),
    (2, 3, 390000000000, 0, 'taken', 'returned', '198.51.100.1', 1032, 1039, 1);

CREATE TABLE "snat_port_event" (
    run_id INTEGER NOT NULL,
    snat_port_event_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    nat_gateway TEXT,
    flow_id INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (stage = 'acquired' OR stage = 'cooling-down' OR stage = 'reopened' OR stage = 'released'),
    cause TEXT CHECK (cause = 'open' OR cause = 'idle' OR cause = 'fin' OR cause = 'rst' OR cause = 'reopened' OR cause = 'half-open' OR cause = 'reclaimed'),
    protocol TEXT NOT NULL CHECK (protocol = 'icmp' OR protocol = 'ip-in-ip' OR protocol = 'tcp' OR protocol = 'udp' OR protocol = 'gre' OR protocol = 'esp' OR protocol = 'ah' OR protocol = 'other'),
    public_address TEXT NOT NULL,
    public_port INTEGER NOT NULL,
    destination_address TEXT NOT NULL,
    destination_port INTEGER NOT NULL,
    ports_in_use INTEGER NOT NULL,
    ports_cooling_down INTEGER NOT NULL,
    PRIMARY KEY (run_id, snat_port_event_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface, FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway
) WITHOUT ROWID;
INSERT INTO "snat_port_event" VALUES
    (1, 1, 1000000000, 0, NULL, 1, 'acquired', NULL, 'tcp', '198.51.100.1', 1024, '203.0.113.10', 443, 1, 0),
    (1, 2, 2000000000, 0, NULL, 2, 'acquired', NULL, 'tcp', '198.51.100.1', 1025, '203.0.113.10', 443, 2, 0),
    (1, 3, 250000000000, 0, NULL, 1, 'released', 'idle', 'tcp', '198.51.100.1', 1024, '203.0.113.10', 443, 1, 0),
    (1, 4, 270500000000, 0, NULL, 2, 'released', 'idle', 'tcp', '198.51.100.1', 1025, '203.0.113.10', 443, 0, 0),
    (1, 5, 310000000000, 2, 'gateway', 1, 'acquired', NULL, 'tcp', '198.51.100.50', 1024, '203.0.113.10', 443, 1, 0),
    (2, 1, 1000000000, 0, NULL, 1, 'acquired', NULL, 'tcp', '198.51.100.1', 1024, '203.0.113.10', 443, 1, 0),
    (2, 2, 2000000000, 0, NULL, 2, 'acquired', NULL, 'tcp', '198.51.100.1', 1025, '203.0.113.10', 443, 2, 0),
    (2, 3, 250000000000, 0, NULL, 1, 'released', 'idle', 'tcp', '198.51.100.1', 1024, '203.0.113.10', 443, 1, 0),
    (2, 4, 270500000000, 0, NULL, 2, 'released', 'idle', 'tcp', '198.51.100.1', 1025, '203.0.113.10', 443, 0, 0),
    (2, 5, 310000000000, 2, 'gateway', 1, 'acquired', NULL, 'tcp', '198.51.100.50', 1024, '203.0.113.10', 443, 1, 0);

CREATE TABLE "snat_exhaustion" (
    run_id INTEGER NOT NULL,
    snat_exhaustion_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    nat_gateway TEXT,
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
    PRIMARY KEY (run_id, snat_exhaustion_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface, FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway
) WITHOUT ROWID;
INSERT INTO "snat_exhaustion" VALUES
    (1, 1, 3000000000, 0, NULL, 3, 1, 'tcp', '10.0.0.4', 49155, '203.0.113.11', 443, 8, 2, 0),
    (1, 2, 312000000000, 2, 'gateway', 2, 1, 'tcp', '10.0.0.6', 49152, '203.0.113.10', 443, 1, 1, 0),
    (2, 1, 3000000000, 0, NULL, 3, 1, 'tcp', '10.0.0.4', 49155, '203.0.113.11', 443, 8, 2, 0),
    (2, 2, 312000000000, 2, 'gateway', 2, 1, 'tcp', '10.0.0.6', 49152, '203.0.113.10', 443, 1, 1, 0);

CREATE TABLE "snat_port_usage" (
    run_id INTEGER NOT NULL,
    snat_port_usage_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    network_interface_id INTEGER,
    nat_gateway TEXT,
    public_address TEXT,
    ports_allocated INTEGER NOT NULL,
    ports_in_use INTEGER NOT NULL,
    ports_cooling_down INTEGER NOT NULL,
    flows INTEGER NOT NULL,
    PRIMARY KEY (run_id, snat_port_usage_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface, FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway
) WITHOUT ROWID;
INSERT INTO "snat_port_usage" VALUES
    (1, 1, 10000000000, 0, NULL, '198.51.100.1', 8, 2, 1, 3),
    (1, 2, 10000000000, 1, NULL, NULL, 0, 0, 0, 0),
    (1, 3, 320000000000, NULL, 'gateway', '198.51.100.50', 64512, 1, 0, 1),
    (2, 1, 10000000000, 0, NULL, '198.51.100.1', 8, 2, 1, 3),
    (2, 2, 10000000000, 1, NULL, NULL, 0, 0, 0, 0),
    (2, 3, 320000000000, NULL, 'gateway', '198.51.100.50', 64512, 1, 0, 1);

CREATE TABLE "tcp_reset" (
    run_id INTEGER NOT NULL,
    tcp_reset_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    nat_gateway TEXT,
    network_interface_id INTEGER,
    path TEXT NOT NULL CHECK (path = 'internet' OR path = 'virtual-network' OR path = 'service-endpoint' OR path = 'host-service'),
    private_address TEXT,
    private_port INTEGER,
    public_address TEXT,
    public_port INTEGER,
    destination_address TEXT NOT NULL,
    destination_port INTEGER NOT NULL,
    sequence_to_vm INTEGER,
    sequence_to_peer INTEGER,
    PRIMARY KEY (run_id, tcp_reset_id), FOREIGN KEY (run_id, node_id) REFERENCES node, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface, FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway
) WITHOUT ROWID;
INSERT INTO "tcp_reset" VALUES
    (1, 1, 380000000000, 7, 'gateway', 2, 'internet', '10.0.0.6', 49152, NULL, NULL, '203.0.113.10', 443, 0, NULL),
    (2, 1, 380000000000, 7, 'gateway', 2, 'internet', '10.0.0.6', 49152, NULL, NULL, '203.0.113.10', 443, 0, NULL);

CREATE TABLE "snat_request" (
    run_id INTEGER NOT NULL,
    snat_request_id INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    flow_id INTEGER NOT NULL,
    asked_time_ns INTEGER NOT NULL,
    answered_time_ns INTEGER,
    outcome TEXT NOT NULL CHECK (outcome = 'granted' OR outcome = 'no-free-ports' OR outcome = 'port-cap' OR outcome = 'unanswered'),
    ports INTEGER NOT NULL,
    PRIMARY KEY (run_id, snat_request_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "snat_request" VALUES
    (1, 1, 0, 1, 3, 330000000000, 330500000000, 'granted', 8),
    (2, 1, 0, 1, 3, 330000000000, 330500000000, 'granted', 8);

CREATE TABLE "snat_request_decision" (
    run_id INTEGER NOT NULL,
    snat_request_decision_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    received_time_ns INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome = 'granted' OR outcome = 'no-free-ports' OR outcome = 'port-cap' OR outcome = 'outstanding' OR outcome = 'request-rate'),
    ports INTEGER NOT NULL,
    requests_waiting INTEGER NOT NULL,
    PRIMARY KEY (run_id, snat_request_decision_id), FOREIGN KEY (run_id, node_id) REFERENCES node, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "snat_request_decision" VALUES
    (1, 1, 330250000000, 6, 0, 1, 330125000000, 'granted', 8, 0),
    (2, 1, 330250000000, 6, 0, 1, 330125000000, 'granted', 8, 0);

CREATE TABLE "nat_gateway_flow" (
    run_id INTEGER NOT NULL,
    nat_gateway TEXT NOT NULL,
    flow_id INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    protocol TEXT NOT NULL CHECK (protocol = 'icmp' OR protocol = 'ip-in-ip' OR protocol = 'tcp' OR protocol = 'udp' OR protocol = 'gre' OR protocol = 'esp' OR protocol = 'ah' OR protocol = 'other'),
    protocol_number INTEGER NOT NULL,
    private_address TEXT NOT NULL,
    private_port INTEGER NOT NULL,
    public_address TEXT,
    public_port INTEGER,
    destination_address TEXT NOT NULL,
    destination_port INTEGER NOT NULL,
    first_packet_time_ns INTEGER NOT NULL,
    accepted_time_ns INTEGER,
    first_reply_time_ns INTEGER,
    last_packet_time_ns INTEGER NOT NULL,
    ended_time_ns INTEGER,
    outcome TEXT NOT NULL CHECK (outcome = 'refused' OR outcome = 'unanswered' OR outcome = 'established' OR outcome = 'denied'),
    end_reason TEXT NOT NULL CHECK (end_reason = 'open' OR end_reason = 'idle' OR end_reason = 'fin' OR end_reason = 'rst' OR end_reason = 'reopened' OR end_reason = 'half-open' OR end_reason = 'reclaimed'),
    refused_packets INTEGER NOT NULL,
    packets_out INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    packets_in INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    PRIMARY KEY (run_id, nat_gateway, flow_id), FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "nat_gateway_flow" VALUES
    (1, 'gateway', 1, 2, 'tcp', 6, '10.0.0.6', 49152, '198.51.100.50', 1024, '203.0.113.10', 443, 310000000000, 310000000000, NULL, 311000000000, NULL, 'unanswered', 'open', 0, 2, 80, 0, 0),
    (1, 'gateway', 2, 2, 'tcp', 6, '10.0.0.6', 49152, NULL, NULL, '203.0.113.10', 443, 310000000000, NULL, NULL, 311000000000, NULL, 'refused', 'open', 1, 0, 0, 0, 0),
    (2, 'gateway', 1, 2, 'tcp', 6, '10.0.0.6', 49152, '198.51.100.50', 1024, '203.0.113.10', 443, 310000000000, 310000000000, NULL, 311000000000, NULL, 'unanswered', 'open', 0, 2, 80, 0, 0),
    (2, 'gateway', 2, 2, 'tcp', 6, '10.0.0.6', 49152, NULL, NULL, '203.0.113.10', 443, 310000000000, NULL, NULL, 311000000000, NULL, 'refused', 'open', 1, 0, 0, 0, 0);

CREATE TABLE "nat_gateway_traffic" (
    run_id INTEGER NOT NULL,
    nat_gateway_traffic_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    nat_gateway TEXT NOT NULL,
    packets_out INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    packets_in INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    PRIMARY KEY (run_id, nat_gateway_traffic_id), FOREIGN KEY (run_id, nat_gateway) REFERENCES nat_gateway
) WITHOUT ROWID;
INSERT INTO "nat_gateway_traffic" VALUES
    (1, 1, 360000000000, 'gateway', 2, 80, 0, 0),
    (2, 1, 360000000000, 'gateway', 2, 80, 0, 0);

CREATE TABLE "load_balancer" (
    run_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    sku TEXT NOT NULL CHECK (sku = 'Basic' OR sku = 'Standard'),
    is_internal INTEGER NOT NULL,
    PRIMARY KEY (run_id, name), FOREIGN KEY (run_id) REFERENCES run
) WITHOUT ROWID;
INSERT INTO "load_balancer" VALUES
    (1, 'balancer', 'Standard', 0),
    (2, 'balancer', 'Standard', 0);

CREATE TABLE "frontend" (
    run_id INTEGER NOT NULL,
    load_balancer TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (run_id, load_balancer, name), FOREIGN KEY (run_id, load_balancer) REFERENCES load_balancer
) WITHOUT ROWID;
INSERT INTO "frontend" VALUES
    (1, 'balancer', 'public', '198.51.100.1'),
    (2, 'balancer', 'public', '198.51.100.1');

CREATE TABLE "health_probe" (
    run_id INTEGER NOT NULL,
    health_probe_id INTEGER NOT NULL,
    load_balancer TEXT NOT NULL,
    name TEXT NOT NULL,
    protocol TEXT NOT NULL CHECK (protocol = 'Tcp' OR protocol = 'Http' OR protocol = 'Https'),
    port INTEGER NOT NULL,
    request_path TEXT,
    interval_ns INTEGER NOT NULL,
    timeout_ns INTEGER NOT NULL,
    failures_to_down INTEGER NOT NULL,
    successes_to_up INTEGER NOT NULL,
    no_healthy_backends_behavior TEXT NOT NULL CHECK (no_healthy_backends_behavior = 'AllProbedDown' OR no_healthy_backends_behavior = 'AllProbedUp'),
    PRIMARY KEY (run_id, health_probe_id), FOREIGN KEY (run_id, load_balancer) REFERENCES load_balancer
) WITHOUT ROWID;
INSERT INTO "health_probe" VALUES
    (1, 1, 'balancer', 'alive', 'Tcp', 8080, NULL, 15000000000, 10000000000, 2, 1, 'AllProbedDown'),
    (2, 1, 'balancer', 'alive', 'Tcp', 8080, NULL, 15000000000, 10000000000, 2, 1, 'AllProbedDown');

CREATE TABLE "pool_member" (
    run_id INTEGER NOT NULL,
    backend_set_id INTEGER NOT NULL,
    load_balancer TEXT NOT NULL,
    backend_pool TEXT,
    health_probe_id INTEGER,
    network_interface_id INTEGER NOT NULL,
    administrative_state TEXT NOT NULL CHECK (administrative_state = 'None' OR administrative_state = 'Up' OR administrative_state = 'Down'),
    is_initial INTEGER NOT NULL,
    PRIMARY KEY (run_id, backend_set_id, network_interface_id), FOREIGN KEY (run_id, load_balancer) REFERENCES load_balancer, FOREIGN KEY (run_id, health_probe_id) REFERENCES health_probe, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "pool_member" VALUES
    (1, 0, 'balancer', 'servers', 1, 0, 'None', 1),
    (2, 0, 'balancer', 'servers', 1, 0, 'None', 1);

CREATE TABLE "load_balancing_rule" (
    run_id INTEGER NOT NULL,
    load_balancing_rule_id INTEGER NOT NULL,
    load_balancer TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'load-balancing' OR kind = 'inbound-nat'),
    frontend TEXT NOT NULL,
    protocol TEXT NOT NULL CHECK (protocol = 'Tcp' OR protocol = 'Udp' OR protocol = 'All'),
    frontend_port INTEGER,
    backend_port INTEGER,
    distribution TEXT NOT NULL CHECK (distribution = 'Default' OR distribution = 'SourceIP' OR distribution = 'SourceIPProtocol'),
    is_floating_ip INTEGER NOT NULL,
    backend_set_id INTEGER NOT NULL,
    health_probe_id INTEGER,
    idle_timeout_ns INTEGER NOT NULL,
    is_tcp_reset INTEGER NOT NULL,
    PRIMARY KEY (run_id, load_balancing_rule_id), FOREIGN KEY (run_id, load_balancer, frontend) REFERENCES frontend, FOREIGN KEY (run_id, health_probe_id) REFERENCES health_probe
) WITHOUT ROWID;
INSERT INTO "load_balancing_rule" VALUES
    (1, 1, 'balancer', 'web', 'load-balancing', 'public', 'Tcp', 80, 8080, 'Default', 0, 0, 1, 300000000000, 0),
    (2, 1, 'balancer', 'web', 'load-balancing', 'public', 'Tcp', 80, 8080, 'Default', 0, 0, 1, 300000000000, 0);

CREATE TABLE "outbound_rule" (
    run_id INTEGER NOT NULL,
    load_balancer TEXT NOT NULL,
    name TEXT NOT NULL,
    backend_pool TEXT NOT NULL,
    protocol TEXT NOT NULL CHECK (protocol = 'Tcp' OR protocol = 'Udp' OR protocol = 'All'),
    allocated_outbound_ports INTEGER,
    max_backend_instances INTEGER,
    idle_timeout_ns INTEGER NOT NULL,
    is_tcp_reset INTEGER NOT NULL,
    PRIMARY KEY (run_id, load_balancer, name), FOREIGN KEY (run_id, load_balancer) REFERENCES load_balancer
) WITHOUT ROWID;
INSERT INTO "outbound_rule" VALUES
    (1, 'balancer', 'out', 'servers', 'All', 8, NULL, 240000000000, 0),
    (2, 'balancer', 'out', 'servers', 'All', 8, NULL, 240000000000, 0);

CREATE TABLE "outbound_rule_frontend" (
    run_id INTEGER NOT NULL,
    load_balancer TEXT NOT NULL,
    outbound_rule TEXT NOT NULL,
    frontend TEXT NOT NULL,
    PRIMARY KEY (run_id, load_balancer, outbound_rule, frontend), FOREIGN KEY (run_id, load_balancer, outbound_rule) REFERENCES outbound_rule, FOREIGN KEY (run_id, load_balancer, frontend) REFERENCES frontend
) WITHOUT ROWID;
INSERT INTO "outbound_rule_frontend" VALUES
    (1, 'balancer', 'out', 'public'),
    (2, 'balancer', 'out', 'public');

CREATE TABLE "lb_decision" (
    run_id INTEGER NOT NULL,
    lb_decision_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    load_balancing_rule_id INTEGER NOT NULL,
    protocol TEXT NOT NULL CHECK (protocol = 'icmp' OR protocol = 'ip-in-ip' OR protocol = 'tcp' OR protocol = 'udp' OR protocol = 'gre' OR protocol = 'esp' OR protocol = 'ah' OR protocol = 'other'),
    client_address TEXT NOT NULL,
    client_port INTEGER,
    frontend_address TEXT NOT NULL,
    frontend_port INTEGER,
    cause TEXT NOT NULL CHECK (cause = 'new-flow' OR cause = 'no-flow-state' OR cause = 'member-down' OR cause = 'no-healthy-backend'),
    network_interface_id INTEGER,
    members_available INTEGER NOT NULL,
    is_tracked INTEGER NOT NULL,
    PRIMARY KEY (run_id, lb_decision_id), FOREIGN KEY (run_id, node_id) REFERENCES node, FOREIGN KEY (run_id, load_balancing_rule_id) REFERENCES load_balancing_rule, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "lb_decision" VALUES
    (1, 1, 20000000000, 4, 1, 'tcp', '203.0.113.7', 49200, '198.51.100.1', 80, 'new-flow', 0, 1, 1),
    (2, 1, 20000000000, 4, 1, 'tcp', '203.0.113.7', 49200, '198.51.100.1', 80, 'new-flow', 0, 1, 1);

CREATE TABLE "probe_result" (
    run_id INTEGER NOT NULL,
    probe_result_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    health_probe_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    sent_time_ns INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome = 'success' OR outcome = 'timeout' OR outcome = 'refused' OR outcome = 'status-code'),
    status_code INTEGER,
    PRIMARY KEY (run_id, probe_result_id), FOREIGN KEY (run_id, node_id) REFERENCES node, FOREIGN KEY (run_id, health_probe_id) REFERENCES health_probe, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "probe_result" VALUES
    (1, 1, 15500000000, 3, 0, 1, 1, 15000000000, 'success', NULL),
    (2, 1, 15500000000, 3, 0, 1, 1, 15000000000, 'success', NULL);

CREATE TABLE "member_health" (
    run_id INTEGER NOT NULL,
    member_health_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (stage = 'probed' OR stage = 'decided' OR stage = 'applied'),
    network_interface_id INTEGER NOT NULL,
    backend_set_id INTEGER,
    health_probe_id INTEGER,
    is_up INTEGER NOT NULL,
    PRIMARY KEY (run_id, member_health_id), FOREIGN KEY (run_id, node_id) REFERENCES node, FOREIGN KEY (run_id, health_probe_id) REFERENCES health_probe, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "member_health" VALUES
    (1, 1, 16000000000, 6, 'decided', 0, 0, 1, 1),
    (2, 1, 16000000000, 6, 'decided', 0, 0, 1, 1);

CREATE TABLE "pool_member_change" (
    run_id INTEGER NOT NULL,
    pool_member_change_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    load_balancer TEXT NOT NULL,
    backend_pool TEXT NOT NULL,
    network_interface_id INTEGER NOT NULL,
    change TEXT NOT NULL CHECK (change = 'joined' OR change = 'left'),
    PRIMARY KEY (run_id, pool_member_change_id), FOREIGN KEY (run_id, load_balancer) REFERENCES load_balancer, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "pool_member_change" VALUES
    (1, 1, 400000000000, 'balancer', 'servers', 0, 'joined'),
    (2, 1, 400000000000, 'balancer', 'servers', 0, 'joined');

CREATE TABLE "overload" (
    run_id INTEGER NOT NULL,
    overload_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    event TEXT NOT NULL CHECK (event = 'overloaded' OR event = 'withdrawn' OR event = 'restored'),
    frontend_address TEXT NOT NULL,
    packets_dropped INTEGER NOT NULL,
    PRIMARY KEY (run_id, overload_id), FOREIGN KEY (run_id, node_id) REFERENCES node
) WITHOUT ROWID;
INSERT INTO "overload" VALUES
    (1, 1, 500000000000, 4, 'overloaded', '198.51.100.1', 12),
    (2, 1, 500000000000, 4, 'overloaded', '198.51.100.1', 12);

CREATE TABLE "control_message" (
    run_id INTEGER NOT NULL,
    control_message_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    receiver_address TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage = 'sent' OR stage = 'acknowledged' OR stage = 'unreachable'),
    kind TEXT NOT NULL CHECK (kind = 'acknowledge' OR kind = 'program-network-interface' OR kind = 'program-public-endpoints' OR kind = 'goal-state-part' OR kind = 'program-inbound-endpoints' OR kind = 'program-health-probe' OR kind = 'report-health' OR kind = 'program-members' OR kind = 'request-program' OR kind = 'program-complete' OR kind = 'program-snat-ports' OR kind = 'request-snat-ports' OR kind = 'return-snat-ports' OR kind = 'withdraw-public-endpoints' OR kind = 'report-overload' OR kind = 'program-frontend'),
    transaction_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (run_id, control_message_id), FOREIGN KEY (run_id, node_id) REFERENCES node
) WITHOUT ROWID;
INSERT INTO "control_message" VALUES
    (1, 1, 16000000000, 6, '100.64.0.4', 'sent', 'report-health', 1, 1, 28),
    (2, 1, 16000000000, 6, '100.64.0.4', 'sent', 'report-health', 1, 1, 28);

CREATE TABLE "frontend_traffic" (
    run_id INTEGER NOT NULL,
    frontend_traffic_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    load_balancing_rule_id INTEGER NOT NULL,
    packets INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    syns INTEGER NOT NULL,
    PRIMARY KEY (run_id, frontend_traffic_id), FOREIGN KEY (run_id, node_id) REFERENCES node, FOREIGN KEY (run_id, load_balancing_rule_id) REFERENCES load_balancing_rule
) WITHOUT ROWID;
INSERT INTO "frontend_traffic" VALUES
    (1, 1, 60000000000, 4, 1, 5, 300, 1),
    (2, 1, 60000000000, 4, 1, 5, 300, 1);

CREATE TABLE "mux_traffic" (
    run_id INTEGER NOT NULL,
    mux_traffic_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    packets_received INTEGER NOT NULL,
    packets_for_rules INTEGER NOT NULL,
    packets_stateless INTEGER NOT NULL,
    packets_own INTEGER NOT NULL,
    packets_dropped INTEGER NOT NULL,
    PRIMARY KEY (run_id, mux_traffic_id), FOREIGN KEY (run_id, node_id) REFERENCES node
) WITHOUT ROWID;
INSERT INTO "mux_traffic" VALUES
    (1, 1, 60000000000, 4, 5, 5, 0, 0, 0),
    (2, 1, 60000000000, 4, 5, 5, 0, 0, 0);

CREATE TABLE "member_traffic" (
    run_id INTEGER NOT NULL,
    member_traffic_id INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    load_balancing_rule_id INTEGER NOT NULL,
    network_interface_id INTEGER NOT NULL,
    packets_in INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    packets_out INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    PRIMARY KEY (run_id, member_traffic_id), FOREIGN KEY (run_id, load_balancing_rule_id) REFERENCES load_balancing_rule, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "member_traffic" VALUES
    (1, 1, 60000000000, 1, 0, 5, 300, 4, 4000),
    (2, 1, 60000000000, 1, 0, 5, 300, 4, 4000);

CREATE TABLE "column_doc" (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    unit TEXT NOT NULL,
    meaning TEXT NOT NULL,
    PRIMARY KEY (table_name, column_name)
) WITHOUT ROWID;
INSERT INTO "column_doc" VALUES
    ('column_doc', 'column_name', '', 'column of it'),
    ('control_message', 'attempt', '', 'how often it has been sent'),
    ('drop', 'bytes', 'bytes', 'length of the IPv4 datagram'),
    ('flow', 'accepted_time_ns', 'ns', 'time at which it got its port, or passed without needing one; NULL if refused or denied'),
    ('frontend', 'address', '', 'the address'),
    ('frontend_traffic', 'bytes', 'bytes', 'IPv4 datagrams of them'),
    ('health_probe', 'failures_to_down', '', 'failures in a row until a member is down'),
    ('lb_decision', 'cause', '', 'why a member was chosen: new-flow is a SYN (each one), or the first packet without connection; no-flow-state the middle of a TCP connection that the mux does not know; member-down a flow whose member went out of rotation; no-healthy-backend any of these while there was no member to choose'),
    ('load_balancer', 'is_internal', '', '1 if its frontends are private, 0 if they are public'),
    ('load_balancing_rule', 'backend_port', '', 'port at the member; NULL with HA ports, which do not change it'),
    ('member_health', 'backend_set_id', '', 'the backend set; NULL where only probed'),
    ('member_traffic', 'bytes_in', 'bytes', 'IPv4 datagrams passed to the member since the run began'),
    ('mux_traffic', 'mux_traffic_id', '', 'number of the row, from 1, in order of time'),
    ('nat_gateway', 'idle_timeout_ns', 'ns', 'time without packets after which it ends a TCP flow'),
    ('nat_gateway_flow', 'accepted_time_ns', 'ns', 'time at which it got its port; NULL if refused'),
    ('nat_gateway_traffic', 'bytes_in', 'bytes', 'IPv4 datagrams passed to VMs since the run began'),
    ('network_interface', 'availability_set', '', 'name of the VM''s availability set; NULL if it has none'),
    ('node', 'name', '', 'the scenario''s name for it'),
    ('nsg_decision', 'attachment', '', 'what the group is attached to'),
    ('nsg_flow_sample', 'bytes_in', 'bytes', 'IPv4 datagrams passed to the VM since the flow began'),
    ('outbound_rule', 'allocated_outbound_ports', '', 'SNAT ports of each member over all frontends of the rule; NULL if the profile''s budget says how many'),
    ('outbound_rule_frontend', 'frontend', '', 'name of the frontend'),
    ('overload', 'event', '', 'overloaded (by a mux: it has more packets than it can do), withdrawn or restored (by the SLB manager: the frontend is out of service, or in service again)'),
    ('pool_member', 'administrative_state', '', 'what the user says of it as the run begins: Up and Down override the probe'),
    ('pool_member_change', 'backend_pool', '', 'name of the pool'),
    ('probe_result', 'attempt', '', '1 for the first probe of this interface, then 2, ...'),
    ('public_ip', 'address', '', 'the address'),
    ('run', 'azure_net_version', '', 'version of azure-net'),
    ('run_parameter', 'name', '', 'name of the parameter'),
    ('snat_allocation', 'cause', '', 'why: given as the run begins (begin), as the interface joined a pool, as its pool shrank, or as its host requested; taken as its pool grew, as its host returned them unused, as they were revoked, or as it left its pool'),
    ('snat_exhaustion', 'attempt', '', '1 for the flow''s first refused packet, then 2, ...'),
    ('snat_port_event', 'cause', '', 'why it is cooling down or was released; NULL otherwise'),
    ('snat_port_usage', 'flows', '', 'flows that hold a port, open or closed'),
    ('snat_request', 'answered_time_ns', 'ns', 'time at which the answer came; NULL if none did'),
    ('snat_request_decision', 'network_interface_id', '', 'interface that asked'),
    ('tcp_reset', 'destination_address', '', 'the other side''s address'),
    ('v_allocation_waste', 'allocated_port_seconds', 'port s', 'ports it had, times how long it had them'),
    ('v_azure_alert_log', 'category', '', 'Azure''s name of the log'),
    ('v_azure_health_event', 'backend_address', '', 'private address of the member, for SNAT''s events; else NULL'),
    ('v_azure_metrics_1min', 'backend_address', '', 'private address of the member; NULL where the metric has none'),
    ('v_azure_probe_health_log', 'category', '', 'Azure''s name of the log'),
    ('v_backend_set_availability', 'availability_percent', 'percent', 'the time with a member in rotation, as a part of the time of the minute of which something is known'),
    ('v_backend_set_health', 'backend_set_id', '', 'the backend set'),
    ('v_connection_wait', 'accepted_time_ns', 'ns', 'time at which it got its port; NULL if it never did'),
    ('v_connection_wait_share', 'flows', '', 'flows that asked for a SNAT port'),
    ('v_control_latency', 'acknowledged', '', 'those that were acknowledged'),
    ('v_exhaustion_by_destination', 'affected_flows', '', 'flows of which at least one packet was refused'),
    ('v_fairness', 'flows_attempted', '', 'flows that asked for a SNAT port'),
    ('v_flows_broken_by_resize', 'cause', '', 'why the ports were taken: pool-grew, left or revoked'),
    ('v_flows_by_member', 'bytes_in', 'bytes', 'IPv4 datagrams of them passed to the member'),
    ('v_member_availability', 'availability_percent', 'percent', 'time_up_ns as a part of both; NULL if both are 0 or NULL'),
    ('v_mux_crossings', 'load_balancer', '', 'name of the load balancer'),
    ('v_nat_gateway_metrics_1min', 'connection_state', '', 'of SNAT Connection Count: Attempted or Failed; else NULL'),
    ('v_nsg_flow_log', 'bytes_destination_to_source', 'bytes', 'IPv4 datagrams passed the other way since the entry before; NULL in state B'),
    ('v_nsg_rule_hits', 'attachment', '', 'what the group is attached to'),
    ('v_port_usage', 'flows', '', 'flows that hold a port, open or closed'),
    ('v_recovery', 'all_free_time_ns', 'ns', 'time since which all ports are free; NULL if one is not at the end of the run'),
    ('v_snat_flow', 'accepted_time_ns', 'ns', 'time at which it got its port; NULL if it never did'),
    ('v_snat_request_latency', 'answered_time_ns', 'ns', 'time at which the answer came to the host; NULL if none did'),
    ('v_snat_request_percentile', 'dropped', '', 'requests that the SLB manager dropped, by its own account'),
    ('v_top_port_users', 'flows_with_port', '', 'flows that got a port, a NAT gateway''s included');

CREATE VIEW v_port_usage AS
SELECT usage.run_id,
       usage.time_ns,
       usage.network_interface_id,
       usage.nat_gateway,
       node.name AS virtual_machine,
       usage.public_address,
       usage.ports_allocated,
       usage.ports_in_use,
       usage.ports_cooling_down,
       usage.ports_allocated - usage.ports_in_use - usage.ports_cooling_down AS ports_free,
       usage.flows
FROM snat_port_usage AS usage
LEFT JOIN network_interface AS interface
    ON interface.run_id = usage.run_id
   AND interface.network_interface_id = usage.network_interface_id
LEFT JOIN node ON node.run_id = usage.run_id
              AND node.node_id = interface.virtual_machine_node_id;

CREATE VIEW v_exhaustion_by_destination AS
SELECT run_id,
       destination_address,
       COUNT(*) AS refused_packets,
       SUM(attempt = 1) AS affected_flows,
       (SELECT COUNT(*) FROM flow
        WHERE flow.run_id = exhaustion.run_id AND flow.outcome = 'refused'
          AND flow.destination_address = exhaustion.destination_address)
       + (SELECT COUNT(*) FROM nat_gateway_flow AS flow
          WHERE flow.run_id = exhaustion.run_id AND flow.outcome = 'refused'
            AND flow.destination_address = exhaustion.destination_address) AS refused_flows,
       COUNT(DISTINCT network_interface_id) AS network_interfaces,
       MIN(time_ns) AS first_refusal_time_ns,
       MAX(time_ns) AS last_refusal_time_ns
FROM snat_exhaustion AS exhaustion
GROUP BY run_id, destination_address;

CREATE VIEW v_top_port_users AS
WITH held AS (
    SELECT run_id, network_interface_id,
           SUM(CASE change WHEN 'given' THEN last_port - first_port + 1
                    ELSE first_port - last_port - 1 END)
               OVER (PARTITION BY run_id, network_interface_id ORDER BY snat_allocation_id) AS ports
    FROM snat_allocation),
allocated AS (
    SELECT run_id, network_interface_id, MAX(ports) AS ports
    FROM held GROUP BY run_id, network_interface_id),
used AS (
    SELECT run_id, network_interface_id,
           MAX(CASE WHEN nat_gateway IS NULL THEN ports_in_use + ports_cooling_down END) AS peak,
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
    FROM v_snat_flow WHERE accepted_time_ns IS NOT NULL GROUP BY run_id, network_interface_id)
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

CREATE VIEW v_snat_flow AS
SELECT run_id,
       outbound_method,
       NULL AS nat_gateway,
       network_interface_id,
       flow_id,
       protocol,
       private_address,
       private_port,
       public_address,
       public_port,
       destination_address,
       destination_port,
       first_packet_time_ns,
       accepted_time_ns,
       first_reply_time_ns,
       last_packet_time_ns,
       ended_time_ns,
       outcome,
       end_reason,
       refused_packets,
       packets_out,
       bytes_out,
       packets_in,
       bytes_in
FROM flow
WHERE direction = 'outbound' AND path = 'internet' AND protocol IN ('tcp', 'udp')
  AND outbound_method IN ('load-balancer-frontend', 'default-snat') AND outcome <> 'denied'
UNION ALL
SELECT run_id, 'nat-gateway', nat_gateway, network_interface_id, flow_id, protocol,
       private_address, private_port, public_address, public_port,
       destination_address, destination_port,
       first_packet_time_ns, accepted_time_ns, first_reply_time_ns, last_packet_time_ns,
       ended_time_ns, outcome, end_reason, refused_packets,
       packets_out, bytes_out, packets_in, bytes_in
FROM nat_gateway_flow;

CREATE VIEW v_allocation_waste AS
WITH finish AS (
    SELECT run_id,
           IFNULL(end_time_ns, MAX(
               IFNULL((SELECT time_ns FROM snat_allocation WHERE snat_allocation.run_id = run.run_id
                       ORDER BY snat_allocation_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM snat_port_event WHERE snat_port_event.run_id = run.run_id
                       ORDER BY snat_port_event_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM snat_port_usage WHERE snat_port_usage.run_id = run.run_id
                       ORDER BY snat_port_usage_id DESC LIMIT 1), 0))) AS finish_time_ns
    FROM run),
amount AS (
    SELECT run_id, network_interface_id, snat_allocation_id, time_ns,
           CASE change WHEN 'given' THEN last_port - first_port + 1
                ELSE first_port - last_port - 1 END AS ports
    FROM snat_allocation),
held AS (
    SELECT run_id, network_interface_id, ports, time_ns,
           SUM(ports) OVER (PARTITION BY run_id, network_interface_id
                            ORDER BY snat_allocation_id) AS ports_held
    FROM amount),
allocated AS (
    SELECT run_id, network_interface_id, NULL AS nat_gateway, MAX(ports_held) AS peak,
           SUM(ports * ((finish_time_ns - time_ns) / 1e9)) AS port_seconds
    FROM held
    JOIN finish USING (run_id)
    GROUP BY run_id, network_interface_id
    UNION ALL
    SELECT run_id, NULL, nat_gateway, SUM(ports), SUM(ports * (finish_time_ns / 1e9))
    FROM (SELECT run_id, nat_gateway, MAX(ports_allocated) AS ports
          FROM snat_port_usage
          WHERE nat_gateway IS NOT NULL
          GROUP BY run_id, nat_gateway, public_address)
    JOIN finish USING (run_id)
    GROUP BY run_id, nat_gateway),
step AS (
    SELECT run_id, CASE WHEN nat_gateway IS NULL THEN network_interface_id END
               AS network_interface_id, nat_gateway, time_ns,
           ports_in_use + ports_cooling_down AS ports,
           LEAD(time_ns) OVER (PARTITION BY run_id, nat_gateway,
                                   CASE WHEN nat_gateway IS NULL THEN network_interface_id END
                               ORDER BY snat_port_event_id) AS next_time_ns
    FROM snat_port_event),
used AS (
    SELECT run_id, network_interface_id, nat_gateway, MAX(ports) AS peak,
           SUM(ports * ((IFNULL(next_time_ns, finish_time_ns) - time_ns) / 1e9)) AS port_seconds
    FROM step
    JOIN finish USING (run_id)
    GROUP BY run_id, network_interface_id, nat_gateway)
SELECT allocated.run_id,
       allocated.network_interface_id,
       allocated.nat_gateway,
       node.name AS virtual_machine,
       allocated.peak AS peak_ports_allocated,
       allocated.port_seconds / NULLIF(finish_time_ns / 1e9, 0) AS mean_ports_allocated,
       IFNULL(used.peak, 0) AS peak_ports_used,
       IFNULL(used.port_seconds, 0.0) / NULLIF(finish_time_ns / 1e9, 0) AS mean_ports_used,
       allocated.port_seconds AS allocated_port_seconds,
       IFNULL(used.port_seconds, 0.0) AS used_port_seconds,
       100.0 - 100.0 * IFNULL(used.port_seconds, 0.0) / NULLIF(allocated.port_seconds, 0)
           AS waste_percent
FROM allocated
JOIN finish USING (run_id)
LEFT JOIN network_interface AS interface
    ON interface.run_id = allocated.run_id
   AND interface.network_interface_id = allocated.network_interface_id
LEFT JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
LEFT JOIN used ON used.run_id = allocated.run_id
              AND used.network_interface_id IS allocated.network_interface_id
              AND used.nat_gateway IS allocated.nat_gateway;

CREATE VIEW v_fairness AS
WITH counted AS (
    SELECT run_id, network_interface_id, protocol, COUNT(*) AS attempted,
           SUM(outcome = 'established') AS established
    FROM v_snat_flow
    GROUP BY run_id, network_interface_id, protocol),
mixed AS (
    SELECT run_id, protocol, attempted, established,
           CAST(established AS REAL) / attempted AS share
    FROM counted
    UNION ALL
    SELECT run_id, NULL, SUM(attempted), SUM(established),
           CAST(SUM(established) AS REAL) / SUM(attempted)
    FROM counted GROUP BY run_id, network_interface_id)
SELECT run_id,
       protocol,
       COUNT(*) AS network_interfaces,
       SUM(attempted) AS flows_attempted,
       SUM(established) AS flows_established,
       MIN(established) AS min_flows_established,
       MAX(established) AS max_flows_established,
       1.0 * SUM(established) * SUM(established)
           / NULLIF(COUNT(*) * SUM(1.0 * established * established), 0) AS jain_established,
       SUM(share) * SUM(share) / NULLIF(COUNT(*) * SUM(share * share), 0) AS jain_share_established
FROM mixed
GROUP BY run_id, protocol;

CREATE VIEW v_flows_broken_by_resize AS
WITH taken AS (
    SELECT run_id, network_interface_id, cause, time_ns,
           CASE cause WHEN 'revoked' THEN time_ns
                ELSE IFNULL((SELECT MAX(change.time_ns) FROM pool_member_change AS change
                             WHERE change.run_id = allocation.run_id
                               AND change.time_ns <= allocation.time_ns), time_ns)
           END AS resize_time_ns,
           last_port - first_port + 1 AS ports, flows_broken
    FROM snat_allocation AS allocation
    WHERE change = 'taken' AND cause IN ('pool-grew', 'left', 'revoked')),
counted AS (
    SELECT run_id, resize_time_ns, cause, network_interface_id, MIN(time_ns) AS time_ns,
           SUM(ports) AS ports_taken, SUM(flows_broken) AS flows_broken
    FROM taken
    GROUP BY run_id, resize_time_ns, cause, network_interface_id)
SELECT counted.run_id,
       resize_time_ns,
       cause,
       network_interface_id,
       node.name AS virtual_machine,
       time_ns,
       ports_taken,
       flows_broken,
       SUM(ports_taken) OVER resize AS resize_ports_taken,
       SUM(flows_broken) OVER resize AS resize_flows_broken
FROM counted
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
WINDOW resize AS (PARTITION BY counted.run_id, resize_time_ns, cause);

CREATE VIEW v_snat_request_latency AS
SELECT request.run_id,
       request.network_interface_id,
       node.name AS virtual_machine,
       request.request_id,
       request.flow_id,
       request.asked_time_ns,
       decision.received_time_ns,
       decision.time_ns AS decided_time_ns,
       request.answered_time_ns,
       request.answered_time_ns - request.asked_time_ns AS latency_ns,
       CASE WHEN decision.outcome NOT IN ('outstanding', 'request-rate')
            THEN decision.time_ns - decision.received_time_ns END AS queue_ns,
       request.outcome,
       decision.outcome AS decision,
       request.ports
FROM snat_request AS request
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
LEFT JOIN snat_request_decision AS decision
    ON decision.run_id = request.run_id
   AND decision.network_interface_id = request.network_interface_id
   AND decision.request_id = request.request_id;

CREATE VIEW v_snat_request_percentile AS
WITH request AS (
    SELECT run_id, network_interface_id, outcome, answered_time_ns - asked_time_ns AS latency_ns
    FROM snat_request
    UNION ALL
    SELECT run_id, NULL, outcome, answered_time_ns - asked_time_ns
    FROM snat_request),
ranked AS (
    SELECT *,
           ROW_NUMBER() OVER (PARTITION BY run_id, network_interface_id, latency_ns IS NULL
                              ORDER BY latency_ns) AS place,
           COUNT(latency_ns) OVER (PARTITION BY run_id, network_interface_id) AS count
    FROM request),
dropped AS (
    SELECT run_id, network_interface_id, COUNT(*) AS requests
    FROM snat_request_decision
    WHERE outcome IN ('outstanding', 'request-rate')
    GROUP BY run_id, network_interface_id
    UNION ALL
    SELECT run_id, NULL, COUNT(*)
    FROM snat_request_decision
    WHERE outcome IN ('outstanding', 'request-rate')
    GROUP BY run_id),
counted AS (
    SELECT run_id, network_interface_id,
           COUNT(*) AS requests,
           SUM(outcome = 'granted') AS granted,
           SUM(outcome IN ('no-free-ports', 'port-cap')) AS refused,
           SUM(outcome = 'unanswered') AS unanswered,
           CAST(AVG(latency_ns) AS INTEGER) AS mean_latency_ns,
           MIN(CASE WHEN 100 * place >= 50 * count THEN latency_ns END) AS p50_latency_ns,
           MIN(CASE WHEN 100 * place >= 90 * count THEN latency_ns END) AS p90_latency_ns,
           MIN(CASE WHEN 100 * place >= 99 * count THEN latency_ns END) AS p99_latency_ns,
           MAX(latency_ns) AS max_latency_ns
    FROM ranked
    GROUP BY run_id, network_interface_id)
SELECT counted.run_id,
       counted.network_interface_id,
       counted.requests,
       granted,
       refused,
       unanswered,
       IFNULL(dropped.requests, 0) AS dropped,
       mean_latency_ns,
       p50_latency_ns,
       p90_latency_ns,
       p99_latency_ns,
       max_latency_ns
FROM counted
LEFT JOIN dropped ON dropped.run_id = counted.run_id
                 AND dropped.network_interface_id IS counted.network_interface_id;

CREATE VIEW v_connection_wait AS
SELECT run_id,
       outbound_method,
       nat_gateway,
       network_interface_id,
       flow_id,
       protocol,
       destination_address,
       destination_port,
       first_packet_time_ns,
       accepted_time_ns,
       accepted_time_ns - first_packet_time_ns AS wait_ns,
       accepted_time_ns IS NULL OR accepted_time_ns > first_packet_time_ns AS has_waited,
       outcome
FROM v_snat_flow;

CREATE VIEW v_connection_wait_share AS
WITH counted AS (
    SELECT run_id, network_interface_id, COUNT(*) AS flows,
           SUM(has_waited = 0) AS never_waited,
           SUM(wait_ns > 0) AS waited,
           SUM(wait_ns IS NULL) AS without_port,
           SUM(wait_ns) AS wait_ns, MAX(wait_ns) AS max_wait_ns
    FROM v_connection_wait
    GROUP BY run_id, network_interface_id),
mixed AS (
    SELECT * FROM counted
    UNION ALL
    SELECT run_id, NULL, SUM(flows), SUM(never_waited), SUM(waited), SUM(without_port),
           SUM(wait_ns), MAX(max_wait_ns)
    FROM counted GROUP BY run_id)
SELECT run_id,
       network_interface_id,
       flows,
       never_waited,
       IFNULL(waited, 0) AS waited,
       without_port,
       100.0 * never_waited / flows AS never_waited_percent,
       CASE WHEN waited > 0 THEN wait_ns / waited END AS mean_wait_ns,
       CASE WHEN waited > 0 THEN max_wait_ns END AS max_wait_ns
FROM mixed;

CREATE VIEW v_nat_gateway_metrics_1min AS
WITH RECURSIVE finish AS (
    SELECT run_id,
           IFNULL(end_time_ns, MAX(
               IFNULL((SELECT time_ns FROM snat_port_event WHERE snat_port_event.run_id = run.run_id
                       ORDER BY snat_port_event_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM nat_gateway_traffic AS traffic
                       WHERE traffic.run_id = run.run_id
                       ORDER BY nat_gateway_traffic_id DESC LIMIT 1), 0))) AS finish_time_ns
    FROM run),
minute AS (
    SELECT run_id, name AS nat_gateway, 0 AS minute, finish_time_ns
    FROM nat_gateway
    JOIN finish USING (run_id)
    UNION ALL
    SELECT run_id, nat_gateway, minute + 1, finish_time_ns
    FROM minute
    WHERE (minute + 1) * 60000000000 < finish_time_ns),
change AS (
    SELECT run_id, nat_gateway, time_ns / 60000000000 AS minute,
           SUM(stage = 'acquired') AS begun,
           SUM(stage = 'acquired') - SUM(stage = 'released') AS difference
    FROM snat_port_event
    WHERE nat_gateway IS NOT NULL
    GROUP BY 1, 2, 3),
carried AS (
    SELECT minute.run_id, minute.nat_gateway, minute.minute, IFNULL(begun, 0) AS begun,
           IFNULL(SUM(difference) OVER (PARTITION BY minute.run_id, minute.nat_gateway
                                        ORDER BY minute.minute
                                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
               AS before
    FROM minute
    LEFT JOIN change ON change.run_id = minute.run_id
                    AND change.nat_gateway = minute.nat_gateway
                    AND change.minute = minute.minute),
passed AS (
    SELECT run_id, nat_gateway, MAX(time_ns - 1, 0) / 60000000000 AS minute,
           packets_out - LAG(packets_out, 1, 0) OVER earlier AS packets_out,
           bytes_out - LAG(bytes_out, 1, 0) OVER earlier AS bytes_out,
           packets_in - LAG(packets_in, 1, 0) OVER earlier AS packets_in,
           bytes_in - LAG(bytes_in, 1, 0) OVER earlier AS bytes_in
    FROM nat_gateway_traffic
    WINDOW earlier AS (PARTITION BY run_id, nat_gateway ORDER BY nat_gateway_traffic_id)),
metric AS (
    SELECT run_id, nat_gateway, first_packet_time_ns / 60000000000 AS minute,
           'SNAT Connection Count' AS metric, protocol_number AS protocol,
           'Attempted' AS connection_state, NULL AS direction, COUNT(*) AS value
    FROM nat_gateway_flow
    GROUP BY 1, 2, 3, 5
    UNION ALL
    SELECT run_id, nat_gateway, time_ns / 60000000000, 'SNAT Connection Count',
           CASE protocol WHEN 'tcp' THEN 6 ELSE 17 END, 'Failed', NULL, COUNT(*)
    FROM snat_exhaustion
    WHERE nat_gateway IS NOT NULL AND attempt = 1
    GROUP BY 1, 2, 3, 5
    UNION ALL
    SELECT run_id, nat_gateway, minute, 'Total SNAT Connection Count', NULL, NULL, NULL,
           before + begun
    FROM carried
    UNION ALL
    SELECT "drop".run_id, nat_gateway.name, time_ns / 60000000000, 'Dropped Packets', NULL, NULL,
           NULL, COUNT(*)
    FROM "drop"
    JOIN nat_gateway USING (run_id, node_id)
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT run_id, nat_gateway, minute, 'Packets', NULL, NULL, 'Out', SUM(packets_out)
    FROM passed GROUP BY 1, 2, 3
    UNION ALL
    SELECT run_id, nat_gateway, minute, 'Packets', NULL, NULL, 'In', SUM(packets_in)
    FROM passed GROUP BY 1, 2, 3
    UNION ALL
    SELECT run_id, nat_gateway, minute, 'Bytes', NULL, NULL, 'Out', SUM(bytes_out)
    FROM passed GROUP BY 1, 2, 3
    UNION ALL
    SELECT run_id, nat_gateway, minute, 'Bytes', NULL, NULL, 'In', SUM(bytes_in)
    FROM passed GROUP BY 1, 2, 3)
SELECT run_id,
       minute * 60000000000 AS time_ns,
       metric,
       nat_gateway,
       protocol,
       connection_state,
       direction,
       value
FROM metric;

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

CREATE VIEW v_backend_set_health AS
WITH finish AS (
    SELECT run_id,
           IFNULL(end_time_ns, MAX(
               IFNULL((SELECT time_ns FROM probe_result WHERE probe_result.run_id = run.run_id
                       ORDER BY probe_result_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM member_health WHERE member_health.run_id = run.run_id
                       ORDER BY member_health_id DESC LIMIT 1), 0))) AS finish_time_ns
    FROM run),
membership AS (
    SELECT member.run_id, backend_set_id, member.network_interface_id, time_ns,
           CASE change WHEN 'joined' THEN 1 ELSE -1 END AS difference
    FROM pool_member_change
    JOIN pool_member AS member USING (run_id, load_balancer, backend_pool, network_interface_id)),
word AS (
    SELECT run_id, backend_set_id, network_interface_id, member_health_id, time_ns, is_up
    FROM member_health
    WHERE stage = 'decided'
    UNION ALL
    SELECT run_id, backend_set_id, network_interface_id, 9223372036854775807, time_ns, 0
    FROM membership
    WHERE difference < 0),
change AS (
    SELECT run_id, backend_set_id, member_health_id, time_ns,
           is_up - LAG(is_up, 1, 0) OVER (
               PARTITION BY run_id, backend_set_id, network_interface_id
               ORDER BY time_ns, member_health_id) AS difference,
           0 AS members
    FROM word
    UNION ALL
    SELECT run_id, backend_set_id, 0, time_ns, 0, difference
    FROM membership),
counted AS (
    SELECT run_id, backend_set_id, time_ns,
           SUM(difference) OVER earlier AS members_up,
           SUM(members) OVER earlier AS more_members,
           LEAD(time_ns) OVER earlier AS next_time_ns
    FROM change
    WINDOW earlier AS (PARTITION BY run_id, backend_set_id ORDER BY time_ns, member_health_id
                       ROWS UNBOUNDED PRECEDING)),
size AS (
    SELECT run_id, backend_set_id, SUM(is_initial) AS members,
           MIN(health_probe_id) AS health_probe_id
    FROM pool_member GROUP BY run_id, backend_set_id)
SELECT run_id,
       backend_set_id,
       health_probe_id,
       time_ns,
       IFNULL(next_time_ns, finish_time_ns) AS end_time_ns,
       next_time_ns IS NULL AS is_last,
       members + more_members AS members_total,
       members_up
FROM counted
JOIN size USING (run_id, backend_set_id)
JOIN finish USING (run_id)
WHERE next_time_ns IS NULL OR next_time_ns > time_ns;

CREATE VIEW v_backend_set_availability AS
WITH RECURSIVE piece AS (
    SELECT run_id, backend_set_id, members_up, time_ns,
           MIN(end_time_ns, (time_ns / 60000000000 + 1) * 60000000000) AS until_ns, end_time_ns
    FROM v_backend_set_health
    UNION ALL
    SELECT run_id, backend_set_id, members_up, until_ns,
           MIN(end_time_ns, until_ns + 60000000000), end_time_ns
    FROM piece
    WHERE until_ns < end_time_ns),
minute AS (
    SELECT run_id, backend_set_id, time_ns / 60000000000 * 60000000000 AS time_ns,
           MAX(until_ns) AS end_time_ns,
           100.0 * SUM(CASE WHEN members_up > 0 THEN until_ns - time_ns ELSE 0 END) /
               SUM(until_ns - time_ns) AS percent,
           MIN(CASE WHEN members_up > 0 THEN time_ns END) AS first_up_time_ns
    FROM piece
    WHERE until_ns > time_ns
    GROUP BY 1, 2, 3)
SELECT run_id,
       backend_set_id,
       time_ns,
       end_time_ns,
       percent AS availability_percent,
       IFNULL(MIN(first_up_time_ns) OVER earlier <= time_ns, 0) AS has_begun
FROM minute
WINDOW earlier AS (PARTITION BY run_id, backend_set_id ORDER BY time_ns);

CREATE VIEW v_member_availability AS
WITH finish AS (
    SELECT run_id, backend_set_id, MAX(end_time_ns) AS finish_time_ns
    FROM v_backend_set_health GROUP BY run_id, backend_set_id),
said AS (
    SELECT run_id, backend_set_id, network_interface_id, member_health_id, time_ns, is_up
    FROM member_health
    WHERE stage = 'decided'
    UNION ALL
    SELECT member.run_id, backend_set_id, member.network_interface_id, 9223372036854775807, time_ns,
           NULL
    FROM pool_member_change
    JOIN pool_member AS member USING (run_id, load_balancer, backend_pool, network_interface_id)
    WHERE change = 'left'),
word AS (
    SELECT run_id, backend_set_id, network_interface_id, time_ns, is_up,
           LEAD(time_ns) OVER later AS next_time_ns,
           LAG(is_up) OVER later AS was_up,
           MAX(is_up) OVER (later ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS was_ever_up
    FROM said
    WINDOW later AS (PARTITION BY run_id, backend_set_id, network_interface_id
                     ORDER BY time_ns, member_health_id)),
spent AS (
    SELECT run_id, backend_set_id, network_interface_id,
           MIN(time_ns) AS first_decision_time_ns,
           MIN(CASE is_up WHEN 1 THEN time_ns END) AS first_up_time_ns,
           SUM(CASE is_up WHEN 1 THEN IFNULL(next_time_ns, finish_time_ns) - time_ns ELSE 0 END)
               AS up_ns,
           SUM(CASE is_up WHEN 0 THEN IFNULL(next_time_ns, finish_time_ns) - time_ns ELSE 0 END)
               AS down_ns,
           SUM(is_up <> was_up AND was_ever_up = 1) AS flips
    FROM word
    JOIN finish USING (run_id, backend_set_id)
    GROUP BY run_id, backend_set_id, network_interface_id)
SELECT member.run_id,
       member.backend_set_id,
       member.load_balancer,
       member.backend_pool,
       member.network_interface_id,
       node.name AS virtual_machine,
       first_decision_time_ns,
       first_up_time_ns,
       up_ns AS time_up_ns,
       down_ns AS time_down_ns,
       IFNULL(flips, 0) AS flips,
       100.0 * up_ns / NULLIF(up_ns + down_ns, 0) AS availability_percent
FROM pool_member AS member
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
LEFT JOIN spent ON spent.run_id = member.run_id
               AND spent.backend_set_id = member.backend_set_id
               AND spent.network_interface_id = member.network_interface_id;

CREATE VIEW v_flows_by_member AS
WITH chosen AS (
    SELECT run_id, load_balancing_rule_id, network_interface_id, COUNT(*) AS decisions,
           COUNT(DISTINCT CASE cause WHEN 'new-flow'
                 THEN protocol || client_address || ':' || client_port || ':' || frontend_port END)
               AS flows
    FROM lb_decision
    WHERE network_interface_id IS NOT NULL
    GROUP BY run_id, load_balancing_rule_id, network_interface_id),
total AS (
    SELECT run_id, load_balancing_rule_id, SUM(flows) AS flows
    FROM chosen GROUP BY run_id, load_balancing_rule_id),
endpoint AS (
    SELECT rule.run_id, rule.load_balancing_rule_id, rule.load_balancer, rule.name,
           rule.frontend, rule.protocol, rule.frontend_port, frontend.address,
           member.network_interface_id
    FROM load_balancing_rule AS rule
    JOIN pool_member AS member USING (run_id, backend_set_id)
    JOIN frontend ON frontend.run_id = rule.run_id
                 AND frontend.load_balancer = rule.load_balancer
                 AND frontend.name = rule.frontend),
arrived AS (
    SELECT run_id, network_interface_id, IFNULL(public_address, private_address) AS public_address,
           IFNULL(public_port, private_port) AS public_port, protocol,
           COUNT(*) AS flows, SUM(packets_in) AS packets_in, SUM(bytes_in) AS bytes_in,
           SUM(packets_out) AS packets_out, SUM(bytes_out) AS bytes_out
    FROM flow
    WHERE direction = 'inbound' AND accepted_time_ns IS NOT NULL AND protocol IN ('tcp', 'udp')
    GROUP BY 1, 2, 3, 4, 5),
passed AS (
    SELECT endpoint.run_id, endpoint.load_balancing_rule_id, endpoint.network_interface_id,
           SUM(flows) AS flows, SUM(packets_in) AS packets_in, SUM(bytes_in) AS bytes_in,
           SUM(packets_out) AS packets_out, SUM(bytes_out) AS bytes_out
    FROM endpoint
    JOIN arrived ON arrived.run_id = endpoint.run_id
                AND arrived.network_interface_id = endpoint.network_interface_id
                AND arrived.public_address = endpoint.address
    WHERE (arrived.public_port = endpoint.frontend_port
           AND arrived.protocol = LOWER(endpoint.protocol))
       OR (endpoint.protocol = 'All'
           AND NOT EXISTS (SELECT 1 FROM load_balancing_rule AS other
                           WHERE other.run_id = endpoint.run_id
                             AND other.load_balancer = endpoint.load_balancer
                             AND other.frontend = endpoint.frontend
                             AND other.frontend_port = arrived.public_port
                             AND LOWER(other.protocol) = arrived.protocol))
    GROUP BY endpoint.run_id, endpoint.load_balancing_rule_id, endpoint.network_interface_id)
SELECT endpoint.run_id,
       endpoint.load_balancing_rule_id,
       endpoint.load_balancer,
       endpoint.name AS rule,
       endpoint.network_interface_id,
       node.name AS virtual_machine,
       IFNULL(chosen.decisions, 0) AS decisions,
       IFNULL(chosen.flows, 0) AS flows_chosen,
       100.0 * IFNULL(chosen.flows, 0) / NULLIF(total.flows, 0) AS share_percent,
       IFNULL(passed.flows, 0) AS flows_passed,
       IFNULL(passed.packets_in, 0) AS packets_in,
       IFNULL(passed.bytes_in, 0) AS bytes_in,
       IFNULL(passed.packets_out, 0) AS packets_out,
       IFNULL(passed.bytes_out, 0) AS bytes_out
FROM endpoint
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
LEFT JOIN chosen ON chosen.run_id = endpoint.run_id
                AND chosen.load_balancing_rule_id = endpoint.load_balancing_rule_id
                AND chosen.network_interface_id = endpoint.network_interface_id
LEFT JOIN total ON total.run_id = endpoint.run_id
               AND total.load_balancing_rule_id = endpoint.load_balancing_rule_id
LEFT JOIN passed ON passed.run_id = endpoint.run_id
                AND passed.load_balancing_rule_id = endpoint.load_balancing_rule_id
                AND passed.network_interface_id = endpoint.network_interface_id;

CREATE VIEW v_control_latency AS
WITH message AS (
    SELECT run_id, node_id, kind, receiver_address, transaction_id,
           SUM(stage = 'sent') AS attempts,
           MAX(stage = 'unreachable') AS is_unreachable,
           MIN(CASE stage WHEN 'acknowledged' THEN time_ns END) -
               MIN(CASE stage WHEN 'sent' THEN time_ns END) AS latency_ns
    FROM control_message
    GROUP BY run_id, node_id, kind, receiver_address, transaction_id),
ranked AS (
    SELECT *,
           ROW_NUMBER() OVER (PARTITION BY run_id, kind, latency_ns IS NULL
                              ORDER BY latency_ns) AS place,
           COUNT(latency_ns) OVER (PARTITION BY run_id, kind) AS count
    FROM message)
SELECT run_id,
       kind,
       COUNT(*) AS messages,
       SUM(attempts) AS attempts,
       COUNT(latency_ns) AS acknowledged,
       SUM(is_unreachable) AS unreachable,
       CAST(AVG(CASE WHEN place IN ((count + 1) / 2, (count + 2) / 2) THEN latency_ns END)
            AS INTEGER) AS median_latency_ns,
       MAX(latency_ns) AS max_latency_ns
FROM ranked
GROUP BY run_id, kind;

CREATE VIEW v_mux_crossings AS
WITH endpoint AS (
    SELECT rule.run_id, rule.load_balancing_rule_id, rule.load_balancer, rule.name, rule.frontend,
           rule.frontend_port, rule.protocol, frontend.address
    FROM load_balancing_rule AS rule
    JOIN frontend ON frontend.run_id = rule.run_id
                 AND frontend.load_balancer = rule.load_balancer
                 AND frontend.name = rule.frontend),
sent AS (
    SELECT run_id, load_balancing_rule_id, MAX(packets) AS packets
    FROM frontend_traffic GROUP BY run_id, load_balancing_rule_id, node_id),
crossed AS (
    SELECT run_id, load_balancing_rule_id, SUM(packets) AS packets
    FROM sent GROUP BY run_id, load_balancing_rule_id),
latest AS (
    SELECT run_id, load_balancing_rule_id, MAX(packets_in) AS packets_in,
           MAX(packets_out) AS packets_out
    FROM member_traffic GROUP BY run_id, load_balancing_rule_id, network_interface_id),
passed AS (
    SELECT run_id, load_balancing_rule_id, SUM(packets_in) AS packets_in,
           SUM(packets_out) AS packets_out
    FROM latest GROUP BY run_id, load_balancing_rule_id),
stray AS (
    SELECT run_id, source_address, source_port, protocol, COUNT(*) AS packets
    FROM "drop"
    JOIN node USING (run_id, node_id)
    WHERE role = 'load-balancer-mux'
    GROUP BY run_id, source_address, source_port, protocol),
total AS (
    SELECT run_id, MAX(packets_stateless) AS packets
    FROM mux_traffic GROUP BY run_id, node_id),
stateless AS (
    SELECT run_id, SUM(packets) AS packets FROM total GROUP BY run_id),
passing AS (
    SELECT run_id, direction, IFNULL(public_address, private_address) AS address,
           IFNULL(public_port, private_port) AS port, protocol,
           SUM(packets_in) AS packets_in,
           SUM(CASE WHEN destination_address IN (SELECT public_ip.address FROM public_ip
                                                 WHERE public_ip.run_id = flow.run_id
                                                   AND public_ip.kind <> 'nat-gateway')
                    THEN packets_out ELSE 0 END) AS returned
    FROM flow
    WHERE accepted_time_ns IS NOT NULL AND path = 'internet'
      AND NOT (direction = 'outbound' AND outbound_method = 'nat-gateway')
    GROUP BY 1, 2, 3, 4, 5),
owned AS (
    SELECT run_id, SUM(packets_in) AS packets
    FROM passing
    WHERE direction = 'outbound'
       OR NOT EXISTS (SELECT 1 FROM endpoint
                      WHERE endpoint.run_id = passing.run_id
                        AND endpoint.address = passing.address
                        AND endpoint.frontend_port = passing.port
                        AND LOWER(endpoint.protocol) = passing.protocol)
    GROUP BY run_id)
SELECT rule.run_id,
       rule.load_balancing_rule_id,
       rule.load_balancer,
       rule.name AS rule,
       IFNULL(crossed.packets, 0) AS packets_in_through_muxes,
       IFNULL(passed.packets_in, 0) AS packets_in_at_members,
       IFNULL(passed.packets_out, 0) AS packets_out_at_members,
       (SELECT IFNULL(SUM(stray.packets), 0) FROM stray
        WHERE stray.run_id = rule.run_id
          AND stray.source_address = rule.address
          AND (rule.protocol = 'All' OR (stray.source_port = rule.frontend_port
                                         AND stray.protocol = LOWER(rule.protocol))))
           AS replies_dropped_at_muxes,
       (SELECT IFNULL(SUM(passing.returned), 0) FROM passing
        WHERE passing.run_id = rule.run_id
          AND passing.direction = 'inbound'
          AND passing.address = rule.address
          AND passing.port = rule.frontend_port
          AND passing.protocol = LOWER(rule.protocol)) AS replies_to_public_addresses,
       IFNULL(stateless.packets, 0) AS packets_stateless,
       IFNULL(owned.packets, 0) AS packets_in_without_rule
FROM endpoint AS rule
LEFT JOIN stateless ON stateless.run_id = rule.run_id
LEFT JOIN owned ON owned.run_id = rule.run_id
LEFT JOIN crossed ON crossed.run_id = rule.run_id
                 AND crossed.load_balancing_rule_id = rule.load_balancing_rule_id
LEFT JOIN passed ON passed.run_id = rule.run_id
                AND passed.load_balancing_rule_id = rule.load_balancing_rule_id;

CREATE VIEW v_azure_metrics_1min AS
WITH RECURSIVE public_frontend AS (
    SELECT frontend.run_id, frontend.address, load_balancer.name AS load_balancer
    FROM frontend
    JOIN load_balancer ON load_balancer.run_id = frontend.run_id
                      AND load_balancer.name = frontend.load_balancer
    WHERE is_internal = 0),
sole_frontend AS (
    SELECT run_id, network_interface_id, MIN(public_address) AS address
    FROM snat_allocation
    GROUP BY run_id, network_interface_id
    HAVING MIN(public_address) = MAX(public_address)),
endpoint AS (
    SELECT rule.run_id, rule.load_balancing_rule_id, rule.load_balancer, frontend.address,
           rule.frontend_port, rule.protocol, rule.backend_set_id, rule.health_probe_id
    FROM load_balancing_rule AS rule
    JOIN frontend ON frontend.run_id = rule.run_id
                 AND frontend.load_balancer = rule.load_balancer
                 AND frontend.name = rule.frontend),
asked AS (
    SELECT run_id, accepted_time_ns / 60000000000 AS minute, public_address, private_address,
           CASE WHEN first_reply_time_ns / 60000000000 = accepted_time_ns / 60000000000
                THEN 'successful' ELSE 'pending' END AS state,
           COUNT(*) AS flows
    FROM flow
    WHERE direction = 'outbound' AND path = 'internet' AND accepted_time_ns IS NOT NULL
      AND outbound_method = 'load-balancer-frontend' AND public_port IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5),
refused AS (
    SELECT run_id, time_ns / 60000000000 AS minute, network_interface_id, private_address,
           COUNT(*) AS flows
    FROM snat_exhaustion
    WHERE attempt = 1 AND nat_gateway IS NULL
    GROUP BY 1, 2, 3, 4),
finish AS (
    SELECT run_id,
           IFNULL(end_time_ns, MAX(
               IFNULL((SELECT time_ns FROM snat_allocation WHERE snat_allocation.run_id = run.run_id
                       ORDER BY snat_allocation_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM snat_port_usage WHERE snat_port_usage.run_id = run.run_id
                       ORDER BY snat_port_usage_id DESC LIMIT 1), 0))) AS finish_time_ns
    FROM run),
held AS (
    SELECT run_id, network_interface_id, public_address, time_ns,
           SUM(CASE change WHEN 'given' THEN last_port - first_port + 1
                    ELSE first_port - last_port - 1 END) OVER earlier AS ports,
           LEAD(time_ns) OVER earlier AS next_time_ns
    FROM snat_allocation
    WINDOW earlier AS (PARTITION BY run_id, network_interface_id, public_address
                       ORDER BY snat_allocation_id ROWS UNBOUNDED PRECEDING)),
span AS (
    SELECT run_id, network_interface_id, public_address, ports, time_ns,
           IFNULL(next_time_ns, finish_time_ns) AS end_time_ns
    FROM held
    JOIN finish USING (run_id)),
piece AS (
    SELECT run_id, network_interface_id, public_address, ports, time_ns,
           MIN(end_time_ns, (time_ns / 60000000000 + 1) * 60000000000) AS until_ns, end_time_ns
    FROM span
    WHERE time_ns < end_time_ns
    UNION ALL
    SELECT run_id, network_interface_id, public_address, ports, until_ns,
           MIN(end_time_ns, until_ns + 60000000000), end_time_ns
    FROM piece
    WHERE until_ns < end_time_ns),
allocated AS (
    SELECT run_id, time_ns / 60000000000 AS minute, public_address, network_interface_id,
           1.0 * SUM(ports * (until_ns - time_ns)) / SUM(until_ns - time_ns) AS ports
    FROM piece
    GROUP BY 1, 2, 3, 4
    HAVING SUM(ports) > 0),
used AS (
    SELECT run_id, time_ns / 60000000000 AS minute, public_address, network_interface_id,
           AVG(ports_in_use + ports_cooling_down) AS ports
    FROM snat_port_usage
    WHERE network_interface_id IS NOT NULL
    GROUP BY 1, 2, 3, 4),
probed AS (
    SELECT run_id, time_ns / 60000000000 AS minute, network_interface_id, health_probe_id,
           100.0 * SUM(outcome = 'success') / COUNT(*) AS percent
    FROM probe_result
    GROUP BY 1, 2, 3, 4),
came AS (
    SELECT run_id, load_balancing_rule_id, (time_ns - 1) / 60000000000 AS minute,
           packets - LAG(packets, 1, 0) OVER mux AS packets,
           bytes - LAG(bytes, 1, 0) OVER mux AS bytes,
           syns - LAG(syns, 1, 0) OVER mux AS syns
    FROM frontend_traffic
    WINDOW mux AS (PARTITION BY run_id, node_id, load_balancing_rule_id
                   ORDER BY frontend_traffic_id)),
inbound AS (
    SELECT run_id, load_balancing_rule_id, minute, SUM(packets) AS packets, SUM(bytes) AS bytes,
           SUM(syns) AS syns
    FROM came GROUP BY 1, 2, 3),
went AS (
    SELECT run_id, load_balancing_rule_id, (time_ns - 1) / 60000000000 AS minute,
           packets_out - LAG(packets_out, 1, 0) OVER member AS packets,
           bytes_out - LAG(bytes_out, 1, 0) OVER member AS bytes
    FROM member_traffic
    WINDOW member AS (PARTITION BY run_id, load_balancing_rule_id, network_interface_id
                      ORDER BY member_traffic_id)),
outbound AS (
    SELECT run_id, load_balancing_rule_id, minute, SUM(packets) AS packets, SUM(bytes) AS bytes
    FROM went GROUP BY 1, 2, 3),
metric AS (
    SELECT asked.run_id, minute, 'SnatConnectionCount' AS metric, load_balancer,
           public_address AS frontend_address, NULL AS frontend_port,
           private_address AS backend_address, NULL AS protocol, state AS connection_state,
           NULL AS direction, flows AS value
    FROM asked
    JOIN public_frontend ON public_frontend.run_id = asked.run_id
                        AND public_frontend.address = asked.public_address
    UNION ALL
    SELECT refused.run_id, minute, 'SnatConnectionCount', load_balancer, sole_frontend.address,
           NULL, refused.private_address, NULL, 'failed', NULL, flows
    FROM refused
    JOIN network_interface AS interface USING (run_id, network_interface_id)
    LEFT JOIN sole_frontend USING (run_id, network_interface_id)
    LEFT JOIN public_frontend ON public_frontend.run_id = refused.run_id
                             AND public_frontend.address = sole_frontend.address
    WHERE interface.outbound_method = 'load-balancer-frontend'
    UNION ALL
    SELECT allocated.run_id, minute, 'AllocatedSnatPorts', load_balancer, public_address, NULL,
           interface.private_address, NULL, NULL, NULL, ports
    FROM allocated
    JOIN network_interface AS interface USING (run_id, network_interface_id)
    JOIN public_frontend ON public_frontend.run_id = allocated.run_id
                        AND public_frontend.address = allocated.public_address
    UNION ALL
    SELECT used.run_id, minute, 'UsedSnatPorts', load_balancer, public_address, NULL,
           interface.private_address, NULL, NULL, NULL, ports
    FROM used
    JOIN network_interface AS interface USING (run_id, network_interface_id)
    JOIN public_frontend ON public_frontend.run_id = used.run_id
                        AND public_frontend.address = used.public_address
    UNION ALL
    SELECT endpoint.run_id, minute, 'DipAvailability', endpoint.load_balancer, endpoint.address,
           endpoint.frontend_port, interface.private_address, endpoint.protocol, NULL, NULL, percent
    FROM endpoint
    JOIN pool_member AS member USING (run_id, backend_set_id)
    JOIN network_interface AS interface
        ON interface.run_id = endpoint.run_id
       AND interface.network_interface_id = member.network_interface_id
    JOIN probed ON probed.run_id = endpoint.run_id
               AND probed.health_probe_id = endpoint.health_probe_id
               AND probed.network_interface_id = member.network_interface_id
    UNION ALL
    SELECT endpoint.run_id, time_ns / 60000000000, 'VipAvailability', load_balancer, address,
           frontend_port, NULL, protocol, NULL, NULL, availability_percent
    FROM endpoint
    JOIN v_backend_set_availability USING (run_id, backend_set_id)
    UNION ALL
    SELECT endpoint.run_id, minute, 'SYNCount', load_balancer, address, frontend_port, NULL,
           protocol, NULL, 'inbound', syns
    FROM endpoint
    JOIN inbound USING (run_id, load_balancing_rule_id)
    UNION ALL
    SELECT endpoint.run_id, minute, 'PacketCount', load_balancer, address, frontend_port, NULL,
           protocol, NULL, 'inbound', packets
    FROM endpoint
    JOIN inbound USING (run_id, load_balancing_rule_id)
    UNION ALL
    SELECT endpoint.run_id, minute, 'ByteCount', load_balancer, address, frontend_port, NULL,
           protocol, NULL, 'inbound', bytes
    FROM endpoint
    JOIN inbound USING (run_id, load_balancing_rule_id)
    UNION ALL
    SELECT endpoint.run_id, minute, 'PacketCount', load_balancer, address, frontend_port, NULL,
           protocol, NULL, 'outbound', packets
    FROM endpoint
    JOIN outbound USING (run_id, load_balancing_rule_id)
    UNION ALL
    SELECT endpoint.run_id, minute, 'ByteCount', load_balancer, address, frontend_port, NULL,
           protocol, NULL, 'outbound', bytes
    FROM endpoint
    JOIN outbound USING (run_id, load_balancing_rule_id))
SELECT run_id,
       minute * 60000000000 AS time_ns,
       metric,
       load_balancer,
       frontend_address,
       frontend_port,
       backend_address,
       protocol,
       connection_state,
       direction,
       value
FROM metric;

CREATE VIEW v_azure_probe_health_log AS
WITH RECURSIVE finish AS (
    SELECT run_id,
           IFNULL(end_time_ns, MAX(
               IFNULL((SELECT time_ns FROM probe_result WHERE probe_result.run_id = run.run_id
                       ORDER BY probe_result_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM member_health WHERE member_health.run_id = run.run_id
                       ORDER BY member_health_id DESC LIMIT 1), 0))) AS finish_time_ns
    FROM run),
minute AS (
    SELECT run_id, 60000000000 AS time_ns, finish_time_ns
    FROM finish
    WHERE finish_time_ns >= 60000000000
    UNION ALL
    SELECT run_id, time_ns + 60000000000, finish_time_ns
    FROM minute
    WHERE time_ns + 60000000000 <= finish_time_ns),
word AS (
    SELECT run_id, health_probe_id, network_interface_id, is_up,
           MAX((time_ns + 59999999999) / 60000000000, 1) * 60000000000 AS time_ns,
           LEAD(time_ns) OVER (PARTITION BY run_id, health_probe_id, network_interface_id
                               ORDER BY member_health_id) AS next_time_ns
    FROM member_health
    WHERE stage = 'probed'),
success AS (
    SELECT run_id, health_probe_id, network_interface_id, time_ns,
           IFNULL(next_time_ns, finish_time_ns + 1) AS next_time_ns
    FROM word
    JOIN finish USING (run_id)
    WHERE is_up = 1 AND time_ns < IFNULL(next_time_ns, finish_time_ns + 1)
    UNION ALL
    SELECT run_id, health_probe_id, network_interface_id, time_ns + 60000000000, next_time_ns
    FROM success
    WHERE time_ns + 60000000000 < next_time_ns),
counted AS (
    SELECT member.run_id, backend_set_id, success.time_ns, COUNT(*) AS members_up
    FROM success
    JOIN pool_member AS member USING (run_id, health_probe_id, network_interface_id)
    WHERE IFNULL((SELECT change = 'joined' FROM pool_member_change AS change
                  WHERE change.run_id = member.run_id
                    AND change.network_interface_id = member.network_interface_id
                    AND change.load_balancer = member.load_balancer
                    AND change.backend_pool = member.backend_pool
                    AND change.time_ns <= success.time_ns
                  ORDER BY pool_member_change_id DESC LIMIT 1), is_initial)
    GROUP BY 1, 2, 3),
size AS (
    SELECT run_id, backend_set_id, load_balancer, backend_pool, SUM(is_initial) AS members
    FROM pool_member GROUP BY run_id, backend_set_id),
tick AS (
    SELECT minute.run_id, minute.time_ns, size.backend_set_id,
           members + (SELECT IFNULL(SUM(CASE change WHEN 'joined' THEN 1 ELSE -1 END), 0)
                      FROM pool_member_change AS change
                      WHERE change.run_id = size.run_id
                        AND change.load_balancer = size.load_balancer
                        AND change.backend_pool = size.backend_pool
                        AND change.time_ns <= minute.time_ns) AS members_total,
           IFNULL(members_up, 0) AS members_up
    FROM minute
    JOIN size USING (run_id)
    LEFT JOIN counted ON counted.run_id = minute.run_id
                     AND counted.backend_set_id = size.backend_set_id
                     AND counted.time_ns = minute.time_ns)
SELECT tick.run_id,
       tick.time_ns,
       'LoadBalancerProbeHealthStatus' AS category,
       rule.load_balancer,
       rule.name AS rule,
       frontend.address AS public_address,
       rule.frontend_port AS port,
       members_total,
       members_total - members_up AS members_down,
       100.0 * members_up / NULLIF(members_total, 0) AS health_percent,
       PRINTF('{"publicIpAddress": "%s", "port": %d, "totalDipCount": %d, "dipDownCount": %d, '
              || '"healthPercentage": %.1f}',
              frontend.address, rule.frontend_port, members_total, members_total - members_up,
              IFNULL(100.0 * members_up / NULLIF(members_total, 0), 0)) AS entry
FROM tick
JOIN load_balancing_rule AS rule USING (run_id, backend_set_id)
JOIN frontend ON frontend.run_id = rule.run_id
             AND frontend.load_balancer = rule.load_balancer
             AND frontend.name = rule.frontend
JOIN load_balancer ON load_balancer.run_id = rule.run_id
                  AND load_balancer.name = rule.load_balancer
WHERE rule.health_probe_id IS NOT NULL AND is_internal = 0;

CREATE VIEW v_azure_alert_log AS
WITH refused AS (
    SELECT DISTINCT run_id, network_interface_id,
           MAX((time_ns + 299999999999) / 300000000000, 1) * 300000000000 AS time_ns
    FROM snat_exhaustion
    WHERE nat_gateway IS NULL),
raised AS (
    SELECT DISTINCT refused.run_id, refused.time_ns, public_address
    FROM refused
    JOIN run USING (run_id)
    JOIN snat_allocation AS allocation
        ON allocation.run_id = refused.run_id
       AND allocation.network_interface_id = refused.network_interface_id
    WHERE refused.time_ns <= IFNULL(run.end_time_ns, refused.time_ns))
SELECT raised.run_id,
       raised.time_ns,
       'LoadBalancerAlertEvent' AS category,
       frontend.load_balancer,
       'Resource Limits Hit' AS event_name,
       'Ports exhausted' AS event_description,
       raised.public_address,
       '{"eventName": "Resource Limits Hit", "eventDescription": "Ports exhausted", '
           || '"eventProperties": {"public ip address": "' || raised.public_address || '"}}' AS entry
FROM raised
JOIN frontend ON frontend.run_id = raised.run_id AND frontend.address = raised.public_address
JOIN load_balancer ON load_balancer.run_id = frontend.run_id
                  AND load_balancer.name = frontend.load_balancer
WHERE is_internal = 0;

CREATE VIEW v_azure_health_event AS
WITH RECURSIVE public_frontend AS (
    SELECT frontend.run_id, frontend.address, load_balancer.name AS load_balancer
    FROM frontend
    JOIN load_balancer ON load_balancer.run_id = frontend.run_id
                      AND load_balancer.name = frontend.load_balancer
    WHERE is_internal = 0),
owner AS (
    SELECT DISTINCT allocation.run_id, allocation.network_interface_id, public_frontend.address,
           public_frontend.load_balancer
    FROM snat_allocation AS allocation
    JOIN public_frontend ON public_frontend.run_id = allocation.run_id
                        AND public_frontend.address = allocation.public_address),
exhausted AS (
    SELECT run_id, network_interface_id,
           (SELECT MIN(time_ns) FROM snat_exhaustion AS exhaustion
            WHERE exhaustion.run_id = interface.run_id
              AND exhaustion.network_interface_id = interface.network_interface_id) AS time_ns
    FROM network_interface AS interface
    UNION ALL
    SELECT run_id, network_interface_id,
           (SELECT MIN(time_ns) FROM snat_exhaustion AS exhaustion
            WHERE exhaustion.run_id = exhausted.run_id
              AND exhaustion.network_interface_id = exhausted.network_interface_id
              AND exhaustion.time_ns >= exhausted.time_ns + 300000000000)
    FROM exhausted
    WHERE time_ns IS NOT NULL),
used AS (
    SELECT interface.run_id, interface.network_interface_id, public_frontend.address,
           public_frontend.load_balancer,
           (SELECT MIN(time_ns) FROM snat_port_usage AS usage
            WHERE usage.run_id = interface.run_id
              AND usage.network_interface_id = interface.network_interface_id
              AND usage.public_address = public_frontend.address
              AND 4 * (ports_in_use + ports_cooling_down) > 3 * ports_allocated) AS time_ns
    FROM network_interface AS interface
    JOIN public_frontend ON public_frontend.run_id = interface.run_id
    UNION ALL
    SELECT run_id, network_interface_id, address, load_balancer,
           (SELECT MIN(time_ns) FROM snat_port_usage AS usage
            WHERE usage.run_id = used.run_id
              AND usage.network_interface_id = used.network_interface_id
              AND usage.public_address = used.address
              AND 4 * (ports_in_use + ports_cooling_down) > 3 * ports_allocated
              AND usage.time_ns >= used.time_ns + 300000000000)
    FROM used
    WHERE time_ns IS NOT NULL),
outage AS (
    SELECT run_id, backend_set_id, time_ns, end_time_ns, is_last, members_up,
           SUM(members_up > 0) OVER (PARTITION BY run_id, backend_set_id ORDER BY time_ns) AS number
    FROM v_backend_set_health
    WHERE health_probe_id IS NOT NULL),
healthless AS (
    SELECT run_id, backend_set_id, number, end_time_ns, is_last,
           CASE number WHEN 0 THEN MAX((time_ns + 59999999999) / 60000000000, 1) * 60000000000
                ELSE time_ns END AS time_ns
    FROM outage
    WHERE members_up = 0
    UNION ALL
    SELECT run_id, backend_set_id, number, end_time_ns, is_last,
           (time_ns / 60000000000 + 1) * 60000000000
    FROM healthless
    WHERE (time_ns / 60000000000 + 1) * 60000000000 < end_time_ns + is_last),
raised AS (
    SELECT healthless.run_id, time_ns, 'NoHealthyBackends' AS event_name,
           rule.load_balancing_rule_id, number AS outage, NULL AS percent
    FROM healthless
    JOIN load_balancing_rule AS rule USING (run_id, backend_set_id)
    WHERE time_ns < healthless.end_time_ns + is_last
    UNION ALL
    SELECT minute.run_id, end_time_ns,
           CASE WHEN availability_percent < 25 THEN 'DataPathAvailabilityCritical'
                ELSE 'DataPathAvailabilityWarning' END,
           rule.load_balancing_rule_id, 0, availability_percent
    FROM v_backend_set_availability AS minute
    JOIN load_balancing_rule AS rule USING (run_id, backend_set_id)
    WHERE has_begun AND availability_percent < 90 AND end_time_ns % 60000000000 = 0),
spaced AS (
    SELECT *,
           ROW_NUMBER() OVER origin AS number,
           CASE event_name WHEN 'NoHealthyBackends'
                THEN MIN(time_ns) OVER (origin RANGE BETWEEN 3600000000000 FOLLOWING
                                                         AND UNBOUNDED FOLLOWING)
                ELSE MIN(time_ns) OVER (origin RANGE BETWEEN 300000000000 FOLLOWING
                                                         AND UNBOUNDED FOLLOWING)
           END AS next_time_ns
    FROM raised
    WINDOW origin AS (PARTITION BY run_id, event_name, load_balancing_rule_id, outage
                      ORDER BY time_ns)),
published AS (
    SELECT * FROM spaced WHERE number = 1
    UNION ALL
    SELECT spaced.*
    FROM published
    JOIN spaced ON spaced.run_id = published.run_id
               AND spaced.event_name = published.event_name
               AND spaced.load_balancing_rule_id = published.load_balancing_rule_id
               AND spaced.outage = published.outage
               AND spaced.time_ns = published.next_time_ns)
SELECT used.run_id,
       used.time_ns,
       'HighSnatPortUsage' AS event_name,
       load_balancer,
       address AS frontend_address,
       NULL AS frontend_port,
       NULL AS protocol,
       interface.private_address AS backend_address,
       100.0 * (ports_in_use + ports_cooling_down) / ports_allocated AS percent
FROM used
JOIN snat_port_usage AS usage
    ON usage.run_id = used.run_id
   AND usage.network_interface_id = used.network_interface_id
   AND usage.public_address = used.address
   AND usage.time_ns = used.time_ns
   AND 4 * (ports_in_use + ports_cooling_down) > 3 * ports_allocated
JOIN network_interface AS interface
    ON interface.run_id = used.run_id
   AND interface.network_interface_id = used.network_interface_id
UNION ALL
SELECT exhausted.run_id, time_ns, 'SnatPortExhaustion', load_balancer, address, NULL, NULL,
       interface.private_address, NULL
FROM exhausted
JOIN owner USING (run_id, network_interface_id)
JOIN network_interface AS interface USING (run_id, network_interface_id)
WHERE time_ns IS NOT NULL
UNION ALL
SELECT published.run_id, time_ns, event_name, rule.load_balancer, frontend.address,
       rule.frontend_port, rule.protocol, NULL, percent
FROM published
JOIN load_balancing_rule AS rule USING (run_id, load_balancing_rule_id)
JOIN frontend ON frontend.run_id = rule.run_id
             AND frontend.load_balancer = rule.load_balancer
             AND frontend.name = rule.frontend;
