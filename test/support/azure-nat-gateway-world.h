// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NAT_GATEWAY_WORLD_H
#define AZURE_NAT_GATEWAY_WORLD_H

#include "azure-raw-datagram.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-fabric-helper.h"
#include "ns3/azure-nat-gateway-goal-state.h"
#include "ns3/azure-nat-gateway-node.h"
#include "ns3/azure-slb-control-socket.h"

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @brief A NAT gateway behind the fabric router, two stand-ins for hosts, each with a VM at
 * 10.0.0.4 and 10.0.0.5 (interfaces 1 and 2), one for the SLB manager, and a server behind the edge
 * router that answers nothing by itself and has all addresses of 198.19.0.0/24.
 *
 * Begin(), Program() or messages, then send and Run().  Laws of conservation and the checksums of
 * all that arrives are checked.
 */
class NatGatewayWorld : public ::testing::Test
{
  protected:
    static constexpr uint32_t PUBLIC = 0xc6123001; //!< 198.18.48.1, the gateway's first address
    static constexpr uint32_t SERVER = 0xc6130001; //!< 198.19.0.1
    static constexpr uint32_t VM = 0x0a000004;     //!< 10.0.0.4
    static constexpr uint32_t HOSTS = 2;           //!< stand-ins

    /// A node that stands in for a host, or the SLB manager.
    struct Stand
    {
        FabricAttachment place;      //!< where it is
        Ptr<FabricPort> port;        //!< to the fabric
        Ptr<SlbControlSocket> agent; //!< hears and tells
    };

    /// A packet that a host got through a tunnel, or the server.
    struct Arrival
    {
        Time time;                    //!< when
        uint32_t host{0};             //!< index; of the server 0
        uint32_t networkInterface{0}; //!< number in the tunnel's key; of the server 0
        Bytes datagram;               //!< what came
    };

    void TearDown() override
    {
        End();
    }

    /// Make all nodes; the goal state can still be changed.
    void Begin(const std::string& profile = "nat-gateway",
               FabricLink link = FabricLink::PointToPoint);
    /// Check the laws and forget everything, for another Begin(); done at the end anyway.
    void End();
    /// Give the gateway the goal state.
    void Program();
    /// The manager tells the gateway a goal state.
    void Tell(const NatGatewayGoalState& goalState, uint32_t transaction);

    /// Do something at a time.
    static void At(Time time, const std::function<void()>& function);
    /// Run until then.
    static void Run(Time stop);

    /// @return the flow of a VM's socket to a port of the server
    static FlowKey MakeFlow(uint32_t member,
                            uint16_t sourcePort,
                            IpProtocol protocol = IpProtocol::Tcp,
                            uint16_t port = 443);
    /// The VM that has the key's source sends a packet.
    void Out(const FlowKey& key, uint8_t tcpFlags = TCP_SYN);
    /// A VM sends bytes.
    void Out(const Bytes& datagram, uint32_t member);
    /// The server sends a packet.
    void In(const FlowKey& key, uint8_t tcpFlags = TCP_ACK);
    /// The server sends bytes.
    void In(const Bytes& datagram);
    /// The server answers a flow that has a port.
    void Answer(const FlowKey& outbound, uint8_t tcpFlags = TCP_ACK);
    /// A TCP flow does its handshake, within 1 ms.
    void Establish(const FlowKey& key);

    /// @return the flow after translation; it must have a port
    FlowKey GetTranslated(const FlowKey& outbound) const;
    /// @return how many packets the gateway has dropped for that reason
    uint64_t CountDrops(DropReason reason) const;

    std::unique_ptr<FabricHelper> m_fabric;      //!< routers
    Ptr<NatGatewayNode> m_gateway;               //!< under test
    FabricAttachment m_gatewayPlace;             //!< where it is
    NatGatewayGoalState m_goalState;             //!< of the gateway
    std::vector<std::unique_ptr<Stand>> m_hosts; //!< in place of hosts
    std::unique_ptr<Stand> m_manager;            //!< in place of the SLB manager
    Ptr<NetDevice> m_server;                     //!< of the server
    std::vector<Arrival> m_atHosts;              //!< what hosts got
    std::vector<Arrival> m_atServer;             //!< what the server got
    std::vector<uint32_t> m_acknowledged;        //!< transactions that the gateway has acknowledged
    std::vector<FlowRecord> m_created;           //!< FlowCreated
    std::vector<FlowRecord> m_ended;             //!< FlowEnded
    std::vector<SnatPortEvent> m_portEvents;     //!< SnatPort
    std::vector<SnatExhaustion> m_exhausted;     //!< SnatExhausted
    std::vector<TcpResetOrder> m_resets;         //!< TcpReset
    std::vector<DropRecord> m_drops;             //!< Drop

  private:
    void AttachGateway();
    void AttachServer();
    std::unique_ptr<Stand> AttachStand(uint32_t host);
    bool TakePacket(uint32_t host, const Packet& packet);
};

} // namespace ns3::azure

#endif // AZURE_NAT_GATEWAY_WORLD_H
