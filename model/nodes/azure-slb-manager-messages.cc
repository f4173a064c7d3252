// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-ns3-compat.h"
#include "azure-slb-manager.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

#include <utility>
#include <variant>

/**
 * @file
 * @brief When SlbManager tells whom, and what it does with what it hears.
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureSlbManagerMessages");

void
SlbManager::StartApplication()
{
    NS_LOG_FUNCTION(this);
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
        ProgramHosts();
    }
    else if (m_isStale)
    {
        SendGoalStates();
    }
}

void
SlbManager::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_isStopped = true;
    Close();
}

void
SlbManager::DoDispose()
{
    Close();
    m_server.GetServiceTimes() = {};
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
    m_server.Close();
    m_sender.Close();
}

void
SlbManager::MessageAcknowledged(const SlbInstruction& instruction)
{
    const auto transaction = instruction.message.transaction;
    if (m_muxes.count(instruction.agent) > 0)
    {
        MessageToMuxEnded(instruction.agent, transaction, true);
    }
    else if (const auto networkInterface = FindInterface(instruction.message.body))
    {
        if (const auto done = m_lines.at(*networkInterface).Acknowledge(transaction))
        {
            if (*done)
            {
                (*done)();
            }
            Advance(*networkInterface);
        }
    }
}

void
SlbManager::AgentUnreachable(const SlbInstruction& instruction)
{
    if (m_muxes.count(instruction.agent) > 0)
    {
        MessageToMuxEnded(instruction.agent, instruction.message.transaction, false);
        return;
    }
    auto& host = m_unanswered[instruction.agent];
    host.missed.push_back(instruction);
    if (!IsPending(host.retry))
    {
        host.retry =
            Simulator::Schedule(GetRetryInterval(), &SlbManager::Retry, this, instruction.agent);
    }
}

void
SlbManager::MessageReceived(const SlbMessage& message, const InetSocketAddress& from)
{
    const auto address = from.GetIpv4();
    const auto transaction = message.transaction;
    const bool isMux = m_muxes.count(address) > 0;
    if (const auto* report = std::get_if<ReportHealth>(&message.body))
    {
        if (IsHostOf(report->networkInterface, address))
        {
            m_sender.SendAcknowledge(transaction, from);
            Configure([this, report = *report] { SendMembers(m_health.Note(report)); });
        }
    }
    else if (const auto* request = std::get_if<RequestSnatPorts>(&message.body))
    {
        if (IsHostOf(request->networkInterface, address))
        {
            NoteRequest(*request);
        }
    }
    else if (const auto* returned = std::get_if<ReturnSnatPorts>(&message.body))
    {
        if (IsHostOf(returned->networkInterface, address))
        {
            m_sender.SendAcknowledge(transaction, from);
            NoteReturn(*returned, transaction);
        }
    }
    else if (isMux && std::holds_alternative<RequestProgram>(message.body))
    {
        m_sender.SendAcknowledge(transaction, from);
        NoteRestart(address, transaction);
    }
    else if (const auto* overload = std::get_if<ReportOverload>(&message.body); overload && isMux)
    {
        m_sender.SendAcknowledge(transaction, from);
        auto& last = m_muxes.at(address).report;
        if (transaction > last) // or else it is the last one again
        {
            last = transaction;
            Configure([this, overload = *overload] { NoteOverload(overload); });
        }
    }
}

bool
SlbManager::IsHostOf(uint32_t networkInterface, Ipv4Address address) const
{
    const auto host = m_hosts.find(networkInterface);
    return host != m_hosts.end() && host->second == address;
}

void
SlbManager::TellHealth(uint16_t backendSet, uint32_t networkInterface, bool isAvailable)
{
    NS_LOG_INFO("interface " << networkInterface << " of backend set " << backendSet << " is "
                             << (isAvailable ? "up" : "down"));
    m_memberHealthTrace({Simulator::Now(),
                         HealthStage::Decided,
                         networkInterface,
                         backendSet,
                         m_program.backendSets.at(backendSet).probe,
                         isAvailable});
}

} // namespace ns3::azure
