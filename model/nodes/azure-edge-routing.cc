// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-edge-routing.h"

#include "ns3/azure-ip-protocol.h"
#include "ns3/ipv4-header.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// @return whether one of the prefixes contains the address
bool
IsInside(const std::vector<AddressPrefix>& prefixes, Ipv4Address address)
{
    const auto number = address.Get();
    return std::any_of(prefixes.begin(), prefixes.end(), [number](const AddressPrefix& prefix) {
        return prefix.Contains(number);
    });
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(EdgeRouting);

TypeId
EdgeRouting::GetTypeId()
{
    static TypeId tid = TypeId("ns3::azure::EdgeRouting")
                            .SetParent<PrefixRouting>()
                            .SetGroupName("AzureNet")
                            .AddConstructor<EdgeRouting>();
    return tid;
}

void
EdgeRouting::SetInside(Ptr<NetDevice> device)
{
    m_inside = device;
}

void
EdgeRouting::AddOwnPrefix(const AddressPrefix& prefix)
{
    m_ownPrefixes.push_back(prefix);
}

void
EdgeRouting::AddTunnelEnds(const AddressPrefix& prefix)
{
    m_tunnelEnds.push_back(prefix);
}

bool
EdgeRouting::RouteInput(Ptr<const Packet> packet,
                        const Ipv4Header& header,
                        Ptr<const NetDevice> inputDevice,
                        RouteInputTypes::Ucb unicast,
                        RouteInputTypes::Mcb multicast,
                        RouteInputTypes::Lcb local,
                        RouteInputTypes::Ecb error)
{
    if (m_inside && inputDevice != m_inside && IsRefused(header))
    {
        error(packet, header, Socket::ERROR_NOROUTETOHOST);
        return true;
    }
    return PrefixRouting::RouteInput(packet, header, inputDevice, unicast, multicast, local, error);
}

bool
EdgeRouting::IsRefused(const Ipv4Header& header) const
{
    const auto protocol = static_cast<IpProtocol>(header.GetProtocol());
    const bool isTunnel = protocol == IpProtocol::Gre || protocol == IpProtocol::IpInIp;
    return IsInside(m_ownPrefixes, header.GetSource()) ||
           (isTunnel && IsInside(m_tunnelEnds, header.GetDestination()));
}

void
EdgeRouting::DoDispose()
{
    m_inside = nullptr;
    PrefixRouting::DoDispose();
}

} // namespace ns3::azure
