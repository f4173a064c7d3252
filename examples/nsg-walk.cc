// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-result-table.h"
#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"

#include <iostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief Which security groups does a connection meet on its way, in which order, and who decides?
 *
 * @verbatim
   subnet web,  group nsg-web:   vm-0 --- host-0 ---+
                                                    +--- fabric --- Internet --- server
   subnet data, group nsg-data:  vm-1 --- host-1 ---+
                 and group nsg-vm-1 on its network interface
   @endverbatim
 *
 * nsg-web lets everybody reach port 80; nsg-data lets subnet web reach port 1433 and denies the
 * rest of the virtual network; nsg-vm-1 lets port 1433 in and denies the Internet.  vm-0 has a
 * public IP of its own.  Each line without indent is a TCP connection, which opens, or fails as its
 * SYN does not arrive.  The lines below it are what the SYN meets.
 *
 * @verbatim
   $ ./azure-net run nsg-walk
   TCP connection               group on     group                   rule  decision
   vm-0 > vm-1:1433                                                           opens
     outbound at vm-0             subnet   nsg-web      AllowVnetOutBound     Allow
     inbound at vm-1              subnet  nsg-data               AllowSql     Allow
     inbound at vm-1   network-interface  nsg-vm-1               AllowSql     Allow
   vm-0 > vm-1:22                                                             fails
     outbound at vm-0             subnet   nsg-web      AllowVnetOutBound     Allow
     inbound at vm-1              subnet  nsg-data               DenyVnet      Deny
   vm-1 > vm-0:80                                                             opens
     outbound at vm-1  network-interface  nsg-vm-1      AllowVnetOutBound     Allow
     outbound at vm-1             subnet  nsg-data      AllowVnetOutBound     Allow
     inbound at vm-0              subnet   nsg-web              AllowHttp     Allow
   vm-1 > server:443                                                          fails
     outbound at vm-1  network-interface  nsg-vm-1           DenyInternet      Deny
   vm-0 > server:443                                                          opens
     outbound at vm-0             subnet   nsg-web  AllowInternetOutBound     Allow
   server > vm-0:80                                                           opens
     inbound at vm-0              subnet   nsg-web              AllowHttp     Allow
   server > vm-0:22                                                           fails
     inbound at vm-0              subnet   nsg-web         DenyAllInbound      Deny
   ok
   @endverbatim
 *
 * Inbound, the subnet's group is asked before the interface's (S3-05); outbound, after it (S3-08).
 * A group that denies is the last one asked.  Between VMs both ends are asked.
 *
 * The last line printed is "ok" when each SYN met the expected rules in that order, and the
 * connection opened where the last one allows it; otherwise the exit status is 1.
 *
 * Facts: S3-05, S3-08
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

/// One connection, and what its SYN is expected to meet.
struct Walk
{
    std::string from;               //!< name of a node
    std::string to;                 //!< name of a node
    uint16_t port;                  //!< TCP port it goes to
    std::vector<std::string> rules; //!< expected, in order: GROUP/RULE
    bool isOpening;                 //!< expected
};

// clang-format off
const std::vector<Walk> WALKS{
    {"vm-0",   "vm-1",   1433, {"nsg-web/AllowVnetOutBound", "nsg-data/AllowSql", "nsg-vm-1/AllowSql"}, true},
    {"vm-0",   "vm-1",   22,   {"nsg-web/AllowVnetOutBound", "nsg-data/DenyVnet"},                      false},
    {"vm-1",   "vm-0",   80,   {"nsg-vm-1/AllowVnetOutBound", "nsg-data/AllowVnetOutBound", "nsg-web/AllowHttp"}, true},
    {"vm-1",   "server", 443,  {"nsg-vm-1/DenyInternet"},                                               false},
    {"vm-0",   "server", 443,  {"nsg-web/AllowInternetOutBound"},                                       true},
    {"server", "vm-0",   80,   {"nsg-web/AllowHttp"},                                                   true},
    {"server", "vm-0",   22,   {"nsg-web/DenyAllInbound"},                                              false},
};
// clang-format on

/// What one connection met.
struct Journey
{
    std::vector<std::vector<std::string>> steps; //!< cells of the table, one row a step
    std::vector<std::string> rules;              //!< GROUP/RULE
    bool isOpen{false};                          //!< the destination has accepted it
};

/// @return a rule of that name for these ports
SecurityRuleText
MakeRule(const std::string& name,
         uint32_t priority,
         const std::string& direction,
         const std::string& access,
         const std::string& port)
{
    SecurityRuleText rule;
    rule.name = name;
    rule.priority = std::to_string(priority);
    rule.direction = direction;
    rule.access = access;
    rule.destinationPortRanges = {port};
    return rule;
}

/// Set up subnets and security groups.
void
AddSecurityGroups(OutboundScenarioHelper& scenario)
{
    const AddressPrefix web{0x0a000000, 24};  // 10.0.0.0/24
    const AddressPrefix data{0x0a000100, 24}; // 10.0.1.0/24
    scenario.AddVirtualNetwork(
        {"vnet-0", {{0x0a000000, 16}}, {{"web", web, {}, {}}, {"data", data, {}, {}}}, {}});
    scenario.PlaceVm(0, "vnet-0", "web");
    scenario.PlaceVm(1, "vnet-0", "data");
    auto sql = MakeRule("AllowSql", 100, "Inbound", "Allow", "1433");
    auto vnet = MakeRule("DenyVnet", 200, "Inbound", "Deny", "*");
    auto internet = MakeRule("DenyInternet", 100, "Outbound", "Deny", "*");
    sql.sourceAddressPrefixes = {"10.0.0.0/24"};
    vnet.sourceAddressPrefixes = {"VirtualNetwork"};
    internet.destinationAddressPrefixes = {"Internet"};
    scenario.AddNetworkSecurityGroup("nsg-web",
                                     {MakeRule("AllowHttp", 100, "Inbound", "Allow", "80")});
    scenario.AddNetworkSecurityGroup("nsg-data", {sql, vnet});
    scenario.AddNetworkSecurityGroup("nsg-vm-1", {sql, internet});
    scenario.AttachToSubnet("nsg-web", "vnet-0", "web");
    scenario.AttachToSubnet("nsg-data", "vnet-0", "data");
    scenario.AttachToNetworkInterface("nsg-vm-1", 1);
}

/// Trace sink of the host agents: a group has been asked.  Of a SYN that is denied, TCP sends more.
void
NoteDecision(Journey* journey, const SecurityGroupDecision& decision)
{
    if (decision.attempt > 1)
    {
        return;
    }
    const std::string group(decision.group);
    const std::string rule(decision.rule);
    const auto vm = "vm-" + std::to_string(decision.networkInterface - 1);
    journey->steps.push_back({std::string("  ") + GetName(decision.direction) + " at " + vm,
                              GetName(decision.attachment),
                              group,
                              rule,
                              GetName(decision.access)});
    journey->rules.push_back(group + "/" + rule);
}

/// Accept callback of the destination.
void
NoteConnection(Journey* journey, Ptr<Socket> /* socket */, const Address& /* from */)
{
    journey->isOpen = true;
}

/// Open one connection in a new world.  @return what it met
Journey
Simulate(const Walk& walk)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.SetVms(2);
    scenario.SetVmsPerHost(1);
    scenario.AddInstanceLevelPublicIp(0);
    AddSecurityGroups(scenario);
    scenario.Create();
    const auto getNode = [&scenario](const std::string& name) {
        return name == "server" ? scenario.GetServers().Get(0)
                                : scenario.GetVm(name == "vm-0" ? 0 : 1);
    };
    auto address = scenario.GetServerAddresses().front();
    if (walk.from == "server")
    {
        const auto& interfaces = scenario.GetSlbManager()->GetDeployment().networkInterfaces;
        address = *interfaces.front().instanceLevelPublicIp;
    }
    else if (walk.to != "server")
    {
        address = scenario.GetPrivateAddress(walk.to == "vm-0" ? 0 : 1);
    }
    Journey journey;
    for (const auto& agent : scenario.GetHostAgents())
    {
        agent->TraceConnectWithoutContext("SecurityGroupDecision",
                                          MakeBoundCallback(&NoteDecision, &journey));
    }
    const auto sink = Socket::CreateSocket(getNode(walk.to), TcpSocketFactory::GetTypeId());
    sink->Bind(InetSocketAddress(Ipv4Address::GetAny(), walk.port));
    sink->Listen();
    sink->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                            MakeBoundCallback(&NoteConnection, &journey));
    const auto source = Socket::CreateSocket(getNode(walk.from), TcpSocketFactory::GetTypeId());
    Simulator::Schedule(Seconds(1), [source, address, &walk] {
        source->Connect(InetSocketAddress(address, walk.port));
    });
    Simulator::Run();
    Simulator::Destroy();
    return journey;
}

} // namespace

int
main(int argc, char* argv[])
{
    OptionList list(__FILE__,
                    "Which security groups a connection meets on its way.  There are no options.");
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    ResultTable table;
    table.AddRow({"TCP connection", "group on", "group", "rule", "decision"});
    bool isExpected = true;
    for (const auto& walk : WALKS)
    {
        const auto journey = Simulate(walk);
        isExpected = isExpected && journey.rules == walk.rules && journey.isOpen == walk.isOpening;
        table.AddRow({walk.from + " > " + walk.to + ":" + std::to_string(walk.port),
                      "",
                      "",
                      "",
                      journey.isOpen ? "opens" : "fails"});
        for (const auto& step : journey.steps)
        {
            table.AddRow(step);
        }
    }
    table.Print(std::cout);
    std::cout << (isExpected ? "ok" : "mismatch") << std::endl;
    return isExpected ? 0 : 1;
}
