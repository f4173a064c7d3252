// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-agent.h"

#include "ns3/abort.h"
#include "ns3/azure-endpoint-owner.h"
#include "ns3/channel.h"
#include "ns3/ipv4-address.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/queue-disc.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>

namespace ns3::azure
{

namespace
{

constexpr uint16_t IPV4_ETHERTYPE = 0x0800;

/// @return an address (host byte order) in a virtual network as one number
uint64_t
GetPlace(uint32_t virtualNetwork, uint32_t address)
{
    return uint64_t{virtualNetwork} << 32 | address;
}

/// @return the address of the device at the other end of a point-to-point link
Address
GetPeerAddress(Ptr<NetDevice> device)
{
    const auto channel = device->GetChannel();
    const auto first = channel->GetDevice(0);
    return (first == device ? channel->GetDevice(1) : first)->GetAddress();
}

/// @return the hardware address of the client that a DHCP message is about (RFC 2131: chaddr);
///         nothing if the datagram is too short
std::optional<Mac48Address>
ReadDhcpClient(const Packet& datagram)
{
    constexpr std::size_t IPV4_AND_UDP = 20 + 8;
    constexpr std::size_t HARDWARE_ADDRESS = IPV4_AND_UDP + 28;
    std::array<uint8_t, HARDWARE_ADDRESS + 6> bytes;
    if (datagram.CopyData(bytes.data(), bytes.size()) < bytes.size())
    {
        return std::nullopt;
    }
    Mac48Address address;
    address.CopyFrom(&bytes[HARDWARE_ADDRESS]);
    return address;
}

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
            .AddAttribute(
                "ManagerAddress",
                "Provider address of the SLB manager, the only one whose messages are heeded; "
                "0.0.0.0: all that come from the physical network.",
                Ipv4AddressValue(Ipv4Address::GetAny()),
                MakeIpv4AddressAccessor(&HostAgent::m_managerAddress),
                MakeIpv4AddressChecker())
            .AddAttribute("VirtualNetworkControlPort",
                          "UDP port the virtual network manager's messages come to (1 to 65535).",
                          UintegerValue(VIRTUAL_NETWORK_CONTROL_PORT),
                          MakeUintegerAccessor(&HostAgent::m_virtualNetworkControlPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("VirtualNetworkManagerAddress",
                          "Provider address of the virtual network manager, the only one whose "
                          "messages are heeded; "
                          "0.0.0.0: all that come from the physical network.",
                          Ipv4AddressValue(Ipv4Address::GetAny()),
                          MakeIpv4AddressAccessor(&HostAgent::m_virtualNetworkManagerAddress),
                          MakeIpv4AddressChecker())
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
            .AddTraceSource("SecurityGroupDecision",
                            "A network security group was asked about a packet whose flow has no "
                            "record; once for each group asked.",
                            MakeTraceSourceAccessor(&HostAgent::m_securityGroupDecisionTrace),
                            "ns3::azure::HostAgent::SecurityGroupDecisionCallback")
            .AddTraceSource("Drop",
                            "A packet was dropped; once for each.",
                            MakeTraceSourceAccessor(&HostAgent::m_dropTrace),
                            "ns3::azure::HostAgent::DropCallback");
    return tid;
}

HostAgent::HostAgent()
    : m_assembler([this](const HostGoalState& goalState) {
          const bool isTaken = IsForThisHost(goalState) && goalState.generation >= m_generation;
          if (isTaken)
          {
              Apply(goalState);
          }
          return isTaken;
      })
{
}

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
    // As FabricPort does; handlers of the node would be a list that every packet walks.
    device->SetReceiveCallback(
        NetDevice::ReceiveCallback([this, &port = *port](Ptr<NetDevice> /* device */,
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
    m_portOfNumber[number] = m_ports.size();
    m_ports.push_back(std::move(port));
    if (m_hostServices)
    {
        AddToHostServices(*m_ports.back());
    }
}

void
HostAgent::AddToHostServices(Port& port)
{
    const auto address = port.pipeline->GetPrivateAddress();
    const bool isNew = m_portOfPrivateAddress.emplace(address.Get(), &port).second;
    NS_ABORT_MSG_UNLESS(isNew,
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
        for (const auto& port : m_ports)
        {
            AddToHostServices(*port);
        }
    }
    return m_hostServices;
}

void
HostAgent::Apply(const ProgramNetworkInterface& instruction)
{
    const auto found = m_portOfNumber.find(instruction.networkInterface);
    NS_ABORT_MSG_IF(found == m_portOfNumber.end(),
                    "network interface " << instruction.networkInterface << " is not on this host");
    NS_ABORT_MSG_IF(m_ports[found->second]->pipeline->HasInstruction(),
                    "network interface " << instruction.networkInterface
                                         << " cannot be programmed anew");
    NS_ABORT_MSG_UNLESS(Program(static_cast<uint32_t>(found->second), instruction),
                        "network interface " << instruction.networkInterface
                                             << ": somebody on this host owns its ports already");
}

bool
HostAgent::Program(uint32_t index, const ProgramNetworkInterface& instruction)
{
    bool isFree = true;
    if (instruction.instanceLevelPublicIp)
    {
        isFree = m_endpoints.Insert(*instruction.instanceLevelPublicIp, {}, index);
    }
    for (const auto& block : instruction.blocks)
    {
        isFree = isFree && m_endpoints.Insert(block.publicAddress, block.ports, index);
    }
    if (!isFree)
    {
        m_endpoints.Remove(index); // it had none before
        return false;
    }
    m_ports[index]->pipeline->Program(instruction);
    for (const auto& block : instruction.blocks)
    {
        m_snatAllocationTrace(
            {Simulator::Now(), instruction.networkInterface, block.publicAddress, block.ports});
    }
    return true;
}

void
HostAgent::Apply(const HostGoalState& goalState)
{
    NS_ABORT_MSG_UNLESS(IsForThisHost(goalState),
                        "goal state: one of its network interfaces is not on this host");
    if (goalState.generation < m_generation)
    {
        return;
    }
    m_generation = goalState.generation;
    m_portInVirtualNetwork.clear();
    auto policies = m_compiler.Compile(goalState);
    for (std::size_t i = 0; i < policies.size(); ++i)
    {
        const auto& place = goalState.networkInterfaces[i];
        auto* port = m_ports[m_portOfNumber.at(place.networkInterface)].get();
        const auto address = port->pipeline->GetPrivateAddress().Get();
        m_portInVirtualNetwork[GetPlace(place.virtualNetwork, address)] = port;
        port->pipeline->SetPolicy(std::move(policies[i]));
    }
}

bool
HostAgent::IsForThisHost(const HostGoalState& goalState) const
{
    const auto& networkInterfaces = goalState.networkInterfaces;
    return std::all_of(networkInterfaces.begin(), networkInterfaces.end(), [this](const auto& n) {
        return m_portOfNumber.count(n.networkInterface) > 0;
    });
}

void
HostAgent::StartApplication()
{
    NS_ABORT_MSG_UNLESS(m_uplink, "the host agent has no uplink");
    m_control = CreateObject<SlbControlSocket>();
    const auto device = m_uplink->GetStackDevice();
    m_control->Open(
        GetNode(),
        m_controlPort,
        [this](const SlbMessage& message, Ipv4Address from) { ReceiveMessage(message, from); },
        {device, m_managerAddress});
    m_virtualNetworkControl = CreateObject<SlbControlSocket>();
    m_virtualNetworkControl->Open(GetNode(),
                                  m_virtualNetworkControlPort,
                                  [this](const SlbMessage& message, Ipv4Address from) {
                                      ReceiveGoalStatePart(message, from);
                                  },
                                  {device, m_virtualNetworkManagerAddress});
}

void
HostAgent::StopApplication()
{
    for (const auto& control : {m_control, m_virtualNetworkControl})
    {
        if (control)
        {
            control->Close();
        }
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
    m_hostServices = nullptr;
    m_control = nullptr;
    m_virtualNetworkControl = nullptr;
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
    const auto index = static_cast<uint32_t>(found->second);
    if (!m_ports[index]->pipeline->HasInstruction() && !Program(index, *instruction))
    {
        return; // likewise: somebody on this host owns its ports
    }
    m_control->Send({message.transaction, Acknowledge{}}, from);
}

void
HostAgent::ReceiveGoalStatePart(const SlbMessage& message, Ipv4Address from)
{
    const auto* part = std::get_if<GoalStatePart>(&message.body);
    if (part && m_assembler.Insert(*part))
    {
        m_virtualNetworkControl->Send({message.transaction, Acknowledge{}}, from);
    }
}

void
HostAgent::ReceiveFromVm(Port& port, const Ptr<const Packet>& packet)
{
    ++m_counts.received;
    PacketHeaders headers;
    if (!headers.Read(*packet))
    {
        Drop(DropReason::Malformed, &port, nullptr, packet);
        return;
    }
    const auto verdict = port.pipeline->Outbound(headers, Simulator::Now());
    CarryOut(verdict, port, headers, packet, 0);
}

bool
HostAgent::ReceiveFromFabric(const Ptr<const Packet>& packet)
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
    else if (outer->protocol != IpProtocol::IpInIp && outer->protocol != IpProtocol::Gre)
    {
        ++m_counts.own;
        return false;
    }
    else if (outer->isFragment)
    {
        Drop(DropReason::Fragment, nullptr, nullptr, packet);
    }
    else if (outer->protocol == IpProtocol::Gre)
    {
        DeliverFromHost(packet, *outer);
    }
    else
    {
        Deliver(packet, outer->size);
    }
    return true;
}

void
HostAgent::ReceiveFromStack(Ptr<Packet> packet)
{
    ++m_counts.received;
    PacketHeaders headers;
    if (!headers.Read(*packet))
    {
        Drop(DropReason::Malformed, nullptr, nullptr, packet);
        return;
    }
    auto* port = FindReceiver(headers, *packet);
    if (!port)
    {
        Drop(DropReason::UnexpectedDestination, nullptr, &headers, packet);
        return;
    }
    const auto verdict = port->pipeline->InboundHostService(headers, Simulator::Now());
    CarryOut(verdict, *port, headers, packet, 0);
}

HostAgent::Port*
HostAgent::FindReceiver(const PacketHeaders& headers, const Packet& packet) const
{
    const auto destination = headers.GetKey().GetDestinationNumber();
    if (Ipv4Address(destination).IsBroadcast())
    {
        const auto client = ReadDhcpClient(packet);
        const auto found = std::find_if(m_ports.begin(), m_ports.end(), [&](const auto& port) {
            return client && Address(*client) == GetPeerAddress(port->device);
        });
        return found == m_ports.end() ? nullptr : found->get();
    }
    const auto found = m_portOfPrivateAddress.find(destination);
    return found == m_portOfPrivateAddress.end() ? nullptr : found->second;
}

void
HostAgent::DeliverFromHost(const Ptr<const Packet>& packet, const OuterHeader& outer)
{
    PacketHeaders headers;
    const auto inner = ReadVirtualNetworkHeader(*packet, outer);
    if (!inner || !headers.Read(*packet, inner->offset))
    {
        Drop(DropReason::Malformed, nullptr, nullptr, packet);
        return;
    }
    DeliverInVirtualNetwork(inner->virtualNetwork, outer.source, headers, packet, inner->offset);
}

void
HostAgent::DeliverInVirtualNetwork(uint32_t virtualNetwork,
                                   Ipv4Address host,
                                   PacketHeaders& headers,
                                   const Ptr<const Packet>& packet,
                                   uint32_t offset)
{
    const auto found = m_portInVirtualNetwork.find(
        GetPlace(virtualNetwork, headers.GetKey().GetDestinationNumber()));
    if (found == m_portInVirtualNetwork.end())
    {
        Drop(DropReason::UnexpectedDestination, nullptr, &headers, packet);
        return;
    }
    auto& port = *found->second;
    const auto verdict = port.pipeline->InboundVirtualNetwork(headers, host, Simulator::Now());
    CarryOut(verdict, port, headers, packet, offset);
}

void
HostAgent::Deliver(const Ptr<const Packet>& packet, uint32_t offset)
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
    CarryOut(verdict, port, headers, packet, offset);
}

void
HostAgent::CarryOut(const Verdict& verdict,
                    Port& port,
                    PacketHeaders& headers,
                    const Ptr<const Packet>& packet,
                    uint32_t offset)
{
    ScheduleExpiry(port);
    if (const auto* discard = std::get_if<Discard>(&verdict))
    {
        Drop(*discard, &port, &headers, packet);
        return;
    }
    const auto& forward = std::get<Forward>(verdict);
    headers.Apply(forward.rewrite, m_checksums);
    if (forward.nextHop == NextHop::VirtualNetwork && forward.host == m_uplink->GetAddress())
    {
        // Nothing was translated, so that the headers still say what they are asked about.
        DeliverInVirtualNetwork(forward.virtualNetwork,
                                m_uplink->GetAddress(),
                                headers,
                                packet,
                                offset);
        return;
    }
    if (const auto failure = Send(forward, port, headers, packet->Copy(), offset))
    {
        Drop(*failure, &port, &headers, packet);
        return;
    }
    ++(forward.nextHop == NextHop::HostService ? m_counts.own : m_counts.sent);
}

std::optional<DropReason>
HostAgent::Send(const Forward& forward,
                const Port& port,
                const PacketHeaders& headers,
                const Ptr<Packet>& datagram,
                uint32_t offset)
{
    if (forward.nextHop == NextHop::VirtualNetwork)
    {
        EncapsulateForVirtualNetwork(*datagram,
                                     headers,
                                     {m_uplink->GetAddress(), forward.host},
                                     forward.virtualNetwork,
                                     m_identification++,
                                     m_checksums);
        return m_uplink->Send(datagram);
    }
    headers.Write(*datagram, offset);
    if (forward.nextHop == NextHop::Internet)
    {
        return m_uplink->Send(datagram);
    }
    if (forward.nextHop == NextHop::HostService)
    {
        if (!m_hostServices)
        {
            return DropReason::UnexpectedDestination;
        }
        m_hostServices->Receive(datagram);
        return std::nullopt;
    }
    if (datagram->GetSize() > port.device->GetMtu())
    {
        return DropReason::PacketTooBig;
    }
    if (!port.device->Send(datagram, port.broadcast, IPV4_ETHERTYPE))
    {
        return DropReason::DeviceQueueFull;
    }
    return std::nullopt;
}

void
HostAgent::Drop(const Discard& discard,
                const Port* port,
                const PacketHeaders* headers,
                const Ptr<const Packet>& packet)
{
    ++m_counts.dropped;
    DropRecord drop;
    drop.time = Simulator::Now();
    drop.reason = discard.reason;
    drop.group = discard.group;
    drop.rule = discard.rule;
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
HostAgent::SecurityGroupDecided(const SecurityGroupDecision& decision)
{
    m_securityGroupDecisionTrace(decision);
}

} // namespace ns3::azure
