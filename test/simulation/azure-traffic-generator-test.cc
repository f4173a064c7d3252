// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-link.h"

#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"

namespace ns3::azure
{

namespace
{

/// UDP, retries, stopping, repeatability and configuration.
using TrafficGeneratorTest = OverBothTransports<TrafficLink>;

INSTANTIATE_TEST_SUITE_P(Transports, TrafficGeneratorTest, BOTH_TRANSPORTS, NAME_OF_TRANSPORT);

TEST_P(TrafficGeneratorTest, UdpFlowIsOneDatagramEachWay)
{
    Set("Protocol", "Udp");
    Set("RequestSize", "200");
    Set("ResponseSize", "1000");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=3]");

    Run();

    ASSERT_EQ(m_datagrams.size(), 2U);
    EXPECT_TRUE(m_datagrams[0].isSent);
    EXPECT_EQ(m_datagrams[0].payload, 200U);
    EXPECT_EQ(m_datagrams[0].clientPort, 1024);
    EXPECT_FALSE(m_datagrams[1].isSent);
    EXPECT_EQ(m_datagrams[1].payload, 1000U);
    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::HoldOver);
    EXPECT_NEAR(m_closed[0].flow.established->GetSeconds(), 0.02, TOLERANCE);
    EXPECT_NEAR(m_closed[0].flow.ended->GetSeconds(), 3.02, TOLERANCE);
    ASSERT_EQ(m_requests.size(), 1U);
    EXPECT_EQ(m_requests[0].key, m_started[0].key);
    EXPECT_EQ(m_requests[0].key.GetProtocol(), IpProtocol::Udp);
}

TEST_P(TrafficGeneratorTest, EndlessHoldCountsAsTheLongest)
{
    Set("Hold", "ns3::LogNormalRandomVariable[Mu=1000|Sigma=0]"); // e^1000 is no double

    Run();

    ASSERT_EQ(m_closed.size(), 1U);
    EXPECT_NEAR((*m_closed[0].flow.ended - *m_closed[0].flow.established).GetSeconds(), 1e9, 1);
}

TEST_P(TrafficGeneratorTest, EmptyUdpResponseEstablishesToo)
{
    Set("Protocol", "Udp");
    Set("ResponseSize", "0");

    Run();

    EXPECT_EQ(m_established.size(), 1U);
}

TEST_P(TrafficGeneratorTest, UdpWithoutResponseFailsInTime)
{
    Set("Protocol", "Udp");
    Set("ResponseTimeout", "4s");
    Cut();

    Run();

    ASSERT_EQ(m_failed.size(), 1U);
    EXPECT_EQ(m_failed[0].failure, TrafficFailure::Timeout);
    EXPECT_EQ(m_failed[0].flow.ended, Seconds(4));
}

TEST_P(TrafficGeneratorTest, FixedRetriesUseANewSourcePortEach)
{
    Set("MaxAttempts", "3");
    Set("RetryBackoff", "Fixed");
    Set("RetryInterval", "2s");
    Set("ConnectTimeout", "1s");
    Cut();

    Run();

    // Attempts at 0, 3 and 6 s, each failing after 1 s.
    ASSERT_EQ(m_started.size(), 3U);
    ASSERT_EQ(m_failed.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i)
    {
        EXPECT_EQ(m_started[i].number, 0U);
        EXPECT_EQ(m_started[i].attempt, i + 1);
        EXPECT_EQ(m_started[i].started, Seconds(3 * i));
        EXPECT_EQ(m_started[i].key.GetSourcePort(), 1024 + i);
        EXPECT_EQ(m_failed[i].flow.ended, Seconds(3 * i + 1));
        EXPECT_EQ(m_failed[i].isRetried, i < 2);
    }
    EXPECT_EQ(m_generator->GetAttempted(), 1U);
    EXPECT_EQ(m_generator->GetFailed(), 1U);
    EXPECT_EQ(m_generator->GetCounters().attempts, 3U);
}

TEST_P(TrafficGeneratorTest, FlowThatARetryEstablishesHasNotFailed)
{
    m_generator->SetRetryPolicy({RetryBackoff::Fixed, 3, Seconds(2)});
    Set("ConnectTimeout", "1s");
    Cut();
    Simulator::Schedule(Seconds(2), [this] { Mend(); });

    Run();

    ASSERT_EQ(m_established.size(), 1U);
    EXPECT_EQ(m_established[0].attempt, 2U);
    EXPECT_NEAR(m_established[0].established->GetSeconds(), 3.02, TOLERANCE);
    EXPECT_EQ(m_generator->GetAttempted(), 1U);
    EXPECT_EQ(m_generator->GetEstablished(), 1U);
    EXPECT_EQ(m_generator->GetFailed(), 0U);
}

TEST_P(TrafficGeneratorTest, ExponentialRetriesDoubleWithJitter)
{
    Set("MaxAttempts", "4");
    Set("RetryBackoff", "Exponential");
    Set("RetryInterval", "2s");
    Set("RetryJitter", "ns3::ConstantRandomVariable[Constant=0.25]");
    Set("ConnectTimeout", "1s");
    Cut();

    Run();

    // Pauses of 2, 4 and 8 s times 0.75, each after 1 s of waiting.
    ASSERT_EQ(m_started.size(), 4U);
    EXPECT_EQ(m_started[1].started, Seconds(1 + 1.5));
    EXPECT_EQ(m_started[2].started, Seconds(2 + 1.5 + 3));
    EXPECT_EQ(m_started[3].started, Seconds(3 + 1.5 + 3 + 6));
}

TEST_P(TrafficGeneratorTest, StoppingClosesWhatIsOpenAndFailsWhatIsNot)
{
    // Established at 0 and 1 s; from 1.5 s on nothing comes back.
    Set("Arrival", "Periodic");
    Set("Rate", "1");
    Set("Flows", "100");
    Set("MaxAttempts", "5");
    Set("RetryInterval", "1h");
    Set("ConnectTimeout", "2s");
    Simulator::Schedule(MilliSeconds(1500), [this] { Cut(); });
    m_generator->SetStopTime(MilliSeconds(5500));

    Run(Seconds(20));

    // Flows 0 to 5; 2 and 3 (4 s, 5 s) have failed and wait to be retried, 4 and 5 are being tried.
    EXPECT_EQ(m_started.size(), 6U);
    ASSERT_EQ(m_closed.size(), 2U);
    EXPECT_EQ(m_closed[0].end, TrafficEnd::Stopped);
    EXPECT_EQ(m_closed[1].end, TrafficEnd::Stopped);
    EXPECT_EQ(m_closed[0].flow.ended, MilliSeconds(5500));
    ASSERT_EQ(m_failed.size(), 4U);
    EXPECT_EQ(m_failed[1].failure, TrafficFailure::Timeout);
    EXPECT_TRUE(m_failed[1].isRetried);
    EXPECT_EQ(m_failed[2].failure, TrafficFailure::Stopped);
    EXPECT_FALSE(m_failed[2].isRetried);
    EXPECT_EQ(m_generator->GetFailed(), 4U);
    EXPECT_EQ(CountSent(TcpHeader::RST), 2U) << "for the two that were being tried";
}

TEST_P(TrafficGeneratorTest, StopsInTheOrderOfTheFlows)
{
    // Flow 0 is over at 0.74 s, so that flow 2 may have what was its place.
    Set("Arrival", "Periodic");
    Set("Rate", "2");
    Set("Flows", "3");
    Set("Close", "Rst");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=0.7]");
    Simulator::Schedule(MilliSeconds(400),
                        [this] { Set("Hold", "ns3::ConstantRandomVariable[Constant=3000]"); });
    m_generator->SetStopTime(Seconds(10));

    Run();

    ASSERT_EQ(m_closed.size(), 3U);
    for (uint32_t i = 0; i < 3; ++i)
    {
        EXPECT_EQ(m_closed[i].flow.number, i);
        EXPECT_EQ(m_closed[i].end, i == 0 ? TrafficEnd::HoldOver : TrafficEnd::Stopped);
    }
}

TEST_P(TrafficGeneratorTest, DestroyingASimulationInMidAirIsClean)
{
    Set("Flows", "10");
    Set("MaxAttempts", "2");
    Set("ConnectTimeout", "10ms");

    Run(MilliSeconds(15));

    EXPECT_EQ(m_failed.size(), 10U); // waiting for their retry when the test ends
}

/// Times and destinations of a random run.
std::vector<std::pair<Time, uint16_t>>
Story(const std::vector<TrafficFlow>& flows)
{
    std::vector<std::pair<Time, uint16_t>> story;
    for (const auto& flow : flows)
    {
        story.emplace_back(flow.ended.value_or(flow.started), flow.key.GetDestinationPort());
    }
    return story;
}

TEST_P(TrafficGeneratorTest, SameStreamsGiveTheSameRunAndOthersAnother)
{
    std::vector<std::vector<std::pair<Time, uint16_t>>> stories;
    for (const int64_t stream : {100, 100, 200})
    {
        if (!stories.empty())
        {
            TearDown();
            m_started.clear();
            m_established.clear();
            m_closed.clear();
            m_accepted.clear();
            m_requests.clear();
            m_nodes = NodeContainer();
            SetUp();
        }
        Set("Arrival", "Poisson");
        Set("Rate", "50");
        Set("Flows", "200");
        Set("DestinationPorts", "5");
        Set("DestinationOrder", "Zipf");
        Set("Hold", "ns3::ExponentialRandomVariable[Mean=2]");
        m_server->SetAttribute("Ports", StringValue("5"));
        EXPECT_EQ(m_generator->AssignStreams(stream), 4);
        Run();
        std::vector<TrafficFlow> closed;
        for (const auto& [flow, end] : m_closed)
        {
            closed.push_back(flow);
        }
        EXPECT_EQ(closed.size(), 200U);
        stories.push_back(Story(closed));
    }
    EXPECT_EQ(stories[0], stories[1]);
    EXPECT_NE(stories[0], stories[2]);
}

/// One row: attributes that do not go together.
struct BadCase
{
    const char* name;                                        // test name
    std::vector<std::pair<const char*, const char*>> values; // attributes
    const char* error;                                       // what Validate() says
};

void
PrintTo(const BadCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const BadCase BAD_CASES[] = {
    {"ZeroRate", {{"Arrival", "Poisson"}, {"Rate", "0"}},
     "Rate: '0' is not allowed; give more than 0 flows per second"},
    {"EndlessBurst", {{"UnlimitedFlows", "true"}},
     "UnlimitedFlows: '1' is not allowed; give false with the arrival Burst"},
    {"PortsBeyondTheLast", {{"DestinationPort", "65535"}, {"DestinationPorts", "2"}},
     "DestinationPorts: '2' is not allowed; give so few that the last is <= 65535"},
    {"SourcePortsReversed", {{"FirstSourcePort", "2000"}, {"LastSourcePort", "1999"}},
     "LastSourcePort: '1999' is not allowed; give a port not below FirstSourcePort"},
    {"ShortRequest", {{"RequestSize", "11"}},
     "RequestSize: '11' is not allowed; give at least 12 bytes, or with TCP 0"},
    {"NoUdpRequest", {{"Protocol", "Udp"}, {"RequestSize", "0"}, {"ResponseSize", "0"}},
     "RequestSize: '0' is not allowed; give at least 12 bytes, or with TCP 0"},
    {"ResponseToNothing", {{"RequestSize", "0"}},
     "ResponseSize: '100' is not allowed; give 0 without a request"},
    {"LongDatagram", {{"Protocol", "Udp"}, {"ResponseSize", "65508"}},
     "RequestSize or ResponseSize: '65508' is not allowed; give at most 65507 bytes with UDP"},
};
// clang-format on

class BadConfiguration : public TrafficLink, public ::testing::WithParamInterface<BadCase>
{
};

TEST_P(BadConfiguration, IsNamed)
{
    EXPECT_EQ(m_generator->Validate(), std::nullopt);
    for (const auto& [name, value] : GetParam().values)
    {
        Set(name, value);
    }
    EXPECT_EQ(m_generator->Validate(), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(TrafficGenerator,
                         BadConfiguration,
                         ::testing::ValuesIn(BAD_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(TrafficGenerator, NeedsADestination)
{
    EXPECT_EQ(CreateObject<TrafficGenerator>()->Validate(),
              "AddDestination: '0' is not allowed; give at least one address");
}

using TrafficGeneratorDeathTest = TrafficLink;

TEST_F(TrafficGeneratorDeathTest, BadConfigurationEndsTheProgramAtTheStart)
{
    Set("RequestSize", "5");
    EXPECT_DEATH(Run(), "TrafficGenerator: RequestSize: '5' is not allowed");
}

TEST_F(TrafficGeneratorDeathTest, HoldThatIsNoNumberEndsTheProgram)
{
    Set("Hold", "ns3::ParetoRandomVariable[Scale=0|Shape=1e-300]"); // 0 * infinity
    EXPECT_DEATH(Run(), "TrafficGenerator: Hold has drawn what is no number");
}

TEST_F(TrafficGeneratorDeathTest, ArrivalGapThatIsNoNumberEndsTheProgram)
{
    Set("Arrival", "Poisson");
    Set("ArrivalGap", "ns3::ParetoRandomVariable[Scale=0|Shape=1e-300]");
    EXPECT_DEATH(Run(), "TrafficGenerator: ArrivalGap has drawn what is no number");
}

} // namespace

} // namespace ns3::azure
