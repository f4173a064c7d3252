// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-vm-stack.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief How long does a VM wait until exhausted SNAT ports are there again?
 *
 * @verbatim
   vm-0 --- host --- fabric router --- load-balancer mux, 198.18.0.1: 1,024 SNAT ports
                          |
                     edge router --- Internet --- server
   @endverbatim
 *
 * The VM opens 1,100 connections to one destination and then says nothing on any of them.  1,024 of
 * them get a port, 76 are refused.  An idle port is reclaimed after four minutes (S0-23): one
 * second before that, a new connection is refused still; one second after it, all 1,100 are tried
 * again and 1,024 get a port once more.
 *
 * @verbatim
   $ ./azure-net run four-minute-recovery
   connections                    at (s)  attempted  established  refused
   filled                              0       1100         1024       76
   1 s before they are reclaimed     239          1            0        1
   1 s after                         241       1100         1024       76
   database four-minute-recovery.db: run 1 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when exactly so many connections are established and refused, and
 * the laws of conservation hold.  Otherwise the exit status is 1.
 *
 * Facts: S0-22, S0-23
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t PORTS = 1024; // of a lone VM (sources.rst B.1)
constexpr uint32_t CONNECTIONS = 1100;
constexpr const char* PROFILE = "2018";
constexpr double END_S = 250;

/// Connections that are opened at once.
struct Wave
{
    const char* name;         //!< for the table
    double beginSeconds;      //!< when
    uint32_t connections;     //!< how many
    uint32_t established;     //!< how many of them, by arithmetic
    uint16_t firstSourcePort; //!< of the VM
};

/// One after the other; packets take 40 ms to the server and back.
constexpr Wave WAVES[] = {
    {"filled", 0, CONNECTIONS, PORTS, 10000},
    {"1 s before they are reclaimed", 239, 1, 0, 20000},
    {"1 s after", 241, CONNECTIONS, PORTS, 30000},
};

/// What a run showed.
struct Outcome
{
    std::vector<uint64_t> established; //!< by wave
    std::optional<std::string> broken; //!< law of conservation
    int64_t runId{0};                  //!< number of the run in the database
};

/// Have a VM open the wave's connections.
void
Configure(TrafficHelper& traffic, const Wave& wave)
{
    traffic.SetAttribute("Transport", MakeEnumValue(TrafficTransport::Compact));
    traffic.SetAttribute("Flows", UintegerValue(wave.connections));
    traffic.SetAttribute("FirstSourcePort", UintegerValue(wave.firstSourcePort));
    traffic.SetAttribute("ConnectAttempts", UintegerValue(1));
}

/// Run the simulation.
Outcome
Simulate(const std::string& database)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(PROFILE);
    scenario.SetVmStack(VmStack::Compact);
    scenario.Create();
    auto stream = scenario.AssignStreams(0);
    std::vector<Ptr<TrafficGenerator>> generators;
    for (const auto& wave : WAVES)
    {
        TrafficHelper traffic;
        Configure(traffic, wave);
        if (generators.empty())
        {
            traffic.Install(scenario, 1);
        }
        else
        {
            traffic.InstallGenerators(scenario, {0});
        }
        generators.push_back(traffic.GetGenerators().front());
        generators.back()->SetStartTime(Seconds(wave.beginSeconds));
        stream += traffic.AssignStreams(stream);
    }

    TraceRecorder recorder(database, {"four-minute-recovery", "load-balanced", PROFILE, {}});
    scenario.Connect(recorder);
    Simulator::Stop(Seconds(END_S));
    Simulator::Run();
    Outcome outcome{{}, scenario.CheckInvariants(), recorder.GetRunId()};
    for (const auto& generator : generators)
    {
        outcome.established.push_back(generator->GetEstablished());
    }
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList list(__FILE__, "How long until exhausted SNAT ports are there again.");
    list.AddDatabase(database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    const auto outcome = Simulate(database);
    if (outcome.broken)
    {
        std::cerr << "four-minute-recovery: " << *outcome.broken << std::endl;
    }
    ResultTable table;
    table.AddRow({"connections", "at (s)", "attempted", "established", "refused"});
    bool isExpected = !outcome.broken;
    for (std::size_t i = 0; i < outcome.established.size(); ++i)
    {
        const auto& wave = WAVES[i];
        isExpected = isExpected && outcome.established[i] == wave.established;
        table.AddRow({wave.name,
                      std::to_string(static_cast<int>(wave.beginSeconds)),
                      std::to_string(wave.connections),
                      std::to_string(outcome.established[i]),
                      std::to_string(wave.connections - outcome.established[i])});
    }
    table.Print(std::cout);
    return ReportRuns(std::cout, database, outcome.runId, outcome.runId, isExpected);
}
