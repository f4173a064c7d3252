// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-health-probe-responder.h"

#include "azure-compact-stack.h"
#include "azure-ns3-compat.h"

#include "ns3/abort.h"
#include "ns3/azure-http-message.h"
#include "ns3/inet-socket-address.h"
#include "ns3/log.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureHealthProbeResponder");

NS_OBJECT_ENSURE_REGISTERED(HealthProbeResponder);

TypeId
HealthProbeResponder::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::HealthProbeResponder")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<HealthProbeResponder>()
            .AddAttribute("Port",
                          "TCP port that is probed (1 to 65535).",
                          UintegerValue(80),
                          MakeUintegerAccessor(&HealthProbeResponder::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("Protocol",
                          "How it is probed: Tcp, Http or Https, which is the same as Http.",
                          MakeEnumValue(HealthProbeProtocol::Tcp),
                          MakeEnumAccessor(&HealthProbeResponder::m_protocol),
                          MakeEnumChecker(HealthProbeProtocol::Tcp,
                                          GetName(HealthProbeProtocol::Tcp),
                                          HealthProbeProtocol::Http,
                                          GetName(HealthProbeProtocol::Http),
                                          HealthProbeProtocol::Https,
                                          GetName(HealthProbeProtocol::Https)))
            .AddAttribute("Behavior",
                          "How it responds until the schedule says otherwise: Answer, Stall, "
                          "Silent, Refuse or StatusN, as Status503 (not with Tcp).",
                          StringValue("Answer"),
                          MakeStringAccessor(&HealthProbeResponder::SetBehavior,
                                             &HealthProbeResponder::GetBehavior),
                          MakeStringChecker())
            .AddAttribute("Schedule",
                          "How it responds when, since its start, as 0s=Answer;20s=Status503; "
                          "empty: as Behavior says.",
                          StringValue(""),
                          MakeStringAccessor(&HealthProbeResponder::SetSchedule,
                                             &HealthProbeResponder::GetSchedule),
                          MakeStringChecker());
    return tid;
}

void
HealthProbeResponder::SetResponse(const ProbeResponse& response)
{
    m_response = response;
    if (m_isRunning)
    {
        Check(m_response);
        UpdateListener();
    }
}

void
HealthProbeResponder::DoDispose()
{
    Stop();
    while (!m_connections.empty())
    {
        Remove(m_connections.front().socket);
    }
    Application::DoDispose();
}

void
HealthProbeResponder::DoInitialize()
{
    RequireSockets(GetNode(), "HealthProbeResponder");
    Application::DoInitialize();
}

void
HealthProbeResponder::StartApplication()
{
    NS_LOG_FUNCTION(this);
    m_isRunning = true;
    Check(m_response);
    for (const auto& entry : m_schedule)
    {
        Check(entry.response);
        m_changes.push_back(Simulator::Schedule(entry.start,
                                                &HealthProbeResponder::SetResponse,
                                                this,
                                                entry.response));
    }
    UpdateListener();
}

void
HealthProbeResponder::StopApplication()
{
    NS_LOG_FUNCTION(this);
    Stop();
    while (!m_connections.empty())
    {
        Close(m_connections.front().socket);
    }
}

void
HealthProbeResponder::SetBehavior(const std::string& text)
{
    const auto parsed = ParseProbeResponse("Behavior", text);
    NS_ABORT_MSG_UNLESS(parsed, "HealthProbeResponder: " << parsed.GetError());
    SetResponse(*parsed);
}

std::string
HealthProbeResponder::GetBehavior() const
{
    return GetText(m_response);
}

void
HealthProbeResponder::SetSchedule(const std::string& text)
{
    const auto parsed = ParseProbeResponseSchedule("Schedule", text);
    NS_ABORT_MSG_UNLESS(parsed, "HealthProbeResponder: " << parsed.GetError());
    m_schedule = *parsed;
    m_scheduleText = text;
}

std::string
HealthProbeResponder::GetSchedule() const
{
    return m_scheduleText;
}

void
HealthProbeResponder::Check(const ProbeResponse& response) const
{
    NS_ABORT_MSG_IF(
        m_protocol == HealthProbeProtocol::Tcp && response.statusCode != HTTP_STATUS_OK,
        "HealthProbeResponder: " << GetRefusal("Protocol",
                                               GetName(m_protocol),
                                               "Http or Https with " + GetText(response)));
}

void
HealthProbeResponder::UpdateListener()
{
    const bool listens = m_isRunning && m_response.kind != ProbeResponseKind::Refuse;
    if (m_listener && !listens)
    {
        m_listener->Close();
        m_listener = nullptr;
    }
    if (m_listener || !listens)
    {
        return;
    }
    m_listener = Socket::CreateSocket(GetNode(), TcpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), m_port)) != 0,
                    "HealthProbeResponder: TCP port " << m_port << " is in use on node "
                                                      << GetNode()->GetId());
    m_listener->SetAcceptCallback(MakeCallback(&HealthProbeResponder::HandleRequest, this),
                                  MakeCallback(&HealthProbeResponder::HandleAccepted, this));
    m_listener->Listen();
}

bool
HealthProbeResponder::HandleRequest(Ptr<Socket> /* socket */, const Address& /* from */)
{
    return m_response.kind != ProbeResponseKind::Silent; // ns-3 then ignores the SYN
}

void
HealthProbeResponder::HandleAccepted(Ptr<Socket> socket, const Address& /* from */)
{
    m_connections.push_back({socket, {}});
    socket->SetRecvCallback(MakeCallback(&HealthProbeResponder::HandleReceive, this));
    socket->SetCloseCallbacks(MakeCallback(&HealthProbeResponder::HandleClosed, this),
                              MakeCallback(&HealthProbeResponder::HandleClosed, this));
}

void
HealthProbeResponder::HandleReceive(Ptr<Socket> socket)
{
    const auto found = Find(socket);
    if (found == m_connections.end())
    {
        return;
    }
    auto& request = found->request;
    while (const auto packet = socket->Recv()) // all of it, or ns-3 would close by RST
    {
        if (packet->GetSize() == 0)
        {
            break;
        }
        std::string text(packet->GetSize(), '\0');
        packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
        request += text;
    }
    if (m_protocol == HealthProbeProtocol::Tcp ||
        request.find(HTTP_HEADER_END) == std::string::npos)
    {
        return;
    }
    request.clear();
    if (m_response.kind == ProbeResponseKind::Answer)
    {
        const auto response = MakeHttpResponse(m_response.statusCode);
        socket->Send(Create<Packet>(reinterpret_cast<const uint8_t*>(response.data()),
                                    static_cast<uint32_t>(response.size())));
    }
}

void
HealthProbeResponder::HandleClosed(Ptr<Socket> socket)
{
    // In the middle of its close report ns-3's socket may still take a call for an open one's.
    Simulator::ScheduleNow(&HealthProbeResponder::Close, Ptr<HealthProbeResponder>(this), socket);
}

std::vector<HealthProbeResponder::Connection>::iterator
HealthProbeResponder::Find(Ptr<Socket> socket)
{
    return std::find_if(m_connections.begin(), m_connections.end(), [&](const auto& each) {
        return each.socket == socket;
    });
}

void
HealthProbeResponder::Close(Ptr<Socket> socket)
{
    if (Remove(socket))
    {
        socket->Close();
    }
}

bool
HealthProbeResponder::Remove(Ptr<Socket> socket)
{
    const auto found = Find(socket);
    if (found == m_connections.end())
    {
        return false;
    }
    m_connections.erase(found);
    const auto noCallback = MakeNullCallback<void, Ptr<Socket>>();
    socket->SetCloseCallbacks(noCallback, noCallback);
    socket->SetRecvCallback(noCallback);
    return true;
}

void
HealthProbeResponder::Stop()
{
    m_isRunning = false;
    for (auto& change : m_changes)
    {
        change.Cancel();
    }
    m_changes.clear();
    UpdateListener();
}

} // namespace ns3::azure
