// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DEADLINE_EVENT_H
#define AZURE_DEADLINE_EVENT_H

#include "ns3/event-id.h"
#include "ns3/simulator.h"

#include <optional>

/**
 * @file
 * @brief One event of the simulator for many deadlines.
 */
namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief The one event that somebody with many deadlines has: at the first of them.
 *
 * Deadlines themselves are kept elsewhere (ExpiryQueue, flow tables).  Use:
 * @code
 *   void Arm() { m_event.Schedule(m_queue.GetNextDeadline(), &Self::HandleDeadline, this); }
 *   void HandleDeadline() { m_event.Clear(); ... whatever is due ...; Arm(); }
 * @endcode
 */
class DeadlineEvent
{
  public:
    /**
     * @brief Have the event at a deadline, unless it comes then or earlier already.
     * @param deadline none: nothing is done; one that has passed: at once
     * @param handle what happens then; it calls Clear(), and is called once
     * @param object whose function that is; alive until then, or until Cancel()
     */
    template <typename T>
    void Schedule(const std::optional<Time>& deadline, void (T::*handle)(), T* object)
    {
        if (deadline && *deadline < m_time)
        {
            Move(*deadline, handle, object);
        }
    }

    /// Tell that the event has come, so that another can be had.
    void Clear()
    {
        m_time = Time::Max();
    }

    /// Have no event.
    void Cancel()
    {
        m_event.Cancel();
        Clear();
    }

  private:
    /// Have the event then instead of later; apart from Schedule(), which each packet calls.
    template <typename T>
    void Move(Time deadline, void (T::*handle)(), T* object)
    {
        m_event.Cancel();
        m_time = deadline;
        m_event = Simulator::Schedule(Max(deadline - Simulator::Now(), Time(0)), handle, object);
    }

    EventId m_event;          //!< the event
    Time m_time{Time::Max()}; //!< when it comes; Time::Max() without event
};

} // namespace ns3::azure

#endif // AZURE_DEADLINE_EVENT_H
