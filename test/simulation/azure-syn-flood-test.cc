// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-capture.h"
#include "azure-outbound-world.h"

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-syn-flood.h"
#include "ns3/azure-text-fields.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/global-value.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

/**
 * @file
 * @brief What SynFlood sends, and what becomes of the answers.
 */
namespace ns3::azure
{

namespace
{

/// A VM behind a frontend, and an attacker on the Internet.
class SynFloodWorld : public OutboundWorld
{
  protected:
    static constexpr uint16_t PORT = 80; //!< of the rule; nobody listens behind it

    /// Make everything. @param rate SYNs a second
    void Make(double rate)
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        Begin(OutboundScenario::LoadBalanced, "2017");
        Assemble();
        m_flood = CreateObject<SynFlood>();
        m_flood->SetAttribute("Destination", Ipv4AddressValue(m_scenario->GetFrontendAddress()));
        m_flood->SetAttribute("DestinationPort", UintegerValue(PORT));
        m_flood->SetAttribute("Rate", DoubleValue(rate));
        m_flood->SetStartTime(Seconds(1));
        m_flood->SetStopTime(Seconds(3));
        EXPECT_EQ(m_flood->AssignStreams(1), 2);
        m_flood->TraceConnectWithoutContext("Sent", MakeCallback(&SynFloodWorld::NoteSent, this));
        m_scenario->GetServers().Get(0)->AddApplication(m_flood);
    }

    Ptr<SynFlood> m_flood;       //!< under test
    std::vector<FlowKey> m_sent; //!< Sent
    std::vector<Time> m_times;   //!< of Sent

  private:
    void NoteSent(const FlowKey& key)
    {
        m_sent.push_back(key);
        m_times.push_back(Simulator::Now());
    }
};

TEST_F(SynFloodWorld, X_6_SendsSynsOfManySourcesAtItsRate)
{
    Make(100);
    Run("10s");
    // From 1 s up to, not including, 3 s: the application stops first.
    ASSERT_EQ(m_sent.size(), 200U);
    EXPECT_EQ(m_flood->GetSent(), 200U);
    std::set<Ipv4Address> sources;
    std::set<uint16_t> ports;
    for (std::size_t i = 0; i < m_sent.size(); ++i)
    {
        const auto& key = m_sent[i];
        EXPECT_TRUE(Ipv4Mask("255.255.255.0").IsMatch(key.GetSource(), Ipv4Address("192.0.2.0")));
        EXPECT_GE(key.GetSourcePort(), 1024);
        EXPECT_EQ(key.GetDestination(), m_scenario->GetFrontendAddress());
        EXPECT_EQ(key.GetDestinationPort(), PORT);
        EXPECT_EQ(key.GetProtocol(), IpProtocol::Tcp);
        EXPECT_NEAR(m_times[i].GetSeconds(), 1 + 0.01 * static_cast<double>(i), 1e-6);
        sources.insert(key.GetSource());
        ports.insert(key.GetSourcePort());
    }
    // Of 256 addresses 200 draws leave (1 - 1/256)^200 = 46 % out, 139 are expected.
    EXPECT_GT(sources.size(), 100U);
    EXPECT_GT(ports.size(), 180U);
}

TEST_F(SynFloodWorld, X_6_SourcesAreOfTheNetworkThatIsSet)
{
    Make(100);
    m_flood->SetAttribute("SourceNetwork", Ipv4AddressValue("203.0.113.64"));
    m_flood->SetAttribute("SourceMask", Ipv4MaskValue("255.255.255.252"));
    Run("10s");
    std::set<Ipv4Address> sources;
    for (const auto& key : m_sent)
    {
        sources.insert(key.GetSource());
    }
    EXPECT_EQ(sources,
              (std::set<Ipv4Address>{Ipv4Address("203.0.113.64"),
                                     Ipv4Address("203.0.113.65"),
                                     Ipv4Address("203.0.113.66"),
                                     Ipv4Address("203.0.113.67")}));
}

TEST_F(SynFloodWorld, X_6_GapsAreDrawn)
{
    Make(100);
    m_flood->SetAttribute("Gap", StringValue("ns3::SequentialRandomVariable[Min=0|Max=2]"));
    Run("10s");
    ASSERT_GT(m_times.size(), 4U); // gaps of 0 and 1, in turn, of 10 ms
    EXPECT_NEAR((m_times[1] - m_times[0]).GetSeconds(), 0, 1e-6);
    EXPECT_NEAR((m_times[2] - m_times[1]).GetSeconds(), 0.01, 1e-6);
    EXPECT_NEAR((m_times[3] - m_times[2]).GetSeconds(), 0, 1e-6);
}

// Spoofed SYNs come in as they are; what the VM answers, RSTs as nobody listens, goes out to
// addresses that are nobody's and ends at the edge router.  All checksums are right.
TEST_F(SynFloodWorld, X_6_AnswersDieAtTheEdge)
{
    Make(20);
    Capture capture;
    const auto attacker = m_scenario->GetServers().Get(0);
    capture.Add(attacker->GetDevice(1), "attacker");
    const auto edge = m_scenario->GetFabric().GetEdgeRouter();
    capture.Add(edge->GetDevice(1), "inside");
    uint64_t unroutable = 0;
    edge->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Drop",
        MakeFunctionCallback<void,
                             const Ipv4Header&,
                             Ptr<const Packet>,
                             Ipv4L3Protocol::DropReason,
                             Ptr<Ipv4>,
                             uint32_t>([&](const Ipv4Header& header,
                                           Ptr<const Packet> /* packet */,
                                           Ipv4L3Protocol::DropReason reason,
                                           Ptr<Ipv4> /* ipv4 */,
                                           uint32_t /* interface */) {
            EXPECT_EQ(reason, Ipv4L3Protocol::DROP_NO_ROUTE);
            EXPECT_EQ(header.GetSource(), m_scenario->GetFrontendAddress());
            ++unroutable;
        }));
    Run("10s");
    const auto frontend = GetText(m_scenario->GetFrontendAddress());
    End(); // closes the files
    std::map<std::string, uint64_t> to;
    std::map<std::string, uint64_t> from;
    for (const auto& frame : capture.Read())
    {
        EXPECT_TRUE(frame.badChecksums.empty() && !frame.isMalformed && !frame.isUnverified)
            << frame.text;
        to[frame.link] += frame.destinations.at(0) == frontend;
        from[frame.link] += frame.sources.at(0) == frontend;
    }
    EXPECT_EQ(to["attacker"], 40U);
    EXPECT_EQ(to["inside"], 40U);
    EXPECT_EQ(from["inside"], 40U) << "one answer each";
    EXPECT_EQ(from["attacker"], 0U) << "it gets none";
    EXPECT_EQ(unroutable, 40U);
}

} // namespace

} // namespace ns3::azure
