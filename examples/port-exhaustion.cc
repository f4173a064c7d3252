// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-parse.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-traffic-statistics.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

// clang-format off
/**
 * @file
 * @brief When do a VM's SNAT ports run out?  The workbench: every quantity is an option.
 *
 * @verbatim
            10.0.0.0/9                       198.18.0.1            198.19.0.0/16
   vm-0 ---+
   vm-1 ---+--- hosts --- fabric router --- load-balancer mux
    ...    |                    |
   vm-N ---+               edge router --- Internet --- servers
   @endverbatim
 *
 * VMs open flows to the servers; each flow needs a SNAT port that no other flow to the same
 * destination uses.  A pool of 120 VMs leaves each of them 256 ports (azure-facts B.1), so of 300
 * connections to one destination address 44 are refused:
 *
 * @verbatim
   $ ./azure-net run port-exhaustion --vms=120 --flows=300
           flows                               SNAT ports   SNAT ports        first
   vm  attempted  established  refused  other   allocated  used (peak)  refusal (s)
   0         300          256       44      0         256          256     0.000011
   result attempted=300 established=256 refused=44 portsAllocated=256 peakPortsUsed=256 firstRefusal_s=0.000011
   @endverbatim
 *
 * Each VM that opens flows has a row, where there are up to 20 of them; the row "all" has the sums,
 * and of the ports the most that were in use at once.  Flows are counted as the application sees
 * them: one that is refused, and gets its port when it is tried again, is established.
 *
 * The program checks itself: the laws of conservation hold when the run is over; without retries
 * host agents and applications count the same; and if all flows begin at once and none ends, the
 * number established agrees with its closed form.  Otherwise the exit status is 1.
 */
// clang-format on

using namespace ns3;
using namespace ns3::azure;

namespace
{

/// Most rows of VMs; with more there is only the row of all.
constexpr uint32_t MAX_ROWS = 20;

/// Longest time over which flows may begin, some 31 years: ns3::Time holds 292.
constexpr double MAX_ARRIVAL_SECONDS = 1e9;

/// What the command line can change; AddOptions() has defaults, units and what is allowed.
struct Options
{
    OutboundScenario scenario{OutboundScenario::LoadBalanced};
    Profile profile;
    uint32_t vms{0};
    uint32_t activeVms{0};
    uint32_t flows{0};
    uint32_t destinations{0};
    uint32_t destinationPorts{0};
    std::optional<double> skew; //!< Zipf exponent; none: in turn
    TrafficArrival arrival{TrafficArrival::Burst};
    double rate{0}; //!< flows per second and VM
    HoldTime hold;
    TrafficClose close{TrafficClose::Fin};
    IpProtocol protocol{IpProtocol::Tcp};
    uint32_t frontends{0};
    uint32_t synAttempts{0};
    RetryPolicy retry;
    std::optional<Time> stop; //!< none: when nothing is left to happen
    std::string database;     //!< file; empty for none
};

/// The line that refuses a text.
std::string
Refuse(const std::string& field, const std::string& text, const std::string& allowed)
{
    return Parsed<bool>::Refuse(field, text, allowed).GetError();
}

/// Options about who is there.
void
AddSetupOptions(OptionList& list, Options& options)
{
    list.Add("profile",
             "Azure's behavior: 2016, 2017, 2018 or 2023; in brackets what differs from it, as in "
             "2018[FinHold=30s|RstHold=5s]",
             "2017",
             [&options](const std::string& text) -> std::optional<std::string> {
                 const auto parsed = ParseProfile(text);
                 options.profile = parsed.profile.value_or(Profile());
                 return parsed.profile ? std::nullopt : std::make_optional(parsed.error);
             });
    list.Add("scenario",
             "How the VMs reach the Internet: standalone, load-balanced or public-ip",
             "load-balanced",
             [&options](const std::string& text) -> std::optional<std::string> {
                 const auto scenario = FindOutboundScenario(text);
                 options.scenario = scenario.value_or(options.scenario);
                 return scenario ? std::nullopt
                                 : std::make_optional(Refuse("scenario",
                                                             text,
                                                             "standalone, load-balanced or "
                                                             "public-ip"));
             });
    list.AddUnsigned("vms", "VMs; size of the backend pool", 1, {1, MAX_POOL_SIZE}, options.vms);
    list.AddUnsigned("activeVms",
                     "how many of the VMs open flows",
                     1,
                     {1, MAX_POOL_SIZE},
                     options.activeVms);
    list.AddUnsigned("frontends",
                     "public addresses of the load balancer",
                     1,
                     {1, MAX_FRONTENDS},
                     options.frontends);
}

/// Options about where flows go.
void
AddDestinationOptions(OptionList& list, Options& options)
{
    list.AddUnsigned("destinations",
                     "destination addresses",
                     1,
                     {1, FabricHelper::MAX_SERVER_ADDRESSES},
                     options.destinations);
    list.AddUnsigned("destinationPorts",
                     "ports of each destination address, from 80 up",
                     1,
                     {1, 1000},
                     options.destinationPorts);
    list.Add("skew",
             "Zipf exponent of the choice among all destinations, 0 (all alike) or more; none: "
             "dealt over them in turn",
             "none",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.skew = ParseDouble(text);
                 return text == "none" || options.skew.value_or(-1) >= 0
                            ? std::nullopt
                            : std::make_optional(Refuse("skew", text, "a number >= 0, or none"));
             });
}

/// Options about when flows are opened, and how.
void
AddFlowOptions(OptionList& list, Options& options)
{
    list.AddUnsigned("flows", "flows of each active VM", 1100, {1, UINT32_MAX}, options.flows);
    list.AddParsed("protocol", "tcp or udp", "tcp", &ParseTrafficProtocol, options.protocol);
    list.AddParsed("arrival",
                   "when flows are opened: burst (all at once), periodic or poisson",
                   "burst",
                   &ParseTrafficArrival,
                   options.arrival);
    list.Add("rate",
             "flows per second and active VM, above 0; not for burst",
             "100",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.rate = ParseDouble(text).value_or(0);
                 return options.rate > 0
                            ? std::nullopt
                            : std::make_optional(Refuse("rate", text, "flows per second, above 0"));
             });
    list.AddParsed("hold",
                   "how long a connection stays open: 2s, exponential:2s (mean), pareto:2s:1.5 "
                   "(mean, shape), an ns-3 random variable in seconds, or none for the end of "
                   "the run",
                   "none",
                   &ParseHoldTime,
                   options.hold);
    list.AddParsed("close",
                   "how the VM ends a connection: fin, rst or none (silence)",
                   "fin",
                   &ParseTrafficClose,
                   options.close);
    list.AddUnsigned("synAttempts",
                     "SYN packets before a connection attempt fails; the first waits 3 s, each "
                     "other twice as long as the one before",
                     1,
                     {1, 16},
                     options.synAttempts);
    list.AddParsed("retry",
                   "what follows a failed attempt: none, fixed:ATTEMPTS:INTERVAL or "
                   "exponential:ATTEMPTS:INTERVAL, as in fixed:3:10s; each attempt comes from "
                   "another source port",
                   "none",
                   &ParseRetryPolicy,
                   options.retry);
}

/// An option that sets one setting of the profile; the options it depends on come before it.
void
AddOverride(OptionList& list,
            Options& options,
            const std::string& name,
            const std::string& help,
            const std::function<std::string()>& getSetting)
{
    list.Add(name,
             help + "; profile: as it says",
             "profile",
             [=, &options](const std::string& text) -> std::optional<std::string> {
                 const auto setting = getSetting();
                 const auto error =
                     text == "profile" ? std::nullopt : options.profile.Set(setting, text);
                 return error ? std::make_optional(name + error->substr(setting.size()))
                              : std::nullopt;
             });
}

/// Options that change the profile.
void
AddOverrideOptions(OptionList& list, Options& options)
{
    const auto add = [&](const char* name, const char* help, const char* setting) {
        AddOverride(list, options, name, help, [setting] { return setting; });
    };
    add("allocatedPorts", "SNAT ports of each VM and frontend, 1 to 64511", "AllocatedPorts");
    add("idleTimeout", "time without packets that frees a flow's port, above 0s", "IdleTimeout");
    add("finHold", "time a port is held after FIN, above 0s; none: idleTimeout", "FinHold");
    add("rstHold", "time a port is held after RST, above 0s; none: idleTimeout", "RstHold");
    AddOverride(
        list,
        options,
        "reuseKey",
        "what two flows of the protocol used must differ in to share a SNAT port: "
        "DestinationAddress, DestinationEndpoint (address or port) or Never",
        [&options] { return options.protocol == IpProtocol::Tcp ? "TcpReuseKey" : "UdpReuseKey"; });
}

/// Options about the run.
void
AddRunOptions(OptionList& list, Options& options)
{
    list.Add("stop",
             "simulated time at which the run ends, above 0s; auto: when nothing is left to "
             "happen, so that all ports are free again",
             "auto",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.stop = ParseTime(text);
                 return text == "auto" || options.stop.value_or(Time()).IsStrictlyPositive()
                            ? std::nullopt
                            : std::make_optional(Refuse("stop", text, "a time above 0s, or auto"));
             });
    list.Add("db",
             "SQLite file to add the run to; empty for none",
             "",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.database = text;
                 return text.empty() ? std::nullopt : TraceRecorder::Validate(text);
             });
}

/// @return the first error that takes more than one option to see, or nothing
std::optional<std::string>
CheckTogether(const Options& options)
{
    if (options.activeVms > options.vms)
    {
        return Refuse("activeVms",
                      std::to_string(options.activeVms),
                      "at most vms, which is " + std::to_string(options.vms));
    }
    if (options.arrival != TrafficArrival::Burst &&
        options.flows / options.rate > MAX_ARRIVAL_SECONDS)
    {
        std::ostringstream rate;
        rate << options.rate;
        return Refuse("rate", rate.str(), "so many that all flows begin within 1e9 s");
    }
    return std::nullopt;
}

/// @return the scenario, configured but not created
std::unique_ptr<OutboundScenarioHelper>
MakeScenario(const Options& options)
{
    auto scenario = std::make_unique<OutboundScenarioHelper>(options.scenario);
    scenario->SetProfile(options.profile);
    scenario->SetVms(options.vms);
    scenario->SetFrontends(options.frontends);
    scenario->SetServerAddresses(options.destinations);
    return scenario;
}

/// @return the traffic, configured but not installed
TrafficHelper
MakeTraffic(const Options& options)
{
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(options.flows));
    traffic.SetAttribute("Protocol", MakeEnumValue(options.protocol));
    traffic.SetAttribute("Arrival", MakeEnumValue(options.arrival));
    traffic.SetAttribute("Rate", DoubleValue(options.rate));
    traffic.SetAttribute("DestinationPorts", UintegerValue(options.destinationPorts));
    if (options.skew)
    {
        traffic.SetAttribute("DestinationOrder", MakeEnumValue(DestinationOrder::Zipf));
        traffic.SetAttribute("Skew", DoubleValue(*options.skew));
    }
    traffic.SetAttribute("Close", MakeEnumValue(options.close));
    traffic.SetAttribute("ConnectAttempts", UintegerValue(options.synAttempts));
    traffic.SetHoldTime(options.hold);
    traffic.SetRetryPolicy(options.retry);
    return traffic;
}

/// What a run showed.
struct Outcome
{
    std::vector<TrafficCounts> flows;     //!< by VM, as the applications see them
    std::vector<FlowCounts> ports;        //!< by VM, as the host agents see them
    TrafficCounts allFlows;               //!< sum
    FlowCounts allPorts;                  //!< sum
    std::optional<std::string> brokenLaw; //!< that a host agent or the mux found; none if all hold
};

/// Run the simulation.
Outcome
Simulate(const Options& options, const RunDescription& description)
{
    const auto scenario = MakeScenario(options);
    scenario->Create();
    auto traffic = MakeTraffic(options);
    traffic.Install(*scenario, options.activeVms);
    traffic.AssignStreams(scenario->AssignStreams(0));

    FlowStatistics ports;
    TrafficStatistics flows;
    ProgressReporter progress(uint64_t{options.flows} * options.activeVms, options.stop);
    std::optional<TraceRecorder> recorder;
    scenario->Connect(ports);
    for (const auto& agent : scenario->GetHostAgents())
    {
        flows.Connect(agent);
    }
    for (const auto& generator : traffic.GetGenerators())
    {
        flows.Connect(generator);
        progress.Connect(generator);
    }
    if (!options.database.empty())
    {
        scenario->Connect(recorder.emplace(options.database, description));
    }
    if (options.stop)
    {
        Simulator::Stop(*options.stop);
    }
    Simulator::Run();

    Outcome outcome;
    for (uint32_t vm = 0; vm < options.activeVms; ++vm)
    {
        outcome.flows.push_back(flows.GetCounts(vm));
        outcome.ports.push_back(ports.GetCounts(OutboundScenarioHelper::GetNetworkInterface(vm)));
    }
    outcome.allFlows = flows.GetTotals();
    outcome.allPorts = ports.GetTotals();
    outcome.brokenLaw = scenario->CheckInvariants();
    if (recorder)
    {
        recorder->Close();
    }
    Simulator::Destroy();
    return outcome;
}

/// @return a row of the table
std::vector<std::string>
MakeRow(const std::string& name, const TrafficCounts& flows, const FlowCounts& ports)
{
    return {name,
            std::to_string(flows.attempted),
            std::to_string(flows.established),
            std::to_string(flows.refused),
            std::to_string(flows.attempted - flows.established - flows.refused),
            std::to_string(ports.portsAllocated),
            std::to_string(ports.peakPortsInUse),
            FormatSeconds(ports.firstRefusal)};
}

/// Print the table and the line for machines.
void
Print(const Outcome& outcome)
{
    ResultTable table;
    table.AddRow({"", "flows", "", "", "", "SNAT ports", "SNAT ports", "first"});
    table.AddRow({"vm",
                  "attempted",
                  "established",
                  "refused",
                  "other",
                  "allocated",
                  "used (peak)",
                  "refusal (s)"});
    for (std::size_t vm = 0; vm < outcome.flows.size() && outcome.flows.size() <= MAX_ROWS; ++vm)
    {
        table.AddRow(MakeRow(std::to_string(vm), outcome.flows[vm], outcome.ports[vm]));
    }
    if (outcome.flows.size() > 1)
    {
        table.AddRow(MakeRow("all", outcome.allFlows, outcome.allPorts));
    }
    table.Print(std::cout);
    const auto& flows = outcome.allFlows;
    const auto& ports = outcome.allPorts;
    std::cout << "result attempted=" << flows.attempted << " established=" << flows.established
              << " refused=" << flows.refused << " portsAllocated=" << ports.portsAllocated
              << " peakPortsUsed=" << ports.peakPortsInUse
              << " firstRefusal_s=" << FormatSeconds(ports.firstRefusal) << std::endl;
}

/// @return flows of a VM that get a port, if all begin at once and none ends
uint64_t
GetClosedForm(const Options& options, uint32_t ports)
{
    if (options.scenario == OutboundScenario::PublicIp)
    {
        return options.flows;
    }
    // Flows of one group need a port each; the groups share them.
    const auto key = options.profile.GetReuseKey(options.protocol);
    const uint64_t groups = key == ReuseKey::Never ? 1
                            : key == ReuseKey::DestinationAddress
                                ? options.destinations
                                : uint64_t{options.destinations} * options.destinationPorts;
    const uint64_t inEach = options.flows / groups;
    const uint64_t withOneMore = options.flows % groups;
    return (groups - withOneMore) * std::min<uint64_t>(inEach, ports) +
           withOneMore * std::min<uint64_t>(inEach + 1, ports);
}

/// @return what is wrong with the outcome, or nothing
std::optional<std::string>
FindMismatch(const Options& options, const Outcome& outcome)
{
    const auto differ = [](const char* what, uint64_t actual, uint64_t expected) {
        return std::string(what) + ": " + std::to_string(actual) + " instead of " +
               std::to_string(expected);
    };
    if (outcome.brokenLaw)
    {
        return outcome.brokenLaw;
    }
    const bool isOneAttempt = options.retry.maxAttempts == 1;
    if (isOneAttempt && outcome.allFlows.refused != outcome.allPorts.refused)
    {
        return differ("refused by host agents", outcome.allPorts.refused, outcome.allFlows.refused);
    }
    constexpr uint32_t SOURCE_PORTS = 65536 - 1024; // of a VM
    const bool hasClosedForm = isOneAttempt && options.arrival == TrafficArrival::Burst &&
                               !options.hold.randomVariable && options.synAttempts == 1 &&
                               !options.skew && !options.stop && options.flows <= SOURCE_PORTS;
    for (std::size_t vm = 0; vm < outcome.flows.size() && hasClosedForm; ++vm)
    {
        const auto expected = GetClosedForm(options, outcome.ports[vm].portsAllocated);
        if (outcome.flows[vm].established != expected)
        {
            return differ("established by a VM", outcome.flows[vm].established, expected);
        }
    }
    return std::nullopt;
}

/// Tell on standard error what is wrong.  @return the exit status
int
Fail(const std::string& what)
{
    std::cerr << "port-exhaustion: " << what << std::endl;
    return 1;
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__,
                    "When do a VM's SNAT ports run out?\n"
                    "Random numbers: ns-3's --RngSeed (default 1) and --RngRun (default 1).");
    AddSetupOptions(list, options);
    AddDestinationOptions(list, options);
    AddFlowOptions(list, options);
    AddOverrideOptions(list, options);
    AddRunOptions(list, options);
    auto error = list.Parse(argc, argv);
    error = error ? error : CheckTogether(options);
    error = error ? error : MakeScenario(options)->Validate();
    error = error ? error : MakeTraffic(options).Validate();
    if (error)
    {
        return Fail(*error);
    }

    std::ostringstream profile;
    profile << options.profile;
    RunDescription description{"port-exhaustion", GetName(options.scenario), profile.str(), {}};
    for (const auto& [name, text] : list.GetTexts())
    {
        if (name != "db")
        {
            description.parameters.emplace_back(name, text);
        }
    }
    const auto outcome = Simulate(options, description);
    Print(outcome);
    const auto mismatch = FindMismatch(options, outcome);
    return mismatch ? Fail(*mismatch) : 0;
}
