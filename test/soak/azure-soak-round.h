// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_ROUND_H
#define AZURE_SOAK_ROUND_H

#include "azure-soak-faults.h"
#include "azure-soak-laws.h"
#include "azure-soak-plan.h"

#include <array>
#include <cstdint>
#include <string>

namespace ns3::azure
{

/// What a round was, in numbers.
struct SoakResult
{
    double simulated{0};                               //!< seconds
    uint64_t events{0};                                //!< of the simulator
    uint64_t packets{0};                               //!< that came at the end of a link
    uint64_t flows{0};                                 //!< that hosts created
    uint64_t attempts{0};                              //!< of traffic generators
    uint64_t established{0};                           //!< of these
    std::array<uint64_t, SOAK_FAULTS.size()> faults{}; //!< in enum order
};

/// @brief Simulate a round from its beginning to its end; leaves nothing behind in the process.
/// @param plan the round @param laws gets the findings
SoakResult RunSoakRound(const SoakPlan& plan, SoakLawBook& laws);

/// @return bytes that the process has allocated now
uint64_t GetAllocatedBytes();

} // namespace ns3::azure

#endif // AZURE_SOAK_ROUND_H
