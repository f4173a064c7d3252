// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_LOAD_BALANCING_VIEWS_H
#define AZURE_TRACE_LOAD_BALANCING_VIEWS_H

#include "azure-trace-schema.h"

#include <vector>

namespace ns3::azure
{

/// @return the views about load balancers and health probes; a part of GetTraceViews()
std::vector<TraceView> GetLoadBalancingTraceViews();

} // namespace ns3::azure

#endif // AZURE_TRACE_LOAD_BALANCING_VIEWS_H
