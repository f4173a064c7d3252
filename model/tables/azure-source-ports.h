// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOURCE_PORTS_H
#define AZURE_SOURCE_PORTS_H

#include "ns3/azure-port-range.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief The source ports a client binds its sockets to: ascending, and again from the start,
 * past those still in use.
 *
 * Invariant: a port is handed out again only after its release, and not before the time given
 * with it.
 *
 * Determinism: no clock and no random numbers; the answers depend only on the calls made.
 */
class SourcePorts
{
  public:
    /// @param range the ports there are
    explicit SourcePorts(PortRange range);

    /**
     * @brief Take the next free port.
     * @param now current simulation time; must not go back from call to call
     * @return the port, or nothing if all are in use
     */
    std::optional<uint16_t> Acquire(Time now);

    /**
     * @brief Give a port back.
     * @param port a port that was acquired and not released since
     * @param freeAt from when on, inclusive, it may be handed out again
     */
    void Release(uint16_t port, Time freeAt);

    /// @return ports handed out and not yet free again, as of the last Acquire()
    uint32_t GetPortsInUse() const;

  private:
    using Deadline = std::pair<Time, uint16_t>;

    PortRange m_range;         //!< the ports there are
    std::vector<bool> m_inUse; //!< by port, counted from the first of the range
    uint32_t m_next{0};        //!< where the search starts, counted from the first of the range
    uint32_t m_portsInUse{0};  //!< number of ports in use
    /// released ports by the time they are free from, the soonest first
    std::priority_queue<Deadline, std::vector<Deadline>, std::greater<>> m_released;
};

} // namespace ns3::azure

#endif // AZURE_SOURCE_PORTS_H
