// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-capture.h"
#include "azure-virtual-network-world.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/global-value.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

/**
 * @file
 * @brief The ways of packets between VMs: on one host, from host to host, to a peer, to nobody.
 */
namespace ns3::azure
{

namespace
{

class VirtualNetworkPath : public VirtualNetworkWorld
{
  protected:
    /// Two VMs of a virtual network on one host, a third one on another.
    void BeginWithThree(FabricLink link = FabricLink::PointToPoint)
    {
        AddHosts(2, link);
        AddVirtualNetwork("net");
        AddVm(0, "net", "10.0.0.4");
        AddVm(0, "net", "10.0.0.5");
        AddVm(1, "net", "10.0.0.6");
        Program();
    }

    /// @return packets that the host has sent into the physical network
    uint64_t CountFabricPackets(uint32_t host)
    {
        return m_fabricPackets[host];
    }

    /// Count what a host sends into the physical network.
    void CountFabric(uint32_t host)
    {
        m_agents[host]->GetNode()->GetDevice(1)->TraceConnectWithoutContext(
            "MacTx",
            MakeFunctionCallback<void, Ptr<const Packet>>(
                [this, host](Ptr<const Packet>) { ++m_fabricPackets[host]; }));
    }

    std::map<uint32_t, uint64_t> m_fabricPackets; //!< by host
};

TEST_F(VirtualNetworkPath, VmsOfAVirtualNetworkReachEachOtherOnOneHost)
{
    BeginWithThree();
    CountFabric(0);
    At("1s", [this] { SendUdp(0, 1); });
    Run("2s");
    ASSERT_EQ(GetReceived(1).size(), 1U);
    const auto& datagram = GetReceived(1)[0];
    EXPECT_EQ(ReadFlowKey(datagram), FlowKey("10.0.0.4", "10.0.0.5", 5000, 9, IpProtocol::Udp));
    EXPECT_EQ(datagram[8], 64 - 2) << "one for each VM's pipeline";
    EXPECT_EQ(CountFabricPackets(0), 0U) << "it does not leave the host";
    // The datagram, and the ICMP message by which the VM says that nobody listens there.
    const auto& counts = m_agents[0]->GetPacketCounts();
    EXPECT_EQ(counts.received, 2U);
    EXPECT_EQ(counts.sent, 2U);
    EXPECT_EQ(counts.dropped, 0U);
    ASSERT_EQ(GetReceived(0).size(), 1U);
    ASSERT_EQ(m_created.size(), 2U) << "one of each VM";
    EXPECT_EQ(m_created[0].path, FlowPath::VirtualNetwork);
    EXPECT_FALSE(m_created[0].isInbound);
    EXPECT_TRUE(m_created[1].isInbound);
}

TEST_F(VirtualNetworkPath, VmsOfAVirtualNetworkReachEachOtherFromHostToHost)
{
    for (const auto link : {FabricLink::PointToPoint, FabricLink::Csma})
    {
        BeginWithThree(link);
        At("1s", [this] { SendUdp(0, 2); });
        Run("2s");
        ASSERT_EQ(GetReceived(2).size(), 1U);
        const auto& datagram = GetReceived(2)[0];
        EXPECT_EQ(ReadFlowKey(datagram), FlowKey("10.0.0.4", "10.0.0.6", 5000, 9, IpProtocol::Udp));
        EXPECT_EQ(datagram[8], 64 - 2) << "the fabric router counts in the outer header";
        EXPECT_EQ(GetReceived(0).size(), 1U) << "port unreachable";
        EXPECT_TRUE(m_drops.empty());
        EXPECT_TRUE(GetReceived(1).empty());
        End();
    }
}

TEST_F(VirtualNetworkPath, S3_40_PeersReachEachOtherAndOthersDoNot)
{
    AddHosts(2);
    AddVirtualNetwork("one", "10.1.0.0/16");
    AddVirtualNetwork("two", "10.2.0.0/16");
    const auto a = AddVm(0, "one", "10.1.0.4");
    const auto near = AddVm(0, "two", "10.2.0.4");
    const auto far = AddVm(1, "two", "10.2.0.5");
    Program();
    At("1s", [&] {
        SendUdp(a, near);
        SendUdp(a, far);
    });
    Run("2s");
    EXPECT_TRUE(GetReceived(near).empty());
    EXPECT_TRUE(GetReceived(far).empty());
    EXPECT_EQ(CountDrops(DropReason::NonInternetDestination), 2U);

    Update([](NetworkResources& resources) { return resources.AddPeering("one", "two"); });
    At("3s", [&] {
        SendUdp(a, near);
        SendUdp(a, far);
    });
    Run("4s");
    EXPECT_EQ(GetReceived(near).size(), 1U);
    EXPECT_EQ(GetReceived(far).size(), 1U);
    EXPECT_EQ(GetReceived(a).size(), 2U) << "their ports are unreachable";

    Update([](NetworkResources& resources) { return resources.RemovePeering("one", "two"); });
    At("5s", [&] { SendUdp(a, far, 10, 6000); });
    Run("6s");
    EXPECT_EQ(GetReceived(far).size(), 1U);
    EXPECT_EQ(CountDrops(DropReason::NonInternetDestination), 3U);
}

TEST_F(VirtualNetworkPath, VirtualNetworksThatOverlapAreKeptApart)
{
    AddHosts(2);
    AddVirtualNetwork("one");
    AddVirtualNetwork("two");
    const auto a = AddVm(0, "one", "10.0.0.4");
    const auto b = AddVm(1, "one", "10.0.0.5");
    const auto c = AddVm(1, "two", "10.0.0.4");
    const auto d = AddVm(0, "two", "10.0.0.5");
    Program();
    At("1s", [&] {
        SendUdp(a, b, 1);
        SendUdp(c, d, 2);
    });
    Run("2s");
    ASSERT_EQ(GetReceived(b).size(), 1U);
    ASSERT_EQ(GetReceived(d).size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(b)[0]).GetDestinationPort(), 1U);
    EXPECT_EQ(ReadFlowKey(GetReceived(d)[0]).GetDestinationPort(), 2U);
}

TEST_F(VirtualNetworkPath, AddressThatNobodyHasIsReachedByNobody)
{
    BeginWithThree();
    At("1s", [this] {
        Send(0, MakeDatagram({GetAddress(0), "10.0.0.77", 5000, 9, IpProtocol::Udp}));
    });
    Run("2s");
    EXPECT_EQ(CountDrops(DropReason::NoVirtualNetworkRoute), 1U);
}

TEST_F(VirtualNetworkPath, PacketOfAnUnknownVirtualNetworkIsDropped)
{
    BeginWithThree();
    PacketHeaders headers;
    const auto datagram =
        ToPacket(MakeDatagram({GetAddress(0), GetAddress(2), 5000, 9, IpProtocol::Udp}));
    ASSERT_TRUE(headers.Read(*datagram));
    constexpr uint32_t UNKNOWN = 0xabcdef;
    EncapsulateForVirtualNetwork(*datagram,
                                 headers,
                                 {GetHostAddress(0), GetHostAddress(1)},
                                 UNKNOWN,
                                 0,
                                 false);
    const auto device = m_agents[1]->GetNode()->GetDevice(1)->GetChannel()->GetDevice(0);
    At("1s", [&] { device->Send(datagram, device->GetBroadcast(), 0x0800); });
    Run("2s");
    EXPECT_EQ(CountDrops(DropReason::UnexpectedDestination), 1U);
    EXPECT_TRUE(GetReceived(2).empty());
}

TEST_F(VirtualNetworkPath, FullPacketFitsTheFabricWithItsOuterHeaders)
{
    BeginWithThree();
    DatagramTraits traits;
    traits.payload = 1500 - 28;
    At("1s", [&] {
        Send(0, MakeDatagram({GetAddress(0), GetAddress(2), 5000, 9, IpProtocol::Udp}, traits));
    });
    Run("2s");
    ASSERT_EQ(GetReceived(2).size(), 1U);
    EXPECT_EQ(GetReceived(2)[0].size(), 1500U);
}

TEST_F(VirtualNetworkPath, PacketThatDoesNotFitTheFabricIsDropped)
{
    BeginWithThree();
    m_agents[0]->GetNode()->GetDevice(1)->SetMtu(1527); // 1,500 and 28 do not fit
    DatagramTraits traits;
    traits.payload = 1500 - 28;
    At("1s", [&] {
        Send(0, MakeDatagram({GetAddress(0), GetAddress(2), 5000, 9, IpProtocol::Udp}, traits));
        Send(0, MakeDatagram({GetAddress(0), GetAddress(1), 5000, 9, IpProtocol::Udp}, traits));
    });
    Run("2s");
    EXPECT_EQ(CountDrops(DropReason::PacketTooBig), 1U);
    EXPECT_EQ(GetReceived(1).size(), 1U) << "on one host nothing is encapsulated";
}

TEST_F(VirtualNetworkPath, TimeToLiveRunsOutAfterTwoHops)
{
    BeginWithThree();
    for (const uint8_t ttl : {1, 2, 3})
    {
        DatagramTraits traits;
        traits.ttl = ttl;
        At("1s", [this, traits] {
            for (const uint32_t to : {1, 2})
            {
                Send(0,
                     MakeDatagram({GetAddress(0), GetAddress(to), 5000, 9, IpProtocol::Udp},
                                  traits));
            }
        });
    }
    Run("2s");
    EXPECT_EQ(CountDrops(DropReason::TtlExpired), 4U) << "1 and 2, on one host as on two";
    for (const uint32_t to : {1, 2})
    {
        ASSERT_EQ(GetReceived(to).size(), 1U);
        EXPECT_EQ(GetReceived(to)[0][8], 1U);
    }
}

TEST_F(VirtualNetworkPath, WiresharkReadsTheTunnel)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    BeginWithThree();
    Capture capture;
    capture.Add(m_agents[0]->GetNode()->GetDevice(1), "fabric");
    At("1s", [this] { SendUdp(0, 2); });
    Run("2s");
    End();
    const auto frames = capture.Read();
    ASSERT_EQ(frames.size(), 2U) << "the datagram, and port unreachable";
    for (const auto& frame : frames)
    {
        EXPECT_FALSE(frame.isMalformed) << frame.text;
        EXPECT_TRUE(frame.badChecksums.empty()) << frame.text;
        ASSERT_GE(frame.protocols.size(), 2U) << frame.text;
        EXPECT_EQ(frame.protocols[0], "47") << "GRE";
    }
    EXPECT_FALSE(frames[0].isUnverified) << "a quotation in the other one is cut short";
    EXPECT_EQ(frames[0].sources[1], "10.0.0.4");
    EXPECT_EQ(frames[0].destinations[1], "10.0.0.6");
    EXPECT_EQ(frames[0].protocols[1], "17");
    EXPECT_EQ(frames[1].sources[1], "10.0.0.6");
    EXPECT_EQ(frames[1].protocols[1], "1");
}

} // namespace

} // namespace ns3::azure
