// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-ip-flow-text.h"

#include "ns3/azure-parse.h"
#include "ns3/azure-text-fields.h"

#include <optional>
#include <vector>

namespace ns3::azure
{

namespace
{

/// An address, and the port at it.
struct Endpoint
{
    Ipv4Address address; //!< of a VM or a server
    uint16_t port{0};    //!< 0 without ports
};

/// @return the value that has the name; or the error
template <typename T>
Parsed<T>
ParseName(const std::string& field, const std::string& text, const std::vector<T>& values)
{
    std::vector<std::string> names;
    for (const auto value : values)
    {
        if (text == GetName(value))
        {
            return value;
        }
        names.emplace_back(GetName(value));
    }
    return Parsed<T>::Refuse(field, text, JoinAlternatives(names));
}

/// @return the address and the port
Parsed<Endpoint>
ParseEndpoint(const std::string& field, const std::string& text, bool hasPorts)
{
    const auto refuse = [&](const std::string& allowed) {
        return Parsed<Endpoint>::Refuse(field, text, allowed);
    };
    if (text.empty())
    {
        return refuse("both ends of the packet");
    }
    const auto colon = text.find(':');
    const bool hasPort = colon != std::string::npos;
    const auto address = ParseIpv4Address(text.substr(0, colon));
    const auto port = hasPort ? ParseUnsigned(text.substr(colon + 1)) : std::optional<uint32_t>{0};
    if (!address || !port || *port > 65535 || (hasPort && *port == 0))
    {
        return refuse("an address, and a port of 1 to 65535, as 10.0.1.4:443");
    }
    if (hasPort != hasPorts)
    {
        return refuse(hasPorts ? "a port too"
                               : "an address without port, which the protocol does not have");
    }
    return Endpoint{*address, static_cast<uint16_t>(*port)};
}

} // namespace

Parsed<IpFlow>
ParseIpFlow(const IpFlowText& text)
{
    using P = IpProtocol;
    const auto direction =
        ParseName<FlowDirection>("direction",
                                 text.direction,
                                 {FlowDirection::Inbound, FlowDirection::Outbound});
    if (!direction)
    {
        return Parsed<IpFlow>::Refuse(direction);
    }
    const auto protocol =
        ParseName<P>("protocol", text.protocol, {P::Tcp, P::Udp, P::Icmp, P::Esp, P::Ah});
    if (!protocol)
    {
        return Parsed<IpFlow>::Refuse(protocol);
    }
    const bool hasPorts = *protocol == P::Tcp || *protocol == P::Udp;
    const auto local = ParseEndpoint("local", text.local, hasPorts);
    if (!local)
    {
        return Parsed<IpFlow>::Refuse(local);
    }
    const auto remote = ParseEndpoint("remote", text.remote, hasPorts);
    if (!remote)
    {
        return Parsed<IpFlow>::Refuse(remote);
    }
    return IpFlow{*direction,
                  *protocol,
                  local->address,
                  local->port,
                  remote->address,
                  remote->port};
}

} // namespace ns3::azure
