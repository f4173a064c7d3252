// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-packets.h"
#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-tcp-reset.h"

#include <algorithm>

/**
 * @file
 * @brief What reads, rewrites, encapsulates and answers single packets.
 */
namespace ns3::azure
{

namespace
{

/// @return packets of all kinds that the datapath looks into
std::vector<Bytes>
MakeSamples()
{
    const FlowKey tcp("10.0.0.4", "198.19.0.1", 5000, 80, IpProtocol::Tcp);
    const FlowKey udp("198.19.0.1", "198.51.100.1", 53, 1024, IpProtocol::Udp);
    const FlowKey icmp("10.0.0.4", "198.19.0.1", 0, 0, IpProtocol::Icmp);
    const FlowKey other("10.0.0.4", "198.19.0.1", 0, 0, IpProtocol::Gre);
    DatagramTraits syn;
    syn.tcpFlags = TCP_SYN;
    DatagramTraits options;
    options.optionBytes = 40;
    DatagramTraits first;
    first.fragment = MORE_FRAGMENTS;
    DatagramTraits later;
    later.fragment = 3;
    DatagramTraits plain;
    plain.hasUdpChecksum = false;
    const auto whole = MakeDatagram(tcp.Reverse());
    return {MakeDatagram(tcp, syn),
            MakeDatagram(tcp, options),
            MakeDatagram(tcp, first),
            MakeDatagram(tcp, later),
            MakeDatagram(udp),
            MakeDatagram(udp, plain),
            MakeDatagram(icmp),
            MakeDatagram(icmp, options),
            MakeDatagram(other),
            MakeIcmpError(tcp.GetSource(), tcp.GetDestination(), whole),
            MakeIcmpError(tcp.GetSource(), tcp.GetDestination(), whole, ICMP_TIME_EXCEEDED, 200),
            MakeIcmpError(udp.GetSource(), udp.GetDestination(), MakeDatagram(udp.Reverse()))};
}

/// Requires that a tunnel's inner datagram is found behind its outer headers.
void
RequireInner(const Packet& outer, uint32_t offset, const Bytes& inner)
{
    PacketHeaders headers;
    Require(headers.Read(outer, offset), "the inner datagram can be read");
    const auto copy = outer.Copy();
    headers.Write(*copy, offset);
    Require(ToBytes(*copy) == inner, "a tunnel brings the datagram as it was");
}

/// Requires what must be true of an outer header that we have written.
OuterHeader
RequireOuter(const Packet& packet, const Tunnel& tunnel, IpProtocol protocol)
{
    const auto outer = ReadOuterHeader(packet);
    Require(outer && outer->source == tunnel.source && outer->destination == tunnel.destination &&
                outer->protocol == protocol && outer->size == ENCAPSULATION_SIZE &&
                !outer->isFragment,
            "an outer header says what it was told");
    const auto errors = GetChecksumErrors(ToBytes(packet));
    Require(errors.ip == 0, "an outer header's checksum is right");
    return *outer;
}

/// Requires that a tunnel with a key brings number, meaning and datagram.
void
RequireKeyed(const Packet& packet,
             const Tunnel& tunnel,
             const TunnelHeader& expected,
             const Bytes& inner)
{
    const auto outer = RequireOuter(packet, tunnel, IpProtocol::Gre);
    const auto header = ReadTunnelHeader(packet, outer);
    Require(header && header->key == expected.key && header->number == expected.number &&
                header->offset == KEYED_ENCAPSULATION_SIZE,
            "a tunnel's key is read as it was written");
    RequireInner(packet, header->offset, inner);
}

/// Puts each kind of outer headers on a datagram, and looks what comes out.
void
RequireTunnels(const Bytes& datagram, const PacketHeaders& headers, uint32_t number)
{
    const Tunnel tunnel{Ipv4Address("10.128.0.2"), Ipv4Address("10.128.0.3")};
    const auto inner = Write(datagram, headers);
    if (inner.size() + KEYED_ENCAPSULATION_SIZE > 0xffff)
    {
        return; // no interface is so wide
    }
    auto packet = ToPacket(datagram);
    Encapsulate(*packet, headers, tunnel, 7, true);
    RequireOuter(*packet, tunnel, IpProtocol::IpInIp);
    RequireInner(*packet, ENCAPSULATION_SIZE, inner);
    packet = ToPacket(datagram);
    EncapsulateForVirtualNetwork(*packet, headers, tunnel, number, 7, true);
    RequireKeyed(*packet, tunnel, {TunnelKey::VirtualNetwork, number, 0}, inner);
    packet = ToPacket(datagram);
    EncapsulateForMember(*packet, headers, tunnel, number, 7, true);
    RequireKeyed(*packet, tunnel, {TunnelKey::Member, number, 0}, inner);
    packet = ToPacket(datagram);
    EncapsulateForNatGateway(*packet, headers, tunnel, number, 7, true);
    RequireKeyed(*packet, tunnel, {TunnelKey::NatGateway, number, 0}, inner);
}

/// Requires that what answers a segment of no connection is a RST that its sender takes.
void
RequireReset(const PacketHeaders& headers)
{
    PacketHeaders reset;
    const auto packet = MakeTcpResetAgainst(headers, true);
    Require(reset.Read(*packet), "a RST can be read");
    Require(reset.GetTcpFlags().rst && reset.GetKey() == headers.GetKey().Reverse(),
            "a RST goes back");
    const auto errors = GetChecksumErrors(ToBytes(*packet));
    Require(errors.ip == 0 && errors.transport == 0U, "a RST's checksums are right");
    const auto numbers = headers.GetTcpNumbers();
    const auto answered = reset.GetTcpNumbers();
    Require(numbers.acknowledgement ? answered.first == *numbers.acknowledgement
                                    : answered.acknowledgement == numbers.next,
            "a RST has the number that is expected");
}

} // namespace

std::vector<std::string>
MakePackets()
{
    std::vector<std::string> seeds;
    for (const auto& sample : MakeSamples())
    {
        seeds.emplace_back(sample.begin(), sample.end());
    }
    return seeds;
}

std::vector<std::string>
MakeRewrites()
{
    std::vector<std::string> seeds;
    for (const char* change : {"\x03\xc6\x33\x64\x01\x04\x00", "\x02\x0a\x00\x00\x04\x13\x88"})
    {
        for (const auto& packet : MakePackets())
        {
            seeds.push_back(std::string(change, 7) + packet);
        }
    }
    return seeds;
}

void
CheckPacket(const std::string& input)
{
    const auto datagram = ToBytes(input);
    PacketHeaders headers;
    const bool isRead = headers.Read(*ToPacket(datagram));
    const auto outer = ReadOuterHeader(*ToPacket(datagram));
    Require(!isRead || outer, "what can be read has an IPv4 header");
    Require(!outer || (outer->size >= 20 && outer->size <= 60),
            "an IPv4 header has 20 to 60 bytes");
    for (const uint32_t offset : {ENCAPSULATION_SIZE, KEYED_ENCAPSULATION_SIZE, 68U})
    {
        auto behind = Bytes(offset, 0xee);
        behind.insert(behind.end(), datagram.begin(), datagram.end());
        PacketHeaders same;
        Require(same.Read(*ToPacket(behind), offset) == isRead,
                "a packet can be read behind outer headers if it can without");
        Require(!isRead || (same.GetKey() == headers.GetKey() &&
                            same.GetQuotedKey() == headers.GetQuotedKey() &&
                            same.GetSize() == headers.GetSize()),
                "a packet is the same behind outer headers");
    }
    if (!isRead)
    {
        return;
    }
    Require(headers.GetDatagramSize() <= datagram.size() &&
                headers.GetSize() <= headers.GetDatagramSize(),
            "headers lie within the packet");
    Require(!headers.IsLaterFragment() || headers.IsFragment(), "a later fragment is a fragment");
    Require(!headers.GetQuotedKey() || headers.IsIcmpError(), "only ICMP errors quote");
    Require(headers.GetKey().GetProtocol() == outer->protocol &&
                headers.GetKey().GetSource() == outer->source &&
                headers.GetKey().GetDestination() == outer->destination &&
                headers.IsFragment() == outer->isFragment,
            "both ways to read a header say the same");
    const Bytes whole(datagram.begin(),
                      datagram.begin() + static_cast<std::ptrdiff_t>(headers.GetDatagramSize()));
    Require(Write(datagram, headers) == whole, "headers are written as they were read");
    if (headers.GetKey().GetProtocol() == IpProtocol::Tcp && !headers.IsLaterFragment() &&
        !headers.GetTcpFlags().rst)
    {
        RequireReset(headers);
    }
}

void
CheckRewrite(const std::string& input)
{
    StepReader steps(input);
    const auto kind = steps.Take8();
    Rewrite rewrite{(kind & 1) != 0 ? RewriteField::Source : RewriteField::Destination,
                    steps.Take32(),
                    std::nullopt};
    const auto port = steps.Take16();
    const auto datagram = steps.TakeBytes(input.size());
    PacketHeaders headers;
    if (!headers.Read(*ToPacket(datagram)) || headers.GetTtl() < 3)
    {
        return;
    }
    if ((kind & 2) != 0)
    {
        rewrite.port = port;
    }
    RequireSoundRewrite(datagram, headers, rewrite);
    RequireSoundRewrite(datagram, headers, std::nullopt);
}

void
CheckEncapsulation(const std::string& input)
{
    const auto datagram = ToBytes(input);
    const auto packet = ToPacket(datagram);
    if (const auto outer = ReadOuterHeader(*packet))
    {
        const auto header = ReadTunnelHeader(*packet, *outer);
        PacketHeaders inner;
        Require(!header || header->number < 1U << 24, "a tunnel's number has 24 bits");
        Require(!header || header->offset <= datagram.size(), "an inner datagram is in its packet");
        if (header && inner.Read(*packet, header->offset))
        {
            const auto copy = packet->Copy();
            inner.Write(*copy, header->offset);
            Require(copy->GetSize() == inner.GetDatagramSize(),
                    "an inner datagram is taken out whole");
        }
    }
    PacketHeaders headers;
    if (headers.Read(*packet))
    {
        RequireTunnels(datagram, headers, headers.GetKey().GetSourceNumber() >> 8);
    }
}

} // namespace ns3::azure
