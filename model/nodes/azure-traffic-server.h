// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_SERVER_H
#define AZURE_TRAFFIC_SERVER_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/azure-flow-key.h"
#include "ns3/azure-traffic-flow.h"
#include "ns3/event-id.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace ns3::azure
{

/// A request as a TrafficServer received it.
struct TrafficRequest
{
    FlowKey key;              //!< as it arrived: source is whom the server sees
    uint32_t requestSize{0};  //!< bytes received, header included
    uint32_t responseSize{0}; //!< bytes answered
};

/**
 * @ingroup azure-nodes
 * @brief Answers the requests of traffic generators, on TCP and UDP, on one or more ports.
 *
 * A request says how many bytes it wants back (TrafficRequestHeader).  A TCP connection may carry
 * any number of requests, one after the other; the server closes it when the client has.  What is
 * no request is counted and otherwise ignored; on TCP the connection is closed.
 *
 * A TCP connection whose client asks for nothing for IdleTimeout is forgotten: what comes of it
 * later finds ns-3's listening socket, which ignores it where others send RST.  With a
 * KeepAliveInterval the server sends a byte that often once it has answered a request; the
 * connection is not forgotten then, but ends when the client's TCP acknowledges no longer.
 *
 * TCP is served on all addresses, UDP on those the node has when the application starts.
 *
 * Stopping the application closes the listening sockets; open connections go on.
 */
class TrafficServer : public Application
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    TrafficServer();
    ~TrafficServer() override;

    /// @return TCP connections accepted so far
    uint64_t GetAccepted() const;

    /// @return requests answered so far
    uint64_t GetRequests() const;

    /// @return keep-alive bytes sent so far
    uint64_t GetKeepAlives() const;

    /// @return TCP connections and UDP datagrams that carried something else
    uint64_t GetMalformed() const;

    /**
     * @brief Signature of the trace source Accepted.
     *
     * Fires once for every TCP connection, when the client's handshake is done.
     *
     * @param [in] key the connection as the server sees it; its source is the client
     */
    typedef void (*AcceptedCallback)(const FlowKey& key);

    /**
     * @brief Signature of the trace source Closed.
     *
     * Fires at most once for every TCP connection, after Accepted: when the server learns that it
     * has ended (PeerClosed, Reset, Error) or forgets it (Idle), but not when the server closes it.
     *
     * @param [in] key the connection as the server sees it; its source is the client
     * @param [in] end why it ended
     */
    typedef void (*ClosedCallback)(const FlowKey& key, TrafficEnd end);

    /**
     * @brief Signature of the trace source Request.
     *
     * Fires once for every request, when all of it has come and before it is answered.
     *
     * @param [in] request the request
     */
    typedef void (*RequestCallback)(const TrafficRequest& request);

  protected:
    void DoDispose() override;

  private:
    /// One accepted TCP connection.
    struct Connection
    {
        Ptr<Socket> socket;   //!< its socket
        FlowKey key;          //!< its 5-tuple; source is the client
        Ptr<Packet> received; //!< bytes not yet read as a request
        Ptr<Packet> response; //!< bytes not yet sent
        EventId forget;       //!< when it will have been idle for too long
        EventId keepAlive;    //!< the next keep-alive byte; none before the first request
    };

    void StartApplication() override;
    void StopApplication() override;

    /// Serve UDP on one address: bound to it, a socket answers from it.
    void ListenForDatagrams(Ipv4Address address);

    /// @return a socket of that type, bound there
    Ptr<Socket> BindSocket(TypeId factory, const InetSocketAddress& local);

    void HandleAccepted(Ptr<Socket> socket, const Address& from);
    void HandleReceive(Ptr<Socket> socket);
    void HandleSendSpace(Ptr<Socket> socket, uint32_t space);
    void HandleNormalClose(Ptr<Socket> socket);
    void HandleErrorClose(Ptr<Socket> socket);
    void HandleDatagrams(Ptr<Socket> socket);

    /// Answer one datagram.
    void HandleDatagram(Ptr<Socket> socket, Ptr<Packet> datagram, const Address& from);

    /// Answer the requests that have come completely.
    void Answer(Connection& connection);

    /// Begin to count the connection's idle time anew.
    void Watch(Connection& connection);

    /// Wait for the connection's first keep-alive byte, if there is to be one.
    void BeginKeepAlive(Connection& connection);

    /// Send a keep-alive byte, unless there is more to be sent or received, and wait for the next.
    void KeepAlive(Ptr<Socket> socket);

    /// Tell that the connection has ended, if it is on the list.
    void TellClosed(Ptr<Socket> socket, TrafficEnd end);

    /// Drop a connection that has been idle for too long, without a packet.
    void Forget(Ptr<Socket> socket);

    /// Take the connection off the list, and its socket's callbacks away.  @return if it was there
    bool Remove(Ptr<Socket> socket);

    /// Close the socket, and forget its connection once the current event is over.
    void CloseLater(Ptr<Socket> socket);

    /// Close the socket, and forget its connection.
    void Close(Ptr<Socket> socket);

    uint16_t m_firstPort{0};                               //!< FirstPort
    uint32_t m_ports{1};                                   //!< Ports
    Time m_idleTimeout;                                    //!< IdleTimeout
    Time m_keepAliveInterval;                              //!< KeepAliveInterval; 0 s: none
    std::vector<Ptr<Socket>> m_listeners;                  //!< TCP and UDP sockets of all ports
    std::unordered_map<Socket*, Connection> m_connections; //!< accepted; never iterated in events
    uint64_t m_accepted{0};                                //!< TCP connections accepted
    uint64_t m_requests{0};                                //!< requests answered
    uint64_t m_keepAlives{0};                              //!< keep-alive bytes sent
    uint64_t m_malformed{0}; //!< connections and datagrams with something else

    TracedCallback<const FlowKey&> m_acceptedTrace;           //!< Accepted
    TracedCallback<const FlowKey&, TrafficEnd> m_closedTrace; //!< Closed
    TracedCallback<const TrafficRequest&> m_requestTrace;     //!< Request
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_SERVER_H
