// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-equal-cost-routing.h"

#include "ns3/abort.h"
#include "ns3/azure-checksum.h"
#include "ns3/azure-flow-key.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-route.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <optional>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureEqualCostRouting");

namespace
{

/// @return whether one node has the address
bool
IsUnicast(Ipv4Address address)
{
    return !address.IsMulticast() && !address.IsBroadcast();
}

/// @return whether packets of the protocol begin with their ports
bool
HasPorts(IpProtocol protocol)
{
    return protocol == IpProtocol::Tcp || protocol == IpProtocol::Udp;
}

/**
 * @return the flow in a tunnel, without ports where not all its packets have them; nothing if it is
 *         not IPv4 in GRE with a key and no more (RFC 2890), or is cut short
 */
std::optional<FlowKey>
GetInnerFlowKey(const Packet& packet)
{
    constexpr uint32_t GRE_WITH_KEY = 0x20000800; // and the Ethertype of IPv4
    constexpr uint32_t GRE_SIZE = 8;
    constexpr uint32_t IPV4_SIZE = 20; // without options
    constexpr uint32_t MAX_IPV4_SIZE = 60;
    constexpr uint16_t FRAGMENT_MASK = 0x3fff; // More Fragments, and the offset
    std::array<uint8_t, GRE_SIZE + MAX_IPV4_SIZE + 4> bytes;
    const uint32_t size = packet.CopyData(bytes.data(), bytes.size());
    const uint8_t* inner = &bytes[GRE_SIZE];
    if (size < GRE_SIZE + IPV4_SIZE || ReadU32(bytes.data()) != GRE_WITH_KEY || inner[0] >> 4 != 4)
    {
        return std::nullopt;
    }
    const auto protocol = static_cast<IpProtocol>(inner[9]);
    const uint32_t ports = GRE_SIZE + 4U * (inner[0] & 0xf);
    const bool isWhole = (ReadU16(inner + 6) & FRAGMENT_MASK) == 0;
    const bool hasPorts = isWhole && HasPorts(protocol) && ports + 4 <= size;
    return FlowKey(ReadU32(inner + 12),
                   ReadU32(inner + 16),
                   hasPorts ? ReadU16(&bytes[ports]) : 0,
                   hasPorts ? ReadU16(&bytes[ports + 2]) : 0,
                   protocol);
}

/// @return the flow of a packet, without ports where not all packets of the flow have them
FlowKey
GetFlowKey(const Packet& packet, const Ipv4Header& header)
{
    const auto protocol = static_cast<IpProtocol>(header.GetProtocol());
    const bool isWhole = header.IsLastFragment() && header.GetFragmentOffset() == 0;
    if (isWhole && protocol == IpProtocol::Gre)
    {
        if (const auto inner = GetInnerFlowKey(packet))
        {
            return *inner;
        }
    }
    std::array<uint8_t, 4> ports{};
    if (isWhole && HasPorts(protocol))
    {
        packet.CopyData(ports.data(), ports.size());
    }
    return {header.GetSource(),
            header.GetDestination(),
            static_cast<uint16_t>(ports[0] << 8 | ports[1]),
            static_cast<uint16_t>(ports[2] << 8 | ports[3]),
            protocol};
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(EqualCostRouting);

TypeId
EqualCostRouting::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::EqualCostRouting")
            .SetParent<Ipv4RoutingProtocol>()
            .SetGroupName("AzureNet")
            .AddConstructor<EqualCostRouting>()
            .AddAttribute("HashSeed",
                          "Seed of the hash that chooses a flow's next hop; routers have others "
                          "than muxes (the default is our choice, the letters ECMP).",
                          UintegerValue(0x45434d50), // "ECMP"
                          MakeUintegerAccessor(&EqualCostRouting::m_hashSeed),
                          MakeUintegerChecker<uint64_t>())
            .AddTraceSource("RouteChange",
                            "A next hop's route to a prefix has appeared or gone: announced, "
                            "withdrawn or expired; once for each, not when it is announced again.",
                            MakeTraceSourceAccessor(&EqualCostRouting::m_routeChangeTrace),
                            "ns3::azure::EqualCostRouting::RouteChangeCallback");
    return tid;
}

bool
EqualCostRouting::Announce(Ipv4Address nextHop, const AnnounceRoutes& message)
{
    if (!FindDevice(nextHop))
    {
        return false;
    }
    for (const auto& prefix : message.prefixes)
    {
        if (m_routes.Announce({prefix, nextHop}, message.holdTime, Simulator::Now()))
        {
            NotifyChange({prefix, nextHop}, RouteChangeCause::Announced);
        }
    }
    ScheduleExpiry();
    return true;
}

void
EqualCostRouting::Withdraw(Ipv4Address nextHop, const WithdrawRoutes& message)
{
    for (const auto& prefix : message.prefixes)
    {
        if (m_routes.Withdraw({prefix, nextHop}))
        {
            NotifyChange({prefix, nextHop}, RouteChangeCause::Withdrawn);
        }
    }
}

bool
EqualCostRouting::AddStaticRoute(const AddressPrefix& prefix, Ipv4Address nextHop)
{
    if (!FindDevice(nextHop))
    {
        return false;
    }
    if (m_routes.InsertStatic({prefix, nextHop}))
    {
        NotifyChange({prefix, nextHop}, RouteChangeCause::Configured);
    }
    return true;
}

void
EqualCostRouting::AddDiscardedPrefix(const AddressPrefix& prefix)
{
    m_discarded.push_back(prefix);
}

Ptr<NetDevice>
EqualCostRouting::FindDevice(Ipv4Address neighbor) const
{
    const auto known = m_links.find(neighbor);
    return known != m_links.end() ? known->second.device : FindLink(neighbor).device;
}

EqualCostRouting::Link
EqualCostRouting::FindLink(Ipv4Address neighbor) const
{
    NS_ABORT_MSG_UNLESS(m_ipv4, "the routing protocol has no IPv4 stack; add it to one's first");
    for (uint32_t interface = 0; interface < m_ipv4->GetNInterfaces(); ++interface)
    {
        for (uint32_t i = 0; i < m_ipv4->GetNAddresses(interface); ++i)
        {
            const auto own = m_ipv4->GetAddress(interface, i);
            if (own.GetLocal() != neighbor && own.GetMask().IsMatch(own.GetLocal(), neighbor))
            {
                return {m_ipv4->GetNetDevice(interface), own.GetLocal()};
            }
        }
    }
    return {};
}

void
EqualCostRouting::NotifyChange(const NextHopRoute& route, RouteChangeCause cause)
{
    if (!m_routes.IsNextHop(route.nextHop))
    {
        m_links.erase(route.nextHop);
    }
    else if (m_links.count(route.nextHop) == 0)
    {
        m_links[route.nextHop] = FindLink(route.nextHop);
    }
    NS_LOG_INFO(route.prefix << " by " << route.nextHop << ": " << GetName(cause));
    m_routeChangeTrace({Simulator::Now(), route.prefix, route.nextHop, cause});
}

void
EqualCostRouting::ScheduleExpiry()
{
    m_expiry.Schedule(m_routes.GetNextDeadline(), &EqualCostRouting::Expire, this);
}

void
EqualCostRouting::Expire()
{
    m_expiry.Clear();
    for (const auto& route : m_routes.Expire(Simulator::Now()))
    {
        NotifyChange(route, RouteChangeCause::HoldTimerExpired);
    }
    ScheduleExpiry();
}

Ptr<Ipv4Route>
EqualCostRouting::MakeRoute(Ipv4Address destination, uint64_t hash) const
{
    const auto nextHop = m_routes.Select(destination, hash);
    if (!nextHop)
    {
        return nullptr;
    }
    const auto& link = m_links.at(*nextHop);
    const auto route = Create<Ipv4Route>();
    route->SetDestination(destination);
    route->SetGateway(*nextHop);
    route->SetSource(link.source);
    route->SetOutputDevice(link.device);
    return route;
}

Ptr<Ipv4Route>
EqualCostRouting::RouteOutput(Ptr<Packet> /* packet */,
                              const Ipv4Header& header,
                              Ptr<NetDevice> outputDevice,
                              Socket::SocketErrno& error)
{
    const auto destination = header.GetDestination();
    error = Socket::ERROR_NOROUTETOHOST;
    if (!IsUnicast(destination))
    {
        return nullptr;
    }
    const FlowKey key(0, destination.Get(), 0, 0, IpProtocol{});
    const auto route = MakeRoute(destination, GetEqualCostHash(key, m_hashSeed));
    if (!route || (outputDevice && outputDevice != route->GetOutputDevice()))
    {
        return nullptr;
    }
    error = Socket::ERROR_NOTERROR;
    return route;
}

bool
EqualCostRouting::RouteInput(Ptr<const Packet> packet,
                             const Ipv4Header& header,
                             Ptr<const NetDevice> /* inputDevice */,
                             RouteInputTypes::Ucb unicast,
                             RouteInputTypes::Mcb /* multicast */,
                             RouteInputTypes::Lcb /* local */,
                             RouteInputTypes::Ecb error)
{
    const auto destination = header.GetDestination();
    if (!IsUnicast(destination))
    {
        return false;
    }
    if (m_routes.HasRoute(destination))
    {
        const auto hash = GetEqualCostHash(GetFlowKey(*packet, header), m_hashSeed);
        unicast(MakeRoute(destination, hash), packet, header);
        return true;
    }
    const auto isInside = [&destination](const AddressPrefix& prefix) {
        return prefix.Contains(destination.Get());
    };
    if (std::any_of(m_discarded.begin(), m_discarded.end(), isInside))
    {
        error(packet, header, Socket::ERROR_NOROUTETOHOST);
        return true;
    }
    return false;
}

void
EqualCostRouting::NotifyInterfaceUp(uint32_t /* interface */)
{
}

void
EqualCostRouting::NotifyInterfaceDown(uint32_t /* interface */)
{
}

void
EqualCostRouting::NotifyAddAddress(uint32_t /* interface */, Ipv4InterfaceAddress /* address */)
{
}

void
EqualCostRouting::NotifyRemoveAddress(uint32_t /* interface */, Ipv4InterfaceAddress /* address */)
{
}

void
EqualCostRouting::SetIpv4(Ptr<Ipv4> ipv4)
{
    m_ipv4 = ipv4;
}

void
EqualCostRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const
{
    auto& os = *stream->GetStream();
    os << "Node: " << m_ipv4->GetObject<Node>()->GetId() << ", Time: " << Simulator::Now().As(unit)
       << ", EqualCostRouting table\n";
    for (const auto& [prefix, nextHop] : m_routes.GetRoutes())
    {
        os << prefix << " by " << nextHop << '\n';
    }
    os << '\n';
}

void
EqualCostRouting::DoDispose()
{
    m_expiry.Cancel();
    m_links.clear();
    m_ipv4 = nullptr;
    Ipv4RoutingProtocol::DoDispose();
}

} // namespace ns3::azure
