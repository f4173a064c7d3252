// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_REQUEST_READER_H
#define AZURE_TRAFFIC_REQUEST_READER_H

#include "azure-traffic-message.h"

#include <array>
#include <cstdint>
#include <optional>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Finds the requests in a stream that comes in pieces, cut anywhere; in 13 bytes.
 *
 * Of a request it keeps the header, and how much of the rest is still to come.
 */
class TrafficRequestReader
{
  public:
    /**
     * @brief Take bytes up to the end of a request, or all of them.
     * @param bytes the next ones of the stream; moved behind those that were taken
     * @param size how many there are; less those that were taken
     * @return the request that is complete, or the first one that is invalid, after which there is
     *         nothing to be read any more; nothing if all bytes were taken before that
     */
    std::optional<TrafficRequestHeader> Read(const uint8_t*& bytes, uint32_t& size);

    /// @return whether the stream has ended within a request so far
    bool IsWithinRequest() const
    {
        return m_headerBytes > 0;
    }

  private:
    /// The header as it has come; once it is whole, with the bytes of the request that are still to
    /// come in place of the letters, which are known.
    std::array<uint8_t, TrafficRequestHeader::SIZE> m_header{};
    uint8_t m_headerBytes{0}; //!< how many of the header have come
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_REQUEST_READER_H
