// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief How time and memory of a whole scenario grow with its concurrent flows.
 *
 * 1,000 VMs on 50 hosts share a frontend.  Each opens the same number of TCP flows to 128
 * addresses, evenly over 10 s of simulated time, and keeps them: 1,000 to 1,000,000 in all, so that
 * at most 8 of a VM's 32 ports are used for an address.  Each number is run in a process of its
 * own.
 *
 * - *time*: of the run, in seconds; the ratio is that of the time for each flow to the same of the
 *   row before;
 * - *memory*: most that the process has had, in MiB; the goal at a million flows is 2 GiB;
 * - *flow-memory*: what the run needs beyond nodes and applications, for each flow;
 * - *exponent*: of time, as a power of the number of flows, by least squares of the logarithms,
 * from 10,000 flows on: 1 is linear.
 */

#include "azure-benchmark-measure.h"
#include "azure-benchmark-report.h"
#include "azure-scenario-cost.h"

#include "ns3/azure-option-list.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t VMS = 1000;
constexpr uint32_t DESTINATIONS = 128;
constexpr uint32_t MILLION = 1'000'000;
constexpr uint32_t FIRST_FITTED = 10'000; //!< below, what does not depend on flows shows
constexpr double MIB = 1024.0 * 1024;     //!< bytes
constexpr double MEMORY_GOAL = 2048;      //!< MiB, at a million flows
constexpr double EXPONENT_GOAL = 1.1;

/// What the command line can change.
struct Options
{
    BenchmarkOptions common;                               //!< of all benchmarks
    uint32_t largest{0};                                   //!< most flows
    TrafficTransport transport{TrafficTransport::Compact}; //!< of the flows
};

/// @return the time that so many flows take, in seconds
double
Measure(const Options& options, uint32_t flows, BenchmarkReport& report, double before)
{
    std::vector<double> times;
    ScenarioCost cost;
    for (uint32_t i = 0; i < options.common.repetitions; ++i)
    {
        ScenarioLoad load;
        load.vms = std::min(VMS, flows);
        load.flowsPerVm = flows / load.vms;
        load.destinations = DESTINATIONS;
        load.transport = options.transport;
        load.clock = options.common.clock;
        cost = MeasureScenario(load);
        times.push_back(cost.runTime);
    }
    const double time = GetMedian(times);
    const std::vector<std::pair<std::string, std::string>> parameters{
        {"flows", std::to_string(flows)}};
    report.AddRow({"time",
                   parameters,
                   time,
                   "s",
                   before > 0 ? std::make_optional(time / flows / before) : std::nullopt});
    report.AddRow({"memory",
                   parameters,
                   cost.peakMemory / MIB,
                   "MiB",
                   std::nullopt,
                   flows == MILLION ? std::make_optional(AtMost(MEMORY_GOAL)) : std::nullopt});
    report.AddRow({"flow-memory", parameters, cost.runMemory / flows, "bytes/flow"});
    return time;
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__,
                    "Measures time and memory of a whole scenario by number of concurrent flows.");
    options.common.AddTo(list, {1, 1});
    options.common.AddUnsigned(list,
                               "largest",
                               "of 1000, 10000, 100000 and 1000000 flows leave out those above",
                               {MILLION, 100'000},
                               {1000, MILLION},
                               options.largest);
    AddTransportOption(list, options.transport);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    BenchmarkReport report("flow-scale",
                           options.common,
                           "1000 VMs on 50 hosts, " + std::string(GetName(options.transport)) +
                               " transport, " + std::to_string(options.common.repetitions) +
                               " repetitions");
    std::vector<double> sizes;
    std::vector<double> times;
    double before = 0;
    for (uint32_t flows = 1000; flows <= options.largest; flows *= 10)
    {
        const double time = Measure(options, flows, report, before);
        before = time / flows;
        if (flows >= FIRST_FITTED)
        {
            sizes.push_back(flows);
            times.push_back(time);
        }
    }
    if (sizes.size() > 1)
    {
        report.AddRow({"exponent",
                       {{"from", std::to_string(FIRST_FITTED)}},
                       FitExponent(sizes, times),
                       "",
                       std::nullopt,
                       AtMost(EXPONENT_GOAL)});
    }
    return report.Finish();
}
