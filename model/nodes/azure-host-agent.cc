// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-agent.h"

#include "ns3/abort.h"
#include "ns3/azure-encapsulation.h"
#include "ns3/azure-endpoint-owner.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/queue-disc.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/uinteger.h"

namespace ns3::azure
{

namespace
{

constexpr uint16_t IPV4_ETHERTYPE = 0x0800;

} // namespace

NS_OBJECT_ENSURE_REGISTERED(HostAgent);

TypeId
HostAgent::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::HostAgent")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<HostAgent>()
            .AddAttribute("ControlPort",
                          "UDP port the SLB manager's messages come to (1 to 65535).",
                          UintegerValue(SLB_CONTROL_PORT),
                          MakeUintegerAccessor(&HostAgent::m_controlPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("FrontendVariable",
                          "Draws, uniformly in [0, 1), which frontend a flow tries first where "
                          "the profile selects frontends at random.",
                          StringValue("ns3::UniformRandomVariable[Min=0|Max=1]"),
                          MakePointerAccessor(&HostAgent::m_frontendVariable),
                          MakePointerChecker<RandomVariableStream>())
            .AddTraceSource("FlowCreated",
                            "A flow was accepted, or refused for the first time; before SnatPort "
                            "and SnatExhausted of the same packet.",
                            MakeTraceSourceAccessor(&HostAgent::m_flowCreatedTrace),
                            "ns3::azure::HostAgent::FlowCallback")
            .AddTraceSource("FlowEnded",
                            "A flow has left the table; once for each FlowCreated, unless the "
                            "simulation ends first; after SnatPort.",
                            MakeTraceSourceAccessor(&HostAgent::m_flowEndedTrace),
                            "ns3::azure::HostAgent::FlowCallback")
            .AddTraceSource("SnatPort",
                            "A flow's SNAT port was acquired, began to cool down, was reopened or "
                            "released; once for each such stage.",
                            MakeTraceSourceAccessor(&HostAgent::m_snatPortTrace),
                            "ns3::azure::HostAgent::SnatPortCallback")
            .AddTraceSource("SnatExhausted",
                            "An outbound packet found no free SNAT port; once for each packet, "
                            "before its Drop.",
                            MakeTraceSourceAccessor(&HostAgent::m_snatExhaustedTrace),
                            "ns3::azure::HostAgent::SnatExhaustedCallback")
            .AddTraceSource("SnatAllocation",
                            "A network interface was given a block of SNAT ports.",
                            MakeTraceSourceAccessor(&HostAgent::m_snatAllocationTrace),
                            "ns3::azure::HostAgent::SnatAllocationCallback")
            .AddTraceSource("Drop",
                            "A packet was dropped; once for each.",
                            MakeTraceSourceAccessor(&HostAgent::m_dropTrace),
                            "ns3::azure::HostAgent::DropCallback");
    return tid;
}

void
HostAgent::SetUplink(Ptr<NetDevice> device, const FabricAddress& address)
{
    NS_ABORT_MSG_IF(m_uplink, "a host agent has one uplink, and this one has it already");
    m_checksums = Node::ChecksumEnabled();
    m_uplink =
        FabricPort::Create(device, address, MakeCallback(&HostAgent::ReceiveFromFabric, this));
    // One handler for all devices: a handler for each would be a list that every packet walks.
    GetNode()->RegisterProtocolHandler(MakeCallback(&HostAgent::ReceiveFromVm, this),
                                       IPV4_ETHERTYPE,
                                       nullptr);
}

void
HostAgent::AddNetworkInterface(uint32_t number, Ptr<NetDevice> device, Ipv4Address privateAddress)
{
    NS_ABORT_MSG_IF(device->GetNode() != GetNode() || !device->IsPointToPoint(),
                    "device: give the host's end of a point-to-point link to the VM");
    const auto control = GetNode()->GetObject<TrafficControlLayer>();
    NS_ABORT_MSG_IF(control && control->GetRootQueueDiscOnDevice(device),
                    "device: it carries a queue disc, which the host agent would pass by");
    NS_ABORT_MSG_IF(m_portOfNumber.count(number) > 0,
                    "network interface " << number << " has been added before");
    auto port = std::make_unique<Port>();
    port->device = device;
    port->broadcast = device->GetBroadcast();
    port->pipeline = std::make_unique<VnicPipeline>(number,
                                                    privateAddress,
                                                    static_cast<FlowObserver&>(*this),
                                                    [this](uint32_t n) {
                                                        const auto drawn = static_cast<uint32_t>(
                                                            m_frontendVariable->GetValue() * n);
                                                        return std::min(drawn, n - 1);
                                                    });
    const auto index = device->GetIfIndex();
    m_portOfDevice.resize(std::max<std::size_t>(m_portOfDevice.size(), index + 1));
    m_portOfDevice[index] = port.get();
    m_portOfNumber[number] = m_ports.size();
    m_ports.push_back(std::move(port));
}

void
HostAgent::Apply(const ProgramNetworkInterface& instruction)
{
    const auto found = m_portOfNumber.find(instruction.networkInterface);
    NS_ABORT_MSG_IF(found == m_portOfNumber.end(),
                    "network interface " << instruction.networkInterface << " is not on this host");
    auto& pipeline = *m_ports[found->second]->pipeline;
    NS_ABORT_MSG_IF(pipeline.HasInstruction(),
                    "network interface " << instruction.networkInterface
                                         << " cannot be programmed anew");
    const auto index = static_cast<uint32_t>(found->second);
    bool isFree = true;
    if (instruction.instanceLevelPublicIp)
    {
        isFree = m_endpoints.Insert(*instruction.instanceLevelPublicIp, {}, index);
    }
    for (const auto& block : instruction.blocks)
    {
        isFree = isFree && m_endpoints.Insert(block.publicAddress, block.ports, index);
    }
    NS_ABORT_MSG_UNLESS(isFree,
                        "network interface " << instruction.networkInterface
                                             << ": somebody on this host owns its ports already");
    pipeline.Program(instruction);
    pipeline.SetPolicy({}); // nothing of virtual networks is known here yet
    for (const auto& block : instruction.blocks)
    {
        m_snatAllocationTrace(
            {Simulator::Now(), instruction.networkInterface, block.publicAddress, block.ports});
    }
}

void
HostAgent::StartApplication()
{
    NS_ABORT_MSG_UNLESS(m_uplink, "the host agent has no uplink");
    m_control = CreateObject<SlbControlSocket>();
    m_control->Open(GetNode(), m_controlPort, [this](const SlbMessage& message, Ipv4Address from) {
        ReceiveMessage(message, from);
    });
}

void
HostAgent::StopApplication()
{
    if (m_control)
    {
        m_control->Close();
    }
}

void
HostAgent::DoDispose()
{
    for (const auto& port : m_ports)
    {
        port->expiry.Cancel();
        port->device = nullptr;
    }
    m_uplink = nullptr;
    m_control = nullptr;
    m_frontendVariable = nullptr;
    Application::DoDispose();
}

void
HostAgent::ReceiveMessage(const SlbMessage& message, Ipv4Address from)
{
    const auto* instruction = std::get_if<ProgramNetworkInterface>(&message.body);
    if (!instruction)
    {
        return;
    }
    const auto found = m_portOfNumber.find(instruction->networkInterface);
    if (found == m_portOfNumber.end())
    {
        return; // not acknowledged: the manager reports the host as unreachable
    }
    if (!m_ports[found->second]->pipeline->HasInstruction())
    {
        Apply(*instruction);
    }
    m_control->Send({message.transaction, Acknowledge{}}, from);
}

void
HostAgent::ReceiveFromVm(Ptr<NetDevice> device,
                         Ptr<const Packet> packet,
                         uint16_t /* protocol */,
                         const Address& /* from */,
                         const Address& /* to */,
                         NetDevice::PacketType /* type */)
{
    const auto index = device->GetIfIndex();
    if (index >= m_portOfDevice.size() || !m_portOfDevice[index])
    {
        return;
    }
    auto& port = *m_portOfDevice[index];
    ++m_counts.received;
    PacketHeaders headers;
    if (!headers.Read(*packet))
    {
        Drop(DropReason::Malformed, &port, nullptr, packet);
        return;
    }
    const auto verdict = port.pipeline->Outbound(headers, Simulator::Now());
    CarryOut(verdict, port, headers, packet, 0, true);
}

bool
HostAgent::ReceiveFromFabric(Ptr<const Packet> packet)
{
    ++m_counts.received;
    const auto outer = ReadOuterHeader(*packet);
    if (!outer)
    {
        Drop(DropReason::Malformed, nullptr, nullptr, packet);
    }
    else if (outer->destination != m_uplink->GetAddress())
    {
        Drop(DropReason::UnexpectedDestination, nullptr, nullptr, packet);
    }
    else if (outer->protocol != IpProtocol::IpInIp)
    {
        ++m_counts.own;
        return false;
    }
    else if (outer->isFragment)
    {
        Drop(DropReason::Fragment, nullptr, nullptr, packet);
    }
    else
    {
        Deliver(packet, outer->size);
    }
    return true;
}

void
HostAgent::Deliver(Ptr<const Packet> packet, uint32_t offset)
{
    PacketHeaders headers;
    if (!headers.Read(*packet, offset))
    {
        Drop(DropReason::Malformed, nullptr, nullptr, packet);
        return;
    }
    const auto owner = FindEndpointOwner(m_endpoints, headers);
    if (const auto* reason = std::get_if<DropReason>(&owner))
    {
        Drop(*reason, nullptr, &headers, packet);
        return;
    }
    auto& port = *m_ports[std::get<uint32_t>(owner)];
    const auto verdict = port.pipeline->Inbound(headers, Simulator::Now());
    CarryOut(verdict, port, headers, packet, offset, false);
}

void
HostAgent::CarryOut(const Verdict& verdict,
                    Port& port,
                    PacketHeaders& headers,
                    Ptr<const Packet> packet,
                    uint32_t offset,
                    bool isOutbound)
{
    ScheduleExpiry(port);
    if (const auto* discard = std::get_if<Discard>(&verdict))
    {
        Drop(discard->reason, &port, &headers, packet);
        return;
    }
    const auto datagram = packet->Copy();
    headers.Apply(std::get<Forward>(verdict).rewrite, m_checksums);
    headers.Write(*datagram, offset);
    std::optional<DropReason> failure;
    if (isOutbound)
    {
        failure = m_uplink->Send(datagram);
    }
    else if (datagram->GetSize() > port.device->GetMtu())
    {
        failure = DropReason::PacketTooBig;
    }
    else if (!port.device->Send(datagram, port.broadcast, IPV4_ETHERTYPE))
    {
        failure = DropReason::DeviceQueueFull;
    }
    if (failure)
    {
        Drop(*failure, &port, &headers, packet);
        return;
    }
    ++m_counts.sent;
}

void
HostAgent::Drop(DropReason reason,
                const Port* port,
                const PacketHeaders* headers,
                Ptr<const Packet> packet)
{
    ++m_counts.dropped;
    DropRecord drop;
    drop.time = Simulator::Now();
    drop.reason = reason;
    drop.bytes = packet->GetSize();
    if (port)
    {
        drop.networkInterface = port->pipeline->GetNetworkInterface();
    }
    if (headers)
    {
        drop.key = headers->GetKey();
        drop.bytes = headers->GetDatagramSize();
    }
    m_dropTrace(drop, packet);
}

void
HostAgent::ScheduleExpiry(Port& port)
{
    const auto next = port.pipeline->GetNextDeadline();
    if (!next || port.expiryAt <= *next)
    {
        return;
    }
    port.expiry.Cancel();
    port.expiryAt = *next;
    port.expiry = Simulator::Schedule(*next - Simulator::Now(), &HostAgent::Expire, this, &port);
}

void
HostAgent::Expire(Port* port)
{
    port->expiryAt = Time::Max();
    port->pipeline->Expire(Simulator::Now());
    ScheduleExpiry(*port);
}

std::vector<SnatPortUsage>
HostAgent::GetSnatPortUsage() const
{
    std::vector<SnatPortUsage> usage;
    for (const auto& [number, index] : m_portOfNumber)
    {
        const auto part = m_ports[index]->pipeline->GetSnatPortUsage();
        usage.insert(usage.end(), part.begin(), part.end());
    }
    return usage;
}

std::vector<FlowRecord>
HostAgent::GetOpenFlows() const
{
    std::vector<FlowRecord> flows;
    for (const auto& [number, index] : m_portOfNumber)
    {
        const auto part = m_ports[index]->pipeline->GetOpenFlows();
        flows.insert(flows.end(), part.begin(), part.end());
    }
    return flows;
}

std::optional<std::string>
HostAgent::CheckInvariants() const
{
    for (const auto& port : m_ports)
    {
        if (auto broken = port->pipeline->CheckInvariants())
        {
            return broken;
        }
    }
    if (m_counts.received != m_counts.sent + m_counts.own + m_counts.dropped)
    {
        return "packets received differ from packets sent, own and dropped";
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
    m_flowCreatedTrace(flow);
}

void
HostAgent::FlowEnded(const FlowRecord& flow)
{
    m_flowEndedTrace(flow);
}

void
HostAgent::SnatPortChanged(const SnatPortEvent& event)
{
    m_snatPortTrace(event);
}

void
HostAgent::SnatExhausted(const SnatExhaustion& exhaustion)
{
    m_snatExhaustedTrace(exhaustion);
}

void
HostAgent::SecurityGroupDecided(const SecurityGroupDecision& /* decision */)
{
}

} // namespace ns3::azure
