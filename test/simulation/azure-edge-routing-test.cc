// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-datagram.h"

#include "ns3/azure-fabric-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief What comes in from the Internet, and what does not.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto GRE = IpProtocol::Gre;
constexpr auto IN_IP = IpProtocol::IpInIp;

/// A server, and a node that gets all packets to public addresses and to its own.
class EdgeRouter : public ::testing::Test
{
  protected:
    static constexpr uint16_t IPV4_ETHERTYPE = 0x0800; //!< of devices' Send()

    void SetUp() override
    {
        m_fabric.Create();
        FabricHelper::InstallStack(m_server);
        m_serverAddress = m_fabric.AttachServer(m_server, 1).front();
        FabricHelper::InstallStack(m_inside);
        const auto place = m_fabric.Attach(m_inside);
        m_fabric.RoutePublicAddressesTo(place);
        m_port = FabricPort::Create(place.device, place.address, [this](const auto& packet) {
            m_arrived.push_back(ReadFlowKey(ToBytes(*packet)));
            return true;
        });
        m_insideAddress = place.address.address;
        const auto router = m_fabric.GetEdgeRouter()->GetObject<Ipv4L3Protocol>();
        router->TraceConnectWithoutContext("Drop", MakeCallback(&EdgeRouter::NoteDrop, this));
        for (const auto& stack : {router, m_server->GetObject<Ipv4L3Protocol>()})
        {
            stack->TraceConnectWithoutContext("LocalDeliver",
                                              MakeCallback(&EdgeRouter::NoteDelivery, this));
        }
    }

    void TearDown() override
    {
        Simulator::Destroy();
    }

    /// The server sends a datagram.
    void SendFromServer(const FlowKey& key, const DatagramTraits& traits = {})
    {
        const auto device = m_server->GetDevice(1); // 0 is the loopback device
        device->Send(ToPacket(MakeDatagram(key, traits)), device->GetBroadcast(), IPV4_ETHERTYPE);
        Simulator::Run();
    }

    /// Trace sink.
    void NoteDrop(const Ipv4Header& /* header */,
                  Ptr<const Packet> /* packet */,
                  Ipv4L3Protocol::DropReason reason,
                  Ptr<Ipv4> /* ipv4 */,
                  uint32_t /* interface */)
    {
        m_drops.push_back(reason);
    }

    /// Trace sink.
    void NoteDelivery(const Ipv4Header& header,
                      Ptr<const Packet> /* packet */,
                      uint32_t /* interface */)
    {
        const auto protocol = static_cast<IpProtocol>(header.GetProtocol());
        if (protocol != IpProtocol::Icmp) // not what the router has to say to it
        {
            m_arrived.emplace_back(header.GetSource(), header.GetDestination(), 0, 0, protocol);
        }
    }

    FabricHelper m_fabric;                           //!< with the edge router
    Ptr<Node> m_server{CreateObject<Node>()};        //!< on the Internet
    Ptr<Node> m_inside{CreateObject<Node>()};        //!< in the fabric
    Ptr<FabricPort> m_port;                          //!< of m_inside
    Ipv4Address m_serverAddress;                     //!< of m_server
    Ipv4Address m_insideAddress;                     //!< of m_inside
    std::vector<FlowKey> m_arrived;                  //!< inside, at the router or at the server
    std::vector<Ipv4L3Protocol::DropReason> m_drops; //!< of the edge router
};

/// One row: a packet from a server.
struct EdgeCase
{
    const char* name;        // test name
    const char* source;      // written into the packet
    const char* destination; // "": the node inside
    IpProtocol protocol;
    uint16_t fragment; // flags and offset
    bool comesIn;
};

void
PrintTo(const EdgeCase& c, std::ostream* os)
{
    *os << c.source << " to " << c.destination;
}

// clang-format off
constexpr EdgeCase EDGE_CASES[] = {
    // name                    source            destination       protocol  fragment        comesIn
    {"ServersOwn",             "198.19.0.1",     "198.18.0.1",     TCP,      0,              true},
    {"ServerToAHost",          "198.19.0.1",     "",               UDP,      0,              true},
    {"SourceNotOurs",          "203.0.113.7",    "198.18.0.1",     UDP,      0,              true},
    {"BelowTheFabric",         "10.127.255.255", "198.18.0.1",     TCP,      0,              true},
    {"FirstOfTheFabric",       "10.128.0.0",     "198.18.0.1",     TCP,      0,              false},
    {"LastOfTheFabric",        "10.128.255.255", "198.18.0.1",     TCP,      0,              false},
    {"AboveTheFabric",         "10.129.0.0",     "198.18.0.1",     TCP,      0,              true},
    {"BelowThePublicOnes",     "198.17.255.255", "198.18.0.1",     TCP,      0,              true},
    {"FirstPublicOne",         "198.18.0.0",     "198.18.0.1",     TCP,      0,              false},
    {"LastPublicOne",          "198.18.255.255", "198.18.0.1",     TCP,      0,              false},
    {"AbovePublicOnes",        "198.19.0.0",     "198.18.0.1",     TCP,      0,              true},
    {"HostToAHost",            "10.128.0.10",    "",               UDP,      0,              false},
    {"HostToTheRouter",        "10.128.0.10",    "198.19.0.254",   UDP,      0,              false},
    {"ServerToTheRouter",      "198.19.0.1",     "198.19.0.254",   UDP,      0,              true},
    {"LaterFragment",          "10.128.0.10",    "198.18.0.1",     UDP,      8,              false},
    {"GreToAHost",             "198.19.0.1",     "",               GRE,      0,              false},
    {"IpInIpToAHost",          "198.19.0.1",     "",               IN_IP,    0,              false},
    {"FragmentOfGreToAHost",   "198.19.0.1",     "",               GRE,      MORE_FRAGMENTS, false},
    {"GreToAllMuxes",          "198.19.0.1",     "198.18.255.254", GRE,      0,              false},
    {"IpInIpToAllMuxes",       "198.19.0.1",     "198.18.255.254", IN_IP,    0,              false},
    {"UdpToAllMuxes",          "198.19.0.1",     "198.18.255.254", UDP,      0,              true},
    {"GreNextToAllMuxes",      "198.19.0.1",     "198.18.255.253", GRE,      0,              true},
    {"GreToAPublicIp",         "198.19.0.1",     "198.18.32.1",    GRE,      0,              true},
    {"IpInIpToAPublicIp",      "198.19.0.1",     "198.18.32.1",    IN_IP,    0,              true},
};
// clang-format on

class EdgeRouterInbound : public EdgeRouter, public ::testing::WithParamInterface<EdgeCase>
{
};

TEST_P(EdgeRouterInbound, DropsForgedSourcesAndTunnels)
{
    const auto& c = GetParam();
    const bool isInside = std::string(c.destination).empty();
    const auto destination = isInside ? m_insideAddress : Ipv4Address(c.destination);
    DatagramTraits traits;
    traits.fragment = c.fragment;
    SendFromServer({Ipv4Address(c.source), destination, 4000, 80, c.protocol}, traits);
    ASSERT_EQ(m_arrived.size(), c.comesIn ? 1U : 0U);
    if (c.comesIn)
    {
        EXPECT_EQ(m_arrived[0].GetSource(), Ipv4Address(c.source));
        EXPECT_EQ(m_arrived[0].GetDestination(), destination);
        EXPECT_TRUE(m_drops.empty());
        return;
    }
    ASSERT_EQ(m_drops.size(), 1U);
    EXPECT_EQ(m_drops[0], Ipv4L3Protocol::DROP_ROUTE_ERROR);
}

INSTANTIATE_TEST_SUITE_P(EdgeRouting,
                         EdgeRouterInbound,
                         ::testing::ValuesIn(EDGE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(EdgeRouter, EverythingGoesOut)
{
    for (const auto& source : {m_insideAddress, Ipv4Address("198.18.0.1")})
    {
        for (const auto protocol : {TCP, GRE, IN_IP})
        {
            m_port->Send(ToPacket(MakeDatagram({source, m_serverAddress, 80, 4000, protocol})));
        }
    }
    Simulator::Run();
    const auto isAtServer = [this](const FlowKey& key) {
        return key.GetDestination() == m_serverAddress;
    };
    EXPECT_EQ(std::count_if(m_arrived.begin(), m_arrived.end(), isAtServer), 6);
    EXPECT_TRUE(m_drops.empty());
}

} // namespace

} // namespace ns3::azure
