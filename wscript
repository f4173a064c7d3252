# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
#
# For ns-3.35, as contrib/azure-net; later releases use CMakeLists.txt, which has the same lists.

MODULE = 'azure-net'
NS3_MODULES = ['applications', 'core', 'csma', 'internet', 'network', 'point-to-point',
               'traffic-control', 'virtual-net-device']

# One file per line, sorted.
SOURCES = [
    'model/nodes/azure-my-ip-dns-client.cc',
    'model/nodes/azure-my-ip-dns-server.cc',
    'model/tables/azure-flow-index.cc',
    'model/tables/azure-lowest-free-set.cc',
    'model/tables/azure-my-ip-exchange.cc',
    'model/tables/azure-public-endpoint-table.cc',
    'model/tables/azure-slb-program.cc',
    'model/tables/azure-snat-port-allocator.cc',
    'model/tables/azure-snat-port-block.cc',
    'model/tables/azure-snat-port-budget.cc',
    'model/values/azure-dns-message.cc',
    'model/values/azure-dns-name.cc',
    'model/values/azure-parse.cc',
    'model/values/azure-profile.cc',
    'model/values/azure-slb-message.cc',
]
HEADERS = [
    'model/nodes/azure-my-ip-dns-client.h',
    'model/nodes/azure-my-ip-dns-server.h',
    'model/tables/azure-expiry-queue.h',
    'model/tables/azure-flow-index.h',
    'model/tables/azure-lowest-free-set.h',
    'model/tables/azure-my-ip-exchange.h',
    'model/tables/azure-public-endpoint-table.h',
    'model/tables/azure-slb-program.h',
    'model/tables/azure-snat-port-allocator.h',
    'model/tables/azure-snat-port-block.h',
    'model/tables/azure-snat-port-budget.h',
    'model/tables/azure-tcp-flow-state.h',
    'model/values/azure-address-prefix.h',
    'model/values/azure-deployment.h',
    'model/values/azure-dns-message.h',
    'model/values/azure-dns-name.h',
    'model/values/azure-drop-reason.h',
    'model/values/azure-flow-key.h',
    'model/values/azure-ip-protocol.h',
    'model/values/azure-limits.h',
    'model/values/azure-outbound-method.h',
    'model/values/azure-parse.h',
    'model/values/azure-port-range.h',
    'model/values/azure-profile.h',
    'model/values/azure-slb-message.h',
    'model/values/azure-trace-records.h',
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
