// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FUZZ_VNIC_ORDERS_H
#define AZURE_FUZZ_VNIC_ORDERS_H

#include "azure-step-reader.h"

#include "ns3/azure-slb-message.h"
#include "ns3/azure-vnic-pipeline.h"

#include <cstdint>
#include <memory>
#include <vector>

/**
 * @file
 * @brief What managers may tell the network interface of the story vnic-pipeline, and who is there.
 */
namespace ns3::azure::fuzz_vnic
{

inline const Ipv4Address VM("10.0.0.4");
inline const Ipv4Address OWN("198.18.32.1");
inline const Ipv4Address MUX("10.128.255.1");
inline const Ipv4Address GATEWAY("10.128.254.1");
inline const Ipv4Address NEIGHBOR("10.0.0.5");
inline const Ipv4Address NEIGHBOR_HOST("10.128.0.5");
inline constexpr uint32_t FRONTEND = 0xc6336401; //!< 198.51.100.1, the first of two
inline constexpr uint16_t FIRST_PORT = 1024;     //!< of the ports to begin with
inline constexpr uint16_t FIRST_NEW_PORT = 2048; //!< of those that come later

/// Groups live as long as the story: what is asked last keeps its names.
using Groups = std::vector<std::shared_ptr<const SecurityRuleTable>>;

/// @return how the VM reaches the Internet from now on
ProgramNetworkInterface TakeProgram(StepReader& steps, uint32_t sequence);

/// @return ports that come or go
/// @param held those that the VM has
ProgramSnatPorts TakePortMove(StepReader& steps, uint32_t sequence, const SnatPortGrants& held);

/// @return groups, limits and routes
/// @param groups gets the groups
NetworkInterfacePolicy TakePolicy(StepReader& steps, Groups& groups);

/// @return what muxes may send
std::vector<InboundEndpoint> GetVnicEndpoints();

} // namespace ns3::azure::fuzz_vnic

#endif // AZURE_FUZZ_VNIC_ORDERS_H
