// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NAT_GATEWAY_H
#define AZURE_NAT_GATEWAY_H

#include "ns3/ipv4-address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief A NAT gateway: some public addresses whose SNAT ports all its network interfaces share
 * (sources.rst B.6).
 *
 * It goes before every other way to the Internet, an instance-level public IP included; what comes
 * in through load balancers and such addresses is not its business (B.3: NG-2202).  Its network
 * interfaces are in one virtual network: a gateway is that of whole subnets.
 */
struct NatGateway
{
    std::string name;                         //!< unique in the deployment
    std::vector<Ipv4Address> publicAddresses; //!< 1 to 16, nobody else's
    Ipv4Address node;                         //!< of the gateway's node in the physical network
    std::vector<uint32_t> networkInterfaces;  //!< whose flows it translates, each once
    uint32_t idleTimeoutInMinutes{4};         //!< of TCP flows, 4 to 120
};

} // namespace ns3::azure

#endif // AZURE_NAT_GATEWAY_H
