// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-dhcp-message.h"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Octets = std::vector<uint8_t>;

constexpr std::size_t OPTIONS = 240; // place of the first option: 236 octets and the cookie

/// All fields differ from each other and from their defaults.
DhcpMessage
MakeMessage(DhcpMessageType type = DhcpMessageType::Ack)
{
    DhcpMessage message;
    message.type = type;
    message.transaction = 0x01020304;
    message.seconds = 0x0506;
    message.clientAddress = Ipv4Address("10.0.0.4");
    message.yourAddress = Ipv4Address("10.0.0.5");
    message.hardware = {10, 11, 12, 13, 14, 15};
    message.mask = Ipv4Mask("255.128.0.0");
    message.router = Ipv4Address("10.0.0.1");
    message.requested = Ipv4Address("10.0.0.6");
    message.lease = 0x10111213;
    message.server = Ipv4Address("168.63.129.16");
    message.renewal = 0x20212223;
    message.rebinding = 0x30313233;
    return message;
}

/// A Discover with other options behind the cookie.
Octets
WithOptions(const Octets& options)
{
    auto bytes = Encode(DhcpMessage{});
    bytes.resize(OPTIONS);
    bytes.insert(bytes.end(), options.begin(), options.end());
    return bytes;
}

TEST(DhcpMessage, OctetsAreThoseOfRfc2131)
{
    const auto bytes = Encode(MakeMessage());

    Octets expected{2, 1, 6, 0, 1, 2, 3, 4, 5, 6, 0, 0}; // op to flags
    expected.insert(expected.end(), {10, 0, 0, 4});      // ciaddr
    expected.insert(expected.end(), {10, 0, 0, 5});      // yiaddr
    expected.insert(expected.end(), 8, 0);               // siaddr, giaddr
    expected.insert(expected.end(), {10, 11, 12, 13, 14, 15});
    expected.insert(expected.end(), 10 + 64 + 128, 0); // rest of chaddr, sname, file
    expected.insert(expected.end(), {99, 130, 83, 99});
    expected.insert(expected.end(), {1, 4, 255, 128, 0, 0});
    expected.insert(expected.end(), {3, 4, 10, 0, 0, 1});
    expected.insert(expected.end(), {50, 4, 10, 0, 0, 6});
    expected.insert(expected.end(), {51, 4, 0x10, 0x11, 0x12, 0x13});
    expected.insert(expected.end(), {53, 1, 5});
    expected.insert(expected.end(), {54, 4, 168, 63, 129, 16});
    expected.insert(expected.end(), {58, 4, 0x20, 0x21, 0x22, 0x23});
    expected.insert(expected.end(), {59, 4, 0x30, 0x31, 0x32, 0x33});
    expected.push_back(255);
    EXPECT_EQ(bytes, expected);
}

TEST(DhcpMessage, EveryTypeIsReadAsItWasWritten)
{
    for (uint8_t type = 1; type <= 8; ++type)
    {
        const auto message = MakeMessage(DhcpMessageType{type});
        EXPECT_EQ(DecodeDhcpMessage(Encode(message)), message);
    }
    EXPECT_EQ(DecodeDhcpMessage(Encode(DhcpMessage{})), DhcpMessage{}); // options not set
}

TEST(DhcpMessage, EveryFieldCounts)
{
    const auto message = MakeMessage();
    const DhcpMessage none;
    std::vector<DhcpMessage> others(13, message);
    others[0].type = none.type;
    others[1].transaction = none.transaction;
    others[2].seconds = none.seconds;
    others[3].clientAddress = none.clientAddress;
    others[4].yourAddress = none.yourAddress;
    others[5].hardware = none.hardware;
    others[6].mask = none.mask;
    others[7].router = none.router;
    others[8].requested = none.requested;
    others[9].lease = none.lease;
    others[10].server = none.server;
    others[11].renewal = none.renewal;
    others[12].rebinding = none.rebinding;
    for (const auto& other : others)
    {
        EXPECT_FALSE(other == message);
        EXPECT_EQ(DecodeDhcpMessage(Encode(other)), other);
    }
}

TEST(DhcpMessage, UnknownOptionsPadsAndWhatFollowsTheEndAreSkipped)
{
    // Pad, host name (12), type, parameter list (55), a list of two routers, end, anything
    const auto message =
        DecodeDhcpMessage(WithOptions({0, 12, 2, 'v', 'm', 53, 1, 1, 0, 55,  1,  6, 3,
                                       8, 10, 0, 0,   1,   10, 0, 0, 2, 255, 53, 1, 3}));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->type, DhcpMessageType::Discover);
    EXPECT_EQ(message->router, Ipv4Address("10.0.0.1"));
}

TEST(DhcpMessage, MaskHasItsOnesFirst)
{
    const auto with = [](uint8_t first, uint8_t last) {
        return DecodeDhcpMessage(WithOptions({53, 1, 1, 1, 4, first, 0, 0, last, 255}));
    };
    EXPECT_EQ(with(0, 0)->mask, Ipv4Mask("0.0.0.0"));
    EXPECT_EQ(with(0x80, 0)->mask, Ipv4Mask("128.0.0.0"));
    EXPECT_FALSE(with(0x80, 1));
    EXPECT_FALSE(with(0x7f, 0));
}

TEST(DhcpMessage, CutShortIsNoMessage)
{
    auto bytes = Encode(MakeMessage());
    while (!bytes.empty())
    {
        bytes.pop_back();
        ASSERT_FALSE(DecodeDhcpMessage(bytes)) << bytes.size() << " octets";
    }
}

/// One row: an octet that is not allowed where it stands, in a Discover.
struct WrongOctet
{
    const char* name;  // test name
    std::size_t place; // of the octet
    uint8_t octet;     // the wrong one
};

// clang-format off
constexpr WrongOctet WRONG_OCTETS[] = {
    {"OpOfAServer",      0,           2},
    {"OpUnknown",        0,           3},
    {"HardwareType",     1,           6},
    {"HardwareLength",   2,           16},
    {"Cookie",           239,         98},
    {"NoType",           OPTIONS,     255}, // End at once
    {"LengthOfType",     OPTIONS + 1, 2},
    {"TypeZero",         OPTIONS + 2, 0},
    {"TypeNine",         OPTIONS + 2, 9},
};
// clang-format on

class DhcpMessageWithWrong : public ::testing::TestWithParam<WrongOctet>
{
};

TEST_P(DhcpMessageWithWrong, OctetIsNoMessage)
{
    auto bytes = WithOptions({53, 1, 1, 255});
    ASSERT_TRUE(DecodeDhcpMessage(bytes));
    bytes.at(GetParam().place) = GetParam().octet;
    EXPECT_FALSE(DecodeDhcpMessage(bytes));
}

INSTANTIATE_TEST_SUITE_P(DhcpMessage,
                         DhcpMessageWithWrong,
                         ::testing::ValuesIn(WRONG_OCTETS),
                         [](const auto& row) { return row.param.name; });

TEST(DhcpMessage, OptionsOfAWrongLengthAreNoMessage)
{
    const std::vector<Octets> options{
        {1, 3, 255, 255, 255, 53, 1, 1, 255},
        {3, 0, 53, 1, 1, 255},
        {3, 6, 10, 0, 0, 1, 10, 0, 53, 1, 1, 255},
        {50, 5, 10, 0, 0, 1, 0, 53, 1, 1, 255},
        {51, 2, 0, 1, 53, 1, 1, 255},
        {54, 1, 1, 53, 1, 1, 255},
        {58, 3, 0, 0, 1, 53, 1, 1, 255},
        {59, 8, 0, 0, 0, 0, 0, 0, 0, 0, 53, 1, 1, 255},
    };
    for (const auto& wrong : options)
    {
        EXPECT_FALSE(DecodeDhcpMessage(WithOptions(wrong))) << "option " << int{wrong[0]};
    }
}

TEST(DhcpMessage, AnyOctetsAreAMessageOrNone)
{
    std::mt19937 random(11); // any fixed seed
    for (uint32_t i = 0; i < 20000; ++i)
    {
        auto bytes = Encode(MakeMessage());
        for (uint32_t changes = random() % 4; changes > 0; --changes)
        {
            bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
        }
        bytes.resize(random() % 2 == 0 ? bytes.size() : random() % bytes.size());
        if (const auto message = DecodeDhcpMessage(bytes))
        {
            EXPECT_EQ(DecodeDhcpMessage(Encode(*message)), message);
        }
    }
}

} // namespace

} // namespace ns3::azure
