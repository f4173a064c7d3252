// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-health-probe-responder.h"
#include "ns3/azure-health-prober.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-scenario-capture.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <array>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief Which security rules take a load-balanced VM out of rotation, and do its own flows notice?
 *
 * @verbatim
   client --- Internet --- edge router --- fabric router --- host --- vm-0, its security group
                                                  |           |
                                         load-balancer mux    health probes, from 168.63.129.16
   @endverbatim
 *
 * A VM is the only member of a pool, with a TCP health probe every 15 s, of which two misses count.
 * Its network security group lets the client in, beside the default rules; one VM has none.  Rules
 * are added at 20 s, from case to case: none; one against the tag AzureLoadBalancer (S0-38); one
 * that denies everything, at priority 4096; and that one with another before it, at 4095, that
 * allows the tag.  From 80 s on, when the second miss is over, a client opens a connection to the
 * frontend every second, and the VM one to the client, 60 each.
 *
 * @verbatim
   $ ./azure-net run lb-nsg-blocks-probe
   security group        no group  defaults    deny tag  deny all  allow tag
   member was                  up        up          up        up         up
   member is                   up        up        down      down         up
   probes denied by             -         -  DenyProbes   DenyAll          -
   inbound connections         60        60           0         0         60
   outbound connections        60        60          60        60         60
   database lb-nsg-blocks-probe.db: runs 1 to 5 added
   ok
   @endverbatim
 *
 * A VM whose probes are blocked is marked down, and new flows do not come (S0-38, S0-39); what it
 * begins itself is not affected (sources.rst B.7: PR-2310).
 *
 * The last line printed is "ok" when the member is up before and up, up, down, down, up afterwards;
 * when the rule that denies its probes is the one that was added; when all 60 inbound connections
 * are established where it is up and none where it is down, and all 60 outbound ones in each case;
 * otherwise the exit status is 1.
 *
 * Facts: S0-37, S0-38, S0-39
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr const char* PROFILE = "2017";
constexpr uint32_t FLOWS = 60;    // in each direction
constexpr double RATE = 1;        // flows a second
const Time CHANGED = Seconds(20); // when rules are added: the first probe has ended
const Time BEGIN = Seconds(80);   // of the flows: 20 s and at most three intervals of 15 s later
const Time END = Seconds(150);    // of the simulation
constexpr uint16_t PROBE_PORT = 8080; // of the responder
constexpr const char* GROUP = "web";

/// What the security group says, and what comes of it.
struct Case
{
    const char* name;    //!< heading of the column
    bool hasGroup;       //!< the VM has a security group
    bool isProbeDenied;  //!< a rule denies AzureLoadBalancer
    bool isAllDenied;    //!< a rule denies everything, at 4096
    bool isProbeAllowed; //!< a rule before that one allows AzureLoadBalancer, at 4095
    bool isUp;           //!< expected
};

constexpr std::array<Case, 5> CASES{{
    {"no group", false, false, false, false, true},
    {"defaults", true, false, false, false, true},
    {"deny tag", true, true, false, false, false},
    {"deny all", true, false, true, false, false},
    {"allow tag", true, false, true, true, true},
}};

/// What one run showed.
struct Outcome
{
    std::optional<bool> wasUp; //!< the word of the host's probes when rules are added
    std::optional<bool> isUp;  //!< their last word
    std::string denying{"-"};  //!< rule that denied probes
    uint64_t inbound{0};       //!< connections of the client to the frontend that were established
    uint64_t outbound{0};      //!< connections of the VM that were established
    int64_t runId{0};          //!< number of the run in the database
};

/// @return a rule for inbound packets from some addresses
SecurityRuleText
MakeRule(const std::string& name,
         uint32_t priority,
         const std::string& access,
         const std::string& source)
{
    SecurityRuleText rule;
    rule.name = name;
    rule.priority = std::to_string(priority);
    rule.direction = "Inbound";
    rule.access = access;
    rule.sourceAddressPrefixes = {source};
    return rule;
}

/// @return the rule that lets the client in
SecurityRuleText
MakeWebRule()
{
    auto web = MakeRule("AllowWeb", 100, "Allow", "Internet");
    web.destinationPortRanges = {"80"};
    return web;
}

/// Add the rules of the case to the group.
void
AddRules(OutboundScenarioHelper& scenario, const Case& each)
{
    std::vector<SecurityRuleText> rules;
    if (each.isProbeDenied)
    {
        rules.push_back(MakeRule("DenyProbes", 200, "Deny", "AzureLoadBalancer"));
    }
    if (each.isProbeAllowed)
    {
        rules.push_back(MakeRule("AllowProbes", 4095, "Allow", "AzureLoadBalancer"));
    }
    if (each.isAllDenied)
    {
        rules.push_back(MakeRule("DenyAll", 4096, "Deny", "*"));
    }
    for (const auto& rule : rules)
    {
        scenario.Change([rule](auto& all) { return all.AddSecurityRule(GROUP, rule); });
    }
}

/// Put a TCP probe on the rule.
void
AddProbe(LoadBalancer& loadBalancer)
{
    HealthProbe probe;
    probe.name = "alive";
    probe.port = PROBE_PORT;
    loadBalancer.probes.push_back(probe);
    loadBalancer.loadBalancingRules.front().probe = probe.name;
}

/// @return connections to install, to or from the VM
TrafficHelper
MakeTraffic()
{
    TrafficHelper traffic;
    traffic.SetAttribute("StartTime", TimeValue(BEGIN));
    traffic.SetAttribute("Flows", UintegerValue(FLOWS));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(RATE));
    traffic.SetHoldTime(*ParseHoldTime("hold", "0s"));
    return traffic;
}

/// Trace sink of the health prober.
void
NoteHealth(Outcome* outcome, const MemberHealth& health)
{
    (health.time < CHANGED ? outcome->wasUp : outcome->isUp) = health.isUp;
}

/// Trace sink of the host agent: note which rule denies probes.
void
NoteDrop(Outcome* outcome, const DropRecord& drop, Ptr<const Packet> /* packet */)
{
    if (drop.reason == DropReason::SecurityRule &&
        drop.key.GetSource() == Ipv4Address("168.63.129.16"))
    {
        outcome->denying = drop.rule;
    }
}

/// @return the case's number, from 1, for names of files
std::string
GetFileName(const Case& each)
{
    return "case-" + std::to_string(&each - CASES.data() + 1);
}

/// Run one case.
Outcome
Simulate(const Case& each, const std::string& database, const CaptureOptions& captureOptions)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(PROFILE);
    scenario.ChangeLoadBalancer(&AddProbe);
    if (each.hasGroup)
    {
        scenario.AddNetworkSecurityGroup(GROUP, {MakeWebRule()});
        scenario.AttachToNetworkInterface(GROUP, 0);
        Simulator::Schedule(CHANGED, [&scenario, &each] { AddRules(scenario, each); });
    }
    scenario.Create();
    const auto responder = CreateObject<HealthProbeResponder>();
    responder->SetAttribute("Port", UintegerValue(PROBE_PORT));
    scenario.GetVm(0)->AddApplication(responder);
    auto inbound = MakeTraffic();
    inbound.InstallInbound(scenario, 1);
    auto outbound = MakeTraffic();
    outbound.SetAttribute("DestinationPort", UintegerValue(443));
    outbound.Install(scenario, 1);
    auto stream = scenario.AssignStreams(0);
    stream += inbound.AssignStreams(stream);
    outbound.AssignStreams(stream);

    Outcome outcome;
    TraceRecorder recorder(
        database,
        {"lb-nsg-blocks-probe", "load-balanced", PROFILE, {{"securityGroup", each.name}}});
    ScenarioCapture capture(captureOptions, GetFileName(each));
    scenario.Connect(recorder);
    scenario.Connect(capture);
    scenario.GetHostServices(0).healthProber->TraceConnectWithoutContext(
        "MemberHealth",
        MakeBoundCallback(&NoteHealth, &outcome));
    scenario.GetHostAgents().front()->TraceConnectWithoutContext(
        "Drop",
        MakeBoundCallback(&NoteDrop, &outcome));
    Simulator::Stop(END);
    Simulator::Run();
    outcome.isUp = outcome.isUp ? outcome.isUp : outcome.wasUp; // nothing has changed since
    outcome.inbound = inbound.GetGenerators().front()->GetEstablished();
    outcome.outbound = outbound.GetGenerators().front()->GetEstablished();
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return the health in a word
std::string
GetText(const std::optional<bool>& isUp)
{
    return isUp ? (*isUp ? "up" : "down") : "unknown";
}

/// @return whether the outcome is the expected one
bool
IsExpected(const Case& each, const Outcome& outcome)
{
    const std::string denying = each.isProbeDenied ? "DenyProbes" : (each.isUp ? "-" : "DenyAll");
    return outcome.wasUp == true && outcome.isUp == each.isUp && outcome.denying == denying &&
           outcome.inbound == (each.isUp ? FLOWS : 0) && outcome.outbound == FLOWS;
}

/// Print the outcomes, a column each.
void
Print(const std::vector<Outcome>& outcomes)
{
    std::vector<std::vector<std::string>> rows{{"security group"},
                                               {"member was"},
                                               {"member is"},
                                               {"probes denied by"},
                                               {"inbound connections"},
                                               {"outbound connections"}};
    for (std::size_t i = 0; i < outcomes.size(); ++i)
    {
        rows[0].emplace_back(CASES[i].name);
        rows[1].push_back(GetText(outcomes[i].wasUp));
        rows[2].push_back(GetText(outcomes[i].isUp));
        rows[3].push_back(outcomes[i].denying);
        rows[4].push_back(std::to_string(outcomes[i].inbound));
        rows[5].push_back(std::to_string(outcomes[i].outbound));
    }
    ResultTable table;
    for (const auto& row : rows)
    {
        table.AddRow(row);
    }
    table.Print(std::cout);
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList list(__FILE__, "Which security rules take a load-balanced VM out of rotation.");
    list.AddDatabase(database);
    CaptureOptions capture;
    capture.AddTo(list);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto& each : CASES)
    {
        outcomes.push_back(Simulate(each, database, capture));
        isExpected = IsExpected(each, outcomes.back()) && isExpected;
    }
    Print(outcomes);
    return ReportRuns(std::cout,
                      database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      isExpected);
}
