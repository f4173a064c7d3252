// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PREFIX_TABLE_H
#define AZURE_PREFIX_TABLE_H

#include "ns3/azure-address-prefix.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Values by address prefix, of which the longest one that contains an address counts.
 *
 * A lookup costs one hash lookup for each prefix length there is, however many prefixes there are:
 * made for many prefixes of few lengths.
 */
template <typename T>
class PrefixTable
{
  public:
    /**
     * @brief Put a value at a prefix, in place of the one that is there.
     * @param prefix a valid one
     * @param value a copy of it is kept
     */
    void Insert(const AddressPrefix& prefix, const T& value)
    {
        auto& values = m_values[prefix.length];
        if (values.empty())
        {
            auto place = m_lengths.begin();
            while (place != m_lengths.end() && *place > prefix.length)
            {
                ++place;
            }
            m_lengths.insert(place, prefix.length);
        }
        values[prefix.network] = value;
    }

    /// @brief Take all values out.
    void Clear()
    {
        m_values = {};
        m_lengths.clear();
    }

    /**
     * @brief Find the value at the longest prefix that contains an address and suits.
     * @param address in host byte order
     * @param suits told of values, longest prefix first, until it returns true
     * @return the value, valid until the next Insert() or Clear(); null if there is none
     */
    template <typename Suits>
    const T* LookupIf(uint32_t address, Suits suits) const
    {
        for (const auto length : m_lengths)
        {
            const uint32_t network = length == 0 ? 0 : address & ~uint32_t{0} << (32 - length);
            const auto found = m_values[length].find(network);
            if (found != m_values[length].end() && suits(found->second))
            {
                return &found->second;
            }
        }
        return nullptr;
    }

    /// @return the value at the longest prefix that contains the address (host byte order), as
    ///         LookupIf()
    const T* Lookup(uint32_t address) const
    {
        return LookupIf(address, [](const T& /* value */) { return true; });
    }

  private:
    std::array<std::unordered_map<uint32_t, T>, 33> m_values; //!< by length, then by network
    std::vector<uint8_t> m_lengths;                           //!< of m_values in use, descending
};

} // namespace ns3::azure

#endif // AZURE_PREFIX_TABLE_H
