// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-parse.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace ns3::azure
{

namespace
{

/// @return the number at the start of the text and what follows it, or nothing
std::optional<std::pair<double, std::string>>
SplitNumber(const std::string& text)
{
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || !std::isfinite(number))
    {
        return std::nullopt;
    }
    return std::make_pair(number, std::string(rest, end));
}

} // namespace

std::optional<uint32_t>
ParseUnsigned(const std::string& text)
{
    uint32_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || rest != end)
    {
        return std::nullopt;
    }
    return number;
}

std::optional<double>
ParseDouble(const std::string& text)
{
    const auto split = SplitNumber(text);
    if (!split || !split->second.empty())
    {
        return std::nullopt;
    }
    return split->first;
}

std::optional<Time>
ParseTime(const std::string& text)
{
    struct Unit
    {
        const char* name;
        double nanoseconds;
    };

    constexpr std::array<Unit, 8> UNITS{{{"", 1e9},
                                         {"ns", 1},
                                         {"us", 1e3},
                                         {"ms", 1e6},
                                         {"s", 1e9},
                                         {"min", 60e9},
                                         {"h", 3600e9},
                                         {"d", 86400e9}}};
    const auto split = SplitNumber(text);
    if (!split)
    {
        return std::nullopt;
    }
    for (const auto& unit : UNITS)
    {
        if (split->second == unit.name)
        {
            const double nanoseconds = split->first * unit.nanoseconds;
            constexpr double LIMIT = 9.2e18; // just below the largest 64-bit number
            if (std::abs(nanoseconds) > LIMIT)
            {
                return std::nullopt;
            }
            return NanoSeconds(std::llround(nanoseconds));
        }
    }
    return std::nullopt;
}

std::optional<Ipv4Address>
ParseIpv4Address(const std::string& text)
{
    in_addr address{};
    const bool hasNull = text.find('\0') != std::string::npos; // inet_pton() would stop there
    if (hasNull || inet_pton(AF_INET, text.c_str(), &address) != 1)
    {
        return std::nullopt;
    }
    return Ipv4Address(ntohl(address.s_addr));
}

} // namespace ns3::azure
