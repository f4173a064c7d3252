// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief What concurrent TCP flows of one VM cost with each transport: ns-3's sockets and Compact.
 *
 * One VM has all 64,512 SNAT ports of a frontend and opens flows to one destination, 10,000 a
 * second, which it keeps.  A recorder writes flows and ports into a database.  Both ends have the
 * same transport; each number of flows is run in a process of its own, the two transports in turn.
 *
 * - *socket*, *compact*: time of the run, in seconds; the ratio of sockets is to compact, with the
 *   goal of 100 times at 8,000 flows; a whole frontend's 64,512 flows are to take 10 s at most;
 * - *socket-memory*, *compact-memory*: what all nodes and the recorder need more than before the
 *   first flow, at the most, for each flow; the goal is 500 bytes.  Making the database's indexes,
 *   in the end, is not in it; see *peak*;
 * - *peak*: most that the process had at any time, in MiB.
 *
 * Times with compact are medians; sockets are run once.
 */

#include "azure-benchmark-measure.h"
#include "azure-benchmark-report.h"
#include "azure-scenario-cost.h"

#include "ns3/azure-option-list.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t WHOLE = 64512;     //!< SNAT ports of a frontend
constexpr uint32_t GOAL_FLOWS = 8000; //!< where transports are compared
constexpr double RATIO_GOAL = 100;    //!< sockets to compact there
constexpr double TIME_GOAL = 10;      //!< seconds of a whole frontend
constexpr double MEMORY_GOAL = 500;   //!< bytes for each of its flows
constexpr double MIB = 1024.0 * 1024; //!< bytes
constexpr double FLOW_RATE = 10'000;  //!< flows that begin in a second

/// What the command line can change.
struct Options
{
    BenchmarkOptions common;   //!< of all benchmarks
    uint32_t largestSocket{0}; //!< most flows of sockets
    uint32_t largest{0};       //!< most flows of the compact transport
};

/// @return what so many flows take
ScenarioCost
Measure(const Options& options, uint32_t flows, TrafficTransport transport)
{
    ScenarioLoad load;
    load.flowsPerVm = flows;
    load.profilePorts = WHOLE;
    load.seconds = flows / FLOW_RATE;
    load.transport = transport;
    load.isTraced = true;
    load.clock = options.common.clock;
    return MeasureScenario(load);
}

/// The transports that a number of flows is measured with.
struct Transports
{
    std::optional<ScenarioCost> socket;  //!< none: not measured
    std::optional<ScenarioCost> compact; //!< none: not measured; time is the median
};

Transports
MeasureBoth(const Options& options, uint32_t flows)
{
    Transports costs;
    if (flows <= options.largestSocket)
    {
        costs.socket = Measure(options, flows, TrafficTransport::Socket);
    }
    std::vector<double> times;
    for (uint32_t i = 0; flows <= options.largest && i < options.common.repetitions; ++i)
    {
        costs.compact = Measure(options, flows, TrafficTransport::Compact);
        times.push_back(costs.compact->runTime);
    }
    if (costs.compact)
    {
        costs.compact->runTime = GetMedian(times);
    }
    return costs;
}

void
Report(BenchmarkReport& report, uint32_t flows, const Transports& costs)
{
    const std::vector<std::pair<std::string, std::string>> parameters{
        {"flows", std::to_string(flows)}};
    const auto goal = [](bool hasGoal, const BenchmarkGoal& goal) {
        return hasGoal ? std::make_optional(goal) : std::nullopt;
    };
    if (costs.compact)
    {
        const double memory = costs.compact->runMemory / flows;
        const bool isWhole = flows == WHOLE;
        report.AddRow({"compact",
                       parameters,
                       costs.compact->runTime,
                       "s",
                       std::nullopt,
                       goal(isWhole, AtMost(TIME_GOAL))});
        report.AddRow({"compact-memory",
                       parameters,
                       memory,
                       "bytes/flow",
                       std::nullopt,
                       goal(isWhole, AtMost(MEMORY_GOAL))});
        report.AddRow({"peak", parameters, costs.compact->peakMemory / MIB, "MiB"});
    }
    if (costs.socket)
    {
        const double time = costs.socket->runTime;
        const auto ratio =
            costs.compact ? std::make_optional(time / costs.compact->runTime) : std::nullopt;
        report.AddRow({"socket",
                       parameters,
                       time,
                       "s",
                       ratio,
                       goal(ratio && flows == GOAL_FLOWS, AtLeast(RATIO_GOAL))});
        report.AddRow({"socket-memory", parameters, costs.socket->runMemory / flows, "bytes/flow"});
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__,
                    "Measures time and memory of one VM's concurrent flows, by transport.");
    options.common.AddTo(list, {3, 1});
    options.common.AddUnsigned(list,
                               "largestSocket",
                               "of 1000, 2000, 4000 and 8000 flows leave out those above, of "
                               "ns-3's sockets",
                               {8000, 2000},
                               {1000, 8000},
                               options.largestSocket);
    options.common.AddUnsigned(list,
                               "largest",
                               "of those and 64512 flows leave out those above, of the compact "
                               "transport",
                               {WHOLE, WHOLE},
                               {1000, WHOLE},
                               options.largest);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    BenchmarkReport report("transport-cost",
                           options.common,
                           "one VM, one destination, traced, " +
                               std::to_string(options.common.repetitions) + " repetitions");
    for (const uint32_t flows : {1000U, 2000U, 4000U, GOAL_FLOWS, WHOLE})
    {
        Report(report, flows, MeasureBoth(options, flows));
    }
    return report.Finish();
}
