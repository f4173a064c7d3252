// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-list-pieces.h"
#include "azure-ns3-compat.h"
#include "azure-slb-manager.h"

#include "ns3/azure-goal-state-parts.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <memory>
#include <utility>

/**
 * @file
 * @brief What SlbManager tells muxes, and in which order.
 */
namespace ns3::azure
{

namespace
{

/// @return what is left of endpoints without those that others have with the same host
std::vector<PublicEndpoint>
Subtract(const std::vector<PublicEndpoint>& endpoints, const std::vector<PublicEndpoint>& others)
{
    auto left = endpoints;
    for (const auto& other : others)
    {
        std::vector<PublicEndpoint> rest;
        for (const auto& each : left)
        {
            const auto& ports = each.ports;
            if (each.publicAddress != other.publicAddress || each.host != other.host ||
                ports.last < other.ports.first || other.ports.last < ports.first)
            {
                rest.push_back(each);
                continue;
            }
            if (ports.first < other.ports.first)
            {
                const auto last = static_cast<uint16_t>(other.ports.first - 1);
                rest.push_back({each.publicAddress, {ports.first, last}, each.host});
            }
            if (other.ports.last < ports.last)
            {
                const auto first = static_cast<uint16_t>(other.ports.last + 1);
                rest.push_back({each.publicAddress, {first, ports.last}, each.host});
            }
        }
        left = std::move(rest);
    }
    return left;
}

/// Add to the end of a list.
template <typename T>
void
Append(std::vector<T>& list, const std::vector<T>& more)
{
    list.insert(list.end(), more.begin(), more.end());
}

} // namespace

void
SlbManager::Program(Ipv4Address address)
{
    auto& mux = m_muxes.at(address);
    mux.retry.Cancel();
    Cancel(mux.endpoints);
    Cancel(mux.frontends);
    Cancel(mux.completion);
    const auto givenUp = mux.GiveUpChanges();
    const auto endpoints = MakePublicEndpoints(m_deployment, m_book);
    // What it need not know any more goes first, or else it refuses the new owner.
    const auto stale = Subtract(std::exchange(mux.stale, {}), endpoints);
    if (!stale.empty())
    {
        mux.changes.push_back({true, false, stale, {}});
    }
    if (!endpoints.empty())
    {
        mux.changes.push_back({false, true, endpoints, {}});
    }
    mux.lacksEndpoints = !endpoints.empty();
    mux.isBeginning = true;
    SendChanges(address);
    SendGoalState(address);
    for (const auto& [frontend, state] : m_withdrawn)
    {
        SendToMux({MakeFrontend(address, frontend)}, mux.frontends);
    }
    Complete(address); // there may be nothing to know
    for (const auto& done : givenUp)
    {
        done();
    }
}

void
SlbManager::NoteRestart(Ipv4Address address, uint32_t transaction)
{
    auto& mux = m_muxes.at(address);
    if (std::exchange(mux.request, transaction) == transaction)
    {
        return;
    }
    Cancel(mux.endpoints);
    const auto givenUp = mux.GiveUpChanges();
    mux.stale.clear(); // it knows nothing
    mux.isReachable = true;
    for (const auto& done : givenUp)
    {
        done();
    }
    Configure([this, address] { Program(address); });
}

void
SlbManager::TellMuxes(const EndpointChange& change, const Work& done)
{
    const auto missing = std::make_shared<std::size_t>(1);
    const Work settle = [missing, done] {
        --*missing;
        if (*missing == 0)
        {
            done();
        }
    };
    std::vector<Ipv4Address> told;
    for (auto& [address, mux] : m_muxes)
    {
        if (IsPending(mux.retry)) // it will be told everything
        {
            if (change.isWithdrawn)
            {
                Append(mux.stale, change.endpoints);
            }
            continue;
        }
        mux.changes.push_back(change);
        if (mux.isReachable)
        {
            ++*missing;
            mux.changes.back().done = {settle};
        }
        told.push_back(address);
    }
    for (const auto& address : told)
    {
        SendChanges(address);
    }
    settle();
}

void
SlbManager::SendChanges(Ipv4Address address)
{
    auto& mux = m_muxes.at(address);
    if (!mux.endpoints.empty() || mux.changes.empty() || !m_sender.IsOpen())
    {
        return;
    }
    auto change = std::move(mux.changes.front());
    mux.changes.pop_front();
    const auto isLike = [&change](const EndpointChange& next) {
        return next.isWithdrawn == change.isWithdrawn && !next.isSnapshot && !change.isSnapshot;
    };
    while (!mux.changes.empty() && isLike(mux.changes.front()))
    {
        Append(change.endpoints, mux.changes.front().endpoints);
        Append(change.done, mux.changes.front().done);
        mux.changes.pop_front();
    }
    mux.changes.push_front(change);
    SendToMux(MakeEndpoints(address, change), mux.endpoints);
}

void
SlbManager::FinishChange(Ipv4Address address)
{
    auto& mux = m_muxes.at(address);
    std::vector<Work> done;
    if (std::exchange(mux.hasMissed, false))
    {
        done = mux.GiveUpChanges();
    }
    else
    {
        done = std::move(mux.changes.front().done);
        mux.lacksEndpoints &= !mux.changes.front().isSnapshot;
        mux.changes.pop_front();
    }
    for (const auto& each : done)
    {
        each();
    }
    SendChanges(address);
}

std::vector<SlbManager::Work>
SlbManager::Mux::GiveUpChanges()
{
    std::vector<Work> done;
    for (const auto& change : std::exchange(changes, {}))
    {
        if (change.isWithdrawn)
        {
            Append(stale, change.endpoints);
        }
        Append(done, change.done);
    }
    hasMissed = false;
    return done;
}

void
SlbManager::MessageToMuxEnded(Ipv4Address address, uint32_t transaction, bool isAcknowledged)
{
    auto& mux = m_muxes.at(address);
    const bool isOfEndpoints = mux.endpoints.erase(transaction) > 0;
    if (!mux.Remove(transaction) && !isOfEndpoints)
    {
        return;
    }
    mux.isReachable = isAcknowledged;
    if (!isAcknowledged && !IsPending(mux.retry))
    {
        mux.retry = Simulator::Schedule(GetRetryInterval(), &SlbManager::Program, this, address);
    }
    mux.hasMissed |= isOfEndpoints && !isAcknowledged;
    if (isOfEndpoints && mux.endpoints.empty())
    {
        FinishChange(address);
    }
    if (isAcknowledged)
    {
        Complete(address);
    }
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
    if (mux.isBeginning && !mux.lacksEndpoints && mux.goalState.empty() && mux.frontends.empty())
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

bool
SlbManager::Mux::Remove(uint32_t transaction)
{
    return goalState.erase(transaction) + frontends.erase(transaction) +
               completion.erase(transaction) >
           0;
}

std::vector<SlbInstruction>
SlbManager::MakeEndpoints(Ipv4Address mux, const EndpointChange& change)
{
    std::vector<SlbInstruction> made;
    for (const auto& piece : Divide(change.endpoints, MAX_ENDPOINTS_PER_MESSAGE))
    {
        made.push_back(MakeInstruction(mux,
                                       change.isWithdrawn ? Body(WithdrawPublicEndpoints{piece})
                                                          : Body(ProgramPublicEndpoints{piece})));
    }
    return made;
}

std::vector<SlbInstruction>
SlbManager::MakeGoalState(Ipv4Address mux)
{
    std::vector<SlbInstruction> made;
    for (const auto& part : Split(GetMuxGoalState()))
    {
        made.push_back(MakeInstruction(mux, part));
    }
    return made;
}

std::vector<SlbInstruction>
SlbManager::MakeMembers(Ipv4Address mux, const std::vector<MemberAvailability>& changes)
{
    std::vector<SlbInstruction> made;
    for (const auto& piece : Divide(changes, MAX_MEMBERS_PER_MESSAGE))
    {
        made.push_back(MakeInstruction(mux, ProgramMembers{m_muxes.at(mux).generation, piece}));
    }
    return made;
}

} // namespace ns3::azure
