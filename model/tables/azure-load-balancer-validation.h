// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOAD_BALANCER_VALIDATION_H
#define AZURE_LOAD_BALANCER_VALIDATION_H

#include "ns3/azure-load-balancer.h"
#include "ns3/azure-profile.h"

#include <optional>
#include <string>

namespace ns3::azure
{

/**
 * @brief Check a load balancer by itself: names, references, ports, probes, idle timeouts, limits,
 * and its outbound rules (ValidateOutboundRules()).
 *
 * Sources: sources.rst B.4, B.5, B.7, B.8 and B.9.  Our choices are: characters of names
 * (CheckNewName()); no other rule on a frontend with HA ports, since nothing says which would win;
 * the highest probeThreshold; an administrative state in a pool no rule of which has a probe is
 * refused rather than ignored (B.7: AS-2410 asks for the probe); numberOfProbes times interval is
 * looked at where that number counts.
 *
 * Two rules that lead the same port to the same interface need floating IP, since the VM could not
 * tell them apart (B.8: MV-1608); that inbound NAT rules and rules of other pools count is our
 * reading.
 *
 * @param loadBalancer what is checked
 * @param profile for what probes do not set
 * @return nothing if it is sound; else the first error, naming the load balancer, the resource, the
 *         value and what is allowed
 */
std::optional<std::string> Validate(const LoadBalancer& loadBalancer, const Profile& profile);

/// @return nothing; or why a probe is not allowed in a load balancer of the SKU
std::optional<std::string> Validate(const HealthProbe& probe,
                                    const std::string& field,
                                    LoadBalancerSku sku,
                                    const Profile& profile);

} // namespace ns3::azure

#endif // AZURE_LOAD_BALANCER_VALIDATION_H
