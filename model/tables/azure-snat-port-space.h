// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_PORT_SPACE_H
#define AZURE_SNAT_PORT_SPACE_H

#include "ns3/azure-port-range.h"

#include <cstdint>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief The ports of one public address that SNAT may use.
 *
 * They lie from port 1024 up.  Each port of a load-balancing or inbound NAT rule takes its block of
 * 8 ports out, for TCP and UDP alike; rules whose ports fall in the same block share it
 * (sources.rst B.1: OB-2012).  That blocks begin at multiples of 8 is an inference, and that they
 * are taken out in every profile our choice.
 */
class SnatPortSpace
{
  public:
    /**
     * @param ports of the address, as the profile's PortsPerPublicAddress
     * @param rulePorts frontend ports of rules, in any order; those outside do not matter
     */
    explicit SnatPortSpace(uint32_t ports, const std::vector<uint16_t>& rulePorts = {});

    /// @return how many ports there are
    uint32_t GetSize() const
    {
        return m_size;
    }

    /**
     * @brief Some of the ports, counted in ascending order.
     * @param first the first of them, from 0
     * @param count how many, at least 1; first + count is at most GetSize()
     * @return the ports as ranges, as few as possible, ascending: one, or more where a rule's block
     *         lies between
     */
    std::vector<PortRange> GetRanges(uint32_t first, uint32_t count) const;

  private:
    std::vector<PortRange> m_ranges; //!< ascending; a port at least between two of them
    uint32_t m_size{0};              //!< ports in all ranges
};

} // namespace ns3::azure

#endif // AZURE_SNAT_PORT_SPACE_H
