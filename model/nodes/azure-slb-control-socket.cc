// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-control-socket.h"

#include "ns3/abort.h"
#include "ns3/packet.h"
#include "ns3/udp-socket-factory.h"

#include <utility>
#include <vector>

namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(SlbControlSocket);

TypeId
SlbControlSocket::GetTypeId()
{
    static TypeId tid = TypeId("ns3::azure::SlbControlSocket")
                            .SetParent<Object>()
                            .SetGroupName("AzureNet")
                            .AddConstructor<SlbControlSocket>();
    return tid;
}

void
SlbControlSocket::Open(Ptr<Node> node, uint16_t port, Handler handler, const SlbControlScope& scope)
{
    m_port = port;
    m_peer = scope.peer;
    m_handler = std::move(handler);
    m_socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port)) != 0,
                    "control port: " << port << " is in use on node " << node->GetId());
    if (scope.device)
    {
        m_socket->BindToNetDevice(scope.device);
    }
    m_socket->SetRecvCallback(MakeCallback(&SlbControlSocket::Receive, this));
}

void
SlbControlSocket::Close()
{
    if (m_socket)
    {
        m_socket->Close();
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket = nullptr;
    }
}

void
SlbControlSocket::DoDispose()
{
    Close();
    m_handler = nullptr;
    Object::DoDispose();
}

uint32_t
SlbControlSocket::Send(const SlbMessage& message,
                       Ipv4Address destination,
                       std::optional<uint16_t> port)
{
    const auto bytes = Encode(message);
    const auto size = static_cast<uint32_t>(bytes.size());
    m_socket->SendTo(Create<Packet>(bytes.data(), size),
                     0,
                     InetSocketAddress(destination, port.value_or(m_port)));
    return size;
}

void
SlbControlSocket::Receive(Ptr<Socket> socket)
{
    const Ptr<SlbControlSocket> alive(this); // who is told may close and forget this
    Address from;
    while (const auto packet = socket->RecvFrom(from))
    {
        const auto sender = InetSocketAddress::ConvertFrom(from);
        if (m_peer != Ipv4Address::GetAny() && m_peer != sender.GetIpv4())
        {
            continue;
        }
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        if (const auto message = m_socket ? DecodeSlbMessage(bytes) : std::nullopt)
        {
            m_handler(*message, sender);
        }
    }
}

} // namespace ns3::azure
