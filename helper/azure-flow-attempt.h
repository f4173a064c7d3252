// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_ATTEMPT_H
#define AZURE_FLOW_ATTEMPT_H

#include "ns3/azure-traffic-flow.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

/**
 * @file
 * @brief What a trace database says about an attempt at a flow, as the application sees it.
 */
namespace ns3::azure
{

/// An attempt of a traffic generator to open a flow, when it is over or the run is.
struct FlowAttempt
{
    uint32_t node{0};                      //!< ns-3's number of the generator's node
    uint32_t generator{0};                 //!< number of the generator on the node, from 1
    TrafficFlow flow;                      //!< the attempt
    std::optional<TrafficFailure> failure; //!< why it failed, if it did
    bool isRetried{false};                 //!< it failed, and another attempt follows
    std::optional<TrafficEnd> end;         //!< why it ended, if it was established and has ended
};

/// What became of an attempt.
enum class AttemptOutcome : uint8_t
{
    Failed,      //!< it was given up before it was established
    Established, //!< it was established, and may have ended
    Open,        //!< neither when the run ended
};

/// @return the outcome's name in databases
constexpr const char*
GetName(AttemptOutcome outcome)
{
    constexpr std::array<const char*, 3> NAMES{"failed", "established", "open"};
    return NAMES[static_cast<std::size_t>(outcome)];
}

/// @return what became of an attempt
inline AttemptOutcome
GetOutcome(const FlowAttempt& attempt)
{
    if (attempt.failure)
    {
        return AttemptOutcome::Failed;
    }
    return attempt.flow.established ? AttemptOutcome::Established : AttemptOutcome::Open;
}

} // namespace ns3::azure

#endif // AZURE_FLOW_ATTEMPT_H
