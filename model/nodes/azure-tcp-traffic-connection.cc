// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-tcp-traffic-connection.h"

#include "azure-peer-end.h"
#include "azure-traffic-message.h"

#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3::azure
{

TypeId
TcpTrafficConnection::GetSocketFactory() const
{
    return TcpSocketFactory::GetTypeId();
}

void
TcpTrafficConnection::Configure(Ptr<Socket> socket)
{
    socket->SetAttribute("ConnCount", UintegerValue(m_settings.connectAttempts));
    socket->SetAttribute("ConnTimeout", TimeValue(m_settings.connectTimeout));
    socket->SetConnectCallback(MakeCallback(&TcpTrafficConnection::HandleConnected, this),
                               MakeCallback(&TcpTrafficConnection::HandleConnectFailed, this));
    socket->SetCloseCallbacks(MakeCallback(&TcpTrafficConnection::HandleNormalClose, this),
                              MakeCallback(&TcpTrafficConnection::HandleErrorClose, this));
    socket->SetRecvCallback(MakeCallback(&TcpTrafficConnection::HandleReceive, this));
    socket->SetSendCallback(MakeCallback(&TcpTrafficConnection::HandleSendSpace, this));
}

bool
TcpTrafficConnection::DoOpen()
{
    return m_socket->Connect(GetPeer()) == 0;
}

void
TcpTrafficConnection::DoKeepAlive()
{
    if (!m_request)
    {
        m_request = Create<Packet>();
    }
    m_request->AddAtEnd(CreateTrafficRequest(TrafficRequestHeader::SIZE, 0));
    SendWhatFits(m_socket, m_request);
}

void
TcpTrafficConnection::DoClose()
{
    m_isClosing = true;
    switch (m_settings.close)
    {
    case TrafficClose::Fin:
        m_timer = Simulator::Schedule(m_settings.closeTimeout, &TcpTrafficConnection::Reset, this);
        m_socket->Close();
        break;
    case TrafficClose::Rst:
        Reset();
        break;
    case TrafficClose::None:
        break;
    }
}

void
TcpTrafficConnection::DoStop()
{
    m_socket->Close();
}

void
TcpTrafficConnection::HandleConnected(Ptr<Socket> /* socket */)
{
    SetEstablished();
    if (m_settings.requestSize > 0)
    {
        m_request = CreateTrafficRequest(m_settings.requestSize, m_settings.responseSize);
        SendWhatFits(m_socket, m_request);
    }
    if (m_settings.responseSize == 0)
    {
        SetResponded();
        return;
    }
    m_timer = Simulator::Schedule(m_settings.responseTimeout,
                                  &TcpTrafficConnection::CloseUnanswered,
                                  this);
}

void
TcpTrafficConnection::HandleConnectFailed(Ptr<Socket> /* socket */)
{
    if (!GetFlow().ended)
    {
        Fail(TrafficFailure::Timeout);
    }
}

void
TcpTrafficConnection::HandleNormalClose(Ptr<Socket> socket)
{
    if (m_isClosing)
    {
        DoubleValue segmentLifetime;
        socket->GetAttribute("MaxSegLifetime", segmentLifetime);
        ReleaseLater(Simulator::Now() + Seconds(2 * segmentLifetime.Get()));
    }
    else if (GetFlow().established && !GetFlow().ended)
    {
        End(GetPeerEnd(socket));
        Simulator::ScheduleNow(&TcpTrafficConnection::CloseAfterPeer,
                               Ptr<TcpTrafficConnection>(this));
    }
    else if (!GetFlow().ended)
    {
        Fail(TrafficFailure::Reset);
    }
}

void
TcpTrafficConnection::HandleErrorClose(Ptr<Socket> /* socket */)
{
    if (GetFlow().established && !GetFlow().ended)
    {
        End(TrafficEnd::Error);
    }
    ReleaseLater(Simulator::Now());
}

void
TcpTrafficConnection::HandleReceive(Ptr<Socket> socket)
{
    while (auto packet = socket->Recv())
    {
        if (packet->GetSize() == 0)
        {
            break;
        }
        const bool wasWhole = m_receivedBytes >= m_settings.responseSize;
        m_receivedBytes += packet->GetSize();
        if (!wasWhole && m_receivedBytes >= m_settings.responseSize && !GetFlow().ended)
        {
            SetResponded();
        }
    }
}

void
TcpTrafficConnection::HandleSendSpace(Ptr<Socket> socket, uint32_t /* space */)
{
    if (m_request && m_request->GetSize() > 0 && !GetFlow().ended)
    {
        SendWhatFits(socket, m_request);
    }
}

void
TcpTrafficConnection::CloseAfterPeer()
{
    if (m_socket)
    {
        m_socket->Close();
        ReleaseLater(Simulator::Now());
    }
}

void
TcpTrafficConnection::Reset()
{
    m_socket->Connect(GetPeer());
    ReleaseLater(Simulator::Now());
}

} // namespace ns3::azure
