// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MUX_WORLD_H
#define AZURE_MUX_WORLD_H

#include "azure-raw-datagram.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-fabric-helper.h"
#include "ns3/azure-load-balancer-mux.h"
#include "ns3/azure-slb-manager.h"

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Muxes behind the fabric router, an SLB manager, a client, and stand-ins for hosts, which
 * take what comes, acknowledge every message, and report what a test says.
 *
 * The load balancer "web" has a public frontend, PUBLIC, and the pool "servers" of four members,
 * network interfaces 1 to 4 on a host each; rules "http" (TCP 80, probe 1), "https" (TCP 443,
 * without probe) and "dns" (UDP 53, probe 1).  Members are up once a test says so.
 *
 * Begin(), change attributes, Start(), then send and Run().  The laws of conservation are checked
 * at the end.
 */
class MuxWorld : public ::testing::Test
{
  protected:
    static constexpr uint32_t CLIENT = 0xcb007107; //!< 203.0.113.7, source of flows
    static constexpr uint32_t PUBLIC = 0xc6120001; //!< 198.18.0.1, frontend
    static constexpr uint32_t MEMBERS = 4;         //!< of the pool

    /// A node that stands in for a host, or for the client.
    struct Stand
    {
        FabricAttachment place;       //!< where it is
        Ptr<FabricPort> port;         //!< to the fabric
        Ptr<SlbControlSocket> agent;  //!< hears the manager as a host agent
        Ptr<SlbControlSocket> prober; //!< hears the manager as a health prober
    };

    /// A packet that a host got.
    struct Arrival
    {
        Time time;                      //!< when
        uint32_t host;                  //!< index
        Ipv4Address mux;                //!< who sent it
        std::optional<uint32_t> member; //!< network interface it is for; none: by IP-in-IP
        Bytes inner;                    //!< what was carried

        /// @return the flow it belongs to
        FlowKey GetKey() const
        {
            return ReadFlowKey(inner);
        }
    };

    /// What happened to a mux.
    struct MuxStory
    {
        std::vector<LoadBalancingDecision> decisions; //!< LoadBalancingDecision
        std::vector<MemberHealth> health;             //!< MemberHealth
        std::vector<DropRecord> drops;                //!< Drop
        std::vector<ControlMessage> messages;         //!< ControlMessage
    };

    void TearDown() override;

    /// Make all nodes; the deployment can still be changed.
    void Begin(uint32_t muxes = 2);
    /// Give the manager the deployment. @param isProgrammed before time zero
    void Start(bool isProgrammed = true);
    /// Begin() and Start(), with all members up before time zero.
    void StartWithMembersUp(uint32_t muxes = 2);

    /// Do something at a time.
    static void At(Time time, const std::function<void()>& function);
    /// Run until then.
    static void Run(Time stop);
    /// From now to then, a node loses what comes to it from the physical network.
    static void Cut(Ptr<Node> node, Time until);

    /// A host tells the manager of its member.
    void Report(uint32_t networkInterface, bool isUp, uint32_t sequence, uint16_t probe = 1);
    /// The client sends a datagram.
    void Send(const FlowKey& key, const DatagramTraits& traits = {});
    /// The client sends bytes.
    void Send(const Bytes& datagram);
    /// @return the number's flow to the frontend
    static FlowKey MakeFlow(uint32_t i, uint16_t port = 80, IpProtocol protocol = IpProtocol::Tcp);
    /// The client sends a SYN each, or a packet from the middle, of so many flows.
    void SendFlows(uint32_t flows, uint8_t flags = TCP_SYN, uint16_t port = 80);

    /// @return who got the packets that came since the last call, by flow; a failure if a flow has
    /// two members
    std::map<FlowKey, uint32_t> TakeMembers();
    /// @return how many packets the mux has dropped for that reason
    uint64_t CountDrops(uint32_t mux, DropReason reason) const;
    /// @return how many of the manager's messages are in the stage, of that kind, for a mux or host
    uint64_t CountMessages(ControlMessageStage stage,
                           const std::string& kind,
                           std::optional<Ipv4Address> receiver = std::nullopt) const;
    /// @return address of a mux in the physical network
    Ipv4Address GetMuxAddress(uint32_t mux) const;

    std::unique_ptr<FabricHelper> m_fabric;      //!< routers
    std::vector<Ptr<LoadBalancerMux>> m_muxes;   //!< under test
    std::vector<FabricAttachment> m_muxPlaces;   //!< where they are
    Ptr<SlbManager> m_manager;                   //!< under test
    std::vector<std::unique_ptr<Stand>> m_hosts; //!< in place of hosts
    std::unique_ptr<Stand> m_client;             //!< sends
    std::vector<NetworkInterface> m_interfaces;  //!< of the deployment
    LoadBalancer m_loadBalancer;                 //!< of the deployment
    std::vector<MuxStory> m_stories;             //!< by mux
    std::vector<MemberHealth> m_decided;         //!< MemberHealth of the manager
    std::vector<ControlMessage> m_messages;      //!< ControlMessage of the manager
    std::vector<Arrival> m_arrivals;             //!< at hosts
    std::vector<SlbMessage> m_hostMessages;      //!< what hosts were told
    std::vector<uint32_t> m_acknowledged;        //!< transactions of reports

  private:
    std::unique_ptr<Stand> AttachStand(uint32_t host);
    void AttachMux(Ipv4Address manager);
    bool TakePacket(uint32_t host, const Packet& packet);
    void TakeMessage(const SlbMessage& message,
                     const InetSocketAddress& from,
                     SlbControlSocket& socket);
};

} // namespace ns3::azure

#endif // AZURE_MUX_WORLD_H
