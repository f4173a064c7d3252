// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_MONITOR_VIEWS_H
#define AZURE_TRACE_MONITOR_VIEWS_H

#include "azure-trace-schema.h"

#include <vector>

namespace ns3::azure
{

/// @return the views in the words of Azure's metrics, logs and events (sources.rst B.10), which
///         need GetLoadBalancingTraceViews(); a part of GetTraceViews()
std::vector<TraceView> GetMonitorTraceViews();

} // namespace ns3::azure

#endif // AZURE_TRACE_MONITOR_VIEWS_H
