// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_ENDPOINT_H
#define AZURE_COMPACT_ENDPOINT_H

#include "ns3/azure-compact-tcp.h"
#include "ns3/azure-flow-key.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/ptr.h"

#include <cstdint>
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

    /// An ICMP error says that protocol or port is not there.
    virtual void HandleUnreachable(uint32_t tag) = 0;
};

/**
 * @ingroup azure-nodes
 * @brief A node's compact TCP and UDP, beside ns-3's own or in place of it.
 *
 * It stands between the node's IPv4 and the protocols that were there: packets for its own
 * connections and ports are its, all others go on to ns-3's TCP and UDP; where there are none, a
 * TCP segment is answered by RST and a datagram by ICMP port unreachable.
 */
class CompactEndpoint : public Object
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @return the node's endpoint, installed now if there is none; the node needs an IPv4 stack
    static Ptr<CompactEndpoint> Install(Ptr<Node> node);

    /// As CompactTcpTable's functions of the same names, at the current time.
    bool Listen(uint16_t port, CompactTcpUser& user, const CompactTcpSettings& settings);
    void StopListening(uint16_t port); //!< as CompactTcpTable's
    std::optional<uint32_t> Bind(const FlowKey& key,
                                 CompactTcpUser& user,
                                 uint32_t tag,
                                 const CompactTcpSettings& settings); //!< as CompactTcpTable's
    /// As CompactTcpTable's.  @return whether there is a route; if not, the connection is forgotten
    bool Connect(uint32_t connection);
    void Send(uint32_t connection, uint32_t bytes); //!< as CompactTcpTable's
    void Close(uint32_t connection);                //!< as CompactTcpTable's
    void Reset(uint32_t connection);                //!< as CompactTcpTable's
    void Forget(uint32_t connection);               //!< as CompactTcpTable's

    /// Have datagrams to a port given to a user, on all addresses.  @return whether it was free
    bool ListenUdp(uint16_t port, CompactUdpUser& user);
    /// Take none any more.
    void StopListeningUdp(uint16_t port);
    /// Have the answers to a key's datagrams given to a user.  @return whether the key was free
    bool BindUdp(const FlowKey& key, CompactUdpUser& user, uint32_t tag);
    /// Undo BindUdp().
    void ReleaseUdp(const FlowKey& key);
    /**
     * @brief Send a datagram.
     * @param key addresses and ports, as it goes
     * @param head its first bytes
     * @param headSize how many
     * @param size of the whole payload; bytes after the head are zero
     * @return whether there is a route
     */
    bool SendUdp(const FlowKey& key, const uint8_t* head, uint32_t headSize, uint32_t size);

    /// @return bytes of memory held for connections and ports
    uint64_t GetMemory() const;
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_ENDPOINT_H
