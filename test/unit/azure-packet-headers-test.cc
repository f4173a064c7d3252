// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-datagram.h"

#include "ns3/azure-packet-headers.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address VM("10.0.0.4");
const Ipv4Address PUBLIC("198.18.0.1");
const Ipv4Address SERVER("198.19.0.1");
const Ipv4Address ROUTER("192.0.2.254");
const FlowKey TCP_OUT(VM, SERVER, 5000, 80, IpProtocol::Tcp);
const FlowKey UDP_OUT(VM, SERVER, 5000, 53, IpProtocol::Udp);
const FlowKey ICMP_OUT(VM, SERVER, 0xbeef, 0xbeef + 8, IpProtocol::Icmp); // echo is type 8
const FlowKey ESP_OUT(VM, SERVER, 0, 0, static_cast<IpProtocol>(50));
const FlowKey SENT(PUBLIC, SERVER, 1024, 80, IpProtocol::Tcp);
const FlowKey SENT_UDP(PUBLIC, SERVER, 1024, 53, IpProtocol::Udp);
const FlowKey NO_PORTS_UDP(VM, SERVER, 0, 0, IpProtocol::Udp);
const FlowKey ECHO(ROUTER, PUBLIC, 0, 8, IpProtocol::Icmp);
const FlowKey TOLD(ROUTER, PUBLIC, 0, 0, IpProtocol::Icmp);

/// One row: a datagram, and what is read of it.
struct HeaderCase
{
    std::string name;              // test name
    Bytes datagram;                // what arrives
    FlowKey key;                   // expected 5-tuple
    std::optional<FlowKey> quoted; // expected 5-tuple of the quoted packet
    std::string flags;             // expected TCP flags: S F R
    std::string fragment;          // expected: "", "first", "later"
};

void
PrintTo(const HeaderCase& c, std::ostream* os)
{
    *os << c.key;
}

DatagramTraits
Flags(uint8_t flags)
{
    DatagramTraits traits;
    traits.tcpFlags = flags;
    return traits;
}

DatagramTraits
Options(uint32_t bytes)
{
    DatagramTraits traits;
    traits.optionBytes = bytes;
    return traits;
}

DatagramTraits
Fragment(uint16_t word)
{
    DatagramTraits traits;
    traits.fragment = word;
    traits.payload = 16;
    return traits;
}

Bytes
Error(const FlowKey& quoted, uint8_t type, std::size_t quotedBytes = 28, DatagramTraits traits = {})
{
    return MakeIcmpError(ROUTER, PUBLIC, MakeDatagram(quoted, traits), type, quotedBytes);
}

std::vector<HeaderCase>
MakeHeaderCases()
{
    const std::nullopt_t none = std::nullopt;
    // clang-format off
    return {
        // name                datagram                                              key           quoted    flags fragment
        {"TcpAck",             MakeDatagram(TCP_OUT),                                TCP_OUT,      none,     "",   ""},
        {"TcpSyn",             MakeDatagram(TCP_OUT, Flags(TCP_SYN)),                TCP_OUT,      none,     "S",  ""},
        {"TcpSynAckIsNoSyn",   MakeDatagram(TCP_OUT, Flags(TCP_SYN | TCP_ACK)),      TCP_OUT,      none,     "",   ""},
        {"TcpFinAck",          MakeDatagram(TCP_OUT, Flags(TCP_FIN | TCP_ACK)),      TCP_OUT,      none,     "F",  ""},
        {"TcpRst",             MakeDatagram(TCP_OUT, Flags(TCP_RST)),                TCP_OUT,      none,     "R",  ""},
        {"TcpRstAck",          MakeDatagram(TCP_OUT, Flags(TCP_RST | TCP_ACK)),      TCP_OUT,      none,     "R",  ""},
        {"TcpWithOptions",     MakeDatagram(TCP_OUT, Options(40)),                   TCP_OUT,      none,     "",   ""},
        {"TcpDontFragment",    MakeDatagram(TCP_OUT, Fragment(DONT_FRAGMENT)),       TCP_OUT,      none,     "",   ""},
        {"TcpFirstFragment",   MakeDatagram(TCP_OUT, Fragment(MORE_FRAGMENTS)),      TCP_OUT,      none,     "",   "first"},
        {"Udp",                MakeDatagram(UDP_OUT),                                UDP_OUT,      none,     "",   ""},
        {"UdpWithOptions",     MakeDatagram(UDP_OUT, Options(4)),                    UDP_OUT,      none,     "",   ""},
        {"UdpMiddleFragment",  MakeDatagram(UDP_OUT, Fragment(MORE_FRAGMENTS | 1)),  NO_PORTS_UDP, none,     "",   "later"},
        {"UdpLastFragment",    MakeDatagram(UDP_OUT, Fragment(185)),                 NO_PORTS_UDP, none,     "",   "later"},
        {"IcmpEcho",           MakeDatagram(ICMP_OUT),                               ICMP_OUT,     none,     "",   ""},
        {"IcmpEchoFragment",   MakeDatagram(ICMP_OUT, Fragment(MORE_FRAGMENTS)),     ICMP_OUT,     none,     "",   "first"},
        {"Esp",                MakeDatagram(ESP_OUT),                                ESP_OUT,      none,     "",   ""},
        {"UnreachableTcp",     Error(SENT, ICMP_UNREACHABLE),                        TOLD,         SENT,     "",   ""},
        {"UnreachableUdp",     Error(SENT_UDP, ICMP_UNREACHABLE),                    TOLD,         SENT_UDP, "",   ""},
        {"SourceQuench",       Error(SENT, 4),                                       TOLD,         SENT,     "",   ""},
        {"Redirect",           Error(SENT, 5),                                       TOLD,         SENT,     "",   ""},
        {"TimeExceeded",       Error(SENT, ICMP_TIME_EXCEEDED),                      TOLD,         SENT,     "",   ""},
        {"ParameterProblem",   Error(SENT, 12),                                      TOLD,         SENT,     "",   ""},
        {"EchoQuotesNothing",  Error(SENT, ICMP_ECHO),                               ECHO,         none,     "",   ""},
        {"QuotesTcpWhole",     Error(SENT, ICMP_UNREACHABLE, 1000),                  TOLD,         SENT,     "",   ""},
        {"QuotesOptions",      Error(SENT, ICMP_UNREACHABLE, 68, Options(40)),       TOLD,         SENT,     "",   ""},
        {"QuotesLaterFragment", Error(SENT, ICMP_UNREACHABLE, 28, Fragment(7)),      TOLD,         FlowKey(PUBLIC, SERVER, 0, 0, IpProtocol::Tcp), "", ""},
        {"QuotesTooLittle",    Error(SENT, ICMP_UNREACHABLE, 27),                    TOLD,         none,     "",   ""},
        {"QuotesHalfAHeader",  Error(SENT, ICMP_UNREACHABLE, 10),                    TOLD,         none,     "",   ""},
    };
    // clang-format on
}

class PacketHeaderCases : public ::testing::TestWithParam<HeaderCase>
{
  protected:
    /// Whatever lies in front of the datagram, and however the link pads it.
    void Expect(uint32_t offset, uint32_t padding)
    {
        const auto& c = GetParam();
        Bytes bytes(offset, 0x45);
        bytes.insert(bytes.end(), c.datagram.begin(), c.datagram.end());
        bytes.insert(bytes.end(), padding, 0);
        PacketHeaders headers;
        ASSERT_TRUE(headers.Read(*ToPacket(bytes), offset));
        EXPECT_EQ(headers.GetKey(), c.key);
        EXPECT_EQ(headers.GetQuotedKey(), c.quoted);
        EXPECT_EQ(headers.GetDatagramSize(), c.datagram.size());
        EXPECT_EQ(headers.GetTtl(), 64);
        EXPECT_EQ(headers.IsFragment(), !c.fragment.empty());
        EXPECT_EQ(headers.IsLaterFragment(), c.fragment == "later");
        const auto flags = headers.GetTcpFlags();
        EXPECT_EQ(flags.syn, c.flags == "S");
        EXPECT_EQ(flags.fin, c.flags == "F");
        EXPECT_EQ(flags.rst, c.flags == "R");
    }
};

TEST_P(PacketHeaderCases, AreRead)
{
    Expect(0, 0);
}

TEST_P(PacketHeaderCases, AreReadBehindAnOuterHeaderAndBeforePadding)
{
    Expect(20, 6);
    Expect(60, 0);
}

INSTANTIATE_TEST_SUITE_P(PacketHeaders,
                         PacketHeaderCases,
                         ::testing::ValuesIn(MakeHeaderCases()),
                         [](const auto& info) { return info.param.name; });

/// One row: bytes that are no datagram we can translate.
struct MalformedCase
{
    const char* name; // test name
    std::size_t size; // how many bytes of a TCP datagram are there
    std::size_t at;   // the byte that is changed
    uint8_t value;    // into what
};

void
PrintTo(const MalformedCase& c, std::ostream* os)
{
    *os << c.size << " bytes, byte " << c.at << " is " << int{c.value};
}

// clang-format off
constexpr MalformedCase MALFORMED_CASES[] = {
    // name                   size  at  value
    {"Empty",                    0,  0,  0x45},
    {"OneByte",                  1,  0,  0x45},
    {"HeaderCutShort",          19,  0,  0x45},
    {"Version6",                44,  0,  0x65},
    {"HeaderBelow20Bytes",      44,  0,  0x44},
    {"HeaderBeyondDatagram",    44,  0,  0x4f},
    {"LengthBelowHeader",       44,  3,    19},
    {"LengthBeyondPacket",      44,  3,    45},
    {"TcpHeaderCutShort",       44,  3,    39},
    {"NoTcpHeader",             44,  3,    20},
    {"PacketCutShort",          43,  0,  0x45},
};
// clang-format on

class MalformedPackets : public ::testing::TestWithParam<MalformedCase>
{
};

TEST_P(MalformedPackets, AreRefused)
{
    const auto& c = GetParam();
    auto bytes = MakeDatagram(TCP_OUT);
    bytes[c.at] = c.value;
    bytes.resize(c.size);
    PacketHeaders headers;
    EXPECT_FALSE(headers.Read(*ToPacket(bytes)));
    bytes.insert(bytes.begin(), 20, 0);
    EXPECT_FALSE(headers.Read(*ToPacket(bytes), 20));
}

INSTANTIATE_TEST_SUITE_P(PacketHeaders,
                         MalformedPackets,
                         ::testing::ValuesIn(MALFORMED_CASES),
                         [](const auto& info) { return info.param.name; });

TEST(MalformedPacket, WithUdpHeaderCutShortIsRefused)
{
    auto bytes = MakeDatagram(UDP_OUT);
    bytes[3] = 27;
    EXPECT_FALSE(PacketHeaders().Read(*ToPacket(bytes)));
    bytes[3] = 28;
    EXPECT_TRUE(PacketHeaders().Read(*ToPacket(bytes)));
}

TEST(RandomBytes, AreReadAndRewrittenWithoutHarm)
{
    std::mt19937 random(1);
    const auto draw = [&random](uint32_t n) { return static_cast<uint32_t>(random() % n); };
    const auto cases = MakeHeaderCases();
    uint32_t read = 0;
    for (int round = 0; round < 200'000; ++round)
    {
        const uint32_t offset = draw(4) == 0 ? 4 * draw(16) : 0;
        Bytes bytes(offset);
        if (draw(2) == 0)
        {
            bytes.resize(offset + draw(200));
            for (auto& byte : bytes)
            {
                byte = static_cast<uint8_t>(draw(256));
            }
        }
        else
        {
            const auto& datagram = cases[draw(static_cast<uint32_t>(cases.size()))].datagram;
            bytes.insert(bytes.end(), datagram.begin(), datagram.end());
            for (uint32_t i = 0; i < draw(4); ++i)
            {
                bytes[draw(static_cast<uint32_t>(bytes.size()))] = static_cast<uint8_t>(draw(256));
            }
            bytes.resize(bytes.size() - draw(3));
        }
        const auto packet = ToPacket(bytes);
        PacketHeaders headers;
        if (!headers.Read(*packet, offset))
        {
            continue;
        }
        ++read;
        ASSERT_LE(headers.GetSize(), headers.GetDatagramSize());
        const Rewrite rewrite{static_cast<RewriteField>(draw(2)),
                              static_cast<uint32_t>(random()),
                              {}};
        headers.Apply(rewrite, draw(2) == 0);
        headers.Write(*packet, offset);
        ASSERT_EQ(packet->GetSize(), headers.GetDatagramSize());
    }
    EXPECT_GT(read, 25'000U);
}

} // namespace

} // namespace ns3::azure
