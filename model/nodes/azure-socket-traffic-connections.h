// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOCKET_TRAFFIC_CONNECTIONS_H
#define AZURE_SOCKET_TRAFFIC_CONNECTIONS_H

#include "azure-traffic-connection.h"
#include "azure-traffic-connections.h"

#include "ns3/node.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <map>
#include <optional>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Connections over ns-3's sockets: an object, a socket and events of its own for each.
 *
 * See TcpTrafficConnection and UdpTrafficConnection for what ns-3 makes of them.
 */
class SocketTrafficConnections : public TrafficConnections, private TrafficConnectionOwner
{
  public:
    /**
     * @param node the client
     * @param owner told what becomes of the connections
     * @param settings the same for all connections
     */
    SocketTrafficConnections(Ptr<Node> node,
                             TrafficConnectionOwner& owner,
                             const TrafficConnectionSettings& settings);

    ~SocketTrafficConnections() override;

    std::optional<uint64_t> Bind(const TrafficFlow& flow) override;
    bool Open(uint64_t connection) override;
    void Stop() override;
    void Abandon() override;
    void VisitOpenFlows(const TrafficFlowVisitor& visitor) const override;
    uint64_t GetMemory() const override;

  private:
    void HandleEstablished(const TrafficFlow& flow) override;
    std::optional<Time> HandleResponded(const TrafficFlow& flow) override;
    void HandleKeepAlive(const TrafficFlow& flow) override;
    void HandleFailed(const TrafficFlow& flow, TrafficFailure failure) override;
    void HandleClosed(const TrafficFlow& flow, TrafficEnd end) override;
    void HandleReleased(const TrafficFlow& flow, Time portFreeAt) override;

    /// @return a connection that is on no list yet
    Ptr<TrafficConnection> Create(const TrafficFlow& flow);

    Ptr<Node> m_node;                            //!< the client
    TrafficConnectionOwner& m_owner;             //!< told what becomes of the connections
    const TrafficConnectionSettings& m_settings; //!< the same for all connections
    std::map<uint64_t, Ptr<TrafficConnection>> m_connections; //!< not released, by flow number
};

} // namespace ns3::azure

#endif // AZURE_SOCKET_TRAFFIC_CONNECTIONS_H
