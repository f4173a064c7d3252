// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-list-pieces.h"
#include "azure-slb-manager.h"

#include "ns3/azure-goal-state-parts.h"
#include "ns3/azure-text-fields.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <variant>

/**
 * @file
 * @brief What SlbManager tells hosts and NAT gateways.
 */
namespace ns3::azure
{

namespace
{

/// @return whether two instructions differ in nothing but the ports
bool
IsSameWay(const ProgramNetworkInterface& a, const ProgramNetworkInterface& b)
{
    const auto tie = [](const ProgramNetworkInterface& each) {
        return std::tie(each.method,
                        each.instanceLevelPublicIp,
                        each.translatesTcp,
                        each.translatesUdp,
                        each.isInboundClosed,
                        each.natGateway);
    };
    return tie(a) == tie(b) && GetText(a.profile) == GetText(b.profile);
}

/// @return whether two endpoints are for the same packets
bool
IsSameEndpoint(const InboundEndpoint& a, const InboundEndpoint& b)
{
    return std::tie(a.frontend, a.virtualNetwork, a.protocol, a.frontendPort) ==
           std::tie(b.frontend, b.virtualNetwork, b.protocol, b.frontendPort);
}

} // namespace

void
SlbManager::ProgramHosts()
{
    for (const auto& each : m_program.hosts)
    {
        const auto networkInterface = each.instruction.networkInterface;
        m_lines.at(networkInterface).Append({each.instruction, true, {}, {}});
        Advance(networkInterface);
    }
    TellNewcomers();
    for (const auto& gateway : m_deployment.natGateways)
    {
        for (const auto& part : Split(GetNatGatewayGoalState(gateway.name)))
        {
            SendToHost(MakeInstruction(gateway.node, part));
        }
    }
}

std::vector<SlbInstruction>
SlbManager::NoteTold()
{
    std::vector<SlbInstruction> made;
    std::vector<Ipv4Address> muxes;
    for (const auto& [address, mux] : m_muxes)
    {
        muxes.push_back(address);
    }
    for (const auto& [host, inbound] : m_program.inbound)
    {
        auto& told = m_toldInbound[inbound.networkInterface];
        std::vector<InboundEndpoint> untold;
        for (const auto& endpoint : inbound.endpoints)
        {
            const auto isSame = [&](const auto& each) { return IsSameEndpoint(each, endpoint); };
            if (std::none_of(told.begin(), told.end(), isSame))
            {
                untold.push_back(endpoint);
            }
        }
        told.insert(told.end(), untold.begin(), untold.end());
        for (const auto& piece : Divide(untold, MAX_INBOUND_ENDPOINTS_PER_MESSAGE))
        {
            made.push_back(
                MakeInstruction(host,
                                ProgramInboundEndpoints{inbound.networkInterface, muxes, piece}));
        }
    }
    for (const auto& [host, target] : m_program.probes)
    {
        if (m_toldProbes.emplace(target.networkInterface, target.probe).second)
        {
            made.push_back(MakeInstruction(host, ProgramHealthProbe{target}));
        }
    }
    return made;
}

void
SlbManager::TellNewcomers()
{
    for (const auto& instruction : NoteTold())
    {
        SendToHost(instruction);
    }
}

void
SlbManager::Recompile()
{
    if (m_areMembersStale && !m_sender.IsOpen())
    {
        Reset(); // nobody has been told anything
        return;
    }
    const auto before = std::move(m_program.hosts);
    m_program = Compile(m_deployment, m_book);
    if (!std::exchange(m_areMembersStale, false))
    {
        return;
    }
    for (const auto& each : m_health.SetSets(m_program.backendSets))
    {
        TellHealth(each.backendSet, each.networkInterface, each.isAvailable);
    }
    TellWays(before);
    TellNewcomers();
}

void
SlbManager::TellWays(const std::vector<HostInstruction>& before)
{
    std::map<uint32_t, std::vector<SnatAllocationChange>> changes;
    for (const auto& change : m_program.allocationChanges)
    {
        changes[change.networkInterface].push_back(change);
    }
    const auto now = m_program.hosts;
    for (std::size_t i = 0; i < now.size(); ++i)
    {
        const auto networkInterface = now[i].instruction.networkInterface;
        if (!IsSameWay(before.at(i).instruction, now[i].instruction))
        {
            TellWay(now[i], changes[networkInterface]);
        }
        else
        {
            for (const auto& change : changes[networkInterface])
            {
                Carry(change);
            }
        }
    }
}

void
SlbManager::TellWay(const HostInstruction& instruction,
                    const std::vector<SnatAllocationChange>& changes)
{
    auto told = instruction.instruction;
    std::vector<SnatPortBlockGrant> given;
    std::vector<SnatPortBlockGrant> taken;
    told.cause = SnatAllocationCause::Joined;
    for (const auto& change : changes)
    {
        given.insert(given.end(), change.given.begin(), change.given.end());
        taken.insert(taken.end(), change.taken.begin(), change.taken.end());
        if (!change.given.empty())
        {
            told.cause = change.cause;
        }
    }
    const auto networkInterface = told.networkInterface;
    const auto done = [this, networkInterface, taken] { Withdraw(networkInterface, taken); };
    Tell(networkInterface, {told, true, {}, done}, given);
}

void
SlbManager::Tell(uint32_t networkInterface,
                 InterfaceInstructionLine::Item item,
                 const std::vector<SnatPortBlockGrant>& given)
{
    item.isReady = given.empty();
    const auto sequence = m_lines.at(networkInterface).Append(std::move(item));
    if (!given.empty())
    {
        TellMuxes({false, false, MakeEndpoints(networkInterface, given), {}},
                  [this, networkInterface, sequence] {
                      m_lines.at(networkInterface).SetReady(sequence);
                      Advance(networkInterface);
                  });
    }
    Advance(networkInterface);
}

void
SlbManager::Advance(uint32_t networkInterface)
{
    const auto* due = m_sender.IsOpen() ? m_lines.at(networkInterface).GetDue() : nullptr;
    if (due)
    {
        const auto body = std::visit([](const auto& each) { return Body(each); }, *due);
        SendToHost(MakeInstruction(m_hosts.at(networkInterface), body));
    }
}

std::optional<uint32_t>
SlbManager::FindInterface(const Body& body)
{
    if (const auto* ports = std::get_if<ProgramSnatPorts>(&body))
    {
        return ports->networkInterface;
    }
    const auto* all = std::get_if<ProgramNetworkInterface>(&body);
    return all ? std::make_optional(all->networkInterface) : std::nullopt;
}

void
SlbManager::SendToHost(const SlbInstruction& instruction)
{
    const auto& body = instruction.message.body;
    Work sent;
    if (const auto networkInterface = FindInterface(body))
    {
        sent = m_lines.at(*networkInterface).Begin(instruction.message.transaction);
    }
    const bool isProbe = std::holds_alternative<ProgramHealthProbe>(body);
    m_sender.Send(instruction, isProbe ? m_healthPort : m_controlPort);
    if (sent)
    {
        sent();
    }
}

void
SlbManager::Retry(Ipv4Address host)
{
    for (const auto& instruction : std::exchange(m_unanswered.at(host).missed, {}))
    {
        SendToHost(MakeInstruction(host, instruction.message.body));
    }
}

} // namespace ns3::azure
