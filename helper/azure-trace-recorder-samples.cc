// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-recorder.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// @return the first multiple of an interval after now
Time
GetNextMultiple(Time interval)
{
    const auto step = interval.GetNanoSeconds();
    return NanoSeconds((Simulator::Now().GetNanoSeconds() / step + 1) * step);
}

} // namespace

Time
TraceRecorder::GetFlowLogInterval()
{
    return Minutes(5);
}

Time
TraceRecorder::GetTrafficInterval()
{
    return Minutes(1);
}

void
TraceRecorder::AddPortUsage(const PortUsage& portUsage)
{
    m_portUsages.push_back(portUsage);
    if (m_portUsages.size() == 1 && m_sampleInterval)
    {
        m_nextPortSample = Simulator::Now();
        ScheduleSample();
    }
}

void
TraceRecorder::AddOpenFlows(const OpenFlows& openFlows)
{
    m_openFlows.push_back(openFlows);
    BeginTrafficSamples();
}

void
TraceRecorder::AddMuxTraffic(const MuxTrafficReport& muxTraffic)
{
    m_muxTraffic.push_back(muxTraffic);
    BeginTrafficSamples();
}

void
TraceRecorder::BeginFlowSamples()
{
    if (!m_nextFlowSample)
    {
        m_nextFlowSample = GetNextMultiple(GetFlowLogInterval());
        ScheduleSample();
    }
}

void
TraceRecorder::BeginTrafficSamples()
{
    if (HasTraffic() && !m_nextTrafficSample)
    {
        m_nextTrafficSample = GetNextMultiple(GetTrafficInterval());
        ScheduleSample();
    }
}

void
TraceRecorder::SamplePorts()
{
    std::vector<SnatPortUsage> usages;
    for (const auto& portUsage : m_portUsages)
    {
        const auto more = portUsage();
        usages.insert(usages.end(), more.begin(), more.end());
    }
    std::vector<NatGatewayPortUsage> gateways;
    for (const auto& gateway : m_natGateways)
    {
        for (const auto& usage : gateway.portUsage())
        {
            gateways.push_back({gateway.ended.natGateway, usage});
        }
    }
    m_database->InsertSample(Simulator::Now(), usages, gateways);
}

void
TraceRecorder::UseOpenFlows(const FlowUse& use)
{
    const bool areRulesMetered = use.isMetered && m_meter.HasRules();
    auto traffic = areRulesMetered ? m_meter.GetEnded() : std::vector<MemberTraffic>();
    if (use.isSampled)
    {
        m_database->BeginFlowSample(Simulator::Now());
    }
    const auto takeFlow = [&](const FlowRecord& flow) {
        if (use.isSampled && flow.accepted && m_securedInterfaces.count(flow.networkInterface) > 0)
        {
            m_database->InsertFlowSample(flow);
        }
        if (areRulesMetered)
        {
            m_meter.Count(flow, traffic);
        }
        if (use.isRecorded)
        {
            m_database->Insert(flow);
        }
    };
    if (use.isRecorded || areRulesMetered || (use.isSampled && !m_securedInterfaces.empty()))
    {
        for (const auto& openFlows : m_openFlows)
        {
            openFlows(takeFlow);
        }
    }
    if (use.isMetered)
    {
        SampleNatGateways();
    }
    if (areRulesMetered)
    {
        SampleTraffic(traffic);
    }
}

void
TraceRecorder::SampleTraffic(const std::vector<MemberTraffic>& members)
{
    std::vector<MuxTraffic> muxes;
    muxes.reserve(m_muxTraffic.size());
    for (const auto& muxTraffic : m_muxTraffic)
    {
        muxes.push_back(muxTraffic());
    }
    m_database->InsertTrafficSample(Simulator::Now(), muxes, members);
}

void
TraceRecorder::TakeSamples()
{
    const auto now = Simulator::Now();
    if (m_nextPortSample == now)
    {
        SamplePorts();
        m_nextPortSample = now + *m_sampleInterval;
    }
    const bool areFlowsDue = m_nextFlowSample == now;
    const bool isTrafficDue = m_nextTrafficSample == now;
    if (areFlowsDue || isTrafficDue)
    {
        UseOpenFlows({areFlowsDue, isTrafficDue, false});
        m_nextFlowSample = areFlowsDue ? now + GetFlowLogInterval() : m_nextFlowSample;
        m_nextTrafficSample = isTrafficDue ? now + GetTrafficInterval() : m_nextTrafficSample;
    }
    // Sampling alone must not keep the simulation going.
    if (Simulator::IsFinished())
    {
        m_nextPortSample.reset();
        m_nextFlowSample.reset();
        m_nextTrafficSample.reset();
    }
    ScheduleSample();
}

void
TraceRecorder::ScheduleSample()
{
    // Removed, not only canceled: as long as it is in the queue, the simulation is not finished.
    Simulator::Remove(m_sampleEvent);
    std::optional<Time> next;
    for (const auto& sample : {m_nextPortSample, m_nextFlowSample, m_nextTrafficSample})
    {
        next = next && sample ? std::min(next, sample) : (next ? next : sample);
    }
    if (next)
    {
        m_sampleEvent =
            Simulator::Schedule(*next - Simulator::Now(), &TraceRecorder::TakeSamples, this);
    }
}

} // namespace ns3::azure
