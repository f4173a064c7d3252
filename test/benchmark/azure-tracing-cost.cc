// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief What it costs to record flows and ports: of a whole run, and of a row of a database.
 *
 * 50 VMs open TCP flows to 16 addresses, evenly over 10 s of simulated time, and keep them.  The
 * same scenario is run with a recorder and without, in turn, each time in a process of its own;
 * times are of the run and of closing the database, which has a row for each flow, one for its port
 * and one for the attempt.  Then a recorder alone is given flows and port events as fast as it
 * takes them.
 *
 * - *off*, *on*: time of the run, in seconds; the ratio is the median of all pairs, the goal 1.10;
 * - *row-memory*: what the process needs more, at the most, for each row; most of it when the
 *   database is closed, and gets its indexes;
 * - *file*: size of the database, for each row;
 * - *port-rows*, *flow-rows*: rows of snat_port_event and of flow that a recorder alone writes in a
 *   second, closing the file included.
 */

#include "azure-benchmark-measure.h"
#include "azure-benchmark-report.h"
#include "azure-scenario-cost.h"
#include "azure-temporary-database.h"

#include "ns3/azure-option-list.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/simulator.h"

#include <cstdint>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr double GOAL = 1.1; //!< most that a run may take with a recorder, in runs without
constexpr uint32_t VMS = 50;
constexpr uint32_t DESTINATIONS = 16;
const Ipv4Address VM("10.0.0.4");
const Ipv4Address SERVER("203.0.113.1");
const Ipv4Address FRONTEND("198.51.100.1");

/// What the command line can change.
struct Options
{
    BenchmarkOptions common;                               //!< of all benchmarks
    uint32_t flows{0};                                     //!< of all VMs
    uint32_t rows{0};                                      //!< of each table
    TrafficTransport transport{TrafficTransport::Compact}; //!< of the flows
};

void
MeasureRun(const Options& options, BenchmarkReport& report)
{
    ScenarioLoad load;
    load.vms = VMS;
    load.flowsPerVm = options.flows / VMS;
    load.destinations = DESTINATIONS;
    load.transport = options.transport;
    load.clock = options.common.clock;
    std::vector<double> off;
    std::vector<double> on;
    std::vector<double> ratios;
    std::vector<double> memory;
    ScenarioCost traced;
    for (uint32_t i = 0; i < options.common.repetitions; ++i)
    {
        load.isTraced = i % 2 == 1; // who is first takes turns
        const auto first = MeasureScenario(load);
        load.isTraced = !load.isTraced;
        const auto second = MeasureScenario(load);
        traced = load.isTraced ? second : first;
        const auto& untraced = load.isTraced ? first : second;
        off.push_back(untraced.runTime);
        on.push_back(traced.runTime);
        ratios.push_back(traced.runTime / untraced.runTime);
        memory.push_back(traced.peakMemory - untraced.peakMemory);
    }
    const double rows = traced.databaseRows;
    report.AddRow({"off", {{"flows", std::to_string(options.flows)}}, GetMedian(off), "s", 1});
    report.AddRow({"on",
                   {{"flows", std::to_string(options.flows)}},
                   GetMedian(on),
                   "s",
                   GetMedian(ratios),
                   AtMost(GOAL)});
    report.AddRow({"row-memory", {}, GetMedian(memory) / rows, "bytes/row"});
    report.AddRow({"file", {}, traced.databaseSize / rows, "bytes/row"});
}

/// @return the flow's key after translation
FlowKey
MakeTranslated(uint32_t flow)
{
    return {FRONTEND,
            Ipv4Address(SERVER.Get() + flow / 1024),
            static_cast<uint16_t>(1024 + flow % 1024),
            uint16_t{80},
            IpProtocol::Tcp};
}

void
RecordPort(TraceRecorder& recorder, uint32_t flow)
{
    SnatPortEvent event;
    event.time = MicroSeconds(flow);
    event.networkInterface = 1;
    event.flow = flow + 1;
    event.translated = MakeTranslated(flow);
    event.portsInUse = flow % 1024;
    recorder.RecordSnatPort(event);
}

void
RecordFlow(TraceRecorder& recorder, uint32_t flow)
{
    FlowRecord record;
    record.networkInterface = 1;
    record.flow = flow + 1;
    record.method = OutboundMethod::LoadBalancerFrontend;
    record.translated = MakeTranslated(flow);
    record.key = {VM,
                  record.translated->GetDestination(),
                  static_cast<uint16_t>(10000 + flow % 1024),
                  uint16_t{80},
                  IpProtocol::Tcp};
    record.firstPacket = record.lastPacket = MicroSeconds(flow);
    record.accepted = record.firstReply = record.firstPacket;
    record.outcome = FlowOutcome::Established;
    record.end = FlowEnd::Idle;
    record.ended = record.firstPacket + Minutes(4);
    record.packetsOut = record.packetsIn = 5;
    record.bytesOut = record.bytesIn = 400;
    recorder.RecordFlowEnded(record);
}

/// @return rows a second
template <typename Record>
double
MeasureRows(const Options& options, const Record& record)
{
    std::vector<double> rates;
    for (uint32_t i = 0; i < options.common.repetitions; ++i)
    {
        const TemporaryDatabase database;
        TraceRecorder recorder(database.GetPath(), {"benchmark", "rows", "2017", {}}, std::nullopt);
        recorder.AddNode({0, "vm-0", NodeRole::VirtualMachine});
        recorder.AddNode({1, "host-0", NodeRole::Host});
        recorder.AddNetworkInterface({1, 0, 1, VM, OutboundMethod::LoadBalancerFrontend});
        recorder.AddPublicIp({FRONTEND, PublicIpKind::Frontend, std::nullopt});
        const double time = MeasureTime(options.common.clock, [&] {
            for (uint32_t flow = 0; flow < options.rows; ++flow)
            {
                record(recorder, flow);
            }
            recorder.Close();
        });
        rates.push_back(1e9 * options.rows / time);
        Simulator::Destroy();
    }
    return GetMedian(rates);
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__, "Measures what a run costs more with a trace recorder.");
    options.common.AddTo(list, {7, 3});
    options.common.AddUnsigned(list,
                               "flows",
                               "of all 50 VMs",
                               {50'000, 10'000},
                               {VMS, 1'000'000},
                               options.flows);
    options.common.AddUnsigned(list,
                               "rows",
                               "rows of each table that a recorder alone is given",
                               {200'000, 50'000},
                               {1, 10'000'000},
                               options.rows);
    AddTransportOption(list, options.transport);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    BenchmarkReport report("tracing-cost",
                           options.common,
                           std::string(GetName(options.transport)) + " transport, " +
                               std::to_string(options.common.repetitions) + " repetitions");
    MeasureRun(options, report);
    report.AddRow({"port-rows", {}, MeasureRows(options, RecordPort), "rows/s"});
    report.AddRow({"flow-rows", {}, MeasureRows(options, RecordFlow), "rows/s"});
    return report.Finish();
}
