// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-peer-end.h"

#include "ns3/tcp-socket-base.h"

namespace ns3::azure
{

namespace
{

/// Leads to a state that only sockets may see.
class SocketState : public TcpSocketBase
{
  public:
    /// @return whether the peer has closed: the state is changed before the call for FIN, and after
    /// the one for RST
    static bool IsPeerClosed(const TcpSocketBase& socket)
    {
        return socket.*&SocketState::m_state == CLOSE_WAIT;
    }
};

} // namespace

TrafficEnd
GetPeerEnd(Ptr<Socket> socket)
{
    const bool isFin = SocketState::IsPeerClosed(*DynamicCast<TcpSocketBase>(socket));
    return isFin ? TrafficEnd::PeerClosed : TrafficEnd::Reset;
}

} // namespace ns3::azure
