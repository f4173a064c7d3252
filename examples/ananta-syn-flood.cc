// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/address.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-sample-statistics.h"
#include "ns3/azure-syn-flood.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet-sink.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief Who suffers from a SYN flood, and for how long?
 *
 * @verbatim
                                              mux-0 ... mux-3
   clients ---+                                     |
              +--- Internet --- edge router --- fabric router --- hosts --- 5 x 10 VMs
   attacker --+                                     |
                                               SLB manager
   @endverbatim
 *
 * This is the experiment of Ananta 5.1.2 at a reduced size.  Five tenants have a frontend and 10
 VMs
 * each.  Four muxes do 50 packets a second each, where a core of Ananta's does 220,000 (5.2.3); 10
 * may wait.  To each tenant come 2 new connections a second, of about 6 packets to the mux, and
 * 8 long connections send something every 2 s: 5 x (2 x 6 + 8 / 2) = 80 packets a second of the 200
 * that can be done.  From 23 s on the attacker sends 400 SYNs a second with spoofed sources to the
 * frontend of the first tenant, the victim; nobody listens on that port, so that its VMs answer
 * RST and keep nothing.  Sizes, rates and all that Ananta does not print are our choice.
 *
 * - Without defense the muxes drop what finds no room: of 480 packets 200 are done, 42 %, and so
 *   many of the new connections' SYNs are answered, to whichever tenant.
 * - With fair drops (3.6.2), a mux drops what a frontend sends beyond its fair share: the others
 *   have theirs, 16 a second, but for chance, as the victim is let have all that is left.
 * - With withdrawal, each mux reports after each 10 s with drops who has most packets.  When 12
 *   reports one after the other name the same frontend, three intervals of four muxes, the manager
 *   has all muxes drop everything that is for it: a black hole.  That takes two intervals and the
 *   rest of the one that the flood begins in, 20 to 30 s; here 30 - 23 + 20 = 27 s.
 *
 * A spoofed SYN leaves an entry of a flow of one packet in the mux, which is not trusted.  The
 * 4 x 100 that there may be are soon used up; then new flows go by the hash alone (3.3.3), while
 * trusted flows, of more packets, have a quota of their own and stay.
 *
 * At last, ten floods that begin in the second interval, at a random time, are timed with both
 * defenses.  Ananta needs longer under load, as it is hard to tell a flood from what is wanted.
 * Here load is crowds: in a quarter of the intervals, by chance, clients of the second tenant send
 * 500 SYNs a second, so that the reports name that one.  Three intervals in a row without a crowd,
 * with q = 3/4 for each, come after (1 - q^3) / (q^3 (1 - q)) = 5.5 intervals on average: 55 s.
 * Three in a row with one have the crowd's tenant taken out of service, by mistake.
 *
 * @verbatim
   $ ./azure-net run ananta-syn-flood
   defense                           none  fair drops  withdrawal    both
   new connections established (%)
     others, before the flood       100.0       100.0       100.0   100.0
     others, from 30 to 50 s         41.5        92.2        41.5    92.2
     others, from 50 s               33.1        92.7       100.0   100.0
     victim, from 30 to 50 s         28.6        35.4        26.5    35.4
     victim, from 50 s               42.7        22.6         0.0     0.0
   others' packets lost from 50 s     588         103           1       0
   others' long connections alive       9          32          32      32
   victim withdrawn after (s)           -           -      27.000  27.000
   packets passed on to it then         -           -           0       0

   both, by interval
   from (s)  others (%)  lost  victim (%)  lost  untrusted  trusted
   10             100.0     0       100.0     0          0      228
   20              90.1    33        56.5  1832        400      279
   30              88.2    18        26.9  2790        400      306
   40              95.7    28        45.5  2856        400      355
   50             100.0     0         0.0  4108          2      407
   60             100.0     0         0.0  4062          0      469
   70             100.0     0         0.0  4059          0      549
   80             100.0     0         0.0  4062          1      635

   detection (s)   least  median   most  mistakes  published
   without crowds   20.9    22.6   30.1         0  20 to 120
   with crowds      22.6    51.0  108.7         2     longer
   database ananta-syn-flood.db: runs 1 to 4 added
   ok
   @endverbatim
 *
 * New connections of an interval count as established if their first SYN is answered.  The last
 * line printed is "ok" when the flood uses up the untrusted quota and no trusted entry is lost;
 * when less than 60 % of the others' connections come about during the flood, but more than 80 %
 * with fair drops, and it stays so without withdrawal; when with it all others' connections come
 * about from 50 s on, all their long connections are alive in the last 10 s, and nothing is passed
 * on to the victim any more; when without crowds detection takes 20 to 31 s, and with them no less
 * in the median.  Otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr const char* PROFILE = "2017";
constexpr uint32_t TENANTS = 5;
constexpr uint32_t VMS_PER_TENANT = 10;
constexpr uint32_t VICTIM = 0;
constexpr uint32_t BUSY = 1; // the tenant that crowds come to
constexpr uint32_t MUXES = 4;
constexpr double PACKET_RATE = 50;        // of each mux, a second
constexpr uint32_t QUEUE_LIMIT = 10;      // packets
constexpr uint32_t UNTRUSTED_QUOTA = 100; // of each mux
constexpr uint32_t OVERLOAD_REPORTS = 12; // three intervals of all muxes
constexpr uint32_t CLIENTS = 10;          // nodes, each of them a client of all tenants
constexpr double CONNECTION_RATE = 0.2;   // a second, of each client to each tenant
constexpr uint32_t LONG_CONNECTIONS = 8;  // of each tenant
constexpr double FLOOD_RATE = 400;        // SYNs a second: twice what the muxes can do
constexpr double CROWD_RATE = 500;        // likewise, while there is a crowd
constexpr double CROWD_SHARE = 0.25;      // of the intervals
constexpr uint16_t RULES_PER_TENANT = 3;
constexpr uint16_t SINK_PORT = 8080;
constexpr uint16_t FLOODED_PORT = 443; // nobody listens there
constexpr uint32_t DATA = 100;         // bytes
const Time INTERVAL = Seconds(10);     // of reports, and of what is printed
const Time BEGIN = Seconds(1);         // of the clients
const Time DATA_PERIOD = Seconds(2);   // of long connections
const Time FLOOD = Seconds(23);        // not in trials, where chance decides
const Time END = Seconds(90);          // not in trials, which end with the detection
const Time LAST_END = Seconds(600);    // of trials
constexpr std::size_t INTERVALS = 9;   // to the end

/// What is different from run to run.
struct Case
{
    const char* name;      //!< heading
    bool isDroppingFairly; //!< attribute of the muxes
    bool isWithdrawing;    //!< the SLB manager heeds their reports
};

constexpr std::array<Case, 4> CASES{{
    {"none", false, false},
    {"fair drops", true, false},
    {"withdrawal", false, true},
    {"both", true, true},
}};

/// What is different from trial to trial.
struct Trial
{
    uint32_t number{0}; //!< of the trial, from 1
    bool isBusy{false}; //!< there are crowds
};

/// What happened in an interval, to the victim or to the others.
struct Interval
{
    uint32_t started{0};     //!< new connections that began
    uint32_t established{0}; //!< those of them whose first SYN was answered
    uint32_t lost{0};        //!< packets that muxes dropped
};

/// What one run showed.
struct Outcome
{
    std::array<Interval, INTERVALS> victim{};    //!< by interval
    std::array<Interval, INTERVALS> others{};    //!< likewise, all together
    std::array<uint32_t, INTERVALS> untrusted{}; //!< entries of all muxes at its end
    std::array<uint32_t, INTERVALS> trusted{};   //!< likewise
    Time flood;                                  //!< when it began
    std::optional<Time> withdrawn;               //!< when the victim's frontend was
    uint32_t mistakes{0};                        //!< others' frontends that were withdrawn
    uint64_t sent{0};                            //!< SYNs of the flood
    uint64_t toVictim{0};                        //!< packets passed on to the victim, from 1 s
                                                 //!< after the withdrawal on
    uint32_t alive{0};                           //!< others' long connections, at the end
    int64_t runId{0};                            //!< number of the run in the database
};

/// What the user may choose.
struct Options
{
    uint32_t trials{10};  //!< of each kind
    std::string database; //!< path
};

/// @return index of the interval that the present belongs to
std::size_t
GetIndex(Time time)
{
    const auto index = time.GetTimeStep() / INTERVAL.GetTimeStep();
    return std::min(static_cast<std::size_t>(index), INTERVALS - 1);
}

/// A connection's client end: address and port.
using ClientEnd = std::pair<uint32_t, uint16_t>;

/// One run, from assembly to outcome.
class SynFloodRun
{
  public:
    SynFloodRun(const Case& each, const std::optional<Trial>& trial, const std::string& database);

    /// @return what the run showed
    Outcome Run(ProgressReporter& progress);

  private:
    /// Give each tenant a frontend, a pool, and rules for new and long connections.
    static void Describe(LoadBalancer& loadBalancer);
    /// Have clients open connections to a tenant.
    void InstallClients(uint32_t tenant);
    /// Have clients keep connections to a tenant open.
    void InstallLongConnections(uint32_t tenant);
    /// Have a client keep a connection open.
    static void Connect(Ptr<Socket> socket, Ipv4Address frontend);
    /// Have a client send on such a connection, for ever.
    static void SendData(Ptr<Socket> socket);
    /// Have SYNs sent to a tenant.
    Ptr<SynFlood> InstallFlood(uint32_t tenant, double rate, Time start, Time stop);
    /// Have crowds come to the busy tenant by chance.
    void InstallCrowds(const Ptr<RandomVariableStream>& chance);
    /// Listen to muxes and manager.
    void Listen();
    /// Look at the flow tables of the muxes.
    void Sample();
    /// @return packets that muxes have passed on to the victim
    uint64_t CountToVictim() const;
    /// @return the tenant that a frontend is of
    uint32_t GetTenant(Ipv4Address frontend) const;
    /// @return where something is counted that happens to a tenant in the present interval
    Interval& GetInterval(uint32_t tenant, Time time);

    /// Trace sink of generators.
    void NoteStart(const TrafficFlow& flow);
    /// Trace sink of generators.
    void NoteEstablished(const TrafficFlow& flow);
    /// Trace sink of muxes.
    void NoteDrop(const DropRecord& drop, Ptr<const Packet> packet);
    /// Trace sink of the manager.
    void NoteOverload(const OverloadRecord& record);
    /// Trace sink of VMs.
    static void NoteData(std::set<ClientEnd>* alive, Ptr<const Packet> packet, const Address& from);

    const std::optional<Trial> m_trial; //!< of many; none: it is recorded
    OutboundScenarioHelper m_scenario{OutboundScenario::LoadBalanced}; //!< the nodes
    std::unique_ptr<TraceRecorder> m_recorder;                         //!< null in trials
    std::array<TrafficHelper, TENANTS> m_traffic;                      //!< new connections
    int64_t m_stream{0};                                               //!< the next one
    std::set<ClientEnd> m_alive; //!< of the others' long connections that had data in the end
    Ptr<SynFlood> m_flood;       //!< of the victim
    Outcome m_outcome;           //!< so far
};

SynFloodRun::SynFloodRun(const Case& each,
                         const std::optional<Trial>& trial,
                         const std::string& database)
    : m_trial(trial),
      m_stream(trial ? 1000 * trial->number : 0)
{
    m_scenario.SetProfile(PROFILE);
    m_scenario.SetVms(TENANTS * VMS_PER_TENANT);
    m_scenario.SetServerAddresses(CLIENTS + 1); // the last one is the attacker's
    m_scenario.SetFrontends(TENANTS);
    m_scenario.SetLinkingRule(false);
    m_scenario.SetMuxes(MUXES);
    m_scenario.SetMuxAttribute("PacketRate", DoubleValue(PACKET_RATE));
    m_scenario.SetMuxAttribute("PacketQueueLimit", UintegerValue(QUEUE_LIMIT));
    m_scenario.SetMuxAttribute("OverloadInterval", TimeValue(INTERVAL));
    m_scenario.SetMuxAttribute("FairDropping", BooleanValue(each.isDroppingFairly));
    m_scenario.SetMuxAttribute("UntrustedFlowQuota", UintegerValue(UNTRUSTED_QUOTA));
    m_scenario.SetSlbManagerAttribute("OverloadReports",
                                      UintegerValue(each.isWithdrawing
                                                        ? OVERLOAD_REPORTS
                                                        : std::numeric_limits<uint32_t>::max()));
    m_scenario.SetSlbManagerAttribute("WithdrawalTime", TimeValue(LAST_END));
    m_scenario.ChangeLoadBalancer(&SynFloodRun::Describe);
    m_scenario.Create();
    m_stream += m_scenario.AssignStreams(m_stream);
    for (uint32_t tenant = 0; tenant < TENANTS; ++tenant)
    {
        InstallClients(tenant);
        InstallLongConnections(tenant);
    }
    const auto chance = CreateObject<UniformRandomVariable>();
    chance->SetStream(m_stream++);
    m_outcome.flood =
        trial ? INTERVAL + Seconds(chance->GetValue() * INTERVAL.GetSeconds()) : FLOOD;
    m_flood = InstallFlood(VICTIM, FLOOD_RATE, m_outcome.flood, LAST_END);
    if (trial && trial->isBusy)
    {
        InstallCrowds(chance);
    }
    if (!trial)
    {
        m_recorder = std::make_unique<TraceRecorder>(
            database,
            RunDescription{"ananta-syn-flood",
                           "load-balanced",
                           PROFILE,
                           {{"fairDropping", each.isDroppingFairly ? "yes" : "no"},
                            {"withdrawal", each.isWithdrawing ? "yes" : "no"}}});
        m_scenario.Connect(*m_recorder);
    }
    Listen();
}

void
SynFloodRun::Describe(LoadBalancer& loadBalancer)
{
    auto vm = loadBalancer.backendPools.front().members.begin();
    std::vector<BackendPool> pools;
    for (uint32_t tenant = 0; tenant < TENANTS; ++tenant)
    {
        const auto number = std::to_string(tenant);
        pools.push_back({"pool-" + number, {vm, vm + VMS_PER_TENANT}});
        vm += VMS_PER_TENANT;
        LoadBalancingRule rule;
        rule.frontend = "frontend-" + number;
        rule.backendPool = pools.back().name;
        // Each tenant's VMs serve a port of their own, as TrafficHelper serves it on all VMs.
        rule.name = "web-" + number;
        rule.backendPort = static_cast<uint16_t>(rule.backendPort + tenant);
        loadBalancer.loadBalancingRules.push_back(rule);
        for (const auto port : {SINK_PORT, FLOODED_PORT})
        {
            rule.name = std::to_string(port) + "-" + number;
            rule.frontendPort = port;
            rule.backendPort = port;
            loadBalancer.loadBalancingRules.push_back(rule);
        }
    }
    loadBalancer.backendPools = pools;
}

void
SynFloodRun::InstallClients(uint32_t tenant)
{
    auto& traffic = m_traffic[tenant];
    traffic.SetAttribute("StartTime", TimeValue(BEGIN));
    traffic.SetAttribute("StopTime", TimeValue(m_trial ? LAST_END : END));
    traffic.SetAttribute("UnlimitedFlows", BooleanValue(true));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Poisson));
    traffic.SetAttribute("Rate", DoubleValue(CONNECTION_RATE));
    // Each tenant's client has ports of its own on the node.
    const auto firstPort = static_cast<uint16_t>(10'000 + 8000 * tenant);
    traffic.SetAttribute("FirstSourcePort", UintegerValue(firstPort));
    traffic.SetAttribute("LastSourcePort", UintegerValue(firstPort + 7999));
    traffic.SetHoldTime(*ParseHoldTime("hold", "0s"));
    traffic.InstallInbound(m_scenario, CLIENTS, "web-" + std::to_string(tenant));
    m_stream += traffic.AssignStreams(m_stream);
    for (const auto& generator : traffic.GetGenerators())
    {
        generator->TraceConnectWithoutContext("FlowStarted",
                                              MakeCallback(&SynFloodRun::NoteStart, this));
        generator->TraceConnectWithoutContext("FlowEstablished",
                                              MakeCallback(&SynFloodRun::NoteEstablished, this));
    }
}

void
SynFloodRun::InstallLongConnections(uint32_t tenant)
{
    for (uint32_t i = 0; i < VMS_PER_TENANT; ++i)
    {
        const auto sink = CreateObject<PacketSink>();
        sink->SetAttribute("Protocol", TypeIdValue(TcpSocketFactory::GetTypeId()));
        sink->SetAttribute("Local",
                           AddressValue(InetSocketAddress(Ipv4Address::GetAny(), SINK_PORT)));
        if (tenant != VICTIM)
        {
            sink->TraceConnectWithoutContext("Rx",
                                             MakeBoundCallback(&SynFloodRun::NoteData, &m_alive));
        }
        m_scenario.GetVm(tenant * VMS_PER_TENANT + i)->AddApplication(sink);
    }
    const auto frontend = m_scenario.GetFrontendAddress("frontend-" + std::to_string(tenant));
    for (uint32_t i = 0; i < LONG_CONNECTIONS; ++i)
    {
        const auto socket = Socket::CreateSocket(m_scenario.GetServers().Get(i % CLIENTS),
                                                 TcpSocketFactory::GetTypeId());
        // Not all at once.
        const auto begin =
            BEGIN + DATA_PERIOD * (TENANTS * i + tenant) / int64_t{TENANTS * LONG_CONNECTIONS};
        Simulator::Schedule(begin, &SynFloodRun::Connect, socket, frontend);
    }
}

void
SynFloodRun::Connect(Ptr<Socket> socket, Ipv4Address frontend)
{
    socket->Bind();
    socket->Connect(InetSocketAddress(frontend, SINK_PORT));
    SendData(socket);
}

void
SynFloodRun::SendData(Ptr<Socket> socket)
{
    socket->Send(Create<Packet>(DATA));
    Simulator::Schedule(DATA_PERIOD, &SynFloodRun::SendData, socket);
}

Ptr<SynFlood>
SynFloodRun::InstallFlood(uint32_t tenant, double rate, Time start, Time stop)
{
    const auto flood = CreateObject<SynFlood>();
    const auto frontend = m_scenario.GetFrontendAddress("frontend-" + std::to_string(tenant));
    flood->SetAttribute("Destination", Ipv4AddressValue(frontend));
    flood->SetAttribute("DestinationPort", UintegerValue(FLOODED_PORT));
    flood->SetAttribute("Rate", DoubleValue(rate));
    flood->SetStartTime(start);
    flood->SetStopTime(stop);
    m_stream += flood->AssignStreams(m_stream);
    m_scenario.GetServers().Get(CLIENTS)->AddApplication(flood);
    return flood;
}

void
SynFloodRun::InstallCrowds(const Ptr<RandomVariableStream>& chance)
{
    for (Time begin = INTERVAL; begin < LAST_END; begin += INTERVAL)
    {
        if (chance->GetValue() < CROWD_SHARE)
        {
            InstallFlood(BUSY, CROWD_RATE, begin, begin + INTERVAL);
        }
    }
}

void
SynFloodRun::Listen()
{
    for (const auto& mux : m_scenario.GetMuxes())
    {
        mux->TraceConnectWithoutContext("Drop", MakeCallback(&SynFloodRun::NoteDrop, this));
    }
    m_scenario.GetSlbManager()->TraceConnectWithoutContext(
        "Overload",
        MakeCallback(&SynFloodRun::NoteOverload, this));
    // A moment before the end of each, when nothing of the next one has come.
    for (std::size_t i = 1; !m_trial && i <= INTERVALS; ++i)
    {
        Simulator::Schedule(INTERVAL * static_cast<int64_t>(i) - TimeStep(1),
                            &SynFloodRun::Sample,
                            this);
    }
}

void
SynFloodRun::Sample()
{
    for (const auto& mux : m_scenario.GetMuxes())
    {
        m_outcome.untrusted[GetIndex(Simulator::Now())] += mux->GetUntrustedFlows();
        m_outcome.trusted[GetIndex(Simulator::Now())] += mux->GetTrustedFlows();
    }
}

uint32_t
SynFloodRun::GetTenant(Ipv4Address frontend) const
{
    return frontend.Get() - m_scenario.GetFrontendAddress("frontend-0").Get();
}

Interval&
SynFloodRun::GetInterval(uint32_t tenant, Time time)
{
    return (tenant == VICTIM ? m_outcome.victim : m_outcome.others)[GetIndex(time)];
}

void
SynFloodRun::NoteStart(const TrafficFlow& flow)
{
    ++GetInterval(GetTenant(flow.key.GetDestination()), flow.started).started;
}

void
SynFloodRun::NoteEstablished(const TrafficFlow& flow)
{
    ++GetInterval(GetTenant(flow.key.GetDestination()), flow.started).established;
}

void
SynFloodRun::NoteDrop(const DropRecord& drop, Ptr<const Packet> /* packet */)
{
    ++GetInterval(GetTenant(drop.key.GetDestination()), drop.time).lost;
}

void
SynFloodRun::NoteOverload(const OverloadRecord& record)
{
    if (GetTenant(record.frontend) != VICTIM)
    {
        m_outcome.mistakes += record.isWithdrawn;
        return;
    }
    m_outcome.withdrawn = record.time;
    if (m_trial)
    {
        Simulator::Stop();
        return;
    }
    Simulator::Schedule(Seconds(1), [this] { m_outcome.toVictim = CountToVictim(); });
}

void
SynFloodRun::NoteData(std::set<ClientEnd>* alive,
                      Ptr<const Packet> /* packet */,
                      const Address& from)
{
    if (Simulator::Now() >= END - INTERVAL)
    {
        const auto client = InetSocketAddress::ConvertFrom(from);
        alive->emplace(client.GetIpv4().Get(), client.GetPort());
    }
}

uint64_t
SynFloodRun::CountToVictim() const
{
    uint64_t packets = 0;
    for (const auto& mux : m_scenario.GetMuxes())
    {
        for (const auto& traffic : mux->GetTraffic())
        {
            packets += traffic.rule <= RULES_PER_TENANT ? traffic.packets : 0;
        }
    }
    return packets;
}

Outcome
SynFloodRun::Run(ProgressReporter& progress)
{
    const auto end = m_trial ? LAST_END : END;
    std::vector<const TrafficHelper*> traffic;
    for (const auto& tenant : m_traffic)
    {
        traffic.push_back(&tenant);
    }
    progress.BeginRun(traffic, end);
    Simulator::Stop(end);
    Simulator::Run();
    m_outcome.sent = m_flood->GetSent();
    m_outcome.toVictim = CountToVictim() - m_outcome.toVictim;
    m_outcome.alive = static_cast<uint32_t>(m_alive.size());
    if (m_recorder)
    {
        m_outcome.runId = m_recorder->GetRunId();
        m_recorder->Close();
    }
    Simulator::Destroy();
    return m_outcome;
}

/// @return what happened from one interval to before another
Interval
Sum(const std::array<Interval, INTERVALS>& intervals, std::size_t from, std::size_t to)
{
    Interval sum;
    for (std::size_t i = from; i < to; ++i)
    {
        sum.started += intervals[i].started;
        sum.established += intervals[i].established;
        sum.lost += intervals[i].lost;
    }
    return sum;
}

/// @return established ones among new connections, in percent
double
GetEstablished(const Interval& interval)
{
    return 100.0 * interval.established / std::max(interval.started, 1U);
}

// The intervals before the flood, under the flood alone, and once it could be detected.
constexpr std::size_t FLOODED = 3;
constexpr std::size_t RECOVERED = 5;

/// @return whether a run of a case showed what it should
bool
IsExpected(const Case& each, const Outcome& o)
{
    const auto before = GetEstablished(Sum(o.others, 1, FLOODED - 1));
    const auto flooded = GetEstablished(Sum(o.others, FLOODED, RECOVERED));
    const auto after = GetEstablished(Sum(o.others, RECOVERED, INTERVALS));
    // Entries live for 4 minutes, which is longer than the run: one that went would have been lost.
    const bool isKept = std::is_sorted(o.trusted.begin(), o.trusted.end());
    const bool isFull = o.untrusted[RECOVERED - 1] == MUXES * UNTRUSTED_QUOTA;
    const bool isHurt = each.isDroppingFairly ? flooded < 99 && flooded > 80 : flooded < 60;
    if (before < 99 || !isKept || !isFull || !isHurt || o.mistakes > 0)
    {
        return false;
    }
    if (!each.isWithdrawing)
    {
        return !o.withdrawn && std::abs(after - flooded) < 15 && o.toVictim > 0;
    }
    return o.withdrawn && *o.withdrawn < RECOVERED * INTERVAL + Seconds(1) && after > 99 &&
           Sum(o.victim, RECOVERED + 1, INTERVALS).established == 0 && o.toVictim == 0 &&
           o.alive == (TENANTS - 1) * LONG_CONNECTIONS;
}

/// Print what the cases showed, a column each.
void
PrintCases(const std::vector<Outcome>& outcomes)
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
    const auto addShare = [&](const std::string& name,
                              std::array<Interval, INTERVALS> Outcome::*who,
                              std::size_t from,
                              std::size_t to) {
        addRow(name, [=](const Outcome& o) {
            return FormatDecimal(GetEstablished(Sum(o.*who, from, to)), 1);
        });
    };
    std::vector<std::string> names{"defense"};
    for (const auto& each : CASES)
    {
        names.emplace_back(each.name);
    }
    table.AddRow(names);
    table.AddRow({"new connections established (%)"});
    addShare("  others, before the flood", &Outcome::others, 1, FLOODED - 1);
    addShare("  others, from 30 to 50 s", &Outcome::others, FLOODED, RECOVERED);
    addShare("  others, from 50 s", &Outcome::others, RECOVERED, INTERVALS);
    addShare("  victim, from 30 to 50 s", &Outcome::victim, FLOODED, RECOVERED);
    addShare("  victim, from 50 s", &Outcome::victim, RECOVERED, INTERVALS);
    addRow("others' packets lost from 50 s", [](const Outcome& o) {
        return std::to_string(Sum(o.others, RECOVERED, INTERVALS).lost);
    });
    addRow("others' long connections alive",
           [](const Outcome& o) { return std::to_string(o.alive); });
    addRow("victim withdrawn after (s)", [](const Outcome& o) {
        return o.withdrawn ? FormatDecimal((*o.withdrawn - o.flood).GetSeconds(), 3) : "-";
    });
    addRow("packets passed on to it then",
           [](const Outcome& o) { return o.withdrawn ? std::to_string(o.toVictim) : "-"; });
    table.Print(std::cout);
}

/// Print what happened in each interval of a run.
void
PrintIntervals(const Outcome& outcome)
{
    ResultTable table;
    table.AddRow({"from (s)", "others (%)", "lost", "victim (%)", "lost", "untrusted", "trusted"});
    for (std::size_t i = 1; i < INTERVALS; ++i)
    {
        table.AddRow({std::to_string(i * 10),
                      FormatDecimal(GetEstablished(outcome.others[i]), 1),
                      std::to_string(outcome.others[i].lost),
                      FormatDecimal(GetEstablished(outcome.victim[i]), 1),
                      std::to_string(outcome.victim[i].lost),
                      std::to_string(outcome.untrusted[i]),
                      std::to_string(outcome.trusted[i])});
    }
    table.Print(std::cout);
}

/// What the trials of a kind showed.
struct Trials
{
    std::vector<double> detected; //!< seconds from flood to withdrawal, by trial
    uint32_t mistakes{0};         //!< others' frontends that were withdrawn
    bool isExpected{true};        //!< each was as it should be
};

/// Run the trials of a kind.
Trials
RunTrials(const Options& options, bool isBusy, ProgressReporter& progress)
{
    Trials trials;
    for (uint32_t number = 1; number <= options.trials; ++number)
    {
        const auto o =
            SynFloodRun(CASES.back(), Trial{number, isBusy}, options.database).Run(progress);
        trials.mistakes += o.mistakes;
        if (!o.withdrawn)
        {
            trials.isExpected = false;
            continue;
        }
        const auto after = *o.withdrawn - o.flood;
        trials.detected.push_back(after.GetSeconds());
        // Three intervals at least, the first of which may have begun with the flood; a flood that
        // begins in an interval's last second may not be noticed in it.
        trials.isExpected = trials.isExpected && after >= 2 * INTERVAL &&
                            (isBusy || after <= 3 * INTERVAL + Seconds(1));
    }
    return trials;
}

/// Print how long detection took.
void
PrintTrials(const Trials& quiet, const Trials& busy)
{
    ResultTable table;
    table.AddRow({"detection (s)", "least", "median", "most", "mistakes", "published"});
    const auto addRow = [&](const char* name, const Trials& trials, const char* published) {
        table.AddRow({name,
                      FormatDecimal(GetQuantile(trials.detected, 1e-9), 1),
                      FormatDecimal(GetQuantile(trials.detected, 0.5), 1),
                      FormatDecimal(GetQuantile(trials.detected, 1), 1),
                      std::to_string(trials.mistakes),
                      published});
    };
    addRow("without crowds", quiet, "20 to 120");
    addRow("with crowds", busy, "longer");
    table.Print(std::cout);
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "Who suffers from a SYN flood, and for how long.");
    list.AddUnsigned("trials",
                     "floods of each kind whose detection is timed",
                     10,
                     {1, 1000},
                     options.trials);
    list.AddDatabase(options.database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    ProgressReporter progress(static_cast<uint32_t>(std::size(CASES)) + 2 * options.trials);
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto& each : CASES)
    {
        outcomes.push_back(SynFloodRun(each, std::nullopt, options.database).Run(progress));
        isExpected = IsExpected(each, outcomes.back()) && isExpected;
    }
    PrintCases(outcomes);
    std::cout << "\n" << CASES.back().name << ", by interval\n";
    PrintIntervals(outcomes.back());
    const auto quiet = RunTrials(options, false, progress);
    const auto busy = RunTrials(options, true, progress);
    isExpected = isExpected && quiet.isExpected && busy.isExpected &&
                 GetQuantile(busy.detected, 0.5) >= GetQuantile(quiet.detected, 0.5);
    std::cout << "\n";
    PrintTrials(quiet, busy);
    return ReportRuns(std::cout,
                      options.database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      isExpected);
}
