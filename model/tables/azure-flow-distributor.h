// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_DISTRIBUTOR_H
#define AZURE_FLOW_DISTRIBUTOR_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-load-balancer.h"
#include "ns3/azure-mux-goal-state.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3::azure
{

/**
 * @brief The number that decides on a flow's member.
 *
 * Azure's own function is not published (sources.rst B.8); this one is ours: the parts of the key
 * that the distribution looks at, the others replaced by zero, mixed by FlowKey's two rounds of
 * multiply and fold, and then with the seed by the finalizer of MurmurHash3.  That is another one
 * than in GetEqualCostHash(): else all flows that a router sends to one mux would, with equal
 * seeds, go to few members.
 *
 * @param key of a packet of the client, as it comes to the frontend
 * @param distribution which parts count
 * @param seed the same on all muxes
 */
uint64_t GetDistributionHash(const FlowKey& key, LoadDistribution distribution, uint64_t seed);

/**
 * @ingroup azure-tables
 * @brief Finds one of some members by a hash.
 *
 * Modulo takes the hash modulo the number of members: when that changes, nearly all hashes move.
 * Maglev fills a table of a prime number of places in turns, each member in its own order, so that
 * each has nearly as many and few places change their member when one goes (NSDI 2016, 3.4;
 * sources.rst C.5: a prime above 100 times the members gives at most 1 % imbalance).
 *
 * Our choice: the prime is the least one above 100 times a power of two that is not below the
 * number of members the table is made for.  Where the number of places changes, nearly all hashes
 * move.  So it is made for the whole pool, and stays while members go out of rotation.
 */
class FlowDistributor
{
  public:
    FlowDistributor() = default;

    /**
     * @param members what is found, each once, ascending; the same members give the same answers
     *        wherever they are asked for
     * @param selection how
     * @param seed of the members' orders in Maglev's table
     * @param poolSize how many members Maglev's table is made for, at most 65,536; as many as there
     *        are if that is more
     */
    FlowDistributor(std::vector<uint32_t> members,
                    MemberSelection selection,
                    uint64_t seed,
                    std::size_t poolSize = 0);

    /// @return whether there is no member
    bool IsEmpty() const
    {
        return m_members.empty();
    }

    /// @return number of members
    uint32_t GetSize() const
    {
        return static_cast<uint32_t>(m_members.size());
    }

    /// @return the members, ascending
    const std::vector<uint32_t>& GetMembers() const
    {
        return m_members;
    }

    /// @return number of places in Maglev's table; 0 if there is none: Modulo, or one member
    std::size_t GetPlaces() const
    {
        return m_places.size();
    }

    /// @return the member of the hash; there must be one
    uint32_t Select(uint64_t hash) const;

  private:
    /// Fill Maglev's table.
    void FillPlaces(std::size_t places, uint64_t seed);

    std::vector<uint32_t> m_members; //!< ascending
    std::vector<uint32_t> m_places;  //!< Maglev: member by place; empty if there is no table
};

} // namespace ns3::azure

#endif // AZURE_FLOW_DISTRIBUTOR_H
