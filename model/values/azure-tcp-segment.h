// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TCP_SEGMENT_H
#define AZURE_TCP_SEGMENT_H

#include <cstdint>
#include <optional>

namespace ns3::azure
{

/// @return whether sequence number \p a comes before \p b, modulo 2^32 (RFC 9293, 3.4)
constexpr bool
IsSequenceBefore(uint32_t a, uint32_t b)
{
    return static_cast<int32_t>(a - b) < 0;
}

/// The timestamps option (RFC 7323, 3).
struct TcpTimestamps
{
    uint32_t value{0}; //!< TSval: the sender's clock, milliseconds
    uint32_t echo{0};  //!< TSecr: the TSval that is answered
};

/**
 * @ingroup azure-values
 * @brief A TCP segment without addresses and ports (RFC 9293, 3.1): what it says, not its bytes.
 *
 * The payload is not owned.  Of a segment that is to be sent only the payload's size is known.
 */
struct TcpSegment
{
    uint32_t sequence{0};                      //!< sequence number
    uint32_t acknowledgement{0};               //!< acknowledgement number, if there is an ACK
    bool fin{false};                           //!< FIN
    bool syn{false};                           //!< SYN
    bool rst{false};                           //!< RST
    bool psh{false};                           //!< PSH
    bool ack{false};                           //!< ACK
    uint16_t window{0};                        //!< as in the header, not scaled
    std::optional<TcpTimestamps> timestamps{}; //!< option; with every segment or with none
    std::optional<uint8_t> windowScale{};      //!< option; of a SYN
    bool isSackPermitted{false};               //!< option; of a SYN
    uint32_t payloadSize{0};                   //!< bytes
    const uint8_t* payload{nullptr};           //!< of a segment received: its bytes

    /// @return whether it opens a connection, and does nothing else
    bool IsOpening() const
    {
        return syn && !ack && !rst && !fin;
    }

    /// @return sequence numbers it takes up: payload, SYN and FIN
    uint32_t GetLength() const
    {
        return payloadSize + (syn ? 1 : 0) + (fin ? 1 : 0);
    }
};

} // namespace ns3::azure

#endif // AZURE_TCP_SEGMENT_H
