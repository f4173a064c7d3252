// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-protocol.h"

#include "ns3/azure-checksum.h"
#include "ns3/icmpv4.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-interface.h"

namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(CompactProtocol);

TypeId
CompactProtocol::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::CompactProtocol").SetParent<IpL4Protocol>().SetGroupName("AzureNet");
    return tid;
}

CompactProtocol::CompactProtocol(IpProtocol protocol,
                                 CompactProtocolUser& user,
                                 Ptr<IpL4Protocol> next)
    : m_protocol(protocol),
      m_user(&user),
      m_next(next)
{
}

void
CompactProtocol::Detach()
{
    m_user = nullptr;
}

Ptr<IpL4Protocol>
CompactProtocol::GetNext() const
{
    return m_next;
}

int
CompactProtocol::GetProtocolNumber() const
{
    return static_cast<int>(m_protocol);
}

IpL4Protocol::RxStatus
CompactProtocol::Receive(Ptr<Packet> packet, const Ipv4Header& header, Ptr<Ipv4Interface> interface)
{
    if (m_user && m_user->Receive(m_protocol, *packet, header))
    {
        return RX_OK;
    }
    if (m_next)
    {
        return m_next->Receive(packet, header, interface);
    }
    if (m_protocol == IpProtocol::Udp)
    {
        return RX_ENDPOINT_UNREACH; // IPv4 sends the ICMP error
    }
    if (m_user)
    {
        m_user->Refuse(*packet, header);
    }
    return RX_ENDPOINT_CLOSED;
}

IpL4Protocol::RxStatus
CompactProtocol::Receive(Ptr<Packet> packet, const Ipv6Header& header, Ptr<Ipv6Interface> interface)
{
    return m_next ? m_next->Receive(packet, header, interface) : RX_ENDPOINT_CLOSED;
}

void
CompactProtocol::ReceiveIcmp(Ipv4Address source,
                             uint8_t ttl,
                             uint8_t type,
                             uint8_t code,
                             uint32_t info,
                             Ipv4Address payloadSource,
                             Ipv4Address payloadDestination,
                             const uint8_t payload[8])
{
    if (m_user && type == Icmpv4Header::ICMPV4_DEST_UNREACH)
    {
        const FlowKey key(payloadSource,
                          payloadDestination,
                          ReadU16(payload),
                          ReadU16(payload + 2),
                          m_protocol);
        const bool isHard = code == Icmpv4DestinationUnreachable::ICMPV4_PROTOCOL_UNREACHABLE ||
                            code == Icmpv4DestinationUnreachable::ICMPV4_PORT_UNREACHABLE;
        if (m_user->ReceiveUnreachable(key, isHard))
        {
            return;
        }
    }
    if (m_next)
    {
        m_next->ReceiveIcmp(source,
                            ttl,
                            type,
                            code,
                            info,
                            payloadSource,
                            payloadDestination,
                            payload);
    }
}

void
CompactProtocol::SetDownTarget(DownTargetCallback target)
{
    if (m_next)
    {
        m_next->SetDownTarget(target);
    }
}

void
CompactProtocol::SetDownTarget6(DownTargetCallback6 target)
{
    if (m_next)
    {
        m_next->SetDownTarget6(target);
    }
}

IpL4Protocol::DownTargetCallback
CompactProtocol::GetDownTarget() const
{
    return m_next ? m_next->GetDownTarget() : DownTargetCallback();
}

IpL4Protocol::DownTargetCallback6
CompactProtocol::GetDownTarget6() const
{
    return m_next ? m_next->GetDownTarget6() : DownTargetCallback6();
}

void
CompactProtocol::DoDispose()
{
    Detach();
    m_next = nullptr;
    IpL4Protocol::DoDispose();
}

} // namespace ns3::azure
