// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-request-reader.h"

#include "ns3/azure-checksum.h"

#include <algorithm>

namespace ns3::azure
{

std::optional<TrafficRequestHeader>
TrafficRequestReader::Read(const uint8_t*& bytes, uint32_t& size)
{
    constexpr uint32_t HEADER = TrafficRequestHeader::SIZE;
    const auto take = [&](uint32_t wanted) {
        const uint32_t taken = std::min(size, wanted);
        bytes += taken;
        size -= taken;
        return taken;
    };
    if (m_headerBytes < HEADER)
    {
        const auto* from = bytes;
        const uint32_t taken = take(HEADER - m_headerBytes);
        std::copy_n(from, taken, m_header.begin() + m_headerBytes);
        m_headerBytes = static_cast<uint8_t>(m_headerBytes + taken);
        if (m_headerBytes < HEADER)
        {
            return std::nullopt;
        }
        const auto header = TrafficRequestHeader::Read(m_header.data());
        if (!header.IsValid())
        {
            return header;
        }
        WriteU32(m_header.data(), header.GetRequestSize() - HEADER);
    }
    const uint32_t missing = ReadU32(m_header.data());
    const uint32_t left = missing - take(missing);
    WriteU32(m_header.data(), left);
    if (left > 0)
    {
        return std::nullopt;
    }
    m_headerBytes = 0;
    return TrafficRequestHeader(ReadU32(&m_header[4]), ReadU32(&m_header[8]));
}

} // namespace ns3::azure
