// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_HELPER_H
#define AZURE_TRAFFIC_HELPER_H

#include "azure-outbound-scenario-helper.h"

#include "ns3/attribute.h"
#include "ns3/azure-deployment.h"
#include "ns3/azure-hold-time.h"
#include "ns3/azure-retry-policy.h"
#include "ns3/azure-traffic-generator.h"
#include "ns3/azure-traffic-server.h"
#include "ns3/object-factory.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief Has VMs of a scenario open flows to all of its server addresses, and its servers answer.
 *
 * @code
 *   TrafficHelper traffic;
 *   traffic.SetAttribute("Flows", UintegerValue(300));
 *   traffic.Install(scenario, 1);
 * @endcode
 *
 * The Set functions come before Install() and InstallInbound().
 */
class TrafficHelper
{
  public:
    TrafficHelper();

    /// @brief Set an attribute of every TrafficGenerator; its ports and its Transport go for the
    /// servers too.
    /// @param name the attribute; not Hold, of which every generator needs its own
    /// @param value its value
    void SetAttribute(const std::string& name, const AttributeValue& value);

    /// @param holdTime how long a connection stays open
    void SetHoldTime(const HoldTime& holdTime);

    /// @param policy what is done about failed attempts; if not set, what the attributes say
    void SetRetryPolicy(const RetryPolicy& policy);

    /// @return the first error of the configuration, or nothing
    std::optional<std::string> Validate() const;

    /**
     * @brief Install a generator on each of the first VMs, and servers on all server nodes.
     * @param scenario created already
     * @param activeVms VMs that open flows, at most those there are
     */
    void Install(const OutboundScenarioHelper& scenario, uint32_t activeVms);

    /**
     * @brief Install a generator on each of these VMs, and no servers: another helper with the same
     * DestinationPort and DestinationPorts has them.
     * @param scenario created already
     * @param vms numbers from 0, in the order of GetGenerators()
     */
    void InstallGenerators(const OutboundScenarioHelper& scenario,
                           const std::vector<uint32_t>& vms);

    /**
     * @brief The other way round: generators on the first server nodes, which are the clients of a
     * load-balancing rule then, and servers on all VMs.
     *
     * The rule says where flows go, to its frontend and frontend port, with which protocol, and
     * which port the VMs serve, its backend port; DestinationPort and Protocol go before it if they
     * have been set.  The program ends with a line if there is no such rule, or no such number of
     * clients.
     *
     * @param scenario created already
     * @param clients server nodes that open flows, 1 to those there are
     * @param rule name of a load-balancing rule
     * @param loadBalancer name of its load balancer, a public one
     */
    void InstallInbound(const OutboundScenarioHelper& scenario,
                        uint32_t clients,
                        const std::string& rule = "rule-0",
                        const std::string& loadBalancer = OutboundScenarioHelper::LOAD_BALANCER);

    /**
     * @brief As above, with an address in place of a rule: for inbound NAT rules, instance-level
     * public IPs, and ports that no rule is for.
     * @param scenario created already
     * @param frontend address that flows go to, at DestinationPort: of a public frontend, or an
     *        instance-level public IP
     * @param clients server nodes that open flows, 1 to those there are
     * @param backendPort lowest port that the VMs serve, at least 1; as many as DestinationPorts
     */
    void InstallInbound(const OutboundScenarioHelper& scenario,
                        Ipv4Address frontend,
                        uint32_t clients,
                        uint16_t backendPort = 80);

    /// @brief Fix the streams of all random variables.  @return how many were used
    int64_t AssignStreams(int64_t stream) const;

    /// @return the generators; that of VM i, or of client i, is number i
    const std::vector<Ptr<TrafficGenerator>>& GetGenerators() const
    {
        return m_generators;
    }

    /// @return the servers, one a server node, or one a VM
    const std::vector<Ptr<TrafficServer>>& GetServers() const
    {
        return m_servers;
    }

  private:
    /// @return a generator with everything set but its destinations
    Ptr<TrafficGenerator> CreateGenerator() const;
    /// Have a node open flows to the addresses.
    void InstallGenerator(Ptr<Node> node, const std::vector<Ipv4Address>& destinations);
    /// Have a node answer flows from that port up.
    void InstallServer(Ptr<Node> node, uint16_t firstPort, const OutboundScenarioHelper& scenario);
    /// @return an attribute of the generators
    uint16_t GetPort(const std::string& name) const;

    ObjectFactory m_factory;                         //!< makes generators
    std::set<std::string> m_attributes;              //!< that users have set
    HoldTime m_holdTime;                             //!< how long a connection stays open
    std::optional<RetryPolicy> m_retryPolicy;        //!< in place of the attributes
    std::vector<Ptr<TrafficGenerator>> m_generators; //!< by VM
    std::vector<Ptr<TrafficServer>> m_servers;       //!< by server node
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_HELPER_H
