// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @mainpage
 *
 * The public classes of azure-net, an ns-3 module that models what Azure does to the traffic of
 * virtual machines.  A program includes `ns3/azure-net-module.h`; all names are in ns3::azure.  What
 * the module is and how it is used tells the <a href="../html/index.html">manual</a>, which
 * has <a href="../html/attributes.html">all attributes and trace sources</a> too.
 *
 * The code has floors, and each uses those below it only:
 *
 * | floor              | what is there                                             | where to begin |
 * |--------------------|-----------------------------------------------------------|----------------|
 * | @ref azure-helper  | assembling scenarios, recording traces                    | ns3::azure::OutboundScenarioHelper, ns3::azure::TrafficHelper, ns3::azure::TraceRecorder |
 * | @ref azure-nodes   | applications, sockets, timers, attributes, trace sources  | ns3::azure::HostAgent, ns3::azure::LoadBalancerMux, ns3::azure::SlbManager |
 * | @ref azure-datapath | what happens to a packet: parse, decide, rewrite         | ns3::azure::VnicPipeline, ns3::azure::RawHeader |
 * | @ref azure-tables  | how it is decided: deterministic state machines and tables | ns3::azure::SnatPortAllocator, ns3::azure::FlowTable |
 * | @ref azure-values  | what things are: immutable values, limits, profiles       | ns3::azure::Profile, ns3::azure::SecurityRule |
 *
 * Ways to give SNAT ports are classes derived from ns3::azure::SnatAllocationPolicy.
 *
 * @namespace ns3::azure
 * @brief Everything of azure-net.
 *
 * @defgroup azure azure-net
 * @brief What Azure does to the traffic of virtual machines.
 *
 * @defgroup azure-values Values
 * @ingroup azure
 * @brief What things are: immutable values, configuration resources, limits, profiles.
 *
 * @defgroup azure-tables Tables
 * @ingroup azure
 * @brief How it is decided: deterministic state machines and tables; the time is an argument.
 *
 * @defgroup azure-datapath Datapath
 * @ingroup azure
 * @brief What happens to a packet: parse, decide, rewrite, encapsulate.
 *
 * @defgroup azure-nodes Nodes
 * @ingroup azure
 * @brief What lives on a node: applications, sockets, timers, attributes, trace sources.
 *
 * @defgroup azure-helper Helpers
 * @ingroup azure
 * @brief Assembling scenarios, recording traces.
 */
