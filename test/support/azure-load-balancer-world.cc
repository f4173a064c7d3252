// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-world.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

constexpr uint32_t MESSAGE = 100; // bytes

/// @return a packet of one byte, the VM's number
Ptr<Packet>
MakeAnswer(uint32_t vm)
{
    const auto byte = static_cast<uint8_t>(vm);
    return Create<Packet>(&byte, 1);
}

} // namespace

Talk::Talk(Ptr<Node> client, IpProtocol protocol, const Address& to, const std::vector<Time>& times)
    : m_client(client),
      m_protocol(protocol),
      m_times(times)
{
    Simulator::Schedule(times.front() - Simulator::Now(), &Talk::Open, this, to);
    for (const auto& time : times)
    {
        Simulator::Schedule(time - Simulator::Now(), &Talk::Send, this);
    }
}

void
Talk::Open(const Address& to)
{
    const auto type = m_protocol == IpProtocol::Tcp ? TcpSocketFactory::GetTypeId()
                                                    : UdpSocketFactory::GetTypeId();
    m_socket = Socket::CreateSocket(m_client, type);
    m_socket->Bind();
    m_socket->SetRecvCallback(MakeCallback(&Talk::Receive, this));
    m_socket->Connect(to);
}

void
Talk::Send()
{
    m_socket->Send(Create<Packet>(MESSAGE));
}

void
Talk::Receive(Ptr<Socket> socket)
{
    while (const auto packet = socket->Recv())
    {
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        for (const auto byte : bytes)
        {
            m_replies.push_back({Simulator::Now(), byte});
        }
    }
}

std::string
Talk::GetMembers() const
{
    std::string members;
    for (std::size_t i = 0; i < m_times.size(); ++i)
    {
        const auto end = i + 1 < m_times.size() ? m_times[i + 1] : Time::Max();
        const auto reply = std::find_if(m_replies.begin(), m_replies.end(), [&](const auto& each) {
            return each.time >= m_times[i] && each.time < end;
        });
        members += i > 0 ? " " : "";
        members += reply == m_replies.end() ? "-" : std::to_string(reply->member);
    }
    return members;
}

uint16_t
Talk::GetPort() const
{
    Address address;
    m_socket->GetSockName(address);
    return InetSocketAddress::ConvertFrom(address).GetPort();
}

LoadBalancerWorld::LoadBalancerWorld()
{
    m_scenario.SetVms(4);
    m_scenario.SetServerAddresses(4);
}

LoadBalancerWorld::~LoadBalancerWorld()
{
    Simulator::Destroy();
}

void
LoadBalancerWorld::AddProbe()
{
    m_hasProbe = true;
    m_scenario.ChangeLoadBalancer([](LoadBalancer& loadBalancer) {
        HealthProbe probe;
        probe.name = "alive";
        probe.port = PROBE_PORT;
        probe.interval = Seconds(5);
        loadBalancer.probes.push_back(probe);
        for (auto& rule : loadBalancer.loadBalancingRules)
        {
            rule.probe = probe.name;
        }
    });
}

void
LoadBalancerWorld::AddRule(const std::string& name,
                           TransportProtocol protocol,
                           uint16_t frontendPort,
                           uint16_t backendPort)
{
    m_scenario.ChangeLoadBalancer([=](LoadBalancer& loadBalancer) {
        auto rule = loadBalancer.loadBalancingRules.front();
        rule.name = name;
        rule.protocol = protocol;
        rule.frontendPort = frontendPort;
        rule.backendPort = backendPort;
        loadBalancer.loadBalancingRules.push_back(rule);
    });
}

void
LoadBalancerWorld::Begin(const std::vector<uint16_t>& ports)
{
    m_scenario.Create();
    for (uint32_t vm = 0; vm < m_scenario.GetVmCount(); ++vm)
    {
        for (const auto port : ports)
        {
            Answer(vm, Ipv4Address::GetAny(), port);
        }
        if (m_hasProbe)
        {
            m_responders.push_back(CreateObject<HealthProbeResponder>());
            m_responders.back()->SetAttribute("Port", UintegerValue(PROBE_PORT));
            m_scenario.GetVm(vm)->AddApplication(m_responders.back());
        }
    }
    for (const auto& agent : m_scenario.GetHostAgents())
    {
        agent->TraceConnectWithoutContext("Drop", MakeCallback(&LoadBalancerWorld::NoteDrop, this));
    }
    for (const auto& mux : m_scenario.GetMuxes())
    {
        mux->TraceConnectWithoutContext("Drop", MakeCallback(&LoadBalancerWorld::NoteDrop, this));
        mux->TraceConnectWithoutContext("LoadBalancingDecision",
                                        MakeCallback(&LoadBalancerWorld::NoteDecision, this));
        mux->TraceConnectWithoutContext("MemberHealth",
                                        MakeCallback(&LoadBalancerWorld::NoteHealth, this));
    }
    m_scenario.AssignStreams(0);
}

void
LoadBalancerWorld::Answer(uint32_t vm, Ipv4Address address, uint16_t port)
{
    const auto node = m_scenario.GetVm(vm);
    const InetSocketAddress local(address, port);
    const auto udp = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    udp->Bind(local);
    udp->SetRecvCallback(MakeBoundCallback(&LoadBalancerWorld::AnswerDatagram, vm));
    const auto tcp = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    tcp->Bind(local);
    tcp->Listen();
    tcp->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                           MakeBoundCallback(&LoadBalancerWorld::Accept, vm));
}

void
LoadBalancerWorld::Accept(uint32_t vm, Ptr<Socket> socket, const Address& /* from */)
{
    socket->SetRecvCallback(MakeBoundCallback(&LoadBalancerWorld::AnswerStream, vm));
}

void
LoadBalancerWorld::AnswerDatagram(uint32_t vm, Ptr<Socket> socket)
{
    Address from;
    while (socket->RecvFrom(from))
    {
        socket->SendTo(MakeAnswer(vm), 0, from);
    }
}

void
LoadBalancerWorld::AnswerStream(uint32_t vm, Ptr<Socket> socket)
{
    while (socket->Recv())
    {
        socket->Send(MakeAnswer(vm));
    }
}

Talk&
LoadBalancerWorld::Say(IpProtocol protocol,
                       const std::vector<Time>& times,
                       uint16_t port,
                       uint32_t client)
{
    const InetSocketAddress to(m_scenario.GetFrontendAddress(), port);
    m_talks.push_back(
        std::make_unique<Talk>(m_scenario.GetServers().Get(client), protocol, to, times));
    return *m_talks.back();
}

Talk&
LoadBalancerWorld::SayFromVm(uint32_t vm,
                             IpProtocol protocol,
                             Ipv4Address to,
                             const std::vector<Time>& times,
                             uint16_t port)
{
    m_talks.push_back(
        std::make_unique<Talk>(m_scenario.GetVm(vm), protocol, InetSocketAddress(to, port), times));
    return *m_talks.back();
}

void
LoadBalancerWorld::Run(Time end)
{
    Simulator::Stop(end - Simulator::Now());
    Simulator::Run();
    EXPECT_EQ(m_scenario.CheckInvariants(), std::nullopt);
}

void
LoadBalancerWorld::NoteDrop(const DropRecord& drop, Ptr<const Packet> /* packet */)
{
    ++m_drops[drop.reason];
}

void
LoadBalancerWorld::NoteDecision(const LoadBalancingDecision& decision)
{
    m_decisions.push_back(decision);
}

void
LoadBalancerWorld::NoteHealth(const MemberHealth& health)
{
    m_health.push_back(health);
}

} // namespace ns3::azure
