// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-outbound-method.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <iterator>
#include <ostream>
#include <set>

namespace ns3::azure
{

namespace
{

/// What a column says: no, yes, or that it does not matter.
enum Flag : uint8_t
{
    O,
    X,
    ANY,
};

/// What the column of links says.
enum Links : uint8_t
{
    NONE = 1,
    NAT = 2,      // inbound NAT rules only
    DISABLED = 4, // disableOutboundSnat on all rules
    LINKED = 8,
    RULE = 16, // outbound rule
    EVERY = 31,
};

/// One row: VMs, and how they must reach the Internet.
struct OutboundCase
{
    const char* name;        // test name
    Flag hasNatGateway;      // its subnet has one
    Flag hasPublicIp;        // an ILPIP is attached
    Flag isMember;           // in a pool of a public load balancer
    uint8_t links;           // what its rules make of the VM: any of Links
    Flag isRuleRequired;     // by the profile
    Flag isPublicStandard;   // the public load balancer is
    Flag isInternalStandard; // in a pool of an internal Standard one, too
    OutboundMethod expected; // expected method
};

void
PrintTo(const OutboundCase& c, std::ostream* os)
{
    *os << c.name;
}

constexpr auto GATEWAY = OutboundMethod::NatGateway;
constexpr auto OWN = OutboundMethod::InstanceLevelPublicIp;
constexpr auto FRONTEND = OutboundMethod::LoadBalancerFrontend;
constexpr auto DEFAULT = OutboundMethod::DefaultSnat;
constexpr auto NO_WAY = OutboundMethod::None;

// clang-format off
constexpr OutboundCase OUTBOUND_CASES[] = {
    // name                                             nat  own  member links          required standard internal expected
    {"B_3_NatGatewayBeforeAllOthers",                   X,   ANY, ANY,   EVERY,         ANY,     ANY,     ANY,     GATEWAY},
    {"S0_06_S0_30_OwnAddressWhateverElse",              O,   X,   ANY,   EVERY,         ANY,     ANY,     ANY,     OWN},
    {"S0_05_S0_25_MemberWithRule",                      O,   O,   X,     LINKED,        ANY,     ANY,     ANY,     FRONTEND},
    {"B_3_MemberWithOutboundRule",                      O,   O,   X,     RULE,          ANY,     ANY,     ANY,     FRONTEND},
    {"S4_04_MemberAloneSuffices",                       O,   O,   X,     NONE | NAT,    O,       ANY,     ANY,     FRONTEND},
    {"S0_04_S0_08_S4_05_Standalone",                    O,   O,   O,     NONE,          ANY,     ANY,     O,       DEFAULT},
    {"S0_26_MemberWithoutRuleIsStandalone",             O,   O,   X,     NONE,          X,       O,       O,       DEFAULT},
    {"OB_1803_StandardMemberWithoutRuleIsStandalone",   O,   O,   X,     NONE,          X,       X,       O,       DEFAULT},
    {"S0_26_BasicWithNatRulesOnlyIsStandalone",         O,   O,   X,     NAT,           X,       O,       O,       DEFAULT},
    {"S0_08_BasicTargetOfNatRulesIsStandalone",         O,   O,   O,     NAT,           ANY,     O,       O,       DEFAULT},
    {"OR_1809_StandardMemberWithNatRulesOnly",          O,   O,   X,     NAT,           X,       X,       O,       NO_WAY},
    {"OR_2404_StandardTargetOfNatRulesOnly",            O,   O,   O,     NAT,           ANY,     X,       O,       NO_WAY},
    {"OB_1803_StandardWithSnatDisabled",                O,   O,   X,     DISABLED,      ANY,     X,       O,       NO_WAY},
    {"BasicWithSnatDisabledIsStandalone",               O,   O,   X,     DISABLED,      ANY,     O,       O,       DEFAULT},
    {"OB_1803_InternalStandardOnly",                    O,   O,   O,     NONE | NAT,    ANY,     ANY,     X,       NO_WAY},
    {"InternalStandardAndNoRule",                       O,   O,   X,     NONE | NAT,    X,       ANY,     X,       NO_WAY},
    {"InternalStandardAndSnatDisabled",                 O,   O,   X,     DISABLED,      ANY,     ANY,     X,       NO_WAY},
};
// clang-format on

/// @brief Call a function with every situation there can be.
template <typename Function>
void
ForEachSituation(Function&& function)
{
    constexpr std::array<bool, 2> BOTH{false, true};
    for (uint32_t bits = 0; bits < 64; ++bits)
    {
        const auto isSet = [&](uint32_t bit) { return BOTH[(bits >> bit) & 1U]; };
        for (const auto link : {FrontendLink::None,
                                FrontendLink::InboundNatRule,
                                FrontendLink::SnatDisabled,
                                FrontendLink::Linked,
                                FrontendLink::OutboundRule})
        {
            const bool isRuleOfPool = link >= FrontendLink::SnatDisabled;
            if (isSet(1) || !isRuleOfPool) // who is in no pool has no rule for it
            {
                function({isSet(5), isSet(0), isSet(1), link, isSet(2), isSet(3), isSet(4)});
            }
        }
    }
}

bool
Matches(Flag column, bool value)
{
    return column == ANY || (column == X) == value;
}

bool
Matches(const OutboundCase& c, const OutboundSituation& vm)
{
    const auto link = 1U << static_cast<uint32_t>(vm.link);
    return Matches(c.hasNatGateway, vm.hasNatGateway) &&
           Matches(c.hasPublicIp, vm.hasInstanceLevelPublicIp) &&
           Matches(c.isMember, vm.isPoolMember) && (c.links & link) != 0 &&
           Matches(c.isRuleRequired, vm.isLinkingRuleRequired) &&
           Matches(c.isPublicStandard, vm.isPublicStandard) &&
           Matches(c.isInternalStandard, vm.isInternalStandard);
}

class OutboundMethodSelection : public ::testing::TestWithParam<OutboundCase>
{
};

TEST_P(OutboundMethodSelection, FollowsPrecedence)
{
    const auto& c = GetParam();
    uint32_t situations = 0;
    ForEachSituation([&](const OutboundSituation& vm) {
        if (Matches(c, vm))
        {
            ++situations;
            EXPECT_EQ(SelectOutboundMethod(vm), c.expected) << GetName(SelectOutboundMethod(vm));
        }
    });
    EXPECT_GT(situations, 0U);
}

INSTANTIATE_TEST_SUITE_P(OutboundMethods,
                         OutboundMethodSelection,
                         ::testing::ValuesIn(OUTBOUND_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(OutboundMethodTable, S0_03_HasThreeWaysWithoutWhatCameLater)
{
    std::set<OutboundMethod> methods;
    ForEachSituation([&](const OutboundSituation& vm) {
        if (!vm.hasNatGateway && !vm.isPublicStandard && !vm.isInternalStandard)
        {
            methods.insert(SelectOutboundMethod(vm));
        }
    });
    EXPECT_EQ(methods, (std::set<OutboundMethod>{OWN, FRONTEND, DEFAULT}));
}

TEST(OutboundMethodTable, CoversEverySituationOnce)
{
    uint32_t situations = 0;
    ForEachSituation([&](const OutboundSituation& vm) {
        ++situations;
        const auto rows = std::count_if(std::begin(OUTBOUND_CASES),
                                        std::end(OUTBOUND_CASES),
                                        [&](const OutboundCase& c) { return Matches(c, vm); });
        EXPECT_EQ(rows, 1) << "member " << vm.isPoolMember << ", link " << static_cast<int>(vm.link)
                           << ", required " << vm.isLinkingRuleRequired << ", Standard "
                           << vm.isPublicStandard << ", internal Standard "
                           << vm.isInternalStandard;
    });
    EXPECT_EQ(situations, 224U); // 32 with 5 links in a pool, 32 with 2 outside
}

} // namespace

} // namespace ns3::azure
