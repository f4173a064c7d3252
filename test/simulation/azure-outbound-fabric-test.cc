// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/channel-list.h"
#include "ns3/channel.h"
#include "ns3/csma-channel.h"
#include "ns3/csma-net-device.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/queue-disc.h"
#include "ns3/queue.h"
#include "ns3/string.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <tuple>

/**
 * @file
 * @brief The physical network under the scenarios: links, queues, several hosts, and what does not
 * fit or find its way.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr uint16_t IPV4_ETHERTYPE = 0x0800;
constexpr uint16_t IPV6_ETHERTYPE = 0x86dd;

/// How hosts and mux are connected.
enum class Uplink : uint8_t
{
    PointToPoint, //!< the agents own their devices
    Csma,         //!< ARP, through the stack
    QueueDisc,    //!< point-to-point with a queue disc, through the stack
};

const char*
GetName(Uplink uplink)
{
    constexpr const char* NAMES[] = {"PointToPoint", "Csma", "QueueDisc"};
    return NAMES[static_cast<std::size_t>(uplink)];
}

using FabricCase = std::tuple<OutboundScenario, Uplink>;

class OutboundFabric : public OutboundWorld, public ::testing::WithParamInterface<FabricCase>
{
  protected:
    /// A world with that uplink.
    OutboundScenarioHelper& BeginOn(OutboundScenario scenario, Uplink uplink)
    {
        auto& helper = Begin(scenario);
        if (uplink == Uplink::Csma)
        {
            helper.SetFabricLink(FabricLink::Csma);
        }
        else if (uplink == Uplink::QueueDisc)
        {
            helper.GetFabric().SetQueueDisc("ns3::FqCoDelQueueDisc");
        }
        return helper;
    }
};

TEST_P(OutboundFabric, CarriesSeveralVmsOnSeveralHosts)
{
    const auto [scenario, uplink] = GetParam();
    auto& helper = BeginOn(scenario, uplink);
    helper.SetVms(7);
    helper.SetVmsPerHost(3);
    helper.SetServerAddresses(10);
    helper.SetProgrammedBefore(false);
    Assemble();
    ASSERT_EQ(helper.GetHostAgents().size(), 3U);
    for (uint32_t vm = 0; vm < 7; ++vm)
    {
        Generate(
            vm,
            {{"Flows", "20"}, {"ResponseSize", "3000"}, {"Hold", "ns3::ConstantRandomVariable"}},
            10)
            ->SetStartTime(Seconds(1));
        Generate(vm, {{"Flows", "10"}, {"Protocol", "Udp"}}, 10)->SetStartTime(Seconds(2));
    }
    Run("10s");
    EXPECT_EQ(m_established.size(), 7U * 30U);
    EXPECT_EQ(m_requests.size(), 7U * 30U);
    EXPECT_TRUE(m_hostDrops.empty());
    EXPECT_TRUE(m_muxDrops.empty());
    if (uplink == Uplink::QueueDisc)
    {
        const auto node = GetAgent()->GetNode();
        const auto disc =
            node->GetObject<TrafficControlLayer>()->GetRootQueueDiscOnDevice(node->GetDevice(1));
        EXPECT_GT(disc->GetStats().nTotalSentPackets, 100U) << "the queue disc is not passed by";
    }
}

INSTANTIATE_TEST_SUITE_P(
    Outbound,
    OutboundFabric,
    ::testing::Combine(::testing::Values(OutboundScenario::Standalone,
                                         OutboundScenario::LoadBalanced,
                                         OutboundScenario::PublicIp),
                       ::testing::Values(Uplink::PointToPoint, Uplink::Csma, Uplink::QueueDisc)),
    [](const auto& info) {
        return std::to_string(static_cast<int>(std::get<0>(info.param))) +
               GetName(std::get<1>(info.param));
    });

/// A load-balanced VM, and packets that come to its host from the fabric router.
class OutboundUplink : public OutboundWorld
{
  protected:
    /// A datagram comes to a node from the physical network.
    void SendFromFabric(Ptr<Node> to, const Bytes& datagram, uint16_t ethertype = IPV4_ETHERTYPE)
    {
        const auto channel = to->GetDevice(1)->GetChannel();
        const auto first = channel->GetDevice(0);
        const auto router = first->GetNode() == to ? channel->GetDevice(1) : first;
        router->Send(ToPacket(datagram), router->GetBroadcast(), ethertype);
    }

    Ptr<Node> GetHost() const
    {
        return GetAgent()->GetNode();
    }

    Ipv4Address GetHostAddress() const
    {
        return m_scenario->GetSlbManager()->GetDeployment().networkInterfaces.at(0).host;
    }

    /// @return a datagram of that size, from the VM's port 5000 or to public port 1024
    Bytes MakeBig(uint32_t size, bool isOutbound, uint16_t fragment = 0)
    {
        DatagramTraits traits;
        traits.payload = size - 28;
        traits.fragment = fragment;
        return isOutbound
                   ? MakeDatagram({GetPrivateAddress(), GetServerAddress(), 5000, 9, UDP}, traits)
                   : MakeDatagram({GetServerAddress(), GetFrontend(), 9, 1024, UDP}, traits);
    }
};

TEST_F(OutboundUplink, PacketTooBigForTheWayOutIsDropped)
{
    BeginWith(OutboundScenario::LoadBalanced);
    SendRaw(0, MakeBig(1600, true));
    SendRaw(0, MakeBig(1601, true));
    Run("1s");
    ASSERT_EQ(m_hostDrops.size(), 1U);
    EXPECT_EQ(m_hostDrops[0].reason, DropReason::PacketTooBig);
    EXPECT_EQ(m_hostDrops[0].bytes, 1601U);
}

TEST_F(OutboundUplink, PacketTooBigForTheTunnelIsDroppedByTheMux)
{
    BeginWith(OutboundScenario::LoadBalanced);
    SendRaw(0, MakeBig(100, true));
    At("1s", [this] { SendRawFromServer(MakeBig(1581, false)); });
    Run("2s");
    ASSERT_EQ(m_muxDrops.size(), 1U);
    EXPECT_EQ(m_muxDrops[0].reason, DropReason::PacketTooBig);
}

TEST_F(OutboundUplink, PacketTooBigForTheVmIsDroppedByTheHost)
{
    BeginWith(OutboundScenario::LoadBalanced);
    Listen(GetVm());
    SendRaw(0, MakeBig(100, true));
    At("1s", [this] { SendRawFromServer(MakeBig(1501, false)); });
    At("2s", [this] { SendRawFromServer(MakeBig(1500, false)); });
    Run("3s");
    ASSERT_EQ(m_hostDrops.size(), 1U);
    EXPECT_EQ(m_hostDrops[0].reason, DropReason::PacketTooBig);
    EXPECT_EQ(m_hostDrops[0].bytes, 1501U);
    EXPECT_EQ(GetReceived(GetVm()).back().size(), 1500U);
}

TEST_F(OutboundUplink, PacketTooBigWithDontFragmentIsDroppedWhereTheStackSends)
{
    Begin(OutboundScenario::LoadBalanced).SetFabricLink(FabricLink::Csma);
    Assemble();
    SendRaw(0, MakeBig(1601, true, DONT_FRAGMENT));
    Run("1s");
    EXPECT_EQ(CountDrops(DropReason::PacketTooBig), 1U);
    Listen(GetServer());
    SendRaw(0, MakeBig(1601, true));
    Run("2s");
    EXPECT_EQ(CountDrops(DropReason::PacketTooBig), 1U);
    EXPECT_EQ(GetReceived(GetServer()).size(), 3U) << "in two fragments, of which one is cut again";
}

TEST_F(OutboundUplink, FullQueueIsAReasonToDrop)
{
    BeginWith(OutboundScenario::LoadBalanced);
    const auto uplink = DynamicCast<PointToPointNetDevice>(GetHost()->GetDevice(1));
    uplink->SetAttribute("DataRate", StringValue("1Mbps"));
    uplink->GetQueue()->SetMaxSize(QueueSize("2p"));
    Listen(GetServer());
    for (int i = 0; i < 5; ++i)
    {
        SendUdp(0, 5000, GetServerAddress());
    }
    Run("1s");
    EXPECT_EQ(CountDrops(DropReason::DeviceQueueFull), 2U) << "one is sent, two wait";
    EXPECT_EQ(GetReceived(GetServer()).size(), 3U);
}

TEST_F(OutboundUplink, NoRouteIsAReasonToDrop)
{
    Begin(OutboundScenario::LoadBalanced).SetFabricLink(FabricLink::Csma);
    Assemble();
    const auto ipv4 = GetHost()->GetObject<Ipv4>();
    const auto interface =
        static_cast<uint32_t>(ipv4->GetInterfaceForDevice(GetHost()->GetDevice(1)));
    At("1s", [&] {
        ipv4->SetDown(interface);
        SendUdp(0, 5000, GetServerAddress());
    });
    Run("2s");
    EXPECT_EQ(CountDrops(DropReason::NoRoute), 1U);
}

TEST_F(OutboundUplink, StrangePacketsFromTheFabricAreDroppedWithTheirReason)
{
    BeginWith(OutboundScenario::LoadBalanced);
    const auto mux = m_scenario->GetMux()->GetNode();
    const Ipv4Address router("10.128.0.1");
    const auto tunnelled = static_cast<IpProtocol>(4);
    DatagramTraits fragment;
    fragment.fragment = MORE_FRAGMENTS;
    SendFromFabric(GetHost(), Bytes(19, 0x45));
    SendFromFabric(GetHost(), MakeDatagram({router, GetFrontend(), 80, 1024, TCP}));
    SendFromFabric(GetHost(), MakeDatagram({router, GetHostAddress(), 0, 0, tunnelled}, fragment));
    SendFromFabric(GetHost(), MakeDatagram({router, GetHostAddress(), 0, 0, tunnelled}));
    SendFromFabric(mux, Bytes(19, 0x45));
    Run("1s");
    ASSERT_EQ(m_hostDrops.size(), 4U);
    EXPECT_EQ(m_hostDrops[0].reason, DropReason::Malformed);
    EXPECT_EQ(m_hostDrops[1].reason, DropReason::UnexpectedDestination);
    EXPECT_EQ(m_hostDrops[2].reason, DropReason::Fragment);
    EXPECT_EQ(m_hostDrops[3].reason, DropReason::Malformed) << "what is inside is no datagram";
    ASSERT_EQ(m_muxDrops.size(), 1U);
    EXPECT_EQ(m_muxDrops[0].reason, DropReason::Malformed);
}

TEST_F(OutboundUplink, WhatIsNotIpv4IsLost)
{
    BeginWith(OutboundScenario::LoadBalanced);
    const auto vm = GetVm()->GetDevice(1);
    const auto mux = m_scenario->GetMux()->GetNode();
    vm->Send(ToPacket(MakeBig(100, true)), vm->GetBroadcast(), IPV6_ETHERTYPE);
    SendFromFabric(GetHost(), MakeBig(100, false), IPV6_ETHERTYPE);
    SendFromFabric(mux, MakeBig(100, false), IPV6_ETHERTYPE);
    Run("1s");
    EXPECT_EQ(GetAgent()->GetPacketCounts().received, 0U);
    EXPECT_EQ(m_scenario->GetMux()->GetPacketCounts().received, 0U);
}

TEST_F(OutboundUplink, HostAndMuxAnswerForThemselves)
{
    BeginWith(OutboundScenario::LoadBalanced);
    const auto mux = m_scenario->GetMux()->GetNode();
    const auto muxAddress = mux->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
    const auto router = m_scenario->GetFabric().GetFabricRouter();
    Listen(router);
    const Ipv4Address from("10.255.255.253"); // of the fabric router
    SendFromFabric(GetHost(), MakeDatagram({from, GetHostAddress(), 0, 0, IpProtocol::Icmp}));
    SendFromFabric(mux, MakeDatagram({from, muxAddress, 0, 0, IpProtocol::Icmp}));
    Run("1s");
    EXPECT_EQ(GetAgent()->GetPacketCounts().own, 1U);
    EXPECT_EQ(m_scenario->GetMux()->GetPacketCounts().own, 1U);
    ASSERT_EQ(GetReceived(router).size(), 2U);
    EXPECT_EQ(GetReceived(router)[0][20], 0) << "an echo reply";
}

TEST_F(OutboundUplink, PrivatePacketsToTheHostsOwnAddressStayOutside)
{
    BeginWith(OutboundScenario::LoadBalanced);
    SendRaw(0, MakeDatagram({GetPrivateAddress(), GetHostAddress(), 5000, 8084, UDP}));
    Run("1s");
    EXPECT_EQ(CountDrops(DropReason::NonInternetDestination), 1U);
    EXPECT_EQ(GetAgent()->GetPacketCounts().own, 0U) << "a VM does not reach the control plane";
}

TEST_F(OutboundUplink, AStreamIsCountedForEachDeviceOnTheSegment)
{
    const auto countStreams = [this](FabricLink link) {
        Begin(OutboundScenario::Standalone).SetFabricLink(link);
        Assemble();
        return m_scenario->AssignStreams(100);
    };
    const auto without = countStreams(FabricLink::PointToPoint);
    const auto with = countStreams(FabricLink::Csma);
    std::size_t devices = 0;
    for (auto channel = ChannelList::Begin(); channel != ChannelList::End(); ++channel)
    {
        devices += DynamicCast<CsmaChannel>(*channel) ? (*channel)->GetNDevices() : 0;
    }
    EXPECT_EQ(with - without, static_cast<int64_t>(devices));
    EXPECT_GE(devices, 3U) << "router, host, SLB manager";
}

TEST_F(OutboundUplink, InternetDelayCanBeSet)
{
    for (const int64_t delay : {0, 100})
    {
        Begin(OutboundScenario::LoadBalanced).GetFabric().SetInternetDelay(MilliSeconds(delay));
        Assemble();
        Generate(0, {});
        Run("5s");
        ASSERT_EQ(m_established.size(), 1U);
        EXPECT_NEAR(m_established[0].established->GetSeconds(),
                    2e-3 * static_cast<double>(delay),
                    0.001);
    }
}

} // namespace

} // namespace ns3::azure
