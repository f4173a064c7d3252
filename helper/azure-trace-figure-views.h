// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_FIGURE_VIEWS_H
#define AZURE_TRACE_FIGURE_VIEWS_H

#include "azure-trace-schema.h"

#include <string>
#include <vector>

/**
 * @file
 * @brief Views from which figures are drawn; doc/views.rst defines what they count.
 */
namespace ns3::azure
{

/// SQL: whether a row of flow tells of a flow that asked its host for a SNAT port.
constexpr const char* IS_SNAT_FLOW =
    "direction = 'outbound' AND path = 'internet' AND protocol IN ('tcp', 'udp') "
    "AND outbound_method IN ('load-balancer-frontend', 'default-snat') AND outcome <> 'denied'";

/// SQL: whether a row of flow tells of a flow with the Internet as nobody else does: behind a NAT
/// gateway a flow has two records, and that of the gateway knows what became of it, unless it did
/// not get as far.
constexpr const char* IS_OUTBOUND_FLOW =
    "direction = 'outbound' AND path = 'internet' AND "
    "(outbound_method <> 'nat-gateway' OR outcome = 'denied' OR protocol NOT IN ('tcp', 'udp'))";

/// @return the SQL with all words IS_SNAT_FLOW and IS_OUTBOUND_FLOW replaced by these conditions
std::string FillInConditions(std::string sql);

/// @return the views about outbound flows: what became of them, when, why, and where to
std::vector<TraceView> GetOutboundFlowTraceViews();

/// @return the views about SNAT ports over time
std::vector<TraceView> GetPortStepTraceViews();

/// @return the view of what changes of pools cost
std::vector<TraceView> GetResizeTraceViews();

/// @return the views of a run's key figures; after those of GetSnatTraceViews()
std::vector<TraceView> GetSummaryTraceViews();

} // namespace ns3::azure

#endif // AZURE_TRACE_FIGURE_VIEWS_H
