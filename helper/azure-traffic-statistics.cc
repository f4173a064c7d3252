// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-statistics.h"

#include "ns3/azure-bound-sink.h"
#include "ns3/azure-host-agent.h"
#include "ns3/azure-memory.h"
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
    generator->TraceConnectWithoutContext("FlowStarted",
                                          BindSink(&TrafficStatistics::CountStarted, this, number));
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
    const auto& flows = m_flows.at(generator);
    TrafficCounts counts;
    counts.attempted = flows.count;
    for (uint64_t number = 0; number < flows.count; ++number)
    {
        const auto pair = flows.pairs[static_cast<uint32_t>(number / 2)];
        const uint32_t bits = number % 2 == 0 ? pair : pair >> BITS;
        const bool isEstablished = (bits & ESTABLISHED) != 0;
        const bool isRefused = (bits & REFUSED) != 0 && (bits & (HAD_PORT | ESTABLISHED)) == 0;
        counts.established += isEstablished ? 1 : 0;
        counts.refused += isRefused ? 1 : 0;
        counts.failed += (bits & OVER) != 0 && !isEstablished && !isRefused ? 1 : 0;
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

uint64_t
TrafficStatistics::GetMemory() const
{
    uint64_t bytes = azure::GetMemory(m_flows) + m_attempts.GetMemory();
    for (const auto& flows : m_flows)
    {
        bytes += flows.pairs.GetMemory();
    }
    return bytes;
}

void
TrafficStatistics::CountStarted(TrafficStatistics* self,
                                uint32_t generator,
                                const TrafficFlow& flow)
{
    auto& flows = self->m_flows[generator];
    for (; flows.count <= flow.number; ++flows.count)
    {
        if (flows.count % 2 == 0)
        {
            flows.pairs.Append();
        }
    }
    self->m_attempts.Insert(flow.key, generator, static_cast<uint32_t>(flow.number));
}

void
TrafficStatistics::CountEstablished(const TrafficFlow& flow)
{
    if (const auto* attempt = m_attempts.Find(flow.key))
    {
        Set(*attempt, ESTABLISHED);
        Set(*attempt, OVER);
        m_attempts.Remove(flow.key);
    }
}

void
TrafficStatistics::CountFailed(const TrafficFlow& flow, TrafficFailure failure, bool isRetried)
{
    const auto* attempt = m_attempts.Find(flow.key);
    if (attempt == nullptr)
    {
        return;
    }
    const bool wasSent =
        failure != TrafficFailure::NoSourcePort && failure != TrafficFailure::NoRoute;
    if (wasSent && !attempt->isRefused)
    {
        Set(*attempt, HAD_PORT);
    }
    if (!isRetried)
    {
        Set(*attempt, OVER);
    }
    m_attempts.Remove(flow.key);
}

void
TrafficStatistics::CountExhaustion(const SnatExhaustion& exhaustion)
{
    if (auto* attempt = m_attempts.Find(exhaustion.key))
    {
        Set(*attempt, REFUSED);
        m_attempts.SetRefused(*attempt, exhaustion.networkInterface, exhaustion.flow);
    }
}

void
TrafficStatistics::CountSnatPort(const SnatPortEvent& event)
{
    if (event.stage != SnatPortStage::Acquired)
    {
        return;
    }
    if (auto* attempt = m_attempts.FindRefused(event.networkInterface, event.flow))
    {
        Set(*attempt, HAD_PORT);
        m_attempts.SetPassed(*attempt);
    }
}

void
TrafficStatistics::Set(const AttemptUnderWay& attempt, FlowBit bit)
{
    auto& pair = m_flows[attempt.generator].pairs[attempt.number / 2];
    const int shift = attempt.number % 2 == 0 ? 0 : BITS;
    pair = static_cast<uint8_t>(pair | (bit << shift));
}

} // namespace ns3::azure
