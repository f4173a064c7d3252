// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"
#include "azure-test-resources.h"

#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief Network security groups between VMs and the Internet, with real packets.
 */
namespace ns3::azure
{

namespace
{

constexpr auto STANDALONE = OutboundScenario::Standalone;
constexpr auto PUBLIC_IP = OutboundScenario::PublicIp;
constexpr auto TCP = IpProtocol::Tcp;

/// @return a rule for TCP to a port
SecurityRuleText
MakeTcpRule(const std::string& name,
            const std::string& direction,
            const std::string& access,
            const std::string& port)
{
    auto rule = MakeRule(name, "100", direction, access);
    rule.protocol = "Tcp";
    rule.destinationPortRanges = {port};
    return rule;
}

/// VMs with security groups.
class SecurityGroups : public OutboundWorld
{
  protected:
    /// A server of the Internet begins a connection to a port of a VM's own public IP.
    void SynFromServer(uint16_t port, uint32_t vm = 0, uint16_t from = 6000)
    {
        DatagramTraits traits;
        traits.tcpFlags = TCP_SYN;
        SendRawFromServer(
            MakeDatagram({GetServerAddress(), GetInstanceLevelPublicIp(vm), from, port, TCP},
                         traits));
    }

    /// A VM begins a connection to a server's port 80.
    void Syn(uint16_t port, uint32_t vm = 0)
    {
        DatagramTraits traits;
        traits.tcpFlags = TCP_SYN;
        SendRaw(vm,
                MakeDatagram({GetPrivateAddress(vm), GetServerAddress(), port, 80, TCP}, traits));
    }

    /// @return the decisions so far, as "attachment group/rule access"
    std::vector<std::string> GetDecisions() const
    {
        std::vector<std::string> texts;
        for (const auto& [decision, group, rule] : m_decisions)
        {
            texts.push_back(std::string(GetName(decision.attachment)) + " " + group + "/" + rule +
                            " " + GetName(decision.access));
        }
        return texts;
    }
};

/// Which groups allow port 80, and whether a packet to it passes then.
struct MatrixRow
{
    const char* name;              //!< of the test
    std::optional<bool> subnet;    //!< whether the subnet's group allows port 80; none: no group
    std::optional<bool> interface; //!< likewise for the network interface's group
    bool isPassed;                 //!< expected
    std::string denyingRule;       //!< expected: GROUP/RULE
};

// clang-format off
const MatrixRow MATRIX[] = {
    // name                               subnet        interface     passed denied by
    {"S3_06_BothAllow",                   true,         true,         true,  ""},
    {"S3_06_SubnetAllowsOnly",            true,         false,        false, "interface/DenyAllInbound"},
    {"S3_06_InterfaceAllowsOnly",         false,        true,         false, "subnet/DenyAllInbound"},
    {"S3_06_NoneAllows",                  false,        false,        false, "subnet/DenyAllInbound"},
    {"S3_07_SubnetAlone",                 true,         std::nullopt, true,  ""},
    {"S3_07_InterfaceAlone",              std::nullopt, true,         true,  ""},
    {"S3_34_SubnetAloneWithoutTheRule",   false,        std::nullopt, false, "subnet/DenyAllInbound"},
    {"S3_34_InterfaceAloneWithoutTheRule", std::nullopt, false,       false, "interface/DenyAllInbound"},
    {"S3_30_NoGroup",                     std::nullopt, std::nullopt, true,  ""},
};
// clang-format on

class SecurityGroupMatrix : public SecurityGroups, public ::testing::WithParamInterface<MatrixRow>
{
  protected:
    /// Add a group that allows port 80, or does not.
    void AddGroup(const std::string& name, bool isAllowed)
    {
        std::vector<SecurityRuleText> rules;
        if (isAllowed)
        {
            rules.push_back(MakeTcpRule("AllowHttp", "Inbound", "Allow", "80"));
        }
        m_scenario->AddNetworkSecurityGroup(name, rules);
    }
};

TEST_P(SecurityGroupMatrix, LetsPort80Pass)
{
    const auto& row = GetParam();
    Begin(PUBLIC_IP);
    if (row.subnet)
    {
        AddGroup("subnet", *row.subnet);
        m_scenario->AttachToSubnet("subnet");
    }
    if (row.interface)
    {
        AddGroup("interface", *row.interface);
        m_scenario->AttachToNetworkInterface("interface", 0);
    }
    Assemble();
    Listen(GetVm());
    SynFromServer(80);
    Run("1s");
    EXPECT_EQ(GetReceived(GetVm()).size(), row.isPassed ? 1U : 0U);
    const auto denied = row.denyingRule.empty() ? std::vector<std::string>{}
                                                : std::vector<std::string>{row.denyingRule};
    EXPECT_EQ(m_denyingRules, denied);
}

INSTANTIATE_TEST_SUITE_P(SecurityGroups,
                         SecurityGroupMatrix,
                         ::testing::ValuesIn(MATRIX),
                         [](const auto& row) { return row.param.name; });

TEST_F(SecurityGroups, S3_05_InboundMeetsSubnetThenInterface)
{
    Begin(PUBLIC_IP);
    m_scenario->AddNetworkSecurityGroup("a", {MakeRule("all", "100", "Inbound", "Allow")});
    m_scenario->AddNetworkSecurityGroup("b", {MakeTcpRule("http", "Inbound", "Allow", "80")});
    m_scenario->AttachToSubnet("a");
    m_scenario->AttachToNetworkInterface("b", 0);
    Assemble();
    SynFromServer(80);
    Run("1s");
    EXPECT_EQ(GetDecisions(),
              (std::vector<std::string>{"subnet a/all Allow", "network-interface b/http Allow"}));
    EXPECT_EQ(m_decisions[0].decision.key,
              FlowKey(GetServerAddress(), GetPrivateAddress(), 6000, 80, TCP))
        << "S3-52: the originating address, and the VM's own";
}

TEST_F(SecurityGroups, S3_05_WhatTheSubnetDeniesTheInterfaceIsNotAskedAbout)
{
    Begin(PUBLIC_IP);
    m_scenario->AddNetworkSecurityGroup("a", {});
    m_scenario->AddNetworkSecurityGroup("b", {MakeRule("all", "100", "Inbound", "Allow")});
    m_scenario->AttachToSubnet("a");
    m_scenario->AttachToNetworkInterface("b", 0);
    Assemble();
    SynFromServer(80);
    Run("1s");
    EXPECT_EQ(GetDecisions(), std::vector<std::string>{"subnet a/DenyAllInbound Deny"});
}

TEST_F(SecurityGroups, S3_08_OutboundMeetsInterfaceThenSubnet)
{
    Begin(STANDALONE);
    m_scenario->AddNetworkSecurityGroup("a", {MakeRule("none", "100", "Outbound", "Deny")});
    m_scenario->AddNetworkSecurityGroup("b", {});
    m_scenario->AttachToSubnet("a");
    m_scenario->AttachToNetworkInterface("b", 0);
    Assemble();
    Syn(5000);
    Run("1s");
    EXPECT_EQ(GetDecisions(),
              (std::vector<std::string>{"network-interface b/AllowInternetOutBound Allow",
                                        "subnet a/none Deny"}));
    EXPECT_EQ(m_decisions[0].decision.key,
              FlowKey(GetPrivateAddress(), GetServerAddress(), 5000, 80, TCP))
        << "before SNAT (B.9)";
}

TEST_F(SecurityGroups, S3_04_S3_54_SubnetsGroupAppliesToEverythingInIt)
{
    Begin(STANDALONE).SetVms(3);
    m_scenario->SetVmsPerHost(2);
    VirtualNetwork network{"vnet-0", {{0x0a000000, 16}}, {}, {}};
    network.subnets.push_back({"default", {0x0a000000, 24}, {}, {}});
    network.subnets.push_back({"other", {0x0a000100, 24}, {}, {}});
    m_scenario->AddVirtualNetwork(network);
    m_scenario->PlaceVm(2, "vnet-0", "other");
    m_scenario->AddNetworkSecurityGroup("a", {MakeRule("none", "100", "Outbound", "Deny")});
    m_scenario->AttachToSubnet("a");
    Assemble();
    for (uint32_t vm = 0; vm < 3; ++vm)
    {
        Generate(vm, {{"Flows", "2"}});
    }
    Run("10s");
    EXPECT_EQ(GetCounts(0).denied, 2U);
    EXPECT_EQ(GetCounts(1).denied, 2U);
    EXPECT_EQ(GetCounts(2).established, 2U) << "in another subnet";
}

TEST_F(SecurityGroups, S0_07_S0_35_FiftyDeniedFlowsCostNoSnatPort)
{
    Begin(OutboundScenario::LoadBalanced);
    auto rule = MakeRule("NoInternet", "100", "Outbound", "Deny");
    rule.destinationAddressPrefixes = {"Internet"};
    m_scenario->AddNetworkSecurityGroup("a", {rule});
    m_scenario->AttachToNetworkInterface("a", 0);
    Assemble();
    Generate(0, {{"Flows", "50"}, {"Rate", "10"}});
    Run("60s");
    EXPECT_EQ(GetCounts().attempted, 50U);
    EXPECT_EQ(GetCounts().denied, 50U);
    EXPECT_EQ(GetCounts().peakPortsUsed, 0U);
    EXPECT_TRUE(m_ports.empty());
    EXPECT_TRUE(m_requests.empty());
    EXPECT_EQ(m_denyingRules, std::vector<std::string>(50, "a/NoInternet"));
}

TEST_F(SecurityGroups, S3_12_OneGroupServesManyInterfacesAndSubnets)
{
    Begin(STANDALONE).SetVms(3);
    m_scenario->AddNetworkSecurityGroup("a", {MakeRule("none", "100", "Outbound", "Deny")});
    m_scenario->AttachToNetworkInterface("a", 0);
    m_scenario->AttachToNetworkInterface("a", 2);
    Assemble();
    for (uint32_t vm = 0; vm < 3; ++vm)
    {
        Generate(vm, {});
    }
    Run("5s");
    EXPECT_EQ(GetCounts(0).denied, 1U);
    EXPECT_EQ(GetCounts(1).established, 1U);
    EXPECT_EQ(GetCounts(2).denied, 1U);
}

TEST_F(SecurityGroups, S3_24_S3_25_RepliesNeedNoInboundRule)
{
    Begin(PUBLIC_IP);
    m_scenario->AddNetworkSecurityGroup("a", {MakeTcpRule("http", "Outbound", "Allow", "80")});
    m_scenario->AttachToNetworkInterface("a", 0);
    Assemble();
    Generate(0, {{"Flows", "5"}});
    SynFromServer(81); // not a reply
    Run("5s");
    EXPECT_EQ(GetCounts().established, 5U);
    EXPECT_EQ(m_denyingRules, std::vector<std::string>{"a/DenyAllInbound"});
}

TEST_F(SecurityGroups, S3_26_RepliesNeedNoOutboundRule)
{
    Begin(PUBLIC_IP);
    m_scenario->AddNetworkSecurityGroup("a",
                                        {MakeRule("none", "100", "Outbound", "Deny"),
                                         MakeTcpRule("http", "Inbound", "Allow", "80")});
    m_scenario->AttachToNetworkInterface("a", 0);
    Assemble();
    Listen(GetServer());
    SynFromServer(80); // nobody listens there: the VM answers with RST
    Run("1s");
    ASSERT_EQ(GetReceived(GetServer()).size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(GetServer())[0]),
              FlowKey(GetInstanceLevelPublicIp(), GetServerAddress(), 80, 6000, TCP));
    Syn(5000);
    Run("2s");
    EXPECT_EQ(m_denyingRules, std::vector<std::string>{"a/none"}) << "the VM itself may not begin";
}

TEST_F(SecurityGroups, S3_27_RemovedRuleLeavesConnectionsAlone)
{
    Begin(STANDALONE);
    auto allow = MakeTcpRule("http", "Outbound", "Allow", "80");
    auto deny = MakeRule("none", "100", "Outbound", "Deny");
    deny.priority = "200";
    m_scenario->AddNetworkSecurityGroup("a", {allow, deny});
    m_scenario->AttachToNetworkInterface("a", 0);
    Assemble();
    // Two connections of 10 s, from 0 s and from 5 s on; the rule goes away at 2 s.
    Generate(0,
             {{"Flows", "2"},
              {"Arrival", "Periodic"},
              {"Rate", "0.2"},
              {"Hold", "ns3::ConstantRandomVariable[Constant=10]"}});
    At("2s", [this] {
        m_scenario->Change([](auto& all) { return all.RemoveSecurityRule("a", "http"); });
    });
    Run("30s");
    const auto flows = GetFlows();
    ASSERT_EQ(flows.size(), 2U);
    EXPECT_EQ(flows[0].outcome, FlowOutcome::Established);
    EXPECT_GT(flows[0].lastPacket, Seconds(10)) << "its FINs passed too";
    EXPECT_EQ(flows[0].denials, 0U);
    EXPECT_EQ(flows[1].outcome, FlowOutcome::Denied);
    EXPECT_EQ(m_denyingRules.at(0), "a/none");
}

TEST_F(SecurityGroups, S3_28_IdleFlowIsNewToTheRules)
{
    Begin(STANDALONE, "2017[FlowRecordTimeout=60s]");
    m_scenario->AddNetworkSecurityGroup("a", {});
    m_scenario->AttachToNetworkInterface("a", 0);
    Assemble();
    const auto send = [this] { SendUdp(0, 5000, GetServerAddress()); };
    const auto deny = [this] {
        m_scenario->Change([](auto& all) {
            SecurityRuleText rule;
            rule.name = "none";
            rule.direction = "Outbound";
            rule.access = "Deny";
            return all.AddSecurityRule("a", rule);
        });
    };
    send();
    At("1s", deny);
    At("59s", send);  // 59 s after the last packet: its record lives
    At("120s", send); // 61 s after the last packet
    Run("200s");
    EXPECT_EQ(m_denyingRules, std::vector<std::string>{"a/none"});
    EXPECT_EQ(GetFlows().at(0).packetsOut, 2U);
}

TEST_F(SecurityGroups, S3_42_FrontendIsOnTheInternet)
{
    Begin(OutboundScenario::LoadBalanced).SetVms(1);
    auto rule = MakeRule("NoInternet", "100", "Outbound", "Deny");
    rule.destinationAddressPrefixes = {"INTERNET"}; // the classic spelling
    m_scenario->AddNetworkSecurityGroup("a", {rule});
    m_scenario->AttachToNetworkInterface("a", 0);
    Assemble();
    SendUdp(0, 5000, GetFrontend());
    Run("1s");
    EXPECT_EQ(m_denyingRules, std::vector<std::string>{"a/NoInternet"});
}

/// A subscription, and whether a VM's packets to port 25 leave.
struct SmtpRow
{
    const char* name;          //!< of the test
    Subscription subscription; //!< of the VM
    bool isVmOlder;            //!< than the exemption
    bool isPassed;             //!< expected
};

// clang-format off
const SmtpRow SMTP[] = {
    // name                              type                                     before exempt  older  passed
    {"S3_53_EnterpriseAgreement",       {SubscriptionType::EnterpriseAgreement,   false, false}, false, true},
    {"S3_53_PayAsYouGo",                {SubscriptionType::PayAsYouGo,            false, false}, false, false},
    {"S3_53_PayAsYouGoFromBefore",      {SubscriptionType::PayAsYouGo,            true,  false}, false, true},
    {"S3_53_PayAsYouGoExempt",          {SubscriptionType::PayAsYouGo,            false, true},  false, true},
    {"S3_53_PayAsYouGoExemptOlderVm",   {SubscriptionType::PayAsYouGo,            false, true},  true,  false},
    {"S3_53_CloudSolutionProvider",     {SubscriptionType::CloudSolutionProvider, false, true},  false, false},
    {"S3_53_FreeTrial",                 {SubscriptionType::FreeTrial,             false, false}, false, false},
};
// clang-format on

class SmtpBlock : public SecurityGroups, public ::testing::WithParamInterface<SmtpRow>
{
};

TEST_P(SmtpBlock, DependsOnTheSubscription)
{
    const auto& row = GetParam();
    Begin(STANDALONE).SetVms(2);
    m_scenario->SetSubscription(row.subscription);
    if (row.isVmOlder)
    {
        m_scenario->Change([](auto& all) { return all.SetFromBeforeSmtpExemption(1); });
    }
    Assemble();
    Listen(GetServer());
    Listen(GetVm(1));
    DatagramTraits syn;
    syn.tcpFlags = TCP_SYN;
    const auto send = [&](Ipv4Address to, uint16_t port) {
        SendRaw(0, MakeDatagram({GetPrivateAddress(), to, 5000, port, TCP}, syn));
    };
    send(GetServerAddress(), 25);
    send(GetServerAddress(), 587);  // the relay's port is never blocked
    send(GetPrivateAddress(1), 25); // nor is port 25 within the virtual network
    Run("1s");
    EXPECT_EQ(GetReceived(GetServer()).size(), row.isPassed ? 2U : 1U);
    EXPECT_EQ(GetReceived(GetVm(1)).size(), 1U);
    EXPECT_EQ(CountDrops(DropReason::SmtpBlocked), row.isPassed ? 0U : 1U);
}

INSTANTIATE_TEST_SUITE_P(SecurityGroups, SmtpBlock, ::testing::ValuesIn(SMTP), [](const auto& row) {
    return row.param.name;
});

TEST_F(SecurityGroups, S3_51_LicensingPassesUnlessThereIsADefaultRoute)
{
    const Ipv4Address licenses("198.18.193.5"); // of the tag AzurePlatformLKM
    for (const bool hasRoute : {false, true})
    {
        Begin(STANDALONE);
        m_scenario->AddNetworkSecurityGroup("a", {MakeRule("none", "100", "Outbound", "Deny")});
        m_scenario->AttachToSubnet("a");
        if (hasRoute)
        {
            m_scenario->Change([](auto& all) {
                return all.SetDefaultRoute("vnet-0", "default", RouteNextHop::Internet);
            });
        }
        Assemble();
        DatagramTraits syn;
        syn.tcpFlags = TCP_SYN;
        SendRaw(0, MakeDatagram({GetPrivateAddress(), licenses, 5000, 1688, TCP}, syn));
        Run("1s");
        // Nobody has the address here: the Internet sees the packet and drops it.
        EXPECT_EQ(GetAgent()->GetPacketCounts().dropped, hasRoute ? 1U : 0U);
        EXPECT_EQ(m_denyingRules.size(), hasRoute ? 1U : 0U);
    }
}

} // namespace

} // namespace ns3::azure
