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
constexpr bool o = false; // to keep the table's columns readable
constexpr bool X = true;

// clang-format off
constexpr OutboundCase OUTBOUND_CASES[] = {
    // name                                     own member rule required  expected
    {"S0_04_StandaloneWithoutRuleNeed",           o, o,     o,   o,       DEFAULT},
    {"S0_04_Standalone",                          o, o,     o,   X,       DEFAULT},
    {"S0_08_StandaloneBesideALinkedPool",         o, o,     X,   o,       DEFAULT},
    {"S0_08_StandaloneBesideALinkedPool2017",     o, o,     X,   X,       DEFAULT},
    {"S4_04_MemberAloneSuffices",                 o, X,     o,   o,       FRONTEND},
    {"S0_26_MemberWithoutRuleIsStandalone",       o, X,     o,   X,       DEFAULT},
    {"S0_05_MemberWithNeedlessRule",              o, X,     X,   o,       FRONTEND},
    {"S0_25_MemberWithRule",                      o, X,     X,   X,       FRONTEND},
    {"S0_06_OwnAddressOutsidePool",               X, o,     o,   o,       OWN},
    {"S0_06_OwnAddressOutsidePool2017",           X, o,     o,   X,       OWN},
    {"S0_30_OwnAddressBesideALinkedPool",         X, o,     X,   o,       OWN},
    {"S0_30_OwnAddressBesideALinkedPool2017",     X, o,     X,   X,       OWN},
    {"S0_30_OwnAddressInPool",                    X, X,     o,   o,       OWN},
    {"S0_30_OwnAddressInPool2017",                X, X,     o,   X,       OWN},
    {"S0_30_OwnAddressInLinkedPool",              X, X,     X,   o,       OWN},
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
