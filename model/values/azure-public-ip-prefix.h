// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PUBLIC_IP_PREFIX_H
#define AZURE_PUBLIC_IP_PREFIX_H

#include "azure-address-prefix.h"
#include "azure-load-balancer.h"

#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief Make a frontend of each address of a public IP prefix, which outbound rules may have as a
 * whole (sources.rst B.4: OR-1809).
 * @param name of the prefix; the frontends are called name-0, name-1, ...
 * @param publicIpPrefix a valid one, of at most MAX_FRONTENDS addresses
 * @return the frontends, in the order of their addresses
 */
std::vector<FrontendIpConfiguration> MakeFrontends(const std::string& name,
                                                   AddressPrefix publicIpPrefix);

} // namespace ns3::azure

#endif // AZURE_PUBLIC_IP_PREFIX_H
