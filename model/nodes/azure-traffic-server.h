// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_SERVER_H
#define AZURE_TRAFFIC_SERVER_H

#include "azure-deadline-event.h"
#include "azure-traffic-request-reader.h"
#include "azure-traffic-service.h"

#include "ns3/application.h"
#include "ns3/azure-chunked-vector.h"
#include "ns3/azure-flow-key.h"
#include "ns3/azure-timeout-list.h"
#include "ns3/azure-traffic-flow.h"
#include "ns3/azure-traffic-spec.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

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
 * later finds a port that is listened to, which ns-3 ignores where others, Compact among them, send
 * RST.  With a KeepAliveInterval the server sends a byte that often once it has answered a request;
 * the connection is not forgotten then, but ends when the client's TCP acknowledges no longer.
 *
 * With either transport, which the clients need not share, the same is traced at the same time.
 * TCP is served on all addresses; UDP with Socket on those the node has when the application
 * starts.
 *
 * Memory: 48 bytes a connection, 64 with keep-alives, besides what the transport needs; one pending
 * event for all of them.
 *
 * Stopping the application closes the listening ports; open connections go on.
 */
class TrafficServer : public Application, private TrafficServiceUser
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

    /// @return bytes of memory held for connections, without what ns-3's own objects take
    uint64_t GetMemory() const;

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
    static constexpr uint32_t NO_RECORD =
        std::numeric_limits<uint32_t>::max(); //!< end of the list of free ones

    /// One accepted TCP connection.
    struct Connection
    {
        uint32_t clientAddress{0};   //!< in host byte order
        uint32_t serverAddress{0};   //!< in host byte order
        uint16_t clientPort{0};      //!< of the client
        uint16_t serverPort{0};      //!< 0: the record is free
        uint32_t number{NO_RECORD};  //!< the service's; free: the next free record
        TrafficRequestReader reader; //!< of the client's stream
        bool isClosed{false};        //!< nothing of what comes matters any more
    };

    static_assert(sizeof(Connection) == 32, "a million connections are to be affordable");

    void DoInitialize() override;
    void StartApplication() override;
    void StopApplication() override;

    uint32_t HandleAccepted(uint32_t connection, const FlowKey& key) override;
    void HandleReceived(uint32_t tag, const uint8_t* bytes, uint32_t size) override;
    void HandlePeerClosed(uint32_t tag) override;
    void HandleOver(uint32_t tag, TrafficEnd end) override;
    std::optional<uint32_t> HandleDatagram(const FlowKey& key,
                                           const uint8_t* bytes,
                                           uint32_t size) override;

    /// @return the connection's 5-tuple; its source is the client
    static FlowKey GetKey(const Connection& connection);

    /// @return the number of a record that was free
    uint32_t TakeRecord();

    /// Make a record free.
    void FreeRecord(uint32_t tag);

    /// Answer the requests that are complete with these bytes.  @return bytes of the answers
    uint32_t Answer(uint32_t tag, const uint8_t* bytes, uint32_t size);

    /// Close a connection, and wait for nothing any more.
    void Close(uint32_t tag);

    /// Tell that a connection has ended.
    void TellClosed(const FlowKey& key, TrafficEnd end);

    /// Begin to count the connection's idle time anew.
    void Watch(uint32_t tag);

    /// Send a keep-alive byte, unless there is more to be sent or received, and wait for the next.
    void KeepAlive(uint32_t tag);

    /// Drop a connection that has been idle for too long, without a packet.
    void Forget(uint32_t tag);

    /// Have the event at the first deadline, or before it.
    void Arm();

    /// Do what is due.
    void HandleDeadline();

    uint16_t m_firstPort{0};                                //!< FirstPort
    uint32_t m_ports{1};                                    //!< Ports
    Time m_idleTimeout;                                     //!< IdleTimeout
    Time m_keepAliveInterval;                               //!< KeepAliveInterval; 0 s: none
    TrafficTransport m_transport{TrafficTransport::Socket}; //!< Transport
    std::unique_ptr<TrafficService> m_service;              //!< once the application has started
    ChunkedVector<Connection> m_connections;                //!< by tag
    uint32_t m_free{NO_RECORD};                             //!< the first free record
    std::optional<TimeoutList> m_idle;                      //!< tags, since their last request
    std::optional<TimeoutList> m_waiting; //!< tags, since their last keep-alive; none without
    DeadlineEvent m_event;                //!< the first deadline
    uint64_t m_accepted{0};               //!< TCP connections accepted
    uint64_t m_requests{0};               //!< requests answered
    uint64_t m_keepAlives{0};             //!< keep-alive bytes sent
    uint64_t m_malformed{0};              //!< connections and datagrams with something else

    TracedCallback<const FlowKey&> m_acceptedTrace;           //!< Accepted
    TracedCallback<const FlowKey&, TrafficEnd> m_closedTrace; //!< Closed
    TracedCallback<const TrafficRequest&> m_requestTrace;     //!< Request
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_SERVER_H
