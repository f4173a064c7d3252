// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-public-endpoint-table.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

constexpr uint64_t
ToPlace(uint32_t address, uint16_t port)
{
    return (uint64_t{address} << 16) | port;
}

} // namespace

bool
PublicEndpointTable::Insert(Ipv4Address address, PortRange ports, uint32_t target)
{
    const Entry entry{ToPlace(address.Get(), ports.first),
                      ToPlace(address.Get(), ports.last),
                      target};
    const auto next = Find(entry.first);
    if (next != m_entries.end() && next->first <= entry.last)
    {
        return false;
    }
    m_entries.insert(next, entry);
    return true;
}

void
PublicEndpointTable::Remove(uint32_t target)
{
    const auto isOfTarget = [target](const Entry& entry) { return entry.target == target; };
    m_entries.erase(std::remove_if(m_entries.begin(), m_entries.end(), isOfTarget),
                    m_entries.end());
}

void
PublicEndpointTable::Remove(Ipv4Address address, PortRange ports)
{
    const uint64_t first = ToPlace(address.Get(), ports.first);
    const uint64_t last = ToPlace(address.Get(), ports.last);
    const auto begin = Find(first);
    const auto end = std::find_if(begin, m_entries.cend(), [last](const Entry& entry) {
        return entry.first > last;
    });
    std::vector<Entry> rest;
    if (begin != end && begin->first < first)
    {
        rest.push_back({begin->first, first - 1, begin->target});
    }
    if (begin != end && (end - 1)->last > last)
    {
        rest.push_back({last + 1, (end - 1)->last, (end - 1)->target});
    }
    m_entries.insert(m_entries.erase(begin, end), rest.begin(), rest.end());
}

PublicEndpointTable::Owner
PublicEndpointTable::Lookup(Ipv4Address address, uint16_t port) const
{
    const uint64_t place = ToPlace(address.Get(), port);
    const auto next = Find(place);
    if (next != m_entries.end() && next->first <= place)
    {
        return {PublicEndpointMatch::Found, next->target};
    }
    const auto isOfAddress = [&](const Entry& entry) { return entry.first >> 16 == address.Get(); };
    const bool isKnown = (next != m_entries.end() && isOfAddress(*next)) ||
                         (next != m_entries.begin() && isOfAddress(*(next - 1)));
    return {isKnown ? PublicEndpointMatch::UnownedPort : PublicEndpointMatch::UnknownAddress};
}

PublicEndpointTable::Owner
PublicEndpointTable::LookupWhole(Ipv4Address address) const
{
    const auto next = Find(ToPlace(address.Get(), 0));
    if (next != m_entries.end() && next->first == ToPlace(address.Get(), 0) &&
        next->last == ToPlace(address.Get(), 65535))
    {
        return {PublicEndpointMatch::Found, next->target};
    }
    return {IsKnown(address) ? PublicEndpointMatch::UnownedPort
                             : PublicEndpointMatch::UnknownAddress};
}

std::vector<PublicEndpointTable::Entry>::const_iterator
PublicEndpointTable::Find(uint64_t place) const
{
    return std::lower_bound(m_entries.begin(),
                            m_entries.end(),
                            place,
                            [](const Entry& entry, uint64_t at) { return entry.last < at; });
}

} // namespace ns3::azure
