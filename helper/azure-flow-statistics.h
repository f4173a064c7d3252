// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_STATISTICS_H
#define AZURE_FLOW_STATISTICS_H

#include "ns3/azure-flow-tracker.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace ns3::azure
{

class HostAgent;
class NatGatewayNode;

/// What became of outbound flows.  attempted = established + refused + unanswered + denied.
struct FlowCounts
{
    uint64_t attempted{0};            //!< flows whose first packet reached the host agent
    uint64_t established{0};          //!< packets passed both ways
    uint64_t refused{0};              //!< flows that never got a SNAT port
    uint64_t unanswered{0};           //!< flows that passed, but nothing came back
    uint64_t denied{0};               //!< flows that never passed the network security groups
    uint64_t idleTimeouts{0};         //!< established flows that were idle for too long (S0-23)
                                      //!< before they were closed
    uint32_t portsAllocated{0};       //!< SNAT ports allocated, at the time of asking
    uint32_t peakPortsUsed{0};        //!< most SNAT ports in use or cooling down at once
    std::optional<Time> firstRefusal; //!< when the first packet was refused, if one was
};

/**
 * @ingroup azure-helper
 * @brief Counts in memory what host agents report: for tables of results, and for tests.
 *
 * Only outbound flows are counted.  A flow that is still open counts by its outcome so far.
 *
 * A flow to the Internet behind a NAT gateway counts by what the gateway says of it, once a gateway
 * is connected: its host does not know whether it got a port.  What the host has denied, the
 * gateway has not seen, and counts as denied.  A gateway's ports count in the totals only.
 *
 * Ask before Simulator::Destroy(): open flows and allocated ports are asked of the host agents.
 *
 * Lifetime: must live as long as the simulation; the host agents call it.
 */
class FlowStatistics
{
  public:
    /// Returns the SNAT ports of some network interfaces as they are when it is called.
    using PortUsage = std::function<std::vector<SnatPortUsage>()>;
    /// Tells of the flows of some network interfaces that are open when it is called.
    using OpenFlows = std::function<void(const FlowVisitor&)>;

    FlowStatistics() = default;
    FlowStatistics(const FlowStatistics&) = delete;
    FlowStatistics& operator=(const FlowStatistics&) = delete;

    /// Count what a host agent reports, from now on.  @param agent before its first packet
    void Connect(Ptr<HostAgent> agent);

    /// Count what a NAT gateway reports, from now on.  @param gateway before its first packet
    void Connect(Ptr<NatGatewayNode> gateway);

    /// Count the ports that a function returns, whenever somebody asks; Connect() does it too.
    void AddPortUsage(const PortUsage& portUsage);
    /// Count the open flows that a function tells of, whenever somebody asks; as does Connect().
    void AddOpenFlows(const OpenFlows& openFlows);

    /**
     * @brief Count a NAT gateway's ports and open flows, whenever somebody asks; as does Connect().
     * @return the gateway's position, from 0
     */
    uint32_t AddNatGateway(const PortUsage& portUsage, const OpenFlows& openFlows);

    /// @return the counts of one network interface; asks for all open flows, so for many
    ///         interfaces GetAllCounts() is the way
    FlowCounts GetCounts(uint32_t networkInterface) const;

    /// @return the counts of every network interface, by its number; none of those without ports
    ///         that attempted nothing
    std::map<uint32_t, FlowCounts> GetAllCounts() const;

    /**
     * @brief The counts of all active network interfaces: those that attempted a flow.
     *
     * The peak is that of the sum over the interfaces: ports that were in use at the same time.
     */
    FlowCounts GetTotals() const;

    void CountFlowEnded(const FlowRecord& flow);            //!< trace sink
    void CountSnatPort(const SnatPortEvent& event);         //!< trace sink
    void CountExhaustion(const SnatExhaustion& exhaustion); //!< trace sink
    void CountNatGatewayFlow(const FlowRecord& flow);       //!< trace sink

    /**
     * @brief Trace sink for a NAT gateway's ports.
     * @param statistics who counts
     * @param natGateway the gateway's position
     * @param event what happened to the port
     */
    static void CountNatGatewayPort(FlowStatistics* statistics,
                                    uint32_t natGateway,
                                    const SnatPortEvent& event);

  private:
    /// What is known of one interface.
    struct Interface
    {
        FlowCounts counts;     //!< without open flows and allocated ports
        uint32_t portsUsed{0}; //!< in use or cooling down after the latest event
    };

    /// What is known of one NAT gateway, and where to ask for more.
    struct NatGateway
    {
        PortUsage portUsage;   //!< its ports
        OpenFlows openFlows;   //!< its open flows
        uint32_t portsUsed{0}; //!< in use or cooling down after the latest event
    };

    /// @return whether a NAT gateway that is connected tells of the flow, too
    bool IsNatGateways(const FlowRecord& flow) const;
    /// An interface or NAT gateway uses as many ports as an event says.
    void UsePorts(uint32_t& portsUsed, const SnatPortEvent& event);

    std::map<uint32_t, Interface> m_interfaces; //!< by network interface
    std::vector<PortUsage> m_portUsages;        //!< where to ask for ports
    std::vector<OpenFlows> m_openFlows;         //!< where to ask for open flows
    std::vector<NatGateway> m_natGateways;      //!< by position
    uint32_t m_portsUsed{0};                    //!< over all interfaces and NAT gateways
    uint32_t m_peakPortsUsed{0};                //!< the most that m_portsUsed has been
};

} // namespace ns3::azure

#endif // AZURE_FLOW_STATISTICS_H
