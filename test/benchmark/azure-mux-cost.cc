// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief What a packet of a tracked flow costs at a load-balancer mux, next to a plain ns-3 router.
 *
 * As in azure-hop-cost.cc, the cost of a node is the time of the chain source - node - sink less
 * that of the chain source - sink, per packet, and both are measured one after the other in each
 * repetition.  The mux has one rule and four members, and keeps track of 1, 10 thousand and 1
 * million TCP flows, all trusted.  Their packets come in an order that has nothing to do with the
 * order in which the flows began; with a million flows each is a surprise to the processor's cache.
 *
 * - *router*: ns-3's IPv4 stack, with static routing only, the same packets;
 * - *mux*: the node, from link to link;
 * - *table*: what LoadBalancingTable takes of it: to find the rule, and to decide;
 * - *begin*: likewise for the first packet of a flow, which finds a member by hash and tracks it;
 * - *bytes*: memory that a tracked flow takes, all in all; both where there are flows enough.
 *
 * Ratios are to the router's.  The goal is that a mux costs half a router at 10 thousand flows.
 * Medians of all repetitions.
 */

#include "azure-benchmark-measure.h"
#include "azure-benchmark-report.h"
#include "azure-hop-chain.h"
#include "azure-hop-mux.h"
#include "azure-hop-nodes.h"

#include "ns3/azure-load-balancing-table.h"
#include "ns3/azure-option-list.h"
#include "ns3/nstime.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t GOAL_FLOWS = 10'000;     //!< where the goal is set
constexpr double GOAL = 0.5;                //!< most a hop may cost there, in router hops
constexpr uint32_t FEWEST_FLOWS = 1000;     //!< whose beginning takes long enough to measure
constexpr uint32_t FLOWS_PER_CLIENT = 4096; //!< then comes the next address
const Ipv4Address CLIENT("203.0.113.1");    //!< first of the clients

/// What the command line can change.
struct Options
{
    BenchmarkOptions common; //!< of all benchmarks
    uint32_t packets{0};     //!< per chain and repetition
    uint32_t largest{0};     //!< most flows that the mux tracks
};

/// What was measured, in nanoseconds per packet.
struct Costs
{
    std::vector<double> router; //!< by repetition
    std::vector<double> mux;    //!< by repetition
    std::vector<double> ratios; //!< of both, by repetition
    std::vector<double> table;  //!< by repetition
    double begin{0};            //!< of a first packet
    double bytes{0};            //!< of a flow
};

/// Is told of choices, and counts them.
class DecisionCounter : public LoadBalancingObserver
{
  public:
    void MemberChosen(const LoadBalancingDecision& /* decision */) override
    {
        ++decisions;
    }

    void MemberHealthChanged(const MemberHealth& /* health */) override
    {
    }

    uint32_t decisions{0}; //!< so far
};

/// @return flows of many clients
std::vector<FlowKey>
MakeFlows(uint32_t number)
{
    std::vector<FlowKey> flows;
    for (uint32_t i = 0; i < number; ++i)
    {
        flows.emplace_back(Ipv4Address(CLIENT.Get() + i / FLOWS_PER_CLIENT),
                           HOP_FRONTEND,
                           static_cast<uint16_t>(10000 + i % FLOWS_PER_CLIENT),
                           uint16_t{80},
                           IpProtocol::Tcp);
    }
    return flows;
}

/// A table by itself, asked as a mux does.
class TableBench
{
  public:
    /// @param options of the command line; @param flows that are tracked, in the order they begin
    TableBench(const Options& options, const std::vector<FlowKey>& flows)
        : m_options(options),
          m_table(m_counter, MakeHopMuxLimits(flows.size()))
    {
        m_table.Apply(MakeHopMuxGoalState(), m_now);
        const double bytes = GetBytesInUse();
        m_begin = Ask(flows, 0, flows.size(), true);
        m_bytes = (GetBytesInUse() - bytes) / static_cast<double>(flows.size());
        Ask(flows, 0, flows.size(), false); // now they are trusted
    }

    /// @return nanoseconds per packet
    double Measure(const std::vector<FlowKey>& flows, std::size_t first)
    {
        const auto decisions = m_counter.decisions;
        const double cost = Ask(flows, first, m_options.packets, false);
        NS_ABORT_MSG_IF(m_counter.decisions != decisions, "a flow is not tracked");
        return cost;
    }

    /// Write what the first packets of flows took.
    void WriteBegin(Costs& costs) const
    {
        costs.begin = m_begin;
        costs.bytes = m_bytes;
    }

  private:
    /// Let packets come. @return nanoseconds per packet
    double Ask(const std::vector<FlowKey>& flows,
               std::size_t first,
               std::size_t packets,
               bool areFirst)
    {
        std::size_t passed = 0;
        const double begin = ReadClock(m_options.common.clock);
        for (std::size_t i = 0; i < packets; ++i)
        {
            const FrontendPacket packet{flows[first], std::nullopt, areFirst, PACKET_IMAGE_SIZE};
            m_now += MicroSeconds(1);
            const auto* rule = m_table.FindRule(packet);
            passed += rule && m_table.Decide(*rule, packet, m_now) ? 1 : 0;
            first = first + 1 < flows.size() ? first + 1 : 0;
        }
        const double time = ReadClock(m_options.common.clock) - begin;
        NS_ABORT_MSG_IF(passed != packets, "a packet is not passed on");
        return time / static_cast<double>(packets);
    }

    const Options& m_options;   //!< of the command line
    DecisionCounter m_counter;  //!< of choices
    LoadBalancingTable m_table; //!< what is measured
    Time m_now;                 //!< of the last packet
    double m_begin{0};          //!< of first packets, nanoseconds
    double m_bytes{0};          //!< of a flow
};

/// Measure everything with so many flows.
Costs
Measure(const Options& options, uint32_t number)
{
    auto flows = MakeFlows(number);
    TableBench table(options, flows);
    Costs costs;
    table.WriteBegin(costs);

    const auto link = Link(CreateObject<Node>(), CreateObject<Node>());
    HopChain direct(link.Get(0), link.Get(1));
    const auto [in, out] = MakeRouter();
    HopChain router(in, out);
    const auto end = MakeHopMux(number);
    HopChain mux(end, end);
    auto images = MakePacketImages(flows, TCP_ACK);
    mux.Run(images, 0, number, CLOCK_MONOTONIC); // the mux tracks them
    mux.Run(images, 0, number, CLOCK_MONOTONIC); // now they are trusted

    std::shuffle(flows.begin(), flows.end(), std::mt19937(1));
    images = MakePacketImages(flows, TCP_ACK);
    for (uint32_t i = 0; i <= options.common.repetitions; ++i)
    {
        const std::size_t first = std::size_t{i} * options.packets % number;
        const auto run = [&](HopChain& chain) {
            return chain.Run(images, first, options.packets, options.common.clock);
        };
        const double without = run(direct);
        const double routerCost = run(router) - without;
        const double muxCost = run(mux) - run(direct);
        const double tableCost = table.Measure(flows, first);
        if (i > 0) // the first fills the caches
        {
            costs.router.push_back(routerCost);
            costs.mux.push_back(muxCost);
            costs.ratios.push_back(muxCost / routerCost);
            costs.table.push_back(tableCost);
        }
    }
    Simulator::Destroy();
    return costs;
}

void
Report(BenchmarkReport& report, uint32_t flows, const Costs& costs)
{
    const auto add = [&](const char* name,
                         double value,
                         const char* unit,
                         std::optional<double> ratio = std::nullopt,
                         std::optional<BenchmarkGoal> goal = std::nullopt) {
        report.AddRow({name, {{"flows", std::to_string(flows)}}, value, unit, ratio, goal});
    };
    const double router = GetMedian(costs.router);
    const double table = GetMedian(costs.table);
    add("router", router, "ns/packet", 1);
    add("mux",
        GetMedian(costs.mux),
        "ns/packet",
        GetMedian(costs.ratios),
        flows == GOAL_FLOWS ? std::make_optional(AtMost(GOAL)) : std::nullopt);
    add("table", table, "ns/packet", table / router);
    if (flows >= FEWEST_FLOWS)
    {
        add("begin", costs.begin, "ns/packet", costs.begin / router);
        add("bytes", costs.bytes, "bytes/flow");
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__,
                    "Measures what a packet costs at a load-balancer mux, by number of tracked "
                    "flows.");
    options.common.AddTo(list, {15, 3});
    options.common.AddUnsigned(list,
                               "packets",
                               "packets per chain and repetition",
                               {16384, 4096},
                               {1, 10'000'000},
                               options.packets);
    options.common.AddUnsigned(list,
                               "largest",
                               "of 1, 10000 and 1000000 tracked flows leave out those above",
                               {1'000'000, 10'000},
                               {1, 1'000'000},
                               options.largest);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    PinToOneCore();
    BenchmarkReport report("mux-cost",
                           options.common,
                           std::to_string(PACKET_IMAGE_SIZE) + "-byte packets, " +
                               std::to_string(options.common.repetitions) + " repetitions of " +
                               std::to_string(options.packets));
    for (const uint32_t flows : {1U, GOAL_FLOWS, 1'000'000U})
    {
        if (flows <= options.largest)
        {
            Report(report, flows, Measure(options, flows));
        }
    }
    return report.Finish();
}
