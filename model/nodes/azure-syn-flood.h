// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SYN_FLOOD_H
#define AZURE_SYN_FLOOD_H

#include "azure-ns3-compat.h"

#include "ns3/application.h"
#include "ns3/azure-flow-key.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv4-route.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <cstdint>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief A SYN flood: TCP SYNs from source addresses that are not the sender's (Ananta 5.1.2).
 *
 * Each has a source address of its own from SourceNetwork, a source port from 1024 up, and an
 * initial sequence number, all by chance.  They go past the node's TCP, by the route that the node
 * has to the destination, with right checksums if ns-3's ChecksumEnabled says so.
 *
 * What is answered goes to addresses that should be nobody's: by default 192.0.2.0/24, which is
 * for documentation (RFC 5737) and to which FabricHelper's edge router has no route, so that it
 * dies there.  A physical network's own addresses would not come in (EdgeRouting).
 */
class SynFlood : public Application
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @brief Fix the streams of random variables. @return how many were used
    int64_t AssignStreams(int64_t stream) AZURE_NET_APP_OVERRIDE;

    /// @return SYNs sent so far
    uint64_t GetSent() const
    {
        return m_sent;
    }

    /**
     * @brief Signature of Sent.
     * @param [in] key of the SYN
     */
    typedef void (*SentCallback)(const FlowKey& key);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    /// Send a SYN, and the next one after the gap.
    void SendNext();
    /// Send a SYN.
    void Send(const FlowKey& key);
    /// @return a whole number, from 0 to below the limit
    uint32_t Draw(double limit);

    Ipv4Address m_destination;              //!< Destination
    uint16_t m_destinationPort{0};          //!< DestinationPort
    Ipv4Address m_sourceNetwork;            //!< SourceNetwork
    Ipv4Mask m_sourceMask;                  //!< SourceMask
    double m_rate{0};                       //!< Rate
    Ptr<RandomVariableStream> m_gap;        //!< Gap
    Ptr<RandomVariableStream> m_sourceDraw; //!< SourceVariable
    Ptr<Ipv4Route> m_route;                 //!< to the destination; null before the start
    EventId m_next;                         //!< the next SYN
    uint64_t m_sent{0};                     //!< SYNs so far

    TracedCallback<const FlowKey&> m_sentTrace; //!< Sent
};

} // namespace ns3::azure

#endif // AZURE_SYN_FLOOD_H
