// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <ostream>

/**
 * @file
 * @brief Packets of a VM whose way to the Internet is a NAT gateway, at its host.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto ICMP = IpProtocol::Icmp;
constexpr auto ESP = static_cast<IpProtocol>(50);

class VnicNatGateway : public VnicStory
{
  protected:
    VnicNatGateway()
    {
        WithNatGateway();
    }

    static inline const FlowKey QUERY{VM, SERVER, 5000, 53, UDP}; //!< as the VM sends it
};

TEST_F(VnicNatGateway, B_3_PacketsGoToTheGatewayAsTheyAre)
{
    Send(MakeDatagram(QUERY));
    ExpectCarriedToGateway();
    ASSERT_EQ(m_created.size(), 1U);
    EXPECT_EQ(m_created[0].method, OutboundMethod::NatGateway);
    EXPECT_EQ(m_created[0].path, FlowPath::Internet);
    EXPECT_EQ(m_created[0].translated, QUERY);
    EXPECT_TRUE(m_ports.empty());
    ReceiveFromGateway(MakeDatagram(QUERY.Reverse()));
    ExpectDeliveredUntouched();
    EXPECT_EQ(m_pipeline->GetOpenFlows()[0].outcome, FlowOutcome::Established);
}

TEST_F(VnicNatGateway, TcpFlowMayBeginInItsMiddleHere)
{
    Send(TCP_ACK, 5000, SERVER);
    ExpectCarriedToGateway();
}

/// One row: a packet from the VM, and why it is dropped.
struct GatewayOutboundCase
{
    const char* name;    // test name
    IpProtocol protocol; // of the packet
    uint16_t fragment;   // its word of fragment offset and flags
    uint8_t ttl;         // time to live
    DropReason reason;   // why
};

void
PrintTo(const GatewayOutboundCase& c, std::ostream* os)
{
    *os << GetName(c.reason);
}

// clang-format off
constexpr GatewayOutboundCase GATEWAY_OUTBOUND_CASES[] = {
    // name                   protocol fragment  ttl  reason
    {"B_6_FirstFragment",     UDP,     0x2000,   64,  DropReason::Fragment},
    {"B_6_LaterFragment",     TCP,     0x0005,   64,  DropReason::Fragment},
    {"B_6_Ping",              ICMP,    0,        64,  DropReason::UnsupportedProtocol},
    {"B_6_Esp",               ESP,     0,        64,  DropReason::UnsupportedProtocol},
    {"TtlOne",                UDP,     0,         1,  DropReason::TtlExpired},
};
// clang-format on

class GatewayOutbound : public VnicNatGateway,
                        public ::testing::WithParamInterface<GatewayOutboundCase>
{
};

TEST_P(GatewayOutbound, IsDroppedWhatTheGatewayCannotTranslate)
{
    const auto& c = GetParam();
    DatagramTraits traits;
    traits.fragment = c.fragment;
    traits.ttl = c.ttl;
    Send(MakeDatagram({VM, SERVER, 5000, 53, c.protocol}, traits));
    ExpectDropped(c.reason);
    EXPECT_TRUE(m_created.empty());
}

INSTANTIATE_TEST_SUITE_P(Vnic,
                         GatewayOutbound,
                         ::testing::ValuesIn(GATEWAY_OUTBOUND_CASES),
                         [](const auto& row) { return row.param.name; });

/// One row: a packet from a gateway after the VM has sent QUERY, and why it is dropped.
struct GatewayInboundCase
{
    const char* name;    // test name
    const char* gateway; // who sends it
    FlowKey key;         // of the packet
    uint16_t fragment;   // its word of fragment offset and flags
    uint8_t ttl;         // time to live
    DropReason reason;   // why
};

void
PrintTo(const GatewayInboundCase& c, std::ostream* os)
{
    *os << c.key;
}

// clang-format off
const GatewayInboundCase GATEWAY_INBOUND_CASES[] = {
    // name               gateway         key                                                fragment ttl  reason
    {"OtherGateway",      "10.128.254.2", {"198.19.0.1", "10.0.0.4", 53,   5000, UDP},       0,       64,  DropReason::ForeignSource},
    {"Host",              "10.128.0.4",   {"198.19.0.1", "10.0.0.4", 53,   5000, UDP},       0,       64,  DropReason::ForeignSource},
    {"FromTheVmItself",   "10.128.254.1", {"10.0.0.4",   "10.0.0.4", 53,   5000, UDP},       0,       64,  DropReason::ForeignSource},
    {"ToAnotherVm",       "10.128.254.1", {"198.19.0.1", "10.0.0.5", 53,   5000, UDP},       0,       64,  DropReason::UnexpectedDestination},
    {"TtlOne",            "10.128.254.1", {"198.19.0.1", "10.0.0.4", 53,   5000, UDP},       0,        1,  DropReason::TtlExpired},
    {"Fragment",          "10.128.254.1", {"198.19.0.1", "10.0.0.4", 53,   5000, UDP},       0x2000,  64,  DropReason::Fragment},
    {"Ping",              "10.128.254.1", {"198.19.0.1", "10.0.0.4", 0,    0,    ICMP},      0,       64,  DropReason::UnsupportedProtocol},
    {"OtherServer",       "10.128.254.1", {"198.19.0.2", "10.0.0.4", 53,   5000, UDP},       0,       64,  DropReason::NoTrackedFlow},
    {"OtherServersPort",  "10.128.254.1", {"198.19.0.1", "10.0.0.4", 54,   5000, UDP},       0,       64,  DropReason::NoTrackedFlow},
    {"OtherPort",         "10.128.254.1", {"198.19.0.1", "10.0.0.4", 53,   5001, UDP},       0,       64,  DropReason::NoTrackedFlow},
    {"NothingBegins",     "10.128.254.1", {"198.19.0.1", "10.0.0.4", 4000, 80,   TCP},       0,       64,  DropReason::NoTrackedFlow},
};
// clang-format on

class GatewayInbound : public VnicNatGateway,
                       public ::testing::WithParamInterface<GatewayInboundCase>
{
};

TEST_P(GatewayInbound, IsDroppedWhatIsNoAnswer)
{
    const auto& c = GetParam();
    Send(MakeDatagram(QUERY));
    DatagramTraits traits;
    traits.fragment = c.fragment;
    traits.ttl = c.ttl;
    traits.tcpFlags = TCP_SYN;
    ReceiveFromGateway(MakeDatagram(c.key, traits), Ipv4Address(c.gateway));
    ExpectDropped(c.reason);
    EXPECT_EQ(m_created.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Vnic,
                         GatewayInbound,
                         ::testing::ValuesIn(GATEWAY_INBOUND_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(VnicNatGateway, AnswersComeByTheGatewayOnly)
{
    Send(MakeDatagram(QUERY));
    WithNeighbors({VM, PEER});
    WithEndpoints({{GetFrontend(0), {}, TransportProtocol::Udp, 53, 53, false}});
    ReceiveFromMux(MakeDatagram(QUERY.Reverse()));
    ExpectDropped(DropReason::NoTrackedFlow);
    ReceiveFromNetwork(MakeDatagram(QUERY.Reverse()), GetHost(PEER));
    ExpectDropped(DropReason::ForeignSource);
}

TEST_F(VnicNatGateway, GatewayOfAnotherMethodIsForeign)
{
    m_pipeline->Program(MakeSnat("2018", 8), m_now);
    ReceiveFromGateway(MakeDatagram(QUERY.Reverse()));
    ExpectDropped(DropReason::ForeignSource);
}

TEST_F(VnicNatGateway, IcmpErrorsPassWithTheirFlowEitherWay)
{
    Send(MakeDatagram(QUERY));
    ReceiveFromGateway(MakeIcmpError(SERVER, VM, MakeDatagram(QUERY)));
    ExpectDeliveredUntouched();
    Send(MakeIcmpError(VM, SERVER, MakeDatagram(QUERY.Reverse())));
    ExpectCarriedToGateway();
    const FlowKey unknown(VM, SERVER, 5001, 53, UDP);
    ReceiveFromGateway(MakeIcmpError(SERVER, VM, MakeDatagram(unknown)));
    ExpectDropped(DropReason::NoTrackedFlow);
    Send(MakeIcmpError(VM, SERVER, MakeDatagram(unknown.Reverse())));
    ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_F(VnicNatGateway, FlowLastsAsLongAsTheGatewayRemembersIt)
{
    // 10 minutes there, beyond the flow record of 4 minutes.
    WithNatGateway("nat-gateway[IdleTimeout=600s]");
    At("0s").Syn(5000);
    At("599s").ReceiveFromGateway(MakeDatagram({SERVER, VM, 80, 5000, TCP}));
    ExpectDeliveredUntouched();
    At("1198s").ReceiveFromGateway(MakeDatagram({SERVER, VM, 80, 5000, TCP}));
    ExpectDeliveredUntouched();
    At("1798s").ReceiveFromGateway(MakeDatagram({SERVER, VM, 80, 5000, TCP}));
    ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_F(VnicNatGateway, FlowRecordLastsAtLeast)
{
    WithNatGateway("nat-gateway[UdpIdleTimeout=60s]");
    At("0s").Send(MakeDatagram(QUERY));
    At("239s").ReceiveFromGateway(MakeDatagram(QUERY.Reverse()));
    ExpectDeliveredUntouched();
}

TEST_F(VnicNatGateway, B_6_SecurityGroupsApply)
{
    WithGroups(BriefRules{{"DenyNames",
                           100,
                           FlowDirection::Outbound,
                           SecurityRuleAccess::Deny,
                           SecurityRuleProtocol::Udp,
                           {53, 53}}});
    Send(MakeDatagram(QUERY));
    ExpectDeniedBy("DenyNames");
    Syn(5000);
    ExpectCarriedToGateway();
    ReceiveFromGateway(MakeDatagram({SERVER, VM, 80, 5000, TCP})); // by its record
    ExpectDeliveredUntouched();
}

TEST_F(VnicNatGateway, WithoutAGatewayThereIsNoWay)
{
    ProgramNetworkInterface instruction;
    instruction.sequence = 3;
    instruction.method = OutboundMethod::NatGateway;
    m_pipeline->Program(instruction, m_now);
    Syn(5000);
    ExpectDropped(DropReason::NoOutboundMethod);
}

/// A VM with a NAT gateway, and an instance-level public IP besides.
class VnicGatewayAndPublicIp : public VnicStory
{
  protected:
    VnicGatewayAndPublicIp()
    {
        auto instruction = MakePublicIp("nat-gateway");
        instruction.method = OutboundMethod::NatGateway;
        instruction.natGateway = GATEWAY;
        Program(instruction);
    }
};

TEST_F(VnicGatewayAndPublicIp, B_3_OutboundFlowsGoByTheGateway)
{
    Syn(5000);
    ExpectCarriedToGateway();
}

TEST_F(VnicGatewayAndPublicIp, B_3_InboundFlowsAreAnsweredFromTheirAddress)
{
    DatagramTraits traits;
    traits.tcpFlags = TCP_SYN;
    Receive(MakeDatagram({SERVER, OWN, 40000, 22, TCP}, traits));
    ExpectDelivered(22);
    traits.tcpFlags = TCP_SYN | TCP_ACK;
    Send(MakeDatagram({VM, SERVER, 22, 40000, TCP}, traits));
    ExpectSentFrom(OWN, 22);
    Receive(MakeDatagram({SERVER, OWN, 0, 0, ICMP}));
    ExpectDelivered(std::nullopt);
    DatagramTraits reply;
    reply.icmpType = ICMP_ECHO_REPLY;
    Send(MakeDatagram({VM, SERVER, 0, 0, ICMP}, reply));
    ExpectOwnAddress();
}

TEST_F(VnicGatewayAndPublicIp, B_3_FrontendsClientsAreAnsweredFromTheFrontend)
{
    const Ipv4Address frontend("198.18.0.9");
    WithEndpoints({{frontend, {}, TransportProtocol::Tcp, 80, 8080, false}});
    DatagramTraits traits;
    traits.tcpFlags = TCP_SYN;
    ReceiveFromMux(MakeDatagram({SERVER, frontend, 40000, 80, TCP}, traits));
    ExpectDeliveredTo(VM, 8080);
    traits.tcpFlags = TCP_SYN | TCP_ACK;
    Send(MakeDatagram({VM, SERVER, 8080, 40000, TCP}, traits));
    ExpectSentFrom(frontend, 80);
}

TEST_F(VnicGatewayAndPublicIp, B_3_FlowsThatWereThereKeepTheirAddress)
{
    auto instruction = MakePublicIp("nat-gateway");
    instruction.sequence = 2;
    m_pipeline->Program(instruction, m_now); // the public IP alone
    Syn(5000);
    ExpectOwnAddress();
    instruction.sequence = 3;
    instruction.method = OutboundMethod::NatGateway;
    instruction.natGateway = GATEWAY;
    m_pipeline->Program(instruction, m_now);
    Send(TCP_ACK, 5000, SERVER);
    ExpectOwnAddress();
    Syn(5001);
    ExpectCarriedToGateway(); // new ones move at once
}

} // namespace

} // namespace ns3::azure
