// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PORT_SET_H
#define AZURE_PORT_SET_H

#include "ns3/azure-port-range.h"

#include <cstdint>
#include <map>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief A set of ports, kept as ranges: as few as possible, with a port between any two of them.
 */
class PortSet
{
  public:
    /// @brief Add ports none of which is in the set.
    void Insert(PortRange ports);

    /// @brief Remove ports all of which are in the set.
    void Remove(PortRange ports);

    /// @return whether all of the ports are in the set
    bool Contains(PortRange ports) const;

    /// @return whether one of the ports is in the set
    bool Overlaps(PortRange ports) const;

    /// @return those of the ports that are in the set as ranges, ascending
    std::vector<PortRange> Intersect(PortRange ports) const;

    /// @return the lowest ports as ranges, ascending; all if there are not as many
    std::vector<PortRange> GetLowest(uint32_t ports) const;

    /// @return the highest ports as ranges, ascending; all if there are not as many
    std::vector<PortRange> GetHighest(uint32_t ports) const;

    /**
     * @brief The lowest ports that lie in runs of neighbors.
     * @param ports how many
     * @param granularity a run begins at a multiple of it, counted from port 0, and is so many
     *        ports long or a multiple; only the last one may be shorter, if \p ports is no multiple
     * @return the runs, ascending; none if there are not as many
     */
    std::vector<PortRange> FindRuns(uint32_t ports, uint32_t granularity) const;

    /// @return all ports as ranges, ascending
    std::vector<PortRange> GetRanges() const
    {
        return GetLowest(m_size);
    }

    /// @return how many ports are in the set
    uint32_t GetSize() const
    {
        return m_size;
    }

  private:
    /// Range by its lowest port; 32 bits, so that no arithmetic ends at port 65535.
    using Ranges = std::map<uint32_t, uint32_t>;

    /// @return the range that contains the port, or the end
    Ranges::const_iterator Find(uint32_t port) const;

    Ranges m_ranges;    //!< highest port by lowest port
    uint32_t m_size{0}; //!< ports in all ranges
};

} // namespace ns3::azure

#endif // AZURE_PORT_SET_H
