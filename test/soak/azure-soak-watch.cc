// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-watch.h"

#include "ns3/callback.h"
#include "ns3/simulator.h"

namespace ns3::azure
{

namespace
{

constexpr uint8_t TCP = 6;
constexpr uint8_t UDP = 17;

/// @return the datagram's key, if it is a TCP SYN or a UDP datagram that is whole
std::optional<FlowKey>
FindBeginning(const Bytes& datagram)
{
    constexpr std::size_t ALL_HEADERS = 34; // up to TCP's flags
    constexpr uint16_t FRAGMENT = 0x3fff;
    if (datagram.size() < ALL_HEADERS || datagram[0] != 0x45 ||
        ((datagram[6] << 8 | datagram[7]) & FRAGMENT) != 0)
    {
        return std::nullopt;
    }
    const bool isSyn =
        datagram[9] == TCP && (datagram[33] & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
    return isSyn || datagram[9] == UDP ? std::optional(ReadFlowKey(datagram)) : std::nullopt;
}

} // namespace

SoakWatch::SoakWatch(SoakWorld& world, SoakWires& wires, SoakLawBook& laws, TraceRecorder* recorder)
    : m_world(world),
      m_wires(wires),
      m_laws(laws),
      m_recorder(recorder)
{
    auto& scenario = world.GetScenario();
    for (const auto& agent : scenario.GetHostAgents())
    {
        ConnectHost(agent);
    }
    for (const auto& mux : scenario.GetMuxes())
    {
        const auto node = mux->GetNode()->GetId();
        mux->TraceConnectWithoutContext("Drop", MakeBoundCallback(&SoakWatch::Dropped, this, node));
        mux->TraceConnectWithoutContext("LoadBalancingDecision",
                                        MakeCallback(&SoakWatch::Balanced, this));
    }
    if (const auto gateway = world.GetGateway())
    {
        ConnectGateway(gateway);
    }
    for (uint32_t vm = 0; vm < world.GetPlan().vms; ++vm)
    {
        ConnectVm(vm);
    }
    scenario.GetVirtualNetworkManager()->TraceConnectWithoutContext(
        "GoalStateApplied",
        MakeCallback(&SoakWatch::Applied, this));
    world.SetGeneratorSink(
        [this](Ptr<TrafficGenerator> generator) { ConnectGenerator(generator); });
    LearnRules();
}

void
SoakWatch::ConnectHost(Ptr<HostAgent> agent)
{
    const auto node = agent->GetNode()->GetId();
    m_flows[node];
    agent->TraceConnectWithoutContext("FlowCreated",
                                      MakeBoundCallback(&SoakWatch::FlowCreated, this, node));
    agent->TraceConnectWithoutContext("FlowEnded",
                                      MakeBoundCallback(&SoakWatch::FlowEnded, this, node));
    agent->TraceConnectWithoutContext("Drop", MakeBoundCallback(&SoakWatch::Dropped, this, node));
    agent->TraceConnectWithoutContext("SnatPort", MakeCallback(&SoakWatch::HostPort, this));
    agent->TraceConnectWithoutContext("SnatAllocation", MakeCallback(&SoakWatch::Allocated, this));
    agent->TraceConnectWithoutContext("SecurityGroupDecision",
                                      MakeCallback(&SoakWatch::Decided, this));
}

void
SoakWatch::ConnectGateway(Ptr<NatGatewayNode> gateway)
{
    const auto node = gateway->GetNode()->GetId();
    m_flows[node];
    m_ports.AddGateway(GATEWAY_OWNER);
    gateway->TraceConnectWithoutContext(
        "FlowCreated",
        MakeBoundCallback(&SoakWatch::GatewayFlowCreated, this, node));
    gateway->TraceConnectWithoutContext("FlowEnded",
                                        MakeBoundCallback(&SoakWatch::FlowEnded, this, node));
    gateway->TraceConnectWithoutContext("Drop", MakeBoundCallback(&SoakWatch::Dropped, this, node));
    gateway->TraceConnectWithoutContext("SnatPort",
                                        MakeBoundCallback(&SoakWatch::GatewayPort, this));
}

void
SoakWatch::ConnectGenerator(Ptr<TrafficGenerator> generator)
{
    const auto number = m_generators++;
    if (m_recorder)
    {
        m_recorder->Connect(generator);
    }
    generator->TraceConnectWithoutContext("FlowStarted",
                                          MakeBoundCallback(&SoakWatch::Started, this, number));
    generator->TraceConnectWithoutContext("FlowEstablished",
                                          MakeBoundCallback(&SoakWatch::Established, this, number));
    generator->TraceConnectWithoutContext("FlowFailed",
                                          MakeBoundCallback(&SoakWatch::Failed, this, number));
    generator->TraceConnectWithoutContext("FlowClosed",
                                          MakeBoundCallback(&SoakWatch::Closed, this, number));
}

void
SoakWatch::ConnectVm(uint32_t vm)
{
    m_wires.Watch(m_world.GetScenario().GetVm(vm),
                  [this, vm](const Bytes& datagram) { Delivered(vm, datagram); });
}

void
SoakWatch::LearnRules()
{
    const auto& resources = m_world.GetScenario().GetVirtualNetworkManager()->GetResources();
    m_referee.Learn(resources.GetGoalStates());
}

void
SoakWatch::FlowCreated(SoakWatch* self, uint32_t node, const FlowRecord& flow)
{
    ++self->m_totals.flows;
    self->m_laws.Note(SoakLaw::FlowsMatchEvents, self->m_flows[node].NoteCreated(flow));
    if (!flow.isInbound)
    {
        self->m_referee.NoteOutbound(flow.networkInterface, flow.key);
    }
    else if (flow.key.GetDestinationNumber() == self->m_trialSource && flow.translated)
    {
        self->m_trials[flow.translated->Reverse()].flows.emplace_back(node, flow);
    }
}

void
SoakWatch::GatewayFlowCreated(SoakWatch* self, uint32_t node, const FlowRecord& flow)
{
    ++self->m_totals.gatewayFlows;
    self->m_laws.Note(SoakLaw::FlowsMatchEvents, self->m_flows[node].NoteCreated(flow));
}

void
SoakWatch::FlowEnded(SoakWatch* self, uint32_t node, const FlowRecord& flow)
{
    self->m_laws.Note(SoakLaw::FlowsMatchEvents, self->m_flows[node].NoteEnded(flow));
}

void
SoakWatch::Dropped(SoakWatch* self,
                   uint32_t node,
                   const DropRecord& drop,
                   Ptr<const Packet> /* packet */)
{
    ++self->m_totals.drops;
    ++self->m_drops[node];
    if (drop.key.GetSourceNumber() == self->m_trialSource || self->m_trials.count(drop.key) > 0)
    {
        self->m_trials[drop.key].drops.emplace_back(node, drop.reason);
    }
}

uint64_t
SoakWatch::GetDrops(Ptr<Node> node) const
{
    const auto found = m_drops.find(node->GetId());
    return found == m_drops.end() ? 0 : found->second;
}

void
SoakWatch::NotePort(uint32_t owner, const SnatPortEvent& event)
{
    ++m_totals.portStages;
    if (event.stage == SnatPortStage::Acquired)
    {
        m_laws.Note(SoakLaw::OuterFlowOnce, m_ports.FindDouble(event));
    }
    m_laws.Note(SoakLaw::PortHasOneOwner, m_ports.Note(owner, event));
}

void
SoakWatch::HostPort(const SnatPortEvent& event)
{
    NotePort(event.networkInterface, event);
}

void
SoakWatch::GatewayPort(SoakWatch* self, const SnatPortEvent& event)
{
    self->NotePort(GATEWAY_OWNER, event);
}

void
SoakWatch::Allocated(const SnatAllocation& allocation)
{
    ++m_totals.allocations;
    m_laws.Note(SoakLaw::PortHasOneOwner, m_ports.Note(allocation));
}

void
SoakWatch::Decided(const SecurityGroupDecision& decision)
{
    ++m_totals.decisions;
    m_laws.Note(SoakLaw::DecisionIsRight, m_referee.Judge(decision));
}

void
SoakWatch::Balanced(const LoadBalancingDecision& decision)
{
    if (decision.key.GetSourceNumber() == m_trialSource)
    {
        m_trials[decision.key].decisions.push_back(decision);
    }
}

void
SoakWatch::Applied(const GoalStateInstruction& instruction)
{
    m_acknowledged[instruction.host] = instruction.goalState;
    m_referee.NoteAcknowledged(instruction.host, instruction.goalState);
}

const HostGoalState*
SoakWatch::FindAcknowledged(Ipv4Address host) const
{
    const auto found = m_acknowledged.find(host);
    return found == m_acknowledged.end() ? nullptr : &found->second;
}

void
SoakWatch::Delivered(uint32_t vm, const Bytes& datagram)
{
    const auto key = FindBeginning(datagram);
    const auto trial = key ? m_trials.find(*key) : m_trials.end();
    if (trial != m_trials.end())
    {
        trial->second.vm = vm;
    }
    if (key && key->GetDestination() == m_world.GetScenario().GetPrivateAddress(vm))
    {
        m_laws.Note(SoakLaw::DeliveryIsAllowed,
                    m_referee.JudgeDelivery(OutboundScenarioHelper::GetNetworkInterface(vm), *key));
    }
}

void
SoakWatch::Started(SoakWatch* self, uint32_t generator, const TrafficFlow& flow)
{
    self->m_laws.Note(SoakLaw::AttemptHasOneOutcome, self->m_attempts.NoteStarted(generator, flow));
}

void
SoakWatch::Established(SoakWatch* self, uint32_t generator, const TrafficFlow& flow)
{
    self->m_laws.Note(SoakLaw::AttemptHasOneOutcome,
                      self->m_attempts.NoteEstablished(generator, flow));
}

void
SoakWatch::Failed(SoakWatch* self,
                  uint32_t generator,
                  const TrafficFlow& flow,
                  TrafficFailure /* failure */,
                  bool /* isRetried */)
{
    self->m_laws.Note(SoakLaw::AttemptHasOneOutcome, self->m_attempts.NoteFailed(generator, flow));
}

void
SoakWatch::Closed(SoakWatch* self,
                  uint32_t generator,
                  const TrafficFlow& flow,
                  TrafficEnd /* end */)
{
    self->m_laws.Note(SoakLaw::AttemptHasOneOutcome, self->m_attempts.NoteClosed(generator, flow));
}

} // namespace ns3::azure
