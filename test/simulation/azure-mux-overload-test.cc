// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-mux-world.h"

#include "ns3/azure-slb-control-socket.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

/**
 * @file
 * @brief What a mux does that has more packets than it can do, and frontends out of service.
 */
namespace ns3::azure
{

namespace
{

/// A mux that can do so many packets a second.
class MuxOverload : public MuxWorld
{
  protected:
    static constexpr uint32_t OTHER = PUBLIC + 1; //!< a public address with a rule for port 80
    static constexpr double RATE = 100;           //!< packets a second
    static constexpr double SERVICE_SECONDS = 1 / RATE; //!< of a packet

    /// @param queueLimit packets that may wait
    void StartWithRate(uint32_t queueLimit, double rate = RATE)
    {
        Begin(1);
        for (auto& member : m_loadBalancer.backendPools[0].members)
        {
            member.state = AdministrativeState::Up;
        }
        m_loadBalancer.frontends.push_back({"other", Ipv4Address(OTHER)});
        auto rule = m_loadBalancer.loadBalancingRules[0];
        rule.name = "other-http";
        rule.frontend = "other";
        rule.backendPort = 8080;
        m_loadBalancer.loadBalancingRules.push_back(rule);
        m_muxes[0]->SetAttribute("PacketRate", DoubleValue(rate));
        m_muxes[0]->SetAttribute("PacketQueueLimit", UintegerValue(queueLimit));
        m_muxes[0]->TraceConnectWithoutContext("Overload",
                                               MakeCallback(&MuxOverload::NoteOverload, this));
        Start();
    }

    /// Send a SYN of a flow to the other frontend.
    void SendToOther(uint32_t i)
    {
        const auto flow = MakeFlow(i);
        DatagramTraits traits;
        traits.tcpFlags = TCP_SYN;
        Send({flow.GetSource(),
              Ipv4Address(OTHER),
              flow.GetSourcePort(),
              flow.GetDestinationPort(),
              flow.GetProtocol()},
             traits);
    }

    /// SYNs to a frontend at a rate a second, for so many seconds from time zero.
    void Flood(uint32_t frontend, uint32_t rate, uint32_t seconds)
    {
        for (uint32_t i = 0; i < rate * seconds; ++i)
        {
            At(NanoSeconds(1'000'000'000ULL * i / rate), [this, i, frontend] {
                frontend == OTHER ? SendToOther(i % 60000) : Send(MakeFlow(i % 60000), {TCP_SYN});
            });
        }
    }

    /// @return packets that were passed on to a frontend's members
    uint64_t CountArrivals(uint32_t frontend) const
    {
        uint64_t count = 0;
        for (const auto& arrival : m_arrivals)
        {
            count += arrival.member && arrival.GetKey().GetDestination() == Ipv4Address(frontend);
        }
        return count;
    }

    /// @return packets to a frontend that were dropped for that reason
    uint64_t CountDropsOf(uint32_t frontend, DropReason reason) const
    {
        uint64_t count = 0;
        for (const auto& drop : m_stories[0].drops)
        {
            count += drop.reason == reason && drop.key.GetDestination() == Ipv4Address(frontend);
        }
        return count;
    }

    std::vector<OverloadRecord> m_overloads; //!< Overload

  private:
    void NoteOverload(const OverloadRecord& overload)
    {
        m_overloads.push_back(overload);
    }
};

TEST_F(MuxOverload, C_1_PacketsWaitForTheirTurn)
{
    constexpr uint32_t FLOWS = 5;
    StartWithRate(FLOWS);
    At(Seconds(1), [this] { SendFlows(FLOWS); });
    At(MilliSeconds(1015), [this] { EXPECT_EQ(m_muxes[0]->GetWaitingPackets(), 4U); });
    Run(Seconds(2));
    ASSERT_EQ(m_arrivals.size(), FLOWS);
    for (uint32_t i = 0; i < FLOWS; ++i)
    {
        EXPECT_EQ(m_arrivals[i].GetKey(), MakeFlow(i)) << "in the order in which they came";
    }
    for (uint32_t i = 1; i < FLOWS; ++i)
    {
        EXPECT_NEAR((m_arrivals[i].time - m_arrivals[i - 1].time).GetSeconds(),
                    SERVICE_SECONDS,
                    1e-6);
    }
    EXPECT_EQ(m_muxes[0]->GetWaitingPackets(), 0U);
    EXPECT_TRUE(m_overloads.empty()) << "nothing was dropped";
}

TEST_F(MuxOverload, C_1_WithoutARateNothingWaits)
{
    StartWithRate(0, 0);
    At(Seconds(1), [this] { SendFlows(100); });
    Run(Seconds(2));
    EXPECT_EQ(m_arrivals.size(), 100U);
    EXPECT_TRUE(m_stories[0].drops.empty());
}

TEST_F(MuxOverload, C_1_RateIsReadWithTheFirstPacketAndAfterARestart)
{
    const auto setRate = [this](double rate) {
        m_muxes[0]->SetAttribute("PacketRate", DoubleValue(rate));
    };
    StartWithRate(0);
    At(Seconds(1), [this] { SendFlows(2); });
    At(MilliSeconds(1005), [setRate] { setRate(0); });
    At(MilliSeconds(1006), [this] { SendFlows(1); });
    At(MilliSeconds(1007), [this] { m_muxes[0]->Fail(); });
    At(MilliSeconds(1008), [this] { m_muxes[0]->Restart(); });
    At(Seconds(2), [this] { SendFlows(100); });
    At(Seconds(3), [this, setRate] {
        EXPECT_EQ(m_arrivals.size(), 100U) << "no rate after the restart";
        setRate(RATE);
        SendFlows(100);
    });
    Run(Seconds(4));
    EXPECT_EQ(m_arrivals.size(), 200U) << "nor a new one without a restart";
    EXPECT_EQ(CountDrops(0, DropReason::MuxOverloaded), 2U) << "the second, and the third";
}

TEST_F(MuxOverload, C_1_RateIsReadWithAFirstPacketThatIsDroppedToo)
{
    StartWithRate(0);
    m_muxes[0]->Apply(ProgramFrontend{Ipv4Address(PUBLIC), true, 1});
    At(Seconds(1), [this] { SendFlows(1); });
    At(Seconds(2), [this] {
        m_muxes[0]->SetAttribute("PacketRate", DoubleValue(0));
        SendToOther(0);
        SendToOther(1);
    });
    Run(Seconds(3));
    EXPECT_EQ(CountDrops(0, DropReason::FrontendWithdrawn), 1U);
    EXPECT_EQ(CountDrops(0, DropReason::MuxOverloaded), 1U) << "the second finds no room";
    EXPECT_EQ(CountArrivals(OTHER), 1U);
}

TEST_F(MuxOverload, C_1_WhatFindsNoRoomIsDropped)
{
    StartWithRate(3);
    At(Seconds(1), [this] { SendFlows(10); });
    Run(Seconds(2));
    EXPECT_EQ(m_arrivals.size(), 4U) << "one in work, three that wait";
    EXPECT_EQ(CountDrops(0, DropReason::MuxOverloaded), 6U);
}

TEST_F(MuxOverload, C_1_TopTalkerIsReportedWhenTheIntervalIsOver)
{
    StartWithRate(0);
    // 13 s: 2 packets at once, of which one finds no room; 17 s: likewise 4 to the other frontend.
    At(Seconds(13), [this] { SendFlows(2); });
    At(Seconds(17), [this] {
        for (uint32_t i = 0; i < 4; ++i)
        {
            SendToOther(i);
        }
    });
    At(Seconds(25), [this] { SendToOther(9); }); // alone, and not dropped
    Run(Seconds(40));
    ASSERT_EQ(m_overloads.size(), 1U) << "of intervals without drops nothing is told";
    EXPECT_EQ(m_overloads[0].time, Seconds(20));
    EXPECT_EQ(m_overloads[0].frontend, Ipv4Address(OTHER));
    EXPECT_EQ(m_overloads[0].dropped, 4U);
    EXPECT_FALSE(m_overloads[0].isWithdrawn);
    const auto& messages = m_stories[0].messages;
    ASSERT_FALSE(messages.empty());
    EXPECT_EQ(messages[0].kind, "report-overload");
    EXPECT_EQ(messages[0].time, Seconds(20));
    EXPECT_EQ(messages[0].stage, ControlMessageStage::Sent);
    EXPECT_EQ(messages[0].receiver,
              m_manager->GetNode()->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal());
}

// The manager's message is acknowledged, and what is older than another of the same frontend is
// not heeded.
TEST_F(MuxOverload, C_1_WithdrawnFrontendIsABlackHole)
{
    StartWithRate(0);
    const auto node = m_manager->GetNode();
    const auto socket = CreateObject<SlbControlSocket>();
    std::vector<uint32_t> acknowledged;
    socket->Open(node, 9999, [&](const SlbMessage& message, const InetSocketAddress& /* from */) {
        acknowledged.push_back(message.transaction);
    });
    const auto tell = [&](uint32_t transaction, bool isWithdrawn, uint32_t sequence) {
        socket->Send({transaction, ProgramFrontend{Ipv4Address(PUBLIC), isWithdrawn, sequence}},
                     GetMuxAddress(0),
                     SLB_CONTROL_PORT);
    };
    At(Seconds(1), [&] { tell(71, true, 2); });
    At(Seconds(2), [&] { tell(72, false, 1); });
    // At 3 s twenty at once, which would leave no room for the one to the other frontend.
    At(Seconds(3), [this] {
        SendFlows(20);
        SendToOther(0);
    });
    At(Seconds(4), [&] { tell(73, false, 3); });
    At(Seconds(5), [this] { SendFlows(1); });
    Run(Seconds(6));
    EXPECT_EQ(acknowledged, (std::vector<uint32_t>{71, 72, 73}));
    EXPECT_EQ(CountDrops(0, DropReason::FrontendWithdrawn), 20U);
    EXPECT_EQ(CountDrops(0, DropReason::MuxOverloaded), 0U) << "a black hole costs nothing";
    EXPECT_EQ(CountArrivals(OTHER), 1U);
    EXPECT_EQ(CountArrivals(PUBLIC), 1U) << "it is back in service";
    socket->Close();
}

TEST_F(MuxOverload, C_1_SnatRepliesOfAWithdrawnFrontendAreLostToo)
{
    StartWithMembersUp(1);
    uint16_t port = 0;
    for (const auto& endpoint : m_manager->GetProgram().muxes)
    {
        port = endpoint.publicAddress == Ipv4Address(PUBLIC) ? endpoint.ports.first : port;
    }
    ASSERT_GT(port, 0U);
    m_muxes[0]->Apply(ProgramFrontend{Ipv4Address(PUBLIC), true, 1});
    At(Seconds(1), [this, port] { Send(MakeFlow(0, port)); });
    Run(Seconds(2));
    EXPECT_TRUE(m_arrivals.empty());
    EXPECT_EQ(CountDrops(0, DropReason::FrontendWithdrawn), 1U);
}

TEST_F(MuxOverload, C_1_WhatWaitsForAFrontendIsLostWhenItIsWithdrawn)
{
    StartWithRate(10);
    At(Seconds(1), [this] {
        SendFlows(3);
        SendToOther(0);
    });
    At(MilliSeconds(1015), [this] {
        m_muxes[0]->Apply(ProgramFrontend{Ipv4Address(PUBLIC), true, 1});
    });
    Run(Seconds(2));
    EXPECT_EQ(CountArrivals(PUBLIC), 1U) << "what was done before";
    EXPECT_EQ(CountDrops(0, DropReason::FrontendWithdrawn), 2U);
    EXPECT_EQ(CountArrivals(OTHER), 1U);
}

TEST_F(MuxOverload, C_1_FailureLosesWhatWaitsAndWhatWasWithdrawn)
{
    StartWithRate(10);
    m_muxes[0]->Apply(ProgramFrontend{Ipv4Address(OTHER), true, 7});
    At(Seconds(1), [this] { SendFlows(5); });
    At(MilliSeconds(1015), [this] { m_muxes[0]->Fail(); });
    At(Seconds(2), [this] {
        EXPECT_EQ(CountDrops(0, DropReason::MuxDown), 4U);
        EXPECT_EQ(m_muxes[0]->GetWaitingPackets(), 0U);
        m_muxes[0]->Restart();
    });
    At(Seconds(5), [this] { SendToOther(0); });
    Run(Seconds(6));
    EXPECT_EQ(CountArrivals(PUBLIC), 1U);
    EXPECT_EQ(CountArrivals(OTHER), 1U);
}

/// Whether a mux drops fairly.
class MuxFairness : public MuxOverload, public ::testing::WithParamInterface<bool>
{
};

// 397 SYNs a second to one frontend and 23 to the other, of which the mux can do 100.  Without fair
// dropping both lose 320 of 420.  With it, the first may have 77 and loses the rest; the other one
// has no more than its share, and loses nothing but in the first second, of which nothing is known
// yet, and when chance lets too many of the first one's pass.
TEST_P(MuxFairness, C_1_WhoHasNotMoreThanHisShareIsSpared)
{
    constexpr uint32_t SECONDS = 20;
    const bool isFair = GetParam();
    StartWithRate(100);
    m_muxes[0]->SetAttribute("FairDropping", BooleanValue(isFair));
    EXPECT_EQ(m_muxes[0]->AssignStreams(1), isFair ? 1 : 0);
    Flood(PUBLIC, 397, SECONDS);
    Flood(OTHER, 23, SECONDS);
    Run(Seconds(SECONDS + 2));
    constexpr double ALL = 320 * SECONDS;
    EXPECT_NEAR(static_cast<double>(CountDrops(0, DropReason::MuxOverloaded)), ALL, 0.05 * ALL);
    const auto lost = static_cast<double>(CountDropsOf(OTHER, DropReason::MuxOverloaded));
    EXPECT_NEAR(lost / (23 * SECONDS), isFair ? 0 : 320.0 / 420, 0.1);
}

INSTANTIATE_TEST_SUITE_P(LoadBalancerMux, MuxFairness, ::testing::Bool(), [](const auto& row) {
    return row.param ? "Fair" : "Unfair";
});

// The whole way: muxes report, the manager has all of them drop what is for the top talker, one
// that has been away is told so too, and it is put back in time.
TEST_F(MuxOverload, X_6_TopTalkerGoesOutOfServiceAndComesBack)
{
    constexpr uint32_t FLOODED = 60; // seconds
    StartWithRate(5);
    m_manager->SetAttribute("OverloadReports", UintegerValue(2));
    m_manager->SetAttribute("WithdrawalTime", TimeValue(Seconds(50)));
    Flood(PUBLIC, 400, FLOODED);
    Flood(OTHER, 23, FLOODED);
    At(MilliSeconds(20'100), [this] { m_arrivals.clear(); });
    At(Seconds(30), [this] {
        EXPECT_EQ(CountArrivals(PUBLIC), 0U);
        EXPECT_NEAR(static_cast<double>(CountArrivals(OTHER)), 23 * 9.9, 1);
        m_muxes[0]->Fail();
        m_muxes[0]->Restart();
    });
    At(Seconds(35), [this] { m_arrivals.clear(); });
    At(Seconds(FLOODED), [this] {
        EXPECT_EQ(CountArrivals(PUBLIC), 0U) << "the restarted mux has been told";
        EXPECT_NEAR(static_cast<double>(CountArrivals(OTHER)), 23 * 25, 1);
    });
    At(Seconds(71), [this] { SendFlows(1); }); // 20 s and 50 s
    Run(Seconds(72));
    ASSERT_EQ(m_overloads.size(), 2U) << "at 10 s and 20 s";
    EXPECT_EQ(m_overloads[1].time, Seconds(20));
    EXPECT_EQ(m_overloads[1].frontend, Ipv4Address(PUBLIC));
    EXPECT_EQ(CountArrivals(PUBLIC), 1U);
}

// The flood has flows of one packet each, whose quota it uses up; flows of more have their own.
TEST_F(MuxOverload, X_6_TrustedFlowsKeepTheirMemberInAFlood)
{
    constexpr uint32_t TRUSTED = 40;
    constexpr uint32_t QUOTA = 100;
    constexpr uint32_t SPOOFED = 2000;
    Begin(1);
    for (auto& member : m_loadBalancer.backendPools[0].members)
    {
        member.state = AdministrativeState::Up;
    }
    m_muxes[0]->SetAttribute("UntrustedFlowQuota", UintegerValue(QUOTA));
    Start();
    At(Seconds(1), [this] { SendFlows(TRUSTED); });
    At(Seconds(2), [this] { SendFlows(TRUSTED, TCP_ACK); });
    std::map<FlowKey, uint32_t> before;
    At(Seconds(3), [&] {
        before = TakeMembers();
        for (uint32_t i = 0; i < SPOOFED; ++i)
        {
            Send(MakeFlow(1000 + i), {TCP_SYN});
        }
    });
    // New flows would not go to the last member any more; those that are kept do.
    At(Seconds(4), [&] {
        TakeMembers();
        EXPECT_EQ(m_muxes[0]->GetUntrustedFlows(), QUOTA);
        EXPECT_EQ(m_muxes[0]->GetTrustedFlows(), TRUSTED);
        EXPECT_FALSE(m_manager->SetAdministrativeState("web",
                                                       "servers",
                                                       MEMBERS,
                                                       AdministrativeState::Down));
    });
    At(Seconds(5), [this] { SendFlows(TRUSTED, TCP_ACK); });
    Run(Seconds(6));
    EXPECT_EQ(before.size(), TRUSTED);
    EXPECT_EQ(TakeMembers(), before);
    EXPECT_EQ(m_muxes[0]->GetTrustedFlows(), TRUSTED);
    uint32_t untracked = 0;
    for (const auto& decision : m_stories[0].decisions)
    {
        untracked += !decision.isTracked;
    }
    EXPECT_EQ(untracked, SPOOFED - QUOTA) << "they are passed on by the hash alone (3.3.3)";
}

} // namespace

} // namespace ns3::azure
