// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_OUTBOUND_RULE_VALIDATION_H
#define AZURE_OUTBOUND_RULE_VALIDATION_H

#include "ns3/azure-deployment.h"
#include "ns3/azure-load-balancer.h"
#include "ns3/azure-profile.h"

#include <optional>
#include <string>

namespace ns3::azure
{

/**
 * @brief Check the outbound rules of a load balancer (sources.rst B.4).
 *
 * Together the members may have 64,000 ports of each frontend, and no more than other rules' blocks
 * of eight leave; they count whether they use them or not.  Our choices are: a pool that is larger
 * than maxBackendInstances is refused at once; and so are allocatedOutboundPorts beside it.
 *
 * @param loadBalancer one whose names, pools and other rules are sound
 * @param profile for ports of an address, budget and MaxOutboundIdleTimeout
 * @return nothing if they are sound; else the first error, naming the load balancer, the rule, the
 *         value and what is allowed
 */
std::optional<std::string> ValidateOutboundRules(const LoadBalancer& loadBalancer,
                                                 const Profile& profile);

/**
 * @brief Check that a network interface is told one thing of its idle flows: all its outbound rules
 * for a protocol have the same timeout, and those for TCP the same enableTcpReset (our choice).
 * @param deployment one whose names and members are sound
 * @return nothing if it is so; else the first error, as above
 */
std::optional<std::string> ValidateOutboundIdleTimeouts(const Deployment& deployment);

} // namespace ns3::azure

#endif // AZURE_OUTBOUND_RULE_VALIDATION_H
