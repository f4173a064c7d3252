// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOLD_TIME_H
#define AZURE_HOLD_TIME_H

#include "azure-parsed.h"

#include <optional>
#include <string>

namespace ns3::azure
{

/// How long a connection stays open.
struct HoldTime
{
    /// ns-3 random variable of seconds; none: the connection stays open to the end of the run
    std::optional<std::string> randomVariable;
};

/**
 * @ingroup azure-values
 * @brief Read a hold time.
 *
 * | text | meaning |
 * |---|---|
 * | none | to the end of the run |
 * | 2s | constant; any time that ParseTime() reads, not negative |
 * | exponential:MEAN | exponential with that mean, a time > 0 |
 * | pareto:MEAN:SHAPE | Pareto with that mean, a time > 0, and shape > 1 |
 * | ns3::UniformRandomVariable[Min=1\|Max=2] | what ParseRandomVariableText() reads, in seconds |
 *
 * Pareto's scale (smallest value) is MEAN * (SHAPE - 1) / SHAPE, to the nanosecond and at least
 * one. Of a random variable that is spelled out, values below 0 count as 0.
 *
 * @param field the option or attribute, for the error text
 * @param text the hold time
 * @return the hold time, or why the text is refused
 */
Parsed<HoldTime> ParseHoldTime(const std::string& field, const std::string& text);

} // namespace ns3::azure

#endif // AZURE_HOLD_TIME_H
