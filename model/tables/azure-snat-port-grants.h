// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_PORT_GRANTS_H
#define AZURE_SNAT_PORT_GRANTS_H

#include "ns3/azure-slb-message.h"

#include <vector>

namespace ns3::azure
{

/// Blocks of SNAT ports, none of which overlaps another one.
using SnatPortGrants = std::vector<SnatPortBlockGrant>;

/// @return what of some blocks is not in others, in the order of the first
SnatPortGrants Subtract(SnatPortGrants from, const SnatPortGrants& what);

/// @return what of some blocks is in others, too, in the order of the first, then of the second
SnatPortGrants Intersect(const SnatPortGrants& some, const SnatPortGrants& others);

} // namespace ns3::azure

#endif // AZURE_SNAT_PORT_GRANTS_H
