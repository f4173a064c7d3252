// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief What it takes to build a scenario: seconds, and bytes for each VM.
 *
 * 100 and 1,000 VMs, 20 on a host, are the members of a pool; each has a generator of traffic. Each
 * scenario is made in a process of its own, up to its first packet.
 *
 * - *time*: of everything, in seconds; the goal is to have 1,000 VMs in 5 s;
 * - *time-per-vm*: the same for each VM; the ratio is to that with 100 VMs, 1 if it is linear;
 * - *memory*: bytes for each VM, with its share of a host and of everything else.
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

constexpr uint32_t LARGEST = 1000; //!< VMs that a pool can have
constexpr double TIME_GOAL = 5;    //!< seconds that they may take

} // namespace

int
main(int argc, char* argv[])
{
    BenchmarkOptions options;
    auto transport = TrafficTransport::Compact;
    OptionList list(__FILE__, "Measures what it takes to build a scenario with many VMs.");
    options.AddTo(list, {5, 1});
    AddTransportOption(list, transport);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    BenchmarkReport report("build-cost",
                           options,
                           "20 VMs on a host, " + std::string(GetName(transport)) + " transport, " +
                               std::to_string(options.repetitions) + " repetitions");
    std::optional<double> smallest; // seconds for each VM
    for (const uint32_t vms : {100U, LARGEST})
    {
        ScenarioLoad load;
        load.vms = vms;
        load.transport = transport;
        load.clock = options.clock;
        std::vector<double> times;
        std::vector<double> memory;
        for (uint32_t i = 0; i < options.repetitions; ++i)
        {
            const auto cost = MeasureScenario(load);
            times.push_back(cost.buildTime);
            memory.push_back(cost.buildMemory / vms);
        }
        const double time = GetMedian(times);
        smallest = smallest.value_or(time / vms);
        const std::vector<std::pair<std::string, std::string>> parameters{
            {"vms", std::to_string(vms)}};
        report.AddRow(
            {"time-per-vm", parameters, 1000 * time / vms, "ms/VM", time / vms / *smallest});
        report.AddRow({"time",
                       parameters,
                       time,
                       "s",
                       std::nullopt,
                       vms == LARGEST ? std::make_optional(AtMost(TIME_GOAL)) : std::nullopt});
        report.AddRow({"memory", parameters, GetMedian(memory), "bytes/VM"});
    }
    return report.Finish();
}
