// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_EQUAL_COST_ROUTING_H
#define AZURE_EQUAL_COST_ROUTING_H

#include "azure-deadline-event.h"
#include "azure-ns3-compat.h"

#include "ns3/azure-equal-cost-routes.h"
#include "ns3/azure-route-change-record.h"
#include "ns3/azure-route-message.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/net-device.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Equal-cost multipath routing by flow, to next hops that announce what they serve.
 *
 * To be asked before static routing: given to PrefixRouting::SetFirst(), or added to a router's
 * Ipv4ListRouting with PRIORITY.  A packet to a prefix of its own is sent to one of the prefix's
 * next hops (EqualCostRoutes); everything else is left to the other protocols, local delivery
 * included.
 *
 * All packets of a flow take the same next hop as long as the next hops stay: the choice is made by
 * a hash of addresses, protocol and, of TCP and UDP, ports.  Of IPv4 in GRE with a key (RFC 2890)
 * those are the inner packet's: hosts send all their flows to internal frontends between the same
 * two addresses.  Virtual networks whose addresses overlap hash alike.  Fragments, the first one
 * included, and other protocols are hashed by addresses and protocol only.  What the node itself
 * sends has no headers yet when ns-3 asks for its route: it is hashed by its destination only.
 *
 * Next hops are neighbors: they have an address in the network of one of the node's interfaces.  An
 * interface that goes down takes no route away; the hold time does.
 */
class EqualCostRouting : public Ipv4RoutingProtocol
{
  public:
    /// Priority in an Ipv4ListRouting; our choice, above static routing's 0.
    static constexpr int16_t PRIORITY = 10;

    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @brief A neighbor announces that it takes packets.
    /// @return whether it is a neighbor; nothing is changed if not
    bool Announce(Ipv4Address nextHop, const AnnounceRoutes& message);

    /// @brief A neighbor takes no more packets; routes that are not there are passed over.
    void Withdraw(Ipv4Address nextHop, const WithdrawRoutes& message);

    /// @brief Let a neighbor be a next hop for ever.
    /// @return whether it is a neighbor; nothing is changed if not
    bool AddStaticRoute(const AddressPrefix& prefix, Ipv4Address nextHop);

    /**
     * @brief Drop packets to a prefix as long as it has no next hop.
     *
     * Else they would take the default route of the router, and could come back by it.
     */
    void AddDiscardedPrefix(const AddressPrefix& prefix);

    /// @return the device whose network the neighbor is in; null if it is no neighbor
    Ptr<NetDevice> FindDevice(Ipv4Address neighbor) const;

    /// @return the routes there are
    const EqualCostRoutes& GetRoutes() const
    {
        return m_routes;
    }

    // Ipv4RoutingProtocol
    Ptr<Ipv4Route> RouteOutput(Ptr<Packet> packet,
                               const Ipv4Header& header,
                               Ptr<NetDevice> outputDevice,
                               Socket::SocketErrno& error) override;
    bool RouteInput(Ptr<const Packet> packet,
                    const Ipv4Header& header,
                    Ptr<const NetDevice> inputDevice,
                    RouteInputTypes::Ucb unicast,
                    RouteInputTypes::Mcb multicast,
                    RouteInputTypes::Lcb local,
                    RouteInputTypes::Ecb error) override;
    void NotifyInterfaceUp(uint32_t interface) override;
    void NotifyInterfaceDown(uint32_t interface) override;
    void NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void SetIpv4(Ptr<Ipv4> ipv4) override;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                           Time::Unit unit = Time::S) const override;

    /**
     * @brief Signature of RouteChange.
     *
     * Fired once for every route that appears or goes, not when it is announced again, after the
     * routes have changed.
     *
     * @param [in] change what has changed, and why
     */
    typedef void (*RouteChangeCallback)(const RouteChangeRecord& change);

  private:
    void DoDispose() override;

    /// Where a neighbor is.
    struct Link
    {
        Ptr<NetDevice> device; //!< towards it; null if it is no neighbor
        Ipv4Address source;    //!< the node's address there
    };

    /// @return where a neighbor is
    Link FindLink(Ipv4Address neighbor) const;
    /// @return the route to the destination by the next hop that the hash selects; null if none
    Ptr<Ipv4Route> MakeRoute(Ipv4Address destination, uint64_t hash) const;
    /// Tell of a change, and remember where the next hop is, or forget it.
    void NotifyChange(const NextHopRoute& route, RouteChangeCause cause);
    /// See to it that the next hold time's end is not missed.
    void ScheduleExpiry();
    /// A hold time may be over.
    void Expire();

    uint64_t m_hashSeed{0};                 //!< HashSeed
    Ptr<Ipv4> m_ipv4;                       //!< the node's stack
    EqualCostRoutes m_routes;               //!< to the next hops
    std::map<Ipv4Address, Link> m_links;    //!< to each next hop
    std::vector<AddressPrefix> m_discarded; //!< dropped without next hop
    DeadlineEvent m_expiry;                 //!< Expire(), at the next deadline or before

    TracedCallback<const RouteChangeRecord&> m_routeChangeTrace; //!< RouteChange
};

} // namespace ns3::azure

#endif // AZURE_EQUAL_COST_ROUTING_H
