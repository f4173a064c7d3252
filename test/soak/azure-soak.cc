// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-round.h"

#include "ns3/command-line.h"
#include "ns3/simulator.h"

#include <cstdint>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

/**
 * @file
 * @brief One round of the reliability run; test/soak/run.py runs many of them.
 *
 * Prints one line of JSON: what the round was, the faults that happened, and how often each law was
 * looked at and broken.  What was broken is told on standard error, with the time.  The exit status
 * is 1 if a law was broken, 2 if the command line is wrong.
 */
using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint64_t MAX_COMPLAINTS = 5;             // lines for each law
constexpr uint64_t MAX_GROWTH_BYTES = 1024 * 1024; // by what ns-3 makes once: names, type ids

/// Print laws and faults, or only their names and numbers where nobody reads them.
void
PrintList()
{
    nlohmann::ordered_json list;
    for (const auto& row : SOAK_LAWS)
    {
        list["laws"].push_back({{"name", row.name}, {"description", row.description}});
    }
    for (const auto& row : SOAK_FAULTS)
    {
        list["faults"].push_back({{"name", row.name}, {"description", row.description}});
    }
    std::cout << list.dump() << std::endl;
}

/// @return the round's line
std::string
GetLine(const SoakPlan& plan, const SoakResult& result, const SoakLawBook& laws)
{
    nlohmann::ordered_json line{{"round", plan.round},
                                {"seed", plan.seed},
                                {"simulated_s", result.simulated},
                                {"events", result.events},
                                {"packets", result.packets},
                                {"flows", result.flows},
                                {"attempts", result.attempts},
                                {"established", result.established}};
    for (const auto& row : SOAK_FAULTS)
    {
        line["faults"][row.name] = result.faults[static_cast<std::size_t>(row.fault)];
    }
    for (const auto& row : SOAK_LAWS)
    {
        line["laws"][row.name] = {laws.GetEvaluations(row.law), laws.GetViolations(row.law)};
    }
    return line.dump();
}

} // namespace

int
main(int argc, char* argv[])
{
    uint64_t seed = 1;
    uint32_t round = 1;
    bool isShort = false;
    bool isList = false;
    bool isPlan = false;
    CommandLine cmd(__FILE__);
    cmd.AddValue("seed", "Seed of the run; a whole number", seed);
    cmd.AddValue("round", "Number of the round, from 1", round);
    cmd.AddValue("short", "Simulate a small world with few faults, for a test", isShort);
    cmd.AddValue("plan", "Print what the round's world is like, and simulate nothing", isPlan);
    cmd.AddValue("list", "Print laws and faults as JSON, and simulate nothing", isList);
    cmd.Parse(argc, argv);
    if (isList)
    {
        PrintList();
        return 0;
    }
    const auto plan = MakeSoakPlan(seed, round, isShort);
    if (isPlan)
    {
        std::cout << GetText(plan) << std::endl;
        return 0;
    }
    uint64_t violations = 0;
    std::map<std::string, uint64_t> complaints;
    SoakLawBook laws([&](const SoakLawRow& law, const std::string& what) {
        ++violations;
        if (++complaints[law.name] <= MAX_COMPLAINTS)
        {
            std::cerr << "round " << round << ", " << Simulator::Now().As(Time::S) << ": "
                      << law.name << " is broken: " << what << std::endl;
        }
    });
    const auto before = GetAllocatedBytes();
    const auto result = RunSoakRound(plan, laws);
    const auto after = GetAllocatedBytes();
    laws.Note(SoakLaw::MemoryReturns,
              after <= before + MAX_GROWTH_BYTES
                  ? std::nullopt
                  : std::optional(std::to_string(after - before) + " bytes more than before"));
    std::cout << GetLine(plan, result, laws) << std::endl;
    return violations == 0 ? 0 : 1;
}
