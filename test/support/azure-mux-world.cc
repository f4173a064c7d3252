// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-mux-world.h"

#include "ns3/azure-ns3-compat.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/global-value.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace ns3::azure
{

namespace
{

/// @return a sink that appends to a list, which must outlive it
template <typename T>
Callback<void, const T&>
Into(std::vector<T>& list)
{
    return MakeFunctionCallback<void, const T&>([&list](const T& item) { list.push_back(item); });
}

} // namespace

void
MuxWorld::TearDown()
{
    for (const auto& mux : m_muxes)
    {
        EXPECT_EQ(mux->CheckInvariants(), std::nullopt);
    }
    for (std::size_t i = 0; i < m_muxes.size(); ++i)
    {
        EXPECT_EQ(m_stories[i].drops.size(), m_muxes[i]->GetPacketCounts().dropped);
    }
    m_hosts.clear();
    m_client.reset();
    Simulator::Destroy();
    Config::Reset(); // ChecksumEnabled
}

void
MuxWorld::Begin(uint32_t muxes)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    m_fabric = std::make_unique<FabricHelper>();
    m_fabric->Create();
    const auto managerNode = CreateObject<Node>();
    FabricHelper::InstallStack(managerNode);
    const auto managerAddress = m_fabric->AttachWithAddress(managerNode);
    m_manager = CreateObject<SlbManager>();
    managerNode->AddApplication(m_manager);
    m_manager->TraceConnectWithoutContext("ControlMessage", Into(m_messages));
    m_manager->TraceConnectWithoutContext("MemberHealth", Into(m_decided));
    m_stories.resize(muxes);
    for (uint32_t i = 0; i < muxes; ++i)
    {
        AttachMux(managerAddress);
    }
    m_fabric->SharePublicAddressesAmong(m_muxPlaces);
    m_loadBalancer.name = "web";
    m_loadBalancer.frontends = {{"front", Ipv4Address(PUBLIC)}};
    m_loadBalancer.backendPools = {{"servers", {}}};
    m_loadBalancer.probes = {HealthProbe{}};
    m_loadBalancer.probes[0].name = "probe";
    for (uint32_t i = 0; i < MEMBERS; ++i)
    {
        m_hosts.push_back(AttachStand(i));
        NetworkInterface member;
        member.networkInterface = i + 1;
        member.privateAddress = Ipv4Address(0x0a000004 + i);
        member.host = m_hosts.back()->place.address.address;
        member.platformAddress = Ipv4Address(0xc6128001 + i);
        m_interfaces.push_back(member);
        m_loadBalancer.backendPools[0].members.push_back({i + 1, AdministrativeState::None});
    }
    m_client = AttachStand(MEMBERS);
    const auto addRule = [this](const char* name, TransportProtocol protocol, uint16_t port) {
        LoadBalancingRule rule;
        rule.name = name;
        rule.frontend = "front";
        rule.backendPool = "servers";
        rule.protocol = protocol;
        rule.frontendPort = port;
        rule.backendPort = port;
        rule.probe = port == 443 ? "" : "probe";
        m_loadBalancer.loadBalancingRules.push_back(rule);
    };
    addRule("http", TransportProtocol::Tcp, 80);
    addRule("https", TransportProtocol::Tcp, 443);
    addRule("dns", TransportProtocol::Udp, 53);
}

void
MuxWorld::Start(bool isProgrammed)
{
    std::vector<Ipv4Address> muxes;
    for (const auto& place : m_muxPlaces)
    {
        muxes.push_back(place.address.address);
    }
    m_manager->SetDeployment(m_interfaces, {m_loadBalancer}, muxes);
    if (!isProgrammed)
    {
        return;
    }
    for (const auto& instruction : m_manager->Take())
    {
        const auto* endpoints = std::get_if<ProgramPublicEndpoints>(&instruction.message.body);
        for (std::size_t i = 0; endpoints && i < m_muxes.size(); ++i)
        {
            if (instruction.agent == GetMuxAddress(static_cast<uint32_t>(i)))
            {
                EXPECT_TRUE(m_muxes[i]->Apply(*endpoints));
            }
        }
    }
    for (const auto& mux : m_muxes)
    {
        mux->Apply(m_manager->GetMuxGoalState());
    }
}

void
MuxWorld::StartWithMembersUp(uint32_t muxes)
{
    Begin(muxes);
    for (auto& member : m_loadBalancer.backendPools[0].members)
    {
        member.state = AdministrativeState::Up;
    }
    Start();
}

void
MuxWorld::At(Time time, const std::function<void()>& function)
{
    Simulator::Schedule(time - Simulator::Now(), function);
}

void
MuxWorld::Run(Time stop)
{
    Simulator::Stop(stop - Simulator::Now());
    Simulator::Run();
}

void
MuxWorld::Cut(Ptr<Node> node, Time until)
{
    const auto loss = CreateObject<RateErrorModel>();
    loss->SetAttribute("ErrorRate", DoubleValue(1));
    node->GetDevice(1)->SetAttribute("ReceiveErrorModel", PointerValue(loss));
    At(until, [loss] { loss->Disable(); });
}

void
MuxWorld::Report(uint32_t networkInterface, bool isUp, uint32_t sequence, uint16_t probe)
{
    const auto manager = m_manager->GetNode()->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
    m_hosts.at(networkInterface - 1)
        ->prober->Send({sequence, ReportHealth{networkInterface, probe, sequence, isUp}},
                       manager,
                       SLB_CONTROL_PORT);
}

void
MuxWorld::Send(const FlowKey& key, const DatagramTraits& traits)
{
    Send(MakeDatagram(key, traits));
}

void
MuxWorld::Send(const Bytes& datagram)
{
    m_client->port->Send(ToPacket(datagram));
}

FlowKey
MuxWorld::MakeFlow(uint32_t i, uint16_t port, IpProtocol protocol)
{
    return {CLIENT, PUBLIC, static_cast<uint16_t>(1024 + i), port, protocol};
}

void
MuxWorld::SendFlows(uint32_t flows, uint8_t flags, uint16_t port)
{
    DatagramTraits traits;
    traits.tcpFlags = flags;
    for (uint32_t i = 0; i < flows; ++i)
    {
        Send(MakeFlow(i, port), traits);
    }
}

std::map<FlowKey, uint32_t>
MuxWorld::TakeMembers()
{
    std::map<FlowKey, uint32_t> members;
    for (const auto& arrival : std::exchange(m_arrivals, {}))
    {
        if (arrival.member)
        {
            const auto [known, isNew] = members.insert({arrival.GetKey(), *arrival.member});
            EXPECT_TRUE(isNew || known->second == *arrival.member) << arrival.GetKey();
            EXPECT_EQ(arrival.host + 1, *arrival.member) << "the host of another member";
        }
    }
    return members;
}

uint64_t
MuxWorld::CountDrops(uint32_t mux, DropReason reason) const
{
    const auto& drops = m_stories.at(mux).drops;
    return static_cast<uint64_t>(std::count_if(drops.begin(), drops.end(), [reason](auto& drop) {
        return drop.reason == reason;
    }));
}

uint64_t
MuxWorld::CountMessages(ControlMessageStage stage,
                        const std::string& kind,
                        std::optional<Ipv4Address> receiver) const
{
    return static_cast<uint64_t>(
        std::count_if(m_messages.begin(), m_messages.end(), [&](const auto& message) {
            return message.stage == stage && message.kind == kind &&
                   (!receiver || message.receiver == *receiver);
        }));
}

Ipv4Address
MuxWorld::GetMuxAddress(uint32_t mux) const
{
    return m_muxPlaces.at(mux).address.address;
}

void
MuxWorld::AttachMux(Ipv4Address manager)
{
    const auto node = CreateObject<Node>();
    FabricHelper::InstallStack(node);
    const auto mux = CreateObject<LoadBalancerMux>();
    node->AddApplication(mux);
    m_muxPlaces.push_back(m_fabric->Attach(node));
    const auto& [device, address] = m_muxPlaces.back();
    mux->SetUplink(device, address);
    mux->SetRoutes(address.gateway, FabricHelper::GetPublicPrefixes());
    mux->SetAttribute("ManagerAddress", Ipv4AddressValue(manager));
    auto& story = m_stories.at(m_muxes.size());
    mux->TraceConnectWithoutContext("LoadBalancingDecision", Into(story.decisions));
    mux->TraceConnectWithoutContext("MemberHealth", Into(story.health));
    mux->TraceConnectWithoutContext("ControlMessage", Into(story.messages));
    mux->TraceConnectWithoutContext(
        "Drop",
        MakeFunctionCallback<void, const DropRecord&, Ptr<const Packet>>(
            [&story](const DropRecord& drop, Ptr<const Packet> /* packet */) {
                story.drops.push_back(drop);
            }));
    m_muxes.push_back(mux);
}

std::unique_ptr<MuxWorld::Stand>
MuxWorld::AttachStand(uint32_t host)
{
    const auto node = CreateObject<Node>();
    FabricHelper::InstallStack(node);
    auto stand = std::make_unique<Stand>();
    stand->place = m_fabric->Attach(node);
    stand->port = FabricPort::Create(
        stand->place.device,
        stand->place.address,
        [this, host](const Ptr<const Packet>& packet) { return TakePacket(host, *packet); });
    const auto open = [this, node](uint16_t port) {
        const auto socket = CreateObject<SlbControlSocket>();
        auto& heard = *socket;
        socket->Open(node,
                     port,
                     [this, &heard](const SlbMessage& message, const InetSocketAddress& from) {
                         TakeMessage(message, from, heard);
                     });
        return socket;
    };
    stand->agent = open(SLB_CONTROL_PORT);
    stand->prober = open(SLB_HEALTH_PORT);
    return stand;
}

bool
MuxWorld::TakePacket(uint32_t host, const Packet& packet)
{
    const auto outer = ReadOuterHeader(packet);
    if (!outer || (outer->protocol != IpProtocol::Gre && outer->protocol != IpProtocol::IpInIp))
    {
        return false;
    }
    auto bytes = ToBytes(packet);
    Arrival arrival{Simulator::Now(), host, outer->source, std::nullopt, {}};
    auto offset = outer->size;
    if (outer->protocol == IpProtocol::Gre)
    {
        const auto tunnel = ReadTunnelHeader(packet, *outer);
        EXPECT_TRUE(tunnel && tunnel->key == TunnelKey::Member);
        arrival.member = tunnel->number;
        offset = tunnel->offset;
    }
    bytes.erase(bytes.begin(), bytes.begin() + offset);
    EXPECT_EQ(FindBadChecksum(bytes), std::nullopt);
    arrival.inner = std::move(bytes);
    m_arrivals.push_back(arrival);
    return true;
}

void
MuxWorld::TakeMessage(const SlbMessage& message,
                      const InetSocketAddress& from,
                      SlbControlSocket& socket)
{
    if (std::holds_alternative<Acknowledge>(message.body))
    {
        m_acknowledged.push_back(message.transaction);
        return;
    }
    m_hostMessages.push_back(message);
    socket.Send({message.transaction, Acknowledge{}}, from.GetIpv4(), from.GetPort());
}

} // namespace ns3::azure
