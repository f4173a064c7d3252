// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-syn-flood.h"

#include "ns3/abort.h"
#include "ns3/azure-ip-protocol.h"
#include "ns3/double.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureSynFlood");

NS_OBJECT_ENSURE_REGISTERED(SynFlood);

namespace
{

constexpr uint16_t FIRST_SOURCE_PORT = 1024;    // as of a client without privileges
constexpr double SOURCE_PORTS = 64512;          // from there to 65535
constexpr double SEQUENCE_NUMBERS = 4294967296; // 2^32
constexpr uint16_t WINDOW = 65535;
constexpr uint8_t TTL = 64;

} // namespace

TypeId
SynFlood::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::SynFlood")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<SynFlood>()
            .AddAttribute("Destination",
                          "Who is flooded; must be set before the start.",
                          Ipv4AddressValue(Ipv4Address::GetAny()),
                          MakeIpv4AddressAccessor(&SynFlood::m_destination),
                          MakeIpv4AddressChecker())
            .AddAttribute("DestinationPort",
                          "TCP port that is flooded (1 to 65535).",
                          UintegerValue(80),
                          MakeUintegerAccessor(&SynFlood::m_destinationPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("SourceNetwork",
                          "Where the source addresses are from; the default is for documentation "
                          "(RFC 5737).",
                          Ipv4AddressValue("192.0.2.0"),
                          MakeIpv4AddressAccessor(&SynFlood::m_sourceNetwork),
                          MakeIpv4AddressChecker())
            .AddAttribute("SourceMask",
                          "Mask of SourceNetwork.",
                          Ipv4MaskValue("255.255.255.0"),
                          MakeIpv4MaskAccessor(&SynFlood::m_sourceMask),
                          MakeIpv4MaskChecker())
            .AddAttribute("Rate",
                          "SYNs a second (1e-09 to 1e+09).",
                          DoubleValue(1000),
                          MakeDoubleAccessor(&SynFlood::m_rate),
                          MakeDoubleChecker<double>(1e-9, 1e9))
            .AddAttribute("Gap",
                          "From one SYN to the next, in units of 1 / Rate; values below 0 count as "
                          "0.",
                          StringValue("ns3::ConstantRandomVariable[Constant=1]"),
                          MakePointerAccessor(&SynFlood::m_gap),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("SourceVariable",
                          "Draws address, port and initial sequence number of each SYN, in this "
                          "order, each in [0, 1).",
                          StringValue("ns3::UniformRandomVariable"),
                          MakePointerAccessor(&SynFlood::m_sourceDraw),
                          MakePointerChecker<RandomVariableStream>())
            .AddTraceSource("Sent",
                            "A SYN is sent.",
                            MakeTraceSourceAccessor(&SynFlood::m_sentTrace),
                            "ns3::azure::SynFlood::SentCallback");
    return tid;
}

int64_t
SynFlood::AssignStreams(int64_t stream)
{
    m_gap->SetStream(stream);
    m_sourceDraw->SetStream(stream + 1);
    return 2;
}

void
SynFlood::DoDispose()
{
    m_next.Cancel();
    m_route = nullptr;
    m_gap = nullptr;
    m_sourceDraw = nullptr;
    Application::DoDispose();
}

void
SynFlood::StartApplication()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_IF(m_destination == Ipv4Address::GetAny(),
                    "Destination: '0.0.0.0' is not allowed; give the address to flood");
    const auto ipv4 = GetNode()->GetObject<Ipv4>();
    NS_ABORT_MSG_UNLESS(ipv4, "SynFlood: the node has no IPv4 stack");
    Ipv4Header header;
    header.SetDestination(m_destination);
    auto error = Socket::ERROR_NOTERROR;
    m_route = ipv4->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
    NS_ABORT_MSG_UNLESS(m_route, "SynFlood: the node has no route to " << m_destination);
    SendNext();
}

void
SynFlood::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_next.Cancel();
}

void
SynFlood::SendNext()
{
    const auto hosts = Draw(m_sourceMask.GetInverse() + 1.0);
    const auto address = m_sourceNetwork.CombineMask(m_sourceMask).Get() | hosts;
    const auto port = static_cast<uint16_t>(FIRST_SOURCE_PORT + Draw(SOURCE_PORTS));
    m_next = Simulator::Schedule(Seconds(std::max(m_gap->GetValue(), 0.0) / m_rate),
                                 &SynFlood::SendNext,
                                 this);
    Send({Ipv4Address(address), m_destination, port, m_destinationPort, IpProtocol::Tcp});
}

void
SynFlood::Send(const FlowKey& key)
{
    constexpr auto PROTOCOL = static_cast<uint8_t>(IpProtocol::Tcp);
    TcpHeader tcp;
    tcp.SetSourcePort(key.GetSourcePort());
    tcp.SetDestinationPort(key.GetDestinationPort());
    tcp.SetFlags(TcpHeader::SYN);
    tcp.SetSequenceNumber(SequenceNumber32(Draw(SEQUENCE_NUMBERS)));
    tcp.SetWindowSize(WINDOW);
    if (Node::ChecksumEnabled())
    {
        tcp.EnableChecksums();
    }
    tcp.InitializeChecksum(key.GetSource(), key.GetDestination(), PROTOCOL);
    const auto packet = Create<Packet>();
    packet->AddHeader(tcp);
    Ipv4Header header;
    header.SetSource(key.GetSource());
    header.SetDestination(key.GetDestination());
    header.SetProtocol(PROTOCOL);
    header.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
    header.SetTtl(TTL);
    header.SetIdentification(static_cast<uint16_t>(m_sent));
    ++m_sent;
    NS_LOG_LOGIC("SYN " << key);
    m_sentTrace(key);
    GetNode()->GetObject<Ipv4>()->SendWithHeader(packet, header, m_route);
}

uint32_t
SynFlood::Draw(double limit)
{
    return static_cast<uint32_t>(m_sourceDraw->GetValue() * limit);
}

} // namespace ns3::azure
