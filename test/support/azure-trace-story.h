// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_STORY_H
#define AZURE_TRACE_STORY_H

#include "ns3/azure-trace-database.h"
#include "ns3/azure-trace-records.h"

#include <string>

namespace ns3::azure
{

/**
 * A hand-written run, told to a trace database.  Times in seconds of simulation time.
 *
 * Node 1 (vm0) has interface 0 with the eight SNAT ports 1024-1031 of 198.51.100.1, node 2 (vm1)
 * has interface 1 with an instance-level address; both are on host 3, and node 4 is the mux.
 */
struct TraceStory
{
    TraceDatabase& database; //!< who is told

    /// The nodes, interfaces and addresses, and the block of ports.
    void TellTopology() const
    {
        database.Insert(NodeFact{1, "vm0", NodeRole::VirtualMachine});
        database.Insert(NodeFact{2, "vm1", NodeRole::VirtualMachine});
        database.Insert(NodeFact{3, "host0", NodeRole::Host});
        database.Insert(NodeFact{4, "mux0", NodeRole::LoadBalancerMux});
        database.Insert(NetworkInterfaceFact{0,
                                             1,
                                             3,
                                             Ipv4Address("10.0.0.4"),
                                             OutboundMethod::LoadBalancerFrontend});
        database.Insert(NetworkInterfaceFact{1,
                                             2,
                                             3,
                                             Ipv4Address("10.0.0.5"),
                                             OutboundMethod::InstanceLevelPublicIp});
        database.Insert(
            PublicIpFact{Ipv4Address("198.51.100.1"), PublicIpKind::Frontend, std::nullopt});
        database.Insert(PublicIpFact{Ipv4Address("198.51.100.9"), PublicIpKind::InstanceLevel, 1});
        database.Insert(
            SnatAllocation{Seconds(0), 0, Ipv4Address("198.51.100.1"), PortRange{1024, 1031}});
    }

    /// @return a flow of interface 0 to port 443 of a destination
    static FlowKey Key(uint64_t flow, const char* destination)
    {
        return {Ipv4Address("10.0.0.4"),
                Ipv4Address(destination),
                static_cast<uint16_t>(49152 + flow),
                443,
                IpProtocol::Tcp};
    }

    /// A flow of interface 0 gets a SNAT port, and interface 0 then uses so many.
    void Acquire(double time, uint64_t flow, uint16_t port, uint32_t portsInUse) const
    {
        const auto key = Key(flow, "203.0.113.10").WithSource(Ipv4Address("198.51.100.1"), port);
        database.Insert(SnatPortEvent{Seconds(time),
                                      0,
                                      flow,
                                      SnatPortStage::Acquired,
                                      key,
                                      FlowEnd::Open,
                                      portsInUse});
    }

    /// A flow of interface 0 ends as idle, having begun at \p first, last heard of at \p last.
    void Release(double time,
                 uint64_t flow,
                 uint16_t port,
                 double first,
                 double last,
                 uint32_t portsInUse) const
    {
        const auto key = Key(flow, "203.0.113.10");
        const auto translated = key.WithSource(Ipv4Address("198.51.100.1"), port);
        database.Insert(SnatPortEvent{Seconds(time),
                                      0,
                                      flow,
                                      SnatPortStage::Released,
                                      translated,
                                      FlowEnd::Idle,
                                      portsInUse});
        FlowRecord record;
        record.flow = flow;
        record.method = OutboundMethod::LoadBalancerFrontend;
        record.key = key;
        record.translated = translated;
        record.firstPacket = Seconds(first);
        record.accepted = Seconds(first);
        record.firstReply = Seconds(last);
        record.lastPacket = Seconds(last);
        record.outcome = FlowOutcome::Established;
        record.end = FlowEnd::Idle;
        record.ended = Seconds(time);
        record.packetsOut = 2;
        record.bytesOut = 100;
        record.packetsIn = 1;
        record.bytesIn = 52;
        database.Insert(record);
    }

    /// A packet of a flow of interface 0 is refused; two of its ports are in use.
    void Refuse(double time, uint64_t flow, uint32_t attempt, const char* destination) const
    {
        database.Insert(
            SnatExhaustion{Seconds(time), 0, flow, attempt, Key(flow, destination), 8, 2, 0});
    }

    /// A flow of interface 0 that never got a port ends.
    void EndRefused(double time, uint64_t flow, const char* destination, double last) const
    {
        FlowRecord record;
        record.flow = flow;
        record.method = OutboundMethod::LoadBalancerFrontend;
        record.key = Key(flow, destination);
        record.firstPacket = record.lastPacket = Seconds(last);
        record.refusals = 1;
        record.end = FlowEnd::Idle;
        record.ended = Seconds(time);
        database.Insert(record);
    }

    /// A sample: interface 0 with so many ports in use, interface 1 without SNAT.
    void Sample(double time, uint32_t portsInUse) const
    {
        database.InsertSample(
            Seconds(time),
            {{0, Ipv4Address("198.51.100.1"), 8, portsInUse, 1, uint64_t{portsInUse} + 1},
             {1, std::nullopt, 0, 0, 0, 0}});
    }
};

} // namespace ns3::azure

#endif // AZURE_TRACE_STORY_H
