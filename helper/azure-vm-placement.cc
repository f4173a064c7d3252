// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vm-placement.h"

namespace ns3::azure
{

VmPlacementPlan::VmPlacementPlan()
    : m_networks{{DEFAULT_NETWORK,
                  {{0x0a000000, 16}}, // 10.0.0.0/16
                  {{DEFAULT_SUBNET, {0x0a000000, 16}, {}, {}}},
                  {}}}
{
}

void
VmPlacementPlan::AddVirtualNetwork(const VirtualNetwork& network)
{
    for (auto& known : m_networks)
    {
        if (known.name == network.name)
        {
            known = network;
            return;
        }
    }
    m_networks.push_back(network);
}

void
VmPlacementPlan::Place(uint32_t vm, const std::string& virtualNetwork, const std::string& subnet)
{
    m_subnets[vm] = {virtualNetwork, subnet};
}

std::optional<std::string>
VmPlacementPlan::Validate(uint32_t vms) const
{
    if (!m_subnets.empty() && m_subnets.rbegin()->first >= vms)
    {
        return "placed vm: '" + std::to_string(m_subnets.rbegin()->first) +
               "' is not allowed; give 0 to " + std::to_string(vms - 1);
    }
    std::map<SubnetName, uint64_t> taken;
    for (uint32_t vm = 0; vm < vms; ++vm)
    {
        const auto name = GetSubnetOf(vm);
        const auto* subnet = FindSubnet(name);
        if (subnet == nullptr)
        {
            return "subnet of vm " + std::to_string(vm) + ": '" + name.first + "/" + name.second +
                   "' is not allowed; give a subnet of a virtual network that has been added";
        }
        const auto room = GetRoom(subnet->prefix);
        if (++taken[name] > room)
        {
            return "subnet of vm " + std::to_string(vm) + ": '" + name.first + "/" + name.second +
                   "' is not allowed; give one with room for more than " + std::to_string(room) +
                   " VMs";
        }
    }
    return std::nullopt;
}

std::vector<VmPlacement>
VmPlacementPlan::Make(uint32_t vms, uint32_t vmsPerHost) const
{
    /// The host of a virtual network that still has room.
    struct OpenHost
    {
        uint32_t host{0}; //!< its number
        uint32_t vms{0};  //!< how many it carries
    };

    std::vector<VmPlacement> placements;
    std::map<SubnetName, uint32_t> taken;
    std::map<std::string, OpenHost> open;
    uint32_t hosts = 0;
    for (uint32_t vm = 0; vm < vms; ++vm)
    {
        const auto name = GetSubnetOf(vm);
        auto& host = open[name.first];
        if (host.vms % vmsPerHost == 0)
        {
            host = {hosts++, 0};
        }
        ++host.vms;
        const auto first = FindSubnet(name)->prefix.GetFirst() + KEPT_FIRST_ADDRESSES;
        placements.push_back(
            {name.first, name.second, Ipv4Address(first + taken[name]++), host.host});
    }
    return placements;
}

const Subnet*
VmPlacementPlan::FindSubnet(const SubnetName& name) const
{
    for (const auto& network : m_networks)
    {
        for (const auto& subnet : network.subnets)
        {
            if (network.name == name.first && subnet.name == name.second)
            {
                return &subnet;
            }
        }
    }
    return nullptr;
}

VmPlacementPlan::SubnetName
VmPlacementPlan::GetSubnetOf(uint32_t vm) const
{
    const auto found = m_subnets.find(vm);
    return found == m_subnets.end() ? SubnetName{DEFAULT_NETWORK, DEFAULT_SUBNET} : found->second;
}

} // namespace ns3::azure
