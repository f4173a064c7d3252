// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-virtual-network-routes.h"

#include "ns3/abort.h"

namespace ns3::azure
{

VirtualNetworkRoutes::VirtualNetworkRoutes(const RouteTable& table)
    : m_prefixes(table.prefixes),
      m_defaultRoute(table.defaultRoute)
{
    m_routes.reserve(table.routes.size());
    for (const auto& route : table.routes)
    {
        const bool isNew = m_routes.emplace(route.address.Get(), route).second;
        NS_ABORT_MSG_UNLESS(isNew, "two network interfaces have the address " << route.address);
    }
}

const VirtualNetworkRoute*
VirtualNetworkRoutes::Lookup(uint32_t address) const
{
    const auto found = m_routes.find(address);
    return found == m_routes.end() ? nullptr : &found->second;
}

} // namespace ns3::azure
