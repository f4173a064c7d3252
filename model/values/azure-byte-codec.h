// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_BYTE_CODEC_H
#define AZURE_BYTE_CODEC_H

#include "ns3/abort.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// Most items behind a 16-bit count.
constexpr std::size_t MAX_COUNT_16 = std::numeric_limits<uint16_t>::max();

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

    /// Append an enumeration or a truth value, as one byte.
    template <typename E>
    void PutByte(E value)
    {
        Put8(static_cast<uint8_t>(value));
    }

    /// Append a 16-bit count, which must not be above the most allowed.
    void PutCount16(std::size_t count, std::size_t most = MAX_COUNT_16)
    {
        NS_ABORT_MSG_IF(count > most, count << " do not fit, but " << most << " do");
        Put16(static_cast<uint16_t>(count));
    }

    /// Append a number behind a byte 1, or a byte 0 for none.
    void PutOptional32(const std::optional<uint32_t>& value)
    {
        PutByte(value.has_value());
        if (value)
        {
            Put32(*value);
        }
    }

    /// Append a text behind its 16-bit length, which must not be above the most allowed.
    void PutText(const std::string& text, std::size_t most = MAX_COUNT_16)
    {
        PutCount16(text.size(), most);
        m_bytes.insert(m_bytes.end(), text.begin(), text.end());
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

    /// @return whether nothing was wrong and nothing is left
    bool IsDone() const
    {
        return IsGood() && IsAtEnd();
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

    /// @return a value of an enumeration, or a truth value, that must not be above the last
    template <typename E>
    E GetByte(E last)
    {
        const auto value = Get8();
        m_good = m_good && value <= static_cast<uint8_t>(last);
        return static_cast<E>(m_good ? value : 0);
    }

    /// @return a 16-bit count, which must not be above the most allowed
    uint16_t GetCount16(std::size_t most = MAX_COUNT_16)
    {
        const auto count = Get16();
        m_good = m_good && count <= most;
        return m_good ? count : 0;
    }

    /// @return a number behind a byte 1; nothing for a byte 0
    std::optional<uint32_t> GetOptional32()
    {
        return GetByte(true) ? std::optional<uint32_t>(Get32()) : std::nullopt;
    }

    /// @return a text behind its 16-bit length, which must not be above the most allowed
    std::string GetText(std::size_t most = MAX_COUNT_16)
    {
        std::string text;
        for (auto rest = GetCount16(most); rest > 0 && m_good; --rest)
        {
            text += static_cast<char>(Get8());
        }
        return text;
    }

  protected:
    const std::vector<uint8_t>& m_bytes; //!< the message; not owned
    std::size_t m_at{0};                 //!< next byte
    bool m_good{true};                   //!< nothing was wrong so far
};

} // namespace ns3::azure

#endif // AZURE_BYTE_CODEC_H
