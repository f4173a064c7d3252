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
#include "ns3/azure-traffic-statistics.h"
#include "ns3/azure-vm-stack.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

/**
 * @file
 * @brief How many connections to one destination fit behind one public address?
 *
 * @verbatim
   vm-0: 64,513 connections --- host --- fabric router --- edge router --- Internet --- server
                                               |
                              load-balancer mux, 198.18.0.1: 64,512 SNAT ports
   @endverbatim
 *
 * A port number has 16 bits, and the first 1,024 are nobody's: 65,536 - 1,024 = 64,512 ports of an
 * address are left (sources.rst B.1), here all of them for one VM.  It opens 10,000 connections a
 * second to one destination and closes none; each takes a port of its own.  The 64,513th finds
 * none, and is refused.
 *
 * @verbatim
   $ ./azure-net run full-address
   SNAT     most  connections                              first
   ports  in use    attempted  established  refused  refusal (s)
   64512   64512        64513        64512        1     6.451210
   database full-address.db: run 1 added
   ok
   @endverbatim
 *
 * The transport is the compact one, as ns-3's sockets would take hours (--transport=socket with
 * --ports=1000 shows the same in small).
 *
 * The last line printed is "ok" when as many connections are established as there are ports, each
 * with one of its own, one is refused, and the laws of conservation hold.  Otherwise the exit
 * status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t ALL_PORTS = 65536 - 1024; // of an address (sources.rst B.1)
constexpr double RATE = 10000;               // connections a second
constexpr double LAST_ANSWER_S = 5;          // after the last connection begins
constexpr uint16_t FIRST_SOURCE_PORT = 1000; // so that the VM has a port for one connection more

/// What a run showed.
struct Outcome
{
    TrafficCounts flows;               //!< as the application sees them
    FlowCounts ports;                  //!< as the host agent sees them
    std::optional<std::string> broken; //!< law of conservation
    int64_t runId{0};                  //!< number of the run in the database
};

/// Run the simulation.
Outcome
Simulate(uint32_t portCount, TrafficTransport transport, const std::string& database)
{
    const auto profile = "2018[AllocatedPorts=" + std::to_string(portCount) +
                         "|PortsPerPublicAddress=" + std::to_string(portCount) + "]";
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(profile);
    scenario.SetVmStack(transport == TrafficTransport::Compact ? VmStack::Compact
                                                               : VmStack::Internet);
    scenario.Create();
    const uint32_t connections = portCount + 1;
    TrafficHelper traffic;
    traffic.SetAttribute("Transport", MakeEnumValue(transport));
    traffic.SetAttribute("Flows", UintegerValue(connections));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(RATE));
    traffic.SetAttribute("FirstSourcePort", UintegerValue(FIRST_SOURCE_PORT));
    traffic.Install(scenario, 1);
    traffic.AssignStreams(scenario.AssignStreams(0));

    const auto stop = Seconds(connections / RATE + LAST_ANSWER_S);
    FlowStatistics ports;
    TrafficStatistics flows;
    ProgressReporter progress(1);
    progress.BeginRun({&traffic}, stop);
    TraceRecorder recorder(
        database,
        {"full-address",
         "load-balanced",
         profile,
         {{"ports", std::to_string(portCount)}, {"transport", GetName(transport)}}});
    scenario.Connect(recorder);
    scenario.Connect(ports);
    flows.Connect(scenario.GetHostAgents().front());
    flows.Connect(traffic.GetGenerators().front());
    Simulator::Stop(stop);
    Simulator::Run();
    const Outcome outcome{flows.GetTotals(),
                          ports.GetTotals(),
                          scenario.CheckInvariants(),
                          recorder.GetRunId()};
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// Print the table.
void
Print(const Outcome& outcome)
{
    ResultTable table;
    table.AddRow({"SNAT", "most", "connections", "", "", "first"});
    table.AddRow({"ports", "in use", "attempted", "established", "refused", "refusal (s)"});
    table.AddRow({std::to_string(outcome.ports.portsAllocated),
                  std::to_string(outcome.ports.peakPortsUsed),
                  std::to_string(outcome.flows.attempted),
                  std::to_string(outcome.flows.established),
                  std::to_string(outcome.flows.refused),
                  FormatSeconds(outcome.ports.firstRefusal)});
    table.Print(std::cout);
}

/// @return whether all ports are taken, and one connection is without
bool
IsFull(const Outcome& outcome, uint32_t portCount)
{
    return outcome.flows.attempted == portCount + 1 && outcome.flows.established == portCount &&
           outcome.flows.refused == 1 && outcome.ports.established == portCount &&
           outcome.ports.refused == 1 && outcome.ports.portsAllocated == portCount &&
           outcome.ports.peakPortsUsed == portCount;
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t portCount = 0;
    auto transport = TrafficTransport::Compact;
    std::string database;
    OptionList list(__FILE__, "How many connections to one destination fit behind one address.");
    list.AddUnsigned("ports", "SNAT ports of the address", ALL_PORTS, {1, ALL_PORTS}, portCount);
    list.AddParsed("transport",
                   "what carries the connections: socket (ns-3's own, slow beyond some thousands) "
                   "or compact",
                   "compact",
                   &ParseTrafficTransport,
                   transport);
    list.AddDatabase(database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    const auto outcome = Simulate(portCount, transport, database);
    Print(outcome);
    if (outcome.broken)
    {
        std::cerr << "full-address: " << *outcome.broken << std::endl;
    }
    return ReportRuns(std::cout,
                      database,
                      outcome.runId,
                      outcome.runId,
                      IsFull(outcome, portCount) && !outcome.broken);
}
