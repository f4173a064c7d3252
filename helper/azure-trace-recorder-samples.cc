// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-recorder.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <iterator>

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

std::vector<FlowRecord>
TraceRecorder::GetOpenFlows() const
{
    std::vector<FlowRecord> all;
    for (const auto& openFlows : m_openFlows)
    {
        const auto more = openFlows();
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

void
TraceRecorder::SampleFlows(const std::vector<FlowRecord>& openFlows)
{
    std::vector<FlowRecord> logged;
    std::copy_if(openFlows.begin(),
                 openFlows.end(),
                 std::back_inserter(logged),
                 [this](const FlowRecord& flow) {
                     return flow.accepted && m_securedInterfaces.count(flow.networkInterface) > 0;
                 });
    m_database->InsertFlowSample(Simulator::Now(), logged);
}

void
TraceRecorder::SampleTraffic(const std::vector<FlowRecord>& openFlows)
{
    SampleNatGateways();
    if (!m_meter.HasRules())
    {
        return;
    }
    std::vector<MuxTraffic> muxes;
    muxes.reserve(m_muxTraffic.size());
    for (const auto& muxTraffic : m_muxTraffic)
    {
        muxes.push_back(muxTraffic());
    }
    m_database->InsertTrafficSample(Simulator::Now(), muxes, m_meter.GetTraffic(openFlows));
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
        const auto openFlows = GetOpenFlows();
        if (areFlowsDue)
        {
            SampleFlows(openFlows);
            m_nextFlowSample = now + GetFlowLogInterval();
        }
        if (isTrafficDue)
        {
            SampleTraffic(openFlows);
            m_nextTrafficSample = now + GetTrafficInterval();
        }
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
