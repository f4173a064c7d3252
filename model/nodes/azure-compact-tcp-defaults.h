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
 * @return the defaults, as they are now, of the attributes SegmentSize, RcvBufSize, ConnCount,
 *         ConnTimeout, DataRetries, DelAckTimeout and DelAckCount of ns3::TcpSocket, MinRto and
 *         MaxSegLifetime of ns3::TcpSocketBase, and InitialEstimation of ns3::RttEstimator, so that
 *         what a user says of them holds for the compact transport too.  No other attribute does:
 *         options are always offered (Timestamp, WindowScaling and Sack are as if true), and there
 *         is no congestion control and no buffer for sending
 */
CompactTcpSettings GetCompactTcpDefaults();

} // namespace ns3::azure

#endif // AZURE_COMPACT_TCP_DEFAULTS_H
