// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-effective-security-rules.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <variant>

/**
 * @file
 * @brief What a network security group means for a VM behind a load balancer (S0-36): whom its
 * default rules and tags let in and out, and what a user's rules make of that.
 */
namespace ns3::azure
{

namespace
{

constexpr auto IN = FlowDirection::Inbound;
constexpr auto OUT = FlowDirection::Outbound;
constexpr const char* PROBER = "168.63.129.16";
constexpr const char* CLIENT = "198.19.0.1";
constexpr const char* NEIGHBOR = "10.0.0.5";

/// A rule of the user's for any protocol and port.
struct UserRule
{
    const char* direction;
    const char* access;
    const char* peer; //!< source if inbound, destination if outbound
};

/// One row: a flow between the VM and somebody, the user's one rule, and what decides.
struct DefaultRuleCase
{
    const char* name;
    FlowDirection direction;
    const char* remote;
    std::optional<UserRule> userRule; //!< of priority 4096, the weakest there is
    SecurityRuleAccess access;
    const char* rule; //!< expected to decide
};

std::ostream&
operator<<(std::ostream& os, const DefaultRuleCase& row)
{
    return os << GetName(row.direction) << " " << row.remote;
}

constexpr auto ALLOW = SecurityRuleAccess::Allow;
constexpr auto DENY = SecurityRuleAccess::Deny;
constexpr auto NO_RULE = std::nullopt;

// clang-format off
const DefaultRuleCase DEFAULT_RULE_CASES[] = {
    // name                       way  remote    user's rule                                     access deciding rule
    {"ProbesGetInByDefault",      IN,  PROBER,   NO_RULE,                                        ALLOW, "defaultSecurityRules/AllowAzureLoadBalancerInBound"},
    {"ProbesCanBeBlocked",        IN,  PROBER,   UserRule{"Inbound", "Deny", "AZURE_LOADBALANCER"}, DENY, "securityRules/user"},
    {"ClientsDoNotByDefault",     IN,  CLIENT,   NO_RULE,                                        DENY,  "defaultSecurityRules/DenyAllInbound"},
    {"ClientsAreNotTheBalancer",  IN,  CLIENT,   UserRule{"Inbound", "Allow", "AzureLoadBalancer"}, DENY, "defaultSecurityRules/DenyAllInbound"},
    {"ClientsCanBeLetIn",         IN,  CLIENT,   UserRule{"Inbound", "Allow", "Internet"},       ALLOW, "securityRules/user"},
    {"NeighborsGetInByDefault",   IN,  NEIGHBOR, NO_RULE,                                        ALLOW, "defaultSecurityRules/AllowVNetInBound"},
    {"InternetIsOpenByDefault",   OUT, CLIENT,   NO_RULE,                                        ALLOW, "defaultSecurityRules/AllowInternetOutBound"},
    {"InternetCanBeClosed",       OUT, CLIENT,   UserRule{"Outbound", "Deny", "Internet"},       DENY,  "securityRules/user"},
    {"NeighborsStayOpen",         OUT, NEIGHBOR, UserRule{"Outbound", "Deny", "Internet"},       ALLOW, "defaultSecurityRules/AllowVnetOutBound"},
};
// clang-format on

class LoadBalancedSecurity : public ::testing::TestWithParam<DefaultRuleCase>
{
  protected:
    void SetUp() override
    {
        const AddressPrefix prefix{0x0a000000, 16};
        Expect(m_resources.AddVirtualNetwork(
            {"vnet", {prefix}, {{"default", prefix, {}, std::nullopt}}, {}}));
        Expect(m_resources.AddNetworkInterface(
            {1, "vnet", "default", "10.0.0.4", Ipv4Address("10.128.0.2")}));
        Expect(m_resources.AddNetworkSecurityGroup("group"));
        Expect(m_resources.AttachToNetworkInterface("group", 1));
    }

    /// Add the user's rule "user".
    void AddRule(const UserRule& rule)
    {
        SecurityRuleText text;
        text.name = "user";
        text.priority = "4096";
        text.direction = rule.direction;
        text.access = rule.access;
        auto& peers = text.direction == "Inbound" ? text.sourceAddressPrefixes
                                                  : text.destinationAddressPrefixes;
        peers = {rule.peer};
        Expect(m_resources.AddSecurityRule("group", text));
    }

    NetworkResources m_resources; //!< a VM with a group

  private:
    static void Expect(const NetworkResources::Error& error)
    {
        ASSERT_EQ(error, std::nullopt);
    }
};

TEST_P(LoadBalancedSecurity, S0_36_DependsOnDefaultRulesAndTags)
{
    const auto& row = GetParam();
    if (row.userRule)
    {
        AddRule(*row.userRule);
    }
    const auto answer = VerifyIpFlow(
        m_resources,
        1,
        {row.direction, IpProtocol::Tcp, "10.0.0.4", 80, Ipv4Address(row.remote), 50000});
    ASSERT_TRUE(answer) << answer.GetError();
    EXPECT_EQ(answer->access, row.access);
    EXPECT_EQ(answer->rule, row.rule);
}

INSTANTIATE_TEST_SUITE_P(SecurityGroup,
                         LoadBalancedSecurity,
                         ::testing::ValuesIn(DEFAULT_RULE_CASES),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace

} // namespace ns3::azure
