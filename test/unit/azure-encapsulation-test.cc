// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-datagram.h"

#include "ns3/azure-encapsulation.h"

#include <gtest/gtest.h>
#include <ostream>
#include <utility>

namespace ns3::azure
{

namespace
{

const FlowKey KEY(Ipv4Address("198.19.0.1"), Ipv4Address("198.18.0.1"), 80, 1024, IpProtocol::Tcp);
const Tunnel TUNNEL{Ipv4Address("10.128.0.10"), Ipv4Address("10.128.0.6")};

/// @return the datagram with an outer header
Bytes
MakeEncapsulated(const DatagramTraits& traits, bool checksums, uint32_t padding = 0)
{
    auto bytes = MakeDatagram(KEY, traits);
    bytes.insert(bytes.end(), padding, 0);
    const auto packet = ToPacket(bytes);
    PacketHeaders headers;
    EXPECT_TRUE(headers.Read(*packet));
    Encapsulate(*packet, headers, TUNNEL, 0xabcd, checksums);
    return ToBytes(*packet);
}

TEST(Encapsulation, PutsAHeaderInFront)
{
    DatagramTraits traits;
    traits.typeOfService = 0xb8;
    traits.payload = 11;
    const auto inner = MakeDatagram(KEY, traits);
    const auto packet = MakeEncapsulated(traits, true);
    ASSERT_EQ(packet.size(), inner.size() + ENCAPSULATION_SIZE);
    // clang-format off
    const Bytes outer{0x45, 0xb8, 0, 71,    // 20 + 20 + 20 + 11 bytes
                      0xab, 0xcd, 0, 0,     // not a fragment, may become one
                      64, 4, packet[10], packet[11],
                      10, 128, 0, 10,
                      10, 128, 0, 6};
    // clang-format on
    EXPECT_EQ(Bytes(packet.begin(), packet.begin() + 20), outer);
    EXPECT_EQ(Bytes(packet.begin() + 20, packet.end()), inner);
    EXPECT_EQ(FindBadChecksum(packet), std::nullopt);
}

TEST(Encapsulation, CopiesDontFragmentOnly)
{
    DatagramTraits traits;
    traits.fragment = DONT_FRAGMENT;
    EXPECT_EQ(MakeEncapsulated(traits, true)[6], 0x40);
    traits.fragment = MORE_FRAGMENTS;
    EXPECT_EQ(MakeEncapsulated(traits, true)[6], 0x00);
}

TEST(Encapsulation, HasNoChecksumWhereNoneAreInUse)
{
    const auto packet = MakeEncapsulated({}, false);
    EXPECT_EQ(packet[10] | packet[11], 0);
}

TEST(Encapsulation, CutsPadding)
{
    EXPECT_EQ(MakeEncapsulated({}, true, 7), MakeEncapsulated({}, true));
}

constexpr uint32_t NUMBER = 0xabcdef; //!< the widest kind: 24 bits

/// One row: a kind of tunnel with a key.
struct TunnelCase
{
    const char* name;                    // test name
    decltype(&EncapsulateForMember) put; // writes it
    TunnelKey key;                       // what its number means
    uint8_t flowId;                      // last byte of the key (RFC 7637)
};

// clang-format off
constexpr TunnelCase TUNNEL_CASES[] = {
    // name              put                            key                        flowId
    {"VirtualNetwork",   &EncapsulateForVirtualNetwork, TunnelKey::VirtualNetwork, 0},
    {"Member",           &EncapsulateForMember,         TunnelKey::Member,         1},
    {"NatGateway",       &EncapsulateForNatGateway,     TunnelKey::NatGateway,     2},
};
// clang-format on

void
PrintTo(const TunnelCase& c, std::ostream* os)
{
    *os << c.name;
}

class TunnelEncapsulation : public ::testing::TestWithParam<TunnelCase>
{
  protected:
    /// @return the datagram as it goes through the tunnel
    static Bytes Make(const DatagramTraits& traits, bool checksums)
    {
        const auto packet = ToPacket(MakeDatagram(KEY, traits));
        PacketHeaders headers;
        EXPECT_TRUE(headers.Read(*packet));
        GetParam().put(*packet, headers, TUNNEL, NUMBER, 0xabcd, checksums);
        return ToBytes(*packet);
    }
};

TEST_P(TunnelEncapsulation, PutsTwoHeadersInFront)
{
    DatagramTraits traits;
    traits.typeOfService = 0xb8;
    traits.fragment = DONT_FRAGMENT;
    traits.payload = 11;
    const auto inner = MakeDatagram(KEY, traits);
    const auto packet = Make(traits, true);
    ASSERT_EQ(packet.size(), inner.size() + KEYED_ENCAPSULATION_SIZE);
    // clang-format off
    const Bytes outer{0x45, 0xb8, 0, 79,    // 20 + 8 + 20 + 20 + 11 bytes
                      0xab, 0xcd, 0x40, 0,  // Don't Fragment is copied
                      64, 47, packet[10], packet[11],
                      10, 128, 0, 10,
                      10, 128, 0, 6,
                      0x20, 0, 0x08, 0,         // a key; IPv4
                      0xab, 0xcd, 0xef, GetParam().flowId};
    // clang-format on
    EXPECT_EQ(Bytes(packet.begin(), packet.begin() + 28), outer);
    EXPECT_EQ(Bytes(packet.begin() + 28, packet.end()), inner);
    EXPECT_EQ(FindBadChecksum(packet), std::nullopt);
    EXPECT_EQ(Make(traits, false)[10], 0);
}

TEST_P(TunnelEncapsulation, IsReadBackBehindAnyOuterHeader)
{
    auto bytes = Make({}, true);
    for (const uint32_t optionBytes : {0U, 40U})
    {
        bytes.insert(bytes.begin() + 20, optionBytes, 0);
        bytes[0] = static_cast<uint8_t>(0x45 + optionBytes / 4);
        const auto packet = ToPacket(bytes);
        const auto outer = ReadOuterHeader(*packet);
        ASSERT_TRUE(outer);
        EXPECT_EQ(outer->protocol, IpProtocol::Gre);
        const auto header = ReadTunnelHeader(*packet, *outer);
        ASSERT_TRUE(header);
        EXPECT_EQ(header->key, GetParam().key);
        EXPECT_EQ(header->number, NUMBER);
        EXPECT_EQ(header->offset, 28 + optionBytes);
        PacketHeaders inner;
        ASSERT_TRUE(inner.Read(*packet, header->offset));
        EXPECT_EQ(inner.GetKey(), KEY);
    }
}

TEST_P(TunnelEncapsulation, CutShortOrInAnotherFormIsNotRead)
{
    const auto whole = Make({}, true);
    const auto read = [](const Bytes& bytes) {
        const auto packet = ToPacket(bytes);
        return ReadTunnelHeader(*packet, *ReadOuterHeader(*packet)).has_value();
    };
    EXPECT_TRUE(read(Bytes(whole.begin(), whole.begin() + 28)));
    EXPECT_FALSE(read(Bytes(whole.begin(), whole.begin() + 27)));
    // Checksum Present, Sequence Number Present, version 1, transparent Ethernet bridging, FlowIDs
    // that nobody here uses
    for (const auto& [at, value] : {std::pair<int, uint8_t>{20, 0xa0},
                                    {20, 0x30},
                                    {20, 0x00},
                                    {21, 0x01},
                                    {22, 0x65},
                                    {27, 0x03},
                                    {27, 0xff}})
    {
        auto bytes = whole;
        bytes[at] = value;
        EXPECT_FALSE(read(bytes)) << "byte " << at << " is " << int{value};
    }
}

INSTANTIATE_TEST_SUITE_P(Encapsulation,
                         TunnelEncapsulation,
                         ::testing::ValuesIn(TUNNEL_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(TunnelEncapsulationDeathTest, EndsTheProgramOnANumberOfMoreThan24Bits)
{
    const auto packet = ToPacket(MakeDatagram(KEY));
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*packet));
    EXPECT_DEATH(EncapsulateForVirtualNetwork(*packet, headers, TUNNEL, 1U << 24, 0, true),
                 "16777216 is no identifier");
    EXPECT_DEATH(EncapsulateForMember(*packet, headers, TUNNEL, 1U << 24, 0, true),
                 "16777216 of a network interface does not fit");
    EXPECT_DEATH(EncapsulateForNatGateway(*packet, headers, TUNNEL, 1U << 24, 0, true),
                 "16777216 of a network interface does not fit");
}

TEST(OuterHeaders, AreRead)
{
    const auto header = ReadOuterHeader(*ToPacket(MakeEncapsulated({}, true)));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->source, TUNNEL.source);
    EXPECT_EQ(header->destination, TUNNEL.destination);
    EXPECT_EQ(header->protocol, IpProtocol::IpInIp);
    EXPECT_EQ(header->size, 20U);
    EXPECT_FALSE(header->isFragment);
}

TEST(OuterHeaders, TellFragmentsAndOptions)
{
    DatagramTraits traits;
    traits.optionBytes = 8;
    EXPECT_EQ(ReadOuterHeader(*ToPacket(MakeDatagram(KEY, traits)))->size, 28U);
    for (const uint16_t fragment : {MORE_FRAGMENTS, uint16_t{1}})
    {
        traits.fragment = fragment;
        EXPECT_TRUE(ReadOuterHeader(*ToPacket(MakeDatagram(KEY, traits)))->isFragment);
    }
    traits.fragment = DONT_FRAGMENT;
    EXPECT_FALSE(ReadOuterHeader(*ToPacket(MakeDatagram(KEY, traits)))->isFragment);
}

TEST(OuterHeaders, CutShortOrOfAnotherVersionOrLengthAreNone)
{
    auto bytes = MakeDatagram(KEY);
    bytes[0] = 0x65;
    EXPECT_FALSE(ReadOuterHeader(*ToPacket(bytes)));
    bytes[0] = 0x44; // four words
    EXPECT_FALSE(ReadOuterHeader(*ToPacket(bytes)));
    bytes[0] = 0x45;
    bytes.resize(19);
    EXPECT_FALSE(ReadOuterHeader(*ToPacket(bytes)));
}

} // namespace

} // namespace ns3::azure
