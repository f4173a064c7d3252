// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOCKET_TRAFFIC_SERVICE_H
#define AZURE_SOCKET_TRAFFIC_SERVICE_H

#include "azure-traffic-service.h"

#include "ns3/address.h"
#include "ns3/event-id.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"
#include "ns3/type-id.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Serves ports over ns-3's sockets, one for each connection.
 *
 * TCP is served on all addresses, UDP on those the node has at the time of Listen(): a socket that
 * is bound to an address answers from it.
 */
class SocketTrafficService : public TrafficService
{
  public:
    /// @param node the server
    /// @param user told what comes
    SocketTrafficService(Ptr<Node> node, TrafficServiceUser& user);

    ~SocketTrafficService() override;

    SocketTrafficService(const SocketTrafficService&) = delete;
    SocketTrafficService& operator=(const SocketTrafficService&) = delete;

    bool Listen(uint16_t port) override;
    void StopListening() override;
    void Send(uint32_t connection, uint32_t bytes) override;
    bool IsSending(uint32_t connection) const override;
    void Close(uint32_t connection) override;
    void Forget(uint32_t connection) override;
    void Abandon(uint32_t connection) override;
    uint64_t GetMemory() const override;

  private:
    /// One accepted connection.
    struct Connection
    {
        Ptr<Socket> socket;    //!< its socket
        uint32_t tag{0};       //!< the user's
        uint64_t unsent{0};    //!< bytes that the socket has had no room for
        bool isClosing{false}; //!< Close() has been called, or the connection is over
        bool isOver{false};    //!< the user knows
        EventId close;         //!< closes the socket
    };

    /// @return a socket of that type, bound there, or null if the port is in use
    Ptr<Socket> BindSocket(TypeId factory, const InetSocketAddress& local);

    void HandleAccepted(Ptr<Socket> socket, const Address& from);
    static void HandleReceive(SocketTrafficService* self, uint32_t number, Ptr<Socket> socket);
    static void HandleSendSpace(SocketTrafficService* self,
                                uint32_t number,
                                Ptr<Socket> socket,
                                uint32_t space);
    static void HandleNormalClose(SocketTrafficService* self, uint32_t number, Ptr<Socket> socket);
    static void HandleErrorClose(SocketTrafficService* self, uint32_t number, Ptr<Socket> socket);
    void HandleDatagrams(Ptr<Socket> socket);

    /// @return the connection, or null if it is closed or about to be
    Connection* FindOpen(uint32_t number);

    /// Put as much into the socket's buffer as fits.
    static void SendWhatFits(Connection& connection);

    /// Tell why the connection is over, unless it has been closed, and close its socket later.
    void HandleEnd(uint32_t number, TrafficEnd end);

    /// Close the socket, and forget its connection.
    void CloseSocket(uint32_t number);

    /// Take the connection off the list.  @return its socket, which calls nobody any more
    Ptr<Socket> Remove(uint32_t number);

    Ptr<Node> m_node;                                       //!< the server
    TrafficServiceUser& m_user;                             //!< told what comes
    std::vector<Ptr<Socket>> m_listeners;                   //!< TCP and UDP sockets of all ports
    std::unordered_map<uint32_t, Connection> m_connections; //!< by number; never iterated
    uint32_t m_next{0};                                     //!< number of the next connection
    std::vector<uint8_t> m_bytes;                           //!< of what is received
};

} // namespace ns3::azure

#endif // AZURE_SOCKET_TRAFFIC_SERVICE_H
