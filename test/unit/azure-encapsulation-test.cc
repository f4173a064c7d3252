// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-datagram.h"

#include "ns3/azure-encapsulation.h"

#include <gtest/gtest.h>
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

constexpr uint32_t VIRTUAL_NETWORK = 0xabcdef; //!< the widest kind: 24 bits

/// @return the datagram as it goes from host to host
Bytes
MakeForVirtualNetwork(const DatagramTraits& traits, bool checksums)
{
    const auto packet = ToPacket(MakeDatagram(KEY, traits));
    PacketHeaders headers;
    EXPECT_TRUE(headers.Read(*packet));
    EncapsulateForVirtualNetwork(*packet, headers, TUNNEL, VIRTUAL_NETWORK, 0xabcd, checksums);
    return ToBytes(*packet);
}

TEST(VirtualNetworkEncapsulation, PutsTwoHeadersInFront)
{
    DatagramTraits traits;
    traits.typeOfService = 0xb8;
    traits.fragment = DONT_FRAGMENT;
    traits.payload = 11;
    const auto inner = MakeDatagram(KEY, traits);
    const auto packet = MakeForVirtualNetwork(traits, true);
    ASSERT_EQ(packet.size(), inner.size() + VIRTUAL_NETWORK_ENCAPSULATION_SIZE);
    // clang-format off
    const Bytes outer{0x45, 0xb8, 0, 79,    // 20 + 8 + 20 + 20 + 11 bytes
                      0xab, 0xcd, 0x40, 0,  // Don't Fragment is copied
                      64, 47, packet[10], packet[11],
                      10, 128, 0, 10,
                      10, 128, 0, 6,
                      0x20, 0, 0x08, 0,         // a key; IPv4
                      0xab, 0xcd, 0xef, 0};     // the virtual network, FlowID 0
    // clang-format on
    EXPECT_EQ(Bytes(packet.begin(), packet.begin() + 28), outer);
    EXPECT_EQ(Bytes(packet.begin() + 28, packet.end()), inner);
    EXPECT_EQ(FindBadChecksum(packet), std::nullopt);
    EXPECT_EQ(MakeForVirtualNetwork(traits, false)[10], 0);
}

TEST(VirtualNetworkEncapsulation, IsReadBackBehindAnyOuterHeader)
{
    auto bytes = MakeForVirtualNetwork({}, true);
    for (const uint32_t optionBytes : {0U, 40U})
    {
        bytes.insert(bytes.begin() + 20, optionBytes, 0);
        bytes[0] = static_cast<uint8_t>(0x45 + optionBytes / 4);
        const auto packet = ToPacket(bytes);
        const auto outer = ReadOuterHeader(*packet);
        ASSERT_TRUE(outer);
        EXPECT_EQ(outer->protocol, IpProtocol::Gre);
        const auto header = ReadVirtualNetworkHeader(*packet, *outer);
        ASSERT_TRUE(header);
        EXPECT_EQ(header->virtualNetwork, VIRTUAL_NETWORK);
        EXPECT_EQ(header->offset, 28 + optionBytes);
        PacketHeaders inner;
        ASSERT_TRUE(inner.Read(*packet, header->offset));
        EXPECT_EQ(inner.GetKey(), KEY);
    }
}

TEST(VirtualNetworkEncapsulation, CutShortOrInAnotherFormIsNotRead)
{
    const auto whole = MakeForVirtualNetwork({}, true);
    const auto read = [](const Bytes& bytes) {
        const auto packet = ToPacket(bytes);
        return ReadVirtualNetworkHeader(*packet, *ReadOuterHeader(*packet)).has_value();
    };
    EXPECT_TRUE(read(Bytes(whole.begin(), whole.begin() + 28)));
    EXPECT_FALSE(read(Bytes(whole.begin(), whole.begin() + 27)));
    // Checksum Present, Sequence Number Present, version 1, transparent Ethernet bridging
    for (const auto& [at, value] :
         {std::pair<int, uint8_t>{20, 0xa0}, {20, 0x30}, {20, 0x00}, {21, 0x01}, {22, 0x65}})
    {
        auto bytes = whole;
        bytes[at] = value;
        EXPECT_FALSE(read(bytes)) << "byte " << at << " is " << int{value};
    }
}

TEST(VirtualNetworkEncapsulationDeathTest, EndsTheProgramOnAnIdentifierOfMoreThan24Bits)
{
    const auto packet = ToPacket(MakeDatagram(KEY));
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*packet));
    EXPECT_DEATH(EncapsulateForVirtualNetwork(*packet, headers, TUNNEL, 1U << 24, 0, true),
                 "16777216 is no identifier");
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

TEST(OuterHeaders, CutShortOrOfAnotherVersionAreNone)
{
    auto bytes = MakeDatagram(KEY);
    bytes[0] = 0x65;
    EXPECT_FALSE(ReadOuterHeader(*ToPacket(bytes)));
    bytes[0] = 0x45;
    bytes.resize(19);
    EXPECT_FALSE(ReadOuterHeader(*ToPacket(bytes)));
}

} // namespace

} // namespace ns3::azure
