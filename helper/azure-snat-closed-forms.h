// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_CLOSED_FORMS_H
#define AZURE_SNAT_CLOSED_FORMS_H

#include "ns3/nstime.h"

#include <cstdint>
#include <vector>

/**
 * @file
 * @brief What can be computed of SNAT ports without a simulation, for examples to check theirs.
 */
namespace ns3::azure
{

/**
 * @brief Erlang's loss formula: share of Poisson arrivals that find every port taken.
 *
 * It depends on how long ports are held by the mean only (A. K. Erlang 1917; B. A. Sevastyanov
 * 1957).
 *
 * @param offeredLoad arrivals per second times mean time a port is held, in Erlang; 0 or more
 * @param ports how many there are, for one destination
 * @return between 0 and 1; 1 without ports
 */
double ErlangB(double offeredLoad, uint32_t ports);

/**
 * @brief The ceiling of connections to one destination (sources.rst B.2: 1,024 ports held for 240 s
 * sustain 4.27 a second).
 * @param ports how many there are, for one destination
 * @param hold time a port is held by a connection in all, above 0
 * @return new connections per second that find a free port for ever, if they come evenly
 */
double GetSustainedRate(uint32_t ports, Time hold);

/**
 * @brief How many of evenly spaced connections are refused, if each holds its port equally long.
 *
 * The first @p ports get one, the next are refused until the first port is free; then all repeats.
 *
 * @param connections how many come, the k-th, counted from 0, at k / @p rate
 * @param rate connections per second, above 0
 * @param ports how many there are, for one destination, at least 1
 * @param hold time a port is held by a connection in all, above 0
 * @return how many of them find no port
 */
uint64_t GetPeriodicRefusals(uint64_t connections, double rate, uint32_t ports, Time hold);

/**
 * @brief Jain's fairness index: 1 if all have the same, 1 / n if one of n has everything (R. Jain,
 * D. Chiu, W. Hawe 1984).
 * @param shares what each has, 0 or more
 * @return the index; 1 if nobody has anything
 */
double GetJainIndex(const std::vector<double>& shares);

} // namespace ns3::azure

#endif // AZURE_SNAT_CLOSED_FORMS_H
