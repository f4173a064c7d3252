// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-hop-host.h"

#include "azure-hop-nodes.h"

#include "ns3/azure-profile.h"
#include "ns3/azure-slb-message.h"

#include <optional>
#include <string>

namespace ns3::azure
{

HopRecorder::HopRecorder()
    : m_recorder(m_database.GetPath(), {"benchmark", "chain", "2016", {}}, std::nullopt)
{
    const auto node = CreateObject<Node>()->GetId(); // stands for all members of the pool
    m_recorder.AddNode({node, "vm-0", NodeRole::VirtualMachine});
    for (uint32_t member = 1; member <= HOP_MEMBERS; ++member)
    {
        const Ipv4Address address(HOP_VM.Get() + member - 1);
        m_recorder.AddNetworkInterface(
            {member, node, node, address, OutboundMethod::LoadBalancerFrontend});
    }
    m_recorder.AddPublicIp({HOP_FRONTEND, PublicIpKind::Frontend, std::nullopt});
    m_recorder.AddLoadBalancer({"load-balancer-0", LoadBalancerSku::Basic, false});
    m_recorder.AddFrontend({"load-balancer-0", "frontend-0", HOP_FRONTEND});
    LoadBalancingRuleFact rule;
    rule.rule = 1;
    rule.loadBalancer = "load-balancer-0";
    rule.name = "rule-0";
    rule.frontend = "frontend-0";
    rule.frontendAddress = HOP_FRONTEND;
    rule.frontendPort = rule.backendPort = 80;
    m_recorder.AddLoadBalancingRule(rule);
}

void
HopRecorder::Connect(Ptr<HostAgent> agent)
{
    const auto node = agent->GetNode()->GetId();
    m_recorder.AddNode({node, "host-" + std::to_string(node), NodeRole::Host});
    m_recorder.Connect(agent);
}

void
HopRecorder::Connect(Ptr<LoadBalancerMux> mux)
{
    const auto node = mux->GetNode()->GetId();
    m_recorder.AddNode({node, "mux-" + std::to_string(node), NodeRole::LoadBalancerMux});
    m_recorder.Connect(mux);
}

HostGoalState
MakeHopGoalState(uint32_t rules)
{
    HostGoalState goalState;
    goalState.generation = 1;
    goalState.flowRecordTimeout = Hours(24);
    goalState.routeTables.resize(1);
    goalState.networkInterfaces = {{1, 1, {}, {}, 0, false}};
    if (rules == 0)
    {
        return goalState;
    }
    ResolvedSecurityGroup group{"group", {}};
    for (uint32_t i = 0; i <= rules; ++i)
    {
        const bool isLast = i == rules;
        ResolvedSecurityRule rule;
        rule.name = "rule-" + std::to_string(i);
        rule.priority = 100 + i;
        rule.direction = FlowDirection::Outbound;
        rule.access = isLast ? SecurityRuleAccess::Allow : SecurityRuleAccess::Deny;
        rule.sources = {ANY_ADDRESS};
        rule.sourcePorts = {PortRange()};
        rule.destinations = {isLast ? ANY_ADDRESS : AddressPrefix{HOP_SERVER.Get() + i, 32}};
        const auto port = static_cast<uint16_t>(10000 + i);
        rule.destinationPorts = {isLast ? PortRange() : PortRange{port, port}};
        group.rules.push_back(rule);
    }
    goalState.groups = {group};
    goalState.networkInterfaces[0].interfaceGroup = 0;
    return goalState;
}

HopHost
MakeHopHost(const HostGoalState& goalState, HopRecorder* recorder)
{
    const auto node = MakeStackNode();
    const auto vm = Link(CreateObject<Node>(), node);
    const auto fabric = Link(node, CreateObject<Node>());
    const auto agent = CreateObject<HostAgent>();
    node->AddApplication(agent);
    agent->SetUplink(fabric.Get(0), {HOP_TUNNEL.destination, "255.255.255.0", "10.128.0.1"});
    agent->AddNetworkInterface(1, vm.Get(1), HOP_VM);
    if (recorder)
    {
        recorder->Connect(agent);
    }
    ProgramNetworkInterface instruction;
    instruction.networkInterface = 1;
    instruction.blocks = {{HOP_FRONTEND, {HOP_FIRST_PORT, 65535}}};
    instruction.profile = *FindProfile("2016");
    instruction.profile.idleTimeout = Hours(24);
    agent->Apply(instruction);
    agent->Apply(goalState);
    return {vm.Get(0), fabric.Get(1)};
}

} // namespace ns3::azure
