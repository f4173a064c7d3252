// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-my-ip-dns-client.h"

#include "azure-compact-stack.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <variant>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureMyIpDnsClient");
NS_OBJECT_ENSURE_REGISTERED(MyIpDnsClient);

TypeId
MyIpDnsClient::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::MyIpDnsClient")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<MyIpDnsClient>()
            .AddAttribute("Resolver",
                          "Address of the DNS server to ask; must be set.",
                          Ipv4AddressValue(Ipv4Address::GetAny()),
                          MakeIpv4AddressAccessor(&MyIpDnsClient::m_resolver),
                          MakeIpv4AddressChecker())
            .AddAttribute("Port",
                          "UDP port of the DNS server (1 to 65535).",
                          UintegerValue(53),
                          MakeUintegerAccessor(&MyIpDnsClient::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("Name",
                          "The domain name to ask for.",
                          StringValue("myip.opendns.com"),
                          MakeStringAccessor(&MyIpDnsClient::SetName, &MyIpDnsClient::GetNameText),
                          MakeStringChecker())
            .AddAttribute("QueryId",
                          "The id of the query.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&MyIpDnsClient::m_queryId),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("Timeout",
                          "How long to wait for a reply to each attempt (above 0 s).",
                          TimeValue(Seconds(5)),
                          MakeTimeAccessor(&MyIpDnsClient::m_timeout),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute(
                "Attempts",
                "How many times the query is sent before the client gives up (at least 1).",
                UintegerValue(2),
                MakeUintegerAccessor(&MyIpDnsClient::m_attempts),
                MakeUintegerChecker<uint32_t>(1))
            .AddTraceSource("Answer",
                            "The resolver replied with an address: the address.",
                            MakeTraceSourceAccessor(&MyIpDnsClient::m_answerTrace),
                            "ns3::azure::MyIpDnsClient::AnswerCallback")
            .AddTraceSource("Failed",
                            "The client learned no address: the reason.",
                            MakeTraceSourceAccessor(&MyIpDnsClient::m_failedTrace),
                            "ns3::azure::MyIpDnsClient::FailedCallback");
    return tid;
}

MyIpDnsClient::MyIpDnsClient() = default;

MyIpDnsClient::~MyIpDnsClient() = default;

std::optional<Ipv4Address>
MyIpDnsClient::GetAnswer() const
{
    return m_answer;
}

void
MyIpDnsClient::DoDispose()
{
    CloseSocket();
    Application::DoDispose();
}

void
MyIpDnsClient::DoInitialize()
{
    RequireSockets(GetNode(), "MyIpDnsClient");
    Application::DoInitialize();
}

void
MyIpDnsClient::StartApplication()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_IF(m_resolver == Ipv4Address::GetAny(), "MyIpDnsClient: Resolver is not set");
    m_socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(m_socket->Bind() != 0, "MyIpDnsClient: no UDP port is free on this node");
    m_socket->SetRecvCallback(MakeCallback(&MyIpDnsClient::HandleRead, this));
    m_query = MakeMyIpQuery(m_queryId, m_name);
    m_sent = 0;
    SendQuery();
}

void
MyIpDnsClient::StopApplication()
{
    NS_LOG_FUNCTION(this);
    CloseSocket();
}

void
MyIpDnsClient::SendQuery()
{
    const auto bytes = Encode(*m_query);
    NS_ABORT_MSG_IF(!bytes, "MyIpDnsClient: the query cannot be encoded");
    // No route is like no reply: there may be one at the next attempt.
    m_socket->SendTo(Create<Packet>(bytes->data(), static_cast<uint32_t>(bytes->size())),
                     0,
                     InetSocketAddress(m_resolver, m_port));
    ++m_sent;
    m_timeoutEvent = Simulator::Schedule(m_timeout, &MyIpDnsClient::HandleTimeout, this);
}

void
MyIpDnsClient::HandleTimeout()
{
    if (m_sent < m_attempts)
    {
        SendQuery();
        return;
    }
    m_query.reset();
    NS_LOG_INFO("no answer: " << GetName(MyIpFailure::Timeout));
    m_failedTrace(MyIpFailure::Timeout);
}

void
MyIpDnsClient::HandleRead(Ptr<Socket> socket)
{
    Address from;
    while (const auto packet = socket->RecvFrom(from))
    {
        const auto sender = InetSocketAddress::ConvertFrom(from);
        if (sender.GetIpv4() == m_resolver && sender.GetPort() == m_port)
        {
            std::vector<uint8_t> datagram(packet->GetSize());
            packet->CopyData(datagram.data(), packet->GetSize());
            HandleReply(datagram);
        }
    }
}

void
MyIpDnsClient::HandleReply(const std::vector<uint8_t>& datagram)
{
    if (!m_query)
    {
        return; // the query has been settled
    }
    const auto outcome = EvaluateMyIpReply(datagram, *m_query);
    if (!outcome)
    {
        NS_LOG_INFO("datagram is no reply to the query, ignored");
        return;
    }
    m_query.reset();
    m_timeoutEvent.Cancel();
    if (const auto* failure = std::get_if<MyIpFailure>(&*outcome))
    {
        NS_LOG_INFO("no answer: " << GetName(*failure));
        m_failedTrace(*failure);
        return;
    }
    m_answer = std::get<Ipv4Address>(*outcome);
    NS_LOG_LOGIC("the answer is " << *m_answer);
    m_answerTrace(*m_answer);
}

void
MyIpDnsClient::CloseSocket()
{
    m_timeoutEvent.Cancel();
    m_query.reset();
    if (m_socket)
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->Close();
        m_socket = nullptr;
    }
}

void
MyIpDnsClient::SetName(const std::string& name)
{
    const auto parsed = DnsName::Parse(name);
    NS_ABORT_MSG_IF(!parsed,
                    "MyIpDnsClient: Name \""
                        << name << "\" is not a domain name (labels of 1 to 63 octets, at most 253 "
                        << "characters, no backslash)");
    m_name = *parsed;
}

std::string
MyIpDnsClient::GetNameText() const
{
    return m_name.ToText();
}

} // namespace ns3::azure
