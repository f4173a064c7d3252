// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-ranks.h"

#include "ns3/abort.h"

#include <cstddef>

#ifdef NS3_MPI
#include "ns3/mpi-interface.h"

#include <mpi.h>
#endif

namespace ns3::azure
{

#ifdef NS3_MPI

namespace
{

/// @return for each position, what the ranks' values make together
std::vector<uint64_t>
Reduce(const std::vector<uint64_t>& values, MPI_Op operation)
{
    std::vector<uint64_t> result(values.size());
    MPI_Allreduce(values.data(),
                  result.data(),
                  static_cast<int>(values.size()),
                  MPI_UINT64_T,
                  operation,
                  MPI_COMM_WORLD);
    return result;
}

/// Have this process simulate alone again.
void
Leave()
{
    if (MpiInterface::IsEnabled())
    {
        MpiInterface::Disable();
    }
    MPI_Finalize();
}

} // namespace

uint32_t
GetRank()
{
    return MpiInterface::GetSystemId();
}

uint32_t
GetRankCount()
{
    return MpiInterface::GetSize();
}

RankSession::RankSession(int& argc, char**& argv)
{
    MPI_Init(&argc, &argv);
    int ranks = 1;
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    if (ranks > 1) // else the sequential simulator is faster
    {
        MpiInterface::Enable(MPI_COMM_WORLD);
    }
}

std::vector<uint64_t>
RankSession::Sum(const std::vector<uint64_t>& values) const
{
    return Reduce(values, MPI_SUM);
}

uint64_t
RankSession::GetMaximum(uint64_t value) const
{
    return Reduce({value}, MPI_MAX).front();
}

#else

namespace
{

/// There is nobody to leave.
void
Leave()
{
}

} // namespace

uint32_t
GetRank()
{
    return 0;
}

uint32_t
GetRankCount()
{
    return 1;
}

RankSession::RankSession(int& /* argc */, char**& /* argv */)
{
}

std::vector<uint64_t>
RankSession::Sum(const std::vector<uint64_t>& values) const
{
    return values;
}

uint64_t
RankSession::GetMaximum(uint64_t value) const
{
    return value;
}

#endif

RankSession::~RankSession()
{
    Leave();
}

bool
IsLocal(const Ptr<const Node>& node)
{
    return node->GetSystemId() == GetRank();
}

uint32_t
GetRankOfHost(uint32_t host, uint32_t hosts, uint32_t ranks)
{
    NS_ABORT_MSG_IF(ranks < 1, "ranks: '0' is not allowed; give at least 1");
    NS_ABORT_MSG_IF(host >= hosts, "host " << host << " is none of " << hosts << " hosts");
    const auto share = uint64_t{host} * (ranks - 1) / hosts;
    return ranks == 1 ? 0 : 1 + static_cast<uint32_t>(share);
}

void
AddApplication(const Ptr<Node>& node, const Ptr<Application>& application)
{
    if (IsLocal(node))
    {
        node->AddApplication(application);
    }
    else
    {
        application->SetNode(node);
    }
}

std::string
GetRankPath(const std::string& path, uint32_t rank, uint32_t ranks)
{
    if (path.empty() || ranks < 2)
    {
        return path;
    }
    const auto name = path.find_last_of('/') == std::string::npos ? 0 : path.find_last_of('/') + 1;
    const auto dot = path.find_last_of('.');
    const bool hasSuffix = dot != std::string::npos && dot > name;
    const auto end = hasSuffix ? dot : path.size();
    return path.substr(0, end) + ".rank" + std::to_string(rank) + path.substr(end);
}

} // namespace ns3::azure
