# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
#
# For ns-3.35, as contrib/azure-net; later releases use CMakeLists.txt, which has the same lists.

MODULE = 'azure-net'
NS3_MODULES = ['applications', 'core', 'csma', 'internet', 'network', 'point-to-point',
               'traffic-control', 'virtual-net-device']

# One file per line, sorted.
SOURCES = [
    'helper/azure-fabric-helper.cc',
    'helper/azure-flow-statistics.cc',
    'helper/azure-option-list.cc',
    'helper/azure-outbound-experiment.cc',
    'helper/azure-outbound-scenario-helper.cc',
    'helper/azure-outbound-scenario-trace.cc',
    'helper/azure-progress-reporter.cc',
    'helper/azure-result-table.cc',
    'helper/azure-sqlite-database.cc',
    'helper/azure-trace-bind.cc',
    'helper/azure-trace-database.cc',
    'helper/azure-trace-recorder.cc',
    'helper/azure-trace-schema.cc',
    'helper/azure-trace-tables.cc',
    'helper/azure-trace-views.cc',
    'helper/azure-traffic-helper.cc',
    'helper/azure-traffic-statistics.cc',
    'model/datapath/azure-encapsulation.cc',
    'model/datapath/azure-endpoint-owner.cc',
    'model/datapath/azure-packet-headers.cc',
    'model/datapath/azure-raw-header.cc',
    'model/datapath/azure-vnic-pipeline.cc',
    'model/nodes/azure-fabric-port.cc',
    'model/nodes/azure-host-agent.cc',
    'model/nodes/azure-load-balancer-mux.cc',
    'model/nodes/azure-my-ip-dns-client.cc',
    'model/nodes/azure-my-ip-dns-server.cc',
    'model/nodes/azure-random-variable-factory.cc',
    'model/nodes/azure-slb-control-socket.cc',
    'model/nodes/azure-slb-manager.cc',
    'model/nodes/azure-tcp-traffic-connection.cc',
    'model/nodes/azure-traffic-connection.cc',
    'model/nodes/azure-traffic-generator-attributes.cc',
    'model/nodes/azure-traffic-generator.cc',
    'model/nodes/azure-traffic-message.cc',
    'model/nodes/azure-traffic-server.cc',
    'model/nodes/azure-udp-traffic-connection.cc',
    'model/tables/azure-flow-index.cc',
    'model/tables/azure-flow-table.cc',
    'model/tables/azure-flow-tracker.cc',
    'model/tables/azure-lowest-free-set.cc',
    'model/tables/azure-my-ip-exchange.cc',
    'model/tables/azure-public-endpoint-table.cc',
    'model/tables/azure-slb-program.cc',
    'model/tables/azure-snat-port-allocator.cc',
    'model/tables/azure-snat-port-block.cc',
    'model/tables/azure-snat-port-budget.cc',
    'model/tables/azure-source-ports.cc',
    'model/values/azure-address-prefix.cc',
    'model/values/azure-dns-message.cc',
    'model/values/azure-dns-name.cc',
    'model/values/azure-hold-time.cc',
    'model/values/azure-parse.cc',
    'model/values/azure-profile.cc',
    'model/values/azure-random-variable-text.cc',
    'model/values/azure-retry-policy.cc',
    'model/values/azure-slb-message.cc',
    'model/values/azure-traffic-spec.cc',
    'model/values/azure-zipf-table.cc',
]
HEADERS = [
    'helper/azure-fabric-helper.h',
    'helper/azure-flow-statistics.h',
    'helper/azure-option-list.h',
    'helper/azure-outbound-experiment.h',
    'helper/azure-outbound-scenario-helper.h',
    'helper/azure-progress-reporter.h',
    'helper/azure-result-table.h',
    'helper/azure-sqlite-database.h',
    'helper/azure-trace-bind.h',
    'helper/azure-trace-database.h',
    'helper/azure-trace-recorder.h',
    'helper/azure-trace-schema.h',
    'helper/azure-trace-topology.h',
    'helper/azure-traffic-helper.h',
    'helper/azure-traffic-statistics.h',
    'helper/azure-version.h',
    'model/datapath/azure-checksum.h',
    'model/datapath/azure-encapsulation.h',
    'model/datapath/azure-endpoint-owner.h',
    'model/datapath/azure-packet-headers.h',
    'model/datapath/azure-raw-header.h',
    'model/datapath/azure-rewrite.h',
    'model/datapath/azure-verdict.h',
    'model/datapath/azure-vnic-pipeline.h',
    'model/nodes/azure-fabric-port.h',
    'model/nodes/azure-host-agent.h',
    'model/nodes/azure-load-balancer-mux.h',
    'model/nodes/azure-my-ip-dns-client.h',
    'model/nodes/azure-my-ip-dns-server.h',
    'model/nodes/azure-ns3-compat.h',
    'model/nodes/azure-packet-counts.h',
    'model/nodes/azure-random-variable-factory.h',
    'model/nodes/azure-slb-control-socket.h',
    'model/nodes/azure-slb-manager.h',
    'model/nodes/azure-tcp-traffic-connection.h',
    'model/nodes/azure-traffic-connection.h',
    'model/nodes/azure-traffic-generator.h',
    'model/nodes/azure-traffic-message.h',
    'model/nodes/azure-traffic-server.h',
    'model/nodes/azure-udp-traffic-connection.h',
    'model/tables/azure-effective-security-rules.h',
    'model/tables/azure-expiry-queue.h',
    'model/tables/azure-flow-index.h',
    'model/tables/azure-flow-table.h',
    'model/tables/azure-flow-tracker.h',
    'model/tables/azure-lowest-free-set.h',
    'model/tables/azure-my-ip-exchange.h',
    'model/tables/azure-network-interface-policy.h',
    'model/tables/azure-network-resources.h',
    'model/tables/azure-public-endpoint-table.h',
    'model/tables/azure-security-policy.h',
    'model/tables/azure-security-rule-table.h',
    'model/tables/azure-slb-program.h',
    'model/tables/azure-snat-port-allocator.h',
    'model/tables/azure-snat-port-block.h',
    'model/tables/azure-snat-port-budget.h',
    'model/tables/azure-source-ports.h',
    'model/tables/azure-tcp-flow-state.h',
    'model/tables/azure-virtual-network-routes.h',
    'model/values/azure-address-prefix.h',
    'model/values/azure-address-set.h',
    'model/values/azure-byte-codec.h',
    'model/values/azure-deployment.h',
    'model/values/azure-destination-list.h',
    'model/values/azure-dns-message.h',
    'model/values/azure-dns-name.h',
    'model/values/azure-drop-reason.h',
    'model/values/azure-flow-direction.h',
    'model/values/azure-flow-key.h',
    'model/values/azure-hold-time.h',
    'model/values/azure-host-goal-state.h',
    'model/values/azure-ip-protocol.h',
    'model/values/azure-limits.h',
    'model/values/azure-outbound-method.h',
    'model/values/azure-parse.h',
    'model/values/azure-parsed.h',
    'model/values/azure-port-range.h',
    'model/values/azure-profile.h',
    'model/values/azure-random-variable-text.h',
    'model/values/azure-retry-policy.h',
    'model/values/azure-security-rule.h',
    'model/values/azure-service-tag.h',
    'model/values/azure-slb-message.h',
    'model/values/azure-subscription.h',
    'model/values/azure-text-fields.h',
    'model/values/azure-trace-records.h',
    'model/values/azure-traffic-flow.h',
    'model/values/azure-traffic-spec.h',
    'model/values/azure-virtual-network.h',
    'model/values/azure-zipf-table.h',
]


def configure(conf):
    conf.check_cfg(package='sqlite3', uselib_store='SQLITE3', args=['--cflags', '--libs'],
                   mandatory=False)
    conf.require_boost_incs(MODULE, 'azure-net module', required=False)
    ready = bool(conf.env['LIB_SQLITE3'] and conf.env['INCLUDES_BOOST'])
    conf.report_optional_feature(MODULE, 'azure-net', ready,
                                 'SQLite or the Boost headers are missing')
    if not ready:
        conf.env['MODULES_NOT_BUILT'].append(MODULE)


def build(bld):
    if MODULE in bld.env['MODULES_NOT_BUILT']:
        return
    module = bld.create_ns3_module(MODULE, NS3_MODULES)
    module.source = SOURCES
    module.use += ['SQLITE3', 'BOOST']

    headers = bld(features='ns3header')
    headers.module = MODULE
    headers.source = HEADERS

    if bld.env['ENABLE_EXAMPLES']:
        bld.recurse('examples')
