// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ROUTE_CHANGE_RECORD_H
#define AZURE_ROUTE_CHANGE_RECORD_H

#include "azure-address-prefix.h"

#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ns3::azure
{

/// Why a next hop's route appeared or went.
enum class RouteChangeCause : uint8_t
{
    Configured,       //!< it appeared: somebody set it up, and it stays for ever
    Announced,        //!< it appeared: the next hop announced it
    Withdrawn,        //!< it went: the next hop withdrew it
    HoldTimerExpired, //!< it went: the next hop did not announce it again in time
};

/// @return the cause's name in traces and databases
constexpr const char*
GetName(RouteChangeCause cause)
{
    constexpr std::array<const char*, 4> NAMES{"configured",
                                               "announced",
                                               "withdrawn",
                                               "hold-timer-expired"};
    return NAMES[static_cast<std::size_t>(cause)];
}

/// A router has one next hop more, or one less, to a prefix.
struct RouteChangeRecord
{
    Time time;                                            //!< when
    AddressPrefix prefix;                                 //!< to where
    Ipv4Address nextHop;                                  //!< by whom
    RouteChangeCause cause{RouteChangeCause::Configured}; //!< why
};

} // namespace ns3::azure

#endif // AZURE_ROUTE_CHANGE_RECORD_H
