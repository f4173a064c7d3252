// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_OUTBOUND_EXPERIMENT_H
#define AZURE_OUTBOUND_EXPERIMENT_H

#include "azure-outbound-scenario-helper.h"
#include "azure-scenario-capture.h"
#include "azure-trace-topology.h"
#include "azure-traffic-helper.h"

#include "ns3/azure-hold-time.h"
#include "ns3/azure-ip-protocol.h"
#include "ns3/azure-profile.h"
#include "ns3/azure-retry-policy.h"
#include "ns3/azure-traffic-spec.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ns3::azure
{

class OptionList;

/// One more VM that comes into the backend pool, and goes out of it again; times from 0.
struct PoolResize
{
    Time joins;  //!< when it comes
    Time leaves; //!< when it goes, later
};

/**
 * @ingroup azure-helper
 * @brief A whole experiment on outbound connectivity, as a command line describes it.
 *
 * Defaults, units and what is allowed are in AddTo(), and nowhere else: fields have a meaning
 * once an OptionList has been parsed.
 */
struct OutboundExperiment
{
    OutboundScenario scenario{OutboundScenario::LoadBalanced}; //!< how VMs reach the Internet
    Profile profile;                                           //!< Azure's behavior
    uint32_t vms{0};                                           //!< VMs, active or not
    uint32_t activeVms{0};                                     //!< VMs that open flows
    uint32_t frontends{0};                                     //!< public addresses
    std::optional<PoolResize> resize;                          //!< of the backend pool, if any
    uint32_t destinations{0};                                  //!< destination addresses
    uint32_t destinationPorts{0};                              //!< ports of each of them
    std::optional<double> skew;                                //!< Zipf exponent; none: in turn
    uint32_t flows{0};                                         //!< of each active VM
    IpProtocol protocol{IpProtocol::Tcp};                      //!< of the flows
    TrafficArrival arrival{TrafficArrival::Burst};             //!< when flows are opened
    double rate{0};                                            //!< flows per second and active VM
    HoldTime hold;                                             //!< how long connections stay open
    std::optional<Time> keepAlive;                             //!< time between keep-alives, if any
    TrafficClose close{TrafficClose::Fin};                     //!< how the VM ends them
    uint32_t synAttempts{0};                                   //!< SYNs before an attempt fails
    RetryPolicy retry;                                         //!< what follows a failed attempt
    TrafficTransport transport{TrafficTransport::Socket};      //!< what carries connections
    std::optional<Time> stop; //!< end of the run; none: when nothing is left to happen
    std::string database;     //!< SQLite file; empty for none
    CaptureOptions capture;   //!< files with packets, if any

    /// @brief Add an option for every field.  @param list parsed while this object is there
    void AddTo(OptionList& list);

    /// Name of the NAT gateway.
    static constexpr const char* NAT_GATEWAY = "nat-gateway-0";

    /// @return whether the VMs' subnet has a NAT gateway: with profiles whose ports are shared
    bool HasNatGateway() const
    {
        return profile.portBudget == PortBudget::Shared;
    }

    /// @return the first error that takes more than one option to see, or nothing
    std::optional<std::string> Validate() const;

    /// @return the scenario, configured but not created
    std::unique_ptr<OutboundScenarioHelper> MakeScenario() const;

    /// @brief Plan what happens to the backend pool.  @param scenario created; lives until then
    void ScheduleResize(const OutboundScenarioHelper& scenario) const;

    /// @return the traffic, configured but not installed
    TrafficHelper MakeTraffic() const;

    /// @brief Describe the run for a database.
    /// @param program its name
    /// @param list the parsed options
    RunDescription Describe(const std::string& program, const OptionList& list) const;
};

} // namespace ns3::azure

#endif // AZURE_OUTBOUND_EXPERIMENT_H
