// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief What the first packet of a flow costs at a host agent or a mux, next to an ns-3 router.
 *
 * As in azure-hop-cost.cc, the cost of a node is the time of the chain source - node - sink less
 * that of the chain source - sink, per packet, and all rows are measured one after the other in
 * each repetition.  Every packet is a SYN, the first one of its flow:
 *
 * - *router*: ns-3's IPv4 stack, with static routing only, which knows no flows;
 * - *host*: a VM's flow gets a SNAT port and a record;
 * - *nsg-10*, *nsg-1000*: besides, a network security group of so many rules is asked, the last of
 *   which matches;
 * - *traced*: as host, with a TraceRecorder that writes a row for the port;
 * - *mux*: a load-balancing rule finds a member by hash, and the flow is tracked;
 * - *traced-mux*: with a TraceRecorder that writes a row for the choice.
 *
 * Values and ratios, to the router's, are medians.
 */

#include "azure-benchmark-measure.h"
#include "azure-benchmark-report.h"
#include "azure-hop-chain.h"
#include "azure-hop-host.h"
#include "azure-hop-mux.h"
#include "azure-hop-nodes.h"

#include "ns3/azure-option-list.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint32_t FLOWS_PER_ADDRESS = 4096; //!< then comes the next server, or client
constexpr uint16_t FIRST_SOURCE_PORT = 10000;

/// What the command line can change.
struct Options
{
    BenchmarkOptions common; //!< of all benchmarks
    uint32_t packets{0};     //!< per chain and repetition
};

/// A node, and what was measured of it.
struct Row
{
    std::string name;                       //!< kind of node
    std::unique_ptr<HopChain> chain;        //!< through the node
    const std::vector<PacketImage>* images; //!< what runs through it
    std::vector<double> costs{};            //!< nanoseconds per packet, by repetition
    std::vector<double> ratios{};           //!< to the router's row, by repetition
};

/// @return SYNs of the VM, or of clients of the frontend
std::vector<PacketImage>
MakeImages(uint32_t number, bool isInbound)
{
    std::vector<FlowKey> flows;
    for (uint32_t i = 0; i < number; ++i)
    {
        const Ipv4Address server(HOP_SERVER.Get() + i / FLOWS_PER_ADDRESS);
        const auto port = static_cast<uint16_t>(FIRST_SOURCE_PORT + i % FLOWS_PER_ADDRESS);
        flows.emplace_back(isInbound ? server : HOP_VM,
                           isInbound ? HOP_FRONTEND : server,
                           port,
                           uint16_t{80},
                           IpProtocol::Tcp);
    }
    return MakePacketImages(flows, TCP_SYN);
}

/// Make all rows, the router's first.
std::vector<Row>
MakeRows(const std::vector<PacketImage>& outbound,
         const std::vector<PacketImage>& inbound,
         HopRecorder& recorder)
{
    std::vector<Row> rows;
    const auto add = [&](const std::string& name,
                         Ptr<NetDevice> source,
                         Ptr<NetDevice> sink,
                         const std::vector<PacketImage>& images) {
        rows.push_back({name, std::make_unique<HopChain>(source, sink), &images});
    };
    const auto [in, out] = MakeRouter();
    add("router", in, out, outbound);
    const auto addHost = [&](const std::string& name, uint32_t rules, HopRecorder* listener) {
        const auto host = MakeHopHost(MakeHopGoalState(rules), listener);
        add(name, host.vm, host.fabric, outbound);
    };
    addHost("host", 0, nullptr);
    addHost("nsg-10", 10, nullptr);
    addHost("nsg-1000", 1000, nullptr);
    addHost("traced", 0, &recorder);
    const auto mux = MakeHopMux(inbound.size());
    add("mux", mux, mux, inbound);
    const auto tracedMux = MakeHopMux(inbound.size(), &recorder);
    add("traced-mux", tracedMux, tracedMux, inbound);
    return rows;
}

/// Measure every row once, with the packets from that one on.
void
Repeat(const Options& options, HopChain& direct, std::size_t first, std::vector<Row>& rows)
{
    double router = 0;
    for (auto& row : rows)
    {
        const auto run = [&](HopChain& chain) {
            return chain.Run(*row.images, first, options.packets, options.common.clock);
        };
        const double cost = run(*row.chain) - run(direct);
        router = &row == &rows.front() ? cost : router;
        row.costs.push_back(cost);
        row.ratios.push_back(cost / router);
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__,
                    "Measures the time that the first packet of a flow takes, of an ns-3 router, "
                    "and of a host agent and a mux in its terms.");
    options.common.AddTo(list, {15, 5});
    options.common.AddUnsigned(list,
                               "packets",
                               "packets per chain and repetition, each of a new flow",
                               {8192, 2048},
                               {1, 100'000},
                               options.packets);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    PinToOneCore();
    BenchmarkReport report("flow-setup-cost",
                           options.common,
                           std::to_string(PACKET_IMAGE_SIZE) + "-byte packets, " +
                               std::to_string(options.common.repetitions) + " repetitions of " +
                               std::to_string(options.packets));
    const uint32_t number = options.packets * (options.common.repetitions + 1);
    const auto outbound = MakeImages(number, false);
    const auto inbound = MakeImages(number, true);
    HopRecorder recorder;
    const auto link = Link(CreateObject<Node>(), CreateObject<Node>());
    HopChain direct(link.Get(0), link.Get(1));
    auto rows = MakeRows(outbound, inbound, recorder);
    for (uint32_t i = 0; i <= options.common.repetitions; ++i)
    {
        Repeat(options, direct, std::size_t{i} * options.packets, rows);
        for (auto& row : rows)
        {
            if (i == 0) // the first fills the caches
            {
                row.costs.clear();
                row.ratios.clear();
            }
        }
    }
    for (const auto& row : rows)
    {
        report.AddRow({row.name, {}, GetMedian(row.costs), "ns/packet", GetMedian(row.ratios)});
    }
    Simulator::Destroy();
    return report.Finish();
}
