// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PARSE_H
#define AZURE_PARSE_H

#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3::azure
{

/**
 * @brief Read a whole number.
 * @param text decimal digits only
 * @return the number, or nothing if the text is anything else or above 4,294,967,295
 */
std::optional<uint32_t> ParseUnsigned(const std::string& text);

/**
 * @brief Read a number with an optional fraction and exponent.
 * @return the number, or nothing if the text is anything else or not finite
 */
std::optional<double> ParseDouble(const std::string& text);

/**
 * @brief Read a duration.
 * @param text a number followed by one of ns, us, ms, s, min, h, d; "s" may be left out
 * @return the duration, or nothing if the text is anything else or longer than ns3::Time holds
 *
 * Stricter than ns3::Time's own reading, which ends the program on a bad unit.
 */
std::optional<Time> ParseTime(const std::string& text);

/**
 * @brief Read an IPv4 address in dotted-decimal form.
 * @return the address, or nothing if the text is anything else
 *
 * ns3::Ipv4Address's own reading does different things on bad text in different versions.
 */
std::optional<Ipv4Address> ParseIpv4Address(const std::string& text);

} // namespace ns3::azure

#endif // AZURE_PARSE_H
