// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
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

#include <cstdint>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

/**
 * @file
 * @brief Does a tenant that opens connections without end take the SLB manager away from others?
 *
 * @verbatim
   4 normal tenants x 10 VMs --- hosts --- fabric router --- edge router --- server
   1 heavy tenant   x 10 VMs ---   :            |
                                   :...... SLB manager: 5 ms for each request,
                                           first come, first served
   @endverbatim
 *
 * Experiment X-2 of Ananta (SIGCOMM 2013, 5.1.2, Figure 13): each tenant has a frontend of its own.
 * Normal tenants open 150 connections a minute, the heavy one more from run to run.  All go to one
 * server, so that each connection takes a port, and asks the manager for it while its SYN waits:
 * ports come one at a time here (with ranges of 8 the same happens at eight times the rate).  The
 * manager heeds one request of a VM at a time and drops all others.
 *
 * So at most the 10 VMs of the heavy tenant are before a normal one in the queue: it has its answer
 * after 5 ms x (10 + 1) = 55 ms, the published figure (the 5 ms are calibrated to it), unless other
 * normal ones wait too.  They ask 10 times a second, so 10 x 60 ms = 0.6 of them do in the mean
 * (Little), and more than 3 in less than 1 % of all cases (Poisson): p99 is at most 5 ms x
 * (10 + 1 + 3) = 70 ms.  The heavy one cannot have more than 10 ports in each 50 ms, 12,000 a
 * minute: above that its SYNs wait longer and longer, and are sent again after 3 s.  Without the
 * rule each of its waiting SYNs has a request in the queue, and the normal tenants wait
 * behind all of them.
 *
 * @verbatim
   $ ./azure-net run ananta-isolation
   heavy            normal                      heavy
   [1/min]  rule  p99 [ms]  ask [ms]  again  p50 [ms]  p99 [ms]  again
   150       one        30       9.7      0        25        26      0
   3000      one        35      14.9      0        25        34      0
   9000      one        59      38.6      0        30        90      0
   24000     one        93      67.4      0      6626     12874  10003
   24000    none     15766   17569.8    232      6311     12898   9803
   p50, p99: time to connect; ask: p99 of the times of requests, published: 55 ms;
   again: SYNs sent again while the first one waits, published: none of normal ones
   database ananta-isolation.db: runs 1 to 5 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when, with the rule, no normal tenant's SYN was sent twice and 99 %
 * of their requests were answered within 70 ms, whatever the heavy one did; when the heavy one's
 * SYNs were sent again at the highest rate but not at the lowest; and when without the rule, at the
 * highest rate, normal tenants' SYNs were sent again.  Otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t TENANTS = 5; // the last one is heavy
constexpr uint32_t VMS_PER_TENANT = 10;
constexpr uint32_t VMS = TENANTS * VMS_PER_TENANT;
constexpr uint32_t NORMAL_VMS = VMS - VMS_PER_TENANT;
constexpr uint32_t NORMAL_PER_MINUTE = 150; // connections of a tenant (C.2)
constexpr double SERVICE_TIME_MS = 5;       // of a request; calibrated, see above
constexpr double DURATION_S = 20;           // in which connections are opened

/// One run.
struct Trial
{
    uint32_t heavyPerMinute; //!< connections of the heavy tenant
    bool hasOutstandingRule; //!< one request of a VM at a time
};

/// What the VMs of one kind of tenant met.
struct Experience
{
    std::vector<double> connectMilliseconds; //!< times to connect
    std::vector<double> requestMilliseconds; //!< times in which the manager has answered
    uint64_t synsAgain{0};                   //!< SYNs sent again while the first one waited
    uint64_t unconnected{0};                 //!< connections that were not there at the end
};

/// What one run showed.
struct Outcome
{
    Experience normal; //!< of all normal tenants
    Experience heavy;  //!< of the heavy one
    int64_t runId{0};  //!< number of the run in the database
};

/// @return the experience of the tenant that a network interface belongs to
Experience&
Select(Outcome& outcome, uint32_t networkInterface)
{
    const auto firstHeavy = OutboundScenarioHelper::GetNetworkInterface(NORMAL_VMS);
    return networkInterface < firstHeavy ? outcome.normal : outcome.heavy;
}

/// Trace sink of a generator.
void
NoteConnection(Experience* experience, const TrafficFlow& flow)
{
    experience->connectMilliseconds.push_back((*flow.established - flow.started).GetSeconds() *
                                              1e3);
}

/// Trace sink of the host agents: note a request's time.
void
NoteRequest(Outcome* outcome, const SnatRequest& request)
{
    if (request.answered)
    {
        Select(*outcome, request.networkInterface)
            .requestMilliseconds.push_back((*request.answered - request.asked).GetSeconds() * 1e3);
    }
}

/// Trace sink of the host agents: note a SYN that came while an earlier one waits.
void
NoteDrop(Outcome* outcome, const DropRecord& drop, Ptr<const Packet> /* packet */)
{
    if (drop.reason == DropReason::SnatPortPending)
    {
        ++Select(*outcome, *drop.networkInterface).synsAgain;
    }
}

/// Give each tenant a frontend, a pool and a rule that links them.
void
MakeTenants(LoadBalancer& loadBalancer)
{
    const auto vms = loadBalancer.backendPools.front().members;
    loadBalancer.backendPools.clear();
    for (uint32_t tenant = 0; tenant < TENANTS; ++tenant)
    {
        auto& pool = loadBalancer.backendPools.emplace_back();
        pool.name = "tenant-" + std::to_string(tenant);
        const auto first = vms.begin() + tenant * VMS_PER_TENANT;
        pool.members.assign(first, first + VMS_PER_TENANT);
        loadBalancer.loadBalancingRules.at(tenant).backendPool = pool.name;
    }
}

/// Have VMs of one kind open connections. @param perMinute of each tenant
void
Configure(TrafficHelper& traffic, uint32_t perMinute)
{
    const double rate = perMinute / 60.0 / VMS_PER_TENANT;
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Poisson));
    traffic.SetAttribute("Rate", DoubleValue(rate));
    traffic.SetAttribute("Flows", UintegerValue(static_cast<uint64_t>(rate * DURATION_S)));
    traffic.SetAttribute("ConnectAttempts", UintegerValue(3));
    traffic.SetAttribute("Close", MakeEnumValue(TrafficClose::Rst));
    traffic.SetHoldTime(*ParseHoldTime("hold", "0s"));
}

/// Have what the clients of some generators meet noted.
void
Watch(const TrafficHelper& traffic, Experience& experience)
{
    for (const auto& generator : traffic.GetGenerators())
    {
        generator->TraceConnectWithoutContext("FlowEstablished",
                                              MakeBoundCallback(&NoteConnection, &experience));
    }
}

/// @return connections that are not there
uint64_t
CountUnconnected(const TrafficHelper& traffic)
{
    uint64_t count = 0;
    for (const auto& generator : traffic.GetGenerators())
    {
        count += generator->GetAttempted() - generator->GetEstablished();
    }
    return count;
}

/// Run one trial.
Outcome
Simulate(const Trial& trial, const std::string& database, ProgressReporter& progress)
{
    const std::string profile =
        std::string("ananta[PreallocatedPorts=0|PortRangeSize=1|RangesPerGrant=1|"
                    "DemandPredictionWindow=none|") +
        "RstHold=100s|OutstandingRequests=" + (trial.hasOutstandingRule ? "1]" : "none]");
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(profile);
    scenario.SetVms(VMS);
    scenario.SetFrontends(TENANTS);
    scenario.SetServerAddresses(1);
    scenario.SetSlbManagerAttribute("RequestServiceTime",
                                    StringValue("ns3::ConstantRandomVariable[Constant=" +
                                                std::to_string(SERVICE_TIME_MS / 1e3) + "]"));
    scenario.SetHostAgentAttribute("MaxWaitingPackets", UintegerValue(100'000));
    scenario.ChangeLoadBalancer(&MakeTenants);
    scenario.Create();
    TrafficHelper normal;
    TrafficHelper heavy;
    Configure(normal, NORMAL_PER_MINUTE);
    Configure(heavy, trial.heavyPerMinute);
    normal.Install(scenario, NORMAL_VMS);
    std::vector<uint32_t> heavyVms(VMS_PER_TENANT);
    std::iota(heavyVms.begin(), heavyVms.end(), NORMAL_VMS);
    heavy.InstallGenerators(scenario, heavyVms);
    auto stream = scenario.AssignStreams(0);
    stream += normal.AssignStreams(stream);
    heavy.AssignStreams(stream);

    Outcome outcome;
    Watch(normal, outcome.normal);
    Watch(heavy, outcome.heavy);
    TraceRecorder recorder(database,
                           {"ananta-isolation",
                            "load-balanced",
                            profile,
                            {{"heavyPerMinute", std::to_string(trial.heavyPerMinute)},
                             {"outstandingRule", trial.hasOutstandingRule ? "1" : "0"}}});
    scenario.Connect(recorder);
    for (const auto& agent : scenario.GetHostAgents())
    {
        agent->TraceConnectWithoutContext("SnatRequest", MakeBoundCallback(&NoteRequest, &outcome));
        agent->TraceConnectWithoutContext("Drop", MakeBoundCallback(&NoteDrop, &outcome));
    }
    progress.BeginRun({&normal, &heavy}, Seconds(DURATION_S + 5));
    Simulator::Stop(Seconds(DURATION_S + 5));
    Simulator::Run();
    outcome.normal.unconnected = CountUnconnected(normal);
    outcome.heavy.unconnected = CountUnconnected(heavy);
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return whether the normal tenants noticed nothing
bool
IsIsolated(const Outcome& outcome)
{
    const auto& normal = outcome.normal;
    return normal.synsAgain == 0 && normal.unconnected == 0 &&
           !normal.requestMilliseconds.empty() &&
           GetQuantile(normal.requestMilliseconds, 0.99) <=
               SERVICE_TIME_MS * (VMS_PER_TENANT + 1 + 3);
}

/// @return whether the trials showed what they should, from the lowest rate to the highest
bool
AreExpected(const std::vector<Trial>& trials, const std::vector<Outcome>& outcomes)
{
    bool isExpected = outcomes.front().heavy.synsAgain == 0;
    for (std::size_t i = 0; i < trials.size(); ++i)
    {
        if (trials[i].hasOutstandingRule)
        {
            isExpected = isExpected && IsIsolated(outcomes[i]);
        }
        else
        {
            // The last trial with the rule, at the same rate, is the one before.
            isExpected = isExpected && outcomes[i].normal.synsAgain > 0 &&
                         outcomes[i - 1].heavy.synsAgain > 0;
        }
    }
    return isExpected;
}

/// Print the outcomes, a line each.
void
Print(const std::vector<Trial>& trials, const std::vector<Outcome>& outcomes)
{
    ResultTable table;
    table.AddRow({"heavy", "", "normal", "", "", "heavy", "", ""});
    table.AddRow(
        {"[1/min]", "rule", "p99 [ms]", "ask [ms]", "again", "p50 [ms]", "p99 [ms]", "again"});
    for (std::size_t i = 0; i < trials.size(); ++i)
    {
        const auto& [normal, heavy, runId] = outcomes[i];
        table.AddRow({std::to_string(trials[i].heavyPerMinute),
                      trials[i].hasOutstandingRule ? "one" : "none",
                      FormatDecimal(GetQuantile(normal.connectMilliseconds, 0.99), 0),
                      FormatDecimal(GetQuantile(normal.requestMilliseconds, 0.99), 1),
                      std::to_string(normal.synsAgain),
                      FormatDecimal(GetQuantile(heavy.connectMilliseconds, 0.5), 0),
                      FormatDecimal(GetQuantile(heavy.connectMilliseconds, 0.99), 0),
                      std::to_string(heavy.synsAgain)});
    }
    table.Print(std::cout);
    std::cout
        << "p50, p99: time to connect; ask: p99 of the times of requests, published: 55 ms;\n"
           "again: SYNs sent again while the first one waits, published: none of normal ones\n";
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string database;
    OptionList list(__FILE__, "Whether a heavy tenant takes the SLB manager away from others.");
    list.AddDatabase(database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    const std::vector<Trial> trials{{150, true},
                                    {3'000, true},
                                    {9'000, true},
                                    {24'000, true},
                                    {24'000, false}};
    ProgressReporter progress(static_cast<uint32_t>(trials.size()));
    std::vector<Outcome> outcomes;
    outcomes.reserve(trials.size());
    for (const auto& trial : trials)
    {
        outcomes.push_back(Simulate(trial, database, progress));
    }
    Print(trials, outcomes);
    return ReportRuns(std::cout,
                      database,
                      outcomes.front().runId,
                      outcomes.back().runId,
                      AreExpected(trials, outcomes));
}
