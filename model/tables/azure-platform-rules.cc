// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-platform-rules.h"

#include "ns3/azure-address-prefix.h"

#include <cstdint>

namespace ns3::azure
{

namespace
{

constexpr uint32_t BROADCAST = 0xffffffff; // 255.255.255.255
constexpr uint16_t DHCP_SERVER_PORT = 67;  // RFC 2131
constexpr uint16_t DHCP_CLIENT_PORT = 68;  // RFC 2131
constexpr uint16_t MAIL_PORT = 25;         // S3-53
constexpr uint16_t LICENSE_PORT = 1688;    // S3-51

} // namespace

std::variant<FlowPath, DropReason>
SelectPath(const FlowKey& key, const VirtualNetworkRoutes& routes)
{
    const auto destination = key.GetDestinationNumber();
    if (destination == HOST_SERVICE_ADDRESS || destination == INSTANCE_METADATA_ADDRESS ||
        IsDhcpRequest(key))
    {
        return FlowPath::HostService;
    }
    if (destination == key.GetSourceNumber())
    {
        return DropReason::NoVirtualNetworkRoute; // nobody else has the VM's address
    }
    const bool isNonInternet = IsNonInternet(destination);
    if (routes.Covers(destination))
    {
        if (!routes.Lookup(destination))
        {
            return DropReason::NoVirtualNetworkRoute;
        }
        // Only a service has an address on the Internet; virtual networks here are private.
        return isNonInternet ? FlowPath::VirtualNetwork : FlowPath::ServiceEndpoint;
    }
    if (isNonInternet)
    {
        return DropReason::NonInternetDestination;
    }
    if (routes.GetDefaultRoute() == RouteNextHop::None)
    {
        return DropReason::NoVirtualNetworkRoute;
    }
    return FlowPath::Internet;
}

bool
IsDhcpRequest(const FlowKey& key)
{
    return key.GetProtocol() == IpProtocol::Udp && key.GetSourcePort() == DHCP_CLIENT_PORT &&
           key.GetDestinationPort() == DHCP_SERVER_PORT &&
           (key.GetDestinationNumber() == BROADCAST ||
            key.GetDestinationNumber() == HOST_SERVICE_ADDRESS);
}

bool
IsDhcpReply(const FlowKey& key)
{
    return key.GetProtocol() == IpProtocol::Udp && key.GetSourcePort() == DHCP_SERVER_PORT &&
           key.GetDestinationPort() == DHCP_CLIENT_PORT &&
           key.GetSourceNumber() == HOST_SERVICE_ADDRESS;
}

bool
IsInternetMail(FlowPath path, const FlowKey& key)
{
    return path == FlowPath::Internet && key.GetProtocol() == IpProtocol::Tcp &&
           key.GetDestinationPort() == MAIL_PORT;
}

bool
IsLicenseRequest(FlowPath path, const FlowKey& key, const VirtualNetworkRoutes& routes)
{
    return path == FlowPath::Internet && key.GetProtocol() == IpProtocol::Tcp &&
           key.GetDestinationPort() == LICENSE_PORT && !routes.GetDefaultRoute();
}

} // namespace ns3::azure
