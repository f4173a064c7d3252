// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-spec.h"

#include <array>
#include <cstddef>

namespace ns3::azure
{

namespace
{

constexpr std::array<TrafficArrival, 3> ARRIVALS{TrafficArrival::Burst,
                                                 TrafficArrival::Periodic,
                                                 TrafficArrival::Poisson};
constexpr std::array<TrafficClose, 3> CLOSES{TrafficClose::Fin,
                                             TrafficClose::Rst,
                                             TrafficClose::None};
constexpr std::array<TrafficTransport, 2> TRANSPORTS{TrafficTransport::Socket,
                                                     TrafficTransport::Compact};
constexpr std::array<IpProtocol, 2> PROTOCOLS{IpProtocol::Tcp, IpProtocol::Udp};

/// Finds the value whose name the text is; otherwise says which names there are.
template <typename E, std::size_t N>
Parsed<E>
ParseName(const std::string& field, const std::string& text, const std::array<E, N>& values)
{
    std::string allowed;
    for (std::size_t i = 0; i < N; ++i)
    {
        if (text == GetName(values[i]))
        {
            return values[i];
        }
        const char* separator = i == 0 ? "" : (i + 1 == N ? " or " : ", ");
        allowed += separator + std::string(GetName(values[i]));
    }
    return Parsed<E>::Refuse(field, text, allowed);
}

} // namespace

const char*
GetName(TrafficArrival arrival)
{
    constexpr std::array<const char*, 3> NAMES{"burst", "periodic", "poisson"};
    return NAMES[static_cast<std::size_t>(arrival)];
}

const char*
GetName(TrafficClose close)
{
    constexpr std::array<const char*, 3> NAMES{"fin", "rst", "none"};
    return NAMES[static_cast<std::size_t>(close)];
}

const char*
GetName(TrafficTransport transport)
{
    constexpr std::array<const char*, 2> NAMES{"socket", "compact"};
    return NAMES[static_cast<std::size_t>(transport)];
}

Parsed<TrafficArrival>
ParseTrafficArrival(const std::string& field, const std::string& text)
{
    return ParseName(field, text, ARRIVALS);
}

Parsed<TrafficClose>
ParseTrafficClose(const std::string& field, const std::string& text)
{
    return ParseName(field, text, CLOSES);
}

Parsed<IpProtocol>
ParseTrafficProtocol(const std::string& field, const std::string& text)
{
    return ParseName(field, text, PROTOCOLS);
}

Parsed<TrafficTransport>
ParseTrafficTransport(const std::string& field, const std::string& text)
{
    return ParseName(field, text, TRANSPORTS);
}

} // namespace ns3::azure
