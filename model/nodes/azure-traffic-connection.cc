// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-connection.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"

namespace ns3::azure
{

TrafficConnection::TrafficConnection(TrafficConnectionOwner& owner,
                                     const TrafficConnectionSettings& settings,
                                     const TrafficFlow& flow)
    : m_settings(settings),
      m_owner(&owner),
      m_flow(flow)
{
}

bool
TrafficConnection::Bind(Ptr<Node> node)
{
    m_socket = Socket::CreateSocket(node, GetSocketFactory());
    Configure(m_socket);
    const InetSocketAddress local(m_flow.key.GetSource(), m_flow.key.GetSourcePort());
    if (m_socket->Bind(local) != 0)
    {
        DropSocket();
        return false;
    }
    return true;
}

bool
TrafficConnection::Open()
{
    if (!DoOpen())
    {
        m_socket->Close();
        DropSocket();
        return false;
    }
    return true;
}

void
TrafficConnection::Stop()
{
    if (m_flow.ended)
    {
        return;
    }
    if (m_flow.established)
    {
        End(TrafficEnd::Stopped);
        DoClose();
        return;
    }
    Fail(TrafficFailure::Stopped);
    DoStop();
}

void
TrafficConnection::Abandon()
{
    m_timer.Cancel();
    m_nextKeepAlive.Cancel();
    DropSocket();
    m_owner = nullptr;
}

const TrafficFlow&
TrafficConnection::GetFlow() const
{
    return m_flow;
}

void
TrafficConnection::SetEstablished()
{
    m_flow.established = Simulator::Now();
    m_owner->HandleEstablished(m_flow);
}

void
TrafficConnection::SetResponded()
{
    m_timer.Cancel();
    const auto hold = m_owner->HandleResponded(m_flow);
    if (hold && !m_flow.ended)
    {
        m_timer = Simulator::Schedule(*hold, &TrafficConnection::HandleHoldOver, this);
    }
    ScheduleKeepAlive();
}

void
TrafficConnection::Fail(TrafficFailure failure)
{
    m_timer.Cancel();
    m_flow.ended = Simulator::Now();
    m_owner->HandleFailed(m_flow, failure);
    ReleaseLater(Simulator::Now());
}

void
TrafficConnection::End(TrafficEnd end)
{
    m_timer.Cancel();
    m_nextKeepAlive.Cancel();
    m_flow.ended = Simulator::Now();
    m_owner->HandleClosed(m_flow, end);
}

void
TrafficConnection::CloseUnanswered()
{
    End(TrafficEnd::NoResponse);
    DoClose();
}

void
TrafficConnection::ReleaseLater(Time portFreeAt)
{
    m_timer.Cancel();
    if (m_isReleasing)
    {
        return;
    }
    m_isReleasing = true;
    Simulator::ScheduleNow(&TrafficConnection::Release, Ptr<TrafficConnection>(this), portFreeAt);
}

Address
TrafficConnection::GetPeer() const
{
    return InetSocketAddress(m_flow.key.GetDestination(), m_flow.key.GetDestinationPort());
}

void
TrafficConnection::ScheduleKeepAlive()
{
    if (m_settings.keepAliveInterval.IsStrictlyPositive() && !m_flow.ended)
    {
        m_nextKeepAlive =
            Simulator::Schedule(m_settings.keepAliveInterval, &TrafficConnection::KeepAlive, this);
    }
}

void
TrafficConnection::KeepAlive()
{
    ScheduleKeepAlive();
    m_owner->HandleKeepAlive(m_flow);
    DoKeepAlive();
}

void
TrafficConnection::HandleHoldOver()
{
    End(TrafficEnd::HoldOver);
    DoClose();
}

void
TrafficConnection::DropSocket()
{
    if (!m_socket)
    {
        return;
    }
    const auto noCallback = MakeNullCallback<void, Ptr<Socket>>();
    m_socket->SetConnectCallback(noCallback, noCallback);
    m_socket->SetCloseCallbacks(noCallback, noCallback);
    m_socket->SetRecvCallback(noCallback);
    m_socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    m_socket = nullptr;
}

void
TrafficConnection::Release(Time portFreeAt)
{
    DropSocket();
    if (m_owner)
    {
        m_owner->HandleReleased(m_flow, portFreeAt);
    }
}

} // namespace ns3::azure
