// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VIRTUAL_NETWORK_ROUTES_H
#define AZURE_VIRTUAL_NETWORK_ROUTES_H

#include "ns3/azure-address-set.h"
#include "ns3/azure-host-goal-state.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Who has which address of a virtual network, of its peers and of its service endpoints.
 *
 * One object for all interfaces that share a RouteTable, on all hosts: each of them has to know
 * where all others are, so that a table for each host would take memory by the square of a pool.
 */
class VirtualNetworkRoutes
{
  public:
    /// Reaches nobody.
    VirtualNetworkRoutes() = default;

    /// @param table what to look up in
    explicit VirtualNetworkRoutes(const RouteTable& table);

    /**
     * @brief Find what has been made of an equal table and is still in use, or make it.
     * @param table what to look up in
     */
    static std::shared_ptr<const VirtualNetworkRoutes> Share(const RouteTable& table);

    /// @return whether the table says the same
    bool IsMadeOf(const RouteTable& table) const;

    /// @return who has the address (host byte order); null if nobody has
    const VirtualNetworkRoute* Lookup(uint32_t address) const;

    /// @return whether the address belongs to the virtual network, a peer or an endpoint's
    ///         service, so that its packets do not go to the Internet, whether somebody has it or
    ///         not
    bool Covers(uint32_t address) const
    {
        return m_prefixes.Contains(address);
    }

    /// @return the user's route 0.0.0.0/0, if there is one
    const std::optional<RouteNextHop>& GetDefaultRoute() const
    {
        return m_defaultRoute;
    }

  private:
    AddressSet m_prefixes;                                      //!< of the route table
    std::unordered_map<uint32_t, VirtualNetworkRoute> m_routes; //!< by address
    std::optional<RouteNextHop> m_defaultRoute;                 //!< of the route table
};

} // namespace ns3::azure

#endif // AZURE_VIRTUAL_NETWORK_ROUTES_H
