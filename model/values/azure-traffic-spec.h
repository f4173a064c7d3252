// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_SPEC_H
#define AZURE_TRAFFIC_SPEC_H

#include "azure-ip-protocol.h"
#include "azure-parsed.h"

#include <cstdint>
#include <string>

namespace ns3::azure
{

/// When flows are opened, counted from the start of the application.
enum class TrafficArrival : uint8_t
{
    Burst,    //!< all at the start
    Periodic, //!< the k-th, counted from 0, at k / rate
    Poisson,  //!< a Poisson process: exponential gaps of mean 1 / rate, the first before the first
};

/// How the client ends a connection.
enum class TrafficClose : uint8_t
{
    Fin,  //!< TCP: FIN, answered by the server's; UDP: nothing on the wire
    Rst,  //!< TCP: RST; UDP: nothing on the wire
    None, //!< nothing on the wire: the client forgets the connection
};

/// Where the next flow goes.
enum class DestinationOrder : uint8_t
{
    InTurn, //!< first to last, and again
    Zipf,   //!< drawn: the k-th, counted from 1, with a weight of 1 / k^skew
};

/// What carries a traffic generator's connections, and a traffic server's.
enum class TrafficTransport : uint8_t
{
    Socket,  //!< ns-3's own TCP and UDP sockets: every detail of ns-3's TCP
    Compact, //!< CompactEndpoint: the same packets, for very many flows, without congestion control
};

/// @return the name in options and attributes: burst, periodic, poisson
const char* GetName(TrafficArrival arrival);

/// @return the name in options and attributes: fin, rst, none
const char* GetName(TrafficClose close);

/// @return the name in options and attributes: socket, compact
const char* GetName(TrafficTransport transport);

/**
 * @ingroup azure-values
 * @brief Read an arrival: burst, periodic or poisson.
 * @param field the option or attribute, for the error text
 * @param text the text
 * @return the arrival, or why the text is refused
 */
Parsed<TrafficArrival> ParseTrafficArrival(const std::string& field, const std::string& text);

/**
 * @ingroup azure-values
 * @brief Read a way to close: fin, rst or none.
 * @param field the option or attribute, for the error text
 * @param text the text
 * @return the way to close, or why the text is refused
 */
Parsed<TrafficClose> ParseTrafficClose(const std::string& field, const std::string& text);

/**
 * @ingroup azure-values
 * @brief Read a protocol that traffic can use: tcp or udp.
 * @param field the option or attribute, for the error text
 * @param text the text
 * @return the protocol, or why the text is refused
 */
Parsed<IpProtocol> ParseTrafficProtocol(const std::string& field, const std::string& text);

/**
 * @ingroup azure-values
 * @brief Read a transport: socket or compact.
 * @param field the option or attribute, for the error text
 * @param text the text
 * @return the transport, or why the text is refused
 */
Parsed<TrafficTransport> ParseTrafficTransport(const std::string& field, const std::string& text);

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_SPEC_H
