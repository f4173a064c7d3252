// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SCENARIO_COST_H
#define AZURE_SCENARIO_COST_H

#include "azure-benchmark-options.h"

#include "ns3/azure-traffic-spec.h"

#include <cstdint>
#include <ctime>

namespace ns3::azure
{

/// A load-balanced scenario whose VMs open TCP flows to all destinations and keep them.
struct ScenarioLoad
{
    uint32_t vms{1};          //!< all in the pool, all active
    uint32_t vmsPerHost{20};  //!< VMs that share a host
    uint32_t flowsPerVm{1};   //!< each must get a SNAT port, or the program ends
    uint32_t destinations{1}; //!< addresses
    uint32_t profilePorts{0}; //!< SNAT ports of the one VM; 0: as the profile 2017 says
    double seconds{10};       //!< simulated time over which a VM's flows begin, evenly
    TrafficTransport transport{TrafficTransport::Compact}; //!< of both ends; VmStack is the same
    bool isTraced{false};                                  //!< a TraceRecorder writes a database
    clockid_t clock{CLOCK_MONOTONIC};                      //!< what tells the time
};

/// What it took.
struct ScenarioCost
{
    double buildTime{0};    //!< seconds: everything before Simulator::Run()
    double runTime{0};      //!< seconds: Simulator::Run(), and closing the database
    double simulated{0};    //!< simulated seconds
    double buildMemory{0};  //!< bytes of nodes, traffic and recorder
    double runMemory{0};    //!< bytes more than those, at the most, before the database is closed
    double peakMemory{0};   //!< bytes of the process, at the most
    double databaseSize{0}; //!< bytes
    double databaseRows{0}; //!< of flow, snat_port_event and flow_attempt
};

/**
 * @brief Run a scenario, in a process of its own.
 * @return what it took; the program ends if a flow was not established, or a law is broken
 */
ScenarioCost MeasureScenario(const ScenarioLoad& load);

/**
 * @brief Add the option "transport": compact, or socket.
 * @param list parsed while the transport is there
 * @param transport where it goes
 */
void AddTransportOption(OptionList& list, TrafficTransport& transport);

} // namespace ns3::azure

#endif // AZURE_SCENARIO_COST_H
