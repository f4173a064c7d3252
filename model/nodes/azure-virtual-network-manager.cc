// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-virtual-network-manager.h"

#include "ns3/azure-goal-state-parts.h"
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
                          "(at least 1 ms; the default is our choice).",
                          TimeValue(MilliSeconds(200)),
                          MakeTimeAccessor(&VirtualNetworkManager::m_retransmitTimeout),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("MaxAttempts",
                          "How often a message is sent at most (at least 1; the default is our "
                          "choice).",
                          UintegerValue(10),
                          MakeUintegerAccessor(&VirtualNetworkManager::m_maxAttempts),
                          MakeUintegerChecker<uint32_t>(1))
            .AddTraceSource("GoalStateSent",
                            "A host's new goal state was sent for the first time.",
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
                "other parts are not sent again.",
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
    m_resources = resources;
}

std::optional<std::string>
VirtualNetworkManager::Update(const Change& change)
{
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
        CancelMessages(host);
        m_goalStateSentTrace(host.newest);
        auto parts = Split(host.newest.goalState);
        for (std::size_t i = 0; i < parts.size(); ++i)
        {
            host.transactions.insert(m_transactions + static_cast<uint32_t>(i) + 1);
        }
        for (auto& part : parts)
        {
            SlbInstruction instruction;
            instruction.agent = address;
            instruction.message.transaction = ++m_transactions;
            instruction.message.body = std::move(part);
            m_sender.Send(instruction);
        }
    }
}

void
VirtualNetworkManager::CancelMessages(Host& host)
{
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
    m_sender.Close();
}

void
VirtualNetworkManager::DoDispose()
{
    m_sender.Close();
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
        m_goalStateAppliedTrace(host.newest);
    }
}

void
VirtualNetworkManager::AgentUnreachable(const SlbInstruction& instruction)
{
    auto& host = m_hosts.at(instruction.agent);
    CancelMessages(host);
    m_agentUnreachableTrace(host.newest);
}

} // namespace ns3::azure
