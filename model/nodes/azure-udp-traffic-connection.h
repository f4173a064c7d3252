// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_UDP_TRAFFIC_CONNECTION_H
#define AZURE_UDP_TRAFFIC_CONNECTION_H

#include "azure-traffic-connection.h"

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief A traffic generator's connection over ns-3's UDP: one socket, one request datagram, one
 * response datagram.
 *
 * Established by the response.  Closing it puts nothing on the wire and frees the source port.
 *
 * A keep-alive message is a request for an empty datagram; without that the client closes when the
 * response timeout is over.
 */
class UdpTrafficConnection : public TrafficConnection
{
  public:
    using TrafficConnection::TrafficConnection;
    ~UdpTrafficConnection() override;

  protected:
    TypeId GetSocketFactory() const override;
    void Configure(Ptr<Socket> socket) override;
    bool DoOpen() override;
    void DoKeepAlive() override;
    void DoClose() override;
    void DoStop() override;

  private:
    void HandleReceive(Ptr<Socket> socket);

    /// Give up waiting for the response.
    void HandleTimeout();

    EventId m_answerTimer; //!< waits for the answer to a keep-alive message
};

} // namespace ns3::azure

#endif // AZURE_UDP_TRAFFIC_CONNECTION_H
