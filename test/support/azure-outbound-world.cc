// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/global-value.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

constexpr uint16_t IPV4_ETHERTYPE = 0x0800;

/// Put a datagram on the link of a node's first device, which is behind the loopback.
void
SendOnLink(Ptr<Node> node, const Bytes& datagram)
{
    const auto device = node->GetDevice(1);
    device->Send(ToPacket(datagram), device->GetBroadcast(), IPV4_ETHERTYPE);
}

} // namespace

OutboundWorld::~OutboundWorld() = default;

void
OutboundWorld::TearDown()
{
    End();
    Config::Reset(); // default values and global values, ChecksumEnabled among them
    RngSeedManager::SetSeed(1);
    RngSeedManager::SetRun(1);
}

OutboundScenarioHelper&
OutboundWorld::Begin(OutboundScenario scenario, const std::string& profile)
{
    End();
    m_scenario = std::make_unique<OutboundScenarioHelper>(scenario);
    m_scenario->SetProfile(profile);
    return *m_scenario;
}

void
OutboundWorld::Assemble()
{
    m_scenario->Create();
    m_scenario->AssignStreams(1000);
    m_statistics = std::make_unique<FlowStatistics>();
    m_scenario->Connect(*m_statistics);
    for (const auto& agent : m_scenario->GetHostAgents())
    {
        const auto connect = [&agent](const char* source, const CallbackBase& sink) {
            ASSERT_TRUE(agent->TraceConnectWithoutContext(source, sink)) << source;
        };
        connect("FlowCreated", MakeCallback(&OutboundWorld::OnCreated, this));
        connect("FlowEnded", MakeCallback(&OutboundWorld::OnEnded, this));
        connect("SnatPort", MakeCallback(&OutboundWorld::OnSnatPort, this));
        connect("SnatExhausted", MakeCallback(&OutboundWorld::OnExhausted, this));
        connect("SnatAllocation", MakeCallback(&OutboundWorld::OnAllocated, this));
        connect("SecurityGroupDecision", MakeCallback(&OutboundWorld::OnDecision, this));
        connect("Drop", MakeCallback(&OutboundWorld::OnHostDrop, this));
    }
    ASSERT_TRUE(m_scenario->GetMux()->TraceConnectWithoutContext(
        "Drop",
        MakeCallback(&OutboundWorld::OnMuxDrop, this)));
    const auto& servers = m_scenario->GetServers();
    for (auto node = servers.Begin(); node != servers.End(); ++node)
    {
        const auto server = CreateObject<TrafficServer>();
        server->TraceConnectWithoutContext("Request",
                                           MakeCallback(&OutboundWorld::OnRequest, this));
        server->TraceConnectWithoutContext("Accepted",
                                           MakeCallback(&OutboundWorld::OnAccepted, this));
        (*node)->AddApplication(server);
        m_servers.push_back(server);
    }
}

void
OutboundWorld::BeginWith(OutboundScenario scenario, const std::string& profile)
{
    Begin(scenario, profile);
    Assemble();
}

void
OutboundWorld::End()
{
    if (!m_scenario)
    {
        return;
    }
    if (m_statistics)
    {
        CheckLaws();
    }
    Simulator::Destroy();
    m_scenario = nullptr;
    m_statistics = nullptr;
    m_servers.clear();
    m_created.clear();
    m_ended.clear();
    m_ports.clear();
    m_exhausted.clear();
    m_allocated.clear();
    m_decisions.clear();
    m_hostDrops.clear();
    m_denyingRules.clear();
    m_muxDrops.clear();
    m_requests.clear();
    m_accepted.clear();
    m_started.clear();
    m_established.clear();
    m_received.clear();
}

void
OutboundWorld::CheckLaws() const
{
    EXPECT_EQ(m_scenario->CheckInvariants(), std::nullopt);
    uint64_t dropped = 0;
    uint64_t uses = 0;
    std::size_t open = 0;
    for (const auto& agent : m_scenario->GetHostAgents())
    {
        const auto& counts = agent->GetPacketCounts();
        EXPECT_EQ(counts.received + counts.made,
                  counts.sent + counts.own + counts.dropped + counts.waiting);
        dropped += counts.dropped;
        open += agent->GetOpenFlows().size();
        for (const auto& usage : agent->GetSnatPortUsage())
        {
            uses += usage.flows;
        }
    }
    EXPECT_EQ(dropped, m_hostDrops.size()) << "each drop is traced once";
    const auto& mux = m_scenario->GetMux()->GetPacketCounts();
    EXPECT_EQ(mux.received, mux.sent + mux.own + mux.dropped);
    EXPECT_EQ(mux.dropped, m_muxDrops.size()) << "each drop is traced once";
    EXPECT_EQ(m_created.size(), m_ended.size() + open);
    const auto count = [this](SnatPortStage stage) {
        return static_cast<uint64_t>(
            std::count_if(m_ports.begin(), m_ports.end(), [stage](const SnatPortEvent& event) {
                return event.stage == stage;
            }));
    };
    EXPECT_EQ(count(SnatPortStage::Acquired), count(SnatPortStage::Released) + uses);
}

Ptr<TrafficGenerator>
OutboundWorld::Generate(uint32_t vm, const Attributes& attributes, uint32_t destinations)
{
    const auto generator = CreateObject<TrafficGenerator>();
    for (const auto& [name, value] : attributes)
    {
        generator->SetAttribute(name, StringValue(value));
    }
    for (uint32_t i = 0; i < destinations; ++i)
    {
        generator->AddDestination(GetServerAddress(i));
    }
    generator->AssignStreams(2000 + 10 * vm);
    generator->TraceConnectWithoutContext("FlowStarted",
                                          MakeCallback(&OutboundWorld::OnStarted, this));
    generator->TraceConnectWithoutContext("FlowEstablished",
                                          MakeCallback(&OutboundWorld::OnEstablished, this));
    GetVm(vm)->AddApplication(generator);
    return generator;
}

void
OutboundWorld::Run(const std::string& until)
{
    Simulator::Stop(Time(until) - Simulator::Now());
    Simulator::Run();
}

void
OutboundWorld::At(const std::string& time, const std::function<void()>& what)
{
    Simulator::Schedule(Time(time) - Simulator::Now(), what);
}

void
OutboundWorld::SendRaw(uint32_t vm, const Bytes& datagram)
{
    SendOnLink(GetVm(vm), datagram);
}

void
OutboundWorld::SendUdp(uint32_t vm, uint16_t port, Ipv4Address to, uint16_t toPort)
{
    SendRaw(vm, MakeDatagram({GetPrivateAddress(vm), to, port, toPort, IpProtocol::Udp}));
}

void
OutboundWorld::SendRawFromServer(const Bytes& datagram)
{
    SendOnLink(GetServer(), datagram);
}

void
OutboundWorld::Listen(Ptr<Node> node)
{
    m_received[node->GetId()].clear();
    node->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Rx",
        MakeCallback(&OutboundWorld::OnReceived, this));
}

const std::vector<Bytes>&
OutboundWorld::GetReceived(Ptr<Node> node)
{
    return m_received.at(node->GetId());
}

Ptr<Node>
OutboundWorld::GetVm(uint32_t vm) const
{
    return m_scenario->GetVm(vm);
}

Ptr<Node>
OutboundWorld::GetServer() const
{
    return m_scenario->GetServers().Get(0);
}

Ipv4Address
OutboundWorld::GetServerAddress(uint32_t i) const
{
    return m_scenario->GetServerAddresses().at(i);
}

Ptr<HostAgent>
OutboundWorld::GetAgent(uint32_t host) const
{
    return m_scenario->GetHostAgents().at(host);
}

std::vector<FlowRecord>
OutboundWorld::GetFlows() const
{
    auto flows = m_ended;
    for (const auto& agent : m_scenario->GetHostAgents())
    {
        const auto open = agent->GetOpenFlows();
        flows.insert(flows.end(), open.begin(), open.end());
    }
    std::sort(flows.begin(), flows.end(), [](const FlowRecord& a, const FlowRecord& b) {
        return std::pair(a.networkInterface, a.flow) < std::pair(b.networkInterface, b.flow);
    });
    return flows;
}

FlowCounts
OutboundWorld::GetCounts(uint32_t vm) const
{
    return m_statistics->GetCounts(OutboundScenarioHelper::GetNetworkInterface(vm));
}

std::vector<Ipv4Address>
OutboundWorld::GetSeenSources() const
{
    std::vector<Ipv4Address> sources;
    for (const auto& request : m_requests)
    {
        sources.push_back(request.key.GetSource());
    }
    return sources;
}

uint64_t
OutboundWorld::CountDrops(DropReason reason) const
{
    const auto isIt = [reason](const DropRecord& drop) { return drop.reason == reason; };
    return static_cast<uint64_t>(std::count_if(m_hostDrops.begin(), m_hostDrops.end(), isIt) +
                                 std::count_if(m_muxDrops.begin(), m_muxDrops.end(), isIt));
}

uint32_t
OutboundWorld::GetPortsHeld() const
{
    uint32_t ports = 0;
    for (const auto& agent : m_scenario->GetHostAgents())
    {
        for (const auto& usage : agent->GetSnatPortUsage())
        {
            ports += usage.portsInUse + usage.portsCoolingDown;
        }
    }
    return ports;
}

Ipv4Address
OutboundWorld::GetFrontend(uint32_t i)
{
    return Ipv4Address(0xc6120001 + i); // 198.18.0.1
}

Ipv4Address
OutboundWorld::GetPlatformAddress(uint32_t vm)
{
    return Ipv4Address(0xc6121001 + vm); // 198.18.16.1
}

Ipv4Address
OutboundWorld::GetInstanceLevelPublicIp(uint32_t vm)
{
    return Ipv4Address(0xc6122001 + vm); // 198.18.32.1
}

Ipv4Address
OutboundWorld::GetPrivateAddress(uint32_t vm) const
{
    return m_scenario->GetPrivateAddress(vm);
}

void
OutboundWorld::OnCreated(const FlowRecord& flow)
{
    m_created.push_back(flow);
}

void
OutboundWorld::OnEnded(const FlowRecord& flow)
{
    m_ended.push_back(flow);
}

void
OutboundWorld::OnSnatPort(const SnatPortEvent& event)
{
    m_ports.push_back(event);
}

void
OutboundWorld::OnExhausted(const SnatExhaustion& exhaustion)
{
    m_exhausted.push_back(exhaustion);
}

void
OutboundWorld::OnAllocated(const SnatAllocation& allocation)
{
    m_allocated.push_back(allocation);
}

void
OutboundWorld::OnDecision(const SecurityGroupDecision& decision)
{
    m_decisions.push_back({decision, std::string(decision.group), std::string(decision.rule)});
}

void
OutboundWorld::OnHostDrop(const DropRecord& drop, Ptr<const Packet> /* packet */)
{
    m_hostDrops.push_back(drop);
    if (drop.reason == DropReason::SecurityRule)
    {
        m_denyingRules.push_back(std::string(drop.group) + "/" + std::string(drop.rule));
    }
}

void
OutboundWorld::OnMuxDrop(const DropRecord& drop, Ptr<const Packet> /* packet */)
{
    m_muxDrops.push_back(drop);
}

void
OutboundWorld::OnRequest(const TrafficRequest& request)
{
    m_requests.push_back(request);
}

void
OutboundWorld::OnAccepted(const FlowKey& key)
{
    m_accepted.push_back(key);
}

void
OutboundWorld::OnStarted(const TrafficFlow& flow)
{
    m_started.push_back(flow);
}

void
OutboundWorld::OnEstablished(const TrafficFlow& flow)
{
    m_established.push_back(flow);
}

void
OutboundWorld::OnReceived(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t /* interface */)
{
    const auto node = ipv4->GetObject<Node>();
    m_received[node->GetId()].push_back(ToBytes(*packet));
}

} // namespace ns3::azure
