// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-story.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

/**
 * @file
 * @brief When a NAT gateway's ports are free again: the table of timers of B.6, all editions.
 */
namespace ns3::azure
{

namespace
{

/// How a flow comes to its end.
enum class Course : uint8_t
{
    Fin,      //!< both sides send FIN
    Rst,      //!< one side sends RST
    HalfOpen, //!< nothing answers its SYN
    TcpIdle,  //!< established, then silent
    UdpIdle,  //!< answered, then silent
};

/// One cell of B.6's table: when a port is free again for the same destination.
struct TimerCase
{
    const char* name;    // test name, [A-Za-z0-9_]+
    const char* edition; // profile: a column
    Course course;       // how the flow ends: a row
    uint32_t minutes;    // idle timeout of the gateway
    uint32_t seconds;    // expected, after the last packet
    FlowEnd end;         // why it ended
};

void
PrintTo(const TimerCase& c, std::ostream* os)
{
    *os << c.edition << ": " << c.seconds << " s";
}

constexpr const char* NG_2002 = "nat-gateway[FinHold=60s|RstHold=10s|UdpIdleTimeout=none|"
                                "UdpHold=none|ReuseGap=5s|PortsPerPublicAddress=1]";
constexpr const char* NG_2202 =
    "nat-gateway[RstHold=20s|HalfOpenTimeout=25s|PortsPerPublicAddress=1]";
constexpr const char* NG_2307 = "nat-gateway[PortsPerPublicAddress=1]";

// clang-format off
constexpr TimerCase TIMER_CASES[] = {
    // name                               edition  course            min  s     end
    {"B_6_AfterFin_NG2002",               NG_2002, Course::Fin,      4,   65,   FlowEnd::Fin},  // 60 + 5 of the gap
    {"B_6_AfterFin_NG2202",               NG_2202, Course::Fin,      4,   65,   FlowEnd::Fin},
    {"B_6_AfterFin_NG2307",               NG_2307, Course::Fin,      4,   65,   FlowEnd::Fin},
    {"B_6_AfterRst_NG2002",               NG_2002, Course::Rst,      4,   15,   FlowEnd::Rst},  // 10 + 5
    {"B_6_AfterRst_NG2202",               NG_2202, Course::Rst,      4,   20,   FlowEnd::Rst},
    {"B_6_AfterRst_NG2307",               NG_2307, Course::Rst,      4,   16,   FlowEnd::Rst},
    {"B_6_HalfOpen_NG2002",               NG_2002, Course::HalfOpen, 4,   35,   FlowEnd::HalfOpen}, // 30 + 5
    {"B_6_HalfOpen_NG2202",               NG_2202, Course::HalfOpen, 4,   25,   FlowEnd::HalfOpen},
    {"B_6_HalfOpen_NG2307",               NG_2307, Course::HalfOpen, 4,   30,   FlowEnd::HalfOpen},
    {"B_6_UdpAfterClose_NG2002",          NG_2002, Course::UdpIdle,  4,   245,  FlowEnd::Idle}, // the same knob; no hold; 5
    {"B_6_UdpAfterClose_NG2202",          NG_2202, Course::UdpIdle,  4,   305,  FlowEnd::Idle}, // 240 + 65
    {"B_6_UdpAfterClose_NG2307",          NG_2307, Course::UdpIdle,  4,   305,  FlowEnd::Idle},
    {"B_6_TcpIdleByDefault_NG2002",       NG_2002, Course::TcpIdle,  4,   245,  FlowEnd::Idle},
    {"B_6_TcpIdleByDefault_NG2202",       NG_2202, Course::TcpIdle,  4,   240,  FlowEnd::Idle},
    {"B_6_TcpIdleByDefault_NG2307",       NG_2307, Course::TcpIdle,  4,   240,  FlowEnd::Idle},
    {"B_6_TcpIdleAtMost120min_NG2002",    NG_2002, Course::TcpIdle,  120, 7205, FlowEnd::Idle},
    {"B_6_TcpIdleAtMost120min_NG2202",    NG_2202, Course::TcpIdle,  120, 7200, FlowEnd::Idle},
    {"B_6_TcpIdleAtMost120min_NG2307",    NG_2307, Course::TcpIdle,  120, 7200, FlowEnd::Idle},
    {"B_6_UdpIdleIsTheSameKnob_NG2002",   NG_2002, Course::UdpIdle,  120, 7205, FlowEnd::Idle},
    {"B_6_UdpIdleIsFixed_NG2202",         NG_2202, Course::UdpIdle,  120, 305,  FlowEnd::Idle},
    {"B_6_UdpIdleIsFixed_NG2307",         NG_2307, Course::UdpIdle,  120, 305,  FlowEnd::Idle},
    {"B_6_HalfOpenWhateverTheIdleTimeout", NG_2307, Course::HalfOpen, 120, 30,  FlowEnd::HalfOpen},
};
// clang-format on

class NatGatewayTimers : public NatGatewayStory, public ::testing::WithParamInterface<TimerCase>
{
  protected:
    /// The first flow runs its course; its last packet comes at 100 s.
    void RunCourse(const FlowKey& flow)
    {
        At(Seconds(99));
        if (GetParam().course != Course::HalfOpen && GetParam().course != Course::UdpIdle)
        {
            Establish(flow);
        }
        At(Seconds(100));
        switch (GetParam().course)
        {
        case Course::Fin:
            Out(flow, TCP_FIN | TCP_ACK);
            EXPECT_TRUE(IsPassed(Answer(flow, TCP_FIN | TCP_ACK)));
            break;
        case Course::Rst:
            EXPECT_TRUE(IsPassed(Answer(flow, TCP_RST)));
            break;
        case Course::HalfOpen:
            EXPECT_TRUE(Open(flow));
            break;
        case Course::TcpIdle:
            EXPECT_TRUE(IsPassed(Answer(flow)));
            break;
        case Course::UdpIdle:
            EXPECT_TRUE(Open(flow));
            EXPECT_TRUE(IsPassed(Answer(flow)));
            break;
        }
    }
};

TEST_P(NatGatewayTimers, FreeThePortForTheSameDestination)
{
    const auto& c = GetParam();
    auto goalState = MakeGoalState(c.edition);
    goalState.idleTimeout = Minutes(c.minutes);
    Begin(goalState);
    const auto protocol = c.course == Course::UdpIdle ? IpProtocol::Udp : IpProtocol::Tcp;
    RunCourse(MakeFlow(1, 1024, protocol));
    const auto next = MakeFlow(2, 2048, protocol); // there is one port
    At(Seconds(100 + c.seconds) - NanoSeconds(1));
    EXPECT_FALSE(Open(next));
    At(Seconds(100 + c.seconds));
    EXPECT_TRUE(Open(next));
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, c.end);
}

INSTANTIATE_TEST_SUITE_P(NatGateway,
                         NatGatewayTimers,
                         ::testing::ValuesIn(TIMER_CASES),
                         [](const auto& row) { return row.param.name; });

class NatGatewayTimer : public NatGatewayStory
{
};

TEST_F(NatGatewayTimer, B_6_AHeldPortServesAnotherDestinationAtOnce)
{
    Begin(NG_2307);
    const auto flow = MakeFlow(1, 1024);
    Establish(flow);
    Answer(flow, TCP_RST);
    EXPECT_FALSE(Open(MakeFlow(2, 2048)));
    EXPECT_TRUE(Open(MakeFlow(2, 2049, IpProtocol::Tcp, 444)));
}

TEST_F(NatGatewayTimer, B_6_AnyPacketPutsTheIdleTimeoutOff)
{
    Begin(NG_2307);
    const auto flow = MakeFlow(1, 1024);
    Establish(flow);
    At(Seconds(239));
    EXPECT_TRUE(IsPassed(Answer(flow)));
    At(Seconds(478));
    EXPECT_TRUE(IsPassed(Out(flow, TCP_ACK)));
    At(Seconds(717));
    EXPECT_EQ(m_pipeline->GetOpenFlows().size(), 1U);
    At(Seconds(718)); // 478 + 240
    EXPECT_TRUE(m_pipeline->GetOpenFlows().empty());
}

TEST_F(NatGatewayTimer, AClosedUdpFlowIsNoMoreThoughItsPortIsHeld)
{
    Begin("nat-gateway");
    const auto flow = MakeFlow(1, 1024, IpProtocol::Udp);
    Open(flow);
    At(Seconds(240));
    const auto late = Answer(flow);
    EXPECT_EQ(GetReason(late), DropReason::NoTrackedFlow);
    EXPECT_FALSE(IsReset(late));
    EXPECT_TRUE(m_pipeline->GetOpenFlows().empty());
    EXPECT_EQ(m_pipeline->GetSnatPortUsage().at(0).portsCoolingDown, 1U);
    At(Seconds(305));
    EXPECT_EQ(m_pipeline->GetSnatPortUsage().at(0).portsCoolingDown, 0U);
}

} // namespace

} // namespace ns3::azure
