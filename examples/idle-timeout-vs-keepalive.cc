// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-sample-statistics.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief Which connections outlive the idle timeout, and who notices when one does not?
 *
 * @verbatim
   10.0.0.4                      198.18.0.1             198.19.0.1
   vm-0 --- host --- fabric router --- edge router --- Internet --- server
                        |
               load-balancer mux
   @endverbatim
 *
 * A VM opens 20 connections, asks for something once, and holds each for an hour.  4 minutes after
 * the last packet the host forgets a connection and frees its SNAT port (sources.rst B.5).  A
 * message every 200 s, from either side, keeps it; one every 300 s comes too late, is dropped, and
 * the VM's TCP repeats it, 1 s, 2 s ... 32 s and 60 s later, until it gives up after 123 s.
 *
 * Without TCP reset a dead connection is told to nobody: the VM learns of it when it sends
 * something, the server never.  With TCP reset both have a RST at the timeout (TR-2010).
 *
 * @verbatim
   $ ./azure-net run idle-timeout-vs-keepalive
                   keep-alives  every  connections  ports at         VM     server
   TCP reset              from    (s)      survive    30 min  knows (s)  knows (s)
   none                      -      -            0         0          -          -
   none                     VM    300            0         0      423.0          -
   none                     VM    200           20        20          -          -
   none                 server    200           20        20          -          -
   at the timeout            -      -            0         0      240.2      240.3
   at the timeout           VM    300            0         0      240.2      240.3
   at the timeout           VM    200           20        20          -          -
   at the timeout       server    200           20        20          -          -
   database idle-timeout-vs-keepalive.db: runs 1 to 8 added
   ok
   @endverbatim
 *
 * The times are those of the connection that is told first, since it was opened; "-" is never in
 * that hour.  The last line printed is "ok" when all connections survive that should, and no other;
 * when those hold a port each; and when the ends notice within a second of the time expected.
 * Otherwise the exit status is 1.
 *
 * Facts: S0-23
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t CONNECTIONS = 20;
constexpr uint32_t HOLD_SECONDS = 3600;
constexpr double TCP_GIVES_UP = 1 + 2 + 4 + 8 + 16 + 32 + 60; // s, of ns-3's TCP

/// Who sends keep-alive messages.
enum class Keeper : uint8_t
{
    Client,
    Server,
};

/// What the user may choose.
struct Options
{
    uint32_t idleTimeout{0}; //!< minutes
    std::string database;    //!< path
};

/// One run.
struct Plan
{
    bool isTcpReset;                 //!< at the idle timeout
    std::optional<double> keepAlive; //!< interval, s; none are sent without
    Keeper keeper;                   //!< who sends them
};

/// What one run showed, and what it should show.
struct Outcome
{
    uint32_t survived{0};               //!< connections whose FIN reached the server
    uint32_t portsInUse{0};             //!< in the middle of the hold
    std::optional<double> clientNotice; //!< s, when the first connection ended too early
    std::optional<double> serverNotice; //!< likewise, at the server
    int64_t runId{0};                   //!< number of the run in the database
};

/// Trace sink of the generator.
void
NoteClientEnd(Outcome* outcome, const TrafficFlow& /* flow */, TrafficEnd end)
{
    if (end != TrafficEnd::HoldOver && !outcome->clientNotice)
    {
        outcome->clientNotice = Simulator::Now().GetSeconds();
    }
}

/// Trace sink of the server.
void
NoteServerEnd(Outcome* outcome, const FlowKey& /* key */, TrafficEnd end)
{
    outcome->survived += end == TrafficEnd::PeerClosed;
    if (end != TrafficEnd::PeerClosed && !outcome->serverNotice)
    {
        outcome->serverNotice = Simulator::Now().GetSeconds();
    }
}

/// @return the profile's text form
std::string
GetProfile(const Options& options, const Plan& plan)
{
    return "2018[IdleTimeout=" + std::to_string(60 * options.idleTimeout) +
           "s|TcpReset=" + (plan.isTcpReset ? "BothEnds" : "None") + "]";
}

/// Have the VM open connections, and tell what becomes of them.
void
Install(const OutboundScenarioHelper& scenario, const Plan& plan, Outcome& outcome)
{
    const TimeValue interval(Seconds(plan.keepAlive.value_or(0)));
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(CONNECTIONS));
    traffic.SetHoldTime(*ParseHoldTime("hold", std::to_string(HOLD_SECONDS) + "s"));
    if (plan.keeper == Keeper::Client)
    {
        traffic.SetAttribute("KeepAliveInterval", interval);
    }
    traffic.Install(scenario, 1);
    traffic.AssignStreams(scenario.AssignStreams(0));
    const auto& server = traffic.GetServers().front();
    server->SetAttribute("IdleTimeout", TimeValue(Seconds(2 * HOLD_SECONDS)));
    if (plan.keeper == Keeper::Server)
    {
        server->SetAttribute("KeepAliveInterval", interval);
    }
    traffic.GetGenerators().front()->TraceConnectWithoutContext(
        "FlowClosed",
        MakeBoundCallback(&NoteClientEnd, &outcome));
    server->TraceConnectWithoutContext("Closed", MakeBoundCallback(&NoteServerEnd, &outcome));
}

/// Do one run.
Outcome
Simulate(const Options& options, const Plan& plan)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(GetProfile(options, plan));
    scenario.SetVms(1);
    scenario.Create();
    Outcome outcome;
    Install(scenario, plan, outcome);
    TraceRecorder recorder(options.database,
                           {"idle-timeout-vs-keepalive",
                            "load-balanced",
                            GetProfile(options, plan),
                            {{"keepAlive_s", FormatDecimal(plan.keepAlive.value_or(0), 0)},
                             {"keeper", plan.keeper == Keeper::Client ? "client" : "server"}}});
    scenario.Connect(recorder);
    Simulator::Schedule(Seconds(0.5 * HOLD_SECONDS), [&] {
        for (const auto& usage : scenario.GetHostAgents().front()->GetSnatPortUsage())
        {
            outcome.portsInUse += usage.portsInUse;
        }
    });
    Simulator::Stop(Seconds(HOLD_SECONDS + 10)); // the VM's FINs have been answered by then
    Simulator::Run();
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return what the arithmetic in the head says
Outcome
GetExpected(const Options& options, const Plan& plan)
{
    const double idleTimeout = 60.0 * options.idleTimeout;
    Outcome expected;
    if (plan.keepAlive.value_or(HOLD_SECONDS) < idleTimeout)
    {
        expected.survived = CONNECTIONS;
        expected.portsInUse = CONNECTIONS;
    }
    else if (plan.isTcpReset)
    {
        expected.clientNotice = idleTimeout;
        expected.serverNotice = idleTimeout;
    }
    else if (plan.keepAlive)
    {
        expected.clientNotice = *plan.keepAlive + TCP_GIVES_UP;
    }
    return expected;
}

/// @return whether both are never, or within a second
bool
IsNear(const std::optional<double>& actual, const std::optional<double>& expected)
{
    return actual.has_value() == expected.has_value() &&
           (!actual || std::abs(*actual - *expected) < 1);
}

/// @return whether the run showed what it should
bool
IsExpected(const Outcome& outcome, const Outcome& expected)
{
    return outcome.survived == expected.survived && outcome.portsInUse == expected.portsInUse &&
           IsNear(outcome.clientNotice, expected.clientNotice) &&
           IsNear(outcome.serverNotice, expected.serverNotice);
}

/// @return the row of a run
std::vector<std::string>
MakeRow(const Plan& plan, const Outcome& outcome)
{
    const auto format = [](const std::optional<double>& seconds) {
        return seconds ? FormatDecimal(*seconds, 1) : "-";
    };
    const std::string keeper = plan.keeper == Keeper::Client ? "VM" : "server";
    return {plan.isTcpReset ? "at the timeout" : "none",
            plan.keepAlive ? keeper : "-",
            plan.keepAlive ? FormatDecimal(*plan.keepAlive, 0) : "-",
            std::to_string(outcome.survived),
            std::to_string(outcome.portsInUse),
            format(outcome.clientNotice),
            format(outcome.serverNotice)};
}

/// @return the runs: no keep-alives, too late ones, and such as come in time
std::vector<Plan>
MakePlans(const Options& options)
{
    const double late = 75.0 * options.idleTimeout;   // 5/4 of the idle timeout, s
    const double inTime = 50.0 * options.idleTimeout; // 5/6 of it
    std::vector<Plan> plans;
    for (const bool isTcpReset : {false, true})
    {
        plans.push_back({isTcpReset, std::nullopt, Keeper::Client});
        plans.push_back({isTcpReset, late, Keeper::Client});
        plans.push_back({isTcpReset, inTime, Keeper::Client});
        plans.push_back({isTcpReset, inTime, Keeper::Server});
    }
    return plans;
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "Which connections outlive the idle timeout, and who notices.");
    list.AddUnsigned("idleTimeout", "minutes without packets", 4, {4, 25}, options.idleTimeout);
    list.AddDatabase(options.database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    ResultTable table;
    table.AddRow({"", "keep-alives", "every", "connections", "ports at", "VM", "server"});
    table.AddRow({"TCP reset", "from", "(s)", "survive", "30 min", "knows (s)", "knows (s)"});
    std::vector<int64_t> runs;
    bool isExpected = true;
    for (const auto& plan : MakePlans(options))
    {
        const auto outcome = Simulate(options, plan);
        table.AddRow(MakeRow(plan, outcome));
        runs.push_back(outcome.runId);
        isExpected = IsExpected(outcome, GetExpected(options, plan)) && isExpected;
    }
    table.Print(std::cout);
    return ReportRuns(std::cout, options.database, runs.front(), runs.back(), isExpected);
}
