// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-packet-capture.h"

#include "azure-compressed-file.h"

#include "ns3/abort.h"
#include "ns3/channel.h"
#include "ns3/csma-net-device.h"
#include "ns3/net-device.h"
#include "ns3/node-list.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <sys/resource.h>

namespace ns3::azure
{

namespace
{

constexpr uint32_t MAGIC_NANOSECONDS = 0xa1b23c4d;
constexpr uint32_t SNAP_LENGTH = 65535;
constexpr uint32_t ETHERNET = 1; // LINKTYPE_ETHERNET
constexpr uint32_t PPP = 9;      // LINKTYPE_PPP
constexpr rlim_t OTHER_FILES = 64;

/// Let the process open that many files, or end it with a line that says what to do.
void
RequireFiles(std::size_t files)
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    NS_ABORT_MSG_IF(files + OTHER_FILES > limit.rlim_max,
                    "pcap: '" << files << " links' is not allowed; give at most "
                              << limit.rlim_max - OTHER_FILES
                              << ", fewer VMs, or a higher ulimit -n");
}

} // namespace

/// One link, seen from one of its ends.
class PacketCapture::Link
{
  public:
    Link(std::string path, const Ptr<NetDevice>& device)
        : m_path(std::move(path)),
          m_type(DynamicCast<CsmaNetDevice>(device) ? ETHERNET : PPP)
    {
        device->TraceConnectWithoutContext("PromiscSniffer", MakeCallback(&Link::Write, this));
    }

  private:
    /// Append a packet; the first one makes the file.
    void Write(Ptr<const Packet> packet)
    {
        if (!m_file)
        {
            m_file.emplace(m_path);
            const std::array<uint32_t, 6> header{MAGIC_NANOSECONDS,
                                                 2U | 4U << 16,
                                                 0,
                                                 0,
                                                 SNAP_LENGTH,
                                                 m_type}; // version 2.4
            m_file->Write(header.data(), sizeof(header));
        }
        constexpr uint64_t SECOND = 1'000'000'000;
        const auto now = static_cast<uint64_t>(Simulator::Now().GetNanoSeconds());
        const auto size = packet->GetSize();
        const std::array<uint32_t, 4> record{static_cast<uint32_t>(now / SECOND),
                                             static_cast<uint32_t>(now % SECOND),
                                             size,
                                             size};
        m_bytes.resize(size);
        packet->CopyData(m_bytes.data(), size);
        m_file->Write(record.data(), sizeof(record));
        m_file->Write(m_bytes.data(), size);
    }

    std::string m_path;                   //!< the file, once there is a packet
    uint32_t m_type;                      //!< pcap's number for the headers of the link
    std::optional<CompressedFile> m_file; //!< what has been seen
    std::vector<uint8_t> m_bytes;         //!< the packet that is written
};

PacketCapture::PacketCapture(const std::string& prefix)
    : m_prefix(prefix)
{
}

PacketCapture::~PacketCapture() = default;

void
PacketCapture::Connect(const std::vector<NodeFact>& nodes)
{
    // The end of each channel that is captured: that of the first node which is not a router.
    std::map<uint32_t, std::pair<Ptr<NetDevice>, const NodeFact*>> ends;
    for (const auto& fact : nodes)
    {
        const auto node = NodeList::GetNode(fact.node);
        for (uint32_t i = 0; i < node->GetNDevices(); ++i)
        {
            const auto device = node->GetDevice(i);
            const auto channel = device->GetChannel();
            if (!channel || channel->GetNDevices() < 2)
            {
                continue; // loopback, or inside of the node
            }
            auto& end = ends[channel->GetId()];
            if (!end.first ||
                (end.second->role == NodeRole::Router && fact.role != end.second->role))
            {
                end = {device, &fact};
            }
        }
    }
    RequireFiles(ends.size());
    for (const auto& [channel, end] : ends)
    {
        const auto& [device, fact] = end;
        auto path = m_prefix + "-" + fact->name + "-" + std::to_string(device->GetIfIndex());
        m_links.push_back(std::make_unique<Link>(path + ".pcap.gz", device));
    }
}

} // namespace ns3::azure
