// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-resources.h"

#include "ns3/azure-effective-security-rules.h"
#include "ns3/azure-network-resources.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Texts = std::vector<std::string>;

TEST(EffectiveSecurityRules, S3_30_AreNoneWithoutAGroup)
{
    EXPECT_TRUE(GetEffectiveSecurityRules(MakeThreeNetworks(), 1)->empty());
}

TEST(EffectiveSecurityRules, S3_04_S3_09_ComeFromTheSubnetAndTheInterface)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("of-subnet"));
    Must(resources.AddNetworkSecurityGroup("of-interface"));
    Must(resources.AttachToSubnet("of-subnet", "hub", "web"));
    Must(resources.AttachToNetworkInterface("of-interface", 1));
    Must(resources.AttachToNetworkInterface("of-interface", 3));

    const auto both = *GetEffectiveSecurityRules(resources, 1);
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].name, "of-subnet");
    EXPECT_EQ(both[0].attachment, SecurityGroupAttachment::Subnet);
    EXPECT_EQ(both[1].name, "of-interface");
    EXPECT_EQ(both[1].attachment, SecurityGroupAttachment::NetworkInterface);

    const auto subnetOnly = *GetEffectiveSecurityRules(resources, 2);
    ASSERT_EQ(subnetOnly.size(), 1U);
    EXPECT_EQ(subnetOnly[0].name, "of-subnet");

    const auto interfaceOnly = *GetEffectiveSecurityRules(resources, 3);
    ASSERT_EQ(interfaceOnly.size(), 1U);
    EXPECT_EQ(interfaceOnly[0].name, "of-interface");
}

TEST(EffectiveSecurityRules, S3_09_B_9_NameDefaultAndCustomRulesApart)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    auto rule = MakeRule("AllowStorage", "100", "Outbound");
    rule.destinationAddressPrefixes = {"Storage.EastUS", "203.0.113.0/24"};
    Must(resources.AddSecurityRule("web", rule));
    const auto groups = *GetEffectiveSecurityRules(resources, 1);
    ASSERT_EQ(groups.size(), 1U);
    Texts names;
    for (const auto& each : groups[0].rules)
    {
        names.push_back(each.name);
    }
    EXPECT_EQ(names,
              (Texts{"defaultSecurityRules/AllowVNetInBound",
                     "defaultSecurityRules/AllowAzureLoadBalancerInBound",
                     "defaultSecurityRules/DenyAllInbound",
                     "securityRules/AllowStorage",
                     "defaultSecurityRules/AllowVnetOutBound",
                     "defaultSecurityRules/AllowInternetOutBound",
                     "defaultSecurityRules/DenyAllOutBound"}));
    // as written, and expanded
    const auto& custom = groups[0].rules[3];
    EXPECT_EQ(custom.rule.destination.serviceTag, MakeTag("Storage.EastUS"));
    EXPECT_EQ(GetPrefixTexts(custom.rule.destination.prefixes), "203.0.113.0/24");
    EXPECT_EQ(GetPrefixTexts(custom.resolved.destinations), "198.18.128.0/21 203.0.113.0/24");
    const auto& standard = groups[0].rules[0];
    EXPECT_EQ(standard.rule.source.serviceTag, MakeTag("VirtualNetwork"));
    EXPECT_EQ(GetPrefixTexts(standard.resolved.sources), "10.0.0.0/16");
}

TEST(EffectiveSecurityRules, S3_12_ASharedGroupIsResolvedWhereItIs)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("shared"));
    Must(resources.AttachToSubnet("shared", "hub", "web"));
    Must(resources.AttachToSubnet("shared", "spoke", "main"));
    const auto getVirtualNetwork = [&](uint32_t networkInterface) {
        const auto groups = *GetEffectiveSecurityRules(resources, networkInterface);
        return GetPrefixTexts(groups.at(0).rules.at(0).resolved.sources);
    };
    EXPECT_EQ(getVirtualNetwork(1), "10.0.0.0/16");
    EXPECT_EQ(getVirtualNetwork(4), "10.1.0.0/16");
}

TEST(EffectiveSecurityRules, AreRefusedWithoutTheInterface)
{
    EXPECT_EQ(GetEffectiveSecurityRules(MakeThreeNetworks(), 9).GetError(),
              "network interface: '9' is not allowed; give the number of one that was added");
}

} // namespace

} // namespace ns3::azure
