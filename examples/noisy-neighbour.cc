// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief Can a VM that opens connections and holds them keep its neighbor from opening any?
 *
 * @verbatim
   vm-0, noisy: 2600 connections ---+
                                    +--- 2,048 SNAT ports of one address --- Internet --- server
   vm-1, quiet: 500 connections  ---+
   @endverbatim
 *
 * The noisy VM opens its connections first and never closes one; the quiet one comes 30 s later.
 * Both connect to one destination, so that each connection takes a port.  Who has the ports?
 *
 * - Own blocks of 1,024: the noisy VM has 1,024 connections, the quiet one all of its 500.
 * - A shared pool, as of a NAT gateway: the noisy one has all 2,048, the quiet one none.
 * - On demand (legacy): 160 for each at the beginning, the rest for who asks first: 1,888 and 160.
 * - The same with at most 1,024 ports a VM (MaxPortsPerInterface): 1,024 and 500.
 * - Blocks of 8 by Ananta without such a limit: 8 for the quiet one: 2,040 and 8.
 *
 * Linux 6.18 shows 1,024 and 500 with blocks of their own, 2,048 and 0 with a shared pool.
 *
 * @verbatim
   $ ./azure-net run noisy-neighbour
   connections     noisy VM  quiet VM  by arithmetic      Linux
   own blocks          1024       500      1024, 500  1024, 500
   NAT gateway         2048         0        2048, 0    2048, 0
   on demand           1888       160      1888, 160          -
     at most 1024      1024       500      1024, 500          -
   Ananta              2040         8        2040, 8          -
   database noisy-neighbour.db: runs 1 to 5 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when all counts are these; otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t NOISY = 2600; // connections
constexpr uint32_t QUIET = 500;
constexpr double RATE = 200; // connections a second
constexpr double QUIET_BEGINS_S = 30;
constexpr double END_S = 60;
constexpr const char* NAT_GATEWAY = "nat-gateway-0";

/// One way to share ports.
struct Scheme
{
    const char* name;    //!< for the table
    const char* profile; //!< text form; of the NAT gateway, if there is one
    bool hasNatGateway;  //!< or else a load balancer
    uint32_t noisy;      //!< connections of the noisy VM, by arithmetic
    uint32_t quiet;      //!< of the quiet one
    const char* kernel;  //!< what Linux shows
};

/// What is compared.
constexpr Scheme SCHEMES[] = {
    {"own blocks",
     "2018[AllocatedPorts=1024|PortsPerPublicAddress=2048]",
     false,
     1024,
     500,
     "1024, 500"},
    {"NAT gateway", "nat-gateway[PortsPerPublicAddress=2048]", true, 2048, 0, "2048, 0"},
    {"on demand", "legacy-on-demand[PortsPerPublicAddress=2048]", false, 1888, 160, "-"},
    {"  at most 1024",
     "legacy-on-demand[PortsPerPublicAddress=2048|MaxPortsPerInterface=1024]",
     false,
     1024,
     500,
     "-"},
    {"Ananta", "ananta[PortsPerPublicAddress=2048]", false, 2040, 8, "-"},
};

/// What one run showed.
struct Outcome
{
    uint64_t noisy{0};                  //!< connections of the noisy VM
    uint64_t quiet{0};                  //!< of the quiet one
    std::optional<std::string> problem; //!< a broken law
    int64_t runId{0};                   //!< number of the run in the database
};

/// Have a VM open connections that stay.
void
Configure(TrafficHelper& traffic, uint32_t connections)
{
    traffic.SetAttribute("Flows", UintegerValue(connections));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(RATE));
}

/// Run one scheme.
Outcome
Simulate(const Scheme& scheme, const std::string& database, ProgressReporter& progress)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    if (scheme.hasNatGateway)
    {
        scenario.AddNatGateway(NAT_GATEWAY);
        scenario.SetNatGatewayProfile(scheme.profile);
    }
    else
    {
        scenario.SetProfile(scheme.profile);
    }
    scenario.SetVms(2);
    scenario.Create();
    TrafficHelper noisy;
    TrafficHelper quiet;
    Configure(noisy, NOISY);
    Configure(quiet, QUIET);
    noisy.Install(scenario, 1);
    quiet.InstallGenerators(scenario, {1});
    quiet.GetGenerators().front()->SetStartTime(Seconds(QUIET_BEGINS_S));
    auto stream = scenario.AssignStreams(0);
    stream += noisy.AssignStreams(stream);
    quiet.AssignStreams(stream);

    TraceRecorder recorder(
        database,
        {"noisy-neighbour", "load-balanced", scheme.profile, {{"scheme", scheme.name}}});
    scenario.Connect(recorder);
    progress.BeginRun({&noisy, &quiet}, Seconds(END_S));
    Simulator::Stop(Seconds(END_S));
    Simulator::Run();
    const Outcome outcome{noisy.GetGenerators().front()->GetEstablished(),
                          quiet.GetGenerators().front()->GetEstablished(),
                          scenario.CheckInvariants(),
                          recorder.GetRunId()};
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList list(__FILE__, "Whether a VM can take all SNAT ports away from its neighbor.");
    list.AddDatabase(database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    ResultTable table;
    table.AddRow({"connections", "noisy VM", "quiet VM", "by arithmetic", "Linux"});
    ProgressReporter progress(static_cast<uint32_t>(std::size(SCHEMES)));
    bool isExpected = true;
    int64_t firstRun = 0;
    int64_t lastRun = 0;
    for (const auto& scheme : SCHEMES)
    {
        const auto outcome = Simulate(scheme, database, progress);
        if (outcome.problem)
        {
            std::cerr << "noisy-neighbour: " << *outcome.problem << std::endl;
        }
        isExpected = isExpected && !outcome.problem && outcome.noisy == scheme.noisy &&
                     outcome.quiet == scheme.quiet;
        lastRun = outcome.runId;
        firstRun = firstRun == 0 ? lastRun : firstRun;
        table.AddRow({scheme.name,
                      std::to_string(outcome.noisy),
                      std::to_string(outcome.quiet),
                      std::to_string(scheme.noisy) + ", " + std::to_string(scheme.quiet),
                      scheme.kernel});
    }
    table.Print(std::cout);
    return ReportRuns(std::cout, database, firstRun, lastRun, isExpected);
}
