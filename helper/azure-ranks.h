// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RANKS_H
#define AZURE_RANKS_H

#include "ns3/application.h"
#include "ns3/node.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <string>
#include <vector>

/**
 * @file
 * @brief One simulation in several processes: who simulates which node.
 *
 * With an ns-3 that was configured for MPI, mpirun starts a program several times, and each of the
 * processes, the *ranks*, simulates a part of the nodes.  Every rank makes all nodes in the same
 * order, as packets between ranks name nodes by their numbers; what runs on nodes it makes and
 * starts for its own nodes only.  With any other ns-3 there is one rank, number 0, and every node
 * of a scenario that knows of one rank is its own.
 */
namespace ns3::azure
{

/// @return this process's number among those that simulate together, from 0; 0 without a
///         RankSession
uint32_t GetRank();

/// @return how many processes simulate together; 1 without a RankSession
uint32_t GetRankCount();

/// @return whether this process simulates the node
bool IsLocal(const Ptr<const Node>& node);

/**
 * @brief Where a host and its VMs are simulated.
 *
 * Rank 0 has what hosts talk to: routers, muxes, managers, servers.  The other ranks have one
 * range of hosts each, as equal as can be; one rank has everything.
 *
 * @param host 0 to hosts - 1
 * @param hosts how many there are
 * @param ranks how many simulate together, at least 1
 */
uint32_t GetRankOfHost(uint32_t host, uint32_t hosts, uint32_t ranks);

/**
 * @brief Have an application run on a node, if this process simulates the node.
 *
 * Otherwise the application knows the node, but the node does not know the application, which
 * is never started: it serves to ask for its attributes and numbers of random streams only.
 */
void AddApplication(const Ptr<Node>& node, const Ptr<Application>& application);

/// @return the file that a rank writes instead of the given one, so that each has its own:
///         "runs/all.db" becomes "runs/all.rank1.db"; the same file if there is one rank, and
///         nothing if there is none
/// @param path of the whole simulation's file
/// @param rank who writes
/// @param ranks how many simulate together
std::string GetRankPath(const std::string& path, uint32_t rank, uint32_t ranks);

/**
 * @ingroup azure-helper
 * @brief Joins the processes that mpirun has started, for as long as it is there.
 *
 * To be made first in main(), once, and before anything of ns-3's Simulator is used.  Started alone
 * it leaves ns-3 as it is; started by `mpirun -np 2` and more, it has ns-3 simulate in step with
 * the other ranks (ns3::DistributedSimulatorImpl, or what --SimulatorImplementationType has been
 * bound to).  Without MPI it does nothing.
 */
class RankSession
{
  public:
    /// @brief Join.  @param argc main()'s, as are @param argv the arguments
    RankSession(int& argc, char**& argv);
    /// Leave; after Simulator::Destroy().
    ~RankSession();

    RankSession(const RankSession&) = delete;
    RankSession& operator=(const RankSession&) = delete;

    /// @brief Add up what the ranks have counted; each of them has to call it.
    /// @param values of this rank, as many on each
    /// @return the sums, on every rank
    std::vector<uint64_t> Sum(const std::vector<uint64_t>& values) const;

    /// @return the greatest of the ranks' values, on every rank; each of them has to call it
    uint64_t GetMaximum(uint64_t value) const;
};

} // namespace ns3::azure

#endif // AZURE_RANKS_H
