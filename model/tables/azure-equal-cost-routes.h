// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_EQUAL_COST_ROUTES_H
#define AZURE_EQUAL_COST_ROUTES_H

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-flow-key.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// A way to a prefix.
struct NextHopRoute
{
    AddressPrefix prefix; //!< to where
    Ipv4Address nextHop;  //!< by whom

    friend bool operator==(const NextHopRoute& a, const NextHopRoute& b)
    {
        return a.prefix == b.prefix && a.nextHop == b.nextHop;
    }
};

/**
 * @brief The hash by which a router spreads flows over equal-cost next hops.
 *
 * Mixed once more than FlowKey::GetHash(), and with a seed: so that the flows that come to one mux
 * are no special choice in the eyes of another hash of the same key.
 *
 * @param key the flow
 * @param seed of the router
 */
inline uint64_t
GetEqualCostHash(const FlowKey& key, uint64_t seed)
{
    // The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    uint64_t hash = key.GetHash() + 0x9e3779b97f4a7c15ULL * (seed + 1);
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ULL;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
    return hash ^ (hash >> 31);
}

/**
 * @ingroup azure-tables
 * @brief Which next hops announce which prefix, and which of them a flow takes: equal-cost
 * multipath routing.
 *
 * A next hop's route to a prefix lives until its hold time is over, which every announcement begins
 * anew, or until it is withdrawn (Ananta 3.3.4, in the manner of BGP).  A static one lives for
 * ever.
 *
 * A flow goes to the longest prefix that has a next hop, and there to the next hop whose place in
 * ascending order of addresses is the flow's hash modulo their number.  So when a next hop goes or
 * comes, most flows change theirs: routers do not hash consistently (Ananta 3.3.4), and the muxes
 * must be, and are, prepared for that.
 *
 * Made for few prefixes, as a mux announces whole subnets: a selection tries one after the other,
 * and allocates nothing.
 *
 * Law: no route is there twice; every prefix has a next hop.
 */
class EqualCostRoutes
{
  public:
    /**
     * @brief A next hop announces a prefix, for the first time or again.
     * @param route what it announces; the prefix must be valid
     * @param holdTime how long it holds, from now; above 0
     * @param now current time
     * @return whether the route is a new one; a static one stays static
     */
    bool Announce(const NextHopRoute& route, Time holdTime, Time now);

    /// @brief Let a route be there for ever, whatever is announced or withdrawn.
    /// @return whether the route is a new one
    bool InsertStatic(const NextHopRoute& route);

    /// @brief A next hop does not want a prefix any more.
    /// @return whether the route was there; a static one is not withdrawn
    bool Withdraw(const NextHopRoute& route);

    /**
     * @brief Take out the routes whose hold time is over.
     * @param now current time; a deadline equal to it has come
     * @return the routes, longest prefix first, then in ascending order
     */
    std::vector<NextHopRoute> Expire(Time now);

    /// @return when the next hold time is over; nothing if no route has one
    std::optional<Time> GetNextDeadline() const;

    /**
     * @brief Choose the next hop of a packet.
     * @param destination where the packet goes
     * @param hash the same for all packets of a flow, well mixed
     * @return the next hop; nothing if no prefix contains the destination
     */
    std::optional<Ipv4Address> Select(Ipv4Address destination, uint64_t hash) const
    {
        const uint32_t address = destination.Get();
        for (const auto& group : m_groups)
        {
            if (group.prefix.Contains(address))
            {
                return group.nextHops[hash % group.nextHops.size()].address;
            }
        }
        return std::nullopt;
    }

    /// @return whether Select() finds a next hop for the destination
    bool HasRoute(Ipv4Address destination) const
    {
        return Select(destination, 0).has_value();
    }

    /// @return whether some prefix has this next hop
    bool IsNextHop(Ipv4Address nextHop) const;

    /// @return all routes, longest prefix first, then in ascending order
    std::vector<NextHopRoute> GetRoutes() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// One next hop to a prefix.
    struct NextHop
    {
        Ipv4Address address;          //!< of it
        std::optional<Time> deadline; //!< end of its hold time; none for a static one
    };

    /// A prefix and its next hops.
    struct Group
    {
        AddressPrefix prefix;          //!< to where
        std::vector<NextHop> nextHops; //!< by whom, in ascending order; not empty
    };

    /// @return the route's next hop, made at its place if there was none, and whether it was made
    std::pair<NextHop*, bool> Insert(const NextHopRoute& route);

    std::vector<Group> m_groups; //!< longest prefix first, then in ascending order
};

} // namespace ns3::azure

#endif // AZURE_EQUAL_COST_ROUTES_H
