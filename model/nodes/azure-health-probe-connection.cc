// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-health-probe-connection.h"

#include "azure-silent-close.h"

#include "ns3/abort.h"
#include "ns3/azure-http-message.h"
#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3::azure
{

namespace
{

constexpr double SEGMENT_LIFETIME_SECONDS = 0.5; //!< TIME_WAIT is twice that; our choice
constexpr int64_t CLOSE_TIMEOUT_SECONDS = 1;     //!< for the VM's FIN; our choice

} // namespace

HealthProbeConnection::HealthProbeConnection(HealthProbeOwner& owner,
                                             const HealthProbeTarget& target,
                                             uint64_t attempt)
    : m_owner(&owner),
      m_target(target),
      m_attempt(attempt)
{
}

void
HealthProbeConnection::Open(Ptr<Node> node, Ptr<NetDevice> device)
{
    m_sent = Simulator::Now();
    m_timer = Simulator::Schedule(m_target.timeout, &HealthProbeConnection::HandleTimeout, this);
    m_socket = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    m_socket->SetAttribute("MaxSegLifetime", DoubleValue(SEGMENT_LIFETIME_SECONDS));
    NS_ABORT_MSG_IF(m_socket->Bind() != 0,
                    "no TCP port is left for health probes on node " << node->GetId());
    if (device)
    {
        m_socket->BindToNetDevice(device);
    }
    m_socket->SetConnectCallback(MakeCallback(&HealthProbeConnection::HandleConnected, this),
                                 MakeNullCallback<void, Ptr<Socket>>());
    m_socket->SetCloseCallbacks(MakeCallback(&HealthProbeConnection::HandleClosed, this),
                                MakeNullCallback<void, Ptr<Socket>>());
    m_socket->SetRecvCallback(MakeCallback(&HealthProbeConnection::HandleReceive, this));
    m_socket->TraceConnectWithoutContext("Rx",
                                         MakeCallback(&HealthProbeConnection::HandleSegment, this));
    // Without a route nothing is sent, and the timeout comes.
    m_socket->Connect(InetSocketAddress(m_target.privateAddress, m_target.port));
}

void
HealthProbeConnection::Abandon()
{
    m_owner = nullptr;
    if (m_socket)
    {
        const auto socket = m_socket;
        DropSocket();
        CloseSilently(socket);
    }
}

void
HealthProbeConnection::HandleConnected(Ptr<Socket> /* socket */)
{
    m_isEstablished = true;
    if (m_isFinished)
    {
        return;
    }
    if (m_target.protocol == HealthProbeProtocol::Tcp)
    {
        Finish(HealthProbeOutcome::Success);
        return;
    }
    const auto request =
        MakeHttpRequest(m_target.requestPath, m_target.privateAddress, m_target.port);
    m_socket->Send(Create<Packet>(reinterpret_cast<const uint8_t*>(request.data()),
                                  static_cast<uint32_t>(request.size())));
}

void
HealthProbeConnection::HandleReceive(Ptr<Socket> socket)
{
    while (const auto packet = socket->Recv()) // all of it, or ns-3 would close by RST
    {
        if (packet->GetSize() == 0)
        {
            break;
        }
        std::string text(packet->GetSize(), '\0');
        packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
        if (!m_isFinished)
        {
            m_response += text;
        }
    }
    if (m_isFinished)
    {
        return;
    }
    const auto status = ReadHttpStatus(m_response);
    if (status.line == HttpStatusLine::Complete)
    {
        Finish(status.code == HTTP_STATUS_OK ? HealthProbeOutcome::Success
                                             : HealthProbeOutcome::StatusCode,
               status.code);
    }
    else if (status.line == HttpStatusLine::Malformed)
    {
        Finish(HealthProbeOutcome::StatusCode);
    }
}

void
HealthProbeConnection::HandleClosed(Ptr<Socket> /* socket */)
{
    if (m_isClosing)
    {
        m_timer.Cancel();
        m_timer = Simulator::ScheduleNow(&HealthProbeConnection::Release, this);
        return;
    }
    m_isClosedByPeer = true;
    if (!m_isFinished)
    {
        Finish(HealthProbeOutcome::StatusCode); // the VM has closed instead of answering
    }
}

void
HealthProbeConnection::HandleSegment(Ptr<const Packet> /* packet */,
                                     const TcpHeader& header,
                                     Ptr<const TcpSocketBase> /* socket */)
{
    if ((header.GetFlags() & TcpHeader::RST) == 0)
    {
        return;
    }
    m_isClosedByPeer = true;
    m_isEstablished = false;
    if (!m_isFinished)
    {
        Finish(HealthProbeOutcome::Refused);
    }
}

void
HealthProbeConnection::HandleTimeout()
{
    Finish(HealthProbeOutcome::Timeout);
}

void
HealthProbeConnection::Finish(HealthProbeOutcome outcome, std::optional<uint16_t> statusCode)
{
    m_isFinished = true;
    m_timer.Cancel();
    m_timer = Simulator::ScheduleNow(&HealthProbeConnection::Close, this);
    m_owner->HandleResult(*this, outcome, statusCode);
}

void
HealthProbeConnection::Close()
{
    if (!m_isEstablished)
    {
        Release(); // nothing is open at the VM
        return;
    }
    m_isClosing = true;
    m_timer = Simulator::Schedule(Seconds(CLOSE_TIMEOUT_SECONDS),
                                  m_isClosedByPeer ? &HealthProbeConnection::Release
                                                   : &HealthProbeConnection::Reset,
                                  this);
    m_socket->Close();
}

void
HealthProbeConnection::Reset()
{
    // Connecting a socket that is connected makes ns-3 send RST and forget the connection.
    const auto socket = m_socket;
    const InetSocketAddress peer(m_target.privateAddress, m_target.port);
    Release();
    socket->Connect(peer);
}

void
HealthProbeConnection::Release()
{
    const Ptr<HealthProbeConnection> self(this); // the owner may have the only other reference
    const auto socket = m_socket;
    DropSocket();
    if (!m_isEstablished)
    {
        CloseSilently(socket);
    }
    m_owner->HandleReleased(*this);
}

void
HealthProbeConnection::DropSocket()
{
    m_timer.Cancel();
    const auto noCallback = MakeNullCallback<void, Ptr<Socket>>();
    m_socket->SetConnectCallback(noCallback, noCallback);
    m_socket->SetCloseCallbacks(noCallback, noCallback);
    m_socket->SetRecvCallback(noCallback);
    m_socket->TraceDisconnectWithoutContext(
        "Rx",
        MakeCallback(&HealthProbeConnection::HandleSegment, this));
    m_socket = nullptr;
}

} // namespace ns3::azure
