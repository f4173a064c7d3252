// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_CHECKSUM_H
#define AZURE_CHECKSUM_H

#include <cstddef>
#include <cstdint>

namespace ns3::azure
{

/// @return the 16-bit number at the place, in network byte order
inline uint16_t
ReadU16(const uint8_t* at)
{
    return static_cast<uint16_t>((at[0] << 8) | at[1]);
}

/// @return the 32-bit number at the place, in network byte order
inline uint32_t
ReadU32(const uint8_t* at)
{
    return (uint32_t{ReadU16(at)} << 16) | ReadU16(at + 2);
}

/// Put a 16-bit number at the place, in network byte order.
inline void
WriteU16(uint8_t* at, uint16_t value)
{
    at[0] = static_cast<uint8_t>(value >> 8);
    at[1] = static_cast<uint8_t>(value);
}

/// Put a 32-bit number at the place, in network byte order.
inline void
WriteU32(uint8_t* at, uint32_t value)
{
    WriteU16(at, static_cast<uint16_t>(value >> 16));
    WriteU16(at + 2, static_cast<uint16_t>(value));
}

/// @return the Internet checksum (RFC 1071) of the bytes, an odd last byte padded with zero
inline uint16_t
ComputeChecksum(const uint8_t* bytes, std::size_t size)
{
    uint32_t sum = 0;
    for (std::size_t i = 0; i + 1 < size; i += 2)
    {
        sum += ReadU16(bytes + i);
    }
    if (size % 2 == 1)
    {
        sum += uint32_t{bytes[size - 1]} << 8;
    }
    while (sum > 0xffff)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<uint16_t>(~sum);
}

/**
 * @brief The change of some 16-bit words, to be applied to a checksum that covers them.
 *
 * Source: RFC 1624, equation 3: new checksum = ~(~old checksum + ~old word + new word).
 */
class ChecksumChange
{
  public:
    /// A word changes its value.
    void Replace16(uint16_t from, uint16_t to)
    {
        m_sum += static_cast<uint16_t>(~from);
        m_sum += to;
    }

    /// Two words change their value.
    void Replace32(uint32_t from, uint32_t to)
    {
        Replace16(static_cast<uint16_t>(from >> 16), static_cast<uint16_t>(to >> 16));
        Replace16(static_cast<uint16_t>(from), static_cast<uint16_t>(to));
    }

    /// @return the checksum after the change
    uint16_t ApplyTo(uint16_t checksum) const
    {
        uint64_t sum = m_sum + static_cast<uint16_t>(~checksum);
        while (sum > 0xffff)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return static_cast<uint16_t>(~sum);
    }

  private:
    uint64_t m_sum{0}; //!< one's complement sum of old words inverted and new words
};

} // namespace ns3::azure

#endif // AZURE_CHECKSUM_H
