// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-generator.h"
#include "azure-traffic-message.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <limits>

/**
 * @file
 * @brief The attributes and trace sources of TrafficGenerator.
 */
namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(TrafficGenerator);

TypeId
TrafficGenerator::GetTypeId()
{
    static TypeId tid = AddTraceSources(AddRetryAttributes(AddConnectionAttributes(
        AddDestinationAttributes(AddArrivalAttributes(TypeId("ns3::azure::TrafficGenerator")
                                                          .SetParent<Application>()
                                                          .SetGroupName("AzureNet")
                                                          .AddConstructor<TrafficGenerator>())))));
    return tid;
}

TypeId
TrafficGenerator::AddArrivalAttributes(TypeId tid)
{
    return tid
        .AddAttribute("Arrival",
                      "When flows are opened: Burst, Periodic or Poisson, which is all at the "
                      "start, at equal distances, or at random ones.",
                      MakeEnumValue(TrafficArrival::Burst),
                      MakeEnumAccessor<TrafficArrival>(&TrafficGenerator::m_arrival),
                      MakeEnumChecker(TrafficArrival::Burst,
                                      "Burst",
                                      TrafficArrival::Periodic,
                                      "Periodic",
                                      TrafficArrival::Poisson,
                                      "Poisson"))
        .AddAttribute("Rate",
                      "Flows per second (at least 0; above 0 but with Burst, which does not use "
                      "it).  Flows later than 1e9 s after the start do not come.",
                      DoubleValue(1),
                      MakeDoubleAccessor(&TrafficGenerator::m_rate),
                      MakeDoubleChecker<double>(0))
        .AddAttribute("Flows",
                      "How many flows are opened.",
                      UintegerValue(1),
                      MakeUintegerAccessor(&TrafficGenerator::m_flows),
                      MakeUintegerChecker<uint64_t>())
        .AddAttribute(
            "UnlimitedFlows",
            "Open flows until the application stops, whatever Flows says; not with Burst.",
            BooleanValue(false),
            MakeBooleanAccessor(&TrafficGenerator::m_isUnlimited),
            MakeBooleanChecker())
        .AddAttribute("ArrivalGap",
                      "Poisson: gap before each flow, in units of 1 / Rate; another variable makes "
                      "another renewal process.  Values below 0 count as 0.",
                      StringValue("ns3::ExponentialRandomVariable[Mean=1]"),
                      MakePointerAccessor(&TrafficGenerator::m_arrivalGap),
                      MakePointerChecker<RandomVariableStream>());
}

TypeId
TrafficGenerator::AddDestinationAttributes(TypeId tid)
{
    return tid
        .AddAttribute("DestinationPort",
                      "Lowest destination port (1 to 65535).",
                      UintegerValue(80),
                      MakeUintegerAccessor(&TrafficGenerator::m_destinationPort),
                      MakeUintegerChecker<uint16_t>(1))
        .AddAttribute("DestinationPorts",
                      "Number of consecutive destination ports (1 to 65535).",
                      UintegerValue(1),
                      MakeUintegerAccessor(&TrafficGenerator::m_destinationPorts),
                      MakeUintegerChecker<uint32_t>(1, 65535))
        .AddAttribute(
            "DestinationOrder",
            "Which destination the next flow goes to: InTurn or Zipf, which draws it by "
            "DestinationChoice.",
            MakeEnumValue(DestinationOrder::InTurn),
            MakeEnumAccessor<DestinationOrder>(&TrafficGenerator::m_destinationOrder),
            MakeEnumChecker(DestinationOrder::InTurn, "InTurn", DestinationOrder::Zipf, "Zipf"))
        .AddAttribute("Skew",
                      "Zipf exponent (at least 0); used by the order Zipf only.",
                      DoubleValue(1),
                      MakeDoubleAccessor(&TrafficGenerator::m_skew),
                      MakeDoubleChecker<double>(0))
        .AddAttribute("DestinationChoice",
                      "Zipf: where in the distribution a flow falls, in [0, 1).",
                      StringValue("ns3::UniformRandomVariable"),
                      MakePointerAccessor(&TrafficGenerator::m_destinationChoice),
                      MakePointerChecker<RandomVariableStream>())
        .AddAttribute("FirstSourcePort",
                      "Lowest source port (1 to 65535).",
                      UintegerValue(1024),
                      MakeUintegerAccessor(&TrafficGenerator::m_firstSourcePort),
                      MakeUintegerChecker<uint16_t>(1))
        .AddAttribute("LastSourcePort",
                      "Highest source port (1 to 65535), not below FirstSourcePort.",
                      UintegerValue(65535),
                      MakeUintegerAccessor(&TrafficGenerator::m_lastSourcePort),
                      MakeUintegerChecker<uint16_t>(1));
}

TypeId
TrafficGenerator::AddConnectionAttributes(TypeId tid)
{
    return tid
        .AddAttribute("Protocol",
                      "Transport protocol: Tcp or Udp.",
                      MakeEnumValue(IpProtocol::Tcp),
                      MakeEnumAccessor<IpProtocol>(&TrafficGenerator::m_protocol),
                      MakeEnumChecker(IpProtocol::Tcp, "Tcp", IpProtocol::Udp, "Udp"))
        .AddAttribute("RequestSize",
                      "Bytes the client sends once the connection is established: 12 or more, or, "
                      "for TCP, 0 for no request.",
                      UintegerValue(100),
                      MakeUintegerAccessor(&TrafficGenerator::m_requestSize),
                      MakeUintegerChecker<uint32_t>())
        .AddAttribute("ResponseSize",
                      "Bytes the server answers; UDP: an empty datagram for 0.",
                      UintegerValue(100),
                      MakeUintegerAccessor(&TrafficGenerator::m_responseSize),
                      MakeUintegerChecker<uint32_t>())
        .AddAttribute("Hold",
                      "How long a connection stays open after the response, in seconds; values "
                      "below 0 count as 0, above 1e9 as 1e9; unset: to the end of the run.",
                      PointerValue(),
                      MakePointerAccessor(&TrafficGenerator::m_hold),
                      MakePointerChecker<RandomVariableStream>())
        .AddAttribute("Transport",
                      "What carries connections: Socket or Compact, which is ns-3's sockets or the "
                      "node's CompactEndpoint, for very many flows (no congestion control).",
                      MakeEnumValue(TrafficTransport::Socket),
                      MakeEnumAccessor<TrafficTransport>(&TrafficGenerator::m_transport),
                      MakeEnumChecker(TrafficTransport::Socket,
                                      "Socket",
                                      TrafficTransport::Compact,
                                      "Compact"))
        .AddAttribute("Close",
                      "How the client ends a connection: Fin, Rst or None, which puts nothing on "
                      "the wire: a socket stays open, Compact forgets the connection.",
                      MakeEnumValue(TrafficClose::Fin),
                      MakeEnumAccessor<TrafficClose>(&TrafficGenerator::m_close),
                      MakeEnumChecker(TrafficClose::Fin,
                                      "Fin",
                                      TrafficClose::Rst,
                                      "Rst",
                                      TrafficClose::None,
                                      "None"))
        .AddAttribute("KeepAliveInterval",
                      "Time between keep-alive messages of an open connection (at least 0 s): 0 s "
                      "for none, else 1 ms or more. The first goes so long after the response; "
                      "they go on for ever without Hold.",
                      TimeValue(Time(0)),
                      MakeTimeAccessor(&TrafficGenerator::m_keepAliveInterval),
                      MakeTimeChecker(Time(0)))
        .AddAttribute("ResponseTimeout",
                      "How long the client waits for the whole response, from the request on (at "
                      "least 0 s); UDP: for the answer to a keep-alive message, too.",
                      TimeValue(Seconds(10)),
                      MakeTimeAccessor(&TrafficGenerator::m_responseTimeout),
                      MakeTimeChecker(Time(0)))
        .AddAttribute("CloseTimeout",
                      "TCP: how long the client waits for the answer to its FIN before it sends "
                      "RST (at least 0 s).",
                      TimeValue(Seconds(60)),
                      MakeTimeAccessor(&TrafficGenerator::m_closeTimeout),
                      MakeTimeChecker(Time(0)));
}

TypeId
TrafficGenerator::AddRetryAttributes(TypeId tid)
{
    return tid
        .AddAttribute(
            "ConnectAttempts",
            "TCP: SYNs sent before an attempt fails (1 to 16); 1 counts every refusal once.",
            UintegerValue(1),
            MakeUintegerAccessor(&TrafficGenerator::m_connectAttempts),
            MakeUintegerChecker<uint32_t>(1, 16))
        .AddAttribute(
            "ConnectTimeout",
            "TCP: how long the first SYN waits for an answer (above 0 s); doubles with every SYN.",
            TimeValue(Seconds(3)),
            MakeTimeAccessor(&TrafficGenerator::m_connectTimeout),
            MakeTimeChecker(Time(1)))
        .AddAttribute(
            "MaxAttempts",
            "Attempts at a flow in all, the first included (at least 1); 1 for no retries.",
            UintegerValue(1),
            MakeUintegerAccessor(&TrafficGenerator::m_maxAttempts),
            MakeUintegerChecker<uint32_t>(1))
        .AddAttribute(
            "RetryBackoff",
            "How the pauses between the attempts at a flow grow: Fixed or Exponential, which "
            "doubles them.",
            MakeEnumValue(RetryBackoff::Fixed),
            MakeEnumAccessor<RetryBackoff>(&TrafficGenerator::m_retryBackoff),
            MakeEnumChecker(RetryBackoff::Fixed, "Fixed", RetryBackoff::Exponential, "Exponential"))
        .AddAttribute("RetryInterval",
                      "First pause, from the failure to the next attempt (above 0 s, at most 1 h).",
                      TimeValue(Seconds(1)),
                      MakeTimeAccessor(&TrafficGenerator::m_retryInterval),
                      MakeTimeChecker(Time(1), Seconds(MAX_RETRY_PAUSE_SECONDS)))
        .AddAttribute("RetryJitter",
                      "Exponential backoff: u in [0, 1), a pause is multiplied by 0.5 + u.",
                      StringValue("ns3::UniformRandomVariable"),
                      MakePointerAccessor(&TrafficGenerator::m_retryJitter),
                      MakePointerChecker<RandomVariableStream>());
}

TypeId
TrafficGenerator::AddTraceSources(TypeId tid)
{
    return tid
        .AddTraceSource("FlowStarted",
                        "An attempt at a flow begins, before its first packet.",
                        MakeTraceSourceAccessor(&TrafficGenerator::m_flowStartedTrace),
                        "ns3::azure::TrafficGenerator::FlowCallback")
        .AddTraceSource("FlowEstablished",
                        "TCP's handshake is done, or UDP's response has come.",
                        MakeTraceSourceAccessor(&TrafficGenerator::m_flowEstablishedTrace),
                        "ns3::azure::TrafficGenerator::FlowCallback")
        .AddTraceSource("KeepAlive",
                        "A keep-alive message of an established flow goes out next.",
                        MakeTraceSourceAccessor(&TrafficGenerator::m_keepAliveTrace),
                        "ns3::azure::TrafficGenerator::FlowCallback")
        .AddTraceSource("FlowFailed",
                        "An attempt at a flow failed: why, and whether another will follow.",
                        MakeTraceSourceAccessor(&TrafficGenerator::m_flowFailedTrace),
                        "ns3::azure::TrafficGenerator::FlowFailedCallback")
        .AddTraceSource("FlowClosed",
                        "An established flow ended: why.",
                        MakeTraceSourceAccessor(&TrafficGenerator::m_flowClosedTrace),
                        "ns3::azure::TrafficGenerator::FlowClosedCallback");
}

} // namespace ns3::azure
