// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-mux-world.h"

#include "ns3/azure-flow-distributor.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-route-message.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <numeric>
#include <set>
#include <string>
#include <vector>

/**
 * @file
 * @brief What a mux does with packets to frontends, and what becomes of them when it fails.
 */
namespace ns3::azure
{

namespace
{

/// 198.18.255.254, address of all muxes.
const Ipv4Address ANYCAST(FabricHelper::MUX_ANYCAST_ADDRESS);

class LoadBalancerMuxPackets : public MuxWorld
{
  protected:
    /// @return how many packets the muxes have dropped
    uint64_t CountAllDrops() const
    {
        return std::accumulate(m_stories.begin(),
                               m_stories.end(),
                               uint64_t{0},
                               [](auto n, auto& s) { return n + s.drops.size(); });
    }

    /// @return the only packet that a host got
    Arrival GetOnlyArrival() const
    {
        EXPECT_EQ(m_arrivals.size(), 1U);
        return m_arrivals.empty() ? Arrival{} : m_arrivals.front();
    }

    /// @return the only reason for which a mux dropped a packet
    std::string GetOnlyDrop() const
    {
        std::string names;
        for (const auto& story : m_stories)
        {
            for (const auto& drop : story.drops)
            {
                names += GetName(drop.reason);
            }
        }
        return names;
    }
};

/// How members are found.
class LoadBalancerMuxSelections : public LoadBalancerMuxPackets,
                                  public ::testing::WithParamInterface<MemberSelection>
{
};

TEST_P(LoadBalancerMuxSelections, C_1_B_8_EveryMuxFindsTheMemberOfTheHash)
{
    constexpr uint32_t FLOWS = 400;
    Begin(4);
    for (auto& member : m_loadBalancer.backendPools[0].members)
    {
        member.state = AdministrativeState::Up;
    }
    m_manager->SetAttribute("MemberSelection", StringValue(GetName(GetParam())));
    m_manager->SetAttribute("HashSeed", UintegerValue(77));
    Start();
    At(Seconds(1), [this] { SendFlows(FLOWS); });
    Run(Seconds(2));
    std::set<Ipv4Address> muxes;
    for (const auto& arrival : m_arrivals)
    {
        muxes.insert(arrival.mux);
    }
    EXPECT_EQ(muxes.size(), 4U) << "the router spreads flows";
    const FlowDistributor distributor({1, 2, 3, 4}, GetParam(), 77);
    const auto members = TakeMembers();
    ASSERT_EQ(members.size(), FLOWS);
    for (const auto& [key, member] : members)
    {
        EXPECT_EQ(member,
                  distributor.Select(GetDistributionHash(key, LoadDistribution::Default, 77)));
    }
}

INSTANTIATE_TEST_SUITE_P(LoadBalancerMux,
                         LoadBalancerMuxSelections,
                         ::testing::Values(MemberSelection::Modulo, MemberSelection::Maglev),
                         [](const auto& row) { return GetName(row.param); });

TEST_F(LoadBalancerMuxPackets, C_1_PacketReachesTheHostAsTheClientSentIt)
{
    StartWithMembersUp(1);
    const auto sent = MakeDatagram(MakeFlow(0), {TCP_SYN, 64});
    At(Seconds(1), [this, &sent] { Send(sent); });
    Run(Seconds(2));
    const auto arrival = GetOnlyArrival();
    EXPECT_EQ(arrival.mux, GetMuxAddress(0));
    // One hop less at the router before the mux, one at the mux; the rest as it was sent.
    EXPECT_EQ(arrival.inner, MakeDatagram(MakeFlow(0), {TCP_SYN, 62}));
    EXPECT_EQ(m_stories[0].decisions.size(), 1U);
    const auto traffic = m_muxes[0]->GetTraffic();
    ASSERT_EQ(traffic.size(), 3U) << "rules http, https, dns";
    EXPECT_EQ(traffic[0].packets, 1U);
    EXPECT_EQ(traffic[0].syns, 1U);
    EXPECT_EQ(traffic[0].bytes, sent.size());
    EXPECT_EQ(traffic[1].packets, 0U);
}

TEST_F(LoadBalancerMuxPackets, C_1_PortsOfSnatGoToTheirOwnerByIpInIp)
{
    StartWithMembersUp(1);
    Ipv4Address owner;
    uint16_t port = 0;
    for (const auto& endpoint : m_manager->GetProgram().muxes)
    {
        if (endpoint.publicAddress == Ipv4Address(PUBLIC))
        {
            owner = endpoint.host;
            port = endpoint.ports.first;
        }
    }
    ASSERT_GT(port, 0U) << "the rules link the pool with the frontend";
    At(Seconds(1), [this, port] { Send(MakeFlow(0, port)); });
    Run(Seconds(2));
    const auto arrival = GetOnlyArrival();
    EXPECT_EQ(arrival.member, std::nullopt);
    EXPECT_EQ(m_interfaces.at(arrival.host).host, owner);
    EXPECT_TRUE(m_stories[0].decisions.empty());
    EXPECT_EQ(m_muxes[0]->GetTraffic()[0].packets, 0U);
}

TEST_F(LoadBalancerMuxPackets, C_1_ErrorGoesToTheMemberWhosePacketItQuotes)
{
    StartWithMembersUp(1);
    const auto flow = MakeFlow(5);
    At(Seconds(1), [this, &flow] { Send(flow, {TCP_SYN}); });
    Run(Seconds(2));
    const auto before = GetOnlyArrival();
    m_arrivals.clear();
    const auto reply = MakeDatagram(flow.Reverse());
    const auto error = MakeIcmpError(Ipv4Address("203.0.113.99"), Ipv4Address(PUBLIC), reply);
    At(Seconds(3), [this, &error] { Send(error); });
    Run(Seconds(4));
    const auto after = GetOnlyArrival();
    EXPECT_EQ(after.member, before.member);
    EXPECT_EQ(after.inner.size(), error.size());
    EXPECT_EQ(m_stories[0].decisions.size(), 1U) << "an error is no first packet";
    EXPECT_EQ(m_muxes[0]->GetTraffic()[0].packets, 1U) << "nor traffic of the rule";
}

/// A packet that a mux drops.
struct DropCase
{
    const char* name;   // test name
    uint16_t port;      // destination port
    uint16_t fragment;  // flags and fragment offset
    uint8_t ttl;        // as sent; the router takes one
    const char* reason; // expected
};

class LoadBalancerMuxDrops : public LoadBalancerMuxPackets,
                             public ::testing::WithParamInterface<DropCase>
{
};

// clang-format off
constexpr DropCase DROP_CASES[] = {
    // name                  port  fragment        ttl  reason
    {"FirstFragmentToRule",  80,   MORE_FRAGMENTS, 64,  "fragment"},
    {"LaterFragment",        80,   8,              64,  "fragment"},
    {"TimeToLiveToRule",     80,   0,               2,  "ttl-expired"},
    {"PortOfNobody",         81,   0,              64,  "unowned-snat-port"},
};
// clang-format on

TEST_P(LoadBalancerMuxDrops, C_1_AreNamed)
{
    StartWithMembersUp(1);
    DatagramTraits traits;
    traits.fragment = GetParam().fragment;
    traits.ttl = GetParam().ttl;
    traits.payload = 64;
    At(Seconds(1), [this, &traits] { Send(MakeFlow(0, GetParam().port), traits); });
    Run(Seconds(2));
    EXPECT_EQ(GetOnlyDrop(), GetParam().reason);
    EXPECT_TRUE(m_arrivals.empty());
    EXPECT_EQ(m_muxes[0]->GetTraffic()[0].packets, 0U);
}

INSTANTIATE_TEST_SUITE_P(LoadBalancerMux,
                         LoadBalancerMuxDrops,
                         ::testing::ValuesIn(DROP_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(LoadBalancerMuxPackets, B_7_NoMemberNoFlow)
{
    Begin(1);
    Start();
    At(Seconds(1), [this] { SendFlows(3); });
    Run(Seconds(2));
    EXPECT_EQ(CountDrops(0, DropReason::NoHealthyBackend), 3U);
    ASSERT_EQ(m_stories[0].decisions.size(), 3U);
    EXPECT_EQ(m_stories[0].decisions[0].cause, DistributionCause::NoHealthyBackend);
    EXPECT_TRUE(m_arrivals.empty());
}

TEST_F(LoadBalancerMuxPackets, C_1_FloodLeavesTrustedFlowsBe)
{
    Begin(1);
    for (auto& member : m_loadBalancer.backendPools[0].members)
    {
        member.state = AdministrativeState::Up;
    }
    m_muxes[0]->SetAttribute("UntrustedFlowQuota", UintegerValue(5));
    m_muxes[0]->SetAttribute("UntrustedFlowTimeout", TimeValue(Seconds(2)));
    Start();
    At(Seconds(1), [this] { SendFlows(2, TCP_SYN, 443); });
    At(Seconds(2), [this] { SendFlows(2, TCP_ACK, 443); });
    At(Seconds(3), [this] { SendFlows(9); });
    Run(Seconds(4));
    EXPECT_EQ(m_muxes[0]->GetTrustedFlows(), 2U);
    EXPECT_EQ(m_muxes[0]->GetUntrustedFlows(), 5U) << "of 9, as many as the quota";
    ASSERT_EQ(m_stories[0].decisions.size(), 2U + 9U);
    EXPECT_TRUE(m_stories[0].decisions[6].isTracked);
    EXPECT_FALSE(m_stories[0].decisions[7].isTracked);
    EXPECT_EQ(m_arrivals.size(), 2U + 2U + 9U) << "those that are not kept go by the hash";
    At(Seconds(6), [this] { SendFlows(2, TCP_ACK, 443); });
    Run(Seconds(7));
    EXPECT_EQ(m_muxes[0]->GetUntrustedFlows(), 0U);
    EXPECT_EQ(m_stories[0].decisions.size(), 11U) << "the trusted ones are still kept";
}

/// An internal load balancer of virtual network 9, and a client of it behind a tunnel.
class LoadBalancerMuxInternal : public LoadBalancerMuxPackets
{
  protected:
    static constexpr uint32_t NETWORK = 9;            //!< virtual network
    static constexpr uint32_t PRIVATE = 0x0a0000fa;   //!< 10.0.0.250, frontend
    static constexpr uint32_t CLIENT_VM = 0x0a000020; //!< 10.0.0.32

    void StartInternal(bool knowsHosts = true)
    {
        Begin(1);
        m_loadBalancer.virtualNetwork = NETWORK;
        m_loadBalancer.sku = LoadBalancerSku::Standard;
        m_loadBalancer.frontends[0].address = Ipv4Address(PRIVATE);
        for (auto& member : m_loadBalancer.backendPools[0].members)
        {
            member.state = AdministrativeState::Up;
        }
        m_muxes[0]->SetAttribute("AnycastAddress", Ipv4AddressValue(ANYCAST));
        if (knowsHosts)
        {
            m_muxes[0]->SetAttribute("HostNetwork", Ipv4AddressValue("10.128.0.0"));
            m_muxes[0]->SetAttribute("HostMask", Ipv4MaskValue("255.255.0.0"));
        }
        Start();
    }

    /// A host sends a VM's packet through the tunnel of its virtual network.
    void SendThroughTunnel(Ipv4Address from,
                           uint32_t network,
                           uint16_t port,
                           const DatagramTraits& traits = {})
    {
        const FlowKey key(CLIENT_VM, PRIVATE, 4000, port, IpProtocol::Tcp);
        const auto packet = ToPacket(MakeDatagram(key, traits));
        PacketHeaders headers;
        ASSERT_TRUE(headers.Read(*packet));
        EncapsulateForVirtualNetwork(*packet, headers, {from, ANYCAST}, network, 1, true);
        m_client->port->Send(packet);
    }

    /// @return provider address of the client's host
    Ipv4Address GetClientHost() const
    {
        return m_client->place.address.address;
    }
};

TEST_F(LoadBalancerMuxInternal, B_8_PacketOfTheVirtualNetworkGoesToAMember)
{
    StartInternal();
    At(Seconds(1), [this] { SendThroughTunnel(GetClientHost(), NETWORK, 80, {TCP_SYN}); });
    Run(Seconds(2));
    const auto arrival = GetOnlyArrival();
    EXPECT_TRUE(arrival.member);
    EXPECT_EQ(arrival.GetKey().GetSource(), Ipv4Address(CLIENT_VM));
    EXPECT_EQ(arrival.GetKey().GetDestination(), Ipv4Address(PRIVATE));
    EXPECT_EQ(arrival.inner.at(8), 63) << "time to live: the router sees the outer one";
}

TEST_F(LoadBalancerMuxInternal, B_8_FrontendIsKnownInItsVirtualNetworkOnly)
{
    StartInternal();
    At(Seconds(1), [this] { SendThroughTunnel(GetClientHost(), NETWORK + 1, 80); });
    Run(Seconds(2));
    EXPECT_EQ(GetOnlyDrop(), "unexpected-destination");
}

TEST_F(LoadBalancerMuxInternal, B_8_OtherPortsOfTheFrontendAreNobodys)
{
    StartInternal();
    At(Seconds(1), [this] { SendThroughTunnel(GetClientHost(), NETWORK, 81); });
    Run(Seconds(2));
    EXPECT_EQ(GetOnlyDrop(), "unexpected-destination");
}

TEST_F(LoadBalancerMuxInternal, B_8_TunnelFromTheInternetIsRefused)
{
    StartInternal();
    At(Seconds(1), [this] { SendThroughTunnel(Ipv4Address(CLIENT), NETWORK, 80); });
    Run(Seconds(2));
    EXPECT_EQ(GetOnlyDrop(), "foreign-source");
    EXPECT_TRUE(m_arrivals.empty());
}

TEST_F(LoadBalancerMuxInternal, B_8_WhoeverSetsNoHostNetworkTakesFromNobody)
{
    StartInternal(false);
    At(Seconds(1), [this] { SendThroughTunnel(GetClientHost(), NETWORK, 80); });
    Run(Seconds(2));
    EXPECT_EQ(GetOnlyDrop(), "foreign-source");
}

TEST_F(LoadBalancerMuxInternal, B_8_FragmentInTheTunnelIsDropped)
{
    StartInternal();
    DatagramTraits traits;
    traits.fragment = 8;
    traits.payload = 64;
    At(Seconds(1), [this, &traits] { SendThroughTunnel(GetClientHost(), NETWORK, 80, traits); });
    Run(Seconds(2));
    EXPECT_EQ(GetOnlyDrop(), "fragment");
}

TEST_F(LoadBalancerMuxInternal, B_8_WithoutAnycastAddressTheTunnelLeadsNowhere)
{
    StartInternal();
    m_muxes[0]->SetAttribute("AnycastAddress", Ipv4AddressValue(Ipv4Address::GetAny()));
    At(Seconds(1), [this] { SendThroughTunnel(GetClientHost(), NETWORK, 80); });
    Run(Seconds(2));
    EXPECT_EQ(GetOnlyDrop(), "unknown-public-address");
}

class LoadBalancerMuxFailure : public LoadBalancerMuxPackets
{
  protected:
    static constexpr uint32_t FLOWS = 200; //!< sent at a time

    void SetUp() override
    {
        StartWithMembersUp(2);
    }
};

TEST_F(LoadBalancerMuxFailure, C_1_PacketsToADeadMuxAreLostUntilTheHoldTimeEnds)
{
    At(Seconds(1), [this] { SendFlows(FLOWS); });
    At(MilliSeconds(1500), [this] { SendFlows(FLOWS, TCP_ACK); }); // now they are trusted
    Run(Seconds(2));
    const auto before = TakeMembers();
    const auto shareOfFirst = m_stories[0].decisions.size();
    EXPECT_GT(shareOfFirst, FLOWS / 4);
    EXPECT_EQ(m_stories[1].decisions.size(), FLOWS - shareOfFirst);
    // It announced at 0 s, and would again at 10 s: the routes are withdrawn 30 s after 0 s.
    At(Seconds(3), [this] { m_muxes[0]->Fail(); });
    At(MilliSeconds(29900), [this] { SendFlows(FLOWS, TCP_ACK); });
    Run(Seconds(30));
    EXPECT_TRUE(m_muxes[0]->IsDown());
    EXPECT_EQ(CountDrops(0, DropReason::MuxDown), shareOfFirst);
    EXPECT_EQ(CountAllDrops(), shareOfFirst);
    EXPECT_EQ(TakeMembers().size(), FLOWS - shareOfFirst);
    At(Seconds(31), [this] { SendFlows(FLOWS, TCP_ACK); });
    Run(Seconds(32));
    EXPECT_EQ(TakeMembers(), before) << "the other mux has the same seed and the same members";
    EXPECT_EQ(CountAllDrops(), shareOfFirst);
    const auto& others = m_stories[1].decisions;
    EXPECT_EQ(others.back().cause, DistributionCause::NoFlowState);
    EXPECT_EQ(others.size(), FLOWS) << "it tracks its own; those of the dead one are new to it";
}

TEST_F(LoadBalancerMuxFailure, C_1_NothingIsSentNorKnownByADeadMux)
{
    At(Seconds(1), [this] { SendFlows(FLOWS); });
    At(Seconds(2), [this] {
        m_muxes[0]->Fail();
        m_muxes[0]->Fail();
    });
    At(Seconds(3), [this] {
        EXPECT_EQ(m_manager->SetAdministrativeState("web", "servers", 1, AdministrativeState::Down),
                  std::nullopt);
        EXPECT_FALSE(m_muxes[0]->Apply(ProgramPublicEndpoints{}));
        EXPECT_FALSE(m_muxes[0]->Apply(ProgramMembers{1, {}}));
        m_muxes[0]->Apply(m_manager->GetMuxGoalState());
    });
    Run(Seconds(4));
    const auto sent = m_muxes[0]->GetPacketCounts().sent;
    EXPECT_EQ(m_muxes[0]->GetUntrustedFlows(), 0U);
    EXPECT_EQ(m_muxes[0]->GetTraffic()[0].packets, m_stories[0].decisions.size())
        << "what it has done is not undone";
    const auto before = m_muxes[0]->GetPacketCounts().dropped;
    EXPECT_GT(before, 0U) << "the manager's messages";
    Run(Seconds(20));
    EXPECT_EQ(m_muxes[0]->GetPacketCounts().sent, sent);
    EXPECT_EQ(CountDrops(0, DropReason::MuxDown), m_stories[0].drops.size());
    EXPECT_EQ(CountMessages(ControlMessageStage::Acknowledged, "program-members", GetMuxAddress(0)),
              0U);
    EXPECT_EQ(CountMessages(ControlMessageStage::Unreachable, "program-members", GetMuxAddress(0)),
              1U);
}

TEST_F(LoadBalancerMuxFailure, C_1_RestartedMuxServesOnceItKnowsEverything)
{
    At(Seconds(1), [this] { m_muxes[0]->Fail(); });
    At(Seconds(2), [this] {
        // The mux does not hear of it.
        EXPECT_EQ(m_manager->SetAdministrativeState("web", "servers", 1, AdministrativeState::Down),
                  std::nullopt);
    });
    At(Seconds(40), [this] { SendFlows(FLOWS); });
    Run(Seconds(41));
    m_arrivals.clear();
    const auto dropsBefore = CountAllDrops();
    EXPECT_EQ(m_stories[0].decisions.size(), 0U);
    At(Seconds(50), [this] {
        m_muxes[0]->Restart();
        EXPECT_FALSE(m_muxes[0]->IsDown());
        SendFlows(FLOWS); // its routes are gone
    });
    Run(Seconds(51));
    EXPECT_EQ(m_stories[0].decisions.size(), 0U);
    At(Seconds(52), [this] { SendFlows(FLOWS); });
    Run(Seconds(53));
    EXPECT_GT(m_stories[0].decisions.size(), FLOWS / 4);
    EXPECT_EQ(m_muxes[0]->GetTraffic()[0].packets, m_stories[0].decisions.size());
    EXPECT_EQ(CountAllDrops(), dropsBefore);
    for (const auto& [key, member] : TakeMembers())
    {
        EXPECT_NE(member, 1U) << "it is down since 2 s";
    }
    const auto& messages = m_stories[0].messages;
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0].kind, "request-program");
    EXPECT_EQ(messages[1].stage, ControlMessageStage::Acknowledged);
    EXPECT_EQ(CountMessages(ControlMessageStage::Acknowledged, "program-complete"), 1U);
}

/// A mux that is asked to serve too early.
class LoadBalancerMuxStart : public LoadBalancerMuxPackets
{
};

TEST_F(LoadBalancerMuxStart, C_1_EndOfAnEarlierProgrammingIsNotHeeded)
{
    // The mux fails again before it hears that it was told everything.  It is back, the manager
    // cannot hear of it, and says again what the mux did not acknowledge.
    StartWithMembersUp(1);
    const auto& mux = m_muxes[0];
    const auto manager = m_manager->GetNode();
    uint32_t announced = 0; // since it is back
    bool isBack = false;
    const auto count = [&](Ptr<const Packet> packet) {
        auto bytes = ToBytes(*packet);
        bytes.erase(bytes.begin(), bytes.begin() + (bytes[0] == 0x45 ? 0 : 2)); // PPP
        const bool isUdp = bytes.at(9) == static_cast<uint8_t>(IpProtocol::Udp);
        announced += isBack && isUdp && (bytes.at(22) << 8 | bytes.at(23)) == ROUTE_PORT ? 1 : 0;
    };
    mux->GetNode()->GetDevice(1)->TraceConnectWithoutContext(
        "MacTx",
        MakeFunctionCallback<void, Ptr<const Packet>>(count));
    uint32_t lost = 0;
    const auto fail = [&](const ControlMessage& message) {
        const bool isSent = message.stage == ControlMessageStage::Sent;
        if (!isSent || std::string(message.kind) != "program-complete" || lost++ > 0)
        {
            return;
        }
        const auto now = Simulator::Now();
        Cut(mux->GetNode(), now + MilliSeconds(50));
        At(now + MilliSeconds(20), [&mux] { mux->Fail(); });
        At(now + MilliSeconds(60), [&isBack, &mux, manager, now] {
            Cut(manager, now + MilliSeconds(900));
            isBack = true;
            mux->Restart();
        });
    };
    m_manager->TraceConnectWithoutContext("ControlMessage",
                                          MakeFunctionCallback<void, const ControlMessage&>(fail));
    At(Seconds(1), [&mux] {
        mux->Fail();
        mux->Restart();
    });
    Run(MilliSeconds(1600));
    EXPECT_GT(lost, 1U) << "it was repeated";
    EXPECT_EQ(announced, 0U) << "it knows nothing";
    At(Seconds(4), [this] { SendFlows(8); });
    Run(Seconds(5));
    EXPECT_GT(announced, 0U);
    EXPECT_EQ(CountMessages(ControlMessageStage::Acknowledged, "program-complete"), 1U);
    EXPECT_EQ(m_arrivals.size(), 8U);
}

TEST_F(LoadBalancerMuxFailure, C_1_RestartedMuxDropsWhatItDoesNotKnowYet)
{
    At(Seconds(1), [this] { m_muxes[0]->Fail(); });
    At(Seconds(2), [this] {
        Cut(m_manager->GetNode(), Seconds(4));
        m_muxes[0]->Restart();
    });
    At(Seconds(3), [this] { SendFlows(FLOWS); });
    Run(MilliSeconds(3500));
    const auto share = CountDrops(0, DropReason::UnknownPublicAddress);
    EXPECT_GT(share, FLOWS / 4) << "the router has its routes still";
    EXPECT_EQ(TakeMembers().size(), FLOWS - share);
    // Asked in vain at 2.0, 2.2 ... 3.8 s, given up at 4 s, asked again 10 s later.
    Run(MilliSeconds(13900));
    EXPECT_EQ(m_stories[0].messages.size(), 10U + 1U);
    EXPECT_EQ(m_stories[0].messages.back().stage, ControlMessageStage::Unreachable);
    At(Seconds(15), [this] { SendFlows(FLOWS); });
    Run(Seconds(16));
    EXPECT_EQ(m_stories[0].messages.size(), 10U + 1U + 2U);
    EXPECT_EQ(TakeMembers().size(), FLOWS);
}

TEST_F(LoadBalancerMuxFailure, C_1_MuxCanFailInTheMiddleOfItsWork)
{
    m_muxes[0]->TraceConnectWithoutContext(
        "LoadBalancingDecision",
        MakeFunctionCallback<void, const LoadBalancingDecision&>(
            [this](const LoadBalancingDecision& /* decision */) { m_muxes[0]->Fail(); }));
    At(Seconds(1), [this] { SendFlows(FLOWS); });
    Run(Seconds(2));
    EXPECT_EQ(m_stories[0].decisions.size(), 1U);
    EXPECT_EQ(m_stories[1].decisions.size() + CountDrops(0, DropReason::MuxDown) + 1, FLOWS);
}

TEST_F(LoadBalancerMuxFailure, C_1_StoppedMuxWithdrawsItsRoutesAtOnce)
{
    m_muxes[0]->SetStopTime(Seconds(5));
    At(MilliSeconds(5100), [this] { SendFlows(FLOWS); });
    Run(Seconds(6));
    EXPECT_TRUE(m_stories[0].decisions.empty());
    EXPECT_EQ(TakeMembers().size(), FLOWS);
    EXPECT_EQ(CountAllDrops(), 0U);
}

TEST(LoadBalancerMuxRestartDeathTest, NeedsAManagerToAsk)
{
    const auto mux = CreateObject<LoadBalancerMux>();
    mux->Fail();
    EXPECT_DEATH(mux->Restart(), "ManagerAddress: '0.0.0.0' is not allowed");
}

} // namespace

} // namespace ns3::azure
