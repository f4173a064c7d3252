// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-retry-policy.h"

#include "azure-parse.h"
#include "azure-text-fields.h"

#include <algorithm>
#include <cmath>

namespace ns3::azure
{

namespace
{

constexpr const char* ALLOWED = "none, fixed:ATTEMPTS:INTERVAL or exponential:ATTEMPTS:INTERVAL "
                                "(fixed:3:1s) with ATTEMPTS >= 1 and INTERVAL > 0s, at most 1h";

} // namespace

std::optional<Time>
GetRetryPause(const RetryPolicy& policy, uint32_t failedAttempts, double u)
{
    if (failedAttempts >= policy.maxAttempts)
    {
        return std::nullopt;
    }
    if (policy.backoff == RetryBackoff::Fixed)
    {
        return policy.interval;
    }
    const double doubled = std::ldexp(policy.interval.GetSeconds(),
                                      static_cast<int>(std::min(failedAttempts - 1, 64U)));
    const double nominal = std::min(doubled, static_cast<double>(MAX_RETRY_PAUSE_SECONDS));
    return Seconds(nominal * (0.5 + u));
}

std::optional<std::string>
Validate(const RetryPolicy& policy)
{
    if (policy.maxAttempts < 1)
    {
        return "MaxAttempts: '0' is not allowed; give at least 1";
    }
    if (!policy.interval.IsStrictlyPositive() || policy.interval > Seconds(MAX_RETRY_PAUSE_SECONDS))
    {
        return "RetryInterval: '" + std::to_string(policy.interval.GetSeconds()) +
               "s' is not allowed; give a time > 0s, at most 1h";
    }
    return std::nullopt;
}

Parsed<RetryPolicy>
ParseRetryPolicy(const std::string& field, const std::string& text)
{
    if (text == "none")
    {
        return RetryPolicy{};
    }
    const auto refused = Parsed<RetryPolicy>::Refuse(field, text, ALLOWED);
    const auto fields = SplitFields(text, ':');
    if (fields.size() != 3 || (fields[0] != "fixed" && fields[0] != "exponential"))
    {
        return refused;
    }
    const auto attempts = ParseUnsigned(fields[1]);
    const auto interval = ParseTime(fields[2]);
    if (!attempts || !interval)
    {
        return refused;
    }
    const auto backoff = fields[0] == "fixed" ? RetryBackoff::Fixed : RetryBackoff::Exponential;
    const RetryPolicy policy{backoff, *attempts, *interval};
    return Validate(policy) ? refused : Parsed<RetryPolicy>(policy);
}

} // namespace ns3::azure
