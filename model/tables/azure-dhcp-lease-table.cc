// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-dhcp-lease-table.h"

namespace ns3::azure
{

namespace
{

/// @return whether a Request selects, or extends a lease of, another server
bool
IsForOther(const DhcpMessage& message, Ipv4Address server)
{
    return message.server && *message.server != server;
}

/// @return the address a Request is for, if it names one
std::optional<Ipv4Address>
GetWanted(const DhcpMessage& message)
{
    if (message.requested)
    {
        return message.requested;
    }
    return message.clientAddress == Ipv4Address::GetAny()
               ? std::nullopt
               : std::make_optional(message.clientAddress);
}

} // namespace

bool
DhcpLeaseTable::Insert(const DhcpHardwareAddress& hardware, const DhcpLease& lease)
{
    return m_leases.emplace(hardware, lease).second;
}

std::optional<DhcpMessage>
DhcpLeaseTable::Evaluate(const DhcpMessage& message,
                         Ipv4Address server,
                         uint32_t leaseSeconds) const
{
    const auto found = m_leases.find(message.hardware);
    const auto isDiscover = message.type == DhcpMessageType::Discover;
    const auto isRequest = message.type == DhcpMessageType::Request;
    if (found == m_leases.end() || !(isDiscover || isRequest) || IsForOther(message, server))
    {
        return std::nullopt;
    }
    const auto& lease = found->second;
    DhcpMessage reply;
    reply.transaction = message.transaction;
    reply.hardware = message.hardware;
    reply.server = server;
    if (isRequest && GetWanted(message).value_or(lease.address) != lease.address)
    {
        reply.type = DhcpMessageType::Nak;
        return reply;
    }
    reply.type = isDiscover ? DhcpMessageType::Offer : DhcpMessageType::Ack;
    reply.clientAddress = isRequest ? message.clientAddress : Ipv4Address::GetAny();
    reply.yourAddress = lease.address;
    reply.mask = lease.mask;
    reply.router = lease.gateway;
    reply.lease = leaseSeconds;
    reply.renewal = leaseSeconds / 2;
    reply.rebinding = static_cast<uint32_t>(uint64_t{leaseSeconds} * 7 / 8);
    return reply;
}

} // namespace ns3::azure
