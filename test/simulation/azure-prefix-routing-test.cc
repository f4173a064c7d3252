// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/azure-fabric-helper.h"
#include "ns3/azure-prefix-routing.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-static-routing.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// A router whose stack has ns-3's static routing, and a PrefixRouting that knows the same.
class PrefixRoutingTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        FabricHelper::InstallStack(m_router);
        m_ipv4 = m_router->GetObject<Ipv4>();
        m_static = DynamicCast<Ipv4StaticRouting>(m_ipv4->GetRoutingProtocol());
        m_prefix->SetIpv4(m_ipv4);
        for (const auto* address : {"10.1.0.1", "10.1.0.5", "10.2.0.1"})
        {
            const auto link = PointToPointHelper().Install(m_router, CreateObject<Node>());
            m_devices.push_back(link.Get(0));
            const Ipv4Mask mask(address[3] == '1' ? "255.255.255.252" : "255.255.0.0");
            m_interfaces.push_back(FabricPort::AddAddress(link.Get(0), {address, mask}));
        }
        // Its stack tells its own routing only.
        m_prefix->SetIpv4(m_ipv4);
        AddRoute({0, 0}, "10.1.0.2", 0);
        AddRoute({0xc6120000, 16}, "10.1.0.6", 1);
        AddRoute({0xc6123007, 32}, "10.2.0.9", 2);
        AddRoute({0x0a010000, 16}, "10.2.0.9", 2);
    }

    void TearDown() override
    {
        m_prefix->Dispose();
        Simulator::Destroy();
    }

    void AddRoute(const AddressPrefix& prefix, const char* nextHop, std::size_t link)
    {
        const auto mask = prefix.length == 0 ? 0 : ~uint32_t{0} << (32 - prefix.length);
        m_static->AddNetworkRouteTo(Ipv4Address(prefix.network),
                                    Ipv4Mask(mask),
                                    Ipv4Address(nextHop),
                                    m_interfaces[link]);
        m_prefix->AddRoute(prefix, Ipv4Address(nextHop), m_interfaces[link]);
    }

    void OnUnicast(Ptr<Ipv4Route> route, Ptr<const Packet> /* packet */, const Ipv4Header& header)
    {
        EXPECT_EQ(header.GetDestination(), m_destination);
        m_said << Describe(route);
    }

    void OnLocal(Ptr<const Packet> /* packet */, const Ipv4Header& /* header */, uint32_t interface)
    {
        m_said << "local from " << interface;
    }

    void OnError(Ptr<const Packet> /* packet */,
                 const Ipv4Header& /* header */,
                 Socket::SocketErrno /* error */)
    {
        m_said << "error";
    }

    /// @return the parts of a route that count
    static std::string Describe(Ptr<Ipv4Route> route)
    {
        std::ostringstream text;
        text << route->GetGateway() << " by device " << route->GetOutputDevice()->GetIfIndex()
             << " from " << route->GetSource();
        return text.str();
    }

    /// @return what a routing does with a packet that comes by the third link
    std::string RouteInput(Ptr<Ipv4RoutingProtocol> routing)
    {
        m_said.str("");
        Ipv4Header header;
        header.SetDestination(m_destination);
        header.SetSource(Ipv4Address("192.0.2.1"));
        const bool isTaken = routing->RouteInput(Create<Packet>(),
                                                 header,
                                                 m_devices[2],
                                                 MakeCallback(&PrefixRoutingTest::OnUnicast, this),
                                                 {},
                                                 MakeCallback(&PrefixRoutingTest::OnLocal, this),
                                                 MakeCallback(&PrefixRoutingTest::OnError, this));
        return isTaken ? m_said.str() : "not taken";
    }

    /// @return how a routing sends a packet of the node's own
    std::string RouteOutput(Ptr<Ipv4RoutingProtocol> routing, Ptr<NetDevice> device) const
    {
        Ipv4Header header;
        header.SetDestination(m_destination);
        Socket::SocketErrno error{Socket::ERROR_NOTERROR};
        const auto route = routing->RouteOutput(nullptr, header, device, error);
        EXPECT_EQ(static_cast<bool>(route), error == Socket::ERROR_NOTERROR);
        return route ? Describe(route) : "no route";
    }

    /// Check that both routings say the same of all kinds of destinations.
    void ExpectAgreement(const std::string& when)
    {
        for (const auto* destination : {"10.1.0.1",
                                        "10.1.0.2",
                                        "10.1.0.3",
                                        "10.1.0.5",
                                        "10.1.0.6",
                                        "10.1.0.9",
                                        "10.2.0.1",
                                        "10.2.3.4",
                                        "10.2.255.255",
                                        "127.0.0.1",
                                        "198.18.0.1",
                                        "198.18.48.7",
                                        "198.19.0.1",
                                        "8.8.8.8",
                                        "255.255.255.255",
                                        "224.0.1.5"})
        {
            m_destination = Ipv4Address(destination);
            const auto what = when + ", " + destination;
            EXPECT_EQ(RouteInput(m_prefix), RouteInput(m_static)) << what;
            EXPECT_EQ(RouteOutput(m_prefix, nullptr), RouteOutput(m_static, nullptr)) << what;
            for (const auto& device : m_devices)
            {
                EXPECT_EQ(RouteOutput(m_prefix, device), RouteOutput(m_static, device)) << what;
            }
        }
    }

    Ptr<Node> m_router{CreateObject<Node>()};                   // under test
    Ptr<Ipv4> m_ipv4;                                           // of it
    Ptr<Ipv4StaticRouting> m_static;                            // what it routes by
    Ptr<PrefixRouting> m_prefix{CreateObject<PrefixRouting>()}; // under test
    std::vector<Ptr<NetDevice>> m_devices;                      // the router's ends of links
    std::vector<uint32_t> m_interfaces;                         // of those
    Ipv4Address m_destination;                                  // of the packet
    std::ostringstream m_said;                                  // what is done with it
};

TEST_F(PrefixRoutingTest, RoutesAsStaticRoutingDoes)
{
    ExpectAgreement("all up");
}

TEST_F(PrefixRoutingTest, ForgetsWhatAnInterfaceThatIsDownLedTo)
{
    m_ipv4->SetDown(m_interfaces[0]);
    m_prefix->NotifyInterfaceDown(m_interfaces[0]);

    m_destination = Ipv4Address("8.8.8.8"); // the default route went by it
    EXPECT_EQ(RouteOutput(m_prefix, nullptr), "no route");
    EXPECT_EQ(RouteInput(m_prefix), "not taken");
    m_destination = Ipv4Address("198.18.0.1");
    EXPECT_EQ(RouteInput(m_prefix), RouteInput(m_static));

    m_ipv4->SetUp(m_interfaces[0]);
    m_prefix->NotifyInterfaceUp(m_interfaces[0]);
    ExpectAgreement("up again");
}

TEST_F(PrefixRoutingTest, FollowsAddressesThatComeAndGo)
{
    const Ipv4InterfaceAddress more("10.3.0.1", "255.255.255.0");
    m_ipv4->AddAddress(m_interfaces[1], more);
    m_prefix->NotifyAddAddress(m_interfaces[1], more);
    m_destination = Ipv4Address("10.3.0.9");
    EXPECT_EQ(RouteInput(m_prefix), RouteInput(m_static));
    m_destination = Ipv4Address("10.3.0.1");
    EXPECT_EQ(RouteInput(m_prefix), "local from 3");

    m_ipv4->RemoveAddress(m_interfaces[1], more.GetLocal());
    m_prefix->NotifyRemoveAddress(m_interfaces[1], more);
    EXPECT_EQ(RouteInput(m_prefix), RouteInput(m_static)); // by the default route again
    ExpectAgreement("as before");
}

TEST_F(PrefixRoutingTest, ForwardsOnlyWhereTheInterfaceDoes)
{
    m_ipv4->SetForwarding(m_interfaces[2], false);

    m_destination = Ipv4Address("8.8.8.8");
    EXPECT_EQ(RouteInput(m_prefix), "error");
    ExpectAgreement("no forwarding");
}

TEST_F(PrefixRoutingTest, AsksAnotherProtocolFirstUnlessThePacketIsForTheNode)
{
    const auto first = CreateObject<Ipv4StaticRouting>();
    m_prefix->SetFirst(first);
    first->AddNetworkRouteTo(Ipv4Address("8.8.8.0"),
                             Ipv4Mask("255.255.255.0"),
                             Ipv4Address("10.2.0.77"),
                             m_interfaces[2]);
    m_destination = Ipv4Address("8.8.8.8");
    EXPECT_EQ(RouteInput(m_prefix), "10.2.0.77 by device 3 from 10.2.0.1");
    EXPECT_EQ(RouteOutput(m_prefix, nullptr), "10.2.0.77 by device 3 from 10.2.0.1");
    m_destination = Ipv4Address("9.9.9.9");
    EXPECT_EQ(RouteInput(m_prefix), "10.1.0.2 by device 1 from 10.1.0.1");
    m_destination = Ipv4Address("10.1.0.5");
    EXPECT_EQ(RouteInput(m_prefix), "local from 3");
}

/// The routers of the physical network give packets to their stacks directly.
TEST(FabricPortReceiveDirectly, LeavesTracesAndPromiscuousHandlersTheirPackets)
{
    OutboundScenarioHelper scenario(OutboundScenario::PublicIp);
    scenario.Create();
    const auto router = scenario.GetFabric().GetFabricRouter();
    uint32_t seen = 0;
    const Node::ProtocolHandler count = MakeBoundCallback(
        +[](uint32_t* number,
            Ptr<NetDevice> /* device */,
            Ptr<const Packet> /* packet */,
            uint16_t /* protocol */,
            const Address& /* from */,
            const Address& /* to */,
            NetDevice::PacketType /* type */) { ++*number; },
        &seen);
    router->RegisterProtocolHandler(count, 0x0800, nullptr, true);
    uint32_t traced = 0;
    router->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Rx",
        MakeBoundCallback(
            +[](uint32_t* number,
                Ptr<const Packet> /* packet */,
                Ptr<Ipv4> /* ipv4 */,
                uint32_t /* interface */) { ++*number; },
            &traced));
    const auto socket =
        Socket::CreateSocket(scenario.GetVm(0), TypeId::LookupByName("ns3::UdpSocketFactory"));
    Simulator::Schedule(Seconds(1), [&] {
        socket->SendTo(Create<Packet>(10),
                       0,
                       InetSocketAddress(scenario.GetServerAddresses()[0], 9));
    });
    Simulator::Stop(Seconds(2));
    Simulator::Run();

    EXPECT_EQ(traced, 3U); // the datagram, and "port unreachable" to and from the mux
    EXPECT_EQ(seen, traced);
    Simulator::Destroy();
}

} // namespace

} // namespace ns3::azure
