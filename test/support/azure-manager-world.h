// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MANAGER_WORLD_H
#define AZURE_MANAGER_WORLD_H

#include "ns3/azure-fabric-helper.h"
#include "ns3/azure-slb-control-socket.h"
#include "ns3/azure-slb-manager.h"

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ns3::azure
{

/**
 * @brief An SLB manager in the fabric, and stand-ins for muxes and hosts, which note what it tells
 * them, acknowledge it as a test wants, and tell it what a test says.
 *
 * Each network interface, from 1 on, has a host of its own.  The load balancer "web" has a public
 * frontend, FRONTEND, a rule "http" for the pool "servers", and as members the first so many
 * interfaces.
 *
 * Begin(), change the deployment and attributes, Start(), then Run().  That the book's laws hold is
 * checked at the end.
 */
class ManagerWorld : public ::testing::Test
{
  protected:
    static constexpr uint32_t FRONTEND = 0xc6120001; //!< 198.18.0.1

    using Texts = std::vector<std::string>; //!< what happened, in short

    /// Something that the manager talks with.
    struct Agent
    {
        Ptr<Node> node;               //!< where it is
        Ipv4Address address;          //!< in the physical network
        Ptr<SlbControlSocket> socket; //!< where it hears the manager
        Ptr<SlbControlSocket> prober; //!< likewise, as a health prober; null: of a mux
        bool isSilent{false};         //!< it hears nothing
        Time delay;                   //!< until it acknowledges
        uint32_t losses{0};           //!< how many acknowledgements get lost from now on
        uint32_t copies{1};           //!< how often it acknowledges each message
    };

    /// A message that came to an agent, for the first time or again.
    struct Heard
    {
        Time time;          //!< when
        Ipv4Address who;    //!< whom it came to
        SlbMessage message; //!< what
    };

    void TearDown() override;

    /// Make all nodes.
    void Begin(uint32_t interfaces, uint32_t members, uint32_t muxes = 2);
    /// Give the manager the deployment. @param isProgrammed before time zero
    void Start(bool isProgrammed = true);

    /// Do something at a time.
    static void At(Time time, const std::function<void()>& function);
    /// Run until then.
    static void Run(Time stop);
    /// An agent tells the manager something.
    void Tell(const Agent& from, const SlbMessage& message);

    /// The host of an interface asks for ports.
    void Ask(uint32_t networkInterface, uint32_t request);
    /// @return how many ports the manager's book says an interface has
    uint32_t GetPortCount(uint32_t networkInterface) const;
    /// @return how many ports these are
    static uint32_t Count(const std::vector<SnatPortBlockGrant>& blocks);
    /// @return the ports that the mux must know now, as it has heard: host by address and port
    std::map<std::pair<Ipv4Address, uint16_t>, Ipv4Address> GetOwners(const Agent& mux) const;
    /// Expect that a mux knows what the book says, and hosts have been told the same, in order.
    void ExpectAllKnow(const Agent& mux) const;

    /// @return what agents heard of one kind, in order of time; who: of that one only
    template <typename Body>
    std::vector<Heard> GetHeard(const Agent* who = nullptr) const
    {
        std::vector<Heard> heard;
        for (const auto& each : m_heard)
        {
            if (std::holds_alternative<Body>(each.message.body) &&
                (!who || each.who == who->address))
            {
                heard.push_back(each);
            }
        }
        return heard;
    }

    /// @return the bodies of these, without those that are repeated
    template <typename Body>
    std::vector<Body> GetBodies(const Agent* who = nullptr) const
    {
        std::map<std::pair<Ipv4Address, uint32_t>, bool> known;
        std::vector<Body> bodies;
        for (const auto& each : GetHeard<Body>(who))
        {
            if (known.emplace(std::make_pair(each.who, each.message.transaction), true).second)
            {
                bodies.push_back(std::get<Body>(each.message.body));
            }
        }
        return bodies;
    }

    std::unique_ptr<FabricHelper> m_fabric;                  //!< routers
    Ptr<SlbManager> m_manager;                               //!< under test
    Ipv4Address m_managerAddress;                            //!< in the physical network
    std::vector<std::unique_ptr<Agent>> m_muxes;             //!< in place of muxes
    std::vector<std::unique_ptr<Agent>> m_hosts;             //!< of interfaces 1, 2, ...
    std::vector<NetworkInterface> m_interfaces;              //!< of the deployment
    LoadBalancer m_loadBalancer;                             //!< of the deployment
    std::vector<NatGateway> m_natGateways;                   //!< of the deployment
    std::vector<ControlMessage> m_messages;                  //!< ControlMessage of the manager
    std::vector<SnatRequestDecision> m_decisions;            //!< SnatRequestDecision
    std::vector<OverloadRecord> m_overloads;                 //!< Overload of the manager
    std::vector<Heard> m_heard;                              //!< by agents, acknowledgements not
    std::map<Ipv4Address, std::vector<uint32_t>> m_answered; //!< what was acknowledged to agents

  private:
    /// @return the ports that the host of an interface has been told it has
    std::set<std::pair<Ipv4Address, uint16_t>> GetTold(uint32_t networkInterface) const;
    std::unique_ptr<Agent> Attach(bool isHost);
    Ptr<SlbControlSocket> Listen(Agent& agent, uint16_t port);
    bool m_isProgrammed{false};                                        //!< before time zero
    std::vector<PublicEndpoint> m_first;                               //!< what muxes know then
    std::map<uint32_t, std::vector<SnatPortBlockGrant>> m_firstBlocks; //!< what hosts do

    void Hear(Agent& agent, Ptr<SlbControlSocket> socket, const Heard& heard, uint16_t port);
};

} // namespace ns3::azure

#endif // AZURE_MANAGER_WORLD_H
