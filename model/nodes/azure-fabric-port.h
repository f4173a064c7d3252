// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FABRIC_PORT_H
#define AZURE_FABRIC_PORT_H

#include "ns3/azure-drop-reason.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv4-interface-address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/packet.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace ns3::azure
{

/// A node's place in the physical network.
struct FabricAddress
{
    Ipv4Address address; //!< of the node; a host's provider address
    Ipv4Mask mask;       //!< of the link's subnet
    Ipv4Address gateway; //!< next hop to everywhere else
};

/**
 * @ingroup azure-nodes
 * @brief Where a host agent or a mux meets the physical network.
 *
 * The only place that knows how ns-3's IPv4 stack lets us in.  There are two ways:
 *
 * - *Direct*, for a device that needs no ARP and carries no queue disc: the port owns the device,
 *   and the node's own IPv4 stack hangs on a virtual device behind it, as on a vSwitch.  A packet
 *   costs less than half of what forwarding it through the stack would.  What is no IPv4 is lost,
 *   and protocol handlers of the node see the device's packets only if they are promiscuous.
 * - *Stack*, for all other devices (CSMA, or a queue disc that was installed on purpose): packets
 *   are taken out of, and put into, the node's IPv4 stack, which does ARP, queueing and
 *   fragmentation.
 *
 * Either way the node's own stack has the address, and a default route to the gateway.
 */
class FabricPort : public Object
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /**
     * @brief Told of each unicast IPv4 datagram that arrives.
     * @return false if it is for the node's own stack, which then gets it
     */
    using ReceiveCallback = std::function<bool(const Ptr<const Packet>& packet)>;

    /**
     * @brief Make a port of a device; a queue disc must have been installed before.
     * @param device on a node that has an IPv4 stack, without IPv4 interface yet
     * @param address the node's place
     * @param receive told of arriving datagrams
     */
    static Ptr<FabricPort> Create(Ptr<NetDevice> device,
                                  const FabricAddress& address,
                                  ReceiveCallback receive);

    /**
     * @brief Send a datagram into the physical network.
     * @param datagram whole, headers included; changed by the call
     * @return nothing if it was sent; else why it was not
     */
    virtual std::optional<DropReason> Send(Ptr<Packet> datagram) = 0;

    /**
     * @brief Give a node's IPv4 stack an address on a device.
     *
     * Not as Ipv4AddressHelper does, which installs a queue disc too: that doubles what a hop
     * costs.  And where the device needs ARP, as many packets wait for an answer as a burst of
     * flows may have (65,536, our choice), where ns-3 drops all but 3.
     *
     * @param device on a node that has an IPv4 stack
     * @param address to add; the interface is made if there is none yet
     * @return number of the interface
     */
    static uint32_t AddAddress(Ptr<NetDevice> device, const Ipv4InterfaceAddress& address);

    /**
     * @brief Have a device give IPv4 packets straight to the node's stack.
     *
     * Protocol handlers of the node, which ns-3 keeps in a list that every packet walks, do not see
     * them; promiscuous ones do, and so do traces of the device and of the stack.
     *
     * @param device point-to-point, with an IPv4 interface
     */
    static void ReceiveDirectly(Ptr<NetDevice> device);

    /**
     * @brief Lead what a node's own stack sends to an address out of an interface.
     *
     * Not as Ipv4StaticRoutingHelper finds the node's routing, which it does not behind a port that
     * goes through the stack.
     */
    static void AddHostRoute(Ptr<Node> node, Ipv4Address destination, uint32_t interface);

    /// @return the device that the node's own stack has its address on, to bind sockets to
    Ptr<NetDevice> GetStackDevice() const
    {
        return m_stackDevice;
    }

    /// @return the node's address in the physical network
    Ipv4Address GetAddress() const
    {
        return m_address;
    }

  protected:
    /// Give the node's IPv4 stack the address on a device, and the default route.
    static void Configure(Ptr<NetDevice> device, const FabricAddress& address);

    void DoDispose() override;

    Ptr<NetDevice> m_device;      //!< to the physical network
    Ptr<NetDevice> m_stackDevice; //!< where the node's own stack hangs; may be the same
    Ipv4Address m_address;        //!< of the node
    ReceiveCallback m_receive;    //!< told of arriving datagrams
};

} // namespace ns3::azure

#endif // AZURE_FABRIC_PORT_H
