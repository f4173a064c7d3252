// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TRAFFIC_CONNECTIONS_H
#define AZURE_COMPACT_TRAFFIC_CONNECTIONS_H

#include "azure-compact-endpoint.h"
#include "azure-deadline-event.h"
#include "azure-traffic-connections.h"

#include "ns3/azure-chunked-vector.h"
#include "ns3/azure-expiry-queue.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Connections over a CompactEndpoint: a record of at most 72 bytes for each, and one pending
 * ns-3 event for all.
 *
 * The owner hears of the same steps at the same times as over sockets (TcpTrafficConnection,
 * UdpTrafficConnection), and the same packets are sent, but for this:
 * - a RST that answers the SYN fails the attempt (Reset), with ACK as without: ns-3's sockets
 *   overlook it with ACK, so that the attempt times out there;
 * - an ICMP error that protocol or port is not there fails the attempt (Unreachable), or ends the
 *   connection (Error): ns-3's sockets overlook it;
 * - close None really forgets the connection: the source port is free at once, and what comes of
 *   the connection later is answered by RST, where ns-3's socket would go on acknowledging it;
 * - a connection that the server closed releases its source port when the client's FIN has been
 *   acknowledged, not at once.
 */
class CompactTrafficConnections : public TrafficConnections,
                                  private CompactTcpUser,
                                  private CompactUdpUser
{
  public:
    /**
     * @param node the client
     * @param owner told what becomes of the connections
     * @param settings the same for all connections
     */
    CompactTrafficConnections(Ptr<Node> node,
                              TrafficConnectionOwner& owner,
                              const TrafficConnectionSettings& settings);

    ~CompactTrafficConnections() override;

    CompactTrafficConnections(const CompactTrafficConnections&) = delete;
    CompactTrafficConnections& operator=(const CompactTrafficConnections&) = delete;

    std::optional<uint64_t> Bind(const TrafficFlow& flow) override;
    bool Open(uint64_t connection) override;
    void Stop() override;
    void Abandon() override;
    void VisitOpenFlows(const TrafficFlowVisitor& visitor) const override;
    uint64_t GetMemory() const override;

  private:
    static constexpr int64_t NO_TIME = std::numeric_limits<int64_t>::max(); //!< that never comes
    static constexpr uint32_t NO_RECORD = 0xffffffff;                       //!< end of a list

    /// Where a connection stands.
    enum class State : uint8_t
    {
        Free,    //!< there is none: the record can be used again
        Bound,   //!< nothing has been sent
        Opening, //!< the first packet has been sent
        Waiting, //!< established; not all of the response has come
        Held,    //!< all that was asked for has come
        Closing, //!< the client has closed it, by FIN
        Closed,  //!< the server has closed it, and the client too
    };

    static constexpr uint32_t NUMBER_BITS = 36;  //!< of a flow's number: 68 billion flows
    static constexpr uint32_t ATTEMPT_BITS = 24; //!< of its attempts

    /// What only TCP needs of a record.
    struct TcpPart
    {
        uint32_t connection; //!< the endpoint's number; of a free record: the next free one
        uint32_t received;   //!< bytes of the response
    };

    /// What is known of a connection; times in nanoseconds.
    struct Record
    {
        FlowKey key;                  //!< as the client sends
        int64_t started{0};           //!< when the attempt began
        int64_t established{NO_TIME}; //!< when it was established
        int64_t timer{NO_TIME};       //!< response timeout, hold or close timeout, by the state
        int64_t keepAlive{NO_TIME};   //!< when the next keep-alive message goes out
        int64_t queued{NO_TIME};      //!< when the queue looks at it

        union
        {
            TcpPart tcp;    //!< not UDP's
            int64_t answer; //!< UDP: when the answer to a keep-alive message has to be there
        };

        uint64_t number : NUMBER_BITS;   //!< of the flow
        uint64_t attempt : ATTEMPT_BITS; //!< of the flow
        bool hasConnection : 1;          //!< the endpoint knows it
        State state : 3;                 //!< where it stands

        Record()
            : tcp{0, 0},
              number(0),
              attempt(1),
              hasConnection(false),
              state(State::Free)
        {
        }
    };

    static_assert(sizeof(Record) <= 72, "a million flows are to be affordable");

    uint32_t HandleAccepted(uint32_t connection, const FlowKey& key) override;
    void HandleConnected(uint32_t tag) override;
    void HandleReceived(uint32_t tag, const uint8_t* bytes, uint32_t size) override;
    void HandlePeerClosed(uint32_t tag) override;
    void HandleOver(uint32_t tag, CompactTcpEnd end, Time freeAt) override;
    uint32_t WritePayload(uint32_t tag, uint32_t offset, uint8_t* bytes, uint32_t size) override;
    void HandleDatagram(uint32_t tag,
                        const FlowKey& key,
                        const uint8_t* bytes,
                        uint32_t size) override;
    void HandleUnreachable(uint32_t tag) override;

    /// @return that long from now, in nanoseconds; of a pause no more than 146 years count
    static int64_t GetDeadline(Time pause);
    /// @return the attempt of a record, which ends at a time, if it does
    static TrafficFlow GetFlow(const Record& record, std::optional<Time> ended = {});
    /// @return whether it is TCP's
    static bool IsTcp(const Record& record);
    /// @return whether the attempt has failed or the connection was closed
    static bool HasEnded(const Record& record);
    /// @return when the answer to a keep-alive message has to be there
    static int64_t GetAnswerDeadline(const Record& record);
    /// @return when something is first to be done for a record; NO_TIME if it waits for nothing
    static int64_t GetFirstDeadline(const Record& record);

    /// @return flow number and record of the attempts that have not ended, sorted
    std::vector<std::pair<uint64_t, uint32_t>> GetOpen() const;
    /// @return the number of a free record
    uint32_t TakeRecord();
    /// Make a record free, and give back what it has of the endpoint, without a packet.
    void FreeRecord(uint32_t tag);

    /// Send a UDP request for an answer of that many bytes; without a route it is lost.
    void SendRequest(const Record& record, uint32_t requestSize, uint32_t responseSize);

    /// Take note that the connection is established, and tell.
    void SetEstablished(uint32_t tag);
    /// Take note that the response is there, and tell.
    void SetResponded(uint32_t tag);
    /// Take note that the attempt failed, tell, and release; nothing is sent.
    void Fail(uint32_t tag, TrafficFailure failure);
    /// Take note that the connection ended, and tell.
    void End(uint32_t tag, TrafficEnd end);
    /// End an established connection on the wire, and release it now or later.
    void CloseOnWire(uint32_t tag);
    /// Send RST, and release.
    void ResetOnWire(uint32_t tag);
    /// Give the record up, and tell from when on its port is free.
    void Release(uint32_t tag, Time portFreeAt);
    /// Give up the attempt or close the connection of a record, for the application stops.
    void StopOne(uint32_t tag);

    /// Send a keep-alive message, and wait for the next.
    void KeepAlive(uint32_t tag);
    /// Do what is due for a record.
    void HandleDue(uint32_t tag, int64_t now);
    /// The one timer of a record has run out.
    void HandleTimer(uint32_t tag);

    /// Have the queue look at a record when its first deadline comes.
    void Queue(uint32_t tag);
    /// Have the queue forget records that wait for nothing, as far as they are next.
    void DropStaleDeadlines();
    /// Have the event at the queue's first deadline.
    void Arm();
    /// Do what is due.
    void HandleDeadline();

    Ptr<CompactEndpoint> m_endpoint;             //!< the client's
    TrafficConnectionOwner& m_owner;             //!< told what becomes of the connections
    const TrafficConnectionSettings& m_settings; //!< the same for all connections
    const CompactTcpSettings& m_tcpSettings;     //!< the endpoint's copy of what TCP needs of them
    ChunkedVector<Record> m_records;             //!< by tag
    uint32_t m_free{NO_RECORD};                  //!< first of the free ones
    ExpiryQueue m_queue;                         //!< when to look at records
    DeadlineEvent m_event;                       //!< the queue's next deadline
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_TRAFFIC_CONNECTIONS_H
