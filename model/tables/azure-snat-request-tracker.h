// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_REQUEST_TRACKER_H
#define AZURE_SNAT_REQUEST_TRACKER_H

#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief The requests for SNAT ports of one network interface that have no answer yet.
 *
 * A flow may ask several times, as any of its requests may be dropped.  Each is over with its
 * answer, or when the flow has gone.
 */
class SnatRequestTracker
{
  public:
    /// @param networkInterface number of the network interface
    explicit SnatRequestTracker(uint32_t networkInterface);

    /// @brief A flow asks. @return number of the request
    uint32_t Begin(uint64_t flow, Time now);

    /**
     * @brief An answer has come.
     * @param request number of the request
     * @param outcome what it says
     * @param ports how many it gives
     * @param now current time
     * @return the request, now that it is over; nothing if it was over before
     */
    std::optional<SnatRequest> Answer(uint32_t request,
                                      SnatRequestOutcome outcome,
                                      uint32_t ports,
                                      Time now);

    /// @brief A flow has gone. @return its requests, which nobody has answered, by number
    std::vector<SnatRequest> End(uint64_t flow);

    /// @return the requests without answer, by flow and number
    std::vector<SnatRequest> GetOpen() const;

  private:
    uint32_t m_networkInterface;                //!< number of the interface
    uint32_t m_requests{0};                     //!< so far
    std::map<uint32_t, SnatRequest> m_open;     //!< by number
    std::multimap<uint64_t, uint32_t> m_openOf; //!< numbers by flow
};

} // namespace ns3::azure

#endif // AZURE_SNAT_REQUEST_TRACKER_H
