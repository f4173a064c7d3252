// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_WAITING_PACKETS_H
#define AZURE_WAITING_PACKETS_H

#include "ns3/packet.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace ns3::azure
{

/// A packet that waits until its flow has a SNAT port.
struct WaitingPacket
{
    uint64_t flow{0};         //!< number of its flow
    Ptr<const Packet> packet; //!< as it came
};

/**
 * @ingroup azure-datapath
 * @brief The packets of one network interface that wait for SNAT ports: the first of each flow that
 * has none (Ananta 3.2.3).
 */
class WaitingPackets
{
  public:
    /// @brief Keep a packet behind those that are there; none of its flow may be.
    void Insert(uint64_t flow, const Ptr<const Packet>& packet);

    /// @return whether a packet of the flow waits
    bool IsWaiting(uint64_t flow) const
    {
        return m_places.count(flow) > 0;
    }

    /// @return number of the flow whose packet has waited longest; nothing if none waits
    std::optional<uint64_t> GetFirstFlow() const;

    /// @brief Take out the packet of a flow. @return it; null if there is none
    Ptr<const Packet> Take(uint64_t flow);

    /// @brief Take out all packets. @return them, in the order of Insert()
    std::vector<WaitingPacket> TakeAll();

    /// @return how many there are
    std::size_t GetSize() const
    {
        return m_packets.size();
    }

  private:
    uint64_t m_inserted{0};                      //!< packets so far
    std::map<uint64_t, WaitingPacket> m_packets; //!< by order of Insert()
    std::map<uint64_t, uint64_t> m_places;       //!< where in m_packets, by flow
};

} // namespace ns3::azure

#endif // AZURE_WAITING_PACKETS_H
