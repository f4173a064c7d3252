// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_FIGURE_VIEWS_H
#define AZURE_TRACE_FIGURE_VIEWS_H

#include "azure-trace-schema.h"

#include <vector>

/**
 * @file
 * @brief Views from which figures are drawn; doc/views.rst defines what they count.
 */
namespace ns3::azure
{

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
