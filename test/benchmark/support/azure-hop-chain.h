// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOP_CHAIN_H
#define AZURE_HOP_CHAIN_H

#include "azure-benchmark-measure.h"
#include "azure-packet-image.h"

#include "ns3/abort.h"
#include "ns3/azure-packet-headers.h"
#include "ns3/net-device.h"
#include "ns3/simulator.h"

#include <cstdint>
#include <ctime>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Packets from one bare device to another, by way of the node in question, if any.
 *
 * The two devices' nodes must have no stack: received packets are counted and freed.  The
 * simulation that contains the chain is advanced until all packets have arrived.
 */
class HopChain
{
  public:
    /// @param source device that sends; @param sink device that receives, maybe the same
    HopChain(Ptr<NetDevice> source, Ptr<NetDevice> sink)
        : m_source(source),
          m_broadcast(m_source->GetBroadcast())
    {
        sink->SetReceiveCallback(MakeCallback(&HopChain::Receive, this));
    }

    HopChain(const HopChain&) = delete; // the sink refers to it
    HopChain& operator=(const HopChain&) = delete;

    /**
     * @brief Send packets, one each simulated microsecond, until all have arrived.
     * @param images what to send; after the last one the first
     * @param first index of the first packet in \p images
     * @param packets how many to send
     * @param clock tells the time: CLOCK_MONOTONIC, or CLOCK_PROCESS_CPUTIME_ID
     * @return nanoseconds per packet; the program ends if one gets lost
     */
    double Run(const std::vector<PacketImage>& images,
               std::size_t first,
               uint32_t packets,
               clockid_t clock)
    {
        m_images = &images;
        m_next = first;
        m_received = 0;
        Simulator::ScheduleNow(&HopChain::Send, this, packets);
        Simulator::Stop(INTERVAL * packets + MilliSeconds(1));
        const double begin = ReadClock(clock);
        Simulator::Run();
        const double time = ReadClock(clock) - begin;
        NS_ABORT_MSG_IF(m_received != packets,
                        "only " << m_received << " of " << packets << " packets arrived");
        return time / packets;
    }

    /// @brief Send each packet once. @return the flows of those that arrived, in order
    std::vector<FlowKey> Record(const std::vector<PacketImage>& images)
    {
        std::vector<FlowKey> flows;
        m_recorded = &flows;
        Run(images, 0, static_cast<uint32_t>(images.size()), CLOCK_MONOTONIC);
        m_recorded = nullptr;
        return flows;
    }

  private:
    /// Simulated time between packets.
    static inline const Time INTERVAL = MicroSeconds(1);
    static constexpr uint16_t IPV4_ETHERTYPE = 0x0800;

    void Send(uint32_t packets)
    {
        const auto packet = (*m_images)[m_next].MakePacket();
        m_next = m_next + 1 < m_images->size() ? m_next + 1 : 0;
        m_source->Send(packet, m_broadcast, IPV4_ETHERTYPE);
        if (packets > 1)
        {
            Simulator::Schedule(INTERVAL, &HopChain::Send, this, packets - 1);
        }
    }

    bool Receive(Ptr<NetDevice> /* device */,
                 Ptr<const Packet> packet,
                 uint16_t /* protocol */,
                 const Address& /* from */)
    {
        ++m_received;
        if (m_recorded)
        {
            PacketHeaders headers;
            headers.Read(*packet);
            m_recorded->push_back(headers.GetKey());
        }
        return true;
    }

    Ptr<NetDevice> m_source; //!< sends
    Address m_broadcast;     //!< of the source, which makes it from text at each call
    const std::vector<PacketImage>* m_images{nullptr}; //!< what is being sent; not owned
    std::size_t m_next{0};                             //!< index of the next packet
    uint32_t m_received{0};                            //!< packets of this run
    std::vector<FlowKey>* m_recorded{nullptr};         //!< where to write flows; not owned
};

} // namespace ns3::azure

#endif // AZURE_HOP_CHAIN_H
