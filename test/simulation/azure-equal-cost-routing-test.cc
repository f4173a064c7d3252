// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-equal-cost-world.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-prefix-routing.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-route.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <string>

/**
 * @file
 * @brief Which next hop a packet takes.
 */
namespace ns3::azure
{

namespace
{

const char*
GetName(SinkLink link)
{
    constexpr const char* NAMES[] = {"PointToPoint", "Csma", "QueueDisc"};
    return NAMES[static_cast<std::size_t>(link)];
}

/// The world, and what the server gets.
class EqualCostRouter : public EqualCostWorld
{
  public:
    /// Something came to the server.
    void OnDeliver(const Ipv4Header& /* header */,
                   Ptr<const Packet> /* packet */,
                   uint32_t /* interface */)
    {
        ++m_delivered;
    }

  protected:
    uint32_t m_delivered{0}; //!< packets that a server got
};

class EqualCostUplinks : public EqualCostRouter, public ::testing::WithParamInterface<SinkLink>
{
};

TEST_P(EqualCostUplinks, C_1_FlowsKeepTheirMuxAndAreSpreadEvenly)
{
    constexpr uint32_t FLOWS = 8000;
    Begin(GetParam());
    Share();
    SendFlowsAt(Seconds(0), FLOWS);
    SendFlowsAt(Seconds(1), FLOWS);
    SendFlowsAt(Seconds(100), FLOWS);
    RunUntil(Seconds(101));
    const auto sinks = GetSinksOfFlows(Seconds(0));
    ASSERT_EQ(sinks.size(), FLOWS) << "nothing is lost at time zero";
    EXPECT_EQ(GetSinksOfFlows(Seconds(1)), sinks);
    EXPECT_EQ(GetSinksOfFlows(Seconds(100)), sinks);
    double chiSquare = 0;
    for (const auto count : Count(sinks))
    {
        chiSquare += (count - 1000.0) * (count - 1000.0) / 1000.0;
    }
    EXPECT_LT(chiSquare, 24.32); // 7 degrees of freedom, probability 0.001
    EXPECT_TRUE(m_changes.empty()) << "routes were there before, and are kept alive";
    EXPECT_TRUE(m_drops.empty());
}

INSTANTIATE_TEST_SUITE_P(EqualCost,
                         EqualCostUplinks,
                         ::testing::Values(SinkLink::PointToPoint,
                                           SinkLink::Csma,
                                           SinkLink::QueueDisc),
                         [](const auto& info) { return GetName(info.param); });

/// What hosts send to all muxes at once.
class EqualCostTunnels : public EqualCostWorld
{
  protected:
    static constexpr uint32_t FLOWS = 200; //!< of one VM

    void SetUp() override
    {
        EqualCostWorld::SetUp();
        Share();
    }

    /// The client, as a host, sends one packet of each flow of a VM in GRE.
    void SendTunnelsAt(Time time,
                       const DatagramTraits& inner = {},
                       const std::function<void(Bytes&)>& change = {})
    {
        At(time, [this, inner, change] {
            for (uint32_t i = 0; i < FLOWS; ++i)
            {
                const auto port = static_cast<uint16_t>(1024 + i);
                const FlowKey key(0x0a000004, 0x0a000064, port, 80, IpProtocol::Tcp);
                const auto packet = ToPacket(MakeDatagram(key, inner));
                PacketHeaders headers;
                ASSERT_TRUE(headers.Read(*packet));
                const Tunnel tunnel{m_client->place.address.address,
                                    Ipv4Address(FabricHelper::MUX_ANYCAST_ADDRESS)};
                EncapsulateForVirtualNetwork(*packet, headers, tunnel, 1, 1, true);
                auto bytes = ToBytes(*packet);
                if (change)
                {
                    change(bytes);
                }
                m_client->port->Send(ToPacket(bytes));
            }
        });
    }

    /// @return the sinks of the packets sent at the time, in order
    std::vector<uint32_t> GetSinksAt(Time sent) const
    {
        std::vector<uint32_t> sinks;
        for (const auto& [time, sink, key] : m_arrivals)
        {
            if (sent <= time && time < sent + MilliSeconds(100))
            {
                sinks.push_back(sink);
            }
        }
        return sinks;
    }
};

TEST_F(EqualCostTunnels, B_8_FlowsOfOneVmToInternalFrontendsAreSpread)
{
    SendTunnelsAt(Seconds(1));
    DatagramTraits longer;
    longer.payload = 1000;
    longer.optionBytes = 8;
    SendTunnelsAt(Seconds(2), longer);
    RunUntil(Seconds(3));
    std::vector<uint32_t> counts(SINKS);
    for (const auto sink : GetSinksAt(Seconds(1)))
    {
        ++counts[sink];
    }
    double chiSquare = 0;
    for (const auto count : counts)
    {
        chiSquare += (count - 25.0) * (count - 25.0) / 25.0; // 200 flows, 8 sinks
    }
    EXPECT_LT(chiSquare, 24.32); // 7 degrees of freedom, probability 0.001
    ASSERT_EQ(GetSinksAt(Seconds(2)).size(), FLOWS);
    std::vector<uint32_t> again(SINKS);
    for (const auto sink : GetSinksAt(Seconds(2)))
    {
        ++again[sink];
    }
    EXPECT_EQ(again, counts) << "by the flow, whatever else is in the headers";
}

TEST_F(EqualCostTunnels, WithoutInnerFlowTheyGoByTheOuterHeader)
{
    constexpr std::size_t GRE = 20;   // where it begins in the datagram
    constexpr std::size_t INNER = 28; // likewise
    SendTunnelsAt(Seconds(1), {}, [](Bytes& bytes) { bytes[GRE] = 0x30; }); // sequence number
    SendTunnelsAt(Seconds(2), {}, [](Bytes& bytes) {
        bytes[GRE + 2] = 0x86;
    }); // no Ethertype of IPv4
    SendTunnelsAt(Seconds(3), {}, [](Bytes& bytes) { bytes[INNER] = 0x65; }); // no IPv4
    SendTunnelsAt(Seconds(4), {}, [](Bytes& bytes) {
        bytes.resize(INNER + 19);
        bytes[3] = INNER + 19;
    });
    SendTunnelsAt(Seconds(5), {}, [](Bytes& bytes) { bytes[6] |= MORE_FRAGMENTS >> 8; });
    RunUntil(Seconds(6));
    const std::vector<uint32_t> one(FLOWS, GetSinksAt(Seconds(1)).at(0));
    for (int64_t second = 1; second <= 5; ++second)
    {
        EXPECT_EQ(GetSinksAt(Seconds(second)), one) << second;
    }
}

TEST_F(EqualCostTunnels, InnerFragmentsGoByTheInnerAddresses)
{
    DatagramTraits first;
    first.fragment = MORE_FRAGMENTS;
    SendTunnelsAt(Seconds(1), first);
    DatagramTraits later;
    later.fragment = 8;
    later.payload = 64;
    SendTunnelsAt(Seconds(2), later);
    RunUntil(Seconds(3));
    const auto sinks = GetSinksAt(Seconds(1));
    EXPECT_EQ(sinks, std::vector<uint32_t>(FLOWS, sinks.at(0)));
    EXPECT_EQ(GetSinksAt(Seconds(2)), sinks);
}

TEST_F(EqualCostRouter, OtherDestinationsAreLeftToStaticRouting)
{
    const auto server = CreateObject<Node>();
    FabricHelper::InstallStack(server);
    const auto address = m_fabric->AttachServer(server, 1).front();
    server->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "LocalDeliver",
        MakeCallback(&EqualCostRouter::OnDeliver, this));
    ShareQuietly();
    const auto later = Attach([this](const FlowKey& key) { m_toClient.push_back(key); });
    for (const double time : {1.0, 50.0}) // with routes, and without
    {
        At(Seconds(time), [this, address, &later] {
            for (uint16_t port = 0; port < 100; ++port)
            {
                Send({CLIENT, address.Get(), port, 443, IpProtocol::Udp});
                Send({Ipv4Address(CLIENT),
                      later->place.address.address,
                      port,
                      443,
                      IpProtocol::Udp});
                m_sinks[0]->port->Send(ToPacket(MakeDatagram({Ipv4Address(FRONTEND),
                                                              m_client->place.address.address,
                                                              port,
                                                              443,
                                                              IpProtocol::Udp})));
            }
        });
    }
    RunUntil(Seconds(60));
    EXPECT_EQ(m_delivered, 200U) << "by the default route, and to the edge";
    EXPECT_EQ(m_toClient.size(), 400U) << "to a node that was attached before, and to one after";
    EXPECT_TRUE(m_drops.empty());
    EXPECT_TRUE(m_arrivals.empty());
}

TEST_F(EqualCostRouter, FragmentsOfAFlowStayTogether)
{
    // Ports are in a datagram's first fragment only: no fragment is hashed by them.
    Share();
    At(Seconds(1), [this] {
        for (uint32_t i = 0; i < 100; ++i)
        {
            DatagramTraits traits;
            traits.fragment = MORE_FRAGMENTS;
            Send(MakeFlow(2 * i + 1), traits);
            traits.fragment = 185; // 1,480 bytes on
            Send(MakeFlow(2 * i + 1), traits);
            traits.fragment = MORE_FRAGMENTS | 100;
            Send(MakeFlow(2 * i + 1), traits);
        }
    });
    RunUntil(Seconds(2));
    ASSERT_EQ(m_arrivals.size(), 300U);
    for (const auto& arrival : m_arrivals)
    {
        ASSERT_EQ(arrival.sink, m_arrivals.front().sink);
    }
}

TEST_F(EqualCostRouter, ProtocolsWithoutPortsAreHashedByAddresses)
{
    Share();
    At(Seconds(1), [this] {
        for (uint32_t i = 0; i < 200; ++i)
        {
            DatagramTraits traits;
            traits.icmpIdentifier = static_cast<uint16_t>(i);
            Send({CLIENT, FRONTEND, 0, 0, IpProtocol::Icmp}, traits);
            Send({CLIENT + i, FRONTEND, 0, 0, static_cast<IpProtocol>(50)}, {});
        }
    });
    RunUntil(Seconds(2));
    std::set<uint32_t> echo;
    std::set<uint32_t> other;
    for (const auto& [time, sink, key] : m_arrivals)
    {
        (key.GetProtocol() == IpProtocol::Icmp ? echo : other).insert(sink);
    }
    EXPECT_EQ(m_arrivals.size(), 400U);
    EXPECT_EQ(echo.size(), 1U) << "one pair of addresses";
    EXPECT_EQ(other.size(), SINKS) << "200 pairs of addresses";
}

TEST_F(EqualCostRouter, DatagramsTooShortForPortsAreSentToo)
{
    Share();
    At(Seconds(1), [this] {
        auto bytes = MakeDatagram(MakeFlow(1));
        bytes.resize(22);
        bytes[3] = 22; // total length; ns-3 does not check the checksum by default
        m_client->port->Send(ToPacket(bytes));
    });
    RunUntil(Seconds(2));
    EXPECT_EQ(m_arrivals.size(), 1U);
}

TEST_F(EqualCostRouter, AnotherSeedSpreadsOtherwise)
{
    Share();
    SendFlowsAt(Seconds(1), 800);
    At(Seconds(2), [this] { m_routing->SetAttribute("HashSeed", UintegerValue(7)); });
    SendFlowsAt(Seconds(3), 800);
    RunUntil(Seconds(4));
    const auto before = GetSinksOfFlows(Seconds(1));
    const auto after = GetSinksOfFlows(Seconds(3));
    uint32_t stayed = 0;
    for (const auto& [key, sink] : before)
    {
        stayed += after.at(key) == sink ? 1 : 0;
    }
    EXPECT_NEAR(stayed, 100, 38); // an eighth by chance, 4 sigma
}

TEST_F(EqualCostRouter, AnycastAddressLeadsToAMux)
{
    Share();
    At(Seconds(1), [this] {
        for (uint16_t port = 0; port < 200; ++port)
        {
            Send({CLIENT, FabricHelper::MUX_ANYCAST_ADDRESS, port, 443, IpProtocol::Udp});
        }
    });
    RunUntil(Seconds(2));
    EXPECT_EQ(m_arrivals.size(), 200U);
    EXPECT_EQ(GetSinksOfFlows(Seconds(1)).size(), 200U);
}

TEST_F(EqualCostRouter, WhatTheRouterSendsItselfTakesOneNextHop)
{
    Share();
    const auto router = m_fabric->GetFabricRouter();
    const auto send = [router](Ipv4Address destination) {
        const auto socket = Socket::CreateSocket(router, UdpSocketFactory::GetTypeId());
        socket->SendTo(Create<Packet>(100), 0, InetSocketAddress(destination, 443));
    };
    At(Seconds(1), [this, send] {
        for (int i = 0; i < 50; ++i)
        {
            send(Ipv4Address(FRONTEND));
            send(m_client->place.address.address);
        }
    });
    RunUntil(Seconds(2));
    ASSERT_EQ(m_arrivals.size(), 50U);
    const auto sink = m_arrivals.front().sink;
    for (const auto& arrival : m_arrivals)
    {
        EXPECT_EQ(arrival.sink, sink);
        EXPECT_EQ(arrival.key.GetSource(), m_sinks[sink]->place.address.gateway);
    }
    EXPECT_EQ(m_toClient.size(), 50U) << "others by static routing";
}

TEST_F(EqualCostRouter, RouteOutputGivesNextHopAndDeviceOrLeavesItToOthers)
{
    ShareQuietly();
    Ipv4Header header;
    header.SetDestination(Ipv4Address(FRONTEND));
    auto error = Socket::SOCKET_ERRNO_LAST;
    const auto route = m_routing->RouteOutput(nullptr, header, nullptr, error);
    ASSERT_TRUE(route);
    EXPECT_EQ(error, Socket::ERROR_NOTERROR);
    const auto sink = GetSink(route->GetGateway());
    ASSERT_LT(sink, SINKS);
    EXPECT_EQ(route->GetDestination(), Ipv4Address(FRONTEND));
    EXPECT_EQ(route->GetSource(), m_sinks[sink]->place.address.gateway);
    const auto device = route->GetOutputDevice();
    EXPECT_EQ(device, m_routing->FindDevice(route->GetGateway()));
    EXPECT_TRUE(m_routing->RouteOutput(nullptr, header, device, error));

    const auto other = m_routing->FindDevice(m_sinks[(sink + 1) % SINKS]->place.address.address);
    EXPECT_FALSE(m_routing->RouteOutput(nullptr, header, other, error));
    EXPECT_EQ(error, Socket::ERROR_NOROUTETOHOST);
    // Whatever is announced: a group or everybody is nobody's next hop.
    ASSERT_TRUE(m_routing->AddStaticRoute(ANY_ADDRESS, m_sinks[0]->place.address.address));
    for (const auto* destination : {"224.0.0.5", "255.255.255.255"})
    {
        header.SetDestination(Ipv4Address(destination));
        EXPECT_FALSE(m_routing->RouteOutput(nullptr, header, nullptr, error)) << destination;
    }
    header.SetDestination(Ipv4Address("192.0.2.1"));
    EXPECT_TRUE(m_routing->RouteOutput(nullptr, header, nullptr, error));
}

TEST_F(EqualCostRouter, StaticNextHopsNeedNoAnnouncement)
{
    ShareQuietly();
    const auto address = m_sinks[2]->place.address.address;
    EXPECT_TRUE(m_routing->AddStaticRoute({FRONTEND, 32}, address));
    EXPECT_TRUE(m_routing->AddStaticRoute({FRONTEND, 32}, address));
    ASSERT_EQ(m_changes.size(), 1U);
    EXPECT_STREQ(GetName(m_changes.front().cause), "configured");
    m_changes.clear();
    SendFlowsAt(Seconds(100), 50);
    RunUntil(Seconds(101));
    EXPECT_EQ(Count(GetSinksOfFlows(Seconds(100)))[2], 50U);
}

TEST_F(EqualCostRouter, OnlyNeighborsCanBeNextHops)
{
    ShareQuietly();
    const auto gateway = m_sinks[0]->place.address.gateway;
    const Ipv4Address remote("192.0.2.1");
    for (const auto& address : {gateway, remote})
    {
        EXPECT_FALSE(m_routing->FindDevice(address)) << address;
        EXPECT_FALSE(m_routing->AddStaticRoute(ANY_ADDRESS, address)) << address;
        EXPECT_FALSE(m_routing->Announce(address, {Seconds(30), {ANY_ADDRESS}})) << address;
    }
    EXPECT_TRUE(m_changes.empty());
    EXPECT_EQ(m_routing->GetRoutes().GetRoutes().size(), SINKS);
}

TEST_F(EqualCostRouter, OneMuxWithoutAnnouncementsNeedsStaticRoutingOnly)
{
    m_fabric->RoutePublicAddressesTo(m_sinks[6]->place);
    EXPECT_FALSE(m_fabric->GetEqualCostRouting());
    const auto router = m_fabric->GetFabricRouter();
    EXPECT_EQ(router->GetNApplications(), 0U);
    EXPECT_TRUE(DynamicCast<PrefixRouting>(router->GetObject<Ipv4>()->GetRoutingProtocol()));
    SendFlowsAt(Seconds(100), 50);
    Simulator::Run();
    EXPECT_EQ(Count(GetSinksOfFlows(Seconds(100)))[6], 50U);
}

TEST_F(EqualCostRouter, PrintsItsTable)
{
    ShareQuietly();
    std::ostringstream os;
    m_routing->PrintRoutingTable(Create<OutputStreamWrapper>(&os), Time::S);
    EXPECT_NE(os.str().find("198.18.0.0/16 by 10.128.0.10\n"), std::string::npos) << os.str();
}

} // namespace

} // namespace ns3::azure
