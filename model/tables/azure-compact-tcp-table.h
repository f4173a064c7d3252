// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TCP_TABLE_H
#define AZURE_COMPACT_TCP_TABLE_H

#include "azure-compact-tcp.h"

#include "ns3/azure-flow-key.h"
#include "ns3/azure-tcp-segment.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief The TCP connections of one node, for very many of them: RFC 9293 without congestion
 * control, urgent data, simultaneous open and segments out of order, which are dropped.
 */
class CompactTcpTable
{
  public:
    /// @param output carries segments away; not owned
    explicit CompactTcpTable(CompactTcpOutput& output);

    ~CompactTcpTable();

    CompactTcpTable(const CompactTcpTable&) = delete;
    CompactTcpTable& operator=(const CompactTcpTable&) = delete;

    /// Have connections to a port accepted, on all addresses.  @return whether nobody else listens
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

    /// Send more of the user's stream.
    void Send(uint32_t connection, uint32_t bytes, Time now);

    /// Send FIN after what is left of the stream; before the handshake is done, forget instead.
    void Close(uint32_t connection, Time now);

    /// Send RST, and forget.
    void Reset(uint32_t connection, Time now);

    /// Forget, without a packet.
    void Forget(uint32_t connection);

    /**
     * @brief Take a segment.
     * @param key addresses and ports, as this side sends: the reverse of the packet's
     * @param segment with its payload's bytes
     * @param now current time
     * @return whether it was for a connection, or for a port that is listened to
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

    /// @return the first law that is broken, or nothing
    std::optional<std::string> CheckInvariants() const;
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_TCP_TABLE_H
