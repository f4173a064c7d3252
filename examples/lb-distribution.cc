// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-parse.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * @brief How evenly do the distribution modes spread flows over the members of a pool?
 *
 * @verbatim
                                     load-balancer mux
                                            |
   clients --- Internet --- edge router --- fabric router --- host --- vm-0 ... vm-3
   @endverbatim
 *
 * 100 clients open 100 connections each to a frontend with four members, once for each mode of
 * distribution (sources.rst B.8: DM-2601).  By the default one, of five parts of the packet, each
 * connection is a draw of its own: a member gets 2,500 +- 43 (a binomial distribution's standard
 * deviation, sqrt(10,000 / 4 * 3 / 4)).  By the source address, alone or with the protocol, each
 * client is: all its connections go to one member.
 *
 * @verbatim
   $ ./azure-net run lb-distribution
   distribution                      Default  SourceIP  SourceIPProtocol
   connections established             10000     10000             10000
   connections of vm-0                  2558      2800              2900
   connections of vm-1                  2451      2600              2600
   connections of vm-2                  2477      2400              2700
   connections of vm-3                  2514      2200              1800
   members a client met (most)             4         1                 1
   chi-square, 3 degrees of freedom     2.60     80.00            280.00
   p of the chi-square with distribution Default: 0.458
   database lb-distribution.db: runs 1 to 3 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when with the default mode each member is within four standard
 * deviations and Pearson's chi-square test does not refuse evenness (p above 0.001), when with the
 * others each client meets one member only, and when no connection was lost; otherwise the exit
 * status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t MEMBERS = 4;
constexpr uint32_t CLIENTS = 100;
constexpr uint32_t FLOWS_PER_CLIENT = 100;
constexpr uint32_t FLOWS = CLIENTS * FLOWS_PER_CLIENT;
constexpr double RATE = 20; // flows a second, of each client

constexpr std::array<LoadDistribution, 3> MODES{LoadDistribution::Default,
                                                LoadDistribution::SourceIp,
                                                LoadDistribution::SourceIpProtocol};

/// What the user may choose.
struct Options
{
    uint64_t hashSeed{1};                  //!< of the muxes' hash
    std::string memberSelection{"Modulo"}; //!< attribute of the SLB manager
    std::string database;                  //!< path
};

/// What one run showed.
struct Outcome
{
    std::array<uint32_t, MEMBERS> flows{};             //!< by member
    std::map<Ipv4Address, std::set<uint32_t>> members; //!< that each client met
    uint64_t established{0};                           //!< connections, as clients see them
    int64_t runId{0};                                  //!< number of the run in the database
};

/// Trace sink of the host agents: note a flow's member.
void
NoteFlow(Outcome* outcome, const FlowRecord& flow)
{
    const auto member = flow.networkInterface - OutboundScenarioHelper::GetNetworkInterface(0);
    ++outcome->flows.at(member);
    outcome->members[flow.key.GetDestination()].insert(member);
}

/// Run one mode.
Outcome
Simulate(LoadDistribution mode, const Options& options)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetVms(MEMBERS);
    scenario.SetServerAddresses(CLIENTS);
    scenario.SetSlbManagerAttribute("MemberSelection", StringValue(options.memberSelection));
    scenario.SetSlbManagerAttribute("HashSeed", UintegerValue(options.hashSeed));
    scenario.ChangeLoadBalancer([mode](LoadBalancer& loadBalancer) {
        loadBalancer.loadBalancingRules.front().distribution = mode;
    });
    scenario.Create();
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(FLOWS_PER_CLIENT));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(RATE));
    traffic.SetHoldTime(*ParseHoldTime("hold", "0s"));
    traffic.InstallInbound(scenario, scenario.GetFrontendAddress(), CLIENTS);
    traffic.AssignStreams(scenario.AssignStreams(0));

    Outcome outcome;
    TraceRecorder recorder(options.database,
                           {"lb-distribution",
                            GetName(mode),
                            "2017",
                            {{"memberSelection", options.memberSelection},
                             {"hashSeed", std::to_string(options.hashSeed)}}},
                           std::nullopt);
    scenario.Connect(recorder);
    for (const auto& agent : scenario.GetHostAgents())
    {
        agent->TraceConnectWithoutContext("FlowCreated", MakeBoundCallback(&NoteFlow, &outcome));
    }
    Simulator::Run();
    for (const auto& generator : traffic.GetGenerators())
    {
        outcome.established += generator->GetEstablished();
    }
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return Pearson's statistic of the flows against equal shares
double
GetChiSquare(const Outcome& outcome)
{
    constexpr double SHARE = static_cast<double>(FLOWS) / MEMBERS;
    double sum = 0;
    for (const auto flows : outcome.flows)
    {
        sum += (flows - SHARE) * (flows - SHARE) / SHARE;
    }
    return sum;
}

/// @return the probability of at least that statistic with three degrees of freedom
double
GetProbability(double chiSquare)
{
    static_assert(MEMBERS - 1 == 3, "the formula is that of three degrees of freedom");
    const double pi = std::acos(-1);
    return std::erfc(std::sqrt(chiSquare / 2)) +
           std::sqrt(2 * chiSquare / pi) * std::exp(-chiSquare / 2);
}

/// @return the most members that a client met
std::size_t
GetMostMembers(const Outcome& outcome)
{
    std::size_t most = 0;
    for (const auto& [client, members] : outcome.members)
    {
        most = std::max(most, members.size());
    }
    return most;
}

/// @return whether the outcome is what the mode promises
bool
IsExpected(LoadDistribution mode, const Outcome& outcome)
{
    if (outcome.established != FLOWS || outcome.members.size() != CLIENTS)
    {
        return false;
    }
    if (mode != LoadDistribution::Default)
    {
        return GetMostMembers(outcome) == 1;
    }
    const double deviation = std::sqrt(FLOWS * (1.0 / MEMBERS) * (1 - 1.0 / MEMBERS));
    for (const auto flows : outcome.flows)
    {
        if (std::abs(flows - static_cast<double>(FLOWS) / MEMBERS) > 4 * deviation)
        {
            return false;
        }
    }
    return GetProbability(GetChiSquare(outcome)) > 0.001;
}

/// @return the number with so many digits after the point
std::string
ToText(double number, int digits)
{
    std::ostringstream os;
    os << std::fixed << std::setprecision(digits) << number;
    return os.str();
}

/// Print the outcomes, a column each.
void
Print(const std::vector<Outcome>& outcomes)
{
    ResultTable table;
    table.AddRow({"distribution", GetName(MODES[0]), GetName(MODES[1]), GetName(MODES[2])});
    const auto addRow = [&](const std::string& name, const auto& getCell) {
        std::vector<std::string> row{name};
        for (const auto& outcome : outcomes)
        {
            row.push_back(getCell(outcome));
        }
        table.AddRow(row);
    };
    addRow("connections established",
           [](const Outcome& each) { return std::to_string(each.established); });
    for (uint32_t i = 0; i < MEMBERS; ++i)
    {
        addRow("connections of vm-" + std::to_string(i),
               [i](const Outcome& each) { return std::to_string(each.flows[i]); });
    }
    addRow("members a client met (most)",
           [](const Outcome& each) { return std::to_string(GetMostMembers(each)); });
    addRow("chi-square, 3 degrees of freedom",
           [](const Outcome& each) { return ToText(GetChiSquare(each), 2); });
    table.Print(std::cout);
    std::cout << "p of the chi-square with distribution Default: "
              << ToText(GetProbability(GetChiSquare(outcomes.front())), 3) << '\n';
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "How evenly the distribution modes spread flows over a pool.");
    list.Add("hash-seed",
             "seed of the muxes' hash, a whole number",
             "1",
             [&options](const std::string& text) -> std::optional<std::string> {
                 const auto seed = ParseUnsigned(text);
                 options.hashSeed = seed.value_or(0);
                 return seed ? std::nullopt
                             : std::make_optional("hash-seed: '" + text +
                                                  "' is not allowed; give a whole number");
             });
    list.Add("member-selection",
             "how a member is found by the hash: Modulo or Maglev",
             "Modulo",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.memberSelection = text;
                 return text == "Modulo" || text == "Maglev"
                            ? std::nullopt
                            : std::make_optional("member-selection: '" + text +
                                                 "' is not allowed; give Modulo or Maglev");
             });
    list.Add("db",
             "SQLite file that the three runs are added to",
             "lb-distribution.db",
             [&options](const std::string& text) {
                 options.database = text;
                 return TraceRecorder::Validate(text);
             });
    if (const auto error = list.Parse(argc, argv))
    {
        std::cerr << "lb-distribution: " << *error << std::endl;
        return 1;
    }
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto mode : MODES)
    {
        outcomes.push_back(Simulate(mode, options));
        isExpected = IsExpected(mode, outcomes.back()) && isExpected;
    }
    Print(outcomes);
    std::cout << "database " << options.database << ": runs " << outcomes.front().runId << " to "
              << outcomes.back().runId << " added\n"
              << (isExpected ? "ok" : "mismatch") << std::endl;
    return isExpected ? 0 : 1;
}
