// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_PORT_BLOCK_H
#define AZURE_SNAT_PORT_BLOCK_H

#include "azure-lowest-free-set.h"

#include "ns3/azure-port-range.h"
#include "ns3/ipv4-address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief The SNAT ports of one network interface on one public address.
 *
 * A port may carry several flows at once, as long as no two of them fall into the same reuse
 * group (a number the caller derives from the flow's destination; see SnatPortAllocator).  Each
 * use of a port is open at first, may cool down after its flow has closed, and ends with
 * Release(); open or cooling, it keeps the port from its own group only.
 *
 * Laws, checked by CheckInvariants():
 * - ports of the block = ports free + ports in use + ports cooling down, where a port is in use
 *   if it has an open use, and cooling down if it has cooling uses only;
 * - a group's ports in use are as many as the uses it holds: no port twice in a group;
 * - in a group with N uses Acquire() succeeds exactly while N is below the size of the block.
 *
 * Source: S0-13, S0-17 to S0-20; the lowest free port goes first (sources.rst B.2: OB-2006).
 */
class SnatPortBlock
{
  public:
    /**
     * @param publicAddress frontend or platform address
     * @param ports the block
     */
    SnatPortBlock(Ipv4Address publicAddress, PortRange ports);

    /// @brief Take the lowest port that is free in the group.
    /// @return the port, or nothing if the group holds every port of the block
    std::optional<uint16_t> Acquire(uint64_t group);

    /// @brief Let an open use of the port cool down.
    void CoolDown(uint16_t port);

    /// @brief Make a cooling use of the port open again.
    void Reopen(uint16_t port);

    /**
     * @brief End a use of the port.
     * @param group the group it was acquired for
     * @param port the port it was given
     * @param isCoolingDown whether the use had cooled down
     */
    void Release(uint64_t group, uint16_t port, bool isCoolingDown);

    /// @return frontend or platform address
    Ipv4Address GetPublicAddress() const
    {
        return m_publicAddress;
    }

    /// @return the block
    PortRange GetPorts() const
    {
        return m_ports;
    }

    /// @return ports with at least one open use
    uint32_t GetPortsInUse() const
    {
        return m_portsInUse;
    }

    /// @return ports with cooling uses only
    uint32_t GetPortsCoolingDown() const
    {
        return m_portsCoolingDown;
    }

    /// @return uses, open or cooling: one for each flow that holds a port
    uint64_t GetUses() const
    {
        return m_uses;
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// How many flows use one port.
    struct PortUse
    {
        uint32_t open{0};    //!< uses that are open
        uint32_t cooling{0}; //!< uses that cool down
    };

    /**
     * @brief Change the uses of one port and keep the block's counts in step.
     * @param port a port of the block
     * @param open change of its open uses
     * @param cooling change of its cooling uses
     */
    void Change(uint16_t port, int open, int cooling);

    Ipv4Address m_publicAddress;                          //!< frontend or platform address
    PortRange m_ports;                                    //!< the block
    std::unordered_map<uint64_t, LowestFreeSet> m_groups; //!< ports each group holds, from 0
    std::vector<PortUse> m_portUses;                      //!< by port, up to the highest ever used
    uint32_t m_portsInUse{0};                             //!< ports with an open use
    uint32_t m_portsCoolingDown{0};                       //!< ports with cooling uses only
    uint64_t m_uses{0};                                   //!< uses of all ports
};

} // namespace ns3::azure

#endif // AZURE_SNAT_PORT_BLOCK_H
