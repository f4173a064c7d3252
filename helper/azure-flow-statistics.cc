// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-statistics.h"

#include "ns3/azure-bound-sink.h"
#include "ns3/azure-host-agent.h"
#include "ns3/azure-nat-gateway-node.h"
#include "ns3/callback.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// Adds a flow to the counts.
void
CountFlow(FlowCounts& counts, const FlowRecord& flow)
{
    ++counts.attempted;
    switch (flow.outcome)
    {
    case FlowOutcome::Refused:
        ++counts.refused;
        break;
    case FlowOutcome::Unanswered:
        ++counts.unanswered;
        break;
    case FlowOutcome::Established:
        ++counts.established;
        counts.idleTimeouts += flow.end == FlowEnd::Idle && !flow.isClosed ? 1 : 0;
        break;
    case FlowOutcome::Denied:
        ++counts.denied;
        break;
    }
}

/// @return the earlier of two times, of which none, one or both are set
std::optional<Time>
GetEarlier(const std::optional<Time>& a, const std::optional<Time>& b)
{
    return a && b ? std::min(*a, *b) : (a ? a : b);
}

} // namespace

void
FlowStatistics::Connect(Ptr<HostAgent> agent)
{
    agent->TraceConnectWithoutContext("FlowEnded",
                                      MakeCallback(&FlowStatistics::CountFlowEnded, this));
    agent->TraceConnectWithoutContext("SnatPort",
                                      MakeCallback(&FlowStatistics::CountSnatPort, this));
    agent->TraceConnectWithoutContext("SnatExhausted",
                                      MakeCallback(&FlowStatistics::CountExhaustion, this));
    AddPortUsage([agent] { return agent->GetSnatPortUsage(); });
    AddOpenFlows([agent](const FlowVisitor& visitor) { agent->VisitOpenFlows(visitor); });
}

void
FlowStatistics::Connect(Ptr<NatGatewayNode> gateway)
{
    const auto position =
        AddNatGateway([gateway] { return gateway->GetSnatPortUsage(); },
                      [gateway](const FlowVisitor& visitor) { gateway->VisitOpenFlows(visitor); });
    gateway->TraceConnectWithoutContext("FlowEnded",
                                        MakeCallback(&FlowStatistics::CountNatGatewayFlow, this));
    gateway->TraceConnectWithoutContext(
        "SnatPort",
        BindSink(&FlowStatistics::CountNatGatewayPort, this, position));
    gateway->TraceConnectWithoutContext("SnatExhausted",
                                        MakeCallback(&FlowStatistics::CountExhaustion, this));
}

void
FlowStatistics::AddPortUsage(const PortUsage& portUsage)
{
    m_portUsages.push_back(portUsage);
}

void
FlowStatistics::AddOpenFlows(const OpenFlows& openFlows)
{
    m_openFlows.push_back(openFlows);
}

uint32_t
FlowStatistics::AddNatGateway(const PortUsage& portUsage, const OpenFlows& openFlows)
{
    m_natGateways.push_back({portUsage, openFlows});
    return static_cast<uint32_t>(m_natGateways.size() - 1);
}

FlowCounts
FlowStatistics::GetCounts(uint32_t networkInterface) const
{
    return GetAllCounts()[networkInterface];
}

FlowCounts
FlowStatistics::GetTotals() const
{
    FlowCounts totals;
    for (const auto& [networkInterface, counts] : GetAllCounts())
    {
        if (counts.attempted == 0)
        {
            continue;
        }
        totals.attempted += counts.attempted;
        totals.established += counts.established;
        totals.refused += counts.refused;
        totals.unanswered += counts.unanswered;
        totals.denied += counts.denied;
        totals.idleTimeouts += counts.idleTimeouts;
        totals.portsAllocated += counts.portsAllocated;
        totals.firstRefusal = GetEarlier(totals.firstRefusal, counts.firstRefusal);
    }
    for (const auto& gateway : m_natGateways)
    {
        for (const auto& usage : gateway.portUsage())
        {
            totals.portsAllocated += usage.portsAllocated;
        }
    }
    totals.peakPortsUsed = m_peakPortsUsed;
    return totals;
}

bool
FlowStatistics::IsNatGateways(const FlowRecord& flow) const
{
    return !m_natGateways.empty() && flow.method == OutboundMethod::NatGateway &&
           flow.path == FlowPath::Internet && flow.outcome != FlowOutcome::Denied;
}

void
FlowStatistics::CountFlowEnded(const FlowRecord& flow)
{
    if (!flow.isInbound && !IsNatGateways(flow))
    {
        CountFlow(m_interfaces[flow.networkInterface].counts, flow);
    }
}

void
FlowStatistics::CountNatGatewayFlow(const FlowRecord& flow)
{
    CountFlow(m_interfaces[flow.networkInterface].counts, flow);
}

void
FlowStatistics::CountSnatPort(const SnatPortEvent& event)
{
    auto& interface = m_interfaces[event.networkInterface];
    UsePorts(interface.portsUsed, event);
    interface.counts.peakPortsUsed = std::max(interface.counts.peakPortsUsed, interface.portsUsed);
}

void
FlowStatistics::CountNatGatewayPort(FlowStatistics* statistics,
                                    uint32_t natGateway,
                                    const SnatPortEvent& event)
{
    statistics->UsePorts(statistics->m_natGateways.at(natGateway).portsUsed, event);
}

void
FlowStatistics::UsePorts(uint32_t& portsUsed, const SnatPortEvent& event)
{
    const uint32_t used = event.portsInUse + event.portsCoolingDown;
    m_portsUsed += used - portsUsed;
    m_peakPortsUsed = std::max(m_peakPortsUsed, m_portsUsed);
    portsUsed = used;
}

void
FlowStatistics::CountExhaustion(const SnatExhaustion& exhaustion)
{
    auto& counts = m_interfaces[exhaustion.networkInterface].counts;
    counts.firstRefusal = GetEarlier(counts.firstRefusal, exhaustion.time);
}

std::map<uint32_t, FlowCounts>
FlowStatistics::GetAllCounts() const
{
    std::map<uint32_t, FlowCounts> all;
    for (const auto& [networkInterface, interface] : m_interfaces)
    {
        all[networkInterface] = interface.counts;
    }
    for (const auto& portUsage : m_portUsages)
    {
        for (const auto& usage : portUsage())
        {
            all[usage.networkInterface].portsAllocated += usage.portsAllocated;
        }
    }
    for (const auto& openFlows : m_openFlows)
    {
        openFlows([this, &all](const FlowRecord& flow) {
            if (!flow.isInbound && !IsNatGateways(flow))
            {
                CountFlow(all[flow.networkInterface], flow);
            }
        });
    }
    for (const auto& gateway : m_natGateways)
    {
        gateway.openFlows(
            [&all](const FlowRecord& flow) { CountFlow(all[flow.networkInterface], flow); });
    }
    return all;
}

} // namespace ns3::azure
