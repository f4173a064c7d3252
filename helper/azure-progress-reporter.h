// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PROGRESS_REPORTER_H
#define AZURE_PROGRESS_REPORTER_H

#include "ns3/azure-traffic-flow.h"
#include "ns3/event-id.h"
#include "ns3/ipv4.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

class TrafficGenerator;
class TrafficHelper;

/**
 * @ingroup azure-helper
 * @brief Tells a person who waits how far a program is, in one line that is written over.
 *
 * @verbatim
   t=12.500 s, 41 %, 9 s left, 1230 of 3000 flows, 854k events/s
   run 3/12, t=12.500 s, 20 %, 65 s left, 1230 of 3000 flows, 854k events/s
   @endverbatim
 *
 * In turn: simulated time, share done, wall-clock time left, flows established or given up, and
 * the speed since the line before.  Of several runs the share and the time left are those of all,
 * as if they took the same time; the rest is of the run at hand.
 *
 * The line has less than 80 columns: what does not fit is cut off.  It appears when the program
 * takes longer than two seconds, and goes with Simulator::Destroy() or with the reporter.  On
 * standard error it is written only if that is a terminal; otherwise nothing is listened to.
 *
 * It listens to traffic generators, whatever their transport, and to the packets of their nodes,
 * and schedules no events, so the simulation is the same with and without it.  The share of a run
 * that is done is the larger of two: simulated time of the time to stop at, if there is one; flows
 * settled (established or given up) of all flows.  Once that is all, there is no estimate of what
 * is left: data to transfer, connections to close.
 *
 * Cost: a counter for each packet of the generators' nodes, and a look at the clock for one of 16.
 *
 * This is the only file that reads the wall clock while simulated time runs.
 */
class ProgressReporter
{
  public:
    static constexpr std::size_t MAX_COLUMNS = 79; //!< of the line

    /// @brief Report on runs to standard error, if it is a terminal.
    /// @param runs of BeginRun(), at least 1
    explicit ProgressReporter(uint32_t runs);

    /**
     * @brief Report on several runs to a stream.
     * @param runs of BeginRun(), at least 1
     * @param os where to; null for nowhere
     * @param interval wall-clock time before the first line
     */
    ProgressReporter(uint32_t runs, std::ostream* os, std::chrono::milliseconds interval);

    /// Clears the line.
    ~ProgressReporter();

    ProgressReporter(const ProgressReporter&) = delete;
    ProgressReporter& operator=(const ProgressReporter&) = delete;

    /**
     * @brief The next run begins.
     * @param flows flows there will be; 0 if nobody knows
     * @param stop simulated time at which the run is stopped, if it is
     */
    void BeginRun(uint64_t flows, std::optional<Time> stop);

    /**
     * @brief The next run begins, with the generators that some helpers have installed.
     * @param traffic the helpers, after Install(); listened to
     * @param stop simulated time at which the run is stopped, if it is
     */
    void BeginRun(const std::vector<const TrafficHelper*>& traffic,
                  std::optional<Time> stop = std::nullopt);

    /// Listen to a generator.
    void Connect(Ptr<TrafficGenerator> generator);

  private:
    using Clock = std::chrono::steady_clock;

    void CountPacket(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface);
    void CountEstablished(const TrafficFlow& flow);
    void CountFailed(const TrafficFlow& flow, TrafficFailure failure, bool isRetried);

    /// Write the line if it is time to.
    void Update();

    /// Take the line away, if there is one.
    void Clear();

    /// @return share of the run at hand that is done, 0 to 1
    double GetShare() const;

    /// @return the line
    std::string GetLine(Clock::time_point now) const;

    uint32_t m_runs;              //!< runs there will be
    uint32_t m_run{0};            //!< the run at hand, from 1; 0 before the first
    uint64_t m_flows{0};          //!< flows of the run; 0 if nobody knows
    std::optional<Time> m_stop;   //!< when the run is stopped
    std::ostream* m_os;           //!< where to; null for nowhere
    Clock::time_point m_begun;    //!< when the reporter was made
    Clock::time_point m_next;     //!< when to write next
    Clock::time_point m_measured; //!< when events were last counted
    uint64_t m_measuredEvents{0}; //!< how many there were then
    uint64_t m_settled{0};        //!< flows of the run established or given up
    uint32_t m_calls{0};          //!< of Update()
    EventId m_clear;              //!< takes the line away when the run is destroyed
    bool m_isShown{false};        //!< there is a line to clear
};

} // namespace ns3::azure

#endif // AZURE_PROGRESS_REPORTER_H
