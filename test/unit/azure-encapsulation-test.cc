// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-datagram.h"

#include "ns3/azure-encapsulation.h"

#include <gtest/gtest.h>

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

TEST(OuterHeaders, AreRead)
{
    const auto header = ReadOuterHeader(*ToPacket(MakeEncapsulated({}, true)));
    ASSERT_TRUE(header);
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
