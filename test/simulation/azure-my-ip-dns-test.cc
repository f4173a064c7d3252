// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-dns-message.h"
#include "ns3/azure-my-ip-dns-client.h"
#include "ns3/azure-my-ip-dns-server.h"
#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <list>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// What the Query trace source told, and when.
struct QuerySeen
{
    Time at;
    Ipv4Address source;
    uint16_t port;
    std::string name;
};

/// A client node and a server node, 10 ms from each other.
class MyIpDns : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        m_nodes.Create(2);
        PointToPointHelper link;
        link.SetChannelAttribute("Delay", StringValue("10ms"));
        link.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
        m_devices = link.Install(m_nodes);
        InternetStackHelper().Install(m_nodes);
        Ipv4AddressHelper("192.0.2.0", "255.255.255.0").Assign(m_devices);
        m_server = CreateObject<MyIpDnsServer>();
        m_nodes.Get(1)->AddApplication(m_server);
        m_server->TraceConnectWithoutContext("Query", MakeCallback(&MyIpDns::OnQuery, this));
        m_client = CreateObject<MyIpDnsClient>();
        m_client->SetAttribute("Resolver", Ipv4AddressValue(SERVER));
        m_nodes.Get(0)->AddApplication(m_client);
        m_client->TraceConnectWithoutContext("Answer", MakeCallback(&MyIpDns::OnAnswer, this));
        m_client->TraceConnectWithoutContext("Failed", MakeCallback(&MyIpDns::OnFailed, this));
        m_devices.Get(0)->TraceConnectWithoutContext("MacRx",
                                                     MakeCallback(&MyIpDns::OnClientPacket, this));
    }

    void TearDown() override
    {
        m_scripted = nullptr;
        Simulator::Destroy();
    }

    /// Lose the packets with these numbers, from 0, of those that arrive at the node.
    void Lose(uint32_t node, const std::list<uint32_t>& numbers)
    {
        const auto model = CreateObject<ReceiveListErrorModel>();
        model->SetList(numbers);
        m_devices.Get(node)->SetAttribute("ReceiveErrorModel", PointerValue(model));
    }

    /// Give the server's interface another address.
    void AddServerAddress(Ipv4Address address)
    {
        const auto ipv4 = m_nodes.Get(1)->GetObject<Ipv4>();
        ipv4->AddAddress(ipv4->GetInterfaceForDevice(m_devices.Get(1)),
                         Ipv4InterfaceAddress(address, "255.255.255.0"));
    }

    /// Replace the server by one that sends the messages, as they are, to whoever asks.
    void ServeInstead(const std::vector<DnsMessage>& replies)
    {
        m_server->SetAttribute("Port", UintegerValue(5300));
        m_replies = replies;
        m_scripted = Socket::CreateSocket(m_nodes.Get(1), UdpSocketFactory::GetTypeId());
        m_scripted->Bind(InetSocketAddress(Ipv4Address::GetAny(), 53));
        m_scripted->SetRecvCallback(MakeCallback(&MyIpDns::SendReplies, this));
    }

    /// @return the address the client has learned, after a run to the last event
    std::optional<Ipv4Address> RunForAnswer()
    {
        Simulator::Run();
        return m_client->GetAnswer();
    }

    static const Ipv4Address CLIENT;
    static const Ipv4Address SERVER;

    NodeContainer m_nodes;        // client, server
    NetDeviceContainer m_devices; // client's, server's
    Ptr<MyIpDnsServer> m_server;
    Ptr<MyIpDnsClient> m_client;
    std::vector<QuerySeen> m_queries;     // Query
    std::vector<Ipv4Address> m_answers;   // Answer
    std::vector<MyIpFailure> m_failures;  // Failed
    Time m_settledAt;                     // of the last Answer or Failed
    std::optional<DnsMessage> m_received; // by the client

  private:
    void OnClientPacket(Ptr<const Packet> packet)
    {
        constexpr std::ptrdiff_t HEADERS = 2 + 20 + 8; // octets of PPP, IPv4 and UDP
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        m_received = Decode({bytes.begin() + HEADERS, bytes.end()});
    }

    void OnQuery(Ipv4Address source, uint16_t port, const std::string& name)
    {
        m_queries.push_back({Simulator::Now(), source, port, name});
    }

    void OnAnswer(Ipv4Address address)
    {
        m_answers.push_back(address);
        m_settledAt = Simulator::Now();
    }

    void OnFailed(MyIpFailure reason)
    {
        m_failures.push_back(reason);
        m_settledAt = Simulator::Now();
    }

    void SendReplies(Ptr<Socket> socket)
    {
        Address from;
        socket->RecvFrom(from);
        for (const auto& reply : m_replies)
        {
            const auto bytes = Encode(reply).value();
            socket->SendTo(Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size())),
                           0,
                           from);
        }
    }

    Ptr<Socket> m_scripted;
    std::vector<DnsMessage> m_replies;
};

const Ipv4Address MyIpDns::CLIENT("192.0.2.1");
const Ipv4Address MyIpDns::SERVER("192.0.2.2");

TEST_F(MyIpDns, S0_34_ResolverAnswersWithTheSourceAddressOfTheQuery)
{
    EXPECT_EQ(RunForAnswer(), CLIENT);

    EXPECT_EQ(m_answers, std::vector<Ipv4Address>{CLIENT});
    EXPECT_TRUE(m_failures.empty());
    ASSERT_EQ(m_queries.size(), 1U);
    EXPECT_EQ(m_queries[0].source, CLIENT);
    EXPECT_GE(m_queries[0].port, 49152); // an ephemeral port of ns-3
    EXPECT_EQ(m_queries[0].name, "myip.opendns.com");
}

TEST_F(MyIpDns, S0_34_NameIsFoundInAnyCaseAndTracedInTheQuerysCase)
{
    m_client->SetAttribute("Name", StringValue("MyIP.OpenDNS.com."));

    EXPECT_EQ(RunForAnswer(), CLIENT);
    EXPECT_EQ(m_queries.at(0).name, "MyIP.OpenDNS.com");
}

TEST_F(MyIpDns, NameAndPortAreThoseOfTheAttributes)
{
    m_server->SetAttribute("Name", StringValue("who.example"));
    m_server->SetAttribute("Port", UintegerValue(5353));
    m_client->SetAttribute("Name", StringValue("who.example"));
    m_client->SetAttribute("Port", UintegerValue(5353));

    EXPECT_EQ(RunForAnswer(), CLIENT);
    StringValue name;
    m_server->GetAttribute("Name", name);
    EXPECT_EQ(name.Get(), "who.example");
    m_client->GetAttribute("Name", name);
    EXPECT_EQ(name.Get(), "who.example");
}

TEST_F(MyIpDns, OtherNameFailsAtOnceAsNoSuchName)
{
    m_client->SetAttribute("Name", StringValue("www.opendns.com"));

    EXPECT_EQ(RunForAnswer(), std::nullopt);
    EXPECT_EQ(m_failures, std::vector<MyIpFailure>{MyIpFailure::NoSuchName});
    EXPECT_TRUE(m_answers.empty());
    EXPECT_EQ(m_queries.size(), 1U); // an error is an answer: not asked again
}

TEST_F(MyIpDns, LostQueryIsSentAgainAfterTheTimeoutFromTheSamePort)
{
    m_client->SetAttribute("Timeout", TimeValue(Seconds(2)));
    m_client->SetAttribute("Attempts", UintegerValue(3));
    Lose(0, {0, 1}); // the first two replies

    EXPECT_EQ(RunForAnswer(), CLIENT);
    ASSERT_EQ(m_queries.size(), 3U);
    EXPECT_EQ(m_queries[1].at - m_queries[0].at, Seconds(2));
    EXPECT_EQ(m_queries[2].at - m_queries[1].at, Seconds(2));
    EXPECT_EQ(m_queries[2].port, m_queries[0].port);
    EXPECT_EQ(m_answers.size(), 1U);
    EXPECT_TRUE(m_failures.empty());
}

TEST_F(MyIpDns, ClientGivesUpWhenTheLastAttemptTimesOut)
{
    m_client->SetAttribute("Timeout", TimeValue(MilliSeconds(500)));
    m_client->SetAttribute("Attempts", UintegerValue(4));
    Lose(0, {0, 1, 2, 3});

    EXPECT_EQ(RunForAnswer(), std::nullopt);
    EXPECT_EQ(m_queries.size(), 4U);
    EXPECT_EQ(m_failures, std::vector<MyIpFailure>{MyIpFailure::Timeout});
    EXPECT_EQ(m_settledAt, Seconds(2)); // 4 * 500 ms
}

TEST_F(MyIpDns, DefaultIsTwoAttemptsOfFiveSeconds)
{
    Lose(1, {0, 1});

    EXPECT_EQ(RunForAnswer(), std::nullopt);
    EXPECT_TRUE(m_queries.empty());
    EXPECT_EQ(m_settledAt, Seconds(10));
}

TEST_F(MyIpDns, UnreachableResolverIsATimeout)
{
    m_client->SetAttribute("Resolver", Ipv4AddressValue("203.0.113.1"));

    EXPECT_EQ(RunForAnswer(), std::nullopt);
    EXPECT_EQ(m_failures, std::vector<MyIpFailure>{MyIpFailure::Timeout});
}

TEST_F(MyIpDns, LateReplyToTheFirstAttemptCountsAndASecondOneIsIgnored)
{
    // The reply takes 20 ms, the second attempt leaves after 15 ms: two replies arrive.
    m_client->SetAttribute("Timeout", TimeValue(MilliSeconds(15)));

    EXPECT_EQ(RunForAnswer(), CLIENT);
    EXPECT_EQ(m_queries.size(), 2U);
    EXPECT_EQ(m_answers.size(), 1U);
    EXPECT_LT(m_settledAt, MilliSeconds(21));
}

TEST_F(MyIpDns, ReplyComesFromTheAddressThatWasAsked)
{
    const Ipv4Address second("192.0.2.200");
    AddServerAddress(second);
    m_client->SetAttribute("Resolver", Ipv4AddressValue(second));
    const auto other = CreateObjectWithAttributes<MyIpDnsClient>("Resolver",
                                                                 Ipv4AddressValue(second),
                                                                 "QueryId",
                                                                 UintegerValue(2));
    other->SetStartTime(Seconds(1));
    m_nodes.Get(0)->AddApplication(other);

    // The client takes no reply from another address than the resolver's.
    EXPECT_EQ(RunForAnswer(), CLIENT);
    EXPECT_EQ(other->GetAnswer(), CLIENT);
    EXPECT_EQ(m_queries.size(), 2U); // no retry was needed
}

TEST_F(MyIpDns, TtlAndQueryIdAreThoseOfTheAttributes)
{
    m_server->SetAttribute("Ttl", TimeValue(MilliSeconds(90900)));
    m_client->SetAttribute("QueryId", UintegerValue(0xBEEF));
    Simulator::Run();

    ASSERT_TRUE(m_received);
    EXPECT_EQ(m_received->header.id, 0xBEEF);
    EXPECT_EQ(m_received->answers.at(0).ttl, 90U); // rounded down
}

TEST_F(MyIpDns, RepliesToOtherQueriesAreIgnored)
{
    const auto name = *DnsName::Parse("myip.opendns.com");
    auto wrong = MakeMyIpQuery(2, name);
    wrong.header.isResponse = true;
    wrong.answers.push_back(MakeAddressRecord(name, 0, "203.0.113.9"));
    auto right = wrong;
    right.header.id = 1;
    right.answers[0] = MakeAddressRecord(name, 0, "203.0.113.5");
    ServeInstead({wrong, right, wrong});

    EXPECT_EQ(RunForAnswer(), Ipv4Address("203.0.113.5"));
    EXPECT_EQ(m_answers.size(), 1U);
}

TEST_F(MyIpDns, ReplyWithoutAddressFails)
{
    auto empty = MakeMyIpQuery(1, *DnsName::Parse("myip.opendns.com"));
    empty.header.isResponse = true;
    ServeInstead({empty});

    EXPECT_EQ(RunForAnswer(), std::nullopt);
    EXPECT_EQ(m_failures, std::vector<MyIpFailure>{MyIpFailure::NoAddress});
}

TEST_F(MyIpDns, StoppedClientNeitherAnswersNorFails)
{
    m_client->SetStopTime(MilliSeconds(5));

    EXPECT_EQ(RunForAnswer(), std::nullopt);
    EXPECT_TRUE(m_answers.empty());
    EXPECT_TRUE(m_failures.empty());
    EXPECT_EQ(m_queries.size(), 1U);
}

TEST_F(MyIpDns, StoppedServerIsSilent)
{
    m_server->SetStopTime(Seconds(1));
    m_client->SetStartTime(Seconds(2));

    EXPECT_EQ(RunForAnswer(), std::nullopt);
    EXPECT_TRUE(m_queries.empty());
    EXPECT_EQ(m_failures, std::vector<MyIpFailure>{MyIpFailure::Timeout});
}

using MyIpDnsDeathTest = MyIpDns;

TEST_F(MyIpDnsDeathTest, WhatIsNoDomainNameEndsTheProgram)
{
    EXPECT_DEATH(m_server->SetAttribute("Name", StringValue("a..b")), "Name \"a..b\" is not");
    EXPECT_DEATH(m_client->SetAttribute("Name", StringValue("")), "Name \"\" is not");
}

TEST_F(MyIpDnsDeathTest, UnsetResolverEndsTheProgram)
{
    m_client->SetAttribute("Resolver", Ipv4AddressValue(Ipv4Address::GetAny()));

    EXPECT_DEATH(Simulator::Run(), "Resolver is not set");
}

TEST_F(MyIpDnsDeathTest, PortInUseEndsTheProgram)
{
    m_nodes.Get(1)->AddApplication(CreateObject<MyIpDnsServer>());

    EXPECT_DEATH(Simulator::Run(), "UDP port 53 is in use");
}

TEST_F(MyIpDns, AttributesOutOfRangeAreRefused)
{
    EXPECT_FALSE(m_client->SetAttributeFailSafe("Attempts", UintegerValue(0)));
    EXPECT_FALSE(m_client->SetAttributeFailSafe("Timeout", TimeValue(Seconds(0))));
    EXPECT_FALSE(m_client->SetAttributeFailSafe("Port", UintegerValue(0)));
    EXPECT_FALSE(m_server->SetAttributeFailSafe("Port", UintegerValue(0)));
    EXPECT_FALSE(m_server->SetAttributeFailSafe("Ttl", TimeValue(Seconds(-1))));
    EXPECT_FALSE(m_server->SetAttributeFailSafe("Ttl", TimeValue(Days(8))));
}

} // namespace

} // namespace ns3::azure
