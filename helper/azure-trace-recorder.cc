// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-recorder.h"

#include "ns3/abort.h"
#include "ns3/azure-host-agent.h"
#include "ns3/azure-load-balancer-mux.h"
#include "ns3/callback.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <iterator>

namespace ns3::azure
{

namespace
{

/// @return the interval, if it can be used; else ends the program
const std::optional<Time>&
RequirePositive(const std::optional<Time>& interval)
{
    NS_ABORT_MSG_IF(interval && !interval->IsStrictlyPositive(),
                    "sampleInterval: '" << *interval
                                        << "' is not allowed; give a time above 0s, or none");
    return interval;
}

} // namespace

TraceRecorder::TraceRecorder(const std::string& path,
                             const RunDescription& run,
                             const std::optional<Time>& sampleInterval)
    : m_sampleInterval(RequirePositive(sampleInterval)),
      m_database(std::make_unique<TraceDatabase>(path, run)),
      m_runId(m_database->GetRunId())
{
}

TraceRecorder::~TraceRecorder()
{
    Disconnect();
}

Time
TraceRecorder::GetFlowLogInterval()
{
    return Minutes(5);
}

std::optional<std::string>
TraceRecorder::Validate(const std::string& path)
{
    return TraceDatabase::Validate(path);
}

int64_t
TraceRecorder::GetRunId() const
{
    return m_runId;
}

void
TraceRecorder::AddNode(const NodeFact& node)
{
    m_database->Insert(node);
}

void
TraceRecorder::AddNetworkInterface(const NetworkInterfaceFact& networkInterface)
{
    m_database->Insert(networkInterface);
    m_hasNetworkInterfaces = true;
}

void
TraceRecorder::AddPublicIp(const PublicIpFact& publicIp)
{
    m_database->Insert(publicIp);
}

void
TraceRecorder::Connect(Ptr<HostAgent> agent)
{
    const auto node = agent->GetNode()->GetId();
    Listen(agent, "FlowEnded", MakeCallback(&TraceRecorder::RecordFlowEnded, this));
    Listen(agent, "SnatPort", MakeCallback(&TraceRecorder::RecordSnatPort, this));
    Listen(agent, "SnatExhausted", MakeCallback(&TraceRecorder::RecordExhaustion, this));
    Listen(agent, "SnatAllocation", MakeCallback(&TraceRecorder::RecordAllocation, this));
    Listen(agent, "SecurityGroupDecision", MakeCallback(&TraceRecorder::RecordDecision, this));
    Listen(agent, "Drop", MakeBoundCallback(&TraceRecorder::RecordDrop, this, node));
    AddPortUsage([agent] { return agent->GetSnatPortUsage(); });
    AddOpenFlows([agent] { return agent->GetOpenFlows(); });
}

void
TraceRecorder::Connect(Ptr<LoadBalancerMux> mux)
{
    const auto node = mux->GetNode()->GetId();
    Listen(mux, "Drop", MakeBoundCallback(&TraceRecorder::RecordDrop, this, node));
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
}

void
TraceRecorder::RecordFlowEnded(const FlowRecord& flow)
{
    m_database->Insert(flow);
}

void
TraceRecorder::RecordSnatPort(const SnatPortEvent& event)
{
    m_database->Insert(event);
}

void
TraceRecorder::RecordExhaustion(const SnatExhaustion& exhaustion)
{
    m_database->Insert(exhaustion);
}

void
TraceRecorder::RecordAllocation(const SnatAllocation& allocation)
{
    m_database->Insert(allocation);
}

void
TraceRecorder::RecordDecision(const SecurityGroupDecision& decision)
{
    m_database->Insert(decision);
    m_securedInterfaces.insert(decision.networkInterface);
    if (!m_nextFlowSample)
    {
        const auto interval = GetFlowLogInterval().GetNanoSeconds();
        const auto now = Simulator::Now().GetNanoSeconds();
        m_nextFlowSample = NanoSeconds((now / interval + 1) * interval);
        ScheduleSample();
    }
}

void
TraceRecorder::RecordDrop(TraceRecorder* recorder,
                          uint32_t node,
                          const DropRecord& drop,
                          Ptr<const Packet> /* packet */)
{
    recorder->m_database->Insert(node, drop);
}

void
TraceRecorder::Close()
{
    NS_ABORT_MSG_IF(!m_database, "the trace recorder is closed already");
    Disconnect();
    SamplePorts();
    const auto openFlows = GetOpenFlows();
    SampleFlows(openFlows);
    for (const auto& flow : openFlows)
    {
        m_database->Insert(flow);
    }
    m_database->Finish(Simulator::Now());
    m_database.reset();
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
    m_database->InsertSample(Simulator::Now(), usages);
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
TraceRecorder::TakeSamples()
{
    const auto now = Simulator::Now();
    if (m_nextPortSample == now)
    {
        SamplePorts();
        m_nextPortSample = now + *m_sampleInterval;
    }
    if (m_nextFlowSample == now)
    {
        SampleFlows(GetOpenFlows());
        m_nextFlowSample = now + GetFlowLogInterval();
    }
    // Sampling alone must not keep the simulation going.
    if (Simulator::IsFinished())
    {
        m_nextPortSample.reset();
        m_nextFlowSample.reset();
    }
    ScheduleSample();
}

void
TraceRecorder::ScheduleSample()
{
    // Removed, not only canceled: as long as it is in the queue, the simulation is not finished.
    Simulator::Remove(m_sampleEvent);
    const auto next = m_nextPortSample && m_nextFlowSample
                          ? std::min(m_nextPortSample, m_nextFlowSample)
                          : (m_nextPortSample ? m_nextPortSample : m_nextFlowSample);
    if (next)
    {
        m_sampleEvent =
            Simulator::Schedule(*next - Simulator::Now(), &TraceRecorder::TakeSamples, this);
    }
}

void
TraceRecorder::Listen(Ptr<Object> source, const std::string& name, const CallbackBase& sink)
{
    NS_ABORT_MSG_UNLESS(source->TraceConnectWithoutContext(name, sink),
                        "there is no trace source " << name);
    m_disconnects.emplace_back(
        [source, name, sink] { source->TraceDisconnectWithoutContext(name, sink); });
}

void
TraceRecorder::Disconnect()
{
    Simulator::Cancel(m_sampleEvent);
    for (const auto& disconnect : m_disconnects)
    {
        disconnect();
    }
    m_disconnects.clear();
}

} // namespace ns3::azure
