// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-hold-time.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-parse.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-scenario-capture.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
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
 * With --noisyRate and --noisyHold the noisy VM becomes an attacker who opens short connections for
 * as long as the run lasts, if there are enough --noisyFlows; --quietBegins leaves it time.
 *
 * The last line printed is "ok" when all counts are these; with other options when the quiet VM has
 * all of its connections where the noisy one can have no more than 1,024 ports.  Otherwise the exit
 * status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t NOISY = 2600; // connections
constexpr uint32_t QUIET = 500;
constexpr double RATE = 200;  // connections a second
constexpr double STAY_S = 30; // of the quiet VM, from its beginning to the end of the run
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

/// What the command line can change.
struct Options
{
    uint32_t flows{0};      //!< connections of the noisy VM
    double rate{0};         //!< of them, a second
    HoldTime hold;          //!< how long it keeps each
    Time begins;            //!< when the quiet VM does
    bool isDefault{true};   //!< the noisy VM does what SCHEMES has arithmetic for
    std::string database;   //!< SQLite file for the traces
    CaptureOptions capture; //!< files with packets, if any
};

/// What one run showed.
struct Outcome
{
    uint64_t noisy{0};                  //!< connections of the noisy VM
    uint64_t quiet{0};                  //!< of the quiet one
    std::optional<std::string> problem; //!< a broken law
    int64_t runId{0};                   //!< number of the run in the database
};

/// Have a VM open connections.
void
Configure(TrafficHelper& traffic, uint32_t connections, double rate)
{
    traffic.SetAttribute("Flows", UintegerValue(connections));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(rate));
    traffic.SetAttribute("Transport", MakeEnumValue(TrafficTransport::Compact));
}

/// @return who the run is, for the database
RunDescription
Describe(const Scheme& scheme, const std::vector<std::pair<std::string, std::string>>& texts)
{
    RunDescription description{"noisy-neighbour", "load-balanced", scheme.profile, {}};
    const std::string name = scheme.name;
    description.parameters.emplace_back("scheme", name.substr(name.find_first_not_of(' ')));
    for (const auto& [option, text] : texts)
    {
        if (option != "db" && !CaptureOptions::IsOption(option))
        {
            description.parameters.emplace_back(option, text);
        }
    }
    return description;
}

/// @return the scheme's number, from 1, for names of files
std::string
GetFileName(const Scheme& scheme)
{
    return "case-" + std::to_string(&scheme - SCHEMES + 1);
}

/// Run one scheme.
Outcome
Simulate(const Scheme& scheme,
         const Options& options,
         const RunDescription& description,
         ProgressReporter& progress)
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
    scenario.SetVmStack(VmStack::Compact);
    scenario.Create();
    TrafficHelper noisy;
    TrafficHelper quiet;
    Configure(noisy, options.flows, options.rate);
    noisy.SetHoldTime(options.hold);
    Configure(quiet, QUIET, RATE);
    noisy.Install(scenario, 1);
    quiet.InstallGenerators(scenario, {1});
    quiet.GetGenerators().front()->SetStartTime(options.begins);
    auto stream = scenario.AssignStreams(0);
    stream += noisy.AssignStreams(stream);
    quiet.AssignStreams(stream);

    TraceRecorder recorder(options.database, description);
    ScenarioCapture capture(options.capture, GetFileName(scheme));
    scenario.Connect(recorder);
    scenario.Connect(capture);
    const auto end = options.begins + Seconds(STAY_S);
    progress.BeginRun({&noisy, &quiet}, end);
    Simulator::Stop(end);
    Simulator::Run();
    const Outcome outcome{noisy.GetGenerators().front()->GetEstablished(),
                          quiet.GetGenerators().front()->GetEstablished(),
                          scenario.CheckInvariants(),
                          recorder.GetRunId()};
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return whether the run showed what it should
bool
IsExpected(const Scheme& scheme, const Options& options, const Outcome& outcome)
{
    // Whatever the noisy VM does, a VM that it can take at most 1,024 ports from has all of its
    // own.
    const bool isProtected = scheme.quiet == QUIET;
    return !outcome.problem &&
           (options.isDefault ? outcome.noisy == scheme.noisy && outcome.quiet == scheme.quiet
                              : !isProtected || outcome.quiet == QUIET);
}

/// Add the options.
void
AddTo(OptionList& list, Options& options)
{
    list.AddUnsigned("noisyFlows",
                     "connections of the noisy VM",
                     NOISY,
                     {1, 1000000},
                     options.flows);
    list.Add("noisyRate",
             "connections of the noisy VM per second, above 0",
             "200",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.rate = ParseDouble(text).value_or(0);
                 return options.rate > 0
                            ? std::nullopt
                            : std::make_optional("noisyRate: '" + text +
                                                 "' is not allowed; give a number above 0");
             });
    list.AddParsed("noisyHold",
                   "how long the noisy VM keeps a connection: 2s, exponential:2s, or none for the "
                   "end of the run",
                   "none",
                   &ParseHoldTime,
                   options.hold);
    list.Add("quietBegins",
             "when the quiet VM begins, above 0s; the run ends 30 s later",
             "30s",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.begins = ParseTime(text).value_or(Time());
                 return options.begins.IsStrictlyPositive()
                            ? std::nullopt
                            : std::make_optional("quietBegins: '" + text +
                                                 "' is not allowed; give a time above 0s");
             });
    list.AddDatabase(options.database);
    options.capture.AddTo(list);
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "Whether a VM can take all SNAT ports away from its neighbor.");
    AddTo(list, options);
    const auto defaults = list.GetTexts();
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    const auto texts = list.GetTexts();
    options.isDefault = std::equal(texts.begin(), texts.begin() + 4, defaults.begin());
    ResultTable table;
    table.AddRow({"connections", "noisy VM", "quiet VM", "by arithmetic", "Linux"});
    ProgressReporter progress(static_cast<uint32_t>(std::size(SCHEMES)));
    bool isExpected = true;
    int64_t firstRun = 0;
    int64_t lastRun = 0;
    for (const auto& scheme : SCHEMES)
    {
        const auto outcome = Simulate(scheme, options, Describe(scheme, texts), progress);
        if (outcome.problem)
        {
            std::cerr << "noisy-neighbour: " << *outcome.problem << std::endl;
        }
        isExpected = IsExpected(scheme, options, outcome) && isExpected;
        lastRun = outcome.runId;
        firstRun = firstRun == 0 ? lastRun : firstRun;
        const auto quiet = scheme.quiet == QUIET ? "-, " + std::to_string(QUIET) : "-";
        table.AddRow({scheme.name,
                      std::to_string(outcome.noisy),
                      std::to_string(outcome.quiet),
                      options.isDefault
                          ? std::to_string(scheme.noisy) + ", " + std::to_string(scheme.quiet)
                          : quiet,
                      options.isDefault ? scheme.kernel : "-"});
    }
    table.Print(std::cout);
    return ReportRuns(std::cout, options.database, firstRun, lastRun, isExpected);
}
