// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-packet-headers.h"

#include "azure-checksum.h"
#include "azure-header-writer.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

constexpr uint32_t IPV4_SIZE = 20;  //!< IPv4 header without options
constexpr uint32_t TCP_SIZE = 20;   //!< TCP header without options
constexpr uint32_t UDP_SIZE = 8;    //!< UDP header
constexpr uint32_t ICMP_SIZE = 8;   //!< ICMP header
constexpr uint32_t QUOTED_SIZE = 8; //!< bytes behind the IPv4 header that an ICMP error quotes

/// @return whether the ICMP type is one that quotes a packet (RFC 792)
constexpr bool
IsErrorType(uint8_t type)
{
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

/// @return the type of the ICMP query that a message of that type asks or answers; 0 if it is none
///         with an identifier (RFC 792, RFC 950)
constexpr uint8_t
GetQueryType(uint8_t type)
{
    constexpr uint8_t ECHO = 8;
    constexpr uint8_t ECHO_REPLY = 0;
    constexpr uint8_t TIMESTAMP = 13;
    constexpr uint8_t ADDRESS_MASK_REPLY = 18;
    if (type == ECHO || type == ECHO_REPLY)
    {
        return ECHO;
    }
    // Timestamp, information and address mask; the reply's type is the next one.
    const bool isQuery = TIMESTAMP <= type && type <= ADDRESS_MASK_REPLY;
    return isQuery ? static_cast<uint8_t>((type - 1) / 2 * 2 + 1) : uint8_t{0};
}

/// @return where the transport header has its checksum; 0 if the protocol has no ports
constexpr uint32_t
GetChecksumOffset(IpProtocol protocol)
{
    return protocol == IpProtocol::Tcp ? 16 : (protocol == IpProtocol::Udp ? 6 : 0);
}

/// @return whether the datagram is a fragment, but not the first one: it has no transport header
bool
IsLater(const uint8_t* ip)
{
    return (ReadU16(ip + 6) & 0x1fff) != 0;
}

/// Change a checksum in place; a UDP checksum of zero means none and stays (RFC 768).
void
Update(uint8_t* at, const ChecksumChange& change, bool isUdp)
{
    if (isUdp && ReadU16(at) == 0)
    {
        return;
    }
    const uint16_t checksum = change.ApplyTo(ReadU16(at));
    WriteU16(at, isUdp && checksum == 0 ? 0xffff : checksum);
}

/// @return the 5-tuple of the IPv4 header at the place, behind which that many bytes are available
FlowKey
ReadKey(const uint8_t* ip, uint32_t headerSize, uint32_t available)
{
    const auto protocol = static_cast<IpProtocol>(ip[9]);
    const uint8_t* transport = ip + headerSize;
    uint16_t source = 0;
    uint16_t destination = 0;
    if (IsTranslatedBySnat(protocol) && available >= UDP_SIZE && !IsLater(ip))
    {
        source = ReadU16(transport);
        destination = ReadU16(transport + 2);
    }
    else if (protocol == IpProtocol::Icmp && available >= ICMP_SIZE && !IsLater(ip) &&
             GetQueryType(transport[0]) != 0)
    {
        const auto query = GetQueryType(transport[0]);
        const bool isRequest = transport[0] == query;
        const uint16_t identifier = ReadU16(transport + 4);
        const auto other = static_cast<uint16_t>(identifier + query); // see FlowKey
        source = isRequest ? identifier : other;
        destination = isRequest ? other : identifier;
    }
    return {ReadU32(ip + 12), ReadU32(ip + 16), source, destination, protocol};
}

/**
 * @brief Change one end of a packet in place.
 * @param ip its IPv4 header
 * @param headerSize length of that header
 * @param available bytes there are behind that header
 * @param rewrite the change
 * @param checksums whether checksums must follow
 */
void
RewriteEnd(uint8_t* ip,
           uint32_t headerSize,
           uint32_t available,
           const Rewrite& rewrite,
           bool checksums)
{
    const bool isSource = rewrite.field == RewriteField::Source;
    const auto protocol = static_cast<IpProtocol>(ip[9]);
    uint8_t* address = ip + (isSource ? 12 : 16);
    ChecksumChange change;
    change.Replace32(ReadU32(address), rewrite.address);
    WriteU32(address, rewrite.address);
    if (checksums)
    {
        Update(ip + 10, change, false);
    }
    const uint32_t offset = GetChecksumOffset(protocol);
    if (offset == 0 || available < 4 || IsLater(ip))
    {
        return;
    }
    if (rewrite.port)
    {
        uint8_t* port = ip + headerSize + (isSource ? 0 : 2);
        change.Replace16(ReadU16(port), *rewrite.port);
        WriteU16(port, *rewrite.port);
    }
    if (checksums && available >= offset + 2)
    {
        Update(ip + headerSize + offset, change, protocol == IpProtocol::Udp);
    }
}

} // namespace

bool
PacketHeaders::Read(const Packet& packet, uint32_t offset)
{
    const uint32_t size = packet.GetSize();
    // Enough for everything but IPv4 options and ICMP errors, which are read again below.
    m_captured = packet.CopyData(m_bytes.data(), std::min(offset + IPV4_SIZE + TCP_SIZE, MAX_SIZE));
    if (offset > 0)
    {
        m_captured = std::max(m_captured, offset) - offset;
        std::copy_n(m_bytes.begin() + offset, m_captured, m_bytes.begin());
    }
    if (m_captured < IPV4_SIZE || m_bytes[0] >> 4 != 4)
    {
        return false;
    }
    m_headerSize = 4 * (m_bytes[0] & 0xf);
    m_datagramSize = ReadU16(&m_bytes[2]);
    if (m_headerSize < IPV4_SIZE || m_datagramSize < m_headerSize || size - offset < m_datagramSize)
    {
        return false;
    }
    const auto protocol = static_cast<IpProtocol>(m_bytes[9]);
    if (m_headerSize > IPV4_SIZE || protocol == IpProtocol::Icmp)
    {
        std::array<uint8_t, 2 * MAX_SIZE> all;
        const uint32_t copied = packet.CopyData(all.data(), offset + MAX_SIZE);
        m_captured = copied - offset;
        std::copy_n(all.begin() + offset, m_captured, m_bytes.begin());
    }
    m_captured = std::min(m_captured, m_datagramSize);
    m_isFragment = (ReadU16(&m_bytes[6]) & 0x3fff) != 0;
    m_isLaterFragment = IsLater(m_bytes.data());
    m_tcpFlags = TcpFlags();
    m_quotedKey.reset();
    return ReadTransport();
}

bool
PacketHeaders::ReadTransport()
{
    const auto protocol = static_cast<IpProtocol>(m_bytes[9]);
    const bool hasPorts = IsTranslatedBySnat(protocol) && !m_isLaterFragment;
    m_size = m_headerSize;
    if (hasPorts)
    {
        const bool isTcp = protocol == IpProtocol::Tcp;
        m_size += isTcp ? TCP_SIZE : UDP_SIZE;
        if (m_captured < m_size)
        {
            return false;
        }
        if (isTcp)
        {
            const uint8_t flags = m_bytes[m_headerSize + 13];
            m_tcpFlags = {(flags & 0x12) == 0x02, (flags & 0x01) != 0, (flags & 0x04) != 0};
        }
    }
    const uint32_t available = m_captured - m_headerSize;
    m_key = ReadKey(m_bytes.data(), m_headerSize, available);
    m_isIcmpError = protocol == IpProtocol::Icmp && !m_isLaterFragment && available > 0 &&
                    IsErrorType(m_bytes[m_headerSize]);
    if (m_isIcmpError && !m_isFragment)
    {
        ReadQuotation();
    }
    return true;
}

void
PacketHeaders::ReadQuotation()
{
    const uint32_t start = m_headerSize + ICMP_SIZE;
    if (m_captured < start + IPV4_SIZE)
    {
        return;
    }
    const uint8_t* quoted = &m_bytes[start];
    const uint32_t quotedHeaderSize = 4 * (quoted[0] & 0xf);
    if (quoted[0] >> 4 != 4 || quotedHeaderSize < IPV4_SIZE ||
        m_captured < start + quotedHeaderSize + QUOTED_SIZE)
    {
        return;
    }
    m_quotedKey = ReadKey(quoted, quotedHeaderSize, QUOTED_SIZE);
    m_size = m_captured;
}

TcpNumbers
PacketHeaders::GetTcpNumbers() const
{
    if (m_key.GetProtocol() != IpProtocol::Tcp || m_isLaterFragment)
    {
        return {};
    }
    const uint8_t* tcp = &m_bytes[m_headerSize];
    const uint8_t flags = tcp[13];
    const uint32_t tcpSize = 4 * (tcp[12] >> 4);
    const uint32_t carried = m_datagramSize - m_headerSize;
    TcpNumbers numbers;
    numbers.first = ReadU32(tcp + 4);
    numbers.next = numbers.first + (carried > tcpSize ? carried - tcpSize : 0);
    numbers.next += (flags & 0x02) != 0; // SYN and FIN take a number each (RFC 793)
    numbers.next += (flags & 0x01) != 0;
    if ((flags & 0x10) != 0)
    {
        numbers.acknowledgement = ReadU32(tcp + 8);
    }
    return numbers;
}

void
PacketHeaders::Apply(const std::optional<Rewrite>& rewrite, bool checksums)
{
    uint8_t* ip = m_bytes.data();
    if (rewrite)
    {
        RewriteEnd(ip, m_headerSize, m_size - m_headerSize, *rewrite, checksums);
        if (m_quotedKey)
        {
            RewriteQuotation(*rewrite, checksums);
        }
    }
    const uint16_t before = ReadU16(ip + 8); // time to live and protocol share a word
    --ip[8];
    if (checksums)
    {
        ChecksumChange change;
        change.Replace16(before, ReadU16(ip + 8));
        Update(ip + 10, change, false);
    }
}

void
PacketHeaders::RewriteQuotation(const Rewrite& rewrite, bool checksums)
{
    const uint32_t start = m_headerSize + ICMP_SIZE;
    const uint32_t words = (m_size - start) / 2;
    const auto before = m_bytes;
    const uint32_t quotedHeaderSize = 4 * (m_bytes[start] & 0xf);
    const bool isSource = rewrite.field == RewriteField::Source;
    const Rewrite opposite{isSource ? RewriteField::Destination : RewriteField::Source,
                           rewrite.address,
                           rewrite.port};
    RewriteEnd(&m_bytes[start],
               quotedHeaderSize,
               m_size - start - quotedHeaderSize,
               opposite,
               checksums);
    if (checksums)
    {
        ChecksumChange change;
        for (uint32_t word = 0; word < words; ++word)
        {
            change.Replace16(ReadU16(&before[start + 2 * word]),
                             ReadU16(&m_bytes[start + 2 * word]));
        }
        Update(&m_bytes[m_headerSize + 2], change, false);
    }
}

void
PacketHeaders::Write(Packet& packet, uint32_t offset) const
{
    Cut(packet, offset);
    AddDatagramHeaders(packet, m_bytes.data(), m_size);
}

void
PacketHeaders::Cut(Packet& packet, uint32_t offset) const
{
    const uint32_t end = offset + m_datagramSize;
    if (packet.GetSize() > end)
    {
        packet.RemoveAtEnd(packet.GetSize() - end);
    }
    packet.RemoveAtStart(offset + m_size);
}

} // namespace ns3::azure
