// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SLB_CONTROL_SOCKET_H
#define AZURE_SLB_CONTROL_SOCKET_H

#include "ns3/azure-slb-message.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/socket.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace ns3::azure
{

/// UDP port that host agents, muxes and the SLB manager talk on; our choice.
constexpr uint16_t SLB_CONTROL_PORT = 8084;

/// UDP port that host agents and the virtual network manager talk on; our choice.
constexpr uint16_t VIRTUAL_NETWORK_CONTROL_PORT = 8085;

/// UDP port that health probers talk on with the SLB manager's SLB_CONTROL_PORT; our choice.
constexpr uint16_t SLB_HEALTH_PORT = 8088;

/// Whom a control socket talks with.
struct SlbControlScope
{
    Ptr<NetDevice> device;                   //!< the only way in and out; null: any
    Ipv4Address peer{Ipv4Address::GetAny()}; //!< who alone is heeded; 0.0.0.0: anybody
};

/**
 * @ingroup azure-nodes
 * @brief Sends and receives the managers' messages over the node's own UDP stack.
 *
 * Datagrams that are no valid message, or from outside the scope, are ignored.  An agent's socket
 * keeps to its uplink: so no VM of the host can pass for a manager, and no route of the node's
 * stack to a VM can lead its answers astray.
 */
class SlbControlSocket : public Object
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// Told of each message and its sender, whose port an acknowledgement goes to.
    using Handler = std::function<void(const SlbMessage&, const InetSocketAddress&)>;

    /**
     * @brief Begin to listen.
     * @param node on which
     * @param port UDP port, here and, where Send() does not name another, at the other end
     * @param handler told of each message
     * @param scope whom to talk with
     */
    void Open(Ptr<Node> node, uint16_t port, Handler handler, const SlbControlScope& scope = {});

    /// @brief Stop listening.
    void Close();

    /// @brief Send a message; it can get lost.
    /// @param message what
    /// @param destination to whom
    /// @param port to which UDP port; none: the socket's own
    /// @return length of the UDP payload
    uint32_t Send(const SlbMessage& message,
                  Ipv4Address destination,
                  std::optional<uint16_t> port = std::nullopt);

  private:
    void DoDispose() override;
    /// Something has arrived.
    void Receive(Ptr<Socket> socket);

    Ptr<Socket> m_socket; //!< UDP
    uint16_t m_port{0};   //!< here, and there unless another is named
    Ipv4Address m_peer;   //!< who alone is heeded; 0.0.0.0: anybody
    Handler m_handler;    //!< told of each message
};

} // namespace ns3::azure

#endif // AZURE_SLB_CONTROL_SOCKET_H
