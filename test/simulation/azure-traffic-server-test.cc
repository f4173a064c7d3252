// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-link.h"

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-traffic-message.h"
#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <array>
#include <cstring>
#include <sstream>
#include <vector>

namespace ns3::azure
{

namespace
{

/// What the server makes of messages that ns-3's sockets send, whatever its own transport is; the
/// generator opens nothing.
class TrafficServerTest : public TrafficLink, public ::testing::WithParamInterface<TrafficTransport>
{
  public:
    void Count(Ptr<Socket> socket)
    {
        while (const auto packet = socket->Recv())
        {
            ++m_packets;
            m_bytes += packet->GetSize();
            if (packet->GetSize() == 0)
            {
                break;
            }
        }
    }

    void OnServerClosed(const FlowKey& key, TrafficEnd end)
    {
        EXPECT_EQ(key, m_accepted.back());
        m_serverEnds.push_back(end);
        m_serverEndTimes.push_back(Simulator::Now());
    }

  protected:
    void SetUp() override
    {
        TrafficLink::SetUp();
        Set("Flows", "0");
        m_server->SetAttribute("FirstPort", UintegerValue(7000));
        m_server->SetAttribute("Ports", UintegerValue(2));
        m_server->SetAttribute("Transport", MakeEnumValue(GetParam()));
        ASSERT_TRUE(m_server->TraceConnectWithoutContext(
            "Closed",
            MakeCallback(&TrafficServerTest::OnServerClosed, this)));
    }

    /// @return a client's socket that connects to the second port as soon as there is time
    Ptr<Socket> Connect(TypeId factory)
    {
        const auto socket = Socket::CreateSocket(m_nodes.Get(0), factory);
        socket->Bind();
        socket->SetRecvCallback(MakeCallback(&TrafficServerTest::Count, this));
        Simulator::Schedule(MilliSeconds(1), [socket] {
            socket->Connect(InetSocketAddress(Ipv4Address("192.0.2.2"), 7001));
        });
        return socket;
    }

    /// Send that, later.
    static void SendAt(Time time, Ptr<Socket> socket, Ptr<Packet> packet)
    {
        Simulator::Schedule(time, [socket, packet] { socket->Send(packet); });
    }

    std::size_t m_packets{0};             // received by the client
    std::size_t m_bytes{0};               // received by the client
    std::vector<TrafficEnd> m_serverEnds; // the server's Closed
    std::vector<Time> m_serverEndTimes;   // likewise
};

TEST_P(TrafficServerTest, AnswersEveryRequestOfAConnection)
{
    const auto socket = Connect(TcpSocketFactory::GetTypeId());
    auto both = CreateTrafficRequest(300, 20);
    both->AddAtEnd(CreateTrafficRequest(12, 3));
    SendAt(Seconds(1), socket, both);
    SendAt(Seconds(2), socket, CreateTrafficRequest(12, 0));

    Run();

    ASSERT_EQ(m_requests.size(), 3U);
    EXPECT_EQ(m_requests[0].requestSize, 300U);
    EXPECT_EQ(m_requests[0].responseSize, 20U);
    EXPECT_EQ(m_requests[1].responseSize, 3U);
    EXPECT_EQ(m_requests[2].responseSize, 0U);
    EXPECT_EQ(m_bytes, 23U);
    EXPECT_EQ(m_server->GetAccepted(), 1U);
    EXPECT_EQ(m_server->GetMalformed(), 0U);
}

TEST_P(TrafficServerTest, WaitsForTheWholeRequest)
{
    const auto socket = Connect(TcpSocketFactory::GetTypeId());
    const auto request = CreateTrafficRequest(100, 5);
    SendAt(Seconds(1), socket, request->CreateFragment(0, 5));
    SendAt(Seconds(2), socket, request->CreateFragment(5, 94));
    Simulator::Schedule(Seconds(3), [this] { EXPECT_TRUE(m_requests.empty()); });
    SendAt(Seconds(4), socket, request->CreateFragment(99, 1));

    Run();

    EXPECT_EQ(m_requests.size(), 1U);
    EXPECT_EQ(m_bytes, 5U);
}

TEST_P(TrafficServerTest, ClosesAConnectionThatCarriesSomethingElse)
{
    const auto socket = Connect(TcpSocketFactory::GetTypeId());
    SendAt(Seconds(1), socket, Create<Packet>(50)); // zero bytes, no magic
    SendAt(Seconds(2), socket, Create<Packet>(50)); // the connection is counted once

    Run();

    EXPECT_EQ(m_server->GetMalformed(), 1U);
    EXPECT_TRUE(m_requests.empty());
    EXPECT_EQ(CountReceived(TcpHeader::FIN), 1U);
}

TEST_P(TrafficServerTest, ReadsRequestsThatAreCutAnywhere)
{
    // Three requests of 12, 20 and 13 bytes; each cut is a segment of its own.
    auto stream = CreateTrafficRequest(12, 1);
    stream->AddAtEnd(CreateTrafficRequest(20, 2));
    stream->AddAtEnd(CreateTrafficRequest(13, 4));
    const uint32_t size = stream->GetSize();
    const auto socket = Connect(TcpSocketFactory::GetTypeId());
    for (uint32_t at = 0; at < size; ++at)
    {
        SendAt(Seconds(1 + at), socket, stream->CreateFragment(at, 1));
    }

    Run();

    ASSERT_EQ(m_requests.size(), 3U);
    EXPECT_EQ(m_requests[0].requestSize, 12U);
    EXPECT_EQ(m_requests[1].requestSize, 20U);
    EXPECT_EQ(m_requests[2].requestSize, 13U);
    EXPECT_EQ(m_bytes, 7U);
    EXPECT_EQ(m_server->GetMalformed(), 0U);
}

TEST_P(TrafficServerTest, SendsResponsesOfAnySize)
{
    // More than the server's buffers hold, and than the client's window.
    constexpr uint32_t RESPONSE = 3'000'000;
    const auto socket = Connect(TcpSocketFactory::GetTypeId());
    SendAt(Seconds(1), socket, CreateTrafficRequest(12, RESPONSE));

    Run();

    EXPECT_EQ(m_bytes, RESPONSE);
    EXPECT_EQ(m_requests.size(), 1U);
}

TEST_P(TrafficServerTest, ForgetsAClientThatAsksForNothing)
{
    m_server->SetAttribute("IdleTimeout", TimeValue(Seconds(15)));
    const auto socket = Connect(TcpSocketFactory::GetTypeId());
    SendAt(Seconds(10), socket, CreateTrafficRequest(12, 3));

    Run(Seconds(100));

    EXPECT_EQ(m_serverEnds, std::vector<TrafficEnd>{TrafficEnd::Idle});
    // 10 s, the way of 10 ms, and 15 s
    EXPECT_NEAR(m_serverEndTimes.at(0).GetSeconds(), 25.01, TOLERANCE);
    EXPECT_EQ(CountReceived(TcpHeader::FIN) + CountReceived(TcpHeader::RST), 0U);
}

TEST_P(TrafficServerTest, KeepsItsClientsFromForgettingIt)
{
    m_server->SetAttribute("IdleTimeout", TimeValue(Seconds(15)));
    m_server->SetAttribute("KeepAliveInterval", TimeValue(Seconds(10)));
    const auto socket = Connect(TcpSocketFactory::GetTypeId());
    SendAt(Seconds(1), socket, CreateTrafficRequest(12, 3));
    // Within a request there is nothing to be said: the byte of 1 + 4 * 10 s is left out.
    SendAt(Seconds(35), socket, CreateTrafficRequest(12, 3)->CreateFragment(0, 5));

    Run(Seconds(60));

    EXPECT_EQ(m_server->GetKeepAlives(), 3U) << "after 10, 20 and 30 s";
    EXPECT_EQ(m_bytes, 6U);
    EXPECT_TRUE(m_serverEnds.empty());
}

TEST_P(TrafficServerTest, ClosesWhenTheClientHas)
{
    const auto socket = Connect(TcpSocketFactory::GetTypeId());
    SendAt(Seconds(1), socket, CreateTrafficRequest(12, 3));
    Simulator::Schedule(Seconds(2), [socket] { socket->Close(); });

    Run();

    EXPECT_EQ(m_serverEnds, std::vector<TrafficEnd>{TrafficEnd::PeerClosed});
    EXPECT_NEAR(m_serverEndTimes.at(0).GetSeconds(), 2.01, TOLERANCE);
    EXPECT_EQ(CountReceived(TcpHeader::FIN), 1U);
    EXPECT_EQ(m_bytes, 3U);
}

TEST_P(TrafficServerTest, UsesTheRecordsOfConnectionsThatAreOverAgain)
{
    constexpr uint32_t CONNECTIONS = 300;
    uint64_t after100 = 0;
    for (uint32_t i = 0; i < CONNECTIONS; ++i)
    {
        Simulator::Schedule(Seconds(i), [this, i, &after100] {
            const auto socket = Connect(TcpSocketFactory::GetTypeId());
            Simulator::Schedule(Seconds(0.5), [socket] { socket->Close(); });
            after100 = i == 100 ? m_server->GetMemory() : after100;
        });
    }

    Run();

    EXPECT_EQ(m_server->GetAccepted(), CONNECTIONS);
    EXPECT_EQ(m_serverEnds.size(), CONNECTIONS);
    EXPECT_EQ(m_server->GetMemory(), after100);
}

TEST_P(TrafficServerTest, IgnoresDatagramsThatAreNoRequests)
{
    const auto socket = Connect(UdpSocketFactory::GetTypeId());
    SendAt(Seconds(1), socket, Create<Packet>(50));                                 // no magic
    SendAt(Seconds(2), socket, Create<Packet>(0));                                  // empty
    SendAt(Seconds(3), socket, CreateTrafficRequest(50, 9)->CreateFragment(0, 49)); // cut short
    SendAt(Seconds(4), socket, CreateTrafficRequest(50, 9));
    auto tooLong = CreateTrafficRequest(50, 9);
    tooLong->AddPaddingAtEnd(1);
    SendAt(Seconds(5), socket, tooLong);

    Run();

    EXPECT_EQ(m_server->GetMalformed(), 4U);
    ASSERT_EQ(m_requests.size(), 1U);
    EXPECT_EQ(m_requests[0].key.GetDestinationPort(), 7001);
    EXPECT_EQ(m_packets, 1U);
    EXPECT_EQ(m_bytes, 9U);
}

TEST_P(TrafficServerTest, DoesNotAnswerADatagramThatAsksForMoreThanOneCanHold)
{
    const auto socket = Connect(UdpSocketFactory::GetTypeId());
    for (const uint32_t size : {65'508U, 66'000U, 0xffffffffU, 65'507U})
    {
        SendAt(Seconds(1), socket, CreateTrafficRequest(12, size));
    }

    Run();

    EXPECT_EQ(m_requests.size(), 4U);
    EXPECT_EQ(m_packets, 1U);
    EXPECT_EQ(m_bytes, 65'507U);
}

TEST_P(TrafficServerTest, StoppedServerKeepsItsConnections)
{
    const auto socket = Connect(TcpSocketFactory::GetTypeId());
    SendAt(Seconds(3), socket, CreateTrafficRequest(12, 8));
    m_server->SetStopTime(Seconds(2));
    Simulator::Schedule(Seconds(4), [this] { Connect(TcpSocketFactory::GetTypeId()); });
    SendAt(Seconds(4), Connect(UdpSocketFactory::GetTypeId()), CreateTrafficRequest(12, 9));

    Run(Seconds(6));

    EXPECT_EQ(m_bytes, 8U);
    EXPECT_EQ(m_server->GetAccepted(), 1U);
}

INSTANTIATE_TEST_SUITE_P(TrafficServer,
                         TrafficServerTest,
                         ::testing::Values(TrafficTransport::Socket, TrafficTransport::Compact),
                         [](const auto& row) {
                             const bool isSocket = row.param == TrafficTransport::Socket;
                             return isSocket ? "Socket" : "Compact";
                         });

TEST(TrafficRequestHeader, IsTwelveBytesInNetworkOrder)
{
    const auto request = CreateTrafficRequest(0x01020304, 0x05060708);

    std::array<uint8_t, 12> bytes{};
    request->CopyData(bytes.data(), bytes.size());
    EXPECT_EQ(std::memcmp(bytes.data(), "AZTG\1\2\3\4\5\6\7\10", 12), 0);
    EXPECT_EQ(request->GetSize(), 0x01020304U);

    TrafficRequestHeader header;
    EXPECT_EQ(request->PeekHeader(header), TrafficRequestHeader::SIZE);
    EXPECT_TRUE(header.IsValid());
    EXPECT_EQ(header.GetRequestSize(), 0x01020304U);
    EXPECT_EQ(header.GetResponseSize(), 0x05060708U);
    EXPECT_EQ(header.GetInstanceTypeId(), TrafficRequestHeader::GetTypeId());
    std::ostringstream text;
    TrafficRequestHeader(100, 20).Print(text);
    EXPECT_EQ(text.str(), "request 100 bytes, response 20 bytes");
}

} // namespace

} // namespace ns3::azure
