// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PROGRESS_REPORTER_H
#define AZURE_PROGRESS_REPORTER_H

#include "ns3/azure-traffic-flow.h"
#include "ns3/ipv4.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

namespace ns3::azure
{

class TrafficGenerator;

/**
 * @ingroup azure-helper
 * @brief Tells a person who waits how far a simulation is, in one line that is written over.
 *
 * @verbatim
   12.500 s simulated, 41 %, 1230 of 3000 flows, about 9 s left
   @endverbatim
 *
 * The line appears when a run takes longer than two seconds, and goes when the reporter does.  On
 * standard error it is written only if that is a terminal.
 *
 * It listens to traffic generators and to the packets of their nodes, and schedules no events, so
 * the simulation is the same with and without it.  The share that is done is the larger of two:
 * simulated time of the time to stop at, if there is one; flows settled (established or given up)
 * of all flows.  Once that is all, there is no estimate of what is left: data to transfer,
 * connections to close.
 *
 * This is the only file that reads the wall clock while simulated time runs.
 */
class ProgressReporter
{
  public:
    /**
     * @brief Report to standard error, if it is a terminal.
     * @param flows flows there will be
     * @param stop simulated time at which the run is stopped, if it is
     */
    ProgressReporter(uint64_t flows, std::optional<Time> stop);

    /**
     * @brief Report to a stream.
     * @param flows flows there will be
     * @param stop simulated time at which the run is stopped, if it is
     * @param os where to; null for nowhere
     * @param interval wall-clock time before the first line
     */
    ProgressReporter(uint64_t flows,
                     std::optional<Time> stop,
                     std::ostream* os,
                     std::chrono::milliseconds interval);

    /// Clears the line.
    ~ProgressReporter();

    ProgressReporter(const ProgressReporter&) = delete;
    ProgressReporter& operator=(const ProgressReporter&) = delete;

    /// Listen to a generator.
    void Connect(Ptr<TrafficGenerator> generator);

  private:
    using Clock = std::chrono::steady_clock;

    void CountPacket(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface);
    void CountEstablished(const TrafficFlow& flow);
    void CountFailed(const TrafficFlow& flow, TrafficFailure failure, bool isRetried);

    /// Write the line if it is time to.
    void Update();

    /// @return the line
    std::string GetLine(Clock::duration elapsed) const;

    uint64_t m_flows;           //!< flows there will be
    std::optional<Time> m_stop; //!< when the run is stopped
    std::ostream* m_os;         //!< where to; null for nowhere
    Clock::time_point m_begun;  //!< when the reporter was made
    Clock::time_point m_next;   //!< when to write next
    uint64_t m_settled{0};      //!< flows established or given up
    bool m_isShown{false};      //!< there is a line to clear
};

} // namespace ns3::azure

#endif // AZURE_PROGRESS_REPORTER_H
