// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_CAPTURE_H
#define AZURE_CAPTURE_H

#include "azure-temporary-folder.h"

#include "ns3/net-device.h"

#include <string>
#include <vector>

namespace ns3::azure
{

/// One frame as tshark sees it; an encapsulated datagram has two of each, the outer one first.
struct CapturedFrame
{
    std::string link;                      //!< name given to the device's link
    std::vector<std::string> sources;      //!< IPv4 source addresses
    std::vector<std::string> destinations; //!< IPv4 destination addresses
    std::vector<std::string> protocols;    //!< IPv4 protocol numbers
    std::vector<std::string> badChecksums; //!< headers whose checksum is bad: "ip", "tcp", ...
    bool isUnverified{false};              //!< a checksum was not looked at
    bool isMalformed{false};               //!< tshark cannot take it apart
    std::string text;                      //!< what tshark printed, for messages
};

/**
 * @brief Pcap files of many devices, read by tshark in one go.
 *
 * Needs tshark and mergecap (Debian package tshark, which ./azure-net setup installs); ends the
 * test with a failure that says so if they are not there.
 */
class Capture
{
  public:
    /// Write what passes the device from now on to a file.
    /// @param device point-to-point or CSMA
    /// @param link name of its link
    void Add(Ptr<NetDevice> device, const std::string& link);

    /// @return all frames; call after Simulator::Destroy(), which closes the files
    std::vector<CapturedFrame> Read() const;

  private:
    /// @return the path of a device's file
    std::string GetPath(std::size_t i) const;

    TemporaryFolder m_folder;         //!< of the pcap files
    std::vector<std::string> m_links; //!< by number of the file
};

} // namespace ns3::azure

#endif // AZURE_CAPTURE_H
