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
#include <string>

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
 *
 * Determinism: no clock and no random numbers; the answers depend only on the calls made.
 */
class SnatRequestQueue
{
  public:
    /// @param profile OutstandingRequests and MaxRequestsPerMinute
    explicit SnatRequestQueue(const Profile& profile);

    /**
     * @brief A request has come.
     * @param request the message
     * @param now when; never before an earlier call's
     * @return nothing if it waits now; Outstanding or, else, RequestRate if it is dropped.  The
     *         minute of MaxRequestsPerMinute is the last one before \p now, without its beginning,
     *         and counts requests not dropped.
     */
    std::optional<SnatRequestOutcome> Insert(const RequestSnatPorts& request, Time now);

    /// @return the request whose turn it is; nothing if none waits
    std::optional<WaitingSnatRequest> Take();

    /// @brief A request that was taken has been answered; the interface must have one.
    void Done(uint32_t networkInterface);

    /// @return how many wait
    uint32_t GetSize() const;

    /// @return how many of an interface wait, or are taken and not done
    uint32_t GetOutstanding(uint32_t networkInterface) const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// Of one network interface.
    struct Counts
    {
        uint32_t outstanding{0}; //!< requests that wait, or are taken and not done
        uint32_t taken{0};       //!< of them, those taken
        std::deque<Time> recent; //!< when those of the last minute came, if that is limited
    };

    std::optional<uint32_t> m_mostOutstanding; //!< OutstandingRequests
    std::optional<uint32_t> m_mostPerMinute;   //!< MaxRequestsPerMinute
    std::deque<WaitingSnatRequest> m_waiting;  //!< the next one first
    std::map<uint32_t, Counts> m_counts;       //!< by network interface
};

} // namespace ns3::azure

#endif // AZURE_SNAT_REQUEST_QUEUE_H
