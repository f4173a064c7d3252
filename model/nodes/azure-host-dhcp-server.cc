// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-dhcp-server.h"

#include "ns3/abort.h"
#include "ns3/azure-address-prefix.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/log.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureHostDhcpServer");

NS_OBJECT_ENSURE_REGISTERED(HostDhcpServer);

TypeId
HostDhcpServer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::HostDhcpServer")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<HostDhcpServer>()
            .AddAttribute("Address",
                          "Address of the node that names the server; VMs are served through its "
                          "device only.",
                          Ipv4AddressValue(Ipv4Address(HOST_SERVICE_ADDRESS)),
                          MakeIpv4AddressAccessor(&HostDhcpServer::m_address),
                          MakeIpv4AddressChecker())
            .AddAttribute(
                "LeaseTime",
                "How long a VM may keep its address without asking again (4 s to 4294967295 s, the "
                "most that DHCP can say), told in whole seconds, rounded down (the default is our "
                "choice).",
                TimeValue(Days(1)),
                MakeTimeAccessor(&HostDhcpServer::m_leaseTime),
                MakeTimeChecker(Seconds(4), Seconds(std::numeric_limits<uint32_t>::max())))
            .AddTraceSource("Answer",
                            "A message of a VM is answered: the reply; once for each.",
                            MakeTraceSourceAccessor(&HostDhcpServer::m_answerTrace),
                            "ns3::azure::HostDhcpServer::AnswerCallback");
    return tid;
}

void
HostDhcpServer::AddLease(const Address& hardware, const DhcpLease& lease)
{
    DhcpHardwareAddress octets{};
    Mac48Address::ConvertFrom(hardware).CopyTo(octets.data());
    NS_ABORT_MSG_UNLESS(m_table.Insert(octets, lease),
                        "HostDhcpServer: " << hardware << " has a lease already");
}

void
HostDhcpServer::DoDispose()
{
    CloseSockets();
    Application::DoDispose();
}

void
HostDhcpServer::StartApplication()
{
    NS_LOG_FUNCTION(this);
    m_socket = OpenSocket(m_address);
    // ns-3 gives broadcasts to a socket without an address only.
    m_broadcast = OpenSocket(Ipv4Address::GetAny());
    m_broadcast->SetAllowBroadcast(true);
}

void
HostDhcpServer::StopApplication()
{
    NS_LOG_FUNCTION(this);
    CloseSockets();
}

Ptr<Socket>
HostDhcpServer::OpenSocket(Ipv4Address local)
{
    const auto ipv4 = GetNode()->GetObject<Ipv4>();
    const auto interface = ipv4->GetInterfaceForAddress(m_address);
    NS_ABORT_MSG_IF(interface < 0,
                    "HostDhcpServer: this node does not have the address " << m_address);
    const auto socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
    // ns-3 would send a broadcast out of all devices otherwise, the fabric's too.
    socket->BindToNetDevice(ipv4->GetNetDevice(static_cast<uint32_t>(interface)));
    NS_ABORT_MSG_IF(socket->Bind(InetSocketAddress(local, DHCP_SERVER_PORT)) != 0,
                    "HostDhcpServer: UDP port " << DHCP_SERVER_PORT << " of " << local
                                                << " is in use on this node");
    socket->SetRecvCallback(MakeCallback(&HostDhcpServer::HandleRead, this));
    return socket;
}

void
HostDhcpServer::CloseSockets()
{
    for (auto* socket : {&m_socket, &m_broadcast})
    {
        if (*socket)
        {
            (*socket)->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
            (*socket)->Close();
            *socket = nullptr;
        }
    }
}

void
HostDhcpServer::HandleRead(Ptr<Socket> socket)
{
    const auto leaseSeconds = static_cast<uint32_t>(m_leaseTime.ToInteger(Time::S));
    Address from;
    while (const auto packet = socket->RecvFrom(from))
    {
        std::vector<uint8_t> datagram(packet->GetSize());
        packet->CopyData(datagram.data(), packet->GetSize());
        const auto message = DecodeDhcpMessage(datagram);
        const auto reply =
            message ? m_table.Evaluate(*message, m_address, leaseSeconds) : std::nullopt;
        if (reply)
        {
            NS_LOG_LOGIC("answers, with " << reply->yourAddress << " for the client");
            m_answerTrace(*reply);
            Send(*reply, InetSocketAddress::ConvertFrom(from).GetIpv4());
        }
    }
}

void
HostDhcpServer::Send(const DhcpMessage& reply, Ipv4Address to)
{
    const auto bytes = Encode(reply);
    const auto packet = Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size()));
    if (to == Ipv4Address::GetAny())
    {
        m_broadcast->SendTo(packet,
                            0,
                            InetSocketAddress(Ipv4Address::GetBroadcast(), DHCP_CLIENT_PORT));
    }
    else
    {
        m_socket->SendTo(packet, 0, InetSocketAddress(to, DHCP_CLIENT_PORT));
    }
}

} // namespace ns3::azure
