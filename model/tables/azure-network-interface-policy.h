// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NETWORK_INTERFACE_POLICY_H
#define AZURE_NETWORK_INTERFACE_POLICY_H

#include "azure-security-policy.h"
#include "azure-virtual-network-routes.h"

#include "ns3/azure-limits.h"
#include "ns3/nstime.h"

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
    /// Who has which address; never null.
    std::shared_ptr<const VirtualNetworkRoutes> routes{std::make_shared<VirtualNetworkRoutes>()};
    Time flowRecordTimeout{Minutes(4)}; //!< Profile::flowRecordTimeout
    bool areHostServicesFiltered{true}; //!< Profile::hostServicesFiltered
    bool isSmtpBlocked{false};          //!< port 25 of Internet destinations (S3-53)
};

} // namespace ns3::azure

#endif // AZURE_NETWORK_INTERFACE_POLICY_H
