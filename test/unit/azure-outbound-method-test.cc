// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-outbound-method.h"

#include <gtest/gtest.h>
#include <ostream>
#include <set>
#include <tuple>

namespace ns3::azure
{

namespace
{

/// One row: a VM, and how it must reach the Internet.
struct OutboundCase
{
    const char* name;        // test name
    bool hasPublicIp;        // an ILPIP is attached
    bool isMember;           // in a backend pool
    bool hasRule;            // a rule links a frontend with that pool
    bool isRuleRequired;     // by the profile
    OutboundMethod expected; // expected method
};

void
PrintTo(const OutboundCase& c, std::ostream* os)
{
    *os << c.name;
}

constexpr auto OWN = OutboundMethod::InstanceLevelPublicIp;
constexpr auto FRONTEND = OutboundMethod::LoadBalancerFrontend;
constexpr auto DEFAULT = OutboundMethod::DefaultSnat;
constexpr bool O = false; // to keep the table's columns readable
constexpr bool X = true;

// clang-format off
constexpr OutboundCase OUTBOUND_CASES[] = {
    // name                                     own member rule required  expected
    {"S0_04_StandaloneWithoutRuleNeed",           O, O,     O,   O,       DEFAULT},
    {"S0_04_Standalone",                          O, O,     O,   X,       DEFAULT},
    {"S0_08_StandaloneBesideALinkedPool",         O, O,     X,   O,       DEFAULT},
    {"S0_08_StandaloneBesideALinkedPool2017",     O, O,     X,   X,       DEFAULT},
    {"S4_04_MemberAloneSuffices",                 O, X,     O,   O,       FRONTEND},
    {"S0_26_MemberWithoutRuleIsStandalone",       O, X,     O,   X,       DEFAULT},
    {"S0_05_MemberWithNeedlessRule",              O, X,     X,   O,       FRONTEND},
    {"S0_25_MemberWithRule",                      O, X,     X,   X,       FRONTEND},
    {"S0_06_OwnAddressOutsidePool",               X, O,     O,   O,       OWN},
    {"S0_06_OwnAddressOutsidePool2017",           X, O,     O,   X,       OWN},
    {"S0_30_OwnAddressBesideALinkedPool",         X, O,     X,   O,       OWN},
    {"S0_30_OwnAddressBesideALinkedPool2017",     X, O,     X,   X,       OWN},
    {"S0_30_OwnAddressInPool",                    X, X,     O,   O,       OWN},
    {"S0_30_OwnAddressInPool2017",                X, X,     O,   X,       OWN},
    {"S0_30_OwnAddressInLinkedPool",              X, X,     X,   O,       OWN},
    {"S0_30_OwnAddressInLinkedPool2017",          X, X,     X,   X,       OWN},
};
// clang-format on

class OutboundMethodSelection : public ::testing::TestWithParam<OutboundCase>
{
};

TEST_P(OutboundMethodSelection, FollowsPrecedence)
{
    const auto& c = GetParam();
    EXPECT_EQ(SelectOutboundMethod({c.hasPublicIp, c.isMember, c.hasRule, c.isRuleRequired}),
              c.expected);
}

INSTANTIATE_TEST_SUITE_P(OutboundMethods,
                         OutboundMethodSelection,
                         ::testing::ValuesIn(OUTBOUND_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(OutboundMethodTable, CoversEverySituationOnce)
{
    std::set<std::tuple<bool, bool, bool, bool>> situations;
    for (const auto& c : OUTBOUND_CASES)
    {
        situations.emplace(c.hasPublicIp, c.isMember, c.hasRule, c.isRuleRequired);
    }
    EXPECT_EQ(situations.size(), 16U); // 2 to the power of 4
}

} // namespace

} // namespace ns3::azure
