// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PUBLIC_ENDPOINT_TABLE_H
#define AZURE_PUBLIC_ENDPOINT_TABLE_H

#include "azure-memory.h"

#include "ns3/azure-port-range.h"
#include "ns3/ipv4-address.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3::azure
{

/// What a lookup by public address and port found.
enum class PublicEndpointMatch : uint8_t
{
    Found,          //!< a target owns the port
    UnknownAddress, //!< no target has anything on the address
    UnownedPort,    //!< the address is known, but nobody owns the port
};

/**
 * @ingroup azure-tables
 * @brief Tells who owns a port of a public address: a stateless map.
 *
 * The load-balancer mux maps to hosts, the host agent to its network interfaces (Ananta 3.3.3:
 * stateless entries for SNAT).  An instance-level public IP is owned whole, for every protocol.
 *
 * Law: no two entries overlap.
 */
class PublicEndpointTable
{
  public:
    /// The answer to a lookup.
    struct Owner
    {
        PublicEndpointMatch match; //!< whether there is a target
        uint32_t target{0};        //!< meaningful if match is Found
    };

    /**
     * @brief Give ports of an address to a target.
     * @param address public address
     * @param ports closed range; 0 to 65535 gives the address whole, for every protocol
     * @param target what lookups shall return
     * @return whether it was done: false, with the table unchanged, if somebody owns one of them
     */
    bool Insert(Ipv4Address address, PortRange ports, uint32_t target);

    /// @brief Take every entry of the target away.
    void Remove(uint32_t target);

    /**
     * @brief Take ports of an address away from whoever owns them.
     * @param address public address
     * @param ports closed range: a part of an entry, or several entries; nobody need own them all
     */
    void Remove(Ipv4Address address, PortRange ports);

    /// @return who owns the port of the address
    Owner Lookup(Ipv4Address address, uint16_t port) const;

    /// @return who owns the address whole; Found for instance-level public IPs only
    Owner LookupWhole(Ipv4Address address) const;

    /// @return whether the address has an entry
    bool IsKnown(Ipv4Address address) const
    {
        return Lookup(address, 0).match != PublicEndpointMatch::UnknownAddress;
    }

    /// @return number of entries
    std::size_t GetSize() const
    {
        return m_entries.size();
    }

    /// @return bytes held
    std::size_t GetMemory() const
    {
        return azure::GetMemory(m_entries);
    }

  private:
    /// A range of ports and who owns it.
    struct Entry
    {
        uint64_t first;  //!< address times 65536, plus lowest port
        uint64_t last;   //!< address times 65536, plus highest port
        uint32_t target; //!< owner
    };

    /// @return the first entry that ends at or after the place; the end if none does
    std::vector<Entry>::const_iterator Find(uint64_t place) const;

    std::vector<Entry> m_entries; //!< in order of address and port
};

} // namespace ns3::azure

#endif // AZURE_PUBLIC_ENDPOINT_TABLE_H
