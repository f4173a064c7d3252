// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VERSION_H
#define AZURE_VERSION_H

namespace ns3::azure
{

/// Version of the module, as in CHANGES.md; trace databases name it.
constexpr const char* MODULE_VERSION = "0.1";

} // namespace ns3::azure

#endif // AZURE_VERSION_H
