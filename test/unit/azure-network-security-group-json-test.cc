// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"

#include "ns3/azure-effective-security-rules.h"
#include "ns3/azure-network-security-group-json.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// What `az network nsg show` prints, shortened by properties of the same kind.
const std::string AZ_SHOW = R"({
  "etag": "W/\"00000000-0000-0000-0000-000000000000\"",
  "flowLogs": null,
  "id": "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/web",
  "location": "westeurope",
  "name": "web",
  "networkInterfaces": null,
  "provisioningState": "Succeeded",
  "resourceGroup": "rg",
  "securityRules": [
    {
      "access": "Allow",
      "description": null,
      "destinationAddressPrefix": "",
      "destinationAddressPrefixes": [],
      "destinationApplicationSecurityGroups": [
        {
          "id": "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/applicationSecurityGroups/WebServers",
          "resourceGroup": "rg"
        }
      ],
      "destinationPortRange": null,
      "destinationPortRanges": [
        "80",
        "443"
      ],
      "direction": "Inbound",
      "etag": null,
      "name": "AllowWeb",
      "priority": 100,
      "protocol": "Tcp",
      "sourceAddressPrefix": "Internet",
      "sourceAddressPrefixes": [],
      "sourceApplicationSecurityGroups": null,
      "sourcePortRange": "*",
      "sourcePortRanges": [],
      "type": "Microsoft.Network/networkSecurityGroups/securityRules"
    },
    {
      "access": "Deny",
      "destinationAddressPrefix": "*",
      "destinationAddressPrefixes": [],
      "destinationApplicationSecurityGroups": null,
      "destinationPortRange": "10000-10005",
      "destinationPortRanges": [],
      "direction": "Outbound",
      "name": "DenyRange",
      "priority": 4096,
      "protocol": "*",
      "sourceAddressPrefix": null,
      "sourceAddressPrefixes": ["10.0.0.0/16", "192.0.2.17"],
      "sourcePortRange": "*",
      "sourcePortRanges": []
    }
  ],
  "subnets": [{"id": "/subscriptions/0/subnets/web", "securityRules": null}],
  "tags": {"Name": "x"},
  "type": "Microsoft.Network/networkSecurityGroups"
})";

/// The same as ARM templates and REST have it.
const std::string ARM = R"({
  "type": "Microsoft.Network/networkSecurityGroups",
  "name": "web",
  "properties": {
    "securityRules": [
      {
        "name": "AllowWeb",
        "properties": {
          "protocol": "TCP",
          "sourcePortRange": "*",
          "destinationPortRanges": ["80", "443"],
          "sourceAddressPrefix": "Internet",
          "destinationApplicationSecurityGroups": [
            {"id": "/providers/microsoft.network/applicationsecuritygroups/WebServers"}
          ],
          "access": "Allow",
          "priority": 100,
          "direction": "Inbound"
        }
      },
      {
        "name": "DenyRange",
        "properties": {
          "protocol": "*",
          "sourcePortRanges": ["*"],
          "destinationPortRanges": ["10000-10005"],
          "sourceAddressPrefixes": ["10.0.0.0/16", "192.0.2.17/32"],
          "destinationAddressPrefix": "0.0.0.0/0",
          "access": "Deny",
          "priority": 4096,
          "direction": "Outbound"
        }
      }
    ]
  }
})";

/// @return the text with every occurrence of something replaced, of which there has to be one
std::string
Replace(std::string text, const std::string& from, const std::string& to)
{
    auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    for (; at != std::string::npos; at = text.find(from, at + to.size()))
    {
        text.replace(at, from.size(), to);
    }
    return text;
}

/// @return a group with one rule, which is sound; rows replace a part of it
std::string
GetOneRule()
{
    return R"({"name": "web", "securityRules": [{"name": "Allow80", "priority": 100, )"
           R"("direction": "Inbound", "access": "Allow", "protocol": "Tcp", )"
           R"("sourceAddressPrefix": "*", "sourcePortRange": "*", )"
           R"("destinationAddressPrefix": "*", "destinationPortRange": "80"}]})";
}

/// @return the error of reading the text or adding what it says; empty if there is none
std::string
GetErrorOf(const std::string& text, NetworkResources& resources, const std::string& source = "")
{
    const auto groups = ReadNetworkSecurityGroups(text, source);
    return groups ? AddNetworkSecurityGroups(resources, *groups).value_or("") : groups.GetError();
}

/// @return what a group of that name is written as, when the text has been read
std::string
ReadAndWrite(const std::string& text, const std::string& name = "web")
{
    NetworkResources resources(*FindProfile("2018"));
    EXPECT_EQ(GetErrorOf(text, resources), "");
    const auto* group = resources.FindNetworkSecurityGroup(name);
    return group ? WriteNetworkSecurityGroup(*group) : "nothing";
}

/// A document, or a replacement in GetOneRule(), and the error's begin.
struct BadGroupCase
{
    const char* name;    // test name, [A-Za-z0-9_]+
    const char* from;    // part of GetOneRule(); null if `to` is the document
    const char* to;      // what is there instead
    const char* says;    // what the error begins with
    const char* allowed; // what comes after "give "
};

void
PrintTo(const BadGroupCase& c, std::ostream* os)
{
    *os << c.to;
}

// clang-format off
const BadGroupCase BAD_GROUP_CASES[] = {
    // The document
    {"ANumber",        nullptr, "7",              "document: '7'",               "a network security group"},
    {"NoGroup",        nullptr, "[]",             "document: '[]'",              "at least one network security group"},
    {"ArrayOfTexts",   nullptr, R"(["web"])",     "[0]: '\"web\"'",              "a network security group"},
    {"Empty",          nullptr, "{}",             "name: 'nothing'",             "a name"},
    {"NameNumber",     nullptr, R"({"name": 7})", "name: '7'",                   "a name"},
    {"NameEmpty",      nullptr, R"({"name": ""})", "document: network security group: ''", "1 to 80 letters"},
    {"NameWithSlash",  nullptr, R"([{"name": "a b/c"}])", "[0]: network security group: 'a b/c'", "1 to 80 letters"},
    {"NameExpression", nullptr, R"({"name": "[variables('x')]"})", "name: '[variables('x')]'", "the name itself; template expressions are not evaluated"},
    {"OtherResource",  nullptr, R"({"name": "vm", "type": "Microsoft.Compute/virtualMachines"})", "type: '\"Microsoft.Compute/virtualMachines\"'", "Microsoft.Network/networkSecurityGroups"},
    {"ValueNoArray",   nullptr, R"({"value": 7})", "value: '7'",                 "a network security group"},
    {"ValueEmpty",     nullptr, R"({"value": []})", "value: '[]'",              "at least one network security group"},
    {"ValueBadGroup",  nullptr, R"({"value": [{"name": "a"}, {}]})", "value[1].name: 'nothing'", "a name"},
    {"RulesObject",    nullptr, R"({"name": "web", "securityRules": {}})", "securityRules: '{...}'", "an array, or null"},
    {"RulesMisspelt",  nullptr, R"({"name": "web", "SecurityRules": []})", "document: 'SecurityRules'", "securityRules; case matters"},
    {"RulesBoth",      nullptr, R"({"name": "web", "securityRules": [], "properties": {"securityRules": []}})", "document: 'securityRules'", "it below properties, or no properties"},
    {"PropertiesText", nullptr, R"({"name": "web", "properties": "x"})", "properties: '\"x\"'", "an object"},
    // Templates
    {"TemplateNoResources", nullptr, R"({"$schema": "https://schema.management.azure.com/"})", "resources: 'nothing'", "an array with at least one resource of type Microsoft.Network/networkSecurityGroups"},
    {"TemplateNoGroup",     nullptr, R"({"resources": [{"type": "Microsoft.Compute/virtualMachines", "name": "vm"}, 7, {"type": 7}]})", "resources: '[...]'", "an array with at least one resource of type"},
    {"TemplateParameter",   nullptr, R"({"resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "[parameters('x')]"}]})", "resources[0].name: '[parameters('x')]'", "the name itself; template expressions are not evaluated"},
    {"TemplateSymbolicName", nullptr, R"({"resources": {"nsg": {"type": "Microsoft.Network/networkSecurityGroups", "name": 7}}})", "resources.nsg.name: '7'", "a name"},
    {"TemplateRuleApart",   nullptr, R"({"resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "web"}, {"type": "Microsoft.Network/networkSecurityGroups/securityRules", "name": "web/Allow80"}]})", "resources[1]: '\"web/Allow80\"'", "its rule among the securityRules of its group"},
    {"TemplateRuleInside",  nullptr, R"({"resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "web", "resources": [{"type": "securityRules", "name": "Allow80"}]}]})", "resources[0].resources: '[...]'", "rules among the securityRules of the group"},
    {"BelowNoName",    nullptr, R"({"name": "w", "properties": {"securityRules": [{"properties": {}}]}})", "properties.securityRules[0].name: 'nothing'", "a name"},
    {"BelowEmpty",     nullptr, R"({"name": "w", "properties": {"securityRules": [{"name": "r", "properties": {}}]}})", "properties.securityRules[0].properties.priority: 'nothing'", "a whole number"},
    {"RuleNumber",     nullptr, R"({"name": "web", "securityRules": [7]})", "securityRules[0]: '7'", "a security rule"},
    {"GroupTwice",     nullptr, R"([{"name": "web", "securityRules": []}, {"name": "web", "securityRules": []}])", "[1]: ", ""},
    {"KeyTwice",       R"("priority": 100)", R"("priority": 100, "priority": 100)", "securityRules[0]: 'priority'", "each name once"},
    // One property
    {"PriorityText",     R"(: 100)", R"(: "100")", "securityRules[0].priority: '\"100\"'", "a whole number"},
    {"PriorityFraction", R"(: 100)", ": 100.5",    "securityRules[0].priority: '100.5'",   "100 to 4096"},
    {"PriorityPower",    R"(: 100)", ": 1e2",      "securityRules[0].priority: '1e2'",     "100 to 4096"},
    {"PriorityHuge",     R"(: 100)", ": 18446744073709551716", "securityRules[0].priority: '18446744073709551716'", "100 to 4096"},
    {"PriorityNegative", R"(: 100)", ": -100",     "securityRules[0].priority: '-100'",    "100 to 4096"},
    {"S3_15_PriorityTooLow",  R"(: 100)", ": 99",   "securityRules[0].priority: '99'",     "100 to 4096"},
    {"S3_15_PriorityTooHigh", R"(: 100)", ": 4097", "securityRules[0].priority: '4097'",   "100 to 4096"},
    {"PriorityCase",   R"("priority")", R"("Priority")", "securityRules[0]: 'Priority'",   "priority; case matters"},
    {"NoDirection",    R"("direction")", R"("diretcion")", "securityRules[0].direction: 'nothing'", "Inbound or Outbound"},
    {"S3_20_Direction", R"("Inbound")", R"("Both")", "securityRules[0].direction: 'Both'",  "Inbound or Outbound"},
    {"S3_22_Access",    R"("Allow")", R"("Permit")", "securityRules[0].access: 'Permit'",   "Allow or Deny"},
    {"AccessBoolean",   R"("Allow")", "true",        "securityRules[0].access: 'true'",     "Allow or Deny"},
    {"S3_19_Protocol",  R"("Tcp")", R"("Sctp")",     "securityRules[0].protocol: 'Sctp'",   ""},
    {"ProtocolNumber",  R"("Tcp")", "6",             "securityRules[0].protocol: '6'",      "a text, as Tcp or *"},
    // Singular and plural
    {"PrefixMissing",  R"("sourceAddressPrefix": "*", )", "", "securityRules[0].sourceAddressPrefix: 'nothing'", "it, sourceAddressPrefixes or sourceApplicationSecurityGroups"},
    {"PrefixEmpty",    R"("sourceAddressPrefix": "*")", R"("sourceAddressPrefix": "", "sourceAddressPrefixes": [])", "securityRules[0].sourceAddressPrefix: '\"\"'", "it, sourceAddressPrefixes or"},
    {"PrefixBoth",     R"("sourceAddressPrefix": "*")", R"("sourceAddressPrefix": "10.0.0.1", "sourceAddressPrefixes": ["10.0.0.2"])", "securityRules[0].sourceAddressPrefix: '\"10.0.0.1\"'", "it or sourceAddressPrefixes, not both"},
    {"PortsBoth",      R"("sourcePortRange": "*")", R"("sourcePortRange": "*", "sourcePortRanges": ["*"])", "securityRules[0].sourcePortRange: '\"*\"'", "it or sourcePortRanges, not both"},
    {"PortsMissing",   R"("sourcePortRange")", R"("sourcePorts")", "securityRules[0].sourcePortRange: 'nothing'", "it or sourcePortRanges"},
    {"PortNumber",     R"("80")", "80",               "securityRules[0].destinationPortRange: '80'", "a text"},
    {"PluralText",     R"("sourcePortRange": "*")", R"("sourcePortRanges": "*")", "securityRules[0].sourcePortRanges: '\"*\"'", "an array, or null"},
    {"PluralNumber",   R"("sourcePortRange": "*")", R"("sourcePortRanges": ["80", 81])", "securityRules[0].sourcePortRanges[1]: '81'", "a text"},
    // What the rule's own reader refuses is told by the name that the document uses.
    {"S3_21_Singular", R"("80")", R"("80-")",         "securityRules[0].destinationPortRange: '80-'", ""},
    {"S3_21_Plural",   R"("destinationPortRange": "80")", R"("destinationPortRanges": ["80", "99999"])", "securityRules[0].destinationPortRanges: '99999'", ""},
    {"S3_16_Ipv6",     R"("sourceAddressPrefix": "*")", R"("sourceAddressPrefix": "::/0")", "securityRules[0].sourceAddressPrefix: '::/0'", "an IPv4 address or prefix; IPv6 is not modeled"},
    {"S3_19_Icmp",     R"("Tcp", "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "80")", R"("Icmp", "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*")", "securityRules[0].protocol: 'Icmp'", "*, Tcp or Udp; others need a profile with SelectableIcmp=true, as 2023"},
    {"S3_16_Prefix",   R"("sourceAddressPrefix": "*")", R"("sourceAddressPrefix": "10.0.0.300")", "securityRules[0].sourceAddressPrefix: '10.0.0.300'", ""},
    {"PrefixTwoLines", R"("sourceAddressPrefix": "*")", R"("sourceAddressPrefix": "10.0.0.1\n2")", "securityRules[0].sourceAddressPrefix: '10.0.0.1\\n2'", ""},
    {"S3_17_TwoTags",  R"("sourceAddressPrefix": "*")", R"("sourceAddressPrefixes": ["Internet", "VirtualNetwork"])", "securityRules[0].sourceAddressPrefixes: 'VirtualNetwork'", "one"},
    {"S3_17_TwoApplicationSecurityGroups", R"("sourceAddressPrefix": "*")", R"("sourceApplicationSecurityGroups": [{"id": "/applicationSecurityGroups/a"}, {"id": "/applicationSecurityGroups/b"}])", "securityRules[0].sourceApplicationSecurityGroups: 'b'", ""},
    // Application security groups
    {"GroupText",      R"("sourceAddressPrefix": "*")", R"("sourceApplicationSecurityGroups": ["web"])", "securityRules[0].sourceApplicationSecurityGroups[0]: '\"web\"'", "an object with an id"},
    {"GroupNoId",      R"("sourceAddressPrefix": "*")", R"("sourceApplicationSecurityGroups": [{"name": "web"}])", "securityRules[0].sourceApplicationSecurityGroups[0].id: 'nothing'", "a resource id that ends in /applicationSecurityGroups/NAME"},
    {"GroupOtherId",   R"("sourceAddressPrefix": "*")", R"("sourceApplicationSecurityGroups": [{"id": "/networkSecurityGroups/web"}])", "securityRules[0].sourceApplicationSecurityGroups[0].id: '\"/networkSecurityGroups/web\"'", "a resource id"},
    {"GroupNoName",    R"("sourceAddressPrefix": "*")", R"("sourceApplicationSecurityGroups": [{"id": "/applicationSecurityGroups/"}])", "securityRules[0].sourceApplicationSecurityGroups[0].id: ", "a resource id"},
    {"GroupNoSuchName", R"("sourceAddressPrefix": "*")", R"("sourceApplicationSecurityGroups": [{"id": "/applicationSecurityGroups/a b"}])", "securityRules[0].sourceApplicationSecurityGroups[0].id: 'a b'", "a name of 1 to 80 letters"},
    {"GroupBelow",     R"("sourceAddressPrefix": "*")", R"("sourceApplicationSecurityGroups": [{"id": "/applicationSecurityGroups/a/b"}])", "securityRules[0].sourceApplicationSecurityGroups[0].id: ", "a resource id"},
    {"GroupAndAny",    R"("sourceAddressPrefix": "*")", R"("sourceAddressPrefix": "*", "sourceApplicationSecurityGroups": [{"id": "/applicationSecurityGroups/a"}])", "securityRules[0].sourceApplicationSecurityGroups: '[...]'", "it without the prefix *"},
    // Default rules
    {"S3_38_NoDefaultRules",   R"("name": "web")", R"("name": "web", "defaultSecurityRules": [])",   "defaultSecurityRules: '0 rules'", "the six default rules, which cannot be changed"},
    {"S3_38_NullDefaultRules", R"("name": "web")", R"("name": "web", "defaultSecurityRules": null)", "defaultSecurityRules: 'null'",    "the six default rules, which cannot be changed"},
};
// clang-format on

class BadGroup : public ::testing::TestWithParam<BadGroupCase>
{
};

} // namespace

TEST_P(BadGroup, IsRefusedWhereItIsWrong)
{
    const auto& c = GetParam();
    const auto text = c.from ? Replace(GetOneRule(), c.from, c.to) : c.to;
    NetworkResources resources;
    const auto error = GetErrorOf(text, resources);
    EXPECT_EQ(error.substr(0, std::string(c.says).size()), c.says) << error;
    EXPECT_NE(error.find(std::string(" is not allowed; give ") + c.allowed), std::string::npos)
        << error;
    EXPECT_EQ(resources.FindNetworkSecurityGroup("web"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(NetworkSecurityGroupJson,
                         BadGroup,
                         ::testing::ValuesIn(BAD_GROUP_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(NetworkSecurityGroupJson, S3_17_S3_21_S3_29_RulesAreReadAsAzPrintsThem)
{
    NetworkResources resources(*FindProfile("2018"));
    ASSERT_EQ(GetErrorOf(AZ_SHOW, resources), "");
    const auto* group = resources.FindNetworkSecurityGroup("web");
    ASSERT_NE(group, nullptr);
    EXPECT_EQ(group->model, DeploymentModel::ResourceManager);
    ASSERT_EQ(group->rules.size(), 2U);

    const auto& web = group->rules[0];
    EXPECT_EQ(web.name, "AllowWeb");
    EXPECT_EQ(web.priority, 100U);
    EXPECT_EQ(web.direction, FlowDirection::Inbound);
    EXPECT_EQ(web.access, SecurityRuleAccess::Allow);
    EXPECT_EQ(web.protocol, SecurityRuleProtocol::Tcp);
    EXPECT_TRUE(web.source.prefixes.empty());
    EXPECT_EQ(web.source.serviceTag, (ServiceTag{ServiceTagName::Internet, ""}));
    EXPECT_EQ(web.source.ports, (std::vector<PortRange>{{0, 65535}}));
    EXPECT_TRUE(web.destination.prefixes.empty());
    EXPECT_EQ(web.destination.applicationSecurityGroups, std::vector<std::string>{"WebServers"});
    EXPECT_EQ(web.destination.ports, (std::vector<PortRange>{{80, 80}, {443, 443}}));
    EXPECT_TRUE(web.IsAugmented());

    const auto& range = group->rules[1];
    EXPECT_EQ(range.name, "DenyRange");
    EXPECT_EQ(range.priority, 4096U);
    EXPECT_EQ(range.direction, FlowDirection::Outbound);
    EXPECT_EQ(range.access, SecurityRuleAccess::Deny);
    EXPECT_EQ(range.protocol, SecurityRuleProtocol::Any);
    EXPECT_EQ(range.source.prefixes,
              (std::vector<AddressPrefix>{{0x0a000000, 16}, {0xc0000211, 32}}));
    EXPECT_EQ(range.destination.prefixes, std::vector<AddressPrefix>{ANY_ADDRESS});
    EXPECT_EQ(range.destination.ports, (std::vector<PortRange>{{10000, 10005}}));
}

TEST(NetworkSecurityGroupJson, AllFormsSayTheSame)
{
    const auto written = ReadAndWrite(AZ_SHOW);
    EXPECT_EQ(ReadAndWrite(ARM), written);
    EXPECT_EQ(ReadAndWrite("[" + ARM + "]"), written);
    const auto other = Replace(AZ_SHOW, R"("name": "web")", R"("name": "data")");
    EXPECT_EQ(ReadAndWrite("[" + other + "," + ARM + "]"), written);
    EXPECT_NE(ReadAndWrite("[" + other + "," + ARM + "]", "data"), written);
}

TEST(NetworkSecurityGroupJson, TheAnswerOfRestIsAList)
{
    const auto written = ReadAndWrite(AZ_SHOW);
    EXPECT_EQ(ReadAndWrite(R"({"value": [)" + ARM + R"(], "nextLink": null})"), written);
}

TEST(NetworkSecurityGroupJson, OfATemplateTheGroupsAreRead)
{
    const auto written = ReadAndWrite(AZ_SHOW);
    const std::string other =
        R"({"type": "Microsoft.Compute/virtualMachines", "name": "[parameters('vm')]"})";
    const std::string schema = R"("$schema": "https://schema.management.azure.com/schemas/)"
                               R"(2019-04-01/deploymentTemplate.json#", "parameters": {})";
    for (const auto& resources :
         {"[" + other + ", " + ARM + "]", R"({"vm": )" + other + R"(, "group": )" + ARM + "}"})
    {
        EXPECT_EQ(ReadAndWrite("{" + schema + R"(, "resources": )" + resources + "}"), written);
        EXPECT_EQ(ReadAndWrite(R"({"resources": )" + resources + "}"), written);
    }
    const auto inCapitals = Replace(ARM, "Microsoft.Network/n", "MICROSOFT.NETWORK/N");
    EXPECT_EQ(ReadAndWrite(R"({"resources": [)" + inCapitals + "]}"), written);
}

TEST(NetworkSecurityGroupJson, AnExportedTemplateHasItsRulesTwice)
{
    const std::string apart = R"({"type": "Microsoft.Network/networkSecurityGroups/securityRules",
        "name": "[concat('web', '/DenyRange')]",
        "properties": {"protocol": "*", "sourcePortRange": "*", "direction": "Outbound",
            "destinationPortRange": "10000-10005", "access": "Deny", "priority": 4096,
            "sourceAddressPrefixes": ["10.0.0.0/16", "192.0.2.17"],
            "destinationAddressPrefix": "*"}})";
    const auto getTemplate = [](const std::string& rule) {
        return R"({"resources": [)" + ARM + ", " + rule + "]}";
    };
    EXPECT_EQ(ReadAndWrite(getTemplate(apart)), ReadAndWrite(ARM));
    NetworkResources resources(*FindProfile("2018"));
    const auto error = GetErrorOf(getTemplate(Replace(apart, "4096", "4095")), resources);
    EXPECT_EQ(error.rfind("resources[1]: ", 0), 0U) << error;
}

TEST(NetworkSecurityGroupJson, S3_13_AGroupNeedsNoRules)
{
    const auto written = ReadAndWrite(R"({"name": "web", "securityRules": []})");
    for (const auto* text : {R"({"name": "web"})",
                             R"({"name": "web", "securityRules": null})",
                             R"({"name": "web", "properties": {}})",
                             R"({"name": "web", "properties": {"securityRules": null}})"})
    {
        EXPECT_EQ(ReadAndWrite(text), written) << text;
    }
}

TEST(NetworkSecurityGroupJson, WhatIsWrittenIsReadBack)
{
    for (const auto& text : {AZ_SHOW, ARM, GetOneRule()})
    {
        const auto written = ReadAndWrite(text);
        EXPECT_EQ(ReadAndWrite(written), written);
    }
    // Of each pair one says something: null and [] are the other, as az prints them.
    const auto written = ReadAndWrite(GetOneRule());
    EXPECT_NE(written.find(R"("destinationPortRange": "80")"), std::string::npos) << written;
    EXPECT_NE(written.find(R"("destinationPortRanges": [])"), std::string::npos) << written;
    EXPECT_NE(ReadAndWrite(ARM).find(R"("sourceAddressPrefix": null)"), std::string::npos);
}

TEST(NetworkSecurityGroupJson, S3_38_DefaultRulesMustBeTheOnesOfEveryGroup)
{
    const auto written = ReadAndWrite(GetOneRule());
    EXPECT_NE(written.find(R"("defaultSecurityRules")"), std::string::npos);
    // Sources spell the names differently: AllowVNetInBound in S3-32, AllowVnetInBound in `az`.
    auto asAzDoes = Replace(written, "AllowVNetInBound", "AllowVnetInBound");
    asAzDoes = Replace(asAzDoes, "DenyAllInbound", "DenyAllInBound");
    EXPECT_EQ(ReadAndWrite(asAzDoes), written);

    const char* const changes[][2] = {
        {R"("name": "DenyAllInbound")", R"("name": "DenyAll")"},
        {R"("priority": 65500)", R"("priority": 65499)"},
        {R"("priority": 65000)", R"("priority": 65001)"},
        {R"("sourceAddressPrefix": "VirtualNetwork")", R"("sourceAddressPrefix": "Internet")"},
        {R"("access": "Deny")", R"("access": "Allow")"},
    };
    for (const auto& [from, to] : changes)
    {
        NetworkResources resources;
        const auto error = GetErrorOf(Replace(written, from, to), resources);
        EXPECT_EQ(error.rfind("defaultSecurityRules[", 0), 0U) << to << ": " << error;
        EXPECT_NE(error.find("the six default rules"), std::string::npos) << error;
    }
}

TEST(NetworkSecurityGroupJson, NothingIsAddedWhenARuleIsRefused)
{
    NetworkResources resources(*FindProfile("2018"));
    const auto bad = Replace(ARM, "10000-10005", "10005-10000");
    const auto error = GetErrorOf("[" + GetOneRule() + "," + Replace(bad, "web", "data") + "]",
                                  resources,
                                  "rules.json");
    EXPECT_EQ(error.rfind("rules.json: [1].properties.securityRules[1].properties."
                          "destinationPortRanges: '10005-10000'",
                          0),
              0U)
        << error;
    EXPECT_EQ(resources.FindNetworkSecurityGroup("web"), nullptr);
    // The application security group that the first rule named would be refused as a second one.
    EXPECT_EQ(resources.AddApplicationSecurityGroup("WebServers"), std::nullopt);
}

TEST(NetworkSecurityGroupJson, ApplicationSecurityGroupsAreMadeWhereTheyAreMissing)
{
    NetworkResources resources(*FindProfile("2018"));
    ASSERT_EQ(resources.AddApplicationSecurityGroup("WebServers"), std::nullopt);
    EXPECT_EQ(GetErrorOf(ARM, resources), "");
    EXPECT_EQ(GetErrorOf(Replace(Replace(ARM, "WebServers", "DataServers"), "\"web\"", "\"data\""),
                         resources),
              "");
    EXPECT_NE(resources.AddApplicationSecurityGroup("DataServers"), std::nullopt);
}

TEST(NetworkSecurityGroupJson, FilesAreReadOrSayWhyNot)
{
    const TemporaryFolder folder;
    const auto path = folder / "rules.json";
    std::ofstream(path) << GetOneRule();
    const auto groups = ReadNetworkSecurityGroupFile("rules", path);
    ASSERT_TRUE(groups) << groups.GetError();
    EXPECT_EQ(groups->front().name, "web");

    const auto getError = [](const std::string& file) {
        return ReadNetworkSecurityGroupFile("rules", file).GetError();
    };
    EXPECT_EQ(getError(folder / "none"),
              "rules: '" + folder / "none" +
                  "' is not allowed; give a file that can be read: No such file or directory");
    EXPECT_EQ(getError(folder / "."),
              "rules: '" + folder / "." + "' is not allowed; give a file, not a folder");
    EXPECT_EQ(getError("/dev/zero"),
              "rules: '/dev/zero' is not allowed; give a file of at most 64 MiB");
    std::ofstream(path) << "{\n  \"name\" \"web\"";
    EXPECT_EQ(getError(path).rfind(path + ": line 2, column 14: ", 0), 0U) << getError(path);
}

} // namespace ns3::azure
