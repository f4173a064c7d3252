// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-route-message.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Bytes = std::vector<uint8_t>;

// Offsets in an announcement, octets (see the file comment of azure-route-message.h).
constexpr std::size_t VERSION = 4;
constexpr std::size_t KIND = 5;
constexpr std::size_t HOLD_TIME = 6;
constexpr std::size_t COUNT = 10;
constexpr std::size_t PREFIX = 12;

constexpr AddressPrefix PUBLIC{0xc6120000, 16}; // 198.18.0.0
constexpr AddressPrefix ONE{0xc6336401, 32};    // 198.51.100.1

/// @return that many prefixes, 198.18.0.0/32 and on
std::vector<AddressPrefix>
MakePrefixes(std::size_t count)
{
    std::vector<AddressPrefix> prefixes;
    for (uint32_t i = 0; i < count; ++i)
    {
        prefixes.push_back({PUBLIC.network + i, 32});
    }
    return prefixes;
}

/// The messages that the tests of refusal begin with.
std::vector<RouteMessage>
GetExamples()
{
    return {AnnounceRoutes{Seconds(30), {PUBLIC}},
            AnnounceRoutes{MilliSeconds(1), {ANY_ADDRESS, ONE, PUBLIC}},
            AnnounceRoutes{MilliSeconds(0xffffffff), MakePrefixes(MAX_PREFIXES_PER_MESSAGE)},
            WithdrawRoutes{{PUBLIC}},
            WithdrawRoutes{{ONE, ONE}},
            WithdrawRoutes{MakePrefixes(MAX_PREFIXES_PER_MESSAGE)}};
}

TEST(RouteMessages, HaveTheFormThatTheHeaderDescribes)
{
    // clang-format off
    const Bytes announcement{'a', 'R', 'T', 'E', 1, 0,
                             0, 0, 0x75, 0x30,       // 30,000 ms
                             0, 2,                   // two prefixes
                             16, 198, 18, 0, 0,
                             32, 198, 51, 100, 1};
    const Bytes withdrawal{'a', 'R', 'T', 'E', 1, 1,
                           0, 1,                     // one prefix
                           0, 0, 0, 0, 0};
    // clang-format on
    EXPECT_EQ(Encode(AnnounceRoutes{Seconds(30), {PUBLIC, ONE}}), announcement);
    EXPECT_EQ(Encode(WithdrawRoutes{{ANY_ADDRESS}}), withdrawal);
}

TEST(RouteMessages, CarryAnnouncements)
{
    const auto decoded = DecodeRouteMessage(Encode(AnnounceRoutes{MilliSeconds(1), {ONE, PUBLIC}}));
    ASSERT_TRUE(decoded);
    const auto& body = std::get<AnnounceRoutes>(*decoded);
    EXPECT_EQ(body.holdTime, MilliSeconds(1));
    EXPECT_EQ(body.prefixes, (std::vector{ONE, PUBLIC}));
}

TEST(RouteMessages, CarryWithdrawals)
{
    const auto decoded = DecodeRouteMessage(Encode(WithdrawRoutes{{PUBLIC, ONE}}));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(std::get<WithdrawRoutes>(*decoded).prefixes, (std::vector{PUBLIC, ONE}));
}

TEST(RouteMessages, FitACommonMtu)
{
    // 1,500 bytes without IPv4 and UDP header.
    EXPECT_LE(Encode(AnnounceRoutes{Seconds(30), MakePrefixes(MAX_PREFIXES_PER_MESSAGE)}).size(),
              1472U);
}

TEST(RouteMessages, AreRefusedWhenCutOffAnywhereOrTooLong)
{
    for (const auto& example : GetExamples())
    {
        auto whole = Encode(example);
        ASSERT_TRUE(DecodeRouteMessage(whole));
        for (std::size_t length = 0; length < whole.size(); ++length)
        {
            EXPECT_FALSE(DecodeRouteMessage(Bytes(whole.begin(), whole.begin() + length)))
                << length;
        }
        whole.push_back(0);
        EXPECT_FALSE(DecodeRouteMessage(whole));
    }
}

/// One row: an octet of an announcement of two prefixes, and what becomes of it.
struct OctetCase
{
    const char* name;   // test name
    std::size_t offset; // of the octet
    uint8_t value;      // put there
    bool isRefused;     // whether the message is refused
};

void
PrintTo(const OctetCase& c, std::ostream* os)
{
    *os << "octet " << c.offset << " is " << int{c.value};
}

// clang-format off
constexpr OctetCase OCTET_CASES[] = {
    // name               offset           value isRefused
    {"MagicOfManagers",   1,                'S', true},
    {"MagicInCapitals",   0,                'A', true},
    {"OlderVersion",      VERSION,            0, true},
    {"NewerVersion",      VERSION,            2, true},
    {"OtherBody",         KIND,               1, true}, // the octets do not fit a withdrawal
    {"UnknownBody",       KIND,               2, true},
    {"LongestHoldTime",   HOLD_TIME,       0xff, false},
    {"NoHoldTime",        HOLD_TIME + 3,      0, true}, // 1 ms becomes 0 ms
    {"NoPrefixes",        COUNT + 1,          0, true},
    {"FewerPrefixes",     COUNT + 1,          1, true},
    {"MorePrefixes",      COUNT + 1,          3, true},
    {"ManyMorePrefixes",  COUNT,              1, true},
    {"LongerPrefix",      PREFIX,            17, false},
    {"LongestPrefix",     PREFIX,            32, false},
    {"PrefixTooLong",     PREFIX,            33, true},
    {"StrayBit",          PREFIX,            14, true}, // 198.18.0.0 needs 15 bits
    {"NoStrayBit",        PREFIX,            15, false},
    {"BitBeyondPrefix",   PREFIX + 3,         1, true},
};
// clang-format on

class RouteMessageOctet : public ::testing::TestWithParam<OctetCase>
{
};

TEST_P(RouteMessageOctet, IsRefusedWhereEncodeWouldNotWriteIt)
{
    const auto& c = GetParam();
    auto bytes = Encode(AnnounceRoutes{MilliSeconds(1), {PUBLIC, ONE}});
    ASSERT_NE(bytes.at(c.offset), c.value);
    bytes[c.offset] = c.value;
    EXPECT_EQ(!DecodeRouteMessage(bytes), c.isRefused);
}

INSTANTIATE_TEST_SUITE_P(RouteMessages,
                         RouteMessageOctet,
                         ::testing::ValuesIn(OCTET_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(RouteMessages, AreRefusedWithMorePrefixesThanOneMessageCarries)
{
    auto bytes = Encode(WithdrawRoutes{MakePrefixes(MAX_PREFIXES_PER_MESSAGE)});
    ++bytes[KIND + 2];
    bytes.insert(bytes.end(), {32, 1, 2, 3, 4});
    EXPECT_FALSE(DecodeRouteMessage(bytes));
}

TEST(RouteMessages, AreEitherRefusedOrWrittenBackTheSameWhateverIsChanged)
{
    std::mt19937_64 random(8087);
    const auto examples = GetExamples();
    uint32_t accepted = 0;
    for (int i = 0; i < 40'000; ++i)
    {
        auto bytes = Encode(examples[random() % examples.size()]);
        for (auto changes = 1 + random() % 3; changes > 0; --changes)
        {
            bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
        }
        if (const auto decoded = DecodeRouteMessage(bytes))
        {
            ++accepted;
            ASSERT_EQ(Encode(*decoded), bytes);
        }
    }
    EXPECT_GT(accepted, 400U); // any address of 32 bits is valid
}

TEST(RouteMessagesDeathTest, EndTheProgramWhereTheyCouldNotBeRead)
{
    const auto announce = [](Time holdTime) { Encode(AnnounceRoutes{holdTime, {PUBLIC}}); };
    EXPECT_DEATH(announce(Seconds(0)), "holdTime: .* is not allowed");
    EXPECT_DEATH(announce(MicroSeconds(1500)), "holdTime: .* is not allowed");
    EXPECT_DEATH(announce(MilliSeconds(0x100000000)), "holdTime: .* is not allowed");
    EXPECT_DEATH(Encode(WithdrawRoutes{}), "prefixes: '0' is not allowed; give 1 to 100");
    EXPECT_DEATH(Encode(WithdrawRoutes{MakePrefixes(101)}), "prefixes: '101' is not allowed");
    EXPECT_DEATH(Encode(WithdrawRoutes{{{0xc6120001, 16}}}),
                 "prefix: '198.18.0.1/16' is not allowed");
}

} // namespace

} // namespace ns3::azure
