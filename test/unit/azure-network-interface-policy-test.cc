// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-network-interface-policy.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

std::vector<std::string>
GetNames(const ResolvedSecurityGroup& group)
{
    std::vector<std::string> names;
    for (const auto& rule : group.rules)
    {
        names.push_back(rule.name);
    }
    return names;
}

TEST(HostServiceRules, S3_50_B_9_AreCustomRulesOrThoseAloneThatNameAHostService)
{
    ResolvedSecurityGroup group;
    group.name = "web";
    group.rules.resize(3);
    group.rules[0].name = "DenyWeb";
    group.rules[1].name = "DenyDns";
    group.rules[1].targetsHostServices = true;
    group.rules[2].name = "DenyAllOutBound";
    group.rules[2].isDefault = true;
    using Names = std::vector<std::string>;
    EXPECT_EQ(GetNames(SelectHostServiceRules(group, true)), (Names{"DenyWeb", "DenyDns"}));
    EXPECT_EQ(GetNames(SelectHostServiceRules(group, false)), Names{"DenyDns"});
    EXPECT_EQ(SelectHostServiceRules(group, true).name, "web");
}

TEST(NetworkInterfacePolicies, S3_30_LetEverythingPassAsTheyAreMade)
{
    const NetworkInterfacePolicy policy;
    const FlowKey key(Ipv4Address("198.19.0.1"), Ipv4Address("10.0.0.4"), 1, 2, IpProtocol::Tcp);
    for (const auto direction : {FlowDirection::Inbound, FlowDirection::Outbound})
    {
        EXPECT_TRUE(policy.security.Evaluate(direction, key).IsAllowed());
        EXPECT_TRUE(policy.hostServices.Evaluate(direction, key).IsAllowed());
    }
    EXPECT_FALSE(policy.security.HasGroups());
    EXPECT_FALSE(policy.isSmtpBlocked);
    EXPECT_EQ(policy.routes->Lookup(0x0a000005), nullptr);
}

} // namespace

} // namespace ns3::azure
