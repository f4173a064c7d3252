// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-experiment.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-scenario-capture.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-traffic-statistics.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
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
 * destination uses.  A pool of 120 VMs leaves each of them 256 ports (sources.rst B.1), so of 300
 * connections to one destination address 44 are refused:
 *
 * @verbatim
   $ ./azure-net run port-exhaustion --vms=120 --flows=300
           flows                               SNAT ports  SNAT ports        first
   vm  attempted  established  refused  other   allocated   peak used  refusal (s)
   0         300          256       44      0         256         256     0.000011
   result attempted=300 established=256 refused=44 portsAllocated=256 peakPortsUsed=256 firstRefusal_s=0.000011
   @endverbatim
 *
 * With --profile=nat-gateway the VMs' subnet has a NAT gateway, whose ports are for all of them: no
 * VM has ports of its own, and the row "all" has the gateway's.
 *
 * Each VM that opens flows has a row, where there are up to 20 of them; the row "all" has the sums,
 * and of the ports the most that were in use at once.  Flows are counted as the application sees
 * them: one that is refused, and gets its port when it is tried again, is established.  A note tells
 * how many lost their ports to the idle timeout before --hold was over.
 *
 * A VM has 64,512 source ports and takes the next flow's from where it was longest not used.  A host
 * agent that still has an earlier flow from it, to the same destination, takes the new one for that:
 * where a refused flow is counted once for two, a note tells so.
 *
 * The program checks itself: the laws of conservation hold when the run is over; without retries
 * host agents and applications count the same, unless source ports come again; and if all flows
 * begin at once and none ends (nor loses its port to an idle timeout below 1 s), and every port of a
 * VM can be found and is there from the beginning, the number established agrees with its closed
 * form (up to 65,536 flows: the queues of links hold no more at once).  Otherwise the exit status is
 * 1.  What links lose counts as "other", as does a flow for which the VM has no source port free.
 */
// clang-format on

using namespace ns3;
using namespace ns3::azure;

namespace
{

/// Most rows of VMs; with more there is only the row of all.
constexpr uint32_t MAX_ROWS = 20;

/// Source ports of a VM: from TrafficGenerator's FirstSourcePort to its LastSourcePort.
constexpr uint32_t SOURCE_PORTS = 65536 - 1024;

/// What a run showed.
struct Outcome
{
    std::vector<TrafficCounts> flows;     //!< by VM, as the applications see them
    std::vector<FlowCounts> ports;        //!< by VM, as the host agents see them
    TrafficCounts allFlows;               //!< sum
    FlowCounts allPorts;                  //!< sum
    std::optional<std::string> brokenLaw; //!< that a host agent or the mux found; none if all hold
    std::optional<int64_t> runId;         //!< number of the run in the database, if there is one
};

/// @return what has been counted
Outcome
GetOutcome(const OutboundExperiment& options,
           const TrafficStatistics& flows,
           const FlowStatistics& ports)
{
    Outcome outcome;
    outcome.allFlows = flows.GetTotals();
    outcome.allPorts = ports.GetTotals();
    if (!options.HasNatGateway())
    {
        outcome.allPorts.portsAllocated = 0; // there without packets, which GetTotals() asks for
    }
    auto portsOf = ports.GetAllCounts(); // by network interface
    for (uint32_t vm = 0; vm < options.activeVms; ++vm)
    {
        outcome.flows.push_back(flows.GetCounts(vm));
        outcome.ports.push_back(portsOf[OutboundScenarioHelper::GetNetworkInterface(vm)]);
        outcome.allPorts.portsAllocated += outcome.ports.back().portsAllocated;
    }
    return outcome;
}

/// Run the simulation.
Outcome
Simulate(const OutboundExperiment& options, const RunDescription& description)
{
    const auto scenario = options.MakeScenario();
    scenario->Create();
    auto traffic = options.MakeTraffic();
    traffic.Install(*scenario, options.activeVms);
    traffic.AssignStreams(scenario->AssignStreams(0));
    options.ScheduleResize(*scenario);

    FlowStatistics ports;
    TrafficStatistics flows;
    ProgressReporter progress(1);
    std::optional<TraceRecorder> recorder;
    scenario->Connect(ports);
    for (const auto& agent : scenario->GetHostAgents())
    {
        flows.Connect(agent);
    }
    if (options.HasNatGateway())
    {
        flows.Connect(scenario->GetNatGateway(OutboundExperiment::NAT_GATEWAY));
    }
    for (const auto& generator : traffic.GetGenerators())
    {
        flows.Connect(generator);
    }
    progress.BeginRun({&traffic}, options.stop);
    ScenarioCapture capture(options.capture);
    scenario->Connect(capture);
    if (!options.database.empty())
    {
        scenario->Connect(recorder.emplace(options.database, description));
    }
    if (options.stop)
    {
        Simulator::Stop(*options.stop);
    }
    Simulator::Run();
    auto outcome = GetOutcome(options, flows, ports);
    outcome.brokenLaw = scenario->CheckInvariants();
    if (recorder)
    {
        outcome.runId = recorder->GetRunId();
        recorder->Close();
    }
    Simulator::Destroy();
    return outcome;
}

/// @return whether flows need SNAT ports
bool
UsesSnatPorts(const OutboundExperiment& options)
{
    return options.scenario != OutboundScenario::PublicIp || options.HasNatGateway();
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
            std::to_string(ports.peakPortsUsed),
            FormatSeconds(ports.firstRefusal)};
}

/// Tell of connections whose ports were gone before the VMs closed them.
void
PrintIdleTimeouts(const OutboundExperiment& options, const Outcome& outcome)
{
    const bool isClosed = options.protocol == IpProtocol::Tcp && options.hold.randomVariable &&
                          options.close != TrafficClose::None;
    const auto lost = outcome.allPorts.idleTimeouts;
    if (isClosed && UsesSnatPorts(options) && lost > 0)
    {
        std::cout << "note: " << lost << " of " << outcome.allPorts.established
                  << " connections were idle for "
                  << options.profile.GetIdleTimeout(options.protocol).GetSeconds()
                  << " s and lost their SNAT ports before the VMs\n"
                     "closed them; --keepAlive, if it is shorter, prevents that\n";
    }
}

/// @return whether flows may wait for SNAT ports when the run is stopped: refused by their host
///         agents, which the applications have not heard of
bool
MayWait(const OutboundExperiment& options)
{
    return options.stop && options.profile.portBudget == PortBudget::OnDemand;
}

/// @return whether each flow is tried once
bool
IsOneAttempt(const OutboundExperiment& options)
{
    return options.retry.maxAttempts == 1;
}

/// Tell of refused flows that are another one to the application, and the same to its host agent.
void
PrintRepeatedFlows(const OutboundExperiment& options, const Outcome& outcome)
{
    const auto refused = outcome.allFlows.refused;
    const auto counted = outcome.allPorts.refused;
    if (IsOneAttempt(options) && !MayWait(options) && counted < refused)
    {
        std::cout << "note: " << refused - counted << " of " << refused
                  << " refused flows came from the source port of one that was refused before,\n"
                     "since a VM has "
                  << SOURCE_PORTS << "; the database counts each such two as one flow\n";
    }
}

/// Print the table and the line for machines.
void
Print(const OutboundExperiment& options, const Outcome& outcome)
{
    ResultTable table;
    table.AddRow({"", "flows", "", "", "", "SNAT ports", "SNAT ports", "first"});
    table.AddRow({"vm",
                  "attempted",
                  "established",
                  "refused",
                  "other",
                  "allocated",
                  "peak used",
                  "refusal (s)"});
    for (std::size_t vm = 0; vm < outcome.flows.size() && outcome.flows.size() <= MAX_ROWS; ++vm)
    {
        table.AddRow(MakeRow(std::to_string(vm), outcome.flows[vm], outcome.ports[vm]));
    }
    if (outcome.flows.size() > 1 || options.HasNatGateway())
    {
        table.AddRow(MakeRow("all", outcome.allFlows, outcome.allPorts));
    }
    table.Print(std::cout);
    PrintIdleTimeouts(options, outcome);
    PrintRepeatedFlows(options, outcome);
    if (outcome.runId)
    {
        std::cout << "database " << options.database << ": run " << *outcome.runId << " added\n";
    }
    const auto& flows = outcome.allFlows;
    const auto& ports = outcome.allPorts;
    std::cout << "result attempted=" << flows.attempted << " established=" << flows.established
              << " refused=" << flows.refused << " portsAllocated=" << ports.portsAllocated
              << " peakPortsUsed=" << ports.peakPortsUsed
              << " firstRefusal_s=" << FormatSeconds(ports.firstRefusal) << std::endl;
}

/// @return whether a VM's flows have every port of its own there is, and have it until they end
bool
HasFixedPorts(const OutboundExperiment& options)
{
    const auto& profile = options.profile;
    const bool isLimitByGroup = options.HasNatGateway() && profile.GetReuseKey(options.protocol) ==
                                                               ReuseKey::DestinationEndpoint;
    return !options.resize && profile.portBudget != PortBudget::OnDemand &&
           profile.portChoice != PortChoice::BoundedRandom &&
           (!profile.maxFlowsPerDestination || isLimitByGroup) &&
           profile.GetIdleTimeout(options.protocol) >= Seconds(1);
}

/// @return flows of some VMs that share ports and get one, if all begin at once and none ends
uint64_t
GetClosedForm(const OutboundExperiment& options, uint32_t vms, uint64_t ports)
{
    if (!UsesSnatPorts(options))
    {
        return options.flows;
    }
    // Flows of one group need a port each; the groups share them.
    const auto key = options.profile.GetReuseKey(options.protocol);
    const bool hasOwnPort = key == ReuseKey::Never || key == ReuseKey::Cone;
    const uint64_t groups = hasOwnPort ? 1
                            : key == ReuseKey::DestinationAddress
                                ? options.destinations
                                : uint64_t{options.destinations} * options.destinationPorts;
    const uint64_t inEach = options.flows / groups;
    const uint64_t withOneMore = options.flows % groups;
    return (groups - withOneMore) * std::min(vms * inEach, ports) +
           withOneMore * std::min(vms * (inEach + 1), ports);
}

/// @return flows of all VMs that get a port of the NAT gateway, likewise
uint64_t
GetNatGatewayForm(const OutboundExperiment& options, const Outcome& outcome)
{
    const uint64_t ports = outcome.allPorts.portsAllocated;
    const auto limit = options.profile.maxFlowsPerDestination;
    const auto most = limit ? uint64_t{options.frontends} * *limit : ports;
    return GetClosedForm(options, options.activeVms, std::min(ports, most));
}

/// @return what is wrong with the outcome, or nothing
std::optional<std::string>
FindMismatch(const OutboundExperiment& options, const Outcome& outcome)
{
    const auto differ = [](const char* what, uint64_t actual, uint64_t expected) {
        return std::string(what) + ": " + std::to_string(actual) + " instead of " +
               std::to_string(expected);
    };
    if (outcome.brokenLaw)
    {
        return outcome.brokenLaw;
    }
    const auto told = outcome.allFlows.refused;
    const auto refused = outcome.allPorts.refused;
    const bool isEachFlowNew = options.flows <= SOURCE_PORTS;
    const bool isLess = told < refused && !MayWait(options);
    const bool isMore = told > refused && isEachFlowNew;
    if (IsOneAttempt(options) && (isLess || isMore))
    {
        return differ("refused by host agents", refused, told);
    }
    constexpr uint64_t LINK_QUEUE = 65536; // packets (FabricHelper); the rest of a burst is lost
    const bool hasClosedForm = IsOneAttempt(options) && options.arrival == TrafficArrival::Burst &&
                               !options.hold.randomVariable && options.synAttempts == 1 &&
                               !options.skew && !options.stop && isEachFlowNew &&
                               uint64_t{options.flows} * options.activeVms <= LINK_QUEUE &&
                               HasFixedPorts(options);
    if (hasClosedForm && options.HasNatGateway())
    {
        const auto expected = GetNatGatewayForm(options, outcome);
        return outcome.allFlows.established == expected
                   ? std::nullopt
                   : std::make_optional(
                         differ("established by all VMs", outcome.allFlows.established, expected));
    }
    for (std::size_t vm = 0; vm < outcome.flows.size() && hasClosedForm; ++vm)
    {
        const auto expected = GetClosedForm(options, 1, outcome.ports[vm].portsAllocated);
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
    OutboundExperiment options;
    OptionList list(__FILE__,
                    "When do a VM's SNAT ports run out?\n"
                    "Random numbers: ns-3's --RngSeed (default 1) and --RngRun (default 1).");
    options.AddTo(list);
    if (!list.Accept(argc, argv, [&options] { return options.Validate(); }))
    {
        return 1;
    }
    const auto outcome = Simulate(options, options.Describe("port-exhaustion", list));
    Print(options, outcome);
    const auto mismatch = FindMismatch(options, outcome);
    return mismatch ? Fail(*mismatch) : 0;
}
