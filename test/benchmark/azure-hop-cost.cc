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
 * - *nsg-out*, *nsg-in*: the same of a VM with a network security group of 1,000 rules, which were
 *   asked about the first packet of each flow;
 * - *mux*: such replies on their way from the Internet to the host, which go back into the fabric
 *   by the link they came from;
 * - *nat-gateway-out*: a VM's packets as its host sends them to a NAT gateway, by GRE, of flows in
 *   its table, which go back into the fabric by the link they came from, as those below;
 * - *nat-gateway-in*: their replies on their way from the Internet to the host.
 *
 * Sources and sinks are bare devices.  Links carry 100 Gbps, take 10 us and have no queue disc; one
 * packet enters each simulated microsecond.  Packets have 100 bytes (host-in 20 more), checksums
 * that are right, and belong to all flows in turn, in an order shuffled once.
 *
 * Each repetition measures both chains of each row one after the other, so that whatever else the
 * machine does strikes all alike.  The table has medians, and of the times the quartiles.
 *
 * @verbatim
   $ azure-hop-cost --repetitions=9 --clock=cpu
   65536 flows, 100-byte packets, 9 repetitions of 16384 packets, cpu time
   hop              protocol  checksums  median_ns  quartile1_ns  quartile3_ns  ratio  goal
   router           udp       off             2746          2715          2853   1.00
   host-out         udp       off             1167          1162          1176   0.42  0.50
   host-in          udp       off             1265          1253          1274   0.46  0.50
   mux              udp       off              975           946           997   0.35  0.50
   nat-gateway-out  udp       off             1372          1341          1469   0.47  0.50
   nat-gateway-in   udp       off             1419          1369          1571   0.49  0.50
   router           tcp       off             2769          2693          2853   1.00
   host-out         tcp       off             1180          1162          1212   0.43  0.50
   host-in          tcp       off             1266          1250          1288   0.45  0.50
   mux              tcp       off              980           978           996   0.35  0.50
   nat-gateway-out  tcp       off             1345          1303          1550   0.45  0.50
   nat-gateway-in   tcp       off             1346          1324          1379   0.46  0.50
   router           udp       off             2789          2766          4063   1.00
   nsg-out          udp       off             1165          1132          1700   0.42  0.50
   nsg-in           udp       off             1267          1229          1941   0.46  0.50
   router           tcp       off             2793          2774          3486   1.00
   nsg-out          tcp       off             1223          1176          1686   0.44  0.50
   nsg-in           tcp       off             1254          1221          1849   0.45  0.50
   router           udp       on              2791          2770          2947   1.00
   host-out         udp       on              1161          1122          1309   0.41  0.50
   host-in          udp       on              1241          1227          1255   0.45  0.50
   mux              udp       on              1002           990          1008   0.36  0.50
   nat-gateway-out  udp       on              1306          1302          1326   0.45  0.50
   nat-gateway-in   udp       on              1319          1300          1354   0.43  0.50
   router           tcp       on              2777          2748          2828   1.00
   host-out         tcp       on              1152          1140          1157   0.42  0.50
   host-in          tcp       on              1229          1226          1266   0.45  0.50
   mux              tcp       on               987           975          1032   0.36  0.50
   nat-gateway-out  tcp       on              1389          1383          1409   0.47  0.50
   nat-gateway-in   tcp       on              1431          1355          1437   0.47  0.50
   router           udp       on              2771          2750          2780   1.00
   nsg-out          udp       on              1159          1142          1194   0.42  0.50
   nsg-in           udp       on              1275          1248          1287   0.46  0.50
   router           tcp       on              2805          2766          2847   1.00
   nsg-out          tcp       on              1162          1139          1178   0.41  0.50
   nsg-in           tcp       on              1248          1244          1265   0.45  0.50
   @endverbatim
 *
 * The NAT gateway's rows are those of another run, of 5 repetitions next to routers of 2,892 to
 * 3,022 ns.
 */

#include "azure-hop-chain.h"
#include "azure-hop-nodes.h"

#include "ns3/azure-host-agent.h"
#include "ns3/azure-load-balancer-mux.h"
#include "ns3/azure-nat-gateway-node.h"
#include "ns3/boolean.h"
#include "ns3/command-line.h"
#include "ns3/global-value.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr double GOAL = 0.5;                     //!< most a hop may cost, in router hops
constexpr uint32_t FLOWS_PER_SERVER = 4096;      //!< of the VM
constexpr uint16_t FIRST_SOURCE_PORT = 10000;    //!< of the VM
constexpr uint16_t PORTS_PER_MEMBER = 64;        //!< size of the blocks the mux knows
constexpr uint16_t FIRST_PORT = 1024;            //!< of the mux's first block
constexpr uint16_t MEMBERS = 1000;               //!< blocks the mux knows
constexpr uint32_t RULES = 1000;                 //!< of the network security group
const Ipv4Address VM("10.0.0.4");                //!< private address
const Ipv4Address SERVER("203.0.113.1");         //!< first of the servers
const Ipv4Address FRONTEND("198.51.100.1");      //!< public address of the VM
const Tunnel TUNNEL{"10.128.1.2", "10.128.0.2"}; //!< from mux to host

/// What the command line can change.
struct Options
{
    uint32_t packets{16384};   //!< packets per chain and repetition
    uint32_t repetitions{15};  //!< of everything
    uint32_t flows{65536};     //!< in the host's table
    std::string clock{"wall"}; //!< wall, or cpu: what this process has used
    std::string rows;          //!< measure routers, and other rows whose name begins so
};

/// One kind of node and packet, and what was measured of it.
struct Row
{
    std::string hop;                 //!< kind of node
    IpProtocol protocol;             //!< of the packets
    bool checksums;                  //!< ns-3's ChecksumEnabled
    HopChain* chain;                 //!< through the node
    std::vector<PacketImage> images; //!< what runs through it
    std::vector<double> costs{};     //!< nanoseconds per packet, by repetition
    std::vector<double> ratios{};    //!< to the router's row, by repetition
};

/// The chains of all rows that have checksums on, or off; gone with Simulator::Destroy().
class HopCostBench
{
  public:
    /// @param options of the command line; @param checksums ns-3's ChecksumEnabled
    /// @param rules of the VM's network security group; without any there is none, but a mux
    HopCostBench(const Options& options, bool checksums, uint32_t rules);

    /// @return the rows, measured
    std::vector<Row> Measure();

  private:
    /// Add a chain. @return the same
    HopChain* AddChain(Ptr<NetDevice> source, Ptr<NetDevice> sink);
    /// Add a row, unless the command line leaves it out.
    void AddRow(const std::string& hop, HopChain* chain, const std::vector<PacketImage>& images);
    void AddRouter(const std::vector<FlowKey>& flows);
    /// Add both directions of a host, as NAME-out and NAME-in.
    /// @return the replies to the flows, as translated
    std::vector<FlowKey> AddHost(const std::string& name,
                                 const HostGoalState& goalState,
                                 const std::vector<FlowKey>& flows);
    void AddMux(const std::vector<FlowKey>& replies);
    /// Add both directions of a NAT gateway.
    void AddNatGateway(const std::vector<FlowKey>& flows);
    /// Let the row's packets through a chain. @return nanoseconds per packet
    double Run(const Row& row, HopChain& chain, std::size_t first) const;
    /// Measure every row once.
    void Repeat(std::size_t first);

    Options m_options;                               //!< of the command line
    bool m_checksums;                                //!< ns-3's ChecksumEnabled
    std::vector<std::unique_ptr<HopChain>> m_chains; //!< all of them
    HopChain* m_direct;                              //!< source - sink
    IpProtocol m_protocol{IpProtocol::Udp};          //!< of the rows being added
    std::vector<Row> m_rows;                         //!< the router's first, for each protocol
};

/// @return the VM's flows in a shuffled order
std::vector<FlowKey>
MakeFlows(uint32_t number, IpProtocol protocol)
{
    std::vector<FlowKey> flows;
    for (uint32_t i = 0; i < number; ++i)
    {
        const Ipv4Address server(SERVER.Get() + i / FLOWS_PER_SERVER);
        const auto port = static_cast<uint16_t>(FIRST_SOURCE_PORT + i % FLOWS_PER_SERVER);
        flows.emplace_back(VM, server, port, uint16_t{80}, protocol);
    }
    std::shuffle(flows.begin(), flows.end(), std::mt19937(1));
    return flows;
}

/// @return a packet of each flow
std::vector<PacketImage>
MakeImages(const std::vector<FlowKey>& flows, uint8_t tcpFlags)
{
    std::vector<PacketImage> images;
    for (const auto& flow : flows)
    {
        images.push_back(MakePacketImage(flow, tcpFlags));
    }
    return images;
}

/// @return what the host has to know: a group with so many rules that match no packet, and behind
///         them one that allows everything; or no group at all
HostGoalState
MakeGoalState(uint32_t rules)
{
    HostGoalState goalState;
    goalState.generation = 1;
    goalState.flowRecordTimeout = Hours(24); // no flow is asked about again while it is measured
    goalState.routeTables.resize(1);
    goalState.networkInterfaces = {{1, 1, {}, {}, 0, false}};
    if (rules == 0)
    {
        return goalState;
    }
    ResolvedSecurityGroup group{"group", {}};
    for (uint32_t i = 0; i <= rules; ++i)
    {
        const bool isLast = i == rules;
        ResolvedSecurityRule rule;
        rule.name = "rule-" + std::to_string(i);
        rule.priority = 100 + i;
        rule.direction = FlowDirection::Outbound;
        rule.access = isLast ? SecurityRuleAccess::Allow : SecurityRuleAccess::Deny;
        rule.sources = {ANY_ADDRESS};
        rule.sourcePorts = {PortRange()};
        rule.destinations = {isLast ? ANY_ADDRESS : AddressPrefix{SERVER.Get() + i, 32}};
        const auto port = static_cast<uint16_t>(10000 + i);
        rule.destinationPorts = {isLast ? PortRange() : PortRange{port, port}};
        group.rules.push_back(rule);
    }
    goalState.groups = {group};
    goalState.networkInterfaces[0].interfaceGroup = 0;
    return goalState;
}

constexpr uint8_t TCP_SYN = 0x02;
constexpr uint8_t TCP_ACK = 0x10;

HopCostBench::HopCostBench(const Options& options, bool checksums, uint32_t rules)
    : m_options(options),
      m_checksums(checksums)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(checksums));
    const auto link = Link(CreateObject<Node>(), CreateObject<Node>());
    m_direct = AddChain(link.Get(0), link.Get(1));
    for (const auto protocol : {IpProtocol::Udp, IpProtocol::Tcp})
    {
        m_protocol = protocol;
        const auto flows = MakeFlows(m_options.flows, protocol);
        AddRouter(flows);
        const auto replies = AddHost(rules > 0 ? "nsg" : "host", MakeGoalState(rules), flows);
        if (rules == 0)
        {
            AddMux(replies);
            AddNatGateway(flows);
        }
    }
}

HopChain*
HopCostBench::AddChain(Ptr<NetDevice> source, Ptr<NetDevice> sink)
{
    m_chains.push_back(std::make_unique<HopChain>(source, sink));
    return m_chains.back().get();
}

void
HopCostBench::AddRow(const std::string& hop,
                     HopChain* chain,
                     const std::vector<PacketImage>& images)
{
    if (hop == "router" || hop.compare(0, m_options.rows.size(), m_options.rows) == 0)
    {
        m_rows.push_back({hop, m_protocol, m_checksums, chain, images});
    }
}

void
HopCostBench::AddRouter(const std::vector<FlowKey>& flows)
{
    const auto [in, out] = MakeRouter();
    AddRow("router", AddChain(in, out), MakeImages(flows, TCP_ACK));
}

std::vector<FlowKey>
HopCostBench::AddHost(const std::string& name,
                      const HostGoalState& goalState,
                      const std::vector<FlowKey>& flows)
{
    const auto node = MakeStackNode();
    const auto vm = Link(CreateObject<Node>(), node);
    const auto fabric = Link(node, CreateObject<Node>());
    const auto agent = CreateObject<HostAgent>();
    node->AddApplication(agent);
    agent->SetUplink(fabric.Get(0), {TUNNEL.destination, "255.255.255.0", "10.128.0.1"});
    agent->AddNetworkInterface(1, vm.Get(1), VM);
    ProgramNetworkInterface instruction;
    instruction.networkInterface = 1;
    instruction.blocks = {{FRONTEND, {FIRST_PORT, 65535}}};
    instruction.profile = *FindProfile("2016");
    instruction.profile.idleTimeout = Hours(24); // no flow ends while it is measured
    agent->Apply(instruction);
    agent->Apply(goalState);

    const auto outbound = AddChain(vm.Get(0), fabric.Get(1));
    const auto inbound = AddChain(fabric.Get(1), vm.Get(0));
    auto replies = outbound->Record(MakeImages(flows, TCP_SYN));
    std::vector<PacketImage> images;
    for (auto& reply : replies)
    {
        reply = reply.Reverse();
        images.push_back(MakeTunnelImage(MakePacketImage(reply, TCP_ACK), TUNNEL));
    }
    inbound->Record(images); // now TCP flows are established
    AddRow(name + "-out", outbound, MakeImages(flows, TCP_ACK));
    AddRow(name + "-in", inbound, images);
    return replies;
}

void
HopCostBench::AddMux(const std::vector<FlowKey>& replies)
{
    const auto node = MakeStackNode();
    const auto fabric = Link(node, CreateObject<Node>());
    const auto mux = CreateObject<LoadBalancerMux>();
    node->AddApplication(mux);
    mux->SetUplink(fabric.Get(0), {TUNNEL.source, "255.255.255.0", "10.128.1.1"});
    ProgramPublicEndpoints instruction;
    for (uint16_t i = 0; i < MEMBERS; ++i)
    {
        const auto first = static_cast<uint16_t>(FIRST_PORT + i * PORTS_PER_MEMBER);
        const auto last = static_cast<uint16_t>(first + PORTS_PER_MEMBER - 1);
        const Ipv4Address host(TUNNEL.destination.Get() + i);
        instruction.endpoints.push_back({FRONTEND, {first, last}, host});
    }
    mux->Apply(instruction);
    AddRow("mux", AddChain(fabric.Get(1), fabric.Get(1)), MakeImages(replies, TCP_ACK));
}

void
HopCostBench::AddNatGateway(const std::vector<FlowKey>& flows)
{
    const auto node = MakeStackNode();
    const auto fabric = Link(node, CreateObject<Node>());
    const auto gateway = CreateObject<NatGatewayNode>();
    node->AddApplication(gateway);
    gateway->SetUplink(fabric.Get(0), {TUNNEL.source, "255.255.255.0", "10.128.1.1"});
    NatGatewayGoalState goalState;
    goalState.publicAddresses = {FRONTEND};
    goalState.idleTimeout = Hours(24); // no flow ends while it is measured
    goalState.profile = *FindProfile("nat-gateway");
    goalState.profile.udpIdleTimeout = Hours(24);
    goalState.members = {{1, VM, TUNNEL.destination}};
    gateway->Apply(goalState);

    const Tunnel toGateway{TUNNEL.destination, TUNNEL.source};
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
    chain->Record(MakeImages(replies, TCP_ACK)); // now TCP flows are established
    AddRow("nat-gateway-out", chain, makeImages(TCP_ACK));
    AddRow("nat-gateway-in", chain, MakeImages(replies, TCP_ACK));
}

std::vector<Row>
HopCostBench::Measure()
{
    for (const auto& row : m_rows)
    {
        Run(row, *row.chain, 0); // not measured: fills the caches
    }
    for (uint32_t i = 0; i < m_options.repetitions; ++i)
    {
        Repeat(std::size_t{i} * m_options.packets % m_options.flows);
    }
    return std::move(m_rows);
}

double
HopCostBench::Run(const Row& row, HopChain& chain, std::size_t first) const
{
    const auto clock = m_options.clock == "cpu" ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
    return chain.Run(row.images, first, m_options.packets, clock);
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

void
PrintHead(const Options& options)
{
    std::cout << options.flows << " flows, " << PACKET_IMAGE_SIZE << "-byte packets, "
              << options.repetitions << " repetitions of " << options.packets << " packets, "
              << options.clock << " time\n"
              << "hop              protocol  checksums  median_ns  quartile1_ns  quartile3_ns  "
                 "ratio  goal\n";
}

void
Print(const Row& row)
{
    std::cout << std::left << std::setw(17) << row.hop << std::setw(10) << GetName(row.protocol)
              << std::setw(9) << (row.checksums ? "on" : "off") << std::right << std::fixed
              << std::setprecision(0);
    std::cout << std::setw(11) << GetQuantile(row.costs, 0.5) << std::setw(14)
              << GetQuantile(row.costs, 0.25) << std::setw(14) << GetQuantile(row.costs, 0.75)
              << std::setprecision(2) << std::setw(7) << GetQuantile(row.ratios, 0.5);
    if (row.hop != "router")
    {
        std::cout << std::setw(6) << GOAL;
    }
    std::cout << "\n";
}

Options
ParseCommandLine(int argc, char* argv[])
{
    Options options;
    CommandLine cmd(__FILE__);
    cmd.Usage("Measures wall time per packet-hop: ns-3 router, host agent and load-balancer mux.");
    cmd.AddValue("packets", "packets per chain and repetition (1 or more)", options.packets);
    cmd.AddValue("repetitions", "repetitions of everything (1 or more)", options.repetitions);
    cmd.AddValue("flows", "flows in the host's table (1 to 524288)", options.flows);
    cmd.AddValue(
        "clock",
        "wall (time on the clock), or cpu (time this process has used, for a busy machine)",
        options.clock);
    cmd.AddValue("rows", "measure only routers and rows that begin so (text)", options.rows);
    cmd.Parse(argc, argv);
    NS_ABORT_MSG_IF(options.packets == 0, "packets: 0 is not allowed, use 1 or more");
    NS_ABORT_MSG_IF(options.repetitions == 0, "repetitions: 0 is not allowed, use 1 or more");
    NS_ABORT_MSG_IF(options.clock != "wall" && options.clock != "cpu",
                    "clock: " << options.clock << " is not allowed, use wall or cpu");
    NS_ABORT_MSG_IF(options.flows == 0 || options.flows > 524288,
                    "flows: " << options.flows << " is not allowed, use 1 to 524288");
    return options;
}

} // namespace

int
main(int argc, char* argv[])
{
    const auto options = ParseCommandLine(argc, argv);
    PinToOneCore();
    PrintHead(options);
    for (const bool checksums : {false, true})
    {
        // One after the other: what the memory of one costs must not show in the other.
        for (const uint32_t rules : {0U, RULES})
        {
            for (const auto& row : HopCostBench(options, checksums, rules).Measure())
            {
                Print(row);
            }
            Simulator::Destroy();
        }
    }
    return 0;
}
