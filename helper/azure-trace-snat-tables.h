// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_SNAT_TABLES_H
#define AZURE_TRACE_SNAT_TABLES_H

#include "azure-trace-schema.h"

#include <vector>

namespace ns3::azure
{

/// @return the tables about SNAT ports, those who give them, and NAT gateways, parents before
///         children
std::vector<TraceTable> GetSnatTraceTables();

} // namespace ns3::azure

#endif // AZURE_TRACE_SNAT_TABLES_H
