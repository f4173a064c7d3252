// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-link.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3::azure
{

namespace
{

constexpr uint8_t SYN = TcpHeader::SYN;
constexpr uint8_t FIN = TcpHeader::FIN;
constexpr uint8_t RST = TcpHeader::RST;

/// How a flow goes once it has begun.
class TrafficConnectionStory : public TrafficLink
{
  public:
    void OnOtherFailed(const TrafficFlow& /* flow */, TrafficFailure failure, bool /* isRetried */)
    {
        m_otherFailures.push_back(failure);
    }

    void CloseOnAccept(Ptr<Socket> socket, const Address& /* from */)
    {
        Simulator::Schedule(MilliSeconds(100), &Socket::Close, socket);
        socket->SetRecvCallback(MakeCallback(&TrafficConnectionStory::Read, this));
    }

    void Read(Ptr<Socket> socket)
    {
        socket->Recv();
    }

  protected:
    void HoldSeconds(const std::string& seconds)
    {
        Set("Hold", "ns3::ConstantRandomVariable[Constant=" + seconds + "]");
    }

    /// Let the server's TCP send a bare RST.
    void SendReset(uint16_t serverPort, uint16_t clientPort)
    {
        TcpHeader header;
        header.SetFlags(RST);
        header.SetSourcePort(serverPort);
        header.SetDestinationPort(clientPort);
        m_nodes.Get(1)->GetObject<TcpL4Protocol>()->SendPacket(Create<Packet>(),
                                                               header,
                                                               Ipv4Address("192.0.2.2"),
                                                               Ipv4Address("192.0.2.1"),
                                                               nullptr);
    }

    std::vector<TrafficFailure> m_otherFailures; // of other generators than m_generator
};

using TrafficConnectionTest = OverBothTransports<TrafficConnectionStory>;

INSTANTIATE_TEST_SUITE_P(Transports, TrafficConnectionTest, BOTH_TRANSPORTS, NAME_OF_TRANSPORT);

TEST_P(TrafficConnectionTest, WithoutHoldStaysOpenAndLeavesNothingToDo)
{
    Run();

    EXPECT_EQ(m_established.size(), 1U);
    EXPECT_TRUE(m_closed.empty());
    EXPECT_EQ(CountSent(FIN) + CountSent(RST), 0U);
    EXPECT_LT(Simulator::Now(), Seconds(240)) << "the server forgets, and nothing is left";
}

TEST_P(TrafficConnectionTest, HoldRunsFromTheWholeResponse)
{
    HoldSeconds("2");

    Run();

    // 20 ms for the handshake, 20 ms for request and response, 2 s.
    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::HoldOver);
    EXPECT_NEAR(m_closed[0].flow.ended->GetSeconds(), 2.04, TOLERANCE);
    EXPECT_NEAR(m_closed[0].flow.established->GetSeconds(), 0.02, TOLERANCE);
}

TEST_P(TrafficConnectionTest, NegativeHoldIsNone)
{
    HoldSeconds("-5");

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_NEAR(m_closed[0].flow.ended->GetSeconds(), 0.04, TOLERANCE);
}

/// One row: a way to close, and what it puts on the wire.
struct CloseCase
{
    const char* name;   // test name
    const char* close;  // attribute
    std::size_t sent;   // FINs sent
    std::size_t answer; // FINs received
    std::size_t resets; // RSTs sent
};

void
PrintTo(const CloseCase& c, std::ostream* os)
{
    *os << c.close;
}

// clang-format off
constexpr CloseCase CLOSE_CASES[] = {
    // name     close   sent answer resets
    {"ByFin",   "Fin",  1,   1,     0},
    {"ByRst",   "Rst",  0,   0,     1},
    {"Silent",  "None", 0,   0,     0},
};
// clang-format on

class TrafficCloseTest : public RowsOverBothTransports<TrafficConnectionStory, CloseCase>
{
  protected:
    void ExpectOnTheWire() const
    {
        EXPECT_EQ(CountSent(FIN), GetRow().sent);
        EXPECT_EQ(CountReceived(FIN), GetRow().answer);
        EXPECT_EQ(CountSent(RST), GetRow().resets);
        EXPECT_EQ(CountReceived(RST), 0U);
    }
};

TEST_P(TrafficCloseTest, IsSeenOnTheWire)
{
    Set("Close", GetRow().close);
    HoldSeconds("1");

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_NEAR(m_closed[0].flow.ended->GetSeconds(), 1.04, TOLERANCE);
    ExpectOnTheWire();
}

TEST_P(TrafficCloseTest, IsTheSameWithoutAnyData)
{
    Set("Close", GetRow().close);
    Set("RequestSize", "0");
    Set("ResponseSize", "0");
    HoldSeconds("1");

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_NEAR(m_closed[0].flow.ended->GetSeconds(), 1.02, TOLERANCE);
    ExpectOnTheWire();
    EXPECT_EQ(m_accepted.size(), 1U);
    EXPECT_TRUE(m_requests.empty());
}

INSTANTIATE_TEST_SUITE_P(TrafficConnection,
                         TrafficCloseTest,
                         ::testing::Combine(BOTH_TRANSPORTS, ::testing::ValuesIn(CLOSE_CASES)),
                         NAME_OF_ROW);

TEST_P(TrafficConnectionTest, SourcePortIsFreeAtOnceAfterRst)
{
    Set("FirstSourcePort", "5000");
    Set("LastSourcePort", "5000");
    Set("Close", "Rst");
    HoldSeconds("0");
    Set("Arrival", "Periodic");
    Set("Rate", "10");
    Set("Flows", "20");

    Run();

    EXPECT_EQ(m_closed.size(), 20U);
    EXPECT_EQ(CountSent(RST), 20U);
}

TEST_P(TrafficConnectionTest, UnansweredFinIsFollowedByRst)
{
    Set("CloseTimeout", "30s");
    HoldSeconds("2");
    Simulator::Schedule(Seconds(1), [this] { Cut(); });

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(CountSent(RST), 1U);
    EXPECT_NEAR(m_datagrams.back().time.GetSeconds(), 32.04, TOLERANCE);
    EXPECT_LT(Simulator::Now(), Seconds(240)) << "no FIN goes on for ever";
}

TEST_P(TrafficConnectionTest, LargeMessagesPassSmallBuffers)
{
    Set("RequestSize", "500000");
    Set("ResponseSize", "1000000");
    HoldSeconds("0");

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::HoldOver);
    ASSERT_EQ(m_requests.size(), 1U);
    EXPECT_EQ(m_requests[0].requestSize, 500000U);
    EXPECT_EQ(m_requests[0].responseSize, 1000000U);
    uint64_t received = 0;
    for (const auto& datagram : m_datagrams)
    {
        received += datagram.isSent ? 0 : datagram.payload;
    }
    EXPECT_GE(received, 1000000U);
}

/// One row: how often and how long a TCP client asks in vain.
struct ConnectCase
{
    const char* name;    // test name
    const char* count;   // ConnectAttempts
    const char* timeout; // ConnectTimeout
    double seconds;      // when the attempt fails
};

void
PrintTo(const ConnectCase& c, std::ostream* os)
{
    *os << c.count << " SYNs, " << c.timeout;
}

// The n-th SYN waits 2^(n-1) times the timeout.
// clang-format off
constexpr ConnectCase CONNECT_CASES[] = {
    {"OneSyn",    "1", "3s", 3},
    {"TwoSyns",   "2", "3s", 3 + 6},
    {"ThreeSyns", "3", "1s", 1 + 2 + 4},
};
// clang-format on

class ConnectTimeoutTest : public RowsOverBothTransports<TrafficConnectionStory, ConnectCase>
{
};

TEST_P(ConnectTimeoutTest, EndsTheAttempt)
{
    Set("ConnectAttempts", GetRow().count);
    Set("ConnectTimeout", GetRow().timeout);
    Cut();

    Run();

    ASSERT_EQ(m_failed.size(), 1U);
    EXPECT_EQ(m_failed[0].failure, TrafficFailure::Timeout);
    EXPECT_FALSE(m_failed[0].isRetried);
    EXPECT_EQ(m_failed[0].flow.ended, Seconds(GetRow().seconds));
    EXPECT_EQ(std::to_string(CountSent(SYN)), GetRow().count);
    EXPECT_EQ(m_generator->GetFailed(), 1U);
}

INSTANTIATE_TEST_SUITE_P(TrafficConnection,
                         ConnectTimeoutTest,
                         ::testing::Combine(BOTH_TRANSPORTS, ::testing::ValuesIn(CONNECT_CASES)),
                         NAME_OF_ROW);

TEST_P(TrafficConnectionTest, PortThatNobodyListensOnTimesOutOverSocketsOnly)
{
    Set("DestinationPort", "81");

    Run();

    EXPECT_EQ(CountReceived(RST | TcpHeader::ACK), 1U) << "which ns-3's TCP overlooks";
    ASSERT_EQ(m_failed.size(), 1U);
    EXPECT_EQ(m_failed[0].failure, IsCompact() ? TrafficFailure::Reset : TrafficFailure::Timeout);
    EXPECT_NEAR(m_failed[0].flow.ended->GetSeconds(), IsCompact() ? 0.02 : 3, TOLERANCE);
}

TEST_P(TrafficConnectionTest, ResetWithoutAckEndsTheAttempt)
{
    Set("DestinationPort", "81");
    Simulator::Schedule(MilliSeconds(90), [this] { SendReset(81, 1024); });

    Run();

    ASSERT_EQ(m_failed.size(), 1U);
    EXPECT_EQ(m_failed[0].failure, TrafficFailure::Reset);
    // Compact has taken the RST with ACK that came before, see above.
    EXPECT_NEAR(m_failed[0].flow.ended->GetSeconds(), IsCompact() ? 0.02 : 0.1, TOLERANCE);
}

TEST_P(TrafficConnectionTest, DestinationWithoutRouteFailsAtOnce)
{
    const auto generator = CreateObject<TrafficGenerator>();
    generator->AddDestination(Ipv4Address("203.0.113.9"));
    generator->SetAttribute("Transport", StringValue(ToText(GetParam())));
    m_nodes.Get(0)->AddApplication(generator);
    generator->TraceConnectWithoutContext(
        "FlowFailed",
        MakeCallback(&TrafficConnectionStory::OnOtherFailed, this));

    Run();

    ASSERT_EQ(m_otherFailures.size(), 1U);
    EXPECT_EQ(m_otherFailures[0], TrafficFailure::NoRoute);
}

TEST_P(TrafficConnectionTest, MissingResponseClosesAnEstablishedConnection)
{
    Set("ResponseTimeout", "7s");
    Simulator::Schedule(MilliSeconds(25), [this] { Cut(); });
    Simulator::Schedule(Seconds(7), [this] { Mend(); });

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::NoResponse);
    EXPECT_NEAR(m_closed[0].flow.ended->GetSeconds(), 7.02, TOLERANCE);
    // Compact sends all again that followed the lost request, once that has been acknowledged.
    EXPECT_EQ(CountSent(FIN), IsCompact() ? 2U : 1U);
}

TEST_P(TrafficConnectionTest, ConnectionThatTcpGivesUpEndsWithAnError)
{
    Set("ResponseTimeout", "1h");
    Simulator::Schedule(MilliSeconds(25), [this] { Cut(); });

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::Error);
}

TEST_P(TrafficConnectionTest, ConnectionThatTheServerClosesIsClosedToo)
{
    Set("DestinationPort", "90");
    Set("ResponseTimeout", "1h");
    const auto listener = Socket::CreateSocket(m_nodes.Get(1), TcpSocketFactory::GetTypeId());
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 90));
    listener->Listen();
    listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                MakeCallback(&TrafficConnectionStory::CloseOnAccept, this));

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::PeerClosed);
    EXPECT_EQ(CountReceived(FIN), 1U);
    EXPECT_EQ(CountSent(FIN), 1U);
}

} // namespace

} // namespace ns3::azure
