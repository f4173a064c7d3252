// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HEALTH_PROBE_TRACKER_H
#define AZURE_HEALTH_PROBE_TRACKER_H

#include "ns3/azure-health-probe.h"

#include <cstdint>
#include <optional>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief What the outcomes of one probe say of one VM (sources.rst B.7).
 *
 * | is                   | outcome                 | becomes                                    |
 * |----------------------|-------------------------|--------------------------------------------|
 * | unknown              | Success                 | up: the first success after boot suffices  |
 * | unknown              | anything else           | down                                       |
 * | down, has been up    | successesToUp in a row  | up                                         |
 * | down, never been up  | Success                 | up: the first success after boot suffices  |
 * | up                   | failuresToDown misses   | down; in a row                             |
 * | up                   | Refused or StatusCode   | down at once, if it is asked by HTTP(S)    |
 *
 * A miss is a Timeout; a RST too, of TCP probes.  A VM that boots again cannot be told from one
 * that was down.
 */
class HealthProbeTracker
{
  public:
    /// @param target says which protocol, and how many outcomes in a row count
    explicit HealthProbeTracker(const HealthProbeTarget& target);

    /// @brief A probe has ended.
    /// @return the new state if it has changed, or is known for the first time; else nothing
    std::optional<bool> Note(HealthProbeOutcome outcome);

    /// @return whether the VM is up; nothing before the first outcome
    std::optional<bool> IsUp() const
    {
        return m_isUp;
    }

  private:
    HealthProbeProtocol m_protocol; //!< how it is probed
    uint32_t m_failuresToDown;      //!< misses in a row until it is down
    uint32_t m_successesToUp;       //!< answers in a row until it is up
    std::optional<bool> m_isUp;     //!< nothing before the first outcome
    bool m_hasBeenUp{false};        //!< since it is asked
    uint32_t m_inARow{0};           //!< outcomes against the present state, without interruption
};

} // namespace ns3::azure

#endif // AZURE_HEALTH_PROBE_TRACKER_H
