// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FRONTEND_PACKET_METER_H
#define AZURE_FRONTEND_PACKET_METER_H

#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace ns3::azure
{

/// How many packets have come to a frontend.
struct FrontendPackets
{
    Ipv4Address frontend; //!< whose
    uint64_t packets{0};  //!< in an interval
};

/**
 * @ingroup azure-tables
 * @brief How many packets come to each frontend of a mux: who is its top talker, and whose packets
 * are in excess of a fair share (Ananta 3.6.2).
 *
 * Time is cut into intervals of equal length, the first of which begins at time zero; an instant
 * between two belongs to the later one.  Answers are about the last interval that is over, and
 * nothing has come in it if the packets that were counted last are older.  Calls must be made in
 * the order of their times.
 *
 * The fair share is max-min fair: everybody gets what he sends up to a share that is the same for
 * all, and the shares use up the capacity.  Of who sends more, packets are dropped with the
 * probability
 *
 *     (packets - fair share) / packets
 *
 * so that the mux has no more to do than it can.  Ananta prints only that the probability is
 * proportional to the excess; the rest is our choice.
 */
class FrontendPacketMeter
{
  public:
    /**
     * @param interval over which packets are counted, above 0
     * @param capacity packets that the mux can do in an interval, above 0
     */
    FrontendPacketMeter(Time interval, double capacity);

    /// @brief Count a packet.
    void Count(Ipv4Address frontend, Time now);

    /// @return who had most packets in the last interval, the lowest address of several; nothing if
    /// nobody had one
    std::optional<FrontendPackets> FindTopTalker(Time now);

    /// @return with which probability a packet to the frontend is to be dropped, from 0 to below 1
    double GetDropProbability(Ipv4Address frontend, Time now);

    /// @return when the interval that the instant belongs to is over
    Time GetEnd(Time now) const;

  private:
    /// Packets by address.
    using Counts = std::unordered_map<uint32_t, uint64_t>;

    /// Begin the interval that the instant belongs to, if it has not begun.
    void Begin(Time now);
    /// @return most packets that a frontend may have, by the last interval
    double GetFairShare() const;

    Time m_interval;                   //!< length
    double m_capacity;                 //!< packets in an interval
    int64_t m_index{0};                //!< of the present interval, from 0
    Counts m_present;                  //!< in the present interval
    Counts m_last;                     //!< in the one before
    std::optional<double> m_fairShare; //!< by m_last; nothing before it was asked for
};

} // namespace ns3::azure

#endif // AZURE_FRONTEND_PACKET_METER_H
