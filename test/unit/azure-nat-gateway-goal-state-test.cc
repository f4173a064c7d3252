// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-nat-gateway-goal-state.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Bytes = std::vector<uint8_t>;

/// Two addresses, and two members on one host.
NatGatewayGoalState
MakeSmall()
{
    NatGatewayGoalState goalState;
    goalState.generation = 7;
    goalState.name = "gw";
    goalState.publicAddresses = {Ipv4Address("198.51.100.1"), Ipv4Address("198.51.100.2")};
    goalState.profile = MakeProfile("nat-gateway");
    goalState.members = {{3, Ipv4Address("10.0.0.4"), Ipv4Address("10.128.0.6")},
                         {258, Ipv4Address("10.0.0.5"), Ipv4Address("10.128.0.6")}};
    return goalState;
}

// clang-format off
const Bytes SMALL{0, 0, 0, 7,                                  // generation
                  0, 2, 'g', 'w',                              // name
                  0, 2, 198, 51, 100, 1, 198, 51, 100, 2,      // two addresses
                  0, 0, 0, 0x37, 0xe1, 0x1d, 0x60, 0,          // 240 s, in nanoseconds
                  0, 11, 'n', 'a', 't', '-', 'g', 'a', 't', 'e', 'w', 'a', 'y',
                  0, 2,                                        // two members
                  0, 0, 0, 3, 10, 0, 0, 4, 10, 128, 0, 6,
                  0, 0, 1, 2, 10, 0, 0, 5, 10, 128, 0, 6};
// clang-format on

/// Draws goal states that Encode() takes.
class GoalStateDraw
{
  public:
    explicit GoalStateDraw(uint32_t seed)
        : m_random(seed)
    {
    }

    NatGatewayGoalState Draw()
    {
        NatGatewayGoalState goalState;
        goalState.generation = Number(0xffffffff);
        goalState.name = std::string(Number(9), 'x');
        const auto addresses = 1 + Number(MAX_NAT_GATEWAY_ADDRESSES - 1);
        for (uint32_t i = 0; i < addresses; ++i)
        {
            goalState.publicAddresses.emplace_back(Number(0xfffffff) << 4 | i);
        }
        goalState.idleTimeout = NanoSeconds(1 + Number(0xfffffffe));
        goalState.profile = MakeProfile(Number(1) == 0 ? "2018" : "nat-gateway[FinHold=60s]");
        uint32_t number = Number(9);
        for (uint32_t i = Number(5); i > 0; --i)
        {
            goalState.members.push_back(
                {number, Ipv4Address(Number(0xfffffff) << 4 | i), Ipv4Address(Number(0xffffffff))});
            number += 1 + Number(1'000'000); // 5 of them stay below 2^24
        }
        return goalState;
    }

    uint32_t Number(uint32_t last)
    {
        return std::uniform_int_distribution<uint32_t>(0, last)(m_random);
    }

  private:
    std::mt19937 m_random; //!< same seed, same goal states
};

TEST(NatGatewayGoalStates, HaveTheFormThatTheHeaderDescribes)
{
    EXPECT_EQ(Encode(MakeSmall()), SMALL);
}

TEST(NatGatewayGoalStates, CarryWhateverIsInThem)
{
    GoalStateDraw draw(1);
    std::size_t members = 0;
    for (int i = 0; i < 300; ++i)
    {
        const auto goalState = draw.Draw();
        const auto decoded = DecodeNatGatewayGoalState(Encode(goalState));
        ASSERT_TRUE(decoded) << i;
        ASSERT_TRUE(*decoded == goalState) << i;
        members += goalState.members.size();
    }
    EXPECT_GT(members, 300U); // up to 5 each
}

TEST(NatGatewayGoalStates, AreEqualOnlyIfEveryFieldIs)
{
    using Change = std::function<void(NatGatewayGoalState&)>;
    const std::vector<Change> changes{
        [](auto& g) { ++g.generation; },
        [](auto& g) { g.name = "gx"; },
        [](auto& g) { g.publicAddresses.pop_back(); },
        [](auto& g) { g.idleTimeout = Minutes(5); },
        [](auto& g) { g.profile.Set("RstHold", "20s"); },
        [](auto& g) { g.members.pop_back(); },
        [](auto& g) { ++g.members[0].networkInterface; },
        [](auto& g) { g.members[0].privateAddress = Ipv4Address("10.0.0.9"); },
        [](auto& g) { g.members[0].host = Ipv4Address("10.128.0.7"); },
    };
    EXPECT_TRUE(MakeSmall() == MakeSmall());
    for (std::size_t i = 0; i < changes.size(); ++i)
    {
        auto changed = MakeSmall();
        changes[i](changed);
        EXPECT_FALSE(changed == MakeSmall()) << i;
    }
}

TEST(NatGatewayGoalStates, AreRefusedWhenCutShortAnywhereOrWithTrailingOctets)
{
    GoalStateDraw draw(2);
    std::vector<Bytes> examples{SMALL};
    for (int i = 0; i < 10; ++i)
    {
        examples.push_back(Encode(draw.Draw()));
    }
    for (auto whole : examples)
    {
        for (std::size_t length = 0; length < whole.size(); ++length)
        {
            ASSERT_FALSE(DecodeNatGatewayGoalState(Bytes(whole.begin(), whole.begin() + length)))
                << length;
        }
        whole.push_back(0);
        ASSERT_FALSE(DecodeNatGatewayGoalState(whole));
    }
}

TEST(NatGatewayGoalStates, AreEitherRefusedOrWrittenBackTheSameWhateverIsChanged)
{
    GoalStateDraw draw(3);
    uint32_t accepted = 0;
    for (int i = 0; i < 4'000; ++i)
    {
        auto bytes = i % 2 == 0 ? SMALL : Encode(draw.Draw());
        for (auto changes = 1 + draw.Number(2); changes > 0; --changes)
        {
            bytes[draw.Number(static_cast<uint32_t>(bytes.size()) - 1)] =
                static_cast<uint8_t>(draw.Number(255));
        }
        if (const auto decoded = DecodeNatGatewayGoalState(bytes))
        {
            ++accepted;
            ASSERT_EQ(Encode(*decoded), bytes);
        }
    }
    EXPECT_GT(accepted, 200U); // generations, names and addresses can have any value
}

/// One row: an octet of SMALL in whose place another comes.
struct OctetCase
{
    const char* name;   // test name, [A-Za-z0-9_]+
    std::size_t offset; // in SMALL
    uint8_t value;      // instead
    bool isSound;       // expected
};

void
PrintTo(const OctetCase& c, std::ostream* os)
{
    *os << "octet " << c.offset << " = " << uint32_t{c.value};
}

// clang-format off
constexpr OctetCase OCTET_CASES[] = {
    // name                    offset value isSound
    {"AnotherName",                 6, 'f', true},
    {"NoAddress",                   9, 0,   false},
    {"AddressTwice",               17, 1,   false},
    {"AnotherAddress",             17, 3,   true},
    {"LongerTimeout",              25, 1,   true},
    {"TimeoutAbove1000Hours",      19, 16,  false}, // 2^52 ns are 1251 h
    {"TimeoutBelowZero",           18, 128, false},
    {"NoSuchProfile",              28, 'm', false},
    {"AnotherMember",              44, 4,   true},
    {"MembersInOtherOrder",        55, 0,   false}, // 2 after 3
    {"LargeMember",                53, 1,   false}, // 2^24 + 258
    {"PrivateAddressTwice",        60, 4,   false},
    {"AnotherHost",                64, 9,   true},
};
// clang-format on

class ReplacedOctetOfNatGatewayGoalState : public ::testing::TestWithParam<OctetCase>
{
};

TEST_P(ReplacedOctetOfNatGatewayGoalState, IsRefusedWhereEncodeDoesNotWriteIt)
{
    auto bytes = SMALL;
    ASSERT_NE(bytes.at(GetParam().offset), GetParam().value);
    bytes[GetParam().offset] = GetParam().value;
    EXPECT_EQ(DecodeNatGatewayGoalState(bytes).has_value(), GetParam().isSound);
}

INSTANTIATE_TEST_SUITE_P(NatGatewayGoalStates,
                         ReplacedOctetOfNatGatewayGoalState,
                         ::testing::ValuesIn(OCTET_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(NatGatewayGoalStates, AreRefusedWithoutTimeout)
{
    auto bytes = SMALL;
    std::fill_n(bytes.begin() + 18, 8, uint8_t{0});
    EXPECT_FALSE(DecodeNatGatewayGoalState(bytes));
}

TEST(NatGatewayGoalStates, AreRefusedWithAProfileInAnotherFormThanItsOwn)
{
    auto goalState = MakeSmall();
    goalState.profile.Set("FinHold", "60s");
    auto bytes = Encode(goalState);
    EXPECT_TRUE(DecodeNatGatewayGoalState(bytes));
    const std::string own = "FinHold=60s";
    const auto at = std::search(bytes.begin(), bytes.end(), own.begin(), own.end());
    ASSERT_NE(at, bytes.end());
    at[9] = '5'; // 65s, which need not be said
    at[8] = '6';
    EXPECT_FALSE(DecodeNatGatewayGoalState(bytes));
}

/// One row of B.6: how many addresses a gateway may have.
struct AddressCase
{
    uint32_t addresses; // of the gateway
    bool isSound;       // expected
};

// clang-format off
constexpr AddressCase ADDRESS_CASES[] = {{0, false}, {1, true}, {2, true}, {16, true}, {17, false}};
// clang-format on

TEST(NatGatewayGoalStatesDeathTest, B_6_HaveOneTo16Addresses)
{
    for (const auto& [addresses, isSound] : ADDRESS_CASES)
    {
        auto goalState = MakeSmall();
        goalState.publicAddresses.clear();
        for (uint32_t i = 0; i < addresses; ++i)
        {
            goalState.publicAddresses.emplace_back(0xc6336401 + i);
        }
        if (isSound)
        {
            EXPECT_TRUE(DecodeNatGatewayGoalState(Encode(goalState)) == goalState) << addresses;
        }
        else
        {
            EXPECT_DEATH(Encode(goalState), "address is not one") << addresses;
        }
    }
    // 16 that become 17 on the way.
    auto goalState = MakeSmall();
    goalState.publicAddresses.clear();
    for (uint32_t i = 0; i < 16; ++i)
    {
        goalState.publicAddresses.emplace_back(0xc6336401 + i);
    }
    auto bytes = Encode(goalState);
    bytes[9] = 17;
    bytes.insert(bytes.begin() + 10, {198, 51, 100, 99});
    EXPECT_FALSE(DecodeNatGatewayGoalState(bytes));
}

} // namespace

} // namespace ns3::azure
