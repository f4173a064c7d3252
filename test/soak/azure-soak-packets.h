// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_PACKETS_H
#define AZURE_SOAK_PACKETS_H

#include "azure-raw-datagram.h"
#include "azure-soak-plan.h"

#include <cstdint>

namespace ns3::azure
{

/// How a packet is spoiled.
enum class SoakSpoiling : uint8_t
{
    BitFlips,
    Truncated,
    Extended,
    Length,
    HeaderLength,
    Checksum,
    Fragment,
    TimeToLive,
    Protocol,
    Flags,
    Addresses,
    Ports,
    Inner,
    Garbage,
    Repeated,
};

/// @brief Spoil a datagram. @param datagram of at least 20 bytes @return how
SoakSpoiling Spoil(Bytes& datagram, SoakDice& dice);

/// @brief Put the IPv4 header's checksum right, as far as there is a header.
void MendHeaderChecksum(Bytes& datagram);

/// @return a DNS message, most of it sound
Bytes MakeDnsGarbage(SoakDice& dice);

/// @return a message of the control plane, sound or not, as who may not send any would send it
Bytes MakeForgedMessage(SoakDice& dice, uint32_t networkInterfaces);

/// @return a UDP datagram with that payload
Bytes MakeUdp(const FlowKey& key, const Bytes& payload);

/// @return whether it has a TCP option of length 0, which TcpHeader of ns-3 (3.37) reads for ever
bool HasEndlessOption(const Bytes& datagram);

} // namespace ns3::azure

#endif // AZURE_SOAK_PACKETS_H
