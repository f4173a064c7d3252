// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-world.h"

#include "ns3/double.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3::azure
{

namespace
{

/// @return a rule of a security group
SecurityRuleText
MakeRule(const std::string& name,
         uint32_t priority,
         const std::string& access,
         const std::string& ports)
{
    SecurityRuleText rule;
    rule.name = name;
    rule.priority = std::to_string(priority);
    rule.access = access;
    rule.destinationPortRanges = {ports};
    return rule;
}

std::string
GetRange(uint32_t first, uint32_t last)
{
    return std::to_string(first) + "-" + std::to_string(last);
}

} // namespace

SoakWorld::SoakWorld(const SoakPlan& plan)
    : m_plan(plan),
      m_dice(plan.seed, plan.round, 1),
      m_scenario(OutboundScenario::LoadBalanced)
{
    Describe();
    m_scenario.Create();
    if (const auto gateway = GetGateway())
    {
        gateway->SetAttribute("MaxFlows", UintegerValue(m_plan.gatewayFlows));
    }
    m_stream += m_scenario.AssignStreams(m_stream);
    for (const auto& frontend :
         m_scenario.GetSlbManager()->GetDeployment().loadBalancers.front().frontends)
    {
        m_publicAddresses.push_back(frontend.address);
    }
    for (const auto& each : m_scenario.GetSlbManager()->GetDeployment().networkInterfaces)
    {
        if (each.instanceLevelPublicIp)
        {
            m_publicAddresses.push_back(*each.instanceLevelPublicIp);
        }
    }
    AddServers();
    AddTraffic();
}

void
SoakWorld::Describe()
{
    const bool isSlow = m_plan.requestTime > 0 || m_plan.configurationTime > 0;
    m_scenario.SetProfile(m_plan.profile);
    m_scenario.SetVms(m_plan.vms);
    m_scenario.SetVmsPerHost(m_plan.vmsPerHost);
    m_scenario.SetVmStack(m_plan.stack);
    m_scenario.SetFrontends(m_plan.frontends);
    m_scenario.SetMuxes(m_plan.muxes);
    m_scenario.SetServerAddresses(6);
    m_scenario.SetDhcp(m_plan.hasDhcp);
    m_scenario.SetPublicIpSku(m_plan.sku);
    m_scenario.SetProgrammedBefore(m_plan.isProgrammedBefore);
    m_scenario.SetMuxAttribute("PacketRate", DoubleValue(m_plan.muxRate));
    m_scenario.SetMuxAttribute("TrustedFlowTimeout", TimeValue(Seconds(60)));
    m_scenario.SetSlbManagerAttribute("WithdrawalTime", TimeValue(Seconds(20)));
    m_scenario.SetSlbManagerAttribute(
        "MemberSelection",
        StringValue(m_plan.selection == MemberSelection::Maglev ? "Maglev" : "Modulo"));
    if (isSlow)
    {
        const auto text = [](double seconds) {
            return StringValue("ns3::ExponentialRandomVariable[Mean=" + std::to_string(seconds) +
                               "]");
        };
        m_scenario.SetSlbManagerAttribute("RequestServiceTime", text(m_plan.requestTime + 1e-6));
        m_scenario.SetSlbManagerAttribute("ConfigurationServiceTime",
                                          text(m_plan.configurationTime + 1e-6));
    }
    for (uint32_t i = 0; i < m_plan.publicIps; ++i)
    {
        m_scenario.AddInstanceLevelPublicIp(m_plan.pooled + i);
    }
    DescribeNetworks();
    DescribeLoadBalancers();
}

void
SoakWorld::DescribeNetworks()
{
    VirtualNetwork network;
    network.name = VmPlacementPlan::DEFAULT_NETWORK;
    network.addressSpace = {{0x0a000000, 16}};
    network.subnets = {{VmPlacementPlan::DEFAULT_SUBNET, {0x0a000000, 24}, {}, {}},
                       {GATEWAY_SUBNET, {0x0a000100, 24}, {}, {}}};
    if (m_plan.hasService)
    {
        const auto tag = *ParseServiceTag("service", "Storage.EastUS");
        network.subnets.front().serviceEndpoints = {tag};
        m_scenario.AddService(tag);
    }
    m_scenario.AddVirtualNetwork(network);
    const auto firstPeered = m_plan.vms - m_plan.peered;
    for (uint32_t vm = firstPeered - m_plan.gatewayVms; vm < firstPeered; ++vm)
    {
        m_scenario.PlaceVm(vm, network.name, GATEWAY_SUBNET);
    }
    if (m_plan.gatewayVms > 0)
    {
        m_scenario.AddNatGateway(GATEWAY, m_dice.Draw(1, 2), {{network.name, GATEWAY_SUBNET}});
    }
    if (m_plan.peered > 0)
    {
        network.name = PEER;
        network.addressSpace = {{0x0a010000, 16}};
        network.subnets = {{VmPlacementPlan::DEFAULT_SUBNET, {0x0a010000, 24}, {}, {}}};
        m_scenario.AddVirtualNetwork(network);
        m_scenario.Change(
            [](auto& all) { return all.AddPeering(VmPlacementPlan::DEFAULT_NETWORK, PEER); });
    }
    for (uint32_t vm = firstPeered; vm < m_plan.vms; ++vm)
    {
        m_scenario.PlaceVm(vm, PEER, VmPlacementPlan::DEFAULT_SUBNET);
    }
    m_scenario.AddNetworkSecurityGroup(
        GROUP,
        {MakeRule("never", 100, "Deny", std::to_string(DENIED_PORT)),
         MakeRule("web", 1000, "Allow", GetRange(FIRST_PORT, FIRST_PORT + PORTS - 1))});
    m_scenario.AttachToSubnet(GROUP);
}

void
SoakWorld::DescribeLoadBalancers()
{
    const auto& plan = m_plan;
    m_scenario.ChangeLoadBalancer([plan](LoadBalancer& all) {
        all.sku = plan.sku;
        all.backendPools.front().members.resize(plan.pooled);
        HealthProbe probe;
        probe.name = PROBE;
        probe.interval = Seconds(5);
        probe.port = plan.stack == VmStack::Compact ? FIRST_PORT : PROBE_PORT;
        probe.protocol = plan.stack == VmStack::Internet && plan.round % 2 == 0
                             ? HealthProbeProtocol::Http
                             : HealthProbeProtocol::Tcp;
        all.probes.push_back(probe);
        auto rules = all.loadBalancingRules;
        for (auto& rule : rules)
        {
            rule.probe = probe.name;
            rule.enableTcpReset = plan.sku == LoadBalancerSku::Standard;
            rule.disableOutboundSnat = plan.hasOutboundRule;
        }
        all.loadBalancingRules = rules;
        for (auto& rule : rules)
        {
            rule.name += "-udp";
            rule.protocol = TransportProtocol::Udp;
            all.loadBalancingRules.push_back(rule);
        }
        InboundNatRule toOne;
        toOne.name = "to-one";
        toOne.frontend = all.frontends.front().name;
        toOne.frontendPort = NAT_RULE_PORT;
        toOne.backendPort = FIRST_PORT + PORTS - 2;
        toOne.networkInterface = OutboundScenarioHelper::GetNetworkInterface(0);
        all.inboundNatRules.push_back(toOne);
        if (plan.hasOutboundRule)
        {
            OutboundRule rule;
            rule.name = "out";
            rule.frontends = {all.frontends.front().name};
            rule.backendPool = all.backendPools.front().name;
            rule.enableTcpReset = true;
            all.outboundRules.push_back(rule);
        }
    });
    if (m_plan.hasInternal)
    {
        LoadBalancer internal;
        internal.name = INTERNAL;
        internal.sku = m_plan.sku;
        internal.frontends.push_back({"inside", Ipv4Address()});
        internal.backendPools.push_back({"inner-pool", {}});
        for (uint32_t vm = 0; vm < m_plan.pooled; ++vm)
        {
            internal.backendPools.front().members.push_back(
                {OutboundScenarioHelper::GetNetworkInterface(vm)});
        }
        LoadBalancingRule rule;
        rule.name = "inner";
        rule.frontend = "inside";
        rule.backendPool = "inner-pool";
        rule.frontendPort = FIRST_PORT;
        rule.backendPort = FIRST_PORT + PORTS - 3;
        internal.loadBalancingRules.push_back(rule);
        m_scenario.AddInternalLoadBalancer(internal);
    }
}

void
SoakWorld::SetGeneratorSink(std::function<void(Ptr<TrafficGenerator>)> sink)
{
    m_sink = std::move(sink);
    for (const auto& generator : m_generators)
    {
        m_sink(generator);
    }
}

} // namespace ns3::azure
