// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>

/**
 * @file
 * @brief When flows end and ports are free again, by the profile's timers; further ones are in
 * azure-vnic-hold-test.cc.
 */
namespace ns3::azure
{

namespace
{

/// @return the profile, but for its choice of ports, so that stories can tell which one comes next
std::string
WithLowestPort(const std::string& profile)
{
    const auto bracket = profile.find('[');
    const auto settings = bracket == std::string::npos ? "]" : "|" + profile.substr(bracket + 1);
    return profile.substr(0, bracket) + "[PortChoice=Lowest" + settings;
}

/// What happens to a flow from port 5000 before nothing more does.
enum class Past
{
    Syn,         //!< a SYN that nobody answers
    Connected,   //!< a handshake
    FinByVm,     //!< then a FIN of the VM
    FinByServer, //!< or of the server
    FinByBoth,   //!< or of both
    RstByVm,     //!< or a RST of the VM
    RstByServer, //!< or of the server
    Refused,     //!< a SYN that the server answers with RST
    Udp,         //!< a datagram
};

/// One row: a flow that has come so far at second 0, and when it and its port's hold end.
struct TimerCase
{
    const char* name;    // test name
    const char* profile; // Azure's behavior
    Past past;           // what has happened
    int ends;            // second at which the flow ends
    FlowEnd end;         // why
    int isFree;          // second at which its destination may have the port again
};

void
PrintTo(const TimerCase& c, std::ostream* os)
{
    *os << c.profile;
}

// clang-format off
constexpr TimerCase TIMER_CASES[] = {
    // name                         profile                                     past               ends  end                isFree
    {"B_2_FinOfBoth2018",           "2018",                                     Past::FinByBoth,   240,  FlowEnd::Fin,      240},
    {"B_2_FinOfVmAlone2018",        "2018[IdleTimeout=600s]",                   Past::FinByVm,     600,  FlowEnd::Idle,     600},
    {"B_2_FinOfServerAlone2018",    "2018[IdleTimeout=600s]",                   Past::FinByServer, 600,  FlowEnd::Idle,     600},
    {"B_2_FinOfVmEither",           "2018[FinHoldStart=EitherFin|IdleTimeout=600s]", Past::FinByVm, 240, FlowEnd::Fin,      240},
    {"B_2_FinOfServerEither",       "2018[FinHoldStart=EitherFin|IdleTimeout=600s]", Past::FinByServer, 240, FlowEnd::Fin,  240},
    {"B_2_RstOfVm",                 "2018",                                     Past::RstByVm,      15,  FlowEnd::Rst,       15},
    {"B_2_RstOfServer",             "2018",                                     Past::RstByServer,  15,  FlowEnd::Rst,       15},
    {"B_2_RstToTheSyn",             "2018",                                     Past::Refused,      15,  FlowEnd::Rst,       15},
    {"B_2_IdleTcp",                 "2018",                                     Past::Connected,   240,  FlowEnd::Idle,     240},
    {"B_2_IdleUdp",                 "2018",                                     Past::Udp,         240,  FlowEnd::Idle,     240},
    {"B_5_DefaultIsFourMinutes",    "2017",                                     Past::Connected,   240,  FlowEnd::Idle,     240},
    {"B_5_LongestIdleTimeout",      "2018[IdleTimeout=7200s]",                  Past::Connected,   7200, FlowEnd::Idle,     7200},
    {"B_6_GatewayFin",              "nat-gateway",                              Past::FinByBoth,    65,  FlowEnd::Fin,       65},
    {"B_6_GatewayFinOf2020",        "nat-gateway[FinHold=60s]",                 Past::FinByBoth,    60,  FlowEnd::Fin,       60},
    {"B_6_GatewayRst",              "nat-gateway",                              Past::RstByServer,  16,  FlowEnd::Rst,       16},
    {"B_6_GatewayRstOf2022",        "nat-gateway[RstHold=20s]",                 Past::RstByVm,      20,  FlowEnd::Rst,       20},
    {"B_6_GatewayHalfOpen",         "nat-gateway",                              Past::Syn,          30,  FlowEnd::HalfOpen,  30},
    {"B_6_GatewayHalfOpenOf2022",   "nat-gateway[HalfOpenTimeout=25s]",         Past::Syn,          25,  FlowEnd::HalfOpen,  25},
    {"B_6_GatewayConnected",        "nat-gateway",                              Past::Connected,   240,  FlowEnd::Idle,     240},
    {"B_6_GatewayTcpIdle120",       "nat-gateway[IdleTimeout=7200s]",           Past::Connected,   7200, FlowEnd::Idle,     7200},
    {"B_6_GatewayUdpStaysAtFour",   "nat-gateway[IdleTimeout=7200s]",           Past::Udp,         240,  FlowEnd::Idle,     305}, // + 65 s
    {"B_6_GatewayUdpSameKnob",      "nat-gateway[UdpIdleTimeout=none|IdleTimeout=600s|UdpHold=none]", Past::Udp, 600, FlowEnd::Idle, 600},
    {"B_6_GapAfterFin",             "nat-gateway[ReuseGap=5s]",                 Past::FinByBoth,    65,  FlowEnd::Fin,       70},
    {"B_6_GapAfterRst",             "nat-gateway[ReuseGap=5s]",                 Past::RstByVm,      16,  FlowEnd::Rst,       21},
    {"B_6_GapAfterHalfOpen",        "nat-gateway[ReuseGap=5s]",                 Past::Syn,          30,  FlowEnd::HalfOpen,  35},
    {"B_6_GapAfterIdle",            "nat-gateway[ReuseGap=5s]",                 Past::Connected,   240,  FlowEnd::Idle,     245},
    {"B_6_GapAfterUdpHold",         "nat-gateway[ReuseGap=5s]",                 Past::Udp,         240,  FlowEnd::Idle,     310}, // + 65 s + 5 s
    {"HalfOpenBeyondIdleIsIdle",    "2018[HalfOpenTimeout=300s]",               Past::Syn,         240,  FlowEnd::Idle,     240},
    {"ResetIsNotHalfOpen",          "2018[HalfOpenTimeout=10s]",                Past::Refused,      15,  FlowEnd::Rst,       15},
    {"UdpIsNeverHalfOpen",          "2018[HalfOpenTimeout=10s]",                Past::Udp,         240,  FlowEnd::Idle,     240},
};
// clang-format on

class VnicTimers : public VnicStory, public ::testing::WithParamInterface<TimerCase>
{
  protected:
    static constexpr uint16_t PORT = 5000; //!< of the VM

    /// Let that happen.
    void Have(Past past)
    {
        if (past == Past::Udp)
        {
            Udp(PORT, SERVER, 80);
            return;
        }
        past == Past::Syn || past == Past::Refused ? Syn(PORT) : Connect(PORT);
        switch (past)
        {
        case Past::FinByVm:
            Send(TCP_FIN | TCP_ACK, PORT, SERVER);
            break;
        case Past::FinByServer:
            Reply(PORT, TCP_FIN | TCP_ACK);
            break;
        case Past::FinByBoth:
            FinBoth(PORT);
            break;
        case Past::RstByVm:
            Send(TCP_RST, PORT, SERVER);
            break;
        case Past::RstByServer:
        case Past::Refused:
            Reply(PORT, TCP_RST | TCP_ACK);
            break;
        default:
            break;
        }
    }

    /// Another flow to the same destination asks for the only port.
    void Ask(Past past)
    {
        past == Past::Udp ? Udp(PORT + 1, SERVER, 80) : Syn(PORT + 1);
    }

    /// The clock shows so many seconds, and a little less or more.
    VnicStory& AtSecond(int second, Time difference)
    {
        m_now = Seconds(second) + difference;
        return *this;
    }
};

TEST_P(VnicTimers, EndTheFlowAndFreeThePortThen)
{
    const auto& c = GetParam();
    WithSnat(WithLowestPort(c.profile), 1);
    Have(c.past);
    ASSERT_TRUE(m_ended.empty());

    AtSecond(c.ends, NanoSeconds(-1));
    m_pipeline->Expire(m_now);
    EXPECT_TRUE(m_ended.empty()) << "too early";
    AtSecond(c.ends, Time());
    EXPECT_LE(m_pipeline->GetNextDeadline(), m_now);
    m_pipeline->Expire(m_now);
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, c.end) << GetName(m_ended[0].end);
    EXPECT_EQ(m_ended[0].ended, Seconds(c.ends));
    const bool isOpen = c.past == Past::Syn || c.past == Past::Connected ||
                        c.past == Past::FinByServer || c.past == Past::Udp;
    EXPECT_EQ(m_ended[0].isClosed, !isOpen);

    if (c.isFree > c.ends)
    {
        AtSecond(c.isFree, NanoSeconds(-1));
        Reply(PORT).ExpectDropped(DropReason::NoTrackedFlow);
        Ask(c.past);
        ExpectRefused();
        ExpectUsage(0, 1);
    }
    AtSecond(c.isFree, Time());
    Ask(c.past);
    ExpectPort(1024);
    ASSERT_EQ(CountStages(SnatPortStage::Released), 1U);
    for (const auto& event : m_ports)
    {
        if (event.stage == SnatPortStage::Released)
        {
            EXPECT_EQ(event.time, Seconds(c.isFree));
            EXPECT_EQ(event.cause, c.end);
            EXPECT_EQ(event.flow, 1U);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Vnic, VnicTimers, ::testing::ValuesIn(TIMER_CASES), [](const auto& row) {
    return row.param.name;
});

class VnicTimer : public VnicStory
{
};

TEST_F(VnicTimer, B_2_HeldPortIsForItsDestinationOnly)
{
    WithSnat(WithLowestPort("nat-gateway[UdpReuseKey=DestinationAddress]"), 1);
    At("0s").Udp(5000, SERVER);
    At("250s").Udp(5001, ANOTHER);
    ExpectPort(1024);
    ExpectUsage(1, 0); // the one use that cools down is on a port in use
    Udp(5002, SERVER);
    ExpectRefused();
    At("305s").Udp(5002, SERVER);
    ExpectPort(1024);
}

TEST_F(VnicTimer, B_6_HeldPortCoolsDownOnceOnly)
{
    // FIN hold until 65 s, gap until 70 s: one period of cooling down.
    WithSnat(WithLowestPort("nat-gateway[ReuseGap=5s]"), 1);
    At("0s").Connect(5000).FinBoth(5000);
    At("67s");
    ExpectUsage(0, 1);
    EXPECT_EQ(CountStages(SnatPortStage::CoolingDown), 1U);
    At("70s");
    ExpectFree();
}

TEST_F(VnicTimer, B_6_SynRepeatedAfterTheEndIsAnotherFlow)
{
    WithSnat(WithLowestPort("nat-gateway[ReuseGap=5s]"), 2);
    At("0s").Syn(5000);
    ExpectPort(1024);
    At("31s").Syn(5000); // half open, ended; its port is still held for the server
    ExpectPort(1025);
    EXPECT_EQ(m_created.size(), 2U);
}

TEST_F(VnicTimer, B_6_EverySynBeginsTheHalfOpenTimeoutAnewAndAnAnswerEndsIt)
{
    WithSnat(WithLowestPort("nat-gateway"), 1);
    At("0s").Syn(5000);
    At("20s").Syn(5000);
    At("49s").Reply(5000, TCP_SYN | TCP_ACK);
    ExpectDelivered(5000);
    At("200s").Send(TCP_ACK, 5000, SERVER);
    ExpectPort(1024);
    EXPECT_EQ(m_created.size(), 1U);
}

TEST_F(VnicTimer, B_6_ReopenedFlowIsHalfOpenAgain)
{
    WithSnat(WithLowestPort("nat-gateway[FinHold=none]"), 1);
    At("0s").Connect(5000).FinBoth(5000);
    At("10s").Syn(5000);
    At("39s");
    ExpectUsage(1, 0);
    At("40s");
    ExpectFree();
    EXPECT_EQ(m_ended.back().end, FlowEnd::HalfOpen);
}

TEST_F(VnicTimer, B_5_KeepAliveOfOneSideIsEnough)
{
    WithSnat("2018", 1);
    At("0s").Connect(5000);
    At("239s").Reply(5000);
    At("478s").Reply(5000);
    At("717s").Reply(5000);
    ExpectDelivered(5000);
    At("956s").Send(TCP_ACK, 5000, SERVER);
    ExpectPort(1024);
}

TEST_F(VnicTimer, B_2_ConeTakesDatagramsOfThoseItHasSentToOnly)
{
    // Port-restricted: another port of the server, or another server, is nobody yet.
    WithSnat("2018", 4);
    At("0s").Udp(5000, SERVER, 53);
    ExpectPort(1024);
    const auto udp = IpProtocol::Udp;
    Receive(MakeDatagram({SERVER, GetFrontend(0), 53, 1024, udp}));
    ExpectDelivered(5000);
    Receive(MakeDatagram({SERVER, GetFrontend(0), 54, 1024, udp}));
    ExpectDropped(DropReason::NoTrackedFlow);
    Receive(MakeDatagram({ANOTHER, GetFrontend(0), 53, 1024, udp}));
    ExpectDropped(DropReason::NoTrackedFlow);
    Udp(5000, ANOTHER, 53);
    ExpectPort(1024); // one port per socket, whatever the destination
    Receive(MakeDatagram({ANOTHER, GetFrontend(0), 53, 1024, udp}));
    ExpectDelivered(5000);
    Receive(MakeDatagram({ANOTHER, GetFrontend(0), 54, 1024, udp}));
    ExpectDropped(DropReason::NoTrackedFlow);
    Udp(5001, SERVER, 53);
    ExpectPort(1025);
}

TEST_F(VnicTimer, B_2_FlowWithoutPortIsDroppedInSilence)
{
    WithSnat("2018", 1);
    At("0s").Syn(5000);
    ExpectPort(1024);
    Syn(5001).ExpectRefused();
    At("3s").Syn(5001).ExpectRefused();
    EXPECT_EQ(m_exhausted.back().attempt, 2U) << "the guest has asked again";
    At("4s").Reply(5000, TCP_RST | TCP_ACK);
    At("18s").Syn(5001).ExpectRefused();
    At("19s").Syn(5001).ExpectPort(1024); // 15 s after the RST
}

/// One row: an idle timeout of a rule, and how long its flows may be silent.
struct RuleTimeoutCase
{
    const char* name; // test name
    int minutes;      // the rule's idle timeout
};

// clang-format off
constexpr RuleTimeoutCase RULE_TIMEOUT_CASES[] = {
    {"Four", 4}, {"Thirty", 30}, {"Hundred", 100},
};
// clang-format on

class VnicRuleTimeouts : public VnicStory, public ::testing::WithParamInterface<RuleTimeoutCase>
{
};

TEST_P(VnicRuleTimeouts, B_5_FlowsOfAFrontendLiveByTheirRule)
{
    WithSnat("2018", 4);
    const auto timeout = Minutes(GetParam().minutes);
    const Ipv4Address frontend("198.18.0.9");
    WithEndpoints({{frontend, {}, TransportProtocol::Udp, 53, 53, false, timeout}});
    const FlowKey key(SERVER, frontend, 40000, 53, IpProtocol::Udp);
    ReceiveFromMux(MakeDatagram(key));
    m_now = timeout - NanoSeconds(1);
    Udp(53, SERVER, 40000).ExpectSentFrom(frontend, 53);
    m_now += timeout - NanoSeconds(1);
    m_pipeline->Expire(m_now);
    EXPECT_TRUE(m_ended.empty());
    m_now += NanoSeconds(1);
    m_pipeline->Expire(m_now);
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Idle);
}

INSTANTIATE_TEST_SUITE_P(Vnic,
                         VnicRuleTimeouts,
                         ::testing::ValuesIn(RULE_TIMEOUT_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
