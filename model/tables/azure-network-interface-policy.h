// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NETWORK_INTERFACE_POLICY_H
#define AZURE_NETWORK_INTERFACE_POLICY_H

#include "azure-security-policy.h"
#include "azure-virtual-network-routes.h"

#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-limits.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <memory>

namespace ns3::azure
{

/**
 * @brief What the virtual network says about the packets of one network interface, besides SNAT.
 *
 * As it is made, without groups, routes or blocks, it lets everything pass (S3-30) and reaches
 * nobody but the Internet and the host's services.
 */
struct NetworkInterfacePolicy
{
    SecurityPolicy security; //!< the network security groups
    /// The same groups with SelectHostServiceRules() only: for flows from the VM to host services.
    SecurityPolicy hostServices;
    /// The same with those that name a service of the platform only: for requests of licenses.
    SecurityPolicy licensing;
    /// Who has which address; never null.
    std::shared_ptr<const VirtualNetworkRoutes> routes{std::make_shared<VirtualNetworkRoutes>()};
    Time flowRecordTimeout{Minutes(4)}; //!< Profile::flowRecordTimeout (S3-28, sources.rst B.9)
    bool isSmtpBlocked{false};          //!< port 25 of Internet destinations (S3-53)
    uint32_t flowsPerDirection{MAX_FLOWS_PER_DIRECTION}; //!< beyond, new flows are dropped (B.9)
};

/**
 * @brief The rules of a group that decide on flows from a VM to the services of its host (S3-50),
 *        and, if those are not filtered, on requests of Windows licenses (S3-51).
 *
 * Those are custom rules: the platform lets pass what only a default rule denies.  A group that has
 * none for a packet has nothing against it.
 *
 * @param group as it applies to other packets
 * @param areHostServicesFiltered Profile::hostServicesFiltered; if not, only the rules count that
 *        name a service of the platform, as AzurePlatformDNS does (sources.rst B.9)
 */
ResolvedSecurityGroup SelectHostServiceRules(const ResolvedSecurityGroup& group,
                                             bool areHostServicesFiltered);

} // namespace ns3::azure

#endif // AZURE_NETWORK_INTERFACE_POLICY_H
