// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-node.h"

#include "ns3/abort.h"
#include "ns3/azure-limits.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <variant>

/**
 * @file
 * @brief What NatGatewayNode learns and tells, and how it begins and ends.
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureNatGatewayNode");

NS_OBJECT_ENSURE_REGISTERED(NatGatewayNode);

NatGatewayNode::NatGatewayNode()
    : m_assembler(MakeGoalStateTaker(
          &DecodeNatGatewayGoalState,
          [this](const NatGatewayGoalState& goalState) { return Take(goalState); }))
{
}

TypeId
NatGatewayNode::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::NatGatewayNode")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<NatGatewayNode>()
            .AddAttribute("ControlPort",
                          "UDP port the SLB manager's messages come to (1 to 65535).",
                          UintegerValue(SLB_CONTROL_PORT),
                          MakeUintegerAccessor(&NatGatewayNode::m_controlPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute(
                "ManagerAddress",
                "Provider address of the SLB manager, the only one whose messages are heeded; "
                "0.0.0.0: all that come from the physical network.",
                Ipv4AddressValue(Ipv4Address::GetAny()),
                MakeIpv4AddressAccessor(&NatGatewayNode::m_managerAddress),
                MakeIpv4AddressChecker())
            .AddAttribute(
                "MaxFlows",
                "Most flows at a time (at least 1); packets of others are dropped as if no port "
                "were free (read at the first goal state; B.6: NG-2307, about 2 million).",
                UintegerValue(MAX_NAT_GATEWAY_FLOWS),
                MakeUintegerAccessor(&NatGatewayNode::m_maxFlows),
                MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("PortVariable",
                          "Draws, uniformly in [0, 1), which public address a flow tries first and "
                          "which port it gets, where the profile chooses them at random.",
                          StringValue("ns3::UniformRandomVariable[Min=0|Max=1]"),
                          MakePointerAccessor(&NatGatewayNode::m_portVariable),
                          MakePointerChecker<RandomVariableStream>())
            .AddTraceSource("FlowCreated",
                            "A flow was accepted, or refused for the first time; before SnatPort "
                            "and SnatExhausted of the same packet.",
                            MakeTraceSourceAccessor(&NatGatewayNode::m_flowCreatedTrace),
                            "ns3::azure::NatGatewayNode::FlowCallback")
            .AddTraceSource("FlowEnded",
                            "A flow has left the table; once for each FlowCreated, unless the "
                            "simulation ends first; after SnatPort.",
                            MakeTraceSourceAccessor(&NatGatewayNode::m_flowEndedTrace),
                            "ns3::azure::NatGatewayNode::FlowCallback")
            .AddTraceSource("SnatPort",
                            "A flow's SNAT port was acquired, began to cool down, was reopened or "
                            "released; once for each such stage.",
                            MakeTraceSourceAccessor(&NatGatewayNode::m_snatPortTrace),
                            "ns3::azure::NatGatewayNode::SnatPortCallback")
            .AddTraceSource("SnatExhausted",
                            "An outbound packet found no free SNAT port, or as many flows as there "
                            "may be; once for each packet, before its Drop.",
                            MakeTraceSourceAccessor(&NatGatewayNode::m_snatExhaustedTrace),
                            "ns3::azure::NatGatewayNode::SnatExhaustedCallback")
            .AddTraceSource("TcpReset",
                            "The sender of a segment that belongs to no flow gets a RST; once for "
                            "each segment, before its Drop.",
                            MakeTraceSourceAccessor(&NatGatewayNode::m_tcpResetTrace),
                            "ns3::azure::NatGatewayNode::TcpResetCallback")
            .AddTraceSource("Drop",
                            "A packet was dropped; once for each.",
                            MakeTraceSourceAccessor(&NatGatewayNode::m_dropTrace),
                            "ns3::azure::NatGatewayNode::DropCallback");
    return tid;
}

void
NatGatewayNode::SetUplink(Ptr<NetDevice> device, const FabricAddress& address)
{
    NS_ABORT_MSG_IF(m_uplink, "a NAT gateway has one uplink, and this one has it already");
    m_checksums = Node::ChecksumEnabled();
    m_uplink = FabricPort::Create(device, address, [this](const Ptr<const Packet>& packet) {
        return Receive(packet);
    });
}

void
NatGatewayNode::Apply(const NatGatewayGoalState& goalState)
{
    NS_ABORT_MSG_UNLESS(goalState.generation < m_generation || Take(goalState),
                        "NAT gateway " << goalState.name
                                       << ": only its members can be programmed anew");
}

bool
NatGatewayNode::Take(const NatGatewayGoalState& goalState)
{
    if (goalState.generation < m_generation)
    {
        return false;
    }
    if (!m_pipeline)
    {
        m_pipeline = std::make_unique<NatGatewayPipeline>(
            static_cast<FlowObserver&>(*this),
            m_maxFlows,
            [this](uint32_t n) {
                const auto drawn = static_cast<uint32_t>(m_portVariable->GetValue() * n);
                return std::min(drawn, n - 1);
            });
    }
    if (!m_pipeline->Program(goalState))
    {
        return false;
    }
    m_generation = goalState.generation;
    return true;
}

void
NatGatewayNode::StartApplication()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_UNLESS(m_uplink, "the NAT gateway has no uplink");
    m_control = CreateObject<SlbControlSocket>();
    m_control->Open(GetNode(),
                    m_controlPort,
                    [this](const SlbMessage& message, const InetSocketAddress& from) {
                        ReceiveMessage(message, from);
                    },
                    {m_uplink->GetStackDevice(), m_managerAddress});
}

void
NatGatewayNode::StopApplication()
{
    NS_LOG_FUNCTION(this);
    if (m_control)
    {
        m_control->Close();
    }
}

void
NatGatewayNode::DoDispose()
{
    m_expiry.Cancel();
    m_control = nullptr;
    m_uplink = nullptr;
    m_portVariable = nullptr;
    Application::DoDispose();
}

void
NatGatewayNode::ReceiveMessage(const SlbMessage& message, const InetSocketAddress& from)
{
    const auto* part = std::get_if<GoalStatePart>(&message.body);
    if (part && m_assembler.Insert(*part))
    {
        m_control->Send({message.transaction, Acknowledge{}}, from.GetIpv4(), from.GetPort());
    }
}

void
NatGatewayNode::Expire()
{
    m_expiry.Clear();
    m_pipeline->Expire(Simulator::Now());
    ScheduleExpiry();
}

std::vector<SnatPortUsage>
NatGatewayNode::GetSnatPortUsage() const
{
    return m_pipeline ? m_pipeline->GetSnatPortUsage() : std::vector<SnatPortUsage>();
}

std::vector<FlowRecord>
NatGatewayNode::GetOpenFlows() const
{
    return m_pipeline ? m_pipeline->GetOpenFlows() : std::vector<FlowRecord>();
}

void
NatGatewayNode::VisitOpenFlows(const FlowVisitor& visitor) const
{
    if (m_pipeline)
    {
        m_pipeline->VisitOpenFlows(visitor);
    }
}

std::size_t
NatGatewayNode::GetFlowMemory() const
{
    return m_pipeline ? m_pipeline->GetMemory() : 0;
}

std::optional<std::string>
NatGatewayNode::CheckInvariants() const
{
    if (m_counts.received != m_counts.sent + m_counts.own + m_counts.dropped)
    {
        return "packets received differ from packets sent, own and dropped";
    }
    return m_pipeline ? m_pipeline->CheckInvariants() : std::nullopt;
}

int64_t
NatGatewayNode::AssignStreams(int64_t stream)
{
    m_portVariable->SetStream(stream);
    return 1;
}

void
NatGatewayNode::FlowCreated(const FlowRecord& flow)
{
    NS_LOG_LOGIC("flow " << flow.flow << " " << flow.key << ": "
                         << (flow.accepted ? "accepted" : GetName(flow.outcome)));
    m_flowCreatedTrace(flow);
}

void
NatGatewayNode::FlowEnded(const FlowRecord& flow)
{
    NS_LOG_LOGIC("flow " << flow.flow << " " << flow.key << ": " << GetName(flow.outcome)
                         << ", ended: " << GetName(flow.end));
    m_flowEndedTrace(flow);
}

void
NatGatewayNode::SnatPortChanged(const SnatPortEvent& event)
{
    NS_LOG_LOGIC("flow " << event.flow << ", SNAT port " << event.translated.GetSource() << ":"
                         << event.translated.GetSourcePort() << ": " << GetName(event.stage));
    m_snatPortTrace(event);
}

void
NatGatewayNode::SnatExhausted(const SnatExhaustion& exhaustion)
{
    NS_LOG_INFO("flow " << exhaustion.flow << " " << exhaustion.key << ": none of "
                        << exhaustion.portsAllocated << " SNAT ports is free for its destination");
    m_snatExhaustedTrace(exhaustion);
}

void
NatGatewayNode::SecurityGroupDecided(const SecurityGroupDecision& /* decision */)
{
    // Hosts ask security groups; there are none here.
}

} // namespace ns3::azure
