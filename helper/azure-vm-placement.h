// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VM_PLACEMENT_H
#define AZURE_VM_PLACEMENT_H

#include "ns3/azure-virtual-network.h"
#include "ns3/ipv4-address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// Where one VM is.
struct VmPlacement
{
    std::string virtualNetwork; //!< name
    std::string subnet;         //!< name
    Ipv4Address privateAddress; //!< in the subnet
    uint32_t host{0};           //!< number of its host, from 0
};

/**
 * @ingroup azure-helper
 * @brief Deals VMs to the subnets of virtual networks, and to hosts.
 *
 * There is the virtual network "vnet-0", 10.0.0.0/16, with one subnet, "default", unless another
 * one of that name is added; in it are all VMs that are not placed elsewhere.  In each subnet the
 * first VM gets the address after the first four, which Azure keeps for itself, and so on in the
 * order of the VMs.  A host carries VMs of one virtual network only (our choice), so that virtual
 * networks may have the same addresses.
 */
class VmPlacementPlan
{
  public:
    /// Name of the virtual network that is there from the beginning.
    static constexpr const char* DEFAULT_NETWORK = "vnet-0";
    /// Name of its subnet.
    static constexpr const char* DEFAULT_SUBNET = "default";

    VmPlacementPlan();

    /// @param network added, or in place of the one of that name
    void AddVirtualNetwork(const VirtualNetwork& network);

    /// @brief Put a VM, numbered from 0, into a subnet.
    void Place(uint32_t vm, const std::string& virtualNetwork, const std::string& subnet);

    /// @return the first VM that has no place, in words; nothing if each of so many VMs has one
    std::optional<std::string> Validate(uint32_t vms) const;

    /**
     * @brief Work out where each VM is.
     * @param vms how many there are; Validate() must have nothing against it
     * @param vmsPerHost most VMs of one host, at least 1
     * @return one place for each VM, in order; hosts are numbered without gaps
     */
    std::vector<VmPlacement> Make(uint32_t vms, uint32_t vmsPerHost) const;

    /// @return whether there is a subnet of that name in a virtual network of that name
    bool HasSubnet(const std::string& virtualNetwork, const std::string& subnet) const
    {
        return FindSubnet({virtualNetwork, subnet}) != nullptr;
    }

    /// @return the virtual networks, in the order of adding
    const std::vector<VirtualNetwork>& GetVirtualNetworks() const
    {
        return m_networks;
    }

  private:
    /// Names of a virtual network and of a subnet in it.
    using SubnetName = std::pair<std::string, std::string>;

    /// @return the subnet; null if there is none of that name
    const Subnet* FindSubnet(const SubnetName& name) const;
    /// @return the subnet that the VM is in
    SubnetName GetSubnetOf(uint32_t vm) const;

    std::vector<VirtualNetwork> m_networks;   //!< in the order of adding
    std::map<uint32_t, SubnetName> m_subnets; //!< of VMs that are not in the default one
};

} // namespace ns3::azure

#endif // AZURE_VM_PLACEMENT_H
