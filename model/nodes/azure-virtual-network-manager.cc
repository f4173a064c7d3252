// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-virtual-network-manager.h"

#include "ns3/abort.h"
#include "ns3/azure-goal-state-parts.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <utility>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureVirtualNetworkManager");

NS_OBJECT_ENSURE_REGISTERED(VirtualNetworkManager);

TypeId
VirtualNetworkManager::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::VirtualNetworkManager")
            .SetParent<ControlApplication>()
            .SetGroupName("AzureNet")
            .AddConstructor<VirtualNetworkManager>()
            .AddAttribute("ControlPort",
                          "UDP port host agents listen on for goal states (1 to 65535).",
                          UintegerValue(VIRTUAL_NETWORK_CONTROL_PORT),
                          MakeUintegerAccessor(&VirtualNetworkManager::m_controlPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddTraceSource("GoalStateSent",
                            "A host's new goal state is sent for the first time.",
                            MakeTraceSourceAccessor(&VirtualNetworkManager::m_goalStateSentTrace),
                            "ns3::azure::VirtualNetworkManager::GoalStateCallback")
            .AddTraceSource(
                "GoalStateApplied",
                "All parts of a goal state were acknowledged: the host has applied it.",
                MakeTraceSourceAccessor(&VirtualNetworkManager::m_goalStateAppliedTrace),
                "ns3::azure::VirtualNetworkManager::GoalStateCallback")
            .AddTraceSource(
                "AgentUnreachable",
                "A part of a goal state was sent MaxAttempts times and never acknowledged; the "
                "whole is sent again after RetryInterval, and this fires again if that fails.",
                MakeTraceSourceAccessor(&VirtualNetworkManager::m_agentUnreachableTrace),
                "ns3::azure::VirtualNetworkManager::GoalStateCallback");
    return tid;
}

void
VirtualNetworkManager::SetResources(const NetworkResources& resources)
{
    NS_ABORT_MSG_IF(m_sender.IsOpen() || m_isStopped,
                    "resources: the manager has started; change them with Update()");
    m_resources = resources;
}

std::optional<std::string>
VirtualNetworkManager::Update(const Change& change)
{
    if (m_isStopped)
    {
        return "manager: it has stopped, so that no host would learn of a change; let it run "
               "longer";
    }
    auto changed = m_resources;
    if (auto error = change(changed))
    {
        return error;
    }
    m_resources = std::move(changed);
    if (m_sender.IsOpen())
    {
        Renew();
        SendWaiting();
    }
    return std::nullopt;
}

std::vector<GoalStateInstruction>
VirtualNetworkManager::Take()
{
    Renew();
    std::vector<GoalStateInstruction> taken;
    for (auto& [address, host] : m_hosts)
    {
        if (std::exchange(host.isWaiting, false))
        {
            taken.push_back(host.newest);
        }
    }
    return taken;
}

void
VirtualNetworkManager::Renew()
{
    auto goalStates = m_resources.GetGoalStates();
    for (auto& [address, goalState] : goalStates)
    {
        auto& host = m_hosts[address];
        const auto known = host.newest.goalState.generation;
        goalState.generation = known;
        if (known == 0 || !(goalState == host.newest.goalState))
        {
            goalState.generation = known + 1;
            host.newest = {address, std::move(goalState)};
            host.isWaiting = true;
        }
    }
}

void
VirtualNetworkManager::SendWaiting()
{
    for (auto& [address, host] : m_hosts)
    {
        if (!std::exchange(host.isWaiting, false))
        {
            continue;
        }
        const auto sent = host.newest; // who is told may change it
        NS_LOG_LOGIC("goal state " << sent.goalState.generation << " for " << address);
        m_goalStateSentTrace(sent);
        if (host.newest.goalState.generation == sent.goalState.generation)
        {
            Send(address);
        }
    }
}

void
VirtualNetworkManager::Send(Ipv4Address address)
{
    auto& host = m_hosts.at(address);
    CancelMessages(host);
    std::vector<SlbInstruction> instructions;
    for (auto& part : Split(host.newest.goalState))
    {
        const auto transaction = MakeTransaction();
        host.transactions.insert(transaction);
        instructions.push_back({address, {transaction, std::move(part)}});
    }
    for (const auto& instruction : instructions)
    {
        // Who is told of a message may change the resources, and so replace the rest.
        if (host.transactions.count(instruction.message.transaction) > 0)
        {
            m_sender.Send(instruction);
        }
    }
}

void
VirtualNetworkManager::CancelMessages(Host& host)
{
    host.retry.Cancel();
    for (const auto transaction : std::exchange(host.transactions, {}))
    {
        m_sender.Cancel(transaction);
    }
}

void
VirtualNetworkManager::StartApplication()
{
    NS_LOG_FUNCTION(this);
    OpenSender(m_controlPort);
    Renew();
    SendWaiting();
}

void
VirtualNetworkManager::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_isStopped = true;
    Close();
}

void
VirtualNetworkManager::Close()
{
    for (auto& [address, host] : m_hosts)
    {
        CancelMessages(host);
    }
    m_sender.Close();
}

void
VirtualNetworkManager::DoDispose()
{
    Close();
    ControlApplication::DoDispose();
}

void
VirtualNetworkManager::MessageAcknowledged(const SlbInstruction& instruction)
{
    auto& host = m_hosts.at(instruction.agent);
    const auto erased = host.transactions.erase(instruction.message.transaction);
    if (erased > 0 && host.transactions.empty())
    {
        const auto applied = host.newest; // who is told may change it
        NS_LOG_LOGIC("goal state " << applied.goalState.generation << " at " << instruction.agent
                                   << " is applied");
        m_goalStateAppliedTrace(applied);
    }
}

void
VirtualNetworkManager::AgentUnreachable(const SlbInstruction& instruction)
{
    auto& host = m_hosts.at(instruction.agent);
    if (host.transactions.count(instruction.message.transaction) == 0)
    {
        return; // who is told of messages has changed the resources: others are on their way
    }
    CancelMessages(host);
    host.retry = Simulator::Schedule(GetRetryInterval(),
                                     &VirtualNetworkManager::Send,
                                     this,
                                     instruction.agent);
    const auto missed = host.newest; // who is told may change it
    NS_LOG_WARN("host agent " << instruction.agent << " is unreachable");
    m_agentUnreachableTrace(missed);
}

} // namespace ns3::azure
