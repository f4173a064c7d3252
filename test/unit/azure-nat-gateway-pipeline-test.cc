// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-story.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <variant>

/**
 * @file
 * @brief What a NAT gateway lets pass, how it translates, and who gets a RST.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto ICMP = IpProtocol::Icmp;

class NatGatewayPackets : public NatGatewayStory
{
  protected:
    /// @return what a packet that passes becomes
    static NatGatewayForward GetForward(const NatGatewayVerdict& verdict)
    {
        EXPECT_TRUE(IsPassed(verdict));
        const auto* forward = std::get_if<NatGatewayForward>(&verdict);
        return forward ? *forward : NatGatewayForward();
    }
};

TEST_F(NatGatewayPackets, B_6_AreTranslatedBothWays)
{
    for (const auto protocol : {TCP, UDP})
    {
        Begin("nat-gateway");
        const auto flow = MakeFlow(2, 5000, protocol);
        const auto out = GetForward(Out(flow));
        EXPECT_EQ(out.rewrite.field, RewriteField::Source);
        EXPECT_EQ(out.rewrite.address, PUBLIC);
        EXPECT_EQ(out.rewrite.port, GetTranslated(flow).GetSourcePort());
        EXPECT_FALSE(out.receiver) << "straight to the Internet";
        const auto in = GetForward(Answer(flow, TCP_SYN | TCP_ACK));
        EXPECT_EQ(in.rewrite.field, RewriteField::Destination);
        EXPECT_EQ(in.rewrite.address, VM + 1);
        EXPECT_EQ(in.rewrite.port, 5000);
        ASSERT_TRUE(in.receiver);
        EXPECT_EQ(in.receiver->networkInterface, 2U);
        EXPECT_EQ(in.receiver->host, Ipv4Address(HOST + 1));
        const auto next = GetForward(Out(flow, TCP_ACK));
        EXPECT_EQ(next.rewrite.port, out.rewrite.port) << "the flow keeps its port";
    }
}

TEST_F(NatGatewayPackets, AreCountedWithTheirFlow)
{
    Begin("nat-gateway");
    const auto flow = MakeFlow(1, 5000);
    Establish(flow); // 44 bytes each: 20 + 20 + 4
    const auto open = m_pipeline->GetOpenFlows();
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].packetsOut, 2U);
    EXPECT_EQ(open[0].bytesOut, 88U);
    EXPECT_EQ(open[0].packetsIn, 1U);
    EXPECT_EQ(open[0].bytesIn, 44U);
    EXPECT_EQ(open[0].outcome, FlowOutcome::Established);
    EXPECT_EQ(open[0].path, FlowPath::Internet);
}

/// One row: who sends a packet through the tunnel.
struct SenderCase
{
    const char* name;                 // test name, [A-Za-z0-9]+
    uint32_t number;                  // in the tunnel's key
    const char* host;                 // outer source
    const char* source;               // inner source
    std::optional<DropReason> reason; // expected; none: it passes
};

void
PrintTo(const SenderCase& c, std::ostream* os)
{
    *os << c.source << " of " << c.number << " at " << c.host;
}

// clang-format off
const SenderCase SENDER_CASES[] = {
    // name                number  host          source       reason
    {"Member",             1,      "10.128.0.2", "10.0.0.4",  std::nullopt},
    {"OtherMember",        2,      "10.128.0.3", "10.0.0.5",  std::nullopt},
    {"NobodysNumber",      9,      "10.128.0.2", "10.0.0.4",  DropReason::UnexpectedDestination},
    {"NobodyAtAll",        9,      "10.128.0.9", "10.0.0.9",  DropReason::UnexpectedDestination},
    {"OtherHost",          1,      "10.128.0.3", "10.0.0.4",  DropReason::ForeignSource},
    {"OtherAddress",       1,      "10.128.0.2", "10.0.0.9",  DropReason::ForeignSource},
    {"NeighborsAddress",   1,      "10.128.0.2", "10.0.0.5",  DropReason::ForeignSource},
    {"GatewaysAddress",    1,      "10.128.0.2", "198.18.48.1", DropReason::ForeignSource},
};
// clang-format on

class NatGatewaySenders : public NatGatewayPackets, public ::testing::WithParamInterface<SenderCase>
{
};

TEST_P(NatGatewaySenders, AreMembersAtTheirHostsWithTheirAddresses)
{
    Begin("nat-gateway");
    const auto& c = GetParam();
    DatagramTraits syn;
    syn.tcpFlags = TCP_SYN;
    const FlowKey key(Ipv4Address(c.source), Ipv4Address(SERVER), 5000, 443, TCP);
    const auto verdict = Out(MakeDatagram(key, syn), c.number, Ipv4Address(c.host).Get());
    EXPECT_EQ(IsPassed(verdict), !c.reason);
    if (c.reason)
    {
        EXPECT_EQ(GetReason(verdict), *c.reason);
        EXPECT_TRUE(m_created.empty());
    }
}

INSTANTIATE_TEST_SUITE_P(NatGateway,
                         NatGatewaySenders,
                         ::testing::ValuesIn(SENDER_CASES),
                         [](const auto& row) { return row.param.name; });

/// One row: a packet that belongs to no flow but a member's UDP flow.
struct KindCase
{
    const char* name;    // test name, [A-Za-z0-9_]+
    IpProtocol protocol; // of the packet
    uint16_t fragment;   // word of flags and fragment offset
    uint8_t ttl;         // time to live
    DropReason reason;   // expected, either way
};

void
PrintTo(const KindCase& c, std::ostream* os)
{
    *os << GetName(c.reason);
}

// clang-format off
constexpr KindCase KIND_CASES[] = {
    // name                     protocol             fragment            ttl  reason
    {"B_6_NoIcmp",              ICMP,                0,                  64,  DropReason::UnsupportedProtocol},
    {"B_6_NoEsp",               IpProtocol::Esp,     0,                  64,  DropReason::UnsupportedProtocol},
    {"B_6_NoIpInIp",            IpProtocol::IpInIp,  0,                  64,  DropReason::UnsupportedProtocol},
    {"B_6_NoFirstFragment",     UDP,                 MORE_FRAGMENTS,     64,  DropReason::Fragment},
    {"B_6_NoLaterFragment",     UDP,                 MORE_FRAGMENTS + 8, 64,  DropReason::Fragment},
    {"B_6_NoLastFragment",      UDP,                 8,                  64,  DropReason::Fragment},
    {"NoTimeToLiveLeft",        UDP,                 0,                  1,   DropReason::TtlExpired},
    {"DontFragmentMatters_Not", UDP,                 DONT_FRAGMENT,      64,  DropReason::DeviceQueueFull},
};
// clang-format on

class NatGatewayKinds : public NatGatewayPackets, public ::testing::WithParamInterface<KindCase>
{
};

TEST_P(NatGatewayKinds, PassOnlyIfTheyAreWholeTcpOrUdp)
{
    Begin("nat-gateway");
    const auto flow = MakeFlow(1, 5000, UDP);
    ASSERT_TRUE(Open(flow));
    const auto& c = GetParam();
    DatagramTraits traits;
    traits.fragment = c.fragment;
    traits.ttl = c.ttl;
    const auto likewise = [&c](const FlowKey& key) {
        return FlowKey(key.GetSource(),
                       key.GetDestination(),
                       key.GetSourcePort(),
                       key.GetDestinationPort(),
                       c.protocol);
    };
    const auto out = Out(MakeDatagram(likewise(flow), traits), 1);
    const auto in = In(MakeDatagram(likewise(GetTranslated(flow).Reverse()), traits));
    if (c.reason == DropReason::DeviceQueueFull) // which no pipeline says: they pass
    {
        EXPECT_TRUE(IsPassed(out));
        EXPECT_TRUE(IsPassed(in));
        return;
    }
    EXPECT_EQ(GetReason(out), c.reason);
    EXPECT_EQ(GetReason(in), c.reason);
}

INSTANTIATE_TEST_SUITE_P(NatGateway,
                         NatGatewayKinds,
                         ::testing::ValuesIn(KIND_CASES),
                         [](const auto& row) { return row.param.name; });

/// One row: a packet that belongs to no flow.
struct LateCase
{
    const char* name;    // test name, [A-Za-z0-9_]+
    const char* profile; // of the gateway
    bool isOutbound;     // the VM sends it
    IpProtocol protocol; // of the packet
    uint8_t flags;       // of a TCP segment
    bool isReset;        // expected: its sender gets a RST
};

void
PrintTo(const LateCase& c, std::ostream* os)
{
    *os << c.profile << (c.isOutbound ? " out " : " in ") << uint32_t{c.flags};
}

constexpr const char* LATE = "nat-gateway";
constexpr const char* NEVER_LATE = "nat-gateway[TcpReset=None]";
constexpr const char* AT_TIMEOUT = "nat-gateway[TcpReset=BothEnds]";

// clang-format off
constexpr LateCase LATE_CASES[] = {
    // name                          profile     out    protocol flags              isReset
    {"B_5_ToTheVm",                  LATE,       true,  TCP,     TCP_ACK,           true},
    {"B_5_ToTheVmAfterFin",          LATE,       true,  TCP,     TCP_FIN | TCP_ACK, true},
    {"B_5_ToTheVmAfterFinOnly",      LATE,       true,  TCP,     TCP_FIN,           true},
    {"B_5_ToTheVmAfterSynAck",       LATE,       true,  TCP,     TCP_SYN | TCP_ACK, true},
    {"B_5_NotToTheVmAfterRst",       LATE,       true,  TCP,     TCP_RST,           false},
    {"B_5_NotToTheVmAfterRstAck",    LATE,       true,  TCP,     TCP_RST | TCP_ACK, false},
    {"B_5_ToThePeer",                LATE,       false, TCP,     TCP_ACK,           true},
    {"B_5_ToThePeerAfterFin",        LATE,       false, TCP,     TCP_FIN | TCP_ACK, true},
    {"B_5_ToThePeerAfterSynAck",     LATE,       false, TCP,     TCP_SYN | TCP_ACK, true},
    {"B_5_NotToThePeerAfterRst",     LATE,       false, TCP,     TCP_RST | TCP_ACK, false},
    {"B_5_NotToAStrangersSyn",       LATE,       false, TCP,     TCP_SYN,           false},
    {"B_5_NotAfterUdp",              LATE,       false, UDP,     0,                 false},
    {"B_5_NotToTheVmByProfile",      NEVER_LATE, true,  TCP,     TCP_ACK,           false},
    {"B_5_NotToThePeerByProfile",    NEVER_LATE, false, TCP,     TCP_ACK,           false},
    {"B_5_NotIfAtTimeoutByProfile",  AT_TIMEOUT, false, TCP,     TCP_ACK,           false},
};
// clang-format on

class NatGatewayLatePackets : public NatGatewayPackets,
                              public ::testing::WithParamInterface<LateCase>
{
};

TEST_P(NatGatewayLatePackets, AreDroppedAndSomeAnsweredByRst)
{
    const auto& c = GetParam();
    Begin(c.profile);
    const auto flow = MakeFlow(1, 5000, c.protocol);
    Open(flow);
    Answer(flow, TCP_SYN | TCP_ACK);
    At(Seconds(240));
    ASSERT_EQ(m_ended.size(), 1U);
    const auto verdict = c.isOutbound ? Out(flow, c.flags) : Answer(flow, c.flags);
    EXPECT_EQ(GetReason(verdict), DropReason::NoTrackedFlow);
    EXPECT_EQ(IsReset(verdict), c.isReset);
    EXPECT_EQ(m_created.size(), 1U) << "it begins no flow";
}

INSTANTIATE_TEST_SUITE_P(NatGateway,
                         NatGatewayLatePackets,
                         ::testing::ValuesIn(LATE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(NatGatewayPackets, B_6_LateSegmentsPassWhileThePortIsHeld)
{
    Begin("nat-gateway");
    const auto flow = MakeFlow(1, 5000);
    Establish(flow);
    Out(flow, TCP_FIN | TCP_ACK);
    Answer(flow, TCP_FIN | TCP_ACK);
    EXPECT_TRUE(IsPassed(Out(flow, TCP_ACK)));
    const auto turned = Answer(flow, TCP_SYN);
    EXPECT_EQ(GetReason(turned), DropReason::NoTrackedFlow) << "nobody begins a flow from outside";
    EXPECT_FALSE(IsReset(turned));
    EXPECT_TRUE(Open(flow)) << "the VM may begin it again";
    EXPECT_EQ(m_ended.at(0).end, FlowEnd::Reopened);
}

TEST_F(NatGatewayPackets, B_6_OnlyWhomTheFlowGoesToMayAnswer)
{
    Begin("nat-gateway");
    const auto flow = MakeFlow(1, 5000, UDP);
    Open(flow);
    const auto reply = GetTranslated(flow).Reverse();
    const FlowKey otherHost(SERVER + 1, PUBLIC, 443, reply.GetDestinationPort(), UDP);
    const FlowKey otherPort(SERVER, PUBLIC, 444, reply.GetDestinationPort(), UDP);
    EXPECT_EQ(GetReason(In(otherHost)), DropReason::NoTrackedFlow);
    EXPECT_EQ(GetReason(In(otherPort)), DropReason::NoTrackedFlow);
    EXPECT_TRUE(IsPassed(In(reply)));
    const FlowKey elsewhere(SERVER, PUBLIC + 1, 443, reply.GetDestinationPort(), UDP);
    EXPECT_EQ(GetReason(In(elsewhere)), DropReason::UnknownPublicAddress);
}

TEST_F(NatGatewayPackets, B_6_IcmpErrorsAboutThemPassBothWays)
{
    Begin("nat-gateway");
    const auto flow = MakeFlow(1, 5000, UDP);
    Open(flow);
    const auto translated = GetTranslated(flow);
    const Ipv4Address router("198.51.100.77");
    // A router is about what has left the gateway.
    const auto in =
        GetForward(In(MakeIcmpError(router, Ipv4Address(PUBLIC), MakeDatagram(translated))));
    EXPECT_EQ(in.rewrite.address, VM);
    EXPECT_EQ(in.rewrite.port, 5000);
    EXPECT_EQ(in.receiver->networkInterface, 1U);
    // The VM is about what it got.
    const auto got = MakeDatagram(flow.Reverse());
    const auto out = GetForward(Out(MakeIcmpError(Ipv4Address(VM), Ipv4Address(SERVER), got), 1));
    EXPECT_EQ(out.rewrite.address, PUBLIC);
    EXPECT_EQ(out.rewrite.port, translated.GetSourcePort());
    EXPECT_FALSE(out.receiver);
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).packetsIn, 0U) << "they are not counted";
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).packetsOut, 1U);
}

TEST_F(NatGatewayPackets, B_6_IcmpErrorsAboutNothingKnownAreDropped)
{
    Begin("nat-gateway");
    const auto flow = MakeFlow(1, 5000, UDP);
    Open(flow);
    const Ipv4Address router("198.51.100.77");
    const auto other = GetTranslated(flow).WithSource(PUBLIC, 1023);
    EXPECT_EQ(GetReason(In(MakeIcmpError(router, Ipv4Address(PUBLIC), MakeDatagram(other)))),
              DropReason::NoTrackedFlow);
    // It does not go to who sent the packet it is about.
    const auto astray = GetTranslated(flow).WithSource(PUBLIC + 7, 1024);
    EXPECT_EQ(GetReason(In(MakeIcmpError(router, Ipv4Address(PUBLIC), MakeDatagram(astray)))),
              DropReason::NoTrackedFlow);
    // Nobody's packet came back to this VM.
    const auto got = MakeDatagram(MakeFlow(2, 5000, UDP).Reverse());
    EXPECT_EQ(GetReason(Out(MakeIcmpError(Ipv4Address(VM), Ipv4Address(SERVER), got), 1)),
              DropReason::NoTrackedFlow);
    EXPECT_EQ(m_created.size(), 1U);
}

TEST_F(NatGatewayPackets, FlowsOfFormerMembersGetNothing)
{
    auto goalState = MakeGoalState("nat-gateway");
    Begin(goalState);
    const auto staying = MakeFlow(1, 5000, UDP);
    const auto leaving = MakeFlow(2, 5000, UDP);
    Open(staying);
    Open(leaving);
    goalState.generation = 2;
    goalState.members.pop_back();
    goalState.members.push_back({3, Ipv4Address(VM + 2), Ipv4Address(HOST + 2)});
    EXPECT_TRUE(m_pipeline->Program(goalState));
    EXPECT_TRUE(IsPassed(Out(staying)));
    EXPECT_TRUE(IsPassed(Answer(staying)));
    EXPECT_EQ(GetReason(Out(leaving)), DropReason::UnexpectedDestination);
    EXPECT_EQ(GetReason(Answer(leaving)), DropReason::UnexpectedDestination);
    EXPECT_TRUE(Open(MakeFlow(3, 5000, UDP)));
    At(Seconds(240));
    EXPECT_TRUE(m_pipeline->GetOpenFlows().empty());
}

TEST_F(NatGatewayPackets, NothingButMembersIsProgrammedAnew)
{
    const auto goalState = MakeGoalState("nat-gateway");
    Begin(goalState);
    auto changed = goalState;
    changed.publicAddresses.emplace_back(PUBLIC + 1);
    EXPECT_FALSE(m_pipeline->Program(changed));
    changed = goalState;
    changed.idleTimeout = Minutes(5);
    EXPECT_FALSE(m_pipeline->Program(changed));
    changed = goalState;
    changed.profile.Set("FinHold", "60s");
    EXPECT_FALSE(m_pipeline->Program(changed));
    EXPECT_TRUE(m_pipeline->Program(goalState));
}

TEST_F(NatGatewayPackets, AreDroppedBeforeItIsProgrammed)
{
    NatGatewayPipeline pipeline(*this, 1, [](uint32_t /* n */) { return 0; });
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*ToPacket(MakeDatagram(MakeFlow(1, 5000)))));
    EXPECT_EQ(GetReason(pipeline.Outbound(headers, {1, Ipv4Address(HOST)}, Time())),
              DropReason::NotProgrammed);
    EXPECT_EQ(GetReason(pipeline.Inbound(headers, Time())), DropReason::NotProgrammed);
    EXPECT_TRUE(pipeline.GetSnatPortUsage().empty());
}

} // namespace

} // namespace ns3::azure
