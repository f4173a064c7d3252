// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ananta-figures.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-sample-statistics.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief In a busy data center, how many connections meet the SLB manager, and how long is that?
 *
 * @verbatim
   32 VMs, connections to 100 destinations in turn ---+
                                                      +--- load balancer --- Internet --- servers
   8 VMs, connections to one destination           ---+        |
                                                          SLB manager
   @endverbatim
 *
 * Experiment X-4 of Ananta (SIGCOMM 2013, 5.2.1, Figure 15): in production 99 % of connections find
 * a port at their host, by the range that it has had from the beginning, and because connections to
 * other destinations take the same ports again.  Of the others 10 % wait up to 50 ms, 70 % up to
 * 200 ms, 99 % up to 2 s.
 *
 * Each VM opens 750 connections, one in two seconds; no port is free again during the run.  To one
 * of 100 destinations there go 7 or 8 of them, and a range has 8 ports: so 32 VMs never ask.  The
 * other 8 have a new port for each connection: 8 from the beginning, 8 by the first request and 24
 * by each other one, as demand is predicted.  That makes 32 requests of each VM, 256 for 30,000
 * connections; besides, each connection that comes while another one waits has to wait as well.
 *
 * The manager's time to answer is drawn from a distribution through the published points, as Ananta
 * does not say what it is made of.  The run adds the way to the manager, to the mux and back, and
 * requests that wait for others.
 *
 * @verbatim
   $ ./azure-net run ananta-snat-latency
                                       here  published
   connections                        30000          -
     that found a port at the host  98.92 %       99 %
   requests answered                    256          -
     within 50 ms                     4.7 %       10 %
     within 200 ms                   61.7 %       70 %
     within 2000 ms                  99.6 %       99 %
     longest                        2628 ms          -
   database ananta-snat-latency.db: run 1 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when 98.5 to 99.5 % of the connections never waited, when only VMs
 * with one destination asked, when the times of requests agree with the published ones within four
 * standard deviations (of a binomial distribution), and all connections were established.
 * Otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t VMS = 40;
constexpr uint32_t FEW_VMS = 8; // with one destination; the last ones
constexpr uint32_t DESTINATIONS = 100;
constexpr uint32_t CONNECTIONS = 750; // of each VM
constexpr double RATE = 0.5;          // connections a second, of each VM
constexpr const char* PROFILE =
    "ananta[IdleTimeout=100h|RstHold=100h|UnusedRangeTimeout=none|DemandPredictionWindow=1h]";

/// What the run showed.
struct Outcome
{
    uint64_t waited{0};                      //!< connections that found no port at their host
    uint64_t unexpected{0};                  //!< requests of VMs with many destinations
    std::vector<double> requestMilliseconds; //!< times in which the manager has answered
    uint64_t established{0};                 //!< connections, as clients see them
    std::optional<std::string> problem;      //!< a broken law
    int64_t runId{0};                        //!< number of the run in the database
};

/// Trace sink of the host agents: note a flow that begins without a port.
void
NoteFlow(Outcome* outcome, const FlowRecord& flow)
{
    outcome->waited += !flow.accepted;
}

/// Trace sink of the host agents: note how long a request took.
void
NoteRequest(Outcome* outcome, const SnatRequest& request)
{
    const auto firstFew = OutboundScenarioHelper::GetNetworkInterface(VMS - FEW_VMS);
    outcome->unexpected += request.networkInterface < firstFew;
    if (request.answered)
    {
        outcome->requestMilliseconds.push_back((*request.answered - request.asked).GetSeconds() *
                                               1e3);
    }
}

/// Have VMs open connections. @param order to which destinations
void
Configure(TrafficHelper& traffic, DestinationOrder order)
{
    traffic.SetAttribute("Flows", UintegerValue(CONNECTIONS));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Poisson));
    traffic.SetAttribute("Rate", DoubleValue(RATE));
    traffic.SetAttribute("DestinationOrder", MakeEnumValue(order));
    // The second destination would be drawn once in a million times.
    traffic.SetAttribute("Skew", DoubleValue(20));
    traffic.SetAttribute("ConnectAttempts", UintegerValue(6));
    traffic.SetAttribute("Close", MakeEnumValue(TrafficClose::Rst)); // no TIME_WAIT at the VM
    traffic.SetHoldTime(*ParseHoldTime("hold", "0s"));
}

/// Run it.
Outcome
Simulate(const std::string& database)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(PROFILE);
    scenario.SetVms(VMS);
    scenario.SetServerAddresses(DESTINATIONS);
    scenario.SetSlbManagerAttribute("RequestServiceTime", PointerValue(MakeAnantaRequestTime()));
    scenario.Create();
    TrafficHelper many;
    TrafficHelper few;
    Configure(many, DestinationOrder::InTurn);
    Configure(few, DestinationOrder::Zipf);
    many.Install(scenario, VMS - FEW_VMS);
    std::vector<uint32_t> fewVms(FEW_VMS);
    std::iota(fewVms.begin(), fewVms.end(), VMS - FEW_VMS);
    few.InstallGenerators(scenario, fewVms);
    auto stream = scenario.AssignStreams(0);
    stream += many.AssignStreams(stream);
    few.AssignStreams(stream);

    Outcome outcome;
    TraceRecorder recorder(database, {"ananta-snat-latency", "load-balanced", PROFILE, {}});
    scenario.Connect(recorder);
    for (const auto& agent : scenario.GetHostAgents())
    {
        agent->TraceConnectWithoutContext("FlowCreated", MakeBoundCallback(&NoteFlow, &outcome));
        agent->TraceConnectWithoutContext("SnatRequest", MakeBoundCallback(&NoteRequest, &outcome));
    }
    const auto end = Seconds(1.5 * CONNECTIONS / RATE);
    ProgressReporter progress(1);
    progress.BeginRun({&many, &few}, end);
    Simulator::Stop(end);
    Simulator::Run();
    for (const auto* traffic : {&many, &few})
    {
        for (const auto& generator : traffic->GetGenerators())
        {
            outcome.established += generator->GetEstablished();
        }
    }
    outcome.problem = scenario.CheckInvariants();
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return share of the connections that never waited
double
GetLocalShare(const Outcome& outcome)
{
    return 1 - static_cast<double>(outcome.waited) / (VMS * CONNECTIONS);
}

/// @return share of the requests that took so long at most
double
GetShare(const Outcome& outcome, double timeSeconds)
{
    const auto& all = outcome.requestMilliseconds;
    const auto within = std::count_if(all.begin(), all.end(), [timeSeconds](double each) {
        return each <= 1e3 * timeSeconds;
    });
    return static_cast<double>(within) / static_cast<double>(all.size());
}

/// @return whether the share of requests is the published one
bool
IsShare(const Outcome& outcome, const DistributionPoint& point)
{
    const auto requests = static_cast<double>(outcome.requestMilliseconds.size());
    return std::abs(GetShare(outcome, point.timeSeconds) - point.share) <=
           4 * std::sqrt(point.share * (1 - point.share) / requests);
}

/// @return whether the run showed what it should
bool
IsExpected(const Outcome& outcome)
{
    const auto local = GetLocalShare(outcome);
    return !outcome.problem && outcome.established == uint64_t{VMS} * CONNECTIONS &&
           outcome.unexpected == 0 && local >= 0.985 && local <= 0.995 &&
           std::all_of(ANANTA_REQUEST_TIMES.begin(),
                       ANANTA_REQUEST_TIMES.end(),
                       [&](const DistributionPoint& point) { return IsShare(outcome, point); });
}

/// Print the outcome beside what was published.
void
Print(const Outcome& outcome)
{
    ResultTable table;
    table.AddRow({"", "here", "published"});
    table.AddRow({"connections", std::to_string(VMS * CONNECTIONS), "-"});
    table.AddRow({"  that found a port at the host",
                  FormatDecimal(100 * GetLocalShare(outcome), 2) + " %",
                  "99 %"});
    table.AddRow({"requests answered", std::to_string(outcome.requestMilliseconds.size()), "-"});
    for (const auto& point : ANANTA_REQUEST_TIMES)
    {
        table.AddRow({"  within " + FormatDecimal(1e3 * point.timeSeconds, 0) + " ms",
                      FormatDecimal(100 * GetShare(outcome, point.timeSeconds), 1) + " %",
                      FormatDecimal(100 * point.share, 0) + " %"});
    }
    table.AddRow(
        {"  longest", FormatDecimal(GetQuantile(outcome.requestMilliseconds, 1), 0) + " ms", "-"});
    table.Print(std::cout);
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList list(__FILE__, "How many connections meet the SLB manager, and how long that is.");
    list.AddDatabase(database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    const auto outcome = Simulate(database);
    if (outcome.problem)
    {
        std::cerr << "ananta-snat-latency: " << *outcome.problem << std::endl;
    }
    Print(outcome);
    return ReportRuns(std::cout, database, outcome.runId, outcome.runId, IsExpected(outcome));
}
