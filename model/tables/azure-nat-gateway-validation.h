// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NAT_GATEWAY_VALIDATION_H
#define AZURE_NAT_GATEWAY_VALIDATION_H

#include "ns3/azure-deployment.h"

#include <optional>
#include <string>

namespace ns3::azure
{

/**
 * @brief Check the NAT gateways of a deployment (sources.rst B.6): names, numbers of addresses,
 * idle timeouts, and that each network interface has one at most.
 *
 * A gateway is in one virtual network; a deployment knows that of the network interfaces only that
 * internal load balancers lead to.
 *
 * @return nothing if they are sound; else the first error, naming the gateway, the value and what
 * is allowed
 */
std::optional<std::string> ValidateNatGateways(const Deployment& deployment);

} // namespace ns3::azure

#endif // AZURE_NAT_GATEWAY_VALIDATION_H
