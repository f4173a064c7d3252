// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief VM to VM in virtual networks, application security groups, and service endpoints.
 */
namespace ns3::azure
{

namespace
{

constexpr auto STANDALONE = OutboundScenario::Standalone;
constexpr auto UDP = IpProtocol::Udp;

/// VMs that talk to each other.
class VirtualNetworks : public OutboundWorld
{
  protected:
    /// Begin a world of so many VMs.
    void BeginWithVms(uint32_t vms, uint32_t vmsPerHost)
    {
        Begin(STANDALONE).SetVms(vms);
        m_scenario->SetVmsPerHost(vmsPerHost);
    }

    /// Put a VM into a virtual network "peer", 10.1.0.0/16, its subnet "default".
    void PlaceInPeer(uint32_t vm, uint32_t network = 0x0a010000)
    {
        m_scenario->AddVirtualNetwork(
            {"peer", {{network, 16}}, {{"default", {network, 16}, {}, {}}}, {}});
        m_scenario->PlaceVm(vm, "peer", "default");
    }

    /// @return whether a UDP datagram from one VM reaches another, with the sender's own address
    bool Reaches(uint32_t from, uint32_t to, uint16_t port = 9)
    {
        const auto before = GetReceived(GetVm(to)).size();
        SendUdp(from, 5000, GetPrivateAddress(to), port);
        Run(std::to_string(++m_seconds) + "s");
        const auto& received = GetReceived(GetVm(to));
        return received.size() == before + 1 &&
               ReadFlowKey(received.back()) ==
                   FlowKey(GetPrivateAddress(from), GetPrivateAddress(to), 5000, port, UDP);
    }

    /// Make the nodes, and listen to all VMs.
    void AssembleAndListen(uint32_t vms)
    {
        Assemble();
        for (uint32_t vm = 0; vm < vms; ++vm)
        {
            Listen(GetVm(vm));
        }
    }

    uint32_t m_seconds{0}; //!< simulated so far
};

TEST_F(VirtualNetworks, VmsOfOneHostReachEachOtherPastTheFabric)
{
    BeginWithVms(2, 2);
    AssembleAndListen(2);
    EXPECT_TRUE(Reaches(0, 1));
    EXPECT_TRUE(Reaches(1, 0));
    EXPECT_TRUE(m_ports.empty()) << "no SNAT within the virtual network";
    EXPECT_EQ(GetFlows().at(0).path, FlowPath::VirtualNetwork);
}

TEST_F(VirtualNetworks, VmsOfTwoHostsReachEachOtherThroughTheFabric)
{
    BeginWithVms(2, 1);
    AssembleAndListen(2);
    EXPECT_TRUE(Reaches(0, 1));
    EXPECT_TRUE(Reaches(1, 0));
    EXPECT_TRUE(m_ports.empty());
}

TEST_F(VirtualNetworks, S3_40_PeersReachEachOtherWhileTheyArePeers)
{
    BeginWithVms(2, 2);
    PlaceInPeer(1);
    AssembleAndListen(2);
    EXPECT_FALSE(Reaches(0, 1));
    m_scenario->Change([](auto& all) { return all.AddPeering("vnet-0", "peer"); });
    Run(std::to_string(++m_seconds) + "s");
    EXPECT_TRUE(Reaches(0, 1, 10));
    EXPECT_TRUE(Reaches(1, 0, 11));
    m_scenario->Change([](auto& all) { return all.RemovePeering("vnet-0", "peer"); });
    Run(std::to_string(++m_seconds) + "s");
    EXPECT_FALSE(Reaches(0, 1, 12));
}

TEST_F(VirtualNetworks, VirtualNetworksMayHaveTheSameAddresses)
{
    BeginWithVms(4, 4);
    PlaceInPeer(2, 0x0a000000);
    PlaceInPeer(3, 0x0a000000);
    AssembleAndListen(4);
    ASSERT_EQ(GetPrivateAddress(1), GetPrivateAddress(3));
    EXPECT_TRUE(Reaches(0, 1));
    EXPECT_TRUE(GetReceived(GetVm(3)).empty());
    EXPECT_TRUE(Reaches(2, 3));
    EXPECT_EQ(GetReceived(GetVm(1)).size(), 1U);
}

TEST_F(VirtualNetworks, S3_04_IntraSubnetTrafficIsFilteredOnBothEnds)
{
    BeginWithVms(2, 1);
    SecurityRuleText noUdp;
    noUdp.name = "NoUdp";
    noUdp.direction = "Inbound";
    noUdp.access = "Deny";
    noUdp.protocol = "Udp";
    noUdp.destinationPortRanges = {"9"};
    m_scenario->AddNetworkSecurityGroup("a", {noUdp});
    m_scenario->AttachToSubnet("a");
    AssembleAndListen(2);
    EXPECT_FALSE(Reaches(0, 1, 9));
    EXPECT_TRUE(Reaches(0, 1, 10)) << "AllowVNetInBound";
    std::vector<std::string> rules;
    for (const auto& decision : m_decisions)
    {
        rules.push_back(std::to_string(decision.decision.networkInterface) + " " + decision.rule);
    }
    EXPECT_EQ(rules,
              (std::vector<std::string>{"1 AllowVnetOutBound",
                                        "2 NoUdp",
                                        "1 AllowVnetOutBound",
                                        "2 AllowVNetInBound"}))
        << "S3-32, S3-35: outbound at the sender, inbound at the receiver";
}

TEST_F(VirtualNetworks, S3_46_S3_47_WhoJoinsTheGroupIsCoveredAtOnce)
{
    BeginWithVms(3, 3);
    m_scenario->Change([](auto& all) { return all.AddApplicationSecurityGroup("servers"); });
    m_scenario->Change([](auto& all) { return all.Join("servers", 2); });
    SecurityRuleText allow;
    allow.name = "ToServers";
    allow.destinationAddressPrefixes.clear();
    allow.destinationApplicationSecurityGroups = {"servers"};
    SecurityRuleText deny;
    deny.name = "DenyRest";
    deny.priority = "200";
    deny.access = "Deny";
    m_scenario->AddNetworkSecurityGroup("a", {allow, deny});
    m_scenario->AttachToSubnet("a");
    AssembleAndListen(3);
    EXPECT_TRUE(Reaches(0, 1)) << "a member";
    EXPECT_FALSE(Reaches(0, 2)) << "none yet";
    m_scenario->Change([](auto& all) { return all.Join("servers", 3); });
    Run(std::to_string(++m_seconds) + "s");
    EXPECT_TRUE(Reaches(0, 2, 10));
    m_scenario->Change([](auto& all) { return all.Leave("servers", 2); });
    Run(std::to_string(++m_seconds) + "s");
    EXPECT_FALSE(Reaches(0, 1, 10));
}

TEST_F(VirtualNetworks, S3_44_ServiceEndpointBypassesSnat)
{
    for (const bool hasEndpoint : {false, true})
    {
        BeginWithVms(1, 1);
        const auto service = m_scenario->AddService({ServiceTagName::Storage, "EastUS"});
        if (hasEndpoint)
        {
            m_scenario->Change([](auto& all) {
                return all.SetServiceEndpoints("vnet-0",
                                               "default",
                                               {{ServiceTagName::Storage, ""}});
            });
        }
        Assemble();
        const auto node = m_scenario->GetService(service);
        Listen(node);
        Listen(GetVm());
        SendUdp(0, 5000, m_scenario->GetServiceAddress(service));
        Run("1s");
        ASSERT_EQ(GetReceived(node).size(), 1U);
        EXPECT_EQ(ReadFlowKey(GetReceived(node)[0]).GetSource(),
                  hasEndpoint ? GetPrivateAddress() : GetPlatformAddress());
        EXPECT_EQ(GetPortsHeld(), hasEndpoint ? 0U : 1U);
        EXPECT_EQ(GetReceived(GetVm()).size(), 1U) << "ICMP says that nobody listens";
    }
}

TEST_F(VirtualNetworks, S3_43_ServicesOfOneTagAreServersOfTheirOwn)
{
    for (const bool hasDhcp : {false, true})
    {
        BeginWithVms(1, 1);
        m_scenario->SetDhcp(hasDhcp);
        const std::vector<std::pair<ServiceTag, Ipv4Address>> services{
            {{ServiceTagName::Storage, ""}, Ipv4Address("198.18.128.1")},
            {{ServiceTagName::Storage, "EastUS"}, Ipv4Address("198.18.128.2")},
            {{ServiceTagName::Storage, "EastUS"}, Ipv4Address("198.18.128.3")},
            {{ServiceTagName::Sql, "EastUS"}, Ipv4Address("198.18.144.1")},
        };
        for (uint32_t i = 0; i < services.size(); ++i)
        {
            EXPECT_EQ(m_scenario->AddService(services[i].first), i);
        }
        Assemble();
        for (uint32_t i = 0; i < services.size(); ++i)
        {
            const auto node = m_scenario->GetService(i);
            const auto ipv4 = node->GetObject<Ipv4>();
            EXPECT_EQ(ipv4->GetAddress(1, 0).GetLocal(), services[i].second)
                << "from the beginning, also with DHCP";
            EXPECT_EQ(m_scenario->GetServiceAddress(i), services[i].second);
            Listen(node);
        }
        Run("1s");
        for (uint32_t i = 0; i < services.size(); ++i)
        {
            SendUdp(0, 5000, services[i].second);
        }
        Run("2s");
        for (uint32_t i = 0; i < services.size(); ++i)
        {
            const auto& received = GetReceived(m_scenario->GetService(i));
            ASSERT_EQ(received.size(), 1U) << i;
            EXPECT_EQ(ReadFlowKey(received[0]).GetSource(), GetPlatformAddress());
        }
    }
}

TEST_F(VirtualNetworks, AddressNobodyHasIsNotSoughtOnTheInternet)
{
    BeginWithVms(1, 1);
    Assemble();
    SendUdp(0, 5000, Ipv4Address("10.0.0.77"));
    Run("1s");
    EXPECT_EQ(CountDrops(DropReason::NoVirtualNetworkRoute), 1U);
}

} // namespace

} // namespace ns3::azure
