// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-list-pieces.h"
#include "azure-slb-manager.h"

#include "ns3/azure-snat-port-grants.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

/**
 * @file
 * @brief How SNAT ports change hands: on request, by returning, by revocation (Ananta 3.4.2).
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureSlbManagerSnat");

namespace
{

/// How many messages of a host about returned ports are remembered: more than are ever on their
/// way (our choice).
constexpr std::size_t REMEMBERED_RETURNS = 1024;

} // namespace

void
SlbManager::NoteRequest(const RequestSnatPorts& request)
{
    auto& last = m_lastRequests[request.networkInterface];
    if (!m_book.IsOnDemand() || request.request <= last)
    {
        return; // there is nothing to ask for, or it is a late copy
    }
    const auto now = Simulator::Now();
    const auto waiting = m_requests.GetSize();
    if (const auto dropped = m_requests.Insert(request, now))
    {
        NS_LOG_LOGIC("interface " << request.networkInterface << ", request " << request.request
                                  << ": " << GetName(*dropped));
        m_decisionTrace(
            {now, request.networkInterface, request.request, now, *dropped, 0, waiting});
        return;
    }
    last = request.request;
    m_server.Wake();
}

SlbManager::Work
SlbManager::TakeRequest()
{
    const auto waiting = m_requests.Take();
    return waiting ? Work([this, waiting = *waiting] { Decide(waiting); }) : Work();
}

void
SlbManager::Decide(const WaitingSnatRequest& waiting)
{
    const auto networkInterface = waiting.request.networkInterface;
    const auto now = Simulator::Now();
    const auto answer = m_book.Request(networkInterface, now);
    uint32_t ports = 0;
    for (const auto& block : answer.given)
    {
        ports += block.ports.GetSize();
    }
    NS_LOG_LOGIC("interface " << networkInterface << ", request " << waiting.request.request << ": "
                              << GetName(answer.outcome) << ", " << ports << " SNAT ports");
    m_decisionTrace({now,
                     networkInterface,
                     waiting.request.request,
                     waiting.received,
                     answer.outcome,
                     ports,
                     waiting.waiting});
    Carry({networkInterface, SnatAllocationCause::Requested, answer.given, {}},
          waiting.request.request,
          answer.outcome);
}

void
SlbManager::NoteReturn(const ReturnSnatPorts& returned, uint32_t transaction)
{
    const auto networkInterface = returned.networkInterface;
    auto& done = m_returns[m_hosts.at(networkInterface)];
    if (!done.insert(transaction).second)
    {
        return; // the acknowledgement got lost
    }
    if (done.size() > REMEMBERED_RETURNS)
    {
        done.erase(done.begin());
    }
    std::vector<SnatPortBlockGrant> own; // not those that are on their way back already
    for (const auto& range : returned.ranges)
    {
        const auto parts = Intersect({range}, m_book.GetPorts(networkInterface));
        if (m_book.Return(networkInterface, parts))
        {
            own.insert(own.end(), parts.begin(), parts.end());
        }
    }
    if (m_lines.at(networkInterface).IsProgrammedAnew())
    {
        // That may have named these ports, and may have come after they were given up, even if this
        // message is late: then the host has them again.
        Carry({networkInterface, SnatAllocationCause::Returned, {}, own});
    }
    else
    {
        Withdraw(networkInterface, own);
    }
}

void
SlbManager::Carry(const SnatAllocationChange& change, uint32_t request, SnatRequestOutcome outcome)
{
    const auto networkInterface = change.networkInterface;
    const auto given = Divide(change.given, MAX_BLOCKS_PER_MESSAGE);
    const auto taken = Divide(change.taken, MAX_BLOCKS_PER_MESSAGE);
    const auto pieces = std::max({given.size(), taken.size(), std::size_t{request > 0 ? 1U : 0U}});
    for (std::size_t i = 0; i < pieces; ++i)
    {
        ProgramSnatPorts told;
        told.networkInterface = networkInterface;
        told.cause = change.cause;
        InterfaceInstructionLine::Item item;
        if (i < given.size())
        {
            told.given = given[i];
        }
        if (i < taken.size())
        {
            told.taken = taken[i];
            item.done = [this, networkInterface, ports = taken[i]] {
                Withdraw(networkInterface, ports);
            };
        }
        if (request > 0 && i + 1 == pieces)
        {
            told.request = request;
            told.outcome = outcome;
            item.sent = [this, networkInterface] { m_requests.Done(networkInterface); };
        }
        item.instruction = told;
        Tell(networkInterface, std::move(item), told.given);
    }
}

void
SlbManager::Withdraw(uint32_t networkInterface, const std::vector<SnatPortBlockGrant>& ports)
{
    if (ports.empty())
    {
        return;
    }
    TellMuxes({true, false, MakeEndpoints(networkInterface, ports), {}}, [this, ports] {
        for (const auto& block : ports)
        {
            for (const auto& change : m_book.Free(block))
            {
                Carry(change);
            }
        }
    });
}

std::vector<PublicEndpoint>
SlbManager::MakeEndpoints(uint32_t networkInterface,
                          const std::vector<SnatPortBlockGrant>& ports) const
{
    std::vector<PublicEndpoint> endpoints;
    for (const auto& block : ports)
    {
        endpoints.push_back({block.publicAddress, block.ports, m_hosts.at(networkInterface)});
    }
    return endpoints;
}

} // namespace ns3::azure
