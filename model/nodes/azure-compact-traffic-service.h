// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TRAFFIC_SERVICE_H
#define AZURE_COMPACT_TRAFFIC_SERVICE_H

#include "azure-compact-endpoint.h"
#include "azure-traffic-service.h"

#include "ns3/azure-compact-tcp.h"
#include "ns3/node.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Serves ports by the node's CompactEndpoint: it keeps nothing of a connection itself.
 *
 * The user hears of the same steps at the same times as over sockets (SocketTrafficService), but
 * for this:
 * - an ICMP hard error ends a connection (Error), which ns-3's sockets overlook;
 * - what comes of a forgotten connection later is answered by RST, where ns-3's listening socket
 *   ignores it;
 * - UDP is served on all addresses, also on those that the node is given later.
 */
class CompactTrafficService : public TrafficService, private CompactTcpUser, private CompactUdpUser
{
  public:
    /// @param node the server
    /// @param user told what comes
    CompactTrafficService(Ptr<Node> node, TrafficServiceUser& user);

    ~CompactTrafficService() override;

    CompactTrafficService(const CompactTrafficService&) = delete;
    CompactTrafficService& operator=(const CompactTrafficService&) = delete;

    bool Listen(uint16_t port) override;
    void StopListening() override;
    void Send(uint32_t connection, uint32_t bytes) override;
    bool IsSending(uint32_t connection) const override;
    void Close(uint32_t connection) override;
    void Forget(uint32_t connection) override;
    void Abandon(uint32_t connection) override;
    uint64_t GetMemory() const override;

  private:
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

    Ptr<CompactEndpoint> m_endpoint;      //!< the server's
    TrafficServiceUser& m_user;           //!< told what comes
    const CompactTcpSettings& m_settings; //!< the endpoint's copy, of all connections
    std::vector<uint16_t> m_ports;        //!< served, on TCP and on UDP
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_TRAFFIC_SERVICE_H
