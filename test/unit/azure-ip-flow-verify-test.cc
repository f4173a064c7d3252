// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-resources.h"

#include "ns3/azure-effective-security-rules.h"
#include "ns3/azure-network-resources.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr auto IN = FlowDirection::Inbound;
constexpr auto OUT = FlowDirection::Outbound;
constexpr auto ALLOW = SecurityRuleAccess::Allow;
constexpr auto DENY = SecurityRuleAccess::Deny;
constexpr auto SUBNET = SecurityGroupAttachment::Subnet;
constexpr auto INTERFACE = SecurityGroupAttachment::NetworkInterface;

/// @return the answer about a flow of interface 1, 10.0.1.4, which must be given
IpFlowVerification
Verify(const NetworkResources& resources,
       FlowDirection direction,
       const std::string& remote,
       uint16_t localPort,
       uint16_t remotePort,
       IpProtocol protocol = IpProtocol::Tcp)
{
    const auto answer = VerifyIpFlow(resources,
                                     1,
                                     {direction,
                                      protocol,
                                      Ipv4Address("10.0.1.4"),
                                      localPort,
                                      Ipv4Address(remote.c_str()),
                                      remotePort});
    NS_ABORT_MSG_UNLESS(answer, answer.GetError());
    return *answer;
}

/// @return a rule for TCP to one port
SecurityRuleText
MakePortRule(const std::string& name,
             const std::string& priority,
             const std::string& direction,
             const std::string& access,
             const std::string& port)
{
    auto rule = MakeRule(name, priority, direction, access);
    rule.protocol = "Tcp";
    rule.destinationPortRanges = {port};
    return rule;
}

/// One row: a flow past a group that has only its default rules, and which of them decides.
struct DefaultCase
{
    const char* name; // test name
    FlowDirection direction;
    const char* remote;
    IpProtocol protocol;
    SecurityRuleAccess access;
    const char* rule;
};

void
PrintTo(const DefaultCase& c, std::ostream* os)
{
    *os << c.remote << " " << GetName(c.protocol);
}

// clang-format off
constexpr DefaultCase DEFAULT_CASES[] = {
    {"S3_32_FromTheNetwork",   IN,  "10.0.2.4",      IpProtocol::Tcp,  ALLOW, "AllowVNetInBound"},
    {"S3_32_FromAPeer",        IN,  "10.1.0.4",      IpProtocol::Udp,  ALLOW, "AllowVNetInBound"},
    {"S3_33_FromTheProber",    IN,  "168.63.129.16", IpProtocol::Tcp,  ALLOW, "AllowAzureLoadBalancerInBound"},
    {"S3_34_FromTheInternet",  IN,  "203.0.113.7",   IpProtocol::Tcp,  DENY,  "DenyAllInbound"},
    {"S3_34_FromAFrontend",    IN,  "198.18.0.1",    IpProtocol::Tcp,  DENY,  "DenyAllInbound"},
    {"S3_35_ToTheNetwork",     OUT, "10.0.2.4",      IpProtocol::Tcp,  ALLOW, "AllowVnetOutBound"},
    {"S3_36_ToTheInternet",    OUT, "203.0.113.7",   IpProtocol::Tcp,  ALLOW, "AllowInternetOutBound"},
    {"S3_36_S3_42_ToAFrontend",OUT, "198.18.0.1",    IpProtocol::Tcp,  ALLOW, "AllowInternetOutBound"},
    {"S3_36_S3_43_ToStorage",  OUT, "198.18.128.1",  IpProtocol::Tcp,  ALLOW, "AllowInternetOutBound"},
    {"S3_37_ToNowhere",        OUT, "192.168.7.7",   IpProtocol::Tcp,  DENY,  "DenyAllOutBound"},
    {"S3_19_PingFromNetwork",  IN,  "10.0.2.4",      IpProtocol::Icmp, ALLOW, "AllowVNetInBound"},
    {"S3_19_PingFromOutside",  IN,  "203.0.113.7",   IpProtocol::Icmp, DENY,  "DenyAllInbound"},
    {"S3_19_PingToOutside",    OUT, "203.0.113.7",   IpProtocol::Icmp, ALLOW, "AllowInternetOutBound"},
};
// clang-format on

class FlowsByDefault : public ::testing::TestWithParam<DefaultCase>
{
};

TEST_P(FlowsByDefault, AreDecidedByOneOfSixRules)
{
    const auto& c = GetParam();
    auto resources = MakeThreeNetworks();
    Must(resources.AddPeering("hub", "spoke"));
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToNetworkInterface("web", 1));
    const bool hasPorts = c.protocol != IpProtocol::Icmp;
    const auto answer = Verify(resources,
                               c.direction,
                               c.remote,
                               hasPorts ? 80 : 0,
                               hasPorts ? 5000 : 0,
                               c.protocol);
    EXPECT_EQ(answer.access, c.access);
    EXPECT_EQ(answer.rule, std::string("defaultSecurityRules/") + c.rule);
    EXPECT_EQ(answer.group, "web");
    EXPECT_EQ(answer.asked, std::vector<SecurityGroupAttachment>{INTERFACE});
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(IpFlowVerify,
                         FlowsByDefault,
                         ::testing::ValuesIn(DEFAULT_CASES),
                         CASE_NAME);

TEST(IpFlowVerify, B_9_TheProberIsInTheVirtualNetworkSince2023)
{
    auto resources = MakeThreeNetworks("2023");
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    EXPECT_EQ(Verify(resources, IN, "168.63.129.16", 80, 5000).rule,
              "defaultSecurityRules/AllowVNetInBound");
}

/// What is attached to a subnet or an interface in S3-06 and S3-07.
enum class Attached : uint8_t
{
    Nothing, //!< no group
    Bare,    //!< a group without custom rules
    Port80,  //!< a group that allows port 80
};

/// One row of S3-06, S3-07 and S3-30: does port 80 pass from the Internet?
struct TwoGroupsCase
{
    const char* name; // test name
    Attached subnet;
    Attached networkInterface;
    SecurityRuleAccess access;
    std::vector<SecurityGroupAttachment> asked;
    const char* group; // that decided
};

void
PrintTo(const TwoGroupsCase& c, std::ostream* os)
{
    *os << c.name;
}

using A = Attached;
// clang-format off
const TwoGroupsCase TWO_GROUPS_CASES[] = {
    {"S3_06_BothAllow",              A::Port80,  A::Port80,  ALLOW, {SUBNET, INTERFACE}, "of-interface"},
    {"S3_06_OnlySubnetAllows",       A::Port80,  A::Bare,    DENY,  {SUBNET, INTERFACE}, "of-interface"},
    {"S3_05_S3_06_OnlyInterfaceAllows", A::Bare, A::Port80,  DENY,  {SUBNET},            "of-subnet"},
    {"S3_05_S3_06_NeitherAllows",    A::Bare,    A::Bare,    DENY,  {SUBNET},            "of-subnet"},
    {"S3_07_OnlySubnetHasAGroup",    A::Port80,  A::Nothing, ALLOW, {SUBNET},            "of-subnet"},
    {"S3_07_OnlyInterfaceHasAGroup", A::Nothing, A::Port80,  ALLOW, {INTERFACE},         "of-interface"},
    {"S3_07_SubnetWithoutTheRule",   A::Bare,    A::Nothing, DENY,  {SUBNET},            "of-subnet"},
    {"S3_07_InterfaceWithoutTheRule",A::Nothing, A::Bare,    DENY,  {INTERFACE},         "of-interface"},
    {"S3_30_NoGroupAtAll",           A::Nothing, A::Nothing, ALLOW, {},                  ""},
};
// clang-format on

class TwoGroups : public ::testing::TestWithParam<TwoGroupsCase>
{
};

TEST_P(TwoGroups, MustBothAllow)
{
    const auto& c = GetParam();
    auto resources = MakeThreeNetworks();
    const auto add = [&](const std::string& group, Attached attached) {
        if (attached == Attached::Nothing)
        {
            return false;
        }
        Must(resources.AddNetworkSecurityGroup(group));
        if (attached == Attached::Port80)
        {
            Must(resources.AddSecurityRule(
                group,
                MakePortRule("Allow80", "100", "Inbound", "Allow", "80")));
        }
        return true;
    };
    if (add("of-subnet", c.subnet))
    {
        Must(resources.AttachToSubnet("of-subnet", "hub", "web"));
    }
    if (add("of-interface", c.networkInterface))
    {
        Must(resources.AttachToNetworkInterface("of-interface", 1));
    }
    const auto answer = Verify(resources, IN, "203.0.113.7", 80, 5000);
    EXPECT_EQ(answer.access, c.access);
    EXPECT_EQ(answer.asked, c.asked);
    EXPECT_EQ(answer.group, c.group);
    EXPECT_EQ(answer.rule,
              answer.group.empty() ? ""
              : c.access == ALLOW  ? "securityRules/Allow80"
                                   : "defaultSecurityRules/DenyAllInbound");
}

INSTANTIATE_TEST_SUITE_P(IpFlowVerify, TwoGroups, ::testing::ValuesIn(TWO_GROUPS_CASES), CASE_NAME);

TEST(IpFlowVerify, S3_08_OutboundAsksTheInterfaceFirst)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("of-subnet"));
    Must(resources.AddNetworkSecurityGroup("of-interface"));
    Must(resources.AttachToSubnet("of-subnet", "hub", "web"));
    Must(resources.AttachToNetworkInterface("of-interface", 1));
    const auto allowed = Verify(resources, OUT, "203.0.113.7", 5000, 80);
    EXPECT_EQ(allowed.asked, (std::vector<SecurityGroupAttachment>{INTERFACE, SUBNET}));
    EXPECT_EQ(allowed.group, "of-subnet");
    Must(resources.AddSecurityRule("of-interface",
                                   MakePortRule("Deny80", "100", "Outbound", "Deny", "80")));
    const auto denied = Verify(resources, OUT, "203.0.113.7", 5000, 80);
    EXPECT_EQ(denied.asked, std::vector<SecurityGroupAttachment>{INTERFACE});
    EXPECT_EQ(denied.access, DENY);
    EXPECT_EQ(denied.rule, "securityRules/Deny80");
}

/// One row: a flow that differs from the rule's 5-tuple in one way, or in none.
struct FiveCase
{
    const char* name; // test name
    const char* remote;
    uint16_t remotePort;
    uint16_t localPort;
    IpProtocol protocol;
    bool isMatched;
};

void
PrintTo(const FiveCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr FiveCase FIVE_CASES[] = {
    {"S3_01_S3_23_AllMatch",       "203.0.113.7",  1500, 80, IpProtocol::Tcp,  true},
    {"S3_01_S3_23_LowestPort",     "203.0.113.7",  1000, 80, IpProtocol::Tcp,  true},
    {"S3_01_S3_23_HighestPort",    "203.0.113.7",  2000, 80, IpProtocol::Tcp,  true},
    {"S3_01_S3_23_OtherSource",    "203.0.113.8",  1500, 80, IpProtocol::Tcp,  false},
    {"S3_01_S3_23_SourcePortLow",  "203.0.113.7",   999, 80, IpProtocol::Tcp,  false},
    {"S3_01_S3_23_SourcePortHigh", "203.0.113.7",  2001, 80, IpProtocol::Tcp,  false},
    {"S3_01_S3_23_OtherPort",      "203.0.113.7",  1500, 81, IpProtocol::Tcp,  false},
    {"S3_01_S3_23_OtherProtocol",  "203.0.113.7",  1500, 80, IpProtocol::Udp,  false},
    {"S3_01_S3_23_NoPorts",        "203.0.113.7",     0,  0, IpProtocol::Icmp, false},
};
// clang-format on

class FiveParts : public ::testing::TestWithParam<FiveCase>
{
};

TEST_P(FiveParts, AllHaveToMatch)
{
    const auto& c = GetParam();
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    auto rule = MakePortRule("AllowOne", "100", "Inbound", "Allow", "80");
    rule.sourceAddressPrefixes = {"203.0.113.7"};
    rule.sourcePortRanges = {"1000-2000"};
    rule.destinationAddressPrefixes = {"10.0.1.4"};
    Must(resources.AddSecurityRule("web", rule));
    const auto answer = Verify(resources, IN, c.remote, c.localPort, c.remotePort, c.protocol);
    EXPECT_EQ(answer.access, c.isMatched ? ALLOW : DENY);
    EXPECT_EQ(answer.rule,
              c.isMatched ? "securityRules/AllowOne" : "defaultSecurityRules/DenyAllInbound");
}

INSTANTIATE_TEST_SUITE_P(IpFlowVerify, FiveParts, ::testing::ValuesIn(FIVE_CASES), CASE_NAME);

TEST(IpFlowVerify, S3_10_S3_15_NamesTheFirstRuleThatMatches)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    Must(resources.AddSecurityRule("web", MakePortRule("Later", "300", "Inbound", "Deny", "80")));
    Must(resources.AddSecurityRule("web", MakePortRule("First", "200", "Inbound", "Allow", "80")));
    EXPECT_EQ(Verify(resources, IN, "203.0.113.7", 80, 5000).rule, "securityRules/First");
    Must(resources.RemoveSecurityRule("web", "First"));
    const auto answer = Verify(resources, IN, "203.0.113.7", 80, 5000);
    EXPECT_EQ(answer.rule, "securityRules/Later");
    EXPECT_EQ(answer.access, DENY);
}

TEST(IpFlowVerify, S3_20_RulesAreForOneDirection)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    Must(resources.AddSecurityRule("web", MakeRule("DenyOut", "100", "Outbound", "Deny")));
    EXPECT_EQ(Verify(resources, IN, "10.0.2.4", 80, 5000).access, ALLOW);
    EXPECT_EQ(Verify(resources, OUT, "10.0.2.4", 5000, 80).access, DENY);
}

TEST(IpFlowVerify, S3_38_S3_41_ACustomRuleOverridesADefaultOne)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    EXPECT_EQ(Verify(resources, IN, "168.63.129.16", 80, 5000).access, ALLOW);
    auto rule = MakeRule("DenyProber", "4096", "Inbound", "Deny");
    rule.sourceAddressPrefixes = {"AzureLoadBalancer"};
    Must(resources.AddSecurityRule("web", rule));
    EXPECT_EQ(Verify(resources, IN, "168.63.129.16", 80, 5000).rule, "securityRules/DenyProber");
    EXPECT_NE(resources.RemoveSecurityRule("web", "AllowAzureLoadBalancerInBound"), std::nullopt);
}

TEST(IpFlowVerify, S3_51_LicensesAreDeniedByTheirTagOnly)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("licenses"));
    Must(resources.AddSecurityRule("licenses", MakeRule("Deny", "100", "Outbound", "Deny")));
    Must(resources.AttachToNetworkInterface("licenses", 1));
    const auto ask = [&resources](uint16_t port) {
        return VerifyIpFlow(resources,
                            1,
                            {FlowDirection::Outbound,
                             IpProtocol::Tcp,
                             Ipv4Address("10.0.1.4"),
                             5000,
                             Ipv4Address("198.18.193.5"),
                             port})
            ->rule;
    };
    EXPECT_EQ(ask(1688), "");
    EXPECT_EQ(ask(1689), "securityRules/Deny");
    auto byTag = MakeRule("DenyLkm", "200", "Outbound", "Deny");
    byTag.destinationAddressPrefixes = {"AzurePlatformLKM"};
    Must(resources.AddSecurityRule("licenses", byTag));
    EXPECT_EQ(ask(1688), "securityRules/DenyLkm");
    Must(resources.RemoveSecurityRule("licenses", "DenyLkm"));
    EXPECT_EQ(ask(1688), "");
    Must(resources.SetDefaultRoute("hub", "web", RouteNextHop::Internet));
    EXPECT_EQ(ask(1688), "securityRules/Deny");
}

TEST(IpFlowVerify, B_9_SubnetsAreFilteredInside)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    Must(resources.AddSecurityRule("web", MakeRule("DenyAll", "100", "Inbound", "Deny")));
    EXPECT_EQ(Verify(resources, IN, "10.0.1.5", 80, 5000).access, DENY); // its own neighbor
}

/// One row: a flow from the VM to a service of its host, past a group that denies everything.
struct HostServiceCase
{
    const char* name; // test name
    const char* profile;
    const char* denied; // destination of the only custom rule, which denies
    const char* remote;
    const char* rule; // that decides; empty if none has anything against it
};

void
PrintTo(const HostServiceCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr HostServiceCase HOST_SERVICE_CASES[] = {
    {"S3_50_DnsIsDeniedByStar",          "2017", "*",                 "168.63.129.16",   "securityRules/Deny"},
    {"S3_50_DnsIsDeniedByAddress",       "2017", "168.63.129.16",     "168.63.129.16",   "securityRules/Deny"},
    {"S3_50_MetadataIsDeniedByStar",     "2017", "*",                 "169.254.169.254", "securityRules/Deny"},
    {"S3_50_NoDefaultRuleDenies",        "2017", "Internet",          "168.63.129.16",   ""},
    {"S3_50_B_9_DnsIsExemptFromStar",    "2023", "*",                 "168.63.129.16",   ""},
    {"S3_50_B_9_DnsByItsTag",            "2023", "AzurePlatformDNS",  "168.63.129.16",   "securityRules/Deny"},
    {"S3_50_B_9_MetadataByItsTag",       "2023", "AzurePlatformIMDS", "169.254.169.254", "securityRules/Deny"},
    {"S3_50_B_9_MetadataNotByDns",       "2023", "AzurePlatformDNS",  "169.254.169.254", ""},
};
// clang-format on

class HostServiceRequests : public ::testing::TestWithParam<HostServiceCase>
{
};

TEST_P(HostServiceRequests, AreDeniedByCustomRulesOnly)
{
    const auto& c = GetParam();
    auto resources = MakeThreeNetworks(c.profile);
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    auto rule = MakeRule("Deny", "100", "Outbound", "Deny");
    rule.destinationAddressPrefixes = {c.denied};
    Must(resources.AddSecurityRule("web", rule));
    const auto answer = Verify(resources, OUT, c.remote, 5000, 53, IpProtocol::Udp);
    EXPECT_EQ(answer.rule, c.rule);
    EXPECT_EQ(answer.access, answer.rule.empty() ? ALLOW : DENY);
}

INSTANTIATE_TEST_SUITE_P(IpFlowVerify,
                         HostServiceRequests,
                         ::testing::ValuesIn(HOST_SERVICE_CASES),
                         CASE_NAME);

/// One row of ASG-2002's example (sources.rst B.9): who reaches whom.
struct TiersCase
{
    const char* name; // test name
    uint32_t networkInterface;
    const char* local;
    const char* remote;
    uint16_t port;
    const char* rule;
};

void
PrintTo(const TiersCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr TiersCase TIERS_CASES[] = {
    {"B_9_InternetToWeb",         1, "10.0.1.4", "203.0.113.7",   80, "securityRules/Allow-HTTP-Inbound-Internet"},
    {"B_9_InternetToWebTls",      1, "10.0.1.4", "203.0.113.7",  443, "defaultSecurityRules/DenyAllInbound"},
    {"S3_47_InternetToLogic",     2, "10.0.1.5", "203.0.113.7",   80, "defaultSecurityRules/DenyAllInbound"},
    {"S3_45_LogicToDatabase",     3, "10.0.2.4", "10.0.1.5",    1433, "securityRules/Allow-Database-BusinessLogic"},
    {"S3_45_WebToDatabase",       3, "10.0.2.4", "10.0.1.4",    1433, "securityRules/Deny-Database-All"},
    {"S3_47_WebToLogic",          2, "10.0.1.5", "10.0.1.4",    1433, "defaultSecurityRules/AllowVNetInBound"},
};
// clang-format on

class ThreeTiers : public ::testing::TestWithParam<TiersCase>
{
};

TEST_P(ThreeTiers, AreReachedByThoseWhoMay)
{
    const auto& c = GetParam();
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("tiers"));
    Must(resources.AttachToSubnet("tiers", "hub", "web"));
    Must(resources.AttachToSubnet("tiers", "hub", "data"));
    uint32_t number = 1;
    for (const auto* group : {"AsgWeb", "AsgLogic", "AsgDb"})
    {
        Must(resources.AddApplicationSecurityGroup(group));
        Must(resources.Join(group, number++));
    }
    auto http = MakePortRule("Allow-HTTP-Inbound-Internet", "100", "Inbound", "Allow", "80");
    http.sourceAddressPrefixes = {"Internet"};
    http.destinationApplicationSecurityGroups = {"AsgWeb"};
    auto denied = MakeRule("Deny-Database-All", "120", "Inbound", "Deny");
    denied.destinationApplicationSecurityGroups = {"AsgDb"};
    denied.destinationPortRanges = {"1433"};
    auto logic = MakePortRule("Allow-Database-BusinessLogic", "110", "Inbound", "Allow", "1433");
    logic.sourceApplicationSecurityGroups = {"AsgLogic"};
    logic.destinationApplicationSecurityGroups = {"AsgDb"};
    for (const auto& rule : {http, denied, logic})
    {
        Must(resources.AddSecurityRule("tiers", rule));
    }
    const auto answer = VerifyIpFlow(
        resources,
        c.networkInterface,
        {IN, IpProtocol::Tcp, Ipv4Address(c.local), c.port, Ipv4Address(c.remote), 5000});
    ASSERT_TRUE(answer) << answer.GetError();
    EXPECT_EQ(answer->rule, c.rule);
}

INSTANTIATE_TEST_SUITE_P(IpFlowVerify, ThreeTiers, ::testing::ValuesIn(TIERS_CASES), CASE_NAME);

TEST(IpFlowVerify, S3_46_InternetReachesWebServersOnBothPorts)
{
    auto resources = MakeThreeNetworks();
    Must(resources.AddNetworkSecurityGroup("web"));
    Must(resources.AttachToSubnet("web", "hub", "web"));
    Must(resources.AddApplicationSecurityGroup("WebServers"));
    auto rule = MakeRule("AllowWeb", "100");
    rule.sourceAddressPrefixes = {"Internet"};
    rule.destinationApplicationSecurityGroups = {"WebServers"};
    rule.destinationPortRanges = {"80", "443"};
    Must(resources.AddSecurityRule("web", rule));
    for (const bool isMember : {false, true})
    {
        if (isMember)
        {
            Must(resources.Join("WebServers", 1));
        }
        for (const uint16_t port : {80, 443, 81})
        {
            const auto expected = isMember && port != 81 ? ALLOW : DENY;
            EXPECT_EQ(Verify(resources, IN, "203.0.113.7", port, 5000).access, expected) << port;
        }
    }
}

TEST(IpFlowVerify, RefusesWhatIsNotTheInterfaces)
{
    const auto resources = MakeThreeNetworks();
    IpFlow flow;
    flow.localAddress = Ipv4Address("10.0.1.5");
    EXPECT_EQ(VerifyIpFlow(resources, 9, flow).GetError(),
              "network interface: '9' is not allowed; give the number of one that was added");
    EXPECT_EQ(VerifyIpFlow(resources, 1, flow).GetError(),
              "local address: '10.0.1.5' is not allowed; give the network interface's own, "
              "10.0.1.4");
}

} // namespace

} // namespace ns3::azure
