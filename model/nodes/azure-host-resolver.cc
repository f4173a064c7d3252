// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-resolver.h"

#include "ns3/abort.h"
#include "ns3/azure-address-prefix.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <vector>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureHostResolver");

NS_OBJECT_ENSURE_REGISTERED(HostResolver);

namespace
{

Ptr<Socket>
OpenSocket(const Ptr<Node>& node, const InetSocketAddress& local)
{
    const auto socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(socket->Bind(local) != 0,
                    "HostResolver: UDP port " << local.GetPort() << " of " << local.GetIpv4()
                                              << " is in use on this node");
    return socket;
}

void
CloseSocket(Ptr<Socket>& socket)
{
    if (socket)
    {
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        socket->Close();
        socket = nullptr;
    }
}

/// @return the payload of a packet
std::vector<uint8_t>
GetPayload(const Ptr<Packet>& packet)
{
    std::vector<uint8_t> payload(packet->GetSize());
    packet->CopyData(payload.data(), packet->GetSize());
    return payload;
}

} // namespace

TypeId
HostResolver::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::HostResolver")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<HostResolver>()
            .AddAttribute("Address",
                          "Address of the node that VMs ask.",
                          Ipv4AddressValue(Ipv4Address(HOST_SERVICE_ADDRESS)),
                          MakeIpv4AddressAccessor(&HostResolver::m_address),
                          MakeIpv4AddressChecker())
            .AddAttribute("Port",
                          "UDP port that VMs ask (1 to 65535).",
                          UintegerValue(53),
                          MakeUintegerAccessor(&HostResolver::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("Upstream",
                          "Address of the resolver that is asked; must be set.",
                          Ipv4AddressValue(Ipv4Address::GetAny()),
                          MakeIpv4AddressAccessor(&HostResolver::m_upstream),
                          MakeIpv4AddressChecker())
            .AddAttribute("UpstreamPort",
                          "UDP port of the resolver that is asked (1 to 65535).",
                          UintegerValue(53),
                          MakeUintegerAccessor(&HostResolver::m_upstreamPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("Timeout",
                          "How long to wait for a reply to each attempt (above 0 s; read when the "
                          "application starts; the default is our choice).",
                          TimeValue(Seconds(2)),
                          MakeTimeAccessor(&HostResolver::m_timeout),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("Attempts",
                          "How many times a query is sent before the VM is told of the failure (at "
                          "least 1; read when the application starts; the default is our choice).",
                          UintegerValue(2),
                          MakeUintegerAccessor(&HostResolver::m_attempts),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("MaxPending",
                          "Most queries that wait for replies at a time (1 to 65535; read when the "
                          "application starts; the default is our choice).",
                          UintegerValue(1024),
                          MakeUintegerAccessor(&HostResolver::m_maxPending),
                          MakeUintegerChecker<uint32_t>(1, 65535))
            .AddTraceSource("Query",
                            "A VM asked: its address, port and the name; once for each query that "
                            "is not ignored.",
                            MakeTraceSourceAccessor(&HostResolver::m_queryTrace),
                            "ns3::azure::HostResolver::QueryCallback")
            .AddTraceSource("Answer",
                            "The upstream resolver's reply goes to the VM: its address, port and "
                            "the name.",
                            MakeTraceSourceAccessor(&HostResolver::m_answerTrace),
                            "ns3::azure::HostResolver::AnswerCallback")
            .AddTraceSource("Failed",
                            "A query is answered with ServFail: the VM's address, port, the name "
                            "and the reason.",
                            MakeTraceSourceAccessor(&HostResolver::m_failedTrace),
                            "ns3::azure::HostResolver::FailedCallback");
    return tid;
}

std::size_t
HostResolver::GetPendingCount() const
{
    return m_relay ? m_relay->GetPendingCount() : 0;
}

void
HostResolver::DoDispose()
{
    CloseSockets();
    Application::DoDispose();
}

void
HostResolver::StartApplication()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_IF(m_upstream == Ipv4Address::GetAny(), "HostResolver: Upstream is not set");
    NS_ABORT_MSG_IF(GetNode()->GetObject<Ipv4>()->GetInterfaceForAddress(m_address) < 0,
                    "HostResolver: this node does not have the address " << m_address);
    m_relay.emplace(DnsRelay::Configuration{m_maxPending, m_timeout, m_attempts});
    m_clientSocket = OpenSocket(GetNode(), InetSocketAddress(m_address, m_port));
    m_clientSocket->SetRecvCallback(MakeCallback(&HostResolver::HandleQuery, this));
    m_upstreamSocket = OpenSocket(GetNode(), InetSocketAddress(Ipv4Address::GetAny(), 0));
    m_upstreamSocket->SetRecvCallback(MakeCallback(&HostResolver::HandleReply, this));
}

void
HostResolver::StopApplication()
{
    NS_LOG_FUNCTION(this);
    CloseSockets();
}

void
HostResolver::CloseSockets()
{
    m_timeoutEvent.Cancel();
    CloseSocket(m_clientSocket);
    CloseSocket(m_upstreamSocket);
    m_relay.reset();
}

void
HostResolver::HandleQuery(Ptr<Socket> socket)
{
    Address from;
    while (const auto packet = socket->RecvFrom(from))
    {
        const auto client = InetSocketAddress::ConvertFrom(from);
        const auto message = m_relay->AcceptQuery(GetPayload(packet),
                                                  client.GetIpv4(),
                                                  client.GetPort(),
                                                  Simulator::Now());
        if (message)
        {
            NS_LOG_LOGIC(client.GetIpv4() << " asks for " << message->query.question.name.ToText());
            m_queryTrace(client.GetIpv4(), client.GetPort(), message->query.question.name.ToText());
            Send(*message);
        }
    }
    ScheduleTimeout();
}

void
HostResolver::HandleReply(Ptr<Socket> socket)
{
    Address from;
    while (const auto packet = socket->RecvFrom(from))
    {
        const auto sender = InetSocketAddress::ConvertFrom(from);
        if (sender.GetIpv4() != m_upstream || sender.GetPort() != m_upstreamPort)
        {
            continue; // forged
        }
        if (const auto message = m_relay->AcceptReply(GetPayload(packet)))
        {
            Send(*message);
        }
    }
    ScheduleTimeout();
}

void
HostResolver::HandleTimeout()
{
    for (const auto& message : m_relay->Expire(Simulator::Now()))
    {
        Send(message);
    }
    ScheduleTimeout();
}

void
HostResolver::Send(const DnsRelayMessage& message)
{
    const auto& query = message.query;
    const auto packet =
        Create<Packet>(message.datagram.data(), static_cast<uint32_t>(message.datagram.size()));
    if (message.recipient == DnsRelayMessage::Recipient::Upstream)
    {
        // No route is like no reply: there may be one at the next attempt.
        m_upstreamSocket->SendTo(packet, 0, InetSocketAddress(m_upstream, m_upstreamPort));
        return;
    }
    const auto name = query.question.name.ToText();
    if (message.failure)
    {
        NS_LOG_INFO("no answer to " << query.address << " about " << name << ": "
                                    << GetName(*message.failure));
        m_failedTrace(query.address, query.port, name, *message.failure);
    }
    else
    {
        NS_LOG_LOGIC("answers " << query.address << " about " << name);
        m_answerTrace(query.address, query.port, name);
    }
    m_clientSocket->SendTo(packet, 0, InetSocketAddress(query.address, query.port));
}

void
HostResolver::ScheduleTimeout()
{
    const auto deadline = m_relay->GetNextDeadline();
    m_timeoutEvent.Cancel();
    if (deadline)
    {
        m_timeoutEvent =
            Simulator::Schedule(*deadline - Simulator::Now(), &HostResolver::HandleTimeout, this);
    }
}

} // namespace ns3::azure
