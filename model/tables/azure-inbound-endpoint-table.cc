// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-inbound-endpoint-table.h"

#include <utility>

namespace ns3::azure
{

namespace
{

/// @return whether both mean the same translation
bool
IsSame(const InboundEndpoint& a, const InboundEndpoint& b)
{
    return a.virtualNetwork == b.virtualNetwork && a.backendPort == b.backendPort &&
           a.isFloatingIp == b.isFloatingIp;
}

} // namespace

bool
InboundEndpointTable::Insert(const ProgramInboundEndpoints& instruction)
{
    auto endpoints = m_endpoints;
    for (const auto& endpoint : instruction.endpoints)
    {
        const bool isHaPorts = endpoint.protocol == TransportProtocol::All;
        const Place place{endpoint.frontend.Get(),
                          endpoint.protocol,
                          isHaPorts ? uint16_t{0} : endpoint.frontendPort};
        const auto [found, isNew] = endpoints.emplace(place, endpoint);
        if (!isNew && !IsSame(found->second, endpoint))
        {
            return false;
        }
    }
    m_endpoints = std::move(endpoints);
    for (const auto& mux : instruction.muxes)
    {
        m_muxes.insert(mux.Get());
    }
    return true;
}

const InboundEndpoint*
InboundEndpointTable::Lookup(const FlowKey& key) const
{
    const auto frontend = key.GetDestinationNumber();
    const auto protocol =
        key.GetProtocol() == IpProtocol::Tcp ? TransportProtocol::Tcp : TransportProtocol::Udp;
    for (const auto& place : {Place{frontend, protocol, key.GetDestinationPort()},
                              Place{frontend, TransportProtocol::All, 0}})
    {
        const auto found = m_endpoints.find(place);
        if (found != m_endpoints.end() && Covers(found->second.protocol, key.GetProtocol()))
        {
            return &found->second;
        }
    }
    return nullptr;
}

bool
InboundEndpointTable::IsKnown(Ipv4Address frontend) const
{
    const auto first = m_endpoints.lower_bound({frontend.Get(), TransportProtocol::Tcp, 0});
    return first != m_endpoints.end() && std::get<0>(first->first) == frontend.Get();
}

} // namespace ns3::azure
