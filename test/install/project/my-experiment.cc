// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-net-module.h"
#include "ns3/core-module.h"

#include <iostream>

using namespace ns3;
using namespace ns3::azure;

/// A VM of a pool of 120 opens 300 connections to one server: how many find a SNAT port?
int
main()
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetVms(120);
    scenario.Create();
    FlowStatistics statistics;
    scenario.Connect(statistics);
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(300));
    traffic.Install(scenario, 1);
    Simulator::Stop(Minutes(1));
    Simulator::Run();
    const auto counts = statistics.GetTotals();
    std::cout << counts.established << " of " << counts.attempted << " connections\n";
    Simulator::Destroy();
    return counts.established == 256 ? 0 : 1; // each VM of a pool of that size has 256 ports
}
