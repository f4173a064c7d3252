// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_CONTROL_H
#define AZURE_FLOW_CONTROL_H

#include "ns3/point-to-point-helper.h"

namespace ns3::azure
{

/**
 * @brief Have a helper's links do without flow control between device queues and queue discs.
 *
 * It is of use to queue discs only, and a fifth of what a link costs per packet.  ns-3.35 has no
 * links without it: nothing is changed there.
 */
void DisableFlowControl(PointToPointHelper& helper);

} // namespace ns3::azure

#endif // AZURE_FLOW_CONTROL_H
