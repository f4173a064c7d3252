// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TCP_H
#define AZURE_COMPACT_TCP_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-tcp-segment.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3::azure
{

/// What connections have in common; the defaults are those of ns-3's TcpSocket.
struct CompactTcpSettings
{
    uint32_t segmentSize{536};                 //!< largest payload of a segment, bytes
    uint32_t window{131072};                   //!< receive window and most bytes under way
    uint32_t connectAttempts{6};               //!< SYNs sent before giving up
    Time connectTimeout{Seconds(3)};           //!< wait for an answer to the first SYN; doubles
    uint32_t dataRetries{6};                   //!< retransmissions before giving up
    Time firstRetransmitTimeout{Seconds(1)};   //!< before there is an estimate of the round trip
    Time leastRetransmitTimeout{Seconds(1)};   //!< RFC 6298, 2.4
    Time delayedAckTimeout{MilliSeconds(200)}; //!< longest wait of an acknowledgement
    uint32_t delayedAckCount{2};               //!< segments that are acknowledged at once; <= 255
    Time segmentLifetime{Seconds(120)};        //!< half of TIME_WAIT
};

/// Why a connection is over.
enum class CompactTcpEnd : uint8_t
{
    Closed,      //!< both sides have sent FIN, and each has been acknowledged
    Refused,     //!< a RST answered the SYN
    Reset,       //!< a RST came later
    Unreachable, //!< an ICMP error said so
    Timeout,     //!< nothing answered the SYNs, or the retransmissions
};

/**
 * @brief Who uses connections; told what becomes of them.
 *
 * A user knows its connections by tags of its own.  It may call CompactTcp from within each
 * function, and must outlive its connections and listening ports.
 */
class CompactTcpUser
{
  public:
    virtual ~CompactTcpUser() = default;

    /**
     * @brief A handshake with a listening port is done.
     * @param connection its number
     * @param key as this side sends
     * @return the user's tag
     */
    virtual uint32_t HandleAccepted(uint32_t connection, const FlowKey& key) = 0;

    /// The handshake that Connect() began is done.
    virtual void HandleConnected(uint32_t tag) = 0;

    /**
     * @brief The next bytes of the other side's stream have come.
     * @param tag the user's
     * @param bytes valid until the function returns
     * @param size how many, at least 1
     */
    virtual void HandleReceived(uint32_t tag, const uint8_t* bytes, uint32_t size) = 0;

    /// The other side sends no more; not called after Close().
    virtual void HandlePeerClosed(uint32_t tag) = 0;

    /**
     * @brief The connection is over, and its number no longer the user's; called once, but not
     * after Reset() and Forget().
     * @param tag the user's
     * @param end why
     * @param freeAt from when on its addresses and ports can be used again: now, or when TIME_WAIT
     *        is over
     */
    virtual void HandleOver(uint32_t tag, CompactTcpEnd end, Time freeAt) = 0;

    /**
     * @brief Write the bytes of the user's stream that are not zero.
     * @param tag the user's
     * @param offset in the stream, of the first byte
     * @param bytes where to, all zero
     * @param size how many
     * @return how many at the front may differ from zero
     */
    virtual uint32_t WritePayload(uint32_t tag, uint32_t offset, uint8_t* bytes, uint32_t size) = 0;
};

/// What carries segments away.
class CompactTcpOutput
{
  public:
    virtual ~CompactTcpOutput() = default;

    /**
     * @brief Send a segment.
     * @param key addresses and ports, as this side sends
     * @param segment without the payload's bytes
     * @param user whose stream the payload is of; null for a segment without payload
     * @param tag the user's
     * @param offset of the payload in the stream
     */
    virtual void Transmit(const FlowKey& key,
                          const TcpSegment& segment,
                          CompactTcpUser* user,
                          uint32_t tag,
                          uint32_t offset) = 0;
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_TCP_H
