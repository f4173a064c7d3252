// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-my-ip-dns-client.h"
#include "ns3/azure-my-ip-dns-server.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-result-table.h"
#include "ns3/ipv4-address.h"
#include "ns3/simulator.h"

#include <array>
#include <iostream>
#include <optional>
#include <sstream>

/**
 * @file
 * @brief What is a VM's public address?  It asks a DNS server that answers with what it sees.
 *
 * @verbatim
             10.0.0.0/9                       198.18.0.0/16
   vm-0 --- host --- fabric router --- load-balancer mux
                           |
                      edge router --- Internet --- resolver1.opendns.com
                                                   208.67.222.222
   @endverbatim
 *
 * Azure's documents advise to look up myip.opendns.com at resolver1.opendns.com (S0-34).  The VM
 * does so in each of the three outbound scenarios:
 *
 * @verbatim
   $ ./azure-net run my-public-ip
   scenario           address                           kind
   standalone     198.18.16.1       assigned by the platform
   load-balanced   198.18.0.1  frontend of the load balancer
   public-ip      198.18.32.1       instance-level public IP
   ok
   @endverbatim
 *
 * The last line printed is "ok" when each answer is the address that the scenario is about;
 * otherwise the exit status is 1.
 *
 * Facts: S0-03, S0-34
 */

using namespace ns3;
using namespace ns3::azure;

namespace
{

/// A scenario, and the answer it leads to.
struct Expectation
{
    OutboundScenario scenario;
    const char* address; //!< the VM's public address
    const char* kind;    //!< whose address that is
};

// clang-format off
constexpr std::array<Expectation, 3> EXPECTATIONS{{
    {OutboundScenario::Standalone,   "198.18.16.1", "assigned by the platform"},
    {OutboundScenario::LoadBalanced, "198.18.0.1",  "frontend of the load balancer"},
    {OutboundScenario::PublicIp,     "198.18.32.1", "instance-level public IP"},
}};
// clang-format on

/// Run one scenario.  @return what the VM learned, or nothing if there was no answer
std::optional<Ipv4Address>
Simulate(OutboundScenario outboundScenario)
{
    OutboundScenarioHelper scenario(outboundScenario);
    scenario.Create();
    scenario.GetResolver()->AddApplication(CreateObject<MyIpDnsServer>());
    const auto client = CreateObject<MyIpDnsClient>();
    client->SetAttribute("Resolver", Ipv4AddressValue(scenario.GetResolverAddress()));
    scenario.GetVm(0)->AddApplication(client);
    Simulator::Run();
    Simulator::Destroy();
    return client->GetAnswer();
}

} // namespace

int
main(int argc, char* argv[])
{
    OptionList list(__FILE__, "What is a VM's public address?  There are no options.");
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    ResultTable table;
    table.AddRow({"scenario", "address", "kind"});
    bool isExpected = true;
    for (const auto& expectation : EXPECTATIONS)
    {
        const auto answer = Simulate(expectation.scenario);
        std::ostringstream address;
        if (answer)
        {
            address << *answer;
        }
        isExpected = isExpected && address.str() == expectation.address;
        table.AddRow(
            {GetName(expectation.scenario),
             answer ? address.str() : "-",
             answer == Ipv4Address(expectation.address) ? expectation.kind : "unexpected"});
    }
    table.Print(std::cout);
    std::cout << (isExpected ? "ok" : "mismatch") << std::endl;
    return isExpected ? 0 : 1;
}
