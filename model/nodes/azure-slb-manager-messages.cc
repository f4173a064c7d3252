// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-ns3-compat.h"
#include "azure-slb-manager.h"

#include "ns3/simulator.h"

#include <utility>
#include <variant>

/**
 * @file
 * @brief When SlbManager tells whom, and what it does with what it hears.
 */
namespace ns3::azure
{

void
SlbManager::StartApplication()
{
    OpenSender(m_controlPort);
    const auto goalState = GetMuxGoalState();
    for (std::size_t set = 0; set < goalState.backendSets.size(); ++set)
    {
        for (const auto& member : goalState.backendSets[set].members)
        {
            TellHealth(static_cast<uint16_t>(set), member.networkInterface, member.isAvailable);
        }
    }
    if (!std::exchange(m_isTaken, true))
    {
        for (const auto& [address, mux] : m_muxes)
        {
            Program(address);
        }
        for (const auto& instruction : MakeHostInstructions())
        {
            SendToHost(instruction);
        }
    }
    else if (m_isStale)
    {
        SendGoalStates();
    }
}

void
SlbManager::StopApplication()
{
    m_isStopped = true;
    Close();
}

void
SlbManager::DoDispose()
{
    Close();
    ControlApplication::DoDispose();
}

void
SlbManager::Close()
{
    for (auto& [address, mux] : m_muxes)
    {
        mux.retry.Cancel();
    }
    for (auto& [address, host] : m_unanswered)
    {
        host.retry.Cancel();
    }
    for (auto& [address, frontend] : m_withdrawn)
    {
        frontend.end.Cancel();
    }
    m_sender.Close();
}

void
SlbManager::SendToHost(const SlbInstruction& instruction)
{
    const bool isProbe = std::holds_alternative<ProgramHealthProbe>(instruction.message.body);
    m_sender.Send(instruction, isProbe ? m_healthPort : m_controlPort);
}

void
SlbManager::Retry(Ipv4Address host)
{
    for (const auto& instruction : std::exchange(m_unanswered.at(host).missed, {}))
    {
        SendToHost(MakeInstruction(host, instruction.message.body));
    }
}

void
SlbManager::Program(Ipv4Address address)
{
    auto& mux = m_muxes.at(address);
    mux.retry.Cancel();
    Cancel(mux.endpoints);
    Cancel(mux.frontends);
    Cancel(mux.completion);
    mux.isBeginning = true;
    SendToMux(MakeEndpoints(address), mux.endpoints);
    SendGoalState(address);
    for (const auto& [frontend, state] : m_withdrawn)
    {
        SendToMux({MakeFrontend(address, frontend)}, mux.frontends);
    }
    Complete(address); // there may be nothing to know
}

void
SlbManager::SendGoalState(Ipv4Address address)
{
    auto& mux = m_muxes.at(address);
    Cancel(mux.goalState);
    if (!m_program.muxGoalState.rules.empty())
    {
        // A number of its own, so that parts which are still on their way, of what it was told
        // before, are not mixed with these.
        mux.generation = ++m_generation;
        SendToMux(MakeGoalState(address), mux.goalState);
    }
}

void
SlbManager::SendGoalStates()
{
    if (!m_sender.IsOpen())
    {
        m_isStale = true;
        return;
    }
    for (const auto& [address, mux] : m_muxes)
    {
        SendGoalState(address);
    }
}

void
SlbManager::SendMembers(const std::vector<MemberAvailability>& changes)
{
    if (!m_sender.IsOpen())
    {
        m_isStale = true;
        return;
    }
    for (const auto& change : changes)
    {
        TellHealth(change.backendSet, change.networkInterface, change.isAvailable);
    }
    for (auto& [address, mux] : m_muxes)
    {
        SendToMux(MakeMembers(address, changes), mux.goalState);
    }
}

void
SlbManager::SendToMux(const std::vector<SlbInstruction>& instructions, std::set<uint32_t>& pending)
{
    for (const auto& instruction : instructions)
    {
        pending.insert(instruction.message.transaction);
    }
    for (const auto& instruction : instructions)
    {
        // Who is told of a message may change what there is to tell, and so replace the rest.
        if (pending.count(instruction.message.transaction) > 0)
        {
            m_sender.Send(instruction);
        }
    }
}

void
SlbManager::Complete(Ipv4Address address)
{
    auto& mux = m_muxes.at(address);
    if (mux.isBeginning && mux.endpoints.empty() && mux.goalState.empty() && mux.frontends.empty())
    {
        mux.isBeginning = false;
        SendToMux({MakeInstruction(address, ProgramComplete{mux.request.value_or(0)})},
                  mux.completion);
    }
}

void
SlbManager::Cancel(std::set<uint32_t>& pending)
{
    for (const auto transaction : std::exchange(pending, {}))
    {
        m_sender.Cancel(transaction);
    }
}

void
SlbManager::MessageAcknowledged(const SlbInstruction& instruction)
{
    const auto found = m_muxes.find(instruction.agent);
    if (found != m_muxes.end() && found->second.Remove(instruction.message.transaction))
    {
        Complete(instruction.agent);
    }
}

void
SlbManager::AgentUnreachable(const SlbInstruction& instruction)
{
    const auto found = m_muxes.find(instruction.agent);
    if (found == m_muxes.end())
    {
        auto& host = m_unanswered[instruction.agent];
        host.missed.push_back(instruction);
        if (!IsPending(host.retry))
        {
            host.retry = Simulator::Schedule(GetRetryInterval(),
                                             &SlbManager::Retry,
                                             this,
                                             instruction.agent);
        }
    }
    else if (found->second.Remove(instruction.message.transaction) &&
             !IsPending(found->second.retry))
    {
        found->second.retry =
            Simulator::Schedule(GetRetryInterval(), &SlbManager::Program, this, instruction.agent);
    }
}

bool
SlbManager::Mux::Remove(uint32_t transaction)
{
    return endpoints.erase(transaction) + goalState.erase(transaction) +
               frontends.erase(transaction) + completion.erase(transaction) >
           0;
}

void
SlbManager::MessageReceived(const SlbMessage& message, const InetSocketAddress& from)
{
    if (const auto* report = std::get_if<ReportHealth>(&message.body))
    {
        const auto host = m_hosts.find(report->networkInterface);
        if (host != m_hosts.end() && host->second == from.GetIpv4())
        {
            m_sender.SendAcknowledge(message.transaction, from);
            SendMembers(m_health.Note(*report));
        }
    }
    else if (std::holds_alternative<RequestProgram>(message.body))
    {
        const auto mux = m_muxes.find(from.GetIpv4());
        if (mux != m_muxes.end())
        {
            m_sender.SendAcknowledge(message.transaction, from);
            if (std::exchange(mux->second.request, message.transaction) != message.transaction)
            {
                Program(from.GetIpv4());
            }
        }
    }
    else if (const auto* overload = std::get_if<ReportOverload>(&message.body))
    {
        const auto mux = m_muxes.find(from.GetIpv4());
        if (mux != m_muxes.end())
        {
            m_sender.SendAcknowledge(message.transaction, from);
            if (message.transaction > mux->second.report) // or else it is the last one again
            {
                mux->second.report = message.transaction;
                NoteOverload(*overload);
            }
        }
    }
}

void
SlbManager::TellHealth(uint16_t backendSet, uint32_t networkInterface, bool isAvailable)
{
    m_memberHealthTrace({Simulator::Now(),
                         HealthStage::Decided,
                         networkInterface,
                         backendSet,
                         m_program.backendSets.at(backendSet).probe,
                         isAvailable});
}

} // namespace ns3::azure
