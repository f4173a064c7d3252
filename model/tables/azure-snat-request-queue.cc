// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-request-queue.h"

#include "ns3/abort.h"

#include <utility>

namespace ns3::azure
{

SnatRequestQueue::SnatRequestQueue(const Profile& profile)
    : m_mostOutstanding(profile.outstandingRequests),
      m_mostPerMinute(profile.maxRequestsPerMinute)
{
}

std::optional<SnatRequestOutcome>
SnatRequestQueue::Insert(const RequestSnatPorts& request, Time now)
{
    auto& counts = m_counts[request.networkInterface];
    if (m_mostOutstanding && counts.outstanding >= *m_mostOutstanding)
    {
        return SnatRequestOutcome::Outstanding;
    }
    if (m_mostPerMinute)
    {
        while (!counts.recent.empty() && counts.recent.front() <= now - Minutes(1))
        {
            counts.recent.pop_front();
        }
        if (counts.recent.size() >= *m_mostPerMinute)
        {
            return SnatRequestOutcome::RequestRate;
        }
        counts.recent.push_back(now);
    }
    ++counts.outstanding;
    m_waiting.push_back({request, now, GetSize()});
    return std::nullopt;
}

std::optional<WaitingSnatRequest>
SnatRequestQueue::Take()
{
    if (m_waiting.empty())
    {
        return std::nullopt;
    }
    auto taken = std::move(m_waiting.front());
    m_waiting.pop_front();
    ++m_counts.at(taken.request.networkInterface).taken;
    return taken;
}

void
SnatRequestQueue::Done(uint32_t networkInterface)
{
    const auto found = m_counts.find(networkInterface);
    NS_ABORT_MSG_IF(found == m_counts.end() || found->second.taken == 0,
                    "networkInterface: " << networkInterface << " has no request that was taken");
    --found->second.taken;
    --found->second.outstanding;
}

uint32_t
SnatRequestQueue::GetSize() const
{
    return static_cast<uint32_t>(m_waiting.size());
}

uint32_t
SnatRequestQueue::GetOutstanding(uint32_t networkInterface) const
{
    const auto found = m_counts.find(networkInterface);
    return found == m_counts.end() ? 0 : found->second.outstanding;
}

std::optional<std::string>
SnatRequestQueue::CheckInvariants() const
{
    std::map<uint32_t, uint32_t> waiting;
    for (const auto& each : m_waiting)
    {
        ++waiting[each.request.networkInterface];
    }
    for (const auto& [networkInterface, counts] : m_counts)
    {
        if (counts.outstanding != waiting[networkInterface] + counts.taken)
        {
            return "outstanding requests differ from those that wait and those taken";
        }
        if (m_mostOutstanding && counts.outstanding > *m_mostOutstanding)
        {
            return "an interface has more outstanding requests than it may";
        }
        if (m_mostPerMinute && counts.recent.size() > *m_mostPerMinute)
        {
            return "an interface has had more requests in a minute than it may";
        }
    }
    return std::nullopt;
}

} // namespace ns3::azure
