// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <variant>

/**
 * @file
 * @brief Which connections get a RST to both ends when they were idle, and with which numbers.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
const Ipv4Address FRONTEND("198.18.0.9");
const Ipv4Address INTERNAL("10.0.0.100");

/// @return a segment with sequence number \p first, which acknowledges \p acknowledged
Bytes
MakeSegment(const FlowKey& key, uint8_t flags, uint32_t first, uint32_t acknowledged)
{
    DatagramTraits traits;
    traits.tcpFlags = flags;
    auto bytes = MakeDatagram(key, traits);
    for (uint32_t i = 0; i < 4; ++i)
    {
        bytes[24 + i] = static_cast<uint8_t>(first >> (24 - 8 * i));
        bytes[28 + i] = static_cast<uint8_t>(acknowledged >> (24 - 8 * i));
    }
    return bytes;
}

class TcpResetStory : public VnicStory
{
  protected:
    static inline const FlowKey KEY{VM, SERVER, 5000, 80, TCP}; //!< as the VM sends

    /// The VM sends a segment that acknowledges that.
    void SendAck(uint32_t acknowledged, uint8_t flags = TCP_ACK)
    {
        Send(MakeSegment(KEY, flags, 0, acknowledged));
    }

    /// The server sends a segment that acknowledges that.
    void ReplyAck(uint32_t acknowledged, uint8_t flags = TCP_ACK)
    {
        Receive(MakeSegment(GetTranslated(5000).Reverse(), flags, 0, acknowledged));
    }

    /// A handshake, after which the VM expects 701 and the server 301.
    void Shake()
    {
        Send(MakeSegment(KEY, TCP_SYN, 300, 0));
        ReplyAck(301, TCP_SYN | TCP_ACK);
        SendAck(701);
    }

    /// Nothing comes for an hour.
    void Idle()
    {
        m_now += Hours(1);
        m_pipeline->Expire(m_now);
        EXPECT_EQ(m_ended.size(), 1U);
    }
};

TEST_F(TcpResetStory, B_5_OrderSaysWhatEachSideExpects)
{
    WithSnat("2018[TcpReset=BothEnds]", 1);
    Shake();
    SendAck(1701);
    ReplyAck(901);
    SendAck(1701); // nothing new
    SendAck(1201); // overtaken on its way by what was sent later
    Idle();
    ASSERT_EQ(m_resets.size(), 1U);
    const auto& order = m_resets[0];
    EXPECT_EQ(order.networkInterface, 1U);
    EXPECT_EQ(order.outbound, KEY);
    EXPECT_EQ(order.translated, KEY.WithSource(GetFrontend(0), 1024));
    EXPECT_EQ(order.path, FlowPath::Internet);
    EXPECT_EQ(order.sequenceToVm, 1701U);
    EXPECT_EQ(order.sequenceToPeer, 901U);
    const auto way = m_pipeline->FindWay(order);
    EXPECT_EQ(std::get<Forward>(way).nextHop, NextHop::Internet);
    EXPECT_FALSE(std::get<Forward>(way).rewrite) << "the key is what the server knows";
}

TEST_F(TcpResetStory, B_5_NumbersGoAroundTheirEnd)
{
    WithSnat("2018[TcpReset=BothEnds]", 1);
    Send(MakeSegment(KEY, TCP_SYN, 0xffffffff, 0));
    ReplyAck(0, TCP_SYN | TCP_ACK);
    SendAck(0xfffffff0);
    SendAck(16); // later by 32
    Idle();
    ASSERT_EQ(m_resets.size(), 1U);
    EXPECT_EQ(m_resets[0].sequenceToVm, 16U);
    EXPECT_EQ(m_resets[0].sequenceToPeer, 0U);
}

TEST_F(TcpResetStory, B_5_ReopenedConnectionForgetsTheOldNumbers)
{
    WithSnat("2018[TcpReset=BothEnds|FinHold=none]", 1);
    Shake();
    FinBoth(5000);
    At("10s").Send(MakeSegment(KEY, TCP_SYN, 5, 0));
    ReplyAck(6, TCP_SYN | TCP_ACK);
    SendAck(8);
    m_now += Hours(1);
    m_pipeline->Expire(m_now);
    ASSERT_EQ(m_resets.size(), 1U);
    EXPECT_EQ(m_resets[0].sequenceToVm, 8U);
    EXPECT_EQ(m_resets[0].sequenceToPeer, 6U);
}

/// How far a connection came.
enum class Reach
{
    Syn,         //!< nobody has answered
    SynAck,      //!< the VM has not said that it has the answer
    Established, //!< a handshake
    HalfClosed,  //!< then a FIN
    Closed,      //!< then another one
    Reset,       //!< or a RST
};

/// One row: a connection of SNAT that was idle, and whether its ends are told.
struct ResetCase
{
    const char* name;    // test name
    const char* profile; // Azure's behavior
    Reach reach;         // how far it came
    bool isTold;         // both ends get a RST
};

void
PrintTo(const ResetCase& c, std::ostream* os)
{
    *os << c.profile;
}

// clang-format off
constexpr ResetCase RESET_CASES[] = {
    // name                     profile                         reach               isTold
    {"B_5_Established",         "2018[TcpReset=BothEnds]",      Reach::Established, true},
    {"B_5_SynAlone",            "2018[TcpReset=BothEnds]",      Reach::Syn,         false},
    {"B_5_HandshakeNotEnded",   "2018[TcpReset=BothEnds]",      Reach::SynAck,      false},
    {"B_5_HalfClosed",          "2018[TcpReset=BothEnds]",      Reach::HalfClosed,  false},
    {"B_5_Closed",              "2018[TcpReset=BothEnds]",      Reach::Closed,      false},
    {"B_5_ResetBefore",         "2018[TcpReset=BothEnds]",      Reach::Reset,       false},
    {"B_5_SilenceByDefault",    "2018",                         Reach::Established, false},
    {"B_5_GatewayIsSilentThen", "nat-gateway[PortChoice=Lowest]", Reach::Established, false},
};
// clang-format on

class TcpResetCases : public TcpResetStory, public ::testing::WithParamInterface<ResetCase>
{
};

TEST_P(TcpResetCases, TellBothEndsOrNobody)
{
    const auto& c = GetParam();
    WithSnat(c.profile, 1);
    if (c.reach == Reach::Syn || c.reach == Reach::SynAck)
    {
        Send(MakeSegment(KEY, TCP_SYN, 300, 0));
    }
    else
    {
        Shake();
    }
    switch (c.reach)
    {
    case Reach::SynAck:
        ReplyAck(301, TCP_SYN | TCP_ACK);
        break;
    case Reach::HalfClosed:
        SendAck(701, TCP_FIN | TCP_ACK);
        break;
    case Reach::Closed:
        FinBoth(5000);
        break;
    case Reach::Reset:
        SendAck(701, TCP_RST | TCP_ACK);
        break;
    default:
        break;
    }
    Idle();
    EXPECT_EQ(m_resets.size(), c.isTold ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(Vnic, TcpResetCases, ::testing::ValuesIn(RESET_CASES), [](const auto& r) {
    return r.param.name;
});

TEST_F(TcpResetStory, B_5_UdpKnowsNoReset)
{
    WithSnat("2018[TcpReset=BothEnds]", 1);
    Udp(5000, SERVER);
    Receive(MakeDatagram(GetTranslated(5000).Reverse()));
    ExpectDelivered(5000);
    Idle();
    EXPECT_TRUE(m_resets.empty());
}

/// One row: a load balancer's endpoint, and whether its idle connections are told.
struct EndpointResetCase
{
    const char* name;         // test name
    InboundEndpoint endpoint; // of the VM
    Ipv4Address client;       // who connects
    bool isTold;              // both ends get a RST
    NextHop nextHop;          // of the client's
};

void
PrintTo(const EndpointResetCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const EndpointResetCase ENDPOINT_RESET_CASES[] = {
    // name                        endpoint                                                                             client         isTold  nextHop
    {"B_5_RuleWithReset",          {FRONTEND, {}, TransportProtocol::Tcp, 80, 8080, false, Minutes(4), true},   Ipv4Address("198.19.0.1"), true,  NextHop::Internet},
    {"B_5_RuleWithoutReset",       {FRONTEND, {}, TransportProtocol::Tcp, 80, 8080, false, Minutes(4), false},  Ipv4Address("198.19.0.1"), false, NextHop::Internet},
    {"B_5_FloatingIp",             {FRONTEND, {}, TransportProtocol::Tcp, 80, 80, true, Minutes(4), true},      Ipv4Address("198.19.0.1"), true,  NextHop::Internet},
    {"B_5_InternalRule",           {INTERNAL, 7, TransportProtocol::Tcp, 80, 8080, false, Minutes(4), true},    Ipv4Address("10.0.0.5"),   true,  NextHop::VirtualNetwork},
    {"B_5_InternalHaPorts",        {INTERNAL, 7, TransportProtocol::All, 0, 0, false, Minutes(4), true},        Ipv4Address("10.0.0.5"),   false, NextHop::VirtualNetwork},
};
// clang-format on

class EndpointResets : public VnicStory, public ::testing::WithParamInterface<EndpointResetCase>
{
};

TEST_P(EndpointResets, TellBothEndsOrNobody)
{
    const auto& c = GetParam();
    WithSnat("2018", 1);
    WithNeighbors({VM, PEER});
    WithEndpoints({c.endpoint});
    const auto frontend = c.endpoint.frontend;
    const FlowKey key(c.client, frontend, 40000, 80, TCP);
    ReceiveFromMux(MakeSegment(key, TCP_SYN, 300, 0));
    const auto& delivered = GetRewrite();
    ASSERT_TRUE(delivered);
    const FlowKey answer(Ipv4Address(delivered->address), c.client, *delivered->port, 40000, TCP);
    Send(MakeSegment(answer, TCP_SYN | TCP_ACK, 700, 301));
    ReceiveFromMux(MakeSegment(key, TCP_ACK, 301, 701));
    m_now += Minutes(4);
    m_pipeline->Expire(m_now);
    ASSERT_EQ(m_ended.size(), 1U);
    ASSERT_EQ(m_resets.size(), c.isTold ? 1U : 0U);
    if (!c.isTold)
    {
        return;
    }
    const auto& order = m_resets[0];
    EXPECT_EQ(order.outbound, answer);
    EXPECT_EQ(order.translated, key.Reverse());
    EXPECT_EQ(order.sequenceToVm, 301U) << "the VM, which was called";
    EXPECT_EQ(order.sequenceToPeer, 701U) << "the client";
    const auto way = m_pipeline->FindWay(order);
    const auto& forward = std::get<Forward>(way);
    EXPECT_EQ(forward.nextHop, c.nextHop);
    if (c.nextHop == NextHop::VirtualNetwork)
    {
        EXPECT_EQ(forward.host, GetHost(PEER));
        EXPECT_EQ(forward.virtualNetwork, uint32_t{NETWORK});
    }
}

INSTANTIATE_TEST_SUITE_P(Vnic,
                         EndpointResets,
                         ::testing::ValuesIn(ENDPOINT_RESET_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
