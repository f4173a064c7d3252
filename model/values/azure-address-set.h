// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ADDRESS_SET_H
#define AZURE_ADDRESS_SET_H

#include "azure-address-prefix.h"

#include <cstdint>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief A set of IPv4 addresses, as a union of prefixes with others taken away.
 *
 * Invariant: the ranges are closed, in order, and neither overlap nor touch.
 */
class AddressSet
{
  public:
    AddressSet() = default;

    /// The addresses of all the prefixes.
    explicit AddressSet(const std::vector<AddressPrefix>& prefixes);

    /// @brief Put in every address of the prefix.
    void Add(const AddressPrefix& prefix);

    /// @brief Take out every address of the prefix.
    void Subtract(const AddressPrefix& prefix);

    /// @return whether the address is in the set
    bool Contains(uint32_t address) const;

    /// @return the fewest prefixes that make up the set, in order
    std::vector<AddressPrefix> GetPrefixes() const;

  private:
    /// Addresses from first to last, both included.
    struct Range
    {
        uint32_t first; //!< lowest
        uint32_t last;  //!< highest
    };

    std::vector<Range> m_ranges; //!< in order
};

} // namespace ns3::azure

#endif // AZURE_ADDRESS_SET_H
