// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-helper.h"

#include "azure-ranks.h"

#include "ns3/abort.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-random-variable-factory.h"
#include "ns3/azure-resource-name.h"
#include "ns3/azure-text-fields.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <numeric>

namespace ns3::azure
{

TrafficHelper::TrafficHelper()
    : m_factory("ns3::azure::TrafficGenerator")
{
}

void
TrafficHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    NS_ABORT_MSG_IF(name == "Hold",
                    "attribute: 'Hold' is not allowed; give SetHoldTime() the time, of which every "
                    "generator needs a random variable of its own");
    m_factory.Set(name, value);
    m_attributes.insert(name);
}

void
TrafficHelper::SetHoldTime(const HoldTime& holdTime)
{
    m_holdTime = holdTime;
}

void
TrafficHelper::SetRetryPolicy(const RetryPolicy& policy)
{
    m_retryPolicy = policy;
}

std::optional<std::string>
TrafficHelper::Validate() const
{
    if (m_holdTime.randomVariable)
    {
        const auto variable = CreateRandomVariable("hold", *m_holdTime.randomVariable);
        if (!variable)
        {
            return variable.GetError();
        }
    }
    const auto generator = CreateGenerator();
    generator->AddDestination(Ipv4Address::GetAny()); // Install() adds the servers'
    return generator->Validate();
}

namespace
{

/**
 * Servers forget a connection a second before its SNAT port is free (a tenth of the idle timeout
 * before, where that is shorter): the next connection from that port finds no old one.
 */
Time
GetServerIdleTimeout(const OutboundScenarioHelper& scenario)
{
    const auto idleTimeout = scenario.GetSlbManager()->GetDeployment().profile.idleTimeout;
    const auto earlier = NanoSeconds(idleTimeout.GetNanoSeconds() / 10);
    return std::max(idleTimeout - std::min(Seconds(1), earlier), NanoSeconds(1));
}

/// @return whether the Internet reaches somebody by the address
bool
HasPublicAddress(const Deployment& deployment, Ipv4Address address)
{
    const auto& interfaces = deployment.networkInterfaces;
    const auto& all = deployment.loadBalancers;
    return std::any_of(interfaces.begin(),
                       interfaces.end(),
                       [&](const auto& each) { return each.instanceLevelPublicIp == address; }) ||
           std::any_of(all.begin(), all.end(), [&](const auto& each) {
               return !each.IsInternal() &&
                      std::any_of(each.frontends.begin(),
                                  each.frontends.end(),
                                  [&](const auto& own) { return own.address == address; });
           });
}

} // namespace

void
TrafficHelper::Install(const OutboundScenarioHelper& scenario, uint32_t activeVms)
{
    std::vector<uint32_t> vms(activeVms);
    std::iota(vms.begin(), vms.end(), 0U);
    InstallGenerators(scenario, vms);
    const auto& servers = scenario.GetServers();
    for (auto node = servers.Begin(); node != servers.End(); ++node)
    {
        InstallServer(*node, GetPort("DestinationPort"), scenario);
    }
}

void
TrafficHelper::InstallGenerators(const OutboundScenarioHelper& scenario,
                                 const std::vector<uint32_t>& vms)
{
    const auto error = Validate();
    NS_ABORT_MSG_IF(error, error.value_or(""));
    for (const auto vm : vms)
    {
        InstallGenerator(scenario.GetVm(vm), scenario.GetServerAddresses());
    }
}

void
TrafficHelper::InstallInbound(const OutboundScenarioHelper& scenario,
                              uint32_t clients,
                              const std::string& rule,
                              const std::string& loadBalancer)
{
    const auto* owner =
        FindByName(scenario.GetSlbManager()->GetDeployment().loadBalancers, loadBalancer);
    NS_ABORT_MSG_UNLESS(owner, GetRefusal("load balancer", loadBalancer, "one of the scenario's"));
    NS_ABORT_MSG_IF(
        owner->IsInternal(),
        GetRefusal("load balancer", loadBalancer, "a public one: clients are on the Internet"));
    const auto* found = FindByName(owner->loadBalancingRules, rule);
    NS_ABORT_MSG_UNLESS(
        found,
        GetRefusal("rule", rule, "the name of a load-balancing rule of " + loadBalancer));
    const auto before = m_factory; // the next rule may have another port
    if (m_attributes.count("DestinationPort") == 0)
    {
        m_factory.Set("DestinationPort", UintegerValue(found->frontendPort));
    }
    if (m_attributes.count("Protocol") == 0)
    {
        const bool isUdp = found->protocol == TransportProtocol::Udp;
        m_factory.Set("Protocol", MakeEnumValue(isUdp ? IpProtocol::Udp : IpProtocol::Tcp));
    }
    InstallInbound(scenario,
                   scenario.GetFrontendAddress(found->frontend, loadBalancer),
                   clients,
                   found->backendPort);
    m_factory = before;
}

void
TrafficHelper::InstallInbound(const OutboundScenarioHelper& scenario,
                              Ipv4Address frontend,
                              uint32_t clients,
                              uint16_t backendPort)
{
    const auto error = Validate();
    NS_ABORT_MSG_IF(error, error.value_or(""));
    NS_ABORT_MSG_IF(clients < 1 || clients > scenario.GetServers().GetN(),
                    GetRefusal("clients",
                               std::to_string(clients),
                               "1 to " + std::to_string(scenario.GetServers().GetN()) +
                                   ", the number of server nodes"));
    NS_ABORT_MSG_IF(backendPort < 1, GetRefusal("backendPort", "0", "1 to 65535"));
    NS_ABORT_MSG_UNLESS(HasPublicAddress(scenario.GetSlbManager()->GetDeployment(), frontend),
                        GetRefusal("frontend",
                                   GetText(frontend),
                                   "the address of a public frontend, or an instance-level public "
                                   "IP"));
    for (uint32_t client = 0; client < clients; ++client)
    {
        InstallGenerator(scenario.GetServers().Get(client), {frontend});
    }
    for (uint32_t vm = 0; vm < scenario.GetVmCount(); ++vm)
    {
        InstallServer(scenario.GetVm(vm), backendPort, scenario);
    }
}

void
TrafficHelper::InstallGenerator(Ptr<Node> node, const std::vector<Ipv4Address>& destinations)
{
    const auto generator = CreateGenerator();
    for (const auto& address : destinations)
    {
        generator->AddDestination(address);
    }
    AddApplication(node, generator);
    m_generators.push_back(generator);
}

void
TrafficHelper::InstallServer(Ptr<Node> node,
                             uint16_t firstPort,
                             const OutboundScenarioHelper& scenario)
{
    const auto server = CreateObject<TrafficServer>();
    server->SetAttribute("FirstPort", UintegerValue(firstPort));
    server->SetAttribute("Ports", UintegerValue(GetPort("DestinationPorts")));
    server->SetAttribute("IdleTimeout", TimeValue(GetServerIdleTimeout(scenario)));
    StringValue transport;
    CreateGenerator()->GetAttribute("Transport", transport);
    server->SetAttribute("Transport", transport);
    AddApplication(node, server);
    m_servers.push_back(server);
}

uint16_t
TrafficHelper::GetPort(const std::string& name) const
{
    UintegerValue value;
    CreateGenerator()->GetAttribute(name, value);
    return static_cast<uint16_t>(value.Get());
}

int64_t
TrafficHelper::AssignStreams(int64_t stream) const
{
    const auto first = stream;
    for (const auto& generator : m_generators)
    {
        stream += generator->AssignStreams(stream);
    }
    return stream - first;
}

Ptr<TrafficGenerator>
TrafficHelper::CreateGenerator() const
{
    const auto generator = m_factory.Create<TrafficGenerator>();
    if (m_retryPolicy)
    {
        generator->SetRetryPolicy(*m_retryPolicy);
    }
    if (m_holdTime.randomVariable)
    {
        const auto variable = CreateRandomVariable("hold", *m_holdTime.randomVariable);
        generator->SetAttribute("Hold", PointerValue(variable ? *variable : nullptr));
    }
    return generator;
}

} // namespace ns3::azure
