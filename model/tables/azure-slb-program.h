// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SLB_PROGRAM_H
#define AZURE_SLB_PROGRAM_H

#include "ns3/azure-deployment.h"
#include "ns3/azure-slb-message.h"
#include "ns3/ipv4-address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A message and the host it is for.
struct HostInstruction
{
    Ipv4Address host;                    //!< provider address
    ProgramNetworkInterface instruction; //!< for its host agent
};

/// What the SLB manager tells everybody about a deployment.
struct SlbProgram
{
    std::vector<HostInstruction> hosts; //!< in the order of the network interfaces
    std::vector<PublicEndpoint> muxes;  //!< the same for every mux, by address and port
};

/**
 * @brief Check a deployment before simulated time starts.
 * @return nothing if it is sound; else the first error, naming the field, the value and what is
 *         allowed
 */
std::optional<std::string> Validate(const Deployment& deployment);

/**
 * @brief Work out who uses which public address and which SNAT ports.
 *
 * Each network interface gets its outbound method (SelectOutboundMethod()), and with SNAT a block
 * of ports on each frontend the method uses: all frontends that a rule links with the pool, or all
 * there are where the profile requires no rule; for default SNAT the platform address, on which a
 * VM is a pool of one (sources.rst B.1: OB-1803).  Every pool member counts for the pool's size,
 * those with an instance-level public IP too (sources.rst B.1: instances in the backend pool).
 *
 * @param deployment a valid one
 */
SlbProgram Compile(const Deployment& deployment);

/// @return how many public IPs count against the subscription's quota (not S0-11's)
uint32_t GetPublicIpQuotaUse(const Deployment& deployment);

} // namespace ns3::azure

#endif // AZURE_SLB_PROGRAM_H
