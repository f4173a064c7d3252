// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-scenario-cost.h"

#include "azure-benchmark-measure.h"
#include "azure-temporary-database.h"

#include "ns3/abort.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-vm-stack.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <optional>
#include <string>

namespace ns3::azure
{

namespace
{

constexpr double NANOSECONDS = 1e9; //!< in a second

/// Set the scenario up, but do not create it.
void
Configure(OutboundScenarioHelper& scenario, const ScenarioLoad& load)
{
    if (load.profilePorts > 0)
    {
        const auto ports = std::to_string(load.profilePorts);
        scenario.SetProfile("2017[PortsPerPublicAddress=" + ports + "|AllocatedPorts=" + ports +
                            "]");
    }
    scenario.SetVms(load.vms);
    scenario.SetVmsPerHost(load.vmsPerHost);
    scenario.SetServerAddresses(load.destinations);
    scenario.SetVmStack(load.transport == TrafficTransport::Compact ? VmStack::Compact
                                                                    : VmStack::Internet);
}

/// @return the traffic, not installed
TrafficHelper
MakeTraffic(const ScenarioLoad& load)
{
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(load.flowsPerVm));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(load.flowsPerVm / load.seconds));
    traffic.SetAttribute("Transport", MakeEnumValue(load.transport));
    return traffic;
}

/// @return flows that all generators have established
uint64_t
CountEstablished(const TrafficHelper& traffic)
{
    uint64_t established = 0;
    for (const auto& generator : traffic.GetGenerators())
    {
        established += generator->GetEstablished();
    }
    return established;
}

/// Run a scenario, in this process.
ScenarioCost
RunScenario(const ScenarioLoad& load)
{
    ScenarioCost cost;
    const TemporaryDatabase database;
    const double bytes = ForgetPeakMemory();
    const double begin = ReadClock(load.clock);
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    Configure(scenario, load);
    scenario.Create();
    auto traffic = MakeTraffic(load);
    traffic.Install(scenario, load.vms);
    traffic.AssignStreams(scenario.AssignStreams(0));
    std::optional<TraceRecorder> recorder;
    if (load.isTraced)
    {
        recorder.emplace(database.GetPath(),
                         RunDescription{"benchmark", "load-balanced", "2017", {}});
        scenario.Connect(*recorder);
    }
    const double built = ReadClock(load.clock);
    const double builtBytes = ForgetPeakMemory();
    Simulator::Stop(Seconds(load.seconds + 1));
    Simulator::Run();
    cost.simulated = Simulator::Now().GetSeconds();
    cost.runMemory = GetPeakMemory() - builtBytes;
    if (recorder)
    {
        recorder->Close();
    }
    const double end = ReadClock(load.clock);
    cost.peakMemory = GetPeakMemory();
    cost.buildTime = (built - begin) / NANOSECONDS;
    cost.runTime = (end - built) / NANOSECONDS;
    cost.buildMemory = builtBytes - bytes;
    cost.databaseSize = database.GetSize();
    const auto flows = uint64_t{load.vms} * load.flowsPerVm;
    // flow, port acquired, attempt
    cost.databaseRows = load.isTraced ? 3.0 * static_cast<double>(flows) : 0;
    const auto established = CountEstablished(traffic);
    NS_ABORT_MSG_IF(established != flows,
                    "only " << established << " of " << flows << " flows were established");
    const auto broken = scenario.CheckInvariants();
    NS_ABORT_MSG_IF(broken, broken.value_or(""));
    return cost;
}

} // namespace

ScenarioCost
MeasureScenario(const ScenarioLoad& load)
{
    return RunInChild([&load] {
        auto small = load; // so that the memory of programs and libraries is there already
        small.vms = small.flowsPerVm = small.destinations = 1;
        RunScenario(small);
        Simulator::Destroy();
        return RunScenario(load);
    });
}

void
AddTransportOption(OptionList& list, TrafficTransport& transport)
{
    list.AddParsed("transport",
                   "transport of the flows, compact or socket",
                   GetName(TrafficTransport::Compact),
                   &ParseTrafficTransport,
                   transport);
}

} // namespace ns3::azure
