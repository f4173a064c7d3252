// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-health-probe-responder.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-scenario-capture.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * @brief How long do new flows go to a member that does not answer its health probe any more?
 *
 * @verbatim
   client --- Internet --- edge router --- fabric router --- host --- vm-0 ... vm-3
                                                  |           |
                                         load-balancer mux    health probes, from 168.63.129.16
   @endverbatim
 *
 * Four VMs are members of a pool with a TCP health probe.  A client opens a connection to the
 * frontend every 50 ms (or as --rate says) and keeps each open for 40 s.  From 60 s to 120 s vm-0
 * refuses its probes, though its service goes on.  The runs differ in interval and count of the
 * probe: in 2018 both of two misses in a row counted; since 2022 one does, unless the probe has a
 * threshold (sources.rst B.7).
 *
 * A probe that is refused has failed at once.  The first one to fail comes within an interval after
 * 60 s, the n-th another n - 1 intervals later: so the member is down (n - 1) to n intervals after
 * 60 s, plus the milliseconds that messages take to manager and mux.  Up to then it gets a quarter
 * of the new connections; afterwards none, but those it has live on (B.7: PR-1809).
 *
 * @verbatim
   $ ./azure-net run lb-probe-failover
   profile                      2018   2018   2023    2023
   probe interval (s)             15      5      5       5
   misses until down               2      2      1       3
   down after (s), at least       15      5      0      10
   down after (s)             25.539  8.513  3.513  13.513
   down after (s), at most        30     10      5      15
   up again after (s)         25.539  8.513  3.513  13.513
   new connections meanwhile     511    171     71     271
     to sick vm-0                133     43     16      67
     to vm-0 once it is down       0      0      0       0
   connections established      3200   3200   3200    3200
   packets to a wrong member       0      0      0       0
   database lb-probe-failover.db: runs 1 to 4 added
   ok
   @endverbatim
 *
 * A connection sends its last packets when the client closes it, 40 s after it was opened.  If the
 * mux had given it to another member by then, that one's host would drop them.
 *
 * The last line printed is "ok" when that is so: detection within its bounds, a quarter of the
 * connections until then (within four standard deviations) and none after it to vm-0, no packet to
 * a wrong member; otherwise the exit status is 1.
 *
 * Facts: S0-39
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t MEMBERS = 4;
const Time SICK = Seconds(60);
const Time WELL = Seconds(120);
const Time END = Seconds(240);
const Time STOP_OPENING = Seconds(180);
constexpr uint16_t PROBE_PORT = 8080;
const Time MESSAGES = MilliSeconds(100); // more than report and programming take

/// How members are probed.
struct Case
{
    const char* profile;               //!< Azure's behavior
    uint32_t interval;                 //!< seconds
    std::optional<uint32_t> threshold; //!< probeThreshold; none: numberOfProbes of 2
    uint32_t failuresToDown;           //!< what comes of it: misses in a row
};

constexpr std::array<Case, 4> CASES{{
    {"2018", 15, std::nullopt, 2},
    {"2018", 5, std::nullopt, 2},
    {"2023", 5, std::nullopt, 1},
    {"2023", 5, 3, 3},
}};

/// What the command line can change.
struct Options
{
    uint32_t rate{0};       //!< connections a second
    std::string database;   //!< SQLite file for the traces
    CaptureOptions capture; //!< files with packets, if any
};

/// What one run showed.
struct Outcome
{
    std::optional<Time> down; //!< when the mux knew that vm-0 is down
    std::optional<Time> up;   //!< when it knew that it is up again
    uint64_t before{0};       //!< connections to vm-0 while it was sick and not known to be
    uint64_t between{0};      //!< those opened while it was known to be down
    uint64_t established{0};  //!< connections, as the client sees them
    uint64_t strayed{0};      //!< packets of connections that came to another member
    int64_t runId{0};         //!< number of the run in the database
};

/// Trace sink of the mux: when vm-0 goes out of rotation, and comes back.
void
NoteHealth(Outcome* outcome, const MemberHealth& health)
{
    if (health.networkInterface == OutboundScenarioHelper::GetNetworkInterface(0) &&
        health.time >= SICK)
    {
        (health.isUp ? outcome->up : outcome->down) = health.time;
    }
}

/// Trace sink of the mux: count the new connections of vm-0.
void
NoteDecision(Outcome* outcome, const LoadBalancingDecision& decision)
{
    if (decision.time < SICK ||
        decision.networkInterface != OutboundScenarioHelper::GetNetworkInterface(0))
    {
        return;
    }
    const bool isKnown = outcome->down && !outcome->up;
    outcome->before += !outcome->down;
    outcome->between += isKnown;
}

/// Trace sink of a host agent: a member's host drops what belongs to another member's connection.
void
NoteDrop(Outcome* outcome, const DropRecord& drop, Ptr<const Packet> /* packet */)
{
    outcome->strayed += drop.reason == DropReason::NoTrackedFlow;
}

/// @return the case's number, from 1, for names of files
std::string
GetFileName(const Case& each)
{
    return "case-" + std::to_string(&each - CASES.data() + 1);
}

/// Run one case.
Outcome
Simulate(const Case& each, const Options& options, ProgressReporter& progress)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(each.profile);
    scenario.SetVms(MEMBERS);
    scenario.ChangeLoadBalancer([each](LoadBalancer& loadBalancer) {
        HealthProbe probe;
        probe.name = "alive";
        probe.port = PROBE_PORT;
        probe.interval = Seconds(each.interval);
        probe.probeThreshold = each.threshold;
        loadBalancer.probes.push_back(probe);
        loadBalancer.loadBalancingRules.front().probe = probe.name;
    });
    scenario.Create();
    for (uint32_t vm = 0; vm < MEMBERS; ++vm)
    {
        const auto responder = CreateObject<HealthProbeResponder>();
        responder->SetAttribute("Port", UintegerValue(PROBE_PORT));
        if (vm == 0)
        {
            responder->SetAttribute("Schedule", StringValue("0s=Answer;60s=Refuse;120s=Answer"));
        }
        scenario.GetVm(vm)->AddApplication(responder);
    }
    TrafficHelper traffic;
    traffic.SetAttribute("StartTime", TimeValue(Seconds(20)));
    traffic.SetAttribute("Flows",
                         UintegerValue(static_cast<uint32_t>(
                             options.rate * (STOP_OPENING - Seconds(20)).GetSeconds())));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(options.rate));
    traffic.SetHoldTime(*ParseHoldTime("hold", "40s"));
    traffic.InstallInbound(scenario, 1);
    traffic.AssignStreams(scenario.AssignStreams(0));

    Outcome outcome;
    TraceRecorder recorder(options.database,
                           {"lb-probe-failover",
                            "load-balanced",
                            each.profile,
                            {{"interval", std::to_string(each.interval) + "s"},
                             {"failuresToDown", std::to_string(each.failuresToDown)}}});
    ScenarioCapture capture(options.capture, GetFileName(each));
    scenario.Connect(recorder);
    scenario.Connect(capture);
    const auto mux = scenario.GetMux();
    mux->TraceConnectWithoutContext("MemberHealth", MakeBoundCallback(&NoteHealth, &outcome));
    mux->TraceConnectWithoutContext("LoadBalancingDecision",
                                    MakeBoundCallback(&NoteDecision, &outcome));
    const auto generator = traffic.GetGenerators().front();
    for (const auto& agent : scenario.GetHostAgents())
    {
        agent->TraceConnectWithoutContext("Drop", MakeBoundCallback(&NoteDrop, &outcome));
    }
    progress.BeginRun({&traffic}, END);
    Simulator::Stop(END);
    Simulator::Run();
    outcome.established = generator->GetEstablished();
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return the time since another in seconds; "never" if there is none
std::string
GetSeconds(const std::optional<Time>& time, Time since)
{
    if (!time)
    {
        return "never";
    }
    std::ostringstream os;
    os << std::fixed << std::setprecision(3) << (*time - since).GetSeconds();
    return os.str();
}

/// @return connections opened while vm-0 was sick and not known to be
uint64_t
GetConnections(Time down, uint32_t rate)
{
    return static_cast<uint64_t>(rate * (down - SICK).GetSeconds()) + 1;
}

/// @return whether so many of them are a member's share, within four standard deviations
bool
IsShareOfMember(uint64_t connections, uint64_t all)
{
    constexpr double SHARE = 1.0 / MEMBERS;
    const double expected = static_cast<double>(all) * SHARE;
    return std::abs(static_cast<double>(connections) - expected) <=
           4 * std::sqrt(expected * (1 - SHARE));
}

/// Print the outcomes, a column each.
void
Print(const std::vector<Outcome>& outcomes, uint32_t rate)
{
    ResultTable table;
    const auto addRow = [&](const std::string& name, const auto& getCell) {
        std::vector<std::string> row{name};
        for (std::size_t i = 0; i < outcomes.size(); ++i)
        {
            row.push_back(getCell(CASES[i], outcomes[i]));
        }
        table.AddRow(row);
    };
    const auto toText = [](uint64_t number) { return std::to_string(number); };
    addRow("profile", [](const Case& c, const Outcome&) { return std::string(c.profile); });
    addRow("probe interval (s)", [&](const Case& c, const Outcome&) { return toText(c.interval); });
    addRow("misses until down",
           [&](const Case& c, const Outcome&) { return toText(c.failuresToDown); });
    addRow("down after (s), at least", [&](const Case& c, const Outcome&) {
        return toText((c.failuresToDown - 1) * c.interval);
    });
    addRow("down after (s)",
           [](const Case&, const Outcome& o) { return GetSeconds(o.down, SICK); });
    addRow("down after (s), at most",
           [&](const Case& c, const Outcome&) { return toText(c.failuresToDown * c.interval); });
    addRow("up again after (s)",
           [](const Case&, const Outcome& o) { return GetSeconds(o.up, WELL); });
    addRow("new connections meanwhile", [rate](const Case&, const Outcome& o) {
        return o.down ? std::to_string(GetConnections(*o.down, rate)) : "-";
    });
    addRow("  to sick vm-0", [&](const Case&, const Outcome& o) { return toText(o.before); });
    addRow("  to vm-0 once it is down",
           [&](const Case&, const Outcome& o) { return toText(o.between); });
    addRow("connections established",
           [&](const Case&, const Outcome& o) { return toText(o.established); });
    addRow("packets to a wrong member",
           [&](const Case&, const Outcome& o) { return toText(o.strayed); });
    table.Print(std::cout);
}

/// @return whether the time is between so many intervals less one, and so many
bool
IsWithin(const std::optional<Time>& time, Time since, const Case& each, uint32_t outcomesInARow)
{
    const auto interval = Seconds(each.interval);
    return time && *time >= since + (outcomesInARow - 1) * interval &&
           *time <= since + outcomesInARow * interval + MESSAGES;
}

/// @return whether the outcome is the expected one
bool
IsExpected(const Case& each, uint32_t rate, const Outcome& outcome)
{
    return IsWithin(outcome.down, SICK, each, each.failuresToDown) &&
           IsWithin(outcome.up, WELL, each, each.failuresToDown) &&
           IsShareOfMember(outcome.before, GetConnections(*outcome.down, rate)) &&
           outcome.between == 0 &&
           outcome.established == rate * (STOP_OPENING - Seconds(20)).GetSeconds() &&
           outcome.strayed == 0;
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "How long new flows go to a member whose health probe fails.");
    list.AddUnsigned("rate", "connections per second", 20, {1, 100}, options.rate);
    list.AddDatabase(options.database);
    options.capture.AddTo(list);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    ProgressReporter progress(static_cast<uint32_t>(std::size(CASES)));
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto& each : CASES)
    {
        outcomes.push_back(Simulate(each, options, progress));
        isExpected = IsExpected(each, options.rate, outcomes.back()) && isExpected;
    }
    Print(outcomes, options.rate);
    return ReportRuns(std::cout,
                      options.database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      isExpected);
}
