// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief What a packet-hop through a host agent or a mux costs, next to a plain ns-3 router.
 *
 * The cost of a node is the wall time of the chain source - node - sink less that of the chain
 * source - sink, per packet: the node's own work and that of one link more.
 *
 * - *router*: ns-3's IPv4 stack, with static routing only;
 * - *host-out*: a VM's packets, of flows in the table, to the fabric;
 * - *host-in*: their replies as a mux sends them, by IP-in-IP, to the VM;
 * - *mux*: such replies on their way from the Internet to the host, which go back into the fabric
 *   by the link they came from;
 * - *nat-gateway-out*: a VM's packets as its host sends them to a NAT gateway, by GRE, of flows in
 *   its table, which go back into the fabric by the link they came from, as those below;
 * - *nat-gateway-in*: their replies on their way from the Internet to the host.
 *
 * A second series has, next to such routers, hosts and muxes of its own:
 *
 * - *nsg-10-out*, *nsg-1000-in* ...: as host-out and host-in, of a VM with a network security group
 *   of 10 or 1,000 rules, which were asked about the first packet of each flow;
 * - *traced-out*, *traced-in*, *traced-mux*: with a TraceRecorder that listens;
 * - *+nsg-10-out* ...: what that costs more than the same without, its ratio that many more
 *   router hops.
 *
 * Sources and sinks are bare devices.  Links carry 100 Gbps, take 10 us and have no queue disc; one
 * packet enters each simulated microsecond.  Packets have 100 bytes (host-in 20 more), checksums
 * that are right, and belong to all flows in turn, in an order shuffled once.
 *
 * Each repetition measures both chains of each row one after the other, so that whatever else the
 * machine does strikes all alike.  Values and ratios, to the router's, are medians.
 *
 * @verbatim
   $ azure-hop-cost --clock=cpu --repetitions=9
   hop-cost: 65536 flows, 100-byte packets, 9 repetitions of 16384, cpu time, load 11.8
                                               value unit       ratio          goal
   router          protocol=udp checksum=off    2697 ns/packet   1.00
   host-out        protocol=udp checksum=off    1166 ns/packet   0.43     <=0.5 met
   host-in         protocol=udp checksum=off    1290 ns/packet   0.47     <=0.5 met
   mux             protocol=udp checksum=off     980 ns/packet   0.36     <=0.5 met
   ...
   nsg-1000-in     protocol=udp checksum=off    1258 ns/packet   0.47     <=0.5 met
   +nsg-1000-in    protocol=udp checksum=off    4.08 ns/packet   0.00    <=0.02 met
   ...
   @endverbatim
 */

#include "azure-benchmark-measure.h"
#include "azure-benchmark-report.h"
#include "azure-hop-chain.h"
#include "azure-hop-host.h"
#include "azure-hop-nodes.h"

#include "ns3/azure-load-balancer-mux.h"
#include "ns3/azure-nat-gateway-node.h"
#include "ns3/azure-option-list.h"
#include "ns3/boolean.h"
#include "ns3/global-value.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr double GOAL = 0.5;                  //!< most a hop may cost, in router hops
constexpr double NSG_GOAL = 0.02;             //!< most that a group of MANY_RULES may add
constexpr uint32_t FLOWS_PER_SERVER = 4096;   //!< of the VM
constexpr uint16_t FIRST_SOURCE_PORT = 10000; //!< of the VM
constexpr uint16_t PORTS_PER_MEMBER = 64;     //!< size of the blocks the mux knows
constexpr uint16_t MEMBERS = 1000;            //!< blocks the mux knows
constexpr uint32_t MANY_RULES = 1000;         //!< of the network security group

/// What the command line can change.
struct Options
{
    BenchmarkOptions common; //!< of all benchmarks
    uint32_t packets{0};     //!< packets per chain and repetition
    uint32_t flows{0};       //!< in the host's table
};

/// One kind of node and packet, and what was measured of it.
struct Row
{
    std::string hop;                 //!< kind of node
    IpProtocol protocol;             //!< of the packets
    HopChain* chain;                 //!< through the node
    std::vector<PacketImage> images; //!< what runs through it
    const Row* without{nullptr};     //!< the row that this one has something more than, if any
    std::vector<double> costs{};     //!< nanoseconds per packet, by repetition
    std::vector<double> ratios{};    //!< to the router's row, by repetition
};

/// Which nodes are compared with a router.
enum class Series
{
    Kinds,    //!< every kind of node
    Variants, //!< hosts and muxes, plain, and with groups and recorders
};

/// The chains of all rows of a series that have checksums on, or off; to be gone before
/// Simulator::Destroy().
class HopCostBench
{
  public:
    /// @param options of the command line; @param checksums ns-3's ChecksumEnabled
    HopCostBench(const Options& options, bool checksums, Series series);

    /// Measure everything.
    void Measure();

    /// Add all rows of the first series, and those of the second that are not in the first.
    void Report(BenchmarkReport& report) const;

  private:
    /// How many rows there will be at most, so that they stay where they are.
    static constexpr std::size_t MAX_ROWS = 64;

    /// Add a chain. @return the same
    HopChain* AddChain(Ptr<NetDevice> source, Ptr<NetDevice> sink);
    /// Add a row.
    void AddRow(const std::string& hop, HopChain* chain, const std::vector<PacketImage>& images);
    void AddRouter(const std::vector<FlowKey>& flows);
    /// Add both directions of a host, as NAME-out and NAME-in.
    /// @return the replies to the flows, as translated
    std::vector<FlowKey> AddHost(const std::string& name,
                                 const HostGoalState& goalState,
                                 const std::vector<FlowKey>& flows,
                                 bool isTraced = false);
    void AddMux(const std::string& name,
                const std::vector<FlowKey>& replies,
                bool isTraced = false);
    /// Add both directions of a NAT gateway.
    void AddNatGateway(const std::vector<FlowKey>& flows);
    /// @return the recorder, made now if there is none
    HopRecorder& GetRecorder();
    /// Find the row that another one of the same protocol has something more than.
    const Row* FindRow(const std::string& hop) const;
    /// Let the row's packets through a chain. @return nanoseconds per packet
    double Run(const Row& row, HopChain& chain, std::size_t first) const;
    /// Measure every row once.
    void Repeat(std::size_t first);
    /// Report what a row costs more than the one without.
    void ReportMore(BenchmarkReport& report, const Row& row) const;
    /// @return names and values of what a row was measured with
    std::vector<std::pair<std::string, std::string>> GetParameters(const Row& row) const;

    Options m_options;                               //!< of the command line
    bool m_checksums;                                //!< ns-3's ChecksumEnabled
    Series m_series;                                 //!< which rows
    std::vector<std::unique_ptr<HopChain>> m_chains; //!< all of them
    HopChain* m_direct;                              //!< source - sink
    IpProtocol m_protocol{IpProtocol::Udp};          //!< of the rows being added
    std::vector<Row> m_rows;                         //!< the router's first, for each protocol
    std::optional<HopRecorder> m_recorder;           //!< listens to what is traced
};

/// @return the VM's flows in a shuffled order
std::vector<FlowKey>
MakeFlows(uint32_t number, IpProtocol protocol)
{
    std::vector<FlowKey> flows;
    for (uint32_t i = 0; i < number; ++i)
    {
        const Ipv4Address server(HOP_SERVER.Get() + i / FLOWS_PER_SERVER);
        const auto port = static_cast<uint16_t>(FIRST_SOURCE_PORT + i % FLOWS_PER_SERVER);
        flows.emplace_back(HOP_VM, server, port, uint16_t{80}, protocol);
    }
    std::shuffle(flows.begin(), flows.end(), std::mt19937(1));
    return flows;
}

HopCostBench::HopCostBench(const Options& options, bool checksums, Series series)
    : m_options(options),
      m_checksums(checksums),
      m_series(series)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(checksums));
    m_rows.reserve(MAX_ROWS);
    const auto link = Link(CreateObject<Node>(), CreateObject<Node>());
    m_direct = AddChain(link.Get(0), link.Get(1));
    for (const auto protocol : {IpProtocol::Udp, IpProtocol::Tcp})
    {
        m_protocol = protocol;
        const auto flows = MakeFlows(m_options.flows, protocol);
        AddRouter(flows);
        const auto replies = AddHost("host", MakeHopGoalState(0), flows);
        AddMux("mux", replies);
        if (series == Series::Kinds)
        {
            AddNatGateway(flows);
            continue;
        }
        for (const uint32_t rules : {10U, MANY_RULES})
        {
            AddHost("nsg-" + std::to_string(rules), MakeHopGoalState(rules), flows);
        }
        AddHost("traced", MakeHopGoalState(0), flows, true);
        AddMux("traced-mux", replies, true);
    }
}

HopChain*
HopCostBench::AddChain(Ptr<NetDevice> source, Ptr<NetDevice> sink)
{
    m_chains.push_back(std::make_unique<HopChain>(source, sink));
    return m_chains.back().get();
}

const Row*
HopCostBench::FindRow(const std::string& hop) const
{
    for (const auto& row : m_rows)
    {
        if (row.hop == hop && row.protocol == m_protocol)
        {
            return &row;
        }
    }
    return nullptr;
}

void
HopCostBench::AddRow(const std::string& hop,
                     HopChain* chain,
                     const std::vector<PacketImage>& images)
{
    NS_ABORT_MSG_IF(m_rows.size() == MAX_ROWS, "too many rows");
    const auto dash = hop.rfind('-');
    const auto* without =
        hop == "traced-mux" ? FindRow("mux")
        : m_series == Series::Variants && dash != std::string::npos && hop.rfind("host", 0) != 0
            ? FindRow("host" + hop.substr(dash))
            : nullptr;
    m_rows.push_back({hop, m_protocol, chain, images, without});
}

void
HopCostBench::AddRouter(const std::vector<FlowKey>& flows)
{
    const auto [in, out] = MakeRouter();
    AddRow("router", AddChain(in, out), MakePacketImages(flows, TCP_ACK));
}

std::vector<FlowKey>
HopCostBench::AddHost(const std::string& name,
                      const HostGoalState& goalState,
                      const std::vector<FlowKey>& flows,
                      bool isTraced)
{
    const auto host = MakeHopHost(goalState, isTraced ? &GetRecorder() : nullptr);
    const auto outbound = AddChain(host.vm, host.fabric);
    const auto inbound = AddChain(host.fabric, host.vm);
    auto replies = outbound->Record(MakePacketImages(flows, TCP_SYN));
    std::vector<PacketImage> images;
    for (auto& reply : replies)
    {
        reply = reply.Reverse();
        images.push_back(MakeTunnelImage(MakePacketImage(reply, TCP_ACK), HOP_TUNNEL));
    }
    inbound->Record(images); // now TCP flows are established
    AddRow(name + "-out", outbound, MakePacketImages(flows, TCP_ACK));
    AddRow(name + "-in", inbound, images);
    return replies;
}

void
HopCostBench::AddMux(const std::string& name, const std::vector<FlowKey>& replies, bool isTraced)
{
    const auto node = MakeStackNode();
    const auto fabric = Link(node, CreateObject<Node>());
    const auto mux = CreateObject<LoadBalancerMux>();
    node->AddApplication(mux);
    mux->SetUplink(fabric.Get(0), {HOP_TUNNEL.source, "255.255.255.0", "10.128.1.1"});
    ProgramPublicEndpoints instruction;
    for (uint16_t i = 0; i < MEMBERS; ++i)
    {
        const auto first = static_cast<uint16_t>(HOP_FIRST_PORT + i * PORTS_PER_MEMBER);
        const auto last = static_cast<uint16_t>(first + PORTS_PER_MEMBER - 1);
        const Ipv4Address host(HOP_TUNNEL.destination.Get() + i);
        instruction.endpoints.push_back({HOP_FRONTEND, {first, last}, host});
    }
    if (isTraced)
    {
        GetRecorder().Connect(mux);
    }
    mux->Apply(instruction);
    AddRow(name, AddChain(fabric.Get(1), fabric.Get(1)), MakePacketImages(replies, TCP_ACK));
}

void
HopCostBench::AddNatGateway(const std::vector<FlowKey>& flows)
{
    const auto node = MakeStackNode();
    const auto fabric = Link(node, CreateObject<Node>());
    const auto gateway = CreateObject<NatGatewayNode>();
    node->AddApplication(gateway);
    gateway->SetUplink(fabric.Get(0), {HOP_TUNNEL.source, "255.255.255.0", "10.128.1.1"});
    NatGatewayGoalState goalState;
    goalState.publicAddresses = {HOP_FRONTEND};
    goalState.idleTimeout = Hours(24); // no flow ends while it is measured
    goalState.profile = *FindProfile("nat-gateway");
    goalState.profile.udpIdleTimeout = Hours(24);
    goalState.members = {{1, HOP_VM, HOP_TUNNEL.destination}};
    gateway->Apply(goalState);

    const Tunnel toGateway{HOP_TUNNEL.destination, HOP_TUNNEL.source};
    const auto makeImages = [&](uint8_t tcpFlags) {
        std::vector<PacketImage> images;
        for (const auto& flow : flows)
        {
            images.push_back(MakeGatewayImage(MakePacketImage(flow, tcpFlags), toGateway, 1));
        }
        return images;
    };
    auto* chain = AddChain(fabric.Get(1), fabric.Get(1));
    auto replies = chain->Record(makeImages(TCP_SYN));
    for (auto& reply : replies)
    {
        reply = reply.Reverse();
    }
    chain->Record(MakePacketImages(replies, TCP_ACK)); // now TCP flows are established
    AddRow("nat-gateway-out", chain, makeImages(TCP_ACK));
    AddRow("nat-gateway-in", chain, MakePacketImages(replies, TCP_ACK));
}

HopRecorder&
HopCostBench::GetRecorder()
{
    if (!m_recorder)
    {
        m_recorder.emplace();
    }
    return *m_recorder;
}

void
HopCostBench::Measure()
{
    for (const auto& row : m_rows)
    {
        Run(row, *row.chain, 0); // not measured: fills the caches
    }
    for (uint32_t i = 0; i < m_options.common.repetitions; ++i)
    {
        Repeat(std::size_t{i} * m_options.packets % m_options.flows);
    }
}

double
HopCostBench::Run(const Row& row, HopChain& chain, std::size_t first) const
{
    return chain.Run(row.images, first, m_options.packets, m_options.common.clock);
}

void
HopCostBench::Repeat(std::size_t first)
{
    double router = 0;
    for (auto& row : m_rows)
    {
        const double with = Run(row, *row.chain, first);
        const double without = Run(row, *m_direct, first);
        router = row.hop == "router" ? with - without : router;
        row.costs.push_back(with - without);
        row.ratios.push_back((with - without) / router);
    }
}

std::vector<std::pair<std::string, std::string>>
HopCostBench::GetParameters(const Row& row) const
{
    return {{"protocol", GetName(row.protocol)}, {"checksum", m_checksums ? "on" : "off"}};
}

void
HopCostBench::ReportMore(BenchmarkReport& report, const Row& row) const
{
    std::vector<double> costs;
    std::vector<double> ratios;
    for (std::size_t i = 0; i < row.costs.size(); ++i)
    {
        costs.push_back(row.costs[i] - row.without->costs[i]);
        ratios.push_back(row.ratios[i] - row.without->ratios[i]);
    }
    const bool hasGoal = row.hop.rfind("nsg-" + std::to_string(MANY_RULES), 0) == 0;
    report.AddRow({"+" + row.hop,
                   GetParameters(row),
                   GetMedian(costs),
                   "ns/packet",
                   GetMedian(ratios),
                   hasGoal ? std::make_optional(AtMost(NSG_GOAL)) : std::nullopt});
}

void
HopCostBench::Report(BenchmarkReport& report) const
{
    for (const auto& row : m_rows)
    {
        if (m_series == Series::Variants && !row.without)
        {
            continue; // it is in the other series
        }
        const bool hasGoal = row.hop != "router";
        report.AddRow({row.hop,
                       GetParameters(row),
                       GetMedian(row.costs),
                       "ns/packet",
                       GetMedian(row.ratios),
                       hasGoal ? std::make_optional(AtMost(GOAL)) : std::nullopt});
        if (row.without)
        {
            ReportMore(report, row);
        }
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__,
                    "Measures the time that a packet-hop takes: of an ns-3 router, and of a host "
                    "agent, a mux and a NAT gateway in its terms.");
    options.common.AddTo(list, {15, 3});
    options.common.AddUnsigned(list,
                               "packets",
                               "packets per chain and repetition",
                               {16384, 4096},
                               {1, 10'000'000},
                               options.packets);
    options.common.AddUnsigned(list,
                               "flows",
                               "flows in the host's table",
                               {65536, 16384},
                               {1, 524288},
                               options.flows);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    PinToOneCore();
    BenchmarkReport report("hop-cost",
                           options.common,
                           std::to_string(options.flows) + " flows, " +
                               std::to_string(PACKET_IMAGE_SIZE) + "-byte packets, " +
                               std::to_string(options.common.repetitions) + " repetitions of " +
                               std::to_string(options.packets));
    for (const bool checksums : {false, true})
    {
        // One after the other: what the memory of one costs must not show in the other.
        for (const auto series : {Series::Kinds, Series::Variants})
        {
            {
                HopCostBench bench(options, checksums, series);
                bench.Measure();
                bench.Report(report);
            }
            Simulator::Destroy();
        }
    }
    return report.Finish();
}
