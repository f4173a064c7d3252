// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-datagram.h"

#include "ns3/azure-packet-headers.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address VM("10.0.0.4");
const Ipv4Address PUBLIC("198.18.0.1");
const Ipv4Address SERVER("198.19.0.1");

constexpr auto SOURCE = RewriteField::Source;
constexpr auto DESTINATION = RewriteField::Destination;

/// Read, rewrite and write a datagram.
Bytes
Translate(const Bytes& datagram,
          const std::optional<Rewrite>& rewrite,
          bool checksums = true,
          uint32_t offset = 0,
          uint32_t padding = 0)
{
    Bytes bytes(offset, 0xee);
    bytes.insert(bytes.end(), datagram.begin(), datagram.end());
    bytes.insert(bytes.end(), padding, 0xdd);
    const auto packet = ToPacket(bytes);
    PacketHeaders headers;
    EXPECT_TRUE(headers.Read(*packet, offset));
    headers.Apply(rewrite, checksums);
    headers.Write(*packet, offset);
    return ToBytes(*packet);
}

/// One row: a datagram, and which end of it is translated.
struct RewriteCase
{
    const char* name;             // test name
    IpProtocol protocol;          // of the datagram
    uint32_t options;             // bytes of IPv4 options
    uint16_t fragment;            // flags and offset
    uint32_t payload;             // bytes behind the transport header
    RewriteField field;           // which end
    std::optional<uint16_t> port; // new port
};

void
PrintTo(const RewriteCase& c, std::ostream* os)
{
    *os << GetName(c.protocol) << " with " << c.payload << " bytes";
}

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto ICMP = IpProtocol::Icmp;
constexpr auto ESP = static_cast<IpProtocol>(50);

// clang-format off
const RewriteCase REWRITE_CASES[] = {
    // name                    protocol opt fragment           payload field      port
    {"TcpSource",              TCP,      0, 0,                   10, SOURCE,      1024},
    {"TcpDestination",         TCP,      0, DONT_FRAGMENT,       11, DESTINATION, 65535},
    {"TcpAddressOnly",         TCP,      0, 0,                    0, SOURCE,      {}},
    {"TcpOptions",             TCP,     40, 0,                 1400, SOURCE,      1},
    {"TcpFirstFragment",       TCP,      0, MORE_FRAGMENTS,      64, SOURCE,      {}},
    {"UdpSource",              UDP,      0, 0,                    0, SOURCE,      1024},
    {"UdpDestination",         UDP,      8, 0,                 1001, DESTINATION, 53},
    {"UdpAddressOnly",         UDP,      0, 0,                    7, DESTINATION, {}},
    {"UdpLaterFragment",       UDP,      0, MORE_FRAGMENTS | 5,  80, SOURCE,      {}},
    {"IcmpEcho",               ICMP,     0, 0,                   56, SOURCE,      {}},
    {"Esp",                    ESP,      0, 0,                   99, DESTINATION, {}},
};
// clang-format on

class Rewrites : public ::testing::TestWithParam<RewriteCase>
{
  protected:
    /// @return the datagram of the row, with that 5-tuple and time to live
    Bytes Make(Ipv4Address source, Ipv4Address destination, uint16_t from, uint16_t to, uint8_t ttl)
    {
        const auto& c = GetParam();
        DatagramTraits traits;
        traits.optionBytes = c.options;
        traits.fragment = c.fragment;
        traits.payload = c.payload;
        traits.ttl = ttl;
        return MakeDatagram({source, destination, from, to, c.protocol}, traits);
    }
};

TEST_P(Rewrites, AreAsIfTheDatagramHadBeenMadeSo)
{
    const auto& c = GetParam();
    const bool isSource = c.field == SOURCE;
    const auto before = Make(VM, SERVER, 5000, 80, 64);
    const auto after = Make(isSource ? PUBLIC : VM,
                            isSource ? SERVER : PUBLIC,
                            isSource ? c.port.value_or(5000) : 5000,
                            isSource ? 80 : c.port.value_or(80),
                            63);
    const Rewrite rewrite{c.field, PUBLIC.Get(), c.port};
    EXPECT_EQ(Translate(before, rewrite), after);
    EXPECT_EQ(Translate(before, rewrite, true, 20, 6), after) << "outer header and padding stay";
    EXPECT_EQ(FindBadChecksum(after), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(PacketHeaders,
                         Rewrites,
                         ::testing::ValuesIn(REWRITE_CASES),
                         [](const auto& info) { return info.param.name; });

TEST(Rewriting, NothingCountsTheTimeToLiveDown)
{
    DatagramTraits traits;
    const FlowKey key(VM, SERVER, 5000, 80, TCP);
    traits.ttl = 2;
    const auto before = MakeDatagram(key, traits);
    traits.ttl = 1;
    EXPECT_EQ(Translate(before, std::nullopt), MakeDatagram(key, traits));
}

TEST(Rewriting, LeavesAnAbsentUdpChecksumAbsent)
{
    DatagramTraits traits;
    traits.hasUdpChecksum = false;
    const auto after = Translate(MakeDatagram({VM, SERVER, 5000, 53, UDP}, traits),
                                 Rewrite{SOURCE, PUBLIC.Get(), 1024});
    EXPECT_EQ(after[26] | after[27], 0);
    EXPECT_EQ(ReadFlowKey(after), FlowKey(PUBLIC, SERVER, 1024, 53, UDP));
    EXPECT_EQ(FindBadChecksum(after), std::nullopt);
}

TEST(Rewriting, WritesAUdpChecksumOfZeroAsAllOnes)
{
    // One of the 65,536 source ports makes the checksum come out as 0.
    const auto before = MakeDatagram({VM, SERVER, 5000, 53, UDP});
    uint32_t allOnes = 0;
    for (uint32_t port = 0; port <= 65535; ++port)
    {
        const auto after =
            Translate(before, Rewrite{SOURCE, PUBLIC.Get(), static_cast<uint16_t>(port)});
        ASSERT_NE(after[26] | after[27], 0) << "port " << port;
        allOnes += (after[26] & after[27]) == 0xff;
        ASSERT_EQ(FindBadChecksum(after), std::nullopt) << "port " << port;
    }
    EXPECT_GE(allOnes, 1U);
}

TEST(Rewriting, LeavesChecksumsAloneWhereTheyAreNotInUse)
{
    const FlowKey key(VM, SERVER, 5000, 80, TCP);
    auto before = MakeDatagram(key);
    before[10] = before[11] = before[36] = before[37] = 0;
    const auto after = Translate(before, Rewrite{SOURCE, PUBLIC.Get(), 1024}, false);
    EXPECT_EQ(ReadFlowKey(after), key.WithSource(PUBLIC, 1024));
    EXPECT_EQ(after[10] | after[11] | after[36] | after[37], 0);
    EXPECT_EQ(after[8], 63);
}

/// One row: what an ICMP error quotes.
struct QuotationCase
{
    const char* name;        // test name
    IpProtocol protocol;     // of the quoted datagram
    uint32_t options;        // bytes of IPv4 options of the quoted datagram
    std::size_t quotedBytes; // how much is quoted
};

void
PrintTo(const QuotationCase& c, std::ostream* os)
{
    *os << c.quotedBytes << " bytes of " << GetName(c.protocol);
}

// clang-format off
constexpr QuotationCase QUOTATION_CASES[] = {
    // name           protocol opt quoted
    {"Tcp8",          TCP,      0,   28}, // what RFC 792 asks for: ports, no checksum
    {"Tcp17",         TCP,      0,   37}, // half the checksum
    {"Tcp18",         TCP,      0,   38}, // all of the checksum
    {"TcpWhole",      TCP,      0, 1000},
    {"TcpOptions",    TCP,     40, 1000},
    {"Udp8",          UDP,      0,   28}, // the checksum too
    {"UdpOdd",        UDP,      0,   31},
    {"UdpWhole",      UDP,      0, 1000},
    {"UdpOptions",    UDP,     12, 1000},
};
// clang-format on

class Quotations : public ::testing::TestWithParam<QuotationCase>
{
  protected:
    /// @return an ICMP error to somebody about a datagram from there; quoted checksums included
    Bytes Make(Ipv4Address to, uint16_t port)
    {
        const auto& c = GetParam();
        DatagramTraits traits;
        traits.optionBytes = c.options;
        traits.payload = 60;
        return MakeIcmpError(SERVER,
                             to,
                             MakeDatagram({to, SERVER, port, 80, c.protocol}, traits),
                             ICMP_UNREACHABLE,
                             c.quotedBytes);
    }
};

/// @return the quotation without the half of a checksum, which nobody can put right
Bytes
GetWholeFields(const Bytes& error)
{
    auto quotation = GetQuotation(error);
    if (quotation.size() == 37)
    {
        quotation.pop_back();
    }
    return quotation;
}

TEST_P(Quotations, FollowTheTranslationOfTheDestination)
{
    const auto after = Translate(Make(PUBLIC, 1024), Rewrite{DESTINATION, VM.Get(), 5000});
    EXPECT_EQ(ReadFlowKey(GetQuotation(after)), FlowKey(VM, SERVER, 5000, 80, GetParam().protocol));
    EXPECT_EQ(FindBadChecksum(after), std::nullopt);
    EXPECT_EQ(GetWholeFields(after), GetWholeFields(Make(VM, 5000)));
}

TEST_P(Quotations, OfAnOutboundErrorFollowTheTranslationOfTheSource)
{
    // The VM complains about a datagram that came to it: both its ends are the other way round.
    const auto& c = GetParam();
    const auto make = [&](Ipv4Address vm, uint16_t port) {
        DatagramTraits traits;
        traits.optionBytes = c.options;
        return MakeIcmpError(vm,
                             SERVER,
                             MakeDatagram({SERVER, vm, 80, port, c.protocol}, traits),
                             ICMP_UNREACHABLE,
                             c.quotedBytes);
    };
    const auto after = Translate(make(VM, 5000), Rewrite{SOURCE, PUBLIC.Get(), 1024});
    EXPECT_EQ(GetWholeFields(after), GetWholeFields(make(PUBLIC, 1024)));
    EXPECT_EQ(ReadFlowKey(after), FlowKey(PUBLIC, SERVER, 0, 0, ICMP));
    EXPECT_EQ(FindBadChecksum(after), std::nullopt);
}

TEST_P(Quotations, AreRewrittenWithoutChecksumsToo)
{
    const auto after = Translate(Make(PUBLIC, 1024), Rewrite{DESTINATION, VM.Get(), 5000}, false);
    EXPECT_EQ(ReadFlowKey(GetQuotation(after)), FlowKey(VM, SERVER, 5000, 80, GetParam().protocol));
}

INSTANTIATE_TEST_SUITE_P(PacketHeaders,
                         Quotations,
                         ::testing::ValuesIn(QUOTATION_CASES),
                         [](const auto& info) { return info.param.name; });

TEST(Quotation, OfALaterFragmentHasNoChecksumToChange)
{
    for (const auto protocol : {TCP, UDP})
    {
        DatagramTraits traits;
        traits.fragment = 5;
        traits.payload = 40;
        const auto make = [&](Ipv4Address to) {
            const auto quoted = MakeDatagram({to, SERVER, 0, 0, protocol}, traits);
            return MakeIcmpError(SERVER, to, quoted, ICMP_TIME_EXCEEDED, 60);
        };
        const auto after = Translate(make(PUBLIC), Rewrite{DESTINATION, VM.Get(), {}});
        EXPECT_EQ(GetQuotation(after), GetQuotation(make(VM))) << GetName(protocol);
        EXPECT_EQ(FindBadChecksum(after), std::nullopt);
    }
}

} // namespace

} // namespace ns3::azure
