// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv4.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <vector>

/**
 * @file
 * @brief Hosts and mux programmed by the SLB manager's messages.
 */
namespace ns3::azure
{

namespace
{

constexpr const char* TO_HOST = "program-network-interface"; //!< kind of message
constexpr const char* TO_MUX = "program-public-endpoints";   //!< kind of message

/// A world that is not programmed before time zero, and all that its manager reports.
class OutboundControl : public OutboundWorld
{
  protected:
    void BeginUnprogrammed(uint32_t vms = 1, uint32_t vmsPerHost = 20)
    {
        Begin(OutboundScenario::LoadBalanced).SetVms(vms);
        m_scenario->SetVmsPerHost(vmsPerHost);
        m_scenario->SetProgrammedBefore(false);
        Assemble();
        m_scenario->GetSlbManager()->TraceConnectWithoutContext(
            "ControlMessage",
            MakeCallback(&OutboundControl::OnMessage, this));
        m_sent.clear();
        m_acknowledged.clear();
        m_unreachable.clear();
    }

    /// From now to then, or for ever, a node loses what comes to it from the physical network.
    void Cut(Ptr<Node> node, const std::string& until = "")
    {
        const auto loss = CreateObject<RateErrorModel>();
        loss->SetAttribute("ErrorRate", DoubleValue(1));
        node->GetDevice(1)->SetAttribute("ReceiveErrorModel", PointerValue(loss));
        if (!until.empty())
        {
            At(until, [loss] { loss->Disable(); });
        }
    }

    /// @return the node of the only host
    Ptr<Node> GetHost() const
    {
        return GetAgent()->GetNode();
    }

    void OnMessage(const ControlMessage& message)
    {
        using Stage = ControlMessageStage;
        (message.stage == Stage::Sent           ? m_sent
         : message.stage == Stage::Acknowledged ? m_acknowledged
                                                : m_unreachable)
            .push_back(message);
    }

    /// @return how many of the messages are of that kind
    static std::size_t Count(const std::vector<ControlMessage>& messages, const std::string& kind)
    {
        return static_cast<std::size_t>(
            std::count_if(messages.begin(), messages.end(), [&kind](const auto& message) {
                return message.kind == kind;
            }));
    }

    std::vector<ControlMessage> m_sent;         //!< the manager's messages, each time
    std::vector<ControlMessage> m_acknowledged; //!< likewise
    std::vector<ControlMessage> m_unreachable;  //!< likewise
};

TEST_F(OutboundControl, PacketsBeforeTheFirstMessageAreDropped)
{
    BeginUnprogrammed();
    At("1us", [this] { SendUdp(0, 5000, GetServerAddress()); });
    At("1s", [this] { SendUdp(0, 5000, GetServerAddress()); });
    Run("2s");
    ASSERT_EQ(m_hostDrops.size(), 1U);
    EXPECT_EQ(m_hostDrops[0].reason, DropReason::NotProgrammed);
    EXPECT_EQ(m_hostDrops[0].networkInterface, 1U);
    EXPECT_EQ(m_created.size(), 1U);
    ASSERT_EQ(m_allocated.size(), 1U);
    EXPECT_GT(m_allocated[0].time, Seconds(0));
    EXPECT_LT(m_allocated[0].time, MilliSeconds(1));
}

TEST_F(OutboundControl, ProgramsEveryHostAndTheMux)
{
    BeginUnprogrammed(5, 2);
    Run("1s");
    for (const auto& messages : {m_sent, m_acknowledged})
    {
        EXPECT_EQ(Count(messages, TO_HOST), 5U) << "one for each network interface";
        EXPECT_EQ(Count(messages, TO_MUX), 1U);
        EXPECT_EQ(Count(messages, "goal-state-part"), 1U) << "the rule, for the mux";
        EXPECT_EQ(Count(messages, "program-complete"), 1U);
    }
    EXPECT_EQ(std::count_if(m_sent.begin(),
                            m_sent.end(),
                            [](const auto& message) {
                                return message.kind == "program-inbound-endpoints" &&
                                       message.attempt == 1;
                            }),
              5)
        << "one for each network interface, for the rule";
    EXPECT_EQ(m_allocated.size(), 5U);
    for (uint32_t vm = 0; vm < 5; ++vm)
    {
        Generate(vm, {});
    }
    Run("5s");
    EXPECT_EQ(m_established.size(), 5U);
    for (const auto& agent : m_scenario->GetHostAgents())
    {
        EXPECT_GT(agent->GetPacketCounts().own, 0U) << "messages are for the host itself";
    }
    EXPECT_GT(m_scenario->GetMux()->GetPacketCounts().own, 0U);
}

TEST_F(OutboundControl, LostMessageIsSentAgainUntilItArrives)
{
    BeginUnprogrammed();
    Cut(GetHost(), "500ms");
    Generate(0, {})->SetStartTime(Seconds(1));
    Run("5s");
    std::vector<Time> times;
    for (const auto& sent : m_sent)
    {
        if (sent.kind == TO_HOST)
        {
            times.push_back(sent.time);
            EXPECT_EQ(sent.attempt, times.size());
        }
    }
    EXPECT_EQ(
        times,
        (std::vector<Time>{Seconds(0), MilliSeconds(200), MilliSeconds(400), MilliSeconds(600)}));
    EXPECT_EQ(Count(m_acknowledged, TO_HOST), 1U);
    EXPECT_EQ(m_established.size(), 1U);
}

TEST_F(OutboundControl, LostAcknowledgementRepeatsTheMessageButNotItsEffect)
{
    BeginUnprogrammed();
    Cut(m_scenario->GetSlbManager()->GetNode(), "300ms");
    Run("1s");
    EXPECT_EQ(Count(m_sent, TO_HOST), 3U);
    EXPECT_EQ(Count(m_sent, TO_MUX), 3U);
    EXPECT_EQ(Count(m_acknowledged, TO_HOST), 1U);
    EXPECT_EQ(Count(m_acknowledged, TO_MUX), 1U);
    EXPECT_EQ(m_allocated.size(), 1U);
    Generate(0, {});
    Run("5s");
    EXPECT_EQ(m_established.size(), 1U);
}

TEST_F(OutboundControl, AgentThatNeverAnswersIsReportedUnreachable)
{
    BeginUnprogrammed();
    const auto manager = m_scenario->GetSlbManager();
    manager->SetAttribute("RetransmitTimeout", TimeValue(MilliSeconds(10)));
    manager->SetAttribute("MaxAttempts", UintegerValue(3));
    Cut(GetHost());
    At("29ms", [this] { EXPECT_TRUE(m_unreachable.empty()); });
    Run("1s");
    EXPECT_EQ(Count(m_unreachable, TO_HOST), 1U);
    EXPECT_EQ(m_unreachable.at(0).attempt, 3U);
    EXPECT_EQ(Count(m_sent, TO_HOST), 3U);
    EXPECT_EQ(Count(m_sent, TO_MUX), 1U);
    EXPECT_EQ(Count(m_acknowledged, TO_HOST), 0U);
    EXPECT_EQ(Count(m_acknowledged, TO_MUX), 1U);
}

TEST_F(OutboundControl, PortCanBeChangedEverywhere)
{
    BeginUnprogrammed();
    m_scenario->GetSlbManager()->SetAttribute("ControlPort", UintegerValue(9000));
    GetAgent()->SetAttribute("ControlPort", UintegerValue(9000));
    m_scenario->GetMux()->SetAttribute("ControlPort", UintegerValue(9000));
    Run("1s");
    EXPECT_EQ(Count(m_acknowledged, TO_HOST), 1U);
    EXPECT_EQ(Count(m_acknowledged, TO_MUX), 1U);
}

TEST_F(OutboundControl, AgentOnAnotherPortIsUnreachable)
{
    BeginUnprogrammed();
    m_scenario->GetMux()->SetAttribute("ControlPort", UintegerValue(9000));
    Run("10s");
    EXPECT_EQ(Count(m_unreachable, TO_MUX), 1U);
    EXPECT_EQ(Count(m_unreachable, "goal-state-part"), 1U);
    EXPECT_EQ(Count(m_unreachable, TO_HOST), 0U);
    EXPECT_EQ(Count(m_sent, TO_MUX), 10U);
    Generate(0, {});
    Run("15s");
    EXPECT_EQ(Count(m_unreachable, TO_MUX), 2U) << "it was told again at 2 s + 10 s";
    EXPECT_TRUE(m_established.empty()) << "the mux does not know where the answers go";
    EXPECT_GT(CountDrops(DropReason::UnknownPublicAddress), 0U);
}

TEST_F(OutboundControl, StoppedManagerSendsNothingMore)
{
    BeginUnprogrammed();
    Cut(GetHost());
    m_scenario->GetSlbManager()->SetStopTime(MilliSeconds(300));
    Run("10s");
    EXPECT_EQ(m_sent.back().time, MilliSeconds(200));
    EXPECT_TRUE(m_unreachable.empty());
}

TEST_F(OutboundControl, StoppedAgentTranslatesOnButHearsNothingMore)
{
    BeginUnprogrammed(2, 1);
    GetAgent(0)->SetStopTime(Seconds(1));
    m_scenario->GetMux()->SetStopTime(Seconds(1));
    Generate(0, {})->SetStartTime(Seconds(2));
    Run("5s");
    EXPECT_EQ(m_established.size(), 1U);
}

TEST_F(OutboundControl, ProfileOfTheManagerIsAnAttribute)
{
    const auto manager = CreateObject<SlbManager>();
    StringValue text;
    manager->GetAttribute("Profile", text);
    EXPECT_EQ(text.Get(), "2017");
    manager->SetAttribute("Profile", StringValue("2018[FinHold=30s]"));
    manager->GetAttribute("Profile", text);
    EXPECT_EQ(text.Get(), "2018[FinHold=30s]");
    EXPECT_EQ(manager->GetDeployment().profile.finHold, Seconds(30));
}

TEST_F(OutboundControl, MessagesTakenBeforeTheStartAreNotSent)
{
    BeginWith(OutboundScenario::LoadBalanced);
    Run("1ms");
    EXPECT_TRUE(m_scenario->GetSlbManager()->Take().empty());
    EXPECT_EQ(GetAgent()->GetPacketCounts().received, 0U);
    EXPECT_EQ(m_allocated.size(), 1U);
}

TEST_F(OutboundControl, NobodyButTheManagerIsHeeded)
{
    BeginUnprogrammed();
    Run("1s");
    const auto socket = CreateObject<SlbControlSocket>();
    uint32_t answers = 0;
    socket->Open(m_scenario->GetFabric().GetFabricRouter(),
                 SLB_CONTROL_PORT,
                 [&answers](const SlbMessage&, const InetSocketAddress&) { ++answers; });
    ProgramNetworkInterface known;
    known.networkInterface = 1;
    known.profile = *FindProfile("2017");
    socket->Send({100, known},
                 m_scenario->GetSlbManager()->GetDeployment().networkInterfaces[0].host);
    const auto mux = m_scenario->GetMux()->GetNode()->GetObject<Ipv4>();
    socket->Send({101, ProgramPublicEndpoints{}}, mux->GetAddress(1, 0).GetLocal());
    Run("2s");
    EXPECT_EQ(answers, 0U);
    socket->Close();
}

TEST_F(OutboundControl, C_1_MessagesAreAcknowledgedToThePortTheyCameFrom)
{
    BeginUnprogrammed();
    const Ipv4AddressValue anybody(Ipv4Address::GetAny());
    GetAgent()->SetAttribute("ManagerAddress", anybody);
    m_scenario->GetMux()->SetAttribute("ManagerAddress", anybody);
    Run("1s");
    const auto socket = CreateObject<SlbControlSocket>();
    std::vector<uint32_t> answers;
    socket->Open(m_scenario->GetFabric().GetFabricRouter(),
                 SLB_CONTROL_PORT + 1000,
                 [&answers](const SlbMessage& message, const InetSocketAddress& from) {
                     EXPECT_EQ(from.GetPort(), SLB_CONTROL_PORT);
                     answers.push_back(message.transaction);
                 });
    ProgramNetworkInterface known;
    known.networkInterface = 1;
    known.profile = *FindProfile("2017");
    socket->Send({100, known},
                 m_scenario->GetSlbManager()->GetDeployment().networkInterfaces[0].host,
                 SLB_CONTROL_PORT);
    Run("2s");
    const auto mux = m_scenario->GetMux()->GetNode()->GetObject<Ipv4>();
    socket->Send({101, ProgramPublicEndpoints{}},
                 mux->GetAddress(1, 0).GetLocal(),
                 SLB_CONTROL_PORT);
    Run("3s");
    EXPECT_EQ(answers, (std::vector<uint32_t>{100, 101}));
    socket->Close();
}

TEST_F(OutboundControl, MessagesForSomebodyElseAreNotAcknowledged)
{
    BeginUnprogrammed();
    const Ipv4AddressValue anybody(Ipv4Address::GetAny());
    GetAgent()->SetAttribute("ManagerAddress", anybody);
    Run("1s");
    const auto socket = CreateObject<SlbControlSocket>();
    uint32_t answers = 0;
    socket->Open(m_scenario->GetFabric().GetFabricRouter(),
                 SLB_CONTROL_PORT,
                 [&answers](const SlbMessage&, const InetSocketAddress&) { ++answers; });
    const auto host = m_scenario->GetSlbManager()->GetDeployment().networkInterfaces[0].host;
    ProgramNetworkInterface known;
    known.networkInterface = 1;
    known.profile = *FindProfile("2017");
    auto unknown = known;
    unknown.networkInterface = 77;
    socket->Send({97, Acknowledge{}}, host);
    socket->Send({98, unknown}, host);
    socket->Send({99, ProgramPublicEndpoints{}}, host);
    Run("2s");
    EXPECT_EQ(answers, 0U);
    socket->Send({100, known}, host);
    Run("3s");
    EXPECT_EQ(answers, 1U) << "the interface is programmed: acknowledged, without effect";
    EXPECT_EQ(m_allocated.size(), 1U);
    socket->Close();
}

} // namespace

} // namespace ns3::azure
