// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FUZZ_PACKETS_H
#define AZURE_FUZZ_PACKETS_H

#include "azure-raw-datagram.h"
#include "azure-step-reader.h"

#include "ns3/azure-flow-key.h"
#include "ns3/azure-packet-headers.h"
#include "ns3/azure-rewrite.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief Packets that targets make of their input, and what must hold of a translated one.
 */
namespace ns3::azure
{

/// What the checksums of a datagram, and of the one it quotes, say: 0 where one is right.  Numbers
/// modulo 0xffff; nothing where there is no checksum.
struct ChecksumErrors
{
    uint32_t ip{0};                          //!< of the IPv4 header
    std::optional<uint32_t> transport;       //!< of TCP, UDP or ICMP
    std::optional<uint32_t> quotedIp;        //!< of the quoted IPv4 header
    std::optional<uint32_t> quotedTransport; //!< of the quoted TCP or UDP, as far as quoted

    friend bool operator==(const ChecksumErrors& a, const ChecksumErrors& b);
};

/// @return by how much the checksums are wrong; the datagram has been read by PacketHeaders
ChecksumErrors GetChecksumErrors(const Bytes& datagram);

/// @return bytes as a datagram
Bytes ToBytes(const std::string& input);

/// @return the datagram with its headers as edited
Bytes Write(const Bytes& datagram, const PacketHeaders& headers);

/**
 * @brief Require what a translation promises: checksums are as wrong as before, nothing but the
 * end that is named has changed, and the way back restores it.
 * @param datagram what \p headers have been read from; its time to live is above 2
 * @param headers its own
 * @param rewrite the change; none to count down only
 */
void RequireSoundRewrite(const Bytes& datagram,
                         const PacketHeaders& headers,
                         const std::optional<Rewrite>& rewrite);

/// @return flags, fragment, time to live, options and payload of a datagram
DatagramTraits TakeTraits(StepReader& steps);

/// @return a datagram of that flow, or an ICMP error about one that went the other way, or any
/// bytes
Bytes TakeDatagram(StepReader& steps, const FlowKey& key);

} // namespace ns3::azure

#endif // AZURE_FUZZ_PACKETS_H
