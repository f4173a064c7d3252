// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-virtual-network-world.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/global-value.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::azure
{

VirtualNetworkWorld::~VirtualNetworkWorld() = default;

void
VirtualNetworkWorld::TearDown()
{
    if (m_manager)
    {
        End();
    }
}

void
VirtualNetworkWorld::AddHosts(uint32_t hosts, FabricLink link)
{
    m_fabric.SetLink(link);
    m_fabric.Create();
    for (uint32_t i = 0; i < hosts; ++i)
    {
        const auto node = CreateObject<Node>();
        FabricHelper::InstallStack(node);
        const auto agent = CreateObject<HostAgent>();
        node->AddApplication(agent);
        const auto attachment = m_fabric.Attach(node);
        agent->SetUplink(attachment.device, attachment.address);
        const auto connect = [&agent](const char* source, const auto& callback) {
            ASSERT_TRUE(agent->TraceConnectWithoutContext(source, callback)) << source;
        };
        connect("Drop", MakeCallback(&VirtualNetworkWorld::OnDrop, this));
        connect("FlowCreated", MakeCallback(&VirtualNetworkWorld::OnCreated, this));
        connect("SecurityGroupDecision", MakeCallback(&VirtualNetworkWorld::OnDecision, this));
        m_agents.push_back(agent);
        m_hosts.push_back(attachment.address.address);
    }
    const auto node = CreateObject<Node>();
    FabricHelper::InstallStack(node);
    m_fabric.AttachWithAddress(node);
    m_manager = CreateObject<VirtualNetworkManager>();
    node->AddApplication(m_manager);
    const auto connect = [this](const char* source, const auto& callback) {
        ASSERT_TRUE(m_manager->TraceConnectWithoutContext(source, callback)) << source;
    };
    connect("GoalStateSent", MakeCallback(&VirtualNetworkWorld::OnSent, this));
    connect("GoalStateApplied", MakeCallback(&VirtualNetworkWorld::OnApplied, this));
    connect("AgentUnreachable", MakeCallback(&VirtualNetworkWorld::OnUnreachable, this));
    connect("ControlMessage", MakeCallback(&VirtualNetworkWorld::OnMessage, this));
}

void
VirtualNetworkWorld::AddVirtualNetwork(const std::string& name, const std::string& prefix)
{
    const auto parsed = ParseAddressPrefix("prefix", prefix);
    ASSERT_TRUE(parsed) << parsed.GetError();
    VirtualNetwork network;
    network.name = name;
    network.addressSpace = {*parsed};
    network.subnets = {{"subnet", *parsed, {}, {}}};
    Update([&](NetworkResources& resources) { return resources.AddVirtualNetwork(network); });
}

uint32_t
VirtualNetworkWorld::AddVm(uint32_t host, const std::string& virtualNetwork, Ipv4Address address)
{
    const auto vm = CreateObject<Node>();
    FabricHelper::InstallStack(vm);
    m_vms.push_back(vm);
    m_addresses.push_back(address);
    const auto number = static_cast<uint32_t>(m_vms.size());
    const auto device = m_fabric.AttachVm(vm, m_agents[host]->GetNode(), address);
    m_agents[host]->AddNetworkInterface(number, device, address);
    ProgramNetworkInterface instruction;
    instruction.networkInterface = number;
    instruction.blocks = {{Ipv4Address(Ipv4Address("198.18.16.0").Get() + number), {1024, 2047}}};
    instruction.profile = *FindProfile("2017");
    m_agents[host]->Apply(instruction);
    Update([&](NetworkResources& resources) {
        return resources.AddNetworkInterface(
            {number, virtualNetwork, "subnet", address, m_hosts[host]});
    });
    vm->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Rx",
        MakeCallback(&VirtualNetworkWorld::OnReceived, this));
    return number - 1;
}

void
VirtualNetworkWorld::Update(const VirtualNetworkManager::Change& change)
{
    const auto error = m_manager->Update(change);
    EXPECT_FALSE(error) << *error;
}

void
VirtualNetworkWorld::AddRule(const std::string& group, const SecurityRuleText& rule)
{
    Update([&](NetworkResources& resources) { return resources.AddSecurityRule(group, rule); });
}

void
VirtualNetworkWorld::Program()
{
    for (const auto& [host, goalState] : m_manager->Take())
    {
        const auto found = std::find(m_hosts.begin(), m_hosts.end(), host);
        m_agents.at(static_cast<std::size_t>(found - m_hosts.begin()))->Apply(goalState);
    }
}

void
VirtualNetworkWorld::Run(const std::string& until)
{
    Simulator::Stop(Time(until) - Simulator::Now());
    Simulator::Run();
}

void
VirtualNetworkWorld::At(const std::string& time, const std::function<void()>& what)
{
    Simulator::Schedule(Time(time) - Simulator::Now(), what);
}

void
VirtualNetworkWorld::End()
{
    for (const auto& agent : m_agents)
    {
        const auto broken = agent->CheckInvariants();
        EXPECT_FALSE(broken) << *broken;
    }
    m_agents.clear();
    m_vms.clear();
    m_manager = nullptr;
    m_addresses.clear();
    m_hosts.clear();
    m_received.clear();
    m_fabric = FabricHelper();
    Simulator::Destroy();
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
}

void
VirtualNetworkWorld::Send(uint32_t vm, const Bytes& datagram)
{
    const auto device = m_vms[vm]->GetDevice(1);
    constexpr uint16_t IPV4_ETHERTYPE = 0x0800;
    device->Send(ToPacket(datagram), device->GetBroadcast(), IPV4_ETHERTYPE);
}

void
VirtualNetworkWorld::SendUdp(uint32_t vm, uint32_t to, uint16_t toPort, uint16_t port)
{
    Send(vm, MakeDatagram({GetAddress(vm), GetAddress(to), port, toPort, IpProtocol::Udp}));
}

const std::vector<Bytes>&
VirtualNetworkWorld::GetReceived(uint32_t vm)
{
    return m_received[m_vms[vm]->GetId()];
}

uint64_t
VirtualNetworkWorld::CountDrops(DropReason reason) const
{
    return static_cast<uint64_t>(
        std::count_if(m_drops.begin(), m_drops.end(), [reason](const auto& drop) {
            return drop.reason == reason;
        }));
}

void
VirtualNetworkWorld::Cut(Ptr<Node> node, const std::string& until)
{
    const auto loss = CreateObject<RateErrorModel>();
    loss->SetAttribute("ErrorRate", DoubleValue(1));
    node->GetDevice(1)->SetAttribute("ReceiveErrorModel", PointerValue(loss));
    if (!until.empty())
    {
        At(until, [loss] { loss->Disable(); });
    }
}

Ipv4Address
VirtualNetworkWorld::GetAddress(uint32_t vm) const
{
    return m_addresses.at(vm);
}

Ipv4Address
VirtualNetworkWorld::GetHostAddress(uint32_t host) const
{
    return m_hosts.at(host);
}

void
VirtualNetworkWorld::OnDrop(const DropRecord& drop, Ptr<const Packet> /* packet */)
{
    m_drops.push_back(drop);
    m_deniedBy.push_back(std::string(drop.group) + "/" + std::string(drop.rule));
}

void
VirtualNetworkWorld::OnCreated(const FlowRecord& flow)
{
    m_created.push_back(flow);
}

void
VirtualNetworkWorld::OnDecision(const SecurityGroupDecision& decision)
{
    m_decisions.push_back(decision);
    m_decidingRules.push_back(std::string(decision.group) + "/" + std::string(decision.rule));
}

void
VirtualNetworkWorld::OnSent(const GoalStateInstruction& instruction)
{
    m_sent.push_back(instruction);
}

void
VirtualNetworkWorld::OnApplied(const GoalStateInstruction& instruction)
{
    m_applied.push_back(instruction);
}

void
VirtualNetworkWorld::OnUnreachable(const GoalStateInstruction& instruction)
{
    m_unreachable.push_back(instruction);
}

void
VirtualNetworkWorld::OnMessage(const ControlMessage& message)
{
    if (message.stage == ControlMessageStage::Sent)
    {
        m_attempts.push_back(message.attempt);
    }
}

void
VirtualNetworkWorld::OnReceived(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t /* interface */)
{
    m_received[ipv4->GetObject<Node>()->GetId()].push_back(ToBytes(*packet));
}

} // namespace ns3::azure
