// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-route-listener.h"

#include "ns3/abort.h"
#include "ns3/azure-route-message.h"
#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-packet-info-tag.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <vector>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureRouteListener");

NS_OBJECT_ENSURE_REGISTERED(RouteListener);

TypeId
RouteListener::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::RouteListener")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<RouteListener>()
            .AddAttribute("Port",
                          "UDP port the route messages come to (1 to 65535).",
                          UintegerValue(ROUTE_PORT),
                          MakeUintegerAccessor(&RouteListener::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("AnyNeighbor",
                          "Whether all neighbors are heeded; false: those of AddNeighbor() only.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&RouteListener::m_isAnyHeeded),
                          MakeBooleanChecker());
    return tid;
}

void
RouteListener::SetRouting(Ptr<EqualCostRouting> routing)
{
    m_routing = routing;
}

void
RouteListener::AddNeighbor(Ipv4Address neighbor)
{
    m_neighbors.insert(neighbor);
}

void
RouteListener::StartApplication()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_UNLESS(m_routing, "the route listener has no routing to tell");
    m_socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), m_port)) != 0,
                    "Port: " << m_port << " is in use on node " << GetNode()->GetId());
    m_socket->SetRecvPktInfo(true);
    m_socket->SetRecvCallback(MakeCallback(&RouteListener::Receive, this));
}

void
RouteListener::StopApplication()
{
    NS_LOG_FUNCTION(this);
    if (m_socket)
    {
        m_socket->Close();
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket = nullptr;
    }
}

void
RouteListener::DoDispose()
{
    StopApplication();
    m_routing = nullptr;
    Application::DoDispose();
}

bool
RouteListener::IsHeeded(Ipv4Address sender, const Ptr<Packet>& packet) const
{
    Ipv4PacketInfoTag info;
    const auto device = m_routing->FindDevice(sender);
    return (m_isAnyHeeded || m_neighbors.count(sender) > 0) && device &&
           packet->RemovePacketTag(info) && info.GetRecvIf() == device->GetIfIndex();
}

void
RouteListener::Receive(Ptr<Socket> socket)
{
    Address from;
    while (const auto packet = socket->RecvFrom(from))
    {
        const auto sender = InetSocketAddress::ConvertFrom(from).GetIpv4();
        if (!IsHeeded(sender, packet))
        {
            NS_LOG_INFO("message of " << sender << " is not heeded");
            continue;
        }
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        const auto message = DecodeRouteMessage(bytes);
        if (!message)
        {
            NS_LOG_INFO("message of " << sender << " is malformed");
            continue;
        }
        if (const auto* announcement = std::get_if<AnnounceRoutes>(&*message))
        {
            m_routing->Announce(sender, *announcement);
        }
        else
        {
            m_routing->Withdraw(sender, std::get<WithdrawRoutes>(*message));
        }
    }
}

} // namespace ns3::azure
