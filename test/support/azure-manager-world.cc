// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-manager-world.h"

#include "ns3/azure-ns3-compat.h"
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
    return MakeFunctionCallback<void, const T&>([&list](const T& item) { list.push_back(item); });
}

} // namespace

void
ManagerWorld::TearDown()
{
    EXPECT_EQ(m_manager->CheckInvariants(), std::nullopt);
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
    m_manager->TraceConnectWithoutContext("SnatRequestDecision", Into(m_decisions));
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
    m_manager->SetDeployment(m_interfaces, {m_loadBalancer}, muxes, m_natGateways);
    m_isProgrammed = isProgrammed;
    m_first = m_manager->GetProgram().muxes;
    for (const auto& [host, instruction] : m_manager->GetProgram().hosts)
    {
        m_firstBlocks[instruction.networkInterface] = instruction.blocks;
    }
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

void
ManagerWorld::Ask(uint32_t networkInterface, uint32_t request)
{
    Tell(*m_hosts.at(networkInterface - 1), {0, RequestSnatPorts{networkInterface, request}});
}

uint32_t
ManagerWorld::Count(const std::vector<SnatPortBlockGrant>& blocks)
{
    uint32_t ports = 0;
    for (const auto& block : blocks)
    {
        ports += block.ports.GetSize();
    }
    return ports;
}

uint32_t
ManagerWorld::GetPortCount(uint32_t networkInterface) const
{
    return Count(m_manager->GetAllocationTable().GetPorts(networkInterface));
}

std::map<std::pair<Ipv4Address, uint16_t>, Ipv4Address>
ManagerWorld::GetOwners(const Agent& mux) const
{
    std::map<std::pair<Ipv4Address, uint16_t>, Ipv4Address> owners;
    if (m_isProgrammed)
    {
        for (const auto& endpoint : m_first)
        {
            for (uint32_t port = endpoint.ports.first; port <= endpoint.ports.last; ++port)
            {
                owners[{endpoint.publicAddress, static_cast<uint16_t>(port)}] = endpoint.host;
            }
        }
    }
    std::set<uint32_t> known; // a mux does a message once
    for (const auto& each : m_heard)
    {
        const auto* given = std::get_if<ProgramPublicEndpoints>(&each.message.body);
        const auto* withdrawn = std::get_if<WithdrawPublicEndpoints>(&each.message.body);
        if (each.who != mux.address || (!given && !withdrawn) ||
            !known.insert(each.message.transaction).second)
        {
            continue;
        }
        for (const auto& endpoint : given ? given->endpoints : withdrawn->endpoints)
        {
            for (uint32_t i = endpoint.ports.first; i <= endpoint.ports.last; ++i)
            {
                const auto key = std::make_pair(endpoint.publicAddress, static_cast<uint16_t>(i));
                const auto owner = owners.find(key);
                if (given)
                {
                    EXPECT_TRUE(owner == owners.end() || owner->second == endpoint.host)
                        << "port " << i << " has an owner";
                    owners[key] = endpoint.host;
                }
                else if (owner != owners.end() && owner->second == endpoint.host)
                {
                    owners.erase(owner);
                }
            }
        }
    }
    return owners;
}

void
ManagerWorld::ExpectAllKnow(const Agent& mux) const
{
    std::map<std::pair<Ipv4Address, uint16_t>, Ipv4Address> expected;
    for (const auto& each : m_interfaces)
    {
        std::set<std::pair<Ipv4Address, uint16_t>> ports;
        for (const auto& block : m_manager->GetAllocationTable().GetPorts(each.networkInterface))
        {
            for (uint32_t i = block.ports.first; i <= block.ports.last; ++i)
            {
                ports.emplace(block.publicAddress, static_cast<uint16_t>(i));
                expected[{block.publicAddress, static_cast<uint16_t>(i)}] = each.host;
            }
        }
        const auto told = GetTold(each.networkInterface);
        EXPECT_TRUE(told == ports)
            << "network interface " << each.networkInterface << " has " << ports.size()
            << " ports, and its host knows of " << told.size();
    }
    const auto owners = GetOwners(mux);
    EXPECT_TRUE(owners == expected) << expected.size() << " ports have an owner, and mux "
                                    << mux.address << " knows of " << owners.size();
}

std::set<std::pair<Ipv4Address, uint16_t>>
ManagerWorld::GetTold(uint32_t networkInterface) const
{
    std::set<std::pair<Ipv4Address, uint16_t>> told;
    const auto change = [&](const std::vector<SnatPortBlockGrant>& blocks, bool isGiven) {
        for (const auto& block : blocks)
        {
            for (uint32_t i = block.ports.first; i <= block.ports.last; ++i)
            {
                const auto key = std::make_pair(block.publicAddress, static_cast<uint16_t>(i));
                const bool isDone = isGiven ? told.insert(key).second : told.erase(key) > 0;
                EXPECT_TRUE(isDone) << "port " << i << " of " << networkInterface;
            }
        }
    };
    uint32_t sequence = 0;
    if (m_isProgrammed)
    {
        change(m_firstBlocks.at(networkInterface), true);
        sequence = 1;
    }
    for (const auto& each : m_heard)
    {
        const auto* all = std::get_if<ProgramNetworkInterface>(&each.message.body);
        const auto* some = std::get_if<ProgramSnatPorts>(&each.message.body);
        const auto who = all ? all->networkInterface : some ? some->networkInterface : 0;
        if (who != networkInterface)
        {
            continue;
        }
        const auto number = all ? all->sequence : some->sequence;
        if (number <= sequence)
        {
            continue; // repeated
        }
        EXPECT_EQ(number, sequence + 1) << "one at a time";
        sequence = number;
        if (all)
        {
            told.clear();
            change(all->blocks, true);
        }
        else
        {
            change(some->given, true);
            change(some->taken, false);
        }
    }
    return told;
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
