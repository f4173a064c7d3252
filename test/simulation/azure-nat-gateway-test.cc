// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-world.h"

#include "ns3/azure-checksum.h"
#include "ns3/ipv4-address.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

/**
 * @file
 * @brief A NAT gateway between hosts and the Internet, packet by packet (sources.rst B.5, B.6).
 */
namespace ns3::azure
{

namespace
{

/// @return flags of a TCP segment without options
uint8_t
GetTcpFlags(const Bytes& datagram)
{
    return datagram.at(33);
}

/// @return a 32-bit number of a TCP header: sequence number at 24, acknowledgement at 28
uint32_t
Get32(const Bytes& datagram, std::size_t at)
{
    return uint32_t{datagram.at(at)} << 24 | uint32_t{datagram.at(at + 1)} << 16 |
           uint32_t{datagram.at(at + 2)} << 8 | datagram.at(at + 3);
}

constexpr uint32_t SEQUENCE = 0x01020304; // of MakeDatagram()'s segments, which acknowledge 0

using WayCase = std::tuple<IpProtocol, FabricLink>;

class NatGatewayWays : public NatGatewayWorld, public ::testing::WithParamInterface<WayCase>
{
};

TEST_P(NatGatewayWays, B_6_LeadToTheInternetAndBackToTheVmsHost)
{
    const auto [protocol, link] = GetParam();
    Begin("nat-gateway", link);
    Program();
    const auto flow = MakeFlow(2, 5000, protocol);
    Out(flow);
    Run(MilliSeconds(1));
    ASSERT_EQ(m_atServer.size(), 1U);
    const auto seen = ReadFlowKey(m_atServer[0].datagram);
    EXPECT_EQ(seen, GetTranslated(flow));
    EXPECT_EQ(seen.GetSourceNumber(), PUBLIC);
    EXPECT_GE(seen.GetSourcePort(), 1024U);
    EXPECT_EQ(seen.GetDestinationNumber(), SERVER);
    EXPECT_EQ(m_atServer[0].datagram[8], 61) << "64 less the gateway and two routers";
    Answer(flow, TCP_SYN | TCP_ACK);
    Run(MilliSeconds(2));
    ASSERT_EQ(m_atHosts.size(), 1U);
    EXPECT_EQ(m_atHosts[0].host, 1U);
    EXPECT_EQ(m_atHosts[0].networkInterface, 2U);
    EXPECT_EQ(ReadFlowKey(m_atHosts[0].datagram), flow.Reverse());
    EXPECT_EQ(m_atHosts[0].datagram[8], 61);
    EXPECT_EQ(m_gateway->GetPacketCounts().sent, 2U);
    EXPECT_EQ(m_gateway->GetOpenFlows().at(0).outcome, FlowOutcome::Established);
}

INSTANTIATE_TEST_SUITE_P(NatGateway,
                         NatGatewayWays,
                         ::testing::Combine(::testing::Values(IpProtocol::Tcp, IpProtocol::Udp),
                                            ::testing::Values(FabricLink::PointToPoint,
                                                              FabricLink::Csma)),
                         [](const auto& row) {
                             const bool isTcp = std::get<0>(row.param) == IpProtocol::Tcp;
                             const bool isCsma = std::get<1>(row.param) == FabricLink::Csma;
                             return std::string(isTcp ? "Tcp" : "Udp") +
                                    (isCsma ? "ThroughTheStack" : "Direct");
                         });

class NatGatewayLife : public NatGatewayWorld
{
};

TEST_F(NatGatewayLife, B_5_NobodyIsToldAtTheTimeout)
{
    Begin();
    Program();
    const auto flow = MakeFlow(1, 5000);
    Establish(flow);
    m_atHosts.clear();
    m_atServer.clear();
    Run(Seconds(300));
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Idle);
    EXPECT_TRUE(m_atHosts.empty());
    EXPECT_TRUE(m_atServer.empty());
    EXPECT_TRUE(m_resets.empty());
}

TEST_F(NatGatewayLife, B_5_TheVmGetsARstForALateSegment)
{
    Begin();
    Program();
    const auto flow = MakeFlow(2, 5000);
    Out(flow, TCP_ACK);
    Run(MilliSeconds(1));
    ASSERT_EQ(m_atHosts.size(), 1U);
    EXPECT_EQ(m_atHosts[0].host, 1U);
    EXPECT_EQ(m_atHosts[0].networkInterface, 2U);
    EXPECT_EQ(ReadFlowKey(m_atHosts[0].datagram), flow.Reverse());
    EXPECT_EQ(GetTcpFlags(m_atHosts[0].datagram), TCP_RST);
    EXPECT_EQ(Get32(m_atHosts[0].datagram, 24), 0U) << "what the segment acknowledged";
    EXPECT_TRUE(m_atServer.empty());
    ASSERT_EQ(m_resets.size(), 1U);
    EXPECT_EQ(m_resets[0].networkInterface, 2U);
    EXPECT_EQ(m_resets[0].outbound, flow);
    EXPECT_EQ(CountDrops(DropReason::NoTrackedFlow), 1U);
    EXPECT_EQ(m_drops[0].networkInterface, 2U);
    EXPECT_EQ(m_drops[0].key, flow);
    EXPECT_EQ(m_gateway->GetPacketCounts().sent, 0U);
}

TEST_F(NatGatewayLife, B_5_TheOtherSideGetsARstForALateSegment)
{
    Begin();
    Program();
    const auto flow = MakeFlow(1, 5000);
    Establish(flow);
    Run(Seconds(241)); // idle after 240 s
    m_atServer.clear();
    Answer(flow, TCP_FIN | TCP_ACK);
    Run(Seconds(242));
    ASSERT_EQ(m_atServer.size(), 1U);
    EXPECT_EQ(ReadFlowKey(m_atServer[0].datagram), GetTranslated(flow));
    EXPECT_EQ(GetTcpFlags(m_atServer[0].datagram), TCP_RST);
    ASSERT_EQ(m_resets.size(), 1U);
    EXPECT_EQ(m_resets[0].translated, GetTranslated(flow));
    EXPECT_EQ(m_resets[0].networkInterface, 0U) << "nobody knows any more whose flow it was";
}

TEST_F(NatGatewayLife, B_5_ASegmentThatAcknowledgesNothingIsAcknowledged)
{
    Begin();
    Program();
    const FlowKey late(SERVER, PUBLIC, 443, 2000, IpProtocol::Tcp);
    In(late, TCP_FIN);
    Run(MilliSeconds(1));
    ASSERT_EQ(m_atServer.size(), 1U);
    EXPECT_EQ(GetTcpFlags(m_atServer[0].datagram), TCP_RST | TCP_ACK);
    EXPECT_EQ(Get32(m_atServer[0].datagram, 28), SEQUENCE + 4 + 1) << "4 bytes and the FIN";
}

TEST_F(NatGatewayLife, B_5_ARstIsNoAnswerToARst)
{
    Begin();
    Program();
    // The gateway's own RST to itself, so to speak: nothing may go to and fro.
    In(FlowKey(SERVER, PUBLIC, 443, 2000, IpProtocol::Tcp), TCP_RST);
    In(FlowKey(SERVER, PUBLIC, 443, 2000, IpProtocol::Tcp), TCP_SYN);
    In(FlowKey(SERVER, PUBLIC, 443, 2000, IpProtocol::Udp));
    Run(MilliSeconds(1));
    EXPECT_TRUE(m_atServer.empty());
    EXPECT_EQ(CountDrops(DropReason::NoTrackedFlow), 3U);
}

TEST_F(NatGatewayLife, EveryTraceSourceTellsOfAFlow)
{
    Begin("nat-gateway[PortsPerPublicAddress=1]");
    Program();
    const auto flow = MakeFlow(1, 5000);
    Establish(flow);
    Out(MakeFlow(2, 5000));
    Run(MilliSeconds(2));
    EXPECT_EQ(m_created.size(), 2U);
    ASSERT_EQ(m_exhausted.size(), 1U);
    EXPECT_EQ(m_exhausted[0].networkInterface, 2U);
    EXPECT_EQ(CountDrops(DropReason::SnatPortsExhausted), 1U);
    Out(flow, TCP_RST);
    Run(Seconds(17));
    ASSERT_EQ(m_portEvents.size(), 3U);
    EXPECT_EQ(m_portEvents[0].stage, SnatPortStage::Acquired);
    EXPECT_EQ(m_portEvents[1].stage, SnatPortStage::CoolingDown);
    EXPECT_EQ(m_portEvents[2].stage, SnatPortStage::Released);
    EXPECT_EQ(m_portEvents[2].time - m_portEvents[1].time, Seconds(16));
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Rst);
    EXPECT_EQ(m_ended[0].method, OutboundMethod::NatGateway);
}

TEST_F(NatGatewayLife, TheSimulationEndsWithTheLastFlow)
{
    Begin();
    Program();
    Out(MakeFlow(1, 5000, IpProtocol::Udp));
    Simulator::Run(); // without Stop()
    EXPECT_EQ(m_ended.size(), 1U);
    EXPECT_GE(Simulator::Now(), Seconds(240 + 65));
    EXPECT_LT(Simulator::Now(), Seconds(240 + 65 + 1));
}

TEST_F(NatGatewayLife, LearnsByMessages)
{
    Begin();
    auto goalState = m_goalState;
    At(MilliSeconds(1), [this, goalState] { Tell(goalState, 7); });
    At(MilliSeconds(2), [this, goalState] { Tell(goalState, 8); }); // the acknowledgement was lost
    At(MilliSeconds(3), [this] { Out(MakeFlow(1, 5000)); });
    goalState.generation = 2;
    goalState.members.pop_back();
    At(MilliSeconds(4), [this, goalState] { Tell(goalState, 9); });
    At(MilliSeconds(5), [this] { Out(MakeFlow(2, 5000)); });
    auto older = goalState;
    older.generation = 1;
    At(MilliSeconds(6), [this, older] { Tell(older, 10); });
    auto other = goalState;
    other.generation = 3;
    other.publicAddresses = {Ipv4Address(PUBLIC + 1)};
    At(MilliSeconds(7), [this, other] { Tell(other, 11); });
    Run(MilliSeconds(10));
    EXPECT_EQ(m_acknowledged, (std::vector<uint32_t>{7, 8, 9}));
    EXPECT_EQ(m_atServer.size(), 1U);
    EXPECT_EQ(CountDrops(DropReason::UnexpectedDestination), 1U);
}

TEST_F(NatGatewayLife, HeedsItsManagerOnly)
{
    Begin();
    m_gateway->SetAttribute("ManagerAddress", Ipv4AddressValue("10.128.9.9"));
    At(MilliSeconds(1), [this] { Tell(m_goalState, 7); });
    At(MilliSeconds(2), [this] { Out(MakeFlow(1, 5000)); });
    Run(MilliSeconds(10));
    EXPECT_TRUE(m_acknowledged.empty());
    EXPECT_EQ(CountDrops(DropReason::NotProgrammed), 1U);
    EXPECT_TRUE(m_gateway->GetSnatPortUsage().empty());
}

TEST_F(NatGatewayLife, TakesAtMostMaxFlows)
{
    Begin();
    UintegerValue most;
    m_gateway->GetAttribute("MaxFlows", most);
    EXPECT_EQ(most.Get(), 2'000'000U) << "B.6: NG-2307";
    m_gateway->SetAttribute("MaxFlows", UintegerValue(3));
    Program();
    for (uint16_t i = 0; i < 5; ++i)
    {
        Out(MakeFlow(1, static_cast<uint16_t>(5000 + i)));
    }
    Run(MilliSeconds(1));
    EXPECT_EQ(m_atServer.size(), 3U);
    EXPECT_EQ(m_exhausted.size(), 2U);
}

TEST_F(NatGatewayLife, StreamsDecideOnPorts)
{
    std::vector<std::vector<uint16_t>> ports;
    for (const int64_t stream : {7, 7, 8})
    {
        Begin();
        EXPECT_EQ(m_gateway->AssignStreams(stream), 1);
        Program();
        for (uint16_t i = 0; i < 20; ++i)
        {
            Out(MakeFlow(1, static_cast<uint16_t>(5000 + i)));
        }
        Run(MilliSeconds(1));
        ports.emplace_back();
        for (const auto& flow : m_created)
        {
            ports.back().push_back(flow.translated->GetSourcePort());
        }
        End();
    }
    EXPECT_EQ(ports[0], ports[1]);
    EXPECT_NE(ports[0], ports[2]);
}

/// One row: what comes through a tunnel, or as one.
struct TunnelCase
{
    const char* name;  // test name, [A-Za-z0-9]+
    std::size_t at;    // in the datagram with its outer headers
    uint8_t value;     // instead of what is there
    DropReason reason; // expected
};

void
PrintTo(const TunnelCase& c, std::ostream* os)
{
    *os << GetName(c.reason);
}

// clang-format off
constexpr TunnelCase TUNNEL_CASES[] = {
    // name              at  value reason
    {"OuterFragment",    6,  0x20, DropReason::Fragment},              // More Fragments
    {"NoKey",            20, 0x00, DropReason::Malformed},             // of GRE
    {"OfAnotherKind",    27, 0x01, DropReason::UnexpectedDestination}, // a member's, as from a mux
    {"NoSuchKind",       27, 0x07, DropReason::Malformed},
    {"B_6_Ipv4Only",     28, 0x65, DropReason::Malformed},
    {"AnotherMember",    26, 0x02, DropReason::ForeignSource},
};
// clang-format on

class NatGatewayTunnels : public NatGatewayWorld, public ::testing::WithParamInterface<TunnelCase>
{
};

TEST_P(NatGatewayTunnels, AreThoseOfHostsForTheirVms)
{
    Begin();
    Program();
    const auto& host = *m_hosts[0];
    const auto packet = ToPacket(MakeDatagram(MakeFlow(1, 5000, IpProtocol::Udp)));
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*packet));
    const Tunnel tunnel{host.place.address.address, m_gatewayPlace.address.address};
    EncapsulateForNatGateway(*packet, headers, tunnel, 1, 0, true);
    auto bytes = ToBytes(*packet);
    ASSERT_NE(bytes.at(GetParam().at), GetParam().value);
    bytes[GetParam().at] = GetParam().value;
    WriteU16(&bytes[10], 0); // routers drop what has a wrong checksum
    WriteU16(&bytes[10], ComputeChecksum(bytes.data(), 20));
    host.port->Send(ToPacket(bytes));
    Run(MilliSeconds(1));
    EXPECT_EQ(CountDrops(GetParam().reason), 1U);
    EXPECT_TRUE(m_atServer.empty());
}

INSTANTIATE_TEST_SUITE_P(NatGateway,
                         NatGatewayTunnels,
                         ::testing::ValuesIn(TUNNEL_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
