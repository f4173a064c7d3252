// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_REQUEST_QUEUE_H
#define AZURE_SNAT_REQUEST_QUEUE_H

#include "ns3/azure-profile.h"
#include "ns3/azure-slb-message.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace ns3::azure
{

/// A request that waits for its turn.
struct WaitingSnatRequest
{
    RequestSnatPorts request; //!< as it came
    Time received;            //!< when it came
    uint32_t waiting{0};      //!< how many waited then
};

/**
 * @ingroup azure-tables
 * @brief The requests for SNAT ports that wait for the SLB manager: first come, first served, with
 * limits of each network interface (Ananta 3.6.1).
 *
 * A request is outstanding from when it comes until it is answered, or dropped: Take() alone does
 * not end that, Done() does.
 *
 * Law, checked by CheckInvariants(): outstanding requests = those that wait + those taken and not
 * done, of each interface at most the profile's OutstandingRequests.
 */
class SnatRequestQueue
{
  public:
    /// @param profile OutstandingRequests and MaxRequestsPerMinute
    explicit SnatRequestQueue(const Profile& profile);

    /**
     * @brief A request has come.
     * @return nothing if it waits now; Outstanding or RequestRate if it is dropped.  The minute of
     *         MaxRequestsPerMinute is the last one before \p now, and counts requests not dropped.
     */
    std::optional<SnatRequestOutcome> Insert(const RequestSnatPorts& request, Time now);

    /// @return the request whose turn it is; nothing if none waits
    std::optional<WaitingSnatRequest> Take();

    /// @brief A request that was taken has been answered.
    void Done(uint32_t networkInterface);

    /// @return how many wait
    uint32_t GetSize() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;
};

} // namespace ns3::azure

#endif // AZURE_SNAT_REQUEST_QUEUE_H
