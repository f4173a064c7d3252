// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-link.h"

#include "ns3/azure-compact-endpoint.h"
#include "ns3/azure-compact-stack.h"
#include "ns3/azure-compact-tcp-defaults.h"
#include "ns3/azure-compact-tcp.h"
#include "ns3/azure-transport-bytes.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr uint8_t ICMP = 1; // number of the protocol
constexpr uint8_t TCP = 6;  // number of the protocol
constexpr uint8_t UDP = 17; // number of the protocol

/// Answers each datagram by three bytes, if there are to be answers, and takes note of what came.
class EchoUser : public CompactUdpUser
{
  public:
    explicit EchoUser(Ptr<CompactEndpoint> endpoint, bool isAnswering = true)
        : m_endpoint(std::move(endpoint)),
          m_isAnswering(isAnswering)
    {
    }

    void HandleDatagram(uint32_t tag,
                        const FlowKey& key,
                        const uint8_t* bytes,
                        uint32_t size) override
    {
        tags.push_back(tag);
        received.emplace_back(bytes, bytes + size);
        if (m_isAnswering)
        {
            m_endpoint->SendUdp(key, reinterpret_cast<const uint8_t*>("yes"), 3, 3);
        }
    }

    void HandleUnreachable(uint32_t tag) override
    {
        unreachable.push_back(tag);
    }

    std::vector<uint32_t> tags;
    std::vector<std::string> received;
    std::vector<uint32_t> unreachable;

  private:
    Ptr<CompactEndpoint> m_endpoint;
    bool m_isAnswering;
};

/// Opens a connection, and when that is over sends a datagram to where no route goes.
class GoneUser : public CompactTcpUser
{
  public:
    explicit GoneUser(Ptr<CompactEndpoint> endpoint)
        : m_endpoint(std::move(endpoint))
    {
    }

    uint32_t HandleAccepted(uint32_t /* connection */, const FlowKey& /* key */) override
    {
        return 0;
    }

    void HandleConnected(uint32_t /* tag */) override
    {
    }

    void HandleReceived(uint32_t /* tag */,
                        const uint8_t* /* bytes */,
                        uint32_t /* size */) override
    {
    }

    void HandlePeerClosed(uint32_t /* tag */) override
    {
    }

    void HandleOver(uint32_t /* tag */, CompactTcpEnd end, Time /* freeAt */) override
    {
        ends.push_back(end);
        const FlowKey nowhere("192.0.2.1", "203.0.113.1", 5000, 53, IpProtocol::Udp);
        EXPECT_FALSE(m_endpoint->SendUdp(nowhere, nullptr, 0, 8));
    }

    uint32_t WritePayload(uint32_t /* tag */,
                          uint32_t /* offset */,
                          uint8_t* /* bytes */,
                          uint32_t /* size */) override
    {
        return 0;
    }

    std::vector<CompactTcpEnd> ends;

  private:
    Ptr<CompactEndpoint> m_endpoint;
};

/// Two nodes, 10 ms apart, either with all of ns-3's protocols or with none above IPv4.
class CompactEndpointTest : public ::testing::TestWithParam<bool>
{
  public:
    void OnReceived(Ptr<const Packet> packet, Ptr<Ipv4> /* ipv4 */, uint32_t /* interface */)
    {
        m_received.push_back(packet->Copy());
    }

    void OnDropped(const Ipv4Header& /* header */,
                   Ptr<const Packet> /* packet */,
                   Ipv4L3Protocol::DropReason reason,
                   Ptr<Ipv4> /* ipv4 */,
                   uint32_t /* interface */)
    {
        m_dropped.push_back(reason);
    }

  protected:
    void SetUp() override
    {
        m_nodes.Create(2);
        PointToPointHelper link;
        link.SetChannelAttribute("Delay", StringValue("10ms"));
        m_devices = link.Install(m_nodes);
        for (uint32_t i = 0; i < 2; ++i)
        {
            if (GetParam())
            {
                InstallCompactStack(m_nodes.Get(i));
            }
            else
            {
                InternetStackHelper().Install(m_nodes.Get(i));
            }
        }
        Ipv4AddressHelper("192.0.2.0", "255.255.255.0").Assign(m_devices);
        // The queue discs that this installs would read malformed segments before they are sent.
        TrafficControlHelper().Uninstall(m_devices);
        m_client = CompactEndpoint::Install(m_nodes.Get(0));
        m_server = CompactEndpoint::Install(m_nodes.Get(1));
        for (uint32_t i = 0; i < 2; ++i)
        {
            m_nodes.Get(i)->Initialize(); // so that queue discs can be sent through before Run()
        }
        m_nodes.Get(0)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Rx",
            MakeCallback(&CompactEndpointTest::OnReceived, this));
        m_nodes.Get(0)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Drop",
            MakeCallback(&CompactEndpointTest::OnDropped, this));
    }

    void TearDown() override
    {
        Simulator::Destroy();
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
    }

    /// Let the client's IPv4 send these bytes, to the server if nothing else is said.
    void Send(uint8_t protocol,
              const std::vector<uint8_t>& bytes,
              Ipv4Address destination = Ipv4Address("192.0.2.2"))
    {
        const auto ipv4 = m_nodes.Get(0)->GetObject<Ipv4L3Protocol>();
        ipv4->Send(Create<Packet>(bytes.data(), bytes.size()),
                   Ipv4Address("192.0.2.1"),
                   destination,
                   protocol,
                   nullptr);
    }

    /// @return a TCP segment from port 5000 to that port
    static std::vector<uint8_t> MakeSegment(uint16_t port, const TcpSegment& segment)
    {
        std::vector<uint8_t> bytes(MAX_TCP_HEADER_SIZE);
        const FlowKey key("192.0.2.1", "192.0.2.2", 5000, port, IpProtocol::Tcp);
        bytes.resize(WriteTcpHeader(key, segment, bytes.data()));
        return bytes;
    }

    /// @return the flags, sequence and acknowledgement number of the TCP segments received
    std::vector<std::vector<uint32_t>> GetAnswers() const
    {
        std::vector<std::vector<uint32_t>> answers;
        for (const auto& packet : m_received)
        {
            const auto copy = packet->Copy();
            Ipv4Header ip;
            copy->RemoveHeader(ip);
            if (ip.GetProtocol() == TCP)
            {
                TcpHeader header;
                copy->RemoveHeader(header);
                answers.push_back({header.GetFlags(),
                                   header.GetSequenceNumber().GetValue(),
                                   header.GetAckNumber().GetValue()});
            }
        }
        return answers;
    }

    /// @return number of datagrams received of a protocol
    std::size_t CountReceived(uint8_t protocol) const
    {
        std::size_t count = 0;
        for (const auto& packet : m_received)
        {
            Ipv4Header ip;
            packet->PeekHeader(ip);
            count += ip.GetProtocol() == protocol ? 1 : 0;
        }
        return count;
    }

    const FlowKey m_key{"192.0.2.1", "192.0.2.2", 5000, 53, IpProtocol::Udp};

    NodeContainer m_nodes;
    NetDeviceContainer m_devices;
    Ptr<CompactEndpoint> m_client;
    Ptr<CompactEndpoint> m_server;
    std::vector<Ptr<Packet>> m_received; // by the client

    std::vector<Ipv4L3Protocol::DropReason> m_dropped; // by the client's IPv4
};

INSTANTIATE_TEST_SUITE_P(Nodes,
                         CompactEndpointTest,
                         ::testing::Values(false, true),
                         [](const auto& row) { return row.param ? "Slim" : "Full"; });

TEST_P(CompactEndpointTest, IsInstalledOnce)
{
    EXPECT_EQ(CompactEndpoint::Install(m_nodes.Get(0)), m_client);
    EXPECT_NE(m_server, m_client);
}

TEST_P(CompactEndpointTest, DatagramsGoToWhoListensAndAnswersToWhoAsked)
{
    EchoUser server(m_server);
    EchoUser client(m_client);
    ASSERT_TRUE(m_server->ListenUdp(53, server));
    ASSERT_TRUE(m_client->BindUdp(m_key, client, 7));
    const std::string question("who?");
    EXPECT_TRUE(m_client->SendUdp(m_key, reinterpret_cast<const uint8_t*>("who?"), 4, 6));
    Simulator::Schedule(MilliSeconds(30), [&] { m_server->StopListeningUdp(53); });

    Simulator::Run();

    ASSERT_EQ(server.received.size(), 1U);
    EXPECT_EQ(server.received[0], question + std::string(2, '\0'));
    EXPECT_EQ(server.tags[0], 0U);
    ASSERT_EQ(client.received.size(), 1U);
    EXPECT_EQ(client.received[0], "yes");
    EXPECT_EQ(client.tags[0], 7U);
    EXPECT_EQ(client.unreachable, std::vector<uint32_t>{7}) << "by the answer to the answer";
}

TEST_P(CompactEndpointTest, DatagramForNobodyIsAnsweredByPortUnreachable)
{
    EchoUser client(m_client);
    m_client->BindUdp(m_key, client, 7);
    m_client->SendUdp(m_key, nullptr, 0, 100);

    Simulator::Run();

    EXPECT_EQ(CountReceived(ICMP), 1U);
    EXPECT_EQ(client.unreachable, std::vector<uint32_t>{7});
}

TEST_P(CompactEndpointTest, WhatIsGivenBackIsNotToldAnyMore)
{
    EchoUser client(m_client);
    m_client->BindUdp(m_key, client, 7);
    m_client->SendUdp(m_key, nullptr, 0, 100);
    m_client->ReleaseUdp(m_key);

    Simulator::Run();

    EXPECT_EQ(CountReceived(ICMP), 1U);
    EXPECT_TRUE(client.unreachable.empty());
}

TEST_P(CompactEndpointTest, WithoutRouteNothingIsSent)
{
    const FlowKey nowhere("192.0.2.1", "203.0.113.9", 5000, 53, IpProtocol::Udp);
    EXPECT_FALSE(m_client->SendUdp(nowhere, nullptr, 0, 100));
}

TEST_P(CompactEndpointTest, AttemptWithoutRouteIsForgottenAndNotDropped)
{
    // As ns-3's sockets do, which tell of it by an error of Connect().
    GoneUser user(m_client);
    const auto& settings = m_client->KeepSettings({});
    const FlowKey nowhere("192.0.2.1", "203.0.113.9", 5000, 80, IpProtocol::Tcp);
    const auto connection = m_client->Bind(nowhere, user, 1, settings);
    ASSERT_TRUE(connection);

    EXPECT_FALSE(m_client->Connect(*connection));
    Simulator::Run();

    EXPECT_TRUE(user.ends.empty());
    EXPECT_FALSE(m_client->IsInUse(nowhere));
    EXPECT_TRUE(m_dropped.empty());
}

TEST_P(CompactEndpointTest, AttemptThatIsOverWithinConnectHadARoute)
{
    // To the node itself, where nobody listens: with ns-3 up to 3.40 the RST comes within the
    // call, and so does what the user does about it; with 3.44 it comes at the same time.
    GoneUser user(m_client);
    const auto& settings = m_client->KeepSettings({});
    const FlowKey self("192.0.2.1", "192.0.2.1", 5000, 81, IpProtocol::Tcp);
    const auto connection = m_client->Bind(self, user, 1, settings);
    ASSERT_TRUE(connection);

    EXPECT_TRUE(m_client->Connect(*connection));
    Simulator::Stop(NanoSeconds(1));
    Simulator::Run();

    EXPECT_EQ(user.ends, (std::vector<CompactTcpEnd>{CompactTcpEnd::Refused}));
    EXPECT_FALSE(m_client->IsInUse(self));
}

TEST_P(CompactEndpointTest, SegmentForNobodyIsAnsweredByReset)
{
    TcpSegment syn;
    syn.syn = true;
    syn.sequence = 1000;
    Send(TCP, MakeSegment(81, syn));
    TcpSegment ack;
    ack.ack = true;
    ack.sequence = 1000;
    ack.acknowledgement = 77;
    Simulator::Schedule(Seconds(1), [&] { Send(TCP, MakeSegment(81, ack)); });
    TcpSegment reset;
    reset.rst = true;
    Simulator::Schedule(Seconds(2), [&] { Send(TCP, MakeSegment(81, reset)); });

    Simulator::Run();

    // RFC 9293, 3.10.7.1: what follows the SYN is acknowledged; an ACK is answered with its number;
    // a RST is not answered.
    const uint32_t RST_AND_ACK = TcpHeader::RST | TcpHeader::ACK;
    const std::vector<std::vector<uint32_t>> expected{{RST_AND_ACK, 0, 1001},
                                                      {TcpHeader::RST, 77, 0}};
    EXPECT_EQ(GetAnswers(), expected);
}

TEST_P(CompactEndpointTest, SegmentForAllNodesIsNotAnswered)
{
    // RFC 9293, 3.9.2.3: a SYN to a broadcast address is discarded silently.
    GoneUser user(m_server);
    ASSERT_TRUE(m_server->Listen(80, user, m_server->KeepSettings({})));
    TcpSegment syn;
    syn.syn = true;
    for (const auto* address : {"255.255.255.255", "192.0.2.255"})
    {
        Send(TCP, MakeSegment(80, syn), Ipv4Address(address));
        if (GetParam()) // where ns-3's TCP is there, the closed port is its
        {
            Send(TCP, MakeSegment(81, syn), Ipv4Address(address));
        }
    }

    Simulator::Run();

    EXPECT_TRUE(GetAnswers().empty());
}

TEST_P(CompactEndpointTest, UserIsToldOfHardErrorsOnly)
{
    // RFC 1122, 4.2.3.9: of type 3 (unreachable) codes 2 (protocol) and 3 (port).
    EchoUser user(m_client);
    m_client->BindUdp(m_key, user, 7);
    const uint8_t quoted[8] = {5000 >> 8, 5000 & 0xff, 0, 53, 0, 8, 0, 0};
    const auto udp = m_nodes.Get(0)->GetObject<Ipv4>()->GetProtocol(UDP);
    const auto receive = [&](uint8_t type, uint8_t code) {
        const Ipv4Address server("192.0.2.2");
        udp->ReceiveIcmp(server, 64, type, code, 0, Ipv4Address("192.0.2.1"), server, quoted);
        return user.unreachable.size();
    };

    EXPECT_EQ(receive(3, 0), 0U) << "network";
    EXPECT_EQ(receive(3, 1), 0U) << "host";
    EXPECT_EQ(receive(3, 4), 0U) << "fragmentation needed";
    EXPECT_EQ(receive(11, 3), 0U) << "time exceeded";
    EXPECT_EQ(receive(3, 2), 1U) << "protocol";
    EXPECT_EQ(receive(3, 3), 2U) << "port";
}

TEST_P(CompactEndpointTest, MalformedSegmentsAndDatagramsAreDroppedSilently)
{
    TcpSegment syn;
    syn.syn = true;
    syn.timestamps = TcpTimestamps{1, 2};
    auto offsetTooSmall = MakeSegment(81, syn);
    offsetTooSmall[12] = 0x40;
    auto offsetTooBig = MakeSegment(81, syn);
    offsetTooBig[12] = 0xf0;
    auto optionWithoutLength = MakeSegment(81, syn);
    optionWithoutLength[21] = 0;
    auto cutShort = MakeSegment(81, syn);
    cutShort.resize(19);
    for (const auto& bytes : {offsetTooSmall, offsetTooBig, optionWithoutLength, cutShort, {}})
    {
        Send(TCP, bytes);
    }
    for (const auto length : {uint8_t{7}, uint8_t{9}})
    {
        Send(UDP, {0, 80, 0, 81, 0, length, 0, 0});
    }
    Send(UDP, {0, 80});

    Simulator::Run();

    EXPECT_TRUE(m_received.empty());
}

TEST_P(CompactEndpointTest, ChecksumsAreRightAndWrongOnesAreDropped)
{
    TearDown();
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    m_nodes = NodeContainer();
    SetUp();
    EchoUser server(m_server);
    EchoUser client(m_client, false);
    m_server->ListenUdp(53, server);
    m_client->BindUdp(m_key, client, 7);
    m_client->SendUdp(m_key, reinterpret_cast<const uint8_t*>("odd"), 3, 7);
    // the same without a checksum, which is allowed, and with a wrong one
    Send(UDP, {0x13, 0x88, 0, 53, 0, 8, 0, 0});
    Send(UDP, {0x13, 0x88, 0, 53, 0, 8, 0x12, 0x34});
    TcpSegment syn;
    syn.syn = true;
    Send(TCP, MakeSegment(81, syn)); // 0 is wrong
    auto right = MakeSegment(81, syn);
    const auto checksum =
        ComputeTransportChecksum({"192.0.2.1", "192.0.2.2", 5000, 81, IpProtocol::Tcp},
                                 right.data(),
                                 right.size(),
                                 right.size());
    right[16] = static_cast<uint8_t>(checksum >> 8);
    right[17] = static_cast<uint8_t>(checksum);
    Send(TCP, right);

    Simulator::Run();

    EXPECT_EQ(server.received.size(), 2U);
    EXPECT_EQ(client.received.size(), 2U);
    EXPECT_EQ(GetAnswers().size(), 1U) << "the RST against the right one";
}

TEST_P(CompactEndpointTest, PortOrKeyIsTakenOnce)
{
    EchoUser user(m_server);
    EXPECT_TRUE(m_server->ListenUdp(53, user));
    EXPECT_FALSE(m_server->ListenUdp(53, user));
    EXPECT_TRUE(m_client->BindUdp(m_key, user, 1));
    EXPECT_FALSE(m_client->BindUdp(m_key, user, 2));
    EXPECT_GT(m_client->GetMemory(), 0U);
}

TEST_P(CompactEndpointTest, IsStillThereWhenItsNodeIsGone)
{
    EchoUser user(m_client);
    m_client->BindUdp(m_key, user, 1);
    Simulator::Schedule(Seconds(1), [this] { m_nodes.Get(0)->Dispose(); });

    Simulator::Run();

    EXPECT_FALSE(m_client->SendUdp(m_key, nullptr, 0, 100));
    m_client->ReleaseUdp(m_key);
}

/// A node with ns-3's sockets and a compact endpoint.
using CompactNeighborTest = TrafficLink;

TEST_F(CompactNeighborTest, GeneratorsOfBothTransportsShareANode)
{
    Set("Transport", "Compact");
    Set("Flows", "5");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=1]");
    for (const auto* transport : {"Socket", "Compact"})
    {
        const auto other = CreateObject<TrafficGenerator>();
        other->AddDestination(Ipv4Address("192.0.2.2"));
        other->SetAttribute("Transport", StringValue(transport));
        other->SetAttribute("Flows", UintegerValue(5));
        m_nodes.Get(0)->AddApplication(other);
        Simulator::Schedule(Seconds(10), [other] { EXPECT_EQ(other->GetEstablished(), 5U); });
    }

    Run();

    EXPECT_EQ(m_established.size(), 5U);
    EXPECT_EQ(m_closed.size(), 5U);
    EXPECT_EQ(m_accepted.size(), 15U) << "each from a port of its own";
}

TEST_F(CompactNeighborTest, ServersOfBothTransportsShareANode)
{
    std::vector<Ptr<TrafficServer>> servers;
    for (const auto* transport : {"Compact", "Compact", "Socket"})
    {
        const auto server = CreateObject<TrafficServer>();
        server->SetAttribute("Transport", StringValue(transport));
        server->SetAttribute("FirstPort", UintegerValue(81 + servers.size()));
        m_nodes.Get(1)->AddApplication(server);
        servers.push_back(server);
    }
    Set("Transport", "Compact");
    Set("DestinationPorts", "4"); // 80 is m_server's, over sockets
    Set("Flows", "20");

    Run();

    EXPECT_EQ(m_established.size(), 20U);
    EXPECT_EQ(m_accepted.size(), 5U);
    for (const auto& server : servers)
    {
        EXPECT_EQ(server->GetAccepted(), 5U);
        EXPECT_EQ(server->GetRequests(), 5U);
    }
}

TEST_F(CompactNeighborTest, ServerOfManyPortsKeepsItsSettingsOnce)
{
    constexpr uint32_t PORTS = 4000;
    const auto server = CreateObject<TrafficServer>();
    server->SetAttribute("Transport", StringValue("Compact"));
    server->SetAttribute("FirstPort", UintegerValue(1000));
    server->SetAttribute("Ports", UintegerValue(PORTS));
    m_nodes.Get(1)->AddApplication(server);
    Set("Flows", "0");

    Run();

    // A port is in the tables of TCP and UDP, 36 and 48 bytes; settings would be 88 more.
    EXPECT_LT(CompactEndpoint::Install(m_nodes.Get(1))->GetMemory(), PORTS * 110U);
}

TEST_F(CompactNeighborTest, LongestTimeoutsNeverEnd)
{
    for (const auto* name : {"ResponseTimeout", "CloseTimeout", "KeepAliveInterval"})
    {
        m_generator->SetAttribute(name, TimeValue(Time::Max()));
    }
    Set("Transport", "Compact");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=1]");

    Run(Seconds(100));

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::HoldOver);
    EXPECT_EQ(CountSent(TcpHeader::RST), 0U);
    EXPECT_EQ(m_generator->GetCounters().keepAlives, 0U);
}

TEST_F(CompactNeighborTest, NodeTalksToItself)
{
    // IPv4 delivers at once what goes to an address of the node: within the call that sends.
    for (const auto* protocol : {"Tcp", "Udp"})
    {
        const auto generator = CreateObject<TrafficGenerator>();
        generator->SetAttribute("Transport", StringValue("Compact"));
        generator->SetAttribute("Protocol", StringValue(protocol));
        generator->SetAttribute("Flows", UintegerValue(3));
        generator->SetAttribute("Hold", StringValue("ns3::ConstantRandomVariable[Constant=1]"));
        generator->AddDestination(Ipv4Address("192.0.2.2"));
        generator->SetStartTime(Seconds(1));
        m_nodes.Get(1)->AddApplication(generator);
        Simulator::Schedule(Seconds(10), [generator] {
            EXPECT_EQ(generator->GetEstablished(), 3U);
            EXPECT_EQ(generator->GetCounters().closed, 3U);
        });
    }
    const auto server = CreateObject<TrafficServer>();
    server->SetAttribute("Transport", StringValue("Compact"));
    server->SetAttribute("FirstPort", UintegerValue(81));
    m_nodes.Get(1)->AddApplication(server);
    for (uint32_t i = 1; i <= 2; ++i)
    {
        m_nodes.Get(1)->GetApplication(i)->SetAttribute("DestinationPort", UintegerValue(81));
    }

    Run();

    EXPECT_EQ(server->GetRequests(), 6U);
}

TEST_F(CompactNeighborTest, PortsOfSocketsAreInUse)
{
    const auto socket = Socket::CreateSocket(m_nodes.Get(0), TcpSocketFactory::GetTypeId());
    ASSERT_EQ(socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 8000)), 0);
    const auto datagrams = Socket::CreateSocket(m_nodes.Get(0), UdpSocketFactory::GetTypeId());
    ASSERT_EQ(datagrams->Bind(InetSocketAddress(Ipv4Address("192.0.2.1"), 8001)), 0);
    const auto endpoint = CompactEndpoint::Install(m_nodes.Get(0));
    EchoUser user(endpoint);

    EXPECT_FALSE(endpoint->ListenUdp(8001, user));
    EXPECT_TRUE(endpoint->ListenUdp(8000, user)) << "which is TCP's";
    GoneUser tcp(endpoint);
    EXPECT_FALSE(endpoint->Listen(8000, tcp, endpoint->KeepSettings({})));
    EXPECT_TRUE(endpoint->Listen(8001, tcp, endpoint->KeepSettings({}))) << "which is UDP's";
    const FlowKey key("192.0.2.1", "192.0.2.2", 8001, 80, IpProtocol::Udp);
    EXPECT_FALSE(endpoint->BindUdp(key, user, 0));
    EXPECT_TRUE(endpoint->BindUdp(key.WithSource(Ipv4Address("192.0.2.1"), 8002), user, 0));
}

TEST_F(CompactNeighborTest, SettingsAreThoseOfSockets)
{
    const auto plain = GetCompactTcpDefaults();
    const CompactTcpSettings expected; // which says that it has ns-3's
    EXPECT_EQ(plain.segmentSize, expected.segmentSize);
    EXPECT_EQ(plain.window, expected.window);
    EXPECT_EQ(plain.connectAttempts, expected.connectAttempts);
    EXPECT_EQ(plain.connectTimeout, expected.connectTimeout);
    EXPECT_EQ(plain.dataRetries, expected.dataRetries);
    EXPECT_EQ(plain.firstRetransmitTimeout, expected.firstRetransmitTimeout);
    EXPECT_EQ(plain.leastRetransmitTimeout, expected.leastRetransmitTimeout);
    EXPECT_EQ(plain.delayedAckTimeout, expected.delayedAckTimeout);
    EXPECT_EQ(plain.delayedAckCount, expected.delayedAckCount);
    EXPECT_EQ(plain.segmentLifetime, expected.segmentLifetime);

    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    Config::SetDefault("ns3::TcpSocketBase::MaxSegLifetime", DoubleValue(0.5));
    EXPECT_EQ(GetCompactTcpDefaults().segmentSize, 1448U);
    EXPECT_EQ(GetCompactTcpDefaults().segmentLifetime, MilliSeconds(500));
    Config::Reset();
}

TEST_F(CompactNeighborTest, CloseNoneForgetsTheConnectionAndAnswersByReset)
{
    Set("Transport", "Compact");
    Set("Close", "None");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=1]");
    m_server->SetAttribute("KeepAliveInterval", StringValue("5s"));

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(CountSent(TcpHeader::FIN), 0U);
    EXPECT_EQ(CountSent(TcpHeader::RST), 1U) << "against the byte that comes 5 s later";
}

TEST_F(CompactNeighborTest, HardErrorFailsAnAttemptAndEndsAConnection)
{
    Set("Transport", "Compact");
    Set("Arrival", "Periodic");
    Set("Rate", "1");
    Set("Flows", "2");
    const auto refuse = [this] {
        const auto& key = m_started.back().key;
        const uint8_t quoted[8] = {static_cast<uint8_t>(key.GetSourcePort() >> 8),
                                   static_cast<uint8_t>(key.GetSourcePort() & 0xff),
                                   0,
                                   static_cast<uint8_t>(key.GetDestinationPort())};
        const auto tcp = m_nodes.Get(0)->GetObject<Ipv4>()->GetProtocol(TCP);
        tcp->ReceiveIcmp(key.GetDestination(),
                         64,
                         3, // unreachable
                         3, // port
                         0,
                         key.GetSource(),
                         key.GetDestination(),
                         quoted);
    };
    Simulator::Schedule(MilliSeconds(15), refuse);               // before the SYN-ACK comes
    Simulator::Schedule(Seconds(1) + MilliSeconds(100), refuse); // in the second connection

    Run(Seconds(10));

    ASSERT_EQ(m_failed.size(), 1U);
    EXPECT_EQ(m_failed[0].failure, TrafficFailure::Unreachable);
    EXPECT_EQ(m_failed[0].flow.ended, MilliSeconds(15));
    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::Error);
}

TEST_F(CompactNeighborTest, UdpPortThatNobodyHasIsUnreachable)
{
    Set("Transport", "Compact");
    Set("Protocol", "Udp");
    Set("DestinationPort", "81");

    Run();

    ASSERT_EQ(m_failed.size(), 1U);
    EXPECT_EQ(m_failed[0].failure, TrafficFailure::Unreachable);
    EXPECT_NEAR(m_failed[0].flow.ended->GetSeconds(), 0.02, TOLERANCE);
}

TEST_F(CompactNeighborTest, GeneratorDisposedOfInTheMiddleLeavesNothing)
{
    Set("Transport", "Compact");
    Set("Flows", "20");
    Set("KeepAliveInterval", "1s");
    Simulator::Schedule(Seconds(5), [this] { m_generator->Dispose(); });

    Run();

    EXPECT_EQ(m_established.size(), 20U);
    EXPECT_TRUE(m_closed.empty());
    const auto endpoint = CompactEndpoint::Install(m_nodes.Get(0));
    EchoUser user(endpoint);
    const FlowKey key("192.0.2.1", "192.0.2.2", 1024, 80, IpProtocol::Udp);
    EXPECT_TRUE(endpoint->BindUdp(key, user, 0));
}

TEST_F(CompactNeighborTest, StopWithinATraceIsClean)
{
    // Whoever hears of the first flow stops the application, or disposes of it.
    Set("Transport", "Compact");
    Set("Flows", "3");
    m_generator->TraceConnectWithoutContext(
        "FlowEstablished",
        MakeBoundCallback(
            +[](TrafficGenerator* generator, const TrafficFlow& flow) {
                if (flow.number == 0)
                {
                    generator->Dispose();
                }
            },
            PeekPointer(m_generator)));

    Run();

    EXPECT_EQ(m_established.size(), 1U);
    EXPECT_EQ(m_accepted.size(), 1U) << "the others have been forgotten, and answer by RST";
}

TEST_F(CompactNeighborTest, MemoryIsThatOfRecordsAndIsUsedAgain)
{
    Set("Transport", "Compact");
    Set("Arrival", "Periodic");
    Set("Rate", "1000");
    Set("Flows", "5000");
    Set("Close", "Rst");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=0]");

    Run();

    // 40 ms a flow and 1,000 a second are 40 at a time.
    EXPECT_EQ(m_closed.size(), 5000U);
    EXPECT_LT(m_generator->GetMemory(), 5000U * 96 / 2);
}

} // namespace

} // namespace ns3::azure
