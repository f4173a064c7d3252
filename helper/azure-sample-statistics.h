// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SAMPLE_STATISTICS_H
#define AZURE_SAMPLE_STATISTICS_H

#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief The value that a share of a sample does not exceed: the nearest rank, never interpolated.
 * @param sample in any order
 * @param share above 0, at most 1; 0.5 for the median
 * @return the value; NaN of an empty sample
 */
double GetQuantile(std::vector<double> sample, double share);

/// @return the number with so many digits after the point; "-" for NaN
std::string FormatDecimal(double number, int digits);

} // namespace ns3::azure

#endif // AZURE_SAMPLE_STATISTICS_H
