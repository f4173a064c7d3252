// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-dns-message.h"
#include "ns3/azure-fabric-helper.h"
#include "ns3/azure-fabric-port.h"
#include "ns3/azure-host-services-helper.h"
#include "ns3/azure-my-ip-dns-client.h"
#include "ns3/azure-my-ip-dns-server.h"
#include "ns3/csma-helper.h"
#include "ns3/dhcp-client.h"
#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/node-container.h"
#include "ns3/packet.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address HOST_SERVICE(HOST_SERVICE_ADDRESS);

/**
 * @brief A host, its VMs on one segment with it, and a resolver behind the fabric.
 *
 * Without a host agent: the services are ordinary applications, for any device behind which the
 * VMs are.
 */
class HostServicesOnASegment : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        m_fabric.Create();
        m_host = MakeNode();
        m_hostAddress = m_fabric.AttachWithAddress(m_host);
        m_resolver = MakeNode();
        m_resolverAddress = m_fabric.AttachResolver(m_resolver);
        m_server = CreateObject<MyIpDnsServer>();
        m_resolver->AddApplication(m_server);
        m_server->TraceConnectWithoutContext(
            "Query",
            MakeCallback(&HostServicesOnASegment::OnUpstreamQuery, this));

        m_segment.SetChannelAttribute("DataRate", StringValue("1Gbps"));
        m_hostDevice = m_segment.Install(m_host).Get(0);
        FabricPort::AddAddress(m_hostDevice, {HOST_SERVICE, Ipv4Mask::GetOnes()});
        FabricPort::AddAddress(m_hostDevice, {GATEWAY, SLASH_9});

        m_services = HostServicesHelper().Install(m_host, m_resolverAddress);
        m_services.resolver->TraceConnectWithoutContext(
            "Query",
            MakeCallback(&HostServicesOnASegment::OnQuery, this));
        m_services.resolver->TraceConnectWithoutContext(
            "Answer",
            MakeCallback(&HostServicesOnASegment::OnAnswer, this));
        m_services.resolver->TraceConnectWithoutContext(
            "Failed",
            MakeCallback(&HostServicesOnASegment::OnFailed, this));
        m_services.dhcpServer->TraceConnectWithoutContext(
            "Answer",
            MakeCallback(&HostServicesOnASegment::OnDhcpAnswer, this));
    }

    void TearDown() override
    {
        m_sockets.clear();
        Simulator::Destroy();
    }

    static Ptr<Node> MakeNode()
    {
        const auto node = CreateObject<Node>();
        FabricHelper::InstallStack(node);
        return node;
    }

    static Ipv4Address GetVmAddress(uint32_t vm)
    {
        return Ipv4Address(0x0a000004 + vm); // 10.0.0.4 is the first Azure gives
    }

    Ptr<NetDevice> Connect(Ptr<Node> vm)
    {
        return m_segment.Install(vm, DynamicCast<CsmaChannel>(m_hostDevice->GetChannel())).Get(0);
    }

    /// Add a VM that has its address already.
    Ptr<Node> AddVm()
    {
        const auto vm = MakeNode();
        const auto interface =
            FabricPort::AddAddress(Connect(vm), {GetVmAddress(m_vms.GetN()), SLASH_9});
        Ipv4StaticRoutingHelper()
            .GetStaticRouting(vm->GetObject<Ipv4>())
            ->SetDefaultRoute(GATEWAY, interface);
        m_vms.Add(vm);
        return vm;
    }

    /// Add a VM that asks for its address.
    Ptr<DhcpClient> AddDhcpVm()
    {
        const auto vm = MakeNode();
        const auto device = Connect(vm);
        m_services.dhcpServer->AddLease(device->GetAddress(),
                                        FabricHelper::MakeLease(GetVmAddress(m_vms.GetN())));
        const auto ipv4 = vm->GetObject<Ipv4>();
        ipv4->SetUp(ipv4->AddInterface(device));
        m_vms.Add(vm);
        return AddDhcpClient(device);
    }

    Ptr<DhcpClient> AddDhcpClient(Ptr<NetDevice> device)
    {
        const auto client = CreateObjectWithAttributes<DhcpClient>("Collect", TimeValue(Time()));
        client->SetDhcpClientNetDevice(device);
        client->TraceConnectWithoutContext("NewLease",
                                           MakeCallback(&HostServicesOnASegment::OnLease, this));
        client->TraceConnectWithoutContext("ExpireLease",
                                           MakeCallback(&HostServicesOnASegment::OnExpiry, this));
        device->GetNode()->AddApplication(client);
        return client;
    }

    Ptr<MyIpDnsClient> Ask(Ptr<Node> vm, const std::string& start = "0s")
    {
        const auto client = CreateObject<MyIpDnsClient>();
        client->SetAttribute("Resolver", Ipv4AddressValue(HOST_SERVICE));
        client->SetStartTime(Time(start));
        client->TraceConnectWithoutContext(
            "Failed",
            MakeCallback(&HostServicesOnASegment::OnToldFailed, this));
        vm->AddApplication(client);
        return client;
    }

    /// Lose the first packets that arrive at the resolver.
    void LoseAtResolver(const std::list<uint32_t>& numbers)
    {
        const auto model = CreateObject<ReceiveListErrorModel>();
        model->SetList(numbers);
        m_resolver->GetDevice(1)->SetAttribute("ReceiveErrorModel", PointerValue(model));
    }

    /// Send a datagram at a time, from any free port.
    void SendAt(const std::string& time,
                Ptr<Node> from,
                const InetSocketAddress& to,
                const std::vector<uint8_t>& octets);

    static const Ipv4Address GATEWAY;
    static const Ipv4Mask SLASH_9;

    FabricHelper m_fabric;
    CsmaHelper m_segment;
    Ptr<Node> m_host;
    Ptr<NetDevice> m_hostDevice; // to the VMs
    Ptr<Node> m_resolver;
    Ptr<MyIpDnsServer> m_server; // on the resolver
    Ipv4Address m_hostAddress;   // in the fabric
    Ipv4Address m_resolverAddress;
    HostServices m_services;
    NodeContainer m_vms;
    std::vector<Ipv4Address> m_upstreamSources;               // Query of the resolver upstream
    std::vector<std::string> m_queries;                       // Query of the host's resolver
    std::vector<Ipv4Address> m_answers;                       // Answer
    std::vector<std::pair<Time, DnsRelayFailure>> m_failures; // Failed
    Time m_answeredAt;                                        // last of m_answers
    std::vector<MyIpFailure> m_toldFailed;                    // Failed of VMs
    std::vector<DhcpMessage> m_dhcpAnswers;                   // Answer of the DHCP server
    std::vector<std::pair<Time, Ipv4Address>> m_leases;       // NewLease
    std::vector<Ipv4Address> m_expired;                       // ExpireLease
    std::vector<Ptr<Socket>> m_sockets;                       // of SendAt()

  private:
    void OnUpstreamQuery(Ipv4Address source, uint16_t, const std::string&)
    {
        m_upstreamSources.push_back(source);
    }

    void OnQuery(Ipv4Address source, uint16_t port, const std::string& name)
    {
        EXPECT_GE(port, 49152); // an ephemeral port of ns-3
        EXPECT_GE(source.Get(), GetVmAddress(0).Get());
        m_queries.push_back(name);
    }

    void OnAnswer(Ipv4Address source, uint16_t port, const std::string& name)
    {
        EXPECT_GE(port, 49152);
        EXPECT_EQ(name, "myip.opendns.com");
        m_answers.push_back(source);
        m_answeredAt = Simulator::Now();
    }

    void OnFailed(Ipv4Address source, uint16_t port, const std::string& name, DnsRelayFailure why)
    {
        EXPECT_GE(port, 49152);
        EXPECT_EQ(source, GetVmAddress(0));
        EXPECT_EQ(name, "myip.opendns.com");
        m_failures.emplace_back(Simulator::Now(), why);
    }

    void OnDhcpAnswer(const DhcpMessage& reply)
    {
        m_dhcpAnswers.push_back(reply);
    }

    void OnLease(const Ipv4Address& address)
    {
        m_leases.emplace_back(Simulator::Now(), address);
    }

    void OnToldFailed(MyIpFailure why)
    {
        m_toldFailed.push_back(why);
    }

    void OnExpiry(const Ipv4Address& address)
    {
        m_expired.push_back(address);
    }
};

const Ipv4Address HostServicesOnASegment::GATEWAY("10.0.0.1");
const Ipv4Mask HostServicesOnASegment::SLASH_9("255.128.0.0");

void
HostServicesOnASegment::SendAt(const std::string& time,
                               Ptr<Node> from,
                               const InetSocketAddress& to,
                               const std::vector<uint8_t>& octets)
{
    const auto socket = Socket::CreateSocket(from, UdpSocketFactory::GetTypeId());
    m_sockets.push_back(socket);
    socket->SetAllowBroadcast(true);
    Simulator::Schedule(Time(time), [=] {
        socket->SendTo(Create<Packet>(octets.data(), static_cast<uint32_t>(octets.size())), 0, to);
    });
}

TEST_F(HostServicesOnASegment, S3_50_VmResolvesThroughTheHost)
{
    const auto client = Ask(AddVm());
    Simulator::Run(); // ends by itself: nothing polls

    // Who asks by way of the host learns the host's own address: it is the host that asked.
    EXPECT_EQ(client->GetAnswer(), m_hostAddress);
    EXPECT_EQ(m_upstreamSources, std::vector<Ipv4Address>{m_hostAddress});
    EXPECT_EQ(m_queries, std::vector<std::string>{"myip.opendns.com"});
    EXPECT_EQ(m_answers, std::vector<Ipv4Address>{GetVmAddress(0)});
    EXPECT_TRUE(m_failures.empty());
    EXPECT_EQ(m_services.resolver->GetPendingCount(), 0U);
    // Two ways of 10 ms over the Internet; the rest is microseconds.
    EXPECT_LT(m_answeredAt, MilliSeconds(21));
}

TEST_F(HostServicesOnASegment, S3_50_ManyVmsAskAtOnceWithTheSameIdAndEachIsAnswered)
{
    std::vector<Ptr<MyIpDnsClient>> clients;
    for (uint32_t vm = 0; vm < 20; ++vm)
    {
        clients.push_back(Ask(AddVm())); // QueryId 1, and often the same port
    }
    Simulator::Run();

    for (const auto& client : clients)
    {
        EXPECT_EQ(client->GetAnswer(), m_hostAddress);
    }
    EXPECT_EQ(m_upstreamSources.size(), 20U); // nothing was cached, nothing asked twice
    EXPECT_EQ(m_answers.size(), 20U);
}

TEST_F(HostServicesOnASegment, S3_50_LostQueryIsAskedAgainByTheHost)
{
    LoseAtResolver({0});
    m_services.resolver->SetAttribute("Timeout", TimeValue(MilliSeconds(300)));
    const auto client = Ask(AddVm());
    Simulator::Run();

    EXPECT_EQ(client->GetAnswer(), m_hostAddress);
    EXPECT_EQ(m_queries.size(), 1U); // the VM asked once
    EXPECT_GT(m_answeredAt, MilliSeconds(320));
    EXPECT_LT(m_answeredAt, MilliSeconds(321));
}

TEST_F(HostServicesOnASegment, S3_50_ServFailWhenTheResolverIsSilent)
{
    LoseAtResolver({0, 1, 2, 3});
    const auto client = Ask(AddVm());
    Simulator::Run();

    // 2 attempts of 2 s: the VM hears of it before its own 5 s are over.
    EXPECT_EQ(m_toldFailed, std::vector<MyIpFailure>{MyIpFailure::ServerError});
    ASSERT_EQ(m_failures.size(), 1U);
    EXPECT_EQ(m_failures[0].second, DnsRelayFailure::Timeout);
    EXPECT_GE(m_failures[0].first, Seconds(4));
    EXPECT_LT(m_failures[0].first, Seconds(4) + MilliSeconds(1));
    EXPECT_TRUE(m_answers.empty());
}

TEST_F(HostServicesOnASegment, QueriesBeyondMaxPendingFailAtOnce)
{
    m_services.resolver->SetAttribute("MaxPending", UintegerValue(1));
    const auto vm = AddVm();
    const auto first = Ask(vm);
    const auto second = Ask(vm, "5ms");
    const auto third = Ask(vm, "100ms");
    std::size_t waiting = 0;
    Simulator::Schedule(MilliSeconds(7), [&] { waiting = m_services.resolver->GetPendingCount(); });
    Simulator::Run();

    EXPECT_EQ(waiting, 1U);
    EXPECT_EQ(first->GetAnswer(), m_hostAddress);
    EXPECT_FALSE(second->GetAnswer());
    EXPECT_EQ(third->GetAnswer(), m_hostAddress);
    ASSERT_EQ(m_failures.size(), 1U);
    EXPECT_EQ(m_failures[0].second, DnsRelayFailure::TooManyQueries);
    EXPECT_LT(m_failures[0].first, MilliSeconds(6));
}

TEST_F(HostServicesOnASegment, ForgedReplyFromAnotherAddressIsIgnored)
{
    // The host's first id, and its first ephemeral port, so that all but the sender is right.
    auto forged = MakeMyIpQuery(1, *DnsName::Parse("myip.opendns.com"));
    forged.header.isResponse = true;
    forged.answers.push_back(
        MakeAddressRecord(forged.questions[0].name, 0, Ipv4Address("203.0.113.66")));
    const auto forger = MakeNode();
    m_fabric.AttachServer(forger, 1);
    SendAt("1ms", forger, {m_hostAddress, 49153}, Encode(forged).value());
    const auto client = Ask(AddVm());
    Simulator::Run();

    EXPECT_EQ(client->GetAnswer(), m_hostAddress);
}

TEST_F(HostServicesOnASegment, WhatIsNoQueryIsIgnored)
{
    const auto vm = AddVm();
    SendAt("1ms", vm, {HOST_SERVICE, 53}, {1, 2, 3});
    SendAt("2ms", vm, {HOST_SERVICE, DHCP_SERVER_PORT}, {1, 2, 3});
    Simulator::Run();

    EXPECT_TRUE(m_queries.empty());
    EXPECT_TRUE(m_upstreamSources.empty());
    EXPECT_TRUE(m_dhcpAnswers.empty());
}

TEST_F(HostServicesOnASegment, StoppedResolverIsSilent)
{
    m_services.resolver->SetStopTime(MilliSeconds(5));
    const auto client = Ask(AddVm());
    Simulator::Run();

    EXPECT_FALSE(client->GetAnswer());
    EXPECT_EQ(m_upstreamSources.size(), 1U); // it was on its way
    EXPECT_EQ(m_queries.size(), 1U);         // the VM's second attempt meets nobody
    EXPECT_EQ(m_services.resolver->GetPendingCount(), 0U);
    EXPECT_EQ(m_toldFailed, std::vector<MyIpFailure>{MyIpFailure::Timeout});
}

TEST_F(HostServicesOnASegment, S3_50_VmsGetTheirAddressesByDhcpAndCanThenConnect)
{
    AddDhcpVm();
    AddDhcpVm();
    const auto first = Ask(m_vms.Get(0), "1s");
    const auto second = Ask(m_vms.Get(1), "1s");
    Simulator::Stop(Seconds(2));
    Simulator::Run();

    ASSERT_EQ(m_leases.size(), 2U);
    for (const auto& [at, address] : m_leases)
    {
        EXPECT_LT(at, MilliSeconds(1)); // two ways to the host and back, of microseconds
    }
    for (uint32_t vm = 0; vm < 2; ++vm)
    {
        const auto ipv4 = m_vms.Get(vm)->GetObject<Ipv4>();
        EXPECT_EQ(ipv4->GetAddress(1, 0).GetLocal(), GetVmAddress(vm));
        EXPECT_EQ(ipv4->GetAddress(1, 0).GetMask(), SLASH_9);
    }
    EXPECT_EQ(first->GetAnswer(), m_hostAddress);
    EXPECT_EQ(second->GetAnswer(), m_hostAddress);
    EXPECT_EQ(m_dhcpAnswers.size(), 4U); // an Offer and an Ack each
}

TEST_F(HostServicesOnASegment, S3_50_AddressStaysWhenItIsRenewed)
{
    m_services.dhcpServer->SetAttribute("LeaseTime", TimeValue(Seconds(20)));
    const auto client = AddDhcpVm();
    Simulator::Stop(Seconds(105));
    Simulator::Run();

    EXPECT_EQ(client->GetDhcpServer(), HOST_SERVICE);
    ASSERT_EQ(m_leases.size(), 1U);
    EXPECT_EQ(m_leases[0].second, GetVmAddress(0));
    EXPECT_TRUE(m_expired.empty());
    // An Offer, an Ack, and an Ack at each 10 s, half of the lease.
    EXPECT_EQ(m_dhcpAnswers.size(), 2U + 10U);
    EXPECT_EQ(m_dhcpAnswers.back().type, DhcpMessageType::Ack);
}

TEST_F(HostServicesOnASegment, DhcpDefaultIsALeaseOfADayRenewedAfterHalfOfIt)
{
    AddDhcpVm();
    Simulator::Stop(Seconds(1));
    Simulator::Run();

    ASSERT_FALSE(m_dhcpAnswers.empty());
    EXPECT_EQ(m_dhcpAnswers[0].lease, 86400U);
    EXPECT_EQ(m_dhcpAnswers[0].renewal, 43200U);
}

TEST_F(HostServicesOnASegment, RestartedVmGetsItsAddressAgain)
{
    const auto client = AddDhcpVm();
    client->SetStopTime(Seconds(1));
    Simulator::Run(); // ends by itself once the client has stopped

    ASSERT_EQ(m_leases.size(), 1U);
    AddDhcpClient(client->GetDhcpClientNetDevice())->Initialize();
    Simulator::Stop(Seconds(1));
    Simulator::Run();

    ASSERT_EQ(m_leases.size(), 2U);
    EXPECT_EQ(m_leases[1].second, GetVmAddress(0));
}

TEST_F(HostServicesOnASegment, VmWithoutLeaseGetsNoReply)
{
    const auto vm = MakeNode();
    const auto device = Connect(vm);
    const auto ipv4 = vm->GetObject<Ipv4>();
    ipv4->SetUp(ipv4->AddInterface(device));
    const auto client = AddDhcpClient(device);
    Simulator::Stop(Seconds(20));
    Simulator::Run();

    EXPECT_TRUE(m_dhcpAnswers.empty());
    EXPECT_EQ(client->GetDhcpServer(), Ipv4Address::GetAny());
}

TEST_F(HostServicesOnASegment, HelperSetsAttributesOfWhatItInstalls)
{
    HostServicesHelper helper;
    helper.SetResolverAttribute("MaxPending", UintegerValue(7));
    helper.SetDhcpAttribute("LeaseTime", TimeValue(Seconds(70)));
    helper.SetProberAttribute("ManagerPort", UintegerValue(8));
    const auto services = helper.Install(MakeNode(), m_resolverAddress);

    UintegerValue maxPending;
    services.resolver->GetAttribute("MaxPending", maxPending);
    EXPECT_EQ(maxPending.Get(), 7U);
    TimeValue leaseTime;
    services.dhcpServer->GetAttribute("LeaseTime", leaseTime);
    EXPECT_EQ(leaseTime.Get(), Seconds(70));
    UintegerValue managerPort;
    services.healthProber->GetAttribute("ManagerPort", managerPort);
    EXPECT_EQ(managerPort.Get(), 8U);
}

using HostServicesDeathTest = HostServicesOnASegment;

TEST_F(HostServicesDeathTest, MistakesEndTheProgram)
{
    const auto device = Connect(MakeNode());
    m_services.dhcpServer->AddLease(device->GetAddress(), FabricHelper::MakeLease("10.0.0.9"));
    EXPECT_DEATH(
        m_services.dhcpServer->AddLease(device->GetAddress(), FabricHelper::MakeLease("10.0.0.10")),
        "has a lease already");

    EXPECT_DEATH(
        {
            m_services.resolver->SetAttribute("Upstream", Ipv4AddressValue(Ipv4Address::GetAny()));
            Simulator::Run();
        },
        "Upstream is not set");
    EXPECT_DEATH(
        {
            m_services.resolver->SetAttribute("Address", Ipv4AddressValue("192.0.2.1"));
            Simulator::Run();
        },
        "HostResolver: this node does not have the address 192.0.2.1");
    EXPECT_DEATH(
        {
            m_services.dhcpServer->SetAttribute("Address", Ipv4AddressValue("192.0.2.1"));
            Simulator::Run();
        },
        "HostDhcpServer: this node does not have the address 192.0.2.1");
    EXPECT_DEATH(
        {
            HostServicesHelper().Install(m_host, m_resolverAddress);
            Simulator::Run();
        },
        "UDP port 53 of 168.63.129.16 is in use");
}

TEST_F(HostServicesOnASegment, AttributesOutOfRangeAreRefused)
{
    EXPECT_FALSE(m_services.resolver->SetAttributeFailSafe("Attempts", UintegerValue(0)));
    EXPECT_FALSE(m_services.resolver->SetAttributeFailSafe("Timeout", TimeValue(Time())));
    EXPECT_FALSE(m_services.resolver->SetAttributeFailSafe("MaxPending", UintegerValue(0)));
    EXPECT_FALSE(m_services.resolver->SetAttributeFailSafe("MaxPending", UintegerValue(65536)));
    EXPECT_FALSE(m_services.resolver->SetAttributeFailSafe("Port", UintegerValue(0)));
    EXPECT_FALSE(m_services.resolver->SetAttributeFailSafe("UpstreamPort", UintegerValue(0)));
    EXPECT_FALSE(m_services.dhcpServer->SetAttributeFailSafe("LeaseTime", TimeValue(Seconds(3))));
}

TEST_F(HostServicesOnASegment, PortsAreThoseOfTheAttributes)
{
    m_services.resolver->SetAttribute("Port", UintegerValue(5353));
    m_services.resolver->SetAttribute("UpstreamPort", UintegerValue(5300));
    m_server->SetAttribute("Port", UintegerValue(5300));
    const auto client = Ask(AddVm());
    client->SetAttribute("Port", UintegerValue(5353));
    Simulator::Run();

    EXPECT_EQ(client->GetAnswer(), m_hostAddress);
}

} // namespace

} // namespace ns3::azure
