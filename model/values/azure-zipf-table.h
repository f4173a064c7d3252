// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ZIPF_TABLE_H
#define AZURE_ZIPF_TABLE_H

#include <cstddef>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief Picks one of n items, the k-th (counted from 1) with a weight of 1 / k^skew.
 *
 * The table holds the cumulated weights; a pick is a binary search.
 */
class ZipfTable
{
  public:
    /**
     * @param items number of items, at least 1
     * @param skew Zipf exponent, at least 0; 0 makes all items equally likely
     */
    ZipfTable(std::size_t items, double skew);

    /**
     * @brief Pick an item.
     * @param u where in the distribution, in [0, 1)
     * @return index of the item, counted from 0
     */
    std::size_t Select(double u) const;

    /// @return how likely an item is; its index counted from 0
    double GetProbability(std::size_t index) const;

  private:
    std::vector<double> m_cumulated; //!< sum of the weights up to and including each item
};

} // namespace ns3::azure

#endif // AZURE_ZIPF_TABLE_H
