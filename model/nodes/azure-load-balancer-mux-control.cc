// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-mux.h"

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

/**
 * @file
 * @brief What LoadBalancerMux does with the SLB manager's messages, those about public endpoints
 * above all.
 */
namespace ns3::azure
{

namespace
{

/// How many messages about endpoints a mux remembers: more than are ever on their way (our choice).
constexpr std::size_t REMEMBERED_MESSAGES = 4096;

/**
 * @brief Walk along the ports of an endpoint.
 * @param table who owns them
 * @param endpoint whose ports
 * @param take told of each run of ports with one owner, and of that owner
 */
template <typename Take>
void
ForEachRun(const PublicEndpointTable& table, const PublicEndpoint& endpoint, Take take)
{
    const auto isSame = [](const auto& a, const auto& b) {
        return a.match == b.match && a.target == b.target;
    };
    const auto lookup = [&](uint32_t port) {
        auto owner = table.Lookup(endpoint.publicAddress, static_cast<uint16_t>(port));
        if (owner.match == PublicEndpointMatch::UnknownAddress)
        {
            owner.match = PublicEndpointMatch::UnownedPort;
        }
        return owner;
    };
    const uint32_t end = endpoint.ports.last + 1U;
    for (uint32_t first = endpoint.ports.first; first < end;)
    {
        const auto owner = lookup(first);
        auto next = first + 1;
        while (next < end && isSame(lookup(next), owner))
        {
            ++next;
        }
        take(PortRange{static_cast<uint16_t>(first), static_cast<uint16_t>(next - 1)}, owner);
        first = next;
    }
}

} // namespace

bool
LoadBalancerMux::Apply(const ProgramPublicEndpoints& instruction)
{
    if (m_isDown)
    {
        return false;
    }
    m_isProgrammed |= !m_isRunning;
    bool isDone = true;
    for (const auto& endpoint : instruction.endpoints)
    {
        isDone &= Insert(endpoint);
    }
    return isDone;
}

bool
LoadBalancerMux::Apply(const WithdrawPublicEndpoints& instruction)
{
    if (m_isDown)
    {
        return false;
    }
    for (const auto& endpoint : instruction.endpoints)
    {
        std::vector<PortRange> own;
        ForEachRun(m_endpoints, endpoint, [&](const PortRange& ports, const auto& owner) {
            if (owner.match == PublicEndpointMatch::Found && owner.target == endpoint.host.Get())
            {
                own.push_back(ports);
            }
        });
        for (const auto& ports : own)
        {
            m_endpoints.Remove(endpoint.publicAddress, ports);
        }
    }
    return true;
}

bool
LoadBalancerMux::Insert(const PublicEndpoint& endpoint)
{
    const auto host = endpoint.host.Get();
    if (m_endpoints.Insert(endpoint.publicAddress, endpoint.ports, host))
    {
        return true;
    }
    // A mux that was away is told anew what it knows in part, perhaps in other pieces.
    std::vector<PortRange> missing;
    bool isOwn = true;
    ForEachRun(m_endpoints, endpoint, [&](const PortRange& ports, const auto& owner) {
        if (owner.match == PublicEndpointMatch::UnownedPort)
        {
            missing.push_back(ports);
        }
        else
        {
            isOwn &= owner.target == host;
        }
    });
    for (const auto& ports : missing)
    {
        m_endpoints.Insert(endpoint.publicAddress, ports, host);
    }
    return isOwn;
}

template <typename Endpoints>
bool
LoadBalancerMux::TakeEndpoints(const Endpoints& instruction, uint32_t transaction)
{
    if (m_endpointMessages.count(transaction) > 0)
    {
        return true; // a late copy must not bring back what has been changed since
    }
    if (!Apply(instruction))
    {
        return false; // the manager tries again, once others have been withdrawn
    }
    m_endpointMessages.insert(transaction);
    if (m_endpointMessages.size() > REMEMBERED_MESSAGES)
    {
        m_endpointMessages.erase(m_endpointMessages.begin());
    }
    return true;
}

bool
LoadBalancerMux::Take(const SlbMessage& message)
{
    if (const auto* endpoints = std::get_if<ProgramPublicEndpoints>(&message.body))
    {
        return TakeEndpoints(*endpoints, message.transaction);
    }
    if (const auto* withdrawn = std::get_if<WithdrawPublicEndpoints>(&message.body))
    {
        return TakeEndpoints(*withdrawn, message.transaction);
    }
    if (const auto* part = std::get_if<GoalStatePart>(&message.body))
    {
        return m_assembler->Insert(*part);
    }
    if (const auto* members = std::get_if<ProgramMembers>(&message.body))
    {
        return Apply(*members);
    }
    if (const auto* frontend = std::get_if<ProgramFrontend>(&message.body))
    {
        Apply(*frontend); // one that is repeated changes nothing
        return true;
    }
    const auto* complete = std::get_if<ProgramComplete>(&message.body);
    if (complete && !m_isAsking && complete->request == m_request)
    {
        BeginService();
        return true;
    }
    return false; // it is not for muxes, or the end of what this one was told before it failed
}

} // namespace ns3::azure
