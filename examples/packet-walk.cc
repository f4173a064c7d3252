// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-my-ip-dns-client.h"
#include "ns3/azure-my-ip-dns-server.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-result-table.h"
#include "ns3/azure-scenario-capture.h"
#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"

#include <cstdint>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * @brief Whom does the other end see, on each way that a packet can take?
 *
 * @verbatim
   vm-0, in the pool       --- host-0 ---+               +--- load-balancer mux
   vm-1, public IP         --- host-1 ---+--- router ----+--- NAT gateway
   vm-2                    --- host-2 ---+               +--- edge router --- server
   vm-3, behind a gateway  --- host-3 ---+
   @endverbatim
 *
 * A connection is opened on each way, the first at 41 s from port 50001, the next a second later
 * from port 50002, and so on; then vm-0 asks its host's DNS.  With --pcap the captures of all links
 * hold the headers that doc/packet-walk.rst shows.
 *
 * @verbatim
   $ ./azure-net run packet-walk
   way                   opened by                to     other end sees
   snat             10.0.0.4:50001     198.19.0.1:80    198.18.0.1:1024
   frontend       198.19.0.1:50002     198.18.0.1:80   198.19.0.1:50002
   public-ip-out    10.0.0.5:50003     198.19.0.1:80  198.18.32.2:50003
   public-ip-in   198.19.0.1:50004  198.18.32.2:8080   198.19.0.1:50004
   vm-to-vm         10.0.0.4:50005     10.0.0.6:8080     10.0.0.4:50005
   nat-gateway      10.0.1.4:50006     198.19.0.1:80   198.18.48.1:1024
   probe                    host-0     10.0.0.4:8081      168.63.129.16
   platform               10.0.0.4  168.63.129.16:53         10.128.0.6
   ok
   @endverbatim
 *
 * SNAT changes address and port, a load balancer hides no client, and a public IP keeps the port.
 * The resolver that the host asks sees the host's address.
 *
 * The last line printed is "ok" when each address seen is the one that the documents lead to.
 * Otherwise the exit status is 1.
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint16_t SERVICE = 8080;     // port that VMs serve
constexpr uint16_t ALIVE = 8081;       // port that probes ask
constexpr uint16_t FIRST_PORT = 50001; // that a connection is opened from
constexpr int64_t FIRST_S = 41;        // when it is opened
constexpr const char* GATEWAY = "nat-gateway-0";

/// A connection, and what the other end should see of it.
struct Way
{
    std::string name;      //!< for the table
    Ptr<Node> node;        //!< opens it
    Ipv4Address from;      //!< address of that node
    InetSocketAddress to;  //!< where it connects
    std::string expected;  //!< address that the other end should see
    bool isPortKept{true}; //!< the other end should see the port it was opened from
};

/// What listening sockets were connected from, by the second in which they were.
using Seen = std::map<int64_t, InetSocketAddress>;

/// Note who connected.
void
Note(Seen* seen, Ptr<Socket> /* socket */, const Address& from)
{
    seen->insert({Simulator::Now().GetMilliSeconds() / 1000, InetSocketAddress::ConvertFrom(from)});
}

/// Have a node accept connections.
void
Listen(Ptr<Node> node, uint16_t port, Seen& seen)
{
    const auto socket = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
    socket->Listen();
    socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                              MakeBoundCallback(&Note, &seen));
}

/// @return a value as text
template <typename T>
std::string
ToText(const T& value)
{
    std::ostringstream text;
    text << value;
    return text.str();
}

/// @return address and port as text
std::string
ToText(Ipv4Address address, uint16_t port)
{
    return ToText(address) + ":" + std::to_string(port);
}

/// Four VMs on a host each: one in the pool, one with a public IP, one with neither, and one behind
/// a NAT gateway.
void
Configure(OutboundScenarioHelper& scenario)
{
    VirtualNetwork network;
    network.name = "vnet-0";
    network.addressSpace = {*ParseAddressPrefix("vnet-0", "10.0.0.0/16")};
    network.subnets = {{"default", *ParseAddressPrefix("default", "10.0.0.0/24"), {}, {}},
                       {"behind", *ParseAddressPrefix("behind", "10.0.1.0/24"), {}, {}}};
    scenario.SetVms(4);
    scenario.SetVmsPerHost(1);
    scenario.AddVirtualNetwork(network);
    for (uint32_t vm = 0; vm < 4; ++vm)
    {
        scenario.PlaceVm(vm, "vnet-0", vm < 3 ? "default" : "behind");
    }
    scenario.AddInstanceLevelPublicIp(1);
    scenario.AddNatGateway(GATEWAY, 1, {{"vnet-0", "behind"}});
    scenario.SetNatGatewayProfile("nat-gateway[PortChoice=Lowest]"); // the same in every ns-3
    scenario.ChangeLoadBalancer([](LoadBalancer& all) {
        HealthProbe probe;
        probe.name = "alive";
        probe.port = ALIVE;
        all.probes = {probe};
        all.backendPools.front().members = {{OutboundScenarioHelper::GetNetworkInterface(0)}};
        all.loadBalancingRules.front().backendPort = SERVICE;
        all.loadBalancingRules.front().probe = probe.name;
    });
}

/// @return the connections to open, in their order
std::vector<Way>
MakeWays(const OutboundScenarioHelper& scenario)
{
    const auto server = scenario.GetServers().Get(0);
    const auto address = scenario.GetServerAddresses().front();
    const auto frontend = scenario.GetFrontendAddress();
    const auto& interfaces = scenario.GetSlbManager()->GetDeployment().networkInterfaces;
    const auto publicIp = *interfaces.at(1).instanceLevelPublicIp;
    std::vector<Ipv4Address> vm;
    for (uint32_t i = 0; i < scenario.GetVmCount(); ++i)
    {
        vm.push_back(scenario.GetPrivateAddress(i));
    }
    const InetSocketAddress web(address, 80);
    const auto getVm = [&scenario](uint32_t i) { return scenario.GetVm(i); };
    return {
        {"snat", getVm(0), vm[0], web, ToText(frontend), false},
        {"frontend", server, address, {frontend, 80}, ToText(address)},
        {"public-ip-out", getVm(1), vm[1], web, ToText(publicIp)},
        {"public-ip-in", server, address, {publicIp, SERVICE}, ToText(address)},
        {"vm-to-vm", getVm(0), vm[0], {vm[2], SERVICE}, ToText(vm[0])},
        {"nat-gateway", getVm(3), vm[3], web, "198.18.48.1", false},
    };
}

/// Open a connection.
void
Open(const Way& way, std::size_t number)
{
    const auto socket = Socket::CreateSocket(way.node, TcpSocketFactory::GetTypeId());
    socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), FIRST_PORT + number));
    Simulator::Schedule(Seconds(FIRST_S + number), [socket, way] { socket->Connect(way.to); });
}

/// Simulate all ways and print a row of each. @return whether all ends saw what they should
bool
Simulate(const CaptureOptions& files, ResultTable& table)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    Configure(scenario);
    scenario.Create();
    ScenarioCapture capture(files);
    scenario.Connect(capture);
    Seen seen;
    Seen probes;
    Listen(scenario.GetServers().Get(0), 80, seen);
    for (uint32_t vm = 0; vm < 3; ++vm)
    {
        Listen(scenario.GetVm(vm), SERVICE, seen);
    }
    Listen(scenario.GetVm(0), ALIVE, probes);
    const auto ways = MakeWays(scenario);
    for (std::size_t i = 0; i < ways.size(); ++i)
    {
        Open(ways[i], i);
    }
    scenario.GetResolver()->AddApplication(CreateObject<MyIpDnsServer>());
    const auto client = CreateObject<MyIpDnsClient>();
    client->SetAttribute("Resolver", Ipv4AddressValue("168.63.129.16"));
    client->SetStartTime(Seconds(FIRST_S + ways.size()));
    scenario.GetVm(0)->AddApplication(client);
    scenario.AssignStreams(0);
    Simulator::Stop(Seconds(60));
    Simulator::Run();

    bool isExpected = !scenario.CheckInvariants();
    for (std::size_t i = 0; i < ways.size(); ++i)
    {
        const auto& way = ways[i];
        const auto it = seen.find(FIRST_S + static_cast<int64_t>(i));
        const auto isSeen = it != seen.end();
        const uint16_t port = FIRST_PORT + i;
        isExpected = isExpected && isSeen && ToText(it->second.GetIpv4()) == way.expected &&
                     (it->second.GetPort() == port) == way.isPortKept;
        table.AddRow({way.name,
                      ToText(way.from, port),
                      ToText(way.to.GetIpv4(), way.to.GetPort()),
                      isSeen ? ToText(it->second.GetIpv4(), it->second.GetPort()) : "-"});
    }
    const auto probe = probes.empty() ? "-" : ToText(probes.begin()->second.GetIpv4());
    const auto answer = client->GetAnswer() ? ToText(*client->GetAnswer()) : "-";
    const auto vm = ToText(scenario.GetPrivateAddress(0));
    table.AddRow({"probe", "host-0", vm + ":" + std::to_string(ALIVE), probe});
    table.AddRow({"platform", vm, "168.63.129.16:53", answer});
    Simulator::Destroy();
    return isExpected && probe == "168.63.129.16" && answer == "10.128.0.6";
}

} // namespace

int
main(int argc, char* argv[])
{
    CaptureOptions capture;
    OptionList list(__FILE__, "Headers on all ways that a packet can take.");
    capture.AddTo(list);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    ResultTable table;
    table.AddRow({"way", "opened by", "to", "other end sees"});
    const auto isExpected = Simulate(capture, table);
    table.Print(std::cout);
    std::cout << (isExpected ? "ok" : "mismatch") << std::endl;
    return isExpected ? 0 : 1;
}
