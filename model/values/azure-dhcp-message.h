// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DHCP_MESSAGE_H
#define AZURE_DHCP_MESSAGE_H

#include "ns3/ipv4-address.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::azure
{

constexpr uint16_t DHCP_SERVER_PORT = 67; //!< UDP port of servers (RFC 2131, section 4.1)
constexpr uint16_t DHCP_CLIENT_PORT = 68; //!< UDP port of clients

/// Kinds of message the module names (RFC 2132, section 9.6); 1 to 8 are valid values.
enum class DhcpMessageType : uint8_t
{
    Discover = 1,
    Offer = 2,
    Request = 3,
    Decline = 4,
    Ack = 5,
    Nak = 6,
    Release = 7,
    Inform = 8,
};

/// Hardware address of a client: 6 octets of an Ethernet address, and 10 of zero.
using DhcpHardwareAddress = std::array<uint8_t, 16>;

/**
 * @ingroup azure-values
 * @brief A message of the Dynamic Host Configuration Protocol.
 *
 * Holds what a server of fixed addresses needs (RFC 2131, section 2; options of RFC 2132); other
 * fields are sent as zero, other options are skipped when received.
 *
 * There is no option for DNS servers (6): ns-3's client discards a message that has an option it
 * does not know.
 */
struct DhcpMessage
{
    DhcpMessageType type{DhcpMessageType::Discover}; //!< option 53; op follows from it
    uint32_t transaction{0};                         //!< xid
    uint16_t seconds{0};                             //!< secs, since the client began
    Ipv4Address clientAddress{"0.0.0.0"};            //!< ciaddr: one the client has already
    Ipv4Address yourAddress{"0.0.0.0"};              //!< yiaddr: the one that is given
    DhcpHardwareAddress hardware{};                  //!< chaddr
    std::optional<Ipv4Mask> mask;                    //!< option 1, of the client's subnet
    std::optional<Ipv4Address> router;               //!< option 3
    std::optional<Ipv4Address> requested;            //!< option 50, the address the client wants
    std::optional<uint32_t> lease;                   //!< option 51, s
    std::optional<Ipv4Address> server;               //!< option 54, the server's identifier
    std::optional<uint32_t> renewal;                 //!< option 58, s: T1
    std::optional<uint32_t> rebinding;               //!< option 59, s: T2

    friend bool operator==(const DhcpMessage& a, const DhcpMessage& b);
};

/// @return the message's octets, options in the order of their numbers
std::vector<uint8_t> Encode(const DhcpMessage& message);

/**
 * @brief Read a message.
 * @return the message; nothing if it is cut short, has no type, an option of a wrong length, a
 *         hardware address that is not Ethernet's, another magic cookie, or an op that does not
 *         go with its type.  What follows the End option is ignored.
 */
std::optional<DhcpMessage> DecodeDhcpMessage(const std::vector<uint8_t>& bytes);

} // namespace ns3::azure

#endif // AZURE_DHCP_MESSAGE_H
