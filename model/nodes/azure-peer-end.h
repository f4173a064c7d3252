// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PEER_END_H
#define AZURE_PEER_END_H

#include "ns3/azure-traffic-flow.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Tell why a TCP socket calls back for a normal close, which ns-3 does for FIN and for RST.
 * @param socket the socket, while it calls
 * @return PeerClosed if a FIN has come, Reset if a RST has
 */
TrafficEnd GetPeerEnd(Ptr<Socket> socket);

} // namespace ns3::azure

#endif // AZURE_PEER_END_H
