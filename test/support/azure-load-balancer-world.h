// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOAD_BALANCER_WORLD_H
#define AZURE_LOAD_BALANCER_WORLD_H

#include "ns3/azure-health-probe-responder.h"
#include "ns3/azure-ip-protocol.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-trace-records.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/socket.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3::azure
{

/// What came back to a Talk.
struct TalkReply
{
    Time time;          //!< when
    uint32_t member{0}; //!< VM that answered
};

/**
 * @brief A client's conversation with a frontend over ns-3's sockets: a message of 100 bytes at
 * each of some times, which the member it reaches answers with its number.
 *
 * TCP connects at the first time; UDP sends all messages from one port.
 */
class Talk
{
  public:
    /**
     * @param client node that begins
     * @param protocol Tcp or Udp
     * @param to address and port
     * @param times absolute, ascending
     */
    Talk(Ptr<Node> client, IpProtocol protocol, const Address& to, const std::vector<Time>& times);

    /// @return what has come back so far
    const std::vector<TalkReply>& GetReplies() const
    {
        return m_replies;
    }

    /// @return who answered, in order; "-" for each message that nobody did: "0 0 - 2"
    std::string GetMembers() const;

    /// @return the client's port
    uint16_t GetPort() const;

  private:
    /// Open the socket.
    void Open(const Address& to);
    /// Send a message.
    void Send();
    /// Something has come.
    void Receive(Ptr<Socket> socket);

    Ptr<Node> m_client;               //!< where the socket is
    IpProtocol m_protocol;            //!< Tcp or Udp
    std::vector<Time> m_times;        //!< of the messages
    Ptr<Socket> m_socket;             //!< once open
    std::vector<TalkReply> m_replies; //!< so far
};

/**
 * @brief A load-balanced scenario whose VMs answer on every port that a test asks them to.
 *
 * Change what m_scenario is like, then Begin(); then Say(), then Run().
 */
class LoadBalancerWorld : public ::testing::Test
{
  protected:
    static constexpr uint16_t PORT = 80;         //!< of the rule that the scenario begins with
    static constexpr uint16_t PROBE_PORT = 8080; //!< of responders

    LoadBalancerWorld();
    ~LoadBalancerWorld() override;

    /// @brief Put a TCP probe of PROBE_PORT, every 5 s, on the first rule; before Begin().
    void AddProbe();

    /// @brief Add a copy of the first rule; before Begin().
    void AddRule(const std::string& name,
                 TransportProtocol protocol,
                 uint16_t frontendPort,
                 uint16_t backendPort);

    /// @brief Make everything; VMs answer on these ports, over TCP and UDP.
    void Begin(const std::vector<uint16_t>& ports = {PORT});

    /// @brief Have a VM answer on an address that it has, over TCP and UDP.
    void Answer(uint32_t vm, Ipv4Address address, uint16_t port);

    /// @brief Have a client talk with the frontend.
    Talk& Say(IpProtocol protocol,
              const std::vector<Time>& times,
              uint16_t port = PORT,
              uint32_t client = 0);

    /// @brief Have a VM talk with an address.
    Talk& SayFromVm(uint32_t vm,
                    IpProtocol protocol,
                    Ipv4Address to,
                    const std::vector<Time>& times,
                    uint16_t port = PORT);

    /// @brief Run up to a time, checking the laws at the end.
    void Run(Time end);

    /// @return how often each reason to drop was given, by hosts and muxes together
    const std::map<DropReason, uint32_t>& GetDrops() const
    {
        return m_drops;
    }

    OutboundScenarioHelper m_scenario{OutboundScenario::LoadBalanced}; //!< 4 VMs, 4 clients
    std::vector<Ptr<HealthProbeResponder>> m_responders; //!< by VM, if AddProbe() was called
    std::vector<LoadBalancingDecision> m_decisions;      //!< of all muxes
    std::vector<MemberHealth> m_health;                  //!< as muxes apply it

  private:
    /// Answer what will come in a connection.
    static void Accept(uint32_t vm, Ptr<Socket> socket, const Address& from);
    /// Answer a datagram with the VM's number.
    static void AnswerDatagram(uint32_t vm, Ptr<Socket> socket);
    /// Answer what comes in a connection with the VM's number.
    static void AnswerStream(uint32_t vm, Ptr<Socket> socket);
    void NoteDrop(const DropRecord& drop, Ptr<const Packet> packet); //!< trace sink
    void NoteDecision(const LoadBalancingDecision& decision);        //!< trace sink
    void NoteHealth(const MemberHealth& health);                     //!< trace sink

    bool m_hasProbe{false};                     //!< AddProbe() was called
    std::vector<std::unique_ptr<Talk>> m_talks; //!< so far
    std::map<DropReason, uint32_t> m_drops;     //!< how often
};

} // namespace ns3::azure

#endif // AZURE_LOAD_BALANCER_WORLD_H
