// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief A workload of several phases, each flows of one VM that begin at once: for nat.py.
 *
 * Takes the options of port-exhaustion, of which flows and activeVms do not count, and the phases.
 * What became of the flows is for the database to tell.
 *
 * @verbatim
   $ azure-nat-case --profile=2018 --phases=0:1000:0s,0:500:3s --idleTimeout=6s --stop=12s --db=x.db
   @endverbatim
 */

#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-experiment.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-parse.h"
#include "ns3/azure-text-fields.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

/// Phases have source ports of their own, so that a flow of one is never another's once more.
constexpr uint32_t FIRST_SOURCE_PORT = 1024;

/// Flows of one VM that begin at once.
struct Phase
{
    uint32_t vm{0};    //!< number of the VM, from 0
    uint32_t flows{0}; //!< at least 1
    Time start;        //!< when they begin
};

/// @return the phases of a text like "0:1000:0s,1:500:3s"
Parsed<std::vector<Phase>>
ParsePhases(const std::string& field, const std::string& text)
{
    std::vector<Phase> phases;
    for (const auto& part : SplitFields(text, ','))
    {
        const auto fields = SplitFields(part, ':');
        const bool areThree = fields.size() == 3;
        const auto vm = ParseUnsigned(fields.front());
        const auto flows = ParseUnsigned(fields[areThree ? 1 : 0]);
        const auto start = ParseTime(fields.back());
        if (!areThree || !vm || flows.value_or(0) == 0 || !start || start->IsStrictlyNegative())
        {
            return Parsed<std::vector<Phase>>::Refuse(field,
                                                      part,
                                                      "VM:FLOWS:START, as in 0:1000:3s");
        }
        phases.push_back({*vm, *flows, *start});
    }
    return phases;
}

/// Run the simulation.  @return a law of conservation that is broken; none if all hold
std::optional<std::string>
Simulate(const OutboundExperiment& options,
         const std::vector<Phase>& phases,
         const RunDescription& description)
{
    const auto scenario = options.MakeScenario();
    scenario->Create();
    auto stream = scenario->AssignStreams(0);
    auto servers = options.MakeTraffic();
    servers.Install(*scenario, 0);
    uint32_t sourcePort = FIRST_SOURCE_PORT;
    for (const auto& phase : phases)
    {
        auto traffic = options.MakeTraffic();
        traffic.SetAttribute("FirstSourcePort", UintegerValue(sourcePort));
        traffic.SetAttribute("Flows", UintegerValue(phase.flows));
        traffic.InstallGenerators(*scenario, {phase.vm});
        traffic.GetGenerators().front()->SetStartTime(phase.start);
        stream += traffic.AssignStreams(stream);
        sourcePort += phase.flows;
    }
    TraceRecorder recorder(options.database, description);
    scenario->Connect(recorder);
    if (options.stop)
    {
        Simulator::Stop(*options.stop);
    }
    Simulator::Run();
    auto brokenLaw = scenario->CheckInvariants();
    recorder.Close();
    Simulator::Destroy();
    return brokenLaw;
}

} // namespace

int
main(int argc, char* argv[])
{
    OutboundExperiment options;
    std::vector<Phase> phases;
    OptionList list(__FILE__, "Runs a workload of several phases.");
    options.AddTo(list);
    list.AddParsed("phases",
                   "VM:FLOWS:START, with commas between them",
                   "0:1100:0s",
                   &ParsePhases,
                   phases);
    if (!list.Accept(argc, argv, [&]() -> std::optional<std::string> {
            uint64_t flows = 0;
            for (const auto& phase : phases)
            {
                flows += phase.flows;
                if (flows > 65536 - FIRST_SOURCE_PORT)
                {
                    return "phases: there are more flows than source ports";
                }
                if (phase.vm >= options.vms)
                {
                    return "phases: VM " + std::to_string(phase.vm) + " is not there";
                }
            }
            return options.database.empty() ? "db: it is needed" : options.Validate();
        }))
    {
        return 1;
    }
    const auto brokenLaw = Simulate(options, phases, options.Describe("azure-nat-case", list));
    if (brokenLaw)
    {
        std::cerr << "azure-nat-case: " << *brokenLaw << std::endl;
    }
    return brokenLaw ? 1 : 0;
}
