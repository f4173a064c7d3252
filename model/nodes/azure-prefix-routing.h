// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PREFIX_ROUTING_H
#define AZURE_PREFIX_ROUTING_H

#include "azure-ns3-compat.h"

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-prefix-table.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Static routing of a router with many neighbors.
 *
 * It does what ns3::Ipv4StaticRouting does without metrics and multicast routes, and what costs
 * there a walk over all routes and all addresses of the node for each packet costs a few hash
 * lookups here (PrefixTable).
 *
 * Networks of the node's interfaces are reached by themselves as long as the interface is up.  Of
 * two routes to the same prefix the later one counts.  A packet to any address of the node is
 * delivered to the node, whatever device it came from (ns-3's weak end-system model, its default).
 */
class PrefixRouting : public Ipv4RoutingProtocol
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /**
     * @brief Add a route.
     * @param prefix where it leads to, valid
     * @param nextHop a neighbor
     * @param interface number of the interface it is a neighbor at
     */
    void AddRoute(const AddressPrefix& prefix, Ipv4Address nextHop, uint32_t interface);

    /**
     * @brief Have another protocol asked first about packets that are not for the node.
     * @param protocol answers as in an Ipv4ListRouting; the node's stack must be known here already
     */
    void SetFirst(Ptr<Ipv4RoutingProtocol> protocol);

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

  protected:
    void DoDispose() override;

  private:
    /// What is done with packets to a prefix.
    struct Entry
    {
        AddressPrefix prefix; //!< where they go to
        uint32_t interface {
            0
        }; //!< number of the interface they leave by
        Ipv4Address own{
            Ipv4Address::GetZero()}; //!< node's address it is there for; zero: AddRoute()
        bool isLocal{false};         //!< they are for the node itself
        Ptr<Ipv4Route> route;        //!< how they are sent
    };

    /// Make it count.
    void Add(const Entry& entry);
    /// Drop the entries that are not wanted any more.
    template <typename IsUnwanted>
    void RemoveIf(IsUnwanted isUnwanted);
    /// @return a route by the interface
    Ptr<Ipv4Route> MakeRoute(Ipv4Address destination,
                             Ipv4Address nextHop,
                             Ipv4Address source,
                             uint32_t interface) const;

    Ptr<Ipv4> m_ipv4;                                     //!< the node's stack
    Ptr<Ipv4RoutingProtocol> m_first;                     //!< asked first; null if there is none
    std::vector<Entry> m_entries;                         //!< in the order in which they were added
    PrefixTable<std::pair<bool, Ptr<Ipv4Route>>> m_table; //!< isLocal and route of those that count
};

} // namespace ns3::azure

#endif // AZURE_PREFIX_ROUTING_H
