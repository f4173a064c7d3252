// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-packets.h"

#include "azure-fuzz-promise.h"

#include "ns3/azure-checksum.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

constexpr uint32_t MODULUS = 0xffff; //!< of one's complement sums of 16 bits
constexpr std::size_t ICMP_SIZE = 8; //!< bytes of its header

/// A piece of a datagram: an IPv4 header, and what is behind it, as far as it is there.
struct Piece
{
    const uint8_t* ip;      //!< the header
    std::size_t headerSize; //!< bytes
    std::size_t behind;     //!< bytes behind the header

    /// @return what is behind the header
    const uint8_t* GetTransport() const
    {
        return ip + headerSize;
    }

    /// @return what it carries
    IpProtocol GetProtocol() const
    {
        return static_cast<IpProtocol>(ip[9]);
    }

    /// @return whether it is a fragment, but not the first
    bool IsLater() const
    {
        return (ReadU16(ip + 6) & 0x1fff) != 0;
    }
};

/// @return the sum of 16-bit words, an odd last byte padded with zero, modulo MODULUS
uint32_t
Sum(const uint8_t* bytes, std::size_t size)
{
    uint64_t sum = 0;
    for (std::size_t i = 0; i < size; ++i)
    {
        sum += i % 2 == 0 ? uint64_t{bytes[i]} << 8 : bytes[i];
    }
    return static_cast<uint32_t>(sum % MODULUS);
}

/// @return the error of the checksum of TCP or UDP; nothing if there is none
std::optional<uint32_t>
GetTransportError(const Piece& piece)
{
    const auto protocol = piece.GetProtocol();
    const bool isTcp = protocol == IpProtocol::Tcp;
    const std::size_t offset = isTcp ? 16 : 6;
    if (!IsTranslatedBySnat(protocol) || piece.IsLater() || piece.behind < offset + 2 ||
        (!isTcp && ReadU16(piece.GetTransport() + offset) == 0))
    {
        return std::nullopt;
    }
    // RFC 793: addresses, protocol and length go before.
    const auto sum = Sum(piece.ip + 12, 8) + piece.ip[9] + static_cast<uint32_t>(piece.behind) +
                     Sum(piece.GetTransport(), piece.behind);
    return sum % MODULUS;
}

/// @return the piece that an ICMP error quotes; the headers of the whole have to say that it does
Piece
GetQuotation(const Piece& whole)
{
    const auto* quoted = whole.GetTransport() + ICMP_SIZE;
    const std::size_t size = std::size_t{4} * (quoted[0] & 0xf);
    // PacketHeaders looks no further than at a TCP header without options.
    const auto seen =
        std::min<std::size_t>(whole.headerSize + whole.behind, PacketHeaders::MAX_SIZE);
    return {quoted, size, seen - whole.headerSize - ICMP_SIZE - size};
}

/// @return the whole datagram, of which there must be a header
Piece
GetWhole(const Bytes& datagram)
{
    const std::size_t size = std::size_t{4} * (datagram[0] & 0xf);
    return {datagram.data(), size, ReadU16(&datagram[2]) - size};
}

/// @return a change of the same end as the first's, to what the datagram has there
Rewrite
MakeWayBack(const Rewrite& rewrite, const PacketHeaders& headers)
{
    const bool isSource = rewrite.field == RewriteField::Source;
    const auto& key = headers.GetKey();
    const auto& quoted = headers.GetQuotedKey();
    Rewrite back{rewrite.field,
                 isSource ? key.GetSourceNumber() : key.GetDestinationNumber(),
                 std::nullopt};
    if (rewrite.port)
    {
        const auto& inner = quoted ? quoted->Reverse() : key;
        back.port = isSource ? inner.GetSourcePort() : inner.GetDestinationPort();
    }
    return back;
}

/// @return whether the quoted packet's end is the one that the change is about
bool
IsQuotationOfSameEnd(const Rewrite& rewrite, const PacketHeaders& headers)
{
    if (!headers.GetQuotedKey())
    {
        return true;
    }
    const auto quoted = headers.GetQuotedKey()->Reverse();
    const auto& key = headers.GetKey();
    return rewrite.field == RewriteField::Source
               ? quoted.GetSourceNumber() == key.GetSourceNumber()
               : quoted.GetDestinationNumber() == key.GetDestinationNumber();
}

/// @return the datagram without time to live and checksums, which may be written in two ways
Bytes
WithoutChecksums(const Bytes& datagram, const PacketHeaders& headers)
{
    auto bytes = datagram;
    const auto clear = [&bytes](std::size_t at) {
        if (at + 2 <= bytes.size())
        {
            bytes[at] = bytes[at + 1] = 0;
        }
    };
    const auto clearTransport = [&](const Piece& piece, std::size_t start) {
        if (piece.IsLater() || !IsTranslatedBySnat(piece.GetProtocol()))
        {
            return;
        }
        const std::size_t offset = piece.GetProtocol() == IpProtocol::Tcp ? 16 : 6;
        if (piece.behind >= offset + 2)
        {
            clear(start + piece.headerSize + offset);
        }
    };
    const auto whole = GetWhole(datagram);
    bytes[8] = 0;
    clear(10);
    clearTransport(whole, 0);
    if (headers.GetQuotedKey())
    {
        const auto quoted = GetQuotation(whole);
        const auto start = whole.headerSize + ICMP_SIZE;
        clear(whole.headerSize + 2);
        clear(start + 10);
        clearTransport(quoted, start);
    }
    return bytes;
}

} // namespace

bool
operator==(const ChecksumErrors& a, const ChecksumErrors& b)
{
    return a.ip == b.ip && a.transport == b.transport && a.quotedIp == b.quotedIp &&
           a.quotedTransport == b.quotedTransport;
}

ChecksumErrors
GetChecksumErrors(const Bytes& datagram)
{
    const auto whole = GetWhole(datagram);
    ChecksumErrors errors;
    errors.ip = Sum(whole.ip, whole.headerSize);
    if (whole.GetProtocol() != IpProtocol::Icmp)
    {
        errors.transport = GetTransportError(whole);
        return errors;
    }
    PacketHeaders headers;
    Require(headers.Read(*ToPacket(datagram)), "what has been read can be read again");
    if (!whole.IsLater() && whole.behind >= ICMP_SIZE)
    {
        errors.transport = Sum(whole.GetTransport(), whole.behind);
    }
    if (headers.GetQuotedKey())
    {
        const auto quoted = GetQuotation(whole);
        errors.quotedIp = Sum(quoted.ip, quoted.headerSize);
        errors.quotedTransport = GetTransportError(quoted);
    }
    return errors;
}

Bytes
ToBytes(const std::string& input)
{
    return {input.begin(), input.end()};
}

Bytes
Write(const Bytes& datagram, const PacketHeaders& headers)
{
    const auto packet = ToPacket(datagram);
    headers.Write(*packet);
    return ToBytes(*packet);
}

void
RequireSoundRewrite(const Bytes& datagram,
                    const PacketHeaders& headers,
                    const std::optional<Rewrite>& rewrite)
{
    const auto whole = Write(datagram, headers); // without padding
    auto edited = headers;
    edited.Apply(rewrite, true);
    const auto translated = Write(whole, edited);
    Require(translated.size() == whole.size(), "a translated packet is as long as before");
    Require(GetChecksumErrors(translated) == GetChecksumErrors(whole),
            "checksums are as right, or as wrong, as before");
    PacketHeaders again;
    Require(again.Read(*ToPacket(translated)), "a translated packet can be read");
    Require(again.GetTtl() + 1 == headers.GetTtl(), "the time to live counts down");
    if (!rewrite)
    {
        Require(again.GetKey() == headers.GetKey() &&
                    again.GetQuotedKey() == headers.GetQuotedKey(),
                "what is not translated keeps its flow");
        return;
    }
    const bool isSource = rewrite->field == RewriteField::Source;
    const auto& key = again.GetKey();
    Require((isSource ? key.GetSourceNumber() : key.GetDestinationNumber()) == rewrite->address,
            "a translated packet has the new address");
    if (IsQuotationOfSameEnd(*rewrite, headers))
    {
        edited.Apply(MakeWayBack(*rewrite, headers), true);
        const auto restored = Write(whole, edited);
        Require(WithoutChecksums(restored, headers) == WithoutChecksums(whole, headers),
                "the way back restores a translated packet");
        Require(GetChecksumErrors(restored) == GetChecksumErrors(whole),
                "the way back restores checksums");
    }
}

DatagramTraits
TakeTraits(StepReader& steps)
{
    constexpr uint8_t FLAGS[] = {TCP_SYN,
                                 TCP_ACK,
                                 TCP_SYN | TCP_ACK,
                                 TCP_FIN | TCP_ACK,
                                 TCP_RST,
                                 TCP_RST | TCP_ACK,
                                 TCP_FIN,
                                 TCP_SYN | TCP_FIN | TCP_RST};
    constexpr uint16_t FRAGMENTS[] = {0, 0, DONT_FRAGMENT, MORE_FRAGMENTS, 3, MORE_FRAGMENTS | 7};
    constexpr uint8_t TTLS[] = {64, 64, 64, 2, 1, 0};
    constexpr uint8_t ICMP_TYPES[] = {ICMP_ECHO, ICMP_ECHO_REPLY, 13, 18, 3, 5, 40};
    DatagramTraits traits;
    traits.tcpFlags = steps.TakeOne(FLAGS);
    const auto rare = steps.Take8();
    traits.fragment = FRAGMENTS[(rare & 7) % 6];
    traits.ttl = TTLS[(rare >> 3 & 7) % 6];
    traits.icmpType = ICMP_TYPES[(rare >> 5) % 7];
    return traits;
}

Bytes
TakeDatagram(StepReader& steps, const FlowKey& key)
{
    const auto kind = steps.TakeBelow(16);
    const auto traits = TakeTraits(steps);
    if (kind == 0)
    {
        return steps.TakeBytes(steps.Take8());
    }
    auto datagram = MakeDatagram(key, traits);
    if (kind == 1)
    {
        const auto quoted = MakeDatagram(key.Reverse(), {});
        datagram = MakeIcmpError(key.GetSource(),
                                 key.GetDestination(),
                                 quoted,
                                 traits.icmpType,
                                 20 + steps.TakeBelow(64));
    }
    else if (kind == 2)
    {
        const auto at = steps.Take8() % datagram.size();
        datagram[at] ^= steps.Take8();
    }
    return datagram;
}

} // namespace ns3::azure
