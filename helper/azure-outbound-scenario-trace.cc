// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-statistics.h"
#include "azure-outbound-scenario-helper.h"
#include "azure-trace-recorder.h"

#include "ns3/abort.h"
#include "ns3/azure-slb-program.h"

namespace ns3::azure
{

namespace
{

/// Tell of nodes of one role, named by role and position.
void
AddNodes(TraceRecorder& recorder, const NodeContainer& nodes, NodeRole role)
{
    for (uint32_t i = 0; i < nodes.GetN(); ++i)
    {
        const auto name = std::string(GetName(role)) + "-" + std::to_string(i);
        recorder.AddNode({nodes.Get(i)->GetId(), name, role});
    }
}

/// Tell of the public addresses that a deployment uses.
void
AddPublicIps(TraceRecorder& recorder, const Deployment& deployment)
{
    for (const auto& loadBalancer : deployment.loadBalancers)
    {
        for (const auto& frontend : loadBalancer.frontends)
        {
            recorder.AddPublicIp({frontend.address, PublicIpKind::Frontend, std::nullopt});
        }
    }
    for (const auto& [host, instruction] : Compile(deployment).hosts)
    {
        const auto owner = instruction.networkInterface;
        if (instruction.instanceLevelPublicIp)
        {
            recorder.AddPublicIp(
                {*instruction.instanceLevelPublicIp, PublicIpKind::InstanceLevel, owner});
        }
        else if (instruction.method == OutboundMethod::DefaultSnat)
        {
            recorder.AddPublicIp(
                {instruction.blocks.front().publicAddress, PublicIpKind::Platform, owner});
        }
    }
}

} // namespace

void
OutboundScenarioHelper::Connect(TraceRecorder& recorder) const
{
    RequireCreated("Connect");
    NS_ABORT_MSG_IF(recorder.HasNetworkInterfaces(),
                    "a trace recorder records one scenario, and this one has one already");
    AddNodes(recorder, m_vms, NodeRole::VirtualMachine);
    AddNodes(recorder, m_services, NodeRole::Service);
    AddNodes(recorder, m_hosts, NodeRole::Host);
    AddNodes(recorder, m_mux->GetNode(), NodeRole::LoadBalancerMux);
    AddNodes(recorder, m_manager->GetNode(), NodeRole::SlbManager);
    AddNodes(recorder,
             NodeContainer(m_fabric.GetFabricRouter(), m_fabric.GetEdgeRouter()),
             NodeRole::Router);
    AddNodes(recorder, m_servers, NodeRole::Server);
    AddNodes(recorder, m_resolver, NodeRole::DnsServer);
    const auto& deployment = m_manager->GetDeployment();
    for (const auto& [host, instruction] : Compile(deployment).hosts)
    {
        const auto i = instruction.networkInterface - GetNetworkInterface(0);
        const bool isVm = i < m_vmCount;
        recorder.AddNetworkInterface(
            {instruction.networkInterface,
             (isVm ? GetVm(i) : GetService(i - m_vmCount))->GetId(),
             m_agentOfHost.at(host)->GetNode()->GetId(),
             isVm ? GetPrivateAddress(i) : GetServiceAddress(i - m_vmCount),
             instruction.method});
    }
    AddPublicIps(recorder, deployment);
    for (const auto& agent : m_hostAgents)
    {
        recorder.Connect(agent);
    }
    recorder.Connect(m_mux);
}

void
OutboundScenarioHelper::Connect(FlowStatistics& statistics) const
{
    RequireCreated("Connect");
    for (const auto& agent : m_hostAgents)
    {
        statistics.Connect(agent);
    }
}

} // namespace ns3::azure
