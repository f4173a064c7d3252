// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-sample-statistics.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
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
 * 100 clients open 50 TCP connections and send 50 UDP requests each, to a frontend with 4 members,
 * once for each mode of distribution (sources.rst B.8: DM-2601).  With the default one each of
 * these 10,000 flows is a draw of its own, by five parts of its packets: a member gets 2,500 +- 43
 * (sqrt(10,000 / 4 * 3 / 4), the standard deviation of a binomial distribution).  By the source
 * address each client is a draw, 25 +- 4.3 of them a member's; by source address and protocol each
 * client is two draws, one for TCP and one for UDP, 50 +- 6.1 a member's.
 *
 * @verbatim
   $ ./azure-net run lb-distribution
   distribution                    Default  SourceIP  SourceIPProtocol
   flows answered                    10000     10000             10000
   draws                             10000       100               200
     of vm-0                          2465        28                49
     of vm-1                          2503        26                49
     of vm-2                          2501        24                55
     of vm-3                          2531        22                47
     of several VMs                      0         0                 0
   chi-square                         0.88      0.80              0.72
     p                               0.831     0.849             0.868
   clients, TCP and UDP at one VM       24       100                22
   database lb-distribution.db: runs 1 to 3 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when all flows were answered; when each member has its share of the
 * draws within four standard deviations, and Pearson's chi-square test does not refuse evenness (p
 * above 0.001); when all flows of a draw went to one member; and when TCP and UDP of a client meet
 * the same member always by source address, but by chance only, a quarter of them within four
 * standard deviations, with the protocol.  Otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr const char* PROFILE = "2017";
constexpr uint32_t MEMBERS = 4;
constexpr uint32_t CLIENTS = 100;
constexpr uint32_t FLOWS_PER_CLIENT = 50; // with each of the two protocols
constexpr uint32_t FLOWS = CLIENTS * FLOWS_PER_CLIENT * 2;
constexpr double RATE = 20;       // flows a second, of each client and protocol
constexpr uint16_t UDP_PORT = 81; // of the members, where TCP has port 80

constexpr std::array<LoadDistribution, 3> MODES{LoadDistribution::Default,
                                                LoadDistribution::SourceIp,
                                                LoadDistribution::SourceIpProtocol};

/// What the user may choose.
struct Options
{
    uint32_t hashSeed{1};                  //!< of the muxes' hash
    std::string memberSelection{"Modulo"}; //!< attribute of the SLB manager
    std::string database;                  //!< path
};

/// What decides together: a flow, a client, or a client's flows of one protocol.
using Draw = FlowKey;

/// What one run showed.
struct Outcome
{
    std::array<uint32_t, MEMBERS> draws{}; //!< by member
    uint32_t splitDraws{0};                //!< draws that met several members
    uint32_t sameForBoth{0};               //!< clients whose TCP and UDP met one member
    uint64_t answered{0};                  //!< flows, as clients see them
    int64_t runId{0};                      //!< number of the run in the database
};

/// @return what decides on a member together with the flow
Draw
GetDraw(LoadDistribution mode, const FlowKey& inbound)
{
    switch (mode)
    {
    case LoadDistribution::Default:
        return inbound;
    case LoadDistribution::SourceIp:
        return {inbound.GetSourceNumber(), 0, 0, 0, IpProtocol{0}};
    case LoadDistribution::SourceIpProtocol:
        break;
    }
    return {inbound.GetSourceNumber(), 0, 0, 0, inbound.GetProtocol()};
}

/// Flows by client and protocol, as the members' hosts see them.
struct Meetings
{
    LoadDistribution mode;                                          //!< of the run
    std::map<Draw, std::set<uint32_t>> ofDraw;                      //!< members
    std::map<Ipv4Address, std::map<IpProtocol, uint32_t>> ofClient; //!< member met last
};

/// Trace sink of the host agents: note a flow's member.
void
NoteFlow(Meetings* meetings, const FlowRecord& flow)
{
    const auto member = flow.networkInterface - OutboundScenarioHelper::GetNetworkInterface(0);
    const auto inbound = flow.key.Reverse();
    meetings->ofDraw[GetDraw(meetings->mode, inbound)].insert(member);
    meetings->ofClient[inbound.GetSource()][inbound.GetProtocol()] = member;
}

/// Put a rule for UDP beside that for TCP, and the mode on both.
void
Describe(LoadDistribution mode, LoadBalancer& loadBalancer)
{
    auto& tcp = loadBalancer.loadBalancingRules.front();
    tcp.distribution = mode;
    auto udp = tcp;
    udp.name = "udp";
    udp.protocol = TransportProtocol::Udp;
    udp.backendPort = UDP_PORT;
    loadBalancer.loadBalancingRules.push_back(udp);
}

/// Have all clients open flows to a rule's port.
void
Install(TrafficHelper& traffic, const OutboundScenarioHelper& scenario, const std::string& rule)
{
    traffic.SetAttribute("Flows", UintegerValue(FLOWS_PER_CLIENT));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(RATE));
    traffic.SetHoldTime(*ParseHoldTime("hold", "0s"));
    traffic.InstallInbound(scenario, CLIENTS, rule);
}

/// @return what the meetings amount to
Outcome
Count(const Meetings& meetings)
{
    Outcome outcome;
    for (const auto& [draw, members] : meetings.ofDraw)
    {
        outcome.splitDraws += members.size() > 1;
        ++outcome.draws.at(*members.begin());
    }
    for (const auto& [client, members] : meetings.ofClient)
    {
        const auto tcp = members.find(IpProtocol::Tcp);
        const auto udp = members.find(IpProtocol::Udp);
        outcome.sameForBoth +=
            tcp != members.end() && udp != members.end() && tcp->second == udp->second;
    }
    return outcome;
}

/// Run one mode.
Outcome
Simulate(LoadDistribution mode, const Options& options, ProgressReporter& progress)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(PROFILE);
    scenario.SetVms(MEMBERS);
    scenario.SetServerAddresses(CLIENTS);
    scenario.SetSlbManagerAttribute("MemberSelection", StringValue(options.memberSelection));
    scenario.SetSlbManagerAttribute("HashSeed", UintegerValue(options.hashSeed));
    scenario.ChangeLoadBalancer([mode](LoadBalancer& all) { Describe(mode, all); });
    scenario.Create();
    TrafficHelper tcp;
    TrafficHelper udp;
    Install(tcp, scenario, "rule-0");
    Install(udp, scenario, "udp");
    auto stream = scenario.AssignStreams(0);
    stream += tcp.AssignStreams(stream);
    udp.AssignStreams(stream);

    Meetings meetings{mode, {}, {}};
    TraceRecorder recorder(options.database,
                           {"lb-distribution",
                            "load-balanced",
                            PROFILE,
                            {{"distribution", GetName(mode)},
                             {"memberSelection", options.memberSelection},
                             {"hashSeed", std::to_string(options.hashSeed)}}});
    scenario.Connect(recorder);
    for (const auto& agent : scenario.GetHostAgents())
    {
        agent->TraceConnectWithoutContext("FlowCreated", MakeBoundCallback(&NoteFlow, &meetings));
    }
    progress.BeginRun({&tcp, &udp});
    Simulator::Run();
    auto outcome = Count(meetings);
    for (const auto* traffic : {&tcp, &udp})
    {
        for (const auto& generator : traffic->GetGenerators())
        {
            outcome.answered += generator->GetEstablished();
        }
    }
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return number of draws
uint32_t
GetDraws(const Outcome& outcome)
{
    return std::accumulate(outcome.draws.begin(), outcome.draws.end(), 0U);
}

/// @return Pearson's statistic of the draws against equal shares
double
GetChiSquare(const Outcome& outcome)
{
    const double share = static_cast<double>(GetDraws(outcome)) / MEMBERS;
    double sum = 0;
    for (const auto draws : outcome.draws)
    {
        sum += (draws - share) * (draws - share) / share;
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

/// @return whether so many of them are a quarter, within four standard deviations
bool
IsShare(uint32_t part, uint32_t all)
{
    constexpr double SHARE = 1.0 / MEMBERS;
    return std::abs(part - all * SHARE) <= 4 * std::sqrt(all * SHARE * (1 - SHARE));
}

/// @return how many draws a mode makes
uint32_t
GetExpectedDraws(LoadDistribution mode)
{
    constexpr std::array<uint32_t, 3> DRAWS{FLOWS, CLIENTS, 2 * CLIENTS};
    return DRAWS.at(static_cast<std::size_t>(mode));
}

/// @return whether the outcome is what the mode promises
bool
IsExpected(LoadDistribution mode, const Outcome& outcome)
{
    const auto draws = GetDraws(outcome);
    const auto isShare = [draws](uint32_t part) { return IsShare(part, draws); };
    const bool isSame = mode == LoadDistribution::SourceIp ? outcome.sameForBoth == CLIENTS
                                                           : IsShare(outcome.sameForBoth, CLIENTS);
    return outcome.answered == FLOWS && draws == GetExpectedDraws(mode) &&
           outcome.splitDraws == 0 && isSame &&
           std::all_of(outcome.draws.begin(), outcome.draws.end(), isShare) &&
           GetProbability(GetChiSquare(outcome)) > 0.001;
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
    addRow("flows answered", [](const Outcome& each) { return std::to_string(each.answered); });
    addRow("draws", [](const Outcome& each) { return std::to_string(GetDraws(each)); });
    for (uint32_t i = 0; i < MEMBERS; ++i)
    {
        addRow("  of vm-" + std::to_string(i),
               [i](const Outcome& each) { return std::to_string(each.draws.at(i)); });
    }
    addRow("  of several VMs", [](const Outcome& each) { return std::to_string(each.splitDraws); });
    addRow("chi-square", [](const Outcome& each) { return FormatDecimal(GetChiSquare(each), 2); });
    addRow("  p", [](const Outcome& each) {
        return FormatDecimal(GetProbability(GetChiSquare(each)), 3);
    });
    addRow("clients, TCP and UDP at one VM",
           [](const Outcome& each) { return std::to_string(each.sameForBoth); });
    table.Print(std::cout);
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "How evenly the distribution modes spread flows over a pool.");
    list.AddUnsigned("hashSeed",
                     "seed of the hash that finds members",
                     1,
                     {0, std::numeric_limits<uint32_t>::max()},
                     options.hashSeed);
    list.Add("memberSelection",
             "how a member is found by the hash: Modulo or Maglev",
             "Modulo",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.memberSelection = text;
                 return text == "Modulo" || text == "Maglev"
                            ? std::nullopt
                            : std::make_optional(
                                  GetRefusal("memberSelection", text, "Modulo or Maglev"));
             });
    list.AddDatabase(options.database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    ProgressReporter progress(static_cast<uint32_t>(std::size(MODES)));
    std::vector<Outcome> outcomes;
    bool isExpected = true;
    for (const auto mode : MODES)
    {
        outcomes.push_back(Simulate(mode, options, progress));
        isExpected = IsExpected(mode, outcomes.back()) && isExpected;
    }
    Print(outcomes);
    return ReportRuns(std::cout,
                      options.database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      isExpected);
}
