// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_LOAD_BALANCING_TABLES_H
#define AZURE_TRACE_LOAD_BALANCING_TABLES_H

#include "azure-trace-schema.h"

#include <vector>

namespace ns3::azure
{

/// @return the tables about load balancers and health probes; a part of GetTraceTables()
std::vector<TraceTable> GetLoadBalancingTraceTables();

} // namespace ns3::azure

#endif // AZURE_TRACE_LOAD_BALANCING_TABLES_H
