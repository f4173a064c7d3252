// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-link.h"

#include "ns3/boolean.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"
#include "ns3/udp-header.h"

namespace ns3::azure
{

std::string
ToText(TrafficTransport transport)
{
    return transport == TrafficTransport::Socket ? "Socket" : "Compact";
}

void
TrafficLink::SetUp()
{
    RngSeedManager::SetSeed(1);
    RngSeedManager::SetRun(1);
    m_nodes.Create(2);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    link.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", StringValue("100000p"));
    m_devices = link.Install(m_nodes);
    InternetStackHelper().Install(m_nodes);
    Ipv4AddressHelper("192.0.2.0", "255.255.255.0").Assign(m_devices); // installs queue discs
    m_loss = CreateObject<RateErrorModel>();
    m_loss->SetAttribute("ErrorRate", StringValue("1"));
    m_loss->SetAttribute("ErrorUnit", StringValue("ERROR_UNIT_PACKET"));
    m_loss->Disable();
    m_devices.Get(0)->SetAttribute("ReceiveErrorModel", PointerValue(m_loss));

    m_server = CreateObject<TrafficServer>();
    m_nodes.Get(1)->AddApplication(m_server);
    m_generator = CreateObject<TrafficGenerator>();
    m_nodes.Get(0)->AddApplication(m_generator);
    m_generator->AddDestination(Ipv4Address("192.0.2.2"));

    const auto connect = [](Ptr<Object> object, const char* name, const CallbackBase& sink) {
        ASSERT_TRUE(object->TraceConnectWithoutContext(name, sink)) << name;
    };
    connect(m_generator, "FlowStarted", MakeCallback(&TrafficLink::OnStarted, this));
    connect(m_generator, "FlowEstablished", MakeCallback(&TrafficLink::OnEstablished, this));
    connect(m_generator, "FlowFailed", MakeCallback(&TrafficLink::OnFailed, this));
    connect(m_generator, "FlowClosed", MakeCallback(&TrafficLink::OnClosed, this));
    connect(m_server, "Accepted", MakeCallback(&TrafficLink::OnAccepted, this));
    connect(m_server, "Request", MakeCallback(&TrafficLink::OnRequest, this));
    const auto ipv4 = m_nodes.Get(0)->GetObject<Ipv4L3Protocol>();
    connect(ipv4, "Tx", MakeCallback(&TrafficLink::OnSent, this));
    connect(ipv4, "Rx", MakeCallback(&TrafficLink::OnReceived, this));
}

void
TrafficLink::TearDown()
{
    const auto& counters = m_generator->GetCounters();
    EXPECT_EQ(counters.attempts, m_started.size());
    EXPECT_EQ(counters.established, m_established.size());
    EXPECT_EQ(counters.closed, m_closed.size());
    EXPECT_LE(counters.established + counters.failed, counters.flows);
    EXPECT_EQ(m_server->GetAccepted(), m_accepted.size());
    EXPECT_EQ(m_server->GetRequests(), m_requests.size());
    Simulator::Destroy();
}

void
TrafficLink::Set(const std::string& name, const std::string& value)
{
    m_generator->SetAttribute(name, StringValue(value));
}

void
TrafficLink::Cut()
{
    m_loss->Enable();
}

void
TrafficLink::Mend()
{
    m_loss->Disable();
}

void
TrafficLink::Run(std::optional<Time> stop)
{
    if (stop)
    {
        Simulator::Stop(*stop);
    }
    Simulator::Run();
}

std::size_t
TrafficLink::CountSent(uint8_t flags) const
{
    std::size_t count = 0;
    for (const auto& datagram : m_datagrams)
    {
        count += datagram.isSent && (datagram.flags & flags) == flags ? 1 : 0;
    }
    return count;
}

std::size_t
TrafficLink::CountReceived(uint8_t flags) const
{
    std::size_t count = 0;
    for (const auto& datagram : m_datagrams)
    {
        count += !datagram.isSent && (datagram.flags & flags) == flags ? 1 : 0;
    }
    return count;
}

void
TrafficLink::OnStarted(const TrafficFlow& flow)
{
    m_started.push_back(flow);
}

void
TrafficLink::OnEstablished(const TrafficFlow& flow)
{
    m_established.push_back(flow);
}

void
TrafficLink::OnFailed(const TrafficFlow& flow, TrafficFailure failure, bool isRetried)
{
    m_failed.push_back({flow, failure, isRetried});
}

void
TrafficLink::OnClosed(const TrafficFlow& flow, TrafficEnd end)
{
    m_closed.push_back({flow, end});
}

void
TrafficLink::OnAccepted(const FlowKey& key)
{
    m_accepted.push_back(key);
}

void
TrafficLink::OnRequest(const TrafficRequest& request)
{
    m_requests.push_back(request);
}

void
TrafficLink::OnSent(Ptr<const Packet> packet, Ptr<Ipv4> /* ipv4 */, uint32_t /* interface */)
{
    Record(packet, true);
}

void
TrafficLink::OnReceived(Ptr<const Packet> packet, Ptr<Ipv4> /* ipv4 */, uint32_t /* interface */)
{
    Record(packet, false);
}

void
TrafficLink::Record(Ptr<const Packet> packet, bool isSent)
{
    auto datagram = packet->Copy();
    Ipv4Header ip;
    datagram->RemoveHeader(ip);
    Datagram record{Simulator::Now(), isSent};
    if (ip.GetProtocol() == static_cast<uint8_t>(IpProtocol::Tcp))
    {
        TcpHeader tcp;
        datagram->RemoveHeader(tcp);
        record.flags = tcp.GetFlags();
        record.clientPort = isSent ? tcp.GetSourcePort() : tcp.GetDestinationPort();
    }
    else if (ip.GetProtocol() == static_cast<uint8_t>(IpProtocol::Udp))
    {
        UdpHeader udp;
        datagram->RemoveHeader(udp);
        record.clientPort = isSent ? udp.GetSourcePort() : udp.GetDestinationPort();
    }
    record.payload = datagram->GetSize();
    m_datagrams.push_back(record);
}

} // namespace ns3::azure
