// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-fabric-helper.h"
#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-hold-time.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-parse.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-profile.h"
#include "ns3/azure-ranks.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-text-fields.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-traffic-spec.h"
#include "ns3/azure-vm-stack.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <vector>

/**
 * @file
 * @brief Does cutting a pool over several processes change what a VM sees, and what does it cost?
 *
 * @verbatim
   rank 1    vm-0  ... vm-9  --- host-0 ---+
             vm-10 ... vm-19 --- host-1 ---+--- fabric router --- mux, managers, ...    rank 0
   rank 2    vm-20 ... vm-29 --- host-2 ---+         |
             vm-30 ... vm-39 --- host-3 ---+    edge router --- Internet --- servers
   @endverbatim
 *
 * Every VM of a pool opens more connections to one destination than it has SNAT ports, and keeps
 * them: of 40 connections 32 are established and 8 refused.  With an ns-3 that was configured for
 * MPI, mpirun cuts the pool by hosts over processes, which each simulate a part and send each other
 * packets; with any other there is one process.
 *
 * @verbatim
   $ ./azure-net run distributed-pool
   VMs  hosts  attempted  established  refused  other
   40       4       1600         1280      320      0
   ...
   result attempted=1600 established=1280 refused=320 other=0 accepted=1280
   @endverbatim
 *
 * The line left out here tells what it cost: ranks, events of all and of the busiest rank, wall-
 * clock time and memory.  What servers have accepted is counted on rank 0, the rest elsewhere.
 *
 * VMs begin one after the other, with equal distances in the time between two connections of one:
 * no two packets leave VMs at the same time.  Packets that reach a node at the same nanosecond are
 * taken in an order of their own by several ranks, and all would be as in one process but for the
 * nanoseconds that one of two such packets waits for the other.  test/mpi/compare-ranks.py compares
 * flow by flow.
 *
 * The program checks itself: if VMs keep their connections, those to one server are as many as they
 * have ports; no law of conservation is broken; servers have accepted as many as VMs have
 * established.  Otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

/// What the command line can change.
struct Options
{
    uint32_t vms{0};        //!< in the backend pool
    uint32_t vmsPerHost{0}; //!< that share a host
    uint32_t flows{0};      //!< connections of each VM
    uint32_t rate{0};       //!< connections per second and VM
    Profile profile;        //!< Azure's behavior; says how many SNAT ports a VM has
    uint32_t muxes{0};      //!< that share the public address
    uint32_t servers{0};    //!< destination addresses, dealt to connections in turn
    HoldTime hold;          //!< how long connections stay open
    TrafficTransport transport{TrafficTransport::Socket}; //!< what carries them
    Time stop;                                            //!< end of the run
    std::string database;                                 //!< SQLite file; empty for none
};

/// What the ranks have counted together.
struct Outcome
{
    uint64_t attempted{0};                //!< connections, as hosts see them
    uint64_t established{0};              //!< of these
    uint64_t refused{0};                  //!< of these, for want of a port
    uint64_t other{0};                    //!< of these
    uint64_t accepted{0};                 //!< connections, as servers see them
    uint64_t events{0};                   //!< of all ranks
    uint64_t busiestEvents{0};            //!< of the rank with most
    uint64_t brokenLaws{0};               //!< ranks that found one
    uint64_t peakMemory{0};               //!< KiB of the largest rank
    std::chrono::milliseconds wallTime{}; //!< of the slowest rank, from the first event to the last
};

/// @return the scenario, not created yet
OutboundScenarioHelper
MakeScenario(const Options& options)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(options.profile);
    scenario.SetMuxes(options.muxes);
    scenario.SetVms(options.vms);
    scenario.SetVmsPerHost(options.vmsPerHost);
    scenario.SetServerAddresses(options.servers);
    if (options.transport == TrafficTransport::Compact)
    {
        scenario.SetVmStack(VmStack::Compact);
    }
    scenario.SetRanks(GetRankCount());
    return scenario;
}

/// @return the traffic, not installed yet
TrafficHelper
MakeTraffic(const Options& options)
{
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(options.flows));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(options.rate));
    traffic.SetAttribute("Transport", MakeEnumValue(options.transport));
    traffic.SetHoldTime(options.hold);
    return traffic;
}

/// Let the VMs begin one after the other.
void
Spread(const TrafficHelper& traffic, const Options& options)
{
    const auto& generators = traffic.GetGenerators();
    const int64_t distance = 1'000'000'000 / (int64_t{options.rate} * options.vms);
    for (std::size_t i = 0; i < generators.size(); ++i)
    {
        generators[i]->SetStartTime(NanoSeconds(distance * static_cast<int64_t>(i)));
    }
}

/// @return what runs are called in the database
RunDescription
Describe(const Options& options)
{
    const auto number = [](uint32_t value) { return std::to_string(value); };
    return {"distributed-pool",
            GetName(OutboundScenario::LoadBalanced),
            GetText(options.profile),
            {{"vms", number(options.vms)},
             {"vmsPerHost", number(options.vmsPerHost)},
             {"flows", number(options.flows)},
             {"rate", number(options.rate)},
             {"muxes", number(options.muxes)},
             {"servers", number(options.servers)},
             {"transport", GetName(options.transport)},
             {"ranks", number(GetRankCount())},
             {"rank", number(GetRank())}}};
}

/// Count connections that a server has accepted.
void
CountAccepted(uint64_t* accepted, const FlowKey& /* connection */)
{
    ++*accepted;
}

/// Run this rank's part of the simulation.
Outcome
Simulate(const Options& options, const RankSession& session)
{
    auto scenario = MakeScenario(options);
    scenario.Create();
    auto traffic = MakeTraffic(options);
    traffic.Install(scenario, options.vms);
    traffic.AssignStreams(scenario.AssignStreams(0));
    Spread(traffic, options);

    Outcome own;
    FlowStatistics statistics;
    scenario.Connect(statistics);
    for (const auto& server : traffic.GetServers())
    {
        server->TraceConnectWithoutContext("Accepted",
                                           MakeBoundCallback(&CountAccepted, &own.accepted));
    }
    std::optional<TraceRecorder> recorder;
    if (!options.database.empty())
    {
        const auto file = GetRankPath(options.database, GetRank(), GetRankCount());
        scenario.Connect(recorder.emplace(file, Describe(options)));
    }
    Simulator::Stop(options.stop);
    const auto begun = std::chrono::steady_clock::now();
    Simulator::Run();
    const auto wallTime = std::chrono::steady_clock::now() - begun;
    const auto counts = statistics.GetTotals();
    const bool isBroken = scenario.CheckInvariants().has_value();
    if (recorder)
    {
        recorder->Close();
    }
    const auto sums = session.Sum({counts.attempted,
                                   counts.established,
                                   counts.refused,
                                   counts.unanswered + counts.denied,
                                   own.accepted,
                                   Simulator::GetEventCount(),
                                   isBroken ? uint64_t{1} : 0});
    Outcome outcome{sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], 0, sums[6]};
    outcome.busiestEvents = session.GetMaximum(Simulator::GetEventCount());
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    outcome.peakMemory = session.GetMaximum(static_cast<uint64_t>(usage.ru_maxrss));
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(wallTime);
    outcome.wallTime =
        std::chrono::milliseconds(session.GetMaximum(static_cast<uint64_t>(milliseconds.count())));
    Simulator::Destroy();
    return outcome;
}

/// Print the table and the line for machines.
void
Print(const Options& options, const Outcome& outcome)
{
    const auto hosts = (options.vms + options.vmsPerHost - 1) / options.vmsPerHost;
    ResultTable table;
    table.AddRow({"VMs", "hosts", "attempted", "established", "refused", "other"});
    table.AddRow({std::to_string(options.vms),
                  std::to_string(hosts),
                  std::to_string(outcome.attempted),
                  std::to_string(outcome.established),
                  std::to_string(outcome.refused),
                  std::to_string(outcome.other)});
    table.Print(std::cout);
    std::cout << "cost ranks=" << GetRankCount() << " events=" << outcome.events
              << " busiestRankEvents=" << outcome.busiestEvents
              << " largestRank_MiB=" << outcome.peakMemory / 1024
              << " wall_ms=" << outcome.wallTime.count()
              << "\nresult attempted=" << outcome.attempted
              << " established=" << outcome.established << " refused=" << outcome.refused
              << " other=" << outcome.other << " accepted=" << outcome.accepted << std::endl;
}

/// @return connections that get a port if all are kept: to one server as many as there are ports
uint64_t
GetClosedForm(const Options& options)
{
    const uint32_t ports = options.profile.allocatedPorts.value_or(0);
    const auto toEach = options.flows / options.servers;
    const auto withOneMore = options.flows % options.servers;
    return uint64_t{options.vms} * ((options.servers - withOneMore) * std::min(toEach, ports) +
                                    withOneMore * std::min(toEach + 1, ports));
}

/// @return what is wrong with the outcome, or nothing
std::optional<std::string>
FindMismatch(const Options& options, const Outcome& outcome)
{
    if (outcome.brokenLaws > 0)
    {
        return "a law of conservation is broken";
    }
    const auto expected = GetClosedForm(options);
    const bool keepsPorts = !options.hold.randomVariable && options.profile.allocatedPorts;
    if (outcome.attempted != uint64_t{options.vms} * options.flows ||
        (keepsPorts && outcome.established != expected) ||
        outcome.established + outcome.refused != outcome.attempted)
    {
        return "established " + std::to_string(outcome.established) + " of " +
               std::to_string(outcome.attempted) + ", if all are kept " + std::to_string(expected);
    }
    if (outcome.accepted != outcome.established)
    {
        return "accepted by servers: " + std::to_string(outcome.accepted);
    }
    return std::nullopt;
}

/// @return what is wrong with the options together, or nothing
std::optional<std::string>
Validate(const Options& options)
{
    if (const auto wrong = MakeScenario(options).Validate())
    {
        return wrong;
    }
    const Time begins = Seconds(static_cast<double>(options.flows) / options.rate);
    if (options.stop <= begins)
    {
        const auto stop = FormatSeconds(options.stop) + "s";
        const auto more = "more than " + FormatSeconds(begins) + "s, in which connections begin";
        return Parsed<Time>::Refuse("stop", stop, more).GetError();
    }
    return MakeTraffic(options).Validate();
}

/// Tell on standard error what is wrong, once for all ranks.  @return the exit status
int
Fail(const std::string& what)
{
    if (GetRank() == 0)
    {
        std::cerr << "distributed-pool: " << what << std::endl;
    }
    return 1;
}

} // namespace

int
main(int argc, char* argv[])
{
    const RankSession session(argc, argv);
    Options options;
    OptionList list(
        __FILE__,
        "Does cutting a pool over several processes change what a VM sees, and what "
        "does it cost?  mpirun -np 2 and more cuts it, if ns-3 was configured for MPI.");
    list.AddUnsigned("vms", "VMs in the backend pool", 40, {1, MAX_POOL_SIZE}, options.vms);
    list.AddUnsigned("vmsPerHost",
                     "VMs that share a host",
                     10,
                     {1, MAX_POOL_SIZE},
                     options.vmsPerHost);
    list.AddUnsigned("flows", "connections of each VM", 40, {1, 60000}, options.flows);
    list.AddUnsigned("rate", "connections per second and VM", 100, {1, 100000}, options.rate);
    list.Add("profile",
             "Azure's behavior, with AllocatedPorts for the SNAT ports of each VM",
             "2017[AllocatedPorts=32]",
             [&options](const std::string& text) -> std::optional<std::string> {
                 const auto parsed = ParseProfile(text);
                 options.profile = parsed.profile.value_or(Profile());
                 return parsed.profile ? std::nullopt : std::make_optional(parsed.error);
             });
    list.AddUnsigned("muxes",
                     "muxes that share the public address",
                     1,
                     {1, MAX_MUXES},
                     options.muxes);
    list.AddUnsigned("servers",
                     "destination addresses, which connections are dealt to in turn",
                     1,
                     {1, FabricHelper::MAX_SERVER_ADDRESSES},
                     options.servers);
    list.AddParsed("hold",
                   "how long a connection stays open, or none for the end of the run",
                   "none",
                   &ParseHoldTime,
                   options.hold);
    list.AddParsed("transport",
                   "what carries connections: socket (ns-3's own), or compact (for many of them)",
                   "socket",
                   &ParseTrafficTransport,
                   options.transport);
    list.Add("stop",
             "simulated time at which the run ends, above 0s",
             "10s",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.stop = ParseTime(text).value_or(Time());
                 return options.stop.IsStrictlyPositive()
                            ? std::nullopt
                            : std::make_optional(
                                  Parsed<Time>::Refuse("stop", text, "a time above 0s").GetError());
             });
    list.Add("db",
             "SQLite file to add the run to, for rank 1 of several \".rank1\" in its name; empty "
             "for none",
             "",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.database = text;
                 const auto file = GetRankPath(text, GetRank(), GetRankCount());
                 return file.empty() ? std::nullopt : TraceRecorder::Validate(file);
             });
    const auto error = list.Parse(argc, argv, [&options] { return Validate(options); });
    if (error)
    {
        return Fail(*error);
    }
    const auto outcome = Simulate(options, session);
    if (GetRank() > 0)
    {
        return 0;
    }
    Print(options, outcome);
    const auto mismatch = FindMismatch(options, outcome);
    return mismatch ? Fail(*mismatch) : 0;
}
