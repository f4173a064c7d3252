// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RETRY_POLICY_H
#define AZURE_RETRY_POLICY_H

#include "azure-parsed.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3::azure
{

/// How the pauses between the attempts of one request grow.
enum class RetryBackoff : uint8_t
{
    Fixed,       //!< every pause is the interval
    Exponential, //!< the k-th pause is interval * 2^(k-1), times a random factor
};

/// Longest pause between two attempts, before the random factor.
constexpr int64_t MAX_RETRY_PAUSE_SECONDS = 3600;

/// What an application does about an attempt that failed; by default nothing.
struct RetryPolicy
{
    RetryBackoff backoff{RetryBackoff::Fixed}; //!< how the pauses grow
    uint32_t maxAttempts{1};                   //!< attempts in all, the first included; at least 1
    Time interval{Seconds(1)};                 //!< first pause; above 0, at most an hour
};

/**
 * @ingroup azure-values
 * @brief How long to wait after a failed attempt.
 *
 * Exponential pauses double up to an hour and are then multiplied by 0.5 + u, so that their mean
 * is the nominal pause and clients that failed together do not come back together.
 *
 * @param policy the policy
 * @param failedAttempts attempts of the request that have failed so far, at least 1
 * @param u a random number in [0, 1); not used by fixed pauses
 * @return the pause before the next attempt, or nothing if the attempts are used up
 */
std::optional<Time> GetRetryPause(const RetryPolicy& policy, uint32_t failedAttempts, double u);

/// @return the first error of the policy, or nothing
std::optional<std::string> Validate(const RetryPolicy& policy);

/**
 * @ingroup azure-values
 * @brief Read a retry policy.
 *
 * | text | meaning |
 * |---|---|
 * | none | one attempt |
 * | fixed:ATTEMPTS:INTERVAL | ATTEMPTS in all, the first included, INTERVAL apart |
 * | exponential:ATTEMPTS:INTERVAL | as above; pauses double, with jitter: see GetRetryPause() |
 *
 * The pause runs from the failure of an attempt to the start of the next.
 *
 * @param field the option or attribute, for the error text
 * @param text the policy
 * @return the policy, or why the text is refused
 */
Parsed<RetryPolicy> ParseRetryPolicy(const std::string& field, const std::string& text);

} // namespace ns3::azure

#endif // AZURE_RETRY_POLICY_H
