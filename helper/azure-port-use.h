// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PORT_USE_H
#define AZURE_PORT_USE_H

#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <cstdint>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief Adds up how the SNAT ports of one network interface, or of one NAT gateway, are used.
 *
 * A port is used as long as it is in use or cools down.  The sums are exact; what is told in
 * seconds is rounded once.
 */
class PortUse
{
  public:
    /// Take note of an event; never earlier than the one before.
    void Add(const SnatPortEvent& event);

    /// @return how often a flow has acquired or reopened a port so far
    int64_t GetAcquired() const
    {
        return m_acquired;
    }

    /// @return most ports used at once so far
    uint32_t GetPeakUsed() const
    {
        return m_peak;
    }

    /// @return integral of the ports used over the time up to the last event, in port-seconds
    double GetUsedPortSeconds() const;

  private:
    Time m_last;               //!< when the last event was
    uint32_t m_used{0};        //!< ports used since then
    uint32_t m_peak{0};        //!< most of them so far
    int64_t m_acquired{0};     //!< stages Acquired and Reopened
    uint64_t m_seconds{0};     //!< the integral: whole port-seconds
    uint64_t m_nanoseconds{0}; //!< the integral: the rest, below a port-second
};

} // namespace ns3::azure

#endif // AZURE_PORT_USE_H
