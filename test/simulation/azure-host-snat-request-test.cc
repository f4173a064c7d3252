// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-virtual-network-world.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-slb-control-socket.h"
#include "ns3/channel.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <variant>
#include <vector>

/**
 * @file
 * @brief SNAT ports that a host asks for, waits for, gets, loses and returns; the test is the SLB
 * manager, in the fabric's router.
 */
namespace ns3::azure
{

namespace
{

constexpr auto UDP = IpProtocol::Udp;
constexpr auto GRANTED = SnatRequestOutcome::Granted;
const Ipv4Address FRONTEND("198.18.0.1");
const Ipv4Address SERVER("198.19.0.1");

class HostSnatRequests : public VirtualNetworkWorld
{
  protected:
    /// A VM on a host, of whose ports the manager decides with that profile; it has none.
    void BeginOnDemand(const std::string& settings = "")
    {
        AddHosts(1);
        AddVirtualNetwork("net");
        AddVm(0, "net", "10.0.0.4");
        Program();
        const auto connect = [this](const char* source, const auto& callback) {
            ASSERT_TRUE(m_agents[0]->TraceConnectWithoutContext(source, callback)) << source;
        };
        connect("SnatRequest", MakeCallback(&HostSnatRequests::OnRequest, this));
        connect("SnatAllocation", MakeCallback(&HostSnatRequests::OnAllocation, this));
        connect("SnatExhausted", MakeCallback(&HostSnatRequests::OnExhausted, this));
        connect("FlowEnded", MakeCallback(&HostSnatRequests::OnEnded, this));
        connect("ControlMessage", MakeCallback(&HostSnatRequests::OnMessage, this));
        m_socket->Open(m_fabric.GetFabricRouter(),
                       SLB_CONTROL_PORT,
                       [this](const SlbMessage& message, const InetSocketAddress& from) {
                           Hear(message, from);
                       });
        ProgramNetworkInterface instruction;
        instruction.networkInterface = 1;
        instruction.sequence = 2;
        instruction.cause = SnatAllocationCause::Joined;
        instruction.method = OutboundMethod::LoadBalancerFrontend;
        instruction.profile =
            *ParseProfile("ananta[UdpReuseKey=DestinationEndpoint" + settings + "]").profile;
        Run("100ms");
        Tell(instruction);
        Run("200ms");
        m_allocated.clear();
        m_acknowledged.clear();
    }

    void TearDown() override
    {
        m_socket->Close();
        VirtualNetworkWorld::TearDown();
    }

    /// The manager says something. @return its transaction
    template <typename Body>
    uint32_t Tell(const Body& body)
    {
        m_socket->Send({++m_transactions, body}, GetHostAddress(0));
        return m_transactions;
    }

    /// The manager gives ports from 1024 on, or takes some.
    uint32_t Grant(uint32_t sequence,
                   uint32_t request,
                   const std::vector<PortRange>& given,
                   const std::vector<PortRange>& taken = {},
                   SnatRequestOutcome outcome = GRANTED)
    {
        ProgramSnatPorts instruction;
        instruction.networkInterface = 1;
        instruction.sequence = sequence;
        instruction.request = request;
        instruction.outcome = outcome;
        instruction.cause =
            taken.empty() ? SnatAllocationCause::Requested : SnatAllocationCause::Revoked;
        for (const auto& ports : given)
        {
            instruction.given.push_back({FRONTEND, ports});
        }
        for (const auto& ports : taken)
        {
            instruction.taken.push_back({FRONTEND, ports});
        }
        return Tell(instruction);
    }

    /// The VM sends a datagram to SERVER.
    void Ask(uint16_t port)
    {
        Send(0, MakeDatagram({GetAddress(0), SERVER, port, 53, UDP}));
    }

    /// Something comes from a mux for the VM.
    void SendFromMux(const FlowKey& key)
    {
        const auto datagram = ToPacket(MakeDatagram(key));
        PacketHeaders headers;
        ASSERT_TRUE(headers.Read(*datagram));
        Encapsulate(*datagram, headers, {Ipv4Address("10.128.255.1"), GetHostAddress(0)}, 0, false);
        SendToHost(datagram);
    }

    /// Something comes to the host from the physical network.
    void SendToHost(const Ptr<Packet>& packet)
    {
        const auto device = m_agents[0]->GetNode()->GetDevice(1)->GetChannel()->GetDevice(0);
        constexpr uint16_t IPV4_ETHERTYPE = 0x0800;
        device->Send(packet, device->GetBroadcast(), IPV4_ETHERTYPE);
    }

    /// @return SNAT port of the flow from that port of the VM; 0 if it has none
    uint16_t GetSnatPort(uint16_t port) const
    {
        for (const auto& flow : m_agents[0]->GetOpenFlows())
        {
            if (flow.key.GetSourcePort() == port)
            {
                return flow.translated ? flow.translated->GetSourcePort() : uint16_t{0};
            }
        }
        return 0;
    }

    std::vector<RequestSnatPorts> m_asked;   //!< what the manager was asked
    std::vector<ReturnSnatPorts> m_returned; //!< what was given back to it, each time it was told
    std::vector<uint32_t> m_acknowledged;    //!< transactions
    uint32_t m_deafness{0};                  //!< returns that the manager does not hear yet
    std::vector<SnatRequest> m_over;         //!< SnatRequest
    std::vector<SnatAllocation> m_allocated; //!< SnatAllocation
    std::vector<SnatExhaustion> m_exhausted; //!< SnatExhausted
    std::vector<FlowRecord> m_ended;         //!< FlowEnded
    std::vector<ControlMessage> m_messages;  //!< ControlMessage of the host

  private:
    void Hear(const SlbMessage& message, const InetSocketAddress& from)
    {
        if (std::holds_alternative<Acknowledge>(message.body))
        {
            m_acknowledged.push_back(message.transaction);
        }
        else if (const auto* request = std::get_if<RequestSnatPorts>(&message.body))
        {
            m_asked.push_back(*request);
        }
        else if (const auto* unused = std::get_if<ReturnSnatPorts>(&message.body))
        {
            m_returned.push_back(*unused);
            if (m_returned.size() > m_deafness)
            {
                m_socket->Send({message.transaction, Acknowledge{}}, from.GetIpv4());
            }
        }
    }

    void OnRequest(const SnatRequest& request)
    {
        m_over.push_back(request);
    }

    void OnAllocation(const SnatAllocation& allocation)
    {
        m_allocated.push_back(allocation);
    }

    void OnExhausted(const SnatExhaustion& exhaustion)
    {
        m_exhausted.push_back(exhaustion);
    }

    void OnEnded(const FlowRecord& flow)
    {
        m_ended.push_back(flow);
    }

    void OnMessage(const ControlMessage& message)
    {
        m_messages.push_back(message);
    }

    Ptr<SlbControlSocket> m_socket{CreateObject<SlbControlSocket>()}; //!< the manager's
    uint32_t m_transactions{0};                                       //!< so far
};

TEST_F(HostSnatRequests, C_1_FirstPacketsWaitAndGoInTheirOrder)
{
    BeginOnDemand();
    At("1s", [this] { Ask(5002); });
    At("1100ms", [this] { Ask(5001); });
    At("1200ms", [this] { Ask(5000); });
    Run("2s");
    ASSERT_EQ(m_asked.size(), 3U) << "one request for each";
    EXPECT_EQ(m_asked[2].request, 3U);
    EXPECT_EQ(m_asked[2].networkInterface, 1U);
    EXPECT_EQ(m_agents[0]->GetPacketCounts().waiting, 3U);
    EXPECT_TRUE(m_drops.empty());
    const auto sent = m_agents[0]->GetPacketCounts().sent;

    Ask(5001); // the guest does it again
    Run("2500ms");
    EXPECT_EQ(m_asked.size(), 4U) << "and asks again";
    EXPECT_EQ(CountDrops(DropReason::SnatPortPending), 1U);

    const auto answer = Grant(3, 1, {{1024, 1025}}); // two ports for three flows
    Run("3s");
    EXPECT_EQ(m_acknowledged, std::vector<uint32_t>{answer});
    EXPECT_EQ(m_agents[0]->GetPacketCounts().sent, sent + 2);
    EXPECT_EQ(m_agents[0]->GetPacketCounts().waiting, 1U);
    EXPECT_EQ(GetSnatPort(5002), 1024) << "who came first";
    EXPECT_EQ(GetSnatPort(5001), 1025);
    EXPECT_EQ(GetSnatPort(5000), 0);
    ASSERT_EQ(m_asked.size(), 5U) << "once more for who still waits";
    ASSERT_EQ(m_over.size(), 1U);
    EXPECT_EQ(m_over[0].request, 1U);
    EXPECT_EQ(m_over[0].flow, 1U);
    EXPECT_EQ(m_over[0].outcome, GRANTED);
    EXPECT_EQ(m_over[0].ports, 2U);
    EXPECT_EQ(m_over[0].asked.RoundTo(Time::MS), Seconds(1));
    EXPECT_GE(*m_over[0].answered, MilliSeconds(2500));
    ASSERT_EQ(m_allocated.size(), 1U);
    EXPECT_TRUE(m_allocated[0].isGiven);
    EXPECT_EQ(m_allocated[0].cause, SnatAllocationCause::Requested);
    EXPECT_EQ(m_allocated[0].ports, PortRange({1024, 1025}));
    const auto flows = m_agents[0]->GetOpenFlows();
    ASSERT_EQ(flows.size(), 3U);
    EXPECT_EQ(*flows[0].accepted, *m_over[0].answered) << "waiting time is accepted - firstPacket";
    EXPECT_TRUE(m_exhausted.empty());
    // Requests of flows that have their port by now, and the one that was made just now.
    EXPECT_EQ(m_agents[0]->GetOpenSnatRequests().size(), 4U);
}

TEST_F(HostSnatRequests, C_1_RefusalDropsAllThatWait)
{
    BeginOnDemand();
    At("1s", [this] { Ask(5000); });
    At("1s", [this] { Ask(5001); });
    At("2s", [this] { Grant(3, 1, {}, {}, SnatRequestOutcome::PortCap); });
    Run("3s");
    EXPECT_EQ(CountDrops(DropReason::SnatPortsExhausted), 2U);
    ASSERT_EQ(m_exhausted.size(), 2U);
    EXPECT_EQ(m_exhausted[0].attempt, 1U);
    EXPECT_EQ(m_agents[0]->GetPacketCounts().waiting, 0U);
    ASSERT_EQ(m_over.size(), 1U);
    EXPECT_EQ(m_over[0].outcome, SnatRequestOutcome::PortCap);
    EXPECT_EQ(m_over[0].ports, 0U);
    EXPECT_EQ(m_asked.size(), 2U) << "nobody waits any more";
    for (const auto& flow : m_agents[0]->GetOpenFlows())
    {
        EXPECT_EQ(flow.outcome, FlowOutcome::Refused);
        EXPECT_EQ(flow.refusals, 1U);
    }
    Ask(5000); // the next packet waits again
    Run("4s");
    EXPECT_EQ(m_asked.size(), 3U);
    EXPECT_EQ(m_agents[0]->GetPacketCounts().waiting, 1U);
}

TEST_F(HostSnatRequests, C_1_NoMorePacketsWaitThanMay)
{
    BeginOnDemand();
    m_agents[0]->SetAttribute("MaxWaitingPackets", UintegerValue(2));
    At("1s", [this] {
        for (const uint16_t port : {5000, 5001, 5002})
        {
            Ask(port);
        }
    });
    Run("2s");
    EXPECT_EQ(m_asked.size(), 2U);
    EXPECT_EQ(m_agents[0]->GetPacketCounts().waiting, 2U);
    EXPECT_EQ(CountDrops(DropReason::SnatPortPending), 1U);
}

TEST_F(HostSnatRequests, C_1_RequestWithoutAnswerEndsWithItsFlow)
{
    BeginOnDemand();
    At("1s", [this] { Ask(5000); });
    Run("240s");
    EXPECT_TRUE(m_over.empty());
    Run("242s"); // 4 minutes idle
    ASSERT_EQ(m_over.size(), 1U);
    EXPECT_EQ(m_over[0].outcome, SnatRequestOutcome::Unanswered);
    EXPECT_EQ(m_over[0].answered, std::nullopt);
    EXPECT_EQ(CountDrops(DropReason::SnatPortPending), 1U) << "the packet that has waited";
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].outcome, FlowOutcome::Refused);
    Grant(3, 1, {{1024, 1031}}); // too late
    Run("243s");
    EXPECT_EQ(m_over.size(), 1U);
    EXPECT_EQ(m_agents[0]->GetPacketCounts().waiting, 0U);
}

TEST_F(HostSnatRequests, InstructionsAreCarriedOutInTheirOrder)
{
    BeginOnDemand();
    Grant(4, 0, {{1032, 1039}}); // too early
    Run("1s");
    EXPECT_TRUE(m_acknowledged.empty());
    EXPECT_TRUE(m_allocated.empty());
    const auto third = Grant(3, 0, {{1024, 1031}});
    Run("2s");
    const auto again = Grant(3, 0, {{1024, 1031}}); // as if its acknowledgement had been lost
    const auto fourth = Grant(4, 0, {{1032, 1039}});
    Run("3s");
    EXPECT_EQ(m_acknowledged, (std::vector<uint32_t>{third, again, fourth}));
    EXPECT_EQ(m_allocated.size(), 2U);
    ProgramNetworkInterface old;
    old.networkInterface = 1; // with sequence number 1, and no ports
    old.profile = *FindProfile("2017");
    const auto late = Tell(old);
    Run("4s");
    EXPECT_EQ(m_acknowledged.back(), late);
    EXPECT_EQ(m_allocated.size(), 2U) << "done before, and something else since";
}

TEST_F(HostSnatRequests, PortsOfOthersAreRefused)
{
    BeginOnDemand();
    AddVm(0, "net", "10.0.0.5"); // which has 198.18.16.2:1024 to 2047
    ProgramSnatPorts instruction;
    instruction.networkInterface = 1;
    instruction.sequence = 3;
    instruction.given = {{FRONTEND, {1024, 1031}}, {Ipv4Address("198.18.16.2"), {2040, 2055}}};
    Tell(instruction);
    Run("1s");
    EXPECT_TRUE(m_acknowledged.empty());
    const auto whole = Grant(3, 0, {{1024, 1031}}); // nothing was left of it
    Run("2s");
    EXPECT_EQ(m_acknowledged, std::vector<uint32_t>{whole});
}

TEST_F(HostSnatRequests, C_1_UnusedRangesAreReturnedUntilAcknowledged)
{
    BeginOnDemand("|UnusedRangeTimeout=20s|IdleTimeout=10s");
    m_deafness = 2;
    At("1s", [this] { Grant(3, 0, {{1024, 1031}, {2048, 2055}}); });
    At("2s", [this] { Ask(5000); });
    Run("20s");
    EXPECT_TRUE(m_returned.empty());
    Run("25s"); // the second range is unused since 1 s, the first one since 12 s
    ASSERT_EQ(m_returned.size(), 3U) << "sent until it is acknowledged";
    for (const auto& unused : m_returned)
    {
        ASSERT_EQ(unused.ranges.size(), 1U);
        EXPECT_EQ(unused.ranges[0].publicAddress, FRONTEND);
        EXPECT_EQ(unused.ranges[0].ports, PortRange({2048, 2055}));
    }
    Run("40s");
    ASSERT_EQ(m_returned.size(), 4U);
    EXPECT_EQ(m_returned[3].ranges[0].ports, PortRange({1024, 1031}));
    ASSERT_EQ(m_allocated.size(), 4U);
    EXPECT_FALSE(m_allocated[3].isGiven);
    EXPECT_EQ(m_allocated[3].cause, SnatAllocationCause::Returned);
    EXPECT_EQ(m_allocated[3].flowsBroken, 0U);
    EXPECT_EQ(m_allocated[3].time.RoundTo(Time::S), Seconds(32)) << "20 s after the flow's end";
    SendFromMux({SERVER, FRONTEND, 53, 1024, UDP});
    Run("41s");
    EXPECT_EQ(CountDrops(DropReason::UnknownPublicAddress), 1U);
    EXPECT_EQ(m_messages.back().stage, ControlMessageStage::Acknowledged);
}

TEST_F(HostSnatRequests, C_1_RangesNobodyHeardOfAreReturnedOnceTheManagerIsHeard)
{
    BeginOnDemand("|UnusedRangeTimeout=20s");
    m_deafness = 10; // as often as it is told
    At("1s", [this] { Grant(3, 0, {{1024, 1031}}); });
    Run("60s");
    ASSERT_EQ(m_returned.size(), 10U);
    EXPECT_EQ(m_messages.back().stage, ControlMessageStage::Unreachable);
    At("61s", [this] { Grant(4, 0, {{2048, 2055}}); });
    Run("62s");
    ASSERT_EQ(m_returned.size(), 11U);
    ASSERT_EQ(m_returned[10].ranges.size(), 1U);
    EXPECT_EQ(m_returned[10].ranges[0].ports, PortRange({1024, 1031}));
    EXPECT_EQ(m_messages.back().stage, ControlMessageStage::Acknowledged);
    EXPECT_EQ(m_messages.back().transaction, m_messages.front().transaction);
}

TEST_F(HostSnatRequests, B_1_ReclaimedPortsBreakTheirFlows)
{
    BeginOnDemand();
    At("1s", [this] { Grant(3, 0, {{1024, 1031}}); });
    At("2s", [this] {
        for (uint16_t port = 5000; port < 5004; ++port)
        {
            Ask(port);
        }
    });
    At("3s", [this] { Grant(4, 0, {}, {{1026, 1031}}); });
    At("4s", [this] { SendFromMux({SERVER, FRONTEND, 53, 1026, UDP}); });
    At("5s", [this] { SendFromMux({SERVER, FRONTEND, 53, 1025, UDP}); });
    Run("6s");
    ASSERT_EQ(m_allocated.size(), 2U);
    EXPECT_FALSE(m_allocated[1].isGiven);
    EXPECT_EQ(m_allocated[1].cause, SnatAllocationCause::Revoked);
    EXPECT_EQ(m_allocated[1].flowsBroken, 2U);
    ASSERT_EQ(m_ended.size(), 2U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Reclaimed);
    EXPECT_EQ(CountDrops(DropReason::UnownedSnatPort), 1U);
    ASSERT_EQ(GetReceived(0).size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(0)[0]).GetDestinationPort(), 5001);
}

TEST_F(HostSnatRequests, B_3_NatGatewayTakesOver)
{
    const Ipv4Address gateway("10.128.254.1");
    BeginOnDemand();
    At("1s", [this] { Ask(5000); });
    At("2s", [&] {
        ProgramNetworkInterface instruction;
        instruction.networkInterface = 1;
        instruction.sequence = 3;
        instruction.method = OutboundMethod::NatGateway;
        instruction.natGateway = gateway;
        instruction.profile = *FindProfile("nat-gateway");
        Tell(instruction);
    });
    Run("3s");
    EXPECT_EQ(m_agents[0]->GetPacketCounts().waiting, 0U) << "it needs no port any more";
    const FlowKey query(GetAddress(0), SERVER, 5000, 53, UDP);
    const auto flows = m_agents[0]->GetOpenFlows();
    ASSERT_EQ(flows.size(), 1U);
    EXPECT_EQ(flows[0].translated, query);
    EXPECT_EQ(flows[0].method, OutboundMethod::NatGateway);
    for (const auto& from : {gateway, Ipv4Address("10.128.254.2")})
    {
        const auto datagram = ToPacket(MakeDatagram(query.Reverse()));
        PacketHeaders headers;
        ASSERT_TRUE(headers.Read(*datagram));
        EncapsulateForNatGateway(*datagram, headers, {from, GetHostAddress(0)}, 1, 0, false);
        SendToHost(datagram);
    }
    Run("4s");
    ASSERT_EQ(GetReceived(0).size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(0)[0]), query.Reverse());
    EXPECT_EQ(CountDrops(DropReason::ForeignSource), 1U);
}

} // namespace

} // namespace ns3::azure
