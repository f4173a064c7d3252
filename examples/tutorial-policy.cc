// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-net-module.h"
#include "ns3/core-module.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * @brief Does a pool use its SNAT ports better if who runs out gets as many again?
 *
 * The second program of doc/tutorial.rst, which takes it apart.
 *
 * @verbatim
   busy VMs, 1,100 connections each ---+
                                       +--- 64,511 ports of one address --- Internet --- server
   idle VMs, 120 with the busy ones ---+
   @endverbatim
 *
 * Azure's table of 2017 gives each of 120 VMs 256 ports, whether it needs them or not.  A policy of
 * our own gives 64, and doubles what a VM has whenever it runs out, while there are any.
 *
 * @verbatim
   $ ./azure-net run tutorial-policy
   busy VMs      policy  established  closed form
   1         table-2017          256          256
   1           doubling         1100         1100
   20        table-2017         5120         5120
   20          doubling        22000        22000
   60        table-2017        15360        15360
   60          doubling        60664        60664
   database tutorial-policy.db: runs 1 to 6 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when all counts are those of the closed form.  Otherwise the exit
 * status is 1.
 */

// tutorial: begin
using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t FLOWS = 1100;    // connections that each busy VM opens
constexpr uint32_t VMS = 120;       // members of the backend pool
constexpr uint32_t TABLE = 256;     // ports of each, by the table of 2017
constexpr uint32_t FIRST = 64;      // ports of each at the beginning, when they double
constexpr uint32_t ADDRESS = 64504; // ports of one address in ranges of 8: 64,511 rounded down

// tutorial: policy
/// Gives 64 ports at the beginning, and with each request as many as the interface has.
class DoublingPolicy : public SnatAllocationPolicy
{
  public:
    std::vector<uint32_t> GetPreallocation(
        const std::vector<SharedSnatPorts>& frontends) const override
    {
        std::vector<uint32_t> ports(frontends.size(), 0);
        ports.front() = FIRST; // all on the first frontend
        return ports;
    }

    bool IsOnDemand() const override
    {
        return true;
    }

    uint32_t GetGrant(const SnatRequestSituation& situation) const override
    {
        return situation.portsHeld; // a multiple of the profile's PortRangeSize, 8
    }
};

// tutorial: simulate
/// @return connections of all VMs @param lastRun number of the run in the database
uint64_t
Simulate(bool isDoubling, uint32_t busy, const std::string& database, int64_t& lastRun)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    const std::string profile = isDoubling ? "legacy-on-demand" : "2017";
    scenario.SetProfile(profile);
    if (isDoubling)
    {
        scenario.SetAllocationPolicy(
            [](const Profile&) { return std::make_unique<DoublingPolicy>(); });
    }
    scenario.SetVms(VMS);
    scenario.SetVmStack(VmStack::Compact); // up to 66,000 connections: doc/scale.rst
    scenario.Create();

    TrafficHelper traffic;
    traffic.SetAttribute("Transport", StringValue("Compact"));
    traffic.SetAttribute("Flows", UintegerValue(FLOWS));
    traffic.SetAttribute("Rate", DoubleValue(100));
    traffic.SetAttribute("Arrival", StringValue("Periodic"));
    traffic.Install(scenario, busy);
    traffic.AssignStreams(scenario.AssignStreams(0));

    TraceRecorder recorder(
        database,
        {"tutorial-policy",
         "load-balanced",
         profile,
         {{"policy", isDoubling ? "doubling" : "table-2017"}, {"busyVms", std::to_string(busy)}}});
    scenario.Connect(recorder);
    Simulator::Stop(Seconds(20));
    Simulator::Run();
    uint64_t established = 0;
    for (const auto& generator : traffic.GetGenerators())
    {
        established += generator->GetEstablished();
    }
    lastRun = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return established;
}

// tutorial: closed form
/// @return connections of all VMs, as arithmetic has it
uint64_t
Expect(bool isDoubling, uint32_t busy)
{
    const uint32_t most = isDoubling ? ADDRESS - (VMS - busy) * FIRST : busy * TABLE;
    return std::min(busy * FLOWS, most);
}

// tutorial: main
} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList options(__FILE__, "A policy of one's own against Azure's table of 2017.");
    options.AddDatabase(database);
    if (!options.Accept(argc, argv))
    {
        return 1;
    }
    ResultTable table;
    table.AddRow({"busy VMs", "policy", "established", "closed form"});
    bool isExpected = true;
    int64_t firstRun = 0;
    int64_t lastRun = 0;
    for (const uint32_t busy : {1, 20, 60})
    {
        for (const bool isDoubling : {false, true})
        {
            const auto established = Simulate(isDoubling, busy, database, lastRun);
            const auto expected = Expect(isDoubling, busy);
            firstRun = firstRun == 0 ? lastRun : firstRun;
            isExpected = isExpected && established == expected;
            table.AddRow({std::to_string(busy),
                          isDoubling ? "doubling" : "table-2017",
                          std::to_string(established),
                          std::to_string(expected)});
        }
    }
    table.Print(std::cout);
    return ReportRuns(std::cout, database, firstRun, lastRun, isExpected);
}
// tutorial: end
