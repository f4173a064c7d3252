// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-health-probe-responder.h"
#include "ns3/azure-health-prober.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-result-table.h"
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
 * A VM is the only member of a pool, with a TCP health probe every 15 s.  A client opens a
 * connection to the frontend every second, and the VM one to the client; both for a minute, from
 * 20 s on.  The network security group of the VM is, from case to case: none; one with a rule that
 * lets the client in, beside the default rules; the same with a rule that denies the tag
 * AzureLoadBalancer (S0-38); with one that denies everything at priority 4096; and with another
 * before that, at 4095, that allows the tag.
 *
 * @verbatim
   $ ./azure-net run lb-nsg-blocks-probe
   security group        no group  defaults  deny tag  deny all  allow tag
   member is                   up        up      down      down         up
   inbound connections         60        60         0         0         60
   outbound connections        60        60        60        60         60
   database lb-nsg-blocks-probe.db: runs 1 to 5 added
   ok
   @endverbatim
 *
 * A VM whose probes are blocked is marked down, and new flows do not come (S0-38, S0-39); what it
 * begins itself is not affected (sources.rst B.7: PR-2310).
 *
 * The last line printed is "ok" when the member is up, up, down, down, up, all 60 inbound
 * connections are established where it is up and none where it is down, and all 60 outbound ones in
 * each case; otherwise the exit status is 1.
 *
 * Facts: S0-37, S0-38, S0-39
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t FLOWS = 60;        // in each direction
constexpr double RATE = 1;            // flows a second
const Time BEGIN = Seconds(20);       // of the flows: two probes have ended
const Time END = Seconds(100);        // of the simulation
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
    bool isUp{false};     //!< the last word of the host's probes
    uint64_t inbound{0};  //!< connections of the client to the frontend that were established
    uint64_t outbound{0}; //!< connections of the VM that were established
    int64_t runId{0};     //!< number of the run in the database
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

/// @return the rules of the case's group
std::vector<SecurityRuleText>
MakeRules(const Case& each)
{
    std::vector<SecurityRuleText> rules;
    auto web = MakeRule("AllowWeb", 100, "Allow", "Internet");
    web.destinationPortRanges = {"80"};
    rules.push_back(web);
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
    return rules;
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
    outcome->isUp = health.isUp;
}

/// Run one case.
Outcome
Simulate(const Case& each, const std::string& database)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.ChangeLoadBalancer(&AddProbe);
    if (each.hasGroup)
    {
        scenario.AddNetworkSecurityGroup(GROUP, MakeRules(each));
        scenario.AttachToNetworkInterface(GROUP, 0);
    }
    scenario.Create();
    const auto responder = CreateObject<HealthProbeResponder>();
    responder->SetAttribute("Port", UintegerValue(PROBE_PORT));
    scenario.GetVm(0)->AddApplication(responder);
    auto inbound = MakeTraffic();
    inbound.InstallInbound(scenario, scenario.GetFrontendAddress(), 1);
    auto outbound = MakeTraffic();
    outbound.SetAttribute("DestinationPort", UintegerValue(443));
    outbound.Install(scenario, 1);
    auto stream = scenario.AssignStreams(0);
    stream += inbound.AssignStreams(stream);
    outbound.AssignStreams(stream);

    Outcome outcome;
    TraceRecorder recorder(database, {"lb-nsg-blocks-probe", each.name, "2017", {}}, std::nullopt);
    scenario.Connect(recorder);
    scenario.GetHostServices(0).healthProber->TraceConnectWithoutContext(
        "MemberHealth",
        MakeBoundCallback(&NoteHealth, &outcome));
    Simulator::Stop(END);
    Simulator::Run();
    outcome.inbound = inbound.GetGenerators().front()->GetEstablished();
    outcome.outbound = outbound.GetGenerators().front()->GetEstablished();
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
                                               {"member is"},
                                               {"inbound connections"},
                                               {"outbound connections"}};
    for (std::size_t i = 0; i < outcomes.size(); ++i)
    {
        rows[0].emplace_back(CASES[i].name);
        rows[1].emplace_back(outcomes[i].isUp ? "up" : "down");
        rows[2].push_back(std::to_string(outcomes[i].inbound));
        rows[3].push_back(std::to_string(outcomes[i].outbound));
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
    list.Add("db",
             "SQLite file that the five runs are added to",
             "lb-nsg-blocks-probe.db",
             [&database](const std::string& text) {
                 database = text;
                 return TraceRecorder::Validate(text);
             });
    if (const auto error = list.Parse(argc, argv))
    {
        std::cerr << "lb-nsg-blocks-probe: " << *error << std::endl;
        return 1;
    }
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto& each : CASES)
    {
        outcomes.push_back(Simulate(each, database));
        const auto& outcome = outcomes.back();
        isExpected = isExpected && outcome.isUp == each.isUp && outcome.outbound == FLOWS &&
                     outcome.inbound == (each.isUp ? FLOWS : 0);
    }
    Print(outcomes);
    std::cout << "database " << database << ": runs " << outcomes.front().runId << " to "
              << outcomes.back().runId << " added\n"
              << (isExpected ? "ok" : "mismatch") << std::endl;
    return isExpected ? 0 : 1;
}
