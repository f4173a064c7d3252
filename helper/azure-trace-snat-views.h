// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_SNAT_VIEWS_H
#define AZURE_TRACE_SNAT_VIEWS_H

#include "azure-trace-schema.h"

#include <vector>

namespace ns3::azure
{

/// @return the views that compare ways of SNAT: who gets how much, and what it costs
std::vector<TraceView> GetSnatTraceViews();

/// @return the views about waiting for SNAT ports; after those of GetSnatTraceViews()
std::vector<TraceView> GetSnatRequestTraceViews();

/// @return the views about NAT gateways
std::vector<TraceView> GetNatGatewayTraceViews();

} // namespace ns3::azure

#endif // AZURE_TRACE_SNAT_VIEWS_H
