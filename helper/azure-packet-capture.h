// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PACKET_CAPTURE_H
#define AZURE_PACKET_CAPTURE_H

#include "azure-trace-topology.h"

#include <memory>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief Writes what passes the links of a scenario for Wireshark: a compressed pcap file a link.
 *
 * PREFIX-NODE-DEVICE.pcap.gz has both directions of the link of that node's device; NODE is the
 * name in the table `node` of the trace database: of a VM rather than its host, and of any other
 * node rather than a router.  A link without packets has no file.  Times are in nanoseconds, and
 * packets whole.
 *
 * Packets are seen where they begin to be sent, and have been received, as by ns-3's own
 * `EnablePcap()`: those that a full queue drops are in no file.
 */
class PacketCapture
{
  public:
    /// @param prefix of all files' names, with a folder that is there
    explicit PacketCapture(const std::string& prefix);
    /// Completes the files.
    ~PacketCapture();

    /// @brief Capture the links between nodes.
    /// @param nodes all of the scenario
    void Connect(const std::vector<NodeFact>& nodes);

  private:
    class Link;
    std::string m_prefix;                       //!< of files' names
    std::vector<std::unique_ptr<Link>> m_links; //!< all that are captured
};

} // namespace ns3::azure

#endif // AZURE_PACKET_CAPTURE_H
