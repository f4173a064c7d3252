// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-socket-traffic-connections.h"

#include "azure-compact-endpoint.h"
#include "azure-tcp-traffic-connection.h"
#include "azure-udp-traffic-connection.h"

#include <utility>

namespace ns3::azure
{

SocketTrafficConnections::SocketTrafficConnections(Ptr<Node> node,
                                                   TrafficConnectionOwner& owner,
                                                   const TrafficConnectionSettings& settings)
    : m_node(node),
      m_owner(owner),
      m_settings(settings)
{
}

SocketTrafficConnections::~SocketTrafficConnections()
{
    SocketTrafficConnections::Abandon();
}

std::optional<uint64_t>
SocketTrafficConnections::Bind(const TrafficFlow& flow)
{
    const auto compact = m_node->GetObject<CompactEndpoint>(); // which ns-3's sockets do not see
    const auto connection = Create(flow);
    if ((compact && compact->IsInUse(flow.key)) || !connection->Bind(m_node))
    {
        return std::nullopt;
    }
    m_connections[flow.number] = connection;
    return flow.number;
}

bool
SocketTrafficConnections::Open(uint64_t connection)
{
    const bool isOpen = m_connections.at(connection)->Open();
    if (!isOpen)
    {
        m_connections.erase(connection);
    }
    return isOpen;
}

void
SocketTrafficConnections::Stop()
{
    for (const auto& [number, connection] : m_connections)
    {
        connection->Stop();
    }
}

void
SocketTrafficConnections::Abandon()
{
    for (const auto& [number, connection] : std::exchange(m_connections, {}))
    {
        connection->Abandon();
    }
}

void
SocketTrafficConnections::VisitOpenFlows(const TrafficFlowVisitor& visitor) const
{
    for (const auto& [number, connection] : m_connections)
    {
        if (!connection->GetFlow().ended)
        {
            visitor(connection->GetFlow());
        }
    }
}

uint64_t
SocketTrafficConnections::GetMemory() const
{
    constexpr uint64_t TREE_NODE = 32; // of a std::map, without what it holds
    constexpr uint64_t PER_CONNECTION =
        TREE_NODE + sizeof(decltype(m_connections)::value_type) + sizeof(TcpTrafficConnection);
    return sizeof(*this) + m_connections.size() * PER_CONNECTION;
}

void
SocketTrafficConnections::HandleEstablished(const TrafficFlow& flow)
{
    m_owner.HandleEstablished(flow);
}

std::optional<Time>
SocketTrafficConnections::HandleResponded(const TrafficFlow& flow)
{
    return m_owner.HandleResponded(flow);
}

void
SocketTrafficConnections::HandleKeepAlive(const TrafficFlow& flow)
{
    m_owner.HandleKeepAlive(flow);
}

void
SocketTrafficConnections::HandleFailed(const TrafficFlow& flow, TrafficFailure failure)
{
    m_owner.HandleFailed(flow, failure);
}

void
SocketTrafficConnections::HandleClosed(const TrafficFlow& flow, TrafficEnd end)
{
    m_owner.HandleClosed(flow, end);
}

void
SocketTrafficConnections::HandleReleased(const TrafficFlow& flow, Time portFreeAt)
{
    m_owner.HandleReleased(flow, portFreeAt);
    m_connections.erase(flow.number);
}

Ptr<TrafficConnection>
SocketTrafficConnections::Create(const TrafficFlow& flow)
{
    TrafficConnectionOwner& owner = *this;
    if (flow.key.GetProtocol() == IpProtocol::Tcp)
    {
        return ns3::Create<TcpTrafficConnection>(owner, m_settings, flow);
    }
    return ns3::Create<UdpTrafficConnection>(owner, m_settings, flow);
}

} // namespace ns3::azure
