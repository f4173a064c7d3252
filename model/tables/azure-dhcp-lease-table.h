// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DHCP_LEASE_TABLE_H
#define AZURE_DHCP_LEASE_TABLE_H

#include "ns3/azure-dhcp-message.h"
#include "ns3/ipv4-address.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace ns3::azure
{

/// What the platform has given a network interface.
struct DhcpLease
{
    Ipv4Address address; //!< private address of the network interface
    Ipv4Mask mask;       //!< of its subnet
    Ipv4Address gateway; //!< its default route's next hop
};

/**
 * @ingroup azure-tables
 * @brief Answers DHCP clients with the addresses that the platform has given them (S3-50).
 *
 * An address belongs to its network interface, not to a pool: it is the same at each renewal, and
 * nothing has to be remembered of a lease, nor to expire.
 *
 * | the message                                                    | the reply              |
 * |----------------------------------------------------------------|------------------------|
 * | is from a hardware address that is not in the table            | none                   |
 * | is a Discover                                                  | Offer                  |
 * | is a Request to another server                                 | none                   |
 * | is a Request for the interface's address, or for none          | Ack                    |
 * | is a Request for another address                               | Nak                    |
 * | is anything else                                               | none                   |
 *
 * The address a Request is for is option 50, else ciaddr (RFC 2131, section 4.3.2).  Decline and
 * Release change nothing: the address stays the interface's.  Inform gets no reply, as there is
 * nothing but addresses to tell.
 */
class DhcpLeaseTable
{
  public:
    /**
     * @brief Learn what a network interface has been given.
     * @return false if the hardware address has a lease already, which stays
     */
    bool Insert(const DhcpHardwareAddress& hardware, const DhcpLease& lease);

    /**
     * @brief Answer a message.
     * @param message from a client
     * @param server identifier of the server
     * @param leaseSeconds how long a client may keep the address without asking again; it asks
     *        after 1/2 of it, and any server after 7/8 (RFC 2131, section 4.4.5), rounded down to
     *        whole seconds
     * @return the reply of the table above, if there is one
     */
    std::optional<DhcpMessage> Evaluate(const DhcpMessage& message,
                                        Ipv4Address server,
                                        uint32_t leaseSeconds) const;

    /// @return leases in the table
    std::size_t GetSize() const
    {
        return m_leases.size();
    }

  private:
    std::map<DhcpHardwareAddress, DhcpLease> m_leases; //!< by hardware address
};

} // namespace ns3::azure

#endif // AZURE_DHCP_LEASE_TABLE_H
