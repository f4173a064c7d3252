// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-link.h"

#include "ns3/azure-traffic-message.h"
#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-factory.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// How connections are kept alive, and what either side learns of their end.
class TrafficKeepAliveStory : public TrafficLink
{
  public:
    void OnKeepAlive(const TrafficFlow& /* flow */)
    {
        m_keepAlives.push_back(Simulator::Now().GetSeconds());
    }

    void OnServerClosed(const FlowKey& key, TrafficEnd end)
    {
        EXPECT_EQ(key.GetSource(), Ipv4Address("192.0.2.1"));
        m_serverEnds.push_back(end);
        m_serverEndTimes.push_back(Simulator::Now().GetSeconds());
    }

    void CountBytes(Ptr<Socket> socket)
    {
        for (auto packet = socket->Recv(); packet && packet->GetSize() > 0; packet = socket->Recv())
        {
            m_bytes += packet->GetSize();
        }
    }

  protected:
    void SetUp() override
    {
        TrafficLink::SetUp();
        ASSERT_TRUE(m_generator->TraceConnectWithoutContext(
            "KeepAlive",
            MakeCallback(&TrafficKeepAliveStory::OnKeepAlive, this)));
        ASSERT_TRUE(m_server->TraceConnectWithoutContext(
            "Closed",
            MakeCallback(&TrafficKeepAliveStory::OnServerClosed, this)));
    }

    void TearDown() override
    {
        EXPECT_EQ(m_generator->GetCounters().keepAlives, m_keepAlives.size());
        TrafficLink::TearDown();
    }

    /// Set an attribute of the server by its text.
    void SetServer(const std::string& name, const std::string& value)
    {
        m_server->SetAttribute(name, StringValue(value));
    }

    void HoldSeconds(const std::string& seconds)
    {
        Set("Hold", "ns3::ConstantRandomVariable[Constant=" + seconds + "]");
    }

    /// Let the server's TCP send a bare RST on the first connection.
    void SendReset(uint32_t sequence)
    {
        TcpHeader header;
        header.SetFlags(TcpHeader::RST);
        header.SetSequenceNumber(SequenceNumber32(sequence));
        header.SetSourcePort(80);
        header.SetDestinationPort(1024);
        m_nodes.Get(1)->GetObject<TcpL4Protocol>()->SendPacket(Create<Packet>(),
                                                               header,
                                                               Ipv4Address("192.0.2.2"),
                                                               Ipv4Address("192.0.2.1"),
                                                               nullptr);
    }

    /// Expects that the one flow ended so, then.
    void ExpectEnd(TrafficEnd end, double seconds) const
    {
        ASSERT_EQ(m_closed.size(), 1U);
        EXPECT_EQ(m_closed[0].end, end);
        EXPECT_NEAR(m_closed[0].flow.ended->GetSeconds(), seconds, TOLERANCE);
    }

    /// Expects that the server learned of one end, then.
    void ExpectServerEnd(TrafficEnd end, double seconds) const
    {
        ASSERT_EQ(m_serverEnds.size(), 1U);
        EXPECT_EQ(m_serverEnds[0], end);
        EXPECT_NEAR(m_serverEndTimes[0], seconds, TOLERANCE);
    }

    std::vector<double> m_keepAlives;     // when the client's went out, s
    std::vector<TrafficEnd> m_serverEnds; // the server's Closed
    std::vector<double> m_serverEndTimes; // likewise, s
    std::size_t m_bytes{0};               // received by a client that is not the generator
};

using TrafficKeepAliveTest = OverBothTransports<TrafficKeepAliveStory>;

INSTANTIATE_TEST_SUITE_P(Transports, TrafficKeepAliveTest, BOTH_TRANSPORTS, NAME_OF_TRANSPORT);

/// One row: a protocol, and when its response is whole.
struct ProtocolCase
{
    const char* name;   // test name, and the attribute
    double responded;   // s
    std::size_t answer; // bytes that answer a keep-alive message, beyond TCP's acknowledgement
};

void
PrintTo(const ProtocolCase& c, std::ostream* os)
{
    *os << c.name;
}

// TCP: a handshake, request and response, 20 ms each; UDP: without a handshake.
constexpr ProtocolCase PROTOCOL_CASES[] = {{"Tcp", 0.04, 0}, {"Udp", 0.02, 0}};

class KeepAliveOfProtocol : public RowsOverBothTransports<TrafficKeepAliveStory, ProtocolCase>
{
};

TEST_P(KeepAliveOfProtocol, B_5_GoesEachIntervalWhileTheFlowIsHeld)
{
    const auto& c = GetRow();
    Set("Protocol", c.name);
    Set("KeepAliveInterval", "10s");
    HoldSeconds("35");

    Run();

    ASSERT_EQ(m_keepAlives.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i)
    {
        EXPECT_NEAR(m_keepAlives[i], c.responded + 10 * (i + 1.0), TOLERANCE);
    }
    ASSERT_EQ(m_requests.size(), 4U); // the first with its response of 100 bytes
    EXPECT_EQ(m_requests.back().requestSize, TrafficRequestHeader::SIZE);
    EXPECT_EQ(m_requests.back().responseSize, c.answer);
    ExpectEnd(TrafficEnd::HoldOver, c.responded + 35);
}

TEST_P(KeepAliveOfProtocol, IsAnsweredWithinARoundTrip)
{
    const auto& c = GetRow();
    Set("Protocol", c.name);
    Set("KeepAliveInterval", "10s");
    HoldSeconds("15");

    Run(Seconds(14));

    const auto& last = m_datagrams.back();
    EXPECT_FALSE(last.isSent);
    EXPECT_EQ(last.payload, c.answer);
    // TCP acknowledges one segment when 0.2 s have passed without another
    EXPECT_NEAR(last.time.GetSeconds(),
                c.responded + 10.02 + (c.name == std::string("Tcp") ? 0.2 : 0),
                TOLERANCE);
}

TEST_P(KeepAliveOfProtocol, NeedsAnInterval)
{
    Set("Protocol", GetRow().name);
    HoldSeconds("1000");
    SetServer("IdleTimeout", "2000s");

    Run();

    EXPECT_TRUE(m_keepAlives.empty());
    EXPECT_EQ(m_requests.size(), 1U);
}

TEST_P(KeepAliveOfProtocol, EndsWithTheFlowHoweverItIsClosed)
{
    Set("Protocol", GetRow().name);
    Set("KeepAliveInterval", "10s");
    Set("Close", "None"); // TCP's socket stays open
    HoldSeconds("25");

    Run(Seconds(200));

    EXPECT_EQ(m_keepAlives.size(), 2U);
}

TEST_P(KeepAliveOfProtocol, GoesOnForEverWithoutHold)
{
    Set("Protocol", GetRow().name);
    Set("KeepAliveInterval", "100s");

    Run(Seconds(1050));

    EXPECT_EQ(m_keepAlives.size(), 10U);
    EXPECT_TRUE(m_closed.empty());
    EXPECT_TRUE(m_serverEnds.empty()) << "239 s without a request never pass";
}

INSTANTIATE_TEST_SUITE_P(TrafficKeepAlive,
                         KeepAliveOfProtocol,
                         ::testing::Combine(BOTH_TRANSPORTS, ::testing::ValuesIn(PROTOCOL_CASES)),
                         NAME_OF_ROW);

TEST_P(TrafficKeepAliveTest, WithoutARequestIsTheFirstOne)
{
    Set("KeepAliveInterval", "10s");
    Set("RequestSize", "0");
    Set("ResponseSize", "0");
    HoldSeconds("25");

    Run();

    EXPECT_EQ(m_requests.size(), 2U);
    ExpectEnd(TrafficEnd::HoldOver, 25.02);
}

TEST_P(TrafficKeepAliveTest, EndsWithTheFlowEvenIfNobodyAnswersItsFin)
{
    Set("KeepAliveInterval", "1s");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=2.5]");
    Set("CloseTimeout", "10s");
    Simulator::Schedule(Seconds(2.4), [this] { Cut(); });

    Run(Seconds(20));

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_generator->GetCounters().keepAlives, 2U);
}

TEST_P(TrafficKeepAliveTest, B_5_ResetIsToldApartFromFin)
{
    Set("KeepAliveInterval", "10s");
    Simulator::Schedule(Seconds(12), [this] { SendReset(101); }); // after 100 bytes of response

    Run();

    ExpectEnd(TrafficEnd::Reset, 12.01);
    EXPECT_EQ(m_keepAlives.size(), 1U);
}

TEST_P(TrafficKeepAliveTest, ServerThatHasForgottenTheConnectionIsSilent)
{
    Set("KeepAliveInterval", "10s");
    SetServer("IdleTimeout", "5s");

    Run();

    ExpectServerEnd(TrafficEnd::Idle, 5.03);
    EXPECT_EQ(m_requests.size(), 1U);
    EXPECT_EQ(CountReceived(TcpHeader::RST), 0U) << "listening sockets of ns-3 send none";
    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::Error);
}

TEST_P(TrafficKeepAliveTest, ConnectionWithoutAnswerEndsWithAnErrorWhenTcpGivesUp)
{
    Set("KeepAliveInterval", "10s");
    Simulator::Schedule(Seconds(15), [this] { Cut(); });

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::Error);
    EXPECT_GT(m_closed[0].flow.ended, Seconds(20));
    EXPECT_LT(m_keepAlives.back(), m_closed[0].flow.ended->GetSeconds());
}

TEST_P(TrafficKeepAliveTest, UdpFlowWithoutAnswerEndsWhenTheResponseTimeoutIsOver)
{
    Set("Protocol", "Udp");
    Set("KeepAliveInterval", "10s");
    Set("ResponseTimeout", "15s");
    Simulator::Schedule(Seconds(25), [this] { Cut(); });

    Run();

    // the message at 30.02 s is not answered; that of 40.02 s changes nothing
    ExpectEnd(TrafficEnd::NoResponse, 45.02);
    EXPECT_EQ(m_keepAlives.size(), 4U);
}

TEST_P(TrafficKeepAliveTest, DisposedGeneratorWaitsForNoAnswer)
{
    Set("Protocol", "Udp");
    Set("KeepAliveInterval", "10s");
    Set("ResponseTimeout", "15s");
    Simulator::Schedule(Seconds(25), [this] { Cut(); });
    Simulator::Schedule(Seconds(35), [this] { m_generator->Dispose(); });

    Run();

    EXPECT_TRUE(m_closed.empty()) << "the answer that did not come by 45.02 s is nobody's";
}

TEST_P(TrafficKeepAliveTest, B_5_OfTheServerAloneKeepsTheConnectionToo)
{
    HoldSeconds("60");
    SetServer("KeepAliveInterval", "10s");
    SetServer("IdleTimeout", "15s");

    Run();

    // from the request at 0.03 s on; the client's FIN comes at 60.05 s
    EXPECT_EQ(m_server->GetKeepAlives(), 6U);
    EXPECT_EQ(m_requests.size(), 1U);
    EXPECT_TRUE(m_keepAlives.empty());
    ExpectEnd(TrafficEnd::HoldOver, 60.04);
    ExpectServerEnd(TrafficEnd::PeerClosed, 60.05);
}

TEST_P(TrafficKeepAliveTest, ServerForgetsAClientThatAsksForNothing)
{
    HoldSeconds("60");
    Set("Close", "Rst");
    SetServer("IdleTimeout", "15s");

    Run();

    ExpectServerEnd(TrafficEnd::Idle, 15.03);
    ExpectEnd(TrafficEnd::HoldOver, 60.04);
}

TEST_P(TrafficKeepAliveTest, ServerLearnsOfReset)
{
    HoldSeconds("2");
    Set("Close", "Rst");

    Run();

    ExpectServerEnd(TrafficEnd::Reset, 2.05);
}

TEST_P(TrafficKeepAliveTest, ServerLearnsOfAClientThatIsGoneWhenItsTcpGivesUp)
{
    SetServer("KeepAliveInterval", "10s");
    Simulator::Schedule(Seconds(15), [this] { Cut(); });

    Run();

    ASSERT_EQ(m_serverEnds.size(), 1U);
    EXPECT_EQ(m_serverEnds[0], TrafficEnd::Error);
    EXPECT_GT(m_serverEndTimes[0], 20);
}

TEST_P(TrafficKeepAliveTest, OfTheServerIsNeverInTheMiddleOfARequest)
{
    Set("Flows", "0");
    SetServer("KeepAliveInterval", "10s");
    const auto socket = Socket::CreateSocket(m_nodes.Get(0), TcpSocketFactory::GetTypeId());
    socket->Bind();
    socket->SetRecvCallback(MakeCallback(&TrafficKeepAliveStory::CountBytes, this));
    const auto send = [socket](double seconds, Ptr<Packet> packet) {
        Simulator::Schedule(Seconds(seconds), [socket, packet] { socket->Send(packet); });
    };
    const auto second = CreateTrafficRequest(100, 50);
    Simulator::Schedule(MilliSeconds(1), [socket] {
        socket->Connect(InetSocketAddress(Ipv4Address("192.0.2.2"), 80));
    });
    send(1, CreateTrafficRequest(12, 7));
    send(5, second->CreateFragment(0, 60));
    send(25, second->CreateFragment(60, 40));

    Run(Seconds(24));
    EXPECT_EQ(m_bytes, 7U); // none at 11 and 21 s
    Run(Seconds(42 - 24));
    EXPECT_EQ(m_bytes, 7U + 50 + 2); // those of 31 and 41 s
}

TEST_P(TrafficKeepAliveTest, IntervalsBelowAMillisecondAreRefused)
{
    Set("KeepAliveInterval", "1ms");
    EXPECT_EQ(m_generator->Validate(), std::nullopt);
    Set("KeepAliveInterval", "999us");
    EXPECT_EQ(m_generator->Validate(),
              "KeepAliveInterval: '0.000999s' is not allowed; give 0s or at least 1ms");
    Set("KeepAliveInterval", "0s");
}

TEST(TrafficKeepAliveDeathTest, ServersRefuseTheSameIntervals)
{
    const auto node = CreateObject<Node>();
    const auto server = CreateObject<TrafficServer>();
    server->SetAttribute("KeepAliveInterval", StringValue("1us"));
    node->AddApplication(server);
    EXPECT_DEATH(Simulator::Run(), "TrafficServer: KeepAliveInterval: .*at least 1ms");
    Simulator::Destroy();
}

TEST(TrafficKeepAliveDeathTest, ServersForgetNobodyWhomTheyKeepAlive)
{
    const auto node = CreateObject<Node>();
    const auto server = CreateObject<TrafficServer>();
    server->SetAttribute("KeepAliveInterval", StringValue("15s"));
    server->SetAttribute("IdleTimeout", StringValue("15s"));
    node->AddApplication(server);
    EXPECT_DEATH(Simulator::Run(),
                 "TrafficServer: KeepAliveInterval: '.*15s' is not allowed; give less than the "
                 "IdleTimeout of .*15s");
    Simulator::Destroy();
}

} // namespace

} // namespace ns3::azure
