// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-socket-traffic-service.h"

#include "azure-bound-sink.h"
#include "azure-peer-end.h"
#include "azure-silent-close.h"

#include "ns3/azure-memory.h"
#include "ns3/callback.h"
#include "ns3/ipv4.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"

#include <algorithm>

namespace ns3::azure
{

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

SocketTrafficService::SocketTrafficService(Ptr<Node> node, TrafficServiceUser& user)
    : m_node(node),
      m_user(user)
{
}

SocketTrafficService::~SocketTrafficService() = default;

bool
SocketTrafficService::Listen(uint16_t port)
{
    const auto tcp =
        BindSocket(TcpSocketFactory::GetTypeId(), InetSocketAddress(Ipv4Address::GetAny(), port));
    if (!tcp)
    {
        return false;
    }
    tcp->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                           MakeCallback(&SocketTrafficService::HandleAccepted, this));
    tcp->Listen();
    const auto ipv4 = m_node->GetObject<Ipv4>();
    for (uint32_t i = 0; i < ipv4->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < ipv4->GetNAddresses(i); ++j)
        {
            const auto udp = BindSocket(UdpSocketFactory::GetTypeId(),
                                        InetSocketAddress(ipv4->GetAddress(i, j).GetLocal(), port));
            if (!udp)
            {
                return false;
            }
            udp->SetRecvCallback(MakeCallback(&SocketTrafficService::HandleDatagrams, this));
        }
    }
    return true;
}

void
SocketTrafficService::StopListening()
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
SocketTrafficService::BindSocket(TypeId factory, const InetSocketAddress& local)
{
    const auto socket = Socket::CreateSocket(m_node, factory);
    if (socket->Bind(local) != 0)
    {
        return nullptr;
    }
    m_listeners.push_back(socket);
    return socket;
}

void
SocketTrafficService::HandleAccepted(Ptr<Socket> socket, const Address& from)
{
    const auto number = m_next++;
    auto& connection = m_connections[number];
    connection.socket = socket;
    socket->SetRecvCallback(BindSink(&SocketTrafficService::HandleReceive, this, number));
    socket->SetSendCallback(BindSink(&SocketTrafficService::HandleSendSpace, this, number));
    socket->SetCloseCallbacks(BindSink(&SocketTrafficService::HandleNormalClose, this, number),
                              BindSink(&SocketTrafficService::HandleErrorClose, this, number));
    connection.tag = m_user.HandleAccepted(number, GetKey(socket, from, IpProtocol::Tcp));
}

void
SocketTrafficService::HandleReceive(SocketTrafficService* self, uint32_t number, Ptr<Socket> socket)
{
    while (const auto packet = socket->Recv())
    {
        const auto* connection = self->FindOpen(number);
        if (packet->GetSize() == 0 || connection == nullptr)
        {
            break;
        }
        self->m_bytes.resize(packet->GetSize());
        packet->CopyData(self->m_bytes.data(), packet->GetSize());
        self->m_user.HandleReceived(connection->tag, self->m_bytes.data(), packet->GetSize());
    }
}

void
SocketTrafficService::HandleSendSpace(SocketTrafficService* self,
                                      uint32_t number,
                                      Ptr<Socket> /* socket */,
                                      uint32_t /* space */)
{
    if (auto* connection = self->FindOpen(number))
    {
        SendWhatFits(*connection);
    }
}

void
SocketTrafficService::HandleNormalClose(SocketTrafficService* self,
                                        uint32_t number,
                                        Ptr<Socket> socket)
{
    const auto end = GetPeerEnd(socket);
    if (end != TrafficEnd::PeerClosed)
    {
        self->HandleEnd(number, end);
    }
    else if (const auto* connection = self->FindOpen(number))
    {
        self->m_user.HandlePeerClosed(connection->tag);
    }
}

void
SocketTrafficService::HandleErrorClose(SocketTrafficService* self,
                                       uint32_t number,
                                       Ptr<Socket> /* socket */)
{
    self->HandleEnd(number, TrafficEnd::Error);
}

void
SocketTrafficService::HandleDatagrams(Ptr<Socket> socket)
{
    Address from;
    while (const auto datagram = socket->RecvFrom(from))
    {
        m_bytes.resize(datagram->GetSize());
        datagram->CopyData(m_bytes.data(), datagram->GetSize());
        const auto answer = m_user.HandleDatagram(GetKey(socket, from, IpProtocol::Udp),
                                                  m_bytes.data(),
                                                  datagram->GetSize());
        if (answer)
        {
            socket->SendTo(Create<Packet>(*answer), 0, from);
        }
    }
}

void
SocketTrafficService::Send(uint32_t connection, uint32_t bytes)
{
    if (auto* open = FindOpen(connection))
    {
        open->unsent += bytes;
        SendWhatFits(*open);
    }
}

bool
SocketTrafficService::IsSending(uint32_t connection) const
{
    return m_connections.at(connection).unsent > 0;
}

void
SocketTrafficService::SendWhatFits(Connection& connection)
{
    const auto size = static_cast<uint32_t>(
        std::min<uint64_t>(connection.unsent, connection.socket->GetTxAvailable()));
    if (size > 0 && connection.socket->Send(Create<Packet>(size)) >= 0)
    {
        connection.unsent -= size;
    }
}

SocketTrafficService::Connection*
SocketTrafficService::FindOpen(uint32_t number)
{
    const auto found = m_connections.find(number);
    return found == m_connections.end() || found->second.isClosing ? nullptr : &found->second;
}

void
SocketTrafficService::HandleEnd(uint32_t number, TrafficEnd end)
{
    if (auto* connection = FindOpen(number))
    {
        connection->isOver = true;
        Close(number);
        m_user.HandleOver(connection->tag, end);
    }
}

void
SocketTrafficService::Close(uint32_t connection)
{
    // In the middle of its close report ns-3's socket may still take a call for an open one's.
    auto& closing = m_connections.at(connection);
    closing.isClosing = true;
    closing.close = Simulator::ScheduleNow(&SocketTrafficService::CloseSocket, this, connection);
}

void
SocketTrafficService::CloseSocket(uint32_t number)
{
    const auto& connection = m_connections.at(number);
    const auto tag = connection.tag;
    const bool isOver = connection.isOver;
    Remove(number)->Close();
    if (!isOver)
    {
        m_user.HandleOver(tag, TrafficEnd::PeerClosed);
    }
}

void
SocketTrafficService::Forget(uint32_t connection)
{
    CloseSilently(Remove(connection));
}

void
SocketTrafficService::Abandon(uint32_t connection)
{
    Remove(connection);
}

Ptr<Socket>
SocketTrafficService::Remove(uint32_t number)
{
    const auto found = m_connections.find(number);
    const auto socket = found->second.socket;
    found->second.close.Cancel();
    m_connections.erase(found);
    const auto noCallback = MakeNullCallback<void, Ptr<Socket>>();
    socket->SetCloseCallbacks(noCallback, noCallback);
    socket->SetRecvCallback(noCallback);
    socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    return socket;
}

uint64_t
SocketTrafficService::GetMemory() const
{
    return azure::GetMemory(m_connections) + azure::GetMemory(m_listeners) +
           azure::GetMemory(m_bytes);
}

} // namespace ns3::azure
