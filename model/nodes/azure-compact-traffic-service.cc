// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-traffic-service.h"

#include "azure-compact-tcp-defaults.h"

#include "ns3/azure-memory.h"
#include "ns3/azure-transport-bytes.h"

namespace ns3::azure
{

CompactTrafficService::CompactTrafficService(Ptr<Node> node, TrafficServiceUser& user)
    : m_endpoint(CompactEndpoint::Install(node)),
      m_user(user),
      m_settings(m_endpoint->KeepSettings(GetCompactTcpDefaults()))
{
}

CompactTrafficService::~CompactTrafficService() = default;

bool
CompactTrafficService::Listen(uint16_t port)
{
    if (!m_endpoint->Listen(port, *this, m_settings))
    {
        return false;
    }
    if (!m_endpoint->ListenUdp(port, *this))
    {
        m_endpoint->StopListening(port);
        return false;
    }
    m_ports.push_back(port);
    return true;
}

void
CompactTrafficService::StopListening()
{
    for (const auto port : m_ports)
    {
        m_endpoint->StopListening(port);
        m_endpoint->StopListeningUdp(port);
    }
    m_ports.clear();
}

void
CompactTrafficService::Send(uint32_t connection, uint32_t bytes)
{
    m_endpoint->Send(connection, bytes);
}

bool
CompactTrafficService::IsSending(uint32_t /* connection */) const
{
    return false; // there is room for everything: only its length is kept
}

void
CompactTrafficService::Close(uint32_t connection)
{
    m_endpoint->Close(connection);
}

void
CompactTrafficService::Forget(uint32_t connection)
{
    m_endpoint->Forget(connection);
}

void
CompactTrafficService::Abandon(uint32_t connection)
{
    m_endpoint->Forget(connection);
}

uint64_t
CompactTrafficService::GetMemory() const
{
    return azure::GetMemory(m_ports);
}

uint32_t
CompactTrafficService::HandleAccepted(uint32_t connection, const FlowKey& key)
{
    return m_user.HandleAccepted(connection, key.Reverse());
}

void
CompactTrafficService::HandleConnected(uint32_t /* tag */)
{
    // Nothing is connected from here.
}

void
CompactTrafficService::HandleReceived(uint32_t tag, const uint8_t* bytes, uint32_t size)
{
    m_user.HandleReceived(tag, bytes, size);
}

void
CompactTrafficService::HandlePeerClosed(uint32_t tag)
{
    m_user.HandlePeerClosed(tag);
}

void
CompactTrafficService::HandleOver(uint32_t tag, CompactTcpEnd end, Time /* freeAt */)
{
    m_user.HandleOver(tag, end == CompactTcpEnd::Reset ? TrafficEnd::Reset : TrafficEnd::Error);
}

uint32_t
CompactTrafficService::WritePayload(uint32_t /* tag */,
                                    uint32_t /* offset */,
                                    uint8_t* /* bytes */,
                                    uint32_t /* size */)
{
    return 0; // answers are zero bytes
}

void
CompactTrafficService::HandleDatagram(uint32_t /* tag */,
                                      const FlowKey& key,
                                      const uint8_t* bytes,
                                      uint32_t size)
{
    const auto answer = m_user.HandleDatagram(key.Reverse(), bytes, size);
    if (answer && *answer <= MAX_UDP_PAYLOAD) // nothing goes of more, as of ns-3's sockets
    {
        m_endpoint->SendUdp(key, nullptr, 0, *answer);
    }
}

void
CompactTrafficService::HandleUnreachable(uint32_t /* tag */)
{
    // A server does not care whether its answers arrive.
}

} // namespace ns3::azure
