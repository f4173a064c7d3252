// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-scenario-helper.h"

#include "ns3/abort.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <sstream>
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
    const auto resources = MakeResources(hosts);
    const auto* wrong = std::get_if<std::string>(&resources);
    NS_ABORT_MSG_IF(wrong != nullptr, *wrong);
    CreateVms();
    CreateServices();
    CreateControl(MakeDeployment(hosts), std::get<NetworkResources>(resources));
    CreateInternet();
    if (m_isProgrammedBefore)
    {
        Program();
    }
}

void
OutboundScenarioHelper::Program()
{
    // Not at once, so that recorders connected after Create() see it; but the event comes before
    // the start of any application.
    Simulator::ScheduleNow([agents = m_agentOfHost,
                            mux = m_mux,
                            manager = m_manager,
                            networkManager = m_networkManager]() {
        for (const auto& [agent, message] : manager->Take())
        {
            if (const auto* ports = std::get_if<ProgramNetworkInterface>(&message.body))
            {
                agents.at(agent)->Apply(*ports);
            }
            else if (const auto* endpoints = std::get_if<ProgramPublicEndpoints>(&message.body))
            {
                mux->Apply(*endpoints);
            }
        }
        mux->Apply(manager->GetMuxGoalState());
        for (const auto& [host, goalState] : networkManager->Take())
        {
            agents.at(host)->Apply(goalState);
        }
    });
}

std::vector<Ipv4Address>
OutboundScenarioHelper::CreateHosts()
{
    m_hosts.Create(CountHosts());
    std::vector<Ipv4Address> addresses;
    for (auto host = m_hosts.Begin(); host != m_hosts.End(); ++host)
    {
        FabricHelper::InstallStack(*host);
        const auto agent = CreateObject<HostAgent>();
        (*host)->AddApplication(agent);
        const auto attachment = m_fabric.Attach(*host);
        agent->SetUplink(attachment.device, attachment.address);
        agent->EnableHostServices();
        m_hostServices.push_back(
            HostServicesHelper().Install(*host, FabricHelper::GetResolverAddress()));
        m_hostAgents.push_back(agent);
        addresses.push_back(attachment.address.address);
        m_agentOfHost[attachment.address.address] = agent;
    }
    return addresses;
}

void
OutboundScenarioHelper::CreateVms()
{
    m_vms.Create(m_vmCount);
    for (uint32_t i = 0; i < m_vmCount; ++i)
    {
        const auto vm = m_vms.Get(i);
        const auto host = m_placements[i].host;
        const auto address = m_placements[i].privateAddress;
        FabricHelper::InstallStack(vm);
        const auto device = m_hasDhcp ? AttachVmByDhcp(vm, host, address)
                                      : m_fabric.AttachVm(vm, m_hosts.Get(host), address);
        m_hostAgents[host]->AddNetworkInterface(GetNetworkInterface(i), device, address);
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
    m_services.Create(services);
    for (uint32_t i = 0; i < services; ++i)
    {
        const auto service = m_services.Get(i);
        const auto address = MakeServiceAddress(i);
        FabricHelper::InstallStack(service);
        const auto device = m_fabric.AttachVm(service, m_hosts.Get(firstHost + i), address);
        m_hostAgents[firstHost + i]->AddNetworkInterface(GetServiceInterface(i), device, address);
    }
}

void
OutboundScenarioHelper::CreateControl(const Deployment& deployment,
                                      const NetworkResources& resources)
{
    const auto muxNode = CreateObject<Node>();
    FabricHelper::InstallStack(muxNode);
    m_mux = CreateObject<LoadBalancerMux>();
    muxNode->AddApplication(m_mux);
    const auto attachment = m_fabric.Attach(muxNode);
    m_mux->SetUplink(attachment.device, attachment.address);
    m_fabric.RoutePublicAddressesTo(attachment);

    const auto managerNode = CreateObject<Node>();
    FabricHelper::InstallStack(managerNode);
    const Ipv4AddressValue managerAddress(m_fabric.AttachWithAddress(managerNode));
    m_mux->SetAttribute("ManagerAddress", managerAddress);
    for (const auto& agent : m_hostAgents)
    {
        agent->SetAttribute("ManagerAddress", managerAddress);
        agent->SetAttribute("VirtualNetworkManagerAddress", managerAddress);
    }
    m_manager = CreateObject<SlbManager>();
    std::ostringstream profile;
    profile << m_profile;
    m_manager->SetAttribute("Profile", StringValue(profile.str()));
    managerNode->AddApplication(m_manager);
    m_manager->SetDeployment(deployment.networkInterfaces,
                             deployment.loadBalancers,
                             {attachment.address.address});
    m_networkManager = CreateObject<VirtualNetworkManager>();
    managerNode->AddApplication(m_networkManager);
    m_networkManager->SetResources(resources);
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
    for (const auto& client : m_dhcpClients)
    {
        stream += client->AssignStreams(stream);
    }
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
    return m_mux->CheckInvariants();
}

} // namespace ns3::azure
