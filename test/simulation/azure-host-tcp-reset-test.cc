// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"
#include "azure-virtual-network-world.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/tcp-socket-factory.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

/**
 * @file
 * @brief TCP reset on idle: RSTs on the wire, and sockets that hear them.
 */
namespace ns3::azure
{

namespace
{

/// @return the RSTs among datagrams
std::vector<Bytes>
SelectResets(const std::vector<Bytes>& datagrams)
{
    std::vector<Bytes> resets;
    for (const auto& datagram : datagrams)
    {
        if (datagram[9] == 6 && (datagram[33] & TCP_RST) != 0)
        {
            resets.push_back(datagram);
        }
    }
    return resets;
}

/// A TCP connection of a VM with the server over ns-3's sockets, which is silent from 1 s on.
class OutboundTcpReset : public OutboundWorld
{
  protected:
    void SetUp() override
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    }

    void TearDown() override
    {
        m_client = nullptr; // not after their nodes
        m_accepted = nullptr;
        OutboundWorld::TearDown();
    }

    /// Connect, say something, and be silent until the end.
    void Talk(const std::string& profile, const std::string& until)
    {
        BeginWith(OutboundScenario::LoadBalanced, profile);
        Listen(GetVm());
        Listen(GetServer());
        GetAgent()->TraceConnectWithoutContext("TcpReset",
                                               MakeCallback(&OutboundTcpReset::OnReset, this));
        const auto type = TcpSocketFactory::GetTypeId();
        const auto listener = Socket::CreateSocket(GetServer(), type);
        listener->Bind(InetSocketAddress(GetServerAddress(), 7777));
        listener->Listen();
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeCallback(&OutboundTcpReset::OnAccept, this));
        m_client = Socket::CreateSocket(GetVm(), type);
        m_client->SetCloseCallbacks(MakeCallback(&OutboundTcpReset::OnClose, this),
                                    MakeCallback(&OutboundTcpReset::OnClose, this));
        At("500ms", [this] { m_client->Connect(InetSocketAddress(GetServerAddress(), 7777)); });
        At("800ms", [this] { m_client->Send(Create<Packet>(333)); });
        Run(until);
    }

    std::vector<TcpResetOrder> m_orders; //!< TcpReset
    std::vector<Time> m_gone;            //!< when sockets heard that their connection is gone
    Ptr<Socket> m_client;                //!< of the VM
    Ptr<Socket> m_accepted;              //!< of the server

  private:
    void OnAccept(Ptr<Socket> socket, const Address& /* from */)
    {
        m_accepted = socket;
        socket->SetCloseCallbacks(MakeCallback(&OutboundTcpReset::OnClose, this),
                                  MakeCallback(&OutboundTcpReset::OnClose, this));
    }

    void OnClose(Ptr<Socket> /* socket */)
    {
        m_gone.push_back(Simulator::Now());
    }

    void OnReset(const TcpResetOrder& order)
    {
        m_orders.push_back(order);
    }
};

TEST_F(OutboundTcpReset, B_5_BothSocketsHearOfTheIdleTimeoutWhenItComes)
{
    Talk("2018[TcpReset=BothEnds|IdleTimeout=10s]", "20s");
    ASSERT_EQ(m_orders.size(), 1U);
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Idle);
    EXPECT_EQ(m_ended[0].ended, m_ended[0].lastPacket + Seconds(10));
    ASSERT_EQ(m_gone.size(), 2U) << "one at either end";
    for (const auto& time : m_gone)
    {
        EXPECT_GT(time, *m_ended[0].ended);
        EXPECT_LT(time, *m_ended[0].ended + Seconds(1)) << "but for its way";
    }
    const auto toVm = SelectResets(GetReceived(GetVm()));
    const auto toServer = SelectResets(GetReceived(GetServer()));
    ASSERT_EQ(toVm.size(), 1U);
    ASSERT_EQ(toServer.size(), 1U);
    EXPECT_EQ(ReadFlowKey(toVm[0]), m_ended[0].key.Reverse()) << "the server, as the VM knows it";
    EXPECT_EQ(ReadFlowKey(toServer[0]), *m_ended[0].translated) << "the VM, as the server knows it";
    for (const auto& reset : {toVm[0], toServer[0]})
    {
        EXPECT_EQ(FindBadChecksum(reset), std::nullopt);
        EXPECT_EQ(reset.size(), 40U);
    }
    // ns-3's sequence numbers begin at 0: SYN takes one, the data 333.
    EXPECT_EQ(m_orders[0].sequenceToVm, 1U);
    EXPECT_EQ(m_orders[0].sequenceToPeer, 334U);
    EXPECT_EQ(GetAgent()->GetPacketCounts().made, 2U);
}

TEST_F(OutboundTcpReset, B_5_SilenceByDefault)
{
    Talk("2018[IdleTimeout=10s]", "20s");
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_TRUE(m_orders.empty());
    EXPECT_TRUE(m_gone.empty());
    EXPECT_TRUE(SelectResets(GetReceived(GetVm())).empty());
    EXPECT_TRUE(SelectResets(GetReceived(GetServer())).empty());
}

/// Connections through an internal frontend; the test is the mux.
class NetworkTcpReset : public VirtualNetworkWorld
{
  protected:
    /// A mux sends a segment of a client to the member, with numbers.
    void SendToMember(const FlowKey& key, uint8_t flags, uint32_t first, uint32_t acknowledged)
    {
        DatagramTraits traits;
        traits.tcpFlags = flags;
        traits.payload = 0;
        auto bytes = MakeDatagram(key, traits);
        bytes[27] = static_cast<uint8_t>(first);
        bytes[31] = static_cast<uint8_t>(acknowledged);
        const auto datagram = ToPacket(bytes);
        PacketHeaders headers;
        ASSERT_TRUE(headers.Read(*datagram));
        EncapsulateForMember(*datagram, headers, {MUX, GetHostAddress(0)}, 1, 0, false);
        const auto device = m_agents[0]->GetNode()->GetDevice(1)->GetChannel()->GetDevice(0);
        constexpr uint16_t IPV4_ETHERTYPE = 0x0800;
        device->Send(datagram, device->GetBroadcast(), IPV4_ETHERTYPE);
    }

    static inline const Ipv4Address MUX{"10.128.255.1"};    //!< provider address
    static inline const Ipv4Address INTERNAL{"10.0.0.100"}; //!< a frontend
};

TEST_F(NetworkTcpReset, B_5_ClientsInTheVirtualNetworkAreToldThroughIt)
{
    AddHosts(2);
    AddVirtualNetwork("net");
    AddVm(0, "net", "10.0.0.4");
    AddVm(0, "net", "10.0.0.5"); // a client on the member's host
    AddVm(1, "net", "10.0.0.6"); // and one on another
    Update([](NetworkResources& resources) {
        return resources.AddInternalFrontend(
            {"inside", "frontend", "net", "subnet", INTERNAL, MUX});
    });
    Program();
    m_agents[0]->Apply(ProgramInboundEndpoints{
        1,
        {MUX},
        {{INTERNAL, 1, TransportProtocol::Tcp, 80, 8080, false, Seconds(10), true}}});
    const auto listener = Socket::CreateSocket(m_vms[0], TcpSocketFactory::GetTypeId());
    listener->Bind(InetSocketAddress(GetAddress(0), 8080));
    listener->Listen();
    for (const uint32_t client : {1, 2})
    {
        const FlowKey key(GetAddress(client), INTERNAL, 5000, 80, IpProtocol::Tcp);
        At("1s", [this, key, client] {
            DatagramTraits traits;
            traits.tcpFlags = TCP_SYN;
            Send(client, MakeDatagram(key, traits)); // to the mux, which is the test
            SendToMember(key, TCP_SYN, 100, 0);
        });
        At("2s", [this, key] { SendToMember(key, TCP_ACK, 101, 1); });
    }
    Run("15s");
    const auto toMember = SelectResets(GetReceived(0));
    ASSERT_EQ(toMember.size(), 2U);
    for (const uint32_t client : {1, 2})
    {
        const auto resets = SelectResets(GetReceived(client));
        ASSERT_EQ(resets.size(), 1U) << "client " << client;
        EXPECT_EQ(ReadFlowKey(resets[0]),
                  FlowKey(INTERNAL, GetAddress(client), 80, 5000, IpProtocol::Tcp));
        EXPECT_EQ(resets[0][27], 1) << "what the client said that it expects";
        EXPECT_EQ(ReadFlowKey(toMember[client - 1]),
                  FlowKey(GetAddress(client), GetAddress(0), 5000, 8080, IpProtocol::Tcp));
        EXPECT_EQ(toMember[client - 1][27], 101) << "what the member said that it expects";
    }
}

} // namespace

} // namespace ns3::azure
