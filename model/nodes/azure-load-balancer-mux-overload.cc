// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-mux.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <utility>

/**
 * @file
 * @brief What LoadBalancerMux does with more packets than it can do.
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureLoadBalancerMuxOverload");

TypeId
LoadBalancerMux::AddOverloadAttributes(TypeId tid)
{
    return tid
        .AddAttribute("PacketRate",
                      "Packets a second that the mux can do (0 to 1e+09); 0: any number (Ananta "
                      "5.2.3: 220,000 on a core; as all of these, read when a packet comes first, "
                      "and anew after Restart()).",
                      DoubleValue(0),
                      MakeDoubleAccessor(&LoadBalancerMux::m_packetRate),
                      MakeDoubleChecker<double>(0, 1e9))
        .AddAttribute("PacketQueueLimit",
                      "Packets that may wait for the mux, besides the one in work (the default is "
                      "our choice).",
                      UintegerValue(1000),
                      MakeUintegerAccessor(&LoadBalancerMux::m_packetQueueLimit),
                      MakeUintegerChecker<uint32_t>())
        .AddAttribute("OverloadInterval",
                      "How often the mux reports that it drops packets, and who had most (at least "
                      "1 ms; intervals begin at multiples of it; the default is our choice).",
                      TimeValue(Seconds(10)),
                      MakeTimeAccessor(&LoadBalancerMux::m_overloadInterval),
                      MakeTimeChecker(MilliSeconds(1)))
        .AddAttribute("FairDropping",
                      "Whether packets to a frontend that has more than its share are dropped with "
                      "a probability proportional to the excess (Ananta 3.6.2), before they wait.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&LoadBalancerMux::m_isDroppingFairly),
                      MakeBooleanChecker())
        .AddAttribute("FairnessInterval",
                      "FairDropping: over which time shares are measured, for the next such time "
                      "(at least 1 ms; the default is our choice).",
                      TimeValue(Seconds(1)),
                      MakeTimeAccessor(&LoadBalancerMux::m_fairnessInterval),
                      MakeTimeChecker(MilliSeconds(1)))
        .AddAttribute("DropVariable",
                      "FairDropping: a packet is dropped if this is below the probability, in [0, "
                      "1).",
                      StringValue("ns3::UniformRandomVariable"),
                      MakePointerAccessor(&LoadBalancerMux::m_dropVariable),
                      MakePointerChecker<RandomVariableStream>())
        .AddTraceSource("Overload",
                        "An OverloadInterval is over in which packets were dropped as "
                        "mux-overloaded; the manager is told next. Not if most of the packets were "
                        "for internal frontends.",
                        MakeTraceSourceAccessor(&LoadBalancerMux::m_overloadTrace),
                        "ns3::azure::LoadBalancerMux::OverloadCallback");
}

int64_t
LoadBalancerMux::AssignStreams(int64_t stream)
{
    if (!m_isDroppingFairly)
    {
        return 0;
    }
    m_dropVariable->SetStream(stream);
    return 1;
}

void
LoadBalancerMux::Apply(const ProgramFrontend& instruction)
{
    if (m_isDown)
    {
        return;
    }
    auto& state = m_states[instruction.frontend];
    if (instruction.sequence > state.sequence)
    {
        state = {instruction.sequence, instruction.isWithdrawn};
    }
}

bool
LoadBalancerMux::IsWithdrawn(Ipv4Address frontend) const
{
    if (m_states.empty())
    {
        return false;
    }
    const auto found = m_states.find(frontend);
    return found != m_states.end() && found->second.isWithdrawn;
}

void
LoadBalancerMux::Admit(const Arrival& arrival)
{
    const auto frontend = arrival.headers.GetKey().GetDestination();
    if (IsWithdrawn(frontend))
    {
        Drop(DropReason::FrontendWithdrawn, arrival, true);
    }
    else if (!GetCapacity().Enqueue(arrival.packet, frontend))
    {
        Drop(DropReason::MuxOverloaded, arrival, true);
    }
}

void
LoadBalancerMux::Serve(const Ptr<const Packet>& packet)
{
    Arrival arrival{packet};
    arrival.headers.Read(*packet); // as it could be when it came
    PassOn(arrival);
}

MuxCapacity&
LoadBalancerMux::GetCapacity()
{
    if (!m_capacity)
    {
        const MuxCapacityOptions options{m_packetRate,
                                         m_packetQueueLimit,
                                         m_overloadInterval,
                                         m_fairnessInterval,
                                         m_isDroppingFairly ? m_dropVariable : nullptr};
        m_capacity = std::make_shared<MuxCapacity>(
            options,
            [this](const Ptr<const Packet>& packet) { Serve(packet); },
            [this](Ipv4Address topTalker, uint64_t dropped) { ReportDrops(topTalker, dropped); });
    }
    return *m_capacity;
}

void
LoadBalancerMux::ReportDrops(Ipv4Address topTalker, uint64_t dropped)
{
    if (topTalker == m_anycastAddress)
    {
        return; // of all internal frontends: which one cannot be told
    }
    NS_LOG_INFO("overloaded: " << dropped << " packets dropped; " << topTalker
                               << " had most packets");
    m_overloadTrace({Simulator::Now(), dropped, topTalker, false});
    if (m_sender.IsOpen() && m_managerAddress != Ipv4Address::GetAny())
    {
        m_sender.Send({m_managerAddress, {MakeTransaction(), ReportOverload{topTalker, dropped}}});
    }
}

void
LoadBalancerMux::ForgetOverload()
{
    m_states.clear();
    m_hasPacketRate.reset();
    const auto capacity = std::exchange(m_capacity, nullptr);
    if (!capacity)
    {
        return;
    }
    // Who is told by it may have asked for this: it goes once it is done.
    Simulator::ScheduleNow([capacity] {});
    for (const auto& packet : capacity->Clear())
    {
        Arrival arrival{packet};
        arrival.headers.Read(*packet);
        Drop(DropReason::MuxDown, arrival, true);
    }
}

} // namespace ns3::azure
