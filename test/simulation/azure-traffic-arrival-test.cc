// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-link.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <map>

namespace ns3::azure
{

namespace
{

/// When, where to and where from flows are opened.
using TrafficArrivalTest = OverBothTransports<TrafficLink>;

INSTANTIATE_TEST_SUITE_P(Transports, TrafficArrivalTest, BOTH_TRANSPORTS, NAME_OF_TRANSPORT);

TEST_P(TrafficArrivalTest, BurstOpensAllFlowsAtTheStart)
{
    Set("Flows", "50");
    m_generator->SetStartTime(Seconds(3));

    Run(Seconds(10));

    ASSERT_EQ(m_started.size(), 50U);
    ASSERT_EQ(m_established.size(), 50U);
    for (std::size_t i = 0; i < 50; ++i)
    {
        EXPECT_EQ(m_started[i].number, i);
        EXPECT_EQ(m_started[i].attempt, 1U);
        EXPECT_EQ(m_started[i].started, Seconds(3));
        EXPECT_EQ(m_started[i].key.GetSource(), Ipv4Address("192.0.2.1"));
        EXPECT_EQ(m_started[i].key.GetSourcePort(), 1024 + i); // the default FirstSourcePort
        EXPECT_EQ(m_started[i].key.GetDestination(), Ipv4Address("192.0.2.2"));
        EXPECT_EQ(m_started[i].key.GetDestinationPort(), 80); // the default DestinationPort
        EXPECT_EQ(m_started[i].key.GetProtocol(), IpProtocol::Tcp);
        EXPECT_EQ(m_requests[i].key, m_started[i].key); // nothing translates
        EXPECT_EQ(m_accepted[i], m_started[i].key);
        ASSERT_TRUE(m_established[i].established);
        EXPECT_NEAR(m_established[i].established->GetSeconds(), 3.02, TOLERANCE);
        EXPECT_FALSE(m_established[i].ended);
    }
    EXPECT_EQ(m_generator->GetAttempted(), 50U);
    EXPECT_EQ(m_generator->GetEstablished(), 50U);
    EXPECT_EQ(m_generator->GetFailed(), 0U);
}

TEST_P(TrafficArrivalTest, NoFlowsAreOpenedWhenZeroAreAskedFor)
{
    Set("Flows", "0");

    Run();

    EXPECT_TRUE(m_started.empty());
    EXPECT_EQ(Simulator::Now(), Seconds(0));
}

TEST_P(TrafficArrivalTest, PeriodicFlowsDoNotDrift)
{
    Set("Arrival", "Periodic");
    Set("Rate", "3");
    Set("Flows", "1000");
    Set("Protocol", "Udp");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=0]");
    m_generator->SetStartTime(Seconds(5));

    Run();

    ASSERT_EQ(m_started.size(), 1000U);
    for (std::size_t i = 0; i < 1000; ++i)
    {
        EXPECT_NEAR(m_started[i].started.GetSeconds(), 5 + i / 3.0, 2e-9) << i;
    }
    // ns-3 keeps canceled events: the wait for the last response, 10 s, ends the run.
    EXPECT_NEAR(m_closed.back().flow.ended->GetSeconds(), 5 + 999 / 3.0 + 0.02, TOLERANCE);
    EXPECT_NEAR(Simulator::Now().GetSeconds(), 5 + 999 / 3.0 + 10, TOLERANCE);
}

TEST_P(TrafficArrivalTest, PoissonWaitsAGapBeforeEachFlow)
{
    Set("Arrival", "Poisson");
    Set("Rate", "4");
    Set("Flows", "8");
    Set("ArrivalGap", "ns3::ConstantRandomVariable[Constant=1]");

    Run(Seconds(10));

    ASSERT_EQ(m_started.size(), 8U);
    for (std::size_t i = 0; i < 8; ++i)
    {
        EXPECT_EQ(m_started[i].started, Seconds((i + 1) / 4.0)); // quarters are exact
    }
}

TEST_P(TrafficArrivalTest, GapBelowZeroIsNone)
{
    Set("Arrival", "Poisson");
    Set("Flows", "3");
    Set("ArrivalGap", "ns3::ConstantRandomVariable[Constant=-1]");

    Run(Seconds(10));

    ASSERT_EQ(m_started.size(), 3U);
    EXPECT_EQ(m_started.back().started, Seconds(0));
}

/// What comes after a billion seconds does not come; 2^29 s, over the rate, are 536,870,912 s.
class LateArrivalTest : public TrafficArrivalTest
{
  protected:
    /// @return when flows have been opened, in seconds
    std::vector<double> GetArrivals(const char* arrival, const char* gap)
    {
        Set("Arrival", arrival);
        Set("Rate", "1.862645149230957e-09"); // 2^-29
        Set("ArrivalGap", std::string("ns3::ConstantRandomVariable[Constant=") + gap + "]");
        Set("Flows", "20");
        Set("Protocol", "Udp");
        Set("Hold", "ns3::ConstantRandomVariable[Constant=0]");
        Run();
        std::vector<double> arrivals;
        for (const auto& flow : m_started)
        {
            arrivals.push_back(flow.started.GetSeconds());
        }
        return arrivals;
    }
};

INSTANTIATE_TEST_SUITE_P(Transports, LateArrivalTest, BOTH_TRANSPORTS, NAME_OF_TRANSPORT);

TEST_P(LateArrivalTest, OfPeriodicFlowsDoNotCome)
{
    EXPECT_EQ(GetArrivals("Periodic", "1"), (std::vector<double>{0, 536870912}));
}

TEST_P(LateArrivalTest, AfterSeveralGapsDoNotCome)
{
    const std::vector<double> expected{268435456, 536870912, 805306368};
    EXPECT_EQ(GetArrivals("Poisson", "0.5"), expected);
}

TEST_P(LateArrivalTest, AfterAnEndlessGapDoNotCome)
{
    EXPECT_TRUE(GetArrivals("Poisson", "1e300").empty());
}

TEST_P(TrafficArrivalTest, PoissonGapsAreExponentialAndUnlimitedFlowsEndWithTheApplication)
{
    Set("Arrival", "Poisson");
    Set("Rate", "200");
    Set("UnlimitedFlows", "true");
    Set("Protocol", "Udp");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=0]");
    EXPECT_EQ(m_generator->AssignStreams(100), 4);
    m_generator->SetStopTime(Seconds(20));

    Run();

    // A Poisson number of mean 20 * 200 = 4000 and deviation sqrt(4000) = 63.2; 4.4 deviations.
    EXPECT_NEAR(m_started.size(), 4000, 4.4 * std::sqrt(4000.0));
    EXPECT_LT(m_started.back().started, Seconds(20));
    // Exponential gaps exceed their mean with probability 1/e, deviation sqrt(p(1-p)/n) = 0.0076.
    std::size_t longGaps = 0;
    for (std::size_t i = 1; i < m_started.size(); ++i)
    {
        longGaps += m_started[i].started - m_started[i - 1].started > MilliSeconds(5) ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(longGaps) / (m_started.size() - 1), std::exp(-1), 0.034);
}

TEST_P(TrafficArrivalTest, FlowsAreDealtOverAddressesThenPorts)
{
    const auto ipv4 = m_nodes.Get(1)->GetObject<Ipv4>();
    ipv4->AddAddress(1, Ipv4InterfaceAddress("192.0.2.3", "255.255.255.0"));
    m_generator->AddDestination(Ipv4Address("192.0.2.3"));
    m_server->SetAttribute("FirstPort", UintegerValue(8080));
    m_server->SetAttribute("Ports", UintegerValue(2));
    Set("DestinationPort", "8080");
    Set("DestinationPorts", "2");
    Set("Flows", "5");
    Set("Protocol", "Udp");

    Run(Seconds(1));

    ASSERT_EQ(m_requests.size(), 5U);
    // clang-format off
    const std::vector<std::pair<const char*, uint16_t>> expected{
        {"192.0.2.2", 8080}, {"192.0.2.3", 8080}, {"192.0.2.2", 8081}, {"192.0.2.3", 8081},
        {"192.0.2.2", 8080}};
    // clang-format on
    for (std::size_t i = 0; i < 5; ++i)
    {
        EXPECT_EQ(m_requests[i].key.GetDestination(), Ipv4Address(expected[i].first)) << i;
        EXPECT_EQ(m_requests[i].key.GetDestinationPort(), expected[i].second) << i;
    }
    EXPECT_EQ(m_established.size(), 5U) << "each address answers for itself";
}

TEST_P(TrafficArrivalTest, ZipfPrefersTheFirstDestinations)
{
    m_server->SetAttribute("Ports", UintegerValue(4));
    Set("DestinationPorts", "4");
    Set("DestinationOrder", "Zipf");
    Set("Skew", "1");
    Set("Arrival", "Periodic");
    Set("Rate", "1000");
    Set("Flows", "5000");
    Set("Protocol", "Udp");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=0]");
    m_generator->AssignStreams(7);

    Run();

    std::map<uint16_t, double> hits;
    for (const auto& flow : m_started)
    {
        ++hits[flow.key.GetDestinationPort()];
    }
    // Weights 1, 1/2, 1/3, 1/4 of 25/12; four deviations of a binomial number.
    for (uint16_t rank = 1; rank <= 4; ++rank)
    {
        const double p = 12.0 / 25 / rank;
        EXPECT_NEAR(hits[79 + rank], 5000 * p, 4 * std::sqrt(5000 * p * (1 - p))) << rank;
    }
}

TEST_P(TrafficArrivalTest, DestinationChoiceIsWhereInTheDistributionAFlowFalls)
{
    Set("DestinationPorts", "4");
    Set("DestinationOrder", "Zipf");
    Set("DestinationChoice", "ns3::ConstantRandomVariable[Constant=0.99]");

    Run(Seconds(1));

    ASSERT_EQ(m_started.size(), 1U);
    EXPECT_EQ(m_started[0].key.GetDestinationPort(), 83);
}

TEST_P(TrafficArrivalTest, SourcePortsAscendAndWrapPastThoseInUse)
{
    Set("FirstSourcePort", "65533");
    Set("LastSourcePort", "65535");
    Set("Arrival", "Periodic");
    Set("Rate", "1");
    Set("Flows", "7");
    Set("Protocol", "Udp");
    // Flow 0 stays open, the others close at once: 65533 is taken.
    const auto hold = CreateObject<DeterministicRandomVariable>();
    double seconds[] = {100, 0, 0, 0, 0, 0, 0};
    hold->SetValueArray(seconds, 7);
    m_generator->SetAttribute("Hold", PointerValue(hold));

    Run(Seconds(50));

    ASSERT_EQ(m_started.size(), 7U);
    const uint16_t expected[] = {65533, 65534, 65535, 65534, 65535, 65534, 65535};
    for (std::size_t i = 0; i < 7; ++i)
    {
        EXPECT_EQ(m_started[i].key.GetSourcePort(), expected[i]) << i;
    }
    EXPECT_EQ(m_established.size(), 7U);
}

TEST_P(TrafficArrivalTest, FlowsBeyondTheSourcePortsFailAtOnce)
{
    Set("FirstSourcePort", "5000");
    Set("LastSourcePort", "5002");
    Set("Flows", "5");

    Run(Seconds(1));

    EXPECT_EQ(m_established.size(), 3U);
    ASSERT_EQ(m_failed.size(), 2U);
    EXPECT_EQ(m_failed[0].failure, TrafficFailure::NoSourcePort);
    EXPECT_EQ(m_failed[0].flow.number, 3U);
    EXPECT_EQ(m_failed[0].flow.key.GetSourcePort(), 0);
    EXPECT_EQ(m_failed[0].flow.ended, Seconds(0));
    EXPECT_EQ(m_generator->GetFailed(), 2U);
}

TEST_P(TrafficArrivalTest, SourcePortOfAFinishedTcpFlowComesBackAfterTimeWait)
{
    Set("FirstSourcePort", "5000");
    Set("LastSourcePort", "5000");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=0]");
    Set("Arrival", "Periodic");
    Set("Rate", "0.00833333333333333333"); // every 120 s
    Set("Flows", "4");
    Set("DestinationPorts", "2"); // the port comes back for all destinations at the same time
    m_server->SetAttribute("Ports", UintegerValue(2));

    Run();

    // Flow 0 closes at 0.04 s and enters TIME_WAIT 20 ms later, for 2 * 120 s: it lasts to
    // 240.06 s, past the arrivals at 120 s and 240 s.
    ASSERT_EQ(m_established.size(), 2U);
    EXPECT_EQ(m_established[1].number, 3U);
    ASSERT_EQ(m_failed.size(), 2U);
    EXPECT_EQ(m_failed[1].failure, TrafficFailure::NoSourcePort);
}

TEST_P(TrafficArrivalTest, PortsOfOthersOnTheVmAreSkipped)
{
    const auto other = Socket::CreateSocket(m_nodes.Get(0), UdpSocketFactory::GetTypeId());
    ASSERT_EQ(other->Bind(InetSocketAddress(Ipv4Address("192.0.2.1"), 1025)), 0);
    Set("Protocol", "Udp");
    Set("Flows", "3");

    Run(Seconds(1));

    ASSERT_EQ(m_started.size(), 3U);
    EXPECT_EQ(m_started[0].key.GetSourcePort(), 1024);
    EXPECT_EQ(m_started[1].key.GetSourcePort(), 1026);
    EXPECT_EQ(m_started[2].key.GetSourcePort(), 1027);
}

TEST_P(TrafficArrivalTest, OneVmOpensMoreFlowsThanNs3HasEphemeralPorts)
{
    // 16,384 ephemeral ports in ns-3.  Short UDP flows keep ns-3's list of endpoints short.
    Set("Protocol", "Udp");
    Set("Arrival", "Periodic");
    Set("Rate", "100000");
    Set("Flows", "20000");
    Set("ResponseSize", "0");
    Set("RequestSize", "12");
    Set("Hold", "ns3::ConstantRandomVariable[Constant=0]");

    Run();

    EXPECT_EQ(m_established.size(), 20000U);
    EXPECT_EQ(m_started.back().key.GetSourcePort(), 1024 + 19999);
}

} // namespace

} // namespace ns3::azure
