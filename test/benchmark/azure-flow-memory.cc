// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief What tables hold for each concurrent flow, by structure and number of flows.
 *
 * Each number of flows is built in a process of its own, in one table:
 *
 * - *host-flow*: a FlowTracker, as a host agent has one for each network interface and a NAT
 *   gateway one: entries, index, deadlines and SNAT ports; flows go to as few destinations as
 *   64,512 ports allow;
 * - *host-ports*: the SNAT ports' part of it;
 * - *host-spread*: the same FlowTracker with another destination for every flow;
 * - *mux-flow*: a MuxFlowTable;
 * - *deadline*: an ExpiryQueue, of which each TCP flow has one at either end, too.
 *
 * Values are GetMemory()'s by flow, and the ratio is what the process has needed at the most while
 * the table grew, the allocator's own share included, to what the table holds in the end.
 */

#include "azure-benchmark-measure.h"
#include "azure-benchmark-report.h"

#include "ns3/azure-expiry-queue.h"
#include "ns3/azure-flow-tracker.h"
#include "ns3/azure-mux-flow-table.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-profile.h"

#include <cstdint>
#include <limits>
#include <string>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint16_t FIRST_PORT = 1024; //!< of the frontend
constexpr uint32_t PORTS = 64512;     //!< of the frontend
constexpr uint32_t MILLION = 1'000'000;
const Ipv4Address VM("10.0.0.4");
const Ipv4Address SERVER("203.0.113.1"); //!< the first of them
const Ipv4Address FRONTEND("198.51.100.1");

/// Bytes of a table.
struct TableMemory
{
    double held{0};  //!< GetMemory()
    double peak{0};  //!< of the process, beyond what it had before
    double ports{0}; //!< part of held: SNAT ports
};

/// Hears what a tracker has to tell, and does nothing.
class SilentObserver : public FlowObserver
{
  public:
    void FlowCreated(const FlowRecord& /* flow */) override
    {
    }

    void FlowEnded(const FlowRecord& /* flow */) override
    {
    }

    void SnatPortChanged(const SnatPortEvent& /* event */) override
    {
    }

    void SnatExhausted(const SnatExhaustion& /* exhaustion */) override
    {
    }

    void SecurityGroupDecided(const SecurityGroupDecision& /* decision */) override
    {
    }
};

/// @return a flow's key; each destination has so many flows
FlowKey
MakeFlow(uint32_t flow, uint32_t flowsPerDestination)
{
    return {VM.Get(),
            SERVER.Get() + flow / flowsPerDestination,
            static_cast<uint16_t>(FIRST_PORT + flow % PORTS),
            443,
            IpProtocol::Tcp};
}

/// @brief Build a table in a process of its own.
/// @param fill returns what the table holds; the peak is added
template <typename Fill>
TableMemory
Measure(const Fill& fill)
{
    return RunInChild([&fill] {
        const double before = ForgetPeakMemory();
        TableMemory memory = fill();
        memory.peak = GetPeakMemory() - before;
        return memory;
    });
}

TableMemory
MeasureTracker(uint32_t flows, uint32_t flowsPerDestination)
{
    return Measure([=] {
        SilentObserver observer;
        FlowTracker tracker(1, observer);
        const SnatPortBlockGrant block{FRONTEND, {FIRST_PORT, 65535}};
        const Draw draw = [](uint32_t) { return 0; };
        tracker.Program(OutboundMethod::LoadBalancerFrontend, *FindProfile("2017"), {block}, draw);
        tracker.SetFlowLimit(std::numeric_limits<uint32_t>::max());
        for (uint32_t i = 0; i < flows; ++i)
        {
            const auto flow = MakeFlow(i, flowsPerDestination);
            tracker.AcquirePort(*tracker.Track(flow, false, FlowPath::Internet, Time()), Time());
        }
        TableMemory memory;
        memory.held = static_cast<double>(tracker.GetMemory());
        memory.ports = static_cast<double>(tracker.GetPortMemory());
        return memory;
    });
}

TableMemory
MeasureMux(uint32_t flows)
{
    return Measure([=] {
        MuxFlowTable table({Minutes(4), Minutes(4), flows, flows});
        for (uint32_t i = 0; i < flows; ++i)
        {
            table.Insert(MakeFlow(i, PORTS), i % 100, Time());
        }
        return TableMemory{static_cast<double>(table.GetMemory())};
    });
}

TableMemory
MeasureDeadlines(uint32_t flows)
{
    return Measure([=] {
        ExpiryQueue queue;
        for (uint32_t i = 0; i < flows; ++i)
        {
            queue.Push(i, Seconds(i % 240));
        }
        return TableMemory{static_cast<double>(queue.GetMemory())};
    });
}

void
Report(BenchmarkReport& report, const std::string& name, uint32_t flows, const TableMemory& memory)
{
    report.AddRow({name,
                   {{"flows", std::to_string(flows)}},
                   memory.held / flows,
                   "bytes/flow",
                   memory.peak / memory.held});
}

} // namespace

int
main(int argc, char* argv[])
{
    BenchmarkOptions options;
    uint32_t largest = 0;
    OptionList list(__FILE__, "Measures the memory of flow tables.");
    options.AddTo(list, {1, 1});
    options.AddUnsigned(list,
                        "largest",
                        "most flows",
                        {MILLION, PORTS},
                        {1000, 10 * MILLION},
                        largest);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    BenchmarkReport report("flow-memory", options, "one table each; ratio: peak to held");
    for (const uint32_t flows : {1000U, PORTS, MILLION})
    {
        if (flows > largest)
        {
            continue;
        }
        const auto host = MeasureTracker(flows, PORTS);
        Report(report, "host-flow", flows, host);
        report.AddRow(
            {"host-ports", {{"flows", std::to_string(flows)}}, host.ports / flows, "bytes/flow"});
        Report(report, "host-spread", flows, MeasureTracker(flows, 1));
        Report(report, "mux-flow", flows, MeasureMux(flows));
        Report(report, "deadline", flows, MeasureDeadlines(flows));
    }
    return report.Finish();
}
