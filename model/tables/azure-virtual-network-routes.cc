// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-virtual-network-routes.h"

#include "ns3/abort.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

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

std::shared_ptr<const VirtualNetworkRoutes>
VirtualNetworkRoutes::Share(const RouteTable& table)
{
    // As many as there are kinds of subnets; those that nobody uses any more go first.
    static std::vector<std::weak_ptr<const VirtualNetworkRoutes>> known;
    known.erase(
        std::remove_if(known.begin(), known.end(), [](const auto& each) { return each.expired(); }),
        known.end());
    for (const auto& each : known)
    {
        auto routes = each.lock();
        if (routes->IsMadeOf(table))
        {
            return routes;
        }
    }
    auto made = std::make_shared<const VirtualNetworkRoutes>(table);
    known.push_back(made);
    return made;
}

bool
VirtualNetworkRoutes::IsMadeOf(const RouteTable& table) const
{
    std::unordered_set<uint32_t> addresses; // one that comes twice hides that another is missing
    for (const auto& route : table.routes)
    {
        addresses.insert(route.address.Get());
    }
    return m_routes.size() == addresses.size() && addresses.size() == table.routes.size() &&
           m_defaultRoute == table.defaultRoute &&
           m_prefixes.GetPrefixes() == AddressSet(table.prefixes).GetPrefixes() &&
           std::all_of(table.routes.begin(), table.routes.end(), [this](const auto& route) {
               const auto* known = Lookup(route.address.Get());
               return known && *known == route;
           });
}

const VirtualNetworkRoute*
VirtualNetworkRoutes::Lookup(uint32_t address) const
{
    const auto found = m_routes.find(address);
    return found == m_routes.end() ? nullptr : &found->second;
}

} // namespace ns3::azure
