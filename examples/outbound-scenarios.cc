// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-scenario-capture.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-traffic-statistics.h"
#include "ns3/callback.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * @brief The three ways to the Internet side by side: where do SNAT ports run out?
 *
 * @verbatim
             10.0.0.0/9                       198.18.0.0/16         198.19.0.0/16
   vm-0 ----+
   vm-1 ----+--- hosts --- fabric router --- load-balancer mux
    ...     |                    |
   vm-119 --+               edge router --- Internet --- server
   @endverbatim
 *
 * The same VM opens the same connections to one server, 100 a second, and closes none:
 * - standalone, it has the 1,024 ports of a pool of one (sources.rst B.1);
 * - load-balanced, it has the 256 ports of a member of a pool of 120;
 * - with an instance-level public IP it needs none (S0-31).
 *
 * @verbatim
   $ ./azure-net run outbound-scenarios
   scenario                  standalone  load-balanced    public-ip
   address the server sees  198.18.16.1     198.18.0.1  198.18.32.1
   flows attempted                 1100           1100         1100
   flows established               1024            256         1100
   flows refused                     76            844            0
   SNAT ports allocated            1024            256            0
   SNAT ports used (peak)          1024            256            0
   first refusal (s)          10.240010       2.560010            -
   database outbound-scenarios.db: runs 1 to 3 added
   ok
   @endverbatim
 *
 * Ports run out at (ports / rate): with all ports taken the next flow is refused.
 *
 * The three runs are added to the database, so its runs are three more each time.  The last line
 * printed is "ok" when addresses and numbers are those that Azure's documents lead to.  Otherwise
 * the exit status is 1.
 *
 * Facts: S0-03, S0-04, S0-05, S0-06, S0-33
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

/// What the command line can change; the defaults reproduce the table above.
struct Options
{
    uint32_t vms{0};        //!< VMs; in the load-balanced scenario the size of the pool
    uint32_t flows{0};      //!< connections that the first VM opens
    uint32_t rate{0};       //!< connections per second
    std::string database;   //!< SQLite file for the traces
    CaptureOptions capture; //!< files with packets, if any
};

/// A scenario, and what Azure's documents lead to.
struct Expectation
{
    OutboundScenario scenario;
    const char* address; //!< the server sees
    uint32_t ports;      //!< SNAT ports the VM has; 0 where it needs none
};

/// What one run showed.
struct Outcome
{
    std::set<Ipv4Address> addresses;      //!< the server saw
    TrafficCounts flows;                  //!< as the application sees them
    FlowCounts ports;                     //!< as the host agents see them
    int64_t runId{0};                     //!< number of the run in the database
    std::optional<std::string> brokenLaw; //!< that a host agent or the mux found; none if all hold
};

/// Trace sink of the server: note whom it sees.
void
NoteAddress(std::set<Ipv4Address>* addresses, const TrafficRequest& request)
{
    addresses->insert(request.key.GetSource());
}

/// @return the options, or nothing if they are refused
std::optional<Options>
ParseCommandLine(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "The three ways to the Internet side by side.");
    list.AddUnsigned("vms", "VMs; size of the backend pool", 120, {1, MAX_POOL_SIZE}, options.vms);
    list.AddUnsigned("flows",
                     "connections that the first VM opens",
                     1100,
                     {1, 10000},
                     options.flows);
    list.AddUnsigned("rate", "connections per second", 100, {50, 1000000}, options.rate);
    list.AddDatabase(options.database);
    options.capture.AddTo(list);
    if (!list.Accept(argc, argv))
    {
        return std::nullopt;
    }
    return options;
}

/// @return who the run is, for the database
RunDescription
Describe(const Options& options, OutboundScenario scenario)
{
    return {"outbound-scenarios",
            GetName(scenario),
            "2017",
            {{"vms", std::to_string(options.vms)},
             {"flows", std::to_string(options.flows)},
             {"rate", std::to_string(options.rate)}}};
}

/// Run one scenario, until no connection is tracked any more.
Outcome
Simulate(const Options& options, OutboundScenario outboundScenario, ProgressReporter& progress)
{
    OutboundScenarioHelper scenario(outboundScenario);
    scenario.SetVms(options.vms);
    scenario.Create();
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(options.flows));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(options.rate));
    traffic.Install(scenario, 1);
    traffic.AssignStreams(scenario.AssignStreams(0));

    Outcome outcome;
    TraceRecorder recorder(options.database, Describe(options, outboundScenario));
    FlowStatistics ports;
    TrafficStatistics flows;
    ScenarioCapture capture(options.capture, GetName(outboundScenario));
    scenario.Connect(recorder);
    scenario.Connect(capture);
    scenario.Connect(ports);
    flows.Connect(traffic.GetGenerators().front());
    flows.Connect(scenario.GetHostAgents().front());
    progress.BeginRun({&traffic});
    traffic.GetServers().front()->TraceConnectWithoutContext(
        "Request",
        MakeBoundCallback(&NoteAddress, &outcome.addresses));
    Simulator::Run();

    outcome.flows = flows.GetTotals();
    outcome.ports = ports.GetTotals();
    outcome.runId = recorder.GetRunId();
    outcome.brokenLaw = scenario.CheckInvariants();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return the addresses as text, "-" for none
std::string
Join(const std::set<Ipv4Address>& addresses)
{
    std::ostringstream os;
    for (const auto& address : addresses)
    {
        os << (os.tellp() > 0 ? "," : "") << address;
    }
    return addresses.empty() ? "-" : os.str();
}

/// Print the outcomes, a column each.
void
Print(const std::vector<Expectation>& expectations, const std::vector<Outcome>& outcomes)
{
    std::vector<std::vector<std::string>> rows{{"scenario"},
                                               {"address the server sees"},
                                               {"flows attempted"},
                                               {"flows established"},
                                               {"flows refused"},
                                               {"SNAT ports allocated"},
                                               {"SNAT ports used (peak)"},
                                               {"first refusal (s)"}};
    for (std::size_t i = 0; i < outcomes.size(); ++i)
    {
        const auto& [addresses, flows, ports, runId, brokenLaw] = outcomes[i];
        rows[0].push_back(GetName(expectations[i].scenario));
        rows[1].push_back(Join(addresses));
        rows[2].push_back(std::to_string(flows.attempted));
        rows[3].push_back(std::to_string(flows.established));
        rows[4].push_back(std::to_string(flows.refused));
        rows[5].push_back(std::to_string(ports.portsAllocated));
        rows[6].push_back(std::to_string(ports.peakPortsUsed));
        rows[7].push_back(FormatSeconds(ports.firstRefusal));
    }
    ResultTable table;
    for (const auto& row : rows)
    {
        table.AddRow(row);
    }
    table.Print(std::cout);
}

/// @return whether the outcome is the expected one; if not, says so on standard error
bool
IsExpected(const Options& options, const Expectation& expectation, const Outcome& outcome)
{
    const auto ports = expectation.ports;
    const auto established = ports == 0 ? options.flows : std::min(options.flows, ports);
    // Flow number i, counted from 0, begins at i / rate; it reaches the host agent 1 ms later at
    // most.
    const auto refusal = outcome.ports.firstRefusal.value_or(Time()).GetSeconds() -
                         static_cast<double>(ports) / options.rate;
    const bool isRefusalRight = established == options.flows ? !outcome.ports.firstRefusal
                                                             : refusal >= 0 && refusal < 0.001;
    if (!outcome.brokenLaw && Join(outcome.addresses) == expectation.address &&
        outcome.flows.established == established &&
        outcome.flows.refused == options.flows - established &&
        outcome.ports.portsAllocated == ports &&
        outcome.ports.peakPortsUsed == std::min(options.flows, ports) && isRefusalRight)
    {
        return true;
    }
    std::cerr << "outbound-scenarios: " << GetName(expectation.scenario) << ": expected address "
              << expectation.address << ", " << established << " flows established, " << ports
              << " ports; " << outcome.brokenLaw.value_or("") << std::endl;
    return false;
}

} // namespace

int
main(int argc, char* argv[])
{
    const auto options = ParseCommandLine(argc, argv);
    if (!options)
    {
        return 1;
    }
    const std::vector<Expectation> expectations{
        {OutboundScenario::Standalone, "198.18.16.1", GetTierPorts(1)},
        {OutboundScenario::LoadBalanced, "198.18.0.1", GetTierPorts(options->vms)},
        {OutboundScenario::PublicIp, "198.18.32.1", 0},
    };
    ProgressReporter progress(static_cast<uint32_t>(expectations.size()));
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto& expectation : expectations)
    {
        outcomes.push_back(Simulate(*options, expectation.scenario, progress));
        isExpected = IsExpected(*options, expectation, outcomes.back()) && isExpected;
    }
    Print(expectations, outcomes);
    return ReportRuns(std::cout,
                      options->database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      isExpected);
}
