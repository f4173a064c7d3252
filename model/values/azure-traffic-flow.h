// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_FLOW_H
#define AZURE_TRAFFIC_FLOW_H

#include "azure-flow-key.h"

#include "ns3/nstime.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

/**
 * @file
 * @brief What a traffic generator reports through its trace sources.
 */
namespace ns3::azure
{

/**
 * @brief One attempt of a traffic generator to open a flow.
 *
 * A flow is what the application wants once; each attempt at it is a connection of its own, from
 * a source port of its own.  Times are absolute simulation times.
 */
struct TrafficFlow
{
    uint64_t number{0};              //!< number of the flow within its generator, from 0
    uint32_t attempt{1};             //!< 1 for the first attempt at the flow, then 2, ...
    FlowKey key;                     //!< as the VM sends it, before any translation
    Time started;                    //!< when the attempt began
    std::optional<Time> established; //!< when it was established, if it was
    std::optional<Time> ended;       //!< when it failed or the client closed it, if it did
};

/// Why an attempt failed.
enum class TrafficFailure : uint8_t
{
    NoSourcePort, //!< every source port of the generator is in use
    NoRoute,      //!< TCP: the VM has no route to the destination; UDP: times out
    Timeout,      //!< TCP: no answer to any SYN; UDP: no response in time
    Reset,        //!< TCP: RST; over sockets one without ACK: ns-3 overlooks one with ACK
    Stopped,      //!< the application was stopped before it was established
    Unreachable,  //!< an ICMP error said that protocol or port is not there (RFC 1122, 4.2.3.9)
};

/// Why an established flow ended.
enum class TrafficEnd : uint8_t
{
    HoldOver,   //!< the client closed it because its hold time was over
    NoResponse, //!< the client closed it because a response did not come in time
    PeerClosed, //!< a FIN came
    Reset,      //!< a RST came
    Error,      //!< TCP gave up retransmitting, or an ICMP error said that nobody is there
    Stopped,    //!< the client closed it because the application was stopped
    Idle,       //!< the server forgot it: nothing had come from the client for long
};

/// @return the reason's name in traces and databases
constexpr const char*
GetName(TrafficFailure failure)
{
    constexpr std::array<const char*, 6> NAMES{"no-source-port",
                                               "no-route",
                                               "timeout",
                                               "reset",
                                               "stopped",
                                               "unreachable"};
    return NAMES[static_cast<std::size_t>(failure)];
}

/// @return the reason's name in traces and databases
constexpr const char*
GetName(TrafficEnd end)
{
    constexpr std::array<const char*, 7>
        NAMES{"hold-over", "no-response", "peer-closed", "reset", "error", "stopped", "idle"};
    return NAMES[static_cast<std::size_t>(end)];
}

/**
 * @brief What became of the flows of a traffic generator so far.
 *
 * Law: flows = established + failed + those still being tried, and closed <= established.
 */
struct TrafficCounters
{
    uint64_t flows{0};       //!< flows begun, each counted once however many attempts it took
    uint64_t attempts{0};    //!< attempts begun
    uint64_t established{0}; //!< flows established, at whichever attempt
    uint64_t failed{0};      //!< flows given up: the last attempt failed, or no other came
    uint64_t closed{0};      //!< established flows that have ended
    uint64_t keepAlives{0};  //!< keep-alive messages sent
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_FLOW_H
