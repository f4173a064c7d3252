// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PORT_RANGE_H
#define AZURE_PORT_RANGE_H

#include <cstdint>
#include <ostream>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief Consecutive transport ports, both ends included, in host byte order.
 *
 * Closed, because a half-open range of 16-bit ports cannot hold port 65535; never empty.
 */
struct PortRange
{
    uint16_t first{0};    //!< lowest port of the range
    uint16_t last{65535}; //!< highest port of the range; not below first

    /// @return number of ports, 1 to 65536
    constexpr uint32_t GetSize() const
    {
        return uint32_t{last} - first + 1;
    }

    /// @return whether the port lies in the range
    constexpr bool Contains(uint16_t port) const
    {
        return first <= port && port <= last;
    }

    /// @return whether a port lies in both ranges
    constexpr bool Overlaps(const PortRange& other) const
    {
        return first <= other.last && other.first <= last;
    }

    friend constexpr bool operator==(const PortRange& a, const PortRange& b)
    {
        return a.first == b.first && a.last == b.last;
    }

    friend std::ostream& operator<<(std::ostream& os, const PortRange& range)
    {
        return os << range.first << "-" << range.last;
    }
};

} // namespace ns3::azure

#endif // AZURE_PORT_RANGE_H
