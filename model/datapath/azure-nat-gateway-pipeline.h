// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NAT_GATEWAY_PIPELINE_H
#define AZURE_NAT_GATEWAY_PIPELINE_H

#include "azure-packet-headers.h"
#include "azure-rewrite.h"

#include "ns3/azure-drop-reason.h"
#include "ns3/azure-flow-tracker.h"
#include "ns3/azure-nat-gateway-goal-state.h"
#include "ns3/azure-trace-records.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace ns3::azure
{

/// A packet passes the NAT gateway.
struct NatGatewayForward
{
    Rewrite rewrite;                          //!< what to change
    std::optional<NatGatewayMember> receiver; //!< whose VM gets it; none: it goes to the Internet
};

/// A packet ends at the NAT gateway.
struct NatGatewayDiscard
{
    DropReason reason{DropReason::NoTrackedFlow}; //!< why
    bool isReset{false};                          //!< its sender gets a RST
};

/// What shall happen to a packet at a NAT gateway.
using NatGatewayVerdict = std::variant<NatGatewayForward, NatGatewayDiscard>;

/// Who has sent a packet to a NAT gateway through a tunnel.
struct NatGatewaySender
{
    uint32_t networkInterface{0}; //!< number in the tunnel's key
    Ipv4Address host;             //!< source of the outer header
};

/**
 * @ingroup azure-datapath
 * @brief What happens to the packets of a NAT gateway (sources.rst B.6).
 *
 * The flows of all members share the ports of all public addresses: nobody has ports of their own.
 * The first packet of a flow takes a port, as the profile says which; each later one costs one
 * lookup.  Only whole TCP and UDP datagrams pass, and ICMP errors that are about a packet of a
 * flow, which keep no flow alive.  A TCP flow begins with a SYN of the VM.
 *
 * With TcpReset::OnLatePacket who sends a TCP segment of a flow that is not there gets a RST,
 * either side (B.5: NG-2307); nobody does when a flow ends.  What was there before is not
 * remembered: any segment gets one that is neither a SYN, which belongs to no flow that could be
 * gone, nor a RST. So a stranger's SYN is dropped silently, like UDP (our choice).
 *
 * Members are told apart by their private addresses: they are in one virtual network.
 *
 * Laws, checked by CheckInvariants(): those of FlowTracker.
 *
 * Calls must be made in the order of their times.  Flows whose time has come by a call's \p now
 * are ended before it does anything else.
 */
class NatGatewayPipeline
{
  public:
    /**
     * @param observer told of everything; not owned
     * @param maxFlows most flows with a port at a time; others are refused as if no port were free
     * @param draw used where the profile's choices are random
     */
    NatGatewayPipeline(FlowObserver& observer, uint32_t maxFlows, Draw draw);

    /**
     * @brief Learn what to do; a later goal state may differ in its members only.
     *
     * Flows of who is no member any more get no packets, and end by their timers.
     *
     * @return whether it was done: false, with nothing changed, if something else differs
     */
    bool Program(const NatGatewayGoalState& goalState);

    /// @brief Decide on a packet from a VM, which the sender has brought.
    NatGatewayVerdict Outbound(const PacketHeaders& packet,
                               const NatGatewaySender& sender,
                               Time now);

    /// @brief Decide on a packet from the Internet.
    NatGatewayVerdict Inbound(const PacketHeaders& packet, Time now);

    /// @brief End the flows whose time has come.
    void Expire(Time now)
    {
        m_flows.Expire(now);
    }

    /// @return when Expire() has something to look at; nothing if there are no flows
    std::optional<Time> GetNextDeadline() const
    {
        return m_flows.GetNextDeadline();
    }

    /// @return use of each public address, of network interface 0: nobody has ports of their own
    std::vector<SnatPortUsage> GetSnatPortUsage() const
    {
        return m_goalState ? m_flows.GetSnatPortUsage() : std::vector<SnatPortUsage>();
    }

    /// @brief Tell of the flows in the table, in the order of their numbers.
    void VisitOpenFlows(const FlowVisitor& visitor) const
    {
        m_flows.VisitOpenFlows(visitor);
    }

    /// @return the flows in the table, in the order of their numbers
    std::vector<FlowRecord> GetOpenFlows() const
    {
        std::vector<FlowRecord> flows;
        VisitOpenFlows([&flows](const FlowRecord& flow) { flows.push_back(flow); });
        return flows;
    }

    /// @return bytes held by flows and their SNAT ports
    std::size_t GetMemory() const
    {
        return m_flows.GetMemory();
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const
    {
        return m_flows.CheckInvariants();
    }

  private:
    /// A packet on its way through the stages.
    struct Arrival
    {
        const PacketHeaders& headers; //!< its headers
        FlowDirection direction;      //!< where it goes
        uint32_t networkInterface;    //!< of the sender, if outbound
        Time now;                     //!< when it came
    };

    /// @return the member with that private address; null if there is none
    const NatGatewayMember* FindMember(uint32_t privateAddress) const;
    /// Why a packet is not its sender's. @return nothing if it is
    std::optional<DropReason> RefuseSender(const PacketHeaders& packet,
                                           const NatGatewaySender& sender) const;
    /// Decide on a packet of either direction whose ends are right.
    NatGatewayVerdict Decide(const Arrival& packet);
    /// Decide on a packet that ports cannot be found in.
    NatGatewayVerdict DecideOnOther(const Arrival& packet) const;
    /// Decide on the first packet of a flow, or the next of one that waits for a port.
    NatGatewayVerdict Begin(const Arrival& packet);
    /// Decide on a packet that belongs to no flow.
    NatGatewayVerdict DecideOnStranger(const Arrival& packet) const;
    /// Pass a packet as the flow's packets are passed.
    NatGatewayVerdict Translate(const FlowEntry& flow, FlowDirection direction) const;

    Draw m_draw;                                    //!< randomness from outside
    uint32_t m_maxFlows;                            //!< most flows with a port
    std::optional<NatGatewayGoalState> m_goalState; //!< what is known
    std::vector<uint32_t> m_addresses; //!< public ones: at most 16, so a list is fastest
    std::unordered_map<uint32_t, uint32_t> m_memberOf; //!< index, by private address
    FlowTracker m_flows;                               //!< of all members
};

} // namespace ns3::azure

#endif // AZURE_NAT_GATEWAY_PIPELINE_H
