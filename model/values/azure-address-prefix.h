// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ADDRESS_PREFIX_H
#define AZURE_ADDRESS_PREFIX_H

#include "azure-parsed.h"

#include "ns3/ipv4-address.h"

#include <array>
#include <cstdint>
#include <ostream>
#include <string>

namespace ns3::azure
{

/// @ingroup azure-values
/// @brief An IPv4 address prefix in CIDR form; numbers in host byte order.
struct AddressPrefix
{
    uint32_t network{0}; //!< the address with all bits beyond the prefix zero
    uint8_t length{0};   //!< bits that count, 0 to 32

    /// @return whether length and network fulfil what is said of them
    constexpr bool IsValid() const
    {
        return length == 32 || (length < 32 && (network & (0xffffffffU >> length)) == 0);
    }

    /// @return whether the address lies in the prefix
    constexpr bool Contains(uint32_t address) const
    {
        return length == 0 || ((address ^ network) >> (32 - length)) == 0;
    }

    /// @return whether every address of the other prefix lies in this one
    constexpr bool Contains(const AddressPrefix& other) const
    {
        return length <= other.length && Contains(other.network);
    }

    /// @return whether some address lies in both prefixes
    constexpr bool Overlaps(const AddressPrefix& other) const
    {
        return Contains(other) || other.Contains(*this);
    }

    /// @return the lowest address of the prefix
    constexpr uint32_t GetFirst() const
    {
        return network;
    }

    /// @return the highest address of the prefix
    constexpr uint32_t GetLast() const
    {
        return length == 32 ? network : network | (0xffffffffU >> length);
    }

    friend constexpr bool operator==(const AddressPrefix& a, const AddressPrefix& b)
    {
        return a.network == b.network && a.length == b.length;
    }

    friend constexpr bool operator!=(const AddressPrefix& a, const AddressPrefix& b)
    {
        return !(a == b);
    }

    /// Orders by lowest address; of those that begin alike, the widest comes first.
    friend constexpr bool operator<(const AddressPrefix& a, const AddressPrefix& b)
    {
        return a.network != b.network ? a.network < b.network : a.length < b.length;
    }

    /// Writes CIDR form, as in 10.0.0.0/8; ParseAddressPrefix() reads it back.
    friend std::ostream& operator<<(std::ostream& os, const AddressPrefix& prefix)
    {
        return os << Ipv4Address(prefix.network) << '/' << uint32_t{prefix.length};
    }
};

/// Every address: what "*" and 0.0.0.0/0 mean in a security rule (S3-16).
constexpr AddressPrefix ANY_ADDRESS{0, 0};

/// @return whether the text is made of what IPv6 addresses and prefixes are, which are not modeled
bool LooksLikeIpv6(const std::string& text);

/**
 * @brief Read an address or a prefix in CIDR form.
 * @param field named by the error
 * @param text as 10.0.0.4, which means 10.0.0.4/32, or 10.0.0.0/8; bits beyond the length are zero,
 *        and the length has no leading zeros
 */
Parsed<AddressPrefix> ParseAddressPrefix(const std::string& field, const std::string& text);

/// Address of the host's DHCP, DNS and health probes, the same in all regions (S3-50).
constexpr uint32_t HOST_SERVICE_ADDRESS = 0xa83f8110; // 168.63.129.16

/// The other address of host services: the instance metadata service (S3-50).
constexpr uint32_t INSTANCE_METADATA_ADDRESS = 0xa9fea9fe; // 169.254.169.254

/// Addresses that are no destination on the Internet: RFC 1918, RFC 6598, RFC 6890, and the
/// platform's own 168.63.129.16 (S3-50).
constexpr std::array<AddressPrefix, 10> NON_INTERNET_PREFIXES{{
    {0x00000000, 8},            // 0.0.0.0, this network
    {0x0a000000, 8},            // 10.0.0.0
    {0x64400000, 10},           // 100.64.0.0
    {0x7f000000, 8},            // 127.0.0.0, loopback
    {HOST_SERVICE_ADDRESS, 32}, // 168.63.129.16
    {0xa9fe0000, 16},           // 169.254.0.0, link-local
    {0xac100000, 12},           // 172.16.0.0
    {0xc0a80000, 16},           // 192.168.0.0
    {0xe0000000, 4},            // 224.0.0.0, multicast
    {0xf0000000, 4},            // 240.0.0.0, reserved, and broadcast
}};

/// @return whether services of the VM's own host have the address, a number in host byte order
constexpr bool
IsHostServiceAddress(uint32_t address)
{
    return address == HOST_SERVICE_ADDRESS || address == INSTANCE_METADATA_ADDRESS;
}

/// @return whether the address is no destination on the Internet, a number in host byte order
constexpr bool
IsNonInternet(uint32_t address)
{
    for (const auto& prefix : NON_INTERNET_PREFIXES)
    {
        if (prefix.Contains(address))
        {
            return true;
        }
    }
    return false;
}

/// @return whether the address is no destination on the Internet
inline bool
IsNonInternet(Ipv4Address address)
{
    return IsNonInternet(address.Get());
}

} // namespace ns3::azure

#endif // AZURE_ADDRESS_PREFIX_H
