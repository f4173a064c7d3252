// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ADDRESS_PREFIX_H
#define AZURE_ADDRESS_PREFIX_H

#include "ns3/ipv4-address.h"

#include <array>
#include <cstdint>

namespace ns3::azure
{

/// @ingroup azure-values
/// @brief An IPv4 address prefix in CIDR form; numbers in host byte order.
struct AddressPrefix
{
    uint32_t network{0}; //!< the address with all bits beyond the prefix zero
    uint8_t length{0};   //!< bits that count, 0 to 32

    /// @return whether the address lies in the prefix
    constexpr bool Contains(uint32_t address) const
    {
        return length == 0 || ((address ^ network) >> (32 - length)) == 0;
    }
};

/// Address space that the Internet does not route: RFC 1918 and RFC 6598.
constexpr std::array<AddressPrefix, 4> PRIVATE_PREFIXES{{
    {0x0a000000, 8},  // 10.0.0.0
    {0xac100000, 12}, // 172.16.0.0
    {0xc0a80000, 16}, // 192.168.0.0
    {0x64400000, 10}, // 100.64.0.0
}};

/// @return whether the Internet does not route the address, a number in host byte order
constexpr bool
IsPrivate(uint32_t address)
{
    for (const auto& prefix : PRIVATE_PREFIXES)
    {
        if (prefix.Contains(address))
        {
            return true;
        }
    }
    return false;
}

/// @return whether the Internet does not route the address
inline bool
IsPrivate(Ipv4Address address)
{
    return IsPrivate(address.Get());
}

} // namespace ns3::azure

#endif // AZURE_ADDRESS_PREFIX_H
