// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-statistics.h"

#include "ns3/azure-host-agent.h"
#include "ns3/azure-nat-gateway-node.h"
#include "ns3/azure-traffic-generator.h"
#include "ns3/callback.h"

namespace ns3::azure
{

void
TrafficStatistics::Connect(Ptr<TrafficGenerator> generator)
{
    const auto number = static_cast<uint32_t>(m_flows.size());
    m_flows.emplace_back();
    generator->TraceConnectWithoutContext(
        "FlowStarted",
        MakeBoundCallback(&TrafficStatistics::CountStarted, this, number));
    generator->TraceConnectWithoutContext("FlowEstablished",
                                          MakeCallback(&TrafficStatistics::CountEstablished, this));
    generator->TraceConnectWithoutContext("FlowFailed",
                                          MakeCallback(&TrafficStatistics::CountFailed, this));
}

void
TrafficStatistics::Connect(Ptr<HostAgent> agent)
{
    ConnectPorts(agent);
}

void
TrafficStatistics::Connect(Ptr<NatGatewayNode> gateway)
{
    ConnectPorts(gateway);
}

void
TrafficStatistics::ConnectPorts(Ptr<Object> ports)
{
    ports->TraceConnectWithoutContext("SnatExhausted",
                                      MakeCallback(&TrafficStatistics::CountExhaustion, this));
    ports->TraceConnectWithoutContext("SnatPort",
                                      MakeCallback(&TrafficStatistics::CountSnatPort, this));
}

TrafficCounts
TrafficStatistics::GetCounts(uint32_t generator) const
{
    TrafficCounts counts;
    for (const auto& flow : m_flows.at(generator))
    {
        const bool isRefused = flow.wasRefused && !flow.hadPort && !flow.isEstablished;
        ++counts.attempted;
        counts.established += flow.isEstablished;
        counts.refused += isRefused;
        counts.failed += flow.isOver && !flow.isEstablished && !isRefused;
    }
    return counts;
}

TrafficCounts
TrafficStatistics::GetTotals() const
{
    TrafficCounts totals;
    for (uint32_t generator = 0; generator < m_flows.size(); ++generator)
    {
        const auto counts = GetCounts(generator);
        totals.attempted += counts.attempted;
        totals.established += counts.established;
        totals.refused += counts.refused;
        totals.failed += counts.failed;
    }
    return totals;
}

void
TrafficStatistics::CountStarted(TrafficStatistics* self,
                                uint32_t generator,
                                const TrafficFlow& flow)
{
    auto& flows = self->m_flows[generator];
    if (flow.number >= flows.size())
    {
        flows.resize(flow.number + 1);
    }
    self->m_attempts[flow.key] = {generator, flow.number, false};
}

void
TrafficStatistics::CountEstablished(const TrafficFlow& flow)
{
    const auto attempt = m_attempts.find(flow.key);
    auto& established = GetFlow(attempt->second);
    established.isEstablished = true;
    established.isOver = true;
    m_attempts.erase(attempt);
}

void
TrafficStatistics::CountFailed(const TrafficFlow& flow, TrafficFailure failure, bool isRetried)
{
    const auto attempt = m_attempts.find(flow.key);
    auto& failed = GetFlow(attempt->second);
    const bool wasSent =
        failure != TrafficFailure::NoSourcePort && failure != TrafficFailure::NoRoute;
    failed.hadPort = failed.hadPort || (wasSent && !attempt->second.isRefused);
    failed.isOver = !isRetried;
    m_attempts.erase(attempt);
}

void
TrafficStatistics::CountExhaustion(const SnatExhaustion& exhaustion)
{
    const auto attempt = m_attempts.find(exhaustion.key);
    if (attempt != m_attempts.end())
    {
        attempt->second.isRefused = true;
        GetFlow(attempt->second).wasRefused = true;
        m_refused[{exhaustion.networkInterface, exhaustion.flow}] = exhaustion.key;
    }
}

void
TrafficStatistics::CountSnatPort(const SnatPortEvent& event)
{
    const auto refused = event.stage == SnatPortStage::Acquired
                             ? m_refused.find({event.networkInterface, event.flow})
                             : m_refused.end();
    if (refused == m_refused.end())
    {
        return;
    }
    const auto attempt = m_attempts.find(refused->second);
    if (attempt != m_attempts.end())
    {
        attempt->second.isRefused = false;
        GetFlow(attempt->second).hadPort = true;
    }
    m_refused.erase(refused);
}

} // namespace ns3::azure
