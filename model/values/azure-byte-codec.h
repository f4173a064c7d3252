// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_BYTE_CODEC_H
#define AZURE_BYTE_CODEC_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3::azure
{

/// Appends numbers to a message, in network byte order.
class ByteWriter
{
  public:
    /// Append one byte.
    void Put8(uint8_t value)
    {
        m_bytes.push_back(value);
    }

    /// Append two bytes.
    void Put16(uint16_t value)
    {
        Put8(static_cast<uint8_t>(value >> 8));
        Put8(static_cast<uint8_t>(value));
    }

    /// Append four bytes.
    void Put32(uint32_t value)
    {
        Put16(static_cast<uint16_t>(value >> 16));
        Put16(static_cast<uint16_t>(value));
    }

    /// Append eight bytes.
    void Put64(uint64_t value)
    {
        Put32(static_cast<uint32_t>(value >> 32));
        Put32(static_cast<uint32_t>(value));
    }

    /// @return the message so far
    std::vector<uint8_t>& GetBytes()
    {
        return m_bytes;
    }

  protected:
    std::vector<uint8_t> m_bytes; //!< the message so far
};

/// Takes a message apart; once something is wrong it stays so, and every value read is zero.
class ByteReader
{
  public:
    /// @param bytes the message; must outlive the reader
    explicit ByteReader(const std::vector<uint8_t>& bytes)
        : m_bytes(bytes)
    {
    }

    /// @return whether nothing was wrong so far
    bool IsGood() const
    {
        return m_good;
    }

    /// @return whether nothing is left
    bool IsAtEnd() const
    {
        return m_at == m_bytes.size();
    }

    /// @return the next byte
    uint8_t Get8()
    {
        m_good = m_good && m_at < m_bytes.size();
        return m_good ? m_bytes[m_at++] : 0;
    }

    /// @return the number in the next two bytes
    uint16_t Get16()
    {
        const auto high = Get8();
        return static_cast<uint16_t>(high << 8 | Get8());
    }

    /// @return the number in the next four bytes
    uint32_t Get32()
    {
        const uint32_t high = Get16();
        return high << 16 | Get16();
    }

    /// @return the number in the next eight bytes
    uint64_t Get64()
    {
        const uint64_t high = Get32();
        return high << 32 | Get32();
    }

  protected:
    const std::vector<uint8_t>& m_bytes; //!< the message; not owned
    std::size_t m_at{0};                 //!< next byte
    bool m_good{true};                   //!< nothing was wrong so far
};

} // namespace ns3::azure

#endif // AZURE_BYTE_CODEC_H
