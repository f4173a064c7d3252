// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-hold-time.h"

#include "azure-parse.h"
#include "azure-random-variable-text.h"
#include "azure-text-fields.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr const char* ALLOWED =
    "a time >= 0s (2s, 500ms), exponential:MEAN, pareto:MEAN:SHAPE with MEAN > 0s and SHAPE > 1, "
    "an ns-3 random variable in seconds (ns3::UniformRandomVariable[Min=1|Max=2]), or none for "
    "the end of the run";

/// @return the time in seconds, exact to the nanosecond; the time must not be negative
std::string
ToSeconds(Time time)
{
    constexpr int64_t NANOSECONDS_PER_SECOND = 1000000000;
    const int64_t nanoseconds = time.GetNanoSeconds();
    const auto whole = std::to_string(nanoseconds / NANOSECONDS_PER_SECOND);
    const auto fraction = std::to_string(nanoseconds % NANOSECONDS_PER_SECOND);
    return whole + "." + std::string(9 - fraction.size(), '0') + fraction;
}

/// @return the random variable, or nothing if the fields do not describe one
std::optional<std::string>
ToRandomVariable(const std::vector<std::string>& fields)
{
    const auto& kind = fields[0];
    if (fields.size() == 1)
    {
        const auto constant = ParseTime(kind);
        if (!constant || constant->IsStrictlyNegative())
        {
            return std::nullopt;
        }
        return "ns3::ConstantRandomVariable[Constant=" + ToSeconds(*constant) + "]";
    }
    const auto mean = ParseTime(fields[1]);
    if (!mean || !mean->IsStrictlyPositive())
    {
        return std::nullopt;
    }
    if (kind == "exponential" && fields.size() == 2)
    {
        return "ns3::ExponentialRandomVariable[Mean=" + ToSeconds(*mean) + "]";
    }
    if (kind != "pareto" || fields.size() != 3)
    {
        return std::nullopt;
    }
    const auto shape = ParseDouble(fields[2]);
    if (!shape || *shape <= 1)
    {
        return std::nullopt;
    }
    const auto nanoseconds = std::llround(mean->GetNanoSeconds() * ((*shape - 1) / *shape));
    const auto scale = NanoSeconds(std::max<int64_t>(nanoseconds, 1)); // 0 is no scale
    return "ns3::ParetoRandomVariable[Scale=" + ToSeconds(scale) + "|Shape=" + fields[2] + "]";
}

} // namespace

Parsed<HoldTime>
ParseHoldTime(const std::string& field, const std::string& text)
{
    if (text == "none")
    {
        return HoldTime{};
    }
    if (text.rfind("ns3::", 0) == 0)
    {
        const auto parts = ParseRandomVariableText(field, text);
        return parts ? HoldTime{text} : Parsed<HoldTime>::Refuse(parts);
    }
    auto randomVariable = ToRandomVariable(SplitFields(text, ':'));
    if (!randomVariable)
    {
        return Parsed<HoldTime>::Refuse(field, text, ALLOWED);
    }
    return HoldTime{std::move(randomVariable)};
}

} // namespace ns3::azure
