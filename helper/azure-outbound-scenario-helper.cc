// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-scenario-helper.h"

#include "ns3/abort.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-slb-program.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace ns3::azure
{

namespace
{

constexpr uint32_t FIRST_FRONTEND = 0xc6120001;       // 198.18.0.1
constexpr uint32_t FIRST_PLATFORM = 0xc6121001;       // 198.18.16.1
constexpr uint32_t FIRST_INSTANCE_LEVEL = 0xc6122001; // 198.18.32.1

/// Most server nodes: addresses are spread over them, as ns-3 finds sockets by a linear search, and
/// an address among those of an interface by another one for each socket.
constexpr uint32_t MAX_SERVERS = 250;

constexpr std::array<const char*, 3> SCENARIO_NAMES{"standalone", "load-balanced", "public-ip"};

/// @return "FIELD: 'VALUE' is not allowed; give FIRST to LAST", or nothing if it is
std::optional<std::string>
CheckRange(const char* field, uint32_t value, uint32_t first, uint32_t last)
{
    if (first <= value && value <= last)
    {
        return std::nullopt;
    }
    std::ostringstream os;
    os << field << ": '" << value << "' is not allowed; give " << first << " to " << last;
    return os.str();
}

} // namespace

const char*
GetName(OutboundScenario scenario)
{
    return SCENARIO_NAMES[static_cast<std::size_t>(scenario)];
}

std::optional<OutboundScenario>
FindOutboundScenario(const std::string& name)
{
    const auto found = std::find(SCENARIO_NAMES.begin(), SCENARIO_NAMES.end(), name);
    return found == SCENARIO_NAMES.end()
               ? std::nullopt
               : std::make_optional(static_cast<OutboundScenario>(found - SCENARIO_NAMES.begin()));
}

OutboundScenarioHelper::OutboundScenarioHelper(OutboundScenario scenario)
    : m_scenario(scenario),
      m_profile(*FindProfile("2017")),
      m_hasLoadBalancer(scenario == OutboundScenario::LoadBalanced)
{
}

void
OutboundScenarioHelper::SetProfile(const std::string& text)
{
    const auto parsed = ParseProfile(text);
    NS_ABORT_MSG_UNLESS(parsed.profile, parsed.error);
    m_profile = *parsed.profile;
}

void
OutboundScenarioHelper::SetProfile(const Profile& profile)
{
    m_profile = profile;
}

void
OutboundScenarioHelper::SetVms(uint32_t vms)
{
    m_vmCount = vms;
}

void
OutboundScenarioHelper::SetVmsPerHost(uint32_t vms)
{
    m_vmsPerHost = vms;
}

void
OutboundScenarioHelper::SetFrontends(uint32_t frontends)
{
    m_frontendCount = frontends;
}

void
OutboundScenarioHelper::SetLinkingRule(bool isThere)
{
    m_hasLinkingRule = isThere;
}

void
OutboundScenarioHelper::AddInstanceLevelPublicIp(uint32_t vm)
{
    m_withPublicIp.insert(vm);
}

void
OutboundScenarioHelper::AddLoadBalancer()
{
    m_hasLoadBalancer = true;
}

void
OutboundScenarioHelper::SetServerAddresses(uint32_t addresses)
{
    m_serverAddressCount = addresses;
}

void
OutboundScenarioHelper::SetProgrammedBefore(bool isInPlace)
{
    m_isProgrammedBefore = isInPlace;
}

void
OutboundScenarioHelper::SetFabricLink(FabricLink link)
{
    m_fabric.SetLink(link);
}

std::optional<std::string>
OutboundScenarioHelper::Validate() const
{
    if (auto error = CheckRange("vms", m_vmCount, 1, MAX_POOL_SIZE))
    {
        return error;
    }
    if (auto error = CheckRange("vmsPerHost", m_vmsPerHost, 1, MAX_POOL_SIZE))
    {
        return error;
    }
    if (auto error = CheckRange("frontends", m_frontendCount, 1, MAX_FRONTENDS))
    {
        return error;
    }
    if (auto error = CheckRange("serverAddresses",
                                m_serverAddressCount,
                                1,
                                FabricHelper::MAX_SERVER_ADDRESSES))
    {
        return error;
    }
    if (!m_withPublicIp.empty() && *m_withPublicIp.rbegin() >= m_vmCount)
    {
        return CheckRange("instance-level public IP's vm",
                          *m_withPublicIp.rbegin(),
                          0,
                          m_vmCount - 1);
    }
    if (auto error = m_plan.Validate(m_vmCount))
    {
        return error;
    }
    if (auto error = azure::Validate(MakeDeployment({})))
    {
        return error;
    }
    std::vector<Ipv4Address> hosts;
    for (uint32_t i = 0; i < CountHosts(); ++i)
    {
        hosts.emplace_back(i + 1); // any, as they are not known yet
    }
    const auto resources = MakeResources(hosts);
    const auto* error = std::get_if<std::string>(&resources);
    return error ? std::make_optional(*error) : std::nullopt;
}

Deployment
OutboundScenarioHelper::MakeDeployment(const std::vector<Ipv4Address>& hosts) const
{
    const auto getHost = [&](uint32_t host) { return hosts.empty() ? Ipv4Address() : hosts[host]; };
    const auto placements = m_plan.Make(m_vmCount, m_vmsPerHost);
    Deployment deployment;
    deployment.profile = m_profile;
    for (uint32_t vm = 0; vm < m_vmCount; ++vm)
    {
        const bool hasOwn =
            m_scenario == OutboundScenario::PublicIp || m_withPublicIp.count(vm) > 0;
        deployment.networkInterfaces.push_back(
            {GetNetworkInterface(vm),
             getHost(placements[vm].host),
             hasOwn ? std::make_optional(Ipv4Address(FIRST_INSTANCE_LEVEL + vm)) : std::nullopt,
             Ipv4Address(FIRST_PLATFORM + vm)});
        if (m_hasLoadBalancer)
        {
            deployment.loadBalancer.backendPool.push_back(GetNetworkInterface(vm));
        }
    }
    const auto services = static_cast<uint32_t>(m_serviceTags.size());
    for (uint32_t i = 0; i < services; ++i)
    {
        deployment.networkInterfaces.push_back({GetServiceInterface(i),
                                                getHost(CountHosts() - services + i),
                                                GetServiceAddress(i),
                                                Ipv4Address()});
    }
    for (uint32_t i = 0; m_hasLoadBalancer && i < m_frontendCount; ++i)
    {
        const auto name = "frontend-" + std::to_string(i);
        deployment.loadBalancer.frontends.push_back({name, Ipv4Address(FIRST_FRONTEND + i)});
        if (m_hasLinkingRule)
        {
            deployment.loadBalancer.rules.push_back({"rule-" + std::to_string(i), name});
        }
    }
    return deployment;
}

void
OutboundScenarioHelper::Create()
{
    const auto error = Validate();
    NS_ABORT_MSG_IF(error, error.value_or(""));
    m_placements = m_plan.Make(m_vmCount, m_vmsPerHost);
    m_fabric.Create();
    const auto hosts = CreateHosts();
    CreateVms();
    CreateControl(hosts);
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
            else
            {
                mux->Apply(std::get<ProgramPublicEndpoints>(message.body));
            }
        }
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
    for (uint32_t vm = 0; vm < m_vmCount; ++vm)
    {
        const auto& place = m_placements[vm];
        AttachVm(GetVm(vm), place.host, GetNetworkInterface(vm), place.privateAddress);
    }
    const auto services = static_cast<uint32_t>(m_serviceTags.size());
    m_services.Create(services);
    for (uint32_t i = 0; i < services; ++i)
    {
        const auto host = CountHosts() - services + i;
        AttachVm(GetService(i), host, GetServiceInterface(i), GetServiceAddress(i));
    }
}

void
OutboundScenarioHelper::AttachVm(Ptr<Node> node,
                                 uint32_t host,
                                 uint32_t networkInterface,
                                 Ipv4Address address)
{
    FabricHelper::InstallStack(node);
    Ptr<NetDevice> device;
    if (m_hasDhcp)
    {
        const auto server = m_hostServices[host].dhcpServer;
        const auto attachment = m_fabric.AttachVmByDhcp(node, server, address);
        m_dhcpClients.push_back(attachment.client);
        device = attachment.device;
    }
    else
    {
        device = m_fabric.AttachVm(node, m_hosts.Get(host), address);
    }
    m_hostAgents[host]->AddNetworkInterface(networkInterface, device, address);
}

void
OutboundScenarioHelper::CreateControl(const std::vector<Ipv4Address>& hosts)
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
    const auto deployment = MakeDeployment(hosts);
    m_manager->SetDeployment(deployment.networkInterfaces,
                             deployment.loadBalancer,
                             {attachment.address.address});
    m_networkManager = CreateObject<VirtualNetworkManager>();
    managerNode->AddApplication(m_networkManager);
    m_networkManager->SetResources(std::get<NetworkResources>(MakeResources(hosts)));
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
