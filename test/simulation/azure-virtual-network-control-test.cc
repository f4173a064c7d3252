// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-virtual-network-world.h"

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-goal-state-parts.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/ipv4-address.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <variant>
#include <vector>

/**
 * @file
 * @brief Goal states on their way from the virtual network manager to the hosts, and changes of
 * them in mid-run.
 */
namespace ns3::azure
{

namespace
{

class VirtualNetworkControl : public VirtualNetworkWorld
{
  protected:
    /// Two hosts with a VM each, in one virtual network; nothing is in place yet.
    void BeginWithTwo()
    {
        AddHosts(2);
        AddVirtualNetwork("net");
        AddVm(0, "net", "10.0.0.4");
        AddVm(1, "net", "10.0.0.5");
    }

    /// Attach a group to the second VM that has an allow rule for port 80 and denies all else.
    void AttachGroup()
    {
        Update(
            [](NetworkResources& resources) { return resources.AddNetworkSecurityGroup("web"); });
        SecurityRuleText allow;
        allow.name = "AllowWeb";
        allow.destinationPortRanges = {"80"};
        AddRule("web", allow);
        SecurityRuleText deny;
        deny.name = "DenyRest";
        deny.priority = "4096";
        deny.access = "Deny";
        AddRule("web", deny);
        Update([](NetworkResources& resources) {
            return resources.AttachToNetworkInterface("web", 2);
        });
    }

    /// Make the goal state of the second host about 9 parts long: 200 rules of 48 octets each.
    void AddManyRules()
    {
        Update([](NetworkResources& resources) {
            for (uint32_t i = 0; i < 200; ++i)
            {
                SecurityRuleText rule;
                rule.name = "Rule" + std::to_string(i);
                rule.priority = std::to_string(200 + i);
                rule.destinationPortRanges = {std::to_string(1000 + i)};
                if (auto error = resources.AddSecurityRule("web", rule))
                {
                    return error;
                }
            }
            return NetworkResources::Error();
        });
    }
};

TEST_F(VirtualNetworkControl, GoalStatesReachEveryHost)
{
    BeginWithTwo();
    At("1s", [this] { SendUdp(0, 1); });
    Run("2s");
    EXPECT_EQ(m_sent.size(), 2U);
    EXPECT_EQ(m_applied.size(), 2U);
    EXPECT_EQ(m_attempts, (std::vector<uint32_t>{1, 1}));
    EXPECT_EQ(GetReceived(1).size(), 1U);
    for (const auto& instruction : m_applied)
    {
        EXPECT_EQ(instruction.goalState.generation, 1U);
    }
}

TEST_F(VirtualNetworkControl, GoalStatesTakenBeforeTheStartAreNotSent)
{
    BeginWithTwo();
    Program();
    EXPECT_TRUE(m_manager->Take().empty());
    At("1us", [this] { SendUdp(0, 1); });
    Run("1s");
    EXPECT_TRUE(m_sent.empty());
    EXPECT_EQ(GetReceived(1).size(), 1U);
}

TEST_F(VirtualNetworkControl, ChangeIsSentToThoseItConcerns)
{
    BeginWithTwo();
    Program();
    At("1s", [this] { AttachGroup(); });
    Run("2s");
    ASSERT_EQ(m_sent.size(), 1U) << "the group is of no use to anybody before it is attached";
    EXPECT_EQ(m_sent[0].host, GetHostAddress(1));
    EXPECT_EQ(m_sent[0].goalState.generation, 2U);
    EXPECT_EQ(m_applied.size(), 1U);
}

TEST_F(VirtualNetworkControl, ChangeThatIsNotAllowedChangesNothing)
{
    BeginWithTwo();
    Program();
    At("1s", [this] {
        const auto error = m_manager->Update([](NetworkResources& resources) {
            if (auto failed = resources.AddNetworkSecurityGroup("web"))
            {
                return failed;
            }
            return resources.AttachToNetworkInterface("web", 77);
        });
        ASSERT_TRUE(error);
        EXPECT_NE(error->find("77"), std::string::npos) << *error;
    });
    Run("2s");
    EXPECT_EQ(m_manager->GetResources().FindNetworkSecurityGroup("web"), nullptr);
    EXPECT_TRUE(m_sent.empty());
}

TEST_F(VirtualNetworkControl, LongGoalStateArrivesInSpiteOfLoss)
{
    BeginWithTwo();
    Program();
    AttachGroup();
    AddManyRules();
    for (const auto& node : {m_agents[1]->GetNode(), m_manager->GetNode()})
    {
        const auto loss = CreateObject<RateErrorModel>();
        loss->SetAttribute("ErrorRate", DoubleValue(0.4));
        loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        loss->AssignStreams(7);
        node->GetDevice(1)->SetAttribute("ReceiveErrorModel", PointerValue(loss));
    }
    m_manager->SetAttribute("MaxAttempts", UintegerValue(100));
    Run("30s");
    ASSERT_EQ(m_sent.size(), 1U);
    const auto parts = Split(m_sent[0].goalState).size();
    EXPECT_EQ(parts, 9U);
    EXPECT_GT(m_attempts.size(), 2 * parts) << "1 / (0.6 * 0.6) attempts each, on average";
    EXPECT_EQ(m_applied.size(), 1U);
    EXPECT_TRUE(m_unreachable.empty());
    m_agents[1]->GetNode()->GetDevice(1)->SetAttribute(
        "ReceiveErrorModel",
        PointerValue(CreateObject<ListErrorModel>()));
    At("31s", [this] {
        SendUdp(0, 1, 1199);
        SendUdp(0, 1, 1200);
    });
    Run("32s");
    ASSERT_EQ(GetReceived(1).size(), 1U) << "the last of the rules is in force";
    EXPECT_EQ(m_deniedBy, (std::vector<std::string>{"web/DenyRest"}));
}

TEST_F(VirtualNetworkControl, NewerGoalStateReplacesOneThatIsOnItsWay)
{
    BeginWithTwo();
    Program();
    Cut(m_agents[1]->GetNode(), "1500ms");
    At("1s", [this] { AttachGroup(); });
    At("1100ms", [this] {
        Update([](NetworkResources& resources) { return resources.DetachFromNetworkInterface(2); });
    });
    Run("3s");
    ASSERT_EQ(m_sent.size(), 2U);
    EXPECT_EQ(m_sent[1].goalState.generation, 3U);
    ASSERT_EQ(m_applied.size(), 1U) << "the first one is not sent any more";
    EXPECT_EQ(m_applied[0].goalState.generation, 3U);
}

TEST_F(VirtualNetworkControl, HostThatNeverAnswersIsReportedOnce)
{
    BeginWithTwo();
    Program();
    AttachGroup();
    AddManyRules();
    m_manager->SetAttribute("RetransmitTimeout", TimeValue(MilliSeconds(10)));
    m_manager->SetAttribute("MaxAttempts", UintegerValue(3));
    Cut(m_agents[1]->GetNode());
    Run("5s");
    ASSERT_EQ(m_sent.size(), 1U);
    EXPECT_EQ(m_attempts.size(), 3 * Split(m_sent[0].goalState).size());
    ASSERT_EQ(m_unreachable.size(), 1U);
    EXPECT_EQ(m_unreachable[0].host, GetHostAddress(1));
    EXPECT_TRUE(m_applied.empty());
}

TEST_F(VirtualNetworkControl, HostThatComesBackEnforcesWhatItMissed)
{
    BeginWithTwo();
    Program();
    Cut(m_agents[1]->GetNode(), "20s");
    At("1s", [this] { AttachGroup(); });
    At("15s", [this] {
        Update([](NetworkResources& resources) {
            return resources.AddNetworkSecurityGroup("no-concern-of-it");
        });
    });
    At("40s", [this] { SendUdp(0, 1, 81); });
    Run("41s");
    EXPECT_EQ(m_deniedBy, (std::vector<std::string>{"web/DenyRest"}));
    EXPECT_EQ(m_sent.size(), 1U);
    ASSERT_EQ(m_applied.size(), 1U);
    EXPECT_EQ(m_applied[0].host, GetHostAddress(1));
    // 10 attempts of 200 ms, then 10 s of silence: it fails at 3 s and 15 s, and works at 25 s.
    EXPECT_EQ(m_unreachable.size(), 2U);
    EXPECT_EQ(m_attempts.size(), 10U + 10U + 1U);
}

TEST_F(VirtualNetworkControl, IntervalOfRetriesCanBeSet)
{
    BeginWithTwo();
    Program();
    Cut(m_agents[1]->GetNode());
    m_manager->SetAttribute("RetryInterval", TimeValue(Seconds(1)));
    At("1s", [this] { AttachGroup(); });
    Run("10500ms");
    EXPECT_EQ(m_unreachable.size(), 3U) << "at 3 s, 6 s and 9 s";
}

TEST_F(VirtualNetworkControl, ResourcesCanBeChangedByWhoIsToldOfMessages)
{
    BeginWithTwo();
    Program();
    AttachGroup();
    AddManyRules();
    const auto detach = [this](const ControlMessage& message) {
        if (message.stage == ControlMessageStage::Sent && m_attempts.size() == 4)
        {
            Update([](NetworkResources& resources) {
                return resources.DetachFromNetworkInterface(2);
            });
        }
    };
    m_manager->TraceConnectWithoutContext(
        "ControlMessage",
        MakeFunctionCallback<void, const ControlMessage&>(detach));
    Run("30s");
    ASSERT_EQ(m_sent.size(), 2U);
    EXPECT_EQ(m_attempts.size(), 4U + 1U) << "the first one's parts 0 to 3, then the second one";
    ASSERT_EQ(m_applied.size(), 1U);
    EXPECT_EQ(m_applied[0].goalState.generation, m_sent[1].goalState.generation);
    EXPECT_TRUE(m_unreachable.empty());
}

TEST_F(VirtualNetworkControl, ResourcesCanBeChangedByWhoIsToldOfGoalStates)
{
    BeginWithTwo();
    const auto attach = [this](const GoalStateInstruction& instruction) {
        if (instruction.host == GetHostAddress(1) && instruction.goalState.generation == 1)
        {
            AttachGroup();
        }
    };
    m_manager->TraceConnectWithoutContext(
        "GoalStateSent",
        MakeFunctionCallback<void, const GoalStateInstruction&>(attach));
    At("1s", [this] { SendUdp(0, 1, 81); });
    Run("2s");
    EXPECT_EQ(m_attempts.size(), 2U) << "one for each host: the second one's first is not sent";
    EXPECT_EQ(m_applied.size(), 2U);
    EXPECT_EQ(m_deniedBy, (std::vector<std::string>{"web/DenyRest"}));
}

TEST_F(VirtualNetworkControl, StoppedManagerSendsNothingMore)
{
    BeginWithTwo();
    Cut(m_agents[1]->GetNode());
    m_manager->SetStopTime(MilliSeconds(300));
    At("1s", [this] {
        const auto error = m_manager->Update(
            [](NetworkResources& resources) { return resources.AddNetworkSecurityGroup("web"); });
        ASSERT_TRUE(error) << "no host would learn of it";
        EXPECT_EQ(error->substr(0, 25), "manager: it has stopped, ");
    });
    Run("10s");
    EXPECT_EQ(m_manager->GetResources().FindNetworkSecurityGroup("web"), nullptr);
    EXPECT_EQ(m_attempts.size(), 3U) << "one for the first host, two for the second";
    EXPECT_TRUE(m_unreachable.empty());
}

TEST_F(VirtualNetworkControl, PortCanBeChangedEverywhere)
{
    BeginWithTwo();
    m_manager->SetAttribute("ControlPort", UintegerValue(9000));
    m_agents[0]->SetAttribute("VirtualNetworkControlPort", UintegerValue(9000));
    Run("10s");
    EXPECT_EQ(m_applied.size(), 1U);
    ASSERT_EQ(m_unreachable.size(), 1U) << "the other one listens where it did";
    EXPECT_EQ(m_unreachable[0].host, GetHostAddress(1));
}

TEST_F(VirtualNetworkControl, GoalStateOfSomebodyElseIsNotAcknowledged)
{
    BeginWithTwo();
    Program();
    Run("1s");
    const auto socket = CreateObject<SlbControlSocket>();
    uint32_t answers = 0;
    socket->Open(m_fabric.GetFabricRouter(),
                 VIRTUAL_NETWORK_CONTROL_PORT,
                 [&answers](const SlbMessage&, const InetSocketAddress&) { ++answers; });
    auto goalState = m_manager->GetResources().GetGoalStates().at(GetHostAddress(0));
    goalState.generation = 9;
    goalState.networkInterfaces[0].networkInterface = 77;
    const auto send = [&](uint32_t transaction) {
        for (const auto& part : Split(goalState))
        {
            socket->Send({transaction, part}, GetHostAddress(0));
        }
    };
    send(1);
    socket->Send({2, Acknowledge{}}, GetHostAddress(0));
    Run("2s");
    EXPECT_EQ(answers, 0U);
    goalState.networkInterfaces[0].networkInterface = 1;
    send(3);
    Run("3s");
    EXPECT_EQ(answers, 1U);
    socket->Close();
}

TEST_F(VirtualNetworkControl, VmCannotProgramItsHost)
{
    BeginWithTwo();
    for (const auto& agent : m_agents)
    {
        agent->EnableHostServices();
    }
    AttachGroup();
    Program();
    At("1s", [this] {
        auto goalState = m_manager->GetResources().GetGoalStates().at(GetHostAddress(1));
        goalState.generation = 1000;
        goalState.networkInterfaces[0].interfaceGroup.reset();
        goalState.groups.clear();
        const auto socket = CreateObject<SlbControlSocket>();
        socket->Open(
            m_vms[1],
            VIRTUAL_NETWORK_CONTROL_PORT,
            [](const auto&, const InetSocketAddress&) { ADD_FAILURE() << "acknowledged"; });
        for (const auto& part : Split(goalState))
        {
            for (const auto address : {Ipv4Address(HOST_SERVICE_ADDRESS),
                                       Ipv4Address(INSTANCE_METADATA_ADDRESS),
                                       GetHostAddress(1)})
            {
                socket->Send({1, part}, address);
            }
        }
    });
    At("2s", [this] { SendUdp(0, 1, 81); });
    Run("3s");
    EXPECT_EQ(m_deniedBy, (std::vector<std::string>{"/", "web/DenyRest"}))
        << "what goes to the provider address does not leave the host";
    EXPECT_EQ(m_agents[1]->GetPacketCounts().own, 2U) << "the rest reaches the host's stack";
}

TEST_F(VirtualNetworkControl, HostHeedsNobodyButItsManagers)
{
    BeginWithTwo();
    m_agents[0]->SetAttribute("VirtualNetworkManagerAddress", Ipv4AddressValue(GetHostAddress(1)));
    m_manager->SetAttribute("MaxAttempts", UintegerValue(2));
    Run("2s");
    ASSERT_EQ(m_applied.size(), 1U);
    EXPECT_EQ(m_applied[0].host, GetHostAddress(1));
    ASSERT_EQ(m_unreachable.size(), 1U);
    EXPECT_EQ(m_unreachable[0].host, GetHostAddress(0));
}

TEST_F(VirtualNetworkControl, HostAtANewerGenerationIsNotTakenForOneThatApplied)
{
    BeginWithTwo();
    for (auto& [host, goalState] : m_manager->Take())
    {
        goalState.generation = 1000;
        m_agents[host == GetHostAddress(0) ? 0 : 1]->Apply(goalState);
    }
    m_manager->SetAttribute("MaxAttempts", UintegerValue(2));
    At("1s", [this] { AttachGroup(); });
    Run("2s");
    EXPECT_EQ(m_sent.size(), 1U);
    EXPECT_TRUE(m_applied.empty());
    EXPECT_EQ(m_unreachable.size(), 1U);
}

TEST_F(VirtualNetworkControl, OlderGoalStateIsIgnored)
{
    BeginWithTwo();
    const auto older = m_manager->Take();
    AttachGroup();
    const auto newer = m_manager->Take();
    ASSERT_EQ(older.size(), 2U);
    ASSERT_EQ(newer.size(), 1U);
    m_agents[0]->Apply(older[0].goalState);
    m_agents[1]->Apply(newer[0].goalState);
    m_agents[1]->Apply(older[1].goalState);
    At("1s", [this] { SendUdp(0, 1, 81); });
    Run("2s");
    EXPECT_TRUE(GetReceived(1).empty());
    EXPECT_EQ(m_deniedBy, (std::vector<std::string>{"web/DenyRest"}));
}

TEST_F(VirtualNetworkControl, S3_27_RuleThatIsRemovedInMidRunStopsNewFlowsOnly)
{
    BeginWithTwo();
    AttachGroup();
    Program();
    At("1s", [this] { SendUdp(0, 1, 80, 5000); });
    At("2s", [this] {
        Update([](NetworkResources& resources) {
            return resources.RemoveSecurityRule("web", "AllowWeb");
        });
    });
    At("3s", [this] {
        SendUdp(0, 1, 80, 5000);
        SendUdp(0, 1, 80, 5001);
    });
    Run("4s");
    ASSERT_EQ(m_applied.size(), 1U);
    ASSERT_EQ(GetReceived(1).size(), 2U);
    EXPECT_EQ(ReadFlowKey(GetReceived(1)[1]).GetSourcePort(), 5000U);
    ASSERT_EQ(m_drops.size(), 1U);
    EXPECT_EQ(m_drops[0].reason, DropReason::SecurityRule);
    EXPECT_EQ(m_drops[0].key.GetSourcePort(), 5001U);
    EXPECT_EQ(m_drops[0].networkInterface, 2U) << "the receiver's";
    EXPECT_EQ(m_deniedBy, (std::vector<std::string>{"web/DenyRest"}));
    EXPECT_EQ(m_decidingRules, (std::vector<std::string>{"web/AllowWeb", "web/DenyRest"}))
        << "the packet of a flow with a record is not asked about";
}

TEST_F(VirtualNetworkControl, S3_05_S3_08_GroupsAreAskedOnBothEndsInTheirOrder)
{
    BeginWithTwo();
    Update([](NetworkResources& resources) {
        for (const auto* name : {"on-subnet", "on-interface"})
        {
            if (auto error = resources.AddNetworkSecurityGroup(name))
            {
                return error;
            }
        }
        if (auto error = resources.AttachToSubnet("on-subnet", "net", "subnet"))
        {
            return error;
        }
        if (auto error = resources.AttachToNetworkInterface("on-interface", 1))
        {
            return error;
        }
        return resources.AttachToNetworkInterface("on-interface", 2);
    });
    Program();
    At("1s", [this] { SendUdp(0, 1); });
    Run("2s");
    EXPECT_EQ(GetReceived(1).size(), 1U);
    EXPECT_EQ(m_decidingRules,
              (std::vector<std::string>{"on-interface/AllowVnetOutBound",
                                        "on-subnet/AllowVnetOutBound",
                                        "on-subnet/AllowVNetInBound",
                                        "on-interface/AllowVNetInBound"}));
    ASSERT_EQ(m_decisions.size(), 4U);
    EXPECT_EQ(m_decisions[1].networkInterface, 1U);
    EXPECT_EQ(m_decisions[2].networkInterface, 2U);
    EXPECT_TRUE(m_decisions[3].isDefaultRule);
}

TEST_F(VirtualNetworkControl, ManagerCanBeginWithResourcesOfAnotherProfile)
{
    BeginWithTwo();
    m_manager->SetResources(NetworkResources(*FindProfile("2018"), AzureCloud::National));
    EXPECT_EQ(m_manager->GetResources().GetCloud(), AzureCloud::National);
    EXPECT_TRUE(m_manager->Take().empty()) << "there are no hosts in them";
}

/// A VM has the manager's address, and one the host's: hosts hear from their manager all the same.
TEST_F(VirtualNetworkControl, VirtualNetworkMayOverlapThePhysicalOne)
{
    AddHosts(2);
    for (const auto& agent : m_agents)
    {
        agent->EnableHostServices();
    }
    AddVirtualNetwork("net", "10.128.0.0/16");
    AddVm(0, "net", m_manager->GetNode()->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal());
    AddVm(1, "net", GetHostAddress(0));
    At("1s", [this] { SendUdp(0, 1); });
    Run("2s");
    EXPECT_EQ(m_applied.size(), 2U);
    EXPECT_EQ(GetReceived(1).size(), 1U);
}

TEST_F(VirtualNetworkControl, PortsThatSomebodyOwnsAreNotProgrammedByMessages)
{
    BeginWithTwo();
    const auto add = [this](uint32_t number, Ipv4Address address) {
        const auto vm = CreateObject<Node>();
        FabricHelper::InstallStack(vm);
        const auto device = m_fabric.AttachVm(vm, m_agents[0]->GetNode(), address);
        m_agents[0]->AddNetworkInterface(number, device, address);
    };
    add(77, Ipv4Address("10.0.0.6"));
    Run("1s");
    const auto socket = CreateObject<SlbControlSocket>();
    std::vector<uint32_t> answers;
    socket->Open(m_fabric.GetFabricRouter(),
                 SLB_CONTROL_PORT,
                 [&answers](const SlbMessage& message, const InetSocketAddress&) {
                     answers.push_back(message.transaction);
                 });
    ProgramNetworkInterface instruction;
    instruction.networkInterface = 77;
    instruction.method = OutboundMethod::DefaultSnat;
    instruction.profile = *FindProfile("2017");
    // The second one is that of interface 1.
    instruction.blocks = {{Ipv4Address("198.18.99.1"), {1024, 2047}},
                          {Ipv4Address("198.18.16.1"), {1024, 2047}}};
    socket->Send({1, instruction}, GetHostAddress(0));
    Run("2s");
    EXPECT_TRUE(answers.empty());
    instruction.blocks.pop_back();
    socket->Send({2, instruction}, GetHostAddress(0));
    Run("3s");
    EXPECT_EQ(answers, (std::vector<uint32_t>{2})) << "the first block was given back";
    socket->Close();
}

TEST_F(VirtualNetworkControl, TwoVmsOfOneAddressCannotShareHostServices)
{
    AddHosts(1);
    AddVirtualNetwork("net");
    AddVm(0, "net", "10.0.0.4");
    const auto vm = CreateObject<Node>();
    FabricHelper::InstallStack(vm);
    const auto device = m_fabric.AttachVm(vm, m_agents[0]->GetNode(), Ipv4Address("10.0.0.4"));
    m_agents[0]->AddNetworkInterface(2, device, Ipv4Address("10.0.0.4"));
    EXPECT_DEATH(m_agents[0]->EnableHostServices(),
                 "privateAddress: '10.0.0.4' is not allowed; give one that no other VM");
}

TEST_F(VirtualNetworkControl, UnreachableHostIsLeftInPeaceOnceTheManagerStops)
{
    BeginWithTwo();
    Cut(m_agents[1]->GetNode());
    m_manager->SetStopTime(Seconds(5));
    Simulator::Run(); // to the last event
    EXPECT_EQ(m_unreachable.size(), 1U);
    EXPECT_EQ(m_attempts.size(), 1U + 10U) << "one for the first host, ten for the second";
}

TEST_F(VirtualNetworkControl, ResourcesSetAfterTheStartEndTheProgram)
{
    BeginWithTwo();
    Run("1s");
    EXPECT_DEATH(m_manager->SetResources(NetworkResources()), "change them with Update");
}

TEST_F(VirtualNetworkControl, GoalStateOfAnUnknownInterfaceEndsTheProgram)
{
    BeginWithTwo();
    auto taken = m_manager->Take();
    taken[0].goalState.networkInterfaces[0].networkInterface = 77;
    EXPECT_DEATH(m_agents[0]->Apply(taken[0].goalState), "is not on this host");
}

} // namespace

} // namespace ns3::azure
