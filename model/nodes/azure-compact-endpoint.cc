// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-endpoint.h"

#include "ns3/abort.h"
#include "ns3/azure-checksum.h"
#include "ns3/azure-header-writer.h"
#include "ns3/azure-transport-bytes.h"
#include "ns3/icmpv4-l4-protocol.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/udp-l4-protocol.h"

#include <algorithm>
#include <utility>

namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(CompactEndpoint);

namespace
{

constexpr uint32_t TCP_CHECKSUM_AT = 16; //!< byte of the header
constexpr uint32_t UDP_CHECKSUM_AT = 6;  //!< byte of the header

/// @return whether a packet goes to more than one node
bool
IsForMany(const FlowKey& key)
{
    constexpr uint32_t FIRST_MULTICAST = 0xe0000000;
    constexpr uint32_t LAST_MULTICAST = 0xefffffff;
    constexpr uint32_t BROADCAST = 0xffffffff;
    const uint32_t address = key.GetDestinationNumber();
    return (address >= FIRST_MULTICAST && address <= LAST_MULTICAST) || address == BROADCAST;
}

/// @return the 5-tuple of a packet that has come
FlowKey
GetReceivedKey(const Ipv4Header& header, uint16_t source, uint16_t destination, IpProtocol protocol)
{
    return {header.GetSource(), header.GetDestination(), source, destination, protocol};
}

/// @return the RST that answers a segment of no connection (RFC 9293, 3.10.7.1)
TcpSegment
MakeReset(const TcpSegment& segment)
{
    TcpSegment reset;
    reset.rst = true;
    if (segment.ack)
    {
        reset.sequence = segment.acknowledgement;
        return reset;
    }
    reset.ack = true;
    reset.acknowledgement = segment.sequence + segment.GetLength();
    return reset;
}

/// @return whether ns-3's protocol has no socket at the address and port
template <typename Protocol>
bool
IsFree(const Ptr<IpL4Protocol>& protocol, Ipv4Address address, uint16_t port)
{
    const auto sockets = DynamicCast<Protocol>(protocol);
    if (!sockets)
    {
        return true;
    }
    auto* const endPoint = sockets->Allocate(nullptr, address, port);
    if (endPoint)
    {
        sockets->DeAllocate(endPoint);
    }
    return endPoint != nullptr;
}

} // namespace

TypeId
CompactEndpoint::GetTypeId()
{
    static TypeId tid = TypeId("ns3::azure::CompactEndpoint")
                            .SetParent<Object>()
                            .SetGroupName("AzureNet")
                            .AddConstructor<CompactEndpoint>();
    return tid;
}

Ptr<CompactEndpoint>
CompactEndpoint::Install(Ptr<Node> node)
{
    if (const auto installed = node->GetObject<CompactEndpoint>())
    {
        return installed;
    }
    const auto ipv4 = node->GetObject<Ipv4>();
    NS_ABORT_MSG_IF(!ipv4, "CompactEndpoint: node " << node->GetId() << " has no IPv4 stack");
    if (!node->GetObject<Icmpv4L4Protocol>())
    {
        node->AggregateObject(CreateObject<Icmpv4L4Protocol>());
    }
    const auto endpoint = CreateObject<CompactEndpoint>();
    endpoint->m_ipv4 = ipv4;
    endpoint->m_checksums = Node::ChecksumEnabled();
    endpoint->m_tcpProtocol = endpoint->Insert(IpProtocol::Tcp);
    endpoint->m_udpProtocol = endpoint->Insert(IpProtocol::Udp);
    node->AggregateObject(endpoint);
    return endpoint;
}

CompactEndpoint::CompactEndpoint()
    : m_tcp(*this),
      m_scratch(MAX_TCP_HEADER_SIZE)
{
}

CompactEndpoint::~CompactEndpoint() = default;

Ptr<CompactProtocol>
CompactEndpoint::Insert(IpProtocol protocol)
{
    CompactProtocolUser& user = *this;
    const auto next = m_ipv4->GetProtocol(static_cast<int>(protocol));
    const auto inserted = CreateObject<CompactProtocol>(protocol, user, next);
    m_ipv4->Insert(inserted);
    return inserted;
}

void
CompactEndpoint::DoInitialize()
{
    m_checksums = Node::ChecksumEnabled();
    Object::DoInitialize();
}

void
CompactEndpoint::DoDispose()
{
    m_event.Cancel();
    for (auto* protocol : {&m_tcpProtocol, &m_udpProtocol})
    {
        if (*protocol)
        {
            (*protocol)->Detach();
            *protocol = nullptr;
        }
    }
    m_ipv4 = nullptr;
    Object::DoDispose();
}

const CompactTcpSettings&
CompactEndpoint::KeepSettings(const CompactTcpSettings& settings)
{
    return m_settings.emplace_back(settings);
}

bool
CompactEndpoint::Listen(uint16_t port, CompactTcpUser& user, const CompactTcpSettings& settings)
{
    return IsFreeOfSockets(IpProtocol::Tcp, port) && m_tcp.Listen(port, user, settings);
}

void
CompactEndpoint::StopListening(uint16_t port)
{
    m_tcp.StopListening(port);
}

std::optional<uint32_t>
CompactEndpoint::Bind(const FlowKey& key,
                      CompactTcpUser& user,
                      uint32_t tag,
                      const CompactTcpSettings& settings)
{
    return IsFreeOfSockets(IpProtocol::Tcp, key.GetSource(), key.GetSourcePort())
               ? m_tcp.Bind(key, user, tag, settings)
               : std::nullopt;
}

bool
CompactEndpoint::Connect(uint32_t connection)
{
    m_isConnecting = true;
    m_tcp.Connect(connection, Simulator::Now());
    if (!m_hasRoute)
    {
        m_tcp.Forget(connection);
        return false;
    }
    Arm();
    return true;
}

void
CompactEndpoint::Send(uint32_t connection, uint32_t bytes)
{
    m_tcp.Send(connection, bytes, Simulator::Now());
    Arm();
}

void
CompactEndpoint::Close(uint32_t connection)
{
    m_tcp.Close(connection, Simulator::Now());
    Arm();
}

void
CompactEndpoint::Reset(uint32_t connection)
{
    m_tcp.Reset(connection, Simulator::Now());
}

void
CompactEndpoint::Forget(uint32_t connection)
{
    m_tcp.Forget(connection);
}

bool
CompactEndpoint::ListenUdp(uint16_t port, CompactUdpUser& user)
{
    return IsFreeOfSockets(IpProtocol::Udp, port) && m_udp.Listen(port, user);
}

void
CompactEndpoint::StopListeningUdp(uint16_t port)
{
    m_udp.StopListening(port);
}

bool
CompactEndpoint::BindUdp(const FlowKey& key, CompactUdpUser& user, uint32_t tag)
{
    return IsFreeOfSockets(IpProtocol::Udp, key.GetSource(), key.GetSourcePort()) &&
           m_udp.Bind(key, user, tag);
}

void
CompactEndpoint::ReleaseUdp(const FlowKey& key)
{
    m_udp.Release(key);
}

bool
CompactEndpoint::SendUdp(const FlowKey& key, const uint8_t* head, uint32_t headSize, uint32_t size)
{
    const uint32_t known = UDP_HEADER_SIZE + headSize;
    m_scratch.resize(std::max<std::size_t>(m_scratch.size(), known));
    WriteUdpHeader(key, size, m_scratch.data());
    std::copy_n(head, headSize, m_scratch.data() + UDP_HEADER_SIZE);
    SendScratch(key, known, UDP_HEADER_SIZE + size, UDP_CHECKSUM_AT);
    return m_hasRoute;
}

bool
CompactEndpoint::IsInUse(const FlowKey& key) const
{
    return key.GetProtocol() == IpProtocol::Tcp ? m_tcp.IsInUse(key)
                                                : m_udp.LookupBound(key).has_value();
}

uint64_t
CompactEndpoint::GetMemory() const
{
    return sizeof(*this) - sizeof(m_udp) + m_tcp.GetMemory() + m_udp.GetMemory() +
           m_scratch.capacity() + m_received.capacity() +
           m_settings.size() * sizeof(CompactTcpSettings);
}

void
CompactEndpoint::Transmit(const FlowKey& key,
                          const TcpSegment& segment,
                          CompactTcpUser* user,
                          uint32_t tag,
                          uint32_t offset)
{
    const uint32_t payload = segment.payloadSize;
    m_scratch.resize(std::max<std::size_t>(m_scratch.size(), MAX_TCP_HEADER_SIZE + payload));
    const uint32_t header = WriteTcpHeader(key, segment, m_scratch.data());
    uint32_t known = header;
    if (payload > 0 && user)
    {
        known += user->WritePayload(tag, offset, m_scratch.data() + header, payload);
    }
    SendScratch(key, known, header + payload, TCP_CHECKSUM_AT);
}

void
CompactEndpoint::SendScratch(const FlowKey& key, uint32_t known, uint32_t size, uint32_t checksumAt)
{
    if (m_checksums)
    {
        const auto checksum = ComputeTransportChecksum(key, m_scratch.data(), known, size);
        const bool isNone = checksum == 0 && key.GetProtocol() == IpProtocol::Udp; // RFC 768
        WriteU16(m_scratch.data() + checksumAt, isNone ? 0xffff : checksum);
    }
    const auto packet = Create<Packet>(size - known);
    AddTransportHeader(*packet, key.GetProtocol(), m_scratch.data(), known);
    std::fill_n(m_scratch.begin(), known, uint8_t{0});
    const auto route = FindRoute(key, packet);
    const bool isFirst = std::exchange(m_isConnecting, false);
    if (m_ipv4 && (route || !isFirst))
    {
        m_ipv4->Send(packet,
                     key.GetSource(),
                     key.GetDestination(),
                     static_cast<uint8_t>(key.GetProtocol()),
                     route);
    }
    m_hasRoute = route != nullptr; // whatever was sent within Send()
}

Ptr<Ipv4Route>
CompactEndpoint::FindRoute(const FlowKey& key, Ptr<Packet> packet) const
{
    const auto routing = m_ipv4 ? m_ipv4->GetRoutingProtocol() : nullptr;
    if (!routing)
    {
        return nullptr;
    }
    Ipv4Header header;
    header.SetSource(key.GetSource());
    header.SetDestination(key.GetDestination());
    header.SetProtocol(static_cast<uint8_t>(key.GetProtocol()));
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    return routing->RouteOutput(packet, header, nullptr, error);
}

bool
CompactEndpoint::Receive(IpProtocol protocol, const Packet& packet, const Ipv4Header& header)
{
    // Who is told may send through the loopback or a device that delivers at once, and so come
    // back.
    auto bytes = std::move(m_received);
    const uint32_t size = packet.GetSize();
    bytes.resize(std::max<std::size_t>(bytes.size(), size));
    packet.CopyData(bytes.data(), size);
    const bool isDone = protocol == IpProtocol::Tcp ? ReceiveTcp(bytes.data(), size, header)
                                                    : ReceiveUdp(bytes.data(), size, header);
    m_received = std::move(bytes);
    return isDone;
}

bool
CompactEndpoint::ReceiveTcp(const uint8_t* bytes, uint32_t size, const Ipv4Header& header)
{
    const auto received = ReadTcpSegment(bytes, size);
    if (!received)
    {
        return true;
    }
    const auto key =
        GetReceivedKey(header, received->sourcePort, received->destinationPort, IpProtocol::Tcp);
    const bool isWrong = m_checksums && ComputeTransportChecksum(key, bytes, size, size) != 0;
    // RFC 9293, 3.9.2.3: a SYN that goes to more than one node, by a subnet's broadcast too.
    const bool isForMany =
        IsForMany(key) || (received->segment.syn && !IsOwn(header.GetDestination()));
    if (isWrong || isForMany)
    {
        return true;
    }
    const bool isOwn = m_tcp.Receive(key.Reverse(), received->segment, Simulator::Now());
    Arm();
    return isOwn;
}

bool
CompactEndpoint::ReceiveUdp(const uint8_t* bytes, uint32_t size, const Ipv4Header& header)
{
    const auto received = ReadUdpDatagram(bytes, size);
    if (!received)
    {
        return true;
    }
    const auto key =
        GetReceivedKey(header, received->sourcePort, received->destinationPort, IpProtocol::Udp);
    const uint32_t length = UDP_HEADER_SIZE + received->payloadSize;
    const bool hasChecksum = ReadU16(bytes + UDP_CHECKSUM_AT) != 0;
    if (m_checksums && hasChecksum && ComputeTransportChecksum(key, bytes, length, length) != 0)
    {
        return true;
    }
    const auto answer = key.Reverse();
    const auto match = m_udp.Lookup(answer);
    if (match)
    {
        match->user->HandleDatagram(match->tag, answer, received->payload, received->payloadSize);
    }
    return match.has_value();
}

void
CompactEndpoint::Refuse(const Packet& packet, const Ipv4Header& header)
{
    std::vector<uint8_t> bytes(packet.GetSize());
    packet.CopyData(bytes.data(), packet.GetSize());
    const auto received = ReadTcpSegment(bytes.data(), packet.GetSize());
    if (!received || received->segment.rst || !IsOwn(header.GetDestination()))
    {
        return;
    }
    const auto key =
        GetReceivedKey(header, received->sourcePort, received->destinationPort, IpProtocol::Tcp);
    Transmit(key.Reverse(), MakeReset(received->segment), nullptr, 0, 0);
}

bool
CompactEndpoint::ReceiveUnreachable(const FlowKey& key, bool isHard)
{
    if (key.GetProtocol() == IpProtocol::Tcp)
    {
        const bool isOwn = m_tcp.IsInUse(key);
        if (isOwn)
        {
            m_tcp.ReceiveError(key, isHard, Simulator::Now());
            Arm();
        }
        return isOwn;
    }
    const auto match = m_udp.LookupBound(key);
    if (match && isHard)
    {
        match->user->HandleUnreachable(match->tag);
    }
    return match.has_value();
}

bool
CompactEndpoint::IsOwn(Ipv4Address address) const
{
    return m_ipv4 && m_ipv4->GetInterfaceForAddress(address) >= 0;
}

bool
CompactEndpoint::IsFreeOfSockets(IpProtocol protocol, Ipv4Address address, uint16_t port) const
{
    if (!m_ipv4)
    {
        return true;
    }
    return protocol == IpProtocol::Tcp
               ? IsFree<TcpL4Protocol>(m_tcpProtocol->GetNext(), address, port)
               : IsFree<UdpL4Protocol>(m_udpProtocol->GetNext(), address, port);
}

bool
CompactEndpoint::IsFreeOfSockets(IpProtocol protocol, uint16_t port) const
{
    bool isFree = IsFreeOfSockets(protocol, Ipv4Address::GetAny(), port);
    for (uint32_t i = 0; m_ipv4 && i < m_ipv4->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < m_ipv4->GetNAddresses(i); ++j)
        {
            isFree = isFree && IsFreeOfSockets(protocol, m_ipv4->GetAddress(i, j).GetLocal(), port);
        }
    }
    return isFree;
}

void
CompactEndpoint::Arm()
{
    if (m_ipv4)
    {
        m_event.Schedule(m_tcp.GetNextDeadline(), &CompactEndpoint::HandleDeadline, this);
    }
}

void
CompactEndpoint::HandleDeadline()
{
    m_event.Clear();
    m_tcp.Expire(Simulator::Now());
    Arm();
}

} // namespace ns3::azure
