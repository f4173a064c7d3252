// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SILENT_CLOSE_H
#define AZURE_SILENT_CLOSE_H

#include "ns3/ptr.h"
#include "ns3/socket.h"

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Make a TCP socket closed without sending anything, which ns-3 does for its own use only.
 *
 * The socket tells of a normal close if it has not done so before; nothing happens to a socket that
 * is closed.
 *
 * @param socket a TCP socket
 */
void CloseSilently(Ptr<Socket> socket);

} // namespace ns3::azure

#endif // AZURE_SILENT_CLOSE_H
