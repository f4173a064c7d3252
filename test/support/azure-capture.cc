// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-capture.h"

#include "ns3/csma-helper.h"
#include "ns3/csma-net-device.h"
#include "ns3/point-to-point-helper.h"

#include <array>
#include <cstdio>
#include <gtest/gtest.h>
#include <memory>
#include <sstream>

namespace ns3::azure
{

namespace
{

/// Fields asked of tshark, in the order of its columns.
constexpr std::array<const char*, 9> FIELDS{"frame.interface_id",
                                            "ip.src",
                                            "ip.dst",
                                            "ip.proto",
                                            "ip.checksum.status",
                                            "tcp.checksum.status",
                                            "udp.checksum.status",
                                            "icmp.checksum.status",
                                            "_ws.malformed"};

/// @return what a shell command printed; fails the test if it does not succeed
std::string
Execute(const std::string& command)
{
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"),
                                               [](FILE*) { return 0; });
    std::string output;
    std::array<char, 65536> buffer;
    for (std::size_t size = 0; (size = fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;)
    {
        output.append(buffer.data(), size);
    }
    EXPECT_EQ(pclose(pipe.release()), 0)
        << "this test needs tshark and mergecap; run ./azure-net setup, or apt-get install tshark. "
           "What failed: "
        << command;
    return output;
}

/// @return the parts of a text
std::vector<std::string>
Split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
    {
        parts.push_back(part);
    }
    return parts;
}

} // namespace

void
Capture::Add(Ptr<NetDevice> device, const std::string& link)
{
    const auto path = GetPath(m_links.size());
    m_links.push_back(link);
    if (DynamicCast<CsmaNetDevice>(device))
    {
        CsmaHelper().EnablePcap(path, device, false, true);
    }
    else
    {
        PointToPointHelper().EnablePcap(path, device, false, true);
    }
}

std::vector<CapturedFrame>
Capture::Read() const
{
    const auto merged = m_folder / "all.pcapng";
    std::string merge = "mergecap -I none -w " + merged;
    for (std::size_t i = 0; i < m_links.size(); ++i)
    {
        merge += " " + GetPath(i);
    }
    Execute(merge);
    // Nothing is to be guessed from port numbers, which SNAT gives out without regard to their use.
    Execute("tshark -G protocols 2>/dev/null | cut -f 3 | grep -vxE "
            "'frame|eth|ethertype|ppp|arp|ip|gre|icmp|tcp|udp|dns|data|_ws.malformed' > " +
            (m_folder / "disabled_protos"));
    std::string dissect = "WIRESHARK_CONFIG_DIR=" + (m_folder / "") + " tshark -r " + merged +
                          " -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE"
                          " -o udp.check_checksum:TRUE -T fields -E separator=/t -E occurrence=a";
    for (const auto* field : FIELDS)
    {
        dissect += std::string(" -e ") + field;
    }
    std::vector<CapturedFrame> frames;
    for (const auto& line : Split(Execute(dissect + " 2>/dev/null"), '\n'))
    {
        auto columns = Split(line, '\t');
        columns.resize(FIELDS.size());
        CapturedFrame frame;
        frame.link = m_links.at(std::stoul(columns[0]));
        frame.sources = Split(columns[1], ',');
        frame.destinations = Split(columns[2], ',');
        frame.protocols = Split(columns[3], ',');
        for (std::size_t i = 4; i < 8; ++i)
        {
            if (columns[i].find('0') != std::string::npos) // 0 bad, 1 good, 2 unverified
            {
                frame.badChecksums.push_back(FIELDS[i]);
            }
            frame.isUnverified |= columns[i].find('2') != std::string::npos;
        }
        frame.isMalformed = !columns[8].empty();
        frame.text = line;
        frames.push_back(frame);
    }
    return frames;
}

std::string
Capture::GetPath(std::size_t i) const
{
    return m_folder / (std::to_string(i) + ".pcap");
}

} // namespace ns3::azure
