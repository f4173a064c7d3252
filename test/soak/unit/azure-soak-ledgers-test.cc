// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-checks.h"
#include "azure-soak-flow-ledger.h"
#include "azure-soak-packets.h"
#include "azure-soak-port-ledger.h"
#include "azure-soak-referee.h"

#include <gtest/gtest.h>

/**
 * @file
 * @brief What finds broken laws finds them: each check is told something false.
 */
namespace ns3::azure
{

namespace
{

constexpr uint32_t VM = 7;
constexpr uint32_t OTHER = 8;
const Ipv4Address FRONTEND("198.18.0.1");

SnatAllocation
MakeAllocation(uint32_t who, uint16_t first, uint16_t last, bool isGiven)
{
    SnatAllocation allocation;
    allocation.networkInterface = who;
    allocation.publicAddress = FRONTEND;
    allocation.ports = {first, last};
    allocation.isGiven = isGiven;
    return allocation;
}

SnatPortEvent
MakeEvent(SnatPortStage stage, uint16_t port, uint16_t destinationPort = 80)
{
    SnatPortEvent event;
    event.networkInterface = VM;
    event.stage = stage;
    event.translated =
        FlowKey(FRONTEND, Ipv4Address("198.19.0.2"), port, destinationPort, IpProtocol::Tcp);
    return event;
}

SnatPortUsage
MakeUsage(uint32_t allocated, uint32_t inUse, uint32_t cooling, uint64_t flows)
{
    return {VM, FRONTEND, allocated, inUse, cooling, flows};
}

/// An interface with the ports 1024 to 1031, one of which has an open flow and one a closed one.
class SoakPorts : public ::testing::Test
{
  protected:
    SoakPorts()
    {
        EXPECT_FALSE(m_ledger.Note(MakeAllocation(VM, 1024, 1031, true)));
        EXPECT_FALSE(m_ledger.Note(VM, MakeEvent(SnatPortStage::Acquired, 1024)));
        EXPECT_FALSE(m_ledger.Note(VM, MakeEvent(SnatPortStage::Acquired, 1025)));
        EXPECT_FALSE(m_ledger.Note(VM, MakeEvent(SnatPortStage::CoolingDown, 1025)));
    }

    SoakPortLedger m_ledger;
};

TEST_F(SoakPorts, TrueUsageAgrees)
{
    EXPECT_EQ(m_ledger.Compare(VM, MakeUsage(8, 1, 1, 2)), std::nullopt);
}

TEST_F(SoakPorts, EachFalseCountIsFound)
{
    EXPECT_TRUE(m_ledger.Compare(VM, MakeUsage(7, 1, 1, 2)));
    EXPECT_TRUE(m_ledger.Compare(VM, MakeUsage(8, 2, 1, 2)));
    EXPECT_TRUE(m_ledger.Compare(VM, MakeUsage(8, 1, 0, 2)));
    EXPECT_TRUE(m_ledger.Compare(VM, MakeUsage(8, 1, 1, 3)));
    EXPECT_TRUE(m_ledger.Compare(OTHER, MakeUsage(8, 1, 1, 2)));
}

TEST_F(SoakPorts, PortsOfTwoOwnersAreFound)
{
    EXPECT_TRUE(m_ledger.Note(MakeAllocation(OTHER, 1031, 1038, true)));
}

TEST_F(SoakPorts, PortsTakenFromSomebodyElseAreFound)
{
    EXPECT_TRUE(m_ledger.Note(MakeAllocation(OTHER, 1024, 1031, false)));
    EXPECT_TRUE(m_ledger.Note(MakeAllocation(VM, 2000, 2007, false)));
}

TEST_F(SoakPorts, UseOfAForeignPortIsFound)
{
    EXPECT_TRUE(m_ledger.Note(VM, MakeEvent(SnatPortStage::Acquired, 2000)));
    EXPECT_TRUE(m_ledger.Note(OTHER, MakeEvent(SnatPortStage::Acquired, 1026)));
}

TEST_F(SoakPorts, SameFlowTwiceIsFound)
{
    EXPECT_TRUE(m_ledger.FindDouble(MakeEvent(SnatPortStage::Acquired, 1024)));
    EXPECT_FALSE(m_ledger.FindDouble(MakeEvent(SnatPortStage::Acquired, 1024, 81)));
    EXPECT_FALSE(m_ledger.FindDouble(MakeEvent(SnatPortStage::Released, 1024)));
}

TEST_F(SoakPorts, StagesOutOfOrderAreFound)
{
    EXPECT_TRUE(m_ledger.Note(VM, MakeEvent(SnatPortStage::Reopened, 1024)));
    EXPECT_TRUE(m_ledger.Note(VM, MakeEvent(SnatPortStage::CoolingDown, 1025)));
    EXPECT_TRUE(m_ledger.Note(VM, MakeEvent(SnatPortStage::Released, 1026)));
}

TEST_F(SoakPorts, PortsThatWereTakenAreRemembered)
{
    EXPECT_TRUE(m_ledger.GetFormerPorts().empty());
    EXPECT_FALSE(m_ledger.Note(MakeAllocation(VM, 1026, 1031, false)));
    const auto former = m_ledger.GetFormerPorts();
    ASSERT_EQ(former.size(), 1);
    EXPECT_EQ(former.front().ports, (PortRange{1026, 1031}));
    EXPECT_EQ(m_ledger.FindOwner(FRONTEND, 1026), std::nullopt);
    EXPECT_FALSE(m_ledger.Note(MakeAllocation(OTHER, 1026, 1031, true)));
    EXPECT_TRUE(m_ledger.GetFormerPorts().empty());
}

TEST_F(SoakPorts, ReleasedPortsAreFree)
{
    EXPECT_FALSE(m_ledger.Note(VM, MakeEvent(SnatPortStage::Released, 1024)));
    EXPECT_FALSE(m_ledger.Note(VM, MakeEvent(SnatPortStage::Released, 1025)));
    EXPECT_EQ(m_ledger.Compare(VM, MakeUsage(8, 0, 0, 0)), std::nullopt);
}

TEST_F(SoakPorts, GrantsThatDifferAreFound)
{
    EXPECT_FALSE(m_ledger.Compare(VM, std::vector<SnatPortBlockGrant>{{FRONTEND, {1024, 1031}}}));
    EXPECT_TRUE(m_ledger.Compare(VM, std::vector<SnatPortBlockGrant>{{FRONTEND, {1024, 1030}}}));
    EXPECT_TRUE(m_ledger.Compare(VM, std::vector<SnatPortBlockGrant>{{FRONTEND, {1024, 1032}}}));
    EXPECT_TRUE(m_ledger.Compare(OTHER, std::vector<SnatPortBlockGrant>{{FRONTEND, {1024, 1031}}}));
}

FlowRecord
MakeFlow(uint64_t number)
{
    FlowRecord flow;
    flow.networkInterface = VM;
    flow.flow = number;
    flow.translated = FlowKey(FRONTEND, Ipv4Address("198.19.0.2"), 1024, 80, IpProtocol::Tcp);
    return flow;
}

TEST(SoakFlows, LostAndForgottenFlowsAreFound)
{
    SoakFlowLedger ledger;
    EXPECT_FALSE(ledger.NoteCreated(MakeFlow(1)));
    EXPECT_FALSE(ledger.Compare({MakeFlow(1)}));
    EXPECT_TRUE(ledger.Compare({})) << "the table has lost it";
    EXPECT_TRUE(ledger.Compare({MakeFlow(2)})) << "nobody has created it";
    EXPECT_TRUE(ledger.NoteCreated(MakeFlow(1))) << "twice";
    EXPECT_FALSE(ledger.NoteEnded(MakeFlow(1)));
    EXPECT_TRUE(ledger.NoteEnded(MakeFlow(1))) << "twice";
    EXPECT_TRUE(ledger.Compare({MakeFlow(1)})) << "the table has not forgotten it";
}

TEST(SoakFlows, SameKeyAfterTranslationIsFound)
{
    auto other = MakeFlow(2);
    EXPECT_TRUE(FindDoubleOuterFlow({MakeFlow(1), other}));
    other.translated = other.translated->WithSource(FRONTEND, 1025);
    EXPECT_FALSE(FindDoubleOuterFlow({MakeFlow(1), other}));
}

TEST(SoakAttempts, OneOutcomeEach)
{
    TrafficFlow flow;
    SoakAttemptLedger ledger;
    EXPECT_TRUE(ledger.NoteFailed(0, flow)) << "it has not begun";
    EXPECT_FALSE(ledger.NoteStarted(0, flow));
    EXPECT_TRUE(ledger.FindOpen());
    EXPECT_TRUE(ledger.NoteStarted(0, flow)) << "twice";
    EXPECT_TRUE(ledger.NoteClosed(0, flow)) << "it is not established";
    EXPECT_FALSE(ledger.NoteEstablished(0, flow));
    EXPECT_FALSE(ledger.FindOpen());
    EXPECT_TRUE(ledger.NoteFailed(0, flow)) << "it has been established";
    EXPECT_FALSE(ledger.NoteClosed(0, flow));
    EXPECT_TRUE(ledger.NoteClosed(0, flow)) << "twice";
}

TEST(SoakPackets, EachImbalanceIsFound)
{
    const PacketCounts right{10, 5, 2, 3, 1, 1};
    EXPECT_FALSE(FindImbalance("host", right, 0));
    EXPECT_TRUE(FindImbalance("host", right, 1));
    for (const auto count : {&PacketCounts::received,
                             &PacketCounts::sent,
                             &PacketCounts::own,
                             &PacketCounts::dropped,
                             &PacketCounts::made,
                             &PacketCounts::waiting})
    {
        auto wrong = right;
        ++(wrong.*count);
        EXPECT_TRUE(FindImbalance("host", wrong, 0));
    }
    EXPECT_FALSE(FindDifference("drops", 3, 3));
    EXPECT_TRUE(FindDifference("drops", 3, 4));
}

/// A host with one interface, whose subnet's group denies port 87.
class SoakRules : public ::testing::Test
{
  protected:
    static HostGoalState MakeGoalState(uint16_t denied)
    {
        HostGoalState goalState;
        ResolvedSecurityGroup group;
        group.name = "web";
        ResolvedSecurityRule all;
        all.priority = 300;
        all.sources = {{0, 0}};
        all.destinations = {{0, 0}};
        all.sourcePorts = {{0, 65535}};
        all.destinationPorts = {{0, 65535}};
        auto deny = all;
        deny.priority = 100;
        deny.access = SecurityRuleAccess::Deny;
        deny.destinationPorts = {{denied, denied}};
        group.rules = {all, deny};
        goalState.groups = {group};
        NetworkInterfaceGoalState own;
        own.networkInterface = VM;
        own.subnetGroup = 0;
        goalState.networkInterfaces = {own};
        return goalState;
    }

    static SecurityGroupDecision MakeDecision(uint16_t port, SecurityRuleAccess access)
    {
        SecurityGroupDecision decision;
        decision.networkInterface = VM;
        decision.direction = FlowDirection::Inbound;
        decision.key = MakeKey(port);
        decision.attachment = SecurityGroupAttachment::Subnet;
        decision.access = access;
        decision.group = "web";
        return decision;
    }

    static FlowKey MakeKey(uint16_t port)
    {
        return {Ipv4Address("198.19.0.2"), Ipv4Address("10.0.0.4"), 4000, port, IpProtocol::Tcp};
    }

    SoakReferee m_referee;
    const Ipv4Address m_host{"10.128.0.2"};
};

TEST_F(SoakRules, WrongDecisionIsFound)
{
    m_referee.Learn({{m_host, MakeGoalState(87)}});
    EXPECT_FALSE(m_referee.Judge(MakeDecision(87, SecurityRuleAccess::Deny)));
    EXPECT_FALSE(m_referee.Judge(MakeDecision(80, SecurityRuleAccess::Allow)));
    EXPECT_TRUE(m_referee.Judge(MakeDecision(87, SecurityRuleAccess::Allow)));
    EXPECT_TRUE(m_referee.Judge(MakeDecision(80, SecurityRuleAccess::Deny)));
}

TEST_F(SoakRules, OldRulesCountUntilTheHostHasAcknowledgedNewOnes)
{
    m_referee.Learn({{m_host, MakeGoalState(87)}});
    m_referee.Learn({{m_host, MakeGoalState(88)}});
    EXPECT_FALSE(m_referee.Judge(MakeDecision(87, SecurityRuleAccess::Deny)));
    auto newer = MakeGoalState(88);
    newer.generation = 2;
    m_referee.NoteAcknowledged(m_host, newer);
    EXPECT_TRUE(m_referee.Judge(MakeDecision(87, SecurityRuleAccess::Deny)));
}

TEST_F(SoakRules, NewestRulesCount)
{
    m_referee.Learn({{m_host, MakeGoalState(87)}});
    m_referee.Learn({{m_host, MakeGoalState(88)}});
    EXPECT_TRUE(m_referee.IsAllowedNow(VM, FlowDirection::Inbound, MakeKey(87)));
    EXPECT_FALSE(m_referee.IsAllowedNow(VM, FlowDirection::Inbound, MakeKey(88)));
}

TEST_F(SoakRules, DeniedDeliveryIsFound)
{
    m_referee.Learn({{m_host, MakeGoalState(87)}});
    EXPECT_FALSE(m_referee.JudgeDelivery(VM, MakeKey(80)));
    EXPECT_TRUE(m_referee.JudgeDelivery(VM, MakeKey(87)));
    m_referee.NoteOutbound(VM, MakeKey(87).Reverse());
    EXPECT_FALSE(m_referee.JudgeDelivery(VM, MakeKey(87))) << "an answer";
}

TEST(SoakPackets, OptionOfNoLengthIsFound)
{
    DatagramTraits traits;
    traits.tcpFlags = TCP_SYN;
    const FlowKey key(FRONTEND, Ipv4Address("10.0.0.4"), 5000, 80, IpProtocol::Tcp);
    auto datagram = MakeDatagram(key, traits);
    const auto put = [&](std::initializer_list<uint8_t> options) {
        datagram.resize(40);
        datagram.insert(datagram.end(), options);
        datagram[32] = static_cast<uint8_t>((20 + options.size()) / 4 << 4);
        return HasEndlessOption(datagram);
    };
    EXPECT_FALSE(put({}));
    EXPECT_FALSE(put({1, 1, 2, 4, 5, 180, 0, 0})) << "behind the end of the list";
    EXPECT_FALSE(put({2, 4, 5, 180}));
    EXPECT_TRUE(put({99, 0, 0, 0}));
    EXPECT_TRUE(put({1, 2, 4, 5, 180, 99, 0, 0}));
}

TEST(SoakLawBook, CountsAndTells)
{
    uint32_t told = 0;
    SoakLawBook book([&](const SoakLawRow& law, const std::string& what) {
        ++told;
        EXPECT_STREQ(law.name, "packets-balance");
        EXPECT_EQ(what, "wrong");
    });
    book.Note(SoakLaw::PacketsBalance, std::nullopt);
    book.Note(SoakLaw::PacketsBalance, "wrong");
    EXPECT_EQ(told, 1U);
    EXPECT_EQ(book.GetEvaluations(SoakLaw::PacketsBalance), 2U);
    EXPECT_EQ(book.GetViolations(SoakLaw::PacketsBalance), 1U);
    EXPECT_EQ(book.GetEvaluations(SoakLaw::LibraryLaws), 0U);
}

TEST(SoakPlans, FollowFromSeedAndRound)
{
    EXPECT_EQ(GetText(MakeSoakPlan(1, 5, false)), GetText(MakeSoakPlan(1, 5, false)));
    EXPECT_NE(GetText(MakeSoakPlan(1, 5, false)), GetText(MakeSoakPlan(1, 6, false)));
    EXPECT_NE(GetText(MakeSoakPlan(1, 5, false)), GetText(MakeSoakPlan(2, 5, false)));
}

TEST(SoakLaws, AreInTheirOrder)
{
    for (std::size_t i = 0; i < SOAK_LAWS.size(); ++i)
    {
        EXPECT_EQ(static_cast<std::size_t>(SOAK_LAWS[i].law), i);
    }
}

} // namespace

} // namespace ns3::azure
