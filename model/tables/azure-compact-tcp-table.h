// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TCP_TABLE_H
#define AZURE_COMPACT_TCP_TABLE_H

#include "azure-compact-tcp-connections.h"
#include "azure-compact-tcp.h"
#include "azure-expiry-queue.h"

#include "ns3/azure-flow-key.h"
#include "ns3/azure-tcp-segment.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief The TCP connections of one node, for very many of them: RFC 9293 without congestion
 * control, urgent data, simultaneous open and segments out of order, which are dropped.
 *
 * What leaves for a connection's handshake, streams and end are the segments of ns-3's
 * TcpSocketBase, at the same times and with the same numbers, flags, options and windows.  Initial
 * sequence numbers are 0, timestamps are milliseconds; there is no PSH.  Each side acknowledges
 * the first segment of data at once, then every second one, or after the delay.  In this it
 * differs from TcpSocketBase:
 *
 * - Send() sends at once, there a nanosecond later; what is called from within a callback waits
 *   until the segment that led to it has been acknowledged, as there.
 * - There is no congestion window: the window is fixed.  TcpSocketBase begins with 10 segments.
 * - What was lost is sent again after the retransmission timeout only: one segment, and with its
 *   acknowledgement all that follows.  SACK is permitted, lest the SYN's size differ, and neither
 *   sent nor used.
 * - A FIN alone is repeated at the same unchanged intervals, but not for ever: as long as data
 *   would be, 123 s by default.  With data that is sent again it goes along.
 *
 * And where TcpSocketBase departs from the RFCs in what a user would see, this does not:
 *
 * - A segment for a listening port that is of no connection and no SYN is answered by RST (RFC
 *   9293, 3.10.7.2); there it is ignored.
 * - A SYN or SYN-ACK for an established connection is answered by a challenge ACK (RFC 5961, 4), to
 *   which a client that has begun anew answers RST, so that its next SYN gets through; there it is
 *   ignored.
 * - A RST with ACK that answers the SYN ends the attempt at once; there it is ignored, and the
 *   attempt times out.
 * - A RST has to have the expected number, or is answered by a challenge ACK (RFC 5961, 3).
 * - A RST with ACK is not answered by RST.
 * - TIME_WAIT acknowledges a FIN that comes again, and ends with a RST or a newer SYN to a port
 *   that is listened to: initial sequence numbers being always 0, the timestamp decides (RFC 6191).
 *   It is not prolonged, as users have been told its end.
 * - The timestamp that is echoed advances with acknowledgements that go with data, too (RFC 7323,
 *   4.3); there the round trip may be taken for as long as the connection was quiet.
 * - Segments with old timestamps are dropped (RFC 7323, 5), on connections that are idle for less
 *   than 24 days.
 * - An ICMP hard error ends a connection (RFC 1122, 4.2.3.9); there it changes nothing.
 *
 * A stream may be of any length: its offsets, as its sequence numbers, count modulo 2^32.  The
 * bytes that have been given to Send() and are not acknowledged are fewer than 2^32 - 1.
 *
 * Numbers of connections are valid until HandleOver(), Close() before the handshake is done,
 * Reset() or Forget(); giving another one ends the program.  Users may call any function from
 * within their callbacks but for Receive(), ReceiveError() and Expire(); an output may call those
 * three, too.
 *
 * Laws, checked by CheckInvariants(), of each connection:
 * - it is found by its key;
 * - unacknowledged <= next <= highest <= end of the stream, and its FIN;
 * - FIN has been sent exactly in the states that say so;
 * - a retransmission is waited for while something sent is unacknowledged or the other side's
 *   window is shut, and only then; TIME_WAIT waits for its end;
 * - the queue looks at it no later than at its first deadline.
 *
 * Determinism: no clock and no random numbers; the answers depend only on the calls made.
 */
class CompactTcpTable
{
  public:
    /// @param output carries segments away; not owned
    explicit CompactTcpTable(CompactTcpOutput& output);

    ~CompactTcpTable();

    CompactTcpTable(const CompactTcpTable&) = delete;
    CompactTcpTable& operator=(const CompactTcpTable&) = delete;

    /**
     * @brief Have connections to a port accepted, on all addresses.
     * @param port in host byte order
     * @param user told of them
     * @param settings theirs; must outlive them
     * @return whether nobody else listens
     */
    bool Listen(uint16_t port, CompactTcpUser& user, const CompactTcpSettings& settings);

    /// Accept none any more; those there are go on.
    void StopListening(uint16_t port);

    /**
     * @brief Take addresses and ports for a connection, without a packet.
     * @param key as this side sends
     * @param user told what becomes of it
     * @param tag the user's
     * @param settings the same for many connections; must outlive them
     * @return its number, or nothing if the key is in use
     */
    std::optional<uint32_t> Bind(const FlowKey& key,
                                 CompactTcpUser& user,
                                 uint32_t tag,
                                 const CompactTcpSettings& settings);

    /// Begin the handshake of a connection that Bind() has made.
    void Connect(uint32_t connection, Time now);

    /// Send more of the user's stream, now or when the handshake is done; nothing after Close().
    void Send(uint32_t connection, uint32_t bytes, Time now);

    /// Send FIN after what is left of the stream; before the handshake is done, forget instead.
    void Close(uint32_t connection, Time now);

    /// Send RST (RFC 9293, 3.10.5; in SYN-SENT, too, as TcpSocketBase's Close() does), and forget.
    void Reset(uint32_t connection, Time now);

    /// Forget, without a packet.
    void Forget(uint32_t connection);

    /**
     * @brief Take a segment.
     * @param key addresses and ports, as this side sends: the reverse of the packet's
     * @param segment with its payload's bytes
     * @param now current time
     * @return whether it was for a connection, or for a port that is listened to; if not, RST is
     *         the answer to it
     */
    bool Receive(const FlowKey& key, const TcpSegment& segment, Time now);

    /**
     * @brief Take an ICMP error (RFC 1122, 4.2.3.9: hard errors end a connection).
     * @param key of the segment it quotes, as this side sent it
     * @param isHard protocol or port unreachable, rather than network or host
     * @param now current time
     */
    void ReceiveError(const FlowKey& key, bool isHard, Time now);

    /// @return when Expire() is to be called next; nothing while nothing is waited for
    std::optional<Time> GetNextDeadline() const;

    /// Do what is due.
    void Expire(Time now);

    /// @return whether a connection, or one in TIME_WAIT, has the key
    bool IsInUse(const FlowKey& key) const;

    /// @return connections there are, TIME_WAIT included
    uint32_t GetSize() const;

    /// @return bytes of memory held for connections, listening ports and deadlines
    uint64_t GetMemory() const;

    /// @return the first law that is broken, or nothing; not to be asked from within a callback
    std::optional<std::string> CheckInvariants() const;

  private:
    using Connection = CompactTcpConnection; //!< short
    using State = CompactTcpState;           //!< short

    /// What connections of one user have in common.
    struct Use
    {
        CompactTcpUser* user;               //!< told of them
        const CompactTcpSettings* settings; //!< theirs
    };

    /// While there is one, the numbers of connections that are released stay unused, and all that
    /// are at work have what is pending.
    class Call
    {
      public:
        explicit Call(CompactTcpTable& table)
            : m_table(table)
        {
            ++m_table.m_calls;
        }

        ~Call()
        {
            if (--m_table.m_calls == 0)
            {
                m_table.m_connections.Rest();
                m_table.DropStaleDeadlines();
            }
        }

        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;

      private:
        CompactTcpTable& m_table; //!< called
    };

    /// @return the number of a user and its settings
    uint16_t GetUse(CompactTcpUser& user, const CompactTcpSettings& settings);
    /// @return a connection that its user may name, awake
    Connection& GetUsers(uint32_t connection);
    CompactTcpUser& GetUser(const Connection& connection) const;
    const CompactTcpSettings& GetSettings(const Connection& connection) const;

    /// Forget, and tell the user why.
    void End(uint32_t number, CompactTcpEnd end, Time now);
    /// Tell the user that all is done, and keep the key for a while.
    void BeginTimeWait(uint32_t number, Time now);

    /// @return the first law that is broken by the connection alone, or nothing
    static std::optional<std::string> CheckInvariants(const Connection& record);

    // Receive
    /// Take a segment of no connection.  @return what Receive() does
    bool ReceiveUnknown(const FlowKey& key, const TcpSegment& segment, Time now);
    void ReceiveSynSent(uint32_t number, const TcpSegment& segment, Time now);
    /// Take a segment in SYN-RECEIVED and later states.
    void ReceiveSynchronized(uint32_t number, const TcpSegment& segment, Time now);
    /// @return what Receive() does
    bool ReceiveInTimeWait(uint32_t number, const TcpSegment& segment, Time now);
    /// Take a SYN that came again while its answer is waited for.
    void RepeatSynAck(uint32_t number, Time now);
    /// @return whether timestamp and numbers are acceptable; if not, the segment is answered
    bool CheckAcceptable(uint32_t number, const TcpSegment& segment, Time now);
    /// @return whether RST, SYN and ACK leave something to do; if not, the segment is answered
    bool CheckControl(uint32_t number, const TcpSegment& segment, Time now);
    /// The ACK of the SYN-ACK has come.
    void Accept(uint32_t number, const TcpSegment& segment, Time now);
    /// @return whether payload and FIN are to be looked at
    bool TakeAcknowledgement(uint32_t number, const TcpSegment& segment, Time now);
    /// Take the ACK of this side's FIN.  @return whether payload and FIN are to be looked at
    bool TakeFinAcknowledgement(uint32_t number, Time now);
    /// @return whether the FIN is to be looked at
    bool TakePayload(uint32_t number, const TcpSegment& segment, Time now);
    /// Take the FIN, if there is one and it is next.
    void TakeFin(uint32_t number, const TcpSegment& segment, Time now);
    /// @return the count of unanswered segments at which the next one is acknowledged at once
    static uint8_t GetLastUnanswered(const CompactTcpSettings& settings);
    /// Take the options of a SYN.
    static void TakeOptions(Connection& connection, const TcpSegment& segment);
    /// Measure the round trip by what has been echoed.
    static void TakeRoundTrip(Connection& connection, const TcpSegment& segment, Time now);

    // Send
    /// @return a segment with ACK and all that each has
    TcpSegment MakeSegment(const Connection& connection, uint32_t sequence, Time now) const;
    /// Send SYN or SYN-ACK.
    void SendSyn(uint32_t number, Time now);
    /// Send an acknowledgement alone.
    void Acknowledge(uint32_t number, Time now);
    /// All that has come is being acknowledged.
    static void NoteAcknowledged(Connection& connection);
    /// Answer a segment that has ACK and is of no connection (RFC 9293, 3.10.7.1).
    void AnswerByReset(const FlowKey& key, const TcpSegment& segment);
    /// Send what the windows allow of stream and FIN.
    void SendStream(uint32_t number, Time now);
    /// @return whether the other side's window is shut against something
    static bool IsWaitingForWindow(const Connection& connection);
    /// @return bytes that may be under way
    uint32_t GetSendLimit(const Connection& connection) const;
    /// @return payload of the next segment; nothing if there is nothing to send now
    std::optional<uint32_t> GetNextPayload(const Connection& connection) const;
    /// Send the next segment of stream and FIN.
    void SendNext(uint32_t number, uint32_t size, Time now);

    // Timers
    /// Do what is due of a connection.
    void HandleDeadline(uint32_t number, Time now);
    /// Nothing has come for long enough to send again, or to give up.
    void HandleRetransmit(uint32_t number, Time now);
    void RetransmitSyn(uint32_t number, Time now);
    void RetransmitStream(uint32_t number, Time now);
    /// @return how long to wait for the answer to the next SYN or SYN-ACK
    Time GetSynTimeout(const Connection& connection) const;
    /// @return how long to wait for the first acknowledgement (RFC 6298, 2), nanoseconds
    int64_t GetLeastRetransmitTimeout(const Connection& connection) const;
    /// @return how often stream or FIN is sent again
    uint32_t GetRetries(const Connection& connection) const;
    /// @return whether all but the FIN has been acknowledged
    static bool IsFinAlone(const Connection& connection);
    /// @return how long to wait for the acknowledgement of stream or FIN
    Time GetRetransmitTimeout(const Connection& connection) const;
    /// Have the queue forget connections that wait for nothing, as far as they are next.
    void DropStaleDeadlines();
    /// See that the queue knows the first deadline of a connection, if there still is one.
    void Arm(uint32_t number);

    CompactTcpOutput& m_output;               //!< where segments go
    CompactTcpConnections m_connections;      //!< all
    ExpiryQueue m_deadlines;                  //!< of connections, by number
    std::vector<Use> m_uses;                  //!< by number
    std::map<uint16_t, uint16_t> m_listeners; //!< use by port
    uint32_t m_calls{0};                      //!< calls that are under way, one within another
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_TCP_TABLE_H
