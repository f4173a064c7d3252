// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-world.h"

#include "ns3/azure-my-ip-dns-server.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/ipv4.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3::azure
{

namespace
{

constexpr uint16_t FIRST_SOURCE_PORT = 10000; // of the first generator of a node
constexpr uint16_t SOURCE_PORTS = 2000;       // of each generator
constexpr uint16_t LAST_FIRST_PORT = 58000;   // of a node's last generator

} // namespace

void
SoakWorld::AddServer(Ptr<Node> node, VmStack stack)
{
    const auto server = CreateObject<TrafficServer>();
    server->SetAttribute("FirstPort", UintegerValue(FIRST_PORT));
    server->SetAttribute("Ports", UintegerValue(PORTS));
    server->SetAttribute("IdleTimeout", TimeValue(Seconds(60)));
    server->SetAttribute("Transport",
                         StringValue(stack == VmStack::Compact ? "Compact" : "Socket"));
    node->AddApplication(server);
}

void
SoakWorld::AddServers()
{
    for (uint32_t vm = 0; vm < m_plan.vms; ++vm)
    {
        AddServer(m_scenario.GetVm(vm), m_plan.stack);
        if (vm < m_plan.pooled && m_plan.stack == VmStack::Internet)
        {
            const auto responder = CreateObject<HealthProbeResponder>();
            responder->SetAttribute("Port", UintegerValue(PROBE_PORT));
            responder->SetAttribute("Protocol",
                                    StringValue(m_plan.round % 2 == 0 ? "Http" : "Tcp"));
            m_scenario.GetVm(vm)->AddApplication(responder);
            m_responders.push_back(responder);
        }
    }
    for (uint32_t i = 0; i < m_scenario.GetServers().GetN(); ++i)
    {
        AddServer(m_scenario.GetServers().Get(i), VmStack::Internet);
    }
    if (m_plan.hasService)
    {
        AddServer(m_scenario.GetService(0), VmStack::Internet);
    }
    m_scenario.GetResolver()->AddApplication(CreateObject<MyIpDnsServer>());
}

void
SoakWorld::Register(Ptr<Node> node, Ptr<TrafficGenerator> generator)
{
    auto& port = m_nextPorts.try_emplace(node->GetId(), FIRST_SOURCE_PORT).first->second;
    generator->SetAttribute("FirstSourcePort", UintegerValue(port));
    generator->SetAttribute("LastSourcePort", UintegerValue(port + SOURCE_PORTS - 1));
    port = port < LAST_FIRST_PORT ? port + SOURCE_PORTS : FIRST_SOURCE_PORT;
    m_stream += generator->AssignStreams(m_stream);
    m_generators.push_back(generator);
    node->AddApplication(generator);
    if (m_sink)
    {
        m_sink(generator);
    }
}

Ptr<TrafficGenerator>
SoakWorld::AddGenerator(Ptr<Node> node, VmStack stack, const std::vector<Ipv4Address>& destinations)
{
    constexpr std::array<const char*, 4> HOLDS{"ns3::ExponentialRandomVariable[Mean=2]",
                                               "ns3::ExponentialRandomVariable[Mean=20]",
                                               "ns3::ParetoRandomVariable[Scale=1|Shape=1.5]",
                                               "ns3::ConstantRandomVariable[Constant=0]"};
    constexpr std::array<const char*, 3> CLOSES{"Fin", "Rst", "None"};
    constexpr std::array<uint32_t, 4> SIZES{12, 100, 2000, 20000};
    const auto generator = CreateObject<TrafficGenerator>();
    const bool isTcp = m_dice.IsHit(0.7);
    const auto set = [&](const char* name, const std::string& value) {
        generator->SetAttribute(name, StringValue(value));
    };
    set("Arrival", m_dice.IsHit(0.7) ? "Poisson" : "Periodic");
    generator->SetAttribute("Rate", DoubleValue(m_plan.rate * (0.5 + m_dice.Draw())));
    generator->SetAttribute("UnlimitedFlows", BooleanValue(true));
    set("Protocol", isTcp ? "Tcp" : "Udp");
    generator->SetAttribute("DestinationPort", UintegerValue(FIRST_PORT));
    generator->SetAttribute("DestinationPorts", UintegerValue(m_dice.Draw(1, PORTS)));
    set("DestinationOrder", m_dice.IsHit(0.5) ? "Zipf" : "InTurn");
    generator->SetAttribute("RequestSize", UintegerValue(isTcp ? m_dice.Pick(SIZES) : 100));
    generator->SetAttribute("ResponseSize", UintegerValue(isTcp ? m_dice.Pick(SIZES) : 200));
    set("Hold", m_dice.Pick(HOLDS));
    set("Close", m_dice.Pick(CLOSES));
    set("Transport", stack == VmStack::Compact ? "Compact" : "Socket");
    set("KeepAliveInterval", m_dice.IsHit(0.3) ? "5s" : "0s");
    generator->SetAttribute("ConnectAttempts", UintegerValue(m_dice.Draw(1, 4)));
    set("ConnectTimeout", "1s");
    set("ResponseTimeout", "5s");
    generator->SetAttribute("MaxAttempts", UintegerValue(m_dice.Draw(1, 3)));
    set("RetryBackoff", m_dice.IsHit(0.5) ? "Exponential" : "Fixed");
    for (const auto& destination : destinations)
    {
        generator->AddDestination(destination);
    }
    generator->SetStartTime(m_plan.times.traffic + MilliSeconds(m_dice.Draw(0, 2000)));
    generator->SetStopTime(m_plan.times.stop);
    Register(node, generator);
    return generator;
}

void
SoakWorld::AddTraffic()
{
    const auto& servers = m_scenario.GetServerAddresses();
    std::vector<Ipv4Address> inside;
    for (uint32_t vm = 0; vm < m_plan.vms; ++vm)
    {
        inside.push_back(m_scenario.GetPrivateAddress(vm));
    }
    for (uint32_t vm = 0; vm < m_plan.vms; ++vm)
    {
        const auto node = m_scenario.GetVm(vm);
        AddGenerator(node, m_plan.stack, servers);
        if (m_dice.IsHit(0.3))
        {
            auto others = inside;
            others.erase(others.begin() + vm);
            AddGenerator(node, m_plan.stack, others);
        }
        if (m_plan.hasInternal && vm < m_plan.vms - m_plan.peered && m_dice.IsHit(0.4))
        {
            AddGenerator(node, m_plan.stack, {m_scenario.GetFrontendAddress("inside", INTERNAL)});
        }
        if (m_plan.hasService && m_dice.IsHit(0.4))
        {
            AddGenerator(node, m_plan.stack, {m_scenario.GetServiceAddress(0)});
        }
        if (m_plan.stack == VmStack::Internet)
        {
            AddQuestion(vm, static_cast<uint16_t>(vm + 1));
        }
    }
    for (uint32_t i = 0; i < m_scenario.GetServers().GetN(); ++i)
    {
        for (uint32_t generators = m_dice.Draw(1, 3); generators > 0; --generators)
        {
            AddGenerator(m_scenario.GetServers().Get(i), VmStack::Internet, m_publicAddresses);
        }
        // The inbound NAT rule's port.
        AddGenerator(m_scenario.GetServers().Get(i), VmStack::Internet, {m_publicAddresses.front()})
            ->SetAttribute("DestinationPort", UintegerValue(NAT_RULE_PORT));
    }
}

void
SoakWorld::AddBurst(uint32_t vm, uint32_t flows, bool isTcp)
{
    const auto generator = CreateObject<TrafficGenerator>();
    generator->SetAttribute("Arrival", StringValue("Burst"));
    generator->SetAttribute("Flows", UintegerValue(flows));
    generator->SetAttribute("Protocol", StringValue(isTcp ? "Tcp" : "Udp"));
    generator->SetAttribute("DestinationPort", UintegerValue(FIRST_PORT));
    generator->SetAttribute("DestinationPorts", UintegerValue(2));
    generator->SetAttribute("RequestSize", UintegerValue(12));
    generator->SetAttribute("ResponseSize", UintegerValue(12));
    generator->SetAttribute("Hold", StringValue("ns3::ExponentialRandomVariable[Mean=10]"));
    generator->SetAttribute("Transport",
                            StringValue(m_plan.stack == VmStack::Compact ? "Compact" : "Socket"));
    generator->SetAttribute("ConnectAttempts", UintegerValue(2));
    for (const auto& address : m_scenario.GetServerAddresses())
    {
        generator->AddDestination(address);
    }
    generator->SetStopTime(m_plan.times.stop - Simulator::Now());
    Register(m_scenario.GetVm(vm), generator);
}

void
SoakWorld::AddFlood(Ipv4Address to, double rate, Time duration)
{
    const auto flood = CreateObject<SynFlood>();
    flood->SetAttribute("Destination", Ipv4AddressValue(to));
    flood->SetAttribute("DestinationPort", UintegerValue(FIRST_PORT));
    flood->SetAttribute("Rate", DoubleValue(rate));
    flood->SetStopTime(duration);
    m_stream += flood->AssignStreams(m_stream);
    m_scenario.GetServers().Get(0)->AddApplication(flood);
}

void
SoakWorld::AddQuestion(uint32_t vm, uint16_t identifier)
{
    const auto client = CreateObject<MyIpDnsClient>();
    client->SetAttribute("Resolver", Ipv4AddressValue("168.63.129.16"));
    client->SetAttribute("QueryId", UintegerValue(identifier));
    client->SetStartTime(Simulator::Now().IsZero() ? m_plan.times.traffic : Seconds(0));
    m_scenario.GetVm(vm)->AddApplication(client);
}

} // namespace ns3::azure
