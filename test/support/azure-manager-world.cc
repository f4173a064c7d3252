// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-manager-world.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3::azure
{

namespace
{

/// @return a sink that appends to a list, which must outlive it
template <typename T>
Callback<void, const T&>
Into(std::vector<T>& list)
{
    return Callback<void, const T&>([&list](const T& item) { list.push_back(item); });
}

} // namespace

void
ManagerWorld::TearDown()
{
    m_muxes.clear();
    m_hosts.clear();
    m_manager = nullptr;
    Simulator::Destroy();
}

void
ManagerWorld::Begin(uint32_t interfaces, uint32_t members, uint32_t muxes)
{
    m_fabric = std::make_unique<FabricHelper>();
    m_fabric->Create();
    const auto node = CreateObject<Node>();
    FabricHelper::InstallStack(node);
    m_managerAddress = m_fabric->AttachWithAddress(node);
    m_manager = CreateObject<SlbManager>();
    node->AddApplication(m_manager);
    m_manager->TraceConnectWithoutContext("ControlMessage", Into(m_messages));
    m_manager->TraceConnectWithoutContext("Overload", Into(m_overloads));
    for (uint32_t i = 0; i < muxes; ++i)
    {
        m_muxes.push_back(Attach(false));
    }
    m_loadBalancer.name = "web";
    m_loadBalancer.frontends = {{"front", Ipv4Address(FRONTEND)}};
    m_loadBalancer.backendPools = {{"servers", {}}};
    LoadBalancingRule rule;
    rule.name = "http";
    rule.frontend = "front";
    rule.backendPool = "servers";
    rule.frontendPort = 80;
    rule.backendPort = 80;
    m_loadBalancer.loadBalancingRules = {rule};
    for (uint32_t i = 0; i < interfaces; ++i)
    {
        m_hosts.push_back(Attach(true));
        NetworkInterface each;
        each.networkInterface = i + 1;
        each.privateAddress = Ipv4Address(0x0a000004 + i);
        each.host = m_hosts.back()->address;
        each.platformAddress = Ipv4Address(0xc6128001 + i);
        m_interfaces.push_back(each);
        if (i < members)
        {
            m_loadBalancer.backendPools[0].members.push_back({i + 1, AdministrativeState::None});
        }
    }
}

void
ManagerWorld::Start(bool isProgrammed)
{
    std::vector<Ipv4Address> muxes;
    for (const auto& mux : m_muxes)
    {
        muxes.push_back(mux->address);
    }
    m_manager->SetDeployment(m_interfaces, {m_loadBalancer}, muxes);
    if (isProgrammed)
    {
        m_manager->Take();
    }
}

void
ManagerWorld::At(Time time, const std::function<void()>& function)
{
    Simulator::Schedule(time - Simulator::Now(), function);
}

void
ManagerWorld::Run(Time stop)
{
    Simulator::Stop(stop - Simulator::Now());
    Simulator::Run();
}

void
ManagerWorld::Tell(const Agent& from, const SlbMessage& message)
{
    from.socket->Send(message, m_managerAddress);
}

std::unique_ptr<ManagerWorld::Agent>
ManagerWorld::Attach(bool isHost)
{
    auto agent = std::make_unique<Agent>();
    agent->node = CreateObject<Node>();
    FabricHelper::InstallStack(agent->node);
    agent->address = m_fabric->AttachWithAddress(agent->node);
    agent->socket = Listen(*agent, SLB_CONTROL_PORT);
    agent->prober = isHost ? Listen(*agent, SLB_HEALTH_PORT) : nullptr;
    return agent;
}

Ptr<SlbControlSocket>
ManagerWorld::Listen(Agent& agent, uint16_t port)
{
    const auto socket = CreateObject<SlbControlSocket>();
    socket->Open(agent.node,
                 port,
                 [this, &agent, port](const SlbMessage& message, const InetSocketAddress& from) {
                     Hear(agent,
                          port == SLB_CONTROL_PORT ? agent.socket : agent.prober,
                          {Simulator::Now(), agent.address, message},
                          from.GetPort());
                 });
    return socket;
}

void
ManagerWorld::Hear(Agent& agent, Ptr<SlbControlSocket> socket, const Heard& heard, uint16_t port)
{
    const auto transaction = heard.message.transaction;
    if (std::holds_alternative<Acknowledge>(heard.message.body))
    {
        m_answered[agent.address].push_back(transaction);
        return;
    }
    if (agent.isSilent)
    {
        return;
    }
    m_heard.push_back(heard);
    if (agent.losses > 0)
    {
        --agent.losses;
        return;
    }
    for (uint32_t i = 0; i < agent.copies; ++i)
    {
        Simulator::Schedule(agent.delay, [this, socket, transaction, port] {
            socket->Send({transaction, Acknowledge{}}, m_managerAddress, port);
        });
    }
}

} // namespace ns3::azure
