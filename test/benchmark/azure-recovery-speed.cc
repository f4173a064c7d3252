// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief How much faster than real time a VM's SNAT ports are used up, idle out and used up again.
 *
 * A VM opens 1,024 TCP flows to one destination at once, which take all of its ports, and is silent
 * then.  A flow 2 minutes later is refused.  After 4 minutes without packets (S0-23) the ports are
 * free, and a second later another 1,024 flows take them; the run ends when those have idled out as
 * well, after 8 minutes and 2 seconds.  A recorder writes everything into a database.
 *
 * The figures are simulated seconds for each second that the run takes, with ns-3's sockets and
 * with the compact transport, whose goal is 1,000; medians of all repetitions, each in a process of
 * its own.
 */

#include "azure-benchmark-measure.h"
#include "azure-benchmark-report.h"
#include "azure-temporary-database.h"

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-vm-stack.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr double GOAL = 1000;    //!< simulated seconds in a second
constexpr uint32_t PORTS = 1024; //!< of the VM, with the profile 2017

/// Have the VM open flows at a time.  @return who counts them
Ptr<TrafficGenerator>
Install(const OutboundScenarioHelper& scenario,
        TrafficTransport transport,
        uint32_t flows,
        uint16_t firstSourcePort,
        Time start)
{
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(flows));
    traffic.SetAttribute("FirstSourcePort", UintegerValue(firstSourcePort));
    traffic.SetAttribute("Transport", MakeEnumValue(transport));
    if (start.IsZero())
    {
        traffic.Install(scenario, 1);
    }
    else
    {
        traffic.InstallGenerators(scenario, {0});
        traffic.GetGenerators().front()->SetStartTime(start);
    }
    return traffic.GetGenerators().front();
}

/// Run the experiment, in this process.  @return simulated seconds in a second
double
RunExperiment(const BenchmarkOptions& options, TrafficTransport transport)
{
    const double begin = ReadClock(options.clock);
    const TemporaryDatabase database;
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetVmStack(transport == TrafficTransport::Compact ? VmStack::Compact
                                                               : VmStack::Internet);
    scenario.Create();
    const auto first = Install(scenario, transport, PORTS, 10'000, Seconds(0));
    const auto refused = Install(scenario, transport, 1, 20'000, Minutes(2));
    const auto second = Install(scenario, transport, PORTS, 30'000, Seconds(241));
    scenario.AssignStreams(0);
    TraceRecorder recorder(database.GetPath(), {"benchmark", "load-balanced", "2017", {}});
    scenario.Connect(recorder);
    Simulator::Stop(Seconds(482));
    Simulator::Run();
    recorder.Close();
    const double time = ReadClock(options.clock) - begin;
    NS_ABORT_MSG_IF(first->GetEstablished() != PORTS || refused->GetFailed() != 1 ||
                        second->GetEstablished() != PORTS,
                    "the ports were not used up, or not free again");
    return 1e9 * Simulator::Now().GetSeconds() / time;
}

} // namespace

int
main(int argc, char* argv[])
{
    BenchmarkOptions options;
    OptionList list(__FILE__, "Measures how fast the recovery of SNAT ports is simulated.");
    options.AddTo(list, {5, 1});
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    BenchmarkReport report("recovery-speed",
                           options,
                           "2 x 1024 flows, traced, " + std::to_string(options.repetitions) +
                               " repetitions");
    std::vector<double> socket;
    std::vector<double> compact;
    for (uint32_t i = 0; i < options.repetitions; ++i)
    {
        const auto measure = [&](TrafficTransport transport) {
            return RunInChild([&] { return RunExperiment(options, transport); });
        };
        socket.push_back(measure(TrafficTransport::Socket));
        compact.push_back(measure(TrafficTransport::Compact));
    }
    report.AddRow({"socket", {}, GetMedian(socket), "s/s"});
    report.AddRow({"compact", {}, GetMedian(compact), "s/s", std::nullopt, AtLeast(GOAL)});
    return report.Finish();
}
