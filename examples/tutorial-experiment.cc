// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-net-module.h"
#include "ns3/core-module.h"

#include <algorithm>
#include <iostream>
#include <string>

/**
 * @file
 * @brief How many connections does a VM get that talks to several servers?
 *
 * The first program of doc/tutorial.rst, which takes it apart.
 *
 * @verbatim
   vm-0, 1,100 connections ---+                                       +--- server address 1
   vm-1                    ---+--- load balancer: 256 ports a VM -----+--- server address 2
    ...                       |                                       |     ...
   vm-119                  ---+                                       +--- server address 8
   @endverbatim
 *
 * In 2017 two connections may share a SNAT port if their destination addresses differ (S0-17,
 * S0-20), so a port can be used once for each destination.
 *
 * @verbatim
   $ ./azure-net run tutorial-experiment
   destinations  established  ports x destinations
   1                     256                   256
   2                     512                   512
   4                    1024                  1024
   8                    1100                  2048
   database tutorial-experiment.db: runs 1 to 4 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when each VM got all the connections that its ports are good for,
 * and no more.  Otherwise the exit status is 1.
 *
 * Facts: S0-17, S0-20
 */

// tutorial: begin
using namespace ns3;
using namespace ns3::azure;

namespace
{

const std::string PROFILE = "2017"; // Azure as documented then
constexpr uint32_t FLOWS = 1100;    // connections that the VM opens
constexpr uint32_t VMS = 120;       // members of the backend pool
constexpr uint32_t PORTS = 256;     // of each, in a pool of 101 to 200 (doc/sources.rst, S0-41)

// tutorial: simulate
/// @return how many connections were established @param runId number of the run in the database
uint64_t
Simulate(uint32_t destinations, const std::string& database, int64_t& runId)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(PROFILE);
    scenario.SetVms(VMS);
    scenario.SetServerAddresses(destinations);
    scenario.Create();

    TrafficHelper traffic; // the VM opens connections to the addresses in turn, and closes none
    traffic.SetAttribute("Flows", UintegerValue(FLOWS));
    traffic.SetAttribute("Rate", DoubleValue(100));
    traffic.SetAttribute("Arrival", StringValue("Periodic"));
    traffic.Install(scenario, 1); // on one VM, and its servers on all addresses
    traffic.AssignStreams(scenario.AssignStreams(0));

    const std::string count = std::to_string(destinations);
    TraceRecorder recorder(
        database,
        {"tutorial-experiment", "load-balanced", PROFILE, {{"destinations", count}}});
    scenario.Connect(recorder);
    Simulator::Stop(Seconds(20));
    Simulator::Run();
    const auto established = traffic.GetGenerators().front()->GetEstablished();
    runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return established;
}

// tutorial: main
} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList options(__FILE__, "How far ports go with several destinations.");
    options.AddDatabase(database); // --db
    if (!options.Accept(argc, argv))
    {
        return 1;
    }
    ResultTable table;
    table.AddRow({"destinations", "established", "ports x destinations"});
    bool isExpected = true;
    int64_t firstRun = 0;
    int64_t lastRun = 0;
    for (const uint32_t destinations : {1, 2, 4, 8})
    {
        const auto established = Simulate(destinations, database, lastRun);
        firstRun = firstRun == 0 ? lastRun : firstRun;
        const auto most = PORTS * destinations;
        isExpected = isExpected && established == std::min(FLOWS, most);
        table.AddRow(
            {std::to_string(destinations), std::to_string(established), std::to_string(most)});
    }
    table.Print(std::cout);
    return ReportRuns(std::cout, database, firstRun, lastRun, isExpected);
}
// tutorial: end
