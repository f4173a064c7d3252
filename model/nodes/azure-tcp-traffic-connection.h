// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TCP_TRAFFIC_CONNECTION_H
#define AZURE_TCP_TRAFFIC_CONNECTION_H

#include "azure-traffic-connection.h"

#include "ns3/packet.h"

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief A traffic generator's connection over ns-3's TCP.
 *
 * Established by the handshake.  What ns-3's TCP makes of the ways to close:
 * - Fin: after the FIN exchange the socket stays in TIME_WAIT for twice MaxSegLifetime, and so
 *   does the source port.  ns-3 would repeat an unanswered FIN for ever, so that a RST follows
 *   when the server's FIN has not come within the close timeout.
 * - Rst: connecting a socket that is connected makes ns-3 send RST and forget the connection; it
 *   does so with and without unread data, in every version from 3.35 to 3.48.
 * - None: ns-3 cannot forget a connection silently: the socket stays open, answers what comes,
 *   and keeps its source port until the server ends the connection.
 *
 * A keep-alive message is a request for no response, which the server's TCP acknowledges; without
 * an acknowledgement TCP repeats it until it gives up, and the connection ends with an error.
 */
class TcpTrafficConnection : public TrafficConnection
{
  public:
    using TrafficConnection::TrafficConnection;

  protected:
    TypeId GetSocketFactory() const override;
    void Configure(Ptr<Socket> socket) override;
    bool DoOpen() override;
    void DoKeepAlive() override;
    void DoClose() override;
    void DoStop() override;

  private:
    void HandleConnected(Ptr<Socket> socket);
    void HandleConnectFailed(Ptr<Socket> socket);
    void HandleNormalClose(Ptr<Socket> socket);
    void HandleErrorClose(Ptr<Socket> socket);
    void HandleReceive(Ptr<Socket> socket);
    void HandleSendSpace(Ptr<Socket> socket, uint32_t space);

    /// Answer the server's FIN by one.
    void CloseAfterPeer();

    /// Make ns-3 send RST and forget the connection.
    void Reset();

    Ptr<Packet> m_request;       //!< what is left to be sent; none before the first and without one
    uint64_t m_receivedBytes{0}; //!< bytes of the response so far
    bool m_isClosing{false};     //!< the client has closed, and waits for the server's FIN
};

} // namespace ns3::azure

#endif // AZURE_TCP_TRAFFIC_CONNECTION_H
