// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-statistics.h"
#include "azure-outbound-scenario-helper.h"
#include "azure-ranks.h"
#include "azure-scenario-capture.h"
#include "azure-trace-recorder.h"

#include "ns3/abort.h"
#include "ns3/azure-resource-name.h"
#include "ns3/azure-slb-program.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// Add nodes of one role, named by role and position.
void
AddNodes(std::vector<NodeFact>& facts, const NodeContainer& nodes, NodeRole role)
{
    for (uint32_t i = 0; i < nodes.GetN(); ++i)
    {
        const auto name = std::string(GetName(role)) + "-" + std::to_string(i);
        facts.push_back({nodes.Get(i)->GetId(), name, role});
    }
}

/// Tell of load balancers and their frontends.
void
AddLoadBalancers(TraceRecorder& recorder, const Deployment& deployment)
{
    for (const auto& loadBalancer : deployment.loadBalancers)
    {
        recorder.AddLoadBalancer({loadBalancer.name, loadBalancer.sku, loadBalancer.IsInternal()});
        for (const auto& frontend : loadBalancer.frontends)
        {
            recorder.AddFrontend({loadBalancer.name, frontend.name, frontend.address});
        }
    }
}

/// Tell of the health probe that a rule uses.
void
AddHealthProbe(TraceRecorder& recorder, const Deployment& deployment, const RuleName& name)
{
    const auto& loadBalancer = *FindByName(deployment.loadBalancers, name.loadBalancer);
    const auto& rule = *FindByName(loadBalancer.loadBalancingRules, name.name);
    const auto& probe = *FindByName(loadBalancer.probes, rule.probe);
    const auto target = MakeProbeTarget(probe, name.probe, {}, deployment.profile);
    recorder.AddHealthProbe({name.probe,
                             name.loadBalancer,
                             probe.name,
                             target.protocol,
                             target.port,
                             target.requestPath,
                             target.interval,
                             target.timeout,
                             target.failuresToDown,
                             target.successesToUp,
                             probe.noHealthyBackendsBehavior});
}

/// Tell of the members of every backend set.
void
AddPoolMembers(TraceRecorder& recorder, const SlbProgram& program)
{
    uint16_t backendSet = 0;
    for (const auto& plan : program.backendSets)
    {
        for (const auto& member : plan.members)
        {
            recorder.AddPoolMember({backendSet,
                                    plan.loadBalancer,
                                    plan.backendPool,
                                    plan.probe,
                                    member.networkInterface,
                                    member.state});
        }
        ++backendSet;
    }
}

/// @return what a rule's name stands for
LoadBalancingRuleFact
GetRuleFact(const LoadBalancer& loadBalancer, const RuleName& name)
{
    LoadBalancingRuleFact fact;
    fact.rule = name.rule;
    fact.loadBalancer = name.loadBalancer;
    fact.name = name.name;
    fact.backendSet = name.backendSet;
    fact.probe = name.probe;
    const auto copy = [&](const auto& rule) {
        fact.frontend = rule.frontend;
        fact.frontendAddress = FindByName(loadBalancer.frontends, rule.frontend)->address;
        fact.protocol = rule.protocol;
        fact.frontendPort = rule.frontendPort;
        fact.backendPort = rule.backendPort;
        fact.enableFloatingIp = rule.enableFloatingIp;
        fact.idleTimeout = Minutes(rule.idleTimeoutInMinutes);
        fact.enableTcpReset = rule.enableTcpReset;
    };
    if (name.isInboundNat)
    {
        fact.kind = LoadBalancingRuleKind::InboundNat;
        copy(*FindByName(loadBalancer.inboundNatRules, name.name));
    }
    else
    {
        const auto& rule = *FindByName(loadBalancer.loadBalancingRules, name.name);
        fact.distribution = rule.distribution;
        copy(rule);
    }
    return fact;
}

/// Tell of probes, pool members and rules.
void
AddRules(TraceRecorder& recorder, const Deployment& deployment, const SlbProgram& program)
{
    std::set<uint16_t> probes;
    for (const auto& name : program.rules)
    {
        if (name.probe > 0 && probes.insert(name.probe).second)
        {
            AddHealthProbe(recorder, deployment, name);
        }
    }
    AddPoolMembers(recorder, program);
    for (const auto& name : program.rules)
    {
        recorder.AddLoadBalancingRule(
            GetRuleFact(*FindByName(deployment.loadBalancers, name.loadBalancer), name));
    }
}

/// Tell of outbound rules.
void
AddOutboundRules(TraceRecorder& recorder, const Deployment& deployment)
{
    for (const auto& loadBalancer : deployment.loadBalancers)
    {
        for (const auto& rule : loadBalancer.outboundRules)
        {
            recorder.AddOutboundRule({loadBalancer.name,
                                      rule.name,
                                      rule.frontends,
                                      rule.backendPool,
                                      rule.protocol,
                                      rule.allocatedOutboundPorts,
                                      rule.maxBackendInstances,
                                      Minutes(rule.idleTimeoutInMinutes),
                                      rule.enableTcpReset});
        }
    }
}

/// @return name of the NAT gateway of each network interface that has one
std::map<uint32_t, std::string>
FindNatGateways(const Deployment& deployment)
{
    std::map<uint32_t, std::string> names;
    for (const auto& gateway : deployment.natGateways)
    {
        for (const auto networkInterface : gateway.networkInterfaces)
        {
            names[networkInterface] = gateway.name;
        }
    }
    return names;
}

/// Tell of the public addresses that a deployment uses.
void
AddPublicIps(TraceRecorder& recorder, const Deployment& deployment, const SlbProgram& program)
{
    for (const auto& loadBalancer : deployment.loadBalancers)
    {
        if (loadBalancer.IsInternal())
        {
            continue;
        }
        for (const auto& frontend : loadBalancer.frontends)
        {
            recorder.AddPublicIp({frontend.address, PublicIpKind::Frontend, std::nullopt});
        }
    }
    for (const auto& gateway : deployment.natGateways)
    {
        for (const auto& address : gateway.publicAddresses)
        {
            recorder.AddPublicIp({address, PublicIpKind::NatGateway, std::nullopt, gateway.name});
        }
    }
    std::set<Ipv4Address> platformAddresses; // those of availability sets are told of once
    for (std::size_t i = 0; i < program.hosts.size(); ++i)
    {
        const auto& each = deployment.networkInterfaces[i];
        const auto owner = each.networkInterface;
        if (each.instanceLevelPublicIp)
        {
            recorder.AddPublicIp({*each.instanceLevelPublicIp, PublicIpKind::InstanceLevel, owner});
        }
        if (program.hosts[i].instruction.method == OutboundMethod::DefaultSnat &&
            platformAddresses.insert(each.platformAddress).second)
        {
            const bool isShared = !each.availabilitySet.empty();
            recorder.AddPublicIp({each.platformAddress,
                                  PublicIpKind::Platform,
                                  isShared ? std::nullopt : std::make_optional(owner)});
        }
    }
}

} // namespace

std::vector<NodeFact>
OutboundScenarioHelper::GetNodeFacts() const
{
    RequireCreated("GetNodeFacts");
    std::vector<NodeFact> facts;
    AddNodes(facts, m_vms, NodeRole::VirtualMachine);
    AddNodes(facts, m_services, NodeRole::Service);
    AddNodes(facts, m_hosts, NodeRole::Host);
    NodeContainer muxes;
    for (const auto& mux : m_muxes)
    {
        muxes.Add(mux->GetNode());
    }
    AddNodes(facts, muxes, NodeRole::LoadBalancerMux);
    NodeContainer gateways;
    for (const auto& gateway : m_manager->GetDeployment().natGateways)
    {
        gateways.Add(GetNatGateway(gateway.name)->GetNode());
    }
    AddNodes(facts, gateways, NodeRole::NatGateway);
    AddNodes(facts, m_manager->GetNode(), NodeRole::SlbManager);
    AddNodes(facts,
             NodeContainer(m_fabric.GetFabricRouter(), m_fabric.GetEdgeRouter()),
             NodeRole::Router);
    AddNodes(facts, m_servers, NodeRole::Server);
    AddNodes(facts, m_resolver, NodeRole::DnsServer);
    return facts;
}

void
OutboundScenarioHelper::Connect(ScenarioCapture& capture) const
{
    capture.Connect(GetNodeFacts());
}

void
OutboundScenarioHelper::Connect(TraceRecorder& recorder) const
{
    RequireCreated("Connect");
    NS_ABORT_MSG_IF(recorder.HasNetworkInterfaces(),
                    "a trace recorder records one scenario, and this one has one already");
    for (const auto& fact : GetNodeFacts())
    {
        recorder.AddNode(fact);
    }
    const auto& deployment = m_manager->GetDeployment();
    for (const auto& gateway : deployment.natGateways)
    {
        recorder.AddNatGateway({gateway.name,
                                GetNatGateway(gateway.name)->GetNode()->GetId(),
                                Minutes(gateway.idleTimeoutInMinutes)});
    }
    auto natGateways = FindNatGateways(deployment);
    const auto program = Compile(deployment);
    for (const auto& [host, instruction] : program.hosts)
    {
        const auto i = instruction.networkInterface - GetNetworkInterface(0);
        const bool isVm = i < m_vmCount;
        recorder.AddNetworkInterface(
            {instruction.networkInterface,
             (isVm ? GetVm(i) : GetService(i - m_vmCount))->GetId(),
             m_hosts.Get(static_cast<uint32_t>(m_hostOfAddress.at(host)))->GetId(),
             isVm ? GetPrivateAddress(i) : GetServiceAddress(i - m_vmCount),
             instruction.method,
             isVm ? FindAvailabilitySet(i) : "",
             natGateways[instruction.networkInterface]});
    }
    AddPublicIps(recorder, deployment, program);
    AddLoadBalancers(recorder, deployment);
    AddRules(recorder, deployment, program);
    AddOutboundRules(recorder, deployment);
    ConnectApplications(recorder);
}

void
OutboundScenarioHelper::ConnectApplications(TraceRecorder& recorder) const
{
    const auto connect = [&recorder](const auto& application, const auto&... more) {
        if (IsLocal(application->GetNode()))
        {
            recorder.Connect(application, more...);
        }
    };
    for (const auto& agent : m_hostAgents)
    {
        connect(agent);
    }
    for (const auto& services : m_hostServices)
    {
        connect(services.healthProber);
    }
    for (const auto& mux : m_muxes)
    {
        connect(mux);
    }
    for (const auto& [name, gateway] : m_natGateways)
    {
        connect(gateway, name);
    }
    connect(m_manager);
    connect(m_networkManager);
    for (const auto& nodes : {m_vms, m_services, m_servers})
    {
        recorder.ConnectGenerators(nodes);
    }
}

void
OutboundScenarioHelper::Connect(FlowStatistics& statistics) const
{
    RequireCreated("Connect");
    for (const auto& agent : m_hostAgents)
    {
        statistics.Connect(agent);
    }
    for (const auto& [name, gateway] : m_natGateways)
    {
        statistics.Connect(gateway);
    }
}

} // namespace ns3::azure
