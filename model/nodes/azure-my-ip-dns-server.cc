// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-my-ip-dns-server.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-packet-info-tag.h"
#include "ns3/ipv4.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <vector>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureMyIpDnsServer");
NS_OBJECT_ENSURE_REGISTERED(MyIpDnsServer);

TypeId
MyIpDnsServer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::MyIpDnsServer")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<MyIpDnsServer>()
            .AddAttribute("Port",
                          "UDP port the server listens on (1 to 65535).",
                          UintegerValue(53),
                          MakeUintegerAccessor(&MyIpDnsServer::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("Name",
                          "The domain name whose address is that of whoever asks; "
                          "upper and lower case are the same.",
                          StringValue("myip.opendns.com"),
                          MakeStringAccessor(&MyIpDnsServer::SetName, &MyIpDnsServer::GetNameText),
                          MakeStringChecker())
            .AddAttribute("Ttl",
                          "How long resolvers and clients may keep the answer (0 s to 7 days), "
                          "sent in whole seconds, rounded down.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&MyIpDnsServer::m_ttl),
                          MakeTimeChecker(Seconds(0), Days(7)))
            .AddTraceSource("Query",
                            "A well-formed query arrived: source address, source port, name.",
                            MakeTraceSourceAccessor(&MyIpDnsServer::m_queryTrace),
                            "ns3::azure::MyIpDnsServer::QueryCallback");
    return tid;
}

MyIpDnsServer::MyIpDnsServer() = default;

MyIpDnsServer::~MyIpDnsServer() = default;

void
MyIpDnsServer::DoDispose()
{
    CloseSockets();
    Application::DoDispose();
}

void
MyIpDnsServer::StartApplication()
{
    NS_LOG_FUNCTION(this);
    m_record.ttl = static_cast<uint32_t>(m_ttl.ToInteger(Time::S));
    const auto socket = OpenSocket(Ipv4Address::GetAny());
    NS_ABORT_MSG_IF(!socket, "MyIpDnsServer: UDP port " << m_port << " is in use on this node");
    socket->SetRecvPktInfo(true);
}

void
MyIpDnsServer::StopApplication()
{
    NS_LOG_FUNCTION(this);
    CloseSockets();
}

Ptr<Socket>
MyIpDnsServer::OpenSocket(Ipv4Address local)
{
    const auto socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
    if (socket->Bind(InetSocketAddress(local, m_port)) != 0)
    {
        return nullptr;
    }
    socket->SetRecvCallback(MakeCallback(&MyIpDnsServer::HandleRead, this));
    m_sockets[local] = socket;
    return socket;
}

void
MyIpDnsServer::CloseSockets()
{
    for (const auto& [local, socket] : m_sockets)
    {
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        socket->Close();
    }
    m_sockets.clear();
}

void
MyIpDnsServer::HandleRead(Ptr<Socket> socket)
{
    Address from;
    while (const auto packet = socket->RecvFrom(from))
    {
        HandleQuery(socket, packet, from);
    }
}

void
MyIpDnsServer::HandleQuery(const Ptr<Socket>& socket,
                           const Ptr<Packet>& packet,
                           const Address& from)
{
    std::vector<uint8_t> datagram(packet->GetSize());
    packet->CopyData(datagram.data(), packet->GetSize());
    const auto source = InetSocketAddress::ConvertFrom(from);

    const auto reply = EvaluateMyIpQuery(datagram, m_record, source.GetIpv4());
    if (!reply)
    {
        NS_LOG_INFO("datagram from " << source.GetIpv4() << " is no query, ignored");
        return;
    }
    if (!reply->questions.empty())
    {
        NS_LOG_LOGIC(source.GetIpv4() << " asks for " << reply->questions.front().name.ToText());
        m_queryTrace(source.GetIpv4(), source.GetPort(), reply->questions.front().name.ToText());
    }
    const auto bytes = Encode(*reply);
    NS_ABORT_MSG_IF(!bytes, "MyIpDnsServer: a reply cannot be encoded");
    GetReplySocket(socket, packet)
        ->SendTo(Create<Packet>(bytes->data(), static_cast<uint32_t>(bytes->size())), 0, from);
}

Ptr<Socket>
MyIpDnsServer::GetReplySocket(const Ptr<Socket>& socket, const Ptr<Packet>& packet)
{
    Ipv4PacketInfoTag info;
    if (!packet->RemovePacketTag(info))
    {
        return socket; // bound to the address already
    }
    const auto local = info.GetAddress();
    if (GetNode()->GetObject<Ipv4>()->GetInterfaceForAddress(local) < 0)
    {
        return socket; // a broadcast address cannot be a source
    }
    const auto known = m_sockets.find(local);
    if (known != m_sockets.end())
    {
        return known->second;
    }
    const auto opened = OpenSocket(local);
    return opened ? opened : socket;
}

void
MyIpDnsServer::SetName(const std::string& name)
{
    const auto parsed = DnsName::Parse(name);
    NS_ABORT_MSG_IF(!parsed,
                    "MyIpDnsServer: Name \""
                        << name << "\" is not a domain name (labels of 1 to 63 octets, at most 253 "
                        << "characters, no backslash)");
    m_record.name = *parsed;
}

std::string
MyIpDnsServer::GetNameText() const
{
    return m_record.name.ToText();
}

} // namespace ns3::azure
