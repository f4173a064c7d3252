// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOST_SERVICE_PORT_H
#define AZURE_HOST_SERVICE_PORT_H

#include "ns3/callback.h"
#include "ns3/ipv4-address.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/packet.h"
#include "ns3/virtual-net-device.h"

#include <cstdint>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief The port of a host's virtual switch that the host's own IPv4 stack hangs on, towards VMs.
 *
 * The stack has 168.63.129.16 and 169.254.169.254 there (S3-50), so that any ns-3 application on
 * the host's node can serve its VMs, and a route to each VM.
 */
class HostServicePort : public Object
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @brief Told of each IPv4 datagram that the stack sends to a VM, or to 255.255.255.255.
    using SendCallback = Callback<void, Ptr<Packet>>;

    /**
     * @brief Make the port of a host.
     * @param node with an IPv4 stack
     * @param send told of what the stack sends
     */
    static Ptr<HostServicePort> Create(Ptr<Node> node, SendCallback send);

    /// @brief Lead the stack's packets for a VM to the port.
    void AddVm(Ipv4Address address);

    /// @brief Hand a datagram from a VM to the stack.
    void Receive(Ptr<Packet> datagram);

    /// @return the device the stack has its addresses on, to which sockets can be bound
    Ptr<NetDevice> GetDevice() const
    {
        return m_device;
    }

  private:
    void DoDispose() override;
    /// The stack sends something. @return true: whether it passes is not known here
    bool SendFromStack(Ptr<Packet> packet,
                       const Address& source,
                       const Address& destination,
                       uint16_t protocol);

    Ptr<VirtualNetDevice> m_device; //!< where the stack hangs
    uint32_t m_interface{0};        //!< its number in the stack
    SendCallback m_send;            //!< told of what the stack sends
};

} // namespace ns3::azure

#endif // AZURE_HOST_SERVICE_PORT_H
