// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-policy-compiler.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <utility>

namespace ns3::azure
{

namespace
{

/// A group with one custom rule, which denies, and a default rule, which allows.
ResolvedSecurityGroup
MakeGroup(const std::string& name, bool targetsHostServices = false)
{
    ResolvedSecurityRule rule;
    rule.name = "deny-" + name;
    rule.priority = 100;
    rule.direction = FlowDirection::Outbound;
    rule.access = SecurityRuleAccess::Deny;
    rule.sources = {ANY_ADDRESS};
    rule.sourcePorts = {PortRange()};
    rule.destinations = {ANY_ADDRESS};
    rule.destinationPorts = {{80, 80}};
    rule.targetsHostServices = targetsHostServices;
    auto last = rule;
    last.name = "default-" + name;
    last.priority = 65001;
    last.isDefault = true;
    last.access = SecurityRuleAccess::Allow;
    last.destinationPorts = {PortRange()};
    last.targetsHostServices = false;
    return {name, {rule, last}};
}

/// Two groups, two route tables, three interfaces.
HostGoalState
MakeGoalState()
{
    HostGoalState goalState;
    goalState.generation = 1;
    goalState.flowRecordTimeout = Minutes(7);
    goalState.groups = {MakeGroup("a"), MakeGroup("b", true)};
    goalState.routeTables = {{{{0x0a000000, 16}}, {}, {}},
                             {{{0x0a010000, 16}}, {}, RouteNextHop::None}};
    goalState.networkInterfaces = {{1, 7, 0, 1, 0, true},
                                   {2, 7, {}, 0, 1, false},
                                   {3, 7, {}, {}, 1, false}};
    return goalState;
}

/// @return names of the rules that decide on an outbound packet, in the order they were asked
std::string
Ask(const SecurityPolicy& policy, uint16_t port)
{
    const FlowKey key("10.0.0.4", "198.19.0.1", 5000, port, IpProtocol::Tcp);
    const auto decision = policy.Evaluate(FlowDirection::Outbound, key);
    std::string names;
    for (uint32_t i = 0; i < decision.count; ++i)
    {
        names += decision.matches[i].rule->name + " ";
    }
    return names;
}

TEST(PolicyCompiler, GivesEachInterfaceWhatItsIndexesPointTo)
{
    PolicyCompiler compiler;
    const auto policies = compiler.Compile(MakeGoalState());
    ASSERT_EQ(policies.size(), 3U);
    EXPECT_EQ(Ask(policies[0].security, 80), "deny-b ");
    EXPECT_EQ(Ask(policies[0].security, 81), "default-b default-a ");
    EXPECT_EQ(Ask(policies[1].security, 80), "deny-a ");
    EXPECT_FALSE(policies[2].security.HasGroups());
    EXPECT_TRUE(policies[0].routes->Covers(0x0a000001));
    EXPECT_TRUE(policies[1].routes->Covers(0x0a010001));
    EXPECT_EQ(policies[1].routes->GetDefaultRoute(), RouteNextHop::None);
    EXPECT_EQ(policies[1].routes, policies[2].routes);
    EXPECT_TRUE(policies[0].isSmtpBlocked);
    EXPECT_FALSE(policies[1].isSmtpBlocked);
    EXPECT_EQ(policies[2].flowRecordTimeout, Minutes(7));
}

TEST(PolicyCompiler, S3_50_LetsDefaultRulesSayNothingAboutHostServices)
{
    PolicyCompiler compiler;
    auto goalState = MakeGoalState();
    EXPECT_EQ(Ask(compiler.Compile(goalState)[1].hostServices, 80), "deny-a ");
    EXPECT_EQ(Ask(compiler.Compile(goalState)[1].hostServices, 81), "");
    goalState.areHostServicesFiltered = false;
    const auto exempt = compiler.Compile(goalState);
    EXPECT_EQ(Ask(exempt[1].hostServices, 80), "") << "only rules that target them count";
    EXPECT_EQ(Ask(exempt[0].hostServices, 80), "deny-b ");
    EXPECT_EQ(Ask(exempt[1].security, 80), "deny-a ");
}

TEST(PolicyCompiler, S3_51_LetsOnlyRulesThatNameAServiceDenyLicenses)
{
    PolicyCompiler compiler;
    auto goalState = MakeGoalState();
    for (const bool areFiltered : {true, false})
    {
        goalState.areHostServicesFiltered = areFiltered;
        const auto policies = compiler.Compile(goalState);
        EXPECT_EQ(Ask(policies[1].licensing, 80), "");
        EXPECT_EQ(Ask(policies[0].licensing, 80), "deny-b ");
    }
}

TEST(PolicyCompiler, UsesAgainWhatHasNotChanged)
{
    PolicyCompiler compiler;
    auto goalState = MakeGoalState();
    const auto before = compiler.Compile(goalState);
    ++goalState.generation;
    std::swap(goalState.routeTables[0], goalState.routeTables[1]);
    goalState.routeTables[0].defaultRoute.reset();
    const auto after = compiler.Compile(goalState);
    EXPECT_EQ(after[1].routes, before[0].routes) << "it has moved, but is the same";
    EXPECT_NE(after[0].routes, before[1].routes);
    EXPECT_TRUE(after[0].routes->Covers(0x0a010001));
    EXPECT_FALSE(after[0].routes->GetDefaultRoute());
}

TEST(PolicyCompiler, UsesAGroupAgainThatHasNotChangedAndNoOther)
{
    PolicyCompiler compiler;
    auto goalState = MakeGoalState();
    // A decision's group lives in the table it was made by.
    const FlowKey key("10.0.0.4", "198.19.0.1", 5000, 80, IpProtocol::Tcp);
    const auto ask = [&key](const NetworkInterfacePolicy& policy) {
        return policy.security.Evaluate(FlowDirection::Outbound, key).GetDeciding().group;
    };
    const auto before = compiler.Compile(goalState);
    goalState.groups[1].rules[0].name = "renamed";
    const auto after = compiler.Compile(goalState);
    EXPECT_EQ(ask(after[1]), ask(before[1]));
    EXPECT_NE(ask(after[0]), ask(before[0]));
    EXPECT_EQ(Ask(after[0].security, 80), "renamed ");
    EXPECT_EQ(Ask(before[0].security, 80), "deny-b ") << "who has the old table keeps it";
}

} // namespace

} // namespace ns3::azure
