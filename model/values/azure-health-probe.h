// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HEALTH_PROBE_H
#define AZURE_HEALTH_PROBE_H

#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

/**
 * @file
 * @brief Health probes: the resource (ARM `probes`), and what a host is told to probe.
 *
 * Source of everything here: sources.rst B.7.
 */
namespace ns3::azure
{

/// How a member is asked whether it is well.
enum class HealthProbeProtocol : uint8_t
{
    Tcp,   //!< a connection is opened and closed
    Http,  //!< GET; only status 200 is well
    Https, //!< as Http; Standard load balancers only.  TLS is not modeled: the request is in clear
};

/// What new flows do when all members of a pool are down (ARM `noHealthyBackendsBehavior`).
enum class NoHealthyBackendsBehavior : uint8_t
{
    AllProbedDown, //!< they fail
    AllProbedUp,   //!< they go to any member
};

/// @return the name of the resource model
constexpr const char*
GetName(HealthProbeProtocol protocol)
{
    constexpr std::array<const char*, 3> NAMES{"Tcp", "Http", "Https"};
    return NAMES[static_cast<std::size_t>(protocol)];
}

/// @return the name of the resource model
constexpr const char*
GetName(NoHealthyBackendsBehavior behavior)
{
    constexpr std::array<const char*, 2> NAMES{"AllProbedDown", "AllProbedUp"};
    return NAMES[static_cast<std::size_t>(behavior)];
}

/// A health probe as users configure it (ARM `probes`).
struct HealthProbe
{
    std::string name;                                       //!< unique in its load balancer
    HealthProbeProtocol protocol{HealthProbeProtocol::Tcp}; //!< how to ask
    uint16_t port{80};                                      //!< of the members, 1 to 65535
    std::string requestPath{"/"};                           //!< Http, Https: what to GET
    std::optional<Time> interval;           //!< between probes, at least 5 s; none: the profile's
    uint32_t numberOfProbes{2};             //!< misses in a row that count; at least 2
    std::optional<uint32_t> probeThreshold; //!< answers or misses in a row to flip, at least 1
    NoHealthyBackendsBehavior noHealthyBackendsBehavior{
        NoHealthyBackendsBehavior::AllProbedDown}; //!< what new flows do if all are down
};

/// What a host is told: one probe of one of its VMs.
struct HealthProbeTarget
{
    uint32_t networkInterface{0}; //!< whom to ask
    Ipv4Address privateAddress;   //!< where it is asked, whatever the rule
    uint16_t probe{0};            //!< number of the probe, from 1
    HealthProbeProtocol protocol{HealthProbeProtocol::Tcp}; //!< how to ask
    uint16_t port{0};                                       //!< where to ask
    std::string requestPath;                                //!< Http, Https: what to GET
    Time interval;                                          //!< between probes
    Time timeout;               //!< for an answer, above 0; of the interval's length for TCP
    uint32_t failuresToDown{1}; //!< misses in a row until it is down, at least 1
    uint32_t successesToUp{1};  //!< answers in a row until it is up again, at least 1
};

/// What became of one probe.
enum class HealthProbeOutcome : uint8_t
{
    Success,    //!< the connection opened; Http, Https: status 200
    Timeout,    //!< no answer in time
    Refused,    //!< a RST
    StatusCode, //!< Http, Https: another status than 200, or no HTTP at all
};

/// @return the outcome's name in traces and databases
constexpr const char*
GetName(HealthProbeOutcome outcome)
{
    constexpr std::array<const char*, 4> NAMES{"success", "timeout", "refused", "status-code"};
    return NAMES[static_cast<std::size_t>(outcome)];
}

} // namespace ns3::azure

#endif // AZURE_HEALTH_PROBE_H
