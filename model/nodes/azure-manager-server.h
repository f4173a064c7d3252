// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MANAGER_SERVER_H
#define AZURE_MANAGER_SERVER_H

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"

#include <deque>
#include <functional>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Does the SLB manager's work, one piece after the other, each of which takes its time.
 *
 * Configuration goes before requests for SNAT ports (Ananta, section 4), in the order in which it
 * came; what is being done is finished first.  The times stand for all that a manager does:
 * Ananta's five replicas that agree on each change included.
 *
 * Work that takes no time is done at once, without an event.
 */
class ManagerServer
{
  public:
    /// A piece of work.
    using Work = std::function<void()>;
    /// @return the next request's work; an empty one if no request waits
    using NextRequest = std::function<Work()>;

    /// @param nextRequest asked whenever there is nothing else to do
    explicit ManagerServer(NextRequest nextRequest);

    ~ManagerServer();
    ManagerServer(const ManagerServer&) = delete; // events refer to it
    ManagerServer& operator=(const ManagerServer&) = delete;

    /// How long work takes, in seconds; a time below 0 counts as none.
    struct ServiceTimes
    {
        Ptr<RandomVariableStream> configuration; //!< of a piece of configuration
        Ptr<RandomVariableStream> request;       //!< of a request
    };

    /// @brief Say how long work takes; what is being done is not changed by that.
    ServiceTimes& GetServiceTimes()
    {
        return m_times;
    }

    /// @return how long work takes
    const ServiceTimes& GetServiceTimes() const
    {
        return m_times;
    }

    /// @brief Do configuration work, as soon as it is its turn.
    void Submit(Work configuration);

    /// @brief Requests may wait.
    void Wake();

    /// @brief Give up all work.
    void Close();

  private:
    /// Do what there is to do.
    void Continue();
    /// The work that took its time is done now.
    void Finish(const Work& work);

    NextRequest m_nextRequest;        //!< asks for requests
    ServiceTimes m_times;             //!< how long work takes
    std::deque<Work> m_configuration; //!< that waits
    bool m_isBusy{false};             //!< work is being done
    EventId m_finish;                 //!< when it is done
};

} // namespace ns3::azure

#endif // AZURE_MANAGER_SERVER_H
