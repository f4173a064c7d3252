// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_SNAT_STORY_H
#define AZURE_TRACE_SNAT_STORY_H

#include "azure-trace-load-balancing-story.h"

#include "ns3/azure-trace-database.h"
#include "ns3/azure-trace-records.h"

#include <cstdint>
#include <optional>

namespace ns3::azure
{

/**
 * What happens to SNAT in a hand-written run, told to a trace database after the topology of
 * TraceLoadBalancingStory.  Times in seconds of simulation time.
 *
 * Interfaces 1 and 2 have eight ports each.  TellGateway() adds node 7, the NAT gateway "gateway"
 * with the address 198.51.100.50, and node 8 (vm2) with interface 3 (10.0.0.6) behind it.
 */
struct TraceSnatStory
{
    TraceDatabase& database; //!< who is told

    /// The NAT gateway's address.
    static Ipv4Address GatewayAddress()
    {
        return Ipv4Address("198.51.100.50");
    }

    /// The NAT gateway and what is behind it.
    void TellGateway() const
    {
        database.Insert(NodeFact{7, "gateway0", NodeRole::NatGateway});
        database.Insert(NodeFact{8, "vm2", NodeRole::VirtualMachine});
        database.Insert(NatGatewayFact{"gateway", 7, Minutes(30)});
        database.Insert(NetworkInterfaceFact{3,
                                             8,
                                             3,
                                             Ipv4Address("10.0.0.6"),
                                             OutboundMethod::NatGateway,
                                             "set",
                                             "gateway"});
        database.Insert(
            PublicIpFact{GatewayAddress(), PublicIpKind::NatGateway, std::nullopt, "gateway"});
    }

    /// A range is given to an interface, or taken from it.
    void Allocate(double time,
                  uint32_t networkInterface,
                  PortRange ports,
                  bool isGiven,
                  SnatAllocationCause cause,
                  uint32_t flowsBroken = 0) const
    {
        database.Insert(SnatAllocation{Seconds(time),
                                       networkInterface,
                                       TraceLoadBalancingStory::Frontend(),
                                       ports,
                                       isGiven,
                                       cause,
                                       flowsBroken});
    }

    /// @return an outbound flow of an interface from port 49152 + its number, that is refused so
    /// far
    static FlowRecord Flow(uint64_t flow,
                           uint32_t networkInterface,
                           double first,
                           IpProtocol protocol = IpProtocol::Tcp)
    {
        constexpr uint32_t BEFORE_FIRST = 0x0a000003; // 10.0.0.3
        FlowRecord record;
        record.networkInterface = networkInterface;
        record.flow = flow;
        record.method = OutboundMethod::LoadBalancerFrontend;
        record.key = {Ipv4Address(BEFORE_FIRST + networkInterface),
                      Ipv4Address("203.0.113.10"),
                      static_cast<uint16_t>(49152 + flow),
                      443,
                      protocol};
        record.firstPacket = record.lastPacket = Seconds(first);
        return record;
    }

    /// @return the flow, with a port of an address since a time
    static FlowRecord Accept(FlowRecord flow,
                             double accepted,
                             Ipv4Address address = TraceLoadBalancingStory::Frontend())
    {
        flow.translated = flow.key.WithSource(address, 1024);
        flow.accepted = flow.lastPacket = Seconds(accepted);
        flow.outcome = FlowOutcome::Unanswered;
        flow.packetsOut = 1;
        flow.bytesOut = 40;
        return flow;
    }

    /// @return the flow, answered at a time
    static FlowRecord Answer(FlowRecord flow, double reply)
    {
        flow.firstReply = flow.lastPacket = Seconds(reply);
        flow.outcome = FlowOutcome::Established;
        flow.packetsIn = 1;
        flow.bytesIn = 44;
        return flow;
    }

    /// @return a stage in the use of a port, after which so many are in use
    static SnatPortEvent Event(double time,
                               const FlowRecord& flow,
                               SnatPortStage stage,
                               uint32_t portsInUse,
                               uint32_t portsCoolingDown = 0)
    {
        SnatPortEvent event;
        event.time = Seconds(time);
        event.networkInterface = flow.networkInterface;
        event.flow = flow.flow;
        event.stage = stage;
        event.translated = flow.key.WithSource(TraceLoadBalancingStory::Frontend(), 1024);
        event.cause = stage == SnatPortStage::Acquired ? FlowEnd::Open : FlowEnd::Idle;
        event.portsInUse = portsInUse;
        event.portsCoolingDown = portsCoolingDown;
        return event;
    }

    /// @return a packet of the flow is refused
    static SnatExhaustion Refusal(double time, const FlowRecord& flow, uint32_t attempt = 1)
    {
        return {Seconds(time), flow.networkInterface, flow.flow, attempt, flow.key, 8, 8, 0};
    }

    /// A request of an interface is over: granted eight ports if it is answered, else unanswered.
    void Request(uint32_t networkInterface,
                 uint32_t request,
                 double asked,
                 std::optional<double> answered) const
    {
        SnatRequest record;
        record.networkInterface = networkInterface;
        record.request = request;
        record.flow = request;
        record.asked = Seconds(asked);
        if (answered)
        {
            record.answered = Seconds(*answered);
            record.outcome = SnatRequestOutcome::Granted;
            record.ports = 8;
        }
        database.Insert(record);
    }

    /// The SLB manager decides on a request.
    void Decide(uint32_t networkInterface,
                uint32_t request,
                double received,
                double decided,
                SnatRequestOutcome outcome = SnatRequestOutcome::Granted) const
    {
        SnatRequestDecision decision;
        decision.time = Seconds(decided);
        decision.networkInterface = networkInterface;
        decision.request = request;
        decision.received = Seconds(received);
        decision.outcome = outcome;
        decision.ports = outcome == SnatRequestOutcome::Granted ? 8 : 0;
        decision.waiting = 2;
        database.Insert(6, decision);
    }
};

} // namespace ns3::azure

#endif // AZURE_TRACE_SNAT_STORY_H
