// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_GUARDED_INTERFACE_H
#define AZURE_GUARDED_INTERFACE_H

#include "azure-network-security-group-json.h"

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-network-resources.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A network interface, and which groups of a document guard it.
struct GuardedInterface
{
    Ipv4Address address;                //!< the private one
    AddressPrefix virtualNetwork;       //!< with the address; the subnet is all of it
    std::string subnetGroup{"auto"};    //!< a name, "none", or "auto" for the first group
    std::string interfaceGroup{"auto"}; //!< a name, "none", or "auto" for the second, if any
    std::string applicationSecurityGroups{"none"}; //!< names with commas between, or "none"
};

/// Number of the only network interface of AddGuardedInterface().
constexpr uint32_t GUARDED_INTERFACE = 1;

/**
 * @ingroup azure-helper
 * @brief Make what VerifyIpFlow() and GetEffectiveSecurityRules() need to tell about the groups of
 * a document: one network interface, in a virtual network of its own.
 * @param resources where they go; without any so far
 * @param guarded the interface; errors begin with the names of its members
 * @param groups of the document, all of which are added
 * @return nothing if done; else the first error, in one line
 */
[[nodiscard]] std::optional<std::string> AddGuardedInterface(
    NetworkResources& resources,
    const GuardedInterface& guarded,
    const std::vector<NetworkSecurityGroupText>& groups);

} // namespace ns3::azure

#endif // AZURE_GUARDED_INTERFACE_H
