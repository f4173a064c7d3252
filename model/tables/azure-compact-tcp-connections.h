// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TCP_CONNECTIONS_H
#define AZURE_COMPACT_TCP_CONNECTIONS_H

#include "azure-chunked-vector.h"
#include "azure-compact-tcp-connection.h"
#include "azure-flow-index.h"

#include "ns3/azure-flow-key.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief The records of a CompactTcpTable, by number and by key.
 *
 * A record that is released keeps its number for itself until Rest(): who was at work on
 * it when a user's callback released it finds it Free, and never another connection in its place.
 *
 * A connection that is at work has its pending part: Wake() sees to that, and Rest() takes it back
 * from those that have become idle.
 *
 * Laws, checked by CheckInvariants(): each record that is not Free is found by its key, and no
 * other; each record is in use, free or released; exactly those that are not idle have a pending
 * part.
 *
 * Determinism: no clock and no random numbers; the number that was released last is reused first.
 */
class CompactTcpConnections
{
  public:
    /// @return the number of the connection with the key, or nothing
    std::optional<uint32_t> Lookup(const FlowKey& key) const;

    /**
     * @brief Make a connection, Bound.
     * @param key not in use
     * @return its number
     */
    uint32_t Acquire(const FlowKey& key);

    /// Free a connection; its key can be used again at once.
    void Release(uint32_t number);

    /// Give a connection its pending part, until Rest().
    void Wake(uint32_t number);

    /// Nobody is at work: have the numbers that have been released reused, and the pending parts
    /// of connections that have become idle.
    void Rest();

    CompactTcpConnection& operator[](uint32_t number)
    {
        return m_records[number];
    }

    const CompactTcpConnection& operator[](uint32_t number) const
    {
        return m_records[number];
    }

    /// @return whether there is a connection with the number
    bool IsInUse(uint32_t number) const
    {
        return number < m_records.GetSize() && m_records[number].state != CompactTcpState::Free;
    }

    /// @return connections there are
    uint32_t GetSize() const
    {
        return m_index.GetSize();
    }

    /// @return all records, free ones too
    const ChunkedVector<CompactTcpConnection>& GetRecords() const
    {
        return m_records;
    }

    /// @return bytes of memory held
    uint64_t GetMemory() const;

    /// @return the first law that is broken, or nothing
    std::optional<std::string> CheckInvariants() const;

  private:
    static constexpr uint32_t NONE = 0xffffffff; //!< end of a list

    /// @return number of records of a list
    uint32_t Count(uint32_t list) const;

    /// Give a record a pending part as a new connection has it.
    void TakePending(CompactTcpConnection& connection);
    /// Take it back.
    void ReturnPending(CompactTcpConnection& connection);

    ChunkedVector<CompactTcpConnection> m_records; //!< by number
    FlowIndex m_index;                             //!< of those in use
    uint32_t m_free{NONE};                         //!< first of those to be reused
    uint32_t m_released{NONE};                     //!< first of those released
    ChunkedVector<CompactTcpPending> m_pending;    //!< by their own numbers
    uint32_t m_freePending{NONE};                  //!< first of those to be reused
    std::vector<uint32_t> m_awake;                 //!< numbers that Wake() was given since Rest()
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_TCP_CONNECTIONS_H
