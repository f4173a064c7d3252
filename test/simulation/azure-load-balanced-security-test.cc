// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/inet-socket-address.h"
#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief What a network security group means for a VM in a load balancer's pool (S0-36): whom its
 * default rules and tags let in and out, and what a user's rule makes of that, with real packets.
 */
namespace ns3::azure
{

namespace
{

constexpr uint16_t PORT = 9; //!< nobody listens there

/// A rule of the user's for any protocol and port.
struct UserRule
{
    const char* direction;
    const char* access;
    const char* peer; //!< source if inbound, destination if outbound
};

/// One row: the one custom rule of the group of a pool member, and which flows may begin.
struct PoolMemberCase
{
    const char* name;
    std::optional<UserRule> rule; //!< of priority 4096, the weakest there is
    bool isInternetReached;       //!< through the frontend, and the answer comes back
    bool isNeighborReached;       //!< the other pool member
    bool isReachedByNeighbor;     //!< by the other pool member
    bool isReachedByHost;         //!< from 168.63.129.16, where health probes come from
};

std::ostream&
operator<<(std::ostream& os, const PoolMemberCase& row)
{
    return os << row.name;
}

// clang-format off
const PoolMemberCase POOL_MEMBER_CASES[] = {
    // name                       rule                                             Internet neighbor fromNeighbor fromHost
    {"DefaultRulesOnly",          std::nullopt,                                    true,    true,    true,        true},
    {"DenyToInternet",            UserRule{"Outbound", "Deny", "Internet"},        false,   true,    true,        true},
    {"DenyToVirtualNetwork",      UserRule{"Outbound", "Deny", "VirtualNetwork"},  true,    false,   true,        true},
    {"DenyToAll",                 UserRule{"Outbound", "Deny", "*"},               false,   false,   true,        true},
    {"DenyFromLoadBalancer",      UserRule{"Inbound", "Deny", "AZURE_LOADBALANCER"}, true,  true,    true,        false},
    {"DenyFromVirtualNetwork",    UserRule{"Inbound", "Deny", "VIRTUAL_NETWORK"},  true,    true,    false,       true},
    {"DenyFromInternet",          UserRule{"Inbound", "Deny", "Internet"},         true,    true,    true,        true}, // replies pass
    {"DenyFromAll",               UserRule{"Inbound", "Deny", "*"},                true,    true,    false,       false},
};
// clang-format on

/// A load balancer whose pool has two VMs, the first with a group of its own.
class PoolMemberSecurity : public OutboundWorld
{
  protected:
    void BeginPool(const std::optional<UserRule>& rule)
    {
        Begin(OutboundScenario::LoadBalanced).SetVms(2);
        std::vector<SecurityRuleText> rules;
        if (rule)
        {
            SecurityRuleText text;
            text.name = "user";
            text.priority = "4096";
            text.direction = rule->direction;
            text.access = rule->access;
            auto& peers = text.direction == "Inbound" ? text.sourceAddressPrefixes
                                                      : text.destinationAddressPrefixes;
            peers = {rule->peer};
            rules.push_back(text);
        }
        m_scenario->AddNetworkSecurityGroup("group", rules);
        m_scenario->AttachToNetworkInterface("group", 0);
        Assemble();
        Listen(GetVm(0));
        Listen(GetVm(1));
    }

    /// The host of the VMs begins to send to the first VM.
    void SendFromHost(uint16_t port)
    {
        const auto socket =
            Socket::CreateSocket(m_scenario->GetHost(0), UdpSocketFactory::GetTypeId());
        socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
        socket->SendTo(Create<Packet>(10), 0, InetSocketAddress(GetPrivateAddress(0), PORT));
    }

    /// @return whether a VM has received the datagram
    bool HasReceived(uint32_t vm, Ipv4Address from, uint16_t port)
    {
        const FlowKey key(from, GetPrivateAddress(vm), port, PORT, IpProtocol::Udp);
        const auto& received = GetReceived(GetVm(vm));
        return std::any_of(received.begin(), received.end(), [&](const Bytes& datagram) {
            return ReadFlowKey(datagram) == key;
        });
    }
};

class PoolMemberRules : public PoolMemberSecurity,
                        public ::testing::WithParamInterface<PoolMemberCase>
{
};

TEST_P(PoolMemberRules, S0_36_DependOnDefaultRulesAndTags)
{
    const auto& row = GetParam();
    BeginPool(row.rule);
    Generate(0, {});
    At("1s", [this] {
        SendUdp(0, 5000, GetPrivateAddress(1), PORT);
        SendUdp(1, 5001, GetPrivateAddress(0), PORT);
        SendFromHost(5002);
    });
    Run("5s");
    EXPECT_EQ(GetCounts(0).established, row.isInternetReached ? 1U : 0U);
    const auto sources = row.isInternetReached ? std::vector<Ipv4Address>{GetFrontend()}
                                               : std::vector<Ipv4Address>{};
    EXPECT_EQ(GetSeenSources(), sources);
    EXPECT_EQ(HasReceived(1, GetPrivateAddress(0), 5000), row.isNeighborReached);
    EXPECT_EQ(HasReceived(0, GetPrivateAddress(1), 5001), row.isReachedByNeighbor);
    EXPECT_EQ(HasReceived(0, Ipv4Address("168.63.129.16"), 5002), row.isReachedByHost);
}

INSTANTIATE_TEST_SUITE_P(SecurityGroup,
                         PoolMemberRules,
                         ::testing::ValuesIn(POOL_MEMBER_CASES),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(PoolMemberSecurity, S0_36_NobodyGetsInThroughTheFrontendUnasked)
{
    for (const bool isAllowed : {false, true})
    {
        BeginPool(isAllowed ? std::optional<UserRule>({"Inbound", "Allow", "*"}) : std::nullopt);
        Generate(0, {}); // holds the first port of the frontend, 1024
        At("5s", [this] {
            DatagramTraits syn;
            syn.tcpFlags = TCP_SYN;
            for (const uint16_t port : {81, 1024})
            {
                SendRawFromServer(
                    MakeDatagram({GetServerAddress(), GetFrontend(), 6000, port, IpProtocol::Tcp},
                                 syn));
            }
        });
        Run("6s");
        EXPECT_EQ(GetCounts(0).established, 1U);
        EXPECT_EQ(m_muxDrops.size(), 1U) << "no rule is for port 81";
        EXPECT_EQ(CountDrops(DropReason::UnownedSnatPort), 1U);
        EXPECT_EQ(CountDrops(DropReason::NoTrackedFlow), 1U) << "port 1024 is the VM's";
        EXPECT_EQ(m_decisions.size(), 1U) << "the group was asked about the VM's own flow only";
    }
}

} // namespace

} // namespace ns3::azure
