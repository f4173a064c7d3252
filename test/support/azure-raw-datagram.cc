// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-datagram.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

constexpr uint8_t TCP = 6;
constexpr uint8_t UDP = 17;
constexpr uint8_t ICMP = 1;

/// @return the number in these two bytes
uint32_t
Get16(const Bytes& bytes, std::size_t at)
{
    return uint32_t{bytes[at]} << 8 | bytes[at + 1];
}

uint32_t
Get32(const Bytes& bytes, std::size_t at)
{
    return Get16(bytes, at) << 16 | Get16(bytes, at + 2);
}

void
Put16(Bytes& bytes, std::size_t at, uint32_t value)
{
    bytes[at] = static_cast<uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<uint8_t>(value);
}

void
Put32(Bytes& bytes, std::size_t at, uint32_t value)
{
    Put16(bytes, at, value >> 16);
    Put16(bytes, at + 2, value & 0xffff);
}

/// @return the bytes' one's complement sum; 0xffff if a checksum among them is right
uint32_t
Sum(Bytes bytes)
{
    if (bytes.size() % 2 == 1)
    {
        bytes.push_back(0);
    }
    uint64_t sum = 0;
    for (std::size_t at = 0; at < bytes.size(); at += 2)
    {
        sum += Get16(bytes, at);
    }
    while (sum >> 16 != 0)
    {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    return static_cast<uint32_t>(sum);
}

std::size_t
GetHeaderSize(const Bytes& datagram)
{
    return std::size_t{4} * (datagram[0] & 0xf);
}

/// @return what a TCP or UDP checksum covers: pseudo header, then all behind the IPv4 header
Bytes
GetCovered(const Bytes& datagram)
{
    const auto start = GetHeaderSize(datagram);
    Bytes covered(datagram.begin() + 12, datagram.begin() + 20);
    covered.push_back(0);
    covered.push_back(datagram[9]);
    covered.resize(12);
    Put16(covered, 10, static_cast<uint32_t>(datagram.size() - start));
    covered.insert(covered.end(),
                   datagram.begin() + static_cast<std::ptrdiff_t>(start),
                   datagram.end());
    return covered;
}

/// Put the checksums of a datagram in, which must be 0 so far.
void
Seal(Bytes& datagram, bool hasUdpChecksum)
{
    const auto start = GetHeaderSize(datagram);
    const bool isFragment = (Get16(datagram, 6) & 0x1fff) != 0;
    if (!isFragment && datagram[9] == ICMP)
    {
        Put16(datagram,
              start + 2,
              ~Sum(Bytes(datagram.begin() + static_cast<std::ptrdiff_t>(start), datagram.end())));
    }
    if (!isFragment && (datagram[9] == TCP || (datagram[9] == UDP && hasUdpChecksum)))
    {
        const auto checksum = ~Sum(GetCovered(datagram)) & 0xffff;
        Put16(datagram,
              start + (datagram[9] == TCP ? 16 : 6),
              datagram[9] == UDP && checksum == 0 ? 0xffff : checksum);
    }
    Put16(datagram,
          10,
          ~Sum(Bytes(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(start))));
}

/// @return an IPv4 header without checksum, for that many bytes behind it
Bytes
MakeHeader(uint32_t source,
           uint32_t destination,
           uint8_t protocol,
           std::size_t payload,
           const DatagramTraits& traits)
{
    Bytes header(20 + traits.optionBytes, 1); // option 1 is "no operation"
    std::fill(header.begin(), header.begin() + 20, 0);
    header[0] = static_cast<uint8_t>(0x40 | header.size() / 4);
    header[1] = traits.typeOfService;
    Put16(header, 2, static_cast<uint32_t>(header.size() + payload));
    Put16(header, 4, 0x1234);
    Put16(header, 6, traits.fragment);
    header[8] = traits.ttl;
    header[9] = protocol;
    Put32(header, 12, source);
    Put32(header, 16, destination);
    return header;
}

} // namespace

Bytes
MakeDatagram(const FlowKey& key, const DatagramTraits& traits)
{
    const auto protocol = static_cast<uint8_t>(key.GetProtocol());
    Bytes transport;
    if ((traits.fragment & 0x1fff) == 0 && (protocol == TCP || protocol == UDP))
    {
        transport.resize(protocol == TCP ? 20 : 8);
        Put16(transport, 0, key.GetSourcePort());
        Put16(transport, 2, key.GetDestinationPort());
        if (protocol == TCP)
        {
            Put32(transport, 4, 0x01020304);
            transport[12] = 0x50;
            transport[13] = traits.tcpFlags;
            Put16(transport, 14, 0xffff);
        }
        else
        {
            Put16(transport, 4, 8 + traits.payload);
        }
    }
    else if ((traits.fragment & 0x1fff) == 0 && protocol == ICMP)
    {
        transport.resize(8);
        transport[0] = traits.icmpType;
        Put16(transport, 4, traits.icmpIdentifier);
    }
    for (uint32_t i = 0; i < traits.payload; ++i)
    {
        transport.push_back(static_cast<uint8_t>(0xa0 + i));
    }
    auto datagram = MakeHeader(key.GetSource().Get(),
                               key.GetDestination().Get(),
                               protocol,
                               transport.size(),
                               traits);
    datagram.insert(datagram.end(), transport.begin(), transport.end());
    Seal(datagram, traits.hasUdpChecksum);
    return datagram;
}

Bytes
MakeIcmpError(Ipv4Address source,
              Ipv4Address destination,
              const Bytes& quoted,
              uint8_t type,
              std::size_t quotedBytes)
{
    Bytes message(8);
    message[0] = type;
    message[1] = type == ICMP_UNREACHABLE ? 3 : 0;
    const auto size = std::min(quoted.size(), quotedBytes);
    message.insert(message.end(),
                   quoted.begin(),
                   quoted.begin() + static_cast<std::ptrdiff_t>(size));
    auto datagram = MakeHeader(source.Get(), destination.Get(), ICMP, message.size(), {});
    datagram.insert(datagram.end(), message.begin(), message.end());
    Seal(datagram, true);
    return datagram;
}

std::optional<std::string>
FindBadChecksum(const Bytes& datagram)
{
    const auto start = GetHeaderSize(datagram);
    const auto begin = datagram.begin() + static_cast<std::ptrdiff_t>(start);
    if (Sum(Bytes(datagram.begin(), begin)) != 0xffff)
    {
        return "the IPv4 header's checksum is wrong";
    }
    const bool isWhole =
        (Get16(datagram, 6) & 0x3fff) == 0 && Get16(datagram, 2) == datagram.size();
    const auto protocol = datagram[9];
    if (!isWhole)
    {
        return std::nullopt;
    }
    const bool isChecked = protocol == TCP || (protocol == UDP && Get16(datagram, start + 6) != 0);
    if (isChecked && Sum(GetCovered(datagram)) != 0xffff)
    {
        return "the checksum of TCP or UDP is wrong";
    }
    if (protocol != ICMP)
    {
        return std::nullopt;
    }
    if (Sum(Bytes(begin, datagram.end())) != 0xffff)
    {
        return "ICMP's checksum is wrong";
    }
    if (datagram[start] == ICMP_UNREACHABLE || datagram[start] == ICMP_TIME_EXCEEDED)
    {
        const auto quotation = FindBadChecksum(GetQuotation(datagram));
        return quotation ? std::make_optional("quoted: " + *quotation) : std::nullopt;
    }
    return std::nullopt;
}

Bytes
GetQuotation(const Bytes& datagram)
{
    return {datagram.begin() + static_cast<std::ptrdiff_t>(GetHeaderSize(datagram) + 8),
            datagram.end()};
}

Ptr<Packet>
ToPacket(const Bytes& bytes)
{
    return Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size()));
}

Bytes
ToBytes(const Packet& packet)
{
    Bytes bytes(packet.GetSize());
    packet.CopyData(bytes.data(), packet.GetSize());
    return bytes;
}

FlowKey
ReadFlowKey(const Bytes& datagram)
{
    const auto start = GetHeaderSize(datagram);
    const bool hasPorts = (datagram[9] == TCP || datagram[9] == UDP) &&
                          (Get16(datagram, 6) & 0x1fff) == 0 && datagram.size() >= start + 4;
    return {Get32(datagram, 12),
            Get32(datagram, 16),
            static_cast<uint16_t>(hasPorts ? Get16(datagram, start) : 0),
            static_cast<uint16_t>(hasPorts ? Get16(datagram, start + 2) : 0),
            static_cast<IpProtocol>(datagram[9])};
}

} // namespace ns3::azure
