// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_WORLD_H
#define AZURE_SOAK_WORLD_H

#include "azure-soak-plan.h"

#include "ns3/azure-health-probe-responder.h"
#include "ns3/azure-my-ip-dns-client.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-syn-flood.h"
#include "ns3/azure-traffic-generator.h"
#include "ns3/azure-traffic-server.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @brief The world of one round: the scenario that a plan describes, and its traffic.
 *
 * @verbatim
   vnet-0, default: pooled VMs | VMs with public IPs | standalone VMs \                 / server and
   vnet-0, behind-gateway: VMs                                         hosts -- muxes --  clients
   vnet-1, default: VMs                                               /   NAT gateway   \ resolver
   @endverbatim
 */
class SoakWorld
{
  public:
    static constexpr const char* GATEWAY = "gateway-0";             //!< name of the NAT gateway
    static constexpr const char* GATEWAY_SUBNET = "behind-gateway"; //!< whose VMs use it
    static constexpr const char* PEER = "vnet-1";                   //!< the second virtual network
    static constexpr const char* GROUP = "web";                     //!< a security group
    static constexpr const char* INTERNAL = "internal";             //!< an internal load balancer
    static constexpr const char* PROBE = "alive";                   //!< a health probe
    static constexpr uint16_t FIRST_PORT = 80;                      //!< that servers serve
    static constexpr uint16_t PORTS = 8;                            //!< how many
    static constexpr uint16_t PROBE_PORT = 8090;                    //!< of responders
    static constexpr uint16_t NAT_RULE_PORT = 5000;                 //!< of an inbound NAT rule
    static constexpr uint16_t DENIED_PORT = 87; //!< served, but all groups deny it at all times

    /// @param plan what it is like; the world is ready for Simulator::Run() then
    explicit SoakWorld(const SoakPlan& plan);

    /// @return what it is like
    const SoakPlan& GetPlan() const
    {
        return m_plan;
    }

    /// @return the deployment
    OutboundScenarioHelper& GetScenario()
    {
        return m_scenario;
    }

    /// @return the NAT gateway; null if there is none
    Ptr<NatGatewayNode> GetGateway() const
    {
        return m_plan.gatewayVms > 0 ? m_scenario.GetNatGateway(GATEWAY) : nullptr;
    }

    /// @return what answers the health probes of the pooled VMs; none on compact ones
    const std::vector<Ptr<HealthProbeResponder>>& GetResponders() const
    {
        return m_responders;
    }

    /// @return all traffic generators so far
    const std::vector<Ptr<TrafficGenerator>>& GetGenerators() const
    {
        return m_generators;
    }

    /// @return addresses that clients on the Internet send to
    const std::vector<Ipv4Address>& GetPublicAddresses() const
    {
        return m_publicAddresses;
    }

    /// @brief Have each traffic generator that is made from now on told of, too.
    void SetGeneratorSink(std::function<void(Ptr<TrafficGenerator>)> sink);

    /// @brief Have a VM open many flows to the servers at once.
    void AddBurst(uint32_t vm, uint32_t flows, bool isTcp);

    /// @brief Have SYNs with false sources come from the Internet.
    void AddFlood(Ipv4Address to, double rate, Time duration);

    /// @brief Have a VM ask its host for its public address.
    void AddQuestion(uint32_t vm, uint16_t identifier);

  private:
    /// Describe what there is, before Create().
    void Describe();
    /// Describe virtual networks and their security groups.
    void DescribeNetworks();
    /// Describe load balancers.
    void DescribeLoadBalancers();
    /// Add servers, responders, and what answers DNS.
    void AddServers();
    /// Add generators of all kinds.
    void AddTraffic();
    /// Add a server.
    void AddServer(Ptr<Node> node, VmStack stack);
    /// @return a generator that has been added to the node; it runs from begin to end of traffic
    Ptr<TrafficGenerator> AddGenerator(Ptr<Node> node,
                                       VmStack stack,
                                       const std::vector<Ipv4Address>& destinations);
    /// Put a generator on its node, with streams of its own, and tell of it.
    void Register(Ptr<Node> node, Ptr<TrafficGenerator> generator);

    SoakPlan m_plan;                                     //!< what it is like
    SoakDice m_dice;                                     //!< for traffic
    OutboundScenarioHelper m_scenario;                   //!< the deployment
    std::vector<Ptr<HealthProbeResponder>> m_responders; //!< of pooled VMs
    std::vector<Ptr<TrafficGenerator>> m_generators;     //!< all
    std::vector<Ipv4Address> m_publicAddresses;          //!< that clients send to
    std::function<void(Ptr<TrafficGenerator>)> m_sink;   //!< told of generators
    std::map<uint32_t, uint16_t> m_nextPorts; //!< source ports of generators, by ns-3's node number
    int64_t m_stream{1};                      //!< next stream of random numbers
};

} // namespace ns3::azure

#endif // AZURE_SOAK_WORLD_H
