// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-distributor.h"

#include "ns3/abort.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace ns3::azure
{

namespace
{

/// The least primes above 100, 200, 400, ... 6,553,600: sizes of Maglev's table.
constexpr std::array<uint32_t, 17> PRIMES{101,
                                          211,
                                          401,
                                          809,
                                          1601,
                                          3203,
                                          6421,
                                          12809,
                                          25601,
                                          51203,
                                          102407,
                                          204803,
                                          409609,
                                          819229,
                                          1638431,
                                          3276803,
                                          6553621};

/// @return the finalizer of MurmurHash3 (public domain): every bit of \p value reaches every other
uint64_t
Mix(uint64_t value)
{
    value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdULL;
    value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return value ^ (value >> 33);
}

/// @return the parts of the key that count, the others zero
FlowKey
Reduce(const FlowKey& key, LoadDistribution distribution)
{
    if (distribution == LoadDistribution::Default)
    {
        return key;
    }
    // 0 as protocol is IPv6's hop-by-hop options: no packet here has it.
    const auto protocol =
        distribution == LoadDistribution::SourceIp ? IpProtocol{0} : key.GetProtocol();
    return {key.GetSourceNumber(), key.GetDestinationNumber(), 0, 0, protocol};
}

/// @return how many places Maglev's table has for so many members
std::size_t
GetTableSize(std::size_t members)
{
    std::size_t row = 0;
    while (std::size_t{1} << row < members)
    {
        ++row;
    }
    NS_ABORT_MSG_IF(row >= PRIMES.size(), members << " members are too many, give 65536 or less");
    return PRIMES[row];
}

} // namespace

uint64_t
GetDistributionHash(const FlowKey& key, LoadDistribution distribution, uint64_t seed)
{
    return Mix(Reduce(key, distribution).GetHash() ^ Mix(seed ^ 0x9e3779b97f4a7c15ULL));
}

FlowDistributor::FlowDistributor(std::vector<uint32_t> members,
                                 MemberSelection selection,
                                 uint64_t seed,
                                 std::size_t poolSize)
    : m_members(std::move(members))
{
    NS_ABORT_MSG_IF(std::adjacent_find(m_members.begin(),
                                       m_members.end(),
                                       std::greater_equal<>()) != m_members.end(),
                    "members are not ascending, or not each there once");
    if (selection == MemberSelection::Maglev && m_members.size() > 1)
    {
        FillPlaces(GetTableSize(std::max(m_members.size(), poolSize)), seed);
    }
}

void
FlowDistributor::FillPlaces(std::size_t places, uint64_t seed)
{
    // A member's order of the places: from its first one in its own steps, round and round.  The
    // number of places is prime, so it comes to all of them.
    struct Order
    {
        uint64_t next; // place
        uint64_t step; // 1 to places - 1
    };

    constexpr uint32_t NOBODY = 0xffffffff;
    std::vector<Order> orders;
    orders.reserve(m_members.size());
    for (const auto member : m_members)
    {
        const uint64_t hash = Mix(Mix(seed) + member);
        orders.push_back({hash % places, Mix(hash) % (places - 1) + 1});
    }
    m_places.assign(places, NOBODY);
    for (std::size_t filled = 0; filled < places; ++filled)
    {
        const std::size_t turn = filled % m_members.size();
        auto& order = orders[turn];
        while (m_places[order.next] != NOBODY)
        {
            order.next = (order.next + order.step) % places;
        }
        m_places[order.next] = m_members[turn];
    }
}

uint32_t
FlowDistributor::Select(uint64_t hash) const
{
    NS_ABORT_MSG_IF(IsEmpty(), "there is no member to select");
    return m_places.empty() ? m_members[hash % m_members.size()] : m_places[hash % m_places.size()];
}

} // namespace ns3::azure
