// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-recorder.h"

#include "ns3/abort.h"
#include "ns3/azure-bound-sink.h"
#include "ns3/azure-health-prober.h"
#include "ns3/azure-host-agent.h"
#include "ns3/azure-load-balancer-mux.h"
#include "ns3/azure-slb-manager.h"
#include "ns3/azure-virtual-network-manager.h"
#include "ns3/callback.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

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
TraceRecorder::AddLoadBalancer(const LoadBalancerFact& loadBalancer)
{
    m_database->Insert(loadBalancer);
}

void
TraceRecorder::AddFrontend(const FrontendFact& frontend)
{
    m_database->Insert(frontend);
}

void
TraceRecorder::AddHealthProbe(const HealthProbeFact& probe)
{
    m_database->Insert(probe);
}

void
TraceRecorder::AddPoolMember(const PoolMemberFact& member)
{
    m_database->Insert(member);
    m_meter.Add(member);
    m_poolMembers.push_back(member);
}

void
TraceRecorder::AddLoadBalancingRule(const LoadBalancingRuleFact& rule)
{
    m_database->Insert(rule);
    m_meter.Add(rule);
}

void
TraceRecorder::AddOutboundRule(const OutboundRuleFact& rule)
{
    m_database->Insert(rule);
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
    Listen(agent, "Drop", BindSink(&TraceRecorder::RecordDrop, this, node));
    Listen(agent, "SnatRequest", MakeCallback(&TraceRecorder::RecordRequest, this));
    Listen(agent, "TcpReset", BindSink(&TraceRecorder::RecordTcpReset, this, node));
    AddPortUsage([agent] { return agent->GetSnatPortUsage(); });
    AddOpenFlows([agent](const FlowVisitor& visitor) { agent->VisitOpenFlows(visitor); });
    AddOpenRequests([agent] { return agent->GetOpenSnatRequests(); });
}

void
TraceRecorder::Connect(Ptr<LoadBalancerMux> mux)
{
    const auto node = mux->GetNode()->GetId();
    Listen(mux, "Drop", BindSink(&TraceRecorder::RecordDrop, this, node));
    Listen(mux, "LoadBalancingDecision", BindSink(&TraceRecorder::RecordLoadBalancing, this, node));
    Listen(mux, "MemberHealth", BindSink(&TraceRecorder::RecordHealth, this, node));
    Listen(mux, "Overload", BindSink(&TraceRecorder::RecordOverload, this, node));
    ListenToMessages(mux);
    AddMuxTraffic([node, mux] {
        return MuxTraffic{node, mux->GetTraffic(), mux->GetPacketCounts()};
    });
}

void
TraceRecorder::Connect(Ptr<SlbManager> manager)
{
    const auto node = manager->GetNode()->GetId();
    Listen(manager, "MemberHealth", BindSink(&TraceRecorder::RecordHealth, this, node));
    Listen(manager,
           "SnatRequestDecision",
           BindSink(&TraceRecorder::RecordRequestDecision, this, node));
    Listen(manager, "PoolMember", MakeCallback(&TraceRecorder::RecordPoolMember, this));
    Listen(manager, "Overload", BindSink(&TraceRecorder::RecordOverload, this, node));
    ListenToMessages(manager);
}

void
TraceRecorder::Connect(Ptr<VirtualNetworkManager> manager)
{
    ListenToMessages(manager);
}

void
TraceRecorder::Connect(Ptr<HealthProber> prober)
{
    const auto node = prober->GetNode()->GetId();
    Listen(prober, "ProbeResult", BindSink(&TraceRecorder::RecordProbe, this, node));
    Listen(prober, "MemberHealth", BindSink(&TraceRecorder::RecordHealth, this, node));
    ListenToMessages(prober);
}

void
TraceRecorder::ListenToMessages(Ptr<ControlApplication> application)
{
    const auto node = application->GetNode()->GetId();
    Listen(application, "ControlMessage", BindSink(&TraceRecorder::RecordMessage, this, node));
}

void
TraceRecorder::RecordFlowEnded(const FlowRecord& flow)
{
    m_database->Insert(flow);
    m_meter.NoteEnded(flow);
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
    BeginFlowSamples();
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
TraceRecorder::RecordLoadBalancing(TraceRecorder* recorder,
                                   uint32_t node,
                                   const LoadBalancingDecision& decision)
{
    recorder->m_database->Insert(node, decision);
}

void
TraceRecorder::RecordProbe(TraceRecorder* recorder, uint32_t node, const HealthProbeResult& result)
{
    recorder->m_database->Insert(node, result);
}

void
TraceRecorder::RecordHealth(TraceRecorder* recorder, uint32_t node, const MemberHealth& health)
{
    recorder->m_database->Insert(node, health);
}

void
TraceRecorder::RecordMessage(TraceRecorder* recorder, uint32_t node, const ControlMessage& message)
{
    recorder->m_database->Insert(node, message);
}

void
TraceRecorder::Close()
{
    NS_ABORT_MSG_IF(!m_database, "the trace recorder is closed already");
    Disconnect();
    SamplePorts();
    UseOpenFlows({true, true, true});
    InsertNatGatewayFlows();
    InsertOpenRequests();
    InsertOpenAttempts();
    m_database->Finish(Simulator::Now());
    m_database.reset();
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
    Simulator::Cancel(m_findGenerators);
    for (const auto& disconnect : m_disconnects)
    {
        disconnect();
    }
    m_disconnects.clear();
}

} // namespace ns3::azure
