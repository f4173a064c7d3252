// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <array>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief Does a rule that denies the Internet stop a VM's flows, and what do those cost?
 *
 * @verbatim
   vm-0 --- host --- fabric router --- load-balancer mux
    |                      |
    |                 edge router --- Internet --- server
    +--- network interface, in a subnet: either can have the security group "no-internet"
   @endverbatim
 *
 * A load-balanced VM opens 50 connections to a server, 10 a second, and holds each for 10 s.  The
 * security group has one rule: outbound, to the service tag Internet, Deny (S0-07, S0-35).  It is
 * attached nowhere, to the network interface, to the subnet, or to the interface and has no rule of
 * its own until 2.45 s after the start.
 *
 * @verbatim
   $ ./azure-net run nsg-blocks-internet
   security group          nowhere  interface  subnet  interface, later
   flows attempted              50         50      50                50
   flows established            50          0       0                25
   flows denied                  0         50      50                25
   flows held for 10 s          50          0       0                25
   SNAT ports used (peak)       50          0       0                25
   database nsg-blocks-internet.db: runs 1 to 4 added
   ok
   @endverbatim
 *
 * Denied flows cost no SNAT port, as security groups are asked before SNAT (sources.rst B.9).  Of
 * the flows that begin at 0 s, 0.1 s, ... the group lets the first 25 pass by a default rule.  They
 * have flow records when its rule comes, and live on (S3-24); the other 25 are denied.  The view
 * v_nsg_flow_log of the database has what Azure would log of the runs with a group.
 *
 * The last line printed is "ok" when the numbers are those; otherwise the exit status is 1.
 *
 * Facts: S0-07, S0-35, S3-24
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t FLOWS = 50;         // of the VM
constexpr double RATE = 10;            // flows a second
const Time HOLD = Seconds(10);         // of each connection
const Time LATER = MilliSeconds(2450); // between the flows number 24 and 25, counted from 0
constexpr const char* GROUP = "no-internet";

/// Where the security group is attached, and what becomes of the flows then.
struct Case
{
    const char* name;     //!< heading of the column
    bool isOnInterface;   //!< attached to the network interface
    bool isOnSubnet;      //!< attached to the subnet
    bool isLater;         //!< its rule is added in mid-run, not before
    uint32_t established; //!< expected; the others are denied
};

// clang-format off
constexpr std::array<Case, 4> CASES{{
    // name              interface subnet later  established
    {"nowhere",          false,    false, false, FLOWS},
    {"interface",        true,     false, false, 0},
    {"subnet",           false,    true,  false, 0},
    {"interface, later", true,     false, true,  25},
}};
// clang-format on

/// What one run showed.
struct Outcome
{
    FlowCounts counts; //!< as the host agent sees them
    uint32_t held{0};  //!< flows with packets over the whole hold time
    int64_t runId{0};  //!< number of the run in the database
};

/// Trace sink of the host agent: count the flows that were held.
void
CountHeld(uint32_t* held, const FlowRecord& flow)
{
    *held += flow.outcome == FlowOutcome::Established && flow.lastPacket - flow.firstPacket >= HOLD;
}

/// Put the rule that denies the Internet into the group.
void
AddRule(OutboundScenarioHelper& scenario)
{
    SecurityRuleText rule;
    rule.name = "DenyInternet";
    rule.direction = "Outbound";
    rule.access = "Deny";
    rule.destinationAddressPrefixes = {"Internet"};
    scenario.Change([rule](auto& all) { return all.AddSecurityRule(GROUP, rule); });
}

/// Attach the group as the case says.
void
Attach(OutboundScenarioHelper& scenario, const Case& each)
{
    if (each.isOnInterface)
    {
        scenario.AttachToNetworkInterface(GROUP, 0);
    }
    if (each.isOnSubnet)
    {
        scenario.AttachToSubnet(GROUP);
    }
}

/// Run one case, until no connection is tracked any more.
Outcome
Simulate(const Case& each, const std::string& database)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.AddNetworkSecurityGroup(GROUP, {});
    if (each.isLater)
    {
        Simulator::Schedule(LATER, [&scenario] { AddRule(scenario); });
    }
    else
    {
        AddRule(scenario);
    }
    Attach(scenario, each);
    scenario.Create();
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(FLOWS));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(RATE));
    traffic.SetHoldTime(*ParseHoldTime("hold", "10s"));
    traffic.Install(scenario, 1);
    traffic.AssignStreams(scenario.AssignStreams(0));

    Outcome outcome;
    TraceRecorder recorder(database, {"nsg-blocks-internet", each.name, "2017", {}}, std::nullopt);
    FlowStatistics statistics;
    scenario.Connect(recorder);
    scenario.Connect(statistics);
    scenario.GetHostAgents().front()->TraceConnectWithoutContext(
        "FlowEnded",
        MakeBoundCallback(&CountHeld, &outcome.held));
    Simulator::Run();
    outcome.counts = statistics.GetTotals();
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// Print the outcomes, a column each.
void
Print(const std::vector<Outcome>& outcomes)
{
    std::vector<std::vector<std::string>> rows{{"security group"},
                                               {"flows attempted"},
                                               {"flows established"},
                                               {"flows denied"},
                                               {"flows held for 10 s"},
                                               {"SNAT ports used (peak)"}};
    for (std::size_t i = 0; i < outcomes.size(); ++i)
    {
        const auto& [counts, held, runId] = outcomes[i];
        rows[0].emplace_back(CASES[i].name);
        rows[1].push_back(std::to_string(counts.attempted));
        rows[2].push_back(std::to_string(counts.established));
        rows[3].push_back(std::to_string(counts.denied));
        rows[4].push_back(std::to_string(held));
        rows[5].push_back(std::to_string(counts.peakPortsUsed));
    }
    ResultTable table;
    for (const auto& row : rows)
    {
        table.AddRow(row);
    }
    table.Print(std::cout);
}

/// @return whether the outcome is the expected one
bool
IsExpected(const Case& each, const Outcome& outcome)
{
    const auto& counts = outcome.counts;
    return counts.attempted == FLOWS && counts.established == each.established &&
           counts.denied == FLOWS - each.established && outcome.held == each.established &&
           counts.peakPortsUsed == each.established;
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList list(__FILE__, "What a rule that denies the Internet does to a VM's flows.");
    list.AddDatabase(database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto& each : CASES)
    {
        outcomes.push_back(Simulate(each, database));
        isExpected = IsExpected(each, outcomes.back()) && isExpected;
    }
    Print(outcomes);
    return ReportRuns(std::cout,
                      database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      isExpected);
}
