// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-bind.h"

#include <array>
#include <charconv>

namespace ns3::azure
{

namespace
{

/// Binds an address and a port: NULL where the protocol has no ports.
void
BindEndpoint(SqliteStatement& row, Ipv4Address address, uint16_t port, IpProtocol protocol)
{
    BindAddress(row, address);
    if (protocol == IpProtocol::Tcp || protocol == IpProtocol::Udp)
    {
        row.Bind(port);
    }
    else
    {
        row.BindNull();
    }
}

} // namespace

void
BindAddress(SqliteStatement& row, Ipv4Address address)
{
    const uint32_t bits = address.Get();
    std::array<char, sizeof("255.255.255.255.")> text;
    char* end = text.data();
    for (int shift = 24; shift >= 0; shift -= 8)
    {
        end = std::to_chars(end, text.data() + text.size(), (bits >> shift) & 0xff).ptr;
        *end++ = '.';
    }
    row.Bind(std::string_view(text.data(), end - text.data() - 1));
}

void
BindAddress(SqliteStatement& row, const std::optional<Ipv4Address>& address)
{
    if (address)
    {
        BindAddress(row, *address);
    }
    else
    {
        row.BindNull();
    }
}

void
BindSource(SqliteStatement& row, const FlowKey& key)
{
    BindEndpoint(row, key.GetSource(), key.GetSourcePort(), key.GetProtocol());
}

void
BindDestination(SqliteStatement& row, const FlowKey& key)
{
    BindEndpoint(row, key.GetDestination(), key.GetDestinationPort(), key.GetProtocol());
}

void
BindTranslation(SqliteStatement& row, const FlowRecord& flow)
{
    if (flow.translated && *flow.translated != flow.key)
    {
        BindSource(row, *flow.translated);
    }
    else
    {
        row.BindNull().BindNull();
    }
}

void
BindLife(SqliteStatement& row, const FlowRecord& flow)
{
    BindTime(row, flow.firstPacket);
    BindTime(row, flow.accepted);
    BindTime(row, flow.firstReply);
    BindTime(row, flow.lastPacket);
    BindTime(row, flow.ended);
    row.BindStatic(GetName(flow.outcome)).BindStatic(GetName(flow.end));
}

void
BindCounters(SqliteStatement& row, const FlowRecord& flow)
{
    row.Bind(static_cast<int64_t>(flow.packetsOut)).Bind(static_cast<int64_t>(flow.bytesOut));
    row.Bind(static_cast<int64_t>(flow.packetsIn)).Bind(static_cast<int64_t>(flow.bytesIn));
}

void
BindProtocol(SqliteStatement& row, IpProtocol protocol)
{
    row.BindStatic(GetName(protocol)).Bind(static_cast<uint8_t>(protocol));
}

void
BindTime(SqliteStatement& row, Time time)
{
    row.Bind(time.GetNanoSeconds());
}

void
BindTime(SqliteStatement& row, const std::optional<Time>& time)
{
    if (time)
    {
        BindTime(row, *time);
    }
    else
    {
        row.BindNull();
    }
}

void
BindName(SqliteStatement& row, std::string_view name)
{
    if (name.empty())
    {
        row.BindNull();
    }
    else
    {
        row.Bind(name);
    }
}

void
BindNumber(SqliteStatement& row, const std::optional<uint32_t>& number)
{
    if (number)
    {
        row.Bind(*number);
    }
    else
    {
        row.BindNull();
    }
}

} // namespace ns3::azure
