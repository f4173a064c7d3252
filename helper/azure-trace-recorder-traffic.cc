// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-recorder.h"

#include "ns3/azure-bound-sink.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::azure
{

void
TraceRecorder::Connect(Ptr<TrafficGenerator> generator)
{
    const auto node = generator->GetNode()->GetId();
    uint32_t number = 1;
    for (const auto& each : m_generators)
    {
        if (each.generator == generator)
        {
            return;
        }
        number += each.node == node ? 1 : 0;
    }
    const auto position = static_cast<uint32_t>(m_generators.size());
    m_generators.push_back({generator, node, number});
    Listen(generator, "FlowFailed", BindSink(&TraceRecorder::RecordFailedAttempt, this, position));
    Listen(generator, "FlowClosed", BindSink(&TraceRecorder::RecordClosedFlow, this, position));
}

void
TraceRecorder::ConnectGenerators(const NodeContainer& nodes)
{
    m_generatorNodes.Add(nodes);
    Simulator::Cancel(m_findGenerators);
    m_findGenerators = Simulator::ScheduleNow(&TraceRecorder::FindGenerators, this);
}

void
TraceRecorder::FindGenerators()
{
    for (auto node = m_generatorNodes.Begin(); node != m_generatorNodes.End(); ++node)
    {
        for (uint32_t i = 0; i < (*node)->GetNApplications(); ++i)
        {
            const auto application = (*node)->GetApplication(i);
            if (const auto generator = DynamicCast<TrafficGenerator>(application))
            {
                Connect(generator);
            }
        }
    }
}

void
TraceRecorder::RecordFailedAttempt(TraceRecorder* recorder,
                                   uint32_t generator,
                                   const TrafficFlow& flow,
                                   TrafficFailure failure,
                                   bool isRetried)
{
    const auto& source = recorder->m_generators[generator];
    recorder->m_database->Insert(
        FlowAttempt{source.node, source.number, flow, failure, isRetried, std::nullopt});
}

void
TraceRecorder::RecordClosedFlow(TraceRecorder* recorder,
                                uint32_t generator,
                                const TrafficFlow& flow,
                                TrafficEnd end)
{
    const auto& source = recorder->m_generators[generator];
    recorder->m_database->Insert(
        FlowAttempt{source.node, source.number, flow, std::nullopt, false, end});
}

void
TraceRecorder::InsertOpenAttempts()
{
    for (const auto& [generator, node, number] : m_generators)
    {
        FlowAttempt attempt;
        attempt.node = node;
        attempt.generator = number;
        generator->VisitOpenFlows([this, &attempt](const TrafficFlow& flow) {
            attempt.flow = flow;
            m_database->Insert(attempt);
        });
    }
}

} // namespace ns3::azure
