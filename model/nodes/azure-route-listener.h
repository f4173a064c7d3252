// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ROUTE_LISTENER_H
#define AZURE_ROUTE_LISTENER_H

#include "azure-equal-cost-routing.h"

#include "ns3/application.h"
#include "ns3/ipv4-address.h"
#include "ns3/packet.h"
#include "ns3/socket.h"

#include <cstdint>
#include <set>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Hears on a router what its neighbors announce and withdraw, and tells EqualCostRouting.
 *
 * Heeded are messages of neighbors that AddNeighbor() named, or of all (attribute AnyNeighbor).
 * They must come in by the interface whose network the sender is in: so nobody on the Internet can
 * pass for a neighbor.  Anything else is ignored.
 *
 * Order of assembly: add to a node with an IPv4 stack, SetRouting().  When the listener stops, the
 * routes there are still end with their hold times.
 */
class RouteListener : public Application
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @param routing of the same node; is told of the messages
    void SetRouting(Ptr<EqualCostRouting> routing);

    /// @brief Heed a neighbor's messages.
    void AddNeighbor(Ipv4Address neighbor);

  private:
    void StartApplication() override;
    void StopApplication() override;
    void DoDispose() override;

    /// Something has arrived.
    void Receive(Ptr<Socket> socket);
    /// @return whether the packet comes from a neighbor that is heeded; its tag is taken away
    bool IsHeeded(Ipv4Address sender, const Ptr<Packet>& packet) const;

    uint16_t m_port{0};                //!< Port
    bool m_isAnyHeeded{false};         //!< AnyNeighbor
    std::set<Ipv4Address> m_neighbors; //!< who is heeded
    Ptr<EqualCostRouting> m_routing;   //!< told of the messages
    Ptr<Socket> m_socket;              //!< UDP
};

} // namespace ns3::azure

#endif // AZURE_ROUTE_LISTENER_H
