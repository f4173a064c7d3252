// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-sample-statistics.h"
#include "ns3/azure-snat-closed-forms.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief How many connections a second to one destination do a VM's SNAT ports sustain?
 *
 * @verbatim
            10.0.0.0/9                       198.18.0.1            198.19.0.1
   vm-0 ---+
    ...    +--- hosts --- fabric router --- load-balancer mux
   vm-19 --+                    |
                           edge router --- Internet --- server
   @endverbatim
 *
 * Every connection is closed at once, but its port is held until 240 s after both FINs (sources.rst
 * B.2: OB-1808), 240.04 s in all with two round trips of 20 ms.  1,024 ports are all taken at
 * 1024 / 240 s = 4.27 connections a second, however short each is.  First, connections come at
 * even intervals to a lone VM, which has 1,024 ports: at 4.265 a second, 1,023.78 come in 240.04 s
 * and none is refused; at 4.4 a second, 1,056.18 do: of each 1,057 connections 1,024 get a port
 * and 33, 3.1 %, are refused, for ever.
 *
 * Then connections come at random, each VM's as a Poisson process, to 20 VMs of 64 ports each.
 * Which share finds all ports taken is Erlang's loss formula, B(a, n) = (a^n / n!) / sum a^k / k!
 * with a = rate x 240.04 s: at 64 Erlang, the ceiling above, already a share of 9.3 %.  The band is
 * that of 95 % confidence, from the 20 VMs as independent samples.
 *
 * @verbatim
   $ ./azure-net run connection-rate-ceiling
   even intervals    held  connections                 closed        first
   rate (1/s)         (s)       in all  refused   (%)    form  refusal (s)
   4.265           240.04         3171        0  0.00       0            -
   4.400           240.04         3171       99  3.12      99   232.727273
   1024 ports sustain 4.27 connections/s

   at random        rate  connections  refused    band  Erlang-B
   load (Erlang)   (1/s)      counted      (%)  +- (%)       (%)
   51.2           0.2133         7978     1.21    0.61      1.17
   64.0           0.2666         7506     8.98    1.30      9.34
   76.8           0.3199         6982    21.39    1.63     20.81
   database connection-rate-ceiling.db: runs 1 to 5 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when exactly the connections are refused that the closed form
 * tells, and Erlang's share is within 99.9 % confidence.  Otherwise the exit status is 1.
 *
 * Facts: S0-22
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr const char* PROFILE = "2018";
constexpr uint32_t PORTS = 1024;            // of a lone VM (sources.rst B.1)
constexpr uint32_t SAMPLES = 20;            // VMs with random arrivals
constexpr double T_95 = 2.093;              // Student's t of 19 degrees of freedom, two-sided
constexpr double T_99_9 = 3.883;            // likewise
constexpr double RATES[] = {4.265, 4.4};    // connections a second
constexpr double LOADS[] = {0.8, 1.0, 1.2}; // offered load, Erlang a port

/// What the user may choose.
struct Options
{
    uint32_t connections{0};       //!< of the lone VM, in each run
    uint32_t randomConnections{0}; //!< of each of the others, in each run
    uint32_t samplePorts{0};       //!< of each of the others
    std::string database;          //!< path
};

/// One run.
struct Plan
{
    std::string profile;    //!< text form
    uint32_t vms;           //!< all of them active
    TrafficArrival arrival; //!< when connections come
    double rate;            //!< a second and VM
    uint32_t connections;   //!< of each VM
    Time warmUp;            //!< connections begun before do not count
};

/// What one run showed.
struct Outcome
{
    std::vector<uint64_t> begun;           //!< connections, by VM
    std::vector<uint64_t> refused;         //!< likewise
    std::optional<Time> firstRefusal;      //!< when
    std::optional<SnatPortEvent> acquired; //!< the first flow got its port
    Time hold;                             //!< how long it held it
    int64_t runId{0};                      //!< number of the run in the database
};

/// Trace sink of the host agents: how long the first flow holds its port.
void
NoteHold(Outcome* outcome, const SnatPortEvent& event)
{
    const auto first = outcome->acquired.value_or(event);
    if (event.flow == first.flow && event.networkInterface == first.networkInterface)
    {
        outcome->acquired = first;
        outcome->hold = event.time - first.time;
    }
}

/// Trace sink of a generator: a connection begins.
void
CountBegun(uint64_t* begun, Time warmUp, const TrafficFlow& flow)
{
    *begun += flow.started >= warmUp;
}

/// Trace sink of a generator: a connection was refused.
void
CountRefused(Outcome* outcome,
             uint64_t* refused,
             Time warmUp,
             const TrafficFlow& flow,
             TrafficFailure /* failure */,
             bool /* isRetried */)
{
    outcome->firstRefusal = std::min(outcome->firstRefusal.value_or(flow.started), flow.started);
    *refused += flow.started >= warmUp;
}

/// Have all VMs open connections and count them.  @return them
TrafficHelper
Install(const OutboundScenarioHelper& scenario, const Plan& plan, Outcome& outcome)
{
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(plan.connections));
    traffic.SetAttribute("Arrival", MakeEnumValue(plan.arrival));
    traffic.SetAttribute("Rate", DoubleValue(plan.rate));
    traffic.SetAttribute("RequestSize", UintegerValue(0));
    traffic.SetAttribute("ResponseSize", UintegerValue(0));
    traffic.SetHoldTime(*ParseHoldTime("hold", "0s"));
    traffic.Install(scenario, plan.vms);
    traffic.AssignStreams(scenario.AssignStreams(0));
    outcome.begun.resize(plan.vms);
    outcome.refused.resize(plan.vms);
    for (uint32_t vm = 0; vm < plan.vms; ++vm)
    {
        const auto& generator = traffic.GetGenerators().at(vm);
        generator->TraceConnectWithoutContext(
            "FlowStarted",
            MakeBoundCallback(&CountBegun, &outcome.begun[vm], plan.warmUp));
        generator->TraceConnectWithoutContext(
            "FlowFailed",
            MakeBoundCallback(&CountRefused, &outcome, &outcome.refused[vm], plan.warmUp));
    }
    for (const auto& agent : scenario.GetHostAgents())
    {
        agent->TraceConnectWithoutContext("SnatPort", MakeBoundCallback(&NoteHold, &outcome));
    }
    return traffic;
}

/// Do one run.
Outcome
Simulate(const Plan& plan, const std::string& database, ProgressReporter& progress)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(plan.profile);
    scenario.SetVms(plan.vms);
    scenario.Create();
    Outcome outcome;
    const auto traffic = Install(scenario, plan, outcome);
    TraceRecorder recorder(database,
                           {"connection-rate-ceiling",
                            "load-balanced",
                            plan.profile,
                            {{"arrival", GetName(plan.arrival)},
                             {"rate", FormatDecimal(plan.rate, 4)},
                             {"connections", std::to_string(plan.connections)}}});
    scenario.Connect(recorder);
    progress.BeginRun({&traffic});
    Simulator::Run();
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// Run even intervals at each rate, and print a row each.  @return the outcomes
std::vector<Outcome>
RunPeriodic(const Options& options, ProgressReporter& progress, bool& isExpected)
{
    ResultTable table;
    table.AddRow({"even intervals", "held", "connections", "", "", "closed", "first"});
    table.AddRow({"rate (1/s)", "(s)", "in all", "refused", "(%)", "form", "refusal (s)"});
    std::vector<Outcome> outcomes;
    for (const double rate : RATES)
    {
        const auto outcome =
            Simulate({PROFILE, 1, TrafficArrival::Periodic, rate, options.connections, Seconds(0)},
                     options.database,
                     progress);
        const auto refused = outcome.refused.front();
        const auto expected = GetPeriodicRefusals(options.connections, rate, PORTS, outcome.hold);
        table.AddRow({FormatDecimal(rate, 3),
                      FormatDecimal(outcome.hold.GetSeconds(), 2),
                      std::to_string(outcome.begun.front()),
                      std::to_string(refused),
                      FormatDecimal(100.0 * static_cast<double>(refused) / options.connections, 2),
                      std::to_string(expected),
                      FormatSeconds(outcome.firstRefusal)});
        isExpected = isExpected && refused == expected;
        outcomes.push_back(outcome);
    }
    table.Print(std::cout);
    std::cout << PORTS << " ports sustain "
              << FormatDecimal(GetSustainedRate(PORTS, outcomes.front().hold), 2)
              << " connections/s\n\n";
    return outcomes;
}

/// The share of refused connections over the samples.
struct Share
{
    double mean{0};          //!< over the samples
    double standardError{0}; //!< of the mean
};

/// @return the share, with its error from the spread of the VMs
Share
GetShare(const Outcome& outcome)
{
    std::vector<double> shares;
    Share share;
    for (std::size_t vm = 0; vm < outcome.begun.size(); ++vm)
    {
        shares.push_back(static_cast<double>(outcome.refused[vm]) /
                         static_cast<double>(outcome.begun[vm]));
        share.mean += shares.back() / SAMPLES;
    }
    double squares = 0;
    for (const double each : shares)
    {
        squares += (each - share.mean) * (each - share.mean);
    }
    share.standardError = std::sqrt(squares / (SAMPLES - 1) / SAMPLES);
    return share;
}

/// Run random arrivals at each load, and print a row each.  @return number of the last run
int64_t
RunPoisson(const Options& options, Time hold, ProgressReporter& progress, bool& isExpected)
{
    ResultTable table;
    table.AddRow({"at random", "rate", "connections", "refused", "band", "Erlang-B"});
    table.AddRow({"load (Erlang)", "(1/s)", "counted", "(%)", "+- (%)", "(%)"});
    const auto profile =
        std::string(PROFILE) + "[AllocatedPorts=" + std::to_string(options.samplePorts) + "]";
    int64_t runId = 0;
    for (const double each : LOADS)
    {
        const double load = each * options.samplePorts;
        const double rate = load / hold.GetSeconds();
        const auto outcome = Simulate({profile,
                                       SAMPLES,
                                       TrafficArrival::Poisson,
                                       rate,
                                       options.randomConnections,
                                       NanoSeconds(2 * hold.GetNanoSeconds())},
                                      options.database,
                                      progress);
        const auto share = GetShare(outcome);
        const double expected = ErlangB(load, options.samplePorts);
        uint64_t counted = 0;
        for (const auto begun : outcome.begun)
        {
            counted += begun;
        }
        table.AddRow({FormatDecimal(load, 1),
                      FormatDecimal(rate, 4),
                      std::to_string(counted),
                      FormatDecimal(100 * share.mean, 2),
                      FormatDecimal(100 * T_95 * share.standardError, 2),
                      FormatDecimal(100 * expected, 2)});
        isExpected = isExpected && std::abs(share.mean - expected) <= T_99_9 * share.standardError;
        runId = outcome.runId;
    }
    table.Print(std::cout);
    return runId;
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "How many connections a second SNAT ports sustain.");
    list.AddUnsigned("connections",
                     "connections of the lone VM at even intervals, at each rate",
                     3171,
                     {1, 100000},
                     options.connections);
    list.AddUnsigned("randomConnections",
                     "connections of each of 20 VMs at random, at each load",
                     500,
                     {400, 100000},
                     options.randomConnections);
    list.AddUnsigned("ports",
                     "SNAT ports of each of those, of which two holds' connections do not count",
                     64,
                     {1, 128},
                     options.samplePorts);
    list.AddDatabase(options.database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    bool isExpected = true;
    ProgressReporter progress(static_cast<uint32_t>(std::size(RATES) + std::size(LOADS)));
    const auto outcomes = RunPeriodic(options, progress, isExpected);
    const auto last = RunPoisson(options, outcomes.front().hold, progress, isExpected);
    return ReportRuns(std::cout, options.database, outcomes.front().runId, last, isExpected);
}
