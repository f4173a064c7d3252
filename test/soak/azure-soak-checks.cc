// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-checks.h"

#include "ns3/azure-sqlite-database.h"
#include "ns3/simulator.h"

#include <sstream>

namespace ns3::azure
{

namespace
{

constexpr uint32_t TABLES_INTERVAL = 10; // seconds between two looks at all tables at once

/// @return the node's number, for messages
std::string
GetName(const char* kind, Ptr<Object> application)
{
    return std::string(kind) + " " +
           std::to_string(DynamicCast<Application>(application)->GetNode()->GetId());
}

} // namespace

std::optional<std::string>
FindImbalance(const std::string& who, const PacketCounts& counts, uint64_t waiting)
{
    if (counts.received + counts.made ==
        counts.sent + counts.own + counts.dropped + counts.waiting + waiting)
    {
        return std::nullopt;
    }
    std::ostringstream text;
    text << who << ": " << counts.received << " received + " << counts.made << " made are not "
         << counts.sent << " sent + " << counts.own << " own + " << counts.dropped << " dropped + "
         << counts.waiting + waiting << " waiting";
    return text.str();
}

std::optional<std::string>
FindDifference(const std::string& what, uint64_t is, uint64_t should)
{
    return is == should ? std::nullopt
                        : std::optional(what + ": " + std::to_string(is) + ", not " +
                                        std::to_string(should));
}

SoakChecks::SoakChecks(SoakWorld& world, SoakWires& wires, SoakWatch& watch, SoakLawBook& laws)
    : m_world(world),
      m_wires(wires),
      m_watch(watch),
      m_laws(laws)
{
}

void
SoakChecks::Begin()
{
    const auto& times = m_world.GetPlan().times;
    Simulator::Schedule(Seconds(1), [this] { CheckNow(); });
    Simulator::Schedule(times.traffic - NanoSeconds(1),
                        [this] { m_firstEvents = Simulator::GetEventCount(); });
    Simulator::Schedule(times.healing,
                        [this] { m_establishedBefore = m_watch.GetAttempts().GetEstablished(); });
    Simulator::Schedule(times.settled, [this] { CheckSettled(); });
    Simulator::Schedule(times.end - times.traffic,
                        [this] { m_eventsBefore = Simulator::GetEventCount(); });
    Simulator::Schedule(times.end, [this] { CheckEnd(); });
}

void
SoakChecks::CheckNow()
{
    auto& scenario = m_world.GetScenario();
    for (const auto& agent : scenario.GetHostAgents())
    {
        CheckHost(agent);
    }
    for (const auto& mux : scenario.GetMuxes())
    {
        CheckMux(mux);
    }
    if (const auto gateway = m_world.GetGateway())
    {
        CheckGateway(gateway);
    }
    m_laws.Note(SoakLaw::LibraryLaws, scenario.GetSlbManager()->CheckInvariants());
    CheckGenerators();
    if (Simulator::Now().RoundTo(Time::S).GetInteger() % TABLES_INTERVAL == 0)
    {
        CheckOuterFlows();
    }
    Simulator::Schedule(Seconds(1), [this] { CheckNow(); });
}

void
SoakChecks::CheckHost(Ptr<HostAgent> agent)
{
    const auto who = GetName("host", agent);
    const auto& counts = agent->GetPacketCounts();
    m_laws.Note(SoakLaw::LibraryLaws, agent->CheckInvariants());
    m_laws.Note(SoakLaw::PacketsBalance, FindImbalance(who, counts, 0));
    m_laws.Note(SoakLaw::DropsAreTold,
                FindDifference(who + ", packets dropped",
                               counts.dropped,
                               m_watch.GetDrops(agent->GetNode())));
    m_laws.Note(SoakLaw::FlowsMatchEvents,
                m_watch.GetFlows(agent->GetNode()).Compare(agent->GetOpenFlows()));
    for (const auto& usage : agent->GetSnatPortUsage())
    {
        m_laws.Note(SoakLaw::PortsMatchEvents,
                    m_watch.GetPorts().Compare(usage.networkInterface, usage));
    }
}

void
SoakChecks::CheckMux(Ptr<LoadBalancerMux> mux)
{
    const auto who = GetName("mux", mux);
    const auto& counts = mux->GetPacketCounts();
    m_laws.Note(SoakLaw::LibraryLaws, mux->CheckInvariants());
    m_laws.Note(SoakLaw::PacketsBalance, FindImbalance(who, counts, mux->GetWaitingPackets()));
    m_laws.Note(SoakLaw::DropsAreTold,
                FindDifference(who + ", packets dropped",
                               counts.dropped,
                               m_watch.GetDrops(mux->GetNode())));
}

void
SoakChecks::CheckGateway(Ptr<NatGatewayNode> gateway)
{
    const auto who = GetName("NAT gateway", gateway);
    const auto& counts = gateway->GetPacketCounts();
    m_laws.Note(SoakLaw::LibraryLaws, gateway->CheckInvariants());
    m_laws.Note(SoakLaw::PacketsBalance, FindImbalance(who, counts, 0));
    m_laws.Note(SoakLaw::DropsAreTold,
                FindDifference(who + ", packets dropped",
                               counts.dropped,
                               m_watch.GetDrops(gateway->GetNode())));
    m_laws.Note(SoakLaw::FlowsMatchEvents,
                m_watch.GetFlows(gateway->GetNode()).Compare(gateway->GetOpenFlows()));
    for (const auto& usage : gateway->GetSnatPortUsage())
    {
        m_laws.Note(SoakLaw::PortsMatchEvents,
                    m_watch.GetPorts().Compare(SoakWatch::GATEWAY_OWNER, usage));
    }
}

void
SoakChecks::CheckGenerators()
{
    for (const auto& generator : m_world.GetGenerators())
    {
        const auto& counters = generator->GetCounters();
        uint64_t underWay = 0;
        generator->VisitOpenFlows(
            [&](const TrafficFlow& flow) { underWay += flow.established ? 0 : 1; });
        // A flow whose next attempt has not begun is under way too, but nobody visits it.
        const auto over = counters.established + counters.failed;
        const bool isRight = over + underWay <= counters.flows &&
                             counters.closed <= counters.established &&
                             counters.flows <= counters.attempts;
        std::ostringstream text;
        text << "generator on node " << generator->GetNode()->GetId() << ": " << counters.flows
             << " flows, " << counters.attempts << " attempts, " << counters.established
             << " established, " << counters.failed << " failed, " << counters.closed << " closed, "
             << underWay << " under way";
        m_laws.Note(SoakLaw::CountersBalance, isRight ? std::nullopt : std::optional(text.str()));
    }
}

void
SoakChecks::CheckOuterFlows()
{
    std::vector<FlowRecord> flows;
    const auto add = [&flows](const FlowRecord& flow) { flows.push_back(flow); };
    for (const auto& agent : m_world.GetScenario().GetHostAgents())
    {
        agent->VisitOpenFlows(add);
    }
    m_laws.Note(SoakLaw::OuterFlowOnce, FindDoubleOuterFlow(flows));
    if (const auto gateway = m_world.GetGateway())
    {
        auto gatewayFlows = gateway->GetOpenFlows();
        for (auto& flow : gatewayFlows)
        {
            flow.method = OutboundMethod::DefaultSnat; // seen from outside it is one like that
        }
        m_laws.Note(SoakLaw::OuterFlowOnce, FindDoubleOuterFlow(gatewayFlows));
    }
}

void
SoakChecks::CheckEnd()
{
    uint64_t flows = 0;
    uint64_t waiting = 0;
    uint64_t ports = 0;
    const auto count = [this, &flows](const FlowRecord& flow) {
        if (flow.path != FlowPath::HostService)
        {
            ++(IsRepeated(flow) ? m_repeated : flows);
        }
    };
    for (const auto& agent : m_world.GetScenario().GetHostAgents())
    {
        agent->VisitOpenFlows(count);
        waiting += agent->GetPacketCounts().waiting + agent->GetOpenSnatRequests().size();
        for (const auto& usage : agent->GetSnatPortUsage())
        {
            ports += usage.portsInUse + usage.portsCoolingDown + usage.flows;
        }
    }
    if (const auto gateway = m_world.GetGateway())
    {
        gateway->VisitOpenFlows(count);
        for (const auto& usage : gateway->GetSnatPortUsage())
        {
            ports += usage.portsInUse + usage.portsCoolingDown + usage.flows;
        }
    }
    m_laws.Note(SoakLaw::FlowsReturnToZero, FindDifference("flows left", flows, 0));
    m_laws.Note(SoakLaw::FlowsReturnToZero, FindDifference("packets and requests", waiting, 0));
    m_laws.Note(SoakLaw::PortsReturnToZero, FindDifference("ports held", ports, 0));
    m_laws.Note(SoakLaw::AttemptHasOneOutcome, m_watch.GetAttempts().FindOpen());
    for (const auto& mux : m_world.GetScenario().GetMuxes())
    {
        SendTrial(mux, m_world.GetPublicAddresses().front(), SoakWorld::FIRST_PORT, TCP_ACK);
    }
    Simulator::Schedule(Seconds(1), [this] { CheckMuxes(); });
    // Whoever was a member once is probed for ever, so that there may be more probes than before.
    const auto& plan = m_world.GetPlan();
    const auto allowed = m_firstEvents * (plan.vms + plan.pooled) / plan.pooled + 100;
    const auto last = Simulator::GetEventCount() - m_eventsBefore;
    m_laws.Note(SoakLaw::EventsReturn,
                last <= allowed
                    ? std::nullopt
                    : std::optional("events of the last minute: " + std::to_string(last) +
                                    ", not at most " + std::to_string(allowed)));
}

bool
SoakChecks::IsRepeated(const FlowRecord& flow) const
{
    // ns-3's TCP repeats a FIN for ever, where a mux that has failed and knows the flow no more
    // sends its answers to another member.
    const auto longestGap = Seconds(64);
    return m_world.GetPlan().stack == VmStack::Internet && flow.isInbound &&
           flow.key.GetProtocol() == IpProtocol::Tcp &&
           Simulator::Now() - flow.lastPacket < longestGap;
}

void
SoakChecks::CheckMuxes()
{
    // A mux forgets old flows when a packet comes that is not the first of a flow, whether members
    // are in rotation or not; it may remember that one.
    const auto allowed = 1 + m_repeated;
    for (const auto& mux : m_world.GetScenario().GetMuxes())
    {
        const auto flows = mux->GetTrustedFlows() + mux->GetUntrustedFlows();
        m_laws.Note(SoakLaw::MuxFlowsReturnToZero,
                    flows <= allowed ? std::nullopt
                                     : std::optional("flows left: " + std::to_string(flows)));
        m_laws.Note(SoakLaw::MuxFlowsReturnToZero,
                    FindDifference("packets that wait", mux->GetWaitingPackets(), 0));
    }
}

void
SoakChecks::CheckDatabase(const std::string& path)
{
    SqliteDatabase database(path, SqliteDatabase::Mode::Read);
    const auto& totals = m_watch.GetTotals();
    const auto check = [&](const char* table, uint64_t should) {
        const auto rows = database.QueryInteger(std::string("SELECT count(*) FROM ") + table);
        m_laws.Note(SoakLaw::DatabaseAgrees,
                    FindDifference(std::string("rows of ") + table,
                                   static_cast<uint64_t>(rows.value_or(0)),
                                   should));
    };
    check("flow", totals.flows);
    check("nat_gateway_flow", totals.gatewayFlows);
    check("\"drop\"", totals.drops);
    check("snat_port_event", totals.portStages);
    check("nsg_decision", totals.decisions);
    check("snat_allocation", totals.allocations);
    check("flow_attempt", m_watch.GetAttempts().GetAttempts());
}

} // namespace ns3::azure
