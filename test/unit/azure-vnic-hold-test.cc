// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>

/**
 * @file
 * @brief How long a flow keeps its SNAT port.  A time that has come is over: held is half-open.
 */
namespace ns3::azure
{

namespace
{

using SnatPortHold = VnicStory;

TEST_F(SnatPortHold, S0_23_IdleFlowHoldsItsPortFor239SecondsAndNotFor241)
{
    WithSnat("2017", 1);
    At("10s").Syn(5000);
    ExpectPort(1024);
    At("249s").Syn(5001);
    ExpectRefused();
    At("251s").Syn(5002);
    ExpectPort(1024);
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Idle);
    EXPECT_EQ(m_ended[0].ended, Seconds(250));
}

TEST_F(SnatPortHold, S0_23_IdleTimeoutEndsAtFourMinutesSharp)
{
    WithSnat("2017", 1);
    At("0s").Syn(5000);
    At("239999999999ns").Syn(5001);
    ExpectRefused();
    At("240s").Syn(5001);
    ExpectPort(1024);
}

TEST_F(SnatPortHold, S0_23_AnyPacketInEitherDirectionBeginsTheFourMinutesAnew)
{
    WithSnat("2017", 1);
    At("0s").Connect(5000);
    At("100s").Send(TCP_ACK, 5000, SERVER);
    At("300s").Reply(5000);
    At("539s").ExpectUsage(1, 0);
    At("540s").ExpectFree();
}

TEST_F(SnatPortHold, S0_23_UdpHasNoOtherEnd)
{
    WithSnat("2018", 1);
    At("0s").Udp(5000, SERVER);
    At("1s").Reply(5000);
    At("240s").ExpectUsage(1, 0);
    At("241s").ExpectFree();
}

TEST_F(SnatPortHold, RefusedPacketDoesNotProlongTheFlowThatHasThePort)
{
    WithSnat("2017", 1);
    At("0s").Syn(5000);
    At("200s").Syn(5001);
    ExpectRefused();
    At("240s").ExpectFree();
}

TEST_F(SnatPortHold, IcmpErrorDoesNotProlongTheFlow)
{
    WithSnat("2017", 1);
    At("0s").Udp(5000, SERVER);
    const auto sent = GetTranslated(5000);
    At("100s").Receive(MakeIcmpError(SERVER, GetFrontend(0), MakeDatagram(sent)));
    ExpectDelivered(5000);
    At("240s").ExpectFree();
}

TEST_F(SnatPortHold, FinHoldBeginsWhenBothSidesHaveSentFin)
{
    WithSnat("2018[FinHold=30s]", 1);
    At("0s").Connect(5000);
    At("10s").Send(TCP_FIN | TCP_ACK, 5000, SERVER);
    At("20s").ExpectUsage(1, 0);
    At("50s").Reply(5000, TCP_FIN | TCP_ACK);
    ExpectUsage(0, 1);
    At("79999999999ns").ExpectUsage(0, 1);
    At("80s").ExpectFree();
    EXPECT_EQ(m_ended.at(0).end, FlowEnd::Fin);
    EXPECT_EQ(m_ports.back().stage, SnatPortStage::Released);
    EXPECT_EQ(m_ports.back().cause, FlowEnd::Fin);
    EXPECT_EQ(m_ports.back().time, Seconds(80));
}

TEST_F(SnatPortHold, FinHoldBeginsWhenTheServerClosesFirstToo)
{
    WithSnat("2018[FinHold=30s]", 1);
    At("0s").Connect(5000);
    At("10s").Reply(5000, TCP_FIN | TCP_ACK);
    At("20s").Send(TCP_FIN | TCP_ACK, 5000, SERVER);
    At("49s").ExpectUsage(0, 1);
    At("50s").ExpectFree();
}

TEST_F(SnatPortHold, FinHoldOfEitherSideBeginsWithTheFirstFin)
{
    WithSnat("2018[FinHold=30s|FinHoldStart=EitherFin]", 1);
    At("0s").Connect(5000);
    At("10s").Send(TCP_FIN | TCP_ACK, 5000, SERVER);
    ExpectUsage(0, 1);
    At("35s").Reply(5000, TCP_FIN | TCP_ACK);
    At("39s").ExpectUsage(0, 1);
    At("40s").ExpectFree();
    EXPECT_EQ(CountStages(SnatPortStage::CoolingDown), 1U);
}

TEST_F(SnatPortHold, HalfClosedFlowOnlyIdlesOutWhereBothFinsCount)
{
    WithSnat("2018[FinHold=30s]", 1);
    At("0s").Connect(5000);
    At("10s").Send(TCP_FIN | TCP_ACK, 5000, SERVER);
    At("249s").ExpectUsage(1, 0);
    At("250s").ExpectFree();
    EXPECT_EQ(m_ended.at(0).end, FlowEnd::Idle);
}

TEST_F(SnatPortHold, RstHoldIsFifteenSecondsIn2018)
{
    WithSnat("2018", 1);
    At("0s").Connect(5000);
    At("10s").Send(TCP_RST, 5000, SERVER);
    ExpectPort(1024);
    ExpectUsage(0, 1);
    At("24s").Syn(5001);
    ExpectRefused();
    At("25s").Syn(5001);
    ExpectPort(1024);
    EXPECT_EQ(m_ended.at(0).end, FlowEnd::Rst);
}

TEST_F(SnatPortHold, RstOfTheServerToTheFirstSynBeginsTheHoldToo)
{
    WithSnat("2018", 1);
    At("0s").Syn(5000);
    At("1s").Reply(5000, TCP_RST | TCP_ACK);
    ExpectDelivered(5000);
    At("16s").ExpectFree();
    EXPECT_EQ(m_ended.at(0).outcome, FlowOutcome::Unanswered) << "a RST alone is no answer";
}

TEST_F(SnatPortHold, RstEndsAFinHoldEarlier)
{
    WithSnat("2018[FinHoldStart=EitherFin]", 1);
    At("0s").Connect(5000);
    At("10s").Send(TCP_FIN | TCP_ACK, 5000, SERVER);
    At("20s").Reply(5000, TCP_RST);
    At("34s").ExpectUsage(0, 1);
    At("35s").ExpectFree();
    EXPECT_EQ(m_ended.at(0).end, FlowEnd::Rst);
    EXPECT_EQ(CountStages(SnatPortStage::CoolingDown), 1U);
}

TEST_F(SnatPortHold, LateSegmentsPassDuringTheHoldAndDoNotProlongIt)
{
    WithSnat("2018[FinHold=30s]", 1);
    At("0s").Connect(5000).FinBoth(5000);
    At("29s").Reply(5000);
    ExpectDelivered(5000);
    At("30s").ExpectFree();
    Reply(5000);
    ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_F(SnatPortHold, HoldLongerThanTheIdleTimeoutEndsWithTheIdleTimeout)
{
    WithSnat("2018[FinHold=500s]", 1);
    At("0s").Connect(5000).FinBoth(5000);
    At("239s").ExpectUsage(0, 1);
    At("240s").ExpectFree();
    EXPECT_EQ(m_ended.at(0).end, FlowEnd::Idle);
}

/// The holds came into the documents in 2018.
class ProfilesWithoutHolds : public VnicStory, public ::testing::WithParamInterface<const char*>
{
};

TEST_P(ProfilesWithoutHolds, S0_23_KeepClosedFlowsForFourMinutes)
{
    WithSnat(GetParam(), 2);
    At("0s").Connect(5000).FinBoth(5000);
    Connect(5001).Send(TCP_RST, 5001, SERVER);
    At("239s").ExpectUsage(2, 0);
    Syn(5002);
    ExpectRefused();
    At("240s").ExpectFree();
    EXPECT_EQ(m_ended.at(0).end, FlowEnd::Idle);
    EXPECT_EQ(CountStages(SnatPortStage::CoolingDown), 0U);
}

INSTANTIATE_TEST_SUITE_P(SnatPortHold,
                         ProfilesWithoutHolds,
                         ::testing::Values("2016", "2017"),
                         [](const auto& info) { return std::string("Of") + info.param; });

TEST_F(SnatPortHold, SynReopensAClosedFlowWithTheSamePort)
{
    WithSnat("2018", 4);
    At("0s").Syn(5000); // takes 1024, so that 5001 gets 1025
    At("0s").Connect(5001).FinBoth(5001);
    ExpectUsage(1, 1);
    At("10s").Syn(5001);
    ExpectPort(1025);
    ExpectUsage(2, 0);
    EXPECT_EQ(CountStages(SnatPortStage::Reopened), 1U);
    EXPECT_EQ(CountStages(SnatPortStage::Acquired), 2U);
    ASSERT_EQ(m_created.size(), 3U) << "a new flow";
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Reopened);
    EXPECT_EQ(m_ended[0].flow, 2U);
    EXPECT_EQ(m_created[2].flow, 3U);
    EXPECT_EQ(m_ports.back().flow, 3U);
    At("249s").ExpectUsage(1, 0);
    At("250s").ExpectFree();
}

TEST_F(SnatPortHold, SynReopensAResetFlowWithTheSamePort)
{
    WithSnat("2018", 1);
    At("0s").Connect(5000).Send(TCP_RST, 5000, SERVER);
    At("14s").Syn(5000);
    ExpectPort(1024);
    At("15s").ExpectUsage(1, 0);
    At("254s").ExpectFree();
}

TEST_F(SnatPortHold, SynReopensAClosedFlowThatHasNoHold)
{
    WithSnat("2017", 1);
    At("0s").Connect(5000).FinBoth(5000);
    At("10s").Syn(5000);
    ExpectPort(1024);
    EXPECT_EQ(m_ended.at(0).end, FlowEnd::Reopened);
    At("249s").ExpectUsage(1, 0);
    At("250s").ExpectFree();
}

} // namespace

} // namespace ns3::azure
