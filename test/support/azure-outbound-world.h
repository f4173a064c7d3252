// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_OUTBOUND_WORLD_H
#define AZURE_OUTBOUND_WORLD_H

#include "azure-raw-datagram.h"

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-traffic-generator.h"
#include "ns3/azure-traffic-server.h"

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// A SecurityGroupDecision, with names of its own.
struct RecordedDecision
{
    SecurityGroupDecision decision; //!< its texts are not valid any more
    std::string group;              //!< name
    std::string rule;               //!< name
};

/// Attributes of an application, by name, as text.
using Attributes = std::vector<std::pair<std::string, std::string>>;

/**
 * @brief One of the three scenarios, with a traffic server on each server node, and all that its
 * host agents and mux report.
 *
 * Begin(), set the scenario up further, Assemble(), add traffic, Run().  The laws of conservation
 * are checked at the end of each test.
 */
class OutboundWorld : public ::testing::Test
{
  public:
    ~OutboundWorld() override;

  protected:
    void TearDown() override;

    /// Begin a world; the one before it, if there is one, is checked and ends.
    OutboundScenarioHelper& Begin(OutboundScenario scenario, const std::string& profile = "2017");
    /// Make the nodes, and listen to them.
    void Assemble();
    /// Begin() and Assemble() a world of one VM.
    void BeginWith(OutboundScenario scenario, const std::string& profile = "2017");
    /// Check the laws, and end the world.
    void End();

    /// Add a generator of traffic to the first so many server addresses; TCP unless told otherwise.
    Ptr<TrafficGenerator> Generate(uint32_t vm,
                                   const Attributes& attributes,
                                   uint32_t destinations = 1);
    /// Let simulated time pass until then.
    void Run(const std::string& until);
    /// Do something at a time.
    void At(const std::string& time, const std::function<void()>& what);

    /// A VM's stack sends a datagram, as it is.
    void SendRaw(uint32_t vm, const Bytes& datagram);
    /// A VM sends a UDP datagram that nobody answers.
    void SendUdp(uint32_t vm, uint16_t port, Ipv4Address to, uint16_t toPort = 9);
    /// A server sends a datagram, as it is.
    void SendRawFromServer(const Bytes& datagram);
    /// Listen to the datagrams a node's stack receives.
    void Listen(Ptr<Node> node);
    /// @return what the node has received, since Listen()
    const std::vector<Bytes>& GetReceived(Ptr<Node> node);

    Ptr<Node> GetVm(uint32_t vm = 0) const;
    Ptr<Node> GetServer() const;
    Ipv4Address GetServerAddress(uint32_t i = 0) const;
    Ptr<HostAgent> GetAgent(uint32_t host = 0) const;
    /// @return all flows so far, in the order of network interface and number
    std::vector<FlowRecord> GetFlows() const;
    /// @return the counts of one VM
    FlowCounts GetCounts(uint32_t vm = 0) const;
    /// @return public addresses that servers have seen in requests
    std::vector<Ipv4Address> GetSeenSources() const;
    /// @return packets dropped for that reason, by host agents and mux
    uint64_t CountDrops(DropReason reason) const;
    /// @return ports in use and cooling down of all hosts
    uint32_t GetPortsHeld() const;
    /// @return the public addresses of the helper's numbering
    static Ipv4Address GetFrontend(uint32_t i = 0);
    static Ipv4Address GetPlatformAddress(uint32_t vm = 0);
    static Ipv4Address GetInstanceLevelPublicIp(uint32_t vm = 0);
    Ipv4Address GetPrivateAddress(uint32_t vm = 0) const;

    std::unique_ptr<OutboundScenarioHelper> m_scenario; //!< the world
    std::unique_ptr<FlowStatistics> m_statistics;       //!< counts
    std::vector<Ptr<TrafficServer>> m_servers;          //!< one on each server node
    std::vector<FlowRecord> m_created;                  //!< FlowCreated
    std::vector<FlowRecord> m_ended;                    //!< FlowEnded
    std::vector<SnatPortEvent> m_ports;                 //!< SnatPort
    std::vector<SnatExhaustion> m_exhausted;            //!< SnatExhausted
    std::vector<SnatAllocation> m_allocated;            //!< SnatAllocation
    std::vector<RecordedDecision> m_decisions;          //!< SecurityGroupDecision
    std::vector<DropRecord> m_hostDrops;                //!< Drop of host agents
    std::vector<std::string> m_denyingRules;            //!< GROUP/RULE of each drop by a rule
    std::vector<DropRecord> m_muxDrops;                 //!< Drop of the mux
    std::vector<TrafficRequest> m_requests;             //!< as the servers see them
    std::vector<FlowKey> m_accepted;                    //!< TCP connections, as servers see them
    std::vector<TrafficFlow> m_started;                 //!< attempts of generators
    std::vector<TrafficFlow> m_established;             //!< flows of generators

  private:
    void OnCreated(const FlowRecord& flow);
    void OnEnded(const FlowRecord& flow);
    void OnSnatPort(const SnatPortEvent& event);
    void OnExhausted(const SnatExhaustion& exhaustion);
    void OnAllocated(const SnatAllocation& allocation);
    void OnDecision(const SecurityGroupDecision& decision);
    void OnHostDrop(const DropRecord& drop, Ptr<const Packet> packet);
    void OnMuxDrop(const DropRecord& drop, Ptr<const Packet> packet);
    void OnRequest(const TrafficRequest& request);
    void OnAccepted(const FlowKey& key);
    void OnStarted(const TrafficFlow& flow);
    void OnEstablished(const TrafficFlow& flow);
    void OnReceived(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface);
    /// Check what must hold whatever happened.
    void CheckLaws() const;

    std::map<uint32_t, std::vector<Bytes>> m_received; //!< by node, of those listened to
};

} // namespace ns3::azure

#endif // AZURE_OUTBOUND_WORLD_H
