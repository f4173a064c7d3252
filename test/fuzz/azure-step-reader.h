// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_STEP_READER_H
#define AZURE_STEP_READER_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// Steps of a story from one look at all laws to the next: a look costs more than a step.
constexpr std::size_t STEPS_PER_CHECK = 8;

/// Makes the numbers of a story of an input's bytes, from the first to the last; then all are 0.
class StepReader
{
  public:
    /// @param input its bytes
    explicit StepReader(std::string input)
        : m_input(std::move(input))
    {
    }

    /// @return whether all bytes have been taken
    bool IsEmpty() const
    {
        return m_at == m_input.size();
    }

    /// @return the next byte
    uint8_t Take8()
    {
        return IsEmpty() ? uint8_t{0} : static_cast<uint8_t>(m_input[m_at++]);
    }

    /// @return the next two bytes, the high one first
    uint16_t Take16()
    {
        const uint8_t high = Take8();
        return static_cast<uint16_t>(high << 8 | Take8());
    }

    /// @return the next four bytes, the high one first
    uint32_t Take32()
    {
        const uint32_t high = Take16();
        return high << 16 | Take16();
    }

    /// @return a number from 0 to below \p bound, which is 256 at most
    uint32_t TakeBelow(uint32_t bound)
    {
        return Take8() % bound;
    }

    /// @return one of these
    template <typename T, std::size_t SIZE>
    const T& TakeOne(const T (&choices)[SIZE])
    {
        return choices[TakeBelow(SIZE)];
    }

    /// @return the next bytes, or what is left of them
    std::vector<uint8_t> TakeBytes(std::size_t size)
    {
        const auto count = std::min(size, m_input.size() - m_at);
        const auto begin = m_input.begin() + static_cast<std::ptrdiff_t>(m_at);
        m_at += count;
        return {begin, begin + static_cast<std::ptrdiff_t>(count)};
    }

  private:
    std::string m_input; //!< all
    std::size_t m_at{0}; //!< next byte
};

} // namespace ns3::azure

#endif // AZURE_STEP_READER_H
