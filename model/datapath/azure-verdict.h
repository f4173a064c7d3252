// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VERDICT_H
#define AZURE_VERDICT_H

#include "azure-rewrite.h"

#include "ns3/azure-drop-reason.h"

#include <variant>

namespace ns3::azure
{

/// What shall happen to a packet: be rewritten and passed on, or be dropped.
using Verdict = std::variant<Rewrite, DropReason>;

} // namespace ns3::azure

#endif // AZURE_VERDICT_H
