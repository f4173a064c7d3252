// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-fabric-helper.h"
#include "ns3/azure-health-probe-responder.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-interface-address.h"
#include "ns3/node.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

/**
 * @file
 * @brief What a responder does with many connections at once.
 */
namespace ns3::azure
{

namespace
{

/// A node with a responder, and a node that connects to it.
class HealthProbeResponderConnections : public ::testing::Test
{
  protected:
    static constexpr uint16_t PORT = 8080; //!< of the responder

    void SetUp() override
    {
        const auto server = CreateObject<Node>();
        const auto link = PointToPointHelper().Install(m_client, server);
        for (uint32_t i = 0; i < 2; ++i)
        {
            const auto node = i == 0 ? m_client : server;
            FabricHelper::InstallStack(node);
            const auto ipv4 = node->GetObject<Ipv4>();
            const auto interface = ipv4->AddInterface(link.Get(i));
            ipv4->AddAddress(interface, {Ipv4Address(CLIENT + i), Ipv4Mask("255.255.255.0")});
            ipv4->SetUp(interface);
        }
        m_responder->SetAttribute("Port", UintegerValue(PORT));
        server->AddApplication(m_responder);
    }

    void TearDown() override
    {
        Simulator::Destroy();
    }

    /// Connect, and note when the other side closes.
    void Connect()
    {
        const auto socket = Socket::CreateSocket(m_client, TcpSocketFactory::GetTypeId());
        const auto number = static_cast<uint32_t>(m_sockets.size());
        m_sockets.push_back(socket);
        const auto note = MakeCallback(&HealthProbeResponderConnections::Note, this);
        socket->SetCloseCallbacks(note, note);
        EXPECT_EQ(socket->Connect(InetSocketAddress(Ipv4Address(CLIENT + 1), PORT)), 0) << number;
    }

    /// Trace sink.
    void Note(Ptr<Socket> socket)
    {
        for (uint32_t i = 0; i < m_sockets.size(); ++i)
        {
            if (m_sockets[i] == socket)
            {
                m_closed.push_back(i);
            }
        }
    }

    static constexpr uint32_t CLIENT = 0x0a000001; //!< 10.0.0.1; the server is next to it
    Ptr<Node> m_client{CreateObject<Node>()};      //!< connects
    Ptr<HealthProbeResponder> m_responder{CreateObject<HealthProbeResponder>()}; //!< under test
    std::vector<Ptr<Socket>> m_sockets; //!< of the client, in the order of connecting
    std::vector<uint32_t> m_closed;     //!< numbers of those that the server has closed
};

TEST_F(HealthProbeResponderConnections, StopClosesThemInTheOrderInWhichTheyCame)
{
    constexpr uint32_t FIRST = 40;
    constexpr uint32_t SECOND = 20;
    std::vector<uint32_t> expected;
    for (uint32_t i = 0; i < FIRST + SECOND; ++i)
    {
        // The second ones get memory that closed ones have left, in between the first ones.
        const bool isClosed = i < FIRST && i % 2 == 0;
        Simulator::Schedule(i < FIRST ? Seconds(1 + 0.01 * i) : Seconds(600 + 0.01 * i),
                            [this] { Connect(); });
        if (isClosed)
        {
            Simulator::Schedule(Seconds(2), [this, i] { m_sockets[i]->Close(); });
        }
        else
        {
            expected.push_back(i);
        }
    }
    Simulator::Schedule(Seconds(605), [this] { m_closed.clear(); });
    m_responder->SetStopTime(Seconds(610));
    Simulator::Stop(Seconds(620));
    Simulator::Run();
    EXPECT_EQ(m_closed, expected);
}

} // namespace

} // namespace ns3::azure
