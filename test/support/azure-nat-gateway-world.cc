// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-world.h"

#include "azure-test-profiles.h"

#include "ns3/azure-goal-state-parts.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/global-value.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace ns3::azure
{

namespace
{

constexpr uint16_t IPV4_ETHERTYPE = 0x0800;

/// @return a sink that appends to a list, which must outlive it
template <typename T>
Callback<void, const T&>
Into(std::vector<T>& list)
{
    return MakeFunctionCallback<void, const T&>([&list](const T& item) { list.push_back(item); });
}

/// @return a datagram with these TCP flags, if it is TCP
Bytes
MakeDatagramWithFlags(const FlowKey& key, uint8_t tcpFlags)
{
    DatagramTraits traits;
    traits.tcpFlags = tcpFlags;
    return MakeDatagram(key, traits);
}

} // namespace

void
NatGatewayWorld::End()
{
    if (!m_gateway)
    {
        return;
    }
    EXPECT_EQ(m_gateway->CheckInvariants(), std::nullopt);
    EXPECT_EQ(m_drops.size(), m_gateway->GetPacketCounts().dropped);
    EXPECT_EQ(m_created.size(), m_ended.size() + m_gateway->GetOpenFlows().size());
    m_gateway = nullptr;
    m_gatewayPlace = {};
    m_goalState = {};
    m_hosts.clear();
    m_manager.reset();
    m_server = nullptr;
    m_created.clear();
    m_ended.clear();
    m_drops.clear();
    Simulator::Destroy();
    Config::Reset(); // ChecksumEnabled
}

void
NatGatewayWorld::Begin(const std::string& profile, FabricLink link)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    m_fabric = std::make_unique<FabricHelper>();
    m_fabric->SetLink(link);
    m_fabric->Create();
    AttachGateway();
    AttachServer();
    m_goalState.generation = 1;
    m_goalState.name = "gateway";
    m_goalState.publicAddresses = {Ipv4Address(PUBLIC)};
    m_goalState.profile = MakeProfile(profile);
    for (uint32_t i = 0; i < HOSTS; ++i)
    {
        m_hosts.push_back(AttachStand(i));
        m_goalState.members.push_back(
            {i + 1, Ipv4Address(VM + i), m_hosts.back()->place.address.address});
    }
    m_manager = AttachStand(HOSTS);
    m_fabric->RouteToNatGateway(m_gatewayPlace, m_goalState.publicAddresses);
}

void
NatGatewayWorld::Program()
{
    m_gateway->Apply(m_goalState);
}

void
NatGatewayWorld::Tell(const NatGatewayGoalState& goalState, uint32_t transaction)
{
    for (const auto& part : Split(goalState))
    {
        m_manager->agent->Send({transaction, part}, m_gatewayPlace.address.address);
    }
}

void
NatGatewayWorld::At(Time time, const std::function<void()>& function)
{
    Simulator::Schedule(time - Simulator::Now(), function);
}

void
NatGatewayWorld::Run(Time stop)
{
    Simulator::Stop(stop - Simulator::Now());
    Simulator::Run();
}

FlowKey
NatGatewayWorld::MakeFlow(uint32_t member, uint16_t sourcePort, IpProtocol protocol, uint16_t port)
{
    return {VM + member - 1, SERVER, sourcePort, port, protocol};
}

void
NatGatewayWorld::Out(const FlowKey& key, uint8_t tcpFlags)
{
    Out(MakeDatagramWithFlags(key, tcpFlags), key.GetSourceNumber() - VM + 1);
}

void
NatGatewayWorld::Out(const Bytes& datagram, uint32_t member)
{
    const auto& host = *m_hosts.at(member - 1);
    const auto packet = ToPacket(datagram);
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*packet));
    EncapsulateForNatGateway(*packet,
                             headers,
                             {host.place.address.address, m_gatewayPlace.address.address},
                             member,
                             0,
                             true);
    host.port->Send(packet);
}

void
NatGatewayWorld::In(const FlowKey& key, uint8_t tcpFlags)
{
    In(MakeDatagramWithFlags(key, tcpFlags));
}

void
NatGatewayWorld::In(const Bytes& datagram)
{
    m_server->Send(ToPacket(datagram), m_server->GetBroadcast(), IPV4_ETHERTYPE);
}

void
NatGatewayWorld::Answer(const FlowKey& outbound, uint8_t tcpFlags)
{
    In(GetTranslated(outbound).Reverse(), tcpFlags);
}

void
NatGatewayWorld::Establish(const FlowKey& key)
{
    Out(key);
    Run(Simulator::Now() + MicroSeconds(300));
    Answer(key, TCP_SYN | TCP_ACK);
    Run(Simulator::Now() + MicroSeconds(300));
    Out(key, TCP_ACK);
    Run(Simulator::Now() + MicroSeconds(300));
}

FlowKey
NatGatewayWorld::GetTranslated(const FlowKey& outbound) const
{
    const auto isIt = [&outbound](const FlowRecord& flow) {
        return flow.key == outbound && flow.translated;
    };
    const auto found = std::find_if(m_created.rbegin(), m_created.rend(), isIt);
    if (found == m_created.rend())
    {
        ADD_FAILURE() << outbound << " has no port";
        return outbound;
    }
    return *found->translated;
}

uint64_t
NatGatewayWorld::CountDrops(DropReason reason) const
{
    return static_cast<uint64_t>(
        std::count_if(m_drops.begin(), m_drops.end(), [reason](const auto& drop) {
            return drop.reason == reason;
        }));
}

void
NatGatewayWorld::AttachGateway()
{
    const auto node = CreateObject<Node>();
    FabricHelper::InstallStack(node);
    m_gateway = CreateObject<NatGatewayNode>();
    node->AddApplication(m_gateway);
    m_gateway->AssignStreams(1);
    m_gatewayPlace = m_fabric->Attach(node);
    m_gateway->SetUplink(m_gatewayPlace.device, m_gatewayPlace.address);
    m_gateway->TraceConnectWithoutContext("FlowCreated", Into(m_created));
    m_gateway->TraceConnectWithoutContext("FlowEnded", Into(m_ended));
    m_gateway->TraceConnectWithoutContext("SnatPort", Into(m_portEvents));
    m_gateway->TraceConnectWithoutContext("SnatExhausted", Into(m_exhausted));
    m_gateway->TraceConnectWithoutContext("TcpReset", Into(m_resets));
    m_gateway->TraceConnectWithoutContext(
        "Drop",
        MakeFunctionCallback<void, const DropRecord&, Ptr<const Packet>>(
            [this](const DropRecord& drop, Ptr<const Packet> /* packet */) {
                m_drops.push_back(drop);
            }));
}

void
NatGatewayWorld::AttachServer()
{
    PointToPointHelper helper;
    helper.SetDeviceAttribute("DataRate", StringValue("100Gbps"));
    helper.SetChannelAttribute("Delay", StringValue("10us"));
    const auto link = helper.Install(m_fabric->GetEdgeRouter(), CreateObject<Node>());
    FabricPort::AddAddress(link.Get(0), {Ipv4Address(SERVER | 0xfe), Ipv4Mask("255.255.255.0")});
    m_server = link.Get(1);
    m_server->SetReceiveCallback(
        MakeFunctionCallback<bool, Ptr<NetDevice>, Ptr<const Packet>, uint16_t, const Address&>(
            [this](Ptr<NetDevice> /* device */,
                   const Ptr<const Packet>& packet,
                   uint16_t /* protocol */,
                   const Address& /* from */) {
                m_atServer.push_back({Simulator::Now(), 0, 0, ToBytes(*packet)});
                EXPECT_EQ(FindBadChecksum(m_atServer.back().datagram), std::nullopt);
                return true;
            }));
}

std::unique_ptr<NatGatewayWorld::Stand>
NatGatewayWorld::AttachStand(uint32_t host)
{
    const auto node = CreateObject<Node>();
    FabricHelper::InstallStack(node);
    auto stand = std::make_unique<Stand>();
    stand->place = m_fabric->Attach(node);
    stand->port = FabricPort::Create(
        stand->place.device,
        stand->place.address,
        [this, host](const Ptr<const Packet>& packet) { return TakePacket(host, *packet); });
    stand->agent = CreateObject<SlbControlSocket>();
    stand->agent->Open(node,
                       SLB_CONTROL_PORT,
                       [this](const SlbMessage& message, const InetSocketAddress& /* from */) {
                           EXPECT_TRUE(std::holds_alternative<Acknowledge>(message.body));
                           m_acknowledged.push_back(message.transaction);
                       });
    return stand;
}

bool
NatGatewayWorld::TakePacket(uint32_t host, const Packet& packet)
{
    const auto outer = ReadOuterHeader(packet);
    if (!outer || outer->protocol != IpProtocol::Gre)
    {
        return false;
    }
    auto bytes = ToBytes(packet);
    EXPECT_EQ(FindBadChecksum(bytes), std::nullopt);
    EXPECT_EQ(outer->source, m_gatewayPlace.address.address);
    const auto tunnel = ReadTunnelHeader(packet, *outer);
    EXPECT_TRUE(tunnel && tunnel->key == TunnelKey::NatGateway);
    bytes.erase(bytes.begin(), bytes.begin() + tunnel->offset);
    EXPECT_EQ(FindBadChecksum(bytes), std::nullopt);
    m_atHosts.push_back({Simulator::Now(), host, tunnel->number, bytes});
    return true;
}

} // namespace ns3::azure
