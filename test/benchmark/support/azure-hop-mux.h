// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOP_MUX_H
#define AZURE_HOP_MUX_H

#include "azure-hop-host.h"

#include "ns3/azure-load-balancing-table.h"
#include "ns3/azure-mux-goal-state.h"

#include <cstddef>

/**
 * @file
 * @brief A mux that balances the load of one rule, for benchmarks of packet-hops.
 */
namespace ns3::azure
{

/// @return a rule for TCP port 80 of HOP_FRONTEND, and its four members
MuxGoalState MakeHopMuxGoalState();

/// @return limits within which so many flows stay for as long as is measured
MuxFlowLimits MakeHopMuxLimits(std::size_t flows);

/**
 * @brief Make a mux with that rule and those limits.
 * @param flows that it has to keep
 * @param recorder listens to it; null for none
 * @return bare device at the other end of its only link
 */
Ptr<NetDevice> MakeHopMux(std::size_t flows, HopRecorder* recorder = nullptr);

} // namespace ns3::azure

#endif // AZURE_HOP_MUX_H
