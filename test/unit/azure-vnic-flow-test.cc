// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <string>

namespace ns3::azure
{

namespace
{

using SnatFlow = VnicStory;

TEST_F(SnatFlow, S0_14_PortIsTakenWhenTheFlowIsCreated)
{
    WithSnat("2017", 4);
    ExpectFree();
    At("1s").Syn(5000);
    ExpectPort(1024);
    ExpectUsage(1, 0);
    EXPECT_EQ(m_ports.at(0).stage, SnatPortStage::Acquired);
    EXPECT_EQ(m_ports.at(0).time, Seconds(1));
    EXPECT_EQ(m_ports.at(0).portsInUse, 1U);
    EXPECT_EQ(m_ports.at(0).translated, GetTranslated(5000));
}

TEST_F(SnatFlow, S0_17_FlowsToOneAddressTakeAPortEach)
{
    WithSnat("2017", 4);
    Syn(5000, SERVER, 80).ExpectPort(1024);
    Syn(5001, SERVER, 80).ExpectPort(1025);
    Syn(5002, SERVER, 443).ExpectPort(1026);
    Syn(5003, ANOTHER, 80).ExpectPort(1024);
    ExpectUsage(3, 0);
}

TEST_F(SnatFlow, RetransmittedSynIsTheSameFlow)
{
    WithSnat("2017", 4);
    At("0s").Syn(5000);
    At("3s").Syn(5000);
    ExpectPort(1024);
    At("9s").Syn(5000);
    ExpectPort(1024);
    EXPECT_EQ(m_created.size(), 1U);
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).packetsOut, 3U);
    ExpectUsage(1, 0);
}

TEST_F(SnatFlow, RetransmittedSynOfARefusedFlowIsTheSameFlowAndNotAnotherRefusedOne)
{
    WithSnat("2017", 1);
    At("0s").Syn(5000);
    At("1s").Syn(5001);
    ExpectRefused();
    At("4s").Syn(5001);
    ExpectRefused();
    At("10s").Syn(5001);
    ExpectRefused();
    ASSERT_EQ(m_created.size(), 2U);
    EXPECT_EQ(m_created[1].outcome, FlowOutcome::Refused);
    EXPECT_EQ(m_created[1].translated, std::nullopt);
    ASSERT_EQ(m_exhausted.size(), 3U);
    for (uint32_t i = 0; i < 3; ++i)
    {
        EXPECT_EQ(m_exhausted[i].flow, 2U);
        EXPECT_EQ(m_exhausted[i].attempt, i + 1);
        EXPECT_EQ(m_exhausted[i].portsAllocated, 1U);
        EXPECT_EQ(m_exhausted[i].portsInUse, 1U);
    }
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(1).refusals, 3U);
}

TEST_F(SnatFlow, S0_22_RefusedFlowGetsItsPortOnARetryAndItsRecordSaysSo)
{
    WithSnat("2018", 1);
    At("0s").Connect(5000).Send(TCP_RST, 5000, SERVER);
    At("10s").Syn(5001);
    ExpectRefused();
    At("13s").Syn(5001);
    ExpectRefused();
    At("19s").Connect(5001);
    ExpectPort(1024);
    EXPECT_EQ(m_created.size(), 2U) << "created once, when it was refused";
    At("300s").ExpectFree();
    const auto& record = m_ended.at(1);
    EXPECT_EQ(record.flow, 2U);
    EXPECT_EQ(record.refusals, 2U);
    EXPECT_EQ(record.firstPacket, Seconds(10));
    EXPECT_EQ(record.accepted, Seconds(19));
    EXPECT_EQ(record.outcome, FlowOutcome::Established);
}

TEST_F(SnatFlow, RefusedFlowIsForgottenAfterTheIdleTimeout)
{
    WithSnat("2017", 1);
    At("0s").Syn(5000);
    At("200s").Syn(5000);
    At("200s").Syn(5001);
    ExpectRefused();
    At("220s").Syn(5001);
    ExpectRefused();
    At("459s").ExpectFree();
    EXPECT_EQ(m_ended.size(), 1U);
    At("460s").ExpectFree();
    ASSERT_EQ(m_ended.size(), 2U);
    EXPECT_EQ(m_ended[1].outcome, FlowOutcome::Refused);
    EXPECT_EQ(m_ended[1].end, FlowEnd::Idle);
    EXPECT_EQ(m_ended[1].refusals, 2U);
}

TEST_F(SnatFlow, TcpBeginsWithASyn)
{
    WithSnat("2017", 1);
    for (const uint8_t flags : {TCP_ACK, TCP_FIN, TCP_RST, uint8_t{TCP_SYN | TCP_ACK}})
    {
        Send(flags, 5000, SERVER).ExpectDropped(DropReason::NoTrackedFlow);
    }
    EXPECT_TRUE(m_created.empty());
    ExpectFree();
}

TEST_F(SnatFlow, NonSynOfARefusedFlowAsksForNoPort)
{
    WithSnat("2017", 1);
    Syn(5000);
    Syn(5001).ExpectRefused();
    Send(TCP_ACK, 5001, SERVER).ExpectDropped(DropReason::NoTrackedFlow);
    EXPECT_EQ(m_exhausted.size(), 1U);
}

TEST_F(SnatFlow, UdpFlowBeginsWithAnyDatagram)
{
    WithSnat("2017", 1);
    Udp(5000, SERVER).ExpectPort(1024);
    Udp(5001, SERVER).ExpectRefused();
    Reply(5000).ExpectDelivered(5000);
}

TEST_F(SnatFlow, PacketOfNoFlowIsDroppedOnItsWayIn)
{
    WithSnat("2017", 4);
    Syn(5000);
    const auto reply = GetTranslated(5000).Reverse();
    Receive(MakeDatagram(reply)).ExpectDelivered(5000);
    // Another client address, client port, port of ours, or protocol is another flow.
    const auto port = reply.GetDestinationPort();
    const auto refuse = [this](const FlowKey& key) {
        Receive(MakeDatagram(key)).ExpectDropped(DropReason::NoTrackedFlow);
    };
    refuse({ANOTHER, GetFrontend(0), 80, port, IpProtocol::Tcp});
    refuse({SERVER, GetFrontend(0), 81, port, IpProtocol::Tcp});
    refuse({SERVER, GetFrontend(0), 80, 1025, IpProtocol::Tcp});
    refuse({SERVER, GetFrontend(0), 80, port, IpProtocol::Udp});
}

TEST_F(SnatFlow, ForgedPacketFromOutsideWithTheVmsOwnAddressIsDropped)
{
    WithSnat("2017", 1);
    // The VM talks to its own frontend; somebody sends the same 5-tuple from outside.
    Syn(5000, GetFrontend(0)).ExpectPort(1024);
    Syn(5001, GetFrontend(0)).ExpectRefused();
    for (const uint16_t port : {5000, 5001})
    {
        Receive(MakeDatagram({VM, GetFrontend(0), port, 80, IpProtocol::Tcp}))
            .ExpectDropped(DropReason::ForeignSource);
    }
}

TEST_F(SnatFlow, CountsPacketsAndBytesAsTheVmSeesThem)
{
    WithSnat("2017", 1);
    At("0s").Connect(5000);
    At("2s").Reply(5000);
    const auto record = m_pipeline->GetOpenFlows().at(0);
    EXPECT_EQ(record.packetsOut, 2U);
    EXPECT_EQ(record.bytesOut, 88U); // 20 + 20 + 4 bytes each
    EXPECT_EQ(record.packetsIn, 2U);
    EXPECT_EQ(record.bytesIn, 88U);
    EXPECT_EQ(record.lastPacket, Seconds(2));
    EXPECT_EQ(record.method, OutboundMethod::LoadBalancerFrontend);
    EXPECT_EQ(record.key, FlowKey(VM, SERVER, 5000, 80, IpProtocol::Tcp));
    EXPECT_EQ(record.translated, FlowKey(GetFrontend(0), SERVER, 1024, 80, IpProtocol::Tcp));
    EXPECT_EQ(record.end, FlowEnd::Open);
}

TEST_F(SnatFlow, IcmpErrorAboutASentPacketIsTranslatedBack)
{
    WithSnat("2017", 2);
    Syn(5000);
    Syn(5001);
    const Ipv4Address router("192.0.2.1");
    Receive(MakeIcmpError(router, GetFrontend(0), MakeDatagram(GetTranslated(5001))))
        .ExpectDelivered(5001);
    // About a packet that was never sent:
    Receive(MakeIcmpError(router,
                          GetFrontend(0),
                          MakeDatagram({GetFrontend(0), SERVER, 1025, 81, IpProtocol::Tcp})))
        .ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_F(SnatFlow, IcmpErrorAboutAReceivedPacketIsTranslated)
{
    WithSnat("2017", 2);
    Udp(5000, SERVER);
    Udp(5001, SERVER);
    const FlowKey delivered(SERVER, VM, 53, 5001, IpProtocol::Udp);
    Send(MakeIcmpError(VM, SERVER, MakeDatagram(delivered))).ExpectPort(1025);
    const FlowKey never(ANOTHER, VM, 53, 5001, IpProtocol::Udp);
    Send(MakeIcmpError(VM, ANOTHER, MakeDatagram(never))).ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_F(SnatFlow, IcmpErrorAboutARefusedPacketIsDropped)
{
    WithSnat("2017", 1);
    Udp(5000, SERVER);
    Udp(5001, SERVER).ExpectRefused();
    const FlowKey about(SERVER, VM, 53, 5001, IpProtocol::Udp);
    Send(MakeIcmpError(VM, SERVER, MakeDatagram(about))).ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_F(SnatFlow, FrontendsAreFilledFirstToLast)
{
    WithSnat("2018", 1, 3);
    Syn(5000).ExpectPort(1024, 0);
    Syn(5001).ExpectPort(1024, 1);
    Syn(5002).ExpectPort(1024, 2);
    Syn(5003).ExpectRefused();
    Syn(5004, ANOTHER).ExpectPort(1024, 0);
}

TEST_F(SnatFlow, S0_40_AnyFrontendMayBeDrawnAndTheNextIsTakenIfItIsFull)
{
    WithSnat("2017", 1, 3);
    m_draws = {2, 2, 2, 1};
    Syn(5000).ExpectPort(1024, 2);
    Syn(5001).ExpectPort(1024, 0);
    Syn(5002).ExpectPort(1024, 1);
    Syn(5003).ExpectRefused();
}

TEST_F(SnatFlow, S0_40_OnlyFrontendIsNotDrawn)
{
    WithSnat("2017", 2);
    Syn(5000).ExpectPort(1024);
}

TEST_F(SnatFlow, NextDeadlineIsTheEarliest)
{
    WithSnat("2018", 2);
    EXPECT_EQ(m_pipeline->GetNextDeadline(), std::nullopt);
    At("0s").Connect(5000);
    EXPECT_EQ(m_pipeline->GetNextDeadline(), Seconds(240));
    At("1s").Connect(5001).Send(TCP_RST, 5001, SERVER);
    EXPECT_EQ(m_pipeline->GetNextDeadline(), Seconds(16));
    At("16s").ExpectUsage(1, 0);
    At("240s").ExpectFree();
    At("1000s").ExpectFree();
    EXPECT_EQ(m_pipeline->GetNextDeadline(), std::nullopt) << "nothing is left to wait for";
}

} // namespace

} // namespace ns3::azure
