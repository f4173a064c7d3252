// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_KOLMOGOROV_SMIRNOV_H
#define AZURE_KOLMOGOROV_SMIRNOV_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Probability that samples of a uniform distribution on [0, 1) are at least as far from it
 * as these.
 *
 * Kolmogorov's limit distribution with Stephens' correction for the number of samples, good to
 * about 0.001 from 35 samples on (M. A. Stephens, J. Royal Statistical Society B 32, 1970).
 *
 * @param samples at least one; none outside [0, 1] or the answer is 0
 */
inline double
GetUniformProbability(std::vector<double> samples)
{
    std::sort(samples.begin(), samples.end());
    if (samples.front() < 0 || samples.back() > 1)
    {
        return 0;
    }
    const auto n = static_cast<double>(samples.size());
    double distance = 0;
    for (std::size_t i = 0; i < samples.size(); ++i)
    {
        const auto below = static_cast<double>(i) / n;
        const auto above = static_cast<double>(i + 1) / n;
        distance = std::max({distance, samples[i] - below, above - samples[i]});
    }
    const auto scaled = distance * (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n));
    if (scaled < 0.3)
    {
        return 1; // the series does not converge; the probability differs from 1 by less than 1e-4
    }
    double probability = 0;
    constexpr int TERMS = 100;
    for (int k = 1; k <= TERMS; ++k)
    {
        probability += (k % 2 == 1 ? 2 : -2) * std::exp(-2.0 * k * k * scaled * scaled);
    }
    return std::clamp(probability, 0.0, 1.0);
}

} // namespace ns3::azure

#endif // AZURE_KOLMOGOROV_SMIRNOV_H
