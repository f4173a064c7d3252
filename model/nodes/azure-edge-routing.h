// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_EDGE_ROUTING_H
#define AZURE_EDGE_ROUTING_H

#include "azure-ns3-compat.h"
#include "azure-prefix-routing.h"

#include "ns3/azure-address-prefix.h"
#include "ns3/net-device.h"

#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Static routing of the router between a physical network and the Internet, which drops what
 * must not come in.
 *
 * A packet from any other device than the inside one is dropped if
 * - its source lies in one of the network's own prefixes: it is forged (ingress filtering, RFC
 * 2827, BCP 38); or
 * - it is GRE or IP-in-IP to where the network's own tunnels end: hosts and muxes believe what is
 * in them.
 *
 * So who sends from inside can be told by the source address, as hosts, muxes and the SLB manager
 * do.  Tunnels to other addresses pass, to a VM's instance-level public IP for one.  Packets to the
 * router itself are dropped likewise.  Everything else, and all that comes from inside, is routed
 * as PrefixRouting does.
 *
 * What is dropped is told by the Drop trace of ns-3's Ipv4L3Protocol, as DROP_ROUTE_ERROR.
 *
 * It is static routing by itself, not one more protocol of an Ipv4ListRouting before it: a list
 * looks through all addresses of the router for each packet.
 */
class EdgeRouting : public PrefixRouting
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @brief Trust what comes from this device; before that nothing is dropped.
    void SetInside(Ptr<NetDevice> device);

    /// @brief Drop packets from outside with a source in the prefix.
    void AddOwnPrefix(const AddressPrefix& prefix);

    /// @brief Drop tunnels from outside to the prefix.
    void AddTunnelEnds(const AddressPrefix& prefix);

    // Ipv4RoutingProtocol
    bool RouteInput(Ptr<const Packet> packet,
                    const Ipv4Header& header,
                    Ptr<const NetDevice> inputDevice,
                    RouteInputTypes::Ucb unicast,
                    RouteInputTypes::Mcb multicast,
                    RouteInputTypes::Lcb local,
                    RouteInputTypes::Ecb error) override;

  private:
    void DoDispose() override;

    /// @return whether a packet from outside must not come in
    bool IsRefused(const Ipv4Header& header) const;

    Ptr<NetDevice> m_inside;                  //!< to the physical network
    std::vector<AddressPrefix> m_ownPrefixes; //!< sources of its nodes
    std::vector<AddressPrefix> m_tunnelEnds;  //!< destinations of its tunnels
};

} // namespace ns3::azure

#endif // AZURE_EDGE_ROUTING_H
