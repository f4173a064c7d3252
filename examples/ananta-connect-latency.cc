// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ananta-figures.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-parsed.h"
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
#include <array>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief How many connections have to wait for the SLB manager, and how long does it take them?
 *
 * @verbatim
   vm-0 --- host --- fabric router --- edge router --- Internet --- server, 75 ms away and back
              :            |
              :...... SLB manager: asked for SNAT ports when a connection finds none
   @endverbatim
 *
 * Experiment X-1 of Ananta (SIGCOMM 2013, 5.1.3, Figure 14): one VM connects to one server again
 * and again, and no port comes back during the run, so that each connection takes a new one.  A
 * handshake takes 75 ms; whoever has to ask waits for the manager as well, whose time to answer is
 * drawn from a distribution through the points of Figure 15: 10 % up to 50 ms, 70 % up to 200 ms,
 * 99 % up to 2 s.
 *
 * Of 968 connections, without a port at the beginning, there wait
 * - all, if one port is given at a time;
 * - the first of each 8, if a range of 8 is given: 121, so that 7/8 = 87.5 % do not;
 * - the first, and of the 960 others the first of each 24, if demand is predicted and three ranges
 *   are given at a time: 41, so that 95.8 % do not.
 *
 * The published shares are about 0 %, 88 % and 96 %.
 *
 * @verbatim
   $ ./azure-net run ananta-connect-latency
                    waited  no wait  published   p50   p90   p99   max
                                [%]             [ms]  [ms]  [ms]  [ms]
   single port         968      0.0        0 %   227  1496  2816  3821
   range of 8          121     87.5       88 %    75   136  1403  1928
   with prediction      41     95.8       96 %    75    75   291  1906
   database ananta-connect-latency.db: runs 1 to 3 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when the shares are exactly these, as seen by hosts (no flow waits)
 * and by the client (connected in less than 80 ms), and all connections were established.
 * Otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t CONNECTIONS = 968;
constexpr double RATE = 0.2;          // connections a second: each is done before the next one
constexpr double ROUND_TRIP_MS = 75;  // C.2: connect time floor
constexpr double FLOOR_LIMIT_MS = 80; // of a connection that has not waited
constexpr const char* BASE = "ananta[PreallocatedPorts=0|IdleTimeout=100h|FinHold=100h|"
                             "UnusedRangeTimeout=none|DemandPredictionWindow=";

/// One way to give ports.
struct Scheme
{
    const char* name;      //!< for the table
    std::string profile;   //!< text form
    uint32_t waiting;      //!< connections that wait, by arithmetic
    const char* published; //!< share that does not wait
};

/// @return what is compared
std::vector<Scheme>
GetSchemes()
{
    return {{"single port", std::string(BASE) + "none|PortRangeSize=1]", CONNECTIONS, "0 %"},
            {"range of 8", std::string(BASE) + "none]", CONNECTIONS / 8, "88 %"},
            {"with prediction", std::string(BASE) + "1h]", 1 + (CONNECTIONS - 8) / 24, "96 %"}};
}

/// What one run showed.
struct Outcome
{
    uint32_t waited{0};                      //!< connections that found no port at the host
    std::vector<double> connectMilliseconds; //!< time to connect, ascending
    int64_t runId{0};                        //!< number of the run in the database
};

/// Trace sink of the host agent: note a flow that begins without a port.
void
NoteFlow(Outcome* outcome, const FlowRecord& flow)
{
    outcome->waited += !flow.accepted;
}

/// Trace sink of the generator: note how long it took to connect.
void
NoteConnection(Outcome* outcome, const TrafficFlow& flow)
{
    outcome->connectMilliseconds.push_back((*flow.established - flow.started).GetSeconds() * 1e3);
}

/// Run one scheme.
Outcome
Simulate(const Scheme& scheme, const std::string& database, ProgressReporter& progress)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(scheme.profile);
    scenario.SetSlbManagerAttribute("RequestServiceTime", PointerValue(MakeAnantaRequestTime()));
    // Links in the fabric take 10 us each, so that the whole way takes a little more.
    scenario.GetFabric().SetInternetDelay(MicroSeconds(static_cast<int64_t>(ROUND_TRIP_MS * 500)));
    scenario.Create();
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(CONNECTIONS));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(RATE));
    traffic.SetAttribute("ConnectAttempts", UintegerValue(6));
    traffic.SetHoldTime(*ParseHoldTime("hold", "0s"));
    traffic.Install(scenario, 1);
    const auto streams = scenario.AssignStreams(0);
    traffic.AssignStreams(streams);

    Outcome outcome;
    TraceRecorder recorder(
        database,
        {"ananta-connect-latency", "load-balanced", scheme.profile, {{"scheme", scheme.name}}});
    scenario.Connect(recorder);
    scenario.GetHostAgents().front()->TraceConnectWithoutContext(
        "FlowCreated",
        MakeBoundCallback(&NoteFlow, &outcome));
    traffic.GetGenerators().front()->TraceConnectWithoutContext(
        "FlowEstablished",
        MakeBoundCallback(&NoteConnection, &outcome));
    const auto end = Seconds(CONNECTIONS / RATE + 60);
    progress.BeginRun({&traffic}, end);
    Simulator::Stop(end);
    Simulator::Run();
    std::sort(outcome.connectMilliseconds.begin(), outcome.connectMilliseconds.end());
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return connections that have not waited, as the client sees it
uint32_t
CountAtFloor(const Outcome& outcome)
{
    const auto& all = outcome.connectMilliseconds;
    return static_cast<uint32_t>(std::lower_bound(all.begin(), all.end(), FLOOR_LIMIT_MS) -
                                 all.begin());
}

/// @return whether the outcome is what arithmetic says
bool
IsExpected(const Scheme& scheme, const Outcome& outcome)
{
    return outcome.connectMilliseconds.size() == CONNECTIONS && outcome.waited == scheme.waiting &&
           CountAtFloor(outcome) == CONNECTIONS - scheme.waiting &&
           outcome.connectMilliseconds.front() >= ROUND_TRIP_MS;
}

/// Print the outcomes, a line each.
void
Print(const std::vector<Scheme>& schemes, const std::vector<Outcome>& outcomes)
{
    ResultTable table;
    table.AddRow({"", "waited", "no wait", "published", "p50", "p90", "p99", "max"});
    table.AddRow({"", "", "[%]", "", "[ms]", "[ms]", "[ms]", "[ms]"});
    for (std::size_t i = 0; i < schemes.size(); ++i)
    {
        const auto& outcome = outcomes[i];
        table.AddRow({schemes[i].name,
                      std::to_string(outcome.waited),
                      FormatDecimal(100.0 * CountAtFloor(outcome) / CONNECTIONS, 1),
                      schemes[i].published,
                      FormatDecimal(GetQuantile(outcome.connectMilliseconds, 0.5), 0),
                      FormatDecimal(GetQuantile(outcome.connectMilliseconds, 0.9), 0),
                      FormatDecimal(GetQuantile(outcome.connectMilliseconds, 0.99), 0),
                      FormatDecimal(GetQuantile(outcome.connectMilliseconds, 1), 0)});
    }
    table.Print(std::cout);
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList list(__FILE__, "How many connections have to wait for SNAT ports, and how long.");
    list.AddDatabase(database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    const auto schemes = GetSchemes();
    ProgressReporter progress(static_cast<uint32_t>(schemes.size()));
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto& scheme : schemes)
    {
        outcomes.push_back(Simulate(scheme, database, progress));
        isExpected = IsExpected(scheme, outcomes.back()) && isExpected;
    }
    Print(schemes, outcomes);
    return ReportRuns(std::cout,
                      database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      isExpected);
}
