// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-security-rule-tables.h"

#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace ns3::azure
{

namespace
{

/// @return a rule with long lists on both sides
EffectiveNetworkSecurityGroup
MakeGroup()
{
    SecurityRule allow;
    allow.name = "AllowMany";
    allow.priority = 100;
    allow.protocol = SecurityRuleProtocol::Tcp;
    allow.source.prefixes = {{0xc6336400, 24}, {0xc0000211, 32}};
    allow.source.ports = {{1024, 65535}};
    allow.destination.applicationSecurityGroups = {"WebServers"};
    allow.destination.ports = {{80, 80}, {443, 443}, {10000, 10005}};
    SecurityRule deny;
    deny.name = "DenyInternet";
    deny.priority = 4096;
    deny.direction = FlowDirection::Outbound;
    deny.access = SecurityRuleAccess::Deny;
    deny.source.prefixes = {ANY_ADDRESS};
    deny.source.ports = {{0, 65535}};
    deny.destination.serviceTag = ServiceTag{ServiceTagName::Internet, ""};
    deny.destination.ports = {{0, 65535}};
    return {"web",
            SecurityGroupAttachment::NetworkInterface,
            {{"securityRules/AllowMany", allow, {}}, {"securityRules/DenyInternet", deny, {}}}};
}

/// @return what is printed
std::string
Print(const std::vector<EffectiveNetworkSecurityGroup>& groups, bool isFull)
{
    std::ostringstream os;
    PrintEffectiveSecurityRules(os, groups, isFull);
    return os.str();
}

} // namespace

TEST(SecurityRuleTables, S3_09_EffectiveRulesHaveSectionsAndNames)
{
    EXPECT_EQ(Print({MakeGroup()}, false),
              "priority  access  protocol              source  destination        ports\n"
              "\n"
              "NetworkInterface web, inbound\n"
              "100        Allow       Tcp  198.51.100.0/24...   WebServers  80,443,1...\n"
              "  securityRules/AllowMany\n"
              "\n"
              "NetworkInterface web, outbound\n"
              "4096        Deny         *                   *     Internet            *\n"
              "  securityRules/DenyInternet\n");
}

TEST(SecurityRuleTables, S3_09_InFullNothingIsCut)
{
    const auto text = Print({MakeGroup()}, true);
    EXPECT_NE(text.find(" 198.51.100.0/24,192.0.2.17/32,port 1024-65535 "), std::string::npos)
        << text;
    EXPECT_NE(text.find(" 80,443,10000-10005\n"), std::string::npos) << text;
}

TEST(SecurityRuleTables, S3_30_WithoutGroupsEverythingPasses)
{
    EXPECT_EQ(Print({}, false), "no network security group: everything passes\n");
}

TEST(SecurityRuleTables, S3_10_AnswersNameGroupAndRule)
{
    std::ostringstream os;
    PrintIpFlowVerifications(
        os,
        {{{FlowDirection::Inbound, IpProtocol::Tcp, "10.0.1.4", 80, "203.0.113.7", 50000},
          {SecurityRuleAccess::Deny,
           {SecurityGroupAttachment::Subnet},
           "web",
           "defaultSecurityRules/DenyAllInbound"}},
         {{FlowDirection::Outbound, IpProtocol::Icmp, "10.0.1.4", 0, "203.0.113.7", 0}, {}}});
    EXPECT_EQ(os.str(),
              "packet    protocol        local             remote  access  group\n"
              "inbound        tcp  10.0.1.4:80  203.0.113.7:50000    Deny    web\n"
              "  defaultSecurityRules/DenyAllInbound\n"
              "outbound      icmp     10.0.1.4        203.0.113.7   Allow      -\n"
              "  no rule\n");
}

} // namespace ns3::azure
