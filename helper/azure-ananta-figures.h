// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ANANTA_FIGURES_H
#define AZURE_ANANTA_FIGURES_H

#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"

#include <array>

namespace ns3::azure
{

/// A point of a cumulative distribution.
struct DistributionPoint
{
    double timeSeconds; //!< that something takes at most
    double share;       //!< in so many cases
};

/// How long Ananta's manager took to answer requests for SNAT ports (Ananta 5.2.1, Figure 15; the
/// text gives these points, the axes are not readable: sources.rst C.2).
constexpr std::array<DistributionPoint, 3> ANANTA_REQUEST_TIMES{
    {{0.05, 0.1}, {0.2, 0.7}, {2, 0.99}}};

/**
 * @ingroup azure-helper
 * @brief Draws times to answer requests, for the SLB manager's attribute RequestServiceTime.
 * @return a variable in seconds: straight lines between 10 ms, the points of ANANTA_REQUEST_TIMES,
 *         and 4 s; the two ends are our choice
 */
Ptr<RandomVariableStream> MakeAnantaRequestTime();

} // namespace ns3::azure

#endif // AZURE_ANANTA_FIGURES_H
