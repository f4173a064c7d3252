// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-ports.h"

#include "ns3/abort.h"
#include "ns3/azure-endpoint-owner.h"
#include "ns3/mac48-address.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace ns3::azure
{

namespace
{

/// @return an address (host byte order) in a virtual network as one number
uint64_t
GetPlace(uint32_t virtualNetwork, uint32_t address)
{
    return uint64_t{virtualNetwork} << 32 | address;
}

/// @return the hardware address of the client that a DHCP message is about (RFC 2131: chaddr);
///         nothing if the datagram is too short
std::optional<Mac48Address>
ReadDhcpClient(const Packet& datagram)
{
    constexpr std::size_t IPV4_AND_UDP = 20 + 8;
    constexpr std::size_t HARDWARE_ADDRESS = IPV4_AND_UDP + 28;
    std::array<uint8_t, HARDWARE_ADDRESS + 6> bytes;
    if (datagram.CopyData(bytes.data(), bytes.size()) < bytes.size())
    {
        return std::nullopt;
    }
    Mac48Address address;
    address.CopyFrom(&bytes[HARDWARE_ADDRESS]);
    return address;
}

} // namespace

VmPort&
HostPorts::Insert(std::unique_ptr<VmPort> port)
{
    const auto number = port->GetPipeline().GetNetworkInterface();
    const auto [place, isNew] = m_ports.emplace(number, std::move(port));
    NS_ABORT_MSG_UNLESS(isNew, "network interface " << number << " has been added before");
    return *place->second;
}

bool
HostPorts::InsertHostServiceClient(VmPort& port)
{
    const auto address = port.GetPipeline().GetPrivateAddress().Get();
    return m_portOfHostServiceClient.emplace(address, &port).second;
}

uint32_t
HostPorts::GetTarget(VmPort& port)
{
    const auto found = std::find(m_owners.begin(), m_owners.end(), &port);
    const auto target = static_cast<uint32_t>(found - m_owners.begin());
    if (found == m_owners.end())
    {
        m_owners.push_back(&port);
    }
    return target;
}

bool
HostPorts::InsertEndpoints(const std::optional<Ipv4Address>& whole,
                           const SnatPortGrants& blocks,
                           uint32_t target)
{
    const bool isFree = !whole || m_endpoints.Insert(*whole, {}, target);
    return isFree && std::all_of(blocks.begin(), blocks.end(), [&](const auto& block) {
               return m_endpoints.Insert(block.publicAddress, block.ports, target);
           });
}

void
HostPorts::RemoveEndpoints(const SnatPortGrants& blocks)
{
    for (const auto& block : blocks)
    {
        m_endpoints.Remove(block.publicAddress, block.ports);
    }
}

std::optional<SnatPortChanges>
HostPorts::Program(const ProgramNetworkInterface& instruction, Time now)
{
    auto& port = *m_ports.at(instruction.networkInterface);
    auto& pipeline = port.GetPipeline();
    const auto target = GetTarget(port);
    m_endpoints.Remove(target);
    if (!InsertEndpoints(instruction.instanceLevelPublicIp, instruction.blocks, target))
    {
        m_endpoints.Remove(target);
        InsertEndpoints(pipeline.GetInstanceLevelPublicIp(), pipeline.GetSnatPorts(), target);
        return std::nullopt;
    }
    return pipeline.Program(instruction, now);
}

std::optional<SnatPortChanges>
HostPorts::Program(const ProgramSnatPorts& instruction, Time now)
{
    auto& port = *m_ports.at(instruction.networkInterface);
    auto& pipeline = port.GetPipeline();
    const auto target = GetTarget(port);
    SnatPortGrants inserted;
    for (const auto& block : instruction.given)
    {
        if (!m_endpoints.Insert(block.publicAddress, block.ports, target))
        {
            RemoveEndpoints(inserted);
            return std::nullopt;
        }
        inserted.push_back(block);
    }
    RemoveEndpoints(Intersect(pipeline.GetSnatPorts(), instruction.taken));
    return pipeline.Program(instruction, now);
}

SnatPortGrants
HostPorts::TakeUnused(VmPort& port, Time now)
{
    auto unused = port.GetPipeline().TakeUnused(now);
    RemoveEndpoints(unused);
    return unused;
}

bool
HostPorts::HasAll(const std::vector<NetworkInterfaceGoalState>& networkInterfaces) const
{
    return std::all_of(networkInterfaces.begin(), networkInterfaces.end(), [this](const auto& n) {
        return m_ports.count(n.networkInterface) > 0;
    });
}

void
HostPorts::Place(const std::vector<NetworkInterfaceGoalState>& networkInterfaces,
                 std::vector<NetworkInterfacePolicy> policies)
{
    m_portInVirtualNetwork.clear();
    for (std::size_t i = 0; i < policies.size(); ++i)
    {
        auto& port = *m_ports.at(networkInterfaces[i].networkInterface);
        auto& pipeline = port.GetPipeline();
        const auto address = pipeline.GetPrivateAddress().Get();
        m_portInVirtualNetwork[GetPlace(networkInterfaces[i].virtualNetwork, address)] = &port;
        pipeline.SetPolicy(std::move(policies[i]));
    }
}

VmPort*
HostPorts::LookupNumber(uint32_t number) const
{
    const auto found = m_ports.find(number);
    return found == m_ports.end() ? nullptr : found->second.get();
}

std::variant<VmPort*, DropReason>
HostPorts::LookupPublicEndpoint(const PacketHeaders& packet) const
{
    const auto owner = FindEndpointOwner(m_endpoints, packet);
    if (const auto* reason = std::get_if<DropReason>(&owner))
    {
        return *reason;
    }
    return m_owners[std::get<uint32_t>(owner)];
}

VmPort*
HostPorts::LookupInVirtualNetwork(uint32_t virtualNetwork, uint32_t address) const
{
    const auto found = m_portInVirtualNetwork.find(GetPlace(virtualNetwork, address));
    return found == m_portInVirtualNetwork.end() ? nullptr : found->second;
}

VmPort*
HostPorts::LookupHostServiceClient(const PacketHeaders& headers, const Packet& datagram) const
{
    const auto destination = headers.GetKey().GetDestinationNumber();
    if (Ipv4Address(destination).IsBroadcast())
    {
        const auto client = ReadDhcpClient(datagram);
        const auto found = std::find_if(m_ports.begin(), m_ports.end(), [&](const auto& entry) {
            return client && entry.second->IsConnectedTo(*client);
        });
        return found == m_ports.end() ? nullptr : found->second.get();
    }
    const auto found = m_portOfHostServiceClient.find(destination);
    return found == m_portOfHostServiceClient.end() ? nullptr : found->second;
}

} // namespace ns3::azure
