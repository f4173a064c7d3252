// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MUX_CAPACITY_H
#define AZURE_MUX_CAPACITY_H

#include "ns3/azure-frontend-packet-meter.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <deque>
#include <functional>

namespace ns3::azure
{

/// How much a mux can do, and what it does when there is more.
struct MuxCapacityOptions
{
    double packetRate{0};                     //!< packets a second, above 0
    uint32_t queueLimit{0};                   //!< packets that may wait, besides the one in work
    Time overloadInterval;                    //!< between reports, above 0
    Time fairnessInterval;                    //!< over which shares are measured, above 0
    Ptr<RandomVariableStream> dropVariable{}; //!< in [0, 1), draws fair drops; null: there are none
};

/**
 * @ingroup azure-nodes
 * @brief The packets that a mux of limited speed has to do: one after the other, in the order in
 * which they came.
 *
 * Each takes 1 / rate.  Those that come meanwhile wait, as far as there is room.  With fair
 * dropping, some of a frontend that has more than its share do not even get there
 * (FrontendPacketMeter).
 *
 * There is one event while there is work, and one more at the end of each interval in which
 * something was dropped.  Not to be destroyed while it calls one of its callbacks.
 */
class MuxCapacity
{
  public:
    /// Does a packet.
    using Serve = std::function<void(const Ptr<const Packet>& packet)>;
    /// Is told, at the end of an interval, how many packets were dropped in it, and who had most.
    using Report = std::function<void(Ipv4Address topTalker, uint64_t dropped)>;

    /// @param options how much it can do
    /// @param serve does a packet
    /// @param report told of drops
    MuxCapacity(const MuxCapacityOptions& options, Serve serve, Report report);

    ~MuxCapacity();
    MuxCapacity(const MuxCapacity&) = delete; // events refer to it
    MuxCapacity& operator=(const MuxCapacity&) = delete;

    /// @brief Take a packet that has come.
    /// @param packet it
    /// @param destination its frontend
    /// @return whether it is taken; otherwise it is to be dropped
    bool Enqueue(const Ptr<const Packet>& packet, Ipv4Address destination);

    /// @brief Give up all that waits, and is in work; nothing is reported any more.
    /// @return it
    std::deque<Ptr<const Packet>> Clear();

    /// @return packets that wait, or are in work
    std::size_t GetWaiting() const
    {
        return m_packets.size();
    }

  private:
    /// @return whether chance takes this packet, of a frontend that has more than its share
    bool IsExcess(Ipv4Address destination, Time now);
    /// Begin with the first packet.
    void Begin();
    /// The first packet is done.
    void End();
    /// Tell of an interval that is over.
    void ReportInterval();

    MuxCapacityOptions m_options;            //!< how much it can do
    Serve m_serve;                           //!< does a packet
    Report m_report;                         //!< told of drops
    Time m_serviceTime;                      //!< of a packet
    FrontendPacketMeter m_talkers;           //!< for reports
    FrontendPacketMeter m_shares;            //!< for fair drops
    std::deque<Ptr<const Packet>> m_packets; //!< the first one is in work
    uint64_t m_dropped{0};                   //!< since the last report
    EventId m_end;                           //!< of the first packet
    EventId m_reporting;                     //!< the end of an interval with drops
};

} // namespace ns3::azure

#endif // AZURE_MUX_CAPACITY_H
