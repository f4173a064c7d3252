// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_CONNECTION_H
#define AZURE_TRAFFIC_CONNECTION_H

#include "azure-traffic-connections.h"

#include "ns3/azure-traffic-flow.h"
#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief The client's side of one connection over an ns-3 socket; base of TCP's and UDP's.
 *
 * What the owner hears of it, and when, see TrafficConnections; settings and owner must outlive the
 * connection, or Abandon() must be called.
 */
class TrafficConnection : public SimpleRefCount<TrafficConnection>
{
  public:
    /**
     * @param owner told what becomes of the connection
     * @param settings the same for all connections of the owner
     * @param flow the attempt this connection is, with its key
     */
    TrafficConnection(TrafficConnectionOwner& owner,
                      const TrafficConnectionSettings& settings,
                      const TrafficFlow& flow);

    virtual ~TrafficConnection() = default;

    TrafficConnection(const TrafficConnection&) = delete;
    TrafficConnection& operator=(const TrafficConnection&) = delete;

    /**
     * @brief Bind a socket to the flow's source address and port.
     * @return whether the port was free
     */
    bool Bind(Ptr<Node> node);

    /**
     * @brief Send the first packet; the socket must be bound.
     * @return whether there is a route; if not, the socket is released and nothing is called
     */
    bool Open();

    /// Give up an attempt or close a connection, for the reason that the application stops.
    void Stop();

    /// Forget the socket and call nobody any more; nothing is sent.
    void Abandon();

    /// @return the attempt, with the times known so far
    const TrafficFlow& GetFlow() const;

  protected:
    /// @return the type of socket factory
    virtual TypeId GetSocketFactory() const = 0;

    /// Set up the new socket before it is bound.
    virtual void Configure(Ptr<Socket> socket) = 0;

    /// Send the first packet. @return whether there is a route
    virtual bool DoOpen() = 0;

    /// Send a keep-alive message.
    virtual void DoKeepAlive() = 0;

    /// End an established connection on the wire, and release it now or later.
    virtual void DoClose() = 0;

    /// End an attempt that was not established on the wire.
    virtual void DoStop() = 0;

    /// Take note that the connection is established, and tell.
    void SetEstablished();

    /// Take note that the response is there, and tell.
    void SetResponded();

    /// Take note that the attempt failed, tell, and release.
    void Fail(TrafficFailure failure);

    /// Take note that the connection ended, and tell.
    void End(TrafficEnd end);

    /// Close because a response did not come in time.
    void CloseUnanswered();

    /// Give the socket up once the current event is over, since ns-3 may be in the middle of it.
    void ReleaseLater(Time portFreeAt);

    /// @return where the connection goes to
    Address GetPeer() const;

    const TrafficConnectionSettings& m_settings; //!< the same for all connections of the owner
    Ptr<Socket> m_socket;                        //!< none before Bind() and after the release
    EventId m_timer; //!< the one thing the connection waits for: response, hold or close

  private:
    /// Wait for the next keep-alive message, if there are to be any.
    void ScheduleKeepAlive();

    /// Send a keep-alive message, and wait for the next.
    void KeepAlive();

    /// Close because the hold time is over.
    void HandleHoldOver();

    /// Clear the socket's callbacks and forget it.
    void DropSocket();

    /// Forget the socket, and tell.
    void Release(Time portFreeAt);

    TrafficConnectionOwner* m_owner; //!< told what becomes of the connection; null once abandoned
    TrafficFlow m_flow;              //!< the attempt
    EventId m_nextKeepAlive;         //!< the next keep-alive message
    bool m_isReleasing{false};       //!< the release is under way
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_CONNECTION_H
