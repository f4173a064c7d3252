// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_INBOUND_ENDPOINT_TABLE_H
#define AZURE_INBOUND_ENDPOINT_TABLE_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-slb-message.h"
#include "ns3/ipv4-address.h"

#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_set>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief What muxes may send to one network interface, by frontend, protocol and port.
 *
 * An endpoint of its own goes before HA ports of the same frontend.
 */
class InboundEndpointTable
{
  public:
    /**
     * @brief Add muxes and endpoints; those that are there already change nothing.
     * @return whether it was done: false, with nothing changed, if two endpoints of one frontend,
     *         protocol and port differ
     */
    bool Insert(const ProgramInboundEndpoints& instruction);

    /// @return whether that is the address of a mux
    bool IsMux(Ipv4Address address) const
    {
        return m_muxes.count(address.Get()) > 0;
    }

    /// @return the endpoint that packets with the key's destination and protocol are for; null if
    ///         there is none
    const InboundEndpoint* Lookup(const FlowKey& key) const;

    /// @return whether there is an endpoint of the frontend
    bool IsKnown(Ipv4Address frontend) const;

  private:
    /// Frontend, host byte order; protocol; port, 0 with HA ports.
    using Place = std::tuple<uint32_t, TransportProtocol, uint16_t>;

    std::unordered_set<uint32_t> m_muxes;         //!< their addresses, host byte order
    std::map<Place, InboundEndpoint> m_endpoints; //!< by place
};

} // namespace ns3::azure

#endif // AZURE_INBOUND_ENDPOINT_TABLE_H
