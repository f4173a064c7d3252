// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-run-report.h"
#include "ns3/azure-sample-statistics.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief How much sooner does UDP use up a VM's SNAT ports than TCP?
 *
 * @verbatim
   10.0.0.4                      198.18.0.1               198.19.0.1 ... 198.19.0.4
   vm-0 --- host --- fabric router --- edge router --- Internet --- servers, 4 ports each
                        |
               load-balancer mux
   @endverbatim
 *
 * One VM with 64 SNAT ports opens 10 flows a second, each from a socket of its own, to 4 addresses
 * of 4 ports in turn, and keeps them.  With TCP, flows share a SNAT port if address or port of
 * their destinations differ, so that 4 x 4 x 64 = 1,024 fit.  For UDP there are three readings
 * (sources.rst B.2): as TCP (OB-1803); by address only (OB-2012), of which 4 x 64 = 256 fit; or a
 * port of its own for each socket wherever it sends to (OB-1808: port-restricted cone), of which
 * 64 fit.
 *
 * Then the VM opens flows of both protocols by turns to one destination.  With an inventory for
 * each protocol (OB-1803) 64 + 64 fit, with one for both 64.
 *
 * @verbatim
   $ ./azure-net run udp-vs-tcp
   ports are shared if              flows   TCP   UDP  closed        first
   destinations differ by   source  begun   fit   fit    form  refusal (s)
   TCP: address or port    OB-1803   1034  1024     0    1024       102.40
   UDP: address or port    OB-1803   1034     0  1024    1024       102.40
   UDP: address            OB-2012    266     0   256     256        25.60
   UDP: never (cone)       OB-1808     74     0    64      64         6.40
   both, own ports         OB-1803    148    64    64     128         6.40
   both, shared ports            -     84    32    32      64         3.20
   database udp-vs-tcp.db: runs 1 to 6 added
   ok
   @endverbatim
 *
 * The last line printed is "ok" when so many flows fit, and the first refusal comes when the flow
 * after them begins.  Otherwise the exit status is 1.
 *
 * Facts: S0-17, S0-18, S0-20
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

/// Over how long TCP's flows begin that fit: less than the idle timeout, so that none is over.
constexpr double ARRIVAL_SECONDS = 102.4;

constexpr uint32_t MAX_FLOWS = 50000; // a VM has 64,512 source ports
constexpr uint32_t SPARE_FLOWS = 10;  // more than fit

/// What the user may choose.
struct Options
{
    uint32_t ports{0};            //!< SNAT ports of the VM
    uint32_t addresses{0};        //!< of servers
    uint32_t destinationPorts{0}; //!< of each address
    std::string database;         //!< path
};

/// One run.
struct Plan
{
    std::string name;                  //!< for the table
    std::string source;                //!< who says so
    std::string settings;              //!< of the profile
    std::vector<IpProtocol> protocols; //!< of the flows, by turns
    uint32_t addresses;                //!< of servers
    uint32_t destinationPorts;         //!< of each
    uint32_t fitting;                  //!< flows of all protocols that should get a port
};

/// What one run showed.
struct Outcome
{
    uint32_t flows{0};                     //!< of each protocol, all begun
    std::array<uint64_t, 2> established{}; //!< of TCP, of UDP
    std::optional<Time> firstRefusal;      //!< when
    Time expectedRefusal;                  //!< when the first flow begins that does not fit
    int64_t runId{0};                      //!< number of the run in the database
};

/// @return the runs
std::vector<Plan>
MakePlans(const Options& options)
{
    const auto a = options.addresses;
    const auto p = options.destinationPorts;
    const auto n = options.ports;
    const std::vector<IpProtocol> tcp{IpProtocol::Tcp};
    const std::vector<IpProtocol> udp{IpProtocol::Udp};
    const std::vector<IpProtocol> both{IpProtocol::Tcp, IpProtocol::Udp};
    const std::string asTcp = "UdpReuseKey=DestinationEndpoint";
    return {{"TCP: address or port", "OB-1803", asTcp, tcp, a, p, a * p * n},
            {"UDP: address or port", "OB-1803", asTcp, udp, a, p, a * p * n},
            {"UDP: address", "OB-2012", "UdpReuseKey=DestinationAddress", udp, a, p, a * n},
            {"UDP: never (cone)", "OB-1808", "UdpReuseKey=Cone", udp, a, p, n},
            {"both, own ports", "OB-1803", asTcp + "|PortsPerProtocol=true", both, 1, 1, 2 * n},
            {"both, shared ports", "-", asTcp + "|PortsPerProtocol=false", both, 1, 1, n}};
}

/// @return the profile's text form
std::string
GetProfile(const Options& options, const Plan& plan)
{
    return "2018[AllocatedPorts=" + std::to_string(options.ports) + "|" + plan.settings + "]";
}

/// @return flows a second of each protocol
double
GetRate(const Options& options)
{
    return options.ports * options.addresses * options.destinationPorts / ARRIVAL_SECONDS;
}

/// Have the VM open flows of one protocol.  @return their generator
Ptr<TrafficGenerator>
Install(const OutboundScenarioHelper& scenario,
        const Plan& plan,
        IpProtocol protocol,
        uint32_t flows,
        double rate)
{
    TrafficHelper traffic;
    traffic.SetAttribute("Protocol", MakeEnumValue(protocol));
    traffic.SetAttribute("Flows", UintegerValue(flows));
    traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    traffic.SetAttribute("Rate", DoubleValue(rate));
    traffic.SetAttribute("DestinationPorts", UintegerValue(plan.destinationPorts));
    if (protocol == plan.protocols.front())
    {
        traffic.Install(scenario, 1);
    }
    else
    {
        traffic.InstallGenerators(scenario, {0});
    }
    return traffic.GetGenerators().front();
}

/// Do one run.
Outcome
Simulate(const Options& options, const Plan& plan)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile(GetProfile(options, plan));
    scenario.SetVms(1);
    scenario.SetServerAddresses(plan.addresses);
    scenario.Create();
    scenario.AssignStreams(0);
    Outcome outcome;
    // by turns: of k flows that fit, each protocol has k / protocols; with own ports, likewise
    const auto protocols = static_cast<uint32_t>(plan.protocols.size());
    outcome.flows = (plan.fitting + SPARE_FLOWS * protocols) / protocols;
    std::vector<Ptr<TrafficGenerator>> generators;
    for (const auto protocol : plan.protocols)
    {
        generators.push_back(Install(scenario, plan, protocol, outcome.flows, GetRate(options)));
    }
    const auto fittingOfEach = plan.fitting / protocols;
    outcome.expectedRefusal = Seconds(fittingOfEach / GetRate(options));
    FlowStatistics statistics;
    scenario.Connect(statistics);
    TraceRecorder recorder(options.database,
                           {"udp-vs-tcp",
                            "load-balanced",
                            GetProfile(options, plan),
                            {{"flows", plan.name},
                             {"addresses", std::to_string(plan.addresses)},
                             {"destinationPorts", std::to_string(plan.destinationPorts)}}});
    scenario.Connect(recorder);
    Simulator::Run();
    for (std::size_t i = 0; i < generators.size(); ++i)
    {
        const bool isUdp = plan.protocols[i] == IpProtocol::Udp;
        outcome.established.at(isUdp ? 1 : 0) = generators[i]->GetEstablished();
    }
    outcome.firstRefusal = statistics.GetTotals().firstRefusal;
    outcome.runId = recorder.GetRunId();
    recorder.Close();
    Simulator::Destroy();
    return outcome;
}

/// @return whether so many flows fitted as should, and the next one was refused
bool
IsExpected(const Plan& plan, const Outcome& outcome)
{
    constexpr double ON_THE_WAY = 1e-3; // s, from the VM to its host
    return outcome.established[0] + outcome.established[1] == plan.fitting &&
           outcome.firstRefusal &&
           std::abs((*outcome.firstRefusal - outcome.expectedRefusal).GetSeconds()) < ON_THE_WAY;
}

/// @return the row of a run
std::vector<std::string>
MakeRow(const Plan& plan, const Outcome& outcome)
{
    return {plan.name,
            plan.source,
            std::to_string(outcome.flows * plan.protocols.size()),
            std::to_string(outcome.established[0]),
            std::to_string(outcome.established[1]),
            std::to_string(plan.fitting),
            outcome.firstRefusal ? FormatDecimal(outcome.firstRefusal->GetSeconds(), 2) : "-"};
}

/// @return why the options do not go together, if they do not
std::optional<std::string>
Validate(const Options& options)
{
    const uint64_t flows = uint64_t{options.ports} * options.addresses * options.destinationPorts;
    return flows <= MAX_FLOWS
               ? std::nullopt
               : std::make_optional(GetRefusal(
                     "ports",
                     std::to_string(options.ports),
                     "so few that ports x addresses x destination-ports is at most 50000"));
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "How much sooner UDP uses up SNAT ports than TCP.");
    list.AddUnsigned("ports", "SNAT ports of the VM", 64, {1, 20000}, options.ports);
    list.AddUnsigned("addresses", "addresses of servers", 4, {1, 253}, options.addresses);
    list.AddUnsigned("destinationPorts",
                     "ports of each address",
                     4,
                     {1, 100},
                     options.destinationPorts);
    list.AddDatabase(options.database);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    if (const auto error = Validate(options))
    {
        std::cerr << "udp-vs-tcp: " << *error << std::endl;
        return 1;
    }
    ResultTable table;
    table.AddRow({"ports are shared if", "", "flows", "TCP", "UDP", "closed", "first"});
    table.AddRow(
        {"destinations differ by", "source", "begun", "fit", "fit", "form", "refusal (s)"});
    std::vector<int64_t> runs;
    bool isExpected = true;
    for (const auto& plan : MakePlans(options))
    {
        const auto outcome = Simulate(options, plan);
        table.AddRow(MakeRow(plan, outcome));
        runs.push_back(outcome.runId);
        isExpected = IsExpected(plan, outcome) && isExpected;
    }
    table.Print(std::cout);
    return ReportRuns(std::cout, options.database, runs.front(), runs.back(), isExpected);
}
