-- Copyright (c) 2026 The azure-net authors
-- SPDX-License-Identifier: GPL-2.0-only
--
-- A trace database of schema version 1, as the last code of that version wrote it when it was told
-- MigrationStory (test/support/azure-migration-story.h).  Of column_doc one row a table is kept, and
-- no indexes are.

PRAGMA application_id = 1635413620;
PRAGMA user_version = 1;

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
    (1, 'program', 'scenario', '2017[IdleTimeout=300s]', 1, 1, 'development', '0.1', 'finished', 900000000000, '2026-11-22T18:59:55Z', '2026-11-22T18:59:55Z', 24),
    (2, 'program', 'scenario', '2017[IdleTimeout=300s]', 1, 1, 'development', '0.1', 'running', NULL, '2026-11-22T18:59:55Z', NULL, NULL);

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
    role TEXT NOT NULL CHECK (role = 'virtual-machine' OR role = 'host' OR role = 'load-balancer-mux' OR role = 'slb-manager' OR role = 'router' OR role = 'server' OR role = 'dns-server'),
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
    outbound_method TEXT NOT NULL CHECK (outbound_method = 'instance-level-public-ip' OR outbound_method = 'load-balancer-frontend' OR outbound_method = 'default-snat'),
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
    outbound_method TEXT NOT NULL CHECK (outbound_method = 'instance-level-public-ip' OR outbound_method = 'load-balancer-frontend' OR outbound_method = 'default-snat'),
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
    outcome TEXT NOT NULL CHECK (outcome = 'refused' OR outcome = 'unanswered' OR outcome = 'established'),
    end_reason TEXT NOT NULL CHECK (end_reason = 'open' OR end_reason = 'idle' OR end_reason = 'fin' OR end_reason = 'rst' OR end_reason = 'reopened'),
    refused_packets INTEGER NOT NULL,
    packets_out INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    packets_in INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    PRIMARY KEY (run_id, network_interface_id, flow_id), FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "flow" VALUES
    (1, 0, 1, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49153, '198.51.100.1', 1024, '203.0.113.10', 443, 1000000000, 1000000000, 10000000000, 10000000000, 250000000000, 'established', 'idle', 0, 2, 100, 1, 52),
    (1, 0, 2, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49154, '198.51.100.1', 1025, '203.0.113.10', 443, 2000000000, 2000000000, 30500000000, 30500000000, 270500000000, 'established', 'idle', 0, 2, 100, 1, 52),
    (1, 0, 3, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49155, NULL, NULL, '203.0.113.11', 443, 3000000000, NULL, NULL, 3000000000, 260000000000, 'refused', 'idle', 1, 0, 0, 0, 0),
    (1, 0, 4, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49156, NULL, NULL, '10.0.0.5', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 1, 40, 0, 0),
    (1, 0, 5, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49157, NULL, NULL, '168.63.129.16', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 1, 40, 0, 0),
    (1, 0, 6, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49158, NULL, NULL, '203.0.113.99', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 1, 40, 0, 0),
    (2, 0, 1, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49153, '198.51.100.1', 1024, '203.0.113.10', 443, 1000000000, 1000000000, 10000000000, 10000000000, 250000000000, 'established', 'idle', 0, 2, 100, 1, 52),
    (2, 0, 2, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49154, '198.51.100.1', 1025, '203.0.113.10', 443, 2000000000, 2000000000, 30500000000, 30500000000, 270500000000, 'established', 'idle', 0, 2, 100, 1, 52),
    (2, 0, 3, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49155, NULL, NULL, '203.0.113.11', 443, 3000000000, NULL, NULL, 3000000000, 260000000000, 'refused', 'idle', 1, 0, 0, 0, 0),
    (2, 0, 4, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49156, NULL, NULL, '10.0.0.5', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 1, 40, 0, 0),
    (2, 0, 5, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49157, NULL, NULL, '168.63.129.16', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 1, 40, 0, 0),
    (2, 0, 6, 'outbound', 'load-balancer-frontend', 'tcp', 6, '10.0.0.4', 49158, NULL, NULL, '203.0.113.99', 443, 5000000000, 5000000000, NULL, 5000000000, NULL, 'unanswered', 'open', 0, 1, 40, 0, 0);

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
    reason TEXT NOT NULL CHECK (reason = 'malformed' OR reason = 'ttl-expired' OR reason = 'fragment' OR reason = 'unsupported-protocol' OR reason = 'not-programmed' OR reason = 'non-internet-destination' OR reason = 'security-rule' OR reason = 'smtp-blocked' OR reason = 'no-virtual-network-route' OR reason = 'foreign-source' OR reason = 'snat-ports-exhausted' OR reason = 'unknown-public-address' OR reason = 'unowned-snat-port' OR reason = 'no-tracked-flow' OR reason = 'unexpected-destination' OR reason = 'packet-too-big' OR reason = 'no-route' OR reason = 'device-queue-full'),
    protocol TEXT CHECK (protocol = 'icmp' OR protocol = 'ip-in-ip' OR protocol = 'tcp' OR protocol = 'udp' OR protocol = 'gre' OR protocol = 'esp' OR protocol = 'ah' OR protocol = 'other'),
    protocol_number INTEGER,
    source_address TEXT,
    source_port INTEGER,
    destination_address TEXT,
    destination_port INTEGER,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (run_id, drop_id), FOREIGN KEY (run_id, node_id) REFERENCES node, FOREIGN KEY (run_id, network_interface_id) REFERENCES network_interface
) WITHOUT ROWID;
INSERT INTO "drop" VALUES
    (1, 1, 3000000000, 3, 0, 'snat-ports-exhausted', 'tcp', 6, '10.0.0.4', 49155, '203.0.113.11', 443, 40),
    (1, 2, 4000000000, 4, NULL, 'malformed', NULL, NULL, NULL, NULL, NULL, NULL, 9),
    (2, 1, 3000000000, 3, 0, 'snat-ports-exhausted', 'tcp', 6, '10.0.0.4', 49155, '203.0.113.11', 443, 40),
    (2, 2, 4000000000, 4, NULL, 'malformed', NULL, NULL, NULL, NULL, NULL, NULL, 9);

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
    ('flow', 'accepted_time_ns', 'ns', 'time at which it got its port, or passed without needing one; NULL if refused'),
    ('network_interface', 'host_node_id', '', 'node of the physical server that carries the VM'),
    ('node', 'name', '', 'the scenario''s name for it'),
    ('public_ip', 'address', '', 'the address'),
    ('run', 'azure_net_version', '', 'version of azure-net'),
    ('run_parameter', 'name', '', 'name of the parameter'),
    ('snat_allocation', 'first_port', '', 'lowest port of the block'),
    ('snat_exhaustion', 'attempt', '', '1 for the flow''s first refused packet, then 2, ...'),
    ('snat_port_event', 'cause', '', 'why it is cooling down or was released; NULL otherwise'),
    ('snat_port_usage', 'flows', '', 'flows that hold a port, open or closed'),
    ('v_exhaustion_by_destination', 'affected_flows', '', 'flows of which at least one packet was refused'),
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
