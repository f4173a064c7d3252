// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-program.h"

#include "azure-load-balancing-program.h"
#include "azure-outbound-plan.h"

#include "ns3/azure-outbound-method.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ns3::azure
{

namespace
{

/// @return the deployment's profile with what outbound rules say of idle flows
Profile
GetProfile(const Deployment& deployment, const OutboundStanding& standing)
{
    auto profile = deployment.profile;
    if (standing.idle && standing.idle->tcp)
    {
        profile.idleTimeout = *standing.idle->tcp;
        profile.tcpReset = standing.idle->isTcpReset ? TcpReset::BothEnds : TcpReset::None;
    }
    if (standing.idle && standing.idle->udp &&
        profile.GetIdleTimeout(IpProtocol::Udp) != *standing.idle->udp)
    {
        profile.udpIdleTimeout = standing.idle->udp;
    }
    return profile;
}

/// @return what the host of a network interface is told of outbound flows
ProgramNetworkInterface
MakeInstruction(const Deployment& deployment,
                const NetworkInterface& networkInterface,
                const OutboundStanding& standing,
                const SnatAllocationTable& book)
{
    ProgramNetworkInterface instruction;
    instruction.networkInterface = networkInterface.networkInterface;
    instruction.method = SelectOutboundMethod(standing.situation);
    instruction.instanceLevelPublicIp = networkInterface.instanceLevelPublicIp;
    instruction.blocks = book.GetPorts(networkInterface.networkInterface);
    instruction.isInboundClosed = standing.isInboundClosed;
    instruction.profile = deployment.profile;
    if (instruction.method == OutboundMethod::LoadBalancerFrontend)
    {
        instruction.translatesTcp = standing.translatesTcp;
        instruction.translatesUdp = standing.translatesUdp;
        instruction.profile = GetProfile(deployment, standing);
    }
    else if (instruction.method == OutboundMethod::NatGateway)
    {
        instruction.natGateway = standing.natGateway;
    }
    return instruction;
}

/// @brief Tell hosts and muxes of outbound flows and instance-level public IPs.
void
CompileOutbound(const Deployment& deployment, SnatAllocationTable& book, SlbProgram& program)
{
    const auto plan = MakeOutboundPlan(deployment);
    std::vector<uint32_t> interfaces;
    for (const auto& each : deployment.networkInterfaces)
    {
        interfaces.push_back(each.networkInterface);
    }
    program.allocationChanges = book.SetPlan(plan, interfaces);
    for (std::size_t i = 0; i < interfaces.size(); ++i)
    {
        const auto& each = deployment.networkInterfaces[i];
        program.hosts.push_back(
            {each.host, MakeInstruction(deployment, each, plan.standings[i], book)});
    }
    program.muxes = MakePublicEndpoints(deployment, book);
}

} // namespace

std::vector<PublicEndpoint>
MakePublicEndpoints(const Deployment& deployment, const SnatAllocationTable& book)
{
    std::vector<PublicEndpoint> endpoints;
    for (const auto& each : deployment.networkInterfaces)
    {
        if (each.instanceLevelPublicIp)
        {
            endpoints.push_back({*each.instanceLevelPublicIp, {}, each.host});
        }
        for (const auto& block : book.GetPorts(each.networkInterface))
        {
            endpoints.push_back({block.publicAddress, block.ports, each.host});
        }
    }
    // In the order of the mux's own table, into which they then go without moving what is there.
    const auto isBefore = [](const PublicEndpoint& a, const PublicEndpoint& b) {
        return std::tie(a.publicAddress, a.ports.first) < std::tie(b.publicAddress, b.ports.first);
    };
    std::sort(endpoints.begin(), endpoints.end(), isBefore);
    return endpoints;
}

SlbProgram
Compile(const Deployment& deployment, SnatAllocationTable& book)
{
    SlbProgram program;
    CompileOutbound(deployment, book, program);
    CompileLoadBalancing(deployment, program);
    return program;
}

SlbProgram
Compile(const Deployment& deployment)
{
    SnatAllocationTable book(deployment.profile, MakeSnatAllocationPolicy(deployment.profile));
    return Compile(deployment, book);
}

uint32_t
GetPublicIpQuotaUse(const Deployment& deployment)
{
    std::size_t addresses = 0;
    for (const auto& each : deployment.loadBalancers)
    {
        addresses += each.IsInternal() ? 0 : each.frontends.size();
    }
    for (const auto& each : deployment.networkInterfaces)
    {
        addresses += each.instanceLevelPublicIp ? 1 : 0;
    }
    for (const auto& each : deployment.natGateways)
    {
        addresses += each.publicAddresses.size();
    }
    return static_cast<uint32_t>(addresses);
}

} // namespace ns3::azure
