// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_DISTRIBUTOR_H
#define AZURE_FLOW_DISTRIBUTOR_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-load-balancer.h"
#include "ns3/azure-mux-goal-state.h"

#include <cstdint>
#include <vector>

namespace ns3::azure
{

/**
 * @brief The number that decides on a flow's member.
 *
 * Azure's own function is not published (sources.rst B.8); this one is ours: the parts of the key
 * that the distribution looks at, the others replaced by zero, and the seed, mixed by FlowKey's two
 * rounds of multiply and fold.
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
     */
    FlowDistributor(std::vector<uint32_t> members, MemberSelection selection, uint64_t seed);

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

    /// @return the member of the hash; there must be one
    uint32_t Select(uint64_t hash) const;

  private:
    std::vector<uint32_t> m_members; //!< ascending
    std::vector<uint32_t> m_places;  //!< Maglev: member by place; empty with Modulo
};

} // namespace ns3::azure

#endif // AZURE_FLOW_DISTRIBUTOR_H
