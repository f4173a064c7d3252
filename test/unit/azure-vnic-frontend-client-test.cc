// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

/**
 * @file
 * @brief A VM that talks to an internal frontend: at its own host.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;

class FrontendClient : public VnicStory
{
  protected:
    FrontendClient()
    {
        WithSnat("2017", 4);
        WithNeighbors({VM, PEER}, {}, {FRONTEND});
    }

    /// A datagram of the frontend comes from the host of the member that answers.
    VnicStory& Answer(const FlowKey& key, uint8_t tcpFlags = TCP_ACK)
    {
        DatagramTraits traits;
        traits.tcpFlags = tcpFlags;
        return ReceiveFromNetwork(MakeDatagram(key, traits), GetHost(PEER));
    }

    static inline const Ipv4Address FRONTEND{"10.0.0.100"}; //!< of an internal load balancer
};

TEST_F(FrontendClient, SendsToTheMuxesAndHearsAnyMembersHost)
{
    Syn(5000, FRONTEND).ExpectCarriedTo(FRONTEND);
    const FlowKey answer(FRONTEND, VM, 80, 5000, TCP);
    Answer(answer, TCP_SYN | TCP_ACK).ExpectDeliveredUntouched();
    ReceiveFromNetwork(MakeDatagram(answer), GetHost(FRONTEND)).ExpectDeliveredUntouched();
    ReceiveFromNetwork(MakeDatagram(answer), GetHost(SERVICE)).ExpectDeliveredUntouched();
    ASSERT_EQ(m_created.size(), 1U);
    EXPECT_EQ(m_created[0].path, FlowPath::VirtualNetwork);
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).outcome, FlowOutcome::Established);
    ReceiveFromNetwork(MakeDatagram({PEER, VM, 80, 5000, TCP}), GetHost(SERVICE))
        .ExpectDropped(DropReason::ForeignSource); // a VM's packets come from its own host only
}

TEST_F(FrontendClient, FrontendsBeginNoFlows)
{
    Answer({FRONTEND, VM, 80, 5000, TCP}, TCP_SYN).ExpectDropped(DropReason::NoTrackedFlow);
    Answer({FRONTEND, VM, 80, 5000, TCP}).ExpectDropped(DropReason::NoTrackedFlow);
    Answer({FRONTEND, VM, 53, 5000, UDP}).ExpectDropped(DropReason::NoTrackedFlow);
    Answer({FRONTEND, VM, 0, 0, IpProtocol::Icmp}).ExpectDropped(DropReason::NoTrackedFlow);
    EXPECT_TRUE(m_created.empty());
    At("0s");
    Udp(5000, FRONTEND).ExpectCarriedTo(FRONTEND);
    Answer({FRONTEND, VM, 53, 5000, UDP}).ExpectDeliveredUntouched();
    Answer({FRONTEND, VM, 54, 5000, UDP}).ExpectDropped(DropReason::NoTrackedFlow);
    At("240s"); // the flow record timeout, sources.rst B.9
    Answer({FRONTEND, VM, 53, 5000, UDP}).ExpectDropped(DropReason::NoTrackedFlow);
    EXPECT_EQ(m_created.size(), 1U);
}

TEST_F(FrontendClient, FrontendsSynAgainstAClosedFlowIsNoNewOne)
{
    const FlowKey answer(FRONTEND, VM, 80, 5000, TCP);
    Syn(5000, FRONTEND).ExpectCarriedTo(FRONTEND);
    Answer(answer, TCP_RST | TCP_ACK).ExpectDeliveredUntouched();
    Answer(answer, TCP_SYN).ExpectDropped(DropReason::NoTrackedFlow);
    EXPECT_TRUE(m_ended.empty());
    Syn(5000, FRONTEND).ExpectCarriedTo(FRONTEND);
    Answer(answer, TCP_SYN | TCP_ACK).ExpectDeliveredUntouched();
}

TEST_F(FrontendClient, MembersIcmpErrorsComeAsTheFrontends)
{
    Udp(5000, FRONTEND).ExpectCarriedTo(FRONTEND);
    const auto about = MakeDatagram({VM, FRONTEND, 5000, 53, UDP});
    ReceiveFromNetwork(MakeIcmpError(FRONTEND, VM, about), GetHost(PEER))
        .ExpectDeliveredUntouched();
    const auto never = MakeDatagram({VM, FRONTEND, 5001, 53, UDP});
    ReceiveFromNetwork(MakeIcmpError(FRONTEND, VM, never), GetHost(PEER))
        .ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_F(FrontendClient, GroupsSeeTheFrontendOnTheWayOutAndLetItsAnswersPass)
{
    constexpr auto OUTBOUND = FlowDirection::Outbound;
    constexpr auto INBOUND = FlowDirection::Inbound;
    constexpr auto ANY = SecurityRuleProtocol::Any;
    constexpr auto ALLOW = SecurityRuleAccess::Allow;
    constexpr auto DENY = SecurityRuleAccess::Deny;
    WithGroups(BriefRules{
        {"AllowFrontend", 100, OUTBOUND, ALLOW, ANY, {80, 80}, "0.0.0.0/0", "10.0.0.100/32"},
        {"DenyOut", 200, OUTBOUND, DENY},
        {"DenyIn", 100, INBOUND, DENY}});
    Syn(5000, FRONTEND).ExpectCarriedTo(FRONTEND);
    Answer({FRONTEND, VM, 80, 5000, TCP}, TCP_SYN | TCP_ACK).ExpectDeliveredUntouched();
    Syn(5001, FRONTEND, 8080).ExpectDeniedBy("DenyOut");
    EXPECT_EQ(GetDecisions(), (std::vector<std::string>{"subnet:AllowFrontend", "subnet:DenyOut"}));
}

TEST_F(FrontendClient, NoFrontendIsAClient)
{
    const Ipv4Address other("10.0.0.101");
    EXPECT_TRUE(WithEndpoints({{other, NETWORK, TransportProtocol::Udp, 53, 5353, false}}));
    ReceiveFromMux(MakeDatagram({FRONTEND, other, 53, 53, UDP}))
        .ExpectDropped(DropReason::ForeignSource);
    ReceiveFromMux(MakeDatagram({PEER, other, 53, 53, UDP})).ExpectDeliveredTo(VM, 5353);
}

TEST_F(FrontendClient, MemberCallsItsOwnFrontendInVainWhenItIsChosen)
{
    // B.8 (CC-2005): "fails when hashed to itself, works otherwise".
    EXPECT_TRUE(WithEndpoints({{FRONTEND, NETWORK, TransportProtocol::Tcp, 80, 80, false}}));
    Syn(5000, FRONTEND).ExpectCarriedTo(FRONTEND);
    DatagramTraits syn;
    syn.tcpFlags = TCP_SYN;
    ReceiveFromMux(MakeDatagram({VM, FRONTEND, 5000, 80, TCP}, syn))
        .ExpectDropped(DropReason::Hairpin);
    Answer({FRONTEND, VM, 80, 5000, TCP}, TCP_SYN | TCP_ACK).ExpectDeliveredUntouched();
}

} // namespace

} // namespace ns3::azure
