// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-udp-traffic-connection.h"

#include "azure-ns3-compat.h"
#include "azure-traffic-message.h"

#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"

namespace ns3::azure
{

TypeId
UdpTrafficConnection::GetSocketFactory() const
{
    return UdpSocketFactory::GetTypeId();
}

UdpTrafficConnection::~UdpTrafficConnection()
{
    m_answerTimer.Cancel(); // as after Abandon()
}

void
UdpTrafficConnection::Configure(Ptr<Socket> socket)
{
    socket->SetRecvCallback(MakeCallback(&UdpTrafficConnection::HandleReceive, this));
}

bool
UdpTrafficConnection::DoOpen()
{
    const auto request = CreateTrafficRequest(m_settings.requestSize, m_settings.responseSize);
    if (m_socket->Connect(GetPeer()) != 0 || m_socket->Send(request) < 0)
    {
        return false;
    }
    m_timer =
        Simulator::Schedule(m_settings.responseTimeout, &UdpTrafficConnection::HandleTimeout, this);
    return true;
}

void
UdpTrafficConnection::DoKeepAlive()
{
    m_socket->Send(CreateTrafficRequest(TrafficRequestHeader::SIZE, 0));
    if (!IsPending(m_answerTimer))
    {
        m_answerTimer = Simulator::Schedule(m_settings.responseTimeout,
                                            &UdpTrafficConnection::CloseUnanswered,
                                            this);
    }
}

void
UdpTrafficConnection::DoClose()
{
    m_answerTimer.Cancel();
    m_socket->Close();
    ReleaseLater(Simulator::Now());
}

void
UdpTrafficConnection::DoStop()
{
    m_socket->Close();
}

void
UdpTrafficConnection::HandleReceive(Ptr<Socket> socket)
{
    Address from;
    while (socket->RecvFrom(from))
    {
        // ns-3's UDP takes datagrams from everybody, even when connected
        if (from != GetPeer() || GetFlow().ended)
        {
            continue;
        }
        m_answerTimer.Cancel();
        if (!GetFlow().established)
        {
            SetEstablished();
            SetResponded();
        }
    }
}

void
UdpTrafficConnection::HandleTimeout()
{
    m_socket->Close();
    Fail(TrafficFailure::Timeout);
}

} // namespace ns3::azure
