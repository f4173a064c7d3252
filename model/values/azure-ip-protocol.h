// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_IP_PROTOCOL_H
#define AZURE_IP_PROTOCOL_H

#include <cstdint>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief IP protocol numbers the module names; any other number is a valid value too.
 *
 * Source: the protocol numbers assigned by IANA, as carried in the IPv4 header (RFC 791).
 */
enum class IpProtocol : uint8_t
{
    Icmp = 1,
    IpInIp = 4, //!< RFC 2003, the tunnel from load-balancer mux to host
    Tcp = 6,
    Udp = 17,
    Gre = 47, //!< RFC 2784, the tunnel between hosts
    Esp = 50, //!< RFC 4303
    Ah = 51,  //!< RFC 4302
};

/// @return whether SNAT translates the protocol: TCP and UDP only (sources.rst B.2, B.3)
constexpr bool
IsTranslatedBySnat(IpProtocol protocol)
{
    return protocol == IpProtocol::Tcp || protocol == IpProtocol::Udp;
}

/// @return "tcp", "udp", "icmp", "ip-in-ip", "gre", "esp", "ah", or "other"
constexpr const char*
GetName(IpProtocol protocol)
{
    switch (protocol)
    {
    case IpProtocol::Icmp:
        return "icmp";
    case IpProtocol::IpInIp:
        return "ip-in-ip";
    case IpProtocol::Tcp:
        return "tcp";
    case IpProtocol::Udp:
        return "udp";
    case IpProtocol::Gre:
        return "gre";
    case IpProtocol::Esp:
        return "esp";
    case IpProtocol::Ah:
        return "ah";
    }
    return "other";
}

} // namespace ns3::azure

#endif // AZURE_IP_PROTOCOL_H
