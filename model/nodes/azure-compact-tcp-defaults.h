// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TCP_DEFAULTS_H
#define AZURE_COMPACT_TCP_DEFAULTS_H

#include "ns3/azure-compact-tcp.h"

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Read what a new ns-3 TCP socket would have.
 * @return the defaults of ns-3's attributes as they are now, so that what a user says of
 *         ns3::TcpSocket, ns3::TcpSocketBase and ns3::RttEstimator holds for the compact transport
 *         too
 */
CompactTcpSettings GetCompactTcpDefaults();

} // namespace ns3::azure

#endif // AZURE_COMPACT_TCP_DEFAULTS_H
