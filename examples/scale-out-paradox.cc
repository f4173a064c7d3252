// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-limits.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief What does one more VM cost a backend pool at the edge of a tier?
 *
 * @verbatim
   vm-0 ... vm-9   600 connections each ---+
   vm-10 ... vm-49 idle                 ---+--- load balancer's frontend --- Internet --- server
   vm-50           joins, and leaves again +
   @endverbatim
 *
 * A member of a pool of up to 50 has 1,024 SNAT ports, one of a pool of up to 100 has 512, and so
 * on: half of it, tier by tier (B.1).  So one VM more than 50 leaves the pool with
 * 51 x 512 = 26,112 ports in all, where it had 50 x 1,024 = 51,200: scaling out makes it worse.
 *
 * Half of each member's ports is taken back at that moment, and the connections on them break.  The
 * lowest ports are used first, so a member with 600 connections loses 600 - 512 = 88 of them if it
 * is the upper half, and 512 if it is the lower one; Azure does not say which.  When the VM leaves,
 * each member has 1,024 ports again, and nobody loses anything.
 *
 * @verbatim
   $ ./azure-net run scale-out-paradox
   pool [VMs]  ports of a VM  of all VMs  by the tiers
   50                   1024       51200         51200
   51                    512       26112         26112
   100                   512       51200         51200
   101                   256       25856         25856
   200                   256       51200         51200
   201                   128       25728         25728
   400                   128       51200         51200
   401                    64       25664         25664
   800                    64       51200         51200
   801                    32       25632         25632
   connections broken         of each VM  by arithmetic  of all  by 51 to 50
   50 to 51, upper half goes          88             88     880            0
   50 to 51, lower half goes         512            512    5120            0
   database scale-out-paradox.db: runs 1 to 2 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when every pool has the ports that the table of tiers says; when
 * growing breaks as many connections as said, on each of the ten VMs, and shrinking none; and when
 * members have 1,024, 512 and 1,024 ports one after the other.  Otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t POOL = 50;
constexpr uint32_t ACTIVE_VMS = 10;
constexpr uint32_t CONNECTIONS = 600; // of each active VM, to one destination
constexpr double GROWS_S = 30;
constexpr double SHRINKS_S = 60;
constexpr double END_S = 90;

/// Sizes at the edges of tiers.
constexpr std::array<uint32_t, 10> EDGES{50, 51, 100, 101, 200, 201, 400, 401, 800, 801};

/// What one run showed.
struct Outcome
{
    std::map<uint32_t, uint32_t> brokenByGrowth; //!< connections, by network interface
    uint32_t brokenByShrinking{0};               //!< connections of all VMs
    uint32_t portsBefore{0};                     //!< of an active VM
    uint32_t portsGrown{0};                      //!< of it, in the pool of 51
    uint32_t portsAfter{0};                      //!< of it, in the pool of 50 again
    std::optional<std::string> problem;          //!< what went wrong
    int64_t runId{0};                            //!< number of the run in the database
};

/// @return SNAT ports of the first VM
uint32_t
GetPorts(const OutboundScenarioHelper& scenario)
{
    uint32_t ports = 0;
    for (const auto& usage : scenario.GetHostAgents().front()->GetSnatPortUsage())
    {
        const bool isFirst =
            usage.networkInterface == OutboundScenarioHelper::GetNetworkInterface(0);
        ports += isFirst ? usage.portsAllocated : 0;
    }
    return ports;
}

/// Trace sink of the host agents: note a flow whose port was taken back.
void
NoteFlow(Outcome* outcome, const FlowRecord& flow)
{
    if (flow.end != FlowEnd::Reclaimed)
    {
        return;
    }
    if (Simulator::Now() < Seconds(SHRINKS_S))
    {
        ++outcome->brokenByGrowth[flow.networkInterface];
    }
    else
    {
        ++outcome->brokenByShrinking;
    }
}

/// Let the last VM come into the pool and go out again.
void
Resize(const OutboundScenarioHelper& scenario, Outcome& outcome)
{
    const auto newcomer = OutboundScenarioHelper::GetNetworkInterface(POOL);
    const auto manager = scenario.GetSlbManager();
    constexpr auto LOAD_BALANCER = OutboundScenarioHelper::LOAD_BALANCER;
    constexpr auto BACKEND_POOL = OutboundScenarioHelper::BACKEND_POOL;
    const auto note = [&outcome](const std::optional<std::string>& error) {
        outcome.problem = outcome.problem ? outcome.problem : error;
    };
    Simulator::Schedule(Seconds(GROWS_S), [&scenario, &outcome, manager, note, newcomer] {
        outcome.portsBefore = GetPorts(scenario);
        note(manager->AddPoolMember(LOAD_BALANCER, BACKEND_POOL, newcomer));
    });
    Simulator::Schedule(Seconds(SHRINKS_S), [&scenario, &outcome, manager, note, newcomer] {
        outcome.portsGrown = GetPorts(scenario);
        note(manager->RemovePoolMember(LOAD_BALANCER, BACKEND_POOL, newcomer));
    });
}

/// Run with one choice of what is taken back.
Outcome
Simulate(ReclaimedHalf half, const std::string& database, ProgressReporter& progress)
{
    const bool isUpper = half == ReclaimedHalf::Upper;
    const std::string profile = isUpper ? "2018" : "2018[ReclaimedHalf=Lower]";
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(profile);
    scenario.SetVms(POOL + 1);
    scenario.ChangeLoadBalancer(
        [](LoadBalancer& all) { all.backendPools.front().members.pop_back(); });
    scenario.Create();
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(CONNECTIONS));
    traffic.Install(scenario, ACTIVE_VMS);
    const auto streams = scenario.AssignStreams(0);
    traffic.AssignStreams(streams);

    Outcome outcome;
    TraceRecorder recorder(
        database,
        {"scale-out-paradox",
         "load-balanced",
         profile,
         {{"pool", std::to_string(POOL)}, {"connections", std::to_string(CONNECTIONS)}}});
    scenario.Connect(recorder);
    for (const auto& agent : scenario.GetHostAgents())
    {
        agent->TraceConnectWithoutContext("FlowEnded", MakeBoundCallback(&NoteFlow, &outcome));
    }
    Resize(scenario, outcome);
    progress.BeginRun({&traffic}, Seconds(END_S));
    Simulator::Stop(Seconds(END_S));
    Simulator::Run();
    outcome.portsAfter = GetPorts(scenario);
    outcome.problem = outcome.problem ? outcome.problem : scenario.CheckInvariants();
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return ports of each member of a pool, as the SLB manager gives them
uint32_t
MeasurePorts(uint32_t pool)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile("2018");
    scenario.SetVms(pool);
    scenario.Create();
    Simulator::Stop(Seconds(0));
    Simulator::Run();
    const auto ports = GetPorts(scenario);
    Simulator::Destroy();
    return ports;
}

/// Print what pools have at the edges. @return whether it is what the tiers say
bool
PrintEdges()
{
    ResultTable table;
    table.AddRow({"pool [VMs]", "ports of a VM", "of all VMs", "by the tiers"});
    bool isExpected = true;
    for (const auto pool : EDGES)
    {
        const auto ports = MeasurePorts(pool);
        isExpected = isExpected && ports == GetTierPorts(pool);
        table.AddRow({std::to_string(pool),
                      std::to_string(ports),
                      std::to_string(pool * ports),
                      std::to_string(pool * GetTierPorts(pool))});
    }
    table.Print(std::cout);
    return isExpected;
}

/// @return connections that growth should break on each active VM
uint32_t
GetExpectedLoss(ReclaimedHalf half)
{
    const auto kept = GetTierPorts(POOL + 1);
    return half == ReclaimedHalf::Upper ? CONNECTIONS - kept : GetTierPorts(POOL) - kept;
}

/// @return whether the run showed what it should
bool
IsExpected(ReclaimedHalf half, const Outcome& outcome)
{
    const auto& broken = outcome.brokenByGrowth;
    return !outcome.problem && broken.size() == ACTIVE_VMS &&
           std::all_of(broken.begin(),
                       broken.end(),
                       [half](const auto& each) { return each.second == GetExpectedLoss(half); }) &&
           outcome.brokenByShrinking == 0 && outcome.portsBefore == GetTierPorts(POOL) &&
           outcome.portsGrown == GetTierPorts(POOL + 1) && outcome.portsAfter == GetTierPorts(POOL);
}

/// Print what resizing breaks.
void
PrintResizing(const std::vector<ReclaimedHalf>& halves, const std::vector<Outcome>& outcomes)
{
    ResultTable table;
    table.AddRow({"connections broken", "of each VM", "by arithmetic", "of all", "by 51 to 50"});
    for (std::size_t i = 0; i < halves.size(); ++i)
    {
        const auto& broken = outcomes[i].brokenByGrowth;
        uint32_t sum = 0;
        uint32_t least = std::numeric_limits<uint32_t>::max();
        uint32_t most = 0;
        for (const auto& [networkInterface, count] : broken)
        {
            sum += count;
            least = std::min(least, count);
            most = std::max(most, count);
        }
        const bool isUpper = halves[i] == ReclaimedHalf::Upper;
        table.AddRow({std::string("50 to 51, ") + (isUpper ? "upper" : "lower") + " half goes",
                      broken.empty()  ? "0"
                      : least == most ? std::to_string(most)
                                      : std::to_string(least) + " to " + std::to_string(most),
                      std::to_string(GetExpectedLoss(halves[i])),
                      std::to_string(sum),
                      std::to_string(outcomes[i].brokenByShrinking)});
    }
    table.Print(std::cout);
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList list(__FILE__, "What one more VM costs a backend pool at the edge of a tier.");
    list.AddDatabase(database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    bool isExpected = PrintEdges();
    const std::vector<ReclaimedHalf> halves{ReclaimedHalf::Upper, ReclaimedHalf::Lower};
    ProgressReporter progress(static_cast<uint32_t>(halves.size()));
    std::vector<Outcome> outcomes;
    for (const auto half : halves)
    {
        outcomes.push_back(Simulate(half, database, progress));
        const auto& outcome = outcomes.back();
        if (outcome.problem)
        {
            std::cerr << "scale-out-paradox: " << *outcome.problem << std::endl;
        }
        isExpected = IsExpected(half, outcome) && isExpected;
    }
    PrintResizing(halves, outcomes);
    return ReportRuns(std::cout,
                      database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      isExpected);
}
