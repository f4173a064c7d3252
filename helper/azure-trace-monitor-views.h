// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_MONITOR_VIEWS_H
#define AZURE_TRACE_MONITOR_VIEWS_H

#include "azure-trace-schema.h"

#include <vector>

namespace ns3::azure
{

/// @return the view in the words of Azure's metrics (sources.rst B.10); it needs those of
///         GetLoadBalancingTraceViews()
std::vector<TraceView> GetMetricTraceViews();

/// @return the views with what Azure's logs and health events would say (likewise)
std::vector<TraceView> GetMonitorTraceViews();

} // namespace ns3::azure

#endif // AZURE_TRACE_MONITOR_VIEWS_H
