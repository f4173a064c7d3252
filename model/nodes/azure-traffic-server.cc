// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-server.h"

#include "azure-peer-end.h"
#include "azure-silent-close.h"
#include "azure-traffic-message.h"

#include "ns3/abort.h"
#include "ns3/ipv4.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(TrafficServer);

namespace
{

/// @return the 5-tuple of what comes from that address to that socket
FlowKey
GetKey(Ptr<Socket> socket, const Address& from, IpProtocol protocol)
{
    Address local;
    socket->GetSockName(local);
    const auto source = InetSocketAddress::ConvertFrom(from);
    const auto destination = InetSocketAddress::ConvertFrom(local);
    return {source.GetIpv4(),
            destination.GetIpv4(),
            source.GetPort(),
            destination.GetPort(),
            protocol};
}

} // namespace

TypeId
TrafficServer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::TrafficServer")
            .SetParent<Application>()
            .SetGroupName("azure-net")
            .AddConstructor<TrafficServer>()
            .AddAttribute("FirstPort",
                          "Lowest port that is served, on TCP and on UDP.",
                          UintegerValue(80),
                          MakeUintegerAccessor(&TrafficServer::m_firstPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("Ports",
                          "Number of consecutive ports that are served.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&TrafficServer::m_ports),
                          MakeUintegerChecker<uint32_t>(1, 65535))
            .AddAttribute("IdleTimeout",
                          "Time without a request after which a TCP connection is forgotten, "
                          "without a packet (above 0s). Below Azure's 240 s (S0-23), so that a new "
                          "connection from a SNAT port that was reclaimed is not taken for the old "
                          "one, whose SYN ns-3 would ignore; our choice.",
                          TimeValue(Seconds(239)),
                          MakeTimeAccessor(&TrafficServer::m_idleTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("KeepAliveInterval",
                          "Time between the keep-alive bytes on a TCP connection, at least 1ms, "
                          "the first so long after its first request; 0s for none.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&TrafficServer::m_keepAliveInterval),
                          MakeTimeChecker(Time(0)))
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

void
TrafficServer::DoDispose()
{
    StopApplication();
    while (!m_connections.empty())
    {
        Remove(m_connections.begin()->second.socket);
    }
    Application::DoDispose();
}

void
TrafficServer::StartApplication()
{
    NS_ABORT_MSG_IF(m_firstPort + m_ports - 1 > 65535,
                    "TrafficServer: Ports: '" << m_ports
                                              << "' is not allowed; give so few that the last is "
                                                 "<= 65535");
    const auto error = ValidateKeepAliveInterval(m_keepAliveInterval);
    NS_ABORT_MSG_IF(error, "TrafficServer: " << *error);
    for (uint32_t port = m_firstPort; port < m_firstPort + m_ports; ++port)
    {
        const InetSocketAddress local(Ipv4Address::GetAny(), static_cast<uint16_t>(port));
        const auto socket = BindSocket(TcpSocketFactory::GetTypeId(), local);
        socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&TrafficServer::HandleAccepted, this));
        socket->Listen();
    }
    const auto ipv4 = GetNode()->GetObject<Ipv4>();
    for (uint32_t i = 0; i < ipv4->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < ipv4->GetNAddresses(i); ++j)
        {
            ListenForDatagrams(ipv4->GetAddress(i, j).GetLocal());
        }
    }
}

void
TrafficServer::ListenForDatagrams(Ipv4Address address)
{
    for (uint32_t port = m_firstPort; port < m_firstPort + m_ports; ++port)
    {
        const InetSocketAddress local(address, static_cast<uint16_t>(port));
        const auto socket = BindSocket(UdpSocketFactory::GetTypeId(), local);
        socket->SetRecvCallback(MakeCallback(&TrafficServer::HandleDatagrams, this));
    }
}

void
TrafficServer::StopApplication()
{
    for (const auto& listener : m_listeners)
    {
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeNullCallback<void, Ptr<Socket>, const Address&>());
        listener->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        listener->Close();
    }
    m_listeners.clear();
}

Ptr<Socket>
TrafficServer::BindSocket(TypeId factory, const InetSocketAddress& local)
{
    const auto socket = Socket::CreateSocket(GetNode(), factory);
    NS_ABORT_MSG_IF(socket->Bind(local) != 0,
                    "TrafficServer: port " << local.GetPort() << " of node " << GetNode()->GetId()
                                           << " is in use");
    m_listeners.push_back(socket);
    return socket;
}

void
TrafficServer::HandleAccepted(Ptr<Socket> socket, const Address& from)
{
    const auto key = GetKey(socket, from, IpProtocol::Tcp);
    auto& connection = m_connections[PeekPointer(socket)];
    connection = {socket, key, Create<Packet>(), Create<Packet>(), EventId(), EventId()};
    Watch(connection);
    socket->SetRecvCallback(MakeCallback(&TrafficServer::HandleReceive, this));
    socket->SetSendCallback(MakeCallback(&TrafficServer::HandleSendSpace, this));
    socket->SetCloseCallbacks(MakeCallback(&TrafficServer::HandleNormalClose, this),
                              MakeCallback(&TrafficServer::HandleErrorClose, this));
    ++m_accepted;
    m_acceptedTrace(key);
}

void
TrafficServer::HandleReceive(Ptr<Socket> socket)
{
    const auto found = m_connections.find(PeekPointer(socket));
    if (found == m_connections.end())
    {
        return;
    }
    while (auto packet = socket->Recv())
    {
        if (packet->GetSize() == 0)
        {
            break;
        }
        found->second.received->AddAtEnd(packet);
    }
    Answer(found->second);
}

void
TrafficServer::HandleSendSpace(Ptr<Socket> socket, uint32_t /* space */)
{
    const auto found = m_connections.find(PeekPointer(socket));
    if (found != m_connections.end())
    {
        SendWhatFits(socket, found->second.response);
    }
}

void
TrafficServer::HandleNormalClose(Ptr<Socket> socket)
{
    TellClosed(socket, GetPeerEnd(socket));
    CloseLater(socket);
}

void
TrafficServer::HandleErrorClose(Ptr<Socket> socket)
{
    TellClosed(socket, TrafficEnd::Error);
    CloseLater(socket);
}

void
TrafficServer::TellClosed(Ptr<Socket> socket, TrafficEnd end)
{
    const auto found = m_connections.find(PeekPointer(socket));
    if (found != m_connections.end())
    {
        m_closedTrace(found->second.key, end);
    }
}

void
TrafficServer::HandleDatagrams(Ptr<Socket> socket)
{
    Address from;
    while (auto datagram = socket->RecvFrom(from))
    {
        HandleDatagram(socket, datagram, from);
    }
}

void
TrafficServer::HandleDatagram(Ptr<Socket> socket, Ptr<Packet> datagram, const Address& from)
{
    const uint32_t size = datagram->GetSize();
    const auto header = TakeTrafficRequest(datagram);
    if (!header || !header->IsValid() || header->GetRequestSize() != size)
    {
        ++m_malformed;
        return;
    }
    ++m_requests;
    m_requestTrace({GetKey(socket, from, IpProtocol::Udp), size, header->GetResponseSize()});
    socket->SendTo(Create<Packet>(header->GetResponseSize()), 0, from);
}

void
TrafficServer::Answer(Connection& connection)
{
    while (const auto header = TakeTrafficRequest(connection.received))
    {
        if (!header->IsValid())
        {
            ++m_malformed;
            connection.received = Create<Packet>();
            CloseLater(connection.socket);
            return;
        }
        ++m_requests;
        Watch(connection);
        BeginKeepAlive(connection);
        m_requestTrace({connection.key, header->GetRequestSize(), header->GetResponseSize()});
        connection.response->AddAtEnd(Create<Packet>(header->GetResponseSize()));
    }
    SendWhatFits(connection.socket, connection.response);
}

void
TrafficServer::CloseLater(Ptr<Socket> socket)
{
    // In the middle of its close report ns-3's socket may still take a call for an open one's.
    Simulator::ScheduleNow(&TrafficServer::Close, Ptr<TrafficServer>(this), socket);
}

void
TrafficServer::Close(Ptr<Socket> socket)
{
    if (Remove(socket))
    {
        socket->Close();
    }
}

void
TrafficServer::Watch(Connection& connection)
{
    connection.forget.Cancel();
    connection.forget =
        Simulator::Schedule(m_idleTimeout, &TrafficServer::Forget, this, connection.socket);
}

void
TrafficServer::BeginKeepAlive(Connection& connection)
{
    if (m_keepAliveInterval.IsStrictlyPositive() && !connection.keepAlive.IsRunning())
    {
        connection.keepAlive = Simulator::Schedule(m_keepAliveInterval,
                                                   &TrafficServer::KeepAlive,
                                                   this,
                                                   connection.socket);
    }
}

void
TrafficServer::KeepAlive(Ptr<Socket> socket)
{
    auto& connection = m_connections.at(PeekPointer(socket));
    if (connection.received->GetSize() + connection.response->GetSize() == 0)
    {
        ++m_keepAlives;
        connection.response->AddPaddingAtEnd(1);
        SendWhatFits(socket, connection.response);
    }
    Watch(connection);
    BeginKeepAlive(connection);
}

void
TrafficServer::Forget(Ptr<Socket> socket)
{
    TellClosed(socket, TrafficEnd::Idle);
    if (Remove(socket))
    {
        CloseSilently(socket);
    }
}

bool
TrafficServer::Remove(Ptr<Socket> socket)
{
    const auto found = m_connections.find(PeekPointer(socket));
    if (found == m_connections.end())
    {
        return false;
    }
    found->second.forget.Cancel();
    found->second.keepAlive.Cancel();
    m_connections.erase(found);
    const auto noCallback = MakeNullCallback<void, Ptr<Socket>>();
    socket->SetCloseCallbacks(noCallback, noCallback);
    socket->SetRecvCallback(noCallback);
    socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    return true;
}

} // namespace ns3::azure
