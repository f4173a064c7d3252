// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-scenario-helper.h"
#include "azure-ranks.h"

#include "ns3/abort.h"
#include "ns3/azure-compact-stack.h"
#include "ns3/azure-text-fields.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <variant>

namespace ns3::azure
{

namespace
{

/// Most server nodes: addresses are spread over them, as ns-3 finds sockets by a linear search, and
/// an address among those of an interface by another one for each socket.
constexpr uint32_t MAX_SERVERS = 250;

} // namespace

void
OutboundScenarioHelper::Create()
{
    NS_ABORT_MSG_IF(m_isCreated, "Create(): call it once");
    const auto error = ValidateSettings();
    NS_ABORT_MSG_IF(error, error.value_or(""));
    m_isCreated = true;
    m_placements = m_plan.Make(m_vmCount, m_vmsPerHost);
    m_fabric.Create();
    const auto hosts = CreateHosts();
    // Changes are carried out here, not in Validate(), so that each is carried out once.
    auto made = MakePlan(hosts);
    const auto* wrong = std::get_if<std::string>(&made);
    NS_ABORT_MSG_IF(wrong != nullptr, *wrong);
    auto& plan = std::get<Plan>(made);
    CreateVms();
    CreateServices();
    CreateMuxes();
    CreateNatGateways(plan.deployment);
    CreateManagers(plan);
    CreateInternet();
    if (m_isProgrammedBefore)
    {
        Program();
    }
}

std::vector<Ipv4Address>
OutboundScenarioHelper::CreateHosts()
{
    const auto hosts = CountHosts();
    for (uint32_t host = 0; host < hosts; ++host)
    {
        m_hosts.Create(1, GetRankOfHost(host, hosts, m_rankCount));
    }
    std::vector<Ipv4Address> addresses;
    for (auto host = m_hosts.Begin(); host != m_hosts.End(); ++host)
    {
        FabricHelper::InstallStack(*host);
        const auto agent = m_hostAgentFactory.Create<HostAgent>();
        AddApplication(*host, agent);
        const auto attachment = m_fabric.Attach(*host);
        agent->SetUplink(attachment.device, attachment.address);
        const auto services = agent->EnableHostServices();
        m_hostServices.push_back(
            m_hostServicesHelper.Install(*host, FabricHelper::GetResolverAddress()));
        m_hostServices.back().healthProber->SetDevices(agent->GetUplinkDevice(),
                                                       services->GetDevice());
        m_hostAgents.push_back(agent);
        m_hostOfAddress[attachment.address.address] = addresses.size();
        addresses.push_back(attachment.address.address);
    }
    return addresses;
}

void
OutboundScenarioHelper::CreateVms()
{
    for (uint32_t i = 0; i < m_vmCount; ++i)
    {
        const auto host = m_placements[i].host;
        m_vms.Create(1, m_hosts.Get(host)->GetSystemId());
    }
    for (uint32_t i = 0; i < m_vmCount; ++i)
    {
        const auto vm = m_vms.Get(i);
        const auto host = m_placements[i].host;
        const auto address = m_placements[i].privateAddress;
        if (!IsLocal(vm))
        {
            SkipVm();
            continue;
        }
        if (m_vmStack == VmStack::Compact)
        {
            InstallCompactStack(vm);
        }
        else
        {
            FabricHelper::InstallStack(vm);
        }
        const auto device = m_hasDhcp ? AttachVmByDhcp(vm, host, address)
                                      : m_fabric.AttachVm(vm, m_hosts.Get(host), address);
        m_hostAgents[host]->AddNetworkInterface(GetNetworkInterface(i), device, address);
    }
}

void
OutboundScenarioHelper::SkipVm()
{
    if (m_hasDhcp)
    {
        m_dhcpClients.push_back(CreateObject<DhcpClient>()); // has random streams of its own
    }
}

Ptr<NetDevice>
OutboundScenarioHelper::AttachVmByDhcp(Ptr<Node> vm, uint32_t host, Ipv4Address address)
{
    const auto server = m_hostServices[host].dhcpServer;
    const auto attachment = m_fabric.AttachVmByDhcp(vm, server, address);
    m_dhcpClients.push_back(attachment.client);
    return attachment.device;
}

void
OutboundScenarioHelper::CreateServices()
{
    const auto services = static_cast<uint32_t>(m_serviceTags.size());
    const auto firstHost = m_hosts.GetN() - services;
    for (uint32_t i = 0; i < services; ++i)
    {
        m_services.Create(1, m_hosts.Get(firstHost + i)->GetSystemId());
        const auto service = m_services.Get(i);
        if (!IsLocal(service))
        {
            continue;
        }
        const auto address = MakeServiceAddress(i);
        FabricHelper::InstallStack(service);
        const auto device = m_fabric.AttachVm(service, m_hosts.Get(firstHost + i), address);
        m_hostAgents[firstHost + i]->AddNetworkInterface(GetServiceInterface(i), device, address);
    }
}

void
OutboundScenarioHelper::CreateMuxes()
{
    std::vector<FabricAttachment> attachments;
    for (uint32_t i = 0; i < m_muxCount; ++i)
    {
        const auto node = CreateObject<Node>();
        FabricHelper::InstallStack(node);
        const auto mux = m_muxFactory.Create<LoadBalancerMux>();
        mux->SetAttribute("AnycastAddress",
                          Ipv4AddressValue(Ipv4Address(FabricHelper::MUX_ANYCAST_ADDRESS)));
        const auto hosts = FabricHelper::GetFabricNetwork();
        mux->SetAttribute("HostNetwork", Ipv4AddressValue(hosts.GetLocal()));
        mux->SetAttribute("HostMask", Ipv4MaskValue(hosts.GetMask()));
        AddApplication(node, mux);
        const auto attachment = m_fabric.Attach(node);
        mux->SetUplink(attachment.device, attachment.address);
        m_muxes.push_back(mux);
        m_muxAddresses.push_back(attachment.address.address);
        attachments.push_back(attachment);
    }
    if (m_muxCount == 1)
    {
        m_fabric.RoutePublicAddressesTo(attachments.front());
        return;
    }
    m_fabric.SharePublicAddressesAmong(attachments);
    for (uint32_t i = 0; i < m_muxCount; ++i)
    {
        m_muxes[i]->SetRoutes(attachments[i].address.gateway, FabricHelper::GetPublicPrefixes());
    }
}

void
OutboundScenarioHelper::CreateManagers(const Plan& plan)
{
    const auto node = CreateObject<Node>();
    FabricHelper::InstallStack(node);
    const Ipv4AddressValue address(m_fabric.AttachWithAddress(node));
    for (const auto& mux : m_muxes)
    {
        mux->SetAttribute("ManagerAddress", address);
    }
    for (const auto& [name, gateway] : m_natGateways)
    {
        gateway->SetAttribute("ManagerAddress", address);
    }
    for (const auto& agent : m_hostAgents)
    {
        agent->SetAttribute("ManagerAddress", address);
        agent->SetAttribute("VirtualNetworkManagerAddress", address);
    }
    for (const auto& services : m_hostServices)
    {
        services.healthProber->SetAttribute("ManagerAddress", address);
    }
    m_managerFactory.Set("Profile", StringValue(GetText(m_profile)));
    m_managerFactory.Set("NatGatewayProfile", StringValue(GetText(m_natGatewayProfile)));
    m_manager = m_managerFactory.Create<SlbManager>();
    if (m_makePolicy)
    {
        m_manager->SetAllocationPolicy(m_makePolicy);
    }
    AddApplication(node, m_manager);
    m_manager->SetDeployment(plan.deployment.networkInterfaces,
                             plan.deployment.loadBalancers,
                             m_muxAddresses,
                             plan.deployment.natGateways);
    m_networkManager = CreateObject<VirtualNetworkManager>();
    AddApplication(node, m_networkManager);
    m_networkManager->SetResources(plan.resources);
}

void
OutboundScenarioHelper::CreateInternet()
{
    const uint32_t least = (m_serverAddressCount + FabricHelper::ADDRESSES_PER_SERVER - 1) /
                           FabricHelper::ADDRESSES_PER_SERVER;
    const uint32_t servers = std::max(least, std::min(m_serverAddressCount, MAX_SERVERS));
    m_servers.Create(servers);
    for (uint32_t i = 0; i < servers; ++i)
    {
        const uint32_t share =
            m_serverAddressCount / servers + (i < m_serverAddressCount % servers);
        FabricHelper::InstallStack(m_servers.Get(i));
        const auto addresses = m_fabric.AttachServer(m_servers.Get(i), share);
        m_serverAddresses.insert(m_serverAddresses.end(), addresses.begin(), addresses.end());
    }
    m_resolver = CreateObject<Node>();
    FabricHelper::InstallStack(m_resolver);
    m_resolverAddress = m_fabric.AttachResolver(m_resolver);
}

int64_t
OutboundScenarioHelper::AssignStreams(int64_t stream) const
{
    RequireCreated("AssignStreams");
    const auto first = stream;
    for (const auto& agent : m_hostAgents)
    {
        stream += agent->AssignStreams(stream);
    }
    for (const auto& [name, gateway] : m_natGateways)
    {
        stream += gateway->AssignStreams(stream);
    }
    for (const auto& client : m_dhcpClients)
    {
        stream += client->AssignStreams(stream);
    }
    const auto& loadBalancers = m_manager->GetDeployment().loadBalancers;
    const bool hasProbes = std::any_of(loadBalancers.begin(),
                                       loadBalancers.end(),
                                       [](const auto& each) { return !each.probes.empty(); });
    for (auto services = m_hostServices.begin(); hasProbes && services != m_hostServices.end();
         ++services)
    {
        stream += services->healthProber->AssignStreams(stream);
    }
    for (const auto& mux : m_muxes)
    {
        stream += mux->AssignStreams(stream);
    }
    stream += m_manager->AssignStreams(stream);
    stream += m_fabric.AssignStreams(stream);
    return stream - first;
}

std::optional<std::string>
OutboundScenarioHelper::CheckInvariants() const
{
    RequireCreated("CheckInvariants");
    for (const auto& agent : m_hostAgents)
    {
        if (auto broken = agent->CheckInvariants())
        {
            return broken;
        }
    }
    for (const auto& mux : m_muxes)
    {
        if (auto broken = mux->CheckInvariants())
        {
            return broken;
        }
    }
    for (const auto& [name, gateway] : m_natGateways)
    {
        if (auto broken = gateway->CheckInvariants())
        {
            return broken;
        }
    }
    return m_manager->CheckInvariants();
}

} // namespace ns3::azure
