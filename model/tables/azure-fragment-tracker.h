// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FRAGMENT_TRACKER_H
#define AZURE_FRAGMENT_TRACKER_H

#include "azure-expiring-map.h"

#include "ns3/azure-flow-key.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>

namespace ns3::azure
{

/**
 * @brief How long the rest of a datagram may follow its first fragment, in nanoseconds.
 *
 * Our choice: as long as ns-3's IPv4 stack waits for it
 * (Ipv4L3Protocol::FragmentExpirationTimeout). RFC 791 begins with 15 s.
 */
constexpr int64_t FRAGMENT_TIMEOUT = 30'000'000'000;

/// A flow in a FlowTracker's table.
struct TrackedFlow
{
    uint32_t slot{0};   //!< its slot
    uint64_t number{0}; //!< its number: another flow may have the slot later
};

/**
 * @ingroup azure-tables
 * @brief Remembers of which flows those datagrams are whose first fragments have passed.
 *
 * Only the first fragment has ports, so only it can be asked about; the others follow it.  Those
 * whose first fragment was dropped, or has not come yet, cannot pass, for nobody knows what flow
 * they belong to.
 *
 * A datagram is known by source, destination, identification and protocol (RFC 791).
 */
class FragmentTracker
{
  public:
    /**
     * @brief Learn what became of a first fragment.
     * @param key of the fragment; @param identification of its datagram
     * @param flow it passed with; the rest may follow until FRAGMENT_TIMEOUT from now.  Nothing if
     *        it was dropped
     * @param now current time
     */
    void Begin(const FlowKey& key,
               uint16_t identification,
               std::optional<TrackedFlow> flow,
               Time now);

    /// @return the flow that a later fragment of the datagram follows; null if there is none
    const TrackedFlow* Lookup(const FlowKey& key, uint16_t identification, Time now) const;

  private:
    ExpiringMap<TrackedFlow> m_passed; //!< by datagram
};

} // namespace ns3::azure

#endif // AZURE_FRAGMENT_TRACKER_H
