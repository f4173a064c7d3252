// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-platform-rules.h"

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-address-set.h"
#include "ns3/azure-dhcp-message.h"
#include "ns3/azure-service-tag.h"
#include "ns3/azure-subscription.h"

#include <cstdint>

namespace ns3::azure
{

namespace
{

constexpr uint32_t BROADCAST = 0xffffffff; // 255.255.255.255
constexpr uint16_t LICENSE_PORT = 1688;    // S3-51

/// @return whether a server that licenses Windows may have the address
bool
IsLicenseServer(uint32_t address)
{
    static const AddressSet SERVERS(*GetServiceTagPrefixes({ServiceTagName::AzurePlatformLKM, ""}));
    return SERVERS.Contains(address);
}

} // namespace

std::variant<FlowPath, DropReason>
SelectPath(const FlowKey& key, const VirtualNetworkRoutes& routes)
{
    const auto destination = key.GetDestinationNumber();
    if (IsHostServiceAddress(destination) || IsDhcpRequest(key))
    {
        return FlowPath::HostService;
    }
    if (destination == key.GetSourceNumber())
    {
        return DropReason::NoVirtualNetworkRoute; // nobody else has the VM's address
    }
    if (routes.Covers(destination))
    {
        if (!routes.Lookup(destination))
        {
            return DropReason::NoVirtualNetworkRoute;
        }
        return GetNetworkPath(destination);
    }
    if (IsNonInternet(destination))
    {
        return DropReason::NonInternetDestination;
    }
    if (routes.GetDefaultRoute() == RouteNextHop::None)
    {
        return DropReason::NoVirtualNetworkRoute;
    }
    return FlowPath::Internet;
}

FlowPath
GetNetworkPath(uint32_t address)
{
    return IsNonInternet(address) ? FlowPath::VirtualNetwork : FlowPath::ServiceEndpoint;
}

bool
IsDhcpRequest(const FlowKey& key)
{
    return key.GetProtocol() == IpProtocol::Udp && key.GetSourcePort() == DHCP_CLIENT_PORT &&
           key.GetDestinationPort() == DHCP_SERVER_PORT &&
           (key.GetDestinationNumber() == BROADCAST ||
            key.GetDestinationNumber() == HOST_SERVICE_ADDRESS);
}

FlowKey
GetDhcpKey(uint32_t vm)
{
    return {vm, HOST_SERVICE_ADDRESS, DHCP_CLIENT_PORT, DHCP_SERVER_PORT, IpProtocol::Udp};
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
           key.GetDestinationPort() == SMTP_PORT;
}

bool
IsLicenseRequest(const FlowKey& key, const std::optional<RouteNextHop>& defaultRoute)
{
    return !defaultRoute && key.GetProtocol() == IpProtocol::Tcp &&
           key.GetDestinationPort() == LICENSE_PORT && IsLicenseServer(key.GetDestinationNumber());
}

} // namespace ns3::azure
