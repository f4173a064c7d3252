// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief Packets from VM to VM, to a service endpoint, and in pieces.
 */
namespace ns3::azure
{

namespace
{

constexpr auto INBOUND = FlowDirection::Inbound;
constexpr auto OUTBOUND = FlowDirection::Outbound;
constexpr auto DENY = SecurityRuleAccess::Deny;
constexpr auto ANY = SecurityRuleProtocol::Any;
constexpr auto UDP = IpProtocol::Udp;

const BriefRule DENY_OUT{"DenyOut", 100, OUTBOUND, DENY};
const BriefRule DENY_IN{"DenyIn", 100, INBOUND, DENY};

using Texts = std::vector<std::string>;

class VnicNetwork : public VnicStory
{
  protected:
    VnicNetwork()
    {
        WithSnat("2017", 4);
        WithNeighbors({VM, PEER, SERVICE});
    }

    /// A UDP datagram from the peer's port to the VM's port.
    static Bytes FromPeer(uint16_t peerPort, uint16_t port)
    {
        return MakeDatagram({PEER, VM, peerPort, port, UDP});
    }
};

TEST_F(VnicNetwork, PacketsToAPeerGoToItsHostAsTheyAre)
{
    Syn(5000, PEER).ExpectCarriedTo(PEER);
    Udp(5001, PEER).ExpectCarriedTo(PEER);
    Send(MakeDatagram({VM, PEER, 0, 0, IpProtocol::Icmp})).ExpectCarriedTo(PEER);
    ReceiveFromNetwork(FromPeer(53, 5001)).ExpectDeliveredUntouched();
    ExpectFree();
    ASSERT_EQ(m_created.size(), 3U);
    EXPECT_EQ(m_created[0].path, FlowPath::VirtualNetwork);
    EXPECT_EQ(m_created[0].translated, m_created[0].key);
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(1).outcome, FlowOutcome::Established);
}

TEST_F(VnicNetwork, OnlyTheHostOfASourceSendsItsPackets)
{
    const Ipv4Address nobody("10.0.0.66");
    ReceiveFromNetwork(FromPeer(53, 5000), GetHost(SERVICE))
        .ExpectDropped(DropReason::ForeignSource);
    ReceiveFromNetwork(MakeDatagram({nobody, VM, 53, 5000, UDP}))
        .ExpectDropped(DropReason::ForeignSource);
    ReceiveFromNetwork(MakeDatagram({HOST, VM, 53, 5000, UDP}))
        .ExpectDropped(DropReason::ForeignSource);
    EXPECT_TRUE(m_created.empty());
    ReceiveFromNetwork(FromPeer(53, 5000)).ExpectDeliveredUntouched();
    WithNeighbors({VM}); // as when a peering is removed: an accepted flow ends with its route
    ReceiveFromNetwork(FromPeer(53, 5000)).ExpectDropped(DropReason::ForeignSource);
}

TEST_F(VnicNetwork, FlowsFromAPeerAreAnswered)
{
    ReceiveFromNetwork(FromPeer(40000, 53)).ExpectDeliveredUntouched();
    Udp(53, PEER, 40000).ExpectCarriedTo(PEER);
    ASSERT_EQ(m_created.size(), 1U);
    EXPECT_TRUE(m_created[0].isInbound);
    EXPECT_EQ(m_created[0].key, FlowKey(VM, PEER, 53, 40000, UDP));
}

TEST_F(VnicNetwork, S3_44_ServiceWithAnEndpointIsReachedPastSnat)
{
    Syn(5000, SERVICE, 443).ExpectCarriedTo(SERVICE);
    ReceiveFromNetwork(MakeDatagram({SERVICE, VM, 443, 5000, IpProtocol::Tcp}))
        .ExpectDeliveredUntouched();
    ExpectFree();
    EXPECT_EQ(m_created.at(0).path, FlowPath::ServiceEndpoint);
    Syn(5001, Ipv4Address("198.51.100.8")).ExpectDropped(DropReason::NoVirtualNetworkRoute);
    Syn(5002, Ipv4Address("198.51.101.7")).ExpectPort(1024);
}

TEST_F(VnicNetwork, AddressesThatNobodyHasAreNotReached)
{
    Syn(5000, Ipv4Address("10.0.0.6")).ExpectDropped(DropReason::NoVirtualNetworkRoute);
    Syn(5000, VM).ExpectDropped(DropReason::NoVirtualNetworkRoute);
    Syn(5000, Ipv4Address("10.1.0.5")).ExpectDropped(DropReason::NonInternetDestination);
    EXPECT_TRUE(m_created.empty());
}

TEST_F(VnicNetwork, PeerThatHasGoneIsNotReachedAndThePacketsDoNotCount)
{
    At("0s").Syn(5000, PEER).ExpectCarriedTo(PEER);
    WithNeighbors({VM});
    At("10s").Send(TCP_ACK, 5000, PEER).ExpectDropped(DropReason::NoVirtualNetworkRoute);
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).packetsOut, 1U);
    At("240s").ExpectFree(); // the flow record timeout, sources.rst B.9
    EXPECT_EQ(m_ended.size(), 1U);
}

TEST_F(VnicNetwork, UsersDefaultRouteMayLeadNowhere)
{
    WithNeighbors({VM, PEER, SERVICE}, RouteNextHop::None);
    Syn(5000).ExpectDropped(DropReason::NoVirtualNetworkRoute);
    Syn(5000, PEER).ExpectCarriedTo(PEER);
    Syn(5000, SERVICE).ExpectCarriedTo(SERVICE);
    WithNeighbors({VM, PEER, SERVICE}, RouteNextHop::Internet);
    Syn(5000).ExpectPort(1024);
}

TEST_F(VnicNetwork, OnlyPacketsToTheVmComeIn)
{
    ReceiveFromNetwork(MakeDatagram({PEER, SERVICE, 1, 2, UDP}))
        .ExpectDropped(DropReason::UnexpectedDestination);
    ReceiveFromNetwork(MakeDatagram({VM, VM, 1, 2, UDP})).ExpectDropped(DropReason::ForeignSource);
    DatagramTraits traits;
    traits.ttl = 1;
    ReceiveFromNetwork(MakeDatagram({PEER, VM, 1, 2, UDP}, traits))
        .ExpectDropped(DropReason::TtlExpired);
}

TEST_F(VnicNetwork, PacketOfAFlowThatTakesAnotherWayIsDropped)
{
    WithNeighbors({VM});
    const Ipv4Address elsewhere("198.51.101.7");
    Udp(5000, elsewhere).ExpectPort(1024);
    ReceiveFromNetwork(MakeDatagram({elsewhere, VM, 53, 5000, UDP}))
        .ExpectDropped(DropReason::ForeignSource);
}

TEST_F(VnicNetwork, B_9_TrafficWithinTheSubnetIsFilteredBothWays)
{
    WithGroups(BriefRules{DENY_OUT, DENY_IN});
    Syn(5000, PEER).ExpectDeniedBy("DenyOut");
    ReceiveFromNetwork(FromPeer(40000, 53)).ExpectDeniedBy("DenyIn");
    ReceiveFromNetwork(MakeDatagram({SERVICE, VM, 443, 5000, IpProtocol::Tcp}))
        .ExpectDeniedBy("DenyIn");
    WithGroups(BriefRules{});
    Syn(5001, PEER).ExpectCarriedTo(PEER);
    ReceiveFromNetwork(FromPeer(40001, 53)).ExpectDeliveredUntouched();
    EXPECT_EQ(m_decisions.back().key, FlowKey(PEER, VM, 40001, 53, UDP));
    EXPECT_EQ(m_decisions.back().rule, "AllowVNetInBound");
}

TEST_F(VnicNetwork, S3_24_AnswersWithinTheVirtualNetworkNeedNoRule)
{
    WithGroups(BriefRules{DENY_IN});
    Udp(5000, PEER).ExpectCarriedTo(PEER);
    ReceiveFromNetwork(FromPeer(53, 5000)).ExpectDeliveredUntouched();
    ReceiveFromNetwork(FromPeer(53, 5001)).ExpectDeniedBy("DenyIn");
    const auto error = [](uint16_t port) {
        return MakeIcmpError(PEER, VM, MakeDatagram({VM, PEER, port, 53, UDP}));
    };
    ReceiveFromNetwork(error(5000)).ExpectDeliveredUntouched();
    ReceiveFromNetwork(error(5001)).ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_F(VnicNetwork, IcmpErrorToAPeerGoesToItsHost)
{
    ReceiveFromNetwork(FromPeer(40000, 53));
    Send(MakeIcmpError(VM, PEER, FromPeer(40000, 53))).ExpectCarriedTo(PEER);
    Send(MakeIcmpError(VM, SERVICE, FromPeer(40000, 53))).ExpectDropped(DropReason::NoTrackedFlow);
    EXPECT_EQ(m_created.size(), 1U) << "an error begins no flow";
}

TEST_F(VnicNetwork, IcmpErrorComesTheWayOfItsFlow)
{
    const FlowKey toHost(VM, HOST, 5000, 53, UDP);
    Send(MakeDatagram(toHost)).ExpectCarriedToHost();
    ReceiveFromNetwork(MakeIcmpError(PEER, VM, MakeDatagram(toHost)))
        .ExpectDropped(DropReason::NoTrackedFlow);
    ReceiveFromHost(MakeIcmpError(HOST, VM, MakeDatagram(toHost))).ExpectDeliveredUntouched();
}

TEST_F(VnicNetwork, S3_24_IcmpErrorAboutAFlowWithoutARecordIsDropped)
{
    // An entry with a SNAT port, here for 240 s, may outlast its record.
    m_policy.flowRecordTimeout = Seconds(60);
    SetPolicy();
    At("0s").Udp(5000, ANOTHER).ExpectPort(1024);
    const auto error = MakeIcmpError(ANOTHER, GetFrontend(0), MakeDatagram(GetTranslated(5000)));
    At("59s").Receive(error).ExpectDelivered(5000);
    At("60s").Receive(error).ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_F(VnicNetwork, S3_24_SynAgainstAFlowThatIsOverIsAskedAbout)
{
    WithGroups(BriefRules{DENY_IN});
    const auto fromPeer = [this](uint8_t flags) -> VnicStory& {
        DatagramTraits traits;
        traits.tcpFlags = flags;
        return ReceiveFromNetwork(MakeDatagram({PEER, VM, 80, 5000, IpProtocol::Tcp}, traits));
    };
    At("1s").Syn(5000, PEER);
    fromPeer(TCP_SYN | TCP_ACK).ExpectDeliveredUntouched();
    fromPeer(TCP_SYN).ExpectDeliveredUntouched(); // both may open it
    Send(TCP_RST, 5000, PEER);
    fromPeer(TCP_ACK).ExpectDeliveredUntouched(); // it was under way
    At("2s");
    fromPeer(TCP_SYN).ExpectDeniedBy("DenyIn");
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Reopened);
    ASSERT_EQ(m_created.size(), 2U);
    EXPECT_TRUE(m_created[1].isInbound);
    // The VM's own record lasts.
    Syn(5000, PEER).ExpectCarriedTo(PEER);
    Send(TCP_RST, 5000, PEER);
    WithGroups(BriefRules{});
    fromPeer(TCP_SYN).ExpectDeliveredUntouched();
    EXPECT_TRUE(m_pipeline->GetOpenFlows().at(0).isInbound);
}

/// An ICMP echo request or reply with that identifier.
Bytes
MakeEcho(Ipv4Address source, Ipv4Address destination, uint8_t type, uint16_t identifier)
{
    DatagramTraits traits;
    traits.icmpType = type;
    traits.icmpIdentifier = identifier;
    return MakeDatagram({source, destination, 0, 0, IpProtocol::Icmp}, traits);
}

TEST_F(VnicNetwork, S3_24_PingAdmitsItsAnswersOnly)
{
    WithGroups(BriefRules{DENY_IN});
    for (const uint16_t identifier : {0, 7, 8, 65535})
    {
        Send(MakeEcho(VM, PEER, ICMP_ECHO, identifier)).ExpectCarriedTo(PEER);
        ReceiveFromNetwork(MakeEcho(PEER, VM, ICMP_ECHO_REPLY, identifier))
            .ExpectDeliveredUntouched();
    }
    for (const uint16_t identifier : {0, 7, 8, 15, 16, 65527, 65535})
    {
        ReceiveFromNetwork(MakeEcho(PEER, VM, ICMP_ECHO, identifier)).ExpectDeniedBy("DenyIn");
    }
    ReceiveFromNetwork(MakeEcho(PEER, VM, ICMP_ECHO_REPLY, 9)).ExpectDeniedBy("DenyIn");
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).outcome, FlowOutcome::Established);
}

TEST_F(VnicNetwork, B_9_NewFlowsBeyondTheLimitOfTheirDirectionAreDropped)
{
    m_policy.flowsPerDirection = 2;
    WithGroups(BriefRules{{"DenyDns", 100, OUTBOUND, DENY, ANY, {53, 53}}});
    At("0s").Udp(5000, PEER, 80).ExpectCarriedTo(PEER);
    Udp(5001, PEER).ExpectDeniedBy("DenyDns"); // it counts, too
    Udp(5002, PEER, 80).ExpectDropped(DropReason::FlowLimit);
    Udp(5000, PEER, 80).ExpectCarriedTo(PEER);
    Udp(5001, PEER).ExpectDeniedBy("DenyDns");
    ReceiveFromNetwork(FromPeer(4000, 53)).ExpectDeliveredUntouched();
    ReceiveFromNetwork(FromPeer(4001, 53)).ExpectDeliveredUntouched();
    ReceiveFromNetwork(FromPeer(4002, 53)).ExpectDropped(DropReason::FlowLimit);
    EXPECT_EQ(m_created.size(), 4U);
    At("240s").Udp(5002, PEER, 80).ExpectCarriedTo(PEER);
}

/// Fragments of datagrams that a VM exchanges with a peer, or the Internet.
class Fragments : public VnicNetwork
{
  protected:
    /// @return a fragment of the datagram with that identification
    static Bytes MakeFragment(const FlowKey& key, bool isFirst, uint8_t identification = 1)
    {
        DatagramTraits traits;
        traits.fragment = isFirst ? MORE_FRAGMENTS : uint16_t{3};
        auto bytes = MakeDatagram(key, traits);
        bytes[5] = identification; // its checksum, now wrong, is not looked at
        return bytes;
    }

    const FlowKey m_toPeer{VM, PEER, 5000, 53, UDP};
    const FlowKey m_fromPeer{PEER, VM, 53, 5000, UDP};
};

TEST_F(Fragments, FollowTheFirstOne)
{
    At("0s").Send(MakeFragment(m_toPeer, true)).ExpectCarriedTo(PEER);
    At("29s").Send(MakeFragment(m_toPeer, false)).ExpectCarriedTo(PEER);
    Send(MakeFragment(m_toPeer, false, 2)).ExpectDropped(DropReason::Fragment);
    ReceiveFromNetwork(MakeFragment(m_fromPeer, false)).ExpectDropped(DropReason::Fragment);
    ReceiveFromNetwork(MakeFragment(m_fromPeer, true)).ExpectDeliveredUntouched();
    ReceiveFromNetwork(MakeFragment(m_fromPeer, false)).ExpectDeliveredUntouched();
    At("30s").Send(MakeFragment(m_toPeer, false)).ExpectDropped(DropReason::Fragment);
}

TEST_F(Fragments, AreCountedAndKeepTheirFlowAlive)
{
    At("0s").Send(MakeFragment(m_toPeer, true));
    At("20s").Send(MakeFragment(m_toPeer, false));
    auto flow = m_pipeline->GetOpenFlows().at(0);
    EXPECT_EQ(flow.packetsOut, 2U);
    EXPECT_EQ(flow.bytesOut, 32U + 24U); // headers of 20 and 8 bytes, 4 bytes in each
    EXPECT_EQ(flow.lastPacket, Seconds(20));
    ReceiveFromNetwork(MakeFragment(m_fromPeer, true));
    ReceiveFromNetwork(MakeFragment(m_fromPeer, false));
    flow = m_pipeline->GetOpenFlows().at(0);
    EXPECT_EQ(flow.packetsIn, 2U);
    EXPECT_EQ(flow.bytesIn, 32U + 24U);
}

TEST_F(Fragments, OfAServiceWithoutEndpointAnyMoreAreDropped)
{
    const FlowKey toService(VM, SERVICE, 5000, 53, UDP);
    Send(MakeFragment(toService, true)).ExpectCarriedTo(SERVICE);
    m_policy.routes = std::make_shared<VirtualNetworkRoutes>();
    SetPolicy();
    Send(MakeFragment(toService, false)).ExpectDropped(DropReason::NoVirtualNetworkRoute);
}

TEST_F(Fragments, DoNotOutliveTheirFlow)
{
    m_policy.flowRecordTimeout = Seconds(10);
    SetPolicy();
    At("0s").Send(MakeFragment(m_toPeer, true)).ExpectCarriedTo(PEER);
    At("9s").Send(MakeFragment(m_toPeer, false)).ExpectCarriedTo(PEER);
    At("19s").Send(MakeFragment(m_toPeer, false)).ExpectDropped(DropReason::Fragment);
    Udp(6000, PEER); // a flow in the same place of the table
    Send(MakeFragment(m_toPeer, false)).ExpectDropped(DropReason::Fragment);
}

TEST_F(Fragments, DoNotPassIfTheFirstOneIsDenied)
{
    WithGroups(BriefRules{DENY_OUT, DENY_IN});
    Send(MakeFragment(m_toPeer, true)).ExpectDeniedBy("DenyOut");
    Send(MakeFragment(m_toPeer, false)).ExpectDropped(DropReason::Fragment);
    ReceiveFromNetwork(MakeFragment(m_fromPeer, true)).ExpectDeniedBy("DenyIn");
    ReceiveFromNetwork(MakeFragment(m_fromPeer, false)).ExpectDropped(DropReason::Fragment);
}

TEST_F(Fragments, OfANewDatagramWithAnOldNumberFollowTheNewOne)
{
    WithGroups(BriefRules{{"DenyDns", 100, OUTBOUND, DENY, ANY, {54, 54}}});
    Send(MakeFragment(m_toPeer, true)).ExpectCarriedTo(PEER);
    Send(MakeFragment({VM, PEER, 5000, 54, UDP}, true)).ExpectDeniedBy("DenyDns");
    Send(MakeFragment(m_toPeer, false)).ExpectDropped(DropReason::Fragment);
}

TEST_F(Fragments, AreNotTranslatedBySnat)
{
    const FlowKey key(VM, SERVER, 5000, 53, UDP);
    Send(MakeDatagram(key)).ExpectPort(1024);
    Send(MakeFragment(key, true)).ExpectDropped(DropReason::Fragment);
    Send(MakeFragment(key, false)).ExpectDropped(DropReason::Fragment);
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).packetsOut, 1U);
}

TEST_F(Fragments, GetTheInstanceLevelPublicIp)
{
    WithPublicIp();
    const FlowKey key(VM, SERVER, 5000, 53, UDP);
    Send(MakeFragment(key, true)).ExpectOwnAddress();
    Send(MakeFragment(key, false)).ExpectOwnAddress();
    EXPECT_EQ(GetRewrite()->port, std::nullopt);
    const FlowKey reply(SERVER, OWN, 53, 5000, UDP);
    Receive(MakeFragment(reply, true)).ExpectDelivered(5000);
    Receive(MakeFragment(reply, false)).ExpectDelivered(std::nullopt);
}

} // namespace

} // namespace ns3::azure
