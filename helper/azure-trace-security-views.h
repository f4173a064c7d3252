// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_SECURITY_VIEWS_H
#define AZURE_TRACE_SECURITY_VIEWS_H

#include "azure-trace-schema.h"

#include <vector>

namespace ns3::azure
{

/// @return the views about network security groups; a part of GetTraceViews()
std::vector<TraceView> GetSecurityTraceViews();

} // namespace ns3::azure

#endif // AZURE_TRACE_SECURITY_VIEWS_H
