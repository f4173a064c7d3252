// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-capture.h"
#include "azure-virtual-network-world.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-slb-control-socket.h"
#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/global-value.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

/**
 * @file
 * @brief What hosts do with packets that a mux sends to a member; the test is the mux.
 */
namespace ns3::azure
{

namespace
{

constexpr auto UDP = IpProtocol::Udp;

class FrontendPath : public VirtualNetworkWorld
{
  protected:
    /// A member and a client on one host, another client on the other; interfaces 1, 2 and 3.
    void BeginWithThree()
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        AddHosts(2);
        AddVirtualNetwork("net");
        AddVm(0, "net", "10.0.0.4");
        AddVm(0, "net", "10.0.0.5");
        AddVm(1, "net", "10.0.0.6");
        Update([](NetworkResources& resources) {
            return resources.AddInternalFrontend(
                {"inside", "frontend", "net", "subnet", INTERNAL, MUX});
        });
        Program();
        m_agents[0]->Apply(ProgramInboundEndpoints{1, {MUX}, {INSIDE, OUTSIDE}});
    }

    /// The mux has chosen a network interface of the first host for a datagram.
    void SendToMember(uint32_t networkInterface, const FlowKey& key, Ipv4Address mux = MUX)
    {
        const auto datagram = ToPacket(MakeDatagram(key));
        PacketHeaders headers;
        ASSERT_TRUE(headers.Read(*datagram));
        EncapsulateForMember(*datagram,
                             headers,
                             {mux, GetHostAddress(0)},
                             networkInterface,
                             0,
                             true);
        SendToHost(datagram);
    }

    /// Something comes to the first host from the physical network.
    void SendToHost(const Ptr<Packet>& packet)
    {
        const auto device = m_agents[0]->GetNode()->GetDevice(1)->GetChannel()->GetDevice(0);
        constexpr uint16_t IPV4_ETHERTYPE = 0x0800;
        device->Send(packet, device->GetBroadcast(), IPV4_ETHERTYPE);
    }

    static inline const Ipv4Address MUX{"10.128.255.1"};    //!< provider address
    static inline const Ipv4Address INTERNAL{"10.0.0.100"}; //!< a frontend
    static inline const Ipv4Address PUBLIC{"198.18.40.1"};  //!< another
    static inline const Ipv4Address SERVER{"198.19.0.1"};   //!< a client on the Internet
    static inline const InboundEndpoint INSIDE{INTERNAL,
                                               1,
                                               TransportProtocol::Udp,
                                               80,
                                               8080,
                                               false};
    static inline const InboundEndpoint OUTSIDE{PUBLIC,
                                                {},
                                                TransportProtocol::Udp,
                                                80,
                                                8080,
                                                false};
};

TEST_F(FrontendPath, MemberAnswersClientsInTheVirtualNetworkStraight)
{
    BeginWithThree();
    At("1s", [this] {
        for (const uint32_t client : {1, 2}) // on the member's host, and on another
        {
            const FlowKey sent(GetAddress(client), INTERNAL, 5000, 80, UDP);
            Send(client, MakeDatagram(sent));
            SendToMember(1, sent);
        }
    });
    Run("2s");
    ASSERT_EQ(GetReceived(0).size(), 2U);
    for (const uint32_t client : {1, 2})
    {
        // Nobody listens, and the member says so: the client hears it of the frontend.
        ASSERT_EQ(GetReceived(client).size(), 1U);
        const auto& answer = GetReceived(client)[0];
        EXPECT_EQ(ReadFlowKey(answer),
                  FlowKey(INTERNAL, GetAddress(client), 0, 0, IpProtocol::Icmp));
        EXPECT_EQ(ReadFlowKey(GetQuotation(answer)),
                  FlowKey(GetAddress(client), INTERNAL, 5000, 80, UDP));
        EXPECT_EQ(FindBadChecksum(answer), std::nullopt);
    }
    for (const auto& datagram : GetReceived(0))
    {
        EXPECT_EQ(ReadFlowKey(datagram).GetDestination(), GetAddress(0));
        EXPECT_EQ(ReadFlowKey(datagram).GetDestinationPort(), 8080);
        EXPECT_EQ(FindBadChecksum(datagram), std::nullopt);
    }
    At("3s", [this] {
        Send(0, MakeDatagram({GetAddress(0), GetAddress(1), 8080, 5000, UDP}));
        Send(0, MakeDatagram({GetAddress(0), GetAddress(2), 8080, 5000, UDP}));
    });
    Run("4s");
    for (const uint32_t client : {1, 2})
    {
        ASSERT_EQ(GetReceived(client).size(), 2U);
        EXPECT_EQ(ReadFlowKey(GetReceived(client)[1]),
                  FlowKey(INTERNAL, GetAddress(client), 80, 5000, UDP));
        EXPECT_EQ(FindBadChecksum(GetReceived(client)[1]), std::nullopt);
    }
    EXPECT_TRUE(m_drops.empty());
}

TEST_F(FrontendPath, WiresharkReadsTheWayInAndTheAnswerLeavesUncovered)
{
    BeginWithThree();
    Capture capture;
    capture.Add(m_agents[0]->GetNode()->GetDevice(1), "fabric");
    At("1s", [this] { SendToMember(1, {SERVER, PUBLIC, 5000, 80, UDP}); });
    At("2s", [this] { Send(0, MakeDatagram({GetAddress(0), SERVER, 8080, 5000, UDP})); });
    Run("3s");
    End();
    const auto frames = capture.Read();
    ASSERT_EQ(frames.size(), 3U) << "in, port unreachable, out";
    for (const auto& frame : frames)
    {
        EXPECT_FALSE(frame.isMalformed) << frame.text;
        EXPECT_TRUE(frame.badChecksums.empty()) << frame.text;
    }
    ASSERT_EQ(frames[0].protocols.size(), 2U) << frames[0].text;
    EXPECT_EQ(frames[0].protocols[0], "47") << "GRE";
    EXPECT_EQ(frames[0].sources[0], "10.128.255.1");
    EXPECT_EQ(frames[0].sources[1], "198.19.0.1");
    EXPECT_EQ(frames[0].destinations[1], "198.18.40.1");
    EXPECT_EQ(frames[0].protocols[1], "17");
    ASSERT_EQ(frames[2].protocols.size(), 1U) << frames[2].text;
    EXPECT_EQ(frames[2].sources[0], "198.18.40.1");
    EXPECT_EQ(frames[2].destinations[0], "198.19.0.1");
}

TEST_F(FrontendPath, OnlyMembersOfThisHostFromMuxesOnly)
{
    BeginWithThree();
    const FlowKey sent(SERVER, PUBLIC, 5000, 80, UDP);
    At("1s", [&] {
        SendToMember(3, sent);                              // on the other host
        SendToMember(2, sent);                              // whom no mux sends to
        SendToMember(1, sent, Ipv4Address("10.128.255.2")); // no mux
        const auto datagram = ToPacket(MakeDatagram(sent));
        PacketHeaders headers;
        ASSERT_TRUE(headers.Read(*datagram));
        EncapsulateForMember(*datagram, headers, {MUX, GetHostAddress(0)}, 1, 0, true);
        auto bytes = ToBytes(*datagram);
        bytes[27] = 3; // a FlowID that nobody uses
        SendToHost(ToPacket(bytes));
    });
    Run("2s");
    EXPECT_EQ(CountDrops(DropReason::UnexpectedDestination), 1U);
    EXPECT_EQ(CountDrops(DropReason::ForeignSource), 2U);
    EXPECT_EQ(CountDrops(DropReason::Malformed), 1U);
    EXPECT_EQ(m_agents[0]->GetPacketCounts().dropped, 4U);
    EXPECT_TRUE(GetReceived(0).empty());
    EXPECT_TRUE(GetReceived(1).empty());
}

TEST_F(FrontendPath, MessagesAddEndpointsAndAreAnsweredIfTheyCan)
{
    BeginWithThree();
    const auto socket = CreateObject<SlbControlSocket>();
    std::vector<uint32_t> answers;
    socket->Open(m_fabric.GetFabricRouter(),
                 SLB_CONTROL_PORT,
                 [&answers](const SlbMessage& message, const InetSocketAddress&) {
                     answers.push_back(message.transaction);
                 });
    const InboundEndpoint fresh{PUBLIC, {}, TransportProtocol::Udp, 81, 8081, false};
    auto changed = OUTSIDE;
    changed.backendPort = 8081;
    Run("1s");
    socket->Send({1, ProgramInboundEndpoints{77, {MUX}, {fresh}}}, GetHostAddress(0));
    socket->Send({2, ProgramInboundEndpoints{1, {MUX}, {changed}}}, GetHostAddress(0));
    socket->Send({3, ProgramInboundEndpoints{1, {MUX}, {OUTSIDE}}}, GetHostAddress(0));
    socket->Send({4, ProgramInboundEndpoints{1, {MUX}, {fresh}}}, GetHostAddress(0));
    Run("2s");
    EXPECT_EQ(answers, (std::vector<uint32_t>{3, 4}));
    SendToMember(1, {SERVER, PUBLIC, 5000, 81, UDP});
    Run("3s");
    ASSERT_EQ(GetReceived(0).size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(0)[0]).GetDestinationPort(), 8081);
    socket->Close();
}

TEST_F(FrontendPath, EndpointsThatCannotBeEndTheProgram)
{
    BeginWithThree();
    EXPECT_DEATH(m_agents[0]->Apply(ProgramInboundEndpoints{77, {MUX}, {OUTSIDE}}),
                 "network interface 77 is not on this host");
    auto changed = OUTSIDE;
    changed.isFloatingIp = true;
    EXPECT_DEATH(m_agents[0]->Apply(ProgramInboundEndpoints{1, {MUX}, {changed}}),
                 "network interface 1: two endpoints of one frontend's port differ");
}

} // namespace

} // namespace ns3::azure
