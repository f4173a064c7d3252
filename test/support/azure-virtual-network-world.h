// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VIRTUAL_NETWORK_WORLD_H
#define AZURE_VIRTUAL_NETWORK_WORLD_H

#include "azure-raw-datagram.h"

#include "ns3/azure-fabric-helper.h"
#include "ns3/azure-host-agent.h"
#include "ns3/azure-virtual-network-manager.h"
#include "ns3/ipv4.h"
#include "ns3/node.h"

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Hosts, VMs in virtual networks, and a virtual network manager: no mux, no Internet.
 *
 * AddHosts(), change the resources, AddVm(), Program(), Run().  VMs' interfaces are numbered from 1
 * in the order of AddVm().  The laws of conservation are checked at the end.
 */
class VirtualNetworkWorld : public ::testing::Test
{
  public:
    ~VirtualNetworkWorld() override;

  protected:
    void TearDown() override;

    /// Make the fabric, that many hosts, and the manager.
    void AddHosts(uint32_t hosts, FabricLink link = FabricLink::PointToPoint);
    /// Add a virtual network of 10.0.0.0/16, or what is given, with one subnet named "subnet".
    void AddVirtualNetwork(const std::string& name, const std::string& prefix = "10.0.0.0/16");
    /// Add a VM. @return its index
    uint32_t AddVm(uint32_t host, const std::string& virtualNetwork, Ipv4Address address);
    /// Change the resources, which must work.
    void Update(const VirtualNetworkManager::Change& change);
    /// Put a rule into a group: name, then what differs from SecurityRuleText's defaults.
    void AddRule(const std::string& group, const SecurityRuleText& rule);
    /// Put goal states in place, which otherwise are sent.
    void Program();

    /// Let simulated time pass until then.
    void Run(const std::string& until);
    /// Do something at a time.
    void At(const std::string& time, const std::function<void()>& what);
    /// Check the laws, and end the world.
    void End();

    /// A VM's stack sends a datagram, as it is.
    void Send(uint32_t vm, const Bytes& datagram);
    /// A VM sends a UDP datagram to another VM's address.
    void SendUdp(uint32_t vm, uint32_t to, uint16_t toPort = 9, uint16_t port = 5000);
    /// @return the datagrams that a VM's stack has received
    const std::vector<Bytes>& GetReceived(uint32_t vm);
    /// @return how many packets were dropped for that reason
    uint64_t CountDrops(DropReason reason) const;
    /// From now to then, or for ever, a node loses what comes to it from the physical network.
    void Cut(Ptr<Node> node, const std::string& until = "");
    Ipv4Address GetAddress(uint32_t vm) const;
    /// @return a host's provider address
    Ipv4Address GetHostAddress(uint32_t host) const;

    FabricHelper m_fabric;                             //!< the physical network
    Ptr<VirtualNetworkManager> m_manager;              //!< the control plane
    std::vector<Ptr<HostAgent>> m_agents;              //!< by host
    std::vector<Ptr<Node>> m_vms;                      //!< by index
    std::vector<DropRecord> m_drops;                   //!< Drop of host agents
    std::vector<FlowRecord> m_created;                 //!< FlowCreated of host agents
    std::vector<SecurityGroupDecision> m_decisions;    //!< SecurityGroupDecision; names are gone
    std::vector<std::string> m_decidingRules;          //!< of m_decisions
    std::vector<std::string> m_deniedBy;               //!< of m_drops: group and rule
    std::vector<GoalStateInstruction> m_sent;          //!< GoalStateSent
    std::vector<GoalStateInstruction> m_applied;       //!< GoalStateApplied
    std::vector<GoalStateInstruction> m_unreachable;   //!< AgentUnreachable
    std::map<uint32_t, std::vector<Bytes>> m_received; //!< by node
    std::vector<uint32_t> m_attempts;                  //!< of messages, as they are sent

  private:
    void OnDrop(const DropRecord& drop, Ptr<const Packet> packet);
    void OnCreated(const FlowRecord& flow);
    void OnDecision(const SecurityGroupDecision& decision);
    void OnSent(const GoalStateInstruction& instruction);
    void OnApplied(const GoalStateInstruction& instruction);
    void OnUnreachable(const GoalStateInstruction& instruction);
    void OnMessage(const ControlMessage& message);
    void OnReceived(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface);

    std::vector<Ipv4Address> m_addresses; //!< by VM
    std::vector<Ipv4Address> m_hosts;     //!< provider addresses
};

} // namespace ns3::azure

#endif // AZURE_VIRTUAL_NETWORK_WORLD_H
