// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-agent.h"

#include "azure-ns3-compat.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/queue-disc.h"
#include "ns3/simulator.h"
#include "ns3/traffic-control-layer.h"

#include <algorithm>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureHostAgent");

namespace
{

constexpr uint16_t IPV4_ETHERTYPE = 0x0800;

/// @return what to log of a flow when it is created
const char*
GetBeginning(const FlowRecord& flow)
{
    if (flow.accepted)
    {
        return "accepted";
    }
    const bool isWaiting = flow.outcome == FlowOutcome::Refused && flow.refusals == 0;
    return isWaiting ? "waits for SNAT ports" : GetName(flow.outcome);
}

} // namespace

void
HostAgent::SetUplink(Ptr<NetDevice> device, const FabricAddress& address)
{
    NS_ABORT_MSG_IF(m_uplink, "a host agent has one uplink, and this one has it already");
    m_checksums = Node::ChecksumEnabled();
    m_uplink = FabricPort::Create(device, address, [this](const Ptr<const Packet>& packet) {
        return ReceiveFromFabric(packet);
    });
}

void
HostAgent::AddNetworkInterface(uint32_t number, Ptr<NetDevice> device, Ipv4Address privateAddress)
{
    NS_ABORT_MSG_IF(device->GetNode() != GetNode() || !device->IsPointToPoint(),
                    "device: give the host's end of a point-to-point link to the VM");
    const auto control = GetNode()->GetObject<TrafficControlLayer>();
    NS_ABORT_MSG_IF(control && control->GetRootQueueDiscOnDevice(device),
                    "device: it carries a queue disc, which the host agent would pass by");
    auto& port =
        m_ports.Insert(std::make_unique<VmPort>(device,
                                                number,
                                                privateAddress,
                                                static_cast<FlowObserver&>(*this),
                                                [this](uint32_t n) { return DrawFrontend(n); }));
    // As FabricPort does; handlers of the node would be a list that every packet walks.
    device->SetReceiveCallback(
        MakeFunctionCallback<bool, Ptr<NetDevice>, Ptr<const Packet>, uint16_t, const Address&>(
            [this, &port](Ptr<NetDevice> /* device */,
                          const Ptr<const Packet>& packet,
                          uint16_t protocol,
                          const Address& /* from */) {
                const bool isTaken = protocol == IPV4_ETHERTYPE;
                if (isTaken)
                {
                    ReceiveFromVm(port, packet);
                }
                return isTaken;
            }));
    if (m_hostServices)
    {
        AddToHostServices(port);
    }
}

uint32_t
HostAgent::DrawFrontend(uint32_t frontends) const
{
    const auto drawn = static_cast<uint32_t>(m_frontendVariable->GetValue() * frontends);
    return std::min(drawn, frontends - 1);
}

void
HostAgent::AddToHostServices(VmPort& port)
{
    const auto address = port.GetPipeline().GetPrivateAddress();
    NS_ABORT_MSG_UNLESS(m_ports.InsertHostServiceClient(port),
                        "privateAddress: '"
                            << address
                            << "' is not allowed; give one that no other VM of a host with host "
                               "services has, whose answers could not be told apart");
    m_hostServices->AddVm(address);
}

Ptr<HostServicePort>
HostAgent::EnableHostServices()
{
    if (!m_hostServices)
    {
        m_hostServices =
            HostServicePort::Create(GetNode(), MakeCallback(&HostAgent::ReceiveFromStack, this));
        for (const auto& [number, port] : m_ports.GetAll())
        {
            AddToHostServices(*port);
        }
    }
    return m_hostServices;
}

void
HostAgent::Apply(const ProgramNetworkInterface& instruction)
{
    auto* port = m_ports.LookupNumber(instruction.networkInterface);
    NS_ABORT_MSG_UNLESS(port,
                        "network interface " << instruction.networkInterface
                                             << " is not on this host");
    NS_ABORT_MSG_IF(port->GetPipeline().HasInstruction(),
                    "network interface " << instruction.networkInterface
                                         << " cannot be programmed anew");
    NS_ABORT_MSG_UNLESS(CarryOut(instruction, *port),
                        "network interface " << instruction.networkInterface
                                             << ": somebody on this host owns its ports already");
}

void
HostAgent::Apply(const ProgramInboundEndpoints& instruction)
{
    NS_ABORT_MSG_UNLESS(m_ports.LookupNumber(instruction.networkInterface),
                        "network interface " << instruction.networkInterface
                                             << " is not on this host");
    NS_ABORT_MSG_UNLESS(Take(instruction),
                        "network interface " << instruction.networkInterface
                                             << ": two endpoints of one frontend's port differ");
}

bool
HostAgent::Take(const ProgramInboundEndpoints& instruction)
{
    auto* port = m_ports.LookupNumber(instruction.networkInterface);
    return port && port->GetPipeline().AddInboundEndpoints(instruction);
}

void
HostAgent::Apply(const HostGoalState& goalState)
{
    const auto& networkInterfaces = goalState.networkInterfaces;
    NS_ABORT_MSG_UNLESS(m_ports.HasAll(networkInterfaces),
                        "goal state: one of its network interfaces is not on this host");
    if (goalState.generation >= m_generation)
    {
        m_generation = goalState.generation;
        m_ports.Place(networkInterfaces, m_compiler.Compile(goalState));
    }
}

bool
HostAgent::Take(const HostGoalState& goalState)
{
    const bool isTaken =
        m_ports.HasAll(goalState.networkInterfaces) && goalState.generation >= m_generation;
    if (isTaken)
    {
        Apply(goalState);
    }
    return isTaken;
}

void
HostAgent::StartApplication()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_UNLESS(m_uplink, "the host agent has no uplink");
    m_heardManager = m_managerAddress;
    OpenSender(m_controlPort, {m_uplink->GetStackDevice(), m_managerAddress});
    m_control = std::make_unique<HostControl>(
        m_uplink->GetStackDevice(),
        ManagerContact{m_virtualNetworkControlPort, m_virtualNetworkManagerAddress},
        static_cast<InstructionTaker&>(*this));
}

void
HostAgent::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_sender.Close();
    if (m_control)
    {
        m_control->Close();
    }
}

void
HostAgent::DoDispose()
{
    for (const auto& [number, port] : m_ports.GetAll())
    {
        port->Dispose();
    }
    m_uplink = nullptr;
    m_hostServices = nullptr;
    m_control = nullptr;
    m_frontendVariable = nullptr;
    ControlApplication::DoDispose();
}

std::vector<SnatPortUsage>
HostAgent::GetSnatPortUsage() const
{
    std::vector<SnatPortUsage> usage;
    for (const auto& [number, port] : m_ports.GetAll())
    {
        const auto part = port->GetPipeline().GetSnatPortUsage();
        usage.insert(usage.end(), part.begin(), part.end());
    }
    return usage;
}

std::vector<FlowRecord>
HostAgent::GetOpenFlows() const
{
    std::vector<FlowRecord> flows;
    VisitOpenFlows([&flows](const FlowRecord& flow) { flows.push_back(flow); });
    return flows;
}

void
HostAgent::VisitOpenFlows(const FlowVisitor& visitor) const
{
    for (const auto& [number, port] : m_ports.GetAll())
    {
        port->GetPipeline().VisitOpenFlows(visitor);
    }
}

std::size_t
HostAgent::GetFlowMemory() const
{
    std::size_t bytes = 0;
    for (const auto& [number, port] : m_ports.GetAll())
    {
        bytes += port->GetPipeline().GetMemory();
    }
    return bytes;
}

std::optional<std::string>
HostAgent::CheckInvariants() const
{
    for (const auto& [number, port] : m_ports.GetAll())
    {
        if (auto broken = port->GetPipeline().CheckInvariants())
        {
            return broken;
        }
    }
    const auto& c = m_counts;
    if (c.received + c.made != c.sent + c.own + c.dropped + c.waiting)
    {
        return "packets received and made differ from packets sent, own, dropped and waiting";
    }
    return std::nullopt;
}

int64_t
HostAgent::AssignStreams(int64_t stream)
{
    m_frontendVariable->SetStream(stream);
    return 1;
}

void
HostAgent::FlowCreated(const FlowRecord& flow)
{
    NS_LOG_LOGIC("interface " << flow.networkInterface << ", flow " << flow.flow << " " << flow.key
                              << ": " << GetBeginning(flow));
    m_flowCreatedTrace(flow);
}

void
HostAgent::SnatExhausted(const SnatExhaustion& exhaustion)
{
    NS_LOG_INFO("interface " << exhaustion.networkInterface << ", flow " << exhaustion.flow << " "
                             << exhaustion.key << ": none of " << exhaustion.portsAllocated
                             << " SNAT ports is free for its destination");
    m_snatExhaustedTrace(exhaustion);
}

void
HostAgent::SecurityGroupDecided(const SecurityGroupDecision& decision)
{
    NS_LOG_LOGIC("interface " << decision.networkInterface << ", " << decision.key << ": "
                              << GetName(decision.access) << " by " << decision.rule << " of "
                              << decision.group);
    m_securityGroupDecisionTrace(decision);
}

} // namespace ns3::azure
