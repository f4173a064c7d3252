// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-scenario-helper.h"

namespace ns3::azure
{

Ptr<Node>
OutboundScenarioHelper::GetVm(uint32_t vm) const
{
    return m_vms.Get(RequireVm("GetVm", vm));
}

Ipv4Address
OutboundScenarioHelper::GetPrivateAddress(uint32_t vm) const
{
    return m_placements[RequireVm("GetPrivateAddress", vm)].privateAddress;
}

Ptr<Node>
OutboundScenarioHelper::GetHost(uint32_t vm) const
{
    return m_hosts.Get(m_placements[RequireVm("GetHost", vm)].host);
}

const HostServices&
OutboundScenarioHelper::GetHostServices(uint32_t vm) const
{
    return m_hostServices[m_placements[RequireVm("GetHostServices", vm)].host];
}

Ptr<Node>
OutboundScenarioHelper::GetService(uint32_t service) const
{
    return m_services.Get(RequireService("GetService", service));
}

Ipv4Address
OutboundScenarioHelper::GetServiceAddress(uint32_t service) const
{
    return MakeServiceAddress(RequireService("GetServiceAddress", service));
}

const NodeContainer&
OutboundScenarioHelper::GetServers() const
{
    RequireCreated("GetServers");
    return m_servers;
}

const std::vector<Ipv4Address>&
OutboundScenarioHelper::GetServerAddresses() const
{
    RequireCreated("GetServerAddresses");
    return m_serverAddresses;
}

Ptr<Node>
OutboundScenarioHelper::GetResolver() const
{
    RequireCreated("GetResolver");
    return m_resolver;
}

Ipv4Address
OutboundScenarioHelper::GetResolverAddress() const
{
    RequireCreated("GetResolverAddress");
    return m_resolverAddress;
}

const std::vector<Ptr<HostAgent>>&
OutboundScenarioHelper::GetHostAgents() const
{
    RequireCreated("GetHostAgents");
    return m_hostAgents;
}

Ptr<SlbManager>
OutboundScenarioHelper::GetSlbManager() const
{
    RequireCreated("GetSlbManager");
    return m_manager;
}

Ptr<VirtualNetworkManager>
OutboundScenarioHelper::GetVirtualNetworkManager() const
{
    RequireCreated("GetVirtualNetworkManager");
    return m_networkManager;
}

} // namespace ns3::azure
