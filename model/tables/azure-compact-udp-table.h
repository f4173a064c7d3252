// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_UDP_TABLE_H
#define AZURE_COMPACT_UDP_TABLE_H

#include "azure-chunked-vector.h"
#include "azure-flow-index.h"

#include "ns3/azure-flow-key.h"

#include <cstdint>
#include <map>
#include <optional>

namespace ns3::azure
{

/// Who uses compact UDP ports; told what comes to them.
class CompactUdpUser
{
  public:
    virtual ~CompactUdpUser() = default;

    /**
     * @brief A datagram has come.
     * @param tag the user's; 0 for a port that is listened to
     * @param key addresses and ports, as an answer goes
     * @param bytes valid until the function returns
     * @param size how many
     */
    virtual void HandleDatagram(uint32_t tag,
                                const FlowKey& key,
                                const uint8_t* bytes,
                                uint32_t size) = 0;

    /// An ICMP error says that protocol or port is not there.  @param tag as BindUdp() was given
    virtual void HandleUnreachable(uint32_t tag) = 0;
};

/// Whom a datagram is for.
struct CompactUdpMatch
{
    CompactUdpUser* user; //!< who is to be told
    uint32_t tag;         //!< the user's; 0 for a port that is listened to
};

/**
 * @ingroup azure-tables
 * @brief Who is told of a datagram: whoever has taken its very key, or else listens to its port.
 */
class CompactUdpTable
{
  public:
    CompactUdpTable() = default;

    CompactUdpTable(const CompactUdpTable&) = delete;
    CompactUdpTable& operator=(const CompactUdpTable&) = delete;

    /// Have datagrams to a port, on all addresses, told to a user.  @return whether it was free
    bool Listen(uint16_t port, CompactUdpUser& user);

    /// Undo Listen(); nothing happens if nobody listens.
    void StopListening(uint16_t port);

    /**
     * @brief Have what comes back told to a user.
     * @param key as this side sends
     * @param user who is told
     * @param tag the user's
     * @return whether nobody has the key
     */
    bool Bind(const FlowKey& key, CompactUdpUser& user, uint32_t tag);

    /// Undo Bind(); nothing happens if nobody has the key.
    void Release(const FlowKey& key);

    /// @return who has the key, as this side sends; nothing if nobody has
    std::optional<CompactUdpMatch> LookupBound(const FlowKey& key) const;

    /// @return who has the key, as this side sends, or listens to its source port, if anybody does
    std::optional<CompactUdpMatch> Lookup(const FlowKey& key) const;

    /// @return keys that are taken
    uint32_t GetSize() const
    {
        return m_index.GetSize();
    }

    /// @return bytes of memory held
    uint64_t GetMemory() const;

  private:
    static constexpr uint32_t NO_SLOT = 0xffffffff; //!< end of the list of free ones

    /// A key that is taken, or a free place.
    struct Binding
    {
        FlowKey key;                   //!< as this side sends
        CompactUdpUser* user{nullptr}; //!< null in a free place
        uint32_t tag{0};               //!< the user's; in a free place the number of the next one
    };

    /// @return the number of the key's binding
    std::optional<uint32_t> Find(const FlowKey& key) const;

    ChunkedVector<Binding> m_bindings;               //!< by number
    uint32_t m_free{NO_SLOT};                        //!< first of the free ones
    FlowIndex m_index;                               //!< their keys
    std::map<uint16_t, CompactUdpUser*> m_listeners; //!< by port
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_UDP_TABLE_H
