// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-agent.h"

#include "ns3/azure-tcp-reset.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

/**
 * @file
 * @brief How HostAgent's SNAT ports come and go, and what it does with packets that wait for them.
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureHostAgentSnat");

bool
HostAgent::Take(const ProgramNetworkInterface& instruction)
{
    auto* port = m_ports.LookupNumber(instruction.networkInterface);
    if (!port || instruction.sequence > port->GetPipeline().GetSequence() + 1)
    {
        return false; // what comes before it is still on its way
    }
    if (instruction.sequence <= port->GetPipeline().GetSequence())
    {
        return true; // the acknowledgement was lost
    }
    return CarryOut(instruction, *port);
}

bool
HostAgent::CarryOut(const ProgramNetworkInterface& instruction, VmPort& port)
{
    const auto changes = m_ports.Program(instruction, Simulator::Now());
    if (!changes)
    {
        return false;
    }
    TellChanges(instruction.networkInterface, *changes, instruction.cause);
    RetryWaiting(port, false);
    return true;
}

bool
HostAgent::Take(const ProgramSnatPorts& instruction)
{
    const auto now = Simulator::Now();
    auto* port = m_ports.LookupNumber(instruction.networkInterface);
    const auto sequence = port ? port->GetPipeline().GetSequence() : 0;
    if (sequence == 0 || instruction.sequence > sequence + 1)
    {
        return false; // what comes before it is still on its way
    }
    if (instruction.sequence <= sequence)
    {
        return true; // the acknowledgement was lost
    }
    const auto changes = m_ports.Program(instruction, now);
    if (!changes)
    {
        return false;
    }
    TellChanges(instruction.networkInterface, *changes, instruction.cause);
    uint32_t ports = 0;
    for (const auto& block : instruction.given)
    {
        ports += block.ports.GetSize();
    }
    auto& requests = port->GetSnatRequests();
    if (const auto over = requests.Answer(instruction.request, instruction.outcome, ports, now))
    {
        TellRequest(*over);
    }
    const bool isAnswer = instruction.request > 0;
    RetryWaiting(*port, isAnswer && instruction.outcome != SnatRequestOutcome::Granted);
    const auto stillWaiting = port->GetWaitingPackets().GetFirstFlow();
    if (isAnswer && stillWaiting)
    {
        AskForPorts(*port, *stillWaiting);
    }
    ScheduleReturn(*port);
    return true;
}

void
HostAgent::TellChanges(uint32_t networkInterface,
                       const SnatPortChanges& changes,
                       SnatAllocationCause cause)
{
    for (const auto& [block, isGiven, flowsBroken] : changes)
    {
        NS_LOG_INFO("interface " << networkInterface << (isGiven ? " is given " : " loses ")
                                 << block.publicAddress << " " << block.ports << ": "
                                 << GetName(cause));
        m_snatAllocationTrace({Simulator::Now(),
                               networkInterface,
                               block.publicAddress,
                               block.ports,
                               isGiven,
                               cause,
                               flowsBroken});
    }
}

void
HostAgent::TellRequest(const SnatRequest& request)
{
    NS_LOG_LOGIC("interface " << request.networkInterface << ", request " << request.request << ": "
                              << GetName(request.outcome) << ", " << request.ports
                              << " SNAT ports");
    m_snatRequestTrace(request);
}

void
HostAgent::KeepWaiting(uint64_t flow,
                       VmPort& port,
                       const PacketHeaders& headers,
                       const Ptr<const Packet>& packet)
{
    auto& waiting = port.GetWaitingPackets();
    const bool isFirst = !waiting.IsWaiting(flow);
    if (isFirst && waiting.GetSize() >= m_maxWaitingPackets)
    {
        Drop(DropReason::SnatPortPending, &port, &headers, packet);
        return;
    }
    if (isFirst)
    {
        waiting.Insert(flow, packet);
        ++m_counts.waiting;
    }
    AskForPorts(port, flow);
    if (!isFirst)
    {
        Drop(DropReason::SnatPortPending, &port, &headers, packet);
    }
}

void
HostAgent::AskForPorts(VmPort& port, uint64_t flow)
{
    const auto networkInterface = port.GetPipeline().GetNetworkInterface();
    const auto request = port.GetSnatRequests().Begin(flow, Simulator::Now());
    if (m_sender.IsOpen() && !m_heardManager.IsAny())
    {
        m_sender.SendOnce(
            {m_heardManager, {MakeTransaction(), RequestSnatPorts{networkInterface, request}}});
    }
}

void
HostAgent::RetryWaiting(VmPort& port, bool isRefused)
{
    auto& waiting = port.GetWaitingPackets();
    auto& pipeline = port.GetPipeline();
    const auto now = Simulator::Now();
    for (const auto& [flow, packet] : waiting.TakeAll())
    {
        PacketHeaders headers;
        headers.Read(*packet); // as whole as it was
        if (isRefused)
        {
            --m_counts.waiting;
            pipeline.Refuse(headers, now);
            Drop(DropReason::SnatPortsExhausted, &port, &headers, packet);
            continue;
        }
        const auto verdict = pipeline.Outbound(headers, now);
        if (const auto* await = std::get_if<Await>(&verdict))
        {
            waiting.Insert(await->flow, packet);
            continue;
        }
        --m_counts.waiting;
        CarryOut(verdict, port, headers, packet, 0);
    }
    port.ScheduleExpiry();
}

void
HostAgent::ScheduleReturn(VmPort& port)
{
    port.ScheduleReturn([this, &port] { ReturnUnused(port); });
}

void
HostAgent::ReturnUnused(VmPort& port)
{
    const auto networkInterface = port.GetPipeline().GetNetworkInterface();
    const auto unused = m_ports.TakeUnused(port, Simulator::Now());
    SnatPortChanges changes;
    for (const auto& block : unused)
    {
        changes.push_back({block, false, 0});
    }
    TellChanges(networkInterface, changes, SnatAllocationCause::Returned);
    const bool canSend = m_sender.IsOpen() && !m_heardManager.IsAny();
    for (std::size_t i = 0; canSend && i < unused.size(); i += MAX_BLOCKS_PER_MESSAGE)
    {
        const auto end = std::min(i + MAX_BLOCKS_PER_MESSAGE, unused.size());
        const SnatPortGrants part(unused.begin() + i, unused.begin() + end);
        m_sender.Send(
            {m_heardManager, {MakeTransaction(), ReturnSnatPorts{networkInterface, part}}});
    }
    ScheduleReturn(port);
}

std::vector<SnatRequest>
HostAgent::GetOpenSnatRequests() const
{
    std::vector<SnatRequest> requests;
    for (const auto& [number, port] : m_ports.GetAll())
    {
        const auto part = port->GetSnatRequests().GetOpen();
        requests.insert(requests.end(), part.begin(), part.end());
    }
    return requests;
}

void
HostAgent::FlowEnded(const FlowRecord& flow)
{
    NS_LOG_LOGIC("interface " << flow.networkInterface << ", flow " << flow.flow << " " << flow.key
                              << ": " << GetName(flow.outcome) << ", ended: " << GetName(flow.end));
    m_flowEndedTrace(flow);
    auto& port = *m_ports.LookupNumber(flow.networkInterface);
    for (const auto& request : port.GetSnatRequests().End(flow.flow))
    {
        TellRequest(request);
    }
    if (const auto packet = port.GetWaitingPackets().Take(flow.flow))
    {
        PacketHeaders headers;
        headers.Read(*packet); // as whole as it was
        --m_counts.waiting;
        Drop(DropReason::SnatPortPending, &port, &headers, packet);
    }
}

void
HostAgent::SnatPortChanged(const SnatPortEvent& event)
{
    NS_LOG_LOGIC("interface " << event.networkInterface << ", flow " << event.flow << ", SNAT port "
                              << event.translated.GetSource() << ":"
                              << event.translated.GetSourcePort() << ": " << GetName(event.stage));
    m_snatPortTrace(event);
    if (event.stage == SnatPortStage::Released)
    {
        ScheduleReturn(*m_ports.LookupNumber(event.networkInterface));
    }
}

void
HostAgent::TcpResetOrdered(const TcpResetOrder& order)
{
    // Not at once: the flow's table is at work, and a RST may come back to it.
    Simulator::ScheduleNow(&HostAgent::SendTcpResets, this, order);
}

void
HostAgent::SendTcpResets(const TcpResetOrder& order)
{
    NS_LOG_LOGIC("interface " << order.networkInterface << ", " << order.outbound
                              << ": idle for too long, RST to both ends");
    m_tcpResetTrace(order);
    auto& port = *m_ports.LookupNumber(order.networkInterface);
    Forward toVm;
    toVm.nextHop = NextHop::VirtualMachine;
    const auto send = [&](const FlowKey& key, uint32_t sequence, const Verdict& verdict) {
        const auto packet = MakeTcpReset(key, sequence, m_checksums);
        PacketHeaders headers;
        headers.Read(*packet); // as whole as it was made
        ++m_counts.made;
        CarryOut(verdict, port, headers, packet, 0);
    };
    send(order.outbound.Reverse(), order.sequenceToVm, toVm);
    send(order.translated, order.sequenceToPeer, port.GetPipeline().FindWay(order));
}

void
HostAgent::MessageReceived(const SlbMessage& message, const InetSocketAddress& from)
{
    m_heardManager = from.GetIpv4();
    for (const auto& unheard : std::exchange(m_unheardReturns, {}))
    {
        m_sender.Send(unheard); // the same transaction: the manager may have heard it after all
    }
    if (m_control->TakeFromSlbManager(message))
    {
        m_sender.SendAcknowledge(message.transaction, from);
    }
}

void
HostAgent::MessageAcknowledged(const SlbInstruction& /* instruction */)
{
}

void
HostAgent::AgentUnreachable(const SlbInstruction& instruction)
{
    // Only ports that go back are told so often.  Until the manager hears of them they are
    // nobody's.
    m_unheardReturns.push_back(instruction);
}

} // namespace ns3::azure
