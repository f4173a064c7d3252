// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <utility>
#include <vector>

/**
 * @file
 * @brief SNAT ports that come when they are asked for, and go: waiting, granted, refused, returned,
 * reclaimed.
 */
namespace ns3::azure
{

namespace
{

constexpr PortRange FIRST{1024, 1031};
constexpr PortRange SECOND{1032, 1039};
constexpr PortRange THIRD{2048, 2055};

class SnatDemand : public VnicStory
{
  protected:
    /// The VM gets its ports on demand, and has so many.
    void WithDemand(uint16_t ports, const std::string& settings = "")
    {
        WithSnat("ananta[UnusedRangeTimeout=100s" + settings + "]", ports);
    }

    /// The SYN of so many ports from 5000 on.
    void Syns(uint16_t count)
    {
        for (uint16_t i = 0; i < count; ++i)
        {
            Syn(static_cast<uint16_t>(5000 + i));
        }
    }

    /// What has changed, in words: "+1024-1031", "-1024-1031 broke 3", ...
    static std::vector<std::string> Describe(const SnatPortChanges& changes)
    {
        std::vector<std::string> texts;
        for (const auto& [block, isGiven, flowsBroken] : changes)
        {
            texts.push_back((isGiven ? "+" : "-") + std::to_string(block.ports.first) + "-" +
                            std::to_string(block.ports.last) +
                            (flowsBroken > 0 ? " broke " + std::to_string(flowsBroken) : ""));
        }
        return texts;
    }

    using Texts = std::vector<std::string>;
};

TEST_F(SnatDemand, C_1_FirstPacketWaitsAndIsNotRefused)
{
    WithDemand(8);
    Syns(8);
    ExpectPort(1031);
    At("1s").Syn(5008);
    ExpectAwaits(9);
    EXPECT_TRUE(m_exhausted.empty());
    ASSERT_EQ(m_created.size(), 9U);
    EXPECT_EQ(m_created.back().refusals, 0U);
    EXPECT_EQ(m_created.back().accepted, std::nullopt);
    At("2s").Syn(5008); // once more: the same flow waits
    ExpectAwaits(9);
    EXPECT_EQ(m_created.size(), 9U);
}

TEST_F(SnatDemand, C_1_WaitingTimeIsFromFirstPacketToAcceptance)
{
    WithDemand(0);
    At("1s").Syn(5000);
    ExpectAwaits(1);
    At("3s").Syn(5000); // as the guest retransmits it
    At("4s");
    EXPECT_EQ(Describe(ChangePorts({FIRST}, {})), Texts{"+1024-1031"});
    Syn(5000); // as it was kept
    ExpectPort(1024);
    const auto open = m_pipeline->GetOpenFlows();
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].firstPacket, Seconds(1));
    EXPECT_EQ(open[0].accepted, Seconds(4));
    EXPECT_EQ(open[0].refusals, 0U);
    EXPECT_EQ(open[0].outcome, FlowOutcome::Unanswered);
}

TEST_F(SnatDemand, C_1_PortsThatComeServeAsManyFlowsAsTheyAre)
{
    WithDemand(0);
    Syns(9);
    ChangePorts({FIRST}, {});
    Syns(8);
    ExpectPort(1031);
    Syn(5008);
    ExpectAwaits(9);
    Syn(5008, ANOTHER); // any port does for another destination
    ExpectPort(1024);
}

TEST_F(SnatDemand, C_1_NobodyAsksForPortsThatWouldNotHelp)
{
    WithDemand(8, "|MaxFlowsPerDestination=2");
    Syns(3); // 6 ports are free, and more would not be for this destination
    ExpectRefused();
    ASSERT_EQ(m_exhausted.size(), 1U);
    EXPECT_EQ(m_created.back().refusals, 1U);
    Syn(5002, ANOTHER);
    ExpectPort(1024);
}

TEST_F(SnatDemand, C_1_WhoHasNoPortsAsksWhateverTheLimit)
{
    WithDemand(0, "|MaxFlowsPerDestination=2");
    Syns(1);
    ExpectAwaits(1);
}

TEST_F(SnatDemand, C_1_FreePortIsTakenWithoutAnswer)
{
    WithDemand(8);
    Syns(9);
    ExpectAwaits(9);
    At("1s").Reply(5000, TCP_RST | TCP_ACK);
    At("16s").Syn(5008); // 15 s after the RST
    ExpectPort(1024);
}

TEST_F(SnatDemand, C_1_RefusalIsExhaustion)
{
    WithDemand(0);
    At("1s").Syn(5000);
    ExpectAwaits(1);
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*ToPacket(m_datagram)));
    At("2s");
    m_pipeline->Refuse(headers, m_now);
    ASSERT_EQ(m_exhausted.size(), 1U);
    EXPECT_EQ(m_exhausted[0].flow, 1U);
    EXPECT_EQ(m_exhausted[0].attempt, 1U);
    EXPECT_EQ(m_exhausted[0].time, Seconds(2));
    EXPECT_EQ(m_created.size(), 1U) << "told when it began to wait";
    const auto open = m_pipeline->GetOpenFlows();
    EXPECT_EQ(open[0].outcome, FlowOutcome::Refused);
    EXPECT_EQ(open[0].refusals, 1U);
    At("4s").Syn(5000); // asks again
    ExpectAwaits(1);
    m_pipeline->Refuse(headers, m_now);
    EXPECT_EQ(m_exhausted.back().attempt, 2U);
}

TEST_F(SnatDemand, RefusalOfAFlowThatHasItsPortChangesNothing)
{
    WithDemand(8);
    Syn(5000);
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*ToPacket(m_datagram)));
    m_pipeline->Refuse(headers, m_now);
    EXPECT_TRUE(m_exhausted.empty());
}

TEST_F(SnatDemand, C_1_FlowThatWaitsInVainEndsRefused)
{
    WithDemand(0);
    At("0s").Syn(5000);
    At("240s");
    m_pipeline->Expire(m_now);
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Idle);
    EXPECT_EQ(m_ended[0].outcome, FlowOutcome::Refused);
    EXPECT_EQ(m_ended[0].refusals, 0U);
}

TEST_F(SnatDemand, B_2_OtherBudgetsRefuseAtOnce)
{
    WithSnat("2018", 1);
    Syns(2);
    ExpectRefused();
}

TEST_F(SnatDemand, C_1_UnusedRangesAreGivenUpAndPreallocatedOnesKept)
{
    WithDemand(8);
    At("0s");
    ChangePorts({SECOND, THIRD}, {});
    EXPECT_EQ(m_pipeline->GetNextUnused(), Seconds(100));
    Syns(9);
    ExpectPort(1032); // of the second
    At("99s");
    EXPECT_TRUE(m_pipeline->TakeUnused(m_now).empty());
    At("100s");
    const auto unused = m_pipeline->TakeUnused(m_now);
    ASSERT_EQ(unused.size(), 1U);
    EXPECT_EQ(unused[0].ports, THIRD);
    EXPECT_EQ(m_pipeline->GetNextUnused(), std::nullopt) << "the other one is in use";
    At("240s").Send(TCP_RST, 5008, SERVER); // idle: it has no flow any more
    ExpectDropped(DropReason::NoTrackedFlow);
    EXPECT_EQ(m_pipeline->GetNextUnused(), Seconds(340));
    At("340s");
    EXPECT_EQ(m_pipeline->TakeUnused(m_now).size(), 1U);
    ASSERT_EQ(m_pipeline->GetSnatPorts().size(), 1U);
    EXPECT_EQ(m_pipeline->GetSnatPorts()[0].ports, FIRST) << "as programmed";
}

TEST_F(SnatDemand, PortsGivenForAnotherReasonAreKept)
{
    WithDemand(0);
    ChangePorts({FIRST}, {}, SnatAllocationCause::PoolShrank);
    EXPECT_EQ(m_pipeline->GetNextUnused(), std::nullopt);
}

TEST_F(SnatDemand, B_1_FlowsOfReclaimedPortsEndAndTheOthersGoOn)
{
    WithSnat("2018", 8);
    for (uint16_t i = 0; i < 8; ++i)
    {
        Connect(static_cast<uint16_t>(5000 + i));
    }
    At("10s");
    const auto changes = ChangePorts({}, {{1028, 1031}}, SnatAllocationCause::PoolGrew);
    EXPECT_EQ(Describe(changes), Texts{"-1028-1031 broke 4"});
    ASSERT_EQ(m_ended.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i)
    {
        EXPECT_EQ(m_ended[i].end, FlowEnd::Reclaimed);
        EXPECT_EQ(m_ended[i].flow, 5 + i) << "in the order of their numbers";
        EXPECT_EQ(m_ended[i].ended, Seconds(10));
    }
    Send(TCP_ACK, 5004, SERVER);
    ExpectDropped(DropReason::NoTrackedFlow);
    Reply(5004);
    ExpectDropped(DropReason::NoTrackedFlow); // a host drops it before: nobody owns its port
    Send(TCP_ACK, 5000, SERVER);
    ExpectPort(1024);
    Reply(5003);
    ExpectDelivered(5003);
    Syn(5004); // a retry works if ports are free
    ExpectRefused();
    At("11s").Reply(5000, TCP_RST | TCP_ACK);
    At("26s").Syn(5004);
    ExpectPort(1024);
}

TEST_F(SnatDemand, B_1_HeldPortsAreReclaimedToo)
{
    WithSnat("nat-gateway[PortChoice=Lowest]", 2);
    At("0s").Connect(5000).FinBoth(5000);
    Udp(5001, SERVER);
    At("250s"); // the UDP flow is over; its port is held until 305 s
    ExpectUsage(0, 1);
    const auto changes = ChangePorts({}, {{1024, 1025}}, SnatAllocationCause::Left);
    EXPECT_EQ(Describe(changes), Texts{"-1024-1025"});
    ExpectFree();
    EXPECT_EQ(m_ports.back().cause, FlowEnd::Reclaimed);
    EXPECT_EQ(m_ports.back().stage, SnatPortStage::Released);
    At("305s");
    m_pipeline->Expire(m_now); // nothing is left of it
    EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    Syn(5002);
    ExpectRefused();
}

TEST_F(SnatDemand, WhatTheInterfaceHasNotCannotBeTaken)
{
    WithSnat("2018", 8);
    Connect(5000);
    EXPECT_TRUE(ChangePorts({}, {THIRD, {1032, 2000}}).empty());
    EXPECT_EQ(Describe(ChangePorts({}, {{1031, 3000}, {0, 1023}})), Texts{"-1031-1031"});
    EXPECT_TRUE(m_ended.empty());
    EXPECT_EQ(m_pipeline->GetSequence(), 3U);
}

TEST_F(SnatDemand, PortsThatWereTakenCanComeAgain)
{
    WithSnat("2018", 8);
    Syn(5000);
    ChangePorts({}, {FIRST});
    Syn(5001);
    ExpectRefused();
    EXPECT_EQ(Describe(ChangePorts({{1028, 1031}}, {})), Texts{"+1028-1031"});
    Syn(5001);
    ExpectPort(1028);
}

/// A story about programs that come again.
class SnatReprogram : public SnatDemand
{
  protected:
    /// Program the first frontend's ranges. @return what has changed
    SnatPortChanges Reprogram(const std::vector<PortRange>& ranges,
                              const std::string& profile = "2018")
    {
        auto instruction = MakeSnat(profile, 0, 0);
        instruction.sequence = m_pipeline->GetSequence() + 1;
        for (const auto& ports : ranges)
        {
            instruction.blocks.push_back({GetFrontend(0), ports});
        }
        const auto changes = m_pipeline->Program(instruction, m_now);
        EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
        return changes;
    }
};

TEST_F(SnatReprogram, B_1_ListedPortsReplaceThoseItHas)
{
    WithSnat("2018", 8);
    Connect(5000);
    EXPECT_EQ(Describe(Reprogram({{1024, 1027}, THIRD})), (Texts{"-1028-1031", "+2048-2055"}));
    EXPECT_TRUE(m_ended.empty()) << "its port is listed";
    Send(TCP_ACK, 5000, SERVER);
    ExpectPort(1024);
    EXPECT_EQ(Describe(Reprogram({THIRD})), Texts{"-1024-1027 broke 1"});
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Reclaimed);
    Syn(5000);
    ExpectPort(2048);
    EXPECT_TRUE(Reprogram({THIRD}).empty()) << "the same again";
}

TEST_F(SnatReprogram, OtherProfileTakesEverythingAnew)
{
    WithSnat("2018", 8);
    Connect(5000);
    EXPECT_EQ(Describe(Reprogram({FIRST}, "2017")), (Texts{"-1024-1031 broke 1", "+1024-1031"}));
    Syn(5000);
    ExpectPort(1024);
    At("1s").Reply(5000, TCP_RST | TCP_ACK);
    At("200s"); // 2017 knows no RST hold
    ExpectUsage(1, 0);
}

TEST_F(SnatReprogram, B_3_FlowsOfTheOldWayEndWithTheirPorts)
{
    WithSnat("2018", 8);
    Connect(5000);
    WithNatGateway("2018");
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Reclaimed);
    EXPECT_EQ(m_ended[0].method, OutboundMethod::LoadBalancerFrontend) << "as it began";
    Syn(5000);
    ExpectCarriedToGateway();
    EXPECT_EQ(m_created.back().method, OutboundMethod::NatGateway);
    Reprogram({FIRST});
    ASSERT_EQ(m_ended.size(), 2U) << "and of the gateway's, when that is gone";
    Syn(5000);
    ExpectPort(1024);
}

TEST_F(SnatReprogram, InstanceLevelPublicIpThatGoesEndsItsFlows)
{
    WithPublicIp("2018");
    Syn(5000);
    ExpectOwnAddress();
    Reprogram({FIRST});
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Reclaimed);
    Receive(MakeDatagram({SERVER, OWN, 80, 5000, IpProtocol::Udp}));
    ExpectDropped(DropReason::NoTrackedFlow);
}

} // namespace

} // namespace ns3::azure
