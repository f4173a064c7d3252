// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-vm-stack.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief What is left for each VM of the largest backend pool?
 *
 * @verbatim
   vm-0   ---+
     ...     +--- 50 hosts --- fabric router --- load-balancer mux, 198.18.0.1
   vm-999 ---+                      |
                               edge router --- Internet --- server
   @endverbatim
 *
 * A pool has up to 1,000 VMs, and then each of them has 32 SNAT ports (sources.rst B.1: 801 to
 * 1,000).  All VMs open 40 connections at once, to one destination: of each VM's, 32 get a port and
 * 8 are refused, whatever its neighbors do.
 *
 * @verbatim
   $ ./azure-net run full-pool
   of 1000 VMs              least  most  in all
   SNAT ports                  32    32   32000
   connections attempted       40    40   40000
   connections established     32    32   32000
   connections refused          8     8    8000
   most SNAT ports in use      32    32   32000
   database full-pool.db: run 1 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when every VM has exactly 32 ports, connections established and
 * ports in use, and 8 connections refused.  Otherwise the exit status is 1.
 *
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t VMS = 1000;
constexpr uint32_t PORTS = 32;       // of each VM (sources.rst B.1)
constexpr uint32_t CONNECTIONS = 40; // of each VM
constexpr double END_S = 5;
constexpr const char* PROFILE = "2018";

/// What a run showed.
struct Outcome
{
    std::vector<FlowCounts> vms;       //!< by VM
    FlowCounts all;                    //!< sum
    std::optional<std::string> broken; //!< law of conservation
    int64_t runId{0};                  //!< number of the run in the database
};

/// Run the simulation.
Outcome
Simulate(const std::string& database)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(PROFILE);
    scenario.SetVms(VMS);
    scenario.SetVmStack(VmStack::Compact);
    scenario.Create();
    TrafficHelper traffic;
    traffic.SetAttribute("Transport", MakeEnumValue(TrafficTransport::Compact));
    traffic.SetAttribute("Flows", UintegerValue(CONNECTIONS));
    traffic.Install(scenario, VMS);
    traffic.AssignStreams(scenario.AssignStreams(0));

    FlowStatistics statistics;
    ProgressReporter progress(1);
    progress.BeginRun({&traffic}, Seconds(END_S));
    TraceRecorder recorder(database,
                           {"full-pool", "load-balanced", PROFILE, {{"vms", std::to_string(VMS)}}});
    scenario.Connect(recorder);
    scenario.Connect(statistics);
    Simulator::Stop(Seconds(END_S));
    Simulator::Run();
    Outcome outcome{{}, statistics.GetTotals(), scenario.CheckInvariants(), recorder.GetRunId()};
    for (const auto& [networkInterface, counts] : statistics.GetAllCounts())
    {
        outcome.vms.push_back(counts);
    }
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return a row of the table: the least and the most that one of the VMs has, and the sum
std::vector<std::string>
MakeRow(const std::string& name, const Outcome& outcome, uint64_t (*get)(const FlowCounts&))
{
    uint64_t sum = 0;
    uint64_t least = get(outcome.vms.front());
    uint64_t most = least;
    for (const auto& vm : outcome.vms)
    {
        sum += get(vm);
        least = std::min(least, get(vm));
        most = std::max(most, get(vm));
    }
    return {name, std::to_string(least), std::to_string(most), std::to_string(sum)};
}

/// Print the table.
void
Print(const Outcome& outcome)
{
    ResultTable table;
    table.AddRow({"of " + std::to_string(VMS) + " VMs", "least", "most", "in all"});
    table.AddRow(MakeRow("SNAT ports", outcome, [](const FlowCounts& vm) {
        return uint64_t{vm.portsAllocated};
    }));
    table.AddRow(MakeRow("connections attempted", outcome, [](const FlowCounts& vm) {
        return vm.attempted;
    }));
    table.AddRow(MakeRow("connections established", outcome, [](const FlowCounts& vm) {
        return vm.established;
    }));
    table.AddRow(
        MakeRow("connections refused", outcome, [](const FlowCounts& vm) { return vm.refused; }));
    table.AddRow(MakeRow("most SNAT ports in use", outcome, [](const FlowCounts& vm) {
        return uint64_t{vm.peakPortsUsed};
    }));
    table.Print(std::cout);
}

/// @return whether a VM has all of its ports in use, and as many connections refused as are left
bool
IsExhausted(const FlowCounts& vm)
{
    return vm.portsAllocated == PORTS && vm.peakPortsUsed == PORTS && vm.attempted == CONNECTIONS &&
           vm.established == PORTS && vm.refused == CONNECTIONS - PORTS;
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList list(__FILE__, "What is left for each VM of the largest backend pool.");
    list.AddDatabase(database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    const auto outcome = Simulate(database);
    Print(outcome);
    if (outcome.broken)
    {
        std::cerr << "full-pool: " << *outcome.broken << std::endl;
    }
    const bool isExpected = !outcome.broken && outcome.vms.size() == VMS &&
                            outcome.all.peakPortsUsed == VMS * PORTS &&
                            std::all_of(outcome.vms.begin(), outcome.vms.end(), &IsExhausted);
    return ReportRuns(std::cout, database, outcome.runId, outcome.runId, isExpected);
}
