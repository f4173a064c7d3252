// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-sample-statistics.h"
#include "ns3/azure-scenario-capture.h"
#include "ns3/azure-snat-closed-forms.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief Which way to give SNAT ports serves a pool best in which one VM does most of the work?
 *
 * @verbatim
   vm-0, hot:       1200 connections ---+
                                        +--- ways to the Internet, one after the other --- server
   vm-1 ... vm-9, cool: 50 each      ---+
   @endverbatim
 *
 * All connect to one destination and stay (C.3: X-10).  What the hot VM gets is, by arithmetic:
 *
 * - by pool size: 1,024, the number of a pool of ten (B.1);
 * - the same ports, searched by ten draws each, as VPP does: a connection is refused with
 *   probability (n / 1,024)^10 when n are there, so that some ports are still free in the end;
 * - an equal share of the address for each VM, 6,400, by an outbound rule or as deterministic
 *   blocks: all 1,200;
 * - ranges on demand, as Azure did until 2018 and Ananta does: all 1,200, but a connection that
 *   finds no port waits for the SLB manager, 10 ms and the way there and back;
 * - a NAT gateway, an instance-level public IP: all 1,200, and no waiting.
 *
 * On demand, the hot VM is granted (1200 - 160) / 8 = 130 requests by the legacy policy, 8 ports
 * each.  Ananta gives 8 ports at the beginning and for a first request, 24 for a request less than
 * 10 s after one that was granted: the hot VM has 16 soon, and (1200 - 16) / 24 = 49.3, thus 50
 * requests more.  To a cool VM, of 2 connections a second, 24 ports last 12 s, so that it is
 * granted 8, 24, 8 and 24: 51 + 9 x 4 = 87 requests in all.
 *
 * Jain's index of fairness is that of the shares of their connections that VMs get; unused is the
 * share of allocated ports that no connection uses at the end (v_allocation_waste: over the whole
 * run).
 *
 * @verbatim
   $ ./azure-net run policy-comparison
                           hot VM:  of all         ports                    p99 to
   ports              got/expected    cool   Jain    all  unused  granted  connect
   by pool size          1024/1024     450  0.998  10240    86 %        0  20.1 ms
     10 random tries     1007/1009     450  0.998  10240    86 %        0  20.1 ms
   outbound rule         1200/1200     450  1.000  64000    97 %        0  20.1 ms
   deterministic         1200/1200     450  1.000  64000    97 %        0  20.1 ms
   legacy on demand      1200/1200     450  1.000   2640    38 %      130  30.2 ms
   Ananta                1200/1200     450  1.000   1864    11 %       87  80.2 ms
   NAT gateway           1200/1200     450  1.000  64512    97 %        0  20.1 ms
   public IP each        1200/1200     450  1.000      0     0 %        0  20.1 ms
   database policy-comparison.db: runs 1 to 8 added
   ok
   @endverbatim
 *
 * With --hot the hot VM opens another number of connections within the same 30 s; all that is said
 * above follows from it.
 *
 * The last line printed is "ok" when the hot VM has as many connections as said, the cool ones have
 * all of theirs; when as many requests were granted as said, and at least one connection waited for
 * each, but none where nobody asks.  Otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t VMS = 10;
constexpr uint32_t COOL = 50;      // connections of each other VM
constexpr double HOT_OPENS_S = 30; // all connections of the hot VM
constexpr double COOL_RATE = 2;
constexpr double END_S = 40;
constexpr uint32_t TIER_PORTS = 1024;
constexpr uint32_t SEARCH_TRIES = 10;
constexpr double SERVICE_TIME_S = 0.01; // of a request; our choice
constexpr double FLOOR_LIMIT_MS = 25;   // of a connection that has not waited: 20 ms there and back
// With more the hot VM would open its next connection before a request is answered, 10.09 ms later:
// that one would wait less than a request takes, or not at all, although it asks for ports too.
constexpr uint32_t MAX_HOT = 2900;

/// Which resource gives the way to the Internet.
enum class Way : uint8_t
{
    LoadBalancer, //!< a rule links its frontend
    OutboundRule, //!< an outbound rule gives 6,400 ports to each
    NatGateway,   //!< one address
    PublicIp,     //!< one for each VM
};

/// One policy.
struct Policy
{
    const char* name;    //!< for the table
    const char* profile; //!< text form
    Way way;             //!< resource
    bool asks;           //!< for ports, when it needs them
};

/// What the command line can change.
struct Options
{
    uint32_t hot{0};        //!< connections of the hot VM
    std::string database;   //!< SQLite file for the traces
    CaptureOptions capture; //!< files with packets, if any
};

/// What is compared.
constexpr Policy POLICIES[] = {
    {"by pool size", "2018", Way::LoadBalancer, false},
    {"  10 random tries", "bounded-random", Way::LoadBalancer, false},
    {"outbound rule", "2018", Way::OutboundRule, false},
    {"deterministic", "deterministic-blocks", Way::LoadBalancer, false},
    {"legacy on demand", "legacy-on-demand", Way::LoadBalancer, true},
    {"Ananta", "ananta", Way::LoadBalancer, true},
    {"NAT gateway", "2018", Way::NatGateway, false},
    {"public IP each", "2018", Way::PublicIp, false},
};

/// What one run showed.
struct Outcome
{
    uint64_t hot{0};                         //!< connections of the hot VM
    uint64_t cool{0};                        //!< connections of all others
    double fairness{0};                      //!< Jain's index of the shares
    uint32_t allocated{0};                   //!< ports, of all VMs or of the NAT gateway
    uint32_t used{0};                        //!< of them
    uint32_t granted{0};                     //!< requests for ports
    std::vector<double> connectMilliseconds; //!< times to connect
    std::optional<std::string> problem;      //!< a broken law
    int64_t runId{0};                        //!< number of the run in the database
};

/// Put an outbound rule in place of the link.
void
AddOutboundRule(LoadBalancer& loadBalancer)
{
    loadBalancer.sku = LoadBalancerSku::Standard;
    loadBalancer.loadBalancingRules.front().disableOutboundSnat = true;
    OutboundRule rule;
    rule.name = "out";
    rule.frontends = {loadBalancer.frontends.front().name};
    rule.backendPool = loadBalancer.backendPools.front().name;
    rule.allocatedOutboundPorts = 6400;
    loadBalancer.outboundRules.push_back(rule);
}

/// Have a VM open connections that stay.
void
Configure(TrafficHelper& traffic, uint32_t connections, double rate)
{
    traffic.SetAttribute("Flows", UintegerValue(connections));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(rate));
    traffic.SetAttribute("Transport", MakeEnumValue(TrafficTransport::Compact));
}

/// Trace sink of the generators.
void
NoteConnection(Outcome* outcome, const TrafficFlow& flow)
{
    outcome->connectMilliseconds.push_back((*flow.established - flow.started).GetSeconds() * 1e3);
}

/// Trace sink of the host agents.
void
NoteRequest(Outcome* outcome, const SnatRequest& request)
{
    outcome->granted += request.answered && request.outcome == SnatRequestOutcome::Granted;
}

/// Note what generators have.
void
Count(const std::vector<Ptr<TrafficGenerator>>& generators, Outcome& outcome)
{
    std::vector<double> shares;
    for (const auto& generator : generators)
    {
        const auto established = generator->GetEstablished();
        (shares.empty() ? outcome.hot : outcome.cool) += established;
        shares.push_back(static_cast<double>(established) /
                         static_cast<double>(generator->GetAttempted()));
    }
    outcome.fairness = GetJainIndex(shares);
}

/// Note how many ports there are.
void
CountPorts(const std::vector<SnatPortUsage>& usages, Outcome& outcome)
{
    for (const auto& usage : usages)
    {
        outcome.allocated += usage.portsAllocated;
        outcome.used += usage.portsInUse;
    }
}

/// Make the scenario of a policy.
void
Assemble(OutboundScenarioHelper& scenario, const Policy& policy)
{
    scenario.SetProfile(policy.profile);
    scenario.SetVms(VMS);
    scenario.SetVmStack(VmStack::Compact);
    scenario.SetSlbManagerAttribute("RequestServiceTime",
                                    StringValue("ns3::ConstantRandomVariable[Constant=" +
                                                std::to_string(SERVICE_TIME_S) + "]"));
    if (policy.way == Way::OutboundRule)
    {
        scenario.ChangeLoadBalancer(&AddOutboundRule);
    }
    if (policy.way == Way::NatGateway)
    {
        scenario.AddNatGateway("nat-gateway-0");
    }
    scenario.Create();
}

/// @return the policy's number, from 1, for names of files
std::string
GetFileName(const Policy& policy)
{
    return "case-" + std::to_string(&policy - POLICIES + 1);
}

/// Run one policy.
Outcome
Simulate(const Policy& policy, const Options& options, ProgressReporter& progress)
{
    OutboundScenarioHelper scenario(policy.way == Way::PublicIp ? OutboundScenario::PublicIp
                                                                : OutboundScenario::LoadBalanced);
    Assemble(scenario, policy);
    TrafficHelper hot;
    TrafficHelper cool;
    Configure(hot, options.hot, options.hot / HOT_OPENS_S);
    Configure(cool, COOL, COOL_RATE);
    hot.Install(scenario, 1);
    std::vector<uint32_t> others(VMS - 1);
    std::iota(others.begin(), others.end(), 1U);
    cool.InstallGenerators(scenario, others);
    auto stream = scenario.AssignStreams(0);
    stream += hot.AssignStreams(stream);
    cool.AssignStreams(stream);

    Outcome outcome;
    const std::string name = policy.name;
    TraceRecorder recorder(options.database,
                           {"policy-comparison",
                            "load-balanced",
                            policy.profile,
                            {{"policy", name.substr(name.find_first_not_of(' '))},
                             {"hot", std::to_string(options.hot)}}});
    ScenarioCapture capture(options.capture, GetFileName(policy));
    scenario.Connect(recorder);
    scenario.Connect(capture);
    auto generators = hot.GetGenerators();
    generators.insert(generators.end(), cool.GetGenerators().begin(), cool.GetGenerators().end());
    for (const auto& generator : generators)
    {
        generator->TraceConnectWithoutContext("FlowEstablished",
                                              MakeBoundCallback(&NoteConnection, &outcome));
    }
    for (const auto& agent : scenario.GetHostAgents())
    {
        agent->TraceConnectWithoutContext("SnatRequest", MakeBoundCallback(&NoteRequest, &outcome));
    }
    progress.BeginRun({&hot, &cool}, Seconds(END_S));
    Simulator::Stop(Seconds(END_S));
    Simulator::Run();
    Count(generators, outcome);
    for (const auto& agent : scenario.GetHostAgents())
    {
        CountPorts(agent->GetSnatPortUsage(), outcome);
    }
    if (policy.way == Way::NatGateway)
    {
        CountPorts(scenario.GetNatGateway("nat-gateway-0")->GetSnatPortUsage(), outcome);
    }
    outcome.problem = scenario.CheckInvariants();
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return connections of the hot VM after so many attempts, if each finds a port as ten draws do
double
GetExpectedByTries(uint32_t hot)
{
    double there = 0;
    for (uint32_t attempt = 0; attempt < hot; ++attempt)
    {
        there += 1 - std::pow(there / TIER_PORTS, SEARCH_TRIES);
    }
    return there;
}

/// @return connections that the hot VM should have
uint32_t
GetExpected(const Policy& policy, uint32_t hot)
{
    if (policy.profile == std::string("bounded-random"))
    {
        return static_cast<uint32_t>(std::lround(GetExpectedByTries(hot)));
    }
    const bool isByPoolSize =
        policy.way == Way::LoadBalancer && policy.profile == std::string("2018");
    return isByPoolSize ? std::min(TIER_PORTS, hot) : hot;
}

/// @return requests that should be granted
uint32_t
GetExpectedRequests(const Policy& policy, uint32_t hot)
{
    const auto divide = [](uint32_t ports, uint32_t range) { return (ports + range - 1) / range; };
    if (!policy.asks)
    {
        return 0;
    }
    return policy.profile == std::string("ananta") ? 1 + divide(hot - 16, 24) + (VMS - 1) * 4
                                                   : divide(hot - std::min(hot, 160U), 8);
}

/// @return whether the run showed what it should
bool
IsExpected(const Policy& policy, uint32_t hot, const Outcome& outcome)
{
    // The number left free by ten draws is a sum of rare events: its variance is below its mean.
    const double expected = GetExpected(policy, hot);
    const auto granted = GetExpectedRequests(policy, hot);
    const bool isDrawn = policy.profile == std::string("bounded-random");
    const double deviation = isDrawn ? 4 * std::sqrt(TIER_PORTS - expected) : 0;
    const auto waited = std::count_if(outcome.connectMilliseconds.begin(),
                                      outcome.connectMilliseconds.end(),
                                      [](double time) { return time > FLOOR_LIMIT_MS; });
    return !outcome.problem && std::abs(static_cast<double>(outcome.hot) - expected) <= deviation &&
           outcome.cool == (VMS - 1) * COOL && outcome.granted == granted && waited >= granted &&
           (waited > 0) == (granted > 0);
}

/// Print the outcomes, a line each.
void
Print(const std::vector<Outcome>& outcomes, uint32_t hot)
{
    ResultTable table;
    table.AddRow({"", "hot VM:", "of all", "", "ports", "", "", "p99 to"});
    table.AddRow({"ports", "got/expected", "cool", "Jain", "all", "unused", "granted", "connect"});
    for (std::size_t i = 0; i < outcomes.size(); ++i)
    {
        const auto& each = outcomes[i];
        const auto allocated = static_cast<double>(each.allocated);
        const double unused = each.allocated == 0 ? 0 : 1 - each.used / allocated;
        table.AddRow(
            {POLICIES[i].name,
             std::to_string(each.hot) + "/" + std::to_string(GetExpected(POLICIES[i], hot)),
             std::to_string(each.cool),
             FormatDecimal(each.fairness, 3),
             std::to_string(each.allocated),
             FormatDecimal(100 * unused, 0) + " %",
             std::to_string(each.granted),
             FormatDecimal(GetQuantile(each.connectMilliseconds, 0.99), 1) + " ms"});
    }
    table.Print(std::cout);
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "Which way to give SNAT ports serves a pool with one hot VM best.");
    list.AddUnsigned("hot",
                     "connections of the hot VM, opened within 30 s",
                     1200,
                     {300, MAX_HOT},
                     options.hot);
    list.AddDatabase(options.database);
    options.capture.AddTo(list);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    ProgressReporter progress(static_cast<uint32_t>(std::size(POLICIES)));
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto& policy : POLICIES)
    {
        outcomes.push_back(Simulate(policy, options, progress));
        const auto& outcome = outcomes.back();
        if (outcome.problem)
        {
            std::cerr << "policy-comparison: " << *outcome.problem << std::endl;
        }
        isExpected = IsExpected(policy, options.hot, outcome) && isExpected;
    }
    Print(outcomes, options.hot);
    return ReportRuns(std::cout,
                      options.database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      isExpected);
}
