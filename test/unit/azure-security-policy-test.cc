// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-security-policy.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

/// What a group does with every packet, or that there is none.
enum class Group
{
    None,
    Allows,
    Denies,
};

constexpr auto IN = FlowDirection::Inbound;
constexpr auto OUT = FlowDirection::Outbound;

/// @return a table with one rule for each direction
std::shared_ptr<const SecurityRuleTable>
MakeTable(const std::string& name, Group group)
{
    if (group == Group::None)
    {
        return nullptr;
    }
    ResolvedSecurityRule rule;
    rule.name = group == Group::Allows ? "Allow" : "Deny";
    rule.access = group == Group::Allows ? SecurityRuleAccess::Allow : SecurityRuleAccess::Deny;
    rule.sources = rule.destinations = {ANY_ADDRESS};
    rule.sourcePorts = rule.destinationPorts = {PortRange{}};
    ResolvedSecurityGroup resolved{name, {rule, rule}};
    resolved.rules[0].direction = IN;
    resolved.rules[1].direction = OUT;
    return std::make_shared<SecurityRuleTable>(resolved);
}

/// One row: two groups, and whom a packet must have asked, with the answers.
struct PolicyCase
{
    const char* name; // test name
    Group subnet;
    Group networkInterface;
    FlowDirection direction;
    bool isAllowed;
    const char* asked; // group and rule of each match, in order
};

void
PrintTo(const PolicyCase& c, std::ostream* os)
{
    *os << GetName(c.direction) << ", asks" << c.asked;
}

// clang-format off
constexpr PolicyCase POLICY_CASES[] = {
    // Inbound: subnet first; the interface's group is asked only about what that allows (S3-05).
    {"S3_05_InBothAllow",       Group::Allows, Group::Allows, IN,  true,  " subnet:Allow network-interface:Allow"},
    {"S3_05_InSubnetDenies",    Group::Denies, Group::Allows, IN,  false, " subnet:Deny"},
    {"S3_05_InInterfaceDenies", Group::Allows, Group::Denies, IN,  false, " subnet:Allow network-interface:Deny"},
    {"S3_05_InBothDeny",        Group::Denies, Group::Denies, IN,  false, " subnet:Deny"},
    // Outbound: the other way round (S3-08).
    {"S3_08_OutBothAllow",       Group::Allows, Group::Allows, OUT, true,  " network-interface:Allow subnet:Allow"},
    {"S3_08_OutSubnetDenies",    Group::Denies, Group::Allows, OUT, false, " network-interface:Allow subnet:Deny"},
    {"S3_08_OutInterfaceDenies", Group::Allows, Group::Denies, OUT, false, " network-interface:Deny"},
    {"S3_08_OutBothDeny",        Group::Denies, Group::Denies, OUT, false, " network-interface:Deny"},
    // One group alone decides; without any, everything passes (S3-30).
    {"S3_30_InNoGroups",            Group::None,   Group::None,   IN,  true,  ""},
    {"S3_30_OutNoGroups",           Group::None,   Group::None,   OUT, true,  ""},
    {"S3_30_InSubnetOnlyAllows",    Group::Allows, Group::None,   IN,  true,  " subnet:Allow"},
    {"S3_30_OutSubnetOnlyDenies",   Group::Denies, Group::None,   OUT, false, " subnet:Deny"},
    {"S3_30_InInterfaceOnlyDenies", Group::None,   Group::Denies, IN,  false, " network-interface:Deny"},
    {"S3_30_OutInterfaceOnlyAllows", Group::None,  Group::Allows, OUT, true,  " network-interface:Allow"},
};
// clang-format on

class SecurityPolicyEvaluate : public ::testing::TestWithParam<PolicyCase>
{
};

} // namespace

TEST_P(SecurityPolicyEvaluate, AsksTheGroupsInOrder)
{
    const auto& c = GetParam();
    const SecurityPolicy policy(MakeTable("subnet", c.subnet),
                                MakeTable("network-interface", c.networkInterface));

    const auto decision = policy.Evaluate(c.direction, {});

    EXPECT_EQ(decision.IsAllowed(), c.isAllowed);
    std::string asked;
    for (uint32_t i = 0; i < decision.count; ++i)
    {
        const auto& match = decision.matches[i];
        EXPECT_EQ(GetName(match.attachment), match.group->name);
        EXPECT_EQ(match.rule->direction, c.direction);
        asked += " " + match.group->name + ":" + match.rule->name;
    }
    EXPECT_EQ(asked, c.asked);
    if (decision.count > 0)
    {
        EXPECT_EQ(decision.GetDeciding().rule, decision.matches[decision.count - 1].rule);
    }
}

INSTANTIATE_TEST_SUITE_P(SecurityPolicy,
                         SecurityPolicyEvaluate,
                         ::testing::ValuesIn(POLICY_CASES),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SecurityPolicy, S3_30_PolicyWithoutGroupsAllowsEverything)
{
    const SecurityPolicy policy;

    EXPECT_TRUE(policy.Evaluate(IN, {}).IsAllowed());
    EXPECT_TRUE(policy.Evaluate(OUT, {}).IsAllowed());
}

TEST(SecurityPolicy, GroupWithoutARuleForThePacketHasNothingAgainstIt)
{
    const auto empty = std::make_shared<SecurityRuleTable>(ResolvedSecurityGroup{"empty", {}});

    const auto alone = SecurityPolicy(nullptr, empty).Evaluate(IN, {});
    EXPECT_TRUE(alone.IsAllowed());
    EXPECT_EQ(alone.count, 0U);

    const auto own = MakeTable("own", Group::Denies);
    const auto denied = SecurityPolicy(empty, own).Evaluate(IN, {});
    EXPECT_FALSE(denied.IsAllowed());
    EXPECT_EQ(denied.GetDeciding().group->name, "own");
}

} // namespace ns3::azure
