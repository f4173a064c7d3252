// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @namespace ns3::azure
 * @brief Everything of azure-net.
 *
 * @defgroup azure azure-net
 * @brief Azure's outbound connectivity: hosts, load balancers, SNAT ports, public addresses.
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
