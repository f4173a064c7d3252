// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TCP_CONNECTION_H
#define AZURE_COMPACT_TCP_CONNECTION_H

#include "azure-compact-tcp-state.h"

#include "ns3/azure-flow-key.h"

#include <cstdint>
#include <limits>
#include <tuple>

namespace ns3::azure
{

/// The deadline of what is not waited for, in nanoseconds.
constexpr int64_t NO_DEADLINE = std::numeric_limits<int64_t>::max();

/**
 * @brief What only a connection has that waits for something: the part of it that is pending.
 *
 * Most connections of many are idle: all they were given is sent and acknowledged, on both sides.
 * Then CompactTcpConnection::GetIdle() makes all this from the rest.
 */
struct CompactTcpPending
{
    int64_t retransmitAt{NO_DEADLINE};  //!< next retransmission; in TIME_WAIT: its end
    int64_t acknowledgeAt{NO_DEADLINE}; //!< when the delayed acknowledgement goes
    uint32_t unacknowledged{0};         //!< SND.UNA
    uint32_t highest{0};                //!< the greatest SND.NXT there has been
    uint32_t streamEnd{1};        //!< behind the last byte that the user has given; free: the next
    uint32_t lastAcknowledged{0}; //!< Last.ACK.sent (RFC 7323, 4.3)
    uint32_t number{0};           //!< its own, among all such parts
    uint16_t attempts{0};         //!< SYNs sent; then timeouts since the last progress

    /// Compares all but the numbers.
    friend bool operator==(const CompactTcpPending& a, const CompactTcpPending& b)
    {
        return std::tie(a.retransmitAt, a.acknowledgeAt, a.unacknowledged, a.highest) ==
                   std::tie(b.retransmitAt, b.acknowledgeAt, b.unacknowledged, b.highest) &&
               std::tie(a.streamEnd, a.lastAcknowledged, a.attempts) ==
                   std::tie(b.streamEnd, b.lastAcknowledged, b.attempts);
    }
};

static_assert(sizeof(CompactTcpPending) <= 40, "there are many of them");

/**
 * @brief One connection of a CompactTcpTable; times in nanoseconds, sequence numbers as on the
 * wire.
 *
 * This side's stream begins with sequence number 1: its SYN has 0.
 */
struct CompactTcpConnection
{
    FlowKey key;                                  //!< as this side sends
    CompactTcpPending* pending{nullptr};          //!< not owned; none: see GetIdle()
    int64_t armedDeadline{NO_DEADLINE};           //!< when the expiry queue looks at it next
    uint32_t tag{0};                              //!< the user's; free: the next free record
    uint32_t next{0};                             //!< SND.NXT; a retransmission sets it back
    uint32_t expected{0};                         //!< RCV.NXT
    uint32_t recentTimestamp{0};                  //!< TS.Recent (RFC 7323, 4.3)
    uint32_t roundTrip{0};                        //!< SRTT (RFC 6298), microseconds; 0: none yet
    uint32_t roundTripVariation{0};               //!< RTTVAR (RFC 6298), microseconds
    uint16_t use{0};                              //!< whose it is
    uint16_t peerWindow{0};                       //!< SEG.WND of the last acknowledgement
    CompactTcpState state{CompactTcpState::Free}; //!< where it stands
    uint8_t peerWindowShift{0};                   //!< Snd.Wind.Shift (RFC 7323, 2.3)
    uint8_t unansweredSegments{0};                //!< received since the last acknowledgement
    bool isClosing : 1;                           //!< FIN follows the stream
    bool hasTimestamps : 1;                       //!< both sides have the option
    bool hasWindowScale : 1;                      //!< both sides have the option
    bool isSackPermitted : 1;                     //!< both sides have the option
    bool isBusy : 1; //!< a segment is being taken: what is sent waits for the end of that

    CompactTcpConnection()
        : isClosing(false),
          hasTimestamps(true),
          hasWindowScale(true),
          isSackPermitted(true),
          isBusy(false)
    {
    }

    /// @return what is pending when nothing is: all has been sent and acknowledged, on both sides
    CompactTcpPending GetIdle() const
    {
        CompactTcpPending idle;
        idle.unacknowledged = next;
        idle.highest = next;
        idle.streamEnd = HasSentFin(state) ? next - 1 : next;
        idle.lastAcknowledged = expected;
        return idle;
    }
};

static_assert(sizeof(CompactTcpConnection) <= 64, "there are many of them");

} // namespace ns3::azure

#endif // AZURE_COMPACT_TCP_CONNECTION_H
