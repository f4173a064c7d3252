// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NETWORK_ANIMATION_H
#define AZURE_NETWORK_ANIMATION_H

#include "azure-compressed-file.h"
#include "azure-trace-topology.h"

#include "ns3/net-device.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief Writes a scenario and the packets on its links for NetAnim, ns-3's animator.
 *
 * The file has NetAnim's format 3.108, as ns-3's AnimationInterface writes it, which is not used:
 * it keeps a simulation going by looking at positions four times a second, tags every packet, and
 * writes nothing compressed; and its module needs ten others, of radio.  A name that ends in ".gz"
 * gives a compressed file, which gunzip prepares for NetAnim.
 *
 * Nodes have the names of the table `node` of the trace database.  From left to right there are
 * VMs, hosts, muxes with the manager and gateways, routers, and the servers of the Internet.
 */
class NetworkAnimation
{
  public:
    /// @param path the file, whose folder is there
    explicit NetworkAnimation(const std::string& path);
    /// Completes the file.
    ~NetworkAnimation();

    NetworkAnimation(const NetworkAnimation&) = delete;
    NetworkAnimation& operator=(const NetworkAnimation&) = delete;

    /// @brief Show nodes and what passes between them.
    /// @param nodes all of the scenario, whose links are all point-to-point
    void Connect(const std::vector<NodeFact>& nodes);

  private:
    /// Write where a node is, what it is called, and its color.
    void WriteNode(const NodeFact& fact, double x, double y);
    /// Write the links of a node to those with higher numbers, and have their packets written.
    void ConnectLinks(const NodeFact& fact);
    /**
     * @brief Write a packet.
     * @param packet which begins to be sent
     * @param sender device at one end of the link
     * @param receiver device at the other
     * @param duration of sending it
     * @param received time from now until its last bit is there
     */
    void WritePacket(Ptr<const Packet> packet,
                     Ptr<NetDevice> sender,
                     Ptr<NetDevice> receiver,
                     Time duration,
                     Time received);

    CompressedFile m_file; //!< what has been written
};

} // namespace ns3::azure

#endif // AZURE_NETWORK_ANIMATION_H
