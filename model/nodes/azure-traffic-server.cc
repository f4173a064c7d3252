// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-server.h"

#include "azure-compact-stack.h"
#include "azure-compact-traffic-service.h"
#include "azure-ns3-compat.h"
#include "azure-socket-traffic-service.h"
#include "azure-traffic-message.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureTrafficServer");

NS_OBJECT_ENSURE_REGISTERED(TrafficServer);

TypeId
TrafficServer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::TrafficServer")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<TrafficServer>()
            .AddAttribute("FirstPort",
                          "Lowest port that is served, on TCP and on UDP (1 to 65535).",
                          UintegerValue(80),
                          MakeUintegerAccessor(&TrafficServer::m_firstPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("Ports",
                          "Number of consecutive ports that are served (1 to 65535).",
                          UintegerValue(1),
                          MakeUintegerAccessor(&TrafficServer::m_ports),
                          MakeUintegerChecker<uint32_t>(1, 65535))
            .AddAttribute("IdleTimeout",
                          "Time without a request after which a TCP connection is forgotten, "
                          "without a packet (above 0 s). Below Azure's 240 s (S0-23), so that a "
                          "new connection from a SNAT port that was reclaimed is not taken for the "
                          "old one, whose SYN ns-3 would ignore; our choice.",
                          TimeValue(Seconds(239)),
                          MakeTimeAccessor(&TrafficServer::m_idleTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("KeepAliveInterval",
                          "Time between the keep-alive bytes on a TCP connection (at least 0 s): 0 "
                          "s for none, else 1 ms or more, and less than IdleTimeout. The first "
                          "goes so long after the "
                          "connection's first request.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&TrafficServer::m_keepAliveInterval),
                          MakeTimeChecker(Time(0)))
            .AddAttribute(
                "Transport",
                "What carries connections: Socket or Compact, which is ns-3's sockets or the "
                "node's CompactEndpoint, for very many of them (no congestion control).",
                MakeEnumValue(TrafficTransport::Socket),
                MakeEnumAccessor<TrafficTransport>(&TrafficServer::m_transport),
                MakeEnumChecker(TrafficTransport::Socket,
                                "Socket",
                                TrafficTransport::Compact,
                                "Compact"))
            .AddTraceSource("Accepted",
                            "A TCP connection was accepted: its 5-tuple, source is the client.",
                            MakeTraceSourceAccessor(&TrafficServer::m_acceptedTrace),
                            "ns3::azure::TrafficServer::AcceptedCallback")
            .AddTraceSource("Closed",
                            "The server learns that a TCP connection has ended, or forgets it: "
                            "its 5-tuple, source is the client; why.",
                            MakeTraceSourceAccessor(&TrafficServer::m_closedTrace),
                            "ns3::azure::TrafficServer::ClosedCallback")
            .AddTraceSource("Request",
                            "A whole request has come, and will be answered.",
                            MakeTraceSourceAccessor(&TrafficServer::m_requestTrace),
                            "ns3::azure::TrafficServer::RequestCallback");
    return tid;
}

TrafficServer::TrafficServer() = default;

TrafficServer::~TrafficServer() = default;

uint64_t
TrafficServer::GetAccepted() const
{
    return m_accepted;
}

uint64_t
TrafficServer::GetRequests() const
{
    return m_requests;
}

uint64_t
TrafficServer::GetKeepAlives() const
{
    return m_keepAlives;
}

uint64_t
TrafficServer::GetMalformed() const
{
    return m_malformed;
}

uint64_t
TrafficServer::GetMemory() const
{
    return m_connections.GetMemory() + (m_idle ? m_idle->GetMemory() : 0) +
           (m_waiting ? m_waiting->GetMemory() : 0) + (m_service ? m_service->GetMemory() : 0);
}

void
TrafficServer::DoDispose()
{
    StopApplication();
    m_event.Cancel();
    for (const auto& connection : m_connections)
    {
        if (connection.serverPort > 0)
        {
            m_service->Abandon(connection.number);
        }
    }
    m_connections.Clear();
    m_service = nullptr;
    Application::DoDispose();
}

void
TrafficServer::DoInitialize()
{
    if (m_transport == TrafficTransport::Socket)
    {
        RequireSockets(GetNode(), "TrafficServer with Transport=Socket");
    }
    Application::DoInitialize();
}

void
TrafficServer::StartApplication()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_IF(m_firstPort + m_ports - 1 > 65535,
                    "TrafficServer: Ports: '" << m_ports
                                              << "' is not allowed; give so few that the last is "
                                                 "<= 65535");
    const auto error = ValidateKeepAliveInterval(m_keepAliveInterval);
    NS_ABORT_MSG_IF(error, "TrafficServer: " << *error);
    NS_ABORT_MSG_UNLESS(m_keepAliveInterval.IsZero() || m_keepAliveInterval < m_idleTimeout,
                        "TrafficServer: KeepAliveInterval: '"
                            << m_keepAliveInterval.As(Time::S)
                            << "' is not allowed; give less than the IdleTimeout of "
                            << m_idleTimeout.As(Time::S));
    m_idle.emplace(m_idleTimeout);
    if (m_keepAliveInterval.IsStrictlyPositive())
    {
        m_waiting.emplace(m_keepAliveInterval);
    }
    TrafficServiceUser& user = *this;
    if (m_transport == TrafficTransport::Compact)
    {
        m_service = std::make_unique<CompactTrafficService>(GetNode(), user);
    }
    else
    {
        m_service = std::make_unique<SocketTrafficService>(GetNode(), user);
    }
    for (uint32_t port = m_firstPort; port < m_firstPort + m_ports; ++port)
    {
        NS_ABORT_MSG_UNLESS(m_service->Listen(static_cast<uint16_t>(port)),
                            "TrafficServer: port " << port << " of node " << GetNode()->GetId()
                                                   << " is in use");
    }
}

void
TrafficServer::StopApplication()
{
    NS_LOG_FUNCTION(this);
    if (m_service)
    {
        m_service->StopListening();
    }
}

uint32_t
TrafficServer::HandleAccepted(uint32_t connection, const FlowKey& key)
{
    const auto tag = TakeRecord();
    auto& record = m_connections[tag];
    record.clientAddress = key.GetSourceNumber();
    record.serverAddress = key.GetDestinationNumber();
    record.clientPort = key.GetSourcePort();
    record.serverPort = key.GetDestinationPort();
    record.number = connection;
    Watch(tag);
    ++m_accepted;
    NS_LOG_LOGIC(key << " is accepted");
    m_acceptedTrace(key);
    return tag;
}

void
TrafficServer::HandleReceived(uint32_t tag, const uint8_t* bytes, uint32_t size)
{
    if (m_connections[tag].isClosed)
    {
        return;
    }
    const auto answer = Answer(tag, bytes, size);
    const auto& connection = m_connections[tag];
    if (answer > 0 && !connection.isClosed)
    {
        m_service->Send(connection.number, answer);
    }
}

uint32_t
TrafficServer::Answer(uint32_t tag, const uint8_t* bytes, uint32_t size)
{
    auto& connection = m_connections[tag];
    uint32_t answer = 0;
    while (const auto header = connection.reader.Read(bytes, size))
    {
        if (!header->IsValid())
        {
            NS_LOG_INFO("request of " << GetKey(connection) << " is malformed");
            ++m_malformed;
            Close(tag);
            break;
        }
        ++m_requests;
        Watch(tag);
        if (m_waiting && !m_waiting->IsWaitedFor(tag))
        {
            m_waiting->Restart(tag, Simulator::Now());
            Arm();
        }
        NS_LOG_LOGIC(GetKey(connection) << " asks for " << header->GetResponseSize() << " bytes");
        m_requestTrace({GetKey(connection), header->GetRequestSize(), header->GetResponseSize()});
        answer += header->GetResponseSize();
    }
    return answer;
}

void
TrafficServer::HandlePeerClosed(uint32_t tag)
{
    const auto& connection = m_connections[tag];
    if (!connection.isClosed)
    {
        const auto key = GetKey(connection);
        Close(tag);
        TellClosed(key, TrafficEnd::PeerClosed);
    }
}

void
TrafficServer::HandleOver(uint32_t tag, TrafficEnd end)
{
    const auto connection = m_connections[tag];
    FreeRecord(tag);
    if (!connection.isClosed)
    {
        TellClosed(GetKey(connection), end);
    }
}

void
TrafficServer::TellClosed(const FlowKey& key, TrafficEnd end)
{
    NS_LOG_LOGIC(key << " is closed: " << GetName(end));
    m_closedTrace(key, end);
}

std::optional<uint32_t>
TrafficServer::HandleDatagram(const FlowKey& key, const uint8_t* bytes, uint32_t size)
{
    TrafficRequestReader reader;
    uint32_t left = size;
    const auto header = reader.Read(bytes, left);
    if (!header || !header->IsValid() || left > 0)
    {
        ++m_malformed;
        NS_LOG_INFO("datagram of " << key << " is malformed");
        return std::nullopt;
    }
    ++m_requests;
    NS_LOG_LOGIC(key << " asks for " << header->GetResponseSize() << " bytes");
    m_requestTrace({key, size, header->GetResponseSize()});
    return header->GetResponseSize();
}

FlowKey
TrafficServer::GetKey(const Connection& connection)
{
    return {connection.clientAddress,
            connection.serverAddress,
            connection.clientPort,
            connection.serverPort,
            IpProtocol::Tcp};
}

uint32_t
TrafficServer::TakeRecord()
{
    if (m_free == NO_RECORD)
    {
        m_connections.Append();
        return m_connections.GetSize() - 1;
    }
    const auto tag = m_free;
    m_free = m_connections[tag].number;
    m_connections[tag] = {};
    return tag;
}

void
TrafficServer::FreeRecord(uint32_t tag)
{
    m_idle->Stop(tag);
    if (m_waiting)
    {
        m_waiting->Stop(tag);
    }
    m_connections[tag] = {};
    m_connections[tag].number = m_free;
    m_free = tag;
}

void
TrafficServer::Close(uint32_t tag)
{
    auto& connection = m_connections[tag];
    connection.isClosed = true;
    m_idle->Stop(tag);
    if (m_waiting)
    {
        m_waiting->Stop(tag);
    }
    m_service->Close(connection.number);
}

void
TrafficServer::Watch(uint32_t tag)
{
    m_idle->Restart(tag, Simulator::Now());
    Arm();
}

void
TrafficServer::KeepAlive(uint32_t tag)
{
    const auto& connection = m_connections[tag];
    if (!connection.reader.IsWithinRequest() && !m_service->IsSending(connection.number))
    {
        ++m_keepAlives;
        m_service->Send(connection.number, 1);
    }
    m_idle->Restart(tag, Simulator::Now());
    m_waiting->Restart(tag, Simulator::Now());
}

void
TrafficServer::Forget(uint32_t tag)
{
    const auto connection = m_connections[tag];
    FreeRecord(tag);
    TellClosed(GetKey(connection), TrafficEnd::Idle);
    m_service->Forget(connection.number);
}

void
TrafficServer::Arm()
{
    auto first = m_idle->GetNextDeadline();
    const auto next = m_waiting ? m_waiting->GetNextDeadline() : std::nullopt;
    if (next && (!first || *next < *first))
    {
        first = next;
    }
    m_event.Schedule(first, &TrafficServer::HandleDeadline, this);
}

void
TrafficServer::HandleDeadline()
{
    const auto now = Simulator::Now();
    m_event.Clear();
    while (const auto tag = m_idle->Pop(now))
    {
        Forget(*tag);
    }
    while (const auto tag = m_waiting ? m_waiting->Pop(now) : std::nullopt)
    {
        KeepAlive(*tag);
    }
    Arm();
}

} // namespace ns3::azure
