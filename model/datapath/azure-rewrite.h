// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_REWRITE_H
#define AZURE_REWRITE_H

#include <cstdint>
#include <optional>

namespace ns3::azure
{

/// Which end of a packet is translated.
enum class RewriteField : uint8_t
{
    Source,      //!< outbound
    Destination, //!< inbound
};

/**
 * @brief A change of addresses in a packet's headers; an ICMP error's quotation follows suit.
 *
 * In an ICMP error the quoted packet went the other way, so its opposite end is translated.
 */
struct Rewrite
{
    RewriteField field{RewriteField::Source}; //!< which end
    uint32_t address{0};                      //!< new address, host byte order
    std::optional<uint16_t> port;             //!< new port; none leaves ports alone
};

} // namespace ns3::azure

#endif // AZURE_REWRITE_H
