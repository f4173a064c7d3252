// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-equal-cost-routes.h"

#include "ns3/assert.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// Order of the prefixes: the longest first.
bool
IsTriedBefore(const AddressPrefix& a, const AddressPrefix& b)
{
    return a.length != b.length ? a.length > b.length : a.network < b.network;
}

} // namespace

std::pair<EqualCostRoutes::NextHop*, bool>
EqualCostRoutes::Insert(const NextHopRoute& route)
{
    NS_ASSERT(route.prefix.IsValid());
    auto group = std::lower_bound(m_groups.begin(),
                                  m_groups.end(),
                                  route.prefix,
                                  [](const Group& g, const AddressPrefix& prefix) {
                                      return IsTriedBefore(g.prefix, prefix);
                                  });
    if (group == m_groups.end() || group->prefix != route.prefix)
    {
        group = m_groups.insert(group, {route.prefix, {}});
    }
    auto& nextHops = group->nextHops;
    const auto place = std::lower_bound(
        nextHops.begin(),
        nextHops.end(),
        route.nextHop,
        [](const NextHop& nextHop, Ipv4Address address) { return nextHop.address < address; });
    if (place != nextHops.end() && place->address == route.nextHop)
    {
        return {&*place, false};
    }
    return {&*nextHops.insert(place, {route.nextHop, std::nullopt}), true};
}

bool
EqualCostRoutes::Announce(const NextHopRoute& route, Time holdTime, Time now)
{
    NS_ASSERT(holdTime.IsStrictlyPositive());
    const auto [nextHop, isNew] = Insert(route);
    if (isNew || nextHop->deadline)
    {
        nextHop->deadline = now + holdTime;
    }
    return isNew;
}

bool
EqualCostRoutes::InsertStatic(const NextHopRoute& route)
{
    const auto [nextHop, isNew] = Insert(route);
    nextHop->deadline.reset();
    return isNew;
}

bool
EqualCostRoutes::Withdraw(const NextHopRoute& route)
{
    for (auto group = m_groups.begin(); group != m_groups.end(); ++group)
    {
        if (group->prefix != route.prefix)
        {
            continue;
        }
        auto& nextHops = group->nextHops;
        const auto found =
            std::find_if(nextHops.begin(), nextHops.end(), [&route](const NextHop& nextHop) {
                return nextHop.address == route.nextHop && nextHop.deadline;
            });
        if (found == nextHops.end())
        {
            return false;
        }
        nextHops.erase(found);
        if (nextHops.empty())
        {
            m_groups.erase(group);
        }
        return true;
    }
    return false;
}

std::vector<NextHopRoute>
EqualCostRoutes::Expire(Time now)
{
    std::vector<NextHopRoute> expired;
    for (auto& group : m_groups)
    {
        auto& nextHops = group.nextHops;
        const auto isOver = [&](const NextHop& nextHop) {
            if (!nextHop.deadline || *nextHop.deadline > now)
            {
                return false;
            }
            expired.push_back({group.prefix, nextHop.address});
            return true;
        };
        nextHops.erase(std::remove_if(nextHops.begin(), nextHops.end(), isOver), nextHops.end());
    }
    const auto isEmpty = [](const Group& group) { return group.nextHops.empty(); };
    m_groups.erase(std::remove_if(m_groups.begin(), m_groups.end(), isEmpty), m_groups.end());
    return expired;
}

std::optional<Time>
EqualCostRoutes::GetNextDeadline() const
{
    std::optional<Time> next;
    for (const auto& group : m_groups)
    {
        for (const auto& nextHop : group.nextHops)
        {
            if (nextHop.deadline && (!next || *nextHop.deadline < *next))
            {
                next = nextHop.deadline;
            }
        }
    }
    return next;
}

bool
EqualCostRoutes::IsNextHop(Ipv4Address nextHop) const
{
    const auto routes = GetRoutes();
    return std::any_of(routes.begin(), routes.end(), [nextHop](const NextHopRoute& route) {
        return route.nextHop == nextHop;
    });
}

std::vector<NextHopRoute>
EqualCostRoutes::GetRoutes() const
{
    std::vector<NextHopRoute> routes;
    for (const auto& group : m_groups)
    {
        for (const auto& nextHop : group.nextHops)
        {
            routes.push_back({group.prefix, nextHop.address});
        }
    }
    return routes;
}

std::optional<std::string>
EqualCostRoutes::CheckInvariants() const
{
    const auto isOutOfOrder = [](const Group& a, const Group& b) {
        return !IsTriedBefore(a.prefix, b.prefix);
    };
    if (std::adjacent_find(m_groups.begin(), m_groups.end(), isOutOfOrder) != m_groups.end())
    {
        return "a prefix is there twice, or behind a shorter one";
    }
    for (const auto& group : m_groups)
    {
        const auto& nextHops = group.nextHops;
        if (nextHops.empty())
        {
            return "a prefix has no next hop";
        }
        const auto isNotAscending = [](const NextHop& a, const NextHop& b) {
            return !(a.address < b.address);
        };
        if (std::adjacent_find(nextHops.begin(), nextHops.end(), isNotAscending) != nextHops.end())
        {
            return "a route is there twice, or next hops are not in ascending order";
        }
    }
    return std::nullopt;
}

} // namespace ns3::azure
