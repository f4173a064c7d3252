// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-virtual-network-world.h"

#include "ns3/inet-socket-address.h"
#include "ns3/mac48-address.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

/**
 * @file
 * @brief The port between a host's own IPv4 stack and its VMs.
 */
namespace ns3::azure
{

namespace
{

constexpr uint16_t SERVICE = 53;
constexpr uint16_t DHCP_SERVER = 67;
constexpr uint16_t DHCP_CLIENT = 68;

class HostServicePorts : public VirtualNetworkWorld
{
  protected:
    /// Two VMs on a host, whose service answers each datagram; a third one on another host.
    void BeginWithService(bool isEnabled = true)
    {
        AddHosts(2);
        AddVirtualNetwork("net");
        AddVm(0, "net", "10.0.0.4");
        if (isEnabled)
        {
            m_port = m_agents[0]->EnableHostServices();
        }
        AddVm(0, "net", "10.0.0.5"); // a VM that comes later is reached too
        AddVm(1, "net", "10.0.0.6");
        m_service = Socket::CreateSocket(m_agents[0]->GetNode(), UdpSocketFactory::GetTypeId());
        m_service->Bind(InetSocketAddress(Ipv4Address::GetAny(), SERVICE));
        m_service->SetRecvCallback(MakeCallback(&HostServicePorts::Answer, this));
    }

    void Answer(Ptr<Socket> socket)
    {
        Address from;
        while (const auto packet = socket->RecvFrom(from))
        {
            m_askers.push_back(InetSocketAddress::ConvertFrom(from).GetIpv4());
            socket->SendTo(packet, 0, from);
        }
    }

    /// A VM sends a datagram to a service of its host.
    void Ask(uint32_t vm, Ipv4Address address, uint16_t port = SERVICE)
    {
        Send(vm, MakeDatagram({GetAddress(vm), address, 5000, port, IpProtocol::Udp}));
    }

    Ptr<HostServicePort> m_port;       //!< of the first host
    Ptr<Socket> m_service;             //!< on the first host
    std::vector<Ipv4Address> m_askers; //!< whom it answered
};

TEST_F(HostServicePorts, S3_50_VmsReachTheirHostAtBothAddresses)
{
    BeginWithService();
    Program();
    for (const auto address : {HOST_SERVICE_ADDRESS, INSTANCE_METADATA_ADDRESS})
    {
        At("1s", [this, address] {
            Ask(0, Ipv4Address(address));
            Ask(1, Ipv4Address(address));
        });
    }
    Run("2s");
    EXPECT_EQ(m_askers, (std::vector<Ipv4Address>{"10.0.0.4", "10.0.0.5", "10.0.0.4", "10.0.0.5"}));
    for (const uint32_t vm : {0, 1})
    {
        ASSERT_EQ(GetReceived(vm).size(), 2U);
        for (const auto& answer : GetReceived(vm)) // whichever of the two was asked
        {
            EXPECT_EQ(ReadFlowKey(answer),
                      FlowKey("168.63.129.16", GetAddress(vm), SERVICE, 5000, IpProtocol::Udp));
        }
    }
    const auto& counts = m_agents[0]->GetPacketCounts();
    EXPECT_EQ(counts.own, 8U) << "four datagrams, and that nobody listens to the answer to each";
    EXPECT_EQ(counts.sent, 4U) << "the answers";
    EXPECT_EQ(counts.received, 12U);
    EXPECT_TRUE(std::all_of(m_created.begin(), m_created.end(), [](const auto& flow) {
        return flow.path == FlowPath::HostService;
    }));
}

TEST_F(HostServicePorts, S3_50_HostIsTheOneThatTheVmIsOn)
{
    BeginWithService();
    Program();
    At("1s", [this] { Ask(2, Ipv4Address(HOST_SERVICE_ADDRESS)); });
    Run("2s");
    EXPECT_TRUE(m_askers.empty());
    EXPECT_EQ(CountDrops(DropReason::UnexpectedDestination), 1U) << "that host has no services";
}

TEST_F(HostServicePorts, HostWithoutServicesDropsWhatIsForThem)
{
    BeginWithService(false);
    Program();
    At("1s", [this] { Ask(0, Ipv4Address(HOST_SERVICE_ADDRESS)); });
    Run("2s");
    EXPECT_TRUE(m_askers.empty());
    EXPECT_EQ(CountDrops(DropReason::UnexpectedDestination), 1U);
}

TEST_F(HostServicePorts, S3_50_HostAnswersPings)
{
    BeginWithService();
    Program();
    At("1s", [this] {
        Send(0, MakeDatagram({GetAddress(0), "168.63.129.16", 0, 0, IpProtocol::Icmp}));
    });
    Run("2s");
    ASSERT_EQ(GetReceived(0).size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(0)[0]).GetSource(), Ipv4Address("168.63.129.16"));
}

TEST_F(HostServicePorts, S3_33_S3_50_HostSpeaksFirstFromTheAddressOfProbes)
{
    BeginWithService();
    Update([](NetworkResources& resources) {
        if (auto error = resources.AddNetworkSecurityGroup("group"))
        {
            return error;
        }
        return resources.AttachToSubnet("group", "net", "subnet");
    });
    Program();
    At("1s",
       [this] { m_service->SendTo(Create<Packet>(10), 0, InetSocketAddress(GetAddress(1), 9)); });
    Run("2s");
    ASSERT_EQ(GetReceived(1).size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(1)[0]),
              FlowKey("168.63.129.16", GetAddress(1), SERVICE, 9, IpProtocol::Udp));
    EXPECT_TRUE(GetReceived(0).empty());
    EXPECT_EQ(m_decidingRules, (std::vector<std::string>{"group/AllowAzureLoadBalancerInBound"}));
}

TEST_F(HostServicePorts, S3_50_CustomRuleCanBreakWhatTheHostDoesForTheVm)
{
    BeginWithService();
    Update([](NetworkResources& resources) {
        if (auto error = resources.AddNetworkSecurityGroup("group"))
        {
            return error;
        }
        SecurityRuleText deny;
        deny.name = "DenyDns";
        deny.direction = "Outbound";
        deny.access = "Deny";
        deny.destinationPortRanges = {std::to_string(SERVICE)};
        if (auto error = resources.AddSecurityRule("group", deny))
        {
            return error;
        }
        return resources.AttachToNetworkInterface("group", 1);
    });
    Program();
    At("1s", [this] {
        Ask(0, Ipv4Address(HOST_SERVICE_ADDRESS));
        Ask(1, Ipv4Address(HOST_SERVICE_ADDRESS));
    });
    Run("2s");
    EXPECT_EQ(m_askers, (std::vector<Ipv4Address>{"10.0.0.5"}));
    EXPECT_EQ(m_deniedBy, (std::vector<std::string>{"group/DenyDns"}));
}

TEST_F(HostServicePorts, HostDoesNotReachVmsOfOtherHosts)
{
    BeginWithService();
    Program();
    At("1s",
       [this] { m_service->SendTo(Create<Packet>(10), 0, InetSocketAddress(GetAddress(2), 9)); });
    Run("2s");
    EXPECT_TRUE(GetReceived(2).empty());
}

/// A fixture for DHCP: what clients and server broadcast.
class HostDhcpPort : public HostServicePorts
{
  protected:
    /// @return a DHCP message that carries a hardware address and nothing else
    static Ptr<Packet> MakeMessage(const Address& client, uint32_t size = 240)
    {
        Bytes bytes(240);
        Mac48Address::ConvertFrom(client).CopyTo(&bytes.at(28));
        bytes.resize(size);
        return ToPacket(bytes);
    }

    void BeginWithDhcp()
    {
        BeginWithService();
        Program();
        m_server = Socket::CreateSocket(m_agents[0]->GetNode(), UdpSocketFactory::GetTypeId());
        m_server->SetAllowBroadcast(true);
        m_server->BindToNetDevice(m_port->GetDevice());
        m_server->Bind(InetSocketAddress(Ipv4Address::GetAny(), DHCP_SERVER));
        m_server->SetRecvCallback(MakeCallback(&HostDhcpPort::Count, this));
    }

    /// The server broadcasts.
    void Broadcast(Ptr<Packet> message)
    {
        m_server->SendTo(message, 0, InetSocketAddress(Ipv4Address::GetBroadcast(), DHCP_CLIENT));
    }

    /// A VM without address asks any server.
    void Discover(uint32_t vm)
    {
        Send(vm,
             MakeDatagram({Ipv4Address::GetAny(),
                           Ipv4Address::GetBroadcast(),
                           DHCP_CLIENT,
                           DHCP_SERVER,
                           IpProtocol::Udp}));
    }

    void Count(Ptr<Socket> socket)
    {
        Address from;
        while (socket->RecvFrom(from))
        {
            m_requests.push_back(InetSocketAddress::ConvertFrom(from).GetIpv4());
        }
    }

    Ptr<Socket> m_server;                //!< on the first host
    std::vector<Ipv4Address> m_requests; //!< whom it heard
};

TEST_F(HostDhcpPort, S3_50_BroadcastReachesTheVmWhoseHardwareAddressItCarries)
{
    BeginWithDhcp();
    At("500ms", [this] { Discover(1); }); // what nobody asked for is dropped
    At("1s", [this] {
        Broadcast(MakeMessage(m_vms[0]->GetDevice(1)->GetAddress()));
        Broadcast(MakeMessage(m_vms[1]->GetDevice(1)->GetAddress()));
    });
    Run("2s");
    EXPECT_TRUE(GetReceived(0).empty());
    ASSERT_EQ(GetReceived(1).size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(1)[0]),
              FlowKey("168.63.129.16",
                      Ipv4Address::GetBroadcast(),
                      DHCP_SERVER,
                      DHCP_CLIENT,
                      IpProtocol::Udp));
    EXPECT_TRUE(GetReceived(2).empty());
}

TEST_F(HostDhcpPort, BroadcastForNobodyHereIsDropped)
{
    BeginWithDhcp();
    At("1s", [this] {
        Broadcast(MakeMessage(m_vms[2]->GetDevice(1)->GetAddress()));     // on the other host
        Broadcast(MakeMessage(m_vms[0]->GetDevice(1)->GetAddress(), 33)); // chaddr is cut
    });
    Run("2s");
    EXPECT_EQ(CountDrops(DropReason::UnexpectedDestination), 2U);
    EXPECT_TRUE(GetReceived(0).empty());
}

TEST_F(HostDhcpPort, S3_50_RequestOfAVmWithoutAddressReachesTheHost)
{
    BeginWithDhcp();
    At("1s", [this] { Discover(0); });
    Run("2s");
    EXPECT_EQ(m_requests, (std::vector<Ipv4Address>{Ipv4Address::GetAny()}));
}

} // namespace

} // namespace ns3::azure
