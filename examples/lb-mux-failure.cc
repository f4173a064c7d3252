// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/abort.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet-sink.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief What is lost when one of eight muxes fails, and for how long?
 *
 * @verbatim
                                     mux-0 ... mux-7, an eighth of the flows each
                                            |
   clients --- Internet --- edge router --- fabric router --- host --- vm-0 ... vm-3
   @endverbatim
 *
 * The fabric router spreads flows over eight muxes that keep their routes alive by messages.  At
 * 63 s mux-0 dies without a word.  Until the hold time of its last message, of 60 s, is over the
 * router goes on sending it its share (Ananta 3.3.4: 30 s); then it spreads the flows over the
 * other seven.  At 150 s the mux comes back with empty tables, asks the SLB manager for everything,
 * and announces its routes again.
 *
 * There are three kinds of traffic: clients' UDP requests to the frontend, each a flow of its own,
 * 400 a second; 400 TCP connections of clients, opened at 30 s, that send data then and at 100 s;
 * and the VMs' own UDP requests to a client, 100 a second, whose answers come through a mux.
 *
 * With seven muxes instead of eight most connections come to another mux than before, which has no
 * entry of them and goes by the hash.  All muxes make the same choice (Ananta 3.3.4): so they live,
 * unless the list of members has changed since they began.  In the second run vm-3 is taken out of
 * rotation at 40 s, by its administrative state; in the third too, with members found by Maglev's
 * table, where the choice moves for few connections but those of vm-3.  What goes to another member
 * is dropped there, and sent again by TCP.  When mux-0 is back, the others get their flows back,
 * and still have their entries: so only connections that began with mux-0 are broken for good.
 *
 * @verbatim
   $ ./azure-net run lb-mux-failure
   pool                           members unchanged  one drained  drained, Maglev
   route withdrawn after (s)                 27.000       27.000           27.000
   requests meanwhile                         10810        10810            10810
     lost (%)                                  12.4         12.4             12.4
   SNAT answers meanwhile                      2704         2704             2704
     lost (%)                                  11.1         11.1             11.1
   packets lost before and after                  0            0                0
   connections                                  400          400              400
     that came to another mux                   360          360              360
     that got another member                      0          259               96
     interrupted                                  0          259               96
     broken for good                              0           34               13
   database lb-mux-failure.db: runs 1 to 3 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when the route goes 27 s after the failure; when, within four
 * standard deviations, an eighth of the requests and of the VMs' answers is lost until then, and
 * seven eighths of the connections change their mux; when nothing is lost before and after; when
 * exactly those connections are interrupted that got another member, and exactly those of them are
 * broken for good that began with mux-0; and when there is none of these in the first run, some in
 * the second, and fewer in the third.  Otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr const char* PROFILE = "2017";
constexpr uint32_t MUXES = 8;
constexpr uint32_t MEMBERS = 4;
constexpr uint32_t CLIENTS = 10;
constexpr uint32_t CONNECTIONS_PER_CLIENT = 40;
constexpr double INBOUND_RATE = 40;  // requests a second, of each client
constexpr double OUTBOUND_RATE = 25; // requests a second, of each VM
const Time DRAINED = Seconds(40);
const Time FAILED = Seconds(63);
const Time OPENED = Seconds(30);
const Time SECOND_DATA = Seconds(100);
const Time WITHDRAWN = Seconds(90); // 30 s after the last announcement
const Time RESTARTED = Seconds(150);
const Time STOP_TRAFFIC = Seconds(180);
const Time END = Seconds(190);
const Time BEGIN = Seconds(20); // of the traffic: probes have been answered
constexpr uint16_t SINK_PORT = 8080;
constexpr uint32_t DATA = 100; // bytes

/// What is different from run to run.
struct Case
{
    const char* name;            //!< heading of the column
    bool isDrained;              //!< a member is taken out of rotation before the failure
    const char* memberSelection; //!< attribute of the SLB manager
};

constexpr std::array<Case, 3> CASES{{
    {"members unchanged", false, "Modulo"},
    {"one drained", true, "Modulo"},
    {"drained, Maglev", true, "Maglev"},
}};

/// What one run showed.
struct Outcome
{
    Time withdrawn;           //!< when the router gave up the route to mux-0
    uint64_t requests{0};     //!< of clients, while mux-0 was dead and not given up
    uint64_t requestsLost{0}; //!< those that mux-0 got
    uint64_t answers{0};      //!< for VMs, likewise
    uint64_t answersLost{0};  //!< those that mux-0 got
    uint64_t lostElsewhen{0}; //!< packets that mux-0 got dead at any other time
    uint64_t unanswered{0};   //!< requests of clients and VMs that failed, over the whole run
    uint32_t connections{0};  //!< that were open
    uint32_t rerouted{0};     //!< those that came to another mux while mux-0 was gone
    uint32_t moved{0};        //!< those for which that one chose another member
    uint32_t movedForGood{0}; //!< those that had begun with mux-0
    uint32_t interrupted{0};  //!< those whose second data did not arrive until mux-0 was back
    uint32_t broken{0};       //!< those whose second data never arrived
    int64_t runId{0};         //!< number of the run in the database
};

/// A connection's client end: address and port.
using ClientEnd = std::pair<uint32_t, uint16_t>;

/// What was chosen for a connection.
struct Choice
{
    uint32_t mux;    //!< by which mux
    uint32_t member; //!< network interface
};

/// What the user may choose.
struct Options
{
    uint32_t hashSeed{1}; //!< of router and muxes
    std::string database; //!< path
};

/// One run, from assembly to outcome.
class MuxFailureRun
{
  public:
    MuxFailureRun(const Case& each, const Options& options);

    /// @return what the run showed
    Outcome Run(ProgressReporter& progress);

  private:
    /// Put the pool behind a rule for TCP and one for UDP, with a probe that the administrative
    /// state can override.
    static void Describe(LoadBalancer& loadBalancer);
    /// Have clients and VMs send requests.
    void InstallRequests();
    /// Have a client open its connections, and send data on each.
    void InstallConnections(Ptr<Node> client);
    /// Listen to muxes, router and hosts.
    void Listen();
    /// See what has become of the connections.
    void CountConnections();
    /// Take the last member out of rotation.
    void Drain();
    /// Open a connection.
    void Connect(Ptr<Socket> socket);

    /// Trace sink of a mux: remember what was chosen for a connection.
    static void NoteDecision(MuxFailureRun* run,
                             uint32_t mux,
                             const LoadBalancingDecision& decision);
    /// Trace sink of mux-0: count what it gets while it is dead.
    void NoteDrop(const DropRecord& drop, Ptr<const Packet> packet);
    /// Trace sink of the router.
    void NoteRoute(const RouteChangeRecord& change);
    /// Trace sink of generators: count what begins while mux-0 is dead and not given up.
    static void NoteStart(const Time* withdrawn, uint64_t* count, const TrafficFlow& flow);
    /// Trace sink of generators.
    void NoteFailure(const TrafficFlow& flow, TrafficFailure failure, bool isRetried);
    /// Trace sink of the VMs: remember whose second data arrives.
    void NoteData(Ptr<const Packet> packet, const Address& from);

    const Case m_case;                                                 //!< what is run
    OutboundScenarioHelper m_scenario{OutboundScenario::LoadBalanced}; //!< the nodes
    TraceRecorder m_recorder;                                          //!< to the database
    TrafficHelper m_inbound;                                           //!< clients' requests
    TrafficHelper m_outbound;                                          //!< VMs' requests
    std::vector<Ptr<Socket>> m_sockets;                                //!< of the connections
    std::map<ClientEnd, Choice> m_first;                               //!< for a connection
    std::map<ClientEnd, Choice> m_second; //!< likewise, while mux-0 was gone
    std::map<ClientEnd, Time> m_arrived;  //!< when a connection's second data arrived
    Outcome m_outcome;                    //!< so far
};

MuxFailureRun::MuxFailureRun(const Case& each, const Options& options)
    : m_case(each),
      m_recorder(options.database,
                 {"lb-mux-failure",
                  "load-balanced",
                  PROFILE,
                  {{"pool", each.isDrained ? "one member drained" : "unchanged"},
                   {"memberSelection", each.memberSelection},
                   {"hashSeed", std::to_string(options.hashSeed)}}})
{
    m_scenario.SetProfile(PROFILE);
    m_scenario.SetVms(MEMBERS);
    m_scenario.SetServerAddresses(CLIENTS);
    m_scenario.SetMuxes(MUXES);
    m_scenario.SetSlbManagerAttribute("MemberSelection", StringValue(each.memberSelection));
    m_scenario.SetSlbManagerAttribute("HashSeed", UintegerValue(options.hashSeed));
    m_scenario.ChangeLoadBalancer(&MuxFailureRun::Describe);
    m_scenario.Create();
    // Another seed than the muxes', or each mux would get flows of few hashes only.
    m_scenario.GetFabric().GetEqualCostRouting()->SetAttribute(
        "HashSeed",
        UintegerValue(~uint64_t{options.hashSeed}));
    InstallRequests();
    for (uint32_t i = 0; i < CLIENTS; ++i)
    {
        InstallConnections(m_scenario.GetServers().Get(i));
    }
    m_scenario.Connect(m_recorder);
    Listen();
}

void
MuxFailureRun::Describe(LoadBalancer& loadBalancer)
{
    HealthProbe probe;
    probe.name = "alive";
    probe.port = SINK_PORT;
    loadBalancer.probes.push_back(probe);
    auto& tcp = loadBalancer.loadBalancingRules.front();
    tcp.probe = probe.name;
    auto udp = tcp;
    tcp.frontendPort = SINK_PORT;
    tcp.backendPort = SINK_PORT;
    udp.name = "requests";
    udp.protocol = TransportProtocol::Udp;
    loadBalancer.loadBalancingRules.push_back(udp);
}

void
MuxFailureRun::InstallRequests()
{
    for (auto* traffic : {&m_inbound, &m_outbound})
    {
        const auto rate = traffic == &m_inbound ? INBOUND_RATE : OUTBOUND_RATE;
        const auto seconds = (STOP_TRAFFIC - BEGIN).GetSeconds();
        traffic->SetAttribute("StartTime", TimeValue(BEGIN));
        traffic->SetAttribute("Protocol", MakeEnumValue(IpProtocol::Udp));
        traffic->SetAttribute("Flows", UintegerValue(static_cast<uint32_t>(rate * seconds)));
        traffic->SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
        traffic->SetAttribute("Rate", DoubleValue(rate));
        traffic->SetHoldTime(*ParseHoldTime("hold", "0s"));
    }
    m_inbound.InstallInbound(m_scenario, CLIENTS, "requests");
    m_outbound.SetAttribute("DestinationPort", UintegerValue(443));
    m_outbound.Install(m_scenario, MEMBERS);
    auto stream = m_scenario.AssignStreams(0);
    stream += m_inbound.AssignStreams(stream);
    m_outbound.AssignStreams(stream);
}

void
MuxFailureRun::InstallConnections(Ptr<Node> client)
{
    for (uint32_t i = 0; i < CONNECTIONS_PER_CLIENT; ++i)
    {
        const auto socket = Socket::CreateSocket(client, TcpSocketFactory::GetTypeId());
        m_sockets.push_back(socket);
        Simulator::Schedule(OPENED, &MuxFailureRun::Connect, this, socket);
        Simulator::Schedule(SECOND_DATA, [socket] { socket->Send(Create<Packet>(DATA)); });
    }
}

void
MuxFailureRun::Connect(Ptr<Socket> socket)
{
    socket->Bind();
    socket->Connect(InetSocketAddress(m_scenario.GetFrontendAddress(), SINK_PORT));
    socket->Send(Create<Packet>(DATA)); // leaves when the connection is there
}

void
MuxFailureRun::Listen()
{
    for (uint32_t mux = 0; mux < MUXES; ++mux)
    {
        m_scenario.GetMux(mux)->TraceConnectWithoutContext(
            "LoadBalancingDecision",
            MakeBoundCallback(&MuxFailureRun::NoteDecision, this, mux));
    }
    m_scenario.GetMux()->TraceConnectWithoutContext("Drop",
                                                    MakeCallback(&MuxFailureRun::NoteDrop, this));
    m_scenario.GetFabric().GetEqualCostRouting()->TraceConnectWithoutContext(
        "RouteChange",
        MakeCallback(&MuxFailureRun::NoteRoute, this));
    for (const auto& generator : m_inbound.GetGenerators())
    {
        generator->TraceConnectWithoutContext("FlowStarted",
                                              MakeBoundCallback(&MuxFailureRun::NoteStart,
                                                                &std::as_const(m_outcome.withdrawn),
                                                                &m_outcome.requests));
        generator->TraceConnectWithoutContext("FlowFailed",
                                              MakeCallback(&MuxFailureRun::NoteFailure, this));
    }
    for (const auto& generator : m_outbound.GetGenerators())
    {
        generator->TraceConnectWithoutContext("FlowStarted",
                                              MakeBoundCallback(&MuxFailureRun::NoteStart,
                                                                &std::as_const(m_outcome.withdrawn),
                                                                &m_outcome.answers));
        generator->TraceConnectWithoutContext("FlowFailed",
                                              MakeCallback(&MuxFailureRun::NoteFailure, this));
    }
    for (uint32_t vm = 0; vm < MEMBERS; ++vm)
    {
        const auto sink = CreateObject<PacketSink>();
        sink->SetAttribute("Protocol", TypeIdValue(TcpSocketFactory::GetTypeId()));
        sink->SetAttribute("Local",
                           AddressValue(InetSocketAddress(Ipv4Address::GetAny(), SINK_PORT)));
        sink->TraceConnectWithoutContext("Rx", MakeCallback(&MuxFailureRun::NoteData, this));
        m_scenario.GetVm(vm)->AddApplication(sink);
    }
}

void
MuxFailureRun::NoteDecision(MuxFailureRun* run, uint32_t mux, const LoadBalancingDecision& decision)
{
    const auto& key = decision.key;
    if (key.GetProtocol() != IpProtocol::Tcp || !decision.networkInterface)
    {
        return;
    }
    const ClientEnd client{key.GetSourceNumber(), key.GetSourcePort()};
    const Choice choice{mux, *decision.networkInterface};
    const auto [first, isNew] = run->m_first.emplace(client, choice);
    if (!isNew && decision.time < RESTARTED)
    {
        run->m_second[client] = choice;
    }
}

void
MuxFailureRun::NoteDrop(const DropRecord& drop, Ptr<const Packet> /* packet */)
{
    if (drop.reason != DropReason::MuxDown || drop.key.GetProtocol() != IpProtocol::Udp)
    {
        return;
    }
    const bool isWithdrawn = !m_outcome.withdrawn.IsZero();
    const bool isRequest = drop.key.GetDestinationPort() == 80;
    ++(isWithdrawn ? m_outcome.lostElsewhen
       : isRequest ? m_outcome.requestsLost
                   : m_outcome.answersLost);
}

void
MuxFailureRun::NoteRoute(const RouteChangeRecord& change)
{
    if (change.cause == RouteChangeCause::HoldTimerExpired)
    {
        m_outcome.withdrawn = change.time;
    }
}

void
MuxFailureRun::NoteStart(const Time* withdrawn, uint64_t* count, const TrafficFlow& /* flow */)
{
    *count += Simulator::Now() >= FAILED && withdrawn->IsZero();
}

void
MuxFailureRun::NoteFailure(const TrafficFlow& /* flow */,
                           TrafficFailure /* failure */,
                           bool /* isRetried */)
{
    ++m_outcome.unanswered;
}

void
MuxFailureRun::NoteData(Ptr<const Packet> /* packet */, const Address& from)
{
    if (Simulator::Now() >= SECOND_DATA)
    {
        const auto client = InetSocketAddress::ConvertFrom(from);
        m_arrived.emplace(ClientEnd{client.GetIpv4().Get(), client.GetPort()}, Simulator::Now());
    }
}

void
MuxFailureRun::Drain()
{
    const auto member = OutboundScenarioHelper::GetNetworkInterface(MEMBERS - 1);
    const auto error =
        m_scenario.GetSlbManager()->SetAdministrativeState(OutboundScenarioHelper::LOAD_BALANCER,
                                                           OutboundScenarioHelper::BACKEND_POOL,
                                                           member,
                                                           AdministrativeState::Down);
    NS_ABORT_MSG_IF(error, error.value_or(""));
}

Outcome
MuxFailureRun::Run(ProgressReporter& progress)
{
    const auto mux = m_scenario.GetMux();
    Simulator::Schedule(FAILED, [mux] { mux->Fail(); });
    Simulator::Schedule(RESTARTED, [mux] { mux->Restart(); });
    if (m_case.isDrained)
    {
        Simulator::Schedule(DRAINED, &MuxFailureRun::Drain, this);
    }
    progress.BeginRun({&m_inbound, &m_outbound}, END);
    Simulator::Stop(END);
    Simulator::Run();
    CountConnections();
    m_outcome.runId = m_recorder.GetRunId();
    m_recorder.Close();
    Simulator::Destroy();
    return m_outcome;
}

void
MuxFailureRun::CountConnections()
{
    for (const auto& [client, first] : m_first)
    {
        const auto second = m_second.find(client);
        const bool isMoved = second != m_second.end() && second->second.member != first.member;
        const auto arrival = m_arrived.find(client);
        const bool isBroken = arrival == m_arrived.end();
        ++m_outcome.connections;
        m_outcome.rerouted += second != m_second.end();
        m_outcome.moved += isMoved;
        m_outcome.movedForGood += isMoved && first.mux == 0;
        m_outcome.interrupted += isBroken || arrival->second >= RESTARTED;
        m_outcome.broken += isBroken;
    }
}

/// @return whether so many are that share of them all, within four standard deviations
bool
IsShare(uint64_t part, uint64_t all, double share)
{
    const double expected = static_cast<double>(all) * share;
    return std::abs(static_cast<double>(part) - expected) <= 4 * std::sqrt(expected * (1 - share));
}

/// @return whether the outcome is the expected one
bool
IsExpected(const Case& each, const Outcome& outcome)
{
    constexpr double SHARE = 1.0 / MUXES;
    // One eighth has the same mux by the hash modulo 7 as by the hash modulo 8.
    return Abs(outcome.withdrawn - WITHDRAWN) < MilliSeconds(1) &&
           IsShare(outcome.requestsLost, outcome.requests, SHARE) &&
           IsShare(outcome.answersLost, outcome.answers, SHARE) && outcome.lostElsewhen == 0 &&
           outcome.unanswered == outcome.requestsLost + outcome.answersLost &&
           outcome.connections == CLIENTS * CONNECTIONS_PER_CLIENT &&
           IsShare(outcome.rerouted, outcome.connections, 1 - SHARE) &&
           outcome.interrupted == outcome.moved && outcome.broken == outcome.movedForGood &&
           each.isDrained == (outcome.moved > 0);
}

/// @return the part in percent
std::string
GetPercent(uint64_t part, uint64_t whole)
{
    std::ostringstream os;
    os << std::fixed << std::setprecision(1)
       << 100.0 * static_cast<double>(part) / static_cast<double>(std::max<uint64_t>(whole, 1));
    return os.str();
}

/// Print the outcomes, a column each.
void
Print(const std::vector<Outcome>& outcomes)
{
    ResultTable table;
    const auto addRow = [&](const std::string& name, const auto& getCell) {
        std::vector<std::string> row{name};
        for (const auto& outcome : outcomes)
        {
            row.push_back(getCell(outcome));
        }
        table.AddRow(row);
    };
    const auto toText = [](uint64_t number) { return std::to_string(number); };
    std::vector<std::string> names{"pool"};
    for (const auto& each : CASES)
    {
        names.emplace_back(each.name);
    }
    table.AddRow(names);
    addRow("route withdrawn after (s)", [](const Outcome& o) {
        std::ostringstream os;
        os << std::fixed << std::setprecision(3) << (o.withdrawn - FAILED).GetSeconds();
        return os.str();
    });
    addRow("requests meanwhile", [&](const Outcome& o) { return toText(o.requests); });
    addRow("  lost (%)", [](const Outcome& o) { return GetPercent(o.requestsLost, o.requests); });
    addRow("SNAT answers meanwhile", [&](const Outcome& o) { return toText(o.answers); });
    addRow("  lost (%)", [](const Outcome& o) { return GetPercent(o.answersLost, o.answers); });
    addRow("packets lost before and after",
           [&](const Outcome& o) { return toText(o.lostElsewhen); });
    addRow("connections", [&](const Outcome& o) { return toText(o.connections); });
    addRow("  that came to another mux", [&](const Outcome& o) { return toText(o.rerouted); });
    addRow("  that got another member", [&](const Outcome& o) { return toText(o.moved); });
    addRow("  interrupted", [&](const Outcome& o) { return toText(o.interrupted); });
    addRow("  broken for good", [&](const Outcome& o) { return toText(o.broken); });
    table.Print(std::cout);
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "What is lost when one of eight muxes fails, and for how long.");
    list.AddUnsigned("hashSeed",
                     "seed of the hashes of router and muxes",
                     1,
                     {0, std::numeric_limits<uint32_t>::max()},
                     options.hashSeed);
    list.AddDatabase(options.database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    ProgressReporter progress(static_cast<uint32_t>(std::size(CASES)));
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto& each : CASES)
    {
        outcomes.push_back(MuxFailureRun(each, options).Run(progress));
        isExpected = IsExpected(each, outcomes.back()) && isExpected;
    }
    isExpected = isExpected && outcomes[2].moved < outcomes[1].moved;
    Print(outcomes);
    return ReportRuns(std::cout,
                      options.database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      isExpected);
}
