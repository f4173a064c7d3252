// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-request-tracker.h"

#include <algorithm>

namespace ns3::azure
{

SnatRequestTracker::SnatRequestTracker(uint32_t networkInterface)
    : m_networkInterface(networkInterface)
{
}

uint32_t
SnatRequestTracker::Begin(uint64_t flow, Time now)
{
    const auto number = ++m_requests;
    SnatRequest request;
    request.networkInterface = m_networkInterface;
    request.request = number;
    request.flow = flow;
    request.asked = now;
    m_open.emplace(number, request);
    m_openOf.emplace(flow, number);
    return number;
}

std::optional<SnatRequest>
SnatRequestTracker::Answer(uint32_t request, SnatRequestOutcome outcome, uint32_t ports, Time now)
{
    const auto found = m_open.find(request);
    if (found == m_open.end())
    {
        return std::nullopt;
    }
    auto answered = found->second;
    m_open.erase(found);
    const auto [begin, end] = m_openOf.equal_range(answered.flow);
    m_openOf.erase(
        std::find_if(begin, end, [request](const auto& entry) { return entry.second == request; }));
    answered.answered = now;
    answered.outcome = outcome;
    answered.ports = ports;
    return answered;
}

std::vector<SnatRequest>
SnatRequestTracker::End(uint64_t flow)
{
    std::vector<SnatRequest> ended;
    const auto [begin, end] = m_openOf.equal_range(flow);
    for (auto at = begin; at != end; ++at)
    {
        ended.push_back(m_open.at(at->second));
        m_open.erase(at->second);
    }
    m_openOf.erase(begin, end);
    return ended;
}

std::vector<SnatRequest>
SnatRequestTracker::GetOpen() const
{
    std::vector<SnatRequest> open;
    for (const auto& [flow, request] : m_openOf)
    {
        open.push_back(m_open.at(request));
    }
    return open;
}

} // namespace ns3::azure
