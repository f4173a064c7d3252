// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-virtual-network-manager.h"

#include "ns3/abort.h"
#include "ns3/azure-goal-state-parts.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <utility>

namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(VirtualNetworkManager);

TypeId
VirtualNetworkManager::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::VirtualNetworkManager")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<VirtualNetworkManager>()
            .AddAttribute("ControlPort",
                          "UDP port host agents listen on for goal states (1 to 65535).",
                          UintegerValue(VIRTUAL_NETWORK_CONTROL_PORT),
                          MakeUintegerAccessor(&VirtualNetworkManager::m_controlPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("RetransmitTimeout",
                          "Time after which a message that was not acknowledged is sent again "
                          "(at least 1 ms; read when the application starts; the default is our "
                          "choice).",
                          TimeValue(MilliSeconds(200)),
                          MakeTimeAccessor(&VirtualNetworkManager::m_retransmitTimeout),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("MaxAttempts",
                          "How often a message is sent at most (at least 1; read when the "
                          "application starts; the default is our choice).",
                          UintegerValue(10),
                          MakeUintegerAccessor(&VirtualNetworkManager::m_maxAttempts),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("RetryInterval",
                          "Time after which an unreachable host is sent its goal state again (at "
                          "least 1 ms; the default is our choice).",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&VirtualNetworkManager::m_retryInterval),
                          MakeTimeChecker(MilliSeconds(1)))
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
                "ns3::azure::VirtualNetworkManager::GoalStateCallback")
            .AddTraceSource("MessageSent",
                            "A part of a goal state was sent, with the number of the attempt.",
                            MakeTraceSourceAccessor(&VirtualNetworkManager::m_messageSentTrace),
                            "ns3::azure::VirtualNetworkManager::MessageSentCallback");
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
    for (auto& [address, goalState] : m_resources.GetGoalStates())
    {
        auto& host = m_hosts[address];
        const auto known = host.newest.goalState.generation;
        goalState.generation = known;
        if (known == 0 || !(goalState == host.newest.goalState))
        {
            goalState.generation = known + 1;
            host.newest = {address, goalState};
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
        host.transactions.insert(++m_transactions);
        auto& instruction = instructions.emplace_back();
        instruction.agent = address;
        instruction.message.transaction = m_transactions;
        instruction.message.body = std::move(part);
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
    m_sender.Open(GetNode(), {m_controlPort, m_retransmitTimeout, m_maxAttempts});
    Renew();
    SendWaiting();
}

void
VirtualNetworkManager::StopApplication()
{
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
    Application::DoDispose();
}

void
VirtualNetworkManager::MessageSent(const SlbInstruction& instruction, uint32_t attempt)
{
    m_messageSentTrace(instruction, attempt);
}

void
VirtualNetworkManager::MessageAcknowledged(const SlbInstruction& instruction)
{
    auto& host = m_hosts.at(instruction.agent);
    host.transactions.erase(instruction.message.transaction);
    if (host.transactions.empty())
    {
        const auto applied = host.newest; // who is told may change it
        m_goalStateAppliedTrace(applied);
    }
}

void
VirtualNetworkManager::AgentUnreachable(const SlbInstruction& instruction)
{
    auto& host = m_hosts.at(instruction.agent);
    CancelMessages(host);
    host.retry =
        Simulator::Schedule(m_retryInterval, &VirtualNetworkManager::Send, this, instruction.agent);
    const auto missed = host.newest; // who is told may change it
    m_agentUnreachableTrace(missed);
}

} // namespace ns3::azure
