// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-prefix-routing.h"

#include "ns3/abort.h"
#include "ns3/ipv4-header.h"
#include "ns3/node.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// @return the network an interface's address is in
AddressPrefix
GetNetwork(const Ipv4InterfaceAddress& address)
{
    return {address.GetLocal().CombineMask(address.GetMask()).Get(),
            static_cast<uint8_t>(address.GetMask().GetPrefixLength())};
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(PrefixRouting);

TypeId
PrefixRouting::GetTypeId()
{
    static TypeId tid = TypeId("ns3::azure::PrefixRouting")
                            .SetParent<Ipv4RoutingProtocol>()
                            .SetGroupName("AzureNet")
                            .AddConstructor<PrefixRouting>();
    return tid;
}

Ptr<Ipv4Route>
PrefixRouting::MakeRoute(Ipv4Address destination,
                         Ipv4Address nextHop,
                         Ipv4Address source,
                         uint32_t interface) const
{
    const auto route = Create<Ipv4Route>();
    route->SetDestination(destination);
    route->SetGateway(nextHop);
    route->SetSource(source);
    route->SetOutputDevice(m_ipv4->GetNetDevice(interface));
    return route;
}

void
PrefixRouting::AddRoute(const AddressPrefix& prefix, Ipv4Address nextHop, uint32_t interface)
{
    NS_ABORT_MSG_UNLESS(m_ipv4, "the routing protocol has no IPv4 stack; add it to one's first");
    const auto source = m_ipv4->SourceAddressSelection(interface, nextHop);
    Entry entry;
    entry.prefix = prefix;
    entry.interface = interface;
    entry.route = MakeRoute(Ipv4Address(prefix.network), nextHop, source, interface);
    Add(entry);
}

void
PrefixRouting::Add(const Entry& entry)
{
    m_entries.push_back(entry);
    m_table.Insert(entry.prefix, {entry.isLocal, entry.route});
}

template <typename IsUnwanted>
void
PrefixRouting::RemoveIf(IsUnwanted isUnwanted)
{
    m_entries.erase(std::remove_if(m_entries.begin(), m_entries.end(), isUnwanted),
                    m_entries.end());
    m_table.Clear();
    for (const auto& entry : m_entries)
    {
        m_table.Insert(entry.prefix, {entry.isLocal, entry.route});
    }
}

void
PrefixRouting::SetFirst(Ptr<Ipv4RoutingProtocol> protocol)
{
    m_first = protocol;
    m_first->SetIpv4(m_ipv4);
}

Ptr<Ipv4Route>
PrefixRouting::RouteOutput(Ptr<Packet> packet,
                           const Ipv4Header& header,
                           Ptr<NetDevice> outputDevice,
                           Socket::SocketErrno& error)
{
    if (m_first)
    {
        if (const auto route = m_first->RouteOutput(packet, header, outputDevice, error))
        {
            return route;
        }
    }
    const auto* found = m_table.LookupIf(header.GetDestination().Get(), [&](const auto& value) {
        return !outputDevice || value.second->GetOutputDevice() == outputDevice;
    });
    error = found ? Socket::ERROR_NOTERROR : Socket::ERROR_NOROUTETOHOST;
    return found ? found->second : nullptr;
}

bool
PrefixRouting::RouteInput(Ptr<const Packet> packet,
                          const Ipv4Header& header,
                          Ptr<const NetDevice> inputDevice,
                          RouteInputTypes::Ucb unicast,
                          RouteInputTypes::Mcb multicast,
                          RouteInputTypes::Lcb local,
                          RouteInputTypes::Ecb error)
{
    const auto destination = header.GetDestination();
    if (destination.IsMulticast())
    {
        return false;
    }
    const auto interface = static_cast<uint32_t>(m_ipv4->GetInterfaceForDevice(inputDevice));
    const auto* found = m_table.Lookup(destination.Get());
    if (destination.IsBroadcast() || (found && found->first))
    {
        local(packet, header, interface);
        return true;
    }
    if (m_first &&
        m_first->RouteInput(packet, header, inputDevice, unicast, multicast, local, error))
    {
        return true;
    }
    if (!m_ipv4->IsForwarding(interface))
    {
        error(packet, header, Socket::ERROR_NOROUTETOHOST);
        return true;
    }
    if (found)
    {
        unicast(found->second, packet, header);
    }
    return found != nullptr;
}

void
PrefixRouting::NotifyInterfaceUp(uint32_t interface)
{
    for (uint32_t i = 0; i < m_ipv4->GetNAddresses(interface); ++i)
    {
        NotifyAddAddress(interface, m_ipv4->GetAddress(interface, i));
    }
}

void
PrefixRouting::NotifyInterfaceDown(uint32_t interface)
{
    RemoveIf([interface](const Entry& entry) { return entry.interface == interface; });
}

void
PrefixRouting::NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    const auto* known = m_table.Lookup(address.GetLocal().Get());
    const bool isKnown = known && known->first &&
                         known->second->GetOutputDevice() == m_ipv4->GetNetDevice(interface);
    if (isKnown || !m_ipv4->IsUp(interface))
    {
        return;
    }
    Entry entry;
    entry.prefix = GetNetwork(address);
    entry.interface = interface;
    entry.own = address.GetLocal();
    const Ipv4Address network(entry.prefix.network);
    entry.route = MakeRoute(network, Ipv4Address::GetZero(), entry.own, interface);
    Add(entry);
    entry.isLocal = true;
    for (const auto mine : {address.GetLocal(), address.GetBroadcast()})
    {
        entry.prefix = {mine.Get(), 32};
        Add(entry);
    }
}

void
PrefixRouting::NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    RemoveIf([&](const Entry& entry) {
        return entry.interface == interface && entry.own == address.GetLocal();
    });
}

void
PrefixRouting::SetIpv4(Ptr<Ipv4> ipv4)
{
    m_ipv4 = ipv4;
    for (uint32_t i = 0; i < m_ipv4->GetNInterfaces(); ++i)
    {
        if (m_ipv4->IsUp(i))
        {
            NotifyInterfaceUp(i);
        }
    }
}

void
PrefixRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const
{
    if (m_first)
    {
        m_first->PrintRoutingTable(stream, unit);
    }
    auto& os = *stream->GetStream();
    os << "Node: " << m_ipv4->GetObject<Node>()->GetId() << ", Time: " << Simulator::Now().As(unit)
       << ", PrefixRouting table\n";
    for (const auto& entry : m_entries)
    {
        os << entry.prefix << " by interface " << entry.interface;
        if (entry.isLocal)
        {
            os << ", the node's own";
        }
        else if (entry.own == Ipv4Address::GetZero())
        {
            os << " to " << entry.route->GetGateway();
        }
        os << '\n';
    }
    os << '\n';
}

void
PrefixRouting::DoDispose()
{
    m_entries.clear();
    m_table.Clear();
    m_first = nullptr;
    m_ipv4 = nullptr;
    Ipv4RoutingProtocol::DoDispose();
}

} // namespace ns3::azure
